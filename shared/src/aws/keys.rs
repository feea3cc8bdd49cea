//! The only place that spells keys. Parts are separated by `|`, which no id contains.

use jiff::Timestamp;

use crate::case::{Case, CaseStatus};
use crate::category::Channel;
use crate::id::{CustomerRef, Number, OrderId, StaffId, StorefrontId, TicketId};
use crate::message::Notice;
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
pub const LOOK: &str = "LOOK#";
pub const CUSTOMER_TICKET: &str = "TICKET#";

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

/// The desk index's key of an open case: longest in its status first.
pub fn case_row(case: &Case) -> Option<(String, String)> {
    let row = format!("{}|{}|{}", instant(case.since), case.ticket, case.number);
    case.status.is_open().then(|| (case_partition(&case.storefront, case.status), row))
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
