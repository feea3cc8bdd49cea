//! An order as its storefront tells of it, and what is held of its money and goods. Every case that asks for either is
//! guarded here: two that race write the same item, so that nothing is given twice.

#[cfg(test)]
mod examples;
mod facts;
mod free;
#[cfg(test)]
mod given;
mod hold;
#[cfg(test)]
mod laws;
mod units;
mod view;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::category::words;
use crate::id::{CustomerRef, LineId, OrderId, PaymentId, ProductId, StorefrontId, TicketId};
use crate::sla::{millis, millis_or_none};

pub use facts::{Conflict, LARGEST_AMOUNT, LARGEST_SUM};
pub use free::{Available, AvailableLine, AvailablePayment};
pub use hold::{Short, Wanted};
pub use units::{Span, apportioned, count, worth};
pub use view::{DeliveryView, LineView, OrderView};

/// The version of the stored shape of an order that this code writes.
pub const VERSION: u32 = 1;
pub const MOST_LINES: usize = 100;
pub const MOST_PAYMENTS: usize = 20;
pub const MOST_DELIVERIES: usize = 300;
/// Units of one line.
pub const MOST_UNITS: u32 = 10_000;
/// Cases whose holds an order remembers.
pub const MOST_HOLDS: usize = 200;
/// Spans and parts of all its holds: the largest order is then below the 400 KB that DynamoDB stores in an item.
pub const MOST_PIECES: usize = 1_000;

words!(
    /// How a payment was made.
    PaymentMethod {
        Card = "card", Wallet = "wallet", Transfer = "transfer", GiftCard = "gift_card", StoreCredit = "store_credit",
        CashOnDelivery = "cash_on_delivery", Other = "other",
    }
);
words!(
    /// Why a line cannot be sent back for a change of mind.
    Exclusion {
        CustomMade = "custom_made", Perishable = "perishable", OpenedDigital = "opened_digital",
        Periodical = "periodical",
    }
);

/// What the storefront says of an order. Later versions take the place of earlier ones, whatever order they arrive in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The storefront's own count of its changes.
    pub version: u64,
    pub customer: CustomerRef,
    /// ISO 4217 code of every amount here.
    pub currency: String,
    #[serde(with = "millis")]
    pub placed: Timestamp,
    /// ISO 3166 code of the country it is sent to: which market's rules hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// When all of it was promised to be there.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
    pub promised: Option<Timestamp>,
    pub lines: Vec<Line>,
    /// Of the whole order, in minor units; at most the sum of the lines.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub discount: i64,
    /// What was paid for sending it, with tax.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub shipping: i64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<Payment>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deliveries: Vec<Delivery>,
}

/// Some units of one product at one price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = OrderLine))]
pub struct Line {
    pub id: LineId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
    /// What its customer reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    pub quantity: u32,
    /// Of all its units, with tax and less the line's own discount, in minor units.
    pub total: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exclusion: Option<Exclusion>,
}

/// Money that was taken for the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = OrderPayment))]
pub struct Payment {
    /// The payment provider's own id of it.
    pub id: PaymentId,
    pub method: PaymentMethod,
    pub captured: i64,
    /// What the customer's bank took back.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub charged_back: i64,
}

/// Units of a line that reached the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    pub line: LineId,
    pub quantity: u32,
    #[serde(with = "millis")]
    pub at: Timestamp,
}

/// An order and what is held of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub id: OrderId,
    pub storefront: StorefrontId,
    pub facts: Facts,
    /// Oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<Hold>,
}

/// What one case keeps others from taking: its units and its money, asked for or given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    pub ticket: TicketId,
    pub case: u16,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<Span>,
    /// Its goods come back: no more than were delivered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub back: bool,
    /// Its units were sent a second time, and that is over: another case may be about them, and a person looks at that.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sent: bool,
    /// Units that came back with its own and that nothing is given for: the shop has them until they are sent back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rest: Vec<Span>,
    /// Of `parts`, what is for the sending.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub shipping: i64,
    /// The money, by the payments it goes back to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

/// Of one payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CasePart))]
pub struct Part {
    pub payment: PaymentId,
    /// Held and settled.
    pub amount: i64,
    /// Of that, what the provider has given back.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub settled: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form serde asks for")]
pub(crate) fn is_nothing(amount: &i64) -> bool {
    *amount == 0
}
