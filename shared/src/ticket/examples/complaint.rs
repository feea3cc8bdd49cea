//! What may be carried out for the customer, and what is refused.

use super::*;
use crate::category::Kind;
use crate::ticket::Consent;

const REFUND: Command = Command::Execute { solution: Solution::RefundOnly };

fn propose(solution: Solution) -> Command {
    Command::Propose { solution }
}

/// A ticket by which its customer asks for a refund.
fn refund(settings: &Loaded) -> Ticket {
    Ticket { kind: Kind::Refund, ..ticket(settings) }
}

#[test]
fn what_the_customer_asked_for_is_carried_out_once() {
    let settings = shipped();
    let (after, events) = when(&refund(&settings), &REFUND, thursday("11:00"), &settings).unwrap();
    assert_eq!(events, [Event::Executed { solution: Solution::RefundOnly, proposal: None }]);
    assert_eq!(when(&after, &REFUND, thursday("11:01"), &settings).unwrap().1, []);
    let resolved = done(&after, &CLOSE, thursday("12:00"), &settings);
    assert_eq!(when(&resolved, &REFUND, thursday("12:01"), &settings).unwrap().1, [], "and is when it is over");
    let other = Command::Execute { solution: Solution::Repair };
    let refused = when(&after, &other, thursday("11:01"), &settings).unwrap_err();
    assert_eq!(refused, Rejection::NoConsent { solution: Solution::Repair });
    // What is agreed to later is another matter.
    let mut now = done(&after, &propose(Solution::RefundOnly), thursday("13:00"), &settings);
    now = done(&now, &answer(true), thursday("13:01"), &settings);
    let (now, events) = when(&now, &REFUND, thursday("13:02"), &settings).unwrap();
    assert_eq!(events, [Event::Executed { solution: Solution::RefundOnly, proposal: Some(1) }]);
    assert_eq!(when(&now, &REFUND, thursday("13:03"), &settings).unwrap().1, []);
}

#[test]
fn a_proposal_takes_the_place_of_what_the_customer_asked_for() {
    let settings = shipped();
    let told = |ticket: &Ticket| when(ticket, &REFUND, thursday("12:00"), &settings).map_err(|why| why.sentence());
    for solution in [Solution::RefundOnly, Solution::Exchange] {
        let asked = done(&refund(&settings), &propose(solution), thursday("11:00"), &settings);
        let waits = format!("Proposal 1, {solution}, waits for the customer's answer. Record it first.");
        assert_eq!(told(&asked), Err(waits));
        let rejected = done(&asked, &answer(false), thursday("11:01"), &settings);
        let no =
            format!("The customer rejected proposal 1, {solution}. Propose refund_only and record their answer first.");
        assert_eq!(told(&rejected), Err(no));
    }
    let mut now = done(&refund(&settings), &propose(Solution::Exchange), thursday("11:00"), &settings);
    now = done(&now, &answer(true), thursday("11:01"), &settings);
    let instead =
        "The customer accepted proposal 1, exchange. Propose refund_only and record their answer first.".to_owned();
    assert_eq!(told(&now), Err(instead));
    now = done(&now, &Command::Execute { solution: Solution::Exchange }, thursday("11:02"), &settings);
    assert_eq!(now.proposal.unwrap().consent, Consent::Executed);
    assert!(told(&now).is_err(), "not both");
}

#[test]
fn on_a_ticket_that_is_over_the_status_is_what_is_in_the_way() {
    for from in [Status::Resolved, Status::Closed, Status::Merged, Status::Spam, Status::Cancelled] {
        let refused = status(from, &Command::Execute { solution: Solution::Repair }).unwrap_err();
        assert_eq!(refused, Rejection::Status { is: from, asked: "be carried out" });
    }
    for from in [Status::Merged, Status::Spam, Status::Cancelled] {
        let sentence = status(from, &Command::FollowUp).unwrap_err().sentence();
        assert_eq!(
            sentence,
            format!("The ticket is {from}, so it cannot be followed up. Read it again for what is possible.")
        );
    }
    let open = status(Status::Open, &Command::FollowUp).unwrap_err().sentence();
    assert_eq!(
        open,
        "The ticket is open, so it cannot be followed up before it is resolved. Read it again for what is possible."
    );
}

#[test]
fn the_same_answer_again_is_done_already_unless_words_would_be_lost() {
    let settings = shipped();
    let noted = |accepted| Command::Answer { proposal: 1, accepted, note: true };
    for accepted in [true, false] {
        let asked = done(&ticket(&settings), &propose(Solution::Repair), thursday("11:00"), &settings);
        let (answered, events) = when(&asked, &noted(accepted), thursday("11:01"), &settings).unwrap();
        assert_eq!(events.last(), Some(&Event::Noted { content: 3 }));
        let without = when(&asked, &answer(accepted), thursday("11:01"), &settings).unwrap().0;
        assert_eq!(without.contents, 2);
        let resolved = done(&answered, &CLOSE, thursday("12:00"), &settings);
        for now in [&answered, &resolved] {
            assert_eq!(when(now, &answer(accepted), thursday("12:02"), &settings).unwrap().1, []);
            let refused = when(now, &noted(accepted), thursday("12:02"), &settings).unwrap_err();
            assert_eq!(
                refused.sentence(),
                "The proposal was answered so already, and what you wrote would be lost. Write it in a note on the ticket."
            );
            assert_eq!(
                when(now, &noted(!accepted), thursday("12:02"), &settings).unwrap_err(),
                Rejection::Answered { accepted }
            );
        }
    }
}

fn answer(accepted: bool) -> Command {
    Command::Answer { proposal: 1, accepted, note: false }
}
