//! Cases: what a customer gets back, or gets instead. A case belongs to a ticket and to an order; what happens to it
//! stands in the ticket's history, and what it takes is held of its order from the moment it is asked for.

pub mod approval;
pub mod ask;
pub mod options;
pub mod policy;
pub mod quote;
pub mod risk;
mod sentences;
mod window;

#[cfg(test)]
mod examples;
#[cfg(test)]
mod laws;

use serde::{Deserialize, Serialize};

use crate::category::words;
use crate::order::{Part, Span};

words!(
    /// What a customer gets.
    CaseKind {
        RefundOnly = "refund_only", ReturnRefund = "return_refund", Exchange = "exchange", Repair = "repair",
        Resend = "resend", Compensation = "compensation",
    }
);
words!(
    /// Why they ask for it.
    CaseReason {
        ChangeOfMind = "change_of_mind", Defective = "defective", WrongItem = "wrong_item", Damaged = "damaged",
        /// Parts or units of what came are missing.
        Missing = "missing",
        NotReceived = "not_received",
        /// It came after the promised date.
        Late = "late",
    }
);
words!(
    /// Who bears the costs.
    Payer { Merchant = "merchant", Customer = "customer" }
);

impl CaseKind {
    /// The goods come back first.
    pub fn is_return(self) -> bool {
        match self {
            Self::ReturnRefund | Self::Exchange | Self::Repair => true,
            Self::RefundOnly | Self::Resend | Self::Compensation => false,
        }
    }

    /// Money is paid back.
    pub fn pays(self) -> bool {
        match self {
            Self::RefundOnly | Self::ReturnRefund | Self::Compensation => true,
            Self::Exchange | Self::Repair | Self::Resend => false,
        }
    }
}

/// What a case comes to, in minor units of one currency: the same figures in the preview, in the table and in mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CaseFigures))]
pub struct Figures {
    pub currency: String,
    /// What its units are worth; for a compensation the amount that is given.
    pub goods: i64,
    /// What was paid for sending, given back.
    pub shipping: i64,
    /// Kept for taking the goods back into stock.
    pub restocking: i64,
    /// Kept for the label that the goods come back with.
    pub label: i64,
    /// goods + shipping − restocking − label, never below 0: what is paid back. 0 where nothing is paid.
    pub net: i64,
    pub payer: Payer,
    /// The units, and what they are worth together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// Where the money goes back to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

/// Some units of one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CaseItem))]
pub struct Item {
    pub units: Span,
    pub worth: i64,
}
