//! `GET /t/{storefront}/{token}`: the page, made from the ticket as it is now.

use std::collections::BTreeMap;

use aftercare::aws::headers;
use aftercare::aws::http::{Answer, Call};
use aftercare::aws::keys::Key;
use aftercare::aws::start::random;
use aftercare::aws::table::{Trouble, document};
use aftercare::case::Case;
use aftercare::customer::{self, Customer};
use aftercare::id::OrderId;
use aftercare::link::{self, FORM_LIVES, Form, Purpose, track};
use aftercare::order::Order;
use aftercare::page::{self, Claim, Draft, Facts, Notice, claim_offers};
use aftercare::settings::Loaded;
use aftercare::ticket::Status;
use jiff::Timestamp;

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
    let nonce = headers::fresh_nonce()?;
    let claims = claims(pages, call, held).await?;
    let facts = Facts {
        ticket,
        history: &history,
        shop: face,
        wording: today.settings.wording.get(&language),
        promised: &promised,
        language,
        zone: known.profile.zone(face),
        now: call.at,
        path: held.path.clone(),
        tokens: tokens(call, held, &promised)?,
        claims: claims.cases.iter().map(|known| known.claim(&claims.orders)).collect(),
        choosing: claims.choosing,
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
        let about = match purpose {
            Purpose::Accept | Purpose::Reject => ticket.proposal.map(|proposal| proposal.number),
            Purpose::Track
            | Purpose::Reply
            | Purpose::Request
            | Purpose::Cancel
            | Purpose::Sent
            | Purpose::Agree
            | Purpose::Decline => None,
        };
        let form = Form { purpose, ticket: ticket.id, about, expires, nonce: random()? };
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

/// The cases of a ticket, with what its page shows beside them.
struct Claims {
    cases: Vec<Known>,
    orders: BTreeMap<OrderId, Order>,
    choosing: bool,
}

struct Known {
    case: Case,
    expires: Option<Timestamp>,
    tokens: Tokens,
}

impl Known {
    fn claim<'a>(&'a self, orders: &'a BTreeMap<OrderId, Order>) -> Claim<'a> {
        let order = orders.get(&self.case.order);
        Claim { case: &self.case, order, expires: self.expires, tokens: self.tokens.clone() }
    }
}

async fn claims(pages: &Pages, call: &Call, held: &Held) -> Result<Claims, Trouble> {
    let (table, ticket, shop) = (&pages.table, &held.ticket, &held.ticket.storefront);
    let found = if ticket.cases.is_empty() { Vec::new() } else { table.cases(shop, ticket.id).await? };
    let mut orders = BTreeMap::new();
    for id in found.iter().map(|case| &case.order).chain(&ticket.order) {
        if !orders.contains_key(id)
            && let Some(order) = table.order(shop, id).await?
        {
            orders.insert(id.clone(), order.value);
        }
    }
    let expires = call.at.saturating_add(FORM_LIVES).unwrap_or(call.at);
    let mut cases = Vec::new();
    for case in found {
        let rules = table.settings_version(shop, case.settings, call.at).await?;
        let rules = &rules.settings.cases;
        let mut tokens = Tokens::new();
        for purpose in claim_offers(&case, rules, call.at) {
            let form = Form { purpose, ticket: ticket.id, about: Some(case.number), expires, nonce: random()? };
            tokens.insert(purpose, link::form(&held.keys, shop, &form));
        }
        cases.push(Known { expires: case.expires(rules), case, tokens });
    }
    let order = ticket.order.as_ref().and_then(|id| orders.get(id));
    let choosing = order.is_some_and(|order| page::choose::is_open(ticket, order));
    Ok(Claims { cases, orders, choosing })
}
