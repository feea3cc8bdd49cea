//! Rules as data, and what they must hold to.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::series::{CELL, WINDOW_DAYS};
use super::{Indicator, Kind, ScopeKind};
use crate::access::Role;
use crate::category::words;
use crate::problem::segment;

/// Twice what is shipped: every rule is evaluated for every name of its scope.
pub const MOST_RULES: usize = 60;
/// Slots that may count for k of n.
pub(super) const MOST_SLOTS: u8 = 12;
const MOST: i64 = 1_000_000;
const MINUTES_OF_A_WEEK: i64 = 10_080;

words!(
    /// What is at risk.
    RiskType {
        Personnel = "personnel", Technical = "technical", Management = "management", Legal = "legal", Market = "market",
    }
);
words!(
    /// How bad it is.
    Severity { Warning = "warning", Critical = "critical" }
);
words!(
    /// On which side of its limit a value is bad.
    Direction { Above = "above", AtLeast = "at_least", Below = "below", AtMost = "at_most" }
);
words!(
    /// What a limit is held against.
    Compared {
        /// The value, in its own unit: whole ones, and hundredths of a percent for shares.
        Value = "value",
        /// The value in percent of what is normal.
        Normal = "normal",
        /// How far it is from normal, in hundredths of a standard deviation.
        Deviation = "deviation",
        /// The value less what is normal, in its own unit.
        Change = "change",
    }
);

/// Where one severity begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AlertLimits))]
pub struct Limits {
    #[cfg_attr(feature = "openapi", schema(minimum = -1_000_000, maximum = 1_000_000))]
    pub raise: i64,
    /// On the good side of `raise`; without it, 20 % of the way back to where all is well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = -1_000_000, maximum = 1_000_000))]
    pub clear: Option<i64>,
    /// It is raised when so many …
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 12))]
    pub k: u8,
    /// … of the last so many slots are past it.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 12))]
    pub n: u8,
    /// Minutes between mails about it.
    #[cfg_attr(feature = "openapi", schema(minimum = 5, maximum = 10_080))]
    pub cool_down: i64,
    /// Minutes after which the next level hears of it, if nobody acknowledges.
    #[cfg_attr(feature = "openapi", schema(minimum = 5, maximum = 10_080))]
    pub escalate_after: i64,
}

/// One rule. It raises one alert for each name of its scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AlertRule))]
pub struct Rule {
    pub on: bool,
    pub risk: RiskType,
    pub indicator: Indicator,
    pub scope: ScopeKind,
    /// The window, in hours.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 168))]
    pub hours: i64,
    /// Minutes from one evaluation to the next: a divisor or a multiple of an hour that divides a day.
    #[cfg_attr(feature = "openapi", schema(minimum = 5, maximum = 1_440))]
    pub every: i64,
    /// It is evaluated as soon as something happens as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_once: bool,
    /// With fewer in the sample nothing changes. Of what is counted, with fewer it is not past its limit.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1_000_000))]
    pub least: i64,
    pub compared: Compared,
    /// What is normal is taken to be at least this, in the value's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1_000_000))]
    pub normal_least: Option<i64>,
    pub direction: Direction,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<Limits>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub critical: Option<Limits>,
    /// The first to hear of it; those above them follow where nobody acknowledges.
    pub tell: Vec<Role>,
}

/// What is watched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AlertRules {
    /// By a name that stays: 1 to 40 of a-z, 0-9 and _.
    pub rules: BTreeMap<String, Rule>,
}

impl AlertRules {
    /// What is shipped, and what holds in settings from before there were any.
    pub fn shipped() -> Self {
        crate::settings::Settings::shipped().risk
    }

    pub(crate) fn check(&self, fault: &mut impl FnMut(&str, &str)) {
        if self.rules.len() > MOST_RULES {
            fault("/risk/rules", &format!("must have at most {MOST_RULES} rules"));
        }
        for (name, rule) in &self.rules {
            let at = format!("/risk/rules/{}", segment(name));
            let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            if !(1..=40).contains(&name.len()) || !name.bytes().all(allowed) {
                fault(&at, "must have a name of 1 to 40 of a-z, 0-9 and _");
            }
            rule.check(&at, fault);
        }
    }
}

impl Direction {
    pub(super) fn is_up(self) -> bool {
        match self {
            Self::Above | Self::AtLeast => true,
            Self::Below | Self::AtMost => false,
        }
    }
}

impl Rule {
    pub fn limits(&self, severity: Severity) -> Option<&Limits> {
        match severity {
            Severity::Warning => self.warning.as_ref(),
            Severity::Critical => self.critical.as_ref(),
        }
    }

    pub(super) fn window(&self) -> i64 {
        self.hours * 3_600
    }

    /// The last slot at or before an instant.
    pub fn slot(&self, at: Timestamp) -> Timestamp {
        let period = self.period();
        Timestamp::from_second(at.as_second().div_euclid(period) * period).unwrap_or(at)
    }

    /// The first slot that sees what happens at an instant. For rules that are evaluated at once.
    pub fn slot_after(&self, at: Timestamp) -> Timestamp {
        self.next_slot(at)
    }

    pub(super) fn next_slot(&self, at: Timestamp) -> Timestamp {
        let period = self.period();
        Timestamp::from_second((at.as_second().div_euclid(period) + 1) * period).unwrap_or(Timestamp::MAX)
    }

    fn period(&self) -> i64 {
        (self.every * 60).max(CELL)
    }

    /// Where it clears, in hundredths of the limit's unit.
    pub(super) fn clears_at(&self, limits: &Limits) -> i64 {
        if let Some(clear) = limits.clear {
            return clear * 100;
        }
        let well = match (self.compared, self.direction.is_up(), self.indicator.kind()) {
            (Compared::Value, false, Kind::Share) => 10_000,
            // Nothing is ever wholly well of what runs out: twice the limit stands for it.
            (Compared::Value, false, Kind::Count | Kind::Mean | Kind::Last) => 2 * limits.raise,
            (Compared::Normal, _, _) => 100,
            (Compared::Value, true, _) | (Compared::Deviation | Compared::Change, _, _) => 0,
        };
        limits.raise * 100 - 20 * (limits.raise - well)
    }

    fn check(&self, at: &str, fault: &mut impl FnMut(&str, &str)) {
        if !self.indicator.scopes().contains(&self.scope) {
            let known: Vec<_> = self.indicator.scopes().iter().map(|scope| scope.as_str()).collect();
            fault(&format!("{at}/scope"), &format!("must be one of {} for this indicator", known.join(", ")));
        }
        if !(1..=24 * WINDOW_DAYS).contains(&self.hours) {
            fault(&format!("{at}/hours"), "must be 1 to 168");
        }
        if !(5..=1_440).contains(&self.every) || self.every % 5 != 0 || 1_440 % self.every != 0 {
            fault(&format!("{at}/every"), "must be 5 to 1440 minutes, a multiple of 5 that divides a day");
        }
        if !(0..=MOST).contains(&self.least) {
            fault(&format!("{at}/least"), "must be 0 to 1000000");
        }
        if self.normal_least.is_some_and(|least| !(0..=MOST).contains(&least)) {
            fault(&format!("{at}/normal_least"), "must be 0 to 1000000");
        }
        if self.compared == Compared::Deviation && self.indicator.kind() != Kind::Share {
            fault(&format!("{at}/compared"), "must not be deviation for what is no share");
        }
        let counts = self.indicator.kind() == Kind::Count && self.compared == Compared::Value;
        // Whatever else comes before the slot, such a count stays past its one limit.
        let one = self.warning.is_some() != self.critical.is_some();
        if self.at_once && !(counts && one && self.direction == Direction::AtLeast) {
            fault(&format!("{at}/at_once"), "must be left out but for counts of at least something, with one severity");
        }
        if self.tell.is_empty() || self.tell.len() > Role::ALL.len() {
            fault(&format!("{at}/tell"), "must name 1 to 6 roles");
        }
        if self.warning.is_none() && self.critical.is_none() {
            fault(at, "must have warning, critical or both");
        }
        for severity in Severity::ALL {
            if let Some(limits) = self.limits(*severity) {
                self.check_limits(limits, &format!("{at}/{severity}"), fault);
            }
        }
        if let (Some(warning), Some(critical)) = (&self.warning, &self.critical) {
            let further =
                if self.direction.is_up() { critical.raise > warning.raise } else { critical.raise < warning.raise };
            if !further {
                fault(&format!("{at}/critical/raise"), "must be further than that of the warning");
            }
        }
    }

    fn check_limits(&self, limits: &Limits, at: &str, fault: &mut impl FnMut(&str, &str)) {
        if !(-MOST..=MOST).contains(&limits.raise) {
            fault(&format!("{at}/raise"), "must be -1000000 to 1000000");
        }
        let good = |clear: i64| if self.direction.is_up() { clear < limits.raise } else { clear > limits.raise };
        if limits.clear.is_some_and(|clear| !good(clear) || !(-MOST..=MOST).contains(&clear)) {
            fault(&format!("{at}/clear"), "must be on the good side of raise");
        }
        if !(1..=MOST_SLOTS).contains(&limits.n) {
            fault(&format!("{at}/n"), "must be 1 to 12");
        }
        if !(1..=limits.n.max(1)).contains(&limits.k) {
            fault(&format!("{at}/k"), "must be 1 to n");
        }
        for (name, minutes) in [("cool_down", limits.cool_down), ("escalate_after", limits.escalate_after)] {
            if !(5..=MINUTES_OF_A_WEEK).contains(&minutes) {
                fault(&format!("{at}/{name}"), "must be 5 to 10080");
            }
        }
    }
}
