//! Every status and every act: the table is what is done, and every role is asked the same everywhere.

use super::examples::{Story, staff, tea_set};
use super::table::{Who, may};
use super::{CaseAct, CaseKind, CaseStatus, Command, Counted, PaidHow, Rejection, Verdict, Via};
use crate::access::{Action, Role};

/// A case that stands so, with everything that its acts can be about.
fn standing(status: CaseStatus) -> Story {
    let mut story = Story::paying(tea_set());
    story.case.status = status;
    story.case.next = Some(story.now);
    (story.case.undo, story.case.goods_here) = (Some(story.now), status == CaseStatus::Expired);
    story
}

/// One of each kind, with what it takes to be thought about at all.
fn command(act: CaseAct, story: &Story) -> Command {
    let (hash, roles, via) = (story.case.hash(), vec![Role::Agent], Via::Desk);
    let terms = super::Terms { days: 77, ..story.case.terms.clone() };
    let lines = vec![Counted { line: story.case.terms.figures.items[0].units.line.clone(), quantity: 1 }];
    match act {
        CaseAct::Assess => {
            Command::Assess { risk: super::risk::Risk::default(), needed: vec![Role::Agent], why: Vec::new() }
        }
        CaseAct::Edit => Command::Edit { terms, given: None },
        CaseAct::Approve => Command::Approve { hash, roles, via },
        CaseAct::Reject => Command::Reject { hash, roles, via, content: 2 },
        CaseAct::TakeBack => Command::TakeBack,
        CaseAct::Cancel => Command::Cancel,
        CaseAct::Consent => Command::Consent { accepted: true },
        CaseAct::Send => Command::Send { tracking: Some("SF1".to_owned()) },
        CaseAct::Receive => Command::Receive { lines },
        CaseAct::Inspect => {
            Command::Inspect { verdict: Verdict::Fail, accepted: Vec::new(), restocked: Vec::new(), terms }
        }
        CaseAct::Diagnose => Command::Diagnose { repairable: true },
        CaseAct::Repair => Command::Repair,
        CaseAct::Ship => Command::Ship { tracking: None },
        CaseAct::Pay => Command::Pay { payout: 1 },
        CaseAct::Told => Command::Told { payout: 1, how: PaidHow::Pending, reference: None, code: None },
        CaseAct::Retry => Command::Retry,
        CaseAct::Scan => Command::Scan,
    }
}

/// Done by then, so that it is no refusal to have it asked for again.
fn is_done(status: CaseStatus, act: CaseAct) -> bool {
    match act {
        CaseAct::Assess => status != CaseStatus::Requested,
        CaseAct::Cancel => status == CaseStatus::Cancelled,
        CaseAct::Repair => status == CaseStatus::Repaired,
        _ => false,
    }
}

#[test]
fn what_the_table_says_is_what_is_refused_and_nothing_else() {
    for status in CaseStatus::ALL.iter().copied() {
        for act in CaseAct::ALL.iter().copied() {
            let mut story = standing(status);
            // An act that only a customer is asked about: they have not agreed.
            story.case.agreed = false;
            // Money that may be on its way is never called back, whatever the row says.
            if act == CaseAct::Cancel {
                story.case.payouts.clear();
                story.case.terms.kind = CaseKind::Exchange;
            }
            let command = command(act, &story);
            assert_eq!(command.act(), act);
            let kind = story.case.terms.kind;
            let done = story.does(&staff("other"), &command);
            let refused = done == Err(Rejection::Status { is: status, kind, act });
            let wanted = !status.takes(act) && !is_done(status, act);
            assert_eq!(refused, wanted, "{act} of a case that is {status}: {done:?}");
            if refused {
                assert!(done.unwrap_err().sentence().contains(status.as_str()));
            }
        }
    }
}

#[test]
fn everybody_does_what_their_row_in_the_table_of_roles_says() {
    for act in CaseAct::ALL.iter().copied() {
        for role in Role::ALL.iter().copied() {
            let who = Who::ALL.iter().copied().find(|who| who.role() == Some(role)).unwrap();
            let allowed = act.action().is_some_and(|action| action.allowed().contains(&role));
            assert_eq!(act.is_for(who), allowed, "{act} by {who}");
            for status in CaseStatus::ALL.iter().copied() {
                assert_eq!(may(status, act, who), allowed && status.takes(act));
            }
        }
        let parties = [act.action().is_some(), act.is_customers(), act.is_for(Who::System)];
        assert!(parties.contains(&true), "somebody does {act}");
        assert!(!act.is_for(Who::System) || parties == [false, false, true], "{act} is done by the functions alone");
    }
    let of_cases = [Action::EditCase, Action::DecideCase, Action::CancelCase, Action::HandleGoods, Action::RetryPayout];
    for action in of_cases {
        assert!(CaseAct::ALL.iter().any(|act| act.action() == Some(action)), "{action} is in the table");
    }
}

#[test]
fn an_open_case_has_a_next_instant_or_waits_for_somebody_and_one_that_is_over_for_nobody() {
    for status in CaseStatus::ALL.iter().copied() {
        let by_people = |act: &CaseAct| act.action().is_some() || act.is_customers();
        let waits = status.acts().iter().any(by_people) || status.acts().contains(&CaseAct::Assess);
        // The inspection itself goes on, and the provider is asked until it answers.
        let passes = matches!(status, CaseStatus::Inspected | CaseStatus::PayoutUnknown);
        assert!(!status.is_open() || waits || passes, "{status}");
    }
}
