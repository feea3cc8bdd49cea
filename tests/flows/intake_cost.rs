//! What a request costs in calls of the table.

use serde_json::json;
use tests::{SHOP, Token, World, request};

/// The operations that a request made.
fn calls(world: &World) -> String {
    let made: Vec<String> = world.far.made().into_iter().map(|made| made.operation).collect();
    made.join(" ")
}

#[tokio::test]
async fn a_warm_create_is_one_transaction_and_at_most_two_reads() {
    let world = World::new().await;
    world.open("c-0", "Warms the settings up", json!({})).await;
    calls(&world);
    world.open("c-1", "The kettle is broken", json!({})).await;
    assert_eq!(calls(&world), "BatchGetItem TransactWriteItems");
    let named = json!({ "channel": "chat", "channel_message_id": "m-1", "client_ip": "192.0.2.1" });
    world.open("c-2", "The kettle is broken", named).await;
    assert_eq!(calls(&world), "BatchGetItem TransactWriteItems");
    world.post(&Token::Customer("shop", "c-3"), "/v1/tickets", request("c-3", "The kettle is broken")).await;
    assert_eq!(calls(&world), "BatchGetItem TransactWriteItems");
    // A text that may repeat another is compared with it.
    world.open("c-1", "The kettle is broken!", json!({})).await;
    assert_eq!(calls(&world), "BatchGetItem BatchGetItem TransactWriteItems");
}

#[tokio::test]
async fn a_replay_and_a_flood_write_nothing_and_a_message_is_one_transaction() {
    let world = World::new().await;
    let post = async || world.post_with_key(&SHOP, "/v1/tickets", "k", request("c-1", "The kettle is broken")).await;
    let ticket = post().await.ticket();
    calls(&world);
    post().await;
    assert_eq!(calls(&world), "BatchGetItem");
    world.write(ticket, "Hello?").await;
    assert_eq!(calls(&world), "GetItem GetItem TransactWriteItems");
    for number in 0..4 {
        let text: String = ('\u{4e00}'..).skip(number * 40).take(40).collect();
        world.open("c-1", &text, json!({})).await;
    }
    calls(&world);
    assert_eq!(world.open("c-1", "?", json!({})).await.status, 429);
    assert_eq!(calls(&world), "BatchGetItem");
}
