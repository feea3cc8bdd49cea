//! What staff ended by mistake they open again; and they may speak on after the end.

use aftercare::id::TicketId;
use aftercare::sla::ClockKind;
use serde_json::{Value, json};
use tests::{AGENT, LEAD, SHOP, World};

use crate::told::{notices, word};

async fn kettle(world: &World) -> TicketId {
    let kettle = json!({ "category": "quality", "customer": { "email": "c-1@example.com" } });
    world.open("c-1", "The kettle is broken", kettle).await.ticket()
}

fn why() -> Value {
    json!({ "reason": "wreason: the wrong ticket" })
}

fn steps(read: &tests::Reply) -> Vec<String> {
    let steps = read.body["timeline"].as_array().unwrap();
    steps.iter().map(|step| step["what"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_agent_takes_a_resolve_back_and_says_why_among_staff() {
    let world = World::new().await;
    let ticket = kettle(&world).await;
    world.resolve(ticket).await;
    assert_eq!(world.at_desk(&AGENT, ticket, "reopen", json!({})).await.wrong_fields(), ["/reason"]);
    let reopened = world.later(60).at_desk(&AGENT, ticket, "reopen", why()).await;
    assert_eq!((reopened.status, &reopened.body["status"]), (200, &json!("open")), "{}", reopened.text);
    assert_eq!(word(&world, ticket, ClockKind::Resolution).await, "running");
    let again = world.at_desk(&AGENT, ticket, "reopen", json!({ "reason": "another" })).await;
    assert_eq!(again.status, 409, "words are not dropped");
    let inside = world.get(&AGENT, &format!("/v1/desk/tickets/{ticket}")).await;
    assert!(inside.text.contains("wreason") && steps(&inside).contains(&"note".to_owned()));
    let seen = world.get(&SHOP, &format!("/v1/tickets/{ticket}")).await;
    assert!(!seen.text.contains("wreason") && steps(&seen).contains(&"reopened".to_owned()), "{}", seen.text);
    assert_eq!(world.resolve(ticket).await.status, 200);
    world.later(8 * 86_400).scan().await;
    let closed = world.at_desk(&LEAD, ticket, "reopen", why()).await;
    assert_eq!((closed.status, closed.text.contains("closed")), (409, true), "{}", closed.text);
}

#[tokio::test]
async fn spam_and_cancelled_take_a_lead_and_the_customer_is_owed_an_answer_from_then_on() {
    let world = World::new().await;
    world.settings("shop", |settings| settings["block"]["customers"] = json!(["spammer"])).await;
    let from_the_start = world.open("spammer", "Is the lamp in stock again?", json!({})).await.ticket();
    let marked = kettle(&world).await;
    world.assign(marked, "agent-1").await;
    world.at_desk(&LEAD, marked, "spam", json!({})).await;
    let cancelled = world.open("c-2", "The lid is loose", json!({})).await.ticket();
    world.at_desk(&AGENT, cancelled, "cancel", json!({})).await;
    notices(&world).await;
    world.later(3_600);
    for ticket in [from_the_start, marked, cancelled] {
        let was = world.ticket(ticket).await.status;
        let agent = world.at_desk(&AGENT, ticket, "reopen", why()).await;
        assert_eq!(agent.status, 403, "{was}: {}", agent.text);
        assert!(agent.text.contains("lead"), "{was}: {}", agent.text);
        let lead = world.at_desk(&LEAD, ticket, "reopen", why()).await;
        assert_eq!((lead.status, &lead.body["status"]), (200, &json!("open")), "{was}: {}", lead.text);
        for kind in [ClockKind::FirstResponse, ClockKind::Resolution] {
            let clock = world.ticket(ticket).await.clock(kind).cloned().unwrap();
            assert_eq!((clock.started, clock.word()), (world.now(), "running"), "{was}");
        }
        assert_eq!(world.reply(ticket, json!({})).await.status, 200);
        assert_eq!(word(&world, ticket, ClockKind::FirstResponse).await, "met", "{was}");
    }
    assert_eq!(world.ticket(marked).await.holder().unwrap().as_str(), "agent-1", "who had it has it again");
    let told = notices(&world).await;
    assert!(!told.contains(&"acknowledge".to_owned()), "{told:?}");
}

#[tokio::test]
async fn many_are_reopened_at_once_and_each_takes_the_role_that_it_takes_alone() {
    let world = World::new().await;
    let resolved = kettle(&world).await;
    let cancelled = world.open("c-2", "The lid is loose", json!({})).await.ticket();
    let resolve = json!({ "tickets": [resolved], "action": { "type": "resolve", "body": "Done." } });
    world.post(&AGENT, "/v1/desk/tickets/bulk", resolve).await;
    world.at_desk(&AGENT, cancelled, "cancel", json!({})).await;
    let action = json!({ "type": "reopen", "reason": "wreason" });
    let body = json!({ "tickets": [resolved, cancelled], "action": action });
    let done = world.post(&AGENT, "/v1/desk/tickets/bulk", body.clone()).await;
    let statuses = |reply: &tests::Reply| [0, 1].map(|place| reply.body["outcomes"][place]["status"].clone());
    assert_eq!(statuses(&done), [json!(200), json!(403)], "{}", done.text);
    let lead = world.post(&LEAD, "/v1/desk/tickets/bulk", body).await;
    assert_eq!(statuses(&lead), [json!(409), json!(200)], "{}", lead.text);
}

#[tokio::test]
async fn a_word_after_the_end_is_mailed_and_the_ticket_stays_resolved() {
    let world = World::new().await;
    let ticket = kettle(&world).await;
    world.resolve(ticket).await;
    world.settle().await;
    let before = world.ticket(ticket).await;
    let said = world.later(3_600).reply(ticket, json!({ "body": "One more thing: descale it." })).await;
    assert_eq!((said.status, &said.body["status"]), (200, &json!("resolved")), "{}", said.text);
    let after = world.ticket(ticket).await;
    assert_eq!((after.clocks, after.timer, after.moved), (before.clocks, before.timer, before.moved));
    world.settle().await;
    assert!(world.far.mails().iter().any(|mail| mail.plain().contains("descale")));
    assert_eq!(world.reply(ticket, json!({ "then": "waiting_customer" })).await.status, 409);
    assert_eq!(world.reply(ticket, json!({ "then": "open" })).await.status, 409);
    world.later(7 * 86_400);
    assert_eq!(world.reply(ticket, json!({})).await.status, 409, "too late");
}

#[tokio::test]
async fn what_was_asked_for_may_be_asked_for_again_after_a_reopening() {
    let world = World::new().await;
    let asked = json!({ "kind": "exchange", "category": "quality" });
    let ticket = world.open("c-1", "The kettle is broken, please exchange it", asked).await.ticket();
    let execute = async || world.at_desk(&AGENT, ticket, "execution", json!({ "solution": "exchange" })).await;
    for _ in 0..2 {
        assert_eq!(execute().await.status, 200);
        assert_eq!(execute().await.status, 200, "done already");
        world.resolve(ticket).await;
        world.later(60).write(ticket, "The second one is broken too, once more please?").await;
    }
    let read = world.get(&AGENT, &format!("/v1/desk/tickets/{ticket}")).await;
    assert_eq!(steps(&read).iter().filter(|step| *step == "executed").count(), 2);
}

#[tokio::test]
async fn a_contact_stated_after_the_end_is_refused_rather_than_left_out_of_account() {
    let world = World::new().await;
    let ticket = kettle(&world).await;
    world.resolve(ticket).await;
    let stated = world.later(60).reply(ticket, json!({ "contacted_at": "2026-03-12T02:00:10Z" })).await;
    assert_eq!((stated.status, stated.text.contains("reopen it first")), (409, true), "{}", stated.text);
}

#[tokio::test]
async fn a_question_that_was_resolved_without_a_word_is_owed_an_answer_from_the_reopening() {
    let world = World::new().await;
    let ticket = kettle(&world).await;
    world.reply(ticket, json!({})).await;
    world.later(60).write(ticket, "Still waiting for it, please?").await;
    assert_eq!(world.later(60).at_desk(&AGENT, ticket, "resolve", json!({})).await.status, 200);
    assert_eq!(word(&world, ticket, ClockKind::NextReply).await, "cancelled");
    world.later(60).at_desk(&AGENT, ticket, "reopen", why()).await;
    assert_eq!(word(&world, ticket, ClockKind::NextReply).await, "running");
}
