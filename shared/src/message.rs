//! What travels on the queues. The version is in the message, because the other side may run another build.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::category::words;
use crate::figures::Period;
use crate::id::{CustomerRef, FeedbackId, OrderId, StorefrontId, TicketId};

words!(
    /// What somebody is to hear.
    Notice {
        // To the customer.
        Acknowledge = "acknowledge", Reply = "reply", Proposal = "proposal", Waiting = "waiting",
        Reminder = "reminder", Resolved = "resolved", Merged = "merged",
        CaseRequested = "case_requested", CaseChanged = "case_changed", CaseApproved = "case_approved",
        CaseRejected = "case_rejected", CaseCancelled = "case_cancelled", CaseExpired = "case_expired",
        CaseSettled = "case_settled", ReturnReminder = "return_reminder", GoodsReceived = "goods_received",
        Survey = "survey", SurveyReminder = "survey_reminder",
        SentBack = "goods_sent_back",
        // To staff, because they are urgent or a promise is at risk.
        Urgent = "urgent", Warned = "warned", Breached = "breached", Manager = "manager", Head = "head",
        Daily = "daily", NoWorkingTime = "no_working_time",
        // To whoever looks after the ticket.
        Assigned = "assigned", Wrote = "wrote", Answered = "answered", Chase = "chase", Expired = "expired",
        FollowedUp = "followed_up",
        // To those who have to approve a case, and to whoever did by a link.
        Approve = "approve", Escalated = "escalated", Decided = "decided",
        // To those who look after money.
        PayoutDeclined = "payout_declined", PayoutOverdue = "payout_overdue",
        // To those who have the goods of a case that came to nothing.
        SendBack = "send_back",
        // To the leads, who look after how promises are kept.
        Corrected = "corrected",
        // To the leads: a customer is not satisfied; to the manager, where no lead followed up on it.
        LowScore = "low_score", LowScoreLate = "low_score_late",
        // To whoever looks after the ticket: its customer says in a survey that it is not solved.
        NotSolved = "not_solved",
    }
);

/// Whom a notice is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addressee {
    Customer,
    /// Those whom an escalation names; there must be somebody.
    Escalation,
    /// Whoever looks after the ticket, and has not done it themselves.
    Desk,
}

impl Notice {
    pub fn addressee(self) -> Addressee {
        match self {
            Self::Acknowledge
            | Self::Reply
            | Self::Proposal
            | Self::Waiting
            | Self::Reminder
            | Self::Resolved
            | Self::Merged
            | Self::CaseRequested
            | Self::CaseChanged
            | Self::CaseApproved
            | Self::CaseRejected
            | Self::CaseCancelled
            | Self::CaseExpired
            | Self::CaseSettled
            | Self::ReturnReminder
            | Self::GoodsReceived
            | Self::Survey
            | Self::SurveyReminder
            | Self::SentBack => Addressee::Customer,
            Self::Urgent
            | Self::Warned
            | Self::Breached
            | Self::Manager
            | Self::Head
            | Self::Daily
            | Self::NoWorkingTime
            | Self::Approve
            | Self::Escalated
            | Self::Decided
            | Self::PayoutDeclined
            | Self::PayoutOverdue
            | Self::LowScore
            | Self::LowScoreLate
            | Self::SendBack => Addressee::Escalation,
            Self::Assigned
            | Self::Wrote
            | Self::Answered
            | Self::Chase
            | Self::Expired
            | Self::FollowedUp
            | Self::Corrected
            | Self::NotSolved => Addressee::Desk,
        }
    }

    pub fn is_for_customer(self) -> bool {
        self.addressee() == Addressee::Customer
    }
}

/// What event-relay sends to notify: which event of which entry calls for which notice. It holds ids only; the
/// reader loads the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notify {
    pub v: u32,
    pub storefront: StorefrontId,
    pub ticket: TicketId,
    /// The entry's number and the event's place in it.
    pub entry: u32,
    pub index: u16,
    pub notice: Notice,
}

/// What event-relay sends to the functions that work on cases. It holds ids only; the reader loads the rest, and finds
/// work that was done by then done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseWork {
    pub v: u32,
    pub storefront: StorefrontId,
    pub ticket: TicketId,
    pub case: u16,
    /// The payout that is to be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payout: Option<u16>,
}

impl CaseWork {
    /// Reads a message's body.
    pub fn parse(body: &str) -> Result<Self, String> {
        read(body, |message: &Self| message.v)
    }
}

/// What event-relay sends to quality-report: what has to be counted. Counted again it is the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FigureWork {
    pub v: u32,
    pub storefront: StorefrontId,
    pub of: Counted,
}

/// What counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    Entry {
        ticket: TicketId,
        entry: u32,
    },
    Feedback {
        id: FeedbackId,
    },
    Review {
        ticket: TicketId,
    },
    /// An order of a customer at the instant, in milliseconds since 1970, at which it was placed.
    Bought {
        customer: CustomerRef,
        order: OrderId,
        placed: i64,
    },
}

impl FigureWork {
    /// Reads a message's body.
    pub fn parse(body: &str) -> Result<Self, String> {
        read(body, |message: &Self| message.v)
    }
}

/// What event-relay sends to notify when the figures of a period are final: whoever looks after quality gets its report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportReady {
    pub v: u32,
    pub storefront: StorefrontId,
    pub report: Period,
}

impl ReportReady {
    /// Reads a message's body.
    pub fn parse(body: &str) -> Result<Self, String> {
        read(body, |message: &Self| message.v)
    }
}

/// What event-relay sends to notify when a month's feedback will not come to its goal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedbackShort {
    pub v: u32,
    pub storefront: StorefrontId,
    pub shortfall: Period,
}

impl FeedbackShort {
    /// Reads a message's body.
    pub fn parse(body: &str) -> Result<Self, String> {
        read(body, |message: &Self| message.v)
    }
}

/// What event-relay sends to the function that sends surveys: an entry that resolves or reopens a ticket. It holds ids only; the
/// reader looks at the ticket as it is by then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurveyWork {
    pub v: u32,
    pub storefront: StorefrontId,
    pub ticket: TicketId,
    pub entry: u32,
}

impl SurveyWork {
    /// Reads a message's body.
    pub fn parse(body: &str) -> Result<Self, String> {
        read(body, |message: &Self| message.v)
    }
}

/// The version this code writes and the only one it reads.
pub const NOTIFY_VERSION: u32 = 1;

fn read<M: DeserializeOwned>(body: &str, version: impl Fn(&M) -> u32) -> Result<M, String> {
    let message: M = serde_json::from_str(body).map_err(|why| why.to_string())?;
    match version(&message) {
        NOTIFY_VERSION => Ok(message),
        other => Err(format!("version {other} is not known here")),
    }
}

impl Notify {
    /// Reads a message's body.
    pub fn parse(body: &str) -> Result<Self, String> {
        read(body, |message: &Self| message.v)
    }
}
