//! Cases: what a customer gets back, or gets instead. A case belongs to a ticket and to an order; what happens to it
//! stands in the ticket's history, and what it takes is held of its order from the moment it is asked for.

mod apply;
pub mod approval;
pub mod ask;
mod command;
mod decide;
mod event;
mod goods;
mod held;
pub mod options;
mod paid;
mod payout;
pub mod policy;
pub mod quote;
pub mod risk;
mod sentences;
mod status;
mod step;
pub mod table;
mod window;

#[cfg(test)]
mod examples;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod table_tests;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::category::{Category, Kind, Reason, Solution, words};
use crate::event::Actor;
use crate::id::{CustomerRef, OrderId, PaymentId, PayoutId, StaffId, StorefrontId, SubjectId, TicketId};
use crate::order::{Part, Span, is_nothing};
use crate::settings::CaseRules;
use crate::sla::{millis, millis_or_none};
use crate::text::fingerprint;

pub use command::{Amiss, Command, Rejection};
pub use decide::{decide, requested};
pub use event::{Counted, Given, Happened, PaidHow, Terms, Verdict, Via};
pub use payout::{
    CHARGED_BACK, LESS_CAPTURED, LESS_ORDERED, NO_PROVIDER, NOT_HELD, NOT_LISTED, PAID_BEFORE, Payout, PayoutStatus,
};
pub use status::{CaseAct, CaseStatus};
pub use step::{File, Refused, Request, Step};

/// The version of the stored shape of a case that this code writes.
pub const VERSION: u32 = 1;
/// Cases of one ticket.
pub const MOST_CASES: usize = 20;
/// Earlier versions that a case remembers, for links that were made for them.
const MOST_EARLIER: usize = 5;
/// Characters of the hash that an approval is bound to.
pub const LONGEST_HASH: usize = 64;
/// Characters of a tracking number.
pub const LONGEST_TRACKING: usize = 40;

words!(
    /// What a customer gets.
    CaseKind {
        RefundOnly = "refund_only", ReturnRefund = "return_refund", Exchange = "exchange", Repair = "repair",
        Resend = "resend", Compensation = "compensation",
    }
);
words!(
    /// Why they ask for it.
    CaseReason {
        ChangeOfMind = "change_of_mind", Defective = "defective", WrongItem = "wrong_item", Damaged = "damaged",
        /// Parts or units of what came are missing.
        Missing = "missing",
        NotReceived = "not_received",
        /// It came after the promised date.
        Late = "late",
    }
);
words!(
    /// Who bears the costs.
    Payer { Merchant = "merchant", Customer = "customer" }
);

impl CaseKind {
    /// The goods come back first.
    pub fn is_return(self) -> bool {
        match self {
            Self::ReturnRefund | Self::Exchange | Self::Repair => true,
            Self::RefundOnly | Self::Resend | Self::Compensation => false,
        }
    }

    /// Whether something of that sort is ever done to it.
    pub fn has(self, act: CaseAct) -> bool {
        match act {
            CaseAct::Send | CaseAct::Receive => self.is_return(),
            CaseAct::Inspect => matches!(self, Self::ReturnRefund | Self::Exchange),
            CaseAct::Diagnose | CaseAct::Repair => self == Self::Repair,
            CaseAct::Ship => !self.pays(),
            CaseAct::Pay | CaseAct::Told | CaseAct::Retry => self.pays(),
            CaseAct::Assess
            | CaseAct::Edit
            | CaseAct::Approve
            | CaseAct::Reject
            | CaseAct::TakeBack
            | CaseAct::Cancel
            | CaseAct::Consent
            | CaseAct::Scan => true,
        }
    }

    /// Money is paid back.
    pub fn pays(self) -> bool {
        match self {
            Self::RefundOnly | Self::ReturnRefund | Self::Compensation => true,
            Self::Exchange | Self::Repair | Self::Resend => false,
        }
    }
}

impl CaseKind {
    /// What its ticket is about.
    pub fn ticket_kind(self) -> Kind {
        match self {
            Self::RefundOnly => Kind::Refund,
            Self::ReturnRefund => Kind::Return,
            Self::Exchange => Kind::Exchange,
            Self::Repair => Kind::Repair,
            Self::Resend | Self::Compensation => Kind::Complaint,
        }
    }

    /// The same as a solution that is proposed.
    pub fn solution(self) -> Solution {
        match self {
            Self::RefundOnly => Solution::RefundOnly,
            Self::ReturnRefund => Solution::ReturnRefund,
            Self::Exchange => Solution::Exchange,
            Self::Repair => Solution::Repair,
            Self::Resend => Solution::Resend,
            Self::Compensation => Solution::Compensation,
        }
    }
}

impl CaseReason {
    /// The heading that its ticket comes under.
    pub fn category(self) -> (Category, Option<Reason>) {
        match self {
            Self::ChangeOfMind => (Category::Order, Some(Reason::Cancellation)),
            Self::Defective => (Category::Quality, Some(Reason::Defect)),
            Self::WrongItem => (Category::Quality, Some(Reason::NotAsDescribed)),
            Self::Damaged => (Category::Delivery, Some(Reason::Damaged)),
            Self::Missing => (Category::Delivery, None),
            Self::NotReceived | Self::Late => (Category::Delivery, Some(Reason::Slow)),
        }
    }
}

/// What a case comes to, in minor units of one currency: the same figures in the preview, in the table and in mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CaseFigures))]
pub struct Figures {
    pub currency: String,
    /// What its units are worth; for a compensation the amount that is given.
    pub goods: i64,
    /// What was paid for sending, given back.
    pub shipping: i64,
    /// Kept for taking the goods back into stock.
    pub restocking: i64,
    /// Kept for the label that the goods come back with.
    pub label: i64,
    /// What was given back before, by the order's compensations or by the bank, where all of it together would be more than
    /// was paid.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub already: i64,
    /// goods + shipping − restocking − label − already, never below 0: what is paid back. 0 where nothing is paid.
    pub net: i64,
    pub payer: Payer,
    /// The units, and what they are worth together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// Where the money goes back to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

/// Some units of one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CaseItem))]
pub struct Item {
    pub units: Span,
    pub worth: i64,
}

/// One approval, in the place of a role that is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    pub by: StaffId,
    pub slot: Role,
    pub via: Via,
    #[serde(with = "millis")]
    pub at: Timestamp,
}

/// A version that was changed since, for whoever holds a link to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    pub hash: String,
    pub kind: CaseKind,
    pub net: i64,
}

/// A case: the state of it. It holds no text that people typed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// 1, 2, 3 … on its ticket.
    pub number: u16,
    pub ticket: TicketId,
    pub storefront: StorefrontId,
    pub customer: CustomerRef,
    pub order: OrderId,
    /// The version of the settings whose rules hold.
    pub settings: u32,
    pub status: CaseStatus,
    pub requester: Actor,
    #[serde(with = "millis")]
    pub requested: Timestamp,
    /// 1, and one more with every edit.
    pub revision: u16,
    pub terms: Terms,
    /// What its customer agreed to, or asked for themselves.
    pub agreed: bool,
    /// Staff who asked for it or changed it: they do not approve it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hands: Vec<StaffId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<Given>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<risk::Risk>,
    /// Why the rules alone did not approve it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub why: Vec<approval::Concern>,
    /// Roles that have to approve it, each a different person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needed: Vec<Role>,
    /// The highest role that was asked, where nobody decided in time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalated: Option<Role>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Approval>,
    /// Who rejected it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected_by: Option<StaffId>,
    /// The rules approved it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub automatic: bool,
    /// When something happens by itself, if nothing else does.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
    pub next: Option<Timestamp>,
    /// Until when whoever decided by a link can take that back.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
    pub undo: Option<Timestamp>,
    /// Since when it has its status.
    #[serde(with = "millis")]
    pub since: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminded: Option<u16>,
    /// Its goods are in the shop's hands.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub goods_here: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub received: Vec<Counted>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// What passed the inspection.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<Counted>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restocked: Vec<Counted>,
    /// How the customer's goods came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_tracking: Option<String>,
    /// How new or mended goods went to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payouts: Vec<Payout>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Earlier>,
}

impl Case {
    /// What an approval of it is bound to: everything that would be given, and to whom.
    pub fn hash(&self) -> String {
        let terms = serde_json::to_vec(&self.terms).unwrap_or_default();
        let number = format!("{} {} {} {}", self.ticket, self.number, self.revision, self.order);
        let whole = fingerprint(&[number.as_bytes(), &terms]);
        whole.chars().take(32).collect()
    }

    /// The promises that are about it.
    pub fn subject(&self) -> Option<SubjectId> {
        SubjectId::parse(&format!("case-{}", self.number))
    }

    pub fn payout_id(&self, payout: u16) -> Option<PayoutId> {
        PayoutId::parse(&format!("{}.{}.{payout}", self.ticket, self.number))
    }

    pub fn payout(&self, number: u16) -> Option<&Payout> {
        self.payouts.iter().find(|payout| payout.number == number)
    }

    /// The tries to pay one payment's part, the latest last.
    pub fn tries(&self, payment: &PaymentId) -> impl Iterator<Item = &Payout> {
        self.payouts.iter().filter(move |payout| payout.payment == *payment)
    }

    /// What of one payment was given back, by all tries together.
    pub fn paid(&self, payment: &PaymentId) -> i64 {
        self.tries(payment).filter(|payout| payout.status == PayoutStatus::Settled).map(|payout| payout.amount).sum()
    }

    /// What was given back of each payment, where anything was.
    pub fn paid_back(&self) -> Vec<(PaymentId, i64)> {
        let parts = self.terms.figures.parts.iter().map(|part| (part.payment.clone(), self.paid(&part.payment)));
        parts.filter(|(_, paid)| *paid > 0).collect()
    }

    pub fn is_partly_paid(&self) -> bool {
        self.payouts.iter().any(|payout| payout.status == PayoutStatus::Settled)
    }

    /// It came to nothing, for good.
    pub(super) fn has_ended(&self) -> bool {
        let ended = matches!(self.status, CaseStatus::Rejected | CaseStatus::Cancelled | CaseStatus::Expired);
        ended && self.waits_until().is_none()
    }

    /// Somebody still has something to do with it, be it only to send its goods back.
    pub fn is_open(&self) -> bool {
        self.status.is_open() || self.owes_goods()
    }

    /// More than one try of a payment was paid: a person has to ask for money back.
    pub fn is_paid_twice(&self, payment: &PaymentId) -> bool {
        self.tries(payment).filter(|payout| payout.status == PayoutStatus::Settled).count() > 1
    }

    /// Until when whoever decided by a link can take it back.
    pub fn waits_until(&self) -> Option<Timestamp> {
        matches!(self.status, CaseStatus::Approved | CaseStatus::Rejected).then_some(self.undo).flatten()
    }

    /// It is approved, and goes on once its customer agrees to it.
    pub fn awaits_agreement(&self) -> bool {
        self.status == CaseStatus::Approved && !self.agreed && self.undo.is_none()
    }

    /// Whoever decided last.
    pub fn decided_by(&self) -> Option<&StaffId> {
        self.rejected_by.as_ref().or_else(|| self.approvals.last().map(|approval| &approval.by))
    }

    /// Roles that still have to approve it.
    pub fn missing(&self) -> Vec<Role> {
        let mut there: Vec<Role> = self.approvals.iter().map(|approval| approval.slot).collect();
        let missing = |slot: &&Role| match there.iter().position(|role| role == *slot) {
            Some(place) => {
                there.swap_remove(place);
                false
            }
            None => true,
        };
        self.needed.iter().filter(missing).copied().collect()
    }

    /// Whether this person had no hand in it and has not approved it: another's eyes are needed.
    pub fn is_open_to(&self, person: &StaffId) -> bool {
        !self.hands.contains(person) && self.approvals.iter().all(|approval| approval.by != *person)
    }

    /// A link decides up to the lead's limit only.
    pub fn link_decides(&self) -> bool {
        self.needed.iter().all(|role| matches!(role, Role::Agent | Role::Lead)) && self.needed.len() < 2
    }

    /// When what waits for its customer is over: a return that nobody sends, and what nobody agrees to.
    pub fn expires(&self, rules: &CaseRules) -> Option<Timestamp> {
        let days = i64::from(rules.terms.expires_after_days);
        let waits = self.status == CaseStatus::AwaitingReturn || self.awaits_agreement();
        waits.then(|| self.since.checked_add(SignedDuration::from_hours(24 * days)).ok()).flatten()
    }
}
