//! How a case stands for whoever holds a link to it: whether it is theirs to decide, and if not, why and what they do.
use jiff::{Timestamp, tz::TimeZone};

use crate::{
    case::{Amiss, Case, CaseKind, CaseStatus, approval::may_fill},
    link::{Decision, DecisionPurpose},
    mail::{
        cases::Row,
        lang::{CaseKey, DecideKey},
        when,
        words::Words,
    },
    money::shown,
    settings::{Loaded, Staff},
};

/// A link, the case that it was made for as that is now, and whom it was made for.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    pub link: &'a Decision,
    pub case: &'a Case,
    pub person: &'a Staff,
    /// It was used.
    pub used: bool,
    pub now: Timestamp,
    /// Why it cannot be approved as it is.
    pub amiss: Option<Amiss>,
}

/// What its reader can do, or why they cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Theirs to decide.
    Open,
    /// … only to reject, or to have changed at the desk.
    Amiss(Amiss),
    /// Theirs to take back.
    Back,
    /// It is not what the link was made for.
    Changed,
    /// They had a hand in it.
    Hands,
    /// It is about more than a link decides …
    AboveLink,
    /// … or than they do.
    AboveRole,
    /// They approved it, and another has to.
    Half,
    /// The link decided, and that was taken back.
    Spent,
    /// … by this very link.
    Pending,
    /// Who has to approve it is not known yet.
    LookedAt,
    Decided,
    Cancelled,
    Lapsed,
}

impl Look<'_> {
    pub fn standing(&self) -> Standing {
        if self.case.hash() != self.link.hash {
            return Standing::Changed;
        }
        match self.case.status {
            CaseStatus::Requested => Standing::LookedAt,
            CaseStatus::Pending => self.pending(),
            CaseStatus::Cancelled => Standing::Cancelled,
            CaseStatus::Expired => Standing::Lapsed,
            CaseStatus::Approved | CaseStatus::Rejected if self.takes_back() => Standing::Back,
            CaseStatus::Approved
            | CaseStatus::Rejected
            | CaseStatus::AwaitingReturn
            | CaseStatus::InTransit
            | CaseStatus::Received
            | CaseStatus::Inspected
            | CaseStatus::Diagnosed
            | CaseStatus::Repaired
            | CaseStatus::Unrepairable
            | CaseStatus::Settling
            | CaseStatus::Settled
            | CaseStatus::PayoutUnknown
            | CaseStatus::PayoutFailed
            | CaseStatus::PartiallySettled => Standing::Decided,
        }
    }

    fn pending(&self) -> Standing {
        let (case, person) = (self.case, &self.person.id);
        let fills = |role: &crate::access::Role| may_fill(&[self.person.role], *role);
        if self.link.purpose == DecisionPurpose::TakeBack {
            Standing::Pending
        } else if self.used {
            Standing::Spent
        } else if case.hands.contains(person) {
            Standing::Hands
        } else if !case.is_open_to(person) {
            Standing::Half
        } else if !case.link_decides() {
            Standing::AboveLink
        } else if case.missing().iter().any(fills) {
            self.amiss.map_or(Standing::Open, Standing::Amiss)
        } else {
            Standing::AboveRole
        }
    }

    fn takes_back(&self) -> bool {
        let is_theirs = self.case.decided_by() == Some(&self.person.id);
        let in_time = self.case.waits_until().is_some_and(|until| self.now < until);
        self.link.purpose == DecisionPurpose::TakeBack && is_theirs && in_time && !self.used
    }

    /// The buttons that its page has.
    pub fn offers(&self) -> &'static [DecisionPurpose] {
        match self.standing() {
            Standing::Open => &[DecisionPurpose::Approve, DecisionPurpose::Refuse],
            Standing::Amiss(_) => &[DecisionPurpose::Refuse],
            Standing::Back => &[DecisionPurpose::Undo],
            Standing::Changed
            | Standing::Hands
            | Standing::AboveLink
            | Standing::AboveRole
            | Standing::Half
            | Standing::Spent
            | Standing::Pending
            | Standing::LookedAt
            | Standing::Decided
            | Standing::Cancelled
            | Standing::Lapsed => &[],
        }
    }
}

/// The same in words.
pub(super) struct Said {
    /// The style's word for whose turn it is.
    pub(super) tone: &'static str,
    pub(super) heading: String,
    pub(super) sentences: Vec<String>,
    /// What it was and is.
    pub(super) rows: Vec<Row>,
    /// An instant that matters: what of, when, in which zone, and for machines.
    pub(super) due: Option<[String; 4]>,
}

pub(super) fn said(look: Look<'_>, settings: &Loaded, zone: &TimeZone, words: Words<'_>) -> Said {
    let plain = |keys: &[DecideKey]| keys.iter().map(|key| words.plain(*key)).collect::<Vec<String>>();
    let told =
        |tone, heading, sentences| Said { tone, heading: words.plain(heading), sentences, rows: Vec::new(), due: None };
    let case = look.case;
    let until = |label, at: Timestamp| {
        let machine = crate::view::instant(at);
        Some([words.plain(label), when::long(words, at, zone), when::zone_name(words, at, zone), machine])
    };
    let missing = || {
        let roles: Vec<String> = case.missing().iter().map(|role| words.role(*role)).collect();
        roles.join(" + ")
    };
    match look.standing() {
        Standing::Open => {
            let sentences = plain(&[DecideKey::OpenText, DecideKey::OpenOnce]);
            Said { due: until(DecideKey::Until, look.link.expires), ..told("yours", DecideKey::OpenHeading, sentences) }
        }
        Standing::Amiss(why) => {
            let text = match why {
                Amiss::Photos => DecideKey::AmissPhotos,
                Amiss::Order => DecideKey::AmissOrder,
            };
            told("yours", DecideKey::AmissHeading, plain(&[text, DecideKey::AmissNext]))
        }
        Standing::Back => {
            let rejected = case.status == CaseStatus::Rejected;
            let heading = if rejected { DecideKey::BackRejected } else { DecideKey::BackApproved };
            let due = case.waits_until().and_then(|at| until(DecideKey::BackUntil, at));
            Said { due, ..told("yours", heading, plain(&[DecideKey::BackText])) }
        }
        Standing::Changed => {
            let mut sentences = plain(&[DecideKey::ChangedText]);
            sentences.extend(now_what(look, settings, words));
            Said { rows: changes(look, words), ..told("over", DecideKey::Changed, sentences) }
        }
        Standing::Hands => told("ours", DecideKey::Hands, vec![words.plain(CaseKey::DecideHands)]),
        Standing::AboveLink => told("ours", DecideKey::AboveLink, vec![words.plain(CaseKey::DecideDesk)]),
        Standing::AboveRole => {
            let sentence = words.say(DecideKey::AboveRoleText, &[("roles", &missing())]);
            told("ours", DecideKey::AboveRole, vec![sentence])
        }
        Standing::Half => {
            told("ours", DecideKey::ApprovedYou, vec![words.say(DecideKey::Half, &[("roles", &missing())])])
        }
        Standing::Spent => told("over", DecideKey::Spent, plain(&[DecideKey::SpentText])),
        Standing::Pending => told("ours", DecideKey::Pending, plain(&[DecideKey::PendingText])),
        Standing::LookedAt => told("ours", DecideKey::LookedAt, plain(&[DecideKey::NewMail])),
        Standing::Decided => {
            let (tone, heading, sentences) = decided(look, settings, words);
            let back = case.waits_until().filter(|until| look.now < *until);
            Said { due: back.and_then(|at| until(DecideKey::BackUntil, at)), ..told(tone, heading, sentences) }
        }
        Standing::Cancelled => told("over", DecideKey::Cancelled, plain(&[DecideKey::NothingLeft])),
        Standing::Lapsed => told("over", DecideKey::Lapsed, plain(&[DecideKey::NothingLeft])),
    }
}

/// What was decided, by whose role, and whether that is final.
fn decided(look: Look<'_>, settings: &Loaded, words: Words<'_>) -> (&'static str, DecideKey, Vec<String>) {
    let case = look.case;
    let is_theirs = case.decided_by() == Some(&look.person.id);
    let (tone, heading) = match (case.status == CaseStatus::Rejected, is_theirs) {
        (true, true) => ("over", DecideKey::RejectedYou),
        (true, false) => ("over", DecideKey::Rejected),
        (false, true) => ("done", DecideKey::ApprovedYou),
        (false, false) => ("done", DecideKey::Approved),
    };
    let mut sentences = vec![by(look, settings, words)];
    let waits = case.waits_until().is_some_and(|until| look.now < until);
    sentences.push(words.plain(match (waits, is_theirs) {
        (true, true) => DecideKey::BackYours,
        (true, false) => DecideKey::BackTheirs,
        (false, _) => DecideKey::WentOn,
    }));
    (tone, heading, sentences)
}

/// Of whoever decided their role, as it is today.
fn by(look: Look<'_>, settings: &Loaded, words: Words<'_>) -> String {
    let Some(by) = look.case.decided_by() else { return words.plain(DecideKey::ByRules) };
    let slot = look.case.approvals.iter().find(|approval| approval.by == *by).map(|approval| approval.slot);
    let role = settings.person(by).map(|person| person.role).or(slot);
    let role = role.map_or_else(|| "–".to_owned(), |role| words.role(role));
    let who = if *by == look.person.id { words.say(DecideKey::You, &[("role", &role)]) } else { role };
    words.say(DecideKey::DecidedBy, &[("role", &who)])
}

/// What the reader of a link to an earlier version does now.
fn now_what(look: Look<'_>, settings: &Loaded, words: Words<'_>) -> Option<String> {
    let case = look.case;
    if case.hands.contains(&look.person.id) {
        return Some(words.plain(CaseKey::DecideHands));
    }
    match case.status {
        CaseStatus::Pending if !case.link_decides() => Some(words.plain(CaseKey::DecideDesk)),
        CaseStatus::Requested | CaseStatus::Pending => Some(words.plain(DecideKey::NewMail)),
        CaseStatus::Cancelled | CaseStatus::Expired => Some(words.plain(DecideKey::NothingLeft)),
        CaseStatus::Approved
        | CaseStatus::Rejected
        | CaseStatus::AwaitingReturn
        | CaseStatus::InTransit
        | CaseStatus::Received
        | CaseStatus::Inspected
        | CaseStatus::Diagnosed
        | CaseStatus::Repaired
        | CaseStatus::Unrepairable
        | CaseStatus::Settling
        | CaseStatus::Settled
        | CaseStatus::PayoutUnknown
        | CaseStatus::PayoutFailed
        | CaseStatus::PartiallySettled => Some(by(look, settings, words)),
    }
}

fn changes(look: Look<'_>, words: Words<'_>) -> Vec<Row> {
    let terms = &look.case.terms;
    let version = |kind: CaseKind, net: i64| {
        let what = words.case_kind(kind);
        match kind.pays() {
            true => words.say(CaseKey::WorthIs, &[("what", &what), ("amount", &shown(net, &terms.figures.currency))]),
            false => what,
        }
    };
    let was = look.case.earlier.iter().find(|earlier| earlier.hash == look.link.hash);
    let was = was.map(|earlier| (words.plain(CaseKey::ChangedWas), version(earlier.kind, earlier.net)));
    let is = (words.plain(CaseKey::ChangedNow), version(terms.kind, terms.figures.net));
    was.into_iter().chain([is]).collect()
}
