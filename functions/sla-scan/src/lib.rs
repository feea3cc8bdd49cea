//! Every minute: finds what the clocks of tickets have reached and records it, most overdue first. It takes no input
//! and keeps none: it compares what is with what should be, and the next run is the retry. Its cost follows the
//! number of due clocks, not of open tickets. Then it hands waiting tickets to those whose shift it is.

mod waiting;

use aftercare::aws::cases::Moved;
use aftercare::aws::due::{Due, Looked};
use aftercare::aws::keys::{Key, scan_shards, ticket_of};
use aftercare::aws::metrics::{self, Unit};
use aftercare::aws::table::{Table, Trouble};
use aftercare::aws::tickets::CarriedOut;
use aftercare::case;
use aftercare::event::{Actor, Event};
use aftercare::id::{StorefrontId, TicketId};
use aftercare::sla::Change;
use aftercare::ticket::Command;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A run stops this long before its time is up, so that what it has begun is finished and its report gets out.
const MARGIN: SignedDuration = SignedDuration::from_secs(5);

/// What one run did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub examined: u32,
    /// Tickets on which something was recorded.
    pub changed: u32,
    /// Found due, but somebody else was faster.
    pub skipped: u32,
    pub failed: u32,
    /// Due tickets or storefronts may be left for the next run.
    pub more: bool,
    /// Waiting tickets that were handed to somebody.
    #[serde(default)]
    pub handed: u32,
    /// Tickets that wait for somebody on shift who can take them.
    #[serde(default)]
    pub waiting: u32,
    /// How long ago the oldest of these was opened.
    #[serde(default)]
    pub oldest_waiting_seconds: i64,
}

/// One run at `now`, until nothing due is left or `deadline` is near. `clock` tells how late it is meanwhile.
pub async fn scan(
    table: &Table,
    now: Timestamp,
    deadline: Timestamp,
    clock: &(dyn Fn() -> Timestamp + Sync),
) -> Result<Report, Trouble> {
    let is_late = || clock().saturating_add(MARGIN).is_ok_and(|soon| soon >= deadline);
    let due = Due::new(now, scan_shards());
    let record = async |key: &Key| record(table, key, now).await;
    let looked = due.look_at_all(table, &is_late, record, "a due ticket could not be scanned").await?;
    let Looked { examined, changed, skipped, failed, more } = looked;
    let mut report = Report { examined, changed, skipped, failed, more, ..Report::default() };
    if !report.more {
        waiting::hand_out(table, now, &is_late, &mut report).await?;
    }
    tell(&report, now);
    Ok(report)
}

/// Records what one ticket's clocks reached, and answers whether there was anything.
async fn record(table: &Table, key: &Key, now: Timestamp) -> Result<bool, Trouble> {
    let Some((shop, id)) = ticket_of(&key.pk) else { return Ok(false) };
    let Some(ticket) = table.ticket(&shop, id).await? else { return Ok(false) };
    let mut moved = false;
    for case in ticket.cases.iter().filter(|case| case.next.is_some_and(|next| next <= now)) {
        moved |= look_at_case(table, (&shop, id, case.number), now).await?;
    }
    let ticket = if moved { table.ticket(&shop, id).await? } else { Some(ticket) };
    let Some(ticket) = ticket else { return Ok(moved) };
    match table.carry_out(ticket, &Command::Scan, &Actor::System, None, now).await? {
        CarriedOut::Done { entry: Some(entry), .. } => {
            for event in &entry.events {
                if let Event::Clock { change: Change::Reached { level, .. }, clock } = event {
                    tracing::info!(storefront = %shop, ticket = %id, clock = %clock.kind, level = %level, "clock reached");
                }
            }
            Ok(true)
        }
        CarriedOut::Done { entry: None, .. } => Ok(moved),
        CarriedOut::Rejected(rejection) => Err(Trouble::Unavailable(format!("a scan was rejected: {rejection:?}"))),
    }
}

/// What was due of one case: nobody decided, nothing was sent back, a payout is to be asked about again.
async fn look_at_case(table: &Table, place: (&StorefrontId, TicketId, u16), now: Timestamp) -> Result<bool, Trouble> {
    match table.move_case(place, &case::Command::Scan, &Actor::System, now).await? {
        Some(Moved::Done(step)) => {
            let (shop, ticket, number) = place;
            tracing::info!(storefront = %shop, %ticket, case = number, status = %step.case.status, "case came due");
            Ok(true)
        }
        Some(Moved::Already(_)) | None => Ok(false),
        Some(Moved::Refused(why)) => Err(Trouble::Unavailable(format!("a case's scan was refused: {why:?}"))),
    }
}

fn tell(report: &Report, now: Timestamp) {
    let figures = [
        ("ScanExamined", report.examined),
        ("ScanChanged", report.changed),
        ("ScanFailed", report.failed),
        ("ScanMore", u32::from(report.more)),
        ("TicketsHandedOut", report.handed),
        ("TicketsWaiting", report.waiting),
    ];
    let figures = figures.map(|(name, value)| (name, i64::from(value), Unit::Count));
    let age = ("OldestWaitingSeconds", report.oldest_waiting_seconds, Unit::Seconds);
    let figures: Vec<_> = figures.into_iter().chain([age]).collect();
    metrics::emit(now.as_millisecond(), &figures, &[]);
    tracing::info!(
        examined = report.examined,
        changed = report.changed,
        skipped = report.skipped,
        failed = report.failed,
        more = report.more,
        handed = report.handed,
        waiting = report.waiting,
        "scanned"
    );
}
