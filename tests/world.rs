//! The whole system in one process, and the verbs of its users. Nothing here is a stand-in for our own code: requests
//! go in as the gateway sends them, the table is a real DynamoDB implementation, and only what is not ours is faked.
#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::wildcard_enum_match_arm,
    reason = "a world that cannot be built ends the test, and it makes its own ids"
)]

mod acts;
pub mod browser;
mod bucket;
mod callers;
mod cases;
mod chooser;
mod fakes;
mod figures;
mod loads;
mod mails;
pub mod openapi;
mod payouts;
pub mod provider;
mod spoil;
pub mod stack;
mod table;
mod visitor;

use std::sync::Mutex;

use aftercare::access::ClaimNames;
use aftercare::aws::client::Clients;
use aftercare::aws::http::{Answer, Call};
use aftercare::aws::provider::Provider;
use aftercare::aws::queue::Queue;
use aftercare::aws::table::Table;
use aftercare::id::{StorefrontId, TicketId};
use aftercare::settings::Settings;
use aftercare::ticket::Ticket;
use event_relay::Relay;
use jiff::{SignedDuration, Timestamp};
use notify::{Notify, Ses};
use order_intake::Orders;
use quality_desk::QualityDesk;
use refund_approval::Approval;
use refund_payout::Payouts;
use serde_json::{Value, json};
use sla_scan::Report;
use ticket_desk::Desk;
use ticket_intake::Intake;
use tracking_page::Pages;
use uuid::Uuid;

pub use bucket::{Bucket, Got};
pub use callers::{ADMIN, AGENT, LEAD, Reply, SHOP, Token, merge, request};
pub use cases::{facts, one_kettle};
pub use chooser::{Form, JPEG};
pub use fakes::{FarSide, Fault, Made, Mail};
pub use table::table_definition;
pub use visitor::{Page, filled, forms, is_page};

/// Where customers find the pages behind their links.
pub const PUBLIC_URL: &str = "https://care.example";
const TABLE: &str = "aftercare";
const NOTIFY: &str = "notify-queue";
const APPROVAL: &str = "refund-approval-queue";
const PAYOUT: &str = "refund-payout-queue";
const FIGURES: &str = "figures-queue";
const SURVEY: &str = "survey-queue";
const DEAD_LETTERS: &str = "event-relay-dead-letters";
/// A storefront is busy for a day at most before a test has gone wrong.
const MOST_ROUNDS: usize = 50;

/// A program that tests need besides: the variable that names it, and what it has to be.
#[expect(clippy::disallowed_methods, reason = "which programs there are is for whoever runs the tests to say")]
pub fn tool(variable: &str, what: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| panic!("set {variable} to {what}, or run `make test`, which does"))
}

/// A Thursday at 10:00 in Shanghai, in the middle of the shop's hours.
pub const THURSDAY: &str = "2026-03-12T02:00:00Z";

/// The whole system.
#[derive(Debug)]
pub struct World {
    pub far: FarSide,
    pub intake: Intake,
    pub desk: Desk,
    pub quality_desk: QualityDesk,
    pub orders: Orders,
    pub approval: Approval,
    pub payouts: Payouts,
    pub relay: Relay,
    pub notify: Notify<Ses>,
    pub pages: Pages,
    /// A look into the table that no fault touches.
    pub table: Table,
    scan_table: Table,
    quality: Table,
    clock: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    now: Timestamp,
    keys: u32,
    iterator: Option<String>,
    /// Mails that SES has spoken of.
    told: usize,
}

impl World {
    /// A world whose SDK clients try `attempts` times, at an instant in working hours, with a staffed storefront.
    pub async fn with_attempts(attempts: u32) -> Self {
        let far = FarSide::new();
        table::create(&far);
        let clients = Clients::local("http://far.side", far.wire(), attempts);
        let table = || Table::new(clients.dynamodb(), TABLE);
        let uploads = || clients.uploads("photos");
        let queue = |name: &str| Queue::new(clients.sqs(), format!("http://far.side/{name}"));
        let names = ["custom:storefront", "custom:customer", "custom:kind"].map(str::to_owned);
        let [storefront, subject, kind] = names;
        let claims = ClaimNames { storefront, subject, kind };
        let world = Self {
            intake: Intake { table: table(), claims: claims.clone(), uploads: uploads() },
            desk: Desk { table: table() },
            quality_desk: QualityDesk { table: table() },
            orders: Orders { table: table(), claims, uploads: uploads() },
            approval: Approval { table: table(), uploads: uploads() },
            payouts: Payouts { table: table(), provider: Provider::over(far.wire()), is_local: true },
            relay: Relay {
                table: table(),
                notify: queue(NOTIFY),
                approval: queue(APPROVAL),
                payout: queue(PAYOUT),
                figures: queue(FIGURES),
                survey: queue(SURVEY),
                dead_letters: queue(DEAD_LETTERS),
            },
            notify: Notify {
                table: table(),
                mailer: Ses { client: clients.ses(), configuration_set: None },
                public_url: PUBLIC_URL.to_owned(),
            },
            pages: Pages { table: table(), uploads: uploads(), public_url: PUBLIC_URL.to_owned() },
            table: table(),
            scan_table: table(),
            quality: table(),
            clock: Mutex::new(Inner { now: THURSDAY.parse().expect("an instant"), keys: 0, iterator: None, told: 0 }),
            far,
        };
        world.staff("shop").await;
        world.far.made();
        world
    }

    pub async fn new() -> Self {
        Self::with_attempts(4).await
    }

    fn inner<T>(&self, look: impl FnOnce(&mut Inner) -> T) -> T {
        look(&mut self.clock.lock().expect("nobody panics while holding it"))
    }

    pub fn now(&self) -> Timestamp {
        self.inner(|inner| inner.now)
    }

    pub fn at(&self, instant: &str) -> &Self {
        let now = instant.parse().expect("an instant");
        self.inner(|inner| inner.now = now);
        self
    }

    /// Goes on to an instant, or stays if it is past.
    pub fn until(&self, instant: Timestamp) -> &Self {
        self.inner(|inner| inner.now = inner.now.max(instant));
        self
    }

    pub fn later(&self, seconds: i64) -> &Self {
        self.inner(|inner| {
            inner.now = inner.now.saturating_add(SignedDuration::from_secs(seconds)).expect("time goes on")
        });
        self
    }

    /// Gives a storefront the shipped settings with one person in every role and short buckets.
    pub async fn staff(&self, shop: &str) {
        self.settings(shop, |settings| {
            let roles = ["agent", "lead", "manager", "head", "finance", "admin"];
            let person = |role: &&str| json!({ "id": format!("{role}-1"), "email": format!("{role}@shop.example"), "role": role, "language": "en" });
            settings["staff"] = roles.iter().map(person).collect();
        })
        .await;
        // One that has mailed before: the first link of all makes the keys.
        let id = StorefrontId::parse(shop).expect("a storefront");
        self.table.link_keys(&id, self.now()).await.expect("keys");
    }

    /// Replaces a storefront's settings, as an admin would.
    pub async fn settings(&self, shop: &str, change: impl FnOnce(&mut Value)) -> u32 {
        let id = StorefrontId::parse(shop).expect("a storefront");
        let current = self.table.settings(&id, self.now()).await.expect("settings");
        let number = self.table.settings_number(&id).await.expect("a number");
        let newest = self.table.settings_version(&id, number, self.now()).await.unwrap_or(current);
        let mut document = serde_json::to_value(&newest.settings).expect("JSON");
        change(&mut document);
        let settings: Settings = serde_json::from_value(document).expect("settings");
        self.table.replace_settings(&id, settings, number, self.now()).await.expect("replaced");
        let money = [&self.orders.table, &self.approval.table, &self.payouts.table, &self.quality, &self.scan_table];
        let desk = [&self.intake.table, &self.desk.table, &self.quality_desk.table];
        let said = [&self.notify.table, &self.pages.table];
        money.into_iter().chain(desk).chain(said).for_each(Table::forget_settings);
        number + 1
    }

    // --- users -----------------------------------------------------------------------------------------------------

    /// A request with any headers beside the token's.
    pub async fn send(&self, token: &Token, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        self.serve(token, method, path, headers, body, false).await
    }

    /// The same with a body in base 64, as the gateway hands over what it does not take for text.
    pub async fn send_base64(&self, token: &Token, method: &str, path: &str, key: &str, body: &str) -> Reply {
        self.serve(token, method, path, &[("idempotency-key", key)], body, true).await
    }

    async fn serve(
        &self,
        token: &Token,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
        base64: bool,
    ) -> Reply {
        let call = Call::read(self.request(token, method, path, headers, body, base64), self.now());
        // On the heap: a story that has many of them would not fit on a test's stack.
        let answer = if let Some(answer) = self.about_money(&call, path).await {
            answer
        } else if figures::is_of_quality(path) {
            Box::pin(self.quality_desk.handle(&call)).await
        } else if path.starts_with("/v1/desk") {
            Box::pin(self.desk.handle(&call)).await
        } else if is_page(method, path) {
            Box::pin(self.pages.handle(&call)).await
        } else {
            Box::pin(self.intake.handle(&call, &|| self.fresh_id())).await
        };
        let Answer { status, headers, body: text } = answer;
        Reply { status, headers, body: serde_json::from_str(&text).unwrap_or_default(), text }
    }

    fn request(
        &self,
        token: &Token,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
        base64: bool,
    ) -> lambda_http::Request {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let parameters: serde_json::Map<String, Value> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .collect();
        let mut named: serde_json::Map<String, Value> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        named.entry("content-type").or_insert(json!("application/json"));
        let event = json!({
            "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query, "headers": named,
            "queryStringParameters": parameters, "isBase64Encoded": base64, "body": body,
            "requestContext": {
                "accountId": "000000000000", "apiId": "api", "domainName": "api", "domainPrefix": "api", "requestId": "r",
                "routeKey": "$default", "stage": "$default", "time": "", "timeEpoch": self.now().as_millisecond(),
                "http": { "method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7", "userAgent": "test" },
                "authorizer": { "jwt": { "claims": callers::claims(token), "scopes": null } },
            },
        });
        lambda_http::request::from_str(&event.to_string()).expect("a request of the gateway")
    }

    pub async fn post(&self, token: &Token, path: &str, body: Value) -> Reply {
        let key = self.inner(|inner| {
            inner.keys += 1;
            format!("key-{}", inner.keys)
        });
        self.post_with_key(token, path, &key, body).await
    }

    pub async fn post_with_key(&self, token: &Token, path: &str, key: &str, body: Value) -> Reply {
        self.send(token, "POST", path, &[("idempotency-key", key)], &body.to_string()).await
    }

    pub async fn get(&self, token: &Token, path: &str) -> Reply {
        self.send(token, "GET", path, &[], "").await
    }

    pub async fn put(&self, token: &Token, path: &str, body: Value) -> Reply {
        self.send(token, "PUT", path, &[], &body.to_string()).await
    }

    /// A customer of the shop opens a ticket; `more` is merged into the body.
    pub async fn open(&self, customer: &str, body: &str, more: Value) -> Reply {
        let mut wanted = request(customer, body);
        merge(&mut wanted, more);
        self.post(&SHOP, "/v1/tickets", wanted).await
    }

    /// The customer writes on.
    pub async fn write(&self, ticket: TicketId, body: &str) -> Reply {
        self.post(&SHOP, &format!("/v1/tickets/{ticket}/messages"), json!({ "channel": "web", "body": body })).await
    }

    /// An agent answers.
    pub async fn reply(&self, ticket: TicketId, more: Value) -> Reply {
        let mut body = json!({ "body": "We are looking into it." });
        merge(&mut body, more);
        self.post(&AGENT, &format!("/v1/desk/tickets/{ticket}/replies"), body).await
    }

    pub async fn resolve(&self, ticket: TicketId) -> Reply {
        self.post(&AGENT, &format!("/v1/desk/tickets/{ticket}/resolve"), json!({ "body": "It is done." })).await
    }

    pub async fn assign(&self, ticket: TicketId, to: &str) -> Reply {
        self.post(&LEAD, &format!("/v1/desk/tickets/{ticket}/assign"), json!({ "to": to })).await
    }

    /// Staff do something to a ticket: `act` is the address below the ticket's.
    pub async fn at_desk(&self, who: &Token, ticket: TicketId, act: &str, body: Value) -> Reply {
        self.post(who, &format!("/v1/desk/tickets/{ticket}/{act}"), body).await
    }

    /// The same, decided on a version that somebody saw.
    pub async fn at_desk_on(&self, version: &str, who: &Token, ticket: TicketId, act: &str, body: Value) -> Reply {
        let key = format!("{act} {version} {body}");
        let headers = [("idempotency-key", key.as_str()), ("if-match", version)];
        self.send(who, "POST", &format!("/v1/desk/tickets/{ticket}/{act}"), &headers, &body.to_string()).await
    }

    /// The state of a ticket of the shop, from the table.
    pub async fn ticket(&self, id: TicketId) -> Ticket {
        let shop = StorefrontId::parse("shop").expect("a storefront");
        self.table.ticket(&shop, id).await.expect("a table").expect("a ticket")
    }

    // --- the machinery ---------------------------------------------------------------------------------------------

    /// What the stream holds beyond what was taken from it before, as Lambda hands it over.
    pub fn stream(&self) -> Vec<Value> {
        let ask = |operation: &str, body: Value| -> Value {
            let (status, answer) = self.far.dynamodb(operation, body.to_string().as_bytes());
            assert_eq!(status, 200, "{operation}: {answer}");
            serde_json::from_str(&answer).expect("JSON")
        };
        let iterator = self.inner(|inner| inner.iterator.take()).unwrap_or_else(|| {
            let stream = ask("ListStreams", json!({ "TableName": TABLE }))["Streams"][0]["StreamArn"].clone();
            let shard =
                ask("DescribeStream", json!({ "StreamArn": stream }))["StreamDescription"]["Shards"][0]["ShardId"]
                    .clone();
            let wanted = json!({ "StreamArn": stream, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON" });
            ask("GetShardIterator", wanted)["ShardIterator"].as_str().expect("an iterator").to_owned()
        });
        let mut records = Vec::new();
        let mut iterator = iterator;
        for _ in 0..MOST_ROUNDS {
            let answer = ask("GetRecords", json!({ "ShardIterator": iterator }));
            let page = answer["Records"].as_array().cloned().unwrap_or_default();
            iterator = answer["NextShardIterator"].as_str().expect("an open shard").to_owned();
            if page.is_empty() {
                break;
            }
            records.extend(page);
        }
        self.inner(|inner| inner.iterator = Some(iterator));
        records
    }

    /// Hands records to event-relay, and those it reports once more, as Lambda does. Answers how many rounds it took.
    pub async fn relay(&self, records: Vec<Value>) -> usize {
        let mut left = records;
        for round in 0..MOST_ROUNDS {
            if left.is_empty() {
                return round;
            }
            let payload = json!({ "Records": left });
            let answer =
                self.relay.handle(payload, self.now(), Timestamp::MAX, &|| self.now()).await.expect("a report");
            let failed = answer["batchItemFailures"].as_array().cloned().unwrap_or_default();
            let first = failed.iter().filter_map(|failure| failure["itemIdentifier"].as_str()).min().map(str::to_owned);
            let again = |record: &Value| {
                first.as_deref().is_some_and(|first| record["dynamodb"]["SequenceNumber"].as_str() >= Some(first))
            };
            left.retain(again);
        }
        panic!("the relay does not get on");
    }

    /// Hands messages to notify one by one; those that fail go back into the queue.
    pub async fn deliver(&self, bodies: Vec<String>) -> usize {
        let mut failed = 0;
        for body in bodies {
            if Box::pin(self.notify.handle(&body, self.now())).await.is_err() {
                failed += 1;
                self.far.put(NOTIFY, [body]);
            }
        }
        failed
    }

    pub fn notify_queue(&self) -> Vec<String> {
        self.far.take(NOTIFY)
    }

    pub fn dead_letters(&self) -> Vec<String> {
        self.far.take(DEAD_LETTERS)
    }

    /// Relays and delivers until nothing is on its way.
    pub async fn settle(&self) {
        for _ in 0..MOST_ROUNDS {
            let records = self.stream();
            let quiet = records.is_empty();
            self.relay(records).await;
            let worked = self.work().await;
            let messages = self.notify_queue();
            if quiet && !worked && messages.is_empty() {
                return;
            }
            self.deliver(messages).await;
        }
        panic!("the queues do not empty");
    }

    /// One run of sla-scan now.
    pub async fn scan(&self) -> Report {
        self.try_scan().await.expect("a report")
    }

    /// The same where the far side may fail; the report is lost then, and the next run is the retry.
    pub async fn try_scan(&self) -> Option<Report> {
        Box::pin(sla_scan::scan(&self.scan_table, self.now(), Timestamp::MAX, &|| self.now())).await.ok()
    }

    /// One flush of notify now.
    pub async fn flush(&self) -> notify::Report {
        self.try_flush().await.expect("a report")
    }

    pub async fn try_flush(&self) -> Option<notify::Report> {
        Box::pin(self.notify.flush(self.now(), Timestamp::MAX, &|| self.now())).await.ok()
    }

    /// When something comes due next: tickets (`SLA#`) or mails (`MAIL#`).
    pub fn next_due(&self, shards: &str) -> Option<Timestamp> {
        let due = |item: &Value| {
            let shard = item["due_shard"]["S"].as_str().unwrap_or_default();
            if shard.starts_with(shards) { item["due_at"]["S"].as_str()?.parse().ok() } else { None }
        };
        self.items().iter().filter_map(due).min()
    }

    /// Every item of the table.
    pub fn items(&self) -> Vec<Value> {
        let mut items = Vec::new();
        let mut after = Value::Null;
        for _ in 0..MOST_ROUNDS {
            let page = json!({ "TableName": TABLE, "ExclusiveStartKey": after });
            let (status, answer) = self.far.dynamodb("Scan", page.to_string().as_bytes());
            assert_eq!(status, 200, "{answer}");
            let answer: Value = serde_json::from_str(&answer).expect("JSON");
            items.extend(answer["Items"].as_array().cloned().unwrap_or_default());
            after = answer["LastEvaluatedKey"].clone();
            if after.is_null() {
                return items;
            }
        }
        panic!("the table is too large for a test");
    }

    fn fresh_id(&self) -> Uuid {
        let millis = u64::try_from(self.now().as_millisecond()).expect("after 1970");
        let rest = *Uuid::now_v7().as_bytes();
        let mut bytes = rest;
        bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
        Uuid::from_bytes(bytes)
    }
}
