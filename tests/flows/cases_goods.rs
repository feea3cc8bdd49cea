//! Goods that came back: what was found is always recorded, and no case ends while the shop has what is its customer's.

use aftercare::case::approval::Concern;
use aftercare::case::{Case, CaseStatus, Verdict};
use serde_json::{Value, json};
use tests::{AGENT, LEAD, SHOP, Token, World, one_kettle};

use crate::cases::{dear, paying};

const CUSTOMER: Token = Token::Customer("shop", "c-1");

/// Three mugs for CNY 10.00 each. The label to send them back costs CNY 12.00.
async fn mugs() -> World {
    let world = paying().await;
    assert_eq!(world.order("o-1", of_mugs(json!({}))).await.status, 201);
    world
}

fn of_mugs(more: Value) -> Value {
    let mut facts = json!({ "shipping": 0, "lines": [{ "id": "mugs", "title": "Mug", "quantity": 3, "total": 3_000 }],
        "payments": [{ "id": "pay-1", "method": "card", "captured": 3_000 }],
        "deliveries": [{ "line": "mugs", "quantity": 3, "at": "2026-03-10T02:00:00Z" }] });
    for (name, value) in more.as_object().unwrap() {
        facts[name] = value.clone();
    }
    facts
}

fn sent_back(kind: &str, quantity: u32) -> Value {
    json!({ "kind": kind, "reason": "change_of_mind", "lines": [{ "line": "mugs", "quantity": quantity }] })
}

async fn now(world: &World, case: &Case) -> Case {
    world.settle().await;
    world.case(case.ticket, case.number).await
}

/// So many mugs came back.
async fn came(world: &World, case: &Case, quantity: u32) {
    let lines = json!({ "lines": [{ "line": "mugs", "quantity": quantity }] });
    let reply = world.on_case(&AGENT, case, "received", lines).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
}

/// … and so many of them passed.
async fn passed(world: &World, case: &Case, accepted: u32) -> Case {
    let lines = json!({ "lines": [{ "line": "mugs", "accepted": accepted }] });
    let reply = world.on_case(&AGENT, case, "inspection", lines).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    now(world, case).await
}

#[tokio::test]
async fn an_inspection_is_recorded_where_the_label_takes_all_of_it_and_a_person_says_what_becomes_of_it() {
    for (asked, received, accepted, verdict) in
        [(3, 1, 1, Verdict::Pass), (3, 1, 0, Verdict::Fail), (3, 2, 1, Verdict::Partial), (2, 1, 1, Verdict::Pass)]
    {
        let world = mugs().await;
        let case = world.asked("o-1", sent_back("return_refund", asked)).await;
        assert_eq!(case.status, CaseStatus::AwaitingReturn, "{case:?}");
        came(&world, &case, received).await;
        let case = passed(&world, &case, accepted).await;
        let found = (case.status, case.verdict, case.terms.figures.net);
        assert_eq!(found, (CaseStatus::Pending, Some(verdict), 0), "{accepted} of {received}");
        assert!(case.why.contains(&Concern::NothingLeft), "{:?}", case.why);
        let nothing = world.approve(&LEAD, &case).await;
        assert!(nothing.status == 409 && nothing.text.contains("reject"), "{}", nothing.text);
        let other = world.on_case(&AGENT, &case, "edit", json!({ "reason": "defective" })).await;
        assert_eq!(other.status, 200, "{}", other.text);
        let case = now(&world, &case).await;
        assert!(case.terms.figures.net > 0, "the shop bears the label of what is defective");
    }
}

#[tokio::test]
async fn an_inspection_is_recorded_where_the_bank_took_all_or_part_of_the_money_back() {
    for (charged_back, net) in [(3_000, 0), (2_500, 500)] {
        let world = mugs().await;
        let case = world.asked("o-1", sent_back("return_refund", 3)).await;
        came(&world, &case, 3).await;
        let payments = json!([{ "id": "pay-1", "method": "card", "captured": 3_000, "charged_back": charged_back }]);
        let told = world.order("o-1", of_mugs(json!({ "version": 2, "payments": payments }))).await;
        assert!(told.status < 300, "{}", told.text);
        let case = passed(&world, &case, 3).await;
        let stands = if net == 0 { CaseStatus::Pending } else { CaseStatus::Settled };
        assert_eq!((case.status, case.terms.figures.net), (stands, net), "{case:?}");
        assert_eq!(world.far.pay.ledger().iter().map(|booked| booked.amount).sum::<i64>(), net);
    }
}

#[tokio::test]
async fn an_inspection_is_recorded_where_the_order_has_become_another_since() {
    let world = mugs().await;
    let case = world.asked("o-1", sent_back("return_refund", 3)).await;
    came(&world, &case, 3).await;
    let cups = json!([{ "id": "cups", "title": "Cup", "quantity": 3, "total": 3_000 }]);
    let told = world.order("o-1", of_mugs(json!({ "version": 2, "lines": cups, "deliveries": [] }))).await;
    assert!(told.status < 300, "{}", told.text);
    let case = passed(&world, &case, 3).await;
    assert_eq!((case.status, case.terms.figures.net), (CaseStatus::Pending, 0), "{case:?}");
    assert_eq!(world.reject(&LEAD, &case).await.status, 200);
}

/// It is over, its goods are here, and only once they are sent back does anything end.
async fn goes_back(world: &World, case: &Case, over: CaseStatus) {
    let case = now(world, case).await;
    assert_eq!((case.status, case.owes_goods()), (over, true), "{case:?}");
    let order = world.order_now("o-1").await;
    assert_eq!(
        (order.available().lines[0].returnable, order.available().amount),
        (3 - case.received[0].quantity, 3_000)
    );
    let ended = world.at_desk(&LEAD, case.ticket, "cancel", json!({})).await;
    assert_eq!(ended.status, 409, "{}", ended.text);
    let listed = world.get(&AGENT, &format!("/v1/desk/cases?status={over}")).await;
    assert_eq!(listed.body["cases"][0]["goods_to_send_back"], true, "{}", listed.text);
    let kinds = |to: &str| world.mails_to(to).iter().map(|mail| mail.tags["kind"].clone()).collect::<Vec<_>>();
    let told = world.mails_to("c-1@example.com").last().unwrap().plain();
    assert!(told.contains("We are sending your goods back"), "{told}");
    world.drained().await;
    assert!(kinds("lead@shop.example").iter().any(|kind| kind == "send_back"), "{:?}", kinds("lead@shop.example"));
    let went = world.on_case(&AGENT, &case, "shipped", json!({ "tracking": "SF777" })).await;
    assert_eq!(went.status, 200, "{}", went.text);
    let again = world.on_case(&AGENT, &case, "shipped", json!({ "tracking": "SF777" })).await;
    assert_eq!(again.status, 200, "done already: {}", again.text);
    let case = now(world, &case).await;
    assert_eq!((case.status, case.owes_goods(), case.tracking.as_deref()), (over, false, Some("SF777")));
    assert_eq!(world.order_now("o-1").await.holds, []);
    assert_eq!(kinds("c-1@example.com").last().map(String::as_str), Some("goods_sent_back"));
    let twice = world.on_case(&AGENT, &case, "shipped", json!({ "tracking": "SF778" })).await;
    assert_eq!(twice.status, 409, "{}", twice.text);
}

/// An exchange whose three mugs came and passed.
async fn exchanged(world: &World) -> Case {
    world.put(&SHOP, "/v1/customers/c-1", json!({ "email": "c-1@example.com", "locale": "en" })).await;
    let case = world
        .asked(
            "o-1",
            json!({ "kind": "exchange", "reason": "defective",
        "lines": [{ "line": "mugs", "quantity": 3 }] }),
        )
        .await;
    let case = if case.status == CaseStatus::Pending { world.approved(&case).await } else { case };
    came(world, &case, 3).await;
    case
}

#[tokio::test]
async fn an_exchange_that_is_out_of_stock_and_declined_goes_back_to_its_customer() {
    let world = mugs().await;
    let case = exchanged(&world).await;
    passed(&world, &case, 3).await;
    assert_eq!(world.on_case(&AGENT, &case, "out-of-stock", json!({})).await.status, 200);
    world.settle().await;
    let path = format!("/v1/tickets/{}/cases/1/consent", case.ticket);
    assert_eq!(world.post(&CUSTOMER, &path, json!({ "accepted": false })).await.status, 200);
    goes_back(&world, &case, CaseStatus::Cancelled).await;
}

#[tokio::test]
async fn what_is_cancelled_after_it_came_goes_back_whoever_cancels() {
    for by_customer in [true, false] {
        let world = mugs().await;
        let case = exchanged(&world).await;
        if by_customer {
            passed(&world, &case, 1).await;
            let path = format!("/v1/tickets/{}/cases/1/cancel", case.ticket);
            assert_eq!(world.post(&CUSTOMER, &path, json!({})).await.status, 200);
        } else {
            passed(&world, &case, 3).await;
            assert_eq!(world.on_case(&AGENT, &case, "cancel", json!({})).await.status, 200);
        }
        goes_back(&world, &case, CaseStatus::Cancelled).await;
    }
}

#[tokio::test]
async fn approvers_see_what_came_and_what_passed_wherever_they_look() {
    let world = mugs().await;
    let case = exchanged(&world).await;
    let case = passed(&world, &case, 0).await;
    world.drained().await;
    let mail = world.mails_to("agent@shop.example").pop().unwrap().plain();
    let link = crate::decide::link_in_mail(&world, "agent@shop.example").expect("a link");
    let page = world.visit(&link).await.text();
    for (told, between) in [(mail, ": "), (page, " ")] {
        for part in [format!("Came back{between}3 × Mug"), format!("Passed the inspection{between}0 × Mug")] {
            assert!(told.contains(&part), "{part}: {told}");
        }
    }
    let path = format!("/v1/desk/tickets/{}/cases/1", case.ticket);
    assert_eq!(
        world.get(&AGENT, &path).await.body["inside"].get("accepted"),
        Some(&json!([{ "line": "mugs", "quantity": 0 }]))
    );
}

#[tokio::test]
async fn goods_that_failed_go_back_once_the_rejection_is_final() {
    let world = mugs().await;
    let case = exchanged(&world).await;
    let case = passed(&world, &case, 0).await;
    assert_eq!(world.reject(&LEAD, &case).await.status, 200);
    goes_back(&world, &case, CaseStatus::Rejected).await;
}

/// Two kettles came back, of which one passed, and that one was approved and paid.
async fn half_passed(world: &World) -> Case {
    world.put(&SHOP, "/v1/customers/c-1", json!({ "email": "c-1@example.com", "locale": "en" })).await;
    let two = json!({ "kind": "return_refund", "lines": [{ "line": "kettles", "quantity": 2 }] });
    let case = world.asked("o-1", one_kettle(two)).await;
    assert_eq!(world.approve(&LEAD, &case).await.status, 200);
    let both = json!({ "lines": [{ "line": "kettles", "quantity": 2 }] });
    assert_eq!(world.on_case(&AGENT, &case, "received", both).await.status, 200);
    let one = json!({ "lines": [{ "line": "kettles", "accepted": 1 }],
        "restocked": [{ "line": "kettles", "quantity": 1 }] });
    assert_eq!(world.on_case(&AGENT, &case, "inspection", one).await.status, 200);
    now(world, &case).await
}

#[tokio::test]
async fn what_did_not_pass_goes_back_once_the_others_are_paid_and_nobody_asks_for_it_meanwhile() {
    let world = dear().await;
    let case = half_passed(&world).await;
    assert_eq!((case.status, case.terms.figures.net), (CaseStatus::Pending, 40_000));
    let case = world.approved(&case).await;
    assert_eq!((case.status, case.owes_goods()), (CaseStatus::Settled, true));
    assert_eq!((case.to_send_back()[0].quantity, case.restocked[0].quantity), (1, 1));
    let kettles = world.order_now("o-1").await.available().lines[0].clone();
    assert_eq!((kettles.units, kettles.returnable), (0, 0), "the shop has it");
    assert_eq!(world.ask("o-1", one_kettle(json!({}))).await.status, 409);
    let listed = world.get(&AGENT, "/v1/desk/cases?status=settled").await;
    assert_eq!(listed.body["cases"][0]["goods_to_send_back"], true, "{}", listed.text);
    world.drained().await;
    let told = world.mails_of("send_back").pop().expect("a mail").plain();
    assert!(told.contains("1 × item kettles") && !told.contains("2 × item kettles"), "{told}");
    let page = world.visit(&world.link(case.ticket).await).await;
    assert!(page.text().contains("goods that we did not take we are sending back to you"), "{}", page.text());
    assert!(world.ticket(case.ticket).await.status.is_live(), "somebody has something to do");
    for _ in 0..2 {
        let went = world.on_case(&AGENT, &case, "shipped", json!({ "tracking": "SF778" })).await;
        assert_eq!(went.status, 200, "{}", went.text);
    }
    let case = now(&world, &case).await;
    assert_eq!((case.status, case.owes_goods(), case.tracking.as_deref()), (CaseStatus::Settled, false, Some("SF778")));
    let kettles = world.order_now("o-1").await.available().lines[0].clone();
    assert_eq!((kettles.units, kettles.returnable), (1, 1), "its customer has it again");
    assert_eq!(world.far.pay.ledger().iter().map(|booked| booked.amount).sum::<i64>(), 40_000);
    let none = world.on_case(&AGENT, &case, "shipped", json!({ "tracking": "SF779" })).await;
    assert_eq!(none.status, 409, "{}", none.text);
}

#[tokio::test]
async fn whoever_changes_a_return_of_which_half_passed_gives_the_whole_of_it_or_sends_all_of_it_back() {
    let world = dear().await;
    let case = half_passed(&world).await;
    let both = json!({ "lines": [{ "line": "kettles", "quantity": 2 }] });
    assert_eq!(world.on_case(&LEAD, &case, "edit", both).await.status, 200);
    let case = now(&world, &case).await;
    assert_eq!((case.terms.figures.net, case.status), (80_000, CaseStatus::Pending));
    let manager = Token::Staff("shop", "manager-1", &["manager"]);
    assert_eq!(world.approve(&manager, &case).await.status, 200);
    let case = now(&world, &case).await;
    assert_eq!((case.status, case.owes_goods()), (CaseStatus::Settled, false), "all of it is paid");

    let world = dear().await;
    let case = half_passed(&world).await;
    assert_eq!(world.reject(&LEAD, &case).await.status, 200);
    let case = now(&world, &case).await;
    assert_eq!(case.to_send_back()[0].quantity, 2);
    world.drained().await;
    assert!(world.mails_of("send_back").pop().expect("a mail").plain().contains("2 × item kettles"));
}

#[tokio::test]
async fn what_never_came_is_not_paid_and_stays_its_customers_to_send() {
    let world = dear().await;
    let two = json!({ "kind": "return_refund", "lines": [{ "line": "kettles", "quantity": 2 }] });
    let case = world.asked("o-1", one_kettle(two)).await;
    assert_eq!(world.approve(&LEAD, &case).await.status, 200);
    let one = json!({ "lines": [{ "line": "kettles", "quantity": 1 }] });
    assert_eq!(world.on_case(&AGENT, &case, "received", one).await.status, 200);
    let pass = json!({ "lines": [{ "line": "kettles", "accepted": 1 }] });
    assert_eq!(world.on_case(&AGENT, &case, "inspection", pass).await.status, 200);
    let case = now(&world, &case).await;
    assert_eq!((case.status, case.owes_goods()), (CaseStatus::Settled, false));
    let kettles = world.order_now("o-1").await.available().lines[0].clone();
    assert_eq!((kettles.units, kettles.returnable), (1, 1));
    assert_eq!(world.far.pay.ledger().iter().map(|booked| booked.amount).sum::<i64>(), 40_000);
}

#[tokio::test]
async fn what_came_and_did_not_pass_goes_back_once_the_rest_is_paid() {
    let world = mugs().await;
    world.put(&SHOP, "/v1/customers/c-1", json!({ "email": "c-1@example.com", "locale": "en" })).await;
    let asked = json!({ "kind": "return_refund", "reason": "defective", "lines": [{ "line": "mugs", "quantity": 3 }] });
    let case = world.asked("o-1", asked).await;
    came(&world, &case, 3).await;
    let case = passed(&world, &case, 2).await;
    assert_eq!((case.status, case.verdict), (CaseStatus::Pending, Some(Verdict::Partial)), "{case:?}");
    let case = world.approved(&case).await;
    assert_eq!((case.status, case.terms.figures.net), (CaseStatus::Settled, 2_000), "{case:?}");
    let paid = world.mails_of("case_settled").pop().unwrap().plain();
    assert!(paid.contains("The goods that we did not take we are sending back"), "{paid}");
    world.drained().await;
    let asked = world.mails_of("send_back").pop().unwrap().plain();
    assert!(asked.contains("1 × Mug"), "{asked}");
    assert_eq!(world.at_desk(&LEAD, case.ticket, "cancel", json!({})).await.status, 409, "a mug is still here");
    for tracking in ["SF777", "SF777"] {
        let went = world.on_case(&AGENT, &case, "shipped", json!({ "tracking": tracking })).await;
        assert_eq!(went.status, 200, "{}", went.text);
    }
    let case = now(&world, &case).await;
    assert_eq!((case.status, case.owes_goods()), (CaseStatus::Settled, false));
    assert_eq!(world.mails_of("goods_sent_back").len(), 1);
    let twice = world.on_case(&AGENT, &case, "shipped", json!({ "tracking": "SF778" })).await;
    assert_eq!(twice.status, 409, "{}", twice.text);
}

#[tokio::test]
async fn of_an_exchange_in_part_the_new_goods_go_out_and_the_rest_goes_back() {
    let world = mugs().await;
    let case = exchanged(&world).await;
    let case = passed(&world, &case, 2).await;
    let case = if case.status == CaseStatus::Pending { world.approved(&case).await } else { case };
    assert_eq!(case.status, CaseStatus::Settling, "{case:?}");
    assert_eq!(world.on_case(&AGENT, &case, "shipped", json!({ "tracking": "NEW-1" })).await.status, 200);
    let case = now(&world, &case).await;
    assert_eq!((case.status, case.to_send_back()[0].quantity), (CaseStatus::Settled, 1));
    assert_eq!(
        world.on_case(&AGENT, &case, "shipped", json!({ "tracking": "NEW-1" })).await.status,
        200,
        "in one parcel"
    );
    assert!(!now(&world, &case).await.owes_goods());
    assert_eq!(world.order_now("o-1").await.holds, [], "its customer has three mugs");
}

#[tokio::test]
async fn goods_of_which_none_passed_are_given_nothing_for_unless_somebody_changes_that() {
    let world = mugs().await;
    let asked = json!({ "kind": "return_refund", "reason": "defective", "lines": [{ "line": "mugs", "quantity": 3 }] });
    let case = world.asked("o-1", asked).await;
    came(&world, &case, 2).await;
    let case = passed(&world, &case, 0).await;
    assert_eq!((case.status, case.verdict, case.terms.figures.net), (CaseStatus::Pending, Some(Verdict::Fail), 0));
    let nothing = world.approve(&LEAD, &case).await;
    assert_eq!(nothing.status, 409, "{}", nothing.text);
    let lines = json!([{ "line": "mugs", "quantity": 2 }]);
    let kind = world.on_case(&AGENT, &case, "edit", json!({ "lines": lines, "override": "A kind word." })).await;
    assert_eq!(kind.status, 200, "{}", kind.text);
    let case = now(&world, &case).await;
    assert_eq!((case.status, case.terms.figures.net), (CaseStatus::Pending, 2_000));
    assert_eq!(world.approve(&LEAD, &case).await.status, 200, "another one says yes to that");
    assert_eq!(now(&world, &case).await.status, CaseStatus::Settled);
}
