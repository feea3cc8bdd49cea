//! A request is done once, however often it is sent.

use serde_json::json;
use tests::{Fault, SHOP, Token, World, request};

const ANN: Token = Token::Customer("shop", "ann");
const BEN: Token = Token::Customer("shop", "ben");
const OTHER_SHOP: Token = Token::Storefront("other");

#[tokio::test]
async fn the_same_body_with_the_same_key_replays_the_first_answer_and_changes_nothing() {
    let world = World::new().await;
    let key = [("idempotency-key", "k")];
    let body = r#"{"channel":"web","kind":"complaint","body":"The kettle is broken","customer":{"ref":"c-1"}}"#;
    let first = world.send(&SHOP, "POST", "/v1/tickets", &key, body).await;
    assert_eq!((first.status, first.header("idempotent-replayed")), (201, None));
    let before = world.items();
    // White space and the order of fields are no difference.
    let body = r#"{ "customer": {"ref":"c-1"}, "body":"The kettle is broken", "kind":"complaint", "channel":"web" }"#;
    let again = world.later(60).send(&SHOP, "POST", "/v1/tickets", &[("Idempotency-Key", "k")], body).await;
    assert_eq!((again.status, &again.text), (201, &first.text));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(world.items(), before);

    let repeat =
        json!({ "channel": "web", "kind": "complaint", "body": "the kettle is broken ", "customer": { "ref": "c-1" } });
    // An answer of another status is replayed as it was, whatever happened to the ticket since.
    let repeated = world.post_with_key(&SHOP, "/v1/tickets", "k-2", repeat.clone()).await;
    assert_eq!((repeated.status, repeated.ticket()), (200, first.ticket()));
    world.resolve(first.ticket()).await;
    let again = world.post_with_key(&SHOP, "/v1/tickets", "k-2", repeat).await;
    assert_eq!((again.status, again.text), (200, repeated.text));
}

#[tokio::test]
async fn another_request_with_the_same_key_is_refused() {
    let world = World::new().await;
    let first = world.post_with_key(&SHOP, "/v1/tickets", "k", request("c-1", "The kettle is broken")).await;
    let before = world.items();
    let other = world.post_with_key(&SHOP, "/v1/tickets", "k", request("c-1", "The lid is broken")).await;
    assert_eq!((other.status, other.body["type"].as_str()), (422, Some("/problems/idempotency-key-reused")));
    let path = format!("/v1/tickets/{}/messages", first.ticket());
    let other = world.post_with_key(&SHOP, &path, "k", json!({ "channel": "web", "body": "Hello?" })).await;
    assert_eq!(other.status, 422);
    assert_eq!(world.items(), before);
}

#[tokio::test]
async fn a_storefront_needs_a_key_and_a_customer_does_not() {
    let world = World::new().await;
    let body = request("ann", "The kettle is broken").to_string();
    for (headers, status) in [(vec![], 422), (vec![("idempotency-key", " ")], 422)] {
        let refused = world.send(&SHOP, "POST", "/v1/tickets", &headers, &body).await;
        assert_eq!((refused.status, refused.wrong_fields()), (status, vec!["header Idempotency-Key"]));
    }
    let (longest, longer) = ("k".repeat(255), "k".repeat(256));
    assert_eq!(world.send(&SHOP, "POST", "/v1/tickets", &[("idempotency-key", &longer)], &body).await.status, 422);
    assert_eq!(world.send(&SHOP, "POST", "/v1/tickets", &[("idempotency-key", &longest)], &body).await.status, 201);
    let ticket = world.send(&ANN, "POST", "/v1/tickets", &[], &body).await;
    assert_eq!(ticket.status, 200, "a customer without a key is still not doubled: {}", ticket.text);
    let path = format!("/v1/tickets/{}/messages", ticket.ticket());
    let message = json!({ "channel": "web", "body": "Hello?" }).to_string();
    assert_eq!(world.send(&SHOP, "POST", &path, &[], &message).await.wrong_fields(), ["header Idempotency-Key"]);
    assert_eq!(world.send(&ANN, "POST", &path, &[], &message).await.status, 201);
}

#[tokio::test]
async fn a_key_belongs_to_its_storefront_and_to_its_customer() {
    let world = World::new().await;
    let body = |text: &str| json!({ "channel": "web", "kind": "complaint", "body": text });
    let shop = world.post_with_key(&SHOP, "/v1/tickets", "k", request("ann", "One")).await;
    let others = [
        world.post_with_key(&OTHER_SHOP, "/v1/tickets", "k", request("ann", "One")).await,
        world.post_with_key(&ANN, "/v1/tickets", "k", body("Two, of Ann's")).await,
        world.post_with_key(&BEN, "/v1/tickets", "k", body("Three, of Ben's")).await,
    ];
    for other in &others {
        assert_eq!((other.status, other.header("idempotent-replayed")), (201, None));
        assert_ne!(other.ticket(), shop.ticket());
    }
    let again = world.post_with_key(&ANN, "/v1/tickets", "k", body("Two, of Ann's")).await;
    assert_eq!(again.text, others[1].text);
}

#[tokio::test]
async fn a_key_lives_for_24_hours() {
    let world = World::new().await;
    world.post_with_key(&SHOP, "/v1/tickets", "k", request("c-1", "The kettle is broken")).await;
    let other = request("c-1", "Where is my parcel?");
    world.later(24 * 3600 - 1);
    assert_eq!(world.post_with_key(&SHOP, "/v1/tickets", "k", other.clone()).await.status, 422);
    // Nobody has deleted the record: expiry is decided by the clock, not by the table's clean-up.
    world.later(1);
    let reused = world.post_with_key(&SHOP, "/v1/tickets", "k", other.clone()).await;
    assert_eq!(reused.status, 201);
    assert_eq!(world.later(3600).post_with_key(&SHOP, "/v1/tickets", "k", other).await.text, reused.text);
}

#[tokio::test]
async fn a_refused_request_leaves_its_key_free() {
    let world = World::new().await;
    assert_eq!(world.post_with_key(&SHOP, "/v1/tickets", "k", request("c-1", "")).await.status, 422);
    assert_eq!(world.post_with_key(&SHOP, "/v1/tickets", "k", request("c-1", "Mended")).await.status, 201);
}

#[tokio::test]
async fn a_channels_message_comes_in_once_for_ever_as_a_ticket_or_as_a_message() {
    let world = World::new().await;
    let named = |id: &str| json!({ "channel": "chat", "channel_message_id": id });
    let first = world.open("c-1", "The kettle is broken", named("m-1")).await;
    let before = world.items();
    world.later(400 * 24 * 3600);
    let again = world.open("c-1", "The kettle is broken", named("m-1")).await;
    assert_eq!((again.status, &again.text), (201, &first.text), "with another key, after the key's life");
    let path = format!("/v1/tickets/{}/messages", first.ticket());
    let as_message = json!({ "channel": "chat", "channel_message_id": "m-1", "body": "The kettle is broken" });
    assert_eq!(world.post(&SHOP, &path, as_message).await.text, first.text);
    assert_eq!(world.items(), before);

    let message = json!({ "channel": "chat", "channel_message_id": "m-2", "body": "Hello?" });
    let received = world.post(&SHOP, &path, message.clone()).await;
    assert_eq!((received.status, &received.body["message"]), (201, &json!(2)));
    assert_eq!(world.post(&SHOP, &path, message).await.text, received.text);
    assert_eq!(world.open("c-1", "Hello?", named("m-2")).await.text, received.text);
    assert_eq!(world.tickets(), 1);
}

#[tokio::test]
async fn a_channels_ids_are_its_own_in_each_storefront() {
    let world = World::new().await;
    let named = |channel: &str| json!({ "channel": channel, "channel_message_id": "m-1" });
    assert_eq!(world.open("c-1", "By chat", named("chat")).await.status, 201);
    assert_eq!(world.open("c-2", "By phone", named("phone")).await.status, 201);
    let mut elsewhere = request("c-1", "By chat");
    tests::merge(&mut elsewhere, named("chat"));
    assert_eq!(world.post(&OTHER_SHOP, "/v1/tickets", elsewhere).await.header("idempotent-replayed"), None);
    // A mail's id is the channel's.
    let mail = json!({ "channel": "email", "mail": { "message_id": "<1@example.com>" } });
    let first = world.open("c-3", "By mail", mail.clone()).await;
    assert_eq!(world.open("c-3", "By mail", mail).await.text, first.text);
}

#[tokio::test]
async fn a_customer_neither_sees_nor_takes_the_message_ids_of_others() {
    let world = World::new().await;
    let message =
        |text: &str| json!({ "channel": "chat", "channel_message_id": "1001", "kind": "complaint", "body": text });
    let anns = world.post(&ANN, "/v1/tickets", message("Of Ann's")).await;
    let bens = world.post(&BEN, "/v1/tickets", message("Of Ben's")).await;
    assert_eq!((bens.status, &bens.body["ticket"]["customer"]), (201, &json!("ben")));
    assert_eq!(world.post(&ANN, "/v1/tickets", message("Of Ann's")).await.text, anns.text);
    let of_the_shop = json!({ "channel": "chat", "channel_message_id": "1001" });
    assert_eq!(world.open("cem", "Of Cem's", of_the_shop).await.body["ticket"]["customer"], "cem");
}

#[tokio::test]
async fn two_at_once_with_one_key_make_one_ticket_wherever_they_meet() {
    for call in 1..=4 {
        let world = World::new().await;
        let post = || world.post_with_key(&SHOP, "/v1/tickets", "k", request("c-1", "The kettle is broken"));
        let (one, other) = world.far.interleave(call, post(), post()).await;
        assert_eq!((one.status, &one.text), (201, &other.text), "call {call}");
        assert_eq!(world.tickets(), 1);
        world.settle().await;
        assert_eq!(world.far.mails().len(), 1);
    }
}

#[tokio::test]
async fn two_messages_at_once_are_both_kept_in_turn() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    for call in 1..=4 {
        let (one, other) =
            world.far.interleave(call, world.write(ticket, "Hello?"), world.write(ticket, "Anybody?")).await;
        assert_eq!((one.status, other.status), (201, 201));
        assert_ne!(one.body["message"], other.body["message"]);
    }
    let read = world.get(&SHOP, &format!("/v1/tickets/{ticket}")).await;
    assert_eq!(read.body["messages"].as_array().unwrap().len(), 9);
}

#[tokio::test]
async fn whatever_call_fails_and_however_the_ticket_is_there_whole_and_once() {
    for fault in [Fault::Before, Fault::After, Fault::LostReply] {
        for attempts in [1, 3] {
            for call in 1..=8 {
                let world = World::with_attempts(attempts).await;
                world.far.fail(call, fault);
                let post = || world.post_with_key(&SHOP, "/v1/tickets", "k", request("c-1", "The kettle is broken"));
                let mut answer = post().await;
                let came = !world.far.heal();
                while answer.status == 503 {
                    answer = post().await;
                }
                assert_eq!(answer.status, 201, "{fault:?} at {call}");
                world.settle().await;
                assert_eq!((world.tickets(), world.far.mails().len()), (1, 1), "{fault:?} at {call}");
                if !came {
                    break;
                }
                assert!(call < 8, "the sweep ends before the request does");
            }
        }
    }
}
