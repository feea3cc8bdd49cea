//! Where a case stands, and what can be done to it there: the one table. `infra/CASES.md` is made from it.

use crate::category::words;

words!(
    /// Where a case stands.
    CaseStatus {
        /// Asked for; its risk is being looked at.
        Requested = "requested",
        /// It waits for those who have to approve it.
        Pending = "pending",
        /// … and nobody can take that back once it goes on.
        Approved = "approved",
        /// The customer is to send the goods.
        AwaitingReturn = "awaiting_return", InTransit = "in_transit", Received = "received", Inspected = "inspected",
        /// Of a repair.
        Diagnosed = "diagnosed", Repaired = "repaired", Unrepairable = "unrepairable",
        /// The money or the new goods are on their way.
        Settling = "settling", Settled = "settled", Rejected = "rejected", Cancelled = "cancelled", Expired = "expired",
        /// Nobody knows whether the money went: the provider is asked.
        PayoutUnknown = "payout_unknown",
        /// The provider declined: the hold stays, and a person looks.
        PayoutFailed = "payout_failed",
        /// Some of its payments were paid back, and some were declined.
        PartiallySettled = "partially_settled",
    }
);
words!(
    /// What is done to a case.
    CaseAct {
        /// Its risk is looked at, and who has to approve it.
        Assess = "assess",
        Edit = "edit", Approve = "approve", Reject = "reject", TakeBack = "take_back", Cancel = "cancel",
        /// The customer agrees to what staff changed, or does not.
        Consent = "consent",
        /// The customer sent the goods.
        Send = "send",
        Receive = "receive", Inspect = "inspect", Diagnose = "diagnose", Repair = "repair",
        /// New or mended goods went to the customer, or their own went back to them.
        Ship = "ship",
        /// The provider is about to be asked for money.
        Pay = "pay",
        /// … and said what became of it.
        Told = "told",
        /// A person has it tried again.
        Retry = "retry",
        /// What was due by itself.
        Scan = "scan",
    }
);

impl CaseStatus {
    /// Something may still happen to it, and it holds what it was given. Of one that is over goods may still be here:
    /// `Case::is_open`.
    pub fn is_open(self) -> bool {
        match self {
            Self::Settled | Self::Rejected | Self::Cancelled | Self::Expired => false,
            Self::Requested
            | Self::Pending
            | Self::Approved
            | Self::AwaitingReturn
            | Self::InTransit
            | Self::Received
            | Self::Inspected
            | Self::Diagnosed
            | Self::Repaired
            | Self::Unrepairable
            | Self::Settling
            | Self::PayoutUnknown
            | Self::PayoutFailed
            | Self::PartiallySettled => true,
        }
    }

    /// What can be done: one row a status. Whether a kind of case takes it is asked besides.
    pub fn acts(self) -> &'static [CaseAct] {
        use CaseAct::{
            Approve, Assess, Cancel, Consent, Diagnose, Edit, Inspect, Pay, Receive, Reject, Repair, Retry, Scan, Send,
            Ship, TakeBack, Told,
        };
        match self {
            Self::Requested => &[Assess, Edit, Cancel, Consent],
            Self::Pending => &[Edit, Approve, Reject, Cancel, Consent, Scan],
            Self::Approved => &[Edit, TakeBack, Cancel, Consent, Scan],
            // A rejection by a link waits as an approval does, and its customer, who does not know of it, goes on as before.
            // Goods that are here are sent back.
            Self::Rejected => &[TakeBack, Cancel, Consent, Ship, Scan],
            Self::AwaitingReturn => &[Cancel, Send, Receive, Scan],
            Self::InTransit => &[Cancel, Receive],
            Self::Received => &[Inspect, Diagnose],
            Self::Inspected => &[],
            Self::Diagnosed => &[Diagnose, Repair],
            Self::Repaired => &[Ship],
            Self::Unrepairable => &[Edit, Ship],
            Self::Settling => &[Edit, Cancel, Ship, Pay, Told, Retry, Scan],
            Self::PayoutUnknown => &[Pay, Told, Scan],
            Self::PayoutFailed | Self::PartiallySettled => &[Cancel, Told, Retry],
            // What the provider says late is heard, though it changes little. What came and was not given for goes back.
            Self::Settled => &[Ship, Told],
            Self::Cancelled => &[Ship, Told],
            // What came after it was over.
            Self::Expired => &[Edit, Receive, Ship],
        }
    }

    pub fn takes(self, act: CaseAct) -> bool {
        self.acts().contains(&act)
    }
}
