//! What leads have to follow up on, and how they say that they did.

use aftercare::access::Action;
use aftercare::category::{Category, Channel};
use aftercare::survey::{Answer, Standing, Survey, Task};
use aftercare::view::{TaskPage, TaskView};
use serde_json::{Value, json};

use super::examples::ID;
use super::operations::{Operation, cursor, limit, path, roles, ticket};

pub(super) fn operations() -> [Operation; 2] {
    let cycle = json!({ "type": "integer", "minimum": 1, "maximum": 65_535 });
    [
        Operation {
            route: "GET /v1/desk/survey-tasks",
            id: "listSurveyTasks",
            summary: "Low scores that nobody has followed up on, soonest due first",
            about: roles(Action::FinishTask),
            parameters: vec![limit(), cursor()],
            body: None,
            done: vec![(200, "SurveyTaskPage", "One page.")],
            refused: &[],
        },
        Operation {
            route: "POST /v1/desk/tickets/{id}/surveys/{cycle}/follow-up",
            id: "followUpOnSurvey",
            summary: "Note what came of following up on a low score",
            about: format!("Once; the note is among staff. {}", roles(Action::FinishTask)),
            parameters: vec![ticket(), path("cycle", "The resolution cycle that was asked about.", cycle)],
            body: Some("FollowUp"),
            done: vec![(200, "SurveyTask", "The task after it.")],
            refused: &[404, 409],
        },
    ]
}

/// By schema.
pub(super) fn answers() -> Vec<(&'static str, Value)> {
    let at = |text: &str| text.parse().expect("an instant");
    let about =
        json!({ "agent": "agent-1", "team": "after_sales", "category": Category::Quality, "channel": Channel::Web });
    let survey = Survey {
        storefront: aftercare::id::StorefrontId::parse("shop").expect("a storefront"),
        ticket: aftercare::id::TicketId::parse(ID).expect("an id"),
        customer: aftercare::id::CustomerRef::parse("c-1").expect("a customer"),
        cycle: 1,
        kind: aftercare::survey::SurveyKind::Csat,
        about: serde_json::from_value(about).expect("what it is about"),
        silent: false,
        standing: Standing::Answered {
            at: at("2026-03-13T02:10:00Z"),
            answer: Answer { score: 2, solved: Some(false) },
            editable: at("2026-03-14T02:10:00Z"),
            expires: at("2026-03-27T02:00:00Z"),
            comment: Some(4),
        },
        task: Some(Task { due: at("2026-03-14T02:10:00Z"), breached: false, done: None }),
    };
    let view = || TaskView::of(&survey).expect("a task");
    vec![
        ("SurveyTask", json!(view())),
        ("SurveyTaskPage", json!(TaskPage { tasks: vec![view()], next: Some("0e131911".into()) })),
    ]
}
