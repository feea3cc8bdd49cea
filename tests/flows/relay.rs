//! From the table's stream to the queue: everything once, whatever Lambda and the queue do on the way.

use std::sync::OnceLock;

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use tests::World;

use crate::picture::Picture;

/// Tickets of three customers, opened, answered and resolved, before anything was relayed.
async fn three_tickets(world: &World) {
    for customer in ["c-1", "c-2", "c-3"] {
        let ticket = world.open(customer, "The kettle caught fire", json!({ "category": "quality" })).await.ticket();
        world.reply(ticket, json!({})).await;
        world.resolve(ticket).await;
    }
}

async fn relayed(world: &World, records: &[Value]) -> Vec<Value> {
    let answer = world.relay.handle(json!({ "Records": records }), world.now(), Timestamp::MAX, &|| world.now()).await;
    answer.unwrap()["batchItemFailures"].as_array().unwrap().clone()
}

fn number(record: &Value) -> &str {
    record["dynamodb"]["SequenceNumber"].as_str().unwrap()
}

fn entries(records: Vec<Value>) -> Vec<Value> {
    let is_entry =
        |record: &Value| record["dynamodb"]["Keys"]["sk"]["S"].as_str().is_some_and(|sk| sk.starts_with("ENTRY#"));
    records.into_iter().filter(is_entry).collect()
}

#[tokio::test]
async fn what_cannot_be_read_is_set_aside_with_its_keys_and_the_rest_goes_on() {
    let world = World::new().await;
    three_tickets(&world).await;
    let mut records = entries(world.stream());
    assert_eq!(records.len(), 9);
    let all = relayed(&world, &records).await;
    assert_eq!(all, Vec::<Value>::new());
    let messages = world.notify_queue().len();

    let unknown = json!({ "storefront": "shop", "ticket": "0", "seq": 2, "at": 0, "by": "system", "events": [{ "type": "sold" }] });
    records[1]["dynamodb"]["NewImage"]["doc"]["S"] = json!("{");
    records[4]["dynamodb"]["NewImage"]["doc"]["S"] = json!(unknown.to_string());
    records[5]["dynamodb"]["NewImage"]["v"]["N"] = json!("2");
    records[6]["dynamodb"]["NewImage"] = json!({ "pk": { "S": "x" } });
    assert_eq!(relayed(&world, &records).await, Vec::<Value>::new());
    let letters: Vec<Value> = world.dead_letters().iter().map(|letter| serde_json::from_str(letter).unwrap()).collect();
    let keys: Vec<(&Value, &Value)> =
        letters.iter().map(|letter| (&letter["unreadable"]["pk"], &letter["unreadable"]["sk"])).collect();
    let spoilt = [1, 4, 5, 6].map(|place: usize| &records[place]["dynamodb"]["Keys"]);
    assert_eq!(keys, spoilt.map(|key| (&key["pk"]["S"], &key["sk"]["S"])));
    let why = letters.iter().map(|letter| letter["unreadable"]["why"].as_str().unwrap()).collect::<Vec<_>>();
    assert!(why[2].contains("version 2") && why[3].contains("no document"), "{why:?}");
    // The notices of a reply, a reply, a resolve and an opening are missing, which call for one each and two.
    assert_eq!(world.notify_queue().len(), messages - 5);
}

#[tokio::test]
async fn what_a_queue_does_not_take_is_reported_by_its_number_alone() {
    let world = World::with_attempts(1).await;
    three_tickets(&world).await;
    let mut records = entries(world.stream());
    let refused = records[3]["dynamodb"]["Keys"]["pk"]["S"].as_str().unwrap().rsplit_once('|').unwrap().1.to_owned();
    world.far.refuse_messages(Some(&refused));
    let failed: Vec<Value> = relayed(&world, &records).await;
    let mut numbers: Vec<&str> = failed.iter().map(|one| one["itemIdentifier"].as_str().unwrap()).collect();
    numbers.dedup();
    assert_eq!(numbers, [number(&records[3]), number(&records[4]), number(&records[5])]);
    assert!(world.notify_queue().iter().all(|message| !message.contains(&refused)));

    // An unreadable one counts as done only once the dead-letter queue has it.
    records[0]["dynamodb"]["NewImage"]["doc"]["S"] = json!("{");
    world.far.refuse_messages(Some("unreadable"));
    let failed = relayed(&world, &records[..2]).await;
    assert_eq!(failed, [json!({ "itemIdentifier": number(&records[0]) })]);
    world.far.refuse_messages(None);
    assert_eq!(world.relay(records).await, 1);
    assert_eq!(world.dead_letters().len(), 1);
}

#[tokio::test]
async fn only_new_entries_are_news() {
    let world = World::new().await;
    three_tickets(&world).await;
    let records = world.stream();
    let (news, mut others): (Vec<Value>, Vec<Value>) =
        records.into_iter().partition(|record| entries(vec![record.clone()]).len() == 1);
    assert!(others.iter().any(|record| record["eventName"] == "INSERT"));
    for mut record in news {
        for name in ["MODIFY", "REMOVE"] {
            record["eventName"] = json!(name);
            others.push(record.clone());
        }
    }
    assert_eq!(relayed(&world, &others).await, Vec::<Value>::new());
    assert_eq!(world.notify_queue(), Vec::<String>::new());
}

/// Which of `count` things come when: some twice, in any order.
fn deliveries(count: usize) -> impl Strategy<Value = Vec<usize>> {
    let twice = proptest::collection::vec(0..count, 0..count);
    twice.prop_flat_map(move |again| Just((0..count).chain(again).collect::<Vec<_>>()).prop_shuffle())
}

/// Records and then messages in this order, in batches of this size, until all is quiet.
async fn played(world: &World, order: &[usize], size: usize) -> Picture {
    three_tickets(world).await;
    let records = entries(world.stream());
    let records: Vec<Value> = order.iter().map(|place| records[place % records.len()].clone()).collect();
    for batch in records.chunks(size) {
        assert_eq!(relayed(world, batch).await, Vec::<Value>::new());
    }
    let messages = world.notify_queue();
    let shuffled = order.iter().copied().chain(0..messages.len()).map(|place| messages[place % messages.len()].clone());
    assert_eq!(world.deliver(shuffled.collect()).await, 0);
    for _ in 0..4 {
        world.settle().await;
        let Some(due) = world.next_due("MAIL#") else { break };
        world.until(due).flush().await;
    }
    Picture::of(world)
}

/// What comes of it when each comes once and in order.
fn calm() -> &'static Picture {
    static CALM: OnceLock<Picture> = OnceLock::new();
    CALM.get_or_init(|| alone(async { played(&World::new().await, &(0..9).collect::<Vec<_>>(), 100).await }))
}

fn alone<T>(story: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(story)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn twice_shuffled_and_in_other_batches_gives_the_same_table_and_the_same_mails(
        order in deliveries(9), size in 1usize..6,
    ) {
        let wild = alone(async { played(&World::new().await, &order, size).await });
        prop_assert_eq!(&wild, calm());
    }
}

async fn replayed(world: &World, replay: Value, deadline: Timestamp) -> Value {
    let asked = json!({ "replay": replay });
    world.relay.handle(asked, world.now(), deadline, &|| world.now()).await.unwrap()
}

#[tokio::test]
async fn a_replay_sends_the_events_of_a_span_again_and_nobody_is_told_twice() {
    let world = World::new().await;
    let from = world.now();
    let early = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    let lost = world.later(60).open("c-2", "The lid is broken", json!({})).await.ticket();
    world.later(60).reply(early, json!({})).await;
    // The stream kept only the first of them.
    let records = entries(world.stream());
    world.relay(vec![records[0].clone()]).await;
    world.deliver(world.notify_queue()).await;
    assert_eq!(world.far.mails().len(), 1);

    let to = from + jiff::SignedDuration::from_secs(61);
    let done = replayed(&world, json!({ "from": from, "to": to }), Timestamp::MAX).await;
    assert_eq!(done, json!({ "entries": 2, "sent": 4, "unreadable": 0, "cursor": null }));
    world.settle().await;
    assert_eq!(world.far.mails().len(), 2);
    assert!(world.mails_to("c-2@example.com")[0].raw.contains(world.ticket(lost).await.number.as_str()));

    for _ in 0..2 {
        replayed(
            &world,
            json!({ "from": from, "to": world.now() + jiff::SignedDuration::from_secs(1) }),
            Timestamp::MAX,
        )
        .await;
        world.settle().await;
        assert_eq!(world.far.mails().len(), 3);
    }
}

#[tokio::test]
async fn a_replay_stops_before_its_time_is_up_and_the_next_goes_on_there() {
    let world = World::new().await;
    let from = world.now();
    three_tickets(&world).await;
    // Pages are of 1 MB.
    let bulk = "x".repeat(300_000);
    world.spoil(|_, sk| sk.starts_with("CONTENT#"), |item| item["bulk"] = json!({ "S": bulk }));
    let spoilt = world.spoil(|_, sk| sk == "ENTRY#00000002", |item| item["doc"] = json!({ "S": "{" }));
    assert_eq!(spoilt, 3);
    let wanted = json!({ "from": from, "to": "2027-01-01T00:00:00Z" });
    let (mut calls, mut entries, mut unreadable) = (0, 0, 0);
    let mut cursor = Value::Null;
    while calls == 0 || !cursor.is_null() {
        let mut wanted = wanted.clone();
        wanted["cursor"] = cursor;
        let done = replayed(&world, wanted, world.now()).await;
        entries += done["entries"].as_u64().unwrap();
        unreadable += done["unreadable"].as_u64().unwrap();
        cursor = done["cursor"].clone();
        calls += 1;
    }
    assert!(calls >= 3, "{calls} calls");
    assert_eq!((entries, unreadable), (6, 3));
    assert_eq!(world.dead_letters().len(), 3);
}

#[tokio::test]
async fn a_replay_that_meets_trouble_says_how_far_it_came() {
    let world = World::with_attempts(1).await;
    let from = world.now();
    three_tickets(&world).await;
    let bulk = "x".repeat(300_000);
    world.spoil(|_, sk| sk.starts_with("CONTENT#"), |item| item["bulk"] = json!({ "S": bulk }));
    let asked = json!({ "replay": { "from": from, "to": "2027-01-01T00:00:00Z" } });
    let replay =
        async |asked: &Value| world.relay.handle(asked.clone(), world.now(), Timestamp::MAX, &|| world.now()).await;

    world.far.fail_in("Scan", 1, tests::Fault::Before);
    assert!(replay(&asked).await.is_err());
    world.far.fail_in("Scan", 2, tests::Fault::Before);
    let stopped = replay(&asked).await.unwrap();
    assert!(stopped["trouble"].is_string() && stopped["cursor"].is_string(), "{stopped}");
    let mut rest = asked.clone();
    rest["replay"]["cursor"] = stopped["cursor"].clone();
    let done = replay(&rest).await.unwrap();
    assert_eq!(done["cursor"], Value::Null);
    assert_eq!(stopped["entries"].as_u64().unwrap() + done["entries"].as_u64().unwrap(), 9);

    for wrong in [
        json!({ "cursor": "5a" }),
        json!({ "cursor": "zz" }),
        json!({ "until": "2027-01-01T00:00:00Z" }),
        json!({ "to": 3 }),
    ] {
        let mut asked = asked.clone();
        tests::merge(&mut asked["replay"], wrong);
        assert!(replay(&asked).await.is_err(), "{asked}");
    }
}
