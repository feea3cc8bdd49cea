//! What a customer can choose: for a line and a reason every kind, with what it comes to, or why it is not possible.

use serde::Serialize;
use uuid::Uuid;

use super::quote::{Ask, Circumstances, Offer, Unable};
use super::{CaseKind, CaseReason, Payer};
use crate::id::{LineId, TicketId};
use crate::order::{Available, Line};

/// What can be chosen of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CaseOptions))]
pub struct Options {
    /// ISO 4217 code of every amount here.
    pub currency: String,
    pub lines: Vec<LineOptions>,
}

/// What can be chosen of one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CaseLineOptions))]
pub struct LineOptions {
    pub line: LineId,
    pub reasons: Vec<ReasonOptions>,
}

/// What can be chosen of one line for one reason: every kind there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CaseReasonOptions))]
pub struct ReasonOptions {
    pub reason: CaseReason,
    pub kinds: Vec<Choice>,
}

/// One kind for one line and reason, for people who choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CaseOption))]
pub struct Choice {
    pub kind: CaseKind,
    pub possible: bool,
    /// How many units are free for it: the figures are for all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units: Option<u32>,
    /// Minor units that would be paid back for them; none for a compensation, whose amount is for staff to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub net: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payer: Option<Payer>,
    /// A photo has to come with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo: Option<bool>,
    /// Why it is not possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What can be chosen of these lines, or of all where none is named. Reasons that the shop does not take are left out.
pub fn options(on: Circumstances<'_>, only: &[LineId]) -> Options {
    let available = on.order.available();
    let asked = |line: &&Line| only.is_empty() || only.contains(&line.id);
    let lines = on.order.facts.lines.iter().filter(asked).map(|line| {
        let kinds = |reason| CaseKind::ALL.iter().map(|kind| choice(*kind, reason, line, &available, on)).collect();
        let reasons = on.rules.reasons.keys().map(|reason| ReasonOptions { reason: *reason, kinds: kinds(*reason) });
        LineOptions { line: line.id.clone(), reasons: reasons.collect() }
    });
    Options { currency: on.order.facts.currency.clone(), lines: lines.collect() }
}

fn choice(kind: CaseKind, reason: CaseReason, line: &Line, left: &Available, on: Circumstances<'_>) -> Choice {
    let none =
        Choice { kind, possible: false, units: None, net: None, days: None, payer: None, photo: None, why: None };
    let free = left.lines.iter().find(|free| free.line == line.id);
    let units = free.map_or(0, |free| if kind.is_return() { free.returnable } else { free.units });
    let ask = all(kind, reason, line, units);
    match possible(&ask, line, left, on) {
        Err(why) => Choice { why: Some(why.sentence()), ..none },
        Ok((offer, net)) => {
            let compensates = kind == CaseKind::Compensation;
            Choice {
                possible: true,
                units: (!compensates).then_some(units),
                net: (!compensates).then_some(net),
                days: Some(offer.days),
                payer: Some(offer.rule.payer),
                photo: Some(offer.rule.photo),
                ..none
            }
        }
    }
}

/// All units of a line that are free; without one, the refusal of one says why. The least compensation tells whether
/// there is money for any.
fn all(kind: CaseKind, reason: CaseReason, line: &Line, units: u32) -> Ask {
    let amount = (kind == CaseKind::Compensation).then_some(1);
    Ask { kind, reason, lines: vec![(line.id.clone(), units.max(1))], amount, photos: Vec::new(), overridden: false }
}

/// What is paid back: as it is quoted, with the photo taken to be there.
fn possible<'a>(ask: &Ask, line: &Line, left: &Available, on: Circumstances<'a>) -> Result<(Offer<'a>, i64), Unable> {
    let offer = Offer::of(ask.kind, ask.reason, on)?;
    offer.delivered(&[line])?;
    offer.timely(&[line])?;
    // No case has this name, so every hold counts.
    let (figures, _) = offer.priced(ask, (TicketId(Uuid::nil()), 0), left)?;
    Ok((offer, figures.net))
}
