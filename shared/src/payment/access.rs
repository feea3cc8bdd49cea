//! How a storefront's payment provider is reached: which it is, where, and the keys both sides sign with. What replaces a
//! key keeps the one before for a day, so that nothing fails on the way; a key that leaked can be ended at once.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ProviderKind, standard_webhooks, stripe};
use crate::problem::Fault;
use crate::reader::{Faults, Reader};
use crate::sla::{millis, millis_or_none};
use crate::view::instant;

/// The version of the stored shape.
pub const VERSION: u32 = 1;
/// How long a key holds after it was replaced.
pub const EARLIER_LIVES: SignedDuration = SignedDuration::from_hours(24);
/// Keys and secrets that are kept, of each kind.
pub const MOST_KEPT: usize = 3;
const LONGEST_URL: usize = 300;
const KEY: std::ops::RangeInclusive<usize> = 16..=255;
const KEY_RULE: &str = "16 to 255 characters of printable ASCII without spaces";
const SECRET_RULE: &str = "whsec_ and 24 to 64 bytes in base64";
const URL_RULE: &str = "an https address of at most 300 characters: a host by name, without user, query or fragment (http on the local stack only)";

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hidden(String);

impl Hidden {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What tells it from others, for people.
    fn masked(&self) -> String {
        let letters = self.0.chars().count();
        format!("…{}", self.0.chars().skip(letters.saturating_sub(4)).collect::<String>())
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden")
    }
}

/// A key or a secret, and until when it holds if it was replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    text: Hidden,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
    until: Option<Timestamp>,
}

/// How a storefront's payment provider is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    pub kind: ProviderKind,
    /// Without a slash at its end.
    pub url: String,
    key: Hidden,
    /// Latest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    earlier_keys: Vec<Kept>,
    webhook_secret: Hidden,
    /// Latest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    earlier_secrets: Vec<Kept>,
    #[serde(with = "millis")]
    pub set_at: Timestamp,
}

/// What an admin gives of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub kind: ProviderKind,
    pub url: String,
    pub key: Hidden,
    pub webhook_secret: Hidden,
    /// The keys before these hold no longer.
    pub revoke: bool,
}

impl Access {
    pub fn new(given: Given, now: Timestamp) -> Self {
        let Given { kind, url, key, webhook_secret, revoke: _ } = given;
        Self { kind, url, key, earlier_keys: Vec::new(), webhook_secret, earlier_secrets: Vec::new(), set_at: now }
    }

    /// With what was given in its place. Keys of another provider say nothing to this one.
    pub fn replaced(&self, given: Given, now: Timestamp) -> Self {
        let keeps = self.kind == given.kind && !given.revoke;
        let mut next = Self::new(given, now);
        if keeps {
            next.earlier_keys = earlier(&next.key, &self.key, &self.earlier_keys, now);
            next.earlier_secrets = earlier(&next.webhook_secret, &self.webhook_secret, &self.earlier_secrets, now);
        }
        next
    }

    pub(super) fn newest_key(&self) -> &Hidden {
        &self.key
    }

    /// The keys that our own messages are signed with, newest first.
    pub(super) fn signing_keys(&self, now: Timestamp) -> Vec<Vec<u8>> {
        let keys = std::iter::once(&self.key).chain(holding(&self.earlier_keys, now));
        keys.filter_map(|key| standard_webhooks::secret(key.reveal())).collect()
    }

    /// The bytes of `secrets`, as the contract has them.
    pub(super) fn hearing_keys(&self, now: Timestamp) -> Vec<Vec<u8>> {
        self.secrets(now).iter().filter_map(|secret| standard_webhooks::secret(secret.reveal())).collect()
    }

    /// The secrets that the provider's messages may be signed with, newest first.
    pub(super) fn secrets(&self, now: Timestamp) -> Vec<Hidden> {
        std::iter::once(&self.webhook_secret).chain(holding(&self.earlier_secrets, now)).cloned().collect()
    }
}

fn holding(kept: &[Kept], now: Timestamp) -> impl Iterator<Item = &Hidden> {
    kept.iter().filter(move |kept| kept.until.is_none_or(|until| now < until)).map(|kept| &kept.text)
}

/// What is kept beside `next`: the one it takes the place of, and those that hold still.
fn earlier(next: &Hidden, last: &Hidden, before: &[Kept], now: Timestamp) -> Vec<Kept> {
    let until = now.checked_add(EARLIER_LIVES).ok();
    let last = Kept { text: last.clone(), until };
    let still = before.iter().filter(|kept| kept.until.is_none_or(|until| now < until));
    std::iter::once(&last).chain(still).filter(|kept| kept.text != *next).take(MOST_KEPT - 1).cloned().collect()
}

/// What an admin sees of a provider: no key, only the end of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PaymentProvider))]
pub struct View {
    pub kind: ProviderKind,
    pub url: String,
    /// Its last four characters.
    pub key: String,
    /// Its last four characters.
    pub webhook_secret: String,
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub set_at: String,
}

pub fn viewed(access: &Access) -> View {
    View {
        kind: access.kind,
        url: access.url.clone(),
        key: access.key.masked(),
        webhook_secret: access.webhook_secret.masked(),
        set_at: instant(access.set_at),
    }
}

/// Reads `{kind, url, key, webhook_secret, revoke}`. On the local stack (`local`) the provider may be on this machine.
pub fn access(body: &Value, local: bool) -> Result<Given, Vec<Fault>> {
    let mut faults = Faults::new();
    let mut fields = Reader::new("", body, &mut faults);
    let kind = fields.word("kind", ProviderKind::ALL, ProviderKind::parse, &mut faults);
    let kind = fields.required("kind", kind, &mut faults);
    let given = fields.parsed("url", URL_RULE, |text| address(text, local), &mut faults);
    let url = match kind {
        Some(ProviderKind::Stripe) if given.is_none() && fields.value("url").is_none() => Some(stripe::URL.to_owned()),
        Some(ProviderKind::Stripe | ProviderKind::Standard) | None => fields.required("url", given, &mut faults),
    };
    let signs = kind == Some(ProviderKind::Standard);
    let rule = if signs { SECRET_RULE } else { KEY_RULE };
    let parse = |text: &str| if signs { secret(text) } else { printable(text) };
    let key = fields.parsed("key", rule, parse, &mut faults);
    let key = fields.required("key", key, &mut faults);
    let webhook_secret = fields.parsed("webhook_secret", rule, parse, &mut faults);
    let webhook_secret = fields.required("webhook_secret", webhook_secret, &mut faults);
    // Whoever may sign as the provider may not ask it for money.
    if key.is_some() && fields.value("key") == fields.value("webhook_secret") {
        fields.fault("webhook_secret", "must be another one than `key`", &mut faults);
    }
    let revoke = revoke(&mut fields, &mut faults);
    fields.finish(&mut faults);
    match (kind, url, key, webhook_secret) {
        (Some(kind), Some(url), Some(key), Some(webhook_secret)) if faults.is_empty() => {
            Ok(Given { kind, url, key, webhook_secret, revoke })
        }
        _ => Err(faults),
    }
}

fn revoke(fields: &mut Reader<'_>, faults: &mut Faults) -> bool {
    match fields.value("revoke") {
        None | Some(Value::Bool(false)) => false,
        Some(Value::Bool(true)) => true,
        Some(_) => {
            fields.fault("revoke", "must be true or false", faults);
            false
        }
    }
}

fn secret(text: &str) -> Option<Hidden> {
    let bytes = standard_webhooks::secret(text)?;
    standard_webhooks::SECRET.contains(&bytes.len()).then(|| Hidden::new(text))
}

fn printable(text: &str) -> Option<Hidden> {
    let fits = KEY.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| Hidden::new(text))
}

/// The base of a provider's addresses.
fn address(text: &str, local: bool) -> Option<String> {
    let text = text.strip_suffix('/').unwrap_or(text);
    let (scheme, rest) = text.split_once("://")?;
    let (authority, path) = rest.split_once('/').map_or((rest, ""), |(authority, path)| (authority, path));
    let (host, port) = port(authority)?;
    let here = matches!(host, "127.0.0.1" | "localhost" | "[::1]");
    let allowed = match scheme {
        "https" => is_name(host),
        "http" => local && here,
        _ => false,
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~');
    let fits = text.len() <= LONGEST_URL && port.is_none_or(|port| port > 0) && path.bytes().all(plain);
    // A path that climbs would be another than it seems.
    let level = path.is_empty() || path.split('/').all(|part| !matches!(part, "" | "." | ".."));
    (allowed && fits && level).then(|| text.to_owned())
}

fn port(authority: &str) -> Option<(&str, Option<u16>)> {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            let digits = port.bytes().all(|byte| byte.is_ascii_digit());
            Some((host, Some(port.parse().ok().filter(|_| digits)?)))
        }
        Some(_) | None => Some((authority, None)),
    }
}

/// A host by a public name: no address of a network, and nothing that only this machine knows.
fn is_name(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    let label = |label: &&str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let named = labels.last().is_some_and(|top| top.bytes().any(|byte| byte.is_ascii_alphabetic()));
    labels.len() > 1 && named && labels.iter().all(label)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FIRST: &str = "whsec_YSB3b3JkIG9mIHRoZSB0ZXN0cyBvbmx5";
    const SECOND: &str = "whsec_YW5vdGhlciB3b3JkIG9mIHRoZSB0ZXN0cw==";

    fn body(url: &str) -> Value {
        json!({ "kind": "standard", "url": url, "key": FIRST, "webhook_secret": SECOND })
    }

    fn pointers(read: Result<Given, Vec<Fault>>) -> Vec<String> {
        read.unwrap_err().into_iter().map(|fault| fault.pointer).collect()
    }

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_773_000_000 + hour * 3_600).unwrap()
    }

    fn with_secret(secret: &str, revoke: bool) -> Given {
        let url = "https://pay.example".to_owned();
        let key = Hidden::new(FIRST);
        Given { kind: ProviderKind::Standard, url, key, webhook_secret: Hidden::new(secret), revoke }
    }

    #[test]
    fn a_provider_behind_the_contract_is_taken_as_given() {
        let given = access(&body("https://pay.example/v1/"), false).unwrap();
        assert_eq!((given.url.as_str(), given.kind), ("https://pay.example/v1", ProviderKind::Standard));
        assert!(!given.revoke);
    }

    #[test]
    fn stripe_is_where_it_always_is() {
        let body = json!({ "kind": "stripe", "key": "a-key-of-the-tests", "webhook_secret": "a-word-of-the-tests" });
        assert_eq!(access(&body, false).unwrap().url, "https://api.stripe.com");
    }

    #[test]
    fn only_a_public_name_over_https_is_reached() {
        for url in ["https://pay.example", "https://pay.example:8443/a/b-c", "https://a.b.example.com/x_y~z"] {
            assert!(access(&body(url), false).is_ok(), "{url}");
        }
        let long = format!("https://pay.example/{}", "a".repeat(300));
        for url in [
            "http://pay.example",
            "https://localhost",
            "https://10.0.0.1",
            "https://[::1]",
            "https://me@pay.example",
            "https://me:pw@pay.example",
            "https://pay.example?a=1",
            "https://pay.example/#a",
            "https://pay.example/a?b",
            "https://pay.example:0",
            "https://pay.example:x",
            "https://pay.example:",
            "https://",
            "ftp://pay.example",
            "https://pay..example",
            "https://-pay.example",
            "https://pay.example/../a",
            "https://pay.example/a//b",
            "https://pay.example\\@b",
            "https://pay.example/%2e",
            "https://pay example",
            "HTTPS://pay.example",
            &long,
        ] {
            assert_eq!(pointers(access(&body(url), true)), ["/url"], "{url}");
        }
    }

    #[test]
    fn plain_http_is_for_the_machine_of_the_local_stack() {
        for url in ["http://127.0.0.1:4000", "http://localhost:4000/pay", "http://[::1]:4000", "http://[::1]"] {
            assert!(access(&body(url), true).is_ok(), "{url}");
            assert_eq!(pointers(access(&body(url), false)), ["/url"], "{url}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let wrong =
            json!({ "kind": "standard", "key": "short", "webhook_secret": "whsec_dGVzdA==", "revoke": 1, "x": 1 });
        assert_eq!(pointers(access(&wrong, false)), ["/url", "/key", "/webhook_secret", "/revoke", "/x"]);
        assert_eq!(pointers(access(&json!({}), false)), ["/kind", "/url", "/key", "/webhook_secret"]);
        let mut same = body("https://pay.shop.example");
        same["webhook_secret"] = same["key"].clone();
        assert_eq!(pointers(access(&same, false)), ["/webhook_secret"], "one secret for two purposes");
    }

    #[test]
    fn what_is_too_short_or_malformed_is_refused_with_what_it_must_be() {
        let long = "a-secret-of-the-tests";
        for wrong in ["short", "has a space in it, though long", "with\u{e9}-letters-of-its-own"] {
            let stripe = json!({ "kind": "stripe", "key": wrong, "webhook_secret": long });
            let faults = access(&stripe, false).unwrap_err();
            assert!(faults[0].pointer == "/key" && faults[0].detail.contains("16 to 255"), "{wrong}: {faults:?}");
        }
        let same = json!({ "kind": "stripe", "key": long, "webhook_secret": long });
        assert_eq!(pointers(access(&same, false)), ["/webhook_secret"]);
        for wrong in ["whsec_", "whsec_dGVzdA==", "whsec_not-base64!", "YSB3b3JkIG9mIHRoZSB0ZXN0cyBvbmx5"] {
            let mut body = body("https://pay.example");
            body["webhook_secret"] = json!(wrong);
            assert_eq!(pointers(access(&body, false)), ["/webhook_secret"], "{wrong}");
        }
    }

    #[test]
    fn a_replaced_secret_holds_for_a_day() {
        let first = Access::new(with_secret("one", false), at(0));
        let second = first.replaced(with_secret("two", false), at(1));
        let names = |access: &Access, hour: i64| {
            access.secrets(at(hour)).iter().map(|secret| secret.reveal().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(&second, 24), ["two", "one"]);
        assert_eq!(names(&second, 25), ["two"]);
        let third = second.replaced(with_secret("three", false), at(2));
        let fourth = third.replaced(with_secret("four", false), at(3));
        assert_eq!(names(&fourth, 4), ["four", "three", "two"]);
        let back = fourth.replaced(with_secret("three", false), at(4));
        assert_eq!(names(&back, 4), ["three", "four", "two"]);
    }

    #[test]
    fn a_secret_that_leaked_holds_no_longer() {
        let first = Access::new(with_secret("one", false), at(0));
        let second = first.replaced(with_secret("two", true), at(1));
        assert_eq!(second.secrets(at(1)), [Hidden::new("two")]);
    }

    #[test]
    fn the_keys_of_one_provider_are_not_taken_for_those_of_another() {
        let first = Access::new(with_secret("one", false), at(0));
        let stripe = Given { kind: ProviderKind::Stripe, ..with_secret("two", false) };
        assert_eq!(first.replaced(stripe, at(1)).secrets(at(1)), [Hidden::new("two")]);
    }

    #[test]
    fn no_key_is_shown_by_a_view_or_in_a_log() {
        let access = Access::new(access(&body("https://pay.example"), false).unwrap(), at(0));
        let view = viewed(&access);
        assert_eq!((view.key.as_str(), view.webhook_secret.as_str()), ("…bmx5", "…cw=="));
        let shown = format!("{access:?}{view:?}");
        assert!(!shown.contains(FIRST) && !shown.contains(SECOND), "{shown}");
    }

    #[test]
    fn what_is_stored_is_read_back() {
        let first = Access::new(with_secret("one", false), at(0));
        let access = first.replaced(with_secret("two", false), at(1));
        let stored = serde_json::to_string(&access).unwrap();
        assert_eq!(serde_json::from_str::<Access>(&stored).unwrap(), access);
    }
}
