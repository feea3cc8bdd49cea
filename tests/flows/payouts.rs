//! Money goes back once, whatever the provider does while it is asked.

use aftercare::case::{Case, CaseStatus, PayoutStatus};
use aftercare::payment::ProviderKind;
use futures_util::future::join_all;
use serde_json::json;
use tests::provider::{Manner, Standing};
use tests::{LEAD, Reply, SHOP, World, one_kettle};

pub(crate) const KINDS: [ProviderKind; 2] = [ProviderKind::Standard, ProviderKind::Stripe];

pub(crate) async fn paid_for(world: &World) -> Case {
    world.asked("o-1", one_kettle(json!({}))).await
}

async fn retry(world: &World, case: &Case) -> Reply {
    let reply = world.on_case(&LEAD, case, "retry", json!({})).await;
    world.settle().await;
    reply
}

#[tokio::test]
async fn a_payout_is_asked_for_once_with_its_own_id_and_settles() {
    for kind in KINDS {
        let world = World::with_provider(kind).await;
        let case = paid_for(&world).await;
        assert_eq!((case.status, case.payouts[0].asked), (CaseStatus::Settled, 1));
        let [booked] = world.far.pay.ledger().try_into().expect("one");
        assert_eq!(booked.payout.as_deref(), case.payout_id(1).as_ref().map(|id| id.as_str()));
        assert_eq!((booked.amount, booked.payment.as_str()), (10_000, "pi_1"));
        world.hear_all().await;
        world.assert_books(&case).await;
        assert_eq!((world.told_of("payout_told"), case.next), (1, None));
    }
}

#[tokio::test]
async fn a_decline_keeps_the_hold_and_tells_finance_and_trying_again_is_another_payout() {
    for kind in KINDS {
        let world = World::with_provider(kind).await;
        world.far.pay.behaves_once(Manner::Declines("insufficient_funds".to_owned()));
        let case = paid_for(&world).await;
        assert_eq!((case.status, case.next), (CaseStatus::PayoutFailed, None));
        assert_eq!(case.payouts[0].code.as_deref(), Some("insufficient_funds"));
        assert_eq!(world.order_now("o-1").await.available().amount, 17_000, "it stays held");
        world.drained().await;
        let told = world.mails_to("finance@shop.example");
        assert!(told.iter().any(|mail| mail.plain().contains("insufficient_funds")), "{told:#?}");
        assert!(world.far.pay.ledger().is_empty());
        assert_eq!(retry(&world, &case).await.status, 200);
        let case = world.case(case.ticket, 1).await;
        assert_eq!((case.status, case.payouts.len(), case.payouts[1].asked), (CaseStatus::Settled, 2, 1));
        world.assert_books(&case).await;
        assert_eq!(retry(&world, &case).await.status, 409, "there is nothing to try again");
        assert_eq!(world.far.pay.ledger().len(), 1);
    }
}

#[tokio::test]
async fn what_failed_before_or_after_it_was_done_or_was_never_answered_is_looked_up_and_done_once() {
    let manners = [Manner::FailsBefore, Manner::FailsAfter, Manner::LosesReply, Manner::Down];
    for kind in KINDS {
        for manner in manners.clone() {
            let world = World::with_provider(kind).await;
            world.far.pay.behaves_once(manner.clone());
            let case = paid_for(&world).await;
            assert!(case.status.is_open() && case.next.is_some(), "{manner:?}: {case:?}");
            let done = world.until_quiet(&case).await;
            assert_eq!(done.status, CaseStatus::Settled, "{kind} {manner:?}");
            assert_eq!((world.far.pay.ledger().len(), done.payouts.len()), (1, 1), "{kind} {manner:?}");
            world.hear_all().await;
            world.assert_books(&done).await;
            // The answer that failed stands for the key's life: nobody knew for a day, and a person was told once.
            let overdue = usize::from(manner == Manner::FailsBefore);
            assert_eq!(world.told_of("payout_overdue"), overdue, "{kind} {manner:?}");
        }
    }
}

#[tokio::test]
async fn a_provider_that_forgot_the_key_is_asked_what_it_did_before_anything_is_sent() {
    for kind in KINDS {
        let world = World::with_provider(kind).await;
        world.far.pay.behaves_once(Manner::LosesReply);
        let reply = world.ask("o-1", one_kettle(json!({}))).await;
        world.settle().await;
        let case = world.case_of(&reply).await;
        assert_eq!(case.status, CaseStatus::PayoutUnknown);
        world.far.pay.behaves(Manner::Down);
        let made = case.payouts[0].made;
        while world.now().duration_since(made).as_hours() < 60 {
            let next = world.case(case.ticket, 1).await.next.expect("somebody asks again");
            world.until(next);
            world.far.pay.at(world.now());
            world.scan().await;
            world.settle().await;
        }
        world.drained().await;
        let told = world.mails_of("payout_overdue");
        assert_eq!((world.told_of("payout_overdue"), told.len()), (1, 1), "finance, once");
        assert!(told[0].plain().contains("Do not pay it by hand"), "{}", told[0].plain());
        world.far.pay.behaves(Manner::Settles);
        let done = world.until_quiet(&case).await;
        assert_eq!((done.status, world.far.pay.ledger().len()), (CaseStatus::Settled, 1));
        world.assert_books(&done).await;
    }
}

#[tokio::test]
async fn two_that_work_on_the_same_message_at_once_and_many_that_come_later_ask_once() {
    for kind in KINDS {
        let world = World::with_provider(kind).await;
        let reply = world.ask("o-1", one_kettle(json!({}))).await;
        world.relay(world.stream()).await;
        for body in world.far.take("refund-approval-queue") {
            world.approval.assess(&body, world.now()).await.expect("assessed");
        }
        world.relay(world.stream()).await;
        let [body] = world.far.take("refund-payout-queue").try_into().expect("one");
        let at_once = join_all((0..5).map(|_| world.payouts.pay(&body, world.now()))).await;
        assert!(at_once.iter().all(Result::is_ok), "{at_once:?}");
        for _ in 0..3 {
            world.payouts.pay(&body, world.now()).await.expect("done by then");
        }
        world.settle().await;
        let case = world.case_of(&reply).await;
        assert_eq!((case.status, case.payouts[0].asked), (CaseStatus::Settled, 1));
        let made = world.far.made();
        assert_eq!(made.iter().filter(|call| call.operation == "CreateRefund").count(), 1);
        world.assert_books(&case).await;
    }
}

#[tokio::test]
async fn an_answer_that_was_lost_and_its_retry_by_another_while_it_is_still_out_come_to_one_refund() {
    for kind in KINDS {
        let world = World::with_provider(kind).await;
        world.far.pay.hold_replies();
        let slow = async {
            let reply = world.ask("o-1", one_kettle(json!({}))).await;
            world.settle().await;
            reply
        };
        let meanwhile = async {
            world.far.pay.reply_held().await;
            // Whoever asked is slow, and their time is over: another takes it up, and finds it on the books.
            world.later(180);
            world.far.pay.at(world.now());
            world.far.pay.release_replies();
            world.scan().await;
        };
        let (reply, ()) = tokio::join!(slow, meanwhile);
        world.settle_twice().await;
        let case = world.case_of(&reply).await;
        assert_eq!((case.status, world.far.pay.ledger().len()), (CaseStatus::Settled, 1));
        world.assert_books(&case).await;
    }
}

#[tokio::test]
async fn two_payments_of_one_case_are_paid_and_declined_each_for_itself() {
    for kind in KINDS {
        let world = World::with_provider(kind).await;
        let payments = json!([
            { "id": "pi_1", "method": "gift_card", "captured": 4_000 }, { "id": "pi_2", "method": "card", "captured": 23_000 },
        ]);
        assert_eq!(world.order("o-2", json!({ "payments": payments })).await.status, 201);
        world.far.pay.behaves_once(Manner::Declines("expired".to_owned()));
        let case = world.asked("o-2", one_kettle(json!({}))).await;
        assert_eq!((case.status, case.payouts.len()), (CaseStatus::PartiallySettled, 2));
        assert_eq!((world.given_back("pi_1"), world.given_back("pi_2")), (0, 6_000));
        world.assert_books(&case).await;
        assert_eq!(retry(&world, &case).await.status, 200);
        let case = world.case(case.ticket, 1).await;
        assert_eq!((case.status, case.payouts.len()), (CaseStatus::Settled, 3));
        assert_eq!((world.given_back("pi_1"), world.given_back("pi_2")), (4_000, 6_000));
        world.assert_books(&case).await;
    }
}

#[tokio::test]
async fn what_is_given_up_of_a_case_is_free_again_and_what_was_paid_stays_paid() {
    let world = World::with_provider(ProviderKind::Standard).await;
    let payments = json!([
        { "id": "pi_1", "method": "gift_card", "captured": 4_000 }, { "id": "pi_2", "method": "card", "captured": 23_000 },
    ]);
    world.order("o-2", json!({ "payments": payments })).await;
    world.far.pay.behaves_once(Manner::Declines("expired".to_owned()));
    let case = world.asked("o-2", one_kettle(json!({}))).await;
    assert_eq!(world.on_case(&LEAD, &case, "cancel", json!({})).await.status, 200);
    world.settle().await;
    assert_eq!(world.case(case.ticket, 1).await.status, CaseStatus::Cancelled);
    let order = world.order_now("o-2").await;
    assert_eq!((order.holds[0].amount(), order.holds[0].given()), (6_000, 6_000));
}

#[tokio::test]
async fn a_refund_that_somebody_made_at_the_provider_is_not_taken_for_ours() {
    for kind in KINDS {
        let world = World::with_provider(kind).await;
        world.far.pay.refunds_by_hand("pi_1", 10_000, "CNY");
        world.far.pay.behaves_once(Manner::Down);
        let case = paid_for(&world).await;
        let done = world.until_quiet(&case).await;
        assert_eq!((done.status, world.given_back("pi_1")), (CaseStatus::Settled, 20_000));
        world.hear_all().await;
        world.assert_books(&done).await;
    }
}

#[tokio::test]
async fn what_a_bank_took_back_after_it_was_held_is_not_sent() {
    for kind in KINDS {
        let world = World::with_provider(kind).await;
        let reply = world.ask("o-1", one_kettle(json!({}))).await;
        let back = |version: u64, charged_back: i64| json!({ "version": version, "payments": [{ "id": "pi_1", "method": "card", "captured": 27_000, "charged_back": charged_back }] });
        assert_eq!(world.order("o-1", back(2, 20_000)).await.status, 200);
        world.settle().await;
        let case = world.case_of(&reply).await;
        assert_eq!((case.status, case.payouts[0].code.as_deref()), (CaseStatus::PayoutFailed, Some("charged_back")));
        assert_eq!(world.far.made().iter().filter(|call| call.operation == "CreateRefund").count(), 0);
        assert_eq!(retry(&world, &case).await.status, 200);
        let case = world.case(case.ticket, 1).await;
        assert_eq!((case.status, world.far.pay.ledger().len()), (CaseStatus::PayoutFailed, 0));
        assert_eq!(world.order("o-1", back(3, 0)).await.status, 200, "the bank gave it back");
        assert_eq!(retry(&world, &case).await.status, 200);
        let case = world.case(case.ticket, 1).await;
        assert_eq!((case.status, world.far.pay.ledger().len()), (CaseStatus::Settled, 1));
        world.assert_books(&case).await;
    }
}

#[tokio::test]
async fn what_the_order_lists_no_more_is_not_sent_and_says_so() {
    let world = World::with_provider(ProviderKind::Standard).await;
    let reply = world.ask("o-1", one_kettle(json!({}))).await;
    let other = json!([{ "id": "pi_9", "method": "card", "captured": 27_000 }]);
    assert_eq!(world.order("o-1", json!({ "version": 2, "payments": other })).await.status, 200);
    world.settle().await;
    let case = world.case_of(&reply).await;
    assert_eq!((case.status, case.payouts[0].code.as_deref()), (CaseStatus::PayoutFailed, Some("not_listed")));
    assert_eq!(world.far.pay.ledger().len(), 0);
}

#[tokio::test]
async fn a_bank_that_takes_back_what_two_cases_hold_leaves_it_to_the_older() {
    let world = World::with_provider(ProviderKind::Standard).await;
    let older = world.ask("o-1", one_kettle(json!({}))).await;
    let newer = world.ask("o-1", one_kettle(json!({}))).await;
    let payments = json!([{ "id": "pi_1", "method": "card", "captured": 27_000, "charged_back": 12_000 }]);
    world.order("o-1", json!({ "version": 2, "payments": payments })).await;
    world.settle().await;
    let (older, newer) = (world.case_of(&older).await, world.case_of(&newer).await);
    assert_eq!((older.status, newer.status), (CaseStatus::Settled, CaseStatus::PayoutFailed));
    assert_eq!(world.given_back("pi_1"), 10_000);
}

/// The next time that a case is looked at by itself.
async fn looked_at(world: &World, case: &Case) -> Case {
    let next = world.case(case.ticket, 1).await.next.expect("it is looked at");
    world.until(next).later(60);
    world.scan_twice().await;
    world.case(case.ticket, 1).await
}

#[tokio::test]
async fn without_a_provider_money_waits_finance_hears_of_it_once_and_it_goes_by_itself_when_one_is_set() {
    let world = World::new().await;
    world.order("o-1", json!({})).await;
    let case = paid_for(&world).await;
    let payout = &case.payouts[0];
    assert_eq!((case.status, payout.code.as_deref(), payout.asked), (CaseStatus::Settling, Some("no_provider"), 0));
    for _ in 0..30 {
        looked_at(&world, &case).await;
    }
    world.drained().await;
    let told = world.mails_to("finance@shop.example");
    let told: Vec<_> = told.iter().filter(|mail| mail.plain().contains("CNY 100.00")).collect();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].plain().contains("waits for a payment provider"), "{}", told[0].plain());
    assert_eq!(world.order_now("o-1").await.available().amount, 17_000, "it stays held");
    world.provider().await;
    let case = looked_at(&world, &case).await;
    assert_eq!((case.status, case.payouts.len(), world.far.pay.ledger().len()), (CaseStatus::Settled, 1, 1));
    world.assert_books(&case).await;
}

#[tokio::test]
async fn what_waits_for_a_provider_is_sent_at_once_or_given_up_when_a_person_says_so() {
    let world = World::new().await;
    world.order("o-1", json!({})).await;
    let case = paid_for(&world).await;
    let given_up = world.asked("o-1", one_kettle(json!({}))).await;
    assert_eq!(given_up.status, CaseStatus::Settling);
    assert_eq!(world.on_case(&LEAD, &given_up, "cancel", json!({})).await.status, 200);
    assert_eq!(world.order_now("o-1").await.available().amount, 17_000);
    world.provider().await;
    assert_eq!(retry(&world, &case).await.status, 200);
    let case = world.case(case.ticket, 1).await;
    assert_eq!((case.status, world.far.pay.ledger().len()), (CaseStatus::Settled, 1), "what was given up is not sent");
    world.assert_books(&case).await;
}

#[tokio::test]
async fn amounts_are_those_of_their_currency_to_the_last_minor_unit() {
    for kind in KINDS {
        let world = World::with_provider(kind).await;
        world
            .settings("shop", |settings| {
                settings["limits"]["tickets_per_customer_hour"] = json!(50);
                let limits = settings["cases"]["limits"]["CNY"].clone();
                for currency in ["JPY", "KWD"] {
                    settings["cases"]["limits"][currency] = limits.clone();
                }
            })
            .await;
        // Three units for 10 000 minor units: 3 333, 3 333 and 3 334 of them.
        // The provider of the tests has one currency where it speaks as Stripe does.
        let known = if kind == ProviderKind::Stripe { 1 } else { 3 };
        for (place, currency) in ["CNY", "JPY", "KWD"].into_iter().take(known).enumerate() {
            let (id, payment) = (format!("o-{}", place + 7), format!("pi_{}", place + 7));
            let more = json!({
                "currency": currency, "shipping": 0,
                "lines": [{ "id": "kettles", "quantity": 3, "total": 10_000 }, { "id": "cups", "quantity": 6, "total": 0 }],
                "payments": [{ "id": payment, "method": "card", "captured": 10_000 }],
                "deliveries": [{ "line": "kettles", "quantity": 3, "at": "2026-03-10T02:00:00Z" }],
            });
            let told = world.order(&id, more).await;
            assert_eq!(told.status, 201, "{}", told.text);
            for amount in [3_333, 3_333, 3_334] {
                let case = world.asked(&id, one_kettle(json!({}))).await;
                let case = if case.status == CaseStatus::Pending { world.approved(&case).await } else { case };
                assert_eq!((case.status, case.terms.figures.net), (CaseStatus::Settled, amount), "{case:?}");
                world.assert_books(&case).await;
            }
            assert_eq!(world.given_back(&payment), 10_000);
            assert_eq!(world.ask(&id, one_kettle(json!({}))).await.status, 409);
        }
    }
}

#[tokio::test]
async fn a_customer_hears_once_that_their_money_went() {
    let world = World::with_provider(ProviderKind::Standard).await;
    world.far.pay.behaves(Manner::Pends);
    let case = paid_for(&world).await;
    assert_eq!(case.payouts[0].status, PayoutStatus::Pending);
    let id = case.payout_id(1).expect("an id");
    world.far.pay.turns(id.as_str(), Standing::Settled);
    let message = world.far.pay.message(id.as_str());
    for _ in 0..3 {
        assert_eq!(world.hear(&message).await.status, 200);
        world.hear_all().await;
    }
    world.drained().await;
    assert_eq!((world.mails_of("case_settled").len(), world.told_of("payout_told")), (1, 2), "pending, and settled");
    let ticket = world.get(&SHOP, &format!("/v1/tickets/{}", case.ticket)).await;
    assert_eq!(ticket.status, 200);
    let ticket = world.ticket(case.ticket).await;
    let payouts = ticket.clocks.iter().filter(|clock| clock.kind == aftercare::sla::ClockKind::Payout);
    assert_eq!(payouts.filter(|clock| !clock.is_live()).count(), 1, "kept, once");
}
