//! A case from the request on: who does what to it, and what that leaves of it and of its order.

use jiff::{SignedDuration, Timestamp};

use super::at;
use crate::access::Role;
use crate::case::quote::{Ask, Circumstances, quote};
use crate::case::risk::Risk;
use crate::case::{
    Case, CaseKind, CaseReason, CaseStatus, Command, Happened, PaidHow, Rejection, Terms, Via, decide, requested,
};
use crate::event::Actor;
use crate::id::{CustomerRef, StaffId, StorefrontId};
use crate::order::Order;
use crate::settings::CaseRules;

/// A case, its order, and the time.
#[derive(Clone, Debug)]
pub(in crate::case) struct Story {
    pub(in crate::case) case: Case,
    pub(in crate::case) order: Order,
    pub(in crate::case) now: Timestamp,
    pub(in crate::case) rules: CaseRules,
}

pub(in crate::case) fn staff(name: &str) -> Actor {
    Actor::Staff(StaffId::parse(name).unwrap())
}

/// What an ask comes to.
pub(in crate::case) fn terms_of(
    ask: &Ask,
    order: &Order,
    case: u16,
    rules: &CaseRules,
    now: Timestamp,
) -> Option<Terms> {
    let zone = jiff::tz::TimeZone::UTC;
    let on = Circumstances { order, rules, zone: &zone, now };
    let quote = quote(ask, on, super::ticket(), case).ok()?;
    Some(Terms {
        kind: ask.kind,
        reason: ask.reason,
        figures: quote.figures,
        stake: quote.stake,
        days: quote.days,
        in_window: quote.in_window,
        has_evidence: quote.has_evidence,
        photos: ask.photos.clone(),
        marks: Vec::new(),
        overridden: None,
    })
}

impl Story {
    /// The first case of its ticket, asked for on 2 June.
    pub(in crate::case) fn asked(by: &Actor, kind: CaseKind, order: Order) -> Self {
        Self::with_hands(by, kind, order, &[])
    }

    pub(in crate::case) fn with_hands(by: &Actor, kind: CaseKind, order: Order, hands: &[&str]) -> Self {
        let ask = match kind {
            CaseKind::Compensation => super::compensated(CaseReason::Late, 5_000),
            CaseKind::Resend => super::ask(kind, CaseReason::Damaged, &[("cups", 1)]),
            CaseKind::RefundOnly | CaseKind::ReturnRefund | CaseKind::Exchange | CaseKind::Repair => {
                super::ask(kind, CaseReason::Defective, &[("cups", 1)])
            }
        };
        let (rules, now) = (CaseRules::shipped(), at("2026-06-02T08:00:00+08:00"));
        let terms = terms_of(&Ask { overridden: true, ..ask }, &order, 1, &rules, now).unwrap();
        let consent = matches!(by, Actor::Staff(_));
        let hands = hands.iter().map(|name| StaffId::parse(name).unwrap()).collect();
        let events = requested(order.id.clone(), 1, terms, None, consent, hands);
        let shop = StorefrontId::parse("shop").unwrap();
        let customer = CustomerRef::parse("c-1").unwrap();
        let case = Case::made_by(&events[0], (&shop, super::ticket(), 1), &customer, by, now).unwrap();
        let order = case.on_order(&order, &events).unwrap();
        Self { case, order, now, rules }
    }

    /// What a command causes, taken up.
    pub(in crate::case) fn does(&mut self, by: &Actor, command: &Command) -> Result<Vec<Happened>, Rejection> {
        let events = decide(&self.case, command, by, self.now, &self.rules)?;
        if !events.is_empty() {
            self.case = self.case.after(&events, by, self.now, &self.rules);
            self.order = self.case.on_order(&self.order, &events).unwrap_or_else(|| self.order.clone());
        }
        Ok(events)
    }

    /// The same of something that must be possible.
    pub(in crate::case) fn then(&mut self, by: &Actor, command: &Command) -> Vec<Happened> {
        self.does(by, command).unwrap_or_else(|why| panic!("{command:?} of {:?}: {why:?}", self.case.status))
    }

    pub(in crate::case) fn assessed(&mut self, needed: &[Role]) -> &mut Self {
        let command = Command::Assess { risk: Risk::default(), needed: needed.to_vec(), why: Vec::new() };
        self.then(&Actor::System, &command);
        self
    }

    pub(in crate::case) fn approval(&self, roles: &[Role], via: Via) -> Command {
        Command::Approve { hash: self.case.hash(), roles: roles.to_vec(), via }
    }

    pub(in crate::case) fn told(&mut self, payout: u16, how: PaidHow, reference: Option<&str>) -> Vec<Happened> {
        let reference = reference.map(str::to_owned);
        self.then(&Actor::System, &Command::Told { payout, how, reference, code: None })
    }

    /// Money is due: nobody had to approve it.
    pub(in crate::case) fn paying(order: Order) -> Self {
        let mut story = Self::asked(&Actor::Customer, CaseKind::RefundOnly, order);
        story.assessed(&[]);
        assert_eq!(story.case.status, CaseStatus::Settling);
        story
    }

    pub(in crate::case) fn later(&mut self, minutes: i64) -> &mut Self {
        self.now += SignedDuration::from_mins(minutes);
        self
    }
}
