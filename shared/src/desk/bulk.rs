//! One thing done to many tickets.

use super::{Asked, asked};
use crate::access::Action;
use crate::category::words;
use crate::id::Number;
use crate::intake::TicketName;
use crate::problem::Fault;
use crate::reader::{Faults, Reader};
use crate::text::fits;

/// Tickets of one request: each is a few calls of the table, and the function has 15 seconds for all.
pub const MOST_TICKETS: usize = 50;
/// Characters of a ticket's name as a person may type it, blanks and hyphens among them.
pub(super) const LONGEST_NAME: usize = 64;

words!(
    /// What can be done to many tickets at once.
    BulkAction {
        Assign = "assign", Release = "release", Transfer = "transfer", Priority = "priority", Resolve = "resolve",
        Note = "note", Adopt = "adopt", Spam = "spam", Cancel = "cancel", Reopen = "reopen",
    }
);

impl BulkAction {
    /// Whose row in the table of roles holds.
    pub fn action(self) -> Action {
        match self {
            Self::Assign => Action::Assign,
            Self::Release => Action::Release,
            Self::Transfer => Action::Transfer,
            Self::Priority => Action::Prioritize,
            Self::Resolve => Action::Resolve,
            Self::Note => Action::Note,
            Self::Adopt => Action::Adopt,
            Self::Spam => Action::Spam,
            Self::Cancel => Action::Cancel,
            Self::Reopen => Action::Reopen,
        }
    }

    fn read(self, fields: &mut Reader<'_>, faults: &mut Faults) -> Option<Asked> {
        match self {
            Self::Assign => asked::assign(fields, faults),
            Self::Release => asked::release(fields, faults),
            Self::Transfer => asked::transfer(fields, faults),
            Self::Priority => asked::priority(fields, faults),
            Self::Resolve => asked::resolve(fields, faults),
            Self::Note => asked::note(fields, faults),
            Self::Adopt => asked::adopt(fields, faults),
            Self::Spam => asked::spam(fields, faults),
            Self::Cancel => asked::cancel(fields, faults),
            Self::Reopen => asked::reopen(fields, faults),
        }
    }
}

/// Many tickets, none of them twice, and what is done to each.
#[derive(Clone, Debug)]
pub struct Bulk {
    /// As they were written, and as they are.
    pub tickets: Vec<(String, TicketName)>,
    pub action: Action,
    pub asked: Asked,
}

/// `{tickets, action: {type, …}}`, with the fields that the action has when it is done to one.
pub fn bulk(fields: &mut Reader<'_>, faults: &mut Faults) -> Option<Bulk> {
    let tickets = tickets(fields, faults);
    let action = fields.object("action", faults);
    let mut inner = fields.required("action", action, faults)?;
    let kind = inner.word("type", BulkAction::ALL, BulkAction::parse, faults);
    let Some(kind) = inner.required("type", kind, faults) else {
        // Which fields there may be is not known.
        return None;
    };
    let asked = kind.read(&mut inner, faults);
    inner.finish(faults);
    Some(Bulk { tickets: tickets?, action: kind.action(), asked: asked? })
}

fn tickets(fields: &mut Reader<'_>, faults: &mut Faults) -> Option<Vec<(String, TicketName)>> {
    let before = faults.len();
    let listed = fields.list("tickets", MOST_TICKETS, faults);
    if listed.is_empty() && faults.len() == before {
        let missing = fields.required::<()>("tickets", None, faults).is_none() && faults.len() > before;
        if !missing {
            fields.fault("tickets", &format!("must name 1 to {MOST_TICKETS} tickets"), faults);
        }
    }
    let mut tickets: Vec<(String, TicketName)> = Vec::new();
    for (at, value) in listed {
        let text = value.as_str().filter(|text| fits(text, 1, LONGEST_NAME));
        match text.and_then(|text| Some((text.to_owned(), TicketName::parse(text)?))) {
            Some((_, name)) if tickets.iter().any(|(_, other)| is_same(other, &name)) => {
                faults.push(Fault::new(at, "must not be named twice"));
            }
            Some(named) => tickets.push(named),
            None => faults.push(Fault::new(at, "must be a ticket's id or number")),
        }
    }
    (faults.len() == before).then_some(tickets)
}

/// A ticket's number is made from its id.
fn is_same(a: &TicketName, b: &TicketName) -> bool {
    let number = |name: &TicketName| match name {
        TicketName::Id(id) => Number::of(*id),
        TicketName::Number(number) => number.clone(),
    };
    match (a, b) {
        (TicketName::Id(a), TicketName::Id(b)) => a == b,
        (a, b) => number(a) == number(b),
    }
}
