//! What an event changes; nothing else moves a survey.

use jiff::Timestamp;

use super::{Done, Happened, Standing, Survey, Task};
use crate::event::Actor;

impl Survey {
    /// The state after an event of an entry made at `at` by `by`.
    #[must_use]
    pub fn after(mut self, happened: &Happened, at: Timestamp, by: &Actor) -> Self {
        match happened {
            Happened::Scheduled { due } => self.standing = Standing::Scheduled { due: *due },
            Happened::Postponed { due } => match &mut self.standing {
                Standing::Sent { remind, .. } => *remind = Some(*due),
                Standing::Scheduled { .. }
                | Standing::Skipped { .. }
                | Standing::Answered { .. }
                | Standing::Withdrawn
                | Standing::Expired => self.standing = Standing::Scheduled { due: *due },
            },
            Happened::Skipped { why } => self.standing = Standing::Skipped { why: *why },
            Happened::Sent { expires, remind } => {
                self.standing = Standing::Sent { at, expires: *expires, remind: *remind };
            }
            Happened::Reminded | Happened::NotReminded { .. } => {
                if let Standing::Sent { remind, .. } = &mut self.standing {
                    *remind = None;
                }
            }
            Happened::Answered { answer, editable, comment, .. } => {
                if let Standing::Sent { expires, .. } = self.standing {
                    let (answer, editable, comment) = (*answer, *editable, *comment);
                    self.standing = Standing::Answered { at, answer, editable, expires, comment };
                }
            }
            Happened::Edited { comment: edited } => {
                if let Standing::Answered { comment, .. } = &mut self.standing {
                    *comment = *edited;
                }
            }
            Happened::Withdrawn => self.standing = Standing::Withdrawn,
            Happened::Expired => self.standing = Standing::Expired,
            Happened::TaskMade { due } => self.task = Some(Task { due: *due, breached: false, done: None }),
            Happened::TaskBreached { .. } => {
                if let Some(task) = &mut self.task {
                    task.breached = true;
                }
            }
            Happened::TaskDone { .. } => {
                if let (Some(task), Actor::Staff(by)) = (&mut self.task, by) {
                    task.done = Some(Done { by: by.clone(), at });
                }
            }
        }
        self
    }
}
