//! The bucket that photos are handed in to: forms for browsers, a look at what came, and addresses for staff to save it from.
//!
//! No SDK: of S3 we need four signatures and three requests without a body, and its client would double what a function
//! reads at start.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::presign::{Presigned, escaped};
use super::sigv4::SigV4;
use super::table::Trouble;
use crate::upload::{DOWNLOAD_LIVES, FORM_LIVES, LARGEST, LOOKED_AT, Seen, UploadKey, plain_name};

/// The bucket answers in a tenth of a second; an attempt that takes seconds is lost, and another one goes elsewhere.
const ATTEMPT: Duration = Duration::from_secs(3);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// How long a signature for a request of our own can be used. It goes nowhere else, and the instant it is made at may be
/// that of a command tried again and again.
const OWN: SignedDuration = SignedDuration::from_mins(15);
/// What every object is stored as, whatever its sender calls it: no browser shows it or runs it. A page without script could
/// not say it anyhow, because a browser gives a file's type to the file and not to the form.
const STORED_AS: &str = "application/octet-stream";

/// The bucket of uploads, as one function sees it.
#[derive(Debug)]
pub struct Uploads {
    bucket: String,
    /// `https://host`, and on the local stack, where all buckets share one host, the path that names the bucket.
    origin: String,
    path: String,
    credentials: Credentials,
    signer: SigV4,
    wire: SharedHttpConnector,
    attempts: u32,
}

/// A form that takes one photo: where it is sent, as `multipart/form-data`, and the fields that go before its `file`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresignedForm {
    pub url: String,
    pub fields: Vec<(&'static str, String)>,
}

/// Where S3 listens and as whom it is asked.
#[derive(Debug)]
pub(super) struct Access {
    pub region: String,
    /// `https://s3.region.domain`.
    pub address: String,
    /// It is the local stack's: a bucket is a path there, not a host.
    pub local: bool,
    pub credentials: Credentials,
    pub wire: SharedHttpConnector,
    pub attempts: u32,
}

impl Uploads {
    pub(super) fn new(bucket: String, access: Access) -> Self {
        let Access { region, address, local, credentials, wire, attempts } = access;
        let (origin, path) = match address.split_once("://") {
            Some((scheme, host)) if !local => (format!("{scheme}://{bucket}.{host}"), String::new()),
            Some(_) | None => (address.trim_end_matches('/').to_owned(), format!("/{bucket}")),
        };
        Self { bucket, origin, path, credentials, signer: SigV4::new(region, "s3"), wire, attempts }
    }

    /// What a page's `form-action` has to allow besides itself.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// A form for one photo at `key`, good for 15 minutes. The browser is sent on to `redirect`, with `bucket`, `key` and
    /// `etag` behind it in the query; without one the answer is a 201.
    pub fn form(&self, key: &UploadKey, redirect: Option<&str>, now: Timestamp) -> Result<PresignedForm, Trouble> {
        let after = match redirect {
            Some(address) => ("success_action_redirect", address.to_owned()),
            None => ("success_action_status", "201".to_owned()),
        };
        let fields = vec![
            ("key", key.to_string()),
            ("Content-Type", STORED_AS.to_owned()),
            ("Content-Disposition", "attachment".to_owned()),
            after,
        ];
        let conditions = vec![json!({ "bucket": self.bucket }), json!(["content-length-range", 1, LARGEST])];
        let expires = now + FORM_LIVES;
        let fields = self.signer.policy(fields, conditions, expires, &self.credentials, now).map_err(unsigned)?;
        Ok(PresignedForm { url: format!("{}{}/", self.origin, self.path), fields })
    }

    /// An address from which `key` is saved under `name`, for 5 minutes. A browser never shows what it gets from it.
    pub fn download(&self, key: &UploadKey, name: &str, now: Timestamp) -> Result<String, Trouble> {
        let disposition = format!("attachment; filename=\"{}\"", plain_name(name));
        let query = [("response-content-disposition", disposition.as_str()), ("response-content-type", STORED_AS)];
        self.address("GET", key, &query, DOWNLOAD_LIVES, now)
    }

    /// Size and first bytes of what is at `key`; nothing if nothing is. It reads no more than those bytes.
    pub async fn look(&self, key: &UploadKey, now: Timestamp) -> Result<Option<Seen>, Trouble> {
        let address = self.address("GET", key, &[], OWN, now)?;
        let range = format!("bytes=0-{}", LOOKED_AT - 1);
        let answer = self.ask("GET", &address, Some(&range)).await?;
        match answer.status {
            206 => answer.seen().map(Some).ok_or_else(|| answer.unexpected()),
            // No byte of it can be read: it has none.
            416 => Ok(Some(Seen { first: Vec::new(), size: 0, mark: String::new() })),
            404 => Ok(None),
            // Whoever may not list a bucket is not told that something is missing.
            403 if answer.denies() => Ok(None),
            _ => Err(answer.unexpected()),
        }
    }

    /// Removes what is at `key`, if anything is.
    pub async fn remove(&self, key: &UploadKey, now: Timestamp) -> Result<(), Trouble> {
        let address = self.address("DELETE", key, &[], OWN, now)?;
        let answer = self.ask("DELETE", &address, None).await?;
        match answer.status {
            200 | 204 | 404 => Ok(()),
            _ => Err(answer.unexpected()),
        }
    }

    fn address(
        &self,
        method: &str,
        key: &UploadKey,
        query: &[(&str, &str)],
        lives: SignedDuration,
        now: Timestamp,
    ) -> Result<String, Trouble> {
        let parts: Vec<String> = key.as_str().split('/').map(escaped).collect();
        let path = format!("{}/{}", self.path, parts.join("/"));
        let asked = Presigned { method, origin: &self.origin, path: &path, query, lives };
        self.signer.presign(asked, &self.credentials, now).map_err(unsigned)
    }

    /// Asks until there is an answer that another attempt would not better.
    async fn ask(&self, method: &str, address: &str, range: Option<&str>) -> Result<Answer, Trouble> {
        let mut pause = FIRST_PAUSE;
        let mut attempt = 1;
        loop {
            let answered = tokio::time::timeout(ATTEMPT, self.once(method, address, range)).await;
            let why = match answered {
                Ok(Ok(answer)) if answer.status < 500 && answer.status != 429 => return Ok(answer),
                Ok(Ok(answer)) => answer.unexpected(),
                Ok(Err(broken)) => unavailable(&format!("{broken}")),
                Err(_elapsed) => unavailable("no answer in time"),
            };
            if attempt >= self.attempts {
                return Err(why);
            }
            attempt += 1;
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }

    async fn once(&self, method: &str, address: &str, range: Option<&str>) -> Result<Answer, BoxError> {
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_method(method)?;
        request.set_uri(address)?;
        if let Some(range) = range {
            request.headers_mut().insert("range", range.to_owned());
        }
        Answer::read(self.wire.call(request).await?).await
    }
}

/// What the bucket said.
#[derive(Debug)]
struct Answer {
    status: u16,
    range: Option<String>,
    mark: Option<String>,
    body: Vec<u8>,
}

impl Answer {
    async fn read(response: HttpResponse) -> Result<Self, BoxError> {
        let header = |name: &str| response.headers().get(name).map(str::to_owned);
        let (status, range, mark) = (response.status().as_u16(), header("content-range"), header("etag"));
        // A whole object, which nobody asked for, is not read.
        let body = if status == 200 { SdkBody::empty() } else { response.into_body() };
        Ok(Self { status, range, mark, body: ByteStream::new(body).collect().await?.to_vec() })
    }

    /// Half an answer is none.
    fn seen(&self) -> Option<Seen> {
        let size = self.range.as_deref()?.rsplit_once('/')?.1.parse().ok()?;
        let first = self.body.get(..self.body.len().min(LOOKED_AT))?.to_vec();
        Some(Seen { first, size, mark: self.mark.clone()? })
    }

    /// S3 uses the same word for a signature that is too old, which says nothing of the object.
    fn denies(&self) -> bool {
        self.text().contains("<Code>AccessDenied</Code>") && !self.text().contains("expired")
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// S3's errors name themselves; the rest of their text, which repeats the request, is not passed on.
    fn unexpected(&self) -> Trouble {
        let text = self.text();
        let code =
            text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")).map_or("", |(code, _)| code);
        unavailable(&format!("{} {code}", self.status))
    }
}

fn unavailable(why: &str) -> Trouble {
    Trouble::Unavailable(format!("the bucket of uploads: {why}"))
}

#[expect(clippy::needless_pass_by_value, reason = "the form map_err asks for")]
fn unsigned(why: BoxError) -> Trouble {
    unavailable(&format!("nothing can be signed: {why}"))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use aws_smithy_runtime_api::client::http::HttpConnectorFuture;
    use aws_smithy_runtime_api::client::result::ConnectorError;
    use serde_json::Value;

    use super::*;
    use crate::aws::client::Clients;
    use crate::id::{OrderId, StorefrontId, UploadId};
    use crate::upload::Scope;

    /// Status, content range and body.
    type Told = (u16, Option<&'static str>, &'static str);
    /// Method, address and range.
    type Asked = (String, String, Option<String>);

    /// Gives one answer after another, none when they are used up, and keeps what was asked.
    #[derive(Clone, Debug, Default)]
    struct Wire {
        answers: Arc<Mutex<Vec<Told>>>,
        asked: Arc<Mutex<Vec<Asked>>>,
    }

    impl HttpConnector for Wire {
        fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
            let range = request.headers().get("range").map(str::to_owned);
            self.asked.lock().unwrap().push((request.method().to_owned(), request.uri().to_owned(), range));
            let Some((status, range, body)) = self.answers.lock().unwrap().pop() else {
                return HttpConnectorFuture::ready(Err(ConnectorError::io("connection reset".into())));
            };
            let mut answer = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
            answer.headers_mut().insert("etag", "\"mark\"");
            if let Some(range) = range {
                answer.headers_mut().insert("content-range", range);
            }
            HttpConnectorFuture::ready(Ok(answer))
        }
    }

    fn key() -> UploadKey {
        let (shop, order) = (StorefrontId::parse("shop").unwrap(), OrderId::parse("A:1").unwrap());
        UploadKey::of(&shop, Scope::Order(&order), &UploadId::of([0; 16]).unwrap())
    }

    fn now() -> Timestamp {
        "2026-11-21T08:09:10Z".parse().unwrap()
    }

    /// The bucket on AWS, or on the local stack.
    fn bucket(local: bool, wire: &Wire) -> Uploads {
        let address = if local { "http://127.0.0.1:4566" } else { "https://s3.eu-central-1.amazonaws.com" };
        let access = Access {
            region: "eu-central-1".to_owned(),
            address: address.to_owned(),
            local,
            credentials: Credentials::new("AKID", "secret", Some("session".to_owned()), None, "test"),
            wire: SharedHttpConnector::new(wire.clone()),
            attempts: 2,
        };
        Uploads::new("photos".to_owned(), access)
    }

    async fn looked(answers: &[Told]) -> (Result<Option<Seen>, Trouble>, usize) {
        let wire = Wire::default();
        *wire.answers.lock().unwrap() = answers.iter().rev().copied().collect();
        let seen = bucket(false, &wire).look(&key(), now()).await;
        let asked = wire.asked.lock().unwrap().len();
        (seen, asked)
    }

    #[test]
    fn a_form_takes_one_photo_at_one_key_for_15_minutes() {
        let form =
            bucket(false, &Wire::default()).form(&key(), Some("https://shop.example/t/1?sent=2"), now()).unwrap();
        assert_eq!(form.url, "https://photos.s3.eu-central-1.amazonaws.com/");
        let field = |name: &str| form.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value.as_str());
        let policy = aws_smithy_types::base64::decode(field("policy").unwrap()).unwrap();
        let policy: Value = serde_json::from_slice(&policy).unwrap();
        assert_eq!(policy["expiration"], "2026-11-21T08:24:10.000Z");
        let conditions = policy["conditions"].as_array().unwrap();
        for condition in [
            json!({ "bucket": "photos" }),
            json!(["content-length-range", 1, 10_485_760]),
            json!({ "key": "shop/order/A:1/uAAAAAAAAAAAAAAAAAAAAAA" }),
            json!({ "Content-Type": "application/octet-stream" }),
            json!({ "Content-Disposition": "attachment" }),
            json!({ "success_action_redirect": "https://shop.example/t/1?sent=2" }),
            json!({ "x-amz-security-token": "session" }),
        ] {
            assert!(conditions.contains(&condition), "{condition} is not in {policy}");
        }
        for (name, value) in form.fields.iter().filter(|(name, _)| !["policy", "x-amz-signature"].contains(name)) {
            assert!(conditions.contains(&json!({ (*name): value })), "{name} is not in {policy}");
        }
    }

    #[test]
    fn without_a_page_to_go_on_to_the_answer_is_a_201() {
        let form = bucket(true, &Wire::default()).form(&key(), None, now()).unwrap();
        assert_eq!(form.url, "http://127.0.0.1:4566/photos/");
        assert!(form.fields.contains(&("success_action_status", "201".to_owned())));
        assert!(!form.fields.iter().any(|(name, _)| *name == "success_action_redirect"));
    }

    #[test]
    fn what_staff_save_is_an_attachment_whatever_it_is_called() {
        let there = bucket(false, &Wire::default());
        let address = there.download(&key(), "a\"\r\nset-cookie: b.jpg", now()).unwrap();
        let at = "https://photos.s3.eu-central-1.amazonaws.com/shop/order/A%3A1/uAAAAAAAAAAAAAAAAAAAAAA?";
        assert!(address.starts_with(at), "{address}");
        for part in [
            "X-Amz-Expires=300&",
            "X-Amz-Security-Token=session&",
            "response-content-type=application%2Foctet-stream&",
            "response-content-disposition=attachment%3B%20filename%3D%22a___set-cookie__b.jpg%22&",
        ] {
            assert!(address.contains(part), "{part} is not in {address}");
        }
        assert_eq!(there.origin(), "https://photos.s3.eu-central-1.amazonaws.com");
    }

    #[tokio::test]
    async fn a_look_asks_for_the_first_bytes_only() {
        let wire = Wire::default();
        wire.answers.lock().unwrap().push((206, Some("bytes 0-3/70000"), "\u{1}abc"));
        let seen = bucket(true, &wire).look(&key(), now()).await.unwrap().unwrap();
        assert_eq!(seen, Seen { first: b"\x01abc".to_vec(), size: 70_000, mark: "\"mark\"".to_owned() });
        let (method, address, range) = wire.asked.lock().unwrap().remove(0);
        assert_eq!((method.as_str(), range.as_deref()), ("GET", Some("bytes=0-63")));
        assert!(address.starts_with("http://127.0.0.1:4566/photos/shop/order/A%3A1/u"), "{address}");
    }

    #[tokio::test]
    async fn what_is_not_there_is_told_from_what_cannot_be_seen() {
        let denied = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
        let expired = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";
        let wrong = "<Error><Code>SignatureDoesNotMatch</Code></Error>";
        let absent = |told: Told| async move { matches!(looked(&[told]).await, (Ok(None), 1)) };
        assert!(absent((404, None, "")).await);
        assert!(absent((403, None, denied)).await);
        let (seen, asked) = looked(&[(403, None, expired)]).await;
        assert!(seen.is_err() && asked == 1);
        let (seen, _) = looked(&[(403, None, wrong)]).await;
        assert_eq!(
            seen.unwrap_err().to_string(),
            "it cannot be done now: the bucket of uploads: 403 SignatureDoesNotMatch"
        );
        let (seen, _) = looked(&[(200, None, "the whole object")]).await;
        assert!(seen.is_err());
        let (seen, _) = looked(&[(416, None, "")]).await;
        assert_eq!(seen.unwrap().unwrap().size, 0);
    }

    #[tokio::test]
    async fn a_busy_bucket_is_asked_again_as_often_as_told() {
        let (seen, asked) = looked(&[(503, None, ""), (206, Some("bytes 0-0/1"), "a")]).await;
        assert!(seen.unwrap().is_some() && asked == 2);
        let (seen, asked) = looked(&[]).await;
        assert!(seen.is_err() && asked == 2);
    }

    #[test]
    fn the_clients_of_a_sandbox_know_the_bucket() {
        let clients = Clients::local("http://far.side", SharedHttpConnector::new(Wire::default()), 1);
        assert_eq!(clients.uploads("photos").form(&key(), None, now()).unwrap().url, "http://far.side/photos/");
    }
}
