//! One try to give one payment's part of the money back.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::PaidHow;
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

/// Why a try was not sent, in the words that a decline has: there is nobody to ask. It waits, and is no decline.
pub const NO_PROVIDER: &str = "no_provider";
/// … the order has less of it, by now, than is to be paid back for.
pub const LESS_ORDERED: &str = "less_ordered";
/// … the customer's bank took the money back after it was held.
pub const CHARGED_BACK: &str = "charged_back";
/// … the order says that less was taken, without any bank having had it back.
pub const LESS_CAPTURED: &str = "less_captured";
/// … the storefront lists the payment no more.
pub const NOT_LISTED: &str = "not_listed";
/// … it is not held any more.
pub const NOT_HELD: &str = "not_held";
/// … an earlier try turned out to have been paid.
pub const PAID_BEFORE: &str = "paid_before";
/// A person is told of what is not known for so long.
const OVERDUE: SignedDuration = SignedDuration::from_hours(24);

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
    /// A person was told that nobody knows what became of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub overdue: bool,
}

impl Payout {
    /// Nothing more comes of it.
    pub fn is_over(&self) -> bool {
        match self.status {
            PayoutStatus::Settled | PayoutStatus::Declined => true,
            PayoutStatus::Due | PayoutStatus::Sending | PayoutStatus::Pending | PayoutStatus::Unknown => false,
        }
    }

    /// Somebody asks the provider at this moment.
    pub fn is_leased(&self, now: Timestamp) -> bool {
        self.lease.is_some_and(|until| until > now)
    }

    /// No payment provider is set, and somebody was told: it goes out by itself once one is.
    pub fn waits_for_provider(&self) -> bool {
        self.status == PayoutStatus::Due && self.code.as_deref() == Some(NO_PROVIDER)
    }

    /// A day has passed, and a person has not been told that nobody knows what became of it. What a provider has taken is
    /// known to be under way, however long that takes.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        let known = self.is_over() || self.status == PayoutStatus::Pending || self.waits_for_provider();
        !known && !self.overdue && now.duration_since(self.made) >= OVERDUE
    }

    /// What is made of what a provider says; nothing where it is known, or older than what is. Whatever is said counts for
    /// more in this order: nothing, pending, settled, declined. A refund that settled can still fail, and one that failed
    /// never settles, so that answers and messages come to the same in any order. A refusal that names no refund of theirs
    /// (`reference`) is about none that is on their books: one that is there counts for more.
    pub fn learns(&self, how: PaidHow, reference: Option<&str>, now: Timestamp) -> Option<PaidHow> {
        let same = reference.is_some() && reference == self.reference.as_deref();
        let asked = self.lease.is_some() || self.check.is_some_and(|check| check <= now);
        match (self.status, how) {
            (PayoutStatus::Settled, PaidHow::Declined) => same.then_some(how),
            (PayoutStatus::Settled, _) => None,
            (PayoutStatus::Declined, PaidHow::Settled) => (!same).then_some(how),
            (PayoutStatus::Declined, PaidHow::Declined) => {
                (self.reference.is_none() && reference.is_some()).then_some(how)
            }
            (PayoutStatus::Declined, PaidHow::Pending | PaidHow::Unknown | PaidHow::NotSent) => None,
            (PayoutStatus::Pending, PaidHow::Settled) => Some(how),
            (PayoutStatus::Pending, PaidHow::Declined) if same => Some(how),
            (PayoutStatus::Pending, _) => asked.then_some(PaidHow::Pending),
            (PayoutStatus::Unknown, PaidHow::Unknown) => asked.then_some(how),
            (PayoutStatus::Due | PayoutStatus::Sending | PayoutStatus::Unknown, _) => Some(how),
        }
    }

    /// When to ask the provider again about a try that was made then: soon at first, then hourly, at last daily.
    pub fn again(made: Timestamp, now: Timestamp) -> Timestamp {
        let minutes = match now.duration_since(made).as_mins() {
            ..2 => 1,
            2..10 => 5,
            10..60 => 15,
            60..1_440 => 60,
            1_440.. => 1_440,
        };
        now.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(now)
    }

    /// The same about what the provider has: at most hourly.
    pub fn later(made: Timestamp, now: Timestamp) -> Timestamp {
        let hour = now.saturating_add(SignedDuration::from_hours(1)).unwrap_or(now);
        Self::again(made, now).max(hour)
    }
}
