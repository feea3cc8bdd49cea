//! A ticket's page for its customer: how it stands, what happens next and by when, what has happened, and the forms that
//! can be sent. HTML made whole on the server; it works without script, and has none.
//!
//! Pure: a page is a function of its facts. Tokens, nonces and addresses are made by the shell and handed in. What people
//! typed is cleaned here and escaped by the template.
pub mod choose;
mod claims;
pub mod decide;
mod form;
mod standing;
mod story;
pub mod survey;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use askama::Template;
use jiff::{Timestamp, tz::TimeZone};

use crate::{
    event::{Actor, Entry, Event},
    intake::{Content, LONGEST_TEXT},
    link::Purpose,
    mail::{
        Language, Wording, clean,
        lang::{ClaimKey, Key, Text},
        when,
        words::Words,
    },
    settings::{Loaded, Shop},
    ticket::{Consent, Ticket},
};

pub use claims::{Claim, claim_offers};
pub use form::{Draft, Fault, offers, read_message};
pub use story::{tells, texts};

/// Scalar values kept of a subject.
const SUBJECT_MOST: usize = 200;
pub(crate) const CSS: &str = include_str!("../../templates/track.css");

/// What happened to a ticket, the latest or an earlier part of it, and what was written with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// By their numbers. Notes among staff may be in it; the page leaves them out.
    pub contents: BTreeMap<u32, Content>,
    /// Oldest first.
    pub entries: Vec<Entry>,
    /// Only those before this entry were asked for.
    pub before: Option<u32>,
    /// Those before this entry were left out.
    pub earlier: Option<u32>,
}

impl History {
    /// What the customer may read of a text; nothing where there is none.
    fn text(&self, number: u32) -> Option<&Content> {
        self.contents.get(&number).filter(|content| !content.internal)
    }
}

/// All that a page is made from.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    pub ticket: &'a Ticket,
    pub history: &'a History,
    /// The shop as it is today.
    pub shop: &'a Shop,
    pub wording: Option<&'a Wording>,
    /// The settings whose promises the ticket has.
    pub promised: &'a Loaded,
    pub language: Language,
    /// The customer's.
    pub zone: TimeZone,
    pub now: Timestamp,
    /// The path of the page; a form is sent to the word of its purpose below it.
    pub path: String,
    /// The token of each form that is offered.
    pub tokens: BTreeMap<Purpose, String>,
    /// Its cases, oldest first.
    pub claims: Vec<Claim<'a>>,
    /// Another one can be asked for below the page's path, at [`choose::BELOW`].
    pub choosing: bool,
    /// Where a merged ticket went on: the number and the path of that one's page.
    pub went_on: Option<(String, String)>,
    pub notice: Option<Notice>,
    pub draft: Draft,
    /// Makes the page's own style the only one that a browser takes.
    pub style_nonce: String,
}

/// What is to be said about the request that led to the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    Sent,
    Answered,
    /// A form that is too old, tampered with, or sent from elsewhere.
    Stale,
    /// A form that was sent before, with something else in it.
    Used,
    Changed,
    TooMany,
    Fault,
    /// A message that is too long to be given back.
    Large,
    /// The ticket was over for too long.
    Late,
    /// A case was asked for.
    Asked,
    /// Something was done to a case.
    Done,
    /// What was typed is no tracking number.
    Tracking,
}

impl Notice {
    /// What an address claims was just done (`sent` a message, `answered` a proposal), if the ticket shows that it was.
    pub fn claimed(query: &BTreeMap<String, String>, ticket: &Ticket, history: &History) -> Option<Self> {
        let number = |name: &str| query.get(name).and_then(|text| text.parse::<u32>().ok());
        if let Some(sent) = number("sent") {
            let theirs =
                |entry: &Entry| entry.by == Actor::Customer && entry.events.iter().any(|event| writes(event, sent));
            return history.entries.iter().any(theirs).then_some(Self::Sent);
        }
        let known = |claimed: u32| ticket.cases.iter().any(|case| u32::from(case.number) == claimed);
        if let Some(asked) = number("asked") {
            return known(asked).then_some(Self::Asked);
        }
        if let Some(done) = number("claim") {
            return known(done).then_some(Self::Done);
        }
        let answered = number("answered")?;
        let proposal = ticket.proposal.filter(|proposal| u32::from(proposal.number) == answered)?;
        (proposal.consent != Consent::Asked).then_some(Self::Answered)
    }

    fn text(self, words: Words<'_>) -> String {
        let key = match self {
            Self::Sent => Key::PageNoticeSent,
            Self::Answered => Key::PageNoticeAnswered,
            Self::Stale => Key::PageNoticeStale,
            Self::Used => Key::PageNoticeUsed,
            Self::Changed => Key::PageNoticeChanged,
            Self::TooMany => Key::PageNoticeTooMany,
            Self::Fault => Key::PageNoticeFault,
            Self::Large => Key::PageNoticeLarge,
            Self::Late => Key::PageNoticeLate,
            Self::Asked => return words.plain(ClaimKey::NoticeAsked),
            Self::Done => return words.plain(ClaimKey::NoticeDone),
            Self::Tracking => return words.plain(ClaimKey::SentFault),
        };
        words.say(key, &[("most", &LONGEST_TEXT)])
    }

    fn is_good(self) -> bool {
        match self {
            Self::Sent | Self::Answered | Self::Asked | Self::Done => true,
            Self::Stale
            | Self::Used
            | Self::Changed
            | Self::TooMany
            | Self::Fault
            | Self::Large
            | Self::Late
            | Self::Tracking => false,
        }
    }
}

fn writes(event: &Event, content: u32) -> bool {
    matches!(event, Event::MessageReceived { content: number, .. } if *number == content)
}

/// The page in HTML.
pub fn render(facts: &Facts<'_>) -> Result<String, askama::Error> {
    let none = Wording::new();
    let words = Words { language: facts.language, wording: facts.wording.unwrap_or(&none) };
    let number = clean::line(facts.ticket.number.as_str());
    let shop = clean::line(&facts.shop.name);
    let first = facts.history.text(1);
    let subject = first.map(|content| clean::subject(&content.subject, SUBJECT_MOST)).unwrap_or_default();
    let reply = form::reply(facts, words);
    let zone = when::zone_name(words, facts.now, &facts.zone);
    Whole {
        lang: facts.language.tag(),
        css: CSS,
        nonce: &facts.style_nonce,
        title: words.say(Key::PageTitle, &[("number", &number), ("shop", &shop)]),
        skip: reply.is_some().then(|| words.plain(Key::PageSkip)),
        heading: if subject.is_empty() { words.plain(Key::PageHeading) } else { subject },
        label: words.plain(Key::LabelNumber),
        opened: words.say(Key::PageOpened, &[("when", &when::short(words, facts.ticket.opened, &facts.zone))]),
        notice: facts.notice.map(|notice| Said { text: notice.text(words), good: notice.is_good() }),
        standing: standing::standing(facts, words),
        proposal: form::proposal(facts, words),
        claims: facts.claims.iter().rev().map(|claim| claims::card(claim, facts, words)).collect(),
        choose: facts.choosing.then(|| claims::choose(facts, words)),
        anew: standing::anew(facts, reply.is_none(), words),
        kept: standing::kept(facts, words).filter(|_| reply.is_none()),
        reply,
        history: words.plain(Key::PageHistory),
        newest: words.say(Key::PageNewest, &[("zone", &zone)]),
        story: story::story(facts, &shop, words),
        latest: facts.history.before.map(|_| (facts.path.clone(), words.plain(Key::PageLatest))),
        earlier: facts
            .history
            .earlier
            .map(|seq| (format!("{}?before={seq}", facts.path), words.plain(Key::PageEarlier))),
        footer: words.say(Key::PageFooter, &[("shop", &shop)]),
        number,
        shop,
    }
    .render()
}

/// The page that says kindly that there is nothing, the same for every link that opens nothing.
pub fn gone(language: Language, style_nonce: &str) -> Result<String, askama::Error> {
    plain(language, style_nonce, Key::PageGoneHeading, Key::PageGoneText)
}

/// The page that asks to try again.
pub fn trouble(language: Language, style_nonce: &str) -> Result<String, askama::Error> {
    plain(language, style_nonce, Key::PageTroubleHeading, Key::PageTroubleText)
}

fn plain(
    language: Language,
    nonce: &str,
    heading: impl Into<Text>,
    text: impl Into<Text>,
) -> Result<String, askama::Error> {
    with_button(language, nonce, (heading, text), None::<(&str, Text)>)
}

/// The same with a button that posts to a path.
fn with_button(
    language: Language,
    nonce: &str,
    (heading, text): (impl Into<Text>, impl Into<Text>),
    button: Option<(&str, impl Into<Text>)>,
) -> Result<String, askama::Error> {
    let none = Wording::new();
    let words = Words { language, wording: &none };
    let (heading, text) = (words.plain(heading), words.plain(text));
    let button = button.map(|(path, label)| (path, words.plain(label)));
    Plain { lang: language.tag(), css: CSS, nonce, heading, text, button }.render()
}

#[derive(Template)]
#[template(path = "plain.html", whitespace = "minimize")]
struct Plain<'a> {
    lang: &'static str,
    css: &'static str,
    nonce: &'a str,
    heading: String,
    text: String,
    /// Where it posts to, and what it says.
    button: Option<(&'a str, String)>,
}

#[derive(Template)]
#[template(path = "track.html", whitespace = "minimize")]
struct Whole<'a> {
    lang: &'static str,
    css: &'static str,
    nonce: &'a str,
    title: String,
    shop: String,
    skip: Option<String>,
    heading: String,
    label: String,
    number: String,
    opened: String,
    notice: Option<Said>,
    standing: standing::Standing,
    proposal: Option<form::Proposal>,
    /// Latest first.
    claims: Vec<claims::Card>,
    /// Where another is asked for: the path, what the link is called, and what it is for.
    choose: Option<(String, String, String)>,
    reply: Option<form::Reply>,
    anew: Option<standing::Anew>,
    kept: Option<(String, Vec<Vec<String>>)>,
    history: String,
    newest: String,
    story: Vec<story::Item>,
    /// Where the latest and the earlier part of the story are, and what the links are called.
    latest: Option<(String, String)>,
    earlier: Option<(String, String)>,
    footer: String,
}

pub(crate) struct Said {
    pub(crate) text: String,
    pub(crate) good: bool,
}
