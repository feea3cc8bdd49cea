//! Feedback from every source is one record, recorded once, found at the desk and forgotten with its customer.

use serde_json::{Value, json};
use tests::{AGENT, Reply, SHOP, Token, World, merge};

const OTHER: Token = Token::Storefront("other");
const CUSTOMER: Token = Token::Customer("shop", "ann");

fn review(more: Value) -> Value {
    let mut body = json!({
        "source": "review", "source_id": "r-1", "rating": { "score": 2, "from": 1, "to": 5 }, "text": "It leaks.",
        "customer": "ann", "product": "kettle", "order": "o-1", "locale": "en",
    });
    merge(&mut body, more);
    body
}

async fn hand_in(world: &World, more: Value) -> Reply {
    world.post(&SHOP, "/v1/feedback", review(more)).await
}

async fn listed(world: &World, query: &str) -> Vec<Value> {
    let page = world.get(&AGENT, &format!("/v1/desk/feedback{query}")).await;
    assert_eq!(page.status, 200, "{}", page.text);
    page.body["feedback"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_review_is_recorded_once_with_what_it_is_about() {
    let world = World::new().await;
    let first = hand_in(&world, json!({})).await;
    assert_eq!(first.status, 201, "{}", first.text);
    let again = hand_in(&world, json!({ "text": "It still leaks." })).await;
    assert_eq!((again.status, &again.body), (200, &first.body), "the same id of its source");
    let all = listed(&world, "").await;
    assert_eq!(all, std::slice::from_ref(&first.body));
    assert_eq!(
        (&all[0]["product"], &all[0]["text"], &all[0]["order"]),
        (&json!("kettle"), &json!("It leaks."), &json!("o-1"))
    );
    assert!(hand_in(&world, json!({ "source": "social" })).await.status == 201, "another source has ids of its own");
}

#[tokio::test]
async fn without_an_id_of_its_source_the_key_makes_it_one() {
    let world = World::new().await;
    let body = review(json!({ "source_id": null }));
    let first = world.post_with_key(&SHOP, "/v1/feedback", "k-1", body.clone()).await;
    world.later(60);
    let again = world.post_with_key(&SHOP, "/v1/feedback", "k-1", body.clone()).await;
    assert_eq!((first.status, again.status, &again.body["id"]), (201, 201, &first.body["id"]));
    let other = world.post_with_key(&SHOP, "/v1/feedback", "k-1", review(json!({ "source_id": "x" }))).await;
    assert_eq!(other.status, 422, "another request under that key");
    assert_eq!(world.post_with_key(&SHOP, "/v1/feedback", "k-2", body).await.status, 201);
    assert_eq!(listed(&world, "").await.len(), 2);
}

#[tokio::test]
async fn two_that_hand_in_the_same_review_at_once_record_one() {
    let world = World::new().await;
    let (one, other) = tokio::join!(hand_in(&world, json!({})), hand_in(&world, json!({})));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!((statuses, &one.body["id"]), ([200, 201], &other.body["id"]));
    assert_eq!(listed(&world, "").await.len(), 1);
}

#[tokio::test]
async fn everything_that_is_wrong_is_named_and_nothing_is_recorded() {
    let world = World::new().await;
    let wrong = json!({
        "source": "rumour", "rating": { "score": 9, "from": 1, "to": 5 }, "said_at": "2030-01-01T00:00:00Z", "locale": "!",
    });
    let refused = hand_in(&world, wrong).await;
    assert_eq!(refused.status, 422);
    for field in ["/source", "/rating/score", "/said_at", "/locale"] {
        assert!(refused.wrong_fields().contains(&field), "{field}: {}", refused.text);
    }
    let empty = hand_in(&world, json!({ "rating": null, "text": null })).await;
    assert_eq!(empty.wrong_fields(), ["/text"]);
    assert_eq!(world.post(&CUSTOMER, "/v1/feedback", review(json!({}))).await.status, 403);
    assert_eq!(listed(&world, "").await, [Value::Null; 0]);
}

#[tokio::test]
async fn a_call_back_is_about_a_ticket_and_knows_whose_it_is() {
    let world = World::new().await;
    let ticket = world.open("ann", "The kettle leaks.", json!({ "order": { "id": "o-7" } })).await.ticket();
    let said = json!({ "ticket": ticket, "rating": { "score": 5, "from": 1, "to": 5 }, "text": "All is well." });
    let noted = world.post(&AGENT, "/v1/desk/feedback", said.clone()).await;
    assert_eq!(noted.status, 201, "{}", noted.text);
    let shown = &noted.body;
    let expected = json!(["call_back", "ann", "o-7", "agent-1"]);
    assert_eq!(json!([shown["source"], shown["customer"], shown["order"], shown["recorded_by"]]), expected);
    assert_eq!(world.post(&AGENT, "/v1/desk/feedback", json!({ "text": "Fine." })).await.wrong_fields(), ["/ticket"]);
    let elsewhere = world.post(&OTHER, "/v1/feedback", review(json!({ "ticket": ticket }))).await;
    assert_eq!(elsewhere.wrong_fields(), ["/ticket"], "another storefront's ticket is none");
    let of_bob = hand_in(&world, json!({ "ticket": ticket, "customer": "bob" })).await;
    assert_eq!(of_bob.wrong_fields(), ["/ticket"], "and so is another customer's");
}

#[tokio::test]
async fn the_desk_lists_all_sources_the_latest_first_page_by_page() {
    let world = World::new().await;
    for number in 0..5 {
        world.later(60);
        let source = if number % 2 == 0 { "review" } else { "social" };
        hand_in(&world, json!({ "source": source, "source_id": format!("r-{number}"), "text": format!("{number}") }))
            .await;
    }
    let mut seen = Vec::new();
    let mut query = "?limit=2".to_owned();
    loop {
        let page = world.get(&AGENT, &format!("/v1/desk/feedback{query}")).await;
        seen.extend(
            page.body["feedback"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page.body["next"].as_str() else { break };
        query = format!("?limit=2&cursor={next}");
    }
    assert_eq!(seen, ["4", "3", "2", "1", "0"]);
    assert_eq!(listed(&world, "?source=social").await.len(), 2);
    assert_eq!(
        world.get(&Token::Staff("other", "lead-9", &["lead"]), "/v1/desk/feedback").await.body["feedback"],
        json!([])
    );
}

#[tokio::test]
async fn what_was_said_is_handed_out_and_forgotten_with_its_customer_and_the_rating_stays() {
    let world = World::new().await;
    hand_in(&world, json!({ "text": "wsecret" })).await;
    hand_in(&world, json!({ "source_id": "r-2", "customer": "bob", "text": "mine" })).await;
    let export = world.get(&SHOP, "/v1/customers/ann/export").await;
    assert_eq!(export.body["feedback"][0]["text"], "wsecret", "{}", export.text);
    let erased = world.post(&SHOP, "/v1/customers/ann/erase", json!({})).await;
    assert_eq!(erased.body["messages"], 1, "{}", erased.text);
    assert!(!json!(world.items()).to_string().contains("wsecret"));
    let all = listed(&world, "").await;
    let ann = all.iter().find(|one| one["customer"] == "ann").unwrap();
    assert_eq!((&ann["erased"], &ann["rating"]["score"], &ann["text"]), (&json!(true), &json!(2), &Value::Null));
    assert!(all.iter().any(|one| one["text"] == "mine"));
    assert_eq!(world.post(&SHOP, "/v1/customers/ann/erase", json!({})).await.body["messages"], 0, "once");
}
