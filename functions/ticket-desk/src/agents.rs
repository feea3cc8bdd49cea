//! `GET /v1/desk/agents` and `PUT /v1/desk/agents/{id}/presence`: who is at work; and what waits is handed out as soon as
//! somebody has room for it.

use std::time::Duration;

use aftercare::access::{Action, StaffCaller};
use aftercare::aws::agents::Reach;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::id::StaffId;
use aftercare::problem::Problem;
use aftercare::reader::Reader;
use aftercare::roster::{self, AgentsView, Presence};

use crate::Desk;

/// How long a request that is done already waits for the tickets that it made room for. The scan hands out what is left.
const LONGEST_WAIT: Duration = Duration::from_secs(3);
/// The caller's own name.
const ME: &str = "me";

pub(crate) async fn list(desk: &Desk, who: &StaffCaller, call: &Call) -> Result<Answer, Refusal> {
    call.no_parameters()?;
    let settings = desk.table.settings(&who.storefront, call.at).await?;
    let at_work = desk.table.roster(&who.storefront).await?;
    let people = roster::people(&settings.settings).into_iter();
    let agents = people
        .map(|(id, person)| roster::agent(person, &settings, at_work.get(id).copied().unwrap_or_default(), call.at));
    Ok(Answer::json(200, &AgentsView { agents: agents.collect() })?)
}

/// Everybody for themselves; for others those who may.
pub(crate) async fn presence(desk: &Desk, who: StaffCaller, call: &Call, id: &str) -> Result<Answer, Refusal> {
    let own = id == ME || id == who.id.as_str();
    let who = who.allowed(if own { Action::SetPresence } else { Action::SetOthersPresence })?;
    call.no_parameters()?;
    let body = call.body()?;
    let mut faults = Vec::new();
    let mut fields = Reader::new("", &body, &mut faults);
    let presence = fields.word("presence", Presence::ALL, Presence::parse, &mut faults);
    let presence = fields.required("presence", presence, &mut faults);
    fields.finish(&mut faults);
    let (Some(presence), true) = (presence, faults.is_empty()) else { return Err(Problem::invalid(faults).into()) };
    let id = if own { Some(who.id.clone()) } else { StaffId::parse(id) }.ok_or_else(Problem::not_found)?;
    let settings = desk.table.settings(&who.storefront, call.at).await?;
    let people = roster::people(&settings.settings);
    let person = people.get(&id).ok_or_else(Problem::not_found)?;
    desk.table.set_presence(&who.storefront, &id, presence).await?;
    tracing::info!(storefront = %who.storefront, agent = %id, staff = %who.id, %presence, "presence set");
    let at_work = desk.table.at_work(&who.storefront, &id).await?;
    Ok(Answer::json(200, &roster::agent(person, &settings, at_work, call.at))?)
}

/// Hands out what waits after a request that may have made room for it. The request is done by then: whatever goes wrong
/// here is logged, and the next scan is the retry.
pub(crate) async fn hand_out(desk: &Desk, call: &Call, answer: &Answer) {
    if answer.status != 200 || !makes_room(call) {
        return;
    }
    let Some(who) = StaffCaller::from_claims(&call.claims, call.storefront.as_deref()) else { return };
    let handing = desk.table.hand_out(&who.storefront, call.at, Reach::REQUEST);
    match tokio::time::timeout(LONGEST_WAIT, handing).await {
        Ok(Ok(_)) => {}
        Ok(Err(trouble)) => {
            tracing::warn!(storefront = %who.storefront, error = %trouble, "nothing could be handed out")
        }
        Err(_) => tracing::warn!(storefront = %who.storefront, "handing out took too long"),
    }
}

/// Somebody holds less after it, a queue has more, or somebody came back.
fn makes_room(call: &Call) -> bool {
    match call.route() {
        ("POST", path) => match path.as_slice() {
            ["v1", "desk", "tickets", _, act] => {
                matches!(
                    *act,
                    "classification"
                        | "resolve"
                        | "reopen"
                        | "release"
                        | "cancel"
                        | "spam"
                        | "merge"
                        | "transfer"
                        | "assign"
                )
            }
            ["v1", "desk", "tickets", "bulk"] => true,
            _ => false,
        },
        ("PUT", path) => matches!(path.as_slice(), ["v1", "desk", "agents", _, "presence"]),
        _ => false,
    }
}
