//! What has happened on a ticket, as its customer may know it: messages in full, everything else in a line. One row an
//! event; what staff note among themselves has none.
use super::Facts;
use crate::{
    case::{CaseStatus, Happened},
    event::{Entry, Event},
    intake::Content,
    mail::{
        clean,
        lang::{ClaimKey, Key, Text},
        when,
        words::Words,
    },
    ticket::{Status, TimerKind},
    view::instant,
};

/// Characters shown of the name of an attachment.
const NAME_MOST: usize = 100;

pub(super) struct Item {
    pub(super) when: String,
    /// For machines.
    pub(super) instant: String,
    pub(super) told: Told,
}

pub(super) enum Told {
    Message {
        who: String,
        /// The customer's own.
        theirs: bool,
        prose: Vec<Vec<String>>,
        attached: Option<String>,
        /// In place of a text that is not there.
        none: Option<String>,
    },
    Step(String),
}

/// One event on the page.
enum Row {
    /// A message, of the customer's if so.
    Message {
        content: u32,
        theirs: bool,
    },
    Step(Text),
    /// What it is about: as it stands now, whoever sorted it anew.
    Topic,
    /// Nothing a customer sees.
    Hidden,
}

/// Newest first.
pub(super) fn story(facts: &Facts<'_>, shop: &str, words: Words<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    for entry in facts.history.entries.iter().rev() {
        let item = |told| Item { when: when::short(words, entry.at, &facts.zone), instant: instant(entry.at), told };
        for event in entry.events.iter().rev() {
            items.extend(rows(event).into_iter().rev().filter_map(|row| told(row, facts, shop, words)).map(item));
        }
    }
    items
}

fn told(row: Row, facts: &Facts<'_>, shop: &str, words: Words<'_>) -> Option<Told> {
    match row {
        Row::Message { content, theirs } => message(facts.history.contents.get(&content), theirs, shop, words),
        Row::Step(key) => Some(Told::Step(words.plain(key))),
        Row::Topic => {
            let category = words.category(facts.ticket.category);
            Some(Told::Step(words.say(Key::PageStepTopic, &[("category", &category)])))
        }
        Row::Hidden => None,
    }
}

fn message(content: Option<&Content>, theirs: bool, shop: &str, words: Words<'_>) -> Option<Told> {
    if content.is_some_and(|content| content.internal) {
        return None; // whatever the event says
    }
    let prose = content.map(|content| clean::paragraphs(&content.body)).unwrap_or_default();
    let names: Vec<String> = content
        .iter()
        .flat_map(|content| &content.attachments)
        .map(|attachment| clean::cut(&clean::line(&attachment.name), NAME_MOST))
        .collect();
    let attached = (!names.is_empty()).then(|| words.say(Key::PageAttachments, &[("names", &names.join(", "))]));
    let none = prose.is_empty().then(|| words.plain(Key::PageNoText));
    let who = if theirs { words.plain(Key::PageYou) } else { shop.to_owned() };
    Some(Told::Message { who, theirs, prose, attached, none })
}

/// Whether a page has anything to tell of an entry.
pub fn tells(entry: &Entry) -> bool {
    entry.events.iter().flat_map(rows).any(|row| !matches!(row, Row::Hidden))
}

/// The numbers of the texts that a page shows with an entry.
pub fn texts(entry: &Entry) -> impl Iterator<Item = u32> {
    let text = |row| if let Row::Message { content, .. } = row { Some(content) } else { None };
    entry.events.iter().flat_map(rows).filter_map(text)
}

/// The rows of an event, in the order in which they are read.
fn rows(event: &Event) -> Vec<Row> {
    let step = |key: Key| vec![Row::Step(key.into())];
    let ours = |content: u32| Row::Message { content, theirs: false };
    match event {
        Event::Opened { by_agent, .. } => vec![Row::Message { content: 1, theirs: !by_agent }],
        Event::MessageReceived { content, .. } => vec![Row::Message { content: *content, theirs: true }],
        Event::Replied { content, .. } | Event::Proposed { content, .. } => vec![ours(*content)],
        Event::Resolved { content: Some(content), .. } => vec![ours(*content), Row::Step(Key::PageStepResolved.into())],
        Event::Resolved { content: None, silent: Some(_) } => step(Key::PageStepGivenUp),
        Event::Resolved { content: None, silent: None } => step(Key::PageStepResolved),
        Event::Classified { .. } => vec![Row::Topic],
        Event::Investigated { .. } => step(Key::PageStepInvestigated),
        Event::Answered { accepted: true, .. } => step(Key::PageStepAccepted),
        Event::Answered { accepted: false, .. } => step(Key::PageStepRejected),
        Event::Executed { .. } => step(Key::PageStepExecuted),
        Event::FollowedUp { .. } => step(Key::PageStepFollowedUp),
        Event::Assigned { .. } => step(Key::PageStepAssigned),
        Event::Merged { .. } => step(Key::PageStepMerged),
        Event::Absorbed { .. } => step(Key::PageStepAbsorbed),
        Event::Reopened { .. } => step(Key::PageStepReopened),
        Event::StatusChanged { to: Status::Closed, .. } => step(Key::PageStepClosed),
        // As `view::status` says it.
        Event::StatusChanged { to: Status::Cancelled | Status::Spam, .. } => step(Key::PageStepCancelled),
        Event::TimerReached { timer: TimerKind::Remind, told: true, .. } => step(Key::PageStepReminded),
        Event::Case { happened, .. } => claim(happened).map_or(vec![Row::Hidden], |key| vec![Row::Step(key.into())]),
        Event::StatusChanged { .. }
        | Event::TimerReached { .. }
        | Event::Noted { .. }
        | Event::Alarmed { .. }
        | Event::Released
        | Event::Transferred { .. }
        | Event::Prioritized { .. }
        | Event::Reclassified { .. }
        | Event::Adopted { .. }
        | Event::Linked { .. }
        | Event::TimerSet { .. }
        | Event::Survey { .. }
        | Event::Erased
        | Event::Clock { .. }
        | Event::NoWorkingTime { .. } => vec![Row::Hidden],
    }
}

/// What happened to a case. Who decides among staff is theirs to know, and so is what can still be taken back.
fn claim(happened: &Happened) -> Option<ClaimKey> {
    Some(match happened {
        Happened::Requested { .. } => ClaimKey::StepRequested,
        Happened::Edited { .. } => ClaimKey::StepChanged,
        Happened::Consented { accepted: true } => ClaimKey::StepAgreed,
        Happened::Consented { accepted: false } => ClaimKey::StepDeclined,
        Happened::Reminded { .. } => ClaimKey::StepReminded,
        Happened::Sent { .. } => ClaimKey::StepSent,
        Happened::Received { .. } => ClaimKey::StepReceived,
        Happened::Inspected { .. } => ClaimKey::StepInspected,
        Happened::Diagnosed { repairable: true } => ClaimKey::StepRepairable,
        Happened::Diagnosed { repairable: false } => ClaimKey::StepUnrepairable,
        Happened::Moved { until: Some(_), .. } => return None,
        Happened::Moved { to, until: None } => return moved(*to),
        Happened::Assessed { .. }
        | Happened::Approved { .. }
        | Happened::Rejected { .. }
        | Happened::TakenBack
        | Happened::Escalated { .. }
        | Happened::ToSendBack
        | Happened::Shipped { .. }
        | Happened::PayoutDue { .. }
        | Happened::PayoutSent { .. }
        | Happened::PayoutTold { .. }
        | Happened::PayoutOverdue { .. } => return None,
    })
}

fn moved(to: CaseStatus) -> Option<ClaimKey> {
    Some(match to {
        CaseStatus::Approved => ClaimKey::StepApproved,
        CaseStatus::AwaitingReturn => ClaimKey::StepToSend,
        CaseStatus::Repaired => ClaimKey::StepRepaired,
        CaseStatus::Settling => ClaimKey::StepSettling,
        CaseStatus::Settled => ClaimKey::StepSettled,
        CaseStatus::Rejected => ClaimKey::StepRejected,
        CaseStatus::Cancelled => ClaimKey::StepCancelled,
        CaseStatus::Expired => ClaimKey::StepExpired,
        // Told by what moved it, or of no matter to its customer.
        CaseStatus::Requested
        | CaseStatus::Pending
        | CaseStatus::InTransit
        | CaseStatus::Received
        | CaseStatus::Inspected
        | CaseStatus::Diagnosed
        | CaseStatus::Unrepairable
        | CaseStatus::PayoutUnknown
        | CaseStatus::PayoutFailed
        | CaseStatus::PartiallySettled => return None,
    })
}
