//! The bodies of the desk's commands, field by field.

use super::{Asked, LONGEST_ANSWER_NAME, What};
use crate::category::{Priority, Solution};
use crate::id::{StaffId, SubjectId};
use crate::intake::{Content, LONGEST_TEXT, TicketName, read_category};
use crate::reader::{Faults, Reader, instant};
use crate::sla::ClockKind;
use crate::text::fits;
use crate::ticket::{Command, Turn};

/// Characters of a team's name.
const LONGEST_TEAM: usize = 40;

type Fields<'a> = Reader<'a>;

/// A message to the customer.
fn message(body: String) -> Content {
    Content { body, ..Content::default() }
}

/// A text among staff.
fn internal(body: String) -> Content {
    Content { body, internal: true, ..Content::default() }
}

/// A command that comes with a text among staff, in a field of this name.
fn among_staff(name: &'static str, command: Command, fields: &mut Fields<'_>, faults: &mut Faults) -> Option<Asked> {
    let text = fields.text(name, 1, LONGEST_TEXT, faults);
    let text = fields.required(name, text, faults)?;
    Some(Asked { what: What::Command(command), content: Some(internal(text)) })
}

/// `{body | standard, contacted_at?, then?}`: with the name of a standard answer the text may be left out.
pub fn reply(fields: &mut Fields<'_>, faults: &mut Faults) -> Option<Asked> {
    let body = fields.text("body", 1, LONGEST_TEXT, faults);
    let standard = fields.text("standard", 1, LONGEST_ANSWER_NAME, faults);
    let contacted = fields.parsed("contacted_at", "an instant such as 2026-01-31T09:30:00Z", instant, faults);
    let then = fields.word("then", Turn::ALL, Turn::parse, faults);
    let content = match &standard {
        Some(_) => body.map(message),
        None => Some(message(fields.required("body", body, faults)?)),
    };
    let what = match standard {
        Some(name) => What::Standard { name, contacted, then },
        None => What::Command(Command::Reply { contacted, then, standard: None }),
    };
    Some(Asked { what, content })
}

/// `{body?}`
pub fn resolve(fields: &mut Fields<'_>, faults: &mut Faults) -> Option<Asked> {
    let content = fields.text("body", 1, LONGEST_TEXT, faults).map(message);
    Some(Asked { what: What::Command(Command::Resolve { message: content.is_some() }), content })
}

/// `{to}`: a member of staff.
pub fn assign(fields: &mut Fields<'_>, faults: &mut Faults) -> Option<Asked> {
    let to = fields.parsed("to", StaffId::RULE, StaffId::parse, faults);
    Some(Asked::plain(Command::Assign { to: fields.required("to", to, faults)? }))
}

/// `{body}`
pub fn note(fields: &mut Fields<'_>, faults: &mut Faults) -> Option<Asked> {
    among_staff("body", Command::Note, fields, faults)
}

/// `{body}`
pub fn investigation(fields: &mut Fields<'_>, faults: &mut Faults) -> Option<Asked> {
    among_staff("body", Command::Investigate, fields, faults)
}

/// `{body}`
pub fn follow_up(fields: &mut Fields<'_>, faults: &mut Faults) -> Option<Asked> {
    among_staff("body", Command::FollowUp, fields, faults)
}

/// `{solution, body}`
pub fn proposal(fields: &mut Fields<'_>, faults: &mut Faults) -> Option<Asked> {
    let solution = fields.word("solution", Solution::ALL, Solution::parse, faults);
    let solution = fields.required("solution", solution, faults);
    let body = fields.text("body", 1, LONGEST_TEXT, faults);
    let body = fields.required("body", body, faults);
    let command = Command::Propose { solution: solution? };
    Some(Asked { what: What::Command(command), content: Some(message(body?)) })
}

/// `{accepted, note?}`: what the customer said to the proposal of this number.
pub fn answer(proposal: u16, fields: &mut Fields<'_>, faults: &mut Faults) -> Option<Asked> {
    let value = fields.value("accepted");
    let accepted = value.and_then(serde_json::Value::as_bool);
    if value.is_some() && accepted.is_none() {
        fields.fault("accepted", "must be true or false", faults);
    }
    let accepted = fields.required("accepted", accepted, faults);
    let content = fields.text("note", 1, LONGEST_TEXT, faults).map(internal);
    let command = Command::Answer { proposal, accepted: accepted?, note: content.is_some() };
    Some(Asked { what: What::Command(command), content })
}

/// `{solution}`
pub fn execution(fields: &mut Fields<'_>, faults: &mut Faults) -> Option<Asked> {
    let solution = fields.word("solution", Solution::ALL, Solution::parse, faults);
    Some(Asked::plain(Command::Execute { solution: fields.required("solution", solution, faults)? }))
}

/// `{turn}`
pub fn wait(fields: &mut Fields<'_>, faults: &mut Faults) -> Option<Asked> {
    let turn = fields.word("turn", Turn::ALL, Turn::parse, faults);
    Some(Asked::plain(Command::Wait { turn: fields.required("turn", turn, faults)? }))
}

/// `{}`
pub fn release(_: &mut Fields<'_>, _: &mut Faults) -> Option<Asked> {
    Some(Asked::plain(Command::Release))
}

/// `{}`
pub fn cancel(_: &mut Fields<'_>, _: &mut Faults) -> Option<Asked> {
    Some(Asked::plain(Command::Cancel))
}

/// `{}`
pub fn spam(_: &mut Fields<'_>, _: &mut Faults) -> Option<Asked> {
    Some(Asked::plain(Command::Spam))
}

/// `{reason}`
pub fn reopen(fields: &mut Fields<'_>, faults: &mut Faults) -> Option<Asked> {
    among_staff("reason", Command::Reopen, fields, faults)
}

/// `{}`
pub fn adopt(_: &mut Fields<'_>, _: &mut Faults) -> Option<Asked> {
    Some(Asked { what: What::Adopt, content: None })
}

/// `{team}`
pub fn transfer(fields: &mut Fields<'_>, faults: &mut Faults) -> Option<Asked> {
    let team = fields.text("team", 1, LONGEST_TEAM, faults);
    Some(Asked::plain(Command::Transfer { team: fields.required("team", team, faults)? }))
}

/// `{to}`: a priority.
pub fn priority(fields: &mut Fields<'_>, faults: &mut Faults) -> Option<Asked> {
    let to = fields.word("to", Priority::ALL, Priority::parse, faults);
    Some(Asked::plain(Command::Prioritize { to: fields.required("to", to, faults)? }))
}

/// `{category, reason?}`
pub fn classification(fields: &mut Fields<'_>, faults: &mut Faults) -> Option<Asked> {
    let chosen = read_category(fields, faults);
    let (category, reason) = fields.required("category", chosen, faults)?;
    Some(Asked::plain(Command::Classify { category, reason }))
}

/// `{clock, cycle, subject?, reason}`
pub fn excuse(fields: &mut Fields<'_>, faults: &mut Faults) -> Option<Asked> {
    let clock = fields.word("clock", ClockKind::ALL, ClockKind::parse, faults);
    let clock = fields.required("clock", clock, faults);
    let cycle = fields.number("cycle", 1, i64::from(u16::MAX), faults);
    let cycle = fields.required("cycle", cycle, faults).and_then(|cycle| u16::try_from(cycle).ok());
    let subject = fields.parsed("subject", SubjectId::RULE, SubjectId::parse, faults);
    let reason = fields.text("reason", 1, LONGEST_TEXT, faults);
    let reason = fields.required("reason", reason, faults);
    let command = Command::Excuse { clock: clock?, subject, cycle: cycle? };
    Some(Asked { what: What::Command(command), content: Some(internal(reason?)) })
}

/// `{into}`: the ticket that this one goes on in.
pub fn merge(fields: &mut Fields<'_>, faults: &mut Faults) -> Option<TicketName> {
    other("into", fields, faults)
}

/// `{to}`: another ticket.
pub fn link(fields: &mut Fields<'_>, faults: &mut Faults) -> Option<TicketName> {
    other("to", fields, faults)
}

fn other(name: &'static str, fields: &mut Fields<'_>, faults: &mut Faults) -> Option<TicketName> {
    let read = |text: &str| TicketName::parse(text).filter(|_| fits(text, 1, super::bulk::LONGEST_NAME));
    let ticket = fields.parsed(name, "a ticket's id or number", read, faults);
    fields.required(name, ticket, faults)
}
