//! `GET /t/{storefront}/{token}`: the page, made from the ticket as it is now.

use aftercare::aws::headers;
use aftercare::aws::http::{Answer, Call};
use aftercare::aws::keys::Key;
use aftercare::aws::start::random;
use aftercare::aws::table::{Trouble, document};
use aftercare::customer::{self, Customer};
use aftercare::link::{self, FORM_LIVES, Form, Purpose, track};
use aftercare::page::{self, Draft, Facts, Notice};
use aftercare::settings::Loaded;
use aftercare::ticket::Status;
use jiff::tz::TimeZone;

use crate::{Held, Pages, Shut, Tokens};

/// What a page says of the request before it.
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) notice: Option<Notice>,
    pub(crate) draft: Draft,
}

pub(crate) async fn show(pages: &Pages, call: &Call, held: &Held) -> Result<Answer, Shut> {
    page(pages, call, held, Said { status: 200, notice: None, draft: Draft::default() }).await
}

pub(crate) async fn page(pages: &Pages, call: &Call, held: &Held, said: Said) -> Result<Answer, Shut> {
    let table = &pages.table;
    let (ticket, shop) = (&held.ticket, &held.ticket.storefront);
    // Nonsense, and what is not there, shows the latest.
    let before = call.query.get("before").and_then(|seq| seq.parse().ok()).filter(|seq| (2..=ticket.seq).contains(seq));
    let history = table.history(ticket, before).await?;
    let known = table.get(&Key::customer(shop, &ticket.customer)).await?;
    let known: Customer = known.map(|item| document(&item, customer::VERSION)).transpose()?.unwrap_or_default();
    let today = table.settings(shop, call.at).await?;
    let promised = table.settings_version(shop, ticket.settings, call.at).await?;
    let face = &today.settings.shop;
    let language = known.profile.language(ticket.language.unwrap_or(face.language));
    let zone = known.profile.time_zone.as_deref().unwrap_or(&face.time_zone);
    let nonce = headers::fresh_nonce()?;
    let facts = Facts {
        ticket,
        history: &history,
        shop: face,
        wording: today.settings.wording.get(&language),
        promised: &promised,
        language,
        zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC),
        now: call.at,
        path: held.path.clone(),
        tokens: tokens(call, held, &promised)?,
        went_on: went_on(pages, held).await?,
        notice: said.notice.or_else(|| Notice::claimed(&call.query, ticket, &history)),
        draft: said.draft,
        style_nonce: nonce.clone(),
    };
    let mut answer = headers::html(said.status, &nonce, page::render(&facts));
    answer.headers.push(("content-language", language.tag().to_owned()));
    Ok(answer)
}

/// A token for each form that the page has, fresh with every look.
fn tokens(call: &Call, held: &Held, promised: &Loaded) -> Result<Tokens, Trouble> {
    let ticket = &held.ticket;
    let expires = call.at.saturating_add(FORM_LIVES).unwrap_or(call.at);
    let mut tokens = Tokens::new();
    for purpose in page::offers(ticket, promised, call.at) {
        let proposal = match purpose {
            Purpose::Accept | Purpose::Reject => ticket.proposal.map(|proposal| proposal.number),
            Purpose::Track | Purpose::Reply => None,
        };
        let form = Form { purpose, ticket: ticket.id, proposal, expires, nonce: random()? };
        tokens.insert(purpose, link::form(&held.keys, &ticket.storefront, &form));
    }
    Ok(tokens)
}

/// Where a merged ticket went on. It has the same customer, or there would have been no merge.
async fn went_on(pages: &Pages, held: &Held) -> Result<Option<(String, String)>, Trouble> {
    let (ticket, shop) = (&held.ticket, &held.ticket.storefront);
    let Some(into) = ticket.merged_into.filter(|_| ticket.status == Status::Merged) else { return Ok(None) };
    let other = pages.table.ticket(shop, into).await?;
    let other = other.filter(|other| other.customer == ticket.customer && !other.erased);
    Ok(other.map(|other| (other.number.to_string(), format!("/t/{shop}/{}", track(&held.keys, shop, other.id)))))
}
