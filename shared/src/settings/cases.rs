//! The rules of refunds and other resolutions, as data: what is given for which reason and for how long, what it costs,
//! who has to approve it, and when nobody has to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::case::{CaseKind, CaseReason, Payer};

/// Everything a storefront can change of its cases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseRules {
    /// A reason that is not listed is not taken.
    pub reasons: BTreeMap<CaseReason, ReasonRule>,
    /// Countries with windows of their own; the first that lists a country holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub markets: Vec<Market>,
    /// How long each kind takes from approval, in days. A kind that is not listed is not offered.
    pub days: BTreeMap<CaseKind, u16>,
    pub fees: Fees,
    /// Thresholds by currency; in a currency without an entry nothing is automatic and the highest level decides.
    pub limits: BTreeMap<String, MoneyLimits>,
    pub automatic: Automatic,
    pub risk: RiskRules,
    pub terms: CaseTerms,
}

impl CaseRules {
    /// What is shipped, and what holds in settings from before there were any.
    pub fn shipped() -> Self {
        super::Settings::shipped().cases
    }
}

/// What is given for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReasonRule {
    pub payer: Payer,
    pub kinds: Vec<CaseKind>,
    pub window: Window,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub photo: bool,
    /// Custom-made, perishable, opened digital goods and periodicals are left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exclusions: bool,
    /// What was paid for sending is given back when nothing of the order is kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shipping: bool,
}

/// For how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Window {
    /// So many days of the customer's zone; the day of delivery is day 0.
    DaysFromDelivery(u16),
    HoursFromDelivery(u16),
    /// Not before so many days of the customer's zone after the promised date.
    DaysAfterPromise(u16),
}

/// Countries with windows of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Market {
    pub name: String,
    /// ISO 3166 codes.
    pub countries: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub windows: BTreeMap<CaseReason, Window>,
    /// Reasons for which what was paid for sending is given back here too when nothing of the order is kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shipping: Vec<CaseReason>,
}

/// What is kept when the customer pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fees {
    /// Of what the goods are worth, in hundredths of a percent, rounded down.
    pub restocking_basis_points: u16,
    /// Minor units by currency; nothing in others.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub label: BTreeMap<String, i64>,
}

/// Minor units of one currency. An order's refunds count together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MoneyLimits {
    /// An order's refunds up to which nobody has to approve.
    pub automatic: i64,
    /// A customer's automatic refunds in 30 days.
    pub automatic_per_customer: i64,
    pub agent: i64,
    pub lead: i64,
    pub manager: i64,
    /// Compensations of one ticket without a lead.
    pub compensation_per_ticket: i64,
    /// Compensations that one agent gives in a day without a lead.
    pub compensation_per_agent_day: i64,
}

/// When nobody has to approve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Automatic {
    pub kinds: Vec<CaseKind>,
    pub reasons: Vec<CaseReason>,
    /// Fewer than so many of a customer's in 30 days.
    pub per_customer: u32,
}

/// The parts of the abuse score. Rates are in percent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RiskRules {
    /// From so many orders on there is a rate.
    pub rate_from_orders: u32,
    /// Share of orders with a case, highest first.
    pub return_rate: Vec<Step>,
    /// Refunds in all.
    pub many_refunds: Step,
    /// Share of refunds that paid a whole order back.
    pub full_refunds: Step,
    /// Claims of goods not received in 90 days.
    pub not_received: Step,
    pub linked_accounts: u16,
    /// Accounts younger than so many days.
    pub new_account: Step,
    /// From this score on a person looks.
    pub review_from: u16,
    /// … and from this one a lead.
    pub lead_from: u16,
}

/// From (or for a new account below) so much, so many points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Step {
    pub from: u32,
    pub points: u16,
}

/// How long things take and wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseTerms {
    /// Without a decision for so long the next level is asked.
    pub escalate_after_hours: u16,
    /// An approved return is over when nothing was sent back for so long.
    pub expires_after_days: u16,
    /// … and the customer is reminded on these days.
    pub remind_on_days: Vec<u16>,
    /// A link in an approver's mail decides for so long.
    pub link_hours: u16,
    /// What was approved by a link waits for so long, and can be taken back meanwhile.
    pub take_back_minutes: u16,
}
