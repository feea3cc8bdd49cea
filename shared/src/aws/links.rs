//! The keys of a storefront's links, as the functions keep them: one item in the table, known to a sandbox for a minute.
//! A token under a key that a sandbox does not know makes it look at the table, once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::keys::Key;
use super::start::random;
use super::table::{Guard, Record, Table, Transaction, Trouble, counter, document};
use super::tickets::ROUNDS;
use crate::id::StorefrontId;
use crate::link::{self, Decision, LinkKeys, Secret, SurveyPurpose, Unread};
use crate::survey::SurveyId;
use crate::ticket::Ticket;

/// How long a sandbox goes on signing with a key that was rotated away.
const FRESH: SignedDuration = SignedDuration::from_secs(60);
/// Storefronts held at once; past it all are forgotten and read again.
const MOST_KNOWN: usize = 1000;

/// What this sandbox knows of link keys.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<HashMap<StorefrontId, (Arc<LinkKeys>, Timestamp)>>);

impl Table {
    /// The keys to sign with, made when they are first needed.
    pub async fn link_keys(&self, shop: &StorefrontId, now: Timestamp) -> Result<Arc<LinkKeys>, Trouble> {
        if let Some(keys) = self.link_keys.fresh(shop, now) {
            return Ok(keys);
        }
        for _ in 0..ROUNDS {
            if let (Some(keys), _) = self.stored_link_keys(shop, now).await? {
                return Ok(keys);
            }
            let mut transaction = Transaction::default();
            let keys = LinkKeys::first(Secret(random()?), now);
            put(&mut transaction, shop, &keys, 0)?;
            // Whoever was first made those that hold: the next look finds them.
            self.commit(transaction).await?;
        }
        Err(Trouble::Unavailable(format!("the link keys of {shop} are not there after they were made")))
    }

    /// Reads a token with the storefront's keys, and hands these on for what is to be signed in answer. A storefront
    /// without keys has made no link, and gets none here: reading writes nothing.
    pub async fn read_link<T>(
        &self,
        shop: &StorefrontId,
        now: Timestamp,
        read: impl Fn(&LinkKeys) -> Result<T, Unread>,
    ) -> Result<Result<(T, Arc<LinkKeys>), Unread>, Trouble> {
        if let Some(keys) = self.link_keys.fresh(shop, now) {
            match read(&keys) {
                Err(Unread::UnknownKey(_)) => {}
                done => return Ok(done.map(|read| (read, keys))),
            }
        }
        let (stored, _) = self.stored_link_keys(shop, now).await?;
        let Some(keys) = stored else { return Ok(Err(Unread::Forged)) };
        Ok(read(&keys).map(|read| (read, keys)))
    }

    /// Adds a new key to a transaction: it signs as soon as that is committed. Answers with the keys after it.
    pub async fn rotate_link_keys(
        &self,
        transaction: &mut Transaction,
        shop: &StorefrontId,
        now: Timestamp,
    ) -> Result<LinkKeys, Trouble> {
        let (stored, version) = self.stored_link_keys(shop, now).await?;
        let secret = Secret(random()?);
        let keys = stored.map_or_else(|| LinkKeys::first(secret, now), |keys| keys.rotated(secret, now));
        put(transaction, shop, &keys, version)?;
        Ok(keys)
    }

    /// The address of a ticket's page for its customer. Every mail to them has it.
    pub async fn track_link(&self, public_url: &str, ticket: &Ticket, now: Timestamp) -> Result<String, Trouble> {
        let shop = &ticket.storefront;
        let token = link::track(&*self.link_keys(shop, now).await?, shop, ticket.id);
        Ok(format!("{public_url}/t/{shop}/{token}"))
    }

    /// The address of the page on which an approver decides, or takes it back.
    pub async fn decide_url(
        &self,
        public_url: &str,
        shop: &StorefrontId,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<String, Trouble> {
        let token = link::decide_link(&*self.link_keys(shop, now).await?, shop, decision);
        Ok(format!("{public_url}/a/{shop}/{token}"))
    }

    /// The addresses of a survey's page, and of the one that ends surveys. Their tokens are made here and nowhere kept.
    pub async fn survey_urls(
        &self,
        public_url: &str,
        (shop, id): (&StorefrontId, SurveyId),
        now: Timestamp,
    ) -> Result<(String, String), Trouble> {
        let keys = self.link_keys(shop, now).await?;
        let token = |purpose| link::survey(&keys, shop, purpose, id);
        let (answer, stop) = (token(SurveyPurpose::Answer), token(SurveyPurpose::Unsubscribe));
        Ok((format!("{public_url}/s/{shop}/{answer}"), format!("{public_url}/u/{shop}/{stop}")))
    }

    /// The keys as the table has them now and their version, 0 where there are none.
    async fn stored_link_keys(
        &self,
        shop: &StorefrontId,
        now: Timestamp,
    ) -> Result<(Option<Arc<LinkKeys>>, u32), Trouble> {
        let Some(item) = self.get(&Key::link_keys(shop)).await? else { return Ok((None, 0)) };
        let keys: Arc<LinkKeys> = Arc::new(document(&item, link::VERSION)?);
        self.link_keys.add(shop, &keys, now);
        Ok((Some(keys), counter(&item, "ver").unwrap_or(0)))
    }
}

fn put(transaction: &mut Transaction, shop: &StorefrontId, keys: &LinkKeys, read: u32) -> Result<(), Trouble> {
    transaction.put_next(Guard::LinkKeys, &Key::link_keys(shop), Record::new(link::VERSION, keys)?, read);
    Ok(())
}

impl Known {
    fn with<T>(&self, look: impl FnOnce(&mut HashMap<StorefrontId, (Arc<LinkKeys>, Timestamp)>) -> T) -> T {
        // A panic elsewhere leaves whole entries behind: the map is as good as before.
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn fresh(&self, shop: &StorefrontId, now: Timestamp) -> Option<Arc<LinkKeys>> {
        self.with(|known| {
            let (keys, at) = known.get(shop)?;
            (now.duration_since(*at).abs() < FRESH).then(|| Arc::clone(keys))
        })
    }

    fn add(&self, shop: &StorefrontId, keys: &Arc<LinkKeys>, now: Timestamp) {
        self.with(|known| {
            if known.len() >= MOST_KNOWN {
                known.clear();
            }
            known.insert(shop.clone(), (Arc::clone(keys), now));
        });
    }
}
