//! What holds of every quote.

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::examples::{ask, at, line, order, ticket};
use super::options::options;
use super::policy::policy;
use super::quote::{Ask, Circumstances, Unable, compensated, quote};
use super::{CaseKind, CaseReason};
use crate::id::TicketId;
use crate::order::Order;
use crate::settings::CaseRules;

static ZONE: TimeZone = TimeZone::UTC;
const NAMES: [&str; 3] = ["a", "b", "c"];

/// Orders of up to three lines, delivered on 1 June.
fn orders() -> impl Strategy<Value = Order> {
    let lines = prop::collection::vec((1u32..6, 0i64..40_000), 1..=NAMES.len());
    (lines, 0i64..60_000, 0i64..3_000).prop_map(|(lines, discount, shipping)| {
        let lines: Vec<_> =
            NAMES.iter().zip(lines).map(|(name, (quantity, total))| line(name, quantity, total)).collect();
        let sum = lines.iter().map(|line| line.total).sum();
        order(lines, discount.min(sum), shipping)
    })
}

fn asks() -> impl Strategy<Value = Ask> {
    let units = prop::collection::vec(0u32..6, NAMES.len());
    let kinds = prop::sample::select(CaseKind::ALL);
    (kinds, prop::sample::select(CaseReason::ALL), units, 1i64..9_000).prop_map(|(kind, reason, units, amount)| {
        let lines: Vec<(&str, u32)> = NAMES.into_iter().zip(units).filter(|(_, units)| *units > 0).collect();
        let amount = (kind == CaseKind::Compensation).then_some(amount);
        Ask { amount, overridden: true, ..ask(kind, reason, &lines) }
    })
}

fn rules() -> impl Strategy<Value = CaseRules> {
    (0u16..=10_000, 0i64..5_000).prop_map(|(restocking, label)| {
        let mut rules = CaseRules::shipped();
        rules.fees.restocking_basis_points = restocking;
        rules.fees.label.insert("CNY".to_owned(), label);
        rules
    })
}

fn on<'a>(order: &'a Order, rules: &'a CaseRules) -> Circumstances<'a> {
    Circumstances { order, rules, zone: &ZONE, now: at("2026-06-02T00:00:00Z") }
}

/// The order after each of these was asked for, one case after the other; what is refused changes nothing.
fn asked(order: Order, asks: &[Ask], rules: &CaseRules) -> Order {
    (1u16..).zip(asks).fold(order, |order, (case, ask)| match quote(ask, on(&order, rules), ticket(), case) {
        Ok(quote) => order.holding(quote.hold),
        Err(_) => order,
    })
}

proptest! {
    #[test]
    fn the_figures_add_up_and_the_hold_is_for_them(order in orders(), before in prop::collection::vec(asks(), 0..4),
        ask in asks(), rules in rules()) {
        let order = asked(order, &before, &rules);
        let Ok(quote) = quote(&ask, on(&order, &rules), ticket(), 50) else { return Ok(()) };
        let it = &quote.figures;
        let left = (it.goods + it.shipping - it.restocking - it.label).max(0) - it.already;
        prop_assert!((0..=compensated(&order, (ticket(), 50))).contains(&it.already), "what compensations gave");
        prop_assert_eq!(it.net, if ask.kind.pays() { left } else { 0 });
        prop_assert!(!ask.kind.pays() || it.net > 0);
        prop_assert_eq!(it.parts.iter().map(|part| part.amount).sum::<i64>(), it.net);
        prop_assert_eq!((&it.parts, it.shipping), (&quote.hold.parts, quote.hold.shipping));
        prop_assert_eq!(quote.hold.back, ask.kind.is_return());
        if ask.kind != CaseKind::Compensation {
            prop_assert_eq!(it.items.iter().map(|item| item.worth).sum::<i64>(), it.goods);
            let spans: Vec<_> = it.items.iter().map(|item| item.units.clone()).collect();
            prop_assert_eq!(&spans, &quote.hold.spans);
        }
    }

    #[test]
    fn no_more_is_given_back_than_was_paid(order in orders(), asks in prop::collection::vec(asks(), 1..8),
        rules in rules()) {
        let paid = order.facts.payments[0].captured;
        let after = asked(order, &asks, &rules);
        prop_assert!(after.refunds_but(TicketId(uuid::Uuid::nil()), 0) <= paid);
        prop_assert!(after.holds.iter().map(|hold| hold.shipping).sum::<i64>() <= after.facts.shipping);
    }

    #[test]
    fn a_case_that_is_asked_for_again_comes_to_the_same(order in orders(), before in prop::collection::vec(asks(), 0..3),
        ask in asks(), rules in rules()) {
        let order = asked(order, &before, &rules);
        let Ok(first) = quote(&ask, on(&order, &rules), ticket(), 50) else { return Ok(()) };
        let held = order.holding(first.hold.clone());
        prop_assert_eq!(quote(&ask, on(&held, &rules), ticket(), 50), Ok(first));
    }

    #[test]
    fn an_option_is_what_is_quoted_for_its_units(order in orders(), before in prop::collection::vec(asks(), 0..4),
        rules in rules()) {
        let order = asked(order, &before, &rules);
        let (found, left) = (options(on(&order, &rules), &[]), order.available());
        for (line, reason) in found.lines.iter().flat_map(|line| line.reasons.iter().map(move |reason| (line, reason))) {
            for choice in reason.kinds.iter().filter(|choice| choice.kind != CaseKind::Compensation) {
                let free = left.lines.iter().find(|free| free.line == line.line).unwrap();
                let units = if choice.kind.is_return() { free.returnable } else { free.units };
                prop_assert!(choice.units.is_none_or(|found| found == units));
                let ask = ask(choice.kind, reason.reason, &[(line.line.as_str(), units.max(1))]);
                match quote(&ask, on(&order, &rules), ticket(), 50) {
                    Ok(quote) => {
                        prop_assert_eq!(choice.net, Some(quote.figures.net));
                        prop_assert_eq!((choice.days, choice.payer), (Some(quote.days), Some(quote.figures.payer)));
                    }
                    Err(why) => prop_assert_eq!(&choice.why, &Some(why.sentence())),
                }
            }
        }
    }

    #[test]
    fn what_the_policy_does_not_list_is_not_offered_and_nothing_else(ask in asks(), order in orders()) {
        let rules = CaseRules::shipped();
        let listed = policy(&rules, order.facts.country.as_deref()).reasons.iter().any(|reason| {
            reason.reason == ask.reason && reason.kinds.iter().any(|kind| kind.kind == ask.kind)
        });
        let refused = matches!(quote(&ask, on(&order, &rules), ticket(), 1), Err(Unable::NotOffered { .. }));
        prop_assert_eq!(listed, !refused);
    }
}
