//! `GET /v1/desk/tickets?status=&due=&team=&owner=`: what is due first, first; or what somebody holds, or what waits in a
//! team's queue, oldest first.

use aftercare::access::StaffCaller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::keys::{self, Key};
use aftercare::aws::pages::{cursor, position};
use aftercare::aws::table::{Trouble, document};
use aftercare::id::{StaffId, StorefrontId, TicketId};
use aftercare::problem::{Fault, Problem};
use aftercare::reader::instant;
use aftercare::text::fits;
use aftercare::ticket::{self, Status, Ticket};
use aftercare::view::{self, Reader, TicketPage};
use futures_util::future::try_join_all;

use crate::Desk;

/// Rows read at once where most of them may be another team's.
const ROWS: usize = 100;
/// … and how often for one page: one that finds little ends early, and the next goes on.
const ROWS_ROUNDS: usize = 5;

/// A row of an index: its place, and the key of the ticket.
type Row = (String, Key);

/// Which tickets are asked for.
enum Wanted {
    Due {
        statuses: Vec<Status>,
        until: String,
        team: Option<String>,
    },
    Held {
        by: StaffId,
    },
    /// Nobody holds them; without a team the shop's own.
    Waiting {
        team: Option<String>,
    },
}

pub(crate) async fn list(desk: &Desk, who: &StaffCaller, call: &Call) -> Result<Answer, Refusal> {
    call.known_parameters(&["status", "due", "team", "owner", "limit", "cursor"])?;
    let mut wanted = wanted(who, call)?;
    let limit = call.limit()?;
    let after = call.query.get("cursor").map(|cursor| position(cursor, is_row)).transpose()?.unwrap_or_default();
    if let Wanted::Waiting { team: team @ None } = &mut wanted {
        *team = Some(desk.table.settings(&who.storefront, call.at).await?.settings.shop.team.clone());
    }
    let (tickets, next) = page(desk, &who.storefront, &wanted, after, limit).await?;
    let tickets = tickets.iter().map(|ticket| view::ticket(ticket, Reader::Staff)).collect();
    Ok(Answer::json(200, &TicketPage { tickets, next })?)
}

impl Wanted {
    /// The next rows of the index that it is read from.
    async fn rows(&self, desk: &Desk, shop: &StorefrontId, after: &str, most: usize) -> Result<Vec<Row>, Trouble> {
        match self {
            Self::Due { statuses, until, .. } => {
                let partitions = statuses.iter().flat_map(|status| keys::desk_partitions(shop, *status)).collect();
                due(desk, partitions, after, until, most).await
            }
            Self::Held { by } => desk.table.held(&keys::held_by(shop, by), after, most_rows(most)).await,
            Self::Waiting { team } => {
                let team = team.as_deref().unwrap_or_default();
                desk.table.held(&keys::waiting_for(shop, team), after, most_rows(most)).await
            }
        }
    }

    /// An index may be behind the state by a moment: what has moved on is not shown in its old place.
    fn fits(&self, ticket: &Ticket) -> bool {
        match self {
            Self::Due { statuses, team, .. } => {
                statuses.contains(&ticket.status) && team.as_ref().is_none_or(|team| *team == ticket.team)
            }
            Self::Held { by } => ticket.holder() == Some(by),
            Self::Waiting { team } => {
                ticket.status.is_live() && ticket.assignee.is_none() && team.as_ref() == Some(&ticket.team)
            }
        }
    }

    /// How many rows are read at once, and how often, for a page of `limit`.
    fn rounds(&self, limit: usize) -> (usize, usize) {
        match self {
            Self::Due { team: Some(_), .. } => (ROWS, ROWS_ROUNDS),
            Self::Due { team: None, .. } | Self::Held { .. } | Self::Waiting { .. } => (limit, 1),
        }
    }
}

/// Reads rows until a page is full of tickets that fit, or as many were read as one page may cost.
async fn page(
    desk: &Desk,
    shop: &StorefrontId,
    wanted: &Wanted,
    mut after: String,
    limit: usize,
) -> Result<(Vec<Ticket>, Option<String>), Refusal> {
    let (most, rounds) = wanted.rounds(limit);
    let mut tickets = Vec::new();
    for _ in 0..rounds {
        // One more row than is looked at tells whether there are more.
        let mut rows = wanted.rows(desk, shop, &after, most + 1).await?;
        let more = rows.len() > most;
        rows.truncate(most);
        let states: Vec<Key> = rows.iter().map(|(_, key)| key.clone()).collect();
        let items = desk.table.get_many(&states).await?;
        let count = rows.len();
        for (place, ((at, _), item)) in rows.into_iter().zip(items).enumerate() {
            after = at;
            let ticket: Option<Ticket> = item.map(|item| document(&item, ticket::VERSION)).transpose()?;
            tickets.extend(ticket.filter(|ticket| wanted.fits(ticket)));
            if tickets.len() == limit {
                let rest = more || place + 1 < count;
                return Ok((tickets, rest.then(|| cursor(&after))));
            }
        }
        if !more {
            return Ok((tickets, None));
        }
    }
    Ok((tickets, Some(cursor(&after))))
}

/// The first rows of all partitions together: each gives its own next ones.
async fn due(desk: &Desk, partitions: Vec<String>, after: &str, until: &str, most: usize) -> Result<Vec<Row>, Trouble> {
    let pages = partitions.iter().map(async |part| desk.table.desk(part, after, until, most_rows(most)).await);
    let mut rows: Vec<Row> = try_join_all(pages).await?.into_iter().flatten().collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    rows.truncate(most);
    Ok(rows)
}

fn most_rows(most: usize) -> i32 {
    i32::try_from(most).unwrap_or(i32::MAX)
}

/// Pages end at a row of an index: an instant, and which ticket it is.
fn is_row(at: &str) -> bool {
    at.rsplit_once('|').is_some_and(|(_, id)| TicketId::parse(id).is_some())
}

/// Reads the parameters, and says which do not go together.
fn wanted(who: &StaffCaller, call: &Call) -> Result<Wanted, Problem> {
    let mut faults = Vec::new();
    let mut fault = |name: &str, detail: &str| faults.push(Fault::new(format!("query {name}"), detail));
    let query = |name: &str| call.query.get(name).map(String::as_str);
    let team = query("team").map(str::to_owned);
    if team.as_ref().is_some_and(|team| !fits(team, 1, 40)) {
        fault("team", "must be the name of a team");
    }
    let owner = query("owner");
    if let Some(owner) = owner {
        for name in ["status", "due"] {
            if query(name).is_some() {
                fault(name, "does not go with owner, which lists all live tickets that one holds, oldest first");
            }
        }
        if team.is_some() && owner != "none" {
            fault("team", "goes with owner=none, or without owner: whoever holds a ticket is of one team");
        }
    }
    let by = match owner {
        Some("me") => Some(who.id.clone()),
        Some("none") | None => None,
        Some(text) => {
            let by = StaffId::parse(text);
            if by.is_none() {
                fault("owner", &format!("must be `me`, `none`, or the id of somebody: {}", StaffId::RULE));
            }
            by
        }
    };
    let (statuses, until) = (statuses(call), until(call));
    faults.extend([statuses.as_ref().err(), until.as_ref().err()].into_iter().flatten().cloned());
    match (owner, by, statuses, until) {
        _ if !faults.is_empty() => Err(Problem::invalid(faults)),
        (None, _, Ok(statuses), Ok(until)) => Ok(Wanted::Due { statuses, until, team }),
        (Some(_), Some(by), ..) => Ok(Wanted::Held { by }),
        (_, _, _, _) => Ok(Wanted::Waiting { team }),
    }
}

/// The statuses asked for, separated by commas; without any the live ones.
fn statuses(call: &Call) -> Result<Vec<Status>, Fault> {
    let Some(text) = call.query.get("status") else {
        return Ok(Status::ALL.iter().copied().filter(|status| status.is_live()).collect());
    };
    let mut parsed: Vec<Status> = text.split(',').map_while(Status::parse).collect();
    let known: Vec<&str> = Status::ALL.iter().map(|status| status.as_str()).collect();
    let rule = format!("must be one or more of {}, separated by commas", known.join(", "));
    if parsed.len() != text.split(',').count() {
        return Err(Fault::new("query status", rule));
    }
    parsed.sort_unstable();
    parsed.dedup();
    Ok(parsed)
}

/// The end of the range of the desk index: `due` is an instant; without it everything, what is never due at the end.
fn until(call: &Call) -> Result<String, Fault> {
    let Some(text) = call.query.get("due") else { return Ok("~~".to_owned()) };
    let wrong = || Fault::new("query due", "must be an instant such as 2026-01-31T09:30:00Z");
    instant(text).map(|at| format!("{}|~", keys::instant(at))).ok_or_else(wrong)
}
