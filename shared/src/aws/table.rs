//! The table: reads, and commits that happen whole or not at all.
//!
//! Every write that depends on a condition is a transaction, because the SDK gives a transaction a token: when a
//! reply is lost and the SDK asks again, the table answers as the first time. A lone conditional write would then see
//! its own effect and take it for somebody else's.

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, Put, TransactWriteItem, Update};
use serde::{Serialize, de::DeserializeOwned};

pub use super::loads::Load;

use super::keys::Key;
use super::loads;
use crate::roster::Presence;

pub type Item = HashMap<String, AttributeValue>;

/// The table could not do it, or holds what this build cannot read.
#[derive(Debug)]
pub enum Trouble {
    /// Nothing is wrong with the request; it can be tried again.
    Unavailable(String),
    /// An item that is not of the shape this build knows: half a record is an error, never a guess.
    Unreadable { key: Key, why: String },
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unavailable(why) => write!(f, "it cannot be done now: {why}"),
            Self::Unreadable { key, why } => write!(f, "item {} {} cannot be read: {why}", key.pk, key.sk),
        }
    }
}

impl std::error::Error for Trouble {}

/// Which condition of a transaction stood in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// The state was changed by somebody else since it was read.
    State,
    Entry,
    Content,
    Number,
    Customer,
    CustomerTicket,
    IdempotencyKey,
    ChannelMessage,
    Quota,
    /// Of one customer's messages in an hour.
    Messages,
    Address,
    Settings,
    LinkKeys,
    PaymentAccess,
    Mail,
    Acknowledged,
    Suppressed,
    /// Of a member of staff: their load or their presence.
    Agent,
    /// That a member of staff looked at a ticket is on record.
    Look,
    Case,
    Order,
    /// What a customer was given back.
    Buyer,
    /// What a member of staff gave in a day.
    Given,
    Survey,
    /// What a customer was asked.
    Asked,
    Feedback,
    /// That a customer bought something.
    Bought,
    Sheets,
    /// An improvement action, or how many are open.
    Improvement,
    Review,
}

/// How a commit ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Committed {
    Done,
    /// Nothing was written: these conditions did not hold.
    Refused(Vec<Guard>),
    /// Nothing was written: another transaction held one of the items. Trying again is right.
    Contended,
}

/// One page of a query.
#[derive(Debug, Default)]
pub struct Page {
    pub items: Vec<Item>,
    pub more: bool,
}

/// One page of a scan, and the key to go on after.
#[derive(Debug, Default)]
pub struct Scanned {
    pub items: Vec<Item>,
    pub last: Option<Key>,
}

/// The one table.
#[derive(Debug)]
pub struct Table {
    pub(super) client: Client,
    pub(super) name: String,
    pub(super) known: super::shop::Known,
    pub(super) link_keys: super::links::Known,
}

/// Attributes of an item that is in both indexes, and a few.
const ROOM: usize = 12;
/// BatchGetItem takes 100 keys.
const MOST_KEYS: usize = 100;
/// What DynamoDB left undone of a batch is asked for again this often.
const BATCH_ROUNDS: usize = 5;

impl Table {
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        Self {
            client,
            name: name.into(),
            known: super::shop::Known::default(),
            link_keys: super::links::Known::default(),
        }
    }

    /// Reads one item, as it is now.
    pub async fn get(&self, key: &Key) -> Result<Option<Item>, Trouble> {
        let read = self.client.get_item().table_name(&self.name).set_key(Some(attributes(key))).consistent_read(true);
        Ok(read.send().await.map_err(unavailable)?.item)
    }

    /// Reads items, 100 a call, in the order of the keys.
    pub async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Trouble> {
        if let [key] = keys {
            return Ok(vec![self.get(key).await?]);
        }
        // The table refuses a batch that names an item twice.
        let distinct: HashSet<&Key> = keys.iter().collect();
        let distinct: Vec<&Key> = distinct.into_iter().collect();
        let mut found: HashMap<Key, Item> = HashMap::new();
        for batch in distinct.chunks(MOST_KEYS) {
            found.extend(self.get_batch(batch).await?);
        }
        Ok(keys.iter().map(|key| found.get(key).cloned()).collect())
    }

    /// Items of at most 100 keys, none of them twice.
    async fn get_batch(&self, keys: &[&Key]) -> Result<HashMap<Key, Item>, Trouble> {
        let mut found: HashMap<Key, Item> = HashMap::new();
        let mut left: Vec<Item> = keys.iter().map(|key| attributes(key)).collect();
        for _ in 0..BATCH_ROUNDS {
            if left.is_empty() {
                break;
            }
            let wanted =
                KeysAndAttributes::builder().set_keys(Some(left)).consistent_read(true).build().map_err(unavailable)?;
            let answer =
                self.client.batch_get_item().request_items(&self.name, wanted).send().await.map_err(unavailable)?;
            let items = answer.responses.unwrap_or_default().remove(&self.name).unwrap_or_default();
            found.extend(items.into_iter().filter_map(|item| Some((key_of(&item)?, item))));
            left = answer
                .unprocessed_keys
                .unwrap_or_default()
                .remove(&self.name)
                .map(|rest| rest.keys)
                .unwrap_or_default();
        }
        if !left.is_empty() {
            return Err(Trouble::Unavailable(format!("{} of {} items were left unread", left.len(), keys.len())));
        }
        Ok(found)
    }

    /// Items of one partition whose sort key begins with `prefix`, at most `limit`; `after` is the last sort key
    /// of the page before.
    pub async fn query(
        &self,
        pk: &str,
        prefix: &str,
        backwards: bool,
        limit: i32,
        after: Option<&str>,
    ) -> Result<Page, Trouble> {
        let start = after.map(|sk| attributes(&Key { pk: pk.to_owned(), sk: sk.to_owned() }));
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":prefix", text(prefix))
            .set_exclusive_start_key(start)
            .scan_index_forward(!backwards)
            .consistent_read(true)
            .limit(limit);
        let answer = query.send().await.map_err(unavailable)?;
        Ok(Page { items: answer.items.unwrap_or_default(), more: answer.last_evaluated_key.is_some() })
    }

    /// Keys of one shard of the due index up to an instant, soonest first, at most `limit`; `after` is the last row
    /// of the page before.
    pub async fn due(
        &self,
        shard: &str,
        until: &str,
        limit: i32,
        after: Option<&(String, Key)>,
    ) -> Result<Vec<(String, Key)>, Trouble> {
        let start = after.map(|(at, key)| {
            let mut start = attributes(key);
            start.extend([("due_shard".to_owned(), text(shard)), ("due_at".to_owned(), text(at))]);
            start
        });
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .index_name("due")
            .key_condition_expression("due_shard = :shard AND due_at <= :until")
            .expression_attribute_values(":shard", text(shard))
            .expression_attribute_values(":until", text(until))
            .set_exclusive_start_key(start)
            .limit(limit);
        let rows = query.send().await.map_err(unavailable)?.items.unwrap_or_default().into_iter();
        Ok(rows.filter_map(|item| Some((string(&item, "due_at")?.to_owned(), key_of(&item)?))).collect())
    }

    /// One page of a scan for history entries and what else is told of, after the key the page before ended with.
    pub async fn scan_entries(&self, after: Option<Key>) -> Result<Scanned, Trouble> {
        let scan = self
            .client
            .scan()
            .table_name(&self.name)
            .filter_expression("begins_with(sk, :entry) OR sk = :feedback OR begins_with(sk, :bought) OR sk = :review")
            .expression_attribute_values(":entry", text(super::keys::ENTRY))
            .expression_attribute_values(":feedback", text(super::keys::FEEDBACK))
            .expression_attribute_values(":bought", text(super::keys::BOUGHT))
            .expression_attribute_values(":review", text(super::keys::REVIEW))
            .set_exclusive_start_key(after.as_ref().map(attributes));
        let answer = scan.send().await.map_err(unavailable)?;
        let last = answer.last_evaluated_key.as_ref().and_then(key_of);
        Ok(Scanned { items: answer.items.unwrap_or_default(), last })
    }

    /// Writes an item whatever is there. Only where what is written follows from its key and from what never changes, so that
    /// it makes no difference who writes it, and when: it costs half of a transaction.
    pub async fn put(&self, key: &Key, record: Record) -> Result<(), Trouble> {
        let mut item = record.attributes;
        item.extend(attributes(key));
        let put = self.client.put_item().table_name(&self.name).set_item(Some(item));
        put.send().await.map(drop).map_err(unavailable)
    }

    /// Writes all of it or nothing.
    pub async fn commit(&self, transaction: Transaction) -> Result<Committed, Trouble> {
        let (guards, actions): (Vec<Guard>, Vec<TransactWriteItem>) = transaction.on(&self.name).into_iter().unzip();
        let sent = self.client.transact_write_items().set_transact_items(Some(actions)).send().await;
        let Err(error) = sent else { return Ok(Committed::Done) };
        match error.as_service_error() {
            Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                let codes = cancelled.cancellation_reasons().iter().map(|reason| reason.code().unwrap_or_default());
                Self::cancelled(&guards, codes.collect())
            }
            Some(TransactWriteItemsError::TransactionInProgressException(_)) => Ok(Committed::Contended),
            Some(_) | None => Err(unavailable(error)),
        }
    }

    /// The cancellation codes of a transaction as one word of ours.
    fn cancelled(guards: &[Guard], codes: Vec<&str>) -> Result<Committed, Trouble> {
        let refused: Vec<Guard> = guards
            .iter()
            .zip(&codes)
            .filter(|(_, code)| **code == "ConditionalCheckFailed")
            .map(|(guard, _)| *guard)
            .collect();
        if !refused.is_empty() {
            return Ok(Committed::Refused(refused));
        }
        if codes.contains(&"TransactionConflict") {
            return Ok(Committed::Contended);
        }
        Err(Trouble::Unavailable(format!("the transaction was cancelled: {}", codes.join(", "))))
    }
}

/// What is written to one item: the document and the attributes that keys, indexes and conditions need.
#[derive(Clone, Debug)]
pub struct Record {
    attributes: Item,
}

impl Record {
    /// A document in one string: one attribute is half the bytes and a third of the work of a map of them.
    pub fn new<T: Serialize>(version: u32, document: &T) -> Result<Self, Trouble> {
        let document = serde_json::to_string(document).map_err(unavailable)?;
        // Room for keys, indexes and version as well: a map that grows hashes all it has again.
        let mut attributes = Item::with_capacity(ROOM);
        attributes.insert("v".to_owned(), number(version));
        attributes.insert("doc".to_owned(), AttributeValue::S(document));
        Ok(Self { attributes })
    }

    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.attributes.insert(name.to_owned(), AttributeValue::S(value.into()));
        self
    }

    pub fn with_number(mut self, name: &str, value: impl ToString) -> Self {
        self.attributes.insert(name.to_owned(), number(value));
        self
    }

    /// In which second DynamoDB may delete it; expiry is decided in code.
    pub fn expires(self, at: jiff::Timestamp) -> Self {
        self.with_number("ttl", at.as_second())
    }
}

/// The document of an item that was read.
pub fn document<T: DeserializeOwned>(item: &Item, version: u32) -> Result<T, Trouble> {
    let unreadable = |why: String| {
        let key = key_of(item).unwrap_or(Key { pk: String::new(), sk: String::new() });
        Trouble::Unreadable { key, why }
    };
    match item.get("v").and_then(|v| v.as_n().ok()).and_then(|v| v.parse::<u32>().ok()) {
        Some(found) if found == version => {}
        Some(found) => return Err(unreadable(format!("it has version {found}, this build reads {version}"))),
        None => return Err(unreadable("it has no version".to_owned())),
    }
    let text = string(item, "doc").ok_or_else(|| unreadable("it has no document".to_owned()))?;
    serde_json::from_str(text).map_err(|why| unreadable(why.to_string()))
}

/// A number attribute of an item.
pub fn counter(item: &Item, name: &str) -> Option<u32> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

pub fn string<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

pub fn key_of(item: &Item) -> Option<Key> {
    Some(Key { pk: string(item, "pk")?.to_owned(), sk: string(item, "sk")?.to_owned() })
}

/// Writes that belong together, each with the guard that its refusal is known by.
#[derive(Debug, Default)]
pub struct Transaction {
    actions: Vec<(Guard, Action)>,
}

#[derive(Debug)]
enum Action {
    Put { item: Item, condition: Option<&'static str>, values: Item },
    Count { key: Item, limit: u32, ttl: i64 },
    Load { key: Item, load: Load },
    Presence { key: Item, presence: Presence },
}

impl Transaction {
    /// Writes an item that must not be there yet.
    pub fn put_new(&mut self, guard: Guard, key: &Key, record: Record) -> &mut Self {
        self.put(guard, key, record, Some("attribute_not_exists(pk)"), Item::new())
    }

    /// Writes the next version of an item that must still have the version it was read with; 0 is not there yet.
    pub fn put_next(&mut self, guard: Guard, key: &Key, record: Record, read: u32) -> &mut Self {
        let record = record.with_number("ver", read + 1);
        if read == 0 {
            return self.put_new(guard, key, record);
        }
        self.put(guard, key, record, Some("ver = :read"), Item::from([(":read".to_owned(), number(read))]))
    }

    /// Writes an item that must not be there, or be expired by `now`.
    pub fn put_after_expiry(&mut self, guard: Guard, key: &Key, record: Record, now: jiff::Timestamp) -> &mut Self {
        let values = Item::from([(":now".to_owned(), number(now.as_second()))]);
        self.put(guard, key, record, Some("attribute_not_exists(pk) OR #ttl <= :now"), values)
    }

    /// Writes an item whatever is there.
    pub fn put_anyhow(&mut self, guard: Guard, key: &Key, record: Record) -> &mut Self {
        self.put(guard, key, record, None, Item::new())
    }

    fn put(
        &mut self,
        guard: Guard,
        key: &Key,
        record: Record,
        condition: Option<&'static str>,
        values: Item,
    ) -> &mut Self {
        let mut item = record.attributes;
        item.extend(attributes(key));
        self.actions.push((guard, Action::Put { item, condition, values }));
        self
    }

    /// Counts one more, unless `limit` is reached.
    pub fn count(&mut self, guard: Guard, key: &Key, limit: u32, expires: jiff::Timestamp) -> &mut Self {
        self.actions.push((guard, Action::Count { key: attributes(key), limit, ttl: expires.as_second() }));
        self
    }

    /// Counts a ticket to or from what a person holds.
    pub fn load(&mut self, guard: Guard, key: &Key, load: Load) -> &mut Self {
        self.actions.push((guard, Action::Load { key: attributes(key), load }));
        self
    }

    /// Notes whether a person takes tickets, and leaves their load as it is.
    pub fn presence(&mut self, guard: Guard, key: &Key, presence: Presence) -> &mut Self {
        self.actions.push((guard, Action::Presence { key: attributes(key), presence }));
        self
    }

    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    fn on(self, table: &str) -> Vec<(Guard, TransactWriteItem)> {
        self.actions.into_iter().filter_map(|(guard, action)| Some((guard, action.on(table)?))).collect()
    }
}

impl Action {
    /// The builders ask for what is always given here: a table, an item, a key.
    fn on(self, table: &str) -> Option<TransactWriteItem> {
        let write = TransactWriteItem::builder();
        Some(match self {
            Self::Put { item, condition, values } => {
                let mut put = Put::builder().table_name(table).set_item(Some(item));
                if let Some(condition) = condition {
                    put = put.condition_expression(condition);
                    if condition.contains("#ttl") {
                        put = put.expression_attribute_names("#ttl", "ttl");
                    }
                }
                if !values.is_empty() {
                    put = put.set_expression_attribute_values(Some(values));
                }
                write.put(put.build().ok()?).build()
            }
            Self::Count { key, limit, ttl } => {
                let update = Update::builder()
                    .table_name(table)
                    .set_key(Some(key))
                    .update_expression("ADD n :one SET #ttl = :ttl")
                    .condition_expression("attribute_not_exists(n) OR n < :limit")
                    .expression_attribute_names("#ttl", "ttl")
                    .expression_attribute_values(":one", number(1))
                    .expression_attribute_values(":limit", number(limit))
                    .expression_attribute_values(":ttl", number(ttl));
                write.update(update.build().ok()?).build()
            }
            Self::Load { key, load } => write.update(load.on(table, key).build().ok()?).build(),
            Self::Presence { key, presence } => {
                write.update(loads::presence(table, key, presence).build().ok()?).build()
            }
        })
    }
}

fn attributes(key: &Key) -> Item {
    Item::from([("pk".to_owned(), text(&key.pk)), ("sk".to_owned(), text(&key.sk))])
}

pub(super) fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

pub(super) fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// The whole chain of causes in one line; it never holds what was sent.
pub(super) fn unavailable(error: impl std::error::Error) -> Trouble {
    let mut story = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        story = format!("{story}: {cause}");
        source = cause.source();
    }
    Trouble::Unavailable(story)
}
