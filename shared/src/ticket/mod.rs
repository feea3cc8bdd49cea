//! A ticket: one request of a customer and where it stands. `decide` says what a command causes, `apply` what an
//! event changes; nothing else moves a ticket.

#[cfg(test)]
mod examples;
#[cfg(test)]
pub(crate) mod given;
#[cfg(test)]
mod laws;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::category::{Category, Channel, Kind, Priority, Reason, Stage, words};
use crate::event::{Entry, Event};
use crate::id::{CustomerRef, Number, OrderId, StaffId, StorefrontId, TicketId};
use crate::priority::Part;
use crate::settings::Loaded;
use crate::sla::{Change, Changes, Clock, ClockKind, Next, millis, millis_or_none};

/// The version of the stored shape of a ticket that this code writes.
pub const VERSION: u32 = 1;

words!(
    /// Where a ticket stands.
    Status {
        New = "new", Open = "open", WaitingCustomer = "waiting_customer", Resolved = "resolved", Spam = "spam",
    }
);

impl Status {
    /// Somebody owes the customer something.
    pub fn is_live(self) -> bool {
        match self {
            Self::New | Self::Open | Self::WaitingCustomer => true,
            Self::Resolved | Self::Spam => false,
        }
    }
}

/// A customer's message reopens a resolved ticket for this long; later it is a matter of its own.
pub const REOPENS_FOR: jiff::SignedDuration = jiff::SignedDuration::from_hours(7 * 24);

/// The state of a ticket. It holds no text that people typed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    pub id: TicketId,
    pub storefront: StorefrontId,
    /// The number of its last entry.
    pub seq: u32,
    pub number: Number,
    pub customer: CustomerRef,
    pub channel: Channel,
    pub stage: Stage,
    pub kind: Kind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    pub status: Status,
    pub category: Category,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    pub confidence: u8,
    pub triage: bool,
    pub danger: bool,
    pub legal: bool,
    pub priority: Priority,
    pub score: Vec<Part>,
    /// Responsible while nobody holds it.
    pub team: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<StaffId>,
    /// Settings version whose promises hold.
    pub settings: u32,
    /// 1, and one more with every reopening.
    pub cycle: u16,
    #[serde(with = "millis")]
    pub opened: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis_or_none")]
    pub resolved: Option<Timestamp>,
    /// How many content items it has.
    pub contents: u32,
    pub clocks: Vec<Clock>,
}

/// What can be asked of a ticket that exists.
#[derive(Clone, Debug)]
pub enum Command {
    /// The customer wrote.
    Receive {
        channel: Channel,
        duplicate: bool,
    },
    /// Staff answered. `contacted` is when, if it is typed in later; never later than now.
    Reply {
        contacted: Option<Timestamp>,
        then: AfterReply,
    },
    /// The matter is done. With `message` the customer is told in words of the agent's.
    Resolve {
        message: bool,
    },
    Assign {
        to: StaffId,
    },
    /// Record what the clocks reached.
    Scan,
}

words!(
    /// Whose turn it is after a reply.
    AfterReply { Open = "open", WaitingCustomer = "waiting_customer" }
);

/// Why a command is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The status does not allow it.
    Status { is: Status, asked: &'static str },
    /// Resolved without a word to the customer.
    NotAnswered,
    /// The person is not on the staff list of the storefront's settings.
    UnknownStaff,
    /// The stated time of contact lies before the ticket.
    ContactedTooEarly { opened: Timestamp },
    /// The resolved ticket is too old to be reopened.
    TooLate,
}

impl Rejection {
    /// For the person who asked: what is in the way, and the next step.
    pub fn sentence(&self) -> String {
        match self {
            Self::Status { is, asked } => {
                format!("The ticket is {is}, so it cannot {asked}. Read it again for what is possible.")
            }
            Self::NotAnswered => {
                "Nobody has answered this customer yet. Resolve it with a message, or reply first.".into()
            }
            Self::UnknownStaff => {
                "That person is not on the storefront's staff list. Add them to the settings first.".into()
            }
            Self::ContactedTooEarly { opened } => {
                format!("The contact cannot lie before the ticket was opened, {opened}.")
            }
            Self::TooLate => "The ticket was resolved more than 7 days ago. Open a new ticket.".into(),
        }
    }
}

/// What a command causes, in order. Done already means no events.
pub fn decide(ticket: &Ticket, command: &Command, now: Timestamp, settings: &Loaded) -> Result<Vec<Event>, Rejection> {
    match command {
        Command::Receive { channel, duplicate } => receive(ticket, *channel, *duplicate, now, settings),
        Command::Reply { contacted, then } => reply(ticket, *contacted, *then, now, settings),
        Command::Resolve { message } => resolve(ticket, *message, now, settings),
        Command::Assign { to } => assign(ticket, to, settings),
        Command::Scan => Ok(scan(ticket, now, settings)),
    }
}

fn receive(
    ticket: &Ticket,
    channel: Channel,
    duplicate: bool,
    now: Timestamp,
    settings: &Loaded,
) -> Result<Vec<Event>, Rejection> {
    let received = Event::MessageReceived { content: ticket.contents + 1, channel, duplicate };
    let mut events = vec![received];
    match ticket.status {
        Status::New | Status::Open | Status::Spam => {}
        Status::WaitingCustomer => events.extend(moved(ticket, Status::Open, now, settings)),
        Status::Resolved => {
            if ticket.resolved.is_some_and(|at| now.duration_since(at) > REOPENS_FOR) {
                return Err(Rejection::TooLate);
            }
            events.extend(reopened(ticket, now, settings));
        }
    }
    Ok(events)
}

fn reopened(ticket: &Ticket, now: Timestamp, settings: &Loaded) -> Vec<Event> {
    let cycle = ticket.cycle.saturating_add(1);
    let chat = ticket.channel == Channel::Chat;
    let clock = Clock::start(ClockKind::Resolution, cycle, ticket.priority, chat, now, settings);
    let mut events = vec![Event::Reopened { cycle }, Event::StatusChanged { from: ticket.status, to: Status::Open }];
    events.extend(clock.into_iter().flat_map(started));
    events
}

fn reply(
    ticket: &Ticket,
    contacted: Option<Timestamp>,
    then: AfterReply,
    now: Timestamp,
    settings: &Loaded,
) -> Result<Vec<Event>, Rejection> {
    if !ticket.status.is_live() {
        return Err(Rejection::Status { is: ticket.status, asked: "be answered" });
    }
    let contacted = contacted.unwrap_or(now).min(now);
    if contacted < ticket.opened {
        return Err(Rejection::ContactedTooEarly { opened: ticket.opened });
    }
    let mut events = vec![Event::Replied { content: ticket.contents + 1, contacted }];
    events.extend(fulfil(ticket, ClockKind::FirstResponse, contacted, now, settings));
    let to = match then {
        AfterReply::Open => Status::Open,
        AfterReply::WaitingCustomer => Status::WaitingCustomer,
    };
    events.extend(moved(ticket, to, now, settings));
    Ok(events)
}

fn resolve(ticket: &Ticket, message: bool, now: Timestamp, settings: &Loaded) -> Result<Vec<Event>, Rejection> {
    match ticket.status {
        Status::New | Status::Open | Status::WaitingCustomer => {}
        Status::Resolved => return Ok(Vec::new()),
        Status::Spam => return Err(Rejection::Status { is: ticket.status, asked: "be resolved" }),
    }
    let unanswered = ticket.clocks.iter().any(|clock| clock.kind == ClockKind::FirstResponse && clock.is_live());
    if unanswered && !message {
        return Err(Rejection::NotAnswered);
    }
    let mut events = vec![Event::Resolved { content: message.then_some(ticket.contents + 1) }];
    if message {
        events.extend(fulfil(ticket, ClockKind::FirstResponse, now, now, settings));
    }
    events.extend(fulfil(ticket, ClockKind::Resolution, now, now, settings));
    events.push(Event::StatusChanged { from: ticket.status, to: Status::Resolved });
    Ok(events)
}

fn assign(ticket: &Ticket, to: &StaffId, settings: &Loaded) -> Result<Vec<Event>, Rejection> {
    if !ticket.status.is_live() {
        return Err(Rejection::Status { is: ticket.status, asked: "be assigned" });
    }
    if settings.person(to).is_none() {
        return Err(Rejection::UnknownStaff);
    }
    if ticket.assignee.as_ref() == Some(to) {
        return Ok(Vec::new());
    }
    let opens = (ticket.status == Status::New).then_some(Event::StatusChanged { from: Status::New, to: Status::Open });
    Ok([Event::Assigned { to: to.clone() }].into_iter().chain(opens).collect())
}

fn scan(ticket: &Ticket, now: Timestamp, settings: &Loaded) -> Vec<Event> {
    ticket.clocks.iter().flat_map(|clock| changed(clock, clock.scanned(now, settings))).collect()
}

/// Fulfils the live clock of a kind; finished ones stay as they are.
fn fulfil(ticket: &Ticket, kind: ClockKind, at: Timestamp, now: Timestamp, settings: &Loaded) -> Vec<Event> {
    let clocks = ticket.clocks.iter().filter(|clock| clock.kind == kind);
    clocks.flat_map(|clock| changed(clock, clock.fulfil(at.max(clock.started), now, settings))).collect()
}

/// The status change and the pauses it brings: `resolution` does not run while the customer has to answer.
fn moved(ticket: &Ticket, to: Status, now: Timestamp, settings: &Loaded) -> Vec<Event> {
    if ticket.status == to {
        return Vec::new();
    }
    let clocks = ticket.clocks.iter().filter(|clock| clock.kind == ClockKind::Resolution);
    let changes = clocks.flat_map(|clock| {
        let waits = to == Status::WaitingCustomer;
        changed(clock, if waits { clock.pause(now, settings) } else { clock.resume(now, settings) })
    });
    [Event::StatusChanged { from: ticket.status, to }].into_iter().chain(changes).collect()
}

/// A new clock, and the alert if nobody can say when it is due.
pub fn started(clock: Clock) -> Vec<Event> {
    let alert = clock.lacks_time().then(|| Event::NoWorkingTime { calendar: clock.calendar.clone() });
    [Event::Clock { change: Change::Started, clock }].into_iter().chain(alert).collect()
}

/// The changes of a clock as events, and the alert if its calendar now turns out to have no more working time.
fn changed(before: &Clock, changes: Changes) -> Vec<Event> {
    let lacks = changes.last().is_some_and(|(_, after)| after.lacks_time() && !before.lacks_time());
    let alert = lacks.then(|| Event::NoWorkingTime { calendar: before.calendar.clone() });
    let events = changes.into_iter().map(|(change, clock)| Event::Clock { change, clock });
    events.chain(alert).collect()
}

impl Ticket {
    /// The state after the entry that opens it; nothing if that is not what the entry does.
    pub fn opened_by(entry: &Entry) -> Option<Self> {
        let [
            Event::Opened { number, customer, channel, stage, kind, order, team, settings, spam, .. },
            classified,
            rest @ ..,
        ] = entry.events.as_slice()
        else {
            return None;
        };
        let ticket = Self {
            id: entry.ticket,
            storefront: entry.storefront.clone(),
            seq: entry.seq,
            number: number.clone(),
            customer: customer.clone(),
            channel: *channel,
            stage: *stage,
            kind: *kind,
            order: order.clone(),
            status: if *spam { Status::Spam } else { Status::New },
            category: Category::Other,
            reason: None,
            confidence: 0,
            triage: false,
            danger: false,
            legal: false,
            priority: Priority::Low,
            score: Vec::new(),
            team: team.clone(),
            assignee: None,
            settings: *settings,
            cycle: 1,
            opened: entry.at,
            resolved: None,
            contents: 1,
            clocks: Vec::new(),
        };
        Some(rest.iter().fold(ticket.apply(classified, entry.at), |ticket, event| ticket.apply(event, entry.at)))
    }

    /// The state after one more entry.
    pub fn after(&self, entry: &Entry) -> Self {
        let ticket = Self { seq: entry.seq, ..self.clone() };
        entry.events.iter().fold(ticket, |ticket, event| ticket.apply(event, entry.at))
    }

    fn apply(mut self, event: &Event, at: Timestamp) -> Self {
        match event {
            Event::Classified { category, reason, confidence, triage, danger, legal, priority, score, .. } => {
                (self.category, self.reason, self.confidence) = (*category, *reason, *confidence);
                (self.triage, self.danger, self.legal) = (*triage, *danger, *legal);
                (self.priority, self.score) = (*priority, score.clone());
            }
            Event::MessageReceived { content, .. } | Event::Replied { content, .. } => self.contents = *content,
            Event::Resolved { content } => {
                self.contents = content.unwrap_or(self.contents);
                self.resolved = Some(at);
            }
            Event::Reopened { cycle } => (self.resolved, self.cycle) = (None, *cycle),
            Event::Assigned { to } => self.assignee = Some(to.clone()),
            Event::StatusChanged { to, .. } => self.status = *to,
            Event::Clock { clock, .. } => self.set_clock(clock),
            Event::Opened { .. } | Event::NoWorkingTime { .. } => {}
        }
        self
    }

    fn set_clock(&mut self, clock: &Clock) {
        let same = |other: &&mut Clock| (other.kind, other.cycle) == (clock.kind, clock.cycle);
        match self.clocks.iter_mut().find(same) {
            Some(old) => old.clone_from(clock),
            None => self.clocks.push(clock.clone()),
        }
    }

    /// When a scan has to look at it next: the key of the due index.
    pub fn next_scan(&self) -> Option<Timestamp> {
        self.clocks.iter().filter_map(|clock| clock.next.map(Next::scan_at)).min()
    }

    /// The earliest instant something is owed by: what the desk sorts by.
    pub fn due(&self) -> Option<Timestamp> {
        self.clocks.iter().filter(|clock| clock.is_live()).filter_map(|clock| clock.due).min()
    }

    /// The clock of a kind in its latest cycle.
    pub fn clock(&self, kind: ClockKind) -> Option<&Clock> {
        self.clocks.iter().filter(|clock| clock.kind == kind).max_by_key(|clock| clock.cycle)
    }
}
