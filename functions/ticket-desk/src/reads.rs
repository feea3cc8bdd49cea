//! Reading a ticket whole, which is put on record before anything is shown, and that record.

use aftercare::access::StaffCaller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::pages::{cursor, position};
use aftercare::id::StaffId;
use aftercare::ticket::Ticket;
use aftercare::view::{MessagePage, ReadPage, ReadView, Reader, instant};

use crate::Desk;

pub(crate) async fn read(desk: &Desk, who: &StaffCaller, call: &Call, id: &str) -> Result<Answer, Refusal> {
    call.known_parameters(&[])?;
    let ticket = looked_at(desk, who, call, id).await?;
    Ok(Answer::json(200, &desk.table.whole(&ticket, Reader::Staff).await?)?.tagged(ticket.seq))
}

/// `GET /v1/desk/tickets/{id}/messages`: a conversation longer than a ticket shows at once.
pub(crate) async fn messages(desk: &Desk, who: &StaffCaller, call: &Call, id: &str) -> Result<Answer, Refusal> {
    let (before, limit) = call.before()?;
    let ticket = looked_at(desk, who, call, id).await?;
    let (messages, before) = desk.table.messages(&ticket, Reader::Staff, before, limit).await?;
    Ok(Answer::json(200, &MessagePage { messages, before })?)
}

/// The ticket, once it is on record that somebody looked at it.
async fn looked_at(desk: &Desk, who: &StaffCaller, call: &Call, id: &str) -> Result<Ticket, Refusal> {
    let ticket = desk.ticket(who, id).await?;
    let settings = desk.table.settings(&who.storefront, call.at).await?;
    desk.table.look(&ticket, &who.id, call.at, settings.settings.privacy.reads_kept_days).await?;
    tracing::info!(storefront = %who.storefront, ticket = %ticket.id, staff = %who.id, "personal data read");
    Ok(ticket)
}

/// `GET /v1/desk/tickets/{id}/reads`: who looked, latest first.
pub(crate) async fn list(desk: &Desk, who: &StaffCaller, call: &Call, id: &str) -> Result<Answer, Refusal> {
    call.known_parameters(&["limit", "cursor"])?;
    let limit = call.limit()?;
    let after = call.query.get("cursor").map(|cursor| position(cursor, is_place)).transpose()?;
    let ticket = desk.ticket(who, id).await?;
    // One more than the page holds tells whether there is another page.
    let most = i32::try_from(limit + 1).unwrap_or(101);
    let (mut looks, more) = desk.table.looks(&ticket, most, after.as_deref()).await?;
    let more = more || looks.len() > limit;
    looks.truncate(limit);
    let next = looks.last().filter(|_| more).map(|(place, _)| cursor(place));
    let reads = looks.into_iter().map(|(_, look)| ReadView { by: look.by, at: instant(look.at) }).collect();
    Ok(Answer::json(200, &ReadPage { reads, next })?)
}

/// Pages end at a look: when it was, and whose.
fn is_place(place: &str) -> bool {
    place.rsplit_once('#').is_some_and(|(_, staff)| StaffId::parse(staff).is_some())
}
