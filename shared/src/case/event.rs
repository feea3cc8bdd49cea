//! What happens to a case, as it stands in its ticket's history: ids and facts, never what somebody typed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::approval::Concern;
use super::risk::Risk;
use super::{CaseKind, CaseReason, CaseStatus, Figures, Item};
use crate::access::Role;
use crate::category::words;
use crate::id::{LineId, OrderId, PaymentId, StaffId, UploadId};
use crate::order::count;
use crate::sla::{millis, millis_or_none};

words!(
    /// How somebody decided.
    Via { Desk = "desk", Link = "link" }
);
words!(
    /// What an inspection found.
    Verdict { Pass = "pass", Partial = "partial", Fail = "fail" }
);
words!(
    /// What became of a try to pay.
    PaidHow {
        Settled = "settled", Pending = "pending", Declined = "declined", Unknown = "unknown",
        /// Nothing was sent, this time.
        NotSent = "not_sent",
    }
);

/// What is asked for, as it is stored: everything that an approval is bound to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub kind: CaseKind,
    pub reason: CaseReason,
    pub figures: Figures,
    /// What the customer is given, which decides who has to approve.
    pub stake: i64,
    /// Days from approval to the money or the goods.
    pub days: u16,
    pub in_window: bool,
    pub has_evidence: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<UploadId>,
    /// The bucket's mark of the bytes of each, as they were when it was asked for: others in their place are no evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<String>,
    /// The content item in which staff say why a rule is let pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overridden: Option<u32>,
}

impl Terms {
    /// Money is promised by its kind, and none is left to be paid back.
    pub fn pays_nothing(&self) -> bool {
        self.kind.pays() && self.figures.net == 0
    }

    /// How many units of a line they are about.
    pub fn units_of(&self, line: &LineId) -> u32 {
        count(self.figures.items.iter().map(|item| &item.units).filter(|units| units.line == *line))
    }

    /// The same without these photos.
    pub fn without_photos(&self, gone: &[UploadId]) -> Self {
        let stays: Vec<bool> = self.photos.iter().map(|photo| !gone.contains(photo)).collect();
        let photos = self.photos.iter().zip(&stays).filter(|(_, stays)| **stays).map(|(photo, _)| photo.clone());
        // Those that were asked for before marks were kept have none.
        let marks = self.marks.iter().zip(&stays).filter(|(_, stays)| **stays).map(|(mark, _)| mark.clone());
        Self { photos: photos.collect(), marks: marks.collect(), ..self.clone() }
    }

    /// The same with nothing to pay back: the order does not give it any more.
    pub fn given_before(&self) -> Self {
        let figures = &self.figures;
        let already = (figures.goods + figures.shipping - figures.restocking - figures.label).max(0);
        let figures = Figures { already, net: 0, parts: Vec::new(), ..figures.clone() };
        Self { figures, stake: 0, ..self.clone() }
    }

    /// The same with its goods worth nothing: none of them passed.
    pub fn worthless(&self) -> Self {
        let items = self.figures.items.iter().map(|item| Item { worth: 0, ..item.clone() }).collect();
        let (goods, shipping, restocking, label, already, net) = (0, 0, 0, 0, 0, 0);
        let (currency, payer) = (self.figures.currency.clone(), self.figures.payer);
        let figures =
            Figures { currency, goods, shipping, restocking, label, already, net, payer, items, parts: Vec::new() };
        Self { figures, stake: 0, ..self.clone() }
    }
}

/// Compensations before this one, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    pub on_ticket: i64,
    /// By the agent who asks, on their day.
    pub by_agent: i64,
}

/// Units of a line that were counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CountedLine))]
pub struct Counted {
    pub line: LineId,
    pub quantity: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Happened {
    Requested {
        order: OrderId,
        settings: u32,
        terms: Terms,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        given: Option<Given>,
        /// Staff asked for it, and the customer has not agreed to it: they are asked.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        consent: bool,
        /// Staff who had a hand in it besides whoever asks: they proposed it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        hands: Vec<StaffId>,
    },
    /// Staff changed it: whoever approved it has not approved this. `consent`: the customer is asked whether they agree.
    Edited {
        terms: Terms,
        consent: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        given: Option<Given>,
    },
    Consented {
        accepted: bool,
    },
    /// Nobody has to approve it where `needed` is empty.
    Assessed {
        risk: Risk,
        needed: Vec<Role>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        why: Vec<Concern>,
    },
    /// By the entry's actor, in the place of this role.
    Approved {
        slot: Role,
        via: Via,
        hash: String,
    },
    Rejected {
        via: Via,
        hash: String,
        content: u32,
    },
    TakenBack,
    /// Nobody decided: this role is asked as well.
    Escalated {
        to: Role,
    },
    /// `until`: it can be taken back for so long, and waits.
    Moved {
        to: CaseStatus,
        #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
        until: Option<Timestamp>,
    },
    /// The customer was reminded to send the goods; this is the reminder's day.
    Reminded {
        day: u16,
    },
    Sent {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tracking: Option<String>,
    },
    Received {
        lines: Vec<Counted>,
    },
    Inspected {
        verdict: Verdict,
        /// What passed.
        accepted: Vec<Counted>,
        /// Of that, what can be sold again: it goes back into stock.
        restocked: Vec<Counted>,
        /// What the case comes to now.
        terms: Terms,
    },
    Diagnosed {
        repairable: bool,
    },
    /// It is over, and its goods are here: they are to be sent back to the customer.
    ToSendBack,
    Shipped {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tracking: Option<String>,
    },
    /// Money is to be paid back; said again where the last try came to nothing yet.
    PayoutDue {
        payout: u16,
        payment: PaymentId,
        amount: i64,
    },
    /// The provider is asked from here on.
    PayoutSent {
        payout: u16,
        #[serde(with = "millis")]
        check: Timestamp,
    },
    PayoutTold {
        payout: u16,
        how: PaidHow,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        /// The provider's word for why not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        /// When it is asked again.
        #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
        check: Option<Timestamp>,
    },
    /// A person is told that nobody knows what became of it.
    PayoutOverdue {
        payout: u16,
    },
}

impl Happened {
    /// The content item that was written with it.
    pub fn content(&self) -> Option<u32> {
        match self {
            Self::Requested { terms, .. } | Self::Edited { terms, .. } => terms.overridden,
            Self::Rejected { content, .. } => Some(*content),
            Self::Consented { .. }
            | Self::Assessed { .. }
            | Self::Approved { .. }
            | Self::TakenBack
            | Self::Escalated { .. }
            | Self::Moved { .. }
            | Self::Reminded { .. }
            | Self::Sent { .. }
            | Self::Received { .. }
            | Self::Inspected { .. }
            | Self::Diagnosed { .. }
            | Self::ToSendBack
            | Self::Shipped { .. }
            | Self::PayoutDue { .. }
            | Self::PayoutSent { .. }
            | Self::PayoutTold { .. }
            | Self::PayoutOverdue { .. } => None,
        }
    }
}
