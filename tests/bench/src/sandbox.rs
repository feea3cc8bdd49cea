//! A function as Lambda runs it: a process that asks the Runtime API for one request after the other.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::wire::{Reply, Request, listen};

/// A function that says nothing for this long is broken; under callgrind everything takes fifty times as long.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a function may take to end after the Runtime API hung up.
const ENDING: Duration = Duration::from_secs(20);
const NEXT: &str = "/2018-06-01/runtime/invocation/next";

/// What the Runtime API saw.
#[derive(Debug)]
enum Seen {
    Asked(Instant),
    Gave(Instant),
    Answered(Instant, Vec<u8>),
    Failed(String),
}

/// Where the binaries are, and where what they log goes.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) binaries: PathBuf,
    pub(crate) scratch: PathBuf,
    /// Of the table, the queues and the mail.
    pub(crate) far: SocketAddr,
}

impl Place {
    /// `<name>/bootstrap` as it is deployed, else `<name>` as cargo leaves it.
    pub(crate) fn binary(&self, name: &str) -> PathBuf {
        let deployed = self.binaries.join(name).join("bootstrap");
        if deployed.exists() { deployed } else { self.binaries.join(name) }
    }

    /// Bytes of the binary, and of it compressed, when there is a gzip to ask.
    pub(crate) fn sizes(&self, name: &str) -> (u64, Option<u64>) {
        let binary = self.binary(name);
        let bytes = fs::metadata(&binary).map_or(0, |found| found.len());
        let packed =
            Command::new("gzip").args(["-9", "-c"]).arg(&binary).output().ok().filter(|run| run.status.success());
        (bytes, packed.map(|run| run.stdout.len() as u64))
    }

    /// Starts a function, by itself or as the last argument of `under`.
    pub(crate) fn start(&self, name: &str, under: &[String]) -> Sandbox {
        let mut line: Vec<String> = under.to_vec();
        line.push(self.binary(name).display().to_string());
        let (give, events) = channel();
        let (tell, seen) = channel();
        let events = Mutex::new(events);
        let api = listen(move |request| runtime_api(request, &events, &tell));
        let log = File::options().create(true).append(true).open(self.log(name)).expect("a log");
        let started = Instant::now();
        let child = Command::new(&line[0])
            .args(&line[1..])
            .env_clear()
            .envs(self.environment(name, api))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn()
            .unwrap_or_else(|why| panic!("{} does not start: {why}", line[0]));
        let mut sandbox = Sandbox { name: name.to_owned(), child, give: Some(give), seen, ready: None };
        sandbox.ready = Some(sandbox.asked().duration_since(started));
        sandbox
    }

    fn log(&self, name: &str) -> PathBuf {
        self.scratch.join(format!("{name}.log"))
    }

    fn environment(&self, name: &str, api: SocketAddr) -> Vec<(&'static str, String)> {
        let far = self.far;
        [
            ("AWS_LAMBDA_RUNTIME_API", api.to_string()),
            ("AWS_LAMBDA_FUNCTION_NAME", name.to_owned()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "1".to_owned()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256".to_owned()),
            ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{name}")),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "bench".to_owned()),
            ("AWS_REGION", "eu-central-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "test".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
            // As long as a real one: it is signed with every call.
            ("AWS_SESSION_TOKEN", "test".repeat(250)),
            ("AWS_ENDPOINT_URL", format!("http://{far}")),
            ("TABLE", crate::far::TABLE.to_owned()),
            ("SERVICE_STAGE", "bench".to_owned()),
            ("CLAIM_STOREFRONT", "custom:storefront".to_owned()),
            ("CLAIM_SUBJECT", "custom:customer".to_owned()),
            ("CLAIM_KIND", "custom:kind".to_owned()),
            ("NOTIFY_QUEUE", format!("http://{far}/notify")),
            ("APPROVAL_QUEUE", format!("http://{far}/approval")),
            ("FIGURES_QUEUE", format!("http://{far}/figures")),
            ("PAYOUT_QUEUE", format!("http://{far}/payout")),
            ("SURVEY_QUEUE", format!("http://{far}/survey")),
            ("UPLOADS_BUCKET", "uploads".to_owned()),
            ("DEAD_LETTER_QUEUE", format!("http://{far}/dead-letters")),
            ("MAIL_CONFIGURATION_SET", "bench".to_owned()),
            ("PUBLIC_URL", "https://care.example".to_owned()),
        ]
        .into()
    }
}

fn runtime_api(request: &Request, events: &Mutex<Receiver<Value>>, tell: &Sender<Seen>) -> Option<Reply> {
    let reply = |status| Some(Reply { status, headers: Vec::new(), body: Vec::new() });
    if request.path == NEXT {
        tell.send(Seen::Asked(Instant::now())).ok()?;
        // Without a next event the benchmark is done with this sandbox.
        let event = events.lock().ok()?.recv().ok()?;
        let deadline = crate::events::now_ms() + 50_000;
        let headers = vec![
            ("content-type", "application/json".to_owned()),
            ("lambda-runtime-aws-request-id", "8f6a1c1e-5b1f-4a53-9a0e-2f8d6c1b7e44".to_owned()),
            ("lambda-runtime-deadline-ms", deadline.to_string()),
            ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:eu-central-1:0:function:bench".to_owned()),
            ("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0".to_owned()),
        ];
        let body = event.to_string().into_bytes();
        tell.send(Seen::Gave(Instant::now())).ok()?;
        return Some(Reply { status: 200, headers, body });
    }
    let now = Instant::now();
    let seen = if request.path.ends_with("/response") {
        Seen::Answered(now, request.body.clone())
    } else {
        Seen::Failed(format!("{} {}", request.path, String::from_utf8_lossy(&request.body)))
    };
    tell.send(seen).ok()?;
    reply(202)
}

/// One running function.
#[derive(Debug)]
pub(crate) struct Sandbox {
    name: String,
    child: Child,
    give: Option<Sender<Value>>,
    seen: Receiver<Seen>,
    /// From start to the first request asked for, until the first request is given.
    ready: Option<Duration>,
}

/// One request served.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) took: Duration,
    pub(crate) answer: Value,
}

impl Sandbox {
    /// From start to the first request asked for.
    pub(crate) fn started_in(&self) -> Duration {
        self.ready.expect("asked before the first request")
    }

    /// Hands over one request and waits for its answer.
    pub(crate) fn serve(&mut self, event: Value) -> Served {
        if self.ready.take().is_none() {
            self.asked();
        }
        self.give.as_ref().expect("open").send(event).expect("the Runtime API listens");
        let (Seen::Gave(given), Seen::Answered(at, body)) = (self.next(), self.next()) else {
            panic!("{} answers what was not asked", self.name)
        };
        let answer = serde_json::from_slice(&body).unwrap_or_default();
        Served { took: at.duration_since(given), answer }
    }

    fn asked(&mut self) -> Instant {
        let Seen::Asked(at) = self.next() else { panic!("{} does not ask for a request", self.name) };
        at
    }

    fn next(&mut self) -> Seen {
        match self.seen.recv_timeout(PATIENCE) {
            Ok(Seen::Failed(why)) => panic!("{} failed: {why}", self.name),
            Ok(seen) => seen,
            Err(_) => panic!("{} says nothing; see its log", self.name),
        }
    }

    /// Processor time since the start, nanoseconds.
    pub(crate) fn processor_ns(&self) -> u64 {
        let text = proc_file(&self.child, "schedstat");
        text.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0)
    }

    /// The most memory it ever had, in KiB.
    pub(crate) fn peak_kib(&self) -> u64 {
        let text = proc_file(&self.child, "status");
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    }

    /// Hangs up, so that the function ends by itself and what watches it can write its report.
    pub(crate) fn end(mut self) {
        if self.ready.take().is_none() {
            self.asked();
        }
        self.give = None;
        let patience = Instant::now() + ENDING;
        while Instant::now() < patience && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It may have ended already; a process that was waited for cannot be hit by mistake.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn proc_file(child: &Child, name: &str) -> String {
    fs::read_to_string(Path::new("/proc").join(child.id().to_string()).join(name)).unwrap_or_default()
}
