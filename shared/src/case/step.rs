//! One step of a case with everything that changes with it: its ticket and the ticket's promises, its order, its buyer.

use std::sync::Arc;

use jiff::Timestamp;

use super::risk::{Buyer, Record};
use super::{Case, CaseKind, CaseReason, CaseStatus, Command, Given, Happened, Rejection, Terms, decide, requested};
use crate::event::{Actor, Entry, Event};
use crate::id::StaffId;
use crate::order::Order;
use crate::settings::Loaded;
use crate::sla::ClockKind;
use crate::ticket::{self, Ticket, decide_all};

/// A case and what it stands among.
#[derive(Clone, Debug)]
pub struct File {
    pub ticket: Ticket,
    /// The settings of the ticket's promises.
    pub promised: Arc<Loaded>,
    pub case: Case,
    /// The settings whose rules hold for the case.
    pub rules: Arc<Loaded>,
    pub order: Order,
    pub buyer: Buyer,
}

/// What a command comes to.
#[derive(Clone, Debug)]
pub struct Step {
    pub entry: Entry,
    pub ticket: Ticket,
    pub case: Case,
    /// Where it changes.
    pub order: Option<Order>,
    pub buyer: Option<Buyer>,
}

/// Why a step is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    Case(Rejection),
    Ticket(ticket::Rejection),
}

impl Refused {
    pub fn sentence(&self) -> String {
        match self {
            Self::Case(why) => why.sentence(),
            Self::Ticket(why) => why.sentence(),
        }
    }

    /// For a customer, and for the storefront's server in their place.
    pub fn to_customer(&self, case: &Case) -> String {
        match self {
            Self::Case(why) => why.to_customer(case),
            Self::Ticket(why) => why.sentence(),
        }
    }
}

impl From<Rejection> for Refused {
    fn from(why: Rejection) -> Self {
        Self::Case(why)
    }
}

impl From<ticket::Rejection> for Refused {
    fn from(why: ticket::Rejection) -> Self {
        Self::Ticket(why)
    }
}

impl File {
    /// What a command causes; nothing where it is done already.
    pub fn step(&self, command: &Command, by: &Actor, now: Timestamp) -> Result<Option<Step>, Refused> {
        let happened = decide(&self.case, command, by, now, &self.rules.settings.cases)?;
        if happened.is_empty() {
            return Ok(None);
        }
        let case = self.case.after(&happened, by, now, &self.rules.settings.cases);
        self.taken(Vec::new(), case, happened, by, now).map(Some)
    }

    /// The step of a case as it is after what happened. `first`: what is asked of its ticket before.
    fn taken(
        &self,
        first: Vec<ticket::Command>,
        case: Case,
        happened: Vec<Happened>,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Step, Refused> {
        let mut commands = first;
        commands.extend(promises(&case, &happened));
        let mut events = decide_all(&self.ticket, &commands, now, &self.promised)?;
        let order = case.on_order(&self.order, &happened);
        let buyer = on_buyer(&case, order.as_ref().unwrap_or(&self.order), &happened, &self.buyer, now);
        if self.ticket.erased && happened.iter().any(|happened| happened.content().is_some()) {
            return Err(ticket::Rejection::Erased.into());
        }
        events.extend(told(&case, happened));
        let entry = Entry {
            storefront: self.ticket.storefront.clone(),
            ticket: self.ticket.id,
            seq: self.ticket.seq + 1,
            at: now,
            by: by.clone(),
            events,
        };
        Ok(Step { ticket: self.ticket.after(&entry), entry, case, order, buyer })
    }
}

/// What a request is made of besides its ticket.
#[derive(Clone, Debug)]
pub struct Request {
    pub order: Order,
    pub buyer: Buyer,
    pub rules: Arc<Loaded>,
    pub terms: Terms,
    pub given: Option<Given>,
    /// The customer has to agree first.
    pub consent: bool,
    /// What the customer wrote with it asks of a ticket that is there.
    pub message: Vec<ticket::Command>,
    /// Staff who proposed it.
    pub hands: Vec<StaffId>,
}

impl Request {
    /// The number that it gets on a ticket.
    pub fn number(ticket: &Ticket) -> u16 {
        ticket.cases.iter().map(|case| case.number).max().unwrap_or(0).saturating_add(1)
    }

    /// A case on a ticket that is there.
    pub fn on(
        self,
        ticket: &Ticket,
        promised: Arc<Loaded>,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<Step>, Refused> {
        let (happened, number) = (self.happened(), Self::number(ticket));
        let Some(case) = self.made(ticket, number, &happened, by, now) else { return Ok(None) };
        let Self { order, buyer, rules, message, .. } = self;
        let file = File { ticket: ticket.clone(), promised, case: case.clone(), rules, order, buyer };
        file.taken(message, case, happened, by, now).map(Some)
    }

    /// A case that opens its ticket: `opening` are the events that do, in its first entry.
    pub fn opening(
        self,
        opening: Entry,
        promised: &Loaded,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<Step>, Refused> {
        let Some(ticket) = Ticket::opened_by(&opening) else { return Ok(None) };
        let happened = self.happened();
        let Some(case) = self.made(&ticket, 1, &happened, by, now) else { return Ok(None) };
        let order = case.on_order(&self.order, &happened);
        let buyer = on_buyer(&case, order.as_ref().unwrap_or(&self.order), &happened, &self.buyer, now);
        let mut events = opening.events.clone();
        events.extend(decide_all(&ticket, &promises(&case, &happened), now, promised)?);
        events.extend(told(&case, happened));
        let entry = Entry { events, ..opening };
        Ok(Ticket::opened_by(&entry).map(|ticket| Step { ticket, entry, case, order, buyer }))
    }

    fn happened(&self) -> Vec<Happened> {
        let (terms, hands) = (self.terms.clone(), self.hands.clone());
        requested(self.order.id.clone(), self.rules.version, terms, self.given, self.consent, hands)
    }

    fn made(&self, ticket: &Ticket, number: u16, happened: &[Happened], by: &Actor, now: Timestamp) -> Option<Case> {
        let place = (&ticket.storefront, ticket.id, number);
        Case::made_by(happened.first()?, place, &ticket.customer, by, now)
    }
}

/// The events of a case as they stand in its ticket's history.
fn told(case: &Case, happened: Vec<Happened>) -> impl Iterator<Item = Event> {
    let (number, next) = (case.number, case.next);
    let open = case.is_open() || next.is_some();
    happened.into_iter().map(move |happened| Event::Case { case: number, happened, open, next })
}

/// What happens to the ticket with it, and to what was promised.
fn promises(case: &Case, happened: &[Happened]) -> Vec<ticket::Command> {
    use ticket::Command::{AwaitGoods, Begin, CaseOver, Drop, GoodsSettled, Keep};
    let Some(subject) = case.subject() else { return Vec::new() };
    let (decision, payout) = (ClockKind::RefundDecision, ClockKind::Payout);
    let mut commands = Vec::new();
    for event in happened {
        let subject = || subject.clone();
        match event {
            Happened::Requested { .. } => commands.push(Begin { clock: decision, subject: subject() }),
            Happened::Moved { to: CaseStatus::Approved, .. } => {
                commands.push(Keep { clock: decision, subject: subject() });
            }
            Happened::Moved { to: CaseStatus::Rejected, .. } => {
                commands.push(Keep { clock: decision, subject: subject() });
                commands.push(Drop { clock: payout, subject: subject() });
                commands.push(GoodsSettled);
            }
            Happened::Moved { to: CaseStatus::AwaitingReturn, .. } | Happened::Sent { .. } => commands.push(AwaitGoods),
            Happened::Received { .. } => commands.push(GoodsSettled),
            Happened::Moved { to: CaseStatus::Cancelled | CaseStatus::Expired, .. } => {
                commands.push(Drop { clock: decision, subject: subject() });
                commands.push(Drop { clock: payout, subject: subject() });
                commands.push(GoodsSettled);
            }
            Happened::Moved { to: CaseStatus::Settling, .. } => {
                commands.push(Begin { clock: payout, subject: subject() });
            }
            // What settles and fails later begins no new promise: that was kept, and a person is told at once.
            Happened::Moved { to: CaseStatus::Settled, .. } => {
                commands.push(Keep { clock: payout, subject: subject() });
            }
            Happened::Moved { .. }
            | Happened::Edited { .. }
            | Happened::Consented { .. }
            | Happened::Assessed { .. }
            | Happened::Approved { .. }
            | Happened::Rejected { .. }
            | Happened::TakenBack
            | Happened::Escalated { .. }
            | Happened::Reminded { .. }
            | Happened::Inspected { .. }
            | Happened::Diagnosed { .. }
            | Happened::ToSendBack
            | Happened::Shipped { .. }
            | Happened::PayoutDue { .. }
            | Happened::PayoutSent { .. }
            | Happened::PayoutTold { .. }
            | Happened::PayoutOverdue { .. } => {}
        }
    }
    if !case.is_open() && case.next.is_none() {
        commands.push(CaseOver { case: case.number });
    }
    // Only money is promised.
    commands.retain(|command| case.terms.kind.pays() || !matches!(command, Begin { clock, .. } if *clock == payout));
    commands
}

/// What the case changes of what is known of its buyer.
fn on_buyer(case: &Case, order: &Order, happened: &[Happened], buyer: &Buyer, now: Timestamp) -> Option<Buyer> {
    let record = || Record {
        ticket: case.ticket,
        case: case.number,
        order: case.order.clone(),
        at: now,
        currency: case.terms.figures.currency.clone(),
        amount: case.terms.figures.net,
        full: order.is_full(),
        not_received: case.terms.reason == CaseReason::NotReceived,
        automatic: case.automatic,
    };
    let mut after = None;
    for event in happened {
        let buyer = after.as_ref().unwrap_or(buyer).clone();
        match event {
            Happened::Requested { .. } | Happened::Edited { .. } | Happened::Inspected { .. } => {
                after = Some(buyer.with(record()));
            }
            Happened::Assessed { needed, .. } if needed.is_empty() => after = Some(buyer.with(record())),
            // Part of it was paid, and stays so.
            Happened::Moved { to: CaseStatus::Cancelled, .. } if case.is_partly_paid() => {}
            Happened::Moved { to: CaseStatus::Rejected, until: None }
            | Happened::Moved { to: CaseStatus::Cancelled | CaseStatus::Expired, .. } => {
                after = Some(buyer.without(case.ticket, case.number));
            }
            Happened::Assessed { .. }
            | Happened::Moved { .. }
            | Happened::Consented { .. }
            | Happened::Approved { .. }
            | Happened::Rejected { .. }
            | Happened::TakenBack
            | Happened::Escalated { .. }
            | Happened::Reminded { .. }
            | Happened::Sent { .. }
            | Happened::Received { .. }
            | Happened::Diagnosed { .. }
            | Happened::ToSendBack
            | Happened::Shipped { .. }
            | Happened::PayoutDue { .. }
            | Happened::PayoutSent { .. }
            | Happened::PayoutTold { .. }
            | Happened::PayoutOverdue { .. } => {}
        }
    }
    // A repair gives nothing back.
    after.filter(|_| case.terms.kind != CaseKind::Repair)
}
