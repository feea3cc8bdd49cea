//! What the functions call, on loopback: an embedded DynamoDB implementation, a queue that keeps what it gets, and a
//! mail service that accepts everything. On request it keeps the figures of what was read and written.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use dynoxide::{Database, ImportOptions, Item};
use serde_json::{Value, json};

use crate::units::{INDEXES, Read, Tally, Write, write};
use crate::wire::{Reply, Request, listen};

pub(crate) const TABLE: &str = "aftercare";

/// The far side of all functions.
#[derive(Clone)]
pub(crate) struct Far(Arc<Inside>);

struct Inside {
    table: Database,
    /// Messages that came to the queues.
    queue: Mutex<Vec<String>>,
    /// Nanoseconds of answering, without reading and writing HTTP.
    busy: AtomicU64,
    tally: Mutex<Option<Tally>>,
    kept: Mutex<Option<Vec<Call>>>,
    /// The latest mail, as it was handed over.
    mail: Mutex<Vec<u8>>,
}

/// A call as it was made and answered; read after the clock has stopped.
#[derive(Debug)]
pub(crate) struct Call {
    /// Of DynamoDB by name; `mail` is one of SES.
    pub(crate) operation: String,
    pub(crate) request: Vec<u8>,
    pub(crate) status: u16,
    pub(crate) answer: String,
}

impl Far {
    pub(crate) fn new() -> Self {
        Self::of(Database::memory().expect("an empty database"))
    }

    /// With the table in a new file: of a million tickets it would fill the memory of a small machine. Nothing waits
    /// for the disk, because nobody needs the file afterwards.
    pub(crate) fn on_disk(file: &Path) -> Self {
        let table = Database::new(&file.display().to_string()).expect("a new file");
        table.enable_bulk_loading().expect("settings of the file");
        Self::of(table)
    }

    fn of(table: Database) -> Self {
        let far = Self(Arc::new(Inside {
            table,
            queue: Mutex::default(),
            busy: AtomicU64::default(),
            tally: Mutex::default(),
            kept: Mutex::default(),
            mail: Mutex::default(),
        }));
        far.ask("CreateTable", &schema());
        far
    }

    pub(crate) fn listen(&self) -> SocketAddr {
        let far = self.clone();
        listen(move |request| {
            let began = Instant::now();
            let reply = far.answer(request);
            let busy = u64::try_from(began.elapsed().as_nanos()).unwrap_or(0);
            far.0.busy.fetch_add(busy, Ordering::Relaxed);
            Some(reply)
        })
    }

    /// Nanoseconds of answering so far.
    pub(crate) fn busy_ns(&self) -> u64 {
        self.0.busy.load(Ordering::Relaxed)
    }

    /// Takes the messages that came to the queues.
    pub(crate) fn messages(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.queue.lock().expect("nobody panics while holding it"))
    }

    /// Everything that `work` reads and writes.
    pub(crate) fn tally(&self, work: impl FnOnce()) -> Tally {
        *self.counting() = Some(Tally::default());
        work();
        self.counting().take().unwrap_or_default()
    }

    /// Every call that `work` makes, in the order in which they were answered.
    pub(crate) fn calls(&self, work: impl FnOnce()) -> Vec<Call> {
        *self.keeping() = Some(Vec::new());
        work();
        self.keeping().take().unwrap_or_default()
    }

    /// The path of the page that the latest mail leads to.
    pub(crate) fn link(&self) -> String {
        let form = self.0.mail.lock().expect("nobody panics while holding it").clone();
        let form = String::from_utf8(form).expect("a form");
        let (_, data) = form.split_once("RawMessage.Data=").expect("a mail");
        let data = data.split('&').next().unwrap_or_default();
        let mail = decoded(&data.replace("%2B", "+").replace("%2F", "/").replace("%3D", "="));
        let part = mail.split("\r\n--").find(|part| part.contains("text/plain")).expect("a plain part");
        let (head, body) = part.split_once("\r\n\r\n").expect("a head and a body");
        let text = if head.contains("base64") { decoded(&body.replace("\r\n", "")) } else { body.replace("=\r\n", "") };
        let line = text.lines().find_map(|line| line.trim().strip_prefix("https://care.example").map(str::to_owned));
        line.expect("a link in the mail")
    }

    fn keeping(&self) -> MutexGuard<'_, Option<Vec<Call>>> {
        self.0.kept.lock().expect("nobody panics while holding it")
    }

    fn keep(&self, operation: &str, request: &Request, status: u16, answer: &str) {
        if let Some(calls) = self.keeping().as_mut() {
            let (operation, answer) = (operation.to_owned(), answer.to_owned());
            calls.push(Call { operation, request: request.body.clone(), status, answer });
        }
    }

    /// Puts items into the table and its indexes, past all counting.
    pub(crate) fn import(&self, items: Vec<Item>) {
        self.0.table.import_items(TABLE, items, ImportOptions::default()).expect("items of the table");
    }

    fn counting(&self) -> MutexGuard<'_, Option<Tally>> {
        self.0.tally.lock().expect("nobody panics while holding it")
    }

    fn count(&self, add: impl FnOnce(&mut Tally)) {
        if let Some(tally) = self.counting().as_mut() {
            add(tally);
        }
    }

    /// One item, past all counting.
    pub(crate) fn item(&self, pk: &str, sk: &str) -> Option<Value> {
        self.current(&json!({ "pk": { "S": pk }, "sk": { "S": sk } }))
    }

    fn current(&self, key: &Value) -> Option<Value> {
        let wanted = json!({ "TableName": TABLE, "Key": { "pk": key["pk"], "sk": key["sk"] }, "ConsistentRead": true });
        self.ask("GetItem", &wanted).get("Item").cloned()
    }

    fn ask(&self, operation: &str, request: &Value) -> Value {
        let (status, answer) = self.table(operation, request.to_string().as_bytes());
        assert_eq!(status, 200, "{operation}: {answer}");
        serde_json::from_str(&answer).expect("JSON")
    }

    fn answer(&self, request: &Request) -> Reply {
        let target = request.header("x-amz-target");
        let operation = target.rsplit('.').next().unwrap_or_default();
        let (status, body, kind) = if target.starts_with("DynamoDB") {
            let (status, body) = if self.counting().is_some() {
                self.counted(operation, &request.body)
            } else {
                self.table(operation, &request.body)
            };
            self.keep(operation, request, status, &body);
            (status, body, "application/x-amz-json-1.0")
        } else if target.starts_with("AmazonSQS") {
            (200, self.take_in(&request.body), "application/x-amz-json-1.0")
        } else {
            self.count(|tally| tally.mails += 1);
            self.keep("mail", request, 200, MAIL_TAKEN);
            self.0.mail.lock().expect("nobody panics while holding it").clone_from(&request.body);
            (200, MAIL_TAKEN.to_owned(), "text/xml")
        };
        Reply { status, headers: vec![("content-type", kind.to_owned())], body: body.into_bytes() }
    }

    fn table(&self, operation: &str, body: &[u8]) -> (u16, String) {
        macro_rules! run {
            ($($name:literal => $method:ident),+) => {
                match operation {
                    $($name => match serde_json::from_slice(body).map(|request| self.0.table.$method(request)) {
                        Ok(Ok(answer)) => (200, serde_json::to_string(&answer).expect("serialisable")),
                        Ok(Err(error)) => (error.status_code(), error.to_json()),
                        Err(error) => panic!("{operation} cannot be read: {error}"),
                    },)+
                    _ => panic!("the table here does not know {operation}"),
                }
            };
        }
        run!(
            "CreateTable" => create_table, "GetItem" => get_item, "BatchGetItem" => batch_get_item, "Query" => query,
            "PutItem" => put_item, "TransactWriteItems" => transact_write_items
        )
    }

    fn counted(&self, operation: &str, body: &[u8]) -> (u16, String) {
        let request: Value = serde_json::from_slice(body).expect("JSON");
        let before = before(&request).map(|(condition, key)| (condition, self.current(&key), key)).collect::<Vec<_>>();
        let replaced = (operation == "PutItem").then(|| self.current(&request["Item"])).flatten();
        let (status, answer) = self.table(operation, body);
        let parsed: Value = serde_json::from_str(&answer).expect("JSON");
        assert_eq!(status, 200, "{operation}: {answer}");
        self.count(|tally| match operation {
            "TransactWriteItems" => {
                tally.transactions += 1;
                let after = |key: &Value| self.current(key);
                let writes = before
                    .iter()
                    .map(|(checks, before, key)| write(key, before.as_ref(), after(key).as_ref(), *checks));
                tally.writes.extend(writes.collect::<Vec<Write>>());
            }
            "PutItem" => {
                tally.puts += 1;
                let key = json!({ "pk": request["Item"]["pk"], "sk": request["Item"]["sk"] });
                tally.writes.push(write(&key, replaced.as_ref(), Some(&request["Item"]), false).alone());
            }
            _ => tally.reads.push(Read::of(operation, &request, &parsed)),
        });
        (status, answer)
    }

    fn take_in(&self, body: &[u8]) -> String {
        let request: Value = serde_json::from_slice(body).expect("SQS speaks JSON");
        let entries = request["Entries"].as_array().cloned().unwrap_or_default();
        let bodies = entries.iter().map(|entry| entry["MessageBody"].as_str().unwrap_or_default().to_owned());
        assert!(
            !request["QueueUrl"].as_str().is_some_and(|url| url.ends_with("/dead-letters")),
            "a dead letter: {request}"
        );
        self.0.queue.lock().expect("nobody panics while holding it").extend(bodies);
        self.count(|tally| tally.batches += 1);
        let done = |entry: &Value| json!({ "Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": "" });
        json!({ "Successful": entries.iter().map(done).collect::<Vec<_>>(), "Failed": [] }).to_string()
    }
}

fn decoded(base64: &str) -> String {
    String::from_utf8(aws_smithy_types::base64::decode(base64).expect("base64")).expect("UTF-8")
}

/// The keys a transaction is about to touch, and whether it only checks them.
fn before(request: &Value) -> impl Iterator<Item = (bool, Value)> {
    request["TransactItems"].as_array().into_iter().flatten().map(|action| {
        let (kind, action) = action.as_object().and_then(|object| object.iter().next()).expect("an action");
        let key = if kind == "Put" { &action["Item"] } else { &action["Key"] };
        (kind == "ConditionCheck", json!({ "pk": key["pk"], "sk": key["sk"] }))
    })
}

const MAIL_TAKEN: &str = "<SendRawEmailResponse xmlns=\"http://ses.amazonaws.com/doc/2010-12-01/\"><SendRawEmailResult>\
     <MessageId>0102018e0c3b6f5a-4f1d9a55-6f0e-4a55-9f0a-000000000000</MessageId></SendRawEmailResult>\
     <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></SendRawEmailResponse>";

/// The table of infra/template.yaml.
fn schema() -> Value {
    let attribute = |name: &str| json!({ "AttributeName": name, "AttributeType": "S" });
    let keys = |hash: &str, range: &str| json!([{ "AttributeName": hash, "KeyType": "HASH" }, { "AttributeName": range, "KeyType": "RANGE" }]);
    let index = |(name, [hash, range]): (&str, [&str; 2])| json!({ "IndexName": name, "KeySchema": keys(hash, range), "Projection": { "ProjectionType": "KEYS_ONLY" } });
    let names = ["pk", "sk"].into_iter().chain(INDEXES.into_iter().flat_map(|(_, keys)| keys));
    json!({
        "TableName": TABLE, "BillingMode": "PAY_PER_REQUEST", "KeySchema": keys("pk", "sk"),
        "AttributeDefinitions": names.map(attribute).collect::<Vec<_>>(),
        "GlobalSecondaryIndexes": INDEXES.map(index),
    })
}
