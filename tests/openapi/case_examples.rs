//! What answers about orders and cases look like: an order that was read, and what the rules make of it.

use aftercare::access::Role;
use aftercare::aws::requests::{terms, unable};
use aftercare::case::ask::Ask;
use aftercare::case::options::options;
use aftercare::case::policy::policy;
use aftercare::case::quote::{Circumstances, Quote, quote};
use aftercare::case::{Approval, Case, CaseKind, CaseReason, CaseStatus, Payout, PayoutStatus, Via, risk};
use aftercare::event::Actor;
use aftercare::id::{LineId, Number, OrderId, PaymentId, StaffId, StorefrontId, TicketId, UploadId};
use aftercare::order::{Facts, Order, OrderView};
use aftercare::payment::{Access, access, viewed};
use aftercare::problem::Problem;
use aftercare::settings::{CaseRules, Settings};
use aftercare::upload::ImageKind;
use aftercare::view::{CaseList, CasePage, CaseView, PhotoView, PreviewView, Reader, UploadForm};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::examples::ID;
use super::{cases, orders};

pub(super) fn order() -> Order {
    let facts = Facts::read(&orders::headset()).expect("an order");
    let (id, storefront) = (OrderId::parse("20261112-8841"), StorefrontId::parse("shop"));
    Order { id: id.expect("an id"), storefront: storefront.expect("an id"), facts, holds: Vec::new() }
}

fn now() -> Timestamp {
    "2026-11-20T02:00:00Z".parse().expect("an instant")
}

fn rules() -> CaseRules {
    Settings::shipped().cases
}

fn ask() -> Ask {
    Ask {
        kind: CaseKind::RefundOnly,
        reason: CaseReason::Defective,
        lines: vec![(LineId::parse("1").expect("an id"), 1)],
        amount: None,
        photos: Vec::new(),
        overridden: false,
    }
}

fn on<'a>(order: &'a Order, rules: &'a CaseRules, zone: &'a TimeZone) -> Circumstances<'a> {
    Circumstances { order, rules, zone, now: now() }
}

fn quoted() -> Quote {
    let ticket = TicketId::parse(ID).expect("an id");
    quote(&ask(), on(&order(), &rules(), &TimeZone::UTC), ticket, 1).expect("a case")
}

/// A case that an agent approved, and that is being paid.
fn case() -> Case {
    let order = order();
    let agent = || StaffId::parse("agent-1").expect("an id");
    let payment = || PaymentId::parse("pay_7").expect("an id");
    let terms = terms(&ask(), quoted(), None);
    let amount = terms.figures.net;
    Case {
        number: 1,
        ticket: TicketId::parse(ID).expect("an id"),
        storefront: order.storefront,
        customer: order.facts.customer,
        order: order.id,
        settings: 1,
        status: CaseStatus::Settling,
        requester: Actor::Customer,
        requested: now(),
        revision: 1,
        terms,
        agreed: true,
        hands: Vec::new(),
        given: None,
        risk: Some(risk::Risk { score: 5, parts: vec![risk::Points { part: risk::RiskPart::NewAccount, points: 5 }] }),
        why: vec![aftercare::case::approval::Concern::OrderAmount],
        needed: vec![Role::Agent],
        escalated: None,
        approvals: vec![Approval { by: agent(), slot: Role::Agent, via: Via::Desk, at: now() }],
        rejected_by: None,
        automatic: false,
        next: None,
        undo: None,
        since: now(),
        reminded: None,
        goods_here: false,
        received: Vec::new(),
        verdict: None,
        accepted: Vec::new(),
        restocked: Vec::new(),
        return_tracking: None,
        tracking: None,
        payouts: vec![Payout {
            number: 1,
            payment: payment(),
            amount,
            status: PayoutStatus::Pending,
            made: now(),
            asked: 1,
            check: None,
            lease: None,
            reference: Some("rf_81".into()),
            code: None,
            overdue: false,
        }],
        earlier: Vec::new(),
    }
}

fn view() -> CaseView {
    let case = case();
    CaseView::of(&case, &Number::of(case.ticket), Reader::Shop)
}

/// More of a line is asked for than there is of it.
pub(super) fn short() -> Problem {
    let ask = Ask { lines: vec![(LineId::parse("1").expect("an id"), 2)], ..ask() };
    let ticket = TicketId::parse(ID).expect("an id");
    unable(quote(&ask, on(&order(), &rules(), &TimeZone::UTC), ticket, 1).expect_err("there is one of it"))
}

fn upload_form() -> UploadForm {
    let fields = [
        ("key", "shop/order/20261112-8841/ubm90IGEgc2VjcmV0IQ"),
        ("Content-Type", "application/octet-stream"),
        ("success_action_status", "201"),
        ("policy", "eyJleHBpcmF0aW9uIjoiMjAyNi0xMS0yMFQwMjoxNTowMFoifQ=="),
        ("x-amz-signature", "6c8f"),
    ];
    UploadForm {
        id: UploadId::of(*b"not a secret!!!!").expect("an id"),
        url: "https://uploads.s3.eu-central-1.amazonaws.com/".into(),
        fields: fields.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
        expires_at: "2026-11-20T02:15:00.000Z".into(),
    }
}

fn photo() -> PhotoView {
    PhotoView {
        id: UploadId::of(*b"not a secret!!!!").expect("an id"),
        kind: ImageKind::Jpeg,
        size: 1_843_200,
        name: "photo-1.jpg".into(),
        url: "https://uploads.s3.eu-central-1.amazonaws.com/shop/order/20261112-8841/ubm90IGEgc2VjcmV0IQ".into(),
        expires_at: "2026-11-20T02:05:00.000Z".into(),
    }
}

/// By schema.
pub(super) fn answers() -> Vec<(&'static str, Value)> {
    let (order, rules) = (order(), rules());
    let given = cases::examples("PaymentProviderAccess").expect("examples").remove(0).1;
    let access = Access::new(access(&given, false).expect("a provider"), now());
    vec![
        ("OrderView", json!(OrderView::of(&order))),
        ("CaseOptions", json!(options(on(&order, &rules, &TimeZone::UTC), &[]))),
        ("CasePolicy", json!(policy(&rules, Some("DE")))),
        ("CasePreview", json!(PreviewView::of(&ask(), &quoted()))),
        ("UploadForm", json!(upload_form())),
        ("CasePhoto", json!(photo())),
        ("Case", json!(view())),
        ("CaseList", json!(CaseList { cases: vec![view()] })),
        ("CasePage", json!(CasePage { cases: vec![view()], next: Some("0e131911".into()) })),
        ("PaymentProvider", json!(viewed(&access))),
        ("Heard", json!({})),
    ]
}
