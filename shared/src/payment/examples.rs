//! The contract, by the examples that `infra/PAYMENTS.md` gives of it.

use serde_json::{Value, json};

use super::contract::{answered, list, listed, request, told};
use super::standard_webhooks::{secret, sign};
use jiff::SignedDuration;

use super::*;

const CONTRACT: &str = include_str!("../../../infra/PAYMENTS.md");
const PAYOUT: &str = "0195cf0a-8c00-7000-8000-000000000001.1.1";
const KEY: &str = "whsec_YSB3b3JkIG9mIHRoZSB0ZXN0cyBvbmx5";
const HEARD: &str = "whsec_YW5vdGhlciB3b3JkIG9mIHRoZSB0ZXN0cw==";

/// The example of that name: what stands between its fences.
fn example(kind: &str, name: &str) -> &'static str {
    let (_, after) = CONTRACT.split_once(&format!("```{kind} {name}\n")).unwrap_or_else(|| panic!("no {name}"));
    after.split_once("\n```").unwrap().0
}

/// First line, headers, body.
fn http(name: &str) -> (&'static str, Vec<(&'static str, &'static str)>, &'static str) {
    let (head, body) = example("http", name).split_once("\n\n").unwrap_or((example("http", name), ""));
    let mut lines = head.lines();
    let first = lines.next().unwrap();
    (first, lines.map(|line| line.split_once(": ").unwrap()).collect(), body)
}

fn answer(name: &str) -> (u16, &'static [u8]) {
    let (status, _, body) = http(name);
    (status.parse().unwrap(), body.as_bytes())
}

fn keys(text: &str) -> Vec<Vec<u8>> {
    vec![secret(text).unwrap()]
}

fn now() -> Timestamp {
    Timestamp::from_second(1_773_280_800).unwrap()
}

fn payout(text: &str) -> PayoutId {
    PayoutId::parse(text).unwrap()
}

fn refund() -> Refund {
    let payment = PaymentId::parse("pay_7").unwrap();
    Refund { payout: payout(PAYOUT), payment, amount: 19_900, currency: "CNY".to_owned() }
}

fn reference() -> String {
    "rf_81".to_owned()
}

fn declined(reference: Option<&str>, why: Decline, code: &str) -> Outcome {
    Outcome::Declined { reference: reference.map(str::to_owned), why, code: Code::of(code) }
}

/// What is sent, as the document writes it.
fn written(outgoing: &Outgoing) -> String {
    let headers: String = outgoing
        .headers
        .iter()
        .map(|(name, value)| {
            format!(
                "{name}: {value}
"
            )
        })
        .collect();
    let Outgoing { method, path, body, .. } = outgoing;
    format!("{method} {path}\n{headers}\n{body}").trim_end().to_owned()
}

#[test]
fn the_request_of_the_document_is_the_one_that_is_sent() {
    assert_eq!(written(&request(&refund(), &keys(KEY), now())), example("http", "request"));
    let payment = PaymentId::parse("pay_7").unwrap();
    assert_eq!(written(&list(&payment, Some("p2"), &keys(KEY), now())), example("http", "list"));
}

#[test]
fn a_request_is_the_same_bytes_however_often_it_is_sent() {
    let later = now() + SignedDuration::from_hours(1);
    let (first, second) = (request(&refund(), &keys(KEY), now()), request(&refund(), &keys(KEY), later));
    assert_eq!((first.path, first.body), (second.path, second.body));
}

#[test]
fn while_a_key_is_replaced_both_sign() {
    let both = [keys(KEY), keys(HEARD)].concat();
    let sent = request(&refund(), &both, now());
    let (_, signature) = sent.headers.iter().find(|(name, _)| *name == "webhook-signature").unwrap();
    assert_eq!(signature.split(' ').count(), 2);
}

#[test]
fn the_answers_of_the_document_mean_what_it_says() {
    let expected = [
        ("settled", Outcome::Settled { reference: reference() }),
        ("pending", Outcome::Pending { reference: reference() }),
        ("declined", declined(Some("rf_81"), Decline::Expired, "expired")),
        ("refused", declined(None, Decline::AmountTooLarge, "amount_too_large")),
    ];
    for (name, outcome) in expected {
        let (status, body) = answer(name);
        assert_eq!(answered(&refund(), status, body), outcome, "{name}");
    }
}

#[test]
fn a_status_without_a_decline_says_whether_it_was_sent() {
    for status in [401, 403, 425, 429] {
        assert_eq!(answered(&refund(), status, b""), Outcome::NotSent, "{status}");
    }
    for status in [100, 202, 204, 302, 400, 404, 408, 409, 422, 500, 502, 503, 504] {
        assert_eq!(answered(&refund(), status, b""), Outcome::Unknown, "{status}");
    }
    let refusal = br#"{"decline":{"code":"payment_not_refundable"}}"#;
    for status in [408, 409, 500, 503] {
        assert_eq!(answered(&refund(), status, refusal), Outcome::Unknown, "{status}");
    }
}

#[test]
fn an_answer_that_cannot_be_read_or_speaks_of_another_refund_is_unknown() {
    let good = json!({ "id": PAYOUT, "reference": "rf_81", "status": "settled" });
    let changed = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        answered(&refund(), 200, body.to_string().as_bytes())
    };
    assert_eq!(changed("amount", json!(19_900)), Outcome::Settled { reference: reference() });
    for (name, value) in [
        ("id", json!("another.1.1")),
        ("id", Value::Null),
        ("reference", Value::Null),
        ("reference", json!("")),
        ("reference", json!("two words")),
        ("reference", json!("r".repeat(256))),
        ("status", json!("done")),
        ("status", Value::Null),
        ("status", json!(1)),
        ("amount", json!(19_901)),
    ] {
        assert_eq!(changed(name, value.clone()), Outcome::Unknown, "{name} {value}");
    }
    for body in ["", "{", "[]", "<html>", "null", "\u{0}", r#"{"decline":{}}"#] {
        assert_eq!(answered(&refund(), 201, body.as_bytes()), Outcome::Unknown, "{body}");
        assert_eq!(answered(&refund(), 404, body.as_bytes()), Outcome::Unknown, "{body}");
    }
}

#[test]
fn a_word_for_a_decline_that_is_not_known_is_kept_in_bounds() {
    let refusal = json!({ "decline": { "code": format!("Not today! {}", "x".repeat(100)) } });
    let Outcome::Declined { why, code, .. } = answered(&refund(), 422, refusal.to_string().as_bytes()) else {
        panic!("not declined")
    };
    assert_eq!(why, Decline::Other);
    assert_eq!(code.unwrap().as_str(), format!("not_today__{}", "x".repeat(53)));
}

#[test]
fn the_list_of_the_document_is_read() {
    let (_, body) = answer("listed");
    let page = listed(body).unwrap();
    let row = |reference: &str, id: Option<&str>, outcome: Outcome, amount: i64| Listed {
        reference: reference.to_owned(),
        payout: id.map(payout),
        outcome,
        amount,
    };
    let second = "0195cf0a-8c00-7000-8000-000000000001.1.2";
    let pending = Outcome::Pending { reference: "rf_82".to_owned() };
    let short = declined(Some("rf_83"), Decline::InsufficientFunds, "insufficient_funds");
    let expected = [
        row("rf_81", Some(PAYOUT), Outcome::Settled { reference: reference() }, 19_900),
        row("rf_82", None, pending, 500),
        row("rf_83", Some(second), short, 100),
    ];
    assert_eq!(page.refunds, expected);
    assert_eq!(page.next.as_deref(), Some("p3"));
}

#[test]
fn a_list_that_is_not_whole_is_none() {
    let one = json!({ "id": PAYOUT, "reference": "rf_81", "status": "settled", "amount": 1 });
    let page = |row: Value| listed(json!({ "refunds": [row] }).to_string().as_bytes());
    let changed = |name: &str, value: Value| {
        let mut row = one.clone();
        row[name] = value;
        page(row)
    };
    assert!(page(one.clone()).is_some());
    assert_eq!(changed("reference", Value::Null), None);
    assert_eq!(changed("amount", Value::Null), None);
    // Ours is there, though nobody can say how it stands.
    assert_eq!(changed("status", json!("new")).unwrap().refunds[0].outcome, Outcome::Unknown);
    let many = json!({ "refunds": vec![one.clone(); 101] });
    assert_eq!(listed(many.to_string().as_bytes()), None);
    for body in ["", "{}", "[]", r#"{"refunds":{}}"#, r#"{"refunds":[],"next":""}"#, r#"{"refunds":[],"next":7}"#] {
        assert_eq!(listed(body.as_bytes()), None, "{body}");
    }
}

fn heard(name: &str) -> (Headers, &'static [u8]) {
    let (_, headers, body) = http(name);
    let look = |wanted: &str| headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| (*value).to_owned());
    (Headers::read(look), body.as_bytes())
}

#[test]
fn the_message_of_the_document_is_believed() {
    let (headers, body) = heard("webhook");
    let told = told(&headers, body, &keys(HEARD), now()).unwrap().unwrap();
    assert_eq!((told.message.as_str(), told.payments[0].as_str()), ("msg_81", "pay_7"));
    assert_eq!(told.refund.payout, Some(payout(PAYOUT)));
    assert_eq!(told.refund.outcome, Outcome::Settled { reference: reference() });
    assert_eq!(told.refund.amount, 19_900);
}

#[test]
fn a_message_signed_by_our_own_key_or_played_again_is_refused() {
    let (headers, body) = heard("webhook");
    assert_eq!(told(&headers, body, &keys(KEY), now()), Err(Refused::Forged));
    let later = now() + SignedDuration::from_secs(301);
    assert_eq!(told(&headers, body, &keys(HEARD), later), Err(Refused::Untimely));
}

/// What comes of a body that the provider signed.
fn said(body: &str) -> Result<Option<Told>, Refused> {
    let headers = Headers {
        id: Some("msg_1".to_owned()),
        timestamp: Some(now().as_second().to_string()),
        signature: Some(sign(&keys(HEARD), "msg_1", now(), body.as_bytes())),
        stripe_signature: None,
    };
    told(&headers, body.as_bytes(), &keys(HEARD), now())
}

#[test]
fn messages_of_other_types_are_left_alone_and_others_must_be_whole() {
    assert_eq!(said(r#"{"v":1,"type":"payout.created","what":1}"#), Ok(None));
    for body in [
        "",
        "{}",
        r#"{"v":2,"type":"refund.updated"}"#,
        r#"{"v":1,"type":"refund.updated"}"#,
        r#"{"v":1,"type":"refund.updated","refund":{"reference":"rf_1","status":"settled","amount":1}}"#,
        r#"{"v":1,"type":"refund.updated","refund":{"reference":"rf_1","status":"settled","payment":"pay_7"}}"#,
    ] {
        assert_eq!(said(body), Err(Refused::Unreadable), "{body}");
    }
}

#[test]
fn the_settings_of_the_document_are_taken() {
    let read = |name: &str| access(&serde_json::from_str(example("json", name)).unwrap(), false).unwrap();
    assert_eq!(read("standard").key, Hidden::new(KEY));
    assert_eq!(read("standard").webhook_secret, Hidden::new(HEARD));
    assert_eq!(read("stripe").url, stripe::URL);
}
