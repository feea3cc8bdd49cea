//! What a mail is told. Plain data; every string may come from outside and is treated so.
//!
//! Mails to staff carry no name, address, subject or message of a customer: a number, a category, an order's id and
//! times are what it takes to act, and the rest stays behind the sign-in.
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::{
    category::{Category, Priority, Reason},
    priority::Part,
    sla::{ClockKind, Level},
    ticket::Status,
};

/// To the customer: the ticket is in, what happens next and by when.
#[derive(Clone, Debug, PartialEq)]
pub struct Acknowledgement {
    pub number: String,
    pub subject: String,
    pub status: Status,
    pub first_response_due: Option<Timestamp>,
    pub resolution_due: Option<Timestamp>,
    pub time_zone: TimeZone,
    /// The signed page of the ticket.
    pub link: Option<String>,
}

/// To the customer: what an agent wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    pub number: String,
    pub subject: String,
    pub body: String,
    pub agent_name: Option<String>,
    /// The status after the reply; in `WaitingCustomer` the mail asks for an answer.
    pub status: Status,
    pub link: Option<String>,
}

/// To the customer: done, and how to say that it is not.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    pub number: String,
    pub subject: String,
    /// The agent's closing words.
    pub body: Option<String>,
    /// Until when an answer reopens this very ticket.
    pub reopens_until: Option<Timestamp>,
    pub time_zone: TimeZone,
    pub link: Option<String>,
}

/// To staff: a new ticket that cannot wait.
#[derive(Clone, Debug, PartialEq)]
pub struct UrgentTicket {
    pub number: String,
    pub category: Category,
    pub reason: Option<Reason>,
    pub order: Option<String>,
    pub score: Vec<Part>,
    pub danger: bool,
    pub legal: bool,
    pub first_response_due: Option<Timestamp>,
    pub time_zone: TimeZone,
    pub link: Option<String>,
}

/// To staff: a promise is about to break, or has.
#[derive(Clone, Debug, PartialEq)]
pub struct ClockAlert {
    pub level: Level,
    pub clock: ClockKind,
    pub number: String,
    pub category: Category,
    pub priority: Priority,
    pub status: Status,
    pub order: Option<String>,
    pub assignee: Option<String>,
    pub due_at: Timestamp,
    /// Time on the clock so far and the time promised, both in the clock's own (working) time.
    pub elapsed: SignedDuration,
    pub target: Option<SignedDuration>,
    pub time_zone: TimeZone,
    pub link: Option<String>,
}

/// To staff: a calendar gives a ticket no due instant.
#[derive(Clone, Debug, PartialEq)]
pub struct NoWorkingTime {
    pub number: String,
    pub calendar: String,
    pub link: Option<String>,
}

/// To staff: what would have been more than ten mails in one bucket.
#[derive(Clone, Debug, PartialEq)]
pub struct Digest {
    /// In any order; the mail shows the most pressing 50.
    pub lines: Vec<DigestLine>,
    /// How many there were, if the caller did not load them all; never shown below the number of lines.
    pub total: usize,
    pub from: Timestamp,
    pub to: Timestamp,
    pub time_zone: TimeZone,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestLine {
    pub number: String,
    pub cause: DigestCause,
    pub category: Option<Category>,
    pub priority: Option<Priority>,
    pub due_at: Option<Timestamp>,
    pub link: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigestCause {
    UrgentTicket,
    Clock(ClockKind, Level),
    NoWorkingTime,
}
