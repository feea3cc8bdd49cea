//! Spam and floods: what is blocked, what has to wait, and who is never counted.

use serde_json::{Value, json};
use tests::{SHOP, Token, World, request};

/// Texts that have nothing in common.
fn unlike(number: usize) -> String {
    let letters = ('\u{4e00}'..).skip(number * 40).take(40);
    letters.collect()
}

fn own(number: usize) -> Token {
    Token::Customer("shop", format!("own-{number}").leak())
}

#[tokio::test]
async fn spam_is_stored_starts_no_clock_and_mails_nobody() {
    let world = World::new().await;
    world
        .settings("shop", |settings| {
            settings["block"] = json!({ "customers": ["c-1"], "mail": ["@spam.example", "eve@example.com"] });
        })
        .await;
    world.put(&SHOP, "/v1/customers/c-4", json!({ "email": "Eve@Example.com" })).await;
    let mail = |from: &str| json!({ "channel": "email", "mail": { "from": from } });
    let blocked = [
        world.open("c-1", "The kettle caught fire", json!({})).await,
        world.open("c-2", "Buy now", mail("Offers <News@Spam.Example>")).await,
        world.open("c-3", "Buy now", json!({ "customer": { "email": "eve@example.com" } })).await,
        world.open("c-4", "Buy now", json!({ "customer": { "email": null } })).await,
    ];
    for spam in blocked {
        assert_eq!((spam.status, &spam.body["ticket"]["status"]), (201, &json!("spam")), "{}", spam.text);
        let ticket = world.ticket(spam.ticket()).await;
        assert!(ticket.clocks.is_empty() && !ticket.triage && ticket.next_scan().is_none());
    }
    world.later(30 * 24 * 3600).settle().await;
    world.scan().await;
    world.flush().await;
    assert!(world.far.mails().is_empty());
    let near = [mail("ann@notspam.example"), mail("eve@example.com.example"), json!({ "customer": { "ref": "c-11" } })];
    for (number, free) in near.into_iter().enumerate() {
        assert_eq!(world.open(&format!("c-1{number}"), "?", free).await.body["ticket"]["status"], "new");
    }
}

#[tokio::test]
async fn spam_counts_for_nothing_once_its_sender_is_no_longer_blocked() {
    let world = World::new().await;
    world.settings("shop", |settings| settings["block"]["customers"] = json!(["c-1"])).await;
    for number in 0..6 {
        let spam = world.open("c-1", &unlike(number), json!({ "client_ip": "192.0.2.1" })).await;
        assert_eq!(spam.body["ticket"]["status"], "spam", "spam is told before a flood");
    }
    world.settings("shop", |settings| settings["block"]["customers"] = json!([])).await;
    let forgiven = world.open("c-1", &unlike(0), json!({ "category": "inquiry" })).await;
    assert_eq!((forgiven.status, &forgiven.body["ticket"]["priority"]), (201, &json!("low")));
}

#[tokio::test]
async fn a_customers_sixth_ticket_in_an_hour_waits() {
    let world = World::new().await;
    for number in 0..5 {
        assert_eq!(world.open("c-1", &unlike(number), json!({})).await.status, 201);
        world.later(60);
    }
    let before = world.items();
    let flood = world.open("c-1", &unlike(5), json!({})).await;
    assert_eq!((flood.status, &flood.body["type"]), (429, &json!("/problems/too-many")));
    assert_eq!(flood.header("retry-after"), Some("3301"), "an hour after the first of them");
    assert_eq!(world.items(), before);
    assert_eq!(world.open("c-2", &unlike(5), json!({})).await.status, 201, "others are free");
    world.later(3301);
    assert_eq!(world.open("c-1", &unlike(5), json!({})).await.status, 201);
    assert_eq!(world.open("c-1", &unlike(6), json!({})).await.header("retry-after"), Some("60"));
}

#[tokio::test]
async fn repetitions_count_and_replays_and_agents_tickets_do_not() {
    let world = World::new().await;
    let by_agent = json!({ "opened_by": "agent", "client_ip": "192.0.2.1" });
    for number in 0..8 {
        assert_eq!(world.open("c-1", &unlike(number), by_agent.clone()).await.status, 201);
    }
    assert_eq!(world.open("c-1", &unlike(0), by_agent.clone()).await.status, 200, "a repetition by an agent");
    let first = world.post_with_key(&SHOP, "/v1/tickets", "k", request("c-1", &unlike(20))).await;
    for _ in 0..8 {
        let replay = world.post_with_key(&SHOP, "/v1/tickets", "k", request("c-1", &unlike(20))).await;
        assert_eq!(replay.text, first.text);
    }
    for _ in 0..4 {
        assert_eq!(world.open("c-1", &unlike(20), json!({})).await.status, 200);
    }
    assert_eq!(world.open("c-1", &unlike(21), json!({})).await.status, 429);
    assert_eq!(world.open("c-1", &unlike(20), json!({})).await.status, 429, "a flood is told before a repetition");
    let replay = world.post_with_key(&SHOP, "/v1/tickets", "k", request("c-1", &unlike(20))).await;
    assert_eq!(replay.status, 201, "a replay is told before a flood");
    assert_eq!(world.open("c-1", &unlike(22), by_agent).await.status, 201);
}

#[tokio::test]
async fn the_21st_ticket_from_one_address_in_an_hour_waits() {
    let world = World::new().await;
    let body = |number: usize| json!({ "channel": "web", "kind": "complaint", "body": unlike(number) });
    for number in 0..20 {
        assert_eq!(world.post(&own(number), "/v1/tickets", body(number)).await.status, 201);
    }
    let flood = world.post(&own(20), "/v1/tickets", body(20)).await;
    assert_eq!((flood.status, flood.header("retry-after")), (429, Some("3601")));
    // The gateway saw 203.0.113.7; the storefront's server passes the customer's address, in whatever spelling.
    for (client_ip, status) in [("::ffff:203.0.113.7", 429), ("203.0.113.7", 429), ("203.0.113.8", 201)] {
        assert_eq!(world.open("c-1", "?", json!({ "client_ip": client_ip })).await.status, status, "{client_ip}");
    }
    assert_eq!(world.open("c-2", "?", json!({})).await.status, 201, "the server's own address is nobody's");
    let agents = json!({ "client_ip": "203.0.113.7", "opened_by": "agent" });
    assert_eq!(world.open("c-3", "?", agents).await.status, 201);
    let mut elsewhere = request("c-1", "?");
    elsewhere["client_ip"] = json!("203.0.113.7");
    assert_eq!(world.post(&Token::Storefront("other"), "/v1/tickets", elsewhere).await.status, 201);
    world.later(3600);
    assert_eq!(world.post(&own(20), "/v1/tickets", body(20)).await.status, 201);
}

#[tokio::test]
async fn no_limit_is_passed_by_two_at_once_wherever_they_meet() {
    for call in 1..=3 {
        let world = World::new().await;
        for number in 0..4 {
            world.open("c-1", &unlike(number), json!({})).await;
        }
        let (fifth, sixth) = (unlike(4), unlike(5));
        let (one, other) = world
            .far
            .interleave(call, world.open("c-1", &fifth, json!({})), world.open("c-1", &sixth, json!({})))
            .await;
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!((statuses, world.tickets()), ([201, 429], 5), "call {call}");
    }
}

async fn quota(world: &World, limit: u32) {
    world.settings("shop", |settings| settings["limits"]["requests_per_minute"] = json!(limit)).await;
}

#[tokio::test]
async fn a_storefronts_quota_of_a_minute_protects_the_others() {
    let world = World::new().await;
    quota(&world, 16).await;
    let ticket = world.open("c-0", &unlike(0), json!({})).await.ticket();
    for number in 1..15 {
        assert_eq!(world.open(&format!("c-{number}"), &unlike(number), json!({})).await.status, 201);
    }
    assert_eq!(world.write(ticket, "Messages count as well").await.status, 201);
    let before = world.items();
    let over = world.later(20).open("c-16", "?", json!({})).await;
    assert_eq!((over.status, over.header("retry-after")), (429, Some("40")), "{}", over.text);
    assert_eq!(world.write(ticket, "Hello?").await.status, 429);
    assert_eq!(world.items(), before);
    let elsewhere = world.post(&Token::Storefront("other"), "/v1/tickets", request("c-1", "?")).await;
    assert_eq!(elsewhere.status, 201);
    assert_eq!(world.open("c-17", "?", json!({ "opened_by": "agent" })).await.status, 201);
    world.later(40);
    assert_eq!(world.open("c-16", "?", json!({})).await.status, 201);
}

#[tokio::test]
async fn a_large_quota_is_spread_and_still_a_limit() {
    let world = World::new().await;
    quota(&world, 220).await;
    let mut taken = 0;
    for number in 0..260 {
        let opened: Value = world.open(&format!("c-{number}"), &unlike(number), json!({})).await.body;
        taken += u32::from(opened["ticket"].is_object());
    }
    assert!((150..=220).contains(&taken), "{taken}");
}

#[tokio::test]
async fn the_addresses_of_one_ipv6_line_are_counted_together() {
    let world = World::new().await;
    world.settings("shop", |settings| settings["limits"]["tickets_per_address_hour"] = json!(3)).await;
    let open = async |number: usize, address: &str| {
        world.open(&format!("c-{number}"), &unlike(number), json!({ "client_ip": address })).await.status
    };
    let line = ["2001:db8:1:2::1", "2001:db8:1:2:ffff::1", "2001:DB8:1:2::abcd", "2001:db8:1:2:1:2:3:4"];
    let mut statuses = Vec::new();
    for (number, address) in line.iter().enumerate() {
        statuses.push(open(number, address).await);
    }
    assert_eq!(statuses, [201, 201, 201, 429]);
    assert_eq!(open(9, "2001:db8:1:3::1").await, 201, "the neighbour");
}
