//! What a case would come to, and whether it is possible: the engine behind options, preview and request. The policy that
//! is published and the rules that are applied are the same data.

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub use super::ask::Ask;
use super::{CaseKind, CaseReason, Figures, Item, Payer, Terms};
use crate::id::{LineId, TicketId};
use crate::order::{Available, Hold, Line, Order, Short, Span, Wanted, apportioned, count, worth};
use crate::settings::{CaseRules, ReasonRule, Window};

/// What is known when it is asked.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    pub order: &'a Order,
    pub rules: &'a CaseRules,
    /// The customer's, else the shop's.
    pub zone: &'a TimeZone,
    pub now: Timestamp,
}

/// A case that is possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    pub figures: Figures,
    pub hold: Hold,
    /// How many days it takes from approval to the money or the goods.
    pub days: u16,
    /// It is within its window; otherwise staff let it pass.
    pub in_window: bool,
    /// The photo that its reason asks for is there, or none is asked for.
    pub has_evidence: bool,
    /// What the customer is given, in minor units: money, or what new goods are worth. It decides who has to approve.
    pub stake: i64,
}

impl Quote {
    /// What is stored of it.
    pub fn terms(self, ask: &Ask, overridden: Option<u32>) -> Terms {
        let Self { figures, hold: _, days, in_window, has_evidence, stake } = self;
        let (kind, reason, photos) = (ask.kind, ask.reason, ask.photos.clone());
        let marks = Vec::new();
        Terms { kind, reason, figures, stake, days, in_window, has_evidence, photos, marks, overridden }
    }
}

/// Why a case is not possible. Each has a sentence for whoever asks, with the next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unable {
    /// The rules do not give this for such a reason.
    NotOffered {
        kind: CaseKind,
        reason: CaseReason,
    },
    /// Nothing of a line, or of the order, was delivered yet: no window has begun, and there is nothing to send back.
    NotDelivered {
        line: Option<LineId>,
    },
    /// The window is over since then.
    Closed {
        since: Timestamp,
    },
    /// It opens then.
    NotYet {
        from: Timestamp,
    },
    /// Nobody knows when it was promised.
    NoPromise,
    /// It came when it was promised, so it was not late.
    OnTime {
        promised: Timestamp,
    },
    /// Of these goods a change of mind is no reason.
    Excluded {
        line: LineId,
    },
    /// A photo is needed.
    NoPhoto,
    /// After the fees nothing is left to pay back.
    Nothing,
    NoLines,
    NoAmount,
    /// The order does not give it: what is still to be had comes with it.
    Short {
        why: Short,
        available: Box<Available>,
    },
}

/// What a case comes to, or why it is not possible. `ticket` and `case` name it; a hold that it has already does not count
/// against it.
pub fn quote(ask: &Ask, on: Circumstances<'_>, ticket: TicketId, case: u16) -> Result<Quote, Unable> {
    quoted(ask, Offer::of(ask.kind, ask.reason, on)?, ticket, case)
}

/// The same of goods that are here and were counted: where less is left than they are worth, or nothing, it comes to that.
pub fn counted(ask: &Ask, on: Circumstances<'_>, ticket: TicketId, case: u16) -> Result<Quote, Unable> {
    quoted(ask, Offer { here: true, ..Offer::of(ask.kind, ask.reason, on)? }, ticket, case)
}

fn quoted(ask: &Ask, offer: Offer<'_>, ticket: TicketId, case: u16) -> Result<Quote, Unable> {
    let lines = offer.lines(ask)?;
    offer.delivered(&lines)?;
    let in_window = passed(offer.timely(&lines), ask.overridden)?;
    let photo = if offer.rule.photo && ask.photos.is_empty() { Err(Unable::NoPhoto) } else { Ok(()) };
    let has_evidence = passed(photo, ask.overridden)?;
    let left = offer.on.order.available_to(ticket, case);
    let (figures, hold) = offer.priced(ask, (ticket, case), &left)?;
    let goods = if ask.kind == CaseKind::Repair { 0 } else { figures.goods };
    let stake = if ask.kind.pays() { figures.net } else { goods };
    Ok(Quote { figures, hold, days: offer.days, in_window, has_evidence, stake })
}

/// Whether a condition holds; staff may let pass that it does not.
fn passed(condition: Result<(), Unable>, overridden: bool) -> Result<bool, Unable> {
    match condition {
        Ok(()) => Ok(true),
        Err(_) if overridden => Ok(false),
        Err(why) => Err(why),
    }
}

/// What the rules give of one kind for one reason, in the market that an order is sent to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offer<'a> {
    kind: CaseKind,
    reason: CaseReason,
    on: Circumstances<'a>,
    pub(super) rule: &'a ReasonRule,
    window: Window,
    gives_shipping: bool,
    pub(super) days: u16,
    /// The goods are here, and what was counted is said, whatever it comes to.
    here: bool,
}

impl<'a> Offer<'a> {
    pub(super) fn of(kind: CaseKind, reason: CaseReason, on: Circumstances<'a>) -> Result<Self, Unable> {
        let none = Unable::NotOffered { kind, reason };
        let rules = on.rules;
        let market = rules.market(on.order.facts.country.as_deref());
        let rule = rules.reasons.get(&reason).filter(|rule| rule.kinds.contains(&kind));
        match (rule, rules.window(reason, market), rules.days.get(&kind)) {
            (Some(rule), Some(window), Some(days)) => {
                let gives_shipping = rules.gives_shipping(reason, market);
                Ok(Self { kind, reason, on, rule, window, gives_shipping, days: *days, here: false })
            }
            (_, _, _) => Err(none),
        }
    }

    /// The lines that are asked for.
    fn lines(&self, ask: &Ask) -> Result<Vec<&'a Line>, Unable> {
        if self.kind == CaseKind::Compensation {
            ask.amount.filter(|amount| *amount > 0).ok_or(Unable::NoAmount)?;
        } else if ask.lines.is_empty() {
            return Err(Unable::NoLines);
        }
        let lines = &self.on.order.facts.lines;
        let named = |(id, _): &(LineId, u32)| {
            let known = lines.iter().find(|line| line.id == *id);
            let available = || Box::new(self.on.order.available());
            known.ok_or_else(|| Unable::Short { why: Short::NoSuchLine(id.clone()), available: available() })
        };
        ask.lines.iter().map(named).collect()
    }

    /// What has to be there was delivered: goods that come back, and what begins the window. Nobody lets that pass.
    pub(super) fn delivered(&self, lines: &[&Line]) -> Result<(), Unable> {
        let back = self.kind.is_return();
        if !back && !self.window.counts_from_delivery() {
            return Ok(());
        }
        let there = |line: &Line| if back { self.latest(Some(line)) } else { self.counted_from(Some(line)) };
        if lines.is_empty() && self.latest(None).is_none() {
            return Err(Unable::NotDelivered { line: None });
        }
        match lines.iter().find(|line| there(line).is_none()) {
            Some(line) => Err(Unable::NotDelivered { line: Some(line.id.clone()) }),
            None => Ok(()),
        }
    }

    /// No line is excluded, and the window of each is open.
    pub(super) fn timely(&self, lines: &[&Line]) -> Result<(), Unable> {
        if let Some(line) = lines.iter().find(|line| self.rule.exclusions && line.exclusion.is_some()) {
            return Err(Unable::Excluded { line: line.id.clone() });
        }
        let promised = self.on.order.facts.promised;
        let open = |delivered: Option<Timestamp>| {
            self.late(delivered)?;
            self.window.open(delivered, promised, self.on.zone, self.on.now)
        };
        match lines {
            [] => open(self.latest(None)),
            lines => lines.iter().try_for_each(|line| open(self.counted_from(Some(line)))),
        }
    }

    /// What is said to have come late came after it was promised.
    fn late(&self, delivered: Option<Timestamp>) -> Result<(), Unable> {
        if self.reason != CaseReason::Late {
            return Ok(());
        }
        let promised = self.on.order.facts.promised.ok_or(Unable::NoPromise)?;
        if delivered.is_some_and(|at| at <= promised) { Err(Unable::OnTime { promised }) } else { Ok(()) }
    }

    /// The delivery that a line's window begins with: what is missing was to come with the rest of the order.
    fn counted_from(&self, line: Option<&Line>) -> Option<Timestamp> {
        match self.reason {
            CaseReason::Missing => self.latest(line).or_else(|| self.latest(None)),
            CaseReason::ChangeOfMind
            | CaseReason::Defective
            | CaseReason::WrongItem
            | CaseReason::Damaged
            | CaseReason::NotReceived
            | CaseReason::Late => self.latest(line),
        }
    }

    /// The latest delivery of a line, or of the order.
    fn latest(&self, line: Option<&Line>) -> Option<Timestamp> {
        let of = |delivered: &LineId| line.is_none_or(|line| line.id == *delivered);
        self.on.order.facts.deliveries.iter().filter(|delivery| of(&delivery.line)).map(|delivery| delivery.at).max()
    }

    /// What it comes to, and what it holds of the order for that. A refusal tells what is `left`.
    pub(super) fn priced(
        &self,
        ask: &Ask,
        (ticket, case): (TicketId, u16),
        left: &Available,
    ) -> Result<(Figures, Hold), Unable> {
        let order = self.on.order;
        let lines = if self.kind == CaseKind::Compensation { Vec::new() } else { ask.lines.clone() };
        let held = |shipping: i64, amount: i64| {
            let back = self.kind.is_return();
            let wanted = Wanted { ticket, case, lines: lines.clone(), back, shipping, amount };
            let short = |why| Unable::Short { why, available: Box::new(left.clone()) };
            order.hold(&wanted).map_err(short)
        };
        if self.kind == CaseKind::Compensation {
            let amount = ask.amount.ok_or(Unable::NoAmount)?;
            let hold = held(0, amount)?;
            return Ok((self.figures(amount, 0, Vec::new(), &hold), hold));
        }
        // No hold is less than what its case was given already.
        let given = order.hold_of(ticket, case).map_or(0, Hold::given);
        let units = held(0, if self.kind.pays() { given } else { 0 })?;
        let items = worths(order, &units.spans);
        let goods = items.iter().map(|item| item.worth).sum();
        if !self.kind.pays() {
            return Ok((self.figures(goods, 0, items, &units), units));
        }
        let shipping = if self.gives_shipping { shipping(order, &units) } else { 0 };
        let asked = self.figures(goods, shipping, items, &units);
        // A compensation is not paid twice: what it gave is part of what the order gives.
        let most = if self.here { asked.net } else { compensated(order, (ticket, case)) };
        let already = (asked.net - left.amount).clamp(0, most);
        let asked = Figures { already, net: asked.net - already, ..asked };
        if asked.net == 0 && !self.here {
            return Err(Unable::Nothing);
        }
        let hold = held(shipping, asked.net)?;
        Ok((Figures { parts: hold.parts.clone(), ..asked }, hold))
    }

    fn figures(&self, goods: i64, shipping: i64, items: Vec<Item>, hold: &Hold) -> Figures {
        let (currency, fees) = (&self.on.order.facts.currency, &self.on.rules.fees);
        let charged = self.rule.payer == Payer::Customer && self.kind.is_return() && self.kind.pays();
        let (restocking, label) = match charged {
            true => (share(goods, fees.restocking_basis_points), fees.label.get(currency).copied().unwrap_or(0)),
            false => (0, 0),
        };
        let net = if self.kind.pays() { (goods + shipping - restocking - label).max(0) } else { 0 };
        let (currency, payer, parts) = (currency.clone(), self.rule.payer, hold.parts.clone());
        Figures { currency, goods, shipping, restocking, label, already: 0, net, payer, items, parts }
    }
}

/// What compensations of other cases hold or gave.
pub(crate) fn compensated(order: &Order, (ticket, case): (TicketId, u16)) -> i64 {
    let others = order.holds.iter().filter(|hold| !hold.is_of(ticket, case));
    others.filter(|hold| hold.spans.is_empty() && hold.shipping == 0).map(Hold::amount).sum()
}

/// What these units are worth after the order's discount.
fn worths(order: &Order, spans: &[Span]) -> Vec<Item> {
    let totals = apportioned(&order.facts);
    let item = |span: &Span| {
        let (line, total) = order.facts.lines.iter().zip(&totals).find(|(line, _)| line.id == span.line)?;
        Some(Item { worth: worth(*total, line, span.first, span.last), units: span.clone() })
    };
    spans.iter().filter_map(item).collect()
}

/// What was paid for sending and no other case holds, when with these units nothing of the order is kept.
fn shipping(order: &Order, units: &Hold) -> i64 {
    let others = || order.holds.iter().filter(|hold| !hold.is_of(units.ticket, units.case));
    let paid = others().filter(|hold| hold.amount() > 0).flat_map(|hold| &hold.spans);
    let given: Vec<&Span> = paid.chain(&units.spans).collect();
    let all = |line: &Line| count(given.iter().copied().filter(|span| span.line == line.id)) >= line.quantity;
    let held: i64 = others().map(|hold| hold.shipping).sum();
    if order.facts.lines.iter().all(all) { (order.facts.shipping - held).max(0) } else { 0 }
}

/// So many hundredths of a percent, rounded down.
fn share(amount: i64, basis_points: u16) -> i64 {
    let points = i64::from(basis_points);
    amount / 10_000 * points + amount % 10_000 * points / 10_000
}
