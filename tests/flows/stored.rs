//! What is in the table was written by a build of yesterday. These documents are as one wrote them: they must be read,
//! and written again the same, or the version in the item has to move on.

use std::collections::BTreeSet;

use aftercare::case::{Case, Happened, risk::Buyer};
use aftercare::event::{Entry, Event};
use aftercare::order::Order;
use aftercare::settings::Settings;
use aftercare::ticket::Ticket;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

fn kept<T: Serialize + DeserializeOwned>(document: &str) -> T {
    let value: Value = serde_json::from_str(document).unwrap();
    let read: T = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), value);
    read
}

#[test]
fn a_ticket_that_was_stored_is_read_and_written_as_it_was() {
    let tickets: Vec<Ticket> = kept(include_str!("../fixtures/stored/tickets.json"));
    assert!(tickets.iter().any(|ticket| !ticket.cases.is_empty()), "no stored ticket has a case");
    let words: Vec<&str> = tickets.iter().flat_map(|ticket| &ticket.clocks).map(|clock| clock.word()).collect();
    for word in ["running", "paused", "met", "breached", "fulfilled_late", "cancelled"] {
        assert!(words.contains(&word), "no stored clock is {word}");
    }
}

#[test]
fn an_entry_that_was_stored_is_read_and_written_as_it_was() {
    let entries: Vec<Entry> = kept(include_str!("../fixtures/stored/entries.json"));
    let mut known: Vec<&str> = entries.iter().flat_map(|entry| &entry.events).map(name).collect();
    known.sort_unstable();
    known.dedup();
    assert_eq!(known.len(), 29, "an event has no stored example: {known:?}");
    let events = entries.iter().flat_map(|entry| &entry.events);
    let of_cases: BTreeSet<&str> = events.filter_map(of_case).collect();
    assert_eq!(of_cases.len(), 19, "something that happens to a case has no stored example: {of_cases:?}");
}

#[test]
fn orders_cases_and_buyers_that_were_stored_are_read_and_written_as_they_were() {
    let orders: Vec<Order> = kept(include_str!("../fixtures/stored/orders.json"));
    assert!(orders.iter().any(|order| !order.holds.is_empty()));
    let cases: Vec<Case> = kept(include_str!("../fixtures/stored/cases.json"));
    assert!(cases.iter().any(|case| !case.payouts.is_empty()) && cases.iter().any(|case| case.given.is_some()));
    let buyers: Vec<Buyer> = kept(include_str!("../fixtures/stored/buyers.json"));
    assert!(buyers.iter().any(|buyer| !buyer.cases.is_empty()));
}

#[test]
fn settings_that_were_stored_are_read_and_written_as_they_were() {
    let whole: Vec<Settings> = kept(include_str!("../fixtures/stored/settings.json"));
    // As they were written when what is usual was left out.
    let mut older = json!(whole[0]);
    for name in ["lifecycle", "privacy", "cases"] {
        older.as_object_mut().unwrap().remove(name);
    }
    older["limits"].as_object_mut().unwrap().remove("messages_per_customer_hour");
    assert_eq!(serde_json::from_value::<Settings>(older).unwrap(), whole[0]);
}

/// A new event makes this fail to compile: give it an example.
fn name(event: &Event) -> &'static str {
    match event {
        Event::Opened { .. } => "opened",
        Event::Classified { .. } => "classified",
        Event::MessageReceived { .. } => "message_received",
        Event::Replied { .. } => "replied",
        Event::Assigned { .. } => "assigned",
        Event::StatusChanged { .. } => "status_changed",
        Event::Resolved { .. } => "resolved",
        Event::Reopened { .. } => "reopened",
        Event::Clock { .. } => "clock",
        Event::NoWorkingTime { .. } => "no_working_time",
        Event::Noted { .. } => "noted",
        Event::Investigated { .. } => "investigated",
        Event::Proposed { .. } => "proposed",
        Event::Answered { .. } => "answered",
        Event::Executed { .. } => "executed",
        Event::FollowedUp { .. } => "followed_up",
        Event::Released => "released",
        Event::Transferred { .. } => "transferred",
        Event::Prioritized { .. } => "prioritized",
        Event::Alarmed { .. } => "alarmed",
        Event::Reclassified { .. } => "reclassified",
        Event::Adopted { .. } => "adopted",
        Event::Merged { .. } => "merged",
        Event::Absorbed { .. } => "absorbed",
        Event::Linked { .. } => "linked",
        Event::TimerSet { .. } => "timer_set",
        Event::TimerReached { .. } => "timer_reached",
        Event::Case { .. } => "case",
        Event::Erased => "erased",
    }
}

/// The same of what happens to a case.
fn of_case(event: &Event) -> Option<&'static str> {
    let Event::Case { happened, .. } = event else { return None };
    Some(match happened {
        Happened::Requested { .. } => "requested",
        Happened::Edited { .. } => "edited",
        Happened::Consented { .. } => "consented",
        Happened::Assessed { .. } => "assessed",
        Happened::Approved { .. } => "approved",
        Happened::Rejected { .. } => "rejected",
        Happened::TakenBack => "taken_back",
        Happened::Escalated { .. } => "escalated",
        Happened::Moved { .. } => "moved",
        Happened::Reminded { .. } => "reminded",
        Happened::Sent { .. } => "sent",
        Happened::Received { .. } => "received",
        Happened::Inspected { .. } => "inspected",
        Happened::Diagnosed { .. } => "diagnosed",
        Happened::Shipped { .. } => "shipped",
        Happened::PayoutDue { .. } => "payout_due",
        Happened::PayoutSent { .. } => "payout_sent",
        Happened::PayoutTold { .. } => "payout_told",
        Happened::PayoutOverdue { .. } => "payout_overdue",
    })
}
