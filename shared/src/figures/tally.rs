//! What an entry counts, given the history before it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Hour, Measure, Part, Row, Scope, Sheet, Span};
use crate::case::{CaseKind, CaseStatus, Happened, PaidHow};
use crate::category::{Channel, Kind, Reason, Stage};
use crate::event::{Actor, Entry, Event};
use crate::id::ProductId;
use crate::sla::{self, Change, Clock, ClockKind, Outcome};
use crate::survey::{self, SurveyKind};
use crate::ticket::{Status, Ticket, Voice};

/// Seconds within which a request for money or goods should be decided.
const DAY: i64 = 86_400;

/// Whether an entry may count at all: the others need not be looked at.
pub fn counts(entry: &Entry) -> bool {
    entry.events.iter().any(|event| match event {
        Event::Opened { .. }
        | Event::MessageReceived { .. }
        | Event::Replied { .. }
        | Event::Proposed { .. }
        | Event::Reclassified { .. }
        | Event::Resolved { .. }
        | Event::Reopened { .. } => true,
        Event::StatusChanged { from, to, .. } => [from, to].into_iter().any(|status| !is_own(*status)),
        Event::Clock { change, clock } => sla::figures::counted(change, clock).is_some(),
        Event::Case { happened, .. } => {
            matches!(
                happened,
                Happened::Moved { to: CaseStatus::Settled, .. } | Happened::PayoutTold { how: PaidHow::Settled, .. }
            )
        }
        Event::Survey { happened, .. } => {
            use survey::Happened::{Answered, Sent, Skipped};
            matches!(happened, Answered { .. } | Sent { .. } | Skipped { .. })
        }
        Event::Classified { .. }
        | Event::Noted { .. }
        | Event::Investigated { .. }
        | Event::Answered { .. }
        | Event::Executed { .. }
        | Event::FollowedUp { .. }
        | Event::Assigned { .. }
        | Event::Released
        | Event::Transferred { .. }
        | Event::Prioritized { .. }
        | Event::Alarmed { .. }
        | Event::Adopted { .. }
        | Event::Merged { .. }
        | Event::Absorbed { .. }
        | Event::Linked { .. }
        | Event::TimerSet { .. }
        | Event::TimerReached { .. }
        | Event::NoWorkingTime { .. }
        | Event::Erased => false,
    })
}

/// What the last entry of a history counts; nothing where it counts nothing. `zone` is the shop's under the settings that the
/// ticket was opened with.
pub fn tally(history: &[Entry], zone: &TimeZone) -> Option<Row> {
    rows(history, zone).pop().flatten()
}

/// The same of every entry.
pub fn rows(history: &[Entry], zone: &TimeZone) -> Vec<Option<Row>> {
    let mut story = Story::default();
    history.iter().map(|entry| story.tell(entry, zone)).collect()
}

/// What is known of a ticket before an entry.
#[derive(Default)]
struct Story {
    ticket: Option<Ticket>,
    resolved: bool,
    standard: bool,
    attitude: bool,
    /// When the present cycle began, and the seconds of those before.
    since: Timestamp,
    handled: i64,
    cases: BTreeMap<u16, Known>,
    products: Vec<ProductId>,
}

/// … and of one of its cases.
struct Known {
    kind: CaseKind,
    currency: String,
    /// What people did to it.
    acts: i64,
    due: BTreeMap<u16, i64>,
}

impl Story {
    fn tell(&mut self, entry: &Entry, zone: &TimeZone) -> Option<Row> {
        let before = self.ticket.take();
        let after = match &before {
            Some(ticket) => ticket.after(entry),
            None => Ticket::opened_by(entry)?,
        };
        if before.is_none() {
            self.since = entry.at;
            if let Some(Event::Opened { products, .. }) = entry.events.first() {
                self.products.clone_from(products);
            }
        }
        let mut sheet = Sheet::default();
        let (was, is) = (before.as_ref().is_some_and(is_one), is_one(&after));
        if is && !was {
            opened(&after, zone, &mut sheet);
        } else if was && !is {
            sheet.count(Measure::Withdrawn);
            if after.kind == Kind::Complaint {
                sheet.count(Measure::ComplaintWithdrawn);
            }
        }
        if let Some(before) = before.as_ref().filter(|_| is) {
            first_answer(before, &after, zone, &mut sheet);
        }
        if is && after.reason == Some(Reason::Attitude) && !std::mem::replace(&mut self.attitude, true) {
            sheet.count(Measure::Attitude);
        }
        let mut parts = Vec::new();
        for event in &entry.events {
            if let Event::Survey { kind, about, happened, .. } = event {
                let scope = Scope {
                    team: Some(about.team.clone()),
                    agent: about.agent.clone(),
                    category: Some(about.category),
                    channel: Some(about.channel),
                    ..self.scope(&after, entry)
                };
                let mut sheet = Sheet::default();
                of_survey(*kind, happened, &mut sheet);
                parts.push(Part { scope, sheet });
            } else if was || is {
                self.event(event, entry, &after, &mut sheet);
            }
        }
        parts.insert(0, Part { scope: self.scope(&after, entry), sheet });
        parts.retain(|part| !part.sheet.is_empty());
        self.ticket = Some(after);
        let day = entry.at.to_zoned(zone.clone()).date();
        (!parts.is_empty()).then_some(Row { day, parts })
    }

    /// Whose it is: who holds it, and where nobody does, whoever of the staff did this.
    fn scope(&self, ticket: &Ticket, entry: &Entry) -> Scope {
        let by = if let Actor::Staff(id) = &entry.by { Some(id.clone()) } else { None };
        Scope {
            team: Some(ticket.team.clone()),
            agent: ticket.assignee.clone().or(by),
            category: Some(ticket.category),
            reason: ticket.reason,
            channel: Some(ticket.channel),
            stage: Some(ticket.stage),
            kind: Some(ticket.kind),
            products: self.products.clone(),
        }
    }

    fn event(&mut self, event: &Event, entry: &Entry, after: &Ticket, sheet: &mut Sheet) {
        match event {
            Event::MessageReceived { voice: Voice::Person | Voice::Thanks, .. } => sheet.count(Measure::Contacts),
            Event::Replied { standard, .. } => {
                sheet.count(Measure::Replies);
                if standard.is_some() && !std::mem::replace(&mut self.standard, true) {
                    sheet.count(Measure::Standard);
                }
            }
            Event::Proposed { .. } => sheet.count(Measure::Replies),
            Event::Resolved { content, silent } => {
                sheet.count(Measure::Resolved);
                if content.is_some() {
                    sheet.count(Measure::Replies);
                }
                self.resolved = true;
                self.handled += seconds(self.since, silent.unwrap_or(entry.at));
                if after.stage == Stage::AfterSale {
                    sheet.measure(Span::Handling, self.handled);
                }
                if after.handled > 0 {
                    sheet.measure(Span::HandlingWorked, after.handled);
                }
            }
            Event::Reopened { .. } => {
                self.since = entry.at;
                if std::mem::replace(&mut self.resolved, false) {
                    sheet.count(Measure::Reopened);
                }
            }
            Event::Clock { change, clock } => promise(change, clock, sheet),
            Event::Case { case, happened, .. } => self.case(*case, happened, &entry.by, sheet),
            Event::Opened { .. }
            | Event::Classified { .. }
            | Event::MessageReceived { voice: Voice::Machine, .. }
            | Event::Noted { .. }
            | Event::Investigated { .. }
            | Event::Answered { .. }
            | Event::Executed { .. }
            | Event::FollowedUp { .. }
            | Event::Assigned { .. }
            | Event::Released
            | Event::Transferred { .. }
            | Event::Prioritized { .. }
            | Event::Alarmed { .. }
            | Event::Reclassified { .. }
            | Event::Adopted { .. }
            | Event::Merged { .. }
            | Event::Absorbed { .. }
            | Event::Linked { .. }
            | Event::StatusChanged { .. }
            | Event::TimerSet { .. }
            | Event::TimerReached { .. }
            | Event::NoWorkingTime { .. }
            | Event::Survey { .. }
            | Event::Erased => {}
        }
    }

    fn case(&mut self, number: u16, happened: &Happened, by: &Actor, sheet: &mut Sheet) {
        if let Happened::Requested { terms, .. } = happened {
            let (kind, currency) = (terms.kind, terms.figures.currency.clone());
            self.cases.insert(number, Known { kind, currency, acts: 0, due: BTreeMap::new() });
        }
        let Some(case) = self.cases.get_mut(&number) else { return };
        if let Happened::Edited { terms, .. } = happened {
            case.kind = terms.kind;
        }
        // What moves by itself is no step that somebody takes.
        let moves = matches!(happened, Happened::Moved { .. } | Happened::ToSendBack);
        case.acts += i64::from(*by != Actor::System && !moves);
        match happened {
            Happened::Moved { to: CaseStatus::Settled, .. } if case.kind.is_return() => {
                sheet.measure(Span::ReturnSteps, case.acts);
            }
            Happened::PayoutDue { payout, amount, .. } => drop(case.due.insert(*payout, *amount)),
            Happened::PayoutTold { payout, how: PaidHow::Settled, .. } => {
                // Told twice it is paid once.
                if let Some(amount) = case.due.remove(payout) {
                    *sheet.paid.entry(case.currency.clone()).or_default() += amount;
                }
            }
            Happened::Requested { .. }
            | Happened::Edited { .. }
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
            | Happened::ToSendBack
            | Happened::PayoutSent { .. }
            | Happened::PayoutTold { .. }
            | Happened::PayoutOverdue { .. } => {}
        }
    }
}

/// It is a ticket of its own: neither spam nor another ticket's.
fn is_one(ticket: &Ticket) -> bool {
    is_own(ticket.status)
}

fn is_own(status: Status) -> bool {
    !matches!(status, Status::Spam | Status::Merged)
}

fn opened(ticket: &Ticket, zone: &TimeZone, sheet: &mut Sheet) {
    sheet.count(Measure::Opened);
    sheet.count(Measure::Contacts);
    if ticket.kind == Kind::Complaint {
        sheet.count(Measure::Complaint);
    }
    match ticket.stage {
        Stage::PreSale => sheet.count(Measure::Asked),
        Stage::AfterSale => {
            sheet.count(Measure::AfterSale);
            if ticket.order.is_some() {
                sheet.count(Measure::NamesOrder);
            }
        }
        Stage::InSale => {}
    }
    sheet.hours.insert(hour(ticket.opened, zone), Hour { opened: 1, ..Hour::default() });
}

/// From the customer's first message to the first public message of a person, whether or not there is a promise about it.
fn first_answer(before: &Ticket, after: &Ticket, zone: &TimeZone, sheet: &mut Sheet) {
    let Some(answered) = after.answered.filter(|_| before.answered.is_none()) else { return };
    let (waited, chat) = (seconds(after.opened, answered), after.channel == Channel::Chat);
    sheet.count(Measure::Answered);
    sheet.measure(if chat { Span::FirstResponseChat } else { Span::FirstResponse }, waited);
    *sheet.hours.entry(hour(after.opened, zone)).or_default() += &Hour { opened: 0, answered: 1, seconds: waited };
}

fn promise(change: &Change, clock: &Clock, sheet: &mut Sheet) {
    let Some((name, outcome)) = sla::figures::counted(change, clock) else { return };
    if matches!(outcome, "met" | "breached" | "corrected") {
        let kept = sheet.promises.entry(name.to_owned()).or_default();
        match outcome {
            "met" => kept.met += 1,
            "breached" => kept.breached += 1,
            _ => kept.corrected += 1,
        }
    }
    if clock.kind == ClockKind::RefundDecision
        && let Outcome::Met { at } | Outcome::FulfilledLate { at, .. } = clock.outcome
    {
        let took = seconds(clock.started, at);
        sheet.count(Measure::Decided);
        sheet.measure(Span::Decision, took);
        if took <= DAY {
            sheet.count(Measure::DecidedInDay);
        }
    }
}

fn of_survey(kind: SurveyKind, happened: &survey::Happened, sheet: &mut Sheet) {
    match happened {
        survey::Happened::Sent { .. } => sheet.count(Measure::SurveySent),
        survey::Happened::Skipped { .. } => sheet.count(Measure::SurveySkipped),
        survey::Happened::Answered { answer, low, .. } => {
            sheet.scores.entry(kind).or_default().insert(answer.score, 1);
            if *low {
                sheet.count(Measure::LowScore);
            }
            match answer.solved {
                Some(true) => sheet.count(Measure::Solved),
                Some(false) => sheet.count(Measure::Unsolved),
                None => {}
            }
        }
        survey::Happened::Scheduled { .. }
        | survey::Happened::Postponed { .. }
        | survey::Happened::Reminded
        | survey::Happened::NotReminded { .. }
        | survey::Happened::Edited { .. }
        | survey::Happened::Withdrawn
        | survey::Happened::Expired
        | survey::Happened::TaskMade { .. }
        | survey::Happened::TaskBreached { .. }
        | survey::Happened::TaskDone { .. } => {}
    }
}

fn hour(at: Timestamp, zone: &TimeZone) -> u8 {
    u8::try_from(at.to_zoned(zone.clone()).hour()).unwrap_or(0)
}

fn seconds(from: Timestamp, to: Timestamp) -> i64 {
    to.duration_since(from).as_secs().max(0)
}
