//! Cases as the API answers with them. Customers see what they are given; the shop sees who decides about it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::{Reader, instant};
use crate::access::Role;
use crate::case::approval::Concern;
use crate::case::quote::{Ask, Quote};
use crate::case::risk::Risk;
use crate::case::{
    Case, CaseKind, CaseReason, CaseStatus, Counted, Figures, LONGEST_TRACKING, Payout, PayoutStatus, Verdict, Via,
};
use crate::id::{Number, OrderId, PaymentId, PayoutId, StaffId, TicketId, UploadId};
use crate::upload::ImageKind;

/// What a request would come to.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CasePreview))]
pub struct PreviewView {
    pub kind: CaseKind,
    pub reason: CaseReason,
    pub figures: Figures,
    /// From approval to the money or the goods.
    pub days: u16,
}

impl PreviewView {
    pub fn of(ask: &Ask, quote: &Quote) -> Self {
        Self { kind: ask.kind, reason: ask.reason, figures: quote.figures.clone(), days: quote.days }
    }
}

/// The cases of a ticket, oldest first.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseList {
    pub cases: Vec<CaseView>,
}

/// One page of cases.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CasePage {
    pub cases: Vec<CaseView>,
    /// The `cursor` of the page after this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A case.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Case))]
pub struct CaseView {
    pub ticket: TicketId,
    /// The ticket's number, which a person reads over the phone.
    pub ticket_number: Number,
    /// 1, 2, 3 … on its ticket.
    pub number: u16,
    pub order: OrderId,
    pub kind: CaseKind,
    pub reason: CaseReason,
    pub status: CaseStatus,
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub requested_at: String,
    pub figures: Figures,
    pub days: u16,
    /// Staff changed it, and the customer has not said whether they agree.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub consent_asked: bool,
    /// Ids of the photos that came with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<UploadId>,
    /// How the customer's goods came back, and how new or mended ones went to them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_tracking: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracking: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub received: Vec<Counted>,
    /// It came to nothing, and its goods are here: they are still to be sent back.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub goods_to_send_back: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub payouts: Vec<PayoutView>,
    /// For the shop only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inside: Option<CaseInside>,
}

/// A try to give money back.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Payout))]
pub struct PayoutView {
    pub payment: PaymentId,
    pub amount: i64,
    pub status: PayoutStatus,
    /// For the shop only: what the provider knows it by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<PayoutId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// For the shop only: the provider's word for why it declined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// What the shop sees of a case and its customer does not.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseInside {
    pub revision: u16,
    /// What an approval is bound to: send it with the decision.
    pub hash: String,
    /// What decides who has to approve, in minor units.
    pub stake: i64,
    pub in_window: bool,
    pub has_evidence: bool,
    /// The note that says why a rule is let pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overridden: Option<u32>,
    pub automatic: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<Risk>,
    /// Why the rules alone did not approve it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub why_not_automatic: Vec<Concern>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needed: Vec<Role>,
    /// Of these, who has not decided.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Role>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<ApprovalView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejected_by: Option<StaffId>,
    /// Staff who asked for it or changed it: they do not decide.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hands: Vec<StaffId>,
    /// When something happens by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub next_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Of what was received, what passed the inspection; a line that is not here did not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<Counted>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub restocked: Vec<Counted>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Approval))]
pub struct ApprovalView {
    pub by: StaffId,
    pub role: Role,
    pub via: Via,
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub at: String,
}

impl CaseView {
    pub fn of(case: &Case, ticket_number: &Number, reader: Reader) -> Self {
        let inside = reader.is_inside();
        Self {
            ticket: case.ticket,
            ticket_number: ticket_number.clone(),
            number: case.number,
            order: case.order.clone(),
            kind: case.terms.kind,
            reason: case.terms.reason,
            status: shown(case, reader),
            requested_at: instant(case.requested),
            figures: case.terms.figures.clone(),
            days: case.terms.days,
            consent_asked: !case.agreed && shown(case, reader).is_open(),
            photos: case.terms.photos.clone(),
            return_tracking: case.return_tracking.clone(),
            tracking: case.tracking.clone(),
            received: case.received.clone(),
            goods_to_send_back: case.owes_goods(),
            payouts: case.payouts.iter().map(|payout| PayoutView::of(case, payout, inside)).collect(),
            inside: inside.then(|| CaseInside::of(case)),
        }
    }
}

/// A customer is not told of what can still be taken back, nor of what the shop sorts out by itself.
pub(crate) fn shown(case: &Case, reader: Reader) -> CaseStatus {
    if reader.is_inside() {
        return case.status;
    }
    let waits = case.waits_until().is_some();
    let decided = matches!(case.status, CaseStatus::Approved | CaseStatus::Rejected);
    if waits && decided {
        CaseStatus::Pending
    } else if matches!(case.status, CaseStatus::PayoutUnknown | CaseStatus::PayoutFailed) {
        CaseStatus::Settling
    } else {
        case.status
    }
}

impl PayoutView {
    fn of(case: &Case, payout: &Payout, inside: bool) -> Self {
        Self {
            payment: payout.payment.clone(),
            amount: payout.amount,
            status: payout.status,
            id: case.payout_id(payout.number).filter(|_| inside),
            reference: payout.reference.clone(),
            code: payout.code.clone().filter(|_| inside),
        }
    }
}

impl CaseInside {
    fn of(case: &Case) -> Self {
        let at = |at: Timestamp| instant(at);
        Self {
            revision: case.revision,
            hash: case.hash(),
            stake: case.terms.stake,
            in_window: case.terms.in_window,
            has_evidence: case.terms.has_evidence,
            overridden: case.terms.overridden,
            automatic: case.automatic,
            risk: case.risk.clone(),
            why_not_automatic: case.why.clone(),
            needed: case.needed.clone(),
            missing: case.missing(),
            approvals: case
                .approvals
                .iter()
                .map(|approval| ApprovalView {
                    by: approval.by.clone(),
                    role: approval.slot,
                    via: approval.via,
                    at: at(approval.at),
                })
                .collect(),
            rejected_by: case.rejected_by.clone(),
            hands: case.hands.clone(),
            next_at: case.next.map(at),
            verdict: case.verdict,
            accepted: case.accepted.clone(),
            restocked: case.restocked.clone(),
        }
    }
}

/// A number in an address, in its one spelling: `+3` and `03` are none.
pub fn exact(text: &str) -> Option<u16> {
    text.parse::<u16>().ok().filter(|number| number.to_string() == text && *number > 0)
}

/// A form that takes one photo, for its sender to send as `multipart/form-data`: the fields as they are, then `file`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UploadForm {
    /// What a case calls the photo by, once it was sent.
    pub id: UploadId,
    pub url: String,
    pub fields: BTreeMap<String, String>,
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub expires_at: String,
}

/// Where staff save a photo from. A browser does not show what it gets from there.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CasePhoto))]
pub struct PhotoView {
    pub id: UploadId,
    pub kind: ImageKind,
    /// Bytes.
    pub size: u64,
    pub name: String,
    pub url: String,
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub expires_at: String,
}

pub const TRACKING_RULE: &str = "a tracking number of 4 to 40 of A-Z, a-z, 0-9 and -";

/// A tracking number.
pub fn tracking(text: &str) -> Option<String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let whole = (4..=LONGEST_TRACKING).contains(&text.len());
    (whole && text.bytes().all(fits)).then(|| text.to_owned())
}
