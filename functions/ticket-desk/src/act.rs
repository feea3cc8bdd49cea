//! Answering, resolving, handing over. A POST sent twice with the same key is done once.

use aftercare::access::StaffCaller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::receipt::Receipt;
use aftercare::aws::table::{Committed, Transaction, Trouble};
use aftercare::aws::tickets::{ROUNDS, advance, write};
use aftercare::event::Actor;
use aftercare::id::StaffId;
use aftercare::intake::{Content, LONGEST_TEXT};
use aftercare::problem::{Fault, Problem};
use aftercare::reader::{Faults, Reader as Fields, instant};
use aftercare::ticket::{Command, Turn, decide};
use aftercare::view::{self, Reader};
use serde_json::Value;

use crate::Desk;

pub(crate) async fn reply(desk: &Desk, who: &StaffCaller, call: &Call, id: &str) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let (text, contacted, then) = read(&body, |fields, faults| {
        let text = fields.text("body", 1, LONGEST_TEXT, faults);
        let contacted = fields.parsed("contacted_at", "an instant such as 2026-01-31T09:30:00Z", instant, faults);
        let then = fields.word("then", Turn::ALL, Turn::parse, faults);
        Some((fields.required("body", text, faults)?, contacted, then.unwrap_or(Turn::Open)))
    })?;
    act(desk, who, call, id, &body, &Command::Reply { contacted, then, standard: None }, Some(text)).await
}

pub(crate) async fn resolve(desk: &Desk, who: &StaffCaller, call: &Call, id: &str) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let text = read(&body, |fields, faults| Some(fields.text("body", 1, LONGEST_TEXT, faults)))?;
    act(desk, who, call, id, &body, &Command::Resolve { message: text.is_some() }, text).await
}

pub(crate) async fn assign(desk: &Desk, who: &StaffCaller, call: &Call, id: &str) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let to = read(&body, |fields, faults| {
        let to = fields.parsed("to", StaffId::RULE, StaffId::parse, faults);
        fields.required("to", to, faults)
    })?;
    act(desk, who, call, id, &body, &Command::Assign { to }, None).await
}

/// Reads a body and refuses what was not asked for.
fn read<'a, T>(body: &'a Value, fields: impl FnOnce(&mut Fields<'a>, &mut Faults) -> Option<T>) -> Result<T, Problem> {
    let mut faults: Vec<Fault> = Faults::new();
    let mut reader = Fields::new("", body, &mut faults);
    let read = fields(&mut reader, &mut faults);
    reader.finish(&mut faults);
    read.filter(|_| faults.is_empty()).ok_or_else(|| Problem::invalid(faults))
}

/// Carries a command out once, and keeps the answer with the key it came with.
async fn act(
    desk: &Desk,
    who: &StaffCaller,
    call: &Call,
    id: &str,
    body: &Value,
    command: &Command,
    text: Option<String>,
) -> Result<Answer, Refusal> {
    let receipt = Receipt::of_staff(who, call, body)?;
    let content = text.map(|body| Content { body, ..Content::default() });
    let by = Actor::Staff(who.id.clone());
    for _ in 0..ROUNDS {
        let read = desk.table.get_many(&receipt.keys()).await?;
        if let Some(answer) = receipt.replay(&read)? {
            return Ok(answer);
        }
        let ticket = desk.ticket(who, id).await?;
        // The staff list is today's; the promises are those the ticket was opened under.
        let settings = if matches!(command, Command::Assign { .. } | Command::Transfer { .. }) {
            desk.table.settings(&who.storefront, call.at).await?
        } else {
            desk.table.settings_version(&who.storefront, ticket.settings, call.at).await?
        };
        let events = decide(&ticket, command, call.at, &settings).map_err(|why| Problem::conflict(why.sentence()))?;
        let mut transaction = Transaction::default();
        let after = if events.is_empty() {
            // Done already. The answer is kept all the same: sent again much later, it must not be done then.
            ticket.clone()
        } else {
            let (entry, after) = advance(&ticket, events, by.clone(), call.at);
            write(&mut transaction, Some(&ticket), &entry, &after, content.as_ref())?;
            after
        };
        let answer = Answer::json(200, &view::ticket(&after, Reader::Shop))?;
        receipt.keep(&mut transaction, &answer)?;
        if desk.table.commit(transaction).await? == Committed::Done {
            tracing::info!(storefront = %who.storefront, ticket = %ticket.id, staff = %who.id, status = %after.status, "ticket moved");
            return Ok(answer);
        }
    }
    Err(Trouble::Unavailable(format!("a ticket was changed {ROUNDS} times meanwhile")).into())
}
