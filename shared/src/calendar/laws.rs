//! The calendar against a slow one: each UTC minute asks the clock on the wall what it shows, and
//! whether that is open.
//!
//! The slow one knows no conversion from local time to UTC, sorts nothing and merges nothing.

use std::collections::HashMap;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

/// Zone, first UTC date and days of a stretch with something odd in the middle.
const STRETCHES: [(&str, &str, i64); 12] = [
    ("America/New_York", "2026-03-04", 9),
    ("America/New_York", "2026-10-28", 9),
    // Midnight itself is left out in spring; 23:00 comes twice in autumn.
    ("America/Sao_Paulo", "2015-10-14", 9),
    ("America/Sao_Paulo", "2018-10-31", 9),
    ("America/Sao_Paulo", "2019-02-13", 9),
    // Half an hour.
    ("Australia/Lord_Howe", "2025-10-01", 9),
    ("Australia/Lord_Howe", "2026-04-01", 9),
    ("Asia/Shanghai", "2026-02-10", 22),
    // No 30 December.
    ("Pacific/Apia", "2011-12-26", 9),
    // Set back at 00:01, into the day before.
    ("America/St_Johns", "2010-11-03", 9),
    // The last hour of a day is left out.
    ("America/Nuuk", "2024-03-27", 9),
    // Quarters of an hour.
    ("Asia/Kathmandu", "2026-01-01", 7),
];

/// The wall clock of one stretch, minute by minute.
struct Wall {
    zone: &'static str,
    /// UTC second of the first minute.
    start: i64,
    /// Local minutes since 1970 that each UTC minute shows.
    shown: Vec<i64>,
    first_shown: HashMap<i64, usize>,
}

impl std::fmt::Debug for Wall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} from {}", self.zone, instant(self, 0))
    }
}

static WALLS: LazyLock<Vec<Wall>> = LazyLock::new(|| STRETCHES.iter().map(Wall::watch).collect());

impl Wall {
    fn watch(&(zone, first, days): &(&'static str, &str, i64)) -> Wall {
        let rules = TimeZone::get(zone).unwrap();
        let start = format!("{first}T00:00:00Z").parse::<Timestamp>().unwrap().as_second();
        let shows = |minute| {
            let utc = start + minute * 60;
            (utc + i64::from(rules.to_offset(Timestamp::from_second(utc).unwrap()).seconds())) / 60
        };
        let shown: Vec<i64> = (0..days * DAY).map(shows).collect();
        let mut first_shown = HashMap::new();
        for (at, minute) in shown.iter().enumerate() {
            first_shown.entry(*minute).or_insert(at);
        }
        Wall { zone, start, shown, first_shown }
    }

    /// The UTC minute at which `local` has come. Where the wall clock jumped over it, a clock not
    /// set forward shows it.
    fn reaches(&self, local: i64) -> usize {
        if let Some(at) = self.first_shown.get(&local) {
            return *at;
        }
        match self.shown.iter().position(|shown| *shown > local) {
            Some(0) => 0,
            Some(jump) => jump + usize::try_from(local - self.shown[jump - 1] - 1).unwrap(),
            None => self.shown.len(),
        }
    }

    /// The first and last local day, in days since 1970.
    fn days(&self) -> std::ops::RangeInclusive<i64> {
        self.shown[0] / DAY..=self.shown[self.shown.len() - 1] / DAY
    }

    /// Working seconds before each UTC minute.
    fn worked(&self, plan: &Plan) -> Vec<i64> {
        let hours: HashMap<i64, Vec<(usize, usize)>> = self
            .days()
            .map(|day| (day, plan.hours(day).map(|(open, close)| (self.reaches(open), self.reaches(close))).collect()))
            .collect();
        let (mut latest, mut total, mut worked) = (0, 0, vec![0]);
        for (at, shown) in self.shown.iter().enumerate() {
            // A clock set back over midnight does not bring the day back.
            latest = latest.max(*shown);
            let open = hours[&(latest / DAY)].iter().any(|(open, close)| (*open..*close).contains(&at));
            total += if open { 60 } else { 0 };
            worked.push(total);
        }
        worked
    }
}

/// What a test writes down: minutes after midnight; an end past 24:00 is a night.
#[derive(Clone, Debug)]
struct Plan {
    week: Vec<Vec<(i64, i64)>>,
    /// By days after the stretch begins.
    exceptions: Vec<(i64, Vec<(i64, i64)>)>,
    first: i64,
}

impl Plan {
    fn exception(&self, day: i64) -> Option<&Vec<(i64, i64)>> {
        self.exceptions.iter().find(|(after, _)| self.first + after == day).map(|(_, hours)| hours)
    }

    fn written(&self, day: i64) -> &Vec<(i64, i64)> {
        // 1970 began on a Thursday.
        self.exception(day).unwrap_or_else(|| &self.week[usize::try_from((day + 3) % 7).unwrap()])
    }

    /// Local minutes since 1970 that count as `day`.
    fn hours(&self, day: i64) -> impl Iterator<Item = (i64, i64)> {
        let plain = self.exception(day).is_none();
        let nights = self.written(day - 1).iter().filter(move |(_, end)| plain && *end > DAY);
        let mornings = nights.map(|(_, end)| (0, end - DAY));
        let own = self.written(day).iter().map(|(start, end)| (*start, *end.min(&DAY)));
        mornings.chain(own).map(move |(start, end)| (day * DAY + start, day * DAY + end))
    }

    fn calendar(&self, zone: &str) -> Calendar {
        let date =
            |after: &i64| Timestamp::from_second((self.first + after) * DAY * 60).unwrap().strftime("%F").to_string();
        let [mon, tue, wed, thu, fri, sat, sun] = std::array::from_fn(|day| intervals(&self.week[day]));
        let week = WeekSpec { mon, tue, wed, thu, fri, sat, sun };
        let mut spec = CalendarSpec { zone: zone.to_owned(), week, holidays: Vec::new(), overrides: BTreeMap::new() };
        for (after, hours) in &self.exceptions {
            if hours.is_empty() {
                spec.holidays.push(date(after));
            } else {
                spec.overrides.insert(date(after), intervals(hours));
            }
        }
        Calendar::load(&spec).unwrap()
    }
}

fn intervals(hours: &[(i64, i64)]) -> Vec<Interval> {
    let text = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
    let end = |minute: i64| text(if minute > DAY { minute - DAY } else { minute });
    hours.iter().map(|(start, close)| Interval(text(*start), end(*close))).collect()
}

/// Hours of a day in steps of five minutes. With nights they leave the first four hours to the
/// night before.
fn hours(nights: bool) -> impl Strategy<Value = Vec<(i64, i64)>> {
    let first = if nights { 48 } else { 0 };
    let times = proptest::collection::btree_set(first..=288_i64, 0..=8);
    (times, 0..48_i64).prop_map(move |(times, past)| {
        let times: Vec<i64> = times.into_iter().map(|time| time * 5).collect();
        let mut hours: Vec<(i64, i64)> = times.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
        if let Some(last) = hours.last_mut().filter(|_| nights) {
            last.1 = DAY + past * 5;
        }
        hours
    })
}

/// A stretch, a plan for it, and three seconds of it in order.
fn scene() -> impl Strategy<Value = (&'static Wall, Plan, [i64; 3])> {
    (0..WALLS.len(), any::<bool>()).prop_flat_map(|(wall, nights)| {
        let wall = &WALLS[wall];
        let seconds = i64::try_from(wall.shown.len()).unwrap() * 60;
        let week = proptest::collection::vec(hours(nights), 7);
        let exceptions = proptest::collection::btree_map(0..10_i64, prop_oneof![hours(nights), Just(Vec::new())], 0..4);
        let first = *wall.days().start();
        let plan = (week, exceptions).prop_map(move |(week, exceptions)| Plan {
            week,
            exceptions: exceptions.into_iter().collect(),
            first,
        });
        // The first two days are left alone: what precedes them is off the wall.
        let instants = proptest::collection::vec(2 * DAY * 60..seconds, 3).prop_map(|mut instants| {
            instants.sort_unstable();
            [instants[0], instants[1], instants[2]]
        });
        (Just(wall), plan, instants)
    })
}

fn instant(wall: &Wall, second: i64) -> Timestamp {
    Timestamp::from_second(wall.start + second).unwrap()
}

/// Working seconds before `second` of the stretch.
fn before(worked: &[i64], second: i64) -> i64 {
    let minute = usize::try_from(second / 60).unwrap();
    let rate = worked.get(minute + 1).map_or(0, |next| (next - worked[minute]) / 60);
    worked[minute] + second % 60 * rate
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn every_minute_is_open_when_the_wall_clock_says_so((wall, plan, _) in scene()) {
        let (calendar, worked) = (plan.calendar(wall.zone), wall.worked(&plan));
        for minute in (2 * DAY..).take(worked.len() - 1 - usize::try_from(2 * DAY).unwrap()).step_by(7) {
            let at = usize::try_from(minute).unwrap();
            let open = calendar.is_open(instant(wall, minute * 60));
            prop_assert_eq!(open, worked[at + 1] > worked[at], "at {}", instant(wall, minute * 60));
        }
    }

    #[test]
    fn as_much_elapses_as_the_wall_clock_shows((wall, plan, [from, split, to]) in scene()) {
        let (calendar, worked) = (plan.calendar(wall.zone), wall.worked(&plan));
        let elapsed = |from, to| calendar.elapsed(instant(wall, from), instant(wall, to));
        prop_assert_eq!(elapsed(from, to), before(&worked, to) - before(&worked, from));
        prop_assert_eq!(elapsed(from, split) + elapsed(split, to), elapsed(from, to));
        prop_assert_eq!(elapsed(to, from), 0);
    }

    #[test]
    fn the_due_instant_is_the_first_at_which_enough_has_elapsed(
        (wall, plan, [start, _, _]) in scene(), seconds in 1..100_000_i64,
    ) {
        let (calendar, worked) = (plan.calendar(wall.zone), wall.worked(&plan));
        let end = i64::try_from(worked.len() - 1).unwrap() * 60;
        let target = before(&worked, start) + seconds;
        if before(&worked, end) >= target {
            let minute = i64::try_from(worked.partition_point(|worked| *worked < target)).unwrap();
            let first = (minute * 60 - 60..=minute * 60).find(|second| before(&worked, *second) >= target).unwrap();
            prop_assert_eq!(calendar.due(instant(wall, start), seconds), Some(instant(wall, first)));
        }
    }

    #[test]
    fn a_due_instant_is_reached_when_its_seconds_have_elapsed_and_not_before(
        (wall, plan, [start, _, _]) in scene(), seconds in 1..10_000_000_i64, nanos in 0..1_000_000_000_i32,
    ) {
        let calendar = plan.calendar(wall.zone);
        let start = Timestamp::new(wall.start + start, nanos).unwrap();
        if let Some(due) = calendar.due(start, seconds) {
            prop_assert!(due > start);
            prop_assert_eq!(calendar.elapsed(start, due), seconds);
            prop_assert_eq!(calendar.elapsed(start, due - SignedDuration::from_secs(1)), seconds - 1);
        } else {
            prop_assert!(plan.week.iter().all(Vec::is_empty), "a week with hours goes on");
        }
    }

    #[test]
    fn due_instants_move_forward_with_the_seconds_and_with_the_start(
        (wall, plan, [early, late, _]) in scene(), less in 0..500_000_i64, more in 1..500_000_i64,
    ) {
        let calendar = plan.calendar(wall.zone);
        let due = |start, seconds| calendar.due(instant(wall, start), seconds);
        if let (Some(sooner), Some(later)) = (due(early, less), due(early, less + more)) {
            prop_assert!(sooner < later);
        }
        if let (Some(sooner), Some(later)) = (due(early, less), due(late, less)) {
            prop_assert!(sooner <= later);
        }
    }

    #[test]
    fn work_may_be_interrupted_anywhere((wall, plan, [start, pause, _]) in scene(), seconds in 1..500_000_i64) {
        let calendar = plan.calendar(wall.zone);
        let (start, pause) = (instant(wall, start), instant(wall, pause));
        let left = seconds - calendar.elapsed(start, pause);
        if left > 0 {
            prop_assert_eq!(calendar.due(pause, left), calendar.due(start, seconds));
        }
    }

    #[test]
    fn the_next_opening_is_open_with_nothing_worked_before((wall, plan, [at, _, _]) in scene()) {
        let calendar = plan.calendar(wall.zone);
        let at = instant(wall, at);
        if let Some(opening) = calendar.next_open(at) {
            prop_assert!(opening >= at && calendar.is_open(opening));
            prop_assert_eq!(calendar.elapsed(at, opening), 0);
            prop_assert_eq!(calendar.is_open(at), opening == at);
        }
    }
}
