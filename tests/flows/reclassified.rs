//! A person puts a ticket under another category, and what follows from it follows.

use aftercare::sla::ClockKind;
use serde_json::{Value, json};
use tests::{AGENT, World};

use crate::told::promise;

async fn opened(world: &World, more: Value) -> tests::Reply {
    world
        .settings("shop", |settings| {
            settings["teams"] = json!([
                { "name": "advice", "categories": ["inquiry"] }, { "name": "payments", "categories": ["account_payment"] },
            ]);
        })
        .await;
    world.open("c-1", "My card was charged twice.", more).await
}

#[tokio::test]
async fn score_priority_promises_team_and_page_say_the_new_category() {
    let world = World::new().await;
    let ticket = opened(&world, json!({ "category": "inquiry" })).await.ticket();
    let before = world.ticket(ticket).await;
    assert_eq!((before.priority.as_str(), before.team.as_str()), ("low", "advice"));
    let payment = json!({ "category": "account_payment", "reason": "refund_difficulty" });
    let sorted = world.later(60).at_desk(&AGENT, ticket, "classification", payment).await;
    assert_eq!((sorted.status, &sorted.body["priority"]), (200, &json!("normal")), "{}", sorted.text);
    let inside = &sorted.body["inside"];
    assert_eq!(inside["score"], json!([{ "ground": "category", "points": 30 }]));
    assert_eq!(inside["team"], "payments");
    assert_eq!(promise(&sorted.body, "first_response")["due_at"], "2026-03-12T06:00:00.000Z");
    let text = world.visit(&world.link(ticket).await).await.text();
    assert_eq!(text.matches("We sorted it under").count(), 1, "{text}");
    assert!(text.contains("We sorted it under: Account and payment"), "{text}");
    let read = world.get(&AGENT, &format!("/v1/desk/tickets/{ticket}")).await;
    assert!(read.text.contains("\"reclassified\"") && read.text.contains("\"transferred\""), "{}", read.text);
}

#[tokio::test]
async fn what_a_person_decided_stays() {
    let world = World::new().await;
    let ticket = opened(&world, json!({ "category": "inquiry" })).await.ticket();
    world.assign(ticket, "agent-1").await;
    world.at_desk(&AGENT, ticket, "priority", json!({ "to": "high" })).await;
    let due = world.ticket(ticket).await.clock(ClockKind::FirstResponse).unwrap().due;
    for category in ["account_payment", "inquiry", "account_payment"] {
        let sorted = world.at_desk(&AGENT, ticket, "classification", json!({ "category": category })).await;
        assert_eq!((sorted.status, &sorted.body["priority"]), (200, &json!("high")), "{}", sorted.text);
    }
    let after = world.ticket(ticket).await;
    assert_eq!((after.team.as_str(), after.holder().unwrap().as_str()), ("advice", "agent-1"));
    assert_eq!(after.clock(ClockKind::FirstResponse).unwrap().due, due);
}

#[tokio::test]
async fn teams_are_todays() {
    let world = World::new().await;
    let ticket = opened(&world, json!({ "category": "inquiry" })).await.ticket();
    world.settings("shop", |settings| settings["teams"][1]["name"] = json!("money")).await;
    world.at_desk(&AGENT, ticket, "classification", json!({ "category": "account_payment" })).await;
    assert_eq!(world.ticket(ticket).await.team, "money");
}

#[tokio::test]
async fn what_waits_under_a_name_that_no_team_has_now_moves_like_the_shops_own() {
    let world = World::new().await;
    let ticket = opened(&world, json!({ "category": "quality" })).await.ticket();
    world.settings("shop", |settings| settings["shop"]["team"] = json!("main desk")).await;
    let listed = world.get(&AGENT, "/v1/desk/tickets?team=main%20desk").await;
    assert_eq!(listed.body["tickets"][0]["id"], ticket.to_string(), "{}", listed.text);
    let sorted = world.at_desk(&AGENT, ticket, "classification", json!({ "category": "account_payment" })).await;
    assert_eq!(sorted.body["inside"]["team"], "payments", "{}", sorted.text);
}
