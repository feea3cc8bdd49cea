//! The staff's API: see what is due, answer, resolve, hand over, and keep the storefront's settings.

mod act;
mod list;
mod preview;
mod settings;

use aftercare::access::{Action, StaffCaller};
use aftercare::aws::http::{Answer, Call, Refusal, answer, no_route};
use aftercare::aws::table::Table;
use aftercare::intake::TicketName;
use aftercare::problem::Problem;
use aftercare::ticket::Ticket;
use aftercare::view::Reader;

/// What the function needs for every request.
#[derive(Debug)]
pub struct Desk {
    pub table: Table,
}

impl Desk {
    pub async fn handle(&self, call: &Call) -> Answer {
        answer(self.route(call).await)
    }

    async fn route(&self, call: &Call) -> Result<Answer, Refusal> {
        let (method, path) = call.route();
        let ["v1", "desk", rest @ ..] = path.as_slice() else { return Err(Problem::not_found().into()) };
        let who = StaffCaller::from_claims(&call.claims, call.storefront.as_deref()).ok_or_else(nobody)?;
        match (method, rest) {
            ("GET", ["tickets"]) => list::list(self, &allowed(who, Action::Read)?, call).await,
            ("GET", ["tickets", id]) => self.read(&allowed(who, Action::Read)?, call, id).await,
            ("POST", ["tickets", id, "replies"]) => act::reply(self, &allowed(who, Action::Reply)?, call, id).await,
            ("POST", ["tickets", id, "resolve"]) => act::resolve(self, &allowed(who, Action::Resolve)?, call, id).await,
            ("POST", ["tickets", id, "assign"]) => act::assign(self, &allowed(who, Action::Assign)?, call, id).await,
            ("GET", ["settings"]) => settings::get(self, &allowed(who, Action::ReadSettings)?, call).await,
            ("POST", ["sla", "preview"]) => preview::preview(self, &allowed(who, Action::Preview)?, call).await,
            ("PUT", ["settings"]) => settings::put(self, &allowed(who, Action::WriteSettings)?, call).await,
            _ => Err(no_route(&path).into()),
        }
    }

    async fn read(&self, who: &StaffCaller, call: &Call, id: &str) -> Result<Answer, Refusal> {
        call.known_parameters(&[])?;
        let ticket = self.ticket(who, id).await?;
        // Every look of staff at what customers wrote is on record, by ids.
        tracing::info!(storefront = %who.storefront, ticket = %ticket.id, staff = %who.id, "personal data read");
        Ok(Answer::json(200, &self.table.whole(&ticket, Reader::Shop).await?)?)
    }

    /// The ticket of that name in the caller's storefront. Another's is as if it were not there.
    async fn ticket(&self, who: &StaffCaller, id: &str) -> Result<Ticket, Refusal> {
        let name = TicketName::parse(id).ok_or_else(Problem::not_found)?;
        let ticket = self.table.ticket_named(&who.storefront, &name).await?;
        ticket.ok_or_else(|| Problem::not_found().into())
    }
}

fn nobody() -> Refusal {
    Problem::forbidden(
        "The token has no role here. With roles in several storefronts, name one in the header Aftercare-Storefront.",
    )
    .into()
}

fn allowed(who: StaffCaller, action: Action) -> Result<StaffCaller, Problem> {
    if who.may(action) {
        return Ok(who);
    }
    let roles: Vec<&str> = action.allowed().iter().map(|role| role.as_str()).collect();
    Err(Problem::forbidden(format!("This takes one of the roles {}.", roles.join(", "))))
}
