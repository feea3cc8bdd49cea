//! `POST /v1/tickets/{id}/messages`: the customer writes again.

use aftercare::access::Caller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::receipt::{Receipt, count, count_message, over};
use aftercare::aws::table::{Committed, Table, Transaction, Trouble};
use aftercare::aws::tickets::{ROUNDS, advance, write};
use aftercare::event::Event;
use aftercare::intake::{NewMessage, TicketName};
use aftercare::problem::Problem;
use aftercare::ticket::{Command, Ticket};
use aftercare::view::{self, Received};
use aftercare::voice::asked;
use uuid::Uuid;

use crate::landing::{Landing, land};
use crate::open::Opening;
use crate::{actor, follow, reader};

/// What one round needs.
struct Receiving<'a> {
    table: &'a Table,
    caller: &'a Caller,
    call: &'a Call,
    message: NewMessage,
    receipt: Receipt,
}

pub(crate) async fn receive(
    table: &Table,
    caller: &Caller,
    call: &Call,
    id: &str,
    fresh: &(dyn Fn() -> Uuid + Sync),
) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let name = TicketName::parse(id).ok_or_else(Problem::not_found)?;
    let (message, key) = call.keyed(NewMessage::read(&body), caller.customer().is_none())?;
    let receipt = Receipt::new(caller, call, &body, key.as_deref(), message.named());
    let receiving = Receiving { table, caller, call, message, receipt };
    for _ in 0..ROUNDS {
        let read = table.get_many(&receiving.receipt.keys()).await?;
        if let Some(answer) = receiving.receipt.replay(&read)? {
            return Ok(answer);
        }
        let ticket = own(table, caller, &name).await?;
        let done = match land(table, ticket, &received(&receiving.message, false), call.at).await? {
            Landing::Taken { ticket, events } => receiving.add(&ticket, events).await?,
            Landing::Over(old) => receiving.take_up(old, fresh).await?,
        };
        if let Some(answer) = done {
            return Ok(answer);
        }
    }
    Err(Trouble::Unavailable(format!("a message could not be added in {ROUNDS} rounds")).into())
}

impl Receiving<'_> {
    /// Adds the message to a ticket that takes it. Nothing means that it has to be done again from the start.
    async fn add(&self, ticket: &Ticket, events: Vec<Event>) -> Result<Option<Answer>, Refusal> {
        let Self { table, caller, call, message, receipt } = self;
        let (entry, after) = advance(ticket, events, actor(caller), call.at);
        let seen = view::ticket(&after, reader(caller));
        let answer = Answer::json(201, &Received { ticket: seen, message: after.contents, appended: true })?;
        let mut transaction = Transaction::default();
        write(&mut transaction, Some(ticket), &entry, &after, Some(&message.content))?;
        receipt.keep(&mut transaction, &answer)?;
        let current = table.settings(caller.storefront(), call.at).await?;
        count(&mut transaction, caller, &current, call.at, after.id.spread());
        count_message(&mut transaction, caller, &current, call.at);
        match table.commit(transaction).await? {
            Committed::Done => {
                let (shop, ticket, message) = (&after.storefront, after.id, after.contents);
                tracing::info!(storefront = %shop, ticket = %ticket, message, "message received");
                Ok(Some(answer))
            }
            Committed::Refused(guards) => over(&guards, call.at).map_or(Ok(None), |problem| Err(problem.into())),
            Committed::Contended => Ok(None),
        }
    }

    /// Opens a new ticket that takes up one that is over.
    async fn take_up(&self, old: Ticket, fresh: &(dyn Fn() -> Uuid + Sync)) -> Result<Option<Answer>, Refusal> {
        let settings = self.table.settings(self.caller.storefront(), self.call.at).await?;
        let wanted = follow::asked_for_by(&self.message, &old, self.table).await?;
        let opening = Opening::new(self.table, self.caller, self.call, wanted, &settings, self.receipt.clone());
        // Its state is large, and rarely needed: not on the stack of every message.
        Box::pin(opening.follow(old, 201).attempt(fresh)).await
    }
}

/// What a message asks of the ticket it lands on.
pub(crate) fn received(message: &NewMessage, duplicate: bool) -> Vec<Command> {
    asked(message.channel, &message.content, duplicate)
}

/// The ticket of that name, if it is this caller's. Another's is as if it were not there.
pub(crate) async fn own(table: &Table, caller: &Caller, name: &TicketName) -> Result<Ticket, Refusal> {
    let ticket = table.ticket_named(caller.storefront(), name).await?;
    let own = |ticket: &Ticket| caller.customer().is_none_or(|customer| *customer == ticket.customer);
    ticket.filter(own).ok_or_else(|| Problem::not_found().into())
}
