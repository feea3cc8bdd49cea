//! The only place that spells keys. Parts are separated by `|`, which no id contains.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::case::{Case, CaseStatus};
use crate::category::Channel;
use crate::feedback::{Feedback, Source};
use crate::figures::{Dimension, Period};
use crate::id::{ActionId, CustomerRef, FeedbackId, Number, OrderId, StaffId, StorefrontId, TicketId};
use crate::improvement::{Action, ActionStanding};
use crate::message::Notice;
use crate::review::{self, Review};
use crate::survey::{Survey, SurveyId};
use crate::text::fingerprint;
use crate::ticket::{Status, Ticket};

/// The primary key of one item.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub pk: String,
    pub sk: String,
}

impl Key {
    fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }

    pub fn ticket(shop: &StorefrontId, id: TicketId) -> Self {
        Self::new(ticket_partition(shop, id), "STATE")
    }

    pub fn entry(shop: &StorefrontId, id: TicketId, seq: u32) -> Self {
        Self::new(ticket_partition(shop, id), format!("{ENTRY}{seq:08}"))
    }

    pub fn content(shop: &StorefrontId, id: TicketId, number: u32) -> Self {
        Self::new(ticket_partition(shop, id), format!("{CONTENT}{number:08}"))
    }

    /// That somebody of the staff looked at a ticket: one item a person and instant.
    pub fn look(shop: &StorefrontId, id: TicketId, at: Timestamp, staff: &StaffId) -> Self {
        Self::new(ticket_partition(shop, id), format!("{LOOK}{}#{staff}", instant(at)))
    }

    /// A mail to one person because of one event.
    pub fn mail(shop: &StorefrontId, id: TicketId, entry: u32, index: u16, notice: Notice, recipient: &str) -> Self {
        Self::new(ticket_partition(shop, id), format!("MAIL#{entry:08}#{index:03}#{notice}#{recipient}"))
    }

    /// The digest of one person's mails in one bucket.
    pub fn digest(shop: &StorefrontId, person: &StaffId, bucket: Timestamp) -> Self {
        Self::new(format!("D|{shop}|{person}"), format!("MAIL#{}", instant(bucket)))
    }

    pub fn case(shop: &StorefrontId, id: TicketId, number: u16) -> Self {
        Self::new(ticket_partition(shop, id), format!("{CASE}{number:04}"))
    }

    /// The survey of one cycle of a ticket.
    pub fn survey(shop: &StorefrontId, id: SurveyId) -> Self {
        Self::new(ticket_partition(shop, id.ticket), format!("{SURVEY}{:05}", id.cycle))
    }

    /// Which surveys a customer had, and whether they want any.
    pub fn asked(shop: &StorefrontId, customer: &CustomerRef) -> Self {
        Self::new(customer_partition(shop, customer), "SURVEYS")
    }

    pub fn feedback(shop: &StorefrontId, id: &FeedbackId) -> Self {
        Self::new(format!("V|{shop}|{id}"), FEEDBACK)
    }

    /// What was said in it.
    pub fn words(shop: &StorefrontId, id: &FeedbackId) -> Self {
        Self::new(format!("V|{shop}|{id}"), "WORDS")
    }

    pub fn customer_feedback(shop: &StorefrontId, customer: &CustomerRef, id: &FeedbackId) -> Self {
        Self::new(customer_partition(shop, customer), format!("{CUSTOMER_FEEDBACK}{id}"))
    }

    /// What an entry or something else counts, on a day in the shop's zone. `subject` and `seq` are what it is of.
    pub fn row(shop: &StorefrontId, day: Date, subject: &str, seq: u32) -> Self {
        let shard = fingerprint(&[subject.as_bytes()]).chars().next().unwrap_or('0');
        Self::new(row_partition(shop, day, shard), format!("{ROW}{subject}#{seq:08}"))
    }

    /// That a day has another row since it was over.
    pub fn late(shop: &StorefrontId, day: Date) -> Self {
        Self::new(format!("L|{shop}"), format!("{LATE}{day}"))
    }

    /// How far the sheets of days are made.
    pub fn counted(shop: &StorefrontId) -> Self {
        Self::new(format!("L|{shop}"), "COUNTED")
    }

    /// The sheets of a day, or of a period that is kept for good.
    pub fn sheets(shop: &StorefrontId, time: &str) -> Self {
        Self::new(format!("P|{shop}|{time}"), SHEETS)
    }

    /// That a month's feedback will not come to its goal: told once.
    pub fn shortfall(shop: &StorefrontId, month: Period) -> Self {
        Self::new(format!("P|{shop}|{month}"), SHORTFALL)
    }

    /// The mail to one person about it.
    pub fn shortfall_mail(shop: &StorefrontId, person: &StaffId, month: Period) -> Self {
        Self::new(format!("D|{shop}|{person}"), format!("MAIL#SHORTFALL#{month}"))
    }

    /// The mail to one person with the report of a period.
    pub fn report_mail(shop: &StorefrontId, person: &StaffId, period: Period) -> Self {
        Self::new(format!("D|{shop}|{person}"), format!("MAIL#REPORT#{period}"))
    }

    /// An improvement action.
    pub fn action(shop: &StorefrontId, id: &ActionId) -> Self {
        Self::new(format!("A|{shop}|{id}"), ACTION)
    }

    /// The review of a ticket, which has one at most.
    pub fn review(shop: &StorefrontId, id: TicketId) -> Self {
        Self::new(ticket_partition(shop, id), REVIEW)
    }

    /// What was said in it.
    pub fn review_words(shop: &StorefrontId, id: TicketId) -> Self {
        Self::new(ticket_partition(shop, id), "REVIEW_WORDS")
    }

    /// That a ticket can be drawn from those that an agent resolved in a month, at the place where it is drawn.
    pub fn lot(shop: &StorefrontId, agent: &StaffId, month: Period, id: TicketId) -> Self {
        let place = review::lot(shop, agent, month, id);
        Self::new(draw_partition(shop, agent, month), format!("{LOT}{place}#{id}"))
    }

    /// How many of a storefront's actions are open.
    pub fn open_actions(shop: &StorefrontId) -> Self {
        Self::new(format!("A|{shop}"), "OPEN")
    }

    /// The mail to one person that an action is overdue.
    pub fn overdue_mail(shop: &StorefrontId, person: &StaffId, id: &ActionId) -> Self {
        Self::new(format!("D|{shop}|{person}"), format!("MAIL#OVERDUE#{id}"))
    }

    /// One page of them. `run` is a hash of what they hold.
    pub fn page(shop: &StorefrontId, time: &str, run: &str, dimension: Dimension, page: usize) -> Self {
        Self::new(format!("P|{shop}|{time}"), format!("PAGE#{run}#{dimension}#{page:05}"))
    }

    /// Something that a customer did at an instant: `what` is one of `BOUGHT`, `ASKED` and `UPSET`.
    pub fn moment(shop: &StorefrontId, customer: &CustomerRef, what: &str, at: Timestamp, of: &str) -> Self {
        Self::new(customer_partition(shop, customer), format!("{what}{}#{of}", instant(at)))
    }

    pub fn order(shop: &StorefrontId, id: &OrderId) -> Self {
        Self::new(format!("O|{shop}|{id}"), "ORDER")
    }

    /// What a customer bought and was given back.
    pub fn buyer(shop: &StorefrontId, customer: &CustomerRef) -> Self {
        Self::new(customer_partition(shop, customer), "BUYER")
    }

    /// The compensations that a member of staff asked for on one day.
    pub fn given(shop: &StorefrontId, staff: &StaffId, day: &str) -> Self {
        Self::new(format!("G|{shop}|{staff}|{day}"), "GIVEN")
    }

    pub fn number(shop: &StorefrontId, number: &Number) -> Self {
        Self::new(format!("N|{shop}|{number}"), "TICKET")
    }

    pub fn customer(shop: &StorefrontId, customer: &CustomerRef) -> Self {
        Self::new(customer_partition(shop, customer), "PROFILE")
    }

    pub fn customer_ticket(shop: &StorefrontId, customer: &CustomerRef, id: TicketId) -> Self {
        Self::new(customer_partition(shop, customer), format!("{CUSTOMER_TICKET}{id}"))
    }

    /// What a customer was acknowledged lately.
    pub fn acknowledged(shop: &StorefrontId, customer: &CustomerRef) -> Self {
        Self::new(customer_partition(shop, customer), "ACKS")
    }

    /// `scope` is the customer for a customer's token and empty for the storefront's: neither sees the other's keys.
    pub fn idempotency(shop: &StorefrontId, scope: &str, key: &str) -> Self {
        Self::new(format!("I|{shop}|{}", fingerprint(&[scope.as_bytes(), key.as_bytes()])), "KEY")
    }

    /// A channel's own id of a message; `scope` as for idempotency keys.
    pub fn claim(shop: &StorefrontId, scope: &str, channel: Channel, message: &str) -> Self {
        let message = fingerprint(&[scope.as_bytes(), message.as_bytes()]);
        Self::new(format!("M|{shop}|{channel}|{message}"), "CLAIM")
    }

    /// One counter of the storefront's quota of one minute.
    pub fn quota(shop: &StorefrontId, minute: i64, counter: u32) -> Self {
        Self::new(format!("Q|{shop}|{minute}|{counter}"), "COUNT")
    }

    /// The counter of the messages that came with one customer's token in one hour.
    pub fn messages(shop: &StorefrontId, customer: &CustomerRef, hour: i64) -> Self {
        Self::new(format!("W|{shop}|{customer}|{hour}"), "COUNT")
    }

    /// Tickets of the last hour from one network address, which is kept as a hash only.
    pub fn address(shop: &StorefrontId, address: &str) -> Self {
        Self::new(format!("F|{shop}|{}", fingerprint(&[shop.as_str().as_bytes(), address.as_bytes()])), "HOUR")
    }

    /// A member of staff at work: presence, and how many live tickets they hold.
    pub fn agent(shop: &StorefrontId, id: &StaffId) -> Self {
        Self::new(roster_partition(shop), format!("{AGENT}{id}"))
    }

    /// Says that a storefront exists, to scans that go over all of them.
    pub fn storefront(shop: &StorefrontId) -> Self {
        Self::new(STOREFRONTS.to_owned(), shop.as_str())
    }

    pub fn settings(shop: &StorefrontId) -> Self {
        Self::new(format!("S|{shop}"), "CURRENT")
    }

    pub fn settings_version(shop: &StorefrontId, version: u32) -> Self {
        Self::new(format!("S|{shop}"), format!("V#{version:08}"))
    }

    /// What a storefront's links are signed with.
    pub fn link_keys(shop: &StorefrontId) -> Self {
        Self::new(format!("S|{shop}"), "LINK_KEYS")
    }

    /// How a storefront's payment provider is reached.
    pub fn payment_access(shop: &StorefrontId) -> Self {
        Self::new(format!("S|{shop}"), "PAYMENTS")
    }

    /// A mail address that must not be written to again, kept as a hash.
    pub fn suppressed(shop: &StorefrontId, address: &str) -> Self {
        Self::new(format!("X|{shop}|{}", fingerprint(&[address.to_lowercase().as_bytes()])), "SUPPRESSED")
    }
}

/// Sort keys of history entries begin with this; the stream's filter in the template says the same.
pub const ENTRY: &str = "ENTRY#";
pub const CONTENT: &str = "CONTENT#";
pub const CASE: &str = "CASE#";
pub const SURVEY: &str = "SURVEY#";
pub const LOOK: &str = "LOOK#";
pub const ROW: &str = "ROW#";
pub const LATE: &str = "LATE#";
pub const BOUGHT: &str = "BOUGHT#";
pub const ASKED: &str = "ASKED#";
pub const UPSET: &str = "UPSET#";
pub const CUSTOMER_TICKET: &str = "TICKET#";
pub const FEEDBACK: &str = "FEEDBACK";
pub const ACTION: &str = "ACTION";
/// A review; the stream's filter says the same.
pub const REVIEW: &str = "REVIEW";
pub const LOT: &str = "LOT#";
/// The head of the sheets of a day or of a period; the stream's filter says the same.
pub const SHEETS: &str = "SHEETS";
/// The stream's filter says the same.
pub const SHORTFALL: &str = "SHORTFALL";
pub const CUSTOMER_FEEDBACK: &str = "FEEDBACK#";

pub const AGENT: &str = "AGENT#";
/// The partition that lists all storefronts.
pub const STOREFRONTS: &str = "STOREFRONTS";

pub fn roster_partition(shop: &StorefrontId) -> String {
    format!("R|{shop}")
}

pub fn ticket_partition(shop: &StorefrontId, id: TicketId) -> String {
    format!("T|{shop}|{id}")
}

pub fn customer_partition(shop: &StorefrontId, customer: &CustomerRef) -> String {
    format!("C|{shop}|{customer}")
}

/// The storefront and the ticket of a partition key, if it is a ticket's.
pub fn ticket_of(pk: &str) -> Option<(StorefrontId, TicketId)> {
    let (shop, id) = pk.strip_prefix("T|")?.split_once('|')?;
    Some((StorefrontId::parse(shop)?, TicketId::parse(id)?))
}

/// The period whose sheets a partition holds; nothing where they are a day's.
pub fn period_of(pk: &str) -> Option<Period> {
    Period::parse(pk.split('|').nth(2)?)
}

/// The storefront of a partition key, where it names one.
pub fn storefront_of(pk: &str) -> Option<StorefrontId> {
    StorefrontId::parse(pk.split('|').nth(1)?)
}

/// The storefront and the survey of a key, if it is a survey's.
pub fn survey_of(key: &Key) -> Option<(StorefrontId, SurveyId)> {
    let (shop, ticket) = ticket_of(&key.pk)?;
    let cycle = key.sk.strip_prefix(SURVEY)?.parse().ok()?;
    Some((shop, SurveyId { ticket, cycle }))
}

/// A shard takes 1 000 writes a second; sixteen are more than a shop of a million tickets a day has due at once.
const SCAN_SHARDS: u8 = 16;
/// All mails of one person are in one shard, so that a digest is made from one query.
pub const MAIL_SHARDS: u8 = 8;
const DESK_SHARDS: u8 = 4;

/// The shards of the due index that hold tickets.
pub fn scan_shards() -> impl Iterator<Item = String> {
    (0..SCAN_SHARDS).map(|shard| format!("SLA#{shard}"))
}

/// The one that a ticket's clocks are in.
pub fn scan_shard(id: TicketId) -> String {
    format!("SLA#{}", id.spread() % SCAN_SHARDS)
}

/// The shards of the due index that hold surveys.
pub fn survey_shards() -> impl Iterator<Item = String> {
    (0..SCAN_SHARDS).map(|shard| format!("SURVEY#{shard}"))
}

/// The one that a ticket's surveys are in.
pub fn survey_shard(id: TicketId) -> String {
    format!("SURVEY#{}", id.spread() % SCAN_SHARDS)
}

pub fn mail_shard(person: &str) -> String {
    let sum = person.bytes().fold(0u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte));
    format!("MAIL#{}", sum % MAIL_SHARDS)
}

/// The partitions of the desk index that hold a storefront's tickets of one status.
pub fn desk_partitions(shop: &StorefrontId, status: Status) -> Vec<String> {
    (0..DESK_SHARDS).map(|shard| format!("{shop}|{status}|{shard}")).collect()
}

/// The desk index's key of a ticket: by the instant it is due, those without one last.
pub fn desk(shop: &StorefrontId, status: Status, id: TicketId, due: Option<Timestamp>) -> (String, String) {
    let due = due.map_or_else(|| "~".to_owned(), instant);
    (format!("{shop}|{status}|{}", id.spread() % DESK_SHARDS), format!("{due}|{id}"))
}

/// The partition of the desk index that holds a storefront's open cases of one status.
pub fn case_partition(shop: &StorefrontId, status: CaseStatus) -> String {
    format!("{shop}|case:{status}")
}

/// The desk index's key of an open case, or of one whose goods are to be sent back: longest in its status first.
pub fn case_row(case: &Case) -> Option<(String, String)> {
    let row = format!("{}|{}|{}", instant(case.since), case.ticket, case.number);
    case.is_open().then(|| (case_partition(&case.storefront, case.status), row))
}

/// Over how many partitions the rows of a day are spread: each takes 1 000 writes a second.
pub const ROW_SHARDS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];

/// The rows of a day in one of the shards.
pub fn row_partition(shop: &StorefrontId, day: Date, shard: char) -> String {
    format!("Y|{shop}|{day}|{shard}")
}

/// The partition of the desk index that holds a storefront's feedback from one source.
pub fn feedback_partition(shop: &StorefrontId, source: Source) -> String {
    format!("{shop}|feedback:{source}")
}

/// The desk index's key of feedback: the latest first.
pub fn feedback_row(one: &Feedback) -> (String, String) {
    let left = 9_999_999_999_999 - one.said.as_millisecond();
    (feedback_partition(&one.storefront, one.source), format!("{left:013}|{}", one.id))
}

/// The tickets that an agent resolved in a month, in the order in which they are drawn.
pub fn draw_partition(shop: &StorefrontId, agent: &StaffId, month: Period) -> String {
    format!("E|{shop}|{agent}|{month}")
}

/// The partition of the desk index that holds the reviews of an agent's tickets of a month.
pub fn review_partition(shop: &StorefrontId, agent: &StaffId, month: Period) -> String {
    format!("{shop}|reviews:{agent}:{month}")
}

/// The desk index's key of a review: the first written first.
pub fn review_row(review: &Review) -> Option<(String, String)> {
    let agent = review.about.agent.as_ref()?;
    let row = format!("{}|{}", instant(review.at), review.ticket);
    Some((review_partition(&review.storefront, agent, review.month), row))
}

/// The partition of the desk index that holds a storefront's improvement actions.
pub fn action_partition(shop: &StorefrontId) -> String {
    format!("{shop}|actions")
}

/// The first and the last row there of actions that stand so; of ended ones that ended on a day or since.
pub fn action_rows(standing: ActionStanding, since: Option<Date>) -> (String, String) {
    let rank = match standing {
        ActionStanding::Open => 0,
        ActionStanding::Done => 1,
        ActionStanding::Dropped => 2,
    };
    (format!("{rank}|"), since.map_or_else(|| format!("{rank}~"), |day| format!("{rank}|{}~", latest_first(day))))
}

/// The desk index's key of an action: the open ones by when they are due, then the others, those that ended last first.
pub fn action_row(action: &Action) -> (String, String) {
    let (first, _) = action_rows(action.standing, None);
    let day = action.ended.map_or_else(|| action.due.to_string(), latest_first);
    (action_partition(&action.storefront), format!("{first}{day}|{}", action.id))
}

/// A day as a key by which later days come first.
fn latest_first(day: Date) -> String {
    let since = jiff::civil::date(1970, 1, 1).until(day).map_or(0, |span| span.get_days());
    format!("{:05}", 99_999 - since)
}

/// The desk index's key of a survey that a lead has to follow up on: by when it is due.
pub fn task_row(survey: &Survey) -> Option<(String, String)> {
    let task = survey.task.as_ref().filter(|task| task.done.is_none())?;
    let row = format!("{}|{}|{}", instant(task.due), survey.ticket, survey.cycle);
    Some((task_partition(&survey.storefront), row))
}

pub fn task_partition(shop: &StorefrontId) -> String {
    format!("{shop}|survey_tasks")
}

/// The partition of the held index with the live tickets that a person holds.
pub fn held_by(shop: &StorefrontId, person: &StaffId) -> String {
    format!("{shop}|@{person}")
}

/// … and with those that wait in a team's queue.
pub fn waiting_for(shop: &StorefrontId, team: &str) -> String {
    format!("{shop}|#{team}")
}

/// The held index's key of a live ticket, oldest first; none once it is over.
pub fn held(ticket: &Ticket) -> Option<(String, String)> {
    let shop = &ticket.storefront;
    let partition = match &ticket.assignee {
        Some(person) => held_by(shop, person),
        None => waiting_for(shop, &ticket.team),
    };
    ticket.status.is_live().then(|| (partition, format!("{}|{}", instant(ticket.opened), ticket.id)))
}

/// An instant as a key: UTC with milliseconds, always as wide, so that text order is time order.
pub fn instant(at: Timestamp) -> String {
    format!("{at:.3}")
}
