//! Stripe as a payment provider: its refunds API, and the events it signs.
//!
//! | Stripe says | it means |
//! |---|---|
//! | `succeeded` | settled |
//! | `pending`, `requires_action` | pending |
//! | `failed`, `canceled` | declined |
//! | 4xx of the type `invalid_request_error` or `card_error` | declined |
//! | 401, 403, 429 | not sent: nothing was looked at |
//! | 409 (the key is in use), `idempotency_error`, 5xx, anything else | unknown |
//!
//! It keeps a key for at least 24 hours and answers with what it answered first, a 500 among it.

mod amounts;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::standard_webhooks::{instant, one_is_genuine, timely};
use super::{
    Code, Decline, Headers, Hidden, Listed, Outcome, Outgoing, Page, Refund, Refused, Told, escaped, reference,
};
use crate::id::{PaymentId, PayoutId};

/// Where Stripe is.
pub const URL: &str = "https://api.stripe.com";
/// The version whose shapes are read here; answers are of it whatever the account's own is.
const API_VERSION: &str = "2024-10-28.acacia";
/// Where a refund carries our id.
const OURS: &str = "aftercare_payout";
/// Refunds of one page: the most that Stripe gives.
const MOST_LISTED: usize = 100;
/// Signatures of one event that are looked at.
const MOST_SIGNATURES: usize = 10;
/// Events whose object is a refund. `charge.refunded` tells the same of a charge, without the refund.
const TOLD: [&str; 4] = ["refund.created", "refund.updated", "refund.failed", "charge.refund.updated"];

#[derive(Debug, Deserialize)]
struct Object {
    id: String,
    object: String,
    amount: i64,
    currency: String,
    status: Option<String>,
    failure_reason: Option<String>,
    payment_intent: Option<Value>,
    charge: Option<Value>,
    #[serde(default)]
    metadata: Option<serde_json::Map<String, Value>>,
}

#[derive(Debug, Deserialize)]
struct List {
    data: Vec<Object>,
    has_more: bool,
}

#[derive(Debug, Deserialize)]
struct Refusal {
    error: Fault,
}

#[derive(Debug, Deserialize)]
struct Fault {
    #[serde(rename = "type")]
    kind: String,
    code: Option<String>,
    decline_code: Option<String>,
    param: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    data: Option<Inner>,
}

#[derive(Debug, Deserialize)]
struct Inner {
    object: Value,
}

/// `POST /v1/refunds`; the code of what Stripe cannot be asked for.
pub fn request(refund: &Refund, key: &Hidden) -> Result<Outgoing, &'static str> {
    let field = field(&refund.payment).ok_or("payment_not_of_stripe")?;
    let amount = amounts::theirs(refund.amount, &refund.currency).ok_or("amount_not_in_units_of_stripe")?;
    let (payment, payout) = (escaped(refund.payment.as_str()), escaped(refund.payout.as_str()));
    let body = format!("{field}={payment}&amount={amount}&metadata%5B{OURS}%5D={payout}");
    let mut headers = authorized(key);
    headers.push(("content-type", "application/x-www-form-urlencoded".to_owned()));
    headers.push(("idempotency-key", refund.payout.as_str().to_owned()));
    Ok(Outgoing { method: "POST", path: "/v1/refunds".to_owned(), headers, body })
}

/// `GET /v1/refunds`, latest first.
pub fn list(payment: &PaymentId, after: Option<&str>, key: &Hidden) -> Option<Outgoing> {
    let after = after.map(|after| format!("&starting_after={}", escaped(after))).unwrap_or_default();
    let path = format!("/v1/refunds?{}={}&limit={MOST_LISTED}{after}", field(payment)?, escaped(payment.as_str()));
    Some(Outgoing { method: "GET", path, headers: authorized(key), body: String::new() })
}

/// Which kind of payment an id is of. Charges of other methods than cards begin with `py_`.
fn field(payment: &PaymentId) -> Option<&'static str> {
    match payment.as_str().split_once('_')?.0 {
        "pi" => Some("payment_intent"),
        "ch" | "py" => Some("charge"),
        _ => None,
    }
}

fn authorized(key: &Hidden) -> Vec<(&'static str, String)> {
    vec![("authorization", format!("Bearer {}", key.reveal())), ("stripe-version", API_VERSION.to_owned())]
}

/// What the answer to a request for a refund means.
pub fn answered(refund: &Refund, status: u16, body: &[u8]) -> Outcome {
    match status {
        200 => done(refund, body).unwrap_or(Outcome::Unknown),
        401 | 403 | 429 => Outcome::NotSent,
        409 => Outcome::Unknown,
        400..=499 => refused(body).unwrap_or(Outcome::Unknown),
        _ => Outcome::Unknown,
    }
}

/// Only what speaks of this very refund.
fn done(refund: &Refund, body: &[u8]) -> Option<Outcome> {
    let object: Object = serde_json::from_slice(body).ok()?;
    let same = object.currency.eq_ignore_ascii_case(&refund.currency);
    let listed = object.listed()?;
    let ours = same && listed.payout.as_ref() == Some(&refund.payout) && listed.amount == refund.amount;
    ours.then_some(listed.outcome)
}

fn refused(body: &[u8]) -> Option<Outcome> {
    let Refusal { error } = serde_json::from_slice(body).ok()?;
    // An `api_error` is Stripe's own trouble, and an `idempotency_error` speaks of another request under our key.
    if !matches!(error.kind.as_str(), "invalid_request_error" | "card_error") {
        return None;
    }
    let code = error.decline_code.as_deref().or(error.code.as_deref()).and_then(Code::of);
    let why = match (&code, error.param.as_deref()) {
        (Some(code), _) => decline(code.as_str()),
        // "Refund amount is greater than unrefunded amount on charge" comes without a code in places.
        (None, Some("amount")) => Decline::AmountTooLarge,
        (None, _) => Decline::Other,
    };
    Some(Outcome::Declined { reference: None, why, code })
}

/// Codes of refusals and reasons of refunds that failed.
fn decline(code: &str) -> Decline {
    match code {
        "insufficient_funds" | "balance_insufficient" => Decline::InsufficientFunds,
        "charge_already_refunded"
        | "charge_disputed"
        | "charge_for_pending_refund_disputed"
        | "charge_not_refundable"
        | "refund_disputed_payment"
        | "resource_missing" => Decline::PaymentNotRefundable,
        "amount_too_large" => Decline::AmountTooLarge,
        "charge_expired_for_capture" | "expired_card" | "expired_or_canceled_card" => Decline::Expired,
        _ => Decline::Other,
    }
}

/// A page of a payment's refunds. One of them that cannot be read could be the one that is looked for, so none is.
pub fn listed(body: &[u8]) -> Option<Page> {
    let list: List = serde_json::from_slice(body).ok()?;
    let refunds: Vec<Listed> = list.data.iter().map(Object::listed).collect::<Option<_>>()?;
    let next = match (list.has_more, refunds.last()) {
        (false, _) => None,
        (true, Some(last)) => Some(last.reference.clone()),
        // More after nothing: where that is, it does not say.
        (true, None) => return None,
    };
    Some(Page { refunds, next })
}

impl Object {
    fn listed(&self) -> Option<Listed> {
        if self.object != "refund" {
            return None;
        }
        let reference = reference(&self.id)?;
        let ours = self.metadata.as_ref().and_then(|data| data.get(OURS)).and_then(Value::as_str);
        Some(Listed {
            payout: ours.and_then(PayoutId::parse),
            outcome: self.outcome(&reference),
            amount: amounts::ours(self.amount, &self.currency)?,
            reference,
        })
    }

    fn outcome(&self, reference: &str) -> Outcome {
        let reference = reference.to_owned();
        match self.status.as_deref() {
            Some("succeeded") => Outcome::Settled { reference },
            Some("pending" | "requires_action") => Outcome::Pending { reference },
            Some(status @ ("failed" | "canceled")) => {
                let code = Code::of(self.failure_reason.as_deref().unwrap_or(status));
                let why = code.as_ref().map_or(Decline::Other, |code| decline(code.as_str()));
                Outcome::Declined { reference: Some(reference), why, code }
            }
            Some(_) | None => Outcome::Unknown,
        }
    }

    fn payments(&self) -> Vec<PaymentId> {
        let name = |value: &Value| PaymentId::parse(value.as_str().or_else(|| value.get("id")?.as_str())?);
        [&self.payment_intent, &self.charge].into_iter().flatten().filter_map(name).collect()
    }
}

/// What an event says. It is signed as `{t}.{body}` in `Stripe-Signature: t=…,v1=…` with the secret as it is written.
pub fn told(headers: &Headers, body: &[u8], secrets: &[Hidden], now: Timestamp) -> Result<Option<Told>, Refused> {
    verify(headers, body, secrets, now)?;
    let event: Event = serde_json::from_slice(body).ok().ok_or(Refused::Unreadable)?;
    if !TOLD.contains(&event.kind.as_str()) {
        return Ok(None);
    }
    event.told().map(Some).ok_or(Refused::Unreadable)
}

impl Event {
    fn told(self) -> Option<Told> {
        let object: Object = serde_json::from_value(self.data?.object).ok()?;
        Some(Told { message: reference(&self.id)?, payments: object.payments(), refund: object.listed()? })
    }
}

fn verify(headers: &Headers, body: &[u8], secrets: &[Hidden], now: Timestamp) -> Result<(), Refused> {
    let header = headers.stripe_signature.as_deref().ok_or(Refused::Forged)?;
    let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
    let second = parts().find(|(name, _)| *name == "t").map(|(_, second)| second).ok_or(Refused::Forged)?;
    let sent = instant(second)?;
    let tags: Vec<Vec<u8>> =
        parts().filter(|(name, _)| *name == "v1").filter_map(|(_, tag)| bytes(tag)).take(MOST_SIGNATURES).collect();
    let keys: Vec<&[u8]> = secrets.iter().map(|secret| secret.reveal().as_bytes()).collect();
    one_is_genuine(&keys, &[second.as_bytes(), body], &tags)?;
    timely(sent, now)
}

/// The signature of an event as Stripe makes it: for whoever stands in for Stripe.
pub fn signature(secret: &str, at: Timestamp, body: &[u8]) -> String {
    use hmac::Mac;
    let second = at.as_second().to_string();
    let mac = super::standard_webhooks::over(secret.as_bytes(), &[second.as_bytes(), body]).finalize().into_bytes();
    let hex: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={second},v1={hex}")
}

/// Bytes written in hex.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = hex.chars().map(|digit| digit.to_digit(16)).collect();
    let byte = |pair: &[u32]| match pair {
        [high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    };
    digits?.chunks(2).map(byte).collect()
}
