//! What a ticket takes, what it is about, and how urgent it is.

use serde_json::{Value, json};
use tests::{Reply, SHOP, Token, World, request};

#[tokio::test]
async fn a_ticket_comes_in_and_its_customer_hears_of_it() {
    let world = World::new().await;
    let opened = world.open("c-1", "The kettle is broken", json!({})).await;
    assert_eq!(opened.status, 201, "{}", opened.text);
    world.settle().await;
    let mails = world.mails_to("c-1@example.com");
    assert_eq!(mails.len(), 1);
    assert!(mails[0].raw.contains(opened.body["ticket"]["number"].as_str().unwrap()));
    world.settle().await;
    assert_eq!(world.far.mails().len(), 1);
}

/// A ticket with every field there is.
fn everything() -> Value {
    json!({
        "channel": "email", "channel_message_id": "m-1", "stage": "in_sale", "kind": "exchange",
        "opened_by": "customer", "client_ip": "2001:db8::1",
        "subject": "茶壶", "body": "The lid does not fit.", "hoped_for": "Another lid",
        "category": "quality", "reason": "not_as_described",
        "customer": {
            "ref": "c-1", "name": "Ann", "email": "ann@example.com", "locale": "zh-TW", "time_zone": "Asia/Taipei",
            "tier": "vip",
        },
        "order": { "id": "o-1", "lines": ["1", "2"], "total": { "amount": 19_900, "currency": "CNY" } },
        "attachments": [{ "name": "lid.jpg", "type": "image/jpeg", "size": 10_485_760 }],
        "mail": {
            "message_id": "<1@example.com>", "in_reply_to": "<0@example.com>", "return_path": "ann@example.com",
            "auto_submitted": "no", "from": "Ann <ann@example.com>", "to": ["help@shop.example"],
        },
    })
}

#[tokio::test]
async fn every_field_of_a_ticket_is_taken_and_kept() {
    let world = World::new().await;
    let opened = world.post(&SHOP, "/v1/tickets", everything()).await;
    assert_eq!(opened.status, 201, "{}", opened.text);
    let number = opened.body["ticket"]["number"].as_str().unwrap();
    let typed = format!("{}-{}", &number[..4], number[4..].to_lowercase());
    let by_id = world.get(&SHOP, &format!("/v1/tickets/{}", opened.ticket())).await;
    assert_eq!(by_id.text, world.get(&SHOP, &format!("/v1/tickets/{typed}")).await.text);

    let (ticket, message) = (&by_id.body["ticket"], &by_id.body["messages"][0]);
    let wanted = everything();
    for field in ["channel", "stage", "kind", "category", "reason"] {
        assert_eq!(ticket[field], wanted[field], "{field}");
    }
    for field in ["subject", "body", "hoped_for", "attachments", "order"] {
        assert_eq!(message[field], wanted[field], "{field}");
    }
    assert_eq!((&ticket["order"], &ticket["customer"]), (&json!("o-1"), &json!("c-1")));
    let content = world.items().into_iter().find(|item| item["sk"]["S"] == "CONTENT#00000001").unwrap();
    let content: Value = serde_json::from_str(content["doc"]["S"].as_str().unwrap()).unwrap();
    assert_eq!(content["mail"], wanted["mail"]);
}

#[tokio::test]
async fn only_channel_kind_body_and_customer_are_asked_for() {
    let world = World::new().await;
    let least = json!({ "channel": "phone", "kind": "inquiry", "body": "?", "customer": { "ref": "c-1" } });
    let opened = world.post(&SHOP, "/v1/tickets", least).await;
    assert_eq!((opened.status, &opened.body["ticket"]["stage"]), (201, &json!("after_sale")));
    let own = Token::Customer("shop", "c-2");
    let opened = world.post(&own, "/v1/tickets", json!({ "channel": "web", "kind": "refund", "body": "?" })).await;
    assert_eq!((opened.status, &opened.body["ticket"]["customer"]), (201, &json!("c-2")));
    assert_eq!(opened.body["ticket"]["inside"], Value::Null, "what only the shop sees");
}

#[tokio::test]
async fn every_channel_stage_and_kind_is_taken() {
    let world = World::new().await;
    let words = [
        ("channel", ["web", "chat", "email", "phone", "social", "api"].as_slice()),
        ("stage", &["pre_sale", "in_sale", "after_sale"]),
        ("kind", &["inquiry", "complaint", "return", "exchange", "repair", "refund"]),
    ];
    for (field, words) in words {
        for word in words {
            let opened = world.open(&format!("c-{field}-{word}"), "?", json!({ field: word })).await;
            assert_eq!((opened.status, &opened.body["ticket"][field]), (201, &json!(word)));
        }
    }
}

#[tokio::test]
async fn lengths_count_characters_whatever_their_bytes() {
    let world = World::new().await;
    for letter in ["a", "茶", "🫖"] {
        let opened = world.open(&format!("c-{}", letter.len()), &letter.repeat(20_000), json!({})).await;
        assert_eq!(opened.status, 201, "{letter}");
        let read = world.get(&SHOP, &format!("/v1/tickets/{}", opened.ticket())).await;
        assert_eq!(read.body["messages"][0]["body"], letter.repeat(20_000));
        let refused = world.open("c-9", &letter.repeat(20_001), json!({})).await;
        assert_eq!((refused.status, refused.wrong_fields()), (422, vec!["/body"]));
    }
    let long = json!({ "subject": "茶".repeat(200), "order": { "id": "o-1", "lines": ["茶".repeat(64)] } });
    assert_eq!(world.open("c-8", "?", long).await.status, 201);
}

#[tokio::test]
async fn each_bound_holds_to_the_last_and_not_beyond() {
    let world = World::new().await;
    let attachment = json!({ "name": "a.jpg", "type": "image/jpeg", "size": 1 });
    let lines: Vec<String> = (0..101).map(|line| line.to_string()).collect();
    let ten = json!({
        "attachments": vec![&attachment; 10], "order": { "id": "o".repeat(64), "lines": &lines[..100] },
        "customer": { "ref": "c".repeat(64) }, "channel_message_id": "m".repeat(255), "hoped_for": "h".repeat(500),
    });
    assert_eq!(world.open("c-1", "?", ten).await.status, 201);
    let beyond = json!({
        "attachments": vec![&attachment; 11], "order": { "id": "o".repeat(65), "lines": lines },
        "customer": { "ref": "c".repeat(65) }, "channel_message_id": "m".repeat(256), "hoped_for": "h".repeat(501),
        "subject": "s".repeat(201),
    });
    let mut refused = world.open("c-1", "?", beyond).await.wrong_fields().join(" ");
    assert_eq!(refused, "/channel_message_id /subject /hoped_for /attachments /customer/ref /order/id /order/lines");
    let wrong = json!({ "attachments": [{ "name": "", "type": "jpeg", "size": 10_485_761 }, { "size": -1 }] });
    refused = world.open("c-1", "?", wrong).await.wrong_fields().join(" ");
    assert_eq!(
        refused,
        "/attachments/0/name /attachments/0/type /attachments/0/size /attachments/1/name /attachments/1/type /attachments/1/size"
    );
}

#[tokio::test]
async fn a_category_the_customer_chose_wins_with_each_of_its_reasons() {
    let world = World::new().await;
    let categories = [
        ("quality", ["defect", "malfunction", "not_as_described"].as_slice()),
        ("delivery", &["slow", "damaged", "courier_attitude"]),
        ("service", &["attitude", "slow", "unsuitable_solution"]),
        ("order", &["cancellation", "modification", "wrong_information"]),
        ("account_payment", &["account", "payment_failed", "refund_difficulty"]),
    ];
    for (category, reasons) in categories {
        for reason in reasons {
            let customer = format!("c-{category}-{reason}");
            let opened = world.open(&customer, "?", json!({ "category": category, "reason": reason })).await;
            let ticket = &opened.body["ticket"];
            assert_eq!((&ticket["category"], &ticket["reason"]), (&json!(category), &json!(reason)));
            assert_eq!((&ticket["inside"]["triage"], &ticket["inside"]["confidence"]), (&json!(false), &json!(100)));
        }
    }
    for category in ["inquiry", "other"] {
        let opened = world.open(&format!("c-{category}"), "?", json!({ "category": category })).await;
        assert_eq!(opened.body["ticket"]["category"], category);
    }
    for wrong in [json!({ "category": "quality", "reason": "slow" }), json!({ "reason": "slow" })] {
        assert_eq!(world.open("c-1", "?", wrong).await.wrong_fields(), ["/reason"]);
    }
}

#[tokio::test]
async fn a_classifier_that_is_too_unsure_asks_a_person() {
    let world = World::new().await;
    let confidence = world.open("c-1", "hm, the thing", json!({})).await.body["ticket"]["inside"]["confidence"].clone();
    let confidence = confidence.as_u64().unwrap();
    for (customer, threshold) in [("c-2", confidence), ("c-3", confidence + 1)] {
        world.settings("shop", |settings| settings["limits"]["triage_below_percent"] = json!(threshold)).await;
        let inside = world.open(customer, "hm, the thing", json!({})).await.body["ticket"]["inside"].clone();
        assert_eq!((&inside["triage"], &inside["confidence"]), (&json!(threshold > confidence), &json!(confidence)));
    }
    let history = world.items().into_iter().find(|item| item["sk"]["S"] == "ENTRY#00000001").unwrap();
    assert!(history["doc"]["S"].as_str().unwrap().contains("\"by\":\"classifier\""));
}

/// The priority and the parts of its score, in one line.
fn score(opened: &Reply) -> String {
    let ticket = &opened.body["ticket"];
    let word = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    let parts = ticket["inside"]["score"].as_array().into_iter().flatten();
    let parts: Vec<String> = parts.map(|part| format!("{} {}", word(&part["ground"]), part["points"])).collect();
    format!("{}: {}", word(&ticket["priority"]), parts.join(", "))
}

#[tokio::test]
async fn the_priority_is_a_score_whose_parts_are_kept() {
    let world = World::new().await;
    let inquiry = json!({ "category": "inquiry" });
    let first = world.open("c-1", "Do you ship on Sundays?", inquiry.clone()).await;
    assert_eq!(score(&first), "low: category 5");

    world.later(7 * 24 * 3600);
    let again = world.open("c-1", "Is there a green one?", inquiry.clone()).await;
    assert_eq!(score(&again), "normal: category 5, second_contact 15");
    world.later(7 * 24 * 3600 + 1);
    let much_later = world.open("c-1", "Is there a red one?", inquiry.clone()).await;
    assert_eq!(score(&much_later), "low: category 5");

    world.put(&SHOP, "/v1/customers/c-2", json!({ "tier": "vip" })).await;
    let vip = world.open("c-2", "Is there a red one?", inquiry).await;
    assert_eq!(score(&vip), "normal: category 5, vip 10");

    let order = |amount: i64| json!({ "category": "delivery", "order": { "id": "o-1", "total": { "amount": amount, "currency": "CNY" } } });
    assert_eq!(score(&world.open("c-3", "?", order(199_999)).await), "normal: category 25");
    assert_eq!(score(&world.open("c-4", "?", order(200_000)).await), "normal: category 25, large_order 10");

    let burnt = world.open("c-5", "The charger caught fire and burned my hand", json!({ "category": "quality" })).await;
    assert_eq!(score(&burnt), "urgent: category 20, danger 60");
    let kept = world.ticket(burnt.ticket()).await;
    assert_eq!(kept.score.iter().map(|part| part.points).sum::<u16>(), 80);
}

#[tokio::test]
async fn a_body_in_base_64_is_the_same_body() {
    let world = World::new().await;
    let body = request("c-1", "茶壶坏了").to_string();
    let plain = world.send(&SHOP, "POST", "/v1/tickets", &[("idempotency-key", "k")], &body).await;
    let encoded = aws_smithy_types::base64::encode(&body);
    let again = world.send_base64(&SHOP, "POST", "/v1/tickets", "k", &encoded).await;
    assert_eq!((again.status, again.text), (201, plain.text));
}
