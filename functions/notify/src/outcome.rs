//! What SES says became of a mail: sent, bounced, complained of. Taken in from its notices, over SNS or bare.

use std::collections::BTreeMap;

use aftercare::aws::keys::Key;
use aftercare::aws::metrics;
use aftercare::aws::table::{Committed, Guard, Record, Table, Transaction, Trouble};
use aftercare::id::StorefrontId;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use crate::Failure;
use crate::intent::{Held, Stage, untag};
use crate::send::end;

const VERSION: u32 = 1;
/// A notice names as many recipients as a mail had: ours have one, SES allows 50.
const MOST_RECIPIENTS: usize = 50;

/// What SES publishes once to a topic that it is going to use, as bare text.
const GREETING: &str = "Successfully validated SNS topic";

/// The parts of a notice that matter here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Notice {
    #[serde(alias = "notificationType")]
    event_type: String,
    /// Absent where a notice is not about a mail.
    #[serde(default)]
    mail: Mail,
    #[serde(default)]
    bounce: Option<Bounce>,
    #[serde(default)]
    complaint: Option<Complaint>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    #[serde(default)]
    message_id: String,
    #[serde(default)]
    tags: BTreeMap<String, Vec<String>>,
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

/// A notice bare, or in the envelope SNS puts round it. Nothing where it is a greeting.
fn read(body: &str) -> Result<Option<Notice>, serde_json::Error> {
    #[derive(Deserialize)]
    struct Envelope {
        #[serde(rename = "Message")]
        message: String,
    }
    let enveloped = serde_json::from_str::<Envelope>(body).map(|envelope| envelope.message);
    let notice = enveloped.as_deref().unwrap_or(body);
    if notice.starts_with(GREETING) { Ok(None) } else { serde_json::from_str(notice).map(Some) }
}

pub(crate) async fn handle(table: &Table, body: &str, now: Timestamp) -> Result<(), Failure> {
    let Some(notice) = read(body)? else { return Ok(()) };
    // Mails that others send over the same identity carry no tag of ours.
    let key = notice.mail.tags.get("intent").and_then(|tags| untag(tags.first()?));
    let Some(key) = key else { return Ok(()) };
    let Some(held) = Held::load(table, key).await? else { return Ok(()) };
    let shop = &held.intent.storefront;
    match notice.event_type.as_str() {
        "Bounce" => {
            metrics::count(now, "MailBounced", &[]);
            // Others pass: a full mailbox, a greylist.
            let permanent = notice.bounce.as_ref().filter(|bounce| bounce.bounce_type == "Permanent");
            let recipients = permanent.map(|bounce| bounce.bounced_recipients.as_slice());
            suppress(table, shop, recipients.unwrap_or_default(), "bounce", now).await?;
        }
        "Complaint" => {
            metrics::count(now, "MailComplained", &[]);
            let recipients = notice.complaint.as_ref().map(|complaint| complaint.complained_recipients.as_slice());
            suppress(table, shop, recipients.unwrap_or_default(), "complaint", now).await?;
        }
        _ => {}
    }
    Ok(settle(table, &held, &notice, now).await?)
}

async fn suppress(
    table: &Table,
    shop: &StorefrontId,
    recipients: &[Recipient],
    why: &str,
    now: Timestamp,
) -> Result<(), Trouble> {
    for recipient in recipients.iter().take(MOST_RECIPIENTS) {
        let mut transaction = Transaction::default();
        let record = Record::new(VERSION, &json!({ "why": why, "at": now.as_millisecond() }))?;
        let address = recipient.email_address.rsplit('<').next().unwrap_or_default().trim_end_matches('>');
        transaction.put_anyhow(Guard::Suppressed, &Key::suppressed(shop, address), record);
        if table.commit(transaction).await? != Committed::Done {
            return Err(Trouble::Unavailable("somebody else writes to the suppression list".to_owned()));
        }
    }
    Ok(())
}

/// Any notice but a refusal says that SES has the mail: where its reply was lost, or a later try was refused, the mail
/// is sent all the same. A notice of what is settled already changes nothing.
async fn settle(table: &Table, held: &Held, notice: &Notice, now: Timestamp) -> Result<(), Trouble> {
    let refused = matches!(notice.event_type.as_str(), "Reject" | "Rendering Failure");
    let after = match (&held.intent.stage, refused) {
        (Stage::Failed, true) | (Stage::Sent { .. } | Stage::Skipped(_) | Stage::Digested, false) => return Ok(()),
        (_, true) => Stage::Failed,
        (_, false) => Stage::Sent { message: notice.mail.message_id.clone() },
    };
    let moved = end(table, held, held.intent.moved(after), now).await?;
    if moved { Ok(()) } else { Err(Trouble::Unavailable("the mail was moved on meanwhile; look again".to_owned())) }
}
