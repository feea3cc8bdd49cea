//! Sends the events of a span of time again, for the day the relay was down longer than the stream keeps. A bounded
//! scan that says where it stopped, so that the next call goes on there; always safe, because readers are idempotent.

use aftercare::aws::keys::Key;
use aftercare::aws::pages::{cursor, position};
use aftercare::aws::table::{Item, Trouble, key_of, string};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Relay, read_entry as read};

/// Pages of 1 MB that one call reads at most.
const MOST_PAGES: usize = 200;
/// A call stops this long before its time is up, so that its answer gets out.
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
    /// Put into the dead-letter queue.
    pub unreadable: u32,
    /// Call again with this; none when the span is done.
    pub cursor: Option<String>,
}

pub(crate) async fn replay(
    relay: &Relay,
    wanted: Replay,
    deadline: Timestamp,
    clock: &(dyn Fn() -> Timestamp + Sync),
) -> Result<Replayed, Trouble> {
    let mut done = Replayed { cursor: wanted.cursor.clone(), ..Replayed::default() };
    for _ in 0..MOST_PAGES {
        let after = done.cursor.as_deref().map(read_cursor).transpose()?;
        let page = relay.table.scan_entries(after).await?;
        send(relay, &page.items, &wanted, clock(), &mut done).await?;
        done.cursor = page.last.map(|key| cursor(&format!("{}!{}", key.pk, key.sk)));
        if done.cursor.is_none() || clock().saturating_add(MARGIN).is_ok_and(|soon| soon >= deadline) {
            break;
        }
    }
    tracing::info!(
        entries = done.entries,
        sent = done.sent,
        unreadable = done.unreadable,
        more = done.cursor.is_some(),
        "replayed"
    );
    Ok(done)
}

fn read_cursor(text: &str) -> Result<Key, Trouble> {
    let wrong = || Trouble::Unavailable("the cursor is not one of a replay".to_owned());
    let position = position(text, |_| true).map_err(|_| wrong())?;
    let (pk, sk) = position.split_once('!').ok_or_else(wrong)?;
    Ok(Key { pk: pk.to_owned(), sk: sk.to_owned() })
}

async fn send(
    relay: &Relay,
    items: &[Item],
    wanted: &Replay,
    now: Timestamp,
    done: &mut Replayed,
) -> Result<(), Trouble> {
    let mut outgoing = Vec::new();
    for item in items {
        let document = string(item, "doc").unwrap_or_default();
        let version = item.get("v").and_then(|v| v.as_n().ok()).map_or("none", String::as_str);
        match read(document, version) {
            Ok((entry, messages)) if entry.at >= wanted.from && entry.at < wanted.to => {
                done.entries += 1;
                outgoing.extend(messages);
            }
            Ok(_) => {}
            Err(why) => {
                done.unreadable += 1;
                let key = key_of(item).map_or_else(Default::default, |key| (key.pk, key.sk));
                if !relay.set_aside((&key.0, &key.1), &why, now).await {
                    return Err(Trouble::Unavailable(
                        "the dead-letter queue did not take an unreadable entry".to_owned(),
                    ));
                }
            }
        }
    }
    let taken = relay.notify.send(&outgoing).await;
    if taken.contains(&false) {
        return Err(Trouble::Unavailable(
            "the queue did not take all messages; call again with the same cursor".to_owned(),
        ));
    }
    done.sent += u32::try_from(outgoing.len()).unwrap_or(u32::MAX);
    Ok(())
}
