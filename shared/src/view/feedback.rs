//! Feedback as staff and its storefront see it.

use serde::Serialize;

use super::instant;
use crate::event::Actor;
use crate::feedback::{Feedback, Rating, Source};
use crate::id::{CustomerRef, FeedbackId, OrderId, ProductId, StaffId, TicketId};
use crate::intake::Content;

/// A piece of feedback.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Feedback))]
pub struct FeedbackView {
    pub id: FeedbackId,
    pub source: Source,
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub said_at: String,
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub recorded_at: String,
    /// Who of the staff recorded it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded_by: Option<StaffId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Its words were erased at its customer's request.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

/// One page of feedback, the latest first.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FeedbackPage {
    pub feedback: Vec<FeedbackView>,
    /// Send it back as `cursor` for the next page; none on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl FeedbackView {
    pub fn of(one: Feedback, content: Option<Content>) -> Self {
        let erased = content.as_ref().is_some_and(|content| content.erased);
        Self {
            id: one.id,
            source: one.source,
            said_at: instant(one.said),
            recorded_at: instant(one.recorded),
            recorded_by: if let Actor::Staff(id) = one.by { Some(id) } else { None },
            rating: one.rating,
            text: content.map(|content| content.body).filter(|_| !erased),
            erased,
            customer: one.customer,
            ticket: one.ticket,
            order: one.order,
            product: one.product,
            locale: one.locale,
        }
    }
}
