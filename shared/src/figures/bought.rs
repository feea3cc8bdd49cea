//! What an order counts: on the day it was placed, and on the day its 90 days are over.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Measure, Part, Row, Scope, Sheet};
use crate::id::ProductId;

/// A customer who buys again within so many days has come back; one who does not is lost.
pub const REPEAT_WITHIN_DAYS: i64 = 90;
/// An order within so many days after a ticket before the sale came of it.
pub const CONVERTS_WITHIN_DAYS: i64 = 14;

/// An order among the other things that its customer did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buying {
    pub placed: Timestamp,
    /// Their orders next to it in time.
    pub before: Option<Timestamp>,
    pub after: Option<Timestamp>,
    /// The latest ticket before a sale that is not after it.
    pub asked: Option<Timestamp>,
    /// The first bad experience after it: a complaint, a low score, a resolution that came too late.
    pub upset: Option<Timestamp>,
    pub products: Vec<ProductId>,
}

impl Buying {
    fn is_kept(&self) -> bool {
        self.after.is_some_and(|after| within(self.placed, after, REPEAT_WITHIN_DAYS))
    }

    fn row(&self, at: Timestamp, sheet: Sheet, zone: &TimeZone) -> Row {
        let mut products = self.products.clone();
        products.sort();
        products.dedup();
        let parts = vec![Part { scope: Scope { products, ..Scope::default() }, sheet }];
        Row { day: at.to_zoned(zone.clone()).date(), parts }
    }
}

/// The row of the day on which it was placed.
pub fn bought(order: &Buying, zone: &TimeZone) -> Row {
    let mut sheet = Sheet::default();
    sheet.count(Measure::Orders);
    if order.before.is_some_and(|before| within(before, order.placed, REPEAT_WITHIN_DAYS)) {
        sheet.count(Measure::Repeat);
    }
    // Of two orders after one question the first came of it.
    let asked = order.asked.filter(|asked| within(*asked, order.placed, CONVERTS_WITHIN_DAYS));
    if asked.is_some_and(|asked| order.before.is_none_or(|before| before < asked)) {
        sheet.count(Measure::Converted);
    }
    order.row(order.placed, sheet, zone)
}

/// The row of the day on which its 90 days are over.
pub fn ended(order: &Buying, zone: &TimeZone) -> Row {
    let mut sheet = Sheet::default();
    sheet.count(Measure::Ended);
    let lost = !order.is_kept();
    if lost {
        sheet.count(Measure::Lost);
    }
    let until = order.after.filter(|_| !lost);
    let upset = order.upset.filter(|upset| within(order.placed, *upset, REPEAT_WITHIN_DAYS));
    if upset.is_some_and(|upset| until.is_none_or(|until| upset <= until)) {
        sheet.count(Measure::UpsetEnded);
        if lost {
            sheet.count(Measure::UpsetLost);
        }
    }
    let at = order.placed.checked_add(days(REPEAT_WITHIN_DAYS)).unwrap_or(order.placed);
    order.row(at, sheet, zone)
}

fn within(from: Timestamp, to: Timestamp, most: i64) -> bool {
    let passed = to.duration_since(from);
    !passed.is_negative() && passed <= days(most)
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}
