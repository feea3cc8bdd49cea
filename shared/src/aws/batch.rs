//! Many messages, one at a time: each is handled alone, and each that fails is reported alone.
//!
//! A failure is an error of the handler or a panic in it. It is logged here, once, and Lambda delivers the message again;
//! the others of its batch are done. What has no identifier to report it by fails the batch as a whole (an empty
//! identifier says so), rather than being lost.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use aws_lambda_events::event::dynamodb::{Event as StreamEvent, EventRecord};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};

use super::Error;

/// Handles the messages of a queue's batch. `handle` gets one body and parses it itself, so that one that cannot be read
/// fails alone.
pub async fn each_message(event: SqsEvent, handle: impl AsyncFn(&str) -> Result<(), Error>) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    for message in event.records {
        let id = message.message_id.unwrap_or_default();
        let body = message.body.unwrap_or_default();
        if let Err(failure) = caught(handle(&body)).await {
            tracing::error!(message = id, error = &*failure, "message failed");
            response.add_failure(id);
        }
    }
    response
}

/// Handles the records of a table's stream.
///
/// Lambda takes up again at the lowest sequence number reported here and delivers all that follows it once more, done or
/// not. The rest is handled all the same: a record that keeps failing must not hold up the others until bisecting has
/// found it, and handling twice is harmless because consumers are idempotent.
pub async fn each_record(
    event: StreamEvent,
    handle: impl AsyncFn(&EventRecord) -> Result<(), Error>,
) -> DynamoDbEventResponse {
    let mut response = DynamoDbEventResponse::default();
    for record in event.records {
        if let Err(failure) = caught(handle(&record)).await {
            let number = record.change.sequence_number;
            tracing::error!(record = number, error = &*failure, "record failed");
            response.batch_item_failures.push(unfinished(number));
        }
    }
    response
}

/// The report of one record by its sequence number.
pub fn unfinished(number: Option<String>) -> DynamoDbBatchItemFailure {
    let mut failed = DynamoDbBatchItemFailure::default();
    failed.item_identifier = Some(number.unwrap_or_default());
    failed
}

/// Runs `work` to its end; a panic in it is an error like others.
///
/// Nothing of the work is looked at after a panic, and what it shares with others (clients, caches) is behind locks that
/// survive one: hence `AssertUnwindSafe`.
async fn caught(work: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
    let mut work = pin!(work);
    poll_fn(|context| {
        catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)))
            .unwrap_or_else(|panic| Poll::Ready(Err(format!("panicked: {}", said(&*panic)).into())))
    })
    .await
}

fn said(panic: &(dyn Any + Send)) -> &str {
    let literal = panic.downcast_ref::<&str>().copied();
    literal.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a word")
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use serde_json::json;

    use super::*;

    fn queue(bodies: &[(&str, &str)]) -> SqsEvent {
        let records: Vec<_> = bodies.iter().map(|(id, body)| json!({"messageId": id, "body": body})).collect();
        serde_json::from_value(json!({"Records": records})).unwrap()
    }

    fn stream(numbers: &[&str]) -> StreamEvent {
        let records: Vec<_> = numbers
            .iter()
            .map(|number| {
                json!({"awsRegion": "eu-central-1", "eventID": number, "eventName": "INSERT",
                    "dynamodb": {"SequenceNumber": number, "SizeBytes": 1}})
            })
            .collect();
        serde_json::from_value(json!({"Records": records})).unwrap()
    }

    async fn number(body: &str) -> Result<(), Error> {
        tokio::task::yield_now().await;
        assert_ne!(body, "13", "unlucky");
        body.parse::<u32>().map(drop).map_err(Error::from)
    }

    #[tokio::test]
    async fn one_bad_message_and_one_panic_leave_the_others_done() {
        let handled = RefCell::new(Vec::new());
        let answer = each_message(queue(&[("a", "1"), ("b", "{"), ("c", "13"), ("d", "4")]), async |body: &str| {
            handled.borrow_mut().push(body.to_owned());
            number(body).await
        })
        .await;
        assert_eq!(*handled.borrow(), ["1", "{", "13", "4"]);
        assert_eq!(
            serde_json::to_value(answer).unwrap(),
            json!({"batchItemFailures": [{"itemIdentifier": "b"}, {"itemIdentifier": "c"}]})
        );
    }

    #[tokio::test]
    async fn a_batch_without_failures_reports_none() {
        let answer = each_message(queue(&[("a", "1")]), number).await;
        assert_eq!(serde_json::to_value(answer).unwrap(), json!({"batchItemFailures": []}));
    }

    #[tokio::test]
    async fn a_failing_record_is_reported_by_its_number_and_the_rest_is_handled() {
        let handled = RefCell::new(0);
        let answer = each_record(stream(&["100", "200", "300"]), async |record: &EventRecord| {
            *handled.borrow_mut() += 1;
            if record.change.sequence_number.as_deref() == Some("200") { Err("no".into()) } else { Ok(()) }
        })
        .await;
        assert_eq!(*handled.borrow(), 3);
        assert_eq!(serde_json::to_value(answer).unwrap(), json!({"batchItemFailures": [{"itemIdentifier": "200"}]}));
    }

    #[tokio::test]
    async fn what_has_no_identifier_fails_its_whole_batch() {
        let event = serde_json::from_value(json!({"Records": [{"body": "x"}]})).unwrap();
        let answer = each_message(event, number).await;
        assert_eq!(serde_json::to_value(answer).unwrap(), json!({"batchItemFailures": [{"itemIdentifier": ""}]}));
    }

    #[tokio::test]
    async fn a_panic_is_told_in_its_own_words() {
        let failure = caught(async { panic!("no row for {}", "open") }).await.unwrap_err();
        assert_eq!(failure.to_string(), "panicked: no row for open");
    }
}
