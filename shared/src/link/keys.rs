//! The keys that a storefront's links are signed with: the newest signs, older ones still open what they signed.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::base64url;
use crate::sla::millis;

/// Keys that are kept. A ninth ends the links of the first, which by then have been in mailboxes for eight rotations.
pub const MOST_KEYS: usize = 8;

/// 256 random bits. `Debug` does not show them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret(pub [u8; 32]);

/// One key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkKey {
    /// 1, 2, 3 … in its storefront; tokens carry it.
    pub number: u32,
    #[serde(with = "millis")]
    pub since: Timestamp,
    secret: Secret,
}

/// All keys of a storefront.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkKeys {
    newest: LinkKey,
    /// Latest first; at most `MOST_KEYS` less one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    older: Vec<LinkKey>,
}

impl LinkKeys {
    pub fn first(secret: Secret, now: Timestamp) -> Self {
        Self { newest: LinkKey { number: 1, since: now, secret }, older: Vec::new() }
    }

    /// With a new key that signs from now on.
    pub fn rotated(&self, secret: Secret, now: Timestamp) -> Self {
        let newest = LinkKey { number: self.newest.number.saturating_add(1), since: now, secret };
        let older = [&self.newest].into_iter().chain(&self.older).take(MOST_KEYS - 1).cloned().collect();
        Self { newest, older }
    }

    pub fn newest(&self) -> &LinkKey {
        &self.newest
    }

    pub fn get(&self, number: u32) -> Option<&LinkKey> {
        self.all().find(|key| key.number == number)
    }

    /// Latest first.
    pub fn all(&self) -> impl Iterator<Item = &LinkKey> {
        [&self.newest].into_iter().chain(&self.older)
    }
}

impl LinkKey {
    pub(super) fn secret(&self) -> &[u8; 32] {
        &self.secret.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&base64url::encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let bytes = base64url::decode(&String::deserialize(from)?).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| D::Error::custom("a key has 256 bits"))
    }
}
