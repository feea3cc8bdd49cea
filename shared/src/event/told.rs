//! Who hears of what happens to a case: to whom a mail goes, and which function has work to do.

use super::{Entry, Event};
use crate::case::{CaseStatus, Happened, PAID_BEFORE, PaidHow, Via};
use crate::message::Notice;

/// The mail that an event of a case calls for.
pub(super) fn of_case(happened: &Happened, entry: &Entry) -> Option<Notice> {
    match happened {
        Happened::Requested { .. } => Some(Notice::CaseRequested),
        Happened::Edited { consent, .. } => consent.then_some(Notice::CaseChanged),
        Happened::Assessed { needed, .. } => (!needed.is_empty()).then_some(Notice::Approve),
        Happened::Escalated { .. } => Some(Notice::Escalated),
        Happened::Approved { via, .. } | Happened::Rejected { via, .. } => {
            (*via == Via::Link).then_some(Notice::Decided)
        }
        // It waits again for whoever has to decide.
        Happened::TakenBack => Some(Notice::Approve),
        Happened::Reminded { .. } => Some(Notice::ReturnReminder),
        Happened::Received { .. } => Some(Notice::GoodsReceived),
        Happened::Moved { until: Some(_), .. } => None,
        Happened::Moved { to, until: None } => match to {
            CaseStatus::Approved => Some(Notice::CaseApproved),
            CaseStatus::Rejected => Some(Notice::CaseRejected),
            CaseStatus::Cancelled => Some(Notice::CaseCancelled),
            CaseStatus::Expired => Some(Notice::CaseExpired),
            CaseStatus::Settled => Some(Notice::CaseSettled),
            CaseStatus::Requested
            | CaseStatus::Pending
            | CaseStatus::AwaitingReturn
            | CaseStatus::InTransit
            | CaseStatus::Received
            | CaseStatus::Inspected
            | CaseStatus::Diagnosed
            | CaseStatus::Repaired
            | CaseStatus::Unrepairable
            | CaseStatus::Settling
            | CaseStatus::PayoutUnknown
            | CaseStatus::PayoutFailed
            | CaseStatus::PartiallySettled => None,
        },
        // Nothing failed: an earlier try was paid.
        Happened::PayoutTold { how: PaidHow::Declined, code: Some(code), .. } if code == PAID_BEFORE => None,
        Happened::PayoutTold { how: PaidHow::Declined, .. } => Some(Notice::PayoutDeclined),
        Happened::PayoutOverdue { .. } => Some(Notice::PayoutOverdue),
        Happened::PayoutTold {
            how: PaidHow::Settled | PaidHow::Pending | PaidHow::Unknown | PaidHow::NotSent, ..
        }
        | Happened::Consented { .. }
        | Happened::Sent { .. }
        | Happened::Inspected { .. }
        | Happened::Diagnosed { .. }
        | Happened::Shipped { .. }
        | Happened::PayoutDue { .. }
        | Happened::PayoutSent { .. } => {
            let _ = entry;
            None
        }
    }
}

/// What a function other than notify has to do because of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// refund-approval looks at the risk of a case, and at who has to approve it.
    Assess { case: u16 },
    /// refund-payout asks the provider.
    Pay { case: u16, payout: u16 },
}

/// The work of an entry, by the places of its events.
pub fn work(entry: &Entry) -> Vec<(u16, Work)> {
    let work = |event: &Event| {
        let Event::Case { case, happened, .. } = event else { return None };
        match happened {
            Happened::Requested { .. } | Happened::Moved { to: CaseStatus::Requested, .. } => {
                Some(Work::Assess { case: *case })
            }
            Happened::PayoutDue { payout, .. } => Some(Work::Pay { case: *case, payout: *payout }),
            Happened::Edited { .. }
            | Happened::Consented { .. }
            | Happened::Assessed { .. }
            | Happened::Approved { .. }
            | Happened::Rejected { .. }
            | Happened::TakenBack
            | Happened::Escalated { .. }
            | Happened::Moved { .. }
            | Happened::Reminded { .. }
            | Happened::Sent { .. }
            | Happened::Received { .. }
            | Happened::Inspected { .. }
            | Happened::Diagnosed { .. }
            | Happened::Shipped { .. }
            | Happened::PayoutSent { .. }
            | Happened::PayoutTold { .. }
            | Happened::PayoutOverdue { .. } => None,
        }
    };
    (0u16..).zip(&entry.events).filter_map(|(index, event)| work(event).map(|work| (index, work))).collect()
}
