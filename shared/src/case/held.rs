//! What a case keeps of its order, and what becomes of that with what happens to the case.

use super::{Case, CaseKind, CaseStatus, Counted, Happened, PaidHow};
use crate::id::PaymentId;
use crate::order::{Hold, Order, Part, Span};

impl Case {
    /// What is held of its order for it.
    pub fn hold(&self) -> Hold {
        let figures = &self.terms.figures;
        let settled = |part: &Part| self.paid(&part.payment).min(part.amount);
        Hold {
            ticket: self.ticket,
            case: self.number,
            spans: figures.items.iter().map(|item| item.units.clone()).collect(),
            back: self.terms.kind.is_return(),
            sent: false,
            rest: Vec::new(),
            shipping: figures.shipping,
            parts: figures.parts.iter().map(|part| Part { settled: settled(part), ..part.clone() }).collect(),
        }
    }

    /// The order with what was given back of a payment by now, which may be less than before. Where the hold was let go
    /// it is counted all the same, if the payment has so much left.
    fn paid_on(&self, order: &Order, payment: &PaymentId) -> Order {
        let (paid, order, of) = (self.paid(payment), order.clone(), (self.ticket, self.number));
        match order.part_of(of.0, of.1, payment).map(|part| part.settled) {
            Some(settled) if settled > paid => order.unsettled(of.0, of.1, payment, settled - paid),
            Some(settled) => order.settled(of.0, of.1, payment, paid - settled),
            None => order.settled_unheld(of.0, of.1, payment, paid),
        }
    }

    /// The units that so many of each line are, as far as no other case has them.
    fn spans_of(&self, order: &Order, lines: &[Counted]) -> Vec<Span> {
        let units = |of: &Counted| order.lowest_free(self.ticket, self.number, &of.line, of.quantity);
        lines.iter().flat_map(units).collect()
    }

    /// What its events change of its order; nothing where that stays.
    pub fn on_order(&self, order: &Order, events: &[Happened]) -> Option<Order> {
        let mut after = None;
        for event in events {
            let order = after.as_ref().unwrap_or(order).clone();
            let changed = match event {
                Happened::Requested { .. } | Happened::Edited { .. } | Happened::Inspected { .. } => {
                    let rest: Vec<_> = self.left_over().into_iter().map(|left| (left.line, left.quantity)).collect();
                    let hold = order.with_rest(self.hold(), &rest);
                    Some(order.holding(hold))
                }
                // Nobody else asks for goods that are not with the customer.
                Happened::ToSendBack => None,
                Happened::Moved { to: CaseStatus::Rejected, until: None }
                | Happened::Moved { to: CaseStatus::Cancelled | CaseStatus::Expired, .. }
                    if self.owes_goods() =>
                {
                    let spans = self.spans_of(&order, &self.received);
                    Some(order.money_released(self.ticket, self.number, &spans))
                }
                Happened::Moved { to: CaseStatus::Rejected, until: None }
                | Happened::Moved { to: CaseStatus::Cancelled | CaseStatus::Expired, .. } => {
                    Some(order.released(self.ticket, self.number))
                }
                // Nobody else asks for what came after it was over.
                Happened::Received { lines } if self.has_ended() => {
                    let spans = self.spans_of(&order, lines);
                    Some(order.holding(Hold { spans, parts: Vec::new(), shipping: 0, ..self.hold() }))
                }
                Happened::Shipped { .. } if self.status == CaseStatus::Settled && !self.goods_here => {
                    Some(order.rest_released(self.ticket, self.number))
                }
                Happened::Shipped { .. } if self.has_ended() => Some(order.released(self.ticket, self.number)),
                Happened::Moved { to: CaseStatus::Settled, .. } => match self.terms.kind {
                    CaseKind::Exchange | CaseKind::Repair => Some(order.goods_released(self.ticket, self.number)),
                    CaseKind::Resend => Some(order.sent_again(self.ticket, self.number)),
                    CaseKind::RefundOnly | CaseKind::ReturnRefund | CaseKind::Compensation => None,
                },
                Happened::PayoutTold { payout, how: PaidHow::Settled | PaidHow::Declined, .. } => {
                    self.payout(*payout).map(|payout| self.paid_on(&order, &payout.payment))
                }
                Happened::Moved { .. }
                | Happened::PayoutTold { how: PaidHow::Pending | PaidHow::Unknown | PaidHow::NotSent, .. }
                | Happened::PayoutOverdue { .. }
                | Happened::Consented { .. }
                | Happened::Assessed { .. }
                | Happened::Approved { .. }
                | Happened::Rejected { .. }
                | Happened::TakenBack
                | Happened::Escalated { .. }
                | Happened::Reminded { .. }
                | Happened::Sent { .. }
                | Happened::Received { .. }
                | Happened::Diagnosed { .. }
                | Happened::Shipped { .. }
                | Happened::PayoutDue { .. }
                | Happened::PayoutSent { .. } => None,
            };
            after = changed.or(after);
        }
        after.filter(|after| after != order)
    }
}
