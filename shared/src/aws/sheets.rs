//! Sheets in the table: of each day, made from its rows, and of periods that are over, made once. The pages of a sheet are
//! named by a hash of all of it, and its head, written last, says which: a reader sees one sheet or the other, never half.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::figures::KEPT;
use super::keys::{self, Key, ROW, ROW_SHARDS};
use super::table::{Committed, Guard, Record, Table, Transaction, Trouble, document, string};
use crate::figures::{self, Dimension, Period, Row, Sheet, Sheets, Window};
use crate::id::StorefrontId;
use crate::sla::millis;
use crate::text::fingerprint;

/// Rows of one page: at most a third of the megabyte that one read gives.
const AT_ONCE: i32 = 1_000;
/// Bytes of a page of sheets; an item may have 400 KB.
const LARGEST_PAGE: usize = 300_000;
/// Characters of the hash that names the pages.
const RUN: usize = 16;
/// Whoever counts an entry of a day's last minute may need so long after it, and clocks differ.
const SETTLES: SignedDuration = SignedDuration::from_mins(60);
const SLACK: SignedDuration = SignedDuration::from_mins(5);
/// Days after its end on which a period is closed: later rows change its days, and it no more.
pub const CLOSES_AFTER_DAYS: i64 = 3;

/// What is kept of the sheets of a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// When its rows were begun to be read.
    #[serde(with = "millis")]
    pub made: Timestamp,
    pub run: String,
    /// How many pages there are by each dimension.
    pub pages: BTreeMap<Dimension, usize>,
    pub all: Sheet,
    /// The settings whose goals it is held against.
    pub settings: u32,
}

/// What one run did for one storefront.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Made {
    pub days: u32,
    pub periods: u32,
    /// Whether it was marked that the month's feedback will not come to its goal.
    pub shortfall: bool,
}

impl Table {
    /// Makes the sheets of the running day, of days that ended since, of days that got late rows, and of periods that are over.
    pub async fn make_sheets(&self, shop: &StorefrontId, now: Timestamp) -> Result<Made, Trouble> {
        let settings = self.settings(shop, now).await?;
        let zone = settings.zone();
        let today = now.to_zoned(zone.clone()).date();
        let item = self.get(&Key::counted(shop)).await?;
        let counted: Option<Date> = item.map(|item| document(&item, figures::VERSION)).transpose()?;
        let first = counted.map_or(today.saturating_sub(1.day()), |day| day.saturating_add(1.day()));
        let mut days: Vec<Date> = first.series(1.day()).take_while(|day| *day <= today).collect();
        days.extend(self.late_days(shop).await?);
        days.sort_unstable();
        days.dedup();
        let mut made = Made::default();
        let mut through = counted;
        for day in days.into_iter().filter(|day| *day <= today) {
            let sheets = self.sum(shop, day).await?;
            let expires = (day == today).then(|| now.saturating_add(KEPT).unwrap_or(now));
            let head = self.write_pages(shop, &day.to_string(), (&sheets, settings.version), now, expires).await?;
            self.put(&Key::sheets(shop, &day.to_string()), Record::new(figures::VERSION, &head)?).await?;
            made.days += 1;
            let over = day.saturating_add(1.day()).to_zoned(zone.clone()).map_or(now, |end| end.timestamp());
            if now.duration_since(over) >= SETTLES {
                through = through.max(Some(day));
            }
        }
        if through != counted {
            self.put(&Key::counted(shop), Record::new(figures::VERSION, &through)?).await?;
        }
        for period in Self::over(today) {
            made.periods += u32::from(self.close(shop, period, settings.version, now).await?);
        }
        made.shortfall = self.mark_shortfall(shop, &settings, today).await?;
        Ok(made)
    }

    /// Days with rows that came after their sheet was made.
    async fn late_days(&self, shop: &StorefrontId) -> Result<Vec<Date>, Trouble> {
        let partition = Key::counted(shop).pk;
        let page = self.query(&partition, keys::LATE, false, AT_ONCE, None).await?;
        let mut days = Vec::new();
        for item in &page.items {
            let marked: i64 = document(item, figures::VERSION)?;
            let day = string(item, "sk").and_then(|sk| sk.strip_prefix(keys::LATE)?.parse::<Date>().ok());
            let Some(day) = day else { continue };
            let head = self.head(shop, &day.to_string()).await?;
            let since = head.map(|head| head.made.saturating_sub(SLACK).unwrap_or(head.made).as_millisecond());
            if since.is_none_or(|since| marked >= since) {
                days.push(day);
            }
        }
        Ok(days)
    }

    /// The sum of a day's rows.
    pub async fn sum(&self, shop: &StorefrontId, day: Date) -> Result<Sheets, Trouble> {
        let shards = ROW_SHARDS.iter().map(|shard| self.sum_shard(keys::row_partition(shop, day, *shard)));
        let mut sheets = Sheets::default();
        try_join_all(shards).await?.iter().for_each(|part| sheets.merge(part));
        Ok(sheets)
    }

    async fn sum_shard(&self, partition: String) -> Result<Sheets, Trouble> {
        let (mut sheets, mut after) = (Sheets::default(), None);
        loop {
            let page = self.query(&partition, ROW, false, AT_ONCE, after.as_deref()).await?;
            for item in &page.items {
                sheets.add(&document::<Row>(item, figures::VERSION)?);
            }
            after = page.items.last().and_then(|item| string(item, "sk")).map(str::to_owned);
            if !page.more {
                return Ok(sheets);
            }
        }
    }

    /// The periods that closed last.
    fn over(today: Date) -> impl Iterator<Item = Period> {
        let last = |period: &Period| period.days().1;
        let ended = Period::around(today).into_iter().filter_map(Period::before);
        ended.filter(move |period| last(period).saturating_add(CLOSES_AFTER_DAYS.days()) < today)
    }

    /// Makes the sheets of a period that is over, once: whoever comes later finds them there.
    async fn close(&self, shop: &StorefrontId, period: Period, settings: u32, now: Timestamp) -> Result<bool, Trouble> {
        let name = period.to_string();
        if self.head(shop, &name).await?.is_some() {
            return Ok(false);
        }
        let Some(sheets) = self.merged(shop, &period.window(), Dimension::ALL).await? else {
            return Ok(false);
        };
        let head = self.write_pages(shop, &name, (&sheets, settings), now, None).await?;
        let mut transaction = Transaction::default();
        transaction.put_new(Guard::Sheets, &Key::sheets(shop, &name), Record::new(figures::VERSION, &head)?);
        Ok(self.commit(transaction).await? == Committed::Done)
    }

    pub async fn head(&self, shop: &StorefrontId, time: &str) -> Result<Option<Head>, Trouble> {
        self.get(&Key::sheets(shop, time)).await?.map(|item| document(&item, figures::VERSION)).transpose()
    }

    /// Those of many times at once, in their order.
    pub async fn heads(&self, shop: &StorefrontId, times: &[String]) -> Result<Vec<Option<Head>>, Trouble> {
        let wanted: Vec<Key> = times.iter().map(|time| Key::sheets(shop, time)).collect();
        let items = if wanted.is_empty() { Vec::new() } else { self.get_many(&wanted).await? };
        items.iter().map(|item| item.as_ref().map(|item| document(item, figures::VERSION)).transpose()).collect()
    }

    /// The sheets of a period that is over, if they are made.
    pub async fn closed(
        &self,
        shop: &StorefrontId,
        period: Period,
        by: &[Dimension],
    ) -> Result<Option<(Head, Sheets)>, Trouble> {
        let name = period.to_string();
        let Some(head) = self.head(shop, &name).await? else { return Ok(None) };
        let sheets = self.read_pages(shop, &name, &head, by).await?;
        Ok(Some((head, sheets)))
    }

    /// The sheets of a window's days together, those of all and by some dimensions; nothing where no day has any.
    pub async fn merged(
        &self,
        shop: &StorefrontId,
        window: &Window,
        by: &[Dimension],
    ) -> Result<Option<Sheets>, Trouble> {
        let days: Vec<String> = window.days().map(|day| day.to_string()).collect();
        let heads = self.heads(shop, &days).await?;
        let mut merged: Option<Sheets> = None;
        for (day, head) in days.iter().zip(heads) {
            let Some(head) = head else { continue };
            let sheets = self.read_pages(shop, day, &head, by).await?;
            merged.get_or_insert_default().merge(&sheets);
        }
        Ok(merged)
    }

    async fn read_pages(
        &self,
        shop: &StorefrontId,
        time: &str,
        head: &Head,
        by: &[Dimension],
    ) -> Result<Sheets, Trouble> {
        let page = |dimension: Dimension, page| (dimension, Key::page(shop, time, &head.run, dimension, page));
        let pages = by.iter().flat_map(|by| (0..head.pages.get(by).copied().unwrap_or(0)).map(|n| page(*by, n)));
        let (dimensions, wanted): (Vec<Dimension>, Vec<Key>) = pages.unzip();
        let items = if wanted.is_empty() { Vec::new() } else { self.get_many(&wanted).await? };
        let mut sheets = Sheets { all: head.all.clone(), by: BTreeMap::new() };
        for (dimension, item) in dimensions.into_iter().zip(items) {
            let item = item.ok_or_else(|| Trouble::Unavailable(format!("a page of the sheets of {time} is gone")))?;
            let page: BTreeMap<String, Sheet> = document(&item, figures::VERSION)?;
            sheets.by.entry(dimension).or_default().extend(page);
        }
        Ok(sheets)
    }

    async fn write_pages(
        &self,
        shop: &StorefrontId,
        time: &str,
        (sheets, settings): (&Sheets, u32),
        made: Timestamp,
        expires: Option<Timestamp>,
    ) -> Result<Head, Trouble> {
        let whole = serde_json::to_vec(sheets).map_err(super::table::unavailable)?;
        let run: String = fingerprint(&[&whole]).chars().take(RUN).collect();
        let mut pages = BTreeMap::new();
        for (dimension, all) in &sheets.by {
            let chunks = chunks(all)?;
            for (place, chunk) in chunks.iter().enumerate() {
                let record = Record::new(figures::VERSION, chunk)?;
                let record = if let Some(at) = expires { record.expires(at) } else { record };
                self.put(&Key::page(shop, time, &run, *dimension, place), record).await?;
            }
            pages.insert(*dimension, chunks.len());
        }
        Ok(Head { made, run, pages, all: sheets.all.clone(), settings })
    }
}

/// Sheets in pages of a size that an item may have.
fn chunks(all: &BTreeMap<String, Sheet>) -> Result<Vec<BTreeMap<&String, &Sheet>>, Trouble> {
    let (mut chunks, mut size): (Vec<BTreeMap<&String, &Sheet>>, usize) = (Vec::new(), LARGEST_PAGE);
    for (name, sheet) in all {
        let length = name.len() + 6 + serde_json::to_vec(sheet).map_err(super::table::unavailable)?.len();
        if size + length > LARGEST_PAGE {
            chunks.push(BTreeMap::new());
            size = 0;
        }
        size += length;
        if let Some(chunk) = chunks.last_mut() {
            chunk.insert(name, sheet);
        }
    }
    Ok(chunks)
}
