//! A reply that races the scan around the due instant: in every order the outcome is the same.

use aftercare::id::TicketId;
use aftercare::sla::{ClockKind, Outcome};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tests::World;

use crate::told::{notices, within};

const DUE: &str = "2026-03-12T06:00:00Z";

/// A new ticket that is due at `DUE`, and was warned of; nothing else is due.
async fn kettle(world: &World, customer: usize) -> TicketId {
    world.at(tests::THURSDAY);
    let opened = world.open(&format!("c-{customer}"), "The kettle is broken", json!({ "category": "quality" })).await;
    world.at("2026-03-12T05:30:00Z").scan().await;
    notices(world).await;
    opened.ticket()
}

/// How the first response ended, and who heard of it. The ticket is out of the way then.
async fn ending(world: &World, ticket: TicketId) -> (Outcome, Vec<String>) {
    let outcome = world.ticket(ticket).await.clock(ClockKind::FirstResponse).unwrap().outcome;
    let told = notices(world).await;
    assert_eq!(world.resolve(ticket).await.status, 200);
    (outcome, told)
}

async fn reply(world: &World, ticket: TicketId, at: Timestamp) {
    world.at(&at.to_string());
    assert_eq!(world.reply(ticket, json!({})).await.status, 200);
}

async fn scan(world: &World, at: Timestamp) {
    sla_scan::scan(&world.table, at, Timestamp::MAX, &|| at).await.unwrap();
}

/// A reply at `replied` and a scan at `scanned`, one after the other, the other before the one, and each before every
/// call that the other makes: how it ended, and who heard of it.
async fn endings(replied: Timestamp, scanned: Timestamp) -> Vec<(Outcome, Vec<String>)> {
    let world = World::new().await;
    let mut endings = Vec::new();
    for reply_first in [true, false] {
        let ticket = kettle(&world, endings.len()).await;
        if reply_first {
            reply(&world, ticket, replied).await;
        }
        scan(&world, scanned).await;
        if !reply_first {
            reply(&world, ticket, replied).await;
        }
        endings.push(ending(&world, ticket).await);
    }
    for operation in ["Query", "GetItem", "BatchGetItem", "TransactWriteItems"] {
        for scan_within in [true, false] {
            // A scan asks its shards at the same time: one stands for all.
            for call in (1..).take_while(|call| operation != "Query" || *call == 1) {
                let ticket = kettle(&world, endings.len()).await;
                let (replying, scanning) = (reply(&world, ticket, replied), scan(&world, scanned));
                let at = (operation, call);
                let both = if scan_within {
                    within(&world, at, replying, scanning).await
                } else {
                    within(&world, at, scanning, replying).await
                };
                if both.is_none() {
                    world.resolve(ticket).await;
                    break;
                }
                endings.push(ending(&world, ticket).await);
            }
        }
    }
    endings
}

#[tokio::test]
async fn a_reply_and_a_scan_end_the_same_in_every_order() {
    let due: Timestamp = DUE.parse().unwrap();
    for off in [0, 1, 59_999, 61_000] {
        let replied = due + SignedDuration::from_millis(off);
        let (outcome, told) = if off <= 0 {
            (Outcome::Met { at: replied }, vec!["reply"])
        } else {
            (Outcome::FulfilledLate { due, at: replied }, vec!["breached", "reply"])
        };
        // No reply is under way for longer than 15 s: that of the due instant is written before a scan records it.
        let scanned = replied.max(due) + SignedDuration::from_secs(15);
        let endings = endings(replied, scanned).await;
        assert!(endings.len() >= 6, "{}", endings.len());
        for (place, ending) in endings.into_iter().enumerate() {
            let told = told.iter().map(|told| (*told).to_owned()).collect();
            assert_eq!(ending, (outcome, told), "{off} ms, order {place}");
        }
    }
}

#[tokio::test]
async fn a_contact_in_time_ends_the_same_however_long_it_took_to_be_typed_in() {
    for delay in [0, 59, 60, 61, 3_600, 86_400, 400_000] {
        for scans in [false, true] {
            let world = World::new().await;
            let ticket = world.open("c-1", "The kettle is broken", json!({ "category": "quality" })).await.ticket();
            world.at(DUE).later(delay);
            if scans {
                world.scan().await;
            }
            assert_eq!(world.reply(ticket, json!({ "contacted_at": DUE })).await.status, 200);
            let outcome = world.ticket(ticket).await.clock(ClockKind::FirstResponse).unwrap().outcome;
            assert_eq!(outcome, Outcome::Met { at: DUE.parse().unwrap() }, "{delay} s, {scans}");
        }
    }
}
