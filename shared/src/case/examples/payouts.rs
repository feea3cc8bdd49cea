//! A payout from the moment it is due: it is settled once, whatever is said of it in whatever order.

use jiff::SignedDuration;

use super::story::{Story, staff};
use super::tea_set;
use crate::case::{CaseStatus, Command, Happened, PAID_BEFORE, PaidHow, PayoutStatus, Rejection};
use crate::event::{Actor, Entry, Event};
use crate::id::{PaymentId, PayoutId};
use crate::order::{Order, Payment, PaymentMethod};

const SYSTEM: Actor = Actor::System;

/// One cup, paid with a gift card as far as that went.
fn two_payments() -> Order {
    let mut order = tea_set();
    let payment = |id: &str, captured| Payment {
        id: PaymentId::parse(id).unwrap(),
        method: PaymentMethod::Card,
        captured,
        charged_back: 0,
    };
    order.facts.payments = vec![payment("gift", 1_000), payment("card", 15_000)];
    order
}

fn settled_of(order: &Order) -> Vec<i64> {
    order.holds.iter().flat_map(|hold| &hold.parts).map(|part| part.settled).collect()
}

fn notices(events: Vec<Happened>) -> Vec<crate::message::Notice> {
    let story = Story::paying(tea_set());
    let events = events.into_iter().map(|happened| Event::Case { case: 1, happened, open: true, next: None }).collect();
    let (storefront, ticket) = (story.case.storefront.clone(), story.case.ticket);
    let entry = Entry { storefront, ticket, seq: 2, at: story.now, by: SYSTEM, events };
    crate::event::react(&entry).into_iter().map(|(_, notice)| notice).collect()
}

#[test]
fn its_id_is_the_same_however_often_it_is_asked_for() {
    let mut story = Story::paying(tea_set());
    let id = story.case.payout_id(1);
    assert_eq!(id, PayoutId::parse(&format!("{}.1.1", story.case.ticket)));
    for _ in 0..3 {
        story.then(&SYSTEM, &Command::Pay { payout: 1 });
        story.told(1, PaidHow::Unknown, None);
        let next = story.case.next.unwrap();
        story.now = next;
        story.then(&SYSTEM, &Command::Scan);
        assert_eq!((story.case.payouts.len(), story.case.payout_id(1)), (1, id.clone()));
    }
}

#[test]
fn one_is_at_it_at_a_time_and_whoever_is_lost_is_followed_by_another() {
    let mut story = Story::paying(tea_set());
    assert_eq!(story.then(&SYSTEM, &Command::Pay { payout: 1 }).len(), 1);
    assert_eq!(story.then(&SYSTEM, &Command::Pay { payout: 1 }), []);
    story.later(2);
    assert!(story.case.next.is_some_and(|next| next <= story.now));
    assert!(matches!(story.then(&SYSTEM, &Command::Scan)[..], [Happened::PayoutDue { payout: 1, .. }]));
    assert_eq!(story.then(&SYSTEM, &Command::Pay { payout: 1 }).len(), 1);
    assert_eq!(story.case.payouts[0].asked, 2);
}

#[test]
fn whatever_is_said_in_whatever_order_and_however_often_comes_to_the_same() {
    let said = [
        (PaidHow::Pending, Some("re_1")),
        (PaidHow::Settled, Some("re_1")),
        (PaidHow::Declined, Some("re_1")),
        (PaidHow::Declined, None),
        (PaidHow::Unknown, None),
        (PaidHow::NotSent, None),
    ];
    // Of every subset: what counts for most is what it comes to, in each of its orders, each said twice.
    for subset in 1..1_u32 << said.len() {
        let chosen: Vec<_> =
            (0..said.len()).filter(|place| subset & (1 << place) != 0).map(|place| said[place]).collect();
        let has = |how: PaidHow, named: bool| chosen.iter().any(|(said, of)| *said == how && of.is_some() == named);
        let wanted = if has(PaidHow::Declined, true) {
            PayoutStatus::Declined
        } else if has(PaidHow::Settled, true) {
            PayoutStatus::Settled
        } else if has(PaidHow::Declined, false) && !has(PaidHow::Pending, true) {
            PayoutStatus::Declined
        } else {
            continue;
        };
        for turn in 0..chosen.len() {
            for back in [false, true] {
                let mut order: Vec<_> = chosen.iter().cycle().skip(turn).take(chosen.len()).copied().collect();
                if back {
                    order.reverse();
                }
                let mut story = Story::paying(tea_set());
                story.then(&SYSTEM, &Command::Pay { payout: 1 });
                for (how, reference) in order.iter().chain(&order) {
                    story.told(1, *how, *reference);
                }
                assert_eq!(story.case.payouts[0].status, wanted, "{order:?}");
                let paid = if wanted == PayoutStatus::Settled { 3_333 } else { 0 };
                assert_eq!(settled_of(&story.order), [paid], "{order:?}");
            }
        }
    }
}

#[test]
fn what_settled_and_then_failed_is_owed_again_and_a_person_hears_of_it() {
    let mut story = Story::paying(tea_set());
    story.then(&SYSTEM, &Command::Pay { payout: 1 });
    let settled = story.told(1, PaidHow::Settled, Some("re_1"));
    assert_eq!(notices(settled), [crate::message::Notice::CaseSettled]);
    let failed = story.told(1, PaidHow::Declined, Some("re_1"));
    assert_eq!(notices(failed), [crate::message::Notice::PayoutDeclined]);
    assert_eq!((story.case.status, settled_of(&story.order)), (CaseStatus::PayoutFailed, vec![0]));
    assert_eq!(story.order.holds[0].amount(), 3_333, "it stays held");
    assert_eq!(story.told(1, PaidHow::Settled, Some("re_1")), [], "that was said before");
    story.then(&staff("lead"), &Command::Retry);
    assert_eq!(story.case.payouts.len(), 2);
    story.then(&SYSTEM, &Command::Pay { payout: 2 });
    story.told(2, PaidHow::Settled, Some("re_2"));
    assert_eq!((story.case.status, settled_of(&story.order)), (CaseStatus::Settled, vec![3_333]));
}

#[test]
fn an_earlier_try_that_was_paid_after_all_is_found_before_another_is_made() {
    let mut story = Story::paying(tea_set());
    story.then(&SYSTEM, &Command::Pay { payout: 1 });
    story.told(1, PaidHow::Declined, None);
    story.then(&staff("lead"), &Command::Retry);
    story.then(&SYSTEM, &Command::Pay { payout: 2 });
    let reference = Some("re_1".to_owned());
    let found = Command::PaidBefore { payout: 2, before: 1, how: PaidHow::Settled, reference };
    let events = story.then(&SYSTEM, &found);
    assert_eq!(notices(events), [crate::message::Notice::CaseSettled], "nobody is told of a failure");
    assert_eq!((story.case.status, settled_of(&story.order)), (CaseStatus::Settled, vec![3_333]));
    assert_eq!(story.case.payouts[1].code.as_deref(), Some(PAID_BEFORE));
    assert_eq!(story.then(&SYSTEM, &found), []);
}

#[test]
fn a_late_word_for_an_earlier_try_waits_for_the_one_that_is_under_way() {
    let mut story = Story::paying(tea_set());
    story.then(&SYSTEM, &Command::Pay { payout: 1 });
    story.told(1, PaidHow::Declined, None);
    story.then(&staff("lead"), &Command::Retry);
    story.then(&SYSTEM, &Command::Pay { payout: 2 });
    story.told(1, PaidHow::Settled, Some("re_1"));
    assert_eq!(story.case.status, CaseStatus::Settling, "nobody knows of the second yet");
    assert!(story.case.next.is_some());
    let mut twice = story.clone();
    twice.told(2, PaidHow::Settled, Some("re_2"));
    assert!(twice.case.is_paid_twice(&twice.case.payouts[0].payment));
    assert_eq!((twice.case.status, settled_of(&twice.order)), (CaseStatus::Settled, vec![3_333]));
    let found = Command::PaidBefore { payout: 2, before: 1, how: PaidHow::Settled, reference: Some("re_1".to_owned()) };
    story.then(&SYSTEM, &found);
    assert_eq!((story.case.status, settled_of(&story.order)), (CaseStatus::Settled, vec![3_333]));
}

#[test]
fn one_payment_is_paid_and_the_other_declined_until_a_person_retries_or_lets_go() {
    let mut story = Story::paying(two_payments());
    assert_eq!(story.case.payouts.len(), 2);
    story.told(1, PaidHow::Settled, Some("re_1"));
    assert_eq!(story.case.status, CaseStatus::Settling);
    story.told(2, PaidHow::Declined, None);
    assert_eq!((story.case.status, settled_of(&story.order)), (CaseStatus::PartiallySettled, vec![1_000, 0]));
    assert_eq!(story.does(&Actor::Customer, &Command::Cancel), Err(Rejection::Paid));
    let mut let_go = story.clone();
    let_go.then(&staff("lead"), &Command::Cancel);
    assert_eq!(let_go.case.status, CaseStatus::Cancelled);
    assert_eq!(let_go.order.holds[0].amount(), 1_000, "what was paid stays, the rest is free");
    story.then(&staff("lead"), &Command::Retry);
    assert_eq!(story.case.payouts.iter().map(|payout| payout.amount).collect::<Vec<_>>(), [1_000, 2_333, 2_333]);
    story.told(3, PaidHow::Settled, Some("re_3"));
    assert_eq!((story.case.status, settled_of(&story.order)), (CaseStatus::Settled, vec![1_000, 2_333]));
}

#[test]
fn money_that_went_after_the_case_was_cancelled_is_counted_where_it_is_left() {
    let mut story = Story::paying(tea_set());
    story.then(&SYSTEM, &Command::Pay { payout: 1 });
    story.told(1, PaidHow::Declined, None);
    story.then(&staff("lead"), &Command::Cancel);
    assert_eq!(story.order.holds, []);
    let mut taken = story.clone();
    taken.order.facts.payments[0].charged_back = 15_000;
    taken.told(1, PaidHow::Settled, Some("re_1"));
    assert_eq!(taken.order.holds, [], "there is no such money any more");
    story.told(1, PaidHow::Settled, Some("re_1"));
    assert_eq!((story.case.status, settled_of(&story.order)), (CaseStatus::Cancelled, vec![3_333]));
    assert_eq!(story.order.available().amount, 16_000 - 3_333);
}

#[test]
fn money_that_is_or_may_be_on_its_way_is_not_called_back() {
    let mut story = Story::paying(tea_set());
    let refused = |story: &mut Story| story.does(&staff("lead"), &Command::Cancel).unwrap_err();
    assert!(matches!(refused(&mut story), Rejection::OnItsWay));
    story.then(&SYSTEM, &Command::Pay { payout: 1 });
    assert!(matches!(refused(&mut story), Rejection::OnItsWay));
    story.told(1, PaidHow::Unknown, None);
    assert!(matches!(refused(&mut story), Rejection::Status { .. }));
    story.told(1, PaidHow::Settled, Some("re_1"));
    assert!(matches!(refused(&mut story), Rejection::Status { .. }));
    assert!(matches!(story.does(&staff("lead"), &Command::Retry), Err(Rejection::Status { .. })));
}

#[test]
fn what_is_not_known_is_asked_about_ever_more_seldom_and_a_person_is_told_once_after_a_day() {
    for answer in [PaidHow::Unknown, PaidHow::NotSent, PaidHow::Pending] {
        let mut story = Story::paying(tea_set());
        let (made, mut asked, mut told) = (story.now, 0, Vec::new());
        while story.now < made + SignedDuration::from_hours(24 * 10) {
            story.then(&SYSTEM, &Command::Pay { payout: 1 });
            story.told(1, answer, (answer == PaidHow::Pending).then_some("re_1"));
            asked += 1;
            story.now = story.case.next.unwrap();
            for event in story.then(&SYSTEM, &Command::Scan) {
                if matches!(event, Happened::PayoutOverdue { .. }) {
                    told.push(story.now.duration_since(made).as_hours());
                }
            }
        }
        assert!((24..48).contains(&asked), "{answer}: {asked} times in ten days");
        let wanted: &[i64] = if answer == PaidHow::Pending { &[] } else { &[24] };
        assert_eq!(told, wanted, "{answer}");
    }
}

#[test]
fn a_message_that_is_lost_is_sent_again_and_not_for_ever_each_minute() {
    let mut story = Story::paying(tea_set());
    let (made, mut scans) = (story.now, 0);
    while story.now < made + SignedDuration::from_hours(24 * 10) {
        story.now = story.case.next.unwrap();
        assert!(!story.then(&SYSTEM, &Command::Scan).is_empty());
        scans += 1;
    }
    assert!((24..48).contains(&scans), "{scans}");
}
