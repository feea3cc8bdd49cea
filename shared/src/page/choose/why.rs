//! Why something is not possible, in the customer's words.
use jiff::Timestamp;

use super::Choosing;
use crate::{
    case::quote::Unable,
    id::LineId,
    mail::{clean, lang::ClaimKey, when, words::Words},
    money::shown,
    order::Short,
};

/// Of a product's name.
const TITLE_MOST: usize = 80;

/// What a line is called.
pub(super) fn title(line: &LineId, facts: &Choosing<'_>) -> String {
    let known = facts.order.facts.lines.iter().find(|known| known.id == *line);
    let title = known.and_then(|line| line.title.as_deref()).map(clean::line).filter(|title| !title.is_empty());
    clean::cut(&title.unwrap_or_else(|| line.to_string()), TITLE_MOST)
}

pub(super) fn why(unable: &Unable, facts: &Choosing<'_>, words: Words<'_>) -> String {
    let of = |key: ClaimKey, line: &LineId| words.say(key, &[("title", &title(line, facts))]);
    let on = |key: ClaimKey, at: Timestamp| {
        let at = format!("{} {}", when::long(words, at, &facts.zone), when::zone_name(words, at, &facts.zone));
        words.say(key, &[("when", &at)])
    };
    match unable {
        Unable::NotOffered { .. } => words.plain(ClaimKey::NotOffered),
        Unable::NotDelivered { line: Some(line) } => of(ClaimKey::NotDelivered, line),
        Unable::NotDelivered { line: None } => words.plain(ClaimKey::NotDeliveredAny),
        Unable::Closed { since } => on(ClaimKey::Closed, *since),
        Unable::NotYet { from } => on(ClaimKey::NotYet, *from),
        Unable::OnTime { promised } => on(ClaimKey::OnTime, *promised),
        Unable::NoPromise => words.plain(ClaimKey::NoPromise),
        Unable::Excluded { line } => of(ClaimKey::Excluded, line),
        Unable::NoPhoto => words.plain(ClaimKey::Photo),
        Unable::Nothing => words.plain(ClaimKey::Nothing),
        Unable::NoLines => words.plain(ClaimKey::NoLines),
        Unable::NoAmount => words.plain(ClaimKey::NoAmount),
        Unable::Short { why, available } => short(why, &available.currency, facts, words),
    }
}

fn short(short: &Short, currency: &str, facts: &Choosing<'_>, words: Words<'_>) -> String {
    let of = |key: ClaimKey, line: &LineId| words.say(key, &[("title", &title(line, facts))]);
    let left =
        |key: ClaimKey, line: &LineId, free: u32| words.say(key, &[("title", &title(line, facts)), ("free", &free)]);
    let money = |key: ClaimKey, free: i64| words.say(key, &[("free", &shown(free, currency))]);
    match short {
        Short::NoSuchLine(line) => words.say(ClaimKey::NoSuchLine, &[("line", line)]),
        Short::Miscounted(line) => of(ClaimKey::Miscounted, line),
        Short::Units { line, free: 0, .. } => of(ClaimKey::UnitsNone, line),
        Short::Units { line, free, .. } => left(ClaimKey::Units, line, *free),
        Short::Undelivered { line, returnable: 0, .. } => of(ClaimKey::UndeliveredNone, line),
        Short::Undelivered { line, returnable, .. } => left(ClaimKey::Undelivered, line, *returnable),
        Short::Shipping { free, .. } => money(ClaimKey::ShippingShort, *free),
        Short::Amount { free: 0, .. } => words.plain(ClaimKey::AmountNone),
        Short::Amount { wanted, free } if wanted <= free => words.plain(ClaimKey::AmountBelow),
        Short::Amount { free, .. } => money(ClaimKey::AmountShort, *free),
        Short::TooManyCases => words.plain(ClaimKey::TooMany),
    }
}
