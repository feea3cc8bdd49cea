//! Keys of links: made when first needed, rotated by an admin, and live links go on living.

use aftercare::id::StorefrontId;
use aftercare::ticket::Ticket;
use serde_json::{Value, json};
use tests::{ADMIN, LEAD, Token, World};

use crate::tracking::opened;

const ROTATE: &str = "/v1/desk/link-keys/rotate";

fn numbers(keys: &Value) -> Vec<u64> {
    keys["keys"].as_array().unwrap().iter().map(|key| key["number"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn a_rotation_signs_new_links_and_breaks_none_that_live() {
    let world = World::new().await;
    let ticket = opened(&world, json!({})).await;
    let old = world.link(ticket).await;
    let open = world.visit(&old).await;
    let rotated = world.post(&ADMIN, ROTATE, json!({})).await;
    assert_eq!((rotated.status, numbers(&rotated.body)), (200, vec![2, 1]), "{}", rotated.text);
    assert!(rotated.body["keys"][0]["secret"].is_null());
    world.later(61).reply(ticket, json!({})).await;
    let new = world.link(ticket).await;
    assert_ne!(new, old);
    for link in [&old, &new] {
        assert_eq!(world.visit(link).await.status, 200, "{link}");
    }
    assert_eq!(world.submit(&open, "reply", "From the old page.").await.status, 200);
}

#[tokio::test]
async fn a_sandbox_that_knows_only_the_old_key_looks_at_the_table() {
    let world = World::new().await;
    let ticket = opened(&world, json!({})).await;
    let old = world.link(ticket).await;
    world.visit(&old).await;
    world.post(&ADMIN, ROTATE, json!({})).await;
    // A function that signs for the first time.
    let new = world.intake.table.track_link("", &world.ticket(ticket).await, world.now()).await.unwrap();
    assert_ne!(new, old);
    assert_eq!(world.visit(&new).await.status, 200, "within the minute in which the pages know the old one");
}

#[tokio::test]
async fn the_ninth_key_ends_the_links_of_the_first() {
    let world = World::new().await;
    let ticket = opened(&world, json!({})).await;
    let link = world.link(ticket).await;
    for _ in 0..7 {
        world.post(&ADMIN, ROTATE, json!({})).await;
    }
    assert_eq!(world.later(61).visit(&link).await.status, 200);
    let eighth = world.post(&ADMIN, ROTATE, json!({})).await;
    assert_eq!(numbers(&eighth.body), [9, 8, 7, 6, 5, 4, 3, 2]);
    assert_eq!(world.later(61).visit(&link).await.status, 404);
    assert_eq!(world.visit(&world.link(ticket).await).await.status, 404, "mailed before");
    world.reply(ticket, json!({})).await;
    assert_eq!(world.visit(&world.link(ticket).await).await.status, 200, "the next mail has a new one");
}

#[tokio::test]
async fn only_an_admin_rotates_and_a_key_sent_again_rotates_once() {
    let world = World::new().await;
    for token in [&LEAD, &Token::Staff("other", "a", &["lead"]), &Token::Staff("shop", "f", &["finance"])] {
        assert_eq!(world.post(token, ROTATE, json!({})).await.status, 403);
    }
    let first = world.post_with_key(&ADMIN, ROTATE, "k", json!({})).await;
    let again = world.post_with_key(&ADMIN, ROTATE, "k", json!({})).await;
    assert_eq!((numbers(&first.body), first.text), (vec![2, 1], again.text));
    let elsewhere = world.post(&Token::Staff("new-shop", "a", &["admin"]), ROTATE, json!({})).await;
    assert_eq!(numbers(&elsewhere.body), [1], "before its first link");
    assert_eq!(world.get(&ADMIN, ROTATE).await.status, 405);
}

#[tokio::test]
async fn two_first_mails_at_once_make_one_set_of_keys() {
    let world = World::new().await;
    let ticket = opened(&world, json!({})).await;
    let storefront = StorefrontId::parse("new-shop").unwrap();
    let state = Ticket { storefront, ..world.ticket(ticket).await };
    let one = world.notify.table.track_link("", &state, world.now());
    let other = async { world.desk.table.track_link("", &state, world.now()).await };
    let (one, other) = crate::told::within(&world, ("TransactWriteItems", 1), one, other).await.unwrap();
    assert_eq!(one.unwrap(), other.unwrap());
}
