//! The scan: what it reads, what it leaves, and that it is done once.

use aftercare::category::Priority;
use aftercare::id::TicketId;
use aftercare::sla::ClockKind;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sla_scan::Report;
use tests::World;

use crate::told::{notices, within, word};

/// Opens tickets with a minute between them: each is warned of one minute after the one before.
async fn minutely(world: &World, count: usize) -> Vec<TicketId> {
    let mut tickets = Vec::new();
    for place in 0..count {
        tickets.push(
            world.open(&format!("c-{place}"), "The kettle is broken", json!({ "category": "quality" })).await.ticket(),
        );
        world.later(60);
    }
    tickets
}

async fn until(world: &World, deadline: Timestamp) -> Report {
    sla_scan::scan(&world.table, world.now(), deadline, &|| world.now()).await.unwrap()
}

#[tokio::test]
async fn an_empty_run_asks_each_shard_once_and_a_due_ticket_costs_a_read_and_a_transaction() {
    let world = World::new().await;
    let tickets = minutely(&world, 3).await;
    world.far.made();
    assert_eq!(world.scan().await, Report::default());
    let made: Vec<String> = world.far.made().into_iter().map(|made| made.operation).collect();
    assert_eq!(made[..16], ["Query"; 16], "the tickets that are not due cost nothing");
    // The storefronts, and once a sandbox the settings of each: without anybody on shift nothing is handed out.
    assert_eq!(made[16..], ["Query", "GetItem", "GetItem"]);
    world.scan().await;
    world.far.made();
    world.at("2026-03-12T05:30:00Z");
    let report = world.scan().await;
    assert_eq!((report.examined, report.changed, report.more), (3, 3, false));
    let made: Vec<String> = world.far.made().into_iter().map(|made| made.operation).collect();
    let count = |operation: &str| made.iter().filter(|made| *made == operation).count();
    assert_eq!(count("Query"), 17);
    assert_eq!(count("TransactWriteItems"), tickets.len());
    // The first of a sandbox's tickets under some settings reads these once; three at the same time may all do so.
    // Which settings are current is asked again after a minute.
    assert!((tickets.len()..=2 * tickets.len()).contains(&(count("GetItem") - 1)), "{made:?}");
    assert_eq!(made.len(), 17 + count("GetItem") + count("TransactWriteItems"));
}

#[tokio::test]
async fn the_most_overdue_come_first_and_the_next_run_goes_on() {
    let world = World::new().await;
    let tickets = minutely(&world, 40).await;
    world.at("2026-03-12T06:30:00Z");
    // Time is up once the first sixteen are done.
    let asked = std::sync::atomic::AtomicU32::new(0);
    let start = world.now();
    let clock = || {
        let rounds = asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        start + SignedDuration::from_secs(i64::from(rounds) * 20)
    };
    let report = sla_scan::scan(&world.table, start, start + SignedDuration::from_secs(25), &clock).await.unwrap();
    assert_eq!((report.examined, report.changed, report.more), (16, 16, true));
    for (place, ticket) in tickets.iter().enumerate() {
        let told = world.ticket(*ticket).await.clock(ClockKind::FirstResponse).unwrap().told.is_some();
        assert_eq!(told, place < 16, "{place}");
    }
    let report = world.scan().await;
    assert_eq!((report.examined, report.changed, report.more), (24, 24, false));
    assert_eq!(world.scan().await.examined, 0);
}

#[tokio::test]
async fn a_run_without_time_leaves_everything_to_the_next() {
    let world = World::new().await;
    minutely(&world, 1).await;
    world.at("2026-03-12T06:30:00Z");
    let report = until(&world, world.now() + SignedDuration::from_secs(5)).await;
    assert_eq!(report, Report { more: true, ..Report::default() });
}

#[tokio::test]
async fn one_bad_ticket_does_not_stop_the_rest() {
    let world = World::new().await;
    let tickets = minutely(&world, 30).await;
    for bad in [0, 7] {
        let key = json!({ "pk": { "S": format!("T|shop|{}", tickets[bad]) }, "sk": { "S": "STATE" } });
        let update = json!({
            "TableName": "aftercare", "Key": key, "UpdateExpression": "SET doc = :doc",
            "ExpressionAttributeValues": { ":doc": { "S": "{}" } },
        });
        assert_eq!(world.far.dynamodb("UpdateItem", update.to_string().as_bytes()).0, 200);
    }
    world.at("2026-03-12T06:30:00Z");
    let report = world.scan().await;
    assert_eq!((report.examined, report.changed, report.failed, report.more), (30, 28, 2, false));
    assert_eq!(word(&world, tickets[29], ClockKind::FirstResponse).await, "breached");
}

#[tokio::test]
async fn what_the_index_shows_too_late_is_skipped() {
    let world = World::new().await;
    let tickets = minutely(&world, 2).await;
    world.at("2026-03-12T06:30:00Z");
    world.far.freeze_index();
    assert_eq!(world.scan().await.changed, 2);
    world.resolve(tickets[0]).await;
    let report = world.scan().await;
    assert_eq!((report.examined, report.changed, report.skipped, report.failed), (2, 0, 2, 0));
}

#[tokio::test]
async fn two_thousand_tickets_due_at_the_same_instant_are_all_handled() {
    let world = World::new().await;
    let tickets = crate::given::tickets_at_once(&world, 2_000, Priority::Normal).await;
    world.at("2026-03-12T06:01:00Z");
    let report = world.scan().await;
    assert_eq!(report, Report { examined: 2_000, changed: 2_000, ..Report::default() });
    assert_eq!(world.scan().await.examined, 0);
    for ticket in [tickets[0], tickets[1_000], tickets[1_999]] {
        assert_eq!(word(&world, ticket, ClockKind::FirstResponse).await, "breached");
    }
}

#[tokio::test]
async fn two_scans_at_once_record_and_tell_once() {
    let world = World::new().await;
    let tickets = minutely(&world, 20).await;
    notices(&world).await;
    world.at("2026-03-12T06:30:00Z");
    let (one, other) = tokio::join!(world.scan(), until(&world, Timestamp::MAX));
    assert_eq!((one.changed + other.changed, one.failed + other.failed), (20, 0));
    assert_eq!(notices(&world).await, vec!["breached"; 20]);
    assert_eq!(world.ticket(tickets[0]).await.seq, 2, "one entry for all that was found");
}

#[tokio::test]
async fn wherever_another_scan_comes_between_a_level_is_recorded_and_told_once() {
    for operation in ["Query", "GetItem", "TransactWriteItems"] {
        // The shards are asked at the same time: one stands for all.
        for call in (1..).take_while(|call| operation != "Query" || *call == 1) {
            let world = World::new().await;
            minutely(&world, 1).await;
            notices(&world).await;
            world.at("2026-03-12T06:30:00Z");
            let Some((one, other)) =
                within(&world, (operation, call), world.scan(), until(&world, Timestamp::MAX)).await
            else {
                assert!(call > 1, "a scan makes a {operation}");
                break;
            };
            assert_eq!(one.changed + other.changed, 1, "{operation} {call}");
            assert_eq!((one.failed, other.failed), (0, 0), "{operation} {call}");
            assert_eq!(notices(&world).await, ["breached"], "{operation} {call}");
        }
    }
}
