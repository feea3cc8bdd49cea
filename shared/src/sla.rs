//! Service-level clocks: when a promise is due, whether it was kept, and who hears of it when.
//!
//! Outcomes depend on instants alone, never on when a scan happened to run: a breach is recorded at the due instant
//! by whoever comes first, the scan or the command that fulfils the clock too late.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::category::{Priority, words};
use crate::settings::Loaded;

words!(
    /// Which promise a clock measures.
    ClockKind { FirstResponse = "first_response", Resolution = "resolution" }
);
words!(
    /// What is told of a clock, lowest first: at 75 % of the target, at the due instant, at +50 %, at +100 %, and
    /// then daily.
    Level { Warned = "warned", Breached = "breached", Manager = "manager", Head = "head", Daily = "daily" }
);
words!(
    /// Why a clock ended without an outcome.
    CancelReason { Merged = "merged", Spam = "spam", NotPromised = "not_promised" }
);

/// A scan records a breach only when the due instant is this long past. No command takes longer: a function that
/// answers HTTP is stopped after 15 s, so whatever was in time is written by then.
pub const RECORD_AFTER: SignedDuration = SignedDuration::from_secs(60);
/// Targets shorter than this are not warned of: nobody could act on it.
const WARN_FROM: i64 = 600;
const DAY: SignedDuration = SignedDuration::from_secs(86_400);

/// One promise being measured on one ticket. There is one per kind and cycle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    pub kind: ClockKind,
    pub cycle: u16,
    /// Settings version whose promise this is.
    pub policy: u32,
    pub calendar: String,
    /// Working seconds promised.
    pub target: i64,
    #[serde(with = "millis")]
    pub started: Timestamp,
    /// Working seconds elapsed before `running`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub worked: i64,
    /// Since when it runs; empty while paused and once finished.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
    pub running: Option<Timestamp>,
    /// Empty while paused, and where the calendar gives no instant.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
    pub due: Option<Timestamp>,
    /// The next level and the instant from which a scan records it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Next>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
    pub outcome: Outcome,
}

/// What a scan has to do on a clock, and from when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    pub level: Level,
    #[serde(with = "millis")]
    pub at: Timestamp,
}

/// How a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Open,
    Met {
        #[serde(with = "millis")]
        at: Timestamp,
    },
    /// Past due and not yet fulfilled. `due` is when it broke, `detected` when that was noticed.
    Breached {
        #[serde(with = "millis")]
        due: Timestamp,
        #[serde(with = "millis")]
        detected: Timestamp,
    },
    FulfilledLate {
        #[serde(with = "millis")]
        due: Timestamp,
        #[serde(with = "millis")]
        at: Timestamp,
    },
    Cancelled {
        #[serde(with = "millis")]
        at: Timestamp,
        reason: CancelReason,
    },
}

impl Outcome {
    /// One word for logs, metrics and people.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Met { .. } => "met",
            Self::Breached { .. } => "breached",
            Self::FulfilledLate { .. } => "fulfilled_late",
            Self::Cancelled { .. } => "cancelled",
        }
    }
}

/// What happened to a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Started,
    Paused,
    Resumed,
    /// A level was reached at its instant. Of the levels found together only the highest is `mailed`.
    Reached {
        level: Level,
        #[serde(with = "millis")]
        at: Timestamp,
        mailed: bool,
    },
    Met,
    FulfilledLate,
    /// A stated time of contact showed that a recorded breach was none.
    Corrected,
    Cancelled,
}

impl Clock {
    /// Starts the clock that the policy promises, or nothing where it promises none.
    pub fn start(
        kind: ClockKind,
        cycle: u16,
        priority: Priority,
        chat: bool,
        now: Timestamp,
        settings: &Loaded,
    ) -> Option<Self> {
        let promise = settings.promise(kind, chat)?;
        let clock = Self {
            kind,
            cycle,
            policy: settings.version,
            calendar: promise.calendar.clone(),
            target: promise.target(priority),
            started: now,
            worked: 0,
            running: Some(now),
            due: None,
            next: None,
            told: None,
            outcome: Outcome::Open,
        };
        Some(clock.scheduled(settings))
    }

    /// Neither met, nor fulfilled late, nor cancelled.
    pub fn is_live(&self) -> bool {
        matches!(self.outcome, Outcome::Open | Outcome::Breached { .. })
    }

    /// Running, and yet no instant: its calendar has no working time.
    pub fn lacks_time(&self) -> bool {
        self.running.is_some() && self.due.is_none() && self.outcome == Outcome::Open
    }

    pub fn paused(&self, now: Timestamp, settings: &Loaded) -> Option<Self> {
        let running = self.running.filter(|_| self.is_live())?;
        let worked = self.worked + settings.calendar(&self.calendar).map_or(0, |times| times.elapsed(running, now));
        Some(Self { worked, running: None, due: None, next: None, ..self.clone() })
    }

    pub fn resumed(&self, now: Timestamp, settings: &Loaded) -> Option<Self> {
        let resumes = self.is_live() && self.running.is_none();
        resumes.then(|| Self { running: Some(now), ..self.clone() }.scheduled(settings))
    }

    /// Records every level reached by `now`, in order; only the highest is mailed.
    pub fn reached(&self, now: Timestamp, detected: Timestamp, settings: &Loaded) -> Vec<(Change, Self)> {
        let mut found: Vec<(Change, Self)> = Vec::new();
        let mut clock = self.clone();
        // Four levels are reached at most once each, and days that passed unnoticed are told of once.
        for _ in 0..Level::ALL.len() {
            let Some(next) = clock.next.filter(|next| next.at <= now) else { break };
            let at = if next.level == Level::Breached { clock.due.unwrap_or(next.at) } else { next.at };
            if next.level == Level::Breached {
                clock.outcome = Outcome::Breached { due: at, detected };
            }
            clock.told = Some(Told { level: next.level, at: detected });
            clock = clock.scheduled(settings);
            found.push((Change::Reached { level: next.level, at, mailed: false }, clock.clone()));
        }
        if let Some((Change::Reached { mailed, .. }, _)) = found.last_mut() {
            *mailed = true;
        }
        found
    }

    /// Fulfils the clock at the instant that counts. In time it is met, and a breach recorded meanwhile is taken
    /// back; late, the breach is recorded here if no scan has done it yet.
    pub fn fulfilled(&self, at: Timestamp, detected: Timestamp, settings: &Loaded) -> Vec<(Change, Self)> {
        match self.outcome {
            Outcome::Open if self.due.is_none_or(|due| at <= due) => {
                vec![(Change::Met, self.finished(Outcome::Met { at }))]
            }
            Outcome::Open => {
                let mut found = self.at_breach().reached(at, detected, settings);
                let due = self.due.unwrap_or(at);
                let last = found.last().map_or(self, |(_, clock)| clock).finished(Outcome::FulfilledLate { due, at });
                found.push((Change::FulfilledLate, last));
                found
            }
            Outcome::Breached { due, .. } if at <= due => {
                vec![(Change::Corrected, self.finished(Outcome::Met { at }))]
            }
            Outcome::Breached { due, .. } => {
                vec![(Change::FulfilledLate, self.finished(Outcome::FulfilledLate { due, at }))]
            }
            Outcome::Met { .. } | Outcome::FulfilledLate { .. } | Outcome::Cancelled { .. } => Vec::new(),
        }
    }

    pub fn cancelled(&self, at: Timestamp, reason: CancelReason) -> Option<Self> {
        self.is_live().then(|| self.finished(Outcome::Cancelled { at, reason }))
    }

    fn finished(&self, outcome: Outcome) -> Self {
        Self { outcome, running: None, next: None, ..self.clone() }
    }

    /// As a late command sees it: it knows its own instant, so the scan's grace does not apply, and a warning that
    /// nobody has seen yet is not worth a mail once the promise is broken.
    fn at_breach(&self) -> Self {
        Self { next: self.due.map(|at| Next { level: Level::Breached, at }), ..self.clone() }
    }

    /// Sets the due instant and what comes next, after what was told last.
    fn scheduled(self, settings: &Loaded) -> Self {
        let (Some(running), Some(times)) = (self.running, settings.calendar(&self.calendar)) else {
            return Self { due: None, next: None, ..self };
        };
        let after = |worked: i64| times.due(running, (worked - self.worked).max(0));
        let due = after(self.target);
        let breach = || due.and_then(|due| due.checked_add(RECORD_AFTER).ok());
        let next = match self.told {
            None if self.target >= WARN_FROM => after(self.target / 4 * 3).map(|at| Next { level: Level::Warned, at }),
            None | Some(Told { level: Level::Warned, .. }) => breach().map(|at| Next { level: Level::Breached, at }),
            Some(Told { level: Level::Breached, .. }) => {
                after(self.target + (self.target / 2).max(3_600)).map(|at| Next { level: Level::Manager, at })
            }
            Some(Told { level: Level::Manager, .. }) => {
                after(self.target + self.target.max(7_200)).map(|at| Next { level: Level::Head, at })
            }
            Some(Told { level: Level::Head | Level::Daily, at }) => {
                at.checked_add(DAY).ok().map(|at| Next { level: Level::Daily, at })
            }
        };
        Self { due, next, ..self }
    }
}

/// The level told last, and when it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub level: Level,
    #[serde(with = "millis")]
    pub at: Timestamp,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form serde asks for")]
fn is_zero(seconds: &i64) -> bool {
    *seconds == 0
}

/// Instants as milliseconds since 1970: half the bytes of their text, and writes are paid by the byte.
pub mod millis {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(at.as_millisecond())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        Timestamp::from_millisecond(i64::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// The same where there may be none.
pub mod millis_or_none {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::ref_option, reason = "the form serde asks for")]
    pub fn serialize<S: Serializer>(at: &Option<Timestamp>, to: S) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => to.serialize_some(&at.as_millisecond()),
            None => to.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
        let millis = Option::<i64>::deserialize(from)?;
        millis.map(Timestamp::from_millisecond).transpose().map_err(D::Error::custom)
    }
}
