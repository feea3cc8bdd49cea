//! The far side of the wire, in this process: a real DynamoDB implementation, a queue, a bucket, and a mail service
//! that does not deduplicate. Requests reach it through the SDK, signed and serialised as ever, and it can be told to fail.

use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use dynoxide::Database;
use serde_json::{Value, json};

use crate::bucket::Bucket;
use crate::provider::{self, PaymentProvider};

/// How one call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The request never arrives.
    Before,
    /// It takes effect, and the far side answers with an error.
    After,
    /// It takes effect, and the reply is lost.
    LostReply,
    /// Refused for now: the table's items are in another transaction, or a service throttles.
    Busy,
}

impl Fault {
    pub const ALL: [Self; 4] = [Self::Before, Self::After, Self::LostReply, Self::Busy];
}

/// One call that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Such as `TransactWriteItems`, `SendMessageBatch`, `SendRawEmail`.
    pub operation: String,
    pub body: String,
}

/// A mail as it was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub id: String,
    pub to: String,
    pub from: String,
    /// The MIME message.
    pub raw: String,
    pub tags: BTreeMap<String, String>,
}

impl Mail {
    /// The plain part, decoded.
    pub fn plain(&self) -> String {
        let part = self.raw.split("\r\n--").find(|part| part.contains("text/plain")).unwrap_or_default();
        let (head, body) = part.split_once("\r\n\r\n").unwrap_or_default();
        let text = if head.contains("base64") {
            aws_smithy_types::base64::decode(body.replace("\r\n", "")).expect("base64")
        } else if head.contains("quoted-printable") {
            quoted_printable(&body.replace("=\r\n", ""))
        } else {
            body.as_bytes().to_vec()
        };
        String::from_utf8(text).expect("UTF-8").replace("\r\n", "\n")
    }

    /// A header's value, its folds undone.
    pub fn header(&self, name: &str) -> Option<String> {
        let headers = self.raw.split("\r\n\r\n").next()?.replace("\r\n ", " ").replace("\r\n\t", " ");
        headers.split("\r\n").find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(": ")?.to_owned()))
    }
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        let (byte, left) = match (first, hex) {
            (b'=', Some(byte)) => (byte, &after[2..]),
            _ => (*first, after),
        };
        bytes.push(byte);
        rest = left;
    }
    bytes
}

#[derive(Debug, Default)]
struct Inside {
    queues: BTreeMap<String, VecDeque<String>>,
    mails: Vec<Mail>,
    made: Vec<Made>,
    /// Of which operation (or any), calls until the fault, and the fault; every later call works.
    script: Option<(Option<&'static str>, usize, Fault)>,
    /// An SES error code that every mail is refused with.
    refuse_mail: Option<String>,
    /// Queues fail messages that hold this text.
    refuse_messages: Option<String>,
    /// Calls of an operation until one waits to be released; 0 is waiting.
    hold: Option<(&'static str, usize)>,
    /// What the due index shows, while it is behind the table.
    behind: Option<Vec<Value>>,
}

/// AWS as the functions see it.
#[derive(Clone)]
pub struct FarSide {
    pub db: Arc<Database>,
    pub bucket: Arc<Bucket>,
    pub pay: PaymentProvider,
    inside: Arc<Mutex<Inside>>,
}

impl std::fmt::Debug for FarSide {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FarSide")
    }
}

impl FarSide {
    pub fn new() -> Self {
        let db = Arc::new(Database::memory().expect("an empty database"));
        Self { db, bucket: Arc::default(), pay: PaymentProvider::new(), inside: Arc::default() }
    }

    pub fn wire(&self) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }

    fn with<T>(&self, look: impl FnOnce(&mut Inside) -> T) -> T {
        look(&mut self.inside.lock().expect("nobody panics while holding it"))
    }

    /// The `call`-th call from now (1 is the next) fails in this way, once.
    pub fn fail(&self, call: usize, fault: Fault) {
        self.with(|inside| inside.script = Some((None, call, fault)));
    }

    /// The same, of the calls of one operation.
    pub fn fail_in(&self, operation: &'static str, call: usize, fault: Fault) {
        self.with(|inside| inside.script = Some((Some(operation), call, fault)));
    }

    /// Runs `first`, and `meanwhile` whole just before the `call`-th call of `first` (1 is the next) arrives; after it,
    /// if there is no such call.
    pub async fn interleave<A, B>(
        &self,
        call: usize,
        first: impl Future<Output = A>,
        meanwhile: impl Future<Output = B>,
    ) -> (A, B) {
        let over = Cell::new(false);
        self.hold("", call);
        let first = async {
            let done = first.await;
            over.set(true);
            self.release();
            done
        };
        let second = async {
            while !over.get() && !self.is_held() {
                tokio::task::yield_now().await;
            }
            let done = meanwhile.await;
            self.release();
            done
        };
        tokio::join!(first, second)
    }

    /// Nothing fails from here on. Answers whether the planned fault is still to come.
    pub fn heal(&self) -> bool {
        self.with(|inside| inside.script.take().is_some())
    }

    pub fn refuse_mail(&self, code: Option<&str>) {
        self.with(|inside| inside.refuse_mail = code.map(str::to_owned));
    }

    /// Queues take no message that holds this text, and say so message by message.
    pub fn refuse_messages(&self, holding: Option<&str>) {
        self.with(|inside| inside.refuse_messages = holding.map(str::to_owned));
    }

    /// The `call`-th call of an operation from now (1 is the next), or of any if it is empty, waits until it is
    /// released, and takes effect then.
    pub fn hold(&self, operation: &'static str, call: usize) {
        self.with(|inside| inside.hold = Some((operation, call)));
    }

    /// Returns once a call is held.
    pub async fn held(&self) {
        while !self.is_held() {
            tokio::task::yield_now().await;
        }
    }

    fn is_held(&self) -> bool {
        self.with(|inside| matches!(inside.hold, Some((_, 0))))
    }

    pub fn release(&self) {
        self.with(|inside| inside.hold = None);
    }

    async fn wait(&self, operation: &str) {
        let counts = |inside: &mut Inside| match &mut inside.hold {
            Some((held, left)) if (held.is_empty() || *held == operation) && *left > 0 => {
                *left -= 1;
                *left == 0
            }
            _ => false,
        };
        if self.with(counts) {
            while self.with(|inside| inside.hold.is_some()) {
                tokio::task::yield_now().await;
            }
        }
    }

    /// The due index goes on showing what it shows now.
    pub fn freeze_index(&self) {
        let (_, answer) = self.dynamodb("Scan", br#"{"TableName":"aftercare"}"#);
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        self.with(|inside| inside.behind = answer["Items"].as_array().cloned());
    }

    pub fn thaw_index(&self) {
        self.with(|inside| inside.behind = None);
    }

    /// The first page of a query of the due index while it is behind; it is never longer.
    fn frozen(&self, query: &Value) -> Option<String> {
        let items = self.with(|inside| inside.behind.clone()).filter(|_| query["IndexName"] == "due")?;
        let values = &query["ExpressionAttributeValues"];
        let (shard, until) = (&values[":shard"]["S"], values[":until"]["S"].as_str());
        let first = query["ExclusiveStartKey"].is_null();
        let due = |item: &&Value| first && item["due_shard"]["S"] == *shard && item["due_at"]["S"].as_str() <= until;
        let rows: Vec<&Value> = items.iter().filter(due).collect();
        Some(json!({ "Items": rows, "Count": rows.len(), "ScannedCount": rows.len() }).to_string())
    }

    /// The calls made since this was asked last.
    pub fn made(&self) -> Vec<Made> {
        self.with(|inside| std::mem::take(&mut inside.made))
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.with(|inside| inside.mails.clone())
    }

    /// Mails but for so many that came first.
    pub fn mails_after(&self, first: usize) -> Vec<Mail> {
        self.with(|inside| inside.mails.iter().skip(first).cloned().collect())
    }

    /// Takes what is in a queue, by the end of its URL.
    pub fn take(&self, queue: &str) -> Vec<String> {
        self.with(|inside| {
            inside.queues.get_mut(queue).map(|messages| messages.drain(..).collect()).unwrap_or_default()
        })
    }

    /// Puts messages into a queue, as a redelivery or another sender would.
    pub fn put(&self, queue: &str, bodies: impl IntoIterator<Item = String>) {
        self.with(|inside| inside.queues.entry(queue.to_owned()).or_default().extend(bodies));
    }

    /// One operation of DynamoDB or its streams.
    pub fn dynamodb(&self, operation: &str, body: &[u8]) -> (u16, String) {
        macro_rules! run {
            ($($name:literal => $method:ident),+ $(,)?) => {
                match operation {
                    $($name => match serde_json::from_slice(body) {
                        Ok(request) => match self.db.$method(request) {
                            Ok(answer) => (200, serde_json::to_string(&answer).expect("serialisable")),
                            Err(error) => (error.status_code(), error.to_json()),
                        },
                        Err(error) => (400, json!({ "__type": "SerializationException", "message": error.to_string() }).to_string()),
                    },)+
                    _ => (400, json!({ "__type": "UnknownOperationException" }).to_string()),
                }
            };
        }
        run!(
            "CreateTable" => create_table, "GetItem" => get_item, "PutItem" => put_item, "DeleteItem" => delete_item, "UpdateItem" => update_item,
            "BatchGetItem" => batch_get_item, "Query" => query, "Scan" => scan, "TransactWriteItems" => transact_write_items,
            "ListStreams" => list_streams, "DescribeStream" => describe_stream, "GetShardIterator" => get_shard_iterator,
            "GetRecords" => get_records,
        )
    }

    fn serve(&self, request: &HttpRequest) -> (u16, String, &'static str) {
        let target = request.headers().get("x-amz-target").unwrap_or_default().to_owned();
        let body = request.body().bytes().unwrap_or_default().to_vec();
        let operation = operation(request);
        if is_bucket(&operation) {
            self.note(&operation, request.uri().as_bytes());
            self.bucket.serve(request);
            return (204, String::new(), "application/xml");
        }
        if target.starts_with("DynamoDB") {
            self.note(&operation, &body);
            let frozen = serde_json::from_slice(&body).ok().and_then(|query| self.frozen(&query));
            let (status, body) = frozen.map_or_else(|| self.dynamodb(&operation, &body), |rows| (200, rows));
            return (status, body, "application/x-amz-json-1.0");
        }
        if target.starts_with("AmazonSQS") {
            self.note(&operation, &body);
            return (200, self.sqs(&body), "application/x-amz-json-1.0");
        }
        let form = form(&String::from_utf8_lossy(&body));
        self.note(form.get("Action").map_or("", String::as_str), &body);
        let (status, body) = self.ses(&form);
        (status, body, "text/xml")
    }

    fn note(&self, operation: &str, body: &[u8]) {
        let body = String::from_utf8_lossy(body).into_owned();
        self.with(|inside| inside.made.push(Made { operation: operation.to_owned(), body }));
    }

    fn sqs(&self, body: &[u8]) -> String {
        let request: Value = serde_json::from_slice(body).expect("SQS speaks JSON");
        let queue = request["QueueUrl"].as_str().unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned();
        let entries = request["Entries"].as_array().cloned().unwrap_or_default();
        let text = |entry: &Value| entry["MessageBody"].as_str().unwrap_or_default().to_owned();
        let refused = self.with(|inside| inside.refuse_messages.clone());
        let (failed, taken): (Vec<Value>, Vec<Value>) =
            entries.into_iter().partition(|entry| refused.as_ref().is_some_and(|part| text(entry).contains(part)));
        self.put(&queue, taken.iter().map(text));
        let done = |entry: &Value| json!({ "Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": "" });
        let not = |entry: &Value| json!({ "Id": entry["Id"], "Code": "InternalError", "SenderFault": false });
        let (done, not): (Vec<Value>, Vec<Value>) =
            (taken.iter().map(done).collect(), failed.iter().map(not).collect());
        json!({ "Successful": done, "Failed": not }).to_string()
    }

    fn ses(&self, form: &BTreeMap<String, String>) -> (u16, String) {
        if let Some(code) = self.with(|inside| inside.refuse_mail.clone()) {
            return (400, ses_error(&code));
        }
        let field = |name: &str| form.get(name).cloned().unwrap_or_default();
        let raw = aws_smithy_types::base64::decode(field("RawMessage.Data")).expect("base64");
        let id = self.with(|inside| {
            let id = format!("ses-{}", inside.mails.len() + 1);
            let tag = |place: usize| {
                Some((
                    form.get(&format!("Tags.member.{place}.Name"))?.clone(),
                    form.get(&format!("Tags.member.{place}.Value"))?.clone(),
                ))
            };
            inside.mails.push(Mail {
                id: id.clone(),
                to: field("Destinations.member.1"),
                from: field("Source"),
                raw: String::from_utf8_lossy(&raw).into_owned(),
                tags: (1..5).filter_map(tag).collect(),
            });
            id
        });
        (
            200,
            format!(
                "<SendRawEmailResponse xmlns=\"http://ses.amazonaws.com/doc/2010-12-01/\"><SendRawEmailResult><MessageId>{id}</MessageId></SendRawEmailResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></SendRawEmailResponse>"
            ),
        )
    }
}

impl Default for FarSide {
    fn default() -> Self {
        Self::new()
    }
}

impl HttpConnector for FarSide {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let pays = provider::operation(&request);
        let operation = pays.map_or_else(|| operation(&request), str::to_owned);
        let fault = self.with(|inside| {
            let (only, left, fault) = inside.script?;
            if only.is_some_and(|only| only != operation) {
                return None;
            }
            inside.script = (left > 1).then(|| (only, left - 1, fault));
            (left <= 1).then_some(fault)
        });
        let far = self.clone();
        HttpConnectorFuture::new(async move {
            far.wait(&operation).await;
            if pays.is_some() {
                far.note(&operation, request.body().bytes().unwrap_or_default());
                return far.pay.answer(&request, fault).await;
            }
            if fault.is_none() && is_bucket(&operation) {
                far.note(&operation, request.uri().as_bytes());
                return Ok(far.bucket.serve(&request));
            }
            let (status, body, kind) = match fault {
                Some(Fault::Before) => return Err(ConnectorError::io("the connection was refused".into())),
                Some(Fault::Busy) => busy(&operation, &request),
                Some(Fault::After | Fault::LostReply) | None => far.serve(&request),
            };
            let (status, body) = match fault {
                Some(Fault::LostReply) => return Err(ConnectorError::timeout("the reply was lost".into())),
                Some(Fault::After) => {
                    (500, json!({ "__type": "InternalServerError", "message": "told to" }).to_string())
                }
                Some(Fault::Before | Fault::Busy) | None => (status, body),
            };
            let status = StatusCode::try_from(status).expect("a status");
            let mut response = HttpResponse::new(status, SdkBody::from(body));
            response.headers_mut().insert("content-type", kind);
            Ok(response)
        })
    }
}

/// What is asked for. Only the bucket is asked by other methods than POST.
fn operation(request: &HttpRequest) -> String {
    let target = match request.method() {
        "GET" => "GetObject",
        "DELETE" => "DeleteObject",
        _ => request.headers().get("x-amz-target").unwrap_or("SendRawEmail"),
    };
    target.rsplit('.').next().unwrap_or_default().to_owned()
}

fn is_bucket(operation: &str) -> bool {
    matches!(operation, "GetObject" | "DeleteObject")
}

/// What each service says when it is busy.
fn busy(operation: &str, request: &HttpRequest) -> (u16, String, &'static str) {
    let body: Value = serde_json::from_slice(request.body().bytes().unwrap_or_default()).unwrap_or_default();
    let answer = match operation {
        "SendRawEmail" => return (400, ses_error("Throttling"), "text/xml"),
        "GetObject" | "DeleteObject" => {
            return (503, "<Error><Code>SlowDown</Code></Error>".to_owned(), "application/xml");
        }
        "TransactWriteItems" => {
            let actions = body["TransactItems"].as_array().map_or(1, Vec::len);
            let reason = |place| json!({ "Code": if place == 0 { "TransactionConflict" } else { "None" } });
            json!({
                "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException", "Message": "conflict",
                "CancellationReasons": (0..actions).map(reason).collect::<Vec<_>>(),
            })
        }
        "SendMessageBatch" => {
            let failed =
                |entry: &Value| json!({ "Id": entry["Id"], "Code": "ServiceUnavailable", "SenderFault": false });
            let failed: Vec<Value> = body["Entries"].as_array().into_iter().flatten().map(failed).collect();
            return (200, json!({ "Successful": [], "Failed": failed }).to_string(), "application/x-amz-json-1.0");
        }
        _ => json!({ "__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "slow down" }),
    };
    (400, answer.to_string(), "application/x-amz-json-1.0")
}

fn ses_error(code: &str) -> String {
    format!(
        "<ErrorResponse xmlns=\"http://ses.amazonaws.com/doc/2010-12-01/\"><Error><Type>Sender</Type><Code>{code}</Code><Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>"
    )
}

pub(crate) fn form(body: &str) -> BTreeMap<String, String> {
    let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (percent_decoded(name), percent_decoded(value))).collect()
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (first, tail) {
            (b'%', [high, low, tail @ ..]) => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16).expect("hex");
                bytes.push(u8::try_from(digit(high) * 16 + digit(low)).expect("a byte"));
                rest = tail;
            }
            (b'+', _) => bytes.push(b' '),
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}
