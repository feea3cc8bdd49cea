//! An approver's token is good for one person, one version of one case, one purpose and one shop, until it expires.

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;
use crate::id::StaffId;

fn now() -> Timestamp {
    "2026-03-12T02:00:00Z".parse().unwrap()
}

fn shop(name: &str) -> StorefrontId {
    StorefrontId::parse(name).unwrap()
}

fn keys() -> LinkKeys {
    LinkKeys::first(Secret([7; 32]), now())
}

fn link() -> Decision {
    Decision {
        purpose: DecisionPurpose::Decide,
        ticket: TicketId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001)),
        case: 2,
        hash: "0123456789abcdef0123456789abcdef".to_owned(),
        staff: StaffId::parse("lead-1").unwrap(),
        expires: now() + SignedDuration::from_hours(24),
    }
}

fn read(keys: &LinkKeys, token: &str, now: Timestamp) -> Result<Decision, Unread> {
    read_decide(keys, &shop("shop"), DecisionPurpose::Decide, token, now)
}

/// What differs in one thing each.
fn others() -> [Decision; 4] {
    [
        Decision { ticket: TicketId(Uuid::from_u128(9)), ..link() },
        Decision { case: 3, ..link() },
        Decision { hash: "f".repeat(32), ..link() },
        Decision { staff: StaffId::parse("lead-2").unwrap(), ..link() },
    ]
}

#[test]
fn a_token_says_who_decides_about_which_version() {
    let token = decide_link(&keys(), &shop("shop"), &link());
    assert_eq!(read(&keys(), &token, now()), Ok(link()));
    for other in others() {
        let elses = decide_link(&keys(), &shop("shop"), &other);
        assert_ne!(elses, token);
        assert_eq!(read(&keys(), &elses, now()), Ok(other), "and that alone");
    }
}

#[test]
fn the_longest_person_there_can_be_has_a_link_and_forms() {
    let longest = Decision { staff: StaffId::parse(&"s".repeat(64)).unwrap(), ..link() };
    let token = decide_link(&keys(), &shop("shop"), &longest);
    assert_eq!(read(&keys(), &token, now()), Ok(longest.clone()));
    let form = decide_form(&keys(), &shop("shop"), &longest, DecisionPurpose::Approve, &[1; 16]);
    assert!(form.len() <= LONGEST, "{}", form.len());
    let sent = read_decide_form(&keys(), &shop("shop"), DecisionPurpose::Approve, &longest, &form, now());
    assert_eq!(sent, Ok([1; 16]));
}

#[test]
fn another_shop_or_purpose_makes_it_forged() {
    let token = decide_link(&keys(), &shop("shop"), &link());
    let elsewhere = read_decide(&keys(), &shop("other"), DecisionPurpose::Decide, &token, now());
    assert_eq!(elsewhere, Err(Unread::Forged), "even with the same key");
    for purpose in DecisionPurpose::ALL.iter().filter(|purpose| **purpose != DecisionPurpose::Decide) {
        assert_eq!(read_decide(&keys(), &shop("shop"), *purpose, &token, now()), Err(Unread::Forged), "{purpose}");
    }
    assert_eq!(read_track(&keys(), &shop("shop"), &token), Err(Unread::Forged), "a customer's page is another");
    let track = track(&keys(), &shop("shop"), link().ticket);
    assert_eq!(read(&keys(), &track, now()), Err(Unread::Forged));
    let words: Vec<&str> = Purpose::ALL.iter().map(|purpose| purpose.as_str()).collect();
    assert!(DecisionPurpose::ALL.iter().all(|purpose| !words.contains(&purpose.as_str())));
}

#[test]
fn a_form_is_sent_from_the_page_of_its_own_link() {
    let form = decide_form(&keys(), &shop("shop"), &link(), DecisionPurpose::Approve, &[3; 16]);
    let sent =
        |purpose, link: &Decision, token: &str| read_decide_form(&keys(), &shop("shop"), purpose, link, token, now());
    assert_eq!(sent(DecisionPurpose::Approve, &link(), &form), Ok([3; 16]));
    assert_eq!(sent(DecisionPurpose::Refuse, &link(), &form), Err(Unread::Forged));
    for other in others() {
        assert_eq!(sent(DecisionPurpose::Approve, &other, &form), Err(Unread::Forged), "{other:?}");
    }
    let token = decide_link(&keys(), &shop("shop"), &link());
    assert_eq!(sent(DecisionPurpose::Approve, &link(), &token), Err(Unread::Forged), "a link is no form");
    let another = decide_form(&keys(), &shop("shop"), &link(), DecisionPurpose::Approve, &[4; 16]);
    assert_ne!(another, form, "each form is one of a kind");
    let later = Decision { expires: link().expires + SignedDuration::from_hours(1), ..link() };
    assert_eq!(
        sent(DecisionPurpose::Approve, &later, &form),
        Ok([3; 16]),
        "a mail that was sent again is the same link"
    );
}

#[test]
fn it_expires_to_the_second_and_is_told_apart() {
    let token = decide_link(&keys(), &shop("shop"), &link());
    let form = decide_form(&keys(), &shop("shop"), &link(), DecisionPurpose::Refuse, &[3; 16]);
    let sent = |now| read_decide_form(&keys(), &shop("shop"), DecisionPurpose::Refuse, &link(), &form, now);
    let late = link().expires + SignedDuration::from_secs(1);
    assert_eq!(read(&keys(), &token, link().expires), Ok(link()));
    assert_eq!(read(&keys(), &token, late), Err(Unread::Expired));
    assert!(sent(link().expires).is_ok());
    assert_eq!(sent(late), Err(Unread::Expired));
}

#[test]
fn a_change_of_any_byte_is_noticed() {
    let token = decide_link(&keys(), &shop("shop"), &link());
    for place in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        assert!(read(&keys(), &String::from_utf8(bytes).unwrap(), now()).is_err(), "byte {place}");
        assert!(read(&keys(), &token[..place], now()).is_err(), "cut at {place}");
    }
}

#[test]
fn rotation_leaves_live_links_open() {
    let token = decide_link(&keys(), &shop("shop"), &link());
    let rotated = keys().rotated(Secret([100; 32]), now());
    assert_eq!(read(&rotated, &token, now()), Ok(link()));
    let newer = decide_link(&rotated, &shop("shop"), &link());
    assert_eq!(read(&keys(), &newer, now()), Err(Unread::UnknownKey(2)), "a look at the table is due");
}

proptest! {
    #[test]
    fn what_anybody_makes_up_is_not_read(token in "[A-Za-z0-9_-]{0,260}") {
        prop_assert!(read(&keys(), &token, now()).is_err());
    }
}
