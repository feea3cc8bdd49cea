//! `POST /v1/tickets`. Checked in this order: who, shape, replay, channel id, spam, flood, duplicate.

use std::collections::BTreeSet;

use aftercare::access::Caller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::keys::Key;
use aftercare::aws::known::Known;
use aftercare::aws::metrics;
use aftercare::aws::receipt::{Receipt, count, count_message, over};
use aftercare::aws::table::{Committed, Guard, Record, Table, Transaction, Trouble, document};
use aftercare::aws::tickets::{CONTENT_VERSION, POINTER_VERSION, ROUNDS, advance, write};
use aftercare::customer::Recent;
use aftercare::event::{Acknowledge, Entry, Event};
use aftercare::id::TicketId;
use aftercare::intake::{Content, NewTicket, OpenedBy};
use aftercare::network::network;
use aftercare::opening;
use aftercare::order::{self, Order};
use aftercare::settings::Loaded;
use aftercare::text::{alike, grams, sketch};
use aftercare::ticket::{self, Status, Ticket, decide_all};
use aftercare::view::{self, Received};
use uuid::Uuid;

use crate::landing::{Landing, land};
use crate::messages::received;
use crate::{actor, follow, reader, threads};

/// Of the tickets a text may repeat, this many are compared with it: BatchGetItem hands out 100 items of 16 MB in all.
const MOST_COMPARED: usize = 25;

/// One request on its way.
#[derive(Clone)]
pub(crate) struct Opening<'a> {
    table: &'a Table,
    caller: &'a Caller,
    call: &'a Call,
    wanted: NewTicket,
    settings: &'a Loaded,
    receipt: Receipt,
    customer: Key,
    /// Of the network address that its tickets are counted for.
    address: Option<Key>,
    /// The ticket that it takes up again.
    follows: Option<Ticket>,
    /// The status of the answer where the message is added to a ticket that is there.
    added: u16,
}

pub(crate) async fn open(
    table: &Table,
    caller: &Caller,
    call: &Call,
    fresh: &(dyn Fn() -> Uuid + Sync),
) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let (wanted, key) = call.keyed(NewTicket::read(&body, caller), caller.customer().is_none())?;
    let receipt = Receipt::new(caller, call, &body, key.as_deref(), wanted.message.named());
    let settings = table.settings(caller.storefront(), call.at).await?;
    let opening = Opening::new(table, caller, call, wanted, &settings, receipt);
    for _ in 0..ROUNDS {
        // Nothing: somebody else changed what was read. Look again, it may have been this very request.
        if let Some(answer) = opening.attempt(fresh).await? {
            return Ok(answer);
        }
    }
    Err(Trouble::Unavailable(format!("a ticket could not be opened in {ROUNDS} rounds")).into())
}

impl<'a> Opening<'a> {
    pub(crate) fn new(
        table: &'a Table,
        caller: &'a Caller,
        call: &'a Call,
        wanted: NewTicket,
        settings: &'a Loaded,
        receipt: Receipt,
    ) -> Self {
        let shop = caller.storefront();
        let customer = Key::customer(shop, &wanted.customer);
        let seen = || call.source_ip.as_deref().filter(|_| caller.customer().is_some())?.parse().ok();
        let ip = wanted.client_ip.or_else(seen).filter(|_| wanted.opened_by == OpenedBy::Customer);
        let address = ip.map(|ip| Key::address(shop, &network(ip)));
        Self { table, caller, call, wanted, settings, receipt, customer, address, follows: None, added: 200 }
    }

    /// The same as a ticket that takes up an old one.
    pub(crate) fn follow(self, old: Ticket, added: u16) -> Self {
        Self { follows: Some(old), added, ..self }
    }

    /// Reads, decides and commits once. Nothing means that it has to be done again from the start.
    pub(crate) async fn attempt(&self, fresh: &(dyn Fn() -> Uuid + Sync)) -> Result<Option<Answer>, Refusal> {
        let mut keys = self.receipt.keys();
        let receipts = keys.len();
        keys.push(self.customer.clone());
        keys.extend(self.address.clone());
        let known = keys.len();
        // What it is about is counted: read with the rest, it costs no call.
        keys.extend(self.wanted.order.as_ref().map(|order| Key::order(self.caller.storefront(), &order.id)));
        let read = self.table.get_many(&keys).await?;
        let (read, order) = read.split_at(known);
        let order: Option<Order> =
            order.iter().flatten().next().map(|item| document(item, order::VERSION)).transpose()?;
        let order = order.as_ref();
        let (receipts, known) = read.split_at(receipts);
        if let Some(answer) = self.receipt.replay(receipts)? {
            return Ok(Some(answer));
        }
        let known = Known::read(known, &self.wanted.profile)?;
        let acknowledge = self.wanted.acknowledge(&known.customer.profile, &self.settings.settings);
        if acknowledge == Acknowledge::Spam {
            return self.first_message((&known, order), acknowledge, fresh).await;
        }
        match self.answered().await? {
            Some(Landing::Taken { ticket, events }) => self.append(&ticket, events, None).await,
            Some(Landing::Over(old)) => {
                let wanted = follow::like(self.wanted.clone(), &old, self.table).await?;
                let opening = Self { wanted, ..self.clone() }.follow(old, self.added);
                Box::pin(opening.first_message((&known, order), acknowledge, fresh)).await
            }
            None => self.first_message((&known, order), acknowledge, fresh).await,
        }
    }

    /// Opens a ticket, unless the message repeats one that is open.
    async fn first_message(
        &self,
        (known, order): (&Known, Option<&Order>),
        acknowledge: Acknowledge,
        fresh: &(dyn Fn() -> Uuid + Sync),
    ) -> Result<Option<Answer>, Refusal> {
        let spam = acknowledge == Acknowledge::Spam;
        if !spam && self.wanted.opened_by == OpenedBy::Customer {
            known.flood(&self.settings.settings.limits, self.call.at)?;
        }
        let (entry, ticket) = self.first((known, order), acknowledge, TicketId(fresh()))?;
        let grams = grams(&text(&self.wanted.message.content));
        if !spam && let Some((ticket, events)) = self.repeated(known, &ticket, &grams).await? {
            return self.append(&ticket, events, Some(known)).await;
        }
        self.create(known, &entry, &ticket, sketch(&grams)).await
    }

    /// Where a mail lands that answers a ticket of the same customer's. One that answers nobody's or another's becomes a
    /// ticket of its own: nothing that a customer wrote is lost.
    async fn answered(&self) -> Result<Option<Landing>, Trouble> {
        // What takes up an old ticket has landed already.
        if self.follows.is_some() {
            return Ok(None);
        }
        let (table, at) = (self.table, self.call.at);
        match threads::answered(table, self.caller.storefront(), &self.wanted, self.settings, at).await? {
            Some(ticket) => land(table, ticket, &received(&self.wanted.message, false), at).await.map(Some),
            None => Ok(None),
        }
    }

    /// What a repetition causes on the ticket it repeats; nothing if that takes none.
    async fn added(&self, ticket: Ticket) -> Result<Option<(Ticket, Vec<Event>)>, Trouble> {
        let settings = self.table.settings_version(&ticket.storefront, ticket.settings, self.call.at).await?;
        let commands = received(&self.wanted.message, true);
        Ok(decide_all(&ticket, &commands, self.call.at, &settings).ok().map(|events| (ticket, events)))
    }

    /// The first entry of a new ticket, and the ticket.
    fn first(
        &self,
        (known, order): (&Known, Option<&Order>),
        acknowledge: Acknowledge,
        id: TicketId,
    ) -> Result<(Entry, Ticket), Trouble> {
        let at = self.call.at;
        let follows = self.follows.as_ref().filter(|_| acknowledge != Acknowledge::Spam).map(|old| old.id);
        let order = order.filter(|order| self.wanted.order.as_ref().is_some_and(|wanted| wanted.id == order.id));
        let about = (follows, order);
        let events = opening::events(id, &self.wanted, &known.customer, acknowledge, about, at, self.settings);
        let storefront = self.caller.storefront().clone();
        let entry = Entry { storefront, ticket: id, seq: 1, at, by: actor(self.caller), events };
        match Ticket::opened_by(&entry) {
            Some(ticket) => Ok((entry, ticket)),
            None => Err(Trouble::Unavailable("an opening entry opens nothing".to_owned())),
        }
    }

    /// The open ticket that this one would repeat, if one does, and what its message causes there.
    async fn repeated(
        &self,
        known: &Known,
        new: &Ticket,
        grams: &BTreeSet<u32>,
    ) -> Result<Option<(Ticket, Vec<Event>)>, Trouble> {
        let shop = self.caller.storefront();
        let mut candidates = known.customer.may_repeat(new.order.as_ref(), new.category, &sketch(grams), self.call.at);
        candidates.truncate(MOST_COMPARED);
        let keys: Vec<Key> =
            candidates.iter().flat_map(|id| [Key::ticket(shop, *id), Key::content(shop, *id, 1)]).collect();
        let percent = usize::from(self.settings.settings.limits.duplicate_from_percent);
        for pair in self.table.get_many(&keys).await?.chunks(2) {
            let [Some(state), Some(content)] = pair else { continue };
            let ticket: Ticket = document(state, ticket::VERSION)?;
            let earlier: Content = document(content, CONTENT_VERSION)?;
            if ticket.status.is_live() && alike(&aftercare::text::grams(&text(&earlier)), grams, percent) {
                return self.added(ticket).await;
            }
        }
        Ok(None)
    }

    /// Adds the message to a ticket that is there. A repetition counts towards the customer's hour, so that it is no
    /// way round it: `repeats` is then what is known of them.
    async fn append(
        &self,
        ticket: &Ticket,
        events: Vec<Event>,
        repeats: Option<&Known>,
    ) -> Result<Option<Answer>, Refusal> {
        let (entry, after) = advance(ticket, events, actor(self.caller), self.call.at);
        let answer = self.answer(self.added, &after, true)?;
        let mut transaction = Transaction::default();
        write(&mut transaction, Some(ticket), &entry, &after, Some(&self.wanted.message.content))?;
        match repeats {
            Some(known) => self.remember(&mut transaction, known, &after, Vec::new())?,
            None => count_message(&mut transaction, self.caller, self.settings, self.call.at),
        }
        let done = self.finish(transaction, &answer, after.id).await?;
        if done.is_some() {
            let (shop, ticket, message) = (&after.storefront, after.id, after.contents);
            tracing::info!(storefront = %shop, ticket = %ticket, message, "message received");
        }
        Ok(done)
    }

    async fn create(
        &self,
        known: &Known,
        entry: &Entry,
        ticket: &Ticket,
        sketch: Vec<u32>,
    ) -> Result<Option<Answer>, Refusal> {
        let (shop, id) = (self.caller.storefront(), ticket.id);
        let answer = self.answer(201, ticket, false)?;
        let mut transaction = Transaction::default();
        write(&mut transaction, None, entry, ticket, Some(&self.wanted.message.content))?;
        let number = Key::number(shop, &ticket.number);
        transaction.put_new(Guard::Number, &number, Record::new(POINTER_VERSION, &id)?);
        let pointer = Key::customer_ticket(shop, &ticket.customer, id);
        transaction.put_new(Guard::CustomerTicket, &pointer, Record::new(POINTER_VERSION, &id)?);
        // Spam teaches nothing of the customer: it counts for no limit, repeats nothing and is no contact.
        if ticket.status != Status::Spam {
            self.remember(&mut transaction, known, ticket, sketch)?;
        }
        if let Some(old) = self.follows.as_ref().filter(|old| ticket.follows == Some(old.id))
            && let Some((entry, after)) = follow::linked(self.table, old, id, actor(self.caller), self.call.at).await?
        {
            write(&mut transaction, Some(old), &entry, &after, None)?;
        }
        let done = self.finish(transaction, &answer, id).await?;
        if done.is_some() {
            let (category, priority) = (ticket.category.as_str(), ticket.priority.as_str());
            metrics::count(self.call.at, "TicketOpened", &[("category", category), ("priority", priority)]);
            tracing::info!(storefront = %shop, ticket = %id, category, priority, "ticket opened");
        }
        Ok(done)
    }

    fn remember(
        &self,
        transaction: &mut Transaction,
        known: &Known,
        ticket: &Ticket,
        sketch: Vec<u32>,
    ) -> Result<(), Trouble> {
        let recent = Recent {
            ticket: ticket.id,
            at: self.call.at,
            category: ticket.category,
            order: ticket.order.clone(),
            counts: self.wanted.opened_by == OpenedBy::Customer,
            sketch,
        };
        known.remember(transaction, &self.customer, self.address.as_ref(), recent)
    }

    /// Commits with the answer kept and the request counted, unless an agent typed it in.
    async fn finish(
        &self,
        mut transaction: Transaction,
        answer: &Answer,
        id: TicketId,
    ) -> Result<Option<Answer>, Refusal> {
        self.receipt.keep(&mut transaction, answer)?;
        if self.wanted.opened_by == OpenedBy::Customer {
            count(&mut transaction, self.caller, self.settings, self.call.at, id.spread());
        }
        match self.table.commit(transaction).await? {
            Committed::Done => Ok(Some(answer.clone())),
            Committed::Refused(guards) => over(&guards, self.call.at).map_or(Ok(None), |problem| Err(problem.into())),
            Committed::Contended => Ok(None),
        }
    }

    fn answer(&self, status: u16, ticket: &Ticket, appended: bool) -> Result<Answer, Trouble> {
        let message = ticket.contents;
        Answer::json(status, &Received { ticket: view::ticket(ticket, reader(self.caller)), message, appended })
    }
}

/// What a repetition is told by.
fn text(content: &Content) -> String {
    format!("{} {}", content.subject, content.body)
}
