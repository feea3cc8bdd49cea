//! What the report about the service's quality says, in every language.
pub(crate) mod en;
mod keys;
pub(crate) mod zh_hans;
pub(crate) mod zh_hant;

pub(crate) use keys::ReportKey;
