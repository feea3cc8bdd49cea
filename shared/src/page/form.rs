//! The forms of a page: which are offered, what they show, and what was filled in.
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Facts, clean};
use crate::{
    category::Solution,
    intake::LONGEST_TEXT,
    link::Purpose,
    mail::{lang::Key, words::Words},
    settings::Loaded,
    text,
    ticket::{Consent, Status, Ticket},
};

/// What a customer wrote and could not send, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    pub text: String,
    pub fault: Option<Fault>,
}

/// What is wrong with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Empty,
    /// How many characters it has.
    Long(usize),
}

/// The forms that a ticket's page has now.
pub fn offers(ticket: &Ticket, promised: &Loaded, now: Timestamp) -> Vec<Purpose> {
    let live = ticket.status.is_live();
    let reopens = || ticket.reopens_until(promised).is_some_and(|until| now <= until);
    let asked = ticket.proposal.is_some_and(|proposal| proposal.consent == Consent::Asked);
    let mut offers = Vec::new();
    if live || (ticket.status == Status::Resolved && reopens()) {
        offers.push(Purpose::Reply);
    }
    if live && asked {
        offers.extend([Purpose::Accept, Purpose::Reject]);
    }
    offers
}

/// What was typed into a form's field, with line breaks as everywhere else and without NUL.
pub fn read_message(fields: &BTreeMap<String, String>, name: &str) -> Result<String, Draft> {
    let text = fields.get(name).map_or("", String::as_str).replace("\r\n", "\n").replace('\r', "\n").replace('\0', "");
    let length = text::length(&text);
    let fault = if text.trim().is_empty() {
        Some(Fault::Empty)
    } else {
        (length > LONGEST_TEXT).then_some(Fault::Long(length))
    };
    if fault.is_some() { Err(Draft { text, fault }) } else { Ok(text) }
}

pub(super) struct Reply {
    pub(super) action: String,
    pub(super) token: String,
    pub(super) heading: String,
    pub(super) label: String,
    pub(super) hint: String,
    pub(super) fault: Option<String>,
    pub(super) text: String,
    pub(super) send: String,
}

pub(super) fn reply(facts: &Facts<'_>, words: Words<'_>) -> Option<Reply> {
    let (action, token) = target(facts, Purpose::Reply)?;
    let fault = facts.draft.fault.map(|fault| match fault {
        Fault::Empty => words.plain(Key::PageFaultEmpty),
        Fault::Long(length) => words.say(Key::PageFaultLong, &[("most", &LONGEST_TEXT), ("length", &length)]),
    });
    Some(Reply {
        action,
        token,
        heading: words.plain(Key::PageReplyHeading),
        label: words.plain(Key::PageReplyLabel),
        hint: words.plain(Key::PageReplyHint),
        fault,
        text: facts.draft.text.clone(),
        send: words.plain(Key::PageSend),
    })
}

/// A proposal that waits for an answer.
pub(super) struct Proposal {
    pub(super) heading: String,
    pub(super) solution: String,
    pub(super) prose: Vec<Vec<String>>,
    pub(super) ask: String,
    /// Where each answer is sent to, its token, and what stands on its button. None where the text cannot be shown.
    pub(super) answers: Vec<(String, String, String)>,
}

pub(super) fn proposal(facts: &Facts<'_>, words: Words<'_>) -> Option<Proposal> {
    let proposal = facts.ticket.proposal?;
    let answer = |purpose, label| {
        let (action, token) = target(facts, purpose)?;
        Some((action, token, words.plain(label)))
    };
    let answers = vec![answer(Purpose::Accept, Key::PageAccept)?, answer(Purpose::Reject, Key::PageReject)?];
    let content = facts.history.text(proposal.content);
    let prose = content.map(|content| clean::paragraphs(&content.body)).unwrap_or_default();
    // Nobody should agree to what they cannot read.
    let (ask, answers) = match prose.is_empty() {
        false => (Key::PageProposalAsk, answers),
        true => (Key::PageProposalUnread, Vec::new()),
    };
    Some(Proposal {
        heading: words.plain(Key::PageProposal),
        solution: solution(proposal.solution, words),
        prose,
        ask: words.plain(ask),
        answers,
    })
}

fn target(facts: &Facts<'_>, purpose: Purpose) -> Option<(String, String)> {
    let token = facts.tokens.get(&purpose)?;
    let word = purpose.as_str().trim_start_matches("form:");
    Some((format!("{}/{word}", facts.path), token.clone()))
}

pub(super) fn solution(solution: Solution, words: Words<'_>) -> String {
    words.plain(match solution {
        Solution::RefundOnly => Key::PageSolutionRefundOnly,
        Solution::ReturnRefund => Key::PageSolutionReturnRefund,
        Solution::Exchange => Key::PageSolutionExchange,
        Solution::Repair => Key::PageSolutionRepair,
        Solution::Resend => Key::PageSolutionResend,
        Solution::Compensation => Key::PageSolutionCompensation,
        Solution::Other => Key::PageSolutionOther,
    })
}
