//! A storefront's settings: whole, checked, versioned.

use serde_json::{Value, json};
use tests::openapi::document;
use tests::{ADMIN, Reply, SHOP, Token, World};

use crate::told::within;

const PATH: &str = "/v1/desk/settings";

async fn current(world: &World) -> (u64, Value) {
    let reply = world.get(&ADMIN, PATH).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    (reply.body["version"].as_u64().unwrap(), reply.body["settings"].clone())
}

async fn replace(world: &World, replaces: u64, settings: &Value) -> Reply {
    world.put(&ADMIN, PATH, json!({ "replaces": replaces, "settings": settings })).await
}

/// The wrong fields of the current settings with a change.
async fn wrong(world: &World, change: impl FnOnce(&mut Value)) -> Vec<String> {
    let (version, mut settings) = current(world).await;
    change(&mut settings);
    let reply = replace(world, version, &settings).await;
    assert_eq!(reply.status, 422, "{}", reply.text);
    assert_eq!(current(world).await.0, version, "nothing was stored");
    reply.wrong_fields().into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_new_storefront_has_what_is_shipped_as_its_first_version() {
    let world = World::new().await;
    let admin = Token::Staff("fresh", "admin-1", &["admin"]);
    let first = world.get(&admin, PATH).await;
    let shipped: Value = serde_json::from_str(include_str!("../../infra/settings.default.json")).unwrap();
    assert_eq!((&first.body["version"], &first.body["settings"]["policy"]), (&json!(1), &shipped["policy"]));
    let stored = world.items().into_iter().filter(|item| item["pk"]["S"] == "S|fresh").count();
    assert_eq!(stored, 2, "the version and which one is current");
    // A storefront that was never looked at is written to all the same, over nothing.
    let unseen = Token::Staff("unseen", "admin-1", &["admin"]);
    let body = json!({ "replaces": 0, "settings": first.body["settings"] });
    assert_eq!(world.put(&unseen, PATH, body).await.body["version"], 1);
}

#[tokio::test]
async fn the_first_use_of_a_storefront_by_two_at_once_makes_one_version() {
    let world = World::new().await;
    let shop = Token::Storefront("fresh");
    let body = || tests::request("c-1", "Where is my parcel?");
    let (one, other) = tokio::join!(world.post(&shop, "/v1/tickets", body()), async {
        world.get(&Token::Staff("fresh", "admin-1", &["admin"]), PATH).await
    });
    assert_eq!((one.status, other.body["version"].as_u64()), (201, Some(1)), "{}", one.text);
}

#[tokio::test]
async fn settings_are_replaced_whole_as_the_next_version() {
    let world = World::new().await;
    let (version, mut settings) = current(&world).await;
    settings["shop"]["name"] = json!("Another name");
    let replaced = replace(&world, version, &settings).await;
    assert_eq!((replaced.status, &replaced.body), (200, &json!({ "version": version + 1 })));
    assert_eq!(current(&world).await, (version + 1, settings.clone()));
    let again = replace(&world, version, &settings).await;
    assert_eq!((again.status, &again.body), (200, &replaced.body), "sent again because the answer was lost");
    settings["shop"]["name"] = json!("A third name");
    let stale = replace(&world, version, &settings).await;
    assert_eq!(stale.status, 412, "{}", stale.text);
    assert_eq!(replace(&world, version + 7, &settings).await.status, 412, "a version that never was");
    assert_eq!(current(&world).await.0, version + 1);
}

#[tokio::test]
async fn of_two_admins_at_once_one_wins_and_the_other_reads_again() {
    let world = World::new().await;
    let (version, settings) = current(&world).await;
    let named = |name: &str| {
        let mut settings = settings.clone();
        settings["shop"]["name"] = json!(name);
        settings
    };
    let (first, second) = (named("First"), named("Second"));
    let (slow, fast) =
        within(&world, ("TransactWriteItems", 1), replace(&world, version, &first), replace(&world, version, &second))
            .await
            .unwrap();
    assert_eq!((slow.status, fast.status), (412, 200));
    assert_eq!(current(&world).await.1["shop"]["name"], "Second");
}

#[tokio::test]
async fn every_fault_is_told_at_once_with_its_place() {
    let world = World::new().await;
    let shape = wrong(&world, |settings| {
        settings["shop"]["mail"] = json!("nowhere");
        settings["limits"]["per_day"] = json!(5);
        settings["policy"]["resolution"]["urgent"] = json!("soon");
    })
    .await;
    assert_eq!(shape.len(), 3);
    for pointer in ["/settings/shop/mail", "/settings/limits/per_day", "/settings/policy/resolution/urgent"] {
        assert!(shape.iter().any(|fault| fault == pointer), "{pointer} in {shape:?}");
    }
    let rules = wrong(&world, |settings| {
        settings["calendars"]["a/b"] =
            json!({ "zone": "Mars/Olympus", "week": { "mon": [["09:00", "12:00"], ["11:00", "18:00"]] } });
        settings["calendars"]["never"] = json!({ "zone": "Asia/Shanghai" });
        settings["calendars"]["past"] = json!({ "zone": "UTC", "overrides": { "2026-03-11": [["09:00", "12:00"]] } });
        settings["mail"]["opening_hours"] = json!("nights");
        settings["limits"]["tickets_per_customer_hour"] = json!(0);
        settings["wording"] = json!({ "en": { "no_such_text": "x" } });
        settings["shop"]["time_zone"] = json!("Mars/Olympus");
        settings["priority"]["urgent_from"] = json!(1);
        settings["priority"]["large_order"] = json!({ "XYZ!": 5 });
        settings["cases"]["reasons"]["late"]["kinds"] = json!([]);
        settings["cases"]["limits"]["CNY"]["agent"] = json!(1);
        settings["cases"]["fees"]["label"] = json!({ "a/b": 5 });
        let again = settings["staff"][0].clone();
        settings["staff"].as_array_mut().unwrap().push(again);
    })
    .await;
    let expected = [
        "/settings/calendars/a~1b/week/mon/1",
        "/settings/calendars/a~1b/zone",
        "/settings/calendars/never/week",
        "/settings/calendars/past/week",
        "/settings/cases/fees/label/a~1b",
        "/settings/cases/limits/CNY",
        "/settings/cases/reasons/late/kinds",
        "/settings/limits/tickets_per_customer_hour",
        "/settings/mail/opening_hours",
        "/settings/priority",
        "/settings/priority/large_order/XYZ!",
        "/settings/shop/time_zone",
        "/settings/staff/6/id",
        "/settings/wording/en/no_such_text",
    ];
    let mut found = rules;
    found.sort();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_policy_that_promises_the_less_pressing_sooner_is_refused() {
    let world = World::new().await;
    let target = |clock: &'static str, priority: &'static str, seconds: i64| {
        move |settings: &mut Value| settings["policy"][clock][priority] = json!(seconds)
    };
    assert_eq!(wrong(&world, target("first_response", "low", 14_399)).await, ["/settings/policy/first_response"]);
    assert_eq!(wrong(&world, target("resolution", "high", 14_399)).await, ["/settings/policy/resolution"]);
    assert_eq!(
        wrong(&world, target("resolution", "urgent", 3_599)).await,
        ["/settings/policy/resolution/urgent"],
        "before the first response"
    );
    assert_eq!(
        wrong(&world, target("first_response_chat", "low", 57_601)).await,
        ["/settings/policy/resolution/low"],
        "nor before that of a chat"
    );
    let (version, mut settings) = current(&world).await;
    settings["policy"]["first_response_chat"]["low"] = json!(57_601);
    let refused = replace(&world, version, &settings).await;
    let said = "must not come before the first response in chat of the same priority";
    assert_eq!(refused.body["errors"][0]["detail"], said, "{}", refused.text);
    assert_eq!(wrong(&world, target("first_response", "urgent", 0)).await, ["/settings/policy/first_response/urgent"]);
    assert_eq!(
        wrong(&world, |settings| settings["policy"]["resolution"]["calendar"] = json!("nights")).await,
        ["/settings/policy/resolution/calendar"]
    );
    let (version, mut settings) = current(&world).await;
    settings["policy"]["resolution"]["urgent"] = json!(3_600);
    assert_eq!(replace(&world, version, &settings).await.status, 200, "at the same time is not before");
}

#[tokio::test]
async fn a_body_that_is_no_replacement_is_refused() {
    let world = World::new().await;
    let (version, settings) = current(&world).await;
    let put = async |body: Value| world.put(&ADMIN, PATH, body).await;
    assert_eq!(put(json!({})).await.wrong_fields(), ["/replaces", "/settings"]);
    let more = put(json!({ "replaces": version, "settings": settings, "force": true })).await;
    assert_eq!(more.wrong_fields(), ["/force"]);
    for replaces in [json!(-1), json!("1"), json!(1.5), json!(4_294_967_296u64)] {
        let reply = put(json!({ "replaces": replaces, "settings": settings })).await;
        assert_eq!(reply.wrong_fields(), ["/replaces"], "{replaces}");
    }
    assert_eq!(world.send(&ADMIN, "PUT", PATH, &[], "{").await.status, 400);
    assert_eq!(world.send(&ADMIN, "PUT", PATH, &[("content-type", "text/plain")], "{}").await.status, 415);
}

#[tokio::test]
async fn a_document_of_more_than_100_kib_is_not_even_read() {
    let world = World::new().await;
    let (version, settings) = current(&world).await;
    let body = json!({ "replaces": version, "settings": settings }).to_string();
    let padded = |length: usize| format!("{body}{}", " ".repeat(length - body.len()));
    assert_eq!(world.send(&ADMIN, "PUT", PATH, &[], &padded(102_401)).await.status, 413);
    assert_eq!(world.send(&ADMIN, "PUT", PATH, &[], &"{".repeat(102_401)).await.status, 413);
    assert_eq!(world.send(&ADMIN, "PUT", PATH, &[], &padded(102_400)).await.status, 200);
    let described = &document()["paths"][PATH]["put"]["description"];
    assert!(described.as_str().unwrap().contains("102400 bytes"), "{described}");
}

#[tokio::test]
async fn new_settings_hold_for_new_tickets_at_once_and_everywhere_within_a_minute() {
    let world = World::new().await;
    world.open("c-1", "The kettle is broken", json!({})).await;
    let (version, mut settings) = current(&world).await;
    settings["policy"]["first_response"]["low"] = json!(30_000);
    replace(&world, version, &settings).await;
    world.later(61);
    let opened = world.open("c-2", "A question", json!({ "category": "inquiry", "kind": "inquiry" })).await;
    assert_eq!(world.ticket(opened.ticket()).await.clocks[0].target, 30_000);
    let inside = world.get(&SHOP, &format!("/v1/tickets/{}", opened.ticket())).await;
    assert_eq!(inside.body["ticket"]["inside"]["settings_version"], version + 1);
}

#[tokio::test]
async fn what_holds_is_shown_whole_the_usual_too() {
    let shown = current(&World::new().await).await.1;
    assert_eq!(shown["lifecycle"]["reopen_within_days"], 7);
    assert_eq!(shown["privacy"]["reads_kept_days"], 400);
    assert_eq!(shown["limits"]["messages_per_customer_hour"], 60);
}

#[tokio::test]
async fn words_that_would_reach_customers_broken_are_refused() {
    let world = World::new().await;
    let found = wrong(&world, |settings| {
        settings["shop"]["name"] = json!("Shop\r\nBcc: evil@x.example");
        settings["answers"]["sizes"] = json!({ "title": "Sizes", "text": { "en": "Hi {name}, your {foo} order" } });
        settings["answers"]["torn"] = json!({ "title": "Torn", "text": { "en": "Hi, your order {number is" } });
        settings["wording"]["en"] = json!({ "thread.subject": "About your request" });
    });
    let answers = ["/settings/answers/sizes/text/en", "/settings/answers/torn/text/en"];
    let wording = ["/settings/wording/en/thread.subject"];
    assert_eq!(found.await, [&["/settings/shop/name"][..], &answers, &wording].concat());
}
