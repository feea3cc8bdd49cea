//! Too little feedback: noticed while there is still time to ask for more.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{FigureRules, Name, Sheet, Window};

/// A month whose feedback will not come to its goal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortfall {
    /// The last day that is counted.
    pub counted: Date,
    pub collected: i64,
    /// What it comes to if it goes on like that, to the nearest whole number.
    pub forecast: i64,
    pub goal: i64,
}

/// Whether what was counted on a month's days so far falls short of the goal; nothing where there is no goal.
pub fn shortfall(sheet: &Sheet, rules: &FigureRules, window: &Window) -> Option<Shortfall> {
    let goal = rules.goals.get(&Name::Feedback)?.to;
    let whole = |name: Name| name.of(sheet, rules, window).tenths.map(|tenths| (tenths + 5).div_euclid(10));
    let (collected, forecast) = (whole(Name::Feedback)?, whole(Name::FeedbackForecast)?);
    (forecast < goal).then_some(Shortfall { counted: window.counted, collected, forecast, goal })
}
