//! The mails about quality as a browser shows them: a closed month with charts and what was done about it, and an overdue action.

use std::fs;

use serde_json::{Value, json};
use tests::browser::{PICTURES, look};
use tests::{LEAD, SHOP, Token, World, merge};

const MANAGER: Token = Token::Staff("shop", "manager-1", &["manager"]);

#[tokio::test]
async fn the_mails_about_quality_are_seen_well_in_simplified_chinese() {
    are_seen_well("zh-Hans", "给杯子用双层纸箱包装。").await;
}

#[tokio::test]
async fn the_mails_about_quality_are_seen_well_in_traditional_chinese() {
    are_seen_well("zh-Hant", "給杯子用雙層紙箱包裝。").await;
}

#[tokio::test]
async fn the_mails_about_quality_are_seen_well_in_english() {
    are_seen_well("en", "Pack cups in double boxes.").await;
}

async fn are_seen_well(language: &str, measure: &str) {
    let world = Box::pin(two_months(language, measure)).await;
    fs::create_dir_all(PICTURES).unwrap();
    let mails = ["quality_report", "action_overdue"].map(|kind| {
        // The last report is of the month that has one before it to be held against.
        let mail = world.mails_of(kind).into_iter().rfind(|mail| mail.to == "lead@shop.example");
        let file = format!("{PICTURES}/{kind}.{language}.eml");
        fs::write(&file, mail.unwrap_or_else(|| panic!("no {kind}")).raw).unwrap();
        file
    });
    for (sight, mail) in look(&mails).into_iter().zip(&mails) {
        assert_eq!(sight.language, language, "{mail}");
    }
}

/// March and April of a shop: orders, complaints, answers, and three actions, of which one is overdue at the end.
async fn two_months(language: &str, measure: &str) -> World {
    let world = World::new().await;
    world
        .settings("shop", |settings| {
            settings["shop"]["language"] = json!(language);
            settings["staff"].as_array_mut().unwrap().iter_mut().for_each(|one| one["language"] = json!(language));
        })
        .await;
    let open = async |more: Value| {
        let mut body = json!({ "figure": "complaint_rate", "goal": 30, "measure": measure, "owner": "lead-1" });
        merge(&mut body, more);
        let opened = world.post(&MANAGER, "/v1/desk/actions", body).await;
        assert_eq!(opened.status, 201, "{}", opened.text);
        opened.body["id"].as_str().unwrap().to_owned()
    };
    a_month(&world, "march", "2026-03-12T02:00:00Z", 2).await;
    world.at("2026-04-02T02:00:00Z");
    let done = open(json!({ "scope": { "by": "product", "name": "kettle-7" }, "due": "2026-04-30" })).await;
    let path = format!("/v1/desk/actions/{done}/finish");
    assert_eq!(world.post(&LEAD, &path, json!({})).await.status, 200);
    open(json!({ "figure": "csat", "goal": 85, "due": "2026-04-28" })).await;
    open(json!({ "figure": "first_response_chat", "goal": 180, "due": "2026-06-30" })).await;
    a_month(&world, "april", "2026-04-14T02:00:00Z", 1).await;
    world.at("2026-05-04T02:00:00Z");
    assert_eq!(world.make_sheets().await.periods, 1);
    world.settle().await;
    world.later(86_400).flush().await;
    world.drained().await;
    world
}

/// Four orders, some complaints that are answered and resolved, and what their customers say; counted and closed so far.
async fn a_month(world: &World, name: &str, at: &str, complaints: usize) {
    world.at(at);
    for number in 0..4 {
        let customer = format!("{name}-{number}");
        world.order(&format!("o-{customer}"), json!({ "customer": customer, "placed_at": at })).await;
        let rating = json!({ "score": 5 - number, "from": 1, "to": 5 });
        let review = json!({ "source": "review", "source_id": customer, "rating": rating, "product": "kettle-7" });
        assert_eq!(world.post(&SHOP, "/v1/feedback", review).await.status, 201);
        if number < complaints {
            let ticket = world.open(&customer, "The kettle leaks.", json!({ "category": "quality" })).await.ticket();
            world.assign(ticket, "agent-1").await;
            world.later(600);
            world.reply(ticket, json!({})).await;
            world.resolve(ticket).await;
        }
    }
    world.count_all().await;
    assert_eq!(world.make_sheets().await.failed, 0);
    world.settle().await;
}
