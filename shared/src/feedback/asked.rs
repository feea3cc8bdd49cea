//! Feedback as it is handed in: by the storefront's server from wherever it comes, or by staff who called back.

use jiff::Timestamp;
use serde_json::Value;

use super::{Rating, Source};
use crate::id::{CustomerRef, OrderId, ProductId, StaffId};
use crate::intake::{LONGEST_TEXT, TicketName, is_locale};
use crate::problem::Fault;
use crate::reader::{Faults, Reader, instant};
use crate::text::fits;

/// Characters of a source's own id.
pub const LONGEST_SOURCE_ID: usize = 200;
/// The end of the longest scale.
pub const MOST_SCORE: u8 = 100;

/// Who hands it in.
#[derive(Clone, Copy, Debug)]
pub enum By<'a> {
    Storefront,
    Staff(&'a StaffId),
}

/// Feedback that was read and is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFeedback {
    pub source: Source,
    /// The source's own id of it: it is recorded once.
    pub source_id: Option<String>,
    pub said: Timestamp,
    pub rating: Option<Rating>,
    pub text: Option<String>,
    pub ticket: Option<TicketName>,
    pub customer: Option<CustomerRef>,
    pub order: Option<OrderId>,
    pub product: Option<ProductId>,
    pub locale: Option<String>,
}

impl NewFeedback {
    /// Every wrong field is named at once. What staff hand in is of a call, about a ticket.
    pub fn read(body: &Value, by: By<'_>, now: Timestamp) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::new();
        let mut fields = Reader::new("", body, &mut faults);
        let read = read(&mut fields, by, now, &mut faults);
        fields.finish(&mut faults);
        read.filter(|_| faults.is_empty()).ok_or(faults)
    }
}

fn read(fields: &mut Reader<'_>, by: By<'_>, now: Timestamp, faults: &mut Faults) -> Option<NewFeedback> {
    let staff = matches!(by, By::Staff(_));
    let ticket = fields.parsed("ticket", "a ticket's id or number", TicketName::parse, faults);
    let (source, source_id, links) = if staff {
        fields.required("ticket", ticket.as_ref(), faults);
        (Some(Source::CallBack), None, Links::default())
    } else {
        let source = fields.word("source", Source::ALL, Source::parse, faults);
        let source = fields.required("source", source, faults);
        let rule = format!("1 to {LONGEST_SOURCE_ID} characters");
        let own = |text: &str| fits(text, 1, LONGEST_SOURCE_ID).then(|| text.to_owned());
        (source, fields.parsed("source_id", &rule, own, faults), Links::read(fields, faults))
    };
    let past = |text: &str| instant(text).filter(|at| *at <= now);
    let said = fields.parsed("said_at", "an instant such as 2026-01-31T09:30:00Z, not in the future", past, faults);
    let rating = fields.object("rating", faults).and_then(|rating| read_rating(rating, faults));
    let text = fields.text("text", 1, LONGEST_TEXT, faults);
    if fields.value("rating").is_none() && fields.value("text").is_none() {
        fields.fault("text", "is required where there is no rating", faults);
    }
    let Links { customer, order, product, locale } = links;
    let said = said.unwrap_or(now);
    Some(NewFeedback { source: source?, source_id, said, rating, text, ticket, customer, order, product, locale })
}

/// What it is about, as only the storefront's server knows it.
#[derive(Default)]
struct Links {
    customer: Option<CustomerRef>,
    order: Option<OrderId>,
    product: Option<ProductId>,
    locale: Option<String>,
}

impl Links {
    fn read(fields: &mut Reader<'_>, faults: &mut Faults) -> Self {
        let locale = |text: &str| is_locale(text).then(|| text.to_owned());
        Self {
            customer: fields.parsed("customer", CustomerRef::RULE, CustomerRef::parse, faults),
            order: fields.parsed("order", OrderId::RULE, OrderId::parse, faults),
            product: fields.parsed("product", ProductId::RULE, ProductId::parse, faults),
            locale: fields.parsed("locale", "a language tag such as zh-CN", locale, faults),
        }
    }
}

fn read_rating(mut fields: Reader<'_>, faults: &mut Faults) -> Option<Rating> {
    let mut number = |name: &'static str, least: i64, most: i64| {
        let number = fields.number(name, least, most, faults);
        fields.required(name, number, faults).and_then(|number| u8::try_from(number).ok())
    };
    let most = i64::from(MOST_SCORE);
    let from = number("from", 0, most - 1);
    let to = number("to", from.map_or(1, |from| i64::from(from) + 1), most);
    let score = number("score", from.map_or(0, i64::from), to.map_or(most, i64::from));
    fields.finish(faults);
    Some(Rating { score: score?, from: from?, to: to? })
}
