//! Every minute: finds what the clocks of tickets have reached and records it, most overdue first. It takes no input
//! and keeps none: it compares what is with what should be, and the next run is the retry. Its cost follows the
//! number of due clocks, not of open tickets.

use aftercare::aws::keys::{self, SCAN_SHARDS, ticket_of};
use aftercare::aws::metrics::{self, Unit};
use aftercare::aws::table::{Table, Trouble};
use aftercare::aws::tickets::CarriedOut;
use aftercare::event::{Actor, Event};
use aftercare::sla::Change;
use aftercare::ticket::Command;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Tickets read from each shard at a time: with 16 shards one round is a few hundred tickets, some seconds of work.
const PAGE: i32 = 25;
/// Rounds of one run; at 400 tickets a round more than its time allows.
const MOST_ROUNDS: usize = 200;
/// A run stops this long before its time is up, so that its report gets out.
const MARGIN: SignedDuration = SignedDuration::from_secs(5);

/// A row of the due index.
type Row = (String, keys::Key);

/// What one run did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub examined: u32,
    /// Tickets on which something was recorded.
    pub changed: u32,
    /// Found due, but somebody else was faster.
    pub skipped: u32,
    pub failed: u32,
    /// Due tickets were left for the next run.
    pub more: bool,
}

/// One run at `now`, until nothing due is left or `deadline` is near. `clock` tells how late it is meanwhile.
pub async fn scan(
    table: &Table,
    now: Timestamp,
    deadline: Timestamp,
    clock: &(dyn Fn() -> Timestamp + Sync),
) -> Result<Report, Trouble> {
    let mut report = Report { more: true, ..Report::default() };
    // What failed stays in the index: without a start after it, one bad ticket would be read for ever.
    let mut after: Vec<Option<Row>> = vec![None; usize::from(SCAN_SHARDS)];
    for _ in 0..MOST_ROUNDS {
        let due = due(table, now, &mut after).await?;
        if due.is_empty() {
            report.more = false;
            break;
        }
        for (_, key) in due {
            if clock().saturating_add(MARGIN).is_ok_and(|soon| soon >= deadline) {
                return Ok(finished(report, now));
            }
            report.examined += 1;
            record(table, &key.pk, now, &mut report).await;
        }
    }
    Ok(finished(report, now))
}

/// The next due tickets of every shard, most overdue first.
async fn due(table: &Table, now: Timestamp, after: &mut [Option<Row>]) -> Result<Vec<Row>, Trouble> {
    let mut due = Vec::new();
    for (shard, after) in (0..SCAN_SHARDS).zip(after) {
        let rows = table.due(&format!("SLA#{shard}"), &keys::instant(now), PAGE, after.as_ref()).await?;
        *after = rows.last().cloned().or(after.take());
        due.extend(rows);
    }
    due.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(due)
}

/// Records what one ticket's clocks reached. Its trouble is its own: the rest goes on.
async fn record(table: &Table, pk: &str, now: Timestamp, report: &mut Report) {
    match record_one(table, pk, now).await {
        Ok(true) => report.changed += 1,
        Ok(false) => report.skipped += 1,
        Err(trouble) => {
            report.failed += 1;
            tracing::error!(item = pk, error = %trouble, "a due ticket could not be scanned");
        }
    }
}

async fn record_one(table: &Table, pk: &str, now: Timestamp) -> Result<bool, Trouble> {
    let Some((shop, id)) = ticket_of(pk) else { return Ok(false) };
    let Some(ticket) = table.ticket(&shop, id).await? else { return Ok(false) };
    match table.carry_out(ticket, &Command::Scan, &Actor::System, None, now).await? {
        CarriedOut::Done { entry: Some(entry), .. } => {
            for event in &entry.events {
                if let Event::Clock { change: Change::Reached { level, .. }, clock } = event {
                    metrics::count(now, "ClockOutcome", &[("clock", clock.kind.as_str()), ("outcome", level.as_str())]);
                    tracing::info!(storefront = %shop, ticket = %id, clock = %clock.kind, level = %level, "clock reached");
                }
            }
            Ok(true)
        }
        CarriedOut::Done { entry: None, .. } => Ok(false),
        CarriedOut::Rejected(rejection) => Err(Trouble::Unavailable(format!("a scan was rejected: {rejection:?}"))),
    }
}

fn finished(report: Report, now: Timestamp) -> Report {
    let figures = [
        ("ScanExamined", report.examined),
        ("ScanChanged", report.changed),
        ("ScanFailed", report.failed),
        ("ScanMore", u32::from(report.more)),
    ];
    metrics::emit(now.as_millisecond(), &figures.map(|(name, value)| (name, i64::from(value), Unit::Count)), &[]);
    tracing::info!(
        examined = report.examined,
        changed = report.changed,
        skipped = report.skipped,
        failed = report.failed,
        more = report.more,
        "scanned"
    );
    report
}
