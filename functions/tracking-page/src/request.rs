//! `POST /t/{storefront}/{token}/request`: the last step's button. What it comes to is computed again, and done only if it
//! is what was agreed to. The form's nonce is its idempotency key: sent again it leads to the same page.

use std::collections::BTreeMap;

use aftercare::access::Caller;
use aftercare::aws::headers;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::orders::Read;
use aftercare::aws::receipt::{Receipt, count, count_message, over};
use aftercare::aws::requests::{Asker, Wanted};
use aftercare::aws::start::fresh_id;
use aftercare::aws::table::{Committed, Transaction, Trouble};
use aftercare::case::quote::{Circumstances, Unable, quote};
use aftercare::category::Channel;
use aftercare::event::Actor;
use aftercare::id::TicketId;
use aftercare::intake::TicketName;
use aftercare::link::{Form, Purpose, nonce_name, read_form};
use aftercare::order::Order;
use aftercare::page::choose::{Asked, Hint, read_text};
use aftercare::page::{Draft, Notice};
use aftercare::upload::Scope;
use serde_json::json;
use uuid::Uuid;

use crate::act::say;
use crate::choose::{Said, hint, order, step};
use crate::{Held, Pages, Shut};

/// Somebody else may win this often, as at the shop's API.
const MOST_ROUNDS: usize = 12;

/// A form as it was filled in.
#[derive(Debug)]
struct Filled {
    form: Form,
    asked: Asked,
    /// What was shown and agreed to.
    net: i64,
    message: Option<String>,
}

impl Filled {
    fn said(&self, status: u16, hint: Hint) -> Said {
        let draft = Draft { text: self.message.clone().unwrap_or_default(), fault: None };
        Said { status, hint: Some(hint), draft }
    }
}

pub(crate) async fn request(pages: &Pages, call: &Call, held: &Held) -> Result<Answer, Shut> {
    let Some(order) = order(pages, held).await? else {
        return say(pages, call, held, 409, Notice::Changed, Draft::default()).await;
    };
    match read(call, held, &order.value) {
        Ok(filled) => carry_out(pages, call, held, order, filled).await,
        Err((asked, said)) => step(pages, call, held, &order.value, asked, said).await,
    }
}

/// What was sent, or the step in its place with what was chosen and typed still on it.
fn read(call: &Call, held: &Held, order: &Order) -> Result<Filled, (Asked, Said)> {
    let Some(fields) = call.fields() else {
        let large = call.form && call.is_too_large();
        let (status, notice) = if large { (413, Notice::Large) } else { (415, Notice::Stale) };
        let said = Said { status, hint: Some(Hint::Page(notice)), draft: Draft::default() };
        return Err((Asked::default(), said));
    };
    let asked = Asked::read(&fields, order);
    let (message, draft) = match read_text(&fields) {
        Ok(text) => (Ok(text.clone()), Draft { text: text.unwrap_or_default(), fault: None }),
        Err(draft) => (Err(()), draft),
    };
    let refused =
        |status, notice| (asked.clone(), Said { status, hint: Some(Hint::Page(notice)), draft: draft.clone() });
    if !call.browser.is_same_origin() {
        return Err(refused(403, Notice::Stale));
    }
    if call.is_too_large() {
        return Err(refused(413, if message.is_err() { Notice::Fault } else { Notice::Stale }));
    }
    let form = form(call, held, &fields).ok_or_else(|| refused(410, Notice::Stale))?;
    let message = message.map_err(|()| refused(422, Notice::Fault))?;
    let net = fields.get("net").and_then(|net| net.parse().ok()).ok_or_else(|| refused(422, Notice::Stale))?;
    let hinted = |hint| (asked.clone(), Said { status: 422, hint: Some(hint), draft: draft.clone() });
    if asked.many {
        return Err(hinted(Hint::PhotosMany));
    }
    if asked.kind.and_then(|kind| asked.ask(kind)).is_none() {
        return Err(hinted(Hint::Choose));
    }
    Ok(Filled { form, asked, net, message })
}

fn form(call: &Call, held: &Held, fields: &BTreeMap<String, String>) -> Option<Form> {
    let (ticket, token) = (&held.ticket, fields.get("token").map_or("", String::as_str));
    read_form(&held.keys, &ticket.storefront, Purpose::Request, ticket.id, token, call.at).ok()
}

async fn carry_out(
    pages: &Pages,
    call: &Call,
    held: &Held,
    order: Read<Order>,
    filled: Filled,
) -> Result<Answer, Shut> {
    let (table, shop, ticket) = (&pages.table, &held.ticket.storefront, held.ticket.id);
    let Filled { form, asked, net, message } = &filled;
    let ask = asked.kind.and_then(|kind| asked.ask(kind)).ok_or(Shut::Nothing)?;
    let fields = json!({ "query": asked.query(), "net": net, "text": message });
    let receipt = Receipt::of_form(shop, &nonce_name(&form.nonce), call, &fields);
    let caller = Caller::Customer { storefront: shop.clone(), customer: held.ticket.customer.clone() };
    let mut wanted = Wanted {
        ask,
        ticket: Some(TicketName::Id(ticket)),
        message: message.clone(),
        overridden: None,
        net: Some(*net),
        seen: Vec::new(),
    };
    let asker = Asker { shop, by: &Actor::Customer, channel: Channel::Web };
    let mut order = order;
    for round in 0..MOST_ROUNDS {
        match receipt.replay(&table.get_many(&receipt.keys()).await?) {
            Ok(Some(kept)) => return Ok(headers::elsewhere(&kept.body)),
            Ok(None) => {}
            Err(Refusal::Problem(_)) => {
                // What was typed is theirs to send once more.
                let draft = Draft { text: message.clone().unwrap_or_default(), fault: None };
                return say(pages, call, held, 409, Notice::Used, draft).await;
            }
            Err(Refusal::Trouble(trouble)) => return Err(trouble.into()),
        }
        if round == 0 {
            let scopes = [Scope::Ticket(ticket)];
            let seen = pages.uploads.photos(shop, &scopes, &asked.photos, call.at).await?;
            match seen.into_iter().collect() {
                Ok(seen) => wanted.seen = seen,
                Err(why) => {
                    let said = filled.said(422, hint(why));
                    return step(pages, call, held, &order.value, asked.clone(), said).await;
                }
            }
        } else {
            order = table.order(shop, &order.value.id).await?.ok_or(Shut::Nothing)?;
        }
        if let Some(said) = changed(pages, call, &order.value, &filled, &wanted).await? {
            return step(pages, call, held, &order.value, asked.clone(), said).await;
        }
        let prepared = match table.prepare(asker, &order, &wanted, call.at, &fresh_id).await {
            Ok(prepared) => prepared,
            // What is in the way now is the ticket's.
            Err(Refusal::Problem(why)) => {
                tracing::info!(storefront = %shop, %ticket, status = why.status, "case refused");
                let draft = Draft { text: message.clone().unwrap_or_default(), fault: None };
                return say(pages, call, held, 409, Notice::Changed, draft).await;
            }
            Err(Refusal::Trouble(trouble)) => return Err(trouble.into()),
        };
        let mut transaction = Transaction::default();
        prepared.write(&mut transaction)?;
        let case = prepared.step.case.number;
        let there = format!("{}?asked={case}", held.path);
        receipt.keep(&mut transaction, &Answer { status: 303, headers: Vec::new(), body: there.clone() })?;
        let today = table.settings(shop, call.at).await?;
        count(&mut transaction, &caller, &today, call.at, ticket.spread());
        if message.is_some() {
            count_message(&mut transaction, &caller, &today, call.at);
        }
        match table.commit(transaction).await? {
            Committed::Done => {
                let kind = prepared.step.case.terms.kind;
                tracing::info!(storefront = %shop, %ticket, case, %kind, "case requested");
                return Ok(headers::elsewhere(&there));
            }
            Committed::Refused(guards) => {
                if let Some(problem) = over(&guards, call.at) {
                    let said = filled.said(429, Hint::Page(Notice::TooMany));
                    let mut answer = step(pages, call, held, &order.value, asked.clone(), said).await?;
                    answer.headers.extend(problem.retry_after.map(|seconds| ("retry-after", seconds.to_string())));
                    return Ok(answer);
                }
            }
            Committed::Contended => {}
        }
    }
    Err(Trouble::Unavailable(format!("a case could not be requested in {MOST_ROUNDS} rounds")).into())
}

/// What the page says where it comes to something else than what was agreed to, or is not possible.
async fn changed(
    pages: &Pages,
    call: &Call,
    order: &Order,
    filled: &Filled,
    wanted: &Wanted,
) -> Result<Option<Said>, Trouble> {
    let table = &pages.table;
    let today = table.settings(&order.storefront, call.at).await?;
    let zone = table.customer_zone(&order.storefront, order, &today).await?;
    let on = Circumstances { order, rules: &today.settings.cases, zone: &zone, now: call.at };
    Ok(match quote(&wanted.ask, on, TicketId(Uuid::nil()), 0) {
        Ok(quote) if Some(quote.figures.net) == wanted.net => None,
        Ok(_) => Some(filled.said(409, Hint::Figures)),
        Err(Unable::NoPhoto) => Some(filled.said(422, Hint::NoPhoto)),
        Err(_) => Some(filled.said(409, Hint::Not)),
    })
}
