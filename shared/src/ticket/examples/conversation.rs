//! Who owes whom a word: replies, reports and what is typed in later.

use super::*;

fn stated(contact: &str, then: Turn) -> Command {
    Command::Reply { contacted: Some(thursday(contact)), then: Some(then), standard: None }
}

fn word(ticket: &Ticket, kind: ClockKind) -> &'static str {
    ticket.clock(kind).map_or("none", |clock| clock.word())
}

#[test]
fn the_next_reply_starts_at_the_oldest_unanswered_message_on_any_channel() {
    let settings = shipped();
    let mut now = ticket(&settings);
    now = done(&now, &MESSAGE, thursday("10:10"), &settings);
    assert_eq!(word(&now, ClockKind::NextReply), "none", "not before the first response");
    now = done(&now, &ANSWER, thursday("10:30"), &settings);
    assert_eq!(word(&now, ClockKind::NextReply), "none", "which answers all that was written");
    let mail = Command::Receive { channel: Channel::Email, duplicate: false, voice: Voice::Person };
    now = done(&now, &mail, thursday("11:00"), &settings);
    now = done(&now, &MESSAGE, thursday("11:30"), &settings);
    assert_eq!(now.clock(ClockKind::NextReply).unwrap().started, thursday("11:00"), "more does not start it anew");
    assert_eq!(word(&done(&now, &ANSWER, thursday("15:00"), &settings), ClockKind::NextReply), "met");
    let chat = Command::Receive { channel: Channel::Chat, duplicate: false, voice: Voice::Person };
    let answered = done(&now, &ANSWER, thursday("11:40"), &settings);
    let asked = done(&answered, &chat, thursday("12:00"), &settings);
    assert_eq!(asked.clock(ClockKind::NextReply).unwrap().target, 180, "a chat is answered as a chat");
}

#[test]
fn a_contact_typed_in_later_answers_only_what_came_before_it() {
    let settings = shipped();
    let mut now = ticket(&settings);
    now = done(&now, &MESSAGE, thursday("10:40"), &settings);
    now = done(&now, &stated("10:20", Turn::Open), thursday("11:00"), &settings);
    assert_eq!(word(&now, ClockKind::FirstResponse), "met");
    assert_eq!(now.clock(ClockKind::NextReply).unwrap().started, thursday("10:40"));
    now = done(&now, &MESSAGE, thursday("11:30"), &settings);
    now = done(&now, &stated("11:00", Turn::Open), thursday("12:00"), &settings);
    let clock = now.clock(ClockKind::NextReply).unwrap();
    assert_eq!((clock.cycle, clock.started, clock.word()), (2, thursday("11:30"), "running"));
    now = done(&now, &stated("11:10", Turn::Open), thursday("12:10"), &settings);
    assert_eq!(word(&now, ClockKind::NextReply), "running", "it lies before the message");
    now = done(&now, &stated("11:30", Turn::Open), thursday("12:20"), &settings);
    assert_eq!((word(&now, ClockKind::NextReply), now.unanswered), ("met", None));
}

#[test]
fn messages_that_wait_are_bounded_and_the_latest_is_among_them() {
    let settings = shipped();
    let mut now = ticket(&settings);
    for minute in 10..55 {
        now = done(&now, &MESSAGE, thursday(&format!("10:{minute}")), &settings);
    }
    assert_eq!(now.unanswered_later.len(), 19);
    now = done(&now, &stated("10:53", Turn::Open), thursday("11:00"), &settings);
    assert_eq!((now.unanswered, now.unanswered_later.len()), (Some(thursday("10:54")), 0));
}

#[test]
fn a_report_is_due_a_day_after_the_last_word_and_not_while_it_is_the_customers_turn() {
    let settings = shipped();
    let mut now = done(&ticket(&settings), &ANSWER, thursday("11:00"), &settings);
    assert_eq!(now.clock(ClockKind::Update).unwrap().due, Some(at("2026-03-13T11:00:00+08:00")), "calendar time");
    now = done(&now, &QUESTION, thursday("12:00"), &settings);
    assert_eq!(word(&now, ClockKind::Update), "paused");
    now = done(&now, &QUESTION, thursday("13:00"), &settings);
    assert_eq!(word(&now, ClockKind::Update), "paused", "asked again while they are waited for");
    now = done(&now, &Command::Propose { solution: Solution::Repair }, thursday("14:00"), &settings);
    assert_eq!(word(&now, ClockKind::Update), "paused");
    now = done(&now, &MESSAGE, at("2026-03-14T10:00:00+08:00"), &settings);
    assert_eq!(now.clock(ClockKind::Update).unwrap().due, Some(at("2026-03-15T10:00:00+08:00")));
    assert_eq!(word(&done(&now, &CLOSE, at("2026-03-14T11:00:00+08:00"), &settings), ClockKind::Update), "met");
    let third = Command::Wait { turn: Turn::WaitingThirdParty };
    assert_eq!(word(&done(&now, &third, at("2026-03-14T11:00:00+08:00"), &settings), ClockKind::Update), "running");
}

#[test]
fn a_report_promised_by_a_call_counts_the_pauses_since_the_call() {
    let settings = shipped();
    let mut now = done(&ticket(&settings), &QUESTION, thursday("11:00"), &settings);
    now = done(&now, &MESSAGE, thursday("15:00"), &settings);
    now = done(&now, &stated("11:30", Turn::Open), thursday("16:00"), &settings);
    let clock = now.clock(ClockKind::Update).unwrap();
    assert_eq!((clock.started, clock.worked), (thursday("11:30"), 0), "they were waited for until 15:00");
    assert_eq!(clock.due, Some(at("2026-03-13T15:00:00+08:00")));
}

#[test]
fn a_call_before_the_reopening_promises_no_report() {
    let settings = shipped();
    let mut now = done(&ticket(&settings), &CLOSE, thursday("11:00"), &settings);
    now = done(&now, &MESSAGE, at("2026-03-16T10:00:00+08:00"), &settings);
    now = done(&now, &stated("10:30", Turn::Open), at("2026-03-16T11:00:00+08:00"), &settings);
    assert_eq!((word(&now, ClockKind::Update), word(&now, ClockKind::NextReply)), ("none", "running"));
}

#[test]
fn what_a_machine_sends_waits_for_no_answer() {
    let settings = shipped();
    let answered = done(&ticket(&settings), &QUESTION, thursday("11:00"), &settings);
    let machine = Command::Receive { channel: Channel::Email, duplicate: false, voice: Voice::Machine };
    let after = done(&answered, &machine, thursday("12:00"), &settings);
    assert_eq!((after.status, word(&after, ClockKind::NextReply)), (Status::WaitingCustomer, "none"));
}
