//! Outcomes are a matter of what people did and when: whatever the scans did in between, they are those that a slow
//! recount of the acts gives. And every live ticket is somebody's, with an instant at which something is to be done.

mod acts;
mod hours;
mod promise;
mod recount;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use serde_json::{Value, json};
use uuid::Uuid;

use super::given::{at, opened, when};
use super::{Command, Ticket, merge};
use crate::category::Priority;
use crate::event::{Actor, Entry, Event};
use crate::id::TicketId;
use crate::settings::Loaded;
use crate::sla::{Change, Clock, ClockKind, Level, Outcome};

use acts::{Act, When, act, instant, subject, versions};
use hours::START;
use recount::Recount;

/// Two tickets of one customer, the second opened so many seconds after the first.
const APART: i64 = 4_000;
/// Bytes of a state after whatever people do: twenty running promises of cases and as many finished ones are the most of
/// it.
const LARGEST: usize = 40_000;

/// What happened to both tickets.
struct Desk {
    tickets: [Ticket; 2],
    history: [Vec<Event>; 2],
}

impl Desk {
    fn new(priority: Priority) -> Self {
        let clocks = [ClockKind::FirstResponse, ClockKind::Resolution];
        let open = |after| opened(at(START) + SignedDuration::from_secs(after), priority, &clocks, &versions()[0]);
        let second = Ticket { id: TicketId(Uuid::from_u128(8)), ..open(APART) };
        Self { tickets: [open(0), second], history: [Vec::new(), Vec::new()] }
    }

    fn settings(&self, which: usize) -> &'static Loaded {
        versions().iter().find(|loaded| loaded.version == self.tickets[which].settings).unwrap()
    }

    fn push(&mut self, which: usize, events: Vec<Event>, now: Timestamp) -> TestCaseResult {
        let before = &self.tickets[which];
        let mut contents = before.contents;
        for event in &events {
            if let Some(content) = content(event) {
                contents += 1;
                prop_assert_eq!(content, contents, "the texts are numbered without gaps");
            }
        }
        let (storefront, ticket) = (before.storefront.clone(), before.id);
        let entry = Entry { storefront, ticket, seq: before.seq + 1, at: now, by: Actor::System, events };
        let after = before.after(&entry);
        prop_assert!(contents - before.contents <= 1, "a command brings one text at most");
        prop_assert_eq!(after.contents, contents);
        prop_assert!(!after.team.is_empty());
        prop_assert_eq!(after.next_action().is_some(), after.status.is_live());
        prop_assert!(json!(after).to_string().len() < LARGEST);
        self.tickets[which] = after;
        self.history[which].extend(entry.events);
        Ok(())
    }

    fn scan(&mut self, now: Timestamp) -> TestCaseResult {
        for which in 0..2 {
            let settings = self.settings(which);
            let (after, events) = when(&self.tickets[which], &Command::Scan, now, settings).unwrap();
            let again = when(&after, &Command::Scan, now, settings).unwrap().1;
            prop_assert_eq!(again, Vec::<Event>::new(), "twice");
            prop_assert!(after.next_scan().is_none_or(|next| next > now), "a scan gets on");
            self.push(which, events, now)?;
        }
        Ok(())
    }

    /// Does it, or answers that it is refused.
    fn act(&mut self, which: usize, act: Act, now: Timestamp) -> Result<bool, TestCaseError> {
        let ticket = &self.tickets[which];
        let proposal = ticket.proposal.map_or(1, |proposal| proposal.number);
        let cycle = |kind| ticket.clock(kind).map_or(1, |clock| clock.cycle);
        let Some(command) = act.command(now, proposal, cycle) else {
            let [into, from] = &self.tickets;
            let done = merge((from, self.settings(1)), (into, self.settings(0)), now);
            let Ok((ending, living)) = done else { return Ok(false) };
            self.push(1, ending, now)?;
            self.push(0, living, now)?;
            return Ok(true);
        };
        let Ok((_, events)) = when(ticket, &command, now, self.settings(which)) else { return Ok(false) };
        self.push(which, events, now)?;
        Ok(true)
    }
}

/// The number of the text that an event brings.
fn content(event: &Event) -> Option<u32> {
    let document = json!(event);
    document["content"].as_u64().map(|number| u32::try_from(number).unwrap())
}

/// How a clock stands, in the recount's words.
fn told(clock: &Clock) -> String {
    let millis = |at: Timestamp| at.as_millisecond();
    match clock.outcome {
        Outcome::Open if clock.paused.is_some() => "paused".to_owned(),
        Outcome::Open => format!("open {:?}", clock.due.map(millis)),
        Outcome::Met { at } => format!("met {}", millis(at)),
        Outcome::Breached { due, .. } => format!("breached {}", millis(due)),
        Outcome::FulfilledLate { due, at } => format!("late {} {}", millis(due), millis(at)),
        Outcome::Cancelled { at, reason } => format!("cancelled {} {reason}", millis(at)),
    }
}

/// The levels beyond the breach that were recorded of a clock. Each is recorded once.
fn levels(history: &[Event], clock: &Clock) -> Vec<(Level, i64)> {
    let level = |event: &Event| match event {
        Event::Clock { change: Change::Reached { level, at, .. }, clock: other } if other.is_same(clock) => {
            Some((*level, at.as_millisecond()))
        }
        _ => None,
    };
    let lasting = |(level, _): &(Level, i64)| matches!(level, Level::Manager | Level::Head);
    history.iter().filter_map(level).filter(lasting).collect()
}

/// What must not depend on scans: all but when things were noticed, and what is told of promises that hold.
fn lasting(ticket: &Ticket) -> Value {
    let mut document = json!(ticket);
    document["seq"] = Value::Null;
    for clock in document["clocks"].as_array_mut().unwrap() {
        clock["told"] = Value::Null;
        if matches!(clock["next"]["level"].as_str(), Some("warned" | "daily")) || clock["outcome"] == "open" {
            clock["next"] = Value::Null;
        }
        if let Some(breached) = clock["outcome"].get_mut("breached") {
            breached["detected"] = Value::Null;
        }
    }
    document
}

/// Spans without those that are empty, and without pauses that are.
fn joined(ran: impl Iterator<Item = (i64, Option<i64>)>) -> Vec<(i64, Option<i64>)> {
    let mut spans: Vec<(i64, Option<i64>)> = Vec::new();
    for (from, to) in ran.filter(|(from, to)| Some(*from) != *to) {
        match spans.last_mut() {
            Some(last) if last.1 == Some(from) => last.1 = to,
            Some(_) | None => spans.push((from, to)),
        }
    }
    spans
}

fn agree(desk: &Desk, recounts: &[Recount; 2]) -> TestCaseResult {
    for ((ticket, history), recount) in desk.tickets.iter().zip(&desk.history).zip(recounts) {
        prop_assert_eq!(ticket.status, recount.status);
        prop_assert_eq!((ticket.cycle, ticket.contents), (recount.cycle, recount.contents));
        let same = |clock: &Clock, promise: &promise::Promise| {
            (clock.kind, clock.cycle, clock.subject.clone())
                == (promise.kind, promise.cycle, promise.subject.map(subject))
        };
        let resolutions = recount.promises.iter().filter(|promise| promise.kind == ClockKind::Resolution);
        prop_assert_eq!(ticket.handled, resolutions.map(promise::Promise::handled).sum::<i64>());
        for promise in recount.live() {
            prop_assert!(ticket.clocks.iter().any(|clock| same(clock, promise)), "forgotten: {:?}", promise);
        }
        for clock in &ticket.clocks {
            let promise = recount.promises.iter().find(|promise| same(clock, promise));
            let Some(promise) = promise else { return Err(TestCaseError::fail(format!("nobody promised {clock:?}"))) };
            prop_assert_eq!(told(clock), promise.outcome(), "{:?} {:?}", clock, promise);
            prop_assert_eq!(clock.excused, promise.excused);
            let ran = clock.ran.iter().map(|(from, to)| (*from, Some(*to)));
            let ran = ran.chain(clock.running.map(|from| (from.as_millisecond(), None)));
            if clock.is_live() {
                prop_assert_eq!(joined(ran), joined(promise.ran.iter().copied()), "{:?}", clock);
            }
            // A contact typed in later may lie before a level that was told by then.
            if matches!(clock.kind, ClockKind::Resolution | ClockKind::RefundDecision | ClockKind::Payout) {
                prop_assert_eq!(levels(history, clock), promise.levels.clone(), "{:?}", clock);
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn outcomes_follow_from_the_acts_whenever_the_scans_ran(
        priority in proptest::sample::select(Priority::ALL),
        acts in proptest::collection::vec((instant(), 0..4usize, act()), 1..20),
        scanned in proptest::collection::vec(proptest::collection::vec(0..=100u8, 0..4), 12),
        tail in 0..900_000_000i64,
    ) {
        let zero = at(START);
        let second = zero + SignedDuration::from_secs(APART);
        let millis = |at: Timestamp| at.as_millisecond();
        let mut desk = Desk::new(priority);
        let mut recounts = [zero, second].map(|opened| Recount::new(millis(opened), priority));
        let mut done = Vec::new();
        let mut now = second;
        for ((instant, which, act), shares) in acts.iter().zip(scanned.iter().cycle()) {
            // The first ticket has more of it.
            let which = which / 3;
            let then = match instant {
                When::After(gap) => now + SignedDuration::from_millis(*gap),
                When::Due { off } => {
                    desk.tickets[which].next_action().unwrap_or(now) + SignedDuration::from_millis(*off)
                }
            };
            let then = then.max(now);
            let gap = then.duration_since(now).as_millis();
            let mut shares = shares.clone();
            shares.sort_unstable();
            for share in shares {
                let after = i64::try_from(gap * i128::from(share) / 100).unwrap();
                desk.scan(now + SignedDuration::from_millis(after))?;
            }
            now = then;
            let taken = desk.act(which, *act, now)?;
            let [first, other] = &mut recounts;
            let recounted = match act {
                Act::Merge => first.merge(other, millis(now)),
                _ => recounts[which].act(*act, millis(now)),
            };
            prop_assert_eq!(taken, recounted, "{:?} at {}", act, now);
            done.push((now, which, *act));
        }
        let end = now + SignedDuration::from_millis(tail);
        desk.scan(end)?;
        recounts.iter_mut().for_each(|recount| recount.scan(millis(end)));
        agree(&desk, &recounts)?;
        for scanning in [false, true] {
            let mut again = Desk::new(priority);
            for (now, which, act) in &done {
                if scanning {
                    again.scan(*now)?;
                }
                again.act(*which, *act, *now)?;
            }
            again.scan(end)?;
            agree(&again, &recounts)?;
            for (one, other) in desk.tickets.iter().zip(&again.tickets) {
                prop_assert_eq!(lasting(one), lasting(other));
            }
        }
    }
}
