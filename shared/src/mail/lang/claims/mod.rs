//! What pages say about claims: a group of texts of its own, in every language.
pub(crate) mod en;
mod keys;
pub(crate) mod zh_hans;
pub(crate) mod zh_hant;

pub(crate) use keys::ClaimKey;
