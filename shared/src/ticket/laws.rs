//! Outcomes are a matter of what people did and when: whatever the scans did in between, they are those that a slow
//! recount of the history gives.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::json;

use super::given::{at, opened, when, with};
use super::{Command, Ticket, Turn, Voice};
use crate::calendar::Calendar;
use crate::category::{Channel, Priority};
use crate::event::Event;
use crate::settings::Loaded;
use crate::sla::{Change, ClockKind, Level, Outcome, RECORD_AFTER};

/// A Friday, two days before New York's clocks change.
const START: &str = "2026-03-06T12:00:00Z";
const DAYS: i64 = 120;
/// Every calendar here opens and closes at quarters.
const QUARTER: i64 = 900;

/// What somebody does.
#[derive(Clone, Debug)]
enum Act {
    Write,
    /// Answers, having spoken to the customer so many seconds before.
    Answer {
        wait: bool,
        before: Option<i64>,
    },
    Resolve {
        message: bool,
    },
}

/// When it is done: so long after what was before, or so close to the next due instant.
#[derive(Clone, Debug)]
enum When {
    After(i64),
    Due { off: i64 },
}

fn act() -> impl Strategy<Value = Act> {
    let before = prop_oneof![3 => Just(None), 1 => (0..40_000i64).prop_map(Some)];
    prop_oneof![
        3 => Just(Act::Write),
        4 => (any::<bool>(), before).prop_map(|(wait, before)| Act::Answer { wait, before }),
        2 => any::<bool>().prop_map(|message| Act::Resolve { message }),
    ]
}

fn instant() -> impl Strategy<Value = When> {
    let off = prop_oneof![Just(-1), Just(0), Just(1), Just(30_000), Just(59_999), Just(60_000), Just(60_001)];
    prop_oneof![
        1 => (0..3i64).prop_map(When::After),
        2 => (0..600_000i64).prop_map(When::After),
        3 => (0..20_000_000i64).prop_map(When::After),
        2 => (0..300_000_000i64).prop_map(When::After),
        3 => off.prop_map(|off| When::Due { off }),
    ]
}

/// How long before the next act scans run, in milliseconds after the one before it; `u64` shares of the gap.
fn scans() -> impl Strategy<Value = Vec<Vec<u8>>> {
    proptest::collection::vec(proptest::collection::vec(0..=100u8, 0..4), 12)
}

fn settings(calendar: usize) -> Loaded {
    with(|settings| {
        settings["calendars"] = json!({
            "office": { "zone": "Asia/Shanghai", "week": { "mon": [["09:00", "12:00"], ["13:30", "18:00"]],
                "tue": [["09:00", "18:00"]], "thu": [["09:00", "18:00"]], "fri": [["22:00", "03:00"]] },
                "holidays": ["2026-03-09"], "overrides": { "2026-03-15": [["10:00", "11:15"]] } },
            "nights": { "zone": "America/New_York", "week": { "sun": [["00:00", "05:30"]], "wed": [["01:00", "24:00"]] } },
        });
        settings["mail"]["opening_hours"] = json!("always");
        for promise in ["first_response", "resolution", "first_response_chat"] {
            settings["policy"][promise]["calendar"] = json!(CALENDARS[calendar]);
        }
        settings["policy"]["first_response"]["low"] = json!(3_599);
        settings["policy"]["first_response"]["normal"] = json!(450);
        settings["policy"]["first_response"]["high"] = json!(60);
        settings["policy"]["first_response"]["urgent"] = json!(1);
    })
}

const CALENDARS: [&str; 3] = ["always", "office", "nights"];

/// Which quarters from `START` on are open, asked one by one.
fn quarters(calendar: usize) -> &'static [bool] {
    static OPEN: [OnceLock<Vec<bool>>; 3] = [const { OnceLock::new() }; 3];
    OPEN[calendar].get_or_init(|| {
        let settings = settings(calendar);
        let times: &Calendar = settings.calendar(CALENDARS[calendar]).unwrap();
        let from = at(START).as_second();
        let open = |quarter: i64| times.is_open(Timestamp::from_second(from + quarter * QUARTER).unwrap());
        (0..DAYS * 86_400 / QUARTER).map(open).collect()
    })
}

/// Counts open seconds from a second on, quarter by quarter: all until `to`, or until there are `enough`.
fn walk(open: &[bool], from: i64, to: i64, enough: i64) -> (i64, i64) {
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

/// One clock as the history tells it: when it ran, and when it was fulfilled. Instants in milliseconds.
#[derive(Clone, Debug, Default)]
struct Story {
    target: i64,
    /// From, and until when if it does not run on.
    ran: Vec<(i64, Option<i64>)>,
    fulfilled: Option<i64>,
}

impl Story {
    fn pause(&mut self, now: i64) {
        if let Some((_, end @ None)) = self.ran.last_mut() {
            *end = Some(now);
        }
    }

    fn resume(&mut self, now: i64) {
        if self.fulfilled.is_none() && self.ran.last().is_some_and(|(_, end)| end.is_some()) {
            self.ran.push((now, None));
        }
    }

    fn fulfil(&mut self, now: i64) {
        if self.fulfilled.is_none() {
            self.pause(now);
            self.fulfilled = Some(now);
        }
    }

    /// When so many seconds were worked, if the clock ran until then; `strictly` if it must have run on.
    fn reached(&self, open: &[bool], seconds: i64, end: i64, strictly: bool) -> Option<i64> {
        let mut left = seconds;
        for (from, to) in &self.ran {
            let until = to.unwrap_or(end);
            let (second, _) = walk(open, from.div_euclid(1_000), i64::MAX, left.max(0));
            let at = if left <= 0 { *from } else { second.saturating_mul(1_000) };
            if at < until || (at == until && !strictly) {
                return Some(at);
            }
            left -= walk(open, from.div_euclid(1_000), until.div_euclid(1_000), i64::MAX).1;
        }
        None
    }

    /// How the clock stands after a scan at `end`, and the levels reached from the breach on.
    fn outcome(&self, open: &[bool], end: i64) -> (String, Vec<(Level, i64)>) {
        let grace = i64::try_from(RECORD_AFTER.as_millis()).unwrap();
        let running = self.ran.last().is_some_and(|(_, end)| end.is_none());
        let due = self.reached(open, self.target, end, true);
        let seen = due.filter(|due| !running || self.ran.last().unwrap().0 > *due || due + grace <= end);
        let word = match (seen, self.fulfilled) {
            (Some(due), Some(at)) => format!("late {due} {at}"),
            (Some(due), None) => format!("breached {due}"),
            (None, Some(at)) => format!("met {at}"),
            (None, None) => "open".to_owned(),
        };
        let beyond = [
            (Level::Manager, self.target + (self.target / 2).max(3_600)),
            (Level::Head, self.target + self.target.max(7_200)),
        ];
        let beyond =
            beyond.into_iter().filter_map(|(level, seconds)| Some((level, self.reached(open, seconds, end, false)?)));
        (word, seen.map(|due| (Level::Breached, due)).into_iter().chain(beyond).collect())
    }
}

/// The history recounted: what was refused is left out, as the rules say.
#[derive(Debug)]
struct Recount {
    first: Story,
    cycles: Vec<Story>,
    waiting: bool,
    resolved: Option<i64>,
}

impl Recount {
    fn new(ticket: &Ticket) -> Self {
        let zero = ticket.opened.as_millisecond();
        let story =
            |kind| Story { target: ticket.clock(kind).unwrap().target, ran: vec![(zero, None)], fulfilled: None };
        let (first, resolution) = (story(ClockKind::FirstResponse), story(ClockKind::Resolution));
        Self { first, cycles: vec![resolution], waiting: false, resolved: None }
    }

    fn apply(&mut self, act: &Act, now: i64, opened: i64) {
        let target = self.cycles[0].target;
        let current = self.cycles.last_mut().unwrap();
        match (act, self.resolved) {
            (Act::Write, Some(resolved)) => {
                if now - resolved <= 7 * 86_400_000 {
                    self.cycles.push(Story { target, ran: vec![(now, None)], fulfilled: None });
                    (self.resolved, self.waiting) = (None, false);
                }
            }
            (Act::Write, None) => {
                if self.waiting {
                    current.resume(now);
                    self.waiting = false;
                }
            }
            (Act::Answer { .. } | Act::Resolve { .. }, Some(_)) => {}
            (Act::Answer { wait, before }, None) => {
                let contact = now - before.unwrap_or(0) * 1_000;
                if contact < opened {
                    return;
                }
                self.first.fulfil(contact);
                if *wait && !self.waiting {
                    current.pause(now);
                } else if !*wait && self.waiting {
                    current.resume(now);
                }
                self.waiting = *wait;
            }
            (Act::Resolve { message }, None) => {
                if *message || self.first.fulfilled.is_some() {
                    self.first.fulfil(now);
                    current.fulfil(now);
                    (self.resolved, self.waiting) = (Some(now), false);
                }
            }
        }
    }
}

fn command(act: &Act, now: Timestamp) -> Command {
    match act {
        Act::Write => Command::Receive { channel: Channel::Web, duplicate: false, voice: Voice::Person },
        Act::Answer { wait, before } => Command::Reply {
            contacted: before.map(|before| now - SignedDuration::from_secs(before)),
            then: if *wait { Turn::WaitingCustomer } else { Turn::Open },
            standard: None,
        },
        Act::Resolve { message } => Command::Resolve { message: *message },
    }
}

fn told(ticket: &Ticket, kind: ClockKind, cycle: u16) -> String {
    let clock = ticket.clocks.iter().find(|clock| (clock.kind, clock.cycle) == (kind, cycle)).unwrap();
    match clock.outcome {
        Outcome::Open => "open".to_owned(),
        Outcome::Met { at } => format!("met {}", at.as_millisecond()),
        Outcome::Breached { due, .. } => format!("breached {}", due.as_millisecond()),
        Outcome::FulfilledLate { due, at } => format!("late {} {}", due.as_millisecond(), at.as_millisecond()),
        Outcome::Cancelled { .. } => "cancelled".to_owned(),
    }
}

/// Each level of each clock that was recorded, with its instant. Each is recorded once, and of those found together
/// one is mailed.
fn recorded(history: &[Vec<Event>]) -> Result<BTreeMap<(ClockKind, u16), Vec<(Level, i64)>>, TestCaseError> {
    let mut recorded: BTreeMap<(ClockKind, u16), Vec<(Level, i64)>> = BTreeMap::new();
    for events in history {
        let mut mailed: BTreeMap<(ClockKind, u16), Vec<bool>> = BTreeMap::new();
        for event in events {
            let Event::Clock { change: Change::Reached { level, at, mailed: is_mailed }, clock } = event else {
                continue;
            };
            mailed.entry((clock.kind, clock.cycle)).or_default().push(*is_mailed);
            let levels = recorded.entry((clock.kind, clock.cycle)).or_default();
            prop_assert!(*level == Level::Daily || levels.iter().all(|(known, _)| known < level), "{level} again");
            levels.push((*level, at.as_millisecond()));
        }
        for mails in mailed.values() {
            prop_assert!(mails.iter().rev().enumerate().all(|(place, mailed)| *mailed == (place == 0)));
        }
    }
    Ok(recorded)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn outcomes_follow_from_the_history_whenever_the_scans_ran(
        calendar in 0..CALENDARS.len(),
        priority in proptest::sample::select(Priority::ALL),
        acts in proptest::collection::vec((instant(), act()), 1..12),
        scanned in scans(),
        tail in 0..600_000_000i64,
    ) {
        let settings = settings(calendar);
        let open = quarters(calendar);
        let zero = at(START);
        let mut ticket = opened(zero, priority, &[ClockKind::FirstResponse, ClockKind::Resolution], &settings);
        let mut recount = Recount::new(&ticket);
        let mut history = Vec::new();
        let mut now = zero;
        let scan = |ticket: &mut Ticket, now: Timestamp, history: &mut Vec<Vec<Event>>| {
            let (after, events) = when(ticket, &Command::Scan, now, &settings).unwrap();
            prop_assert_eq!(&when(&after, &Command::Scan, now, &settings).unwrap().1, &[], "twice");
            prop_assert!(after.next_scan().is_none_or(|next| next > now), "a scan gets on");
            *ticket = after;
            history.push(events);
            Ok(())
        };
        for ((instant, act), shares) in acts.iter().zip(scanned.iter().cycle()) {
            let then = match instant {
                When::After(gap) => now + SignedDuration::from_millis(*gap),
                When::Due { off } => ticket.next_action().unwrap_or(now) + SignedDuration::from_millis(*off),
            };
            let then = then.max(now);
            let gap = then.duration_since(now).as_millis();
            let mut shares = shares.clone();
            shares.sort_unstable();
            for share in shares {
                let after = i64::try_from(gap * i128::from(share) / 100).unwrap();
                scan(&mut ticket, now + SignedDuration::from_millis(after), &mut history)?;
            }
            now = then;
            if let Ok((after, events)) = when(&ticket, &command(act, now), now, &settings) {
                ticket = after;
                history.push(events);
            }
            recount.apply(act, now.as_millisecond(), zero.as_millisecond());
        }
        let end = now + SignedDuration::from_millis(tail);
        scan(&mut ticket, end, &mut history)?;
        let recorded = recorded(&history)?;
        let end = end.as_millisecond();
        prop_assert_eq!(told(&ticket, ClockKind::FirstResponse, 1), recount.first.outcome(open, end).0);
        prop_assert_eq!(usize::from(ticket.cycle), recount.cycles.len());
        for (cycle, story) in (1u16..).zip(&recount.cycles) {
            let (word, levels) = story.outcome(open, end);
            prop_assert_eq!(told(&ticket, ClockKind::Resolution, cycle), word);
            let found = recorded.get(&(ClockKind::Resolution, cycle)).cloned().unwrap_or_default();
            let lasting: Vec<_> = found.into_iter().filter(|(level, _)| !matches!(level, Level::Warned | Level::Daily)).collect();
            prop_assert_eq!(lasting, levels, "levels of cycle {}", cycle);
        }
        let clock = ticket.clock(ClockKind::Resolution).unwrap();
        let story = recount.cycles.last().unwrap();
        if clock.running.is_some() && clock.outcome == Outcome::Open {
            prop_assert_eq!(clock.due.map(Timestamp::as_millisecond), story.reached(open, story.target, i64::MAX, true));
        }
        if let (Some(_), Outcome::Breached { due, .. }) = (clock.running, clock.outcome) {
            prop_assert_eq!(clock.due, Some(due));
        }
    }
}
