//! Requests and answers as a shop sees them.

use aftercare::access::Role;
use aftercare::aws::pages::cursor;
use aftercare::category::{Category, Channel, Kind, Priority, Reason, Stage};
use aftercare::customer::Profile;
use aftercare::id::{CustomerRef, Number, OrderId, StaffId, TicketId};
use aftercare::intake::MailHeaders;
use aftercare::mail::Language;
use aftercare::priority::{Ground, Part};
use aftercare::problem::Problem;
use aftercare::roster::{AgentView, AgentsView, Presence};
use aftercare::settings::Settings;
use aftercare::sla::preview::Told;
use aftercare::sla::{ClockKind, Standing};
use aftercare::ticket::Status;
use aftercare::view::{
    BulkOutcome, BulkOutcomes, By, Erased, Export, Inside, MessagePage, MessageView, Promise, ReadPage, ReadView,
    Received, Step, TicketPage, TicketView, Whole,
};
use serde_json::{Map, Value, json};

pub(super) const ID: &str = "0197a3c2-5d4e-7b1a-9c3f-2e8d6a4b1c70";
const TEXT: &str = "上周买的蓝牙耳机，用了三天左耳就没声音了，重新配对也不行。麻烦尽快处理，我想换一副新的。";

/// Named examples of a request body.
pub(super) fn of(body: &str) -> Value {
    let examples = match body {
        "NewTicket" => vec![("chinese", headset()), ("english", kettle()), ("mail", by_mail())],
        "NewMessage" => vec![
            ("chinese", json!({ "channel": "web", "body": "补充一下：充电盒的指示灯也不亮了。" })),
            (
                "english",
                json!({ "channel": "chat", "channel_message_id": "chat-8841-3", "body": "It happened again this morning." }),
            ),
        ],
        "Profile" => vec![
            (
                "chinese",
                json!({ "name": "李娜", "email": "li.na@example.com", "locale": "zh-CN", "time_zone": "Asia/Shanghai", "tier": "vip", "member_since": "2024-06-18", "linked_accounts": false }),
            ),
            (
                "english",
                json!({ "name": "Ann Hughes", "email": "ann@example.com", "locale": "en-GB", "time_zone": "Europe/London" }),
            ),
        ],
        "Erasure" => vec![("first", json!({})), ("going_on", json!({ "cursor": cursor(ID) }))],
        "NewReply" => vec![
            ("chinese", json!({ "body": "您好，我们已为您安排换货，新耳机明天寄出。", "then": "waiting_customer" })),
            ("english", json!({ "body": "Hello Ann, a new kettle is on its way and arrives on Friday." })),
            (
                "standard",
                json!({ "body": "Hello Ann, every size is in the table on the product page.", "standard": "sizes" }),
            ),
        ],
        "Resolution" => vec![
            ("chinese", json!({ "body": "新耳机已签收，感谢您的耐心。" })),
            ("english", json!({ "body": "The new kettle has arrived. Thank you for your patience." })),
        ],
        "Assignment" => vec![("colleague", json!({ "to": "agent-1" }))],
        "NewPresence" => vec![("lunch", json!({ "presence": "away" }))],
        "NewSettings" => vec![("shipped", json!({ "replaces": 1, "settings": Settings::shipped() }))],
        "SlaStory" => vec![("waited", story())],
        other => super::orders::examples(other)
            .or_else(|| super::cases::examples(other))
            .or_else(|| super::feedback::examples(other))
            .or_else(|| super::improvement::examples(other))
            .or_else(|| super::reviews::examples(other))
            .unwrap_or_else(|| super::desk::examples(other)),
    };
    examples.into_iter().map(|(name, value)| (name.to_owned(), json!({ "value": value }))).collect()
}

fn headset() -> Value {
    json!({
        "channel": "web", "kind": "complaint", "subject": "耳机左耳没有声音", "body": TEXT, "hoped_for": "换新",
        "customer": { "ref": "li-na", "name": "李娜", "email": "li.na@example.com", "locale": "zh-CN", "time_zone": "Asia/Shanghai" },
        "order": { "id": "20261112-8841", "lines": ["1"], "total": { "amount": 39900, "currency": "CNY" } },
        "attachments": [{ "name": "耳机.jpg", "type": "image/jpeg", "size": 1_843_200 }],
        "client_ip": "203.0.113.11",
    })
}

fn kettle() -> Value {
    json!({
        "channel": "web", "kind": "return", "stage": "after_sale", "category": "quality", "reason": "defect",
        "subject": "The kettle leaks", "body": "Water runs out at the bottom since the second day. I would like my money back.",
        "customer": { "ref": "c-1042", "name": "Ann Hughes", "email": "ann@example.com", "locale": "en-GB" },
        "order": { "id": "UK-5512" },
    })
}

fn by_mail() -> Value {
    json!({
        "channel": "email", "kind": "inquiry", "subject": "Re: Your order", "body": "When will the second parcel arrive?",
        "customer": { "ref": "c-1043", "email": "tom@example.com", "locale": "en" },
        "mail": {
            "message_id": "<8d1f@mail.example.com>", "from": "Tom <tom@example.com>", "return_path": "<tom@example.com>",
            "to": ["help@shop.example"],
        },
    })
}

/// What each kind of answer looks like, by its schema.
pub(super) fn answers() -> Map<String, Value> {
    let whole = Whole {
        ticket: ticket(Status::Open),
        messages: vec![message()],
        timeline: vec![
            step("2026-11-20T02:00:00.000Z", By::Customer, "received", 1),
            step("2026-11-20T02:20:00.000Z", By::Shop, "reply", 2),
        ],
        more: false,
        cases: Vec::new(),
    };
    let page = MessagePage { messages: vec![message()], before: Some(1) };
    let headers = MailHeaders {
        message_id: Some("<8d1f@mail.example.com>".into()),
        from: Some("Li Na <li.na@example.com>".into()),
        to: vec!["help@shop.example".into()],
        ..MailHeaders::default()
    };
    let export = Export {
        customer: CustomerRef::parse("li-na").expect("a reference"),
        profile: Profile { name: Some("李娜".into()), email: Some("li.na@example.com".into()), ..Profile::default() },
        erased_at: None,
        feedback: vec![super::feedback::example()],
        tickets: vec![Whole {
            messages: vec![MessageView { mail: Some(headers), ..message() }],
            timeline: Vec::new(),
            more: false,
            cases: Vec::new(),
            ticket: ticket(Status::Open),
        }],
        next: None,
    };
    let outcomes = BulkOutcomes {
        outcomes: vec![
            BulkOutcome { named: ID.into(), status: 200, ticket: Some(json!(ticket(Status::Open))), problem: None },
            BulkOutcome { named: "7M3KD0QX".into(), status: 404, ticket: None, problem: Some(Problem::not_found()) },
        ],
    };
    let read = ReadView { by: StaffId::parse("agent-1").expect("an id"), at: "2026-11-20T02:19:00.000Z".into() };
    let answers = [
        ("BulkOutcomes", json!(outcomes)),
        ("ReadPage", json!(ReadPage { reads: vec![read], next: None })),
        ("Received", json!(Received { ticket: ticket(Status::New), message: 1, appended: false })),
        ("Ticket", json!(ticket(Status::Open))),
        ("WholeTicket", json!(whole)),
        ("MessagePage", json!(page)),
        ("Export", json!(export)),
        ("Erased", json!(Erased { tickets: 2, messages: 9, next: None })),
        ("TicketPage", json!(TicketPage { tickets: vec![ticket(Status::Open)], next: Some("0e131911".into()) })),
        ("Profile", json!({ "name": "李娜", "email": "li.na@example.com", "locale": "zh-CN", "tier": "vip" })),
        (
            "Agents",
            json!(AgentsView { agents: vec![agent("agent-1", Role::Agent, 4), agent("lead-1", Role::Lead, 0)] }),
        ),
        ("Agent", json!(agent("agent-1", Role::Agent, 4))),
        ("SettingsInForce", json!({ "version": 1, "settings": Settings::shipped() })),
        ("SettingsVersion", json!({ "version": 2 })),
        (
            "LinkKeys",
            json!({ "keys": [{ "number": 2, "since": "2026-11-20T02:00:00.000Z" }, { "number": 1, "since": "2026-02-03T08:15:00.000Z" }] }),
        ),
        ("SlaPreview", json!(Told::read(&story(), &Settings::shipped()).expect("a story").preview())),
    ];
    let answers = answers
        .into_iter()
        .chain(super::case_examples::answers())
        .chain(super::surveys::answers())
        .chain(super::feedback::answers())
        .chain(super::improvement::answers())
        .chain(super::reviews::answers());
    answers.map(|(schema, value)| (schema.to_owned(), json!({ "value": value }))).collect()
}

fn agent(id: &str, role: Role, held: u32) -> AgentView {
    AgentView {
        id: StaffId::parse(id).expect("an id"),
        role,
        team: "after-sales".into(),
        on_shift: true,
        presence: Presence::Available,
        held,
        capacity: (role == Role::Agent).then_some(12),
    }
}

/// A request that waited for the customer, and became urgent.
fn story() -> Value {
    json!({
        "priority": "normal", "start": "2026-11-20T02:00:00Z", "now": "2026-11-24T02:00:00Z", "policy": "current",
        "pauses": [{ "from": "2026-11-20T04:00:00Z", "to": "2026-11-23T01:00:00Z" }],
        "changes": [{ "at": "2026-11-23T02:00:00Z", "priority": "urgent" }],
        "fulfilled": { "first_response": "2026-11-20T04:00:00Z" },
    })
}

fn ticket(status: Status) -> TicketView {
    let id = TicketId::parse(ID).expect("an id");
    let promise = |clock, due: &str| Promise {
        clock,
        cycle: 1,
        outcome: Standing::Running,
        due_at: Some(due.into()),
        subject: None,
        excused: false,
        cause: None,
    };
    TicketView {
        id,
        number: Number::of(id),
        customer: CustomerRef::parse("li-na").expect("a reference"),
        status,
        channel: Channel::Web,
        stage: Stage::AfterSale,
        kind: Kind::Complaint,
        order: OrderId::parse("20261112-8841"),
        category: Category::Quality,
        reason: Some(Reason::Malfunction),
        priority: Priority::Normal,
        opened_at: "2026-11-20T02:00:00.000Z".into(),
        resolved_at: None,
        promises: vec![
            promise(ClockKind::FirstResponse, "2026-11-20T06:00:00.000Z"),
            promise(ClockKind::Resolution, "2026-11-20T10:00:00.000Z"),
        ],
        proposal: None,
        merged_into: None,
        inside: Some(Inside {
            version: 1,
            team: "after-sales".into(),
            assignee: None,
            confidence: 93,
            triage: false,
            danger: false,
            legal: false,
            score: vec![Part { ground: Ground::Category, points: 20 }],
            settings_version: 1,
            language: Some(Language::ZhHans),
            next_action_at: Some("2026-11-20T06:00:00.000Z".into()),
            timer: None,
            unanswered_since: Some("2026-11-20T02:00:00.000Z".into()),
            handling_seconds: 0,
            follows: None,
            links: Vec::new(),
        }),
    }
}

fn step(at: &str, by: By, what: &str, message: u32) -> Step {
    Step {
        at: at.into(),
        by,
        what: what.into(),
        message: Some(message),
        contacted_at: None,
        standard: None,
        staff: None,
        to: None,
    }
}

fn message() -> MessageView {
    MessageView {
        number: 1,
        by: Some(By::Customer),
        at: Some("2026-11-20T02:00:00.000Z".into()),
        subject: "耳机左耳没有声音".into(),
        body: TEXT.into(),
        hoped_for: Some("换新".into()),
        attachments: Vec::new(),
        order: None,
        mail: None,
        internal: false,
        erased: false,
    }
}
