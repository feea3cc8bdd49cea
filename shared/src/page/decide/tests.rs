//! What an approver's page says wherever a case stands, and what it never says.
use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::{
    access::Role,
    case::{Amiss, Case, CaseKind, CaseStatus, Happened, Terms, risk::Risk},
    event::Actor,
    id::{CustomerRef, OrderId, StaffId, StorefrontId, TicketId},
    link::Decision,
    mail::{MailAddress, cases::samples},
    order,
    settings::{CaseRules, Staff},
    ticket::given::{shipped, thursday},
};

const TYPED: &str = "<zz a=\"'> {shop} \u{202e}";

fn now() -> Timestamp {
    thursday("10:00")
}

fn terms(kind: CaseKind) -> Terms {
    samples::told(kind, ["Cup", "Filter"]).terms
}

fn staff(id: &str) -> Actor {
    Actor::Staff(StaffId::parse(id).unwrap())
}

/// A case that was asked for, and what happened to it then, by whom.
fn case(then: Vec<(Happened, Actor)>) -> Case {
    let (order, terms) = (OrderId::parse("o-1").unwrap(), terms(CaseKind::RefundOnly));
    let event = Happened::Requested { order, settings: 1, terms, given: None, consent: false, hands: Vec::new() };
    let place = (&StorefrontId::parse("shop").unwrap(), TicketId(uuid::Uuid::from_u128(7)), 1);
    let customer = CustomerRef::parse("c-1").unwrap();
    let case = Case::made_by(&event, place, &customer, &Actor::Customer, now()).unwrap();
    let rules = CaseRules::shipped();
    then.into_iter().fold(case, |case, (event, by)| case.after(&[event], &by, now(), &rules))
}

fn assessed(needed: &[Role]) -> Vec<(Happened, Actor)> {
    let event = Happened::Assessed { risk: Risk::default(), needed: needed.to_vec(), why: Vec::new() };
    vec![(event, Actor::System), (moved(CaseStatus::Pending, None), Actor::System)]
}

fn moved(to: CaseStatus, until: Option<Timestamp>) -> Happened {
    Happened::Moved { to, until }
}

fn approved(slot: Role) -> Happened {
    Happened::Approved { slot, via: Via::Link, hash: String::new() }
}

fn later(minutes: i64) -> Timestamp {
    now() + SignedDuration::from_mins(minutes)
}

/// A link of the agent's to a case, as one made now would be.
fn link(case: &Case, purpose: DecisionPurpose) -> Decision {
    Decision::on(case, purpose, &StaffId::parse("agent-1").unwrap(), later(60))
}

fn person(language: Language, role: Role) -> Staff {
    let email = MailAddress::parse("agent@shop.example").unwrap();
    let id = StaffId::parse("agent-1").unwrap();
    let (skills, answers_in) = (Vec::new(), Vec::new());
    Staff { id, email, role, language, team: None, shift: None, skills, answers_in, capacity: None }
}

/// Each standing with a case and a link of which it is so.
fn all() -> Vec<(Standing, Case, Decision)> {
    use DecisionPurpose::{Decide, TakeBack};
    let agent = || staff("agent-1");
    let of = |needed: &[Role], then: Vec<Happened>, by: Actor| {
        let then = then.into_iter().map(|event| (event, by.clone()));
        case(assessed(needed).into_iter().chain(then).collect())
    };
    let waiting = of(&[Role::Agent], vec![], agent());
    let own =
        case(vec![(Happened::Edited { terms: terms(CaseKind::ReturnRefund), consent: false, given: None }, agent())]);
    let own = assessed(&[Role::Agent])
        .into_iter()
        .fold(own, |case, (event, by)| case.after(&[event], &by, now(), &CaseRules::shipped()));
    let waits = vec![approved(Role::Agent), moved(CaseStatus::Approved, Some(later(10)))];
    let decided = of(&[Role::Agent], waits.clone(), agent());
    let rejected = Happened::Rejected { via: Via::Link, hash: String::new(), content: 2 };
    let rejected = of(&[Role::Agent], vec![rejected, moved(CaseStatus::Rejected, Some(later(10)))], agent());
    let half = of(&[Role::Agent, Role::Lead], vec![approved(Role::Agent)], agent());
    let rows = [
        (Standing::Open, &waiting, link(&waiting, Decide)),
        (Standing::Pending, &waiting, link(&waiting, TakeBack)),
        (Standing::Changed, &own, link(&waiting, Decide)),
        (Standing::Hands, &own, link(&own, Decide)),
        (Standing::Half, &half, link(&half, Decide)),
        (Standing::Decided, &decided, link(&decided, Decide)),
        (Standing::Back, &decided, link(&decided, TakeBack)),
        (Standing::Decided, &rejected, link(&rejected, Decide)),
        (Standing::Back, &rejected, link(&rejected, TakeBack)),
    ];
    let made = [
        (Standing::AboveLink, of(&[Role::Manager], vec![], agent())),
        (Standing::AboveRole, of(&[Role::Lead], vec![], agent())),
        (Standing::LookedAt, case(vec![])),
        (Standing::Cancelled, of(&[Role::Agent], vec![moved(CaseStatus::Cancelled, None)], agent())),
        (Standing::Lapsed, of(&[Role::Agent], vec![moved(CaseStatus::Expired, None)], agent())),
        (Standing::Decided, of(&[], vec![moved(CaseStatus::Settled, None)], Actor::System)),
        (Standing::Decided, of(&[Role::Agent], waits, staff("lead-1"))),
    ];
    let rows = rows.into_iter().map(|(standing, case, link)| (standing, case.clone(), link));
    let made = made.into_iter().map(|(standing, case)| (standing, case.clone(), link(&case, Decide)));
    rows.chain(made).collect()
}

#[test]
fn every_standing_is_told_apart_and_only_two_have_buttons() {
    let agent = person(Language::En, Role::Agent);
    for (standing, case, link) in all() {
        let look = Look { link: &link, case: &case, person: &agent, used: false, now: later(1), amiss: None };
        assert_eq!(look.standing(), standing, "{case:?}");
        assert_eq!(look.offers().is_empty(), !matches!(standing, Standing::Open | Standing::Back), "{standing:?}");
        for why in [Amiss::Photos, Amiss::Order] {
            let look = Look { amiss: Some(why), ..look };
            let expected = if standing == Standing::Open { Standing::Amiss(why) } else { standing };
            assert_eq!(look.standing(), expected, "{why:?}");
            assert!(!look.offers().contains(&DecisionPurpose::Approve), "{why:?}");
        }
        let used = Look { used: true, ..look };
        assert!(used.offers().is_empty(), "{standing:?}");
        let over = Look { now: later(10), ..look };
        assert!(standing != Standing::Back || over.standing() == Standing::Decided, "to the second");
    }
}

#[test]
fn nobody_but_who_decided_takes_it_back() {
    let lead = Staff { id: StaffId::parse("lead-1").unwrap(), ..person(Language::En, Role::Lead) };
    for (standing, case, link) in all() {
        let link = Decision { staff: lead.id.clone(), ..link };
        let look = Look { link: &link, case: &case, person: &lead, used: false, now: later(1), amiss: None };
        assert!(standing != Standing::Back || look.standing() == Standing::Decided, "{case:?}");
    }
}

#[test]
fn every_page_is_whole_in_every_language_and_what_was_typed_stays_text() {
    let settings = shipped();
    let facts = |case: &Case| order::Facts {
        version: 1,
        customer: case.customer.clone(),
        currency: "CNY".to_owned(),
        placed: now(),
        country: None,
        promised: None,
        lines: vec![order::Line {
            id: crate::id::LineId::parse("line-1").unwrap(),
            product: None,
            title: Some(TYPED.to_owned()),
            quantity: 3,
            total: 59_700,
            exclusion: None,
        }],
        discount: 0,
        shipping: 0,
        payments: Vec::new(),
        deliveries: Vec::new(),
    };
    for language in Language::ALL {
        let reader = person(*language, Role::Agent);
        for (standing, case, link) in all() {
            let look = Look { link: &link, case: &case, person: &reader, used: false, now: later(1), amiss: None };
            let (id, storefront) = (case.order.clone(), case.storefront.clone());
            let order = Order { id, storefront, facts: facts(&case), holds: Vec::new() };
            let facts = Facts {
                look,
                order: Some(&order),
                settings: &settings,
                path: "/a/shop/AAAA",
                tokens: look.offers().iter().map(|purpose| (*purpose, "BBBB".to_owned())).collect(),
                notice: Some(Notice::Fault),
                draft: Draft { text: TYPED.to_owned(), fault: Some(Fault::Long(20_001)) },
                style_nonce: "CCCC",
            };
            let html = render(&facts).unwrap();
            let body = html.split_once("</head>").unwrap().1.replace("{shop}", "");
            assert!(!body.contains(['{', '}', '\u{202e}']) || standing == Standing::Open, "{standing:?}: {body}");
            assert!(!html.contains("<zz") && !html.contains("<script"), "{standing:?}");
            assert_eq!(html.matches("<h1").count(), 1);
            assert_eq!(html.matches("<form").count(), look.offers().len(), "{standing:?}");
        }
        for why in [Shut::Gone, Shut::Expired, Shut::Late, Shut::Left, Shut::Erased] {
            assert!(shut(why, *language, "CCCC").unwrap().contains(&format!("lang=\"{}\"", language.tag())));
        }
    }
}

#[test]
fn each_button_has_an_address_of_its_own() {
    for purpose in DecisionPurpose::ALL {
        let form = matches!(purpose, DecisionPurpose::Approve | DecisionPurpose::Refuse | DecisionPurpose::Undo);
        assert_eq!(super::purpose(word(*purpose)), form.then_some(*purpose), "{purpose}");
    }
}
