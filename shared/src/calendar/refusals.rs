//! Given what people write, when a calendar is read, then all of its faults are told.

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::*;

const TODAY: Date = date(2026, 1, 1);

fn faults(spec: Value) -> Vec<Fault> {
    Calendar::parse(&serde_json::from_value(spec).unwrap(), TODAY).unwrap_err()
}

fn pointers(spec: Value) -> Vec<String> {
    faults(spec).into_iter().map(|fault| fault.pointer).collect()
}

fn utc(week: Value) -> Value {
    json!({"zone": "UTC", "week": week})
}

#[test]
fn every_fault_is_told_at_once_with_its_place() {
    let faults = pointers(json!({
        "zone": "Asia/Peking",
        "week": {"mon": [["09:00", "25:00"], ["09:00", "18:00"], ["17:00", "19:00"]], "tue": [["00:00", "00:00"]]},
        "holidays": ["2026-01-01", "2026-02-30"],
        "overrides": {"2026/01/04": [], "2026-02-16": [["9:00", "18:00"]]},
    }));
    let expected = [
        "/zone",
        "/week/mon/0",
        "/week/mon/2",
        "/week/tue/0",
        "/holidays/1",
        "/overrides/2026-02-16/0",
        "/overrides/2026~101~104",
    ];
    assert_eq!(faults, expected);
}

#[test]
fn a_message_says_what_is_wrong_and_what_to_write() {
    let fault = &faults(utc(json!({"mon": [["09:00", "25:00"]]})))[0];
    assert_eq!(
        fault.message,
        r#"["09:00", "25:00"] is no interval: write times as "09:00", and at most "24:00" as the end"#
    );
}

#[test]
fn times_have_one_spelling() {
    for time in ["9:00", "09:0", "09:60", "+9:00", "09:00:00", "24:01", "0900", "", "noon", "０９:00"] {
        assert_eq!(pointers(utc(json!({"mon": [["08:00", time]]}))), ["/week/mon/0"], "{time}");
    }
    assert_eq!(pointers(utc(json!({"mon": [["24:00", "06:00"]]}))), ["/week/mon/0"]);
}

#[test]
fn dates_have_one_spelling() {
    for text in ["20260104", "2026-1-4", "2026-01-04T00:00", "2026-W01-7", "2025-02-29", ""] {
        let spec = json!({"zone": "UTC", "week": {"mon": [["08:00", "09:00"]]}, "holidays": [text]});
        assert_eq!(pointers(spec), ["/holidays/0"], "{text}");
    }
}

#[test]
fn zones_are_names_and_never_offsets() {
    for zone in ["+08:00", "", "Etc/Unknown", "Shanghai"] {
        assert_eq!(pointers(json!({"zone": zone, "week": {"mon": [["08:00", "09:00"]]}})), ["/zone"], "{zone}");
    }
}

#[test]
fn intervals_may_touch_but_not_overlap_in_any_order() {
    let touching = utc(json!({"mon": [["12:00", "24:00"], ["00:00", "12:00"]], "tue": [["00:00", "01:00"]]}));
    assert!(Calendar::load(&serde_json::from_value(touching).unwrap()).is_ok());
    assert_eq!(pointers(utc(json!({"mon": [["10:00", "11:00"], ["09:00", "18:00"]]}))), ["/week/mon/1"]);
    assert_eq!(pointers(utc(json!({"mon": [["22:00", "06:00"], ["23:00", "24:00"]]}))), ["/week/mon/1"]);
}

#[test]
fn a_night_may_not_run_into_the_hours_of_the_morning() {
    let into_monday = json!({"sun": [["22:00", "06:00"]], "mon": [["05:59", "12:00"]]});
    assert_eq!(pointers(utc(into_monday)), ["/week/sun"]);
    let overridden = |dates: Value| json!({"zone": "UTC", "week": {"mon": [["05:00", "12:00"]]}, "overrides": dates});
    let sunday = json!({"2026-01-04": [["22:00", "06:00"]]});
    assert_eq!(pointers(overridden(sunday)), ["/overrides/2026-01-04"]);
    let both = json!({"2026-01-04": [["22:00", "06:00"]], "2026-01-05": [["05:00", "12:00"]]});
    assert!(Calendar::load(&serde_json::from_value(overridden(both)).unwrap()).is_ok());
}

#[test]
fn lists_are_bounded() {
    let many: Vec<_> = (0..9).map(|hour| [format!("{hour:02}:00"), format!("{hour:02}:30")]).collect();
    assert_eq!(pointers(utc(json!({"mon": many}))), ["/week/mon"]);
    let dates: Vec<_> = date(2026, 1, 1).series(jiff::ToSpan::days(1)).take(2001).map(|day| day.to_string()).collect();
    let overrides: serde_json::Map<_, _> = dates.iter().map(|day| (day.clone(), json!([]))).collect();
    let week = json!({"mon": [["09:00", "10:00"]]});
    let spec = json!({"zone": "UTC", "week": week, "holidays": dates, "overrides": overrides});
    assert_eq!(pointers(spec), ["/holidays", "/overrides"]);
}

#[test]
fn a_calendar_that_will_not_open_for_a_year_is_not_taken_into_use() {
    assert_eq!(pointers(json!({"zone": "UTC"})), ["/week"]);
    let past = json!({"zone": "UTC", "overrides": {"2025-12-31": [["09:00", "18:00"]]}});
    assert_eq!(pointers(past), ["/week"]);
    let far = json!({"zone": "UTC", "overrides": {"2027-01-02": [["00:00", "18:00"]]}});
    assert_eq!(pointers(far), ["/week"]);
    let mondays: Vec<_> = date(2026, 1, 5).series(jiff::ToSpan::days(7)).take(60).map(|day| day.to_string()).collect();
    let closed = json!({"zone": "UTC", "week": {"mon": [["09:00", "18:00"]]}, "holidays": mondays});
    assert_eq!(pointers(closed), ["/week"]);
}

#[test]
fn a_calendar_open_on_one_coming_day_is_taken_into_use() {
    for day in ["2026-01-01", "2027-01-01"] {
        let spec = json!({"zone": "Asia/Shanghai", "overrides": {day: [["23:00", "24:00"]]}});
        assert!(Calendar::parse(&serde_json::from_value(spec).unwrap(), TODAY).is_ok(), "{day}");
    }
}

#[test]
fn a_calendar_in_use_that_has_run_out_still_loads() {
    let spec = json!({"zone": "UTC", "overrides": {"2025-12-31": [["09:00", "18:00"]]}});
    assert!(Calendar::load(&serde_json::from_value(spec).unwrap()).is_ok());
}

#[test]
fn unknown_fields_and_days_are_not_read_over() {
    for spec in [
        json!({"zone": "UTC", "holiday": []}),
        json!({"zone": "UTC", "week": {"monday": []}}),
        json!({"zone": "UTC", "week": {"mon": [["09:00"]]}}),
        json!({"zone": "UTC", "week": {"mon": [["09:00", "10:00", "11:00"]]}}),
        json!({"week": {}}),
    ] {
        assert!(serde_json::from_value::<CalendarSpec>(spec.clone()).is_err(), "{spec}");
    }
}

#[test]
fn what_is_written_is_read_back_the_same() {
    let written = json!({"zone": "UTC", "week": {"sat": [["22:00", "06:00"]]}, "holidays": ["2026-01-01"],
        "overrides": {"2026-02-16": []}});
    let spec: CalendarSpec = serde_json::from_value(written).unwrap();
    let again = serde_json::from_str(&serde_json::to_string(&spec).unwrap()).unwrap();
    assert_eq!(spec, again);
    assert_eq!(Calendar::load(&spec), Calendar::load(&again));
}
