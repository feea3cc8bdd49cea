//! What staff ask of a ticket at the desk: read once, checked whole, and decided on the ticket as it is.

mod asked;
mod bulk;

#[cfg(test)]
mod examples;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use crate::access::Action;
use crate::event::Event;
use crate::intake::Content;
use crate::mail::Language;
use crate::problem::{Fault, Problem};
use crate::reader::{Faults, Reader};
use crate::settings::{Loaded, Settings};
use crate::ticket::{Command, Rejection, Status, Ticket, Turn, decide};

pub use asked::{
    adopt, answer, assign, cancel, classification, excuse, execution, follow_up, investigation, link, merge, note,
    priority, proposal, release, reopen, reply, resolve, spam, transfer, wait,
};
pub use bulk::{Bulk, BulkAction, MOST_TICKETS, bulk};

/// Characters of the name of a standard answer.
pub const LONGEST_ANSWER_NAME: usize = 40;

/// What staff ask of a ticket, with what they typed.
#[derive(Clone, Debug)]
pub struct Asked {
    pub what: What,
    pub content: Option<Content>,
}

/// What is to be done.
#[derive(Clone, Debug)]
pub enum What {
    /// The command; what was typed is its own content.
    Command(Command),
    /// A standard answer, sent as it is unless it was reworded.
    Standard { name: String, contacted: Option<Timestamp>, then: Option<Turn> },
    /// The promises of the settings in force.
    Adopt,
}

/// What it causes, with the text that is stored beside it.
pub type Caused = (Vec<Event>, Option<Content>);

/// Why it is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The ticket does not allow it.
    Ticket(Rejection),
    /// The settings do not have what the body names.
    Body(Fault),
}

impl From<Rejection> for Refused {
    fn from(why: Rejection) -> Self {
        Self::Ticket(why)
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Ticket(why) => Self::conflict(why.sentence()),
            Refused::Body(fault) => Self::invalid(vec![fault]),
        }
    }
}

/// Reads a body, and refuses what was not asked for.
pub fn read<'a, T>(
    body: &'a Value,
    fields: impl FnOnce(&mut Reader<'a>, &mut Faults) -> Option<T>,
) -> Result<T, Vec<Fault>> {
    let mut faults = Faults::new();
    let mut reader = Reader::new("", body, &mut faults);
    let read = fields(&mut reader, &mut faults);
    reader.finish(&mut faults);
    read.filter(|_| faults.is_empty()).ok_or(faults)
}

impl Asked {
    fn plain(command: Command) -> Self {
        Self { what: What::Command(command), content: None }
    }

    /// Whether today's settings decide, besides those of the ticket's own promises.
    pub fn needs_today(&self) -> bool {
        match &self.what {
            What::Command(command) => {
                matches!(command, Command::Assign { .. } | Command::Transfer { .. } | Command::Classify { .. })
            }
            What::Standard { .. } | What::Adopt => true,
        }
    }

    /// The row of the table of roles that it takes on this ticket beside its own.
    pub fn also_takes(&self, ticket: &Ticket) -> Option<Action> {
        let ended = matches!(ticket.status, Status::Spam | Status::Cancelled);
        (ended && matches!(self.what, What::Command(Command::Reopen))).then_some(Action::ReopenEnded)
    }

    /// What it causes on a ticket. `own` are the settings of its promises, `today` those in force.
    pub fn decide(
        &self,
        ticket: &Ticket,
        now: Timestamp,
        own: &Loaded,
        today: &Arc<Loaded>,
    ) -> Result<Caused, Refused> {
        let content = self.content.clone();
        match &self.what {
            What::Command(command) if self.needs_today() => {
                Ok((decide(ticket, command, now, &own.staffed_as(today))?, content))
            }
            What::Command(command) => Ok((decide(ticket, command, now, own)?, content)),
            What::Standard { name, contacted, then } => {
                let text = standard(name, ticket, &today.settings, content.is_none())?;
                let content = content.or(text.map(|body| Content { body, ..Content::default() }));
                let command = Command::Reply { contacted: *contacted, then: *then, standard: Some(name.clone()) };
                Ok((decide(ticket, &command, now, own)?, content))
            }
            What::Adopt => Ok((decide(ticket, &Command::Adopt { settings: Arc::clone(today) }, now, own)?, content)),
        }
    }
}

/// A standard answer in the ticket's language. Where `needed` is false it is only looked whether there is one of that
/// name: the agent has words of their own.
fn standard(name: &str, ticket: &Ticket, settings: &Settings, needed: bool) -> Result<Option<String>, Refused> {
    let fault = |detail: String| Refused::Body(Fault::new("/standard", detail));
    let answer = settings.answers.get(name);
    let answer = answer.ok_or_else(|| fault("must be the name of a standard answer in the settings".to_owned()))?;
    if !needed {
        return Ok(None);
    }
    let language = ticket.language.unwrap_or(settings.shop.language);
    match answer.text.get(&language) {
        Some(text) => Ok(Some(filled(text, ticket, settings))),
        None => Err(fault(format!("{}; send a `body` as well", lacks(language)))),
    }
}

fn lacks(language: Language) -> String {
    format!("has no text in {}, which this customer is answered in", language.tag())
}

/// The shop's name comes last: whatever it is, nothing in it is filled in.
fn filled(text: &str, ticket: &Ticket, settings: &Settings) -> String {
    text.replace("{number}", &ticket.number.to_string()).replace("{shop}", &settings.shop.name)
}
