//! Surveys by example: given, when, then.

use jiff::{SignedDuration, ToSpan};
use proptest::prelude::*;

use super::*;
use crate::event::Actor;
use crate::settings::Loaded;
use crate::ticket::Status;
use crate::ticket::given::{at, in_status, with};

/// 14:00 in Shanghai.
const RESOLVED: &str = "2026-03-12T06:00:00Z";

fn rules() -> SurveyRules {
    SurveyRules::default()
}

fn settings(kind: &str) -> Loaded {
    with(|document| document["surveys"]["kind"] = kind.into())
}

fn ticket(status: Status) -> Ticket {
    Ticket { answered: Some(at(RESOLVED)), ..in_status(status, &settings("csat")) }
}

fn scheduled(kind: &str) -> Survey {
    Survey::scheduled(&ticket(Status::Resolved), at(RESOLVED), false, vec![], &settings(kind)).unwrap()
}

fn hours(after: i64) -> Timestamp {
    at(RESOLVED) + SignedDuration::from_hours(after)
}

struct Given {
    ticket: Ticket,
    reach: Reach,
    past: Past,
    zone: &'static str,
}

fn given() -> Given {
    Given { ticket: ticket(Status::Resolved), reach: Reach::Deliverable, past: Past::default(), zone: "Asia/Shanghai" }
}

fn look(survey: &Survey, given: &Given, now: Timestamp) -> Vec<Happened> {
    let zone = jiff::tz::TimeZone::get(given.zone).unwrap();
    let facts = Facts { ticket: &given.ticket, reach: given.reach, past: &given.past, zone };
    decide(survey, Command::Look(facts), &rules(), now).unwrap()
}

fn then(survey: Survey, events: &[Happened], now: Timestamp) -> Survey {
    let lead = Actor::Staff(StaffId::parse("lead-1").unwrap());
    events.iter().fold(survey, |survey, event| survey.after(event, now, &lead))
}

fn sent(kind: &str) -> Survey {
    let survey = scheduled(kind);
    let events = look(&survey, &given(), hours(24));
    assert!(matches!(events[..], [Happened::Sent { .. }]), "{events:?}");
    then(survey, &events, hours(24))
}

fn says(score: u8) -> Command<'static> {
    Command::Answer { answer: Answer { score, solved: None }, comment: Said::Nothing }
}

fn answered(kind: &str, score: u8) -> (Survey, Vec<Happened>) {
    let survey = sent(kind);
    let events = decide(&survey, says(score), &rules(), hours(30)).unwrap();
    (then(survey, &events, hours(30)), events)
}

#[test]
fn it_is_due_a_day_after_resolving_and_in_chat_after_a_quarter_of_an_hour() {
    assert_eq!(scheduled("csat").next_scan(), Some(hours(24)));
    let chat = Ticket { channel: Channel::Chat, ..ticket(Status::Resolved) };
    let chat = Survey::scheduled(&chat, at(RESOLVED), false, vec![], &settings("csat")).unwrap();
    assert_eq!(chat.next_scan(), Some(at(RESOLVED) + 15.minutes()));
    assert_eq!(look(&scheduled("csat"), &given(), hours(24) - 1.milliseconds()), []);
    let none = with(|document| document["surveys"]["ask"] = false.into());
    assert_eq!(Survey::scheduled(&ticket(Status::Resolved), at(RESOLVED), false, vec![], &none), None);
}

#[test]
fn who_had_the_ticket_and_what_it_was_are_those_at_resolve() {
    let held = Ticket { assignee: StaffId::parse("agent-1"), team: "phones".to_owned(), ..ticket(Status::Resolved) };
    let survey = Survey::scheduled(&held, at(RESOLVED), false, vec![], &settings("csat")).unwrap();
    assert_eq!((survey.about.agent, survey.about.team.as_str()), (held.assignee, "phones"));
    assert_eq!((survey.about.category, survey.cycle), (held.category, 1));
}

#[test]
fn every_reason_not_to_ask_is_kept() {
    let asked = |days: i64, kind| Past::default().with(Sent { at: hours(24 - 24 * days), kind });
    let often = [80, 50, 20]
        .into_iter()
        .fold(Past::default(), |past, days| past.with(Sent { at: hours(24 - 24 * days), kind: SurveyKind::Csat }));
    let of = |status| Given { ticket: ticket(status), ..given() };
    let cases = [
        (of(Status::Spam), Skip::Spam),
        (of(Status::Merged), Skip::Merged),
        (of(Status::Cancelled), Skip::Cancelled),
        (of(Status::Closed), Skip::Closed),
        (of(Status::Open), Skip::NotResolved),
        (Given { ticket: Ticket { cycle: 2, ..ticket(Status::Resolved) }, ..given() }, Skip::NotResolved),
        (Given { ticket: Ticket { erased: true, ..ticket(Status::Resolved) }, ..given() }, Skip::Erased),
        (Given { ticket: Ticket { answered: None, ..ticket(Status::Resolved) }, ..given() }, Skip::NoHumanReply),
        (Given { reach: Reach::NoAddress, ..given() }, Skip::NoAddress),
        (Given { reach: Reach::Undeliverable, ..given() }, Skip::Undeliverable),
        (Given { past: Past::default().without(hours(1)), ..given() }, Skip::Unsubscribed),
        (Given { past: asked(6, SurveyKind::Ces), ..given() }, Skip::AskedLately),
        (Given { past: often, ..given() }, Skip::AskedOften),
        (Given { past: asked(89, SurveyKind::Nps), ..given() }, Skip::NpsLately),
    ];
    for (given, why) in cases {
        let survey = scheduled("nps");
        let events = look(&survey, &given, hours(24));
        assert_eq!(events, [Happened::Skipped { why }]);
        let skipped = then(survey, &events, hours(24));
        assert_eq!((skipped.next_scan(), look(&skipped, &given, hours(25))), (None, vec![]), "it is over");
    }
    let silent = Survey { silent: true, ..scheduled("csat") };
    assert_eq!(look(&silent, &given(), hours(24)), [Happened::Skipped { why: Skip::ResolvedBySilence }]);
}

#[test]
fn a_customer_is_asked_again_when_the_time_between_is_over_to_the_millisecond() {
    let asked = |kind, before: SignedDuration| Given {
        past: Past::default().with(Sent { at: hours(24) - before, kind }),
        ..given()
    };
    let days = |days: i64| SignedDuration::from_hours(24 * days);
    let just = SignedDuration::from_millis(1);
    let goes = |kind, given: &Given| matches!(look(&scheduled(kind), given, hours(24))[..], [Happened::Sent { .. }]);
    assert!(goes("csat", &asked(SurveyKind::Csat, days(7))) && !goes("csat", &asked(SurveyKind::Csat, days(7) - just)));
    assert!(goes("nps", &asked(SurveyKind::Nps, days(90))) && !goes("nps", &asked(SurveyKind::Nps, days(90) - just)));
    assert!(goes("csat", &asked(SurveyKind::Nps, days(8))), "only NPS waits for NPS");
}

#[test]
fn at_night_it_waits_for_nine_in_the_customers_zone_and_is_looked_at_again() {
    // 14:00 in Shanghai is 02:00 in New York.
    let abroad = Given { zone: "America/New_York", ..given() };
    let survey = scheduled("csat");
    let nine = at("2026-03-13T13:00:00Z");
    let events = look(&survey, &abroad, hours(24));
    assert_eq!(events, [Happened::Postponed { due: nine }]);
    let waits = then(survey, &events, hours(24));
    assert_eq!(waits.next_scan(), Some(nine));
    let reopened = Given { ticket: ticket(Status::Open), ..abroad };
    assert_eq!(look(&waits, &reopened, nine), [Happened::Skipped { why: Skip::NotResolved }]);
}

#[test]
fn nine_is_nine_on_the_wall_on_the_nights_when_clocks_change() {
    let zone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
    let opens = |now: &str| open_at(at(now), &zone, &rules()).to_string();
    assert_eq!(opens("2026-03-28T19:30:00Z"), "2026-03-29T07:00:00Z", "20:30 before spring forward, 09:00 after");
    assert_eq!(opens("2026-10-24T18:30:00Z"), "2026-10-25T08:00:00Z", "20:30 before fall back, 09:00 after");
    assert_eq!(opens("2026-06-01T07:00:00Z"), "2026-06-01T07:00:00Z", "09:00 itself");
    assert_eq!(opens("2026-06-01T17:59:59Z"), "2026-06-01T17:59:59Z");
    assert_eq!(opens("2026-06-01T18:00:00Z"), "2026-06-02T07:00:00Z", "20:00 is too late");
}

#[test]
fn it_can_be_answered_for_fourteen_days_and_then_is_over() {
    let survey = sent("csat");
    let last = hours(24 + 14 * 24);
    assert!(decide(&survey, says(4), &rules(), last).is_ok());
    let late = last + 1.milliseconds();
    assert_eq!(decide(&survey, says(4), &rules(), late), Err(Rejection::Expired), "whether or not a scan has seen it");
    assert_eq!(look(&survey, &given(), late), [Happened::Expired]);
    assert_eq!(decide(&then(survey, &[Happened::Expired], late), says(4), &rules(), late), Err(Rejection::Expired));
    assert_eq!(decide(&scheduled("csat"), says(4), &rules(), hours(1)), Err(Rejection::NotSent));
}

#[test]
fn one_answer_the_same_again_changes_nothing_and_another_is_refused() {
    let (survey, _) = answered("csat", 4);
    assert_eq!(decide(&survey, says(4), &rules(), hours(31)), Ok(vec![]));
    assert_eq!(decide(&survey, says(5), &rules(), hours(31)), Err(Rejection::AnsweredOtherwise));
    let solved = Answer { score: 4, solved: Some(true) };
    let other = Command::Answer { answer: solved, comment: Said::Nothing };
    assert_eq!(decide(&survey, other, &rules(), hours(31)), Err(Rejection::AnsweredOtherwise));
    let worded = Command::Answer { answer: Answer { score: 4, solved: None }, comment: Said::New(9) };
    assert_eq!(decide(&survey, worded, &rules(), hours(31)), Err(Rejection::AnsweredOtherwise));
}

#[test]
fn a_score_is_on_its_scale() {
    for (kind, least, most) in [("csat", 1, 5), ("nps", 0, 10), ("ces", 1, 7)] {
        for score in 0..=11 {
            let verdict = decide(&sent(kind), says(score), &rules(), hours(30));
            let fits = (least..=most).contains(&score);
            assert_eq!(verdict.is_ok(), fits, "{kind} {score}");
            assert!(fits || verdict == Err(Rejection::OffScale { least, most }));
        }
    }
}

#[test]
fn the_comment_can_be_edited_for_a_day() {
    let (survey, _) = answered("csat", 4);
    let last = hours(30 + 24);
    assert_eq!(
        decide(&survey, Command::Edit(Said::New(7)), &rules(), last),
        Ok(vec![Happened::Edited { comment: Some(7) }])
    );
    let late = last + 1.milliseconds();
    assert_eq!(decide(&survey, Command::Edit(Said::New(7)), &rules(), late), Err(Rejection::EditOver));
    assert_eq!(decide(&survey, Command::Edit(Said::Same), &rules(), late), Ok(vec![]));
    assert_eq!(decide(&sent("csat"), Command::Edit(Said::New(7)), &rules(), last), Err(Rejection::NotSent));
}

#[test]
fn one_reminder_after_three_days_unless_they_answered_or_want_none() {
    let survey = sent("csat");
    let due = hours(24 + 72);
    assert_eq!((survey.next_scan(), look(&survey, &given(), due - 1.milliseconds())), (Some(due), vec![]));
    let closed = Given { ticket: ticket(Status::Closed), ..given() };
    assert_eq!(look(&survey, &closed, due), [Happened::Reminded]);
    let reminded = then(survey.clone(), &[Happened::Reminded], due);
    assert_eq!((look(&reminded, &given(), due), reminded.next_scan()), (vec![], Some(hours(24 + 14 * 24))));
    let gone = Given { past: Past::default().without(hours(40)), ..given() };
    assert_eq!(look(&survey, &gone, due), [Happened::NotReminded { why: Skip::Unsubscribed }]);
    let night = Given { zone: "America/New_York", ..given() };
    let postponed = look(&survey, &night, due);
    assert_eq!(postponed, [Happened::Postponed { due: at("2026-03-16T13:00:00Z") }]);
    let waits = then(survey, &postponed, due);
    assert_eq!(look(&waits, &night, at("2026-03-16T13:00:00Z")), [Happened::Reminded]);
    assert_eq!(look(&answered("csat", 4).0, &given(), due), []);
}

#[test]
fn reopening_withdraws_it_before_the_answer_only() {
    let reopen = |survey: &Survey| decide(survey, Command::Reopen, &rules(), hours(31)).unwrap();
    assert_eq!(reopen(&scheduled("csat")), [Happened::Withdrawn]);
    let survey = sent("csat");
    assert_eq!(reopen(&survey), [Happened::Withdrawn]);
    let withdrawn = then(survey, &[Happened::Withdrawn], hours(31));
    assert_eq!((reopen(&withdrawn), withdrawn.next_scan()), (vec![], None));
    assert_eq!(decide(&withdrawn, says(4), &rules(), hours(32)), Err(Rejection::Withdrawn));
    assert_eq!(reopen(&answered("csat", 4).0), []);
    // Resolved again it is another survey.
    let again = Ticket { cycle: 2, ..ticket(Status::Resolved) };
    let again = Survey::scheduled(&again, hours(40), false, vec![], &settings("csat")).unwrap();
    assert_eq!((again.next_scan(), again.id() == withdrawn.id()), (Some(hours(64)), false));
}

#[test]
fn a_low_score_makes_one_task_for_a_day() {
    for (kind, low, not) in [("csat", 2, 3), ("nps", 6, 7), ("ces", 2, 3)] {
        let (survey, events) = answered(kind, low);
        let made = events.iter().filter(|event| matches!(event, Happened::TaskMade { .. })).count();
        assert_eq!((made, survey.next_scan()), (1, Some(hours(30 + 24) + RECORD_AFTER)), "{kind}");
        assert_eq!(decide(&survey, says(low), &rules(), hours(31)), Ok(vec![]), "the same again makes no other");
        assert_eq!(answered(kind, not).0.task, None, "{kind}");
    }
}

#[test]
fn a_task_that_nobody_did_is_broken_at_its_due_instant_whoever_finds_it() {
    let (survey, _) = answered("csat", 1);
    let due = hours(54);
    let broken = Happened::TaskBreached { at: due };
    assert_eq!(look(&survey, &given(), due + SignedDuration::from_secs(59)), []);
    assert_eq!(look(&survey, &given(), hours(60)), std::slice::from_ref(&broken));
    let found = then(survey.clone(), std::slice::from_ref(&broken), hours(60));
    assert_eq!((look(&found, &given(), hours(61)), found.next_scan()), (vec![], None), "once");
    let finish = |survey: &Survey, now| decide(survey, Command::Finish { note: Some(7) }, &rules(), now);
    assert_eq!(finish(&survey, due), Ok(vec![Happened::TaskDone { note: Some(7) }]));
    assert_eq!(finish(&survey, hours(60)), Ok(vec![broken, Happened::TaskDone { note: Some(7) }]));
    let done = then(survey, &[Happened::TaskDone { note: Some(7) }], due);
    assert_eq!((finish(&done, hours(60)), done.next_scan()), (Ok(vec![]), None));
    assert_eq!(finish(&sent("csat"), due), Err(Rejection::NoTask));
}

proptest! {
    /// Whatever the zone and the instant, nobody is asked at night, and nobody waits for more than a day and an hour.
    #[test]
    fn who_is_asked_is_awake(second in 1_700_000_000_i64..1_900_000_000, place in 0_usize..6) {
        let zones = ["Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"];
        let zone = jiff::tz::TimeZone::get(zones[place]).unwrap();
        let now = Timestamp::from_second(second).unwrap();
        let opens = open_at(now, &zone, &rules());
        prop_assert!((9..20).contains(&opens.to_zoned(zone.clone()).hour()));
        prop_assert!(opens >= now && opens.duration_since(now) <= SignedDuration::from_hours(14));
        prop_assert_eq!(open_at(opens, &zone, &rules()), opens);
    }
}
