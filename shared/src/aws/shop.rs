//! The settings of a storefront, as the functions keep them: versions never change, so each is read once per
//! sandbox; which one is current is asked again after a minute.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::keys::{self, Key};
use super::table::{Committed, Guard, Record, Table, Transaction, Trouble, counter, document, string, unavailable};
use super::tickets::ROUNDS;
use crate::id::StorefrontId;
use crate::settings::{Loaded, Settings};

const VERSION: u32 = 1;
/// How long a sandbox may go on with settings that were replaced.
const FRESH: SignedDuration = SignedDuration::from_secs(60);
/// Settings held at once; past it all are forgotten and read again.
const MOST_KNOWN: usize = 200;
const STOREFRONTS_PAGE: i32 = 100;

/// What this sandbox knows of settings.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<Cache>);

#[derive(Debug, Default)]
struct Cache {
    current: HashMap<StorefrontId, (u32, Timestamp)>,
    versions: HashMap<(StorefrontId, u32), Arc<Loaded>>,
}

/// A stored version and when it was stored.
#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(with = "crate::sla::millis")]
    at: Timestamp,
    settings: Settings,
    /// [`Loaded::former_teams`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    former_teams: Vec<String>,
}

/// Which version is current.
#[derive(Serialize, Deserialize)]
struct Current {
    version: u32,
}

/// How replacing settings ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaced {
    /// This is the version now.
    By(u32),
    /// Somebody else replaced them first.
    Meanwhile,
}

impl Table {
    /// The settings in force. A storefront seen for the first time gets the shipped ones as its version 1, so that
    /// a later build's defaults do not change what it promised.
    pub async fn settings(&self, shop: &StorefrontId, now: Timestamp) -> Result<Arc<Loaded>, Trouble> {
        if let Some(version) = self.known.current(shop, now) {
            return self.settings_version(shop, version, now).await;
        }
        for _ in 0..3 {
            if let Some(item) = self.get(&Key::settings(shop)).await? {
                let Current { version } = document(&item, VERSION)?;
                self.known.set_current(shop, version, now);
                return self.settings_version(shop, version, now).await;
            }
            self.replace_settings(shop, Settings::shipped(), 0, now).await?;
        }
        Err(Trouble::Unavailable(format!("the settings of {shop} are not there after they were written")))
    }

    /// One version of the settings, which never changes.
    pub async fn settings_version(
        &self,
        shop: &StorefrontId,
        version: u32,
        now: Timestamp,
    ) -> Result<Arc<Loaded>, Trouble> {
        if let Some(known) = self.known.version(shop, version) {
            return Ok(known);
        }
        let key = Key::settings_version(shop, version);
        let unreadable = |why: String| Trouble::Unreadable { key: key.clone(), why };
        let item = self.get(&key).await?.ok_or_else(|| unreadable("it is missing".to_owned()))?;
        let Stored { settings, former_teams, .. } = document(&item, VERSION)?;
        let mut loaded = settings.load(version).map_err(|faults| unreadable(format!("{faults:?}")))?;
        loaded.former_teams = former_teams;
        let loaded = Arc::new(loaded);
        self.known.add(shop, version, &loaded, now);
        Ok(loaded)
    }

    /// Stores settings that were checked as the version after `replaces`.
    pub async fn replace_settings(
        &self,
        shop: &StorefrontId,
        settings: Settings,
        replaces: u32,
        now: Timestamp,
    ) -> Result<Replaced, Trouble> {
        let version = replaces + 1;
        let former_teams = match replaces {
            0 => Vec::new(),
            // A version that is not there yet.
            _ if self.settings_number(shop).await? < replaces => return Ok(Replaced::Meanwhile),
            _ => self.settings_version(shop, replaces, now).await?.former_after(&settings),
        };
        for _ in 0..ROUNDS {
            let mut transaction = Transaction::default();
            let stored = Record::new(
                VERSION,
                &Stored { at: now, settings: settings.clone(), former_teams: former_teams.clone() },
            )?;
            transaction.put_new(Guard::Settings, &Key::settings_version(shop, version), stored);
            let current = Record::new(VERSION, &Current { version })?;
            transaction.put_next(Guard::Settings, &Key::settings(shop), current, replaces);
            if replaces == 0 {
                transaction.put_anyhow(Guard::Settings, &Key::storefront(shop), Record::new(VERSION, shop)?);
            }
            match self.commit(transaction).await? {
                Committed::Done => {
                    self.known.set_current(shop, version, now);
                    return Ok(Replaced::By(version));
                }
                Committed::Refused(_) => {
                    // Sent again because an answer was lost, the same settings are there already.
                    let there = self.get(&Key::settings_version(shop, version)).await?;
                    let there: Option<Stored> = there.map(|item| document(&item, VERSION)).transpose()?;
                    let done = there.is_some_and(|there| there.settings == settings);
                    return Ok(if done { Replaced::By(version) } else { Replaced::Meanwhile });
                }
                Committed::Contended => {}
            }
        }
        Err(Trouble::Unavailable(format!("the settings of {shop} are written to by somebody else")))
    }

    /// One page of the storefronts there are, after the one that the page before ended with, and whether there are more.
    pub async fn storefronts(&self, after: Option<&StorefrontId>) -> Result<(Vec<StorefrontId>, bool), Trouble> {
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("pk = :all AND sk > :after")
            .expression_attribute_values(":all", AttributeValue::S(keys::STOREFRONTS.to_owned()))
            // Ids begin with a letter or a digit.
            .expression_attribute_values(":after", AttributeValue::S(after.map_or("!", |id| id.as_str()).to_owned()))
            .limit(STOREFRONTS_PAGE);
        let answer = query.send().await.map_err(unavailable)?;
        let items = answer.items.unwrap_or_default();
        let ids = items.iter().filter_map(|item| StorefrontId::parse(string(item, "sk")?));
        Ok((ids.collect(), answer.last_evaluated_key.is_some()))
    }

    /// Forgets which settings are current, as the next minute would.
    pub fn forget_settings(&self) {
        self.known.with(|cache| cache.current.clear());
    }

    /// The number of the current version as the table has it now, whatever this sandbox knows.
    pub async fn settings_number(&self, shop: &StorefrontId) -> Result<u32, Trouble> {
        let item = self.get(&Key::settings(shop)).await?;
        Ok(item.and_then(|item| counter(&item, "ver")).unwrap_or(0))
    }
}

impl Known {
    fn with<T>(&self, look: impl FnOnce(&mut Cache) -> T) -> T {
        // A panic elsewhere leaves whole entries behind: the map is as good as before.
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn current(&self, shop: &StorefrontId, now: Timestamp) -> Option<u32> {
        self.with(|cache| {
            cache.current.get(shop).filter(|(_, at)| now.duration_since(*at).abs() < FRESH).map(|(version, _)| *version)
        })
    }

    fn set_current(&self, shop: &StorefrontId, version: u32, now: Timestamp) {
        self.with(|cache| cache.current.insert(shop.clone(), (version, now)));
    }

    fn version(&self, shop: &StorefrontId, version: u32) -> Option<Arc<Loaded>> {
        self.with(|cache| cache.versions.get(&(shop.clone(), version)).cloned())
    }

    fn add(&self, shop: &StorefrontId, version: u32, loaded: &Arc<Loaded>, now: Timestamp) {
        self.with(|cache| {
            if cache.versions.len() >= MOST_KNOWN {
                cache.versions.clear();
                cache.current.retain(|_, (_, at)| now.duration_since(*at).abs() < FRESH);
            }
            cache.versions.insert((shop.clone(), version), Arc::clone(loaded));
        });
    }
}
