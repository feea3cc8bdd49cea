//! What is counted of stories, and what sheets say.

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use serde_json::json;

use super::*;
use crate::category::Priority;
use crate::event::{Actor, Entry, Event};
use crate::id::StaffId;
use crate::settings::Loaded;
use crate::sla::ClockKind;
use crate::survey::SurveyKind;
use crate::ticket::given::{at, opening, shipped, thursday};
use crate::ticket::{Command, Ticket, Turn, Voice, decide};

const ANSWER: Command = Command::Reply { contacted: None, then: Some(Turn::Open), standard: None };
const RESOLVE: Command = Command::Resolve { message: true };
const MESSAGE: Command = Command::Receive { channel: Channel::Web, duplicate: false, voice: Voice::Person };

fn shanghai() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap()
}

fn agent() -> Actor {
    Actor::Staff(StaffId::parse("agent-1").unwrap())
}

/// A complaint about quality that came on a Thursday at 10:00 in Shanghai, and what happened to it.
struct Story {
    entries: Vec<Entry>,
    ticket: Ticket,
    settings: Loaded,
}

impl Story {
    fn from(now: Timestamp) -> Self {
        let settings = shipped();
        let clocks = [ClockKind::FirstResponse, ClockKind::Resolution];
        let entry = opening(now, Priority::Normal, &clocks, &settings);
        Self { ticket: Ticket::opened_by(&entry).unwrap(), entries: vec![entry], settings }
    }

    fn then(self, command: &Command, by: &Actor, now: Timestamp) -> Self {
        let events = decide(&self.ticket, command, now, &self.settings).unwrap();
        self.happens(events, by, now)
    }

    fn happens(mut self, events: Vec<Event>, by: &Actor, now: Timestamp) -> Self {
        let (storefront, ticket) = (self.ticket.storefront.clone(), self.ticket.id);
        let entry = Entry { storefront, ticket, seq: self.ticket.seq + 1, at: now, by: by.clone(), events };
        self.ticket = self.ticket.after(&entry);
        self.entries.push(entry);
        self
    }

    fn rows(&self) -> Vec<Row> {
        rows(&self.entries, &shanghai()).into_iter().flatten().collect()
    }

    fn sheets(&self) -> Sheets {
        Sheets::of(&self.rows())
    }
}

fn march() -> Window {
    Window { from: date(2026, 3, 1), to: date(2026, 3, 31), counted: date(2026, 3, 31) }
}

fn says(sheet: &Sheet, name: Name) -> (Option<i64>, i64) {
    let figure = name.of(sheet, &FigureRules::default(), &march());
    (figure.tenths, figure.denominator)
}

fn survey(kind: &str, happened: serde_json::Value) -> Vec<Event> {
    let about = json!({ "agent": "agent-9", "team": "chat", "category": "delivery", "channel": "chat" });
    let event = json!({ "type": "survey", "cycle": 1, "kind": kind, "about": about, "happened": happened });
    vec![serde_json::from_value(event).unwrap()]
}

fn answer(score: u8, low: bool) -> serde_json::Value {
    json!({ "what": "answered", "answer": { "score": score, "solved": !low }, "editable": 0, "low": low })
}

#[test]
fn a_ticket_counts_once_and_so_do_its_first_answer_its_promises_and_each_time_it_is_resolved() {
    let story = Story::from(thursday("10:00"))
        .then(&ANSWER, &agent(), thursday("11:30"))
        .then(&ANSWER, &agent(), thursday("12:00"))
        .then(&RESOLVE, &agent(), thursday("16:00"))
        .then(&MESSAGE, &Actor::Customer, at("2026-03-13T10:00:00+08:00"))
        .then(&RESOLVE, &agent(), at("2026-03-13T12:00:00+08:00"));
    let all = story.sheets().all;
    let counts = [Measure::Opened, Measure::Complaint, Measure::Answered, Measure::Resolved, Measure::Reopened];
    assert_eq!(counts.map(|measure| all.get(measure)), [1, 1, 1, 2, 1]);
    assert_eq!(says(&all, Name::FirstResponse), (Some(54000), 1), "90 minutes");
    assert_eq!(says(&all, Name::FirstResponseKept), (Some(1000), 1));
    assert_eq!(says(&all, Name::PeakResponse), (Some(54000), 1));
    // 6 hours first, and 8 with the second cycle.
    assert_eq!(says(&all, Name::Handling), (Some(70), 2));
    assert_eq!(says(&all, Name::ReopenRate), (Some(500), 2));
    assert_eq!(says(&all, Name::Contacts), (Some(20), 1));
    let by = story.sheets().by;
    assert_eq!(by[&Dimension::Agent]["agent-1"].get(Measure::Resolved), 2, "nobody holds it, so who did it");
    assert_eq!(by[&Dimension::Category]["quality"], all);
}

#[test]
fn what_the_last_entry_counts_is_what_it_counts_among_all() {
    let story = Story::from(thursday("10:00")).then(&ANSWER, &agent(), thursday("11:30")).then(
        &RESOLVE,
        &agent(),
        thursday("16:00"),
    );
    let each: Vec<Option<Row>> = (1..=story.entries.len()).map(|n| tally(&story.entries[..n], &shanghai())).collect();
    assert_eq!(each, rows(&story.entries, &shanghai()));
    for (entry, row) in story.entries.iter().zip(&each) {
        assert!(counts(entry) || row.is_none(), "{entry:?}");
    }
}

#[test]
fn a_contact_typed_in_later_counts_from_when_it_was() {
    let called = Command::Reply { contacted: Some(thursday("10:20")), then: None, standard: None };
    let all = Story::from(thursday("10:00")).then(&called, &agent(), thursday("17:00")).sheets().all;
    assert_eq!(says(&all, Name::FirstResponse), (Some(12000), 1));
}

#[test]
fn what_turns_out_to_be_spam_is_no_ticket_and_no_complaint_and_counts_again_when_that_is_taken_back() {
    let story = Story::from(thursday("10:00")).then(&Command::Spam, &agent(), thursday("11:00"));
    assert_eq!(says(&story.sheets().all, Name::Tickets), (Some(0), 1));
    assert_eq!(story.sheets().all.get(Measure::ComplaintWithdrawn), 1);
    let mut spam = Story::from(thursday("10:00"));
    if let Event::Opened { spam, .. } = &mut spam.entries[0].events[0] {
        *spam = true;
    }
    assert_eq!(spam.rows(), [], "what was stored as spam was never one");
}

#[test]
fn an_entry_counts_on_its_day_in_the_shops_zone_also_where_the_clock_is_turned_back() {
    let last = Story::from(at("2026-03-31T15:59:59Z")).rows();
    let first = Story::from(at("2026-03-31T16:00:00Z")).rows();
    assert_eq!((last[0].day, first[0].day), (date(2026, 3, 31), date(2026, 4, 1)));
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    // Half past two comes twice on that night, and both times it is the 25th and the hour of two.
    for instant in ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"] {
        let row = tally(&Story::from(at(instant)).entries, &berlin).unwrap();
        assert_eq!(row.day, date(2026, 10, 25));
        assert_eq!(row.parts[0].sheet.hours.keys().collect::<Vec<_>>(), [&2]);
    }
    let before = tally(&Story::from(at("2026-10-24T21:59:59Z")).entries, &berlin).unwrap();
    assert_eq!(before.day, date(2026, 10, 24));
}

#[test]
fn an_answer_counts_for_those_whose_work_it_is_about() {
    let story = Story::from(thursday("10:00"))
        .then(&RESOLVE, &agent(), thursday("11:00"))
        .happens(survey("csat", json!({ "what": "sent", "expires": 0 })), &Actor::System, thursday("12:00"))
        .happens(survey("csat", answer(2, true)), &Actor::Customer, thursday("13:00"));
    let sheets = story.sheets();
    let nine = &sheets.by[&Dimension::Agent]["agent-9"];
    assert_eq!((says(nine, Name::Csat), nine.get(Measure::LowScore)), ((Some(0), 1), 1));
    assert_eq!(says(&sheets.by[&Dimension::Agent]["agent-1"], Name::Csat), (None, 0));
    assert_eq!(says(&sheets.by[&Dimension::Team]["chat"], Name::SurveyAnswers), (Some(1000), 1));
    assert_eq!(says(&sheets.all, Name::Solved), (Some(0), 1));
}

#[test]
fn a_survey_that_was_withdrawn_because_the_ticket_was_reopened_counts_no_answer() {
    let story = Story::from(thursday("10:00")).then(&RESOLVE, &agent(), thursday("11:00")).happens(
        survey("csat", json!({ "what": "withdrawn" })),
        &Actor::System,
        thursday("12:00"),
    );
    assert_eq!(says(&story.sheets().all, Name::Csat), (None, 0));
    assert_eq!(story.rows().len(), 2, "and makes no row");
}

fn scored(kind: SurveyKind, scores: &[u8]) -> Sheet {
    let mut sheet = Sheet::default();
    for score in scores {
        *sheet.scores.entry(kind).or_default().entry(*score).or_default() += 1;
    }
    sheet
}

#[test]
fn nothing_counted_is_no_figure_and_what_is_counted_is_rounded_half_up_below_zero_as_well() {
    for name in Name::ALL {
        let (value, sample) = says(&Sheet::default(), *name);
        let number = matches!(name, Name::Tickets | Name::Orders | Name::Feedback | Name::FeedbackForecast);
        assert_eq!((value.is_some(), sample > 0), (number, number), "{name}");
    }
    assert_eq!(says(&scored(SurveyKind::Nps, &[10, 0, 7]), Name::Nps), (Some(0), 3), "0 is a value");
    let of_16 = |score: u8, other: u8| std::iter::once(score).chain([other; 15]).collect::<Vec<u8>>();
    assert_eq!(says(&scored(SurveyKind::Csat, &of_16(5, 1)), Name::Csat).0, Some(63), "6.25");
    assert_eq!(says(&scored(SurveyKind::Nps, &of_16(0, 8)), Name::Nps).0, Some(-62), "-6.25");
    assert_eq!(says(&scored(SurveyKind::Ces, &[7, 7, 6]), Name::Ces).0, Some(67));
}

#[test]
fn a_goal_is_reached_at_its_value_and_in_its_direction() {
    let reached = |sheet: &Sheet, name: Name| name.of(sheet, &FigureRules::default(), &march()).reached;
    let mut sheet = Sheet::default();
    for _ in 0..50 {
        sheet.count(Measure::Orders);
    }
    assert_eq!(reached(&sheet, Name::ComplaintRate), Some(true), "none of 50 complained");
    sheet.count(Measure::Complaint);
    assert_eq!(reached(&sheet, Name::ComplaintRate), Some(true), "2 %");
    sheet.count(Measure::Complaint);
    assert_eq!(reached(&sheet, Name::ComplaintRate), Some(false));
    assert_eq!(reached(&scored(SurveyKind::Csat, &[5, 5, 5, 1]), Name::Csat), Some(false), "75 %");
    assert_eq!(reached(&Sheet::default(), Name::Csat), None);
}

#[test]
fn those_who_do_the_same_share_a_place_and_whoever_has_too_small_a_sample_has_none() {
    let sheets = BTreeMap::from([
        ("anna".to_owned(), scored(SurveyKind::Csat, &[5, 4, 1, 1])),
        ("bo".to_owned(), scored(SurveyKind::Csat, &[5, 5, 5, 1])),
        ("chen".to_owned(), scored(SurveyKind::Csat, &[4, 4, 4, 2])),
        ("dee".to_owned(), scored(SurveyKind::Csat, &[5])),
    ]);
    let ranked = ranking(Name::Csat, &sheets, 2, &FigureRules::default(), &march());
    let places: Vec<(usize, &str)> = ranked.iter().map(|(place, who, _)| (*place, *who)).collect();
    assert_eq!(places, [(1, "bo"), (1, "chen"), (3, "anna")]);
    let apart = |least| spread(Name::Csat, &sheets, least, &FigureRules::default(), &march());
    assert_eq!((apart(2), apart(5)), (Some(250), None));
}

#[test]
fn a_cost_of_a_ticket_is_its_messages_and_what_was_paid_in_that_currency() {
    let mut sheet = Sheet::default();
    for measure in [Measure::Opened, Measure::Opened, Measure::Replies, Measure::Replies, Measure::Replies] {
        sheet.count(measure);
    }
    sheet.paid = BTreeMap::from([("CNY".to_owned(), 500), ("EUR".to_owned(), 9)]);
    assert_eq!(says(&sheet, Name::CostPerTicket), (None, 0), "nobody said what a message costs");
    let rules = FigureRules { cost: Some(Cost { currency: "CNY".into(), per_reply: 100 }), ..FigureRules::default() };
    assert_eq!(Name::CostPerTicket.of(&sheet, &rules, &march()).tenths, Some(4000));
}

#[test]
fn feedback_of_a_running_month_is_projected_from_its_days_so_far() {
    let mut sheet = Sheet::default();
    sheet.voices.insert(crate::feedback::Source::Review, Voices { n: 20, ..Voices::default() });
    let running = Window { counted: date(2026, 3, 10), ..march() };
    let forecast = Name::FeedbackForecast.of(&sheet, &FigureRules::default(), &running);
    assert_eq!((forecast.tenths, forecast.denominator), (Some(620), 10));
    assert_eq!(running.days().count(), 10);
    let ahead = Window { counted: date(2026, 2, 28), ..march() };
    assert_eq!(Name::FeedbackForecast.of(&sheet, &FigureRules::default(), &ahead).tenths, None);
}

fn buying(placed: &str) -> Buying {
    Buying { placed: at(placed), before: None, after: None, asked: None, upset: None, products: vec![] }
}

#[test]
fn an_order_within_90_days_of_the_one_before_is_a_repurchase_and_to_the_millisecond_no_later() {
    let order = |before: &str| Buying { before: Some(at(before)), ..buying("2026-03-31T10:00:00Z") };
    let repeat = |order: &Buying| Sheets::of([&bought(order, &shanghai())]).all.get(Measure::Repeat);
    assert_eq!(repeat(&order("2025-12-31T10:00:00Z")), 1);
    assert_eq!(repeat(&order("2025-12-31T09:59:59.999Z")), 0);
    assert_eq!(repeat(&buying("2026-03-31T10:00:00Z")), 0);
    assert_eq!(bought(&buying("2026-03-31T16:00:00Z"), &shanghai()).day, date(2026, 4, 1));
}

#[test]
fn a_customer_is_lost_90_days_after_an_order_with_none_after_it() {
    let counted = |order: &Buying| {
        let row = ended(order, &shanghai());
        let all = Sheets::of([&row]).all;
        let counts = [Measure::Ended, Measure::Lost, Measure::UpsetEnded, Measure::UpsetLost];
        (row.day, counts.map(|measure| all.get(measure)))
    };
    let order = buying("2026-01-01T10:00:00Z");
    let day = date(2026, 4, 1);
    assert_eq!(counted(&order), (day, [1, 1, 0, 0]));
    let kept = Buying { after: Some(at("2026-02-01T10:00:00Z")), ..order.clone() };
    assert_eq!(counted(&kept), (day, [1, 0, 0, 0]));
    let upset = |order: &Buying, at: Timestamp| Buying { upset: Some(at), ..order.clone() };
    assert_eq!(counted(&upset(&order, at("2026-01-20T10:00:00Z"))), (day, [1, 1, 1, 1]));
    assert_eq!(counted(&upset(&kept, at("2026-01-20T10:00:00Z"))), (day, [1, 0, 1, 0]));
    assert_eq!(counted(&upset(&kept, at("2026-02-20T10:00:00Z"))), (day, [1, 0, 0, 0]), "after they had come back");
    assert_eq!(counted(&upset(&order, at("2026-05-20T10:00:00Z"))), (day, [1, 1, 0, 0]), "too late to matter");
}

#[test]
fn a_question_before_the_sale_leads_to_the_first_order_within_14_days() {
    let asked = at("2026-03-01T10:00:00Z");
    let order =
        |placed: &str, before: Option<&str>| Buying { asked: Some(asked), before: before.map(at), ..buying(placed) };
    let converted = |order: &Buying| Sheets::of([&bought(order, &shanghai())]).all.get(Measure::Converted);
    assert_eq!(converted(&order("2026-03-15T10:00:00Z", None)), 1);
    assert_eq!(converted(&order("2026-03-15T10:00:01Z", None)), 0);
    assert_eq!(converted(&order("2026-03-10T10:00:00Z", Some("2026-03-05T10:00:00Z"))), 0, "the one before it did");
}

#[test]
fn a_day_is_in_one_month_one_quarter_and_one_year() {
    let named = |year, month, day| Period::around(date(year, month, day)).map(|period| period.to_string());
    assert_eq!(named(2026, 12, 31), ["2026-12", "2026-Q4", "2026"]);
    assert_eq!(Period::Month(2028, 2).days(), (date(2028, 2, 1), date(2028, 2, 29)));
    assert_eq!(Period::Quarter(2026, 1).days(), (date(2026, 1, 1), date(2026, 3, 31)));
    assert_eq!(Period::Year(2026).days(), (date(2026, 1, 1), date(2026, 12, 31)));
}
