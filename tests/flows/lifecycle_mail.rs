//! Who hears of what while a ticket is on its way: customers before they ask, staff what there is to do.

use aftercare::category::Solution;
use aftercare::event::Actor;
use aftercare::ticket::{Command, Turn};
use serde_json::json;
use tests::{AGENT, Mail, SHOP, World};

const DAY: i64 = 24 * 3600;
const ANN: &str = "c-1@example.com";
const AGENT_MAIL: &str = "agent@shop.example";
const LEAD_MAIL: &str = "lead@shop.example";

async fn kettle(world: &World) -> aftercare::id::TicketId {
    let opened = world.open("c-1", "The kettle is broken", json!({ "category": "quality" })).await;
    assert_eq!(opened.status, 201, "{}", opened.text);
    world.settle().await;
    opened.ticket()
}

/// The plain part, its soft line breaks undone.
fn plain(mail: &Mail) -> String {
    let part = mail.raw.split("text/plain").nth(1).and_then(|rest| rest.split("text/html").next()).unwrap();
    part.replace("=\r\n", "").replace("=E2=80=99", "'")
}

fn kinds(world: &World, address: &str) -> Vec<String> {
    world.mails_to(address).iter().map(|mail| mail.tags["kind"].clone()).collect()
}

async fn number(world: &World, ticket: aftercare::id::TicketId) -> String {
    world.ticket(ticket).await.number.as_str().to_owned()
}

#[tokio::test]
async fn a_proposal_is_mailed_with_what_is_offered_and_how_to_answer() {
    let world = World::new().await;
    let ticket = kettle(&world).await;
    world.propose(ticket, Solution::Exchange, "We can send you a new kettle.").await;
    world.settle_twice().await;
    assert_eq!(kinds(&world, ANN), ["acknowledge", "proposal"]);
    let mail = world.mails_of("proposal").remove(0);
    let said = plain(&mail);
    for part in ["An exchange", "We can send you a new kettle.", "yes or no", "before you agree"] {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert_eq!(mail.header("Auto-Submitted"), None, "an agent wrote it");
    // Reminded after 3 days, they are told what of.
    world.later(3 * DAY + 61).scan_twice().await;
    assert!(plain(&world.mails_of("reminder")[0]).contains("sent you a proposal"));
}

#[tokio::test]
async fn a_reminder_says_until_when_and_the_notice_of_silence_how_to_come_back() {
    let world = World::new().await;
    let ticket = kettle(&world).await;
    world.reply(ticket, json!({ "then": "waiting_customer" })).await;
    world.later(3 * DAY + 61).scan_twice().await;
    let reminder = plain(&world.mails_of("reminder")[0]);
    assert!(reminder.contains("Without an answer we will close your request on"), "{reminder}");
    assert!(reminder.contains("Thursday 19 March 2026, 10:00"), "{reminder}");
    world.later(4 * DAY).scan_twice().await;
    let resolved = world.mails_of("resolved").remove(0);
    let said = plain(&resolved);
    assert!(said.contains("have not heard from you") && said.contains("Thursday 26 March 2026, 10:00"), "{said}");
    assert_eq!(resolved.header("Auto-Submitted").as_deref(), Some("auto-generated"));
}

#[tokio::test]
async fn a_customer_hears_that_others_have_to_act_before_they_ask() {
    let world = World::new().await;
    let ticket = kettle(&world).await;
    world.reply(ticket, json!({})).await;
    world.wait_for(ticket, Turn::WaitingThirdParty).await;
    world.settle_twice().await;
    let waiting = plain(&world.mails_of("waiting")[0]);
    assert!(
        waiting.contains("You will hear from us by") && waiting.contains("Friday 13 March 2026, 10:00"),
        "{waiting}"
    );
    world.wait_for(ticket, Turn::WaitingReturn).await;
    world.settle_twice().await;
    let waiting = plain(&world.mails_of("waiting")[1]);
    assert!(waiting.contains("reach us by") && waiting.contains("Thursday 26 March 2026, 10:00"), "{waiting}");
    // A message with the move says it all.
    world.wait_for(ticket, Turn::Open).await;
    world.reply(ticket, json!({ "then": "waiting_third_party" })).await;
    world.settle_twice().await;
    assert_eq!(kinds(&world, ANN), ["acknowledge", "reply", "waiting", "waiting", "reply"]);
}

#[tokio::test]
async fn a_merge_is_told_with_the_number_it_goes_on_in_and_answers_find_it() {
    let world = World::new().await;
    let first = kettle(&world).await;
    let second = world.open("c-1", "A completely different parcel is lost", json!({})).await.ticket();
    world.settle().await;
    world.merge(first, second).await;
    world.settle_twice().await;
    assert_eq!(world.mails_of("merged").len(), 1);
    let mail = world.mails_of("merged").remove(0);
    assert!(plain(&mail).contains(&number(&world, second).await), "{}", plain(&mail));
    let to = mail.header("Reply-To").unwrap();
    let answer = json!({ "channel": "email", "mail": { "to": [to] } });
    assert_eq!(world.open("c-1", "Fine with me", answer).await.ticket(), second);
}

#[tokio::test]
async fn the_acknowledgement_of_a_follow_up_says_what_it_continues_and_its_last_agent_hears_of_it() {
    let world = World::new().await;
    let old = kettle(&world).await;
    world.assign(old, "agent-1").await;
    world.resolve(old).await;
    world.settle().await;
    world.drained().await;
    world.later(8 * DAY);
    let new = world.write(old, "It broke again, completely this time").await.ticket();
    world.settle_twice().await;
    world.drained().await;
    let mail = world.mails_of("acknowledge").pop().unwrap();
    let said = plain(&mail);
    assert!(said.contains(&format!("Earlier request: {}", number(&world, old).await)), "{said}");
    assert!(mail.header("Subject").unwrap().contains(&number(&world, new).await));
    let told = world.mails_of("followed_up");
    assert_eq!((told.len(), told[0].to.as_str()), (1, AGENT_MAIL));
    assert!(plain(&told[0]).contains(&number(&world, new).await));
}

#[tokio::test]
async fn who_is_given_a_ticket_hears_of_it_and_who_takes_one_does_not() {
    let world = World::new().await;
    let given = kettle(&world).await;
    world.assign(given, "agent-1").await;
    let taken = world.open("c-2", "Where is my parcel?", json!({})).await.ticket();
    let took = world.act(taken, Command::Assign { to: staff("agent-1") }, &Actor::Staff(staff("agent-1")), None).await;
    assert!(took.is_ok());
    world.settle_twice().await;
    world.drained().await;
    let told = world.mails_of("assigned");
    assert_eq!((told.len(), told[0].to.as_str()), (1, AGENT_MAIL));
    assert!(plain(&told[0]).contains(&number(&world, given).await) && !told[0].raw.contains("kettle"));
}

#[tokio::test]
async fn a_ticket_that_was_handed_on_before_the_mail_went_out_is_told_to_the_new_one_only() {
    let world = World::new().await;
    let ticket = kettle(&world).await;
    world.assign(ticket, "agent-1").await;
    world.settle_twice().await;
    world.later(60).assign(ticket, "manager-1").await;
    world.settle_twice().await;
    world.drained().await;
    let told: Vec<String> = world.mails_of("assigned").into_iter().map(|mail| mail.to).collect();
    assert_eq!(told, ["manager@shop.example"]);
}

#[tokio::test]
async fn whoever_holds_a_ticket_hears_that_its_customer_wrote_unless_they_answered_meanwhile() {
    let world = World::new().await;
    let ticket = kettle(&world).await;
    world.write(ticket, "Nobody holds it yet").await;
    world.settle_twice().await;
    world.assign(ticket, "agent-1").await;
    world.settle_twice().await;
    world.drained().await;
    assert_eq!(kinds(&world, AGENT_MAIL), ["assigned"]);
    world.write(ticket, "And the zorblat is gone").await;
    world.settle_twice().await;
    world.drained().await;
    assert_eq!(kinds(&world, AGENT_MAIL), ["assigned", "wrote"]);
    assert!(!world.mails_of("wrote")[0].raw.contains("lid is gone"), "what they wrote stays behind the sign-in");
    world.write(ticket, "Hello?").await;
    world.reply(ticket, json!({})).await;
    world.settle_twice().await;
    world.drained().await;
    assert_eq!(kinds(&world, AGENT_MAIL), ["assigned", "wrote"]);
}

#[tokio::test]
async fn what_the_customer_says_to_a_proposal_goes_to_the_assignee_or_else_to_the_leads() {
    let world = World::new().await;
    let ticket = kettle(&world).await;
    world.propose(ticket, Solution::Repair, "We can mend it.").await;
    let answer = |proposal, accepted| Command::Answer { proposal, accepted, note: false };
    world.act(ticket, answer(1, false), &Actor::Customer, None).await.unwrap();
    world.settle_twice().await;
    world.drained().await;
    let told = world.mails_of("answered");
    assert_eq!((told.len(), told[0].to.as_str()), (1, LEAD_MAIL));
    assert!(plain(&told[0]).contains("rejected the proposal") && plain(&told[0]).contains("A repair"));
    world.assign(ticket, "agent-1").await;
    world.propose(ticket, Solution::Exchange, "A new one, then.").await;
    world.act(ticket, answer(2, true), &Actor::Customer, None).await.unwrap();
    world.settle_twice().await;
    world.drained().await;
    let told = world.mails_of("answered");
    assert_eq!((told.len(), told[1].to.as_str()), (2, AGENT_MAIL));
    assert!(plain(&told[1]).contains("accepted the proposal"));
    // They need not be told what they recorded themselves.
    world.propose(ticket, Solution::Resend, "Or we send it again.").await;
    world.act(ticket, answer(3, true), &Actor::Staff(staff("agent-1")), None).await.unwrap();
    world.settle_twice().await;
    world.drained().await;
    assert_eq!(world.mails_of("answered").len(), 2);
}

#[tokio::test]
async fn mail_about_work_waits_for_its_bucket_and_for_opening_hours() {
    let world = World::new().await;
    world.at("2026-03-12T12:01:00Z"); // 20:01 in Shanghai; it is a Thursday
    let ticket = kettle(&world).await;
    world.assign(ticket, "agent-1").await;
    world.settle().await;
    assert_eq!(world.next_due("MAIL#").unwrap().to_string(), "2026-03-13T01:05:00Z");
    world.at("2026-03-13T03:01:00Z").write(ticket, "Hello?").await;
    world.settle().await;
    world.drained().await;
    assert_eq!(kinds(&world, AGENT_MAIL).len(), 2);
}

#[tokio::test]
async fn many_of_them_are_one_digest() {
    let world = World::new().await;
    for customer in 0..11 {
        let opened = world.open(&format!("c-{customer}"), "Where is my parcel?", json!({})).await;
        world.assign(opened.ticket(), "agent-1").await;
        world.write(opened.ticket(), "Hello?").await;
    }
    world.settle_twice().await;
    world.drained().await;
    assert_eq!(kinds(&world, AGENT_MAIL), ["digest"]);
    let said = plain(&world.mails_of("digest")[0]);
    assert!(said.find("The customer wrote to you").unwrap() < said.find("A ticket was assigned to you").unwrap());
}

#[tokio::test]
async fn a_customer_who_is_not_known_any_more_is_written_to_no_more() {
    let world = World::new().await;
    let ticket = kettle(&world).await;
    world.reply(ticket, json!({ "then": "waiting_customer" })).await;
    world.settle().await;
    world.put(&SHOP, "/v1/customers/c-1", json!({})).await;
    world.later(3 * DAY + 61).scan_twice().await;
    assert_eq!(world.mails_of("reminder").len(), 0);
    assert!(world.stages().iter().any(|(sk, stage)| sk.contains("#reminder#") && stage == "skipped"));
    assert_eq!(world.get(&AGENT, &format!("/v1/desk/tickets/{ticket}")).await.status, 200);
}

fn staff(id: &str) -> aftercare::id::StaffId {
    aftercare::id::StaffId::parse(id).unwrap()
}
