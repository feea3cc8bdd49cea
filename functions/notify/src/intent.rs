//! A mail on its way. An intent is written before anything is sent, and goes claimed (or waiting, or gathering) →
//! sending → sent, so that after any crash it is known whether SES may have been asked. Only an intent that was left
//! in `Sending` can double a mail: when SES's reply was lost and no event of SES settles it within 15 minutes, it is
//! sent again and counted.

use aftercare::aws::keys::{self, Key};
use aftercare::aws::table::{Committed, Guard, Item, Record, Table, Transaction, Trouble, counter, document, string};
use aftercare::figures::Period;
use aftercare::id::{ActionId, CustomerRef, StaffId, StorefrontId, TicketId};
use aftercare::message::Notice;
use aftercare::sla::millis;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub(crate) const VERSION: u32 = 1;
/// A claim outlives the function that made it: it is stopped after 30 s.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How long a lost reply may be settled by SES's send event.
const UNSETTLED: SignedDuration = SignedDuration::from_mins(15);
/// Between two tries of a mail that could not be sent, doubled up to an hour.
const AGAIN: SignedDuration = SignedDuration::from_mins(1);
const LONGEST: SignedDuration = SignedDuration::from_hours(1);
/// Tries of one mail: with the hours between them about three days.
pub(crate) const MOST_TRIES: u16 = 80;
/// Somebody else's transaction may be at the item for a moment.
const ROUNDS: usize = 5;

/// One mail to one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Intent {
    pub(crate) storefront: StorefrontId,
    pub(crate) recipient: Recipient,
    pub(crate) subject: Subject,
    pub(crate) stage: Stage,
    /// How often SES was asked, or may have been, and how often it did not even come to that.
    pub(crate) tries: u16,
    /// When it was written; of a digest, its first line.
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
    Event(Line),
    /// More than ten mails of one bucket, the most pressing of them by name.
    Digest {
        total: u32,
        shown: Vec<Line>,
    },
    /// The figures of a period that is over.
    Report {
        period: Period,
    },
    /// A month whose feedback will not come to its goal.
    Shortfall {
        month: Period,
    },
    /// An improvement action whose last day is over.
    Overdue {
        action: ActionId,
    },
}

/// One notice of one event of a ticket: the event's entry and its place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) ticket: TicketId,
    pub(crate) entry: u32,
    pub(crate) index: u16,
    pub(crate) notice: Notice,
}

/// Where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// In the bucket that goes out at this instant, or put off until then.
    Waiting {
        #[serde(with = "millis")]
        until: Timestamp,
    },
    /// A digest that mails of its bucket are still being added to.
    Gathering,
    /// Whoever wrote it sends it at once. SES has not been asked yet.
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
    /// The person is on the staff list no more.
    Left,
    /// What it says is not so any more: the ticket went on while the mail waited.
    Past,
}

impl Skip {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::NoAddress => "no_address",
            Self::Suppressed => "suppressed",
            Self::TooMany => "too_many",
            Self::SameSubject => "same_subject",
            Self::Left => "left",
            Self::Past => "past",
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
        match &self.stage {
            Stage::Waiting { until } => Some(*until),
            Stage::Gathering | Stage::Claimed => Some(after(now, LEASE)),
            Stage::Sending => Some(after(now, UNSETTLED)),
            Stage::Sent { .. } | Stage::Skipped(_) | Stage::Digested | Stage::Failed => None,
        }
    }

    /// The same intent, elsewhere.
    pub(crate) fn moved(&self, stage: Stage) -> Self {
        Self { stage, ..self.clone() }
    }

    /// Put off until the next try: the pauses grow with the tries.
    pub(crate) fn put_off(&self, now: Timestamp) -> Self {
        let doubled = AGAIN.checked_mul(1 << self.tries.saturating_sub(1).min(6)).unwrap_or(LONGEST);
        self.moved(Stage::Waiting { until: after(now, doubled.min(LONGEST)) })
    }

    /// The same intent, tried once more.
    pub(crate) fn tried(&self) -> Self {
        Self { tries: self.tries.saturating_add(1), ..self.clone() }
    }

    /// One word for logs and metrics.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.subject {
            Subject::Event(line) => line.notice.as_str(),
            Subject::Digest { .. } => "digest",
            Subject::Report { .. } => "quality_report",
            Subject::Shortfall { .. } => "feedback_short",
            Subject::Overdue { .. } => "action_overdue",
        }
    }

    /// What it tells of, as far as it does so by name.
    pub(crate) fn lines(&self) -> &[Line] {
        match &self.subject {
            Subject::Event(line) => std::slice::from_ref(line),
            Subject::Digest { shown, .. } => shown,
            Subject::Report { .. } | Subject::Shortfall { .. } | Subject::Overdue { .. } => &[],
        }
    }

    /// Adds it to a transaction: new, or in the place of the version that was read.
    pub(crate) fn write(
        &self,
        transaction: &mut Transaction,
        key: &Key,
        read: u32,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        let person = match &self.recipient {
            Recipient::Customer(customer) => customer.as_str(),
            Recipient::Staff(person) => person.as_str(),
        };
        let mut record = Record::new(VERSION, self)?;
        if let Some(due) = self.due(now) {
            let shard = keys::mail_shard(&format!("{}|{person}", self.storefront));
            record = record.with("due_shard", shard).with(DUE_AT, keys::instant(due));
        }
        transaction.put_next(Guard::Mail, key, record, read);
        Ok(())
    }
}

const DUE_AT: &str = "due_at";

fn after(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.saturating_add(wait).unwrap_or(now)
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
        for _ in 0..ROUNDS {
            let mut transaction = Transaction::default();
            intent.write(&mut transaction, &self.key, self.version, now)?;
            match table.commit(transaction).await? {
                Committed::Done => {
                    return Ok(Some(Self { key: self.key.clone(), version: self.version + 1, intent }));
                }
                Committed::Refused(_) => return Ok(None),
                // Nobody has moved it yet, and what SES answered must not be lost.
                Committed::Contended => {}
            }
        }
        Err(Trouble::Unavailable(format!("mail {} {} is written to by somebody else", self.key.pk, self.key.sk)))
    }
}

/// Whether an intent is due by its own item. The index may be behind it, and then shows what another worker is at.
pub(crate) fn is_due(item: &Item, now: Timestamp) -> bool {
    string(item, DUE_AT).is_some_and(|due| *due <= *keys::instant(now))
}

/// The tag that SES hands back with its events: the intent's key in the letters a tag may have.
pub(crate) fn tag(key: &Key) -> String {
    let text = aws_smithy_types::base64::encode(format!("{}!{}", key.pk, key.sk));
    text.replace('+', "-").replace('/', "_").trim_end_matches('=').to_owned()
}

/// The key in a tag of ours; nothing in anybody else's.
pub(crate) fn untag(tag: &str) -> Option<Key> {
    let mut text = tag.replace('-', "+").replace('_', "/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    let decoded = String::from_utf8(aws_smithy_types::base64::decode(text).ok()?).ok()?;
    let (pk, sk) = decoded.split_once('!')?;
    let ours = (pk.starts_with("T|") || pk.starts_with("D|")) && sk.starts_with("MAIL#");
    ours.then(|| Key { pk: pk.to_owned(), sk: sk.to_owned() })
}
