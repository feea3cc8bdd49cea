//! The pages on which a customer asks for a case: what it is about and why, what is possible and what it comes to, photos,
//! and at last the figures that they agree to. Made from the same engine and the same rules as the shop's API.
mod asked;
mod steps;
#[cfg(test)]
mod tests;
mod why;

use std::collections::BTreeMap;

use askama::Template;
use jiff::{Timestamp, tz::TimeZone};
use uuid::Uuid;

use super::{CSS, Draft, Fault, Notice};
use crate::{
    case::{
        CaseKind, MOST_CASES,
        ask::MOST_PHOTOS,
        quote::{Circumstances, Quote, Unable, quote},
    },
    id::{TicketId, UploadId},
    intake::LONGEST_TEXT,
    mail::{
        Language, Wording, clean,
        lang::{ClaimKey, Key},
        words::Words,
    },
    order::Order,
    settings::{CaseRules, Shop},
    text,
    ticket::{Status, Ticket},
    upload::{ImageKind, Unfit},
};

pub use asked::Asked;

/// Below a ticket's page: the word of the address at which a case is asked for.
pub const BELOW: &str = "case";

/// A form that takes a photo: where it is sent, and its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadForm {
    pub url: String,
    pub fields: Vec<(&'static str, String)>,
}

/// All that a step is made from.
#[derive(Clone, Debug)]
pub struct Choosing<'a> {
    pub ticket: &'a Ticket,
    pub order: &'a Order,
    pub rules: &'a CaseRules,
    pub shop: &'a Shop,
    pub wording: Option<&'a Wording>,
    pub language: Language,
    /// The customer's.
    pub zone: TimeZone,
    pub now: Timestamp,
    /// The path of the ticket's page.
    pub path: String,
    pub asked: Asked,
    /// What each of the photos is; those that are none are left out of `asked`.
    pub kinds: BTreeMap<UploadId, ImageKind>,
    /// The form for one more.
    pub upload: Option<UploadForm>,
    /// The token of the form that asks for it.
    pub token: String,
    pub hint: Option<Hint>,
    pub draft: Draft,
    pub style_nonce: String,
}

/// What is to be said about the request that led to the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// As on a ticket's page.
    Page(Notice),
    /// What was agreed to is not what it comes to now.
    Figures,
    /// What was chosen is not possible.
    Not,
    /// Not all was chosen.
    Choose,
    NoPhoto,
    PhotoGone,
    Photo(Unfit),
    PhotosMany,
}

/// Whether a customer can ask for a case on their ticket: of an order of theirs, and not when all is over.
pub fn is_open(ticket: &Ticket, order: &Order) -> bool {
    let going = ticket.status.is_live() || ticket.status == Status::Resolved;
    let theirs = ticket.order.as_ref() == Some(&order.id) && ticket.customer == order.facts.customer;
    theirs && going && !ticket.erased && ticket.cases.len() < MOST_CASES
}

impl Choosing<'_> {
    fn on(&self) -> Circumstances<'_> {
        Circumstances { order: self.order, rules: self.rules, zone: &self.zone, now: self.now }
    }

    /// Whether a photo has to come with it.
    pub fn needs_photo(&self) -> bool {
        let rule = self.asked.reason.and_then(|reason| self.rules.reasons.get(&reason));
        rule.is_some_and(|rule| rule.photo)
    }

    /// What one kind comes to, as it would be stored, with the photo taken to be there; nothing before it is chosen of what.
    pub fn quoted(&self, kind: CaseKind) -> Option<Result<Quote, Unable>> {
        let mut ask = self.asked.ask(kind)?;
        if self.needs_photo() && ask.photos.is_empty() {
            ask.photos.extend(UploadId::of([0; 16]));
        }
        // No case has this name, so every hold counts.
        Some(quote(&ask, self.on(), TicketId(Uuid::nil()), 0))
    }

    /// What the chosen kind comes to, if it is possible.
    pub fn chosen(&self) -> Option<(CaseKind, Quote)> {
        let kind = self.asked.kind?;
        Some((kind, self.quoted(kind)?.ok()?))
    }

    /// What there is to say: of the request before, or of what was chosen.
    fn said(&self) -> Option<Hint> {
        let chosen = !self.asked.lines.is_empty() && self.asked.reason.is_some();
        self.hint.or(match () {
            () if !chosen && self.asked.begun => Some(Hint::Choose),
            () if chosen && self.asked.kind.is_some() && self.chosen().is_none() => Some(Hint::Not),
            () if self.asked.many => Some(Hint::PhotosMany),
            () => None,
        })
    }
}

/// The message in a form's field `text`, which may be left out.
pub fn read_text(fields: &BTreeMap<String, String>) -> Result<Option<String>, Draft> {
    match super::read_message(fields, "text") {
        Ok(text) => Ok(Some(text)),
        Err(Draft { fault: Some(Fault::Empty) | None, .. }) => Ok(None),
        Err(Draft { text, fault: Some(Fault::Long(_)) }) => {
            let fault = Some(Fault::Long(text::length(&text)));
            Err(Draft { text, fault })
        }
    }
}

/// The step in HTML.
pub fn render(facts: &Choosing<'_>) -> Result<String, askama::Error> {
    let none = Wording::new();
    let words = Words { language: facts.language, wording: facts.wording.unwrap_or(&none) };
    let shop = clean::line(&facts.shop.name);
    let number = clean::line(facts.ticket.number.as_str());
    let order = clean::line(facts.order.id.as_str());
    let title = words.plain(ClaimKey::Title);
    Whole {
        lang: facts.language.tag(),
        css: CSS,
        nonce: &facts.style_nonce,
        title: format!("{title} · {shop}"),
        heading: title,
        order: words.say(ClaimKey::Order, &[("order", &order)]),
        notice: facts.said().map(|hint| said(hint, words)),
        body: steps::body(facts, words),
        back: (facts.path.clone(), words.say(ClaimKey::Back, &[("number", &number)])),
        footer: words.say(Key::PageFooter, &[("shop", &shop)]),
        shop,
    }
    .render()
}

fn said(hint: Hint, words: Words<'_>) -> String {
    words.say(
        match hint {
            Hint::Page(Notice::Fault) => return words.say(ClaimKey::NoticeLong, &[("most", &LONGEST_TEXT)]),
            Hint::Page(notice) => return notice.text(words),
            Hint::Figures => ClaimKey::NoticeFigures,
            Hint::Not => ClaimKey::NoticeNot,
            Hint::Choose => ClaimKey::NoticeChoose,
            Hint::NoPhoto => ClaimKey::NoticeNoPhoto,
            Hint::PhotoGone => ClaimKey::NoticePhotoGone,
            Hint::Photo(Unfit::Empty) => ClaimKey::NoticePhotoEmpty,
            Hint::Photo(Unfit::TooLarge) => ClaimKey::NoticePhotoLarge,
            Hint::Photo(Unfit::NoPhoto) => ClaimKey::NoticePhotoOther,
            Hint::PhotosMany => ClaimKey::NoticePhotosMany,
        },
        &[("most", &MOST_PHOTOS)],
    )
}

#[derive(Template)]
#[template(path = "case.html", whitespace = "minimize")]
struct Whole<'a> {
    lang: &'static str,
    css: &'static str,
    nonce: &'a str,
    title: String,
    shop: String,
    heading: String,
    order: String,
    notice: Option<String>,
    body: steps::Body,
    back: (String, String),
    footer: String,
}
