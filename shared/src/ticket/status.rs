//! Where a ticket stands, and every move between two statuses: the one table.

use crate::category::words;

words!(
    /// Where a ticket stands.
    Status {
        New = "new", Open = "open", WaitingCustomer = "waiting_customer", WaitingThirdParty = "waiting_third_party",
        WaitingReturn = "waiting_return", Resolved = "resolved", Closed = "closed", Merged = "merged", Spam = "spam",
        Cancelled = "cancelled",
    }
);

impl Status {
    /// Somebody owes the customer something.
    pub fn is_live(self) -> bool {
        match self {
            Self::New | Self::Open | Self::WaitingCustomer | Self::WaitingThirdParty | Self::WaitingReturn => true,
            Self::Resolved | Self::Closed | Self::Merged | Self::Spam | Self::Cancelled => false,
        }
    }

    /// What it may become: one row a status.
    pub fn moves(self) -> &'static [Self] {
        use Status::{
            Cancelled, Closed, Merged, Open, Resolved, Spam, WaitingCustomer, WaitingReturn, WaitingThirdParty,
        };
        match self {
            Self::New => &[Open, WaitingCustomer, WaitingThirdParty, WaitingReturn, Resolved, Merged, Spam, Cancelled],
            Self::Open => &[WaitingCustomer, WaitingThirdParty, WaitingReturn, Resolved, Merged, Spam, Cancelled],
            Self::WaitingCustomer => &[Open, WaitingThirdParty, WaitingReturn, Resolved, Merged, Spam, Cancelled],
            Self::WaitingThirdParty => &[Open, WaitingCustomer, WaitingReturn, Resolved, Merged, Spam, Cancelled],
            Self::WaitingReturn => &[Open, WaitingCustomer, WaitingThirdParty, Resolved, Merged, Spam, Cancelled],
            Self::Resolved => &[Open, Closed, Merged],
            // Staff ended it by mistake.
            Self::Spam | Self::Cancelled => &[Open],
            Self::Closed | Self::Merged => &[],
        }
    }

    pub fn may_become(self, to: Self) -> bool {
        self.moves().contains(&to)
    }
}

words!(
    /// Whose turn it is after a message of staff.
    Turn {
        Open = "open", WaitingCustomer = "waiting_customer", WaitingThirdParty = "waiting_third_party",
        WaitingReturn = "waiting_return",
    }
);

impl Turn {
    pub fn status(self) -> Status {
        match self {
            Self::Open => Status::Open,
            Self::WaitingCustomer => Status::WaitingCustomer,
            Self::WaitingThirdParty => Status::WaitingThirdParty,
            Self::WaitingReturn => Status::WaitingReturn,
        }
    }
}
