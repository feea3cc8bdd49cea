//! On which ticket a message lands. Customers keep answering the mails they have: their ticket may have been merged into
//! another, or be over for so long that another took it up again.

use aftercare::aws::keys::Key;
use aftercare::aws::table::{Table, Trouble, document};
use aftercare::event::Event;
use aftercare::id::TicketId;
use aftercare::ticket::{self, Command, Rejection, Status, Ticket, decide_all};
use jiff::Timestamp;

/// A ticket that was merged into one that was merged … as a customer with a dozen requests may have.
const MOST_HOPS: usize = 10;

/// Where a message ends up.
pub(crate) enum Landing {
    /// The ticket takes it; with what it causes there.
    Taken { ticket: Ticket, events: Vec<Event> },
    /// The ticket is over for too long, or was erased: a new one takes it up again.
    Over(Ticket),
}

/// Follows a ticket to the one that its messages go to now, at most ten tickets on, and always of the same customer.
/// `asked` is what the message asks of it: `messages::received`.
pub(crate) async fn land(table: &Table, from: Ticket, asked: &[Command], now: Timestamp) -> Result<Landing, Trouble> {
    let mut ticket = from;
    for _ in 0..=MOST_HOPS {
        let settings = table.settings_version(&ticket.storefront, ticket.settings, now).await?;
        let next = match decide_all(&ticket, asked, now, &settings) {
            Ok(events) => return Ok(Landing::Taken { ticket, events }),
            Err(Rejection::MergedInto { ticket: into }) => of_same_customer(table, &ticket, into).await?,
            // It is over for too long, or was erased.
            Err(_) => successor(table, &ticket).await?,
        };
        match next {
            Some(next) => ticket = next,
            None => break,
        }
    }
    Ok(Landing::Over(ticket))
}

async fn of_same_customer(table: &Table, ticket: &Ticket, other: TicketId) -> Result<Option<Ticket>, Trouble> {
    let other = table.ticket(&ticket.storefront, other).await?;
    Ok(other.filter(|other| other.customer == ticket.customer))
}

/// The latest ticket that took this one up again: what the customer writes next belongs there, and not on one more.
async fn successor(table: &Table, ticket: &Ticket) -> Result<Option<Ticket>, Trouble> {
    let keys: Vec<Key> = ticket.links.iter().map(|id| Key::ticket(&ticket.storefront, *id)).collect();
    if keys.is_empty() {
        return Ok(None);
    }
    let items = table.get_many(&keys).await?;
    let linked: Result<Vec<Ticket>, Trouble> =
        items.iter().flatten().map(|item| document(item, ticket::VERSION)).collect();
    let took_it_up = |other: &Ticket| {
        other.follows == Some(ticket.id) && other.customer == ticket.customer && other.status != Status::Spam
    };
    Ok(linked?.into_iter().filter(took_it_up).max_by_key(|other| other.opened))
}
