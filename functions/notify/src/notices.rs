//! A notice from the queue: who gets a mail because of it, and the intents for them.

use aftercare::audience::{audience, bucket_end};
use aftercare::aws::keys::Key;
use aftercare::aws::metrics;
use aftercare::aws::table::{Committed, Guard, Record, Table, Transaction, Trouble, counter, document};
use aftercare::id::CustomerRef;
use aftercare::message::{Notice, Notify as Message};
use aftercare::text::fingerprint;
use aftercare::ticket::Ticket;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::intent::{Held, Intent, Recipient, Skip, Stage, Subject};
use crate::send::{Mailer, deliver};
use crate::{Failure, Notify};

const LEDGER_VERSION: u32 = 1;
/// Somebody else may be writing to the same customer.
const ROUNDS: usize = 5;

/// What a customer was acknowledged within the window.
#[derive(Default, Serialize, Deserialize)]
struct Ledger {
    /// Instant in milliseconds and fingerprint of the subject, oldest first; as many as the settings allow at most.
    sent: Vec<(i64, String)>,
}

pub(crate) async fn handle<M: Mailer>(notify: &Notify<M>, message: Message, now: Timestamp) -> Result<(), Failure> {
    let ticket = notify.table.ticket(&message.storefront, message.ticket).await?.ok_or("the ticket is not there")?;
    if message.notice.is_for_customer() {
        return to_customer(notify, &message, &ticket, now).await;
    }
    to_staff(&notify.table, &message, &ticket, now).await
}

fn key_of(message: &Message, person: &str) -> Key {
    let person: String = fingerprint(&[person.as_bytes()]).chars().take(16).collect();
    Key::mail(&message.storefront, message.ticket, message.entry, message.index, message.notice, &person)
}

fn intent_of(message: &Message, recipient: Recipient, stage: Stage, now: Timestamp) -> Intent {
    let subject =
        Subject::Event { ticket: message.ticket, entry: message.entry, index: message.index, notice: message.notice };
    Intent { storefront: message.storefront.clone(), recipient, subject, stage, tries: 0, at: now }
}

/// One intent in each one's bucket, all or none.
async fn to_staff(table: &Table, message: &Message, ticket: &Ticket, now: Timestamp) -> Result<(), Failure> {
    let settings = table.settings(&message.storefront, now).await?;
    let until = bucket_end(message.notice, ticket, &settings, now);
    let people = audience(message.notice, ticket, &settings);
    if people.is_empty() {
        metrics::count(now, "MailSkipped", &[("kind", message.notice.as_str()), ("reason", Skip::NobodyThere.word())]);
        tracing::warn!(storefront = %message.storefront, ticket = %message.ticket, notice = %message.notice, "nobody is there to hear of it");
        return Ok(());
    }
    // One transaction takes 100 items; a list of staff has at most 300.
    for people in people.chunks(90) {
        let keys: Vec<Key> = people.iter().map(|person| key_of(message, person.id.as_str())).collect();
        let there = table.get_many(&keys).await?;
        let mut transaction = Transaction::default();
        for ((person, key), _) in people.iter().zip(&keys).zip(&there).filter(|(_, there)| there.is_none()) {
            intent_of(message, Recipient::Staff(person.id.clone()), Stage::Waiting { until }, now).write(
                &mut transaction,
                key,
                0,
                now,
            )?;
        }
        if !transaction.is_empty() && table.commit(transaction).await? != Committed::Done {
            return Err("another reader is writing these mails".into());
        }
    }
    Ok(())
}

/// The mail to the customer goes out at once, by the one who claims it.
async fn to_customer<M: Mailer>(
    notify: &Notify<M>,
    message: &Message,
    ticket: &Ticket,
    now: Timestamp,
) -> Result<(), Failure> {
    let key = key_of(message, ticket.customer.as_str());
    for _ in 0..ROUNDS {
        if Held::load(&notify.table, key.clone()).await?.is_some() {
            // Whoever wrote it sends it, or the flush does when they died.
            return Ok(());
        }
        let Some(held) = claim(&notify.table, message, ticket, &key, now).await? else { continue };
        if let Stage::Skipped(why) = &held.intent.stage {
            metrics::count(now, "MailSkipped", &[("kind", message.notice.as_str()), ("reason", why.word())]);
            return Ok(());
        }
        return Ok(deliver(notify, held, now).await?);
    }
    Err("another reader is writing to this customer".into())
}

/// Writes the intent, with the ledger that bounds acknowledgements in the same transaction. Nothing means that
/// somebody else was faster.
async fn claim(
    table: &Table,
    message: &Message,
    ticket: &Ticket,
    key: &Key,
    now: Timestamp,
) -> Result<Option<Held>, Trouble> {
    let mut transaction = Transaction::default();
    let skip = match message.notice {
        Notice::Acknowledge => acknowledged(table, message, ticket, &mut transaction, now).await?,
        _ => None,
    };
    let stage = skip.map_or(Stage::Claimed, Stage::Skipped);
    let intent = intent_of(message, Recipient::Customer(ticket.customer.clone()), stage, now);
    intent.write(&mut transaction, key, 0, now)?;
    let done = table.commit(transaction).await? == Committed::Done;
    Ok(done.then(|| Held { key: key.clone(), version: 1, intent }))
}

/// Counts one more acknowledgement to this customer, unless there were enough.
async fn acknowledged(
    table: &Table,
    message: &Message,
    ticket: &Ticket,
    transaction: &mut Transaction,
    now: Timestamp,
) -> Result<Option<Skip>, Trouble> {
    let rules = &table.settings(&message.storefront, now).await?.settings.mail;
    let key = ledger_key(message, &ticket.customer);
    let item = table.get(&key).await?;
    let version = item.as_ref().and_then(|item| counter(item, "ver")).unwrap_or(0);
    let mut ledger: Ledger = item.map(|item| document(&item, LEDGER_VERSION)).transpose()?.unwrap_or_default();
    let window = SignedDuration::from_mins(rules.acknowledgement_window_minutes);
    let since = now.saturating_sub(window).map_or(0, Timestamp::as_millisecond);
    ledger.sent.retain(|(at, _)| *at > since);
    let subject = table.content(&message.storefront, message.ticket, 1).await?.unwrap_or_default().subject;
    let blank = subject.trim().is_empty();
    let subject = fingerprint(&[subject.trim().to_lowercase().as_bytes()]);
    if ledger.sent.len() >= usize::from(rules.acknowledgements) {
        return Ok(Some(Skip::TooMany));
    }
    // A phone call or a chat has no subject; two of them are not the same for that.
    let same = ledger.sent.iter().filter(|(_, sent)| *sent == subject && !blank).count();
    if same >= usize::from(rules.acknowledgements_per_subject) {
        return Ok(Some(Skip::SameSubject));
    }
    ledger.sent.push((now.as_millisecond(), subject));
    let expires = now.saturating_add(window).unwrap_or(now);
    transaction.put_next(Guard::Acknowledged, &key, Record::new(LEDGER_VERSION, &ledger)?.expires(expires), version);
    Ok(None)
}

fn ledger_key(message: &Message, customer: &CustomerRef) -> Key {
    Key::acknowledged(&message.storefront, customer)
}
