//! Mail: to customers that their request is in hand, to staff what they have to act on.
//!
//! Three things call it: notices from the queue, SES's notices of what became of mails, and every minute a flush that
//! sends full buckets and takes up what a crash left behind.

mod cases;
mod compose;
mod flush;
mod intent;
mod notices;
mod outcome;
mod overdue;
mod progress;
mod report;
mod send;
mod ses;
mod surveys;

use aftercare::aws::batch::each_message;
use aftercare::aws::table::Table;
use aftercare::message::{FeedbackShort, Notify as Message, ReportReady};
use aws_lambda_events::event::sqs::SqsEvent;
use jiff::Timestamp;
use serde_json::Value;

use intent::Subject;

pub use flush::Report;
pub use ses::{Mailer, Outgoing, Refusal, Ses};

/// What the function needs for every message.
#[derive(Debug)]
pub struct Notify<M> {
    pub table: Table,
    pub mailer: M,
    /// Where customers' browsers find the API, such as `https://care.shop.example`, without a path.
    pub public_url: String,
}

/// Why a message goes back to the queue.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

impl<M: Mailer> Notify<M> {
    /// What Lambda calls it with: a batch of either queue, or the schedule's wish to flush.
    pub async fn invoked(
        &self,
        payload: Value,
        now: Timestamp,
        deadline: Timestamp,
        clock: &(dyn Fn() -> Timestamp + Sync),
    ) -> Result<Value, Failure> {
        if payload.get("flush").is_some() {
            return Ok(serde_json::to_value(self.flush(now, deadline, clock).await?)?);
        }
        let batch: SqsEvent = serde_json::from_value(payload)?;
        Ok(serde_json::to_value(each_message(batch, async |body| self.handle(body, now).await).await)?)
    }

    /// One message of either queue: a notice of ours, or one of SES's.
    pub async fn handle(&self, body: &str, now: Timestamp) -> Result<(), Failure> {
        let message: Value = serde_json::from_str(body).unwrap_or_default();
        if message.get("notice").is_some() {
            return Ok(notices::handle(self, Message::parse(body)?, now).await?);
        }
        if message.get("report").is_some() {
            let ReportReady { v: _, storefront, report: period } = ReportReady::parse(body)?;
            return Ok(report::to_staff(&self.table, &storefront, &Subject::Report { period }, now).await?);
        }
        if message.get("shortfall").is_some() {
            let FeedbackShort { v: _, storefront, shortfall: month } = FeedbackShort::parse(body)?;
            return Ok(report::to_staff(&self.table, &storefront, &Subject::Shortfall { month }, now).await?);
        }
        outcome::handle(&self.table, body, now).await
    }

    /// Sends what is due and settles what was left behind, until nothing is left or `deadline` is near.
    pub async fn flush(
        &self,
        now: Timestamp,
        deadline: Timestamp,
        clock: &(dyn Fn() -> Timestamp + Sync),
    ) -> Result<Report, Failure> {
        Ok(flush::flush(self, now, deadline, clock).await?)
    }
}
