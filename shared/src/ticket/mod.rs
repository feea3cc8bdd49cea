//! A ticket: one request of a customer and where it stands. `decide` says what a command causes, `apply` what an
//! event changes; nothing else moves a ticket.

mod apply;
mod command;
mod decide;
mod merge;
mod promises;
mod status;
mod steps;
mod timer;

#[cfg(test)]
mod examples;
#[cfg(test)]
pub(crate) mod given;
#[cfg(test)]
mod laws;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::category::{Category, Channel, Kind, Priority, Reason, Solution, Stage, words};
use crate::id::{CustomerRef, Number, OrderId, StaffId, StorefrontId, SubjectId, TicketId};
use crate::mail::Language;
use crate::priority::Part;
use crate::settings::Loaded;
use crate::sla::{Clock, ClockKind, Next, is_zero, millis, millis_or_none};

pub use command::{Command, Rejection, Voice};
pub use decide::{decide, decide_all};
pub use merge::merge;
pub use promises::started;
pub use status::{Status, Turn};
pub use timer::{Timer, TimerKind};

/// The version of the stored shape of a ticket that this code writes.
pub const VERSION: u32 = 1;
/// Tickets that one may be linked with.
pub const MOST_LINKS: usize = 20;
/// Clocks of cases and payouts that run at once; and so many finished ones are kept.
pub const MOST_SUBJECTS: usize = 20;
/// Messages that wait for an answer, by their instants. Of more the latest takes the place of the one before it: a contact
/// typed in later then finds the oldest message after it among these.
const MOST_UNANSWERED: usize = 20;
/// Finished cycles that the state keeps of one promise; the history has all.
const MOST_FINISHED: usize = 10;

/// The state of a ticket. It holds no text that people typed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    pub id: TicketId,
    pub storefront: StorefrontId,
    /// The number of its last entry.
    pub seq: u32,
    pub number: Number,
    pub customer: CustomerRef,
    /// The language that the customer is answered in, where it was known at opening.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    pub channel: Channel,
    pub stage: Stage,
    pub kind: Kind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    pub status: Status,
    pub category: Category,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    pub confidence: u8,
    pub triage: bool,
    pub danger: bool,
    pub legal: bool,
    pub priority: Priority,
    pub score: Vec<Part>,
    /// A person set the priority.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub prioritized: bool,
    /// Responsible while nobody holds it.
    pub team: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<StaffId>,
    /// Who gave it back, or had it taken from them, while it waits in the queue: it is not handed to them again by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_back: Option<StaffId>,
    /// Settings version whose promises hold.
    pub settings: u32,
    /// 1, and one more with every reopening.
    pub cycle: u16,
    #[serde(with = "millis")]
    pub opened: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
    pub resolved: Option<Timestamp>,
    /// When its status changed last; empty while it has its first.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
    pub moved: Option<Timestamp>,
    /// The last public message of a person of the shop's. A ticket that staff opened begins with one.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
    pub answered: Option<Timestamp>,
    /// Since when a message of the customer's waits for an answer.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
    pub unanswered: Option<Timestamp>,
    /// When further messages came that wait too, in milliseconds since 1970, oldest first: a contact typed in later answers
    /// only what came before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unanswered_later: Vec<i64>,
    /// How many content items it has.
    pub contents: u32,
    /// Live clocks, of each promise the latest finished one, and what was broken lately.
    pub clocks: Vec<Clock>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timer: Option<Timer>,
    /// The latest proposal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<Proposal>,
    /// Who made it: they do not approve what comes of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposer: Option<StaffId>,
    /// The solution that its customer asked for by themselves was carried out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub executed: bool,
    /// Working seconds of all cycles that were resolved, each from receipt or reopening to resolved, less its pauses.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub handled: i64,
    /// The ticket that it went on in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<TicketId>,
    /// The ticket that it takes up again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<TicketId>,
    /// Other tickets of the same matter; at most `MOST_LINKS`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<TicketId>,
    /// It was opened with a case.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_case: bool,
    /// Its cases, oldest first; at most `case::MOST_CASES`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<CaseRef>,
    /// What its customer wrote is gone for good, and with it their link to it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
}

words!(
    /// How a proposal stands.
    Consent { Asked = "asked", Accepted = "accepted", Rejected = "rejected", Executed = "executed" }
);

/// A solution that was proposed to the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// 1, 2, 3 … on its ticket.
    pub number: u16,
    pub solution: Solution,
    /// The content item that explains it.
    pub content: u32,
    pub consent: Consent,
}

/// What a ticket knows of one of its cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRef {
    pub number: u16,
    /// Something is still held or done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open: bool,
    /// When a scan has to look at it.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
    pub next: Option<Timestamp>,
}

impl Ticket {
    /// When a scan has to look at it next: the key of the due index.
    pub fn next_scan(&self) -> Option<Timestamp> {
        let clocks = self.clocks.iter().filter_map(|clock| clock.next.map(Next::scan_at));
        let cases = self.cases.iter().filter_map(|case| case.next);
        clocks.chain(self.timer.map(Timer::scan_at)).chain(cases).min()
    }

    /// The instant by which somebody has to do something: the earliest running clock, else the timer. Where neither gives
    /// one, it is due since it came into its status: triage now. Empty only when it is over.
    pub fn next_action(&self) -> Option<Timestamp> {
        if !self.status.is_live() {
            return None;
        }
        let clocks = self.clocks.iter().filter(|clock| clock.running.is_some()).filter_map(|clock| clock.due);
        let waits = self.timer.map(|timer| timer.at);
        clocks.chain(waits).min().or(Some(self.moved.unwrap_or(self.opened)))
    }

    /// It was spam from the first: its sender is on the block list, and nobody of the shop's has looked at it.
    pub fn is_blocked(&self) -> bool {
        self.status == Status::Spam && self.moved.is_none()
    }

    /// Who holds it while it is live: what counts for their load.
    pub fn holder(&self) -> Option<&StaffId> {
        self.assignee.as_ref().filter(|_| self.status.is_live())
    }

    /// The clock of a kind about the ticket, in its latest cycle.
    pub fn clock(&self, kind: ClockKind) -> Option<&Clock> {
        self.clock_about(kind, None)
    }

    pub fn clock_about(&self, kind: ClockKind, subject: Option<&SubjectId>) -> Option<&Clock> {
        let same = |clock: &&Clock| clock.kind == kind && clock.subject.as_ref() == subject;
        self.clocks.iter().filter(same).max_by_key(|clock| clock.cycle)
    }

    /// Until when a message of the customer's reopens it; empty while it is not resolved.
    pub fn reopens_until(&self, settings: &Loaded) -> Option<Timestamp> {
        if self.status != Status::Resolved {
            return None;
        }
        let days = settings.settings.lifecycle.reopen_within_days;
        self.resolved?.checked_add(SignedDuration::from_hours(24 * i64::from(days))).ok()
    }
}
