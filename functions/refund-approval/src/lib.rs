//! Who decides about a case: the rules alone where they may, else the people whose place it is, at the desk or by the link in
//! their mail. What the warehouse and the workshop do with the goods is done here too.

mod act;
mod amiss;
mod asked;
mod assess;
mod by_link;
mod photo;
mod request;
mod show;

use aftercare::access::{Action, StaffCaller};
use aftercare::aws::batch::each_message;
use aftercare::aws::http::{Answer, Call, Refusal, answer, no_route};
use aftercare::aws::table::Table;
use aftercare::aws::uploads::Uploads;
use aftercare::message::CaseWork;
use aftercare::problem::Problem;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use jiff::Timestamp;

/// What the function needs for every request and message.
#[derive(Debug)]
pub struct Approval {
    pub table: Table,
    pub uploads: Uploads,
}

impl Approval {
    /// Looks at the cases that a batch names.
    pub async fn assess_all(&self, batch: SqsEvent, now: Timestamp) -> SqsBatchResponse {
        each_message(batch, async |body| self.assess(body, now).await).await
    }

    /// Looks at one case. A message that comes again finds it decided.
    pub async fn assess(&self, body: &str, now: Timestamp) -> Result<(), aftercare::aws::Error> {
        Ok(assess::assess(&self.table, &CaseWork::parse(body)?, now).await?)
    }

    pub async fn handle(&self, call: &Call) -> Answer {
        match call.path.first().map(String::as_str) {
            // On the heap: a page is more than what the calls around it hold.
            Some("a") => Box::pin(by_link::handle(self, call)).await,
            _ => answer(self.route(call).await),
        }
    }

    async fn route(&self, call: &Call) -> Result<Answer, Refusal> {
        let (method, path) = call.route();
        let ["v1", "desk", rest @ ..] = path.as_slice() else { return Err(Problem::not_found().into()) };
        let who = StaffCaller::from_claims(&call.claims, call.storefront.as_deref()).ok_or_else(Problem::no_role)?;
        let may = |action| who.clone().allowed(action);
        match (method, rest) {
            ("GET", ["cases"]) => show::queue(self, &may(Action::Read)?, call).await,
            ("GET", ["tickets", id, "cases"]) => show::list(self, &may(Action::Read)?, call, id).await,
            ("POST", ["tickets", id, "cases"]) => request::request(self, &may(Action::RequestCase)?, call, id).await,
            ("GET", ["tickets", id, "cases", number]) => show::one(self, &may(Action::Read)?, call, (id, number)).await,
            ("GET", ["tickets", id, "cases", number, "photos", photo]) => {
                photo::get(self, &may(Action::Read)?, call, (id, number, photo)).await
            }
            ("POST", ["tickets", id, "cases", number, act]) => match asked::Act::parse(act) {
                Some(act) => act::act(self, &may(act.action())?, call, (id, number), act).await,
                None => Err(no_route(&path).into()),
            },
            _ => Err(no_route(&path).into()),
        }
    }
}
