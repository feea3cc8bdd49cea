//! What the API answers with. Customers see less than the shop does.

use jiff::Timestamp;
use serde::Serialize;

use crate::category::{Category, Channel, Kind, Priority, Reason, Stage, words};
use crate::customer::Profile;
use crate::event::{Actor, Entry, Event};
use crate::id::{CustomerRef, Number, OrderId, StaffId, TicketId};
use crate::intake::{Attachment, Content, Order};
use crate::link::LinkKeys;
use crate::priority::Part;
use crate::sla::{Change, Clock, ClockKind, Standing};
use crate::ticket::{Status, Ticket, TimerKind};

/// A ticket.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Ticket))]
pub struct TicketView {
    pub id: TicketId,
    /// What a person reads over the phone.
    pub number: Number,
    pub customer: CustomerRef,
    pub status: Status,
    pub channel: Channel,
    pub stage: Stage,
    pub kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    pub category: Category,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    pub priority: Priority,
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub opened_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub resolved_at: Option<String>,
    /// The promises to this customer, latest cycle of each.
    pub promises: Vec<Promise>,
    /// For the shop only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inside: Option<Inside>,
}

/// One promise on a ticket.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Promise {
    pub clock: ClockKind,
    pub cycle: u16,
    pub outcome: Standing,
    /// Empty while it is paused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub due_at: Option<String>,
}

/// What the shop sees of a ticket and its customer does not.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Inside {
    pub version: u32,
    pub team: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<StaffId>,
    /// Percent.
    pub confidence: u8,
    /// A person should look at the classification.
    pub triage: bool,
    pub danger: bool,
    pub legal: bool,
    pub score: Vec<Part>,
    pub settings_version: u32,
}

/// Who an answer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    Customer,
    Shop,
}

pub fn ticket(ticket: &Ticket, reader: Reader) -> TicketView {
    let inside = || Inside {
        version: ticket.seq,
        team: ticket.team.clone(),
        assignee: ticket.assignee.clone(),
        confidence: ticket.confidence,
        triage: ticket.triage,
        danger: ticket.danger,
        legal: ticket.legal,
        score: ticket.score.clone(),
        settings_version: ticket.settings,
    };
    TicketView {
        id: ticket.id,
        number: ticket.number.clone(),
        customer: ticket.customer.clone(),
        status: ticket.status,
        channel: ticket.channel,
        stage: ticket.stage,
        kind: ticket.kind,
        order: ticket.order.clone(),
        category: ticket.category,
        reason: ticket.reason,
        priority: ticket.priority,
        opened_at: instant(ticket.opened),
        resolved_at: ticket.resolved.map(instant),
        promises: ClockKind::ALL.iter().filter_map(|kind| ticket.clock(*kind)).map(promise).collect(),
        inside: (reader == Reader::Shop).then(inside),
    }
}

fn promise(clock: &Clock) -> Promise {
    Promise { clock: clock.kind, cycle: clock.cycle, outcome: clock.standing(), due_at: clock.due.map(instant) }
}

/// RFC 3339 in UTC with milliseconds.
pub fn instant(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// What `POST /v1/tickets` and `POST /v1/tickets/{id}/messages` answer with.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Received {
    pub ticket: TicketView,
    /// The number of the message on its ticket.
    pub message: u32,
    /// It was added to a ticket that was there already: a repetition, or the answer to a mail of ours.
    pub appended: bool,
}

/// What `GET /v1/tickets/{id}` answers with.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = WholeTicket))]
pub struct Whole {
    pub ticket: TicketView,
    /// The latest messages, oldest first.
    pub messages: Vec<MessageView>,
    /// The latest steps, oldest first.
    pub timeline: Vec<Step>,
    /// Older messages or steps were left out.
    pub more: bool,
}

/// What somebody wrote.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Message))]
pub struct MessageView {
    pub number: u32,
    /// Who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<By>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub at: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub subject: String,
    pub body: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hoped_for: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// The order as the first message named it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// A note among staff, which no customer sees.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub internal: bool,
    /// It was erased at its customer's request.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
}

impl MessageView {
    pub fn new(number: u32, by: Option<By>, at: Option<Timestamp>, content: Content) -> Self {
        let Content { subject, body, hoped_for, attachments, order, internal, erased, mail: _ } = content;
        Self { number, by, at: at.map(instant), subject, body, hoped_for, attachments, order, internal, erased }
    }
}

words!(
    /// Who did something, as its customer may know it.
    By { Customer = "customer", Shop = "shop", System = "system" }
);

/// One step of a ticket's history, as its customer may see it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Step {
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub at: String,
    pub by: By,
    /// `received`, `classified`, `message`, `reply`, `assigned`, `resolved`, `reopened`, or, for the shop only, what
    /// happened to a promise.
    pub what: String,
    /// The message that was written with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<u32>,
    /// For the shop only: the member of staff who did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
    /// For the shop only: to whom the ticket was handed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<StaffId>,
    /// For the shop only, when a contact was typed in later: the instant that was stated and counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub contacted_at: Option<String>,
}

/// The steps of an entry that this reader may see.
pub fn steps(entry: &Entry, reader: Reader) -> Vec<Step> {
    let inside = reader == Reader::Shop;
    let shown = entry.events.iter().filter_map(|event| {
        let (what, message) = step(event, reader)?;
        let staff = if let Actor::Staff(id) = &entry.by { Some(id.clone()) } else { None };
        let to = if let Event::Assigned { to } = event { Some(to.clone()) } else { None };
        let contacted_at = contacted(event, entry.at, reader);
        let (staff, to) = (staff.filter(|_| inside), to.filter(|_| inside));
        Some(Step { at: instant(entry.at), by: by(event, &entry.by), what, message, staff, to, contacted_at })
    });
    shown.collect()
}

/// Who wrote the text that an entry brings.
pub fn author(entry: &Entry) -> By {
    entry.events.first().map_or(By::System, |event| by(event, &entry.by))
}

/// A storefront's server hands over what its customers write.
fn by(event: &Event, actor: &Actor) -> By {
    let customers = match event {
        Event::Opened { by_agent, .. } => !by_agent,
        event => matches!(event, Event::MessageReceived { .. }),
    };
    match actor {
        Actor::Customer => By::Customer,
        Actor::Storefront if customers => By::Customer,
        Actor::Storefront | Actor::Staff(_) => By::Shop,
        Actor::System => By::System,
    }
}

fn contacted(event: &Event, at: Timestamp, reader: Reader) -> Option<String> {
    if let Event::Replied { contacted, .. } = event
        && *contacted < at
        && reader == Reader::Shop
    {
        return Some(instant(*contacted));
    }
    None
}

fn step(event: &Event, reader: Reader) -> Option<(String, Option<u32>)> {
    let shop = reader == Reader::Shop;
    match event {
        Event::Opened { .. } => Some(("received".to_owned(), Some(1))),
        Event::Classified { .. } => Some(("classified".to_owned(), None)),
        Event::MessageReceived { content, .. } => Some(("message".to_owned(), Some(*content))),
        Event::Replied { content, .. } => Some(("reply".to_owned(), Some(*content))),
        Event::Noted { content } => shop.then(|| ("note".to_owned(), Some(*content))),
        Event::Investigated { content } => Some(("investigated".to_owned(), Some(*content).filter(|_| shop))),
        Event::Proposed { content, .. } => Some(("proposed".to_owned(), Some(*content))),
        Event::Answered { accepted: true, .. } => Some(("accepted".to_owned(), None)),
        Event::Answered { accepted: false, .. } => Some(("rejected".to_owned(), None)),
        Event::Executed { .. } => Some(("executed".to_owned(), None)),
        Event::FollowedUp { content } => Some(("followed_up".to_owned(), Some(*content).filter(|_| shop))),
        Event::Assigned { .. } => Some(("assigned".to_owned(), None)),
        Event::Released => shop.then(|| ("released".to_owned(), None)),
        Event::Transferred { .. } => shop.then(|| ("transferred".to_owned(), None)),
        Event::Alarmed { .. } => shop.then(|| ("alarmed".to_owned(), None)),
        Event::Prioritized { .. } => shop.then(|| ("prioritized".to_owned(), None)),
        Event::Reclassified { .. } => shop.then(|| ("reclassified".to_owned(), None)),
        Event::Adopted { .. } => shop.then(|| ("adopted".to_owned(), None)),
        Event::Merged { .. } => Some(("merged".to_owned(), None)),
        Event::Absorbed { .. } => Some(("absorbed".to_owned(), None)),
        Event::Linked { .. } => shop.then(|| ("linked".to_owned(), None)),
        Event::Resolved { content, silent } => {
            let what = if silent.is_some() { "resolved_without_answer" } else { "resolved" };
            Some((what.to_owned(), *content))
        }
        Event::Reopened { .. } => Some(("reopened".to_owned(), None)),
        Event::StatusChanged { to: Status::Closed, .. } => Some(("closed".to_owned(), None)),
        Event::StatusChanged { to: Status::Cancelled, .. } => Some(("cancelled".to_owned(), None)),
        Event::StatusChanged { to, .. } => shop.then(|| (format!("status_{to}"), None)),
        Event::TimerReached { timer: TimerKind::Remind, told: true, .. } => Some(("reminded".to_owned(), None)),
        Event::TimerReached { timer, .. } => shop.then(|| (format!("timer_{timer}"), None)),
        Event::TimerSet { .. } => None,
        Event::Erased => Some(("erased".to_owned(), None)),
        Event::Clock { change, clock } => shop.then(|| (format!("{}_{}", clock.kind, word(change)), None)),
        Event::NoWorkingTime { .. } => shop.then(|| ("no_working_time".to_owned(), None)),
    }
}

fn word(change: &Change) -> String {
    match change {
        Change::Started => "started".to_owned(),
        Change::Paused => "paused".to_owned(),
        Change::Resumed => "resumed".to_owned(),
        Change::Reached { level, .. } => format!("reached_{level}"),
        Change::Met => "met".to_owned(),
        Change::FulfilledLate => "fulfilled_late".to_owned(),
        Change::Corrected => "corrected".to_owned(),
        Change::Retargeted { .. } => "retargeted".to_owned(),
        Change::Excused => "excused".to_owned(),
        Change::Cancelled => "cancelled".to_owned(),
    }
}

/// The keys that a storefront's links are opened with; what they are is nobody's to see.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = LinkKeys))]
pub struct LinkKeysView {
    /// Latest first: the first signs, the others go on opening what they signed.
    pub keys: Vec<LinkKeyView>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = LinkKey))]
pub struct LinkKeyView {
    pub number: u32,
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub since: String,
}

pub fn link_keys(keys: &LinkKeys) -> LinkKeysView {
    let keys = keys.all().map(|key| LinkKeyView { number: key.number, since: instant(key.since) });
    LinkKeysView { keys: keys.collect() }
}

/// What `GET /v1/tickets/{id}/messages` answers with.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessagePage {
    /// Oldest first.
    pub messages: Vec<MessageView>,
    /// Ask again with this as `before` for older ones; none where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<u32>,
}

/// What `POST /v1/customers/{ref}/erase` answers with.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Erased {
    /// Tickets that were looked at.
    pub tickets: u32,
    /// Messages that were erased now.
    pub messages: u32,
    /// Send it back as `cursor` to go on; none when all is erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What `GET /v1/customers/{ref}/export` answers with, page by page.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Export {
    pub customer: CustomerRef,
    pub profile: Profile,
    /// When everything that was known of them was erased last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub erased_at: Option<String>,
    /// Tickets, latest first. `more` says that the next page goes on with the last one.
    pub tickets: Vec<Whole>,
    /// Send it back as `cursor` for the next page; none on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One page of tickets.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketPage {
    pub tickets: Vec<TicketView>,
    /// Send it back as `cursor` for the next page; none on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
