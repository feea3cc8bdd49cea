//! What cases come to.

use super::*;
use crate::case::Payer;
use crate::order::{Hold, Part, Short};

#[test]
fn the_customer_pays_the_label_of_what_they_no_longer_want() {
    let quote = next_day(&returned(&[("cups", 1)]), &tea_set()).unwrap();
    assert_eq!(figures(&quote), [3_333, 0, 0, 1_200, 2_133]);
    assert_eq!((quote.figures.payer, quote.stake, quote.days), (Payer::Customer, 2_133, 10));
    assert_eq!((quote.figures.items[0].worth, quote.figures.items[0].units.last), (3_333, 1));
    assert!(quote.hold.back && quote.in_window && quote.has_evidence);
}

#[test]
fn the_merchant_pays_for_everything_when_it_is_at_fault() {
    for reason in CaseReason::ALL.iter().filter(|reason| **reason != CaseReason::ChangeOfMind) {
        for kind in CaseKind::ALL {
            let asked = Ask { amount: Some(10), ..ask(*kind, *reason, &[("cups", 1)]) };
            let Ok(quote) = on("2026-06-04T00:00:00+08:00", &overridden(asked), &tea_set()) else { continue };
            let [_, _, restocking, label, _] = figures(&quote);
            assert_eq!((quote.figures.payer, restocking, label), (Payer::Merchant, 0, 0), "{kind} {reason}");
        }
    }
    let quote = next_day(&ask(CaseKind::ReturnRefund, CaseReason::Defective, &[("cups", 1)]), &tea_set()).unwrap();
    assert_eq!(figures(&quote), [3_333, 0, 0, 0, 3_333]);
}

#[test]
fn restocking_is_a_share_of_the_goods_rounded_down() {
    let mut rules = CaseRules::shipped();
    rules.fees.restocking_basis_points = 1_250;
    let asked = returned(&[("cups", 1)]);
    let quote = by(&rules, &asked, &tea_set(), DELIVERED).unwrap();
    assert_eq!(figures(&quote), [3_333, 0, 416, 1_200, 1_717]);
    let exchange = ask(CaseKind::Exchange, CaseReason::ChangeOfMind, &[("cups", 1)]);
    let quote = by(&rules, &exchange, &tea_set(), DELIVERED).unwrap();
    assert_eq!(figures(&quote), [3_333, 0, 0, 0, 0], "nothing is kept of nothing");
}

#[test]
fn where_the_fees_are_more_than_the_goods_there_is_nothing_to_pay_back() {
    let cheap = |total| order(vec![line("spoon", 1, total)], 0, 0);
    assert_eq!(next_day(&returned(&[("spoon", 1)]), &cheap(1_199)), Err(Unable::Nothing));
    assert_eq!(next_day(&returned(&[("spoon", 1)]), &cheap(1_200)), Err(Unable::Nothing));
    assert_eq!(figures(&next_day(&returned(&[("spoon", 1)]), &cheap(1_201)).unwrap())[4], 1);
}

#[test]
fn units_are_worth_what_is_left_of_them_after_the_orders_discount() {
    let order = order(vec![line("cups", 3, 10_000), line("pot", 1, 5_000)], 3_000, 0);
    let worth = |lines| figures(&next_day(&refunded(CaseReason::Defective, lines), &order).unwrap())[0];
    assert_eq!(worth(&[("cups", 3)]), 8_000);
    assert_eq!(worth(&[("pot", 1)]), 4_000);
    assert_eq!(worth(&[("cups", 1), ("pot", 1)]), 2_666 + 4_000);
}

#[test]
fn the_sending_is_given_back_when_nothing_of_the_order_is_kept() {
    let all = [("cups", 3), ("pot", 1)];
    let quote = next_day(&refunded(CaseReason::Defective, &all), &tea_set()).unwrap();
    assert_eq!(figures(&quote), [15_000, 1_000, 0, 0, 16_000]);
    let quote = next_day(&refunded(CaseReason::Defective, &[("cups", 3)]), &tea_set()).unwrap();
    assert_eq!(figures(&quote), [10_000, 0, 0, 0, 10_000], "the pot is kept");
    let most = after(tea_set(), &refunded(CaseReason::Defective, &[("cups", 3)]), 9);
    let quote = next_day(&refunded(CaseReason::WrongItem, &[("pot", 1)]), &most).unwrap();
    assert_eq!(figures(&quote), [5_000, 1_000, 0, 0, 6_000], "with the last of it");
    let exchanged = after(tea_set(), &ask(CaseKind::Exchange, CaseReason::Defective, &[("cups", 3)]), 9);
    let quote = next_day(&refunded(CaseReason::WrongItem, &[("pot", 1)]), &exchanged).unwrap();
    assert_eq!(figures(&quote)[1], 0, "what is exchanged is kept");
}

#[test]
fn the_sending_is_given_back_once() {
    let hold = Hold {
        ticket: ticket(),
        case: 9,
        spans: Vec::new(),
        back: false,
        sent: false,
        rest: Vec::new(),
        shipping: 1_000,
        parts: vec![Part { payment: PaymentId::parse("pay").unwrap(), amount: 1_000, settled: 0 }],
    };
    let order = tea_set().holding(hold);
    let quote = next_day(&refunded(CaseReason::Defective, &[("cups", 3), ("pot", 1)]), &order).unwrap();
    assert_eq!(figures(&quote), [15_000, 0, 0, 0, 15_000]);
}

#[test]
fn for_a_change_of_mind_the_sending_is_given_back_in_the_eu_only() {
    let all = returned(&[("cups", 3), ("pot", 1)]);
    assert_eq!(figures(&next_day(&all, &tea_set()).unwrap()), [15_000, 0, 0, 1_200, 13_800]);
    assert_eq!(figures(&next_day(&all, &to("DE", tea_set())).unwrap()), [15_000, 1_000, 0, 1_200, 14_800]);
}

#[test]
fn what_comes_back_is_capped_by_what_was_delivered_and_a_refund_without_goods_by_what_was_ordered() {
    let mut order = tea_set();
    order.facts.deliveries[0].quantity = 2;
    assert!(next_day(&returned(&[("cups", 2)]), &order).is_ok());
    let refused = next_day(&returned(&[("cups", 3)]), &order);
    let short = Short::Undelivered { line: id("cups"), wanted: 3, returnable: 2 };
    assert!(matches!(refused, Err(Unable::Short { ref why, .. }) if *why == short), "{refused:?}");
    assert!(next_day(&refunded(CaseReason::Missing, &[("cups", 3)]), &order).is_ok());
}

#[test]
fn a_compensation_is_an_amount_and_holds_no_units() {
    let quote = next_day(&compensated(CaseReason::Late, 500), &tea_set()).unwrap();
    assert_eq!((figures(&quote), quote.stake), ([500, 0, 0, 0, 500], 500));
    let about = Ask { lines: vec![(id("pot"), 1)], ..compensated(CaseReason::Late, 500) };
    let quote = next_day(&about, &tea_set()).unwrap();
    assert!(quote.hold.spans.is_empty() && quote.figures.items.is_empty());
    for amount in [None, Some(0), Some(-5)] {
        let none = Ask { amount, ..about.clone() };
        assert_eq!(next_day(&none, &tea_set()), Err(Unable::NoAmount));
    }
}

#[test]
fn new_goods_are_worth_what_the_old_ones_were_and_a_repair_gives_nothing() {
    for (kind, reason, stake) in [
        (CaseKind::Exchange, CaseReason::Damaged, 3_333),
        (CaseKind::Resend, CaseReason::Damaged, 3_333),
        (CaseKind::Repair, CaseReason::Defective, 0),
    ] {
        let quote = next_day(&ask(kind, reason, &[("cups", 1)]), &tea_set()).unwrap();
        assert_eq!((figures(&quote), quote.stake), ([3_333, 0, 0, 0, 0], stake), "{kind}");
        assert_eq!(quote.hold.spans.len(), 1, "its units are held");
    }
}

#[test]
fn a_unit_is_given_back_once_and_a_case_may_be_asked_for_anew() {
    let asked = refunded(CaseReason::Defective, &[("cups", 2)]);
    let order = after(tea_set(), &asked, 1);
    let more = refunded(CaseReason::Defective, &[("cups", 3)]);
    assert!(next_day(&more, &order).is_ok(), "case 1 itself");
    let zone = TimeZone::UTC;
    let on = Circumstances { order: &order, rules: &CaseRules::shipped(), zone: &zone, now: at(DELIVERED) };
    let Err(refused) = quote(&asked, on, ticket(), 2) else { panic!("they are held") };
    assert!(matches!(refused, Unable::Short { why: Short::Units { wanted: 2, free: 1, .. }, .. }), "{refused:?}");
    assert!(refused.sentence().contains("1 are left"), "{}", refused.sentence());
}

#[test]
fn a_case_that_was_paid_in_part_comes_to_no_less_than_that() {
    let (two, one) = (refunded(CaseReason::Defective, &[("cups", 2)]), refunded(CaseReason::Defective, &[("cups", 1)]));
    let paid = after(tea_set(), &two, 1).settled(ticket(), 1, &PaymentId::parse("pay").unwrap(), 5_000);
    assert_eq!(next_day(&two, &paid).map(|quote| quote.figures.net), Ok(6_666));
    let refused = next_day(&one, &paid).unwrap_err();
    let said = "More than that was paid back for this case already. Ask for that at least.";
    assert_eq!(refused.sentence(), said);
}
