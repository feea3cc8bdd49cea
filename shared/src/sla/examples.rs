//! The rules of a clock, one example each.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{CancelReason, Cause, Change, Changes, Clock, ClockKind, Level, Outcome};
use crate::category::Priority;
use crate::settings::Loaded;
use crate::ticket::given::{at, shipped, thursday, with};

/// Of normal priority: 8 hours of work from Thursday 10:00, so due at 18:00.
fn resolution(settings: &Loaded) -> Clock {
    started(ClockKind::Resolution, Priority::Normal, "10:00", settings)
}

fn started(kind: ClockKind, priority: Priority, time: &str, settings: &Loaded) -> Clock {
    Clock::start(kind, 1, priority, false, thursday(time), settings).unwrap()
}

fn last(changes: &Changes) -> &Clock {
    &changes.last().unwrap().1
}

/// The levels among changes, each with whether it is mailed.
fn levels(changes: &Changes) -> Vec<(Level, bool)> {
    let level = |(change, _): &(Change, Clock)| match change {
        Change::Reached { level, mailed, .. } => Some((*level, *mailed)),
        _ => None,
    };
    changes.iter().filter_map(level).collect()
}

fn later(instant: Timestamp, seconds: i64) -> Timestamp {
    instant + SignedDuration::from_secs(seconds)
}

#[test]
fn targets_are_in_working_time_by_priority() {
    let settings = shipped();
    let due = |kind, priority| started(kind, priority, "10:00", &settings).due.unwrap();
    let first = |priority| due(ClockKind::FirstResponse, priority);
    assert_eq!(first(Priority::Urgent), thursday("11:00"));
    assert_eq!(first(Priority::High), thursday("12:00"));
    assert_eq!(first(Priority::Normal), thursday("14:00"));
    assert_eq!(first(Priority::Low), thursday("18:00"), "at closing time, not at the next opening");
    let resolved = |priority| due(ClockKind::Resolution, priority);
    assert_eq!(resolved(Priority::Urgent), thursday("14:00"));
    assert_eq!(resolved(Priority::High), thursday("16:00"));
    assert_eq!(resolved(Priority::Normal), thursday("18:00"));
    assert_eq!(resolved(Priority::Low), at("2026-03-13T17:00:00+08:00"), "8 hours on Friday");
}

#[test]
fn a_chat_has_a_promise_and_hours_of_its_own() {
    let settings = shipped();
    let at_night = at("2026-03-14T23:59:00+08:00");
    let start = |chat| Clock::start(ClockKind::FirstResponse, 1, Priority::Low, chat, at_night, &settings).unwrap();
    assert_eq!(start(true).due.unwrap(), at("2026-03-15T08:02:00+08:00"), "one minute before midnight, two after 8");
    assert_eq!(start(false).due.unwrap(), at("2026-03-16T17:00:00+08:00"));
    let without = with(|settings| settings["policy"]["first_response_chat"] = json!(null));
    let clock = Clock::start(ClockKind::FirstResponse, 1, Priority::Low, true, at_night, &without).unwrap();
    assert_eq!(clock.calendar, "office", "without one the usual promise holds");
}

#[test]
fn a_promise_that_is_not_in_the_policy_is_not_measured() {
    let settings = with(|settings| settings["policy"]["resolution"] = json!(null));
    assert_eq!(Clock::start(ClockKind::Resolution, 1, Priority::Low, false, thursday("10:00"), &settings), None);
}

#[test]
fn at_the_due_instant_it_is_met_and_a_moment_later_it_is_not() {
    let settings = shipped();
    let clock = resolution(&settings);
    for (instant, word) in [("17:59:59.999", "met"), ("18:00", "met"), ("18:00:00.001", "fulfilled_late")] {
        let at = thursday(instant);
        assert_eq!(last(&clock.fulfil(at, at, &settings)).word(), word, "{instant}");
    }
}

#[test]
fn a_late_command_records_the_breach_at_the_due_instant_and_its_own_as_the_detection() {
    let settings = shipped();
    let now = thursday("18:00:30");
    let changes = resolution(&settings).fulfil(now, now, &settings);
    assert_eq!(levels(&changes), [(Level::Warned, false), (Level::Breached, true)]);
    assert_eq!(changes[1].1.outcome, Outcome::Breached { due: thursday("18:00"), detected: now, cause: None });
    assert_eq!(last(&changes).outcome, Outcome::FulfilledLate { due: thursday("18:00"), at: now });
}

#[test]
fn a_scan_records_a_breach_once_it_is_a_minute_old() {
    let settings = shipped();
    let warned = last(&resolution(&settings).scanned(thursday("17:00"), &settings)).clone();
    assert_eq!(warned.scanned(thursday("18:00:59.999"), &settings), []);
    let changes = warned.scanned(thursday("18:01"), &settings);
    let breached = Outcome::Breached { due: thursday("18:00"), detected: thursday("18:01"), cause: None };
    assert_eq!((last(&changes).outcome, levels(&changes)), (breached, vec![(Level::Breached, true)]));
}

#[test]
fn each_level_is_reached_at_its_share_of_the_target_in_the_clocks_own_time() {
    let settings = shipped();
    let mut clock = resolution(&settings);
    // 8 hours: 75 % is 6 hours, +50 % 4 hours after the due instant, +100 % 8 hours after it.
    let expected = [
        (Level::Warned, thursday("16:00")),
        (Level::Breached, thursday("18:00")),
        (Level::Manager, at("2026-03-13T13:00:00+08:00")),
        (Level::Head, at("2026-03-13T17:00:00+08:00")),
        (Level::Daily, at("2026-03-14T17:00:00+08:00")),
        (Level::Daily, at("2026-03-15T17:00:00+08:00")),
    ];
    for (level, instant) in expected {
        let next = clock.next.unwrap();
        assert_eq!((next.level, next.at), (level, instant));
        assert_eq!(clock.scanned(next.scan_at() - SignedDuration::from_millis(1), &settings), []);
        clock = last(&clock.scanned(next.scan_at(), &settings)).clone();
    }
}

#[test]
fn escalations_of_a_short_promise_keep_their_distance_and_it_is_not_warned_of() {
    let settings = with(|settings| {
        settings["policy"]["first_response"] =
            json!({ "calendar": "always", "urgent": 180, "high": 599, "normal": 600, "low": 601 });
    });
    let start = |priority| started(ClockKind::FirstResponse, priority, "10:00", &settings);
    for (priority, level) in
        [(Priority::Urgent, Level::Breached), (Priority::High, Level::Breached), (Priority::Normal, Level::Warned)]
    {
        assert_eq!(start(priority).next.unwrap().level, level, "{priority}");
    }
    let changes = start(Priority::Urgent).scanned(thursday("13:00"), &settings);
    let instants: Vec<Timestamp> = changes.iter().map(|(_, clock)| clock.next.unwrap().at).collect();
    assert_eq!(instants[..2], [thursday("11:03"), thursday("12:03")], "one hour and two hours late");
}

#[test]
fn levels_found_together_are_all_recorded_and_only_the_highest_is_mailed() {
    let settings = shipped();
    let changes = resolution(&settings).scanned(at("2026-03-20T10:00:00+08:00"), &settings);
    let all = [(Level::Warned, false), (Level::Breached, false), (Level::Manager, false), (Level::Head, true)];
    assert_eq!(levels(&changes), all);
    assert_eq!(last(&changes).scanned(at("2026-03-20T10:00:00+08:00"), &settings), [], "each once");
}

#[test]
fn days_without_a_scan_are_told_of_once() {
    let settings = shipped();
    let head = last(&resolution(&settings).scanned(at("2026-03-20T10:00:00+08:00"), &settings)).clone();
    let changes = head.scanned(at("2026-03-29T10:00:00+08:00"), &settings);
    assert_eq!(levels(&changes), [(Level::Daily, true)]);
    let fulfilled = head.fulfil(at("2026-03-29T10:00:00+08:00"), at("2026-03-29T10:00:00+08:00"), &settings);
    assert_eq!(levels(&fulfilled), [], "what is done needs no reminder");
    assert_eq!(last(&changes).next.unwrap().at, at("2026-03-30T10:00:00+08:00"));
}

#[test]
fn while_paused_there_is_no_due_instant_and_after_it_a_new_one() {
    let settings = shipped();
    let paused = last(&resolution(&settings).pause(thursday("12:00"), &settings)).clone();
    assert_eq!((paused.due, paused.next, paused.word()), (None, None, "paused"));
    // From Friday 17:00: one hour on Friday, five on Monday.
    let resumed = last(&paused.resume(at("2026-03-13T17:00:00+08:00"), &settings)).clone();
    assert_eq!(resumed.due.unwrap(), at("2026-03-16T14:00:00+08:00"));
    let again = last(&resumed.pause(at("2026-03-14T11:00:00+08:00"), &settings)).clone();
    assert_eq!(again.worked, 3 * 3_600, "a weekend is no work");
    let resumed = last(&again.resume(at("2026-03-15T11:00:00+08:00"), &settings)).clone();
    assert_eq!(resumed.due.unwrap(), at("2026-03-16T14:00:00+08:00"));
}

#[test]
fn a_pause_within_the_scans_grace_records_the_breach_where_it_was() {
    let settings = shipped();
    let changes = resolution(&settings).pause(thursday("18:00:01"), &settings);
    let breached = Outcome::Breached { due: thursday("18:00"), detected: thursday("18:00:01"), cause: None };
    assert_eq!((last(&changes).outcome, last(&changes).word()), (breached, "breached"));
    let resumed = last(&last(&changes).resume(at("2026-03-16T09:00:00+08:00"), &settings)).clone();
    assert_eq!(resumed.due, Some(thursday("18:00")), "what was breached stays breached when it was");
    assert_eq!(resumed.next.unwrap().at, at("2026-03-16T13:00:00+08:00"), "the manager after 4 hours more");
}

#[test]
fn a_pause_at_the_due_instant_leaves_nothing_to_spend_and_breaks_nothing() {
    let settings = shipped();
    let changes = resolution(&settings).pause(thursday("18:00"), &settings);
    assert_eq!(levels(&changes), []);
    let monday = at("2026-03-16T10:00:00+08:00");
    let resumed = last(&last(&changes).resume(monday, &settings)).clone();
    assert_eq!(resumed.due, Some(monday));
    assert_eq!(last(&resumed.fulfil(monday, monday, &settings)).word(), "met");
    assert_eq!(last(&resumed.fulfil(later(monday, 1), later(monday, 1), &settings)).word(), "fulfilled_late");
}

#[test]
fn what_was_told_before_a_pause_is_not_told_again_after_it() {
    let settings = shipped();
    let friday = at("2026-03-13T13:00:00+08:00");
    let manager = last(&resolution(&settings).scanned(friday, &settings)).clone();
    let paused = last(&manager.pause(friday, &settings)).clone();
    let monday = at("2026-03-16T09:00:00+08:00");
    let resumed = last(&paused.resume(monday, &settings)).clone();
    assert_eq!(resumed.scanned(monday, &settings), []);
    let next = resumed.next.unwrap();
    assert_eq!((next.level, next.at), (Level::Head, at("2026-03-16T13:00:00+08:00")));
}

#[test]
fn resolved_while_paused_is_met_unless_it_was_breached_before() {
    let settings = shipped();
    let late = at("2026-03-20T10:00:00+08:00");
    for (pause, word) in [("17:00", "met"), ("18:00", "met"), ("18:00:00.001", "fulfilled_late")] {
        let paused = last(&resolution(&settings).pause(thursday(pause), &settings)).clone();
        assert_eq!(last(&paused.fulfil(late, late, &settings)).word(), word, "{pause}");
    }
}

#[test]
fn of_a_pause_and_a_resume_at_once_time_is_never_counted_twice() {
    let settings = shipped();
    let paused = last(&resolution(&settings).pause(thursday("12:00:05"), &settings)).clone();
    // The customer wrote first, but their message was written into the table second.
    let resumed = last(&paused.resume(thursday("12:00:00"), &settings)).clone();
    assert_eq!((resumed.running, resumed.due), (Some(thursday("12:00:05")), Some(thursday("18:00"))));
    let again = last(&resumed.pause(thursday("12:00:01"), &settings)).clone();
    assert_eq!((again.worked, again.paused), (2 * 3_600 + 5, Some(thursday("12:00:05"))));
}

#[test]
fn a_stated_contact_takes_a_breach_back_whatever_was_told_of_it() {
    let settings = shipped();
    let clock = started(ClockKind::FirstResponse, Priority::Normal, "10:00", &settings);
    let now = at("2026-03-13T12:00:00+08:00");
    let told = last(&clock.scanned(now, &settings)).clone();
    assert_eq!(told.told.unwrap().level, Level::Head);
    let changes = told.fulfil(thursday("14:00"), now, &settings);
    assert_eq!(changes[0].0, Change::Corrected);
    assert_eq!(last(&changes).outcome, Outcome::Met { at: thursday("14:00") });
    assert_eq!(last(&changes).next, None);
}

#[test]
fn a_stated_contact_after_the_due_instant_takes_nothing_back() {
    let settings = shipped();
    let clock = started(ClockKind::FirstResponse, Priority::Normal, "10:00", &settings);
    let (contact, now) = (thursday("15:30"), thursday("17:00"));
    let late = Outcome::FulfilledLate { due: thursday("14:00"), at: contact };
    let unscanned = clock.fulfil(contact, now, &settings);
    assert_eq!(
        levels(&unscanned),
        [(Level::Warned, false), (Level::Breached, true)],
        "not what came after the contact"
    );
    assert_eq!(unscanned[1].1.outcome, Outcome::Breached { due: thursday("14:00"), detected: now, cause: None });
    assert_eq!(last(&unscanned).outcome, late);
    let scanned = last(&clock.scanned(thursday("16:00"), &settings)).clone();
    assert_eq!(last(&scanned.fulfil(contact, now, &settings)).outcome, late);
}

#[test]
fn what_a_change_of_priority_reaches_is_told_once_and_by_its_highest_level() {
    let settings = shipped();
    let retarget = |time: &str| {
        let clock = started(ClockKind::Resolution, Priority::Normal, "09:00", &settings);
        clock.retarget(Priority::Urgent, thursday(time), Cause::Priority, &settings, &settings)
    };
    // Urgent is 4 hours; the manager hears of it after 6.
    assert_eq!(levels(&retarget("13:00")), []);
    assert_eq!(levels(&retarget("14:00")), [(Level::Breached, true)]);
    let changes = retarget("16:00");
    assert_eq!(levels(&changes), [(Level::Breached, false), (Level::Manager, true)]);
    let clock = last(&changes);
    assert_eq!(levels(&clock.scanned(thursday("16:00"), &settings)), []);
    assert_eq!(clock.next.map(|next| (next.level, next.at)), Some((Level::Head, thursday("17:00"))));
}

#[test]
fn what_is_finished_stays_as_it_is() {
    let settings = shipped();
    let now = thursday("11:00");
    let met = last(&resolution(&settings).fulfil(now, now, &settings)).clone();
    let cancelled = last(&resolution(&settings).cancel(now, now, CancelReason::Merged, &settings)).clone();
    let late = at("2026-03-20T10:00:00+08:00");
    for clock in [met, cancelled] {
        assert_eq!(clock.fulfil(late, late, &settings), []);
        assert_eq!(clock.scanned(late, &settings), []);
        assert_eq!(clock.pause(late, &settings), []);
        assert_eq!(clock.resume(late, &settings), []);
        assert_eq!(clock.cancel(late, late, CancelReason::Spam, &settings), []);
    }
}

#[test]
fn a_calendar_that_runs_out_gives_no_due_instant_and_nothing_is_made_up() {
    let settings = with(|settings| {
        settings["calendars"]["office"] =
            json!({ "zone": "Asia/Shanghai", "overrides": { "2026-03-12": [["09:00", "12:00"]] } });
    });
    let clock = started(ClockKind::FirstResponse, Priority::Normal, "10:00", &settings);
    assert_eq!((clock.due, clock.lacks_time()), (None, true));
    let far = at("2030-01-01T00:00:00Z");
    assert_eq!(clock.scanned(far, &settings), []);
    assert_eq!(last(&clock.fulfil(far, far, &settings)).word(), "met", "what has no due instant is not late");
}

#[test]
fn a_due_instant_across_a_clock_change_is_counted_in_elapsed_hours() {
    let settings = with(|settings| {
        settings["calendars"]["office"] =
            json!({ "zone": "America/New_York", "week": { "sun": [["00:00", "06:00"]], "mon": [["09:00", "17:00"]] } });
    });
    // Of the night's six hours on the clock, one is left out.
    let start = at("2026-03-08T00:00:00-05:00");
    let clock = Clock::start(ClockKind::Resolution, 1, Priority::Normal, false, start, &settings).unwrap();
    assert_eq!(clock.due.unwrap(), at("2026-03-09T12:00:00-04:00"));
    let paused = last(&clock.pause(at("2026-03-08T04:00:00-04:00"), &settings)).clone();
    assert_eq!(paused.worked, 3 * 3_600);
}
