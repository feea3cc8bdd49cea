//! The history of a ticket: append-only entries, one per command, each with the events it caused. An entry is
//! written in the same transaction as the state it explains; the table's stream carries it on, so the history is also
//! the outbox. Events hold ids and facts, never what somebody typed, nor names or addresses.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::category::{Category, Channel, Kind, Priority, Reason, Stage, words};
use crate::id::{CustomerRef, Number, OrderId, StaffId, StorefrontId, TicketId};
use crate::message::Notice;
use crate::priority::Part;
use crate::sla::{Change, Clock, Level, millis};
use crate::ticket::Status;

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
    },
    Replied {
        content: u32,
        /// The contact counts from here; earlier than the entry's instant when it was typed in later.
        #[serde(with = "millis")]
        contacted: Timestamp,
    },
    Assigned {
        to: StaffId,
    },
    StatusChanged {
        from: Status,
        to: Status,
    },
    Resolved {
        /// The content item of the closing message, if one was written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content: Option<u32>,
    },
    Reopened {
        /// The new resolution cycle.
        cycle: u16,
    },
    Clock {
        change: Change,
        clock: Clock,
    },
    /// A clock runs in a calendar without working time, so nobody can say when it is due.
    NoWorkingTime {
        calendar: String,
    },
}

/// Who hears of an event: the one table from events to notices. `index` is the event's place in its entry.
pub fn react(entry: &Entry) -> Vec<(u16, Notice)> {
    let spam = entry.events.iter().any(|event| matches!(event, Event::Opened { spam: true, .. }));
    let notices = entry.events.iter().map(|event| if spam { None } else { notice(event) });
    (0u16..).zip(notices).filter_map(|(index, notice)| notice.map(|notice| (index, notice))).collect()
}

fn notice(event: &Event) -> Option<Notice> {
    match event {
        Event::Opened { acknowledge: Acknowledge::Yes, .. } => Some(Notice::Acknowledge),
        Event::Classified { priority: Priority::Urgent, .. } => Some(Notice::Urgent),
        Event::Replied { .. } => Some(Notice::Reply),
        Event::Resolved { .. } => Some(Notice::Resolved),
        Event::NoWorkingTime { .. } => Some(Notice::NoWorkingTime),
        Event::Clock { change: Change::Reached { level, mailed: true, .. }, .. } => Some(match level {
            Level::Warned => Notice::Warned,
            Level::Breached => Notice::Breached,
            Level::Manager => Notice::Manager,
            Level::Head => Notice::Head,
            Level::Daily => Notice::Daily,
        }),
        Event::Opened { .. }
        | Event::Classified { .. }
        | Event::MessageReceived { .. }
        | Event::Assigned { .. }
        | Event::StatusChanged { .. }
        | Event::Reopened { .. }
        | Event::Clock { .. } => None,
    }
}
