//! What each command does in each status, and every refusal.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::given::{at, in_status, opened, shipped, thursday, ticket, when, with};
use super::{AfterReply, Command, REOPENS_FOR, Rejection, Status, Ticket};
use crate::category::{Channel, Priority};
use crate::event::Event;
use crate::id::StaffId;
use crate::settings::Loaded;
use crate::sla::{Change, ClockKind};

const MESSAGE: Command = Command::Receive { channel: Channel::Web, duplicate: false };
const ANSWER: Command = Command::Reply { contacted: None, then: AfterReply::Open };
const QUESTION: Command = Command::Reply { contacted: None, then: AfterReply::WaitingCustomer };
const CLOSE: Command = Command::Resolve { message: true };

fn assign() -> Command {
    Command::Assign { to: StaffId::parse("lead-1").unwrap() }
}

/// The status after a command, or the refusal.
fn status(from: Status, command: &Command) -> Result<Status, Rejection> {
    let settings = shipped();
    let ticket = Ticket { resolved: Some(thursday("10:00")), ..in_status(from, &settings) };
    when(&ticket, command, thursday("11:00"), &settings).map(|(after, _)| after.status)
}

fn outcomes(ticket: &Ticket) -> Vec<(ClockKind, u16, &'static str)> {
    ticket.clocks.iter().map(|clock| (clock.kind, clock.cycle, clock.word())).collect()
}

fn changes(events: &[Event]) -> Vec<(ClockKind, Change)> {
    let change = |event: &Event| match event {
        Event::Clock { change, clock } => Some((clock.kind, *change)),
        _ => None,
    };
    events.iter().filter_map(change).collect()
}

fn done(ticket: &Ticket, command: &Command, now: Timestamp, settings: &Loaded) -> Ticket {
    when(ticket, command, now, settings).unwrap().0
}

#[test]
fn the_legal_moves() {
    use Status::{New, Open, Resolved, Spam, WaitingCustomer};
    let refused = |is, asked| Err(Rejection::Status { is, asked });
    let rows = [
        (New, MESSAGE, Ok(New)),
        (Open, MESSAGE, Ok(Open)),
        (WaitingCustomer, MESSAGE, Ok(Open)),
        (Resolved, MESSAGE, Ok(Open)),
        (Spam, MESSAGE, Ok(Spam)),
        (New, ANSWER, Ok(Open)),
        (Open, ANSWER, Ok(Open)),
        (WaitingCustomer, ANSWER, Ok(Open)),
        (Resolved, ANSWER, refused(Resolved, "be answered")),
        (Spam, ANSWER, refused(Spam, "be answered")),
        (New, QUESTION, Ok(WaitingCustomer)),
        (Open, QUESTION, Ok(WaitingCustomer)),
        (WaitingCustomer, QUESTION, Ok(WaitingCustomer)),
        (Resolved, QUESTION, refused(Resolved, "be answered")),
        (Spam, QUESTION, refused(Spam, "be answered")),
        (New, CLOSE, Ok(Resolved)),
        (Open, CLOSE, Ok(Resolved)),
        (WaitingCustomer, CLOSE, Ok(Resolved)),
        (Resolved, CLOSE, Ok(Resolved)),
        (Spam, CLOSE, refused(Spam, "be resolved")),
        (New, assign(), Ok(Open)),
        (Open, assign(), Ok(Open)),
        (WaitingCustomer, assign(), Ok(WaitingCustomer)),
        (Resolved, assign(), refused(Resolved, "be assigned")),
        (Spam, assign(), refused(Spam, "be assigned")),
        (New, Command::Scan, Ok(New)),
        (Open, Command::Scan, Ok(Open)),
        (WaitingCustomer, Command::Scan, Ok(WaitingCustomer)),
        (Resolved, Command::Scan, Ok(Resolved)),
        (Spam, Command::Scan, Ok(Spam)),
    ];
    assert_eq!(rows.len(), Status::ALL.len() * 6);
    for (from, command, expected) in rows {
        assert_eq!(status(from, &command), expected, "{from}, {command:?}");
    }
}

#[test]
fn a_refusal_names_the_status_and_what_was_asked_and_the_next_step() {
    let sentence = status(Status::Resolved, &ANSWER).unwrap_err().sentence();
    assert_eq!(sentence, "The ticket is resolved, so it cannot be answered. Read it again for what is possible.");
}

#[test]
fn what_is_done_already_causes_nothing() {
    let settings = shipped();
    let mine = done(&ticket(&settings), &assign(), thursday("11:00"), &settings);
    assert_eq!(mine.assignee, StaffId::parse("lead-1"));
    assert_eq!(when(&mine, &assign(), thursday("11:00"), &settings).unwrap().1, []);
    let resolved = done(&mine, &CLOSE, thursday("11:00"), &settings);
    assert_eq!(when(&resolved, &CLOSE, thursday("12:00"), &settings).unwrap().1, []);
    assert_eq!(when(&resolved, &Command::Scan, at("2026-04-12T00:00:00Z"), &settings).unwrap().1, []);
}

#[test]
fn a_ticket_is_assigned_to_people_on_the_list_only() {
    let settings = shipped();
    let stranger = Command::Assign { to: StaffId::parse("stranger").unwrap() };
    let refused = when(&ticket(&settings), &stranger, thursday("11:00"), &settings).unwrap_err();
    assert_eq!(refused, Rejection::UnknownStaff);
    assert_eq!(
        refused.sentence(),
        "That person is not on the storefront's staff list. Add them to the settings first."
    );
}

#[test]
fn the_first_public_message_stops_the_first_response_and_no_other_does_again() {
    let settings = shipped();
    let (answered, events) = when(&ticket(&settings), &ANSWER, thursday("11:00"), &settings).unwrap();
    assert_eq!(changes(&events), [(ClockKind::FirstResponse, Change::Met)]);
    let (_, events) = when(&answered, &QUESTION, thursday("12:00"), &settings).unwrap();
    assert_eq!(changes(&events), [(ClockKind::Resolution, Change::Paused)]);
}

#[test]
fn a_customer_and_a_handing_over_stop_nothing() {
    let settings = shipped();
    for command in [MESSAGE, assign()] {
        assert_eq!(changes(&when(&ticket(&settings), &command, thursday("11:00"), &settings).unwrap().1), []);
    }
}

#[test]
fn a_closing_message_is_an_answer_and_without_one_somebody_must_have_answered() {
    let settings = shipped();
    let silent = Command::Resolve { message: false };
    let refused = when(&ticket(&settings), &silent, thursday("11:00"), &settings).unwrap_err();
    assert_eq!(refused, Rejection::NotAnswered);
    assert_eq!(refused.sentence(), "Nobody has answered this customer yet. Resolve it with a message, or reply first.");
    let (_, events) = when(&ticket(&settings), &CLOSE, thursday("11:00"), &settings).unwrap();
    assert_eq!(changes(&events), [(ClockKind::FirstResponse, Change::Met), (ClockKind::Resolution, Change::Met)]);
    let answered = done(&ticket(&settings), &ANSWER, thursday("11:00"), &settings);
    assert_eq!(done(&answered, &silent, thursday("12:00"), &settings).status, Status::Resolved);
    let by_phone = opened(thursday("10:00"), Priority::Normal, &[ClockKind::Resolution], &settings);
    assert_eq!(done(&by_phone, &silent, thursday("12:00"), &settings).status, Status::Resolved);
}

#[test]
fn a_stated_contact_counts_from_the_opening_to_the_receipt() {
    let settings = shipped();
    let stated = |contact| Command::Reply { contacted: Some(contact), then: AfterReply::Open };
    let now = thursday("16:00");
    let before = thursday("09:59:59.999");
    let refused = when(&ticket(&settings), &stated(before), now, &settings).unwrap_err();
    assert_eq!(refused, Rejection::ContactedTooEarly { opened: thursday("10:00") });
    assert_eq!(refused.sentence(), "The contact cannot lie before the ticket was opened, 2026-03-12T02:00:00Z.");
    for (contact, word) in
        [("10:00", "met"), ("14:00", "met"), ("14:00:01", "fulfilled_late"), ("23:00", "fulfilled_late")]
    {
        let after = done(&ticket(&settings), &stated(thursday(contact)), now, &settings);
        assert_eq!(after.clock(ClockKind::FirstResponse).unwrap().word(), word, "{contact}");
    }
    let (_, events) = when(&ticket(&settings), &stated(thursday("23:00")), now, &settings).unwrap();
    assert_eq!(events[0], Event::Replied { content: 2, contacted: now }, "never later than the receipt");
}

#[test]
fn the_status_moves_at_the_receipt_whenever_the_contact_was() {
    let settings = shipped();
    let question = Command::Reply { contacted: Some(thursday("10:30")), then: AfterReply::WaitingCustomer };
    let waiting = done(&ticket(&settings), &question, thursday("12:00"), &settings);
    assert_eq!(waiting.clock(ClockKind::Resolution).unwrap().worked, 2 * 3_600);
}

#[test]
fn a_customers_message_reopens_for_seven_days() {
    let settings = shipped();
    let resolved = done(&ticket(&settings), &CLOSE, thursday("11:00"), &settings);
    let last = thursday("11:00") + REOPENS_FOR;
    let reopened = done(&resolved, &MESSAGE, last, &settings);
    assert_eq!((reopened.status, reopened.resolved, reopened.cycle), (Status::Open, None, 2));
    let refused = when(&resolved, &MESSAGE, last + SignedDuration::from_millis(1), &settings).unwrap_err();
    assert_eq!(refused, Rejection::TooLate);
    assert_eq!(refused.sentence(), "The ticket was resolved more than 7 days ago. Open a new ticket.");
}

#[test]
fn every_reopening_is_a_cycle_of_its_own_and_the_finished_ones_stay() {
    let settings = shipped();
    let mut now = ticket(&settings);
    for day in ["13", "16", "17"] {
        now = done(&now, &CLOSE, at(&format!("2026-03-{day}T02:00:00Z")), &settings);
        now = done(&now, &MESSAGE, at(&format!("2026-03-{day}T03:00:00Z")), &settings);
    }
    let resolution = ClockKind::Resolution;
    assert_eq!(
        outcomes(&now),
        [
            (ClockKind::FirstResponse, 1, "fulfilled_late"),
            (resolution, 1, "fulfilled_late"),
            (resolution, 2, "met"),
            (resolution, 3, "met"),
            (resolution, 4, "running"),
        ]
    );
    assert_eq!(now.clock(resolution).unwrap().due, Some(at("2026-03-18T02:00:00Z")), "8 hours from Tuesday 11:00");
    let late = done(&now, &Command::Scan, at("2026-03-19T02:00:00Z"), &settings);
    assert_eq!(late.clocks[..4], now.clocks[..4]);
}

#[test]
fn reopenings_are_counted_without_a_promise_too() {
    let settings = with(|settings| settings["policy"]["resolution"] = json!(null));
    let mut now = ticket(&settings);
    for cycle in [2, 3] {
        now = done(&done(&now, &CLOSE, thursday("11:00"), &settings), &MESSAGE, thursday("12:00"), &settings);
        assert_eq!(now.cycle, cycle);
    }
}

#[test]
fn the_desk_sorts_by_the_earliest_live_promise_and_the_scan_by_the_next_level() {
    let settings = shipped();
    let new = ticket(&settings);
    assert_eq!((new.due(), new.next_scan()), (Some(thursday("14:00")), Some(thursday("13:00"))));
    let warned = done(&new, &Command::Scan, thursday("13:00"), &settings);
    assert_eq!((warned.due(), warned.next_scan()), (Some(thursday("14:00")), Some(thursday("14:01"))));
    let waiting = done(&warned, &QUESTION, thursday("13:30"), &settings);
    assert_eq!((waiting.due(), waiting.next_scan()), (None, None));
}

#[test]
fn a_calendar_without_time_to_come_raises_an_alert_at_start_at_resume_and_when_it_runs_out() {
    let only = |hours: &str| {
        with(|settings| {
            settings["policy"]["first_response"] = json!(null);
            settings["calendars"]["office"] =
                json!({ "zone": "Asia/Shanghai", "overrides": { "2026-03-12": [["09:00", hours]] } });
        })
    };
    let alerts = |events: &[Event]| events.iter().filter(|event| matches!(event, Event::NoWorkingTime { .. })).count();
    let settings = only("12:00");
    let clock =
        crate::sla::Clock::start(ClockKind::Resolution, 1, Priority::Normal, false, thursday("10:00"), &settings);
    assert_eq!(alerts(&super::started(clock.unwrap())), 1);
    let (waiting, events) = when(&ticket(&settings), &QUESTION, thursday("11:00"), &settings).unwrap();
    assert_eq!(alerts(&events), 0);
    assert_eq!(alerts(&when(&waiting, &MESSAGE, thursday("11:30"), &settings).unwrap().1), 1);
    // Enough for the promise, and not for the manager's level.
    let settings = only("19:00");
    let (breached, events) = when(&ticket(&settings), &Command::Scan, thursday("18:01"), &settings).unwrap();
    assert_eq!(alerts(&events), 1);
    assert_eq!(when(&breached, &Command::Scan, at("2026-04-01T00:00:00Z"), &settings).unwrap().1, []);
    // Enough for the warning, and not for the promise: told once, at the start.
    let settings = only("17:00");
    let (warned, events) = when(&ticket(&settings), &Command::Scan, thursday("16:00"), &settings).unwrap();
    assert_eq!((changes(&events).len(), alerts(&events), warned.due()), (1, 0, None));
}
