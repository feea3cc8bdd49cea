//! Whether a ticket could be due to be resolved before it is due to be answered. In one calendar the seconds tell; in
//! two the instants have to be compared, since hours that differ let the longer promise end first.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use super::Policy;
use crate::calendar::{Calendar, Pieces};
use crate::category::Priority;
use crate::problem::Fault;

/// Tickets are looked at that are opened within a year: every holiday that is entered has come by then.
const STARTS: i64 = 366 * 86_400;
/// Their due instants are looked for in two: of a promise that takes longer nothing is said.
const ENDS: i64 = 2 * STARTS;

impl Policy {
    /// The priorities whose resolution may come first, each with an instant at which it does. `today` is the first day
    /// that is looked at; of calendars that could not be read nothing is said.
    pub(super) fn disorder(&self, calendars: &BTreeMap<String, Calendar>, today: Date) -> Vec<Fault> {
        let mut faults = Vec::new();
        let midnight = today.to_datetime(Time::midnight()).to_zoned(TimeZone::UTC);
        let (Some(last), Ok(from)) = (&self.resolution, midnight.map(|day| day.timestamp())) else { return faults };
        let firsts = [(&self.first_response, "first response"), (&self.first_response_chat, "first response in chat")];
        for (first, name) in firsts {
            let Some(first) = first.as_ref().filter(|first| first.calendar != last.calendar) else { continue };
            let (Some(answered), Some(resolved)) = (calendars.get(&first.calendar), calendars.get(&last.calendar))
            else {
                continue;
            };
            let pair = Pair { answered: answered.open_for(from, ENDS), resolved: resolved.open_for(from, ENDS) };
            // Where the seconds are the wrong way round that is told already.
            let fits = |priority: &&Priority| last.target(**priority) >= first.target(**priority);
            for priority in Priority::ALL.iter().filter(fits) {
                let (answer, resolve) = (first.target(*priority), last.target(*priority));
                if let Some(found) = pair.out_of_order(answer, resolve, from.as_second()) {
                    faults.push(found.fault(name, *priority));
                }
            }
        }
        faults
    }
}

/// The open times of both promises.
struct Pair {
    answered: Pieces,
    resolved: Pieces,
}

/// An example: opened, due to be resolved, due to be answered.
struct Example(i64, i64, i64);

impl Pair {
    /// The gap between the two due instants is widest at few starts: where one of the calendars opens or closes, and
    /// where one of the due instants reaches a closing time, after which it leaps to the next opening.
    fn out_of_order(&self, answer: i64, resolve: i64, from: i64) -> Option<Example> {
        let edges = self.answered.edges().chain(self.resolved.edges());
        let leaps = self.answered.starts_of(answer).chain(self.resolved.starts_of(resolve));
        let mut starts = [from].into_iter().chain(edges.chain(leaps).flat_map(|at| [at, at + 1]));
        starts.find_map(|start| {
            if !(from..from + STARTS).contains(&start) {
                return None;
            }
            let (answered, resolved) = (self.answered.due(start, answer)?, self.resolved.due(start, resolve)?);
            (resolved < answered).then_some(Example(start, resolved, answered))
        })
    }
}

impl Example {
    fn fault(&self, name: &str, priority: Priority) -> Fault {
        let at = |second: i64| Timestamp::from_second(second).unwrap_or_default();
        let (opened, resolved, answered) = (at(self.0), at(self.1), at(self.2));
        Fault::new(
            format!("/policy/resolution/{priority}"),
            format!(
                "must not come before the {name}, in whatever calendars: opened at {opened}, a ticket would be due to be \
                 resolved at {resolved} and to be answered at {answered}"
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::{Value, json};

    use crate::settings::Settings;

    const OFFICE: [&str; 5] = ["mon", "tue", "wed", "thu", "fri"];

    /// The faults of settings with these promises, over calendars `office`, `monday` and what is given.
    fn faults(calendars: Value, policy: Value) -> Vec<(String, String)> {
        let mut document = json!(Settings::shipped());
        document["calendars"]["monday"] = json!({ "zone": "UTC", "week": { "mon": [["09:00", "18:00"]] } });
        for (name, calendar) in calendars.as_object().unwrap() {
            document["calendars"][name] = calendar.clone();
        }
        document["policy"] = policy;
        let settings = Settings::read(&document).unwrap();
        settings.faults(date(2026, 3, 12)).into_iter().map(|fault| (fault.pointer, fault.detail)).collect()
    }

    fn promise(calendar: &str, seconds: i64) -> Value {
        json!({ "calendar": calendar, "urgent": seconds, "high": seconds, "normal": seconds, "low": seconds })
    }

    fn pointers(found: &[(String, String)]) -> Vec<&str> {
        found.iter().map(|(pointer, _)| pointer.as_str()).collect()
    }

    const ALL: [&str; 4] =
        ["/policy/resolution/low", "/policy/resolution/normal", "/policy/resolution/high", "/policy/resolution/urgent"];

    #[test]
    fn a_resolution_that_comes_first_by_the_calendars_is_refused_with_an_example() {
        for name in ["first_response", "first_response_chat"] {
            let found =
                faults(json!({}), json!({ name: promise("monday", 3600), "resolution": promise("always", 3600) }));
            assert_eq!(pointers(&found), ALL);
            // 12 March 2026 is a Thursday: nobody answers before Monday at ten.
            let chat = if name == "first_response" { "" } else { " in chat" };
            let said = format!(
                "must not come before the first response{chat}, in whatever calendars: opened at 2026-03-12T00:00:00Z, a \
                 ticket would be due to be resolved at 2026-03-12T01:00:00Z and to be answered at 2026-03-16T10:00:00Z"
            );
            assert_eq!(found[0].1, said);
        }
    }

    #[test]
    fn the_longer_promise_in_the_wider_hours_is_taken_where_it_never_comes_first() {
        // A week of calendar time holds a Monday.
        let policy = json!({ "first_response": promise("monday", 3600), "resolution": promise("always", 8 * 86_400) });
        assert_eq!(faults(json!({}), policy), []);
        let policy = json!({ "first_response": promise("monday", 3600), "resolution": promise("always", 6 * 86_400) });
        assert_eq!(pointers(&faults(json!({}), policy)), ALL);
        let policy = json!({ "first_response": promise("always", 3600), "resolution": promise("monday", 3600) });
        assert_eq!(faults(json!({}), policy), []);
    }

    #[test]
    fn one_holiday_months_away_is_found() {
        let week: serde_json::Map<String, Value> =
            OFFICE.iter().map(|day| ((*day).to_owned(), json!([["09:00", "18:00"]]))).collect();
        let open = json!({ "zone": "UTC", "week": week });
        let mut closed = open.clone();
        closed["holidays"] = json!(["2026-10-01"]);
        let policy = json!({ "first_response": promise("closed", 3600), "resolution": promise("open", 7200) });
        let found = faults(json!({ "open": open, "closed": closed }), policy);
        assert_eq!(pointers(&found), ALL);
        assert!(found[0].1.contains("2026-09-30") || found[0].1.contains("2026-10-01"), "{found:?}");
        let policy = json!({ "first_response": promise("open", 3600), "resolution": promise("closed", 7200) });
        let calendars = json!({ "open": { "zone": "UTC", "week": { "mon": [["09:00", "18:00"]] } },
            "closed": { "zone": "UTC", "week": { "mon": [["09:00", "18:00"]] }, "holidays": ["2026-10-05"] } });
        assert_eq!(faults(calendars, policy), []);
    }

    #[test]
    fn a_leap_over_a_closing_time_is_found() {
        // Answers until 18:00, resolutions until 18:01: only what is opened in the last minute but one is out of order.
        let week =
            |close: &str| json!({ "zone": "UTC", "week": { "mon": [["09:00", close]], "tue": [["09:00", close]] } });
        let policy = json!({ "first_response": promise("short", 3600), "resolution": promise("long", 3630) });
        let found = faults(json!({ "short": week("18:00"), "long": week("18:01") }), policy);
        assert_eq!(pointers(&found), ALL);
        let policy = json!({ "first_response": promise("short", 3600), "resolution": promise("long", 3660) });
        assert_eq!(faults(json!({ "short": week("18:00"), "long": week("18:01") }), policy), []);
    }
}
