//! A ticket comes in once, however often it is sent.

use serde_json::json;
use tests::World;

#[tokio::test]
async fn a_ticket_comes_in_and_its_customer_hears_of_it() {
    let world = World::new().await;
    let opened = world.open("c-1", "The kettle is broken", json!({})).await;
    assert_eq!(opened.status, 201, "{}", opened.text);
    world.settle().await;
    let mails = world.mails_to("c-1@example.com");
    assert_eq!(mails.len(), 1);
    assert!(mails[0].raw.contains(opened.body["ticket"]["number"].as_str().unwrap()));
    world.settle().await;
    assert_eq!(world.far.mails().len(), 1);
}
