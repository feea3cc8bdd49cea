//! Every mail there is, in every language, as the whole system writes it and a browser shows it.

use std::collections::BTreeMap;
use std::fs;

use aftercare::category::Solution;
use aftercare::event::Actor;
use aftercare::ticket::{Command, Turn};
use serde_json::json;
use tests::browser::{PICTURES, look};
use tests::{Mail, World};

const KINDS: [&str; 22] = [
    "acknowledge",
    "answered",
    "assigned",
    "breached",
    "chase",
    "corrected",
    "daily",
    "digest",
    "expired",
    "followed_up",
    "head",
    "manager",
    "merged",
    "no_working_time",
    "proposal",
    "reminder",
    "reply",
    "resolved",
    "urgent",
    "waiting",
    "warned",
    "wrote",
];
/// Those that name no instant.
const WITHOUT: [&str; 7] = ["corrected", "digest", "followed_up", "merged", "no_working_time", "proposal", "reply"];

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
    let mails = Box::pin(first_of_each_kind(language, subject)).await;
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
        let instant = !WITHOUT.contains(&kind.as_str());
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
            settings["lifecycle"] = json!({ "remind_after_days": 1, "give_up_after_days": 2, "chase_after_days": 1,
                "return_within_days": 1, "reopen_within_days": 1, "close_after_days": 1 });
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
    world.assign(answered, "agent-1").await;
    world.reply(answered, json!({})).await;
    world.resolve(answered).await;
    Box::pin(on_the_way(&world, subject, language)).await;
    for _ in 0..96 {
        world.settle().await;
        world.later(1800).scan().await;
        world.settle().await;
        world.later(61).flush().await;
    }
    world.write(answered, "It leaks again, and more than before").await;
    let typed = world.reply(waiting, json!({ "contacted_at": "2026-03-12T02:10:00Z" })).await;
    assert_eq!(typed.status, 200, "{}", typed.text);
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

/// Tickets that wait, are offered something, written on and merged.
async fn on_the_way(world: &World, subject: &str, language: &str) {
    let open = async |number: usize, body: &str| {
        let more = json!({ "subject": subject, "category": "quality", "customer": { "locale": language } });
        let opened = world.open(&format!("way-{number}"), body, more).await.ticket();
        world.assign(opened, "agent-1").await;
        world.reply(opened, json!({})).await;
        opened
    };
    world.propose(open(1, subject).await, Solution::Exchange, subject).await;
    let offered = open(2, subject).await;
    world.propose(offered, Solution::ReturnRefund, subject).await;
    let accepted = Command::Answer { proposal: 1, accepted: true, note: false };
    world.act(offered, accepted, &Actor::Customer, None).await.unwrap();
    world.wait_for(open(3, subject).await, Turn::WaitingThirdParty).await;
    world.wait_for(open(4, subject).await, Turn::WaitingReturn).await;
    world.write(open(5, subject).await, "Is anybody there?").await;
    let other = open(6, "Something else altogether, about a parcel").await;
    world.merge(open(6, subject).await, other).await;
}
