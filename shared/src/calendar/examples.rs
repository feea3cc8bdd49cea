//! Given a calendar, when time passes over it, then so much of it was worked.

use serde_json::{Value, json};

use super::*;

const HOUR: i64 = 3600;

fn calendar(spec: Value) -> Calendar {
    Calendar::load(&serde_json::from_value(spec).unwrap()).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Working minutes between two instants.
fn minutes(calendar: &Calendar, from: &str, to: &str) -> i64 {
    calendar.elapsed(at(from), at(to)) / 60
}

/// The office of Shanghai (UTC+8): 2026-01-04 is a make-up Sunday, 2026-02-14 a short make-up
/// Saturday.
fn shanghai() -> Calendar {
    let day = json!([["09:00", "12:00"], ["13:00", "18:00"]]);
    calendar(json!({
        "zone": "Asia/Shanghai",
        "week": {"mon": day, "tue": day, "wed": day, "thu": day, "fri": day},
        "holidays": ["2026-01-01", "2026-01-02", "2026-02-14"],
        "overrides": {"2026-01-04": day, "2026-02-14": [["10:00", "12:00"]], "2026-01-07": []},
    }))
}

/// A zone open at `hours` every day.
fn daily(zone: &str, hours: Value) -> Calendar {
    calendar(json!({"zone": zone, "week": {
        "mon": hours, "tue": hours, "wed": hours, "thu": hours, "fri": hours, "sat": hours, "sun": hours,
    }}))
}

mod working_time {
    use super::*;

    #[test]
    fn skips_the_lunch_break_the_night_and_the_weekend() {
        // Friday 17:00 local, 8 hours: 1 on Friday, 3 and 4 on Monday.
        let due = shanghai().due(at("2026-01-16T09:00:00Z"), 8 * HOUR);
        assert_eq!(due, Some(at("2026-01-19T09:00:00Z")));
    }

    #[test]
    fn is_due_at_closing_time_and_not_at_the_next_opening() {
        let due = shanghai().due(at("2026-01-15T01:00:00Z"), 8 * HOUR);
        assert_eq!(due, Some(at("2026-01-15T10:00:00Z")));
    }

    #[test]
    fn is_due_at_once_when_nothing_is_to_be_worked_even_while_closed() {
        let night = at("2026-01-15T18:00:00.25Z");
        assert_eq!(shanghai().due(night, 0), Some(night));
        assert_eq!(shanghai().due(night, -5), Some(night));
    }

    #[test]
    fn opens_at_the_start_of_an_interval_and_is_closed_at_its_end() {
        let desk = shanghai();
        assert!(desk.is_open(at("2026-01-15T01:00:00Z")));
        assert!(desk.is_open(at("2026-01-15T03:59:59.999Z")));
        assert!(!desk.is_open(at("2026-01-15T04:00:00Z")));
        assert!(!desk.is_open(at("2026-01-15T00:59:59.999Z")));
    }

    #[test]
    fn next_opens_now_when_open_and_after_the_weekend_when_not() {
        let now = at("2026-01-16T09:59:59.5Z");
        assert_eq!(shanghai().next_open(now), Some(now));
        assert_eq!(shanghai().next_open(at("2026-01-16T10:00:00Z")), Some(at("2026-01-19T01:00:00Z")));
    }

    #[test]
    fn is_nothing_when_the_span_runs_backwards() {
        assert_eq!(minutes(&shanghai(), "2026-01-16T09:00:00Z", "2026-01-15T09:00:00Z"), 0);
    }

    #[test]
    fn adds_up_when_a_span_is_split_within_a_second() {
        let (start, split, end) =
            (at("2026-01-15T02:00:00.9Z"), at("2026-01-15T02:00:05.3Z"), at("2026-01-15T02:00:10.1Z"));
        let desk = shanghai();
        assert_eq!(desk.elapsed(start, split) + desk.elapsed(split, end), desk.elapsed(start, end));
        let due = desk.due(start, 5).unwrap();
        assert_eq!(desk.elapsed(start, due), 5);
        assert_eq!(due, at("2026-01-15T02:00:06Z"), "not before the five seconds are up");
    }

    #[test]
    fn counts_every_second_of_calendar_time() {
        let always = Calendar::always();
        let start = at("2026-03-08T06:59:30Z");
        assert_eq!(always.due(start, 72 * HOUR), Some(at("2026-03-11T06:59:30Z")));
        assert_eq!(always.elapsed(at("1969-12-31T23:59:58.5Z"), at("2026-01-01T00:00:00Z")), 1_767_225_601);
        assert!(always.is_open(at("1969-12-31T23:59:59.5Z")));
    }
}

mod precedence {
    use super::*;

    #[test]
    fn a_make_up_sunday_is_worked_like_a_weekday() {
        // Thursday and Friday are holidays, Saturday is free, Sunday is made up.
        let due = shanghai().due(at("2025-12-31T10:00:00Z"), 8 * HOUR);
        assert_eq!(due, Some(at("2026-01-04T10:00:00Z")));
    }

    #[test]
    fn an_override_beats_a_holiday_and_an_empty_one_a_weekday() {
        assert_eq!(minutes(&shanghai(), "2026-02-13T16:00:00Z", "2026-02-14T16:00:00Z"), 120);
        assert_eq!(minutes(&shanghai(), "2026-01-06T16:00:00Z", "2026-01-07T16:00:00Z"), 0);
    }

    #[test]
    fn a_holiday_closes_its_local_date_and_not_the_utc_one() {
        // 2026-01-02 ends at 16:00 UTC; 2025-12-31 is worked until 10:00 UTC.
        assert_eq!(minutes(&shanghai(), "2025-12-31T09:00:00Z", "2026-01-03T16:00:00Z"), 60);
    }
}

mod nights {
    use super::*;

    /// Friday 22:00 to Saturday 06:00, and what is written of one date besides.
    fn friday_night(exceptions: Value) -> Calendar {
        let mut spec = json!({"zone": "UTC", "week": {"fri": [["22:00", "06:00"]]}});
        spec.as_object_mut().unwrap().extend(exceptions.as_object().unwrap().clone());
        calendar(spec)
    }

    fn worked(exceptions: Value) -> (i64, i64) {
        let calendar = friday_night(exceptions);
        let friday = minutes(&calendar, "2026-01-09T00:00:00Z", "2026-01-10T00:00:00Z");
        (friday / 60, minutes(&calendar, "2026-01-10T00:00:00Z", "2026-01-11T00:00:00Z") / 60)
    }

    #[test]
    fn run_on_into_the_morning() {
        assert_eq!(worked(json!({})), (2, 6));
    }

    #[test]
    fn lose_their_morning_to_a_holiday_or_an_override_of_the_next_date() {
        assert_eq!(worked(json!({"holidays": ["2026-01-10"]})), (2, 0));
        assert_eq!(worked(json!({"overrides": {"2026-01-10": [["05:00", "07:00"]]}})), (2, 2));
    }

    #[test]
    fn do_not_begin_on_a_holiday_and_so_have_no_morning() {
        assert_eq!(worked(json!({"holidays": ["2026-01-09"]})), (0, 0));
        assert_eq!(worked(json!({"overrides": {"2026-01-09": [["10:00", "11:00"]]}})), (1, 0));
    }

    #[test]
    fn of_an_override_run_on_into_a_plain_morning() {
        assert_eq!(worked(json!({"overrides": {"2026-01-09": [["23:00", "04:00"]]}})), (1, 4));
    }

    #[test]
    fn end_at_midnight_in_either_spelling() {
        assert_eq!(
            minutes(&daily("UTC", json!([["20:00", "24:00"]])), "2026-01-09T00:00:00Z", "2026-01-11T00:00:00Z"),
            minutes(&daily("UTC", json!([["20:00", "00:00"]])), "2026-01-09T00:00:00Z", "2026-01-11T00:00:00Z"),
        );
    }
}

mod clock_changes {
    use super::*;

    /// New York leaves out 02:00 to 03:00 of 2026-03-08; the minutes worked of that date.
    fn worked_in_spring(hours: Value) -> i64 {
        minutes(&daily("America/New_York", hours), "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z")
    }

    /// New York has 01:00 to 02:00 of 2026-11-01 twice.
    fn worked_in_autumn(hours: Value) -> i64 {
        minutes(&daily("America/New_York", hours), "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z")
    }

    /// São Paulo left out 00:00 to 01:00 of 2018-11-04.
    fn worked_in_sao_paulo(hours: Value) -> i64 {
        minutes(&daily("America/Sao_Paulo", hours), "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z")
    }

    #[test]
    fn move_times_in_the_gap_forward() {
        assert_eq!(worked_in_spring(json!([["01:00", "02:30"]])), 90);
        assert_eq!(worked_in_spring(json!([["02:15", "02:45"]])), 30);
        let desk = daily("America/New_York", json!([["02:15", "02:45"]]));
        assert_eq!(desk.next_open(at("2026-03-08T06:00:00Z")), Some(at("2026-03-08T07:15:00Z")));
    }

    #[test]
    fn leave_nothing_of_hours_that_fill_the_gap_or_end_with_it() {
        assert_eq!(worked_in_spring(json!([["02:00", "03:00"]])), 0);
        assert_eq!(worked_in_spring(json!([["02:15", "03:00"], ["03:00", "04:00"]])), 60);
    }

    #[test]
    fn count_the_earlier_of_two_and_all_time_in_between() {
        assert_eq!(worked_in_autumn(json!([["01:00", "01:30"]])), 30);
        assert_eq!(worked_in_autumn(json!([["01:30", "02:00"]])), 90);
        assert_eq!(worked_in_autumn(json!([["00:00", "24:00"]])), 25 * 60);
    }

    #[test]
    fn may_start_the_day_after_midnight() {
        assert_eq!(worked_in_sao_paulo(json!([["00:00", "24:00"]])), 23 * 60);
        assert_eq!(worked_in_sao_paulo(json!([["00:00", "09:00"]])), 8 * 60);
    }

    #[test]
    fn count_hours_that_they_push_together_once() {
        // The first becomes 01:15 to 01:45, which the second, from 01:05 to 02:00, holds.
        assert_eq!(worked_in_sao_paulo(json!([["00:15", "00:45"], ["01:05", "02:00"]])), 55);
    }

    #[test]
    fn of_half_an_hour_count_too() {
        let desk = daily("Australia/Lord_Howe", json!([["01:00", "03:00"]]));
        assert_eq!(minutes(&desk, "2026-04-04T13:00:00Z", "2026-04-05T12:00:00Z"), 150);
        assert_eq!(minutes(&desk, "2026-10-03T13:30:00Z", "2026-10-04T12:00:00Z"), 90);
    }

    #[test]
    fn across_midnight_lose_no_second() {
        // St. John's went from 00:01 back to 23:01, Toronto in 1919 from 23:30 to 00:30.
        let whole_day = json!([["00:00", "24:00"]]);
        let desk = daily("America/St_Johns", whole_day.clone());
        assert_eq!(minutes(&desk, "2010-11-07T02:35:00Z", "2010-11-07T02:40:00Z"), 5);
        let desk = daily("America/Toronto", whole_day);
        assert_eq!(minutes(&desk, "1919-03-31T04:35:00Z", "1919-03-31T04:40:00Z"), 5);
    }

    #[test]
    fn never_move_hours_to_another_date() {
        // Nuuk left out 23:00 to 24:00 of 2024-03-30: what was in it would be worked on the 31st.
        let desk = calendar(json!({"zone": "America/Nuuk", "week": {"sat": [["22:00", "23:30"]]}}));
        assert_eq!(minutes(&desk, "2024-03-30T12:00:00Z", "2024-03-31T12:00:00Z"), 60);
    }

    #[test]
    fn leave_a_date_out_with_its_hours() {
        // Apia went from Thursday 2011-12-29 to Saturday 31st.
        let nine_to_five = json!([["09:00", "17:00"]]);
        let desk = calendar(json!({"zone": "Pacific/Apia", "week": {
            "thu": nine_to_five, "fri": nine_to_five, "mon": nine_to_five,
        }}));
        assert_eq!(desk.due(at("2011-12-30T02:00:00Z"), 2 * HOUR), Some(at("2012-01-01T20:00:00Z")));
    }
}

mod without_working_time {
    use super::*;

    fn only_on(date: &str) -> Calendar {
        calendar(json!({"zone": "UTC", "overrides": {date: [["00:00", "01:00"]]}}))
    }

    #[test]
    fn nothing_is_due_and_nothing_opens() {
        let never = calendar(json!({"zone": "UTC"}));
        assert_eq!(never.due(at("2026-01-01T00:00:00Z"), 1), None);
        assert_eq!(never.next_open(at("2026-01-01T00:00:00Z")), None);
    }

    #[test]
    fn it_is_looked_for_366_days_ahead_and_no_further() {
        let start = at("2026-01-01T12:00:00Z");
        assert_eq!(only_on("2027-01-02").due(start, HOUR), Some(at("2027-01-02T01:00:00Z")));
        assert_eq!(only_on("2027-01-03").due(start, HOUR), None);
        assert_eq!(only_on("2027-01-02").due(start, HOUR + 1), None, "an hour is found, the next second is not");
    }

    #[test]
    fn a_long_gap_still_ends_for_what_has_elapsed() {
        assert_eq!(minutes(&only_on("2029-01-01"), "2026-01-01T00:00:00Z", "2030-01-01T00:00:00Z"), 60);
    }

    #[test]
    fn the_end_of_time_is_no_instant() {
        assert_eq!(Calendar::always().due(Timestamp::MAX, 1), None);
        assert_eq!(Calendar::always().due(at("2026-01-01T00:00:00Z"), i64::MAX), None);
        assert_eq!(shanghai().next_open(Timestamp::MAX), None);
        assert!(!shanghai().is_open(Timestamp::MIN));
    }
}
