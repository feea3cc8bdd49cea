//! Changes of what is promised, excuses, and promises about cases.

use std::sync::Arc;

use super::*;
use crate::id::{SubjectId, TicketId};
use crate::sla::{Cause, Level, Outcome};
use crate::ticket::merge;

const FIRST: ClockKind = ClockKind::FirstResponse;

fn urgent() -> Command {
    Command::Prioritize { to: Priority::Urgent }
}

fn excuse() -> Command {
    Command::Excuse { clock: FIRST, subject: None, cycle: 1 }
}

fn second(change: impl FnOnce(&mut serde_json::Value)) -> Arc<Loaded> {
    let mut loaded = with(change);
    loaded.version = 2;
    Arc::new(loaded)
}

fn levels(events: &[Event]) -> Vec<(ClockKind, Level, Timestamp)> {
    let level = |event: &Event| match event {
        Event::Clock { change: Change::Reached { level, at, .. }, clock } => Some((clock.kind, *level, *at)),
        _ => None,
    };
    events.iter().filter_map(level).collect()
}

#[test]
fn a_due_instant_that_a_change_moves_into_the_past_is_a_breach_then_with_that_cause() {
    let settings = shipped();
    let (after, events) = when(&ticket(&settings), &urgent(), thursday("12:00"), &settings).unwrap();
    let clock = after.clock(FIRST).unwrap();
    let noon = thursday("12:00");
    assert_eq!(clock.outcome, Outcome::Breached { due: noon, detected: noon, cause: Some(Cause::Priority) });
    assert_eq!((clock.started, clock.next.unwrap().level), (thursday("10:00"), Level::Head));
    // Its own manager's level, an hour late, was reached at 12:00 as well.
    assert_eq!(levels(&events), [(FIRST, Level::Breached, noon), (FIRST, Level::Manager, noon)]);
    let low = done(&after, &Command::Prioritize { to: Priority::Low }, thursday("12:01"), &settings);
    assert_eq!(low.clock(FIRST).unwrap().word(), "breached", "what was breached stays breached");
}

#[test]
fn levels_after_a_change_are_not_reached_before_it() {
    let settings = shipped();
    let low = opened(thursday("10:00"), Priority::Low, &[ClockKind::Resolution], &settings);
    let (after, _) = when(&low, &urgent(), thursday("13:30"), &settings).unwrap();
    let next = after.clock(ClockKind::Resolution).unwrap().next.unwrap();
    assert_eq!((next.level, next.at), (Level::Warned, thursday("13:30")), "three hours were over at 13:00");
}

#[test]
fn a_change_keeps_the_pauses_and_counts_the_time_anew_in_the_new_calendar() {
    let settings = shipped();
    let mut now = done(&ticket(&settings), &QUESTION, thursday("12:00"), &settings);
    now = done(&now, &MESSAGE, thursday("17:00"), &settings);
    let around = second(|settings| settings["policy"]["resolution"]["calendar"] = json!("always"));
    now = done(&now, &Command::Adopt { settings: Arc::clone(&around) }, thursday("18:30"), &settings);
    let clock = now.clock(ClockKind::Resolution).unwrap();
    assert_eq!((clock.worked, clock.due), (7_200, Some(thursday("23:00"))), "two hours before the pause, six after it");
    assert_eq!(now.settings, 2);
}

#[test]
fn a_promise_that_the_new_policy_does_not_make_is_cancelled_unless_it_was_broken() {
    let settings = shipped();
    let none = second(|settings| settings["policy"]["first_response"] = json!(null));
    for (instant, word) in [("14:00", "cancelled"), ("14:00:00.001", "breached")] {
        let adopt = Command::Adopt { settings: Arc::clone(&none) };
        let after = done(&ticket(&settings), &adopt, thursday(instant), &settings);
        assert_eq!(after.clock(FIRST).unwrap().word(), word, "{instant}");
    }
}

#[test]
fn a_breach_is_excused_whether_or_not_a_scan_has_seen_it() {
    let settings = shipped();
    let new = ticket(&settings);
    assert_eq!(when(&new, &excuse(), thursday("14:00"), &settings).unwrap_err(), Rejection::NotBreached);
    let (excused, events) = when(&new, &excuse(), thursday("14:00:01"), &settings).unwrap();
    let scanned = done(&new, &Command::Scan, thursday("14:01"), &settings);
    let both = [&excused, &done(&scanned, &excuse(), thursday("14:02"), &settings)];
    for ticket in both {
        let clock = ticket.clock(FIRST).unwrap();
        assert_eq!((clock.word(), clock.excused, clock.next, ticket.contents), ("breached", true, None, 2));
    }
    assert!(matches!(events.last(), Some(Event::Noted { content: 2 })), "the reason");
    let again = when(&excused, &excuse(), thursday("15:00"), &settings).unwrap_err();
    assert_eq!(
        again.sentence(),
        "The breach was excused already, and what you wrote would be lost. Write it in a note on the ticket."
    );
    let late = done(&excused, &ANSWER, thursday("16:00"), &settings);
    assert_eq!((late.clock(FIRST).unwrap().word(), late.clock(FIRST).unwrap().excused), ("fulfilled_late", true));
}

#[test]
fn a_payout_is_told_to_the_head_of_service_at_its_limit() {
    let settings = shipped();
    let begin = Command::Begin { clock: ClockKind::Payout, subject: SubjectId::parse("p-1").unwrap() };
    let now = done(&ticket(&settings), &begin, thursday("10:00"), &settings);
    let events = when(&now, &Command::Scan, thursday("10:00") + SignedDuration::from_hours(168), &settings).unwrap().1;
    let hours = |hours| thursday("10:00") + SignedDuration::from_hours(hours);
    let payout: Vec<_> = levels(&events).into_iter().filter(|(kind, ..)| *kind == ClockKind::Payout).collect();
    let expected = [(Level::Warned, 54), (Level::Breached, 72), (Level::Manager, 108), (Level::Head, 168)];
    assert_eq!(payout, expected.map(|(level, after)| (ClockKind::Payout, level, hours(after))));
}

#[test]
fn a_limit_near_the_target_tells_the_manager_no_later_than_the_head() {
    let settings = with(|settings| settings["policy"]["payout"]["limit"] = json!(259_201));
    let begin = Command::Begin { clock: ClockKind::Payout, subject: SubjectId::parse("p-1").unwrap() };
    let now = done(&ticket(&settings), &begin, thursday("10:00"), &settings);
    let late = thursday("10:00") + SignedDuration::from_secs(259_300);
    let reached = when(&now, &Command::Scan, late, &settings).unwrap().0;
    assert_eq!(
        reached.clock_about(ClockKind::Payout, SubjectId::parse("p-1").as_ref()).unwrap().told.unwrap().level,
        Level::Head
    );
}

#[test]
fn promises_about_cases_are_bounded_by_those_that_run_and_outlive_a_merge() {
    let settings = shipped();
    let mut now = ticket(&settings);
    let subject = |number: usize| SubjectId::parse(&format!("p-{number}")).unwrap();
    for number in 0..39 {
        let begin = Command::Begin { clock: ClockKind::Payout, subject: subject(number) };
        now = done(&now, &begin, thursday("10:00"), &settings);
        if number % 2 == 0 {
            let keep = Command::Keep { clock: ClockKind::Payout, subject: subject(number) };
            now = done(&now, &keep, thursday("10:01"), &settings);
        }
    }
    let of_cases = |ticket: &Ticket| ticket.clocks.iter().filter(|clock| clock.subject.is_some()).count();
    assert!(of_cases(&now) <= 40, "{}", of_cases(&now));
    let one = Command::Begin { clock: ClockKind::RefundDecision, subject: subject(99) };
    now = done(&now, &one, thursday("10:02"), &settings);
    assert_eq!(
        when(&now, &Command::Begin { clock: ClockKind::Payout, subject: subject(98) }, thursday("10:02"), &settings)
            .unwrap_err(),
        Rejection::TooManyClocks
    );
    let into = Ticket { id: TicketId(uuid::Uuid::from_u128(9)), ..ticket(&settings) };
    let (events, _) = merge((&now, &settings), (&into, &settings), thursday("11:00")).unwrap();
    let ended: Vec<ClockKind> = changes(&events).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(ended, [FIRST, ClockKind::Resolution], "the money is owed all the same");
}

#[test]
fn a_merge_brings_the_older_message_and_breaks_nothing_twice() {
    let settings = shipped();
    let answered = done(&ticket(&settings), &ANSWER, thursday("10:30"), &settings);
    let into = done(&answered, &MESSAGE, thursday("11:00"), &settings);
    let other = Ticket { id: TicketId(uuid::Uuid::from_u128(9)), ..ticket(&settings) };
    let merged = |now: Timestamp| {
        let (_, events) = merge((&other, &settings), (&into, &settings), now).unwrap();
        let clocks = events.iter().filter_map(|event| match event {
            Event::Clock { change, clock } => Some((*change, clock.started)),
            _ => None,
        });
        clocks.collect::<Vec<_>>()
    };
    let moved = [(Change::Cancelled, thursday("11:00")), (Change::Started, thursday("10:00"))];
    assert_eq!(merged(thursday("12:00")), moved);
    assert_eq!(merged(thursday("16:00")), [], "it was broken at 15:00");
}
