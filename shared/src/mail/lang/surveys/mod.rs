//! What is said about surveys, in every language.
pub(crate) mod en;
mod keys;
pub(crate) mod zh_hans;
pub(crate) mod zh_hant;

pub(crate) use keys::SurveyKey;
