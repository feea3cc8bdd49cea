//! The due tickets of all shards as one line, most overdue first.

use std::collections::VecDeque;

use aftercare::aws::keys::{self, Key};
use aftercare::aws::table::{Table, Trouble};
use futures_util::future::try_join_all;
use jiff::Timestamp;

/// Rows read from a shard at a time.
const PAGE: i32 = 25;

/// A row of the due index: the instant and the ticket.
type Row = (String, Key);

/// What is due at one instant, read page by page.
pub(crate) struct Due {
    until: String,
    shards: Vec<Shard>,
}

struct Shard {
    name: String,
    /// Read and not yet handed out.
    rows: VecDeque<Row>,
    /// Where the last page ended. What could not be recorded stays in the index: without it, one bad ticket would be
    /// read for ever.
    last: Option<Row>,
    exhausted: bool,
}

impl Due {
    pub(crate) fn new(now: Timestamp) -> Self {
        let shard = |name: String| Shard { name, rows: VecDeque::new(), last: None, exhausted: false };
        Self { until: keys::instant(now), shards: keys::scan_shards().map(shard).collect() }
    }

    /// The next tickets, at most `most`; none when nothing due is left.
    pub(crate) async fn next(&mut self, table: &Table, most: usize) -> Result<Vec<Key>, Trouble> {
        let empty = self.shards.iter_mut().filter(|shard| shard.rows.is_empty() && !shard.exhausted);
        try_join_all(empty.map(|shard| shard.read(table, &self.until))).await?;
        let mut batch = Vec::new();
        // A shard that ran out may have the next one on its next page.
        while batch.len() < most && self.shards.iter().all(|shard| shard.exhausted || !shard.rows.is_empty()) {
            let heads = self.shards.iter_mut().filter(|shard| !shard.rows.is_empty());
            let soonest = heads.min_by(|a, b| a.head().cmp(&b.head()));
            let Some((_, key)) = soonest.and_then(|shard| shard.rows.pop_front()) else { break };
            batch.push(key);
        }
        Ok(batch)
    }
}

impl Shard {
    fn head(&self) -> Option<&str> {
        self.rows.front().map(|(at, _)| at.as_str())
    }

    async fn read(&mut self, table: &Table, until: &str) -> Result<(), Trouble> {
        let page = table.due(&self.name, until, PAGE, self.last.as_ref()).await?;
        self.exhausted = page.len() < usize::try_from(PAGE).unwrap_or(0);
        self.last = page.last().cloned();
        self.rows = page.into();
        Ok(())
    }
}
