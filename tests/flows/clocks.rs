//! What the promises of a ticket are, from outside: answers, timelines and who hears of what.

use aftercare::sla::{ClockKind, Outcome};
use jiff::Timestamp;
use serde_json::{Value, json};
use tests::{AGENT, LEAD, SHOP, World};

use crate::told::{notices, promise, word};

const FIRST: ClockKind = ClockKind::FirstResponse;
const RESOLUTION: ClockKind = ClockKind::Resolution;

/// Of normal priority: opened at 10:00 in Shanghai, to be answered by 14:00 and resolved by 18:00.
async fn kettle(world: &World) -> aftercare::id::TicketId {
    let opened = world.open("c-1", "The kettle is broken", json!({ "category": "quality" })).await;
    assert_eq!(opened.body["ticket"]["priority"], "normal", "{}", opened.text);
    opened.ticket()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[tokio::test]
async fn only_a_human_agents_public_message_stops_the_first_response() {
    let world = World::new().await;
    let ticket = kettle(&world).await;
    world.settle().await;
    assert_eq!(world.mails_to("c-1@example.com").len(), 1, "the acknowledgement");
    world.later(600);
    assert_eq!(world.write(ticket, "Hello?").await.status, 201);
    assert_eq!(world.assign(ticket, "agent-1").await.status, 200);
    assert_eq!(word(&world, ticket, FIRST).await, "running");
    let answered = world.reply(ticket, json!({})).await;
    assert_eq!(promise(&answered.body, "first_response")["outcome"], "met");
    assert_eq!(promise(&answered.body, "resolution")["outcome"], "running");
}

#[tokio::test]
async fn a_closing_message_is_an_answer_too() {
    let world = World::new().await;
    let ticket = kettle(&world).await;
    let silent = world.post(&AGENT, &format!("/v1/desk/tickets/{ticket}/resolve"), json!({})).await;
    assert_eq!(silent.status, 409, "{}", silent.text);
    let resolved = world.resolve(ticket).await;
    assert_eq!(promise(&resolved.body, "first_response")["outcome"], "met");
    assert_eq!(promise(&resolved.body, "resolution")["outcome"], "met");
}

#[tokio::test]
async fn a_ticket_that_an_agent_opened_was_answered_by_opening_it() {
    let world = World::new().await;
    let opened = world.open("c-1", "Called about a kettle", json!({ "channel": "phone", "opened_by": "agent" })).await;
    let promises = opened.body["ticket"]["promises"].as_array().unwrap();
    assert_eq!(promises.iter().map(|promise| &promise["clock"]).collect::<Vec<_>>(), ["resolution"]);
    let silent = world.post(&AGENT, &format!("/v1/desk/tickets/{}/resolve", opened.ticket()), json!({})).await;
    assert_eq!(silent.status, 200, "{}", silent.text);
}

#[tokio::test]
async fn a_chat_is_answered_within_three_minutes_of_its_own_hours() {
    let world = World::new().await;
    world.at("2026-03-14T15:59:00Z");
    let opened = world.open("c-1", "Is anybody there?", json!({ "channel": "chat" })).await;
    let due = |clock: &str| promise(&opened.body["ticket"], clock)["due_at"].as_str().map(at);
    assert_eq!(due("first_response"), Some(at("2026-03-15T00:02:00Z")), "a minute of Saturday, two of Sunday");
    assert!(due("resolution") > Some(at("2026-03-16T01:00:00Z")), "the office opens on Monday");
}

#[tokio::test]
async fn the_resolution_pauses_while_the_customer_has_to_answer_and_only_then() {
    let world = World::new().await;
    let ticket = kettle(&world).await;
    world.at("2026-03-12T04:00:00Z");
    let asked = world.reply(ticket, json!({ "then": "waiting_customer" })).await;
    assert_eq!(promise(&asked.body, "resolution"), json!({ "clock": "resolution", "cycle": 1, "outcome": "paused" }));
    world.at("2026-03-13T09:00:00Z").scan().await;
    let answered = world.write(ticket, "It is the small one").await;
    assert_eq!(answered.body["ticket"]["status"], "open");
    let resumed = promise(&answered.body["ticket"], "resolution");
    assert_eq!(resumed["due_at"], "2026-03-16T06:00:00.000Z", "an hour on Friday, five on Monday");
    world.later(3_600);
    world.reply(ticket, json!({ "then": "waiting_customer" })).await;
    world.at("2026-03-15T04:00:00Z");
    let again = world.write(ticket, "And now?").await;
    assert_eq!(promise(&again.body["ticket"], "resolution")["due_at"], "2026-03-16T06:00:00.000Z");
    world.at("2026-03-16T06:00:00Z");
    assert_eq!(promise(&world.resolve(ticket).await.body, "resolution")["outcome"], "met");
}

#[tokio::test]
async fn a_late_reply_records_the_breach_itself_at_the_due_instant() {
    let world = World::new().await;
    let ticket = kettle(&world).await;
    notices(&world).await;
    world.at("2026-03-12T06:00:00.001Z").reply(ticket, json!({})).await;
    let clock = world.ticket(ticket).await.clock(FIRST).cloned().unwrap();
    let late = Outcome::FulfilledLate { due: at("2026-03-12T06:00:00Z"), at: at("2026-03-12T06:00:00.001Z") };
    assert_eq!(clock.outcome, late);
    assert_eq!(notices(&world).await, ["breached", "reply"]);
    world.later(3_600);
    world.scan().await;
    assert_eq!(notices(&world).await, [""; 0], "and nobody hears of it again");
}

#[tokio::test]
async fn a_contact_typed_in_later_takes_a_breach_back_where_a_lead_sees_it() {
    let world = World::new().await;
    let ticket = kettle(&world).await;
    world.at("2026-03-12T06:05:00Z").scan().await;
    assert_eq!(word(&world, ticket, FIRST).await, "breached");
    let early = world.reply(ticket, json!({ "contacted_at": "2026-03-12T01:59:59.999Z" })).await;
    assert_eq!(early.status, 409, "before the ticket: {}", early.text);
    let typed = world.reply(ticket, json!({ "contacted_at": "2026-03-12T14:00:00+08:00" })).await;
    assert_eq!(promise(&typed.body, "first_response")["outcome"], "met");
    let whole = world.get(&LEAD, &format!("/v1/desk/tickets/{ticket}")).await;
    let steps = whole.body["timeline"].as_array().unwrap();
    let stated = steps.iter().find(|step| step["what"] == "reply").unwrap();
    assert_eq!(
        (&stated["at"], &stated["contacted_at"]),
        (&json!("2026-03-12T06:05:00.000Z"), &json!("2026-03-12T06:00:00.000Z"))
    );
    assert!(steps.iter().any(|step| step["what"] == "first_response_corrected"));
    let seen = world.get(&SHOP, &format!("/v1/tickets/{ticket}")).await;
    assert!(seen.text.contains("first_response_corrected"), "the shop's own server sees what its staff see");
    let customer = world.get(&tests::Token::Customer("shop", "c-1"), &format!("/v1/tickets/{ticket}")).await;
    assert!(!customer.text.contains("contacted_at") && !customer.text.contains("corrected"), "{}", customer.text);
    world.settle_twice().await;
    world.drained().await;
    let told: Vec<String> = world.mails_of("corrected").into_iter().map(|mail| mail.to).collect();
    assert_eq!(told, ["lead@shop.example"]);
}

#[tokio::test]
async fn a_contact_stated_by_a_clock_that_is_fast_counts_from_its_receipt() {
    let world = World::new().await;
    let ticket = kettle(&world).await;
    world.later(60).reply(ticket, json!({ "contacted_at": "2026-03-12T02:01:59Z" })).await;
    let met = Outcome::Met { at: at("2026-03-12T02:01:00Z") };
    assert_eq!(world.ticket(ticket).await.clock(FIRST).unwrap().outcome, met);
}

#[tokio::test]
async fn warnings_and_escalations_reach_their_people_once_each_and_the_head_daily() {
    let world = World::new().await;
    // So that the resolution is the only promise left.
    world.settings("shop", |settings| settings["policy"]["update"] = json!(null)).await;
    let ticket = kettle(&world).await;
    world.assign(ticket, "agent-1").await;
    world.reply(ticket, json!({})).await;
    notices(&world).await;
    let rows = [
        ("2026-03-12T07:59:59Z", None),
        ("2026-03-12T08:00:00Z", Some(("warned", vec!["agent"]))),
        ("2026-03-12T10:00:59Z", None),
        ("2026-03-12T10:01:00Z", Some(("breached", vec!["agent", "lead"]))),
        ("2026-03-13T04:59:59Z", None),
        ("2026-03-13T05:00:00Z", Some(("manager", vec!["manager"]))),
        ("2026-03-13T09:00:00Z", Some(("head", vec!["head"]))),
        ("2026-03-14T08:59:59Z", None),
        ("2026-03-14T09:00:00Z", Some(("daily", vec!["head"]))),
        ("2026-03-16T02:00:00Z", Some(("daily", vec!["head"]))),
    ];
    // The agent hears of the assignment as well.
    let mut heard: Vec<(String, usize)> = vec![("agent".to_owned(), 1)];
    for (instant, expected) in rows {
        world.at(instant);
        for _ in 0..3 {
            world.scan().await;
        }
        let told = notices(&world).await;
        // A warning is mailed while it is one.
        world.later(600).flush().await;
        assert_eq!(told, expected.iter().map(|(notice, _)| *notice).collect::<Vec<_>>(), "{instant}");
        for role in expected.into_iter().flat_map(|(_, roles)| roles) {
            match heard.iter_mut().find(|(known, _)| known == role) {
                Some((_, count)) => *count += 1,
                None => heard.push((role.to_owned(), 1)),
            }
        }
    }
    // Past every bucket and into opening hours.
    world.at("2026-03-16T03:00:00Z").flush().await;
    for role in ["agent", "lead", "manager", "head", "finance", "admin"] {
        let expected = heard.iter().find(|(known, _)| known == role).map_or(0, |(_, count)| *count);
        assert_eq!(world.mails_to(&format!("{role}@shop.example")).len(), expected, "{role}");
    }
}

#[tokio::test]
async fn a_level_that_has_nobody_goes_up() {
    let world = World::new().await;
    world
        .settings("shop", |settings| {
            settings["staff"]
                .as_array_mut()
                .unwrap()
                .retain(|person| person["role"] == "manager" || person["role"] == "admin");
        })
        .await;
    kettle(&world).await;
    let mut expected = (0, 0);
    for (instant, to_manager) in [
        ("2026-03-12T08:00:00Z", true),
        ("2026-03-12T10:01:00Z", true),
        ("2026-03-13T05:00:00Z", true),
        ("2026-03-13T09:00:00Z", false),
    ] {
        world.at(instant).scan().await;
        world.settle().await;
        world.later(3_600).flush().await;
        if to_manager {
            expected.0 += 1
        } else {
            expected.1 += 1
        }
        let mails = |role: &str| world.mails_to(&format!("{role}@shop.example"));
        // The unanswered first response runs through its levels beside it.
        assert!(mails("manager").len() >= expected.0 && mails("admin").len() >= expected.1, "{instant}");
    }
    assert!(world.mails_to("admin@shop.example").len() >= 2, "both clocks' highest level");
}

#[tokio::test]
async fn a_reopened_ticket_is_a_new_cycle_and_the_finished_one_stays() {
    let world = World::new().await;
    let ticket = kettle(&world).await;
    world.at("2026-03-12T10:30:00Z").resolve(ticket).await;
    let finished = world.ticket(ticket).await.clocks;
    world.at("2026-03-13T02:00:00Z");
    let reopened = world.write(ticket, "It broke again").await;
    let cycle = promise(&reopened.body["ticket"], "resolution");
    assert_eq!((&cycle["cycle"], &cycle["due_at"]), (&json!(2), &json!("2026-03-13T10:00:00.000Z")));
    world.at("2026-03-20T02:00:00Z").scan().await;
    let clocks = world.ticket(ticket).await.clocks;
    assert_eq!(clocks[..finished.len()], finished);
    assert_eq!(clocks.last().unwrap().word(), "breached");
    let resolved = world.resolve(ticket).await.body;
    assert_eq!(promise(&resolved, "resolution")["outcome"], "fulfilled_late");
    assert_eq!(resolved["inside"]["handling_seconds"], (8 + 45) * 3_600, "the sum of both cycles, in office hours");
}

#[tokio::test]
async fn an_open_ticket_keeps_the_promises_it_was_opened_under() {
    let world = World::new().await;
    let before = kettle(&world).await;
    world
        .settings("shop", |settings| {
            settings["policy"]["resolution"] =
                json!({ "calendar": "always", "urgent": 28_800, "high": 28_800, "normal": 28_800, "low": 28_800 });
        })
        .await;
    world.at("2026-03-12T04:00:00Z");
    world.reply(before, json!({ "then": "waiting_customer" })).await;
    world.at("2026-03-14T04:00:00Z");
    world.write(before, "Here I am").await;
    let due = |ticket: aftercare::ticket::Ticket| ticket.clock(RESOLUTION).unwrap().due.unwrap();
    assert_eq!(due(world.ticket(before).await), at("2026-03-16T07:00:00Z"), "six hours of Monday");
    world.resolve(before).await;
    world.write(before, "No, it is not").await;
    assert_eq!(due(world.ticket(before).await), at("2026-03-16T09:00:00Z"), "reopened under the same promise");
    let after = world.open("c-2", "The kettle is broken", json!({ "category": "quality" })).await.ticket();
    assert_eq!(due(world.ticket(after).await), at("2026-03-14T12:00:00Z"));
}

#[tokio::test]
async fn a_calendar_that_ran_out_leaves_no_due_instant_and_an_admin_hears_of_it() {
    let world = World::new().await;
    world
        .settings("shop", |settings| {
            settings["calendars"]["office"] =
                json!({ "zone": "Asia/Shanghai", "overrides": { "2026-03-12": [["09:00", "18:00"]] } });
        })
        .await;
    world.at("2026-03-13T02:00:00Z");
    let opened = world.open("c-1", "The kettle is broken", json!({ "category": "quality" })).await;
    for clock in ["first_response", "resolution"] {
        assert_eq!(promise(&opened.body["ticket"], clock)["due_at"], Value::Null, "{clock}");
    }
    assert_eq!(notices(&world).await, ["acknowledge", "no_working_time", "no_working_time"]);
    world.at("2028-03-13T02:00:00Z").scan().await;
    assert_eq!(word(&world, opened.ticket(), RESOLUTION).await, "running", "no wall-clock time instead");
    world.flush().await;
    assert!(!world.mails_to("admin@shop.example").is_empty());
    assert_eq!(promise(&world.resolve(opened.ticket()).await.body, "resolution")["outcome"], "met");
}

#[tokio::test]
async fn a_change_of_priority_keeps_the_start_and_what_is_past_by_it_breaks_then_and_is_told_once() {
    let world = World::new().await;
    let ticket = kettle(&world).await;
    world.at("2026-03-12T03:30:00Z");
    notices(&world).await;
    let raised = world.at_desk(&LEAD, ticket, "priority", json!({ "to": "urgent" })).await;
    let first = promise(&raised.body, "first_response");
    assert_eq!((&first["outcome"], &first["due_at"]), (&json!("breached"), &json!("2026-03-12T03:30:00.000Z")));
    assert_eq!(promise(&raised.body, "resolution")["due_at"], "2026-03-12T06:00:00.000Z", "four hours from the start");
    assert_eq!(notices(&world).await, ["breached"]);
    world.later(60).scan().await;
    let lowered = world.at_desk(&LEAD, ticket, "priority", json!({ "to": "low" })).await;
    assert_eq!(promise(&lowered.body, "first_response")["outcome"], "breached", "what was breached stays so");
    assert_eq!(notices(&world).await, [""; 0]);
}
