//! What each command does in each status, and every refusal.

mod complaint;
mod conversation;
mod erased;
mod promises;
mod reclassified;
mod reopened;
mod timers;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::category::{Category, Channel, Priority, Solution};
use crate::event::Event;
use crate::id::StaffId;
use crate::settings::Loaded;
use crate::sla::{Change, ClockKind, RECORD_AFTER};
use crate::ticket::given::{at, in_status, opened, shipped, thursday, ticket, when, with};
use crate::ticket::{Command, Rejection, Status, Ticket, Turn, Voice};

const MESSAGE: Command = Command::Receive { channel: Channel::Web, duplicate: false, voice: Voice::Person };
const ANSWER: Command = Command::Reply { contacted: None, then: Some(Turn::Open), standard: None };
const QUESTION: Command = Command::Reply { contacted: None, then: Some(Turn::WaitingCustomer), standard: None };
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

/// What a command makes of each status: what it becomes, or that it is refused.
type Row = [Option<Status>; 10];

#[test]
fn the_legal_moves() {
    use Status::{
        Cancelled, Closed, Merged, New, Open, Resolved, Spam, WaitingCustomer, WaitingReturn, WaitingThirdParty,
    };
    const NO: Option<Status> = None;
    let all = [New, Open, WaitingCustomer, WaitingThirdParty, WaitingReturn, Resolved, Closed, Merged, Spam, Cancelled];
    assert_eq!(all.as_slice(), Status::ALL, "the columns are all statuses in order");
    let same = all.map(Some);
    let to = |status: Status| -> Row { std::array::from_fn(|from| all[from].is_live().then_some(status)) };
    let and = |row: Row, from: Status, to: Option<Status>| -> Row {
        std::array::from_fn(|at| if all[at] == from { to } else { row[at] })
    };
    let live_same: Row = std::array::from_fn(|at| all[at].is_live().then_some(all[at]));
    let message: Row = [
        Some(New),
        Some(Open),
        Some(Open),
        Some(WaitingThirdParty),
        Some(WaitingReturn),
        Some(Open),
        NO,
        NO,
        Some(Spam),
        NO,
    ];
    let machine = and(same, Merged, NO);
    let thanks = and(machine, WaitingCustomer, Some(Open));
    let rows: Vec<(Command, Row)> = vec![
        (MESSAGE, message),
        (Command::Receive { channel: Channel::Web, duplicate: false, voice: Voice::Thanks }, thanks),
        (Command::Receive { channel: Channel::Email, duplicate: false, voice: Voice::Machine }, machine),
        (ANSWER, to(Open)),
        (Command::Reply { contacted: None, then: None, standard: None }, and(to(Open), Resolved, Some(Resolved))),
        (QUESTION, to(WaitingCustomer)),
        (
            Command::Reply { contacted: None, then: Some(Turn::WaitingThirdParty), standard: None },
            to(WaitingThirdParty),
        ),
        (Command::Reply { contacted: None, then: Some(Turn::WaitingReturn), standard: None }, to(WaitingReturn)),
        (Command::Note, same),
        (Command::Investigate, live_same),
        (Command::Propose { solution: Solution::Repair }, to(WaitingCustomer)),
        (Command::FollowUp, [NO, NO, NO, NO, NO, Some(Resolved), Some(Closed), NO, NO, NO]),
        (Command::Wait { turn: Turn::Open }, to(Open)),
        (Command::Wait { turn: Turn::WaitingCustomer }, to(WaitingCustomer)),
        (Command::Wait { turn: Turn::WaitingThirdParty }, to(WaitingThirdParty)),
        (Command::Wait { turn: Turn::WaitingReturn }, to(WaitingReturn)),
        (CLOSE, to(Resolved)),
        (assign(), and(live_same, New, Some(Open))),
        (Command::Release, live_same),
        (Command::Transfer { team: "after-sales".to_owned() }, live_same),
        (Command::Prioritize { to: Priority::Urgent }, live_same),
        (Command::Classify { category: Category::Order, reason: None }, live_same),
        (Command::Link { to: crate::id::TicketId(uuid::Uuid::nil()) }, same),
        (Command::Cancel, and(to(Cancelled), Cancelled, Some(Cancelled))),
        (Command::Spam, and(to(Spam), Spam, Some(Spam))),
        (Command::Reopen, [NO, NO, NO, NO, NO, Some(Open), NO, NO, Some(Open), Some(Open)]),
        (
            Command::Erase,
            and(
                and(
                    and(and(and(to(Cancelled), Resolved, Some(Resolved)), Closed, Some(Closed)), Merged, Some(Merged)),
                    Spam,
                    Some(Spam),
                ),
                Cancelled,
                Some(Cancelled),
            ),
        ),
        (Command::Scan, same),
    ];
    for (command, row) in rows {
        for (from, expected) in all.into_iter().zip(row) {
            assert_eq!(status(from, &command).ok(), expected, "{from}, {command:?}");
        }
    }
}

#[test]
fn the_table_of_moves_is_what_commands_do() {
    let ends: Vec<Status> = Status::ALL.iter().copied().filter(|status| status.moves().is_empty()).collect();
    assert_eq!(ends, [Status::Closed, Status::Merged]);
    for from in Status::ALL {
        assert!(!from.may_become(*from) && !from.may_become(Status::New), "{from}");
        assert_eq!(from.may_become(Status::WaitingCustomer), from.is_live() && *from != Status::WaitingCustomer);
    }
}

#[test]
fn an_illegal_move_names_both_states_and_what_is_possible() {
    let sentence = |from, command: &Command| status(from, command).unwrap_err().sentence();
    assert_eq!(
        sentence(Status::Resolved, &Command::Cancel),
        "The ticket is resolved and cannot become cancelled, only open, closed, merged."
    );
    assert_eq!(sentence(Status::Spam, &CLOSE), "The ticket is spam and cannot become resolved, only open.");
    assert_eq!(
        sentence(Status::Closed, &CLOSE),
        "The ticket is closed, which is an end: it cannot become resolved. Open a new ticket."
    );
    let again = sentence(Status::Resolved, &Command::Wait { turn: Turn::Open });
    assert_eq!(again, "The ticket is resolved. Reopen it to make it open again.");
}

#[test]
fn a_refusal_names_the_status_and_what_was_asked_and_the_next_step() {
    let sentence = status(Status::Closed, &ANSWER).unwrap_err().sentence();
    assert_eq!(sentence, "The ticket is closed, so it cannot be answered. Read it again for what is possible.");
}

#[test]
fn what_is_done_already_causes_nothing() {
    let settings = shipped();
    let mine = done(&ticket(&settings), &assign(), thursday("11:00"), &settings);
    assert_eq!(mine.assignee, StaffId::parse("lead-1"));
    assert_eq!(when(&mine, &assign(), thursday("11:00"), &settings).unwrap().1, []);
    let resolved = done(&mine, &CLOSE, thursday("11:00"), &settings);
    assert_eq!(when(&resolved, &Command::Resolve { message: false }, thursday("12:00"), &settings).unwrap().1, []);
    let closed = done(&resolved, &Command::Scan, at("2026-04-12T00:00:00Z"), &settings);
    assert_eq!(closed.status, Status::Closed);
    assert_eq!(when(&closed, &Command::Scan, at("2026-05-12T00:00:00Z"), &settings).unwrap().1, []);
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
    assert_eq!(changes(&events), [(ClockKind::FirstResponse, Change::Met), (ClockKind::Update, Change::Started)]);
    let (_, events) = when(&answered, &QUESTION, thursday("12:00"), &settings).unwrap();
    let next = [
        (ClockKind::Update, Change::Met),
        (ClockKind::Update, Change::Started),
        (ClockKind::Resolution, Change::Paused),
        (ClockKind::Update, Change::Paused),
    ];
    assert_eq!(changes(&events), next);
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
    let stated = |contact| Command::Reply { contacted: Some(contact), then: Some(Turn::Open), standard: None };
    let now = thursday("16:00");
    let before = thursday("09:59:59.999");
    let refused = when(&ticket(&settings), &stated(before), now, &settings).unwrap_err();
    assert_eq!(refused, Rejection::ContactedTooEarly { opened: thursday("10:00") });
    assert_eq!(refused.sentence(), "The contact cannot lie before the ticket was opened, 2026-03-12T02:00:00Z.");
    for (contact, word) in
        [("10:00", "met"), ("14:00", "met"), ("14:00:01", "fulfilled_late"), ("16:01", "fulfilled_late")]
    {
        let after = done(&ticket(&settings), &stated(thursday(contact)), now, &settings);
        assert_eq!(after.clock(ClockKind::FirstResponse).unwrap().word(), word, "{contact}");
    }
    let (_, events) = when(&ticket(&settings), &stated(thursday("16:01")), now, &settings).unwrap();
    assert_eq!(
        events[0],
        Event::Replied { content: 2, contacted: now, standard: None },
        "never later than the receipt"
    );
    let ahead = when(&ticket(&settings), &stated(thursday("16:01:01")), now, &settings).unwrap_err();
    assert_eq!(ahead, Rejection::ContactedTooLate { now });
}

#[test]
fn the_status_moves_at_the_receipt_whenever_the_contact_was() {
    let settings = shipped();
    let question =
        Command::Reply { contacted: Some(thursday("10:30")), then: Some(Turn::WaitingCustomer), standard: None };
    let waiting = done(&ticket(&settings), &question, thursday("12:00"), &settings);
    assert_eq!(waiting.clock(ClockKind::Resolution).unwrap().worked, 2 * 3_600);
}

#[test]
fn a_customers_message_reopens_for_seven_days() {
    let settings = shipped();
    let resolved = done(&ticket(&settings), &CLOSE, thursday("11:00"), &settings);
    let last = at("2026-03-19T11:00:00+08:00");
    let reopened = done(&resolved, &MESSAGE, last, &settings);
    assert_eq!((reopened.status, reopened.resolved, reopened.cycle), (Status::Open, None, 2));
    let refused = when(&resolved, &MESSAGE, last + SignedDuration::from_millis(1), &settings).unwrap_err();
    assert_eq!(refused, Rejection::TooLate);
    assert_eq!(refused.sentence(), "The ticket is over, and too long ago to be reopened. Open a new ticket.");
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
    let cycles =
        |ticket: &Ticket| ticket.clocks.iter().filter(|clock| clock.kind == resolution).cloned().collect::<Vec<_>>();
    let words: Vec<&str> = cycles(&now).iter().map(|clock| clock.word()).collect();
    assert_eq!(words, ["fulfilled_late", "met", "met", "running"]);
    assert_eq!(now.clock(resolution).unwrap().due, Some(at("2026-03-18T02:00:00Z")), "8 hours from Tuesday 11:00");
    let late = done(&now, &Command::Scan, at("2026-03-19T02:00:00Z"), &settings);
    assert_eq!(cycles(&late)[..3], cycles(&now)[..3]);
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
    assert_eq!((new.next_action(), new.next_scan()), (Some(thursday("14:00")), Some(thursday("13:00"))));
    let warned = done(&new, &Command::Scan, thursday("13:00"), &settings);
    assert_eq!((warned.next_action(), warned.next_scan()), (Some(thursday("14:00")), Some(thursday("14:01"))));
    let waiting = done(&warned, &QUESTION, thursday("13:30"), &settings);
    let reminder = at("2026-03-15T13:30:00+08:00");
    assert_eq!((waiting.next_action(), waiting.next_scan()), (Some(reminder), Some(reminder + RECORD_AFTER)));
    let over = done(&waiting, &CLOSE, thursday("14:00"), &settings);
    assert_eq!(
        (over.next_action(), over.next_scan()),
        (None, Some(at("2026-03-19T14:01:00+08:00"))),
        "it is closed then"
    );
}

#[test]
fn a_calendar_without_time_to_come_raises_an_alert_at_start_at_resume_and_when_it_runs_out() {
    let only = |hours: &str| {
        with(|settings| {
            settings["policy"]["first_response"] = json!(null);
            settings["policy"]["next_reply"] = json!(null);
            settings["calendars"]["office"] =
                json!({ "zone": "Asia/Shanghai", "overrides": { "2026-03-12": [["09:00", hours]] } });
        })
    };
    let alerts = |events: &[Event]| events.iter().filter(|event| matches!(event, Event::NoWorkingTime { .. })).count();
    let settings = only("12:00");
    let clock =
        crate::sla::Clock::start(ClockKind::Resolution, 1, Priority::Normal, false, thursday("10:00"), &settings);
    assert_eq!(alerts(&crate::ticket::started(clock.unwrap())), 1);
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
    assert_eq!((changes(&events).len(), alerts(&events)), (1, 0));
    assert_eq!(
        warned.next_action(),
        Some(thursday("10:00")),
        "where nobody can say when, it is for triage since it came"
    );
}
