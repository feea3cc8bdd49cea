//! Mails and pages in a real browser, see `browser/mails.py` and `browser/tracking.py`.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use aws_smithy_types::base64;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::callers::Token;
use crate::{World, tool};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/browser/mails.py");
const ASK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/browser/selfserve.py");
const VISIT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/browser/tracking.py");
/// Where pictures of what was looked at are left.
pub const PICTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/pictures");

/// How a mail looks.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Sight {
    pub file: String,
    pub language: String,
    pub heading: String,
    /// The instants that stand out in it.
    pub due: Vec<String>,
    wrong: Vec<String>,
}

/// Opens mails on a phone and on a desk, by day and by night; ends the test when anything is wrong with one.
pub fn look(files: &[String]) -> Vec<Sight> {
    let chromium = tool("AFTERCARE_CHROMIUM", "a Chromium with Chinese fonts");
    let run = Command::new(tool("AFTERCARE_PYTHON", "a Python with infra/requirements.txt"))
        .args(["-B", SCRIPT, &chromium, PICTURES])
        .args(files)
        .stderr(Stdio::inherit())
        .output();
    let run = run.unwrap_or_else(|why| panic!("AFTERCARE_PYTHON does not start: {why}"));
    assert!(run.status.success(), "mails.py failed; it says above why");
    let sights: Vec<Sight> = serde_json::from_slice(&run.stdout).unwrap_or_else(|why| panic!("mails.py: {why}"));
    let wrong: Vec<String> = sights
        .iter()
        .flat_map(|sight| sight.wrong.iter().map(move |wrong| format!("{}: {wrong}", sight.file)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    sights
}

/// What a person read at each step of their visit.
pub type Texts = BTreeMap<String, String>;

/// A person at a browser, see `browser/tracking.py`.
struct Person {
    run: Child,
    /// Asks for pages, and says at the end what was seen.
    says: Lines<BufReader<ChildStdout>>,
    hears: ChildStdin,
}

impl Person {
    fn at(script: &str, place: &str, name: &str) -> Self {
        let chromium = tool("AFTERCARE_CHROMIUM", "a Chromium with Chinese fonts");
        let run = Command::new(tool("AFTERCARE_PYTHON", "a Python with infra/requirements.txt"))
            .args(["-B", script, &chromium, PICTURES, place, name])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut run = run.unwrap_or_else(|why| panic!("AFTERCARE_PYTHON does not start: {why}"));
        let says = BufReader::new(run.stdout.take().expect("an output")).lines();
        let hears = run.stdin.take().expect("an input");
        Self { run, says, hears }
    }

    /// The next request, or nothing when the visit is over; that ends the test when anything was wrong.
    fn asks(&mut self) -> Result<Value, Texts> {
        let line = self.says.next().and_then(Result::ok);
        let line = line.unwrap_or_else(|| panic!("tracking.py failed; it says above why"));
        let asked: Value = serde_json::from_str(&line).unwrap_or_else(|why| panic!("tracking.py: {why}"));
        let Some(done) = asked.get("done") else { return Ok(asked) };
        self.run.wait().expect("an end");
        let wrong: Vec<String> = serde_json::from_value(done["wrong"].clone()).expect("sentences");
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        Err(serde_json::from_value(done["texts"].clone()).expect("texts"))
    }
}

/// Has a person visit a customer's page of this world.
pub async fn visit(world: &World, path: &str, name: &str) -> Texts {
    serve(world, Person::at(VISIT, path, name)).await
}

/// Has a person ask for a case on a customer's page, with a photo. Browsers know no other address than `http://care.localhost`
/// there, so pages have to be made for that.
pub async fn ask(world: &World, path: &str, name: &str) -> Texts {
    serve(world, Person::at(ASK, path, name)).await
}

async fn serve(world: &World, mut person: Person) -> Texts {
    loop {
        let asked = match person.asks() {
            Ok(asked) => asked,
            Err(texts) => return texts,
        };
        if let Some(sent) = asked.get("bucket") {
            let answer = uploaded(world, sent);
            writeln!(person.hears, "{answer}").expect("it listens");
            continue;
        }
        let asked = &asked["http"];
        let part = |place: usize| asked[place].as_str().unwrap_or_default();
        let headers: BTreeMap<String, String> = serde_json::from_value(asked[2].clone()).expect("headers");
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let reply = world.send(&Token::None, part(0), part(1), &headers, part(3)).await;
        let answer = json!({ "status": reply.status, "headers": reply.headers, "body": reply.text });
        writeln!(person.hears, "{answer}").expect("it listens");
    }
}

/// A form with a file in it, as the bucket takes it.
fn uploaded(world: &World, sent: &Value) -> Value {
    let part = |place: usize| sent[place].as_str().unwrap_or_default();
    let body = base64::decode(part(1)).expect("base 64");
    let boundary = part(2).split_once("boundary=").expect("a boundary").1;
    let (mut fields, mut file) = (Vec::new(), Vec::new());
    for part in split(&body, format!("--{boundary}").as_bytes()) {
        let Some((head, value)) = halves(part, b"\r\n\r\n") else { continue };
        let value = value.strip_suffix(b"\r\n").unwrap_or(value);
        let head = String::from_utf8_lossy(head).into_owned();
        let name = head.split_once("name=\"").and_then(|(_, rest)| rest.split_once('"')).expect("a name").0;
        match name {
            "file" => file = value.to_vec(),
            name => fields.push((name.to_owned(), String::from_utf8_lossy(value).into_owned())),
        }
    }
    let got = world.far.bucket.post(&format!("http://far.side{}", part(0)), &fields, &file, world.now());
    let headers: Vec<(&str, String)> = got.headers.into_iter().collect();
    json!({ "status": got.status, "headers": headers, "body": String::from_utf8_lossy(&got.body) })
}

fn halves<'a>(bytes: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let place = bytes.windows(at.len()).position(|window| window == at)?;
    Some((&bytes[..place], &bytes[place + at.len()..]))
}

fn split<'a>(mut bytes: &'a [u8], at: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    while let Some((part, rest)) = halves(bytes, at) {
        parts.push(part);
        bytes = rest;
    }
    parts
}

/// Has a person visit a customer's page where it is deployed.
pub fn visit_address(address: &str, name: &str) -> Texts {
    match Person::at(VISIT, address, name).asks() {
        Ok(asked) => panic!("{address} is not ours to serve: {asked}"),
        Err(texts) => texts,
    }
}
