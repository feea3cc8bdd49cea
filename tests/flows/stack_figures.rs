//! Figures on the deployed stack: what happens over HTTP is counted by itself, added up, and read at the desk.

use serde_json::{Value, json};
use tests::request;
use tests::stack::{fresh, stack};

#[test]
fn a_ticket_and_a_review_are_counted_and_read_at_the_desk() {
    let stack = stack();
    let (customer, product) = (fresh("figures"), fresh("kettle"));
    stack.open("shop-server", request(&customer, "The lid does not close."));
    let review = json!({ "source": "review", "source_id": product, "rating": { "score": 5, "from": 1, "to": 5 }, "product": product });
    let first = stack.post("shop-server", "/v1/feedback", review.clone()).is(201);
    assert_eq!(stack.post("shop-server", "/v1/feedback", review).is(200).at("/id"), first.at("/id"));
    let listed = stack.get("shop-lead", "/v1/desk/feedback?source=review&limit=1").is(200);
    assert_eq!(listed.at("/feedback/0/id"), first.at("/id"));
    let figures = stack.until("a review that is counted", || {
        stack.aws("lambda", "invoke", json!({ "FunctionName": stack.output("QualityReportName"), "Payload": "{}" }));
        let seen = stack.get("shop-lead", "/v1/desk/figures?by=product").is(200);
        let groups = seen.body["groups"].as_array().cloned().unwrap_or_default();
        groups.iter().any(|group| group["name"] == product.as_str()).then_some(seen)
    });
    let value = |name: &str| -> Value {
        let all = figures.body["figures"].as_array().unwrap();
        all.iter().find(|figure| figure["name"] == name).unwrap()["value"].clone()
    };
    assert!(value("feedback").as_f64() >= Some(1.0), "{}", figures.body);
    let own = stack.get("shop-agent", "/v1/desk/figures").is(200);
    assert_eq!(own.body["figures"], json!([]), "agents see their own");
}

#[test]
fn a_ticket_that_was_drawn_is_reviewed_and_stands_on_its_agents_scorecard() {
    let stack = stack();
    let agent = stack.user("shop-agent")["sub"].as_str().unwrap().to_owned();
    let opened = stack.open("shop-server", request(&fresh("reviewed"), "The lid does not close."));
    let ticket = opened.at("/ticket/id");
    stack
        .post(
            "shop-agent",
            &format!("/v1/desk/tickets/{ticket}/resolve"),
            json!({ "body": "A new lid is on its way." }),
        )
        .is(200);
    let query = format!("agent={agent}");
    let drawn = stack.until("a ticket that is drawn", || {
        let sample = stack.get("shop-lead", &format!("/v1/desk/reviews/sample?{query}")).is(200);
        let open = sample.body["tickets"].as_array()?.iter().find(|one| one["done"] == false)?["ticket"].clone();
        Some((open, sample.body["month"].clone()))
    });
    let body = json!({
        "ticket": drawn.0, "agent": agent, "month": drawn.1, "speed": 5, "attitude": 4, "process": 3, "effect": 4,
        "comment": "He asked nobody first.",
    });
    stack.post("shop-agent", "/v1/desk/reviews", body.clone()).is(403);
    stack.post("shop-lead", "/v1/desk/reviews", body).is(201);
    stack.until("a review that its agent reads", || {
        let page = stack.get("shop-agent", "/v1/desk/reviews").is(200);
        page.text.contains(drawn.0.as_str()?).then_some(page)
    });
    stack.until("a review that is counted", || {
        stack.aws("lambda", "invoke", json!({ "FunctionName": stack.output("QualityReportName"), "Payload": "{}" }));
        let own = stack.get("shop-agent", "/v1/desk/figures").is(200);
        let figures = own.body["groups"][0]["figures"].as_array()?.clone();
        figures.into_iter().find(|figure| figure["name"] == "review_speed" && figure["denominator"].as_i64() >= Some(1))
    });
}

#[test]
fn an_action_is_opened_told_when_overdue_and_finished_by_its_owner() {
    let stack = stack();
    let owner = stack.user("hasty-agent");
    let measure = fresh("Call back whoever is not satisfied:");
    let body = json!({
        "figure": "csat", "goal": 85, "measure": measure, "owner": owner["sub"], "begins": "2026-01-01", "due": "2026-01-02",
    });
    let opened = stack.post("hasty-lead", "/v1/desk/actions", body).is(201);
    let stranger = json!({ "figure": "csat", "goal": 85, "measure": "x", "owner": "nobody", "due": "2026-01-02", "begins": "2026-01-01" });
    let refused = stack.post("hasty-lead", "/v1/desk/actions", stranger).is(422);
    assert_eq!(refused.at("/errors/0/pointer"), "/owner");
    let told = stack.await_mails(owner["email"].as_str().unwrap(), &measure, 1);
    assert_eq!(told.len(), 1);
    let path = format!("/v1/desk/actions/{}", opened.at("/id"));
    let listed = stack.get("hasty-agent", "/v1/desk/actions?standing=open&limit=100").is(200);
    assert!(listed.text.contains(&opened.at("/id")), "{}", listed.text);
    stack.post("hasty-agent", &format!("{path}/finish"), json!({})).is(200);
    stack.post("hasty-lead", &format!("{path}/drop"), json!({ "reason": "x" })).is(409);
    let done = stack.get("hasty-lead", &path).is(200);
    assert_eq!((done.at("/standing"), done.at("/effect/before/from")), ("done".to_owned(), "2025-12-04".to_owned()));
    stack.get("shop-lead", &path).is(404);
}
