//! What may not become of a case on its way: more than was approved, more than came back, more than a cap.

use aftercare::access::Role;
use aftercare::case::approval::Concern;
use aftercare::case::{Case, CaseKind, CaseReason, CaseStatus};
use serde_json::{Value, json};
use tests::{AGENT, LEAD, World, one_kettle};

use crate::cases::{dear, paying};

/// A world with an order within the limits of the rules.
async fn cheap() -> World {
    let world = paying().await;
    assert_eq!(world.order("o-1", json!({})).await.status, 201);
    world
}

/// Its kettle is received.
async fn received(world: &World, case: &Case, quantity: u32) {
    let came = json!({ "lines": [{ "line": "kettles", "quantity": quantity }] });
    let came = world.on_case(&AGENT, case, "received", came).await;
    assert_eq!(came.status, 200, "{}", came.text);
}

async fn now(world: &World, case: &Case) -> Case {
    world.case(case.ticket, case.number).await
}

fn late(amount: i64) -> Value {
    json!({ "kind": "compensation", "reason": "late", "amount": amount })
}

#[tokio::test]
async fn what_facts_made_dearer_after_the_approval_goes_back_to_approval() {
    let world = cheap().await;
    let case = world.asked("o-1", one_kettle(json!({ "kind": "return_refund" }))).await;
    assert_eq!((case.status, case.terms.figures.net), (CaseStatus::AwaitingReturn, 10_000), "approved by the rules");
    received(&world, &case, 1).await;
    let dearer = json!({ "version": 2, "lines": [{ "id": "kettles", "quantity": 2, "total": 120_000 }],
        "payments": [{ "id": "pay-1", "method": "card", "captured": 130_000 }],
        "deliveries": [{ "line": "kettles", "quantity": 2, "at": "2026-03-10T02:00:00Z" }] });
    let told = world.order("o-1", dearer).await;
    assert!(told.status < 300, "{}", told.text);
    let passed = json!({ "lines": [{ "line": "kettles", "accepted": 1 }] });
    assert_eq!(world.on_case(&AGENT, &case, "inspection", passed).await.status, 200);
    world.settle().await;
    let case = now(&world, &case).await;
    assert_eq!((case.status, case.terms.figures.net), (CaseStatus::Pending, 60_000));
    assert_eq!((case.needed.clone(), world.far.pay.ledger().len()), (vec![Role::Lead], 0));
    assert_eq!(world.approve(&LEAD, &case).await.status, 200);
    world.settle().await;
    assert_eq!(now(&world, &case).await.status, CaseStatus::Settled, "the goods are here already");
    assert_eq!(world.far.pay.ledger().iter().map(|booked| booked.amount).collect::<Vec<_>>(), [60_000]);
}

#[tokio::test]
async fn goods_that_are_here_are_given_for_no_more_than_came_and_not_by_the_rules_alone() {
    let world = cheap().await;
    let case = world.asked("o-1", one_kettle(json!({ "kind": "repair" }))).await;
    received(&world, &case, 1).await;
    assert_eq!(world.on_case(&AGENT, &case, "diagnosis", json!({ "repairable": false })).await.status, 200);
    let of = |quantity: u32| json!({ "kind": "return_refund", "lines": [{ "line": "kettles", "quantity": quantity }] });
    let two = world.on_case(&AGENT, &case, "edit", of(2)).await;
    assert_eq!(two.status, 409, "{}", two.text);
    assert!(two.text.contains("at most 1"), "{}", two.text);
    let cups = json!({ "kind": "return_refund", "lines": [{ "line": "cups", "quantity": 1 }] });
    assert_eq!(world.on_case(&AGENT, &case, "edit", cups).await.status, 409, "no cup came");
    let one = world.on_case(&AGENT, &case, "edit", of(1)).await;
    assert_eq!(one.status, 200, "{}", one.text);
    world.settle().await;
    let case = now(&world, &case).await;
    assert_eq!((case.status, case.why.clone()), (CaseStatus::Pending, vec![Concern::Inspection]));
    assert_eq!(world.far.pay.ledger().len(), 0);
}

#[tokio::test]
async fn a_change_into_a_compensation_meets_the_caps_of_the_ticket_and_of_the_agents_day() {
    let world = cheap().await;
    let opened = json!({ "kind": "complaint", "order": { "id": "o-1" } });
    let ticket = world.open("c-1", "The kettle came late.", opened).await.ticket();
    let path = format!("/v1/desk/tickets/{ticket}/cases");
    let first = world.post(&AGENT, &path, late(4_000)).await;
    assert_eq!(first.status, 201, "{}", first.text);
    world.settle().await;
    let kettle = world.post(&AGENT, &path, one_kettle(json!({ "kind": "exchange" }))).await;
    assert_eq!(kettle.status, 201, "{}", kettle.text);
    world.settle().await;
    let case = world.case_of(&kettle).await;
    let changed = world.on_case(&AGENT, &case, "edit", late(1_500)).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    world.settle().await;
    let case = now(&world, &case).await;
    assert_eq!((case.terms.kind, case.terms.figures.net), (CaseKind::Compensation, 1_500));
    assert_eq!(case.given.map(|given| (given.on_ticket, given.by_agent)), Some((4_000, 4_000)));
    assert_eq!((case.why.clone(), case.needed.clone()), (vec![Concern::TicketCompensation], vec![Role::Lead]));
}

#[tokio::test]
async fn an_amount_that_a_customer_names_is_a_persons_to_give_and_the_orders_compensations_count_together() {
    let world = cheap().await;
    let first = world.asked("o-1", late(3_000)).await;
    assert_eq!((first.status, first.why.clone()), (CaseStatus::Pending, vec![Concern::AmountAsked]));
    let second = world.asked("o-1", late(3_000)).await;
    assert_ne!(first.ticket, second.ticket, "each has a ticket of its own");
    assert_eq!(second.why, [Concern::TicketCompensation, Concern::AmountAsked]);
    assert_eq!(second.needed, [Role::Lead]);
    assert_eq!(world.far.pay.ledger().len(), 0);
}

#[tokio::test]
async fn what_came_by_the_promised_time_was_not_late_and_staff_may_let_that_pass_one_level_up() {
    let world = paying().await;
    let early = json!({ "promised_at": "2026-03-10T02:00:00Z",
        "payments": [{ "id": "pay-2", "method": "card", "captured": 27_000 }] });
    assert_eq!(world.order("o-2", early).await.status, 201);
    let refused = world.ask("o-2", late(1_000)).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(refused.text.contains("not late") && !refused.text.contains("override"), "{}", refused.text);
    let back = one_kettle(json!({ "kind": "return_refund", "reason": "late" }));
    assert_eq!(world.ask("o-2", back).await.status, 409);
    let opened = json!({ "kind": "complaint", "order": { "id": "o-2" } });
    let ticket = world.open("c-1", "The kettle came late.", opened).await.ticket();
    let path = format!("/v1/desk/tickets/{ticket}/cases");
    let hint = world.post(&AGENT, &path, late(1_000)).await;
    assert!(hint.status == 409 && hint.text.contains("`override`"), "{}", hint.text);
    let mut body = late(1_000);
    body["override"] = json!("It was promised for noon on the phone.");
    let let_pass = world.post(&AGENT, &path, body).await;
    assert_eq!(let_pass.status, 201, "{}", let_pass.text);
    world.settle().await;
    assert_eq!(world.case_of(&let_pass).await.needed, [Role::Lead]);
}

#[tokio::test]
async fn goods_that_were_sent_again_can_be_asked_for_again_and_a_person_looks() {
    let world = cheap().await;
    let case = world.asked("o-1", one_kettle(json!({ "kind": "resend", "reason": "not_received" }))).await;
    let again = one_kettle(json!({ "lines": [{ "line": "kettles", "quantity": 2 }] }));
    assert_eq!(world.ask("o-1", again.clone()).await.status, 409, "it is under way");
    assert_eq!(world.on_case(&AGENT, &case, "shipped", json!({ "tracking": "SF1234" })).await.status, 200);
    world.settle().await;
    let case = world.asked("o-1", again).await;
    assert_eq!((case.terms.reason, case.terms.figures.net), (CaseReason::Defective, 20_000));
    assert_eq!((case.status, case.why.clone()), (CaseStatus::Pending, vec![Concern::SentBefore]));
}

#[tokio::test]
async fn an_edit_names_what_does_not_go_with_its_kind() {
    let world = dear().await;
    let case = world.asked("o-1", one_kettle(json!({}))).await;
    let refused = async |body: Value, pointer: &str| {
        let reply = world.on_case(&LEAD, &case, "edit", body).await;
        assert!(reply.status == 422 && reply.text.contains(pointer), "{pointer}: {}", reply.text);
    };
    refused(json!({ "amount": 5 }), "/amount").await;
    refused(json!({ "kind": "compensation", "reason": "late" }), "/amount").await;
    refused(json!({ "kind": "compensation", "amount": 5, "lines": [{ "line": "x", "quantity": 1 }] }), "/lines").await;
    refused(
        json!({ "lines": [{ "line": "cups", "quantity": 1 }, { "line": "cups", "quantity": 1 }] }),
        "/lines/1/line",
    )
    .await;
    let none = world.on_case(&LEAD, &case, "out-of-stock", json!({})).await;
    assert!(none.status == 409 && none.text.contains("out of stock"), "{}", none.text);
    let repaired = world.on_case(&AGENT, &case, "repaired", json!({})).await;
    assert!(repaired.status == 409 && !repaired.text.contains("receive"), "{}", repaired.text);
    assert_eq!(now(&world, &case).await.revision, 1);
}
