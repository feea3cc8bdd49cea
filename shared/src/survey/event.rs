//! What happens to a survey, as it stands in its ticket's history: ids and facts, never what somebody typed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Answer, Skip};
use crate::sla::{millis, millis_or_none};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Happened {
    /// The ticket was resolved.
    Scheduled {
        #[serde(with = "millis")]
        due: Timestamp,
    },
    /// It is night where the customer lives.
    Postponed {
        #[serde(with = "millis")]
        due: Timestamp,
    },
    Skipped {
        why: Skip,
    },
    Sent {
        #[serde(with = "millis")]
        expires: Timestamp,
        /// Empty where it expires before.
        #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
        remind: Option<Timestamp>,
    },
    Reminded,
    NotReminded {
        why: Skip,
    },
    Answered {
        answer: Answer,
        #[serde(with = "millis")]
        editable: Timestamp,
        /// The content item of the comment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<u32>,
        /// Somebody follows up on it.
        low: bool,
    },
    /// The comment is another one now, or none.
    Edited {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<u32>,
    },
    /// The ticket was reopened before there was an answer.
    Withdrawn,
    Expired,
    /// A lead has to follow up on a low score.
    TaskMade {
        #[serde(with = "millis")]
        due: Timestamp,
    },
    /// Nobody did by the due instant, whenever that was found.
    TaskBreached {
        #[serde(with = "millis")]
        at: Timestamp,
    },
    /// The staff member who did it is who caused the entry; what came of it is a note of theirs.
    TaskDone {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<u32>,
    },
}

impl Happened {
    /// The number of the content item that it added.
    pub fn content(&self) -> Option<u32> {
        match self {
            Self::Answered { comment, .. } | Self::Edited { comment } | Self::TaskDone { note: comment } => *comment,
            Self::Scheduled { .. }
            | Self::Postponed { .. }
            | Self::Skipped { .. }
            | Self::Sent { .. }
            | Self::Reminded
            | Self::NotReminded { .. }
            | Self::Withdrawn
            | Self::Expired
            | Self::TaskMade { .. }
            | Self::TaskBreached { .. } => None,
        }
    }

    /// Its name in lists, such as `task_made`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Scheduled { .. } => "scheduled",
            Self::Postponed { .. } => "postponed",
            Self::Skipped { .. } => "skipped",
            Self::Sent { .. } => "sent",
            Self::Reminded => "reminded",
            Self::NotReminded { .. } => "not_reminded",
            Self::Answered { .. } => "answered",
            Self::Edited { .. } => "edited",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::TaskMade { .. } => "task_made",
            Self::TaskBreached { .. } => "task_breached",
            Self::TaskDone { .. } => "task_done",
        }
    }
}
