//! Orders for examples and laws.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Delivery, Facts, Line, Order, Payment, PaymentMethod, Wanted};
use crate::id::{CustomerRef, LineId, OrderId, PaymentId, StorefrontId, TicketId};

pub(super) fn at() -> Timestamp {
    "2026-03-05T08:00:00Z".parse().unwrap()
}

pub(super) fn line_id(name: &str) -> LineId {
    LineId::parse(name).unwrap()
}

pub(super) fn payment_id(name: &str) -> PaymentId {
    PaymentId::parse(name).unwrap()
}

pub(super) fn line(name: &str, quantity: u32, total: i64) -> Line {
    Line { id: line_id(name), product: None, title: None, quantity, total, exclusion: None }
}

pub(super) fn payment(name: &str, captured: i64) -> Payment {
    Payment { id: payment_id(name), method: PaymentMethod::Card, captured, charged_back: 0 }
}

/// An order that is delivered and paid in full, the first payment first.
pub(super) fn order(lines: Vec<Line>, shipping: i64, payments: Vec<Payment>) -> Order {
    let deliver = |line: &Line| Delivery { line: line.id.clone(), quantity: line.quantity, at: at() };
    let facts = Facts {
        version: 1,
        customer: CustomerRef::parse("c-1").unwrap(),
        currency: "CNY".to_owned(),
        placed: at(),
        country: None,
        promised: None,
        deliveries: lines.iter().map(deliver).collect(),
        lines,
        discount: 0,
        shipping,
        payments,
    };
    let storefront = StorefrontId::parse("shop").unwrap();
    Order { id: OrderId::parse("o-1").unwrap(), storefront, facts, holds: Vec::new() }
}

/// Three cups for 100.00 and a pot for 50.00, sent for 10.00 and paid by card, the last 60.00 with a gift card.
pub(super) fn tea_set() -> Order {
    let lines = vec![line("cups", 3, 10_000), line("pot", 1, 5_000)];
    order(lines, 1_000, vec![payment("card", 10_000), payment("gift", 6_000)])
}

pub(super) fn ticket() -> TicketId {
    TicketId(Uuid::from_u128(7))
}

/// Money for units of lines, that do not come back.
pub(super) fn wanted(case: u16, lines: &[(&str, u32)], amount: i64) -> Wanted {
    let lines = lines.iter().map(|(name, units)| (line_id(name), *units)).collect();
    Wanted { ticket: ticket(), case, lines, back: false, shipping: 0, amount }
}
