//! Handing out: who is at work as the table has it, and the tickets that wait for them, oldest first. A ticket and its
//! agent's load change in one transaction, on the condition that both are as they were read: two that hand out at once
//! give each ticket to one person, and nobody more than they can hold.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::try_join_all;
use jiff::Timestamp;

use super::keys::{self, Key};
use super::table::{Committed, Guard, Item, Table, Transaction, Trouble, document, key_of, string};
use super::tickets::{ROUNDS, advance, write, write_handed};
use crate::event::Actor;
use crate::id::{StaffId, StorefrontId};
use crate::roster::{self, AtWork, Duty, Presence, Roster, Wanted};
use crate::settings::Loaded;
use crate::ticket::{self, Command, Ticket, decide};

/// Items of a page of the roster, and pages: everybody a storefront may list, and three times as many who left.
const ROSTER_PAGE: i32 = 400;
const ROSTER_PAGES: usize = 3;
/// Tickets read at once: as many as one person is likely to have room for.
const AT_ONCE: usize = 25;
/// Tickets taken back in one run from those who left.
const MOST_TAKEN_BACK: i32 = 100;

/// How far one call goes.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// Tickets handed out at most.
    pub handed: u32,
    /// Of each team's queue, the oldest tickets that are looked at. More than these that nobody can take would hide those
    /// behind them.
    pub looked: i32,
}

impl Reach {
    /// While somebody waits for the answer to a request: what their own capacity lets in, and the scan goes on.
    pub const REQUEST: Self = Self { handed: 10, looked: 50 };
    /// One storefront in one run of a scan: some 10 ms a ticket.
    pub const SCAN: Self = Self { handed: 200, looked: 500 };
}

/// What one call did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HandedOut {
    pub handed: u32,
    /// Tickets left waiting in the queues of teams on shift, as far as they were looked at.
    pub waiting: u32,
    /// When the oldest of these was opened.
    pub oldest: Option<Timestamp>,
    /// Tickets that cannot be read.
    pub failed: u32,
}

/// A row of a queue: when the ticket was opened, and which it is.
struct Row<'a> {
    at: String,
    key: Key,
    team: &'a str,
}

/// How one ticket ended.
enum Ending {
    Handed,
    /// Nobody can take it now.
    Waits,
    /// It does not wait any more.
    Gone,
}

impl Table {
    /// Who is at work. What a build after this one wrote there is an error, never a guess.
    pub async fn roster(&self, shop: &StorefrontId) -> Result<Roster, Trouble> {
        let partition = keys::roster_partition(shop);
        let mut roster = Roster::new();
        let mut after: Option<String> = None;
        for _ in 0..ROSTER_PAGES {
            let page = self.query(&partition, keys::AGENT, false, ROSTER_PAGE, after.as_deref()).await?;
            for item in &page.items {
                roster.extend(at_work(item)?);
            }
            after = page.items.last().and_then(|item| string(item, "sk")).map(str::to_owned);
            if !page.more {
                break;
            }
        }
        Ok(roster)
    }

    /// One person at work.
    pub async fn at_work(&self, shop: &StorefrontId, id: &StaffId) -> Result<AtWork, Trouble> {
        let item = self.get(&Key::agent(shop, id)).await?;
        Ok(item.as_ref().map(at_work).transpose()?.flatten().map(|(_, at_work)| at_work).unwrap_or_default())
    }

    pub async fn set_presence(&self, shop: &StorefrontId, id: &StaffId, presence: Presence) -> Result<(), Trouble> {
        for _ in 0..ROUNDS {
            let mut transaction = Transaction::default();
            transaction.presence(Guard::Agent, &Key::agent(shop, id), presence);
            if self.commit(transaction).await? == Committed::Done {
                return Ok(());
            }
        }
        Err(Trouble::Unavailable(format!("the presence of {id} is written to by somebody else")))
    }

    /// Hands waiting tickets to those on shift, oldest first. Where nobody is, nothing is read but the settings; where
    /// nothing waits, each queue once.
    pub async fn hand_out(&self, shop: &StorefrontId, now: Timestamp, reach: Reach) -> Result<HandedOut, Trouble> {
        let settings = self.settings(shop, now).await?;
        let duties = roster::on_shift(&settings, now);
        let teams: BTreeSet<&str> = duties.iter().map(|duty| duty.team).collect();
        let queues =
            try_join_all(teams.into_iter().map(|team| self.queue(shop, team, &settings, reach.looked))).await?;
        let mut rows: Vec<Row<'_>> = queues.into_iter().flatten().collect();
        if rows.is_empty() {
            return Ok(HandedOut::default());
        }
        rows.sort_by(|one, other| one.at.cmp(&other.at));
        let roster = self.roster(shop).await?;
        let mut handing = Handing { table: self, settings: &settings, duties: &duties, roster, now };
        let mut done = HandedOut::default();
        for batch in rows.chunks(AT_ONCE) {
            let (open, shut): (Vec<&Row<'_>>, Vec<&Row<'_>>) =
                batch.iter().partition(|row| done.handed < reach.handed && handing.has_room(row.team));
            shut.iter().for_each(|row| done.left(opened(&row.at)));
            let keys: Vec<Key> = open.iter().map(|row| row.key.clone()).collect();
            if keys.is_empty() {
                continue;
            }
            for item in self.get_many(&keys).await?.iter().flatten() {
                let Some(ticket) = readable(item) else {
                    done.failed += 1;
                    continue;
                };
                let since = ticket.opened;
                let ending = if done.handed < reach.handed { handing.hand(ticket).await? } else { Ending::Waits };
                match ending {
                    Ending::Handed => done.handed += 1,
                    Ending::Waits => done.left(Some(since)),
                    Ending::Gone => {}
                }
            }
        }
        Ok(done)
    }

    /// The oldest tickets that wait for a team, under whatever name.
    async fn queue<'a>(
        &self,
        shop: &StorefrontId,
        team: &'a str,
        settings: &Loaded,
        most: i32,
    ) -> Result<Vec<Row<'a>>, Trouble> {
        let queues =
            settings.queues_of(team).map(async |name| self.held(&keys::waiting_for(shop, name), "", most).await);
        let rows = try_join_all(queues).await?.into_iter().flatten();
        Ok(rows.map(|(at, key)| Row { at, key, team }).collect())
    }

    /// Gives the tickets of those who are not on the staff list any more back to their teams' queues, and answers how
    /// many. What somebody else changes meanwhile is left to the next run.
    pub async fn take_back(&self, shop: &StorefrontId, now: Timestamp) -> Result<u32, Trouble> {
        let roster = self.roster(shop).await?;
        let known = self.settings(shop, now).await?;
        let holding: Vec<&StaffId> =
            roster.iter().filter(|(id, at)| at.held > 0 && known.person(id).is_none()).map(|(id, _)| id).collect();
        if holding.is_empty() {
            return Ok(0);
        }
        // Somebody who was added a moment ago is nobody who left: these are the settings as they are now.
        let version = self.settings_number(shop).await?;
        let settings = self.settings_version(shop, version, now).await?;
        let mut taken = 0;
        for person in holding.into_iter().filter(|id| settings.person(id).is_none()) {
            let rows = self.held(&keys::held_by(shop, person), "", MOST_TAKEN_BACK).await?;
            let keys: Vec<Key> = rows.into_iter().map(|(_, key)| key).collect();
            for item in self.get_many(&keys).await?.iter().flatten() {
                let Some(ticket) = readable(item) else { continue };
                taken += u32::from(self.take_from(&ticket, person, now).await?);
            }
            if taken >= MOST_TAKEN_BACK.unsigned_abs() {
                break;
            }
        }
        Ok(taken)
    }

    async fn take_from(&self, ticket: &Ticket, person: &StaffId, now: Timestamp) -> Result<bool, Trouble> {
        if ticket.holder() != Some(person) {
            return Ok(false);
        }
        let settings = self.settings_version(&ticket.storefront, ticket.settings, now).await?;
        // A timer that ran out first may have ended it.
        let Ok(events) = decide(ticket, &Command::Release, now, &settings) else { return Ok(false) };
        let (entry, after) = advance(ticket, events, Actor::System, now);
        let mut transaction = Transaction::default();
        write(&mut transaction, Some(ticket), &entry, &after, None)?;
        Ok(self.commit(transaction).await? == Committed::Done)
    }
}

impl HandedOut {
    fn left(&mut self, opened: Option<Timestamp>) {
        self.waiting += 1;
        self.oldest = self.oldest.into_iter().chain(opened).min();
    }
}

/// One storefront at one instant, while tickets are handed out.
struct Handing<'a> {
    table: &'a Table,
    settings: &'a Arc<Loaded>,
    duties: &'a [Duty<'a>],
    roster: Roster,
    now: Timestamp,
}

impl Handing<'_> {
    fn has_room(&self, team: &str) -> bool {
        self.duties.iter().any(|duty| duty.team == team && duty.has_room(&self.roster))
    }

    /// Hands one ticket out. Where it or the person changed since they were read, everything is looked at again.
    async fn hand(&mut self, ticket: Ticket) -> Result<Ending, Trouble> {
        let mut ticket = ticket;
        for _ in 0..ROUNDS {
            // The index may be behind the ticket by a moment.
            if !ticket.status.is_live() || ticket.assignee.is_some() {
                return Ok(Ending::Gone);
            }
            let wanted = Wanted::by(&ticket, self.settings);
            let Some(duty) = roster::next(self.duties, &self.roster, wanted) else { return Ok(Ending::Waits) };
            let (to, at_work) = (duty.person.id.clone(), duty.at_work(&self.roster));
            // A timer that ran out first may have ended it.
            let command = Command::Assign { to: to.clone() };
            let own = self.table.settings_version(&ticket.storefront, ticket.settings, self.now).await?;
            let own = own.staffed_as(self.settings);
            let Ok(events) = decide(&ticket, &command, self.now, &own) else { return Ok(Ending::Gone) };
            let (entry, after) = advance(&ticket, events, Actor::System, self.now);
            let mut transaction = Transaction::default();
            write_handed(&mut transaction, &entry, &after, &to, at_work.held)?;
            match self.table.commit(transaction).await? {
                Committed::Done => {
                    let (storefront, id) = (&ticket.storefront, ticket.id);
                    tracing::info!(%storefront, ticket = %id, staff = %to, "ticket handed out");
                    let now = AtWork { held: at_work.held + 1, last_at: Some(self.now), ..at_work };
                    self.roster.insert(to, now);
                    return Ok(Ending::Handed);
                }
                Committed::Refused(_) | Committed::Contended => {
                    self.roster = self.table.roster(&ticket.storefront).await?;
                    match self.table.ticket(&ticket.storefront, ticket.id).await? {
                        Some(fresh) => ticket = fresh,
                        None => return Ok(Ending::Gone),
                    }
                }
            }
        }
        // Others keep changing it: whoever looks next sees where it stands.
        Ok(Ending::Waits)
    }
}

/// A ticket; one that this build cannot read is logged and does not stop the others.
fn readable(item: &Item) -> Option<Ticket> {
    match document(item, ticket::VERSION) {
        Ok(ticket) => Some(ticket),
        Err(trouble) => {
            tracing::error!(error = %trouble, "a ticket could not be handed out or taken back");
            None
        }
    }
}

/// When the ticket of a queue's row was opened.
fn opened(at: &str) -> Option<Timestamp> {
    at.split('|').next()?.parse().ok()
}

/// Who an item of the roster is about, and how they are at work.
fn at_work(item: &Item) -> Result<Option<(StaffId, AtWork)>, Trouble> {
    let Some(id) = string(item, "sk").and_then(|sk| StaffId::parse(sk.strip_prefix(keys::AGENT)?)) else {
        return Ok(None);
    };
    let number = |held: &AttributeValue| held.as_n().ok().and_then(|held| held.parse().ok());
    let held = item.get("held").map_or(Some(0), number);
    let last_at = string(item, "last_at").map_or(Some(None), |at| at.parse().ok().map(Some));
    let presence = string(item, "presence").map_or(Some(Presence::Available), Presence::parse);
    let read = held.zip(last_at).zip(presence);
    let read = read.map(|((held, last_at), presence)| (id, AtWork { presence, held, last_at }));
    let key = || key_of(item).unwrap_or(Key { pk: String::new(), sk: String::new() });
    read.map(Some)
        .ok_or_else(|| Trouble::Unreadable { key: key(), why: "its attributes are of another form".to_owned() })
}
