//! What travels on the queues. The version is in the message, because the other side may run another build.

use serde::{Deserialize, Serialize};

use crate::category::words;
use crate::id::{StorefrontId, TicketId};

words!(
    /// What somebody is to hear. The first three are for the customer.
    Notice {
        Acknowledge = "acknowledge", Reply = "reply", Resolved = "resolved", Urgent = "urgent", Warned = "warned",
        Breached = "breached", Manager = "manager", Head = "head", Daily = "daily", NoWorkingTime = "no_working_time",
    }
);

impl Notice {
    pub fn is_for_customer(self) -> bool {
        match self {
            Self::Acknowledge | Self::Reply | Self::Resolved => true,
            Self::Urgent
            | Self::Warned
            | Self::Breached
            | Self::Manager
            | Self::Head
            | Self::Daily
            | Self::NoWorkingTime => false,
        }
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

/// The version this code writes and the only one it reads.
pub const NOTIFY_VERSION: u32 = 1;

impl Notify {
    /// Reads a message's body.
    pub fn parse(body: &str) -> Result<Self, String> {
        let message: Self = serde_json::from_str(body).map_err(|why| why.to_string())?;
        if message.v == NOTIFY_VERSION { Ok(message) } else { Err(format!("version {} is not known here", message.v)) }
    }
}
