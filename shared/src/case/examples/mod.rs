//! Cases as customers ask for them: what is given in the examples, and what they come to.

mod choices;
mod figures;
mod four_eyes;
mod payouts;
mod story;
mod windows;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use uuid::Uuid;

use super::quote::{Ask, Circumstances, Quote, Unable, quote};
use super::{CaseKind, CaseReason};
use crate::id::{CustomerRef, LineId, OrderId, PaymentId, StorefrontId, TicketId, UploadId};
use crate::order::{Delivery, Facts, Line, Order, Payment, PaymentMethod};
use crate::settings::CaseRules;

pub(in crate::case) use story::{Story, staff};

/// Noon of 1 June in Shanghai.
pub(super) const DELIVERED: &str = "2026-06-01T12:00:00+08:00";

pub(in crate::case) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(in crate::case) fn id(name: &str) -> LineId {
    LineId::parse(name).unwrap()
}

pub(in crate::case) fn ticket() -> TicketId {
    TicketId(Uuid::from_u128(7))
}

pub(in crate::case) fn line(name: &str, quantity: u32, total: i64) -> Line {
    Line { id: id(name), product: None, title: None, quantity, total, exclusion: None }
}

/// An order that is paid by card and was delivered whole at noon of 1 June.
pub(in crate::case) fn order(lines: Vec<Line>, discount: i64, shipping: i64) -> Order {
    let captured = lines.iter().map(|line| line.total).sum::<i64>() - discount + shipping;
    let payment = PaymentId::parse("pay").unwrap();
    let facts = Facts {
        version: 1,
        customer: CustomerRef::parse("c-1").unwrap(),
        currency: "CNY".to_owned(),
        placed: at("2026-05-28T09:00:00+08:00"),
        country: Some("CN".to_owned()),
        promised: Some(at("2026-06-01T00:00:00+08:00")),
        deliveries: lines.iter().map(|line| delivery(&line.id, line.quantity, DELIVERED)).collect(),
        lines,
        discount,
        shipping,
        payments: vec![Payment { id: payment, method: PaymentMethod::Card, captured, charged_back: 0 }],
    };
    let storefront = StorefrontId::parse("shop").unwrap();
    Order { id: OrderId::parse("o-1").unwrap(), storefront, facts, holds: Vec::new() }
}

pub(super) fn delivery(line: &LineId, quantity: u32, on: &str) -> Delivery {
    Delivery { line: line.clone(), quantity, at: at(on) }
}

/// Three cups for ¥100 and a pot for ¥50, sent for ¥10.
pub(in crate::case) fn tea_set() -> Order {
    order(vec![line("cups", 3, 10_000), line("pot", 1, 5_000)], 0, 1_000)
}

pub(super) fn without_deliveries(mut order: Order) -> Order {
    order.facts.deliveries.clear();
    order
}

pub(super) fn to(country: &str, mut order: Order) -> Order {
    order.facts.country = Some(country.to_owned());
    order
}

pub(in crate::case) fn ask(kind: CaseKind, reason: CaseReason, lines: &[(&str, u32)]) -> Ask {
    let lines = lines.iter().map(|(name, units)| (id(name), *units)).collect();
    let photos = vec![UploadId::parse("u-1").unwrap()];
    Ask { kind, reason, lines, amount: None, photos, overridden: false }
}

pub(super) fn returned(lines: &[(&str, u32)]) -> Ask {
    ask(CaseKind::ReturnRefund, CaseReason::ChangeOfMind, lines)
}

pub(super) fn refunded(reason: CaseReason, lines: &[(&str, u32)]) -> Ask {
    ask(CaseKind::RefundOnly, reason, lines)
}

pub(super) fn compensated(reason: CaseReason, amount: i64) -> Ask {
    Ask { amount: Some(amount), ..ask(CaseKind::Compensation, reason, &[]) }
}

pub(super) fn overridden(ask: Ask) -> Ask {
    Ask { overridden: true, ..ask }
}

pub(super) fn without_photos(ask: Ask) -> Ask {
    Ask { photos: Vec::new(), ..ask }
}

pub(super) fn by(rules: &CaseRules, ask: &Ask, order: &Order, now: &str) -> Result<Quote, Unable> {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    quote(ask, Circumstances { order, rules, zone: &zone, now: at(now) }, ticket(), 1)
}

pub(super) fn on(now: &str, ask: &Ask, order: &Order) -> Result<Quote, Unable> {
    by(&CaseRules::shipped(), ask, order, now)
}

/// On the morning after the delivery.
pub(super) fn next_day(ask: &Ask, order: &Order) -> Result<Quote, Unable> {
    on("2026-06-02T09:00:00+08:00", ask, order)
}

/// goods, shipping, restocking, label, net
pub(super) fn figures(quote: &Quote) -> [i64; 5] {
    let it = &quote.figures;
    assert_eq!(it.parts.iter().map(|part| part.amount).sum::<i64>(), it.net);
    assert_eq!((&it.parts, it.shipping), (&quote.hold.parts, quote.hold.shipping));
    [it.goods, it.shipping, it.restocking, it.label, it.net]
}

/// The order once a case was asked for.
pub(super) fn after(order: Order, ask: &Ask, case: u16) -> Order {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let rules = CaseRules::shipped();
    let on = Circumstances { order: &order, rules: &rules, zone: &zone, now: at("2026-06-02T09:00:00+08:00") };
    let hold = quote(ask, on, ticket(), case).unwrap().hold;
    order.holding(hold)
}
