//! How a ticket stands, in its customer's words: what happens next, and by when.
use jiff::{SignedDuration, Timestamp};

use super::{Facts, form::solution};
use crate::{
    mail::{clean, lang::Key, when, words::Words},
    sla::{Clock, ClockKind},
    ticket::{Consent, Status, Timer, TimerKind},
    view::{Reader, instant, status},
};

pub(super) struct Standing {
    /// The suffix of the style class: whose turn it is.
    pub(super) tone: &'static str,
    pub(super) status: String,
    pub(super) next: Vec<String>,
    pub(super) due: Vec<Due>,
    /// Where it went on: the path, and what to call it.
    pub(super) went_on: Option<(String, String)>,
}

pub(super) struct Due {
    pub(super) label: String,
    pub(super) when: String,
    pub(super) zone: String,
    /// For machines.
    pub(super) instant: String,
}

/// How to write anew, where the ticket takes no more.
pub(super) struct Anew {
    pub(super) text: String,
    pub(super) mail: String,
}

pub(super) fn standing(facts: &Facts<'_>, words: Words<'_>) -> Standing {
    let known = status(facts.ticket, Reader::Customer);
    let (status, next) = said(known);
    let (rows, late) = due(facts);
    let ours = matches!(facts.ticket.status, Status::New | Status::Open);
    let went_on = facts.went_on.as_ref().filter(|_| facts.ticket.status == Status::Merged);
    let mut sentences = match (went_on, next) {
        (Some((number, _)), _) => vec![words.say(Key::PageNextMerged, &[("number", number)])],
        (None, next) => vec![words.plain(next)],
    };
    sentences.extend(late.then(|| words.plain(Key::PageLate)));
    sentences.extend((ours && rows.is_empty() && !late).then(|| words.plain(Key::AckSoon)));
    sentences.extend(consent(facts, words));
    Standing {
        tone: tone(known),
        status: words.plain(status),
        next: sentences,
        due: rows.into_iter().map(|(label, when)| at(words.plain(label), when, facts, words)).collect(),
        went_on: went_on.map(|(number, path)| (path.clone(), words.say(Key::PageMergedOpen, &[("number", number)]))),
    }
}

/// An instant that matters, in the customer's zone.
pub(super) fn at(label: String, at: Timestamp, facts: &Facts<'_>, words: Words<'_>) -> Due {
    let zone = &facts.zone;
    Due { label, when: when::long(words, at, zone), zone: when::zone_name(words, at, zone), instant: instant(at) }
}

/// A status for its customer.
fn said(status: Status) -> (Key, Key) {
    match status {
        Status::New => (Key::PageNew, Key::NextNew),
        Status::Open => (Key::PageOpen, Key::PageNextOpen),
        Status::WaitingCustomer => (Key::PageWaitingCustomer, Key::NextWaitingCustomer),
        Status::WaitingThirdParty => (Key::PageWaitingThirdParty, Key::NextWaitingThirdParty),
        Status::WaitingReturn => (Key::PageWaitingReturn, Key::NextWaitingReturn),
        Status::Resolved => (Key::PageResolved, Key::PageNextResolved),
        Status::Merged => (Key::PageMerged, Key::PageNextDone),
        Status::Cancelled | Status::Spam => (Key::PageCancelled, Key::PageNextDone),
        Status::Closed => (Key::PageClosed, Key::PageNextDone),
    }
}

fn tone(status: Status) -> &'static str {
    match status {
        Status::New | Status::Open | Status::WaitingThirdParty => "ours",
        Status::WaitingCustomer | Status::WaitingReturn => "yours",
        Status::Resolved => "done",
        Status::Closed | Status::Merged | Status::Spam | Status::Cancelled => "over",
    }
}

/// The instants that matter to the customer, soonest first; and whether one that we promised has passed.
fn due(facts: &Facts<'_>) -> (Vec<(Key, Timestamp)>, bool) {
    let ticket = facts.ticket;
    let row = |label, at: Option<Timestamp>| -> Vec<(Key, Timestamp)> {
        at.filter(|at| *at > facts.now).map(|at| (label, at)).into_iter().collect()
    };
    match ticket.status {
        Status::New | Status::Open | Status::WaitingThirdParty => {
            let live = |kind: ClockKind| ticket.clock(kind).filter(|clock| clock.is_live());
            let word = [ClockKind::FirstResponse, ClockKind::NextReply].into_iter().find_map(live);
            let word = word.map(|clock| (Key::AckReplyBy, clock));
            let word = word.or_else(|| live(ClockKind::Update).map(|clock| (Key::PageUpdateBy, clock)));
            let end = live(ClockKind::Resolution).map(|clock| (Key::AckSolveBy, clock));
            let promises: Vec<(Key, &Clock)> = word.into_iter().chain(end).collect();
            let late = promises.iter().any(|(_, clock)| clock.due.is_some_and(|due| due <= facts.now));
            let mut rows: Vec<_> = promises.into_iter().flat_map(|(label, clock)| row(label, clock.due)).collect();
            rows.sort_by_key(|(_, at)| *at);
            (rows, late)
        }
        Status::WaitingCustomer => {
            (row(Key::PageAnswerBy, ticket.timer.and_then(|timer| gives_up(facts, timer))), false)
        }
        Status::WaitingReturn => {
            let timer = ticket.timer.filter(|timer| timer.kind == TimerKind::Expire);
            (row(Key::PageReturnBy, timer.map(|timer| timer.at)), false)
        }
        Status::Resolved => (row(Key::PageReopenBy, ticket.reopens_until(facts.promised)), false),
        Status::Closed | Status::Merged | Status::Spam | Status::Cancelled => (Vec::new(), false),
    }
}

/// When a ticket that waits for its customer is resolved without them.
fn gives_up(facts: &Facts<'_>, timer: Timer) -> Option<Timestamp> {
    let days = facts.promised.settings.lifecycle;
    match timer.kind {
        TimerKind::Give => Some(timer.at),
        TimerKind::Remind => {
            let more = i64::from(days.give_up_after_days.saturating_sub(days.remind_after_days));
            timer.at.checked_add(SignedDuration::from_hours(24 * more)).ok()
        }
        TimerKind::Chase | TimerKind::Expire | TimerKind::Close => None,
    }
}

/// How the customer answered what was proposed last, and what became of it.
fn consent(facts: &Facts<'_>, words: Words<'_>) -> Option<String> {
    let proposal = facts.ticket.proposal.filter(|_| facts.ticket.status != Status::Merged)?;
    let key = match proposal.consent {
        Consent::Asked => return None,
        Consent::Executed => Key::PageExecuted,
        Consent::Accepted | Consent::Rejected if !facts.ticket.status.is_live() => return None,
        Consent::Accepted => Key::PageAccepted,
        Consent::Rejected => Key::PageRejected,
    };
    Some(words.say(key, &[("solution", &solution(proposal.solution, words))]))
}

pub(super) fn anew(facts: &Facts<'_>, over: bool, words: Words<'_>) -> Option<Anew> {
    let over = over && facts.ticket.status != Status::Merged;
    over.then(|| Anew { text: words.plain(Key::PageAnew), mail: facts.shop.mail.as_str().to_owned() })
}

/// What was written and can no longer be sent, to be taken along: its label and the text.
pub(super) fn kept(facts: &Facts<'_>, words: Words<'_>) -> Option<(String, Vec<Vec<String>>)> {
    let kept = clean::paragraphs(&facts.draft.text);
    (!kept.is_empty()).then(|| (words.plain(Key::PageReplyLabel), kept))
}
