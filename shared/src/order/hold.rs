//! Holds: what a case may take, checked against everything that others took before.

use serde::Serialize;

use super::{Hold, Order, Part, Span};
use crate::id::{LineId, PaymentId, TicketId};

/// What a case wants of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub ticket: TicketId,
    pub case: u16,
    /// Lines and how many units of each.
    pub lines: Vec<(LineId, u32)>,
    /// The goods come back, so there are no more of them than were delivered.
    pub back: bool,
    pub shipping: i64,
    /// What is paid back in all, in minor units; 0 where only goods are held.
    pub amount: i64,
}

/// What is still to be had of an order, in minor units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Available {
    pub currency: String,
    /// Of the whole order.
    pub amount: i64,
    pub shipping: i64,
    pub lines: Vec<AvailableLine>,
    pub payments: Vec<AvailablePayment>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AvailableLine {
    pub line: LineId,
    /// Units that no case holds.
    pub units: u32,
    /// Of these, how many can be sent back: delivered, and not coming back already.
    pub returnable: u32,
    /// What the free units are worth.
    pub worth: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AvailablePayment {
    pub payment: PaymentId,
    pub amount: i64,
}

/// Why an order does not give what is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Short {
    NoSuchLine(LineId),
    /// A line was named twice, or no unit of it was wanted.
    Miscounted(LineId),
    Units {
        line: LineId,
        wanted: u32,
        free: u32,
    },
    Undelivered {
        line: LineId,
        wanted: u32,
        returnable: u32,
    },
    Shipping {
        wanted: i64,
        free: i64,
    },
    Amount {
        wanted: i64,
        free: i64,
    },
    TooManyCases,
}

impl Order {
    /// What is still to be had.
    pub fn available(&self) -> Available {
        let _ = self;
        Available { currency: String::new(), amount: 0, shipping: 0, lines: Vec::new(), payments: Vec::new() }
    }

    /// The free units a case would get: of each line the lowest ones.
    pub fn lowest_free(&self, line: &LineId, units: u32) -> Vec<Span> {
        let _ = (line, units);
        Vec::new()
    }

    /// The hold that a case would have, or what stands in its way. A hold that the case has already does not count.
    pub fn hold(&self, wanted: &Wanted) -> Result<Hold, Short> {
        let _ = wanted;
        Err(Short::TooManyCases)
    }

    /// With this hold in place of the one its case had.
    pub fn holding(mut self, hold: Hold) -> Self {
        self.holds.retain(|other| (other.ticket, other.case) != (hold.ticket, hold.case));
        self.holds.push(hold);
        self
    }

    /// Without what a case holds and has not been given.
    pub fn released(self, ticket: TicketId, case: u16) -> Self {
        let _ = (ticket, case);
        self
    }

    /// A payment's part of a case's hold is given back.
    pub fn settled(self, ticket: TicketId, case: u16, payment: &PaymentId, amount: i64) -> Self {
        let _ = (ticket, case, payment, amount);
        self
    }

    /// What is held and settled of money in all, without this case.
    pub fn refunds_but(&self, ticket: TicketId, case: u16) -> i64 {
        let _ = (ticket, case);
        0
    }

    pub fn part_of(&self, ticket: TicketId, case: u16, payment: &PaymentId) -> Option<&Part> {
        let _ = (ticket, case, payment);
        None
    }
}
impl Order {
    pub fn goods_released(self, ticket: TicketId, case: u16) -> Self {
        let _ = (ticket, case);
        self
    }
}

impl Order {
    pub fn is_full(&self) -> bool {
        let _ = self;
        false
    }
}
