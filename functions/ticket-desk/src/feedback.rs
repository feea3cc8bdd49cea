//! What customers say of the shop: `POST /v1/desk/feedback` records what one said when they were called back, and
//! `GET /v1/desk/feedback?source=` lists all of it, the latest first.

use aftercare::access::StaffCaller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::pages::cursor;
use aftercare::aws::receipt::Receipt;
use aftercare::aws::table::document;
use aftercare::event::Actor;
use aftercare::feedback::{By, Feedback, NewFeedback, Source, VERSION};
use aftercare::id::FeedbackId;
use aftercare::view::FeedbackPage;
use futures_util::future::try_join_all;

use crate::Desk;

pub(crate) async fn record(desk: &Desk, who: &StaffCaller, call: &Call) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let (new, key) = call.keyed(NewFeedback::read(&body, By::Staff(&who.id), call.at), true)?;
    let key = key.unwrap_or_default();
    let at = call.at.as_millisecond().to_string();
    let id = FeedbackId::of(&["staff", who.id.as_str(), &key, &at]);
    let receipt = Receipt::of_staff(who, call, &body, &key);
    let by = Actor::Staff(who.id.clone());
    desk.table.record_feedback(&who.storefront, (&new, &id), (&by, &receipt), call.at).await
}

pub(crate) async fn list(desk: &Desk, who: &StaffCaller, call: &Call) -> Result<Answer, Refusal> {
    let mut parameters = call.parameters();
    let source = parameters.parsed("source", "one of survey, call_back, review, social", Source::parse);
    let (limit, after) = (parameters.limit(), parameters.cursor(is_row).unwrap_or_default());
    parameters.finish()?;
    let sources = source.as_ref().map_or(Source::ALL, std::slice::from_ref);
    // One more than is shown tells whether there are more.
    let most = i32::try_from(limit + 1).unwrap_or(i32::MAX);
    let pages = sources.iter().map(|source| desk.table.latest_feedback(&who.storefront, *source, &after, most));
    let mut rows: Vec<_> = try_join_all(pages).await?.into_iter().flatten().collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|(place, _)| cursor(place));
    let keys: Vec<_> = rows.into_iter().map(|(_, key)| key).collect();
    let found = if keys.is_empty() { Vec::new() } else { desk.table.get_many(&keys).await? };
    let all: Vec<Feedback> = found.iter().flatten().map(|item| document(item, VERSION)).collect::<Result<_, _>>()?;
    Ok(Answer::json(200, &FeedbackPage { feedback: desk.table.shown(all).await?, next })?)
}

fn is_row(place: &str) -> bool {
    place.split_once('|').is_some_and(|(at, id)| at.parse::<i64>().is_ok() && FeedbackId::parse(id).is_some())
}
