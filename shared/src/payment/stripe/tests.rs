use serde_json::{Value, json};

use super::*;

const PAYOUT: &str = "0195cf0a-8c00-7000-8000-000000000001.1.1";
const SECRET: &str = "a-word-of-the-tests";

fn key() -> Hidden {
    Hidden::new("a-key-of-the-tests")
}

fn now() -> Timestamp {
    Timestamp::from_second(1_773_280_800).unwrap()
}

fn payment(id: &str) -> PaymentId {
    PaymentId::parse(id).unwrap()
}

fn refund_of(id: &str, currency: &str) -> Refund {
    let payout = PayoutId::parse(PAYOUT).unwrap();
    Refund { payout, payment: payment(id), amount: 19_900, currency: currency.to_owned() }
}

fn refund() -> Refund {
    refund_of("pi_7", "CNY")
}

fn object(status: &str) -> Value {
    json!({
        "id": "re_1", "object": "refund", "amount": 19_900, "balance_transaction": null, "charge": "ch_7",
        "created": 1_773_280_800, "currency": "cny", "metadata": { "aftercare_payout": PAYOUT, "order": "9" },
        "payment_intent": "pi_7", "reason": null, "receipt_number": null, "status": status,
    })
}

fn answer(status: u16, body: &Value) -> Outcome {
    answered(&refund(), status, body.to_string().as_bytes())
}

fn reference() -> String {
    "re_1".to_owned()
}

fn error(kind: &str, code: Option<&str>) -> Value {
    json!({ "error": { "type": kind, "code": code, "message": "no", "doc_url": "https://stripe.com/docs" } })
}

fn declined(reference: Option<&str>, why: Decline, code: &str) -> Outcome {
    Outcome::Declined { reference: reference.map(str::to_owned), why, code: Code::of(code) }
}

#[test]
fn a_refund_is_asked_for_under_our_id() {
    let sent = request(&refund(), &key()).unwrap();
    assert_eq!((sent.method, sent.path.as_str()), ("POST", "/v1/refunds"));
    assert_eq!(sent.body, format!("payment_intent=pi_7&amount=19900&metadata%5Baftercare_payout%5D={PAYOUT}"));
    assert!(sent.headers.contains(&("idempotency-key", PAYOUT.to_owned())));
    assert!(sent.headers.contains(&("authorization", "Bearer a-key-of-the-tests".to_owned())));
}

#[test]
fn a_payment_is_named_by_its_intent_or_its_charge() {
    for (id, field) in [("pi_7", "payment_intent=pi_7&"), ("ch_7", "charge=ch_7&"), ("py_7", "charge=py_7&")] {
        assert!(request(&refund_of(id, "CNY"), &key()).unwrap().body.starts_with(field), "{id}");
    }
    for id in ["7", "re_7", "cash"] {
        assert_eq!(request(&refund_of(id, "CNY"), &key()), Err("payment_not_of_stripe"), "{id}");
        assert_eq!(list(&payment(id), None, &key()), None, "{id}");
    }
}

#[test]
fn an_amount_is_asked_for_in_the_units_of_stripe() {
    assert!(request(&refund_of("pi_7", "ISK"), &key()).unwrap().body.contains("&amount=1990000&"));
    let uneven = Refund { amount: 150, ..refund_of("pi_7", "MGA") };
    assert_eq!(request(&uneven, &key()), Err("amount_not_in_units_of_stripe"));
}

#[test]
fn each_status_of_a_refund_means_one_thing() {
    assert_eq!(answer(200, &object("succeeded")), Outcome::Settled { reference: reference() });
    assert_eq!(answer(200, &object("pending")), Outcome::Pending { reference: reference() });
    assert_eq!(answer(200, &object("requires_action")), Outcome::Pending { reference: reference() });
    assert_eq!(answer(200, &object("canceled")), declined(Some("re_1"), Decline::Other, "canceled"));
    assert_eq!(answer(200, &object("failed")), declined(Some("re_1"), Decline::Other, "failed"));
    assert_eq!(answer(200, &object("new_word")), Outcome::Unknown);
    let mut silent = object("succeeded");
    silent["status"] = Value::Null;
    assert_eq!(answer(200, &silent), Outcome::Unknown);
}

#[test]
fn the_reason_of_a_failed_refund_is_kept() {
    let reasons = [
        ("insufficient_funds", Decline::InsufficientFunds),
        ("expired_or_canceled_card", Decline::Expired),
        ("charge_for_pending_refund_disputed", Decline::PaymentNotRefundable),
        ("lost_or_stolen_card", Decline::Other),
        ("unknown", Decline::Other),
    ];
    for (reason, why) in reasons {
        let mut failed = object("failed");
        failed["failure_reason"] = json!(reason);
        assert_eq!(answer(200, &failed), declined(Some("re_1"), why, reason));
    }
}

#[test]
fn an_answer_about_another_refund_is_unknown() {
    for (name, value) in [
        ("amount", json!(19_901)),
        ("currency", json!("eur")),
        ("metadata", json!({})),
        ("metadata", json!({ "aftercare_payout": "another.1.1" })),
        ("object", json!("charge")),
        ("id", json!("")),
    ] {
        let mut other = object("succeeded");
        other[name] = value;
        assert_eq!(answer(200, &other), Outcome::Unknown, "{name}");
    }
}

#[test]
fn what_stripe_refuses_is_declined() {
    let refusals = [
        ("charge_already_refunded", Decline::PaymentNotRefundable),
        ("charge_disputed", Decline::PaymentNotRefundable),
        ("charge_not_refundable", Decline::PaymentNotRefundable),
        ("refund_disputed_payment", Decline::PaymentNotRefundable),
        ("resource_missing", Decline::PaymentNotRefundable),
        ("amount_too_large", Decline::AmountTooLarge),
        ("balance_insufficient", Decline::InsufficientFunds),
        ("expired_card", Decline::Expired),
        ("parameter_unknown", Decline::Other),
    ];
    for (code, why) in refusals {
        for status in [400, 402, 404] {
            assert_eq!(answer(status, &error("invalid_request_error", Some(code))), declined(None, why, code));
        }
    }
    let mut card = error("card_error", Some("card_declined"));
    card["error"]["decline_code"] = json!("insufficient_funds");
    assert_eq!(answer(402, &card), declined(None, Decline::InsufficientFunds, "insufficient_funds"));
    let mut more = error("invalid_request_error", None);
    more["error"]["param"] = json!("amount");
    assert_eq!(answer(400, &more), declined(None, Decline::AmountTooLarge, ""));
}

#[test]
fn a_key_that_is_not_taken_and_too_many_requests_are_for_later() {
    for status in [401, 403, 429] {
        assert_eq!(answer(status, &error("invalid_request_error", Some("lock_timeout"))), Outcome::NotSent);
    }
}

#[test]
fn whatever_says_nothing_of_our_refund_is_unknown() {
    assert_eq!(answer(409, &error("invalid_request_error", Some("idempotency_key_in_use"))), Outcome::Unknown);
    assert_eq!(answer(400, &error("idempotency_error", None)), Outcome::Unknown);
    assert_eq!(answer(400, &error("api_error", None)), Outcome::Unknown);
    for status in [100, 201, 302, 500, 502, 503] {
        assert_eq!(answer(status, &object("succeeded")), Outcome::Unknown, "{status}");
        assert_eq!(answer(status, &error("invalid_request_error", None)), Outcome::Unknown, "{status}");
    }
    for body in ["", "{", "null", "<html>", "[]"] {
        assert_eq!(answered(&refund(), 200, body.as_bytes()), Outcome::Unknown, "{body}");
        assert_eq!(answered(&refund(), 400, body.as_bytes()), Outcome::Unknown, "{body}");
    }
}

#[test]
fn refunds_are_listed_page_by_page() {
    let path = |after| list(&payment("pi_7"), after, &key()).unwrap().path;
    assert_eq!(path(None), "/v1/refunds?payment_intent=pi_7&limit=100");
    assert_eq!(path(Some("re_1")), "/v1/refunds?payment_intent=pi_7&limit=100&starting_after=re_1");
    let page = |data: Value, more: bool| {
        listed(json!({ "object": "list", "data": data, "has_more": more }).to_string().as_bytes())
    };
    let mut dashboard = object("pending");
    dashboard["metadata"] = json!({});
    dashboard["id"] = json!("re_2");
    let two = page(json!([object("succeeded"), dashboard]), true).unwrap();
    assert_eq!(two.next.as_deref(), Some("re_2"));
    assert_eq!((two.refunds[0].payout.as_ref().map(PayoutId::as_str), two.refunds[0].amount), (Some(PAYOUT), 19_900));
    assert_eq!((&two.refunds[1].payout, two.refunds[1].reference.as_str()), (&None, "re_2"));
    assert_eq!(page(json!([]), false), Some(Page { refunds: vec![], next: None }));
    assert_eq!(page(json!([]), true), None);
    assert_eq!(page(json!([object("succeeded"), { "id": "re_9" }]), false), None);
    assert_eq!(listed(b"{}"), None);
}

fn event(kind: &str, object: &Value) -> String {
    json!({ "id": "evt_1", "object": "event", "type": kind, "data": { "object": object } }).to_string()
}

fn hear(header: &str, body: &str, secrets: &[&str]) -> Result<Option<Told>, Refused> {
    let headers = Headers { stripe_signature: Some(header.to_owned()), ..Headers::default() };
    let secrets: Vec<Hidden> = secrets.iter().map(|secret| Hidden::new(*secret)).collect();
    told(&headers, body.as_bytes(), &secrets, now())
}

fn said(body: &str) -> Result<Option<Told>, Refused> {
    hear(&signature(SECRET, now(), body.as_bytes()), body, &[SECRET])
}

#[test]
fn the_events_of_a_refund_tell_of_it() {
    for kind in ["refund.created", "refund.updated", "refund.failed", "charge.refund.updated"] {
        let told = said(&event(kind, &object("succeeded"))).unwrap().unwrap();
        assert_eq!(told.message, "evt_1");
        assert_eq!(told.payments, [payment("pi_7"), payment("ch_7")]);
        assert_eq!(told.refund.outcome, Outcome::Settled { reference: reference() });
    }
}

#[test]
fn other_events_are_left_alone_and_others_must_be_whole() {
    assert_eq!(said(&event("charge.refunded", &json!({ "object": "charge" }))), Ok(None));
    assert_eq!(said(&event("customer.created", &json!({}))), Ok(None));
    assert_eq!(said(&event("refund.updated", &json!({}))), Err(Refused::Unreadable));
    assert_eq!(said("{}"), Err(Refused::Unreadable));
}

/// HMAC-SHA-256 of `1773280800.{}` under the word of the tests, worked out with openssl.
#[test]
fn a_signature_is_what_another_program_makes_of_it() {
    assert_eq!(
        signature(SECRET, now(), b"{}"),
        "t=1773280800,v1=b6bb365eb8bd57adb81d1ff74eae0e8d9e9b172c5f385f4e9bd9549743791adc"
    );
}

#[test]
fn an_event_is_believed_by_its_signature_only() {
    let body = event("refund.updated", &object("succeeded"));
    let good = signature(SECRET, now(), body.as_bytes());
    let rotated = format!("{good},v0=00,v1=zz,v1=00");
    assert!(hear(&rotated, &body, &["another", SECRET]).is_ok());
    assert_eq!(hear(&good, &body, &["another"]), Err(Refused::Forged));
    assert_eq!(hear(&good, &body.replace("19900", "99900"), &[SECRET]), Err(Refused::Forged));
    for header in ["", "t=1773280800", "v1=00", "t=x,v1=00", "t=1773280800,v1=00"] {
        assert_eq!(hear(header, &body, &[SECRET]), Err(Refused::Forged), "{header}");
    }
    assert_eq!(told(&Headers::default(), body.as_bytes(), &[Hidden::new(SECRET)], now()), Err(Refused::Forged));
}

#[test]
fn an_event_from_another_time_is_refused() {
    let body = event("refund.updated", &object("succeeded"));
    for (seconds, held) in [(-301, false), (-300, true), (300, true), (301, false)] {
        let at = Timestamp::from_second(now().as_second() + seconds).unwrap();
        let heard = hear(&signature(SECRET, at, body.as_bytes()), &body, &[SECRET]);
        assert_eq!(heard.is_ok(), held, "{seconds}");
        assert!(held || heard == Err(Refused::Untimely));
    }
}
