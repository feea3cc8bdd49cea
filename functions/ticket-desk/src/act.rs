//! One command on one ticket: read, decided on the ticket as it is, and committed with its answer. A POST sent twice with
//! the same key is done once; one that was decided on another version is not done.

use std::sync::Arc;

use aftercare::access::StaffCaller;
use aftercare::aws::expected::Expected;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::receipt::Receipt;
use aftercare::aws::table::{Committed, Transaction, Trouble};
use aftercare::aws::tickets::{ROUNDS, advance, write};
use aftercare::desk::{self, Asked};
use aftercare::event::Actor;
use aftercare::problem::Problem;
use aftercare::reader::{Faults, Reader as Fields};
use aftercare::view::{self, Reader};
use jiff::Timestamp;

use crate::Desk;

/// Carries out what the body says, as `read` reads it.
pub(crate) async fn act(
    desk: &Desk,
    who: &StaffCaller,
    call: &Call,
    id: &str,
    read: impl Fn(&mut Fields<'_>, &mut Faults) -> Option<Asked>,
) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let (asked, key, expected) = call.ordered(desk::read(&body, |fields, faults| read(fields, faults)))?;
    let receipt = Receipt::of_staff(who, call, &body, &key);
    carry_out(desk, who, id, &receipt, &expected, &asked, call.at).await
}

/// What the customer said to a proposal, which the address names.
pub(crate) async fn answer(
    desk: &Desk,
    who: &StaffCaller,
    call: &Call,
    id: &str,
    number: &str,
) -> Result<Answer, Refusal> {
    // One address for one proposal: `+3` and `03` are no numbers here.
    let exact = number.parse::<u16>().ok().filter(|exact| exact.to_string() == number);
    let number = exact.ok_or_else(Problem::not_found)?;
    act(desk, who, call, id, |fields, faults| desk::answer(number, fields, faults)).await
}

/// Does it once, and keeps the answer with the key it came with.
pub(crate) async fn carry_out(
    desk: &Desk,
    who: &StaffCaller,
    id: &str,
    receipt: &Receipt,
    expected: &Expected,
    asked: &Asked,
    at: Timestamp,
) -> Result<Answer, Refusal> {
    for _ in 0..ROUNDS {
        let read = desk.table.get_many(&receipt.keys()).await?;
        if let Some(answer) = receipt.replay(&read)? {
            return Ok(answer);
        }
        let ticket = desk.ticket(who, id).await?;
        expected.check(ticket.seq)?;
        if let Some(action) = asked.also_takes(&ticket) {
            who.clone().allowed(action)?;
        }
        let own = desk.table.settings_version(&who.storefront, ticket.settings, at).await?;
        let today =
            if asked.needs_today() { desk.table.settings(&who.storefront, at).await? } else { Arc::clone(&own) };
        let (events, content) = asked.decide(&ticket, at, &own, &today).map_err(Problem::from)?;
        let mut transaction = Transaction::default();
        let after = if events.is_empty() {
            // Done already. The answer is kept all the same: sent again much later, it must not be done then.
            ticket
        } else {
            let (entry, after) = advance(&ticket, events, Actor::Staff(who.id.clone()), at);
            write(&mut transaction, Some(&ticket), &entry, &after, content.as_ref())?;
            after
        };
        let answer = Answer::json(200, &view::ticket(&after, Reader::Staff))?;
        receipt.keep(&mut transaction, &answer)?;
        if desk.table.commit(transaction).await? == Committed::Done {
            tracing::info!(storefront = %who.storefront, ticket = %after.id, staff = %who.id, status = %after.status, "ticket moved");
            return Ok(answer);
        }
    }
    Err(Trouble::Unavailable(format!("a ticket was changed {ROUNDS} times meanwhile")).into())
}
