//! What was erased stays empty: no text comes to an erased ticket, at once or while it is being erased.

use aftercare::id::TicketId;
use serde_json::{Value, json};
use tests::{AGENT, LEAD, Reply, SHOP, World};

async fn erase(world: &World) -> Reply {
    world.post(&SHOP, "/v1/customers/ann/erase", json!({})).await
}

/// A ticket of Ann's that was resolved an hour late.
async fn resolved(world: &World) -> TicketId {
    let ticket = world.at(tests::THURSDAY).open("ann", "The kettle is broken", json!({})).await.ticket();
    world.later(86_400).resolve(ticket).await;
    ticket
}

/// How often a word is in the table.
fn stored(world: &World, word: &str) -> usize {
    json!(world.items()).to_string().matches(word).count()
}

#[tokio::test]
async fn staff_cannot_write_on_an_erased_ticket() {
    let world = World::new().await;
    let ticket = resolved(&world).await;
    assert_eq!(erase(&world).await.status, 200);
    let excuse = json!({ "clock": "first_response", "cycle": 1, "reason": "wlate" });
    for (act, body) in
        [("notes", json!({ "body": "wlate" })), ("follow-up", json!({ "body": "wlate" })), ("excuses", excuse)]
    {
        let refused = world.at_desk(&LEAD, ticket, act, body).await;
        assert_eq!(refused.status, 409, "{act}: {}", refused.text);
        assert!(refused.text.contains("erased"), "{act}: {}", refused.text);
    }
    let many = json!({ "tickets": [ticket], "action": { "type": "note", "body": "wlate" } });
    let many = world.post(&AGENT, "/v1/desk/tickets/bulk", many).await;
    assert_eq!(many.body["outcomes"][0]["status"], 409);
    assert_eq!(stored(&world, "wlate"), 0);
}

#[tokio::test]
async fn what_the_customer_writes_after_it_is_a_new_tickets() {
    let world = World::new().await;
    let ticket = resolved(&world).await;
    erase(&world).await;
    let erased = world.ticket(ticket).await;
    for body in ["It is broken again, and I want it mended.", "Thanks!"] {
        let wrote = world.later(60).write(ticket, body).await;
        assert_eq!(wrote.status, 201, "{}", wrote.text);
        assert_ne!(wrote.ticket(), ticket);
    }
    let after = world.ticket(ticket).await;
    assert_eq!((after.status, after.contents), (erased.status, erased.contents));
}

#[tokio::test]
async fn text_that_races_the_erasure_is_emptied_or_refused() {
    let mut outcomes = Vec::new();
    for act in ["notes", "replies", "message"] {
        for erasing_first in [true, false] {
            for call in 1..30 {
                let world = World::new().await;
                let ticket = world.open("ann", "The kettle is broken", json!({})).await.ticket();
                let writing = async {
                    match act {
                        "message" => world.write(ticket, "wlate, I say").await,
                        act => world.at_desk(&AGENT, ticket, act, json!({ "body": "wlate, I say" })).await,
                    }
                };
                let before = world.far.made().len();
                let (wrote, erased) = if erasing_first {
                    let (erased, wrote) = world.far.interleave(call, erase(&world), writing).await;
                    (wrote, erased)
                } else {
                    world.far.interleave(call, writing, erase(&world)).await
                };
                assert_eq!(erased.status, 200, "{act} {call}: {}", erased.text);
                let there = world.items().iter().filter(|item| item.to_string().contains("wlate")).count();
                let elsewhere = wrote.status == 201 && wrote.ticket() != ticket;
                assert_eq!(there, usize::from(elsewhere), "{act} {call} {erasing_first}: {}", wrote.text);
                outcomes.push(wrote.status);
                if world.far.made().len() - before < call {
                    break;
                }
            }
        }
    }
    let seen = |status| outcomes.contains(&status);
    assert!(seen(200) && seen(201) && seen(409), "{outcomes:?}");
}

#[tokio::test]
async fn an_erased_ticket_is_erased_again_after_a_restore() {
    let world = World::new().await;
    let ticket = resolved(&world).await;
    erase(&world).await;
    // A content item from before, as a restore brings it.
    let before = json!({ "pk": { "S": format!("T|shop|{ticket}") }, "sk": { "S": "CONTENT#00000001" }, "v": { "N": "1" },
        "doc": { "S": json!({ "body": "wlate" }).to_string() } });
    let put: Value = json!({ "TableName": "aftercare", "Item": before });
    world.far.dynamodb("PutItem", put.to_string().as_bytes());
    assert_eq!(erase(&world).await.body["messages"], 1);
    assert_eq!(stored(&world, "wlate"), 0);
}
