//! Holds: what a case may take, checked against everything that others took before.

use super::free::Free;
use super::units::spans;
use super::{Facts, Hold, Line, MOST_HOLDS, MOST_PIECES, Order, Part, Span, apportioned, count, worth};
use crate::id::{LineId, PaymentId, TicketId};

/// What a case wants of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub ticket: TicketId,
    pub case: u16,
    /// Lines and how many units of each.
    pub lines: Vec<(LineId, u32)>,
    /// The goods come back, so there are no more of them than were delivered.
    pub back: bool,
    pub shipping: i64,
    /// What is paid back in all, in minor units; 0 where only goods are held.
    pub amount: i64,
}

/// Why an order does not give what is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Short {
    NoSuchLine(LineId),
    /// A line was named twice, or no unit of it was wanted.
    Miscounted(LineId),
    Units {
        line: LineId,
        wanted: u32,
        free: u32,
    },
    Undelivered {
        line: LineId,
        wanted: u32,
        returnable: u32,
    },
    Shipping {
        wanted: i64,
        free: i64,
    },
    /// More than is free; or below what the case was given already, or below nothing.
    Amount {
        wanted: i64,
        free: i64,
    },
    TooManyCases,
}

impl Order {
    /// The units that a case would get of a line: those it has, then the lowest free ones. Fewer where fewer are free.
    pub fn lowest_free(&self, ticket: TicketId, case: u16, line: &LineId, units: u32) -> Vec<Span> {
        self.facts.line(line).map_or(Vec::new(), |line| self.free(ticket, case).lowest(line, units))
    }

    /// The hold that a case would have, or what stands in its way. A hold that the case has already does not count, but
    /// what it was given of that it keeps.
    pub fn hold(&self, wanted: &Wanted) -> Result<Hold, Short> {
        let free = self.free(wanted.ticket, wanted.case);
        let lines = self.lines(wanted)?;
        for (line, units) in &lines {
            check_units(&free, line, *units, wanted.back)?;
        }
        check_shipping(&free, wanted.shipping)?;
        check_amount(&free, wanted.amount)?;
        let hold = Hold {
            ticket: wanted.ticket,
            case: wanted.case,
            spans: lines.iter().flat_map(|(line, units)| free.lowest(line, *units)).collect(),
            back: wanted.back,
            sent: false,
            rest: Vec::new(),
            shipping: wanted.shipping,
            parts: free.parts(wanted.amount),
        };
        if self.has_room(&hold) { Ok(hold) } else { Err(Short::TooManyCases) }
    }

    fn lines(&self, wanted: &Wanted) -> Result<Vec<(&Line, u32)>, Short> {
        let found = |(place, (id, units)): (usize, &(LineId, u32))| {
            let line = self.facts.line(id).ok_or_else(|| Short::NoSuchLine(id.clone()))?;
            let again = wanted.lines.iter().take(place).any(|(other, _)| other == id);
            if again || *units == 0 { Err(Short::Miscounted(id.clone())) } else { Ok((line, *units)) }
        };
        wanted.lines.iter().enumerate().map(found).collect()
    }

    fn has_room(&self, hold: &Hold) -> bool {
        let others = self.holds.iter().filter(|other| !other.is_of(hold.ticket, hold.case));
        let all: Vec<&Hold> = others.chain([hold]).collect();
        let pieces: usize = all.iter().map(|hold| hold.spans.len() + hold.rest.len() + hold.parts.len()).sum();
        all.len() <= MOST_HOLDS && pieces <= MOST_PIECES
    }

    /// With this hold in place of the one its case had.
    pub fn holding(mut self, hold: Hold) -> Self {
        match self.holds.iter_mut().find(|other| other.is_of(hold.ticket, hold.case)) {
            Some(other) => *other = hold,
            None => self.holds.push(hold),
        }
        self
    }

    /// A hold with so many more units of its case, which are here and get nothing: nobody else asks for them meanwhile.
    pub fn with_rest(&self, hold: Hold, rest: &[(LineId, u32)]) -> Hold {
        let units = |(line, more): &(LineId, u32)| {
            let own: Vec<&Span> = hold.spans.iter().filter(|span| span.line == *line).collect();
            let all = self.lowest_free(hold.ticket, hold.case, line, count(own.iter().copied()) + more);
            let units = all.iter().flat_map(|span| span.first..=span.last);
            spans(line, units.filter(|unit| !own.iter().any(|span| span.has(*unit))).collect::<Vec<u32>>())
        };
        let with = Hold { rest: rest.iter().flat_map(units).collect(), ..hold.clone() };
        if self.has_room(&with) { with } else { hold }
    }

    /// What was here of a case, and nothing was given for, is with its customer again.
    pub fn rest_released(self, ticket: TicketId, case: u16) -> Self {
        self.changed(ticket, case, |hold| {
            let left = Hold { rest: Vec::new(), ..hold };
            let is_empty = left.spans.is_empty() && left.parts.is_empty() && left.shipping == 0;
            (!is_empty).then_some(left)
        })
    }

    /// Without what a case holds and has not been given. If it was given anything, its units stay held.
    pub fn released(self, ticket: TicketId, case: u16) -> Self {
        self.changed(ticket, case, |hold| match hold.given() {
            0 => None,
            given => {
                let given_of = |part: Part| Part { amount: part.settled, ..part };
                let parts = hold.parts.into_iter().map(given_of).filter(|part| part.amount > 0).collect();
                Some(Hold { parts, shipping: hold.shipping.min(given), ..hold })
            }
        })
    }

    /// Nothing is paid for goods that the shop still has: these units.
    pub fn money_released(self, ticket: TicketId, case: u16, spans: &[Span]) -> Self {
        let here =
            |hold| Hold { spans: spans.to_vec(), back: true, rest: Vec::new(), parts: Vec::new(), shipping: 0, ..hold };
        self.changed(ticket, case, |hold| Some(here(hold)))
    }

    /// The goods are with the customer again, repaired or exchanged: another case may be about them.
    pub fn goods_released(self, ticket: TicketId, case: u16) -> Self {
        self.changed(ticket, case, |hold| {
            let left = Hold { spans: Vec::new(), back: false, ..hold };
            (left.amount() > 0 || left.shipping > 0 || !left.rest.is_empty()).then_some(left)
        })
    }

    /// The goods were sent a second time: another case may be about them.
    pub fn sent_again(self, ticket: TicketId, case: u16) -> Self {
        self.changed(ticket, case, |hold| Some(Hold { sent: true, ..hold }))
    }

    /// Any unit that a case holds was sent a second time for another one.
    pub fn was_sent_again(&self, ticket: TicketId, case: u16) -> bool {
        let Some(own) = self.hold_of(ticket, case) else { return false };
        let sent = self.holds.iter().filter(|hold| hold.sent && !hold.is_of(ticket, case)).flat_map(|hold| &hold.spans);
        sent.into_iter().any(|span| own.spans.iter().any(|other| span.meets(other)))
    }

    /// So much more of a payment's part of a case's hold is given back.
    pub fn settled(self, ticket: TicketId, case: u16, payment: &PaymentId, amount: i64) -> Self {
        self.changed(ticket, case, |mut hold| {
            for part in hold.parts.iter_mut().filter(|part| part.payment == *payment) {
                part.settled = part.settled.saturating_add(amount.max(0)).min(part.amount);
            }
            Some(hold)
        })
    }

    /// So much less of it is given back: it went, and came back later. It stays held.
    pub fn unsettled(self, ticket: TicketId, case: u16, payment: &PaymentId, amount: i64) -> Self {
        self.changed(ticket, case, |mut hold| {
            for part in hold.parts.iter_mut().filter(|part| part.payment == *payment) {
                part.settled = part.settled.saturating_sub(amount.max(0)).max(0);
            }
            Some(hold)
        })
    }

    /// Money that went although nobody held it any more, where its payment has so much left: else others have it.
    pub fn settled_unheld(self, ticket: TicketId, case: u16, payment: &PaymentId, amount: i64) -> Self {
        let held: i64 = self.holds.iter().map(|hold| hold.amount_of(payment)).sum();
        let facts = self.facts.payments.iter().find(|other| other.id == *payment);
        let left = facts.map_or(0, |facts| facts.captured - facts.charged_back - held);
        if amount <= 0 || left < amount {
            return self;
        }
        let empty = || Hold {
            ticket,
            case,
            shipping: 0,
            parts: Vec::new(),
            spans: Vec::new(),
            rest: Vec::new(),
            back: false,
            sent: false,
        };
        let mut hold = self.hold_of(ticket, case).cloned().unwrap_or_else(empty);
        hold.parts.push(Part { payment: payment.clone(), amount, settled: amount });
        if self.has_room(&hold) { self.holding(hold) } else { self }
    }

    fn changed(mut self, ticket: TicketId, case: u16, change: impl Fn(Hold) -> Option<Hold>) -> Self {
        let changed = |hold: Hold| if hold.is_of(ticket, case) { change(hold) } else { Some(hold) };
        self.holds = self.holds.into_iter().filter_map(changed).collect();
        self
    }

    /// What is held and settled of money in all, without this case.
    pub fn refunds_but(&self, ticket: TicketId, case: u16) -> i64 {
        self.holds.iter().filter(|hold| !hold.is_of(ticket, case)).map(Hold::amount).sum()
    }

    /// What a case holds.
    pub fn hold_of(&self, ticket: TicketId, case: u16) -> Option<&Hold> {
        self.holds.iter().find(|hold| hold.is_of(ticket, case))
    }

    pub fn part_of(&self, ticket: TicketId, case: u16, payment: &PaymentId) -> Option<&Part> {
        self.hold_of(ticket, case)?.part(payment)
    }

    /// How much of a part may be given back now: its rest, or less where a bank took money back after it was held. What
    /// older holds have not been given yet is theirs: two that are paid at once never take more than is left.
    pub fn payable(&self, ticket: TicketId, case: u16, payment: &PaymentId) -> i64 {
        let Some(part) = self.part_of(ticket, case, payment) else { return 0 };
        let Some(facts) = self.facts.payments.iter().find(|other| other.id == *payment) else { return 0 };
        let settled: i64 = self.holds.iter().filter_map(|hold| hold.part(payment)).map(|part| part.settled).sum();
        let older = self.holds.iter().take_while(|hold| !hold.is_of(ticket, case));
        let owed: i64 = older.filter_map(|hold| hold.part(payment)).map(|part| part.amount - part.settled).sum();
        (facts.captured - facts.charged_back - settled - owed).min(part.amount - part.settled).max(0)
    }

    /// Whether the order, as it is now, has what a case holds and has not been given: its units, what they are worth, and so
    /// much money beside what others were given and what older holds are owed. Later facts may have less of each.
    pub fn covers(&self, ticket: TicketId, case: u16) -> bool {
        let Some(own) = self.hold_of(ticket, case) else { return true };
        let totals = apportioned(&self.facts);
        let mut goods = 0;
        for span in &own.spans {
            let found = self.facts.lines.iter().zip(&totals).find(|(line, _)| line.id == span.line);
            let Some((line, total)) = found.filter(|(line, _)| span.last <= line.quantity) else { return false };
            goods += worth(*total, line, span.first, span.last);
        }
        let is_worth = own.spans.is_empty() || own.amount() <= goods + own.shipping.min(self.facts.shipping);
        let given: i64 = self.holds.iter().map(Hold::given).sum();
        let older = self.holds.iter().take_while(|hold| !hold.is_of(ticket, case));
        let owed: i64 = older.map(|hold| hold.amount() - hold.given()).sum();
        is_worth && own.amount() - own.given() <= (self.facts.whole() - given - owed).max(0)
    }

    /// Whether all of it could be given now: the order covers it, and so do its payments.
    pub fn gives(&self, ticket: TicketId, case: u16) -> bool {
        let parts = self.hold_of(ticket, case).map_or(&[][..], |own| &own.parts);
        let payable = |part: &Part| self.payable(ticket, case, &part.payment) >= part.amount - part.settled;
        self.covers(ticket, case) && parts.iter().all(payable)
    }

    /// All of it is paid back, or asked to be: its whole worth, or money for every unit that is worth any.
    pub fn is_full(&self) -> bool {
        let paid: Vec<&Hold> = self.holds.iter().filter(|hold| hold.amount() > 0).collect();
        let amount: i64 = paid.iter().map(|hold| hold.amount()).sum();
        let covered = |(line, total): (&Line, i64)| {
            let spans = paid.iter().flat_map(|hold| &hold.spans).filter(|span| span.line == line.id);
            spans.map(|span| worth(total, line, span.first, span.last)).sum::<i64>() == total
        };
        amount > 0
            && (amount >= self.facts.whole() || self.facts.lines.iter().zip(apportioned(&self.facts)).all(covered))
    }
}

fn check_units(free: &Free<'_>, line: &Line, wanted: u32, back: bool) -> Result<(), Short> {
    let (units, returnable) = (free.units(line), free.returnable(line));
    if wanted > units {
        Err(Short::Units { line: line.id.clone(), wanted, free: units })
    } else if back && wanted > returnable {
        Err(Short::Undelivered { line: line.id.clone(), wanted, returnable })
    } else {
        Ok(())
    }
}

fn check_shipping(free: &Free<'_>, wanted: i64) -> Result<(), Short> {
    let free = free.shipping();
    // What is held of it may be more than a later version of the order has; nothing wanted is nothing taken.
    if (0..=free).contains(&wanted) { Ok(()) } else { Err(Short::Shipping { wanted, free }) }
}

fn check_amount(free: &Free<'_>, wanted: i64) -> Result<(), Short> {
    let (given, most) = (free.given(), free.amount());
    if (given..=most).contains(&wanted) { Ok(()) } else { Err(Short::Amount { wanted, free: most }) }
}

impl Facts {
    pub fn line(&self, id: &LineId) -> Option<&Line> {
        self.lines.iter().find(|line| line.id == *id)
    }
}

impl Span {
    pub(super) fn has(&self, unit: u32) -> bool {
        (self.first..=self.last).contains(&unit)
    }

    fn meets(&self, other: &Self) -> bool {
        self.line == other.line && self.first <= other.last && other.first <= self.last
    }
}

impl Hold {
    pub fn is_of(&self, ticket: TicketId, case: u16) -> bool {
        (self.ticket, self.case) == (ticket, case)
    }

    /// Its money, held and given back.
    pub fn amount(&self) -> i64 {
        self.parts.iter().map(|part| part.amount).sum()
    }

    /// Of that, what was given back.
    pub fn given(&self) -> i64 {
        self.parts.iter().map(|part| part.settled).sum()
    }

    pub fn part(&self, payment: &PaymentId) -> Option<&Part> {
        self.parts.iter().find(|part| part.payment == *payment)
    }

    pub(super) fn amount_of(&self, payment: &PaymentId) -> i64 {
        self.part(payment).map_or(0, |part| part.amount)
    }
}
