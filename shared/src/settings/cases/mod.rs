//! The rules of refunds and other resolutions, as data: what is given for which reason and for how long, what it costs,
//! who has to approve it, and when nobody has to.

mod check;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::keys::by_word;
use crate::case::{CaseKind, CaseReason, Payer};

/// Everything a storefront can change of its cases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseRules {
    /// A reason that is not listed is not taken.
    #[serde(deserialize_with = "by_word")]
    pub reasons: BTreeMap<CaseReason, ReasonRule>,
    /// Countries with windows of their own; the first that lists a country holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub markets: Vec<Market>,
    /// How long each kind takes from approval, in days. A kind that is not listed is not offered.
    #[serde(deserialize_with = "by_word")]
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

    /// The market of a country, where it has windows of its own.
    pub fn market(&self, country: Option<&str>) -> Option<&Market> {
        let country = country?;
        self.markets.iter().find(|market| market.countries.iter().any(|listed| listed == country))
    }

    /// For how long a reason holds in a market, or anywhere else.
    pub fn window(&self, reason: CaseReason, market: Option<&Market>) -> Option<Window> {
        let rule = self.reasons.get(&reason)?;
        Some(market.and_then(|market| market.windows.get(&reason)).copied().unwrap_or(rule.window))
    }

    /// What was paid for sending is given back for a reason when nothing of the order is kept.
    pub fn gives_shipping(&self, reason: CaseReason, market: Option<&Market>) -> bool {
        self.reasons.get(&reason).is_some_and(|rule| rule.shipping)
            || market.is_some_and(|market| market.shipping.contains(&reason))
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
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "by_word")]
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
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 10_000))]
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
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 10_000_000_000_000i64))]
    pub automatic: i64,
    /// A customer's automatic refunds in 30 days.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 10_000_000_000_000i64))]
    pub automatic_per_customer: i64,
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 10_000_000_000_000i64))]
    pub agent: i64,
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 10_000_000_000_000i64))]
    pub lead: i64,
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 10_000_000_000_000i64))]
    pub manager: i64,
    /// Compensations of one ticket without a lead.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 10_000_000_000_000i64))]
    pub compensation_per_ticket: i64,
    /// Compensations that one agent gives in a day without a lead.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 10_000_000_000_000i64))]
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
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1000))]
    pub per_customer: u32,
}

/// The parts of the abuse score. Rates are in percent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RiskRules {
    /// From so many orders on there is a rate.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1000))]
    pub rate_from_orders: u32,
    /// Share of orders with a case, highest first.
    pub return_rate: Vec<Step>,
    /// Refunds in all.
    pub many_refunds: Step,
    /// Share of refunds that paid a whole order back.
    pub full_refunds: Step,
    /// Claims of goods not received in 90 days.
    pub not_received: Step,
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 100))]
    pub linked_accounts: u16,
    /// Accounts younger than so many days.
    pub new_account: Step,
    /// From this score on a person looks.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1000))]
    pub review_from: u16,
    /// … and from this one a lead.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1000))]
    pub lead_from: u16,
}

/// From (or for a new account below) so much, so many points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RiskStep))]
pub struct Step {
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 3650))]
    pub from: u32,
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 100))]
    pub points: u16,
}

/// How long things take and wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseTerms {
    /// Without a decision for so long the next level is asked.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 720))]
    pub escalate_after_hours: u16,
    /// An approved return is over when nothing was sent back for so long.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 90))]
    pub expires_after_days: u16,
    /// … and the customer is reminded on these days.
    pub remind_on_days: Vec<u16>,
    /// A link in an approver's mail decides for so long.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 168))]
    pub link_hours: u16,
    /// What was approved by a link waits for so long, and can be taken back meanwhile.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1440))]
    pub take_back_minutes: u16,
}
