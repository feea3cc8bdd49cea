//! A new ticket that takes up an old one again: what it is about is what the old one was about.

use aftercare::aws::table::{Table, Trouble};
use aftercare::aws::tickets::advance;
use aftercare::customer::Profile;
use aftercare::event::{Actor, Entry};
use aftercare::id::TicketId;
use aftercare::intake::{Content, NewMessage, NewTicket, OpenedBy};
use aftercare::ticket::{Command, Rejection, Ticket, decide};
use jiff::Timestamp;

/// The ticket that a message about an old one asks for. The category is left to the classifier: it is the new message
/// that has to be answered.
pub(crate) async fn asked_for_by(message: &NewMessage, old: &Ticket, table: &Table) -> Result<NewTicket, Trouble> {
    let wanted = NewTicket {
        customer: old.customer.clone(),
        profile: Profile::default(),
        opened_by: OpenedBy::Customer,
        stage: old.stage,
        kind: old.kind,
        chosen: None,
        order: None,
        client_ip: None,
        message: message.clone(),
    };
    like(wanted, old, table).await
}

/// The same with what the caller said besides: whose address it is, and what the customer chose.
pub(crate) async fn like(wanted: NewTicket, old: &Ticket, table: &Table) -> Result<NewTicket, Trouble> {
    // Erased, it has no subject and no order any more.
    let first: Content = table.content(&old.storefront, old.id, 1).await?.unwrap_or_default();
    let order = wanted.order.clone().or(first.order);
    let content = Content { subject: first.subject, order: order.clone(), ..wanted.message.content.clone() };
    let message = NewMessage { content, ..wanted.message.clone() };
    Ok(NewTicket { stage: old.stage, kind: old.kind, order, message, ..wanted })
}

/// The entry of the old ticket that leads to the new one, and the old ticket after it; nothing where it has as many links
/// as it may have: the new one still names it.
pub(crate) async fn linked(
    table: &Table,
    old: &Ticket,
    new: TicketId,
    by: Actor,
    now: Timestamp,
) -> Result<Option<(Entry, Ticket)>, Trouble> {
    let settings = table.settings_version(&old.storefront, old.settings, now).await?;
    match decide(old, &Command::Link { to: new }, now, &settings) {
        Ok(events) if events.is_empty() => Ok(None),
        Ok(events) => Ok(Some(advance(old, events, by, now))),
        Err(Rejection::TooManyLinks) => Ok(None),
        Err(why) => Err(Trouble::Unavailable(why.sentence())),
    }
}
