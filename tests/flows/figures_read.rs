//! Figures as staff read them: who sees whose, what they say of nothing, and that what is closed stays.

use serde_json::{Value, json};
use tests::{AGENT, LEAD, Reply, SHOP, Token, World};

const COLLEAGUE: Token = Token::Staff("shop", "lead-1", &["agent"]);
const OTHER: Token = Token::Staff("other", "lead-9", &["lead"]);

/// Two tickets of one agent and one of another, an order, and the sheets of that day.
async fn worked(world: &World) {
    for (customer, agent) in [("ann", "agent-1"), ("bob", "agent-1"), ("cho", "lead-1")] {
        let ticket = world.open(customer, "The kettle leaks.", json!({})).await.ticket();
        world.assign(ticket, agent).await;
        world.later(600);
        world.reply(ticket, json!({})).await;
    }
    world.order("o-1", json!({ "placed_at": "2026-03-12T02:00:00Z" })).await;
    world.count_all().await;
    assert_eq!(world.make_sheets().await.failed, 0);
}

fn figure<'a>(figures: &'a Value, name: &str) -> &'a Value {
    figures.as_array().unwrap().iter().find(|figure| figure["name"] == name).unwrap()
}

fn groups(reply: &Reply) -> Vec<&str> {
    let groups = reply.body["groups"].as_array().map(Vec::as_slice).unwrap_or_default();
    groups.iter().map(|group| group["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_lead_reads_the_running_month_of_the_shop_and_of_everybody() {
    let world = World::new().await;
    worked(&world).await;
    let month = world.get(&LEAD, "/v1/desk/figures?by=agent").await;
    assert_eq!(month.status, 200, "{}", month.text);
    let window = json!([month.body["from"], month.body["to"], month.body["counted"]]);
    assert_eq!(window, json!(["2026-03-01", "2026-03-31", "2026-03-12"]));
    assert_eq!(groups(&month), ["agent-1", "lead-1"]);
    let all = &month.body["figures"];
    assert_eq!(json!([figure(all, "tickets")["value"], figure(all, "first_response")["value"]]), json!([3.0, 600.0]));
    let rate = figure(all, "complaint_rate");
    assert_eq!(json!([rate["value"], rate["denominator"], rate["from"], rate["goal"]]), json!([300.0, 1, 5, 2]));
    let csat = figure(all, "csat");
    assert_eq!((csat.get("value"), &csat["denominator"]), (None, &json!(0)), "nobody answered");
    let own = &month.body["groups"][0]["figures"];
    assert_eq!(
        json!([figure(own, "first_response")["value"], figure(own, "first_response")["denominator"]]),
        json!([600.0, 2])
    );
    assert_eq!(figure(own, "complaint_rate").get("value"), None, "no agent has orders");
}

#[tokio::test]
async fn an_agent_reads_their_own_figures_and_nobody_elses() {
    let world = World::new().await;
    worked(&world).await;
    for (token, own) in [(&AGENT, "agent-1"), (&COLLEAGUE, "lead-1")] {
        for path in ["/v1/desk/figures", "/v1/desk/figures?by=agent"] {
            let seen = world.get(token, path).await;
            assert_eq!((groups(&seen), &seen.body["figures"]), (vec![own], &json!([])), "{}", seen.text);
        }
        assert_eq!(world.get(token, "/v1/desk/figures?by=team").await.status, 403);
    }
    let other = world.get(&OTHER, "/v1/desk/figures?by=team").await;
    assert_eq!((groups(&other), &figure(&other.body["figures"], "tickets")["value"]), (vec![], &json!(0.0)));
}

#[tokio::test]
async fn figures_come_as_a_spreadsheet_where_that_is_accepted() {
    let world = World::new().await;
    worked(&world).await;
    let sheet = world.send(&LEAD, "GET", "/v1/desk/figures?by=team", &[("accept", "text/csv")], "").await;
    assert_eq!(sheet.header("content-type"), Some("text/csv; charset=utf-8"));
    let lines: Vec<&str> = sheet.text.split("\r\n").collect();
    assert_eq!(lines[0], "group,figure,unit,value,numerator,denominator,from,goal,reached,place");
    assert!(
        lines.contains(&",tickets,count,3.0,3,1,,,,") && lines.contains(&",csat,percent,,0,0,75,85,,"),
        "{lines:?}"
    );
    assert!(lines.iter().any(|line| line.starts_with("\"after-sales\",tickets,count,3.0,3,1")), "{lines:?}");
}

#[tokio::test]
async fn days_that_are_none_and_spans_that_are_too_long_are_named() {
    let world = World::new().await;
    for (query, field) in [
        ("from=2026-02-30", "query from"),
        ("from=2026-02-01&to=2026-01-01", "query to"),
        ("from=2025-01-01&to=2026-02-01", "query to"),
        ("by=customer", "query by"),
        ("until=2026-01-01", "query until"),
    ] {
        let refused = world.get(&LEAD, &format!("/v1/desk/figures?{query}")).await;
        assert_eq!((refused.status, refused.wrong_fields()), (422, vec![field]), "{query}");
    }
    assert_eq!(world.get(&SHOP, "/v1/desk/figures").await.status, 403);
}

#[tokio::test]
async fn a_closed_month_is_held_against_the_goals_of_its_time() {
    let world = World::new().await;
    worked(&world).await;
    world.at("2026-04-04T02:00:00Z");
    assert_eq!(world.make_sheets().await.periods, 2);
    let read = || world.get(&LEAD, "/v1/desk/figures?from=2026-03-01&to=2026-03-31");
    let closed = read().await;
    assert!(closed.body["closed_at"].is_string(), "{}", closed.text);
    world.settings("shop", |settings| settings["figures"]["goals"]["complaint_rate"]["to"] = json!(1)).await;
    assert_eq!(read().await.body, closed.body);
    let part = world.get(&LEAD, "/v1/desk/figures?from=2026-03-01&to=2026-03-30").await;
    let goal = |reply: &Reply| figure(&reply.body["figures"], "complaint_rate")["goal"].clone();
    assert_eq!((goal(&closed), goal(&part)), (json!(2), json!(1)), "what is no whole month is not closed");
}
