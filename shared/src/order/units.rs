//! What single units are worth: whole numbers that add up however they are split.

use serde::{Deserialize, Serialize};

use super::{Facts, Line};
use crate::id::LineId;

/// Units of a line, by their ordinals: 1 is the first, and both ends belong to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CaseUnits))]
pub struct Span {
    pub line: LineId,
    pub first: u32,
    pub last: u32,
}

/// How many units these are.
pub fn count<'a>(spans: impl IntoIterator<Item = &'a Span>) -> u32 {
    spans.into_iter().map(|span| (span.last + 1).saturating_sub(span.first)).sum()
}

/// What each line is worth after the order's discount, which is apportioned by largest remainder: each line gets its
/// share rounded down, and what is left goes in single minor units to the largest remainders, the earlier line first.
pub fn apportioned(facts: &Facts) -> Vec<i64> {
    let _ = facts;
    Vec::new()
}

/// What units `first` to `last` of a line worth `total` in all are worth together: unit k is ⌊P·k/Q⌋ − ⌊P·(k−1)/Q⌋.
pub fn worth(total: i64, line: &Line, first: u32, last: u32) -> i64 {
    let _ = (total, line, first, last);
    0
}
