//! What comes in over the shop's API: read once, checked whole, and from then on typed.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::Caller;
use crate::category::{Category, Channel, Kind, Reason, Stage, Tier, words};
use crate::customer::Profile;
use crate::event::Acknowledge;
use crate::id::{CustomerRef, Number, OrderId, TicketId};
use crate::mail::{MailAddress, is_mail_server, is_no, threads, ticket_tag_of};
use crate::money::{self, Money};
use crate::problem::Fault;
use crate::reader::{Faults, Reader};
use crate::settings::Settings;

/// A body may have this many bytes; it is looked at before anything is parsed.
pub const LARGEST_BODY: usize = 256 * 1024;
/// Characters of a message. 20 000 of four bytes each are 80 KB, a fifth of what one item may hold.
pub const LONGEST_TEXT: usize = 20_000;
pub const LONGEST_SUBJECT: usize = 200;
pub const LONGEST_WISH: usize = 500;
/// Characters of a channel's own message id.
pub const LONGEST_MESSAGE_ID: usize = 255;
/// A line of a mail has at most 998 characters (RFC 5322, 2.1.1).
pub const LONGEST_HEADER: usize = 998;
/// Characters of the ids of all the mails before it; a client drops the oldest when they become too many.
pub const LONGEST_REFERENCES: usize = 4_000;
/// Of the references among them that look like ours, this many are looked up.
const MOST_THREADS: usize = 3;
pub const MOST_RECIPIENTS: usize = 50;
pub const MOST_ATTACHMENTS: usize = 10;
pub const LONGEST_FILE_NAME: usize = 255;
pub const LARGEST_ATTACHMENT: i64 = 10 * 1024 * 1024;
pub const MOST_LINES: usize = 100;
pub const LONGEST_LINE: usize = 64;
pub const LONGEST_NAME: usize = 100;

words!(
    /// Who opened a ticket on the customer's behalf, or that they did it themselves.
    OpenedBy { Customer = "customer", Agent = "agent" }
);

/// A ticket as it was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct NewTicket {
    pub customer: CustomerRef,
    pub profile: Profile,
    pub opened_by: OpenedBy,
    pub stage: Stage,
    pub kind: Kind,
    pub chosen: Option<(Category, Option<Reason>)>,
    pub order: Option<Order>,
    pub client_ip: Option<IpAddr>,
    pub message: NewMessage,
}

/// One message of a customer.
#[derive(Clone, Debug, PartialEq)]
pub struct NewMessage {
    pub channel: Channel,
    pub channel_message_id: Option<String>,
    pub content: Content,
}

/// The order a ticket is about, as far as the storefront says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Order {
    pub id: OrderId,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Money>,
}

/// What a person typed, with all that is personal in it: stored in an item of its own that can be erased.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    pub body: String,
    /// The outcome the customer hopes for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hoped_for: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailHeaders>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// A note among staff, which no customer sees.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub internal: bool,
    /// It was erased at its customer's request: nothing else is left of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
}

/// The description of an attachment; its bytes are not taken here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attachment {
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 255))]
    pub name: String,
    /// A media type such as `image/jpeg`.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(max_length = 127))]
    pub media_type: String,
    /// Bytes.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 10_485_760))]
    pub size: i64,
}

/// The headers of a mail that decide whether and where it is answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailHeaders {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
    /// The mails before it; one of ours names its ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub references: Option<String>,
    /// Where bounces go; `<>` or empty marks a bounce.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_submitted: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The addresses it was sent to; one tagged with a ticket lands on that ticket.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
}

impl NewTicket {
    /// Reads `POST /v1/tickets`. A customer's token says who the customer is, and cannot say what only the shop knows.
    pub fn read(body: &Value, caller: &Caller) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::new();
        let mut fields = Reader::new("", body, &mut faults);
        let message = read_message(&mut fields, true, &mut faults);
        let (customer, profile) = read_customer(&mut fields, caller, &mut faults);
        let opened_by = fields.word("opened_by", OpenedBy::ALL, OpenedBy::parse, &mut faults);
        let stage = fields.word("stage", Stage::ALL, Stage::parse, &mut faults);
        let kind = fields.word("kind", Kind::ALL, Kind::parse, &mut faults);
        let kind = fields.required("kind", kind, &mut faults);
        let chosen = read_category(&mut fields, &mut faults);
        let order = read_order(&mut fields, &mut faults);
        let client_ip = fields.parsed("client_ip", "an IPv4 or IPv6 address", |text| text.parse().ok(), &mut faults);
        if caller.customer().is_some() {
            for (name, there) in [("opened_by", opened_by.is_some()), ("client_ip", client_ip.is_some())] {
                if there {
                    fields.fault(name, "may be sent with a storefront's token only", &mut faults);
                }
            }
        }
        fields.finish(&mut faults);
        let complete = (message, customer, kind);
        let (Some(mut message), Some(customer), Some(kind), true) =
            (complete.0, complete.1, complete.2, faults.is_empty())
        else {
            return Err(faults);
        };
        message.content.order.clone_from(&order);
        Ok(Self {
            customer,
            profile,
            opened_by: opened_by.unwrap_or(OpenedBy::Customer),
            stage: stage.unwrap_or(Stage::AfterSale),
            kind,
            chosen,
            order,
            client_ip,
            message,
        })
    }

    /// Whether the customer, known by this profile, is told that it came in. Machines are not: two that thank each
    /// other never stop.
    pub fn acknowledge(&self, profile: &Profile, settings: &Settings) -> Acknowledge {
        let mail = self.message.content.mail.as_ref();
        let senders: Vec<String> = [profile.email.as_deref(), mail.and_then(MailHeaders::sender)]
            .into_iter()
            .flatten()
            .map(str::to_lowercase)
            .collect();
        if self.is_blocked(&senders, settings) {
            Acknowledge::Spam
        } else if mail.is_some_and(MailHeaders::is_bounce) {
            Acknowledge::Bounce
        } else if mail.is_some_and(MailHeaders::is_automatic) {
            Acknowledge::AutoSubmitted
        } else if senders.iter().any(|sender| is_own(sender, settings)) {
            Acknowledge::OwnAddress
        } else {
            Acknowledge::Yes
        }
    }

    /// The shop blocked this customer, or an address they write from.
    fn is_blocked(&self, senders: &[String], settings: &Settings) -> bool {
        let block = &settings.block;
        let covers = |blocked: &String, sender: &String| {
            blocked == sender || blocked.starts_with('@') && sender.ends_with(blocked.as_str())
        };
        block.customers.iter().any(|blocked| blocked == self.customer.as_str())
            || senders.iter().any(|sender| block.mail.iter().any(|blocked| covers(blocked, sender)))
    }

    /// The ticket this mail answers, if it was sent to an address tagged with one.
    pub fn answers(&self, settings: &Settings) -> Option<Number> {
        let mail = self.message.content.mail.as_ref()?;
        mail.to.iter().find_map(|to| Number::parse(ticket_tag_of(to, &settings.shop.mail)?))
    }

    /// The tickets that its references may name, each with the domain of the reference, the likeliest first. Whether
    /// they are ours is for the ticket to say.
    pub fn references(&self) -> Vec<(TicketId, &str)> {
        let Some(mail) = &self.message.content.mail else { return Vec::new() };
        let headers = [&mail.in_reply_to, &mail.references].into_iter().flatten();
        headers
            .flat_map(|header| threads(header))
            .map(|(id, domain)| (TicketId(id), domain))
            .take(MOST_THREADS)
            .collect()
    }
}

impl MailHeaders {
    /// A notice that a mail was not delivered: it has nowhere to return to, or a mail server wrote it.
    pub fn is_bounce(&self) -> bool {
        self.return_path.as_deref().is_some_and(|path| matches!(path.trim(), "" | "<>"))
            || self.sender().is_some_and(is_mail_server)
    }

    /// A machine sent it.
    pub fn is_automatic(&self) -> bool {
        self.auto_submitted.as_deref().is_some_and(|how| !is_no(how))
    }

    fn sender(&self) -> Option<&str> {
        let from = self.from.as_deref()?;
        // `Ann <ann@example.com>` or the bare address.
        Some(from.rsplit_once('<').map_or(from, |(_, rest)| rest.trim_end().trim_end_matches('>')).trim())
    }
}

/// One of the shop's own addresses, the tagged ones among them.
fn is_own(sender: &str, settings: &Settings) -> bool {
    let shop = &settings.shop.mail;
    sender.eq_ignore_ascii_case(shop.as_str())
        || ticket_tag_of(sender, shop).is_some()
        || settings.mail.own_addresses.iter().any(|own| own == sender)
}

impl NewMessage {
    /// The channel and its own id of the message.
    pub fn named(&self) -> (Channel, Option<&str>) {
        (self.channel, self.channel_message_id.as_deref())
    }

    /// Reads `POST /v1/tickets/{id}/messages`.
    pub fn read(body: &Value) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::new();
        let mut fields = Reader::new("", body, &mut faults);
        let message = read_message(&mut fields, false, &mut faults);
        fields.finish(&mut faults);
        message.filter(|_| faults.is_empty()).ok_or(faults)
    }
}

fn read_message(fields: &mut Reader<'_>, opens: bool, faults: &mut Faults) -> Option<NewMessage> {
    let channel = fields.word("channel", Channel::ALL, Channel::parse, faults);
    let channel = fields.required("channel", channel, faults);
    let id = fields.text("channel_message_id", 1, LONGEST_MESSAGE_ID, faults);
    let subject = if opens { fields.text("subject", 0, LONGEST_SUBJECT, faults) } else { None };
    let body = fields.text("body", 1, LONGEST_TEXT, faults);
    let body = fields.required("body", body, faults);
    let hoped_for = if opens { fields.text("hoped_for", 1, LONGEST_WISH, faults) } else { None };
    let attachments = read_attachments(fields, faults);
    let mail = read_mail(fields, faults);
    let by_mail = || mail.as_ref().filter(|_| channel == Some(Channel::Email)).and_then(|mail| mail.message_id.clone());
    let channel_message_id = id.or_else(by_mail);
    let subject = subject.unwrap_or_default();
    let content = Content { subject, body: body?, hoped_for, attachments, mail, ..Content::default() };
    Some(NewMessage { channel: channel?, channel_message_id, content })
}

fn read_customer(fields: &mut Reader<'_>, caller: &Caller, faults: &mut Faults) -> (Option<CustomerRef>, Profile) {
    let Some(mut inner) = fields.object("customer", faults) else {
        let own = caller.customer().cloned();
        if own.is_none() {
            fields.required::<()>("customer", None, faults);
        }
        return (own, Profile::default());
    };
    let named = inner.parsed("ref", CustomerRef::RULE, CustomerRef::parse, faults);
    let customer = match caller.customer() {
        Some(own) => {
            if named.is_some_and(|named| named != *own) {
                inner.fault("ref", "must be left out, or be the customer whose token this is", faults);
            }
            Some(own.clone())
        }
        None => inner.required("ref", named, faults),
    };
    let profile = read_profile(&mut inner, caller, faults);
    inner.finish(faults);
    (customer, profile)
}

/// The profile's fields, of a ticket's `customer` and of `PUT /v1/customers/{ref}`.
pub fn read_profile(fields: &mut Reader<'_>, caller: &Caller, faults: &mut Faults) -> Profile {
    let tier = fields.word("tier", Tier::ALL, Tier::parse, faults);
    if tier.is_some() && caller.customer().is_some() {
        fields.fault("tier", "may be sent with a storefront's token only", faults);
    }
    let since = fields.parsed("member_since", "a day such as 2026-01-31", day, faults);
    let linked = fields.value("linked_accounts");
    if linked.is_some_and(|linked| !linked.is_boolean()) {
        fields.fault("linked_accounts", "must be true or false", faults);
    }
    let linked_accounts = linked.and_then(Value::as_bool);
    for (name, there) in [("member_since", since.is_some()), ("linked_accounts", linked_accounts.is_some())] {
        if there && caller.customer().is_some() {
            fields.fault(name, "may be sent with a storefront's token only", faults);
        }
    }
    let zone = |text: &str| jiff::tz::TimeZone::get(text).ok().map(|_| text.to_owned());
    let locale = |text: &str| is_locale(text).then(|| text.to_owned());
    let address = |text: &str| MailAddress::parse(text).is_ok().then(|| text.to_owned());
    Profile {
        name: fields.text("name", 1, LONGEST_NAME, faults),
        email: fields.parsed("email", "a mail address such as ann@example.com", address, faults),
        locale: fields.parsed("locale", "a language tag such as zh-CN", locale, faults),
        time_zone: fields.parsed("time_zone", "an IANA zone such as Asia/Shanghai", zone, faults),
        tier,
        member_since: since,
        linked_accounts,
    }
}

/// A day as ISO 8601 writes it, and nothing else.
fn day(text: &str) -> Option<jiff::civil::Date> {
    let day: jiff::civil::Date = text.parse().ok()?;
    (day.to_string() == text).then_some(day)
}

/// Reads `PUT /v1/customers/{ref}`.
pub fn read_customer_profile(body: &Value, caller: &Caller) -> Result<Profile, Vec<Fault>> {
    let mut faults = Faults::new();
    let mut fields = Reader::new("", body, &mut faults);
    let profile = read_profile(&mut fields, caller, &mut faults);
    fields.finish(&mut faults);
    if faults.is_empty() { Ok(profile) } else { Err(faults) }
}

/// A category and one of its reasons, if any.
pub(crate) fn read_category(fields: &mut Reader<'_>, faults: &mut Faults) -> Option<(Category, Option<Reason>)> {
    let category = fields.word("category", Category::ALL, Category::parse, faults);
    let reason = fields.word("reason", Reason::ALL, Reason::parse, faults);
    match (category, reason) {
        (Some(category), Some(reason)) if !category.reasons().contains(&reason) => {
            let fitting: Vec<&str> = category.reasons().iter().map(|reason| reason.as_str()).collect();
            let detail = match fitting.as_slice() {
                [] => format!("must be left out: {category} has no reasons"),
                _ => format!("must be one of {} for {category}", fitting.join(", ")),
            };
            fields.fault("reason", &detail, faults);
            None
        }
        (None, Some(_)) => {
            fields.fault("reason", "needs a category", faults);
            None
        }
        (category, reason) => category.map(|category| (category, reason)),
    }
}

fn read_order(fields: &mut Reader<'_>, faults: &mut Faults) -> Option<Order> {
    let mut inner = fields.object("order", faults)?;
    let id = inner.parsed("id", OrderId::RULE, OrderId::parse, faults);
    let id = inner.required("id", id, faults);
    let lines = inner.texts("lines", MOST_LINES, (1, LONGEST_LINE), faults);
    let total = inner.object("total", faults).and_then(|total| read_money(total, faults));
    inner.finish(faults);
    Some(Order { id: id?, lines, total })
}

fn read_money(mut fields: Reader<'_>, faults: &mut Faults) -> Option<Money> {
    let amount = fields.number("amount", 0, money::LARGEST, faults);
    let amount = fields.required("amount", amount, faults);
    let known = |code: &str| money::currency(code).map(|_| code.to_owned());
    let currency = fields.parsed("currency", "an ISO 4217 code such as CNY", known, faults);
    let currency = fields.required("currency", currency, faults);
    fields.finish(faults);
    Some(Money { amount: amount?, currency: currency? })
}

fn read_attachments(fields: &mut Reader<'_>, faults: &mut Faults) -> Vec<Attachment> {
    let mut attachments = Vec::new();
    for (at, value) in fields.list("attachments", MOST_ATTACHMENTS, faults) {
        let mut inner = Reader::new(&at, value, faults);
        let name = inner.text("name", 1, LONGEST_FILE_NAME, faults);
        let name = inner.required("name", name, faults);
        let typed = |text: &str| is_media_type(text).then(|| text.to_owned());
        let media_type = inner.parsed("type", "a media type such as image/jpeg", typed, faults);
        let media_type = inner.required("type", media_type, faults);
        let size = inner.number("size", 0, LARGEST_ATTACHMENT, faults);
        let size = inner.required("size", size, faults);
        inner.finish(faults);
        if let (Some(name), Some(media_type), Some(size)) = (name, media_type, size) {
            attachments.push(Attachment { name, media_type, size });
        }
    }
    attachments
}

fn read_mail(fields: &mut Reader<'_>, faults: &mut Faults) -> Option<MailHeaders> {
    let mut inner = fields.object("mail", faults)?;
    let headers = MailHeaders {
        message_id: inner.text("message_id", 1, LONGEST_HEADER, faults),
        in_reply_to: inner.text("in_reply_to", 1, LONGEST_HEADER, faults),
        references: inner.text("references", 1, LONGEST_REFERENCES, faults),
        return_path: inner.text("return_path", 0, LONGEST_HEADER, faults),
        auto_submitted: inner.text("auto_submitted", 1, LONGEST_HEADER, faults),
        from: inner.text("from", 1, LONGEST_HEADER, faults),
        to: inner.texts("to", MOST_RECIPIENTS, (0, LONGEST_HEADER), faults),
    };
    inner.finish(faults);
    Some(headers)
}

pub(crate) fn is_locale(text: &str) -> bool {
    (2..=35).contains(&text.len())
        && text
            .split(['-', '_'])
            .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        && text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
}

fn is_media_type(text: &str) -> bool {
    let token = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    text.len() <= 127 && text.split_once('/').is_some_and(|(kind, rest)| token(kind) && token(rest))
}

/// The ticket a path names: its id, or its number as a person types it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TicketName {
    Id(TicketId),
    Number(Number),
}

impl TicketName {
    pub fn parse(text: &str) -> Option<Self> {
        TicketId::parse(text).map(Self::Id).or_else(|| Number::parse(text).map(Self::Number))
    }
}
