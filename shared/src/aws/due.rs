//! What is due in many shards as one line, most overdue first, and how it is worked off.

use std::collections::VecDeque;

use futures_util::future::{join_all, try_join_all};
use jiff::Timestamp;

use super::keys::{self, Key};
use super::table::{Table, Trouble};

/// Rows read from a shard at a time.
const PAGE: i32 = 25;
/// Items worked on at once. Each takes a read and a transaction, some 10 ms: a minute is enough for 50 000.
const AT_ONCE: usize = 16;

/// A row of the due index: the instant and the item.
type Row = (String, Key);

/// What is due at one instant, read page by page.
#[derive(Debug)]
pub struct Due {
    until: String,
    shards: Vec<Shard>,
}

#[derive(Debug)]
struct Shard {
    name: String,
    /// Read and not yet handed out.
    rows: VecDeque<Row>,
    /// Where the last page ended. What could not be recorded stays in the index: without it, one bad ticket would be
    /// read for ever.
    last: Option<Row>,
    exhausted: bool,
}

/// What came of looking at all that is due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    pub examined: u32,
    pub changed: u32,
    /// Found due, but somebody else was faster.
    pub skipped: u32,
    pub failed: u32,
    /// Something due may be left for the next run.
    pub more: bool,
}

impl Due {
    /// Looks at each until nothing is left or it is late. `look` answers whether there was anything to record; the trouble of
    /// one is its own, and is logged with `what` went wrong: the rest goes on.
    pub async fn look_at_all(
        mut self,
        table: &Table,
        is_late: &(dyn Fn() -> bool + Sync),
        look: impl AsyncFn(&Key) -> Result<bool, Trouble>,
        what: &str,
    ) -> Result<Looked, Trouble> {
        let mut looked = Looked::default();
        loop {
            if is_late() {
                looked.more = true;
                return Ok(looked);
            }
            let batch = self.next(table, AT_ONCE).await?;
            if batch.is_empty() {
                return Ok(looked);
            }
            let outcomes = join_all(batch.iter().map(async |key| (key, look(key).await))).await;
            for (key, outcome) in outcomes {
                looked.examined += 1;
                match outcome {
                    Ok(true) => looked.changed += 1,
                    Ok(false) => looked.skipped += 1,
                    Err(trouble) => {
                        tracing::error!(item = key.pk, error = %trouble, "{what}");
                        looked.failed += 1;
                    }
                }
            }
        }
    }

    /// All that is due in these shards.
    pub fn new(now: Timestamp, shards: impl Iterator<Item = String>) -> Self {
        let shard = |name: String| Shard { name, rows: VecDeque::new(), last: None, exhausted: false };
        Self { until: keys::instant(now), shards: shards.map(shard).collect() }
    }

    /// The next of it, at most `most`; none when nothing due is left.
    async fn next(&mut self, table: &Table, most: usize) -> Result<Vec<Key>, Trouble> {
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
