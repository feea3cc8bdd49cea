//! One promise as the list of acts tells it: when it ran and under what, and what that makes of it.

use super::acts::versions;
use super::hours::{quarters, walk};
use crate::category::Priority;
use crate::sla::{CancelReason, ClockKind, Level, RECORD_AFTER};

/// How it was ended. Instants in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum End {
    Kept(i64),
    Cancelled(i64, CancelReason),
}

#[derive(Clone, Debug)]
pub(super) struct Promise {
    pub(super) kind: ClockKind,
    pub(super) subject: Option<u8>,
    pub(super) cycle: u16,
    pub(super) chat: bool,
    pub(super) version: usize,
    pub(super) priority: Priority,
    pub(super) started: i64,
    /// Since when it is measured as it is now.
    since: i64,
    /// From, and until when if it does not run on.
    pub(super) ran: Vec<(i64, Option<i64>)>,
    pub(super) broken: Option<i64>,
    pub(super) excused: bool,
    /// The levels after the breach, with the instants at which they were reached.
    pub(super) levels: Vec<(Level, i64)>,
    pub(super) end: Option<End>,
}

/// Whole seconds count, from the next one on.
fn next_second(millis: i64) -> i64 {
    millis.saturating_add(999).div_euclid(1_000)
}

impl Promise {
    /// Starts it, if the version promises it.
    pub(super) fn start(
        (kind, subject, cycle, chat): (ClockKind, Option<u8>, u16, bool),
        (version, priority): (usize, Priority),
        at: i64,
        ran: Vec<(i64, Option<i64>)>,
    ) -> Option<Self> {
        versions()[version].promise(kind, chat)?;
        Some(Self {
            kind,
            subject,
            cycle,
            chat,
            version,
            priority,
            started: at,
            since: at,
            ran,
            broken: None,
            excused: false,
            levels: Vec::new(),
            end: None,
        })
    }

    pub(super) fn is_live(&self) -> bool {
        self.end.is_none()
    }

    fn runs(&self) -> bool {
        self.ran.last().is_some_and(|(_, end)| end.is_none())
    }

    fn target(&self) -> i64 {
        versions()[self.version].promise(self.kind, self.chat).unwrap().target(self.priority)
    }

    fn open(&self) -> &'static [bool] {
        quarters(self.version, &versions()[self.version].promise(self.kind, self.chat).unwrap().calendar)
    }

    /// When so many seconds were worked, not before `least`, if it ran until then; `strictly` if it must have run on.
    fn reached(&self, seconds: i64, least: i64, end: i64, strictly: bool) -> Option<i64> {
        let mut left = seconds;
        for (from, to) in self.ran.iter().filter(|(from, to)| Some(*from) != *to) {
            let until = to.unwrap_or(end);
            let (second, _) = walk(self.open(), next_second(*from), i64::MAX, left.max(0));
            let at = if left <= 0 { *from } else { second.saturating_mul(1_000) };
            if at.max(least) < until || (at.max(least) == until && (least <= at || to.is_none()) && !strictly) {
                return Some(at.max(least));
            }
            left -= walk(self.open(), next_second(*from), next_second(until), i64::MAX).1;
        }
        None
    }

    /// When it breaks if it runs on as it does.
    pub(super) fn due(&self) -> Option<i64> {
        self.reached(self.target(), i64::MIN, i64::MAX, true)
    }

    /// What came of it before `now`, by itself.
    pub(super) fn settle(&mut self, now: i64) {
        if !self.is_live() {
            return;
        }
        if self.broken.is_none() {
            self.broken = self.reached(self.target(), i64::MIN, now, true).filter(|due| *due < now);
        }
        self.escalate(now);
    }

    fn escalate(&mut self, now: i64) {
        let (Some(broken), false) = (self.broken, self.excused) else { return };
        let target = self.target();
        let head = versions()[self.version].promise(self.kind, self.chat).unwrap().limit;
        let head = head.unwrap_or(target + target.max(7_200));
        let beyond = [(Level::Manager, (target + (target / 2).max(3_600)).min(head)), (Level::Head, head)];
        for (level, seconds) in beyond.into_iter().skip(self.levels.len()) {
            match self.reached(seconds, broken.max(self.since), now, false).filter(|at| *at <= now) {
                Some(at) => self.levels.push((level, at)),
                None => break,
            }
        }
    }

    /// What a scan at `now` finds of it besides.
    pub(super) fn scan(&mut self, now: i64) {
        let grace = i64::try_from(RECORD_AFTER.as_millis()).unwrap();
        let due = self.reached(self.target(), i64::MIN, now, true);
        if self.broken.is_some() || !self.runs() || due.is_some_and(|due| due + grace <= now) {
            self.settle(now);
        }
    }

    pub(super) fn pause(&mut self, now: i64) {
        if self.is_live() && self.runs() {
            self.settle(now);
            self.ran.last_mut().unwrap().1 = Some(now);
        }
    }

    pub(super) fn resume(&mut self, now: i64) {
        if self.is_live() && !self.runs() {
            self.ran.push((now, None));
            self.escalate(now);
        }
    }

    pub(super) fn keep(&mut self, at: i64) {
        if !self.is_live() {
            return;
        }
        match self.broken {
            Some(broken) if at <= broken => self.broken = None,
            Some(_) | None => self.settle(at),
        }
        self.end = Some(End::Kept(at));
    }

    pub(super) fn cancel(&mut self, at: i64, reason: CancelReason) {
        if self.is_live() {
            self.settle(at);
            self.end = Some(End::Cancelled(at, reason));
        }
    }

    /// Another version or priority from now on.
    pub(super) fn retarget(&mut self, version: usize, priority: Priority, now: i64) {
        if !self.is_live() {
            return;
        }
        self.settle(now);
        let (before, after) = (&versions()[self.version], versions()[version].promise(self.kind, self.chat).cloned());
        let Some(after) = after else { return self.cancel(now, CancelReason::NotPromised) };
        let old = before.promise(self.kind, self.chat).unwrap();
        let same = self.open() == quarters(version, &after.calendar)
            && old.calendar == after.calendar
            && (old.target(self.priority), old.limit) == (after.target(priority), after.limit);
        (self.version, self.priority) = (version, priority);
        if same {
            return;
        }
        self.since = now;
        let over = self.reached(self.target(), i64::MIN, now, true).is_some_and(|due| due < now);
        if self.broken.is_none() && over {
            self.broken = Some(now);
        }
        self.escalate(now);
    }

    /// Working seconds from its start to when it was kept; nothing where it was not.
    pub(super) fn handled(&self) -> i64 {
        let Some(End::Kept(at)) = self.end else { return 0 };
        let span = |(from, to): &(i64, Option<i64>)| {
            walk(self.open(), next_second(*from), next_second(to.unwrap_or(at)), i64::MAX).1
        };
        self.ran.iter().map(span).sum()
    }

    /// How it stands, in words.
    pub(super) fn outcome(&self) -> String {
        match (self.broken, self.end) {
            (Some(due), Some(End::Kept(at))) => format!("late {due} {at}"),
            (Some(due), Some(End::Cancelled(..)) | None) => format!("breached {due}"),
            (None, Some(End::Kept(at))) => format!("met {at}"),
            (None, Some(End::Cancelled(at, reason))) => format!("cancelled {at} {reason}"),
            (None, None) if self.runs() => format!("open {:?}", self.due()),
            (None, None) => "paused".to_owned(),
        }
    }
}
