//! The local stack as its users see it: the real template and the real binaries, asked over HTTP, heard by mail.
//!
//! One stack serves all tests. `stack.py` holds it and ends it with this process; under `make test`, make does.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{merge, tool};

const HELD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/stack.py");
/// Mail waits for a bucket of ten seconds and a schedule of a minute; a machine that builds besides is slow.
const PATIENCE: Duration = Duration::from_secs(120);

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub kind: String,
    pub text: String,
    /// Null when it is no JSON.
    pub body: Value,
}

impl Answer {
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// A string in the answer, by its JSON pointer.
    pub fn at(&self, pointer: &str) -> String {
        let found = self.body.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("no {pointer} in {}", self.text)).to_owned()
    }
}

/// A mail as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub file: String,
    pub text: String,
    headers: Value,
}

impl Letter {
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].as_str().unwrap_or_default()
    }
}

/// What was there before the stack was ended and started again.
#[derive(Debug)]
pub struct Before {
    pub connection: Value,
    pub ticket: String,
}

/// The running stack.
#[derive(Debug)]
pub struct Stack {
    held: Mutex<Held>,
    pub connection: Value,
    pub before: Before,
    /// A ticket of the storefront `hasty`, whose promises are of one second.
    pub late: Answer,
}

#[derive(Debug)]
struct Held {
    /// Its input closes with this process; nobody has to wait for it.
    program: Child,
    answers: BufReader<std::process::ChildStdout>,
}

impl Held {
    fn ask(&mut self, request: &Value) -> Result<Value, String> {
        let mut line = request.to_string();
        line.push('\n');
        let wire = self.program.stdin.as_mut().ok_or("stack.py has no input")?;
        wire.write_all(line.as_bytes()).map_err(|why| why.to_string())?;
        line.clear();
        self.answers.read_line(&mut line).map_err(|why| why.to_string())?;
        serde_json::from_str(&line).map_err(|why| format!("the local stack does not run, it says above why: {why}"))
    }
}

/// The stack of this run, made by the first test that asks.
pub fn stack() -> &'static Stack {
    static STACK: OnceLock<Result<Stack, String>> = OnceLock::new();
    STACK.get_or_init(Stack::start).as_ref().unwrap_or_else(|why| panic!("{why}"))
}

impl Stack {
    /// Starts it, ends it and starts it again: every test runs on a stack that has a past.
    fn start() -> Result<Self, String> {
        let program = Command::new(tool("AFTERCARE_PYTHON", "a Python with infra/requirements.txt"))
            .args(["-B", HELD])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut program = program.map_err(|why| format!("AFTERCARE_PYTHON does not start: {why}"))?;
        let answers = BufReader::new(program.stdout.take().ok_or("stack.py has no output")?);
        let mut held = Held { program, answers };
        let connection = held.ask(&json!({ "stack": "up" }))?;
        let nothing = Answer { status: 0, kind: String::new(), text: String::new(), body: Value::Null };
        let before = Before { connection: connection.clone(), ticket: String::new() };
        let mut stack = Self { held: Mutex::new(held), connection, before, late: nothing };
        stack.settings("hasty", |settings| {
            let second = json!({ "calendar": "always", "urgent": 1, "high": 1, "normal": 1, "low": 1 });
            settings["policy"] = json!({ "first_response": second, "resolution": second });
            merge(&mut settings["mail"], json!({ "bucket_seconds": 1, "opening_hours": "always" }));
        });
        stack.before.ticket = stack.open("shop-server", crate::request("kept", "Is it still there?")).at("/ticket/id");
        stack.held().ask(&json!({ "stack": "down" }))?;
        let again = stack.held().ask(&json!({ "stack": "up" }))?;
        stack.connection = again;
        stack.late = stack.open("hasty-server", crate::request("waiting", "Nobody answers me."));
        Ok(stack)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(&self, request: &Value) -> Value {
        self.held().ask(request).unwrap_or_else(|why| panic!("{why}"))
    }

    // --- users -----------------------------------------------------------------------------------------------------

    pub fn user(&self, name: &str) -> &Value {
        &self.connection["users"][name]
    }

    /// A request with that token, none when it is empty.
    pub fn send(&self, token: &str, method: &str, path: &str, key: &str, body: &str) -> Answer {
        let mut headers = json!({});
        for (name, value) in [("Authorization", format!("Bearer {token}")), ("Idempotency-Key", key.to_owned())] {
            if !value.is_empty() && value != "Bearer " {
                headers[name] = json!(value);
            }
        }
        if !body.is_empty() {
            headers["Content-Type"] = json!("application/json");
        }
        self.with_headers(method, path, &headers, body)
    }

    /// A request with these headers and no others.
    pub fn with_headers(&self, method: &str, path: &str, headers: &Value, body: &str) -> Answer {
        let said = self.ask(&json!({ "http": [method, path, headers, body] }));
        let text = said["body"].as_str().unwrap_or_default().to_owned();
        let status = said["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(0);
        let kind = said["headers"]["content-type"].as_str().unwrap_or_default().to_owned();
        Answer { status, kind, body: serde_json::from_str(&text).unwrap_or_default(), text }
    }

    /// A request of a browser that nobody is signed in to, with a form if there is a body.
    pub fn browse(&self, method: &str, path: &str, body: &str) -> Answer {
        let form = json!({ "Content-Type": "application/x-www-form-urlencoded" });
        let said = self.ask(&json!({ "http": [method, path, if body.is_empty() { json!({}) } else { form }, body] }));
        let header = |name: &str| said["headers"][name].as_str().unwrap_or_default().to_owned();
        let status = said["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(0);
        let text = said["body"].as_str().unwrap_or_default().to_owned();
        Answer { status, kind: header("content-type"), body: json!({ "location": header("location") }), text }
    }

    fn token(&self, user: &str) -> &str {
        self.user(user)["token"].as_str().unwrap_or_else(|| panic!("nobody is called {user}"))
    }

    pub fn get(&self, user: &str, path: &str) -> Answer {
        self.send(self.token(user), "GET", path, "", "")
    }

    pub fn post_with_key(&self, user: &str, path: &str, key: &str, body: &Value) -> Answer {
        self.send(self.token(user), "POST", path, key, &body.to_string())
    }

    pub fn post(&self, user: &str, path: &str, body: Value) -> Answer {
        self.post_with_key(user, path, &fresh("key"), &body)
    }

    pub fn put(&self, user: &str, path: &str, body: &Value) -> Answer {
        self.send(self.token(user), "PUT", path, "", &body.to_string())
    }

    /// A ticket that is taken.
    pub fn open(&self, user: &str, body: Value) -> Answer {
        self.post(user, "/v1/tickets", body).is(201)
    }

    /// Replaces a storefront's settings, as its admin. Functions may go on for a minute with those they have.
    pub fn settings(&self, shop: &str, change: impl FnOnce(&mut Value)) {
        let admin = format!("{shop}-admin");
        let current = self.get(&admin, "/v1/desk/settings").is(200).body;
        let mut settings = current["settings"].clone();
        change(&mut settings);
        let wanted = json!({ "replaces": current["version"], "settings": settings });
        self.put(&admin, "/v1/desk/settings", &wanted).is(200);
    }

    /// The path of a file in the stack's state.
    pub fn file(&self, name: &str) -> String {
        let mail = Path::new(self.connection["mail"].as_str().unwrap_or_default());
        mail.with_file_name(name).display().to_string()
    }

    // --- mail ------------------------------------------------------------------------------------------------------

    /// All mail to an address, in the order in which it arrived.
    pub fn mails(&self, to: &str) -> Vec<Letter> {
        let found = self.ask(&json!({ "mails": to }));
        let letter = |mail: &Value| Letter {
            file: mail["file"].as_str().unwrap_or_default().to_owned(),
            text: mail["text"].as_str().unwrap_or_default().to_owned(),
            headers: mail["headers"].clone(),
        };
        found.as_array().map(|mails| mails.iter().map(letter).collect()).unwrap_or_default()
    }

    /// The mails to an address that hold a text, once there are as many.
    pub fn await_mails(&self, to: &str, text: &str, count: usize) -> Vec<Letter> {
        self.until(&format!("{count} mails to {to} about {text}"), || {
            let mut mails = self.mails(to);
            mails.retain(|mail| mail.text.contains(text));
            (mails.len() >= count).then_some(mails)
        })
    }

    /// The page that a mail leads to: its address, and its path on this stack.
    pub fn page_of(&self, mail: &Letter) -> (String, String) {
        let link = mail.text.lines().find(|line| line.starts_with("http://")).expect("a link in the mail").trim();
        let host = self.connection["api"]["host"].as_str().expect("a host");
        let path = link.strip_prefix(&format!("http://{host}")).unwrap_or_else(|| panic!("{link} leads elsewhere"));
        (link.to_owned(), path.to_owned())
    }

    /// Asks until there is an answer.
    pub fn until<T>(&self, what: &str, look: impl Fn() -> Option<T>) -> T {
        let since = Instant::now();
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(since.elapsed() < PATIENCE, "waited {} s for {what}", PATIENCE.as_secs());
            sleep(Duration::from_millis(250));
        }
    }

    // --- the account -----------------------------------------------------------------------------------------------

    /// A call of AWS in a function's role: what it answers, or the code of the error.
    pub fn call_as(&self, role: &str, service: &str, operation: &str, arguments: &Value) -> Result<Value, String> {
        let said = self.ask(&json!({ "aws": [service, operation, arguments], "role": role }));
        said["refused"].as_str().map_or_else(|| Ok(said["answer"].clone()), |code| Err(code.to_owned()))
    }

    /// A call of AWS by an administrator.
    pub fn aws(&self, service: &str, operation: &str, arguments: Value) -> Value {
        let said = self.ask(&json!({ "aws": [service, operation, arguments] }));
        assert_eq!(said["refused"], Value::Null, "{service} {operation}");
        said["answer"].clone()
    }

    /// An output of the template.
    pub fn output(&self, name: &str) -> &str {
        self.connection["outputs"][name].as_str().unwrap_or_else(|| panic!("the template has no output {name}"))
    }

    /// Invokes a function by the name of its output, as a schedule or an operator would.
    pub fn invoke(&self, function: &str, payload: &Value) -> Value {
        let wanted = json!({ "FunctionName": self.output(function), "Payload": payload.to_string() });
        let said = self.aws("lambda", "invoke", wanted);
        assert_eq!(said["FunctionError"], Value::Null, "{function}: {}", said["Payload"]);
        let answer = said["Payload"].as_str().unwrap_or_default();
        serde_json::from_str(answer).unwrap_or_else(|_| panic!("{function} answered {answer}"))
    }

    /// The items of a ticket whose sort keys begin with `sort`.
    pub fn items(&self, shop: &str, ticket: &str, sort: &str) -> Vec<Value> {
        let wanted = json!({
            "TableName": self.output("TableName"), "KeyConditionExpression": "pk = :pk and begins_with(sk, :sk)",
            "ExpressionAttributeValues": { ":pk": { "S": format!("T|{shop}|{ticket}") }, ":sk": { "S": sort } },
        });
        self.aws("dynamodb", "query", wanted)["Items"].as_array().cloned().unwrap_or_default()
    }

    /// Everything a dead-letter queue or any other holds, left in it.
    pub fn letters(&self, queue: &str) -> Vec<String> {
        let wanted = json!({ "QueueUrl": self.output(queue), "MaxNumberOfMessages": 10, "VisibilityTimeout": 0 });
        let found = self.aws("sqs", "receive_message", wanted);
        let bodies = found["Messages"].as_array().into_iter().flatten();
        bodies.filter_map(|message| message["Body"].as_str().map(str::to_owned)).collect()
    }

    /// What the functions logged.
    pub fn log_lines(&self) -> Vec<String> {
        let functions = [
            "TicketIntakeName",
            "TicketDeskName",
            "QualityDeskName",
            "TrackingPageName",
            "OrderIntakeName",
            "RefundApprovalName",
            "RefundPayoutName",
            "EventRelayName",
            "SlaScanName",
            "QualityReportName",
            "NotifyName",
        ];
        let lines = functions.iter().flat_map(|name| {
            let group = json!({ "logGroupName": format!("/aws/lambda/{}", self.output(name)) });
            self.aws("logs", "filter_log_events", group)["events"].as_array().cloned().unwrap_or_default()
        });
        lines.filter_map(|event| event["message"].as_str().map(str::to_owned)).collect()
    }
}

/// A name that nobody used before, also on a stack of an earlier run.
pub fn fresh(what: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{what}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// An instant in an answer.
pub fn instant(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|why| panic!("{text}: {why}"))
}
