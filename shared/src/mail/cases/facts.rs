//! What a mail about a case is told. No text that people typed is in it, and for staff no name either.
use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    access::Role,
    case::{Case, CaseKind, Counted, Terms, approval::Concern, risk::Risk},
    category::words,
    event::Actor,
    id::{LineId, Number, PaymentId},
    order::{Order, PaymentMethod},
    settings::Loaded,
};

/// What a case comes to, as it is stored, and what its order calls the lines and payments in it.
#[derive(Clone, Debug, PartialEq)]
pub struct ToldCase {
    /// The order's id.
    pub order: String,
    pub terms: Terms,
    pub titles: BTreeMap<LineId, String>,
    pub methods: BTreeMap<PaymentId, PaymentMethod>,
}

impl ToldCase {
    /// An order that is not there leaves the ids.
    pub fn of(id: &crate::id::OrderId, terms: &Terms, order: Option<&Order>) -> Self {
        let facts = order.map(|order| &order.facts);
        let lines = facts.into_iter().flat_map(|facts| &facts.lines);
        let titles = lines.filter_map(|line| Some((line.id.clone(), line.title.clone()?))).collect();
        let payments = facts.into_iter().flat_map(|facts| &facts.payments);
        let methods = payments.map(|payment| (payment.id.clone(), payment.method)).collect();
        Self { order: id.to_string(), terms: terms.clone(), titles, methods }
    }
}

/// To the customer: something happened to their case.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseMail {
    pub number: String,
    pub subject: String,
    pub told: ToldCase,
    pub news: CaseNews,
    pub time_zone: TimeZone,
    pub link: Option<String>,
}

/// What happened. Why staff rejected a case is theirs: no mail has it.
#[derive(Clone, Debug, PartialEq)]
pub enum CaseNews {
    Requested,
    /// Staff asked for it, and the customer is asked whether they agree.
    Offered,
    /// Staff changed it, and the customer is asked. `was`: what it was and what it would have paid.
    Changed {
        was: Option<(CaseKind, i64)>,
    },
    Approved(ApprovedCase),
    /// `goods_back`: the shop has the goods, and sends them back.
    Rejected {
        goods_back: bool,
    },
    /// `paid`: what was given back of each payment before.
    Cancelled {
        goods_back: bool,
        paid: Vec<(PaymentId, i64)>,
    },
    /// `agreed`: it was theirs to send something, and not to say yes or no.
    Expired {
        agreed: bool,
    },
    /// It is approved, and they have not said yet whether they agree.
    AgreementReminder {
        agree_by: Option<Timestamp>,
        days_left: i64,
    },
    /// The goods of what came to nothing went back to them.
    SentBack {
        tracking: Option<String>,
    },
    /// The money or the goods went to them.
    Settled {
        tracking: Option<String>,
        goods_back: bool,
    },
    /// The goods were not sent yet.
    ReturnReminder {
        send_by: Option<Timestamp>,
        days_left: i64,
    },
    /// `late`: after the return was over.
    GoodsReceived {
        lines: Vec<Counted>,
        late: bool,
    },
}

/// What follows an approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApprovedCase {
    /// The customer agreed to it, or asked for it.
    pub agreed: bool,
    /// The goods come back first …
    pub returns: bool,
    /// … by then.
    pub send_by: Option<Timestamp>,
}

/// Who asked for a case. Of staff their role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedBy {
    Customer,
    Storefront,
    /// Nothing where they are on the list no more.
    Staff(Option<Role>),
    System,
}

/// How the reader decides.
#[derive(Clone, Debug, PartialEq)]
pub enum Way {
    /// A link of their own, for the version in the mail.
    Link { url: String, until: Timestamp },
    /// It is about more than a link decides.
    Desk,
    /// They had a hand in it.
    Others,
}

/// To those who have to approve a case: what it comes to, what speaks for it and what against.
#[derive(Clone, Debug, PartialEq)]
pub struct ToApprove {
    pub number: String,
    pub case: u16,
    pub told: ToldCase,
    /// Nobody decided in time.
    pub escalated: bool,
    /// What is given on its order in all, this included.
    pub of_order: Option<i64>,
    pub agreed: bool,
    pub risk: Option<Risk>,
    pub why: Vec<Concern>,
    pub asked_by: AskedBy,
    /// What came back, and how many of each passed the inspection, if there was one.
    pub came: Vec<(Counted, Option<u32>)>,
    /// Roles that still have to approve it.
    pub needed: Vec<Role>,
    /// When somebody else is asked.
    pub next: Option<Timestamp>,
    pub way: Way,
    pub time_zone: TimeZone,
}

impl ToApprove {
    /// About a case as it is, with the settings of today.
    pub fn of(
        case: &Case,
        order: Option<&Order>,
        settings: &Loaded,
        escalated: bool,
        way: Way,
        time_zone: TimeZone,
    ) -> Self {
        let others = order.map(|order| order.refunds_but(case.ticket, case.number));
        let asked_by = match &case.requester {
            Actor::Customer => AskedBy::Customer,
            Actor::Storefront => AskedBy::Storefront,
            Actor::Staff(id) => AskedBy::Staff(settings.person(id).map(|person| person.role)),
            Actor::System => AskedBy::System,
        };
        Self {
            number: Number::of(case.ticket).as_str().to_owned(),
            case: case.number,
            told: ToldCase::of(&case.order, &case.terms, order),
            escalated,
            of_order: others.map(|others| others.saturating_add(case.terms.stake)),
            agreed: case.agreed,
            risk: case.risk.clone(),
            why: case.why.clone(),
            asked_by,
            came: case.received.iter().map(|line| (line.clone(), passed(case, line))).collect(),
            needed: case.missing(),
            next: case.next,
            way,
            time_zone,
        }
    }
}

fn passed(case: &Case, came: &Counted) -> Option<u32> {
    let of = case.accepted.iter().find(|line| line.line == came.line);
    case.verdict.map(|_| of.map_or(0, |line| line.quantity))
}

/// Until when, and where, a decision can be taken back.
#[derive(Clone, Debug, PartialEq)]
pub struct Undo {
    pub url: String,
    pub until: Timestamp,
}

/// To whoever decided by a link.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    pub number: String,
    pub case: u16,
    pub told: ToldCase,
    pub approved: bool,
    /// Nothing where it went on already.
    pub undo: Option<Undo>,
    pub time_zone: TimeZone,
}

/// To those who look after money: the provider does not pay it back, or nobody knows whether it did.
#[derive(Clone, Debug, PartialEq)]
pub struct PayoutDeclined {
    pub number: String,
    pub case: u16,
    pub told: ToldCase,
    pub payment: PaymentId,
    pub amount: i64,
    /// The provider's word for why not.
    pub code: Option<String>,
    /// Nobody knows for a day whether it went.
    pub overdue: bool,
}

/// To those who have the goods of a case that came to nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct SendBack {
    pub number: String,
    pub case: u16,
    pub told: ToldCase,
    /// What came.
    pub lines: Vec<Counted>,
}

words!(
    /// What a case gives to do, as a line of a digest.
    CaseTask {
        Approve = "approve", Escalated = "escalated", PayoutDeclined = "payout_declined",
        PayoutOverdue = "payout_overdue", SendBack = "send_back",
    }
);
