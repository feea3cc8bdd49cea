//! Mails about surveys: how we did, asked once and once more; and to leads that somebody is not satisfied.

use aftercare::aws::table::Trouble;
use aftercare::mail::{Mail, SurveyMail};
use aftercare::message::Notice;
use aftercare::survey::{Standing, Survey, SurveyKind};

use crate::compose::{Scene, Told};

impl Scene<'_> {
    /// The links in it are made now, and kept nowhere.
    pub(crate) async fn survey(&self, notice: Notice) -> Result<Mail, Trouble> {
        let ticket = &self.ticket;
        let gone = || Trouble::Unavailable(format!("a survey of ticket {} cannot be answered", ticket.id));
        let survey = self.survey.as_ref().ok_or_else(gone)?;
        let Standing::Sent { expires, .. } = survey.standing else { return Err(gone()) };
        let about = (&ticket.storefront, survey.id());
        let (answer, unsubscribe) = self.table.survey_urls(self.public_url, about, self.now).await?;
        Ok(Mail::Survey(SurveyMail {
            number: ticket.number.as_str().to_owned(),
            subject: self.first.subject.clone(),
            again: notice == Notice::SurveyReminder,
            until: expires,
            time_zone: self.reader.zone.clone(),
            answer,
            unsubscribe,
            link: self.link.clone(),
        }))
    }

    /// What the customer answered, for whoever follows up on it.
    pub(crate) fn score(&self) -> Option<(SurveyKind, u8)> {
        let survey = self.survey.as_ref()?;
        let Standing::Answered { answer, .. } = survey.standing else { return None };
        Some((survey.kind, answer.score))
    }
}

/// It can no longer be answered, or they want none: whatever became of it while its mail waited.
pub(crate) fn is_over(told: &Told) -> bool {
    let asks = |survey: &Survey| matches!(survey.standing, Standing::Sent { .. }) && survey.cycle == told.ticket.cycle;
    told.unwanted || told.ticket.erased || told.ticket.status.is_live() || !told.survey.as_ref().is_some_and(asks)
}

/// Somebody followed up on it, or its ticket holds nothing any more.
pub(crate) fn is_followed_up(told: &Told) -> bool {
    let waits = |survey: &Survey| survey.task.as_ref().is_some_and(|task| task.done.is_none());
    told.ticket.erased || !told.survey.as_ref().is_some_and(waits)
}
