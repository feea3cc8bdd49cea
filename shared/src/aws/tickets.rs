//! Tickets in the table: state, history and texts, written together.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::keys::{self, Key};
use super::table::{Committed, Guard, Item, Load, Record, Table, Transaction, Trouble, document, string};
use crate::event::{self, Actor, Entry, Event};
use crate::id::{Number, StaffId, StorefrontId, TicketId};
use crate::intake::{Content, TicketName};
use crate::page::{self, History};
use crate::ticket::{self, Command, Consent, Rejection, Ticket, decide};
use crate::view;

/// The version of the stored shape of a content item.
pub const CONTENT_VERSION: u32 = 1;
/// The version of the items that lead to a ticket by its number or its customer: its id.
pub const POINTER_VERSION: u32 = 1;
const MOST_MESSAGES: i32 = 50;
const MOST_ENTRIES: i32 = 200;
/// Entries that one page tells: their texts and two more are one read, which takes 100.
const MOST_TOLD: i32 = 50;
/// Pages of the table that a request goes through for what its reader may see: some 10 ms and at most 1 MB each.
const MOST_PAGES: usize = 5;
/// Items of each page after the first, where few were wanted.
const MORE_AT_ONCE: i32 = 100;
/// An answer may have 6 MB, and a text of 20 000 characters up to 80 KB, several times that as HTML: it ends with the text
/// in which this many bytes were reached.
const ENOUGH: usize = 500_000;
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

    /// What a customer's page tells of a ticket: the latest, or what was before an entry. Only the texts that are told are
    /// read, each by its own number, and with them always the first message and a proposal that waits for an answer.
    pub async fn history(&self, ticket: &Ticket, before: Option<u32>) -> Result<History, Trouble> {
        let after = before.map(|seq| Key::entry(&ticket.storefront, ticket.id, seq).sk);
        let told = |item: &Item| {
            let entry: Entry = document(item, event::VERSION)?;
            Ok(page::tells(&entry).then_some(entry))
        };
        let range = Range { prefix: keys::ENTRY, most: MOST_TOLD, at_once: MOST_ENTRIES, after };
        let (mut entries, rest) = self.seen(ticket, range, told).await?;
        let asked = ticket.proposal.filter(|proposal| proposal.consent == Consent::Asked);
        let always = [Some(1), asked.map(|proposal| proposal.content)].into_iter().flatten();
        let numbers: BTreeSet<u32> = always.chain(entries.iter().flat_map(page::texts)).collect();
        let keys: Vec<Key> = numbers.iter().map(|n| Key::content(&ticket.storefront, ticket.id, *n)).collect();
        let items = self.get_many(&keys).await?;
        let read = |item: Item| Ok((number_of(&item), document::<Content>(&item, CONTENT_VERSION)?));
        let contents: BTreeMap<u32, Content> = items.into_iter().flatten().map(read).collect::<Result<_, Trouble>>()?;
        let length = |number: u32| contents.get(&number).map_or(0, |content| content.body.len());
        let mut size = 0;
        let fits = |entry: &&Entry| {
            let fits = size < ENOUGH;
            size += page::texts(entry).map(length).sum::<usize>();
            fits
        };
        let fitting = entries.iter().take_while(fits).count();
        let earlier = if fitting < entries.len() { entries.get(fitting - 1).map(|entry| entry.seq) } else { rest };
        entries.truncate(fitting);
        entries.reverse();
        Ok(History { contents, entries, before, earlier })
    }

    /// A ticket with its latest messages and steps, as this reader may see them, and always the first message.
    pub async fn whole(&self, ticket: &Ticket, reader: view::Reader) -> Result<view::Whole, Trouble> {
        let (mut messages, older) = self.messages(ticket, reader, None, MOST_MESSAGES).await?;
        let step = |item: &Item| {
            let steps = view::steps(&document(item, event::VERSION)?, reader);
            Ok((!steps.is_empty()).then_some(steps))
        };
        let range = Range { prefix: keys::ENTRY, most: MOST_ENTRIES, at_once: MOST_ENTRIES, after: None };
        let (steps, earlier) = self.seen(ticket, range, step).await?;
        // What it is about stands in the first message, however long the conversation.
        let first = Key::content(&ticket.storefront, ticket.id, 1);
        let first = if older.is_some() { self.get(&first).await? } else { None };
        messages.splice(0..0, first.map(|item| message(&item, view::MessageView::new)).transpose()?);
        Ok(view::Whole {
            ticket: view::ticket(ticket, reader),
            messages,
            timeline: steps.into_iter().rev().flatten().collect(),
            more: older.is_some() || earlier.is_some(),
            cases: Vec::new(),
        })
    }

    /// The latest messages that this reader may see, or those before a number: oldest first, at most `limit` and what
    /// an answer holds. Where there may be older ones, the second part is what to ask for them with as `before`.
    pub async fn messages(
        &self,
        ticket: &Ticket,
        reader: view::Reader,
        before: Option<u32>,
        limit: i32,
    ) -> Result<(Vec<view::MessageView>, Option<u32>), Trouble> {
        self.written(ticket, reader, before, limit, view::MessageView::new).await
    }

    /// The same for the export of a customer's data: what they may see, with all that is stored of it.
    pub async fn exported(
        &self,
        ticket: &Ticket,
        before: Option<u32>,
        limit: i32,
    ) -> Result<(Vec<view::MessageView>, Option<u32>), Trouble> {
        self.written(ticket, view::Reader::Customer, before, limit, view::MessageView::exported).await
    }

    async fn written(
        &self,
        ticket: &Ticket,
        reader: view::Reader,
        before: Option<u32>,
        limit: i32,
        shape: Shape,
    ) -> Result<(Vec<view::MessageView>, Option<u32>), Trouble> {
        let after = before.map(|number| Key::content(&ticket.storefront, ticket.id, number).sk);
        let range = Range { prefix: keys::CONTENT, most: limit, at_once: limit, after };
        let shown = |item: &Item| {
            let message = message(item, shape)?;
            Ok((!message.internal || reader == view::Reader::Staff).then_some(message))
        };
        let (mut messages, rest) = self.seen(ticket, range, shown).await?;
        messages.reverse();
        Ok((messages, rest))
    }

    /// The latest items of a ticket that `seen` makes something of, newest first; and the number of the last one that was
    /// looked at, where there are older ones. Those that it makes nothing of take no one's place: then older ones are
    /// looked at too, in as many pages of the table as a request has time for.
    async fn seen<T>(
        &self,
        ticket: &Ticket,
        range: Range,
        seen: impl Fn(&Item) -> Result<Option<T>, Trouble>,
    ) -> Result<(Vec<T>, Option<u32>), Trouble> {
        let partition = keys::ticket_partition(&ticket.storefront, ticket.id);
        let Range { prefix, most, mut at_once, mut after } = range;
        let most = usize::try_from(most).unwrap_or_default();
        // The first is seen by everybody, and before it there is nothing.
        let older = |sk: Option<&str>| sk.and_then(|sk| number_in(sk, prefix)).filter(|number| *number > 1);
        let (mut found, mut size) = (Vec::new(), 0);
        for _ in 0..MOST_PAGES {
            let page = self.query(&partition, prefix, true, at_once, after.as_deref()).await?;
            for item in &page.items {
                if let Some(one) = seen(item)? {
                    found.push(one);
                    size += string(item, "doc").map_or(0, str::len);
                }
                after = string(item, "sk").map(str::to_owned);
                if found.len() >= most {
                    return Ok((found, older(after.as_deref())));
                }
            }
            if !page.more || size >= ENOUGH {
                break;
            }
            at_once = at_once.max(MORE_AT_ONCE);
        }
        Ok((found, older(after.as_deref())))
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
    string(item, "sk").and_then(|sk| number_in(sk, keys::CONTENT)).unwrap_or_default()
}

fn number_in(sk: &str, prefix: &str) -> Option<u32> {
    sk.strip_prefix(prefix)?.parse().ok()
}

/// What a message is shown as: its number, who wrote it and when, and what is stored of it.
type Shape = fn(u32, Option<view::By>, Option<Timestamp>, Content) -> view::MessageView;

fn message(item: &Item, shape: Shape) -> Result<view::MessageView, Trouble> {
    let number = number_of(item);
    let by = string(item, "by").and_then(view::By::parse);
    let at = item.get("at").and_then(|at| at.as_n().ok()?.parse().ok());
    let at = at.and_then(|at| Timestamp::from_millisecond(at).ok());
    Ok(shape(number, by, at, document(item, CONTENT_VERSION)?))
}

/// Which items of a ticket are looked at.
struct Range {
    prefix: &'static str,
    /// So many are wanted.
    most: i32,
    /// So many are read first.
    at_once: i32,
    /// Only those before this sort key.
    after: Option<String>,
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
