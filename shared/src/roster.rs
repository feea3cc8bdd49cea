//! Who is at work, and who gets the next ticket: on shift, with the skill and the language, below their capacity; of
//! these the one with the least load for their capacity, then the one whose last ticket is longest ago, then the lowest
//! id. Loads are compared as fractions in whole numbers, so that a third is a third.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::access::Role;
use crate::category::{Category, words};
use crate::id::StaffId;
use crate::mail::Language;
use crate::settings::{Loaded, Settings, Staff};
use crate::ticket::Ticket;

words!(
    /// Whether somebody on shift takes tickets.
    Presence { Available = "available", Away = "away" }
);

/// A person at work, as the table has it. Nobody has to come in: a shift begins by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtWork {
    pub presence: Presence,
    /// Live tickets they hold.
    pub held: i64,
    /// When they were handed one last; empty if never.
    pub last_at: Option<Timestamp>,
}

impl Default for AtWork {
    fn default() -> Self {
        Self { presence: Presence::Available, held: 0, last_at: None }
    }
}

/// Everybody the table knows of; the others are at work and hold nothing.
pub type Roster = BTreeMap<StaffId, AtWork>;

/// Somebody on shift to whom tickets are handed.
#[derive(Clone, Copy, Debug)]
pub struct Duty<'a> {
    pub person: &'a Staff,
    pub team: &'a str,
    pub capacity: u16,
}

/// What a ticket asks of whoever gets it.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    pub team: &'a str,
    pub category: Category,
    pub language: Language,
    /// Not somebody who has given it back.
    pub but: Option<&'a StaffId>,
}

impl<'a> Wanted<'a> {
    /// A customer whose language was not known is answered in the shop's.
    pub fn by(ticket: &'a Ticket, settings: &'a Loaded) -> Self {
        let language = ticket.language.unwrap_or(settings.settings.shop.language);
        Self {
            team: settings.team_for(&ticket.team),
            category: ticket.category,
            language,
            but: ticket.given_back.as_ref(),
        }
    }
}

/// Everybody once, by id. Somebody listed in several roles is one person: the first listing that takes tickets counts,
/// else the first.
pub fn people(settings: &Settings) -> BTreeMap<&StaffId, &Staff> {
    let mut people: BTreeMap<&StaffId, &Staff> = BTreeMap::new();
    for person in &settings.staff {
        let listed = people.entry(&person.id).or_insert(person);
        if capacity(listed).is_none() && capacity(person).is_some() {
            *listed = person;
        }
    }
    people
}

/// Live tickets that somebody holds before no more are handed to them; none where nothing is handed to them at all.
pub fn capacity(person: &Staff) -> Option<u16> {
    match person.role {
        Role::Agent | Role::Lead => person.capacity,
        Role::Manager | Role::Head | Role::Finance | Role::Admin => None,
    }
}

/// The team whose tickets somebody gets.
pub fn team<'a>(person: &'a Staff, settings: &'a Settings) -> &'a str {
    person.team.as_deref().unwrap_or(&settings.shop.team)
}

pub fn is_on_shift(person: &Staff, settings: &Loaded, now: Timestamp) -> bool {
    let calendar = person.shift.as_ref().unwrap_or(&settings.settings.mail.opening_hours);
    settings.calendar(calendar).is_some_and(|calendar| calendar.is_open(now))
}

/// Everybody whose shift it is and who takes tickets, by id.
pub fn on_shift(settings: &Loaded, now: Timestamp) -> Vec<Duty<'_>> {
    let duty = |person: &&'_ Staff| capacity(person).is_some() && is_on_shift(person, settings, now);
    let people = people(&settings.settings).into_values().filter(duty);
    people
        .filter_map(|person| Some(Duty { person, team: team(person, &settings.settings), capacity: capacity(person)? }))
        .collect()
}

impl Duty<'_> {
    /// They are there and hold less than they can.
    pub fn has_room(&self, roster: &Roster) -> bool {
        let at_work = self.at_work(roster);
        at_work.presence == Presence::Available && at_work.held < i64::from(self.capacity)
    }

    pub fn at_work(&self, roster: &Roster) -> AtWork {
        roster.get(&self.person.id).copied().unwrap_or_default()
    }

    fn can(&self, wanted: Wanted<'_>) -> bool {
        let (skills, languages) = (&self.person.skills, &self.person.answers_in);
        self.team == wanted.team
            && wanted.but != Some(&self.person.id)
            && (skills.is_empty() || skills.contains(&wanted.category))
            && (languages.is_empty() || languages.contains(&wanted.language))
    }
}

/// Who gets a ticket; nobody, if nobody can take it now.
pub fn next<'a, 'b>(duties: &'b [Duty<'a>], roster: &Roster, wanted: Wanted<'_>) -> Option<&'b Duty<'a>> {
    let able = duties.iter().filter(|duty| duty.can(wanted) && duty.has_room(roster));
    able.min_by(|one, other| before(one, other, roster))
}

fn before(one: &Duty<'_>, other: &Duty<'_>, roster: &Roster) -> Ordering {
    let (left, right) = (one.at_work(roster), other.at_work(roster));
    // held / capacity, both multiplied by both capacities.
    let load = |held: i64, others: u16| held.max(0).saturating_mul(i64::from(others));
    let loads = load(left.held, other.capacity).cmp(&load(right.held, one.capacity));
    // Whoever never had one is idle for longest: nothing sorts before something.
    loads.then(left.last_at.cmp(&right.last_at)).then(one.person.id.cmp(&other.person.id))
}

/// One member of staff, as `GET /v1/desk/agents` shows them.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Agent))]
pub struct AgentView {
    pub id: StaffId,
    pub role: Role,
    pub team: String,
    /// Their shift's calendar is open now.
    pub on_shift: bool,
    pub presence: Presence,
    /// Live tickets they hold.
    pub held: u32,
    /// Live tickets they hold before no more are handed to them; none where nothing is handed to them by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u16>,
}

/// Everybody of a storefront, by id.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Agents))]
pub struct AgentsView {
    pub agents: Vec<AgentView>,
}

pub fn agent(person: &Staff, settings: &Loaded, at_work: AtWork, now: Timestamp) -> AgentView {
    AgentView {
        id: person.id.clone(),
        role: person.role,
        team: team(person, &settings.settings).to_owned(),
        on_shift: is_on_shift(person, settings, now),
        presence: at_work.presence,
        held: u32::try_from(at_work.held).unwrap_or(0),
        capacity: capacity(person),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::ticket::given::{at, with};

    const NOW: &str = "2026-03-12T02:00:00Z";
    /// Every capacity up to 12 divides it.
    const COMMON: i64 = 27_720;

    fn staff(people: &[Value]) -> Loaded {
        with(|settings| {
            settings["teams"] = json!([{ "name": "returns" }]);
            settings["calendars"]["new york"] = json!({ "zone": "America/New_York", "week": { "mon": [["09:00", "17:00"]] }, "holidays": [], "overrides": {} });
            let whole = |person: &Value| {
                let mut whole = json!({ "email": "a@shop.example", "role": "agent", "language": "en", "capacity": 4, "shift": "always" });
                whole.as_object_mut().unwrap().extend(person.as_object().unwrap().clone());
                whole
            };
            settings["staff"] = people.iter().map(whole).collect();
        })
    }

    fn roster(loads: &[(&str, i64, Option<&str>)]) -> Roster {
        let row = |(id, held, last): &(&str, i64, Option<&str>)| {
            (StaffId::parse(id).unwrap(), AtWork { held: *held, last_at: last.map(at), ..AtWork::default() })
        };
        loads.iter().map(row).collect()
    }

    const QUALITY: Wanted<'static> =
        Wanted { team: "after-sales", category: Category::Quality, language: Language::En, but: None };

    fn who(people: &[Value], roster: &Roster, wanted: Wanted<'_>) -> Option<String> {
        let settings = staff(people);
        let duties = on_shift(&settings, at(NOW));
        next(&duties, roster, wanted).map(|duty| duty.person.id.to_string())
    }

    #[test]
    fn the_least_load_for_their_capacity_comes_first_then_the_longest_idle_then_the_lowest_id() {
        let people = [json!({ "id": "a", "capacity": 3 }), json!({ "id": "b", "capacity": 9 }), json!({ "id": "c" })];
        // A third, two ninths, a quarter.
        let loads = roster(&[("a", 1, None), ("b", 2, None), ("c", 1, None)]);
        assert_eq!(who(&people, &loads, QUALITY).as_deref(), Some("b"));
        // A third each: no fraction in binary would tell.
        let (early, late) = (Some("2026-03-12T01:00:00Z"), Some("2026-03-12T01:30:00Z"));
        let loads = roster(&[("a", 1, late), ("b", 3, early), ("c", 2, None)]);
        assert_eq!(who(&people, &loads, QUALITY).as_deref(), Some("b"));
        let loads = roster(&[("a", 1, late), ("b", 3, late), ("c", 2, None)]);
        assert_eq!(who(&people, &loads, QUALITY).as_deref(), Some("a"));
        let loads = roster(&[("a", 0, late), ("b", 0, early)]);
        assert_eq!(who(&people, &loads, QUALITY).as_deref(), Some("c"), "who never had one is idle for longest");
    }

    #[test]
    fn nobody_gets_a_ticket_at_their_capacity_or_while_away() {
        let people = [json!({ "id": "a", "capacity": 2 }), json!({ "id": "b", "capacity": 2 })];
        let mut loads = roster(&[("a", 2, None), ("b", 1, None)]);
        assert_eq!(who(&people, &loads, QUALITY).as_deref(), Some("b"));
        loads.get_mut(&StaffId::parse("b").unwrap()).unwrap().presence = Presence::Away;
        assert_eq!(who(&people, &loads, QUALITY), None);
    }

    #[test]
    fn a_ticket_goes_to_somebody_of_its_team_with_its_skill_and_its_language() {
        let people = [
            json!({ "id": "delivery", "skills": ["delivery"] }),
            json!({ "id": "english", "answers_in": ["en"] }),
            json!({ "id": "returns", "team": "returns" }),
            json!({ "id": "zh", "answers_in": ["zh-Hans"] }),
        ];
        let busy = roster(&[("english", 3, None), ("zh", 3, None)]);
        assert_eq!(who(&people, &busy, QUALITY).as_deref(), Some("english"));
        let delivery = Wanted { category: Category::Delivery, ..QUALITY };
        assert_eq!(who(&people, &busy, delivery).as_deref(), Some("delivery"));
        let chinese = Wanted { language: Language::ZhHans, ..QUALITY };
        assert_eq!(who(&people, &busy, chinese).as_deref(), Some("zh"));
        assert_eq!(who(&people, &busy, Wanted { team: "returns", ..QUALITY }).as_deref(), Some("returns"));
        let traditional = Wanted { language: Language::ZhHant, ..QUALITY };
        assert_eq!(who(&people, &busy, traditional), None);
    }

    #[test]
    fn a_ticket_does_not_go_back_to_whoever_gave_it_back() {
        let people = [json!({ "id": "a" }), json!({ "id": "b" })];
        let (a, b) = (StaffId::parse("a").unwrap(), StaffId::parse("b").unwrap());
        assert_eq!(who(&people, &Roster::new(), Wanted { but: Some(&a), ..QUALITY }).as_deref(), Some("b"));
        assert_eq!(who(&people, &Roster::new(), Wanted { but: Some(&b), ..QUALITY }).as_deref(), Some("a"));
        assert_eq!(who(&people[..1], &Roster::new(), Wanted { but: Some(&a), ..QUALITY }), None);
    }

    #[test]
    fn only_agents_and_leads_with_a_capacity_are_handed_tickets() {
        for (role, gets) in
            [("agent", true), ("lead", true), ("manager", false), ("head", false), ("finance", false), ("admin", false)]
        {
            let people = [json!({ "id": "a", "role": role })];
            assert_eq!(who(&people, &Roster::new(), QUALITY).is_some(), gets, "{role}");
            let people = [json!({ "id": "a", "role": role, "capacity": null })];
            assert_eq!(who(&people, &Roster::new(), QUALITY), None, "{role}");
        }
    }

    #[test]
    fn somebody_listed_in_two_roles_is_one_person() {
        let settings = staff(&[
            json!({ "id": "a", "role": "head" }),
            json!({ "id": "a", "role": "lead", "capacity": 2 }),
            json!({ "id": "a", "role": "agent", "capacity": 5 }),
        ]);
        let capacities: Vec<u16> = on_shift(&settings, at(NOW)).iter().map(|duty| duty.capacity).collect();
        assert_eq!(capacities, [2]);
    }

    #[test]
    fn a_shift_is_kept_in_its_own_zone_over_a_clock_change() {
        let settings = staff(&[json!({ "id": "a", "shift": "new york" })]);
        // 9:00 on a Monday in New York is 14:00 UTC before 8 March 2026 and 13:00 UTC after.
        for (instant, on) in [
            ("2026-03-02T13:59:59Z", false),
            ("2026-03-02T14:00:00Z", true),
            ("2026-03-09T12:59:59Z", false),
            ("2026-03-09T13:00:00Z", true),
            ("2026-03-09T20:59:59Z", true),
            ("2026-03-09T21:00:00Z", false),
        ] {
            assert_eq!(on_shift(&settings, at(instant)).len(), usize::from(on), "{instant}");
        }
    }

    #[test]
    fn without_a_shift_of_their_own_people_work_in_the_opening_hours() {
        let settings = staff(&[json!({ "id": "a", "shift": null })]);
        for (instant, on) in
            [("2026-03-12T00:59:59Z", false), ("2026-03-12T01:00:00Z", true), ("2026-03-14T02:00:00Z", false)]
        {
            assert_eq!(on_shift(&settings, at(instant)).len(), usize::from(on), "{instant}");
        }
    }

    proptest! {
        /// Against a sort of everybody who can, by loads over a common denominator.
        #[test]
        fn the_next_one_is_the_first_of_all_in_order(
            people in prop::collection::vec((1i64..=12, 0i64..=13, 0i64..3, any::<bool>(), 0usize..3, 0usize..3), 0..12),
        ) {
            let skills = [json!([]), json!(["quality"]), json!(["delivery"])];
            let languages = [json!([]), json!(["en", "zh-Hans"]), json!(["zh-Hant"])];
            let listed: Vec<Value> = people.iter().enumerate().map(|(place, (capacity, _, _, _, skill, language))| json!({
                "id": format!("p{place:02}"), "capacity": capacity, "skills": skills[*skill], "answers_in": languages[*language],
            })).collect();
            let row = |(place, person): (usize, &(i64, i64, i64, bool, usize, usize))| {
                let (_, held, last, away, ..) = *person;
                let last_at = (last > 0).then(|| Timestamp::from_second(last).unwrap());
                let presence = if away { Presence::Away } else { Presence::Available };
                (StaffId::parse(&format!("p{place:02}")).unwrap(), AtWork { presence, held, last_at })
            };
            let loads: Roster = people.iter().enumerate().map(row).collect();
            let mut able: Vec<(i64, i64, String)> = people.iter().enumerate()
                .filter(|(_, (capacity, held, _, away, skill, language))| held < capacity && !away && *skill < 2 && *language < 2)
                .map(|(place, (capacity, held, last, ..))| (held * (COMMON / capacity), *last, format!("p{place:02}")))
                .collect();
            able.sort();
            prop_assert_eq!(who(&listed, &loads, QUALITY), able.into_iter().next().map(|(_, _, id)| id));
        }
    }
}
