//! Quality reviews: leads look at tickets that were drawn, and what they say of them stands beside what customers said.

use futures_util::future::join;
use serde_json::{Value, json};
use tests::{ADMIN, AGENT, LEAD, Reply, SHOP, Token, World, filled, merge};

use crate::survey_page::{asked, link};

const MANAGER: Token = Token::Staff("shop", "manager-1", &["manager"]);
const FINANCE: Token = Token::Staff("shop", "finance-1", &["finance"]);
const COLLEAGUE: Token = Token::Staff("shop", "agent-9", &["agent"]);
const OTHER: Token = Token::Staff("other", "lead-9", &["lead"]);
const REVIEWS: &str = "/v1/desk/reviews";
const MARCH: &str = "agent=agent-1&month=2026-03";

/// So many tickets that agent-1 resolved, counted.
async fn resolved(world: &World, number: usize) {
    for one in 0..number {
        let ticket = world.open(&format!("c-{one}"), "The kettle leaks.", json!({})).await.ticket();
        assert_eq!(world.resolve(ticket).await.status, 200);
    }
    world.count_all().await;
}

/// The ids that are drawn, and whether each is done.
async fn sample(world: &World, who: &Token) -> Vec<(String, bool)> {
    let drawn = world.get(who, &format!("{REVIEWS}/sample?{MARCH}")).await;
    assert_eq!(drawn.status, 200, "{}", drawn.text);
    let tickets = drawn.body["tickets"].as_array().unwrap().iter();
    tickets.map(|one| (one["ticket"].as_str().unwrap().to_owned(), one["done"] == true)).collect()
}

fn scores(ticket: &str, more: Value) -> Value {
    let mut body = json!({
        "ticket": ticket, "agent": "agent-1", "month": "2026-03", "speed": 5, "attitude": 4, "process": 3, "effect": 4,
    });
    merge(&mut body, more);
    body
}

async fn review(world: &World, who: &Token, ticket: &str, more: Value) -> Reply {
    world.post(who, REVIEWS, scores(ticket, more)).await
}

async fn read(world: &World, who: &Token, query: &str) -> Reply {
    world.get(who, &format!("{REVIEWS}?{query}")).await
}

/// Value and sample of a figure of an answer.
fn figure(figures: &Value, name: &str) -> (Option<f64>, i64) {
    let figure = figures.as_array().unwrap().iter().find(|figure| figure["name"] == name).unwrap();
    (figure["value"].as_f64(), figure["denominator"].as_i64().unwrap())
}

/// What the shop's running month says.
async fn counted(world: &World, name: &str) -> (Option<f64>, i64) {
    world.count_all().await;
    assert_eq!(world.make_sheets().await.failed, 0);
    figure(&world.get(&LEAD, "/v1/desk/figures").await.body["figures"], name)
}

#[tokio::test]
async fn a_bounded_sample_is_drawn_that_is_the_same_for_everybody_and_says_what_is_done() {
    let world = World::new().await;
    resolved(&world, 8).await;
    let drawn = sample(&world, &LEAD).await;
    assert_eq!((drawn.len(), drawn.iter().any(|(_, done)| *done)), (5, false));
    assert_eq!(sample(&world, &MANAGER).await, drawn);
    assert_eq!(review(&world, &LEAD, &drawn[2].0, json!({})).await.status, 201);
    let done: Vec<bool> = sample(&world, &LEAD).await.into_iter().map(|(_, done)| done).collect();
    assert_eq!(done, [false, false, true, false, false]);
    world.settings("shop", |settings| settings["figures"]["review_sample"] = json!(2)).await;
    assert_eq!(sample(&world, &LEAD).await.len(), 2);
}

#[tokio::test]
async fn messages_that_come_again_leave_the_draw_as_it_was() {
    let world = World::new().await;
    resolved(&world, 3).await;
    let drawn = sample(&world, &LEAD).await;
    let ticket = drawn[0].0.parse().map(aftercare::id::TicketId).unwrap();
    world.at_desk(&LEAD, ticket, "reopen", json!({ "reason": "It leaks again." })).await;
    world.resolve(ticket).await;
    world.count_all().await;
    assert_eq!(sample(&world, &LEAD).await.len(), 3, "a ticket is in it once, however often it was resolved");
}

#[tokio::test]
async fn a_review_says_how_each_standard_was_kept_and_its_history_does_not_change() {
    let world = World::new().await;
    resolved(&world, 2).await;
    let drawn = sample(&world, &LEAD).await;
    let ticket = drawn[0].0.parse().map(aftercare::id::TicketId).unwrap();
    let before = world.ticket(ticket).await;
    let comment = json!({ "comment": "He asked nobody first." });
    assert_eq!(review(&world, &LEAD, &drawn[0].0, comment).await.status, 201);
    assert_eq!(review(&world, &MANAGER, &drawn[1].0, json!({ "speed": 2, "effect": 5 })).await.status, 201);
    assert_eq!(world.ticket(ticket).await, before);
    let page = read(&world, &LEAD, MARCH).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let means = ["review_speed", "review_attitude", "review_process", "review_effect", "review_agreement"]
        .map(|name| figure(&page.body["figures"], name));
    assert_eq!(means, [(Some(3.5), 2), (Some(4.0), 2), (Some(3.0), 2), (Some(4.5), 2), (None, 0)]);
    let said: Vec<&Value> = page.body["reviews"].as_array().unwrap().iter().map(|one| &one["comment"]).collect();
    assert!(said.contains(&&json!("He asked nobody first.")) && said.contains(&&Value::Null), "{}", page.text);
    assert_eq!(counted(&world, "review_speed").await, (Some(3.5), 2));
    let groups = world.get(&AGENT, "/v1/desk/figures").await.body["groups"].clone();
    assert_eq!(figure(&groups[0]["figures"], "review_effect"), (Some(4.5), 2), "on the agent's own scorecard");
    assert_eq!(
        figure(&read(&world, &LEAD, "agent=agent-1&month=2026-02").await.body["figures"], "review_speed"),
        (None, 0)
    );
}

#[tokio::test]
async fn a_customers_score_is_compared_whether_it_came_before_the_review_or_after() {
    for review_first in [true, false] {
        let world = World::new().await;
        let (ticket, mail) = asked(&world).await;
        world.count_all().await;
        let answered = async || {
            let page = world.visit(&link(&mail, "/s/")).await;
            let (action, token) = page.form("answer");
            let body = filled(&[("token", &token), ("score", "1")]);
            let form = [("content-type", "application/x-www-form-urlencoded")];
            world.submit_raw(&action, &form, &body).await;
        };
        if !review_first {
            answered().await;
        }
        assert_eq!(review(&world, &LEAD, &ticket.to_string(), json!({})).await.status, 201);
        if review_first {
            assert_eq!(counted(&world, "review_agreement").await, (None, 0));
            answered().await;
        }
        assert_eq!(counted(&world, "review_agreement").await, (Some(0.0), 1), "{review_first}");
        let page = read(&world, &LEAD, MARCH).await;
        let one = &page.body["reviews"][0];
        assert_eq!(json!([one["customer"], one["agrees"]]), json!([1, false]), "{}", page.text);
        let agreeing = json!({ "speed": 2, "attitude": 2, "process": 2, "effect": 2 });
        assert_eq!(review(&world, &LEAD, &ticket.to_string(), agreeing).await.status, 200);
        assert_eq!(counted(&world, "review_agreement").await, (Some(100.0), 1), "changed, it counts anew");
        assert_eq!(counted(&world, "review_speed").await, (Some(2.0), 1));
    }
}

#[tokio::test]
async fn only_its_reviewer_changes_a_review_and_only_for_a_day() {
    let world = World::new().await;
    resolved(&world, 1).await;
    let ticket = &sample(&world, &LEAD).await[0].0;
    assert_eq!(review(&world, &LEAD, ticket, json!({ "comment": "Slow." })).await.status, 201);
    let refused = review(&world, &MANAGER, ticket, json!({})).await;
    assert_eq!(refused.status, 409);
    assert!(refused.body["detail"].as_str().unwrap().contains("Somebody else"), "{}", refused.text);
    world.later(86_399);
    let changed = review(&world, &LEAD, ticket, json!({ "speed": 1 })).await;
    assert_eq!((changed.status, &changed.body["scores"]["speed"]), (200, &json!(1)), "{}", changed.text);
    assert!(changed.body["changed_at"].is_string());
    assert_eq!(read(&world, &LEAD, MARCH).await.body["reviews"][0].get("comment"), None, "it was taken back");
    world.later(1);
    assert_eq!(review(&world, &LEAD, ticket, json!({})).await.status, 409);
}

#[tokio::test]
async fn of_two_reviewers_at_once_one_is_told_that_the_other_was_first_and_what_is_sent_twice_is_one() {
    let world = World::new().await;
    resolved(&world, 2).await;
    let drawn = sample(&world, &LEAD).await;
    let (one, other) =
        join(review(&world, &LEAD, &drawn[0].0, json!({})), review(&world, &MANAGER, &drawn[0].0, json!({}))).await;
    let mut both = [one.status, other.status];
    both.sort_unstable();
    assert_eq!(both, [201, 409], "{} {}", one.text, other.text);
    let send = |more: Value| world.post_with_key(&LEAD, REVIEWS, "the-same", scores(&drawn[1].0, more));
    let (one, other) = join(send(json!({})), send(json!({}))).await;
    assert_eq!((one.status, other.status, &one.body), (201, 201, &other.body));
    assert_eq!(send(json!({ "speed": 1 })).await.status, 422, "the key was used for another");
    assert_eq!(read(&world, &LEAD, MARCH).await.body["reviews"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn agents_read_their_own_leads_all_and_nobody_reviews_their_own_work() {
    let world = World::new().await;
    resolved(&world, 1).await;
    let ticket = &sample(&world, &LEAD).await[0].0;
    let own = Token::Staff("shop", "agent-1", &["lead"]);
    assert_eq!(review(&world, &own, ticket, json!({})).await.status, 403);
    assert_eq!(review(&world, &LEAD, ticket, json!({})).await.status, 201);
    assert_eq!(read(&world, &AGENT, "").await.body["reviews"].as_array().unwrap().len(), 1);
    assert_eq!(read(&world, &COLLEAGUE, MARCH).await.status, 403);
    assert_eq!(read(&world, &COLLEAGUE, "").await.body["reviews"], json!([]));
    for token in [&AGENT, &FINANCE, &ADMIN, &SHOP] {
        assert_eq!(review(&world, token, ticket, json!({})).await.status, 403, "{token:?}");
        assert_eq!(world.get(token, &format!("{REVIEWS}/sample?{MARCH}")).await.status, 403, "{token:?}");
    }
    for token in [&FINANCE, &ADMIN, &SHOP] {
        assert_eq!(read(&world, token, MARCH).await.status, 403, "{token:?}");
    }
}

#[tokio::test]
async fn another_shops_ticket_is_as_one_that_was_not_drawn() {
    let world = World::new().await;
    resolved(&world, 1).await;
    let ticket = &sample(&world, &LEAD).await[0].0;
    assert_eq!(sample(&world, &OTHER).await, []);
    let theirs = review(&world, &OTHER, ticket, json!({})).await;
    let nobodys = review(&world, &OTHER, "01890a5d-ac96-774b-bcce-b302099a8057", json!({})).await;
    assert_eq!((theirs.status, theirs.wrong_fields(), &theirs.text), (422, vec!["/ticket"], &nobodys.text));
    assert_eq!(review(&world, &LEAD, ticket, json!({ "month": "2026-02" })).await.wrong_fields(), ["/ticket"]);
    assert_eq!(review(&world, &LEAD, ticket, json!({})).await.status, 201);
    assert_eq!(read(&world, &OTHER, MARCH).await.body["reviews"], json!([]));
}

#[tokio::test]
async fn wrong_fields_are_named_all_at_once() {
    let world = World::new().await;
    let wrong = review(&world, &LEAD, "x", json!({ "month": "2026", "speed": 6, "comment": "", "mood": 1 })).await;
    assert_eq!((wrong.status, wrong.wrong_fields()), (422, vec!["/ticket", "/month", "/speed", "/comment", "/mood"]));
    let keyless = world.send(&LEAD, "POST", REVIEWS, &[], &scores("x", json!({})).to_string()).await;
    assert_eq!((keyless.status, keyless.wrong_fields()), (422, vec!["header Idempotency-Key", "/ticket"]));
    for query in ["month=2026-Q1", "agent=a%20b", "limit=1"] {
        assert_eq!(read(&world, &LEAD, query).await.status, 422, "{query}");
        assert_eq!(world.get(&LEAD, &format!("{REVIEWS}/sample?{query}")).await.status, 422, "{query}");
    }
    assert_eq!(world.get(&LEAD, &format!("{REVIEWS}/samples")).await.status, 404);
    assert_eq!(world.put(&LEAD, REVIEWS, json!({})).await.status, 405);
}

#[tokio::test]
async fn an_erased_ticket_keeps_its_scores_and_no_words_and_is_drawn_no_more() {
    let world = World::new().await;
    resolved(&world, 2).await;
    let drawn = sample(&world, &LEAD).await;
    for (ticket, _) in &drawn {
        assert_eq!(review(&world, &LEAD, ticket, json!({ "comment": "wcomment" })).await.status, 201);
    }
    let export = world.get(&SHOP, "/v1/customers/c-0/export").await;
    assert_eq!(export.status, 200, "{}", export.text);
    assert!(!export.text.contains("wcomment"), "{}", export.text);
    for customer in ["c-0", "c-1"] {
        let erased = world.post(&SHOP, &format!("/v1/customers/{customer}/erase"), json!({})).await;
        assert_eq!(erased.status, 200, "{}", erased.text);
    }
    let kept: Vec<String> =
        world.items().iter().map(ToString::to_string).filter(|text| text.contains("wcomment")).collect();
    assert_eq!(kept, Vec::<String>::new());
    let page = read(&world, &LEAD, MARCH).await;
    assert_eq!(figure(&page.body["figures"], "review_speed"), (Some(5.0), 2));
    assert_eq!(page.body["reviews"][0].get("comment"), None);
    assert_eq!(sample(&world, &LEAD).await, []);
    assert_eq!(review(&world, &LEAD, &drawn[0].0, json!({})).await.wrong_fields(), ["/ticket"]);
}

#[tokio::test]
async fn the_report_of_a_closed_month_has_the_reviews_beside_surveys_and_indicators() {
    let world = World::new().await;
    resolved(&world, 1).await;
    let ticket = &sample(&world, &LEAD).await[0].0;
    assert_eq!(review(&world, &LEAD, ticket, json!({})).await.status, 201);
    world.count_all().await;
    world.make_sheets().await;
    world.at("2026-04-07T02:00:00Z");
    assert_eq!(world.make_sheets().await.periods, 2);
    world.settle_twice().await;
    // It waits for opening hours.
    world.later(3_600).flush().await;
    let mails = world.mails_of("quality_report").into_iter().filter(|mail| mail.to == "lead@shop.example");
    let text = mails.map(|mail| mail.plain()).find(|text| text.contains("March")).unwrap();
    for said in ["Reviews: speed (1 to 5): 5.0", "Reviews: process (1 to 5): 3.0", "Tickets: 1"] {
        assert!(text.contains(said), "{said}: {text}");
    }
}
