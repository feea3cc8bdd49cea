//! Who has to approve a case and when nobody has to: thresholds, windows, risk; all of them data.

use aftercare::access::Role;
use aftercare::case::CaseStatus;
use serde_json::json;
use tests::{AGENT, LEAD, SHOP, Token, World, one_kettle};

use crate::cases::{dear, paying};

const MANAGER: Token = Token::Staff("shop", "manager-1", &["manager"]);
const FINANCE: Token = Token::Staff("shop", "finance-1", &["finance"]);
const CUSTOMER: Token = Token::Customer("shop", "c-1");

/// Another order of the same customer's, paid by a card of its own.
async fn another(world: &World, id: &str) {
    let payments = json!([{ "id": format!("pay-{id}"), "method": "card", "captured": 27_000 }]);
    assert_eq!(world.order(id, json!({ "payments": payments })).await.status, 201);
}

#[tokio::test]
async fn a_storefront_changes_who_approves_by_its_settings_and_cases_that_are_open_keep_theirs() {
    let world = dear().await;
    let before = world.asked("o-1", one_kettle(json!({}))).await;
    assert_eq!(before.needed, [Role::Agent]);
    world.settings("shop", |settings| settings["cases"]["limits"]["CNY"]["agent"] = json!(30_000)).await;
    let lines = json!([{ "line": "kettles", "quantity": 1 }]);
    let after = world.asked("o-1", one_kettle(json!({ "lines": lines }))).await;
    assert_eq!(after.needed, [Role::Lead]);
    assert_eq!(world.approve(&AGENT, &before).await.status, 200);
    assert_eq!(world.approve(&AGENT, &after).await.status, 403);
}

#[tokio::test]
async fn in_a_currency_without_thresholds_nothing_is_automatic_and_the_highest_level_decides() {
    let world = paying().await;
    for (currency, unit) in [("JPY", 1_200), ("KWD", 1_250)] {
        let id = format!("o-{currency}");
        let payments = json!([{ "id": format!("pay-{currency}"), "method": "card", "captured": unit * 3 }]);
        let lines = json!([{ "id": "kettles", "quantity": 3, "total": unit * 3 }]);
        let deliveries = json!([{ "line": "kettles", "quantity": 3, "at": "2026-03-10T02:00:00Z" }]);
        let facts = json!({ "currency": currency, "lines": lines, "payments": payments, "deliveries": deliveries, "shipping": 0 });
        assert_eq!(world.order(&id, facts).await.status, 201);
        let case = world.asked(&id, one_kettle(json!({}))).await;
        assert_eq!((case.terms.figures.net, case.needed.clone()), (unit, vec![Role::Manager, Role::Finance]));
        assert_eq!(world.approve(&FINANCE, &case).await.status, 200);
        assert_eq!(world.approve(&MANAGER, &case).await.status, 200);
        world.settle().await;
        assert_eq!(world.case(case.ticket, 1).await.status, CaseStatus::Settled);
    }
    let booked: i64 = world.far.pay.ledger().iter().map(|booked| booked.amount).sum();
    assert_eq!(booked, 2_450);
}

#[tokio::test]
async fn facts_that_come_late_or_again_come_to_the_same_whatever_their_order() {
    let world = World::new().await;
    let charged = |back: i64| json!([{ "id": "pay-1", "method": "card", "captured": 27_000, "charged_back": back }]);
    assert_eq!(world.order("o-1", json!({ "version": 3, "payments": charged(500) })).await.status, 201);
    let late = world.order("o-1", json!({ "version": 2 })).await;
    assert_eq!((late.status, &late.body["version"]), (200, &json!(3)), "{}", late.text);
    assert_eq!(world.order("o-1", json!({ "version": 3, "payments": charged(500) })).await.status, 200);
    let other = world.order("o-1", json!({ "version": 3 })).await;
    assert_eq!(other.status, 409, "{}", other.text);
    assert!(other.text.contains("higher version"), "{}", other.text);
    assert_eq!(world.order("o-1", json!({ "version": 4, "customer": "c-2" })).await.status, 409);
    let order = world.get(&SHOP, "/v1/orders/o-1").await;
    assert_eq!(order.body["available"]["amount"], 26_500, "{}", order.text);
    assert_eq!(world.put(&CUSTOMER, "/v1/orders/o-1", tests::facts(json!({ "version": 9 }))).await.status, 403);
}

#[tokio::test]
async fn a_window_that_is_over_is_let_pass_by_staff_with_a_reason_and_somebody_one_level_up() {
    let world = dear().await;
    world.at("2026-04-20T02:00:00Z");
    let over = world.ask("o-1", one_kettle(json!({}))).await;
    assert_eq!(over.status, 409, "{}", over.text);
    let ticket =
        world.open("c-1", "The kettle leaks.", json!({ "kind": "refund", "order": { "id": "o-1" } })).await.ticket();
    let path = format!("/v1/desk/tickets/{ticket}/cases");
    assert_eq!(world.post(&AGENT, &path, one_kettle(json!({}))).await.status, 409);
    let let_pass = one_kettle(json!({ "override": "Seen in the shop: a known defect." }));
    let asked = world.post(&AGENT, &path, let_pass).await;
    assert_eq!(asked.status, 201, "{}", asked.text);
    world.settle().await;
    let case = world.case_of(&asked).await;
    assert_eq!(case.needed, [Role::Lead], "CNY 400 are an agent's; let pass they are a lead's");
    let note = world.get(&LEAD, &format!("/v1/desk/tickets/{ticket}/messages")).await;
    assert!(note.text.contains("a known defect"), "{}", note.text);
    let seen = world.get(&CUSTOMER, &format!("/v1/tickets/{ticket}/messages")).await;
    assert!(!seen.text.contains("a known defect"), "{}", seen.text);
}

#[tokio::test]
async fn the_risk_and_its_parts_are_shown_to_whoever_approves_and_to_no_customer() {
    let world = paying().await;
    let known = json!({ "email": "c-1@example.com", "member_since": "2026-03-01", "linked_accounts": true });
    assert_eq!(world.put(&SHOP, "/v1/customers/c-1", known).await.status, 200);
    assert_eq!(world.put(&CUSTOMER, "/v1/customers/c-1", json!({ "member_since": "2020-01-01" })).await.status, 422);
    for number in 0..5 {
        let payments = json!([{ "id": format!("pay-{number}"), "method": "card", "captured": 27_000 }]);
        world.order(&format!("o-{number}"), json!({ "payments": payments })).await;
    }
    for number in 0..3 {
        world.asked(&format!("o-{number}"), one_kettle(json!({}))).await;
    }
    let case = world.asked("o-3", one_kettle(json!({}))).await;
    let shown = world.get(&AGENT, &format!("/v1/desk/tickets/{}/cases/1", case.ticket)).await;
    let parts: Vec<&str> = shown.body["inside"]["risk"]["parts"]
        .as_array()
        .map(|parts| parts.iter().filter_map(|part| part["part"].as_str()).collect())
        .unwrap_or_default();
    assert_eq!(parts, ["return_rate", "linked_accounts", "new_account"], "{}", shown.text);
    assert_eq!(case.status, CaseStatus::Pending, "a person looks at it: {case:?}");
    let seen = world.get(&CUSTOMER, &format!("/v1/tickets/{}/cases/1", case.ticket)).await;
    assert!(!seen.text.contains("risk"), "{}", seen.text);
}

#[tokio::test]
async fn a_customer_gets_three_automatic_refunds_in_thirty_days_and_the_fourth_is_looked_at() {
    let world = paying().await;
    // So many of so few orders would be a risk by themselves.
    world.settings("shop", |settings| settings["cases"]["risk"]["rate_from_orders"] = json!(100)).await;
    let one_cup = json!({ "lines": [{ "line": "cups", "quantity": 1 }] });
    for number in 0..3 {
        another(&world, &format!("o-{number}")).await;
        let case = world.asked(&format!("o-{number}"), one_kettle(one_cup.clone())).await;
        assert!(case.automatic, "{case:?}");
    }
    another(&world, "o-3").await;
    let fourth = world.asked("o-3", one_kettle(one_cup.clone())).await;
    assert_eq!((fourth.status, fourth.needed.clone()), (CaseStatus::Pending, vec![Role::Agent]));
    world.later(31 * 86_400);
    another(&world, "o-4").await;
    let delivered =
        json!({ "version": 2, "deliveries": [{ "line": "cups", "quantity": 6, "at": world.now().to_string() }] });
    assert_eq!(world.put(&SHOP, "/v1/orders/o-4", tests::facts(delivered)).await.status, 200);
    let later = world.asked("o-4", one_kettle(one_cup)).await;
    assert!(later.automatic, "thirty days are over: {later:?}");
}

#[tokio::test]
async fn two_orders_at_once_do_not_both_take_what_is_left_of_the_automatic_refunds() {
    let world = paying().await;
    let three = json!({ "lines": [{ "line": "kettles", "quantity": 1 }, { "line": "cups", "quantity": 6 }] });
    let mut asked = Vec::new();
    for number in 0..4 {
        another(&world, &format!("o-{number}")).await;
        asked.push(world.ask(&format!("o-{number}"), one_kettle(three.clone())).await);
    }
    let records = world.stream();
    world.relay(records).await;
    let messages = world.far.take("refund-approval-queue");
    assert_eq!(messages.len(), 4);
    let assess = messages.iter().map(|body| world.approval.assess(body, world.now()));
    futures_util::future::join_all(assess).await;
    for body in &messages {
        world.approval.assess(body, world.now()).await.unwrap();
    }
    let mut automatic = 0;
    for reply in &asked {
        automatic += if world.case_of(reply).await.automatic { 16_000 } else { 0 };
    }
    assert_eq!(automatic, 48_000, "CNY 500 in 30 days at most");
}

#[tokio::test]
async fn an_agent_gives_five_hundred_a_day_in_compensations_and_then_a_lead_is_asked() {
    let world = paying().await;
    for number in 0..11 {
        let id = format!("o-{number}");
        let customer = format!("c-{number}");
        let payments = json!([{ "id": format!("pay-{id}"), "method": "card", "captured": 27_000 }]);
        world.order(&id, json!({ "customer": customer, "payments": payments })).await;
        let ticket = world.open(&customer, "It came late.", json!({ "order": { "id": id } })).await.ticket();
        let body = json!({ "kind": "compensation", "reason": "late", "amount": 5_000, "lines": [] });
        let asked = world.post(&AGENT, &format!("/v1/desk/tickets/{ticket}/cases"), body).await;
        assert_eq!(asked.status, 201, "{}", asked.text);
        assert_eq!(asked.body["consent_asked"], true, "nobody asked the customer");
        world.settle().await;
        let case = world.case_of(&asked).await;
        let needed = if number < 10 { vec![] } else { vec![Role::Lead] };
        assert_eq!(case.needed, needed, "{number}: {case:?}");
    }
}
