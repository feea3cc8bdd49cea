//! What leads have to follow up on: customers who gave a low score. A task is done once, with a note of what came of it.

use aftercare::access::StaffCaller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::receipt::Receipt;
use aftercare::aws::surveys::write_step;
use aftercare::aws::table::{Committed, Transaction, Trouble};
use aftercare::aws::tickets::ROUNDS;
use aftercare::desk;
use aftercare::event::Actor;
use aftercare::intake::{Content, LONGEST_TEXT};
use aftercare::problem::Problem;
use aftercare::survey::{Command, SurveyId, decide};
use aftercare::view::{TaskPage, TaskView, exact};

use crate::Desk;

/// `GET /v1/desk/survey-tasks`: those that nobody has done, by when they are due.
pub(crate) async fn list(desk: &Desk, who: &StaffCaller, call: &Call) -> Result<Answer, Refusal> {
    let mut parameters = call.parameters();
    let limit = parameters.limit();
    let cursor = parameters.cursor(|text| text.contains('|'));
    parameters.finish()?;
    let (surveys, next) = desk.table.survey_tasks(&who.storefront, limit, cursor.as_deref()).await?;
    Ok(Answer::json(200, &TaskPage { tasks: surveys.iter().filter_map(TaskView::of).collect(), next })?)
}

/// `POST /v1/desk/tickets/{id}/surveys/{cycle}/follow-up`
pub(crate) async fn finish(
    desk: &Desk,
    who: &StaffCaller,
    call: &Call,
    (id, cycle): (&str, &str),
) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let read = desk::read(&body, |fields, faults| {
        let text = fields.text("body", 1, LONGEST_TEXT, faults);
        fields.required("body", text, faults)
    });
    let (text, key, expected) = call.ordered(read)?;
    let note = Content { body: text, internal: true, ..Content::default() };
    let receipt = Receipt::of_staff(who, call, &body, &key);
    let (shop, by) = (&who.storefront, Actor::Staff(who.id.clone()));
    for _ in 0..ROUNDS {
        if let Some(answer) = receipt.replay(&desk.table.get_many(&receipt.keys()).await?)? {
            return Ok(answer);
        }
        let ticket = desk.ticket(who, id).await?;
        expected.check(ticket.seq)?;
        let cycle = exact(cycle).ok_or_else(Problem::not_found)?;
        let today = desk.table.settings(shop, call.at).await?;
        let file = desk.table.survey_file(shop, SurveyId { ticket: ticket.id, cycle }, &today).await?;
        let file = file.ok_or_else(Problem::not_found)?;
        if file.ticket.erased {
            return Err(Problem::conflict("The ticket is erased.".to_owned()).into());
        }
        let command = Command::Finish { note: Some(file.ticket.contents + 1) };
        let rules = &today.settings.surveys;
        let events = decide(&file.survey, command, rules, call.at).ok().ok_or_else(Problem::not_found)?;
        if events.is_empty() {
            // The note would be lost.
            return Err(Problem::conflict("Somebody followed up on it already.".to_owned()).into());
        }
        let mut transaction = Transaction::default();
        let after = write_step(&mut transaction, &file, &events, Some(&note), (&by, call.at))?;
        let answer = Answer::json(200, &TaskView::of(&after).ok_or_else(Problem::not_found)?)?;
        receipt.keep(&mut transaction, &answer)?;
        if desk.table.commit(transaction).await? == Committed::Done {
            tracing::info!(storefront = %shop, ticket = %ticket.id, staff = %who.id, "followed up on a survey");
            return Ok(answer);
        }
    }
    Err(Trouble::Unavailable(format!("a survey was changed {ROUNDS} times meanwhile")).into())
}
