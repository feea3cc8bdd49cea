//! Base64 of the standard alphabet (RFC 4648 section 4), with padding. Of every value there is one spelling; the padding
//! may be left out when it is read.

use crate::link::base64url;

pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = base64url::encode(bytes).replace('-', "+").replace('_', "/");
    text.extend(std::iter::repeat_n('=', padding(text.len())));
    text
}

/// Nothing for what `encode` would not have written.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let padded = text.len() - digits.len();
    if digits.contains(['-', '_']) || (padded > 0 && padded != padding(digits.len())) {
        return None;
    }
    base64url::decode(&digits.replace('+', "-").replace('/', "_"))
}

fn padding(digits: usize) -> usize {
    digits.next_multiple_of(4) - digits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_written_is_read_and_nothing_else_is(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let text = encode(&bytes);
            prop_assert_eq!(text.len() % 4, 0);
            prop_assert_eq!(decode(&text), Some(bytes.clone()));
            prop_assert_eq!(decode(text.trim_end_matches('=')), Some(bytes));
            prop_assert_eq!(decode(&format!("{text}=")), None);
        }
    }

    #[test]
    fn the_vectors_of_the_rfc_hold() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            assert_eq!(encode(bytes.as_bytes()), text);
        }
        assert_eq!(encode(&[0xfb, 0xff]), "+/8=");
        for wrong in ["-_8=", "Zg=", "Zg===", "Z", "Zh==", "Z g=", "=", "Zg==Zg=="] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }
}
