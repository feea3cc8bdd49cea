//! Who is at work: the roster, and presence.

use serde_json::{Value, json};
use tests::{ADMIN, AGENT, LEAD, SHOP, Token, World};

use crate::assignment::{open, staffed};

const AWAY: &str = "away";

async fn set(world: &World, token: &Token, id: &str, presence: &str) -> (u16, Value) {
    let reply = world.put(token, &format!("/v1/desk/agents/{id}/presence"), json!({ "presence": presence })).await;
    (reply.status, reply.body)
}

#[tokio::test]
async fn the_roster_shows_everybody_once_with_what_they_hold() {
    let world = World::new().await;
    staffed(
        &world,
        &[
            json!({ "id": "agent-1", "capacity": 3 }),
            json!({ "id": "agent-2", "team": "returns", "shift": "night" }),
            json!({ "id": "agent-2", "role": "admin", "capacity": null }),
            json!({ "id": "lead-1", "role": "lead", "capacity": null }),
        ],
    )
    .await;
    open(&world, "quality", "en").await;
    world.scan().await;
    set(&world, &LEAD, "agent-2", AWAY).await;
    let agents = world.get(&AGENT, "/v1/desk/agents").await;
    assert_eq!(
        agents.body["agents"],
        json!([
            { "id": "agent-1", "role": "agent", "team": "after-sales", "on_shift": true, "presence": "available", "held": 1, "capacity": 3 },
            { "id": "agent-2", "role": "agent", "team": "returns", "on_shift": false, "presence": "away", "held": 0, "capacity": 4 },
            { "id": "lead-1", "role": "lead", "team": "after-sales", "on_shift": true, "presence": "available", "held": 0 },
        ])
    );
    let unknown = world.get(&AGENT, "/v1/desk/agents?team=returns").await;
    assert_eq!((unknown.status, unknown.wrong_fields()), (422, vec!["query team"]));
}

#[tokio::test]
async fn agents_speak_for_themselves_and_leads_for_everybody() {
    let world = World::new().await;
    let finance = Token::Staff("shop", "finance-1", &["finance"]);
    for (token, id, status) in [
        (&AGENT, "me", 200),
        (&AGENT, "agent-1", 200),
        (&AGENT, "lead-1", 403),
        (&AGENT, "nobody", 403),
        (&LEAD, "agent-1", 200),
        (&LEAD, "me", 200),
        (&ADMIN, "me", 403),
        (&ADMIN, "agent-1", 403),
        (&finance, "me", 403),
        (&SHOP, "me", 403),
        (&Token::None, "me", 403),
    ] {
        assert_eq!(set(&world, token, id, AWAY).await.0, status, "{token:?} {id}");
    }
    let (_, me) = set(&world, &AGENT, "me", AWAY).await;
    assert_eq!((&me["id"], &me["presence"]), (&json!("agent-1"), &json!(AWAY)));
    for (token, status) in [(&AGENT, 200), (&ADMIN, 200), (&finance, 403), (&SHOP, 403)] {
        assert_eq!(world.get(token, "/v1/desk/agents").await.status, status, "{token:?}");
    }
}

#[tokio::test]
async fn somebody_of_another_storefront_is_as_if_they_were_not_there() {
    let world = World::new().await;
    staffed(&world, &[json!({ "id": "ann" })]).await;
    world.staff("other").await;
    let other = Token::Staff("other", "lead-1", &["lead"]);
    let path = |id: &str| format!("/v1/desk/agents/{id}/presence");
    let body = json!({ "presence": AWAY });
    let theirs = world.put(&other, &path("ann"), body.clone()).await;
    assert_eq!(theirs.status, 404);
    assert_eq!(theirs, world.put(&other, &path("nobody"), body.clone()).await);
    assert_eq!(theirs, world.put(&other, &path("-"), body.clone()).await);
    // Nor has anybody a presence who is on no list.
    assert_eq!(world.put(&Token::Staff("shop", "new", &["agent"]), &path("me"), body).await.status, 404);
    assert!(!world.items().iter().any(|item| item["presence"]["S"] == AWAY));
}

#[tokio::test]
async fn a_wrong_presence_names_the_field_and_changes_nothing() {
    let world = World::new().await;
    for (body, field) in [
        (json!({}), "/presence"),
        (json!({ "presence": "busy" }), "/presence"),
        (json!({ "presence": true }), "/presence"),
        (json!({ "presence": AWAY, "until": "noon" }), "/until"),
    ] {
        let reply = world.put(&AGENT, "/v1/desk/agents/me/presence", body).await;
        assert_eq!((reply.status, reply.wrong_fields()), (422, vec![field]));
    }
    assert!(!world.items().iter().any(|item| item["pk"]["S"] == "R|shop"));
}

#[tokio::test]
async fn presence_leaves_the_load_and_the_load_leaves_presence() {
    let world = World::new().await;
    staffed(&world, &[json!({ "id": "agent-1" })]).await;
    let first = open(&world, "quality", "en").await;
    world.scan().await;
    let (_, away) = set(&world, &AGENT, "me", AWAY).await;
    assert_eq!((&away["held"], &away["presence"]), (&json!(1), &json!(AWAY)));
    let second = open(&world, "quality", "en").await;
    assert_eq!(world.assign(second, "agent-1").await.status, 200, "a lead may all the same");
    world.resolve(first).await;
    let agents = world.get(&LEAD, "/v1/desk/agents").await;
    let agent = agents.body["agents"].as_array().unwrap().iter().find(|agent| agent["id"] == "agent-1").unwrap();
    assert_eq!((&agent["held"], &agent["presence"]), (&json!(1), &json!(AWAY)));
    world.loads_are_true();
}

#[tokio::test]
async fn an_unknown_method_of_the_roster_is_told_from_a_refusal() {
    let world = World::new().await;
    assert_eq!(world.put(&LEAD, "/v1/desk/agents", json!({})).await.header("allow"), Some("GET"));
    assert_eq!(world.get(&LEAD, "/v1/desk/agents/me/presence").await.header("allow"), Some("PUT"));
    assert_eq!(world.get(&LEAD, "/v1/desk/agents/me").await.status, 404);
}
