//! Open time, counted quarter by quarter: each is asked for by itself, and nothing is skipped.

use std::sync::OnceLock;

use jiff::Timestamp;

use super::acts::versions;
use crate::calendar::Calendar;
use crate::ticket::given::at;

/// A Friday, two days before New York's clocks change.
pub(super) const START: &str = "2026-03-06T12:00:00Z";
const DAYS: i64 = 420;
/// Every calendar here opens and closes at quarters.
const QUARTER: i64 = 900;

/// Which quarters from `START` on are open in a calendar of a version. In the last version the office is where the nights
/// are.
pub(super) fn quarters(version: usize, calendar: &str) -> &'static [bool] {
    static ALWAYS: OnceLock<Vec<bool>> = OnceLock::new();
    static OFFICE: OnceLock<Vec<bool>> = OnceLock::new();
    static NIGHTS: OnceLock<Vec<bool>> = OnceLock::new();
    let from = at(START).as_second();
    let ask = |name| {
        let times: &Calendar = versions()[0].calendar(name).unwrap();
        let open = |quarter| times.is_open(Timestamp::from_second(from + quarter * QUARTER).unwrap());
        (0..DAYS * 86_400 / QUARTER).map(open).collect()
    };
    match calendar {
        "office" if version < 2 => OFFICE.get_or_init(|| ask("office")),
        "office" | "nights" => NIGHTS.get_or_init(|| ask("nights")),
        _ => ALWAYS.get_or_init(|| vec![true; usize::try_from(DAYS * 86_400 / QUARTER).unwrap()]),
    }
}

/// Counts open seconds from a second on, quarter by quarter: all until `to`, or until there are `enough`. Answers where
/// that was, and how many.
pub(super) fn walk(open: &[bool], from: i64, to: i64, enough: i64) -> (i64, i64) {
    let zero = at(START).as_second();
    let (mut second, mut counted) = (from, 0);
    while second < to && counted < enough {
        let quarter = (second - zero).div_euclid(QUARTER);
        let ends = (zero + (quarter + 1) * QUARTER).min(to);
        match open.get(usize::try_from(quarter).unwrap()) {
            Some(true) => {
                let step = (ends - second).min(enough - counted);
                (second, counted) = (second + step, counted + step);
            }
            Some(false) => second = ends,
            None => return (i64::MAX, counted),
        }
    }
    (second, counted)
}
