//! What is still to be had of an order.

use serde::Serialize;

use super::units::spans;
use super::{Delivery, Facts, Hold, Line, Order, Part, Payment, Span, apportioned, count, worth};
use crate::id::{LineId, PaymentId, TicketId};

/// What is still to be had of an order, in minor units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Available {
    pub currency: String,
    /// Of the whole order, and of its payments together.
    pub amount: i64,
    pub shipping: i64,
    pub lines: Vec<AvailableLine>,
    pub payments: Vec<AvailablePayment>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AvailableLine {
    pub line: LineId,
    /// Units that no case holds.
    pub units: u32,
    /// Of these, how many can be sent back: delivered, and not coming back already.
    pub returnable: u32,
    /// What the free units are worth.
    pub worth: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AvailablePayment {
    pub payment: PaymentId,
    pub amount: i64,
}

/// An order as one case finds it: what the others hold is taken, and what it holds itself it may keep.
#[derive(Clone, Debug)]
pub(super) struct Free<'a> {
    facts: &'a Facts,
    others: Vec<&'a Hold>,
    own: Option<&'a Hold>,
}

impl Order {
    /// What is still to be had by a new case.
    pub fn available(&self) -> Available {
        let others = self.holds.iter().collect();
        Free { facts: &self.facts, others, own: None }.available()
    }

    /// What a case may have in all: what it holds already, and what nobody does.
    pub fn available_to(&self, ticket: TicketId, case: u16) -> Available {
        self.free(ticket, case).available()
    }

    pub(super) fn free(&self, ticket: TicketId, case: u16) -> Free<'_> {
        let (own, others): (Vec<&Hold>, Vec<&Hold>) = self.holds.iter().partition(|hold| hold.is_of(ticket, case));
        Free { facts: &self.facts, others, own: own.first().copied() }
    }
}

impl<'a> Free<'a> {
    fn available(&self) -> Available {
        let lines = self.facts.lines.iter().zip(apportioned(self.facts));
        let payment =
            |payment: &Payment| AvailablePayment { payment: payment.id.clone(), amount: self.payment(payment) };
        Available {
            currency: self.facts.currency.clone(),
            amount: self.amount(),
            shipping: self.shipping(),
            lines: lines.map(|(line, total)| self.line(line, total)).collect(),
            payments: self.facts.payments.iter().map(payment).collect(),
        }
    }

    fn line(&self, line: &Line, total: i64) -> AvailableLine {
        let spans = spans(&line.id, self.ordinals(line));
        let worth = spans.iter().map(|span| worth(total, line, span.first, span.last)).sum();
        let units = count(&spans);
        AvailableLine { line: line.id.clone(), units, returnable: self.returnable(line).min(units), worth }
    }

    /// The units of a line that no other case holds, in order.
    fn ordinals(&self, line: &Line) -> Vec<u32> {
        let spans: Vec<&Span> = self
            .others
            .iter()
            .flat_map(|hold| hold.rest.iter().chain(hold.spans.iter().filter(|_| !hold.sent)))
            .filter(|span| span.line == line.id)
            .collect();
        (1..=line.quantity).filter(|unit| !spans.iter().any(|span| span.has(*unit))).collect()
    }

    /// How many units of a line the case may have.
    pub(super) fn units(&self, line: &Line) -> u32 {
        count(&spans(&line.id, self.ordinals(line)))
    }

    /// The units it gets: of those it has already the lowest ones, then the lowest free ones.
    pub(super) fn lowest(&self, line: &Line, units: u32) -> Vec<Span> {
        let held: Vec<&Span> = self
            .own
            .iter()
            .flat_map(|hold| hold.spans.iter().chain(&hold.rest))
            .filter(|span| span.line == line.id)
            .collect();
        let mut ordinals = self.ordinals(line);
        ordinals.sort_by_cached_key(|unit| !held.iter().any(|span| span.has(*unit)));
        ordinals.truncate(usize::try_from(units).unwrap_or(usize::MAX));
        ordinals.sort_unstable();
        spans(&line.id, ordinals)
    }

    /// How many units of a line are with the customer and not on their way back for another case.
    pub(super) fn returnable(&self, line: &Line) -> u32 {
        let deliveries = self.facts.deliveries.iter().filter(|delivery| delivery.line == line.id);
        let delivered: u32 = deliveries.map(|delivery: &Delivery| delivery.quantity).sum();
        let back =
            |hold: &&'a Hold| hold.rest.iter().chain(hold.spans.iter().filter(|_| hold.back)).collect::<Vec<_>>();
        let back = self.others.iter().flat_map(back);
        delivered.min(line.quantity).saturating_sub(count(back.filter(|span| span.line == line.id)))
    }

    pub(super) fn shipping(&self) -> i64 {
        let held: i64 = self.others.iter().map(|hold| hold.shipping).sum();
        (self.facts.shipping - held).max(0)
    }

    /// How much of a payment the case may have. What it was given already stays given, whatever a bank took back since.
    fn payment(&self, payment: &Payment) -> i64 {
        let held: i64 = self.others.iter().map(|hold| hold.amount_of(&payment.id)).sum();
        (payment.captured - payment.charged_back - held).max(self.settled(&payment.id)).max(0)
    }

    /// How much money the case may have in all.
    pub(super) fn amount(&self) -> i64 {
        let held: i64 = self.others.iter().map(|hold| hold.amount()).sum();
        let listed: i64 = self.facts.payments.iter().map(|payment| self.payment(payment)).sum();
        let unlisted: i64 = self.unlisted().map(|part| part.settled).sum();
        (self.facts.whole() - held).min(listed + unlisted).max(self.given())
    }

    /// What the case was given already.
    pub(super) fn given(&self) -> i64 {
        self.own.map_or(0, Hold::given)
    }

    fn settled(&self, payment: &PaymentId) -> i64 {
        self.own.and_then(|hold| hold.part(payment)).map_or(0, |part| part.settled)
    }

    /// What the case has of payments that the storefront no longer lists.
    fn unlisted(&self) -> impl Iterator<Item = &'a Part> {
        let listed = |part: &&Part| self.facts.payments.iter().any(|payment| payment.id == part.payment);
        self.own.into_iter().flat_map(|hold| &hold.parts).filter(move |part| !listed(part))
    }

    /// An amount over the payments, as the storefront lists them: of each what was given already, then what is free.
    pub(super) fn parts(&self, amount: i64) -> Vec<Part> {
        let mut left = amount - self.given();
        let mut part = |payment: &Payment| {
            let settled = self.settled(&payment.id);
            let more = (self.payment(payment) - settled).min(left);
            left -= more;
            Part { payment: payment.id.clone(), amount: settled + more, settled }
        };
        let listed: Vec<Part> = self.facts.payments.iter().map(&mut part).collect();
        let unlisted = self.unlisted().map(|part| Part { amount: part.settled, ..part.clone() });
        listed.into_iter().chain(unlisted).filter(|part| part.amount > 0).collect()
    }
}

impl Facts {
    /// What the whole order is worth: its lines less the discount, and the sending.
    pub(super) fn whole(&self) -> i64 {
        apportioned(self).iter().sum::<i64>() + self.shipping
    }
}
