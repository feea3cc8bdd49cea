//! Money on the deployed stack: asked for over HTTP, paid back by a provider on this machine, told of by mail.

use aftercare::payment::standard_webhooks::{secret, sign};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tests::stack::{Answer, Stack, fresh, stack};

#[expect(clippy::disallowed_methods, reason = "the stack has the clock of everybody else")]
fn now() -> Timestamp {
    Timestamp::now()
}

/// A customer with an address, and their order of one thing for so much.
struct Bought {
    address: String,
    order: String,
    payment: String,
}

fn buys(stack: &Stack, shop: &str, payment: &str, total: i64) -> Bought {
    let (customer, order, payment) = (fresh("kim"), fresh("o"), fresh(payment));
    let address = format!("{customer}@example.com");
    let server = format!("{shop}-server");
    let profile = json!({ "email": address, "locale": "en", "member_since": "2024-01-31" });
    stack.put(&server, &format!("/v1/customers/{customer}"), &profile).is(200);
    let days_ago = |days: i64| now().checked_sub(SignedDuration::from_hours(24 * days)).unwrap();
    let facts = json!({
        "version": 1, "customer": customer, "currency": "CNY", "placed_at": days_ago(6),
        "lines": [{ "id": "1", "title": "Kettle", "quantity": 1, "total": total }],
        "payments": [{ "id": payment, "method": "card", "captured": total }],
        "deliveries": [{ "line": "1", "quantity": 1, "at": days_ago(2) }],
    });
    stack.put(&server, &format!("/v1/orders/{order}"), &facts).is(201);
    Bought { address, order, payment }
}

/// Asks for the money back, as the shop's server.
fn asks(stack: &Stack, shop: &str, bought: &Bought) -> Answer {
    let lines = json!([{ "line": "1", "quantity": 1 }]);
    let body = json!({ "kind": "refund_only", "reason": "defective", "lines": lines, "message": "It does not boil." });
    let (server, path) = (format!("{shop}-server"), format!("/v1/orders/{}/cases", bought.order));
    let preview = stack.post(&server, &format!("{path}/preview"), body.clone()).is(200);
    let asked = stack.post(&server, &path, body).is(201);
    assert_eq!(asked.body["figures"], preview.body["figures"]);
    asked
}

fn at_desk(case: &Answer) -> String {
    format!("/v1/desk/tickets/{}/cases/1", case.at("/ticket"))
}

/// The case once it stands so, as staff see it.
fn until(stack: &Stack, shop: &str, case: &Answer, status: &str) -> Answer {
    stack.until(&format!("a case that is {status}"), || {
        let now = stack.get(&format!("{shop}-lead"), &at_desk(case)).is(200);
        (now.at("/status") == status).then_some(now)
    })
}

/// The provider's books of a payment.
fn booked(stack: &Stack, payment: &str) -> Vec<Value> {
    let books = std::fs::read_to_string(stack.file("pay/refunds.json")).unwrap_or_else(|_| "[]".to_owned());
    let books: Vec<Value> = serde_json::from_str(&books).unwrap();
    books.into_iter().filter(|refund| refund["payment"] == payment).collect()
}

#[test]
fn a_small_refund_is_approved_by_the_rules_paid_once_and_told_of() {
    let stack = stack();
    let bought = buys(stack, "shop", "pay", 9_900);
    let asked = asks(stack, "shop", &bought);
    assert_eq!(asked.body["figures"]["net"], 9_900);
    let settled = until(stack, "shop", &asked, "settled");
    assert_eq!(settled.body["inside"]["automatic"], true);
    let refunds = booked(stack, &bought.payment);
    let payouts = &settled.body["payouts"];
    assert_eq!(refunds.len(), 1, "{refunds:?}");
    assert_eq!((&refunds[0]["amount"], &refunds[0]["id"]), (&json!(9_900), &payouts[0]["id"]));
    assert_eq!(payouts[0]["reference"], refunds[0]["reference"]);
    let order = stack.get("shop-server", &format!("/v1/orders/{}", bought.order)).is(200);
    assert_eq!(order.body["available"]["amount"], 0);
    let mails = stack.await_mails(&bought.address, "Paid back in all: CNY 99.00", 3);
    assert!(mails.iter().all(|mail| mail.text.contains(&asked.at("/ticket_number"))));
}

#[test]
fn an_agent_approves_within_their_limit_and_nobody_else_does() {
    let stack = stack();
    let bought = buys(stack, "shop", "pay", 45_900);
    let asked = asks(stack, "shop", &bought);
    let pending = until(stack, "shop", &asked, "pending");
    assert_eq!(pending.body["inside"]["needed"], json!(["agent"]));
    let listed = stack.get("shop-agent", "/v1/desk/cases?status=pending&limit=100").is(200);
    let listed = listed.body["cases"].as_array().unwrap().iter().filter(|case| case["ticket"] == asked.at("/ticket"));
    assert_eq!(listed.count(), 1);
    let (path, hash) = (format!("{}/approve", at_desk(&asked)), json!({ "hash": pending.at("/inside/hash") }));
    stack.post("shop-admin", &path, hash.clone()).is(403);
    stack.post("other-manager", &path, hash.clone()).is(404);
    stack.post("shop-server", &path, hash.clone()).is(401);
    stack.post("shop-agent", &path, json!({ "hash": "of something else" })).is(409);
    assert_eq!(booked(stack, &bought.payment), [Value::Null; 0]);
    stack.post("shop-agent", &path, hash).is(200);
    until(stack, "shop", &asked, "settled");
    assert_eq!(booked(stack, &bought.payment).len(), 1);
    stack.await_mails(&bought.address, "CNY 459.00", 3);
}

#[test]
fn what_a_provider_says_counts_only_when_it_signed_it_and_once() {
    let stack = stack();
    let bought = buys(stack, "shop", "pay", 4_900);
    let settled = until(stack, "shop", &asks(stack, "shop", &bought), "settled");
    let mut refund = booked(stack, &bought.payment).remove(0);
    refund.as_object_mut().unwrap().remove("asked");
    let told: Value = serde_json::from_str(&std::fs::read_to_string(stack.file("pay/provider.json")).unwrap()).unwrap();
    let key = secret(told["webhook_secret"].as_str().unwrap()).unwrap();
    let tell = |message: &str, key: Vec<u8>, refund: &Value| {
        let body = json!({ "v": 1, "type": "refund.updated", "refund": refund }).to_string();
        let now = now();
        let signature = sign(&[key], message, now, body.as_bytes());
        let headers = json!({
            "Content-Type": "application/json", "webhook-id": message, "webhook-timestamp": now.as_second().to_string(),
            "webhook-signature": signature,
        });
        stack.with_headers("POST", "/v1/webhooks/payments/shop", &headers, &body)
    };
    tell(&fresh("msg"), key.clone(), &refund).is(200);
    tell(&fresh("msg"), b"another word of the tests".to_vec(), &refund).is(401);
    refund["status"] = json!("pending");
    tell(&fresh("msg"), key, &refund).is(200);
    let after = stack.get("shop-lead", &at_desk(&settled)).is(200);
    assert_eq!(after.body, settled.body);
    let bare = json!({ "Content-Type": "application/json" });
    assert_eq!(stack.with_headers("POST", "/v1/webhooks/payments/shop", &bare, "{}").status, 401);
    assert_eq!(stack.with_headers("POST", "/v1/webhooks/payments/nobody", &bare, "{}").status, 404);
}

#[test]
fn a_decline_keeps_the_hold_until_a_person_has_it_tried_again() {
    let stack = stack();
    let bought = buys(stack, "shop", "declined", 5_900);
    let asked = asks(stack, "shop", &bought);
    let failed = until(stack, "shop", &asked, "payout_failed");
    assert_eq!(failed.body["payouts"][0]["code"], "payment_not_refundable");
    let seen = stack.get("shop-server", &format!("/v1/tickets/{}/cases/1", asked.at("/ticket"))).is(200);
    assert_eq!(seen.at("/status"), "payout_failed");
    let order = stack.get("shop-server", &format!("/v1/orders/{}", bought.order)).is(200);
    assert_eq!(order.body["available"]["amount"], 0);
    let retry = format!("{}/retry", at_desk(&asked));
    stack.post("shop-agent", &retry, json!({})).is(403);
    stack.post("shop-lead", &retry, json!({})).is(200);
    let again = stack.until("another payout", || {
        let now = stack.get("shop-lead", &at_desk(&asked)).is(200);
        let over = now.at("/status") == "payout_failed" && now.body["payouts"].as_array()?.len() == 2;
        over.then_some(now)
    });
    assert_eq!(booked(stack, &bought.payment).len(), 2, "{}", again.text);
}

#[test]
fn a_shop_without_a_provider_pays_nothing_and_says_so() {
    let stack = stack();
    let bought = buys(stack, "other", "pay", 3_900);
    let asked = asks(stack, "other", &bought);
    let waits = stack.until("a payout that waits", || {
        let now = stack.get("other-lead", &at_desk(&asked)).is(200);
        (now.body["payouts"][0]["code"] == "no_provider").then_some(now)
    });
    assert_eq!(waits.at("/status"), "settling");
    stack.get("other-admin", "/v1/desk/payment-provider").is(404);
    let ours = stack.get("shop-admin", "/v1/desk/payment-provider").is(200);
    assert!(ours.at("/key").chars().count() == 5, "{}", ours.text);
    stack.get("shop-lead", "/v1/desk/payment-provider").is(403);
}
