//! When a customer is asked: what follows from a resolved or a reopened ticket, in whatever order it is heard of, and what a scan
//! finds due.

use aftercare::event::Event;
use aftercare::id::{StorefrontId, TicketId};
use aftercare::message::{NOTIFY_VERSION, SurveyWork};
use aftercare::survey::{Happened, Skip, Standing, Survey, SurveyId};
use jiff::Timestamp;
use serde_json::json;
use survey_dispatch::Report;
use tests::{AGENT, World};

const DAY: i64 = 86_400;

fn shop() -> StorefrontId {
    StorefrontId::parse("shop").unwrap()
}

async fn opened(world: &World, customer: &str, text: &str, more: serde_json::Value) -> TicketId {
    let mut body = json!({ "customer": { "email": format!("{customer}@example.com") } });
    tests::merge(&mut body, more);
    let ticket = world.open(customer, text, body).await.ticket();
    assert_eq!(world.reply(ticket, json!({})).await.status, 200);
    ticket
}

/// Hears of one entry of a ticket's history.
async fn hear(world: &World, ticket: TicketId, entry: u32) -> bool {
    let message = SurveyWork { v: NOTIFY_VERSION, storefront: shop(), ticket, entry };
    survey_dispatch::follow(&world.table, &serde_json::to_string(&message).unwrap(), world.now()).await.unwrap()
}

/// Resolves it, and answers with the entry that did.
async fn resolve(world: &World, ticket: TicketId) -> u32 {
    assert_eq!(world.resolve(ticket).await.status, 200);
    world.ticket(ticket).await.seq
}

async fn reopen(world: &World, ticket: TicketId) -> u32 {
    let why = json!({ "reason": "it is not done" });
    assert_eq!(world.at_desk(&AGENT, ticket, "reopen", why).await.status, 200);
    world.ticket(ticket).await.seq
}

async fn survey(world: &World, ticket: TicketId, cycle: u16) -> Option<Survey> {
    let settings = world.table.settings(&shop(), world.now()).await.unwrap();
    let file = world.table.survey_file(&shop(), SurveyId { ticket, cycle }, &settings).await.unwrap();
    file.map(|file| file.survey)
}

async fn standing(world: &World, ticket: TicketId, cycle: u16) -> Standing {
    survey(world, ticket, cycle).await.expect("a survey").standing
}

async fn scan(world: &World) -> Report {
    survey_dispatch::scan(&world.table, world.now(), Timestamp::MAX, &|| world.now()).await.unwrap()
}

fn report(examined: u32, changed: u32) -> Report {
    Report { examined, changed, ..Report::default() }
}

/// What happened to its surveys, as its history says.
async fn told(world: &World, ticket: TicketId) -> Vec<Happened> {
    let mut told = vec![];
    for seq in 1..=world.ticket(ticket).await.seq {
        let entry = world.table.entry(&shop(), ticket, seq).await.unwrap().expect("an entry");
        told.extend(
            entry
                .events
                .into_iter()
                .filter_map(|event| if let Event::Survey { happened, .. } = event { Some(happened) } else { None }),
        );
    }
    told
}

#[tokio::test]
async fn a_resolved_ticket_has_one_survey_however_often_it_is_heard_of() {
    let world = World::new().await;
    let ticket = opened(&world, "c-1", "The kettle leaks.", json!({})).await;
    let resolved = resolve(&world, ticket).await;
    let at = world.now();
    world.later(90);
    let (one, other) = tokio::join!(hear(&world, ticket, resolved), hear(&world, ticket, resolved));
    assert!(one != other, "two at once meet in it");
    assert!(!hear(&world, ticket, resolved).await);
    let due = at + jiff::SignedDuration::from_hours(24);
    assert_eq!(
        standing(&world, ticket, 1).await,
        Standing::Scheduled { due },
        "from when it was resolved, not heard of"
    );
    assert_eq!(told(&world, ticket).await, [Happened::Scheduled { due }]);
    assert_eq!(world.next_due("SURVEY#"), Some(due));
    assert!(!hear(&world, ticket, 1).await, "other entries call for nothing");
}

#[tokio::test]
async fn a_chat_is_asked_about_after_a_quarter_of_an_hour() {
    let world = World::new().await;
    let ticket = opened(&world, "c-1", "The kettle leaks.", json!({ "channel": "chat" })).await;
    let resolved = resolve(&world, ticket).await;
    let at = world.now();
    assert!(hear(&world, ticket, resolved).await);
    assert_eq!(world.next_due("SURVEY#"), Some(at + jiff::SignedDuration::from_mins(15)));
}

#[tokio::test]
async fn reopening_withdraws_a_survey_and_the_next_resolve_schedules_another_in_any_order() {
    let world = World::new().await;
    let ticket = opened(&world, "c-1", "The kettle leaks.", json!({})).await;
    let first = resolve(&world, ticket).await;
    assert!(hear(&world, ticket, first).await);
    world.later(60);
    let back = reopen(&world, ticket).await;
    world.later(60);
    let second = resolve(&world, ticket).await;
    assert!(hear(&world, ticket, second).await, "before the reopening was heard of");
    assert!(hear(&world, ticket, back).await);
    assert!(!hear(&world, ticket, first).await && !hear(&world, ticket, back).await, "late and again");
    assert_eq!(standing(&world, ticket, 1).await, Standing::Withdrawn);
    assert!(matches!(standing(&world, ticket, 2).await, Standing::Scheduled { .. }));
}

#[tokio::test]
async fn what_was_reopened_before_it_was_heard_of_is_not_asked_about() {
    let world = World::new().await;
    let ticket = opened(&world, "c-1", "The kettle leaks.", json!({})).await;
    let resolved = resolve(&world, ticket).await;
    let back = reopen(world.later(60), ticket).await;
    assert!(!hear(&world, ticket, back).await && !hear(&world, ticket, resolved).await);
    assert_eq!(survey(&world, ticket, 1).await, None);
}

#[tokio::test]
async fn a_scan_sends_what_is_due_once_reminds_once_and_ends_it() {
    let world = World::new().await;
    let ticket = opened(&world, "c-1", "The kettle leaks.", json!({})).await;
    let resolved = resolve(&world, ticket).await;
    hear(&world, ticket, resolved).await;
    assert_eq!(scan(&world).await, report(0, 0), "not yet");
    let mut steps = vec![];
    while let Some(due) = world.next_due("SURVEY#") {
        // The instant of an expiry still counts.
        world.until(due + jiff::SignedDuration::from_secs(1));
        assert_eq!((scan(&world).await, scan(&world).await), (report(1, 1), report(0, 0)), "{due}");
        steps = told(&world, ticket).await.iter().map(Happened::word).collect();
        assert!(steps.len() < 9, "{steps:?}");
    }
    steps.retain(|step| *step != "postponed");
    assert_eq!(steps, ["scheduled", "sent", "reminded", "expired"]);
}

#[tokio::test]
async fn who_cannot_be_written_to_is_not_asked_and_it_says_why() {
    let world = World::new().await;
    let silent = world.open("c-1", "The kettle leaks.", json!({ "customer": { "email": null } })).await.ticket();
    assert_eq!(world.reply(silent, json!({})).await.status, 200);
    let unheard = world.open("c-2", "The lid is loose.", json!({ "customer": { "email": "c-2@example.com" } })).await;
    let unheard = unheard.ticket();
    for ticket in [silent, unheard] {
        let resolved = resolve(&world, ticket).await;
        hear(&world, ticket, resolved).await;
    }
    world.later(DAY);
    assert_eq!(scan(&world).await, report(2, 2));
    let why = async |ticket| {
        if let Standing::Skipped { why } = standing(&world, ticket, 1).await { Some(why) } else { None }
    };
    assert_eq!(why(silent).await, Some(Skip::NoAddress));
    assert_eq!(world.next_due("SURVEY#").is_some(), why(unheard).await.is_none());
}

#[tokio::test]
async fn resolved_by_silence_is_kept_and_not_asked_about() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The kettle leaks.", json!({ "customer": { "email": "c-1@example.com" } })).await;
    let ticket = ticket.ticket();
    assert_eq!(world.reply(ticket, json!({ "then": "waiting_customer" })).await.status, 200);
    for _ in 0..30 {
        world.later(DAY).scan().await;
        if world.ticket(ticket).await.resolved.is_some() {
            break;
        }
    }
    let last = world.ticket(ticket).await;
    let mut heard = 0;
    for entry in 1..=last.seq {
        heard += u32::from(hear(&world, ticket, entry).await);
    }
    assert_eq!(heard, 1, "{last:?}");
    world.later(2 * DAY);
    assert_eq!(scan(&world).await.changed, 1);
    assert_eq!(standing(&world, ticket, 1).await, Standing::Skipped { why: Skip::ResolvedBySilence });
}
