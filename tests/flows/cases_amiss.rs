//! What is not any more what it was when it was asked for: photos that were replaced, an order that became smaller. Nobody
//! approves it unseen, no more is paid than the order has, and a person hears of it.

use aftercare::case::approval::Concern;
use aftercare::case::{Case, CaseStatus};
use serde_json::{Value, json};
use tests::{AGENT, JPEG, LEAD, Token, World, one_kettle};

use crate::cases::{dear, paying};
use crate::decide::{AGENTS, link_in_mail, now, press, says, waiting};
use crate::selfserve::{asking_damaged, damaged};

const MANAGER: Token = Token::Staff("shop", "manager-1", &["manager"]);
const ANOTHER: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR of another kettle";

#[tokio::test]
async fn a_photo_that_changes_after_the_mail_went_out_is_approved_by_nobody_and_each_way_says_why() {
    let (world, ticket, link) = asking_damaged().await;
    world.settings("shop", |settings| settings["cases"]["limits"]["CNY"]["automatic"] = json!(1)).await;
    let before = damaged(&world, &link).await;
    let with = world.hand_in(&before, JPEG).await.unwrap();
    assert!(world.press(&with, "").await.at.ends_with("?asked=1"));
    world.settle().await;
    world.drained().await;
    let case = world.case(ticket, 1).await;
    assert_eq!(case.status, CaseStatus::Pending);
    let mailed = link_in_mail(&world, AGENTS).expect("a link");
    let open = world.visit(&mailed).await;
    assert_eq!(open.forms().len(), 2);

    assert!(world.hand_in(&before, ANOTHER).await.is_ok(), "its form is good for a quarter of an hour");
    let refused = world.approve(&AGENT, &case).await;
    assert!(refused.status == 409 && refused.text.contains("A photo"), "{}", refused.text);
    let pressed = press(&world, &open, "approve", "").await;
    assert_eq!(pressed.status, 409);
    says(&pressed, &["Nothing was decided with that", "cannot be approved as it is", "was replaced by another one"]);
    assert_eq!(world.visit(&mailed).await.forms().len(), 1, "only to reject it");
    assert_eq!(now(&world, &case).await.status, CaseStatus::Pending);

    assert!(world.hand_in(&before, JPEG).await.is_ok());
    assert_eq!(world.visit(&mailed).await.forms().len(), 2, "the same bytes are the same photo");

    assert!(world.hand_in(&before, ANOTHER).await.is_ok());
    let unproved = world.on_case(&LEAD, &case, "edit", json!({ "reason": "damaged" })).await;
    assert!(unproved.status >= 400 && unproved.text.contains("photo"), "{}", unproved.text);
    let body = json!({ "override": "The courier's report names the damage." });
    let edited = world.on_case(&LEAD, &case, "edit", body).await;
    assert_eq!(edited.status, 200, "{}", edited.text);
    world.settle().await;
    let after = now(&world, &case).await;
    assert_eq!((after.terms.photos.len(), after.terms.marks.len(), after.terms.has_evidence), (0, 0, false));
    assert!(after.why.contains(&Concern::NoEvidence) && after.hash() != case.hash(), "{:?}", after.why);
    says(&world.visit(&mailed).await, &["This claim was changed since your email"]);
    let stale = world.on_case(&MANAGER, &case, "approve", json!({ "hash": case.hash() })).await;
    assert!(stale.status == 409 && stale.text.contains("its photos were changed"), "{}", stale.text);
    assert_eq!(world.approve(&MANAGER, &case).await.status, 200);
}

/// The order as it is told next, of which this is another.
async fn becomes(world: &World, version: u64, more: Value) {
    let mut facts =
        json!({ "version": version, "payments": [{ "id": "pay-1", "method": "card", "captured": 87_000 }] });
    for (name, value) in more.as_object().unwrap() {
        facts[name] = value.clone();
    }
    let told = world.order("o-1", facts).await;
    assert_eq!(told.status, 200, "{}", told.text);
}

fn only_cups() -> Value {
    json!({ "lines": [{ "id": "cups", "quantity": 6, "total": 80_000 }], "deliveries": [] })
}

#[tokio::test]
async fn what_the_order_has_no_more_is_approved_by_nobody_and_goes_on_where_it_has_it_again() {
    let world = dear().await;
    let (case, link) = waiting(&world).await;
    let page = world.visit(&link).await;
    becomes(&world, 2, only_cups()).await;
    let refused = world.approve(&AGENT, &case).await;
    assert!(refused.status == 409 && refused.text.contains("has become smaller"), "{}", refused.text);
    let pressed = press(&world, &page, "approve", "").await;
    assert_eq!(pressed.status, 409);
    says(&pressed, &["cannot be approved as it is", "The order has become smaller"]);
    let kettles = json!([{ "id": "kettles", "quantity": 1, "total": 40_000 }]);
    let one = json!([{ "line": "kettles", "quantity": 1, "at": "2026-03-10T02:00:00Z" }]);
    becomes(&world, 3, json!({ "lines": kettles, "deliveries": one })).await;
    assert_eq!(world.approve(&AGENT, &case).await.status, 200, "the kettle it is about is there");
    world.settle().await;
    assert_eq!(now(&world, &case).await.status, CaseStatus::Settled);
    assert_eq!(world.far.pay.ledger().iter().map(|booked| booked.amount).sum::<i64>(), 40_000);
}

#[tokio::test]
async fn what_the_rules_would_have_given_of_an_order_that_became_smaller_is_a_persons_to_reject() {
    let world = paying().await;
    world.order("o-1", json!({})).await;
    let reply = world.ask("o-1", one_kettle(json!({}))).await;
    becomes(&world, 2, only_cups()).await;
    world.settle().await;
    let case = world.case_of(&reply).await;
    assert_eq!((case.status, case.automatic), (CaseStatus::Pending, false));
    assert_eq!(case.why, [Concern::OrderLess]);
    assert_eq!(world.approve(&AGENT, &case).await.status, 409);
    assert_eq!(world.reject(&AGENT, &case).await.status, 200);
    world.settle().await;
    assert!(world.far.pay.ledger().is_empty() && world.order_now("o-1").await.holds.is_empty());
}

/// It was approved by a link, and before the ten minutes are over the kettles are worth half.
async fn halved(world: &World) -> Case {
    let (case, link) = waiting(world).await;
    let page = world.visit(&link).await;
    assert_eq!(press(world, &page, "approve", "").await.status, 200);
    let lines =
        json!([{ "id": "kettles", "quantity": 2, "total": 40_000 }, { "id": "cups", "quantity": 6, "total": 6_000 }]);
    becomes(world, 2, json!({ "lines": lines })).await;
    world.later(601);
    world.scan_twice().await;
    now(world, &case).await
}

#[tokio::test]
async fn what_was_approved_of_an_order_that_became_smaller_is_not_paid_and_finance_hears_why() {
    let world = dear().await;
    let case = halved(&world).await;
    assert_eq!((case.status, case.payouts[0].code.as_deref()), (CaseStatus::PayoutFailed, Some("less_ordered")));
    assert!(world.far.pay.ledger().is_empty());
    world.drained().await;
    let told = world.mails_to("finance@shop.example").pop().expect("a mail").plain();
    assert!(told.contains("the order has less of it by now"), "{told}");
    assert_eq!(world.on_case(&LEAD, &case, "retry", json!({})).await.status, 200);
    world.settle().await;
    assert!(world.far.pay.ledger().is_empty(), "it is still as small");
    let lines =
        json!([{ "id": "kettles", "quantity": 2, "total": 80_000 }, { "id": "cups", "quantity": 6, "total": 6_000 }]);
    becomes(&world, 3, json!({ "lines": lines })).await;
    assert_eq!(world.on_case(&LEAD, &case, "retry", json!({})).await.status, 200);
    world.settle().await;
    assert_eq!(now(&world, &case).await.status, CaseStatus::Settled);
    assert_eq!(world.far.pay.ledger().len(), 1);
}

#[tokio::test]
async fn goods_that_are_worth_less_when_they_are_inspected_are_paid_with_what_they_are_worth_then() {
    let world = dear().await;
    let case = world.asked("o-1", one_kettle(json!({ "kind": "return_refund" }))).await;
    let case = world.approved(&case).await;
    assert_eq!(case.status, CaseStatus::AwaitingReturn);
    let lines =
        json!([{ "id": "kettles", "quantity": 2, "total": 40_000 }, { "id": "cups", "quantity": 6, "total": 6_000 }]);
    becomes(&world, 2, json!({ "lines": lines })).await;
    let came = json!({ "lines": [{ "line": "kettles", "quantity": 1 }] });
    assert_eq!(world.on_case(&AGENT, &case, "received", came).await.status, 200);
    let passed = json!({ "lines": [{ "line": "kettles", "accepted": 1 }] });
    assert_eq!(world.on_case(&AGENT, &case, "inspection", passed).await.status, 200);
    world.settle().await;
    assert_eq!(now(&world, &case).await.status, CaseStatus::Settled);
    assert_eq!(world.far.pay.ledger().iter().map(|booked| booked.amount).collect::<Vec<_>>(), [20_000]);
}
