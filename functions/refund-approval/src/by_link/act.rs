//! `POST /a/{storefront}/{token}/{approve|refuse|take-back}`: a button of the page. What it does, and that its form and its
//! link are used up, is one transaction; sent again it leads to the same page.

use aftercare::access::Role;
use aftercare::aws::cases::{Read, write_step};
use aftercare::aws::headers;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::receipt::Receipt;
use aftercare::aws::table::{Committed, Transaction, Trouble};
use aftercare::aws::tickets::ROUNDS;
use aftercare::case::{Command, Refused, Rejection, Step, Via};
use aftercare::event::Actor;
use aftercare::intake::Content;
use aftercare::link::{DecisionPurpose, Nonce, nonce_name, read_decide_form};
use aftercare::page::decide::{self, Notice, REASON};
use aftercare::page::{Draft, read_message};
use serde_json::json;

use super::show::{Said, page};
use super::{Held, Shut, is_used};
use crate::Approval;
use crate::amiss::amiss;

/// A button that was pressed.
enum Pressed {
    Approve,
    /// With the reason.
    Refuse(String),
    TakeBack,
}

struct Filled {
    pressed: Pressed,
    nonce: Nonce,
}

impl Filled {
    /// What it asks of the case as it is, with what was typed.
    fn asks(&self, held: &Held, read: &Read, role: Role) -> (Command, Option<Content>) {
        let (hash, roles, via) = (held.link.hash.clone(), vec![role], Via::Link);
        match &self.pressed {
            Pressed::Approve => (Command::Approve { hash, roles, via }, None),
            Pressed::Refuse(reason) => {
                let content = read.file.ticket.contents + 1;
                let note = Content { body: reason.clone(), internal: true, ..Content::default() };
                (Command::Reject { hash, roles, via, content }, Some(note))
            }
            Pressed::TakeBack => (Command::TakeBack, None),
        }
    }

    fn reason(&self) -> Option<&str> {
        match &self.pressed {
            Pressed::Refuse(reason) => Some(reason),
            Pressed::Approve | Pressed::TakeBack => None,
        }
    }

    fn draft(&self) -> Draft {
        Draft { text: self.reason().unwrap_or_default().to_owned(), fault: None }
    }
}

pub(super) async fn act(
    approval: &Approval,
    call: &Call,
    held: &Held,
    purpose: DecisionPurpose,
) -> Result<Answer, Shut> {
    // An undo is on the page of its own link, and the others are not.
    if (purpose == DecisionPurpose::Undo) != (held.link.purpose == DecisionPurpose::TakeBack) {
        return Err(decide::Shut::Gone.into());
    }
    match read(call, held, purpose) {
        Ok(filled) => carry_out(approval, call, held, &filled).await,
        Err(said) => page(approval, call, held, said).await,
    }
}

/// What was sent, or what the page says instead.
fn read(call: &Call, held: &Held, purpose: DecisionPurpose) -> Result<Filled, Said> {
    let Some(fields) = call.fields() else {
        let large = call.form && call.is_too_large();
        let (status, notice) = if large { (413, Notice::Large) } else { (415, Notice::Stale) };
        return Err(Said::new(status, notice, Draft::default()));
    };
    let reason = (purpose == DecisionPurpose::Refuse).then(|| read_message(&fields, REASON));
    let kept = || match &reason {
        Some(Ok(text)) => Draft { text: text.clone(), fault: None },
        Some(Err(draft)) => draft.clone(),
        None => Draft::default(),
    };
    if !call.browser.is_same_origin() {
        return Err(Said::new(403, Notice::Stale, Draft { fault: None, ..kept() }));
    }
    if call.is_too_large() {
        let draft = kept();
        let notice = if draft.fault.is_some() { Notice::Fault } else { Notice::Stale };
        return Err(Said::new(413, notice, draft));
    }
    let token = fields.get("token").map_or("", String::as_str);
    let nonce = read_decide_form(&held.keys, &held.shop, purpose, &held.link, token, call.at);
    let nonce = nonce.ok().ok_or_else(|| Said::new(410, Notice::Stale, Draft { fault: None, ..kept() }))?;
    let pressed = match reason {
        Some(Ok(reason)) => Pressed::Refuse(reason),
        Some(Err(draft)) => return Err(Said::new(422, Notice::Fault, draft)),
        None if purpose == DecisionPurpose::Undo => Pressed::TakeBack,
        None => Pressed::Approve,
    };
    Ok(Filled { pressed, nonce })
}

async fn carry_out(approval: &Approval, call: &Call, held: &Held, filled: &Filled) -> Result<Answer, Shut> {
    let (table, shop, link) = (&approval.table, &held.shop, &held.link);
    let fields = json!({ "reason": filled.reason() });
    let receipt = Receipt::of_form(shop, &nonce_name(&filled.nonce), call, &fields);
    let by = Actor::Staff(link.staff.clone());
    let say = async |status, notice| page(approval, call, held, Said::new(status, notice, filled.draft())).await;
    for _ in 0..ROUNDS {
        let keys: Vec<_> = receipt.keys().into_iter().chain(held.receipt.keys()).collect();
        let kept = table.get_many(&keys).await?;
        let (form, used) = kept.split_at(receipt.keys().len());
        match receipt.replay(form) {
            Ok(Some(kept)) => return Ok(headers::elsewhere(&kept.body)),
            Ok(None) => {}
            Err(Refusal::Problem(_)) => return say(409, Notice::Used).await,
            Err(Refusal::Trouble(trouble)) => return Err(trouble.into()),
        }
        if is_used(&held.receipt, used)? {
            return say(409, Notice::Refused).await;
        }
        let today = table.settings(shop, call.at).await?;
        let person = today.person(&link.staff).ok_or(decide::Shut::Left)?;
        let read = table.case_file(shop, link.ticket, link.case, call.at).await?.ok_or(decide::Shut::Gone)?;
        if read.file.ticket.erased {
            return Err(decide::Shut::Erased.into());
        }
        let (command, content) = filled.asks(held, &read, person.role);
        let step = match step(held, &read, &command, &by, call) {
            Ok(step) => step,
            Err(status) => return say(status, Notice::Refused).await,
        };
        let approves = matches!(command, Command::Approve { .. });
        if approves && amiss(approval, &read.file.case, &read.file.order, call.at).await?.is_some() {
            return say(409, Notice::Refused).await;
        }
        let mut transaction = Transaction::default();
        write_step(&mut transaction, &read, &step, content.as_ref())?;
        let there = Answer { status: 303, headers: Vec::new(), body: held.path.clone() };
        receipt.keep(&mut transaction, &there)?;
        held.receipt.keep(&mut transaction, &there)?;
        if table.commit(transaction).await? == Committed::Done {
            let (ticket, case, staff, act) = (link.ticket, link.case, &link.staff, command.act());
            tracing::info!(storefront = %shop, %ticket, case, %staff, %act, via = "link", "case moved");
            return Ok(headers::elsewhere(&held.path));
        }
    }
    Err(Trouble::Unavailable(format!("a case was changed {ROUNDS} times meanwhile")).into())
}

/// What it comes to, or the status of the page that says why not.
fn step(held: &Held, read: &Read, command: &Command, by: &Actor, call: &Call) -> Result<Step, u16> {
    // A decision on another version is not the one to be taken back.
    if read.file.case.hash() != held.link.hash {
        return Err(409);
    }
    match read.file.step(command, by, call.at) {
        Ok(Some(step)) => Ok(step),
        Err(Refused::Case(Rejection::OwnHands | Rejection::AboveLimit { .. } | Rejection::NotTheirs { .. })) => {
            Err(403)
        }
        Ok(None) | Err(Refused::Case(_) | Refused::Ticket(_)) => Err(409),
    }
}
