//! What happens by itself when nobody does anything (SPEC 3.3, 3.5, 3.6): each step once, however often the scan runs and
//! the queues deliver, and the same whether or not a scan came before the next command.

use aftercare::id::TicketId;
use aftercare::ticket::{Status, Ticket, Turn};
use serde_json::{Value, json};
use tests::World;

const DAY: i64 = 24 * 3600;
const ANN: &str = "c-1@example.com";

/// A ticket that an agent answered and waits for the customer; its mails so far are out.
async fn asked(world: &World) -> TicketId {
    let ticket = world.open("c-1", "The kettle is broken", json!({ "category": "quality" })).await.ticket();
    world.reply(ticket, json!({ "body": "Which kettle is it?", "then": "waiting_customer" })).await;
    world.settle().await;
    ticket
}

fn kinds(world: &World, address: &str) -> Vec<String> {
    world.mails_to(address).iter().map(|mail| mail.tags["kind"].clone()).collect()
}

fn news(world: &World) -> Vec<String> {
    kinds(world, ANN).into_iter().filter(|kind| !matches!(kind.as_str(), "acknowledge" | "reply")).collect()
}

#[tokio::test]
async fn a_customer_who_keeps_silent_is_reminded_after_3_days_and_told_after_7_and_closed_after_7_more() {
    let world = World::new().await;
    let ticket = asked(&world).await;
    world.later(3 * DAY - 60).scan_twice().await;
    assert_eq!(news(&world), [""; 0]);
    world.later(120).scan_twice().await;
    assert_eq!(news(&world), ["reminder"]);
    assert_eq!(world.ticket(ticket).await.status, Status::WaitingCustomer);
    world.later(4 * DAY - 180).scan_twice().await;
    assert_eq!(news(&world), ["reminder"]);
    world.later(180).scan_twice().await;
    assert_eq!(news(&world), ["reminder", "resolved"]);
    assert_eq!(world.ticket(ticket).await.status, Status::Resolved);
    world.later(7 * DAY).scan_twice().await;
    assert_eq!(world.ticket(ticket).await.status, Status::Closed);
    world.later(90 * DAY).scan_twice().await;
    assert_eq!(news(&world), ["reminder", "resolved"], "closing is told to nobody");
}

#[tokio::test]
async fn an_answer_to_the_reminder_stops_the_clock_of_silence() {
    let world = World::new().await;
    let ticket = asked(&world).await;
    world.later(3 * DAY + 60).scan_twice().await;
    assert_eq!(world.later(3600).write(ticket, "The blue one").await.body["ticket"]["status"], "open");
    world.later(30 * DAY).scan_twice().await;
    assert_eq!((news(&world), world.ticket(ticket).await.status), (vec!["reminder".to_owned()], Status::Open));
}

#[tokio::test]
async fn a_scan_that_comes_a_week_late_reminds_of_nothing_that_is_past() {
    let world = World::new().await;
    let ticket = asked(&world).await;
    world.later(9 * DAY).scan_twice().await;
    assert_eq!((news(&world), world.ticket(ticket).await.status), (vec!["resolved".to_owned()], Status::Resolved));
    assert!(world.stages().iter().any(|(sk, stage)| sk.contains("#reminder#") && stage == "skipped"));
}

#[tokio::test]
async fn a_third_party_is_chased_every_3_days_by_whoever_holds_the_ticket() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The parcel is lost", json!({ "category": "delivery" })).await.ticket();
    world.assign(ticket, "agent-1").await;
    world.reply(ticket, json!({ "then": "waiting_third_party" })).await;
    let chased = async || {
        world.drained().await;
        kinds(&world, "agent@shop.example").iter().filter(|kind| *kind == "chase").count()
    };
    world.settle().await;
    world.later(61);
    for round in 1..=3 {
        world.later(3 * DAY).scan_twice().await;
        assert_eq!(chased().await, round);
    }
    assert_eq!(world.ticket(ticket).await.status, Status::WaitingThirdParty);
}

#[tokio::test]
async fn goods_that_do_not_come_open_the_ticket_again_after_14_days() {
    let world = World::new().await;
    let ticket = world.open("c-1", "I return the kettle", json!({ "kind": "return" })).await.ticket();
    world.reply(ticket, json!({ "then": "waiting_return" })).await;
    world.settle().await;
    world.later(14 * DAY - 60).scan_twice().await;
    assert_eq!(world.ticket(ticket).await.status, Status::WaitingReturn);
    world.later(180).scan_twice().await;
    assert_eq!(world.ticket(ticket).await.status, Status::Open);
    world.drained().await;
    assert_eq!(world.mails_of("expired").len(), 1, "nobody holds it: the leads hear of it");
    assert_eq!(world.mails_of("expired")[0].to, "lead@shop.example");
}

#[tokio::test]
async fn a_resolved_ticket_that_is_thanked_for_closes_on_its_day() {
    let world = World::new().await;
    let ticket = asked(&world).await;
    world.resolve(ticket).await;
    world.later(6 * DAY).write(ticket, "Thanks a lot!").await;
    world.later(DAY + 61).scan_twice().await;
    assert_eq!(world.ticket(ticket).await.status, Status::Closed);
}

#[tokio::test]
async fn a_reopened_ticket_has_its_quiet_days_again() {
    let world = World::new().await;
    let ticket = asked(&world).await;
    world.resolve(ticket).await;
    world.later(6 * DAY).write(ticket, "It leaks again").await;
    world.later(2 * DAY).scan_twice().await;
    assert_eq!(world.ticket(ticket).await.status, Status::Open);
    world.resolve(ticket).await;
    world.later(7 * DAY).scan_twice().await;
    assert_eq!(world.ticket(ticket).await.status, Status::Resolved, "until the scan may act");
    world.later(61).scan_twice().await;
    assert_eq!((world.ticket(ticket).await.status, world.ticket(ticket).await.cycle), (Status::Closed, 2));
}

/// What must not depend on the scan: all of a ticket but its ids and how many entries it took.
fn told_apart(ticket: &Ticket) -> Value {
    let mut state = serde_json::to_value(ticket).unwrap();
    for name in ["id", "number", "seq"] {
        state.as_object_mut().unwrap().remove(name);
    }
    state
}

/// The ticket after a command that came between the timer and the scan, with the scan before it or without, and the kinds
/// of mail about it.
async fn between(days: i64, scan_first: bool, message: &str) -> (Value, Vec<String>) {
    let world = World::new().await;
    let ticket = asked(&world).await;
    world.later(days * DAY + 61);
    if scan_first {
        world.scan_twice().await;
    }
    let written = world.write(ticket, message).await;
    assert_eq!(written.status, 201, "{}", written.text);
    world.settle_twice().await;
    let landed = world.ticket(written.ticket()).await;
    world.scan_twice().await;
    (told_apart(&landed), news(&world))
}

#[tokio::test]
async fn a_message_between_a_timer_and_the_scan_finds_the_ticket_as_if_the_scan_had_come_first() {
    for (days, status, reminded) in [(3, "open", false), (7, "open", false)] {
        let (scanned, _) = between(days, true, "It is the blue one").await;
        let (unscanned, mails) = between(days, false, "It is the blue one").await;
        assert_eq!(scanned, unscanned, "after {days} days");
        assert_eq!(scanned["status"], status);
        assert_eq!(mails.contains(&"reminder".to_owned()), reminded, "they have just answered");
        assert!(!mails.contains(&"resolved".to_owned()), "they have just answered: {mails:?}");
    }
    let (scanned, _) = between(7, true, "Thanks!").await;
    let (unscanned, mails) = between(7, false, "Thanks!").await;
    assert_eq!((&scanned, &scanned["status"]), (&unscanned, &json!("resolved")));
    assert_eq!(mails, ["resolved"], "with notice, whoever found it");
}

#[tokio::test]
async fn what_staff_write_among_themselves_keeps_no_reminder_from_the_customer() {
    for scan_first in [true, false] {
        let world = World::new().await;
        let ticket = asked(&world).await;
        world.later(3 * DAY + 61);
        if scan_first {
            world.scan_twice().await;
        }
        world.note(ticket).await;
        world.settle_twice().await;
        world.scan_twice().await;
        assert_eq!(news(&world), ["reminder"], "scan first: {scan_first}");
    }
}

#[tokio::test]
async fn a_return_that_came_late_waits_again_when_staff_say_so() {
    let world = World::new().await;
    let ticket = world.open("c-1", "I return the kettle", json!({ "kind": "return" })).await.ticket();
    world.reply(ticket, json!({})).await;
    world.wait_for(ticket, Turn::WaitingReturn).await;
    world.later(14 * DAY + 30);
    // The scan would leave it alone for another half a minute; staff find it open all the same.
    world.wait_for(ticket, Turn::WaitingReturn).await;
    world.later(DAY).scan_twice().await;
    assert_eq!(world.ticket(ticket).await.status, Status::WaitingReturn);
    assert_eq!(world.mails_of("expired").len(), 0);
}
