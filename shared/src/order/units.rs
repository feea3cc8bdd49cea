//! What single units are worth: whole numbers that add up however they are split.

use std::cmp::Reverse;

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

/// These ordinals, which ascend, as few spans as they make.
pub(super) fn spans(line: &LineId, ordinals: impl IntoIterator<Item = u32>) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for ordinal in ordinals {
        match spans.last_mut().filter(|span| span.last + 1 == ordinal) {
            Some(span) => span.last = ordinal,
            None => spans.push(Span { line: line.clone(), first: ordinal, last: ordinal }),
        }
    }
    spans
}

/// What each line is worth after the order's discount, which is apportioned by largest remainder: each line gets its
/// share rounded down, and what is left goes in single minor units to the largest remainders, the earlier line first.
pub fn apportioned(facts: &Facts) -> Vec<i64> {
    let totals: Vec<i64> = facts.lines.iter().map(|line| line.total).collect();
    let sum: i64 = totals.iter().sum();
    let discount = facts.discount.clamp(0, sum);
    let mut worths: Vec<i64> = totals.iter().map(|total| total - share(discount, *total, sum)).collect();
    let left = worths.iter().sum::<i64>() - (sum - discount);
    // A line with a remainder is worth at least 1 still, and there are more of these than there are units left.
    let mut places: Vec<usize> = (0..totals.len()).collect();
    places.sort_by_key(|place| Reverse(remainder(discount, totals[*place], sum)));
    for place in places.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        worths[place] -= 1;
    }
    worths
}

/// What units `first` to `last` of a line worth `total` in all are worth together: unit k is ⌊P·k/Q⌋ − ⌊P·(k−1)/Q⌋. Units
/// that the line no longer has are worth nothing.
pub fn worth(total: i64, line: &Line, first: u32, last: u32) -> i64 {
    let quantity = line.quantity;
    let up_to = |unit: u32| share(total, unit.min(quantity).into(), quantity.into());
    (up_to(last) - up_to(first.saturating_sub(1))).max(0)
}

/// ⌊amount·part/whole⌋, where the part is at most the whole: then so is the share.
fn share(amount: i64, part: i64, whole: i64) -> i64 {
    let share = i128::from(amount) * i128::from(part) / i128::from(whole.max(1));
    i64::try_from(share).unwrap_or(amount)
}

/// What that leaves, in parts of the whole.
fn remainder(amount: i64, part: i64, whole: i64) -> i128 {
    i128::from(amount) * i128::from(part) % i128::from(whole.max(1))
}
