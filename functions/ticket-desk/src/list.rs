//! `GET /v1/desk/tickets?status=&due=`: what is due first, first.

use aftercare::access::StaffCaller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::keys::{self, Key};
use aftercare::aws::pages::{cursor, position};
use aftercare::aws::table::document;
use aftercare::id::TicketId;
use aftercare::problem::{Fault, Problem};
use aftercare::reader::instant;
use aftercare::ticket::{self, Status, Ticket};
use aftercare::view::{self, Reader, TicketPage};
use futures_util::future::try_join_all;

use crate::Desk;

pub(crate) async fn list(desk: &Desk, who: &StaffCaller, call: &Call) -> Result<Answer, Refusal> {
    call.known_parameters(&["status", "due", "limit", "cursor"])?;
    let statuses = statuses(call)?;
    let until = until(call)?;
    let limit = call.limit()?;
    let after = call.query.get("cursor").map(|cursor| position(cursor, is_row)).transpose()?.unwrap_or_default();
    let most = i32::try_from(limit).unwrap_or(100);
    // Every partition gives its own next rows; the page is the first of all of them.
    let partitions = statuses.iter().flat_map(|status| keys::desk_partitions(&who.storefront, *status));
    let pages =
        partitions.map(async |partition| desk.table.desk(&partition, &after, &until, most.saturating_add(1)).await);
    let mut rows: Vec<(String, Key)> = try_join_all(pages).await?.into_iter().flatten().collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|(at, _)| cursor(at));
    let states: Vec<Key> = rows.into_iter().map(|(_, key)| key).collect();
    let items = desk.table.get_many(&states).await?;
    let tickets: Result<Vec<Ticket>, _> = items.iter().flatten().map(|item| document(item, ticket::VERSION)).collect();
    // The index may be behind the state by a moment: what has moved on is not shown under its old status.
    let current = tickets?.into_iter().filter(|ticket| statuses.contains(&ticket.status));
    let tickets = current.map(|ticket| view::ticket(&ticket, Reader::Shop)).collect();
    Ok(Answer::json(200, &TicketPage { tickets, next })?)
}

/// Pages end at a row of the desk index: when it is due, and which ticket it is.
fn is_row(at: &str) -> bool {
    at.rsplit_once('|').is_some_and(|(_, id)| TicketId::parse(id).is_some())
}

/// The statuses asked for, separated by commas; without any the live ones.
fn statuses(call: &Call) -> Result<Vec<Status>, Problem> {
    let Some(text) = call.query.get("status") else {
        return Ok(Status::ALL.iter().copied().filter(|status| status.is_live()).collect());
    };
    let mut parsed: Vec<Status> = text.split(',').map_while(Status::parse).collect();
    let known: Vec<&str> = Status::ALL.iter().map(|status| status.as_str()).collect();
    let rule = format!("must be one or more of {}, separated by commas", known.join(", "));
    if parsed.len() != text.split(',').count() {
        return Err(Problem::invalid(vec![Fault::new("query status", rule)]));
    }
    parsed.sort_unstable();
    parsed.dedup();
    Ok(parsed)
}

/// The end of the range of the desk index: `due` is an instant; without it everything, what is never due at the end.
fn until(call: &Call) -> Result<String, Problem> {
    let Some(text) = call.query.get("due") else { return Ok("~~".to_owned()) };
    let wrong = || Fault::new("query due", "must be an instant such as 2026-01-31T09:30:00Z");
    instant(text).map(|at| format!("{}|~", keys::instant(at))).ok_or_else(|| Problem::invalid(vec![wrong()]))
}
