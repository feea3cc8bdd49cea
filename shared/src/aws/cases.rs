//! Cases in the table: a step is one transaction over the case, its ticket and the history, its order and its buyer.

use jiff::Timestamp;

use super::keys::{self, Key};
use super::orders::{write_buyer, write_order};
use super::pages::cursor;
use super::table::{Committed, Guard, Record, Table, Transaction, Trouble, counter, document};
use super::tickets::{ROUNDS, write};
use crate::case::{self, Case, Command, File, Refused, Step};
use crate::event::Actor;
use crate::id::{StorefrontId, TicketId};
use crate::intake::Content;

/// A case with what it stands among, and the versions these were read with.
#[derive(Clone, Debug)]
pub struct Read {
    pub file: File,
    pub case: u32,
    pub order: u32,
    pub buyer: u32,
}

/// How a command on a case ended.
#[derive(Debug)]
pub enum Moved {
    Done(Step),
    /// There was nothing to do.
    Already(File),
    Refused(Refused),
}

impl Table {
    pub async fn case(&self, shop: &StorefrontId, ticket: TicketId, number: u16) -> Result<Option<Case>, Trouble> {
        self.get(&Key::case(shop, ticket, number)).await?.map(|item| document(&item, case::VERSION)).transpose()
    }

    /// Every case of a ticket, oldest first.
    pub async fn cases(&self, shop: &StorefrontId, ticket: TicketId) -> Result<Vec<Case>, Trouble> {
        let limit = i32::try_from(case::MOST_CASES).unwrap_or(i32::MAX);
        let page = self.query(&keys::ticket_partition(shop, ticket), keys::CASE, false, limit, None).await?;
        page.items.iter().map(|item| document(item, case::VERSION)).collect()
    }

    /// A storefront's open cases of one status, longest in it first, and where the next page begins.
    pub async fn cases_in(
        &self,
        shop: &StorefrontId,
        status: case::CaseStatus,
        limit: usize,
        after: Option<&str>,
    ) -> Result<(Vec<Case>, Option<String>), Trouble> {
        let most = i32::try_from(limit).unwrap_or(100);
        let rows = self.desk(&keys::case_partition(shop, status), after.unwrap_or_default(), "~", most).await?;
        let last = rows.last().map(|(at, _)| cursor(at)).filter(|_| rows.len() == limit);
        let keys: Vec<Key> = rows.into_iter().map(|(_, key)| key).collect();
        let items = self.get_many(&keys).await?;
        let cases: Result<Vec<Case>, Trouble> =
            items.iter().flatten().map(|item| document(item, case::VERSION)).collect();
        // The index may be behind the case by a moment.
        Ok((cases?.into_iter().filter(|case| case.status == status).collect(), last))
    }

    /// A case with everything that a step of it may change.
    pub async fn case_file(
        &self,
        shop: &StorefrontId,
        ticket: TicketId,
        number: u16,
        now: Timestamp,
    ) -> Result<Option<Read>, Trouble> {
        let read = self.get_many(&[Key::ticket(shop, ticket), Key::case(shop, ticket, number)]).await?;
        let [Some(ticket), Some(found)] = read.as_slice() else { return Ok(None) };
        let (ticket, case): (crate::ticket::Ticket, Case) =
            (document(ticket, crate::ticket::VERSION)?, document(found, case::VERSION)?);
        let order = self.order(shop, &case.order).await?;
        let order = order.ok_or_else(|| Trouble::Unavailable(format!("order {} is not there", case.order)))?;
        let buyer = self.buyer(shop, &case.customer).await?;
        let promised = self.settings_version(shop, ticket.settings, now).await?;
        let rules = self.settings_version(shop, case.settings, now).await?;
        let version = counter(found, "ver").unwrap_or(0);
        let file = File { ticket, promised, case, rules, order: order.value, buyer: buyer.value };
        Ok(Some(Read { file, case: version, order: order.version, buyer: buyer.version }))
    }

    /// Carries a command out on a case as it is, again from the start if somebody else was faster. Nothing where there is no
    /// such case.
    pub async fn move_case(
        &self,
        (shop, ticket, number): (&StorefrontId, TicketId, u16),
        command: &Command,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<Moved>, Trouble> {
        for _ in 0..ROUNDS {
            let Some(read) = self.case_file(shop, ticket, number, now).await? else { return Ok(None) };
            let step = match read.file.step(command, by, now) {
                Ok(Some(step)) => step,
                Ok(None) => return Ok(Some(Moved::Already(read.file))),
                Err(why) => return Ok(Some(Moved::Refused(why))),
            };
            let mut transaction = Transaction::default();
            write_step(&mut transaction, &read, &step, None)?;
            if self.commit(transaction).await? == Committed::Done {
                return Ok(Some(Moved::Done(step)));
            }
        }
        Err(Trouble::Unavailable(format!("case {number} of ticket {ticket} was changed {ROUNDS} times meanwhile")))
    }
}

/// Adds a step, and what was typed with it, to a transaction.
pub fn write_step(
    transaction: &mut Transaction,
    read: &Read,
    step: &Step,
    content: Option<&Content>,
) -> Result<(), Trouble> {
    write(transaction, Some(&read.file.ticket), &step.entry, &step.ticket, content)?;
    write_rest(transaction, step, (read.case, read.order, read.buyer))
}

/// The same of everything but the ticket. The versions are of the case, the order and the buyer.
pub fn write_rest(
    transaction: &mut Transaction,
    step: &Step,
    (case, order, buyer): (u32, u32, u32),
) -> Result<(), Trouble> {
    let shop = &step.case.storefront;
    let key = Key::case(shop, step.case.ticket, step.case.number);
    let mut record = Record::new(case::VERSION, &step.case)?;
    if let Some((partition, row)) = keys::case_row(&step.case) {
        record = record.with("desk_pk", partition).with("desk_sk", row);
    }
    transaction.put_next(Guard::Case, &key, record, case);
    if let Some(after) = &step.order {
        write_order(transaction, after, order)?;
    }
    if let Some(after) = &step.buyer {
        write_buyer(transaction, shop, &step.case.customer, after, buyer)?;
    }
    Ok(())
}
