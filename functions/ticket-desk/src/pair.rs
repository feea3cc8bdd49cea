//! What takes two tickets: merging and linking. Both change in one transaction, or neither.

use aftercare::access::StaffCaller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::receipt::Receipt;
use aftercare::aws::table::{Committed, Transaction, Trouble};
use aftercare::aws::tickets::{ROUNDS, advance, write};
use aftercare::desk;
use aftercare::event::{Actor, Event};
use aftercare::intake::TicketName;
use aftercare::problem::{Fault, Problem};
use aftercare::reader::{Faults, Reader as Fields};
use aftercare::settings::Loaded;
use aftercare::ticket::{self, Command, Rejection, Ticket, decide};
use aftercare::view::{self, Reader};
use jiff::Timestamp;

use crate::Desk;

type Side<'a> = (&'a Ticket, &'a Loaded);
/// What is caused on the ticket of the address, and on the other.
type Caused = Result<(Vec<Event>, Vec<Event>), Rejection>;

/// The ticket of the address ends, and goes on in the one that the body names.
pub(crate) async fn merge(desk: &Desk, who: &StaffCaller, call: &Call, id: &str) -> Result<Answer, Refusal> {
    both(desk, who, call, id, ("/into", desk::merge), ticket::merge).await
}

/// Each is linked with the other.
pub(crate) async fn link(desk: &Desk, who: &StaffCaller, call: &Call, id: &str) -> Result<Answer, Refusal> {
    both(desk, who, call, id, ("/to", desk::link), |(one, ones), (other, others), now| {
        let to_other = decide(one, &Command::Link { to: other.id }, now, ones)?;
        let to_one = decide(other, &Command::Link { to: one.id }, now, others)?;
        Ok((to_other, to_one))
    })
    .await
}

async fn both(
    desk: &Desk,
    who: &StaffCaller,
    call: &Call,
    id: &str,
    (field, read): (&str, impl Fn(&mut Fields<'_>, &mut Faults) -> Option<TicketName>),
    decided: impl Fn(Side<'_>, Side<'_>, Timestamp) -> Caused,
) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let (name, key, expected) = call.ordered(desk::read(&body, |fields, faults| read(fields, faults)))?;
    let receipt = Receipt::of_staff(who, call, &body, &key);
    for _ in 0..ROUNDS {
        let read = desk.table.get_many(&receipt.keys()).await?;
        if let Some(answer) = receipt.replay(&read)? {
            return Ok(answer);
        }
        let one = desk.ticket(who, id).await?;
        expected.check(one.seq)?;
        // Another storefront's is as if it were not there.
        let missing = || Problem::invalid(vec![Fault::new(field, "must be a ticket of this storefront")]);
        let other = desk.named(who, &name).await?.ok_or_else(missing)?;
        let ones = desk.table.settings_version(&who.storefront, one.settings, call.at).await?;
        let others = desk.table.settings_version(&who.storefront, other.settings, call.at).await?;
        let caused = decided((&one, &ones), (&other, &others), call.at);
        let (events, events_there) = caused.map_err(|why| Problem::conflict(why.sentence()))?;
        let mut transaction = Transaction::default();
        let after = add(&mut transaction, &one, events, who, call.at)?;
        add(&mut transaction, &other, events_there, who, call.at)?;
        let answer = Answer::json(200, &view::ticket(&after, Reader::Staff))?;
        receipt.keep(&mut transaction, &answer)?;
        if desk.table.commit(transaction).await? == Committed::Done {
            tracing::info!(storefront = %who.storefront, ticket = %one.id, other = %other.id, staff = %who.id, "tickets joined");
            return Ok(answer);
        }
    }
    Err(Trouble::Unavailable(format!("one of two tickets was changed {ROUNDS} times meanwhile")).into())
}

/// Adds what is caused on one of them, with its version as the guard. Answers with the ticket after it.
fn add(
    transaction: &mut Transaction,
    ticket: &Ticket,
    events: Vec<Event>,
    who: &StaffCaller,
    at: Timestamp,
) -> Result<Ticket, Trouble> {
    if events.is_empty() {
        return Ok(ticket.clone());
    }
    let (entry, after) = advance(ticket, events, Actor::Staff(who.id.clone()), at);
    write(transaction, Some(ticket), &entry, &after, None)?;
    Ok(after)
}
