//! The bucket of uploads on the far side: it takes what a form's policy allows, and shows it to whoever has a signed address.
//! It believes signatures, which other tests hold against AWS' own signer, and believes nothing else.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard};

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::base64;
use aws_smithy_types::body::SdkBody;
use jiff::fmt::strtime;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::fakes::form;

/// Where it is: all that a form or an address of ours may begin with.
const HOST: &str = "http://far.side/";
/// Fields that the policy need not name.
const BESIDE: [&str; 2] = ["policy", "x-amz-signature"];

/// What is kept in it, by bucket and key.
#[derive(Debug, Default)]
pub struct Bucket(Mutex<BTreeMap<String, Object>>);

#[derive(Clone, Debug)]
struct Object {
    bytes: Vec<u8>,
    /// The same bytes have the same, and others another.
    mark: String,
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Got {
    pub status: u16,
    pub headers: BTreeMap<&'static str, String>,
    pub body: Vec<u8>,
}

impl Bucket {
    /// A browser sends a form, as a page shows it, with a file in it.
    pub fn post(&self, url: &str, fields: &[(String, String)], file: &[u8], now: Timestamp) -> Got {
        let Some(bucket) = url.strip_prefix(HOST).and_then(|rest| rest.strip_suffix('/')) else {
            return refused(404, "NoSuchBucket");
        };
        let mut named: BTreeMap<&str, &str> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
        named.insert("bucket", bucket);
        let Some(key) = named.get("key") else { return refused(400, "InvalidArgument") };
        if let Err(refusal) = allowed(&named, file.len(), now) {
            return refusal;
        }
        let mark = self.put(&format!("{bucket}/{key}"), file);
        match named.get("success_action_redirect") {
            Some(page) => {
                let sign = if page.contains('?') { '&' } else { '?' };
                let to = format!("{page}{sign}bucket={bucket}&key={key}&etag=%22{}%22", mark.trim_matches('"'));
                Got { status: 303, headers: BTreeMap::from([("location", to)]), body: Vec::new() }
            }
            None => Got { status: 201, ..Got::default() },
        }
    }

    /// A browser opens an address that it was given.
    pub fn get(&self, address: &str, now: Timestamp) -> Got {
        let query = form(address.split_once('?').map_or("", |(_, query)| query));
        let at = query.get("X-Amz-Date").and_then(|at| strtime::parse("%Y%m%dT%H%M%SZ", at).ok()?.to_datetime().ok());
        let at = at.and_then(|at| jiff::tz::Offset::UTC.to_timestamp(at).ok());
        let lives = query.get("X-Amz-Expires").and_then(|seconds| seconds.parse().ok()).map(SignedDuration::from_secs);
        match (at, lives) {
            (Some(at), Some(lives)) if now <= at + lives => self.object("GET", address, None),
            _ => refused(403, "AccessDenied"),
        }
    }

    /// Puts bytes in the place of what is there, as a form sent again does.
    pub fn put(&self, place: &str, bytes: &[u8]) -> String {
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        let mark = format!("\"{:016x}\"", hasher.finish());
        self.objects().insert(place.to_owned(), Object { bytes: bytes.to_vec(), mark: mark.clone() });
        mark
    }

    /// The keys of what is in it, each after its bucket.
    pub fn keys(&self) -> Vec<String> {
        self.objects().keys().cloned().collect()
    }

    /// A request of a function.
    pub(crate) fn serve(&self, request: &HttpRequest) -> HttpResponse {
        let got = self.object(request.method(), request.uri(), request.headers().get("range"));
        let status = StatusCode::try_from(got.status).expect("a status");
        let mut response = HttpResponse::new(status, SdkBody::from(got.body));
        for (name, value) in got.headers {
            response.headers_mut().insert(name, value);
        }
        response
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.objects().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn object(&self, method: &str, address: &str, range: Option<&str>) -> Got {
        let (place, query) = address.split_once('?').unwrap_or((address, ""));
        let query = form(query);
        let Some(place) = place.strip_prefix(HOST).filter(|_| query.contains_key("X-Amz-Signature")) else {
            return refused(403, "AccessDenied");
        };
        let place = place.replace("%3A", ":");
        if method == "DELETE" {
            self.objects().remove(&place);
            return Got { status: 204, ..Got::default() };
        }
        // Who may not list it is not told that something is missing.
        let Some(object) = self.objects().get(&place).cloned() else { return refused(403, "AccessDenied") };
        let mut headers = BTreeMap::from([("etag", object.mark)]);
        for (parameter, header) in
            [("response-content-disposition", "content-disposition"), ("response-content-type", "content-type")]
        {
            headers.extend(query.get(parameter).map(|value| (header, value.clone())));
        }
        let Some(range) = range else { return Got { status: 200, headers, body: object.bytes } };
        let last: usize = range.strip_prefix("bytes=0-").and_then(|last| last.parse().ok()).expect("the first bytes");
        let size = object.bytes.len();
        if size == 0 {
            return refused(416, "InvalidRange");
        }
        let body: Vec<u8> = object.bytes.into_iter().take(last + 1).collect();
        headers.insert("content-range", format!("bytes 0-{}/{size}", body.len() - 1));
        Got { status: 206, headers, body }
    }

    fn objects(&self) -> MutexGuard<'_, BTreeMap<String, Object>> {
        self.0.lock().expect("nobody panics while holding it")
    }
}

/// Every condition holds, and every field is in one.
fn allowed(fields: &BTreeMap<&str, &str>, size: usize, now: Timestamp) -> Result<(), Got> {
    let denied = || refused(403, "AccessDenied");
    let policy = fields.get("policy").and_then(|policy| base64::decode(policy).ok());
    let policy: Value = policy.and_then(|policy| serde_json::from_slice(&policy).ok()).ok_or_else(denied)?;
    let expires = policy["expiration"].as_str().and_then(|at| at.parse::<Timestamp>().ok()).ok_or_else(denied)?;
    let signed = fields.get("x-amz-signature").is_some_and(|signature| signature.len() == 64);
    if now >= expires || !signed {
        return Err(denied());
    }
    let mut named: Vec<&str> = BESIDE.to_vec();
    for condition in policy["conditions"].as_array().ok_or_else(denied)? {
        if condition[0] == "content-length-range" {
            let within = |place: usize| condition[place].as_u64().and_then(|size| usize::try_from(size).ok());
            if within(1).is_none_or(|least| size < least) {
                return Err(refused(400, "EntityTooSmall"));
            }
            if within(2).is_none_or(|most| size > most) {
                return Err(refused(400, "EntityTooLarge"));
            }
            continue;
        }
        // We write no other condition, so it knows no other.
        let (name, value) = condition.as_object().and_then(|exact| exact.iter().next()).ok_or_else(denied)?;
        if fields.get(name.as_str()).copied() != value.as_str() {
            return Err(denied());
        }
        named.push(name);
    }
    if fields.keys().all(|name| named.contains(name)) { Ok(()) } else { Err(denied()) }
}

fn refused(status: u16, code: &str) -> Got {
    let body = format!("<Error><Code>{code}</Code><Message>no</Message></Error>").into_bytes();
    Got { status, headers: BTreeMap::from([("content-type", "application/xml".to_owned())]), body }
}
