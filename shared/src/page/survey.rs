//! A survey's page: what is asked and the form for it, or the thanks for what was answered; and the page that ends surveys.
//!
//! Pure, as a ticket's page is. Looking at either changes nothing.
use askama::Template;
use jiff::{Timestamp, tz::TimeZone};

use super::{CSS, Fault, plain, with_button};
use crate::{
    id::Number,
    intake::LONGEST_TEXT,
    mail::{
        Language, Wording, clean,
        lang::{Key, SurveyKey},
        when,
        words::Words,
    },
    settings::Shop,
    survey::{Answer, Standing, Survey, SurveyKind},
};

const MORE_CSS: &str = include_str!("../../templates/survey.css");
/// The last part of the address that an answer is sent to …
pub const ANSWER: &str = "answer";
/// … and another comment.
pub const COMMENT: &str = "comment";

/// All that a page is made from.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    pub survey: &'a Survey,
    pub shop: &'a Shop,
    pub wording: Option<&'a Wording>,
    pub language: Language,
    /// The customer's.
    pub zone: TimeZone,
    pub now: Timestamp,
    /// The path of the page; a form is sent to its word below it.
    pub path: &'a str,
    /// The token of the one form that the page may have.
    pub token: String,
    /// The path at which they end surveys.
    pub stop: String,
    /// The comment that stands.
    pub comment: Option<&'a str>,
    /// Saying that it is not solved would open the ticket again.
    pub reopens: bool,
    /// They said so, and it is open.
    pub reopened: bool,
    pub notice: Option<Notice>,
    /// What was filled in and could not be taken.
    pub draft: Draft,
    pub style_nonce: &'a str,
}

/// What a form held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    pub score: Option<u8>,
    pub solved: Option<bool>,
    pub comment: Option<String>,
    pub no_score: bool,
    pub fault: Option<Fault>,
}

/// What is to be said about the form that was sent before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Too old, tampered with, or sent from elsewhere.
    Stale,
    /// There is another answer.
    Other,
    /// The comment stands after its time.
    Over,
    Fault,
    /// Too long to be given back.
    Large,
    TooMany,
}

impl Notice {
    fn text(self, words: Words<'_>) -> String {
        let key = match self {
            Self::Stale => SurveyKey::NoticeStale,
            Self::Other => SurveyKey::NoticeOther,
            Self::Over => SurveyKey::NoticeOver,
            Self::Fault => SurveyKey::NoticeFault,
            Self::Large => SurveyKey::NoticeLarge,
            Self::TooMany => SurveyKey::NoticeMany,
        };
        words.say(key, &[("most", &LONGEST_TEXT)])
    }
}

/// The page in HTML.
pub fn render(facts: &Facts<'_>) -> Result<String, askama::Error> {
    let none = Wording::new();
    let words = Words { language: facts.language, wording: facts.wording.unwrap_or(&none) };
    let shop = clean::line(&facts.shop.name);
    let number = Number::of(facts.survey.ticket).to_string();
    Whole {
        lang: facts.language.tag(),
        css: CSS,
        more: MORE_CSS,
        nonce: facts.style_nonce,
        title: words.say(SurveyKey::Title, &[("number", &number), ("shop", &shop)]),
        heading: words.plain(SurveyKey::MailHeading),
        label: words.plain(Key::LabelNumber),
        number,
        notice: facts.notice.map(|notice| notice.text(words)),
        thanks: thanks(facts, words),
        form: form(facts, &shop, words),
        stop: Some((facts.stop.clone(), words.plain(SurveyKey::Stop))),
        footer: words.say(SurveyKey::Footer, &[("shop", &shop)]),
        shop,
    }
    .render()
}

fn thanks(facts: &Facts<'_>, words: Words<'_>) -> Option<Thanks> {
    let answer = answered(facts.survey)?;
    let most = facts.survey.kind.scale().1;
    let mut sentences = vec![words.plain(SurveyKey::ThanksText)];
    sentences.extend(facts.reopened.then(|| words.plain(SurveyKey::ThanksOpen)));
    Some(Thanks {
        heading: words.plain(SurveyKey::ThanksHeading),
        sentences,
        given: words.plain(SurveyKey::Given),
        score: words.say(SurveyKey::ScoreOf, &[("score", &answer.score), ("most", &most)]),
        comment: facts.comment.map(clean::paragraphs).unwrap_or_default(),
    })
}

fn answered(survey: &Survey) -> Option<Answer> {
    if let Standing::Answered { answer, .. } = survey.standing { Some(answer) } else { None }
}

fn form(facts: &Facts<'_>, shop: &str, words: Words<'_>) -> Option<Form> {
    let draft = &facts.draft;
    let (word, ask, edit) = match facts.survey.standing {
        Standing::Sent { .. } => (ANSWER, Some(ask(facts, shop, words)), None),
        Standing::Answered { editable, .. } if facts.now <= editable => {
            let when = when::short(words, editable, &facts.zone);
            let until = words.say(SurveyKey::EditUntil, &[("when", &when)]);
            (COMMENT, None, Some((words.plain(SurveyKey::EditHeading), until)))
        }
        Standing::Answered { .. }
        | Standing::Scheduled { .. }
        | Standing::Skipped { .. }
        | Standing::Withdrawn
        | Standing::Expired => return None,
    };
    let send = if edit.is_some() { SurveyKey::EditButton } else { SurveyKey::Send };
    Some(Form {
        action: format!("{}/{word}", facts.path),
        token: facts.token.clone(),
        ask,
        edit,
        label: words.plain(SurveyKey::AskComment),
        hint: words.say(SurveyKey::CommentHint, &[("most", &LONGEST_TEXT)]),
        fault: draft.fault.and_then(|fault| match fault {
            Fault::Empty => None,
            Fault::Long(length) => {
                Some(words.say(SurveyKey::FaultLong, &[("most", &LONGEST_TEXT), ("length", &length)]))
            }
        }),
        text: draft.comment.as_deref().or(facts.comment).unwrap_or_default().to_owned(),
        send: words.plain(send),
    })
}

fn ask(facts: &Facts<'_>, shop: &str, words: Words<'_>) -> Ask {
    let (question, least, most) = match facts.survey.kind {
        SurveyKind::Csat => (SurveyKey::AskCsat, SurveyKey::CsatLeast, SurveyKey::CsatMost),
        SurveyKind::Nps => (SurveyKey::AskNps, SurveyKey::NpsLeast, SurveyKey::NpsMost),
        SurveyKind::Ces => (SurveyKey::AskCes, SurveyKey::CesLeast, SurveyKey::CesMost),
    };
    let (least, most) = (words.plain(least), words.plain(most));
    let (from, to) = facts.survey.kind.scale();
    let draft = &facts.draft;
    // What a number means is said with it at both ends, which a screen reader reads out.
    let named = |score: u8| match score {
        score if score == from => least.clone(),
        score if score == to => most.clone(),
        _ => String::new(),
    };
    Ask {
        question: words.say(question, &[("shop", &shop)]),
        fault: draft.no_score.then(|| words.plain(SurveyKey::FaultScore)),
        scores: (from..=to).map(|score| (score, named(score), draft.score == Some(score))).collect(),
        solved: facts.reopens.then(|| Solved {
            question: words.plain(SurveyKey::AskSolved),
            yes: words.plain(SurveyKey::Solved),
            no: words.plain(SurveyKey::NotSolved),
            chosen: draft.solved,
        }),
        least,
        most,
    }
}

/// Why there is nothing to answer, for whoever holds the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    Over,
    /// The ticket is open again.
    Open,
}

/// The page that says so kindly.
pub fn shut(why: Shut, language: Language, style_nonce: &str) -> Result<String, askama::Error> {
    match why {
        Shut::Over => plain(language, style_nonce, SurveyKey::OverHeading, SurveyKey::OverText),
        Shut::Open => plain(language, style_nonce, SurveyKey::OpenHeading, SurveyKey::OpenText),
    }
}

/// The page that ends surveys: the button for it, or that it is done.
pub fn unsubscribe(done: bool, path: &str, language: Language, nonce: &str) -> Result<String, askama::Error> {
    let (said, button) = if done {
        ((SurveyKey::StoppedHeading, SurveyKey::StoppedText), None)
    } else {
        ((SurveyKey::StopHeading, SurveyKey::StopText), Some((path, SurveyKey::StopButton)))
    };
    with_button(language, nonce, said, button)
}

struct Thanks {
    heading: String,
    sentences: Vec<String>,
    given: String,
    score: String,
    comment: Vec<Vec<String>>,
}

struct Form {
    action: String,
    token: String,
    ask: Option<Ask>,
    /// Of a comment that can still be changed: the heading, and until when.
    edit: Option<(String, String)>,
    label: String,
    hint: String,
    fault: Option<String>,
    text: String,
    send: String,
}

struct Ask {
    question: String,
    fault: Option<String>,
    scores: Vec<(u8, String, bool)>,
    least: String,
    most: String,
    solved: Option<Solved>,
}

struct Solved {
    question: String,
    yes: String,
    no: String,
    chosen: Option<bool>,
}

#[derive(Template)]
#[template(path = "survey.html", whitespace = "minimize")]
struct Whole<'a> {
    lang: &'static str,
    css: &'static str,
    more: &'static str,
    nonce: &'a str,
    title: String,
    shop: String,
    heading: String,
    label: String,
    number: String,
    notice: Option<String>,
    thanks: Option<Thanks>,
    form: Option<Form>,
    stop: Option<(String, String)>,
    footer: String,
}
