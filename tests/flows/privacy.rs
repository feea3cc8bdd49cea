//! What people typed and who they are: where it is, that it can be handed out whole, and that it can be forgotten.

use std::collections::BTreeSet;

use aftercare::privacy::{Erasure, REGISTRY};
use serde_json::{Value, json};
use tests::{AGENT, LEAD, Reply, SHOP, Token, World, merge, request};

const ANN: Token = Token::Customer("shop", "ann");

/// A word for every personal field, none of which occurs anywhere else.
const WORDS: [&str; 16] = [
    "wname",
    "wmail",
    "wsubject",
    "wbody",
    "whoped",
    "wfile",
    "wmessageid",
    "wreplyto",
    "wreferences",
    "wauto",
    "wreturn",
    "wfrom",
    "wto",
    "wline",
    "wreply",
    "wmore",
];

/// A ticket with a word in every field.
fn whole() -> Value {
    let mut wanted = request("ann", "wbody The kettle is broken");
    merge(
        &mut wanted,
        json!({
            "channel": "email", "subject": "wsubject", "hoped_for": "whoped", "client_ip": "2001:db8::7",
            "customer": { "name": "wname", "email": "wmail@example.com" },
            "attachments": [{ "name": "wfile.jpg", "type": "image/jpeg", "size": 1 }],
            "order": { "id": "o-1", "lines": ["wline"] },
            "mail": { "message_id": "<wmessageid@x>", "in_reply_to": "<wreplyto@x>", "references": "<wreferences@x>",
                "auto_submitted": "no; wauto", "return_path": "wreturn@x.example",
                "from": "wfrom <wmail@example.com>", "to": ["wto@x.example"] },
        }),
    );
    wanted
}

/// It is opened, answered, and written on by Ann.
async fn typed(world: &World) -> Reply {
    let opened = world.post(&SHOP, "/v1/tickets", whole()).await;
    assert_eq!(opened.status, 201, "{}", opened.text);
    let ticket = opened.ticket();
    world.reply(ticket, json!({ "body": "wreply Dear Ann" })).await;
    world.write(ticket, "wmore Thank you, and when?").await;
    opened
}

/// The same, and everybody heard of it.
async fn told(world: &World) -> Reply {
    let opened = typed(world).await;
    world.settle().await;
    opened
}

/// The words in a text.
fn found(text: &str) -> BTreeSet<&'static str> {
    WORDS.into_iter().filter(|word| text.contains(word)).collect()
}

async fn erase(world: &World, customer: &str) -> Reply {
    world.post(&SHOP, &format!("/v1/customers/{customer}/erase"), json!({})).await
}

#[tokio::test]
async fn personal_words_are_in_the_registered_places_only() {
    let world = World::new().await;
    told(&world).await;
    let mut seen = BTreeSet::new();
    for item in world.items() {
        let text = item.to_string();
        let (pk, sk) = (item["pk"]["S"].as_str().unwrap(), item["sk"]["S"].as_str().unwrap());
        let place = REGISTRY.iter().find(|place| pk.starts_with(place.partition) && sk.starts_with(place.sort));
        let erased = place.is_some_and(|place| place.erasure == Erasure::Emptied);
        assert!(erased || found(&text).is_empty(), "{pk} {sk} holds {:?}", found(&text));
        seen.extend(found(&text));
    }
    assert_eq!(seen.len(), WORDS.len(), "every word was stored somewhere");
}

#[tokio::test]
async fn after_an_erasure_no_word_is_left_in_the_table_and_nobody_is_mailed_any_more() {
    let world = World::new().await;
    let opened = told(&world).await;
    let before: Vec<Value> =
        world.items().into_iter().filter(|item| item["sk"]["S"].as_str().unwrap().starts_with("ENTRY#")).collect();
    let done = erase(&world, "ann").await;
    assert_eq!((done.status, &done.body), (200, &json!({ "tickets": 1, "messages": 3 })));
    let text = json!(world.items()).to_string();
    assert_eq!(found(&text), BTreeSet::new());
    for entry in before {
        assert!(world.items().contains(&entry), "the history stays");
    }
    let mails = world.far.mails().len();
    world.settle().await;
    assert_eq!(world.far.mails().len(), mails);
    let seen = world.get(&SHOP, &format!("/v1/tickets/{}", opened.ticket())).await.body;
    assert_eq!((&seen["ticket"]["status"], &seen["messages"][0]["erased"]), (&json!("cancelled"), &json!(true)));
    assert_eq!(seen["timeline"].as_array().unwrap().last().unwrap()["what"], "erased");
    let again = erase(&world, "ann").await;
    assert_eq!(again.body["messages"], 0);
}

#[tokio::test]
async fn a_mail_that_waits_when_its_customer_is_erased_is_not_sent() {
    let world = World::new().await;
    told(&world).await;
    let ticket = world.later(7200).open("ann", "Another thing, about the lid", json!({})).await.ticket();
    erase(&world, "ann").await;
    let mails = world.far.mails().len();
    world.settle().await;
    world.flush().await;
    assert_eq!(world.far.mails().len(), mails);
    assert_eq!(world.reply(ticket, json!({})).await.status, 409, "it was cancelled");
}

#[tokio::test]
async fn a_large_customer_is_erased_page_by_page_and_another_not_at_all() {
    let world = World::new().await;
    for number in 0..60 {
        let body: String = ('\u{4e00}'..).skip(number * 40).take(40).collect();
        let opened = world.later(60).open("ann", &body, json!({ "opened_by": "agent" })).await;
        assert_eq!(opened.status, 201);
    }
    let long = world.open("ann", "The kettle is broken", json!({ "opened_by": "agent" })).await.ticket();
    for number in 0..120 {
        assert_eq!(world.later(1).write(long, &format!("more {number}")).await.status, 201);
    }
    world.open("ben", "wbody of somebody else", json!({})).await;
    let first = erase(&world, "ann").await.body;
    assert_eq!((&first["tickets"], &first["messages"]), (&json!(50), &json!(170)));
    let path = "/v1/customers/ann/erase";
    let second = world.post(&SHOP, path, json!({ "cursor": first["next"] })).await.body;
    assert_eq!(second, json!({ "tickets": 11, "messages": 11 }));
    let text = json!(world.items()).to_string();
    assert!(text.contains("wbody of somebody else") && !text.contains("The kettle is broken"));
}

#[tokio::test]
async fn an_export_has_all_that_the_customer_may_see_and_nothing_of_others() {
    let world = World::new().await;
    let first = told(&world).await.ticket();
    let ticket = world
        .later(7200)
        .open("ann", "Another thing, about the lid", json!({ "customer": { "email": null } }))
        .await
        .ticket();
    for number in 0..120 {
        assert_eq!(world.later(1).write(ticket, &format!("more {number}")).await.status, 201);
    }
    world.open("ben", "somebody else's", json!({})).await;
    for token in [&SHOP, &ANN] {
        let (mut text, mut messages, mut cursor) = (String::new(), 0, String::new());
        for _ in 0..20 {
            let page = world.get(token, &format!("/v1/customers/ann/export{cursor}")).await;
            assert_eq!(page.status, 200, "{}", page.text);
            let tickets = page.body["tickets"].as_array().unwrap();
            messages += tickets.iter().map(|ticket| ticket["messages"].as_array().unwrap().len()).sum::<usize>();
            text.push_str(&page.text);
            let Some(next) = page.body["next"].as_str() else { break };
            cursor = format!("?cursor={next}");
        }
        assert_eq!(messages, 124);
        let missing: Vec<&str> = WORDS.into_iter().filter(|word| !text.contains(word)).collect();
        assert_eq!(missing, [""; 0]);
        assert!(!text.contains("somebody else's"));
        for path in [format!("/v1/tickets/{first}"), format!("/v1/tickets/{first}/messages")] {
            let read = world.get(token, &path).await.text;
            assert!(read.contains("wbody") && !read.contains("wmessageid") && !read.contains("wfrom"), "{read}");
        }
    }
}

#[tokio::test]
async fn another_customers_data_is_neither_handed_out_nor_erased() {
    let world = World::new().await;
    told(&world).await;
    let before = world.items();
    let ben = Token::Customer("shop", "ben");
    assert_eq!(world.get(&ben, "/v1/customers/ann/export").await.status, 404);
    assert_eq!(world.post(&ben, "/v1/customers/ann/erase", json!({})).await.status, 404);
    assert_eq!(world.post(&ANN, "/v1/customers/ann/erase", json!({})).await.status, 403);
    let other = Token::Storefront("other");
    let nothing = world.get(&other, "/v1/customers/ann/export").await;
    assert_eq!(nothing.body, json!({ "customer": "ann", "profile": {}, "tickets": [] }));
    let wrong = world.send(&SHOP, "POST", "/v1/customers/ann/erase", &[], "{\"cursor\": \"x\", \"all\": 1}").await;
    assert_eq!(wrong.wrong_fields(), ["header Idempotency-Key", "/cursor", "/all"]);
    let unknown = world.items().into_iter().filter(|item| !before.contains(item)).count();
    assert!(unknown <= 3, "no more than the settings that another storefront gets at first sight");
}

#[tokio::test]
async fn who_comes_back_after_an_erasure_is_a_customer_like_any_other() {
    let world = World::new().await;
    told(&world).await;
    world.resolve(world.open("ann", "Another thing, about the lid", json!({})).await.ticket()).await;
    erase(&world, "ann").await;
    let opened = world.later(60).open("ann", "I am back, wbody", json!({})).await;
    assert_eq!(opened.status, 201);
    assert_eq!(erase(&world, "ann").await.body["messages"], 1);
    assert_eq!(found(&json!(world.items()).to_string()), BTreeSet::new());
    let told = world.get(&LEAD, &format!("/v1/desk/tickets/{}", opened.ticket())).await;
    assert_eq!(told.body["messages"][0]["body"], "");
    assert_eq!(world.get(&AGENT, &format!("/v1/desk/tickets/{}", opened.ticket())).await.status, 200);
}

/// Every leaf of a document by its pointer.
fn leaves(document: &Value, pointer: &str, found: &mut Vec<String>) {
    match document {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| leaves(value, &format!("{pointer}/{name}"), found));
        }
        Value::Array(values) => {
            (0..)
                .zip(values)
                .for_each(|(place, value): (usize, _)| leaves(value, &format!("{pointer}/{place}"), found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => found.push(pointer.to_owned()),
    }
}

#[tokio::test]
async fn no_refusal_repeats_what_was_sent_in_any_field() {
    let world = World::new().await;
    let ticket = told(&world).await.ticket();
    let message = json!({ "channel": "email", "body": "x", "client_ip": "x", "mail": whole()["mail"], "attachments": whole()["attachments"] });
    let profile = json!({ "name": "x", "email": "x", "phone": "x", "locale": "x", "time_zone": "x", "tier": "x" });
    let (reply, hold) = (json!({ "body": "x", "contacted_at": "x", "then": "x" }), json!({ "to": "x", "team": "x" }));
    let ours = |act: &str| format!("/v1/desk/tickets/{ticket}/{act}");
    let (mut refused, tokens) = (0, [SHOP, LEAD]);
    for (token, method, path, document) in [
        (0, "POST", "/v1/tickets".to_owned(), whole()),
        (0, "POST", format!("/v1/tickets/{ticket}/messages"), message),
        (0, "PUT", "/v1/customers/ann".to_owned(), profile),
        (1, "POST", ours("replies"), reply),
        (1, "POST", ours("notes"), json!({ "body": "x" })),
        (1, "POST", ours("resolve"), json!({ "body": "x" })),
        (1, "POST", ours("assign"), hold),
    ] {
        let mut pointers = Vec::new();
        leaves(&document, "", &mut pointers);
        for pointer in pointers {
            for wrong in [
                json!("wbody".repeat(2_000)),
                json!({ "more": "wbody" }),
                json!(["wbody"]),
                json!("wbody\u{0}\u{202e}"),
            ] {
                let mut wanted = document.clone();
                *wanted.pointer_mut(&pointer).unwrap() = wrong;
                let reply =
                    world.send(&tokens[token], method, &path, &[("idempotency-key", "k")], &wanted.to_string()).await;
                refused += usize::from(reply.status >= 400);
                let said = if reply.status < 400 { BTreeSet::new() } else { found(&reply.text) };
                assert!(said.is_empty(), "{method} {path} {pointer}: {}", reply.text);
            }
        }
        let torn = world.send(&tokens[token], method, &path, &[("idempotency-key", "k")], "{ \"body\": \"wbody").await;
        assert!(torn.status == 400 && found(&torn.text).is_empty(), "{}", torn.text);
    }
    assert!(refused > 100, "{refused}");
}

#[tokio::test]
async fn what_travels_between_the_functions_and_what_is_set_aside_holds_ids_only() {
    let world = World::new().await;
    typed(&world).await;
    let torn = json!({ "pk": { "S": "T|shop|torn" }, "sk": { "S": "ENTRY#00000001" }, "v": { "N": "1" }, "doc": { "S": "{ wbody" } });
    world.far.dynamodb("PutItem", json!({ "TableName": "aftercare", "Item": torn }).to_string().as_bytes());
    world.relay(world.stream()).await;
    let (queued, letters) = (world.notify_queue(), world.dead_letters());
    assert_eq!((queued.len(), letters.len()), (3, 1));
    assert_eq!(found(&[queued, letters].concat().concat()), BTreeSet::new());
}
