//! What is asked of a survey, and why it is refused.

use std::fmt;

use super::{Answer, Facts};

/// What somebody wants of a survey.
#[derive(Clone, Debug)]
pub enum Command<'a> {
    /// A scan found it due.
    Look(Facts<'a>),
    /// The customer answers.
    Answer { answer: Answer, comment: Said },
    /// The customer edits the comment of their answer.
    Edit(Said),
    /// The ticket was reopened.
    Reopen,
    /// A lead followed up, and notes what came of it in the content item of this number.
    Finish { note: Option<u32> },
}

/// A comment, as whoever has read the content items knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    Nothing,
    /// Word for word what is stored as the comment already.
    Same,
    /// Something new, to be stored as the content item of this number.
    New(u32),
}

/// Why it is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// Nobody was asked yet, or is: to the outside as if it did not exist (404).
    NotSent,
    /// Its time is over (410).
    Expired,
    /// The ticket was reopened; its customer is asked when it is resolved again (410).
    Withdrawn,
    /// There is an answer, and it is another one (409).
    AnsweredOtherwise,
    /// The comment of an answer stands after its time (409).
    EditOver,
    /// The score is none of its scale (422).
    OffScale { least: u8, most: u8 },
    /// There is nothing to follow up on (404).
    NoTask,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSent => f.write_str("There is no such survey."),
            Self::Expired => f.write_str("The survey is over."),
            Self::Withdrawn => f.write_str("The ticket is open again; another survey comes when it is resolved."),
            Self::AnsweredOtherwise => f.write_str("The survey has an answer already, and it is another one."),
            Self::EditOver => f.write_str("The comment can no longer be edited."),
            Self::OffScale { least, most } => write!(f, "The score must be {least} to {most}."),
            Self::NoTask => f.write_str("There is no such task."),
        }
    }
}
