//! `POST /v1/webhooks/payments/{storefront}`: the provider tells what became of a refund, early, late or again. What is
//! genuine is answered with 200 whether or not it is of any matter here, so that it is not sent for ever.

use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::metrics;
use aftercare::case::Command;
use aftercare::id::{PayoutId, StorefrontId, TicketId};
use aftercare::payment::Refused;
use aftercare::problem::Problem;
use serde_json::json;

use crate::Payouts;
use crate::heard::{heard, of_books, record};

pub(crate) async fn hear(payouts: &Payouts, call: &Call, shop: &str) -> Result<Answer, Refusal> {
    let shop = StorefrontId::parse(shop).ok_or_else(Problem::not_found)?;
    if call.is_too_large() {
        return Err(Problem::too_large(aftercare::intake::LARGEST_BODY).into());
    }
    let access = payouts.table.payment_access(&shop).await?.0.ok_or_else(Problem::not_found)?;
    let told = match access.told(&call.signed, &call.body, call.at) {
        Ok(told) => told,
        Err(Refused::Forged | Refused::Untimely) => {
            metrics::count(call.at, "WebhookRefused", &[]);
            return Err(Problem::unsigned().into());
        }
        Err(Refused::Unreadable) => {
            return Err(Problem::malformed("It is signed, and not of the form that was agreed.").into());
        }
    };
    let refund = told.as_ref().map(|told| &told.refund);
    let place = refund.and_then(|refund| place(refund.payout.as_ref()?));
    if let (Some(refund), Some((ticket, case, payout))) = (refund, place) {
        let known = payouts.table.case(&shop, ticket, case).await?;
        let Some(known) = known.as_ref().and_then(|known| known.payout(payout)) else { return heeded() };
        // Its payout's id is what binds it; a payment that is not the payout's makes the whole of it doubtful.
        if told.as_ref().is_some_and(|told| !told.payments.is_empty() && !told.payments.contains(&known.payment)) {
            metrics::count(call.at, "WebhookRefused", &[]);
            tracing::error!(storefront = %shop, %ticket, case, payout, "a refund of another payment was told of: not taken");
            return heeded();
        }
        let (how, reference, code) = heard(&of_books(refund, known, call.at));
        let command = Command::Told { payout, how, reference, code };
        let news = record(payouts, (&shop, ticket, case), &command, call.at).await?;
        tracing::info!(storefront = %shop, %ticket, case, payout, %how, news, "the payment provider told");
    }
    heeded()
}

fn heeded() -> Result<Answer, Refusal> {
    Ok(Answer::json(200, &json!({}))?)
}

/// The ticket, the case and the number in a payout's id.
fn place(id: &PayoutId) -> Option<(TicketId, u16, u16)> {
    let mut parts = id.as_str().splitn(3, '.');
    let ticket = TicketId::parse(parts.next()?)?;
    Some((ticket, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}
