//! Who reads a mail, when, and how it hangs together with the others of its ticket.

use serde_json::json;
use tests::{LEAD, Mail, SHOP, Token, World};

const LEAD_MAIL: &str = "lead@shop.example";

async fn urgent(world: &World, customer: &str) {
    let opened = world.open(customer, "The kettle exploded and hurt my hand", json!({ "category": "quality" })).await;
    assert_eq!(opened.status, 201, "{}", opened.text);
    world.settle().await;
}

/// Flushes whatever is due, as it comes due.
async fn drained(world: &World) {
    while let Some(due) = world.next_due("MAIL#") {
        world.until(due).flush().await;
        world.settle().await;
    }
}

fn header(mail: &Mail, name: &str) -> String {
    mail.header(name).unwrap_or_default()
}

#[tokio::test]
async fn the_mails_of_a_ticket_hang_together_and_answers_find_it() {
    let world = World::new().await;
    let mail = json!({ "channel": "email", "mail": { "message_id": "<abc.1@mail.example>" } });
    let opened = world.open("c-1", "The kettle is broken", mail).await;
    let number = opened.body["ticket"]["number"].as_str().unwrap().to_owned();
    world.settle().await;
    // The shop moves to another address meanwhile.
    world.settings("shop", |settings| settings["shop"]["mail"] = json!("care@new.example")).await;
    world.reply(opened.ticket(), json!({})).await;
    world.settle().await;
    world.resolve(opened.ticket()).await;
    world.settle().await;
    let mails = world.mails_to("c-1@example.com");
    assert_eq!(mails.len(), 3);
    for mail in &mails {
        assert_eq!(header(mail, "References"), format!("<{}@shop.example>", opened.ticket()));
        assert_eq!(header(mail, "In-Reply-To"), "<abc.1@mail.example>");
        assert!(header(mail, "Subject").contains(&number), "{}", mail.raw);
    }
    let expected = [
        ("auto-replied", "help@shop.example", format!("<help+{number}@shop.example>")),
        // What an agent wrote is no machine's mail.
        ("", "care@new.example", format!("<care+{number}@new.example>")),
        ("", "care@new.example", format!("<care+{number}@new.example>")),
    ];
    for (mail, (auto, from, reply_to)) in mails.iter().zip(expected) {
        assert_eq!((header(mail, "Auto-Submitted").as_str(), mail.from.as_str()), (auto, from));
        assert_eq!(header(mail, "Reply-To"), reply_to);
        assert_eq!(header(mail, "List-Id"), format!("<tickets.{}>", from.rsplit_once('@').unwrap().1));
    }
}

#[tokio::test]
async fn an_alert_is_a_machines_mail_that_is_answered_at_the_desk() {
    let world = World::new().await;
    urgent(&world, "c-1").await;
    drained(&world).await;
    let mail = world.mails_to(LEAD_MAIL).remove(0);
    assert_eq!(header(&mail, "Auto-Submitted"), "auto-generated");
    assert_eq!(header(&mail, "Reply-To"), "");
    assert!(header(&mail, "References").ends_with("@shop.example>"));
    assert!(!mail.raw.contains("c-1@example.com") && !mail.raw.contains("exploded"));
}

#[tokio::test]
async fn what_is_not_urgent_waits_for_opening_hours() {
    // Shanghai's office closes at 18:00, 10:00 UTC, and opens at 09:00, 01:00 UTC; it is a Thursday.
    for (now, sent) in [
        ("2026-03-12T02:03:20Z", "2026-03-12T02:05:00Z"),
        ("2026-03-12T09:54:59Z", "2026-03-12T09:55:00Z"),
        // The bucket would go out when nobody is there.
        ("2026-03-12T09:55:00Z", "2026-03-13T01:05:00Z"),
        ("2026-03-12T10:00:00Z", "2026-03-13T01:05:00Z"),
        ("2026-03-13T20:00:00Z", "2026-03-16T01:05:00Z"),
    ] {
        let world = World::new().await;
        world.at(now);
        world
            .settings("shop", |settings| {
                let mut promise = settings["policy"]["first_response"].clone();
                // Due at once, and with no time to warn of it.
                for priority in ["urgent", "high", "normal", "low"] {
                    promise[priority] = json!(1);
                }
                promise["calendar"] = json!("always");
                settings["policy"]["first_response"] = promise;
            })
            .await;
        world.open("c-1", "The kettle is broken", json!({ "category": "quality" })).await;
        world.settle().await;
        let opened = world.now();
        world.later(61).scan().await;
        // The notice is read at the instant that the case is about.
        world.at(&opened.to_string());
        world.settle().await;
        assert_eq!(world.next_due("MAIL#").unwrap().to_string(), sent, "{now}");
        drained(&world).await;
        assert_eq!(world.mails_to(LEAD_MAIL).len(), 1);
    }
}

#[tokio::test]
async fn what_is_urgent_goes_out_at_night() {
    let world = World::new().await;
    world.at("2026-03-12T20:01:00Z");
    urgent(&world, "c-1").await;
    assert_eq!(world.next_due("MAIL#").unwrap().to_string(), "2026-03-12T20:05:00Z");
}

#[tokio::test]
async fn a_shop_that_is_open_for_less_than_a_bucket_still_gets_its_mail() {
    let world = World::new().await;
    world
        .settings("shop", |settings| {
            settings["calendars"]["moment"] =
                json!({ "zone": "UTC", "week": { "thu": [["03:00", "03:02"]] }, "holidays": [], "overrides": {} });
            settings["mail"]["opening_hours"] = json!("moment");
            settings["policy"]["first_response"]["calendar"] = json!("always");
        })
        .await;
    world.open("c-1", "The colour is not the one I ordered", json!({ "category": "order" })).await;
    world.settle().await;
    // The breach is found an hour after the shop closed; it opens again a week later, for two minutes.
    world.later(14_400 + 61).scan().await;
    world.settle().await;
    assert_eq!(world.next_due("MAIL#").unwrap().to_string(), "2026-03-19T03:05:00Z");
}

#[tokio::test]
async fn who_has_left_is_told_nothing_and_who_is_there_now_hears_of_it() {
    let world = World::new().await;
    urgent(&world, "c-1").await;
    world
        .settings("shop", |settings| {
            let staff = settings["staff"].as_array_mut().unwrap();
            staff.retain(|person| person["role"] != "lead" && person["role"] != "manager");
        })
        .await;
    drained(&world).await;
    assert_eq!((world.mails_to(LEAD_MAIL).len(), world.mails_to("head@shop.example").len()), (0, 1));
    let mut stages: Vec<String> = world.stages().into_iter().map(|(_, stage)| stage).collect();
    stages.sort();
    assert_eq!(stages, ["sent", "sent", "skipped"]);
}

#[tokio::test]
async fn nobody_at_all_is_no_trouble() {
    let world = World::new().await;
    world.settings("shop", |settings| settings["staff"] = json!([])).await;
    urgent(&world, "c-1").await;
    assert_eq!((world.stages().len(), world.next_due("MAIL#")), (1, None));
}

#[tokio::test]
async fn two_storefronts_write_to_one_person_apart() {
    let world = World::new().await;
    world.staff("other").await;
    world.settings("other", |settings| settings["shop"]["mail"] = json!("help@other.example")).await;
    for shop in ["shop", "other"] {
        world.settings(shop, |settings| settings["mail"]["digest_over"] = json!(3)).await;
    }
    let other = Token::Storefront("other");
    for place in 0..3 {
        for token in [&SHOP, &other] {
            let body = tests::request(&format!("c-{place}"), "The kettle exploded and hurt my hand");
            assert_eq!(world.post(token, "/v1/tickets", body).await.status, 201);
        }
    }
    world.settle().await;
    drained(&world).await;
    let mails = world.mails_to(LEAD_MAIL);
    // Six to one address, but three of each shop's: no digest.
    let from = |shop: &str| mails.iter().filter(|mail| mail.from == format!("help@{shop}.example")).count();
    assert_eq!((from("shop"), from("other"), mails.len()), (3, 3, 6));
}

#[tokio::test]
async fn each_reads_in_their_own_language() {
    let world = World::new().await;
    world
        .settings("shop", |settings| {
            let staff = settings["staff"].as_array_mut().unwrap();
            for person in staff.iter_mut().filter(|person| person["role"] == "lead") {
                person["language"] = json!("zh-Hant");
            }
        })
        .await;
    let ticket =
        world.open("c-1", "The kettle exploded and hurt my hand", json!({ "category": "quality" })).await.ticket();
    let assigned = world.post(&LEAD, &format!("/v1/desk/tickets/{ticket}/assign"), json!({ "to": "agent-1" })).await;
    assert_eq!(assigned.status, 200);
    world.settle().await;
    drained(&world).await;
    let language = |address: &str| header(&world.mails_to(address)[0], "Content-Language");
    assert_eq!((language(LEAD_MAIL).as_str(), language("agent@shop.example").as_str()), ("zh-Hant", "en"));
}
