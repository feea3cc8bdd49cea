//! What is to be counted: entries of the history, feedback, and orders.

use aftercare::aws::figures::Bought;
use aftercare::aws::keys::{BOUGHT, REVIEW, period_of, storefront_of};
use aftercare::event::Entry;
use aftercare::feedback::{self, Feedback};
use aftercare::figures;
use aftercare::id::StorefrontId;
use aftercare::message::{Counted, FeedbackShort, FigureWork, NOTIFY_VERSION, ReportReady};
use aftercare::review::{self, Review};
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::{Message, To};

/// The message of an entry that may count.
pub(crate) fn of(entry: &Entry) -> Option<(To, serde_json::Result<String>)> {
    let of = Counted::Entry { ticket: entry.ticket, entry: entry.seq };
    figures::counts(entry).then(|| (To::Figures, body(entry.storefront.clone(), of)))
}

/// The message that the figures of a period are final.
pub(crate) fn report(pk: &str) -> Option<Message> {
    let (storefront, report) = (storefront_of(pk)?, period_of(pk)?);
    let body = serde_json::to_string(&ReportReady { v: NOTIFY_VERSION, storefront, report }).ok()?;
    Some(Message { to: To::Notify, body })
}

/// The message that a month's feedback will not come to its goal.
pub(crate) fn shortfall(pk: &str) -> Option<Message> {
    let (storefront, shortfall) = (storefront_of(pk)?, period_of(pk)?);
    let body = serde_json::to_string(&FeedbackShort { v: NOTIFY_VERSION, storefront, shortfall }).ok()?;
    Some(Message { to: To::Notify, body })
}

/// The message of feedback, of a review or of an order, and when that was.
pub(crate) fn read((pk, sk): (&str, &str), text: &str, version: &str) -> Result<(Timestamp, Message), String> {
    let storefront = storefront_of(pk).ok_or("its key names no storefront")?;
    let (at, of) = if sk.starts_with(BOUGHT) {
        let Bought { customer, order, placed, .. } = document(text, version, figures::VERSION)?;
        (placed, Counted::Bought { customer, order, placed: placed.as_millisecond() })
    } else if sk == REVIEW {
        let Review { ticket, at, changed, .. } = document(text, version, review::VERSION)?;
        (changed.unwrap_or(at), Counted::Review { ticket })
    } else {
        let Feedback { id, recorded, .. } = document(text, version, feedback::VERSION)?;
        (recorded, Counted::Feedback { id })
    };
    let body = body(storefront, of).map_err(|why| why.to_string())?;
    Ok((at, Message { to: To::Figures, body }))
}

/// A stored document, if this build knows its version.
pub(crate) fn document<T: DeserializeOwned>(text: &str, version: &str, known: u32) -> Result<T, String> {
    if version != known.to_string() {
        return Err(format!("it has version {version}, this build reads {known}"));
    }
    serde_json::from_str(text).map_err(|why| why.to_string())
}

fn body(storefront: StorefrontId, of: Counted) -> serde_json::Result<String> {
    serde_json::to_string(&FigureWork { v: NOTIFY_VERSION, storefront, of })
}
