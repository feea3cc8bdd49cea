//! A survey's mail and its page: what a customer does there, once; and what comes of it for staff.

use aftercare::event::Event;
use aftercare::id::{StorefrontId, TicketId};
use aftercare::survey::{Standing, Survey, SurveyId};
use aftercare::ticket::Status;
use jiff::SignedDuration;
use serde_json::json;
use tests::{AGENT, LEAD, Mail, PUBLIC_URL, Page, Token, World, filled};

const DAY: i64 = 86_400;
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

fn shop() -> StorefrontId {
    StorefrontId::parse("shop").unwrap()
}

async fn scan(world: &World) {
    survey_dispatch::scan(&world.table, world.now(), jiff::Timestamp::MAX, &|| world.now()).await.unwrap();
    world.settle().await;
}

async fn survey(world: &World, ticket: TicketId) -> Survey {
    world.table.survey(&shop(), SurveyId { ticket, cycle: 1 }).await.unwrap().expect("a survey")
}

/// A ticket that was answered and resolved, and whose customer was asked a day later.
pub(crate) async fn asked(world: &World) -> (TicketId, Mail) {
    asked_in(world, "en").await
}

/// … in this language.
pub(crate) async fn asked_in(world: &World, language: &str) -> (TicketId, Mail) {
    let more = json!({ "customer": { "email": "c-1@example.com", "locale": language } });
    let ticket = world.open("c-1", "The kettle leaks.", more).await.ticket();
    assert_eq!(world.reply(ticket, json!({})).await.status, 200);
    assert_eq!(world.resolve(ticket).await.status, 200);
    world.settle().await;
    world.later(DAY);
    scan(world).await;
    let mails = world.mails_of("survey");
    assert_eq!(mails.len(), 1, "one mail");
    (ticket, mails.into_iter().next().unwrap())
}

pub(crate) fn link(mail: &Mail, below: &str) -> String {
    let text = mail.plain();
    let path = text.lines().find_map(|line| line.strip_prefix(PUBLIC_URL).filter(|path| path.starts_with(below)));
    path.unwrap_or_else(|| panic!("no {below} in {text}")).to_owned()
}

async fn send(world: &World, page: &Page, form: &str, fields: &[(&str, &str)]) -> Page {
    let (action, token) = page.form(form);
    send_to(world, &action, &token, fields).await
}

async fn send_to(world: &World, action: &str, token: &str, fields: &[(&str, &str)]) -> Page {
    let fields: Vec<(&str, &str)> = [("token", token)].into_iter().chain(fields.iter().copied()).collect();
    world.submit_raw(action, &[FORM], &filled(&fields)).await
}

async fn told(world: &World, ticket: TicketId) -> Vec<&'static str> {
    let mut told = vec![];
    for seq in 1..=world.ticket(ticket).await.seq {
        let entry = world.table.entry(&shop(), ticket, seq).await.unwrap().unwrap();
        told.extend(
            entry.events.iter().filter_map(|event| {
                if let Event::Survey { happened, .. } = event { Some(happened.word()) } else { None }
            }),
        );
    }
    told
}

#[tokio::test]
async fn the_mail_has_a_way_out_with_one_click_and_neither_link_is_kept_anywhere() {
    let world = World::new().await;
    let (_, mail) = asked(&world).await;
    let unfolded = mail.raw.replace("\r\n ", " ").replace("\r\n\t", " ");
    let stop = link(&mail, "/u/");
    assert!(unfolded.contains(&format!("List-Unsubscribe: <{PUBLIC_URL}{stop}>\r\n")), "{unfolded}");
    assert!(unfolded.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    assert!(mail.plain().contains("How did we do?") && mail.plain().contains("/t/shop/"));
    let kept: String = world.items().iter().map(ToString::to_string).collect();
    for path in [link(&mail, "/s/"), stop] {
        assert!(!kept.contains(path.rsplit('/').next().unwrap()), "{path} is stored");
    }
}

#[tokio::test]
async fn a_hundred_looks_record_nothing_and_what_was_chosen_in_the_mail_is_chosen_on_the_page() {
    let world = World::new().await;
    let (_, mail) = asked(&world).await;
    let (path, stop) = (link(&mail, "/s/"), link(&mail, "/u/"));
    let before = world.items();
    for _ in 0..25 {
        for at in [format!("{path}?score=2"), path.clone(), stop.clone()] {
            assert_eq!(world.visit(&at).await.status, 200);
        }
        assert_eq!(world.send(&Token::None, "HEAD", &path, &[], "").await.status, 200);
    }
    assert_eq!(world.items(), before);
    let html = world.visit(&format!("{path}?score=2")).await.html;
    assert!(html.contains(r#"value="2" required checked"#), "{html}");
    assert_eq!(world.visit(&path).await.html.matches(" checked").count(), 0);
}

#[tokio::test]
async fn an_answer_counts_once_the_same_again_is_thanked_and_another_is_told_so() {
    let world = World::new().await;
    let (ticket, mail) = asked(&world).await;
    let page = world.visit(&link(&mail, "/s/")).await;
    let (action, token) = page.form("answer");
    let fields = [("score", "5"), ("comment", "Quick and kind.")];
    for _ in 0..2 {
        let thanks = send_to(&world, &action, &token, &fields).await;
        assert_eq!(thanks.status, 200);
        assert!(thanks.text().contains("Thank you for your answer") && thanks.text().contains("5 of 5"));
        assert!(thanks.text().contains("Quick and kind."), "{}", thanks.text());
    }
    let other = send_to(&world, &action, &token, &[("score", "1")]).await;
    assert_eq!(other.status, 409);
    assert!(other.text().contains("the first one counts") && other.text().contains("5 of 5"), "{}", other.text());
    assert_eq!(told(&world, ticket).await, ["scheduled", "sent", "answered"]);
    assert_eq!(world.ticket(ticket).await.status, Status::Resolved);
    world.settle().await;
    assert!(world.mails_of("low_score").is_empty() && survey(&world, ticket).await.task.is_none());
}

#[tokio::test]
async fn of_two_answers_at_once_from_the_page_one_counts() {
    let world = World::new().await;
    let (ticket, mail) = asked(&world).await;
    let page = world.visit(&link(&mail, "/s/")).await;
    let (one, other) = tokio::join!(
        send(&world, &page, "answer", &[("score", "1"), ("solved", "no")]),
        send(&world, &page, "answer", &[("score", "5")])
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(told(&world, ticket).await.iter().filter(|word| **word == "answered").count(), 1);
}

#[tokio::test]
async fn a_form_that_is_not_filled_in_or_not_ours_is_given_back_with_what_was_typed() {
    let world = World::new().await;
    let (ticket, mail) = asked(&world).await;
    let page = world.visit(&link(&mail, "/s/")).await;
    let empty = send(&world, &page, "answer", &[("comment", "It was fine.")]).await;
    assert_eq!(empty.status, 422);
    assert!(empty.text().contains("Please choose one of these.") && empty.text().contains("It was fine."));
    assert_eq!(send(&world, &page, "answer", &[("score", "6")]).await.status, 422, "off the scale");
    let (action, token) = page.form("answer");
    assert_eq!(send_to(&world, &action, "nonsense", &[("score", "5")]).await.status, 410);
    let body = filled(&[("token", token.as_str()), ("score", "5")]);
    let elsewhere = [FORM, ("sec-fetch-site", "cross-site")];
    assert_eq!(world.submit_raw(&action, &elsewhere, &body).await.status, 403);
    let long = "x".repeat(20_001);
    assert_eq!(send(&world, &page, "answer", &[("score", "5"), ("comment", &long)]).await.status, 422);
    world.later(DAY + 1);
    let stale = send(&world, &page, "answer", &[("score", "5"), ("comment", "Hello")]).await;
    assert_eq!(stale.status, 410);
    assert!(stale.text().contains("Hello"), "it can be sent again");
    assert_eq!(told(&world, ticket).await, ["scheduled", "sent"]);
}

#[tokio::test]
async fn a_comment_can_be_changed_for_a_day() {
    let world = World::new().await;
    let (ticket, mail) = asked(&world).await;
    let path = link(&mail, "/s/");
    let page = world.visit(&path).await;
    let thanks = send(&world, &page, "answer", &[("score", "4"), ("comment", "Fine")]).await;
    let edited = send(&world, &thanks, "comment", &[("comment", "Fine indeed")]).await;
    assert!(edited.status == 200 && edited.text().contains("Fine indeed"));
    assert_eq!(send(&world, &thanks, "comment", &[("comment", "Fine indeed")]).await.status, 200, "the same again");
    assert_eq!(send(&world, &thanks, "comment", &[("comment", "Older")]).await.status, 410, "a page of before");
    world.later(DAY - 60);
    let last = world.visit(&path).await;
    world.later(120);
    assert_eq!(send(&world, &last, "comment", &[("comment", "Too late")]).await.status, 409);
    assert!(world.visit(&path).await.forms().is_empty());
    assert_eq!(told(&world, ticket).await, ["scheduled", "sent", "answered", "edited"]);
}

#[tokio::test]
async fn after_fourteen_days_it_is_over_whether_or_not_it_was_answered() {
    let world = World::new().await;
    let (_, mail) = asked(&world).await;
    let path = link(&mail, "/s/");
    let page = world.visit(&path).await;
    world.later(14 * DAY + 1);
    let over = world.visit(&path).await;
    assert_eq!(over.status, 410);
    assert!(over.text().contains("This survey is over"));
    assert_eq!(send(&world, &page, "answer", &[("score", "5")]).await.status, 410);
    scan(&world).await;
    assert_eq!(world.visit(&path).await.status, 410, "and when that is on record");
}

#[tokio::test]
async fn a_reopened_ticket_is_not_asked_about_even_before_anybody_withdrew_it() {
    let world = World::new().await;
    let (ticket, mail) = asked(&world).await;
    let path = link(&mail, "/s/");
    let page = world.visit(&path).await;
    assert_eq!(world.write(ticket, "It leaks again, please help me.").await.status, 201);
    for _ in 0..2 {
        assert_eq!(world.visit(&path).await.status, 410);
        assert!(world.visit(&path).await.text().contains("Your request is open again"));
        assert_eq!(send(&world, &page, "answer", &[("score", "5")]).await.status, 410);
        world.settle().await;
    }
    assert_eq!(told(&world, ticket).await, ["scheduled", "sent", "withdrawn"]);
}

#[tokio::test]
async fn not_solved_opens_the_ticket_again_and_whoever_holds_it_hears_of_it() {
    let world = World::new().await;
    let (ticket, mail) = asked(&world).await;
    world.drained().await;
    let page = world.visit(&link(&mail, "/s/")).await;
    let thanks =
        send(&world, &page, "answer", &[("score", "2"), ("solved", "no"), ("comment", "It leaks again.")]).await;
    assert!(thanks.text().contains("Your request is open again"), "{}", thanks.text());
    let now = world.ticket(ticket).await;
    assert_eq!((now.status, now.cycle), (Status::Open, 2));
    world.settle().await;
    world.drained().await;
    let (heard, low) = (world.mails_of("not_solved"), world.mails_of("low_score"));
    assert!(!heard.is_empty() && low.len() == 1, "{heard:?}");
    for mail in heard.iter().chain(&low) {
        assert!(!mail.plain().contains("leaks"), "no words of a customer go to staff by mail");
    }
    assert!(matches!(survey(&world, ticket).await.standing, Standing::Answered { .. }));
}

#[tokio::test]
async fn a_low_score_alone_opens_nothing() {
    let world = World::new().await;
    let (ticket, mail) = asked(&world).await;
    let page = world.visit(&link(&mail, "/s/")).await;
    send(&world, &page, "answer", &[("score", "1")]).await;
    assert_eq!(world.ticket(ticket).await.status, Status::Resolved);
}

#[tokio::test]
async fn a_low_score_is_a_leads_task_which_is_done_once_with_a_note() {
    let world = World::new().await;
    let (ticket, mail) = asked(&world).await;
    let page = world.visit(&link(&mail, "/s/")).await;
    send(&world, &page, "answer", &[("score", "2")]).await;
    world.settle().await;
    world.drained().await;
    let low = world.mails_of("low_score");
    assert_eq!(low.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["lead@shop.example"]);
    assert!(low[0].plain().contains("2 of 5"), "{}", low[0].plain());
    let tasks = world.get(&LEAD, "/v1/desk/survey-tasks").await;
    assert_eq!(tasks.body["tasks"][0]["score"], 2, "{}", tasks.text);
    assert_eq!(tasks.body["tasks"][0]["ticket"], json!(ticket));
    assert_eq!(world.get(&AGENT, "/v1/desk/survey-tasks").await.status, 403);
    let act = "surveys/1/follow-up";
    let note = json!({ "body": "Called them; a new lid is on its way." });
    assert_eq!(world.at_desk(&AGENT, ticket, act, note.clone()).await.status, 403);
    assert_eq!(world.at_desk(&LEAD, ticket, "surveys/2/follow-up", note.clone()).await.status, 404);
    assert_eq!(world.at_desk(&LEAD, ticket, act, json!({})).await.status, 422);
    let path = format!("/v1/desk/tickets/{ticket}/{act}");
    for _ in 0..2 {
        let done = world.post_with_key(&LEAD, &path, "once", note.clone()).await;
        assert_eq!((done.status, &done.body["done_by"]), (200, &json!("lead-1")), "{}", done.text);
    }
    assert_eq!(world.at_desk(&LEAD, ticket, act, note).await.status, 409, "and not by somebody else again");
    assert_eq!(world.get(&LEAD, "/v1/desk/survey-tasks").await.body["tasks"], json!([]));
    world.later(2 * DAY);
    scan(&world).await;
    assert_eq!(told(&world, ticket).await, ["scheduled", "sent", "answered", "task_made", "task_done"]);
}

#[tokio::test]
async fn a_task_that_nobody_does_goes_to_the_manager_once_at_the_instant_it_was_due() {
    let world = World::new().await;
    let (ticket, mail) = asked(&world).await;
    let page = world.visit(&link(&mail, "/s/")).await;
    let due = world.now() + SignedDuration::from_hours(24);
    send(&world, &page, "answer", &[("score", "2")]).await;
    world.settle().await;
    world.drained().await;
    for _ in 0..3 {
        world.later(DAY);
        scan(&world).await;
    }
    world.drained().await;
    let late = world.mails_of("low_score_late");
    assert_eq!(late.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["manager@shop.example"]);
    let breaches = told(&world, ticket).await.into_iter().filter(|word| *word == "task_breached").count();
    assert_eq!(breaches, 1);
    let task = survey(&world, ticket).await.task.unwrap();
    assert!(task.breached && task.due == due);
    let note = json!({ "body": "Talked to them." });
    assert_eq!(
        world.at_desk(&LEAD, ticket, "surveys/1/follow-up", note).await.status,
        200,
        "late is better than never"
    );
}

#[tokio::test]
async fn one_click_ends_surveys_without_a_form_token_and_nothing_else() {
    let world = World::new().await;
    let (ticket, mail) = asked(&world).await;
    let stop = link(&mail, "/u/");
    let page = world.visit(&stop).await;
    assert!(page.html.contains("<button") && page.text().contains("No more surveys?"));
    let before = world.ticket(ticket).await;
    for _ in 0..2 {
        let done = world.send(&Token::None, "POST", &stop, &[FORM], "List-Unsubscribe=One-Click").await;
        assert_eq!((done.status, done.header("location")), (200, None), "a provider follows no redirects");
        assert!(done.text.contains("You get no more surveys"));
    }
    assert_eq!(world.ticket(ticket).await.seq, before.seq);
    world.later(4 * DAY);
    scan(&world).await;
    assert_eq!(told(&world, ticket).await, ["scheduled", "sent", "not_reminded"]);
    assert!(world.mails_of("survey_reminder").is_empty());
    assert_eq!(world.visit(&link(&mail, "/s/")).await.status, 200, "what was sent can still be answered");
    let answer = link(&mail, "/s/").replace("/s/", "/u/");
    assert_eq!(
        world.send(&Token::None, "POST", &answer, &[FORM], "").await.status,
        404,
        "a link does its own work only"
    );
}

#[tokio::test]
async fn a_reminder_goes_out_after_three_days_and_not_to_who_answered() {
    for answers in [false, true] {
        let world = World::new().await;
        let (_, mail) = asked(&world).await;
        if answers {
            let page = world.visit(&link(&mail, "/s/")).await;
            send(&world, &page, "answer", &[("score", "5")]).await;
        }
        world.later(3 * DAY);
        scan(&world).await;
        scan(&world).await;
        let reminders = world.mails_of("survey_reminder");
        assert_eq!(reminders.len(), usize::from(!answers));
        for reminder in reminders {
            assert_eq!(world.visit(&link(&reminder, "/s/")).await.status, 200);
            assert!(reminder.raw.contains("List-Unsubscribe-Post"));
        }
    }
}

#[tokio::test]
async fn nps_and_ces_ask_on_their_own_scales() {
    for (kind, scores, low) in [("nps", 11, "6"), ("ces", 7, "2")] {
        let world = World::new().await;
        world.settings("shop", |settings| settings["surveys"]["kind"] = json!(kind)).await;
        let (ticket, mail) = asked(&world).await;
        let page = world.visit(&link(&mail, "/s/")).await;
        assert_eq!(page.html.matches("name=\"score\"").count(), scores, "{kind}");
        send(&world, &page, "answer", &[("score", low)]).await;
        assert!(survey(&world, ticket).await.task.is_some(), "{kind}");
    }
}

#[tokio::test]
async fn of_an_erased_ticket_there_is_no_page() {
    let world = World::new().await;
    let (_, mail) = asked(&world).await;
    let erased = world.post(&tests::SHOP, "/v1/customers/c-1/erase", json!({})).await;
    assert_eq!(erased.status, 200, "{}", erased.text);
    assert_eq!(world.visit(&link(&mail, "/s/")).await.status, 410);
}

#[tokio::test]
async fn links_that_open_nothing_show_the_same_page() {
    let world = World::new().await;
    let (_, mail) = asked(&world).await;
    let cut = |path: String| path[..path.len() - 3].to_owned();
    for path in [cut(link(&mail, "/s/")), cut(link(&mail, "/u/")), "/s/nowhere/x".to_owned(), "/u/x".to_owned()] {
        assert_eq!(world.visit(&path).await.status, 404, "{path}");
    }
}
