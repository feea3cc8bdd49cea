//! Counts what happened, and adds it up. Its queue says what counts: each message makes rows that are the same however often it
//! comes. Every hour it adds the rows of days up to sheets, and closes periods that are over.

use aftercare::aws::batch::each_message;
use aftercare::aws::metrics::{self, Unit};
use aftercare::aws::table::{Table, Trouble};
use aftercare::id::StorefrontId;
use aftercare::message::{Counted, FigureWork};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Pages of a hundred storefronts; more than a run gets through.
const MOST_PAGES: usize = 500;
/// No storefront is begun this long before the time is up.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// What one run did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Storefronts.
    pub examined: u32,
    /// Sheets of days that were made, and periods that were closed.
    pub days: u32,
    pub periods: u32,
    pub failed: u32,
    /// Storefronts may be left for the next run.
    pub more: bool,
}

/// Counts what the messages of a batch say.
pub async fn count_all(table: &Table, batch: SqsEvent, now: Timestamp) -> SqsBatchResponse {
    each_message(batch, async |body| count(table, body, now).await.map(|_| ())).await
}

/// The same of one message, which may come late and more than once: whether it counts anything.
pub async fn count(table: &Table, body: &str, now: Timestamp) -> Result<bool, aftercare::aws::Error> {
    let FigureWork { storefront: shop, of, .. } = FigureWork::parse(body)?;
    Ok(match of {
        Counted::Entry { ticket, entry } => Box::pin(table.count_entry(&shop, (ticket, entry), now)).await?,
        Counted::Feedback { id } => table.count_feedback(&shop, &id, now).await?,
        Counted::Review { ticket } => table.count_review(&shop, ticket, now).await?,
        Counted::Bought { customer, order, placed } => {
            let placed = Timestamp::from_millisecond(placed)?;
            Box::pin(table.count_bought(&shop, &customer, (&order, placed), now)).await?
        }
    })
}

/// One run at `now` over all storefronts. The next one goes on where this had no time left.
pub async fn make(
    table: &Table,
    now: Timestamp,
    deadline: Timestamp,
    clock: &(dyn Fn() -> Timestamp + Sync),
) -> Result<Report, Trouble> {
    let (mut report, mut after) = (Report::default(), None);
    for _ in 0..MOST_PAGES {
        let (storefronts, more) = table.storefronts(after.as_ref()).await?;
        for shop in &storefronts {
            if clock().saturating_add(MARGIN).is_ok_and(|soon| soon >= deadline) {
                report.more = true;
                tell(&report, now);
                return Ok(report);
            }
            storefront(table, shop, now, &mut report).await;
        }
        after = storefronts.last().cloned();
        if !more {
            break;
        }
    }
    tell(&report, now);
    Ok(report)
}

/// One storefront. Its trouble is its own: the rest goes on.
async fn storefront(table: &Table, shop: &StorefrontId, now: Timestamp, report: &mut Report) {
    report.examined += 1;
    match Box::pin(table.make_sheets(shop, now)).await {
        Ok(made) => {
            report.days += made.days;
            report.periods += made.periods;
        }
        Err(trouble) => {
            tracing::error!(storefront = %shop, error = %trouble, "the sheets of a storefront could not be made");
            report.failed += 1;
        }
    }
}

fn tell(report: &Report, now: Timestamp) {
    let figures = [
        ("FiguresExamined", report.examined),
        ("FiguresFailed", report.failed),
        ("FiguresMore", u32::from(report.more)),
    ];
    let figures = figures.map(|(name, value)| (name, i64::from(value), Unit::Count));
    metrics::emit(now.as_millisecond(), &figures, &[]);
    let Report { examined, days, periods, failed, more } = *report;
    tracing::info!(examined, days, periods, failed, more, "sheets made");
}
