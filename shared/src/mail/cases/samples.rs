//! One of every mail about a case, as real shops would send them.
use std::collections::BTreeMap;

use super::{
    ApprovedCase, AskedBy, CaseMail, CaseNews, Decided, PayoutDeclined, SendBack, ToApprove, ToldCase, Undo, Way,
};
use crate::{
    access::Role,
    case::{
        CaseKind, CaseReason, Counted, Figures, Item, Payer, Terms,
        approval::Concern,
        risk::{Points, Risk, RiskPart},
    },
    id::{LineId, PaymentId},
    mail::{
        Mail,
        samples::{Home, NUMBER, at},
    },
    order::{Part, PaymentMethod, Span},
};

fn line(id: &str) -> LineId {
    LineId::parse(id).unwrap()
}

fn payment(id: &str) -> PaymentId {
    PaymentId::parse(id).unwrap()
}

/// Three units of two lines, paid by card and from a gift card.
pub(crate) fn told(kind: CaseKind, titles: [&str; 2]) -> ToldCase {
    let item = |id: &str, first, last, worth| Item { units: Span { line: line(id), first, last }, worth };
    let part = |id: &str, amount| Part { payment: payment(id), amount, settled: 0 };
    let figures = Figures {
        currency: "CNY".to_owned(),
        goods: 45_800,
        shipping: 1_200,
        restocking: 2_290,
        label: 1_500,
        already: 0,
        net: if kind.pays() { 43_210 } else { 0 },
        payer: Payer::Customer,
        items: vec![item("line-1", 1, 1, 19_900), item("line-1", 3, 3, 19_900), item("line-2", 1, 1, 6_000)],
        parts: if kind.pays() { vec![part("pi_3QhZ", 33_210), part("gc_118", 10_000)] } else { Vec::new() },
    };
    let terms = Terms {
        kind,
        reason: CaseReason::ChangeOfMind,
        figures,
        stake: if kind.pays() { 43_210 } else { 45_800 },
        days: 7,
        in_window: false,
        has_evidence: true,
        photos: Vec::new(),
        marks: Vec::new(),
        overridden: Some(4),
    };
    let [first, second] = titles.map(str::to_owned);
    ToldCase {
        order: "SO-20260528-118".to_owned(),
        terms,
        titles: BTreeMap::from([(line("line-1"), first), (line("line-2"), second)]),
        methods: BTreeMap::from([
            (payment("pi_3QhZ"), PaymentMethod::Card),
            (payment("gc_118"), PaymentMethod::GiftCard),
        ]),
    }
}

pub(in crate::mail) fn mails(home: Home) -> Vec<(&'static str, Mail)> {
    to_customer(home).into_iter().chain(to_staff(home)).collect()
}

fn to_customer(home: Home) -> Vec<(&'static str, Mail)> {
    let mail = |kind, news| {
        Mail::Case(CaseMail {
            number: NUMBER.to_owned(),
            subject: home.subject.to_owned(),
            told: told(kind, home.titles),
            news,
            time_zone: home.time_zone(),
            link: Some("https://care.shop.example/t/7K3M-9QXA?k=2&s=abc".to_owned()),
        })
    };
    let send_by = Some(at("2026-06-17T03:00:00Z"));
    let approved = |agreed, returns| CaseNews::Approved(ApprovedCase { agreed, returns, send_by });
    let lines = vec![Counted { line: line("line-1"), quantity: 2 }, Counted { line: line("line-2"), quantity: 1 }];
    vec![
        ("case-requested", mail(CaseKind::ReturnRefund, CaseNews::Requested)),
        ("case-offered", mail(CaseKind::RefundOnly, CaseNews::Offered)),
        ("case-changed", mail(CaseKind::ReturnRefund, CaseNews::Changed { was: Some((CaseKind::RefundOnly, 47_000)) })),
        ("case-approved", mail(CaseKind::RefundOnly, approved(true, false))),
        ("case-approved-return", mail(CaseKind::ReturnRefund, approved(true, true))),
        ("case-approved-goods", mail(CaseKind::Resend, approved(true, false))),
        ("case-approved-asks", mail(CaseKind::Exchange, approved(false, true))),
        ("case-rejected", mail(CaseKind::ReturnRefund, CaseNews::Rejected { goods_back: false })),
        ("case-rejected-goods", mail(CaseKind::ReturnRefund, CaseNews::Rejected { goods_back: true })),
        ("case-cancelled", mail(CaseKind::RefundOnly, CaseNews::Cancelled { goods_back: false, paid: Vec::new() })),
        ("case-cancelled-goods", mail(CaseKind::Exchange, CaseNews::Cancelled { goods_back: true, paid: Vec::new() })),
        ("case-partly-paid", {
            let paid = vec![(payment("gc_118"), 10_000)];
            mail(CaseKind::RefundOnly, CaseNews::Cancelled { goods_back: false, paid })
        }),
        ("case-sent-back", mail(CaseKind::Exchange, CaseNews::SentBack { tracking: Some("SF1390042771".to_owned()) })),
        ("case-expired", mail(CaseKind::ReturnRefund, CaseNews::Expired { agreed: true })),
        ("case-lapsed", mail(CaseKind::Compensation, CaseNews::Expired { agreed: false })),
        ("case-settled", mail(CaseKind::ReturnRefund, CaseNews::Settled { tracking: None, goods_back: true })),
        (
            "case-shipped",
            mail(
                CaseKind::Exchange,
                CaseNews::Settled { tracking: Some("SF1390042771".to_owned()), goods_back: false },
            ),
        ),
        ("case-return-reminder", mail(CaseKind::ReturnRefund, CaseNews::ReturnReminder { send_by, days_left: 7 })),
        (
            "case-goods-received",
            mail(CaseKind::ReturnRefund, CaseNews::GoodsReceived { lines: lines.clone(), late: false }),
        ),
        ("case-goods-late", mail(CaseKind::ReturnRefund, CaseNews::GoodsReceived { lines, late: true })),
        (
            "case-agreement-reminder",
            mail(CaseKind::Compensation, CaseNews::AgreementReminder { agree_by: send_by, days_left: 7 }),
        ),
    ]
}

pub(in crate::mail) fn approve(home: Home, way: Way) -> ToApprove {
    let part = |part, points| Points { part, points };
    ToApprove {
        number: NUMBER.to_owned(),
        case: 1,
        told: told(CaseKind::ReturnRefund, home.titles),
        escalated: false,
        of_order: Some(61_210),
        agreed: true,
        risk: Some(Risk { score: 45, parts: vec![part(RiskPart::ReturnRate, 40), part(RiskPart::NewAccount, 5)] }),
        why: vec![Concern::OutOfWindow, Concern::NoEvidence, Concern::OrderAmount, Concern::Risk],
        asked_by: AskedBy::Staff(Some(Role::Agent)),
        came: vec![(Counted { line: line("line-1"), quantity: 2 }, Some(0))],
        needed: vec![Role::Lead],
        next: Some(at("2026-06-04T03:00:00Z")),
        way,
        time_zone: home.time_zone(),
    }
}

fn to_staff(home: Home) -> Vec<(&'static str, Mail)> {
    let (number, told) = (NUMBER.to_owned(), told(CaseKind::ReturnRefund, home.titles));
    let url = "https://care.shop.example/a/shop/AQAAAAEBkAAA".to_owned();
    let link = Way::Link { url: url.clone(), until: at("2026-06-04T03:00:00Z") };
    let undo = Some(Undo { url, until: at("2026-06-03T03:10:00Z") });
    let decided = Decided {
        number: number.clone(),
        case: 1,
        told: told.clone(),
        approved: true,
        undo,
        time_zone: home.time_zone(),
    };
    let both = vec![Role::Manager, Role::Finance];
    let lines = vec![Counted { line: line("line-1"), quantity: 2 }];
    let back = SendBack { number: number.clone(), case: 1, told: told.clone(), lines };
    vec![
        ("send-back", Mail::SendBack(back)),
        ("approve", Mail::Approve(approve(home, link))),
        ("approve-desk", Mail::Approve(ToApprove { needed: both, agreed: false, ..approve(home, Way::Desk) })),
        ("approve-hands", Mail::Approve(approve(home, Way::Others))),
        ("escalated", Mail::Approve(ToApprove { escalated: true, ..approve(home, Way::Desk) })),
        ("decided-approved", Mail::Decided(decided.clone())),
        ("decided-rejected", Mail::Decided(Decided { approved: false, undo: None, ..decided })),
        ("payout-declined", {
            let (payment, code) = (payment("pi_3QhZ"), Some("expired_or_canceled_card".to_owned()));
            let (number, told) = (number.clone(), told.clone());
            Mail::PayoutDeclined(PayoutDeclined {
                number,
                case: 1,
                told,
                payment,
                amount: 33_210,
                code,
                overdue: false,
            })
        }),
        ("payout-overdue", {
            let payment = payment("pi_3QhZ");
            Mail::PayoutDeclined(PayoutDeclined {
                number,
                case: 1,
                told,
                payment,
                amount: 33_210,
                code: None,
                overdue: true,
            })
        }),
    ]
}
