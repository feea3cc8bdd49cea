//! Service-level clocks: when a promise is due, whether it was kept, and who hears of it when.
//!
//! Outcomes depend on instants alone, never on when a scan happened to run: a breach is recorded at the due instant
//! by whoever comes first, the scan or the command that fulfils the clock too late.

mod ending;
#[cfg(test)]
mod examples;
pub mod figures;
pub mod preview;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::category::{Priority, words};
use crate::id::SubjectId;
use crate::settings::Loaded;

words!(
    /// Which promise a clock measures.
    ClockKind {
        FirstResponse = "first_response", NextReply = "next_reply", Update = "update", Resolution = "resolution",
        RefundDecision = "refund_decision", Payout = "payout",
    }
);

impl ClockKind {
    /// It measures how soon a case or a payout is dealt with, not the ticket.
    pub fn has_subject(self) -> bool {
        match self {
            Self::RefundDecision | Self::Payout => true,
            Self::FirstResponse | Self::NextReply | Self::Update | Self::Resolution => false,
        }
    }

    /// It does not run while it is the customer's turn to act.
    pub fn pauses(self) -> bool {
        match self {
            Self::Resolution | Self::Update => true,
            Self::FirstResponse | Self::NextReply | Self::RefundDecision | Self::Payout => false,
        }
    }
}

words!(
    /// What is told of a clock, lowest first: at 75 % of the target, at the due instant, at +50 %, at +100 %, and
    /// then daily.
    Level { Warned = "warned", Breached = "breached", Manager = "manager", Head = "head", Daily = "daily" }
);
words!(
    /// How a promise stands. It has no due instant while it is paused.
    Standing {
        Running = "running", Paused = "paused", Met = "met", Breached = "breached", FulfilledLate = "fulfilled_late",
        Cancelled = "cancelled",
    }
);
words!(
    /// Why a clock ended without an outcome.
    CancelReason {
        Merged = "merged", Spam = "spam", NotPromised = "not_promised", Resolved = "resolved", Withdrawn = "withdrawn",
    }
);
words!(
    /// What moved a due instant into the past.
    Cause { Priority = "priority", Policy = "policy" }
);

/// A scan records a breach only when the due instant is this long past. No command takes longer: a function that
/// answers HTTP is stopped after 15 s, so whatever was in time is written by then.
pub const RECORD_AFTER: SignedDuration = SignedDuration::from_secs(60);
/// Targets shorter than this are not warned of: nobody could act on it.
const WARN_FROM: i64 = 600;
const DAY: SignedDuration = SignedDuration::from_secs(86_400);
/// Spans kept for a change of calendar. A ticket that was paused more often keeps what its oldest spans were worth in the
/// calendar of their time.
const MOST_SPANS: usize = 60;

/// One promise being measured on one ticket. There is one per kind, subject and cycle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    pub kind: ClockKind,
    /// The case or payout it is about; empty where it is about the ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectId>,
    pub cycle: u16,
    /// The promise is the one for chat.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub chat: bool,
    /// Settings version whose promise this is.
    pub policy: u32,
    pub calendar: String,
    /// Working seconds promised.
    pub target: i64,
    /// Working seconds after which it is nobody's choice any more, such as a term set by law: the highest level is told then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    #[serde(with = "millis")]
    pub started: Timestamp,
    /// Working seconds elapsed before `running`; all of them once it is finished.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub worked: i64,
    /// The spans behind `worked`, in milliseconds since 1970: another calendar may count them otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ran: Vec<(i64, i64)>,
    /// Since when it runs; empty while paused and once finished.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
    pub running: Option<Timestamp>,
    /// Since when it is paused; empty while it runs and once finished.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
    pub paused: Option<Timestamp>,
    /// When the promise breaks, or broke. Empty while paused, and where the calendar gives no instant.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
    pub due: Option<Timestamp>,
    /// The level that is reached next; empty while paused, once finished, and where the calendar gives no instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Next>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
    pub outcome: Outcome,
    /// When it was last measured by another priority or policy: no level was reached before that.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
    pub retargeted: Option<Timestamp>,
    /// A lead said why the breach does not count; nobody is told of it any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub excused: bool,
}

/// A level and the instant at which it is reached; a breach is reached after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    pub level: Level,
    #[serde(with = "millis")]
    pub at: Timestamp,
}

impl Next {
    /// From when a scan records it.
    pub fn scan_at(self) -> Timestamp {
        match self.level {
            Level::Breached => self.at.saturating_add(RECORD_AFTER).unwrap_or(self.at),
            Level::Warned | Level::Manager | Level::Head | Level::Daily => self.at,
        }
    }
}

/// The level told last, and when it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
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
    /// Past due and not yet fulfilled. `due` is when it broke, `detected` when that was noticed. `cause` is what broke it
    /// where time did not.
    Breached {
        #[serde(with = "millis")]
        due: Timestamp,
        #[serde(with = "millis")]
        detected: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cause: Option<Cause>,
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
    /// Another priority or policy promises something else.
    Retargeted {
        cause: Cause,
    },
    /// A lead excused the breach.
    Excused,
    Cancelled,
}

/// Changes of one clock in order, each with the clock after it.
pub type Changes = Vec<(Change, Clock)>;

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
            subject: None,
            cycle,
            chat,
            policy: settings.version,
            calendar: promise.calendar.clone(),
            target: promise.target(priority),
            limit: promise.limit,
            started: now,
            worked: 0,
            ran: Vec::new(),
            running: Some(now),
            paused: None,
            due: None,
            next: None,
            told: None,
            outcome: Outcome::Open,
            retargeted: None,
            excused: false,
        };
        Some(clock.scheduled(settings))
    }

    /// The same clock, about a case or a payout.
    pub fn about(self, subject: SubjectId) -> Self {
        Self { subject: Some(subject), ..self }
    }

    /// What became of a clock that started before it was known of: it was paused whenever another one was.
    pub fn in_step_with(&self, other: &Self, detected: Timestamp, settings: &Loaded) -> Changes {
        let resumed = other.ran.iter().skip(1).map(|(from, _)| Some(instant(*from))).chain([other.running]);
        let pauses = other.ran.iter().map(|(_, to)| instant(*to)).zip(resumed);
        let mut changes = Changes::new();
        let mut clock = self.clone();
        for (from, to) in pauses.filter(|(_, to)| to.is_none_or(|to| to > self.started)) {
            changes.extend(clock.paused_at(from.max(self.started), detected, settings));
            clock = changes.last().map_or(clock, |(_, clock)| clock.clone());
            changes.extend(to.map(|to| clock.resume(to, settings)).unwrap_or_default());
            clock = changes.last().map_or(clock, |(_, clock)| clock.clone());
        }
        changes
    }

    /// Neither met, nor fulfilled late, nor cancelled.
    pub fn is_live(&self) -> bool {
        self.running.is_some() || self.paused.is_some()
    }

    /// It was broken, whether or not it was fulfilled since.
    pub fn is_breached(&self) -> bool {
        matches!(self.outcome, Outcome::Breached { .. } | Outcome::FulfilledLate { .. })
    }

    /// The same promise on the same subject.
    pub fn is_same(&self, other: &Self) -> bool {
        (self.kind, self.cycle, &self.subject) == (other.kind, other.cycle, &other.subject)
    }

    /// How it stands, for people.
    pub fn standing(&self) -> Standing {
        match self.outcome {
            Outcome::Open if self.paused.is_some() => Standing::Paused,
            Outcome::Open => Standing::Running,
            Outcome::Met { .. } => Standing::Met,
            Outcome::Breached { .. } => Standing::Breached,
            Outcome::FulfilledLate { .. } => Standing::FulfilledLate,
            Outcome::Cancelled { .. } => Standing::Cancelled,
        }
    }

    /// [`Clock::standing`] in a word.
    pub fn word(&self) -> &'static str {
        self.standing().as_str()
    }

    /// It runs, and nobody can say until when: its calendar has no more working time.
    pub fn lacks_time(&self) -> bool {
        self.running.is_some() && !self.excused && (self.due.is_none() || self.next.is_none())
    }

    /// What a scan at `now` records. Only the highest of the levels found together is mailed.
    pub fn scanned(&self, now: Timestamp, settings: &Loaded) -> Changes {
        self.reached(now, settings, |next| next.scan_at() <= now)
    }

    /// What holds at `now` by the rules alone, without the grace that a scan leaves to commands under way.
    fn known(&self, now: Timestamp, settings: &Loaded) -> Changes {
        self.reached(now, settings, |next| next.at < now || (next.at == now && next.level != Level::Breached))
    }

    /// Working seconds that it has run by `now`, which is not before its latest start.
    fn elapsed(&self, now: Timestamp, settings: &Loaded) -> i64 {
        let times = settings.calendar(&self.calendar);
        self.worked + self.running.zip(times).map_or(0, |(running, times)| times.elapsed(running, now))
    }

    /// What a command of the instant `at` records when the promise was broken before it: what a scan would have found,
    /// but for its grace, since a command knows its own instant. Warnings of a promise that is kept, and reminders,
    /// are left to the scan.
    fn broken(&self, at: Timestamp, detected: Timestamp, settings: &Loaded) -> Changes {
        if self.outcome == Outcome::Open && self.due.is_none_or(|due| at <= due) {
            return Changes::new();
        }
        self.reached(detected, settings, |next| next.level != Level::Daily && next.at <= at)
    }

    fn reached(&self, detected: Timestamp, settings: &Loaded, is_reached: impl Fn(Next) -> bool) -> Changes {
        let mut found = Changes::new();
        let mut clock = self.clone();
        // Four levels are reached at most once each, and days that passed unnoticed are told of once.
        for _ in 0..Level::ALL.len() {
            let Some(Next { level, at }) = clock.next.filter(|next| is_reached(*next)) else { break };
            if level == Level::Breached {
                clock.outcome = Outcome::Breached { due: at, detected, cause: None };
            }
            clock.told = Some(Told { level, at: detected });
            clock = clock.scheduled(settings);
            found.push((Change::Reached { level, at, mailed: false }, clock.clone()));
        }
        if let Some((Change::Reached { mailed, .. }, _)) = found.last_mut() {
            *mailed = true;
        }
        found
    }

    /// Stops a running clock until it is resumed.
    pub fn pause(&self, now: Timestamp, settings: &Loaded) -> Changes {
        self.paused_at(now, now, settings)
    }

    fn paused_at(&self, now: Timestamp, detected: Timestamp, settings: &Loaded) -> Changes {
        let Some(running) = self.running else { return Changes::new() };
        let mut changes = self.broken(now, detected, settings);
        let last = changes.last().map_or(self, |(_, clock)| clock);
        let worked = last.worked + settings.calendar(&self.calendar).map_or(0, |times| times.elapsed(running, now));
        // Of two commands at once the later may be written first: time is never counted twice.
        let paused = now.max(running);
        let mut ran = last.ran.clone();
        ran.push((running.as_millisecond(), paused.as_millisecond()));
        if ran.len() > MOST_SPANS {
            ran.remove(0);
        }
        let clock = Self { worked, ran, running: None, paused: Some(paused), due: None, next: None, ..last.clone() };
        changes.push((Change::Paused, clock));
        changes
    }

    /// Lets a paused clock run on, with a new due instant.
    pub fn resume(&self, now: Timestamp, settings: &Loaded) -> Changes {
        let Some(paused) = self.paused else { return Changes::new() };
        let clock = Self { running: Some(now.max(paused)), paused: None, ..self.clone() }.scheduled(settings);
        let mut changes = vec![(Change::Resumed, clock.clone())];
        // What a change reached while it was paused is told as soon as it runs.
        changes.extend(clock.broken(now, now, settings));
        changes
    }

    /// Fulfils a live clock at the instant that counts, which is before `detected` for a contact typed in later. In
    /// time it is met, and a breach recorded meanwhile is taken back; late, the breach is recorded here if no scan has
    /// done it yet.
    pub fn fulfil(&self, at: Timestamp, detected: Timestamp, settings: &Loaded) -> Changes {
        if !self.is_live() {
            return Changes::new();
        }
        if matches!(self.outcome, Outcome::Breached { due, .. } if at <= due) {
            return vec![(Change::Corrected, self.finished(Outcome::Met { at }, at, settings))];
        }
        let mut changes = self.broken(at, detected, settings);
        let last = changes.last().map_or(self, |(_, clock)| clock);
        let end = if let Outcome::Breached { due, .. } = last.outcome {
            (Change::FulfilledLate, last.finished(Outcome::FulfilledLate { due, at }, at, settings))
        } else {
            (Change::Met, last.finished(Outcome::Met { at }, at, settings))
        };
        changes.push(end);
        changes
    }

    fn finished(&self, outcome: Outcome, at: Timestamp, settings: &Loaded) -> Self {
        let worked = self.elapsed(at, settings);
        Self { outcome, worked, running: None, paused: None, next: None, ..self.clone() }
    }

    /// Sets the due instant, and what is reached next after what was told last.
    fn scheduled(self, settings: &Loaded) -> Self {
        let (Some(running), Some(times)) = (self.running, settings.calendar(&self.calendar)) else {
            return Self { due: None, next: None, ..self };
        };
        let after = |worked: i64| times.due(running, worked - self.worked);
        let due = if let Outcome::Breached { due, .. } = self.outcome { Some(due) } else { after(self.target) };
        if self.excused {
            return Self { due, next: None, ..self };
        }
        // What a change reached it reached then, and nothing that comes after a breach comes before it.
        let changed = |at: Timestamp| self.retargeted.map_or(at, |changed| at.max(changed));
        let late = |worked: i64| after(worked).map(|at| changed(due.map_or(at, |due| at.max(due))));
        let head = self.limit.unwrap_or_else(|| self.target.saturating_add(self.target.max(7_200)));
        let manager = self.target.saturating_add((self.target / 2).max(3_600)).min(head);
        let (level, at) = match self.told {
            None if self.target >= WARN_FROM => (Level::Warned, after(self.target * 3 / 4).map(changed)),
            None | Some(Told { level: Level::Warned, .. }) => (Level::Breached, due),
            Some(Told { level: Level::Breached, .. }) => (Level::Manager, late(manager)),
            Some(Told { level: Level::Manager, .. }) => (Level::Head, late(head)),
            Some(Told { level: Level::Head | Level::Daily, at }) => (Level::Daily, at.checked_add(DAY).ok()),
        };
        Self { due, next: at.map(|at| Next { level, at }), ..self }
    }
}

/// An end of a span; what was stored came from an instant.
fn instant(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or_default()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form serde asks for")]
pub(crate) fn is_zero(seconds: &i64) -> bool {
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
