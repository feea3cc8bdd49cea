//! The protocol of one mail: sending is written down before SES is asked, and what SES said after it.

use aftercare::aws::metrics;
use aftercare::aws::table::{Table, Trouble};
use jiff::Timestamp;

use crate::Notify;
use crate::compose::{Composed, compose};
use crate::intent::{Held, Intent, MOST_TRIES, Skip, Stage, tag};
use crate::notices;
use crate::ses::{Mailer, Outgoing, Refusal};

/// Sends a mail that is new or due. Of workers that try at once the one who writes `Sending` asks SES. Whatever
/// happens is written into the intent; where that fails too, its item comes due again and the flush finds it. Answers
/// whether SES was asked though it may have sent this mail before, its outcome unknown.
pub(crate) async fn deliver<M: Mailer>(notify: &Notify<M>, held: Held, now: Timestamp) -> Result<bool, Trouble> {
    let table = &notify.table;
    let kind = held.intent.kind();
    let Composed { from, to, bytes } = match composed(table, &notify.public_url, &held, now).await {
        Ok(mail) => mail,
        Err(instead) => return end(table, &held, instead?, now).await.map(|_| false),
    };
    let sending = held.intent.tried().moved(Stage::Sending);
    let Some(sending) = held.advance(table, sending, now).await? else { return Ok(false) };
    let again = held.intent.stage == Stage::Sending;
    if again {
        metrics::count(now, "MailResent", &[("kind", kind)]);
        tracing::warn!(item = held.key.pk, kind, "no event of SES came: the mail is sent again");
    }
    let mail = Outgoing { from, to, bytes, tag: tag(&held.key), kind };
    let after = match notify.mailer.send(&mail).await {
        Ok(message) => sending.intent.moved(Stage::Sent { message }),
        Err(Refusal::NotNow(code)) => {
            tracing::warn!(item = held.key.pk, kind, code, "SES does not take a mail now");
            sending.intent.put_off(now)
        }
        Err(Refusal::Never(code)) => {
            tracing::error!(item = held.key.pk, kind, code, "SES never takes this mail");
            sending.intent.moved(Stage::Failed)
        }
        Err(Refusal::Unknown(why)) => {
            // SES's event settles it, or the flush sends it again: the one case in which a mail may be doubled.
            tracing::warn!(item = held.key.pk, kind, why, "the outcome of a mail is not known");
            return Ok(again);
        }
    };
    end(table, &sending, after, now).await?;
    Ok(again)
}

/// The mail in words, or what becomes of the intent instead.
async fn composed(
    table: &Table,
    public_url: &str,
    held: &Held,
    now: Timestamp,
) -> Result<Composed, Result<Intent, Trouble>> {
    let intent = &held.intent;
    if intent.tries >= MOST_TRIES {
        tracing::error!(item = held.key.pk, kind = intent.kind(), "a mail was tried too often");
        return Err(Ok(intent.moved(Stage::Failed)));
    }
    match compose(table, public_url, held, now).await {
        Ok(Ok(composed)) => Ok(composed),
        Ok(Err(skip)) => {
            // Who has left is told nothing; whoever is there now hears of it.
            for line in intent.lines().iter().filter(|_| skip == Skip::Left) {
                notices::to_staff(table, &intent.storefront, *line, now).await.map_err(Err)?;
            }
            Err(Ok(intent.moved(Stage::Skipped(skip))))
        }
        Err(trouble) => {
            tracing::error!(item = held.key.pk, kind = intent.kind(), error = %trouble, "a mail could not be written");
            Err(Ok(intent.tried().put_off(now)))
        }
    }
}

/// Writes what became of a mail and counts it. Answers `false` when somebody else moved it on: SES's event may be
/// faster than its reply, and another worker faster than this one.
pub(crate) async fn end(table: &Table, held: &Held, after: Intent, now: Timestamp) -> Result<bool, Trouble> {
    let moved = held.advance(table, after, now).await?;
    if let Some(held) = &moved {
        counted(held, now);
    }
    Ok(moved.is_some())
}

/// Counts what became of a mail.
pub(crate) fn counted(held: &Held, now: Timestamp) {
    let kind = held.intent.kind();
    match &held.intent.stage {
        Stage::Sent { .. } => {
            metrics::count(now, "MailSent", &[("kind", kind)]);
            tracing::info!(storefront = %held.intent.storefront, item = held.key.pk, kind, "mail sent");
        }
        Stage::Failed => metrics::count(now, "MailFailed", &[("kind", kind)]),
        Stage::Skipped(why) => metrics::count(now, "MailSkipped", &[("kind", kind), ("reason", why.word())]),
        Stage::Waiting { .. } | Stage::Gathering | Stage::Claimed | Stage::Sending | Stage::Digested => {}
    }
}
