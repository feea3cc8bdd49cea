//! What follows from another category: points, priority, promises and team.

use super::*;
use crate::priority::{Ground, Part};
use crate::sla::Cause;

fn to(category: Category) -> Command {
    Command::Classify { category, reason: None }
}

fn points(ticket: &Ticket) -> Vec<(Ground, u16)> {
    ticket.score.iter().map(|part| (part.ground, part.points)).collect()
}

fn part(ground: Ground, points: u16) -> Part {
    Part { ground, points }
}

/// A customer who wrote before, with an inquiry: 5 and 10 points.
fn inquiry(settings: &Loaded) -> Ticket {
    let score = vec![part(Ground::Category, 5), part(Ground::Vip, 10)];
    Ticket { category: Category::Inquiry, score, ..ticket(settings) }
}

#[test]
fn the_points_of_the_category_are_exchanged_and_the_promises_follow_the_priority() {
    let settings = shipped();
    let (after, events) = when(&inquiry(&settings), &to(Category::Other), thursday("11:00"), &settings).unwrap();
    assert_eq!(points(&after), [(Ground::Category, 10), (Ground::Vip, 10)]);
    assert_eq!((after.priority, changes(&events)), (Priority::Normal, vec![]), "as urgent as before");
    let score = vec![part(Ground::Category, 10), part(Ground::SecondContact, 15), part(Ground::Vip, 10)];
    let other = Ticket { category: Category::Other, score, ..ticket(&settings) };
    let (after, events) = when(&other, &to(Category::AccountPayment), thursday("11:00"), &settings).unwrap();
    let retargeted = |kind| (kind, Change::Retargeted { cause: Cause::Priority });
    let both = [ClockKind::FirstResponse, ClockKind::Resolution].map(retargeted);
    assert_eq!((after.priority, changes(&events)), (Priority::High, both.to_vec()));
    assert_eq!(after.clock(ClockKind::FirstResponse).unwrap().due, Some(thursday("12:00")));
    let lower = done(&after, &to(Category::Inquiry), thursday("11:30"), &settings);
    assert_eq!((lower.priority, lower.score[0].points), (Priority::Normal, 5));
}

#[test]
fn a_priority_set_by_hand_stays_and_so_does_what_an_alarm_raised() {
    let settings = shipped();
    for by_hand in [Priority::Urgent, Priority::Low] {
        let mut now = done(&inquiry(&settings), &Command::Prioritize { to: by_hand }, thursday("10:30"), &settings);
        for category in [Category::AccountPayment, Category::Inquiry] {
            now = done(&now, &to(category), thursday("11:00"), &settings);
            assert_eq!(now.priority, by_hand, "{category}");
        }
        assert_eq!(points(&now)[0], (Ground::Category, 5), "the score says what it would be");
    }
    let alarm = Command::Alarm { danger: true, legal: false };
    let urgent = done(&inquiry(&settings), &alarm, thursday("10:30"), &settings);
    let after = done(&urgent, &to(Category::Other), thursday("11:00"), &settings);
    assert_eq!((after.priority, points(&after)[2]), (Priority::Urgent, (Ground::Danger, 60)));
}

#[test]
fn the_team_follows_while_the_ticket_waits_in_the_queue_of_its_category() {
    let settings = with(|settings| {
        settings["teams"] = json!([{ "name": "advice", "categories": ["inquiry"] }, { "name": "couriers", "categories": ["delivery"] }]);
    });
    let delivery = to(Category::Delivery);
    let advice = Ticket { team: "advice".to_owned(), ..inquiry(&settings) };
    let (after, events) = when(&advice, &delivery, thursday("11:00"), &settings).unwrap();
    assert_eq!(after.team, "couriers");
    assert!(events.contains(&Event::Transferred { team: "couriers".to_owned() }));
    let back = done(&after, &to(Category::Service), thursday("11:00"), &settings);
    assert_eq!(back.team, "after-sales", "the shop's own, where no team takes it");
    let held = done(&advice, &assign(), thursday("10:30"), &settings);
    let after = done(&held, &delivery, thursday("11:00"), &settings);
    assert_eq!((after.team.as_str(), after.assignee), ("advice", held.assignee), "somebody works on it");
    let moved = Ticket { team: "after-sales".to_owned(), ..advice };
    assert_eq!(done(&moved, &delivery, thursday("11:00"), &settings).team, "after-sales", "somebody sent it there");
}

#[test]
fn the_same_category_by_a_person_ends_the_triage_and_changes_nothing_else() {
    let settings = shipped();
    let unsure = Ticket { triage: true, ..inquiry(&settings) };
    let (after, events) = when(&unsure, &to(Category::Inquiry), thursday("11:00"), &settings).unwrap();
    assert_eq!((events.len(), after), (1, Ticket { seq: 2, triage: false, ..unsure }));
}
