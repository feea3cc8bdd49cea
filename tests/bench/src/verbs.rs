//! What users and the machinery do, as requests to the functions; every answer is looked at.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::{Value, json};

use crate::events::{Http, OVERDUE, SHOP, now_ms, question, queue, stream, text};
use crate::far::Far;
use crate::sandbox::{Place, Sandbox};

/// All functions, started once and kept warm.
pub(crate) struct Team {
    pub(crate) far: Far,
    sandboxes: BTreeMap<&'static str, Sandbox>,
}

pub(crate) const EMPTY: &str = "empty-function";
pub(crate) const INTAKE: &str = "ticket-intake";
pub(crate) const DESK: &str = "ticket-desk";
pub(crate) const QUALITY: &str = "quality-desk";
pub(crate) const PAGE: &str = "tracking-page";
pub(crate) const RELAY: &str = "event-relay";
pub(crate) const SCAN: &str = "sla-scan";
pub(crate) const NOTIFY: &str = "notify";
pub(crate) const ORDERS: &str = "order-intake";
pub(crate) const APPROVAL: &str = "refund-approval";
pub(crate) const PAYOUT: &str = "refund-payout";
pub(crate) const SURVEYS: &str = "survey-dispatch";
pub(crate) const FIGURES: &str = "quality-report";
/// All that are measured, the measure first.
pub(crate) const ALL: [&str; 13] =
    [EMPTY, INTAKE, DESK, QUALITY, PAGE, RELAY, SCAN, NOTIFY, ORDERS, APPROVAL, PAYOUT, SURVEYS, FIGURES];

/// A number that was not given out before: for customers, keys and texts.
pub(crate) fn fresh() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl Team {
    /// Starts every function and gives both storefronts their settings.
    pub(crate) fn start(place: &Place, far: &Far) -> Self {
        let sandboxes = ALL.into_iter().map(|name| (name, place.start(name, &[]))).collect();
        let mut team = Self { far: far.clone(), sandboxes };
        for shop in [SHOP, OVERDUE] {
            team.settle(shop);
        }
        team
    }

    pub(crate) fn sandbox(&mut self, function: &str) -> &mut Sandbox {
        self.sandboxes.get_mut(function).expect("started")
    }

    /// The answer of a function.
    pub(crate) fn ask(&mut self, function: &str, event: Value) -> Value {
        self.sandbox(function).serve(event).answer
    }

    /// The shipped settings, with staff, a quota that no benchmark meets, and short buckets of mail.
    fn settle(&mut self, shop: &str) {
        self.replace_settings(shop, |settings| {
            settings["limits"]["requests_per_minute"] = json!(60_000);
            settings["mail"]["bucket_seconds"] = json!(1);
            settings["mail"]["opening_hours"] = json!("always");
            settings["staff"] = ["agent", "lead", "manager", "head", "admin"].map(|role| person(role, 1)).into();
            if shop == OVERDUE {
                for clock in ["first_response", "first_response_chat", "resolution"] {
                    settings["policy"][clock]["calendar"] = json!("always");
                }
                // A chosen category alone makes a ticket urgent, or low.
                settings["priority"]["normal_from"] = json!(28);
                settings["priority"]["high_from"] = json!(29);
                settings["priority"]["urgent_from"] = json!(30);
            }
        });
    }

    pub(crate) fn replace_settings(&mut self, shop: &str, change: impl FnOnce(&mut Value)) {
        let path = "/v1/desk/settings";
        let get = Http { shop, method: "GET", path, key: "", body: Value::Null, at_ms: now_ms() };
        let answer = answered(&self.ask(DESK, get.event()), 200);
        let mut settings = answer["settings"].clone();
        change(&mut settings);
        let body = json!({ "replaces": answer["version"], "settings": settings });
        let put = Http { shop, method: "PUT", path, key: "", body, at_ms: now_ms() };
        answered(&self.ask(DESK, put.event()), 200);
    }

    /// Makes a ticket and answers with its id.
    pub(crate) fn open(&mut self, event: Value) -> String {
        opened(&self.ask(INTAKE, event))
    }

    /// The first history entry of a ticket, as the stream shows it.
    pub(crate) fn entry(&self, shop: &str, ticket: &str) -> Value {
        self.far.item(&format!("T|{shop}|{ticket}"), "ENTRY#00000001").expect("every ticket has a first entry")
    }

    /// Opens a ticket and answers with its id and the address of its page, from the mail that says it came in.
    pub(crate) fn open_with_link(&mut self, event: Value) -> (String, String) {
        let ticket = self.open(event);
        let entry = self.entry(SHOP, &ticket);
        for message in notices(&self.relayed(&[entry])) {
            done(&self.ask(NOTIFY, queue(&[message])));
        }
        (ticket, self.far.link())
    }

    /// An order and a case that the rules do not approve: its ticket, and the messages by which it is assessed.
    pub(crate) fn asked(&mut self) -> (String, Vec<String>) {
        let order = format!("o-{}", fresh());
        answered(&self.ask(ORDERS, self::order(&order, &format!("c-{}", fresh()))), 201);
        self.asked_of(&order)
    }

    pub(crate) fn asked_of(&mut self, order: &str) -> (String, Vec<String>) {
        let case = answered(&self.ask(ORDERS, case(order, "kettles", false)), 201);
        let ticket = case["ticket"].as_str().expect("a ticket").to_owned();
        let entry = self.entry(SHOP, &ticket);
        let messages = self.relayed(&[entry]);
        (ticket, messages.into_iter().filter(|message| message.contains("\"case\"")).collect())
    }

    /// The queue messages that history entries call for.
    pub(crate) fn relayed(&mut self, entries: &[Value]) -> Vec<String> {
        done(&self.ask(RELAY, stream(entries)));
        self.far.messages()
    }
}

/// Of the messages for all queues those for one, told by a field that only its messages have.
fn those(messages: &[String], field: &str) -> Vec<String> {
    messages.iter().filter(|message| message.contains(&format!("\"{field}\":"))).cloned().collect()
}

pub(crate) fn notices(messages: &[String]) -> Vec<String> {
    those(messages, "notice")
}

pub(crate) fn counted(messages: &[String]) -> Vec<String> {
    those(messages, "of")
}

/// Those about tickets that were resolved or reopened: all that are about an entry, and for nobody else.
pub(crate) fn surveyed(messages: &[String]) -> Vec<String> {
    let others = [notices(messages), counted(messages)].concat();
    those(messages, "entry").into_iter().filter(|message| !others.contains(message)).collect()
}

/// Somebody of the staff, as the settings list them.
pub(crate) fn person(role: &str, number: usize) -> Value {
    json!({
        "id": format!("{role}-{number}"), "email": format!("{role}-{number}@shop.example"), "role": role,
        "language": "zh-Hans",
    })
}

/// The body of an answer that must have this status.
pub(crate) fn answered(answer: &Value, status: u16) -> Value {
    assert_eq!(answer["statusCode"], status, "{answer}");
    answer["body"].as_str().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default()
}

/// The id of the ticket that a request opened.
pub(crate) fn opened(answer: &Value) -> String {
    answered(answer, 201)["ticket"]["id"].as_str().expect("a ticket").to_owned()
}

/// A batch without failures, or a report of a run that did what it was to do.
pub(crate) fn done(answer: &Value) {
    let failures = answer["batchItemFailures"].as_array().map_or(0, Vec::len);
    assert!(failures == 0 && matches!(answer["failed"].as_u64(), None | Some(0)), "{answer}");
}

fn post(shop: &str, path: &str, body: Value, at_ms: u64) -> Value {
    Http { shop, method: "POST", path, key: &format!("key-{:06}", fresh()), body, at_ms }.event()
}

pub(crate) fn get(path: &str) -> Value {
    Http { shop: SHOP, method: "GET", path, key: "", body: Value::Null, at_ms: now_ms() }.event()
}

/// A ticket of a customer who was never here, as a storefront's server posts it.
pub(crate) fn create(bytes: usize) -> Value {
    let seed = fresh();
    post(SHOP, "/v1/tickets", ticket(&format!("c-{seed}"), bytes, seed), now_ms())
}

fn ticket(customer: &str, bytes: usize, seed: usize) -> Value {
    json!({
        "channel": "web", "kind": "complaint", "subject": "收到的东西有问题", "body": text(bytes, seed),
        "customer": { "ref": customer, "email": format!("{customer}@example.com"), "locale": "zh-CN" },
        "order": { "id": format!("2026-{seed:06}") },
    })
}

/// The same of a known customer, with everything that a request can have: every guard is needed.
pub(crate) fn create_with_everything(customer: &str, bytes: usize) -> Value {
    let seed = fresh();
    let mut body = ticket(customer, bytes, seed);
    body["channel"] = json!("email");
    body["channel_message_id"] = json!(format!("<{seed}.1721@mail.example.com>"));
    body["category"] = json!("quality");
    body["reason"] = json!("defect");
    body["stage"] = json!("after_sale");
    body["hoped_for"] = json!("换一台新的");
    body["client_ip"] = json!(format!("2001:db8::{:x}:{:x}", seed >> 16, seed & 0xffff));
    body["order"]["lines"] = json!(["line-1", "line-2"]);
    body["order"]["total"] = json!({ "amount": 259_900, "currency": "CNY" });
    body["attachments"] = json!([{ "name": "开箱.mp4", "type": "video/mp4", "size": 9_000_000 }, { "name": "屏幕.jpg", "type": "image/jpeg", "size": 900_000 }]);
    body["mail"] = json!({
        "message_id": format!("<{seed}.1721@mail.example.com>"), "from": format!("{customer}@example.com"),
        "return_path": format!("{customer}@example.com"), "auto_submitted": "no", "to": ["help@shop.example"],
    });
    post(SHOP, "/v1/tickets", body, now_ms())
}

/// A ticket of the storefront without office hours: urgent now, or of low priority and opened so long ago that three
/// quarters of its first response's eight hours are over.
pub(crate) fn create_urgent(bytes: usize) -> Value {
    elsewhere("account_payment", |seed| text(bytes, seed), now_ms())
}

pub(crate) fn create_due(bytes: usize) -> Value {
    create_low(bytes, now_ms() - 6 * 3_600_000 - 300_000)
}

/// A ticket of low priority there, opened at this instant.
pub(crate) fn create_low(bytes: usize, at_ms: u64) -> Value {
    elsewhere("inquiry", |seed| question(bytes, seed), at_ms)
}

fn elsewhere(category: &str, body: impl Fn(usize) -> String, at_ms: u64) -> Value {
    let seed = fresh();
    let mut request = ticket(&format!("c-{seed}"), 200, seed);
    request["category"] = json!(category);
    request["body"] = json!(body(seed));
    post(OVERDUE, "/v1/tickets", request, at_ms)
}

pub(crate) fn know(customer: &str) -> Value {
    let path = format!("/v1/customers/{customer}");
    let body = json!({
        "name": "陈小明", "email": format!("{customer}@example.com"), "locale": "zh-CN", "time_zone": "Asia/Shanghai", "tier": "vip",
    });
    Http { shop: SHOP, method: "PUT", path: &path, key: "", body, at_ms: now_ms() }.event()
}

pub(crate) fn message(ticket: &str, bytes: usize) -> Value {
    let body = json!({ "channel": "web", "body": text(bytes, fresh()) });
    post(SHOP, &format!("/v1/tickets/{ticket}/messages"), body, now_ms())
}

pub(crate) fn assign(ticket: &str) -> Value {
    post(SHOP, &format!("/v1/desk/tickets/{ticket}/assign"), json!({ "to": "agent-1" }), now_ms())
}

/// The same there, to anybody, at this instant of the gateway's clock.
pub(crate) fn assign_low(ticket: &str, to: &str, at_ms: u64) -> Value {
    post(OVERDUE, &format!("/v1/desk/tickets/{ticket}/assign"), json!({ "to": to }), at_ms)
}

pub(crate) fn reply(ticket: &str, bytes: usize) -> Value {
    post(SHOP, &format!("/v1/desk/tickets/{ticket}/replies"), json!({ "body": text(bytes, fresh()) }), now_ms())
}

pub(crate) fn resolve(ticket: &str, bytes: usize) -> Value {
    post(SHOP, &format!("/v1/desk/tickets/{ticket}/resolve"), json!({ "body": text(bytes, fresh()) }), now_ms())
}

/// Something done to a ticket at the desk.
pub(crate) fn at_desk(ticket: &str, act: &str, body: Value) -> Value {
    post(SHOP, &format!("/v1/desk/tickets/{ticket}/{act}"), body, now_ms())
}

/// What would become of the promises: a story of five days under the settings in force.
pub(crate) fn preview() -> Value {
    let body = json!({
        "policy": "current", "priority": "normal", "start": "2026-11-20T02:00:00Z", "now": "2026-11-24T02:00:00Z",
        "pauses": [{ "from": "2026-11-20T04:00:00Z", "to": "2026-11-23T01:00:00Z" }],
        "changes": [{ "at": "2026-11-23T02:00:00Z", "priority": "urgent" }],
    });
    post(SHOP, "/v1/desk/sla/preview", body, now_ms())
}

/// What a storefront tells of an order of one dear and one cheap line.
pub(crate) fn order(id: &str, customer: &str) -> Value {
    let at = "2026-11-20T02:00:00Z";
    let body = json!({
        "version": 1, "customer": customer, "currency": "CNY", "placed_at": at, "promised_at": at,
        "lines": [
            { "id": "kettles", "title": "Kettle", "quantity": 2, "total": 160_000 },
            { "id": "cups", "title": "Cup", "quantity": 6, "total": 6_000 },
        ],
        "shipping": 1_000,
        "payments": [{ "id": format!("pay-{id}"), "method": "card", "captured": 167_000 }],
        "deliveries": [{ "line": "kettles", "quantity": 2, "at": now_text() }, { "line": "cups", "quantity": 6, "at": now_text() }],
    });
    Http { shop: SHOP, method: "PUT", path: &format!("/v1/orders/{id}"), key: "", body, at_ms: now_ms() }.event()
}

fn now_text() -> String {
    let seconds = i64::try_from(now_ms() / 1_000).expect("a time");
    DateTime::from_secs(seconds).fmt(Format::DateTime).expect("a time")
}

/// A case of one unit of a line, for goods that are defective.
pub(crate) fn case(order: &str, line: &str, preview: bool) -> Value {
    let body = json!({ "kind": "refund_only", "reason": "defective", "lines": [{ "line": line, "quantity": 1 }] });
    let end = if preview { "/preview" } else { "" };
    post(SHOP, &format!("/v1/orders/{order}/cases{end}"), body, now_ms())
}

/// Somebody at the desk approves a case as it is now.
pub(crate) fn approve(ticket: &str, hash: &str) -> Value {
    post(SHOP, &format!("/v1/desk/tickets/{ticket}/cases/1/approve"), json!({ "hash": hash }), now_ms())
}

/// A form of a page: where it goes, and its token.
pub(crate) fn form(answer: &Value, name: &str) -> (String, String) {
    let html = answer["body"].as_str().expect("a page");
    let between = |text: &str, from: &str| -> String {
        let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("no {from} on the page"));
        rest.split('"').next().unwrap_or_default().to_owned()
    };
    let mut forms =
        html.split("<form ").skip(1).map(|form| (between(form, "action=\""), between(form, "name=\"token\" value=\"")));
    forms.find(|(action, _)| action.ends_with(name)).unwrap_or_else(|| panic!("no form {name}: {html}"))
}

/// The form filled in. Every byte of the text is escaped, as a browser does with Chinese.
pub(crate) fn submit((action, token): &(String, String), text: &str) -> Value {
    let escaped: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let body = json!(format!("token={token}&text={escaped}"));
    Http { shop: SHOP, method: "POST", path: action, key: "", body, at_ms: now_ms() }.event()
}
