//! Tickets, settings and instants for the tests beside the rules.

use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::{Command, Rejection, Status, Ticket, decide, started};
use crate::category::{Category, Channel, Kind, Priority, Stage};
use crate::event::{Acknowledge, Actor, ClassifiedBy, Entry, Event};
use crate::id::{CustomerRef, Number, StorefrontId, TicketId};
use crate::settings::{Loaded, Settings};
use crate::sla::{Clock, ClockKind};

/// 10:00 of a working Thursday in Shanghai. At normal priority the first response is due at 14:00, and the resolution,
/// after 8 hours of work, at 18:00.
pub(crate) const THURSDAY: &str = "2026-03-12T02:00:00Z";

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A time of that Thursday in Shanghai, such as `14:00:00.001`.
pub(crate) fn thursday(time: &str) -> Timestamp {
    at(&format!("2026-03-12T{time}+08:00"))
}

pub(crate) fn shipped() -> Loaded {
    with(|_| ())
}

/// The shipped settings with one lead and a change.
pub(crate) fn with(change: impl FnOnce(&mut serde_json::Value)) -> Loaded {
    let mut document = json!(Settings::shipped());
    document["staff"] = json!([{ "id": "lead-1", "email": "lead@shop.example", "role": "lead", "language": "en" }]);
    change(&mut document);
    Settings::read(&document).unwrap().load(1).unwrap()
}

/// A new ticket of normal priority that came by the web.
pub(crate) fn ticket(settings: &Loaded) -> Ticket {
    opened(at(THURSDAY), Priority::Normal, &[ClockKind::FirstResponse, ClockKind::Resolution], settings)
}

pub(crate) fn opened(now: Timestamp, priority: Priority, clocks: &[ClockKind], settings: &Loaded) -> Ticket {
    Ticket::opened_by(&opening(now, priority, clocks, settings)).unwrap()
}

/// The entry that opens it.
pub(crate) fn opening(now: Timestamp, priority: Priority, clocks: &[ClockKind], settings: &Loaded) -> Entry {
    let id = TicketId(Uuid::from_u128(7));
    let opened = Event::Opened {
        number: Number::of(id),
        customer: CustomerRef::parse("c-1").unwrap(),
        channel: Channel::Web,
        stage: Stage::AfterSale,
        kind: Kind::Complaint,
        order: None,
        team: "after-sales".to_owned(),
        settings: settings.version,
        acknowledge: Acknowledge::Yes,
        spam: false,
        by_agent: false,
        language: None,
        follows: None,
        products: Vec::new(),
    };
    let classified = Event::Classified {
        category: Category::Quality,
        reason: None,
        by: ClassifiedBy::Customer,
        confidence: 100,
        signs: Vec::new(),
        triage: false,
        danger: false,
        legal: false,
        priority,
        score: Vec::new(),
    };
    let clocks = clocks.iter().filter_map(|kind| Clock::start(*kind, 1, priority, false, now, settings));
    let events = [opened, classified].into_iter().chain(clocks.flat_map(started)).collect();
    let storefront = StorefrontId::parse("shop").unwrap();
    Entry { storefront, ticket: id, seq: 1, at: now, by: Actor::Storefront, events }
}

pub(crate) fn in_status(status: Status, settings: &Loaded) -> Ticket {
    Ticket { status, ..ticket(settings) }
}

/// Carries a command out: the ticket after it and what it caused.
pub(crate) fn when(
    ticket: &Ticket,
    command: &Command,
    now: Timestamp,
    settings: &Loaded,
) -> Result<(Ticket, Vec<Event>), Rejection> {
    let events = decide(ticket, command, now, settings)?;
    let entry = Entry {
        storefront: ticket.storefront.clone(),
        ticket: ticket.id,
        seq: ticket.seq + 1,
        at: now,
        by: Actor::System,
        events,
    };
    Ok((ticket.after(&entry), entry.events))
}
