//! A customer asks for money or goods, and what becomes of it.

use aftercare::access::Role;
use aftercare::case::{CaseKind, CaseStatus, PayoutStatus};
use aftercare::ticket::Status;
use serde_json::{Value, json};
use tests::{AGENT, LEAD, SHOP, Token, World, one_kettle};

const MANAGER: Token = Token::Staff("shop", "manager-1", &["manager"]);
const FINANCE: Token = Token::Staff("shop", "finance-1", &["finance"]);
const CUSTOMER: Token = Token::Customer("shop", "c-1");

/// A world whose storefront has a payment provider.
pub(crate) async fn paying() -> World {
    let world = World::new().await;
    world.provider().await;
    world
}

/// A world with an order that the rules alone do not decide about: its refunds are above CNY 200.
pub(crate) async fn dear() -> World {
    let world = paying().await;
    let lines =
        json!([{ "id": "kettles", "quantity": 2, "total": 80_000 }, { "id": "cups", "quantity": 6, "total": 6_000 }]);
    let payments = json!([{ "id": "pay-1", "method": "card", "captured": 87_000 }]);
    assert_eq!(world.order("o-1", json!({ "lines": lines, "payments": payments })).await.status, 201);
    world
}

#[tokio::test]
async fn what_is_shown_before_is_what_is_stored_and_held() {
    let world = paying().await;
    world.order("o-1", json!({})).await;
    let preview = world.post(&SHOP, "/v1/orders/o-1/cases/preview", one_kettle(json!({}))).await;
    assert_eq!(preview.status, 200, "{}", preview.text);
    assert_eq!(preview.body["figures"]["net"], 10_000);
    let asked = world.ask("o-1", one_kettle(json!({ "net": 10_000 }))).await;
    assert_eq!(asked.status, 201, "{}", asked.text);
    assert_eq!(asked.body["figures"], preview.body["figures"]);
    let order = world.get(&SHOP, "/v1/orders/o-1").await;
    assert_eq!(order.body["available"]["amount"], 17_000, "{}", order.text);
    let other = world.ask("o-1", one_kettle(json!({ "net": 9_999 }))).await;
    assert_eq!(other.status, 409, "{}", other.text);
}

#[tokio::test]
async fn a_small_refund_in_its_window_is_approved_and_paid_by_itself() {
    let world = paying().await;
    world.order("o-1", json!({})).await;
    let case = world.asked("o-1", one_kettle(json!({}))).await;
    assert_eq!((case.status, case.automatic), (CaseStatus::Settled, true), "{case:?}");
    assert_eq!(world.far.pay.ledger().len(), 1);
    let order = world.order_now("o-1").await;
    assert_eq!(order.holds[0].parts[0].settled, 10_000);
    let ticket = world.ticket(case.ticket).await;
    assert_eq!(ticket.clocks.iter().filter(|clock| clock.subject.is_some() && clock.is_live()).count(), 0);
    let mails = world.mails_to("c-1@example.com");
    assert!(mails.is_empty(), "the customer has no address yet: {mails:?}");
}

#[tokio::test]
async fn the_level_follows_the_orders_refunds_together() {
    let world = paying().await;
    let lines = json!([{ "id": "kettles", "quantity": 4, "total": 1_600_000 }]);
    let payments = json!([{ "id": "pay-1", "method": "card", "captured": 1_601_000 }]);
    let deliveries = json!([{ "line": "kettles", "quantity": 4, "at": "2026-03-10T02:00:00Z" }]);
    world.order("o-1", json!({ "lines": lines, "payments": payments, "deliveries": deliveries })).await;
    let first = world.asked("o-1", one_kettle(json!({}))).await;
    assert_eq!((first.status, first.needed.clone()), (CaseStatus::Pending, vec![Role::Manager]));
    let second = world.asked("o-1", one_kettle(json!({}))).await;
    assert_eq!(second.needed, [Role::Manager]);
    let third = world.asked("o-1", one_kettle(json!({}))).await;
    assert_eq!(third.needed, [Role::Manager, Role::Finance], "CNY 12 000 together");
    assert_eq!(world.approve(&AGENT, &third).await.status, 403);
    assert_eq!(world.approve(&LEAD, &third).await.status, 403);
    assert_eq!(world.approve(&MANAGER, &third).await.status, 200);
    assert_eq!(world.case(third.ticket, 1).await.status, CaseStatus::Pending);
    assert_eq!(world.approve(&MANAGER, &third).await.status, 409, "twice the same person");
    assert_eq!(world.approve(&FINANCE, &third).await.status, 200);
    world.settle().await;
    assert_eq!(world.case(third.ticket, 1).await.status, CaseStatus::Settled);
}

#[tokio::test]
async fn nobody_approves_what_they_asked_for_or_changed() {
    let world = dear().await;
    let ticket =
        world.open("c-1", "The kettle leaks.", json!({ "kind": "refund", "order": { "id": "o-1" } })).await.ticket();
    let path = format!("/v1/desk/tickets/{ticket}/cases");
    let asked = world.post(&LEAD, &path, one_kettle(json!({}))).await;
    assert_eq!(asked.status, 201, "{}", asked.text);
    world.settle().await;
    let case = world.case_of(&asked).await;
    assert_eq!(case.needed, [Role::Agent]);
    let own = world.approve(&LEAD, &case).await;
    assert_eq!(own.status, 403, "{}", own.text);
    let edited = world.on_case(&AGENT, &case, "edit", json!({ "reason": "wrong_item" })).await;
    assert_eq!(edited.status, 200, "{}", edited.text);
    world.settle().await;
    assert_eq!(world.approve(&AGENT, &case).await.status, 403, "they changed it");
    assert_eq!(world.approve(&LEAD, &case).await.status, 403, "they asked for it");
    assert_eq!(world.approve(&MANAGER, &case).await.status, 200);
}

#[tokio::test]
async fn whoever_proposed_a_solution_does_not_approve_it_and_of_another_solution_they_may() {
    for (kind, may) in [("refund_only", false), ("return_refund", true)] {
        let world = dear().await;
        let more = json!({ "kind": "complaint", "order": { "id": "o-1" } });
        let ticket = world.open("c-1", "The kettle leaks.", more).await.ticket();
        let proposal = json!({ "solution": "refund_only", "body": "Shall we pay it back?" });
        assert_eq!(world.at_desk(&AGENT, ticket, "proposals", proposal).await.status, 200);
        let path = format!("/v1/desk/tickets/{ticket}/cases");
        let asked = world.post(&LEAD, &path, one_kettle(json!({ "kind": kind }))).await;
        assert_eq!(asked.status, 201, "{}", asked.text);
        world.settle().await;
        let case = world.case_of(&asked).await;
        assert_eq!(world.approve(&AGENT, &case).await.status, if may { 200 } else { 403 }, "{kind}");
        assert_eq!(world.approve(&LEAD, &case).await.status, if may { 409 } else { 403 }, "{kind}");
    }
}

#[tokio::test]
async fn an_approval_holds_for_what_was_looked_at_and_an_edit_ends_it() {
    let world = dear().await;
    let case = world.asked("o-1", one_kettle(json!({}))).await;
    let before = case.hash();
    let body = json!({ "lines": [{ "line": "kettles", "quantity": 2 }] });
    assert_eq!(world.on_case(&LEAD, &case, "edit", body).await.status, 200);
    world.settle().await;
    let stale = world.on_case(&AGENT, &case, "approve", json!({ "hash": before })).await;
    assert_eq!(stale.status, 409, "{}", stale.text);
    assert!(stale.text.contains("CNY 400.00") && stale.text.contains("CNY 800.00"), "{}", stale.text);
    let case = world.case(case.ticket, 1).await;
    assert_eq!((case.status, case.needed.clone()), (CaseStatus::Pending, vec![Role::Lead]));
}

#[tokio::test]
async fn a_rejection_says_why_to_staff_only_and_lets_go_of_everything() {
    let world = dear().await;
    let case = world.asked("o-1", one_kettle(json!({}))).await;
    assert_eq!(world.order_now("o-1").await.available().amount, 47_000);
    assert_eq!(world.reject(&AGENT, &case).await.status, 200);
    world.settle().await;
    assert_eq!(world.order_now("o-1").await.available().amount, 87_000);
    assert_eq!(world.case(case.ticket, 1).await.status, CaseStatus::Rejected);
    let seen = world.get(&CUSTOMER, &format!("/v1/tickets/{}", case.ticket)).await;
    assert!(!seen.text.contains("another kettle"), "{}", seen.text);
    let again = world.ask("o-1", one_kettle(json!({}))).await;
    assert_eq!(again.status, 201, "what was let go can be asked for again: {}", again.text);
}

#[tokio::test]
async fn a_return_is_paid_once_the_goods_passed() {
    let world = dear().await;
    let body = one_kettle(json!({ "kind": "return_refund" }));
    let case = world.asked("o-1", body).await;
    let case = world.approved(&case).await;
    assert_eq!(case.status, CaseStatus::AwaitingReturn);
    assert_eq!(world.ticket(case.ticket).await.status, Status::WaitingReturn);
    let path = format!("/v1/tickets/{}/cases/1/sent", case.ticket);
    let sent = world.post(&CUSTOMER, &path, json!({ "tracking": "SF1234" })).await;
    assert_eq!((sent.status, &sent.body["status"]), (200, &json!("in_transit")), "{}", sent.text);
    let cancel = format!("/v1/tickets/{}/cases/1/cancel", case.ticket);
    assert_eq!(world.post(&CUSTOMER, &cancel, json!({})).await.status, 409, "it is under way");
    let came = json!({ "lines": [{ "line": "kettles", "quantity": 1 }] });
    assert_eq!(world.on_case(&AGENT, &case, "received", came).await.status, 200);
    assert_eq!(world.ticket(case.ticket).await.status, Status::Open);
    let passed =
        json!({ "lines": [{ "line": "kettles", "accepted": 1 }], "restocked": [{ "line": "kettles", "quantity": 1 }] });
    let inspected = world.on_case(&AGENT, &case, "inspection", passed).await;
    assert_eq!(inspected.status, 200, "{}", inspected.text);
    world.settle().await;
    let case = world.case(case.ticket, 1).await;
    assert_eq!(case.status, CaseStatus::Settled);
    assert_eq!(case.restocked[0].quantity, 1);
    assert_eq!(world.far.pay.ledger().len(), 1);
}

#[tokio::test]
async fn what_came_back_caps_what_is_paid_and_what_did_not_pass_is_decided_again() {
    let world = dear().await;
    let two = json!([{ "line": "kettles", "quantity": 2 }]);
    let case = world.asked("o-1", one_kettle(json!({ "kind": "return_refund", "lines": two }))).await;
    assert_eq!(world.approve(&LEAD, &case).await.status, 200);
    let three = json!({ "lines": [{ "line": "kettles", "quantity": 3 }] });
    assert_eq!(world.on_case(&AGENT, &case, "received", three).await.status, 409);
    let both = json!({ "lines": [{ "line": "kettles", "quantity": 2 }] });
    assert_eq!(world.on_case(&AGENT, &case, "received", both).await.status, 200);
    let one = json!({ "lines": [{ "line": "kettles", "accepted": 1 }] });
    let inspected = world.on_case(&AGENT, &case, "inspection", one).await;
    assert_eq!(inspected.status, 200, "{}", inspected.text);
    world.settle().await;
    let case = world.case(case.ticket, 1).await;
    assert_eq!((case.status, case.terms.figures.net), (CaseStatus::Pending, 40_000), "{case:?}");
    assert_eq!(world.far.pay.ledger().len(), 0);
    let case = world.approved(&case).await;
    assert_eq!(case.status, CaseStatus::Settled, "the goods are here already");
    assert_eq!(world.order_now("o-1").await.holds[0].parts[0].settled, 40_000);
}

#[tokio::test]
async fn a_return_that_is_never_sent_is_reminded_of_twice_and_expires() {
    let world = dear().await;
    let case = world.asked("o-1", one_kettle(json!({ "kind": "return_refund" }))).await;
    let case = world.approved(&case).await;
    for (day, reminded) in [(7, Some(7)), (12, Some(12))] {
        world.until(case.since.saturating_add(jiff::SignedDuration::from_hours(24 * day)).unwrap()).later(60);
        world.scan_twice().await;
        assert_eq!(world.case(case.ticket, 1).await.reminded, reminded);
    }
    world.until(case.since.saturating_add(jiff::SignedDuration::from_hours(24 * 14)).unwrap()).later(60);
    world.scan_twice().await;
    assert_eq!(world.case(case.ticket, 1).await.status, CaseStatus::Expired);
    assert_eq!(world.order_now("o-1").await.holds, []);
    assert_eq!(world.ticket(case.ticket).await.status, Status::Resolved, "there is nothing more to it");
}

#[tokio::test]
async fn an_exchange_goes_out_after_the_goods_came_and_out_of_stock_a_refund_is_offered() {
    let world = dear().await;
    let case = world.asked("o-1", one_kettle(json!({ "kind": "exchange" }))).await;
    let case = world.approved(&case).await;
    let came = json!({ "lines": [{ "line": "kettles", "quantity": 1 }] });
    assert_eq!(world.on_case(&AGENT, &case, "received", came).await.status, 200);
    let passed = json!({ "lines": [{ "line": "kettles", "accepted": 1 }] });
    assert_eq!(world.on_case(&AGENT, &case, "inspection", passed).await.status, 200);
    let offered = world.on_case(&AGENT, &case, "out-of-stock", json!({})).await;
    assert_eq!(offered.status, 200, "{}", offered.text);
    world.settle().await;
    let case = world.case(case.ticket, 1).await;
    assert_eq!((case.terms.kind, case.terms.figures.net, case.agreed), (CaseKind::ReturnRefund, 40_000, false));
    assert_eq!(world.approve(&LEAD, &case).await.status, 200);
    world.settle().await;
    assert_eq!(world.case(case.ticket, 1).await.status, CaseStatus::Approved, "it waits for the customer");
    assert_eq!(world.far.pay.ledger().len(), 0);
    let path = format!("/v1/tickets/{}/cases/1/consent", case.ticket);
    assert_eq!(world.post(&CUSTOMER, &path, json!({ "accepted": true })).await.status, 200);
    world.settle().await;
    assert_eq!(world.case(case.ticket, 1).await.status, CaseStatus::Settled);
}

#[tokio::test]
async fn a_repair_is_received_diagnosed_repaired_and_shipped_back() {
    let world = dear().await;
    let case = world.asked("o-1", one_kettle(json!({ "kind": "repair" }))).await;
    assert_eq!(case.status, CaseStatus::AwaitingReturn, "it gives nothing away: {case:?}");
    let steps: [(&str, Value, CaseStatus); 4] = [
        ("received", json!({ "lines": [{ "line": "kettles", "quantity": 1 }] }), CaseStatus::Received),
        ("diagnosis", json!({ "repairable": true }), CaseStatus::Diagnosed),
        ("repaired", json!({}), CaseStatus::Repaired),
        ("shipped", json!({ "tracking": "SF5678" }), CaseStatus::Settled),
    ];
    for (act, body, status) in steps {
        let reply = world.on_case(&AGENT, &case, act, body).await;
        assert_eq!(reply.status, 200, "{act}: {}", reply.text);
        assert_eq!(world.case(case.ticket, 1).await.status, status);
    }
    assert_eq!(world.order_now("o-1").await.holds, [], "the kettle is with its customer again");
}

#[tokio::test]
async fn a_resend_and_a_compensation_have_their_own_ways() {
    let world = paying().await;
    world.order("o-1", json!({ "deliveries": [], "promised_at": "2026-03-08T10:00:00Z" })).await;
    let resend = world.asked("o-1", one_kettle(json!({ "kind": "resend", "reason": "not_received" }))).await;
    assert_eq!(resend.status, CaseStatus::Settling, "{resend:?}");
    assert_eq!(world.on_case(&AGENT, &resend, "shipped", json!({})).await.status, 200);
    assert_eq!(world.case(resend.ticket, 1).await.status, CaseStatus::Settled);
    world.order("o-2", json!({ "version": 2 })).await;
    let body = json!({ "kind": "compensation", "reason": "late", "amount": 6_000, "lines": [] });
    let case = world.asked("o-2", body).await;
    assert_eq!((case.status, case.needed.clone()), (CaseStatus::Pending, vec![Role::Lead]), "above CNY 50 a ticket");
    let small = json!({ "kind": "compensation", "reason": "late", "amount": 5_000, "lines": [] });
    let payments = json!([{ "id": "pay-3", "method": "card", "captured": 27_000 }]);
    world.order("o-3", json!({ "payments": payments })).await;
    let case = world.asked("o-3", small).await;
    assert_eq!(case.needed, [Role::Agent], "the customer says how much");
    let case = world.approved(&case).await;
    assert_eq!(case.payouts[0].status, PayoutStatus::Settled, "{case:?}");
}

#[tokio::test]
async fn nobody_decides_and_the_next_level_is_asked() {
    let world = dear().await;
    let case = world.asked("o-1", one_kettle(json!({}))).await;
    for role in [Role::Lead, Role::Manager, Role::Head, Role::Head] {
        world.later(24 * 3_600 + 1).scan_twice().await;
        let now = world.case(case.ticket, 1).await;
        assert_eq!((now.status, now.escalated), (CaseStatus::Pending, Some(role)));
    }
}

#[tokio::test]
async fn a_customer_sees_and_asks_for_their_own_only() {
    let world = dear().await;
    let stranger = Token::Customer("shop", "c-2");
    for path in ["/v1/orders/o-1", "/v1/orders/o-1/options"] {
        let hidden = world.get(&stranger, path).await;
        let nowhere = world.get(&stranger, &path.replace("o-1", "o-9")).await;
        assert_eq!((hidden.status, &hidden.text), (404, &nowhere.text));
        assert_eq!(world.get(&CUSTOMER, path).await.status, 200);
        assert_eq!(world.get(&Token::Storefront("other"), path).await.status, 404);
    }
    let asked = world.post(&stranger, "/v1/orders/o-1/cases", one_kettle(json!({}))).await;
    assert_eq!(asked.status, 404);
    let case = world.asked("o-1", one_kettle(json!({}))).await;
    let path = format!("/v1/tickets/{}/cases", case.ticket);
    assert_eq!(world.get(&stranger, &path).await.status, 404);
    let own = world.get(&CUSTOMER, &path).await;
    assert!(own.body["cases"][0].get("inside").is_none(), "{}", own.text);
    let shops = world.get(&SHOP, &path).await;
    assert!(shops.body["cases"][0]["inside"]["hash"].is_string(), "{}", shops.text);
}

#[tokio::test]
async fn a_ticket_with_an_open_case_is_not_ended() {
    let world = dear().await;
    let case = world.asked("o-1", one_kettle(json!({}))).await;
    let ended = world.at_desk(&LEAD, case.ticket, "cancel", json!({})).await;
    assert_eq!(ended.status, 409, "{}", ended.text);
    assert!(ended.text.contains("Case 1"), "{}", ended.text);
    assert_eq!(world.on_case(&AGENT, &case, "cancel", json!({})).await.status, 200);
    assert_eq!(world.ticket(case.ticket).await.status, Status::Resolved);
}

#[tokio::test]
async fn a_ticket_that_was_opened_for_a_case_alone_is_resolved_with_it_and_its_customer_hears_of_it_once() {
    let world = paying().await;
    world.put(&SHOP, "/v1/customers/c-1", json!({ "email": "c-1@example.com", "locale": "en" })).await;
    world.order("o-1", json!({})).await;
    let case = world.asked("o-1", one_kettle(json!({}))).await;
    assert_eq!(world.ticket(case.ticket).await.status, Status::Resolved);
    let kinds: Vec<String> = world.mails_to("c-1@example.com").iter().map(|mail| mail.tags["kind"].clone()).collect();
    assert_eq!(kinds, ["case_requested", "case_approved", "case_settled"]);
    let other = world.asked("o-1", one_kettle(json!({}))).await;
    let spoken = world.open("c-1", "And another thing", json!({ "order": { "id": "o-1" } })).await.ticket();
    assert_eq!(world.ticket(spoken).await.status, Status::New, "a ticket with words of its own stays: {other:?}");
}
