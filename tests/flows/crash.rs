//! Every AWS call of every command fails once, in every way; whoever asked asks again. Afterwards the table and the
//! mails are those of a run without trouble. Only a mail whose outcome nobody knew may come twice, and is counted.

use aftercare::settings::Settings;
use serde_json::{Value, json};
use tests::{ADMIN, AGENT, Fault, LEAD, Reply, SHOP, Token, World, filled, merge, request};

use crate::picture::Picture;
use crate::survey_page::link;

/// Calls of one command are fewer than this, or the test has gone wrong.
const MOST_CALLS: usize = 120;
/// A lease, the 15 minutes of a lost reply, a bucket and its digest's last minute are over by then.
const MOST_FLUSHES: usize = 8;

/// What one run came to.
struct Run {
    picture: Picture,
    resent: u32,
    /// The fault came to pass.
    hit: bool,
}

/// Lets `act` fail at every call it makes: without the SDK's retries in every way, with them in the ways that look like
/// somebody else's work, and with SES's events in those that leave a mail unsettled.
async fn sweep(prepare: impl AsyncFn(&World), act: impl AsyncFn(&World)) {
    let ways: [(u32, bool, &[Fault]); 3] = [
        (1, false, &Fault::ALL),
        (1, true, &[Fault::Before, Fault::LostReply]),
        (4, false, &[Fault::After, Fault::LostReply]),
    ];
    for (attempts, events, faults) in ways {
        let calm = run(attempts, events, None, &prepare, &act).await;
        assert_eq!(calm.resent, 0);
        for fault in faults.iter().copied() {
            for call in 1..MOST_CALLS {
                let what = format!("{fault:?} at call {call}, {attempts} attempts, events: {events}");
                let torn = run(attempts, events, Some((call, fault)), &prepare, &act).await;
                if !torn.hit {
                    break;
                }
                assert!(call + 1 < MOST_CALLS, "{what}: there is no end of it");
                assert_same(&torn, &calm, events, &what);
            }
        }
    }
}

async fn run(
    attempts: u32,
    events: bool,
    fault: Option<(usize, Fault)>,
    prepare: &impl AsyncFn(&World),
    act: &impl AsyncFn(&World),
) -> Run {
    let world = World::with_attempts(attempts).await;
    prepare(&world).await;
    if let Some((call, fault)) = fault {
        world.far.fail(call, fault);
    }
    act(&world).await;
    let hit = !world.far.heal();
    // Whoever asked asks again: after an error, and after a success too.
    act(&world).await;
    let mut resent = 0;
    for _ in 0..MOST_FLUSHES {
        world.settle().await;
        if events {
            world.ses_events().await;
        }
        let Some(due) = world.next_due("MAIL#") else { break };
        world.until(due);
        resent += world.flush().await.resent;
    }
    assert_eq!(world.next_due("MAIL#"), None);
    assert_eq!(world.dead_letters(), Vec::<String>::new());
    Run { picture: Picture::of(&world), resent, hit }
}

fn assert_same(torn: &Run, calm: &Run, events: bool, what: &str) {
    let (now, then) = (&torn.picture, &calm.picture);
    now.assert_same_but_for_doubles(then, what);
    let doubled = now.count() - then.count();
    let allowed = if events { 0 } else { usize::try_from(torn.resent).unwrap() };
    assert!(doubled <= allowed, "{what}: {doubled} doubled, {allowed} counted");
}

/// Asks with the same key each time. It may fail; it may not be refused.
async fn ask(world: &World, token: &Token, method: &str, path: &str, body: &Value) -> Reply {
    let reply = world.send(token, method, path, &[("idempotency-key", "the-same")], &body.to_string()).await;
    assert!(reply.status < 300 || reply.status >= 500, "{method} {path}: {}", reply.text);
    reply
}

async fn nothing(_: &World) {}

async fn a_ticket(world: &World) {
    assert_eq!(world.open("c-1", "The kettle is broken", json!({})).await.status, 201);
    world.settle().await;
}

/// The path of the one ticket there is.
fn of(world: &World, path: &str) -> String {
    let items = world.items();
    let mut keys = items.iter().filter_map(|item| item["pk"]["S"].as_str()?.strip_prefix("T|shop|"));
    path.replace("{id}", keys.next().unwrap())
}

#[tokio::test]
async fn a_ticket_is_opened_once() {
    let urgent = json!({ "body": "The kettle exploded and hurt my hand", "category": "quality", "client_ip": "198.51.100.4", "channel_message_id": "m-1" });
    sweep(nothing, async |world| {
        let mut body = request("c-1", "");
        merge(&mut body, urgent.clone());
        ask(world, &SHOP, "POST", "/v1/tickets", &body).await;
    })
    .await;
}

#[tokio::test]
async fn a_repetition_joins_its_ticket_once() {
    sweep(a_ticket, async |world| {
        ask(world, &SHOP, "POST", "/v1/tickets", &request("c-1", "The kettle is broken")).await;
    })
    .await;
}

#[tokio::test]
async fn a_message_is_added_once() {
    sweep(a_ticket, async |world| {
        let body = json!({ "channel": "web", "body": "It also smells", "channel_message_id": "m-2" });
        ask(world, &SHOP, "POST", &of(world, "/v1/tickets/{id}/messages"), &body).await;
    })
    .await;
}

#[tokio::test]
async fn a_customer_is_written_once() {
    sweep(nothing, async |world| {
        let body = json!({ "email": "c-1@example.com", "locale": "zh-TW", "tier": "vip" });
        ask(world, &SHOP, "PUT", "/v1/customers/c-1", &body).await;
    })
    .await;
}

#[tokio::test]
async fn a_reply_is_written_and_mailed_once() {
    sweep(a_ticket, async |world| {
        let body = json!({ "body": "A new one is on its way.", "then": "waiting_customer" });
        ask(world, &AGENT, "POST", &of(world, "/v1/desk/tickets/{id}/replies"), &body).await;
    })
    .await;
}

#[tokio::test]
async fn a_ticket_is_resolved_once() {
    sweep(a_ticket, async |world| {
        ask(world, &AGENT, "POST", &of(world, "/v1/desk/tickets/{id}/resolve"), &json!({ "body": "Done." })).await;
    })
    .await;
}

#[tokio::test]
async fn a_ticket_is_assigned_once() {
    sweep(a_ticket, async |world| {
        ask(world, &LEAD, "POST", &of(world, "/v1/desk/tickets/{id}/assign"), &json!({ "to": "agent-1" })).await;
    })
    .await;
}

#[tokio::test]
async fn two_tickets_are_merged_once_and_never_by_half() {
    let prepare = async |world: &World| {
        world.open("c-1", "The kettle is broken", json!({})).await;
        world.later(60);
        world.open("c-1", "Where is my toaster, it should have come on Monday", json!({})).await;
        world.settle().await;
    };
    sweep(prepare, async |world| {
        let listed = world.get(&SHOP, "/v1/tickets?customer=c-1").await;
        let Some(tickets) = listed.body["tickets"].as_array() else { return };
        let path = format!("/v1/desk/tickets/{}/merge", tickets[0]["id"].as_str().unwrap());
        ask(world, &AGENT, "POST", &path, &json!({ "into": tickets[1]["number"] })).await;
    })
    .await;
}

#[tokio::test]
async fn settings_are_replaced_once() {
    sweep(nothing, async |world| {
        let mut settings = serde_json::to_value(Settings::shipped()).unwrap();
        settings["shop"]["name"] = json!("Another name");
        let body = json!({ "replaces": 2, "settings": settings });
        ask(world, &ADMIN, "PUT", "/v1/desk/settings", &body).await;
    })
    .await;
}

/// A ticket whose survey is due.
async fn a_survey(world: &World) {
    a_ticket(world).await;
    ask(world, &AGENT, "POST", &of(world, "/v1/desk/tickets/{id}/resolve"), &json!({ "body": "Done." })).await;
    world.settle().await;
    world.later(86_400);
}

#[tokio::test]
async fn a_survey_is_sent_once() {
    sweep(a_survey, async |world| {
        world.survey_scan().await;
    })
    .await;
}

#[tokio::test]
async fn a_survey_is_answered_once() {
    let prepare = async |world: &World| {
        a_survey(world).await;
        world.survey_scan().await;
        world.settle().await;
    };
    sweep(prepare, async |world| {
        let mails = world.mails_of("survey");
        let page = world.visit(&link(&mails[0], "/s/")).await;
        // A form of the second look has the same token, since no time has passed.
        let Some((action, token)) = page.forms().remove("answer") else { return };
        let body = filled(&[("token", &token), ("score", "1"), ("solved", "no"), ("comment", "It leaks again.")]);
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let reply = world.send(&Token::None, "POST", &action, &form, &body).await;
        assert!(reply.status == 303 || reply.status >= 500, "{}", reply.text);
    })
    .await;
}

#[tokio::test]
async fn the_relay_loses_and_doubles_nothing() {
    let prepare = async |world: &World| {
        for customer in ["c-1", "c-2", "c-3"] {
            world.open(customer, "The kettle exploded and hurt my hand", json!({ "category": "quality" })).await;
        }
    };
    sweep(prepare, async |world| {
        world.relay(world.stream()).await;
    })
    .await;
}

#[tokio::test]
async fn an_acknowledgement_reaches_the_customer() {
    let prepare = async |world: &World| {
        world.open("c-1", "The kettle is broken", json!({})).await;
        world.relay(world.stream()).await;
    };
    sweep(prepare, async |world| {
        world.deliver(world.notify_queue()).await;
    })
    .await;
}

/// An urgent ticket, its lead's mail waiting for its bucket.
async fn an_alert(world: &World) {
    world.open("c-1", "The kettle exploded and hurt my hand", json!({ "category": "quality" })).await;
}

#[tokio::test]
async fn an_alert_is_put_into_its_bucket() {
    let prepare = async |world: &World| {
        an_alert(world).await;
        world.relay(world.stream()).await;
    };
    sweep(prepare, async |world| {
        world.deliver(world.notify_queue()).await;
    })
    .await;
}

#[tokio::test]
async fn an_alert_goes_out_with_its_bucket() {
    let prepare = async |world: &World| {
        an_alert(world).await;
        world.settle().await;
        world.later(300);
    };
    sweep(prepare, async |world| {
        world.try_flush().await;
    })
    .await;
}

/// Two alerts to the same person, and a bucket that is to become a digest.
async fn two_alerts(world: &World) {
    world.settings("shop", |settings| settings["mail"]["digest_over"] = json!(1)).await;
    for customer in ["c-1", "c-2"] {
        world.open(customer, "The kettle exploded and hurt my hand", json!({ "category": "quality" })).await;
    }
    world.settle().await;
    world.later(300);
}

#[tokio::test]
async fn a_digest_is_gathered() {
    sweep(two_alerts, async |world| {
        world.try_flush().await;
    })
    .await;
}

#[tokio::test]
async fn a_digest_that_is_full_goes_out() {
    let prepare = async |world: &World| {
        two_alerts(world).await;
        world.flush().await;
        world.later(60);
    };
    sweep(prepare, async |world| {
        world.try_flush().await;
    })
    .await;
}

#[tokio::test]
async fn a_scan_records_each_level_once() {
    let prepare = async |world: &World| {
        a_ticket(world).await;
        world.later(30 * 86_400);
    };
    sweep(prepare, async |world| {
        world.try_scan().await;
    })
    .await;
}

const MANAGER: Token = Token::Staff("shop", "manager-1", &["manager"]);

/// An action of the manager's that the agent has to see to within the day.
async fn an_action(world: &World) {
    let body = json!({ "figure": "csat", "goal": 85, "measure": "Train", "owner": "agent-1", "due": "2026-03-12" });
    ask(world, &MANAGER, "POST", "/v1/desk/actions", &body).await;
}

#[tokio::test]
async fn an_improvement_action_is_opened_once_and_told_once() {
    sweep(nothing, an_action).await;
}

/// A ticket that the agent resolved, in the draw.
async fn a_drawn_ticket(world: &World) {
    a_ticket(world).await;
    ask(world, &AGENT, "POST", &of(world, "/v1/desk/tickets/{id}/resolve"), &json!({ "body": "It is done." })).await;
    world.count_all().await;
}

#[tokio::test]
async fn a_ticket_is_reviewed_once() {
    sweep(a_drawn_ticket, async |world| {
        let body = json!({
            "ticket": of(world, "{id}"), "agent": "agent-1", "month": "2026-03", "comment": "Well done.",
            "speed": 5, "attitude": 5, "process": 5, "effect": 5,
        });
        ask(world, &LEAD, "POST", "/v1/desk/reviews", &body).await;
    })
    .await;
}

#[tokio::test]
async fn an_improvement_action_is_done_once() {
    sweep(an_action, async |world| {
        let actions = world.documents("A|shop|");
        let id = actions[0].1["id"].as_str().unwrap();
        ask(world, &AGENT, "POST", &format!("/v1/desk/actions/{id}/finish"), &Value::Null).await;
    })
    .await;
}

#[tokio::test]
async fn an_overdue_improvement_action_is_told_once() {
    let prepare = async |world: &World| {
        an_action(world).await;
        world.later(86_400);
    };
    sweep(prepare, async |world| {
        world.try_flush().await;
    })
    .await;
}

#[tokio::test]
async fn too_little_feedback_is_marked_and_told_once() {
    let prepare = async |world: &World| {
        world.at("2026-04-13T02:00:00Z");
        let review = json!({ "source": "review", "source_id": "1", "text": "All is well." });
        ask(world, &SHOP, "POST", "/v1/feedback", &review).await;
        world.count_all().await;
        world.make_sheets().await;
        let told_on =
            async |day: i8| world.settings("shop", |now| now["figures"]["feedback_told_on"] = json!(day)).await;
        told_on(28).await;
        world.at("2026-04-20T02:00:00Z");
        world.make_sheets().await;
        told_on(20).await;
    };
    sweep(prepare, async |world| {
        world.try_make_sheets().await;
    })
    .await;
}
