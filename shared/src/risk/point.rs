//! What one happening adds to an indicator.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Indicator, ScopeKind};
use crate::case::{Happened, PaidHow};
use crate::event::{Entry, Event};
use crate::figures::{Measure, Part, Row};
use crate::id::OrderId;
use crate::sla::millis;
use crate::survey::SurveyKind;
use crate::text::fingerprint;

/// The shop, or one team, agent, category, product or queue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Scope {
    pub kind: ScopeKind,
    /// Empty for the shop.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

impl Scope {
    pub fn shop() -> Self {
        Self { kind: ScopeKind::Shop, name: String::new() }
    }

    pub fn of(kind: ScopeKind, name: impl fmt::Display) -> Self {
        Self { kind, name: name.to_string() }
    }
}

/// Minutes that are left where nothing is due: a year.
pub const NOTHING_DUE: i64 = 525_600;

/// `n` of `d`. What is only counted has no `d`; of what is read from the table `d` is 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    pub indicator: Indicator,
    pub scope: Scope,
    #[serde(with = "millis")]
    pub at: Timestamp,
    /// What it comes from: an entry, an order, a mail, or the slot at which it was read.
    pub source: String,
    pub n: i64,
    pub d: i64,
}

impl Point {
    /// What was read from the table at a slot. Where nothing waits an age is 0, and where nothing is due what is left is
    /// `NOTHING_DUE`: without a value an alert would stand for ever.
    pub fn gauge(indicator: Indicator, scope: Scope, slot: Timestamp, value: i64) -> Self {
        // Windows end before their slot.
        let at = Timestamp::from_second(slot.as_second() - 1).unwrap_or(slot);
        Self { indicator, scope, at, source: format!("slot:{}", slot.as_second()), n: value, d: 1 }
    }

    /// A point with this id counts once.
    pub fn id(&self) -> String {
        let parts = [self.indicator.as_str(), self.scope.kind.as_str(), &self.scope.name, &self.source];
        fingerprint(&parts.map(str::as_bytes)).chars().take(32).collect()
    }
}

/// The points of what an entry counts (`figures::tally`), one for each scope that the indicator is told apart by.
pub fn of_row(row: &Row, entry: &Entry) -> Vec<Point> {
    let mut points = Vec::new();
    for (place, part) in row.parts.iter().enumerate() {
        let source = format!("{}.{}.{place}", entry.ticket, entry.seq);
        for (indicator, n, d) in counted(part) {
            for scope in scopes(indicator, part) {
                points.push(Point { indicator, scope, at: entry.at, source: source.clone(), n, d });
            }
        }
    }
    points
}

fn counted(part: &Part) -> Vec<(Indicator, i64, i64)> {
    let sheet = &part.sheet;
    let (mut met, mut breached) = (0, 0);
    for kept in sheet.promises.values() {
        met += kept.met;
        breached += kept.breached;
    }
    let (mut good, mut answers) = (0, 0);
    for (score, n) in sheet.scores.get(&SurveyKind::Csat).into_iter().flatten() {
        good += if *score >= 4 { *n } else { 0 };
        answers += n;
    }
    let (mut promoted, mut asked) = (0, 0);
    for (score, n) in sheet.scores.get(&SurveyKind::Nps).into_iter().flatten() {
        promoted += match score {
            9.. => 100 * n,
            7 | 8 => 0,
            0..=6 => -100 * n,
        };
        asked += n;
    }
    // What turned out to be spam, or went on in another ticket, is taken back.
    let complaints = sheet.get(Measure::Complaint) - sheet.get(Measure::ComplaintWithdrawn);
    let (reopened, resolved) = (sheet.get(Measure::Reopened), sheet.get(Measure::Resolved));
    let all = [
        (Indicator::ComplaintRate, complaints, 0),
        (Indicator::Complaints, complaints, 0),
        (Indicator::BreachRate, breached, met + breached),
        (Indicator::ReopenRate, reopened, resolved),
        (Indicator::Csat, good, answers),
        (Indicator::Nps, promoted, asked),
        (Indicator::LowScores, sheet.get(Measure::LowScore), 0),
        (Indicator::Attitude, sheet.get(Measure::Attitude), 0),
    ];
    all.into_iter().filter(|(_, n, d)| *n != 0 || *d != 0).collect()
}

fn scopes(indicator: Indicator, part: &Part) -> Vec<Scope> {
    let of = &part.scope;
    let names = |kind: &ScopeKind| match kind {
        ScopeKind::Shop => vec![Scope::shop()],
        ScopeKind::Team => of.team.iter().map(|name| Scope::of(*kind, name)).collect(),
        ScopeKind::Agent => of.agent.iter().map(|name| Scope::of(*kind, name)).collect(),
        ScopeKind::Category => of.category.iter().map(|name| Scope::of(*kind, name)).collect(),
        ScopeKind::Product => of.products.iter().map(|name| Scope::of(*kind, name)).collect(),
        ScopeKind::Queue => vec![],
    };
    indicator.scopes().iter().flat_map(names).collect()
}

/// Words of law and of danger, whether they came first or later.
pub fn of_words(entry: &Entry) -> Vec<Point> {
    let (mut legally, mut dangerously) = (false, false);
    for event in &entry.events {
        if let Event::Classified { danger, legal, .. } | Event::Alarmed { danger, legal, .. } = event {
            legally |= legal;
            dangerously |= danger;
        }
    }
    let found = [(legally, Indicator::LegalWords), (dangerously, Indicator::DangerWords)];
    found.into_iter().filter(|(found, _)| *found).map(|(_, indicator)| of_entry(indicator, entry)).collect()
}

/// Payouts that the provider declined, and requests for money or goods.
pub fn of_cases(entry: &Entry) -> Vec<Point> {
    let mut points = Vec::new();
    for event in &entry.events {
        let Event::Case { case, happened, .. } = event else { continue };
        let indicator = if matches!(happened, Happened::PayoutTold { how: PaidHow::Declined, .. }) {
            Indicator::PaymentFailures
        } else if matches!(happened, Happened::Requested { .. }) {
            Indicator::Refunds
        } else {
            continue;
        };
        let point = of_entry(indicator, entry);
        points.push(Point { source: format!("{}.{case}", point.source), ..point });
    }
    points
}

/// An order is one that complaints and refunds are held against.
pub fn of_order(order: &OrderId, placed: Timestamp) -> [Point; 2] {
    [Indicator::ComplaintRate, Indicator::Refunds].map(|indicator| Point {
        indicator,
        scope: Scope::shop(),
        at: placed,
        source: format!("order:{order}"),
        n: 0,
        d: 1,
    })
}

fn of_entry(indicator: Indicator, entry: &Entry) -> Point {
    let source = format!("{}.{}", entry.ticket, entry.seq);
    Point { indicator, scope: Scope::shop(), at: entry.at, source, n: 1, d: 0 }
}
