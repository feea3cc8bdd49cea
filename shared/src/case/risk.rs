//! How likely it is that refunds are abused: a score whose parts are shown to whoever approves. It never rejects by
//! itself.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::category::words;
use crate::id::{OrderId, TicketId};
use crate::settings::RiskRules;
use crate::sla::millis;

/// The version of the stored shape of a buyer that this code writes.
pub const VERSION: u32 = 1;

words!(
    /// What adds to the score.
    RiskPart {
        ReturnRate = "return_rate", ManyRefunds = "many_refunds", FullRefunds = "full_refunds",
        NotReceived = "not_received", LinkedAccounts = "linked_accounts", NewAccount = "new_account",
    }
);

/// The score of a customer at an instant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Risk {
    pub score: u16,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Points>,
}

/// One part of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RiskPoints))]
pub struct Points {
    pub part: RiskPart,
    pub points: u16,
}

/// What a customer bought and was given back, counted in the transactions that did it. It holds no name and no address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buyer {
    /// Orders that the storefront told of.
    #[serde(default)]
    pub orders: u32,
    /// Cases that pay or take goods back, newest last; at most `MOST_RECORDS`.
    #[serde(default)]
    pub cases: Vec<Record>,
    /// Cases that were forgotten because there were more.
    #[serde(default)]
    pub forgotten: u32,
}

/// One case of a buyer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub ticket: TicketId,
    pub case: u16,
    pub order: OrderId,
    #[serde(with = "millis")]
    pub at: Timestamp,
    pub currency: String,
    /// Minor units that were paid back or are to be.
    pub amount: i64,
    /// The whole order was paid back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub full: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_received: bool,
    /// Nobody approved it but the rules.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub automatic: bool,
}

/// What the storefront says of the account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    pub since: Option<Timestamp>,
    /// Other accounts that belong to the same person.
    pub linked: bool,
}

pub const MOST_RECORDS: usize = 100;

impl Buyer {
    /// The score at `now`.
    pub fn risk(&self, account: Account, rules: &RiskRules, now: Timestamp) -> Risk {
        let _ = (account, rules, now);
        Risk::default()
    }

    /// What was paid back automatically in the 30 days before `now`: how often, and how much in this currency.
    pub fn automatic(&self, currency: &str, now: Timestamp) -> (u32, i64) {
        let _ = (currency, now);
        (0, 0)
    }

    /// With this record in place of the one its case had.
    pub fn with(mut self, record: Record) -> Self {
        self.cases.push(record);
        self
    }

    /// Without the record of a case that came to nothing.
    pub fn without(self, ticket: TicketId, case: u16) -> Self {
        let _ = (ticket, case);
        self
    }
}
