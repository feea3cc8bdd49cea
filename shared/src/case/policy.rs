//! The rules as they are published: the data that the engine applies, for one country.

use serde::Serialize;

use super::{CaseKind, CaseReason, Payer};
use crate::order::Exclusion;
use crate::settings::{CaseRules, Fees, Market, ReasonRule, Window};

/// What a shop gives, for how long, and at whose cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CasePolicy))]
pub struct Policy {
    /// The country whose rules these are; empty where no market's hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The market that the country belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub market: Option<String>,
    pub reasons: Vec<PolicyReason>,
    /// What is kept when goods come back and the customer pays.
    pub fees: Fees,
    /// Countries whose rules differ.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub markets: Vec<Market>,
}

/// What is given for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CasePolicyReason))]
pub struct PolicyReason {
    pub reason: CaseReason,
    pub payer: Payer,
    pub kinds: Vec<PolicyKind>,
    pub window: Window,
    /// A photo has to come with it.
    pub photo: bool,
    /// Goods that are left out.
    #[serde(skip_serializing_if = "<[Exclusion]>::is_empty")]
    pub exclusions: &'static [Exclusion],
    /// What was paid for sending is given back when nothing of the order is kept.
    pub shipping: bool,
}

/// One kind, and how many days it takes from approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CasePolicyKind))]
pub struct PolicyKind {
    pub kind: CaseKind,
    pub days: u16,
}

/// The rules that hold in a country, or where no country is told.
pub fn policy(rules: &CaseRules, country: Option<&str>) -> Policy {
    let market = rules.market(country);
    let reasons = rules.reasons.iter().map(|(reason, rule)| PolicyReason {
        reason: *reason,
        payer: rule.payer,
        kinds: kinds(rules, rule),
        window: rules.window(*reason, market).unwrap_or(rule.window),
        photo: rule.photo,
        exclusions: if rule.exclusions { Exclusion::ALL } else { &[] },
        shipping: rules.gives_shipping(*reason, market),
    });
    Policy {
        country: country.map(str::to_owned),
        market: market.map(|market| market.name.clone()),
        reasons: reasons.filter(|reason| !reason.kinds.is_empty()).collect(),
        fees: rules.fees.clone(),
        markets: rules.markets.clone(),
    }
}

fn kinds(rules: &CaseRules, rule: &ReasonRule) -> Vec<PolicyKind> {
    let days = |kind: &CaseKind| Some(PolicyKind { kind: *kind, days: *rules.days.get(kind)? });
    CaseKind::ALL.iter().filter(|kind| rule.kinds.contains(kind)).filter_map(days).collect()
}
