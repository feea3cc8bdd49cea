//! How a storefront's payment provider is reached, as the functions keep it: one item in the table. It is read anew for
//! every payout and every message: a key that was ended must not go on for a while.

use super::keys::Key;
use super::table::{Guard, Record, Table, Transaction, Trouble, counter, document};
use crate::id::StorefrontId;
use crate::payment::{Access, VERSION};

impl Table {
    /// The access and its version; none, and 0, where there is none yet.
    pub async fn payment_access(&self, shop: &StorefrontId) -> Result<(Option<Access>, u32), Trouble> {
        let Some(item) = self.get(&Key::payment_access(shop)).await? else { return Ok((None, 0)) };
        Ok((Some(document(&item, VERSION)?), counter(&item, "ver").unwrap_or(0)))
    }
}

/// Adds an access to a transaction, in place of the one that was read with this version.
pub fn put_payment_access(
    transaction: &mut Transaction,
    shop: &StorefrontId,
    access: &Access,
    read: u32,
) -> Result<(), Trouble> {
    transaction.put_next(Guard::PaymentAccess, &Key::payment_access(shop), Record::new(VERSION, access)?, read);
    Ok(())
}
