//! A customer's page, and what the API shows of a ticket, where a great deal was written: by them and the shop, or by staff
//! among themselves.

use aftercare::id::TicketId;
use serde_json::{Value, json};
use tests::{AGENT, Page, SHOP, Token, World};

use crate::tracking::opened;

const OWN: Token = Token::Customer("shop", "c-1");

async fn notes(world: &World, ticket: TicketId, count: usize) {
    for number in 0..count {
        let body = json!({ "body": format!("unicorn {number}") });
        assert_eq!(world.later(1).at_desk(&AGENT, ticket, "notes", body).await.status, 200);
    }
}

async fn proposed(world: &World, body: &str) -> TicketId {
    let ticket = opened(world, json!({})).await;
    let proposal = json!({ "solution": "compensation", "body": body });
    assert_eq!(world.at_desk(&AGENT, ticket, "proposals", proposal).await.status, 200);
    ticket
}

/// The operations of the far side since the last look.
fn calls(world: &World) -> Vec<String> {
    world.far.made().into_iter().map(|made| made.operation).collect()
}

/// Where a link on a page leads, by what stands on it.
fn leads(page: &Page, label: &str) -> Option<String> {
    let (before, _) = page.html.split_once(&format!(">{label}</a>"))?;
    let (_, address) = before.rsplit_once("href=\"")?;
    Some(address.split(['"', '#']).next()?.to_owned())
}

#[tokio::test]
async fn notes_among_staff_push_nothing_off_the_page_or_out_of_the_api() {
    let world = World::new().await;
    let ticket = proposed(&world, "We pay you 20 yuan.").await;
    notes(&world, ticket, 210).await;
    let page = world.visit(&world.link(ticket).await).await;
    let text = page.text();
    assert!(text.contains("Our proposal a compensation We pay you 20 yuan."), "{text}");
    assert_eq!(page.forms().len(), 3);
    for said in ["It leaks at the bottom.", "Opened", "We sorted it under"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!text.contains("no longer shown") && !text.contains("unicorn") && !text.contains("arlier"), "{text}");
    for token in [&SHOP, &OWN] {
        let whole = world.get(token, &format!("/v1/tickets/{ticket}")).await.body;
        let bodies: Vec<&Value> = whole["messages"].as_array().unwrap().iter().map(|one| &one["body"]).collect();
        assert_eq!(bodies, ["It leaks at the bottom.", "We pay you 20 yuan."]);
        assert_eq!((&whole["timeline"][0]["what"], &whole["more"]), (&json!("received"), &json!(false)));
        let page = world.get(token, &format!("/v1/tickets/{ticket}/messages?limit=1")).await.body;
        assert_eq!((&page["messages"][0]["number"], &page["before"]), (&json!(2), &json!(2)));
        let page = world.get(token, &format!("/v1/tickets/{ticket}/messages?limit=1&before=2")).await.body;
        assert_eq!((&page["messages"][0]["number"], page.get("before")), (&json!(1), None));
    }
}

#[tokio::test]
async fn however_many_notes_there_are_a_look_is_bounded_and_goes_on_where_it_ended() {
    let world = World::new().await;
    let ticket = opened(&world, json!({})).await;
    notes(&world, ticket, 500).await;
    let path = format!("/v1/tickets/{ticket}");
    let whole = world.get(&OWN, &path).await.body;
    assert_eq!((&whole["messages"][0]["number"], &whole["more"]), (&json!(1), &json!(true)), "the first, always");
    calls(&world);
    let (mut seen, mut before, mut looks) = (Vec::new(), String::new(), 0);
    loop {
        let page = world.get(&OWN, &format!("{path}/messages{before}")).await.body;
        assert!(calls(&world).iter().filter(|operation| *operation == "Query").count() <= 5);
        seen.extend(page["messages"].as_array().unwrap().clone());
        looks += 1;
        let Some(older) = page["before"].as_u64() else { break };
        before = format!("?before={older}");
    }
    assert_eq!((seen.len(), looks), (1, 2));
}

#[tokio::test]
async fn an_ordinary_page_takes_two_reads_of_its_ticket_besides_the_ticket() {
    let world = World::new().await;
    let ticket = proposed(&world, "We pay you 20 yuan.").await;
    let link = world.link(ticket).await;
    world.visit(&link).await;
    calls(&world);
    world.visit(&link).await;
    assert_eq!(
        calls(&world),
        ["GetItem", "Query", "BatchGetItem", "GetItem"],
        "the ticket, its story, its texts, whose"
    );
    world.get(&OWN, &format!("/v1/tickets/{ticket}")).await;
    assert_eq!(calls(&world), ["GetItem", "Query", "Query"]);
}

#[tokio::test]
async fn a_proposal_is_not_accepted_unread() {
    let world = World::new().await;
    let ticket = proposed(&world, "We pay you 20 yuan.").await;
    let link = world.link(ticket).await;
    for number in 0..60 {
        assert_eq!(world.later(1).reply(ticket, json!({ "body": format!("message {number}") })).await.status, 200);
    }
    let page = world.visit(&link).await;
    assert!(page.text().contains("Our proposal a compensation We pay you 20 yuan."), "{}", page.text());
    assert_eq!(page.forms().len(), 3);
    // Its text is not there to be read.
    let item = world.items().into_iter().find(|item| item["sk"]["S"] == "CONTENT#00000002").unwrap();
    let key = json!({ "pk": item["pk"], "sk": item["sk"] });
    let gone = json!({ "TableName": "aftercare", "Key": key });
    world.far.dynamodb("DeleteItem", gone.to_string().as_bytes());
    let page = world.visit(&link).await;
    assert!(page.text().contains("We cannot show you what we wrote about it"), "{}", page.text());
    assert_eq!(page.forms().keys().collect::<Vec<_>>(), ["reply"]);
}

#[tokio::test]
async fn a_story_longer_than_a_page_is_read_page_by_page() {
    let world = World::new().await;
    let ticket = opened(&world, json!({})).await;
    let link = world.link(ticket).await;
    for number in 2..=120 {
        assert_eq!(world.later(60).reply(ticket, json!({ "body": format!("message {number}.") })).await.status, 200);
    }
    let (mut at, mut seen, mut pages) = (link.clone(), Vec::new(), 0);
    loop {
        let page = world.visit(&at).await;
        assert_eq!(page.status, 200);
        assert!(
            page.html.contains(">The kettle leaks</h1>") && page.forms().contains_key("reply"),
            "all of it is a page"
        );
        let story = page.html.split_once("<section class=\"history\"").unwrap().1;
        seen.extend((2..=120).rev().filter(|number| story.contains(&format!("message {number}."))));
        pages += 1;
        assert_eq!(leads(&page, "Back to the latest entries").is_some(), pages > 1);
        match leads(&page, "Show earlier entries") {
            Some(earlier) => at = earlier,
            None => {
                assert!(story.contains("It leaks at the bottom."));
                assert_eq!(leads(&page, "Back to the latest entries").unwrap(), link);
                break;
            }
        }
    }
    assert_eq!((seen, pages), ((2..=120).rev().collect::<Vec<u32>>(), 3));
    for nonsense in ["0", "1", "x", "-1", "99999999999", "4000000000"] {
        assert_eq!(world.visit(&format!("{link}?before={nonsense}")).await.status, 200, "{nonsense}");
    }
}

#[tokio::test]
async fn a_story_of_long_texts_stays_small_enough_to_be_answered_with() {
    let world = World::new().await;
    let ticket = opened(&world, json!({})).await;
    let link = world.link(ticket).await;
    let long = "长\n\n".repeat(6_600);
    for _ in 0..30 {
        assert_eq!(world.later(60).reply(ticket, json!({ "body": long })).await.status, 200);
    }
    let page = world.visit(&link).await;
    assert!(page.html.len() < 5_000_000, "{}", page.html.len());
    let mut at = Some(link);
    let mut pages = 0;
    while let Some(here) = at {
        at = leads(&world.visit(&here).await, "Show earlier entries");
        pages += 1;
    }
    assert!((2..10).contains(&pages), "{pages}");
}
