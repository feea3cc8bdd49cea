//! How a clock ends or turns without being kept: cancelled, excused, measured by another promise.

use jiff::Timestamp;

use super::{CancelReason, Cause, Change, Changes, Clock, Level, Outcome, Told, instant};
use crate::category::Priority;
use crate::settings::Loaded;

impl Clock {
    /// Ends a live clock without an outcome at `at`. What was broken stays broken: a merge is no way round a breach.
    pub fn cancel(&self, at: Timestamp, detected: Timestamp, reason: CancelReason, settings: &Loaded) -> Changes {
        if !self.is_live() {
            return Changes::new();
        }
        let mut changes = self.broken(at, detected, settings);
        let last = changes.last().map_or(self, |(_, clock)| clock);
        let outcome = match last.outcome {
            Outcome::Breached { .. } => last.outcome,
            Outcome::Open | Outcome::Met { .. } | Outcome::FulfilledLate { .. } | Outcome::Cancelled { .. } => {
                Outcome::Cancelled { at, reason }
            }
        };
        let end = last.finished(outcome, at, settings);
        changes.push((Change::Cancelled, end));
        changes
    }

    /// Excuses a breach, whether or not a scan has recorded it. Nothing where there is none.
    pub fn excuse(&self, now: Timestamp, settings: &Loaded) -> Changes {
        let mut changes = self.broken(now, now, settings);
        let last = changes.last().map_or(self, |(_, clock)| clock);
        if last.excused || !last.is_breached() {
            return Changes::new();
        }
        let excused = Self { excused: true, next: None, ..last.clone() };
        changes.push((Change::Excused, excused));
        changes
    }

    /// Measures by another priority or policy. The start and the pauses stay; the time that ran is counted anew in the
    /// calendar that holds now. A due instant that lies in the past thereby is a breach at the moment of the change, and
    /// what was breached before stays breached.
    pub fn retarget(&self, priority: Priority, now: Timestamp, cause: Cause, old: &Loaded, new: &Loaded) -> Changes {
        if !self.is_live() {
            return Changes::new();
        }
        let Some(promise) = new.promise(self.kind, self.chat) else {
            return self.cancel(now, now, CancelReason::NotPromised, old);
        };
        let target = promise.target(priority);
        let same_time =
            promise.calendar == self.calendar && old.calendar(&self.calendar) == new.calendar(&self.calendar);
        if same_time && (target, promise.limit) == (self.target, self.limit) {
            // Only the version under its name changes; pauses and levels are counted by that from now on.
            return if self.policy == new.version { Changes::new() } else { self.renamed(cause, new) };
        }
        let mut changes = self.broken(now, now, old);
        let last = changes.last().map_or(self, |(_, clock)| clock);
        let worked = last.worked - last.counted(old, &last.calendar) + last.counted(new, &promise.calendar);
        let calendar = promise.calendar.clone();
        let (policy, limit) = (new.version, promise.limit);
        let clock = Self { policy, calendar, target, limit, worked, retargeted: Some(now), ..last.clone() };
        let mut clock = if clock.running.is_some() { clock.scheduled(new) } else { clock };
        let broken = clock.outcome == Outcome::Open && clock.is_spent(now, new);
        changes.push((Change::Retargeted { cause }, clock.clone()));
        if broken {
            clock.outcome = Outcome::Breached { due: now, detected: now, cause: Some(cause) };
            clock.told = Some(Told { level: Level::Breached, at: now });
            clock = clock.scheduled(new);
            changes.push((Change::Reached { level: Level::Breached, at: now, mailed: true }, clock.clone()));
        }
        changes.extend(clock.broken(now, now, new));
        only_highest_mailed(&mut changes);
        changes
    }

    fn renamed(&self, cause: Cause, new: &Loaded) -> Changes {
        vec![(Change::Retargeted { cause }, Self { policy: new.version, ..self.clone() })]
    }

    /// The time promised was up before `now`, or before it was paused.
    fn is_spent(&self, now: Timestamp, settings: &Loaded) -> bool {
        let Some(times) = settings.calendar(&self.calendar) else { return false };
        let mut left = self.target - (self.worked - self.counted(settings, &self.calendar));
        let ended = self.ran.iter().map(|(from, to)| (instant(*from), instant(*to)));
        for (from, to) in ended.chain(self.running.map(|from| (from, now))) {
            let ran = times.elapsed(from, to);
            if left < ran || (left == ran && times.due(from, left).is_some_and(|due| due < to)) {
                return true;
            }
            left -= ran;
        }
        false
    }

    /// What its finished spans are worth in a calendar.
    fn counted(&self, settings: &Loaded, calendar: &str) -> i64 {
        let Some(times) = settings.calendar(calendar) else { return 0 };
        self.ran.iter().map(|(from, to)| times.elapsed(instant(*from), instant(*to))).sum()
    }
}

/// What a change reaches is found together, before it and after it: one mail tells it.
fn only_highest_mailed(changes: &mut Changes) {
    let reached = changes.iter_mut().rev().filter_map(|(change, _)| {
        let Change::Reached { mailed, .. } = change else { return None };
        Some(mailed)
    });
    reached.skip(1).for_each(|mailed| *mailed = false);
}
