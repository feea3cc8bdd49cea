//! An action as it is handed in at the desk.

use jiff::civil::Date;
use serde_json::Value;

use super::Scoped;
use crate::category::{Category, Channel};
use crate::figures::{Dimension, Name};
use crate::id::{ProductId, StaffId};
use crate::problem::Fault;
use crate::reader::{Faults, Reader};
use crate::settings::Loaded;

/// Characters of what is done, and of why it was dropped.
pub const LONGEST_MEASURE: usize = 2_000;
pub const LONGEST_REASON: usize = 500;
/// People who work on one action.
pub const MOST_MEMBERS: usize = 20;
/// An action that takes longer is several.
pub const LONGEST_DAYS: i32 = 366;
pub const LEAST_GOAL: i64 = -100;
pub const MOST_GOAL: i64 = 1_000_000_000;
pub const LONGEST_NAME: usize = 255;

/// An action that was read and is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAction {
    pub figure: Name,
    pub scope: Option<Scoped>,
    pub goal: i64,
    pub measure: String,
    pub owner: StaffId,
    pub group: Vec<StaffId>,
    pub begins: Date,
    pub due: Date,
}

impl NewAction {
    /// Every wrong field is named at once. `today` is in the shop's zone; an action begins then where nothing else is said.
    pub fn read(body: &Value, today: Date) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::new();
        let mut fields = Reader::new("", body, &mut faults);
        let read = read(&mut fields, today, &mut faults);
        fields.finish(&mut faults);
        read.filter(|_| faults.is_empty()).ok_or(faults)
    }

    /// What there is none of in the shop: people who are not on its list of staff, and a team or another part of it.
    pub fn unknown(&self, shop: &Loaded) -> Vec<Fault> {
        let group = self.group.iter().enumerate().map(|(place, person)| (format!("/group/{place}"), person));
        let people = group.chain([("/owner".to_owned(), &self.owner)]);
        let strangers = people.filter(|(_, person)| shop.person(person).is_none());
        let mut faults: Faults =
            strangers.map(|(at, _)| Fault::new(at, "must be somebody on the shop's list of staff")).collect();
        if let Some(scope) = self.scope.as_ref().filter(|scope| !is_known(scope, shop)) {
            faults.push(Fault::new("/scope/name", format!("must be the name of a {} of the shop's", scope.by)));
        }
        faults
    }
}

/// Products are the storefront's to name.
fn is_known(Scoped { by, name }: &Scoped, shop: &Loaded) -> bool {
    match by {
        Dimension::Team => shop.knows_team(name),
        Dimension::Agent => StaffId::parse(name).is_some_and(|id| shop.person(&id).is_some()),
        Dimension::Category => Category::parse(name).is_some(),
        Dimension::Channel => Channel::parse(name).is_some(),
        Dimension::Product => ProductId::parse(name).is_some(),
    }
}

fn read(fields: &mut Reader<'_>, today: Date, faults: &mut Faults) -> Option<NewAction> {
    let figure = fields.word("figure", Name::ALL, Name::parse, faults);
    let figure = fields.required("figure", figure, faults);
    let scope = fields.object("scope", faults).and_then(|scope| read_scope(scope, faults));
    let goal = fields.number("goal", LEAST_GOAL, MOST_GOAL, faults);
    let goal = fields.required("goal", goal, faults);
    let measure = fields.text("measure", 1, LONGEST_MEASURE, faults);
    let measure = fields.required("measure", measure, faults);
    let owner = fields.parsed("owner", StaffId::RULE, StaffId::parse, faults);
    let owner = fields.required("owner", owner, faults);
    let members = fields.list("group", MOST_MEMBERS, faults);
    let group = members.into_iter().filter_map(|(at, member)| read_member(at, member, faults)).collect();
    let begins = fields.parsed("begins", "a day such as 2026-01-31", day, faults).unwrap_or(today);
    let due = fields.parsed("due", "a day such as 2026-01-31", day, faults);
    let due = fields.required("due", due, faults);
    if let Some(due) = due {
        let length = begins.until(due).map_or(i32::MAX, |span| span.get_days());
        if !(0..=LONGEST_DAYS).contains(&length) {
            fields.fault(
                "due",
                &format!("must be on or within {LONGEST_DAYS} days after the day it begins, {begins}"),
                faults,
            );
        }
    }
    Some(NewAction { figure: figure?, scope, goal: goal?, measure: measure?, owner: owner?, group, begins, due: due? })
}

fn read_member(at: String, member: &Value, faults: &mut Faults) -> Option<StaffId> {
    let id = member.as_str().and_then(StaffId::parse);
    if id.is_none() {
        faults.push(Fault::new(at, format!("must be {}", StaffId::RULE)));
    }
    id
}

fn read_scope(mut fields: Reader<'_>, faults: &mut Faults) -> Option<Scoped> {
    let by = fields.word("by", Dimension::ALL, Dimension::parse, faults);
    let by = fields.required("by", by, faults);
    let name = fields.text("name", 1, LONGEST_NAME, faults);
    let name = fields.required("name", name, faults);
    fields.finish(faults);
    Some(Scoped { by: by?, name: name? })
}

/// Nothing else that the parser takes, such as a time with it.
fn day(text: &str) -> Option<Date> {
    text.parse().ok().filter(|day: &Date| day.to_string() == text)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    const TODAY: Date = date(2026, 3, 1);

    #[test]
    fn an_action_says_what_is_to_move_who_sees_to_it_and_by_when() {
        let body = json!({
            "figure": "complaint_rate", "scope": { "by": "product", "name": "cup-1" }, "goal": 2,
            "measure": "Pack cups in double boxes", "owner": "lead-1", "group": ["agent-1"], "due": "2026-03-31",
        });
        let read = NewAction::read(&body, TODAY).unwrap();
        assert_eq!((read.figure, read.goal, read.begins, read.due), (Name::ComplaintRate, 2, TODAY, date(2026, 3, 31)));
        assert_eq!(read.scope, Some(Scoped { by: Dimension::Product, name: "cup-1".to_owned() }));
    }

    #[test]
    fn people_and_parts_that_the_shop_does_not_have_are_named() {
        let shop = crate::ticket::given::with(|settings| {
            settings["teams"] = json!([{ "name": "returns" }]);
            settings["staff"] =
                json!([{ "id": "lead-1", "email": "l@shop.example", "role": "lead", "language": "en" }]);
        });
        let wrong = |more: Value| {
            let mut body =
                json!({ "figure": "csat", "goal": 85, "measure": "Train", "owner": "lead-1", "due": "2026-03-31" });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let faults = NewAction::read(&body, TODAY).unwrap().unknown(&shop);
            faults.into_iter().map(|fault| fault.pointer).collect::<Vec<_>>()
        };
        assert_eq!(wrong(json!({ "owner": "x", "group": ["lead-1", "y"] })), ["/group/1", "/owner"]);
        let parts = [
            ("team", "returns", "nobodys"),
            ("agent", "lead-1", "agent-9"),
            ("category", "quality", "beauty"),
            ("channel", "chat", "pigeon"),
            ("product", "cup-1", "a cup"),
        ];
        for (by, known, unknown) in parts {
            assert!(wrong(json!({ "scope": { "by": by, "name": known } })).is_empty(), "{known}");
            assert_eq!(wrong(json!({ "scope": { "by": by, "name": unknown } })), ["/scope/name"], "{unknown}");
        }
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let body = json!({
            "figure": "beauty", "scope": { "by": "colour" }, "goal": 1.5, "measure": " ", "owner": "a b", "group": [7, "agent-1"],
            "begins": "2026-03-01T10:00", "due": "2025-02-28", "hope": 1,
        });
        let faults = NewAction::read(&body, TODAY).unwrap_err();
        let mut named: Vec<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        named.sort_unstable();
        let wrong = [
            "/begins",
            "/due",
            "/figure",
            "/goal",
            "/group/0",
            "/hope",
            "/measure",
            "/owner",
            "/scope/by",
            "/scope/name",
        ];
        assert_eq!(named, wrong);
        let nothing = NewAction::read(&json!({}), TODAY).unwrap_err();
        assert_eq!(nothing.len(), 5, "{nothing:?}");
    }
}
