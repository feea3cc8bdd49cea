//! What staff ask, read and decided.

use serde_json::{Value, json};

use super::*;
use crate::event::{Actor, Entry};
use crate::ticket::given::{THURSDAY, at, ticket, with};
use crate::ticket::{Consent, Status};

/// The ticket after these events.
fn after(ticket: &Ticket, events: Vec<Event>, at: Timestamp) -> Ticket {
    let (storefront, seq) = (ticket.storefront.clone(), ticket.seq);
    ticket.after(&Entry { storefront, ticket: ticket.id, seq, at, by: Actor::System, events })
}

fn fields(read: Result<Asked, Vec<Fault>>) -> Vec<String> {
    read.expect_err("it is wrong").into_iter().map(|fault| fault.pointer).collect()
}

fn answered(text: Value) -> Arc<Loaded> {
    Arc::new(with(|settings| {
        settings["shop"]["name"] = json!("{number} & sons");
        settings["answers"] = json!({ "size": { "title": "Sizes", "text": text } });
    }))
}

fn standard_reply(more: Value) -> Asked {
    let mut body = json!({ "standard": "size" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    super::read(&body, reply).unwrap()
}

#[test]
fn every_wrong_field_is_named_at_once() {
    assert_eq!(fields(read(&json!({ "boddy": "x" }), note)), ["/body", "/boddy"]);
    assert_eq!(fields(read(&json!({ "solution": "cake" }), proposal)), ["/solution", "/body"]);
    assert_eq!(fields(read(&json!({}), excuse)), ["/clock", "/cycle", "/reason"]);
    assert_eq!(fields(read(&json!({ "accepted": "yes", "note": 5 }), |f, g| answer(1, f, g))), ["/accepted", "/note"]);
    assert_eq!(fields(read(&json!({ "category": "quality", "reason": "slow" }), classification)), ["/reason"]);
    assert_eq!(fields(read(&json!({ "reason": "slow" }), classification)), ["/reason", "/category"]);
    assert_eq!(fields(read(&json!({ "a": 1 }), release)), ["/a"]);
    assert!(read(&json!({ "into": "no number" }), merge).is_err());
}

#[test]
fn a_standard_answer_comes_in_the_customers_language_with_number_and_shop() {
    let settings = answered(json!({ "zh-Hans": "{shop}：{number} 已收到。", "en": "unused" }));
    let ticket = ticket(&settings);
    let (events, content) = standard_reply(json!({})).decide(&ticket, at(THURSDAY), &settings, &settings).unwrap();
    let number = &ticket.number;
    assert_eq!(content.unwrap().body, format!("{{number}} & sons：{number} 已收到。"));
    assert!(events.iter().any(|event| matches!(event, Event::Replied { standard: Some(name), .. } if name == "size")));
}

#[test]
fn a_standard_answer_that_is_not_there_is_named_and_words_of_ones_own_do_instead_of_a_language() {
    let settings = answered(json!({ "en": "Hello" }));
    let ticket = ticket(&settings);
    let decide = |asked: Asked| asked.decide(&ticket, at(THURSDAY), &settings, &settings);
    let Err(Refused::Body(fault)) = decide(standard_reply(json!({}))) else { panic!("there is no Chinese") };
    assert_eq!(fault.pointer, "/standard");
    assert!(fault.detail.contains("zh-Hans"), "{}", fault.detail);
    let (_, content) = decide(standard_reply(json!({ "body": "你好" }))).unwrap();
    assert_eq!(content.unwrap().body, "你好");
    let unknown = decide(standard_reply(json!({ "standard": "colour", "body": "你好" })));
    assert!(matches!(unknown, Err(Refused::Body(fault)) if fault.pointer == "/standard"));
}

#[test]
fn what_the_customer_said_is_noted_beside_their_answer_and_only_once() {
    let settings = Arc::new(with(|_| ()));
    let mut ticket = ticket(&settings);
    let proposed = read(&json!({ "solution": "repair", "body": "We repair it." }), proposal).unwrap();
    let (events, _) = proposed.decide(&ticket, at(THURSDAY), &settings, &settings).unwrap();
    ticket = after(&ticket, events, at(THURSDAY));
    assert_eq!(ticket.status, Status::WaitingCustomer);
    let said = read(&json!({ "accepted": true, "note": "By phone." }), |f, g| answer(1, f, g)).unwrap();
    let (events, content) = said.decide(&ticket, at(THURSDAY), &settings, &settings).unwrap();
    assert!(matches!(events.last(), Some(Event::Noted { content: 3 })), "{events:?}");
    assert!(content.unwrap().internal);
    ticket = after(&ticket, events, at(THURSDAY));
    assert_eq!(ticket.proposal.unwrap().consent, Consent::Accepted);
    let again = said.decide(&ticket, at(THURSDAY), &settings, &settings).unwrap_err();
    assert!(matches!(again, Refused::Ticket(Rejection::DoneAlready { .. })), "the note would be lost");
}

#[test]
fn people_and_teams_are_todays_where_the_promises_are_older() {
    let own = with(|settings| settings["staff"] = json!([]));
    let today = Arc::new(with(|settings| settings["teams"] = json!([{ "name": "repairs" }])));
    let ticket = ticket(&own);
    for body in [json!({ "to": "lead-1" }), json!({ "team": "repairs" })] {
        let read = if body["to"].is_null() { read(&body, transfer) } else { read(&body, assign) };
        assert!(!read.unwrap().decide(&ticket, at(THURSDAY), &own, &today).unwrap().0.is_empty());
    }
}

#[test]
fn many_tickets_are_named_once_each_with_a_thing_that_can_be_done_to_many() {
    let id = "01900000-0000-7000-8000-000000000001";
    let number = crate::id::Number::of(crate::id::TicketId::parse(id).unwrap()).to_string();
    let wrong = |body: Value| -> Vec<String> {
        read(&body, bulk).expect_err("it is wrong").into_iter().map(|fault| fault.pointer).collect()
    };
    let note = json!({ "type": "note", "body": "x" });
    assert_eq!(wrong(json!({ "tickets": [id, number], "action": note })), ["/tickets/1"]);
    assert_eq!(
        wrong(json!({ "tickets": [id, id, 5, "-"], "action": note })),
        ["/tickets/1", "/tickets/2", "/tickets/3"]
    );
    assert_eq!(wrong(json!({ "tickets": [], "action": note })), ["/tickets"]);
    assert_eq!(wrong(json!({})), ["/tickets", "/action"]);
    assert_eq!(wrong(json!({ "tickets": vec![id; 51], "action": note })), ["/tickets"]);
    assert_eq!(wrong(json!({ "tickets": [id], "action": { "type": "reply" } })), ["/action/type"]);
    assert_eq!(
        wrong(json!({ "tickets": [id], "action": { "type": "transfer", "to": "x" } })),
        ["/action/team", "/action/to"]
    );
    assert_eq!(read(&json!({ "tickets": [id], "action": note }), bulk).unwrap().tickets.len(), 1);
}
