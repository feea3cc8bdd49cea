//! Cases as the shop's API asks for them and shows them.

use aftercare::access::Caller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::receipt::{Receipt, count, over};
use aftercare::aws::requests::{Asker, Wanted};
use aftercare::aws::table::{Committed, Table, Transaction, Trouble};
use aftercare::case::ask::Ask;
use aftercare::category::Channel;
use aftercare::desk;
use aftercare::id::TicketId;
use aftercare::intake::{LONGEST_TEXT, TicketName};
use aftercare::problem::Problem;
use aftercare::reader::{Faults, Reader as Fields};
use aftercare::ticket::Ticket;
use aftercare::view::{self, CaseList, CaseView, PreviewView, Reader};
use uuid::Uuid;

use crate::uploads::look;
use crate::{Orders, actor, own};

/// Somebody else may win this often: forty requests for the same money are told what is left within it.
const MOST_ROUNDS: usize = 12;
/// The largest amount that figures come to.
const MOST: i64 = 100_000_000_000_000;

fn wanted(fields: &mut Fields<'_>, faults: &mut Faults) -> Option<Wanted> {
    let ask = Ask::read(fields, faults);
    let ticket = fields.parsed("ticket", "a ticket's id or number", TicketName::parse, faults);
    let message = fields.text("message", 1, LONGEST_TEXT, faults);
    let net = fields.number("net", 0, MOST, faults);
    Some(Wanted { ask: ask?, ticket, message, overridden: None, net, seen: Vec::new() })
}

/// `POST /v1/orders/{id}/cases/preview`: the figures that a request would store now.
pub(crate) async fn preview(orders: &Orders, caller: &Caller, call: &Call, id: &str) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let wanted = desk::read(&body, wanted).map_err(Problem::invalid)?;
    let table = &orders.table;
    let order = own(table, caller, id).await?.value;
    look(orders, caller, call, &order.id, &wanted.ask.photos).await?;
    let quoted = table.quoted(&order, &wanted.ask, call.at).await?;
    Ok(Answer::json(200, &PreviewView::of(&wanted.ask, &quoted.quote))?)
}

/// `POST /v1/orders/{id}/cases`: from here on its units and its money are held.
pub(crate) async fn request(
    orders: &Orders,
    caller: &Caller,
    call: &Call,
    id: &str,
    fresh: &(dyn Fn() -> Uuid + Sync),
) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let (mut wanted, key) = call.keyed(desk::read(&body, wanted), caller.customer().is_none())?;
    let receipt = Receipt::new(caller, call, &body, key.as_deref(), (Channel::Api, None));
    let channel = if caller.customer().is_some() { Channel::Web } else { Channel::Api };
    let asker = Asker { shop: caller.storefront(), by: &actor(caller), channel };
    let table = &orders.table;
    let mut looked = false;
    for _ in 0..MOST_ROUNDS {
        if let Some(answer) = receipt.replay(&table.get_many(&receipt.keys()).await?)? {
            return Ok(answer);
        }
        let order = own(table, caller, id).await?;
        if !looked {
            wanted.seen = look(orders, caller, call, &order.value.id, &wanted.ask.photos).await?;
            looked = true;
        }
        let prepared = table.prepare(asker, &order, &wanted, call.at, fresh).await?;
        let mut transaction = Transaction::default();
        prepared.write(&mut transaction)?;
        let step = &prepared.step;
        let answer = Answer::json(201, &CaseView::of(&step.case, &step.ticket.number, reader(caller)))?;
        receipt.keep(&mut transaction, &answer)?;
        let settings = table.settings(caller.storefront(), call.at).await?;
        count(&mut transaction, caller, &settings, call.at, step.ticket.id.spread());
        match table.commit(transaction).await? {
            Committed::Done => {
                let (ticket, kind) = (step.ticket.id, step.case.terms.kind);
                tracing::info!(storefront = %caller.storefront(), %ticket, case = step.case.number, %kind, "case requested");
                return Ok(answer);
            }
            Committed::Refused(guards) => {
                if let Some(problem) = over(&guards, call.at) {
                    return Err(problem.into());
                }
            }
            Committed::Contended => {}
        }
    }
    Err(Trouble::Unavailable(format!("a case could not be requested in {MOST_ROUNDS} rounds")).into())
}

/// `GET /v1/tickets/{id}/cases`
pub(crate) async fn list(table: &Table, caller: &Caller, call: &Call, id: &str) -> Result<Answer, Refusal> {
    call.no_parameters()?;
    let ticket = ticket(table, caller, id).await?;
    let cases = table.cases(caller.storefront(), ticket.id).await?;
    let cases = cases.iter().map(|case| CaseView::of(case, &ticket.number, reader(caller))).collect();
    Ok(Answer::json(200, &CaseList { cases })?)
}

/// `GET /v1/tickets/{id}/cases/{number}`
pub(crate) async fn get(
    table: &Table,
    caller: &Caller,
    call: &Call,
    id: &str,
    number: &str,
) -> Result<Answer, Refusal> {
    call.no_parameters()?;
    let ticket = ticket(table, caller, id).await?;
    let number = view::exact(number).ok_or_else(Problem::not_found)?;
    let case = table.case(caller.storefront(), ticket.id, number).await?.ok_or_else(Problem::not_found)?;
    Ok(Answer::json(200, &CaseView::of(&case, &ticket.number, reader(caller)))?)
}

/// How much of a case a caller sees.
pub(crate) fn reader(caller: &Caller) -> Reader {
    if caller.customer().is_some() { Reader::Customer } else { Reader::Shop }
}

/// The caller's ticket. Another's is as if it were not there.
pub(crate) async fn ticket(table: &Table, caller: &Caller, id: &str) -> Result<Ticket, Refusal> {
    let name = TicketName::parse(id).ok_or_else(Problem::not_found)?;
    let ticket = table.ticket_named(caller.storefront(), &name).await?;
    let seen = |ticket: &Ticket| caller.customer().is_none_or(|customer| ticket.customer == *customer);
    ticket.filter(seen).ok_or_else(|| Problem::not_found().into())
}

/// The id behind what a path names.
pub(crate) async fn place(table: &Table, caller: &Caller, id: &str) -> Result<TicketId, Refusal> {
    Ok(ticket(table, caller, id).await?.id)
}
