//! What each event changes of a case.

use jiff::{SignedDuration, Timestamp};

use super::{Approval, Case, CaseStatus, Earlier, Happened, MOST_EARLIER, PaidHow, Payout, PayoutStatus, Terms};
use crate::event::Actor;
use crate::id::{CustomerRef, StorefrontId, TicketId};
use crate::settings::CaseRules;

impl Case {
    /// The case that an event makes; nothing where it makes none.
    pub fn made_by(
        event: &Happened,
        (storefront, ticket, number): (&StorefrontId, TicketId, u16),
        customer: &CustomerRef,
        by: &Actor,
        at: Timestamp,
    ) -> Option<Self> {
        let Happened::Requested { order, settings, terms, given, consent, hands } = event else { return None };
        let mut hands = hands.clone();
        if let Actor::Staff(id) = by
            && !hands.contains(id)
        {
            hands.push(id.clone());
        }
        Some(Self {
            number,
            ticket,
            storefront: storefront.clone(),
            customer: customer.clone(),
            order: order.clone(),
            settings: *settings,
            status: CaseStatus::Requested,
            requester: by.clone(),
            requested: at,
            revision: 1,
            terms: terms.clone(),
            agreed: !consent,
            hands,
            given: *given,
            risk: None,
            why: Vec::new(),
            needed: Vec::new(),
            escalated: None,
            approvals: Vec::new(),
            rejected_by: None,
            automatic: false,
            next: None,
            undo: None,
            since: at,
            reminded: None,
            goods_here: false,
            received: Vec::new(),
            verdict: None,
            accepted: Vec::new(),
            restocked: Vec::new(),
            return_tracking: None,
            tracking: None,
            payouts: Vec::new(),
            earlier: Vec::new(),
        })
    }

    /// The case after more events of one entry. When it looks at itself next follows from the rules.
    pub fn after(&self, events: &[Happened], by: &Actor, at: Timestamp, rules: &CaseRules) -> Self {
        let mut case = self.clone();
        for event in events {
            case.apply(event, by, at);
        }
        case.next = case.due(at, rules);
        case
    }

    pub(super) fn apply(&mut self, event: &Happened, by: &Actor, at: Timestamp) {
        let staff = if let Actor::Staff(id) = by { Some(id.clone()) } else { None };
        match event {
            Happened::Requested { .. } => {}
            Happened::Edited { terms, consent, given } => {
                self.change(terms);
                // Who has not agreed to what was asked for has not agreed to what it was changed to either.
                (self.agreed, self.given) = (self.agreed && !consent, given.or(self.given));
                self.hands.extend(staff.filter(|id| !self.hands.contains(id)));
            }
            Happened::Consented { accepted } => self.agreed = *accepted,
            Happened::Assessed { risk, needed, why } => {
                (self.risk, self.needed, self.why) = (Some(risk.clone()), needed.clone(), why.clone());
                self.automatic = needed.is_empty();
            }
            Happened::Approved { slot, via, .. } => {
                self.approvals.extend(staff.map(|by| Approval { by, slot: *slot, via: *via, at }));
            }
            Happened::Rejected { .. } => self.rejected_by = staff,
            Happened::TakenBack => self.undecided(),
            Happened::Escalated { to } => (self.escalated, self.since) = (Some(*to), at),
            Happened::Moved { to, until } => {
                (self.status, self.since, self.undo) = (*to, at, *until);
                if matches!(to, CaseStatus::Approved | CaseStatus::AwaitingReturn) {
                    self.reminded = None;
                }
            }
            Happened::Reminded { day } => self.reminded = Some(*day),
            Happened::Sent { tracking } => self.return_tracking.clone_from(tracking),
            Happened::Received { lines } => (self.received, self.goods_here) = (lines.clone(), true),
            Happened::Inspected { verdict, accepted, restocked, terms } => {
                if self.terms != *terms || *verdict != super::Verdict::Pass {
                    self.change(terms);
                }
                (self.verdict, self.accepted, self.restocked) = (Some(*verdict), accepted.clone(), restocked.clone());
            }
            Happened::Diagnosed { .. } | Happened::ToSendBack => {}
            Happened::Shipped { tracking } => {
                self.tracking.clone_from(tracking);
                self.goods_here &= !self.has_ended() && self.status != CaseStatus::Settled;
            }
            Happened::PayoutDue { payout, payment, amount } => match self.payout_mut(*payout) {
                Some(known) if known.waits_for_provider() => known.check = Some(Payout::later(known.made, at)),
                Some(known) => known.check = Some(Payout::again(known.made, at)),
                None => self.payouts.push(Payout {
                    number: *payout,
                    payment: payment.clone(),
                    amount: *amount,
                    status: PayoutStatus::Due,
                    made: at,
                    asked: 0,
                    check: Some(Payout::again(at, at)),
                    lease: None,
                    reference: None,
                    code: None,
                    overdue: false,
                }),
            },
            Happened::PayoutSent { payout, check } => {
                if let Some(payout) = self.payout_mut(*payout) {
                    if matches!(payout.status, PayoutStatus::Due) {
                        payout.status = PayoutStatus::Sending;
                    }
                    (payout.asked, payout.check) = (payout.asked.saturating_add(1), Some(*check));
                    (payout.lease, payout.code) = (Some(*check), None);
                }
            }
            Happened::PayoutTold { payout, how, reference, code, check } => {
                if let Some(payout) = self.payout_mut(*payout) {
                    payout.status = match how {
                        PaidHow::Settled => PayoutStatus::Settled,
                        PaidHow::Pending => PayoutStatus::Pending,
                        PaidHow::Declined => PayoutStatus::Declined,
                        PaidHow::Unknown => PayoutStatus::Unknown,
                        PaidHow::NotSent => PayoutStatus::Due,
                    };
                    (payout.check, payout.lease) = (*check, None);
                    payout.reference = reference.clone().or(payout.reference.take());
                    payout.code.clone_from(code);
                }
            }
            Happened::PayoutOverdue { payout } => {
                if let Some(payout) = self.payout_mut(*payout) {
                    payout.overdue = true;
                }
            }
        }
    }

    /// Other terms: what was approved is not these.
    fn change(&mut self, terms: &Terms) {
        let earlier = Earlier { hash: self.hash(), kind: self.terms.kind, net: self.terms.figures.net };
        self.earlier.push(earlier);
        if self.earlier.len() > MOST_EARLIER {
            self.earlier.remove(0);
        }
        self.terms = terms.clone();
        self.revision = self.revision.saturating_add(1);
        self.automatic = false;
        self.undecided();
    }

    fn undecided(&mut self) {
        self.approvals = Vec::new();
        (self.rejected_by, self.escalated) = (None, None);
    }

    fn payout_mut(&mut self, number: u16) -> Option<&mut Payout> {
        self.payouts.iter_mut().find(|payout| payout.number == number)
    }

    /// The latest try of each payment whose money was not paid back and is not about to be.
    pub(super) fn unpaid(&self) -> impl Iterator<Item = &Payout> {
        let paid = |payout: &Payout| {
            let mut of_it = self.tries(&payout.payment);
            of_it.any(|other| !other.is_over() || other.status == PayoutStatus::Settled)
        };
        let latest = |payout: &Payout| self.tries(&payout.payment).all(|other| other.number <= payout.number);
        self.payouts.iter().filter(move |payout| latest(payout) && !paid(payout))
    }

    /// Where its payouts leave it.
    pub(super) fn paid_status(&self) -> CaseStatus {
        let live = || self.payouts.iter().filter(|payout| !payout.is_over());
        if live().any(|payout| payout.status == PayoutStatus::Unknown) {
            return CaseStatus::PayoutUnknown;
        }
        if live().next().is_some() {
            return CaseStatus::Settling;
        }
        let settled = |part: &crate::order::Part| self.paid(&part.payment) > 0;
        let parts = &self.terms.figures.parts;
        if parts.iter().all(settled) {
            return CaseStatus::Settled;
        }
        if parts.iter().any(settled) { CaseStatus::PartiallySettled } else { CaseStatus::PayoutFailed }
    }

    /// When something happens by itself.
    fn due(&self, _now: Timestamp, rules: &CaseRules) -> Option<Timestamp> {
        let later = |hours: i64| self.since.checked_add(SignedDuration::from_hours(hours)).ok();
        match self.status {
            CaseStatus::Pending => later(i64::from(rules.terms.escalate_after_hours)),
            CaseStatus::Rejected => self.undo,
            CaseStatus::Approved if !self.awaits_agreement() => self.undo,
            CaseStatus::Approved | CaseStatus::AwaitingReturn => {
                let reminders = rules.terms.remind_on_days.iter().copied();
                let next = reminders.filter(|day| self.reminded.is_none_or(|before| before < *day)).min();
                let reminder = next.and_then(|day| later(24 * i64::from(day)));
                reminder.into_iter().chain(self.expires(rules)).min()
            }
            CaseStatus::Settling | CaseStatus::PayoutUnknown => {
                let live = self.payouts.iter().filter(|payout| !payout.is_over());
                live.filter_map(|payout| payout.check).min()
            }
            CaseStatus::Requested
            | CaseStatus::InTransit
            | CaseStatus::Received
            | CaseStatus::Inspected
            | CaseStatus::Diagnosed
            | CaseStatus::Repaired
            | CaseStatus::Unrepairable
            | CaseStatus::PayoutFailed
            | CaseStatus::PartiallySettled
            | CaseStatus::Settled
            | CaseStatus::Cancelled
            | CaseStatus::Expired => None,
        }
    }
}
