//! The bodies of requests. They are read field by field (`aftercare::reader`), so they have no type to derive from;
//! the runs of `tests/schemathesis_run.py` hold these words against what is taken and what is refused.

use std::collections::BTreeMap;

use aftercare::desk::LONGEST_ANSWER_NAME;
use aftercare::intake::{
    LONGEST_HEADER, LONGEST_LINE, LONGEST_MESSAGE_ID, LONGEST_REFERENCES, LONGEST_SUBJECT, LONGEST_TEXT, LONGEST_WISH,
    MOST_ATTACHMENTS, MOST_LINES, MOST_RECIPIENTS,
};
use aftercare::sla::{ClockKind, preview};
use serde_json::{Value, json};

use super::shape::{Field, format, list, named, object, optional, required, text};

pub(super) fn all(derived: &BTreeMap<String, Value>) -> Vec<(String, Value)> {
    let opening = || {
        [
            required("kind", named("Kind")),
            optional("stage", named("Stage")).says("`after_sale` when left out."),
            optional("subject", text(0, LONGEST_SUBJECT)),
            optional("hoped_for", text(1, LONGEST_WISH)).says("The outcome the customer hopes for."),
            optional("category", named("Category"))
                .says("What the customer chose; a classifier decides when left out."),
            optional("reason", named("Reason")).says("Needs a category, and must be one of its reasons."),
            optional("customer", named("Customer")).says("Required with a storefront's token."),
            optional("order", named("Order")),
            optional("opened_by", named("OpenedBy"))
                .says("`agent` for one that staff of the shop typed in. With a storefront's token only."),
            optional("client_ip", json!({ "anyOf": [format("ipv4", "203.0.113.7"), format("ipv6", "2001:db8::7")] }))
                .says("The customer's own address. With a storefront's token only."),
        ]
    };
    let bodies = [
        ("NewTicket", object("A request of a customer.", message().into_iter().chain(opening()))),
        ("NewMessage", object("What a customer writes on.", message())),
        ("Customer", customer(&derived["Profile"])),
        (
            "Order",
            object(
                "The order a ticket is about.",
                [
                    required("id", named("OrderId")),
                    optional("lines", list(text(1, LONGEST_LINE), MOST_LINES)).says("Ids of the lines it is about."),
                    optional("total", named("Money")),
                ],
            ),
        ),
        (
            "MailHeaders",
            object(
                "The headers of a mail that decide whether and where it is answered.",
                [
                    optional("message_id", text(1, LONGEST_HEADER)),
                    optional("in_reply_to", text(1, LONGEST_HEADER))
                        .says("A mail that answers one of ours lands on its ticket, if it is the same customer's."),
                    optional("references", text(1, LONGEST_REFERENCES))
                        .says("The ids of the mails before it; one of ours counts as in `in_reply_to`."),
                    optional("return_path", text(0, LONGEST_HEADER)).says("`<>` or empty marks a bounce."),
                    optional("auto_submitted", text(1, LONGEST_HEADER)),
                    optional("from", text(1, LONGEST_HEADER)),
                    optional("to", list(text(0, LONGEST_HEADER), MOST_RECIPIENTS))
                        .says("The addresses it was sent to; one tagged with a ticket lands on that ticket."),
                ],
            ),
        ),
        (
            "NewReply",
            object(
                "A public answer to the customer.",
                [
                    optional("body", text(1, LONGEST_TEXT)).says("Required without `standard`; with it, words in its place."),
                    optional("standard", text(1, LONGEST_ANSWER_NAME)).says(
                        "The name of a standard answer in the settings. Without `body` it is sent in the customer's language, with `{number}` and `{shop}` filled in; 422 where it has no text in that language.",
                    ),
                    optional("contacted_at", format("date-time", "2026-01-31T09:30:00Z"))
                        .says("When the customer was really told, if this is typed in later. Up to 60 s ahead counts as now, since clocks differ; further ahead is 409."),
                    optional("then", named("Turn")).says("`open` when left out; a ticket that is resolved then stays so, and takes no other."),
                ],
            ),
        ),
        (
            "Resolution",
            object(
                "The end of a matter.",
                [optional("body", text(1, LONGEST_TEXT))
                    .says("The closing message; needed while nobody has answered the customer.")],
            ),
        ),
        (
            "Assignment",
            object("Who takes it over.", [required("to", named("StaffId")).says("An id of the settings' staff list.")]),
        ),
        (
            "Erasure",
            object(
                "How far an erasure has come.",
                [optional("cursor", json!({ "type": "string", "format": "cursor", "minLength": 1, "maxLength": 400 }))
                    .says("The `next` of the call before; left out at first.")],
            ),
        ),
        (
            "NewPresence",
            object(
                "Whether somebody takes tickets.",
                [required("presence", named("Presence")).says("`available` until it is said otherwise.")],
            ),
        ),
        (
            "NewSettings",
            object(
                "All settings of the storefront.",
                [
                    required("replaces", json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX - 1 }))
                        .says("The version these were made from; 412 if it is no longer the current one."),
                    required("settings", named("Settings")),
                ],
            ),
        ),
        ("SlaStory", object("What is told to the clocks. Every instant lies from `start` to `now`.", story())),
        (
            "SlaPause",
            object(
                "The customer's turn.",
                [
                    required("from", instant()),
                    optional("to", instant()).says("Left out while it lasts; the last only."),
                ],
            ),
        ),
        (
            "SlaChange",
            object(
                "Another priority, policy or calendar from an instant on: at least one of them.",
                [required("at", instant()), optional("priority", named("Priority")), policy(), calendar()],
            ),
        ),
        (
            "SlaFulfilled",
            object("When each promise was kept.", ClockKind::ALL.iter().map(|kind| optional(kind.as_str(), instant()))),
        ),
        (
            "SettingsInForce",
            object(
                "Settings and their version.",
                [
                    required("version", json!({ "type": "integer", "minimum": 1, "maximum": u32::MAX })),
                    required("settings", named("Settings")),
                ],
            ),
        ),
        (
            "SettingsVersion",
            object(
                "The version that is in force now. Functions may go on with the version before for up to a minute.",
                [required("version", json!({ "type": "integer", "minimum": 1, "maximum": u32::MAX }))],
            ),
        ),
        (
            "GatewayMessage",
            json!({
                "type": "object", "description": "What the gateway says when it refuses a call itself.",
                "properties": { "message": { "type": ["string", "null"] } }, "required": ["message"],
            }),
        ),
    ];
    bodies.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

fn instant() -> Value {
    format("date-time", "2026-01-31T09:30:00Z")
}

fn policy() -> Field {
    optional("policy", json!({ "anyOf": [{ "type": "string", "const": "current" }, named("Policy")] }))
        .says("All promises, or `current` for those in force.")
}

fn calendar() -> Field {
    let name =
        json!({ "type": "string", "minLength": 1, "description": "`always`, or one of the settings' calendars." });
    optional("calendar", json!({ "anyOf": [name, named("CalendarSpec")] }))
        .says("In place of every calendar that the policy names but `always`.")
}

fn story() -> [Field; 9] {
    [
        required("priority", named("Priority")),
        optional("chat", json!({ "type": "boolean" })).says("By the promises for chat, where there are some."),
        required("start", instant()).says("When every clock starts."),
        required("now", instant()).says("The end of the story, at most ten years after its start."),
        policy(),
        calendar(),
        optional("pauses", list(named("SlaPause"), preview::MOST))
            .says("In order and apart. They hold for clocks that pause."),
        optional("changes", list(named("SlaChange"), preview::MOST)).says("In order."),
        optional("fulfilled", named("SlaFulfilled")),
    ]
}

/// What every message of a customer has.
fn message() -> [Field; 5] {
    [
        required("channel", named("Channel")),
        required("body", text(1, LONGEST_TEXT)),
        optional("channel_message_id", text(1, LONGEST_MESSAGE_ID))
            .says("The channel's own id of the message. Seen again, the first answer is given again, for ever."),
        optional("attachments", list(named("Attachment"), MOST_ATTACHMENTS))
            .says("Described; their bytes are not sent."),
        optional("mail", named("MailHeaders")).says("For mail: the headers that matter."),
    ]
}

/// The profile, and whose it is.
fn customer(profile: &Value) -> Value {
    let mut customer = profile.clone();
    let about = "Required with a storefront's token; with a customer's own it may be left out.";
    crate::merge(
        &mut customer,
        json!({
            "description": "Whose request it is, and what the storefront knows of them. What is left out stays as it was.",
            "properties": { "ref": { "anyOf": [named("CustomerRef"), { "type": "null" }], "description": about } },
        }),
    );
    customer
}
