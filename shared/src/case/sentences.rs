//! Why a case is not possible, in sentences for whoever asked, each with the next step.

use jiff::Timestamp;

use super::quote::Unable;
use super::{CaseKind, CaseReason};
use crate::money::shown;
use crate::order::{Available, Short};

impl Unable {
    /// For the person who asked: what is in the way, and the next step.
    pub fn sentence(&self) -> String {
        match self {
            Self::NotOffered { kind, reason } => {
                let (kind, reason) = (kind.said(), reason.said());
                format!("The shop does not give {kind} {reason}. The policy lists what it gives; choose one of these.")
            }
            Self::NotDelivered { line: Some(line) } => {
                format!("Nothing of line {line} was delivered yet. Ask again once it is there.")
            }
            Self::NotDelivered { line: None } => {
                "Nothing of the order was delivered yet. Ask again once it is there.".to_owned()
            }
            Self::Closed { since } => {
                format!("The time for this is over since {}. Write to us if there is a reason for that.", utc(*since))
            }
            Self::NotYet { from } => {
                format!("This can be asked for from {} on: it may still arrive. Ask again then.", utc(*from))
            }
            Self::NoPromise => {
                "It is not known when the order was promised to be there. Write to us, and a person looks at it."
                    .to_owned()
            }
            Self::OnTime { promised } => format!(
                "It was promised for {} and came by then, so it was not late. Choose another reason, or write to us.",
                utc(*promised)
            ),
            Self::Excluded { line } => format!(
                "Line {line} is custom-made, perishable, opened or a periodical, so it cannot be sent back for a change of \
                 mind. If something is wrong with it, give that as the reason."
            ),
            Self::NoPhoto => "A photo of what is wrong is needed. Upload one and send its id along.".to_owned(),
            Self::Nothing => {
                "Nothing is left to pay back of what it is worth, after fees and what was given already. Choose more units, \
                 or another kind."
                    .to_owned()
            }
            Self::NoLines => "It is not said what of the order it is about. Name one line at least.".to_owned(),
            Self::NoAmount => "A compensation needs an amount above zero. Say how much it is.".to_owned(),
            Self::Short { why, available } => why.sentence(available),
        }
    }
}

impl Unable {
    /// For staff, who can let some of it pass.
    pub fn to_staff(&self) -> String {
        let sentence = self.sentence();
        match self {
            Self::Closed { .. }
            | Self::NotYet { .. }
            | Self::NoPromise
            | Self::OnTime { .. }
            | Self::Excluded { .. }
            | Self::NoPhoto => format!("{sentence} To let it pass, give the reason as `override`."),
            Self::NotOffered { .. }
            | Self::NotDelivered { .. }
            | Self::Nothing
            | Self::NoLines
            | Self::NoAmount
            | Self::Short { .. } => sentence,
        }
    }
}

impl Short {
    fn sentence(&self, available: &Available) -> String {
        let money = |amount: &i64| shown(*amount, &available.currency);
        match self {
            Self::NoSuchLine(line) => format!("The order has no line {line}. Read the order, and name one of its lines."),
            Self::Miscounted(line) => format!("Line {line} must be named once, with one unit at least. Mend the lines."),
            Self::Units { line, free: 0, .. } => {
                format!("Every unit of line {line} is part of another case, or was given back already. The order's cases say which.")
            }
            Self::Units { line, wanted, free } => {
                format!("Of line {line} {wanted} were asked for and {free} are left. Ask for at most {free}.")
            }
            Self::Undelivered { line, returnable: 0, .. } => {
                format!("No unit of line {line} is there to be sent back. Ask again once one was delivered.")
            }
            Self::Undelivered { line, wanted, returnable } => format!(
                "Of line {line} {wanted} were to be sent back, and {returnable} were delivered and are not on their way back \
                 already. Ask for at most {returnable}."
            ),
            Self::Shipping { wanted, free } => format!(
                "{} were asked for of what the sending cost, and {} of that are left. Read what is available, and ask again.",
                money(wanted),
                money(free)
            ),
            Self::Amount { free: 0, .. } => {
                "Everything that was paid for the order is given back, or held by another case. Look at that case first."
                    .to_owned()
            }
            Self::Amount { wanted, free } if wanted <= free => {
                "More than that was paid back for this case already. Ask for that at least.".to_owned()
            }
            Self::Amount { wanted, free } => format!(
                "{} were asked for, and {} of what was paid for the order are left. Ask for fewer units, or \
                 for less.",
                money(wanted),
                money(free)
            ),
            Self::TooManyCases => "The order has too many cases for one more. Go on with one that is open.".to_owned(),
        }
    }
}

impl CaseKind {
    /// In the middle of a sentence.
    pub fn said(self) -> &'static str {
        match self {
            Self::RefundOnly => "a refund without a return",
            Self::ReturnRefund => "a refund after a return",
            Self::Exchange => "an exchange",
            Self::Repair => "a repair",
            Self::Resend => "goods sent again",
            Self::Compensation => "a compensation",
        }
    }
}

impl CaseReason {
    /// At the end of a sentence.
    pub fn said(self) -> &'static str {
        match self {
            Self::ChangeOfMind => "for a change of mind",
            Self::Defective => "for goods that are defective",
            Self::WrongItem => "for a wrong item",
            Self::Damaged => "for goods that came damaged",
            Self::Missing => "for parts that are missing",
            Self::NotReceived => "for goods that were not received",
            Self::Late => "for goods that came late",
        }
    }
}

/// `1 June 2026, 16:00 UTC`
fn utc(at: Timestamp) -> String {
    at.strftime("%-d %B %Y, %H:%M UTC").to_string()
}
