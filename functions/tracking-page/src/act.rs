//! `POST /t/{storefront}/{token}/{reply|accept|reject}`: a form of the page, done once. Its nonce is its idempotency key:
//! what it does and that it is used up are one transaction, and sent again it leads to the same page.

use aftercare::access::Caller;
use aftercare::aws::headers;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::receipt::{Receipt, count, count_message, over};
use aftercare::aws::table::{Committed, Transaction, Trouble};
use aftercare::aws::tickets::{ROUNDS, advance, write};
use aftercare::category::Channel;
use aftercare::event::Actor;
use aftercare::intake::Content;
use aftercare::link::{Form, Purpose, nonce_name, read_form};
use aftercare::page::{Draft, Notice, read_message};
use aftercare::ticket::{Command, Rejection, Ticket, decide_all};
use aftercare::voice::asked;
use serde_json::{Value, json};

use crate::show::{Said, page};
use crate::{Held, Pages, Shut};

/// A form as it was filled in.
struct Filled {
    form: Form,
    /// The message, where it is one.
    text: Option<String>,
}

impl Filled {
    /// What it asks of the ticket: a message what every message does.
    fn asks(&self) -> Vec<Command> {
        let answer = |accepted| self.form.about.map(|proposal| Command::Answer { proposal, accepted, note: false });
        match self.form.purpose {
            Purpose::Reply => self.content().map(|content| asked(Channel::Web, &content, false)).unwrap_or_default(),
            Purpose::Accept => answer(true).into_iter().collect(),
            Purpose::Reject => answer(false).into_iter().collect(),
            Purpose::Track | Purpose::Request | Purpose::Cancel | Purpose::Sent | Purpose::Agree | Purpose::Decline => {
                Vec::new()
            }
        }
    }

    fn content(&self) -> Option<Content> {
        self.text.clone().map(|body| Content { body, ..Content::default() })
    }

    /// The query of the page that says what was done.
    fn done(&self, after: &Ticket) -> String {
        match self.form.about {
            Some(proposal) => format!("answered={proposal}"),
            None => format!("sent={}", after.contents),
        }
    }

    fn draft(self) -> Draft {
        Draft { text: self.text.unwrap_or_default(), fault: None }
    }
}

pub(crate) async fn act(pages: &Pages, call: &Call, held: &Held, purpose: Purpose) -> Result<Answer, Shut> {
    match read(call, held, purpose) {
        Ok(filled) => carry_out(pages, call, held, filled).await,
        Err(said) => page(pages, call, held, said).await,
    }
}

/// What was sent, or what the page says instead. What was typed is on it again, with a form that can be sent.
fn read(call: &Call, held: &Held, purpose: Purpose) -> Result<Filled, Said> {
    let said = |status, notice, draft| Said { status, notice: Some(notice), draft };
    let Some(fields) = call.fields() else {
        let large = call.form && call.is_too_large();
        let (status, notice) = if large { (413, Notice::Large) } else { (415, Notice::Stale) };
        return Err(said(status, notice, Draft::default()));
    };
    let message = read_message(&fields, "text");
    let kept = |fault| match (&message, purpose) {
        (Ok(text), Purpose::Reply) => Draft { text: text.clone(), fault: None },
        (Err(draft), Purpose::Reply) => Draft { text: draft.text.clone(), fault },
        (_, _) => Draft::default(),
    };
    if !call.browser.is_same_origin() {
        return Err(said(403, Notice::Stale, kept(None)));
    }
    if call.is_too_large() {
        let draft = kept(message.as_ref().err().and_then(|draft| draft.fault));
        let notice = if draft.fault.is_some() { Notice::Fault } else { Notice::Stale };
        return Err(said(413, notice, draft));
    }
    let token = fields.get("token").map_or("", String::as_str);
    let ticket = &held.ticket;
    let form = read_form(&held.keys, &ticket.storefront, purpose, ticket.id, token, call.at);
    let form = form.ok().ok_or_else(|| said(410, Notice::Stale, kept(None)))?;
    match (&message, purpose) {
        (Ok(text), Purpose::Reply) => Ok(Filled { form, text: Some(text.clone()) }),
        (Err(draft), Purpose::Reply) => Err(said(422, Notice::Fault, kept(draft.fault))),
        (_, _) => Ok(Filled { form, text: None }),
    }
}

async fn carry_out(pages: &Pages, call: &Call, held: &Held, filled: Filled) -> Result<Answer, Shut> {
    let table = &pages.table;
    let shop = &held.ticket.storefront;
    let fields: Value = json!({ "text": filled.text });
    let receipt = Receipt::of_form(shop, &nonce_name(&filled.form.nonce), call, &fields);
    let content = filled.content();
    let caller = Caller::Customer { storefront: shop.clone(), customer: held.ticket.customer.clone() };
    let asks = filled.asks();
    if asks.is_empty() {
        return Err(Shut::Nothing);
    }
    let mut ticket = held.ticket.clone();
    for round in 0..ROUNDS {
        if round > 0 {
            ticket = table.ticket(shop, ticket.id).await?.ok_or(Shut::Nothing)?;
        }
        let held = &Held { ticket: ticket.clone(), keys: held.keys.clone(), path: held.path.clone() };
        let read = table.get_many(&receipt.keys()).await?;
        match receipt.replay(&read) {
            Ok(Some(kept)) => return Ok(headers::elsewhere(&kept.body)),
            Ok(None) => {}
            Err(Refusal::Problem(_)) => return say(pages, call, held, 409, Notice::Used, filled.draft()).await,
            Err(Refusal::Trouble(trouble)) => return Err(trouble.into()),
        }
        let promised = table.settings_version(shop, ticket.settings, call.at).await?;
        let events = match decide_all(&ticket, &asks, call.at, &promised) {
            Ok(events) => events,
            Err(why) => return say(pages, call, held, 409, notice(&why), filled.draft()).await,
        };
        let mut transaction = Transaction::default();
        let after = if events.is_empty() {
            ticket.clone() // answered so already
        } else {
            let (entry, after) = advance(&ticket, events, Actor::Customer, call.at);
            write(&mut transaction, Some(&ticket), &entry, &after, content.as_ref())?;
            after
        };
        let there = format!("{}?{}", held.path, filled.done(&after));
        receipt.keep(&mut transaction, &Answer { status: 303, headers: Vec::new(), body: there.clone() })?;
        let today = table.settings(shop, call.at).await?;
        count(&mut transaction, &caller, &today, call.at, ticket.id.spread());
        if content.is_some() {
            count_message(&mut transaction, &caller, &today, call.at);
        }
        match table.commit(transaction).await? {
            Committed::Done => {
                tracing::info!(storefront = %shop, ticket = %ticket.id, form = %filled.form.purpose, "form taken");
                return Ok(headers::elsewhere(&there));
            }
            Committed::Refused(guards) => {
                if let Some(problem) = over(&guards, call.at) {
                    let mut answer = say(pages, call, held, 429, Notice::TooMany, filled.draft()).await?;
                    answer.headers.extend(problem.retry_after.map(|seconds| ("retry-after", seconds.to_string())));
                    return Ok(answer);
                }
            }
            Committed::Contended => {}
        }
    }
    Err(Trouble::Unavailable(format!("a form could not be taken in {ROUNDS} rounds")).into())
}

pub(crate) async fn say(
    pages: &Pages,
    call: &Call,
    held: &Held,
    status: u16,
    notice: Notice,
    draft: Draft,
) -> Result<Answer, Shut> {
    page(pages, call, held, Said { status, notice: Some(notice), draft }).await
}

/// A refusal in a customer's words; the page below it says what is possible.
pub(crate) fn notice(why: &Rejection) -> Notice {
    match why {
        Rejection::TooLate | Rejection::Erased => Notice::Late,
        Rejection::Move { .. }
        | Rejection::Status { .. }
        | Rejection::NotAnswered
        | Rejection::UnknownStaff
        | Rejection::UnknownTeam
        | Rejection::ContactedTooEarly { .. }
        | Rejection::ContactedTooLate { .. }
        | Rejection::MergedInto { .. }
        | Rejection::NoProposal
        | Rejection::Answered { .. }
        | Rejection::DoneAlready { .. }
        | Rejection::NoConsent { .. }
        | Rejection::Proposed { .. }
        | Rejection::NoSuchClock
        | Rejection::NotBreached
        | Rejection::Itself
        | Rejection::OtherCustomer
        | Rejection::TooManyLinks
        | Rejection::TooManyClocks
        | Rejection::OpenCase { .. }
        | Rejection::CannotAct => Notice::Changed,
    }
}
