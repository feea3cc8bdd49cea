//! Quality reviews as staff read them.

use serde::Serialize;
use serde_json::Number;

use super::figures::decimal;
use super::instant;
use crate::figures::{FigureRules, Name, Period, Sheet};
use crate::id::{Number as TicketNumber, StaffId, TicketId};
use crate::review::{Review, Scores};
use crate::ticket::Ticket;

/// What somebody thinks of how a ticket was handled.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Review))]
pub struct ReviewView {
    pub ticket: TicketId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<StaffId>,
    /// The month whose sample it is of, such as 2026-01.
    pub month: String,
    pub scores: Scores,
    /// In the reviewer's words; only where reviews are read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// What the customer answered to the survey, from 1 to 5, and whether that is within a point of the scores' mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agrees: Option<bool>,
    pub by: StaffId,
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub changed_at: Option<String>,
}

/// One figure of reviews.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewFigure {
    pub name: Name,
    /// Rounded half up to one decimal; none where nothing was counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub value: Option<Number>,
    /// The sample.
    pub denominator: i64,
}

/// The reviews of an agent's tickets of a month.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewPage {
    pub agent: StaffId,
    pub month: String,
    /// The mean of each standard, and how many customers agree.
    pub figures: Vec<ReviewFigure>,
    /// The first written first.
    pub reviews: Vec<ReviewView>,
}

/// One ticket that was drawn.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DrawnTicket {
    pub ticket: TicketId,
    pub number: TicketNumber,
    /// Somebody reviewed it.
    pub done: bool,
}

/// The tickets of an agent's month that are to be reviewed.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewSample {
    pub agent: StaffId,
    pub month: String,
    pub tickets: Vec<DrawnTicket>,
}

impl ReviewView {
    pub fn of(review: &Review, comment: Option<String>, customer: Option<u8>) -> Self {
        Self {
            ticket: review.ticket,
            agent: review.about.agent.clone(),
            month: review.month.to_string(),
            scores: review.scores,
            comment,
            customer,
            agrees: customer.map(|customer| review.scores.agrees(customer)),
            by: review.by.clone(),
            at: instant(review.at),
            changed_at: review.changed.map(instant),
        }
    }
}

impl ReviewPage {
    /// `all`: each with its comment and its customer's score.
    pub fn of(
        (agent, month): (StaffId, Period),
        all: Vec<(Review, Option<String>, Option<u8>)>,
        rules: &FigureRules,
    ) -> Self {
        let mut sheet = Sheet::default();
        for (review, _, customer) in &all {
            review.row(*customer).parts.iter().for_each(|part| sheet += &part.sheet);
        }
        let shown = |name: &Name| {
            let figure = name.of(&sheet, rules, &month.window());
            ReviewFigure { name: *name, value: figure.tenths.map(decimal), denominator: figure.denominator }
        };
        let reviews = all.into_iter().map(|(review, comment, customer)| ReviewView::of(&review, comment, customer));
        Self {
            agent,
            month: month.to_string(),
            figures: Name::REVIEWED.iter().map(shown).collect(),
            reviews: reviews.collect(),
        }
    }
}

impl ReviewSample {
    pub fn of((agent, month): (StaffId, Period), tickets: &[Ticket], reviews: &[Option<Review>]) -> Self {
        let drawn = |(ticket, review): (&Ticket, &Option<Review>)| DrawnTicket {
            ticket: ticket.id,
            number: ticket.number.clone(),
            done: review.is_some(),
        };
        Self { agent, month: month.to_string(), tickets: tickets.iter().zip(reviews).map(drawn).collect() }
    }
}
