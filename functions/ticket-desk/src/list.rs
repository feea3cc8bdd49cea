//! `GET /v1/desk/tickets?status=&due=&team=&owner=`: what is due first, first; or what somebody holds, or what waits in a
//! team's queue, oldest first.

use aftercare::access::StaffCaller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::keys::{self, Key};
use aftercare::aws::pages::cursor;
use aftercare::aws::parameters::Parameters;
use aftercare::aws::table::{Trouble, document};
use aftercare::id::{StaffId, StorefrontId, TicketId};
use aftercare::problem::Problem;
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
        /// The names that the team's tickets carry; none for any team.
        names: Vec<String>,
    },
    Held {
        by: StaffId,
    },
    /// Nobody holds them, and they wait under these names; without any, for the shop's own team.
    Waiting {
        names: Vec<String>,
    },
}

pub(crate) async fn list(desk: &Desk, who: &StaffCaller, call: &Call) -> Result<Answer, Refusal> {
    let mut parameters = call.parameters();
    let wanted = wanted(who, &mut parameters);
    let (limit, after) = (parameters.limit(), parameters.cursor(is_row).unwrap_or_default());
    parameters.finish()?;
    // What is wrong with them was told.
    let Some(mut wanted) = wanted else { return Err(Problem::not_found().into()) };
    wanted.name_teams(desk, &who.storefront, call).await?;
    let (tickets, next) = page(desk, &who.storefront, &wanted, after, limit).await?;
    let tickets = tickets.iter().map(|ticket| view::ticket(ticket, Reader::Staff)).collect();
    Ok(Answer::json(200, &TicketPage { tickets, next })?)
}

impl Wanted {
    /// Under which names the tickets of the team asked for may stand.
    async fn name_teams(&mut self, desk: &Desk, shop: &StorefrontId, call: &Call) -> Result<(), Trouble> {
        let names = match self {
            Self::Held { .. } => return Ok(()),
            Self::Due { names, .. } if names.is_empty() => return Ok(()),
            Self::Due { names, .. } | Self::Waiting { names } => names,
        };
        let settings = desk.table.settings(shop, call.at).await?;
        let team = names.pop().unwrap_or_else(|| settings.settings.shop.team.clone());
        names.extend(settings.queues_of(&team).map(str::to_owned));
        Ok(())
    }

    /// The next rows of the index that it is read from.
    async fn rows(&self, desk: &Desk, shop: &StorefrontId, after: &str, most: usize) -> Result<Vec<Row>, Trouble> {
        match self {
            Self::Due { statuses, until, .. } => {
                let partitions: Vec<String> =
                    statuses.iter().flat_map(|status| keys::desk_partitions(shop, *status)).collect();
                let pages =
                    partitions.iter().map(async |part| desk.table.desk(part, after, until, most_rows(most)).await);
                Ok(first(try_join_all(pages).await?, most))
            }
            Self::Held { by } => desk.table.held(&keys::held_by(shop, by), after, most_rows(most)).await,
            Self::Waiting { names } => {
                let pages = names
                    .iter()
                    .map(async |name| desk.table.held(&keys::waiting_for(shop, name), after, most_rows(most)).await);
                Ok(first(try_join_all(pages).await?, most))
            }
        }
    }

    /// An index may be behind the state by a moment: what has moved on is not shown in its old place.
    fn fits(&self, ticket: &Ticket) -> bool {
        match self {
            Self::Due { statuses, names, .. } => {
                statuses.contains(&ticket.status) && (names.is_empty() || names.contains(&ticket.team))
            }
            Self::Held { by } => ticket.holder() == Some(by),
            Self::Waiting { names } => {
                ticket.status.is_live() && ticket.assignee.is_none() && names.contains(&ticket.team)
            }
        }
    }

    /// How many rows are read at once, and how often, for a page of `limit`.
    fn rounds(&self, limit: usize) -> (usize, usize) {
        match self {
            Self::Due { names, .. } if !names.is_empty() => (ROWS, ROWS_ROUNDS),
            Self::Due { .. } | Self::Held { .. } | Self::Waiting { .. } => (limit, 1),
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

/// The first rows of all partitions together: each gave its own next ones.
fn first(pages: Vec<Vec<Row>>, most: usize) -> Vec<Row> {
    let mut rows: Vec<Row> = pages.into_iter().flatten().collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    rows.truncate(most);
    rows
}

fn most_rows(most: usize) -> i32 {
    i32::try_from(most).unwrap_or(i32::MAX)
}

/// Pages end at a row of an index: an instant, and which ticket it is.
fn is_row(at: &str) -> bool {
    at.rsplit_once('|').is_some_and(|(_, id)| TicketId::parse(id).is_some())
}

/// Reads the parameters, and says which do not go together.
fn wanted(who: &StaffCaller, parameters: &mut Parameters<'_>) -> Option<Wanted> {
    let named = |text: &str| fits(text, 1, 40).then(|| text.to_owned());
    let asked = ["status", "due", "team"].map(|name| parameters.text(name).is_some());
    let statuses = statuses(parameters);
    let until = until(parameters);
    let names: Vec<String> = parameters.parsed("team", "the name of a team", named).into_iter().collect();
    let Some(owner) = parameters.text("owner") else {
        return Some(Wanted::Due { statuses: statuses?, until: until?, names });
    };
    for (name, asked) in [("status", asked[0]), ("due", asked[1])] {
        if asked {
            let rule = "does not go with owner, which lists all live tickets that one holds, oldest first";
            parameters.fault(name, rule);
        }
    }
    if owner == "none" {
        return Some(Wanted::Waiting { names });
    }
    if asked[2] {
        parameters.fault("team", "goes with owner=none, or without owner: whoever holds a ticket is of one team");
    }
    if owner == "me" {
        return Some(Wanted::Held { by: who.id.clone() });
    }
    let by = StaffId::parse(owner);
    if by.is_none() {
        parameters.fault("owner", format!("must be `me`, `none`, or the id of somebody: {}", StaffId::RULE));
    }
    by.map(|by| Wanted::Held { by })
}

/// The statuses asked for, separated by commas; without any the live ones.
fn statuses(parameters: &mut Parameters<'_>) -> Option<Vec<Status>> {
    let known: Vec<&str> = Status::ALL.iter().map(|status| status.as_str()).collect();
    let rule = format!("one or more of {}, separated by commas", known.join(", "));
    if parameters.text("status").is_none() {
        return Some(Status::ALL.iter().copied().filter(|status| status.is_live()).collect());
    }
    parameters.parsed("status", &rule, |text| {
        let mut parsed: Vec<Status> = text.split(',').map(Status::parse).collect::<Option<_>>()?;
        parsed.sort_unstable();
        parsed.dedup();
        Some(parsed)
    })
}

/// The end of the range of the desk index: `due` is an instant; without it everything, what is never due at the end.
fn until(parameters: &mut Parameters<'_>) -> Option<String> {
    if parameters.text("due").is_none() {
        return Some("~~".to_owned());
    }
    let end = |text: &str| instant(text).map(|at| format!("{}|~", keys::instant(at)));
    parameters.parsed("due", "an instant such as 2026-01-31T09:30:00Z", end)
}
