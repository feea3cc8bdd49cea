//! Months, quarters and years of a shop's calendar, and the time that figures are asked for.

use jiff::civil::{Date, date};
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};

/// Days from the first to the last, both with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub from: Date,
    pub to: Date,
    /// The last day that is counted in it; before `to` while it is not over.
    pub counted: Date,
}

impl Window {
    pub fn days(&self) -> impl Iterator<Item = Date> {
        let last = self.to.min(self.counted);
        self.from.series(1.day()).take_while(move |day| *day <= last)
    }

    /// How many days it has, and how many of them are counted.
    pub(super) fn lengths(&self) -> (i64, i64) {
        let length = |to: Date| i64::from(self.from.until(to).map_or(0, |span| span.get_days())) + 1;
        (length(self.to).max(1), length(self.to.min(self.counted)).max(0))
    }
}

/// A time whose figures are kept for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Period {
    Month(i16, i8),
    Quarter(i16, i8),
    Year(i16),
}

impl Period {
    /// Those that a day is in.
    pub fn around(day: Date) -> [Self; 3] {
        let quarter = (day.month() - 1) / 3 + 1;
        [Self::Month(day.year(), day.month()), Self::Quarter(day.year(), quarter), Self::Year(day.year())]
    }

    /// As it is written: `2026-03`, `2026-Q1`, `2026`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, part) = text.split_once('-').map_or((text, None), |(year, part)| (year, Some(part)));
        let year = year.parse().ok()?;
        let period = match part {
            None => Self::Year(year),
            Some(part) => match part.strip_prefix('Q') {
                Some(quarter) => Self::Quarter(year, quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter))?),
                None => Self::Month(year, part.parse().ok().filter(|month| (1..=12).contains(month))?),
            },
        };
        (period.to_string() == text).then_some(period)
    }

    /// The one before it.
    pub fn before(self) -> Option<Self> {
        let [month, quarter, year] = Self::around(self.days().0.yesterday().ok()?);
        Some(match self {
            Self::Month(..) => month,
            Self::Quarter(..) => quarter,
            Self::Year(..) => year,
        })
    }

    pub fn window(self) -> Window {
        let (from, to) = self.days();
        Window { from, to, counted: to }
    }

    /// Its first and its last day.
    pub fn days(self) -> (Date, Date) {
        let (first, length): (Date, Span) = match self {
            Self::Month(year, month) => (date(year, month, 1), 1.month()),
            Self::Quarter(year, quarter) => (date(year, quarter * 3 - 2, 1), 3.months()),
            Self::Year(year) => (date(year, 1, 1), 1.year()),
        };
        let next = first.checked_add(length).unwrap_or(Date::MAX);
        (first, next.yesterday().unwrap_or(first))
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Quarter(year, quarter) => write!(f, "{year:04}-Q{quarter}"),
            Self::Year(year) => write!(f, "{year:04}"),
        }
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

impl TryFrom<String> for Period {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or_else(|| format!("{text} is no period such as 2026-03, 2026-Q1 or 2026"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_read_as_it_is_written_and_no_other_way() {
        for text in ["2026-03", "2026-12", "2026-Q1", "2026-Q4", "2026"] {
            assert_eq!(Period::parse(text).map(|period| period.to_string()).as_deref(), Some(text));
        }
        for text in
            ["", "2026-", "2026-3", "2026-13", "2026-00", "2026-Q0", "2026-Q5", "2026-q1", "+2026", "2026-03-01"]
        {
            assert_eq!(Period::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_one_before_ends_where_it_begins() {
        for (text, before) in [("2026-01", "2025-12"), ("2026-03", "2026-02"), ("2026-Q1", "2025-Q4"), ("2026", "2025")]
        {
            let period = Period::parse(text).unwrap();
            assert_eq!(period.before().map(|before| before.to_string()).as_deref(), Some(before));
            assert_eq!(period.before().unwrap().days().1.tomorrow().unwrap(), period.days().0);
        }
    }
}
