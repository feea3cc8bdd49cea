//! What each step shows.
use super::{
    Choosing, UploadForm,
    why::{title, why},
};
use crate::{
    case::{CaseKind, CaseReason, ask::MOST_PHOTOS, policy::policy, quote::Quote},
    intake::LONGEST_TEXT,
    mail::{
        ToldCase,
        cases::figures::{self, For},
        lang::{CaseKey, ClaimKey, Key},
        words::Words,
    },
    page::Fault,
    settings::Window,
};

/// One of the three steps: what of, which, and the figures with the button.
pub(super) enum Body {
    Goods(Goods),
    Compare(Compare),
    Consent(Box<Consent>),
}

pub(super) struct Goods {
    pub(super) action: String,
    pub(super) heading: String,
    pub(super) lines: Vec<Line>,
    pub(super) why: String,
    /// The word of each reason, what it is called, and whether it was chosen.
    pub(super) reasons: Vec<(String, String, bool)>,
    /// Those that are there already.
    pub(super) photos: String,
    pub(super) send: String,
}

pub(super) struct Line {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) label: String,
    pub(super) hint: String,
    pub(super) most: u32,
    pub(super) value: u32,
}

pub(super) struct Compare {
    pub(super) chosen: Chosen,
    pub(super) possible: String,
    pub(super) cards: Vec<Card>,
    pub(super) impossible: String,
    /// What each is called, and why it is not possible.
    pub(super) refused: Vec<(String, String)>,
    pub(super) rules: String,
    pub(super) policy: Vec<String>,
}

/// What was chosen before, and where to choose anew.
pub(super) struct Chosen {
    pub(super) heading: String,
    pub(super) rows: Vec<String>,
    pub(super) anew: (String, String),
}

/// One kind that is possible.
pub(super) struct Card {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) rows: Vec<(String, String)>,
    pub(super) notes: Vec<String>,
    pub(super) choose: (String, String),
}

pub(super) struct Consent {
    pub(super) heading: String,
    pub(super) rows: Vec<(String, String)>,
    pub(super) notes: Vec<String>,
    pub(super) other: (String, String),
    pub(super) photos: Photos,
    /// None while a photo is missing.
    pub(super) form: Option<Form>,
}

pub(super) struct Photos {
    pub(super) heading: String,
    pub(super) text: String,
    /// What each is called, and where it is left out.
    pub(super) there: Vec<(String, String, String)>,
    pub(super) upload: Option<UploadForm>,
    pub(super) label: String,
    pub(super) hint: String,
    pub(super) send: String,
}

pub(super) struct Form {
    pub(super) action: String,
    pub(super) fields: Vec<(&'static str, String)>,
    pub(super) label: String,
    pub(super) hint: String,
    pub(super) fault: Option<String>,
    pub(super) text: String,
    pub(super) agreement: String,
    pub(super) send: String,
}

pub(super) fn body(facts: &Choosing<'_>, words: Words<'_>) -> Body {
    let Some(reason) = facts.asked.reason.filter(|_| !facts.asked.lines.is_empty() && !facts.asked.anew) else {
        return Body::Goods(goods(facts, words));
    };
    match facts.chosen() {
        Some((kind, quote)) => Body::Consent(Box::new(consent(kind, quote, facts, words))),
        None => Body::Compare(compare(reason, facts, words)),
    }
}

fn goods(facts: &Choosing<'_>, words: Words<'_>) -> Goods {
    let left = facts.order.available();
    let lines = facts.order.facts.lines.iter().zip(&left.lines).map(|(line, left)| {
        let title = title(&line.id, facts);
        let (label, hint) = match left.units {
            0 => (String::new(), words.say(ClaimKey::Taken, &[("title", &title)])),
            free => (
                words.say(ClaimKey::HowMany, &[("title", &title)]),
                words.say(ClaimKey::Free, &[("free", &free), ("count", &line.quantity)]),
            ),
        };
        let chosen = facts.asked.lines.iter().find(|(id, _)| *id == line.id);
        let value = chosen.map_or(0, |(_, quantity)| (*quantity).min(left.units));
        Line { name: format!("q.{}", line.id), id: format!("q-{}", line.id), label, hint, most: left.units, value }
    });
    let reasons =
        facts.rules.reasons.iter().filter(|(_, rule)| rule.kinds.iter().any(|kind| *kind != CaseKind::Compensation));
    let reasons = reasons
        .map(|(reason, _)| (reason.to_string(), words.case_reason(*reason), facts.asked.reason == Some(*reason)));
    Goods {
        action: below(facts, ""),
        heading: words.plain(ClaimKey::Goods),
        lines: lines.collect(),
        why: words.plain(ClaimKey::Why),
        reasons: reasons.collect(),
        photos: facts.asked.photo_list(),
        send: words.plain(ClaimKey::Compare),
    }
}

fn compare(reason: CaseReason, facts: &Choosing<'_>, words: Words<'_>) -> Compare {
    let (mut cards, mut refused) = (Vec::new(), Vec::new());
    for kind in CaseKind::ALL {
        let name = words.case_kind(*kind);
        match facts.quoted(*kind) {
            Some(Ok(quote)) => {
                let asked = super::Asked { kind: Some(*kind), ..facts.asked.clone() };
                cards.push(Card {
                    id: format!("kind-{kind}"),
                    rows: rows(*kind, quote, facts, words),
                    notes: notes(*kind, facts, words),
                    choose: (below(facts, &asked.query()), words.say(ClaimKey::Choose, &[("kind", &name)])),
                    name,
                });
            }
            Some(Err(unable)) => refused.push((name, why(&unable, facts, words))),
            None => {}
        }
    }
    let named = words.case_reason(reason);
    let goods = facts
        .asked
        .lines
        .iter()
        .map(|(line, quantity)| words.say(CaseKey::Units, &[("count", quantity), ("title", &title(line, facts))]));
    let anew = super::Asked { kind: None, ..facts.asked.clone() };
    Compare {
        chosen: Chosen {
            heading: words.plain(ClaimKey::Chosen),
            rows: goods.chain([named.clone()]).collect(),
            anew: (below(facts, &format!("{}&anew=1", anew.query())), words.plain(ClaimKey::Anew)),
        },
        possible: words.plain(ClaimKey::Possible),
        cards,
        impossible: words.plain(ClaimKey::Impossible),
        refused,
        rules: words.say(ClaimKey::Rules, &[("reason", &named)]),
        policy: published(reason, facts, words),
    }
}

/// What a kind comes to: the rows that a mail about it has.
fn rows(kind: CaseKind, quote: Quote, facts: &Choosing<'_>, words: Words<'_>) -> Vec<(String, String)> {
    let Some(ask) = facts.asked.ask(kind) else { return Vec::new() };
    let told = ToldCase::of(&facts.order.id, &quote.terms(&ask, None), Some(facts.order));
    figures::all(&told, For::Customer, words)
}

fn notes(kind: CaseKind, facts: &Choosing<'_>, words: Words<'_>) -> Vec<String> {
    let back = if kind.is_return() { ClaimKey::GoodsBack } else { ClaimKey::GoodsStay };
    let photo = facts.needs_photo().then_some(ClaimKey::PhotoNeeded);
    [Some(back), photo].into_iter().flatten().map(|key| words.plain(key)).collect()
}

/// The published rules for a reason, where the order is sent to.
fn published(reason: CaseReason, facts: &Choosing<'_>, words: Words<'_>) -> Vec<String> {
    let policy = policy(facts.rules, facts.order.facts.country.as_deref());
    let Some(rule) = policy.reasons.into_iter().find(|rule| rule.reason == reason) else { return Vec::new() };
    let window = match rule.window {
        Window::DaysFromDelivery(days) => words.say(ClaimKey::RuleDays, &[("days", &days)]),
        Window::HoursFromDelivery(hours) => words.say(ClaimKey::RuleHours, &[("hours", &hours)]),
        Window::DaysAfterPromise(days) => words.say(ClaimKey::RulePromise, &[("days", &days)]),
    };
    let excluded = (!rule.exclusions.is_empty()).then_some(ClaimKey::RuleExcluded);
    let shipping = rule.shipping.then_some(ClaimKey::RuleShipping);
    let photo = rule.photo.then_some(ClaimKey::PhotoNeeded);
    let others = [photo, excluded, shipping].into_iter().flatten().map(|key| words.plain(key));
    [window].into_iter().chain(others).collect()
}

fn consent(kind: CaseKind, quote: Quote, facts: &Choosing<'_>, words: Words<'_>) -> Consent {
    let net = quote.figures.net;
    let mut rows = rows(kind, quote, facts, words);
    let about = [
        (words.plain(CaseKey::Kind), words.case_kind(kind)),
        (words.plain(CaseKey::Reason), facts.asked.reason.map(|reason| words.case_reason(reason)).unwrap_or_default()),
    ];
    rows.splice(0..0, about);
    let other = super::Asked { kind: None, ..facts.asked.clone() };
    let photos = photos(facts, words);
    let is_missing = facts.needs_photo() && facts.asked.photos.is_empty();
    let fault = facts.draft.fault.map(|fault| match fault {
        Fault::Empty => words.plain(Key::PageFaultEmpty),
        Fault::Long(length) => words.say(Key::PageFaultLong, &[("most", &LONGEST_TEXT), ("length", &length)]),
    });
    let word = |word: Option<String>| word.unwrap_or_default();
    let form = || Form {
        action: format!("{}/request", facts.path),
        fields: vec![
            ("token", facts.token.clone()),
            ("reason", word(facts.asked.reason.map(|reason| reason.to_string()))),
            ("kind", kind.to_string()),
            ("lines", facts.asked.listed()),
            ("photos", facts.asked.photo_list()),
            ("net", net.to_string()),
        ],
        label: words.plain(ClaimKey::Message),
        hint: words.plain(ClaimKey::MessageHint),
        fault,
        text: facts.draft.text.clone(),
        agreement: words.plain(ClaimKey::Agreement),
        send: words.plain(ClaimKey::Request),
    };
    Consent {
        heading: words.plain(ClaimKey::Yours),
        rows,
        notes: notes(kind, facts, words),
        other: (below(facts, &other.query()), words.plain(ClaimKey::OtherKind)),
        photos,
        form: (!is_missing).then(form),
    }
}

fn photos(facts: &Choosing<'_>, words: Words<'_>) -> Photos {
    let there = facts.asked.photos.iter().enumerate().map(|(at, id)| {
        let place = at + 1;
        let kind = facts.kinds.get(id).map(|kind| kind.as_str().to_uppercase()).unwrap_or_default();
        let mut without = facts.asked.clone();
        without.photos.retain(|other| other != id);
        (
            words.say(ClaimKey::PhotoThere, &[("place", &place), ("kind", &kind)]),
            below(facts, &without.query()),
            words.say(ClaimKey::PhotoRemove, &[("place", &place)]),
        )
    });
    let text = if facts.needs_photo() { ClaimKey::PhotosNeeded } else { ClaimKey::PhotosFree };
    Photos {
        heading: words.plain(ClaimKey::Photos),
        text: words.plain(text),
        there: there.collect(),
        upload: facts.upload.clone(),
        label: words.plain(ClaimKey::PhotoLabel),
        hint: words.say(ClaimKey::PhotoHint, &[("most", &MOST_PHOTOS)]),
        send: words.plain(ClaimKey::PhotoSend),
    }
}

fn below(facts: &Choosing<'_>, query: &str) -> String {
    let path = format!("{}/{}", facts.path, super::BELOW);
    if query.is_empty() { path } else { format!("{path}?{query}") }
}
