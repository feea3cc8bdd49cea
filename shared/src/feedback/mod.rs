//! Feedback: what customers say of the shop, from every source as one record. What they wrote is a content item beside it,
//! which can be erased; of a survey it is its ticket's.

mod asked;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::category::words;
use crate::event::Actor;
use crate::figures::{Part, Row, Scope, Sheet, Voices};
use crate::id::{CustomerRef, FeedbackId, OrderId, ProductId, StorefrontId, TicketId};
use crate::sla::millis;
use crate::survey::{About, Answer, SurveyId, SurveyKind};
use crate::text::fingerprint;

pub use asked::{By, LONGEST_SOURCE_ID, MOST_SCORE, NewFeedback};

/// The version of the stored shape of feedback that this code writes.
pub const VERSION: u32 = 1;

words!(
    /// Where feedback came from.
    Source { Survey = "survey", CallBack = "call_back", Review = "review", Social = "social" }
);

/// A score on a scale, the best being the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rating {
    pub score: u8,
    pub from: u8,
    pub to: u8,
}

impl Rating {
    /// In the best quarter of its scale: 4 and 5 of five stars.
    pub fn is_good(self) -> bool {
        4 * i32::from(self.score - self.from) >= 3 * i32::from(self.to - self.from)
    }

    /// In the worst one.
    pub fn is_bad(self) -> bool {
        4 * i32::from(self.score - self.from) <= i32::from(self.to - self.from)
    }
}

/// Where its words are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Words {
    /// In a content item of its own.
    Own,
    /// In this content item of its ticket.
    OfTicket(u32),
}

/// One piece of feedback. It never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    pub id: FeedbackId,
    pub storefront: StorefrontId,
    pub source: Source,
    /// When the customer said it, and when it was recorded here.
    #[serde(with = "millis")]
    pub said: Timestamp,
    #[serde(with = "millis")]
    pub recorded: Timestamp,
    pub by: Actor,
    /// The day in the shop's zone on which it was said, as the zone was when it was recorded.
    pub day: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Whose work it is about, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
}

impl FeedbackId {
    /// The same parts give the same id, so that what comes twice is one.
    pub fn of(parts: &[&str]) -> Self {
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        Self::short(&fingerprint(&parts))
    }
}

impl Feedback {
    /// What an answer to a survey is.
    pub fn answered(
        (storefront, id, customer): (&StorefrontId, SurveyId, &CustomerRef),
        (kind, about): (SurveyKind, &About),
        (answer, comment): (Answer, Option<u32>),
        (at, zone): (Timestamp, &TimeZone),
    ) -> Self {
        let (from, to) = kind.scale();
        let about = About { lines: Vec::new(), ..about.clone() };
        Self {
            id: FeedbackId::of(&["survey", &id.ticket.to_string(), &id.cycle.to_string()]),
            storefront: storefront.clone(),
            source: Source::Survey,
            said: at,
            recorded: at,
            by: Actor::Customer,
            day: at.to_zoned(zone.clone()).date(),
            rating: Some(Rating { score: answer.score, from, to }),
            words: comment.map(Words::OfTicket),
            customer: Some(customer.clone()),
            ticket: Some(id.ticket),
            order: about.order.clone(),
            product: None,
            locale: None,
            about: Some(about),
        }
    }

    /// What it counts, on the day on which it was said.
    pub fn row(&self) -> Row {
        let (good, bad) = self.rating.map_or((false, false), |rating| (rating.is_good(), rating.is_bad()));
        let rated = i64::from(self.rating.is_some());
        let voices = Voices { n: 1, rated, good: i64::from(good), bad: i64::from(bad) };
        let mut sheet = Sheet::default();
        sheet.voices.insert(self.source, voices);
        let about = self.about.as_ref();
        let scope = Scope {
            team: about.map(|about| about.team.clone()),
            agent: about.and_then(|about| about.agent.clone()),
            category: about.map(|about| about.category),
            channel: about.map(|about| about.channel),
            products: self.product.iter().cloned().collect(),
            ..Scope::default()
        };
        Row { day: self.day, parts: vec![Part { scope, sheet }] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_quarter_of_a_scale_is_good_and_the_worst_is_bad() {
        let told = |from, to| {
            let rating = |score| Rating { score, from, to };
            let scores = from..=to;
            let good: Vec<u8> = scores.clone().filter(|score| rating(*score).is_good()).collect();
            (scores.filter(|score| rating(*score).is_bad()).collect::<Vec<u8>>(), good)
        };
        assert_eq!(told(1, 5), (vec![1, 2], vec![4, 5]));
        assert_eq!(told(0, 10), (vec![0, 1, 2], vec![8, 9, 10]));
        assert_eq!(told(0, 1), (vec![0], vec![1]), "a thumb");
    }
}
