//! The shop's API of orders and cases: what was bought and paid, what its customer can get back or get instead, and what they
//! ask for.

mod acts;
mod cases;
mod orders;
mod uploads;

use aftercare::access::{Caller, ClaimNames};
use aftercare::aws::http::{Answer, Call, Refusal, answer, no_route};
use aftercare::aws::orders::Read;
use aftercare::aws::table::Table;
use aftercare::aws::uploads::Uploads;
use aftercare::event::Actor;
use aftercare::id::OrderId;
use aftercare::order::Order;
use aftercare::problem::{Fault, Problem};
use uuid::Uuid;

/// What the function needs for every request.
#[derive(Debug)]
pub struct Orders {
    pub table: Table,
    pub claims: ClaimNames,
    pub uploads: Uploads,
}

impl Orders {
    /// Answers one request. `fresh` makes the ids of new tickets.
    pub async fn handle(&self, call: &Call, fresh: &(dyn Fn() -> Uuid + Sync)) -> Answer {
        answer(self.route(call, fresh).await)
    }

    async fn route(&self, call: &Call, fresh: &(dyn Fn() -> Uuid + Sync)) -> Result<Answer, Refusal> {
        let (method, path) = call.route();
        match (method, path.as_slice()) {
            ("PUT", ["v1", "orders", id]) => orders::put(&self.table, &self.caller(call)?, call, id).await,
            ("GET", ["v1", "orders", id]) => orders::get(&self.table, &self.caller(call)?, call, id).await,
            ("GET", ["v1", "orders", id, "options"]) => {
                orders::options(&self.table, &self.caller(call)?, call, id).await
            }
            ("GET", ["v1", "policy"]) => orders::policy(&self.table, &self.caller(call)?, call).await,
            ("POST", ["v1", "orders", id, "cases", "preview"]) => {
                cases::preview(self, &self.caller(call)?, call, id).await
            }
            ("POST", ["v1", "orders", id, "uploads"]) => uploads::form(self, &self.caller(call)?, call, id).await,
            ("POST", ["v1", "orders", id, "cases"]) => cases::request(self, &self.caller(call)?, call, id, fresh).await,
            ("GET", ["v1", "tickets", id, "cases"]) => cases::list(&self.table, &self.caller(call)?, call, id).await,
            ("GET", ["v1", "tickets", id, "cases", number]) => {
                cases::get(&self.table, &self.caller(call)?, call, id, number).await
            }
            ("POST", ["v1", "tickets", id, "cases", number, act]) => {
                acts::act(&self.table, &self.caller(call)?, call, (id, number), act).await
            }
            (_, path) => Err(no_route(path).into()),
        }
    }

    fn caller(&self, call: &Call) -> Result<Caller, Refusal> {
        self.claims.caller(&call.claims).ok_or_else(|| Problem::unauthorized().into())
    }
}

/// Whose history entries a caller's requests are.
fn actor(caller: &Caller) -> Actor {
    if caller.customer().is_some() { Actor::Customer } else { Actor::Storefront }
}

/// The order that a path names.
fn named(id: &str) -> Result<OrderId, Problem> {
    let rule = || Problem::invalid(vec![Fault::new("path id", format!("must be {}", OrderId::RULE))]);
    OrderId::parse(id).ok_or_else(rule)
}

/// The caller's order. Another's is as if it were not there.
async fn own(table: &Table, caller: &Caller, id: &str) -> Result<Read<Order>, Refusal> {
    let order = table.order(caller.storefront(), &named(id)?).await?;
    let seen = |order: &Read<Order>| caller.customer().is_none_or(|customer| order.value.facts.customer == *customer);
    order.filter(seen).ok_or_else(|| Problem::not_found().into())
}
