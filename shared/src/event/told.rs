//! Who hears of what happens: to whom a mail goes, and which function has work to do.

use super::{Acknowledge, Actor, Entry, Event};
use crate::case::{CaseStatus, Happened, NO_PROVIDER, PAID_BEFORE, PaidHow, Via};
use crate::category::Priority;
use crate::message::Notice;
use crate::sla::{Change, Level};
use crate::survey;
use crate::ticket::{Status, TimerKind, Voice};

/// Who hears of an event: the one table from events to notices. `index` is the event's place in its entry.
pub fn react(entry: &Entry) -> Vec<(u16, Notice)> {
    let spam = entry.events.iter().any(|event| matches!(event, Event::Opened { spam: true, .. }));
    let notices = entry.events.iter().map(|event| if spam { None } else { notice(event, entry) });
    (0u16..).zip(notices).filter_map(|(index, notice)| notice.map(|notice| (index, notice))).collect()
}

fn notice(event: &Event, entry: &Entry) -> Option<Notice> {
    match event {
        Event::Opened { acknowledge: Acknowledge::Yes, .. } => Some(Notice::Acknowledge),
        Event::Classified { priority: Priority::Urgent, .. } | Event::Alarmed { priority: Priority::Urgent, .. } => {
            Some(Notice::Urgent)
        }
        Event::MessageReceived { voice: Voice::Person | Voice::Thanks, .. } => Some(Notice::Wrote),
        Event::Replied { .. } => Some(Notice::Reply),
        Event::Proposed { .. } => Some(Notice::Proposal),
        Event::Answered { .. } => Some(Notice::Answered),
        Event::Assigned { to } => (entry.by != Actor::Staff(to.clone())).then_some(Notice::Assigned),
        Event::Merged { .. } => Some(Notice::Merged),
        // Linked by a message that came too late. Staff who link two tickets know of both.
        Event::Linked { .. } => match entry.by {
            Actor::Customer | Actor::Storefront => Some(Notice::FollowedUp),
            Actor::Staff(_) | Actor::System => None,
        },
        Event::StatusChanged { to: Status::WaitingThirdParty | Status::WaitingReturn, .. } => {
            (!entry.events.iter().any(is_word_to_customer)).then_some(Notice::Waiting)
        }
        Event::TimerReached { timer: TimerKind::Remind, told: true, .. } => Some(Notice::Reminder),
        Event::TimerReached { timer: TimerKind::Chase, told: true, .. } => Some(Notice::Chase),
        Event::TimerReached { timer: TimerKind::Expire, told: true, .. } => Some(Notice::Expired),
        // Resolved by silence that the customer broke in the same breath: they know better.
        Event::Resolved { .. } => {
            // A case that ended it has a mail of its own.
            let told = |event: &Event| matches!(event, Event::Reopened { .. } | Event::Case { .. });
            (!entry.events.iter().any(told)).then_some(Notice::Resolved)
        }
        Event::NoWorkingTime { .. } => Some(Notice::NoWorkingTime),
        Event::Case { happened, .. } => of_case(happened, entry),
        Event::Survey { happened, .. } => of_survey(happened),
        Event::Reopened { .. } => of_reopened(entry),
        Event::Clock { change: Change::Corrected, .. } => Some(Notice::Corrected),
        Event::Clock { change: Change::Reached { level, mailed: true, .. }, .. } => Some(match level {
            Level::Warned => Notice::Warned,
            Level::Breached => Notice::Breached,
            Level::Manager => Notice::Manager,
            Level::Head => Notice::Head,
            Level::Daily => Notice::Daily,
        }),
        Event::Opened { .. }
        | Event::Classified { .. }
        | Event::MessageReceived { voice: Voice::Machine, .. }
        | Event::Noted { .. }
        | Event::Investigated { .. }
        | Event::Executed { .. }
        | Event::FollowedUp { .. }
        | Event::Released
        | Event::Transferred { .. }
        | Event::Prioritized { .. }
        | Event::Alarmed { .. }
        | Event::Reclassified { .. }
        | Event::Adopted { .. }
        | Event::Absorbed { .. }
        | Event::StatusChanged { .. }
        | Event::TimerSet { .. }
        | Event::TimerReached { .. }
        | Event::Clock { .. }
        | Event::Erased => None,
    }
}

/// A message that goes out to the customer, and says itself how things stand. Of a case they hear what they send, and by
/// when.
fn is_word_to_customer(event: &Event) -> bool {
    matches!(
        event,
        Event::Replied { .. }
            | Event::Proposed { .. }
            | Event::Resolved { .. }
            | Event::Merged { .. }
            | Event::Case { .. }
    )
}

/// The mail that an event of a case calls for.
fn of_case(happened: &Happened, entry: &Entry) -> Option<Notice> {
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
        Happened::ToSendBack => Some(Notice::SendBack),
        // What else is sent settles its case, and that is told.
        Happened::Shipped { .. } if !settles(entry) => Some(Notice::SentBack),
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
        Happened::PayoutTold { how: PaidHow::NotSent, code: Some(code), .. } if code == NO_PROVIDER => {
            Some(Notice::PayoutDeclined)
        }
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
        | Happened::PayoutSent { .. } => None,
    }
}

/// The mail that an event of a survey calls for.
fn of_survey(happened: &survey::Happened) -> Option<Notice> {
    match happened {
        survey::Happened::Sent { .. } => Some(Notice::Survey),
        survey::Happened::Reminded => Some(Notice::SurveyReminder),
        survey::Happened::TaskMade { .. } => Some(Notice::LowScore),
        survey::Happened::TaskBreached { .. } => Some(Notice::LowScoreLate),
        survey::Happened::Scheduled { .. }
        | survey::Happened::Postponed { .. }
        | survey::Happened::Skipped { .. }
        | survey::Happened::NotReminded { .. }
        | survey::Happened::Answered { .. }
        | survey::Happened::Edited { .. }
        | survey::Happened::Withdrawn
        | survey::Happened::Expired
        | survey::Happened::TaskDone { .. } => None,
    }
}

/// Where the customer said in a survey that it is not solved: no message of theirs tells of it.
fn of_reopened(entry: &Entry) -> Option<Notice> {
    entry.events.iter().any(|event| matches!(event, Event::Survey { .. })).then_some(Notice::NotSolved)
}

fn settles(entry: &Entry) -> bool {
    let settled =
        |event: &Event| matches!(event, Event::Case { happened: Happened::Moved { to: CaseStatus::Settled, .. }, .. });
    entry.events.iter().any(settled)
}

/// What a function other than notify has to do because of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// refund-approval looks at the risk of a case, and at who has to approve it.
    Assess { case: u16 },
    /// refund-payout asks the provider.
    Pay { case: u16, payout: u16 },
    /// survey-dispatch looks at the ticket as it is: a survey waits for it, or none does any more.
    Survey,
}

/// The work of an entry, by the places of its events. What comes of a survey is one look, whatever else the entry tells.
pub fn work(entry: &Entry) -> Vec<(u16, Work)> {
    let places = || (0u16..).zip(&entry.events);
    let turns = |event: &Event| matches!(event, Event::Resolved { .. } | Event::Reopened { .. });
    let look = places().find(|(_, event)| turns(event)).map(|(index, _)| (index, Work::Survey));
    of_cases(entry).into_iter().chain(look).collect()
}

fn of_cases(entry: &Entry) -> Vec<(u16, Work)> {
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
            | Happened::ToSendBack
            | Happened::Shipped { .. }
            | Happened::PayoutSent { .. }
            | Happened::PayoutTold { .. }
            | Happened::PayoutOverdue { .. } => None,
        }
    };
    (0u16..).zip(&entry.events).filter_map(|(index, event)| work(event).map(|work| (index, work))).collect()
}
