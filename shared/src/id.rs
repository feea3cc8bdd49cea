//! The registry of ids. Inside the crate a `TicketId` is a ticket id; strings are parsed once, at the door.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::text::fingerprint;

/// The id of a ticket: a `UUIDv7`, so that ids sort by the time they were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, format = "uuid"))]
pub struct TicketId(pub Uuid);

impl TicketId {
    /// Reads the hyphenated form only, so that one ticket has one spelling.
    pub fn parse(text: &str) -> Option<Self> {
        let id = Uuid::try_parse(text).ok()?;
        (id.hyphenated().to_string() == text).then_some(Self(id))
    }

    /// The last byte, which in a `UUIDv7` is random: what spreads tickets over shards.
    pub fn spread(self) -> u8 {
        self.0.as_bytes()[15]
    }
}

impl fmt::Display for TicketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// Declares an id that is a string of a limited alphabet, checked when it is made.
macro_rules! string_id {
    ($(#[$doc:meta])* $name:ident, $longest:expr, $rule:expr, $pattern:tt, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, pattern = $pattern))]
        pub struct $name(String);

        impl $name {
            /// What a value must look like, for people.
            pub const RULE: &'static str = $rule;

            pub fn parse(text: &str) -> Option<Self> {
                let allowed: fn(u8) -> bool = $allowed;
                let fits = !text.is_empty() && text.len() <= $longest && text.bytes().all(allowed);
                (fits && text.as_bytes()[0].is_ascii_alphanumeric()).then(|| Self(text.to_owned()))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;
            fn try_from(text: String) -> Result<Self, String> {
                Self::parse(&text).ok_or_else(|| format!("must be {}", $rule))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
    };
}

fn token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'-')
}

string_id!(
    /// A shop: the tenant that owns every item.
    StorefrontId, 40, "1 to 40 of a-z, 0-9 and -, starting with a letter or digit", "^[a-z0-9][a-z0-9-]{0,39}$",
    |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
);
string_id!(
    /// The storefront's own reference of a customer; it is kept in the history, so it must not be a name or an address.
    CustomerRef, 64, "1 to 64 of A-Z, a-z, 0-9 and . _ : -, starting with a letter or digit",
    "^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$", token_byte
);
string_id!(
    /// The storefront's number of an order.
    OrderId, 64, "1 to 64 of A-Z, a-z, 0-9 and . _ : -, starting with a letter or digit",
    "^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$", token_byte
);
string_id!(
    /// A staff member: the `sub` of their token.
    StaffId, 64, "1 to 64 of A-Z, a-z, 0-9 and . _ : -, starting with a letter or digit",
    "^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$", token_byte
);

string_id!(
    /// The case or the payout that a promise is about.
    SubjectId, 64, "1 to 64 of A-Z, a-z, 0-9 and . _ : -, starting with a letter or digit",
    "^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$", token_byte
);

string_id!(
    /// A line of an order, by the storefront's own name for it.
    LineId, 64, "1 to 64 of A-Z, a-z, 0-9 and . _ : -, starting with a letter or digit",
    "^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$", token_byte
);
string_id!(
    /// A product, by the storefront's own name for it.
    ProductId, 64, "1 to 64 of A-Z, a-z, 0-9 and . _ : -, starting with a letter or digit",
    "^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$", token_byte
);
string_id!(
    /// A payment, by the id that the payment provider gave it.
    PaymentId, 128, "1 to 128 of A-Z, a-z, 0-9 and . _ : -, starting with a letter or digit",
    "^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$", token_byte
);
string_id!(
    /// A try to give money back: `{ticket}.{case}.{payout}`. The payment provider honours it as an idempotency key.
    PayoutId, 64, "a payout's id", "^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$", token_byte
);
string_id!(
    /// A piece of feedback: a hash of where it came from.
    FeedbackId, 32, "32 of 0-9 and a-f", "^[0-9a-f]{32}$", |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')
);

impl FeedbackId {
    /// From the first half of a hash in hex.
    pub(crate) fn short(hash: &str) -> Self {
        Self(hash.chars().take(32).collect())
    }
}

string_id!(
    /// An improvement action: a hash of who opened it, and of the request that did.
    ActionId, 32, "32 of 0-9 and a-f", "^[0-9a-f]{32}$", |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')
);

impl ActionId {
    /// The same parts give the same id.
    pub fn of(parts: &[&str]) -> Self {
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        Self(fingerprint(&parts).chars().take(32).collect())
    }
}

string_id!(
    /// A file that a customer uploaded.
    UploadId, 64, "an upload's id", "^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$", token_byte
);

/// The number of a ticket that a person reads over the phone: 7 digits of Crockford's base 32 and a check
/// character, such as `7M3KD0QX`. Derived from the ticket's id; the table holds each once per storefront.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, pattern = "^[0-9A-HJKMNP-TV-Z]{8}$"))]
pub struct Number(String);

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const DIGITS: u32 = 7;

impl Number {
    /// Takes 35 of the id's random bits. Crockford's check character is the value modulo 37; values whose check would
    /// be one of `* ~ $ = U`, which nobody can spell over the phone, are moved to a neighbour.
    pub fn of(id: TicketId) -> Self {
        let bits = id.0.as_u128() & ((1 << (5 * DIGITS)) - 1);
        let moved = if bits % 37 >= 32 { bits - 5 } else { bits };
        let mut text = String::with_capacity(8);
        for place in (0..DIGITS).rev() {
            text.push(char::from(digit(moved >> (5 * place))));
        }
        text.push(char::from(digit(moved % 37)));
        Self(text)
    }

    /// Reads a number as people type it: lower case, spaces and hyphens, O for 0, I and L for 1, and all of it in the
    /// full width of a Chinese keyboard.
    pub fn parse(text: &str) -> Option<Self> {
        let mut clean = String::with_capacity(8);
        for typed in text.chars().map(narrow).filter(|c| !matches!(c, '-' | ' ')) {
            let upper = match typed.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            clean.push(upper);
            if clean.len() > 8 {
                return None;
            }
        }
        let values: Option<Vec<u128>> = clean.bytes().map(value).collect();
        let (check, digits) = values.as_deref()?.split_last()?;
        let sum = digits.iter().fold(0, |sum, digit| sum * 32 + digit);
        (digits.len() == 7 && sum % 37 == *check).then_some(Self(clean))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The ASCII character of a full-width one.
fn narrow(typed: char) -> char {
    match typed {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(typed) - 0xFEE0).unwrap_or(typed),
        other => other,
    }
}

fn digit(bits: u128) -> u8 {
    CROCKFORD[usize::from((bits & 31) as u8)]
}

fn value(byte: u8) -> Option<u128> {
    CROCKFORD.iter().position(|digit| *digit == byte).map(|place| place as u128)
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for Number {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| "is not a ticket number".to_owned())
    }
}

impl From<Number> for String {
    fn from(number: Number) -> String {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_number_is_read_back_however_it_is_typed(bits in any::<u128>()) {
            let number = Number::of(TicketId(Uuid::from_u128(bits)));
            prop_assert_eq!(number.as_str().len(), 8);
            prop_assert_eq!(Number::parse(number.as_str()), Some(number.clone()));
            let typed = format!("{}-{}", &number.as_str()[..4], number.as_str()[4..].to_lowercase());
            prop_assert_eq!(Number::parse(&typed.replace('0', "o").replace('1', "l")), Some(number));
        }

        #[test]
        fn one_wrong_character_is_noticed(bits in any::<u128>(), place in 0usize..8, other in 0usize..32) {
            let number = Number::of(TicketId(Uuid::from_u128(bits)));
            let mut typed = number.as_str().as_bytes().to_vec();
            prop_assume!(typed[place] != CROCKFORD[other]);
            typed[place] = CROCKFORD[other];
            prop_assert_eq!(Number::parse(&String::from_utf8(typed).unwrap()), None);
        }
    }

    #[test]
    fn a_number_typed_with_full_width_letters_is_read() {
        let number = Number::of(TicketId(Uuid::from_u128(0x1234_5678)));
        let wide = |letter: char| char::from_u32(u32::from(letter) + 0xFEE0).unwrap();
        let typed: String = number.as_str().chars().map(wide).collect();
        assert_eq!(Number::parse(&typed), Some(number.clone()), "{typed}");
        let typed: String = format!("{}-{}", &number.as_str()[..4], &number.as_str()[4..]).to_lowercase();
        let typed: String = typed.chars().map(wide).collect();
        assert_eq!(Number::parse(&format!("{typed}\u{3000}")), Some(number), "{typed}");
        assert_eq!(Number::parse("７７７７７７７７"), None);
    }

    #[test]
    fn ids_outside_their_alphabet_are_not_made() {
        assert!(StorefrontId::parse("Shop").is_none());
        assert!(StorefrontId::parse("").is_none());
        assert!(CustomerRef::parse("ann@example.com").is_none());
        assert!(CustomerRef::parse("a|b").is_none());
        assert!(OrderId::parse(&"9".repeat(65)).is_none());
        assert!(TicketId::parse("01890000-0000-7000-8000-00000000000A").is_none());
    }
}
