//! Our calendars against two public packages of holidays and a plain count in Python, over ten
//! years of five countries.

use std::process::Command;

use aftercare::calendar::{Calendar, CalendarSpec};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::Deserialize;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/oracles/calendars.py");

#[derive(Deserialize)]
struct Expected {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    spec: CalendarSpec,
    /// The local time at which `days` are asked about.
    at: Time,
    days: Vec<(Date, bool)>,
    /// From, to, working seconds.
    spans: Vec<(Timestamp, Timestamp, i64)>,
}

#[test]
fn calendars_agree_with_public_holiday_packages_over_ten_years() {
    let expected = expected();
    assert_eq!(expected.cases.len(), 5);
    for case in &expected.cases {
        agrees(case);
    }
}

fn agrees(Case { name, spec, at, days, spans }: &Case) {
    assert!(days.len() > 3650 && spans.len() >= 300, "{name}: the script printed too little");
    let calendar = Calendar::load(spec).unwrap_or_else(|faults| panic!("{name}: {faults:?}"));
    let zone = TimeZone::get(&spec.zone).unwrap_or_else(|error| panic!("{name}: {error}"));
    for (date, worked) in days {
        let instant = zone.to_timestamp(date.to_datetime(*at));
        let open = instant.map(|instant| calendar.is_open(instant));
        assert_eq!(open.ok(), Some(*worked), "{name}: is {date} open at {at}?");
    }
    for (from, to, seconds) in spans {
        assert_eq!(calendar.elapsed(*from, *to), *seconds, "{name}: from {from} to {to}");
    }
}

fn expected() -> Expected {
    let run =
        Command::new(tests::tool("AFTERCARE_PYTHON", "a Python with infra/requirements.txt")).arg(SCRIPT).output();
    let run = run.unwrap_or_else(|error| panic!("AFTERCARE_PYTHON does not start: {error}"));
    assert!(run.status.success(), "calendars.py failed:\n{}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice(&run.stdout).unwrap_or_else(|error| panic!("calendars.py printed something else: {error}"))
}
