//! What a payment provider is asked and what it answers, whoever it is. Two are known: any that keeps our own contract
//! (`infra/PAYMENTS.md`), and Stripe.
//!
//! One question matters above all: may money have moved? `Declined` and `NotSent` say no, and are said only where the
//! provider itself says so or nothing left the house. Whatever cannot be read is `Unknown`.

mod access;
mod base64;
pub mod contract;
#[cfg(test)]
mod examples;
pub mod standard_webhooks;
pub mod stripe;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::category::words;
use crate::id::{PaymentId, PayoutId};

pub use access::{Access, EARLIER_LIVES, Given, Hidden, MOST_KEPT, VERSION, View, access, viewed};

/// Characters of a decline's code that are kept.
pub const LONGEST_CODE: usize = 64;
/// Characters of a provider's own name of a refund, or of its place in a list.
pub const LONGEST_REFERENCE: usize = 255;
/// Pages of a payment's refunds that are read, of at most 100 each.
pub const MOST_PAGES: usize = 10;

words!(
    /// Who gives the money back.
    ProviderKind { Standard = "standard", Stripe = "stripe" }
);
words!(
    /// Why a provider does not give money back, as far as it makes a difference here.
    Decline {
        InsufficientFunds = "insufficient_funds", PaymentNotRefundable = "payment_not_refundable",
        AmountTooLarge = "amount_too_large", Expired = "expired", Other = "other",
    }
);

/// Money to give back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// The provider's idempotency key.
    pub payout: PayoutId,
    pub payment: PaymentId,
    /// In minor units, above 0.
    pub amount: i64,
    pub currency: String,
}

/// How it stands with a refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Settled {
        reference: String,
    },
    /// Taken; it settles or is declined later.
    Pending {
        reference: String,
    },
    /// No money moves.
    Declined {
        reference: Option<String>,
        why: Decline,
        code: Option<Code>,
    },
    /// Nothing was done, this time: not reached, or not let in (too many requests, keys that are not taken). The same
    /// request can be sent again, later.
    NotSent,
    /// It may have been done, or not: the refunds of the payment have to be listed before anything is sent.
    Unknown,
}

/// A refund among those of a payment, as its provider lists it or tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub reference: String,
    /// Ours; none was asked for elsewhere.
    pub payout: Option<PayoutId>,
    pub outcome: Outcome,
    pub amount: i64,
}

/// Some refunds of a payment, and where the rest begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    pub refunds: Vec<Listed>,
    pub next: Option<String>,
}

/// Why there is no list of a payment's refunds. None of these says that a refund is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlisted {
    /// No answer, or one of this status.
    NotAnswered(Option<u16>),
    Unreadable,
    /// More than `MOST_PAGES`.
    TooMany,
}

impl std::fmt::Display for Unlisted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotAnswered(None) => f.write_str("the payment provider did not answer"),
            Self::NotAnswered(Some(status)) => write!(f, "the payment provider answered {status}"),
            Self::Unreadable => f.write_str("the payment provider's list cannot be read"),
            Self::TooMany => f.write_str("the payment has more refunds than are read"),
        }
    }
}

impl std::error::Error for Unlisted {}

/// What a provider tells on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The same however often it is told.
    pub message: String,
    /// The names that the provider has for the payment.
    pub payments: Vec<PaymentId>,
    pub refund: Listed,
}

/// Why nothing is taken from whoever claims to be the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// No signature by a secret that holds.
    Forged,
    /// Signed too long ago, or in the future.
    Untimely,
    /// Signed, and not what was agreed.
    Unreadable,
}

/// A request to a provider, to be sent below its base address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    pub method: &'static str,
    /// With the query.
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

/// The headers of a provider's message that its signature is in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    pub id: Option<String>,
    pub timestamp: Option<String>,
    pub signature: Option<String>,
    pub stripe_signature: Option<String>,
}

impl Headers {
    pub fn read(header: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            id: header("webhook-id"),
            timestamp: header("webhook-timestamp"),
            signature: header("webhook-signature"),
            stripe_signature: header("stripe-signature"),
        }
    }
}

/// A provider's word for a decline: 1 to 64 of a-z, 0-9 and _.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Code(String);

impl Code {
    /// The nearest code to what a provider wrote; none for nothing.
    pub fn of(text: &str) -> Option<Self> {
        let narrow = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
        let code: String = text.trim().chars().take(LONGEST_CODE).map(narrow).collect();
        (!code.is_empty()).then_some(Self(code))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Code {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::of(&text).filter(|code| code.0 == text).ok_or_else(|| "is not a decline's code".to_owned())
    }
}

impl From<Code> for String {
    fn from(code: Code) -> String {
        code.0
    }
}

impl Access {
    /// The request that asks for a refund; the code of what stands in the way of asking.
    pub fn request(&self, refund: &Refund, now: Timestamp) -> Result<Outgoing, Code> {
        match self.kind {
            ProviderKind::Standard => Ok(contract::request(refund, &self.signing_keys(now), now)),
            ProviderKind::Stripe => stripe::request(refund, self.newest_key()).map_err(|code| Code(code.to_owned())),
        }
    }

    pub fn answered(&self, refund: &Refund, status: u16, body: &[u8]) -> Outcome {
        match self.kind {
            ProviderKind::Standard => contract::answered(refund, status, body),
            ProviderKind::Stripe => stripe::answered(refund, status, body),
        }
    }

    /// The request for refunds of a payment, after those that were read.
    pub fn list(&self, payment: &PaymentId, after: Option<&str>, now: Timestamp) -> Result<Outgoing, Unlisted> {
        match self.kind {
            ProviderKind::Standard => Ok(contract::list(payment, after, &self.signing_keys(now), now)),
            // A payment of no kind that Stripe has cannot be asked for; no refund of it was ever sent.
            ProviderKind::Stripe => stripe::list(payment, after, self.newest_key()).ok_or(Unlisted::Unreadable),
        }
    }

    pub fn listed(&self, status: u16, body: &[u8]) -> Result<Page, Unlisted> {
        if status != 200 {
            return Err(Unlisted::NotAnswered(Some(status)));
        }
        let read = match self.kind {
            ProviderKind::Standard => contract::listed(body),
            ProviderKind::Stripe => stripe::listed(body),
        };
        read.ok_or(Unlisted::Unreadable)
    }

    /// What a provider's message says. Nothing where it is genuine and of no matter here.
    pub fn told(&self, headers: &Headers, body: &[u8], now: Timestamp) -> Result<Option<Told>, Refused> {
        match self.kind {
            ProviderKind::Standard => contract::told(headers, body, &self.hearing_keys(now), now),
            ProviderKind::Stripe => stripe::told(headers, body, &self.secrets(now), now),
        }
    }
}

/// A provider's own name of something, if it is one that can be kept and sent.
fn reference(text: &str) -> Option<String> {
    let fits = (1..=LONGEST_REFERENCE).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| text.to_owned())
}

/// A text as part of an address or of a form.
fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}
