//! `POST /v1/tickets/{id}/messages`: the customer writes again.

use aftercare::access::Caller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::receipt::{Receipt, count, count_message, over};
use aftercare::aws::table::{Committed, Table, Transaction, Trouble};
use aftercare::aws::tickets::{ROUNDS, advance, write};
use aftercare::intake::{NewMessage, TicketName};
use aftercare::problem::Problem;
use aftercare::ticket::{Command, Rejection, Ticket, Voice, decide};
use aftercare::view::{self, Received};

use crate::{actor, reader};

pub(crate) async fn receive(table: &Table, caller: &Caller, call: &Call, id: &str) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let name = TicketName::parse(id).ok_or_else(Problem::not_found)?;
    let (message, key) = call.keyed(NewMessage::read(&body), caller.customer().is_none())?;
    let receipt = Receipt::new(caller, call, &body, key.as_deref(), message.named());
    for _ in 0..ROUNDS {
        let read = table.get_many(&receipt.keys()).await?;
        if let Some(answer) = receipt.replay(&read)? {
            return Ok(answer);
        }
        let ticket = own(table, caller, &name).await?;
        let settings = table.settings_version(&ticket.storefront, ticket.settings, call.at).await?;
        let command = Command::Receive { channel: message.channel, duplicate: false, voice: Voice::Person };
        let refuse = |rejection: Rejection| Problem::conflict(rejection.sentence());
        let events = decide(&ticket, &command, call.at, &settings).map_err(refuse)?;
        let (entry, after) = advance(&ticket, events, actor(caller), call.at);
        let seen = view::ticket(&after, reader(caller));
        let answer = Answer::json(201, &Received { ticket: seen, message: after.contents, appended: true })?;
        let mut transaction = Transaction::default();
        write(&mut transaction, Some(&ticket), &entry, &after, Some(&message.content))?;
        receipt.keep(&mut transaction, &answer)?;
        let current = table.settings(caller.storefront(), call.at).await?;
        count(&mut transaction, caller, &current, call.at, after.id.spread());
        count_message(&mut transaction, caller, &current, call.at);
        match table.commit(transaction).await? {
            Committed::Done => {
                let (shop, ticket, message) = (&after.storefront, after.id, after.contents);
                tracing::info!(storefront = %shop, ticket = %ticket, message, "message received");
                return Ok(answer);
            }
            Committed::Refused(guards) => {
                if let Some(problem) = over(&guards, call.at) {
                    return Err(problem.into());
                }
            }
            Committed::Contended => {}
        }
    }
    Err(Trouble::Unavailable(format!("a message could not be added in {ROUNDS} rounds")).into())
}

/// The ticket of that name, if it is this caller's. Another's is as if it were not there.
pub(crate) async fn own(table: &Table, caller: &Caller, name: &TicketName) -> Result<Ticket, Refusal> {
    let ticket = table.ticket_named(caller.storefront(), name).await?;
    let own = |ticket: &Ticket| caller.customer().is_none_or(|customer| *customer == ticket.customer);
    ticket.filter(own).ok_or_else(|| Problem::not_found().into())
}
