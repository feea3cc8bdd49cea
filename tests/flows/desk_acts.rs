//! A ticket's life by the hands of staff: each command by HTTP, and what it is refused for.

use aftercare::ticket::Consent;
use serde_json::{Value, json};
use tests::{AGENT, LEAD, SHOP, Token, World, request};

const CUSTOMER: Token = Token::Customer("shop", "c-1");

fn words(reply: &tests::Reply, list: &str, name: &str) -> Vec<String> {
    let list = reply.body[list].as_array().unwrap_or_else(|| panic!("no {list} in {}", reply.text));
    list.iter().filter_map(|one| one[name].as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn the_six_steps_of_a_complaint_are_taken_in_turn() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The kettle is broken", json!({ "category": "quality" })).await.ticket();
    let act = async |act: &str, body: Value| {
        world.later(60);
        world.at_desk(&AGENT, ticket, act, body).await
    };
    assert_eq!(act("classification", json!({ "category": "quality", "reason": "defect" })).await.status, 200);
    assert_eq!(act("investigation", json!({ "body": "The seal is loose." })).await.status, 200);
    let unasked = act("execution", json!({ "solution": "repair" })).await;
    assert_eq!(unasked.status, 409);
    assert!(unasked.body["detail"].as_str().unwrap().contains("repair"), "{}", unasked.text);
    let proposed = act("proposals", json!({ "solution": "repair", "body": "Shall we repair it?" })).await;
    assert_eq!(
        (&proposed.body["status"], &proposed.body["proposal"]["consent"]),
        (&json!("waiting_customer"), &json!("asked"))
    );
    for odd in ["+1", "01", "1.0", "one", "65536"] {
        let nowhere = act(&format!("proposals/{odd}/answer"), json!({ "accepted": true })).await;
        assert_eq!(nowhere.status, 404, "{odd}: {}", nowhere.text);
    }
    let wrong = act("proposals/2/answer", json!({ "accepted": true })).await;
    assert_eq!(wrong.status, 409, "{}", wrong.text);
    let answered = act("proposals/1/answer", json!({ "accepted": true, "note": "Said so by phone." })).await;
    assert_eq!((&answered.body["status"], &answered.body["proposal"]["consent"]), (&json!("open"), &json!("accepted")));
    assert_eq!(act("proposals/1/answer", json!({ "accepted": false })).await.status, 409);
    assert_eq!(act("proposals/1/answer", json!({ "accepted": true })).await.status, 200, "done already");
    let noted = act("proposals/1/answer", json!({ "accepted": true, "note": "And she was glad." })).await;
    assert_eq!((noted.status, noted.text.contains("in a note")), (409, true), "the words would be lost");
    assert_eq!(act("execution", json!({ "solution": "repair" })).await.status, 200);
    assert_eq!(world.ticket(ticket).await.proposal.unwrap().consent, Consent::Executed);
    assert_eq!(act("follow-up", json!({ "body": "All well?" })).await.status, 409, "not before it is resolved");
    assert_eq!(act("resolve", json!({})).await.status, 200);
    assert_eq!(act("follow-up", json!({ "body": "All is well." })).await.status, 200);
    let steps = words(&world.get(&CUSTOMER, &format!("/v1/tickets/{ticket}")).await, "timeline", "what");
    let six = ["received", "classified", "investigated", "proposed", "accepted", "executed", "resolved", "followed_up"];
    let mut rest = steps.iter();
    assert!(six.iter().all(|step| rest.any(|seen| seen == step)), "{steps:?}");
}

#[tokio::test]
async fn notes_are_for_staff_and_for_nobody_else() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    let secret = "a word that only staff may read";
    world.at_desk(&AGENT, ticket, "notes", json!({ "body": secret })).await;
    world.at_desk(&AGENT, ticket, "investigation", json!({ "body": secret })).await;
    world.at_desk(&AGENT, ticket, "proposals", json!({ "solution": "repair", "body": "Shall we?" })).await;
    world.at_desk(&AGENT, ticket, "proposals/1/answer", json!({ "accepted": false, "note": secret })).await;
    world.resolve(ticket).await;
    world.at_desk(&AGENT, ticket, "follow-up", json!({ "body": secret })).await;
    world.later(86_400);
    world.settle().await;
    let inside = world.get(&AGENT, &format!("/v1/desk/tickets/{ticket}")).await;
    assert_eq!(inside.text.matches(secret).count(), 4);
    assert_eq!(inside.body["messages"].as_array().unwrap().iter().filter(|one| one["internal"] == true).count(), 4);
    for outside in [CUSTOMER, SHOP] {
        let seen = world.get(&outside, &format!("/v1/tickets/{ticket}")).await;
        assert_eq!(seen.status, 200);
        assert!(!seen.text.contains(secret) && !seen.text.contains("internal"), "{outside:?}");
        assert!(!words(&seen, "timeline", "what").contains(&"note".to_owned()));
        assert!(!seen.text.contains("agent-1"), "{}", seen.text);
    }
    assert!(world.far.mails().iter().all(|mail| !mail.raw.contains(secret)));
}

#[tokio::test]
async fn a_note_can_be_written_when_the_ticket_is_over() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    assert_eq!(world.at_desk(&AGENT, ticket, "cancel", json!({})).await.body["status"], "cancelled");
    assert_eq!(world.at_desk(&AGENT, ticket, "notes", json!({ "body": "They called again." })).await.status, 200);
}

#[tokio::test]
async fn a_move_that_the_table_does_not_have_names_both_states() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    world.resolve(ticket).await;
    for (act, body, to) in [
        ("cancel", json!({}), "cancelled"),
        ("spam", json!({}), "spam"),
        ("wait", json!({ "turn": "waiting_return" }), "waiting_return"),
        ("wait", json!({ "turn": "open" }), "open"),
    ] {
        let refused = world.at_desk(&LEAD, ticket, act, body).await;
        let detail = refused.body["detail"].as_str().unwrap();
        assert_eq!(refused.status, 409);
        assert!(detail.contains("resolved") && detail.contains(to), "{detail}");
    }
}

#[tokio::test]
async fn it_is_somebodys_turn_and_somebody_s_ticket() {
    let world = World::new().await;
    world.settings("shop", |settings| settings["teams"] = json!([{ "name": "repairs" }])).await;
    let ticket = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    let act = async |act: &str, body: Value| world.at_desk(&AGENT, ticket, act, body).await.body;
    assert_eq!(act("assign", json!({ "to": "lead-1" })).await["inside"]["assignee"], "lead-1");
    let waits = act("wait", json!({ "turn": "waiting_third_party" })).await;
    assert_eq!((&waits["status"], &waits["inside"]["timer"]["what"]), (&json!("waiting_third_party"), &json!("chase")));
    assert!(waits["inside"]["next_action_at"].is_string());
    assert_eq!(act("release", json!({})).await["inside"].get("assignee"), None);
    assert_eq!(act("transfer", json!({ "team": "repairs" })).await["inside"]["team"], "repairs");
    assert_eq!(act("transfer", json!({ "team": "cooks" })).await["status"], 409);
    assert_eq!(act("priority", json!({ "to": "urgent" })).await["priority"], "urgent");
}

#[tokio::test]
async fn what_was_decided_on_another_version_is_not_done() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    let read = world.get(&AGENT, &format!("/v1/desk/tickets/{ticket}")).await;
    let etag = read.header("etag").unwrap().to_owned();
    assert_eq!(etag, format!("\"{}\"", read.body["ticket"]["inside"]["version"]));
    let first = world.at_desk_on(&etag, &AGENT, ticket, "priority", json!({ "to": "high" })).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let before = world.ticket(ticket).await;
    let late = world.at_desk_on(&etag, &LEAD, ticket, "priority", json!({ "to": "low" })).await;
    assert_eq!((late.status, &late.body["type"]), (412, &json!("/problems/stale")));
    assert_eq!(world.ticket(ticket).await, before);
    // Sent again, what was done is answered again, though its version is long gone.
    let again = world.at_desk_on(&etag, &AGENT, ticket, "priority", json!({ "to": "high" })).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (200, Some("true")));
    assert_eq!(world.at_desk_on("*", &LEAD, ticket, "priority", json!({ "to": "low" })).await.status, 200);
    let odd = world.at_desk_on("1", &LEAD, ticket, "priority", json!({ "too": "low" })).await;
    assert_eq!((odd.status, odd.wrong_fields()), (422, vec!["header If-Match", "/to", "/too"]));
}

#[tokio::test]
async fn a_standard_answer_is_sent_in_the_customers_language() {
    let world = World::new().await;
    world
        .settings("shop", |settings| {
            settings["answers"] = json!({ "sizes": { "title": "Sizes", "text": { "en": "{shop}: see {number}." } } });
        })
        .await;
    let opened = world.open("c-1", "Which size fits?", json!({})).await;
    let reply = async |body: Value| world.at_desk(&AGENT, opened.ticket(), "replies", body).await;
    assert_eq!(reply(json!({})).await.wrong_fields(), ["/body"]);
    assert_eq!(reply(json!({ "standard": "colours" })).await.wrong_fields(), ["/standard"]);
    assert_eq!(reply(json!({ "standard": "sizes" })).await.status, 200);
    let read = world.get(&AGENT, &format!("/v1/desk/tickets/{}", opened.ticket())).await;
    let number = opened.body["ticket"]["number"].as_str().unwrap();
    assert_eq!(words(&read, "messages", "body")[1], format!("Our shop: see {number}."));
    assert_eq!(words(&read, "timeline", "standard"), ["sizes"]);
    let chinese = world.open("c-2", "多大？", json!({ "customer": { "locale": "zh-CN" } })).await.ticket();
    let missing = world.at_desk(&AGENT, chinese, "replies", json!({ "standard": "sizes" })).await;
    assert_eq!((missing.status, missing.wrong_fields()), (422, vec!["/standard"]));
    assert!(missing.text.contains("zh-Hans"), "{}", missing.text);
}

#[tokio::test]
async fn a_lead_excuses_a_breach_with_a_reason_once() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The kettle is broken", json!({ "category": "quality" })).await.ticket();
    let excuse = json!({ "clock": "first_response", "cycle": 1, "reason": "The line was down." });
    assert_eq!(world.at_desk(&LEAD, ticket, "excuses", excuse.clone()).await.status, 409, "not broken");
    world.later(86_400);
    world.reply(ticket, json!({})).await;
    assert_eq!(world.at_desk(&AGENT, ticket, "excuses", excuse.clone()).await.status, 403);
    let excused = world.at_desk(&LEAD, ticket, "excuses", excuse.clone()).await;
    let promise = &excused.body["promises"][0];
    assert_eq!(
        (&promise["clock"], &promise["outcome"], &promise["excused"]),
        (&json!("first_response"), &json!("fulfilled_late"), &json!(true))
    );
    let contents = world.ticket(ticket).await.contents;
    let other = json!({ "clock": "first_response", "cycle": 1, "reason": "The exchange was down." });
    let again = world.at_desk(&LEAD, ticket, "excuses", other).await;
    assert_eq!((again.status, again.text.contains("in a note")), (409, true), "the words would be lost");
    assert_eq!(world.ticket(ticket).await.contents, contents);
    let seen = world.get(&CUSTOMER, &format!("/v1/tickets/{ticket}")).await;
    assert!(!seen.text.contains("excused") && !seen.text.contains("line was down"), "{}", seen.text);
}

#[tokio::test]
async fn an_open_ticket_moves_to_new_promises_when_a_lead_says_so() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The kettle is broken", json!({ "category": "quality" })).await.ticket();
    let version = world
        .settings("shop", |settings| {
            for priority in ["urgent", "high", "normal", "low"] {
                settings["policy"]["first_response"][priority] = json!(600);
            }
        })
        .await;
    world.later(1_200);
    let due = |reply: &tests::Reply| reply.body["promises"][0]["due_at"].clone();
    let before = world.at_desk(&LEAD, ticket, "notes", json!({ "body": "x" })).await;
    assert_eq!(due(&before), "2026-03-12T06:00:00.000Z");
    let after = world.at_desk(&LEAD, ticket, "adopt", json!({})).await;
    assert_eq!(
        (&after.body["inside"]["settings_version"], due(&after)),
        (&json!(version), json!("2026-03-12T02:20:00.000Z"))
    );
    assert_eq!(
        (&after.body["promises"][0]["outcome"], &after.body["promises"][0]["cause"]),
        (&json!("breached"), &json!("policy"))
    );
}

#[tokio::test]
async fn two_tickets_of_a_customer_become_one_and_both_change_at_once() {
    let world = World::new().await;
    let one = world.open("c-1", "The kettle is broken", json!({})).await;
    let into = world.open("c-1", "Where is my toaster, it should have been here on Monday", json!({})).await.ticket();
    let theirs = world.open("c-2", "The lamp is dark", json!({})).await.ticket();
    assert_ne!(one.ticket(), into);
    assert_eq!(world.at_desk(&AGENT, one.ticket(), "merge", json!({ "into": theirs })).await.status, 409);
    assert_eq!(world.at_desk(&AGENT, one.ticket(), "merge", json!({ "into": one.ticket() })).await.status, 409);
    let number = world.ticket(into).await.number;
    let merged = world.at_desk(&AGENT, one.ticket(), "merge", json!({ "into": number })).await;
    assert_eq!((&merged.body["status"], &merged.body["merged_into"]), (&json!("merged"), &json!(into)));
    assert_eq!(world.ticket(into).await.links, [one.ticket()]);
    // Backwards it would be a circle.
    assert_eq!(world.at_desk(&AGENT, into, "merge", json!({ "into": one.ticket() })).await.status, 409);
    assert_eq!(
        world.at_desk(&AGENT, one.ticket(), "merge", json!({ "into": number })).await.status,
        200,
        "done already"
    );
    let seen = world.get(&CUSTOMER, &format!("/v1/tickets/{}", one.ticket())).await;
    assert_eq!(seen.body["ticket"]["merged_into"], json!(into));
}

#[tokio::test]
async fn linked_tickets_name_each_other() {
    let world = World::new().await;
    let one = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    let other = world.open("c-2", "The lamp is dark", json!({})).await.ticket();
    let linked = world.at_desk(&AGENT, one, "link", json!({ "to": other })).await;
    assert_eq!(linked.body["inside"]["links"], json!([other]));
    assert_eq!(world.ticket(other).await.links, [one]);
    assert_eq!(world.at_desk(&AGENT, one, "link", json!({ "to": one })).await.status, 409);
    let seq = world.ticket(other).await.seq;
    assert_eq!(world.at_desk(&AGENT, other, "link", json!({ "to": one })).await.status, 200, "done already");
    assert_eq!(world.ticket(other).await.seq, seq);
}

#[tokio::test]
async fn what_comes_after_a_timer_that_no_scan_has_seen_is_still_answered() {
    let world = World::new().await;
    let ticket = world.post(&SHOP, "/v1/tickets", request("c-1", "The kettle is broken")).await.ticket();
    world.reply(ticket, json!({ "then": "waiting_customer" })).await;
    // After seven days it was resolved by itself; it closes seven days later.
    world.later(8 * 86_400);
    let late = world.resolve(ticket).await;
    assert_eq!(late.status, 409, "what was typed would be lost: {}", late.text);
    assert_eq!(
        world.at_desk(&AGENT, ticket, "resolve", json!({})).await.status,
        200,
        "without words it is done already"
    );
    assert_eq!(world.ticket(ticket).await.contents, 2);
}

#[tokio::test]
async fn a_refund_that_was_asked_for_is_executed_once_and_not_against_what_they_said_to_a_proposal() {
    let world = World::new().await;
    let refund = json!({ "solution": "refund_only" });
    let executed = async |ticket| {
        let read = world.get(&AGENT, &format!("/v1/desk/tickets/{ticket}")).await;
        words(&read, "timeline", "what").iter().filter(|what| *what == "executed").count()
    };
    let ticket = world.open("c-1", "I want my money back", json!({ "kind": "refund" })).await.ticket();
    for _ in 0..3 {
        assert_eq!(world.at_desk(&AGENT, ticket, "execution", refund.clone()).await.status, 200);
    }
    assert_eq!(executed(ticket).await, 1);
    let ticket = world.open("c-2", "I want my money back, too", json!({ "kind": "refund" })).await.ticket();
    let proposal = json!({ "solution": "refund_only", "body": "Shall we refund it?" });
    world.at_desk(&AGENT, ticket, "proposals", proposal).await;
    let waits = world.at_desk(&AGENT, ticket, "execution", refund.clone()).await;
    assert_eq!((waits.status, waits.text.contains("waits for the customer")), (409, true), "{}", waits.text);
    world.at_desk(&AGENT, ticket, "proposals/1/answer", json!({ "accepted": false })).await;
    let rejected = world.at_desk(&AGENT, ticket, "execution", refund.clone()).await;
    assert_eq!((rejected.status, rejected.text.contains("Propose refund_only")), (409, true), "{}", rejected.text);
    assert_eq!(executed(ticket).await, 0);
    world.at_desk(&AGENT, ticket, "cancel", json!({})).await;
    let over = world.at_desk(&AGENT, ticket, "execution", refund).await;
    assert_eq!((over.status, over.text.contains("is cancelled")), (409, true), "{}", over.text);
}
