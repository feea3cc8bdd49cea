//! The customer as the shop knows them, and what they wrote lately.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::case::risk::Account;
use crate::category::{Category, Tier};
use crate::id::{OrderId, TicketId};
use crate::mail::Language;
use crate::settings::Shop;
use crate::sla::millis;
use crate::text::may_be_alike;

/// The version of the stored shape that this code writes.
pub const VERSION: u32 = 1;

/// What the storefront says of a customer. Personal: it is stored in the customer's own item only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Profile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 254))]
    pub email: Option<String>,
    /// A BCP 47 tag such as `zh-CN`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 2, max_length = 35))]
    pub locale: Option<String>,
    /// An IANA zone such as `Asia/Shanghai`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// The day on which the account was made; the storefront's to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date))]
    pub member_since: Option<Date>,
    /// Other accounts belong to the same person; the storefront's to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linked_accounts: Option<bool>,
}

impl Profile {
    /// What is newly said wins; what is left out stays.
    pub fn learned(&self, said: &Self) -> Self {
        Self {
            name: said.name.clone().or_else(|| self.name.clone()),
            email: said.email.clone().or_else(|| self.email.clone()),
            locale: said.locale.clone().or_else(|| self.locale.clone()),
            time_zone: said.time_zone.clone().or_else(|| self.time_zone.clone()),
            tier: said.tier.or(self.tier),
            member_since: said.member_since.or(self.member_since),
            linked_accounts: said.linked_accounts.or(self.linked_accounts),
        }
    }

    /// What a refund's risk asks of the account.
    pub fn account(&self) -> Account {
        let since = self.member_since.and_then(|day| day.to_zoned(TimeZone::UTC).ok());
        Account { since: since.map(|day| day.timestamp()), linked: self.linked_accounts == Some(true) }
    }

    /// The zone in which their days are counted, else the shop's.
    pub fn zone(&self, shop: &Shop) -> TimeZone {
        TimeZone::get(self.time_zone.as_deref().unwrap_or(&shop.time_zone)).unwrap_or(TimeZone::UTC)
    }

    /// The language to write to them in, else the shop's.
    pub fn language(&self, shop: Language) -> Language {
        self.locale.as_deref().and_then(Language::of_locale).unwrap_or(shop)
    }
}

/// The customer's item: the profile, and the tickets that guard against floods and repetition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    pub profile: Profile,
    /// Tickets of the last day, oldest first; at most `MOST_RECENT`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recent: Vec<Recent>,
    /// When they last opened a ticket.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::sla::millis_or_none")]
    pub last_opened: Option<Timestamp>,
    /// When everything that was known of them was erased last.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::sla::millis_or_none")]
    pub erased: Option<Timestamp>,
}

/// A ticket of the last day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recent {
    pub ticket: TicketId,
    #[serde(with = "millis")]
    pub at: Timestamp,
    pub category: Category,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// It counts towards the customer's hourly limit; what an agent opened does not.
    pub counts: bool,
    /// The smallest 3-gram hashes of the text: they tell whether reading the text is worth it. Empty for a repetition,
    /// which nothing repeats but its first.
    pub sketch: Vec<u32>,
}

/// 50 tickets an hour is the highest limit settings take. Beyond this many the oldest that no limit counts is forgotten:
/// that can miss a repetition, never a flood.
pub const MOST_RECENT: usize = 60;
/// A repetition is looked for this far back.
pub const REPEATS_FOR: SignedDuration = SignedDuration::from_hours(24);
const SECOND_CONTACT: SignedDuration = SignedDuration::from_hours(7 * 24);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

impl Customer {
    /// They opened another ticket within 7 days.
    pub fn second_contact(&self, now: Timestamp) -> bool {
        self.last_opened.is_some_and(|last| now.duration_since(last) <= SECOND_CONTACT)
    }

    /// Seconds until another ticket is taken, if the hour is full.
    pub fn flooded(&self, limit: u16, now: Timestamp) -> Option<u32> {
        let instants: Vec<Timestamp> =
            self.recent.iter().filter(|recent| recent.counts).map(|recent| recent.at).collect();
        wait(&instants, limit, now)
    }

    /// Tickets that this text may repeat, latest first; the texts decide.
    pub fn may_repeat(
        &self,
        order: Option<&OrderId>,
        category: Category,
        sketch: &[u32],
        now: Timestamp,
    ) -> Vec<TicketId> {
        let alike = |recent: &&Recent| {
            !recent.sketch.is_empty()
                && now.duration_since(recent.at) <= REPEATS_FOR
                && recent.order.as_ref() == order
                && recent.category == category
                && may_be_alike(&recent.sketch, sketch)
        };
        self.recent.iter().rev().filter(alike).map(|recent| recent.ticket).collect()
    }

    /// With one more ticket, and without what is too old to matter.
    pub fn with(mut self, recent: Recent) -> Self {
        let now = recent.at;
        self.recent.retain(|old| now.duration_since(old.at) <= REPEATS_FOR);
        self.last_opened = Some(self.last_opened.map_or(now, |last| last.max(now)));
        self.recent.push(recent);
        if self.recent.len() > MOST_RECENT {
            let counted = |old: &Recent| old.counts && now.duration_since(old.at) < HOUR;
            self.recent.remove(self.recent.iter().position(|old| !counted(old)).unwrap_or(0));
        }
        self
    }
}

/// Seconds until fewer than `limit` of these instants lie within the last hour; nothing if that is so already.
pub fn wait(instants: &[Timestamp], limit: u16, now: Timestamp) -> Option<u32> {
    let mut within: Vec<Timestamp> = instants.iter().copied().filter(|at| now.duration_since(*at) < HOUR).collect();
    within.sort_unstable();
    let over = within.len().checked_sub(usize::from(limit))?;
    let frees = within.get(over)?.saturating_add(HOUR).ok()?;
    u32::try_from(frees.duration_since(now).as_secs().max(0) + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + minute * 60).unwrap()
    }

    fn recent(minute: i64, counts: bool) -> Recent {
        let ticket = TicketId(uuid::Uuid::nil());
        Recent { ticket, at: at(minute), category: Category::Other, order: None, counts, sketch: vec![1] }
    }

    #[test]
    fn a_call_centre_that_opens_many_tickets_hides_no_flood_and_the_list_stays_bounded() {
        let flood = (0..5).fold(Customer::default(), |customer, minute| customer.with(recent(minute, true)));
        let busy = (5..50).flat_map(|minute| [minute; 9]);
        let busy = busy.fold(flood, |customer, minute| customer.with(recent(minute, false)));
        assert_eq!(busy.recent.len(), MOST_RECENT);
        assert!(busy.flooded(5, at(50)).is_some());
    }

    #[test]
    fn the_sixth_ticket_within_an_hour_waits_until_the_first_is_an_hour_old() {
        let five: Vec<Timestamp> = (0..5).map(at).collect();
        assert_eq!(wait(&five, 5, at(10)), Some(50 * 60 + 1));
        assert_eq!(wait(&five[..4], 5, at(10)), None);
        assert_eq!(wait(&five, 5, at(60)), None);
    }
}
