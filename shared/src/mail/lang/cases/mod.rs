//! What mails say about cases: a group of texts of its own, in every language.
pub(crate) mod en;
mod keys;
pub(crate) mod zh_hans;
pub(crate) mod zh_hant;

pub(crate) use keys::CaseKey;
