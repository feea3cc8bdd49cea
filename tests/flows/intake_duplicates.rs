//! The same complaint sent again joins the first ticket.

use serde_json::{Value, json};
use tests::{Reply, SHOP, World};

const COMPLAINT: &str = "The kettle leaks from the bottom since the second day, please help me to get a new one soon";

/// About an order, in a category that was chosen.
fn about(order: &str, category: &str) -> Value {
    json!({ "category": category, "order": { "id": order } })
}

async fn complain(world: &World, text: &str) -> Reply {
    world.open("c-1", text, about("o-1", "quality")).await
}

#[tokio::test]
async fn a_near_copy_is_appended_to_the_first_ticket_and_the_answer_says_so() {
    let world = World::new().await;
    let first = complain(&world, COMPLAINT).await;
    assert_eq!((first.status, &first.body["appended"]), (201, &json!(false)));
    // As often as they like, and each time told from the first text.
    for (message, copy) in ["{}!", "  {}", "{}…"].iter().enumerate() {
        let again = complain(&world, &copy.replace("{}", COMPLAINT)).await;
        assert_eq!((again.status, &again.body["appended"]), (200, &json!(true)), "{}", again.text);
        assert_eq!((again.ticket(), &again.body["message"]), (first.ticket(), &json!(message + 2)));
    }
    assert_eq!(world.tickets(), 1);
    let read = world.get(&SHOP, &format!("/v1/tickets/{}", first.ticket())).await;
    assert_eq!(read.body["messages"][3]["body"], format!("{COMPLAINT}…"), "what they wrote is kept");
    world.settle().await;
    assert_eq!(world.far.mails().len(), 1, "one acknowledgement");
}

#[tokio::test]
async fn what_differs_in_customer_order_category_or_text_is_a_ticket_of_its_own() {
    let world = World::new().await;
    complain(&world, COMPLAINT).await;
    let others = [
        world.open("c-2", COMPLAINT, about("o-1", "quality")).await,
        world.open("c-1", COMPLAINT, about("o-2", "quality")).await,
        world.open("c-1", COMPLAINT, about("o-1", "delivery")).await,
        world.open("c-1", "It arrived with a dent in its side and without the lid", about("o-1", "quality")).await,
    ];
    assert!(others.iter().all(|other| other.status == 201));
    assert_eq!(world.tickets(), 5);
}

#[tokio::test]
async fn the_similarity_that_counts_is_85_percent_of_all_3_grams() {
    // 100 different 3-grams in 102 letters; the subject is left out.
    let letters: Vec<char> = ('\u{4e00}'..).take(200).collect();
    let text = |from: usize, to: usize| letters[from..to].iter().collect::<String>();
    let plain = json!({ "subject": null, "category": "other" });
    let world = World::new().await;
    world.settings("shop", |settings| settings["limits"]["tickets_per_customer_hour"] = json!(50)).await;
    // Without a subject the text begins with a space, which is folded away. 85 of 100 are shared by both.
    world.open("c-1", &text(0, 87), plain.clone()).await;
    assert_eq!(world.open("c-1", &text(0, 102), plain.clone()).await.status, 200, "85 of 100");
    world.open("c-2", &text(0, 86), plain.clone()).await;
    assert_eq!(world.open("c-2", &text(0, 102), plain).await.status, 201, "84 of 100");
}

#[tokio::test]
async fn short_texts_are_told_apart_too_however_many_there_were() {
    let world = World::new().await;
    world.settings("shop", |settings| settings["limits"]["tickets_per_customer_hour"] = json!(50)).await;
    let texts = ["Hi", "Hello", "?", "Help", "Refund", "Call me", "茶壶坏了"];
    for text in texts {
        assert_eq!(complain(&world, text).await.status, 201, "{text}");
    }
    for text in texts {
        assert_eq!(complain(&world, text).await.status, 200, "{text}");
    }
}

#[tokio::test]
async fn only_an_open_ticket_of_the_last_24_hours_is_joined() {
    let world = World::new().await;
    let first = complain(&world, COMPLAINT).await;
    world.later(24 * 3600);
    assert_eq!(complain(&world, COMPLAINT).await.ticket(), first.ticket());
    world.later(1);
    let second = complain(&world, COMPLAINT).await;
    assert_eq!(second.status, 201, "a repetition does not make the first younger");
    world.resolve(second.ticket()).await;
    let third = complain(&world, COMPLAINT).await;
    assert_eq!(third.status, 201, "what is resolved is not open");
}

#[tokio::test]
async fn two_that_race_make_one_ticket_wherever_they_meet() {
    for call in 1..=4 {
        let world = World::new().await;
        world.put(&SHOP, "/v1/customers/c-1", json!({ "email": "c-1@example.com" })).await;
        let (one, other) = world.far.interleave(call, complain(&world, COMPLAINT), complain(&world, COMPLAINT)).await;
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!((statuses, world.tickets()), ([200, 201], 1), "call {call}");
        assert_eq!(one.ticket(), other.ticket());
    }
}

#[tokio::test]
async fn a_repetition_that_meets_the_resolution_of_the_first_is_not_lost() {
    for call in 1..=5 {
        let world = World::new().await;
        let first = complain(&world, COMPLAINT).await.ticket();
        let (again, resolved) = world.far.interleave(call, complain(&world, COMPLAINT), world.resolve(first)).await;
        assert_eq!(resolved.status, 200, "{}", resolved.text);
        let read = world.get(&SHOP, &format!("/v1/tickets/{}", again.ticket())).await;
        let messages = read.body["messages"].as_array().unwrap();
        assert!(messages.iter().filter(|message| message["body"] == COMPLAINT).count() >= 1);
        assert_eq!(again.status, if again.ticket() == first { 200 } else { 201 }, "call {call}");
    }
}
