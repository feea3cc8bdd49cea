//! Early warning: rules over what is counted, one alert a rule and scope, and who hears of it when. Rules are settings; what
//! they read are cells of five minutes; what becomes of an alert follows from both and from what people did, whenever and
//! however often it is worked out.

mod backtest;
mod decide;
#[cfg(test)]
mod examples;
mod incident;
mod indicator;
#[cfg(test)]
#[expect(clippy::float_arithmetic, reason = "the oracle computes as the books do")]
mod laws;
mod point;
mod reading;
mod rule;
mod series;

pub use backtest::{Backtest, backtest};
pub use decide::{Rejection, Run};
pub use incident::{Acknowledged, Alert, Event, Happened, Incident, Mail, Marks, VERSION};
pub use indicator::{Indicator, Kind, ScopeKind};
pub use point::{NOTHING_DUE, Point, Scope, of_cases, of_order, of_row, of_words};
pub use reading::{Reading, read};
pub use rule::{AlertRules, Compared, Direction, Limits, MOST_RULES, RiskType, Rule, Severity};
pub use series::{CELL, Cell, Series};
