//! One try to give one payment's part of the money back.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::category::words;
use crate::id::PaymentId;
use crate::sla::{millis, millis_or_none};

words!(
    /// How a try stands.
    PayoutStatus {
        /// It is to be made.
        Due = "due",
        /// The provider is being asked; when its answer is lost, this is all that is known.
        Sending = "sending",
        /// The provider has it and is not done.
        Pending = "pending",
        Unknown = "unknown", Settled = "settled", Declined = "declined",
    }
);

/// A try. Its id is the provider's idempotency key, however often it is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payout {
    /// 1, 2, 3 … in its case.
    pub number: u16,
    pub payment: PaymentId,
    pub amount: i64,
    pub status: PayoutStatus,
    #[serde(with = "millis")]
    pub made: Timestamp,
    /// How often the provider was asked.
    #[serde(default)]
    pub asked: u16,
    /// When it is asked again.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
    pub check: Option<Timestamp>,
    /// Somebody is asking the provider until then.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
    pub lease: Option<Timestamp>,
    /// The provider's own id of the refund.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

impl Payout {
    /// Nothing more comes of it.
    pub fn is_over(&self) -> bool {
        match self.status {
            PayoutStatus::Settled | PayoutStatus::Declined => true,
            PayoutStatus::Due | PayoutStatus::Sending | PayoutStatus::Pending | PayoutStatus::Unknown => false,
        }
    }

    /// When to ask the provider again after so many times: soon at first, then hourly, at last daily.
    pub fn again(asked: u16, now: Timestamp) -> Timestamp {
        let minutes = match asked {
            0 | 1 => 1,
            2 => 5,
            3 => 15,
            4..=26 => 60,
            _ => 24 * 60,
        };
        now.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(now)
    }
}
