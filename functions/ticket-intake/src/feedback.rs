//! `POST /v1/feedback`: what customers say of the shop elsewhere, handed in by the storefront's server.

use aftercare::access::Caller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::receipt::Receipt;
use aftercare::aws::table::Table;
use aftercare::category::Channel;
use aftercare::event::Actor;
use aftercare::feedback::{By, NewFeedback};
use aftercare::id::FeedbackId;
use aftercare::problem::Problem;

pub(crate) async fn hand_in(table: &Table, caller: &Caller, call: &Call) -> Result<Answer, Refusal> {
    if caller.customer().is_some() {
        return Err(Problem::forbidden("Only the storefront's server hands in feedback.").into());
    }
    let body = call.body()?;
    let (new, key) = call.keyed(NewFeedback::read(&body, By::Storefront, call.at), true)?;
    let key = key.unwrap_or_default();
    let id = match &new.source_id {
        Some(own) => FeedbackId::of(&["source", new.source.as_str(), own]),
        None => FeedbackId::of(&["key", &key, &call.at.as_millisecond().to_string()]),
    };
    let receipt = Receipt::new(caller, call, &body, Some(&key), (Channel::Api, None));
    table.record_feedback(caller.storefront(), (&new, &id), (&Actor::Storefront, &receipt), call.at).await
}
