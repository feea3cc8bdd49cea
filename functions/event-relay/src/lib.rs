//! From the table's stream to the queues: the only function that publishes events.
//!
//! An entry that cannot be read is put into the dead-letter queue with its keys, and the rest goes on. What was sent
//! twice does no harm: its readers are idempotent.

mod counted;
mod replay;

use std::cell::RefCell;

use aftercare::aws::batch::{each_record, unfinished};
use aftercare::aws::keys::{BOUGHT, ENTRY, FEEDBACK, REVIEW, SHEETS, SHORTFALL};
use aftercare::aws::metrics;
use aftercare::aws::queue::Queue;
use aftercare::aws::table::Table;
use aftercare::event::{self, Entry, Event as Happened, Work, react, work};
use aftercare::message::{CaseWork, NOTIFY_VERSION, Notify, SurveyWork};
use aftercare::sla::figures;
use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use aws_lambda_events::event::streams::DynamoDbEventResponse;
use jiff::Timestamp;
use lambda_runtime::Error;
use serde_json::{Value, json};

pub use replay::{Replay, Replayed};

/// What the function needs for every batch.
#[derive(Debug)]
pub struct Relay {
    pub table: Table,
    pub notify: Queue,
    /// Cases to be assessed, and payouts to be made.
    pub approval: Queue,
    pub payout: Queue,
    /// What is counted.
    pub figures: Queue,
    /// Tickets that were resolved or reopened.
    pub survey: Queue,
    pub dead_letters: Queue,
}

/// Which queue a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum To {
    Notify,
    Approval,
    Payout,
    Figures,
    Survey,
}

/// A message on its way to a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    to: To,
    body: String,
}

/// What became of one entry.
enum Reading {
    /// Not an entry: another kind of item.
    Other,
    Entry(Entry, Vec<Message>),
    /// Something beside the history that counts, or what it was counted for.
    Counted(Message),
    Unreadable(String),
}

impl Relay {
    /// Serves a batch of the stream, or a replay asked for by hand.
    pub async fn handle(
        &self,
        payload: Value,
        now: Timestamp,
        deadline: Timestamp,
        clock: &(dyn Fn() -> Timestamp + Sync),
    ) -> Result<Value, Error> {
        if let Some(wanted) = payload.get("replay") {
            let wanted: Replay = serde_json::from_value(wanted.clone())?;
            return Ok(serde_json::to_value(replay::replay(self, wanted, deadline, clock).await?)?);
        }
        let batch: Event = serde_json::from_value(payload)?;
        Ok(serde_json::to_value(self.relay(batch, now).await)?)
    }

    /// Sends what the records call for, gathered, because the queue takes ten at a time. A record whose messages were
    /// not all taken is reported, so that Lambda begins again with it.
    pub async fn relay(&self, batch: Event, now: Timestamp) -> DynamoDbEventResponse {
        let outgoing: RefCell<Vec<(Option<String>, Message)>> = RefCell::default();
        let mut response = each_record(batch, async |record| match read(record) {
            Reading::Other => Ok(()),
            Reading::Entry(entry, messages) => {
                count(&entry, now);
                let number = &record.change.sequence_number;
                outgoing.borrow_mut().extend(messages.into_iter().map(|message| (number.clone(), message)));
                Ok(())
            }
            Reading::Counted(message) => {
                outgoing.borrow_mut().push((record.change.sequence_number.clone(), message));
                Ok(())
            }
            Reading::Unreadable(why) => Ok(self.set_aside((key(record, "pk"), key(record, "sk")), &why, now).await?),
        })
        .await;
        let (numbers, messages): (Vec<Option<String>>, Vec<Message>) = outgoing.into_inner().into_iter().unzip();
        let taken = self.send(&messages).await;
        let left = numbers.into_iter().zip(taken).filter(|(_, taken)| !taken);
        response.batch_item_failures.extend(left.map(|(number, _)| unfinished(number)));
        response
    }

    /// Sends each message to its queue, and answers in their order which were taken.
    pub(crate) async fn send(&self, messages: &[Message]) -> Vec<bool> {
        let mut taken = vec![false; messages.len()];
        let queues = [
            (To::Notify, &self.notify),
            (To::Approval, &self.approval),
            (To::Payout, &self.payout),
            (To::Figures, &self.figures),
            (To::Survey, &self.survey),
        ];
        for (to, queue) in queues {
            let places: Vec<usize> = (0..messages.len()).filter(|place| messages[*place].to == to).collect();
            let bodies: Vec<String> = places.iter().map(|place| messages[*place].body.clone()).collect();
            for (place, took) in places.into_iter().zip(queue.send(&bodies).await) {
                taken[place] = took;
            }
        }
        taken
    }

    /// Puts the keys of an unreadable entry into the dead-letter queue, for a person to look at.
    pub(crate) async fn set_aside(&self, (pk, sk): (&str, &str), why: &str, now: Timestamp) -> Result<(), NotTaken> {
        tracing::error!(pk, sk, why, "an entry cannot be read");
        metrics::count(now, "RelayUnreadable", &[]);
        let letter = json!({ "v": 1, "unreadable": { "pk": pk, "sk": sk, "why": why } }).to_string();
        if self.dead_letters.send(&[letter]).await == [true] { Ok(()) } else { Err(NotTaken) }
    }
}

/// A queue did not take all that it was given.
#[derive(Debug)]
pub(crate) struct NotTaken;

impl std::fmt::Display for NotTaken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a queue did not take all of it")
    }
}

impl std::error::Error for NotTaken {}

/// Counts what became of promises. A batch that is begun again counts twice: these figures are for the dashboard.
fn count(entry: &Entry, now: Timestamp) {
    for event in &entry.events {
        let Happened::Clock { change, clock } = event else { continue };
        if let Some((clock, outcome)) = figures::counted(change, clock) {
            metrics::count(now, "ClockOutcome", &[("clock", clock), ("outcome", outcome)]);
        }
    }
}

fn read(record: &EventRecord) -> Reading {
    let (pk, sk) = (key(record, "pk"), key(record, "sk"));
    // A mark of an order is written anew when its storefront says something else of it, a review when its reviewer does.
    let inserted = record.event_name == "INSERT";
    if inserted && sk == SHEETS {
        return counted::report(pk).map_or(Reading::Other, Reading::Counted);
    }
    if inserted && sk == SHORTFALL {
        return counted::shortfall(pk).map_or(Reading::Other, Reading::Counted);
    }
    let changing = (sk.starts_with(BOUGHT) || sk == REVIEW) && (inserted || record.event_name == "MODIFY");
    if !changing && !(inserted && (sk.starts_with(ENTRY) || sk == FEEDBACK)) {
        return Reading::Other;
    }
    let image = &record.change.new_image;
    let Some(serde_dynamo::AttributeValue::S(text)) = image.get("doc") else {
        return Reading::Unreadable("it has no document".to_owned());
    };
    let version = match image.get("v") {
        Some(serde_dynamo::AttributeValue::N(version)) => version.as_str(),
        _ => "none",
    };
    if !sk.starts_with(ENTRY) {
        return match counted::read((pk, sk), text, version) {
            Ok((_, message)) => Reading::Counted(message),
            Err(why) => Reading::Unreadable(why),
        };
    }
    match read_entry(text, version) {
        Ok((entry, messages)) => Reading::Entry(entry, messages),
        Err(why) => Reading::Unreadable(why),
    }
}

/// An entry's document and the queue messages it calls for.
pub(crate) fn read_entry(document: &str, version: &str) -> Result<(Entry, Vec<Message>), String> {
    let entry: Entry = counted::document(document, version, event::VERSION)?;
    let notify = |(index, notice)| Notify {
        v: NOTIFY_VERSION,
        storefront: entry.storefront.clone(),
        ticket: entry.ticket,
        entry: entry.seq,
        index,
        notice,
    };
    let told = react(&entry).into_iter().map(|row| (To::Notify, serde_json::to_string(&notify(row))));
    let done = work(&entry).into_iter().map(|(_, work)| work_on(&entry, work));
    let messages: Result<Vec<Message>, _> =
        told.chain(done).chain(counted::of(&entry)).map(|(to, body)| body.map(|body| Message { to, body })).collect();
    Ok((entry, messages.map_err(|why| why.to_string())?))
}

fn work_on(entry: &Entry, work: Work) -> (To, serde_json::Result<String>) {
    let (storefront, ticket) = (entry.storefront.clone(), entry.ticket);
    let on_case = |case, payout| {
        serde_json::to_string(&CaseWork { v: NOTIFY_VERSION, storefront: storefront.clone(), ticket, case, payout })
    };
    match work {
        Work::Assess { case } => (To::Approval, on_case(case, None)),
        Work::Pay { case, payout } => (To::Payout, on_case(case, Some(payout))),
        Work::Survey => {
            let message = SurveyWork { v: NOTIFY_VERSION, storefront, ticket, entry: entry.seq };
            (To::Survey, serde_json::to_string(&message))
        }
    }
}

fn key<'a>(record: &'a EventRecord, name: &str) -> &'a str {
    match record.change.keys.get(name) {
        Some(serde_dynamo::AttributeValue::S(text)) => text,
        _ => "",
    }
}
