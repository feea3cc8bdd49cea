//! The staff's API: in which storefront, what is due first, and what is done once.

use aftercare::id::TicketId;
use serde_json::{Value, json};
use tests::{ADMIN, AGENT, LEAD, Reply, Token, World};

async fn list(world: &World, query: &str) -> Reply {
    world.get(&AGENT, &format!("/v1/desk/tickets?{query}")).await
}

fn ids(page: &Reply) -> Vec<TicketId> {
    let tickets = page.body["tickets"].as_array().unwrap_or_else(|| panic!("no tickets in {}", page.text));
    tickets.iter().map(|ticket| TicketId::parse(ticket["id"].as_str().unwrap()).unwrap()).collect()
}

#[tokio::test]
async fn somebody_with_roles_in_two_storefronts_names_one() {
    let world = World::new().await;
    world.staff("other").await;
    let ticket = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    let both = Token::Groups("agent-1", "[role:shop:agent role:other:admin]");
    let path = format!("/v1/desk/tickets/{ticket}");
    let get =
        async |storefront: &str| world.send(&both, "GET", &path, &[("aftercare-storefront", storefront)], "").await;
    assert_eq!(world.get(&both, &path).await.status, 403);
    assert_eq!(get("shop").await.status, 200);
    assert_eq!(get("other").await.status, 404);
    assert_eq!(get("third").await.status, 403);
    // The roles of one storefront are no roles in the other.
    let settings = async |storefront: &str| {
        world.send(&both, "GET", "/v1/desk/settings", &[("aftercare-storefront", storefront)], "").await
    };
    assert_eq!(settings("shop").await.status, 403);
    assert_eq!(settings("other").await.status, 200);
}

#[tokio::test]
async fn a_ticket_is_found_by_the_number_that_a_customer_reads_out() {
    let world = World::new().await;
    let opened = world.open("c-1", "The kettle is broken", json!({})).await;
    let number = opened.body["ticket"]["number"].as_str().unwrap().to_lowercase();
    let found = world.get(&AGENT, &format!("/v1/desk/tickets/{}-{}", &number[..4], &number[4..])).await;
    assert_eq!(found.ticket(), opened.ticket());
}

#[tokio::test]
async fn a_request_sent_again_is_answered_again_and_done_once() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    for (rest, body, other) in [
        ("assign", json!({ "to": "lead-1" }), json!({ "to": "agent-1" })),
        ("replies", json!({ "body": "We are looking." }), json!({ "body": "We are not." })),
        ("resolve", json!({ "body": "Done." }), json!({})),
    ] {
        let path = format!("/v1/desk/tickets/{ticket}/{rest}");
        let without = world.send(&AGENT, "POST", &path, &[], &body.to_string()).await;
        assert_eq!((without.status, without.wrong_fields()), (422, vec!["header Idempotency-Key"]));
        let first = world.post_with_key(&AGENT, &path, rest, body.clone()).await;
        assert_eq!(first.status, 200, "{}", first.text);
        let seq = world.ticket(ticket).await.seq;
        world.later(3_600);
        let again = world.post_with_key(&AGENT, &path, rest, body.clone()).await;
        assert_eq!((again.status, &again.text, again.header("idempotent-replayed")), (200, &first.text, Some("true")));
        assert_eq!(world.post_with_key(&AGENT, &path, rest, other).await.status, 422);
        assert_eq!(world.ticket(ticket).await.seq, seq);
    }
}

#[tokio::test]
async fn what_was_done_already_is_not_done_when_it_is_sent_again_after_a_reopening() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    world.resolve(ticket).await;
    let path = format!("/v1/desk/tickets/{ticket}/resolve");
    assert_eq!(world.post_with_key(&LEAD, &path, "late", json!({})).await.body["status"], "resolved");
    world.write(ticket, "No, it is not").await;
    assert_eq!(
        world.post_with_key(&LEAD, &path, "late", json!({})).await.body["status"],
        "resolved",
        "the same answer"
    );
    assert_eq!(world.ticket(ticket).await.status.as_str(), "open");
}

#[tokio::test]
async fn the_list_is_in_the_order_of_what_is_due_and_whole_page_by_page() {
    let world = World::new().await;
    let mut open = Vec::new();
    for place in 0..23 {
        let kind = ["quality", "inquiry", "account_payment"][place % 3];
        open.push(
            world.open(&format!("c-{place}"), "The kettle is broken", json!({ "category": kind })).await.ticket(),
        );
        world.later(37);
    }
    // Of those that wait for their customer nothing is due: they come last.
    for ticket in [open[3], open[11]] {
        world.reply(ticket, json!({ "then": "waiting_customer" })).await;
    }
    let resolved = world.open("c-99", "The kettle is broken", json!({})).await.ticket();
    world.resolve(resolved).await;
    let mut expected = Vec::new();
    for ticket in &open {
        let due = world.ticket(*ticket).await.next_action().map_or("~".to_owned(), |due| due.to_string());
        expected.push((due, *ticket));
    }
    expected.sort();
    let expected: Vec<TicketId> = expected.into_iter().map(|(_, ticket)| ticket).collect();
    for limit in [1, 4, 22, 23, 100] {
        let mut found = Vec::new();
        let mut query = format!("limit={limit}");
        loop {
            let page = list(&world, &query).await;
            assert!(ids(&page).len() <= limit);
            found.extend(ids(&page));
            match page.body["next"].as_str() {
                Some(next) => query = format!("limit={limit}&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(found, expected, "{limit}");
    }
    assert_eq!(ids(&list(&world, "status=resolved").await), [resolved]);
    assert_eq!(ids(&list(&world, "status=waiting_customer,resolved&limit=100").await).len(), 3);
}

#[tokio::test]
async fn what_is_due_by_an_instant_is_asked_for() {
    let world = World::new().await;
    let mut tickets = Vec::new();
    for place in 0..4 {
        tickets.push(
            world.open(&format!("c-{place}"), "The kettle is broken", json!({ "category": "quality" })).await.ticket(),
        );
        world.later(600);
    }
    // Due at 14:00, 14:10, 14:20 and 14:30 in Shanghai.
    assert_eq!(ids(&list(&world, "due=2026-03-12T06:10:00Z").await), tickets[..2]);
    assert_eq!(ids(&list(&world, "due=2026-03-12T06:09:59.999Z").await), tickets[..1]);
}

#[tokio::test]
async fn a_list_that_cannot_be_made_names_the_parameter() {
    let world = World::new().await;
    for (query, field) in [
        ("status=broken", "query status"),
        ("status=open,", "query status"),
        ("due=tomorrow", "query due"),
        ("limit=0", "query limit"),
        ("limit=101", "query limit"),
        ("stauts=open", "query stauts"),
    ] {
        let reply = list(&world, query).await;
        assert_eq!((reply.status, reply.wrong_fields()), (422, vec![field]), "{query}");
    }
}

#[tokio::test]
async fn a_wrong_body_names_every_field_at_once_and_changes_nothing() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    let before = world.ticket(ticket).await;
    let post =
        async |rest: &str, body: Value| world.post(&AGENT, &format!("/v1/desk/tickets/{ticket}/{rest}"), body).await;
    let wrong = post("replies", json!({ "contacted_at": "at noon", "then": "closed", "bdoy": "Hello" })).await;
    assert_eq!((wrong.status, wrong.wrong_fields()), (422, vec!["/contacted_at", "/then", "/body", "/bdoy"]));
    assert_eq!(post("replies", json!({ "body": " " })).await.wrong_fields(), ["/body"]);
    assert_eq!(post("resolve", json!({ "body": 5 })).await.wrong_fields(), ["/body"]);
    assert_eq!(post("assign", json!({})).await.wrong_fields(), ["/to"]);
    assert_eq!(post("assign", json!({ "to": "a stranger" })).await.wrong_fields(), ["/to"]);
    assert_eq!(post("assign", json!({ "to": "stranger" })).await.status, 409);
    assert_eq!(world.ticket(ticket).await, before);
}

#[tokio::test]
async fn a_command_that_the_status_forbids_is_a_conflict_that_names_it() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    world.resolve(ticket).await;
    let refused = world.reply(ticket, json!({ "then": "open" })).await;
    assert_eq!(refused.status, 409);
    assert!(refused.body["detail"].as_str().unwrap().contains("resolved"), "{}", refused.text);
    assert_eq!(world.assign(ticket, "lead-1").await.status, 409);
}

#[tokio::test]
async fn an_unknown_path_or_method_of_the_desk_is_told_from_a_refusal() {
    let world = World::new().await;
    assert_eq!(world.get(&ADMIN, "/v1/desk").await.status, 404);
    assert_eq!(world.get(&ADMIN, "/v1/desk/nothing").await.status, 404);
    assert_eq!(world.put(&ADMIN, "/v1/desk/tickets", json!({})).await.status, 405);
}

#[tokio::test]
async fn a_contact_in_the_future_is_refused_but_for_the_difference_of_two_clocks() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    // It is 02:00:00.
    let ahead = world.reply(ticket, json!({ "contacted_at": "2026-03-12T02:01:01Z" })).await;
    assert_eq!(ahead.status, 409, "{}", ahead.text);
    assert!(ahead.body["detail"].as_str().unwrap().contains("2026-03-12T02:00:00Z"), "{}", ahead.text);
    let near = world.reply(ticket, json!({ "contacted_at": "2026-03-12T02:01:00Z" })).await;
    assert_eq!(near.status, 200, "{}", near.text);
}

#[tokio::test]
async fn every_wrong_parameter_of_the_list_is_named_at_once() {
    let world = World::new().await;
    let refused = world.get(&AGENT, "/v1/desk/tickets?limit=0&status=x&due=y&cursor=zz&foo=1").await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    let expected = ["query status", "query due", "query limit", "query cursor", "query foo"];
    assert_eq!(refused.wrong_fields(), expected);
}
