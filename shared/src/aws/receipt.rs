//! What makes a POST safe to send again: the answer is kept with the key it came with and with the channel's own
//! message id, in the transaction that did the work.

use super::http::{Answer, Call, Refusal};
use super::keys::Key;
use super::table::{Committed, Guard, Item, Record, Table, Transaction, Trouble, document};
use super::tickets::ROUNDS;
use crate::access::{Caller, StaffCaller};
use crate::category::Channel;
use crate::id::StorefrontId;
use crate::problem::Problem;
use crate::settings::Loaded;
use crate::text::fingerprint;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

const VERSION: u32 = 1;
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// The first answer, as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// Fingerprint of the request: who asked, what for, and the body.
    request: String,
    status: u16,
    answer: String,
    #[serde(with = "crate::sla::millis")]
    until: Timestamp,
}

/// The guards of one POST against being done twice.
#[derive(Clone, Debug)]
pub struct Receipt {
    key: Option<Key>,
    claim: Option<Key>,
    request: String,
    at: Timestamp,
    until: Timestamp,
}

impl Receipt {
    /// `key` as `Call::keyed` read it, and the channel with its own id of the message. What a customer's token claims
    /// holds for that customer alone: they can neither see nor take what others were answered.
    pub fn new(
        caller: &Caller,
        call: &Call,
        body: &Value,
        key: Option<&str>,
        message: (Channel, Option<&str>),
    ) -> Self {
        let shop = caller.storefront();
        let scope = caller.customer().map_or("", |customer| customer.as_str());
        let (channel, id) = message;
        Self {
            key: key.map(|key| Key::idempotency(shop, scope, key)),
            claim: id.map(|id| Key::claim(shop, scope, channel, id)),
            request: request(scope, call, body),
            at: call.at,
            until: kept_until(call),
        }
    }

    /// The same for what staff do at the desk.
    pub fn of_staff(who: &StaffCaller, call: &Call, body: &Value, key: &str) -> Self {
        Self::scoped(&format!("staff {}", who.id), who, call, body, key)
    }

    /// … and for one of the tickets that one request names. No id of staff has a blank, so no two scopes are the same.
    pub fn of_bulk(who: &StaffCaller, call: &Call, body: &Value, key: &str, ticket: &str) -> Self {
        Self::scoped(&format!("staff {} {ticket}", who.id), who, call, body, key)
    }

    fn scoped(scope: &str, who: &StaffCaller, call: &Call, body: &Value, key: &str) -> Self {
        Self {
            key: Some(Key::idempotency(&who.storefront, scope, key)),
            claim: None,
            request: request(scope, call, body),
            at: call.at,
            until: kept_until(call),
        }
    }

    /// Takes the key for a request that is carried out in many transactions, each with a receipt of its own; sent again
    /// it takes it again. A key that was used for another request is refused.
    pub async fn take(&self, table: &Table) -> Result<(), Refusal> {
        for _ in 0..ROUNDS {
            let read = table.get_many(&self.keys()).await?;
            if self.replay(&read)?.is_some() {
                return Ok(());
            }
            let mut transaction = Transaction::default();
            self.keep(&mut transaction, &Answer { status: 200, headers: Vec::new(), body: String::new() })?;
            if table.commit(transaction).await? == Committed::Done {
                return Ok(());
            }
        }
        Err(Trouble::Unavailable(format!("a key could not be taken in {ROUNDS} rounds")).into())
    }

    /// The same for a form on a page, whose nonce is its key: sent twice it is done once, and another form cannot take
    /// its place. `fields` are what was filled in.
    pub fn of_form(shop: &StorefrontId, nonce: &str, call: &Call, fields: &Value) -> Self {
        let scope = "form";
        Self {
            key: Some(Key::idempotency(shop, scope, nonce)),
            claim: None,
            request: request(scope, call, fields),
            at: call.at,
            until: kept_until(call),
        }
    }

    /// The same for a link that decides once, whatever is sent from its page: it is kept as long as the link lives.
    pub fn of_link(shop: &StorefrontId, token: &str, call: &Call, until: Timestamp) -> Self {
        let name = format!("link {}", fingerprint(&[token.as_bytes()]));
        Self { until: until.max(kept_until(call)), ..Self::of_form(shop, &name, call, &Value::Null) }
    }

    /// The keys to read before anything is done.
    pub fn keys(&self) -> Vec<Key> {
        self.key.iter().chain(&self.claim).cloned().collect()
    }

    /// The first answer, if this request was served before. `read` are the items of `keys`, in order.
    pub fn replay(&self, read: &[Option<Item>]) -> Result<Option<Answer>, Refusal> {
        let mut read = read.iter();
        let keyed: Option<Kept> = first(self.key.as_ref().and_then(|_| read.next()))?;
        if let Some(kept) = keyed.filter(|kept| kept.until > self.at) {
            if kept.request != self.request {
                return Err(Problem::key_reused().into());
            }
            return Ok(Some(Answer::replayed(kept.status, kept.answer)));
        }
        let claimed: Option<Kept> = first(self.claim.as_ref().and_then(|_| read.next()))?;
        Ok(claimed.map(|kept| Answer::replayed(kept.status, kept.answer)))
    }

    /// Keeps the answer in the transaction that does the work.
    pub fn keep(&self, transaction: &mut Transaction, answer: &Answer) -> Result<(), Trouble> {
        let until = self.until;
        let kept = Kept { request: self.request.clone(), status: answer.status, answer: answer.body.clone(), until };
        if let Some(key) = &self.key {
            let record = Record::new(VERSION, &kept)?.expires(until);
            transaction.put_after_expiry(Guard::IdempotencyKey, key, record, self.at);
        }
        if let Some(claim) = &self.claim {
            transaction.put_new(Guard::ChannelMessage, claim, Record::new(VERSION, &kept)?);
        }
        Ok(())
    }
}

fn kept_until(call: &Call) -> Timestamp {
    call.at.saturating_add(KEPT).unwrap_or(call.at)
}

fn first(item: Option<&Option<Item>>) -> Result<Option<Kept>, Trouble> {
    item.and_then(Option::as_ref).map(|item| document(item, VERSION)).transpose()
}

/// The fingerprint of a request, over the parsed body, so that white space and the order of fields are no difference.
fn request(scope: &str, call: &Call, body: &Value) -> String {
    // Not by `Display`, which puts every quote and comma through a formatter; a `Value` is always JSON.
    let body = serde_json::to_vec(body).unwrap_or_default();
    fingerprint(&[scope.as_bytes(), call.method.as_bytes(), call.path.join("/").as_bytes(), &body])
}

/// Requests a minute that one counter takes: few enough that two rarely meet in it, enough that chance hardly fills one
/// counter before the others.
const PER_COUNTER: u32 = 100;

/// Counts the request towards the storefront's quota of this minute. `spread` chooses the counter: a small quota has
/// one and is exact; a large one may be refused a little early, when its counters fill unevenly.
pub fn count(transaction: &mut Transaction, caller: &Caller, settings: &Loaded, at: Timestamp, spread: u8) {
    let minute = at.as_second().div_euclid(60);
    let quota = settings.settings.limits.requests_per_minute;
    let counters = (quota / PER_COUNTER).clamp(1, 256);
    let key = Key::quota(caller.storefront(), minute, u32::from(spread) % counters);
    let expires = at.saturating_add(SignedDuration::from_mins(5)).unwrap_or(at);
    transaction.count(Guard::Quota, &key, quota.div_ceil(counters), expires);
}

const HOUR: i64 = 3_600;

/// Counts a message that came with a customer's token towards their hour: one customer must not use up what the
/// storefront has for all. The storefront's own server speaks for many, so its messages count for nobody.
pub fn count_message(transaction: &mut Transaction, caller: &Caller, settings: &Loaded, at: Timestamp) {
    let Some(customer) = caller.customer() else { return };
    let hour = at.as_second().div_euclid(HOUR);
    let key = Key::messages(caller.storefront(), customer, hour);
    let limit = u32::from(settings.settings.limits.messages_per_customer_hour);
    let expires = at.saturating_add(SignedDuration::from_hours(2)).unwrap_or(at);
    transaction.count(Guard::Messages, &key, limit, expires);
}

/// The refusal of a request that only limits stand in the way of; nothing where something else does too.
pub fn over(guards: &[Guard], at: Timestamp) -> Option<Problem> {
    let rest = |every: i64| u32::try_from(every - at.as_second().rem_euclid(every)).unwrap_or(u32::MAX);
    if !guards.iter().all(|guard| matches!(guard, Guard::Quota | Guard::Messages)) {
        return None;
    }
    let (detail, seconds) = if guards.contains(&Guard::Messages) {
        ("This customer sent as many messages as an hour allows. Wait.", rest(HOUR))
    } else {
        ("The storefront's quota of requests for this minute is used up.", rest(60))
    };
    Some(Problem::too_many(detail, seconds))
}
