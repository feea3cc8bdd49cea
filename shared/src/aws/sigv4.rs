//! AWS Signature Version 4 for the plain requests we make: POST to `/`, no query, the body in memory. What others send in our
//! name is in [`super::presign`].
//!
//! The SDK derives the day's signing key anew for every request and signs every header it ever adds; that was 45 % of
//! the instructions of a call, and here is a third of it. A test holds every signature against the SDK's own signer.
//! The clock is not corrected by AWS' answers as the SDK does it: Lambda keeps it in step.

use std::fmt::{self, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::{AuthScheme, AuthSchemeEndpointConfig, AuthSchemeId, Sign};
use aws_smithy_runtime_api::client::identity::{Identity, SharedIdentityResolver};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::{GetIdentityResolver, RuntimeComponents};
use aws_smithy_types::config_bag::ConfigBag;
use jiff::Timestamp;
use jiff::tz::Offset;
use ring::{digest, hmac};

/// The name under which the SDK looks for a signer; the scheme registered last is the one it takes.
const SCHEME: AuthSchemeId = AuthSchemeId::new("sigv4");
/// AWS wants to know who calls; the SDK's own two headers of 200 bytes are built and signed anew for each request.
const USER_AGENT: &str = concat!("aftercare/", env!("CARGO_PKG_VERSION"));

/// Signs for one service in one region.
pub struct SigV4 {
    region: String,
    service: &'static str,
    today: Mutex<Option<DayKey>>,
}

struct DayKey {
    day: String,
    access_key_id: String,
    key: hmac::Key,
}

impl SigV4 {
    /// `service` is the signing name (`dynamodb`, `sqs`, `ses`, `s3`).
    pub fn new(region: impl Into<String>, service: &'static str) -> Self {
        Self { region: region.into(), service, today: Mutex::new(None) }
    }

    /// Adds date, session token and signature to `request`, as of `now`.
    fn sign(&self, request: &mut HttpRequest, credentials: &Credentials, now: SystemTime) -> Result<(), BoxError> {
        let time = stamp(now)?;
        let (day, _) = time.split_once('T').unwrap_or_default();
        let host = host(request.uri())?.to_owned();
        let headers = request.headers_mut();
        headers.insert("user-agent", USER_AGENT);
        headers.insert("x-amz-date", time.clone());
        if let Some(token) = credentials.session_token() {
            headers.insert("x-amz-security-token", token.to_owned());
        }

        let mut signed: Vec<(&str, &str)> = request.headers().iter().filter(|(name, _)| is_signed(name)).collect();
        signed.push(("host", &host));
        signed.sort_unstable();
        let mut names = String::with_capacity(96);
        let mut canonical = String::with_capacity(2_048);
        canonical.push_str("POST\n/\n\n");
        for (name, value) in signed {
            if !names.is_empty() {
                names.push(';');
            }
            names.push_str(name);
            let _ = writeln!(canonical, "{name}:{}", value.trim());
        }
        let _ = write!(canonical, "\n{names}\n");
        let body = request.body().bytes().ok_or("only a body in memory can be signed")?;
        push_hex(&mut canonical, digest::digest(&digest::SHA256, body).as_ref());

        let scope = self.scope(day);
        let mut to_sign = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n");
        push_hex(&mut to_sign, digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref());
        let access_key_id = credentials.access_key_id();
        let mut authorization =
            format!("AWS4-HMAC-SHA256 Credential={access_key_id}/{scope}, SignedHeaders={names}, Signature=");
        push_hex(&mut authorization, self.tag(credentials, day, &to_sign).as_ref());
        request.headers_mut().insert("authorization", authorization);
        Ok(())
    }

    /// Day, region and service: what a signing key is good for.
    pub(super) fn scope(&self, day: &str) -> String {
        format!("{day}/{}/{}/aws4_request", self.region, self.service)
    }

    /// Signs with the day's key, derived when day or credentials are new.
    pub(super) fn tag(&self, credentials: &Credentials, day: &str, to_sign: &str) -> hmac::Tag {
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = &*today
            && known.day == day
            && known.access_key_id == credentials.access_key_id()
        {
            return hmac::sign(&known.key, to_sign.as_bytes());
        }
        let secret = format!("AWS4{}", credentials.secret_access_key());
        let derived = [day, &self.region, self.service, "aws4_request"]
            .into_iter()
            .fold(key(secret.as_bytes()), |above, part| key(hmac::sign(&above, part.as_bytes()).as_ref()));
        let tag = hmac::sign(&derived, to_sign.as_bytes());
        let access_key_id = credentials.access_key_id().to_owned();
        *today = Some(DayKey { day: day.to_owned(), access_key_id, key: derived });
        tag
    }
}

fn key(bytes: &[u8]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, bytes)
}

/// Only what AWS requires to be signed: a proxy may touch the rest.
fn is_signed(name: &str) -> bool {
    name == "content-type" || name.starts_with("x-amz-")
}

/// Host and, where it is not the scheme's own, port: what hyper sends as `host`. Refuses what is not a POST to the root.
fn host(uri: &str) -> Result<&str, BoxError> {
    let (scheme, rest) = uri.split_once("://").ok_or("an address without a scheme")?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if !path.is_empty() {
        return Err("only a request to the root path can be signed".into());
    }
    let port = if scheme == "https" { ":443" } else { ":80" };
    Ok(authority.strip_suffix(port).unwrap_or(authority))
}

/// `20261121T080910Z`
pub(super) fn stamp(now: SystemTime) -> Result<String, BoxError> {
    let at = Offset::UTC.to_datetime(Timestamp::try_from(now)?);
    Ok(format!(
        "{:04}{:02}{:02}T{:02}{:02}{:02}Z",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    ))
}

pub(super) fn push_hex(text: &mut String, bytes: &[u8]) {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or_default();
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
}

impl fmt::Debug for SigV4 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigV4({}, {})", self.region, self.service)
    }
}

impl AuthScheme for SigV4 {
    fn scheme_id(&self) -> AuthSchemeId {
        SCHEME
    }

    fn identity_resolver(&self, resolvers: &dyn GetIdentityResolver) -> Option<SharedIdentityResolver> {
        resolvers.identity_resolver(SCHEME)
    }

    fn signer(&self) -> &dyn Sign {
        self
    }
}

impl Sign for SigV4 {
    fn sign_http_request(
        &self,
        request: &mut HttpRequest,
        identity: &Identity,
        _endpoint: AuthSchemeEndpointConfig<'_>,
        components: &RuntimeComponents,
        _config: &ConfigBag,
    ) -> Result<(), BoxError> {
        let credentials = identity.data::<Credentials>().ok_or("no AWS credentials to sign with")?;
        let clock = components.time_source().ok_or("no clock to sign by")?;
        self.sign(request, credentials, clock.now())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
    use aws_sigv4::sign::v4;
    use aws_smithy_types::body::SdkBody;
    use proptest::prelude::*;

    use super::*;

    fn request(address: &str, target: &str, body: &str) -> HttpRequest {
        let mut request = HttpRequest::new(SdkBody::from(body.to_owned()));
        request.set_method("POST").unwrap();
        request.set_uri(address).unwrap();
        request.headers_mut().insert("content-type", "application/x-amz-json-1.0");
        request.headers_mut().insert("x-amz-target", target.to_owned());
        request
    }

    /// The signature the SDK would give the same request.
    fn expected(address: &str, target: &str, body: &str, credentials: &Credentials, now: SystemTime) -> String {
        let identity = credentials.clone().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region("eu-central-1")
            .name("dynamodb")
            .time(now)
            .settings(SigningSettings::default())
            .build()
            .unwrap();
        let headers = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", target)];
        let signable =
            SignableRequest::new("POST", address, headers.into_iter(), SignableBody::Bytes(body.as_bytes())).unwrap();
        sign(signable, &params.into()).unwrap().signature().to_owned()
    }

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn credentials(token: Option<&str>) -> Credentials {
        Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG", token.map(str::to_owned), None, "test")
    }

    proptest! {
        #[test]
        fn every_signature_is_the_one_the_sdk_gives(
            body in ".{0,200}",
            token in proptest::option::of("[A-Za-z0-9/+=]{1,400}"),
            target in "DynamoDB_20120810\\.[A-Z][A-Za-z]{1,20}",
            host in prop_oneof![
                Just("https://dynamodb.eu-central-1.amazonaws.com/"),
                Just("https://dynamodb.eu-central-1.amazonaws.com:443/"),
                Just("http://127.0.0.1:4566/"),
                Just("http://localhost:80/"),
            ],
            instants in proptest::collection::vec(0_u64..4_000_000_000, 1..4),
        ) {
            let credentials = credentials(token.as_deref());
            let signer = SigV4::new("eu-central-1", "dynamodb");
            // One signer through several days: the key it keeps must never outlive its own.
            for now in instants.into_iter().map(at) {
                let mut request = request(host, &target, &body);
                signer.sign(&mut request, &credentials, now).unwrap();
                let authorization = request.headers().get("authorization").unwrap();
                let signature = authorization.rsplit_once("Signature=").unwrap().1;
                prop_assert_eq!(signature, expected(host, &target, &body, &credentials, now));
            }
        }
    }

    #[test]
    fn the_header_names_key_scope_and_what_was_signed() {
        let mut request = request("https://dynamodb.eu-central-1.amazonaws.com/", "DynamoDB_20120810.GetItem", "{}");
        let signer = SigV4::new("eu-central-1", "dynamodb");
        signer.sign(&mut request, &credentials(Some("token")), at(1_795_248_550)).unwrap();
        let authorization = request.headers().get("authorization").unwrap();
        let (told, signature) = authorization.rsplit_once('=').unwrap();
        assert_eq!(
            told,
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/eu-central-1/dynamodb/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature"
        );
        assert_eq!(signature.len(), 64);
        assert_eq!(request.headers().get("x-amz-date"), Some("20261121T080910Z"));
    }

    #[test]
    fn a_request_signed_again_for_another_attempt_has_one_signature() {
        let mut request = request("https://dynamodb.eu-central-1.amazonaws.com/", "DynamoDB_20120810.GetItem", "{}");
        let signer = SigV4::new("eu-central-1", "dynamodb");
        signer.sign(&mut request, &credentials(None), at(1_000)).unwrap();
        signer.sign(&mut request, &credentials(None), at(2_000)).unwrap();
        assert_eq!(request.headers().get_all("authorization").count(), 1);
        assert_eq!(request.headers().get_all("x-amz-date").count(), 1);
    }

    #[test]
    fn what_it_was_not_made_for_is_refused() {
        let signer = SigV4::new("eu-central-1", "dynamodb");
        let mut elsewhere = request("https://s3.eu-central-1.amazonaws.com/bucket?list", "none", "");
        assert!(signer.sign(&mut elsewhere, &credentials(None), at(0)).is_err());
    }
}
