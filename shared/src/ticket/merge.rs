//! Two tickets of one customer become one: the first ends, and the second takes its place.

use jiff::Timestamp;

use super::promises::Story;
use super::{MOST_LINKS, Rejection, Status, Ticket};
use crate::category::Channel;
use crate::event::Event;
use crate::settings::Loaded;

/// What merging causes on both, in turn; nothing where it is done already. Each comes with the settings of its promises.
/// Circles cannot come about: a merged ticket is over, and only a live one takes another in.
pub fn merge(
    (from, from_settings): (&Ticket, &Loaded),
    (into, into_settings): (&Ticket, &Loaded),
    now: Timestamp,
) -> Result<(Vec<Event>, Vec<Event>), Rejection> {
    if from.id == into.id {
        return Err(Rejection::Itself);
    }
    if from.merged_into == Some(into.id) {
        return Ok((Vec::new(), Vec::new()));
    }
    if from.customer != into.customer {
        return Err(Rejection::OtherCustomer);
    }
    if into.links.len() >= MOST_LINKS {
        return Err(Rejection::TooManyLinks);
    }
    let mut ending = Story::of(from, now, from_settings);
    ending.catch_up(false);
    let unanswered = ending.ticket.unanswered;
    ending.merged(into.id)?;
    let mut living = Story::of(into, now, into_settings);
    living.catch_up(true);
    living.live("take another in")?;
    living.push(Event::Absorbed { ticket: from.id, unanswered });
    if let Some(since) = unanswered {
        if living.ticket.status == Status::WaitingCustomer {
            living.go(Status::Open, now);
        }
        living.awaits_reply(since, from.channel == Channel::Chat);
    }
    Ok((ending.events, living.events))
}
