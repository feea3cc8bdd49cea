//! Money goes back: the payment provider is asked, once for each payout however often it takes, and what it says is heard,
//! whether it answers, lists or tells by itself.

mod access;
mod heard;
mod pay;
mod webhook;

use aftercare::access::{Action, StaffCaller};
use aftercare::aws::batch::each_message;
use aftercare::aws::http::{Answer, Call, Refusal, answer, no_route};
use aftercare::aws::provider::Provider;
use aftercare::aws::table::Table;
use aftercare::message::CaseWork;
use aftercare::problem::Problem;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use jiff::Timestamp;

/// What the function needs for every request and message.
#[derive(Debug)]
pub struct Payouts {
    pub table: Table,
    pub provider: Provider,
    /// A provider may be reached without TLS, on this machine only.
    pub is_local: bool,
}

impl Payouts {
    /// Makes the payouts that a batch names.
    pub async fn pay_all(&self, batch: SqsEvent, now: Timestamp) -> SqsBatchResponse {
        each_message(batch, async |body| self.pay(body, now).await).await
    }

    /// Makes one payout. A message that comes again finds it made, or somebody at it.
    pub async fn pay(&self, body: &str, now: Timestamp) -> Result<(), aftercare::aws::Error> {
        Ok(pay::pay(self, &CaseWork::parse(body)?, now).await?)
    }

    pub async fn handle(&self, call: &Call) -> Answer {
        answer(self.route(call).await)
    }

    async fn route(&self, call: &Call) -> Result<Answer, Refusal> {
        let (method, path) = call.route();
        match (method, path.as_slice()) {
            ("POST", ["v1", "webhooks", "payments", shop]) => webhook::hear(self, call, shop).await,
            ("GET", ["v1", "desk", "payment-provider"]) => access::get(self, &self.admin(call)?).await,
            ("PUT", ["v1", "desk", "payment-provider"]) => access::put(self, &self.admin(call)?, call).await,
            (_, path) => Err(no_route(path).into()),
        }
    }

    fn admin(&self, call: &Call) -> Result<StaffCaller, Problem> {
        let who = StaffCaller::from_claims(&call.claims, call.storefront.as_deref()).ok_or_else(Problem::no_role)?;
        who.allowed(Action::SetProvider)
    }
}
