//! When the figures of a period are final, everybody who looks after quality gets its report, once.

use futures_util::future::join;
use serde_json::json;
use tests::{LEAD, SHOP, World};

/// A month with a complaint, three orders and an answer to it all, closed on the fourth day after it.
async fn march(world: &World) {
    for customer in ["ann", "bob", "cho"] {
        world
            .order(&format!("{customer}-1"), json!({ "customer": customer, "placed_at": "2026-03-10T02:00:00Z" }))
            .await;
    }
    let ticket = world.open("ann", "The kettle leaks.", json!({ "category": "quality" })).await.ticket();
    world.assign(ticket, "agent-1").await;
    world.later(600);
    world.reply(ticket, json!({})).await;
    world.resolve(ticket).await;
    let call = json!({ "ticket": ticket, "rating": { "score": 5, "from": 1, "to": 5 }, "text": "All is well now." });
    assert_eq!(world.post(&LEAD, "/v1/desk/feedback", call).await.status, 201);
    world.count_all().await;
    world.make_sheets().await;
    world.at("2026-04-07T02:00:00Z");
}

/// To whom each report went, and its heading and the rest of its text.
fn reports(world: &World) -> Vec<(String, String)> {
    world.mails_of("quality_report").into_iter().map(|mail| (mail.to.clone(), mail.plain())).collect()
}

async fn english(world: &World) {
    world
        .settings("shop", |settings| {
            for person in settings["staff"].as_array_mut().unwrap() {
                person["language"] = json!("en");
            }
        })
        .await;
}

#[tokio::test]
async fn leads_managers_and_heads_get_the_report_of_a_closed_month_once() {
    let world = World::new().await;
    english(&world).await;
    march(&world).await;
    assert_eq!(world.make_sheets().await.periods, 2, "the month and the quarter");
    world.settle_twice().await;
    world.make_sheets().await;
    world.settle().await;
    world.later(3_600).flush().await;
    let mails = reports(&world);
    let heading = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    let mut sent: Vec<(&str, String)> = mails.iter().map(|(to, text)| (to.as_str(), heading(text))).collect();
    sent.sort_unstable();
    let headings = ["Service quality: March 2026", "Service quality: Quarter 1 of 2026"];
    let people = ["head@shop.example", "lead@shop.example", "manager@shop.example"];
    let wanted = people.into_iter().flat_map(|to| headings.map(|heading| (to, heading.to_owned())));
    assert_eq!(sent, wanted.collect::<Vec<_>>());
    let (_, month) = mails.iter().find(|(_, text)| text.contains("March")).unwrap();
    for said in ["Complaint rate: 33.3 % · goal 2 % · out of 3", "Not reached: ", "Repurchase rate: 0.0 %", "no data"]
    {
        assert!(month.contains(said), "{said}: {month}");
    }
    assert!(!month.contains("kettle"), "nothing that was typed");
}

#[tokio::test]
async fn a_month_in_which_nothing_was_counted_has_no_report() {
    let world = World::new().await;
    world.at("2026-04-04T02:00:00Z");
    assert_eq!(world.make_sheets().await.periods, 0);
    world.settle().await;
    assert!(reports(&world).is_empty());
}

#[tokio::test]
async fn a_report_is_held_against_the_goals_of_when_its_figures_were_closed() {
    let world = World::new().await;
    english(&world).await;
    march(&world).await;
    world.make_sheets().await;
    world.settings("shop", |settings| settings["figures"]["goals"]["complaint_rate"] = json!({ "to": 50 })).await;
    world.settle().await;
    world.flush().await;
    assert_eq!(reports(&world).len(), 6, "a month and a quarter, to three people");
    assert!(
        reports(&world).iter().all(|(_, text)| text.contains("Complaint rate: 33.3 % · goal 2 %")),
        "{:?}",
        reports(&world)
    );
}

/// Of this month, that it has too little feedback: to whom, and what it says.
fn warnings(world: &World) -> Vec<(String, String)> {
    let mut mails: Vec<(String, String)> =
        world.mails_of("feedback_short").into_iter().map(|mail| (mail.to.clone(), mail.plain())).collect();
    mails.sort_unstable();
    mails
}

/// So many reviews that the storefront hands in.
async fn reviewed(world: &World, times: usize) {
    for number in 0..times {
        let review = json!({ "source": "review", "source_id": format!("{number}"), "text": "All is well." });
        let reply = world.post(&SHOP, "/v1/feedback", review).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
    }
    world.count_all().await;
    world.make_sheets().await;
}

/// The scheduled runs of an hour, and the mails that come of them.
async fn an_hour(world: &World) {
    world.make_sheets().await;
    world.settle_twice().await;
    world.flush().await;
}

#[tokio::test]
async fn on_the_twentieth_those_who_look_after_quality_hear_once_that_feedback_will_not_come_to_its_goal() {
    let world = World::new().await;
    english(&world).await;
    world.at("2026-04-13T02:00:00Z");
    reviewed(&world, 5).await;
    // Sunday the 19th, and the 20th before the shop opens.
    for (at, told) in [("2026-04-19T04:00:00Z", 0), ("2026-04-19T17:00:00Z", 0), ("2026-04-20T02:00:00Z", 3)] {
        world.at(at);
        an_hour(&world).await;
        assert_eq!(warnings(&world).len(), told, "{at}");
    }
    let people = ["head@shop.example", "lead@shop.example", "manager@shop.example"];
    assert_eq!(warnings(&world).iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(), people);
    let (_, said) = &warnings(&world)[0];
    for words in ["Up to 2026-04-19 the shop has collected 5 pieces", "Feedback, forecast: 8", "Goal: 100"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    world.at("2026-04-28T02:00:00Z");
    an_hour(&world).await;
    assert_eq!(warnings(&world).len(), 3, "told once a month");
}

#[tokio::test]
async fn where_feedback_comes_to_its_goal_or_has_none_or_nothing_was_ever_counted_nobody_is_warned() {
    let world = World::new().await;
    world.at("2026-04-20T02:00:00Z");
    an_hour(&world).await;
    world.settings("shop", |settings| settings["figures"]["goals"]["feedback"] = json!({ "to": 7 })).await;
    world.at("2026-04-21T02:00:00Z");
    // Five in twenty-one days are seven in thirty.
    reviewed(&world, 5).await;
    world.at("2026-04-22T02:00:00Z");
    an_hour(&world).await;
    world
        .settings("shop", |settings| drop(settings["figures"]["goals"].as_object_mut().unwrap().remove("feedback")))
        .await;
    world.at("2026-04-29T02:00:00Z");
    an_hour(&world).await;
    assert_eq!(warnings(&world), []);
}

#[tokio::test]
async fn two_runs_at_once_warn_once() {
    let world = World::new().await;
    world.at("2026-04-13T02:00:00Z");
    reviewed(&world, 1).await;
    world.at("2026-04-20T02:00:00Z");
    join(world.make_sheets(), world.make_sheets()).await;
    world.settle_twice().await;
    world.later(60).flush().await;
    assert_eq!(warnings(&world).len(), 3);
}
