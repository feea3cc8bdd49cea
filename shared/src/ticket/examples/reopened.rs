//! Staff take back what they ended by mistake, and speak on after the end.

use super::*;

const AFTER: Command = Command::Reply { contacted: None, then: None, standard: None };

fn words(ticket: &Ticket) -> Vec<(ClockKind, u16, &'static str)> {
    ticket.clocks.iter().map(|clock| (clock.kind, clock.cycle, clock.word())).collect()
}

#[test]
fn a_resolve_by_mistake_is_taken_back_with_a_reason_and_nobody_waits_because_of_it() {
    let settings = shipped();
    let resolved = done(&ticket(&settings), &CLOSE, thursday("11:00"), &settings);
    let (open, events) = when(&resolved, &Command::Reopen, thursday("12:00"), &settings).unwrap();
    assert_eq!(events[..2], [Event::Noted { content: 3 }, Event::Reopened { cycle: 2, by_staff: true }]);
    assert_eq!((open.status, open.resolved, open.unanswered, open.timer), (Status::Open, None, None, None));
    let kept = [(ClockKind::FirstResponse, 1, "met"), (ClockKind::Resolution, 1, "met")];
    assert_eq!(words(&open), [kept[0], kept[1], (ClockKind::Resolution, 2, "running")]);
    assert_eq!(open.clock(ClockKind::Resolution).unwrap().started, thursday("12:00"));
}

#[test]
fn what_the_customer_waited_for_when_it_was_cancelled_is_owed_from_the_reopening() {
    let settings = shipped();
    let mut now = done(&ticket(&settings), &ANSWER, thursday("10:30"), &settings);
    now = done(&now, &MESSAGE, thursday("11:00"), &settings);
    now = done(&now, &Command::Cancel, thursday("11:30"), &settings);
    now = done(&now, &Command::Reopen, at("2026-03-16T10:00:00+08:00"), &settings);
    let reply = now.clock(ClockKind::NextReply).unwrap();
    assert_eq!((reply.started, reply.word()), (at("2026-03-16T10:00:00+08:00"), "running"));
    assert_eq!(now.unanswered, Some(reply.started));
    now = done(&now, &ANSWER, at("2026-03-16T11:00:00+08:00"), &settings);
    assert_eq!((now.clock(ClockKind::NextReply).unwrap().word(), now.unanswered), ("met", None));
    let never = done(&ticket(&settings), &Command::Cancel, thursday("11:00"), &settings);
    let never = done(&never, &Command::Reopen, thursday("12:00"), &settings);
    let first = never.clock(ClockKind::FirstResponse).unwrap();
    assert_eq!((first.cycle, first.started, first.word()), (2, thursday("12:00"), "running"));
}

#[test]
fn spam_that_was_none_is_promised_what_every_ticket_is_from_the_reopening() {
    let settings = shipped();
    let bare = opened(thursday("10:00"), Priority::Normal, &[], &settings);
    let spam = Ticket { status: Status::Spam, unanswered: None, ..bare };
    let spam = done(&spam, &MESSAGE, thursday("11:00"), &settings);
    let open = done(&spam, &Command::Reopen, thursday("12:00"), &settings);
    let started = [(ClockKind::Resolution, 2, "running"), (ClockKind::FirstResponse, 1, "running")];
    assert_eq!((open.status, words(&open)), (Status::Open, started.to_vec()));
    assert_eq!(open.unanswered, Some(thursday("12:00")));
    let by_agent = Ticket { answered: Some(thursday("10:00")), unanswered: None, ..spam.clone() };
    let open = done(&by_agent, &Command::Reopen, thursday("12:00"), &settings);
    assert_eq!(words(&open), [(ClockKind::Resolution, 2, "running")], "staff opened it: they had spoken");
    let wrote = Ticket { status: Status::Spam, ..by_agent };
    let wrote = done(&wrote, &MESSAGE, thursday("11:30"), &settings);
    let open = done(&wrote, &Command::Reopen, thursday("12:00"), &settings);
    assert_eq!(open.clock(ClockKind::NextReply).unwrap().started, thursday("12:00"), "they wrote while it was spam");
}

#[test]
fn what_is_closed_or_merged_stays_so_and_what_is_open_says_so() {
    let sentence = |from| status(from, &Command::Reopen).unwrap_err().sentence();
    assert_eq!(
        sentence(Status::Closed),
        "The ticket is closed, which is an end: it cannot become open. Open a new ticket."
    );
    assert!(sentence(Status::Merged).contains("which is an end"));
    assert_eq!(
        sentence(Status::Open),
        "The ticket is open, so it cannot be reopened. Read it again for what is possible."
    );
    let settings = shipped();
    let resolved = done(&ticket(&settings), &CLOSE, thursday("11:00"), &settings);
    let late = when(&resolved, &Command::Reopen, at("2026-03-19T11:00:00.001+08:00"), &settings).unwrap_err();
    assert_eq!(late, Rejection::Move { from: Status::Closed, to: Status::Open }, "though no scan has closed it yet");
}

#[test]
fn a_word_after_the_end_goes_out_and_moves_nothing() {
    let settings = shipped();
    let resolved = done(&ticket(&settings), &CLOSE, thursday("11:00"), &settings);
    let (after, events) = when(&resolved, &AFTER, thursday("12:00"), &settings).unwrap();
    assert_eq!(events, [Event::Replied { content: 3, contacted: thursday("12:00"), standard: None }]);
    assert_eq!((after.status, after.timer, after.resolved), (Status::Resolved, resolved.timer, resolved.resolved));
    let turn = when(&resolved, &ANSWER, thursday("12:00"), &settings).unwrap_err().sentence();
    assert!(turn.contains("leave `then` out, or reopen it"), "{turn}");
    let mut long = shipped();
    long.settings.lifecycle.close_after_days = 30;
    let resolved = done(&ticket(&long), &CLOSE, thursday("11:00"), &long);
    let last = at("2026-03-19T11:00:00+08:00");
    assert!(when(&resolved, &AFTER, last, &long).is_ok());
    assert!(when(&resolved, &AFTER, last + SignedDuration::from_millis(1), &long).is_err(), "as they cannot reopen it");
}
