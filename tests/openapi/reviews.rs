//! Quality reviews: which tickets are drawn, what a lead thinks of them, and what it comes to.

use aftercare::access::Action as May;
use aftercare::category::{Category, Channel};
use aftercare::figures::{FigureRules, Period};
use aftercare::id::{Number, StaffId, StorefrontId, TicketId};
use aftercare::review::{LONGEST_COMMENT, MOST_SAMPLE, Review, Scores};
use aftercare::survey::About;
use aftercare::view::{DrawnTicket, ReviewPage, ReviewSample, ReviewView};
use jiff::Timestamp;
use jiff::civil::date;
use serde_json::{Value, json};

use super::operations::{Operation, query, roles};
use super::shape::{named, object, optional, pattern, required, text};

const TICKET: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

fn month() -> Value {
    pattern("^20[0-9]{2}-(0[1-9]|1[0-2])$", "2026-11")
}

fn whose() -> Vec<Value> {
    vec![
        query("agent", "Whose tickets; else those of whoever asks.", named("StaffId")),
        query("month", "The month in the shop's zone in which they were resolved; else the running one.", month()),
    ]
}

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation {
            route: "GET /v1/desk/reviews/sample",
            id: "drawReviewSample",
            summary: "The tickets that are to be reviewed",
            about: format!(
                "Of the tickets that an agent resolved in a month as many as `figures.review_sample` in the settings says, at most {MOST_SAMPLE}, drawn by a hash so that nobody picks them. While the month runs, tickets that are resolved may take the place of others. {}",
                roles(May::Review)
            ),
            parameters: whose(),
            body: None,
            done: vec![(200, "ReviewSample", "The tickets, and which of them are reviewed.")],
            refused: &[],
        },
        Operation {
            route: "POST /v1/desk/reviews",
            id: "reviewTicket",
            summary: "Say how well a ticket was handled",
            about: format!(
                "Of a ticket that was drawn, by the four standards. There is one review a ticket: sent again by its reviewer within 24 hours it is changed, later or by others it is refused (409). Nobody reviews their own work (403). {}",
                roles(May::Review)
            ),
            parameters: Vec::new(),
            body: Some("NewReview"),
            done: vec![(201, "Review", "It is reviewed."), (200, "Review", "The review is changed.")],
            refused: &[409],
        },
        Operation {
            route: "GET /v1/desk/reviews",
            id: "listReviews",
            summary: "What reviews say of an agent's work in a month",
            about: format!(
                "With the mean of each standard, and how many of the customers who gave a score from 1 to 5 agree: their score is within one point of the review's mean. Agents read their own. {}",
                roles(May::ReadReviews)
            ),
            parameters: whose(),
            body: None,
            done: vec![(200, "ReviewPage", "The reviews, the first written first.")],
            refused: &[],
        },
    ]
}

pub(super) fn bodies() -> Vec<(String, Value)> {
    let score = || json!({ "type": "integer", "minimum": 1, "maximum": 5 });
    let fields = [
        required("ticket", named("TicketId")).says("One of those that are drawn."),
        required("agent", named("StaffId")).says("Whose work it is."),
        required("month", month()).says("In which it was resolved."),
        required("speed", score()).says("How fast it went."),
        required("attitude", score()).says("How the customer was treated."),
        required("process", score()).says("Whether the process was kept."),
        required("effect", score()).says("What came of it."),
        optional("comment", text(1, LONGEST_COMMENT)).says("For the agent and those who look after quality."),
    ];
    vec![("NewReview".to_owned(), object("What somebody thinks of how a ticket was handled.", fields))]
}

pub(super) fn examples(body: &str) -> Option<Vec<(&'static str, Value)>> {
    let review = json!({
        "ticket": TICKET, "agent": "agent-1", "month": "2026-11", "speed": 5, "attitude": 4, "process": 3, "effect": 5,
        "comment": "回复及时，但未先征得客户同意就换货。",
    });
    (body == "NewReview").then(|| vec![("exchange", review)])
}

pub(super) fn answers() -> Vec<(&'static str, Value)> {
    let (agent, month) = (StaffId::parse("agent-1").expect("an id"), Period::Month(2026, 11));
    let review = review();
    let ticket = DrawnTicket { ticket: review.ticket, number: Number::of(review.ticket), done: true };
    let sample = ReviewSample { agent: agent.clone(), month: month.to_string(), tickets: vec![ticket] };
    let one = json!(ReviewView::of(&review, None, Some(5)));
    let comment = Some("回复及时。".to_owned());
    let page = ReviewPage::of((agent, month), vec![(review, comment, Some(5))], &FigureRules::default());
    vec![("Review", one), ("ReviewPage", json!(page)), ("ReviewSample", json!(sample))]
}

fn review() -> Review {
    let person = |id: &str| StaffId::parse(id).expect("an id");
    let about = About {
        agent: Some(person("agent-1")),
        team: "after-sales".into(),
        category: Category::Quality,
        channel: Channel::Web,
        order: None,
        lines: Vec::new(),
    };
    Review {
        storefront: StorefrontId::parse("shop").expect("a storefront"),
        ticket: TicketId::parse(TICKET).expect("an id"),
        cycle: 1,
        month: Period::Month(2026, 11),
        about,
        by: person("lead-1"),
        at: "2026-11-20T02:00:00Z".parse::<Timestamp>().expect("an instant"),
        changed: None,
        day: date(2026, 11, 20),
        scores: Scores { speed: 5, attitude: 4, process: 3, effect: 5 },
        comment: true,
    }
}
