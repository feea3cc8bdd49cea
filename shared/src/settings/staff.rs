//! Who answers: people, their teams, and the answers that they send again and again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::category::{Category, Stage};
use crate::id::StaffId;
use crate::mail::{Language, MailAddress};

/// One member of staff: where they get mail, and the work they take. Without a capacity nothing is handed to them by
/// itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Staff {
    pub id: StaffId,
    pub email: MailAddress,
    pub role: Role,
    /// The language they read mail in.
    pub language: Language,
    /// The team whose tickets are handed to them; empty for the shop's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// The calendar of their shifts, in its own zone; empty for the opening hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<String>,
    /// Categories they can handle; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<Category>,
    /// Languages they can answer in; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers_in: Vec<Language>,
    /// Live tickets they hold at most before no more are handed to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1000))]
    pub capacity: Option<u16>,
}

/// A team and the tickets that are its own. Empty lists take all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Team {
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 40))]
    pub name: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<Stage>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Category>,
}

/// An answer that staff send again and again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StandardAnswer {
    /// What staff find it by.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 80))]
    pub title: String,
    /// The text in each language. `{number}` and `{shop}` are filled in.
    pub text: BTreeMap<Language, String>,
}
