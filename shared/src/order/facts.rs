//! An order as its storefront tells of it: read once, checked whole.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::{
    Delivery, Exclusion, Facts, Line, MOST_DELIVERIES, MOST_LINES, MOST_PAYMENTS, MOST_UNITS, Payment, PaymentMethod,
};
use crate::country::is_country;
use crate::id::{CustomerRef, LineId, PaymentId, ProductId};
use crate::money;
use crate::problem::Fault;
use crate::reader::{Faults, Reader, instant};
use crate::text::fits;

/// The largest whole number that every JSON reader keeps exactly (RFC 8259, 6).
const LAST_VERSION: i64 = (1 << 53) - 1;
/// Minor units of one line, one payment, the discount or the sending: ten of them are one `LARGEST_SUM`.
pub const LARGEST_AMOUNT: i64 = 10_000_000_000_000;
/// Minor units of all lines together; ten of them are the largest amount of money that is taken anywhere.
pub const LARGEST_SUM: i64 = 100_000_000_000_000;
const LONGEST_TITLE: usize = 200;
const INSTANT: &str = "an instant of this century such as 2026-01-31T09:30:00Z";

/// Why what a storefront says cannot follow what it said before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// The same version had other content.
    SameVersion(u64),
    OtherCustomer,
    /// Cases hold amounts of the currency it had.
    OtherCurrency,
}

impl Conflict {
    /// What is in the way, and the next step.
    pub fn sentence(&self) -> String {
        match self {
            Self::SameVersion(version) => format!(
                "Version {version} of this order was told with other content. Send the change with a higher version."
            ),
            Self::OtherCustomer => "This order belongs to another customer, and stays theirs. \
                Send what they buy under its own order."
                .to_owned(),
            Self::OtherCurrency => "This order has another currency, and keeps it, since cases hold amounts of that. \
                Send what is paid in this one under its own order."
                .to_owned(),
        }
    }
}

impl Facts {
    /// Whether this takes the place of what is stored: a higher version does, a lower one or a repetition does not.
    pub fn supersedes(&self, stored: &Self) -> Result<bool, Conflict> {
        if self.customer != stored.customer {
            Err(Conflict::OtherCustomer)
        } else if self.currency != stored.currency {
            Err(Conflict::OtherCurrency)
        } else if self.version == stored.version && self != stored {
            Err(Conflict::SameVersion(self.version))
        } else {
            Ok(self.version > stored.version)
        }
    }

    /// Reads what a storefront says of an order. Every wrong field is named at once.
    pub fn read(body: &Value) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::new();
        let mut fields = Reader::new("", body, &mut faults);
        let facts = read(&mut fields, &mut faults);
        fields.finish(&mut faults);
        facts.filter(|_| faults.is_empty()).ok_or(faults)
    }
}

fn read(fields: &mut Reader<'_>, faults: &mut Faults) -> Option<Facts> {
    let version = fields.number("version", 1, LAST_VERSION, faults);
    let version = fields.required("version", version, faults);
    let customer = fields.parsed("customer", CustomerRef::RULE, CustomerRef::parse, faults);
    let customer = fields.required("customer", customer, faults);
    let known = |code: &str| money::currency(code).map(|_| code.to_owned());
    let currency = fields.parsed("currency", "an ISO 4217 code such as CNY", known, faults);
    let currency = fields.required("currency", currency, faults);
    let placed = fields.parsed("placed_at", INSTANT, of_this_century, faults);
    let placed = fields.required("placed_at", placed, faults);
    let country = fields.parsed("country", "an ISO 3166 code of two capital letters such as CN", country, faults);
    let promised = fields.parsed("promised_at", INSTANT, of_this_century, faults);
    let lines = read_lines(fields, faults);
    let discount = read_amount("discount", fields, faults);
    check_sums(lines.as_deref(), discount, fields, faults);
    let shipping = read_amount("shipping", fields, faults).unwrap_or(0);
    let payments = read_payments(fields, faults);
    let deliveries = read_deliveries(fields, lines.as_deref(), faults);
    Some(Facts {
        version: version?.unsigned_abs(),
        customer: customer?,
        currency: currency?,
        placed: placed?,
        country,
        promised,
        lines: lines?,
        discount: discount.unwrap_or(0),
        shipping,
        payments,
        deliveries,
    })
}

/// A wrong year would open or close windows for ever.
fn of_this_century(text: &str) -> Option<Timestamp> {
    instant(text).filter(|at| (2000..2100).contains(&at.to_zoned(TimeZone::UTC).year()))
}

fn country(text: &str) -> Option<String> {
    is_country(text).then(|| text.to_owned())
}

fn read_amount(name: &'static str, fields: &mut Reader<'_>, faults: &mut Faults) -> Option<i64> {
    fields.number(name, 0, LARGEST_AMOUNT, faults)
}

/// The lines, if every one of them can be read.
fn read_lines(fields: &mut Reader<'_>, faults: &mut Faults) -> Option<Vec<Line>> {
    let entries = fields.value("lines").and_then(Value::as_array);
    let Some(entries) = entries.filter(|entries| (1..=MOST_LINES).contains(&entries.len())) else {
        fields.fault("lines", &format!("must be a list of 1 to {MOST_LINES}"), faults);
        return None;
    };
    let mut seen = BTreeSet::new();
    let lines: Vec<Option<Line>> = entries
        .iter()
        .enumerate()
        .map(|(place, value)| read_line(Reader::new(&format!("/lines/{place}"), value, faults), &mut seen, faults))
        .collect();
    lines.into_iter().collect()
}

fn read_line(mut fields: Reader<'_>, seen: &mut BTreeSet<LineId>, faults: &mut Faults) -> Option<Line> {
    let id = fields.parsed("id", LineId::RULE, LineId::parse, faults);
    let id = fields.required("id", id, faults);
    if id.as_ref().is_some_and(|id| !seen.insert(id.clone())) {
        fields.fault("id", "must not be the id of another line", faults);
    }
    let product = fields.parsed("product", ProductId::RULE, ProductId::parse, faults);
    let line = |text: &str| (fits(text, 1, LONGEST_TITLE) && !text.contains(char::is_control)).then(|| text.to_owned());
    let rule = format!("one line of 1 to {LONGEST_TITLE} characters, not only spaces");
    let title = fields.parsed("title", &rule, line, faults);
    let quantity = read_quantity(&mut fields, faults);
    let total = read_amount("total", &mut fields, faults);
    let total = fields.required("total", total, faults);
    let exclusion = fields.word("exclusion", Exclusion::ALL, Exclusion::parse, faults);
    fields.finish(faults);
    Some(Line { id: id?, product, title, quantity: quantity?, total: total?, exclusion })
}

fn read_quantity(fields: &mut Reader<'_>, faults: &mut Faults) -> Option<u32> {
    let quantity = fields.number("quantity", 1, MOST_UNITS.into(), faults);
    fields.required("quantity", quantity, faults).and_then(|quantity| u32::try_from(quantity).ok())
}

fn check_sums(lines: Option<&[Line]>, discount: Option<i64>, fields: &Reader<'_>, faults: &mut Faults) {
    let Some(lines) = lines else { return };
    let sum: i64 = lines.iter().map(|line| line.total).sum();
    if sum > LARGEST_SUM {
        fields.fault("lines", &format!("must come to at most {LARGEST_SUM} in all"), faults);
    }
    if discount.is_some_and(|discount| discount > sum) {
        fields.fault("discount", &format!("must be at most what the lines come to, {sum}"), faults);
    }
}

fn read_payments(fields: &mut Reader<'_>, faults: &mut Faults) -> Vec<Payment> {
    let mut seen = BTreeSet::new();
    let entries = fields.list("payments", MOST_PAYMENTS, faults);
    entries
        .into_iter()
        .filter_map(|(at, value)| read_payment(Reader::new(&at, value, faults), &mut seen, faults))
        .collect()
}

fn read_payment(mut fields: Reader<'_>, seen: &mut BTreeSet<PaymentId>, faults: &mut Faults) -> Option<Payment> {
    let id = fields.parsed("id", PaymentId::RULE, PaymentId::parse, faults);
    let id = fields.required("id", id, faults);
    if id.as_ref().is_some_and(|id| !seen.insert(id.clone())) {
        fields.fault("id", "must not be the id of another payment", faults);
    }
    let method = fields.word("method", PaymentMethod::ALL, PaymentMethod::parse, faults);
    let method = fields.required("method", method, faults);
    let captured = read_amount("captured", &mut fields, faults);
    let captured = fields.required("captured", captured, faults);
    let charged_back = read_amount("charged_back", &mut fields, faults).unwrap_or(0);
    if captured.is_some_and(|captured| charged_back > captured) {
        fields.fault("charged_back", "must be at most what was captured", faults);
    }
    fields.finish(faults);
    Some(Payment { id: id?, method: method?, captured: captured?, charged_back })
}

/// The deliveries. Whether they fit the lines is asked only where these can be read.
fn read_deliveries(fields: &mut Reader<'_>, lines: Option<&[Line]>, faults: &mut Faults) -> Vec<Delivery> {
    let mut deliveries: Vec<Delivery> = Vec::new();
    for (at, value) in fields.list("deliveries", MOST_DELIVERIES, faults) {
        let mut inner = Reader::new(&at, value, faults);
        let Some(delivery) = read_delivery(&mut inner, faults) else {
            inner.finish(faults);
            continue;
        };
        if let Some(lines) = lines {
            check_delivery(&delivery, &deliveries, lines, &inner, faults);
        }
        inner.finish(faults);
        deliveries.push(delivery);
    }
    deliveries
}

fn read_delivery(fields: &mut Reader<'_>, faults: &mut Faults) -> Option<Delivery> {
    let line = fields.parsed("line", LineId::RULE, LineId::parse, faults);
    let line = fields.required("line", line, faults);
    let quantity = read_quantity(fields, faults);
    let at = fields.parsed("at", INSTANT, of_this_century, faults);
    let at = fields.required("at", at, faults);
    Some(Delivery { line: line?, quantity: quantity?, at: at? })
}

fn check_delivery(delivery: &Delivery, before: &[Delivery], lines: &[Line], at: &Reader<'_>, faults: &mut Faults) {
    let Some(line) = lines.iter().find(|line| line.id == delivery.line) else {
        return at.fault("line", "must be the id of one of the lines", faults);
    };
    let earlier = before.iter().filter(|other| other.line == line.id).map(|other| other.quantity);
    if earlier.sum::<u32>() + delivery.quantity > line.quantity {
        let detail = format!("must come to at most the {} units of this line, in all its deliveries", line.quantity);
        at.fault("quantity", &detail, faults);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told() -> Value {
        json!({
            "version": 3, "customer": "c-1", "currency": "CNY", "placed_at": "2026-03-01T08:00:00+08:00",
            "country": "CN", "promised_at": "2026-03-04T00:00:00Z",
            "lines": [
                { "id": "cups", "product": "p-9", "title": "三只茶杯", "quantity": 3, "total": 10_000 },
                { "id": "cake", "quantity": 1, "total": 2_000, "exclusion": "perishable" },
            ],
            "discount": 500, "shipping": 1_000,
            "payments": [{ "id": "pi_1", "method": "card", "captured": 12_500, "charged_back": 100 }],
            "deliveries": [
                { "line": "cups", "quantity": 2, "at": "2026-03-03T02:00:00Z" },
                { "line": "cups", "quantity": 1, "at": "2026-03-04T02:00:00Z" },
            ],
        })
    }

    fn faults(at: &str, value: Value) -> Vec<String> {
        let mut body = told();
        match body.pointer_mut(at) {
            Some(place) => *place = value,
            None => drop(body.as_object_mut().unwrap().insert(at[1..].to_owned(), value)),
        }
        let faults = Facts::read(&body).expect_err("it is wrong");
        faults.into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn an_order_is_read_as_it_was_told() {
        let facts = Facts::read(&told()).unwrap();
        assert_eq!((facts.version, facts.placed), (3, "2026-03-01T00:00:00Z".parse().unwrap()));
        assert_eq!(facts.lines[1].exclusion, Some(Exclusion::Perishable));
        assert_eq!((facts.discount, facts.shipping, facts.payments[0].charged_back), (500, 1_000, 100));
        assert_eq!(facts.deliveries.len(), 2);
    }

    #[test]
    fn an_order_that_nobody_paid_or_sent_yet_is_one_too() {
        let lines = json!([{ "id": "cups", "quantity": 1, "total": 0 }]);
        let body = json!({
            "version": 1, "customer": "c-1", "currency": "JPY", "placed_at": "2026-03-01T08:00:00Z", "lines": lines,
        });
        assert!(Facts::read(&body).unwrap().payments.is_empty());
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let body = json!({
            "version": 0, "currency": "XXX", "placed_at": "2999-01-01T00:00:00Z", "country": "cn",
            "lines": [
                { "id": "a b", "title": "two\nlines", "quantity": 0, "total": -1, "exclusion": "old", "colour": 1 },
            ],
            "payments": [{ "id": "", "method": "cash", "charged_back": 1 }],
            "deliveries": [{ "line": "cups", "quantity": 1, "at": 5 }],
        });
        let faults = Facts::read(&body).expect_err("all of it is wrong");
        let expected = [
            "/version",
            "/customer",
            "/currency",
            "/placed_at",
            "/country",
            "/lines/0/id",
            "/lines/0/title",
            "/lines/0/quantity",
            "/lines/0/total",
            "/lines/0/exclusion",
            "/lines/0/colour",
            "/payments/0/id",
            "/payments/0/method",
            "/payments/0/captured",
            "/deliveries/0/at",
        ];
        assert_eq!(faults.iter().map(|fault| fault.pointer.as_str()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_country_and_a_currency_are_codes_that_somebody_has() {
        for code in ["ZZ", "XX", "UK", "CHN"] {
            assert_eq!(faults("/country", json!(code)), ["/country"], "{code}");
        }
        for code in ["XXX", "XTS", "ABC", "XAU", "cny"] {
            assert_eq!(faults("/currency", json!(code)), ["/currency"], "{code}");
        }
    }

    #[test]
    fn what_does_not_fit_together_is_refused_where_it_is() {
        assert_eq!(faults("/lines", json!([])), ["/lines"]);
        assert_eq!(faults("/lines", Value::Null), ["/lines"]);
        assert_eq!(faults("/lines/1/id", json!("cups")), ["/lines/1/id"]);
        assert_eq!(faults("/lines/0/id", json!("mugs")), ["/deliveries/0/line", "/deliveries/1/line"]);
        assert_eq!(faults("/lines/0/quantity", json!(2)), ["/deliveries/1/quantity"]);
        assert_eq!(faults("/discount", json!(12_001)), ["/discount"]);
        assert_eq!(faults("/payments/0/charged_back", json!(12_501)), ["/payments/0/charged_back"]);
        let twice = json!({ "id": "pi_1", "method": "card", "captured": 1 });
        assert_eq!(faults("/payments", json!([twice, twice])), ["/payments/1/id"]);
        let dear = |place| json!({ "id": format!("l{place}"), "quantity": 1, "total": LARGEST_AMOUNT });
        let lines: Vec<Value> = (0..11).map(dear).collect();
        assert!(faults("/lines", json!(lines)).contains(&"/lines".to_owned()));
        assert_eq!(faults("/orderd", json!(1)), ["/orderd"]);
    }

    #[test]
    fn the_highest_version_holds_in_whatever_order_they_come() {
        let stored = Facts::read(&told()).unwrap();
        let later = Facts { version: 4, discount: 0, ..stored.clone() };
        assert_eq!((later.supersedes(&stored), stored.supersedes(&later)), (Ok(true), Ok(false)));
        assert_eq!(stored.supersedes(&stored), Ok(false), "a repetition changes nothing");
        let other = Facts { discount: 0, ..stored.clone() };
        let conflict = other.supersedes(&stored).expect_err("which of the two is it?");
        assert_eq!(conflict, Conflict::SameVersion(3));
        assert!(conflict.sentence().contains("a higher version"));
    }

    #[test]
    fn an_order_keeps_its_customer_and_its_currency() {
        let stored = Facts::read(&told()).unwrap();
        let taken = Facts { version: 9, customer: CustomerRef::parse("c-2").unwrap(), ..stored.clone() };
        assert_eq!(taken.supersedes(&stored), Err(Conflict::OtherCustomer));
        let yen = Facts { version: 9, currency: "JPY".to_owned(), ..stored.clone() };
        assert_eq!(yen.supersedes(&stored), Err(Conflict::OtherCurrency));
    }
}
