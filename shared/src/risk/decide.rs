//! What becomes of an incident. Everything happens at an instant of its own, a slot or an instant that follows from what came
//! before, in the order of these instants: it does not matter when, or how often, it is worked out.

use jiff::{SignedDuration, Timestamp};

use super::incident::{Acknowledged, Alert, Event, Happened, Incident, Mail, Marks};
use super::{Reading, Rule, Scope, Severity};
use crate::id::StaffId;

/// Raised within this of clearing it is the same alert.
const SAME_WITHIN: SignedDuration = SignedDuration::from_hours(1);
/// An acknowledged alert is silent for so long.
const SILENT: SignedDuration = SignedDuration::from_hours(8);
/// An exercise that nobody ended is over.
const DRILL: SignedDuration = SignedDuration::from_hours(8);
/// Slots and instants worked out in one go: a week of slots. What is left is for the next.
const MOST_STEPS: usize = 2_016;

/// Where an incident is, and what happened on the way there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub incident: Incident,
    pub events: Vec<Event>,
    /// It is not there yet: run it again.
    pub more: bool,
}

/// Why something cannot be done to an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// Nothing was raised.
    Unknown,
    /// It is over.
    Over,
}

impl std::fmt::Display for Rejection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unknown => "No alert was raised here. Look at the list of alerts again.",
            Self::Over => "The alert is over: there is nothing to acknowledge or resolve any more.",
        })
    }
}

impl Incident {
    /// Nothing has happened yet. `since` is the instant of the first point.
    pub fn watch(rule: &str, scope: Scope, since: Timestamp, by: &Rule) -> Self {
        Self {
            rule: rule.to_owned(),
            scope,
            until: by.slot(since),
            seq: 0,
            warning: Marks::default(),
            critical: Marks::default(),
            alert: None,
            mailed: [].into(),
        }
    }

    /// An exercise: an incident of its own, that goes the whole way and reads nothing.
    pub fn drill(rule: (&str, &Rule), scope: Scope, by: &StaffId, at: Timestamp) -> Run {
        let (name, rule) = rule;
        let mut incident = Self::watch(name, scope, at, rule);
        let severity = if rule.critical.is_some() { Severity::Critical } else { Severity::Warning };
        let mut events = Vec::new();
        incident.alert = Some(Alert { drill: true, ..alert(1, severity, at) });
        let mail = incident.mail(rule, at);
        incident.say(at, Happened::Drilled { by: by.clone() }, None, mail, &mut events);
        Run { incident, events, more: false }
    }

    /// Everything up to `now`. `read` says what the rule reads at a slot: every point before that slot has to be known by then,
    /// so the caller leaves what is still under way some time to come.
    pub fn run(&self, rule: &Rule, now: Timestamp, read: impl Fn(Timestamp) -> Option<Reading>) -> Run {
        let (mut incident, mut events) = (self.clone(), Vec::new());
        for _ in 0..MOST_STEPS {
            let slot = Some(rule.next_slot(incident.until)).filter(|slot| *slot <= now && !incident.is_drill());
            let due = incident.due(rule).filter(|due| *due <= now);
            match (slot, due) {
                // What clears at an instant needs no telling at that instant.
                (Some(slot), due) if due.is_none_or(|due| slot <= due) => {
                    incident.slot(rule, slot, read(slot), &mut events);
                }
                (_, Some(due)) => incident.reach(rule, due, &mut events),
                (Some(_) | None, None) => return Run { incident, events, more: false },
            }
        }
        Run { incident, events, more: true }
    }

    /// As soon as something happens, of a rule that says so: nothing where that does not raise an alert. `read` sees what is
    /// known so far.
    pub fn at_once(&self, rule: &Rule, at: Timestamp, read: impl Fn(Timestamp) -> Option<Reading>) -> Option<Run> {
        let stands = self.alert.as_ref().is_some_and(Alert::stands);
        let run = (rule.at_once && !stands).then(|| self.run(rule, rule.slot_after(at), read))?;
        let raised = |event: &Event| matches!(event.happened, Happened::Raised | Happened::RaisedAgain);
        run.events.last().is_some_and(raised).then_some(run)
    }

    /// When to look again at the latest.
    pub fn next(&self, rule: &Rule) -> Timestamp {
        let slot = if self.is_drill() { Timestamp::MAX } else { rule.next_slot(self.until) };
        self.due(rule).map_or(slot, |due| due.min(slot))
    }

    /// It is run up to `at` before. Acknowledged already, nothing happens.
    pub fn acknowledge(&self, by: &StaffId, at: Timestamp) -> Result<Run, Rejection> {
        let mut incident = self.clone();
        let alert = standing(&mut incident)?;
        let mut events = Vec::new();
        if alert.acknowledged.is_none() {
            alert.acknowledged = Some(Acknowledged { by: by.clone(), at });
            alert.owed = false;
            incident.say(at, Happened::Acknowledged { by: by.clone() }, None, None, &mut events);
        }
        Ok(Run { incident, events, more: false })
    }

    /// Somebody dealt with it. It is raised anew after it went back to good.
    pub fn resolve(&self, by: &StaffId, at: Timestamp) -> Result<Run, Rejection> {
        let mut incident = self.clone();
        let again = self.alert.as_ref().is_some_and(|alert| alert.resolved_by.is_some());
        let mut events = Vec::new();
        if !again {
            let alert = standing(&mut incident)?;
            (alert.ended, alert.resolved_by, alert.owed) = (Some(at), Some(by.clone()), false);
            incident.say(at, Happened::Resolved { by: by.clone() }, None, None, &mut events);
        }
        Ok(Run { incident, events, more: false })
    }

    fn is_drill(&self) -> bool {
        self.alert.as_ref().is_some_and(|alert| alert.drill)
    }

    fn slot(&mut self, rule: &Rule, slot: Timestamp, reading: Option<Reading>, events: &mut Vec<Event>) {
        self.until = slot;
        let before = self.severity();
        if !rule.on {
            (self.warning, self.critical) = (Marks::default(), Marks::default());
        } else if let Some(reading) = &reading {
            for severity in Severity::ALL {
                let Some(limits) = rule.limits(*severity) else { continue };
                let marks = match severity {
                    Severity::Warning => &mut self.warning,
                    Severity::Critical => &mut self.critical,
                };
                marks.see(reading.side(rule, limits), limits);
            }
        }
        let after = self.severity();
        let stood = self.alert.clone().filter(Alert::stands);
        match (stood, after) {
            (None, Some(severity)) if after > before => self.raise(rule, slot, severity, reading, events),
            (Some(alert), Some(severity)) if severity > alert.severity => {
                self.alert = Some(Alert { severity, acknowledged: None, ..alert });
                let mail = self.mail(rule, slot);
                self.say(slot, Happened::Rose, reading, mail, events);
            }
            (Some(alert), Some(severity)) if severity < alert.severity => {
                self.alert = Some(Alert { severity, ..alert });
                self.say(slot, Happened::Eased, reading, None, events);
            }
            (Some(alert), None) => {
                self.alert = Some(Alert { ended: Some(slot), owed: false, ..alert });
                self.say(slot, Happened::Cleared, reading, None, events);
            }
            (None | Some(_), _) => {}
        }
    }

    fn raise(
        &mut self,
        rule: &Rule,
        slot: Timestamp,
        severity: Severity,
        reading: Option<Reading>,
        events: &mut Vec<Event>,
    ) {
        let last = self.alert.take();
        let number = last.as_ref().map_or(0, |alert| alert.number);
        let cleared = |alert: &Alert| {
            alert.resolved_by.is_none() && alert.ended.is_some_and(|ended| slot.duration_since(ended) <= SAME_WITHIN)
        };
        let happened = match last.filter(cleared) {
            Some(alert) => {
                let acknowledged = alert.acknowledged.clone().filter(|_| severity <= alert.severity);
                self.alert = Some(Alert { severity, again: slot, ended: None, acknowledged, ..alert });
                Happened::RaisedAgain
            }
            None => {
                self.alert = Some(alert(number + 1, severity, slot));
                Happened::Raised
            }
        };
        let mail = self.mail(rule, slot);
        self.say(slot, happened, reading, mail, events);
    }

    fn severity(&self) -> Option<Severity> {
        let warning = self.warning.raised.then_some(Severity::Warning);
        if self.critical.raised { Some(Severity::Critical) } else { warning }
    }

    /// The next instant at which something happens by itself between slots.
    fn due(&self, rule: &Rule) -> Option<Timestamp> {
        let alert = self.alert.as_ref().filter(|alert| alert.stands())?;
        let over = alert.drill.then(|| after(alert.since, DRILL));
        let others = match &alert.acknowledged {
            Some(acknowledged) => [Some(after(acknowledged.at, SILENT).max(alert.again)), None],
            None => [self.owed(rule, alert), escalates(rule, alert)],
        };
        others.into_iter().chain([over]).flatten().min()
    }

    fn owed(&self, rule: &Rule, alert: &Alert) -> Option<Timestamp> {
        alert.owed.then(|| self.silent_until(rule, alert.severity).unwrap_or(alert.again).max(alert.again))
    }

    fn reach(&mut self, rule: &Rule, at: Timestamp, events: &mut Vec<Event>) {
        let Some(mut alert) = self.alert.clone() else { return };
        if alert.drill && after(alert.since, DRILL) <= at {
            self.alert = Some(Alert { ended: Some(at), ..alert });
            self.say(at, Happened::Cleared, None, None, events);
        } else if alert.acknowledged.is_some() || self.owed(rule, &alert) == Some(at) {
            alert.acknowledged = None;
            self.alert = Some(alert);
            let mail = Some(self.send(rule, at));
            self.say(at, Happened::Reminded, None, mail, events);
        } else {
            alert.level += 1;
            let level = alert.level;
            self.alert = Some(alert);
            let mail = Some(self.send(rule, at));
            self.say(at, Happened::Escalated { level }, None, mail, events);
        }
    }

    /// The mail that is due at an instant, unless it has to wait, or the alert is acknowledged.
    fn mail(&mut self, rule: &Rule, at: Timestamp) -> Option<Mail> {
        let alert = self.alert.as_ref()?;
        if alert.acknowledged.as_ref().is_some_and(|acknowledged| at < after(acknowledged.at, SILENT)) {
            return None;
        }
        if self.silent_until(rule, alert.severity).is_some_and(|until| at < until) {
            if let Some(alert) = &mut self.alert {
                alert.owed = true;
            }
            return None;
        }
        Some(self.send(rule, at))
    }

    fn send(&mut self, rule: &Rule, at: Timestamp) -> Mail {
        let mut level = 0;
        if let Some(alert) = &mut self.alert {
            (alert.told, alert.owed, level) = (Some(at), false, alert.level);
            self.mailed.insert(alert.severity, at.as_millisecond());
        }
        Mail { to: rule.told(level) }
    }

    /// Until when mail of a severity waits: its cool-down after the last of that severity or a worse one.
    fn silent_until(&self, rule: &Rule, severity: Severity) -> Option<Timestamp> {
        let last = self.mailed.range(severity..).map(|(_, at)| *at).max()?;
        let last = Timestamp::from_millisecond(last).ok()?;
        Some(after(last, SignedDuration::from_mins(rule.limits(severity)?.cool_down)))
    }

    fn say(
        &mut self,
        at: Timestamp,
        happened: Happened,
        reading: Option<Reading>,
        mail: Option<Mail>,
        events: &mut Vec<Event>,
    ) {
        let Some(alert) = &self.alert else { return };
        self.seq += 1;
        let (number, severity, drill) = (alert.number, alert.severity, alert.drill);
        events.push(Event { seq: self.seq, number, at, severity, happened, reading, mail, drill });
    }
}

fn alert(number: u32, severity: Severity, at: Timestamp) -> Alert {
    Alert {
        number,
        severity,
        since: at,
        again: at,
        ended: None,
        resolved_by: None,
        acknowledged: None,
        told: None,
        level: 0,
        owed: false,
        drill: false,
    }
}

fn standing(incident: &mut Incident) -> Result<&mut Alert, Rejection> {
    let alert = incident.alert.as_mut().ok_or(Rejection::Unknown)?;
    if alert.stands() { Ok(alert) } else { Err(Rejection::Over) }
}

/// When the next level hears of an alert, while there is one.
fn escalates(rule: &Rule, alert: &Alert) -> Option<Timestamp> {
    let wait = SignedDuration::from_mins(rule.limits(alert.severity)?.escalate_after);
    let told = alert.told.filter(|_| usize::from(alert.level) < rule.above().len())?;
    Some(after(told, wait).max(alert.again))
}

/// The end of time where it would be past that.
fn after(at: Timestamp, time: SignedDuration) -> Timestamp {
    at.checked_add(time).unwrap_or(Timestamp::MAX)
}
