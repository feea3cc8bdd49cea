//! Everything that is known of one customer: handed out, or erased. Both go page by page, so that no customer is too
//! large; erasing again is safe at any time, and right after a restore.

use aftercare::access::Caller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::keys::{self, Key};
use aftercare::aws::pages::{cursor, position};
use aftercare::aws::table::{Committed, Guard, Item, Record, Table, Transaction, Trouble, document, string};
use aftercare::aws::tickets::{CONTENT_VERSION, CarriedOut};
use aftercare::customer::{self, Customer};
use aftercare::id::TicketId;
use aftercare::intake::Content;
use aftercare::problem::Problem;
use aftercare::reader::{Faults, Reader as Fields};
use aftercare::ticket::{Command, Ticket};
use aftercare::view::{self, CaseView, Erased, Export, Reader, Whole};

use crate::customers::{change, named};
use crate::read::tickets_of;
use crate::{Intake, actor};
use aftercare::aws::known::versioned;

/// Tickets that one call erases: some 20 ms each.
const MOST_TICKETS: i32 = 50;
/// Messages of one transaction, which takes 100 items.
const MOST_AT_ONCE: i32 = 90;
/// Pages of one ticket's messages that a call goes through: more than any ticket has.
const MOST_PAGES: usize = 200;
/// An answer may have 6 MB: it ends with the ticket in which this many bytes were reached.
const ENOUGH: usize = 1_500_000;
const MOST_MESSAGES: i32 = 50;

pub(crate) async fn erase(intake: &Intake, caller: &Caller, call: &Call, customer: &str) -> Result<Answer, Refusal> {
    let table = &intake.table;
    let body = call.body()?;
    let customer = named(caller, customer)?;
    if caller.customer().is_some() {
        return Err(Problem::forbidden("This takes a storefront's token. Ask the shop to erase what it knows.").into());
    }
    let mut faults = Faults::new();
    let mut fields = Fields::new("", &body, &mut faults);
    let after = fields.parsed("cursor", "the `next` of the call before", place, &mut faults);
    fields.finish(&mut faults);
    let read = if faults.is_empty() { Ok(after) } else { Err(faults) };
    // Erasing twice is erasing once: the key is asked for as with every POST, and nothing has to be kept for it.
    let (after, _) = call.keyed(read, true)?;
    if after.is_none() {
        // Their own item first, so that no more mail goes out.
        change(table, caller, &customer, |_| Customer { erased: Some(call.at), ..Customer::default() }).await?;
    }
    let (ids, more) = tickets_of(table, caller.storefront(), &customer, after, MOST_TICKETS).await?;
    let mut done = Erased { tickets: 0, messages: 0, next: None };
    if after.is_none() {
        done.messages += table.erase_feedback(caller.storefront(), &customer).await?;
    }
    for id in &ids {
        done.messages += erase_ticket(intake, caller, call, *id).await?;
        done.tickets += 1;
    }
    done.next = ids.last().filter(|_| more).map(|id| cursor(&id.to_string()));
    let (storefront, more) = (caller.storefront(), done.next.is_some());
    tracing::info!(%storefront, %customer, tickets = done.tickets, messages = done.messages, more, "customer erased");
    Ok(Answer::json(200, &done)?)
}

fn place(text: &str) -> Option<TicketId> {
    let text = position(text, |text| TicketId::parse(text).is_some())?;
    TicketId::parse(&text)
}

/// The history learns of it first, which ends the ticket: what was written before is there to be found, and what comes
/// after is another ticket's.
async fn erase_ticket(intake: &Intake, caller: &Caller, call: &Call, id: TicketId) -> Result<u32, Trouble> {
    let table = &intake.table;
    let shop = caller.storefront();
    let Some(ticket) = table.ticket(shop, id).await? else { return Ok(0) };
    if let CarriedOut::Rejected(why) = table.carry_out(ticket, &Command::Erase, &actor(caller), None, call.at).await? {
        return Err(Trouble::Unavailable(format!("ticket {id} cannot be erased: {}", why.sentence())));
    }
    for case in table.cases(shop, id).await? {
        intake.uploads.forget(&case, call.at).await?;
    }
    let partition = keys::ticket_partition(shop, id);
    let (mut erased, mut after) = (u32::from(table.forget_review(shop, id).await?), None);
    for _ in 0..MOST_PAGES {
        let page = table.query(&partition, keys::CONTENT, false, MOST_AT_ONCE, after.as_deref()).await?;
        let mut transaction = Transaction::default();
        for item in &page.items {
            erased += u32::from(empty(&mut transaction, item)?);
        }
        if !transaction.is_empty() && table.commit(transaction).await? != Committed::Done {
            return Err(Trouble::Unavailable(format!("somebody else writes to ticket {id}")));
        }
        after = page.items.last().and_then(|item| string(item, "sk")).map(str::to_owned);
        if !page.more {
            return Ok(erased);
        }
    }
    Err(Trouble::Unavailable(format!("ticket {id} has more messages than one call erases; call again")))
}

/// Puts an empty message in the place of one that is not; who wrote it and when stays.
fn empty(transaction: &mut Transaction, item: &Item) -> Result<bool, Trouble> {
    let content: Content = document(item, CONTENT_VERSION)?;
    let Some(key) = aftercare::aws::table::key_of(item).filter(|_| !content.erased) else { return Ok(false) };
    let nothing = Content { erased: true, internal: content.internal, ..Content::default() };
    let mut record = Record::new(CONTENT_VERSION, &nothing)?;
    if let Some(by) = string(item, "by") {
        record = record.with("by", by);
    }
    if let Some(at) = item.get("at").and_then(|at| at.as_n().ok()) {
        record = record.with_number("at", at);
    }
    transaction.put_anyhow(Guard::Content, &key, record);
    Ok(true)
}

pub(crate) async fn export(table: &Table, caller: &Caller, call: &Call, customer: &str) -> Result<Answer, Refusal> {
    let customer = named(caller, customer)?;
    let is_place = |text: &str| within(text).is_some();
    let mut parameters = call.parameters();
    let after = parameters.cursor(is_place);
    parameters.finish()?;
    let (mut ticket, mut before) = after.as_deref().and_then(within).unzip();
    let item = table.get(&Key::customer(caller.storefront(), &customer)).await?;
    let (known, _): (Customer, u32) = versioned(item.as_ref(), customer::VERSION)?;
    let said = match ticket {
        Some(_) => Vec::new(),
        None => table.feedback_of(caller.storefront(), &customer, None).await?.0,
    };
    let mut export = Export {
        feedback: table.shown(said).await?,
        customer: customer.clone(),
        profile: known.profile,
        erased_at: known.erased.map(view::instant),
        tickets: Vec::new(),
        next: None,
    };
    let mut size = 0;
    for _ in 0..MOST_TICKETS {
        let going_on = before.flatten();
        let id = match ticket.filter(|_| going_on.is_some()) {
            Some(id) => Some(id),
            None => tickets_of(table, caller.storefront(), &customer, ticket, 1).await?.0.into_iter().next(),
        };
        let Some(id) = id else { return Ok(Answer::json(200, &export)?) };
        let (whole, rest) = part(table, caller, id, going_on).await?;
        size += serde_json::to_string(&whole).map_or(0, |text| text.len());
        export.tickets.extend(whole);
        (ticket, before) = (Some(id), Some(rest));
        if size >= ENOUGH || rest.is_some() {
            break;
        }
    }
    let rest = before.flatten().map_or(String::new(), |number| format!("|{number}"));
    export.next = ticket.map(|id| cursor(&format!("{id}{rest}")));
    Ok(Answer::json(200, &export)?)
}

/// A place in an export: after a ticket, or within one before a message.
fn within(text: &str) -> Option<(TicketId, Option<u32>)> {
    match text.split_once('|') {
        Some((id, number)) => Some((TicketId::parse(id)?, Some(number.parse().ok()?))),
        None => Some((TicketId::parse(text)?, None)),
    }
}

/// One ticket as its customer may see it, with the headers of their mails, or the part of it before a message; and before which message to go on.
async fn part(
    table: &Table,
    caller: &Caller,
    id: TicketId,
    before: Option<u32>,
) -> Result<(Option<Whole>, Option<u32>), Trouble> {
    let Some(ticket) = table.ticket(caller.storefront(), id).await? else { return Ok((None, None)) };
    let (messages, rest) = table.exported(&ticket, before, MOST_MESSAGES).await?;
    let timeline = if before.is_none() { timeline(table, &ticket).await? } else { Vec::new() };
    let cases = if before.is_none() { table.cases(caller.storefront(), id).await? } else { Vec::new() };
    let cases = cases.iter().map(|case| CaseView::of(case, &ticket.number, Reader::Customer)).collect();
    let whole =
        Whole { ticket: view::ticket(&ticket, Reader::Customer), messages, timeline, more: rest.is_some(), cases };
    Ok((Some(whole), rest))
}

async fn timeline(table: &Table, ticket: &Ticket) -> Result<Vec<view::Step>, Trouble> {
    let partition = keys::ticket_partition(&ticket.storefront, ticket.id);
    let (mut steps, mut after) = (Vec::new(), None);
    for _ in 0..MOST_PAGES {
        let page = table.query(&partition, keys::ENTRY, false, 200, after.as_deref()).await?;
        for item in &page.items {
            steps.extend(view::steps(&document(item, aftercare::event::VERSION)?, Reader::Customer));
        }
        after = page.items.last().and_then(|item| string(item, "sk")).map(str::to_owned);
        if !page.more {
            break;
        }
    }
    Ok(steps)
}
