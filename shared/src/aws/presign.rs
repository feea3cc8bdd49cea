//! Signatures that we hand out: an address with the right to one request in it, and a policy for one browser's form.
//!
//! Both end with the credentials they were signed with, if that is earlier than they say.

use std::fmt::Write as _;

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::box_error::BoxError;
use jiff::{SignedDuration, Timestamp};
use ring::digest;
use serde_json::{Value, json};

use super::sigv4::{SigV4, push_hex, stamp};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// One request to be signed: method, `https://host`, the path as it stands in the address, and what else is in the query.
#[derive(Clone, Copy, Debug)]
pub(super) struct Presigned<'a> {
    pub method: &'a str,
    pub origin: &'a str,
    pub path: &'a str,
    pub query: &'a [(&'a str, &'a str)],
    pub lives: SignedDuration,
}

impl SigV4 {
    /// The address of a request that whoever has it may make, once or often, until it expires. The signature covers the
    /// host and no other header.
    pub(super) fn presign(
        &self,
        asked: Presigned<'_>,
        credentials: &Credentials,
        now: Timestamp,
    ) -> Result<String, BoxError> {
        let Presigned { method, origin, path, query, lives } = asked;
        let (_, host) = origin.split_once("://").ok_or("an origin without a scheme")?;
        let time = stamp(now.into())?;
        let scope = self.scope(day(&time));
        let credential = format!("{}/{scope}", credentials.access_key_id());
        let expires = lives.as_secs().to_string();
        let mut pairs = vec![
            ("X-Amz-Algorithm", ALGORITHM),
            ("X-Amz-Credential", &credential),
            ("X-Amz-Date", &time),
            ("X-Amz-Expires", &expires),
            ("X-Amz-SignedHeaders", "host"),
        ];
        pairs.extend(credentials.session_token().map(|token| ("X-Amz-Security-Token", token)));
        pairs.extend(query);
        let mut pairs: Vec<String> =
            pairs.into_iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
        pairs.sort_unstable();
        let query = pairs.join("&");

        let canonical = format!("{method}\n{path}\n{query}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD");
        let mut to_sign = format!("{ALGORITHM}\n{time}\n{scope}\n");
        push_hex(&mut to_sign, digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref());
        let mut address = format!("{origin}{path}?{query}&X-Amz-Signature=");
        push_hex(&mut address, self.tag(credentials, day(&time), &to_sign).as_ref());
        Ok(address)
    }

    /// The fields of a form that may be sent until `expires`, if every field is one of `fields` or signed here and all
    /// `conditions` hold.
    pub(super) fn policy(
        &self,
        fields: Vec<(&'static str, String)>,
        conditions: Vec<Value>,
        expires: Timestamp,
        credentials: &Credentials,
        now: Timestamp,
    ) -> Result<Vec<(&'static str, String)>, BoxError> {
        let time = stamp(now.into())?;
        let mut fields = fields;
        fields.push(("x-amz-algorithm", ALGORITHM.to_owned()));
        fields.push(("x-amz-credential", format!("{}/{}", credentials.access_key_id(), self.scope(day(&time)))));
        fields.push(("x-amz-date", time.clone()));
        fields.extend(credentials.session_token().map(|token| ("x-amz-security-token", token.to_owned())));

        let exact = fields.iter().map(|(name, value)| json!({ (*name): value }));
        let conditions: Vec<Value> = conditions.into_iter().chain(exact).collect();
        let policy = json!({ "expiration": format!("{expires:.3}"), "conditions": conditions });
        let policy = aws_smithy_types::base64::encode(policy.to_string());
        let mut signature = String::with_capacity(64);
        push_hex(&mut signature, self.tag(credentials, day(&time), &policy).as_ref());
        fields.push(("policy", policy));
        fields.push(("x-amz-signature", signature));
        Ok(fields)
    }
}

fn day(time: &str) -> &str {
    time.split_once('T').map_or(time, |(day, _)| day)
}

/// Percent-encoded as AWS asks for it: all but letters, digits and `-._~`.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aws_sigv4::http_request::{
        PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings,
        UriPathNormalizationMode, sign,
    };
    use aws_sigv4::sign::v4;
    use proptest::prelude::*;

    use super::*;

    /// Of AWS' documentation.
    fn documented() -> Credentials {
        Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", None, None, "test")
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_documented_address_is_signed_as_documented() {
        let asked = Presigned {
            method: "GET",
            origin: "https://examplebucket.s3.amazonaws.com",
            path: "/test.txt",
            query: &[],
            lives: SignedDuration::from_hours(24),
        };
        let signer = SigV4::new("us-east-1", "s3");
        let address = signer.presign(asked, &documented(), at("2013-05-24T00:00:00Z")).unwrap();
        assert_eq!(
            address,
            "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256\
             &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z\
             &X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
             &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
        );
    }

    /// The policy of AWS' example has line ends of its own, so it is signed as it stands there.
    #[test]
    fn the_documented_policy_is_signed_as_documented() {
        let policy = "eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJz\
        aWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJw\
        dWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6\
        b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2Uv\
        Il0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRp\
        b24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRl\
        bnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXot\
        YWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9";
        let mut signature = String::new();
        push_hex(&mut signature, SigV4::new("us-east-1", "s3").tag(&documented(), "20151229", policy).as_ref());
        assert_eq!(signature, "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e");
    }

    /// The signature the SDK's signer would give the same address.
    fn expected(
        origin: &str,
        path: &str,
        query: &[(&str, &str)],
        lives: u64,
        credentials: &Credentials,
        now: Timestamp,
    ) -> String {
        let identity = credentials.clone().into();
        let mut settings = SigningSettings::default();
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(Duration::from_secs(lives));
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region("eu-central-1")
            .name("s3")
            .time(now.into())
            .settings(settings)
            .build()
            .unwrap();
        let query: Vec<String> =
            query.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        let address = format!("{origin}{path}{mark}{}", query.join("&"));
        let signable = SignableRequest::new("GET", address, [].into_iter(), SignableBody::UnsignedPayload).unwrap();
        sign(signable, &params.into()).unwrap().signature().to_owned()
    }

    proptest! {
        #[test]
        fn every_address_is_signed_as_the_sdk_would(
            token in proptest::option::of("[A-Za-z0-9/+=]{1,400}"),
            order in "[A-Za-z0-9][A-Za-z0-9._:-]{0,63}",
            name in proptest::option::of("[ -~]{1,80}"),
            origin in prop_oneof![
                Just("https://photos.s3.eu-central-1.amazonaws.com"), Just("http://127.0.0.1:4566"),
            ],
            second in 0_i64..4_000_000_000,
            lives in 1_u32..604_800,
        ) {
            let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG", token, None, "test");
            let now = Timestamp::from_second(second).unwrap();
            let path = format!("/shop/order/{}/u1", escaped(&order));
            let query: Vec<(&str, &str)> =
                name.as_deref().map(|name| ("response-content-disposition", name)).into_iter().collect();
            let lives = u64::from(lives);
            let asked = Presigned {
                method: "GET", origin, path: &path, query: &query,
                lives: SignedDuration::from_secs(i64::try_from(lives).unwrap()),
            };
            let address = SigV4::new("eu-central-1", "s3").presign(asked, &credentials, now).unwrap();
            let signature = address.rsplit_once("X-Amz-Signature=").unwrap().1;
            prop_assert_eq!(signature, expected(origin, &path, &query, lives, &credentials, now));
        }
    }

    #[test]
    fn a_form_carries_every_field_its_policy_asks_for_and_no_other() {
        let token = Some("session".to_owned());
        let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG", token, None, "test");
        let now = at("2026-11-21T08:09:10.5Z");
        let fields = vec![("key", "a/b".to_owned())];
        let conditions = vec![json!({ "bucket": "photos" })];
        let signer = SigV4::new("eu-central-1", "s3");
        let form = signer.policy(fields, conditions, now + SignedDuration::from_mins(15), &credentials, now).unwrap();
        let policy = &form.iter().find(|(name, _)| *name == "policy").unwrap().1;
        let policy: Value = serde_json::from_slice(&aws_smithy_types::base64::decode(policy).unwrap()).unwrap();
        let credential = "AKIDEXAMPLE/20261121/eu-central-1/s3/aws4_request";
        assert_eq!(
            policy,
            json!({
                "expiration": "2026-11-21T08:24:10.500Z",
                "conditions": [
                    { "bucket": "photos" }, { "key": "a/b" }, { "x-amz-algorithm": "AWS4-HMAC-SHA256" },
                    { "x-amz-credential": credential }, { "x-amz-date": "20261121T080910Z" },
                    { "x-amz-security-token": "session" },
                ],
            })
        );
        let names: Vec<&str> = form.iter().map(|(name, _)| *name).collect();
        assert_eq!(
            names,
            [
                "key",
                "x-amz-algorithm",
                "x-amz-credential",
                "x-amz-date",
                "x-amz-security-token",
                "policy",
                "x-amz-signature"
            ]
        );
    }
}
