//! The Standard Webhooks scheme: a message is signed as `{id}.{timestamp}.{body}` with HMAC-SHA-256, and says so in three
//! headers, `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature` (`v1,` and base64; several, for a secret
//! that is being replaced, are separated by spaces).

use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::{Headers, Refused, base64};

/// How far the sender's clock may be from ours, either way; and how long a message can be played again.
pub const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);
/// What a secret is written with.
pub const PREFIX: &str = "whsec_";
/// Bytes of a secret, as the scheme has it.
pub const SECRET: std::ops::RangeInclusive<usize> = 24..=64;
/// Signatures of one message that are looked at.
const MOST_SIGNATURES: usize = 10;
const LONGEST_ID: usize = 255;

/// The bytes of a secret as it is written.
pub fn secret(text: &str) -> Option<Vec<u8>> {
    base64::decode(text.strip_prefix(PREFIX)?).filter(|bytes| !bytes.is_empty())
}

/// The signature of a message by each secret.
pub fn sign(secrets: &[Vec<u8>], id: &str, at: Timestamp, body: &[u8]) -> String {
    let second = at.as_second().to_string();
    let signature = |secret: &Vec<u8>| {
        let mac = over(secret, &[id.as_bytes(), second.as_bytes(), body]).finalize();
        format!("v1,{}", base64::encode(&mac.into_bytes()))
    };
    secrets.iter().map(signature).collect::<Vec<_>>().join(" ")
}

/// The id of a message that one of the secrets signed lately. Signatures are compared in constant time.
pub fn verify(headers: &Headers, body: &[u8], secrets: &[Vec<u8>], now: Timestamp) -> Result<String, Refused> {
    let present = |header: &Option<String>| header.clone().ok_or(Refused::Forged);
    let (id, second) = (present(&headers.id)?, present(&headers.timestamp)?);
    // With a point in it, one text could be two messages.
    if id.is_empty() || id.len() > LONGEST_ID || id.contains('.') {
        return Err(Refused::Forged);
    }
    let sent = instant(&second)?;
    let signatures = present(&headers.signature)?;
    let tags: Vec<Vec<u8>> = signatures
        .split(' ')
        .filter_map(|signature| base64::decode(signature.strip_prefix("v1,")?))
        .take(MOST_SIGNATURES)
        .collect();
    one_is_genuine(secrets, &[id.as_bytes(), second.as_bytes(), body], &tags)?;
    timely(sent, now).map(|()| id)
}

/// A whole second as the headers write it: digits, so that there is one spelling.
pub(super) fn instant(second: &str) -> Result<Timestamp, Refused> {
    let digits = second.bytes().all(|byte| byte.is_ascii_digit()) && !second.starts_with('0');
    let second = second.parse().ok().filter(|_| digits);
    second.and_then(|second| Timestamp::from_second(second).ok()).ok_or(Refused::Forged)
}

pub(super) fn timely(sent: Timestamp, now: Timestamp) -> Result<(), Refused> {
    if now.duration_since(sent).abs() <= TOLERANCE { Ok(()) } else { Err(Refused::Untimely) }
}

/// Whether any of the tags is what any of the secrets makes of these parts.
pub(super) fn one_is_genuine<S: AsRef<[u8]>>(secrets: &[S], parts: &[&[u8]], tags: &[Vec<u8>]) -> Result<(), Refused> {
    let made_by = |secret: &S| {
        let mac = over(secret.as_ref(), parts);
        tags.iter().any(|tag| mac.clone().verify_slice(tag).is_ok())
    };
    if secrets.iter().any(made_by) { Ok(()) } else { Err(Refused::Forged) }
}

/// HMAC-SHA-256 of parts with points between them.
pub(super) fn over(secret: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new(&block(secret).into());
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            mac.update(b".");
        }
        mac.update(part);
    }
    mac
}

/// HMAC pads a short key with zeros to the hash's block, and hashes a long one first.
fn block(secret: &[u8]) -> [u8; 64] {
    let mut block = [0; 64];
    let hash = Sha256::digest(secret);
    let key = if secret.len() > block.len() { hash.as_slice() } else { secret };
    block[..key.len()].copy_from_slice(key);
    block
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The message that the scheme's own libraries are tested with, and its published secret.
    const ID: &str = "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk";
    const SECOND: i64 = 1_649_367_553;
    const BODY: &[u8] = br#"{"email":"test@example.com","username":"test_user"}"#;
    const SIGNATURE: &str = "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=";

    fn published() -> Vec<u8> {
        secret("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").unwrap()
    }

    fn word(text: &str) -> Vec<u8> {
        text.as_bytes().to_vec()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn headers(signature: &str) -> Headers {
        Headers {
            id: Some(ID.to_owned()),
            timestamp: Some(SECOND.to_string()),
            signature: Some(signature.to_owned()),
            stripe_signature: None,
        }
    }

    fn verified(headers: &Headers, secrets: &[Vec<u8>]) -> Result<String, Refused> {
        verify(headers, BODY, secrets, at(SECOND))
    }

    #[test]
    fn the_published_message_has_the_published_signature() {
        assert_eq!(sign(&[published()], ID, at(SECOND), BODY), SIGNATURE);
        assert_eq!(verified(&headers(SIGNATURE), &[published()]), Ok(ID.to_owned()));
    }

    #[test]
    fn one_good_signature_among_others_is_enough() {
        let others = "v1a,aGVsbG8= v1,tFtCZ5RDCPxzWQRWXWPgrCgE2frDBe9gjpbWQxnVfsQ= v1, v1";
        assert!(verified(&headers(&format!("{others} {SIGNATURE}")), &[published()]).is_ok());
        assert_eq!(verified(&headers(others), &[published()]), Err(Refused::Forged));
    }

    #[test]
    fn a_secret_that_is_being_replaced_still_holds() {
        let secrets = [word("the newest"), word("the one before"), published()];
        assert!(verified(&headers(SIGNATURE), &secrets).is_ok());
        assert_eq!(verified(&headers(SIGNATURE), &secrets[..2]), Err(Refused::Forged));
        assert_eq!(verified(&headers(SIGNATURE), &[]), Err(Refused::Forged));
    }

    #[test]
    fn whatever_of_a_message_is_changed_it_is_forged() {
        let good = headers(SIGNATURE);
        let secrets = [published()];
        assert_eq!(verify(&good, b"{}", &secrets, at(SECOND)), Err(Refused::Forged));
        let other = |change: fn(&mut Headers)| {
            let mut headers = good.clone();
            change(&mut headers);
            verified(&headers, &secrets)
        };
        assert_eq!(other(|headers| headers.id = Some("msg_2".to_owned())), Err(Refused::Forged));
        assert_eq!(other(|headers| headers.timestamp = Some("1649367554".to_owned())), Err(Refused::Forged));
        assert_eq!(other(|headers| headers.timestamp = Some("+1649367553".to_owned())), Err(Refused::Forged));
        assert_eq!(other(|headers| headers.timestamp = Some("soon".to_owned())), Err(Refused::Forged));
        assert_eq!(other(|headers| headers.signature = Some(SIGNATURE[..12].to_owned())), Err(Refused::Forged));
        assert_eq!(other(|headers| headers.id = None), Err(Refused::Forged));
        assert_eq!(other(|headers| headers.timestamp = None), Err(Refused::Forged));
        assert_eq!(other(|headers| headers.signature = None), Err(Refused::Forged));
    }

    #[test]
    fn a_message_from_another_time_is_refused() {
        for (second, held) in [(SECOND - 301, false), (SECOND - 300, true), (SECOND + 300, true), (SECOND + 301, false)]
        {
            let verdict = verify(&headers(SIGNATURE), BODY, &[published()], at(second));
            assert_eq!(verdict, if held { Ok(ID.to_owned()) } else { Err(Refused::Untimely) }, "{second}");
        }
    }

    #[test]
    fn a_forged_message_is_not_told_that_it_is_late() {
        let verdict = verify(&headers("v1,aGVsbG8="), BODY, &[published()], at(SECOND + 9_999));
        assert_eq!(verdict, Err(Refused::Forged));
    }

    #[test]
    fn an_id_with_a_point_is_not_taken() {
        let signature = sign(&[published()], "a.1", at(SECOND), BODY);
        let headers = Headers { id: Some("a.1".to_owned()), ..headers(&signature) };
        assert_eq!(verified(&headers, &[published()]), Err(Refused::Forged));
    }

    #[test]
    fn a_secret_is_written_with_its_prefix_and_in_base64() {
        assert_eq!(secret("whsec_dGVzdA=="), Some(word("test")));
        for wrong in ["dGVzdA==", "whsec_", "whsec_dGVzdA=", "whsec_t st", "whpk_dGVzdA=="] {
            assert_eq!(secret(wrong), None, "{wrong}");
        }
    }

    /// RFC 4231, test case 6: a key longer than the block is hashed.
    #[test]
    fn a_long_secret_signs_as_the_rfc_has_it() {
        let mac = over(&[0xaa; 131], &[b"Test Using Larger Than Block-Size Key - Hash Key First"]).finalize();
        assert_eq!(mac.into_bytes()[..4], [0x60, 0xe4, 0x31, 0x59]);
    }

    proptest! {
        #[test]
        fn what_is_signed_is_believed_and_by_no_other_secret(
            secret in proptest::collection::vec(any::<u8>(), 24..=64),
            other in proptest::collection::vec(any::<u8>(), 24..=64),
            body in proptest::collection::vec(any::<u8>(), 0..200),
            second in 1_000_000_000i64..4_000_000_000,
        ) {
            prop_assume!(secret != other);
            let headers = Headers {
                timestamp: Some(second.to_string()),
                ..headers(&sign(std::slice::from_ref(&secret), ID, at(second), &body))
            };
            prop_assert_eq!(verify(&headers, &body, &[secret], at(second)), Ok(ID.to_owned()));
            prop_assert_eq!(verify(&headers, &body, &[other], at(second)), Err(Refused::Forged));
        }
    }
}
