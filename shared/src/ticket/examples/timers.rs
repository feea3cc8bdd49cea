//! What happens by itself, whoever notices it and when.

use super::*;
use crate::ticket::TimerKind;

fn told(events: &[Event]) -> Vec<(TimerKind, bool)> {
    let told = |event: &Event| match event {
        Event::TimerReached { timer, told, .. } => Some((*timer, *told)),
        _ => None,
    };
    events.iter().filter_map(told).collect()
}

fn days(days: i64) -> Timestamp {
    thursday("11:00") + SignedDuration::from_hours(24 * days) + RECORD_AFTER
}

#[test]
fn a_customer_who_does_not_answer_is_reminded_and_then_the_matter_is_resolved() {
    let settings = shipped();
    let asked = done(&ticket(&settings), &QUESTION, thursday("11:00"), &settings);
    let (reminded, events) = when(&asked, &Command::Scan, days(3), &settings).unwrap();
    assert_eq!((told(&events), reminded.status), (vec![(TimerKind::Remind, true)], Status::WaitingCustomer));
    let (resolved, events) = when(&reminded, &Command::Scan, days(7), &settings).unwrap();
    assert_eq!((told(&events), resolved.status), (vec![(TimerKind::Give, true)], Status::Resolved));
    assert_eq!(resolved.clock(ClockKind::Resolution).unwrap().word(), "met");
    let (late, events) = when(&asked, &Command::Scan, days(9), &settings).unwrap();
    assert_eq!(told(&events), [(TimerKind::Remind, false), (TimerKind::Give, true)], "no reminder of what is over");
    assert_eq!((late.resolved, late.moved), (resolved.resolved, Some(days(7) - RECORD_AFTER)));
}

#[test]
fn a_late_scan_judges_the_clocks_as_they_stood_when_the_timer_was_reached() {
    let settings = with(|settings| {
        settings["policy"]["next_reply"] =
            json!({ "calendar": "always", "urgent": 691_200, "high": 691_200, "normal": 691_200, "low": 691_200 });
    });
    let mut asked = done(&ticket(&settings), &ANSWER, thursday("10:30"), &settings);
    asked = done(&asked, &MESSAGE, thursday("10:40"), &settings);
    asked = done(&asked, &Command::Wait { turn: Turn::WaitingCustomer }, thursday("11:00"), &settings);
    for noticed in [7, 12] {
        let resolved = done(&asked, &Command::Scan, days(noticed), &settings);
        let reply = resolved.clock(ClockKind::NextReply).unwrap();
        assert_eq!(reply.word(), "cancelled", "eight days were not over when it was resolved, {noticed}");
    }
}

#[test]
fn goods_that_do_not_come_open_the_ticket_and_its_clocks_run_from_then() {
    let settings = shipped();
    let back = Command::Reply { contacted: None, then: Some(Turn::WaitingReturn), standard: None };
    let waiting = done(&ticket(&settings), &back, thursday("11:00"), &settings);
    let late = done(&waiting, &Command::Scan, days(21), &settings);
    assert_eq!((late.status, late.moved), (Status::Open, Some(days(14) - RECORD_AFTER)));
    let clock = late.clock(ClockKind::Resolution).unwrap();
    assert_eq!(clock.running, Some(days(14) - RECORD_AFTER));
    assert!(clock.is_breached(), "seven days of work were left out by nobody");
    assert!(late.next_scan() > Some(days(21)), "the scan gets on");
}

#[test]
fn a_third_party_is_asked_again_every_three_days_and_missed_times_are_one() {
    let settings = shipped();
    let third = Command::Wait { turn: Turn::WaitingThirdParty };
    let waiting = done(&ticket(&settings), &third, thursday("11:00"), &settings);
    let (after, events) = when(&waiting, &Command::Scan, days(10), &settings).unwrap();
    assert_eq!(told(&events), [(TimerKind::Chase, true)]);
    assert_eq!(after.timer.unwrap().at, days(12) - RECORD_AFTER);
}

#[test]
fn a_ticket_given_up_before_anybody_answered_leaves_no_clock_running() {
    let settings = shipped();
    let wait = Command::Wait { turn: Turn::WaitingCustomer };
    let waiting = done(&ticket(&settings), &wait, thursday("11:00"), &settings);
    let over = done(&waiting, &Command::Scan, days(8), &settings);
    assert_eq!(over.clock(ClockKind::FirstResponse).unwrap().word(), "breached");
    assert!(over.clocks.iter().all(|clock| !clock.is_live()));
}
