//! What staff do to a ticket, as commands: for stories that are about what comes of it.

use aftercare::aws::table::{Committed, Transaction};
use aftercare::aws::tickets::{CarriedOut, advance, write};
use aftercare::category::Solution;
use aftercare::event::Actor;
use aftercare::id::{StaffId, TicketId};
use aftercare::intake::Content;
use aftercare::ticket::{Command, Rejection, Ticket, Turn, merge};

use crate::World;

impl World {
    /// A command by somebody, with what they typed.
    pub async fn act(
        &self,
        ticket: TicketId,
        command: Command,
        by: &Actor,
        text: Option<&str>,
    ) -> Result<Ticket, Rejection> {
        let ticket = self.ticket(ticket).await;
        let content = text.map(|body| Content { body: body.to_owned(), ..Content::default() });
        let done = self.table.carry_out(ticket, &command, by, content.as_ref(), self.now()).await;
        match done.expect("a table") {
            CarriedOut::Done { ticket, .. } => Ok(ticket),
            CarriedOut::Rejected(why) => Err(why),
        }
    }

    pub async fn propose(&self, ticket: TicketId, solution: Solution, text: &str) -> Ticket {
        let proposed = self.act(ticket, Command::Propose { solution }, &agent(), Some(text)).await;
        proposed.expect("a live ticket")
    }

    pub async fn wait_for(&self, ticket: TicketId, turn: Turn) -> Ticket {
        self.act(ticket, Command::Wait { turn }, &agent(), None).await.expect("a live ticket")
    }

    pub async fn note(&self, ticket: TicketId) -> Ticket {
        self.act(ticket, Command::Note, &agent(), Some("They called.")).await.expect("a note")
    }

    /// The first ticket goes on in the second.
    pub async fn merge(&self, from: TicketId, into: TicketId) {
        let (from, into) = (self.ticket(from).await, self.ticket(into).await);
        let settings = async |ticket: &Ticket| {
            let settings = self.table.settings_version(&ticket.storefront, ticket.settings, self.now()).await;
            settings.expect("settings")
        };
        let (ending, living) = (settings(&from).await, settings(&into).await);
        let merged = merge((&from, &ending), (&into, &living), self.now()).expect("two tickets of one customer");
        let mut transaction = Transaction::default();
        for (ticket, events) in [(&from, merged.0), (&into, merged.1)] {
            let (entry, after) = advance(ticket, events, agent(), self.now());
            write(&mut transaction, Some(ticket), &entry, &after, None).expect("JSON");
        }
        assert_eq!(self.table.commit(transaction).await.expect("a table"), Committed::Done);
    }

    /// Relays what happened and delivers it, everything twice, as queues may.
    pub async fn settle_twice(&self) {
        let records = self.stream();
        self.relay(records.clone()).await;
        self.relay(records).await;
        let messages = self.notify_queue();
        self.deliver(messages.clone()).await;
        self.deliver(messages).await;
        self.settle().await;
    }

    /// Runs the scan twice now, and what it says goes out, all of it delivered twice.
    pub async fn scan_twice(&self) {
        self.scan().await;
        self.scan().await;
        self.settle_twice().await;
    }

    /// Sends what waits for its bucket, as it comes due.
    pub async fn drained(&self) {
        while let Some(due) = self.next_due("MAIL#") {
            self.until(due).flush().await;
            self.settle().await;
        }
    }

    /// Mails of one kind, whoever they went to.
    pub fn mails_of(&self, kind: &str) -> Vec<crate::Mail> {
        self.far.mails().into_iter().filter(|mail| mail.tags.get("kind").is_some_and(|tag| tag == kind)).collect()
    }
}

fn agent() -> Actor {
    Actor::Staff(StaffId::parse("agent-1").expect("an id"))
}
