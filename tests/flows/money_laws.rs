//! Whatever customers, staff, banks, the storefront and the payment provider do, in whatever order: no payment gives back more
//! than it took, no payout is made twice, and in the end the order says what the provider's books say.
//!
//! `PROPTEST_CASES` says how many stories are told.

use std::collections::{BTreeMap, BTreeSet};

use aftercare::case::{Case, CaseStatus};
use aftercare::order::Order;
use aftercare::payment::ProviderKind;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use tests::provider::{Manner, Message, Standing};
use tests::{AGENT, LEAD, SHOP, Token, World};

const MANAGER: Token = Token::Staff("shop", "manager-1", &["manager"]);
const FINANCE: Token = Token::Staff("shop", "finance-1", &["finance"]);
const STORIES: u32 = 12;
/// What the order's two payments took.
const TOOK: [(&str, i64); 2] = [("pi_1", 9_000), ("pi_2", 18_000)];

#[derive(Clone, Debug)]
enum Act {
    Ask {
        kind: &'static str,
        units: u32,
    },
    /// Everybody who may decide does.
    Approve {
        case: usize,
    },
    Reject {
        case: usize,
    },
    Cancel {
        case: usize,
        by_customer: bool,
    },
    /// The goods come, and so many of them pass.
    Return {
        case: usize,
        accepted: u32,
    },
    /// Staff change it, be it back into what it was.
    Edit {
        case: usize,
        kind: &'static str,
    },
    /// The customer says what they think of that.
    Agree {
        case: usize,
        accepted: bool,
    },
    Ship {
        case: usize,
    },
    Retry {
        case: usize,
    },
    ChargeBack {
        payment: usize,
        amount: i64,
    },
    Behaves(Manner),
    /// What the provider makes of a refund that it has.
    Turns {
        refund: usize,
        settles: bool,
    },
    /// Something that it told, told again.
    Hear {
        message: usize,
    },
    /// Messages on the queues come twice, and the other way round.
    Repeat,
    Work,
    /// Time passes until something is due.
    Due,
    Hours(i64),
    Days(i64),
}

fn act() -> impl Strategy<Value = Act> {
    let case = || 0..6usize;
    let manner = prop_oneof![
        3 => Just(Manner::Settles), 2 => Just(Manner::Pends), 1 => Just(Manner::Declines("expired".to_owned())),
        1 => Just(Manner::FailsBefore), 1 => Just(Manner::FailsAfter), 2 => Just(Manner::LosesReply), 1 => Just(Manner::Down),
    ];
    let kind = prop::sample::select(vec!["refund_only", "return_refund", "exchange", "resend", "compensation"]);
    let other = prop::sample::select(vec!["refund_only", "return_refund"]);
    prop_oneof![
        3 => (case(), other).prop_map(|(case, kind)| Act::Edit { case, kind }),
        2 => (case(), any::<bool>()).prop_map(|(case, accepted)| Act::Agree { case, accepted }),
        2 => case().prop_map(|case| Act::Ship { case }),
        1 => (1..16i64).prop_map(Act::Days),
        5 => (kind, 1..3u32).prop_map(|(kind, units)| Act::Ask { kind, units }),
        4 => case().prop_map(|case| Act::Approve { case }),
        1 => case().prop_map(|case| Act::Reject { case }),
        2 => (case(), any::<bool>()).prop_map(|(case, by_customer)| Act::Cancel { case, by_customer }),
        2 => (case(), 0..3u32).prop_map(|(case, accepted)| Act::Return { case, accepted }),
        3 => case().prop_map(|case| Act::Retry { case }),
        1 => (0..2usize, 0..9_000i64).prop_map(|(payment, amount)| Act::ChargeBack { payment, amount }),
        4 => manner.prop_map(Act::Behaves),
        3 => (0..6usize, any::<bool>()).prop_map(|(refund, settles)| Act::Turns { refund, settles }),
        4 => (0..12usize).prop_map(|message| Act::Hear { message }),
        1 => Just(Act::Repeat),
        6 => Just(Act::Work),
        4 => Just(Act::Due),
        1 => (1..30i64).prop_map(Act::Hours),
    ]
}

struct Story {
    world: World,
    messages: Vec<Message>,
    version: u64,
    /// What a bank took back of each payment.
    back: [i64; 2],
}

impl Story {
    async fn new(kind: ProviderKind) -> Self {
        let world = World::new().await;
        world.far.pay.speaks(kind);
        world.far.pay.at(world.now());
        world.provider().await;
        world.settings("shop", |settings| settings["limits"]["tickets_per_customer_hour"] = json!(500)).await;
        for (payment, amount) in TOOK {
            world.far.pay.captured(payment, amount);
        }
        let story = Self { world, messages: Vec::new(), version: 1, back: [0, 0] };
        assert_eq!(story.tell().await, 201);
        story
    }

    /// The storefront tells of the order as it is.
    async fn tell(&self) -> u16 {
        let payment = |place: usize| {
            let (id, captured) = TOOK[place];
            json!({ "id": id, "method": "card", "captured": captured, "charged_back": self.back[place] })
        };
        let told = json!({ "version": self.version, "payments": [payment(0), payment(1)] });
        self.world.order("o-1", told).await.status
    }

    fn cases(&self) -> Vec<Case> {
        let of_case = |item: &Value| item["sk"]["S"].as_str().is_some_and(|sk| sk.starts_with("CASE#"));
        let docs = self.world.items().into_iter().filter(of_case);
        let mut cases: Vec<Case> =
            docs.map(|item| serde_json::from_str(item["doc"]["S"].as_str().unwrap()).unwrap()).collect();
        cases.sort_by_key(|case| (case.requested, case.ticket));
        cases
    }

    fn nth(&self, place: usize) -> Option<Case> {
        let cases = self.cases();
        let count = cases.len();
        (count > 0).then(|| cases.into_iter().nth(place % count)).flatten()
    }

    async fn act(&mut self, act: &Act) {
        match act {
            Act::Ask { kind, units } => {
                let lines = json!([{ "line": "kettles", "quantity": units }]);
                let body = match *kind {
                    "compensation" => json!({ "kind": kind, "reason": "late", "amount": 4_000, "lines": [] }),
                    _ => json!({ "kind": kind, "reason": "defective", "lines": lines }),
                };
                self.world.ask("o-1", body).await;
            }
            Act::Approve { case } => {
                let Some(case) = self.nth(*case) else { return };
                for who in [&AGENT, &LEAD, &MANAGER, &FINANCE] {
                    self.world.approve(who, &case).await;
                }
            }
            Act::Reject { case } => {
                let Some(case) = self.nth(*case) else { return };
                self.world.reject(&MANAGER, &case).await;
            }
            Act::Cancel { case, by_customer: false } => self.on(*case, &LEAD, "cancel", json!({})).await,
            Act::Cancel { case, by_customer: true } => {
                let Some(case) = self.nth(*case) else { return };
                let path = format!("/v1/tickets/{}/cases/{}/cancel", case.ticket, case.number);
                self.world.post(&SHOP, &path, json!({})).await;
            }
            Act::Return { case, accepted } => {
                let Some(found) = self.nth(*case) else { return };
                let units: u32 =
                    found.terms.figures.items.iter().map(|item| item.units.last - item.units.first + 1).sum();
                let came = json!({ "lines": [{ "line": "kettles", "quantity": units.max(1) }] });
                self.on(*case, &AGENT, "received", came).await;
                let passed = json!({ "lines": [{ "line": "kettles", "accepted": (*accepted).min(units) }] });
                self.on(*case, &LEAD, "inspection", passed).await;
            }
            Act::Edit { case, kind } => {
                let Some(found) = self.nth(*case) else { return };
                let units = found.received.first().map_or(1, |came| came.quantity.max(1));
                let lines = json!([{ "line": "kettles", "quantity": units }]);
                let body =
                    json!({ "kind": kind, "reason": "defective", "lines": lines, "override": "It was our fault." });
                self.on(*case, &AGENT, "edit", body).await;
            }
            Act::Agree { case, accepted } => {
                let Some(case) = self.nth(*case) else { return };
                let path = format!("/v1/tickets/{}/cases/{}/consent", case.ticket, case.number);
                self.world.post(&SHOP, &path, json!({ "accepted": accepted })).await;
            }
            Act::Ship { case } => self.on(*case, &AGENT, "shipped", json!({ "tracking": "SF1" })).await,
            Act::Retry { case } => self.on(*case, &LEAD, "retry", json!({})).await,
            Act::ChargeBack { payment, amount } => {
                self.back[*payment] = *amount;
                self.version += 1;
                assert_eq!(self.tell().await, 200);
            }
            Act::Behaves(manner) => self.world.far.pay.behaves(manner.clone()),
            Act::Turns { refund, settles } => self.turn(*refund, *settles),
            Act::Hear { message } => {
                self.gather();
                let count = self.messages.len();
                if count > 0 {
                    // It was told then: what is signed long ago is told anew by the provider, with the same words.
                    let reply = self.world.hear(&self.messages[message % count]).await;
                    assert!(matches!(reply.status, 200 | 401), "{}", reply.text);
                }
            }
            Act::Repeat => {
                self.world.relay(self.world.stream()).await;
                for queue in ["refund-approval-queue", "refund-payout-queue"] {
                    let bodies = self.world.far.take(queue);
                    self.world.far.put(queue, bodies.iter().cloned().chain(bodies.iter().rev().cloned()));
                }
            }
            Act::Work => self.world.settle().await,
            Act::Due => {
                if let Some(due) = self.world.next_due("SLA#") {
                    self.world.until(due);
                    self.world.far.pay.at(self.world.now());
                }
                self.world.scan().await;
            }
            Act::Hours(hours) => {
                self.world.later(hours * 3_600);
                self.world.far.pay.at(self.world.now());
            }
            // Two runs, since what the first one does may be what the second one finds.
            Act::Days(days) => {
                self.world.later(days * 86_400);
                self.world.far.pay.at(self.world.now());
                self.world.scan().await;
                self.world.scan().await;
            }
        }
    }

    async fn on(&self, case: usize, who: &Token, act: &str, body: Value) {
        if let Some(case) = self.nth(case) {
            let reply = self.world.on_case(who, &case, act, body).await;
            assert!(matches!(reply.status, 200 | 403 | 409 | 422), "{act}: {}", reply.text);
        }
    }

    fn turn(&self, refund: usize, settles: bool) {
        let ledger = self.world.far.pay.ledger();
        let Some(booked) = (!ledger.is_empty()).then(|| &ledger[refund % ledger.len()]) else { return };
        // One that settled may fail later; one that failed stays so.
        let to = match (&booked.standing, settles) {
            (Standing::Pending, true) => Standing::Settled,
            (Standing::Pending | Standing::Settled, false) => Standing::Failed("lost_card".to_owned()),
            (Standing::Settled, true) | (Standing::Failed(_), _) => return,
        };
        self.world.far.pay.turns(booked.payout.as_deref().unwrap(), to);
    }

    fn gather(&mut self) {
        self.messages.extend(self.world.far.pay.untold());
    }

    async fn order(&self) -> Order {
        self.world.order_now("o-1").await
    }

    /// What must hold at every moment.
    async fn check(&self, before: &Order) {
        let (order, ledger) = (self.order().await, self.world.far.pay.ledger());
        for (place, (payment, captured)) in TOOK.into_iter().enumerate() {
            let held = |order: &Order| -> i64 {
                order
                    .holds
                    .iter()
                    .flat_map(|hold| &hold.parts)
                    .filter(|part| part.payment.as_str() == payment)
                    .map(|part| part.amount)
                    .sum()
            };
            let (was, is) = (held(before), held(&order));
            assert!(
                is <= captured && (is <= was || is <= captured - self.back[place]),
                "{is} of {payment} is held: {order:#?}"
            );
            let went = ledger
                .iter()
                .filter(|booked| booked.payment == payment && !matches!(booked.standing, Standing::Failed(_)));
            assert!(went.map(|booked| booked.amount).sum::<i64>() <= captured);
        }
        let ids: BTreeSet<&String> = ledger.iter().filter_map(|booked| booked.payout.as_ref()).collect();
        assert_eq!(ids.len(), ledger.len(), "no payout twice: {ledger:#?}");
        for case in self.cases() {
            let waits = case.status.acts().iter().any(|act| act.action().is_some() || act.is_customers());
            let goes_on = case.next.is_some() || case.status == CaseStatus::Requested;
            assert!(!case.status.is_open() || waits || goes_on, "it is forgotten: {case:#?}");
            assert!(case.status != CaseStatus::Approved || case.next.is_some(), "nobody looks at it again: {case:#?}");
            // Of one payment's tries at most one stands on the books without having failed.
            let mut standing: BTreeMap<&str, usize> = BTreeMap::new();
            for payout in &case.payouts {
                let id = case.payout_id(payout.number).unwrap();
                let went = |booked: &&tests::provider::Booked| {
                    booked.payout.as_deref() == Some(id.as_str()) && !matches!(booked.standing, Standing::Failed(_))
                };
                *standing.entry(payout.payment.as_str()).or_default() += ledger.iter().filter(went).count();
            }
            assert!(standing.values().all(|count| *count <= 1), "{case:#?} {ledger:#?}");
        }
    }

    /// The provider behaves, says everything it has to say, and time passes until nobody has anything more to do by itself.
    async fn end(&mut self) {
        self.world.far.pay.behaves(Manner::Settles);
        for round in 0..80 {
            self.world.settle().await;
            for place in 0..self.world.far.pay.ledger().len() {
                if self.world.far.pay.ledger()[place].standing == Standing::Pending {
                    self.turn(place, true);
                }
            }
            self.gather();
            let pays = |case: &Case| {
                matches!(case.status, CaseStatus::Settling | CaseStatus::PayoutUnknown).then_some(case.next).flatten()
            };
            let Some(next) = self.cases().iter().filter_map(pays).min() else { break };
            assert!(round < 79, "the money never comes to rest: {:#?}", self.cases());
            self.world.until(next);
            self.world.far.pay.at(self.world.now());
            self.world.scan().await;
        }
        // Every refund's last word, in this order and in the other one.
        let told: Vec<String> = self.world.far.pay.ledger().into_iter().filter_map(|booked| booked.payout).collect();
        self.world.far.pay.at(self.world.now());
        for payout in told.iter().chain(told.iter().rev()) {
            assert_eq!(self.world.hear(&self.world.far.pay.message(payout)).await.status, 200);
        }
        self.world.settle().await;
        let (order, ledger) = (self.order().await, self.world.far.pay.ledger());
        for (payment, _) in TOOK {
            let settled: i64 = order
                .holds
                .iter()
                .flat_map(|hold| &hold.parts)
                .filter(|part| part.payment.as_str() == payment)
                .map(|part| part.settled)
                .sum();
            let booked =
                ledger.iter().filter(|booked| booked.payment == payment && booked.standing == Standing::Settled);
            assert_eq!(
                settled,
                booked.map(|booked| booked.amount).sum::<i64>(),
                "{payment}: {order:#?} {ledger:#?} {:#?}",
                self.cases()
            );
        }
    }
}

async fn told(kind: ProviderKind, acts: &[Act]) {
    let mut story = Story::new(kind).await;
    for act in acts {
        let before = story.order().await;
        story.act(act).await;
        story.check(&before).await;
    }
    story.end().await;
}

#[expect(clippy::disallowed_methods, reason = "whoever runs the tests says how many stories")]
fn stories() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(STORIES),
        max_shrink_iters: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(stories())]
    #[test]
    fn whatever_happens_money_goes_back_once_and_the_books_agree(acts in vec(act(), 8..40), stripe in any::<bool>()) {
        let kind = if stripe { ProviderKind::Stripe } else { ProviderKind::Standard };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(told(kind, &acts));
    }
}
