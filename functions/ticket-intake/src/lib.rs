//! The shop's API: tickets, their messages, customers.

mod customers;
mod feedback;
mod follow;
mod landing;
mod messages;
mod open;
mod privacy;
mod read;
mod threads;

use aftercare::access::{Caller, ClaimNames};
use aftercare::aws::http::{Answer, Call, Refusal, answer, no_route};
use aftercare::aws::table::Table;
use aftercare::aws::uploads::Uploads;
use aftercare::event::Actor;
use aftercare::problem::Problem;
use aftercare::view::Reader;
use uuid::Uuid;

/// What the function needs for every request.
#[derive(Debug)]
pub struct Intake {
    pub table: Table,
    pub claims: ClaimNames,
    /// Photos are erased with their customer.
    pub uploads: Uploads,
}

impl Intake {
    /// Answers one request. `fresh` makes the ids of new tickets: time-ordered, and random in their last bytes.
    pub async fn handle(&self, call: &Call, fresh: &(dyn Fn() -> Uuid + Sync)) -> Answer {
        answer(self.route(call, fresh).await)
    }

    async fn route(&self, call: &Call, fresh: &(dyn Fn() -> Uuid + Sync)) -> Result<Answer, Refusal> {
        let (method, path) = call.route();
        match (method, path.as_slice()) {
            ("POST", ["v1", "tickets"]) => open::open(&self.table, &self.caller(call)?, call, fresh).await,
            ("GET", ["v1", "tickets"]) => read::list(&self.table, &self.caller(call)?, call).await,
            ("GET", ["v1", "tickets", id]) => read::one(&self.table, &self.caller(call)?, call, id).await,
            ("GET", ["v1", "tickets", id, "messages"]) => {
                read::messages(&self.table, &self.caller(call)?, call, id).await
            }
            ("POST", ["v1", "tickets", id, "messages"]) => {
                messages::receive(&self.table, &self.caller(call)?, call, id, fresh).await
            }
            ("POST", ["v1", "feedback"]) => feedback::hand_in(&self.table, &self.caller(call)?, call).await,
            ("GET", ["v1", "customers", customer, "export"]) => {
                privacy::export(&self.table, &self.caller(call)?, call, customer).await
            }
            ("POST", ["v1", "customers", customer, "erase"]) => {
                privacy::erase(self, &self.caller(call)?, call, customer).await
            }
            ("PUT", ["v1", "customers", customer]) => {
                customers::put(&self.table, &self.caller(call)?, call, customer).await
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

/// How much of a ticket a caller sees.
fn reader(caller: &Caller) -> Reader {
    if caller.customer().is_some() { Reader::Customer } else { Reader::Shop }
}
