//! What a mail is told. Plain data; every string may come from outside and is treated so.
//!
//! Mails to staff carry no name, address, subject or message of a customer: a number, a category, an order's id and
//! times are what it takes to act, and the rest stays behind the sign-in.
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::CaseTask;
use crate::{
    category::{Category, Priority, Reason, Solution, words},
    priority::Part,
    sla::{ClockKind, Level},
    survey::SurveyKind,
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
    /// The number of the ticket that it takes up again.
    pub follows: Option<String>,
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

/// To the customer: what an agent offers, and how to say yes or no.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    pub number: String,
    pub subject: String,
    pub solution: Solution,
    /// The agent's words.
    pub body: String,
    pub link: Option<String>,
}

/// To the customer: somebody else has to act now.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    pub number: String,
    pub subject: String,
    /// `WaitingThirdParty` or `WaitingReturn`.
    pub status: Status,
    /// When they hear from us at the latest, or by when the goods are to be here.
    pub by: Option<Timestamp>,
    pub time_zone: TimeZone,
    pub link: Option<String>,
}

/// To the customer: we still wait for them.
#[derive(Clone, Debug, PartialEq)]
pub struct Reminder {
    pub number: String,
    pub subject: String,
    /// It is a proposal that waits for their answer.
    pub proposal: bool,
    /// When the ticket is resolved without an answer.
    pub resolves_at: Option<Timestamp>,
    pub time_zone: TimeZone,
    pub link: Option<String>,
}

/// To the customer: two of their tickets are one now.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    pub number: String,
    pub subject: String,
    /// The number of the ticket that it goes on in.
    pub into: String,
    pub link: Option<String>,
}

/// To the customer: done, and how to say that it is not.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    pub number: String,
    pub subject: String,
    /// The agent's closing words.
    pub body: Option<String>,
    /// It happened by itself, because they did not answer.
    pub silent: bool,
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

words!(
    /// What there is to do on a ticket that somebody looks after.
    Task {
        Assigned = "assigned", Wrote = "wrote", Accepted = "accepted", Rejected = "rejected", Chase = "chase",
        Expired = "expired", FollowedUp = "followed_up", Corrected = "corrected",
        LowScore = "low_score", LowScoreLate = "low_score_late", NotSolved = "not_solved",
    }
);

/// To the customer: how we did, or once more.
#[derive(Clone, Debug, PartialEq)]
pub struct SurveyMail {
    pub number: String,
    pub subject: String,
    /// It is the reminder.
    pub again: bool,
    pub until: Timestamp,
    pub time_zone: TimeZone,
    /// The page on which it is answered.
    pub answer: String,
    /// Where they say that they want no more of these.
    pub unsubscribe: String,
    /// The signed page of the ticket.
    pub link: Option<String>,
}

/// To staff: a ticket of theirs needs them.
#[derive(Clone, Debug, PartialEq)]
pub struct ToDo {
    pub task: Task,
    pub number: String,
    pub category: Category,
    pub priority: Priority,
    pub status: Status,
    pub order: Option<String>,
    /// What was proposed to the customer, where they answered.
    pub solution: Option<Solution>,
    /// The number of the ticket that takes this one up again.
    pub next: Option<String>,
    /// What its customer answered in a survey, where it is about that.
    pub score: Option<(SurveyKind, u8)>,
    /// When the ticket next needs somebody.
    pub due_at: Option<Timestamp>,
    /// That instant is past.
    pub late: bool,
    pub time_zone: TimeZone,
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
    Task(Task),
    Case(CaseTask),
}
