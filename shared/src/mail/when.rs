//! Instants and lengths of time as a reader says them: weekday, date, time, and whose clock it is.
use jiff::{
    SignedDuration, Timestamp, Zoned,
    tz::{Offset, TimeZone},
};

use super::{lang::Key, words::Words};

/// `Wednesday 3 June 2026, 17:30`
pub(crate) fn long(words: Words<'_>, at: Timestamp, zone: &TimeZone) -> String {
    let at = at.to_zoned(zone.clone());
    let tongue = words.tongue();
    date(words, Key::TimeLong, &at, &tongue.weekdays, &tongue.months)
}

/// `Wed 3 Jun, 17:30`
pub(crate) fn short(words: Words<'_>, at: Timestamp, zone: &TimeZone) -> String {
    let at = at.to_zoned(zone.clone());
    let tongue = words.tongue();
    date(words, Key::TimeShort, &at, &tongue.weekdays_short, &tongue.months_short)
}

/// `17:30`
pub(crate) fn clock(at: Timestamp, zone: &TimeZone) -> String {
    hours_minutes(&at.to_zoned(zone.clone()))
}

/// `China time (UTC+8)`: the name people use and the offset at that instant, so that no reader has to know the zone.
pub(crate) fn zone_name(words: Words<'_>, at: Timestamp, zone: &TimeZone) -> String {
    let offset = offset(zone.to_offset(at));
    let Some(iana) = zone.iana_name().filter(|name| name.contains('/') && !name.starts_with("Etc/")) else {
        return offset;
    };
    let known = words.tongue().zones.iter().find(|(name, _)| *name == iana);
    let name = known.map_or_else(
        || {
            let city = iana.rsplit('/').next().unwrap_or(iana).replace('_', " ");
            words.say(Key::TimeCity, &[("city", &city)])
        },
        |(_, name)| (*name).to_owned(),
    );
    words.say(Key::TimeZoneName, &[("name", &name), ("offset", &offset)])
}

/// Hours and minutes, rounded down to the minute.
pub(crate) fn length(words: Words<'_>, length: SignedDuration) -> String {
    let minutes = length.as_mins().max(0);
    let (hours, minutes) = (minutes / 60, minutes % 60);
    match (hours, minutes) {
        (0, _) => words.say(Key::Minutes, &[("minutes", &minutes)]),
        (_, 0) => words.say(Key::Hours, &[("hours", &hours)]),
        (_, _) => words.say(Key::HoursMinutes, &[("hours", &hours), ("minutes", &minutes)]),
    }
}

fn date(words: Words<'_>, key: Key, at: &Zoned, weekdays: &[&str; 7], months: &[&str; 12]) -> String {
    let weekday = usize::from(at.weekday().to_monday_zero_offset().unsigned_abs());
    let month = usize::from(at.month().unsigned_abs()).saturating_sub(1);
    words.say(
        key,
        &[
            ("weekday", weekdays.get(weekday).unwrap_or(&"")),
            ("day", &at.day()),
            ("month", months.get(month).unwrap_or(&"")),
            ("year", &at.year()),
            ("clock", &hours_minutes(at)),
        ],
    )
}

fn hours_minutes(at: &Zoned) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

fn offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() / 60 % 60);
    match (hours, minutes) {
        (0, 0) => "UTC".to_owned(),
        (_, 0) => format!("UTC{sign}{hours}"),
        (_, _) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{Language, Wording};

    fn said(language: Language, at: &str, zone: &str) -> String {
        let wording = Wording::new();
        let words = Words { language, wording: &wording };
        let (at, zone) = (at.parse().unwrap(), TimeZone::get(zone).unwrap());
        format!("{} | {} | {}", long(words, at, &zone), short(words, at, &zone), zone_name(words, at, &zone))
    }

    #[test]
    fn an_instant_is_said_in_the_readers_zone_and_language() {
        let at = "2026-06-03T09:30:00Z";
        let cases = [
            (Language::En, "Asia/Shanghai", "Wednesday 3 June 2026, 17:30 | Wed 3 Jun, 17:30 | China time (UTC+8)"),
            (Language::ZhHans, "Asia/Shanghai", "2026年6月3日（周三）17:30 | 6月3日（周三）17:30 | 北京时间（UTC+8）"),
            (Language::ZhHant, "Asia/Taipei", "2026年6月3日（週三）17:30 | 6月3日（週三）17:30 | 台北時間（UTC+8）"),
            (
                Language::En,
                "Asia/Kathmandu",
                "Wednesday 3 June 2026, 15:15 | Wed 3 Jun, 15:15 | Kathmandu time (UTC+5:45)",
            ),
            (
                Language::ZhHant,
                "America/Sao_Paulo",
                "2026年6月3日（週三）06:30 | 6月3日（週三）06:30 | Sao Paulo 當地時間（UTC-3）",
            ),
            (Language::En, "UTC", "Wednesday 3 June 2026, 09:30 | Wed 3 Jun, 09:30 | UTC"),
        ];
        for (language, zone, expected) in cases {
            assert_eq!(said(language, at, zone), expected);
        }
    }

    #[test]
    fn the_offset_follows_the_clock_change() {
        assert!(said(Language::En, "2026-01-31T23:00:00Z", "America/New_York").ends_with("US Eastern time (UTC-5)"));
        assert!(said(Language::En, "2026-07-31T23:00:00Z", "America/New_York").ends_with("US Eastern time (UTC-4)"));
    }

    #[test]
    fn lengths_leave_out_what_is_nothing() {
        let wording = Wording::new();
        let words = Words { language: Language::En, wording: &wording };
        let said = |seconds| length(words, SignedDuration::from_secs(seconds));
        assert_eq!([said(59), said(3600), said(3 * 3600 + 61)], ["0 min", "1 h", "3 h 1 min"]);
    }
}
