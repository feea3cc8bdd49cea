//! Working time: whether an instant counts, when so much of it has passed, and how much passed
//! between two instants.
//!
//! Inside, an instant is a count of seconds since 1970: no rule here is finer, and pieces of whole
//! seconds add up exactly.

mod pieces;
mod reading;
mod spec;

#[cfg(test)]
mod examples;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod refusals;

use std::collections::BTreeMap;
use std::iter::successors;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

pub use pieces::Pieces;
pub use reading::{DATES, INTERVALS_A_DAY};
pub use spec::{CalendarSpec, Fault, Interval, WeekSpec};

const DAY: i64 = 24 * 60;

/// How far ahead working time is looked for, in seconds: 366 days, so that one day a year is always
/// found.
const HORIZON: i64 = 366 * 24 * 60 * 60;

/// What is written on one day, in minutes after its midnight: sorted, apart, none empty. Only the
/// last may end after `DAY`; it then runs on into the next morning.
type Hours = Vec<(i64, i64)>;

/// The working time of a desk, in one zone.
///
/// A local date has the hours of its override; without one, none if it is a holiday; else those of
/// its weekday. Hours are half-open, and:
/// - A night belongs to the date it is written on: when that date is a holiday or overridden, the
///   night does not begin and so has no morning. The morning is lost too when the next date is a
///   holiday or overridden: an override is the whole truth of its date, and may write the morning
///   itself (`["00:00", "06:00"]`).
/// - A time that a clock change leaves out moves forward by the change, one that comes twice is the
///   earlier. Hours that thereby end before they start are none, hours that thereby meet are
///   counted once, and hours never leave their date: a date the zone left out altogether (Apia,
///   2011-12-30) has none.
/// - Time is counted from the next whole second on, so `elapsed` over adjoining spans adds up and
///   agrees with `due`, and nothing is due before its time is up.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    zone: TimeZone,
    /// From Monday.
    week: [Hours; 7],
    /// The holidays, which have no hours, and the overrides.
    exceptions: BTreeMap<Date, Hours>,
}

impl Calendar {
    /// Calendar time: every second counts.
    pub fn always() -> Calendar {
        let week = std::array::from_fn(|_| vec![(0, DAY)]);
        Calendar { zone: TimeZone::UTC, week, exceptions: BTreeMap::new() }
    }

    /// The earliest second at or after `start` with `elapsed(start, it) >= worked_seconds`: the
    /// closing time, not the next opening, when the two are equally far; `start` itself for nothing
    /// or less.
    ///
    /// `None` when working time stops for more than 366 days before that, or time does (year 9999).
    pub fn due(&self, start: Timestamp, worked_seconds: i64) -> Option<Timestamp> {
        if worked_seconds <= 0 {
            return Some(start);
        }
        let (mut reached, mut left) = (next_second(start), worked_seconds);
        // Work takes no less than its time: a senseless target is known without walking to the end
        // of time.
        reached.checked_add(left).filter(|end| *end <= Timestamp::MAX.as_second())?;
        loop {
            let (open, close) = self.pieces(reached, reached + HORIZON).next()?;
            if left <= close - open {
                return Timestamp::from_second(open + left).ok();
            }
            (reached, left) = (close, left - (close - open));
        }
    }

    /// Working seconds in `from..to`; 0 when `to` is not after `from`. A year takes well under a
    /// millisecond.
    pub fn elapsed(&self, from: Timestamp, to: Timestamp) -> i64 {
        self.pieces(next_second(from), next_second(to)).map(|(open, close)| close - open).sum()
    }

    /// `at` itself when open, else the next opening; `None` when there is none within 366 days.
    pub fn next_open(&self, at: Timestamp) -> Option<Timestamp> {
        let now = second(at);
        let (open, _) = self.pieces(now, now + HORIZON).next()?;
        if open == now { Some(at) } else { Timestamp::from_second(open).ok() }
    }

    pub fn is_open(&self, at: Timestamp) -> bool {
        let now = second(at);
        self.pieces(now, now + 1).next().is_some()
    }

    /// The open pieces of `from..to`: in order, apart, none empty.
    fn pieces(&self, from: i64, to: i64) -> impl Iterator<Item = (i64, i64)> {
        // A day more at both ends: around a clock change near midnight the clock may show the date
        // before or after the one that an instant belongs to.
        let first = self.local_date(from);
        let first = first.yesterday().unwrap_or(first);
        let last = self.local_date(to);
        let last = last.tomorrow().unwrap_or(last);
        successors(Some(first), |date| date.tomorrow().ok())
            .take_while(move |date| *date <= last)
            .flat_map(|date| self.day(date))
            .map(move |(open, close)| (open.max(from), close.min(to)))
            .filter(|(open, close)| open < close)
    }

    /// The pieces of one local date, in order and apart; some may be empty or end before they
    /// start. They are cut to the date, and adjacent dates share an end, so no second belongs to
    /// two.
    fn day(&self, date: Date) -> Vec<(i64, i64)> {
        let Some((begins, ends)) = self.instant(date, 0).zip(self.instant(date, DAY)) else {
            return Vec::new();
        };
        let within =
            |(open, close)| Some((self.instant(date, open)?.max(begins), self.instant(date, close)?.min(ends)));
        let mut pieces: Vec<_> = self.hours(date).filter_map(within).collect();
        // Only a clock change puts them out of order or makes them overlap.
        pieces.sort_unstable();
        let mut counted = begins;
        for (open, close) in &mut pieces {
            *open = counted.max(*open);
            counted = counted.max(*close);
        }
        pieces
    }

    /// The minutes of `date` that count: the morning of the night before, and its own until
    /// midnight.
    fn hours(&self, date: Date) -> impl Iterator<Item = (i64, i64)> {
        let plain = !self.exceptions.contains_key(&date);
        let before = date.yesterday().ok().filter(|_| plain);
        let morning = before.and_then(|before| morning_after(self.written(before)));
        let own = self.written(date).iter().map(|(open, close)| (*open, DAY.min(*close)));
        morning.map(|end| (0, end)).into_iter().chain(own)
    }

    fn written(&self, date: Date) -> &Hours {
        self.exceptions.get(&date).unwrap_or_else(|| self.on_weekday(date))
    }

    fn on_weekday(&self, date: Date) -> &Hours {
        &self.week[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())]
    }

    /// The second at which the clock shows `minute` of `date`; `None` outside the years that jiff
    /// knows.
    fn instant(&self, date: Date, minute: i64) -> Option<i64> {
        let local = date.to_datetime(Time::midnight()).checked_add(SignedDuration::from_mins(minute)).ok()?;
        // "Compatible" is jiff's word for: forward by the gap, and the earlier of two.
        let instant = self.zone.to_ambiguous_timestamp(local).compatible().ok()?;
        Some(instant.as_second())
    }

    fn local_date(&self, second: i64) -> Date {
        let instant = Timestamp::from_second(second).unwrap_or(Timestamp::MAX);
        self.zone.to_datetime(instant).date()
    }
}

/// When the night at the end of `hours` ends, in minutes after the next midnight.
fn morning_after(hours: &Hours) -> Option<i64> {
    hours.last().map(|(_, close)| close - DAY).filter(|end| *end > 0)
}

/// The first whole second that is not before `at`.
fn next_second(at: Timestamp) -> i64 {
    at.as_second() + i64::from(at.subsec_nanosecond() > 0)
}

/// The second that `at` lies in: the earlier one, before 1970 too, where jiff cuts towards 1970.
fn second(at: Timestamp) -> i64 {
    at.as_second() - i64::from(at.subsec_nanosecond() < 0)
}
