//! A customer follows the link in their mail: reads how their ticket stands, writes, answers a proposal.

use aftercare::aws::tickets::CarriedOut;
use aftercare::category::Solution;
use aftercare::event::Actor;
use aftercare::id::{StaffId, TicketId};
use aftercare::intake::Content;
use aftercare::ticket::{Command, Consent, Status};
use serde_json::{Value, json};
use tests::{AGENT, World, merge};

/// An agent's command, before the desk has a way to give it.
pub(crate) async fn staff(world: &World, ticket: TicketId, command: Command, words: &str, internal: bool) {
    let by = Actor::Staff(StaffId::parse("agent-1").unwrap());
    let content = Content { body: words.to_owned(), internal, ..Content::default() };
    let content = (!words.is_empty()).then_some(content);
    let ticket = world.ticket(ticket).await;
    let done = world.table.carry_out(ticket, &command, &by, content.as_ref(), world.now()).await.unwrap();
    assert!(matches!(done, CarriedOut::Done { .. }), "{done:?}");
}

pub(crate) async fn propose(world: &World, ticket: TicketId) {
    staff(world, ticket, Command::Propose { solution: Solution::Exchange }, "We send you a new one.", false).await;
}

pub(crate) async fn opened(world: &World, more: Value) -> TicketId {
    let mut about = json!({ "subject": "The kettle leaks", "category": "quality" });
    merge(&mut about, more);
    world.open("c-1", "It leaks at the bottom.", about).await.ticket()
}

#[tokio::test]
async fn every_mail_to_a_customer_has_the_link_and_no_mail_to_staff() {
    let world = World::new().await;
    let ticket = opened(&world, json!({})).await;
    world.reply(ticket, json!({})).await;
    world.resolve(ticket).await;
    world.settle().await;
    let urgent = json!({ "subject": "Fire", "category": "quality" });
    world.open("c-2", "The kettle caught fire and burned my hand.", urgent).await;
    world.settle().await;
    world.later(600).flush().await;
    world.later(600).flush().await;
    let mails = world.far.mails();
    let has_link = |to_staff: bool| {
        let of = mails.iter().filter(move |mail| mail.to.ends_with("@shop.example") == to_staff);
        of.map(|mail| mail.plain().contains("https://care.example/t/shop/")).collect::<Vec<_>>()
    };
    assert_eq!(has_link(false), [true; 4]);
    assert!(!has_link(true).is_empty() && !has_link(true).contains(&true));
}

#[tokio::test]
async fn the_page_says_how_it_stands_what_happens_next_and_by_when_in_the_customers_words() {
    let world = World::new().await;
    let zone = json!({ "customer": { "locale": "en-GB", "time_zone": "Europe/London" } });
    let ticket = opened(&world, zone).await;
    let link = world.link(ticket).await;
    let page = world.visit(&link).await;
    assert_eq!(page.status, 200);
    let text = page.text();
    for said in [
        "The kettle leaks",
        world.ticket(ticket).await.number.as_str(),
        "Received",
        "We will reply to you by",
        "Thursday 12 March 2026, 06:00 London time (UTC)",
        "It leaks at the bottom.",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    world.later(60).reply(ticket, json!({ "body": "Is it the new model?", "then": "waiting_customer" })).await;
    let text = world.visit(&link).await.text();
    assert!(text.contains("Waiting for your answer") && text.contains("Is it the new model?"), "{text}");
    world.resolve(ticket).await;
    assert!(world.visit(&link).await.text().contains("You can reopen it by writing to us until"));
}

#[tokio::test]
async fn the_language_is_the_customers_else_the_tickets_else_the_shops() {
    let world = World::new().await;
    for (customer, locale, language) in
        [("c-1", "zh-TW", "zh-Hant"), ("c-2", "zh-CN", "zh-Hans"), ("c-3", "en", "en"), ("c-4", "fr", "zh-Hans")]
    {
        let about = json!({ "subject": "1", "customer": { "ref": customer, "locale": locale } });
        let ticket = world.open(customer, &format!("Hello from {customer}."), about).await.ticket();
        let page = world.visit_in(&world.link(ticket).await, "fr, de").await;
        assert!(page.html.contains(&format!("<html lang=\"{language}\"")), "{customer}");
        assert_eq!(page.header("content-language"), language);
    }
}

#[tokio::test]
async fn what_the_customer_writes_there_is_on_the_ticket_and_moves_it() {
    let world = World::new().await;
    let ticket = opened(&world, json!({})).await;
    let link = world.link(ticket).await;
    world.reply(ticket, json!({ "then": "waiting_customer" })).await;
    let page = world.visit(&link).await;
    let after = world.submit(&page, "reply", "Yes, the new one.\r\nThanks & bye 你好").await;
    assert_eq!((after.status, after.at.as_str()), (200, format!("{link}?sent=3").as_str()));
    assert!(after.text().contains("Your message has reached us"), "{}", after.text());
    assert_eq!(world.ticket(ticket).await.status, Status::Open);
    let seen = world.get(&AGENT, &format!("/v1/desk/tickets/{ticket}")).await.body;
    assert_eq!(seen["messages"][2]["body"], "Yes, the new one.\nThanks & bye 你好");
    let last = seen["timeline"].as_array().unwrap().iter().rfind(|step| step["what"] == "message").unwrap();
    assert_eq!(last["by"], "customer");
}

#[tokio::test]
async fn a_reply_reopens_what_was_resolved_and_comes_too_late_after_seven_days() {
    let world = World::new().await;
    let ticket = opened(&world, json!({})).await;
    world.resolve(ticket).await;
    let link = world.link(ticket).await;
    let page = world.visit(&link).await;
    world.submit(&page, "reply", "It leaks again.").await;
    assert_eq!(world.ticket(ticket).await.status, Status::Open);
    world.later(60).resolve(ticket).await;
    let before = world.later(7 * 86_400 - 60).visit(&link).await;
    let late = world.later(61).submit(&before, "reply", "And again.").await;
    assert_eq!(late.status, 409);
    let text = late.text();
    assert!(text.contains("Your message was not sent") && text.contains("And again."), "{text}");
    assert!(late.html.contains("mailto:") && late.forms().is_empty());
    assert_eq!(world.ticket(ticket).await.status, Status::Resolved);
}

#[tokio::test]
async fn a_proposal_is_accepted_or_declined_once_by_its_own_forms() {
    let world = World::new().await;
    for (form, consent, said) in [
        ("accept", Consent::Accepted, "You accepted our proposal: an exchange."),
        ("reject", Consent::Rejected, "You declined our proposal: an exchange."),
    ] {
        let customer = json!({ "ref": format!("c-{form}"), "email": format!("{form}@example.com") });
        let ticket = opened(&world, json!({ "customer": customer })).await;
        propose(&world, ticket).await;
        let link = world.link(ticket).await;
        let page = world.visit(&link).await;
        assert_eq!(page.forms().keys().map(String::as_str).collect::<Vec<_>>(), ["accept", "reject", "reply"]);
        assert!(page.text().contains("Our proposal an exchange We send you a new one."), "{}", page.text());
        let after = world.submit(&page, form, "").await;
        assert_eq!(after.status, 200);
        assert!(after.text().contains(said) && after.text().contains("We have noted your answer"), "{}", after.text());
        assert_eq!(after.forms().len(), 1, "only the reply is left");
        assert_eq!(world.ticket(ticket).await.proposal.unwrap().consent, consent);
        let other = if form == "accept" { "reject" } else { "accept" };
        let changed = world.submit(&page, other, "").await;
        assert_eq!(changed.status, 409);
        assert!(changed.text().contains("changed in the meantime"), "{}", changed.text());
        assert_eq!(world.ticket(ticket).await.proposal.unwrap().consent, consent);
    }
}

#[tokio::test]
async fn the_form_of_a_proposal_that_a_later_one_replaced_does_nothing() {
    let world = World::new().await;
    let ticket = opened(&world, json!({})).await;
    propose(&world, ticket).await;
    let link = world.link(ticket).await;
    let old = world.visit(&link).await;
    staff(&world, ticket, Command::Propose { solution: Solution::RefundOnly }, "Or your money back.", false).await;
    let changed = world.submit(&old, "accept", "").await;
    assert_eq!(changed.status, 409);
    assert!(changed.text().contains("a refund"), "the page shows the one that holds");
    assert_eq!(world.ticket(ticket).await.proposal.unwrap().consent, Consent::Asked);
}

#[tokio::test]
async fn a_merged_ticket_shows_where_it_went_on_and_leads_there() {
    let world = World::new().await;
    let first = opened(&world, json!({})).await;
    let second = world.open("c-1", "And the lid is missing.", json!({ "subject": "Lid" })).await.ticket();
    let link = world.link(second).await;
    let before = world.visit(&link).await;
    let settings = world.table.settings(&world.ticket(first).await.storefront, world.now()).await.unwrap();
    merge_tickets(&world, second, first, &settings).await;
    let number = world.ticket(first).await.number.to_string();
    let page = world.visit(&link).await;
    assert!(page.text().contains(&format!("We go on with it in request {number}")), "{}", page.text());
    assert!(page.forms().is_empty());
    let (_, there) = page.html.split_once("class=\"button\" href=\"").unwrap();
    let there = world.visit(there.split_once('"').unwrap().0).await;
    assert!(there.status == 200 && there.text().contains(&number), "{}", there.text());
    let late = world.submit(&before, "reply", "Hello?").await;
    assert!(late.status == 409 && late.text().contains(&number), "{}", late.text());
    assert!(late.text().contains("Your message Hello?"), "to be taken along");
}

async fn merge_tickets(world: &World, from: TicketId, into: TicketId, settings: &aftercare::settings::Loaded) {
    use aftercare::aws::table::{Committed, Transaction};
    use aftercare::aws::tickets::{advance, write};
    let (from, into) = (world.ticket(from).await, world.ticket(into).await);
    let (gone, stays) = aftercare::ticket::merge((&from, settings), (&into, settings), world.now()).unwrap();
    let mut transaction = Transaction::default();
    for (ticket, events) in [(from, gone), (into, stays)] {
        let (entry, after) = advance(&ticket, events, Actor::System, world.now());
        write(&mut transaction, Some(&ticket), &entry, &after, None).unwrap();
    }
    assert_eq!(world.table.commit(transaction).await.unwrap(), Committed::Done);
}

#[tokio::test]
async fn bad_input_shows_the_page_again_with_what_is_wrong_beside_the_field_and_the_text_kept() {
    let world = World::new().await;
    let ticket = opened(&world, json!({})).await;
    let page = world.visit(&world.link(ticket).await).await;
    let empty = world.submit(&page, "reply", "  ").await;
    assert_eq!(empty.status, 422);
    assert!(empty.html.contains("aria-describedby=\"fault hint\" aria-invalid=\"true\" autofocus"), "{}", empty.html);
    assert!(empty.html.contains("<p class=\"fault\" id=\"fault\">Please write a message"));
    let long = "x".repeat(20_001);
    let refused = world.submit(&page, "reply", &long).await;
    assert!(refused.status == 422 && refused.html.contains(&long) && refused.text().contains("it has 20001"));
    assert_eq!(world.ticket(ticket).await.contents, 1);
    assert_eq!(world.submit(&refused, "reply", "Short.").await.status, 200, "and can be sent from there");
    assert_eq!(world.visit(&refused.at).await.at, world.link(ticket).await, "loaded again it is the page");
}

#[tokio::test]
async fn a_message_that_is_far_too_long_is_said_to_be_so_and_given_back_where_that_can_be() {
    let world = World::new().await;
    let ticket = opened(&world, json!({})).await;
    let page = world.visit(&world.link(ticket).await).await;
    let before = world.items().len();
    for length in [29_200, 30_000, 100_000] {
        let long = "长".repeat(length);
        let refused = world.submit(&page, "reply", &long).await;
        assert_eq!(refused.status, 413);
        assert!(refused.html.contains(&format!("{long}</textarea>")), "{length}");
        let text = refused.text();
        assert!(text.contains("Your message was not sent. Please look at the field marked below."), "{length}");
        assert!(text.contains(&format!("Please keep it to 20000 characters; it has {length}.")), "{length}");
        assert!(!text.contains("open too long"));
    }
    let (action, token) = page.form("reply");
    let huge = world.submit_to(&action, &token, &"长".repeat(120_000)).await;
    assert_eq!((huge.status, huge.forms().len()), (413, 1));
    let said =
        "Your message was not sent: it is too long, and too long to be shown here again. Up to 20000 characters fit";
    assert!(huge.text().contains(said) && huge.text().contains("one page back"), "{}", huge.text());
    assert_eq!((world.items().len(), world.ticket(ticket).await.contents), (before, 1));
    assert_eq!(world.submit(&huge, "reply", "Short.").await.status, 200);
}

#[tokio::test]
async fn writing_counts_towards_the_storefronts_quota() {
    let world = World::new().await;
    let ticket = opened(&world, json!({})).await;
    let link = world.link(ticket).await;
    world.settings("shop", |settings| settings["limits"]["requests_per_minute"] = json!(16)).await;
    let page = world.later(120).visit(&link).await;
    for count in 0..16 {
        let own = world.visit(&link).await;
        assert_eq!(world.submit(&own, "reply", &format!("Message {count}.")).await.status, 200);
    }
    let refused = world.submit(&page, "reply", "Three.").await;
    assert!(refused.html.contains("Three.</textarea>") && refused.header("retry-after") == "60");
    assert_eq!((refused.status, world.ticket(ticket).await.contents), (429, 17));
    assert_eq!(world.later(60).submit(&page, "reply", "Three.").await.status, 200);
}

#[tokio::test]
async fn what_one_customer_writes_there_counts_towards_their_own_hour() {
    let world = World::new().await;
    let ticket = opened(&world, json!({})).await;
    let link = world.link(ticket).await;
    world.settings("shop", |settings| settings["limits"]["messages_per_customer_hour"] = json!(2)).await;
    world.later(120);
    for count in 0..2 {
        let own = world.visit(&link).await;
        assert_eq!(world.submit(&own, "reply", &format!("Message {count}.")).await.status, 200);
    }
    let page = world.visit(&link).await;
    let refused = world.submit(&page, "reply", "Three.").await;
    assert!(refused.html.contains("Three.</textarea>"), "{}", refused.html);
    assert_eq!((refused.status, world.ticket(ticket).await.contents), (429, 3));
    let wait = refused.header("retry-after").parse().unwrap();
    assert_eq!(world.later(wait).submit(&page, "reply", "Three.").await.status, 200);
}
