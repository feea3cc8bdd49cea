//! What a rule would have said: the same decisions over what was counted before, with nobody acknowledging anything.

use jiff::Timestamp;

use super::{Event, Happened, Incident, Reading, Rule, Scope, Series, read};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backtest {
    /// Everything that would have happened, oldest first.
    pub events: Vec<Event>,
    /// Alerts that would have been raised; raised again within the hour is none.
    pub alerts: usize,
    /// Mails to the first level, and those because nobody acknowledged.
    pub mails: usize,
    pub escalations: usize,
}

/// Runs a rule over what was counted of one name of its scope, from one instant to another. The series is one that was not
/// compacted over that time.
pub fn backtest(rule: &Rule, scope: Scope, series: &Series, from: Timestamp, to: Timestamp) -> Backtest {
    let on = Rule { on: true, ..rule.clone() };
    let says = |slot: Timestamp| -> Option<Reading> { read(&on, series, slot) };
    let mut events = Vec::new();
    let mut incident = Incident::watch("backtest", scope, from, &on);
    loop {
        let run = incident.run(&on, to, says);
        events.extend(run.events);
        incident = run.incident;
        if !run.more {
            break;
        }
    }
    let mailed = |event: &&Event| event.mail.is_some();
    let escalated = |event: &&Event| matches!(event.happened, Happened::Escalated { .. });
    let escalations = events.iter().filter(mailed).filter(escalated).count();
    let mails = events.iter().filter(mailed).count() - escalations;
    let alerts = events.iter().filter(|event| event.happened == Happened::Raised).count();
    Backtest { events, alerts, mails, escalations }
}
