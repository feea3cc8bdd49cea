//! What a customer can choose, known beforehand: options, policy, preview and request say the same.

use serde_json::{Value, json};
use tests::{SHOP, Token, World, one_kettle};

const CUSTOMER: Token = Token::Customer("shop", "c-1");

/// The choice of a line, a reason and a kind.
fn choice<'a>(options: &'a Value, line: &str, reason: &str, kind: &str) -> &'a Value {
    let found = |list: &'a Value, name: &str, word: &str| {
        list.as_array()
            .unwrap()
            .iter()
            .find(|entry| entry[name] == word)
            .unwrap_or_else(|| panic!("no {word}: {options}"))
    };
    let line = found(&options["lines"], "line", line);
    found(&found(&line["reasons"], "reason", reason)["kinds"], "kind", kind)
}

#[tokio::test]
async fn every_option_that_is_possible_is_what_a_preview_and_a_request_come_to() {
    let world = World::new().await;
    world.order("o-1", json!({})).await;
    let options = world.get(&CUSTOMER, "/v1/orders/o-1/options").await;
    assert_eq!(options.status, 200, "{}", options.text);
    let mut tried = 0;
    for line in ["kettles", "cups"] {
        for (reason, kind) in [
            ("defective", "refund_only"),
            ("defective", "return_refund"),
            ("change_of_mind", "return_refund"),
            ("wrong_item", "exchange"),
            ("defective", "repair"),
        ] {
            let choice = choice(&options.body, line, reason, kind);
            assert_eq!(choice["possible"], true, "{line} {reason} {kind}: {choice}");
            let lines = json!([{ "line": line, "quantity": choice["units"] }]);
            let body = json!({ "kind": kind, "reason": reason, "lines": lines });
            let preview = world.post(&CUSTOMER, "/v1/orders/o-1/cases/preview", body).await;
            assert_eq!(preview.status, 200, "{}", preview.text);
            assert_eq!(preview.body["figures"]["net"], choice["net"].as_i64().unwrap_or(0), "{}", preview.text);
            assert_eq!(preview.body["figures"]["payer"], choice["payer"]);
            assert_eq!(preview.body["days"], choice["days"]);
            tried += 1;
        }
    }
    assert_eq!(tried, 10);
}

#[tokio::test]
async fn what_is_not_possible_says_why_and_is_refused_with_the_same_reason() {
    let world = World::new().await;
    world.order("o-1", json!({})).await;
    world.at("2026-03-20T02:00:00Z");
    let options = world.get(&CUSTOMER, "/v1/orders/o-1/options?line=kettles").await;
    let late = choice(&options.body, "kettles", "change_of_mind", "return_refund");
    assert_eq!(late["possible"], false, "{late}");
    let refused = world.ask("o-1", one_kettle(json!({ "kind": "return_refund", "reason": "change_of_mind" }))).await;
    assert_eq!((refused.status, &refused.body["detail"]), (409, &late["why"]), "{}", refused.text);
    let photo = world.ask("o-1", one_kettle(json!({ "reason": "damaged" }))).await;
    assert_eq!(photo.status, 409, "{}", photo.text);
    let unknown = world.get(&CUSTOMER, "/v1/orders/o-1/options?line=plates").await;
    assert_eq!((unknown.status, unknown.wrong_fields()), (422, vec!["query line"]));
}

#[tokio::test]
async fn the_published_policy_is_the_rules_that_are_applied() {
    let world = World::new().await;
    let reason = |policy: &Value, name: &str| {
        let reasons = policy["reasons"].as_array().unwrap_or_else(|| panic!("{policy}")).clone();
        reasons.into_iter().find(|reason| reason["reason"] == name).unwrap_or_else(|| panic!("no {name}: {policy}"))
    };
    let home = world.get(&CUSTOMER, "/v1/policy?country=CN").await;
    assert_eq!(home.status, 200, "{}", home.text);
    assert_eq!(reason(&home.body, "change_of_mind")["window"], json!({ "days_from_delivery": 7 }));
    let abroad = world.get(&CUSTOMER, "/v1/policy?country=DE").await;
    assert_eq!(reason(&abroad.body, "change_of_mind")["window"], json!({ "days_from_delivery": 14 }));
    // Day 10 in both: over at home, open in the EU.
    for (id, country, status) in [("o-cn", "CN", 409), ("o-de", "DE", 201)] {
        let payments = json!([{ "id": format!("pay-{id}"), "method": "card", "captured": 27_000 }]);
        world.at("2026-03-12T02:00:00Z").order(id, json!({ "country": country, "payments": payments })).await;
        let body = one_kettle(json!({ "kind": "return_refund", "reason": "change_of_mind" }));
        let asked = world.at("2026-03-20T02:00:00Z").ask(id, body).await;
        assert_eq!(asked.status, status, "{id}: {}", asked.text);
    }
    world.settings("shop", |settings| settings["cases"]["days"]["repair"] = json!(30)).await;
    let changed = world.get(&SHOP, "/v1/policy").await;
    assert!(changed.text.contains("30"), "{}", changed.text);
    for nowhere in ["Germany", "de", "ZZ"] {
        let reply = world.get(&SHOP, &format!("/v1/policy?country={nowhere}")).await;
        assert_eq!(reply.wrong_fields(), ["query country"], "{nowhere}");
    }
}

#[tokio::test]
async fn every_wrong_field_of_an_order_and_of_a_case_is_named_at_once() {
    let world = World::new().await;
    let wrong = json!({ "version": 0, "currency": "XYZ", "lines": [{ "id": "a b", "quantity": 0, "total": -1 }], "shipping": 1.5 });
    let reply = world.order("o-1", wrong).await;
    assert_eq!(reply.status, 422, "{}", reply.text);
    for field in ["/version", "/currency", "/lines/0/id", "/lines/0/quantity", "/lines/0/total", "/shipping"] {
        assert!(reply.wrong_fields().contains(&field), "{field}: {}", reply.text);
    }
    assert_eq!(world.order("o-1", json!({})).await.status, 201);
    let body = json!({ "kind": "gift", "reason": "moon", "lines": [{ "line": "kettles" }], "amount": "5", "more": 1 });
    let reply = world.ask("o-1", body).await;
    assert_eq!(reply.status, 422, "{}", reply.text);
    for field in ["/kind", "/reason", "/lines/0/quantity", "/amount", "/more"] {
        assert!(reply.wrong_fields().contains(&field), "{field}: {}", reply.text);
    }
}
