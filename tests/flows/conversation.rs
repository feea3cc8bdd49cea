//! What people read of a conversation: who wrote what and when, all of it however long, and nothing that is not so any more.

use aftercare::category::Priority;
use serde_json::{Value, json};
use tests::{AGENT, LEAD, SHOP, Token, World};

use crate::told::notices;

const OWN: Token = Token::Customer("shop", "c-1");

#[tokio::test]
async fn however_long_a_conversation_its_first_message_is_shown_and_all_of_it_can_be_read() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    for number in 2..=60 {
        assert_eq!(world.write(ticket, &format!("message {number}")).await.status, 201);
        world.later(60);
    }
    for (token, at) in [(&SHOP, "/v1/tickets"), (&OWN, "/v1/tickets"), (&AGENT, "/v1/desk/tickets")] {
        let whole = world.get(token, &format!("{at}/{ticket}")).await.body;
        let numbers = |page: &Value| -> Vec<u64> {
            let messages = page["messages"].as_array().unwrap();
            messages.iter().map(|message| message["number"].as_u64().unwrap()).collect()
        };
        assert_eq!(whole["more"], true, "{at}");
        assert_eq!(numbers(&whole)[..2], [1, 11], "the first, and the latest fifty");
        assert_eq!(whole["messages"][0]["body"], "The kettle is broken");
        let mut seen = Vec::new();
        let mut before = String::new();
        for _ in 0..4 {
            let page = world.get(token, &format!("{at}/{ticket}/messages?limit=25{before}")).await.body;
            seen.splice(0..0, numbers(&page));
            let Some(older) = page["before"].as_u64() else { break };
            before = format!("&before={older}");
        }
        assert_eq!(seen, (1..=60).collect::<Vec<u64>>(), "{at}");
    }
    let path = format!("/v1/tickets/{ticket}/messages?before=0&limit=500&x=1");
    assert_eq!(world.get(&SHOP, &path).await.wrong_fields(), ["query before", "query limit", "query x"]);
    let foreign = world.get(&Token::Storefront("other"), &format!("/v1/tickets/{ticket}/messages")).await;
    let unknown = world.get(&SHOP, "/v1/tickets/01890000-0000-7000-8000-000000000001/messages").await;
    assert_eq!((foreign.status, foreign.text), (404, unknown.text));
}

#[tokio::test]
async fn a_message_says_who_wrote_it_and_when_whoever_handed_it_over() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    world.later(60).write(ticket, "Still broken").await;
    world.later(60).assign(ticket, "agent-1").await;
    world.later(60).reply(ticket, json!({})).await;
    let steps = |whole: &Value, field: &str| -> Vec<String> {
        let steps = whole["timeline"].as_array().unwrap().iter();
        steps.filter_map(|step| Some(format!("{} {}", step["what"].as_str()?, step[field].as_str()?))).collect()
    };
    let seen = world.get(&OWN, &format!("/v1/tickets/{ticket}")).await.body;
    let by: Vec<&Value> = seen["messages"].as_array().unwrap().iter().map(|message| &message["by"]).collect();
    assert_eq!(by, ["customer", "customer", "shop"]);
    assert_eq!(seen["messages"][1]["at"], "2026-03-12T02:01:00.000Z");
    assert!(steps(&seen, "by").contains(&"message customer".to_owned()), "{seen}");
    assert_eq!(steps(&seen, "staff"), [""; 0], "customers are not told who");
    let whole = world.get(&AGENT, &format!("/v1/desk/tickets/{ticket}")).await.body;
    assert!(steps(&whole, "staff").contains(&"assigned lead-1".to_owned()), "{whole}");
    assert!(steps(&whole, "to").contains(&"assigned agent-1".to_owned()), "{whole}");
    assert!(steps(&whole, "staff").contains(&"reply agent-1".to_owned()), "{whole}");
    let by_phone = world.open("c-2", "Called us", json!({ "opened_by": "agent" })).await.ticket();
    let whole = world.get(&SHOP, &format!("/v1/tickets/{by_phone}")).await.body;
    assert_eq!(whole["messages"][0]["by"], "shop");
}

#[tokio::test]
async fn danger_that_is_told_later_raises_the_priority_and_the_alarm_once() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The lid of the kettle does not fit", json!({})).await.ticket();
    assert_eq!(world.ticket(ticket).await.priority, Priority::Normal);
    notices(&world).await;
    let heard = world.write(ticket, "Now the kettle caught fire and burned my child's hand.").await;
    assert_eq!(heard.body["ticket"]["priority"], "urgent", "{}", heard.text);
    assert_eq!(heard.body["ticket"]["inside"]["danger"], true);
    assert_eq!(heard.body["ticket"]["promises"][0]["due_at"], "2026-03-12T03:00:00.000Z", "an hour, not four");
    assert_eq!(notices(&world).await, ["urgent", "wrote"]);
    world.write(ticket, "It caught fire, do you hear? My lawyer will write to you and I will sue.").await;
    assert_eq!(notices(&world).await, ["urgent", "wrote"], "the law is new");
    world.write(ticket, "It caught fire, and I will sue.").await;
    assert_eq!(notices(&world).await, ["wrote"]);
    world.resolve(ticket).await;
    world.settle().await;
    let after = world.ticket(ticket).await;
    assert_eq!((after.danger, after.legal), (true, true));
}

#[tokio::test]
async fn a_reopening_that_tells_of_danger_is_heard_too() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The lid of the kettle does not fit", json!({})).await.ticket();
    world.resolve(ticket).await;
    notices(&world).await;
    let again = world.write(ticket, "Not solved, and now it burned my hand, I am in hospital.").await;
    assert_eq!(
        (&again.body["ticket"]["status"], &again.body["ticket"]["priority"]),
        (&json!("open"), &json!("urgent"))
    );
    assert!(notices(&world).await.contains(&"urgent".to_owned()));
}

#[tokio::test]
async fn the_words_of_a_second_resolve_are_refused_rather_than_lost() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    let path = format!("/v1/desk/tickets/{ticket}/resolve");
    assert_eq!(world.post(&AGENT, &path, json!({ "body": "It is done." })).await.status, 200);
    let second = world.post(&LEAD, &path, json!({ "body": "Your code is 123." })).await;
    assert_eq!(second.status, 409, "{}", second.text);
    assert!(second.text.contains("resolved"), "{}", second.text);
    assert_eq!(world.post(&LEAD, &path, json!({})).await.status, 200, "without words there is nothing to lose");
}

#[tokio::test]
async fn an_acknowledgement_that_comes_late_promises_nothing_that_is_over() {
    let world = World::new().await;
    let resolved = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    world.resolve(resolved).await;
    let waiting = world.open("c-2", "The kettle is broken", json!({})).await.ticket();
    world.reply(waiting, json!({ "then": "waiting_customer" })).await;
    world.settle().await;
    for customer in ["c-1@example.com", "c-2@example.com"] {
        let mails = world.mails_to(customer);
        let promised = mails.iter().filter(|mail| mail.raw.contains("We will reply to you by")).count();
        assert_eq!((mails.len(), promised), (2, 0), "{customer}");
    }
}

#[tokio::test]
async fn a_ticket_is_given_only_to_people_who_may_answer_it() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    for (person, status) in [("finance-1", 409), ("admin-1", 409), ("agent-1", 200), ("head-1", 200)] {
        let answer = world.assign(ticket, person).await;
        assert_eq!(answer.status, status, "{person}: {}", answer.text);
    }
}
