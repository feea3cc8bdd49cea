//! What a shop can change without a build: calendars, promises, weights, limits, recipients and wording. Versioned
//! data, checked whole when it is loaded; a ticket keeps the version it was opened under.

mod check;
mod shape;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::calendar::{Calendar, CalendarSpec};
use crate::category::{Category, Priority};
use crate::id::StaffId;
use crate::mail::{Language, MailAddress};
use crate::problem::Fault;
use crate::sla::ClockKind;

/// The largest settings document taken, in bytes: a quarter of what one item of the table may hold.
pub const LARGEST: usize = 100 * 1024;
pub const MOST_CALENDARS: usize = 20;
pub const MOST_STAFF: usize = 300;
/// Of each list of customers and addresses.
pub const MOST_ENTRIES: usize = 500;
pub const LONGEST_ENTRY: usize = 254;

/// Everything a storefront can change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Settings {
    pub shop: Shop,
    /// Working times by name. `always` is there without being listed.
    pub calendars: BTreeMap<String, CalendarSpec>,
    pub policy: Policy,
    pub priority: PriorityRules,
    pub limits: Limits,
    pub block: BlockList,
    pub mail: MailRules,
    /// Who hears of what.
    pub staff: Vec<Staff>,
    /// Words of the shop's own: language, then key of the text, then the text.
    #[serde(default)]
    pub wording: BTreeMap<Language, BTreeMap<String, String>>,
}

/// What customers see of the shop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Shop {
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 80))]
    pub name: String,
    /// The language of a customer whose own is not known.
    pub language: Language,
    /// IANA zone in which a customer without one of their own reads times.
    pub time_zone: String,
    /// The address mail is sent from and answered to.
    pub mail: MailAddress,
    /// The team that is responsible for a ticket nobody holds.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 40))]
    pub team: String,
}

/// The promises. A clock that is not listed is not kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Policy {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_response: Option<Promise>,
    /// In place of `first_response` for tickets that come by chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_response_chat: Option<Promise>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Promise>,
}

/// One promise: working seconds by priority, in the time of one calendar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Target))]
pub struct Promise {
    /// A name from `calendars`, or `always`.
    pub calendar: String,
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 31_536_000))]
    pub urgent: i64,
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 31_536_000))]
    pub high: i64,
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 31_536_000))]
    pub normal: i64,
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 31_536_000))]
    pub low: i64,
}

impl Promise {
    /// Working seconds.
    pub fn target(&self, priority: Priority) -> i64 {
        match priority {
            Priority::Urgent => self.urgent,
            Priority::High => self.high,
            Priority::Normal => self.normal,
            Priority::Low => self.low,
        }
    }
}

/// Points of the priority score and where its steps are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PriorityRules {
    pub categories: CategoryPoints,
    pub danger: u16,
    pub legal: u16,
    pub second_contact: u16,
    pub vip: u16,
    pub large_order_points: u16,
    /// Minor units by currency from which an order is large.
    pub large_order: BTreeMap<String, i64>,
    pub urgent_from: u16,
    pub high_from: u16,
    pub normal_from: u16,
}

/// Points by category.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CategoryPoints {
    pub quality: u16,
    pub delivery: u16,
    pub service: u16,
    pub order: u16,
    pub account_payment: u16,
    pub inquiry: u16,
    pub other: u16,
}

impl CategoryPoints {
    pub fn of(&self, category: Category) -> u16 {
        match category {
            Category::Quality => self.quality,
            Category::Delivery => self.delivery,
            Category::Service => self.service,
            Category::Order => self.order,
            Category::AccountPayment => self.account_payment,
            Category::Inquiry => self.inquiry,
            Category::Other => self.other,
        }
    }
}

/// What protects the shop and its neighbours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Limits {
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 50))]
    pub tickets_per_customer_hour: u16,
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100))]
    pub tickets_per_address_hour: u16,
    /// The storefront's quota of new tickets and messages a minute.
    #[cfg_attr(feature = "openapi", schema(minimum = 16, maximum = 60_000))]
    pub requests_per_minute: u32,
    /// Below this confidence, in percent, a person looks at the classification.
    #[cfg_attr(feature = "openapi", schema(maximum = 100))]
    pub triage_below_percent: u8,
    /// From this similarity, in percent, a repeated message joins the first ticket.
    #[cfg_attr(feature = "openapi", schema(minimum = 50, maximum = 100))]
    pub duplicate_from_percent: u8,
}

/// Whose requests are stored as spam.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BlockList {
    /// Customers' references.
    pub customers: Vec<String>,
    /// Mail addresses, or domains as `@example.com`; lower case.
    pub mail: Vec<String>,
}

/// How mail is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailRules {
    /// Staff mail is gathered in fixed buckets of this many seconds.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 3600))]
    pub bucket_seconds: i64,
    /// More mails than this to one person in a bucket become one digest.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100))]
    pub digest_over: u16,
    /// Acknowledgements to one customer within the window.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 50))]
    pub acknowledgements: u16,
    /// Of these with one subject.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 50))]
    pub acknowledgements_per_subject: u16,
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 10_080))]
    pub acknowledgement_window_minutes: i64,
    /// The calendar in whose open hours staff get mail that is not urgent.
    pub opening_hours: String,
    /// Addresses of the shop's own, which are never acknowledged; lower case.
    pub own_addresses: Vec<String>,
}

/// One member of staff who gets mail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Staff {
    pub id: StaffId,
    pub email: MailAddress,
    pub role: Role,
    pub language: Language,
}

/// Settings that passed every check, with their calendars read.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub version: u32,
    pub settings: Settings,
    calendars: BTreeMap<String, Calendar>,
}

impl Settings {
    /// What is shipped: `infra/settings.default.json`.
    #[expect(clippy::expect_used, reason = "compiled in; a test reads it")]
    pub fn shipped() -> Self {
        serde_json::from_str(include_str!("../../../infra/settings.default.json"))
            .expect("the shipped settings are whole")
    }

    /// Reads the calendars. That one of them has run out of working time since it was checked is no fault here: its
    /// clocks have no due instant then, and say so.
    pub fn load(self, version: u32) -> Result<Loaded, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut calendars = BTreeMap::from([("always".to_owned(), Calendar::always())]);
        for (name, spec) in &self.calendars {
            match Calendar::load(spec) {
                Ok(calendar) => drop(calendars.insert(name.clone(), calendar)),
                Err(wrong) => faults.extend(check::placed(name, wrong)),
            }
        }
        if faults.is_empty() { Ok(Loaded { version, settings: self, calendars }) } else { Err(faults) }
    }
}

impl Loaded {
    /// A calendar by the name the policy uses; `None` for one that is not listed.
    pub fn calendar(&self, name: &str) -> Option<&Calendar> {
        self.calendars.get(name)
    }

    /// The promise of a clock on a ticket that came by chat or not.
    pub fn promise(&self, kind: ClockKind, chat: bool) -> Option<&Promise> {
        let policy = &self.settings.policy;
        match kind {
            ClockKind::FirstResponse if chat => policy.first_response_chat.as_ref().or(policy.first_response.as_ref()),
            ClockKind::FirstResponse => policy.first_response.as_ref(),
            ClockKind::Resolution => policy.resolution.as_ref(),
        }
    }

    /// Everybody in a role.
    pub fn in_role(&self, role: Role) -> impl Iterator<Item = &Staff> {
        self.settings.staff.iter().filter(move |person| person.role == role)
    }

    /// A member of staff by id.
    pub fn person(&self, id: &StaffId) -> Option<&Staff> {
        self.settings.staff.iter().find(|person| person.id == *id)
    }
}
