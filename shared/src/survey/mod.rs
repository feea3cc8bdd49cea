//! Surveys: what a customer is asked after their ticket was resolved. One a ticket and cycle; it waits from the moment the
//! ticket is resolved, and whether it is sent is decided when it is due. What happens to it stands in the ticket's history.

mod apply;
mod command;
mod decide;
mod eligible;
mod event;
pub mod figures;
mod past;
mod rules;

#[cfg(test)]
mod examples;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::category::{Category, Channel, words};
use crate::id::{CustomerRef, LineId, OrderId, StaffId, StorefrontId, TicketId};
use crate::settings::Loaded;
use crate::sla::{RECORD_AFTER, millis, millis_or_none};
use crate::ticket::Ticket;

pub use command::{Command, Rejection, Said};
pub use decide::decide;
pub use eligible::{Facts, Reach, Skip, open_at};
pub use event::Happened;
pub use past::{MOST_SENT, Past, Sent};
pub use rules::{LowScores, SurveyRules};

/// The version of the stored shape that this code writes.
pub const VERSION: u32 = 1;

words!(
    /// What is asked.
    SurveyKind {
        /// How satisfied they are: 1 to 5.
        Csat = "csat",
        /// Whether they would recommend the shop: 0 to 10.
        Nps = "nps",
        /// Whether it was easy: 1 to 7.
        Ces = "ces",
    }
);

impl SurveyKind {
    /// The lowest and the highest score.
    pub fn scale(self) -> (u8, u8) {
        match self {
            Self::Csat => (1, 5),
            Self::Nps => (0, 10),
            Self::Ces => (1, 7),
        }
    }
}

/// Which survey: there is one a ticket and cycle, so these two are its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SurveyId {
    pub ticket: TicketId,
    /// The resolution cycle that it asks about.
    pub cycle: u16,
}

/// Whose work it asks about, as it was when the ticket was resolved: what is changed later moves no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Who held the ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<StaffId>,
    pub team: String,
    pub category: Category,
    pub channel: Channel,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// The order's lines that its cases were about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<LineId>,
}

/// A survey: the state of it. It holds no text that people typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    pub storefront: StorefrontId,
    pub ticket: TicketId,
    pub customer: CustomerRef,
    pub cycle: u16,
    pub kind: SurveyKind,
    pub about: About,
    /// The ticket was resolved by itself, because its customer kept silent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub silent: bool,
    pub standing: Standing,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<Task>,
}

/// Where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Standing {
    /// It is looked at when it is due.
    Scheduled {
        #[serde(with = "millis")]
        due: Timestamp,
    },
    Skipped {
        why: Skip,
    },
    /// It can be answered until it expires.
    Sent {
        #[serde(with = "millis")]
        at: Timestamp,
        #[serde(with = "millis")]
        expires: Timestamp,
        /// When the one reminder is looked at; empty once that is done.
        #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
        remind: Option<Timestamp>,
    },
    Answered {
        #[serde(with = "millis")]
        at: Timestamp,
        answer: Answer,
        /// Until when the comment can be edited.
        #[serde(with = "millis")]
        editable: Timestamp,
        /// Until when its page is shown.
        #[serde(with = "millis")]
        expires: Timestamp,
        /// The content item of the comment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<u32>,
    },
    /// The ticket was reopened before there was an answer.
    Withdrawn,
    Expired,
}

/// What the customer said, but for the comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// On the scale of its kind.
    pub score: u8,
    /// Whether the matter is solved, if they said so: the ticket reopens only when they say that it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solved: Option<bool>,
}

/// What a lead has to do because of a low score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    #[serde(with = "millis")]
    pub due: Timestamp,
    /// The breach is on record, at the due instant.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub breached: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Done>,
}

/// Who did a task, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    pub by: StaffId,
    #[serde(with = "millis")]
    pub at: Timestamp,
}

impl Survey {
    /// The survey of a ticket that was resolved at `resolved` in its present cycle; empty where the shop asks nothing, or
    /// where time ends. `silent`: nobody resolved it, its customer did not answer.
    pub fn scheduled(
        ticket: &Ticket,
        resolved: Timestamp,
        silent: bool,
        lines: Vec<LineId>,
        settings: &Loaded,
    ) -> Option<Self> {
        let rules = &settings.settings.surveys;
        let wait = if ticket.channel == Channel::Chat { rules.after_minutes_chat } else { rules.after_minutes };
        let due = resolved.checked_add(SignedDuration::from_mins(i64::from(wait))).ok().filter(|_| rules.ask)?;
        Some(Self {
            storefront: ticket.storefront.clone(),
            ticket: ticket.id,
            customer: ticket.customer.clone(),
            cycle: ticket.cycle,
            kind: rules.kind,
            about: About {
                agent: ticket.assignee.clone(),
                team: ticket.team.clone(),
                category: ticket.category,
                channel: ticket.channel,
                order: ticket.order.clone(),
                lines,
            },
            silent,
            standing: Standing::Scheduled { due },
            task: None,
        })
    }

    pub fn id(&self) -> SurveyId {
        SurveyId { ticket: self.ticket, cycle: self.cycle }
    }

    /// When a scan has to look at it next: the key of the due index. Empty when nothing more happens by itself.
    pub fn next_scan(&self) -> Option<Timestamp> {
        let stands = match &self.standing {
            Standing::Scheduled { due } => Some(*due),
            Standing::Sent { expires, remind, .. } => Some(remind.map_or(*expires, |remind| remind.min(*expires))),
            Standing::Skipped { .. } | Standing::Answered { .. } | Standing::Withdrawn | Standing::Expired => None,
        };
        let waits = self.task.as_ref().filter(|task| task.done.is_none() && !task.breached);
        let task = waits.map(|task| task.due.saturating_add(RECORD_AFTER).unwrap_or(task.due));
        stands.into_iter().chain(task).min()
    }
}
