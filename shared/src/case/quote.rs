//! What a case would come to, and whether it is possible: the engine behind options, preview and request. The policy that
//! is published and the rules that are applied are the same data.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{CaseKind, CaseReason, Figures, Payer};
use crate::id::{LineId, UploadId};
use crate::id::TicketId;
use crate::order::{Available, Hold, Order, Short};
use crate::reader::{Faults, Reader};
use crate::settings::CaseRules;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    pub kind: CaseKind,
    pub reason: CaseReason,
    /// Lines and how many units of each, each line once; may be empty for a compensation only.
    pub lines: Vec<(LineId, u32)>,
    /// Minor units, of a compensation.
    pub amount: Option<i64>,
    /// Photos that came with it.
    pub photos: Vec<UploadId>,
    /// Staff let pass that its window is over, or that a photo is missing, with a reason.
    pub overridden: bool,
}

/// What is known when it is asked.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    pub order: &'a Order,
    pub rules: &'a CaseRules,
    /// The customer's, else the shop's.
    pub zone: &'a TimeZone,
    pub now: Timestamp,
}

/// A case that is possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    pub figures: Figures,
    pub hold: Hold,
    /// It goes back in days: how long it takes from approval to the money or the goods.
    pub days: u16,
    /// It is within its window; otherwise staff let it pass.
    pub in_window: bool,
    /// The photo that its reason asks for is there, or none is asked for.
    pub has_evidence: bool,
    /// What the customer is given, in minor units: money, or what new goods are worth. It decides who has to approve.
    pub stake: i64,
}

/// Why a case is not possible. Each has a sentence for whoever asks, with the next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unable {
    /// The rules do not give this for such a reason.
    NotOffered {
        kind: CaseKind,
        reason: CaseReason,
    },
    /// Nothing was delivered yet, so there is nothing to send back.
    NotDelivered {
        line: LineId,
    },
    /// The window is over since then.
    Closed {
        since: Timestamp,
    },
    /// It opens then.
    NotYet {
        from: Timestamp,
    },
    /// Nobody knows when it was promised.
    NoPromise,
    /// Of these goods a change of mind is no reason.
    Excluded {
        line: LineId,
    },
    /// A photo is needed.
    NoPhoto,
    /// After the fees nothing is left to pay back.
    Nothing,
    NoLines,
    NoAmount,
    /// The order does not give it: what is still to be had comes with it.
    Short {
        why: Short,
        available: Available,
    },
}

/// One kind for one line and reason, for people who choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CaseOption))]
pub struct Choice {
    pub kind: CaseKind,
    pub possible: bool,
    /// Minor units that would be paid back for all units that are free.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub net: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payer: Option<Payer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo: Option<bool>,
    /// Why it is not possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

impl Unable {
    /// For the person who asked: what is in the way, and the next step.
    pub fn sentence(&self) -> String {
        format!("{self:?}")
    }
}

/// Reads `{kind, reason, lines, amount?, photos?}` of a body.
pub fn ask(fields: &mut Reader<'_>, faults: &mut Faults) -> Option<Ask> {
    let _ = (fields, faults);
    None
}

/// What a case comes to, or why it is not possible. `ticket` and `case` name it; a hold that it has already does not count
/// against it.
pub fn quote(ask: &Ask, on: Circumstances<'_>, ticket: TicketId, case: u16) -> Result<Quote, Unable> {
    let _ = (on, ticket, case);
    Err(Unable::NotOffered { kind: ask.kind, reason: ask.reason })
}
