//! What is in the table was written by a build of yesterday. These documents are as one wrote them: they must be read,
//! and written again the same, or the version in the item has to move on.

use std::collections::BTreeSet;

use aftercare::aws::figures::Bought;
use aftercare::aws::sheets::Head;
use aftercare::case::{Case, Happened, risk::Buyer};
use aftercare::event::{Entry, Event};
use aftercare::feedback::{Feedback, Source};
use aftercare::figures::{Measure, Row, Sheet, Shortfall, Span};
use aftercare::improvement::{Action, ActionStanding};
use aftercare::order::Order;
use aftercare::review::Review;
use aftercare::risk::{self, Incident, Series};
use aftercare::settings::Settings;
use aftercare::survey::{Past, Standing, Survey};
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
    assert_eq!(known.len(), 30, "an event has no stored example: {known:?}");
    let events = entries.iter().flat_map(|entry| &entry.events);
    let of_cases: BTreeSet<&str> = events.filter_map(of_case).collect();
    assert_eq!(of_cases.len(), 20, "something that happens to a case has no stored example: {of_cases:?}");
    let of_surveys: BTreeSet<&str> = entries.iter().flat_map(|entry| &entry.events).filter_map(of_survey).collect();
    assert_eq!(of_surveys.len(), 13, "something that happens to a survey has no stored example: {of_surveys:?}");
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
fn surveys_and_who_was_asked_that_were_stored_are_read_and_written_as_they_were() {
    let surveys: Vec<Survey> = kept(include_str!("../fixtures/stored/surveys.json"));
    let standings: BTreeSet<&str> = surveys.iter().map(|survey| standing(&survey.standing)).collect();
    assert_eq!(standings.len(), 6, "a standing has no stored example: {standings:?}");
    assert!(surveys.iter().any(|survey| survey.task.as_ref().is_some_and(|task| task.done.is_some())));
    let asked: Vec<Past> = kept(include_str!("../fixtures/stored/asked.json"));
    assert!(asked.iter().any(|past| past.unsubscribed.is_some()) && asked.iter().any(|past| !past.sent.is_empty()));
}

#[test]
fn incidents_what_happened_to_them_and_what_they_read_is_read_and_written_as_it_was() {
    let incidents: Vec<Incident> = kept(include_str!("../fixtures/stored/incidents.json"));
    let alerts = || incidents.iter().filter_map(|incident| incident.alert.as_ref());
    assert!(alerts().any(|alert| alert.drill) && alerts().any(|alert| alert.owed));
    assert!(alerts().any(|alert| alert.resolved_by.is_some() && alert.acknowledged.is_some()));
    let events: Vec<risk::Event> = kept(include_str!("../fixtures/stored/alert_events.json"));
    let of_alerts: BTreeSet<&str> = events.iter().map(|event| of_alert(&event.happened)).collect();
    assert_eq!(of_alerts.len(), 10, "something that happens to an alert has no stored example: {of_alerts:?}");
    let series: Vec<Series> = kept(include_str!("../fixtures/stored/series.json"));
    assert!(series.iter().all(|series| !series.cells.is_empty() && !series.days.is_empty()));
}

fn of_alert(happened: &risk::Happened) -> &'static str {
    match happened {
        risk::Happened::Raised => "raised",
        risk::Happened::RaisedAgain => "raised_again",
        risk::Happened::Rose => "rose",
        risk::Happened::Eased => "eased",
        risk::Happened::Cleared => "cleared",
        risk::Happened::Escalated { .. } => "escalated",
        risk::Happened::Reminded => "reminded",
        risk::Happened::Acknowledged { .. } => "acknowledged",
        risk::Happened::Resolved { .. } => "resolved",
        risk::Happened::Drilled { .. } => "drilled",
    }
}

#[test]
fn what_is_counted_and_what_it_is_counted_from_is_read_and_written_as_it_was() {
    let rows: Vec<Row> = kept(include_str!("../fixtures/stored/rows.json"));
    let sheets: Vec<&Sheet> = rows.iter().flat_map(|row| &row.parts).map(|part| &part.sheet).collect();
    let counted: BTreeSet<Measure> = sheets.iter().flat_map(|sheet| sheet.counts.keys().copied()).collect();
    assert_eq!(counted.len(), Measure::ALL.len(), "something that is counted has no stored example");
    let measured: BTreeSet<Span> = sheets.iter().flat_map(|sheet| sheet.spans.keys().copied()).collect();
    assert_eq!(measured.len(), Span::ALL.len(), "something that is measured has no stored example");
    let _: Vec<Head> = kept(include_str!("../fixtures/stored/sheets.json"));
    let _: Vec<Shortfall> = kept(include_str!("../fixtures/stored/shortfalls.json"));
    let orders: Vec<Bought> = kept(include_str!("../fixtures/stored/bought.json"));
    assert!(orders.iter().any(|order| order.moved));
    let feedback: Vec<Feedback> = kept(include_str!("../fixtures/stored/feedback.json"));
    let sources: BTreeSet<Source> = feedback.iter().map(|one| one.source).collect();
    assert_eq!(sources.len(), Source::ALL.len(), "a source has no stored example");
}

#[test]
fn improvement_actions_that_were_stored_are_read_and_written_as_they_were() {
    let actions: Vec<Action> = kept(include_str!("../fixtures/stored/actions.json"));
    let standings: BTreeSet<ActionStanding> = actions.iter().map(|action| action.standing).collect();
    assert_eq!(standings.len(), ActionStanding::ALL.len(), "a standing has no stored example");
    assert!(actions.iter().any(|action| action.told) && actions.iter().any(|action| action.scope.is_some()));
}

#[test]
fn reviews_that_were_stored_are_read_and_written_as_they_were() {
    let reviews: Vec<Review> = kept(include_str!("../fixtures/stored/reviews.json"));
    assert!(reviews.iter().any(|review| review.comment) && reviews.iter().any(|review| review.changed.is_some()));
}

#[test]
fn settings_that_were_stored_are_read_and_written_as_they_were() {
    let whole: Vec<Settings> = kept(include_str!("../fixtures/stored/settings.json"));
    // As they were written when what is usual was left out.
    let mut older = json!(whole[0]);
    for name in ["lifecycle", "privacy", "cases", "surveys", "figures", "risk"] {
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
        Event::Survey { .. } => "survey",
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
        Happened::ToSendBack => "to_send_back",
        Happened::Shipped { .. } => "shipped",
        Happened::PayoutDue { .. } => "payout_due",
        Happened::PayoutSent { .. } => "payout_sent",
        Happened::PayoutTold { .. } => "payout_told",
        Happened::PayoutOverdue { .. } => "payout_overdue",
    })
}

/// … and to a survey: its `word` is what fails to compile.
fn of_survey(event: &Event) -> Option<&'static str> {
    let Event::Survey { happened, .. } = event else { return None };
    Some(happened.word())
}

/// A new standing makes this fail to compile: give it an example.
fn standing(standing: &Standing) -> &'static str {
    match standing {
        Standing::Scheduled { .. } => "scheduled",
        Standing::Skipped { .. } => "skipped",
        Standing::Sent { .. } => "sent",
        Standing::Answered { .. } => "answered",
        Standing::Withdrawn => "withdrawn",
        Standing::Expired => "expired",
    }
}
