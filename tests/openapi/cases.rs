//! Cases at the desk: each act with the body it takes; and how the payment provider is reached.

use aftercare::access::Action;
use aftercare::case::LONGEST_HASH;
use aftercare::intake::LONGEST_TEXT;
use aftercare::order::{LARGEST_AMOUNT, MOST_LINES, MOST_UNITS};
use serde_json::{Value, json};

use super::operations::{Operation, cursor, limit, path, query, roles, ticket};
use super::orders::{amount, ask, number, tracking, units};
use super::shape::{Field, named, object, optional, pattern, required, text};

/// Route, body, id, summary, description, action.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, Action);

const ROWS: [Row; 12] = [
    (
        "POST /v1/desk/tickets/{id}/cases/{number}/edit",
        "CaseEdit",
        "editCase",
        "Change what a case gives",
        "What is left out stays. The figures are computed anew, whoever approved it has not approved this, and its customer is asked whether they agree.",
        Action::EditCase,
    ),
    (
        "POST /v1/desk/tickets/{id}/cases/{number}/out-of-stock",
        "Nothing",
        "offerRefundInstead",
        "Offer a refund in place of goods that are not to be had",
        "Of an exchange, a repair or goods sent again. Its customer is asked whether they agree.",
        Action::EditCase,
    ),
    (
        "POST /v1/desk/tickets/{id}/cases/{number}/approve",
        "CaseApproval",
        "approveCase",
        "Approve a case",
        "Bound to what was looked at: 409 when it was changed since. Never by who asked for it or changed it, nor twice by the same person; who may for how much is in the settings, and counts the refunds of the whole order.",
        Action::DecideCase,
    ),
    (
        "POST /v1/desk/tickets/{id}/cases/{number}/reject",
        "CaseRejection",
        "rejectCase",
        "Reject a case",
        "What it held is free again. The reason is a note among staff; tell the customer in a reply.",
        Action::DecideCase,
    ),
    (
        "POST /v1/desk/tickets/{id}/cases/{number}/take-back",
        "Nothing",
        "takeBackDecision",
        "Take back what was decided by a link",
        "As long as it waits, which is a few minutes, and only by who decided.",
        Action::DecideCase,
    ),
    (
        "POST /v1/desk/tickets/{id}/cases/{number}/cancel",
        "Nothing",
        "cancelCaseAtDesk",
        "End a case that is not paid",
        "What it held is free again.",
        Action::CancelCase,
    ),
    (
        "POST /v1/desk/tickets/{id}/cases/{number}/received",
        "CaseGoods",
        "receiveGoods",
        "The customer's goods have come",
        "What came is the most that is given for.",
        Action::HandleGoods,
    ),
    (
        "POST /v1/desk/tickets/{id}/cases/{number}/inspection",
        "CaseInspection",
        "inspectGoods",
        "Say what passed",
        "All of it: the money goes back, or new goods out. Part of it or none: the case goes back to those who approve.",
        Action::HandleGoods,
    ),
    (
        "POST /v1/desk/tickets/{id}/cases/{number}/diagnosis",
        "CaseDiagnosis",
        "diagnose",
        "Say whether it can be repaired",
        "Of a repair. What cannot is changed into something else, or sent back as it is.",
        Action::HandleGoods,
    ),
    (
        "POST /v1/desk/tickets/{id}/cases/{number}/repaired",
        "Nothing",
        "repair",
        "It is repaired",
        "Of a repair.",
        Action::HandleGoods,
    ),
    (
        "POST /v1/desk/tickets/{id}/cases/{number}/shipped",
        "CaseShipment",
        "shipGoods",
        "New or mended goods are on their way to the customer",
        "Which ends the case.",
        Action::HandleGoods,
    ),
    (
        "POST /v1/desk/tickets/{id}/cases/{number}/retry",
        "Nothing",
        "retryPayout",
        "Have a declined payout tried again",
        "A new payout on the same hold.",
        Action::RetryPayout,
    ),
];

pub(super) fn operations() -> Vec<Operation> {
    let acts = ROWS.iter().map(|(route, body, id, summary, about, action)| Operation {
        route,
        id,
        summary,
        about: format!("{about} {}", roles(*action)),
        parameters: vec![ticket(), number()],
        body: Some(body),
        done: vec![(200, "Case", "The case after it.")],
        refused: &[404, 409],
    });
    acts.chain(read()).chain(provider()).collect()
}

fn read() -> [Operation; 5] {
    [
        Operation {
            route: "GET /v1/desk/cases",
            id: "listDeskCases",
            summary: "Cases in one status, longest there first",
            about: format!("Those that wait for a decision when left out. {}", roles(Action::Read)),
            parameters: vec![query("status", "`pending` when left out.", named("CaseStatus")), limit(), cursor()],
            body: None,
            done: vec![(200, "CasePage", "One page.")],
            refused: &[],
        },
        Operation {
            route: "GET /v1/desk/tickets/{id}/cases",
            id: "listCasesAtDesk",
            summary: "The cases of a ticket",
            about: format!("Oldest first. {}", roles(Action::Read)),
            parameters: vec![ticket()],
            body: None,
            done: vec![(200, "CaseList", "All of them.")],
            refused: &[404],
        },
        Operation {
            route: "POST /v1/desk/tickets/{id}/cases",
            id: "requestCaseAtDesk",
            summary: "Ask for money or goods on behalf of a customer",
            about: format!(
                "Of the ticket's order, or of another of the same customer. Unless they asked for it themselves or agreed to it as a proposal, they are asked whether they agree. With `override`, what is past its window or lacks a photo goes to the level above. {}",
                roles(Action::RequestCase)
            ),
            parameters: vec![ticket()],
            body: Some("NewCaseAtDesk"),
            done: vec![(201, "Case", "The case.")],
            refused: &[404, 409],
        },
        Operation {
            route: "GET /v1/desk/tickets/{id}/cases/{number}",
            id: "readCaseAtDesk",
            summary: "One case",
            about: format!("`inside` has the `hash` that a decision is bound to. {}", roles(Action::Read)),
            parameters: vec![ticket(), number()],
            body: None,
            done: vec![(200, "Case", "The case.")],
            refused: &[404],
        },
        Operation {
            route: "GET /v1/desk/tickets/{id}/cases/{number}/photos/{photo}",
            id: "readCasePhoto",
            summary: "Where to save a photo from",
            about: format!(
                "For 5 minutes; a browser saves what it gets there and does not show it. The look is put on record first. {}",
                roles(Action::Read)
            ),
            parameters: vec![ticket(), number(), path("photo", "The id that the case names.", named("UploadId"))],
            body: None,
            done: vec![(200, "CasePhoto", "The photo.")],
            refused: &[404],
        },
    ]
}

fn provider() -> [Operation; 2] {
    [
        Operation {
            route: "GET /v1/desk/payment-provider",
            id: "readPaymentProvider",
            summary: "How the payment provider is reached",
            about: format!("Of keys the last four characters. {}", roles(Action::SetProvider)),
            parameters: Vec::new(),
            body: None,
            done: vec![(200, "PaymentProvider", "The provider.")],
            refused: &[404],
        },
        Operation {
            route: "PUT /v1/desk/payment-provider",
            id: "putPaymentProvider",
            summary: "Say how the payment provider is reached",
            about: format!(
                "`infra/PAYMENTS.md` has the contract. Keys that are replaced hold for 24 hours more, unless they are revoked. {}",
                roles(Action::SetProvider)
            ),
            parameters: Vec::new(),
            body: Some("PaymentProviderAccess"),
            done: vec![(200, "PaymentProvider", "The provider now.")],
            refused: &[],
        },
    ]
}

fn hash() -> Field {
    required("hash", text(1, LONGEST_HASH)).says("The case's `inside.hash` as it was looked at.")
}

fn long() -> Value {
    text(1, LONGEST_TEXT)
}

/// Each line once, and how many of it; also none.
fn counts(name: &'static str) -> Value {
    let entry = object(
        "A line, and how many.",
        [required("line", named("LineId")), required(name, amount(0, MOST_UNITS.into()))],
    );
    json!({ "type": "array", "items": entry, "minItems": 1, "maxItems": MOST_LINES })
}

fn at_desk() -> Vec<Field> {
    vec![
        optional("order", named("OrderId")).says("Needed where the ticket names none."),
        optional("override", long()).says("Why a rule is let pass: a note among staff."),
    ]
}

pub(super) fn bodies() -> Vec<(String, Value)> {
    let bodies = [
        ("NewCaseAtDesk", ask("What staff ask for, for a customer.", at_desk)),
        (
            "CaseEdit",
            object(
                "What changes.",
                [
                    optional("kind", named("CaseKind")),
                    optional("reason", named("CaseReason")),
                    optional("lines", units("quantity")).says("In place of all that there were."),
                    optional("amount", amount(1, LARGEST_AMOUNT)).says("Of a compensation, in minor units."),
                    optional("override", long()).says("Why a rule is let pass: a note among staff."),
                ],
            ),
        ),
        ("CaseApproval", object("What is approved.", [hash()])),
        (
            "CaseRejection",
            object("What is rejected, and why.", [hash(), required("reason", long()).says("A note among staff.")]),
        ),
        ("CaseGoods", object("What came.", [required("lines", units("quantity")).says("Each line once.")])),
        (
            "CaseInspection",
            object(
                "What passed.",
                [
                    required("lines", counts("accepted")).says("Each line that came, once."),
                    optional("restocked", counts("quantity")).says("Of that, what can be sold again."),
                ],
            ),
        ),
        ("CaseDiagnosis", object("What the workshop found.", [required("repairable", json!({ "type": "boolean" }))])),
        ("CaseShipment", object("How the goods go out.", [tracking()])),
        ("PaymentProviderAccess", access()),
    ];
    bodies.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

fn access() -> Value {
    // 24 to 64 bytes in base64.
    let secret = || {
        pattern(
            "^whsec_([A-Za-z0-9+/]{4}){8,20}([A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)?$",
            "whsec_YSB3b3JkIG9mIHRoZSB0ZXN0cyBvbmx5",
        )
    };
    let key = || json!({ "type": "string", "minLength": 16, "maxLength": 255, "pattern": "^[!-~]+$" });
    let url = || {
        let mut url = pattern(
            "^https://([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\\.)+[A-Za-z][A-Za-z0-9-]*(:[0-9]+)?(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?$",
            "https://pay.example/v1",
        );
        url["maxLength"] = json!(300);
        url
    };
    let revoke = || {
        optional("revoke", json!({ "type": "boolean" }))
            .says("`true` ends the keys before these at once: for one that leaked.")
    };
    let standard = object(
        "A provider behind our own contract.",
        [
            required("kind", json!({ "type": "string", "const": "standard" })),
            required("url", url()).says("The base of its addresses. (On the local stack also http to this machine.)"),
            required("key", secret()).says("What Aftercare signs with."),
            required("webhook_secret", secret()).says("What the provider signs with."),
            revoke(),
        ],
    );
    let stripe = object(
        "Stripe.",
        [
            required("kind", json!({ "type": "string", "const": "stripe" })),
            optional("url", url()).says("Stripe's own when left out."),
            required("key", key()).says("A restricted key that may write refunds."),
            required("webhook_secret", key()).says("Of the event destination."),
            revoke(),
        ],
    );
    json!({ "description": "How a payment provider is reached.", "oneOf": [standard, stripe] })
}

/// Named examples of a body.
pub(super) fn examples(body: &str) -> Option<Vec<(&'static str, Value)>> {
    let lines = json!([{ "line": "1", "quantity": 1 }]);
    let hash = "0b7d1c5ee8a4f6035d1f9a2c7be48a10";
    Some(match body {
        "NewCaseAtDesk" => vec![
            (
                "refund",
                json!({ "kind": "refund_only", "reason": "defective", "lines": lines, "order": "20261112-8841" }),
            ),
            (
                "overridden",
                json!({ "kind": "exchange", "reason": "defective", "lines": lines, "override": "保修期刚过两天，老客户。" }),
            ),
            ("trouble", json!({ "kind": "compensation", "reason": "late", "amount": 2_000 })),
        ],
        "CaseEdit" => vec![("exchange", json!({ "kind": "exchange" }))],
        "CaseApproval" => vec![("seen", json!({ "hash": hash }))],
        "CaseRejection" => vec![("other_goods", json!({ "hash": hash, "reason": "The photo shows another headset." }))],
        "CaseGoods" => vec![("one", json!({ "lines": lines }))],
        "CaseInspection" => {
            vec![(
                "passed",
                json!({ "lines": [{ "line": "1", "accepted": 1 }], "restocked": [{ "line": "1", "quantity": 0 }] }),
            )]
        }
        "CaseShipment" => vec![("courier", json!({ "tracking": "SF1234567891" }))],
        "CaseDiagnosis" => vec![("repairable", json!({ "repairable": true }))],
        "PaymentProviderAccess" => vec![
            (
                "standard",
                json!({ "kind": "standard", "url": "https://pay.example/v1", "key": "whsec_YSB3b3JkIG9mIHRoZSB0ZXN0cyBvbmx5", "webhook_secret": "whsec_YW5vdGhlciB3b3JkIG9mIHRoZSB0ZXN0cw==" }),
            ),
            (
                "stripe",
                json!({ "kind": "stripe", "key": "a-restricted-key-of-the-account", "webhook_secret": "a-secret-of-the-event-destination" }),
            ),
        ],
        _ => return None,
    })
}
