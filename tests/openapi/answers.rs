//! What is answered: the body of each success, and every refusal as the code that refuses makes it.

use aftercare::case;
use aftercare::intake::LARGEST_BODY;
use aftercare::problem::{Fault, Problem};
use aftercare::ticket::{Rejection, Status};
use serde_json::{Map, Value, json};

use super::shape::named;

const PROBLEM: &str = "application/problem+json";
const NOW: &str = "2026-01-31T09:30:00Z";

/// An answer that went well.
pub(super) fn success(schema: &str, about: &str, replayable: bool) -> Value {
    let example = json!({ "$ref": format!("#/components/examples/{schema}") });
    let content = json!({ "schema": named(schema), "examples": { "usual": example } });
    let mut answer = json!({ "description": about, "content": { "application/json": content } });
    if replayable {
        answer["headers"] = json!({ "Idempotent-Replayed": { "$ref": "#/components/headers/IdempotentReplayed" } });
    }
    answer
}

pub(super) fn headers() -> Value {
    json!({
        "IdempotentReplayed": {
            "description": "There, and `true`, when this is the answer that was given before.",
            "schema": { "type": "string", "enum": ["true"] },
        },
        "ETag": {
            "description": "The version of the ticket, in quotes.",
            "schema": { "type": "string", "pattern": "^\"[0-9]+\"$", "examples": ["\"12\""] },
        },
        "RetryAfter": { "description": "Seconds to wait.", "schema": { "type": "integer", "minimum": 0 } },
    })
}

/// The refusals of one status, with what they mean.
struct Refusals {
    status: u16,
    about: &'static str,
    ours: Vec<(&'static str, Problem)>,
    /// The fixed words of the gateway, if it answers with this status itself.
    gateway: Option<&'static str>,
}

fn refusals() -> Vec<Refusals> {
    let wrong = vec![
        Fault::new("/body", "is required"),
        Fault::new("/kind", "must be one of inquiry, complaint, return, exchange, repair, refund"),
    ];
    vec![
        Refusals {
            status: 400,
            about: "The body is no JSON.",
            ours: vec![("malformed", Problem::malformed("The body is not JSON: expected value at line 1 column 1."))],
            gateway: None,
        },
        Refusals {
            status: 401,
            about: "No token, or one that does not hold here.",
            ours: vec![("claims", Problem::unauthorized()), ("signature", Problem::unsigned())],
            gateway: Some("Unauthorized"),
        },
        Refusals {
            status: 403,
            about: "The token does not allow it.",
            ours: vec![("role", Problem::forbidden("This takes one of the roles admin."))],
            gateway: Some("Forbidden"),
        },
        Refusals {
            status: 404,
            about: "There is no such thing, or it is somebody else's.",
            ours: vec![("missing", Problem::not_found())],
            gateway: None,
        },
        Refusals {
            status: 409,
            about: "The ticket, the case or the order is in a state that does not allow it. Of what an order has too little of, it says what is `available`.",
            ours: vec![
                ("unanswered", Problem::conflict(Rejection::NotAnswered.sentence())),
                ("late", Problem::conflict(Rejection::TooLate.sentence())),
                (
                    "ahead",
                    Problem::conflict(Rejection::ContactedTooLate { now: NOW.parse().expect("an instant") }.sentence()),
                ),
                (
                    "move",
                    Problem::conflict(Rejection::Move { from: Status::Resolved, to: Status::Cancelled }.sentence()),
                ),
                ("stranger", Problem::conflict(Rejection::UnknownStaff.sentence())),
                ("short", super::case_examples::short()),
                ("retry", Problem::conflict(case::Rejection::NothingToRetry.sentence())),
            ],
            gateway: None,
        },
        Refusals {
            status: 412,
            about: "Somebody changed it since it was read.",
            ours: vec![("stale", Problem::stale())],
            gateway: None,
        },
        Refusals {
            status: 413,
            about: "The body is too large.",
            ours: vec![("large", Problem::too_large(LARGEST_BODY))],
            gateway: Some("Request Entity Too Large"),
        },
        Refusals {
            status: 415,
            about: "The body is not sent as application/json.",
            ours: vec![("type", Problem::media_type())],
            gateway: None,
        },
        Refusals {
            status: 422,
            about: "Fields, parameters or headers are wrong, every one of them named; or the key was used for another request. Nothing was stored.",
            ours: vec![("fields", Problem::invalid(wrong)), ("key", Problem::key_reused())],
            gateway: None,
        },
        Refusals {
            status: 429,
            about: "Too many.",
            ours: vec![
                ("quota", Problem::too_many("The storefront's quota of requests for this minute is used up.", 17)),
                ("messages", Problem::too_many("This customer sent as many messages as an hour allows. Wait.", 1260)),
            ],
            gateway: Some("Too Many Requests"),
        },
        Refusals { status: 500, about: "It went wrong.", ours: Vec::new(), gateway: Some("Internal Server Error") },
        Refusals {
            status: 503,
            about: "It cannot be done right now, and nothing is half done.",
            ours: vec![("busy", Problem::unavailable())],
            gateway: Some("Service Unavailable"),
        },
    ]
}

/// The reference to the refusals of a status.
pub(super) fn refused(status: u16) -> Value {
    json!({ "$ref": format!("#/components/responses/Refused{status}") })
}

/// Every refusal once.
pub(super) fn shared() -> Map<String, Value> {
    let mut shared = Map::new();
    for Refusals { status, about, ours, gateway } in refusals() {
        let mut answer = json!({ "description": about, "content": {} });
        if let Some(words) = gateway {
            answer["content"]["application/json"] =
                json!({ "schema": named("GatewayMessage"), "example": { "message": words } });
        }
        if ours.iter().any(|(_, problem)| problem.retry_after.is_some()) {
            answer["headers"] = json!({ "Retry-After": { "$ref": "#/components/headers/RetryAfter" } });
        }
        if !ours.is_empty() {
            let examples: Map<String, Value> =
                ours.into_iter().map(|(name, problem)| (name.to_owned(), json!({ "value": problem }))).collect();
            answer["content"][PROBLEM] = json!({ "schema": named("Problem"), "examples": examples });
        }
        shared.insert(format!("Refused{status}"), answer);
    }
    shared
}
