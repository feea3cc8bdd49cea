//! For how long a reason holds: counted in days of the customer's zone, or in hours to the millisecond.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::quote::Unable;
use crate::settings::Window;

impl Window {
    /// It begins with the delivery, so without one there is none.
    pub fn counts_from_delivery(self) -> bool {
        match self {
            Self::DaysFromDelivery(_) | Self::HoursFromDelivery(_) => true,
            Self::DaysAfterPromise(_) => false,
        }
    }

    /// It is open at `now` for what was delivered and promised then.
    pub(super) fn open(
        self,
        delivered: Option<Timestamp>,
        promised: Option<Timestamp>,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<(), Unable> {
        match (self, delivered, promised) {
            // The whole of the last day belongs to it.
            (Self::DaysFromDelivery(days), Some(delivered), _) => {
                let over = midnight(delivered, i64::from(days) + 1, zone);
                if now < over { Ok(()) } else { Err(Unable::Closed { since: over }) }
            }
            (Self::HoursFromDelivery(hours), Some(delivered), _) => {
                let last = delivered.saturating_add(SignedDuration::from_hours(i64::from(hours))).unwrap_or(now);
                if now <= last { Ok(()) } else { Err(Unable::Closed { since: last }) }
            }
            (Self::DaysAfterPromise(days), _, Some(promised)) => {
                let from = midnight(promised, i64::from(days), zone);
                if now >= from { Ok(()) } else { Err(Unable::NotYet { from }) }
            }
            (Self::DaysFromDelivery(_) | Self::HoursFromDelivery(_), None, _) => {
                Err(Unable::NotDelivered { line: None })
            }
            (Self::DaysAfterPromise(_), _, None) => Err(Unable::NoPromise),
        }
    }
}

/// The first instant of the day that comes so many days after the one `at` is on.
fn midnight(at: Timestamp, days: i64, zone: &TimeZone) -> Timestamp {
    let day = at.to_zoned(zone.clone()).date().saturating_add(days.days());
    // Where a day begins with an hour that the clock leaves out, it begins after that hour.
    day.to_zoned(zone.clone()).map_or(Timestamp::MAX, |start| start.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn delivered(window: Window, on: &str, zone_name: &str, now: &str) -> Result<(), Unable> {
        window.open(Some(at(on)), None, &zone(zone_name), at(now))
    }

    #[test]
    fn the_day_of_delivery_is_day_0_and_the_whole_of_day_7_belongs_to_it() {
        let week = Window::DaysFromDelivery(7);
        // Delivered on 1 June, late in the evening in Shanghai; day 7 is 8 June.
        let evening = "2026-06-01T23:50:00+08:00";
        assert_eq!(delivered(week, evening, "Asia/Shanghai", "2026-06-08T23:59:59.999+08:00"), Ok(()));
        let over = at("2026-06-09T00:00:00+08:00");
        let closed = Err(Unable::Closed { since: over });
        assert_eq!(delivered(week, evening, "Asia/Shanghai", "2026-06-09T00:00:00+08:00"), closed);
        assert_eq!(delivered(week, "2026-06-01T00:00:00+08:00", "Asia/Shanghai", "2026-06-09T00:00:00+08:00"), closed);
    }

    #[test]
    fn days_are_those_of_the_customers_zone() {
        // 1 June 23:50 in Shanghai is 1 June 08:50 in Los Angeles, whose 8 June ends 15 hours later.
        let (week, evening) = (Window::DaysFromDelivery(7), "2026-06-01T23:50:00+08:00");
        assert_eq!(delivered(week, evening, "America/Los_Angeles", "2026-06-09T14:59:59+08:00"), Ok(()));
        let over = at("2026-06-09T15:00:00+08:00");
        let after = delivered(week, evening, "America/Los_Angeles", "2026-06-09T15:00:00+08:00");
        assert_eq!(after, Err(Unable::Closed { since: over }));
    }

    #[test]
    fn a_change_of_clocks_makes_a_day_longer_or_shorter_and_takes_none_away() {
        // In Los Angeles clocks go back on 1 November 2026 and forward on 8 March.
        let (week, name) = (Window::DaysFromDelivery(7), "America/Los_Angeles");
        assert_eq!(delivered(week, "2026-10-30T12:00:00-07:00", name, "2026-11-06T23:59:59-08:00"), Ok(()));
        assert!(delivered(week, "2026-10-30T12:00:00-07:00", name, "2026-11-07T00:00:00-08:00").is_err());
        assert_eq!(delivered(week, "2026-03-05T12:00:00-08:00", name, "2026-03-12T23:59:59-07:00"), Ok(()));
        assert!(delivered(week, "2026-03-05T12:00:00-08:00", name, "2026-03-13T00:00:00-07:00").is_err());
        // In São Paulo midnight itself was left out on 4 November 2018: the day began at one.
        let day_0 = Window::DaysFromDelivery(0);
        let over = delivered(day_0, "2018-11-03T12:00:00-03:00", "America/Sao_Paulo", "2018-11-04T03:00:00Z");
        assert_eq!(over, Err(Unable::Closed { since: at("2018-11-04T01:00:00-02:00") }));
    }

    #[test]
    fn hours_are_counted_exactly_whatever_the_clocks_do() {
        let two_days = Window::HoursFromDelivery(48);
        let (on, zone_name) = ("2026-03-07T12:00:00-08:00", "America/Los_Angeles");
        assert_eq!(delivered(two_days, on, zone_name, "2026-03-09T20:00:00Z"), Ok(()));
        let late = delivered(two_days, on, zone_name, "2026-03-09T20:00:01Z");
        assert_eq!(late, Err(Unable::Closed { since: at("2026-03-09T20:00:00Z") }));
    }

    #[test]
    fn what_was_not_received_is_asked_for_from_the_third_day_after_the_promise() {
        let third_day = Window::DaysAfterPromise(3);
        let promised =
            |now: &str| third_day.open(None, Some(at("2026-06-01T18:00:00+08:00")), &zone("Asia/Shanghai"), at(now));
        assert_eq!(promised("2026-06-04T00:00:00+08:00"), Ok(()));
        let from = at("2026-06-04T00:00:00+08:00");
        assert_eq!(promised("2026-06-03T23:59:59+08:00"), Err(Unable::NotYet { from }));
        assert_eq!(promised("2027-06-04T00:00:00+08:00"), Ok(()), "it does not close");
        assert_eq!(third_day.open(Some(from), None, &zone("UTC"), from), Err(Unable::NoPromise));
    }
}
