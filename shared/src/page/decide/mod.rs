//! The page behind an approver's link: the case as their mail shows it, how it stands now, and the buttons that decide.
//!
//! Pure, as the customer's page is, and made of the same words and figures as the mail.
mod standing;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use askama::Template;
use jiff::tz::TimeZone;

use super::{CSS, Draft, Fault, plain};
use crate::{
    case::Via,
    intake::LONGEST_TEXT,
    link::DecisionPurpose,
    mail::{
        Language, ToApprove, ToldCase, Way, Wording,
        cases::{Row, figures, weighed},
        clean,
        lang::{CaseKey, DecideKey, Key},
        when,
        words::Words,
    },
    order::Order,
    settings::Loaded,
};

pub use standing::{Look, Standing};

/// The field in which it is said why a case is rejected.
pub const REASON: &str = "reason";
const MORE_CSS: &str = include_str!("../../../templates/decide.css");

/// All that a page is made from.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    pub look: Look<'a>,
    pub order: Option<&'a Order>,
    /// Those of today.
    pub settings: &'a Loaded,
    /// The path of the page; a form is sent to the word of its purpose below it.
    pub path: &'a str,
    /// The token of each form that is offered.
    pub tokens: BTreeMap<DecisionPurpose, String>,
    pub notice: Option<Notice>,
    pub draft: Draft,
    /// Makes the page's own style the only one that a browser takes.
    pub style_nonce: &'a str,
}

/// What is to be said about the form that was sent before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Too old, tampered with, or sent from elsewhere.
    Stale,
    /// It was sent before, with something else in it.
    Used,
    /// The case does not allow it; how it stands says why.
    Refused,
    Fault,
    /// Too long to be given back.
    Large,
}

impl Notice {
    fn text(self, words: Words<'_>) -> String {
        let key = match self {
            Self::Stale => DecideKey::NoticeStale,
            Self::Used => DecideKey::NoticeUsed,
            Self::Refused => DecideKey::NoticeRefused,
            Self::Fault => DecideKey::NoticeFault,
            Self::Large => DecideKey::NoticeLarge,
        };
        words.say(key, &[("most", &LONGEST_TEXT)])
    }
}

/// The last part of a form's address.
pub fn word(purpose: DecisionPurpose) -> &'static str {
    match purpose {
        DecisionPurpose::Approve => "approve",
        DecisionPurpose::Refuse => "refuse",
        DecisionPurpose::Undo => "take-back",
        DecisionPurpose::Decide | DecisionPurpose::TakeBack => "",
    }
}

/// What is sent to that address.
pub fn purpose(word: &str) -> Option<DecisionPurpose> {
    let forms = [DecisionPurpose::Approve, DecisionPurpose::Refuse, DecisionPurpose::Undo];
    forms.into_iter().find(|purpose| self::word(*purpose) == word)
}

/// The page in HTML.
pub fn render(facts: &Facts<'_>) -> Result<String, askama::Error> {
    let (look, settings) = (facts.look, facts.settings);
    let language = look.person.language;
    let none = Wording::new();
    let words = Words { language, wording: settings.settings.wording.get(&language).unwrap_or(&none) };
    let face = &settings.settings.shop;
    let shop = clean::line(&face.name);
    let zone = settings.zone();
    let number = crate::id::Number::of(look.case.ticket);
    let told = ToldCase::of(&look.case.order, &look.case.terms, facts.order);
    let amount = figures::known_by(&told);
    let what = words.case_kind(look.case.terms.kind);
    Whole {
        lang: language.tag(),
        css: CSS,
        more: MORE_CSS,
        nonce: facts.style_nonce,
        title: words.say(DecideKey::Title, &[("number", &number), ("shop", &shop)]),
        skip: (!facts.tokens.is_empty()).then(|| words.plain(DecideKey::Choose)),
        heading: words.say(CaseKey::WorthIs, &[("what", &what), ("amount", &amount)]),
        label: words.plain(Key::LabelTicket),
        number: number.to_string(),
        notice: facts.notice.map(|notice| notice.text(words)),
        standing: standing::said(look, settings, &zone, words),
        sections: sections(facts, &zone, words),
        choose: words.plain(DecideKey::Choose),
        approve: target(facts, DecisionPurpose::Approve, DecideKey::Approve, words),
        refuse: target(facts, DecisionPurpose::Refuse, DecideKey::Reject, words).map(|button| Refuse {
            button,
            label: words.plain(DecideKey::ReasonLabel),
            hint: words.say(DecideKey::ReasonHint, &[("most", &LONGEST_TEXT)]),
            fault: facts.draft.fault.map(|fault| said(fault, words)),
            text: facts.draft.text.clone(),
        }),
        undo: target(facts, DecisionPurpose::Undo, DecideKey::BackButton, words),
        footer: words.say(DecideKey::Footer, &[("shop", &shop)]),
        shop,
    }
    .render()
}

fn said(fault: Fault, words: Words<'_>) -> String {
    match fault {
        Fault::Empty => words.plain(DecideKey::FaultEmpty),
        Fault::Long(length) => words.say(DecideKey::FaultLong, &[("most", &LONGEST_TEXT), ("length", &length)]),
    }
}

fn target(facts: &Facts<'_>, purpose: DecisionPurpose, label: DecideKey, words: Words<'_>) -> Option<Button> {
    let token = facts.tokens.get(&purpose)?.clone();
    Some(Button { action: format!("{}/{}", facts.path, word(purpose)), token, label: words.plain(label) })
}

/// The case as the mail shows it, and who approved it so far.
fn sections(facts: &Facts<'_>, zone: &TimeZone, words: Words<'_>) -> Vec<Section> {
    let (case, settings) = (facts.look.case, facts.settings);
    let shown = ToApprove::of(case, facts.order, settings, case.escalated.is_some(), Way::Desk, zone.clone());
    let mut about = vec![(words.plain(CaseKey::CaseNumber), case.number.to_string())];
    about.extend(figures::about(&shown.told, words));
    about.push((words.plain(CaseKey::AskedBy), words.asked_by(shown.asked_by)));
    let given = case.approvals.iter().map(|approval| {
        let role = settings.person(&approval.by).map_or(approval.slot, |person| person.role);
        let role = words.role(role);
        let is_reader = approval.by == facts.look.person.id;
        let who = if is_reader { words.say(DecideKey::You, &[("role", &role)]) } else { role };
        let how = if approval.via == Via::Link { DecideKey::ByLink } else { DecideKey::AtDesk };
        (who, words.say(how, &[("when", &when::short(words, approval.at, zone))]))
    });
    let given: Vec<Row> = given.collect();
    let section = |id, heading, rows: Vec<Row>, none: Option<DecideKey>| Section {
        id,
        heading: words.plain(heading),
        none: none.filter(|_| rows.is_empty()).map(|none| words.plain(none)),
        rows,
    };
    vec![
        section("about", DecideKey::About, about, None),
        section("figures", DecideKey::Figures, figures::all(&shown.told, figures::For::Staff, words), None),
        section("weigh", DecideKey::Weigh, weighed(&shown, words), None),
        section("given", DecideKey::Given, given, Some(DecideKey::None)),
    ]
}

/// Why a link shows no page, for whoever opened it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    /// It opens nothing, the same whatever is wrong with it.
    Gone,
    /// To decide by it is too late …
    Expired,
    /// … and so is to take it back.
    Late,
    /// Its person is not on the shop's list of staff.
    Left,
    Erased,
}

/// The page that says so kindly.
pub fn shut(why: Shut, language: Language, style_nonce: &str) -> Result<String, askama::Error> {
    let (heading, text) = match why {
        Shut::Gone => (DecideKey::GoneHeading, DecideKey::GoneText),
        Shut::Expired => (DecideKey::ExpiredHeading, DecideKey::ExpiredText),
        Shut::Late => (DecideKey::LateHeading, DecideKey::LateText),
        Shut::Left => (DecideKey::LeftHeading, DecideKey::LeftText),
        Shut::Erased => (DecideKey::ErasedHeading, DecideKey::ErasedText),
    };
    plain(language, style_nonce, heading, text)
}

/// Some rows under a heading.
struct Section {
    id: &'static str,
    heading: String,
    rows: Vec<Row>,
    /// What stands there when there are no rows.
    none: Option<String>,
}

/// A form with one button.
struct Button {
    action: String,
    token: String,
    label: String,
}

struct Refuse {
    button: Button,
    label: String,
    hint: String,
    fault: Option<String>,
    text: String,
}

#[derive(Template)]
#[template(path = "decide.html", whitespace = "minimize")]
struct Whole<'a> {
    lang: &'static str,
    css: &'static str,
    more: &'static str,
    nonce: &'a str,
    title: String,
    shop: String,
    skip: Option<String>,
    heading: String,
    label: String,
    number: String,
    notice: Option<String>,
    standing: standing::Said,
    sections: Vec<Section>,
    choose: String,
    approve: Option<Button>,
    refuse: Option<Refuse>,
    undo: Option<Button>,
    footer: String,
}
