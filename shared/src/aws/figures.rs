//! Rows in the table. What an entry or feedback counts follows from what never changes, so its row is put whatever is there.
//! What an order counts depends on its customer's other orders: whoever writes such a row looks again afterwards, so that of
//! two who count at once the later one has seen both.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::keys::{self, ASKED, BOUGHT, Key, UPSET};
use super::table::{Guard, Record, Table, Transaction, Trouble, document, string};
use super::tickets::ROUNDS;
use crate::event::{self, Entry, Event};
use crate::figures::{self, Buying, Measure, Row, bought, ended, tally};
use crate::id::{CustomerRef, FeedbackId, OrderId, ProductId, StorefrontId, TicketId};
use crate::order::Facts;
use crate::sla::millis;

/// Entries of one page of a history.
const AT_ONCE: i32 = 500;
/// Orders that are looked through for one that is not moved.
const MOST_MOVED: i32 = 20;
/// Marks of late rows are kept for so long, and so is what a run that was missed has to catch up with.
pub const KEPT: SignedDuration = SignedDuration::from_hours(24 * 60);
/// The two rows of an order, by their numbers.
const PLACED: u32 = 1;
const ENDED: u32 = 2;

/// That a customer bought something, beside their other orders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bought {
    pub customer: CustomerRef,
    pub order: OrderId,
    #[serde(with = "millis")]
    pub placed: Timestamp,
    /// The shop's zone when the order was first heard of.
    pub zone: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<ProductId>,
    /// Its storefront says now that it was placed at another instant: it is not here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub moved: bool,
}

/// Orders next to an instant, those that moved left out.
#[derive(Debug, PartialEq, Eq)]
struct Around {
    own: Option<Bought>,
    before: Option<Bought>,
    after: Option<Bought>,
    rows: Vec<(Key, Row)>,
}

impl Table {
    /// Counts one entry of a ticket. Answers whether it counts anything.
    pub async fn count_entry(
        &self,
        shop: &StorefrontId,
        (ticket, seq): (TicketId, u32),
        now: Timestamp,
    ) -> Result<bool, Trouble> {
        let history = self.history_until(shop, ticket, seq).await?;
        let Some(Event::Opened { settings, customer, .. }) = history.first().and_then(|entry| entry.events.first())
        else {
            return Err(Trouble::Unavailable(format!("ticket {ticket} does not begin with being opened")));
        };
        let zone = self.settings_version(shop, *settings, now).await?.zone();
        let Some(row) = tally(&history, &zone) else { return Ok(false) };
        self.put_row(shop, &Key::row(shop, row.day, &ticket.to_string(), seq), &row, now).await?;
        self.put_into_draw(shop, ticket, &row).await?;
        // The customer's score may come after the review that it is compared with.
        if row.parts.iter().any(|part| !part.sheet.scores.is_empty()) {
            self.count_review(shop, ticket, now).await?;
        }
        let at = history.last().map_or(now, |entry| entry.at);
        let count = |measure: Measure| row.parts.iter().map(|part| part.sheet.get(measure)).sum::<i64>();
        let broken = |part: &figures::Part| part.sheet.promises.get("resolution").is_some_and(|kept| kept.breached > 0);
        if count(Measure::Asked) > 0 {
            self.put_moment(&Key::moment(shop, customer, ASKED, at, &ticket.to_string()), at).await?;
            if let Some(next) = self.neighbour(shop, customer, at, "", false).await? {
                self.count_bought(shop, &next.customer, (&next.order, next.placed), now).await?;
            }
        }
        if count(Measure::Complaint) + count(Measure::LowScore) > 0 || row.parts.iter().any(broken) {
            self.put_moment(&Key::moment(shop, customer, UPSET, at, &ticket.to_string()), at).await?;
            if let Some(last) = self.neighbour(shop, customer, at, "", true).await? {
                self.count_bought(shop, &last.customer, (&last.order, last.placed), now).await?;
            }
        }
        Ok(true)
    }

    /// A ticket's history up to an entry; all of it is there, because entries have no gaps.
    async fn history_until(&self, shop: &StorefrontId, id: TicketId, seq: u32) -> Result<Vec<Entry>, Trouble> {
        let partition = keys::ticket_partition(shop, id);
        let (mut history, mut after): (Vec<Entry>, Option<String>) = (Vec::new(), None);
        while history.len() < usize::try_from(seq).unwrap_or(usize::MAX) {
            let left = i32::try_from(seq).unwrap_or(AT_ONCE) - i32::try_from(history.len()).unwrap_or(0);
            let page = self.query(&partition, keys::ENTRY, false, left.min(AT_ONCE), after.as_deref()).await?;
            for item in &page.items {
                history.push(document(item, event::VERSION)?);
            }
            after = page.items.last().and_then(|item| string(item, "sk")).map(str::to_owned);
            if page.items.is_empty() {
                return Err(Trouble::Unavailable(format!("ticket {id} has no entry {seq}")));
            }
        }
        Ok(history)
    }

    /// Counts feedback.
    pub async fn count_feedback(&self, shop: &StorefrontId, id: &FeedbackId, now: Timestamp) -> Result<bool, Trouble> {
        let Some(one) = self.feedback(shop, id).await? else { return Ok(false) };
        let row = one.row();
        self.put_row(shop, &Key::row(shop, row.day, &format!("feedback.{id}"), PLACED), &row, now).await?;
        Ok(true)
    }

    /// Counts an order, and those next to it, which it may make repurchases or kept customers, or make none.
    pub async fn count_bought(
        &self,
        shop: &StorefrontId,
        customer: &CustomerRef,
        (order, placed): (&OrderId, Timestamp),
        now: Timestamp,
    ) -> Result<bool, Trouble> {
        let mut around = self.around(shop, customer, (order, placed)).await?;
        for _ in 0..ROUNDS {
            for (key, row) in &around.rows {
                self.put_row(shop, key, row, now).await?;
            }
            let again = self.around(shop, customer, (order, placed)).await?;
            if again == around {
                return Ok(true);
            }
            around = again;
        }
        Err(Trouble::Unavailable(format!("orders next to {order} were changed {ROUNDS} times meanwhile")))
    }

    async fn around(
        &self,
        shop: &StorefrontId,
        customer: &CustomerRef,
        (order, placed): (&OrderId, Timestamp),
    ) -> Result<Around, Trouble> {
        let item = self.get(&Key::moment(shop, customer, BOUGHT, placed, order.as_str())).await?;
        let here: Option<Bought> = item.map(|item| document(&item, figures::VERSION)).transpose()?;
        let own = here.clone().filter(|here| !here.moved);
        let before = self.neighbour(shop, customer, placed, order.as_str(), true).await?;
        let after = self.neighbour(shop, customer, placed, order.as_str(), false).await?;
        let mut rows = Vec::new();
        if let Some(here) = &here {
            let (placed, ended) = match &own {
                Some(_) => {
                    let buying = self.buying(shop, here, before.as_ref(), after.as_ref()).await?;
                    (bought(&buying, &zone(here)), ended(&buying, &zone(here)))
                }
                None => nowhere(here),
            };
            rows.extend([row(shop, here, PLACED, placed), row(shop, here, ENDED, ended)]);
        }
        let own_or = |other: &Option<Bought>| own.clone().or_else(|| other.clone());
        if let Some(before) = &before {
            let buying = self.buying(shop, before, None, own_or(&after).as_ref()).await?;
            rows.push(row(shop, before, ENDED, ended(&buying, &zone(before))));
        }
        if let Some(after) = &after {
            let buying = self.buying(shop, after, own_or(&before).as_ref(), None).await?;
            rows.push(row(shop, after, PLACED, bought(&buying, &zone(after))));
        }
        Ok(Around { own, before, after, rows })
    }

    async fn buying(
        &self,
        shop: &StorefrontId,
        of: &Bought,
        before: Option<&Bought>,
        after: Option<&Bought>,
    ) -> Result<Buying, Trouble> {
        Ok(Buying {
            placed: of.placed,
            before: before.map(|order| order.placed),
            after: after.map(|order| order.placed),
            asked: self.nearest(shop, (&of.customer, ASKED), of.placed, true).await?,
            upset: self.nearest(shop, (&of.customer, UPSET), of.placed, false).await?,
            products: of.products.clone(),
        })
    }

    /// The order next to a place among a customer's orders.
    async fn neighbour(
        &self,
        shop: &StorefrontId,
        customer: &CustomerRef,
        at: Timestamp,
        order: &str,
        before: bool,
    ) -> Result<Option<Bought>, Trouble> {
        // Of one instant all orders are before the place that has none of its own.
        let order = if order.is_empty() { "~" } else { order };
        let place = Key::moment(shop, customer, BOUGHT, at, order);
        let page = self.query(&place.pk, BOUGHT, before, MOST_MOVED, Some(&place.sk)).await?;
        for item in &page.items {
            let found: Bought = document(item, figures::VERSION)?;
            if !found.moved {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// When the last of a customer's moments of a sort was before an instant, or the first after it.
    async fn nearest(
        &self,
        shop: &StorefrontId,
        (customer, what): (&CustomerRef, &str),
        at: Timestamp,
        before: bool,
    ) -> Result<Option<Timestamp>, Trouble> {
        let place = Key::moment(shop, customer, what, at, "~");
        let page = self.query(&place.pk, what, before, 1, Some(&place.sk)).await?;
        let at = |text: &str| text.strip_prefix(what)?.split('#').next()?.parse().ok();
        Ok(page.items.first().and_then(|item| at(string(item, "sk")?)))
    }

    async fn put_moment(&self, key: &Key, at: Timestamp) -> Result<(), Trouble> {
        self.put(key, Record::new(figures::VERSION, &at.as_millisecond())?).await
    }

    /// Puts a row, and where its day is over says so, for the sheet of that day to be made again.
    pub(super) async fn put_row(
        &self,
        shop: &StorefrontId,
        key: &Key,
        row: &Row,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        self.put(key, Record::new(figures::VERSION, row)?).await?;
        let today = now.to_zoned(self.settings(shop, now).await?.zone()).date();
        if row.day < today {
            let mark = Record::new(figures::VERSION, &now.as_millisecond())?;
            self.put(&Key::late(shop, row.day), mark.expires(now.saturating_add(KEPT).unwrap_or(now))).await?;
        }
        Ok(())
    }

    /// Adds to a transaction that a customer bought something, and where their storefront said before that it was at another
    /// instant, that it was not then.
    pub async fn write_bought(
        &self,
        transaction: &mut Transaction,
        (order, known): (&OrderId, Option<&Facts>),
        facts: &Facts,
        (shop, now): (&StorefrontId, Timestamp),
    ) -> Result<(), Trouble> {
        let key = |placed: Timestamp| Key::moment(shop, &facts.customer, BOUGHT, placed, order.as_str());
        let earlier = match known {
            Some(known) => self.get(&key(known.placed)).await?,
            None => None,
        };
        let earlier: Option<Bought> = earlier.map(|item| document(&item, figures::VERSION)).transpose()?;
        let zone = match &earlier {
            Some(earlier) => earlier.zone.clone(),
            None => self.settings(shop, now).await?.settings.shop.time_zone.clone(),
        };
        let mut products: Vec<ProductId> = facts.lines.iter().filter_map(|line| line.product.clone()).collect();
        products.sort();
        products.dedup();
        let (customer, order) = (facts.customer.clone(), order.clone());
        let after = Bought { customer, order, placed: facts.placed, zone, products, moved: false };
        if let Some(earlier) = earlier.filter(|earlier| earlier.placed != after.placed) {
            let gone = Bought { moved: true, ..earlier };
            transaction.put_anyhow(Guard::Bought, &key(gone.placed), Record::new(figures::VERSION, &gone)?);
        }
        transaction.put_anyhow(Guard::Bought, &key(after.placed), Record::new(figures::VERSION, &after)?);
        Ok(())
    }
}

fn zone(of: &Bought) -> TimeZone {
    TimeZone::get(&of.zone).unwrap_or(TimeZone::UTC)
}

/// What an order counts where it is not any more: nothing, on the days on which it was.
fn nowhere(of: &Bought) -> (Row, Row) {
    let buying =
        Buying { placed: of.placed, before: None, after: None, asked: None, upset: None, products: Vec::new() };
    let empty = |row: Row| Row { parts: Vec::new(), ..row };
    (empty(bought(&buying, &zone(of))), empty(ended(&buying, &zone(of))))
}

fn row(shop: &StorefrontId, of: &Bought, number: u32, row: Row) -> (Key, Row) {
    // Where it was placed is part of its name: moved within a day it is another row.
    let subject = format!("order.{}.{}", of.order, of.placed.as_millisecond());
    (Key::row(shop, row.day, &subject, number), row)
}
