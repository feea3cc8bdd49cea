//! Our own contract with a payment provider, as `infra/PAYMENTS.md` has it: anybody can put a provider behind it.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::standard_webhooks::{sign, verify};
use super::{Code, Decline, Headers, Listed, Outcome, Outgoing, Page, Refund, Refused, Told, escaped, reference};
use crate::category::words;
use crate::id::{PaymentId, PayoutId};
use crate::text::fingerprint;

/// The version of what is sent and of what is told.
pub const VERSION: u32 = 1;
const JSON: &str = "application/json";
/// Refunds of one page.
pub const MOST_LISTED: usize = 100;

words!(
    /// How it stands with a refund, in the contract's words.
    Status { Settled = "settled", Pending = "pending", Declined = "declined" }
);

/// A refund, wherever the contract speaks of one.
#[derive(Debug, Deserialize)]
struct Spoken {
    id: Option<String>,
    reference: Option<String>,
    status: Option<String>,
    decline: Option<Why>,
    payment: Option<String>,
    amount: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct Why {
    code: Option<String>,
}

#[derive(Debug, Deserialize)]
struct List {
    refunds: Vec<Spoken>,
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Message {
    v: u32,
    #[serde(rename = "type")]
    kind: String,
    refund: Option<serde_json::Value>,
}

/// `POST /refunds`, the same bytes however often it is asked, but for the signature.
pub fn request(refund: &Refund, keys: &[Vec<u8>], now: Timestamp) -> Outgoing {
    let Refund { payout, payment, amount, currency } = refund;
    let body = json!({ "v": VERSION, "id": payout, "payment": payment, "amount": amount, "currency": currency });
    let body = body.to_string();
    // The scheme has no points in ids; a payout's id has two.
    let id = format!("refund_{}", payout.as_str().replace('.', "_"));
    let mut headers = vec![
        ("accept", JSON.to_owned()),
        ("content-type", JSON.to_owned()),
        ("idempotency-key", payout.as_str().to_owned()),
    ];
    headers.extend(signed(&id, body.as_bytes(), keys, now));
    Outgoing { method: "POST", path: "/refunds".to_owned(), headers, body }
}

/// `GET /refunds`. There is no body to sign, so what is asked for is signed in its place.
pub fn list(payment: &PaymentId, after: Option<&str>, keys: &[Vec<u8>], now: Timestamp) -> Outgoing {
    let after = after.map(|after| format!("&after={}", escaped(after))).unwrap_or_default();
    let path = format!("/refunds?payment={}{after}", escaped(payment.as_str()));
    let id = fingerprint(&[path.as_bytes(), &now.as_millisecond().to_be_bytes()]);
    let mut headers = vec![("accept", JSON.to_owned())];
    headers.extend(signed(&format!("list_{id}"), path.as_bytes(), keys, now));
    Outgoing { method: "GET", path, headers, body: String::new() }
}

fn signed(id: &str, content: &[u8], keys: &[Vec<u8>], now: Timestamp) -> [(&'static str, String); 3] {
    [
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", now.as_second().to_string()),
        ("webhook-signature", sign(keys, id, now, content)),
    ]
}

/// What the answer to a request for a refund means.
pub fn answered(refund: &Refund, status: u16, body: &[u8]) -> Outcome {
    match status {
        200 | 201 => done(refund, body).unwrap_or(Outcome::Unknown),
        401 | 403 | 425 | 429 => Outcome::NotSent,
        // Given up while it was being read, and a key that another request has: neither says what became of ours.
        408 | 409 => Outcome::Unknown,
        400..=499 => refused(body).unwrap_or(Outcome::Unknown),
        _ => Outcome::Unknown,
    }
}

/// Only what speaks of this very refund.
fn done(refund: &Refund, body: &[u8]) -> Option<Outcome> {
    let spoken: Spoken = serde_json::from_slice(body).ok()?;
    let ours = spoken.id.as_deref() == Some(refund.payout.as_str())
        && spoken.amount.is_none_or(|amount| amount == refund.amount);
    ours.then(|| spoken.outcome()).flatten()
}

/// A refusal is a decline only in the contract's own words: anything between us and a provider can answer 404.
fn refused(body: &[u8]) -> Option<Outcome> {
    let spoken: Spoken = serde_json::from_slice(body).ok()?;
    spoken.decline.as_ref()?.code.as_ref()?;
    Some(spoken.declined())
}

/// A page of a payment's refunds. One of them that cannot be read could be the one that is looked for, so none is.
pub fn listed(body: &[u8]) -> Option<Page> {
    let list: List = serde_json::from_slice(body).ok()?;
    if list.refunds.len() > MOST_LISTED {
        return None;
    }
    let refunds = list.refunds.iter().map(Spoken::listed).collect::<Option<_>>()?;
    let next = match list.next {
        Some(next) => Some(reference(&next)?),
        None => None,
    };
    Some(Page { refunds, next })
}

/// What a provider's message says. Other types of message are for others.
pub fn told(headers: &Headers, body: &[u8], secrets: &[Vec<u8>], now: Timestamp) -> Result<Option<Told>, Refused> {
    let id = verify(headers, body, secrets, now)?;
    let message: Message = serde_json::from_slice(body).ok().ok_or(Refused::Unreadable)?;
    if message.v != VERSION {
        return Err(Refused::Unreadable);
    }
    if message.kind != "refund.updated" {
        return Ok(None);
    }
    message.told(id).map(Some).ok_or(Refused::Unreadable)
}

impl Message {
    fn told(self, id: String) -> Option<Told> {
        let spoken: Spoken = serde_json::from_value(self.refund?).ok()?;
        let payment = PaymentId::parse(spoken.payment.as_deref()?)?;
        Some(Told { message: id, payments: vec![payment], refund: spoken.listed()? })
    }
}

impl Spoken {
    fn reference(&self) -> Option<String> {
        self.reference.as_deref().and_then(reference)
    }

    /// Nothing for a status that is none.
    fn outcome(&self) -> Option<Outcome> {
        match Status::parse(self.status.as_deref()?)? {
            Status::Settled => Some(Outcome::Settled { reference: self.reference()? }),
            Status::Pending => Some(Outcome::Pending { reference: self.reference()? }),
            Status::Declined => Some(self.declined()),
        }
    }

    fn declined(&self) -> Outcome {
        let code = self.decline.as_ref().and_then(|why| why.code.as_deref()).and_then(Code::of);
        let why = code.as_ref().and_then(|code| Decline::parse(code.as_str())).unwrap_or(Decline::Other);
        Outcome::Declined { reference: self.reference(), why, code }
    }

    fn listed(&self) -> Option<Listed> {
        Some(Listed {
            reference: self.reference()?,
            payout: self.id.as_deref().and_then(PayoutId::parse),
            // It is there, whatever has become of it.
            outcome: self.outcome().unwrap_or(Outcome::Unknown),
            amount: self.amount?,
        })
    }
}
