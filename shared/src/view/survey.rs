//! What leads have to follow up on, as the desk shows it.

use serde::Serialize;

use super::instant as at;
use crate::category::{Category, Channel};
use crate::id::{Number, StaffId, TicketId};
use crate::survey::{Standing, Survey, SurveyKind};

/// A customer who is not satisfied, for a lead to follow up on. What they wrote is a message of the ticket.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SurveyTask))]
pub struct TaskView {
    pub ticket: TicketId,
    pub number: Number,
    /// The resolution cycle that the survey asked about.
    pub cycle: u16,
    pub kind: SurveyKind,
    pub score: u8,
    /// Whether it is solved, if they said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub solved: Option<bool>,
    /// The number of the message that they left with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<u32>,
    /// Who held the ticket when it was resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<StaffId>,
    pub team: String,
    pub category: Category,
    pub channel: Channel,
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub answered_at: String,
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub due_at: String,
    /// That nobody followed up by then is on record.
    pub breached: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_by: Option<StaffId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub done_at: Option<String>,
}

/// One page of them.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SurveyTaskPage))]
pub struct TaskPage {
    pub tasks: Vec<TaskView>,
    /// Where the next page begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl TaskView {
    /// Nothing where a survey calls for no following up.
    pub fn of(survey: &Survey) -> Option<Self> {
        let task = survey.task.as_ref()?;
        let Standing::Answered { at: answered, answer, comment, .. } = survey.standing else { return None };
        Some(Self {
            ticket: survey.ticket,
            number: Number::of(survey.ticket),
            cycle: survey.cycle,
            kind: survey.kind,
            score: answer.score,
            solved: answer.solved,
            comment,
            agent: survey.about.agent.clone(),
            team: survey.about.team.clone(),
            category: survey.about.category,
            channel: survey.about.channel,
            answered_at: at(answered),
            due_at: at(task.due),
            breached: task.breached,
            done_by: task.done.as_ref().map(|done| done.by.clone()),
            done_at: task.done.as_ref().map(|done| at(done.at)),
        })
    }
}
