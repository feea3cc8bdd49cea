//! For how long, of what, and with which evidence.

use super::*;
use crate::order::Exclusion;

#[test]
fn a_change_of_mind_has_7_days_and_14_in_the_eu() {
    let asked = returned(&[("pot", 1)]);
    assert!(on("2026-06-08T23:59:59+08:00", &asked, &tea_set()).is_ok());
    let since = at("2026-06-09T00:00:00+08:00");
    assert_eq!(on("2026-06-09T00:00:00+08:00", &asked, &tea_set()), Err(Unable::Closed { since }));
    assert!(on("2026-06-15T23:59:59+08:00", &asked, &to("DE", tea_set())).is_ok());
    assert!(on("2026-06-16T00:00:00+08:00", &asked, &to("DE", tea_set())).is_err());
    assert!(on("2026-06-09T00:00:00+08:00", &asked, &to("CH", tea_set())).is_err());
}

#[test]
fn quality_has_15_days() {
    for reason in [CaseReason::Defective, CaseReason::WrongItem] {
        let asked = refunded(reason, &[("pot", 1)]);
        assert!(on("2026-06-16T23:59:59+08:00", &asked, &tea_set()).is_ok());
        assert!(on("2026-06-17T00:00:00+08:00", &asked, &to("DE", tea_set())).is_err());
    }
}

#[test]
fn what_is_damaged_or_incomplete_is_told_within_48_hours_and_with_a_photo() {
    for reason in [CaseReason::Damaged, CaseReason::Missing] {
        let asked = refunded(reason, &[("pot", 1)]);
        assert!(on("2026-06-03T12:00:00+08:00", &asked, &tea_set()).is_ok());
        let since = at("2026-06-03T12:00:00+08:00");
        assert_eq!(on("2026-06-03T12:00:01+08:00", &asked, &tea_set()), Err(Unable::Closed { since }));
        assert_eq!(next_day(&without_photos(asked), &tea_set()), Err(Unable::NoPhoto));
    }
    let defective = without_photos(refunded(CaseReason::Defective, &[("pot", 1)]));
    assert!(next_day(&defective, &tea_set()).unwrap().has_evidence, "none is asked for");
}

#[test]
fn what_was_not_received_opens_on_the_third_day_after_the_promise_without_a_photo() {
    let order = without_deliveries(tea_set());
    for kind in [CaseKind::RefundOnly, CaseKind::Resend] {
        let asked = without_photos(ask(kind, CaseReason::NotReceived, &[("cups", 3), ("pot", 1)]));
        let from = at("2026-06-04T00:00:00+08:00");
        assert_eq!(on("2026-06-03T23:59:59+08:00", &asked, &order), Err(Unable::NotYet { from }));
        let quote = on("2026-06-04T00:00:00+08:00", &asked, &order).unwrap();
        assert_eq!((quote.in_window, quote.has_evidence, quote.hold.back), (true, true, false));
        let mut unpromised = order.clone();
        unpromised.facts.promised = None;
        assert_eq!(on("2026-06-04T00:00:00+08:00", &asked, &unpromised), Err(Unable::NoPromise));
        assert!(!on("2026-06-04T00:00:00+08:00", &overridden(asked), &unpromised).unwrap().in_window);
    }
}

#[test]
fn every_line_counts_from_its_latest_delivery() {
    let mut order = tea_set();
    order.facts.deliveries.push(delivery(&id("cups"), 1, "2026-06-05T12:00:00+08:00"));
    assert!(on("2026-06-12T23:59:59+08:00", &returned(&[("cups", 1)]), &order).is_ok());
    let both = returned(&[("cups", 1), ("pot", 1)]);
    let since = at("2026-06-09T00:00:00+08:00");
    assert_eq!(on("2026-06-12T23:59:59+08:00", &both, &order), Err(Unable::Closed { since }), "the pot's is over");
}

#[test]
fn without_a_delivery_no_window_has_begun_and_nobody_lets_that_pass() {
    let order = without_deliveries(tea_set());
    let none = Err(Unable::NotDelivered { line: Some(id("pot")) });
    assert_eq!(next_day(&overridden(returned(&[("pot", 1)])), &order), none);
    assert_eq!(next_day(&overridden(refunded(CaseReason::Defective, &[("pot", 1)])), &order), none);
    assert_eq!(next_day(&compensated(CaseReason::Late, 500), &order), Err(Unable::NotDelivered { line: None }));
}

#[test]
fn a_line_that_did_not_come_with_the_rest_is_missing_from_when_the_rest_came() {
    let mut order = tea_set();
    order.facts.deliveries.retain(|delivery| delivery.line != id("pot"));
    let asked = refunded(CaseReason::Missing, &[("pot", 1)]);
    assert!(on("2026-06-03T12:00:00+08:00", &asked, &order).is_ok());
    assert!(on("2026-06-03T12:00:01+08:00", &asked, &order).is_err());
    let none = Err(Unable::NotDelivered { line: Some(id("pot")) });
    assert_eq!(next_day(&asked, &without_deliveries(order)), none);
}

#[test]
fn what_cannot_be_sold_again_is_excluded_from_a_change_of_mind_only() {
    for exclusion in Exclusion::ALL {
        let mut order = tea_set();
        order.facts.lines[1].exclusion = Some(*exclusion);
        let asked = returned(&[("cups", 1), ("pot", 1)]);
        assert_eq!(next_day(&asked, &order), Err(Unable::Excluded { line: id("pot") }));
        assert!(next_day(&returned(&[("cups", 1)]), &order).is_ok());
        assert!(next_day(&refunded(CaseReason::Defective, &[("pot", 1)]), &order).is_ok());
        assert!(!next_day(&overridden(asked), &order).unwrap().in_window);
    }
}

#[test]
fn staff_let_a_window_and_a_photo_pass_and_it_is_told() {
    let late = "2026-08-01T12:00:00+08:00";
    let damaged = overridden(refunded(CaseReason::Damaged, &[("pot", 1)]));
    let facts = |quote: Quote| (quote.in_window, quote.has_evidence);
    assert_eq!(on(late, &damaged, &tea_set()).map(facts), Ok((false, true)));
    assert_eq!(on(late, &without_photos(damaged.clone()), &tea_set()).map(facts), Ok((false, false)));
    assert_eq!(next_day(&without_photos(damaged.clone()), &tea_set()).map(facts), Ok((true, false)));
    assert_eq!(next_day(&damaged, &tea_set()).map(facts), Ok((true, true)), "there was nothing to let pass");
}
