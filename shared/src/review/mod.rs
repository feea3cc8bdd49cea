//! Quality reviews: what a lead thinks of how a ticket was handled, beside what its customer said. Which tickets are looked at
//! is drawn by a hash of their ids, so that nobody picks them. A review is no part of its ticket's history.

mod asked;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::figures::{Measure, Part, Period, Row, Scope, Sheet, Span};
use crate::id::{StaffId, StorefrontId, TicketId};
use crate::sla::{millis, millis_or_none};
use crate::survey::{About, SurveyId};
use crate::text::fingerprint;

pub use asked::{LONGEST_COMMENT, NewReview, month};

/// The version of the stored shape of a review that this code writes.
pub const VERSION: u32 = 1;
pub const LEAST_SCORE: u8 = 1;
pub const MOST_SCORE: u8 = 5;
/// The largest sample of one agent and month that a shop can set.
pub const MOST_SAMPLE: u8 = 50;
/// Whoever reviewed a ticket may change that for so long; its figures are final three days after the month.
pub const CHANGES_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// The four standards of quality, each from 1 to 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ReviewScores))]
pub struct Scores {
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 5))]
    pub speed: u8,
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 5))]
    pub attitude: u8,
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 5))]
    pub process: u8,
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 5))]
    pub effect: u8,
}

impl Scores {
    /// Whether a customer's score from 1 to 5 is within one point of their mean.
    pub fn agrees(self, customer: u8) -> bool {
        let sum: i32 = [self.speed, self.attitude, self.process, self.effect].into_iter().map(i32::from).sum();
        (sum - 4 * i32::from(customer)).abs() <= 4
    }
}

/// One review. There is one a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    pub storefront: StorefrontId,
    pub ticket: TicketId,
    /// The resolution cycle that the ticket was in: its survey is what it is compared with.
    pub cycle: u16,
    /// The month whose sample it is of.
    pub month: Period,
    /// Whose work it is about.
    pub about: About,
    pub by: StaffId,
    #[serde(with = "millis")]
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
    pub changed: Option<Timestamp>,
    /// The day in the shop's zone on which it counts: that of the first time.
    pub day: Date,
    pub scores: Scores,
    /// There is a comment, in an item of its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub comment: bool,
}

/// Why a ticket that was reviewed is not reviewed again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// Somebody else did.
    Others,
    /// It is too long ago.
    Final,
}

impl std::fmt::Display for Rejection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Others => "Somebody else reviewed this ticket. Only they can change it.",
            Self::Final => "The review is older than 24 hours, and does not change any more.",
        })
    }
}

impl Review {
    /// The review after its reviewer thought again.
    pub fn decide(&self, new: &NewReview, by: &StaffId, now: Timestamp) -> Result<Self, Rejection> {
        if self.by != *by {
            return Err(Rejection::Others);
        }
        if now.duration_since(self.at) >= CHANGES_WITHIN {
            return Err(Rejection::Final);
        }
        Ok(Self { scores: new.scores, comment: new.comment.is_some(), changed: Some(now), ..self.clone() })
    }

    pub fn survey(&self) -> SurveyId {
        SurveyId { ticket: self.ticket, cycle: self.cycle }
    }

    /// What it counts, beside the customer's score from 1 to 5 where there is one.
    pub fn row(&self, customer: Option<u8>) -> Row {
        let mut sheet = Sheet::default();
        let Scores { speed, attitude, process, effect } = self.scores;
        let scores = [
            (Span::ReviewSpeed, speed),
            (Span::ReviewAttitude, attitude),
            (Span::ReviewProcess, process),
            (Span::ReviewEffect, effect),
        ];
        for (span, score) in scores {
            sheet.measure(span, i64::from(score));
        }
        if let Some(customer) = customer {
            sheet.count(Measure::ReviewCompared);
            if self.scores.agrees(customer) {
                sheet.count(Measure::ReviewAgreed);
            }
        }
        let scope = Scope {
            team: Some(self.about.team.clone()),
            agent: self.about.agent.clone(),
            category: Some(self.about.category),
            channel: Some(self.about.channel),
            ..Scope::default()
        };
        Row { day: self.day, parts: vec![Part { scope, sheet }] }
    }
}

/// A ticket's place in the draw of a storefront, agent and month: those with the lowest are the sample.
pub fn lot(shop: &StorefrontId, agent: &StaffId, month: Period, ticket: TicketId) -> String {
    let parts = [shop.to_string(), agent.to_string(), month.to_string(), ticket.to_string()];
    let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
    fingerprint(&parts).chars().take(16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_agrees_who_is_within_one_point_of_the_mean() {
        let scores = |speed, attitude, process, effect| Scores { speed, attitude, process, effect };
        let agree = |scores: Scores| (1..=5).filter(|customer| scores.agrees(*customer)).collect::<Vec<u8>>();
        assert_eq!(agree(scores(4, 4, 4, 4)), [3, 4, 5]);
        assert_eq!(agree(scores(4, 4, 4, 3)), [3, 4], "3.75 is more than a point from 5");
        assert_eq!(agree(scores(1, 1, 1, 1)), [1, 2]);
    }

    #[test]
    fn the_draw_follows_from_the_ticket_and_differs_by_shop_agent_and_month() {
        let ticket = TicketId::parse("01890a5d-ac96-774b-bcce-b302099a8057").unwrap();
        let shop = |name| StorefrontId::parse(name).unwrap();
        let agent = |name| StaffId::parse(name).unwrap();
        let drawn = lot(&shop("a"), &agent("x"), Period::Month(2026, 3), ticket);
        assert_eq!(drawn, lot(&shop("a"), &agent("x"), Period::Month(2026, 3), ticket));
        let others = [
            lot(&shop("b"), &agent("x"), Period::Month(2026, 3), ticket),
            lot(&shop("a"), &agent("y"), Period::Month(2026, 3), ticket),
            lot(&shop("a"), &agent("x"), Period::Month(2026, 4), ticket),
        ];
        assert!(others.iter().all(|other| *other != drawn), "{others:?}");
    }
}
