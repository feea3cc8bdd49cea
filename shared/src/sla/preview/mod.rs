//! What clocks say of a story that is told to them: what an admin tries before a policy is switched on, and what an
//! auditor recomputes with. The clocks are those of tickets; only the story is made up.

mod read;

#[cfg(test)]
mod examples;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::{Cause, Change, Changes, Clock, ClockKind, Level, Outcome, Standing};
use crate::category::Priority;
use crate::settings::Loaded;
use crate::view::instant;

/// Pauses, and changes, of one story.
pub const MOST: usize = 100;

/// A story: when the clocks start, what becomes of them, and when one looks. Every instant lies from the start to `now`.
#[derive(Clone, Debug)]
pub struct Told {
    settings: Arc<Loaded>,
    priority: Priority,
    chat: bool,
    start: Timestamp,
    now: Timestamp,
    /// In order and apart; only the last may last still. They hold for clocks that pause.
    pauses: Vec<(Timestamp, Option<Timestamp>)>,
    /// In order.
    changes: Vec<Turn>,
    fulfilled: BTreeMap<ClockKind, Timestamp>,
}

/// Another priority, policy or calendar from an instant on.
#[derive(Clone, Debug)]
struct Turn {
    at: Timestamp,
    priority: Priority,
    settings: Arc<Loaded>,
}

/// What the clocks say.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SlaPreview))]
pub struct Preview {
    /// One of each kind.
    pub clocks: Vec<Previewed>,
}

/// What one clock says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PreviewedClock))]
pub struct Previewed {
    pub clock: ClockKind,
    /// How it stands at `now`; left out where the policy makes no such promise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Standing>,
    /// Working seconds promised at last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_seconds: Option<i64>,
    /// The calendar that counts at last; `preview` is the one that came with the story.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
    /// Working seconds until `now`, or until it ended.
    pub elapsed_seconds: i64,
    /// The due instant from the start on, and after every pause and change.
    pub due: Vec<Due>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date-time"))]
    pub warned_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date-time"))]
    pub breached_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date-time"))]
    pub manager_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date-time"))]
    pub head_at: Option<String>,
}

/// A due instant and since when it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DueSince))]
pub struct Due {
    #[cfg_attr(feature = "openapi", schema(format = "date-time"))]
    pub since: String,
    /// Left out while it is paused, and where the calendar gives none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date-time"))]
    pub due_at: Option<String>,
}

/// What happens to a clock, in the order in which things of one instant are taken.
enum Step<'a> {
    Pause,
    Resume,
    Change(&'a Turn),
    Fulfil,
}

impl Told {
    pub fn preview(&self) -> Preview {
        Preview { clocks: ClockKind::ALL.iter().map(|kind| self.clock(*kind)).collect() }
    }

    fn clock(&self, kind: ClockKind) -> Previewed {
        let mut line = Line { said: Previewed::none(kind), settings: &self.settings };
        let Some(mut clock) = Clock::start(kind, 1, self.priority, self.chat, self.start, &self.settings) else {
            return line.said;
        };
        line.due(self.start, &clock);
        for (at, step) in self.steps(kind) {
            // What was reached by itself comes first; a step of the very instant of the breach is in time.
            clock = line.take(clock.clone(), &clock.known(at, line.settings), at);
            let elapsed = if clock.is_live() { clock.elapsed(at, line.settings) } else { line.said.elapsed_seconds };
            line.said.elapsed_seconds = elapsed;
            let changes = match step {
                Step::Pause => clock.pause(at, line.settings),
                Step::Resume => clock.resume(at, line.settings),
                Step::Fulfil => clock.fulfil(at, at, line.settings),
                Step::Change(turn) => {
                    let cause =
                        if turn.settings.version == line.settings.version { Cause::Priority } else { Cause::Policy };
                    let old = std::mem::replace(&mut line.settings, &turn.settings);
                    clock.retarget(turn.priority, at, cause, old, &turn.settings)
                }
            };
            clock = line.take(clock, &changes, at);
        }
        clock = line.take(clock.clone(), &clock.known(self.now, line.settings), self.now);
        if clock.is_live() {
            line.said.elapsed_seconds = clock.elapsed(self.now, line.settings);
        }
        line.said.outcome = Some(clock.standing());
        line.said.target_seconds = Some(clock.target);
        if let Outcome::Breached { due, .. } | Outcome::FulfilledLate { due, .. } = clock.outcome {
            line.said.breached_at = Some(instant(due));
        }
        line.said.calendar = Some(clock.calendar);
        line.said
    }

    fn steps(&self, kind: ClockKind) -> Vec<(Timestamp, Step<'_>)> {
        let mut steps = Vec::new();
        for (from, to) in self.pauses.iter().filter(|_| kind.pauses()) {
            steps.push((*from, Step::Pause));
            steps.extend(to.map(|to| (to, Step::Resume)));
        }
        steps.extend(self.changes.iter().map(|turn| (turn.at, Step::Change(turn))));
        steps.extend(self.fulfilled.get(&kind).map(|at| (*at, Step::Fulfil)));
        steps.sort_by_key(|(at, _)| *at);
        steps
    }
}

/// The answer on one clock as it grows, and the settings that count.
struct Line<'a> {
    said: Previewed,
    settings: &'a Loaded,
}

impl Line<'_> {
    fn due(&mut self, since: Timestamp, clock: &Clock) {
        let due_at = clock.due.map(instant);
        self.said.due.push(Due { since: instant(since), due_at });
    }

    /// Notes what changed, and answers with the clock after it.
    fn take(&mut self, before: Clock, changes: &Changes, at: Timestamp) -> Clock {
        for (change, clock) in changes {
            match change {
                Change::Reached { level, at, .. } => self.reached(*level, *at),
                Change::Paused | Change::Resumed | Change::Retargeted { .. } => self.due(at, clock),
                Change::Started
                | Change::Met
                | Change::FulfilledLate
                | Change::Corrected
                | Change::Excused
                | Change::Cancelled => {}
            }
        }
        changes.last().map_or(before, |(_, clock)| clock.clone())
    }

    fn reached(&mut self, level: Level, at: Timestamp) {
        let place = match level {
            Level::Warned => &mut self.said.warned_at,
            Level::Breached => &mut self.said.breached_at,
            Level::Manager => &mut self.said.manager_at,
            Level::Head => &mut self.said.head_at,
            Level::Daily => return,
        };
        *place = Some(instant(at));
    }
}

impl Previewed {
    fn none(clock: ClockKind) -> Self {
        Self {
            clock,
            outcome: None,
            target_seconds: None,
            calendar: None,
            elapsed_seconds: 0,
            due: Vec::new(),
            warned_at: None,
            breached_at: None,
            manager_at: None,
            head_at: None,
        }
    }
}
