//! What becomes of promises, counted.

use super::{Change, Clock, ClockKind, Level};

/// The clock's name among figures, and the outcome that a change of it is; nothing where it is none.
///
/// The share of promises that were kept is (met + corrected) / (met + breached): a promise that is open and overdue is
/// breached from its due instant on, and one that was corrected is among the breached. What was cancelled does not count.
pub fn counted(change: &Change, clock: &Clock) -> Option<(&'static str, &'static str)> {
    let outcome = match change {
        Change::Met => "met",
        Change::Reached { level: Level::Breached, .. } => "breached",
        Change::Corrected => "corrected",
        Change::FulfilledLate => "fulfilled_late",
        Change::Excused => "excused",
        // A breach that was recorded stays one.
        Change::Cancelled => (!clock.is_breached()).then_some("cancelled")?,
        Change::Started | Change::Paused | Change::Resumed | Change::Reached { .. } | Change::Retargeted { .. } => {
            return None;
        }
    };
    let name = match clock.kind {
        ClockKind::FirstResponse if clock.chat => "first_response_chat",
        ClockKind::NextReply if clock.chat => "next_reply_chat",
        ClockKind::FirstResponse
        | ClockKind::NextReply
        | ClockKind::Update
        | ClockKind::Resolution
        | ClockKind::RefundDecision
        | ClockKind::Payout => clock.kind.as_str(),
    };
    Some((name, outcome))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::category::Priority;
    use crate::sla::{CancelReason, Changes};
    use crate::ticket::given::{shipped, thursday};

    /// How often each outcome of one story is counted.
    fn story(stories: &[Changes]) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for (_, outcome) in stories.iter().flatten().filter_map(|(change, clock)| counted(change, clock)) {
            *counts.entry(outcome).or_default() += 1;
        }
        counts
    }

    #[test]
    fn every_promise_is_counted_once_as_met_or_breached_and_what_was_cancelled_as_neither() {
        let settings = shipped();
        let first = Clock::start(ClockKind::FirstResponse, 1, Priority::Normal, false, thursday("10:00"), &settings);
        let first = first.unwrap();
        let late = thursday("16:00");
        let broken = first.scanned(late, &settings);
        let (_, after) = broken.last().unwrap().clone();
        let in_time = first.fulfil(thursday("11:00"), thursday("11:00"), &settings);
        assert_eq!(story(&[in_time]), BTreeMap::from([("met", 1)]));
        let both = story(&[broken.clone(), after.fulfil(late, late, &settings)]);
        assert_eq!(both, BTreeMap::from([("breached", 1), ("fulfilled_late", 1)]));
        let corrected = story(&[broken.clone(), after.fulfil(thursday("12:00"), late, &settings)]);
        assert_eq!(corrected, BTreeMap::from([("breached", 1), ("corrected", 1)]));
        let cancel = |clock: &Clock, at| clock.cancel(at, at, CancelReason::Merged, &settings);
        assert_eq!(story(&[cancel(&first, thursday("11:00"))]), BTreeMap::from([("cancelled", 1)]));
        assert_eq!(story(&[broken, cancel(&after, late)]), BTreeMap::from([("breached", 1)]), "it stays one");
    }

    #[test]
    fn chat_is_counted_by_itself() {
        let settings = shipped();
        let start = |kind, chat| Clock::start(kind, 1, Priority::Normal, chat, thursday("10:00"), &settings).unwrap();
        let name = |kind, chat| counted(&Change::Met, &start(kind, chat)).unwrap().0;
        assert_eq!(name(ClockKind::FirstResponse, true), "first_response_chat");
        assert_eq!(name(ClockKind::NextReply, true), "next_reply_chat");
        assert_eq!(name(ClockKind::Resolution, false), "resolution");
    }
}
