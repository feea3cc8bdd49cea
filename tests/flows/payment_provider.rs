//! The provider of the tests and the wire to it: what the stories of payouts stand on.

use aftercare::aws::provider::Provider;
use aftercare::id::{PaymentId, PayoutId};
use aftercare::payment::{Access, Decline, Headers, Listed, Outcome, ProviderKind, Refund, Refused, Told, access};
use jiff::{SignedDuration, Timestamp};
use tests::provider::{Manner, Message, Standing};
use tests::{FarSide, Fault};

const PAYOUT: &str = "ticket.1.1";
const KINDS: [ProviderKind; 2] = [ProviderKind::Standard, ProviderKind::Stripe];

struct Till {
    far: FarSide,
    provider: Provider,
    access: Access,
    now: Timestamp,
}

impl Till {
    fn new(kind: ProviderKind) -> Self {
        let far = FarSide::new();
        far.pay.speaks(kind);
        let now: Timestamp = "2026-03-12T02:00:00Z".parse().unwrap();
        far.pay.at(now);
        let access = Access::new(access(&far.pay.access(), false).unwrap(), now);
        Self { provider: Provider::over(far.wire()), far, access, now }
    }

    fn later(&mut self, hours: i64) {
        self.now += SignedDuration::from_hours(hours);
        self.far.pay.at(self.now);
    }

    async fn refund_of(&self, payout: &str, amount: i64) -> Outcome {
        let payout = PayoutId::parse(payout).unwrap();
        let refund = Refund { payout, payment: payment(), amount, currency: "CNY".to_owned() };
        self.provider.refund(&self.access, &refund, self.now).await
    }

    async fn refund(&self) -> Outcome {
        self.refund_of(PAYOUT, 100).await
    }

    async fn listed(&self) -> Vec<Listed> {
        self.provider.list(&self.access, &payment(), self.now).await.unwrap()
    }

    fn told(&self, message: &Message) -> Result<Option<Told>, Refused> {
        let look =
            |wanted: &str| message.headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.clone());
        self.access.told(&Headers::read(look), message.body.as_bytes(), self.now)
    }
}

fn payment() -> PaymentId {
    PaymentId::parse("pi_7").unwrap()
}

fn settled(reference: &str) -> Outcome {
    Outcome::Settled { reference: reference.to_owned() }
}

#[tokio::test]
async fn the_same_request_gives_money_back_once() {
    for kind in KINDS {
        let till = Till::new(kind);
        assert_eq!(till.refund().await, settled("re_1"));
        assert_eq!(till.refund().await, settled("re_1"));
        assert_eq!(till.refund_of(PAYOUT, 101).await, Outcome::Unknown, "the key is another request's");
        assert_eq!(till.far.pay.ledger().len(), 1);
    }
}

#[tokio::test]
async fn after_a_day_the_key_is_forgotten() {
    for kind in KINDS {
        let mut till = Till::new(kind);
        till.refund().await;
        till.later(23);
        till.refund().await;
        assert_eq!(till.far.pay.ledger().len(), 1);
        till.later(1);
        till.refund().await;
        assert_eq!(till.far.pay.ledger().len(), 2);
    }
}

#[tokio::test]
async fn what_became_of_a_request_without_an_answer_is_on_the_list() {
    for kind in KINDS {
        for manner in [Manner::LosesReply, Manner::FailsAfter, Manner::FailsBefore] {
            let till = Till::new(kind);
            till.far.pay.refunds_by_hand("pi_7", 5, "CNY");
            till.far.pay.refunds_by_hand("pi_7", 6, "CNY");
            till.far.pay.behaves_once(manner.clone());
            assert_eq!(till.refund().await, Outcome::Unknown);
            let listed = till.listed().await;
            let ours: Vec<&Listed> = listed.iter().filter(|refund| refund.payout.is_some()).collect();
            assert_eq!(ours.len(), usize::from(manner != Manner::FailsBefore), "{kind} {manner:?}");
            assert_eq!(listed.len(), 2 + ours.len());
        }
    }
}

#[tokio::test]
async fn a_failure_that_was_answered_is_answered_again() {
    for kind in KINDS {
        let till = Till::new(kind);
        till.far.pay.behaves_once(Manner::FailsBefore);
        assert_eq!([till.refund().await, till.refund().await], [Outcome::Unknown, Outcome::Unknown]);
    }
}

#[tokio::test]
async fn more_than_was_captured_and_what_the_provider_does_not_like_is_declined() {
    for kind in KINDS {
        let till = Till::new(kind);
        till.far.pay.captured("pi_7", 150);
        assert_eq!(till.refund().await, settled("re_1"));
        let more = till.refund_of("ticket.1.2", 51).await;
        assert!(matches!(more, Outcome::Declined { why: Decline::AmountTooLarge, .. }), "{more:?}");
        till.far.pay.behaves(Manner::Declines("insufficient_funds".to_owned()));
        let poor = till.refund_of("ticket.1.3", 50).await;
        assert!(matches!(poor, Outcome::Declined { why: Decline::InsufficientFunds, .. }), "{poor:?}");
    }
}

#[tokio::test]
async fn what_never_arrived_was_not_sent() {
    for kind in KINDS {
        let till = Till::new(kind);
        till.far.pay.behaves(Manner::Down);
        assert_eq!(till.refund().await, Outcome::NotSent);
        till.far.pay.behaves(Manner::Settles);
        let faults = [
            (Fault::Before, Outcome::NotSent),
            (Fault::Busy, Outcome::NotSent),
            (Fault::After, Outcome::Unknown),
            (Fault::LostReply, Outcome::Unknown),
        ];
        for (fault, outcome) in faults {
            till.far.fail_in("CreateRefund", 1, fault);
            assert_eq!(till.refund().await, outcome, "{fault:?}");
        }
        assert_eq!(till.refund().await, settled("re_1"));
    }
}

#[tokio::test]
async fn messages_tell_of_a_refund_before_and_after_its_reply() {
    for kind in KINDS {
        let till = Till::new(kind);
        till.far.pay.behaves(Manner::Pends);
        till.far.pay.hold_replies();
        let early = async {
            till.far.pay.reply_held().await;
            let early = till.far.pay.untold();
            till.far.pay.release_replies();
            early
        };
        let (outcome, early) = tokio::join!(till.refund(), early);
        assert_eq!(outcome, Outcome::Pending { reference: "re_1".to_owned() });
        let heard = till.told(&early[0]).unwrap().unwrap();
        assert_eq!(heard.refund.outcome, outcome);
        till.far.pay.turns(PAYOUT, Standing::Settled);
        let late = till.told(&till.far.pay.message(PAYOUT)).unwrap().unwrap();
        assert_eq!((late.refund.outcome.clone(), late.payments), (settled("re_1"), vec![payment()]));
        assert_ne!(late.message, heard.message);
        assert_eq!(till.told(&till.far.pay.untold()[0]).unwrap().unwrap().message, late.message);
        assert_eq!(till.told(&till.far.pay.forged(PAYOUT)), Err(Refused::Forged));
        assert_eq!(till.told(&till.far.pay.stale(PAYOUT)), Err(Refused::Untimely));
    }
}

#[tokio::test]
async fn a_request_that_we_did_not_sign_is_not_taken() {
    for (kind, other) in [(KINDS[0], KINDS[1]), (KINDS[1], KINDS[0])] {
        let till = Till::new(kind);
        till.far.pay.speaks(other);
        assert!(matches!(till.refund().await, Outcome::NotSent | Outcome::Unknown));
        assert!(till.far.pay.ledger().is_empty());
    }
}
