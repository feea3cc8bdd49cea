//! `GET /v1/tickets/{id}` and the tickets of one customer.

use aftercare::access::Caller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::keys::{self, CUSTOMER_TICKET, Key};
use aftercare::aws::pages::cursor;
use aftercare::aws::parameters::Parameters;
use aftercare::aws::table::{Item, Table, Trouble, document, string};
use aftercare::id::{CustomerRef, StorefrontId, TicketId};
use aftercare::intake::TicketName;
use aftercare::problem::Problem;
use aftercare::ticket::{self, Ticket};
use aftercare::view::{self, MessagePage, TicketPage};

use crate::messages::own;
use crate::reader;

pub(crate) async fn one(table: &Table, caller: &Caller, call: &Call, id: &str) -> Result<Answer, Refusal> {
    call.no_parameters()?;
    let name = TicketName::parse(id).ok_or_else(Problem::not_found)?;
    let ticket = own(table, caller, &name).await?;
    Ok(Answer::json(200, &table.whole(&ticket, reader(caller)).await?)?)
}

/// The messages before a number, for a conversation longer than a page.
pub(crate) async fn messages(table: &Table, caller: &Caller, call: &Call, id: &str) -> Result<Answer, Refusal> {
    let (before, limit) = call.before()?;
    let name = TicketName::parse(id).ok_or_else(Problem::not_found)?;
    let ticket = own(table, caller, &name).await?;
    let (messages, before) = table.messages(&ticket, reader(caller), before, limit).await?;
    Ok(Answer::json(200, &MessagePage { messages, before })?)
}

pub(crate) async fn list(table: &Table, caller: &Caller, call: &Call) -> Result<Answer, Refusal> {
    let mut parameters = call.parameters();
    let customer = whose(caller, &mut parameters);
    let limit = parameters.limit();
    let after = parameters.cursor(|text| TicketId::parse(text).is_some());
    parameters.finish()?;
    // What is wrong with them was told.
    let Some(customer) = customer else { return Err(Problem::not_found().into()) };
    let after = after.as_deref().and_then(TicketId::parse);
    let shop = caller.storefront();
    // One more than the page holds tells whether there is another page.
    let most = i32::try_from(limit + 1).unwrap_or(101);
    let (mut ids, _) = tickets_of(table, shop, &customer, after, most).await?;
    let more = ids.len() > limit;
    ids.truncate(limit);
    let states: Vec<Key> = ids.iter().map(|id| Key::ticket(shop, *id)).collect();
    let items = table.get_many(&states).await?;
    let tickets: Result<Vec<Ticket>, _> = items.iter().flatten().map(|item| document(item, ticket::VERSION)).collect();
    let tickets = tickets?.iter().map(|ticket| view::ticket(ticket, reader(caller))).collect();
    let next = ids.last().filter(|_| more).map(|id| cursor(&id.to_string()));
    Ok(Answer::json(200, &TicketPage { tickets, next })?)
}

/// The ids of a customer's tickets after one of them, latest first, and whether there are more.
pub(crate) async fn tickets_of(
    table: &Table,
    shop: &StorefrontId,
    customer: &CustomerRef,
    after: Option<TicketId>,
    most: i32,
) -> Result<(Vec<TicketId>, bool), Trouble> {
    let partition = keys::customer_partition(shop, customer);
    let after = after.map(|id| format!("{CUSTOMER_TICKET}{id}"));
    let page = table.query(&partition, CUSTOMER_TICKET, true, most, after.as_deref()).await?;
    let id = |item: &Item| TicketId::parse(string(item, "sk")?.strip_prefix(CUSTOMER_TICKET)?);
    Ok((page.items.iter().filter_map(id).collect(), page.more))
}

/// A customer sees their own; a storefront says whose.
fn whose(caller: &Caller, parameters: &mut Parameters<'_>) -> Option<CustomerRef> {
    let written = parameters.text("customer");
    let named = written.and_then(CustomerRef::parse);
    match (caller.customer(), written, named) {
        (_, Some(_), None) => parameters.fault("customer", format!("must be {}", CustomerRef::RULE)),
        (Some(own), _, Some(named)) if *own != named => {
            parameters.fault("customer", "must be left out, or be the customer whose token this is");
        }
        (Some(own), _, _) => return Some(own.clone()),
        (None, _, Some(named)) => return Some(named),
        (None, None, None) => parameters.fault("customer", "is required: whose tickets?"),
    }
    None
}
