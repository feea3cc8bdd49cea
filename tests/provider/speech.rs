//! What the provider of the tests says and understands, in the words of either contract.

use aftercare::id::PayoutId;
use aftercare::payment::{ProviderKind, standard_webhooks, stripe};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Booked, Inside, Message, Standing};
use crate::fakes::form;

/// So few that a list of some has pages.
const PAGE: usize = 2;

impl Inside {
    /// A request for a refund as its sender meant it.
    pub(super) fn asked(&self, body: &str) -> Booked {
        let (payout, payment, amount, currency) = match self.kind {
            ProviderKind::Standard => {
                let asked: Value = serde_json::from_str(body).expect("JSON");
                let text = |name: &str| asked[name].as_str().expect("a text").to_owned();
                (text("id"), text("payment"), asked["amount"].as_i64().expect("an amount"), text("currency"))
            }
            ProviderKind::Stripe => {
                let fields = form(body);
                let payment = fields.get("payment_intent").or_else(|| fields.get("charge")).expect("a payment");
                let amount = fields["amount"].parse().expect("an amount");
                (fields["metadata[aftercare_payout]"].clone(), payment.clone(), amount, "CNY".to_owned())
            }
        };
        assert!(PayoutId::parse(&payout).is_some() && amount > 0, "{body}");
        let standing = Standing::Pending;
        Booked { reference: String::new(), payout: Some(payout), payment, amount, currency, standing }
    }

    pub(super) fn list(&self, request: &HttpRequest) -> Value {
        let query = request.uri().split_once('?').map(|(_, query)| form(query)).unwrap_or_default();
        let payment = ["payment", "payment_intent", "charge"].iter().find_map(|name| query.get(*name));
        let mut found: Vec<&Booked> = self.ledger.iter().filter(|booked| Some(&booked.payment) == payment).collect();
        if self.kind == ProviderKind::Stripe {
            found.reverse();
        }
        let after = query.get("after").or_else(|| query.get("starting_after"));
        let start = after.map_or(0, |after| found.iter().take_while(|booked| booked.reference != *after).count() + 1);
        let rows: Vec<&Booked> = found.iter().skip(start).take(PAGE).copied().collect();
        let more = found.len() > start + PAGE;
        let shown: Vec<Value> = rows.iter().map(|booked| self.spoken(booked)).collect();
        match self.kind {
            ProviderKind::Standard => {
                let next = rows.last().filter(|_| more).map(|last| &last.reference);
                json!({ "refunds": shown, "next": next })
            }
            ProviderKind::Stripe => json!({ "object": "list", "data": shown, "has_more": more }),
        }
    }

    pub(super) fn spoken(&self, booked: &Booked) -> Value {
        let Booked { reference, payout, payment, amount, currency, standing } = booked;
        let code = match standing {
            Standing::Failed(code) => Some(code),
            Standing::Settled | Standing::Pending => None,
        };
        match self.kind {
            ProviderKind::Standard => {
                let status = word(standing, ["settled", "pending", "declined"]);
                let decline = code.map(|code| json!({ "code": code }));
                json!({
                    "id": payout, "reference": reference, "status": status, "decline": decline, "payment": payment,
                    "amount": amount,
                })
            }
            ProviderKind::Stripe => {
                let metadata = payout.as_ref().map_or(json!({}), |payout| json!({ "aftercare_payout": payout }));
                json!({
                    "id": reference, "object": "refund", "amount": amount, "currency": currency.to_lowercase(),
                    "payment_intent": payment, "charge": null, "metadata": metadata,
                    "status": word(standing, ["succeeded", "pending", "failed"]), "failure_reason": code,
                })
            }
        }
    }

    pub(super) fn refusal(&self, code: &str) -> (u16, Value) {
        match self.kind {
            ProviderKind::Standard => (422, json!({ "decline": { "code": code } })),
            ProviderKind::Stripe => (400, self.error(code)),
        }
    }

    pub(super) fn error(&self, code: &str) -> Value {
        match self.kind {
            ProviderKind::Standard => json!({ "error": code }),
            ProviderKind::Stripe => json!({ "error": { "type": "invalid_request_error", "code": code } }),
        }
    }

    pub(super) fn signed(&self, booked: &Booked, secret: &str, at: Timestamp) -> Message {
        let id = format!("{}_{}", booked.reference, word(&booked.standing, ["settled", "pending", "failed"]));
        let refund = self.spoken(booked);
        let json = ("content-type", "application/json".to_owned());
        match self.kind {
            ProviderKind::Standard => {
                let body = json!({ "v": 1, "type": "refund.updated", "refund": refund }).to_string();
                let secret = standard_webhooks::secret(secret).expect("a secret");
                let signature = standard_webhooks::sign(&[secret], &id, at, body.as_bytes());
                let second = ("webhook-timestamp", at.as_second().to_string());
                Message { headers: vec![json, ("webhook-id", id), second, ("webhook-signature", signature)], body }
            }
            ProviderKind::Stripe => {
                let kind = word(&booked.standing, ["refund.updated", "refund.created", "refund.failed"]);
                let event =
                    json!({ "id": format!("evt_{id}"), "object": "event", "type": kind, "data": { "object": refund } });
                let body = event.to_string();
                let signature = stripe::signature(secret, at, body.as_bytes());
                Message { headers: vec![json, ("stripe-signature", signature)], body }
            }
        }
    }
}

fn word(standing: &Standing, [settled, pending, failed]: [&'static str; 3]) -> &'static str {
    match standing {
        Standing::Settled => settled,
        Standing::Pending => pending,
        Standing::Failed(_) => failed,
    }
}
