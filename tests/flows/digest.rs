//! More than ten mails to one person in one bucket are one digest; nobody hears of a thing twice, and of each once.

use aftercare::aws::keys::mail_shard;
use serde_json::{Value, json};
use tests::{Fault, Mail, World};

const LEAD_MAIL: &str = "lead@shop.example";

/// That many urgent tickets of as many customers, their mails to the lead due.
async fn alerts(world: &World, count: usize) {
    for place in 0..count {
        let opened = world
            .open(
                &format!("c-{place}"),
                "It exploded and caught fire, I burnt my hand",
                json!({ "category": "quality", "client_ip": null }),
            )
            .await;
        assert_eq!(opened.status, 201, "{}", opened.text);
    }
    world.settle().await;
    due(world);
}

fn due(world: &World) {
    let due = world.next_due("MAIL#").expect("a mail that waits");
    world.until(due);
}

/// As many mails to the lead, due: one ticket's, copied.
async fn copies(world: &World, count: usize) {
    alerts(world, 1).await;
    let items = world.items();
    let intent = items.iter().find(|item| item["sk"]["S"].as_str().is_some_and(|sk| sk.contains("#urgent#"))).unwrap();
    let sk = intent["sk"]["S"].as_str().unwrap();
    for place in 1..count {
        let mut copy = intent.clone();
        copy["sk"]["S"] = json!(sk.replace("#001#urgent#", &format!("#{:03}#urgent#", place + 1)));
        let put = json!({ "TableName": "aftercare", "Item": copy });
        assert_eq!(world.far.dynamodb("PutItem", put.to_string().as_bytes()).0, 200);
    }
}

fn subjects(mails: &[Mail]) -> Vec<String> {
    mails.iter().map(|mail| mail.header("Subject").unwrap()).collect()
}

/// The plain part, its soft line breaks undone.
fn plain(mail: &Mail) -> String {
    let part = mail.raw.split("text/plain").nth(1).and_then(|rest| rest.split("text/html").next()).unwrap();
    part.replace("=\r\n", "")
}

/// Flushes until nothing is due, minute by minute.
async fn drained(world: &World) {
    for _ in 0..30 {
        world.flush().await;
        world.later(60);
    }
    assert_eq!(world.next_due("MAIL#"), None);
}

fn stage(world: &World, wanted: &str) -> usize {
    world.stages().into_iter().filter(|(sk, stage)| stage == wanted && !sk.contains("#acknowledge#")).count()
}

#[tokio::test]
async fn ten_mails_are_ten_and_eleven_are_one() {
    for (count, mails) in [(1, 1), (10, 10), (11, 1)] {
        let world = World::new().await;
        alerts(&world, count).await;
        drained(&world).await;
        assert_eq!(world.mails_to(LEAD_MAIL).len(), mails, "{count}");
        world.settle().await;
    }
}

#[tokio::test]
async fn a_digest_counts_all_and_shows_the_fifty_most_pressing() {
    for count in [250, 1_000] {
        let world = World::new().await;
        copies(&world, count).await;
        drained(&world).await;
        let mails = world.mails_to(LEAD_MAIL);
        assert_eq!(mails.len(), 1, "{count}");
        assert!(subjects(&mails)[0].contains(&count.to_string()), "{:?}", subjects(&mails));
        let number = world.ticket(ticket(&world)).await.number;
        assert_eq!(plain(&mails[0]).matches(number.as_str()).count(), 50);
        assert_eq!(stage(&world, "digested"), count);
    }
}

#[tokio::test]
async fn a_digest_is_made_of_mails_of_which_one_run_does_not_see_all() {
    let world = World::new().await;
    // Somebody whose mails are in the same shard as the lead's.
    let shard = mail_shard("shop|lead-1");
    let other =
        (0..).map(|place| format!("other-{place}")).find(|id| mail_shard(&format!("shop|{id}")) == shard).unwrap();
    world
        .settings("shop", |settings| {
            let person = json!({ "id": other, "email": "other@shop.example", "role": "finance", "language": "en" });
            settings["staff"].as_array_mut().unwrap().push(person);
        })
        .await;
    alerts(&world, 1).await;
    let items = world.items();
    let intent = items.iter().find(|item| item["sk"]["S"].as_str().is_some_and(|sk| sk.contains("#urgent#"))).unwrap();
    // A run holds 5 000 keys of a shard: six of these mails are before its end and six behind. What is between cannot be
    // read, which is quicker than as many mails.
    for place in 0..5_006 {
        let mut copy = intent.clone();
        let is_between = (6..5_000).contains(&place);
        copy["sk"]["S"] =
            json!(format!("MAIL#00000001#{place:05}#urgent#{}", if is_between { "lead" } else { "other" }));
        copy["doc"]["S"] = match is_between {
            true => json!(""),
            false => json!(copy["doc"]["S"].as_str().unwrap().replace("lead-1", &other)),
        };
        let put = json!({ "TableName": "aftercare", "Item": copy });
        assert_eq!(world.far.dynamodb("PutItem", put.to_string().as_bytes()).0, 200);
    }
    for _ in 0..3 {
        world.flush().await;
        world.later(60);
    }
    let mails = world.mails_to("other@shop.example");
    assert!(mails.len() == 1 && subjects(&mails)[0].contains("12"), "{:?}", subjects(&mails));
}

fn ticket(world: &World) -> aftercare::id::TicketId {
    let items = world.items();
    let id = items.iter().find_map(|item| item["pk"]["S"].as_str()?.strip_prefix("T|shop|")).unwrap();
    aftercare::id::TicketId::parse(id).unwrap()
}

#[tokio::test]
async fn a_word_of_danger_is_shown_before_ninety_warnings() {
    let world = World::new().await;
    copies(&world, 90).await;
    let first = std::cell::Cell::new(0);
    // All but the last to be read are about a clock, which is less pressing.
    world.spoil(
        |_, sk| sk.contains("urgent#"),
        |item| {
            first.set(first.get() + 1);
            if first.get() < 90 {
                item["doc"]["S"] = json!(item["doc"]["S"].as_str().unwrap().replace("\"urgent\"", "\"warned\""));
            }
        },
    );
    world.flush().await;
    let digest = digest(&world);
    let shown = digest["subject"]["digest"]["shown"].as_array().unwrap();
    assert_eq!((shown.len(), &shown[0]["notice"], &shown[1]["notice"]), (50, &json!("urgent"), &json!("warned")));
}

fn digest(world: &World) -> Value {
    let items = world.items();
    let item = items.iter().find(|item| item["pk"]["S"].as_str().is_some_and(|pk| pk.starts_with("D|"))).unwrap();
    serde_json::from_str(item["doc"]["S"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_crash_in_the_middle_of_gathering_leaves_one_digest_of_all() {
    for call in 1..6 {
        let world = World::with_attempts(1).await;
        copies(&world, 250).await;
        world.far.fail_in("TransactWriteItems", call, Fault::Before);
        world.try_flush().await;
        drained(&world).await;
        let mails = world.mails_to(LEAD_MAIL);
        let counted = subjects(&mails);
        // The fifth call is the note that the digest was sent.
        assert_eq!(counted.len(), if call == 5 { 2 } else { 1 }, "call {call}: {counted:?}");
        assert!(counted.iter().all(|subject| subject.contains("250")), "call {call}: {counted:?}");
    }
}

#[tokio::test]
async fn who_comes_while_it_is_gathered_is_a_line_and_who_comes_after_goes_alone() {
    let world = World::new().await;
    alerts(&world, 11).await;
    let until = world.now();
    world.flush().await;
    // Read before the bucket was full, written after.
    let late = async |customer: &str| {
        let back = world.now();
        world.at(&(until - jiff::SignedDuration::from_secs(5)).to_string());
        world.open(customer, "It exploded and caught fire, I burnt my hand", json!({ "category": "quality" })).await;
        world.settle().await;
        world.until(back);
    };
    late("late-1").await;
    world.later(60).flush().await;
    assert_eq!(world.mails_to(LEAD_MAIL).len(), 0);
    world.later(60).flush().await;
    let mails = world.mails_to(LEAD_MAIL);
    assert!(mails.len() == 1 && subjects(&mails)[0].contains("12"), "{:?}", subjects(&mails));
    late("late-2").await;
    drained(&world).await;
    assert_eq!(world.mails_to(LEAD_MAIL).len(), 2);
    assert_eq!((stage(&world, "digested"), stage(&world, "sent")), (12, 2));
}

#[tokio::test]
async fn a_digest_whose_tickets_are_gone_still_says_how_many() {
    let world = World::new().await;
    alerts(&world, 11).await;
    world.flush().await;
    world.spoil(|_, sk| sk == "STATE", |item| *item = Value::Null);
    drained(&world).await;
    assert!(subjects(&world.mails_to(LEAD_MAIL))[0].contains("11"));
}

#[tokio::test]
async fn a_digest_whose_reader_leaves_goes_to_who_is_there() {
    let world = World::new().await;
    alerts(&world, 11).await;
    world.flush().await;
    assert_eq!(digest(&world)["stage"], "gathering");
    world
        .settings("shop", |settings| {
            settings["staff"].as_array_mut().unwrap().retain(|person| person["role"] != "lead");
        })
        .await;
    drained(&world).await;
    let mails = world.mails_to("manager@shop.example");
    assert!(mails.len() == 1 && subjects(&mails)[0].contains("11"), "{:?}", subjects(&mails));
    assert_eq!(world.mails_to(LEAD_MAIL).len(), 0);
}

/// That many tickets of the lead's queue whose first response is about to break at 06:00; their warnings wait in a
/// bucket that goes out after `scanned` at the earliest.
async fn warned(world: &World, count: usize, scanned: &str) -> Vec<aftercare::id::TicketId> {
    let mut tickets = Vec::new();
    for place in 0..count {
        let opened = world.open(&format!("c-{place}"), "The kettle is broken", json!({ "category": "quality" })).await;
        assert_eq!(opened.body["ticket"]["priority"], "normal", "{}", opened.text);
        tickets.push(opened.ticket());
    }
    world.settle().await;
    world.at(scanned).scan().await;
    world.settle().await;
    tickets
}

fn skipped(world: &World) -> usize {
    let overtaken = |item: &Value| item["doc"]["S"].as_str().is_some_and(|doc| doc.contains("\"skipped\":\"past\""));
    world.items().iter().filter(|item| overtaken(item)).count()
}

#[tokio::test]
async fn a_warning_that_was_overtaken_is_not_mailed() {
    // Answered, closed, broken: nothing of it is about to break any more. One that is still running is told.
    for (what, mails) in [("running", 1), ("answered", 0), ("resolved", 0), ("broken", 0)] {
        let world = World::new().await;
        let scanned = if what == "broken" { "2026-03-12T05:58:00Z" } else { "2026-03-12T05:00:00Z" };
        let ticket = warned(&world, 1, scanned).await[0];
        match what {
            "answered" => drop(world.reply(ticket, json!({})).await),
            "broken" => drop(world.at("2026-03-12T06:00:30Z")),
            "resolved" => drop(world.resolve(ticket).await),
            _ => {}
        }
        world.settle().await;
        due(&world);
        world.flush().await;
        let told = subjects(&world.mails_to(LEAD_MAIL));
        assert_eq!(told.len(), mails, "{what}: {told:?}");
        assert_eq!(skipped(&world), 1 - mails, "{what}");
    }
}

#[tokio::test]
async fn overtaken_warnings_are_no_lines_of_a_digest() {
    let world = World::new().await;
    let tickets = warned(&world, 12, "2026-03-12T05:00:00Z").await;
    for ticket in &tickets[..5] {
        world.reply(*ticket, json!({})).await;
    }
    world.settle().await;
    drained(&world).await;
    let mails = world.mails_to(LEAD_MAIL);
    assert_eq!(mails.len(), 1);
    assert!(subjects(&mails)[0].contains('7'), "{:?}", subjects(&mails));
    let world = World::new().await;
    for ticket in warned(&world, 12, "2026-03-12T05:00:00Z").await {
        world.resolve(ticket).await;
    }
    world.settle().await;
    drained(&world).await;
    assert_eq!((world.mails_to(LEAD_MAIL).len(), skipped(&world)), (0, 1), "the digest itself");
}
