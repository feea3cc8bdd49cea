//! Whose tickets, which team's, and one thing done to many.

use aftercare::id::TicketId;
use serde_json::{Value, json};
use tests::{AGENT, Fault, LEAD, Reply, World};

async fn list(world: &World, query: &str) -> Reply {
    world.get(&AGENT, &format!("/v1/desk/tickets?{query}")).await
}

fn ids(page: &Reply) -> Vec<TicketId> {
    let tickets = page.body["tickets"].as_array().unwrap_or_else(|| panic!("no tickets in {}", page.text));
    tickets.iter().map(|ticket| TicketId::parse(ticket["id"].as_str().unwrap()).unwrap()).collect()
}

/// All pages of a list, in pages of `limit`.
async fn whole(world: &World, query: &str, limit: usize) -> Vec<TicketId> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = list(world, &format!("{query}&limit={limit}{cursor}")).await;
        assert!(ids(&page).len() <= limit);
        found.extend(ids(&page));
        match page.body["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

async fn open(world: &World, count: usize) -> Vec<TicketId> {
    let mut tickets = Vec::new();
    for place in 0..count {
        tickets.push(world.open(&format!("c-{place}"), "The kettle is broken", json!({})).await.ticket());
        world.later(37);
    }
    tickets
}

#[tokio::test]
async fn tickets_are_listed_by_who_holds_them_oldest_first() {
    let world = World::new().await;
    let tickets = open(&world, 9).await;
    for place in [7, 2, 5] {
        world.assign(tickets[place], "agent-1").await;
    }
    world.assign(tickets[0], "lead-1").await;
    let mine = [tickets[2], tickets[5], tickets[7]];
    let waiting = [tickets[1], tickets[3], tickets[4], tickets[6], tickets[8]];
    for limit in [1, 2, 5, 100] {
        assert_eq!(whole(&world, "owner=me", limit).await, mine);
        assert_eq!(whole(&world, "owner=agent-1", limit).await, mine);
        assert_eq!(whole(&world, "owner=none", limit).await, waiting);
        assert_eq!(whole(&world, "owner=none&team=after-sales", limit).await, waiting);
    }
    assert_eq!(ids(&list(&world, "owner=none&team=repairs").await), []);
    assert_eq!(ids(&list(&world, "owner=somebody").await), []);
    world.resolve(tickets[5]).await;
    assert_eq!(whole(&world, "owner=me", 100).await, [tickets[2], tickets[7]]);
}

#[tokio::test]
async fn a_teams_tickets_are_found_among_all_whatever_their_status() {
    let world = World::new().await;
    world.settings("shop", |settings| settings["teams"] = json!([{ "name": "repairs", "stages": ["pre_sale"] }])).await;
    let tickets = open(&world, 12).await;
    let mut theirs = Vec::new();
    for place in [1, 4, 9] {
        world.at_desk(&AGENT, tickets[place], "transfer", json!({ "team": "repairs" })).await;
        theirs.push(tickets[place]);
    }
    for limit in [1, 2, 100] {
        assert_eq!(whole(&world, "team=repairs", limit).await, theirs, "{limit}");
        assert_eq!(whole(&world, "team=after-sales", limit).await.len(), 9);
    }
    assert_eq!(ids(&list(&world, "team=repairs&status=open").await), []);
}

#[tokio::test]
async fn what_does_not_go_together_is_said() {
    let world = World::new().await;
    for (query, fields) in [
        ("owner=me&status=open", vec!["query status"]),
        ("owner=none&due=2026-03-12T06:10:00Z", vec!["query due"]),
        ("owner=me&team=repairs", vec!["query team"]),
        ("owner=a%20stranger", vec!["query owner"]),
        ("team=", vec!["query team"]),
        ("status=broken&due=soon", vec!["query status", "query due"]),
    ] {
        let refused = list(&world, query).await;
        assert_eq!((refused.status, refused.wrong_fields()), (422, fields), "{query}: {}", refused.text);
    }
}

fn statuses(reply: &Reply) -> Vec<u64> {
    let outcomes = reply.body["outcomes"].as_array().unwrap_or_else(|| panic!("no outcomes in {}", reply.text));
    outcomes.iter().map(|one| one["status"].as_u64().unwrap()).collect()
}

async fn bulk(world: &World, key: &str, tickets: Value, action: Value) -> Reply {
    let body = json!({ "tickets": tickets, "action": action });
    world.post_with_key(&LEAD, "/v1/desk/tickets/bulk", key, body).await
}

#[tokio::test]
async fn one_thing_is_done_to_many_and_each_has_its_outcome() {
    let world = World::new().await;
    let tickets = open(&world, 3).await;
    world.resolve(tickets[1]).await;
    let number = world.ticket(tickets[2]).await.number;
    let nowhere = "01900000-0000-7000-8000-000000000000";
    let named = json!([tickets[0], tickets[1], number, nowhere]);
    let done = bulk(&world, "one", named.clone(), json!({ "type": "assign", "to": "agent-1" })).await;
    assert_eq!((done.status, statuses(&done)), (200, vec![200, 409, 200, 404]), "{}", done.text);
    assert_eq!(done.body["outcomes"][0]["ticket"]["inside"]["assignee"], "agent-1");
    assert_eq!(done.body["outcomes"][2]["named"], json!(number));
    assert_eq!(world.ticket(tickets[2]).await.assignee.unwrap().as_str(), "agent-1");
    // Again with the key: nothing is done twice, and what was typed otherwise is another request.
    world.at_desk(&AGENT, tickets[0], "release", json!({})).await;
    let again = bulk(&world, "one", named.clone(), json!({ "type": "assign", "to": "agent-1" })).await;
    assert_eq!(again.body["outcomes"][0], done.body["outcomes"][0]);
    assert_eq!(world.ticket(tickets[0]).await.assignee, None);
    let other = bulk(&world, "one", json!([tickets[1]]), json!({ "type": "release" })).await;
    assert_eq!((other.status, &other.body["type"]), (422, &json!("/problems/idempotency-key-reused")));
}

#[tokio::test]
async fn everything_that_can_be_done_to_many_is_done() {
    let world = World::new().await;
    for (place, action) in [
        json!({ "type": "note", "body": "On strike." }),
        json!({ "type": "priority", "to": "high" }),
        json!({ "type": "transfer", "team": "after-sales" }),
        json!({ "type": "assign", "to": "lead-1" }),
        json!({ "type": "release" }),
        json!({ "type": "adopt" }),
        json!({ "type": "resolve", "body": "Done." }),
        json!({ "type": "spam" }),
        json!({ "type": "cancel" }),
    ]
    .into_iter()
    .enumerate()
    {
        let tickets = json!([
            world.open(&format!("a-{place}"), "The kettle is broken", json!({})).await.ticket(),
            world.open(&format!("b-{place}"), "The lamp is dark", json!({})).await.ticket(),
        ]);
        let done = bulk(&world, &format!("key {place}"), tickets, action.clone()).await;
        assert_eq!(statuses(&done), [200, 200], "{action}: {}", done.text);
    }
}

#[tokio::test]
async fn many_takes_the_role_that_one_takes_and_no_version() {
    let world = World::new().await;
    let ticket = open(&world, 1).await[0];
    let body = json!({ "tickets": [ticket], "action": { "type": "spam" } });
    assert_eq!(world.post(&AGENT, "/v1/desk/tickets/bulk", body.clone()).await.status, 403);
    let headers = [("idempotency-key", "k"), ("if-match", "\"1\"")];
    let versioned = world.send(&LEAD, "POST", "/v1/desk/tickets/bulk", &headers, &body.to_string()).await;
    assert_eq!((versioned.status, versioned.wrong_fields()), (422, vec!["header If-Match"]));
    let twice = bulk(&world, "k2", json!([ticket, ticket]), json!({ "type": "spam" })).await;
    assert_eq!((twice.status, twice.wrong_fields()), (422, vec!["/tickets/1"]));
    assert_eq!(world.get(&LEAD, "/v1/desk/tickets/bulk").await.status, 405);
}

#[tokio::test]
async fn many_that_ended_half_way_go_on_when_they_are_sent_again() {
    let calm = World::with_attempts(1).await;
    let tickets = open(&calm, 3).await;
    let note = json!({ "type": "note", "body": "On strike." });
    bulk(&calm, "k", json!(tickets), note.clone()).await;
    for fault in Fault::ALL {
        for call in 1..20 {
            let world = World::with_attempts(1).await;
            let tickets = open(&world, 3).await;
            world.far.fail(call, fault);
            bulk(&world, "k", json!(tickets), note.clone()).await;
            let hit = !world.far.heal();
            let again = bulk(&world, "k", json!(tickets), note.clone()).await;
            assert_eq!(statuses(&again), [200; 3], "{fault:?} at {call}: {}", again.text);
            for ticket in &tickets {
                assert_eq!(world.ticket(*ticket).await.contents, 2, "{fault:?} at {call}");
            }
            if !hit {
                break;
            }
        }
    }
}
