//! How one rule stands for one name of its scope, and what happened to it. One item, and one more for each event.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::reading::Side;
use super::{Limits, Reading, Rule, Scope, Severity};
use crate::access::Role;
use crate::id::StaffId;
use crate::sla::{millis, millis_or_none};

/// The version of the stored shapes of incidents and their events that this code writes.
pub const VERSION: u32 = 1;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    pub rule: String,
    pub scope: Scope,
    /// The last slot that was evaluated.
    #[serde(with = "millis")]
    pub until: Timestamp,
    /// Events so far; also the version of this.
    pub seq: u32,
    pub warning: Marks,
    pub critical: Marks,
    /// The latest alert, whether it stands or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert: Option<Alert>,
    /// When mail of a severity was sent last, in milliseconds since 1970, over all its alerts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub mailed: BTreeMap<Severity, i64>,
}

/// The last slots of one severity, the latest in the lowest bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Marks {
    pub past: u16,
    pub good: u16,
    pub raised: bool,
}

/// Slots on the good side, one after the other, that clear.
const CLEARING: u16 = 0b11;
/// As many slots as k of n may count.
const REMEMBERED: u16 = 0xfff;

impl Marks {
    pub(super) fn see(&mut self, side: Side, limits: &Limits) {
        self.past = (self.past << 1 | u16::from(side.past)) & REMEMBERED;
        self.good = (self.good << 1 | u16::from(side.good)) & REMEMBERED;
        let counted = self.past & ((1 << limits.n.min(12)) - 1);
        if !self.raised && counted.count_ones() >= u32::from(limits.k) {
            *self = Self { raised: true, ..Self::default() };
        } else if self.raised && self.good & CLEARING == CLEARING {
            *self = Self::default();
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// 1, 2, 3 … of this rule and scope.
    pub number: u32,
    pub severity: Severity,
    #[serde(with = "millis")]
    pub since: Timestamp,
    /// Since it was raised last.
    #[serde(with = "millis")]
    pub again: Timestamp,
    /// When it went away by itself, or somebody said that it is dealt with.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
    pub ended: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_by: Option<StaffId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Acknowledged>,
    /// Since when the present level knows of it.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
    pub told: Option<Timestamp>,
    /// Levels above the first that were told.
    #[serde(default)]
    pub level: u8,
    /// A mail was held back that has to be sent if it stands when the time is over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub owed: bool,
    /// It is an exercise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub drill: bool,
}

impl Alert {
    pub fn stands(&self) -> bool {
        self.ended.is_none()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    pub by: StaffId,
    #[serde(with = "millis")]
    pub at: Timestamp,
}

/// One thing that happened to an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// 1, 2, 3 … of its incident, without gaps.
    pub seq: u32,
    /// The alert's.
    pub number: u32,
    /// When it happened, which may be before it was noticed.
    #[serde(with = "millis")]
    pub at: Timestamp,
    pub severity: Severity,
    pub happened: Happened,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Reading>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<Mail>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub drill: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Happened {
    Raised,
    /// Within an hour after it cleared: the same alert.
    RaisedAgain,
    /// To a worse severity.
    Rose,
    /// To a lesser one.
    Eased,
    Cleared,
    /// Nobody acknowledged it.
    Escalated {
        level: u8,
    },
    /// It still stands when a mail was held back, or an acknowledgement is over.
    Reminded,
    Acknowledged {
        by: StaffId,
    },
    Resolved {
        by: StaffId,
    },
    Drilled {
        by: StaffId,
    },
}

/// Everybody in these roles is mailed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    pub to: Vec<Role>,
}

/// Those who can be told above whoever is told first.
const LADDER: [Role; 4] = [Role::Agent, Role::Lead, Role::Manager, Role::Head];

impl Rule {
    /// The roles above those that are told first, nearest first.
    pub(super) fn above(&self) -> &'static [Role] {
        let highest = LADDER.iter().rposition(|role| self.tell.contains(role));
        LADDER.get(highest.map_or(1, |place| place + 1)..).unwrap_or(&[])
    }

    /// Everybody who was told up to a level.
    pub(super) fn told(&self, level: u8) -> Vec<Role> {
        let mut roles = self.tell.clone();
        roles.extend(self.above().iter().take(usize::from(level)));
        roles
    }
}
