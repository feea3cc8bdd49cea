//! The history of a ticket: append-only entries, one per command, each with the events it caused. An entry is
//! written in the same transaction as the state it explains; the table's stream carries it on, so the history is also
//! the outbox. Events hold ids and facts, never what somebody typed, nor names or addresses.

mod told;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::case::Happened;
use crate::category::{Category, Channel, Kind, Priority, Reason, Solution, Stage, words};
use crate::id::{CustomerRef, Number, OrderId, ProductId, StaffId, StorefrontId, TicketId};
use crate::mail::Language;
use crate::priority::Part;
use crate::sla::{Change, Clock, millis, millis_or_none};
use crate::survey::{self, About, SurveyKind};
use crate::ticket::{Status, Timer, TimerKind, Voice};

pub use told::{Work, react, work};

/// The version of the stored shape of an entry that this code writes.
pub const VERSION: u32 = 1;

/// One command's events on one ticket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub storefront: StorefrontId,
    pub ticket: TicketId,
    /// 1, 2, 3 … without gaps; also the version of the state after it.
    pub seq: u32,
    /// The command's instant: when the request reached the gateway.
    #[serde(with = "millis")]
    pub at: Timestamp,
    pub by: Actor,
    pub events: Vec<Event>,
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    Storefront,
    Customer,
    Staff(StaffId),
    System,
}

words!(
    /// Whether the customer is told that a ticket was received, and if not, why.
    Acknowledge {
        Yes = "yes", Spam = "spam", Bounce = "bounce", AutoSubmitted = "auto_submitted", OwnAddress = "own_address",
        /// It was opened with a case, whose own mail says all that an acknowledgement would.
        Case = "case",
    }
);
words!(
    /// Who classified a ticket.
    ClassifiedBy { Customer = "customer", Classifier = "classifier" }
);

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    Opened {
        number: Number,
        customer: CustomerRef,
        channel: Channel,
        stage: Stage,
        kind: Kind,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order: Option<OrderId>,
        team: String,
        /// Settings version whose promises hold.
        settings: u32,
        acknowledge: Acknowledge,
        spam: bool,
        /// Staff opened it, having spoken to the customer.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        by_agent: bool,
        /// The language that the customer is answered in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<Language>,
        /// The ticket that it takes up again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        follows: Option<TicketId>,
        /// The products that it is about, as the order said then.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        products: Vec<ProductId>,
    },
    Classified {
        category: Category,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
        by: ClassifiedBy,
        /// In percent.
        confidence: u8,
        /// Names of the signs that decided, never the words themselves.
        signs: Vec<String>,
        /// Too unsure: a person should look.
        triage: bool,
        danger: bool,
        legal: bool,
        priority: Priority,
        score: Vec<Part>,
    },
    /// The customer wrote again. `content` is the number of the content item.
    MessageReceived {
        content: u32,
        channel: Channel,
        /// It came as a new ticket and was found to repeat this one.
        duplicate: bool,
        #[serde(default = "Voice::person", skip_serializing_if = "Voice::is_person")]
        voice: Voice,
    },
    Replied {
        content: u32,
        /// The contact counts from here; earlier than the entry's instant when it was typed in later.
        #[serde(with = "millis")]
        contacted: Timestamp,
        /// The standard answer that was used.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        standard: Option<String>,
    },
    /// A note among staff, in a content item.
    Noted {
        content: u32,
    },
    /// The third step of a complaint: what was found out, in a note among staff.
    Investigated {
        content: u32,
    },
    /// The fourth: a solution is proposed, in a message to the customer.
    Proposed {
        proposal: u16,
        solution: Solution,
        content: u32,
    },
    /// … and the customer agrees to it or does not.
    Answered {
        proposal: u16,
        accepted: bool,
    },
    /// The fifth: the solution is carried out, agreed to in a proposal or asked for by the customer themselves.
    Executed {
        solution: Solution,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proposal: Option<u16>,
    },
    /// The sixth: somebody asked afterwards whether all is well, and noted the answer.
    FollowedUp {
        content: u32,
    },
    Assigned {
        to: StaffId,
    },
    /// Nobody holds it any more.
    Released,
    Transferred {
        team: String,
    },
    Prioritized {
        from: Priority,
        to: Priority,
    },
    /// A later message told of danger or of law, which the ones before had not. The priority is raised by it, never
    /// lowered.
    Alarmed {
        danger: bool,
        legal: bool,
        priority: Priority,
        score: Vec<Part>,
    },
    /// Staff put it under another heading, with the priority and the score after that; neither where they stay.
    Reclassified {
        category: Category,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        priority: Option<Priority>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        score: Vec<Part>,
    },
    /// Its promises are those of another version of the settings.
    Adopted {
        settings: u32,
    },
    /// It went on in another ticket.
    Merged {
        into: TicketId,
    },
    /// Another ticket of the customer's went on in this one. `unanswered` is since when a message waits there.
    Absorbed {
        ticket: TicketId,
        #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
        unanswered: Option<Timestamp>,
        /// … and further ones after it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        later: Vec<i64>,
    },
    Linked {
        ticket: TicketId,
    },
    StatusChanged {
        from: Status,
        to: Status,
        /// When it happened by itself, before the entry's instant.
        #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
        at: Option<Timestamp>,
    },
    /// What happens by itself, and when, if nothing else does.
    TimerSet {
        timer: Timer,
    },
    TimerReached {
        timer: TimerKind,
        #[serde(with = "millis")]
        at: Timestamp,
        /// Whoever it concerns is told. Not where somebody acted meanwhile.
        told: bool,
    },
    Resolved {
        /// The content item of the closing message, if one was written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content: Option<u32>,
        /// When it happened by itself, because the customer did not answer.
        #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
        silent: Option<Timestamp>,
    },
    Reopened {
        /// The new resolution cycle.
        cycle: u16,
        /// Staff took its end back, with a note that says why; else the customer wrote.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        by_staff: bool,
    },
    Clock {
        change: Change,
        clock: Clock,
    },
    /// A clock runs in a calendar without working time, so nobody can say when it is due.
    NoWorkingTime {
        calendar: String,
    },
    /// Of one of its cases. `open` and `next` are how the case stands after it.
    Case {
        case: u16,
        happened: Happened,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        open: bool,
        #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
        next: Option<Timestamp>,
    },
    /// Of its survey of a cycle. Whose work it asks about is as it was when the ticket was resolved, so that what is counted
    /// of answers needs nothing but this.
    Survey {
        cycle: u16,
        kind: SurveyKind,
        about: About,
        happened: survey::Happened,
    },
    /// What the customer wrote and who they are was erased at their request.
    Erased,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::message::Notice;

    /// An entry of these events, as they are stored.
    fn entry(events: serde_json::Value) -> Entry {
        let id = "01890000-0000-7000-8000-000000000001";
        let entry = json!({ "storefront": "shop", "ticket": id, "seq": 1, "at": 0, "by": "system", "events": events });
        serde_json::from_value(entry).unwrap()
    }

    const OTHER: &str = "01890000-0000-7000-8000-000000000002";

    fn by(actor: serde_json::Value, events: serde_json::Value) -> Vec<Notice> {
        let entry = Entry { by: serde_json::from_value(actor).unwrap(), ..entry(events) };
        react(&entry).into_iter().map(|(_, notice)| notice).collect()
    }

    fn received(voice: &str) -> serde_json::Value {
        json!({ "type": "message_received", "content": 2, "channel": "web", "duplicate": false, "voice": voice })
    }

    fn timer(timer: &str, told: bool) -> serde_json::Value {
        json!({ "type": "timer_reached", "timer": timer, "at": 0, "told": told })
    }

    fn opened(acknowledge: &str, spam: bool) -> serde_json::Value {
        json!({ "type": "opened", "number": Number::of(crate::id::TicketId(uuid::Uuid::nil())), "customer": "c-1",
            "channel": "web", "stage": "after_sale", "kind": "inquiry", "team": "t", "settings": 1,
            "acknowledge": acknowledge, "spam": spam })
    }

    fn classified(priority: &str) -> serde_json::Value {
        json!({ "type": "classified", "category": "quality", "by": "customer", "confidence": 100, "signs": [],
            "triage": false, "danger": false, "legal": false, "priority": priority, "score": [] })
    }

    fn clock(change: serde_json::Value) -> serde_json::Value {
        json!({ "type": "clock", "change": change, "clock": { "kind": "resolution", "cycle": 1, "policy": 1,
            "calendar": "office", "target": 60, "started": 0, "outcome": "open" } })
    }

    fn reached(level: &str, mailed: bool) -> serde_json::Value {
        clock(json!({ "reached": { "level": level, "at": 0, "mailed": mailed } }))
    }

    #[test]
    fn each_event_is_told_to_those_it_concerns() {
        let rows = [
            (opened("yes", false), Some(Notice::Acknowledge)),
            (opened("bounce", false), None),
            (opened("auto_submitted", false), None),
            (opened("own_address", false), None),
            (classified("urgent"), Some(Notice::Urgent)),
            (classified("high"), None),
            (received("person"), Some(Notice::Wrote)),
            (received("thanks"), Some(Notice::Wrote)),
            (received("machine"), None),
            (json!({ "type": "replied", "content": 2, "contacted": 0 }), Some(Notice::Reply)),
            (json!({ "type": "noted", "content": 2 }), None),
            (
                json!({ "type": "proposed", "proposal": 1, "solution": "exchange", "content": 2 }),
                Some(Notice::Proposal),
            ),
            (json!({ "type": "answered", "proposal": 1, "accepted": false }), Some(Notice::Answered)),
            (json!({ "type": "executed", "solution": "exchange" }), None),
            (json!({ "type": "assigned", "to": "agent-1" }), Some(Notice::Assigned)),
            (json!({ "type": "merged", "into": OTHER }), Some(Notice::Merged)),
            (json!({ "type": "absorbed", "ticket": OTHER }), None),
            (json!({ "type": "linked", "ticket": OTHER }), None),
            (json!({ "type": "status_changed", "from": "new", "to": "open" }), None),
            (json!({ "type": "status_changed", "from": "open", "to": "waiting_customer" }), None),
            (json!({ "type": "status_changed", "from": "open", "to": "waiting_third_party" }), Some(Notice::Waiting)),
            (json!({ "type": "status_changed", "from": "open", "to": "waiting_return" }), Some(Notice::Waiting)),
            (timer("remind", true), Some(Notice::Reminder)),
            (timer("remind", false), None),
            (timer("give_up", true), None),
            (timer("chase", true), Some(Notice::Chase)),
            (timer("chase", false), None),
            (timer("expire", true), Some(Notice::Expired)),
            (timer("expire", false), None),
            (timer("close", true), None),
            (json!({ "type": "resolved" }), Some(Notice::Resolved)),
            (json!({ "type": "resolved", "silent": 0 }), Some(Notice::Resolved)),
            (json!({ "type": "reopened", "cycle": 2 }), None),
            (clock(json!("started")), None),
            (clock(json!("paused")), None),
            (clock(json!("resumed")), None),
            (clock(json!("met")), None),
            (clock(json!("fulfilled_late")), None),
            (clock(json!("corrected")), Some(Notice::Corrected)),
            (clock(json!("cancelled")), None),
            (reached("warned", true), Some(Notice::Warned)),
            (reached("breached", true), Some(Notice::Breached)),
            (reached("manager", true), Some(Notice::Manager)),
            (reached("head", true), Some(Notice::Head)),
            (reached("daily", true), Some(Notice::Daily)),
            (reached("breached", false), None),
            (json!({ "type": "no_working_time", "calendar": "office" }), Some(Notice::NoWorkingTime)),
        ];
        for (event, notice) in rows {
            // After another event, so that the place in the entry is told too.
            let told = react(&entry(json!([{ "type": "released" }, event])));
            assert_eq!(told, notice.map(|notice| (1, notice)).into_iter().collect::<Vec<_>>(), "{event}");
        }
    }

    #[test]
    fn nobody_hears_of_spam_however_urgent_it_sounds() {
        assert_eq!(react(&entry(json!([opened("spam", true), classified("urgent")]))), []);
    }

    #[test]
    fn who_takes_a_ticket_themselves_is_not_told_of_it() {
        let assigned = || json!([{ "type": "assigned", "to": "agent-1" }]);
        assert_eq!(by(json!({ "staff": "agent-1" }), assigned()), []);
        assert_eq!(by(json!({ "staff": "lead-1" }), assigned()), [Notice::Assigned]);
        assert_eq!(by(json!("system"), assigned()), [Notice::Assigned]);
    }

    #[test]
    fn a_link_is_told_where_a_customer_took_the_matter_up_again() {
        let linked = || json!([{ "type": "linked", "ticket": OTHER }]);
        assert_eq!(by(json!("customer"), linked()), [Notice::FollowedUp]);
        assert_eq!(by(json!("storefront"), linked()), [Notice::FollowedUp]);
        assert_eq!(by(json!({ "staff": "agent-1" }), linked()), []);
    }

    #[test]
    fn a_move_is_told_by_itself_only_where_no_message_went_with_it() {
        let waiting = || json!({ "type": "status_changed", "from": "open", "to": "waiting_third_party" });
        let replied = json!({ "type": "replied", "content": 2, "contacted": 0 });
        assert_eq!(by(json!("system"), json!([replied, waiting()])), [Notice::Reply]);
        assert_eq!(by(json!("system"), json!([waiting(), { "type": "noted", "content": 2 }])), [Notice::Waiting]);
    }

    #[test]
    fn a_customer_who_wrote_meanwhile_is_not_told_that_they_kept_silent() {
        let silent = json!({ "type": "resolved", "silent": 0 });
        let events = json!([timer("give_up", false), silent, received("person"), { "type": "reopened", "cycle": 2 }]);
        assert_eq!(by(json!("customer"), events), [Notice::Wrote]);
    }
}
