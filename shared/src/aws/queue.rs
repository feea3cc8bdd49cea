//! Sending to a queue, with an answer for every message.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;

/// One queue.
#[derive(Clone, Debug)]
pub struct Queue {
    client: Client,
    url: String,
}

/// SendMessageBatch takes 10 messages.
const BATCH: usize = 10;

impl Queue {
    pub fn new(client: Client, url: impl Into<String>) -> Self {
        Self { client, url: url.into() }
    }

    /// Sends every body; the answer says of each, in order, whether the queue took it. A body whose outcome is not
    /// known counts as not taken: it is sent again, and its reader is idempotent.
    pub async fn send(&self, bodies: &[String]) -> Vec<bool> {
        let mut taken = Vec::with_capacity(bodies.len());
        for batch in bodies.chunks(BATCH) {
            taken.extend(self.send_batch(batch).await);
        }
        taken
    }

    async fn send_batch(&self, bodies: &[String]) -> Vec<bool> {
        let entry = |(place, body): (usize, &String)| {
            SendMessageBatchRequestEntry::builder().id(place.to_string()).message_body(body).build().ok()
        };
        let entries: Vec<_> = bodies.iter().enumerate().filter_map(entry).collect();
        let sent = self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries)).send().await;
        match sent {
            Ok(answer) => {
                let ids: Vec<&str> = answer.successful().iter().map(|done| done.id()).collect();
                for failed in answer.failed() {
                    tracing::warn!(code = failed.code(), "the queue did not take a message");
                }
                (0..bodies.len()).map(|place| ids.contains(&place.to_string().as_str())).collect()
            }
            Err(error) => {
                tracing::warn!(error = %super::table::unavailable(error), "the queue did not answer");
                vec![false; bodies.len()]
            }
        }
    }
}
