//! Tickets in the table: state, history and texts, written together.

use jiff::Timestamp;

use super::keys::{self, Key};
use super::table::{Committed, Guard, Item, Load, Record, Table, Transaction, Trouble, document, string};
use crate::event::{self, Actor, Entry, Event};
use crate::id::{Number, StaffId, StorefrontId, TicketId};
use crate::intake::{Content, TicketName};
use crate::page::History;
use crate::ticket::{self, Command, Rejection, Ticket, decide};
use crate::view;

/// The version of the stored shape of a content item.
pub const CONTENT_VERSION: u32 = 1;
/// The version of the items that lead to a ticket by its number or its customer: its id.
pub const POINTER_VERSION: u32 = 1;
/// A page of a query has 1 MB, and a message of 20 000 characters up to 80 KB.
const MOST_MESSAGES: i32 = 50;
const MOST_ENTRIES: i32 = 200;
/// Somebody else may win this often before a caller is told to try again.
pub const ROUNDS: usize = 5;

impl Table {
    pub async fn ticket(&self, shop: &StorefrontId, id: TicketId) -> Result<Option<Ticket>, Trouble> {
        self.get(&Key::ticket(shop, id)).await?.map(|item| document(&item, ticket::VERSION)).transpose()
    }

    /// The id behind a number, within the storefront.
    pub async fn ticket_by_number(&self, shop: &StorefrontId, number: &Number) -> Result<Option<TicketId>, Trouble> {
        self.get(&Key::number(shop, number)).await?.map(|item| document(&item, POINTER_VERSION)).transpose()
    }

    pub async fn ticket_named(&self, shop: &StorefrontId, name: &TicketName) -> Result<Option<Ticket>, Trouble> {
        let id = match name {
            TicketName::Id(id) => Some(*id),
            TicketName::Number(number) => self.ticket_by_number(shop, number).await?,
        };
        match id {
            Some(id) => self.ticket(shop, id).await,
            None => Ok(None),
        }
    }

    pub async fn entry(&self, shop: &StorefrontId, id: TicketId, seq: u32) -> Result<Option<Entry>, Trouble> {
        self.get(&Key::entry(shop, id, seq)).await?.map(|item| document(&item, event::VERSION)).transpose()
    }

    pub async fn content(&self, shop: &StorefrontId, id: TicketId, number: u32) -> Result<Option<Content>, Trouble> {
        self.get(&Key::content(shop, id, number)).await?.map(|item| document(&item, CONTENT_VERSION)).transpose()
    }

    /// The latest that was written on a ticket and that happened to it, notes among staff included, and always the first
    /// message.
    pub async fn history(&self, ticket: &Ticket) -> Result<History, Trouble> {
        let Latest { contents, entries, more } = self.latest(ticket).await?;
        let numbered =
            |item: &Item| -> Result<_, Trouble> { Ok((number_of(item), document::<Content>(item, CONTENT_VERSION)?)) };
        Ok(History { contents: contents.iter().map(numbered).collect::<Result<_, _>>()?, entries, more })
    }

    /// A ticket with its latest messages and steps, as this reader may see them.
    pub async fn whole(&self, ticket: &Ticket, reader: view::Reader) -> Result<view::Whole, Trouble> {
        let Latest { contents, entries, more } = self.latest(ticket).await?;
        Ok(view::Whole {
            ticket: view::ticket(ticket, reader),
            messages: seen(&contents, reader)?,
            timeline: entries.iter().flat_map(|entry| view::steps(entry, reader)).collect(),
            more,
        })
    }

    async fn latest(&self, ticket: &Ticket) -> Result<Latest, Trouble> {
        let partition = keys::ticket_partition(&ticket.storefront, ticket.id);
        let contents = self.query(&partition, keys::CONTENT, true, MOST_MESSAGES, None).await?;
        let entries = self.query(&partition, keys::ENTRY, true, MOST_ENTRIES, None).await?;
        // What it is about stands in the first message, however long the conversation.
        let first = Key::content(&ticket.storefront, ticket.id, 1);
        let first = if contents.more { self.get(&first).await? } else { None };
        Ok(Latest {
            contents: first.into_iter().chain(contents.items.into_iter().rev()).collect(),
            entries: entries.items.iter().rev().map(|item| document(item, event::VERSION)).collect::<Result<_, _>>()?,
            more: contents.more || entries.more,
        })
    }

    /// The latest messages that this reader may see, or those before a number: oldest first, at most `limit` and what
    /// a page of the table holds. Where there are older ones, the second part is what to ask for them with as `before`.
    pub async fn messages(
        &self,
        ticket: &Ticket,
        reader: view::Reader,
        before: Option<u32>,
        limit: i32,
    ) -> Result<(Vec<view::MessageView>, Option<u32>), Trouble> {
        let partition = keys::ticket_partition(&ticket.storefront, ticket.id);
        let after = before.map(|number| Key::content(&ticket.storefront, ticket.id, number).sk);
        let page = self.query(&partition, keys::CONTENT, true, limit, after.as_deref()).await?;
        let items: Vec<Item> = page.items.into_iter().rev().collect();
        let oldest = items.first().map(number_of);
        Ok((seen(&items, reader)?, oldest.filter(|_| page.more)))
    }

    /// Carries a command out on the ticket as it is, again from the start if somebody else was faster. Answers with
    /// the ticket after it and the entry, if there was anything to do.
    pub async fn carry_out(
        &self,
        ticket: Ticket,
        command: &Command,
        by: &Actor,
        content: Option<&Content>,
        now: Timestamp,
    ) -> Result<CarriedOut, Trouble> {
        let mut ticket = ticket;
        for _ in 0..ROUNDS {
            let settings = self.settings_version(&ticket.storefront, ticket.settings, now).await?;
            let events = match decide(&ticket, command, now, &settings) {
                Ok(events) if events.is_empty() => return Ok(CarriedOut::Done { ticket, entry: None }),
                Ok(events) => events,
                Err(rejection) => return Ok(CarriedOut::Rejected(rejection)),
            };
            let (entry, after) = advance(&ticket, events, by.clone(), now);
            let mut transaction = Transaction::default();
            write(&mut transaction, Some(&ticket), &entry, &after, content)?;
            match self.commit(transaction).await? {
                Committed::Done => return Ok(CarriedOut::Done { ticket: after, entry: Some(entry) }),
                Committed::Refused(_) | Committed::Contended => {
                    let (shop, id) = (ticket.storefront.clone(), ticket.id);
                    match self.ticket(&shop, id).await? {
                        Some(fresh) => ticket = fresh,
                        None => return Err(Trouble::Unavailable(format!("ticket {id} is gone"))),
                    }
                }
            }
        }
        Err(Trouble::Unavailable(format!("ticket {} was changed {ROUNDS} times meanwhile", ticket.id)))
    }
}

/// The number of a content item on its ticket.
fn number_of(item: &Item) -> u32 {
    string(item, "sk").and_then(|sk| sk.strip_prefix(keys::CONTENT)?.parse().ok()).unwrap_or_default()
}

/// The messages among content items that this reader may see.
fn seen(items: &[Item], reader: view::Reader) -> Result<Vec<view::MessageView>, Trouble> {
    let messages: Result<Vec<view::MessageView>, Trouble> = items.iter().map(message).collect();
    Ok(messages?.into_iter().filter(|message| !message.internal || reader == view::Reader::Staff).collect())
}

fn message(item: &Item) -> Result<view::MessageView, Trouble> {
    let number = number_of(item);
    let by = string(item, "by").and_then(view::By::parse);
    let at = item.get("at").and_then(|at| at.as_n().ok()?.parse().ok());
    let at = at.and_then(|at| Timestamp::from_millisecond(at).ok());
    Ok(view::MessageView::new(number, by, at, document(item, CONTENT_VERSION)?))
}

/// The latest of a ticket, oldest first.
struct Latest {
    /// Content items, the first message always among them.
    contents: Vec<Item>,
    entries: Vec<Entry>,
    /// Older ones were left out.
    more: bool,
}

/// How a command on a ticket ended.
#[expect(clippy::large_enum_variant, reason = "made once a command, and nearly always Done")]
#[derive(Debug)]
pub enum CarriedOut {
    /// `entry` is empty when it was done already.
    Done {
        ticket: Ticket,
        entry: Option<Entry>,
    },
    Rejected(Rejection),
}

/// The next entry of a ticket's history and the ticket after it.
pub fn advance(ticket: &Ticket, events: Vec<Event>, by: Actor, now: Timestamp) -> (Entry, Ticket) {
    let entry =
        Entry { storefront: ticket.storefront.clone(), ticket: ticket.id, seq: ticket.seq + 1, at: now, by, events };
    let after = ticket.after(&entry);
    (entry, after)
}

/// Adds an entry, the state after it and what was typed, if anything, to a transaction. `before` is the state it was
/// decided on: where another person holds the ticket now, or it is over, their loads change with it.
pub fn write(
    transaction: &mut Transaction,
    before: Option<&Ticket>,
    entry: &Entry,
    after: &Ticket,
    content: Option<&Content>,
) -> Result<(), Trouble> {
    // Where what was asked turned out to be done already, and only a timer was recorded, nothing was typed on the ticket.
    let content = content.filter(|_| before.is_none_or(|before| before.contents < after.contents));
    write_state(transaction, entry, after, content)?;
    let (shop, had, has) = (&entry.storefront, before.and_then(Ticket::holder), after.holder());
    if had != has {
        if let Some(person) = had {
            transaction.load(Guard::Agent, &Key::agent(shop, person), Load::Less);
        }
        if let Some(person) = has {
            transaction.load(Guard::Agent, &Key::agent(shop, person), Load::More { at: entry.at });
        }
    }
    Ok(())
}

/// The same for a waiting ticket that is handed to somebody by itself: nothing is written unless they are there and hold
/// as many tickets as when they were chosen.
pub fn write_handed(
    transaction: &mut Transaction,
    entry: &Entry,
    after: &Ticket,
    to: &StaffId,
    held: i64,
) -> Result<(), Trouble> {
    write_state(transaction, entry, after, None)?;
    transaction.load(Guard::Agent, &Key::agent(&entry.storefront, to), Load::Handed { at: entry.at, held });
    Ok(())
}

fn write_state(
    transaction: &mut Transaction,
    entry: &Entry,
    after: &Ticket,
    content: Option<&Content>,
) -> Result<(), Trouble> {
    let (shop, id) = (&entry.storefront, entry.ticket);
    let (desk_pk, desk_sk) = keys::desk(shop, after.status, id, after.next_action());
    let mut state = Record::new(ticket::VERSION, after)?.with("desk_pk", desk_pk).with("desk_sk", desk_sk);
    if let Some((held_pk, held_sk)) = keys::held(after) {
        state = state.with("held_pk", held_pk).with("held_sk", held_sk);
    }
    if let Some(next) = after.next_scan() {
        state = state.with("due_shard", keys::scan_shard(id)).with("due_at", keys::instant(next));
    }
    transaction.put_next(Guard::State, &Key::ticket(shop, id), state, entry.seq - 1);
    transaction.put_new(Guard::Entry, &Key::entry(shop, id, entry.seq), Record::new(event::VERSION, entry)?);
    if let Some(content) = content {
        let by = view::author(entry);
        let record =
            Record::new(CONTENT_VERSION, content)?.with("by", by.as_str()).with_number("at", entry.at.as_millisecond());
        transaction.put_new(Guard::Content, &Key::content(shop, id, after.contents), record);
    }
    Ok(())
}
