//! Every minute: sends what is due, has overdue improvement actions told, makes a digest of more than ten mails of one bucket, takes up what a crash left
//! behind, and sends again what was never settled.

use std::collections::BTreeMap;

use aftercare::aws::keys::{self, ACTION, Key, MAIL_SHARDS};
use aftercare::aws::table::{Committed, Transaction, Trouble};
use aftercare::id::StaffId;
use aftercare::message::Notice;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Notify;
use crate::intent::{Held, Intent, Line, Recipient, Stage, Subject, is_due};
use crate::overdue;
use crate::send::deliver;
use crate::ses::Mailer;

/// Keys of one shard held at once, half a megabyte. The next run goes on after them.
const MOST_KEYS: usize = 5_000;
const PAGE: i32 = 500;
/// Mails made lines of a digest in one transaction, which takes 100 items.
const CHUNK: usize = 90;
/// A digest names this many and counts the rest; their tickets and entries are one read of 100 items.
const MOST_SHOWN: usize = 50;
/// No mail is begun this long before the time is up: SES may take ten seconds.
const MARGIN: SignedDuration = SignedDuration::from_secs(12);

/// What one run did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Mails that were due.
    pub examined: u32,
    /// Of them sent though they may have been sent before: the doubles that SPEC 9.5 allows.
    pub resent: u32,
    /// Could not be read or moved on. They stay due.
    pub failed: u32,
    /// Something due was left for the next run.
    pub more: bool,
}

struct Run<'a, M> {
    notify: &'a Notify<M>,
    now: Timestamp,
    deadline: Timestamp,
    clock: &'a (dyn Fn() -> Timestamp + Sync),
    report: Report,
}

pub(crate) async fn flush<M: Mailer>(
    notify: &Notify<M>,
    now: Timestamp,
    deadline: Timestamp,
    clock: &(dyn Fn() -> Timestamp + Sync),
) -> Result<Report, Trouble> {
    let mut run = Run { notify, now, deadline, clock, report: Report::default() };
    for shard in 0..MAIL_SHARDS {
        for bucket in run.due(shard).await? {
            if let Err(trouble) = run.bucket(&bucket).await {
                run.failed(&trouble);
            }
        }
    }
    let Report { examined, resent, failed, more } = run.report;
    if examined > 0 {
        tracing::info!(examined, resent, failed, more, "flushed");
    }
    Ok(run.report)
}

/// A row of the due index: the instant and the mail.
type Row = (String, Key);

/// Due mails of one storefront, instant and person.
#[derive(Default)]
struct Bucket {
    keys: Vec<Key>,
    /// Those that are left to the next run included.
    size: usize,
}

/// By instant, storefront and person.
type Buckets = BTreeMap<(String, String, String), Bucket>;

fn bucket_named(at: &str, key: &Key) -> (String, String, String) {
    // T|storefront|ticket and MAIL#entry#index#notice#person, or D|storefront|person of a digest.
    let shop = key.pk.split('|').nth(1).unwrap_or_default().to_owned();
    let person = if key.pk.starts_with("T|") { key.sk.rsplit('#').next() } else { None };
    (at.to_owned(), shop, person.unwrap_or(&key.pk).to_owned())
}

impl<M: Mailer> Run<'_, M> {
    fn is_late(&self) -> bool {
        (self.clock)().saturating_add(MARGIN).is_ok_and(|soon| soon >= self.deadline)
    }

    fn failed(&mut self, trouble: &Trouble) {
        self.report.failed += 1;
        tracing::error!(error = %trouble, "a due mail failed");
    }

    /// The due mails of a shard, oldest first, those of one storefront, instant and person together.
    async fn due(&mut self, shard: u8) -> Result<Vec<Bucket>, Trouble> {
        let mut rows: Vec<Row> = Vec::new();
        while rows.len() < MOST_KEYS {
            let page = self.page(shard, &keys::instant(self.now), rows.last()).await?;
            if page.is_empty() {
                break;
            }
            rows.extend(page);
        }
        let cut = if rows.len() >= MOST_KEYS { rows.last().cloned() } else { None };
        self.report.more |= cut.is_some();
        let mut buckets = Buckets::new();
        for (at, key) in rows {
            let bucket = buckets.entry(bucket_named(&at, &key)).or_default();
            bucket.size += 1;
            bucket.keys.push(key);
        }
        if let Some(last) = cut {
            self.count_others(shard, last, &mut buckets).await?;
        }
        Ok(buckets.into_values().collect())
    }

    /// Of the last instant there may be more than are held, and whether a bucket becomes a digest is decided by all of
    /// it: the others are counted and left to the next run.
    async fn count_others(&self, shard: u8, last: Row, buckets: &mut Buckets) -> Result<(), Trouble> {
        let mut last = Some(last);
        while let Some(row) = last {
            let page = self.page(shard, &row.0, Some(&row)).await?;
            for (at, key) in &page {
                if let Some(bucket) = buckets.get_mut(&bucket_named(at, key)) {
                    bucket.size += 1;
                }
            }
            last = page.last().cloned();
        }
        Ok(())
    }

    async fn page(&self, shard: u8, until: &str, after: Option<&Row>) -> Result<Vec<Row>, Trouble> {
        self.notify.table.due(&format!("MAIL#{shard}"), until, PAGE, after).await
    }

    /// The mails of one bucket: each by itself, or as lines of a digest. A digest that is being gathered comes due by
    /// itself a minute after the last line was added.
    async fn bucket(&mut self, bucket: &Bucket) -> Result<(), Trouble> {
        for chunk in bucket.keys.chunks(CHUNK) {
            if self.is_late() {
                self.report.more = true;
                return Ok(());
            }
            let (fresh, others) = self.read(chunk).await?;
            for held in others {
                self.send(held).await;
            }
            if self.gather(&fresh, bucket.size).await? {
                continue;
            }
            for held in fresh {
                self.send(held).await;
            }
        }
        Ok(())
    }

    /// What is still due of these: mails that may become lines of a digest, and the others.
    async fn read(&mut self, keys: &[Key]) -> Result<(Vec<Held>, Vec<Held>), Trouble> {
        let (mut fresh, mut others) = (Vec::new(), Vec::new());
        for (key, item) in keys.iter().zip(self.notify.table.get_many(keys).await?) {
            let Some(item) = item.filter(|item| is_due(item, self.now)) else { continue };
            self.report.examined += 1;
            // An improvement action that is overdue: its mails are written, and come due themselves.
            if key.sk == ACTION {
                if let Err(trouble) = overdue::tell(&self.notify.table, &item, self.now).await {
                    self.failed(&trouble);
                }
                continue;
            }
            match Held::read(key.clone(), &item) {
                Ok(held) if bucket_of(&held.intent).is_some() => fresh.push(held),
                Ok(held) => others.push(held),
                Err(trouble) => self.failed(&trouble),
            }
        }
        Ok((fresh, others))
    }

    async fn send(&mut self, held: Held) {
        if self.is_late() {
            self.report.more = true;
            return;
        }
        match deliver(self.notify, held, self.now).await {
            Ok(again) => self.report.resent += u32::from(again),
            Err(trouble) => self.failed(&trouble),
        }
    }

    /// Makes mails of a bucket of this size lines of its digest, they and the digest in one transaction. Answers
    /// `false` when they go out by themselves: they are few, their digest has gone, or their reader has left.
    async fn gather(&self, mails: &[Held], size: usize) -> Result<bool, Trouble> {
        let table = &self.notify.table;
        let Some((first, (person, until))) = mails.first().and_then(|mail| Some((mail, bucket_of(&mail.intent)?)))
        else {
            return Ok(true);
        };
        let settings = table.settings(&first.intent.storefront, self.now).await?;
        let key = Key::digest(&first.intent.storefront, person, until);
        let there = Held::load(table, key.clone()).await?;
        let may = match &there {
            Some(digest) => digest.intent.stage == Stage::Gathering,
            None => size > usize::from(settings.settings.mail.digest_over) && settings.person(person).is_some(),
        };
        if !may {
            return Ok(false);
        }
        let version = there.as_ref().map_or(0, |digest| digest.version);
        let mut digest = there.map_or_else(|| opened(&first.intent), |digest| digest.intent);
        let mut transaction = Transaction::default();
        for mail in mails {
            add(&mut digest, &mail.intent);
            mail.intent.moved(Stage::Digested).write(&mut transaction, &mail.key, mail.version, self.now)?;
        }
        digest.write(&mut transaction, &key, version, self.now)?;
        if table.commit(transaction).await? != Committed::Done {
            tracing::warn!(item = key.pk, "another run gathers the same digest");
        }
        Ok(true)
    }
}

/// The person and the bucket of a mail to staff that nobody has tried yet: it may become a line of a digest. A decision is
/// confirmed by itself: what it is taken back with would be missing from a line.
fn bucket_of(intent: &Intent) -> Option<(&StaffId, Timestamp)> {
    match (&intent.recipient, &intent.subject, &intent.stage) {
        (Recipient::Staff(person), Subject::Event(line), Stage::Waiting { until })
            if intent.tries == 0 && line.notice != Notice::Decided =>
        {
            Some((person, *until))
        }
        _ => None,
    }
}

fn opened(first: &Intent) -> Intent {
    Intent { subject: Subject::Digest { total: 0, shown: Vec::new() }, ..first.moved(Stage::Gathering) }
}

/// Adds a line. The most pressing are shown, of the same kind the oldest.
fn add(digest: &mut Intent, mail: &Intent) {
    digest.at = digest.at.min(mail.at);
    if let (Subject::Digest { total, shown }, Subject::Event(line)) = (&mut digest.subject, &mail.subject) {
        *total = total.saturating_add(1);
        shown.push(*line);
        shown.sort_by_key(rank);
        shown.truncate(MOST_SHOWN);
    }
}

fn rank(line: &Line) -> u8 {
    match line.notice {
        Notice::Urgent => 0,
        Notice::Head => 1,
        Notice::Daily => 2,
        Notice::Manager => 3,
        Notice::Breached => 4,
        Notice::Escalated => 5,
        Notice::PayoutDeclined | Notice::PayoutOverdue => 6,
        Notice::Approve => 7,
        Notice::NoWorkingTime => 8,
        Notice::Warned => 9,
        Notice::LowScoreLate => 8,
        Notice::Wrote | Notice::NotSolved => 10,
        Notice::LowScore | Notice::Answered => 11,
        Notice::Expired => 12,
        Notice::Chase => 13,
        Notice::Assigned => 14,
        Notice::FollowedUp => 15,
        Notice::Corrected => 16,
        Notice::SendBack => 10,
        // It is never a line of a digest, and the others go to customers.
        Notice::Decided
        | Notice::Acknowledge
        | Notice::Reply
        | Notice::Proposal
        | Notice::Waiting
        | Notice::Reminder
        | Notice::Resolved
        | Notice::Merged
        | Notice::CaseRequested
        | Notice::CaseChanged
        | Notice::CaseApproved
        | Notice::CaseRejected
        | Notice::CaseCancelled
        | Notice::CaseExpired
        | Notice::CaseSettled
        | Notice::ReturnReminder
        | Notice::GoodsReceived
        | Notice::Survey
        | Notice::SurveyReminder
        | Notice::SentBack => 17,
    }
}
