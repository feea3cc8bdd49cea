//! Orders, what can be asked for of them, and cases as their customers and their shop see them; and the payment provider's
//! own door.

use aftercare::case::ask::MOST_PHOTOS;
use aftercare::case::{CaseKind, CaseReason, LONGEST_TRACKING};
use aftercare::country::is_country;
use aftercare::intake::LONGEST_TEXT;
use aftercare::money::LARGEST;
use aftercare::order::{LARGEST_AMOUNT, MOST_DELIVERIES, MOST_LINES, MOST_PAYMENTS, MOST_UNITS};
use serde_json::{Value, json};

use super::operations::{Operation, path, query, ticket};
use super::shape::{Field, format, list, named, object, optional, pattern, required, text};

const ALWAYS_FITS: &str = "The same figures as an option shows and a case stores.";
/// `order::facts`: the largest whole number that every JSON reader keeps.
const LAST_VERSION: i64 = (1 << 53) - 1;

pub(super) fn operations() -> Vec<Operation> {
    let mut all = orders();
    all.extend(cases());
    all.push(Operation {
        route: "POST /v1/webhooks/payments/{storefront}",
        id: "hearPaymentProvider",
        summary: "The payment provider tells of a refund",
        about: "No token: the message is signed by Standard Webhooks or by Stripe, with the `webhook_secret` that an admin set, at most five minutes ago. `infra/PAYMENTS.md` has the contract. Told again, or late, or of something that is not ours, it is answered 200 and changes nothing.".into(),
        parameters: vec![
            path("storefront", "Whose provider it is.", named("StorefrontId")),
            header("webhook-id", "Of the message: the same however often it is sent."),
            header("webhook-timestamp", "Seconds since 1970 when it was signed."),
            header("webhook-signature", "`v1,` and the signature; several are separated by blanks."),
            header("stripe-signature", "Stripe's own, in place of the other three."),
        ],
        body: Some("PaymentMessage"),
        done: vec![(200, "Heard", "It was heard.")],
        refused: &[],
    });
    all
}

fn orders() -> Vec<Operation> {
    vec![
        Operation {
            route: "PUT /v1/orders/{id}",
            id: "putOrder",
            summary: "What was ordered, paid and delivered",
            about: "Takes a storefront's token. The facts with the highest `version` hold, in whatever order they arrive: a lower one is answered with what is stored. An order keeps its customer and its currency; the same version with other content is 409.".into(),
            parameters: vec![order()],
            body: Some("OrderFacts"),
            done: vec![(200, "OrderView", "The order now."), (201, "OrderView", "It was not known before.")],
            refused: &[409],
        },
        Operation {
            route: "GET /v1/orders/{id}",
            id: "readOrder",
            summary: "An order, and what is still to be had of it",
            about: "What cases hold counts as taken from the moment they are requested.".into(),
            parameters: vec![order()],
            body: None,
            done: vec![(200, "OrderView", "The order.")],
            refused: &[404],
        },
        Operation {
            route: "GET /v1/orders/{id}/options",
            id: "listOptions",
            summary: "What a customer can choose",
            about: "For each line and reason every kind there is: what all its free units come to, how long it takes and who pays, or why it is not possible.".into(),
            parameters: vec![order(), query("line", "Only this line.", named("LineId"))],
            body: None,
            done: vec![(200, "CaseOptions", "The options now.")],
            refused: &[404],
        },
        Operation {
            route: "GET /v1/policy",
            id: "readPolicy",
            summary: "The rules that are applied",
            about: "The data that options and cases are computed from, for showing it to customers.".into(),
            parameters: vec![query("country", "Where an order is sent to.", country())],
            body: None,
            done: vec![(200, "CasePolicy", "The rules.")],
            refused: &[],
        },
        Operation {
            route: "POST /v1/orders/{id}/uploads",
            id: "makeUploadForm",
            summary: "A form for a photo",
            about: "The photo goes straight to the bucket: send the `fields` and then the file as `file`, as `multipart/form-data` to `url`, within 15 minutes; JPEG, PNG, WebP or HEIC of at most 10 MiB. The answer is a 201. Then name the `id` in a case of this order. The same key gives the same id, with a form that is signed anew.".into(),
            parameters: vec![order()],
            body: Some("Nothing"),
            done: vec![(201, "UploadForm", "The form.")],
            refused: &[404],
        },
        Operation {
            route: "POST /v1/orders/{id}/cases/preview",
            id: "previewCase",
            summary: "What a request would come to",
            about: format!("Nothing is held or stored. {ALWAYS_FITS}"),
            parameters: vec![order()],
            body: Some("NewCase"),
            done: vec![(200, "CasePreview", "The figures now.")],
            refused: &[404, 409],
        },
        Operation {
            route: "POST /v1/orders/{id}/cases",
            id: "requestCase",
            summary: "Ask for money or goods",
            about: "Its units and its money are held from now on, so that nobody gets them twice; 409 says what is `available`. It opens a ticket of its own unless `ticket` names one. Small ones within the rules are approved by themselves, others by people; what follows is mailed to the customer. Send the preview's `net` along to be told when it has changed.".into(),
            parameters: vec![order()],
            body: Some("NewCase"),
            done: vec![(201, "Case", "The case.")],
            refused: &[404, 409],
        },
    ]
}

fn cases() -> Vec<Operation> {
    let acts = [
        (
            "POST /v1/tickets/{id}/cases/{number}/cancel",
            "cancelCase",
            "End a case",
            "As long as nothing is paid and nothing is under way. What it held is free again.",
            "Nothing",
        ),
        (
            "POST /v1/tickets/{id}/cases/{number}/sent",
            "sendGoods",
            "The goods are on their way back",
            "It does not expire then.",
            "CaseSent",
        ),
        (
            "POST /v1/tickets/{id}/cases/{number}/consent",
            "consentToCase",
            "Agree to what staff asked for or changed, or not",
            "Nothing that staff asked for or changed is carried out before. Without consent the case ends.",
            "CaseConsent",
        ),
    ];
    let act = |(route, id, summary, about, body): (_, _, _, &str, _)| Operation {
        route,
        id,
        summary,
        about: about.to_owned(),
        parameters: vec![ticket(), number()],
        body: Some(body),
        done: vec![(200, "Case", "The case after it.")],
        refused: &[404, 409],
    };
    let read = [
        Operation {
            route: "GET /v1/tickets/{id}/cases",
            id: "listCases",
            summary: "The cases of a ticket",
            about: "Oldest first. A customer sees less than the storefront: no `inside`.".into(),
            parameters: vec![ticket()],
            body: None,
            done: vec![(200, "CaseList", "All of them.")],
            refused: &[404],
        },
        Operation {
            route: "GET /v1/tickets/{id}/cases/{number}",
            id: "readCase",
            summary: "One case",
            about: "With what was paid back so far.".into(),
            parameters: vec![ticket(), number()],
            body: None,
            done: vec![(200, "Case", "The case.")],
            refused: &[404],
        },
    ];
    read.into_iter().chain(acts.map(act)).collect()
}

fn order() -> Value {
    path("id", "The storefront's number of the order.", named("OrderId"))
}

pub(super) fn number() -> Value {
    let schema = json!({ "type": "integer", "minimum": 1, "maximum": u16::MAX });
    path("number", "The case's number on its ticket.", schema)
}

fn header(name: &str, about: &str) -> Value {
    json!({ "name": name, "in": "header", "description": about, "schema": { "type": "string" } })
}

fn country() -> Value {
    let letters = || 'A'..='Z';
    let codes = letters().flat_map(|first| letters().map(move |second| format!("{first}{second}")));
    json!({ "type": "string", "enum": codes.filter(|code| is_country(code)).collect::<Vec<_>>(), "examples": ["DE"] })
}

pub(super) fn amount(least: i64, most: i64) -> Value {
    json!({ "type": "integer", "minimum": least, "maximum": most })
}

fn quantity() -> Field {
    required("quantity", amount(1, MOST_UNITS.into()))
}

fn instant() -> Value {
    format("date-time", "2026-11-18T02:00:00Z")
}

pub(super) fn tracking() -> Field {
    let schema = pattern("^[A-Za-z0-9-]{4,40}$", "SF1234567890");
    assert_eq!(LONGEST_TRACKING, 40, "the pattern says it too");
    optional("tracking", schema).says("The courier's number.")
}

/// Lines and how many units of each, each line once.
pub(super) fn units(name: &'static str) -> Value {
    let entry = object(
        "Some units of a line.",
        [required("line", named("LineId")), required(name, amount(1, MOST_UNITS.into()))],
    );
    json!({ "type": "array", "items": entry, "minItems": 1, "maxItems": MOST_LINES })
}

/// What is asked for: units of lines, or for a compensation an amount. `more` are the fields that both have.
pub(super) fn ask(about: &str, more: impl Fn() -> Vec<Field>) -> Value {
    let kinds: Vec<&str> =
        CaseKind::ALL.iter().filter(|kind| **kind != CaseKind::Compensation).map(|kind| kind.as_str()).collect();
    let photos = || {
        optional(
            "photos",
            json!({ "type": "array", "items": named("UploadId"), "maxItems": MOST_PHOTOS, "uniqueItems": true }),
        )
        .says("Ids of photos that were handed in for the order. Some reasons need one.")
    };
    let goods = [
        required("kind", json!({ "type": "string", "enum": kinds })),
        required("reason", named("CaseReason")),
        required("lines", units("quantity")).says("Each line once."),
        photos(),
    ];
    let mut some = units("quantity");
    some["minItems"] = json!(0);
    let money = [
        required("kind", json!({ "type": "string", "const": CaseKind::Compensation })),
        required("reason", named("CaseReason")),
        required("amount", amount(1, LARGEST)).says("Minor units of the order's currency."),
        optional("lines", some).says("What it is for, if that is to be said."),
        photos(),
    ];
    let goods = object("Money or goods for units of lines.", goods.into_iter().chain(more()));
    let money = object("An amount for the trouble.", money.into_iter().chain(more()));
    json!({ "description": about, "oneOf": [goods, money] })
}

pub(super) fn bodies() -> Vec<(String, Value)> {
    let bodies = [
        ("OrderFacts", object("What a storefront says of an order, whole. Amounts are in minor units.", facts())),
        (
            "OrderFactsLine",
            object(
                "Some units of one product at one price.",
                [
                    required("id", named("LineId")).says("Unlike that of any other line."),
                    optional("product", named("ProductId")),
                    optional("title", pattern(r"^[^\u0000-\u001f\u007f-\u009f]*[^\u0000-\u0020\u007f-\u00a0][^\u0000-\u001f\u007f-\u009f]*$", "蓝牙耳机"))
                        .says("What its customer reads: one line of at most 200 characters."),
                    quantity(),
                    required("total", amount(0, LARGEST_AMOUNT))
                        .says("Of all its units, with tax and less the line's own discount."),
                    optional("exclusion", named("Exclusion")).says("Why it cannot be sent back for a change of mind."),
                ],
            ),
        ),
        (
            "OrderFactsPayment",
            object(
                "Money that was taken for the order.",
                [
                    required("id", named("PaymentId")).says("The payment provider's own id of it."),
                    required("method", named("PaymentMethod")),
                    required("captured", amount(0, LARGEST_AMOUNT)),
                    optional("charged_back", amount(0, LARGEST_AMOUNT))
                        .says("What the customer's bank took back; at most what was captured."),
                ],
            ),
        ),
        (
            "OrderFactsDelivery",
            object(
                "Units of a line that reached the customer.",
                [required("line", named("LineId")).says("One of the lines."), quantity(), required("at", instant())],
            ),
        ),
        ("NewCase", ask("What a customer asks for of an order.", more)),
        ("CaseSent", object("How the goods come back.", [tracking()])),
        ("CaseConsent", object("Whether the customer agrees.", [required("accepted", json!({ "type": "boolean" }))])),
        (
            "PaymentMessage",
            json!({
                "type": "object",
                "description": "A message in the words of our contract. Stripe's events are as Stripe documents them.",
                "properties": {
                    "v": { "type": "integer", "const": 1 },
                    "type": { "type": "string", "examples": ["refund.updated"] },
                    "refund": {
                        "type": "object",
                        "properties": {
                            "id": { "type": "string", "description": "The payout's id, where it is one of ours." },
                            "reference": { "type": "string" },
                            "status": { "type": "string", "enum": ["settled", "pending", "declined"] },
                            "payment": { "type": "string" },
                            "amount": { "type": "integer" },
                            "decline": { "type": "object", "properties": { "code": { "type": "string" } } },
                        },
                    },
                },
            }),
        ),
        ("Heard", json!({ "type": "object", "description": "Nothing more to say.", "properties": {} })),
    ];
    bodies.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

fn facts() -> [Field; 11] {
    [
        required("version", amount(1, LAST_VERSION)).says("The storefront's own count of the order's changes."),
        required("customer", named("CustomerRef")),
        required("currency", json!({ "type": "string", "format": "iso-4217", "examples": ["CNY"] })),
        required("placed_at", instant()),
        optional("country", country()).says("Where it is sent to: which market's rules hold."),
        optional("promised_at", instant()).says("When all of it was promised to be there."),
        required(
            "lines",
            json!({ "type": "array", "items": named("OrderFactsLine"), "minItems": 1, "maxItems": MOST_LINES }),
        ),
        optional("discount", amount(0, LARGEST_AMOUNT)).says("Of the whole order; at most what the lines come to."),
        optional("shipping", amount(0, LARGEST_AMOUNT)).says("What was paid for sending it, with tax."),
        optional("payments", list(named("OrderFactsPayment"), MOST_PAYMENTS)),
        optional("deliveries", list(named("OrderFactsDelivery"), MOST_DELIVERIES)),
    ]
}

fn more() -> Vec<Field> {
    let ticket =
        json!({ "type": "string", "minLength": 1, "maxLength": 64, "format": "ticket-name", "examples": ["7M3KD0QX"] });
    vec![
        optional("ticket", ticket)
            .says("The customer's ticket that it belongs to: its id or its number. Left out, it opens its own."),
        optional("message", text(1, LONGEST_TEXT)).says("What the customer writes with it, where it opens a ticket."),
        optional("net", amount(0, 100_000_000_000_000))
            .says("What the customer was shown: 409 where it comes to something else now."),
    ]
}

/// Named examples of a body.
pub(super) fn examples(body: &str) -> Option<Vec<(&'static str, Value)>> {
    let lines = json!([{ "line": "1", "quantity": 1 }]);
    Some(match body {
        "OrderFacts" => vec![("headset", headset())],
        "NewCase" => vec![
            (
                "chinese",
                json!({ "kind": "refund_only", "reason": CaseReason::Defective, "lines": lines, "message": "左耳没有声音，我想退款。" }),
            ),
            (
                "english",
                json!({ "kind": "return_refund", "reason": CaseReason::ChangeOfMind, "lines": lines, "net": 35_910 }),
            ),
        ],
        "CaseSent" => vec![("courier", json!({ "tracking": "SF1234567890" }))],
        "CaseConsent" => vec![("agreed", json!({ "accepted": true }))],
        "PaymentMessage" => vec![(
            "settled",
            json!({
                "v": 1, "type": "refund.updated",
                "refund": { "id": format!("{}.1.1", super::examples::ID), "reference": "rf_81", "status": "settled", "payment": "pay_7", "amount": 39_900 },
            }),
        )],
        _ => return None,
    })
}

/// An order of one headset and two cases for it.
pub(super) fn headset() -> Value {
    json!({
        "version": 3, "customer": "li-na", "currency": "CNY", "placed_at": "2026-11-12T08:00:00Z", "country": "CN",
        "promised_at": "2026-11-16T10:00:00Z",
        "lines": [
            { "id": "1", "product": "headset-3", "title": "蓝牙耳机", "quantity": 1, "total": 39_900 },
            { "id": "2", "product": "cover-1", "title": "保护套", "quantity": 2, "total": 3_000 },
        ],
        "discount": 900, "shipping": 1_000,
        "payments": [{ "id": "pay_7", "method": "wallet", "captured": 43_000 }],
        "deliveries": [
            { "line": "1", "quantity": 1, "at": "2026-11-18T02:00:00Z" },
            { "line": "2", "quantity": 2, "at": "2026-11-18T02:00:00Z" },
        ],
    })
}
