//! Every minute: sends the buckets that are full, gathers more than ten of one into a digest, takes up what a crash
//! left claimed, and sends again what was never settled.

use std::collections::HashMap;

use aftercare::aws::keys::{self, Key, MAIL_SHARDS};
use aftercare::aws::metrics;
use aftercare::aws::table::{Committed, Transaction, Trouble};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::intent::{Held, Intent, Key2, Recipient, Stage, Subject};
use crate::send::{Mailer, deliver};
use crate::{Failure, Notify};

/// Keys of one shard held at once: beyond them a bucket is seen in parts, and its digest stays open meanwhile.
const MOST_KEYS: usize = 5_000;
const PAGE: i32 = 500;
/// Times one shard is looked at again in a run because there were more keys than that.
const MOST_PASSES: usize = 20;
/// Mails added to a digest in one transaction, which takes 100 items.
const CHUNK: usize = 90;
/// A digest names this many and counts the rest.
const MOST_SHOWN: usize = 50;
/// A run stops this long before its time is up.
const MARGIN: SignedDuration = SignedDuration::from_secs(6);

/// What one run did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub examined: u32,
    pub failed: u32,
    pub more: bool,
}

/// The mails of one person that go out together, and whether there may be more of them than were read.
#[derive(Debug)]
struct Bucket {
    keys: Vec<Key>,
    cut: bool,
}

pub(crate) async fn flush<M: Mailer>(
    notify: &Notify<M>,
    now: Timestamp,
    deadline: Timestamp,
    clock: &(dyn Fn() -> Timestamp + Sync),
) -> Result<Report, Failure> {
    let mut report = Report::default();
    let late = || clock().saturating_add(MARGIN).is_ok_and(|soon| soon >= deadline);
    for shard in 0..MAIL_SHARDS {
        let mut after = None;
        for _ in 0..MOST_PASSES {
            let rows = due(notify, &format!("MAIL#{shard}"), now, &mut after).await?;
            let cut = rows.len() >= MOST_KEYS;
            for bucket in buckets(rows, cut) {
                if late() {
                    report.more = true;
                    return Ok(finished(report));
                }
                send_bucket(notify, bucket, now, &mut report).await;
            }
            if !cut {
                break;
            }
        }
    }
    Ok(finished(report))
}

fn finished(report: Report) -> Report {
    if report != Report::default() {
        tracing::info!(examined = report.examined, failed = report.failed, more = report.more, "flushed");
    }
    report
}

/// The due rows of a shard, oldest first, after those of the pass before: what failed there stays for the next run.
async fn due<M: Mailer>(
    notify: &Notify<M>,
    shard: &str,
    now: Timestamp,
    after: &mut Option<(String, Key)>,
) -> Result<Vec<(String, Key)>, Trouble> {
    let mut rows = Vec::new();
    while rows.len() < MOST_KEYS {
        let page = notify.table.due(shard, &keys::instant(now), PAGE, after.as_ref()).await?;
        let Some(last) = page.last() else { break };
        *after = Some(last.clone());
        rows.extend(page);
    }
    Ok(rows)
}

/// Rows of the same storefront, person and instant, in the order in which they are due. Digests stand alone.
fn buckets(rows: Vec<(String, Key)>, cut: bool) -> Vec<Bucket> {
    let last = rows.last().map(|(at, _)| at.clone());
    let mut order: Vec<Bucket> = Vec::new();
    let mut places: HashMap<(String, String, String), usize> = HashMap::new();
    for (at, key) in rows {
        let shop = key.pk.split('|').nth(1).unwrap_or_default().to_owned();
        let person =
            if key.pk.starts_with("T|") { key.sk.rsplit('#').next().unwrap_or_default() } else { key.pk.as_str() };
        let cut = cut && last.as_ref() == Some(&at);
        let place = *places.entry((shop, person.to_owned(), at)).or_insert_with(|| {
            order.push(Bucket { keys: Vec::new(), cut });
            order.len() - 1
        });
        if let Some(bucket) = order.get_mut(place) {
            bucket.keys.push(key);
        }
    }
    order
}

/// One bucket; its trouble is its own.
async fn send_bucket<M: Mailer>(notify: &Notify<M>, bucket: Bucket, now: Timestamp, report: &mut Report) {
    report.examined = report.examined.saturating_add(u32::try_from(bucket.keys.len()).unwrap_or(u32::MAX));
    if let Err(trouble) = try_bucket(notify, bucket, now, report).await {
        report.failed += 1;
        tracing::error!(error = %trouble, "a bucket of mails could not be sent");
    }
}

async fn try_bucket<M: Mailer>(
    notify: &Notify<M>,
    bucket: Bucket,
    now: Timestamp,
    report: &mut Report,
) -> Result<(), Trouble> {
    let mut digest: Option<Held> = None;
    for keys in bucket.keys.chunks(CHUNK) {
        let items = notify.table.get_many(keys).await?;
        let held: Result<Vec<Held>, Trouble> =
            keys.iter().zip(&items).filter_map(|(key, item)| Some(Held::read(key.clone(), item.as_ref()?))).collect();
        // The index may be behind: the item says whether there is still something to do.
        let (fresh, others): (Vec<Held>, Vec<Held>) = held?.into_iter().partition(|held| is_fresh(&held.intent, now));
        for held in others.into_iter().filter(|held| is_open(&held.intent, now)) {
            take_up(notify, held, now, report).await;
        }
        let Some(first) = fresh.first() else { continue };
        let over = usize::from(notify.table.settings(&first.intent.storefront, now).await?.settings.mail.digest_over);
        let open = match &digest {
            Some(open) => Some(open.clone()),
            None => opened(notify, &first.intent).await?,
        };
        let sent = open.as_ref().is_some_and(|digest| digest.intent.stage != Stage::Gathering);
        // A digest that went out already takes no latecomers: they go by themselves.
        if sent || open.is_none() && bucket.keys.len() <= over {
            for held in fresh {
                take_up(notify, held, now, report).await;
            }
            continue;
        }
        digest = gather(notify, open, &fresh, now).await?;
        if digest.is_none() {
            return Ok(()); // another run is at it
        }
    }
    if let Some(held) = digest.filter(|_| !bucket.cut) {
        take_up(notify, held, now, report).await;
    }
    Ok(())
}

/// A mail of a bucket that nobody has tried yet: it may become a line of a digest.
fn is_fresh(intent: &Intent, now: Timestamp) -> bool {
    let staff = matches!(intent.recipient, Recipient::Staff(_));
    staff
        && intent.tries == 0
        && matches!(intent.stage, Stage::Waiting { until } if until <= now)
        && matches!(intent.subject, Subject::Event { .. })
}

fn is_open(intent: &Intent, now: Timestamp) -> bool {
    match intent.stage {
        Stage::Waiting { until } => until <= now,
        Stage::Gathering | Stage::Claimed | Stage::Sending => true,
        Stage::Sent { .. } | Stage::Skipped(_) | Stage::Digested | Stage::Failed => false,
    }
}

/// The digest of a fresh mail's bucket.
fn digest_key(intent: &Intent) -> Option<Key> {
    match (&intent.recipient, &intent.stage) {
        (Recipient::Staff(person), Stage::Waiting { until }) => Some(Key::digest(&intent.storefront, person, *until)),
        _ => None,
    }
}

async fn opened<M: Mailer>(notify: &Notify<M>, intent: &Intent) -> Result<Option<Held>, Trouble> {
    match digest_key(intent) {
        Some(key) => Held::load(&notify.table, key).await,
        None => Ok(None),
    }
}

/// Claims a mail for this run and sends it.
async fn take_up<M: Mailer>(notify: &Notify<M>, held: Held, now: Timestamp, report: &mut Report) {
    if held.intent.stage == Stage::Sending {
        metrics::count(now, "MailResent", &[("kind", held.intent.kind())]);
        tracing::warn!(item = held.key.pk, kind = held.intent.kind(), "no send event came: the mail is sent again");
    }
    let claimed = Intent { stage: Stage::Claimed, ..held.intent.clone() };
    let sent = match held.advance(&notify.table, claimed, now).await {
        Ok(Some(held)) => deliver(notify, held, now).await,
        Ok(None) => Ok(()),
        Err(trouble) => Err(trouble),
    };
    if let Err(trouble) = sent {
        report.failed += 1;
        tracing::error!(error = %trouble, "a mail could not be sent");
    }
}

/// Makes mails lines of the digest, they and the digest in one transaction. Nothing means somebody else moved one.
async fn gather<M: Mailer>(
    notify: &Notify<M>,
    digest: Option<Held>,
    mails: &[Held],
    now: Timestamp,
) -> Result<Option<Held>, Trouble> {
    let Some(first) = mails.first() else { return Ok(digest) };
    let (Some(key), Stage::Waiting { until }) = (digest_key(&first.intent), &first.intent.stage) else {
        return Ok(None);
    };
    let empty = || Intent {
        subject: Subject::Digest { total: 0, shown: Vec::new() },
        stage: Stage::Gathering,
        at: *until,
        ..first.intent.clone()
    };
    let version = digest.as_ref().map_or(0, |digest| digest.version);
    let mut intent = digest.map_or_else(empty, |digest| digest.intent);
    if let Subject::Digest { total, shown } = &mut intent.subject {
        *total = total.saturating_add(u32::try_from(mails.len()).unwrap_or(u32::MAX));
        let room = MOST_SHOWN.saturating_sub(shown.len());
        shown.extend(mails.iter().take(room).map(|mail| Key2(mail.key.pk.clone(), mail.key.sk.clone())));
    }
    let mut transaction = Transaction::default();
    intent.write(&mut transaction, &key, version, now)?;
    for mail in mails {
        let line = Intent { stage: Stage::Digested, ..mail.intent.clone() };
        line.write(&mut transaction, &mail.key, mail.version, now)?;
    }
    let done = notify.table.commit(transaction).await? == Committed::Done;
    Ok(done.then(|| Held { key, version: version + 1, intent }))
}
