//! What staff do to tickets, each with the body it takes.

use aftercare::access::Action;
use aftercare::desk::{BulkAction, MOST_TICKETS};
use aftercare::intake::LONGEST_TEXT;
use serde_json::{Map, Value, json};

use super::examples::ID;
use super::operations::{Operation, cursor, limit, path, roles, ticket};
use super::shape::{Field, named, object, optional, required, text};

/// Route, body, id, summary, description, action.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, Action);

const ROWS: [Row; 18] = [
    (
        "POST /v1/desk/tickets/{id}/notes",
        "Note",
        "note",
        "Write a note among staff",
        "Neither the customer nor the storefront's server ever sees it. Possible when the ticket is over, too, until it is erased.",
        Action::Note,
    ),
    (
        "POST /v1/desk/tickets/{id}/investigation",
        "Investigation",
        "investigate",
        "Note what was found out",
        "The third step of a complaint. The customer sees that it was taken, not the words.",
        Action::Investigate,
    ),
    (
        "POST /v1/desk/tickets/{id}/proposals",
        "NewProposal",
        "propose",
        "Offer the customer a solution",
        "A message to the customer, whose turn it is then. It takes the place of the proposal before it.",
        Action::Propose,
    ),
    (
        "POST /v1/desk/tickets/{id}/proposals/{n}/answer",
        "ProposalAnswer",
        "recordAnswer",
        "Record what the customer said to a proposal",
        "For what was said by phone or mail. The same answer again changes nothing, and with a note it is 409, as another answer is.",
        Action::Answer,
    ),
    (
        "POST /v1/desk/tickets/{id}/execution",
        "Execution",
        "execute",
        "Carry a solution out",
        "Only what the customer agreed to, or asked for when they opened the ticket, once. As soon as a solution is proposed to them, what they answer to it counts, and no longer what they asked for.",
        Action::Execute,
    ),
    (
        "POST /v1/desk/tickets/{id}/follow-up",
        "FollowUp",
        "followUp",
        "Ask afterwards whether all is well",
        "For a ticket that is resolved or closed; the answer is a note among staff.",
        Action::FollowUp,
    ),
    (
        "POST /v1/desk/tickets/{id}/wait",
        "Wait",
        "wait",
        "Say whose turn it is",
        "Without a message to the customer. Promises pause and timers start as after one.",
        Action::Wait,
    ),
    (
        "POST /v1/desk/tickets/{id}/cancel",
        "Nothing",
        "cancel",
        "Cancel what the customer no longer wants",
        "Its promises end without an outcome; what was broken stays broken.",
        Action::Cancel,
    ),
    (
        "POST /v1/desk/tickets/{id}/spam",
        "Nothing",
        "markSpam",
        "Mark a ticket as spam",
        "Its promises end without an outcome; what was broken stays broken.",
        Action::Spam,
    ),
    (
        "POST /v1/desk/tickets/{id}/reopen",
        "Reopening",
        "reopen",
        "Open a ticket again that was ended by mistake",
        "Resolved, and for a lead and those above also spam and cancelled; closed and merged are final. It gets a new cycle of `resolution`, and a customer who waited for an answer when it ended, or never had one, is owed it from now on. What was taken for spam when it came is not acknowledged now: reply to it.",
        Action::Reopen,
    ),
    (
        "POST /v1/desk/tickets/{id}/release",
        "Nothing",
        "release",
        "Give a ticket back to its team's queue",
        "Nobody holds it then; it is handed out again, oldest first.",
        Action::Release,
    ),
    (
        "POST /v1/desk/tickets/{id}/transfer",
        "Transfer",
        "transfer",
        "Hand a ticket to another team",
        "Nobody holds it then.",
        Action::Transfer,
    ),
    (
        "POST /v1/desk/tickets/{id}/priority",
        "Prioritization",
        "prioritize",
        "Change the priority",
        "Promises keep their start and their pauses. A due instant that lies in the past thereby is a breach at this moment, with that cause.",
        Action::Prioritize,
    ),
    (
        "POST /v1/desk/tickets/{id}/classification",
        "Classification",
        "classify",
        "Change the category",
        "By a person, so that it needs no more triage. Another category brings its own points: the priority is what the score gives then, unless a person ever set it, and promises follow as after a change of priority. A ticket that waits in the queue of its old category's team moves to the new one's.",
        Action::Classify,
    ),
    (
        "POST /v1/desk/tickets/{id}/adopt",
        "Nothing",
        "adopt",
        "Move a ticket to the promises in force",
        "Open tickets keep the promises of the settings they were opened under until somebody does this.",
        Action::Adopt,
    ),
    (
        "POST /v1/desk/tickets/{id}/excuses",
        "Excuse",
        "excuse",
        "Say why a breach does not count",
        "The breach stays on record with the reason; nobody is told of it any more. Excused already it is 409: write a note.",
        Action::Excuse,
    ),
    (
        "POST /v1/desk/tickets/{id}/merge",
        "Merge",
        "merge",
        "Merge a ticket into another",
        "Both of the same customer. This one ends; what the customer writes to it goes to the other. Both change at once, or neither.",
        Action::Merge,
    ),
    ("POST /v1/desk/tickets/{id}/link", "Link", "link", "Link two tickets", "Each then names the other.", Action::Link),
];

pub(super) fn operations() -> Vec<Operation> {
    let acts = ROWS.iter().map(|(route, body, id, summary, about, action)| {
        let number =
            || path("n", "The proposal's number.", json!({ "type": "integer", "minimum": 1, "maximum": 65_535 }));
        Operation {
            route,
            id,
            summary,
            about: format!("{about} {}", roles(*action)),
            parameters: [ticket()].into_iter().chain(route.contains("{n}").then(number)).collect(),
            body: Some(body),
            done: vec![(200, "Ticket", "The ticket after it.")],
            refused: &[404, 409],
        }
    });
    let bulk = Operation {
        route: "POST /v1/desk/tickets/bulk",
        id: "bulk",
        summary: "Do one thing to many tickets",
        about: format!(
            "Each in a transaction of its own, with an outcome of its own. Sent again with the same key it goes on with what was not done. What is done takes the role that it takes for one ticket. {}",
            roles(Action::Bulk)
        ),
        parameters: Vec::new(),
        body: Some("Bulk"),
        done: vec![(200, "BulkOutcomes", "What became of each.")],
        refused: &[],
    };
    let reads = Operation {
        route: "GET /v1/desk/tickets/{id}/reads",
        id: "listReads",
        summary: "Who of the staff looked at a ticket",
        about: format!(
            "Every look at what its customer wrote, latest first, for as long as the settings say. {}",
            roles(Action::ReadReads)
        ),
        parameters: vec![ticket(), limit(), cursor()],
        body: None,
        done: vec![(200, "ReadPage", "One page.")],
        refused: &[404],
    };
    acts.chain([bulk, reads]).collect()
}

fn long() -> Value {
    text(1, LONGEST_TEXT)
}

fn to_staff() -> Field {
    required("to", named("StaffId")).says("An id of the settings' staff list.")
}

fn to_priority() -> Field {
    required("to", named("Priority"))
}

fn to_team() -> Field {
    required("team", text(1, 40)).says("A team of the settings.")
}

fn ticket_name() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": 64, "format": "ticket-name", "examples": ["7M3KD0QX"] })
}

pub(super) fn bodies() -> Vec<(String, Value)> {
    let bodies = [
        ("Note", object("A note among staff.", [required("body", long())])),
        ("Investigation", object("What was found out.", [required("body", long())])),
        ("FollowUp", object("What the customer said afterwards.", [required("body", long())])),
        (
            "NewProposal",
            object(
                "A solution, and the message that offers it.",
                [required("solution", named("Solution")), required("body", long())],
            ),
        ),
        (
            "ProposalAnswer",
            object(
                "What the customer said.",
                [
                    required("accepted", json!({ "type": "boolean" })),
                    optional("note", long()).says("Where and how they said it: a note among staff."),
                ],
            ),
        ),
        ("Execution", object("The solution that is carried out.", [required("solution", named("Solution"))])),
        ("Wait", object("Whose turn it is.", [required("turn", named("Turn"))])),
        ("Nothing", object("Nothing more is asked.", [])),
        ("Reopening", object("Why it is not over.", [required("reason", long()).says("A note among staff.")])),
        ("Transfer", object("The team that takes it over.", [to_team()])),
        ("Prioritization", object("How urgent it is.", [to_priority()])),
        (
            "Classification",
            object(
                "What it is about.",
                [
                    required("category", named("Category")),
                    optional("reason", named("Reason")).says("Must be one of the category's reasons."),
                ],
            ),
        ),
        (
            "Excuse",
            object(
                "Which breach does not count, and why.",
                [
                    required("clock", named("ClockKind")),
                    required("cycle", json!({ "type": "integer", "minimum": 1, "maximum": 65_535 })),
                    optional("subject", named("SubjectId")).says("For a promise about a case or a payout."),
                    required("reason", long()).says("A note among staff."),
                ],
            ),
        ),
        (
            "Merge",
            object("Where it goes on.", [required("into", ticket_name()).says("The other ticket's id or number.")]),
        ),
        ("Link", object("What it is linked with.", [required("to", ticket_name()).says("The other ticket's id or number.")])),
        (
            "Bulk",
            object(
                "Tickets, and what is done to each.",
                [
                    required(
                        "tickets",
                        json!({ "type": "array", "items": ticket_name(), "minItems": 1, "maxItems": MOST_TICKETS, "uniqueItems": true }),
                    )
                    .says("Ids or numbers, none of them twice."),
                    required("action", json!({ "oneOf": BulkAction::ALL.iter().map(|kind| bulk(*kind)).collect::<Vec<_>>() })),
                ],
            ),
        ),
    ];
    bodies.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

/// One thing that can be done to many, with the fields that it has when it is done to one.
fn bulk(kind: BulkAction) -> Value {
    let fields = match kind {
        BulkAction::Assign => vec![to_staff()],
        BulkAction::Transfer => vec![to_team()],
        BulkAction::Priority => vec![to_priority()],
        BulkAction::Resolve => vec![optional("body", long())],
        BulkAction::Note => vec![required("body", long())],
        BulkAction::Reopen => vec![required("reason", long())],
        BulkAction::Release | BulkAction::Adopt | BulkAction::Spam | BulkAction::Cancel => Vec::new(),
    };
    object(
        &format!("As one does it to a ticket: {kind}."),
        [required("type", json!({ "type": "string", "const": kind.as_str() }))].into_iter().chain(fields),
    )
}

/// Named examples of a body.
pub(super) fn examples(body: &str) -> Vec<(&'static str, Value)> {
    let nothing: Map<String, Value> = Map::new();
    match body {
        "Note" => vec![
            ("chinese", json!({ "body": "客户白天不方便接电话，晚上七点后联系。" })),
            ("english", json!({ "body": "Prefers calls after 19:00." })),
        ],
        "Investigation" => vec![("chinese", json!({ "body": "同批次耳机已有三起左耳无声的反馈，属于质量问题。" }))],
        "FollowUp" => vec![("chinese", json!({ "body": "电话回访：新耳机使用正常，客户满意。" }))],
        "NewProposal" => vec![
            (
                "chinese",
                json!({ "solution": "exchange", "body": "我们为您更换一副新耳机，运费由我们承担，您看可以吗？" }),
            ),
            (
                "english",
                json!({ "solution": "return_refund", "body": "Send the kettle back at our cost, and we refund it in full. Do you agree?" }),
            ),
        ],
        "ProposalAnswer" => vec![("by_phone", json!({ "accepted": true, "note": "Agreed by phone at 10:20." }))],
        "Execution" => vec![("exchange", json!({ "solution": "exchange" }))],
        "Wait" => vec![("courier", json!({ "turn": "waiting_third_party" }))],
        "Nothing" => vec![("usual", json!(nothing))],
        "Reopening" => vec![("slip", json!({ "reason": "Resolved the wrong ticket." }))],
        "Transfer" => vec![("repairs", json!({ "team": "repairs" }))],
        "Prioritization" => vec![("urgent", json!({ "to": "urgent" }))],
        "Classification" => vec![("damaged", json!({ "category": "delivery", "reason": "damaged" }))],
        "Excuse" => vec![(
            "outage",
            json!({ "clock": "first_response", "cycle": 1, "reason": "The phone exchange was down from 09:00 to 13:00." }),
        )],
        "Merge" => vec![("by_number", json!({ "into": "7M3KD0QX" }))],
        "Link" => vec![("by_id", json!({ "to": ID }))],
        "Bulk" => vec![
            ("hand_over", json!({ "tickets": [ID], "action": { "type": "assign", "to": "agent-1" } })),
            (
                "note",
                json!({ "tickets": [ID], "action": { "type": "note", "body": "The courier is on strike until Friday." } }),
            ),
        ],
        other => panic!("no example of {other}"),
    }
}
