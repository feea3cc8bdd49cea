//! What happens by itself when nobody does anything: one timer a ticket, set by its status.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Status;
use crate::category::words;
use crate::settings::Loaded;
use crate::sla::{RECORD_AFTER, millis};

words!(
    /// What a timer does when it is reached.
    TimerKind {
        /// The customer is reminded that we wait for them.
        Remind = "remind",
        /// They did not answer: the ticket is resolved, with notice.
        Give = "give_up",
        /// Whoever holds the ticket asks the third party again.
        Chase = "chase",
        /// The goods did not come: the ticket is open again.
        Expire = "expire",
        /// Nothing was heard after it was resolved.
        Close = "close",
    }
);

/// The one timer of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    pub kind: TimerKind,
    #[serde(with = "millis")]
    pub at: Timestamp,
}

impl Timer {
    /// The timer of a ticket that came into a status at `since`.
    pub fn of(status: Status, since: Timestamp, settings: &Loaded) -> Option<Self> {
        let days = settings.settings.lifecycle;
        match status {
            Status::WaitingCustomer => Self::after(TimerKind::Remind, since, days.remind_after_days),
            Status::WaitingThirdParty => Self::after(TimerKind::Chase, since, days.chase_after_days),
            Status::WaitingReturn => Self::after(TimerKind::Expire, since, days.return_within_days),
            Status::Resolved => Self::after(TimerKind::Close, since, days.close_after_days),
            Status::New | Status::Open | Status::Closed | Status::Merged | Status::Spam | Status::Cancelled => None,
        }
    }

    pub(super) fn after(kind: TimerKind, since: Timestamp, days: u16) -> Option<Self> {
        Some(Self { kind, at: since.checked_add(SignedDuration::from_hours(24 * i64::from(days))).ok()? })
    }

    /// From when a scan acts on it: later than any command that came before it is still under way.
    pub fn scan_at(self) -> Timestamp {
        self.at.saturating_add(RECORD_AFTER).unwrap_or(self.at)
    }
}
