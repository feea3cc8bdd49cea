//! Maps whose names are words of ours, read so that what is wrong inside one is told at its own place: where an
//! enumeration is read as a name, the place is lost.

use std::collections::BTreeMap;

use serde::de::IntoDeserializer;
use serde::{Deserialize, Deserializer};

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Word<K>(K);

impl<'de, K: Deserialize<'de>> Deserialize<'de> for Word<K> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        K::deserialize(name.into_deserializer()).map(Self)
    }
}

pub(super) fn by_word<'de, D, K, V>(from: D) -> Result<BTreeMap<K, V>, D::Error>
where
    D: Deserializer<'de>,
    K: Deserialize<'de> + Ord,
    V: Deserialize<'de>,
{
    let read = BTreeMap::<Word<K>, V>::deserialize(from)?;
    Ok(read.into_iter().map(|(Word(name), value)| (name, value)).collect())
}
