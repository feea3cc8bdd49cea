//! Improvement actions: opened, listed, read with their effect, and ended.

use aftercare::access::Action as May;
use aftercare::figures::{Dimension, FigureRules, Measure, Name, Sheet, Window};
use aftercare::id::{ActionId, StaffId, StorefrontId};
use aftercare::improvement::{
    Action, ActionStanding, COMPARED_DAYS, Effect, LEAST_GOAL, LONGEST_DAYS, LONGEST_MEASURE, LONGEST_NAME,
    LONGEST_REASON, MOST_GOAL, MOST_MEMBERS, MOST_OPEN, Scoped,
};
use aftercare::view::{ActionPage, ActionView};
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::feedback::day;
use super::operations::{Operation, cursor, limit, path, query, roles};
use super::shape::{list, named, object, optional, required, text};

const MEASURE: &str = "易碎品改用双层纸箱包装，仓库每班抽检十件。";

pub(super) fn operations() -> Vec<Operation> {
    let id = || path("id", "The action's id.", named("ActionId"));
    vec![
        Operation {
            route: "POST /v1/desk/actions",
            id: "openAction",
            summary: "Open an improvement action",
            about: format!(
                "Something that is done so that a figure gets better: where the figure is to go, what is done, who sees to it and by when. At most {MOST_OPEN} are open at once: 409. When its last day is over, its owner and whoever opened it hear of it by mail, once. {}",
                roles(May::WriteActions)
            ),
            parameters: Vec::new(),
            body: Some("NewAction"),
            done: vec![(201, "Action", "It is open.")],
            refused: &[409],
        },
        Operation {
            route: "GET /v1/desk/actions",
            id: "listActions",
            summary: "What is done so that figures get better",
            about: format!(
                "The open ones first and by when they are due, then those that are done and those that were dropped, the latest first. Agents see those that they own, work on or opened: a page of theirs may have fewer than `limit`, even none, and still a `next`. {}",
                roles(May::ReadActions)
            ),
            parameters: vec![
                query("standing", "Only those that stand so.", named("ActionStanding")),
                limit(),
                cursor(),
            ],
            body: None,
            done: vec![(200, "ActionPage", "A page.")],
            refused: &[],
        },
        Operation {
            route: "GET /v1/desk/actions/{id}",
            id: "readAction",
            summary: "An improvement action and what it did",
            about: format!(
                "Its figure over the {COMPARED_DAYS} days before it began, and once it is done over the {COMPARED_DAYS} days after, as far as they are counted. {}",
                roles(May::ReadActions)
            ),
            parameters: vec![id()],
            body: None,
            done: vec![(200, "Action", "The action.")],
            refused: &[404],
        },
        Operation {
            route: "POST /v1/desk/actions/{id}/finish",
            id: "finishAction",
            summary: "Say that an improvement action is done",
            about: format!(
                "Its owner may, and whoever may open one. Again changes nothing; one that was dropped, or has not begun, is refused. {}",
                roles(May::ReadActions)
            ),
            parameters: vec![id()],
            body: None,
            done: vec![(200, "Action", "The action after it.")],
            refused: &[404, 409],
        },
        Operation {
            route: "POST /v1/desk/actions/{id}/drop",
            id: "dropAction",
            summary: "Drop an improvement action, and say why",
            about: format!("Again changes nothing; one that is done is refused. {}", roles(May::WriteActions)),
            parameters: vec![id()],
            body: Some("DropAction"),
            done: vec![(200, "Action", "The action after it.")],
            refused: &[404, 409],
        },
    ]
}

pub(super) fn bodies() -> Vec<(String, Value)> {
    let scope = object(
        "One team, agent, category, channel or product of the shop's.",
        [required("by", named("Dimension")), required("name", text(1, LONGEST_NAME))],
    );
    let goal = json!({ "type": "integer", "minimum": LEAST_GOAL, "maximum": MOST_GOAL });
    let fields = [
        required("figure", named("Name")),
        optional("scope", scope).says("Whose figure it is; else the shop's."),
        required("goal", goal).says("Where the figure is to go, in whole units of it."),
        required("measure", text(1, LONGEST_MEASURE)).says("What is done. No names of customers."),
        required("owner", named("StaffId")).says("Somebody on the list of staff."),
        optional("group", list(named("StaffId"), MOST_MEMBERS)).says("Who works on it with the owner."),
        optional("begins", day()).says("The first day on which it can have an effect, in the shop's zone; else today."),
        required("due", day())
            .says(&format!("The last day, at most {LONGEST_DAYS} days after the one on which it begins.")),
    ];
    let reason = [required("reason", text(1, LONGEST_REASON))];
    let bodies = [
        ("NewAction", object("What is to be done so that a figure gets better.", fields)),
        ("DropAction", object("Why it is not done.", reason)),
    ];
    bodies.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

pub(super) fn examples(body: &str) -> Option<Vec<(&'static str, Value)>> {
    Some(match body {
        "NewAction" => vec![(
            "packing",
            json!({ "figure": "complaint_rate", "scope": { "by": "product", "name": "kettle-2" }, "goal": 2, "measure": MEASURE, "owner": "lead-1", "group": ["agent-1"], "begins": "2026-11-01", "due": "2026-11-30" }),
        )],
        "DropAction" => vec![("dear", json!({ "reason": "纸箱成本过高。" }))],
        _ => return None,
    })
}

pub(super) fn answers() -> Vec<(&'static str, Value)> {
    vec![("Action", json!(done())), ("ActionPage", json!(ActionPage { actions: vec![done()], next: None }))]
}

/// One that is done, with two weeks after it counted.
fn done() -> ActionView {
    let person = |id: &str| StaffId::parse(id).expect("an id");
    let action = Action {
        id: ActionId::of(&["packing"]),
        storefront: StorefrontId::parse("shop").expect("a storefront"),
        figure: Name::ComplaintRate,
        scope: Some(Scoped { by: Dimension::Product, name: "kettle-2".into() }),
        goal: 2,
        measure: MEASURE.into(),
        owner: person("lead-1"),
        group: vec![person("agent-1")],
        begins: date(2026, 11, 1),
        due: date(2026, 11, 30),
        standing: ActionStanding::Done,
        ended: Some(date(2026, 11, 16)),
        why: None,
        by: person("manager-1"),
        told: false,
    };
    let today: Date = date(2026, 11, 30);
    let rate = |complaints: i64, window: Window| {
        let counts = [(Measure::Complaint, complaints), (Measure::Orders, 400)].into();
        action.figure.of(&Sheet { counts, ..Sheet::default() }, &FigureRules::default(), &window)
    };
    let before = rate(21, action.before().expect("days before it"));
    let after = action.after(today).map(|window| rate(7, window));
    let effect = Effect::of(&action, before, after);
    ActionView::of(action, Some(effect), today)
}
