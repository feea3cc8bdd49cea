//! Who hears of what becomes of a case, and that no mail says what is not so any more.

use aftercare::access::Role;
use aftercare::aws::cases::write_rest;
use aftercare::aws::table::{Committed, Transaction};
use aftercare::aws::tickets::write;
use aftercare::case::approval::Concern;
use aftercare::case::risk::{Buyer, Points, Risk, RiskPart};
use aftercare::case::{
    Case, CaseKind, CaseReason, Command, Counted, Figures, Happened, Item, Payer, Request, Step, Terms, Via,
};
use aftercare::event::{Actor, Entry, Event};
use aftercare::id::{CustomerRef, LineId, OrderId, PaymentId, StaffId, StorefrontId, TicketId};
use aftercare::link::{DecisionPurpose, read_decide};
use aftercare::order::{Facts, Line, Order, Part, Payment, PaymentMethod, Span};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tests::{Mail, World};

const DAY: i64 = 24 * 3600;
const SHOP: &str = "shop";

fn shop() -> StorefrontId {
    StorefrontId::parse(SHOP).unwrap()
}

fn staff(id: &str) -> Actor {
    Actor::Staff(StaffId::parse(id).unwrap())
}

/// Two kettles for CNY 398.00, paid by card.
fn order(now: Timestamp) -> Order {
    let line = Line {
        id: LineId::parse("line-1").unwrap(),
        product: None,
        title: Some("Electric kettle".to_owned()),
        quantity: 2,
        total: 39_800,
        exclusion: None,
    };
    let payment = Payment {
        id: PaymentId::parse("pi_1").unwrap(),
        method: PaymentMethod::Card,
        captured: 39_800,
        charged_back: 0,
    };
    let facts = Facts {
        version: 1,
        customer: CustomerRef::parse("c-1").unwrap(),
        currency: "CNY".to_owned(),
        placed: now,
        country: None,
        promised: None,
        lines: vec![line],
        discount: 0,
        shipping: 0,
        payments: vec![payment],
        deliveries: Vec::new(),
    };
    Order { id: OrderId::parse("SO-1").unwrap(), storefront: shop(), facts, holds: Vec::new() }
}

/// One kettle of the two, for which the customer bears the costs.
fn terms(kind: CaseKind, net: i64) -> Terms {
    let units = Span { line: LineId::parse("line-1").unwrap(), first: 1, last: 1 };
    Terms {
        kind,
        reason: CaseReason::ChangeOfMind,
        figures: Figures {
            currency: "CNY".to_owned(),
            goods: 19_900,
            shipping: 0,
            restocking: 19_900 - net,
            label: 0,
            already: 0,
            net,
            payer: Payer::Customer,
            items: vec![Item { units, worth: 19_900 }],
            parts: vec![Part { payment: PaymentId::parse("pi_1").unwrap(), amount: net, settled: 0 }],
        },
        stake: net,
        days: 7,
        in_window: true,
        has_evidence: true,
        photos: Vec::new(),
        marks: Vec::new(),
        overridden: None,
    }
}

/// A ticket with a case on it that somebody asked for, settled.
async fn asked(world: &World, kind: CaseKind, by: &Actor) -> TicketId {
    let id = world.open("c-1", "I do not want this kettle", json!({ "category": "quality" })).await.ticket();
    world.mailed().await;
    let now = world.now();
    let (ticket, rules) = (world.ticket(id).await, world.notify.table.settings(&shop(), now).await.unwrap());
    let request = Request {
        order: order(now),
        buyer: Buyer::default(),
        rules: rules.clone(),
        terms: terms(kind, 18_900),
        given: None,
        consent: false,
        hands: Vec::new(),
        message: Vec::new(),
    };
    let step = request.on(&ticket, rules, by, now).unwrap().unwrap();
    let step = Step { order: Some(order(now)), ..step };
    let mut transaction = Transaction::default();
    write(&mut transaction, Some(&ticket), &step.entry, &step.ticket, None).unwrap();
    write_rest(&mut transaction, &step, (0, 0, 0)).unwrap();
    assert_eq!(world.notify.table.commit(transaction).await.unwrap(), Committed::Done);
    world.mailed().await;
    id
}

async fn moved(world: &World, ticket: TicketId, command: Command, by: &Actor) {
    let shop = shop();
    let moved = world.notify.table.move_case((&shop, ticket, 1), &command, by, world.now()).await.unwrap();
    let moved = moved.unwrap();
    assert!(matches!(moved, aftercare::aws::cases::Moved::Done(_)), "{moved:?}");
    world.mailed().await;
}

fn assess(needed: &[Role]) -> Command {
    let risk = Risk { score: 45, parts: vec![Points { part: RiskPart::ReturnRate, points: 45 }] };
    let why = if needed.is_empty() { Vec::new() } else { vec![Concern::Risk] };
    Command::Assess { risk, needed: needed.to_vec(), why }
}

async fn case(world: &World, ticket: TicketId) -> Case {
    world.notify.table.case(&shop(), ticket, 1).await.unwrap().unwrap()
}

/// Events of the case that no command of this story causes, in one entry.
async fn happens(world: &World, ticket: TicketId, happened: Vec<Happened>, by: &Actor) {
    let (now, table) = (world.now(), &world.notify.table);
    let read = table.case_file(&shop(), ticket, 1, now).await.unwrap().unwrap();
    let case = read.file.case.after(&happened, by, now, &read.file.rules.settings.cases);
    let before = &read.file.ticket;
    let told = |happened| Event::Case { case: 1, happened, open: true, next: case.next };
    let entry = Entry {
        storefront: shop(),
        ticket,
        seq: before.seq + 1,
        at: now,
        by: by.clone(),
        events: happened.into_iter().map(told).collect(),
    };
    let step = Step { ticket: before.after(&entry), entry, case, order: None, buyer: None };
    let mut transaction = Transaction::default();
    write(&mut transaction, Some(before), &step.entry, &step.ticket, None).unwrap();
    write_rest(&mut transaction, &step, (read.case, read.order, read.buyer)).unwrap();
    assert_eq!(table.commit(transaction).await.unwrap(), Committed::Done);
    world.mailed().await;
}

async fn out(world: &World) {
    world.later(301).flush().await;
}

fn to(world: &World, kind: &str) -> Vec<String> {
    let mut to: Vec<String> = world.mails_of(kind).into_iter().map(|mail| mail.to).collect();
    to.sort_unstable();
    to
}

fn only(world: &World, kind: &str) -> Mail {
    let mut mails = world.mails_of(kind);
    assert_eq!(mails.len(), 1, "{kind}");
    mails.remove(0)
}

/// The token of a link to an approver's page in a mail.
fn token(mail: &Mail) -> Option<String> {
    let text = mail.plain();
    let (_, rest) = text.split_once(&format!("/a/{SHOP}/"))?;
    rest.split_whitespace().next().map(ToOwned::to_owned)
}

#[tokio::test]
async fn a_customer_reads_the_figures_that_are_stored_at_each_step() {
    let world = World::new().await;
    let ticket = asked(&world, CaseKind::ReturnRefund, &Actor::Customer).await;
    let requested = only(&world, "case_requested").plain();
    for part in
        ["1 × Electric kettle: CNY 199.00", "Restocking fee: CNY -10.00", "Paid back in all: CNY 189.00", "card pi_1"]
    {
        assert!(requested.contains(part), "{part} in {requested}");
    }
    moved(&world, ticket, assess(&[]), &Actor::System).await;
    let approved = only(&world, "case_approved").plain();
    assert!(approved.contains("Please send them by\n    Thursday 26 March 2026"), "{approved}");
    assert_eq!(to(&world, "waiting"), [""; 0], "that the ticket waits for goods is no second mail");
    moved(&world, ticket, Command::Send { tracking: None }, &Actor::Customer).await;
    let lines = vec![Counted { line: LineId::parse("line-1").unwrap(), quantity: 1 }];
    moved(&world, ticket, Command::Receive { lines }, &staff("agent-1")).await;
    assert!(only(&world, "goods_received").plain().contains("1 × Electric kettle"));
    for mail in world.mails_to("c-1@example.com") {
        assert!(mail.plain().contains(&format!("/t/{SHOP}/")), "{}", mail.plain());
    }
}

#[tokio::test]
async fn a_reminder_says_how_long_is_left_and_none_comes_once_the_goods_are_sent() {
    let world = World::new().await;
    let ticket = asked(&world, CaseKind::ReturnRefund, &Actor::Customer).await;
    moved(&world, ticket, assess(&[]), &Actor::System).await;
    world.later(7 * DAY);
    moved(&world, ticket, Command::Scan, &Actor::System).await;
    assert!(only(&world, "return_reminder").plain().contains("Time left: 7 days"));
    world.later(5 * DAY);
    let shop = shop();
    let scanned = world.notify.table.move_case((&shop, ticket, 1), &Command::Scan, &Actor::System, world.now()).await;
    assert!(matches!(scanned, Ok(Some(aftercare::aws::cases::Moved::Done(_)))));
    let sent = Command::Send { tracking: Some("SF1".to_owned()) };
    moved(&world, ticket, sent, &Actor::Customer).await;
    assert_eq!(to(&world, "return_reminder").len(), 1, "the second was past when it was to be written");
}

#[tokio::test]
async fn those_who_decide_get_a_link_of_their_own_and_whoever_asked_gets_none() {
    let world = World::new().await;
    world
        .settings(SHOP, |settings| {
            let second = json!({ "id": "lead-2", "email": "lead-2@shop.example", "role": "lead", "language": "en" });
            settings["staff"].as_array_mut().unwrap().push(second);
        })
        .await;
    let ticket = asked(&world, CaseKind::RefundOnly, &staff("lead-1")).await;
    moved(&world, ticket, assess(&[Role::Lead]), &Actor::System).await;
    out(&world).await;
    assert_eq!(to(&world, "approve"), ["lead-2@shop.example"], "whoever asked for it does not approve it");
    let mail = only(&world, "approve");
    for part in ["CNY 189.00", "Asked for by: Staff (lead)", "Risk score: 45", "the risk score is high"] {
        assert!(mail.plain().contains(part), "{part} in {}", mail.plain());
    }
    let (now, keys) = (world.now(), world.notify.table.link_keys(&shop(), world.now()).await.unwrap());
    let read = |now| read_decide(&keys, &shop(), DecisionPurpose::Decide, &token(&mail).unwrap(), now);
    let decision = read(now).unwrap();
    assert_eq!((decision.ticket, decision.case, decision.staff.as_str()), (ticket, 1, "lead-2"));
    assert_eq!(decision.hash, case(&world, ticket).await.hash());
    assert!(read(now + SignedDuration::from_hours(25)).is_err());
    // Nobody decides: the manager hears of it, and the head after them.
    world.later(DAY);
    moved(&world, ticket, Command::Scan, &Actor::System).await;
    out(&world).await;
    assert_eq!(to(&world, "escalated"), ["manager@shop.example"]);
    assert!(only(&world, "escalated").plain().contains("Nobody decided"));
}

#[tokio::test]
async fn above_the_leads_limit_a_mail_has_no_link() {
    let world = World::new().await;
    let ticket = asked(&world, CaseKind::RefundOnly, &Actor::Customer).await;
    moved(&world, ticket, assess(&[Role::Manager, Role::Finance]), &Actor::System).await;
    out(&world).await;
    assert_eq!(to(&world, "approve"), ["finance@shop.example", "manager@shop.example"]);
    for mail in world.mails_of("approve") {
        assert_eq!(token(&mail), None);
        assert!(mail.plain().contains("sign in at the desk"), "{}", mail.plain());
    }
}

#[tokio::test]
async fn nobody_is_asked_about_what_was_decided_or_edited_meanwhile() {
    let world = World::new().await;
    let ticket = asked(&world, CaseKind::RefundOnly, &Actor::Customer).await;
    moved(&world, ticket, assess(&[Role::Lead]), &Actor::System).await;
    let less = Command::Edit { terms: terms(CaseKind::RefundOnly, 15_000), given: None };
    moved(&world, ticket, less, &staff("agent-1")).await;
    let changed = only(&world, "case_changed").plain();
    assert!(changed.contains("It was: A refund, CNY 189.00"), "{changed}");
    assert!(changed.contains("It is now: A refund, CNY 150.00"), "{changed}");
    world.later(60);
    moved(&world, ticket, assess(&[Role::Lead]), &Actor::System).await;
    out(&world).await;
    let mail = only(&world, "approve");
    assert!(mail.plain().contains("CNY 150.00") && mail.plain().contains("Still asked for"), "{}", mail.plain());
    moved(&world, ticket, Command::Consent { accepted: false }, &Actor::Customer).await;
    assert_eq!(to(&world, "case_cancelled"), ["c-1@example.com"]);
}

#[tokio::test]
async fn whoever_decides_by_a_link_hears_of_it_at_once_with_the_way_back() {
    let world = World::new().await;
    let ticket = asked(&world, CaseKind::RefundOnly, &Actor::Customer).await;
    moved(&world, ticket, assess(&[Role::Lead]), &Actor::System).await;
    out(&world).await;
    let until = world.now() + SignedDuration::from_mins(10);
    let hash = case(&world, ticket).await.hash();
    let rejected = vec![
        Happened::Rejected { via: Via::Link, hash: hash.clone(), content: 9 },
        Happened::Moved { to: aftercare::case::CaseStatus::Rejected, until: Some(until) },
    ];
    happens(&world, ticket, rejected, &staff("lead-1")).await;
    let mail = only(&world, "decided");
    assert_eq!(mail.to, "lead@shop.example");
    assert!(mail.plain().contains("You rejected a claim"), "{}", mail.plain());
    let keys = world.notify.table.link_keys(&shop(), world.now()).await.unwrap();
    let read = |now| read_decide(&keys, &shop(), DecisionPurpose::TakeBack, &token(&mail).unwrap(), now);
    assert_eq!(read(until).unwrap().hash, hash);
    assert!(read(until + SignedDuration::from_secs(1)).is_err());
    assert_eq!(to(&world, "case_rejected"), [""; 0], "the customer hears when it can be taken back no more");
    world.later(601);
    moved(&world, ticket, Command::Scan, &Actor::System).await;
    let told = only(&world, "case_rejected").plain();
    assert!(told.contains("not approved") && !told.contains("CNY"), "{told}");
}

#[tokio::test]
async fn a_declined_payout_reaches_those_who_look_after_money_unless_it_was_tried_again() {
    let world = World::new().await;
    let ticket = asked(&world, CaseKind::RefundOnly, &Actor::Customer).await;
    moved(&world, ticket, assess(&[]), &Actor::System).await;
    let declined = |payout| Command::Told {
        payout,
        how: aftercare::case::PaidHow::Declined,
        reference: None,
        code: Some("expired_card".to_owned()),
    };
    moved(&world, ticket, declined(1), &Actor::System).await;
    moved(&world, ticket, Command::Retry, &staff("finance-1")).await;
    out(&world).await;
    assert_eq!(to(&world, "payout_declined"), [""; 0], "somebody is at it");
    moved(&world, ticket, declined(2), &Actor::System).await;
    out(&world).await;
    let mail = only(&world, "payout_declined");
    assert_eq!(mail.to, "finance@shop.example");
    for part in ["card pi_1", "CNY 189.00", "expired_card"] {
        assert!(mail.plain().contains(part), "{part} in {}", mail.plain());
    }
}
