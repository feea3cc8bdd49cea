//! What a customer is told of a case: nothing of what can still be taken back, and only of money that went.

use aftercare::case::CaseStatus;
use aftercare::payment::ProviderKind;
use serde_json::json;
use tests::provider::Manner;
use tests::{AGENT, LEAD, SHOP, Token, World};

use crate::cases::dear;
use crate::decide::{now, press, waiting};

const CUSTOMER: Token = Token::Customer("shop", "c-1");

#[tokio::test]
async fn nobody_outside_learns_of_a_decision_that_can_still_be_taken_back() {
    let pages = async |button: Option<&str>| {
        let world = dear().await;
        let (case, link) = waiting(&world).await;
        if let Some(button) = button {
            let page = world.visit(&link).await;
            assert_eq!(press(&world, &page, button, "No.").await.status, 200);
            assert_ne!(now(&world, &case).await.status, CaseStatus::Pending);
        }
        let path = format!("/v1/tickets/{}/cases/1", case.ticket);
        let mut seen = vec![world.get(&CUSTOMER, &path).await.text];
        for (act, body) in [("sent", json!({})), ("consent", json!({ "accepted": true })), ("cancel", json!({}))] {
            for (who, key) in [(&CUSTOMER, "c"), (&SHOP, "s")] {
                if (act, key) != ("cancel", "s") {
                    let reply = world.post(who, &format!("{path}/{act}"), body.clone()).await;
                    seen.push(format!("{act} {} {}", reply.status, reply.text.replace(&case.ticket.to_string(), "…")));
                }
            }
        }
        assert_eq!(now(&world, &case).await.status, CaseStatus::Cancelled);
        seen.iter().map(|seen| seen.replace(&case.ticket.to_string(), "…")).collect::<Vec<_>>()
    };
    let pending = pages(None).await;
    assert!(pending.iter().all(|said| !said.contains("take_back") && !said.contains("reject")), "{pending:?}");
    for button in ["approve", "refuse"] {
        let decided = pages(Some(button)).await;
        for (told, before) in decided.iter().zip(&pending) {
            let told = told.split("\"ticket_number\"").next().unwrap();
            assert_eq!(told, before.split("\"ticket_number\"").next().unwrap(), "{button}");
        }
    }
}

#[tokio::test]
async fn what_was_rejected_for_good_is_not_cancelled() {
    let world = dear().await;
    let (case, _) = waiting(&world).await;
    assert_eq!(world.reject(&AGENT, &case).await.status, 200);
    for who in [&CUSTOMER, &SHOP] {
        let path = format!("/v1/tickets/{}/cases/1/cancel", case.ticket);
        let late = world.post(who, &path, json!({})).await;
        assert!(late.status == 409 && late.text.contains("rejected"), "{}", late.text);
    }
}

#[tokio::test]
async fn a_customer_is_told_of_the_money_that_came_and_of_no_other() {
    let world = World::with_provider(ProviderKind::Standard).await;
    let payments = json!([
        { "id": "pi_1", "method": "gift_card", "captured": 4_000 }, { "id": "pi_2", "method": "card", "captured": 23_000 },
    ]);
    assert_eq!(world.order("o-2", json!({ "payments": payments })).await.status, 201);
    let (ticket, link) = world.about_order("o-2").await;
    world.far.pay.behaves_once(Manner::Declines("expired".to_owned()));
    let last = world.choose(&link, "reason=defective&lines=kettles~1&kind=refund_only").await;
    assert_eq!(world.press(&last, "").await.status, 200);
    world.settle().await;
    let case = world.case(ticket, 1).await;
    assert_eq!(case.status, CaseStatus::PartiallySettled);
    let page = world.visit(&link).await.text();
    assert!(page.contains("Part of the money was paid back"), "{page}");
    assert!(page.contains("Paid back to card pi_2 CNY 60.00") && !page.contains("gift card pi_1 CNY 0"), "{page}");
    assert_eq!(world.on_case(&LEAD, &case, "cancel", json!({})).await.status, 200);
    world.settle().await;
    let page = world.visit(&link).await.text();
    let mail = world.mails_of("case_cancelled").pop().unwrap().plain();
    for told in [&page, &mail] {
        assert!(told.contains("What is listed here was paid back"), "{told}");
        assert!(told.contains("CNY 60.00") && !told.contains("CNY 100.00") && !told.contains("CNY 40.00"), "{told}");
    }
}

#[tokio::test]
async fn what_was_typed_into_a_form_that_is_used_up_stays_to_be_sent_once_more() {
    let world = World::with_provider(ProviderKind::Standard).await;
    assert_eq!(world.order("o-2", json!({})).await.status, 201);
    let (_, link) = world.about_order("o-2").await;
    let last = world.choose(&link, "reason=defective&lines=kettles~1&kind=refund_only").await;
    assert_eq!(world.press(&last, "It leaks.").await.status, 200);
    let used = world.press(&last, "It leaks at the handle.").await;
    assert_eq!(used.status, 409, "{}", used.text());
    assert!(used.html.contains("It leaks at the handle."), "{}", used.text());
}

#[tokio::test]
async fn a_payout_that_the_order_no_longer_has_the_money_for_does_not_blame_the_bank() {
    let world = dear().await;
    let (case, _) = waiting(&world).await;
    let lines = json!([{ "id": "kettles", "quantity": 2, "total": 80_000 }]);
    let payments = json!([{ "id": "pay-1", "method": "card", "captured": 30_000 }]);
    let there = json!([{ "line": "kettles", "quantity": 2, "at": "2026-03-10T02:00:00Z" }]);
    let less = json!({ "version": 2, "lines": lines, "payments": payments, "deliveries": there });
    assert_eq!(world.approve(&AGENT, &case).await.status, 200);
    let told = world.order("o-1", less).await;
    assert!(told.status < 300, "{}", told.text);
    world.settle().await;
    let case = now(&world, &case).await;
    assert_eq!(case.payouts[0].code.as_deref(), Some("less_captured"));
    world.drained().await;
    let mail = world.mails_of("payout_declined").pop().unwrap().plain();
    assert!(mail.contains("less was paid") && !mail.contains("the bank took"), "{mail}");
}
