//! What SES says became of a mail: sent, bounced, complained of. Taken in from its notices, over SNS or bare.

use aftercare::aws::keys::Key;
use aftercare::aws::metrics;
use aftercare::aws::table::{Guard, Record, Table, Transaction, Trouble};
use aftercare::id::StorefrontId;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::intent::{Held, Intent, Stage, untag};

const VERSION: u32 = 1;
/// A notice names as many recipients as a mail had: ours have one, SES allows 50.
const MOST_RECIPIENTS: usize = 50;

/// The parts of a notice that matter here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Notice {
    #[serde(alias = "notificationType")]
    event_type: String,
    mail: Mail,
    #[serde(default)]
    bounce: Option<Bounce>,
    #[serde(default)]
    complaint: Option<Complaint>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    #[serde(default)]
    message_id: String,
    #[serde(default)]
    tags: std::collections::BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    bounce_type: String,
    #[serde(default)]
    bounced_recipients: Vec<Recipient>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Complaint {
    #[serde(default)]
    complained_recipients: Vec<Recipient>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recipient {
    email_address: String,
}

pub(crate) async fn handle(table: &Table, message: &Value, now: Timestamp) -> Result<(), Trouble> {
    let notice = read(message).map_err(|why| Trouble::Unavailable(format!("a mail notice cannot be read: {why}")))?;
    let key = notice.mail.tags.get("intent").and_then(|tags| untag(tags.first()?));
    // Mails that others send over the same identity carry no tag of ours.
    let Some(key) = key else { return Ok(()) };
    let Some(held) = Held::load(table, key).await? else { return Ok(()) };
    let shop = held.intent.storefront.clone();
    match notice.event_type.as_str() {
        "Bounce" => {
            let bounce = notice.bounce.as_ref();
            metrics::count(now, "MailBounced", &[]);
            let recipients =
                bounce.filter(|bounce| bounce.bounce_type == "Permanent").map(|bounce| &bounce.bounced_recipients);
            suppress(table, &shop, recipients, "bounce", now).await?;
        }
        "Complaint" => {
            metrics::count(now, "MailComplained", &[]);
            let recipients = notice.complaint.as_ref().map(|complaint| &complaint.complained_recipients);
            suppress(table, &shop, recipients, "complaint", now).await?;
        }
        _ => {}
    }
    settle(table, held, &notice, now).await
}

/// A notice bare, or in the envelope SNS puts round it.
fn read(message: &Value) -> Result<Notice, serde_json::Error> {
    match message.get("Message").and_then(Value::as_str) {
        Some(inner) => serde_json::from_str(inner),
        None => Notice::deserialize(message),
    }
}

async fn suppress(
    table: &Table,
    shop: &StorefrontId,
    recipients: Option<&Vec<Recipient>>,
    why: &str,
    now: Timestamp,
) -> Result<(), Trouble> {
    for recipient in recipients.into_iter().flatten().take(MOST_RECIPIENTS) {
        let mut transaction = Transaction::default();
        let record = Record::new(VERSION, &serde_json::json!({ "why": why, "at": now.as_millisecond() }))?;
        let address = recipient.email_address.rsplit('<').next().unwrap_or_default().trim_end_matches('>');
        transaction.put_anyhow(Guard::Suppressed, &Key::suppressed(shop, address), record);
        table.commit(transaction).await?;
    }
    Ok(())
}

/// Any notice but a refusal says that SES had the mail: one whose reply was lost is sent, then.
async fn settle(table: &Table, held: Held, notice: &Notice, now: Timestamp) -> Result<(), Trouble> {
    let stage = match notice.event_type.as_str() {
        "Reject" | "Rendering Failure" => Stage::Failed,
        _ => Stage::Sent { message: notice.mail.message_id.clone() },
    };
    let unsettled = matches!(held.intent.stage, Stage::Sending | Stage::Claimed);
    let refused = stage == Stage::Failed && matches!(held.intent.stage, Stage::Sent { .. });
    if refused {
        metrics::count(now, "MailFailed", &[("kind", held.intent.kind())]);
    }
    if unsettled || refused {
        let next = Intent { stage, ..held.intent.clone() };
        if held.advance(table, next, now).await?.is_none() {
            return Err(Trouble::Unavailable("the mail was moved on meanwhile; look again".to_owned()));
        }
    }
    Ok(())
}
