//! Every way in which a token is not the one that was made.

use proptest::prelude::*;

use super::*;

const NOW: &str = "2026-03-12T02:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn shop(name: &str) -> StorefrontId {
    StorefrontId::parse(name).unwrap()
}

fn ticket(last: u8) -> TicketId {
    TicketId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(last)))
}

fn keys() -> LinkKeys {
    LinkKeys::first(Secret([7; 32]), now())
}

fn rotated(keys: &LinkKeys, times: u8) -> LinkKeys {
    (0..times).fold(keys.clone(), |keys, time| keys.rotated(Secret([100 + time; 32]), now()))
}

fn accept() -> Form {
    let expires = now().saturating_add(FORM_LIVES).unwrap();
    Form { purpose: Purpose::Accept, ticket: ticket(1), about: Some(2), expires, nonce: [9; 16] }
}

/// Reads the token of a form that accepts a proposal on the first ticket of `shop`.
fn accepted(keys: &LinkKeys, token: &str, now: Timestamp) -> Result<Form, Unread> {
    read_form(keys, &shop("shop"), Purpose::Accept, ticket(1), token, now)
}

#[test]
fn a_token_opens_what_it_was_made_for() {
    let token = track(&keys(), &shop("shop"), ticket(1));
    assert_eq!(read_track(&keys(), &shop("shop"), &token), Ok(ticket(1)));
    assert!(token.len() == 50 && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    let form = form(&keys(), &shop("shop"), &accept());
    assert_eq!(accepted(&keys(), &form, now()), Ok(accept()));
}

#[test]
fn another_shop_ticket_or_purpose_makes_it_forged() {
    let token = track(&keys(), &shop("shop"), ticket(1));
    assert_eq!(read_track(&keys(), &shop("other"), &token), Err(Unread::Forged), "even with the same key");
    assert_ne!(token, track(&keys(), &shop("shop"), ticket(2)));
    let form = form(&keys(), &shop("shop"), &accept());
    assert_eq!(read_track(&keys(), &shop("shop"), &form), Err(Unread::Forged));
    assert_eq!(accepted(&keys(), &token, now()), Err(Unread::Forged));
    for purpose in [Purpose::Reject, Purpose::Reply] {
        assert_eq!(read_form(&keys(), &shop("shop"), purpose, ticket(1), &form, now()), Err(Unread::Forged));
    }
    assert_eq!(read_form(&keys(), &shop("shop"), Purpose::Accept, ticket(2), &form, now()), Err(Unread::Forged));
}

#[test]
fn a_change_of_any_byte_is_noticed() {
    let track = track(&keys(), &shop("shop"), ticket(1));
    let form = form(&keys(), &shop("shop"), &accept());
    for place in 0..form.len() {
        for byte in *b"AQgw_z0" {
            let spoilt = |token: &str| {
                let mut bytes = token.as_bytes().to_vec();
                bytes[place] = byte;
                String::from_utf8(bytes).unwrap()
            };
            if form.as_bytes()[place] != byte {
                assert!(accepted(&keys(), &spoilt(&form), now()).is_err(), "form, byte {place}");
            }
            if track.as_bytes().get(place).is_some_and(|known| *known != byte) {
                assert!(read_track(&keys(), &shop("shop"), &spoilt(&track)).is_err(), "track, byte {place}");
            }
        }
        assert!(accepted(&keys(), &form[..place], now()).is_err(), "cut at {place}");
    }
    assert!(accepted(&keys(), &format!("{form}A"), now()).is_err());
}

#[test]
fn a_form_can_be_sent_for_a_day_and_a_track_link_has_no_end() {
    let form = form(&keys(), &shop("shop"), &accept());
    assert!(accepted(&keys(), &form, accept().expires).is_ok());
    assert_eq!(accepted(&keys(), &form, accept().expires + SignedDuration::from_secs(1)), Err(Unread::Expired));
}

#[test]
fn older_keys_open_what_they_signed_until_eight_newer_ones_came() {
    let token = track(&keys(), &shop("shop"), ticket(1));
    let seven = rotated(&keys(), 7);
    assert_eq!((seven.newest().number, seven.all().count()), (8, MOST_KEYS));
    assert_eq!(read_track(&seven, &shop("shop"), &token), Ok(ticket(1)));
    let newer = track(&seven, &shop("shop"), ticket(1));
    assert_ne!(newer, token);
    assert_eq!(read_track(&keys(), &shop("shop"), &newer), Err(Unread::UnknownKey(8)), "a look at the table is due");
    let eight = rotated(&seven, 1);
    assert_eq!(eight.all().count(), MOST_KEYS);
    assert_eq!(read_track(&eight, &shop("shop"), &token), Err(Unread::UnknownKey(1)));
    let elses = LinkKeys::first(Secret([8; 32]), now());
    assert_eq!(read_track(&elses, &shop("shop"), &token), Err(Unread::Forged), "the same number of another's");
}

#[test]
fn keys_are_stored_whole_and_shown_to_nobody() {
    let keys = rotated(&keys(), 2);
    let stored = serde_json::to_string(&keys).unwrap();
    assert_eq!(serde_json::from_str::<LinkKeys>(&stored).unwrap(), keys);
    assert!(!format!("{keys:?}").contains("BwcH"), "{keys:?}");
    assert!(stored.contains("BwcH"));
    assert!(serde_json::from_str::<LinkKeys>(&stored.replace("BwcH", "")).is_err(), "half a key is no key");
}

proptest! {
    #[test]
    fn what_anybody_makes_up_is_not_read(token in "[A-Za-z0-9_-]{0,130}") {
        prop_assert!(read_track(&keys(), &shop("shop"), &token).is_err());
        prop_assert!(accepted(&keys(), &token, now()).is_err());
    }
}
