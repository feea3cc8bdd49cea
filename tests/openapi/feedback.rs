//! What customers say of the shop: handed in, recorded at the desk, listed; and what the shop's work comes to.

use std::collections::BTreeMap;

use aftercare::access::Action;
use aftercare::event::Actor;
use aftercare::feedback::{Feedback, LONGEST_SOURCE_ID, MOST_SCORE, Rating, Source, Words};
use aftercare::figures::{Dimension, FigureRules, Measure, Sheet, Sheets, Window};
use aftercare::id::{FeedbackId, ProductId, StorefrontId};
use aftercare::intake::{Content, LONGEST_TEXT};
use aftercare::view::{FeedbackPage, FeedbackView, FiguresView};
use jiff::civil::date;
use serde_json::{Value, json};

use super::examples::ID;
use super::operations::{Operation, cursor, limit, query, roles};
use super::shape::{Field, format, named, object, optional, required, text};

const TEXT: &str = "包装很好，客服回复也快。";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation {
            route: "POST /v1/feedback",
            id: "handInFeedback",
            summary: "Hand in what a customer said elsewhere",
            about: "Takes a storefront's token: a review, a post in social media, a call of the shop's own. What has a `source_id` is recorded once, whatever comes with it later: 200 with what is there. Answers to surveys are recorded by themselves.".into(),
            parameters: Vec::new(),
            body: Some("NewFeedback"),
            done: vec![(201, "Feedback", "It is recorded."), (200, "Feedback", "It was recorded before.")],
            refused: &[],
        },
        Operation {
            route: "POST /v1/desk/feedback",
            id: "recordCallBack",
            summary: "Record what a customer said when they were called back",
            about: format!("About a ticket. {}", roles(Action::RecordFeedback)),
            parameters: Vec::new(),
            body: Some("CallBack"),
            done: vec![(201, "Feedback", "It is recorded."), (200, "Feedback", "It was recorded before.")],
            refused: &[],
        },
        Operation {
            route: "GET /v1/desk/feedback",
            id: "listFeedback",
            summary: "What customers say of the shop",
            about: format!("From every source, the latest first. {}", roles(Action::ReadFeedback)),
            parameters: vec![query("source", "From this source only.", named("Source")), limit(), cursor()],
            body: None,
            done: vec![(200, "FeedbackPage", "A page.")],
            refused: &[],
        },
        Operation {
            route: "GET /v1/desk/figures",
            id: "readFigures",
            summary: "What the shop's work comes to",
            about: format!("Counted up to the last hour; a month, a quarter and a year are closed three days after they end and do not change any more. With `Accept: text/csv` the same as rows of a spreadsheet. Agents see their own. {}", roles(Action::ReadFigures)),
            parameters: vec![
                query("from", "The first day, in the shop's zone; else the first of the month.", day()),
                query("to", "The last day; else the last of the month of the first. At most 366 days.", day()),
                query("by", "Also by each team, agent, category, channel or product.", named("Dimension")),
            ],
            body: None,
            done: vec![(200, "Figures", "The figures.")],
            refused: &[],
        },
    ]
}

pub(super) fn bodies() -> Vec<(String, Value)> {
    let number = |least: u8| json!({ "type": "integer", "minimum": least, "maximum": MOST_SCORE });
    let rating = object(
        "A score on a scale, the best being the greatest.",
        [required("score", number(0)), required("from", number(0)), required("to", number(1))],
    );
    let said = || -> [Field; 3] {
        [
            optional("said_at", format("date-time", "2026-01-31T09:30:00Z")).says("Not in the future; else now."),
            optional("rating", rating.clone()),
            optional("text", text(1, LONGEST_TEXT)).says("Required where there is no rating."),
        ]
    };
    let links = [
        required("source", named("Source")),
        optional("source_id", text(1, LONGEST_SOURCE_ID)).says("The source's own id of it."),
        optional("ticket", json!({ "type": "string", "minLength": 1 })).says("Its id or number."),
        optional("customer", named("CustomerRef")),
        optional("order", named("OrderId")),
        optional("product", named("ProductId")),
        optional("locale", json!({ "type": "string", "examples": ["zh-CN"] })).says("The language it is in."),
    ];
    let of_ticket = [required("ticket", json!({ "type": "string", "minLength": 1 })).says("Its id or number.")];
    let bodies = [
        ("NewFeedback", object("What a customer said.", links.into_iter().chain(said()))),
        ("CallBack", object("What a customer said on the phone.", of_ticket.into_iter().chain(said()))),
    ];
    bodies.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

pub(super) fn examples(body: &str) -> Option<Vec<(&'static str, Value)>> {
    Some(match body {
        "NewFeedback" => vec![(
            "review",
            json!({ "source": "review", "source_id": "taobao-88120", "rating": { "score": 5, "from": 1, "to": 5 }, "text": TEXT, "product": "kettle-2", "locale": "zh-CN" }),
        )],
        "CallBack" => {
            vec![(
                "satisfied",
                json!({ "ticket": ID, "rating": { "score": 4, "from": 1, "to": 5 }, "text": "电话回访：客户满意。" }),
            )]
        }
        _ => return None,
    })
}

pub(super) fn day() -> Value {
    json!({ "type": "string", "format": "date", "examples": ["2026-01-31"] })
}

/// A month with a few orders, by team.
fn figures() -> FiguresView {
    let mut sheet = Sheet::default();
    for measure in [Measure::Orders, Measure::Orders, Measure::Opened, Measure::Complaint] {
        sheet.count(measure);
    }
    let teams = BTreeMap::from([("after-sales".to_owned(), sheet.clone())]);
    let sheets = Sheets { all: sheet, by: BTreeMap::from([(Dimension::Team, teams)]) };
    let window = Window { from: date(2026, 11, 1), to: date(2026, 11, 30), counted: date(2026, 11, 20) };
    FiguresView::of(&sheets, Some(Dimension::Team), None, (&FigureRules::default(), &window), None)
}

pub(super) fn answers() -> Vec<(&'static str, Value)> {
    vec![
        ("Figures", json!(figures())),
        ("Feedback", json!(example())),
        ("FeedbackPage", json!(FeedbackPage { feedback: vec![example()], next: None })),
    ]
}

pub(super) fn example() -> FeedbackView {
    let at = "2026-11-20T02:00:00Z".parse().expect("an instant");
    let one = Feedback {
        id: FeedbackId::of(&["source", "review", "taobao-88120"]),
        storefront: StorefrontId::parse("shop").expect("a storefront"),
        source: Source::Review,
        said: at,
        recorded: at,
        by: Actor::Storefront,
        day: date(2026, 11, 20),
        rating: Some(Rating { score: 5, from: 1, to: 5 }),
        words: Some(Words::Own),
        customer: None,
        ticket: None,
        order: None,
        product: ProductId::parse("kettle-2"),
        locale: Some("zh-CN".into()),
        about: None,
    };
    FeedbackView::of(one, Some(Content { body: TEXT.into(), ..Content::default() }))
}
