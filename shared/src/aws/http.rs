//! HTTP in and out: one request as the handlers need it, one answer, and troubles as problem documents.

use std::collections::BTreeMap;

use jiff::Timestamp;
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt, Response};
use serde::Serialize;
use serde_json::Value;

use super::expected::Expected;
use super::table::Trouble;
use crate::intake::LARGEST_BODY;
use crate::mail::Language;
use crate::payment::Headers;
use crate::problem::{Fault, Problem};

/// What a browser calls the body of a form.
const FORM: &str = "application/x-www-form-urlencoded";
/// Bytes of a form that are read: more than are taken, so that what somebody wrote at too great length can be given back.
/// It has to fit an answer of 6 MB.
pub const LARGEST_FORM: usize = 4 * LARGEST_BODY;
/// Fields of a form that are looked at.
const MOST_FIELDS: usize = 20;

/// A request, as far as the handlers look.
#[derive(Clone, Debug)]
pub struct Call {
    pub method: String,
    /// Decoded segments of the path.
    pub path: Vec<String>,
    pub query: BTreeMap<String, String>,
    pub body: Vec<u8>,
    pub json: bool,
    /// The body is what a browser sends of a form.
    pub form: bool,
    pub idempotency_key: Option<String>,
    /// The version that the caller decided on.
    pub if_match: Option<String>,
    /// In what form an answer is wanted.
    pub accept: Option<String>,
    /// Which of their storefronts a member of staff means.
    pub storefront: Option<String>,
    pub claims: BTreeMap<String, String>,
    /// What a browser says of itself and of where it comes from.
    pub browser: Browser,
    /// What a payment provider signs its messages with.
    pub signed: Headers,
    /// The address the gateway saw.
    pub source_ip: Option<String>,
    /// When the gateway took the request: the command's instant, over all its retries.
    pub at: Timestamp,
}

/// The headers of a browser's request that pages look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Browser {
    pub host: Option<String>,
    pub origin: Option<String>,
    pub fetch_site: Option<String>,
    pub accept_language: Option<String>,
}

impl Browser {
    fn read(request: &Request) -> Self {
        Self {
            host: header(request, "host"),
            origin: header(request, "origin"),
            fetch_site: header(request, "sec-fetch-site"),
            accept_language: header(request, "accept-language"),
        }
    }

    /// The first language of the browser's that we have.
    pub fn language(&self) -> Language {
        let wanted = self.accept_language.as_deref().unwrap_or_default();
        let mut tags = wanted.split(',').take(20).filter_map(|tag| Language::of_locale(tag.split(';').next()?));
        tags.next().unwrap_or(Language::En)
    }

    /// Whether a form was sent from a page of ours, as far as the browser says. On a page without referrers the origin of
    /// its own forms is `null`, so that says nothing; an old browser says nothing at all.
    pub fn is_same_origin(&self) -> bool {
        if let Some(site) = self.fetch_site.as_deref() {
            return site == "same-origin";
        }
        let Some(origin) = self.origin.as_deref().filter(|origin| *origin != "null") else { return true };
        let host = origin.split_once("://").map(|(_, host)| host);
        host.is_some_and(|host| self.host.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(host)))
    }
}

impl Call {
    /// Reads what the gateway handed over. `now` serves only where the gateway gave no time.
    pub fn read(request: Request, now: Timestamp) -> Self {
        let mut call = Self {
            method: request.method().as_str().to_owned(),
            path: segments(request.raw_http_path()),
            query: BTreeMap::new(),
            body: Vec::new(),
            json: header(&request, "content-type").is_some_and(|kind| is_kind(&kind, "application/json")),
            form: header(&request, "content-type").is_some_and(|kind| is_kind(&kind, FORM)),
            idempotency_key: header(&request, "idempotency-key"),
            if_match: header(&request, "if-match"),
            accept: header(&request, "accept"),
            storefront: header(&request, "aftercare-storefront"),
            claims: BTreeMap::new(),
            browser: Browser::read(&request),
            signed: Headers::read(|name| header(&request, name)),
            source_ip: None,
            at: now,
        };
        if let Some(query) = request.query_string_parameters_ref() {
            call.query = query.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        }
        if let Some(RequestContext::ApiGatewayV2(context)) = request.request_context_ref() {
            let jwt = context.authorizer.as_ref().and_then(|authorizer| authorizer.jwt.as_ref());
            call.claims = jwt.map(|jwt| jwt.claims.clone().into_iter().collect()).unwrap_or_default();
            call.source_ip.clone_from(&context.http.source_ip);
            call.at = Timestamp::from_millisecond(context.time_epoch)
                .ok()
                .filter(|at| at.as_millisecond() > 0)
                .unwrap_or(now);
        }
        call.body = match request.into_body() {
            Body::Text(text) => text.into_bytes(),
            Body::Binary(bytes) => bytes,
            Body::Empty | _ => Vec::new(),
        };
        call
    }

    /// The path as handlers match it. One with a segment that is empty or holds a slash (`/v1/tickets/`,
    /// `/v1/tickets/%2F`) is none of ours: the gateway does not take it for a route, so whoever asks has no claims here,
    /// and it matches nothing, whatever the token.
    pub fn route(&self) -> (&str, Vec<&str>) {
        let whole = self.path.iter().all(|part| !part.is_empty() && !part.contains('/'));
        (self.method.as_str(), self.path.iter().map(String::as_str).filter(|_| whole).collect())
    }

    /// Whether the body is larger than what is taken.
    pub fn is_too_large(&self) -> bool {
        self.body.len() > LARGEST_BODY
    }

    /// The body as JSON. Its size is looked at before anything is parsed.
    pub fn body(&self) -> Result<Value, Problem> {
        if self.is_too_large() {
            return Err(Problem::too_large(LARGEST_BODY));
        }
        if !self.json {
            return Err(Problem::media_type());
        }
        serde_json::from_slice(&self.body).map_err(|why| Problem::malformed(format!("The body is not JSON: {why}.")))
    }

    /// The fields of a form; the first of a name counts. Nothing when it is no form, or too large to be read. One that is
    /// read may be larger than what is taken: `is_too_large`.
    pub fn fields(&self) -> Option<BTreeMap<String, String>> {
        if !self.form || self.body.len() > LARGEST_FORM {
            return None;
        }
        let text = std::str::from_utf8(&self.body).ok()?;
        let plain = |part: &str| decode(&part.replace('+', " "));
        let mut fields = BTreeMap::new();
        for pair in text.split('&').take(MOST_FIELDS) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            fields.entry(plain(name)).or_insert_with(|| plain(value));
        }
        Some(fields)
    }

    /// The key of a POST, within its bounds.
    pub fn key(&self, required: bool) -> Result<Option<String>, Fault> {
        let fault = |detail: &str| Fault::new("header Idempotency-Key", detail);
        match self.idempotency_key.as_deref().map(str::trim) {
            Some(key) if (1..=255).contains(&key.len()) && key.bytes().all(|byte| matches!(byte, b' '..=b'~')) => {
                Ok(Some(key.to_owned()))
            }
            Some(_) => Err(fault("must have 1 to 255 characters of printable ASCII")),
            None if required => Err(fault("is required: send a new value, such as a UUID, with every new request")),
            None => Ok(None),
        }
    }

    /// What was read of the body of a POST, with its key; or all that is wrong with either.
    pub fn keyed<T>(&self, read: Result<T, Vec<Fault>>, required: bool) -> Result<(T, Option<String>), Problem> {
        match (read, self.key(required)) {
            (Ok(read), Ok(key)) => Ok((read, key)),
            (read, key) => {
                Err(Problem::invalid(key.err().into_iter().chain(read.err().into_iter().flatten()).collect()))
            }
        }
    }

    /// The same at the desk, where a key is always asked for, with the version that it was decided on.
    pub fn ordered<T>(&self, read: Result<T, Vec<Fault>>) -> Result<(T, String, Expected), Problem> {
        match (read, self.key(true), Expected::read(self.if_match.as_deref())) {
            (Ok(read), Ok(Some(key)), Ok(expected)) => Ok((read, key, expected)),
            (read, key, expected) => {
                let headers = key.err().into_iter().chain(expected.err());
                Err(Problem::invalid(headers.chain(read.err().into_iter().flatten()).collect()))
            }
        }
    }

    /// Refuses every parameter: nothing is asked for here.
    pub fn no_parameters(&self) -> Result<(), Problem> {
        self.parameters().finish()
    }

    /// Of a page of messages: the number before which they are wanted, and how many.
    pub fn before(&self) -> Result<(Option<u32>, i32), Problem> {
        let mut parameters = self.parameters();
        let positive = |text: &str| text.parse().ok().filter(|number| *number > 0);
        let before = parameters.parsed("before", "the number of a message", positive);
        let limit = parameters.limit();
        parameters.finish().map(|()| (before, i32::try_from(limit).unwrap_or(100)))
    }
}

fn header(request: &Request, name: &str) -> Option<String> {
    request.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn is_kind(content_type: &str, wanted: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case(wanted)
}

fn segments(path: &str) -> Vec<String> {
    path.strip_prefix('/').unwrap_or(path).split('/').map(decode).collect()
}

/// Percent-decodes a part of an address or of a form; what is no UTF-8 afterwards matches no id.
fn decode(part: &str) -> String {
    let bytes = part.as_bytes();
    let hex = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (byte, hex(at + 1), hex(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                decoded.extend(u8::try_from(high * 16 + low));
                at += 3;
            }
            _ => {
                decoded.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// An answer: its status, its headers beside the usual ones, its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Answer {
    pub fn json<T: Serialize>(status: u16, body: &T) -> Result<Self, Trouble> {
        let body = serde_json::to_string(body).map_err(super::table::unavailable)?;
        Ok(Self { status, headers: vec![("content-type", "application/json".to_owned())], body })
    }

    /// With the version of what it shows.
    pub fn tagged(mut self, version: u32) -> Self {
        self.headers.push(("etag", format!("\"{version}\"")));
        self
    }

    /// The answer that was given before, again.
    pub fn replayed(status: u16, body: String) -> Self {
        let headers = vec![("content-type", "application/json".to_owned()), ("idempotent-replayed", "true".to_owned())];
        Self { status, headers, body }
    }

    /// As the gateway takes it from a function that is not behind it only.
    pub fn into_event(self) -> Value {
        let named = self.headers.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value)));
        let always = ("cache-control".to_owned(), Value::String("no-store".to_owned()));
        let headers: serde_json::Map<String, Value> = [always].into_iter().chain(named).collect();
        serde_json::json!({ "statusCode": self.status, "headers": headers, "body": self.body, "isBase64Encoded": false })
    }

    pub fn into_response(self) -> Result<Response<Body>, lambda_http::Error> {
        let mut response = Response::builder().status(self.status).header("cache-control", "no-store");
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        Ok(response.body(Body::Text(self.body))?)
    }
}

impl From<Problem> for Answer {
    fn from(problem: Problem) -> Self {
        let mut headers = vec![("content-type", "application/problem+json".to_owned())];
        headers.extend(problem.retry_after.map(|seconds| ("retry-after", seconds.to_string())));
        headers.extend(problem.allow.map(|methods| ("allow", methods.to_owned())));
        let body = serde_json::to_string(&problem).unwrap_or_else(|_| "{\"status\":500}".to_owned());
        Self { status: problem.status, headers, body }
    }
}

/// Why a handler does not answer with what was asked for: the caller's to mend, or ours.
#[derive(Debug)]
pub enum Refusal {
    Problem(Problem),
    Trouble(Trouble),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Trouble> for Refusal {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

/// The refusal of a request that no handler takes: the method is wrong, or there is no such address. Each function
/// gets such requests for the other's addresses as well, by the gateway's `$default` route.
pub fn no_route(path: &[&str]) -> Problem {
    match path {
        ["v1", "tickets"] => Problem::method("GET, POST"),
        ["v1", "desk", "tickets", "bulk"] => Problem::method("POST"),
        ["v1", "tickets", _] | ["v1", "desk", "tickets"] | ["v1", "desk", "tickets", _] => Problem::method("GET"),
        ["v1", "tickets", _, "messages"] => Problem::method("GET, POST"),
        ["v1", "desk", "tickets", _, "messages"] => Problem::method("GET"),
        ["v1", "desk", "tickets", _, "reads"] => Problem::method("GET"),
        ["v1", "desk", "tickets", _, "proposals", _, "answer"] => Problem::method("POST"),
        ["v1", "desk", "tickets", _, "cases"] => Problem::method("GET, POST"),
        ["v1", "desk", "tickets", _, "surveys", _, "follow-up"] => Problem::method("POST"),
        ["v1", "desk", "cases" | "survey-tasks"]
        | ["v1", "tickets", _, "cases"]
        | ["v1", "tickets", _, "cases", _]
        | ["v1", "desk", "tickets", _, "cases", _] => Problem::method("GET"),
        ["v1", "tickets", _, "cases", _, act] if CASE_ACTS.contains(act) => Problem::method("POST"),
        ["v1", "desk", "tickets", _, "cases", _, act] if DESK_CASE_ACTS.contains(act) => Problem::method("POST"),
        ["v1", "desk", "tickets", _, act] if DESK_ACTS.contains(act) => Problem::method("POST"),
        ["v1", "orders", _] => Problem::method("GET, PUT"),
        ["v1", "orders", _, "options"] | ["v1", "policy"] => Problem::method("GET"),
        ["v1", "orders", _, "cases" | "uploads"] | ["v1", "orders", _, "cases", "preview"] => Problem::method("POST"),
        ["v1", "desk", "tickets", _, "cases", _, "photos", _] => Problem::method("GET"),
        ["v1", "webhooks", "payments", _] => Problem::method("POST"),
        ["v1", "desk", "payment-provider"] => Problem::method("GET, PUT"),
        ["v1", "feedback"] => Problem::method("POST"),
        ["v1", "desk", "feedback"] => Problem::method("GET, POST"),
        ["v1", "desk", "figures"] | ["v1", "desk", "actions", _] | ["v1", "desk", "reviews", "sample"] => {
            Problem::method("GET")
        }
        ["v1", "desk", "actions" | "reviews"] => Problem::method("GET, POST"),
        ["v1", "desk", "actions", _, "finish" | "drop"] => Problem::method("POST"),
        ["v1", "customers", _] => Problem::method("PUT"),
        ["v1", "customers", _, "export"] => Problem::method("GET"),
        ["v1", "customers", _, "erase"] => Problem::method("POST"),
        ["v1", "desk", "agents"] => Problem::method("GET"),
        ["v1", "desk", "agents", _, "presence"] => Problem::method("PUT"),
        ["v1", "desk", "sla", "preview"] => Problem::method("POST"),
        ["v1", "desk", "settings"] => Problem::method("GET, PUT"),
        ["v1", "desk", "link-keys", "rotate"] => Problem::method("POST"),
        ["t" | "a" | "s", _, _] => Problem::method("GET, HEAD"),
        ["t" | "a" | "s", _, _, _] => Problem::method("POST"),
        ["u", _, _] => Problem::method("GET, HEAD, POST"),
        _ => Problem::not_found(),
    }
}

/// What staff post to a ticket.
const DESK_ACTS: [&str; 20] = [
    "replies",
    "resolve",
    "assign",
    "notes",
    "investigation",
    "proposals",
    "execution",
    "follow-up",
    "wait",
    "cancel",
    "spam",
    "reopen",
    "release",
    "transfer",
    "priority",
    "classification",
    "adopt",
    "excuses",
    "merge",
    "link",
];

/// What customers post to a case.
const CASE_ACTS: [&str; 3] = ["cancel", "sent", "consent"];

/// What staff post to a case.
const DESK_CASE_ACTS: [&str; 12] = [
    "edit",
    "out-of-stock",
    "approve",
    "reject",
    "take-back",
    "cancel",
    "received",
    "inspection",
    "diagnosis",
    "repaired",
    "shipped",
    "retry",
];

/// The answer of a handler. Ours is told once, here, in the log; the caller hears only that trying again is right.
pub fn answer(result: Result<Answer, Refusal>) -> Answer {
    match result {
        Ok(answer) => answer,
        Err(Refusal::Problem(problem)) => problem.into(),
        Err(Refusal::Trouble(trouble)) => {
            tracing::error!(error = %trouble, "the request could not be served");
            Problem::unavailable().into()
        }
    }
}
