//! Orders and what is known of their buyers, in the table.

use serde::{Deserialize, Serialize};

use super::keys::Key;
use super::known::versioned;
use super::table::{Guard, Record, Table, Transaction, Trouble, counter, document};
use crate::case::risk::{self, Buyer};
use crate::id::{CustomerRef, OrderId, StaffId, StorefrontId};
use crate::order::{self, Order};

/// Something that was read, and the version it was read with; 0 is not there yet.
#[derive(Clone, Debug)]
pub struct Read<T> {
    pub value: T,
    pub version: u32,
}

const GIVEN_VERSION: u32 = 1;

/// What a member of staff gave in compensations on one day, by currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayGiven {
    #[serde(default)]
    pub amounts: std::collections::BTreeMap<String, i64>,
}

impl Table {
    pub async fn order(&self, shop: &StorefrontId, id: &OrderId) -> Result<Option<Read<Order>>, Trouble> {
        let Some(item) = self.get(&Key::order(shop, id)).await? else { return Ok(None) };
        Ok(Some(Read { value: document(&item, order::VERSION)?, version: counter(&item, "ver").unwrap_or(0) }))
    }

    pub async fn buyer(&self, shop: &StorefrontId, customer: &CustomerRef) -> Result<Read<Buyer>, Trouble> {
        let item = self.get(&Key::buyer(shop, customer)).await?;
        let (value, version) = versioned(item.as_ref(), risk::VERSION)?;
        Ok(Read { value, version })
    }

    pub async fn given(&self, shop: &StorefrontId, staff: &StaffId, day: &str) -> Result<Read<DayGiven>, Trouble> {
        let item = self.get(&Key::given(shop, staff, day)).await?;
        let (value, version) = versioned(item.as_ref(), GIVEN_VERSION)?;
        Ok(Read { value, version })
    }
}

/// Adds an order to a transaction, unless somebody else changed it since it was read.
pub fn write_order(transaction: &mut Transaction, order: &Order, read: u32) -> Result<(), Trouble> {
    let key = Key::order(&order.storefront, &order.id);
    transaction.put_next(Guard::Order, &key, Record::new(order::VERSION, order)?, read);
    Ok(())
}

pub fn write_buyer(
    transaction: &mut Transaction,
    shop: &StorefrontId,
    customer: &CustomerRef,
    buyer: &Buyer,
    read: u32,
) -> Result<(), Trouble> {
    transaction.put_next(Guard::Buyer, &Key::buyer(shop, customer), Record::new(risk::VERSION, buyer)?, read);
    Ok(())
}

pub fn write_given(
    transaction: &mut Transaction,
    key: &Key,
    given: &Read<DayGiven>,
    expires: jiff::Timestamp,
) -> Result<(), Trouble> {
    let record = Record::new(GIVEN_VERSION, &given.value)?.expires(expires);
    transaction.put_next(Guard::Given, key, record, given.version);
    Ok(())
}
