//! Where a message lands: on its ticket, on the one that it went on in, or on a new one that takes it up again (SPEC 3.5).

use aftercare::event::Event;
use aftercare::id::TicketId;
use aftercare::ticket::{Status, Voice};
use serde_json::{Value, json};
use tests::{AGENT, LEAD, Reply, SHOP, Token, World};

const DAY: i64 = 24 * 3600;
const ANN: Token = Token::Customer("shop", "ann");

async fn open(world: &World, body: &str) -> Reply {
    let order = json!({ "id": "SO-1", "total": { "amount": 250_000, "currency": "CNY" } });
    let more = json!({ "subject": "The kettle", "kind": "exchange", "stage": "in_sale", "order": order });
    let opened = world.open("ann", body, more).await;
    assert_eq!(opened.status, 201, "{}", opened.text);
    opened
}

/// A ticket that was resolved too long ago to be reopened.
async fn old(world: &World) -> Reply {
    let opened = open(world, "The kettle is broken").await;
    world.resolve(opened.ticket()).await;
    world.later(7 * DAY + 1);
    opened
}

fn tag(opened: &Reply) -> String {
    format!("help+{}@shop.example", opened.body["ticket"]["number"].as_str().unwrap())
}

/// A mail that answers one of ours.
async fn answer(world: &World, to: &str, body: &str, headers: Value) -> Reply {
    let mut mail = json!({ "channel": "email", "subject": "Re: hello", "kind": "inquiry", "mail": { "to": [to] } });
    tests::merge(&mut mail["mail"], headers);
    world.open("ann", body, mail).await
}

async fn voices(world: &World, ticket: TicketId) -> Vec<Voice> {
    let whole = world.ticket(ticket).await;
    let mut voices = Vec::new();
    for seq in 1..=whole.seq {
        let entry = world.table.entry(&whole.storefront, ticket, seq).await.unwrap().unwrap();
        for event in &entry.events {
            if let Event::MessageReceived { voice, .. } = event {
                voices.push(*voice);
            }
        }
    }
    voices
}

#[tokio::test]
async fn a_message_reopens_a_resolved_ticket_for_7_days() {
    let world = World::new().await;
    let ticket = open(&world, "The kettle is broken").await.ticket();
    world.resolve(ticket).await;
    let again = world.later(7 * DAY).write(ticket, "It broke again").await;
    assert_eq!((again.status, again.ticket()), (201, ticket), "{}", again.text);
    assert_eq!((&again.body["ticket"]["status"], &again.body["appended"]), (&json!("open"), &json!(true)));
}

#[tokio::test]
async fn later_it_makes_a_new_ticket_that_takes_the_old_one_up_again() {
    let world = World::new().await;
    let opened = old(&world).await;
    let late = world.write(opened.ticket(), "It broke again, the parcel is late too").await;
    assert_eq!((late.status, &late.body["appended"], &late.body["message"]), (201, &json!(false), &json!(1)));
    assert_ne!(late.ticket(), opened.ticket());
    let new = world.ticket(late.ticket()).await;
    let before = world.ticket(opened.ticket()).await;
    assert_eq!(new.follows, Some(before.id));
    assert_eq!(
        (&new.customer, new.kind, new.stage, &new.order),
        (&before.customer, before.kind, before.stage, &before.order)
    );
    assert_eq!((before.links, before.status), (vec![new.id], Status::Closed));
    assert!(
        new.score.iter().any(|part| part.ground.as_str() == "large_order"),
        "the order's total is known: {:?}",
        new.score
    );
    let read = world.get(&SHOP, &format!("/v1/tickets/{}", new.id)).await;
    let first = &read.body["messages"][0];
    assert_eq!(
        (&first["subject"], &first["body"]),
        (&json!("The kettle"), &json!("It broke again, the parcel is late too"))
    );
    assert!(new.clocks.iter().all(|clock| clock.started == world.now()) && new.clocks.len() == 2);
}

#[tokio::test]
async fn a_mail_to_an_old_ticket_makes_a_new_one_of_the_same_matter() {
    let world = World::new().await;
    let opened = old(&world).await;
    let late = answer(&world, &tag(&opened), "It broke again", json!({})).await;
    assert_eq!((late.status, &late.body["appended"]), (201, &json!(false)), "{}", late.text);
    let ticket = &late.body["ticket"];
    assert_eq!(
        (&ticket["kind"], &ticket["stage"], &ticket["order"]),
        (&json!("exchange"), &json!("in_sale"), &json!("SO-1"))
    );
    assert_eq!(ticket["channel"], "email");
    assert_eq!(world.ticket(late.ticket()).await.follows, Some(opened.ticket()));
    assert_eq!(world.ticket(opened.ticket()).await.links, [late.ticket()]);
}

#[tokio::test]
async fn what_is_written_to_the_old_ticket_next_lands_on_the_new_one() {
    let world = World::new().await;
    let opened = old(&world).await;
    let new = world.write(opened.ticket(), "It broke again").await.ticket();
    let next = world.write(opened.ticket(), "And here is the order number").await;
    assert_eq!((next.ticket(), &next.body["appended"]), (new, &json!(true)));
    assert_eq!(answer(&world, &tag(&opened), "And a photo", json!({})).await.ticket(), new);
    // That one is over for too long as well: the next takes it up, and so on.
    world.resolve(new).await;
    world.later(7 * DAY + 1);
    let third = world.write(opened.ticket(), "Once more").await.ticket();
    assert_eq!(world.ticket(third).await.follows, Some(new));
    assert_eq!(world.write(opened.ticket(), "Hello?").await.ticket(), third);
    assert_eq!(world.tickets(), 3);
}

#[tokio::test]
async fn the_same_late_message_sent_again_is_answered_the_same() {
    let world = World::new().await;
    let opened = old(&world).await;
    let path = format!("/v1/tickets/{}/messages", opened.ticket());
    let body = json!({ "channel": "chat", "channel_message_id": "m-1", "body": "It broke again" });
    let first = world.post_with_key(&SHOP, &path, "late", body.clone()).await;
    assert_eq!(first.status, 201, "{}", first.text);
    let replayed = world.post_with_key(&SHOP, &path, "late", body.clone()).await;
    assert_eq!((replayed.status, &replayed.text), (201, &first.text));
    assert_eq!(world.post_with_key(&SHOP, &path, "another", body).await.text, first.text, "the channel's own id");
    assert_eq!(world.tickets(), 2);
    let other = world.post_with_key(&SHOP, &path, "late", json!({ "channel": "chat", "body": "Else" })).await;
    assert_eq!(other.status, 422);
}

#[tokio::test]
async fn a_late_message_counts_as_any_new_ticket() {
    let world = World::new().await;
    let opened = old(&world).await;
    world.settings("shop", |settings| settings["block"]["customers"] = json!(["ann"])).await;
    let blocked = world
        .post(&ANN, &format!("/v1/tickets/{}/messages", opened.ticket()), json!({ "channel": "web", "body": "Buy" }))
        .await;
    assert_eq!((blocked.status, &blocked.body["ticket"]["status"]), (201, &json!("new")), "they do not learn of it");
    assert_eq!(world.ticket(blocked.ticket()).await.status, Status::Spam);
    assert!(world.ticket(opened.ticket()).await.links.is_empty());
    world.settings("shop", |settings| settings["block"]["customers"] = json!([])).await;
    for number in 0..5 {
        let text: String = ('\u{4e00}'..).skip(number * 40).take(40).collect();
        assert_eq!(world.open("ann", &text, json!({})).await.status, 201);
    }
    let flood = world.write(opened.ticket(), "It broke again").await;
    assert_eq!((flood.status, flood.header("retry-after").is_some()), (429, true), "{}", flood.text);
}

#[tokio::test]
async fn a_cancelled_ticket_is_taken_up_by_a_new_one() {
    let world = World::new().await;
    let ticket = open(&world, "The kettle is broken").await.ticket();
    let by = aftercare::event::Actor::Customer;
    world.act(ticket, aftercare::ticket::Command::Cancel, &by, None).await.unwrap();
    let late = world.write(ticket, "I need it after all").await;
    assert_eq!((late.status, world.ticket(late.ticket()).await.follows), (201, Some(ticket)));
}

#[tokio::test]
async fn plain_thanks_reopen_nothing_however_they_come() {
    let world = World::new().await;
    let opened = open(&world, "The kettle is broken").await;
    world.resolve(opened.ticket()).await;
    let thanked = world.write(opened.ticket(), "谢谢！收到了").await;
    assert_eq!((thanked.status, &thanked.body["ticket"]["status"]), (201, &json!("resolved")), "{}", thanked.text);
    assert_eq!(
        answer(&world, &tag(&opened), "Thank you so much 😊", json!({})).await.body["ticket"]["status"],
        "resolved"
    );
    // … not even when it is over for long.
    world.later(8 * DAY);
    assert_eq!(world.write(opened.ticket(), "多謝晒").await.body["ticket"]["status"], "closed");
    assert_eq!(voices(&world, opened.ticket()).await, [Voice::Thanks; 3]);
    assert_eq!(world.tickets(), 1);
    let more = world.write(opened.ticket(), "谢谢，但是还没收到").await;
    assert_eq!(world.ticket(more.ticket()).await.follows, Some(opened.ticket()));
}

#[tokio::test]
async fn an_automatic_reply_is_stored_and_moves_nothing() {
    let world = World::new().await;
    let opened = open(&world, "The kettle is broken").await;
    world.reply(opened.ticket(), json!({ "then": "waiting_customer" })).await;
    let before = world.ticket(opened.ticket()).await;
    let machines = [json!({ "auto_submitted": "auto-replied" }), json!({ "return_path": "<>" })];
    for (number, headers) in machines.into_iter().enumerate() {
        let landed = answer(&world, &tag(&opened), &format!("I am on holiday {number}"), headers).await;
        assert_eq!((landed.status, landed.ticket()), (200, opened.ticket()), "{}", landed.text);
    }
    let after = world.ticket(opened.ticket()).await;
    assert_eq!((after.status, after.timer, &after.clocks), (before.status, before.timer, &before.clocks));
    assert_eq!((after.unanswered, after.contents), (None, before.contents + 2));
    world.resolve(opened.ticket()).await;
    let resolved = answer(&world, &tag(&opened), "Still on holiday", json!({ "auto_submitted": "auto-replied" })).await;
    assert_eq!((resolved.status, &resolved.body["ticket"]["status"]), (200, &json!("resolved")));
    assert_eq!(voices(&world, opened.ticket()).await, [Voice::Machine; 3]);
}

#[tokio::test]
async fn a_message_to_a_merged_ticket_goes_to_the_one_it_ended_in() {
    let world = World::new().await;
    let first = open(&world, "The kettle is broken").await;
    let second = open(&world, "A completely different matter about a lost parcel").await.ticket();
    let third = open(&world, "My invoice shows the wrong name, can you change it").await.ticket();
    world.merge(first.ticket(), second).await;
    world.merge(second, third).await;
    let landed = world.write(first.ticket(), "Here is a photo").await;
    assert_eq!(
        (landed.status, landed.ticket(), &landed.body["appended"]),
        (201, third, &json!(true)),
        "{}",
        landed.text
    );
    let mailed = answer(&world, &tag(&first), "And another", json!({})).await;
    assert_eq!((mailed.status, mailed.ticket()), (200, third));
    assert_eq!(
        world.get(&AGENT, &format!("/v1/desk/tickets/{third}")).await.body["messages"].as_array().unwrap().len(),
        3
    );
    // Where it ended is over for too long: a new ticket takes that one up.
    world.resolve(third).await;
    world.later(8 * DAY);
    let late = world.write(first.ticket(), "It broke again").await;
    assert_eq!(world.ticket(late.ticket()).await.follows, Some(third));
}

#[tokio::test]
async fn a_message_never_follows_to_another_customers_ticket_nor_in_circles() {
    let world = World::new().await;
    let anns = open(&world, "The kettle is broken").await.ticket();
    let other = open(&world, "A completely different matter about a lost parcel").await.ticket();
    world.merge(anns, other).await;
    let bens = world.open("ben", "?", json!({})).await.ticket();
    let lead_to = |id: TicketId| {
        let changed = world.spoil(
            |pk, sk| pk.ends_with(&anns.to_string()) && sk == "STATE",
            |item| {
                let mut state: Value = serde_json::from_str(item["doc"]["S"].as_str().unwrap()).unwrap();
                state["merged_into"] = json!(id);
                item["doc"]["S"] = json!(state.to_string());
            },
        );
        assert_eq!(changed, 1);
    };
    for astray in [bens, anns] {
        lead_to(astray);
        let landed = world.write(anns, &format!("Where does this go, {astray}?")).await;
        assert_eq!((landed.status, &landed.body["ticket"]["customer"]), (201, &json!("ann")), "{}", landed.text);
        assert_eq!(world.ticket(landed.ticket()).await.follows, Some(anns));
    }
    assert_eq!(world.ticket(bens).await.contents, 1);
}

#[tokio::test]
async fn a_customer_does_not_learn_that_they_are_blocked() {
    let world = World::new().await;
    world.settings("shop", |settings| settings["block"]["customers"] = json!(["ann"])).await;
    let spam = world.post(&ANN, "/v1/tickets", json!({ "channel": "web", "kind": "inquiry", "body": "Buy now" })).await;
    assert_eq!((spam.status, &spam.body["ticket"]["status"]), (201, &json!("new")), "{}", spam.text);
    let path = format!("/v1/tickets/{}", spam.ticket());
    let written = world.post(&ANN, &format!("{path}/messages"), json!({ "channel": "web", "body": "Hello?" })).await;
    assert_eq!((written.status, &written.body["ticket"]["status"]), (201, &json!("new")));
    let read = world.get(&ANN, &path).await;
    assert_eq!(read.body["ticket"]["status"], "new");
    assert!(!read.text.contains("spam"), "{}", read.text);
    assert_eq!(world.get(&ANN, "/v1/tickets").await.body["tickets"][0]["status"], "new");
    assert_eq!(world.get(&SHOP, &path).await.body["ticket"]["status"], "spam", "the shop knows");
}

/// What a customer can learn of their ticket, without ids and numbers.
async fn learned(world: &World, ticket: TicketId) -> String {
    let state = world.ticket(ticket).await;
    let page = world.visit(&world.link(ticket).await).await.text();
    let path = format!("/v1/tickets/{ticket}");
    let (whole, list) = (world.get(&ANN, &path).await, world.get(&ANN, "/v1/tickets").await);
    let told = format!("{} {} {page}", whole.text, list.body["tickets"][0]);
    assert!(!told.contains("spam"), "{told}");
    let written = world.post(&ANN, &format!("{path}/messages"), json!({ "channel": "web", "body": "Hello?" })).await;
    let (status, appended) = (&written.body["ticket"]["status"], &written.body["appended"]);
    let after = format!("{} {status} {appended}", written.status);
    assert_eq!(world.ticket(written.ticket()).await.follows, Some(ticket), "and staff see it");
    format!("{told} {after}").replace(&ticket.to_string(), "id").replace(state.number.as_str(), "number")
}

#[tokio::test]
async fn a_ticket_that_staff_mark_as_spam_looks_to_its_customer_like_one_that_was_cancelled() {
    for answered in [false, true] {
        let mut seen = Vec::new();
        for act in ["cancel", "spam"] {
            let world = World::new().await;
            let ticket = world.open("ann", "The kettle leaks", json!({})).await.ticket();
            if answered {
                world.later(60).reply(ticket, json!({})).await;
            }
            world.settle().await;
            assert_eq!(world.later(60).at_desk(&LEAD, ticket, act, json!({})).await.status, 200);
            seen.push(learned(&world, ticket).await);
        }
        assert_eq!(seen[0], seen[1]);
        for said in [
            "\"cancelled\"",
            "Cancelled Nothing more is to be done here.",
            "Do you still need us?",
            "201 \"new\" false",
        ] {
            assert!(seen[1].contains(said), "{said}: {}", seen[1]);
        }
    }
}
