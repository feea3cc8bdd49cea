//! What the provider tells by itself: early, late, again, out of order, and by somebody else.

use aftercare::case::{CaseStatus, PayoutStatus};
use aftercare::payment::ProviderKind;
use serde_json::json;
use tests::provider::{Manner, Message, Standing};
use tests::{LEAD, World, one_kettle};

use crate::payouts::{KINDS, paid_for};

#[tokio::test]
async fn what_the_provider_has_taken_settles_when_it_says_so() {
    for kind in KINDS {
        let world = World::with_provider(kind).await;
        world.far.pay.behaves(Manner::Pends);
        let case = paid_for(&world).await;
        assert_eq!((case.status, case.payouts[0].status), (CaseStatus::Settling, PayoutStatus::Pending));
        let id = case.payout_id(1).expect("an id");
        world.far.pay.turns(id.as_str(), Standing::Settled);
        world.hear_all().await;
        let case = world.case(case.ticket, 1).await;
        assert_eq!((case.status, case.next), (CaseStatus::Settled, None));
        world.assert_books(&case).await;
    }
}

#[tokio::test]
async fn where_its_word_is_lost_the_provider_is_asked_by_the_hour_and_not_by_the_minute() {
    for kind in KINDS {
        let world = World::with_provider(kind).await;
        world.far.pay.behaves(Manner::Pends);
        let case = paid_for(&world).await;
        let start = world.now();
        world.far.made();
        while world.now().duration_since(start).as_hours() < 5 {
            let next = world.case(case.ticket, 1).await.next.expect("it is looked at");
            world.until(next);
            world.far.pay.at(world.now());
            world.scan_twice().await;
        }
        let made = world.far.made();
        let of = |operation: &str| made.iter().filter(|call| call.operation == operation).count();
        assert!((3..=10).contains(&of("ListRefunds")), "{}", of("ListRefunds"));
        assert_eq!(of("CreateRefund"), 0, "it is there: nothing is sent");
        world.far.pay.turns(case.payout_id(1).expect("an id").as_str(), Standing::Settled);
        let done = world.until_quiet(&case).await;
        assert_eq!(done.status, CaseStatus::Settled);
        world.assert_books(&done).await;
    }
}

#[tokio::test]
async fn its_word_may_be_here_before_its_answer() {
    for kind in KINDS {
        for manner in [Manner::Settles, Manner::Pends, Manner::LosesReply, Manner::FailsAfter] {
            let world = World::with_provider(kind).await;
            world.far.pay.behaves_once(manner.clone());
            world.far.pay.hold_replies();
            let asked = async {
                let reply = world.ask("o-1", one_kettle(json!({}))).await;
                world.settle().await;
                reply
            };
            let early = async {
                world.far.pay.reply_held().await;
                for message in world.far.pay.untold() {
                    assert_eq!(world.hear(&message).await.status, 200);
                }
                world.far.pay.release_replies();
            };
            // What is lost on the way has no reply that waits.
            let reply = if manner == Manner::LosesReply {
                let reply = asked.await;
                world.hear_all().await;
                reply
            } else {
                tokio::join!(asked, early).0
            };
            let case = world.case_of(&reply).await;
            let wanted = if manner == Manner::Pends { CaseStatus::Settling } else { CaseStatus::Settled };
            assert_eq!(case.status, wanted, "{kind} {manner:?}");
            world.assert_books(&case).await;
        }
    }
}

#[tokio::test]
async fn what_nobody_signed_or_was_signed_long_ago_changes_nothing() {
    for kind in KINDS {
        let world = World::with_provider(kind).await;
        world.far.pay.behaves(Manner::Pends);
        let case = paid_for(&world).await;
        let id = case.payout_id(1).expect("an id").to_string();
        world.far.pay.turns(&id, Standing::Settled);
        let before = world.items();
        let genuine = world.far.pay.message(&id);
        let other_body = Message {
            body: genuine.body.replace("settled", "declined").replace("succeeded", "failed"),
            ..genuine.clone()
        };
        let unsigned = Message { headers: Vec::new(), ..genuine.clone() };
        for (what, message) in [
            ("forged", world.far.pay.forged(&id)),
            ("stale", world.far.pay.stale(&id)),
            ("changed", other_body),
            ("unsigned", unsigned),
        ] {
            assert_eq!(world.hear(&message).await.status, 401, "{kind} {what}");
        }
        assert_eq!(world.items(), before);
        assert_eq!(world.hear(&genuine).await.status, 200);
        world.later(60 * 60);
        assert_eq!(world.hear(&genuine).await.status, 401, "an hour later it is stale");
        assert_eq!(world.case(case.ticket, 1).await.status, CaseStatus::Settled);
    }
}

#[tokio::test]
async fn a_signed_word_about_another_payment_than_the_payouts_is_not_taken() {
    for kind in KINDS {
        let world = World::with_provider(kind).await;
        world.far.pay.behaves(Manner::Pends);
        let case = paid_for(&world).await;
        let id = case.payout_id(1).expect("an id").to_string();
        world.far.pay.turns(&id, Standing::Settled);
        let before = world.items();
        assert_eq!(world.hear(&world.far.pay.of_another_payment(&id)).await.status, 200, "{kind}");
        assert_eq!(world.items(), before);
        assert_eq!(world.hear(&world.far.pay.message(&id)).await.status, 200);
        assert_eq!(world.case(case.ticket, 1).await.status, CaseStatus::Settled);
    }
}

#[tokio::test]
async fn it_is_heard_three_times_and_counts_once_and_what_is_of_no_matter_is_answered_all_the_same() {
    for kind in KINDS {
        let world = World::with_provider(kind).await;
        let case = paid_for(&world).await;
        let message = world.far.pay.message(case.payout_id(1).expect("an id").as_str());
        let before = world.items();
        for _ in 0..3 {
            assert_eq!(world.hear(&message).await.status, 200);
        }
        world.far.pay.refunds_by_hand("pi_1", 500, "CNY");
        for message in world.far.pay.untold() {
            assert_eq!(world.hear(&message).await.status, 200, "made by hand: not ours");
        }
        assert_eq!(world.items(), before);
    }
}

#[tokio::test]
async fn a_refund_that_settled_and_failed_later_is_owed_again_and_paid_again_by_a_person() {
    for kind in KINDS {
        let world = World::with_provider(kind).await;
        let case = paid_for(&world).await;
        let id = case.payout_id(1).expect("an id").to_string();
        let settled = world.far.pay.untold();
        world.far.pay.turns(&id, Standing::Failed("expired_or_canceled_card".to_owned()));
        let failed = world.far.pay.untold();
        // The older word comes after the newer one, and both come again.
        for message in failed.iter().chain(&settled).chain(&failed).chain(&settled) {
            assert_eq!(world.hear(message).await.status, 200);
        }
        world.settle().await;
        let case = world.case(case.ticket, 1).await;
        assert_eq!((case.status, case.payouts[0].status), (CaseStatus::PayoutFailed, PayoutStatus::Declined), "{kind}");
        let order = world.order_now("o-1").await;
        assert_eq!((order.holds[0].given(), order.holds[0].amount()), (0, 10_000), "owed, and held");
        world.drained().await;
        assert!(world.mails_to("finance@shop.example").iter().any(|mail| mail.plain().contains("expired_or_canceled")));
        let again = world.on_case(&LEAD, &case, "retry", json!({})).await;
        assert_eq!(again.status, 200, "{}", again.text);
        world.settle().await;
        let case = world.case(case.ticket, 1).await;
        assert_eq!((case.status, case.payouts.len()), (CaseStatus::Settled, 2));
        assert_eq!(world.given_back("pi_1"), 10_000);
        world.assert_books(&case).await;
    }
}

#[tokio::test]
async fn money_that_failed_is_owed_even_where_its_ticket_is_over() {
    let world = World::with_provider(ProviderKind::Stripe).await;
    let case = paid_for(&world).await;
    world.resolve(case.ticket).await;
    world.later(30 * 86_400).scan_twice().await;
    assert!(!world.ticket(case.ticket).await.status.is_live());
    world.far.pay.turns(case.payout_id(1).expect("an id").as_str(), Standing::Failed("lost_or_stolen_card".to_owned()));
    world.far.pay.at(world.now());
    world.hear_all().await;
    let case = world.case(case.ticket, 1).await;
    assert_eq!(case.status, CaseStatus::PayoutFailed);
    assert_eq!(world.on_case(&LEAD, &case, "retry", json!({})).await.status, 200);
    world.settle().await;
    let case = world.case(case.ticket, 1).await;
    assert_eq!(case.status, CaseStatus::Settled);
    world.assert_books(&case).await;
}

#[tokio::test]
async fn a_try_that_was_declined_to_us_and_went_after_all_is_found_before_another_is_made() {
    for kind in KINDS {
        let world = World::with_provider(kind).await;
        world.far.pay.behaves(Manner::Pends);
        let case = paid_for(&world).await;
        let id = case.payout_id(1).expect("an id").to_string();
        world.far.pay.turns(&id, Standing::Failed("declined".to_owned()));
        world.hear_all().await;
        assert_eq!(world.case(case.ticket, 1).await.status, CaseStatus::PayoutFailed);
        // The provider changed its mind, and nobody heard.
        world.far.pay.turns(&id, Standing::Settled);
        world.far.pay.untold();
        world.far.pay.behaves(Manner::Settles);
        assert_eq!(world.on_case(&LEAD, &case, "retry", json!({})).await.status, 200);
        world.settle().await;
        let case = world.case(case.ticket, 1).await;
        assert_eq!((case.status, world.far.pay.ledger().len()), (CaseStatus::Settled, 1), "{kind}: {case:?}");
        assert_eq!(case.payouts[1].code.as_deref(), Some("paid_before"));
        world.assert_books(&case).await;
    }
}

#[tokio::test]
async fn a_list_that_cannot_be_had_before_a_retry_holds_it_back() {
    for kind in KINDS {
        let world = World::with_provider(kind).await;
        world.far.pay.behaves_once(Manner::Declines("other".to_owned()));
        let case = paid_for(&world).await;
        world.far.pay.behaves(Manner::Down);
        assert_eq!(world.on_case(&LEAD, &case, "retry", json!({})).await.status, 200);
        world.settle().await;
        let waits = world.case(case.ticket, 1).await;
        assert_eq!((waits.status, waits.payouts[1].status), (CaseStatus::Settling, PayoutStatus::Due));
        world.far.pay.behaves(Manner::Settles);
        let done = world.until_quiet(&case).await;
        assert_eq!((done.status, world.far.pay.ledger().len()), (CaseStatus::Settled, 1));
        world.assert_books(&done).await;
    }
}

#[tokio::test]
async fn the_secret_of_one_storefront_is_not_anothers() {
    let world = World::with_provider(ProviderKind::Standard).await;
    let case = paid_for(&world).await;
    let message = world.far.pay.message(case.payout_id(1).expect("an id").as_str());
    let headers: Vec<(&str, &str)> = message.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for path in ["/v1/webhooks/payments/other", "/v1/webhooks/payments/-", "/v1/webhooks/payments/shop/x"] {
        let reply = world.send(&tests::Token::None, "POST", path, &headers, &message.body).await;
        assert_eq!(reply.status, 404, "{path}: {}", reply.text);
    }
}
