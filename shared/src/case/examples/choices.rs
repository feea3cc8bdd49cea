//! What can be chosen, what the shop publishes, and what is said of the rest.

use super::*;
use crate::case::Payer;
use crate::case::options::{Choice, options};
use crate::case::policy::{Policy, PolicyKind, policy};
use crate::order::Exclusion;
use crate::settings::Window;

#[test]
fn a_kind_that_the_rules_do_not_give_for_a_reason_is_not_offered() {
    let refused = |kind, reason| Err(Unable::NotOffered { kind, reason });
    let asked = ask(CaseKind::RefundOnly, CaseReason::ChangeOfMind, &[("pot", 1)]);
    assert_eq!(next_day(&asked, &tea_set()), refused(CaseKind::RefundOnly, CaseReason::ChangeOfMind));
    let mut rules = CaseRules::shipped();
    rules.days.remove(&CaseKind::Repair);
    rules.reasons.remove(&CaseReason::Late);
    let repair = ask(CaseKind::Repair, CaseReason::Defective, &[("pot", 1)]);
    assert_eq!(by(&rules, &repair, &tea_set(), DELIVERED), refused(CaseKind::Repair, CaseReason::Defective));
    let late = compensated(CaseReason::Late, 5);
    assert_eq!(by(&rules, &late, &tea_set(), DELIVERED), refused(CaseKind::Compensation, CaseReason::Late));
}

#[test]
fn a_refusal_says_how_much_is_left_in_money_that_people_read() {
    let order = after(tea_set(), &compensated(CaseReason::Late, 14_800), 9);
    let refused = next_day(&compensated(CaseReason::Late, 3_333), &order).unwrap_err();
    let said = "CNY 33.33 were asked for, and CNY 12.00 of what was paid for the order are left. \
                Ask for fewer units, or for less.";
    assert_eq!(refused.sentence(), said);
    let refused = next_day(&returned(&[("plate", 1)]), &order).unwrap_err();
    assert_eq!(refused.sentence(), "The order has no line plate. Read the order, and name one of its lines.");
    assert_eq!(next_day(&returned(&[]), &order), Err(Unable::NoLines));
}

#[test]
fn what_a_compensation_gave_is_part_of_what_a_refund_of_all_of_it_gives() {
    let order = after(tea_set(), &compensated(CaseReason::Late, 14_800), 9);
    let one = next_day(&refunded(CaseReason::Defective, &[("cups", 1)]), &order).unwrap().figures;
    assert_eq!((one.goods, one.already, one.net), (3_333, 2_133, 1_200));
    assert_eq!(one.parts.iter().map(|part| part.amount).sum::<i64>(), 1_200);
    let all = after(tea_set(), &compensated(CaseReason::Late, 16_000), 9);
    assert_eq!(next_day(&refunded(CaseReason::Defective, &[("cups", 1)]), &all), Err(Unable::Nothing));
}

#[test]
fn every_refusal_has_a_sentence_with_a_next_step() {
    let since = at("2026-06-09T00:00:00+08:00");
    let said = Unable::Closed { since }.sentence();
    assert_eq!(
        said,
        "The time for this is over since 8 June 2026, 16:00 UTC. Write to us if there is a reason for that."
    );
    let (kind, reason) = (CaseKind::Repair, CaseReason::Late);
    for unable in [
        Unable::NotOffered { kind, reason },
        Unable::NotDelivered { line: Some(id("pot")) },
        Unable::NotDelivered { line: None },
        Unable::NotYet { from: since },
        Unable::NoPromise,
        Unable::Excluded { line: id("pot") },
        Unable::NoPhoto,
        Unable::Nothing,
        Unable::NoLines,
        Unable::NoAmount,
    ] {
        let said = unable.sentence();
        assert!(said.ends_with('.') && said.matches(". ").count() > 0, "{said}");
    }
}

fn choice(order: &Order, now: &str, line: &str, kind: CaseKind, reason: CaseReason) -> Choice {
    let (rules, zone) = (CaseRules::shipped(), TimeZone::get("Asia/Shanghai").unwrap());
    let found = options(Circumstances { order, rules: &rules, zone: &zone, now: at(now) }, &[id(line)]);
    assert_eq!((found.currency.as_str(), found.lines.len()), ("CNY", 1));
    let reasons = &found.lines[0].reasons;
    assert_eq!(reasons.len(), CaseReason::ALL.len());
    let kinds = &reasons.iter().find(|other| other.reason == reason).unwrap().kinds;
    assert_eq!(kinds.len(), CaseKind::ALL.len(), "every kind, possible or not");
    kinds.iter().find(|choice| choice.kind == kind).unwrap().clone()
}

#[test]
fn an_option_says_what_it_comes_to_how_long_it_takes_and_who_pays() {
    let found = choice(&tea_set(), DELIVERED, "cups", CaseKind::ReturnRefund, CaseReason::ChangeOfMind);
    let expected = Choice {
        kind: CaseKind::ReturnRefund,
        possible: true,
        units: Some(3),
        net: Some(8_800),
        days: Some(10),
        payer: Some(Payer::Customer),
        photo: Some(false),
        why: None,
    };
    assert_eq!(found, expected);
    let found = choice(&tea_set(), DELIVERED, "pot", CaseKind::Resend, CaseReason::Damaged);
    assert_eq!((found.possible, found.net, found.photo), (true, Some(0), Some(true)));
    let found = choice(&tea_set(), DELIVERED, "pot", CaseKind::Compensation, CaseReason::Late);
    assert_eq!((found.possible, found.net, found.units), (true, None, None));
}

#[test]
fn an_option_that_is_not_possible_says_why() {
    let over = choice(&tea_set(), "2026-06-20T09:00:00Z", "cups", CaseKind::ReturnRefund, CaseReason::ChangeOfMind);
    assert!(!over.possible && over.net.is_none() && over.why.unwrap().contains("8 June 2026"));
    let none = choice(&tea_set(), DELIVERED, "cups", CaseKind::Repair, CaseReason::Late);
    assert!(none.why.unwrap().starts_with("The shop does not give a repair for goods that came late."));
    let held = after(tea_set(), &refunded(CaseReason::Defective, &[("pot", 1)]), 1);
    let taken = choice(&held, DELIVERED, "pot", CaseKind::RefundOnly, CaseReason::Defective);
    assert!(taken.why.unwrap().contains("part of another case, or was given back already"));
}

#[test]
fn the_policy_is_what_the_engine_applies() {
    let rules = CaseRules::shipped();
    let (here, eu) = (policy(&rules, None), policy(&rules, Some("FR")));
    let mind = |policy: &Policy| policy.reasons[0].clone();
    assert_eq!((mind(&here).reason, mind(&here).payer), (CaseReason::ChangeOfMind, Payer::Customer));
    assert_eq!((mind(&here).window, mind(&here).shipping), (Window::DaysFromDelivery(7), false));
    assert_eq!((mind(&eu).window, mind(&eu).shipping), (Window::DaysFromDelivery(14), true));
    assert_eq!((here.market, eu.market.as_deref()), (None, Some("EU")));
    assert_eq!(mind(&eu).exclusions, Exclusion::ALL);
    let kind = |kind, days| PolicyKind { kind, days };
    assert_eq!(mind(&eu).kinds, [kind(CaseKind::ReturnRefund, 10), kind(CaseKind::Exchange, 12)]);
    assert_eq!((eu.reasons.len(), eu.fees.label["CNY"], eu.markets.len()), (7, 1_200, 1));
}
