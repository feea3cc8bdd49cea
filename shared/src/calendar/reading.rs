//! Reading what people write: all that is wrong is told at once, each fault with its place and its
//! mending.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::spec::{CalendarSpec, Fault, Interval};
use super::{Calendar, DAY, Hours, morning_after};

/// Three shifts of a day, each with a break, are six pieces.
pub const INTERVALS_A_DAY: usize = 8;

/// Ten years of a country rich in holidays are 300. With this many, and this many overrides of
/// eight intervals, the JSON takes some 330 KB, and a table item may take 400.
pub const DATES: usize = 2000;

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Calendar {
    /// Reads a calendar; one without working time in the 366 days from `today`, a date of its zone,
    /// is at fault.
    pub fn parse(spec: &CalendarSpec, today: Date) -> Result<Calendar, Vec<Fault>> {
        let (calendar, mut faults) = read(spec);
        // Hours that could not be read are no sign that there are none.
        let unread = |fault: &Fault| fault.pointer.starts_with("/week") || fault.pointer.starts_with("/overrides");
        if !faults.iter().any(unread) && !calendar.opens_within_a_year(today) {
            let message =
                format!("no working time in the 366 days from {today}: give a weekday or a date to come its hours");
            faults.push(Fault::new("/week", message));
        }
        if faults.is_empty() { Ok(calendar) } else { Err(faults) }
    }

    /// Reads a calendar that is in use already: one that has run out of working time still loads,
    /// and gives no due instants, so that the day it runs out is an alert and not a standstill.
    pub fn load(spec: &CalendarSpec) -> Result<Calendar, Vec<Fault>> {
        let (calendar, faults) = read(spec);
        if faults.is_empty() { Ok(calendar) } else { Err(faults) }
    }

    fn opens_within_a_year(&self, today: Date) -> bool {
        let midnight = self.zone.to_ambiguous_timestamp(today.to_datetime(Time::midnight())).compatible();
        midnight.is_ok_and(|midnight| self.next_open(midnight).is_some())
    }
}

/// What can be read of `spec`, and every fault in the rest.
fn read(spec: &CalendarSpec) -> (Calendar, Vec<Fault>) {
    let mut faults = Vec::new();
    let zone = zone(&spec.zone).unwrap_or_else(|fault| {
        faults.push(fault);
        TimeZone::UTC
    });
    let days = spec.week.days();
    let week = std::array::from_fn(|day| hours(&format!("/week/{}", WEEKDAYS[day]), days[day], &mut faults));
    let mut exceptions = holidays(&spec.holidays, &mut faults);
    // After the holidays: an override replaces one.
    exceptions.extend(overrides(&spec.overrides, &mut faults));
    let calendar = Calendar { zone, week, exceptions };
    faults.extend(calendar.nights_into_hours());
    (calendar, faults)
}

fn zone(name: &str) -> Result<TimeZone, Fault> {
    // The bundled database by name: the default one may be the machine's, when another crate of the
    // build asks for it.
    let found = TimeZoneDatabase::bundled().get(name).ok().filter(|zone| !zone.is_unknown());
    found.ok_or_else(|| {
        Fault::new("/zone", format!("{name:?} is not an IANA zone: write one such as \"Asia/Shanghai\""))
    })
}

fn holidays(written: &[String], faults: &mut Vec<Fault>) -> BTreeMap<Date, Hours> {
    if written.len() > DATES {
        faults.push(Fault::new("/holidays", format!("at most {DATES} are kept: leave out the oldest")));
        return BTreeMap::new();
    }
    let mut read = BTreeMap::new();
    for (index, text) in written.iter().enumerate() {
        match date(text) {
            Ok(date) => _ = read.insert(date, Hours::new()),
            Err(message) => faults.push(Fault::new(format!("/holidays/{index}"), message)),
        }
    }
    read
}

fn overrides(written: &BTreeMap<String, Vec<Interval>>, faults: &mut Vec<Fault>) -> BTreeMap<Date, Hours> {
    if written.len() > DATES {
        faults.push(Fault::new("/overrides", format!("at most {DATES} are kept: leave out the oldest")));
        return BTreeMap::new();
    }
    let mut read = BTreeMap::new();
    for (text, intervals) in written {
        let place = format!("/overrides/{}", text.replace('~', "~0").replace('/', "~1"));
        let hours = hours(&place, intervals, faults);
        match date(text) {
            Ok(date) => _ = read.insert(date, hours),
            Err(message) => faults.push(Fault::new(place, message)),
        }
    }
    read
}

/// One spelling per date, so that no date is overridden twice.
fn date(text: &str) -> Result<Date, String> {
    let date = text.parse::<Date>().ok().filter(|date| date.to_string() == text);
    date.ok_or_else(|| format!("{text:?} is not a date: write one of the calendar as \"2026-01-31\""))
}

fn hours(place: &str, written: &[Interval], faults: &mut Vec<Fault>) -> Hours {
    if written.len() > INTERVALS_A_DAY {
        faults.push(Fault::new(place, format!("a day has at most {INTERVALS_A_DAY} intervals: join some")));
        return Hours::new();
    }
    let mut hours = Hours::new();
    for (index, interval) in written.iter().enumerate() {
        match minutes(interval).and_then(|minutes| apart(minutes, &hours)) {
            Ok(minutes) => hours.push(minutes),
            Err(message) => faults.push(Fault::new(format!("{place}/{index}"), message)),
        }
    }
    hours.sort_unstable();
    hours
}

fn minutes(Interval(start, end): &Interval) -> Result<(i64, i64), String> {
    match (minute(start).filter(|start| *start < DAY), minute(end)) {
        (Some(start), Some(end)) if start < end => Ok((start, end)),
        (Some(start), Some(end)) if end < start => Ok((start, end + DAY)),
        (Some(_), Some(_)) => {
            Err(format!("it ends when it starts, at {start}: for a whole day write [\"00:00\", \"24:00\"]"))
        }
        (None, _) | (_, None) => Err(format!(
            "[{start:?}, {end:?}] is no interval: write times as \"09:00\", and at most \"24:00\" as the end"
        )),
    }
}

/// The minute of the day that `HH:MM` names, 0 to 1440.
fn minute(text: &str) -> Option<i64> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute) = (two_digits(hour)?, two_digits(minute)?);
    let of_day = hour * 60 + minute;
    (minute < 60 && of_day <= DAY).then_some(of_day)
}

fn two_digits(text: &str) -> Option<i64> {
    // A sign would parse, so the digits are asked for.
    let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn apart((start, end): (i64, i64), others: &Hours) -> Result<(i64, i64), String> {
    match others.iter().find(|other| start < other.1 && other.0 < end) {
        None => Ok((start, end)),
        Some(other) => Err(format!("it overlaps the one from {} to {}: join them", clock(other.0), clock(other.1))),
    }
}

/// `HH:MM` of a minute count, which may be of the next day.
fn clock(minute: i64) -> String {
    let of_day = if minute > DAY { minute - DAY } else { minute };
    format!("{:02}:{:02}", of_day / 60, of_day % 60)
}

impl Calendar {
    /// The nights that run into the hours of the next morning.
    fn nights_into_hours(&self) -> Vec<Fault> {
        let week = WEEKDAYS.iter().zip(&self.week).zip(self.week.iter().cycle().skip(1));
        let weekly = week.map(|((name, hours), next)| (format!("/week/{name}"), hours, next));
        let overridden = self.exceptions.iter().filter_map(|(date, hours)| {
            // An exceptional morning takes no night of the day before.
            let next = date.tomorrow().ok().filter(|next| !self.exceptions.contains_key(next))?;
            Some((format!("/overrides/{date}"), hours, self.on_weekday(next)))
        });
        weekly.chain(overridden).filter_map(|(place, hours, next)| night_into(hours, next, place)).collect()
    }
}

fn night_into(hours: &Hours, next: &Hours, place: String) -> Option<Fault> {
    let (end, (opening, _)) = (morning_after(hours)?, next.first()?);
    let message =
        format!("its night ends at {}, but the next day begins at {}: end it earlier", clock(end), clock(*opening));
    (end > *opening).then(|| Fault::new(place, message))
}
