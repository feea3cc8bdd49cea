//! What is known of a customer and their network address when they write: read before deciding, and written back with
//! what was decided.

use super::keys::Key;
use super::table::{Guard, Item, Record, Transaction, Trouble, counter, document};
use crate::customer::{self, Customer, Profile, Recent, wait};
use crate::problem::Problem;
use crate::settings::Limits;
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

const HOUR_VERSION: u32 = 1;
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// The tickets that came from one network address lately, as they are stored.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Hour {
    /// Milliseconds since 1970, oldest first; no more than the limit settings can set.
    at: Vec<i64>,
}

/// Both, with the versions they were read with.
#[derive(Debug)]
pub struct Known {
    /// With what this request says of them.
    pub customer: Customer,
    customer_version: u32,
    hour: Hour,
    hour_version: u32,
}

impl Known {
    /// `items` are the customer's and, if there is an address, the address's.
    pub fn read(items: &[Option<Item>], said: &Profile) -> Result<Self, Trouble> {
        let mut items = items.iter().map(Option::as_ref);
        let (mut customer, customer_version): (Customer, u32) = versioned(items.next().flatten(), customer::VERSION)?;
        let (hour, hour_version) = versioned(items.next().flatten(), HOUR_VERSION)?;
        customer.profile = customer.profile.learned(said);
        Ok(Self { customer, customer_version, hour, hour_version })
    }

    /// Refuses another ticket of a customer or an address that had its share.
    pub fn flood(&self, limits: &Limits, now: Timestamp) -> Result<(), Problem> {
        if let Some(seconds) = self.customer.flooded(limits.tickets_per_customer_hour, now) {
            let detail = "This customer opened as many tickets as an hour allows. Add to one of them instead, or wait.";
            return Err(Problem::too_many(detail, seconds));
        }
        let instants: Vec<Timestamp> =
            self.hour.at.iter().filter_map(|at| Timestamp::from_millisecond(*at).ok()).collect();
        match wait(&instants, limits.tickets_per_address_hour, now) {
            Some(seconds) => {
                let detail = "As many tickets as an hour allows came from this network address. Wait.";
                Err(Problem::too_many(detail, seconds))
            }
            None => Ok(()),
        }
    }

    /// Writes both, with one more ticket. Of two requests at once one finds another version and looks again: two that
    /// race make one ticket, and no limit is passed.
    pub fn remember(
        &self,
        transaction: &mut Transaction,
        customer: &Key,
        address: Option<&Key>,
        recent: Recent,
    ) -> Result<(), Trouble> {
        let (now, counts) = (recent.at, recent.counts);
        let record = Record::new(customer::VERSION, &self.customer.clone().with(recent))?;
        transaction.put_next(Guard::Customer, customer, record, self.customer_version);
        if let Some(address) = address.filter(|_| counts) {
            let since = now.saturating_sub(HOUR).unwrap_or(now).as_millisecond();
            let at = self.hour.at.iter().copied().filter(|at| *at > since).chain([now.as_millisecond()]).collect();
            let record = Record::new(HOUR_VERSION, &Hour { at })?.expires(now.saturating_add(HOUR).unwrap_or(now));
            transaction.put_next(Guard::Address, address, record, self.hour_version);
        }
        Ok(())
    }
}

/// The document of an item and the version it was read with; 0 and the default if it is not there.
pub fn versioned<T: DeserializeOwned + Default>(item: Option<&Item>, shape: u32) -> Result<(T, u32), Trouble> {
    let version = item.and_then(|item| counter(item, "ver")).unwrap_or(0);
    Ok((item.map(|item| document(item, shape)).transpose()?.unwrap_or_default(), version))
}
