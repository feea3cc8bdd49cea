//! Surveys in the table: one answer, one survey in a week to a customer, whoever comes at the same time.

use aftercare::aws::surveys::{SurveyFile, Surveyed, write_survey};
use aftercare::aws::table::{Committed, Transaction};
use aftercare::event::Actor;
use aftercare::id::{StorefrontId, TicketId};
use aftercare::intake::Content;
use aftercare::survey::{Answer, Command, Facts, Happened, Reach, Rejection, Said, Skip, Standing, Survey, SurveyId};
use jiff::tz::TimeZone;
use serde_json::json;
use tests::World;

const DAY: i64 = 86_400;

fn shop() -> StorefrontId {
    StorefrontId::parse("shop").unwrap()
}

/// A ticket of this customer's that was answered and resolved, with its survey waiting.
async fn resolved(world: &World, customer: &str, text: &str) -> SurveyId {
    let ticket = world.open(customer, text, json!({})).await.ticket();
    assert_eq!(world.reply(ticket, json!({})).await.status, 200);
    assert_eq!(world.resolve(ticket).await.status, 200);
    wait(world, ticket).await
}

async fn wait(world: &World, ticket: TicketId) -> SurveyId {
    let settings = world.table.settings(&shop(), world.now()).await.unwrap();
    let ticket = world.ticket(ticket).await;
    let survey = Survey::scheduled(&ticket, world.now(), false, vec![], &settings).unwrap();
    let mut transaction = Transaction::default();
    write_survey(&mut transaction, &survey, 0).unwrap();
    assert_eq!(world.table.commit(transaction).await.unwrap(), Committed::Done);
    survey.id()
}

async fn carry_out(
    world: &World,
    id: SurveyId,
    command: impl for<'r> Fn(&'r SurveyFile) -> Command<'r>,
    content: Option<&Content>,
    by: &Actor,
) -> Surveyed {
    let (shop, settings) = (shop(), world.table.settings(&shop(), world.now()).await.unwrap());
    let moved = world.table.move_survey((&shop, id), &settings, command, content, (by, world.now())).await;
    moved.unwrap().expect("a survey")
}

async fn look(world: &World, id: SurveyId) -> Vec<Happened> {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    match carry_out(world, id, |file| Command::Look(seen(file, zone.clone())), None, &Actor::System).await {
        Surveyed::Done(_, events) => events,
        Surveyed::Already(_) => vec![],
        Surveyed::Refused(why) => panic!("{why}"),
    }
}

fn seen(file: &SurveyFile, zone: TimeZone) -> Facts<'_> {
    Facts { ticket: &file.ticket, reach: Reach::Deliverable, past: &file.past, zone }
}

async fn answer(world: &World, id: SurveyId, score: u8, words: &str) -> Surveyed {
    let content = Content { body: words.to_owned(), ..Content::default() };
    let answer = Answer { score, solved: None };
    let said = |file: &SurveyFile| Said::New(file.ticket.contents + 1);
    let by = Actor::Customer;
    carry_out(world, id, |file| Command::Answer { answer, comment: said(file) }, Some(&content), &by).await
}

#[tokio::test]
async fn a_survey_waits_in_the_due_index_and_stands_in_its_tickets_history_when_it_was_sent() {
    let world = World::new().await;
    let id = resolved(&world, "c-1", "The kettle leaks.").await;
    let due = world.next_due("SURVEY#").unwrap();
    assert_eq!(look(&world, id).await, [], "not yet");
    let before = world.ticket(id.ticket).await;
    world.until(due);
    assert!(matches!(look(&world, id).await[..], [Happened::Sent { .. }]));
    assert_eq!(look(&world, id).await, [], "once");
    let after = world.ticket(id.ticket).await;
    assert_eq!((after.seq, after.status, after.contents), (before.seq + 1, before.status, before.contents));
    assert_eq!(after.next_scan(), before.next_scan(), "no clock or timer moves by it");
    assert!(world.next_due("SURVEY#").unwrap() > due, "the reminder");
}

#[tokio::test]
async fn of_two_surveys_of_one_customer_at_once_one_is_sent_and_the_other_says_why_not() {
    let world = World::new().await;
    let one = resolved(&world, "c-1", "The kettle leaks.").await;
    let other = resolved(&world, "c-1", "Where is the invoice of my other order?").await;
    world.later(DAY);
    let (first, second) = tokio::join!(look(&world, one), look(&world, other));
    let events = [first, second].concat();
    let sent = events.iter().filter(|event| matches!(event, Happened::Sent { .. })).count();
    assert!(sent == 1 && events.contains(&Happened::Skipped { why: Skip::AskedLately }), "{events:?}");
}

#[tokio::test]
async fn of_two_answers_at_once_one_counts() {
    let world = World::new().await;
    let id = resolved(&world, "c-1", "The kettle leaks.").await;
    world.later(DAY);
    look(&world, id).await;
    let (one, other) = tokio::join!(answer(&world, id, 1, "Never again."), answer(&world, id, 5, "Splendid!"));
    let (counted, refused) = match (one, other) {
        (Surveyed::Done(survey, _), Surveyed::Refused(why)) | (Surveyed::Refused(why), Surveyed::Done(survey, _)) => {
            (survey, why)
        }
        both => panic!("{both:?}"),
    };
    assert_eq!(refused, Rejection::AnsweredOtherwise);
    let Standing::Answered { answer, comment, .. } = counted.standing else { panic!("{counted:?}") };
    let ticket = world.ticket(id.ticket).await;
    assert_eq!(comment, Some(ticket.contents), "one comment was stored");
    assert_eq!(counted.task.is_some(), answer.score == 1, "and a task only if that is the low one");
    let kept = world.items().into_iter().filter(|item| {
        let item = item.to_string();
        item.contains("Never again.") || item.contains("Splendid!")
    });
    assert_eq!(kept.count(), 1, "the words are in the content item only");
}

#[tokio::test]
async fn who_wants_no_surveys_gets_none_and_says_so_twice_without_harm() {
    let world = World::new().await;
    let id = resolved(&world, "c-1", "The kettle leaks.").await;
    let customer = world.ticket(id.ticket).await.customer;
    world.table.unsubscribe(&shop(), &customer, world.now()).await.unwrap();
    let first = world.table.asked(&shop(), &customer).await.unwrap();
    world.later(DAY);
    world.table.unsubscribe(&shop(), &customer, world.now()).await.unwrap();
    assert_eq!(world.table.asked(&shop(), &customer).await.unwrap(), first);
    assert_eq!(look(&world, id).await, [Happened::Skipped { why: Skip::Unsubscribed }]);
    assert_eq!(world.next_due("SURVEY#"), None);
}

#[tokio::test]
async fn an_answer_is_feedback_by_itself_with_the_words_of_its_comment() {
    let world = World::new().await;
    let id = resolved(&world, "c-1", "The kettle leaks.").await;
    world.later(DAY);
    look(&world, id).await;
    answer(&world, id, 4, "It took long.").await;
    let page = world.get(&tests::AGENT, "/v1/desk/feedback?source=survey").await.body;
    let said = &page["feedback"][0];
    let expected = json!([4, "It took long.", "c-1", id.ticket.to_string()]);
    assert_eq!(json!([said["rating"]["score"], said["text"], said["customer"], said["ticket"]]), expected);
    assert_eq!(page["feedback"].as_array().unwrap().len(), 1);
}
