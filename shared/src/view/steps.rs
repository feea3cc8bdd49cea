//! What happened to a ticket, step by step, as each reader may see it.

use jiff::Timestamp;
use serde::Serialize;

use super::{Reader, instant};
use crate::case::{CaseStatus, Happened};
use crate::category::words;
use crate::event::{Actor, Entry, Event};
use crate::id::StaffId;
use crate::sla::Change;
use crate::survey;
use crate::ticket::{Status, TimerKind};

words!(
    /// Who did something, as its customer may know it.
    By { Customer = "customer", Shop = "shop", System = "system" }
);

/// One step of a ticket's history, as its customer may see it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Step {
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub at: String,
    pub by: By,
    /// `received`, `classified`, `message`, `reply`, `investigated`, `proposed`, `accepted`, `rejected`, `executed`,
    /// `resolved`, `followed_up`, `reopened`, `closed`, …; for the shop also who holds it and what happened to a promise.
    pub what: String,
    /// The message that was written with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<u32>,
    /// For the shop only, when a contact was typed in later: the instant that was stated and counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub contacted_at: Option<String>,
    /// For the shop only: the standard answer that was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standard: Option<String>,
    /// For staff only: which of them did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
    /// For staff only: to whom the ticket was handed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<StaffId>,
}

/// The steps of an entry that this reader may see.
pub fn steps(entry: &Entry, reader: Reader) -> Vec<Step> {
    let staff = match &entry.by {
        Actor::Staff(id) if reader == Reader::Staff => Some(id),
        Actor::Customer | Actor::Storefront | Actor::Staff(_) | Actor::System => None,
    };
    let shown = entry.events.iter().filter_map(|event| {
        let (what, message) = step(event, reader)?;
        let (contacted_at, standard) = replied(event, entry.at, reader);
        let to = if let Event::Assigned { to } = event { Some(to.clone()) } else { None };
        let to = to.filter(|_| reader == Reader::Staff);
        let (at, by, staff) = (instant(entry.at), by(event, &entry.by), staff.cloned());
        Some(Step { at, by, what, message, contacted_at, standard, staff, to })
    });
    shown.collect()
}

/// Who wrote the text that an entry brings.
pub fn author(entry: &Entry) -> By {
    entry.events.first().map_or(By::System, |event| by(event, &entry.by))
}

/// A storefront's server hands over what its customers write.
fn by(event: &Event, actor: &Actor) -> By {
    let customers = matches!(event, Event::Opened { by_agent: false, .. } | Event::MessageReceived { .. });
    match actor {
        Actor::Customer => By::Customer,
        Actor::Storefront if customers => By::Customer,
        Actor::Storefront | Actor::Staff(_) => By::Shop,
        Actor::System => By::System,
    }
}

/// When the customer was told, if that was typed in later, and the standard answer that was used.
fn replied(event: &Event, at: Timestamp, reader: Reader) -> (Option<String>, Option<String>) {
    if let Event::Replied { contacted, standard, .. } = event
        && reader.is_inside()
    {
        return ((*contacted < at).then(|| instant(*contacted)), standard.clone());
    }
    (None, None)
}

fn step(event: &Event, reader: Reader) -> Option<(String, Option<u32>)> {
    let shop = reader.is_inside();
    let staff = reader == Reader::Staff;
    match event {
        Event::Opened { .. } => Some(("received".to_owned(), Some(1))),
        Event::Classified { .. } => Some(("classified".to_owned(), None)),
        Event::MessageReceived { content, .. } => Some(("message".to_owned(), Some(*content))),
        Event::Replied { content, .. } => Some(("reply".to_owned(), Some(*content))),
        Event::Noted { content } => staff.then(|| ("note".to_owned(), Some(*content))),
        Event::Investigated { content } => Some(("investigated".to_owned(), Some(*content).filter(|_| staff))),
        Event::Proposed { content, .. } => Some(("proposed".to_owned(), Some(*content))),
        Event::Answered { accepted: true, .. } => Some(("accepted".to_owned(), None)),
        Event::Answered { accepted: false, .. } => Some(("rejected".to_owned(), None)),
        Event::Executed { .. } => Some(("executed".to_owned(), None)),
        Event::FollowedUp { content } => Some(("followed_up".to_owned(), Some(*content).filter(|_| staff))),
        Event::Assigned { .. } => Some(("assigned".to_owned(), None)),
        Event::Released => shop.then(|| ("released".to_owned(), None)),
        Event::Transferred { .. } => shop.then(|| ("transferred".to_owned(), None)),
        Event::Alarmed { .. } => shop.then(|| ("alarmed".to_owned(), None)),
        Event::Prioritized { .. } => shop.then(|| ("prioritized".to_owned(), None)),
        Event::Reclassified { .. } => shop.then(|| ("reclassified".to_owned(), None)),
        Event::Adopted { .. } => shop.then(|| ("adopted".to_owned(), None)),
        Event::Merged { .. } => Some(("merged".to_owned(), None)),
        Event::Absorbed { .. } => Some(("absorbed".to_owned(), None)),
        Event::Linked { .. } => shop.then(|| ("linked".to_owned(), None)),
        Event::Resolved { content, silent } => {
            let what = if silent.is_some() { "resolved_without_answer" } else { "resolved" };
            Some((what.to_owned(), *content))
        }
        Event::Reopened { .. } => Some(("reopened".to_owned(), None)),
        Event::StatusChanged { to: Status::Closed, .. } => Some(("closed".to_owned(), None)),
        Event::StatusChanged { to: Status::Cancelled, .. } => Some(("cancelled".to_owned(), None)),
        // As `view::status` says it.
        Event::StatusChanged { to: Status::Spam, .. } if !shop => Some(("cancelled".to_owned(), None)),
        Event::StatusChanged { to, .. } => shop.then(|| (format!("status_{to}"), None)),
        Event::TimerReached { timer: TimerKind::Remind, told: true, .. } => Some(("reminded".to_owned(), None)),
        Event::TimerReached { timer, .. } => shop.then(|| (format!("timer_{timer}"), None)),
        Event::TimerSet { .. } => None,
        Event::Erased => Some(("erased".to_owned(), None)),
        Event::Clock { change, clock } => shop.then(|| (format!("{}_{}", clock.kind, word(change)), None)),
        Event::NoWorkingTime { .. } => shop.then(|| ("no_working_time".to_owned(), None)),
        Event::Case { happened, .. } => of_case(happened, reader),
        Event::Survey { happened, .. } => of_survey(happened, reader),
    }
}

/// What happened to a survey is the shop's to see; the comment that its customer wrote, its staff's only.
fn of_survey(happened: &survey::Happened, reader: Reader) -> Option<(String, Option<u32>)> {
    let content = happened.content().filter(|_| reader == Reader::Staff);
    reader.is_inside().then(|| (format!("survey_{}", happened.word()), content))
}

/// What happened to a case: what its customer gets a mail about, and for the shop everything.
fn of_case(happened: &Happened, reader: Reader) -> Option<(String, Option<u32>)> {
    let what = match happened {
        Happened::Moved { to: CaseStatus::Rejected | CaseStatus::Approved, until: Some(_) } => {
            return reader.is_inside().then(|| ("case_decided".to_owned(), None));
        }
        Happened::Moved { to, .. } => format!("case_{to}"),
        Happened::Requested { .. } => "case_requested".to_owned(),
        Happened::Edited { .. } => "case_edited".to_owned(),
        Happened::Consented { accepted: true } => "case_accepted".to_owned(),
        Happened::Consented { accepted: false } => "case_declined".to_owned(),
        Happened::Shipped { .. } => "case_shipped".to_owned(),
        Happened::ToSendBack => "case_to_send_back".to_owned(),
        Happened::Rejected { content, .. } => {
            return (reader == Reader::Staff).then(|| ("case_decided".to_owned(), Some(*content)));
        }
        Happened::Assessed { .. }
        | Happened::Approved { .. }
        | Happened::TakenBack
        | Happened::Escalated { .. }
        | Happened::Reminded { .. }
        | Happened::Sent { .. }
        | Happened::Received { .. }
        | Happened::Inspected { .. }
        | Happened::Diagnosed { .. }
        | Happened::PayoutDue { .. }
        | Happened::PayoutSent { .. }
        | Happened::PayoutTold { .. }
        | Happened::PayoutOverdue { .. } => return reader.is_inside().then(|| (inside(happened).to_owned(), None)),
    };
    Some((what, None))
}

/// The word for what only the shop sees.
fn inside(happened: &Happened) -> &'static str {
    match happened {
        Happened::Assessed { .. } => "case_assessed",
        Happened::Approved { .. } => "case_approval",
        Happened::TakenBack => "case_taken_back",
        Happened::Escalated { .. } => "case_escalated",
        Happened::Reminded { .. } => "case_reminded",
        Happened::Sent { .. } => "case_sent",
        Happened::Received { .. } => "case_goods_received",
        Happened::Inspected { .. } => "case_goods_inspected",
        Happened::Diagnosed { .. } => "case_goods_diagnosed",
        Happened::PayoutDue { .. } => "payout_due",
        Happened::PayoutSent { .. } => "payout_sent",
        Happened::PayoutTold { .. } => "payout_told",
        Happened::PayoutOverdue { .. } => "payout_overdue",
        Happened::Requested { .. }
        | Happened::Edited { .. }
        | Happened::Consented { .. }
        | Happened::Rejected { .. }
        | Happened::Moved { .. }
        | Happened::ToSendBack
        | Happened::Shipped { .. } => "case",
    }
}

fn word(change: &Change) -> String {
    match change {
        Change::Started => "started".to_owned(),
        Change::Paused => "paused".to_owned(),
        Change::Resumed => "resumed".to_owned(),
        Change::Reached { level, .. } => format!("reached_{level}"),
        Change::Met => "met".to_owned(),
        Change::FulfilledLate => "fulfilled_late".to_owned(),
        Change::Corrected => "corrected".to_owned(),
        Change::Retargeted { .. } => "retargeted".to_owned(),
        Change::Excused => "excused".to_owned(),
        Change::Cancelled => "cancelled".to_owned(),
    }
}
