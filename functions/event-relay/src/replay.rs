//! Sends the events of a span of time again, for the day the relay was down longer than the stream keeps. A bounded
//! scan that says where it stopped, so that the next call goes on there; always safe, because readers are idempotent.

use aftercare::aws::keys::{ENTRY, Key};
use aftercare::aws::pages::{cursor, position};
use aftercare::aws::table::{Item, key_of, string};
use jiff::{SignedDuration, Timestamp};
use lambda_runtime::Error;
use serde::{Deserialize, Serialize};

use crate::{Message, NotTaken, Relay, counted, read_entry};

/// Pages of 1 MB that one call reads at most.
const MOST_PAGES: usize = 200;
/// No page is begun this long before the time is up. One of nothing but entries is some 3 000 messages, 300 calls of a
/// few milliseconds.
const MARGIN: SignedDuration = SignedDuration::from_secs(8);

/// Which events to send again: those of entries from `from` until before `to`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replay {
    pub from: Timestamp,
    pub to: Timestamp,
    /// Where the call before stopped.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// How far a call came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replayed {
    pub entries: u32,
    pub sent: u32,
    /// Put into the dead-letter queue; when they happened cannot be read either.
    pub unreadable: u32,
    /// Call again with this; none when the span is done.
    pub cursor: Option<String>,
    /// What stopped it before its time was up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

/// An error means that nothing came of it; trouble on the way is told with the place to go on from.
pub(crate) async fn replay(
    relay: &Relay,
    wanted: Replay,
    deadline: Timestamp,
    clock: &(dyn Fn() -> Timestamp + Sync),
) -> Result<Replayed, Error> {
    let mut after = wanted.cursor.as_deref().map(place).transpose()?;
    let mut done = Replayed { cursor: wanted.cursor.clone(), ..Replayed::default() };
    for _ in 0..MOST_PAGES {
        match page(relay, &wanted, after, clock(), &mut done).await {
            Ok(last) => {
                done.cursor = last.as_ref().map(|key| cursor(&format!("{}!{}", key.pk, key.sk)));
                after = last;
            }
            Err(trouble) if done.cursor == wanted.cursor => return Err(trouble),
            Err(trouble) => {
                done.trouble = Some(trouble.to_string());
                break;
            }
        }
        if after.is_none() || clock().saturating_add(MARGIN).is_ok_and(|soon| soon >= deadline) {
            break;
        }
    }
    let Replayed { entries, sent, unreadable, cursor: _, trouble } = &done;
    tracing::info!(entries, sent, unreadable, more = done.cursor.is_some(), trouble, "replayed");
    Ok(done)
}

/// The key in a cursor.
fn place(text: &str) -> Result<Key, Error> {
    let position = position(text, |_| true);
    let parts = position.as_deref().and_then(|position| position.split_once('!'));
    let (pk, sk) = parts.ok_or("the cursor is not one of a replay")?;
    Ok(Key { pk: pk.to_owned(), sk: sk.to_owned() })
}

/// Sends what is in one page. Answers with its last key while there are more.
async fn page(
    relay: &Relay,
    wanted: &Replay,
    after: Option<Key>,
    now: Timestamp,
    done: &mut Replayed,
) -> Result<Option<Key>, Error> {
    let page = relay.table.scan_entries(after).await?;
    let mut outgoing = Vec::new();
    let (mut entries, mut unreadable) = (0, 0);
    for item in &page.items {
        match read_item(item) {
            Ok((at, messages)) if at >= wanted.from && at < wanted.to => {
                entries += 1;
                outgoing.extend(messages);
            }
            Ok(_) => {}
            Err(why) => {
                let key = key_of(item).map_or_else(Default::default, |key| (key.pk, key.sk));
                relay.set_aside((&key.0, &key.1), &why, now).await?;
                unreadable += 1;
            }
        }
    }
    if relay.send(&outgoing).await.contains(&false) {
        return Err(NotTaken.into());
    }
    done.entries += entries;
    done.unreadable += unreadable;
    done.sent += u32::try_from(outgoing.len()).unwrap_or(u32::MAX);
    Ok(page.last)
}

fn read_item(item: &Item) -> Result<(Timestamp, Vec<Message>), String> {
    let version = item.get("v").and_then(|v| v.as_n().ok()).map_or("none", String::as_str);
    let document = string(item, "doc").ok_or("it has no document")?;
    let (pk, sk) = (string(item, "pk").unwrap_or_default(), string(item, "sk").unwrap_or_default());
    if sk.starts_with(ENTRY) {
        return read_entry(document, version).map(|(entry, messages)| (entry.at, messages));
    }
    counted::read((pk, sk), document, version).map(|(at, message)| (at, vec![message]))
}
