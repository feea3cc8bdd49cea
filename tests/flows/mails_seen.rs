//! Every mail there is, in every language, as the whole system writes it and a browser shows it.

use std::collections::BTreeMap;
use std::fs;

use serde_json::json;
use tests::browser::{PICTURES, look};
use tests::{Mail, World};

const KINDS: [&str; 11] = [
    "acknowledge",
    "breached",
    "daily",
    "digest",
    "head",
    "manager",
    "no_working_time",
    "reply",
    "resolved",
    "urgent",
    "warned",
];

#[tokio::test]
async fn every_mail_is_seen_well_in_simplified_chinese() {
    all_are_seen_well("zh-Hans", "电热水壶收到就漏水，要求换货").await;
}

#[tokio::test]
async fn every_mail_is_seen_well_in_traditional_chinese() {
    all_are_seen_well("zh-Hant", "快煮壺收到就漏水，想換貨").await;
}

#[tokio::test]
async fn every_mail_is_seen_well_in_english() {
    all_are_seen_well("en", "The kettle leaks straight out of the box, I want a new one").await;
}

async fn all_are_seen_well(language: &str, subject: &str) {
    let mails = first_of_each_kind(language, subject).await;
    assert_eq!(mails.keys().map(String::as_str).collect::<Vec<_>>(), KINDS);
    fs::create_dir_all(PICTURES).unwrap();
    let file = |(kind, mail): (&String, &Mail)| {
        let file = format!("{PICTURES}/{kind}.{language}.eml");
        fs::write(&file, &mail.raw).unwrap();
        file
    };
    let seen = look(&mails.iter().map(file).collect::<Vec<_>>());
    for (kind, sight) in mails.keys().zip(seen) {
        assert_eq!(sight.language, language, "{kind}");
        let instant = !matches!(kind.as_str(), "reply" | "digest" | "no_working_time");
        assert_eq!(sight.due.len(), usize::from(instant), "{kind}: {:?}", sight.due);
    }
}

/// Two days of a shop in which everything happens that anybody is written to about.
async fn first_of_each_kind(language: &str, subject: &str) -> BTreeMap<String, Mail> {
    let world = World::new().await;
    world
        .settings("shop", |settings| {
            settings["shop"]["language"] = json!(language);
            settings["priority"]["categories"]["account_payment"] = json!(60);
            settings["mail"]["bucket_seconds"] = json!(60);
            for person in settings["staff"].as_array_mut().unwrap() {
                person["language"] = json!(language);
            }
        })
        .await;
    let about =
        |category: &str| json!({ "subject": subject, "category": category, "customer": { "locale": language } });
    let answered = world.open("c-1", subject, about("quality")).await.ticket();
    let waiting = world.open("c-2", subject, about("delivery")).await.ticket();
    world.assign(waiting, "agent-1").await;
    world.open("c-3", subject, about("account_payment")).await;
    world.settle().await;
    world.reply(answered, json!({})).await;
    world.resolve(answered).await;
    for _ in 0..96 {
        world.settle().await;
        world.later(1800).scan().await;
        world.settle().await;
        world.later(61).flush().await;
    }
    for customer in 0..11 {
        world.open(&format!("many-{customer}"), subject, about("account_payment")).await;
    }
    world.settle().await;
    world.later(61).flush().await; // gathers them
    world.later(61).flush().await; // sends them as one
    world
        .settings("shop", |settings| {
            settings["calendars"]["closed"] =
                json!({ "zone": "Asia/Shanghai", "week": {}, "holidays": [], "overrides": {} });
            settings["policy"]["resolution"]["calendar"] = json!("closed");
        })
        .await;
    world.open("c-4", subject, about("quality")).await;
    world.settle().await;
    world.later(3 * 86_400).flush().await;
    let mut mails = BTreeMap::new();
    for mail in world.far.mails() {
        mails.entry(mail.tags["kind"].clone()).or_insert(mail);
    }
    mails
}
