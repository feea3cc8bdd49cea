//! Every route: who may call it, with what, and how it can end.

use aftercare::access::Action;
use aftercare::id::StorefrontId;
use serde_json::{Map, Value, json};
use utoipa::PartialSchema;

use super::answers::{refused, success};
use super::examples;
use super::shape::{format, named};

struct Operation {
    route: &'static str,
    id: &'static str,
    summary: &'static str,
    about: String,
    parameters: Vec<Value>,
    /// The schema of the body.
    body: Option<&'static str>,
    /// Status, schema and meaning of what goes well.
    done: Vec<(u16, &'static str, &'static str)>,
    /// Refusals beside those that every route has.
    refused: &'static [u16],
}

/// Whatever is called, the gateway or we may answer so.
const ALWAYS: [u16; 6] = [401, 403, 422, 429, 500, 503];
/// What comes with a body.
const BODY: [u16; 3] = [400, 413, 415];

pub(super) fn paths() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for operation in shop().into_iter().chain(desk()) {
        let (method, path) = operation.route.split_once(' ').expect("a method and a path");
        let method = method.to_lowercase();
        paths.entry(path).or_insert_with(|| json!({}))[method] = operation.describe();
    }
    Value::Object(paths)
}

impl Operation {
    fn describe(self) -> Value {
        let desk = self.route.contains("/v1/desk/");
        let post = self.route.starts_with("POST ");
        let mut parameters = self.parameters;
        if post {
            parameters.push(idempotency_key(desk));
        }
        if desk {
            parameters.push(storefront());
        }
        let mut responses: Map<String, Value> = self
            .done
            .iter()
            .map(|(status, schema, about)| (status.to_string(), success(schema, about, post)))
            .collect();
        let body: &[u16] = if self.body.is_some() { &BODY } else { &[] };
        for status in ALWAYS.iter().chain(body).chain(self.refused) {
            responses.insert(status.to_string(), refused(*status));
        }
        let mut described = json!({
            "operationId": self.id, "summary": self.summary, "description": self.about,
            "tags": [if desk { "desk" } else { "shop" }],
            "security": [{ if desk { "staff" } else { "shop" }: [] }],
            "parameters": parameters, "responses": responses,
        });
        if let Some(body) = self.body {
            described["requestBody"] = json!({
                "required": true,
                "content": { "application/json": { "schema": named(body), "examples": examples::of(body) } },
            });
        }
        described
    }
}

fn shop() -> Vec<Operation> {
    vec![
        Operation {
            route: "POST /v1/tickets",
            id: "openTicket",
            summary: "Open a ticket",
            about: "Takes a customer's request, classifies it, says how urgent it is and promises when it is answered. A repetition of an open ticket of the last 24 hours, and a mail that answers one of ours, are added to the ticket that is there: 200, and `appended` is true. A request of somebody on the block list is stored as spam.".into(),
            parameters: Vec::new(),
            body: Some("NewTicket"),
            done: vec![(201, "Received", "The ticket is open."), (200, "Received", "Added to a ticket that was there.")],
            refused: &[409],
        },
        Operation {
            route: "GET /v1/tickets",
            id: "listTickets",
            summary: "The tickets of one customer",
            about: "Latest first.".into(),
            parameters: vec![
                query("customer", "Whose tickets. Required with a storefront's token; with a customer's own it may be left out.", named("CustomerRef")),
                limit(),
                cursor(),
            ],
            body: None,
            done: vec![(200, "TicketPage", "One page.")],
            refused: &[],
        },
        Operation {
            route: "GET /v1/tickets/{id}",
            id: "readTicket",
            summary: "One ticket, its messages and its timeline",
            about: "A customer sees less than the storefront: no `inside`, and no steps of the promises.".into(),
            parameters: vec![ticket()],
            body: None,
            done: vec![(200, "WholeTicket", "The ticket.")],
            refused: &[404],
        },
        Operation {
            route: "POST /v1/tickets/{id}/messages",
            id: "addMessage",
            summary: "The customer writes again",
            about: "Reopens a resolved ticket for 7 days; later it is 409, and a new ticket is right.".into(),
            parameters: vec![ticket()],
            body: Some("NewMessage"),
            done: vec![(201, "Received", "The message is on the ticket.")],
            refused: &[404, 409],
        },
        Operation {
            route: "PUT /v1/customers/{ref}",
            id: "putCustomer",
            summary: "What the storefront knows of a customer",
            about: "Replaces the profile: what is left out is forgotten. A customer may write their own, but for `tier`.".into(),
            parameters: vec![path("ref", "The storefront's reference of the customer.", named("CustomerRef"))],
            body: Some("Profile"),
            done: vec![(200, "Profile", "The profile now.")],
            refused: &[404],
        },
    ]
}

fn desk() -> Vec<Operation> {
    vec![
        Operation {
            route: "GET /v1/desk/tickets",
            id: "listDeskTickets",
            summary: "What is due, first",
            about: format!("Sorted by the next instant something is owed by. {}", roles(Action::Read)),
            parameters: vec![
                json!({
                    "name": "status", "in": "query", "style": "form", "explode": false,
                    "description": "Separated by commas; the live ones (new, open, waiting_customer) when left out.",
                    "schema": { "type": "array", "items": named("Status"), "minItems": 1 },
                }),
                query(
                    "due",
                    "Only what is due at or before this instant.",
                    format("date-time", "2026-01-31T09:30:00Z"),
                ),
                limit(),
                cursor(),
            ],
            body: None,
            done: vec![(200, "TicketPage", "One page.")],
            refused: &[],
        },
        Operation {
            route: "GET /v1/desk/tickets/{id}",
            id: "readDeskTicket",
            summary: "One ticket, its messages and its timeline",
            about: format!("That it was read is on record. {}", roles(Action::Read)),
            parameters: vec![ticket()],
            body: None,
            done: vec![(200, "WholeTicket", "The ticket.")],
            refused: &[404],
        },
        Operation {
            route: "POST /v1/desk/tickets/{id}/replies",
            id: "reply",
            summary: "Answer the customer",
            about: format!("Stops `first_response`; the customer is mailed. {}", roles(Action::Reply)),
            parameters: vec![ticket()],
            body: Some("NewReply"),
            done: vec![(200, "Ticket", "The ticket after it.")],
            refused: &[404, 409],
        },
        Operation {
            route: "POST /v1/desk/tickets/{id}/resolve",
            id: "resolve",
            summary: "End the matter",
            about: format!(
                "Stops `resolution`. A ticket that is resolved already stays as it is. {}",
                roles(Action::Resolve)
            ),
            parameters: vec![ticket()],
            body: Some("Resolution"),
            done: vec![(200, "Ticket", "The ticket after it.")],
            refused: &[404, 409],
        },
        Operation {
            route: "POST /v1/desk/tickets/{id}/assign",
            id: "assign",
            summary: "Hand a ticket to somebody",
            about: format!("Somebody on the settings' staff list. {}", roles(Action::Assign)),
            parameters: vec![ticket()],
            body: Some("Assignment"),
            done: vec![(200, "Ticket", "The ticket after it.")],
            refused: &[404, 409],
        },
        Operation {
            route: "GET /v1/desk/settings",
            id: "readSettings",
            summary: "The settings in force",
            about: roles(Action::ReadSettings),
            parameters: Vec::new(),
            body: None,
            done: vec![(200, "SettingsInForce", "The settings.")],
            refused: &[],
        },
        Operation {
            route: "PUT /v1/desk/settings",
            id: "putSettings",
            summary: "Replace the settings",
            about: format!(
                "Checked whole: calendars, promises, references between them. Tickets that are open keep the version they were opened under. {}",
                roles(Action::WriteSettings)
            ),
            parameters: Vec::new(),
            body: Some("NewSettings"),
            done: vec![(
                200,
                "SettingsVersion",
                "They are in force; functions may go on with the version before for up to a minute.",
            )],
            refused: &[412],
        },
    ]
}

fn roles(action: Action) -> String {
    let roles: Vec<&str> = action.allowed().iter().map(|role| role.as_str()).collect();
    format!("Roles: {}.", roles.join(", "))
}

fn path(name: &str, about: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "path", "required": true, "description": about, "schema": schema })
}

fn query(name: &str, about: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "description": about, "schema": schema })
}

fn ticket() -> Value {
    path("id", "The ticket's id, or its number as a person types it.", json!({ "type": "string", "minLength": 1 }))
}

fn limit() -> Value {
    query("limit", "How many on a page.", json!({ "type": "integer", "minimum": 1, "maximum": 100, "default": 20 }))
}

fn cursor() -> Value {
    query(
        "cursor",
        "The `next` of the page before.",
        json!({ "type": "string", "format": "cursor", "minLength": 1, "maxLength": 400 }),
    )
}

fn idempotency_key(required: bool) -> Value {
    let about = if required {
        "A new value, such as a UUID, for every new request; the same one to send a request again."
    } else {
        "A new value, such as a UUID, for every new request; the same one to send a request again. Required with a storefront's token."
    };
    json!({
        "name": "Idempotency-Key", "in": "header", "required": required, "description": about,
        "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$" },
    })
}

fn storefront() -> Value {
    json!({
        "name": "Aftercare-Storefront", "in": "header",
        "description": "Which storefront is meant, by somebody who has roles in several.",
        "schema": StorefrontId::schema(),
    })
}
