//! A story told to the clocks gives what a ticket with the same story got.

use std::sync::Arc;

use aftercare::category::Priority;
use aftercare::event::Actor;
use aftercare::id::TicketId;
use aftercare::sla::{ClockKind, Outcome};
use aftercare::ticket::Command;
use jiff::Timestamp;
use serde_json::{Value, json};
use tests::{ADMIN, AGENT, LEAD, World};

const PATH: &str = "/v1/desk/sla/preview";

/// What one clock says of a story.
async fn said(world: &World, clock: &str, story: Value) -> Value {
    let reply = world.post(&LEAD, PATH, story).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let clocks = reply.body["clocks"].as_array().unwrap();
    clocks.iter().find(|said| said["clock"] == clock).cloned().unwrap()
}

async fn carry_out(world: &World, ticket: TicketId, command: Command) {
    let state = world.ticket(ticket).await;
    world.table.carry_out(state, &command, &Actor::System, None, world.now()).await.unwrap();
}

/// How the ticket's clock stands, in the words of the preview.
async fn stands(world: &World, ticket: TicketId, kind: ClockKind) -> (Value, Value, Value) {
    let clock = world.ticket(ticket).await.clock(kind).cloned().unwrap();
    let instant = |at: Timestamp| aftercare::view::instant(at);
    let breached = match clock.outcome {
        Outcome::Breached { due, .. } | Outcome::FulfilledLate { due, .. } => Some(instant(due)),
        Outcome::Open | Outcome::Met { .. } | Outcome::Cancelled { .. } => None,
    };
    (json!(clock.word()), json!(clock.due.map(instant)), json!(breached))
}

/// The last due instant is the one that the ticket shows, but a breach is shown where it was.
fn as_told(said: &Value) -> (Value, Value, Value) {
    let due = said["due"].as_array().unwrap().last().unwrap()["due_at"].clone();
    (said["outcome"].clone(), due, said["breached_at"].clone())
}

#[tokio::test]
async fn it_says_what_a_ticket_with_the_same_story_got() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The kettle is broken", json!({ "category": "quality" })).await.ticket();
    let mut story = json!({ "priority": "normal", "start": "2026-03-12T02:00:00Z", "now": "2026-03-12T02:00:00Z" });
    world.at("2026-03-12T04:00:00Z").reply(ticket, json!({ "then": "waiting_customer" })).await;
    story["fulfilled"] = json!({ "first_response": "2026-03-12T04:00:00Z" });
    story["pauses"] = json!([{ "from": "2026-03-12T04:00:00Z" }]);
    world.at("2026-03-13T09:00:00Z").scan().await;
    story["now"] = json!("2026-03-13T09:00:00Z");
    let paused = said(&world, "resolution", story.clone()).await;
    assert_eq!(as_told(&paused), stands(&world, ticket, ClockKind::Resolution).await);
    assert_eq!(paused["elapsed_seconds"], 2 * 3_600);
    world.write(ticket, "It is the small one").await;
    story["pauses"][0]["to"] = json!("2026-03-13T09:00:00Z");
    let resumed = said(&world, "resolution", story.clone()).await;
    assert_eq!(as_told(&resumed), stands(&world, ticket, ClockKind::Resolution).await);
    world.at("2026-03-16T02:30:00Z");
    carry_out(&world, ticket, Command::Prioritize { to: Priority::High }).await;
    story["changes"] = json!([{ "at": "2026-03-16T02:30:00Z", "priority": "high" }]);
    world.at("2026-03-16T04:30:00Z").scan().await;
    story["now"] = json!("2026-03-16T04:30:00Z");
    for (kind, clock) in [(ClockKind::FirstResponse, "first_response"), (ClockKind::Resolution, "resolution")] {
        let told = said(&world, clock, story.clone()).await;
        assert_eq!(as_told(&told).0, stands(&world, ticket, kind).await.0, "{clock}");
    }
    let warned = said(&world, "resolution", story.clone()).await;
    assert_eq!(as_told(&warned), stands(&world, ticket, ClockKind::Resolution).await);
    world.at("2026-03-16T06:00:00Z").resolve(ticket).await;
    story["fulfilled"]["resolution"] = json!("2026-03-16T06:00:00Z");
    story["now"] = json!("2026-03-17T06:00:00Z");
    let late = said(&world, "resolution", story).await;
    assert_eq!(late["outcome"], "fulfilled_late");
    assert_eq!(late["breached_at"], stands(&world, ticket, ClockKind::Resolution).await.2);
}

#[tokio::test]
async fn a_policy_is_tried_and_then_does_what_it_said() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The kettle is broken", json!({ "category": "quality" })).await.ticket();
    let around = json!({ "calendar": "always", "urgent": 600, "high": 900, "normal": 1_800, "low": 3_600 });
    let policy = json!({ "resolution": around, "first_response": around });
    world.at("2026-03-12T03:00:00Z");
    let story = json!({
        "priority": "normal", "start": "2026-03-12T02:00:00Z", "now": "2026-03-12T03:00:00Z",
        "changes": [{ "at": "2026-03-12T03:00:00Z", "policy": policy }],
    });
    let before = world.ticket(ticket).await;
    let told = said(&world, "resolution", story).await;
    assert_eq!(told["breached_at"], "2026-03-12T03:00:00.000Z", "at the moment of the change");
    assert_eq!(world.ticket(ticket).await, before, "a preview changes nothing");
    let version = world.settings("shop", |settings| settings["policy"] = policy.clone()).await;
    let settings = world.table.settings_version(&before.storefront, version, world.now()).await.unwrap();
    carry_out(&world, ticket, Command::Adopt { settings: Arc::clone(&settings) }).await;
    assert_eq!(stands(&world, ticket, ClockKind::Resolution).await.2, told["breached_at"]);
}

#[tokio::test]
async fn wrong_stories_are_told_their_faults_and_every_post_has_a_key() {
    let world = World::new().await;
    let wrong = world.post(&ADMIN, PATH, json!({ "priority": "soon", "start": "today", "calendar": "siesta" })).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text);
    assert_eq!(wrong.wrong_fields(), ["/priority", "/start", "/now", "/calendar"]);
    let keyless = world.send(&LEAD, "POST", PATH, &[], "{}").await;
    assert!(keyless.wrong_fields().contains(&"header Idempotency-Key"), "{}", keyless.text);
    assert_eq!(world.post(&AGENT, PATH, json!({})).await.status, 403);
}
