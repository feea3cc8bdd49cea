//! What a provider said is recorded, whoever heard it; where money went that should not have, people are called.

use aftercare::aws::cases::Moved;
use aftercare::aws::metrics;
use aftercare::aws::table::Trouble;
use aftercare::case::{Case, CaseStatus, Command, PaidHow, Payout, PayoutStatus};
use aftercare::event::Actor;
use aftercare::id::{StorefrontId, TicketId};
use aftercare::payment::{Listed, Outcome};
use jiff::Timestamp;

use crate::Payouts;

/// A case: its storefront, its ticket, its number.
pub(crate) type Place<'a> = (&'a StorefrontId, TicketId, u16);

/// An outcome as it is recorded.
pub(crate) fn heard(outcome: &Outcome) -> (PaidHow, Option<String>, Option<String>) {
    match outcome {
        Outcome::Settled { reference } => (PaidHow::Settled, Some(reference.clone()), None),
        Outcome::Pending { reference } => (PaidHow::Pending, Some(reference.clone()), None),
        Outcome::Declined { reference, why, code } => {
            let code = code.as_ref().map_or(why.as_str(), |code| code.as_str());
            (PaidHow::Declined, reference.clone(), Some(code.to_owned()))
        }
        Outcome::NotSent => (PaidHow::NotSent, None, None),
        Outcome::Unknown => (PaidHow::Unknown, None, None),
    }
}

/// What a refund on the provider's books says of a payout of ours. One of another amount says nothing that can be used: a
/// person has to look.
pub(crate) fn of_books(refund: &Listed, payout: &Payout, now: Timestamp) -> Outcome {
    if refund.amount == payout.amount {
        return refund.outcome.clone();
    }
    metrics::count(now, "PayoutAmountDiffers", &[]);
    tracing::error!(
        reference = refund.reference,
        payout = payout.number,
        "a refund is of another amount than was asked"
    );
    Outcome::Unknown
}

/// Records what was said. Whether it was news.
pub(crate) async fn record(
    payouts: &Payouts,
    place: Place<'_>,
    command: &Command,
    now: Timestamp,
) -> Result<bool, Trouble> {
    let (number, how, reference) = if let Command::Told { payout, how, reference, .. } = command {
        (*payout, *how, reference.as_ref())
    } else if let Command::PaidBefore { before, how, reference, .. } = command {
        (*before, *how, reference.as_ref())
    } else {
        return Ok(false);
    };
    let moved = payouts.table.move_case(place, command, &Actor::System, now).await?;
    let (case, news) = match &moved {
        Some(Moved::Done(step)) => (&step.case, true),
        Some(Moved::Already(file)) => (&file.case, false),
        Some(Moved::Refused(why)) => {
            tracing::error!(storefront = %place.0, ticket = %place.1, case = place.2, ?why, "a payout was not recorded");
            return Ok(false);
        }
        None => return Ok(false),
    };
    if news {
        metrics::count(now, "PayoutTold", &[("how", how.as_str())]);
    }
    if let Some(alarm) = case.payout(number).and_then(|payout| alarm(case, payout, (how, reference), news)) {
        metrics::count(now, alarm, &[]);
        tracing::error!(storefront = %place.0, ticket = %place.1, case = place.2, payout = number, alarm, "look at it");
    }
    Ok(news)
}

/// What a person has to look at: no rule of ours puts it right.
fn alarm(case: &Case, payout: &Payout, said: (PaidHow, Option<&String>), news: bool) -> Option<&'static str> {
    let (how, reference) = said;
    let is_other = reference.is_some() && payout.reference.as_ref() != reference;
    match how {
        // Two refunds of theirs under one id of ours, or two tries that both went.
        PaidHow::Settled if payout.status == PayoutStatus::Settled && is_other => Some("PayoutDoubled"),
        PaidHow::Settled if news && case.is_paid_twice(&payout.payment) => Some("PayoutDoubled"),
        PaidHow::Settled if news && case.status == CaseStatus::Cancelled => Some("PayoutAfterEnd"),
        PaidHow::Settled | PaidHow::Declined | PaidHow::Pending | PaidHow::Unknown | PaidHow::NotSent => None,
    }
}
