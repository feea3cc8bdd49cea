//! What travels on the queues. The version is in the message, because the other side may run another build.

use serde::{Deserialize, Serialize};

use crate::category::words;
use crate::id::{StorefrontId, TicketId};

words!(
    /// What somebody is to hear.
    Notice {
        // To the customer.
        Acknowledge = "acknowledge", Reply = "reply", Proposal = "proposal", Waiting = "waiting",
        Reminder = "reminder", Resolved = "resolved", Merged = "merged",
        CaseRequested = "case_requested", CaseChanged = "case_changed", CaseApproved = "case_approved",
        CaseRejected = "case_rejected", CaseCancelled = "case_cancelled", CaseExpired = "case_expired",
        CaseSettled = "case_settled", ReturnReminder = "return_reminder", GoodsReceived = "goods_received",
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
        // To the leads, who look after how promises are kept.
        Corrected = "corrected",
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
            | Self::GoodsReceived => Addressee::Customer,
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
            | Self::PayoutOverdue => Addressee::Escalation,
            Self::Assigned
            | Self::Wrote
            | Self::Answered
            | Self::Chase
            | Self::Expired
            | Self::FollowedUp
            | Self::Corrected => Addressee::Desk,
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
        let message: Self = serde_json::from_str(body).map_err(|why| why.to_string())?;
        if message.v == NOTIFY_VERSION { Ok(message) } else { Err(format!("version {} is not known here", message.v)) }
    }
}

/// The version this code writes and the only one it reads.
pub const NOTIFY_VERSION: u32 = 1;

impl Notify {
    /// Reads a message's body.
    pub fn parse(body: &str) -> Result<Self, String> {
        let message: Self = serde_json::from_str(body).map_err(|why| why.to_string())?;
        if message.v == NOTIFY_VERSION { Ok(message) } else { Err(format!("version {} is not known here", message.v)) }
    }
}
