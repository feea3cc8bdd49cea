//! The first entry of a ticket: what it is about, how urgent it is, and what is promised.

use crate::category::{Channel, Tier};
use crate::classify::classify;
use crate::customer::Customer;
use crate::event::{Acknowledge, ClassifiedBy, Event};
use crate::id::{Number, ProductId, TicketId};
use crate::intake::{NewTicket, OpenedBy};
use crate::order::{Line, Order};
use crate::priority::{Facts, score};
use crate::settings::Loaded;
use crate::sla::{Clock, ClockKind};
use crate::ticket::started;
use jiff::Timestamp;

/// Products of one ticket.
const MOST_PRODUCTS: usize = 20;

/// What a ticket is about, where its order is known: the lines that it names, or all of an order that has one product. Of more,
/// nobody knows which.
fn products(wanted: &NewTicket, order: Option<&Order>) -> Vec<ProductId> {
    let Some(order) = order.filter(|order| order.facts.customer == wanted.customer) else { return Vec::new() };
    let named = wanted.order.as_ref().map(|order| order.lines.as_slice()).unwrap_or_default();
    let is_named = |line: &&Line| named.is_empty() || named.iter().any(|name| name == line.id.as_str());
    let mut products: Vec<ProductId> =
        order.facts.lines.iter().filter(is_named).filter_map(|line| line.product.clone()).collect();
    products.sort();
    products.dedup();
    if named.is_empty() && products.len() > 1 {
        return Vec::new();
    }
    products.truncate(MOST_PRODUCTS);
    products
}

/// The events that open a ticket at `now`.
pub fn events(
    id: TicketId,
    wanted: &NewTicket,
    customer: &Customer,
    acknowledge: Acknowledge,
    (follows, order): (Option<TicketId>, Option<&Order>),
    now: Timestamp,
    settings: &Loaded,
) -> Vec<Event> {
    let spam = acknowledge == Acknowledge::Spam;
    let content = &wanted.message.content;
    let found = classify(&content.subject, &content.body);
    let (category, reason, by, confidence) = match wanted.chosen {
        Some((category, reason)) => {
            let reason = reason.or_else(|| found.reason.filter(|_| found.category == category));
            (category, reason, ClassifiedBy::Customer, 100)
        }
        None => (found.category, found.reason, ClassifiedBy::Classifier, found.confidence),
    };
    let opened = Event::Opened {
        number: Number::of(id),
        customer: wanted.customer.clone(),
        channel: wanted.message.channel,
        stage: wanted.stage,
        kind: wanted.kind,
        order: wanted.order.as_ref().map(|order| order.id.clone()),
        team: settings.team(wanted.stage, category).to_owned(),
        settings: settings.version,
        acknowledge,
        spam,
        by_agent: wanted.opened_by == OpenedBy::Agent,
        language: Some(customer.profile.language(settings.settings.shop.language)),
        follows,
        products: products(wanted, order),
    };
    let facts = Facts {
        category,
        danger: found.danger,
        legal: found.legal,
        second_contact: customer.second_contact(now),
        tier: customer.profile.tier.unwrap_or(Tier::Standard),
        order_total: wanted.order.as_ref().and_then(|order| order.total.as_ref()),
    };
    let (priority, score) = score(facts, &settings.settings.priority);
    let guessed = by == ClassifiedBy::Classifier;
    let classified = Event::Classified {
        category,
        reason,
        by,
        confidence,
        signs: if guessed { found.signs } else { Vec::new() },
        triage: guessed && !spam && confidence < settings.settings.limits.triage_below_percent,
        danger: found.danger,
        legal: found.legal,
        priority,
        score,
    };
    // Spam is promised nothing; what an agent opened was answered by opening it.
    let promised = |kind: &&ClockKind| match kind {
        ClockKind::FirstResponse => !spam && wanted.opened_by == OpenedBy::Customer,
        ClockKind::Resolution => !spam,
        ClockKind::NextReply | ClockKind::Update | ClockKind::RefundDecision | ClockKind::Payout => false,
    };
    let chat = wanted.message.channel == Channel::Chat;
    let clock = |kind: &ClockKind| Clock::start(*kind, 1, priority, chat, now, settings);
    let clocks = ClockKind::ALL.iter().filter(promised).filter_map(clock).flat_map(started);
    [opened, classified].into_iter().chain(clocks).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::access::Caller;
    use crate::id::{OrderId, StorefrontId};
    use crate::order::Facts;

    fn order(products: &[&str]) -> Order {
        let lines: Vec<_> = products
            .iter()
            .enumerate()
            .map(|(at, product)| json!({ "id": format!("l-{at}"), "product": product, "quantity": 1, "total": 1 }))
            .collect();
        let facts = json!({
            "version": 1, "customer": "c-1", "currency": "CNY", "placed_at": "2026-03-01T02:00:00Z", "lines": lines,
        });
        let (id, storefront) = (OrderId::parse("o-1").unwrap(), StorefrontId::parse("shop").unwrap());
        Order { id, storefront, facts: Facts::read(&facts).unwrap(), holds: Vec::new() }
    }

    fn about(customer: &str, lines: &[&str], order: &Order) -> Vec<String> {
        let body = json!({
            "channel": "web", "kind": "complaint", "subject": "x", "body": "x", "customer": { "ref": customer },
            "order": { "id": "o-1", "lines": lines },
        });
        let caller = Caller::Storefront { storefront: order.storefront.clone() };
        let wanted = NewTicket::read(&body, &caller).unwrap();
        products(&wanted, Some(order)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_ticket_is_about_the_products_of_the_lines_it_names_or_of_an_order_that_has_only_one() {
        let (one, two) = (order(&["kettle", "kettle"]), order(&["kettle", "lamp"]));
        assert_eq!(about("c-1", &[], &one), ["kettle"]);
        assert_eq!(about("c-1", &[], &two), [""; 0], "nobody knows which");
        assert_eq!(about("c-1", &["l-1"], &two), ["lamp"]);
        assert_eq!(about("c-1", &["l-1", "l-0"], &two), ["kettle", "lamp"]);
        assert_eq!(about("c-2", &["l-1"], &two), [""; 0], "another customer's order says nothing");
    }
}
