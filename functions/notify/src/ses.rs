//! The far side: Amazon SES takes a mail, refuses it, or leaves us in the dark.

use std::future::Future;

use aws_sdk_ses::error::SdkError;
use aws_sdk_ses::operation::send_raw_email::SendRawEmailError;
use aws_sdk_ses::primitives::Blob;
use aws_sdk_ses::types::{MessageTag, RawMessage};

/// A mail as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    pub from: String,
    pub to: String,
    /// The whole MIME message.
    pub bytes: Vec<u8>,
    /// Comes back with SES's events.
    pub tag: String,
    pub kind: &'static str,
}

/// Why a mail was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It surely was not sent, and may be later: throttled, sending paused, the sender not verified yet.
    NotNow(String),
    /// It surely was not sent and never will be.
    Never(String),
    /// Nobody knows: the reply was lost, or the far side broke.
    Unknown(String),
}

/// Answers with the far side's id of the mail.
pub trait Mailer: Sync {
    fn send(&self, mail: &Outgoing) -> impl Future<Output = Result<String, Refusal>> + Send;
}

/// Amazon SES.
#[derive(Clone, Debug)]
pub struct Ses {
    /// Made with a single attempt: a blind second one doubles mail.
    pub client: aws_sdk_ses::Client,
    pub configuration_set: Option<String>,
}

impl Mailer for Ses {
    async fn send(&self, mail: &Outgoing) -> Result<String, Refusal> {
        let tagged = |name: &str, value: &str| MessageTag::builder().name(name).value(value).build();
        let tags: Result<Vec<_>, _> = [tagged("intent", &mail.tag), tagged("kind", mail.kind)].into_iter().collect();
        let message = RawMessage::builder().data(Blob::new(mail.bytes.clone())).build();
        let message = message.map_err(|why| Refusal::Never(why.to_string()))?;
        let request = self
            .client
            .send_raw_email()
            .source(&mail.from)
            .destinations(&mail.to)
            .raw_message(message)
            .set_tags(Some(tags.map_err(|why| Refusal::Never(why.to_string()))?))
            .set_configuration_set_name(self.configuration_set.clone());
        match request.send().await {
            Ok(sent) => Ok(sent.message_id().to_owned()),
            Err(error) => Err(refusal(&error)),
        }
    }
}

/// What SES's answer means. Only an answer that puts the fault on our side (4xx) counts as not sent.
fn refusal(error: &SdkError<SendRawEmailError>) -> Refusal {
    let code = error.as_service_error().and_then(|error| error.meta().code()).unwrap_or("no code").to_owned();
    match error.raw_response().map(|response| response.status().as_u16()) {
        Some(408) => Refusal::Unknown(code),
        Some(400..=499) if matches!(code.as_str(), "InvalidParameterValue" | "ValidationError") => Refusal::Never(code),
        // All else is mended by waiting or by a person: throttled, paused, expired credentials; and `MessageRejected`,
        // which an identity that is not verified says as well as a content that SES does not like.
        Some(400..=499) => Refusal::NotNow(code),
        Some(_) => Refusal::Unknown(code),
        None => Refusal::Unknown(error.to_string()),
    }
}
