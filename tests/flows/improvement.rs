//! Improvement actions: opened by whoever looks after quality, done or dropped once, and measured before and after.

use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use tests::{ADMIN, AGENT, LEAD, Reply, SHOP, Token, World, merge};

const MANAGER: Token = Token::Staff("shop", "manager-1", &["manager"]);
const FINANCE: Token = Token::Staff("shop", "finance-1", &["finance"]);
const STRANGER: Token = Token::Staff("shop", "agent-9", &["agent"]);
const OTHER: Token = Token::Staff("other", "lead-9", &["lead"]);
const ACTIONS: &str = "/v1/desk/actions";

fn packing(more: Value) -> Value {
    let mut body = json!({
        "figure": "complaint_rate", "goal": 30, "measure": "Pack cups in double boxes.", "owner": "lead-1", "due": "2026-03-20",
    });
    merge(&mut body, more);
    body
}

/// The manager opens one; its id.
async fn opened(world: &World, more: Value) -> String {
    let reply = world.post(&MANAGER, ACTIONS, packing(more)).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.body["id"].as_str().unwrap().to_owned()
}

async fn read(world: &World, who: &Token, id: &str) -> Reply {
    world.get(who, &format!("{ACTIONS}/{id}")).await
}

async fn finish(world: &World, who: &Token, id: &str) -> Reply {
    world.post(who, &format!("{ACTIONS}/{id}/finish"), json!({})).await
}

async fn give_up(world: &World, who: &Token, id: &str) -> Reply {
    world.post(who, &format!("{ACTIONS}/{id}/drop"), json!({ "reason": "The boxes are too dear." })).await
}

/// The ids of a page, and whether there is another.
async fn listed(world: &World, who: &Token, query: &str) -> (Vec<String>, Option<String>) {
    let page = world.get(who, &format!("{ACTIONS}?{query}")).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let ids = page.body["actions"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned());
    (ids.collect(), page.body["next"].as_str().map(str::to_owned))
}

/// A day on which four orders are placed and so many of their customers complain, counted.
async fn a_day(world: &World, name: &str, at: &str, complaints: usize) {
    world.at(at);
    for number in 0..4 {
        let customer = format!("{name}-{number}");
        world.order(&format!("o-{customer}"), json!({ "customer": customer, "placed_at": at })).await;
        if number < complaints {
            let opened = world.open(&customer, "The cup is broken.", json!({ "category": "quality" })).await;
            assert_eq!(opened.status, 201, "{}", opened.text);
        }
    }
    world.count_all().await;
    assert_eq!(world.make_sheets().await.failed, 0);
}

/// Flushes whenever something is due among the mails, until nothing is.
async fn mails_went(world: &World) {
    for _ in 0..10 {
        let Some(due) = world.next_due("MAIL#") else { return };
        world.until(due).flush().await;
    }
    panic!("mails are due for ever");
}

fn told(world: &World) -> Vec<(String, String)> {
    let mut told: Vec<_> =
        world.mails_of("action_overdue").into_iter().map(|mail| (mail.to.clone(), mail.plain())).collect();
    told.sort();
    told
}

#[tokio::test]
async fn the_figure_is_measured_before_an_action_began_and_after_it_was_done() {
    let world = World::new().await;
    a_day(&world, "before", "2026-03-02T02:00:00Z", 2).await;
    world.at("2026-03-10T02:00:00Z");
    let id = opened(&world, json!({})).await;
    let open = read(&world, &LEAD, &id).await.body;
    let before = json!({ "from": "2026-02-10", "to": "2026-03-09", "value": 50.0, "denominator": 4 });
    assert_eq!((&open["standing"], &open["begins"]), (&json!("open"), &json!("2026-03-10")));
    assert_eq!(open["effect"], json!({ "before": before }));
    assert_eq!(finish(&world, &LEAD, &id).await.body["standing"], "done");
    a_day(&world, "after", "2026-03-12T02:00:00Z", 1).await;
    let after = json!({ "from": "2026-03-11", "to": "2026-03-12", "value": 25.0, "denominator": 4 });
    let effect = json!({ "before": before, "after": after, "change": -25.0, "better": true, "reached": true });
    let done = read(&world, &LEAD, &id).await.body;
    assert_eq!((&done["effect"], &done["ended"]), (&effect, &json!("2026-03-10")));
    world.at("2026-05-01T02:00:00Z");
    let later = read(&world, &LEAD, &id).await.body;
    assert_eq!(later["effect"]["after"]["to"], "2026-04-07", "28 days are compared");
}

#[tokio::test]
async fn what_is_one_agents_is_measured_by_what_that_agent_did() {
    let world = World::new().await;
    let scope = json!({ "figure": "first_response", "goal": 200, "scope": { "by": "agent", "name": "agent-1" } });
    let answered = async |at: &str, seconds: [i64; 2]| {
        world.at(at);
        for (agent, seconds) in ["agent-1", "lead-1"].into_iter().zip(seconds) {
            let ticket = world.open(&format!("{agent}-{seconds}"), "Where is it?", json!({})).await.ticket();
            world.assign(ticket, agent).await;
            world.later(seconds).reply(ticket, json!({})).await;
        }
        world.count_all().await;
        world.make_sheets().await;
    };
    answered("2026-03-09T02:00:00Z", [400, 100]).await;
    world.at("2026-03-10T02:00:00Z");
    let id = opened(&world, scope).await;
    finish(&world, &MANAGER, &id).await;
    answered("2026-03-12T02:00:00Z", [500, 50]).await;
    let effect = read(&world, &LEAD, &id).await.body["effect"].clone();
    assert_eq!(json!([effect["before"]["value"], effect["after"]["value"]]), json!([400.0, 500.0]));
    assert_eq!(json!([effect["change"], effect["better"], effect["reached"]]), json!([100.0, false, false]));
}

#[tokio::test]
async fn wrong_fields_people_who_are_not_staff_and_parts_the_shop_does_not_have_are_named() {
    let world = World::new().await;
    let wrong = async |more: Value, fields: &[&str]| {
        let reply = world.post(&LEAD, ACTIONS, packing(more)).await;
        assert_eq!((reply.status, reply.wrong_fields()), (422, fields.to_vec()), "{}", reply.text);
    };
    wrong(json!({ "figure": "beauty", "goal": null, "due": "2026-03-01" }), &["/figure", "/goal", "/due"]).await;
    wrong(json!({ "owner": "agent-9", "group": ["lead-1", "nobody"] }), &["/group/1", "/owner"]).await;
    wrong(json!({ "scope": { "by": "team", "name": "nobodys" } }), &["/scope/name"]).await;
    let keyless = world.send(&LEAD, "POST", ACTIONS, &[], &packing(json!({})).to_string()).await;
    assert_eq!((keyless.status, keyless.wrong_fields()), (422, vec!["header Idempotency-Key"]));
    let id = opened(&world, json!({})).await;
    let silent = world.post(&LEAD, &format!("{ACTIONS}/{id}/drop"), json!({})).await;
    assert_eq!((silent.status, silent.wrong_fields()), (422, vec!["/reason"]));
    for query in ["standing=closed", "limit=0", "cursor=zz", "owner=lead-1"] {
        assert_eq!(world.get(&LEAD, &format!("{ACTIONS}?{query}")).await.status, 422, "{query}");
    }
    for path in ["", "/finish/now"] {
        assert_eq!(world.get(&LEAD, &format!("{ACTIONS}/{id}{path}x")).await.status, 404, "{path}");
    }
    assert_eq!(world.get(&LEAD, &format!("{ACTIONS}/{id}/finish")).await.header("allow"), Some("POST"));
}

#[tokio::test]
async fn an_action_is_opened_once_however_often_it_is_sent() {
    let world = World::new().await;
    let send = |body: Value| world.post_with_key(&LEAD, ACTIONS, "the-same", body);
    let (one, other) = join(send(packing(json!({}))), send(packing(json!({})))).await;
    assert_eq!((one.status, other.status, &one.body), (201, 201, &other.body));
    assert_eq!(send(packing(json!({ "goal": 1 }))).await.status, 422, "the key was used for another");
    assert_eq!(listed(&world, &LEAD, "").await.0.len(), 1);
}

#[tokio::test]
async fn an_action_ends_once_and_a_refusal_names_both_states() {
    let world = World::new().await;
    let done = opened(&world, json!({})).await;
    let dropped = opened(&world, json!({})).await;
    let later = opened(&world, json!({ "begins": "2026-03-15" })).await;
    let both = join_all([finish(&world, &LEAD, &done), finish(&world, &MANAGER, &done)]).await;
    assert!(both.iter().all(|reply| (reply.status, &reply.body) == (200, &both[0].body)), "{both:?}");
    assert_eq!(give_up(&world, &LEAD, &dropped).await.body["why"], "The boxes are too dear.");
    assert_eq!(give_up(&world, &MANAGER, &dropped).await.status, 200, "again changes nothing");
    for (reply, said) in [
        (give_up(&world, &LEAD, &done).await, "is done, and cannot become dropped"),
        (finish(&world, &LEAD, &dropped).await, "is dropped, and cannot become done"),
        (finish(&world, &LEAD, &later).await, "is open, and cannot become done before"),
    ] {
        assert_eq!(reply.status, 409, "{}", reply.text);
        assert!(reply.body["detail"].as_str().unwrap().contains(said), "{}", reply.text);
    }
    let fresh = opened(&world, json!({})).await;
    let (finished, given_up) = join(finish(&world, &LEAD, &fresh), give_up(&world, &MANAGER, &fresh)).await;
    let mut ends = [finished.status, given_up.status];
    ends.sort_unstable();
    assert_eq!(ends, [200, 409], "{} {}", finished.text, given_up.text);
    assert_eq!(world.documents("A|shop").iter().find(|(key, _)| key == "A|shop OPEN").unwrap().1, json!(1));
}

#[tokio::test]
async fn the_open_ones_come_first_by_when_they_are_due_and_pages_have_no_gaps() {
    let world = World::new().await;
    let late = opened(&world, json!({ "due": "2026-03-30" })).await;
    let soon = opened(&world, json!({ "due": "2026-03-14" })).await;
    let (first, second, dropped) =
        (opened(&world, json!({})).await, opened(&world, json!({})).await, opened(&world, json!({})).await);
    finish(&world, &LEAD, &first).await;
    give_up(&world, &LEAD, &dropped).await;
    world.later(86_400);
    finish(&world, &LEAD, &second).await;
    let all = [&soon, &late, &second, &first, &dropped].map(String::clone);
    assert_eq!(listed(&world, &LEAD, "").await, (all.to_vec(), None));
    assert_eq!(listed(&world, &LEAD, "standing=open").await.0, all[..2]);
    assert_eq!(listed(&world, &LEAD, "standing=done").await.0, all[2..4]);
    assert_eq!(listed(&world, &LEAD, "standing=dropped").await.0, all[4..]);
    let (mut seen, mut query) = (Vec::new(), "limit=2".to_owned());
    loop {
        let (page, next) = listed(&world, &LEAD, &query).await;
        seen.extend(page);
        let Some(next) = next else { break };
        query = format!("limit=2&cursor={next}");
    }
    assert_eq!(seen, all);
    world.at("2026-03-15T02:00:00Z");
    let page = world.get(&LEAD, ACTIONS).await;
    let overdue: Vec<bool> =
        page.body["actions"].as_array().unwrap().iter().map(|one| one["overdue"] == true).collect();
    assert_eq!(overdue, [true, false, false, false, false]);
}

#[tokio::test]
async fn agents_see_what_they_work_on_and_finish_what_is_theirs() {
    let world = World::new().await;
    let own = opened(&world, json!({ "owner": "agent-1", "due": "2026-03-14" })).await;
    let with = opened(&world, json!({ "group": ["agent-1"] })).await;
    let not = opened(&world, json!({})).await;
    assert_eq!(listed(&world, &AGENT, "").await.0, [own.clone(), with.clone()]);
    assert_eq!(listed(&world, &STRANGER, "").await.0, [""; 0]);
    assert_eq!(read(&world, &AGENT, &with).await.status, 200);
    for (id, status) in [(&not, 404), (&with, 403), (&own, 200)] {
        assert_eq!(finish(&world, &AGENT, id).await.status, status);
        assert_eq!(give_up(&world, &AGENT, id).await.status, 403, "leads and above drop");
    }
    for token in [&AGENT, &FINANCE, &ADMIN, &SHOP] {
        assert_eq!(world.post(token, ACTIONS, packing(json!({}))).await.status, 403, "{token:?}");
    }
    for token in [&FINANCE, &ADMIN, &SHOP] {
        assert_eq!(read(&world, token, &own).await.status, 403, "{token:?}");
    }
}

#[tokio::test]
async fn another_shops_action_is_as_if_it_were_not_there() {
    let world = World::new().await;
    let id = opened(&world, json!({})).await;
    let nowhere = "0".repeat(32);
    let (theirs, none) = (read(&world, &OTHER, &id).await, read(&world, &OTHER, &nowhere).await);
    assert_eq!((theirs.status, &theirs.text), (404, &none.text));
    for (theirs, none) in [
        (finish(&world, &OTHER, &id).await, finish(&world, &OTHER, &nowhere).await),
        (give_up(&world, &OTHER, &id).await, give_up(&world, &OTHER, &nowhere).await),
    ] {
        assert_eq!((theirs.status, &theirs.text), (404, &none.text));
    }
    assert_eq!(listed(&world, &OTHER, "").await.0, [""; 0]);
    assert_eq!(read(&world, &LEAD, &id).await.body["standing"], "open");
}

#[tokio::test]
async fn no_more_than_two_hundred_are_open_and_of_two_at_once_for_the_last_place_one_is() {
    let world = World::new().await;
    let mut last = String::new();
    for _ in 0..199 {
        last = opened(&world, json!({})).await;
    }
    let (one, other) = join(
        world.post(&LEAD, ACTIONS, packing(json!({}))),
        world.post(&MANAGER, ACTIONS, packing(json!({ "goal": 20 }))),
    )
    .await;
    let refused = [&one, &other].into_iter().find(|reply| reply.status != 201).unwrap();
    assert_eq!((one.status + other.status, refused.status), (201 + 409, 409), "{} {}", one.text, other.text);
    assert!(refused.body["detail"].as_str().unwrap().contains("200 actions are open"), "{}", refused.text);
    give_up(&world, &LEAD, &last).await;
    opened(&world, json!({})).await;
}

#[tokio::test]
async fn an_overdue_action_is_told_once_to_its_owner_and_to_whoever_opened_it() {
    let world = World::new().await;
    let scope = json!({ "by": "product", "name": "cup-1" });
    let id =
        opened(&world, json!({ "owner": "agent-1", "group": ["lead-1"], "scope": scope, "due": "2026-03-12" })).await;
    world.at("2026-03-12T15:59:00Z").flush().await;
    assert_eq!(told(&world), [], "its last day is not over");
    world.at("2026-03-12T16:00:00Z").flush().await;
    assert_eq!(told(&world), [], "it waits for opening hours");
    mails_went(&world).await;
    let mails = told(&world);
    let to: Vec<&str> = mails.iter().map(|(to, _)| to.as_str()).collect();
    assert_eq!(to, ["agent@shop.example", "manager@shop.example"]);
    for said in ["Complaint rate (cup-1)", "30 %", "agent@shop.example", "2026-03-12", "Pack cups in double boxes."] {
        assert!(mails[0].1.contains(said), "{said}: {}", mails[0].1);
    }
    world.later(7 * 86_400);
    mails_went(&world).await;
    world.flush().await;
    assert_eq!(told(&world).len(), 2);
    assert_eq!(finish(&world, &AGENT, &id).await.status, 200, "it is done late");
}

#[tokio::test]
async fn an_action_that_ended_in_time_or_while_its_mail_waited_is_not_told() {
    let world = World::new().await;
    let (done, late) =
        (opened(&world, json!({ "due": "2026-03-12" })).await, opened(&world, json!({ "due": "2026-03-12" })).await);
    finish(&world, &LEAD, &done).await;
    world.at("2026-03-12T16:00:00Z").flush().await;
    give_up(&world, &LEAD, &late).await;
    mails_went(&world).await;
    assert_eq!(told(&world), []);
}

#[tokio::test]
async fn where_owner_and_opener_have_left_the_managers_hear_of_it() {
    let world = World::new().await;
    let reply = world.post(&LEAD, ACTIONS, packing(json!({ "due": "2026-03-12" }))).await;
    assert_eq!(reply.status, 201);
    world
        .settings("shop", |settings| {
            settings["staff"].as_array_mut().unwrap().retain(|person| person["id"] != "lead-1");
        })
        .await;
    mails_went(&world).await;
    let mails = told(&world);
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].0, "manager@shop.example");
}

#[tokio::test]
async fn two_flushes_at_once_tell_it_once() {
    let world = World::new().await;
    opened(&world, json!({ "due": "2026-03-12" })).await;
    world.at("2026-03-13T02:00:00Z");
    join(world.try_flush(), world.try_flush()).await;
    mails_went(&world).await;
    assert_eq!(told(&world).len(), 2, "{:?}", told(&world));
}

#[tokio::test]
async fn the_report_of_a_month_lists_what_was_done_about_its_figures() {
    let world = World::new().await;
    a_day(&world, "before", "2026-03-02T02:00:00Z", 2).await;
    world.at("2026-03-10T02:00:00Z");
    let done = opened(&world, json!({ "scope": null })).await;
    finish(&world, &LEAD, &done).await;
    for _ in 0..11 {
        opened(&world, json!({ "figure": "csat", "goal": 85, "due": "2026-06-30" })).await;
    }
    opened(&world, json!({ "figure": "nps", "goal": 40, "begins": "2026-04-01", "due": "2026-06-30" })).await;
    a_day(&world, "after", "2026-03-12T02:00:00Z", 1).await;
    world.at("2026-04-07T02:00:00Z");
    assert_eq!(world.make_sheets().await.periods, 2);
    world.settle_twice().await;
    world.flush().await;
    let month = async |world: &World| {
        let mails = world.mails_of("quality_report").into_iter().filter(|mail| mail.to == "lead@shop.example");
        mails.map(|mail| mail.plain()).find(|text| text.contains("March")).unwrap()
    };
    let text = month(&world).await;
    let open = "Satisfaction (CSAT): goal 85 % · lead@shop.example · due 2026-06-30";
    assert_eq!(text.matches(open).count(), 10, "{text}");
    assert!(text.contains("Improvement actions") && text.contains("and 2 more"), "{text}");
    assert!(!text.contains("(NPS): goal 40"), "it begins after the month: {text}");
    let few = World::new().await;
    a_day(&few, "before", "2026-03-02T02:00:00Z", 2).await;
    few.at("2026-03-10T02:00:00Z");
    let done = opened(&few, json!({})).await;
    finish(&few, &LEAD, &done).await;
    let dropped = opened(&few, json!({ "figure": "csat", "goal": 85 })).await;
    give_up(&few, &LEAD, &dropped).await;
    a_day(&few, "after", "2026-03-12T02:00:00Z", 1).await;
    few.at("2026-04-07T02:00:00Z");
    few.make_sheets().await;
    few.settle().await;
    few.flush().await;
    let text = month(&few).await;
    let said = "Complaint rate: goal 30 % · lead@shop.example · due 2026-03-20 · done on 2026-03-10 · from 50.0 % to 25.0 %, goal reached";
    assert!(text.contains(said) && text.contains("dropped on 2026-03-10"), "{text}");
    assert!(!text.contains("double boxes"), "no words that somebody typed: {text}");
}
