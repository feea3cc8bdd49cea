//! Asks customers after their tickets were resolved. Its queue says that a ticket was resolved or reopened, and it looks at the
//! ticket as it is; every minute it looks at the surveys that are due, most overdue first. It sends no mail itself: what it
//! records is an event, and whoever has to hear of it does.

use aftercare::aws::batch::each_message;
use aftercare::aws::due::{Due, Looked};
use aftercare::aws::keys::{Key, survey_of, survey_shards};
use aftercare::aws::metrics::{self, Unit};
use aftercare::aws::surveys::{SurveyFile, Surveyed};
use aftercare::aws::table::{Table, Trouble, document};
use aftercare::customer::{self, Customer};
use aftercare::event::Actor;
use aftercare::id::{CustomerRef, StorefrontId};
use aftercare::mail::MailAddress;
use aftercare::message::SurveyWork;
use aftercare::settings::Loaded;
use aftercare::survey::{Command, Facts, Reach};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A run stops this long before its time is up, so that what it has begun is finished and its report gets out.
const MARGIN: SignedDuration = SignedDuration::from_secs(5);

/// What one run did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub examined: u32,
    /// Surveys on which something was recorded.
    pub changed: u32,
    /// Found due, but somebody else was faster.
    pub skipped: u32,
    pub failed: u32,
    /// Due surveys may be left for the next run.
    pub more: bool,
}

/// Schedules and withdraws what the entries of a batch call for.
pub async fn follow_all(table: &Table, batch: SqsEvent, now: Timestamp) -> SqsBatchResponse {
    each_message(batch, async |body| follow(table, body, now).await.map(|_| ())).await
}

/// The same of one message, which may come late and more than once: whether it changed anything.
pub async fn follow(table: &Table, body: &str, now: Timestamp) -> Result<bool, aftercare::aws::Error> {
    let message = SurveyWork::parse(body)?;
    let settings = table.settings(&message.storefront, now).await?;
    Ok(table.follow((&message.storefront, message.ticket, message.entry), &settings, now).await?)
}

/// One run at `now`, until nothing due is left or `deadline` is near. `clock` tells how late it is meanwhile.
pub async fn scan(
    table: &Table,
    now: Timestamp,
    deadline: Timestamp,
    clock: &(dyn Fn() -> Timestamp + Sync),
) -> Result<Report, Trouble> {
    let is_late = || clock().saturating_add(MARGIN).is_ok_and(|soon| soon >= deadline);
    let due = Due::new(now, survey_shards());
    let look = async |key: &Key| look(table, key, now).await;
    let looked = due.look_at_all(table, &is_late, look, "a due survey could not be looked at").await?;
    let Looked { examined, changed, skipped, failed, more } = looked;
    let report = Report { examined, changed, skipped, failed, more };
    tell(&report, now);
    Ok(report)
}

/// Looks at one survey, and answers whether there was anything to record.
async fn look(table: &Table, key: &Key, now: Timestamp) -> Result<bool, Trouble> {
    let Some((shop, id)) = survey_of(key) else { return Ok(false) };
    let Some(ticket) = table.ticket(&shop, id.ticket).await? else { return Ok(false) };
    let settings = table.settings(&shop, now).await?;
    let (reach, zone) = reach(table, (&shop, &ticket.customer), &settings).await?;
    let by = (&Actor::System, now);
    match table.move_survey((&shop, id), &settings, |file| look_at(file, reach, &zone), None, by).await? {
        Some(Surveyed::Done(_, events)) => {
            for event in &events {
                tracing::info!(storefront = %shop, ticket = %id.ticket, cycle = id.cycle, what = event.word(), "survey came due");
            }
            Ok(true)
        }
        Some(Surveyed::Already(_)) | None => Ok(false),
        Some(Surveyed::Refused(why)) => Err(Trouble::Unavailable(format!("a look at a survey was refused: {why:?}"))),
    }
}

fn look_at<'a>(file: &'a SurveyFile, reach: Reach, zone: &TimeZone) -> Command<'a> {
    Command::Look(Facts { ticket: &file.ticket, reach, past: &file.past, zone: zone.clone() })
}

/// Whether mail comes to a customer, and where they live: else the shop's zone.
async fn reach(
    table: &Table,
    (shop, customer): (&StorefrontId, &CustomerRef),
    settings: &Loaded,
) -> Result<(Reach, TimeZone), Trouble> {
    let item = table.get(&Key::customer(shop, customer)).await?;
    let known: Customer = item.map(|item| document(&item, customer::VERSION)).transpose()?.unwrap_or_default();
    let zone = known.profile.zone(&settings.settings.shop);
    let Some(address) = known.profile.email.as_deref().and_then(|email| MailAddress::parse(email).ok()) else {
        return Ok((Reach::NoAddress, zone));
    };
    let suppressed = table.get(&Key::suppressed(shop, address.as_str())).await?.is_some();
    Ok((if suppressed { Reach::Undeliverable } else { Reach::Deliverable }, zone))
}

fn tell(report: &Report, now: Timestamp) {
    let figures = [
        ("SurveysExamined", report.examined),
        ("SurveysChanged", report.changed),
        ("SurveysFailed", report.failed),
        ("SurveysMore", u32::from(report.more)),
    ];
    let figures = figures.map(|(name, value)| (name, i64::from(value), Unit::Count));
    metrics::emit(now.as_millisecond(), &figures, &[]);
    let Report { examined, changed, skipped, failed, more } = *report;
    tracing::info!(examined, changed, skipped, failed, more, "scanned surveys");
}
