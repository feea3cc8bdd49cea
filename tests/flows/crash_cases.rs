//! Every call of everything that is done to a case fails once, in every way: calls of AWS and of the payment provider. Whoever
//! asked asks again, and time passes. Afterwards the table and the mails are those of a run without trouble, and each payout
//! stands once on the provider's books.

use aftercare::case::{Case, CaseStatus};
use serde_json::{Value, json};
use tests::provider::{Manner, Standing};
use tests::{AGENT, Fault, LEAD, Reply, SHOP, Token, World, one_kettle};

use crate::picture::Picture;

/// Calls of one command are fewer than this, or the test has gone wrong.
const MOST_CALLS: usize = 150;
/// Times that something comes due before all is quiet.
const MOST_LOOKS: usize = 60;

/// What one run came to.
struct Run {
    picture: Picture,
    outcome: Outcome,
    /// The fault came to pass.
    hit: bool,
}

/// What people, the shop and the bank see of it, however it came about.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    cases: Vec<String>,
    holds: Vec<String>,
    /// Kind and recipient.
    mails: Vec<String>,
    books: Vec<String>,
}

/// Lets `act` fail at every call it makes, in every way, and asks for the very same in the end.
async fn sweep(prepare: impl AsyncFn(&World), act: impl AsyncFn(&World)) {
    sweep_and(prepare, act, true).await;
}

/// The same, where a payout may take more tries and more time: what it comes to is the same, its history is longer.
async fn sweep_payout(prepare: impl AsyncFn(&World), act: impl AsyncFn(&World)) {
    sweep_and(prepare, act, false).await;
}

async fn sweep_and(prepare: impl AsyncFn(&World), act: impl AsyncFn(&World), whole: bool) {
    let calm = run(None, &prepare, &act).await;
    // To the table it is the same whether the answer is an error or none; to the provider it is not.
    let faults: &[Fault] = if whole { &[Fault::Before, Fault::LostReply, Fault::Busy] } else { &Fault::ALL };
    for fault in faults.iter().copied() {
        for call in 1..MOST_CALLS {
            let torn = run(Some((call, fault)), &prepare, &act).await;
            if !torn.hit {
                break;
            }
            let what = format!("{fault:?} at call {call}");
            assert_eq!(torn.outcome, calm.outcome, "{what}");
            if whole {
                torn.picture.assert_same_but_for_doubles(&calm.picture, &what);
            }
        }
    }
}

async fn run(fault: Option<(usize, Fault)>, prepare: &impl AsyncFn(&World), act: &impl AsyncFn(&World)) -> Run {
    let world = World::with_attempts(1).await;
    world.provider().await;
    world.far.pay.captured("pay-1", 27_000);
    assert_eq!(world.order("o-1", json!({})).await.status, 201);
    prepare(&world).await;
    if let Some((call, fault)) = fault {
        world.far.fail(call, fault);
    }
    act(&world).await;
    let hit = !world.far.heal();
    act(&world).await;
    rest(&world).await;
    assert_eq!(world.dead_letters(), Vec::<String>::new());
    books(&world).await;
    Run { picture: Picture::of(&world), outcome: outcome(&world).await, hit }
}

async fn outcome(world: &World) -> Outcome {
    let payouts = |case: &Case| -> Vec<String> {
        case.payouts.iter().map(|payout| format!("{} {} {}", payout.number, payout.amount, payout.status)).collect()
    };
    let cases = open_cases(world).await;
    let cases = cases.iter().map(|case| format!("{} {} {:?}", case.number, case.status, payouts(case))).collect();
    let holds = world.order_now("o-1").await.holds.into_iter();
    let holds = holds.map(|hold| format!("{:?} {:?}", hold.spans, hold.parts)).collect();
    let mails = world.far.mails().into_iter();
    let mut mails: Vec<String> = mails.map(|mail| format!("{:?} {}", mail.tags.get("kind"), mail.to)).collect();
    mails.sort();
    let books = world.far.pay.ledger().into_iter();
    let books = books.map(|booked| format!("{} {} {:?}", booked.payment, booked.amount, booked.standing)).collect();
    Outcome { cases, holds, mails, books }
}

/// Whatever comes due for money's sake is looked at, until nothing does; then the mails go out.
async fn rest(world: &World) {
    world.settle().await;
    for _ in 0..MOST_LOOKS {
        let cases = open_cases(world).await;
        let checks = |case: &Case| {
            matches!(case.status, CaseStatus::Settling | CaseStatus::PayoutUnknown).then_some(case.next).flatten()
        };
        let Some(next) = cases.iter().filter_map(checks).min() else { break };
        world.until(next);
        world.scan().await;
        world.settle().await;
    }
    world.drained().await;
}

async fn open_cases(world: &World) -> Vec<Case> {
    let docs =
        world.items().into_iter().filter(|item| item["sk"]["S"].as_str().is_some_and(|sk| sk.starts_with("CASE#")));
    docs.map(|item| serde_json::from_str(item["doc"]["S"].as_str().expect("a text")).expect("a case")).collect()
}

async fn books(world: &World) {
    for case in open_cases(world).await {
        world.assert_books(&case).await;
    }
}

/// Asks with the same key each time. It may fail; it may not be refused.
async fn ask(world: &World, token: &Token, path: &str, body: &Value) -> Reply {
    let key = format!("the-same-{}", path.rsplit('/').next().unwrap_or_default());
    let reply = world.send(token, "POST", path, &[("idempotency-key", &key)], &body.to_string()).await;
    assert!(reply.status < 300 || reply.status >= 500, "{path}: {}", reply.text);
    reply
}

/// Something is done to the one case there is.
async fn do_to_it(world: &World, token: &Token, act: &str, body: &Value) {
    let cases = open_cases(world).await;
    let [case] = cases.as_slice() else { panic!("one case") };
    ask(world, token, &format!("/v1/desk/tickets/{}/cases/1/{act}", case.ticket), body).await;
}

async fn nothing(_: &World) {}

/// A case that waits for an agent.
async fn waits(world: &World) {
    world.settings("shop", |settings| settings["cases"]["limits"]["CNY"]["automatic"] = json!(0)).await;
    assert_eq!(world.ask("o-1", one_kettle(json!({}))).await.status, 201);
    world.settle().await;
}

/// A case whose payout is asked for next.
async fn pays(world: &World) {
    assert_eq!(world.ask("o-1", one_kettle(json!({}))).await.status, 201);
    for _ in 0..2 {
        world.relay(world.stream()).await;
        for body in world.far.take("refund-approval-queue") {
            world.approval.assess(&body, world.now()).await.expect("assessed");
        }
    }
}

async fn declined(world: &World) {
    world.far.pay.behaves_once(Manner::Declines("expired".to_owned()));
    assert_eq!(world.ask("o-1", one_kettle(json!({}))).await.status, 201);
    world.settle().await;
}

#[tokio::test]
async fn a_case_is_asked_for_once() {
    sweep(nothing, async |world| {
        ask(world, &SHOP, "/v1/orders/o-1/cases", &one_kettle(json!({}))).await;
    })
    .await;
}

#[tokio::test]
async fn a_case_is_assessed_once() {
    let prepare = async |world: &World| {
        assert_eq!(world.ask("o-1", one_kettle(json!({}))).await.status, 201);
        world.relay(world.stream()).await;
    };
    sweep(prepare, async |world| {
        world.work().await;
    })
    .await;
}

#[tokio::test]
async fn a_case_is_approved_once() {
    sweep(waits, async |world| {
        let hash = open_cases(world).await[0].hash();
        do_to_it(world, &AGENT, "approve", &json!({ "hash": hash })).await;
    })
    .await;
}

#[tokio::test]
async fn a_case_is_rejected_once() {
    sweep(waits, async |world| {
        let hash = open_cases(world).await[0].hash();
        do_to_it(world, &AGENT, "reject", &json!({ "hash": hash, "reason": "It is another kettle." })).await;
    })
    .await;
}

#[tokio::test]
async fn goods_are_received_and_inspected_once() {
    let prepare = async |world: &World| {
        let body = one_kettle(json!({ "kind": "return_refund" }));
        assert_eq!(world.ask("o-1", body).await.status, 201);
        world.settle().await;
    };
    sweep(prepare, async |world| {
        let came = json!({ "lines": [{ "line": "kettles", "quantity": 1 }] });
        do_to_it(world, &AGENT, "received", &came).await;
        if open_cases(world).await[0].status == CaseStatus::AwaitingReturn {
            return;
        }
        let passed = json!({ "lines": [{ "line": "kettles", "accepted": 1 }] });
        do_to_it(world, &AGENT, "inspection", &passed).await;
    })
    .await;
}

#[tokio::test]
async fn a_parcel_that_comes_after_its_return_expired_is_taken_in_and_asked_for_once() {
    let prepare = async |world: &World| {
        let body = one_kettle(json!({ "kind": "return_refund" }));
        assert_eq!(world.ask("o-1", body).await.status, 201);
        world.settle().await;
        world.later(14 * 86_400).scan().await;
        world.settle().await;
    };
    sweep(prepare, async |world| {
        let came = json!({ "lines": [{ "line": "kettles", "quantity": 1 }] });
        do_to_it(world, &AGENT, "received", &came).await;
        if !open_cases(world).await[0].goods_here {
            return;
        }
        let changed = json!({ "kind": "return_refund", "override": "It was in the post for long." });
        do_to_it(world, &AGENT, "edit", &changed).await;
    })
    .await;
}

#[tokio::test]
async fn a_payout_is_made_once() {
    sweep_payout(pays, async |world| {
        world.work().await;
    })
    .await;
}

#[tokio::test]
async fn a_payout_that_the_provider_has_settles_once_by_its_word() {
    let prepare = async |world: &World| {
        world.far.pay.behaves(Manner::Pends);
        pays(world).await;
        world.work().await;
        let payout = world.far.pay.ledger()[0].payout.clone().expect("ours");
        world.far.pay.turns(&payout, Standing::Settled);
    };
    sweep(prepare, async |world| {
        let payout = world.far.pay.ledger()[0].payout.clone().expect("ours");
        let reply = world.hear(&world.far.pay.message(&payout)).await;
        assert!(matches!(reply.status, 200 | 500..), "{}", reply.text);
    })
    .await;
}

#[tokio::test]
async fn a_payout_that_failed_later_is_owed_again_once() {
    let prepare = async |world: &World| {
        pays(world).await;
        world.settle().await;
        let payout = world.far.pay.ledger()[0].payout.clone().expect("ours");
        world.far.pay.turns(&payout, Standing::Failed("lost_or_stolen_card".to_owned()));
    };
    sweep(prepare, async |world| {
        let payout = world.far.pay.ledger()[0].payout.clone().expect("ours");
        let reply = world.hear(&world.far.pay.message(&payout)).await;
        assert!(matches!(reply.status, 200 | 500..), "{}", reply.text);
    })
    .await;
}

#[tokio::test]
async fn a_declined_payout_is_tried_again_once() {
    sweep(declined, async |world| {
        do_to_it(world, &LEAD, "retry", &json!({})).await;
    })
    .await;
}

#[tokio::test]
async fn the_try_after_a_decline_is_made_once() {
    let prepare = async |world: &World| {
        declined(world).await;
        do_to_it(world, &LEAD, "retry", &json!({})).await;
        world.relay(world.stream()).await;
    };
    sweep_payout(prepare, async |world| {
        world.work().await;
    })
    .await;
}

#[tokio::test]
async fn a_payout_that_nobody_knows_of_is_looked_up_once() {
    let prepare = async |world: &World| {
        world.far.pay.behaves_once(Manner::LosesReply);
        pays(world).await;
        world.work().await;
        world.later(120);
    };
    sweep_payout(prepare, async |world| {
        world.try_scan().await;
        world.relay(world.stream()).await;
        world.work().await;
    })
    .await;
}

#[tokio::test]
async fn what_came_due_of_a_case_is_recorded_once() {
    let prepare = async |world: &World| {
        waits(world).await;
        world.later(24 * 3_600);
    };
    sweep(prepare, async |world| {
        world.try_scan().await;
    })
    .await;
}
