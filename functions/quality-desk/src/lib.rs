//! What staff see of how good their work is, and what they do about it.

mod actions;
mod figures;
mod reviews;

use aftercare::access::{Action, StaffCaller};
use aftercare::aws::http::{Answer, Call, Refusal, answer, no_route};
use aftercare::aws::table::Table;
use aftercare::problem::Problem;

/// What the function needs for every request.
#[derive(Debug)]
pub struct QualityDesk {
    pub table: Table,
}

impl QualityDesk {
    pub async fn handle(&self, call: &Call) -> Answer {
        answer(self.route(call).await)
    }

    async fn route(&self, call: &Call) -> Result<Answer, Refusal> {
        let (method, path) = call.route();
        let ["v1", "desk", rest @ ..] = path.as_slice() else { return Err(Problem::not_found().into()) };
        let who = StaffCaller::from_claims(&call.claims, call.storefront.as_deref()).ok_or_else(Problem::no_role)?;
        let may = |action| who.clone().allowed(action);
        match (method, rest) {
            ("GET", ["figures"]) => figures::read(self, &may(Action::ReadFigures)?, call).await,
            ("POST", ["actions"]) => actions::open(self, &may(Action::WriteActions)?, call).await,
            ("GET", ["actions"]) => actions::list(self, &may(Action::ReadActions)?, call).await,
            ("GET", ["actions", id]) => actions::read(self, &may(Action::ReadActions)?, call, id).await,
            ("POST", ["actions", id, "finish"]) => actions::finish(self, &may(Action::ReadActions)?, call, id).await,
            ("POST", ["actions", id, "drop"]) => actions::drop(self, &may(Action::WriteActions)?, call, id).await,
            ("POST", ["reviews"]) => reviews::write(self, &may(Action::Review)?, call).await,
            ("GET", ["reviews"]) => reviews::read(self, &may(Action::ReadReviews)?, call).await,
            ("GET", ["reviews", "sample"]) => reviews::sample(self, &may(Action::Review)?, call).await,
            _ => Err(no_route(&path).into()),
        }
    }
}
