//! The promises of a conversation from outside: next replies, reports of progress, and what happens by itself.

use aftercare::id::TicketId;
use aftercare::sla::ClockKind;
use aftercare::ticket::Status;
use serde_json::{Value, json};
use tests::{SHOP, World};

use crate::told::{notices, promise, word};

const REPLY: ClockKind = ClockKind::NextReply;
const UPDATE: ClockKind = ClockKind::Update;

/// Opened on Thursday at 10:00 in Shanghai.
async fn kettle(world: &World) -> TicketId {
    world.open("c-1", "The kettle is broken", json!({ "category": "quality" })).await.ticket()
}

async fn write_by(world: &World, ticket: TicketId, channel: &str) -> Value {
    let message = json!({ "channel": channel, "body": "And what now?" });
    let reply = world.post(&SHOP, &format!("/v1/tickets/{ticket}/messages"), message).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.body["ticket"].clone()
}

#[tokio::test]
async fn after_the_first_response_the_oldest_unanswered_message_is_answered_in_time_on_any_channel() {
    let world = World::new().await;
    let ticket = kettle(&world).await;
    world.at("2026-03-12T02:30:00Z");
    assert_eq!(
        promise(&write_by(&world, ticket, "web").await, "next_reply"),
        Value::Null,
        "not before the first response"
    );
    world.at("2026-03-12T03:00:00Z").reply(ticket, json!({})).await;
    world.at("2026-03-12T04:00:00Z");
    write_by(&world, ticket, "email").await;
    world.at("2026-03-12T05:00:00Z");
    let asked = write_by(&world, ticket, "social").await;
    assert_eq!(promise(&asked, "next_reply")["due_at"], "2026-03-12T08:00:00.000Z", "four hours after the mail");
    world.at("2026-03-12T08:00:00.001Z");
    let late = world.reply(ticket, json!({})).await;
    assert_eq!(promise(&late.body, "next_reply")["outcome"], "fulfilled_late");
    world.at("2026-03-12T08:10:00Z");
    let chat = write_by(&world, ticket, "chat").await;
    assert_eq!(promise(&chat, "next_reply")["due_at"], "2026-03-12T08:13:00.000Z", "a chat has three minutes");
}

#[tokio::test]
async fn resolving_cancels_the_next_reply_and_a_broken_one_stays_broken() {
    let world = World::new().await;
    for (customer, instant, outcome) in
        [("c-1", "2026-03-12T06:00:00Z", "cancelled"), ("c-2", "2026-03-13T09:00:00Z", "breached")]
    {
        world.at("2026-03-12T02:00:00Z");
        let ticket = world.open(customer, "The kettle is broken", json!({ "category": "quality" })).await.ticket();
        world.reply(ticket, json!({})).await;
        world.later(60).write(ticket, "Hello?").await;
        world.at(instant);
        let silent = world.post(&tests::AGENT, &format!("/v1/desk/tickets/{ticket}/resolve"), json!({})).await;
        assert_eq!(promise(&silent.body, "next_reply")["outcome"], outcome, "{}", silent.text);
    }
}

#[tokio::test]
async fn a_call_typed_in_later_does_not_answer_what_was_written_after_it() {
    let world = World::new().await;
    let ticket = kettle(&world).await;
    world.at("2026-03-12T03:00:00Z");
    write_by(&world, ticket, "web").await;
    world.at("2026-03-12T04:00:00Z");
    let typed = world.reply(ticket, json!({ "contacted_at": "2026-03-12T02:30:00Z" })).await;
    assert_eq!(promise(&typed.body, "first_response")["outcome"], "met");
    let owed = promise(&typed.body, "next_reply");
    assert_eq!((&owed["outcome"], &owed["due_at"]), (&json!("running"), &json!("2026-03-12T07:00:00.000Z")));
}

#[tokio::test]
async fn a_report_is_owed_a_day_after_the_last_word_of_the_shop_unless_the_customer_is_waited_for() {
    let world = World::new().await;
    let ticket = kettle(&world).await;
    world.at("2026-03-12T03:00:00Z");
    let answered = world.reply(ticket, json!({})).await;
    assert_eq!(promise(&answered.body, "update")["due_at"], "2026-03-13T03:00:00.000Z");
    world.at("2026-03-13T02:00:00Z");
    let reported = world.reply(ticket, json!({ "then": "waiting_third_party" })).await;
    assert_eq!(
        promise(&reported.body, "update")["due_at"],
        "2026-03-14T02:00:00.000Z",
        "calendar time, also on a Saturday"
    );
    world.at("2026-03-13T05:00:00Z").reply(ticket, json!({ "then": "waiting_customer" })).await;
    world.at("2026-03-13T06:00:00Z").reply(ticket, json!({ "then": "waiting_customer" })).await;
    world.at("2026-03-15T05:00:00Z").scan().await;
    assert_eq!(word(&world, ticket, UPDATE).await, "paused", "asked twice, and theirs is the next word");
    world.at("2026-03-15T05:30:00Z");
    let back = write_by(&world, ticket, "web").await;
    assert_eq!(promise(&back, "update")["due_at"], "2026-03-16T05:30:00.000Z");
    notices(&world).await;
    world.at("2026-03-16T05:31:00Z").scan().await;
    assert_eq!(word(&world, ticket, UPDATE).await, "breached");
    assert!(notices(&world).await.contains(&"breached".to_owned()));
}

#[tokio::test]
async fn whoever_looks_first_and_however_late_finds_the_same() {
    let late = ["2026-03-19T04:01:00Z", "2026-03-24T04:01:00Z"];
    let mut found = Vec::new();
    for looks in [&late[..], &late[1..]] {
        let world = World::new().await;
        let ticket = kettle(&world).await;
        world.at("2026-03-12T04:00:00Z").reply(ticket, json!({ "then": "waiting_customer" })).await;
        for instant in looks {
            world.at(instant).scan().await;
            world.scan().await;
        }
        let state = world.ticket(ticket).await;
        let outcomes: Vec<_> = state.clocks.iter().map(|clock| (clock.kind, clock.word(), clock.outcome)).collect();
        found.push((state.status, state.resolved, state.moved, state.next_scan(), outcomes));
    }
    assert_eq!(found[0].0, Status::Resolved, "they did not answer for a week");
    assert_eq!(found[0], found[1]);
}

#[tokio::test]
async fn what_was_resolved_closes_after_seven_quiet_days_and_a_message_reopens_it_before() {
    let world = World::new().await;
    let ticket = kettle(&world).await;
    world.later(3_600).resolve(ticket).await;
    world.at("2026-03-19T03:00:00Z").scan().await;
    assert_eq!(world.write(ticket, "It is broken again, what now?").await.body["ticket"]["status"], "open");
    assert_eq!(word(&world, ticket, REPLY).await, "running", "a new cycle of it");
    world.later(60).resolve(ticket).await;
    world.at("2026-03-26T03:01:59Z").scan().await;
    assert_eq!(world.ticket(ticket).await.status, Status::Resolved);
    world.at("2026-03-26T03:02:00Z").scan().await;
    assert_eq!(world.ticket(ticket).await.status, Status::Closed);
}
