//! What a payment provider tells on its own, and the time that passes until nothing about money is due.

use aftercare::case::{Case, CaseStatus, Payout, PayoutStatus};
use aftercare::payment::ProviderKind;
use serde_json::json;

use crate::provider::{Booked, Message, Standing};
use crate::{Reply, Token, World};

/// Times that a case is looked at by itself in a story.
const MOST_LOOKS: usize = 120;

impl World {
    /// A world whose storefront has a provider that speaks so, an order that is paid there, and customers with an address.
    pub async fn with_provider(kind: ProviderKind) -> Self {
        let world = Self::new().await;
        world.far.pay.speaks(kind);
        world.far.pay.at(world.now());
        world.provider().await;
        let payments = json!([{ "id": "pi_1", "method": "card", "captured": 27_000 }]);
        let told = world.order("o-1", json!({ "payments": payments })).await;
        assert_eq!(told.status, 201, "{}", told.text);
        let address = json!({ "email": "c-1@example.com", "locale": "en" });
        assert!(world.put(&crate::SHOP, "/v1/customers/c-1", address).await.status < 300);
        world.far.pay.captured("pi_1", 27_000);
        world
    }

    /// A message of the provider's arrives.
    pub async fn hear(&self, message: &Message) -> Reply {
        self.far.pay.at(self.now());
        let headers: Vec<(&str, &str)> = message.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.send(&Token::None, "POST", "/v1/webhooks/payments/shop", &headers, &message.body).await
    }

    /// Everything that the provider has to tell arrives.
    pub async fn hear_all(&self) {
        for message in self.far.pay.untold() {
            assert_eq!(self.hear(&message).await.status, 200);
        }
        self.settle().await;
    }

    /// Time passes, with a look at whatever comes due, until the case does nothing more by itself.
    pub async fn until_quiet(&self, case: &Case) -> Case {
        for _ in 0..MOST_LOOKS {
            let now = self.case(case.ticket, case.number).await;
            let Some(next) = now.next else { return now };
            self.until(next);
            self.far.pay.at(self.now());
            self.scan().await;
            self.settle().await;
        }
        panic!("the case never comes to rest: {:?}", self.case(case.ticket, case.number).await);
    }

    /// How often the history of all tickets tells of something: a word of an event.
    pub fn told_of(&self, what: &str) -> usize {
        let word = format!("\"what\":\"{what}\"");
        let entries = self.items().into_iter().filter_map(|item| Some(item["doc"]["S"].as_str()?.to_owned()));
        entries.map(|text| text.matches(&word).count()).sum()
    }

    /// What the provider gave back of a payment.
    pub fn given_back(&self, payment: &str) -> i64 {
        let went = |booked: &&Booked| booked.payment == payment && booked.standing == Standing::Settled;
        self.far.pay.ledger().iter().filter(went).map(|booked| booked.amount).sum()
    }

    /// The case and the order say what the provider's books do: each payout once, each payment as much as went.
    pub async fn assert_books(&self, case: &Case) {
        let (now, order) = (self.case(case.ticket, case.number).await, self.order_now(case.order.as_str()).await);
        let ledger = self.far.pay.ledger();
        let mut ours: Vec<&String> = ledger.iter().filter_map(|booked| booked.payout.as_ref()).collect();
        let all = ours.len();
        ours.sort();
        ours.dedup();
        assert_eq!(ours.len(), all, "each payout once: {ledger:#?}");
        let went = |payout: &&Payout| payout.status == PayoutStatus::Settled;
        for part in &now.terms.figures.parts {
            let known: i64 = now.tries(&part.payment).filter(went).map(|payout| payout.amount).sum();
            let of_ours = |booked: &&Booked| {
                booked.standing == Standing::Settled
                    && now.payouts.iter().filter(|payout| payout.payment == part.payment).any(|payout| {
                        now.payout_id(payout.number).is_some_and(|id| booked.payout.as_deref() == Some(id.as_str()))
                    })
            };
            let booked: i64 = ledger.iter().filter(of_ours).map(|booked| booked.amount).sum();
            assert_eq!(known, booked, "{now:#?} {ledger:#?}");
            let held = order.part_of(now.ticket, now.number, &part.payment).map_or(0, |part| part.settled);
            assert_eq!(held, booked, "{order:#?}");
            assert!(booked <= part.amount, "{ledger:#?}");
            assert_eq!(
                now.status == CaseStatus::Settled,
                now.terms.figures.net == now.payouts.iter().filter(went).map(|payout| payout.amount).sum::<i64>()
            );
        }
    }
}
