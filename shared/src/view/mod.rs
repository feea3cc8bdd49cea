//! What the API answers with. Customers see less than the shop does, and the shop's server less than its staff.

mod cases;
mod desk;
mod feedback;
mod figures;
mod improvement;
mod review;
mod steps;
mod survey;

use std::cmp::Reverse;

use jiff::Timestamp;
use serde::Serialize;

use crate::category::{Category, Channel, Kind, Priority, Reason, Solution, Stage};
use crate::customer::Profile;
use crate::id::{CustomerRef, Number, OrderId, StaffId, SubjectId, TicketId};
use crate::intake::{Attachment, Content, MailHeaders, Order};
use crate::link::LinkKeys;
use crate::mail::Language;
use crate::priority::Part;
use crate::sla::{Cause, Clock, ClockKind, Outcome, Standing};
use crate::ticket::{Consent, Proposal, Status, Ticket, Timer, TimerKind};

pub(crate) use cases::shown;
pub use cases::{
    ApprovalView, CaseInside, CaseList, CasePage, CaseView, PayoutView, PhotoView, PreviewView, TRACKING_RULE,
    UploadForm, exact, tracking,
};
pub use desk::{BulkOutcome, BulkOutcomes, ReadPage, ReadView};
pub use feedback::{FeedbackPage, FeedbackView};
pub use figures::{FigureView, FiguresView, GroupView, csv};
pub use improvement::{ActionPage, ActionView, EffectView, MeasuredView};
pub use review::{DrawnTicket, ReviewFigure, ReviewPage, ReviewSample, ReviewView};
pub use steps::{By, Step, author, steps};
pub use survey::{TaskPage, TaskView};

/// A ticket.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Ticket))]
pub struct TicketView {
    pub id: TicketId,
    /// What a person reads over the phone.
    pub number: Number,
    pub customer: CustomerRef,
    /// A customer is not told of `spam`: what staff mark as that is `cancelled` to them, and what somebody on the block list
    /// wrote stays `new`.
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
    /// The promises to this customer. They see the latest cycle of each; the shop also those about cases and payouts, and
    /// earlier cycles that matter still.
    pub promises: Vec<Promise>,
    /// The latest solution that was proposed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposal: Option<ProposalView>,
    /// The ticket that it went on in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<TicketId>,
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
    /// For the shop only: the case or payout that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectId>,
    /// For the shop only: a lead said why the breach does not count.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub excused: bool,
    /// For the shop only: what broke it, where time alone did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
}

/// A solution that was proposed to the customer.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Proposal))]
pub struct ProposalView {
    pub number: u16,
    pub solution: Solution,
    pub consent: Consent,
    /// The message that explains it.
    pub message: u32,
}

/// What happens to a ticket by itself, and when, if nothing else does.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Timer))]
pub struct TimerView {
    pub what: TimerKind,
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub at: String,
}

/// What the shop sees of a ticket and its customer does not.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Inside {
    /// Also the `ETag` of the ticket.
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
    /// The language that the customer is answered in; the shop's own where theirs is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// When somebody has to do something; empty once it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub next_action_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timer: Option<TimerView>,
    /// Since when a message of the customer's waits for an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub unanswered_since: Option<String>,
    /// Working seconds from receipt to resolved, less the pauses, of all cycles that were resolved.
    pub handling_seconds: i64,
    /// The ticket that it takes up again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<TicketId>,
    /// Other tickets of the same matter, and those that were merged into it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<TicketId>,
}

/// Who an answer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    Customer,
    /// The storefront's server: all but what staff write among themselves.
    Shop,
    Staff,
}

impl Reader {
    /// Not the customer.
    pub fn is_inside(self) -> bool {
        match self {
            Self::Customer => false,
            Self::Shop | Self::Staff => true,
        }
    }
}

/// The status as this reader may know it. A customer does not learn what is taken for spam: whoever is blocked would write
/// from elsewhere, so theirs stays new; and what staff mark looks like any other ticket that they cancel, so that nobody
/// waits for an answer to it.
pub fn status(ticket: &Ticket, reader: Reader) -> Status {
    match (ticket.status, reader) {
        (Status::Spam, Reader::Customer) if ticket.is_blocked() => Status::New,
        (Status::Spam, Reader::Customer) => Status::Cancelled,
        (is, Reader::Customer | Reader::Shop | Reader::Staff) => is,
    }
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
        language: ticket.language,
        next_action_at: ticket.next_action().map(instant),
        timer: ticket.timer.map(|Timer { kind, at }| TimerView { what: kind, at: instant(at) }),
        unanswered_since: ticket.unanswered.map(instant),
        handling_seconds: ticket.handled,
        follows: ticket.follows,
        links: ticket.links.clone(),
    };
    TicketView {
        id: ticket.id,
        number: ticket.number.clone(),
        customer: ticket.customer.clone(),
        status: status(ticket, reader),
        channel: ticket.channel,
        stage: ticket.stage,
        kind: ticket.kind,
        order: ticket.order.clone(),
        category: ticket.category,
        reason: ticket.reason,
        priority: ticket.priority,
        opened_at: instant(ticket.opened),
        resolved_at: ticket.resolved.map(instant),
        promises: promises(ticket, reader),
        proposal: ticket.proposal.map(proposal),
        merged_into: ticket.merged_into,
        inside: reader.is_inside().then(inside),
    }
}

fn proposal(proposal: Proposal) -> ProposalView {
    let Proposal { number, solution, content, consent } = proposal;
    ProposalView { number, solution, consent, message: content }
}

fn promises(ticket: &Ticket, reader: Reader) -> Vec<Promise> {
    if !reader.is_inside() {
        let latest = ClockKind::ALL.iter().filter_map(|kind| ticket.clock(*kind));
        return latest.map(|clock| Promise { subject: None, excused: false, cause: None, ..promise(clock) }).collect();
    }
    let mut clocks: Vec<&Clock> = ticket.clocks.iter().collect();
    // The latest cycle of each comes first.
    clocks.sort_by_key(|clock| (clock.kind, clock.subject.clone(), Reverse(clock.cycle)));
    clocks.into_iter().map(promise).collect()
}

fn promise(clock: &Clock) -> Promise {
    let cause = match clock.outcome {
        Outcome::Breached { cause, .. } => cause,
        Outcome::Open | Outcome::Met { .. } | Outcome::FulfilledLate { .. } | Outcome::Cancelled { .. } => None,
    };
    Promise {
        clock: clock.kind,
        cycle: clock.cycle,
        outcome: clock.standing(),
        due_at: clock.due.map(instant),
        subject: clock.subject.clone(),
        excused: clock.excused,
        cause,
    }
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
    /// It was added to a ticket that was there already: a further message, a repetition, or the answer to a mail of ours.
    /// Where it is false for a further message, the ticket was over for too long and this new one takes it up again.
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
    /// Its cases, in an export.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<CaseView>,
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
    /// In an export only: the headers of the mail that it came by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailHeaders>,
    /// A note among staff, which no customer sees.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub internal: bool,
    /// It was erased at its customer's request.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
}

impl MessageView {
    pub fn new(number: u32, by: Option<By>, at: Option<Timestamp>, content: Content) -> Self {
        Self { mail: None, ..Self::exported(number, by, at, content) }
    }

    /// With all that is stored of it.
    pub fn exported(number: u32, by: Option<By>, at: Option<Timestamp>, content: Content) -> Self {
        let Content { subject, body, hoped_for, attachments, order, internal, erased, mail } = content;
        Self { number, by, at: at.map(instant), subject, body, hoped_for, attachments, order, mail, internal, erased }
    }
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
    /// What they said of the shop elsewhere: on the first page, at most 90 pieces.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub feedback: Vec<FeedbackView>,
    /// Send it back as `cursor` for the next page; none on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
