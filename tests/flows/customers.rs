//! What the shop says of a customer, and the list of their tickets.

use aftercare::aws::pages::cursor;
use serde_json::{Value, json};
use tests::{Reply, SHOP, Token, World, request};

const ANN: Token = Token::Customer("shop", "ann");

fn ids(page: &Reply) -> Vec<String> {
    let tickets = page.body["tickets"].as_array().unwrap_or_else(|| panic!("{}", page.text)).iter();
    tickets.filter_map(|ticket| Some(ticket["id"].as_str()?.to_owned())).collect()
}

/// Opens tickets that have nothing in common, a minute apart; answers with their ids, latest first.
async fn open(world: &World, customer: &str, numbers: std::ops::Range<usize>) -> Vec<String> {
    let mut opened = Vec::new();
    for number in numbers {
        let body: String = ('\u{4e00}'..).skip(number * 40).take(40).collect();
        let reply = world.later(60).open(customer, &body, json!({ "opened_by": "agent" })).await;
        opened.insert(0, reply.ticket().to_string());
    }
    opened
}

#[tokio::test]
async fn a_put_replaces_what_is_known_of_a_customer_and_a_ticket_adds_to_it() {
    let world = World::new().await;
    let whole = json!({ "name": "Ann", "email": "ann@example.com", "locale": "zh-TW", "time_zone": "Asia/Taipei", "tier": "vip" });
    for _ in 0..2 {
        let put = world.put(&SHOP, "/v1/customers/ann", whole.clone()).await;
        assert_eq!((put.status, &put.body), (200, &whole));
    }
    world.open("ann", "?", json!({ "customer": { "email": "new@example.com", "locale": null } })).await;
    let own = world.put(&ANN, "/v1/customers/ann", json!({ "locale": "en" })).await;
    assert_eq!(own.body, json!({ "locale": "en", "tier": "vip" }), "the tier is the shop's to give");
    let shop = world.put(&SHOP, "/v1/customers/ann", json!({ "locale": "en" })).await;
    assert_eq!(shop.body, json!({ "locale": "en" }));
    let flooded = world.items().into_iter().find(|item| item["sk"]["S"] == "PROFILE").unwrap();
    let kept: Value = serde_json::from_str(flooded["doc"]["S"].as_str().unwrap()).unwrap();
    assert_eq!(kept["recent"].as_array().unwrap().len(), 1, "the hour's count is not the caller's to clear");
}

#[tokio::test]
async fn a_wrong_put_names_every_field_and_changes_nothing() {
    let world = World::new().await;
    world.put(&SHOP, "/v1/customers/ann", json!({ "name": "Ann" })).await;
    let before = world.items();
    let wrong = json!({ "name": "", "email": "ann@", "locale": "-", "time_zone": "+08:00", "tier": "gold", "age": 7 });
    let refused = world.put(&SHOP, "/v1/customers/ann", wrong).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.wrong_fields(), ["/tier", "/name", "/email", "/locale", "/time_zone", "/age"]);
    assert_eq!(world.put(&SHOP, "/v1/customers/a%7Cb", json!({})).await.wrong_fields(), ["path ref"]);
    assert_eq!(world.put(&ANN, "/v1/customers/ann", json!({ "tier": "vip" })).await.wrong_fields(), ["/tier"]);
    assert_eq!(world.items(), before);
}

#[tokio::test]
async fn a_put_that_meets_a_ticket_takes_nothing_of_it_away() {
    for call in 1..=3 {
        let world = World::new().await;
        let put = world.put(&SHOP, "/v1/customers/ann", json!({ "name": "Ann" }));
        let (put, opened) = world.far.interleave(call, put, world.open("ann", "?", json!({}))).await;
        assert_eq!((put.status, opened.status), (200, 201));
        let again = world.open("ann", "?", json!({})).await;
        assert_eq!((again.status, again.ticket()), (200, opened.ticket()), "call {call}");
    }
}

#[tokio::test]
async fn the_list_of_a_customers_tickets_is_read_whole_page_by_page_whatever_comes_in_meanwhile() {
    let world = World::new().await;
    let anns = open(&world, "ann", 0..7).await;
    open(&world, "ben", 7..9).await;
    for limit in [1, 3, 7, 100] {
        let (mut seen, mut path) = (Vec::new(), format!("/v1/tickets?limit={limit}&customer=ann"));
        let mut pages = 0;
        loop {
            let page = world.get(&SHOP, &path).await;
            pages += 1;
            seen.extend(ids(&page));
            open(&world, "ann", 100 + limit * 10 + pages..101 + limit * 10 + pages).await;
            let Some(next) = page.body["next"].as_str() else { break };
            path = format!("/v1/tickets?limit={limit}&customer=ann&cursor={next}");
        }
        let at_first = seen.iter().filter(|id| anns.contains(id)).count();
        assert_eq!((at_first, &seen[seen.len() - 7..]), (7, anns.as_slice()), "{limit}");
    }
    let page = world.get(&SHOP, "/v1/tickets?customer=ben").await;
    assert_eq!((ids(&page).len(), &page.body["next"]), (2, &Value::Null));
    let page = world.get(&SHOP, "/v1/tickets?customer=ben&limit=2").await;
    assert_eq!((ids(&page).len(), &page.body["next"]), (2, &Value::Null), "a full last page is the last");
}

#[tokio::test]
async fn a_customer_lists_their_own_and_the_shop_says_whose() {
    let world = World::new().await;
    let anns = open(&world, "ann", 0..2).await;
    open(&world, "ben", 2..3).await;
    assert_eq!(ids(&world.get(&ANN, "/v1/tickets").await), anns);
    assert_eq!(ids(&world.get(&ANN, "/v1/tickets?customer=ann").await), anns);
    assert_eq!(world.get(&ANN, "/v1/tickets").await.body["tickets"][0]["inside"], Value::Null);
    assert_eq!(ids(&world.get(&SHOP, "/v1/tickets?customer=nobody").await), Vec::<String>::new());
    assert_eq!(ids(&world.get(&Token::Storefront("other"), "/v1/tickets?customer=ann").await), Vec::<String>::new());
    for (token, path, wrong) in [
        (&ANN, "/v1/tickets?customer=ben", "query customer"),
        (&SHOP, "/v1/tickets", "query customer"),
        (&SHOP, "/v1/tickets?customer=a%7Cb", "query customer"),
        (&SHOP, "/v1/tickets?customer=ann&limit=0", "query limit"),
        (&SHOP, "/v1/tickets?customer=ann&limit=101", "query limit"),
        (&SHOP, "/v1/tickets?customer=ann&page=2", "query page"),
        (&SHOP, "/v1/tickets?customer=ann&cursor=", "query cursor"),
        (&SHOP, "/v1/tickets?customer=ann&cursor=00", "query cursor"),
    ] {
        let refused = world.get(token, path).await;
        assert_eq!((refused.status, refused.wrong_fields()), (422, vec![wrong]), "{path}");
    }
}

#[tokio::test]
async fn a_forged_cursor_reaches_nothing_of_anybody_elses() {
    let world = World::new().await;
    let anns = open(&world, "ann", 0..2).await;
    let bens = open(&world, "ben", 2..3).await;
    for forged in ["PROFILE", "TICKET#x", "ACKS", "", "STATE", "\u{7f}"] {
        let refused = world.get(&ANN, &format!("/v1/tickets?cursor={}", cursor(forged))).await;
        assert_eq!((refused.status, refused.wrong_fields()), (422, vec!["query cursor"]), "{forged}");
    }
    let after_bens = world.get(&ANN, &format!("/v1/tickets?cursor={}", cursor(&bens[0]))).await;
    assert_eq!(ids(&after_bens), anns, "a place in the caller's own list, no more");
}

#[tokio::test]
async fn the_list_shows_tickets_as_they_are_now() {
    let world = World::new().await;
    let opened = world.post(&SHOP, "/v1/tickets", request("ann", "?")).await;
    world.resolve(opened.ticket()).await;
    let listed = world.get(&SHOP, "/v1/tickets?customer=ann").await.body["tickets"][0].clone();
    let read = world.get(&SHOP, &format!("/v1/tickets/{}", opened.ticket())).await.body["ticket"].clone();
    assert_eq!((&listed["status"], &listed), (&json!("resolved"), &read));
}
