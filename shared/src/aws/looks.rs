//! Who of the staff looked at what customers wrote: an item a look, beside the ticket, written before anything is shown
//! and never changed. It goes by itself when its time is over.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::keys::{self, Key};
use super::table::{Committed, Guard, Record, Table, Transaction, Trouble, document, string};
use super::tickets::ROUNDS;
use crate::id::StaffId;
use crate::ticket::Ticket;

/// The version of the stored shape of a look.
const VERSION: u32 = 1;

/// One look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    pub by: StaffId,
    #[serde(with = "crate::sla::millis")]
    pub at: Timestamp,
}

impl Table {
    /// Puts a look on record for so many days. That it is there already is as good: the same person at the same instant.
    pub async fn look(&self, ticket: &Ticket, by: &StaffId, at: Timestamp, days: u16) -> Result<(), Trouble> {
        let key = Key::look(&ticket.storefront, ticket.id, at, by);
        let kept = SignedDuration::from_hours(24 * i64::from(days));
        for _ in 0..ROUNDS {
            let record = Record::new(VERSION, &Look { by: by.clone(), at })?;
            let record = record.expires(at.saturating_add(kept).unwrap_or(Timestamp::MAX));
            let mut transaction = Transaction::default();
            transaction.put_new(Guard::Look, &key, record);
            match self.commit(transaction).await? {
                Committed::Done | Committed::Refused(_) => return Ok(()),
                Committed::Contended => {}
            }
        }
        Err(Trouble::Unavailable(format!("a look at ticket {} could not be put on record", ticket.id)))
    }

    /// Looks at a ticket, latest first, at most `limit`, each with its place; `after` is the place of the last one of the
    /// page before.
    pub async fn looks(
        &self,
        ticket: &Ticket,
        limit: i32,
        after: Option<&str>,
    ) -> Result<(Vec<(String, Look)>, bool), Trouble> {
        let partition = keys::ticket_partition(&ticket.storefront, ticket.id);
        let after = after.map(|place| format!("{}{place}", keys::LOOK));
        let page = self.query(&partition, keys::LOOK, true, limit, after.as_deref()).await?;
        let mut looks = Vec::new();
        for item in &page.items {
            let place = string(item, "sk").and_then(|sk| sk.strip_prefix(keys::LOOK)).unwrap_or_default();
            looks.push((place.to_owned(), document(item, VERSION)?));
        }
        Ok((looks, page.more))
    }
}
