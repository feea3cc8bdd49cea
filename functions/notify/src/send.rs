//! The protocol of one mail: sending is written down before SES is asked, and what SES said after it.

use std::future::Future;

use aftercare::aws::keys::Key;
use aftercare::aws::metrics;
use aftercare::aws::table::{Table, Trouble};
use aws_sdk_ses::primitives::Blob;
use aws_sdk_ses::types::{MessageTag, RawMessage};
use jiff::Timestamp;

use crate::Notify;
use crate::compose::{Composed, compose};
use crate::intent::{Held, Intent, MOST_TRIES, Skip, Stage, tag};

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

/// The far side. Answers with its id of the mail.
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

/// What SES's answer means. Only a code that says so counts as not sent.
fn refusal(error: &aws_sdk_ses::error::SdkError<aws_sdk_ses::operation::send_raw_email::SendRawEmailError>) -> Refusal {
    let code = error.as_service_error().and_then(|error| error.meta().code()).unwrap_or_default().to_owned();
    match code.as_str() {
        "Throttling"
        | "ThrottlingException"
        | "AccountSendingPausedException"
        | "ConfigurationSetSendingPausedException"
        | "ConfigurationSetDoesNotExist"
        | "ConfigurationSetDoesNotExistException"
        | "MailFromDomainNotVerifiedException"
        | "MailFromDomainNotVerified"
        | "AccessDenied"
        | "AccessDeniedException"
        | "ExpiredToken" => Refusal::NotNow(code),
        // An identity that is not verified says this too, and that is mended by a person: later is right for both.
        "MessageRejected" => Refusal::NotNow(code),
        "InvalidParameterValue" | "ValidationError" => Refusal::Never(code),
        _ => Refusal::Unknown(if code.is_empty() { error.to_string() } else { code }),
    }
}

/// Sends a claimed mail. Whatever happens is written into its intent; trouble with the table leaves the intent in
/// the due index, where the flush finds it.
pub(crate) async fn deliver<M: Mailer>(notify: &Notify<M>, held: Held, now: Timestamp) -> Result<(), Trouble> {
    let table = &notify.table;
    let composed = match compose(table, &held, now).await? {
        Ok(composed) => composed,
        Err(skip) => return skipped(table, held, skip, now).await,
    };
    if table.get(&Key::suppressed(&held.intent.storefront, &composed.to)).await?.is_some() {
        return skipped(table, held, Skip::Suppressed, now).await;
    }
    let sending = Intent { stage: Stage::Sending, tries: held.intent.tries.saturating_add(1), ..held.intent.clone() };
    let Some(held) = held.advance(table, sending, now).await? else { return Ok(()) };
    let Composed { from, to, bytes } = composed;
    let mail = Outgoing { from, to, bytes, tag: tag(&held.key), kind: held.intent.kind() };
    let outcome = notify.mailer.send(&mail).await;
    let stage = match outcome {
        Ok(message) => {
            metrics::count(now, "MailSent", &[("kind", held.intent.kind())]);
            tracing::info!(storefront = %held.intent.storefront, item = held.key.pk, kind = held.intent.kind(), "mail sent");
            Stage::Sent { message }
        }
        Err(Refusal::NotNow(code)) if held.intent.tries < MOST_TRIES => {
            tracing::warn!(item = held.key.pk, code, "mail not taken now");
            Stage::Waiting { until: held.intent.again(now) }
        }
        Err(Refusal::NotNow(code) | Refusal::Never(code)) => {
            metrics::count(now, "MailFailed", &[("kind", held.intent.kind())]);
            tracing::error!(item = held.key.pk, code, "mail refused");
            Stage::Failed
        }
        Err(Refusal::Unknown(why)) => {
            // The send event settles it, or the flush sends it again: the one case in which a mail may be doubled.
            tracing::warn!(item = held.key.pk, why, "the outcome of a mail is not known");
            return Ok(());
        }
    };
    let next = Intent { stage, ..held.intent.clone() };
    held.advance(table, next, now).await?;
    Ok(())
}

async fn skipped(table: &Table, held: Held, skip: Skip, now: Timestamp) -> Result<(), Trouble> {
    metrics::count(now, "MailSkipped", &[("kind", held.intent.kind()), ("reason", skip.word())]);
    let next = Intent { stage: Stage::Skipped(skip), ..held.intent.clone() };
    held.advance(table, next, now).await?;
    Ok(())
}
