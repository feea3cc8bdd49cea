//! What a customer was asked before, and whether they want to be asked: one record a customer, over all their tickets, so
//! that two surveys that fire at once meet in it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Skip, SurveyKind, SurveyRules};
use crate::sla::{millis, millis_or_none};

/// The longest that a rule looks back, in days.
const LONGEST: u16 = 365;
const QUARTER: u16 = 90;
/// Surveys that the record keeps: one a day for as long as a rule looks back, which no setting allows to be exceeded.
pub const MOST_SENT: usize = 400;

/// The record of one customer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// Oldest first; reminders do not count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sent: Vec<Sent>,
    /// Since when they want no surveys. It stops nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
    pub unsubscribed: Option<Timestamp>,
}

/// One survey that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    #[serde(with = "millis")]
    pub at: Timestamp,
    pub kind: SurveyKind,
}

impl Past {
    /// Why a survey of this kind would be one too many, if it would.
    pub fn refuses(&self, kind: SurveyKind, rules: &SurveyRules, now: Timestamp) -> Option<Skip> {
        let within = |days: u16| {
            let span = SignedDuration::from_hours(24 * i64::from(days));
            self.sent.iter().filter(move |sent| now.duration_since(sent.at) < span)
        };
        if self.unsubscribed.is_some() {
            Some(Skip::Unsubscribed)
        } else if within(rules.quiet_days).next().is_some() {
            Some(Skip::AskedLately)
        } else if within(QUARTER).count() >= usize::from(rules.most_in_90_days) {
            Some(Skip::AskedOften)
        } else if kind == SurveyKind::Nps && within(rules.nps_quiet_days).any(|sent| sent.kind == kind) {
            Some(Skip::NpsLately)
        } else {
            None
        }
    }

    /// With one more survey, and without what no rule looks back to.
    #[must_use]
    pub fn with(mut self, sent: Sent) -> Self {
        let span = SignedDuration::from_hours(24 * i64::from(LONGEST));
        self.sent.retain(|old| sent.at.duration_since(old.at) < span);
        self.sent.push(sent);
        let over = self.sent.len().saturating_sub(MOST_SENT);
        self.sent.drain(..over);
        self
    }

    /// They want no more surveys; the first time counts.
    #[must_use]
    pub fn without(mut self, now: Timestamp) -> Self {
        self.unsubscribed = self.unsubscribed.or(Some(now));
        self
    }
}
