//! A notice from the queue: who gets a mail because of it, and the intents for them.

use aftercare::audience::{audience, bucket_end, is_news, of_case};
use aftercare::aws::keys::Key;
use aftercare::aws::metrics;
use aftercare::aws::table::{Committed, Guard, Item, Record, Table, Transaction, Trouble, counter, document};
use aftercare::aws::tickets::CONTENT_VERSION;
use aftercare::event::Event;
use aftercare::id::StorefrontId;
use aftercare::intake::Content;
use aftercare::message::{Addressee, Notice, Notify as Message};
use aftercare::settings::{Loaded, MailRules, Staff};
use aftercare::text::fingerprint;
use aftercare::ticket::Ticket;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Notify;
use crate::intent::{Held, Intent, Line, Recipient, Skip, Stage, Subject};
use crate::send::{counted, deliver};
use crate::ses::Mailer;

const LEDGER_VERSION: u32 = 1;
/// Somebody else may be writing to the same customer.
const ROUNDS: usize = 5;
/// People in one transaction, which takes 100 items; a list of staff has at most 300.
const CHUNK: usize = 90;

pub(crate) async fn handle<M: Mailer>(notify: &Notify<M>, message: Message, now: Timestamp) -> Result<(), Trouble> {
    let Message { v: _, storefront, ticket, entry, index, notice } = message;
    let line = Line { ticket, entry, index, notice };
    if notice.is_for_customer() {
        return to_customer(notify, &storefront, line, now).await;
    }
    for held in to_staff(&notify.table, &storefront, line, now).await? {
        deliver(notify, held, now).await?;
    }
    Ok(())
}

async fn ticket(table: &Table, shop: &StorefrontId, line: Line) -> Result<Ticket, Trouble> {
    let gone = || Trouble::Unavailable(format!("ticket {} is not there", line.ticket));
    table.ticket(shop, line.ticket).await?.ok_or_else(gone)
}

fn key_of(shop: &StorefrontId, line: Line, person: &str) -> Key {
    let person: String = fingerprint(&[person.as_bytes()]).chars().take(16).collect();
    Key::mail(shop, line.ticket, line.entry, line.index, line.notice, &person)
}

fn intent_of(shop: &StorefrontId, line: Line, recipient: Recipient, stage: Stage, now: Timestamp) -> Intent {
    Intent { storefront: shop.clone(), recipient, subject: Subject::Event(line), stage, tries: 0, at: now }
}

/// One intent in each one's bucket. Those that are there already stay as they are. Answers with those that are due at
/// once, for whoever wrote them; the flush sends them where they died.
pub(crate) async fn to_staff(
    table: &Table,
    shop: &StorefrontId,
    line: Line,
    now: Timestamp,
) -> Result<Vec<Held>, Trouble> {
    let ticket = ticket(table, shop, line).await?;
    let settings = table.settings(shop, now).await?;
    let until = bucket_end(line.notice, &ticket, &settings, now);
    let people = people(table, &ticket, line, &settings).await?;
    if people.is_empty() && line.notice.addressee() != Addressee::Desk {
        metrics::count(now, "MailSkipped", &[("kind", line.notice.as_str()), ("reason", "nobody_there")]);
        tracing::warn!(storefront = %shop, ticket = %line.ticket, notice = %line.notice, "nobody is there to hear of it");
    }
    let mut due = Vec::new();
    for people in people.chunks(CHUNK) {
        let keys: Vec<Key> = people.iter().map(|person| key_of(shop, line, person.id.as_str())).collect();
        let there = table.get_many(&keys).await?;
        let mut transaction = Transaction::default();
        let mut written = Vec::new();
        for ((person, key), _) in people.iter().zip(keys).zip(&there).filter(|(_, there)| there.is_none()) {
            let intent = intent_of(shop, line, Recipient::Staff(person.id.clone()), Stage::Waiting { until }, now);
            intent.write(&mut transaction, &key, 0, now)?;
            written.push(Held { key, version: 1, intent });
        }
        if !transaction.is_empty() && table.commit(transaction).await? != Committed::Done {
            return Err(Trouble::Unavailable("another worker is writing these mails".to_owned()));
        }
        due.extend(written.into_iter().filter(|_| until <= now));
    }
    Ok(due)
}

/// Who hears of it.
async fn people<'a>(
    table: &Table,
    ticket: &Ticket,
    line: Line,
    settings: &'a Loaded,
) -> Result<Vec<&'a Staff>, Trouble> {
    let of_a_case = matches!(
        line.notice,
        Notice::Approve
            | Notice::Escalated
            | Notice::Decided
            | Notice::PayoutDeclined
            | Notice::PayoutOverdue
            | Notice::SendBack
    );
    let mut people = audience(line.notice, ticket, settings);
    let is_for_desk = line.notice.addressee() == Addressee::Desk;
    if !of_a_case && (!is_for_desk || people.is_empty()) {
        return Ok(people);
    }
    let gone = || Trouble::Unavailable(format!("an entry of ticket {} is not there", line.ticket));
    let entry = table.entry(&ticket.storefront, line.ticket, line.entry).await?.ok_or_else(gone)?;
    if let Some(Event::Case { case, .. }) = entry.events.get(usize::from(line.index)).filter(|_| of_a_case) {
        let case = table.case(&ticket.storefront, line.ticket, *case).await?.ok_or_else(gone)?;
        return Ok(of_case(line.notice, &case, &entry, ticket, settings));
    }
    people.retain(|person| is_news(line.notice, &entry, line.index, person));
    Ok(people)
}

/// The mail to the customer goes out at once, by the one who writes its intent. Redelivered, it does nothing: whoever
/// wrote the intent sends it, or the flush does when they died.
async fn to_customer<M: Mailer>(
    notify: &Notify<M>,
    shop: &StorefrontId,
    line: Line,
    now: Timestamp,
) -> Result<(), Trouble> {
    let table = &notify.table;
    let customer = ticket(table, shop, line).await?.customer;
    let key = key_of(shop, line, customer.as_str());
    let ledger = Key::acknowledged(shop, &customer);
    let mut keys = vec![key.clone()];
    if line.notice == Notice::Acknowledge {
        keys.extend([ledger.clone(), Key::content(shop, line.ticket, 1)]);
    }
    for _ in 0..ROUNDS {
        let read = table.get_many(&keys).await?;
        let mut transaction = Transaction::default();
        let stage = match read.as_slice() {
            [None, sent, first] => {
                let rules = &table.settings(shop, now).await?.settings.mail;
                let acknowledged = Acknowledged::read(sent.as_ref(), first.as_ref(), rules, now)?;
                match acknowledged.too_many(rules) {
                    Some(skip) => Stage::Skipped(skip),
                    None => {
                        acknowledged.once_more(&mut transaction, &ledger, rules, now)?;
                        Stage::Claimed
                    }
                }
            }
            [None, ..] => Stage::Claimed,
            _ => return Ok(()),
        };
        let intent = intent_of(shop, line, Recipient::Customer(customer.clone()), stage, now);
        intent.write(&mut transaction, &key, 0, now)?;
        if table.commit(transaction).await? == Committed::Done {
            let held = Held { key, version: 1, intent };
            if held.intent.stage == Stage::Claimed {
                return deliver(notify, held, now).await.map(drop);
            }
            counted(&held, now);
            return Ok(());
        }
    }
    Err(Trouble::Unavailable("another worker is writing to this customer".to_owned()))
}

/// What a customer was acknowledged within the window, as it is kept.
#[derive(Default, Serialize, Deserialize)]
struct Ledger {
    /// Instant in milliseconds and fingerprint of the subject, oldest first; as many as the settings allow at most.
    sent: Vec<(i64, String)>,
}

/// The ledger as it was read, and the subject of the ticket to be acknowledged.
struct Acknowledged {
    ledger: Ledger,
    version: u32,
    /// A phone call or a chat has none; two of them are not the same for that.
    subject: Option<String>,
}

impl Acknowledged {
    fn read(sent: Option<&Item>, first: Option<&Item>, rules: &MailRules, now: Timestamp) -> Result<Self, Trouble> {
        let version = sent.and_then(|item| counter(item, "ver")).unwrap_or(0);
        let mut ledger: Ledger = sent.map(|item| document(item, LEDGER_VERSION)).transpose()?.unwrap_or_default();
        let since = now.saturating_sub(window(rules)).map_or(0, Timestamp::as_millisecond);
        ledger.sent.retain(|(at, _)| *at > since);
        let first: Content = first.map(|item| document(item, CONTENT_VERSION)).transpose()?.unwrap_or_default();
        let subject = first.subject.trim().to_lowercase();
        let subject = (!subject.is_empty()).then(|| fingerprint(&[subject.as_bytes()]));
        Ok(Self { ledger, version, subject })
    }

    fn too_many(&self, rules: &MailRules) -> Option<Skip> {
        if self.ledger.sent.len() >= usize::from(rules.acknowledgements) {
            return Some(Skip::TooMany);
        }
        let same = self.ledger.sent.iter().filter(|(_, sent)| self.subject.as_ref() == Some(sent)).count();
        (same >= usize::from(rules.acknowledgements_per_subject)).then_some(Skip::SameSubject)
    }

    /// Counts this one, in the transaction that writes its intent.
    fn once_more(
        mut self,
        transaction: &mut Transaction,
        key: &Key,
        rules: &MailRules,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        self.ledger.sent.push((now.as_millisecond(), self.subject.unwrap_or_default()));
        let expires = now.saturating_add(window(rules)).unwrap_or(now);
        let record = Record::new(LEDGER_VERSION, &self.ledger)?.expires(expires);
        transaction.put_next(Guard::Acknowledged, key, record, self.version);
        Ok(())
    }
}

fn window(rules: &MailRules) -> SignedDuration {
    SignedDuration::from_mins(rules.acknowledgement_window_minutes)
}
