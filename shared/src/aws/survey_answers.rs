//! What a customer says on a survey's page: their answer, and that it is not solved, is one transaction over the survey, its
//! ticket and the history.

use std::sync::Arc;

use jiff::Timestamp;

use super::http::Refusal;
use super::receipt::{count, count_message, over};
use super::surveys::{SurveyFile, Surveyed, write_survey};
use super::table::{Committed, Table, Transaction, Trouble};
use super::tickets::{ROUNDS, advance, write};
use crate::access::Caller;
use crate::event::{Actor, Event};
use crate::id::StorefrontId;
use crate::intake::Content;
use crate::settings::Loaded;
use crate::survey::{Answer, Command, Happened, Rejection, Said, Standing, Survey, SurveyId, decide};
use crate::ticket::{self, Status, Ticket};

/// What was sent from the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Nothing where only the comment is another one.
    pub answer: Option<Answer>,
    pub comment: Option<String>,
}

impl Table {
    /// Takes it in, once. Nothing where there is no such survey.
    pub async fn answer_survey(
        &self,
        (shop, id): (&StorefrontId, SurveyId),
        settings: &Arc<Loaded>,
        sent: &Sent,
        now: Timestamp,
    ) -> Result<Option<Surveyed>, Refusal> {
        for _ in 0..ROUNDS {
            let Some(file) = self.survey_file(shop, id, settings).await? else { return Ok(None) };
            if file.ticket.erased || (is_asked(&file.survey) && !is_still_asked(&file.survey, &file.ticket)) {
                return Ok(Some(Surveyed::Refused(Rejection::Withdrawn)));
            }
            let comment = self.said(&file, sent.comment.as_deref()).await?;
            let command = match sent.answer {
                Some(answer) => Command::Answer { answer, comment },
                None => Command::Edit(comment),
            };
            let happened = match decide(&file.survey, command, &settings.settings.surveys, now) {
                Ok(events) if events.is_empty() => return Ok(Some(Surveyed::Already(file.survey))),
                Ok(events) => events,
                Err(why) => return Ok(Some(Surveyed::Refused(why))),
            };
            let content = sent.comment.clone().map(|body| Content { body, ..Content::default() });
            let events = [file.told(&happened), self.reopening(&file.ticket, sent, now).await?].concat();
            let (entry, ticket) = advance(&file.ticket, events, Actor::Customer, now);
            let mut transaction = Transaction::default();
            write(&mut transaction, Some(&file.ticket), &entry, &ticket, content.as_ref())?;
            let after = happened.iter().fold(file.survey.clone(), |survey, event| survey.after(event, now, &entry.by));
            write_survey(&mut transaction, &after, file.survey_version)?;
            let customer = file.survey.customer.clone();
            let caller = Caller::Customer { storefront: shop.clone(), customer };
            count(&mut transaction, &caller, settings, now, id.ticket.spread());
            count_message(&mut transaction, &caller, settings, now);
            match self.commit(transaction).await? {
                Committed::Done => return Ok(Some(Surveyed::Done(after, happened))),
                Committed::Refused(guards) => {
                    if let Some(problem) = over(&guards, now) {
                        return Err(problem.into());
                    }
                }
                Committed::Contended => {}
            }
        }
        Err(Trouble::Unavailable(format!("a survey of ticket {} was changed {ROUNDS} times meanwhile", id.ticket))
            .into())
    }

    /// A comment beside the one that is stored.
    async fn said(&self, file: &SurveyFile, comment: Option<&str>) -> Result<Said, Trouble> {
        let Some(comment) = comment else { return Ok(Said::Nothing) };
        let stored = match file.survey.comment() {
            Some(number) => self.content(&file.survey.storefront, file.survey.ticket, number).await?,
            None => None,
        };
        let same = stored.is_some_and(|stored| stored.body == comment);
        Ok(if same { Said::Same } else { Said::New(file.ticket.contents + 1) })
    }

    /// What follows on the ticket where they say that it is not solved; nothing where it is too late for that.
    async fn reopening(&self, ticket: &Ticket, sent: &Sent, now: Timestamp) -> Result<Vec<Event>, Trouble> {
        if sent.answer.is_none_or(|answer| answer.solved != Some(false)) {
            return Ok(Vec::new());
        }
        let promised = self.settings_version(&ticket.storefront, ticket.settings, now).await?;
        Ok(ticket::decide(ticket, &ticket::Command::NotSolved, now, &promised).unwrap_or_default())
    }
}

impl Survey {
    /// The content item of the comment to its answer.
    pub fn comment(&self) -> Option<u32> {
        if let Standing::Answered { comment, .. } = self.standing { comment } else { None }
    }
}

fn is_asked(survey: &Survey) -> bool {
    matches!(survey.standing, Standing::Sent { .. })
}

/// Its ticket stands as it did when it was sent. It may be open again before anybody withdrew the survey.
pub fn is_still_asked(survey: &Survey, ticket: &Ticket) -> bool {
    matches!(ticket.status, Status::Resolved | Status::Closed) && ticket.cycle == survey.cycle
}

impl SurveyFile {
    /// What happened, as it stands in the ticket's history.
    fn told(&self, happened: &[Happened]) -> Vec<Event> {
        let told = |happened: &Happened| Event::Survey {
            cycle: self.survey.cycle,
            kind: self.survey.kind,
            about: self.survey.about.clone(),
            happened: happened.clone(),
        };
        happened.iter().map(told).collect()
    }
}
