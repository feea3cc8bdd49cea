//! Which ticket a mail answers: by the tag in the address it was sent to, else by the references among its headers, for
//! programs that answer to where a mail came from.

use aftercare::aws::table::{Table, Trouble};
use aftercare::id::StorefrontId;
use aftercare::intake::NewTicket;
use aftercare::settings::Loaded;
use aftercare::ticket::{Status, Ticket};
use jiff::Timestamp;

/// The ticket that a mail answers, if it is the same customer's; spam is answered by nobody.
pub(crate) async fn answered(
    table: &Table,
    shop: &StorefrontId,
    wanted: &NewTicket,
    settings: &Loaded,
    now: Timestamp,
) -> Result<Option<Ticket>, Trouble> {
    let own = |ticket: &Ticket| ticket.customer == wanted.customer && ticket.status != Status::Spam;
    if let Some(number) = wanted.answers(&settings.settings)
        && let Some(id) = table.ticket_by_number(shop, &number).await?
        && let Some(ticket) = table.ticket(shop, id).await?.filter(own)
    {
        return Ok(Some(ticket));
    }
    for (id, domain) in wanted.references() {
        let Some(ticket) = table.ticket(shop, id).await?.filter(own) else { continue };
        // The reference is made with the address that the shop had when the ticket was opened.
        let then = table.settings_version(shop, ticket.settings, now).await?;
        let ours = [&then.settings.shop.mail, &settings.settings.shop.mail];
        if ours.iter().any(|mail| mail.domain().eq_ignore_ascii_case(domain)) {
            return Ok(Some(ticket));
        }
    }
    Ok(None)
}
