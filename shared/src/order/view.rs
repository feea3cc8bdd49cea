//! An order as the API shows it: what its storefront said, what each line is worth, and what is still to be had.

use serde::Serialize;

use super::{Available, Exclusion, Order, Payment, apportioned};
use crate::id::{CustomerRef, LineId, OrderId, ProductId};
use crate::view::instant;

#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = OrderView))]
pub struct OrderView {
    pub id: OrderId,
    /// The storefront's own count of its changes.
    pub version: u64,
    pub customer: CustomerRef,
    /// ISO 4217 code of every amount here; amounts are in minor units.
    pub currency: String,
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub placed_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub promised_at: Option<String>,
    pub lines: Vec<LineView>,
    pub discount: i64,
    pub shipping: i64,
    pub payments: Vec<Payment>,
    pub deliveries: Vec<DeliveryView>,
    /// What a new case may still ask for.
    pub available: Available,
}

#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = OrderLineView))]
pub struct LineView {
    pub id: LineId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    pub quantity: u32,
    pub total: i64,
    /// The total less the line's share of the order's discount.
    pub worth: i64,
    /// Why it cannot be sent back for a change of mind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclusion: Option<Exclusion>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = OrderDeliveryView))]
pub struct DeliveryView {
    pub line: LineId,
    pub quantity: u32,
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub at: String,
}

impl OrderView {
    pub fn of(order: &Order) -> Self {
        let facts = order.facts.clone();
        let lines = apportioned(&facts).into_iter().zip(facts.lines).map(|(worth, line)| LineView {
            id: line.id,
            product: line.product,
            title: line.title,
            quantity: line.quantity,
            total: line.total,
            worth,
            exclusion: line.exclusion,
        });
        let delivery = |delivery: super::Delivery| DeliveryView {
            line: delivery.line,
            quantity: delivery.quantity,
            at: instant(delivery.at),
        };
        Self {
            id: order.id.clone(),
            version: facts.version,
            customer: facts.customer,
            currency: facts.currency,
            placed_at: instant(facts.placed),
            country: facts.country,
            promised_at: facts.promised.map(instant),
            lines: lines.collect(),
            discount: facts.discount,
            shipping: facts.shipping,
            payments: facts.payments,
            deliveries: facts.deliveries.into_iter().map(delivery).collect(),
            available: order.available(),
        }
    }
}
