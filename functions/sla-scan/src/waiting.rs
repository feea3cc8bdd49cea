//! Once the clocks are done: what waits is handed to those on shift, storefront by storefront. A shift that begins is
//! thereby met within a minute, without anybody having to say so.

use aftercare::aws::agents::{HandedOut, Reach};
use aftercare::aws::table::{Table, Trouble};
use aftercare::id::StorefrontId;
use futures_util::future::join_all;
use jiff::Timestamp;

use crate::Report;

/// Storefronts at once, each with a call or two when it is quiet.
const AT_ONCE: usize = 16;
/// Pages of a hundred storefronts; more than a run gets through.
const MOST_PAGES: usize = 500;
/// Every so many minutes the tickets of those who left the staff list are taken back; each storefront in its own minute.
const TAKEN_BACK_EVERY: i64 = 10;

/// Hands out in every storefront until `is_late`.
pub(crate) async fn hand_out(
    table: &Table,
    now: Timestamp,
    is_late: &(dyn Fn() -> bool + Sync),
    report: &mut Report,
) -> Result<(), Trouble> {
    let mut after = None;
    for _ in 0..MOST_PAGES {
        let (storefronts, more) = table.storefronts(after.as_ref()).await?;
        for batch in storefronts.chunks(AT_ONCE) {
            if is_late() {
                report.more = true;
                return Ok(());
            }
            for outcome in join_all(batch.iter().map(|shop| storefront(table, shop, now))).await {
                match outcome {
                    Some(done) => report.add(done, now),
                    None => report.failed += 1,
                }
            }
        }
        if !more {
            return Ok(());
        }
        after = storefronts.last().cloned();
    }
    report.more = true;
    Ok(())
}

/// One storefront. Its trouble is its own: the rest goes on.
async fn storefront(table: &Table, shop: &StorefrontId, now: Timestamp) -> Option<HandedOut> {
    match try_storefront(table, shop, now).await {
        Ok(done) => Some(done),
        Err(trouble) => {
            tracing::error!(storefront = %shop, error = %trouble, "waiting tickets could not be handed out");
            None
        }
    }
}

async fn try_storefront(table: &Table, shop: &StorefrontId, now: Timestamp) -> Result<HandedOut, Trouble> {
    if (now.as_second().div_euclid(60) + minute_of(shop)) % TAKEN_BACK_EVERY == 0 {
        let taken = table.take_back(shop, now).await?;
        if taken > 0 {
            tracing::info!(storefront = %shop, taken, "tickets of people who left were taken back");
        }
    }
    table.hand_out(shop, now, Reach::SCAN).await
}

/// Spreads storefronts over minutes.
fn minute_of(shop: &StorefrontId) -> i64 {
    shop.as_str().bytes().fold(0, |sum, byte| sum + i64::from(byte))
}

impl Report {
    fn add(&mut self, done: HandedOut, now: Timestamp) {
        self.handed += done.handed;
        self.waiting += done.waiting;
        self.failed += done.failed;
        let seconds = done.oldest.map_or(0, |since| now.duration_since(since).as_secs().max(0));
        self.oldest_waiting_seconds = self.oldest_waiting_seconds.max(seconds);
    }
}
