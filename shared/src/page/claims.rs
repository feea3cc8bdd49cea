//! The cases of a ticket as their customer follows them: how each stands, what it comes to, what happens next and by when,
//! and what they can do about it.
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    Facts, choose,
    standing::{Due, at},
};
use crate::{
    case::{Case, CaseKind, CaseStatus, Command, Payer, decide},
    event::Actor,
    link::Purpose,
    mail::{
        ToldCase,
        cases::figures::{self, For},
        clean,
        lang::{CaseKey, ClaimKey, Text},
        words::Words,
    },
    order::Order,
    settings::CaseRules,
    sla::ClockKind,
    view::{Reader, shown},
};

/// A case, and what its page shows beside it.
#[derive(Clone, Debug)]
pub struct Claim<'a> {
    pub case: &'a Case,
    /// What it is of, for the names of the goods.
    pub order: Option<&'a Order>,
    /// When it is over, if the goods are not sent.
    pub expires: Option<Timestamp>,
    /// The token of each form that is offered.
    pub tokens: BTreeMap<Purpose, String>,
}

/// What its customer can do about a case now.
pub fn claim_offers(case: &Case, rules: &CaseRules, now: Timestamp) -> Vec<Purpose> {
    let takes = |command: &Command| {
        let happened = decide(case, command, &Actor::Customer, now, rules);
        happened.is_ok_and(|happened| !happened.is_empty())
    };
    let asked = !case.agreed && shown(case, Reader::Customer).is_open();
    let mut offers = Vec::new();
    if asked && takes(&Command::Consent { accepted: true }) {
        offers.push(Purpose::Agree);
    }
    if asked && takes(&Command::Consent { accepted: false }) {
        offers.push(Purpose::Decline);
    }
    if case.agreed && takes(&Command::Send { tracking: None }) {
        offers.push(Purpose::Sent);
    }
    // Not to agree ends it as well.
    if !offers.contains(&Purpose::Decline) && takes(&Command::Cancel) {
        offers.push(Purpose::Cancel);
    }
    offers
}

/// One case on the page.
pub(super) struct Card {
    pub(super) number: u16,
    pub(super) tone: &'static str,
    pub(super) heading: String,
    pub(super) status: String,
    pub(super) next: Vec<String>,
    pub(super) due: Vec<Due>,
    pub(super) rows: Vec<(String, String)>,
    pub(super) sent: Option<Sent>,
    /// Where each is sent to, its token, and what stands on its button.
    pub(super) answers: Vec<(String, String, String)>,
}

/// The form that tells how goods come back.
pub(super) struct Sent {
    pub(super) action: String,
    pub(super) token: String,
    pub(super) label: String,
    pub(super) hint: String,
    pub(super) send: String,
}

pub(super) fn choose(facts: &Facts<'_>, words: Words<'_>) -> (String, String, String) {
    let path = format!("{}/{}", facts.path, choose::BELOW);
    (path, words.plain(ClaimKey::Offer), words.plain(ClaimKey::OfferHint))
}

pub(super) fn card(claim: &Claim<'_>, facts: &Facts<'_>, words: Words<'_>) -> Card {
    let case = claim.case;
    let told = ToldCase::of(&case.order, &case.terms, claim.order);
    let status = shown(case, Reader::Customer);
    let (tone, said, next) = standing(case, status);
    let mut rows = figures::about(&told, words);
    rows.extend(sums(case, status, &told, words));
    let tracking =
        [(ClaimKey::ReturnTracking.into(), &case.return_tracking), (Text::from(CaseKey::Tracking), &case.tracking)];
    rows.extend(
        tracking.into_iter().filter_map(|(label, number)| Some((words.plain(label), clean::line(number.as_deref()?)))),
    );
    let form = |purpose: Purpose| {
        let word = purpose.as_str().trim_start_matches("form:");
        Some((format!("{}/{word}", facts.path), claim.tokens.get(&purpose)?.clone()))
    };
    let answer = |(purpose, label): (Purpose, ClaimKey)| {
        let (action, token) = form(purpose)?;
        Some((action, token, words.plain(label)))
    };
    let answers =
        [(Purpose::Agree, ClaimKey::Agree), (Purpose::Decline, ClaimKey::Decline), (Purpose::Cancel, ClaimKey::Cancel)];
    Card {
        number: case.number,
        tone,
        heading: words.say(ClaimKey::Heading, &[("number", &case.number)]),
        status: words.plain(said),
        next: sentences(case, status, next, facts, words),
        due: due(claim, status, facts)
            .into_iter()
            .map(|(label, when)| at(words.plain(label), when, facts, words))
            .collect(),
        rows,
        sent: form(Purpose::Sent).map(|(action, token)| Sent {
            action,
            token,
            label: words.plain(ClaimKey::SentLabel),
            hint: words.plain(ClaimKey::SentHint),
            send: words.plain(ClaimKey::Sent),
        }),
        answers: answers.into_iter().filter_map(answer).collect(),
    }
}

/// What it comes to; of what is over without that only what was paid back, and of what is paid in part that besides.
fn sums(case: &Case, status: CaseStatus, told: &ToldCase, words: Words<'_>) -> Vec<(String, String)> {
    let paid = figures::paid_back(told, &case.paid_back(), words);
    let came_to_nothing = !status.is_open() && status != CaseStatus::Settled;
    let rows = if came_to_nothing { figures::units(told, words) } else { figures::all(told, For::Customer, words) };
    let in_part = status != CaseStatus::Settled;
    rows.into_iter().chain(paid.into_iter().filter(|_| in_part)).collect()
}

/// Whose turn it is, the status, and what happens next.
fn standing(case: &Case, status: CaseStatus) -> (&'static str, Text, Text) {
    let pays = case.terms.kind.pays();
    let said = |tone, status: ClaimKey, next: Text| (tone, status.into(), next);
    let given = if pays { CaseKey::ApprovedMoney } else { CaseKey::ApprovedGoods };
    match status {
        CaseStatus::Requested | CaseStatus::Pending | CaseStatus::Approved if !case.agreed => {
            said("yours", ClaimKey::Asks, CaseKey::ChangedConsent.into())
        }
        CaseStatus::Requested | CaseStatus::Pending => said("ours", ClaimKey::Checking, ClaimKey::CheckingNext.into()),
        CaseStatus::Approved => said("ours", ClaimKey::Approved, given.into()),
        CaseStatus::AwaitingReturn => said("yours", ClaimKey::ToSend, CaseKey::ApprovedReturn.into()),
        CaseStatus::InTransit => said("ours", ClaimKey::Transit, ClaimKey::TransitNext.into()),
        CaseStatus::Received
        | CaseStatus::Inspected
        | CaseStatus::Diagnosed
        | CaseStatus::Repaired
        | CaseStatus::Unrepairable => said("ours", ClaimKey::Here, ClaimKey::HereNext.into()),
        CaseStatus::PartiallySettled => said("ours", ClaimKey::Paying, ClaimKey::PartlyPaid.into()),
        CaseStatus::Cancelled if case.is_partly_paid() => {
            said("over", ClaimKey::Cancelled, CaseKey::CancelledPaid.into())
        }
        CaseStatus::Settling | CaseStatus::PayoutUnknown | CaseStatus::PayoutFailed => {
            said("ours", if pays { ClaimKey::Paying } else { ClaimKey::Readying }, given.into())
        }
        CaseStatus::Settled if pays => ("done", CaseKey::SettledHeading.into(), CaseKey::SettledIntro.into()),
        CaseStatus::Settled => ("done", CaseKey::ShippedHeading.into(), CaseKey::ShippedIntro.into()),
        CaseStatus::Rejected => said("over", ClaimKey::Rejected, CaseKey::RejectedIntro.into()),
        CaseStatus::Cancelled if case.owes_goods() => said("over", ClaimKey::Cancelled, CaseKey::CancelledBack.into()),
        CaseStatus::Cancelled => said("over", ClaimKey::Cancelled, CaseKey::CancelledIntro.into()),
        CaseStatus::Expired if case.goods_here => said("over", ClaimKey::Expired, CaseKey::ReceivedLate.into()),
        CaseStatus::Expired if !case.agreed => said("over", ClaimKey::Expired, CaseKey::LapsedIntro.into()),
        CaseStatus::Expired => said("over", ClaimKey::Expired, CaseKey::ExpiredIntro.into()),
    }
}

fn sentences(case: &Case, status: CaseStatus, next: Text, facts: &Facts<'_>, words: Words<'_>) -> Vec<String> {
    let mut sentences = vec![words.plain(next)];
    if case.owes_goods() && status != CaseStatus::Expired {
        let rest = status == CaseStatus::Settled;
        sentences.push(words.plain(if rest { CaseKey::RestBack } else { CaseKey::GoodsBack }));
    }
    if status == CaseStatus::AwaitingReturn {
        let number = clean::line(facts.ticket.number.as_str());
        sentences.push(words.say(CaseKey::Pack, &[("number", &number)]));
        sentences.push(words.plain(CaseKey::ReturnAfter));
        if case.terms.kind != CaseKind::Exchange || case.terms.figures.payer == Payer::Merchant {
            sentences.extend(fees(case).map(|key| words.plain(key)));
        }
    }
    sentences
}

/// What sending the goods back costs.
fn fees(case: &Case) -> Option<CaseKey> {
    let figures = &case.terms.figures;
    match figures.payer {
        Payer::Merchant => Some(CaseKey::FeesNone),
        Payer::Customer => (figures.restocking + figures.label > 0).then_some(CaseKey::FeesKept),
    }
}

/// By when: the goods are to be sent, it is decided, it is paid.
fn due(claim: &Claim<'_>, status: CaseStatus, facts: &Facts<'_>) -> Option<(Text, Timestamp)> {
    let case = claim.case;
    let promised = |kind: ClockKind| {
        // A promise is kept by what can still be taken back, and its customer is told of neither.
        let runs = |clock: &&crate::sla::Clock| clock.is_live() || case.waits_until().is_some();
        let clock = facts.ticket.clock_about(kind, case.subject().as_ref()).filter(runs)?;
        clock.due.filter(|due| *due > facts.now)
    };
    match status {
        CaseStatus::Requested | CaseStatus::Pending => {
            Some((ClaimKey::DecideBy.into(), promised(ClockKind::RefundDecision)?))
        }
        CaseStatus::Settling => Some((ClaimKey::PayBy.into(), promised(ClockKind::Payout)?)),
        CaseStatus::AwaitingReturn => Some((CaseKey::SendBy.into(), claim.expires?)),
        CaseStatus::Approved => Some((CaseKey::AgreeBy.into(), claim.expires?)),
        CaseStatus::InTransit
        | CaseStatus::Received
        | CaseStatus::Inspected
        | CaseStatus::Diagnosed
        | CaseStatus::Repaired
        | CaseStatus::Unrepairable
        | CaseStatus::Settled
        | CaseStatus::Rejected
        | CaseStatus::Cancelled
        | CaseStatus::Expired
        | CaseStatus::PayoutUnknown
        | CaseStatus::PayoutFailed
        | CaseStatus::PartiallySettled => None,
    }
}
