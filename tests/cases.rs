//! What customers and staff do about orders and cases.

use aftercare::aws::http::{Answer, Call};
use aftercare::case::Case;
use aftercare::id::{StorefrontId, TicketId};
use serde_json::{Value, json};

use crate::{ADMIN, AGENT, APPROVAL, PAYOUT, Reply, SHOP, SURVEY, Token, World, merge};

/// A customer's order: two kettles, six cups and the sending, for CNY 270.00 by card, delivered two days before THURSDAY.
pub fn facts(more: Value) -> Value {
    let mut facts = json!({
        "version": 1, "customer": "c-1", "currency": "CNY", "placed_at": "2026-03-01T02:00:00Z",
        "promised_at": "2026-03-09T10:00:00Z",
        "lines": [
            { "id": "kettles", "product": "kettle-7", "title": "Kettle", "quantity": 2, "total": 20_000 },
            { "id": "cups", "product": "cup-1", "title": "Cup", "quantity": 6, "total": 6_000 },
        ],
        "shipping": 1_000,
        "payments": [{ "id": "pay-1", "method": "card", "captured": 27_000 }],
        "deliveries": [
            { "line": "kettles", "quantity": 2, "at": "2026-03-10T02:00:00Z" },
            { "line": "cups", "quantity": 6, "at": "2026-03-10T02:00:00Z" },
        ],
    });
    merge(&mut facts, more);
    facts
}

/// A kettle is defective, and its customer wants the money for it.
pub fn one_kettle(more: Value) -> Value {
    let lines = json!([{ "line": "kettles", "quantity": 1 }]);
    let mut body = json!({ "kind": "refund_only", "reason": "defective", "lines": lines });
    merge(&mut body, more);
    body
}

impl World {
    /// The answer of the functions about orders, cases and payouts, where the gateway has a route of theirs.
    pub(crate) async fn about_money(&self, call: &Call, path: &str) -> Option<Answer> {
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        Some(match parts.as_slice() {
            ["v1", "desk", "payment-provider"] | ["v1", "webhooks", ..] => Box::pin(self.payouts.handle(call)).await,
            ["v1", "desk", "cases"] | ["v1", "desk", "tickets", _, "cases", ..] | ["a", ..] => {
                Box::pin(self.approval.handle(call)).await
            }
            ["v1", "orders" | "policy", ..] | ["v1", "tickets", _, "cases", ..] => {
                Box::pin(self.orders.handle(call, &|| self.fresh_id())).await
            }
            _ => return None,
        })
    }

    /// The storefront's payment provider, as an admin says how it is reached.
    pub async fn provider(&self) {
        let reply = self.put(&ADMIN, "/v1/desk/payment-provider", self.far.pay.access()).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
    }

    /// The storefront tells of an order.
    pub async fn order(&self, id: &str, more: Value) -> Reply {
        self.put(&SHOP, &format!("/v1/orders/{id}"), facts(more)).await
    }

    /// The storefront asks for a case on its customer's behalf.
    pub async fn ask(&self, order: &str, body: Value) -> Reply {
        self.post(&SHOP, &format!("/v1/orders/{order}/cases"), body).await
    }

    /// Staff do something to a case: `act` is the last part of its address.
    pub async fn on_case(&self, who: &Token, case: &Case, act: &str, body: Value) -> Reply {
        let path = format!("/v1/desk/tickets/{}/cases/{}/{act}", case.ticket, case.number);
        self.post(who, &path, body).await
    }

    /// Staff approve a case as it is now.
    pub async fn approve(&self, who: &Token, case: &Case) -> Reply {
        let now = self.case(case.ticket, case.number).await;
        self.on_case(who, case, "approve", json!({ "hash": now.hash() })).await
    }

    pub async fn reject(&self, who: &Token, case: &Case) -> Reply {
        let now = self.case(case.ticket, case.number).await;
        self.on_case(who, case, "reject", json!({ "hash": now.hash(), "reason": "The photo shows another kettle." }))
            .await
    }

    /// The case of an answer, as the table has it now.
    pub async fn case_of(&self, reply: &Reply) -> Case {
        let ticket = TicketId::parse(reply.body["ticket"].as_str().unwrap_or_else(|| panic!("{}", reply.text)));
        let number = reply.body["number"].as_u64().and_then(|number| u16::try_from(number).ok());
        self.case(ticket.expect("an id"), number.expect("a number")).await
    }

    pub async fn case(&self, ticket: TicketId, number: u16) -> Case {
        let shop = StorefrontId::parse("shop").expect("a storefront");
        self.table.case(&shop, ticket, number).await.expect("a table").expect("a case")
    }

    pub async fn order_now(&self, id: &str) -> aftercare::order::Order {
        let shop = StorefrontId::parse("shop").expect("a storefront");
        let id = aftercare::id::OrderId::parse(id).expect("an id");
        self.table.order(&shop, &id).await.expect("a table").expect("an order").value
    }

    /// Hands the messages about cases to the functions that work on them; those that fail go back into the queue. Answers
    /// whether there were any.
    pub async fn work(&self) -> bool {
        let (assess, pay, surveys) = (self.far.take(APPROVAL), self.far.take(PAYOUT), self.far.take(SURVEY));
        let any = !assess.is_empty() || !pay.is_empty() || !surveys.is_empty();
        for body in surveys {
            if Box::pin(survey_dispatch::follow(&self.scan_table, &body, self.now())).await.is_err() {
                self.far.put(SURVEY, [body]);
            }
        }
        for body in assess {
            if Box::pin(self.approval.assess(&body, self.now())).await.is_err() {
                self.far.put(APPROVAL, [body]);
            }
        }
        for body in pay {
            if Box::pin(self.payouts.pay(&body, self.now())).await.is_err() {
                self.far.put(PAYOUT, [body]);
            }
        }
        any
    }

    /// A case that was asked for, and assessed.
    pub async fn asked(&self, order: &str, body: Value) -> Case {
        let reply = self.ask(order, body).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        self.settle().await;
        self.case_of(&reply).await
    }

    /// The agent approves it, and what follows happens.
    pub async fn approved(&self, case: &Case) -> Case {
        let reply = self.approve(&AGENT, case).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        self.settle().await;
        self.case(case.ticket, case.number).await
    }
}
