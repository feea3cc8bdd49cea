//! What waits for its customer does so for a while: they are reminded, then it is over; and what comes after that is not lost.

use aftercare::case::{Case, CaseKind, CaseStatus};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tests::{AGENT, LEAD, SHOP, Token, World, one_kettle};

use crate::cases::dear;

const CUSTOMER: Token = Token::Customer("shop", "c-1");

async fn reachable() -> World {
    let world = dear().await;
    world.put(&SHOP, "/v1/customers/c-1", json!({ "email": "c-1@example.com", "locale": "en" })).await;
    world
}

/// So many days after an instant, in both of two runs of the scan.
async fn days_after(world: &World, since: Timestamp, days: i64) {
    world.until(since.saturating_add(SignedDuration::from_hours(24 * days)).unwrap()).later(60);
    world.scan_twice().await;
}

fn kinds(world: &World, to: &str) -> Vec<String> {
    world.mails_to(to).iter().map(|mail| mail.tags["kind"].clone()).collect()
}

/// A refund that staff changed into a return, and that was approved since; its customer said nothing yet.
async fn unanswered(world: &World) -> Case {
    let case = world.asked("o-1", one_kettle(json!({}))).await;
    let edited = world.on_case(&AGENT, &case, "edit", json!({ "kind": "return_refund" })).await;
    assert_eq!(edited.status, 200, "{}", edited.text);
    world.settle().await;
    assert_eq!(world.approve(&LEAD, &case).await.status, 200);
    world.settle().await;
    let case = world.case(case.ticket, 1).await;
    assert_eq!((case.status, case.agreed), (CaseStatus::Approved, false));
    case
}

#[tokio::test]
async fn what_nobody_agrees_to_is_reminded_of_twice_and_then_over() {
    let world = reachable().await;
    let case = unanswered(&world).await;
    for (day, reminders) in [(6, 0), (7, 1), (12, 2), (13, 2)] {
        days_after(&world, case.since, day).await;
        let sent = kinds(&world, "c-1@example.com").iter().filter(|kind| *kind == "return_reminder").count();
        assert_eq!(sent, reminders, "day {day}");
    }
    let reminder = world.mails_of("return_reminder").pop().unwrap().plain();
    for part in ["Please say whether you agree", "Please answer by", "CNY 400.00", "/t/shop/"] {
        assert!(reminder.contains(part), "{part}: {reminder}");
    }
    let link = world.link(case.ticket).await;
    assert!(world.visit(&link).await.text().contains("Please answer by"));
    days_after(&world, case.since, 14).await;
    assert_eq!(world.case(case.ticket, 1).await.status, CaseStatus::Expired);
    assert_eq!(world.order_now("o-1").await.holds, [], "its money and goods are free again");
    let told = world.mails_of("case_expired").pop().unwrap().plain();
    assert!(told.contains("You did not say whether you agree"), "{told}");
    let path = format!("/v1/tickets/{}/cases/1/consent", case.ticket);
    let late = world.post(&CUSTOMER, &path, json!({ "accepted": true })).await;
    assert_eq!(late.status, 409, "{}", late.text);
}

#[tokio::test]
async fn who_agrees_on_the_thirteenth_day_is_in_time() {
    let world = reachable().await;
    let case = unanswered(&world).await;
    days_after(&world, case.since, 13).await;
    let path = format!("/v1/tickets/{}/cases/1/consent", case.ticket);
    assert_eq!(world.post(&CUSTOMER, &path, json!({ "accepted": true })).await.status, 200);
    days_after(&world, case.since, 15).await;
    assert_eq!(
        world.case(case.ticket, 1).await.status,
        CaseStatus::AwaitingReturn,
        "fourteen days to send it begin then"
    );
}

/// An approved return that nobody sent in fourteen days.
async fn expired(world: &World) -> Case {
    let case = world.asked("o-1", one_kettle(json!({ "kind": "return_refund" }))).await;
    let case = world.approved(&case).await;
    days_after(world, case.since, 14).await;
    let case = world.case(case.ticket, 1).await;
    assert_eq!(case.status, CaseStatus::Expired);
    case
}

/// Its parcel comes all the same.
async fn came(world: &World, case: &Case) {
    let lines = json!({ "lines": [{ "line": "kettles", "quantity": 1 }] });
    for _ in 0..2 {
        let reply = world.on_case(&AGENT, case, "received", lines.clone()).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
    }
    world.settle().await;
    world.drained().await;
}

#[tokio::test]
async fn a_parcel_that_comes_after_its_return_expired_is_taken_in_and_can_go_back() {
    let world = reachable().await;
    let case = expired(&world).await;
    let early = world.on_case(&AGENT, &case, "edit", json!({ "kind": "refund_only" })).await;
    assert_eq!(early.status, 409, "nothing of it is here: {}", early.text);
    came(&world, &case).await;
    let told = world.mails_of("goods_received").pop().unwrap().plain();
    assert!(told.contains("came after this return was over"), "{told}");
    assert!(kinds(&world, "lead@shop.example").contains(&"send_back".to_owned()), "somebody hears of it");
    let order = world.order_now("o-1").await.available();
    assert_eq!((order.lines[0].returnable, order.amount), (1, 87_000), "nobody asks for that kettle meanwhile");
    let listed = world.get(&AGENT, "/v1/desk/cases?status=expired").await;
    assert_eq!(listed.body["cases"][0]["goods_to_send_back"], true, "{}", listed.text);
    let went = world.on_case(&AGENT, &case, "shipped", json!({ "tracking": "SF777" })).await;
    assert_eq!(went.status, 200, "{}", went.text);
    world.settle().await;
    assert_eq!(world.order_now("o-1").await.holds, []);
    assert_eq!(world.case(case.ticket, 1).await.status, CaseStatus::Expired);
}

#[tokio::test]
async fn a_parcel_that_came_late_is_asked_for_anew_by_staff_approved_by_others_and_paid_once() {
    let world = reachable().await;
    let case = expired(&world).await;
    came(&world, &case).await;
    let more = json!({ "lines": [{ "line": "kettles", "quantity": 2 }], "override": "It was in the post for long." });
    let refused = world.on_case(&AGENT, &case, "edit", more).await;
    assert_eq!(refused.status, 409, "only one came: {}", refused.text);
    let same = json!({ "kind": "return_refund", "override": "It was in the post for long." });
    let edited = world.on_case(&AGENT, &case, "edit", same).await;
    assert_eq!(edited.status, 200, "{}", edited.text);
    world.settle().await;
    let case = world.case(case.ticket, 1).await;
    assert_eq!((case.status, case.terms.kind), (CaseStatus::Pending, CaseKind::ReturnRefund), "{case:?}");
    assert_eq!(world.approve(&AGENT, &case).await.status, 403, "whoever changed it does not decide");
    let reply = world.approve(&LEAD, &case).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    world.settle().await;
    let case = world.case(case.ticket, 1).await;
    assert_eq!(case.status, CaseStatus::Settled, "{case:?}");
    assert_eq!(world.far.pay.ledger().len(), 1);
    assert_eq!(world.order_now("o-1").await.holds[0].parts[0].settled, 40_000);
}
