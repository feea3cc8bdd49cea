//! Who hears of what: the people behind a notice to staff, and when they get it.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::access::Role;
use crate::category::Priority;
use crate::message::Notice;
use crate::settings::{Loaded, Staff};
use crate::ticket::Ticket;

/// The order in which a notice goes up when a level has nobody.
const UPWARDS: [Role; 5] = [Role::Agent, Role::Lead, Role::Manager, Role::Head, Role::Admin];

/// The people who get a notice; nobody only where the storefront's list has no one at all.
pub fn audience<'a>(notice: Notice, ticket: &Ticket, settings: &'a Loaded) -> Vec<&'a Staff> {
    let assignee = ticket.assignee.as_ref().and_then(|id| settings.person(id));
    let mut people: Vec<&Staff> = match notice {
        Notice::Warned => assignee.map_or_else(|| upwards(Role::Lead, settings), |person| vec![person]),
        Notice::Breached | Notice::Urgent => assignee.into_iter().chain(upwards(Role::Lead, settings)).collect(),
        Notice::Manager => upwards(Role::Manager, settings),
        Notice::Head | Notice::Daily => upwards(Role::Head, settings),
        Notice::NoWorkingTime => upwards(Role::Admin, settings),
        Notice::Acknowledge | Notice::Reply | Notice::Resolved => Vec::new(),
    };
    // One mail a person, though they may have two roles.
    let mut seen = BTreeSet::new();
    people.retain(|person| seen.insert(&person.id));
    people
}

/// The level itself, or the next above that has somebody; where nobody is left above, the highest below.
fn upwards(from: Role, settings: &Loaded) -> Vec<&Staff> {
    let place = UPWARDS.iter().position(|role| *role == from).unwrap_or(0);
    let (below, above) = UPWARDS.split_at(place);
    let levels = above.iter().chain(below.iter().rev());
    levels.map(|role| settings.in_role(*role).collect::<Vec<_>>()).find(|people| !people.is_empty()).unwrap_or_default()
}

/// When the bucket that a notice of now falls into is full, and its mails go out. What is not urgent waits for
/// opening hours.
pub fn bucket_end(notice: Notice, ticket: &Ticket, settings: &Loaded, now: Timestamp) -> Timestamp {
    let rules = &settings.settings.mail;
    let urgent =
        ticket.priority == Priority::Urgent || matches!(notice, Notice::Urgent | Notice::Manager | Notice::Head);
    let opening = settings.calendar(&rules.opening_hours).and_then(|hours| hours.next_open(now));
    let from = if urgent { now } else { opening.unwrap_or(now) };
    let seconds = rules.bucket_seconds.max(1);
    let rest = seconds - from.as_second().rem_euclid(seconds);
    let whole = Timestamp::from_second(from.as_second()).unwrap_or(from);
    whole.saturating_add(SignedDuration::from_secs(rest)).unwrap_or(from)
}
