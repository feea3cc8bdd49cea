//! Bad input: every wrong field is named at once, and nothing is stored.

use aftercare::id::{Number, TicketId};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use tests::{AGENT, Reply, SHOP, Token, World, request};

const ANN: Token = Token::Customer("shop", "ann");

fn problem(reply: &Reply, status: u16) {
    assert_eq!((reply.status, reply.header("content-type")), (status, Some("application/problem+json")));
    assert_eq!(reply.body["status"], status, "{}", reply.text);
    assert!(["type", "title", "detail"].iter().all(|field| reply.body[field].is_string()), "{}", reply.text);
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once_and_nothing_is_stored() {
    let world = World::new().await;
    let before = world.items();
    let wrong = json!({
        "channel": "fax", "channel_message_id": 7, "stage": "later", "kind": "rant", "subject": ["?"], "body": "  ",
        "hoped_for": "", "category": "money", "reason": "greed", "opened_by": "me", "client_ip": "300.1.2.3",
        "urgent~/now": true,
        "customer": {
            "ref": "ann@example.com", "name": "\u{0}", "email": "ann", "locale": "englisch, bitte", "time_zone": "Mars/Olympus",
            "tier": "gold", "phone": "1",
        },
        "order": { "id": "#1", "lines": ["1", 2], "total": { "amount": 1.5, "currency": "RMB", "tax": 1 } },
        "attachments": [{ "name": "a", "type": "image", "size": "1", "url": "x" }, 7],
        "mail": { "message_id": "", "to": "help@shop.example", "bcc": [] },
    });
    let refused = world.send(&SHOP, "POST", "/v1/tickets", &[], &wrong.to_string()).await;
    problem(&refused, 422);
    let mut named = refused.wrong_fields();
    named.sort_unstable();
    let expected = [
        "/attachments/0/size",
        "/attachments/0/type",
        "/attachments/0/url",
        "/attachments/1",
        "/body",
        "/category",
        "/channel",
        "/channel_message_id",
        "/client_ip",
        "/customer/email",
        "/customer/locale",
        "/customer/name",
        "/customer/phone",
        "/customer/ref",
        "/customer/tier",
        "/customer/time_zone",
        "/hoped_for",
        "/kind",
        "/mail/bcc",
        "/mail/message_id",
        "/mail/to",
        "/opened_by",
        "/order/id",
        "/order/lines/1",
        "/order/total/amount",
        "/order/total/currency",
        "/order/total/tax",
        "/reason",
        "/stage",
        "/subject",
        "/urgent~0~1now",
        "header Idempotency-Key",
    ];
    assert_eq!(named, expected);
    assert_eq!(world.items(), before);
}

#[tokio::test]
async fn what_is_missing_is_named_and_of_the_wrong_form_too() {
    let world = World::new().await;
    let missing = world.post(&SHOP, "/v1/tickets", json!({})).await;
    assert_eq!(missing.wrong_fields(), ["/channel", "/body", "/customer", "/kind"]);
    let inside = json!({ "channel": "web", "kind": "inquiry", "body": "?", "customer": {}, "order": { "total": {} }, "attachments": [{}] });
    let missing = world.post(&SHOP, "/v1/tickets", inside).await;
    let expected = "/attachments/0/name /attachments/0/type /attachments/0/size /customer/ref /order/id /order/total/amount /order/total/currency";
    assert_eq!(missing.wrong_fields().join(" "), expected);
    for not_an_object in [json!([]), json!("?"), Value::Null, json!(7)] {
        let refused = world.post(&SHOP, "/v1/tickets", not_an_object).await;
        assert_eq!((refused.status, refused.wrong_fields()), (422, vec![""]));
    }
    let not_objects = json!({ "channel": "web", "kind": "inquiry", "body": "?", "customer": "ann", "order": [], "mail": 1, "attachments": {} });
    let refused = world.post(&SHOP, "/v1/tickets", not_objects).await;
    assert_eq!(refused.wrong_fields(), ["/attachments", "/mail", "/customer", "/order"]);
}

#[tokio::test]
async fn a_customers_token_cannot_say_what_only_the_shop_knows() {
    let world = World::new().await;
    let before = world.items();
    let said = json!({
        "channel": "web", "kind": "inquiry", "body": "?", "opened_by": "agent", "client_ip": "192.0.2.1",
        "customer": { "ref": "ben", "tier": "vip" },
    });
    let refused = world.post(&ANN, "/v1/tickets", said).await;
    assert_eq!(refused.wrong_fields(), ["/customer/ref", "/customer/tier", "/opened_by", "/client_ip"]);
    assert_eq!(world.items(), before);
}

#[tokio::test]
async fn a_message_is_checked_as_a_ticket_is() {
    let world = World::new().await;
    let ticket = world.open("c-1", "?", json!({})).await.ticket();
    let before = world.items();
    let wrong = json!({ "channel": "fax", "subject": "?", "hoped_for": "?", "attachments": 1 });
    let refused = world.send(&SHOP, "POST", &format!("/v1/tickets/{ticket}/messages"), &[], &wrong.to_string()).await;
    problem(&refused, 422);
    let expected = ["header Idempotency-Key", "/channel", "/body", "/attachments", "/hoped_for", "/subject"];
    assert_eq!(refused.wrong_fields(), expected);
    assert_eq!(world.items(), before);
}

#[tokio::test]
async fn a_body_is_measured_before_it_is_read() {
    let world = World::new().await;
    let before = world.items();
    let post =
        async |headers: &[(&str, &str)], body: &str| world.send(&SHOP, "POST", "/v1/tickets", headers, body).await;
    let key = ("idempotency-key", "k");
    problem(&post(&[key], &"{".repeat(256 * 1024 + 1)).await, 413);
    problem(&post(&[key], &"{".repeat(256 * 1024)).await, 400);
    for not_json in ["", "{", "{\"body\":\"\u{1}\"}", "\u{feff}{}", "{} {}", "\"\\ud800\"", "1e999"] {
        problem(&post(&[key], not_json).await, 400);
    }
    for kind in ["text/plain", "application/xml", "application/merge-patch+json", ""] {
        problem(&post(&[key, ("content-type", kind)], "{}").await, 415);
    }
    assert_eq!(world.items(), before);
    let mut padded = request("c-1", "?").to_string();
    padded.push_str(&" ".repeat(256 * 1024 - padded.len()));
    assert_eq!(post(&[key, ("Content-Type", "Application/JSON; charset=utf-8")], &padded).await.status, 201);
}

#[tokio::test]
async fn the_caller_is_looked_at_first() {
    let world = World::new().await;
    let nobody = [Token::None, Token::Storefront("NOT-A-SHOP"), Token::Customer("shop", "ann@example.com"), AGENT];
    for token in nobody {
        for (method, path) in [
            ("POST", "/v1/tickets"),
            ("GET", "/v1/tickets"),
            ("GET", "/v1/tickets/x"),
            ("POST", "/v1/tickets/x/messages"),
            ("PUT", "/v1/customers/c-1"),
        ] {
            problem(&world.send(&token, method, path, &[], "{").await, 401);
        }
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_are_answered_by_us() {
    let world = World::new().await;
    for path in ["/", "/v1", "/v2/tickets", "/v1/ticket", "/v1/tickets/x/y", "/v1/customers", "/v1/tickets/a b/%2f/é"]
    {
        problem(&world.get(&Token::None, path).await, 404);
    }
    for (method, path, allowed) in [
        ("DELETE", "/v1/tickets", "GET, POST"),
        ("PATCH", "/v1/tickets/x", "GET"),
        ("PUT", "/v1/tickets/x/messages", "GET, POST"),
        ("GET", "/v1/customers/c-1", "PUT"),
    ] {
        let refused = world.send(&SHOP, method, path, &[], "").await;
        problem(&refused, 405);
        assert_eq!(refused.header("allow"), Some(allowed));
    }
}

#[tokio::test]
async fn what_is_anothers_is_as_if_it_were_not_there() {
    let world = World::new().await;
    let bens = world.open("ben", "?", json!({})).await;
    let mut other = request("ann", "?");
    other["customer"]["ref"] = json!("ann");
    let elsewhere = world.post(&Token::Storefront("other"), "/v1/tickets", other).await;
    let nowhere = TicketId::parse("01890000-0000-7000-8000-000000000000").unwrap();
    let missing = world.get(&ANN, &format!("/v1/tickets/{nowhere}")).await;
    problem(&missing, 404);
    let name =
        |reply: &Reply| [reply.ticket().to_string(), reply.body["ticket"]["number"].as_str().unwrap().to_owned()];
    let mut names = [name(&bens), name(&elsewhere)].concat();
    names.extend([Number::of(nowhere).to_string(), "not-an-id".to_owned(), "%7C".to_owned()]);
    let before = world.items();
    for name in names {
        let read = world.get(&ANN, &format!("/v1/tickets/{name}")).await;
        let wrote =
            world.post(&ANN, &format!("/v1/tickets/{name}/messages"), json!({ "channel": "web", "body": "?" })).await;
        assert_eq!((&read, &wrote), (&missing, &missing), "{name}");
    }
    let read = world.get(&SHOP, &format!("/v1/tickets/{}", elsewhere.ticket())).await;
    assert_eq!(read, missing);
    assert_eq!(world.put(&ANN, "/v1/customers/ben", json!({})).await, missing);
    assert_eq!(world.items(), before);
}

/// JSON as nobody means it, and bodies that are nearly right.
fn body() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        prop::sample::select(vec!["web", "inquiry", "c-1", "o-1", "CNY", "quality", "a/b"]).prop_map(Value::from),
    ];
    let name = prop_oneof![
        prop::sample::select(vec![
            "channel",
            "kind",
            "body",
            "subject",
            "customer",
            "ref",
            "order",
            "id",
            "total",
            "amount",
            "currency",
            "mail",
            "to",
            "attachments",
            "lines",
            "category",
            "name",
            "type",
            "size",
            "email",
            "locale",
        ])
        .prop_map(str::to_owned),
        ".{0,4}",
    ];
    let any_json = leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name.clone(), inner, 0..6).prop_map(Value::from_iter),
        ]
    });
    let nearly = any_json.clone().prop_map(|other| {
        let mut body = request("c-1", "?");
        tests::merge(&mut body, other);
        body
    });
    prop_oneof![
        2 => any_json.prop_map(|value| value.to_string()),
        2 => nearly.prop_map(|value| value.to_string()),
        1 => ".{0,60}",
    ]
}

#[test]
fn whatever_is_sent_has_an_answer_of_ours_and_a_refused_body_leaves_the_table_as_it_was() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let world = runtime.block_on(World::new());
    let mut runner = TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) });
    let law = runner.run(&body(), |body| {
        let before = world.items();
        let reply = runtime.block_on(world.send(&SHOP, "POST", "/v1/tickets", &[("idempotency-key", "k")], &body));
        prop_assert!([200, 201, 400, 413, 415, 422, 429].contains(&reply.status), "{}", reply.text);
        if reply.status >= 400 {
            prop_assert_eq!(world.items(), before);
        }
        prop_assert!(reply.body.is_object());
        Ok(())
    });
    law.unwrap();
}
