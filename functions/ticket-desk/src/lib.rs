//! The staff's API: see what is due, answer, resolve, hand over, and keep the storefront's settings.

mod act;
mod agents;
mod bulk;
mod feedback;
mod link_keys;
mod list;
mod pair;
mod preview;
mod reads;
mod settings;
mod tasks;

use aftercare::access::{Action, StaffCaller};
use aftercare::aws::http::{Answer, Call, Refusal, answer, no_route};
use aftercare::aws::table::Table;
use aftercare::desk as asked;
use aftercare::intake::TicketName;
use aftercare::problem::Problem;
use aftercare::ticket::Ticket;

use act::act;

/// What the function needs for every request.
#[derive(Debug)]
pub struct Desk {
    pub table: Table,
}

impl Desk {
    pub async fn handle(&self, call: &Call) -> Answer {
        let answer = answer(self.route(call).await);
        agents::hand_out(self, call, &answer).await;
        answer
    }

    async fn route(&self, call: &Call) -> Result<Answer, Refusal> {
        let (method, path) = call.route();
        let ["v1", "desk", rest @ ..] = path.as_slice() else { return Err(Problem::not_found().into()) };
        let who = StaffCaller::from_claims(&call.claims, call.storefront.as_deref()).ok_or_else(Problem::no_role)?;
        let may = |action| who.clone().allowed(action);
        match (method, rest) {
            ("GET", ["tickets"]) => list::list(self, &may(Action::Read)?, call).await,
            ("POST", ["tickets", "bulk"]) => bulk::bulk(self, &may(Action::Bulk)?, call).await,
            (_, ["tickets", "bulk"]) => Err(no_route(&path).into()),
            ("GET", ["tickets", id]) => reads::read(self, &may(Action::Read)?, call, id).await,
            ("GET", ["tickets", id, "messages"]) => reads::messages(self, &may(Action::Read)?, call, id).await,
            ("GET", ["tickets", id, "reads"]) => reads::list(self, &may(Action::ReadReads)?, call, id).await,
            ("POST", ["tickets", id, "replies"]) => act(self, &may(Action::Reply)?, call, id, asked::reply).await,
            ("POST", ["tickets", id, "resolve"]) => act(self, &may(Action::Resolve)?, call, id, asked::resolve).await,
            ("POST", ["tickets", id, "assign"]) => act(self, &may(Action::Assign)?, call, id, asked::assign).await,
            ("POST", ["tickets", id, "notes"]) => act(self, &may(Action::Note)?, call, id, asked::note).await,
            ("POST", ["tickets", id, "investigation"]) => {
                act(self, &may(Action::Investigate)?, call, id, asked::investigation).await
            }
            ("POST", ["tickets", id, "proposals"]) => {
                act(self, &may(Action::Propose)?, call, id, asked::proposal).await
            }
            ("POST", ["tickets", id, "proposals", number, "answer"]) => {
                act::answer(self, &may(Action::Answer)?, call, id, number).await
            }
            ("POST", ["tickets", id, "execution"]) => {
                act(self, &may(Action::Execute)?, call, id, asked::execution).await
            }
            ("POST", ["tickets", id, "follow-up"]) => {
                act(self, &may(Action::FollowUp)?, call, id, asked::follow_up).await
            }
            ("POST", ["tickets", id, "wait"]) => act(self, &may(Action::Wait)?, call, id, asked::wait).await,
            ("POST", ["tickets", id, "cancel"]) => act(self, &may(Action::Cancel)?, call, id, asked::cancel).await,
            ("POST", ["tickets", id, "spam"]) => act(self, &may(Action::Spam)?, call, id, asked::spam).await,
            ("POST", ["tickets", id, "reopen"]) => act(self, &may(Action::Reopen)?, call, id, asked::reopen).await,
            ("POST", ["tickets", id, "release"]) => act(self, &may(Action::Release)?, call, id, asked::release).await,
            ("POST", ["tickets", id, "transfer"]) => {
                act(self, &may(Action::Transfer)?, call, id, asked::transfer).await
            }
            ("POST", ["tickets", id, "priority"]) => {
                act(self, &may(Action::Prioritize)?, call, id, asked::priority).await
            }
            ("POST", ["tickets", id, "classification"]) => {
                act(self, &may(Action::Classify)?, call, id, asked::classification).await
            }
            ("POST", ["tickets", id, "adopt"]) => act(self, &may(Action::Adopt)?, call, id, asked::adopt).await,
            ("POST", ["tickets", id, "excuses"]) => act(self, &may(Action::Excuse)?, call, id, asked::excuse).await,
            ("POST", ["tickets", id, "merge"]) => pair::merge(self, &may(Action::Merge)?, call, id).await,
            ("POST", ["tickets", id, "link"]) => pair::link(self, &may(Action::Link)?, call, id).await,
            ("GET", ["survey-tasks"]) => tasks::list(self, &may(Action::FinishTask)?, call).await,
            ("POST", ["tickets", id, "surveys", cycle, "follow-up"]) => {
                Box::pin(tasks::finish(self, &may(Action::FinishTask)?, call, (id, cycle))).await
            }
            ("POST", ["link-keys", "rotate"]) => link_keys::rotate(self, &may(Action::RotateLinkKeys)?, call).await,
            ("POST", ["sla", "preview"]) => preview::preview(self, &may(Action::Preview)?, call).await,
            ("POST", ["feedback"]) => feedback::record(self, &may(Action::RecordFeedback)?, call).await,
            ("GET", ["feedback"]) => feedback::list(self, &may(Action::ReadFeedback)?, call).await,
            ("GET", ["agents"]) => agents::list(self, &may(Action::ReadAgents)?, call).await,
            ("PUT", ["agents", id, "presence"]) => agents::presence(self, who.clone(), call, id).await,
            ("GET", ["settings"]) => settings::get(self, &may(Action::ReadSettings)?, call).await,
            ("PUT", ["settings"]) => settings::put(self, &may(Action::WriteSettings)?, call).await,
            _ => Err(no_route(&path).into()),
        }
    }

    /// The ticket of that name in the caller's storefront. Another's is as if it were not there.
    async fn ticket(&self, who: &StaffCaller, id: &str) -> Result<Ticket, Refusal> {
        let name = TicketName::parse(id).ok_or_else(Problem::not_found)?;
        self.named(who, &name).await?.ok_or_else(|| Problem::not_found().into())
    }

    async fn named(&self, who: &StaffCaller, name: &TicketName) -> Result<Option<Ticket>, Refusal> {
        Ok(self.table.ticket_named(&who.storefront, name).await?)
    }
}
