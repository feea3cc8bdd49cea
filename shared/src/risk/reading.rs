//! What an indicator says at a slot, and on which side of a limit that is. All of it in whole numbers: a share of 7/70 is not
//! above 10 %.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::series::NORMAL_DAYS;
use super::{Cell, Compared, Direction, Kind, Limits, Rule, Series};

/// Larger counts are taken for this, so that no product of theirs overflows.
const MOST: i64 = 100_000_000;
/// Shares of fewer have to be past their limit by the 95 % bound of Wilson as well: 1.96², in ten-thousandths.
const WILSON_BELOW: i64 = 100;
const Z_SQUARED: i128 = 38_416;

/// The value is n / d, as a fraction and not in percent; what is normal likewise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub value: Cell,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normal: Option<Cell>,
}

/// What a rule reads at a slot; nothing where there is nothing to say, or the sample is too small to say it.
pub fn read(rule: &Rule, series: &Series, slot: Timestamp) -> Option<Reading> {
    let kind = rule.indicator.kind();
    let value = match kind {
        Kind::Count => Cell { d: 1, ..series.sum(slot, rule.window()) },
        Kind::Share | Kind::Mean => {
            Some(series.sum(slot, rule.window())).filter(|sum| sum.d > 0 && sum.d >= rule.least)?
        }
        Kind::Last => series.last(slot, rule.window())?,
    };
    let value = bounded(value);
    if rule.compared == Compared::Value {
        return Some(Reading { value, normal: None });
    }
    let past = series.normal(slot, rule.window());
    let own = match kind {
        // What was not counted did not happen.
        Kind::Count => Some(Cell { n: past.n.min(MOST) * rule.hours, d: NORMAL_DAYS * 24 }),
        Kind::Share | Kind::Mean => Some(past).filter(|past| past.d > 0 && past.d >= rule.least),
        Kind::Last => Some(past).filter(|past| past.d > 0),
    };
    let least = rule.normal_least.map(|least| Cell { n: least, d: if kind == Kind::Share { 10_000 } else { 1 } });
    let normal = match (own.map(bounded), least) {
        (Some(own), Some(least)) => Some(if order(own, least) == Ordering::Less { least } else { own }),
        (own, least) => own.or(least),
    };
    normal.map(|_| Reading { value, normal })
}

/// Halves both sides until they fit, which leaves their quotient as it was.
fn bounded(mut cell: Cell) -> Cell {
    while cell.n.saturating_abs() > MOST || cell.d > MOST {
        cell = Cell { n: cell.n / 2, d: (cell.d / 2).max(1) };
    }
    cell
}

fn order(a: Cell, b: Cell) -> Ordering {
    (i128::from(a.n) * i128::from(b.d)).cmp(&(i128::from(b.n) * i128::from(a.d)))
}

/// Where a reading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Side {
    pub past: bool,
    pub good: bool,
}

impl Reading {
    pub(super) fn side(&self, rule: &Rule, limits: &Limits) -> Side {
        let to_raise = self.against(rule, limits.raise * 100);
        let to_clear = self.against(rule, rule.clears_at(limits));
        let past = match rule.direction {
            Direction::Above => to_raise == Ordering::Greater,
            Direction::AtLeast => to_raise != Ordering::Less,
            Direction::Below => to_raise == Ordering::Less,
            Direction::AtMost => to_raise != Ordering::Greater,
        };
        let good = to_clear != if rule.direction.is_up() { Ordering::Greater } else { Ordering::Less };
        // Of what is only counted the count is its sample.
        let few = rule.indicator.kind() == Kind::Count && self.value.n < rule.least;
        let sure = self.value.d >= WILSON_BELOW || self.is_sure(rule, limits.raise * 100);
        Side { past: past && !few && sure, good: good || few }
    }

    /// How the value is to a limit in hundredths of its unit.
    fn against(&self, rule: &Rule, limit: i64) -> Ordering {
        if rule.compared == Compared::Deviation {
            return self.deviation(limit / 100);
        }
        let (n, d) = self.limit(rule, limit);
        (i128::from(self.value.n) * d).cmp(&(n * i128::from(self.value.d)))
    }

    /// The limit as a fraction in the value's own terms.
    fn limit(&self, rule: &Rule, limit: i64) -> (i128, i128) {
        let limit = i128::from(limit);
        let unit: i128 = if rule.indicator.kind() == Kind::Share { 1_000_000 } else { 100 };
        let (n, d) = self.normal.map_or((0, 1), |normal| (i128::from(normal.n), i128::from(normal.d)));
        match rule.compared {
            Compared::Normal => (n * limit, d * 10_000),
            Compared::Change => (n * unit + limit * d, d * unit),
            Compared::Value | Compared::Deviation => (limit, unit),
        }
    }

    /// The 95 % bound of the share is past the limit too. Wilson's interval is what the score test does not refuse, so no
    /// root has to be taken: (p - t)² > z² t (1 - t) / n.
    fn is_sure(&self, rule: &Rule, limit: i64) -> bool {
        if rule.indicator.kind() != Kind::Share || rule.compared == Compared::Deviation {
            return true;
        }
        let (t, unit) = self.limit(rule, limit);
        let (n, d) = (i128::from(self.value.n), i128::from(self.value.d));
        if t <= 0 || t >= unit {
            return true;
        }
        let off = n * unit - d * t;
        off * off * 10_000 > Z_SQUARED * d * t * (unit - t)
    }

    /// How the standard score of a share against what is normal is to a limit in hundredths. One more of each kind is
    /// taken to have been normal, so that what never happened before is not infinitely far.
    fn deviation(&self, limit: i64) -> Ordering {
        let Some(normal) = self.normal else { return Ordering::Less };
        let (n, d) = (i128::from(self.value.n), i128::from(self.value.d));
        let (of, all) = (i128::from(normal.n) + 1, i128::from(normal.d) + 2);
        let off = n * all - d * of;
        let limit = i128::from(limit);
        let spread = d * of * (all - of).max(0);
        (off.signum() * off * off * 10_000).cmp(&(limit.signum() * limit * limit * spread))
    }
}
