//! `POST /t/{storefront}/{token}/{cancel|sent|agree|decline}`: what a customer does about a case of theirs, once for each
//! form. The case that it is about stands in the form's token and nowhere else.

use std::collections::BTreeMap;

use aftercare::access::Caller;
use aftercare::aws::cases::write_step;
use aftercare::aws::headers;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::receipt::{Receipt, count, over};
use aftercare::aws::table::{Committed, Transaction, Trouble};
use aftercare::aws::tickets::ROUNDS;
use aftercare::case::{Command, Refused};
use aftercare::event::Actor;
use aftercare::link::{Form, Purpose, nonce_name, read_form};
use aftercare::page::{Draft, Notice};
use aftercare::view;
use serde_json::json;

use crate::act::say;
use crate::{Held, Pages, Shut};

pub(crate) async fn act(pages: &Pages, call: &Call, held: &Held, purpose: Purpose) -> Result<Answer, Shut> {
    match read(call, held, purpose) {
        Ok((form, command)) => carry_out(pages, call, held, &form, &command).await,
        Err((status, notice)) => say(pages, call, held, status, notice, Draft::default()).await,
    }
}

/// What was sent, or the status and notice of the page in its place.
fn read(call: &Call, held: &Held, purpose: Purpose) -> Result<(Form, Command), (u16, Notice)> {
    let fields = call.fields().ok_or((415, Notice::Stale))?;
    if !call.browser.is_same_origin() {
        return Err((403, Notice::Stale));
    }
    if call.is_too_large() {
        return Err((413, Notice::Stale));
    }
    let token = fields.get("token").map_or("", String::as_str);
    let ticket = &held.ticket;
    let form = read_form(&held.keys, &ticket.storefront, purpose, ticket.id, token, call.at);
    let form = form.ok().ok_or((410, Notice::Stale))?;
    let command = match purpose {
        Purpose::Cancel => Command::Cancel,
        Purpose::Sent => Command::Send { tracking: tracking(&fields).ok_or((422, Notice::Tracking))? },
        Purpose::Agree => Command::Consent { accepted: true },
        Purpose::Decline => Command::Consent { accepted: false },
        Purpose::Track | Purpose::Reply | Purpose::Accept | Purpose::Reject | Purpose::Request => {
            return Err((410, Notice::Stale));
        }
    };
    Ok((form, command))
}

/// The tracking number, which may be left out. People copy it with spaces in it.
fn tracking(fields: &BTreeMap<String, String>) -> Option<Option<String>> {
    let typed: String = fields.get("tracking").map_or("", String::as_str).split_whitespace().collect();
    if typed.is_empty() { Some(None) } else { view::tracking(&typed).map(Some) }
}

async fn carry_out(pages: &Pages, call: &Call, held: &Held, form: &Form, command: &Command) -> Result<Answer, Shut> {
    let (table, shop, ticket) = (&pages.table, &held.ticket.storefront, held.ticket.id);
    let number = form.about.ok_or(Shut::Nothing)?;
    let tracking = if let Command::Send { tracking } = command { tracking.as_deref() } else { None };
    let receipt = Receipt::of_form(shop, &nonce_name(&form.nonce), call, &json!({ "tracking": tracking }));
    let caller = Caller::Customer { storefront: shop.clone(), customer: held.ticket.customer.clone() };
    for _ in 0..ROUNDS {
        match receipt.replay(&table.get_many(&receipt.keys()).await?) {
            Ok(Some(kept)) => return Ok(headers::elsewhere(&kept.body)),
            Ok(None) => {}
            Err(Refusal::Problem(_)) => return say(pages, call, held, 409, Notice::Used, Draft::default()).await,
            Err(Refusal::Trouble(trouble)) => return Err(trouble.into()),
        }
        let read = table.case_file(shop, ticket, number, call.at).await?.ok_or(Shut::Nothing)?;
        if read.file.ticket.erased {
            return Err(Shut::Erased);
        }
        let held = &Held { ticket: read.file.ticket.clone(), keys: held.keys.clone(), path: held.path.clone() };
        let step = match read.file.step(command, &Actor::Customer, call.at) {
            Ok(step) => step,
            Err(Refused::Case(_) | Refused::Ticket(_)) => {
                return say(pages, call, held, 409, Notice::Changed, Draft::default()).await;
            }
        };
        let mut transaction = Transaction::default();
        if let Some(step) = &step {
            write_step(&mut transaction, &read, step, None)?;
        }
        let there = format!("{}?claim={number}", held.path);
        receipt.keep(&mut transaction, &Answer { status: 303, headers: Vec::new(), body: there.clone() })?;
        let today = table.settings(shop, call.at).await?;
        count(&mut transaction, &caller, &today, call.at, ticket.spread());
        match table.commit(transaction).await? {
            Committed::Done => {
                tracing::info!(storefront = %shop, %ticket, case = number, form = %form.purpose, "form taken");
                return Ok(headers::elsewhere(&there));
            }
            Committed::Refused(guards) => {
                if let Some(problem) = over(&guards, call.at) {
                    let mut answer = say(pages, call, held, 429, Notice::TooMany, Draft::default()).await?;
                    answer.headers.extend(problem.retry_after.map(|seconds| ("retry-after", seconds.to_string())));
                    return Ok(answer);
                }
            }
            Committed::Contended => {}
        }
    }
    Err(Trouble::Unavailable(format!("a form could not be taken in {ROUNDS} rounds")).into())
}
