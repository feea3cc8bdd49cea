//! Who decides: never who asked, proposed or changed it, nor the same person twice, and only about what they looked at.

use super::story::{Story, staff};
use super::{at, tea_set};
use crate::access::Role;
use crate::case::{CaseKind, CaseStatus, Command, Happened, Rejection, Terms, Via};
use crate::event::Actor;

const DESK: Via = Via::Desk;

fn pending(by: &Actor, needed: &[Role]) -> Story {
    let mut story = Story::asked(by, CaseKind::RefundOnly, tea_set());
    story.assessed(needed);
    story
}

#[test]
fn neither_who_asked_nor_who_proposed_nor_who_changed_it_approves_it_or_rejects_it() {
    let (asker, proposer, editor, other) = (staff("asker"), staff("proposer"), staff("editor"), staff("other"));
    let mut story = Story::with_hands(&asker, CaseKind::RefundOnly, tea_set(), &["proposer"]);
    let terms = Terms { days: 9, ..story.case.terms.clone() };
    story.then(&editor, &Command::Edit { terms, given: None });
    story.assessed(&[Role::Agent]);
    let approve = story.approval(&[Role::Head], DESK);
    let reject = Command::Reject { hash: story.case.hash(), roles: vec![Role::Head], via: DESK, content: 2 };
    for who in [&asker, &proposer, &editor, &Actor::Customer, &Actor::System, &Actor::Storefront] {
        assert_eq!(story.does(who, &approve), Err(Rejection::OwnHands), "{who:?}");
        assert_eq!(story.does(who, &reject), Err(Rejection::OwnHands), "{who:?}");
    }
    story.then(&other, &approve);
    assert_eq!(story.case.status, CaseStatus::Approved, "it waits for the customer, whom staff asked for");
}

#[test]
fn a_manager_and_finance_are_two_people() {
    let both = [Role::Manager, Role::Finance];
    let mut story = pending(&Actor::Customer, &both);
    let (first, second) = (staff("one"), staff("two"));
    let approve = story.approval(&both, DESK);
    story.then(&first, &approve);
    assert_eq!(story.case.missing(), [Role::Finance]);
    assert_eq!(story.does(&first, &approve), Err(Rejection::Twice));
    let manager = story.approval(&[Role::Manager], DESK);
    assert_eq!(story.does(&second, &manager), Err(Rejection::AboveLimit { needed: vec![Role::Finance] }));
    story.then(&second, &approve);
    assert_eq!(story.case.status, CaseStatus::Settling);
}

#[test]
fn an_approval_is_of_what_was_looked_at_and_an_edit_ends_those_there_are() {
    let both = [Role::Manager, Role::Finance];
    let mut story = pending(&Actor::Customer, &both);
    let seen = story.approval(&both, DESK);
    story.then(&staff("one"), &seen);
    let mut terms = story.case.terms.clone();
    (terms.figures.net, terms.figures.goods) = (2_000, 2_000);
    story.then(&staff("editor"), &Command::Edit { terms, given: None });
    assert_eq!(story.case.approvals, []);
    assert!(!story.case.agreed, "the customer gets less than they asked for");
    story.assessed(&both);
    let Err(Rejection::Stale { was, is, .. }) = story.does(&staff("two"), &seen) else { panic!("it is stale") };
    assert_eq!((was.unwrap().1, is.1), (3_333, 2_000));
    let made_up = Command::Approve { hash: "0".repeat(32), roles: both.to_vec(), via: DESK };
    assert!(matches!(story.does(&staff("two"), &made_up), Err(Rejection::Stale { was: None, .. })));
    let fresh = story.approval(&both, DESK);
    story.then(&staff("one"), &fresh);
}

#[test]
fn everything_that_would_be_given_is_in_the_hash() {
    let story = pending(&Actor::Customer, &[Role::Agent]);
    let change: [fn(&mut crate::case::Case); 9] = [
        |case| case.terms.figures.net += 1,
        |case| case.terms.figures.currency = "EUR".to_owned(),
        |case| case.terms.figures.parts[0].payment = crate::id::PaymentId::parse("other").unwrap(),
        |case| case.terms.figures.parts[0].amount -= 1,
        |case| case.terms.figures.items[0].units.last += 1,
        |case| case.terms.kind = CaseKind::Exchange,
        |case| case.revision += 1,
        |case| case.number += 1,
        |case| case.order = crate::id::OrderId::parse("o-2").unwrap(),
    ];
    let mut hashes: Vec<String> = change
        .iter()
        .map(|change| {
            let mut case = story.case.clone();
            change(&mut case);
            case.hash()
        })
        .collect();
    hashes.push(story.case.hash());
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), 10);
}

#[test]
fn a_link_decides_up_to_the_leads_limit_and_what_it_decided_can_be_taken_back_for_ten_minutes() {
    let mut above = pending(&Actor::Customer, &[Role::Manager]);
    let approve = above.approval(&[Role::Manager], Via::Link);
    assert_eq!(above.does(&staff("one"), &approve), Err(Rejection::AboveLink));
    for approves in [true, false] {
        let mut story = pending(&Actor::Customer, &[Role::Lead]);
        let decide = |story: &Story| match approves {
            true => story.approval(&[Role::Lead], Via::Link),
            false => Command::Reject { hash: story.case.hash(), roles: vec![Role::Lead], via: Via::Link, content: 2 },
        };
        let command = decide(&story);
        story.then(&staff("one"), &command);
        assert_eq!(story.case.payouts, [], "the money waits");
        assert!(story.case.next.is_some() && story.order.holds.len() == 1, "and so does the hold");
        story.later(9);
        assert_eq!(story.then(&Actor::System, &Command::Scan), []);
        let other = story.does(&staff("two"), &Command::TakeBack);
        assert!(matches!(other, Err(Rejection::NotTheirs { .. })), "{other:?}");
        let mut back = story.clone();
        back.then(&staff("one"), &Command::TakeBack);
        assert_eq!((back.case.status, back.case.missing()), (CaseStatus::Pending, vec![Role::Lead]));
        assert_eq!(back.case.rejected_by, None);
        let again = decide(&back);
        back.then(&staff("one"), &again);
        story.later(1);
        assert_eq!(story.does(&staff("one"), &Command::TakeBack), Err(Rejection::TooLate));
        story.then(&Actor::System, &Command::Scan);
        let over = if approves { CaseStatus::Settling } else { CaseStatus::Rejected };
        assert_eq!((story.case.status, story.order.holds.len()), (over, usize::from(approves)));
    }
}

#[test]
fn silence_goes_one_level_up_each_day_and_rejects_nothing() {
    let mut story = pending(&Actor::Customer, &[Role::Agent]);
    for to in [Role::Lead, Role::Manager, Role::Head, Role::Head, Role::Head] {
        story.later(24 * 60 - 1);
        assert_eq!(story.then(&Actor::System, &Command::Scan), []);
        story.later(1);
        assert_eq!(story.then(&Actor::System, &Command::Scan), [Happened::Escalated { to }]);
        assert_eq!(story.case.missing(), [Role::Agent], "whoever could still can");
    }
}

#[test]
fn what_staff_ask_for_waits_for_the_customer() {
    for accepted in [true, false] {
        let mut story = pending(&staff("asker"), &[Role::Agent]);
        let approve = story.approval(&[Role::Agent], DESK);
        story.then(&staff("other"), &approve);
        assert_eq!((story.case.status, story.case.payouts.len()), (CaseStatus::Approved, 0));
        story.then(&Actor::Customer, &Command::Consent { accepted });
        let over = if accepted { CaseStatus::Settling } else { CaseStatus::Cancelled };
        assert_eq!((story.case.status, story.order.holds.len()), (over, usize::from(accepted)));
    }
    let mut own = pending(&Actor::Customer, &[Role::Agent]);
    assert_eq!(own.then(&Actor::Customer, &Command::Consent { accepted: true }), [], "they asked for it themselves");
    assert_eq!(own.does(&Actor::Customer, &Command::Consent { accepted: false }), Err(Rejection::NothingAsked));
}

#[test]
fn a_return_that_nobody_sends_is_reminded_of_on_two_days_and_expires_on_the_fourteenth() {
    let mut story = Story::asked(&Actor::Customer, CaseKind::ReturnRefund, tea_set());
    story.now = at("2026-06-02T00:00:00Z");
    story.assessed(&[]);
    let mut seen = Vec::new();
    for day in 1..=15 {
        story.later(24 * 60);
        seen.extend(story.then(&Actor::System, &Command::Scan).into_iter().map(|event| (day, event)));
    }
    let moved = Happened::Moved { to: CaseStatus::Expired, until: None };
    let reminded = |day: u16| (day, Happened::Reminded { day });
    assert_eq!(seen, [reminded(7), reminded(12), (14, moved)]);
    assert_eq!(story.order.holds, []);
}
