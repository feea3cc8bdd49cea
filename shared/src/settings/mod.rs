//! What a shop can change without a build: calendars, promises, weights, limits, recipients and wording. Versioned
//! data, checked whole when it is loaded; a ticket keeps the version it was opened under.

mod addresses;
mod cases;
mod check;
mod keys;
mod order;
mod plain;
mod shape;
mod staff;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::calendar::{Calendar, CalendarSpec};
use crate::category::{Category, Priority, Stage};
use crate::figures::FigureRules;
use crate::id::StaffId;
use crate::mail::{Language, MailAddress};
use crate::problem::Fault;
use crate::risk::AlertRules;
use crate::sla::ClockKind;
use crate::survey::SurveyRules;

pub use cases::{Automatic, CaseRules, CaseTerms, Fees, Market, MoneyLimits, ReasonRule, RiskRules, Step, Window};
pub use staff::{Staff, StandardAnswer, Team};

/// The largest settings document taken, in bytes: a quarter of what one item of the table may hold.
pub const LARGEST: usize = 100 * 1024;
pub const MOST_CALENDARS: usize = 20;
pub const MOST_STAFF: usize = 300;
pub const MOST_TEAMS: usize = 50;
/// Names of teams that are remembered after nobody has them any more.
const MOST_FORMER: usize = 50;
pub const MOST_ANSWERS: usize = 200;
/// Characters of a standard answer: longer ones are pages to link to.
pub const LONGEST_ANSWER: usize = 5_000;
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
    /// Who hears of what, and who works when.
    pub staff: Vec<Staff>,
    /// Teams besides the shop's own; a new ticket goes to the first that takes it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<Team>,
    /// How long a ticket waits for somebody.
    #[serde(default)]
    pub lifecycle: Lifecycle,
    /// How long it is kept who looked at what.
    #[serde(default)]
    pub privacy: Privacy,
    /// What customers get back or get instead, who approves it, and when nobody has to.
    #[serde(default = "CaseRules::shipped")]
    pub cases: CaseRules,
    /// What customers are asked after a ticket was resolved.
    #[serde(default)]
    pub surveys: SurveyRules,
    /// What the shop wants its figures to be.
    #[serde(default)]
    pub figures: FigureRules,
    /// What is watched, and who hears when it goes wrong.
    #[serde(default = "AlertRules::shipped")]
    pub risk: AlertRules,
    /// Answers to common questions, by a name that stays.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, StandardAnswer>,
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
    /// From the oldest unanswered message of the customer's to the next reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_reply: Option<Promise>,
    /// In place of `next_reply` for messages that come by chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_reply_chat: Option<Promise>,
    /// From one public message to the next report of progress.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<Promise>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Promise>,
    /// From the request for money to the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_decision: Option<Promise>,
    /// From the decision to the money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payout: Option<Promise>,
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
    /// Seconds after which it is nobody's choice any more, such as a term set by law: the head of service is told then,
    /// instead of at twice the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 31_536_000))]
    pub limit: Option<i64>,
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
    /// Messages that come with one customer's own token.
    #[serde(default = "usual_messages")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 600))]
    pub messages_per_customer_hour: u16,
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

/// One a minute, for an hour on end.
fn usual_messages() -> u16 {
    60
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

/// Days after which something happens by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lifecycle {
    /// A customer we wait for is reminded.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 365))]
    pub remind_after_days: u16,
    /// … and the ticket is resolved with notice when they do not answer; counted from when the waiting began.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 365))]
    pub give_up_after_days: u16,
    /// Whoever holds the ticket is told to ask the third party again.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 365))]
    pub chase_after_days: u16,
    /// Goods that a customer sends back have to come.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 365))]
    pub return_within_days: u16,
    /// A customer's message reopens a resolved ticket for so long.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 365))]
    pub reopen_within_days: u16,
    /// A resolved ticket is closed; not sooner than it can be reopened.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 365))]
    pub close_after_days: u16,
}

impl Default for Lifecycle {
    fn default() -> Self {
        Self {
            remind_after_days: 3,
            give_up_after_days: 7,
            chase_after_days: 3,
            return_within_days: 14,
            reopen_within_days: 7,
            close_after_days: 7,
        }
    }
}

/// What is kept of those who look at what customers wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Privacy {
    /// Days that a look of staff at a ticket stays on record. Not fewer than 180: six months are what China's
    /// Cybersecurity Law (article 21) asks of such logs.
    #[cfg_attr(feature = "openapi", schema(minimum = 180, maximum = 3650))]
    pub reads_kept_days: u16,
}

impl Default for Privacy {
    fn default() -> Self {
        Self { reads_kept_days: 400 }
    }
}

/// Settings that passed every check, with their calendars read.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub version: u32,
    pub settings: Settings,
    /// Names that teams had in versions before this one, and no team has now, the latest first. Tickets that still carry
    /// one are the shop's own team's.
    pub former_teams: Vec<String>,
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
        let former_teams = Vec::new();
        if faults.is_empty() { Ok(Loaded { version, settings: self, former_teams, calendars }) } else { Err(faults) }
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
            ClockKind::NextReply if chat => policy.next_reply_chat.as_ref().or(policy.next_reply.as_ref()),
            ClockKind::NextReply => policy.next_reply.as_ref(),
            ClockKind::Update => policy.update.as_ref(),
            ClockKind::Resolution => policy.resolution.as_ref(),
            ClockKind::RefundDecision => policy.refund_decision.as_ref(),
            ClockKind::Payout => policy.payout.as_ref(),
        }
    }

    /// The team that a new ticket goes to.
    pub fn team(&self, stage: Stage, category: Category) -> &str {
        let takes = |team: &&Team| {
            (team.stages.is_empty() || team.stages.contains(&stage))
                && (team.categories.is_empty() || team.categories.contains(&category))
        };
        self.settings.teams.iter().find(takes).map_or(&self.settings.shop.team, |team| &team.name)
    }

    /// The zone in which the shop counts its days.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.settings.shop.time_zone).unwrap_or(TimeZone::UTC)
    }

    pub fn knows_team(&self, name: &str) -> bool {
        self.settings.knows_team(name)
    }

    /// The team that looks after tickets that carry a name: the one that has it, or the shop's own where none has it now.
    pub fn team_for<'a>(&'a self, name: &'a str) -> &'a str {
        if self.knows_team(name) { name } else { &self.settings.shop.team }
    }

    /// Every name under which tickets may wait for a team: its own, and for the shop's own also those that no team has now.
    pub fn queues_of<'a>(&'a self, team: &'a str) -> impl Iterator<Item = &'a str> {
        let former = self.former_teams.iter().map(String::as_str).filter(move |_| team == self.settings.shop.team);
        std::iter::once(team).chain(former)
    }

    /// What the version after this one has to know of names that teams had, where it is `next`.
    pub fn former_after(&self, next: &Settings) -> Vec<String> {
        let had = self.settings.teams.iter().map(|team| &team.name).chain([&self.settings.shop.team]);
        let former = had.chain(&self.former_teams).filter(|name| !next.knows_team(name));
        former.take(MOST_FORMER).cloned().collect()
    }

    /// The same promises with the people, teams and standard answers of `today`: who may be handed a ticket is no matter
    /// of what its customer was promised.
    pub fn staffed_as(&self, today: &Arc<Self>) -> Arc<Self> {
        if self.version == today.version {
            return Arc::clone(today);
        }
        let mut staffed = self.clone();
        let Settings { shop, staff, teams, answers, .. } = &mut staffed.settings;
        shop.clone_from(&today.settings.shop);
        staff.clone_from(&today.settings.staff);
        teams.clone_from(&today.settings.teams);
        answers.clone_from(&today.settings.answers);
        Arc::new(staffed)
    }

    /// Everybody in a role.
    pub fn in_role(&self, role: Role) -> impl Iterator<Item = &Staff> {
        self.settings.staff.iter().filter(move |person| person.role == role)
    }

    /// Somebody whose role answers tickets.
    pub fn may_hold(&self, id: &StaffId) -> bool {
        let answers = |role: Role| match role {
            Role::Agent | Role::Lead | Role::Manager | Role::Head => true,
            Role::Finance | Role::Admin => false,
        };
        self.settings.staff.iter().any(|person| person.id == *id && answers(person.role))
    }

    /// A member of staff by id.
    pub fn person(&self, id: &StaffId) -> Option<&Staff> {
        self.settings.staff.iter().find(|person| person.id == *id)
    }
}
