//! A survey on the deployed stack: resolved at the desk, asked by mail, answered on its page, followed up on by a lead.

use serde_json::{Value, json};
use tests::stack::{fresh, stack};
use tests::{filled, forms};

#[test]
fn a_customer_of_a_resolved_ticket_is_asked_and_their_low_score_is_a_leads_task() {
    let stack = stack();
    stack.settings("other", |settings| {
        settings["surveys"]["after_minutes_chat"] = json!(1);
        settings["surveys"]["from_hour"] = json!(0);
        settings["surveys"]["until_hour"] = json!(24);
    });
    let customer = fresh("asked");
    let address = format!("{customer}@example.com");
    let mut wanted = tests::request(&customer, "The lid does not close.");
    wanted["channel"] = json!("chat");
    let id = stack.open("other-server", wanted).at("/ticket/id");
    let at_desk = |act: &str, body: Value| stack.post("other-agent", &format!("/v1/desk/tickets/{id}/{act}"), body);
    at_desk("replies", json!({ "body": "We send a new one." })).is(200);
    at_desk("resolve", json!({ "body": "It is done." })).is(200);

    let page = |below: &str| {
        let mails = stack.mails(&address);
        let mut lines = mails.iter().flat_map(|mail| mail.text.lines());
        lines.find_map(|line| Some(format!("{below}{}", line.trim().split_once(below)?.1)))
    };
    let path = stack.until("a survey by mail", || {
        stack.invoke("SurveyDispatchName", &json!({}));
        page("/s/other/")
    });
    let shown = stack.browse("GET", &path, "").is(200);
    let (action, token) = &forms(&shown.text)["answer"];
    let answer = |score: &str| filled(&[("token", token.as_str()), ("score", score), ("solved", "no")]);
    for _ in 0..2 {
        assert!(stack.browse("POST", action, &answer("1")).is(303).at("/location").starts_with("/s/other/"));
    }
    stack.browse("POST", action, &answer("5")).is(409);
    assert!(stack.browse("GET", &path, "").is(200).text.contains("Thank you for your answer"));
    assert_eq!(stack.get("other-agent", &format!("/v1/desk/tickets/{id}")).is(200).at("/ticket/status"), "open");

    let task = || {
        let tasks = stack.get("other-lead", "/v1/desk/survey-tasks?limit=100").is(200).body["tasks"].clone();
        tasks.as_array()?.iter().find(|task| task["ticket"] == json!(id)).cloned()
    };
    assert_eq!(stack.until("a task", task)["score"], 1);
    let path = format!("/v1/desk/tickets/{id}/surveys/1/follow-up");
    stack.post("other-agent", &path, json!({ "body": "Not mine to do." })).is(403);
    stack.post("other-lead", &path, json!({ "body": "Called them; a new lid is on its way." })).is(200);
    stack.until("no task", || task().is_none().then_some(()));

    let stop = page("/u/other/").expect("a way out");
    assert!(stack.browse("GET", &stop, "").is(200).text.contains("No more surveys?"));
    assert!(stack.browse("POST", &stop, "List-Unsubscribe=One-Click").is(200).text.contains("no more surveys"));
}
