//! What a shop wants its figures to be, and what an answer costs it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Name;
use crate::money;
use crate::review::MOST_SAMPLE;

/// Where a figure comes from and where it is to go, in whole units of the figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Goal {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<i64>,
    pub to: i64,
}

/// What one message of the shop's to a customer costs, in minor units: the work behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AnswerCost))]
pub struct Cost {
    pub currency: String,
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 100_000_000))]
    pub per_reply: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FigureRules {
    pub goals: BTreeMap<Name, Goal>,
    /// From this day of a month on it is told once if its feedback will not come to its goal.
    #[cfg_attr(feature = "openapi", schema(minimum = 2, maximum = 28))]
    pub feedback_told_on: i8,
    /// So many of the tickets that an agent resolved in a month are drawn to be reviewed.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 50))]
    pub review_sample: u8,
    /// Without it there is no cost of a ticket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
}

impl Default for FigureRules {
    fn default() -> Self {
        let goals = [
            (Name::FirstResponseChat, None, 180),
            (Name::Handling, Some(72), 24),
            (Name::DecidedInDay, None, 100),
            (Name::Csat, Some(75), 85),
            (Name::ComplaintRate, Some(5), 2),
            (Name::Repurchase, Some(20), 30),
            (Name::Feedback, None, 100),
            (Name::StandardAnswers, None, 90),
        ];
        let goals = goals.into_iter().map(|(name, from, to)| (name, Goal { from, to })).collect();
        Self { goals, feedback_told_on: 20, review_sample: 5, cost: None }
    }
}

impl FigureRules {
    pub(crate) fn check(&self, fault: &mut impl FnMut(&str, &str)) {
        const MOST: i64 = 1_000_000_000;
        for (name, goal) in &self.goals {
            if [goal.from, Some(goal.to)].into_iter().flatten().any(|value| !(-100..=MOST).contains(&value)) {
                fault(&format!("/figures/goals/{name}"), "must have whole numbers of at most 1000000000");
            }
        }
        if !(2..=28).contains(&self.feedback_told_on) {
            fault("/figures/feedback_told_on", "must be a day of the month from 2 to 28");
        }
        if !(1..=MOST_SAMPLE).contains(&self.review_sample) {
            fault("/figures/review_sample", "must be 1 to 50");
        }
        if let Some(cost) = &self.cost
            && (money::currency(&cost.currency).is_none() || !(0..=100_000_000).contains(&cost.per_reply))
        {
            fault("/figures/cost", "must have an ISO 4217 code and 0 to 100000000 minor units");
        }
    }
}
