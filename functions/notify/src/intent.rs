//! A mail on its way. An intent is written before anything is sent, and goes claimed → sending → sent, so that after
//! any crash it is known whether SES may have been asked. Only an intent that was left in `Sending` can double a
//! mail: when SES's reply was lost and no send event settles it within 15 minutes, it is sent again and counted.

use aftercare::aws::keys::{self, Key};
use aftercare::aws::table::{Guard, Item, Record, Table, Transaction, Trouble, counter, document};
use aftercare::id::{CustomerRef, StaffId, StorefrontId, TicketId};
use aftercare::message::Notice;
use aftercare::sla::millis;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub(crate) const VERSION: u32 = 1;
/// A claim outlives the function that made it: it is stopped after 30 s.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How long a lost reply may be settled by SES's send event.
const UNSETTLED: SignedDuration = SignedDuration::from_mins(15);
/// Between two tries of a mail that SES did not take, doubled up to an hour.
const AGAIN: SignedDuration = SignedDuration::from_mins(1);
/// Tries of a mail that SES does not take: with the hours between them about three days.
pub(crate) const MOST_TRIES: u16 = 80;

/// One mail to one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Intent {
    pub(crate) storefront: StorefrontId,
    pub(crate) recipient: Recipient,
    pub(crate) subject: Subject,
    pub(crate) stage: Stage,
    /// How often SES was asked or may have been.
    pub(crate) tries: u16,
    /// The event's instant.
    #[serde(with = "millis")]
    pub(crate) at: Timestamp,
}

/// To whom. Their address is looked up when the mail is sent, so that none is stored twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Recipient {
    Customer(CustomerRef),
    Staff(StaffId),
}

/// What it is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Subject {
    /// One event of one ticket.
    Event { ticket: TicketId, entry: u32, index: u16, notice: Notice },
    /// More than ten mails of one bucket; the first of them by name.
    Digest { total: u32, shown: Vec<Key2> },
}

/// A key as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Key2(pub(crate) String, pub(crate) String);

/// Where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// In the bucket that goes out at this instant.
    Waiting {
        #[serde(with = "millis")]
        until: Timestamp,
    },
    /// A digest that mails of its bucket are still being added to.
    Gathering,
    /// Somebody writes it. SES has not been asked yet.
    Claimed,
    /// SES may have been asked.
    Sending,
    Sent {
        message: String,
    },
    /// It will not be sent, and why.
    Skipped(Skip),
    /// It is one line of a digest.
    Digested,
    /// SES does not take it.
    Failed,
}

/// Why a mail is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Skip {
    NoAddress,
    Suppressed,
    TooMany,
    SameSubject,
    NobodyThere,
}

impl Skip {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::NoAddress => "no_address",
            Self::Suppressed => "suppressed",
            Self::TooMany => "too_many",
            Self::SameSubject => "same_subject",
            Self::NobodyThere => "nobody_there",
        }
    }
}

/// An intent as it was read, with the version it can be moved on from.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) key: Key,
    pub(crate) version: u32,
    pub(crate) intent: Intent,
}

impl Intent {
    /// When the flush has to look at it again; nothing once it is over.
    fn due(&self, now: Timestamp) -> Option<Timestamp> {
        let after = |wait: SignedDuration| now.saturating_add(wait).unwrap_or(now);
        match &self.stage {
            Stage::Waiting { until } => Some(*until),
            Stage::Gathering => Some(now),
            Stage::Claimed => Some(after(LEASE)),
            Stage::Sending => Some(after(UNSETTLED)),
            Stage::Sent { .. } | Stage::Skipped(_) | Stage::Digested | Stage::Failed => None,
        }
    }

    /// One word for the shard and for logs.
    pub(crate) fn person(&self) -> &str {
        match &self.recipient {
            Recipient::Customer(customer) => customer.as_str(),
            Recipient::Staff(person) => person.as_str(),
        }
    }

    pub(crate) fn kind(&self) -> &'static str {
        match &self.subject {
            Subject::Event { notice, .. } => notice.as_str(),
            Subject::Digest { .. } => "digest",
        }
    }

    /// The instant after which a mail that SES did not take is tried again.
    pub(crate) fn again(&self, now: Timestamp) -> Timestamp {
        let doubled = AGAIN.checked_mul(1 << self.tries.min(6)).unwrap_or(AGAIN);
        now.saturating_add(doubled.min(SignedDuration::from_hours(1))).unwrap_or(now)
    }

    /// Adds it to a transaction: new, or in the place of the version that was read.
    pub(crate) fn write(
        &self,
        transaction: &mut Transaction,
        key: &Key,
        read: u32,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        let mut record = Record::new(VERSION, self)?;
        if let Some(due) = self.due(now) {
            let shard = keys::mail_shard(&format!("{}|{}", self.storefront, self.person()));
            record = record.with("due_shard", shard).with("due_at", keys::instant(due));
        }
        transaction.put_next(Guard::Mail, key, record, read);
        Ok(())
    }
}

impl Held {
    pub(crate) fn read(key: Key, item: &Item) -> Result<Self, Trouble> {
        Ok(Self { version: counter(item, "ver").unwrap_or(0), intent: document(item, VERSION)?, key })
    }

    pub(crate) async fn load(table: &Table, key: Key) -> Result<Option<Self>, Trouble> {
        table.get(&key).await?.map(|item| Self::read(key, &item)).transpose()
    }

    /// Moves it on, unless somebody else did: then it is theirs.
    pub(crate) async fn advance(&self, table: &Table, intent: Intent, now: Timestamp) -> Result<Option<Self>, Trouble> {
        let mut transaction = Transaction::default();
        intent.write(&mut transaction, &self.key, self.version, now)?;
        let done = table.commit(transaction).await? == aftercare::aws::table::Committed::Done;
        Ok(done.then(|| Self { key: self.key.clone(), version: self.version + 1, intent }))
    }
}

/// The tag that SES hands back with its events: the intent's key in the letters a tag may have.
pub(crate) fn tag(key: &Key) -> String {
    let text = aws_smithy_types::base64::encode(format!("{}!{}", key.pk, key.sk));
    text.replace('+', "-").replace('/', "_").trim_end_matches('=').to_owned()
}

pub(crate) fn untag(tag: &str) -> Option<Key> {
    let mut text = tag.replace('-', "+").replace('_', "/");
    while text.len() % 4 != 0 {
        text.push('=');
    }
    let decoded = String::from_utf8(aws_smithy_types::base64::decode(text).ok()?).ok()?;
    let (pk, sk) = decoded.split_once('!')?;
    Some(Key { pk: pk.to_owned(), sk: sk.to_owned() })
}
