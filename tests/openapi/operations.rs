//! Every route: who may call it, with what, and how it can end.

use aftercare::access::Action;
use aftercare::id::StorefrontId;
use aftercare::link::MOST_KEYS;
use aftercare::settings::LARGEST as LARGEST_SETTINGS;
use serde_json::{Map, Value, json};
use utoipa::PartialSchema;

use super::answers::{refused, success};
use super::examples;
use super::shape::{format, named, text};

pub(super) struct Operation {
    pub(super) route: &'static str,
    pub(super) id: &'static str,
    pub(super) summary: &'static str,
    pub(super) about: String,
    pub(super) parameters: Vec<Value>,
    /// The schema of the body.
    pub(super) body: Option<&'static str>,
    /// Status, schema and meaning of what goes well.
    pub(super) done: Vec<(u16, &'static str, &'static str)>,
    /// Refusals beside those that every route has.
    pub(super) refused: &'static [u16],
}

/// Whatever is called, the gateway or we may answer so.
const ALWAYS: [u16; 6] = [401, 403, 422, 429, 500, 503];
/// What a message of the payment provider may be answered with.
const SIGNED: [u16; 7] = [400, 401, 404, 413, 429, 500, 503];
/// What comes with a body.
const BODY: [u16; 3] = [400, 413, 415];

pub(super) fn paths() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    let money = super::orders::operations().into_iter().chain(super::cases::operations());
    let others = money.chain(super::surveys::operations()).chain(super::feedback::operations());
    let others = others.chain(super::improvement::operations());
    let others = others.chain(super::reviews::operations());
    for operation in shop().into_iter().chain(desk()).chain(super::desk::operations()).chain(others) {
        let (method, path) = operation.route.split_once(' ').expect("a method and a path");
        let method = method.to_lowercase();
        paths.entry(path).or_insert_with(|| json!({}))[method] = operation.describe();
    }
    Value::Object(paths)
}

impl Operation {
    fn describe(self) -> Value {
        let desk = self.route.contains("/v1/desk/");
        let signed = self.route.contains("/webhooks/");
        let post = self.route.starts_with("POST ");
        // What stores nothing, and what has its own ids, is safe to send again.
        let replayed = post && !signed && self.id != "previewCase";
        let mut parameters = self.parameters;
        if replayed {
            parameters.push(idempotency_key(desk));
        }
        // What staff do to a ticket may be bound to the version that they saw.
        let versioned = desk && post && self.route.contains("/tickets/{id}/");
        if versioned {
            parameters.push(if_match());
        }
        if desk {
            parameters.push(storefront());
        }
        let mut responses: Map<String, Value> = self
            .done
            .iter()
            .map(|(status, schema, about)| (status.to_string(), success(schema, about, replayed)))
            .collect();
        let body: &[u16] = if self.body.is_some() && !signed { &BODY } else { &[] };
        let always: &[u16] = if signed { &SIGNED } else { &ALWAYS };
        let stale: &[u16] = if versioned { &[412] } else { &[] };
        for status in always.iter().chain(body).chain(self.refused).chain(stale) {
            responses.insert(status.to_string(), refused(*status));
        }
        if self.route == "GET /v1/desk/tickets/{id}" || self.route.contains(" /v1/desk/tickets/{id}/cases") {
            for (status, ..) in &self.done {
                responses[&status.to_string()]["headers"]["ETag"] = json!({ "$ref": "#/components/headers/ETag" });
            }
        }
        let roles = self.about.rsplit_once("Roles: ").map(|(_, roles)| roles.trim_end_matches('.').to_owned());
        let mut described = json!({
            "operationId": self.id, "summary": self.summary, "description": self.about,
            "tags": [if desk { "desk" } else if signed { "provider" } else { "shop" }],
            "security": if signed { json!([]) } else { json!([{ if desk { "staff" } else { "shop" }: [] }]) },
            "parameters": parameters, "responses": responses,
        });
        if let Some(roles) = roles {
            described["x-roles"] = roles.split(", ").collect();
        }
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
            about: "Takes a customer's request, classifies it, says how urgent it is and promises when it is answered. A repetition of an open ticket of the last 24 hours, and a mail that answers one of ours, are added to the ticket that is there: 200, and `appended` is true. Where that ticket is over for too long, the new one takes it up again. A request of somebody on the block list is stored as spam.".into(),
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
            route: "GET /v1/tickets/{id}/messages",
            id: "readMessages",
            summary: "The messages of a ticket, page by page",
            about: "Without `before` the latest. A conversation longer than a ticket shows at once is read backwards: ask again with the `before` of the page.".into(),
            parameters: vec![ticket(), query("before", "The number of a message: those before it are answered.", json!({ "type": "integer", "format": "int64", "minimum": 1, "maximum": 4_294_967_295u32 })), limit()],
            body: None,
            done: vec![(200, "MessagePage", "One page.")],
            refused: &[404],
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
            about: "Reopens a resolved ticket for 7 days, unless it is plain thanks. Later it opens a new ticket that takes the old one up again: `appended` is false. A message to a ticket that was merged goes to the one it went on in. The answer shows the ticket it is on.".into(),
            parameters: vec![ticket()],
            body: Some("NewMessage"),
            done: vec![(201, "Received", "The message is on the ticket shown.")],
            refused: &[404],
        },
        Operation {
            route: "GET /v1/customers/{ref}/export",
            id: "exportCustomer",
            summary: "Everything that is known of a customer",
            about: "The profile, and every ticket with its steps and messages as its customer may see them, latest first, page by page. Messages that came by mail have its headers; of a channel's own message id only a hash is stored. With a customer's own token their own.".into(),
            parameters: vec![reference(), cursor()],
            body: None,
            done: vec![(200, "Export", "One page.")],
            refused: &[404],
        },
        Operation {
            route: "POST /v1/customers/{ref}/erase",
            id: "eraseCustomer",
            summary: "Erase what is known of a customer",
            about: "Empties the profile and every message on their tickets, of staff too; live tickets are cancelled, links to them end. The history keeps that it happened, and figures do not change. Takes a storefront's token. Call again with `next` as `cursor` until there is none. Erasing again is safe, and needed after a restore: what came back with it is erased then.".into(),
            parameters: vec![reference()],
            body: Some("Erasure"),
            done: vec![(200, "Erased", "So far.")],
            refused: &[404],
        },
        Operation {
            route: "PUT /v1/customers/{ref}",
            id: "putCustomer",
            summary: "What the storefront knows of a customer",
            about: "Replaces the profile: what is left out is forgotten. A customer may write their own, but for `tier`.".into(),
            parameters: vec![reference()],
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
            about: format!(
                "Sorted by the next instant something is owed by; with `owner` the live tickets of that owner, oldest first. With `team` a page may have fewer tickets than `limit`, even none, and still a `next`. {}",
                roles(Action::Read)
            ),
            parameters: vec![
                json!({
                    "name": "status", "in": "query", "style": "form", "explode": false,
                    "description": "Separated by commas; those that are live (new, open and the waiting ones) when left out. Not with `owner`.",
                    "schema": { "type": "array", "items": named("Status"), "minItems": 1 },
                }),
                query(
                    "due",
                    "Only what is due at or before this instant. Not with `owner`.",
                    format("date-time", "2026-01-31T09:30:00Z"),
                ),
                query(
                    "team",
                    "Only this team's; with `owner=none` the team whose queue is meant, the shop's own when left out. Not with another `owner`.",
                    text(1, 40),
                ),
                query(
                    "owner",
                    "Whose tickets: the id of somebody, `me`, or `none` for those that wait in a team's queue.",
                    named("StaffId"),
                ),
                limit(),
                cursor(),
            ],
            body: None,
            done: vec![(200, "TicketPage", "One page.")],
            refused: &[],
        },
        Operation {
            route: "GET /v1/desk/tickets/{id}/messages",
            id: "readMessagesAtDesk",
            summary: "The messages of a ticket, page by page",
            about: format!(
                "Without `before` the latest. A conversation longer than a ticket shows at once is read backwards: ask again with the `before` of the page. {}",
                roles(Action::Read)
            ),
            parameters: vec![
                ticket(),
                query(
                    "before",
                    "The number of a message: those before it are answered.",
                    json!({ "type": "integer", "format": "int64", "minimum": 1, "maximum": 4_294_967_295u32 }),
                ),
                limit(),
            ],
            body: None,
            done: vec![(200, "MessagePage", "One page.")],
            refused: &[404],
        },
        Operation {
            route: "GET /v1/desk/tickets/{id}",
            id: "readDeskTicket",
            summary: "One ticket, its messages and its timeline",
            about: format!(
                "That it was read is put on record first. Its `ETag` is what `If-Match` takes. {}",
                roles(Action::Read)
            ),
            parameters: vec![ticket()],
            body: None,
            done: vec![(200, "WholeTicket", "The ticket.")],
            refused: &[404],
        },
        Operation {
            route: "POST /v1/desk/tickets/{id}/replies",
            id: "reply",
            summary: "Answer the customer",
            about: format!(
                "Stops `first_response` and `next_reply`; the customer is mailed. On a resolved ticket it is a word after the end, for as long as a message of the customer's would reopen it: promises and status stay as they are. With the name of a `standard` answer the text may be left out. {}",
                roles(Action::Reply)
            ),
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
            route: "GET /v1/desk/agents",
            id: "listAgents",
            summary: "Who is at work",
            about: format!("Everybody on the settings' staff list. {}", roles(Action::ReadAgents)),
            parameters: Vec::new(),
            body: None,
            done: vec![(200, "Agents", "Everybody, by id.")],
            refused: &[],
        },
        Operation {
            route: "PUT /v1/desk/agents/{id}/presence",
            id: "setPresence",
            summary: "Take tickets, or take none",
            about: format!(
                "Nothing is handed to somebody who is away; what they hold stays with them. Everybody for themselves ({}). For others: {}",
                roles(Action::SetPresence).trim_end_matches('.').to_lowercase(),
                roles(Action::SetOthersPresence)
            ),
            parameters: vec![path(
                "id",
                "An id of the settings' staff list, or `me`.",
                json!({ "type": "string", "minLength": 1 }),
            )],
            body: Some("NewPresence"),
            done: vec![(200, "Agent", "The person now.")],
            refused: &[404],
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
                "Checked whole: calendars, promises, references between them. The body may have {LARGEST_SETTINGS} bytes, fewer than elsewhere; of more it is 413. Tickets that are open keep the version they were opened under. {}",
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
        Operation {
            route: "POST /v1/desk/link-keys/rotate",
            id: "rotateLinkKeys",
            summary: "Sign links in mail with a new key",
            about: format!(
                "Links that are out there go on working as long as one of the latest {MOST_KEYS} keys signed them: rotated more often, the oldest end. Nobody sees the keys. {}",
                roles(Action::RotateLinkKeys)
            ),
            parameters: Vec::new(),
            body: None,
            done: vec![(200, "LinkKeys", "The keys now.")],
            refused: &[],
        },
        Operation {
            route: "POST /v1/desk/sla/preview",
            id: "previewPromises",
            summary: "What every clock would say of a story",
            about: format!(
                "Tries calendars and promises before they are switched on, and recomputes what was measured. Nothing is stored; what the story leaves out is as in the settings in force. {}",
                roles(Action::Preview)
            ),
            parameters: Vec::new(),
            body: Some("SlaStory"),
            done: vec![(200, "SlaPreview", "What the clocks say.")],
            refused: &[],
        },
    ]
}

pub(super) fn roles(action: Action) -> String {
    let roles: Vec<&str> = action.allowed().iter().map(|role| role.as_str()).collect();
    format!("Roles: {}.", roles.join(", "))
}

pub(super) fn path(name: &str, about: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "path", "required": true, "description": about, "schema": schema })
}

pub(super) fn query(name: &str, about: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "description": about, "schema": schema })
}

pub(super) fn ticket() -> Value {
    path("id", "The ticket's id, or its number as a person types it.", json!({ "type": "string", "minLength": 1 }))
}

fn reference() -> Value {
    path("ref", "The storefront's reference of the customer.", named("CustomerRef"))
}

pub(super) fn limit() -> Value {
    query("limit", "How many on a page.", json!({ "type": "integer", "minimum": 1, "maximum": 100, "default": 20 }))
}

pub(super) fn cursor() -> Value {
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

fn if_match() -> Value {
    json!({
        "name": "If-Match", "in": "header",
        "description": "The version it was decided on, as the `ETag` of the ticket gave it: 412 when the ticket moved on, and nothing is done. `*`, or left out: on the ticket as it is.",
        "schema": { "type": "string", "pattern": "^(\\*|\"[0-9]{1,9}\")$", "examples": ["\"12\""] },
    })
}

fn storefront() -> Value {
    json!({
        "name": "Aftercare-Storefront", "in": "header",
        "description": "Which storefront is meant, by somebody who has roles in several.",
        "schema": StorefrontId::schema(),
    })
}
