//! What stands in an address is read as it was written, and nothing of it is trusted.
use std::collections::BTreeMap;

use super::Asked;
use crate::{
    case::{CaseKind, CaseReason},
    id::{LineId, OrderId, StorefrontId, UploadId},
    order::{Facts, Order},
};

fn order() -> Order {
    let facts = serde_json::json!({
        "version": 1, "customer": "c-1", "currency": "CNY", "placed_at": "2026-03-01T02:00:00Z",
        "lines": [{ "id": "kettles", "quantity": 2, "total": 20_000 }, { "id": "cup:1.x_-", "quantity": 6, "total": 6_000 }],
    });
    let facts = Facts::read(&facts).unwrap();
    let (id, storefront) = (OrderId::parse("o-1").unwrap(), StorefrontId::parse("shop").unwrap());
    Order { id, storefront, facts, holds: Vec::new() }
}

fn read(query: &str) -> Asked {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let fields: BTreeMap<String, String> = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Asked::read(&fields, &order())
}

fn photo(number: u8) -> UploadId {
    UploadId::of([number; 16]).unwrap()
}

#[test]
fn what_was_chosen_is_read_as_it_was_written() {
    let asked = Asked {
        reason: Some(CaseReason::Damaged),
        lines: vec![(LineId::parse("kettles").unwrap(), 1), (LineId::parse("cup:1.x_-").unwrap(), 6)],
        kind: Some(CaseKind::Exchange),
        photos: vec![photo(1), photo(2)],
        many: false,
        begun: true,
        anew: false,
    };
    assert_eq!(read(&asked.query()), asked);
}

#[test]
fn the_first_step_has_a_field_for_each_line() {
    let asked = read("q.kettles=0&q.cup:1.x_-=2&reason=late");
    assert_eq!(asked.lines, [(LineId::parse("cup:1.x_-").unwrap(), 2)]);
    assert_eq!((asked.reason, asked.kind, asked.begun), (Some(CaseReason::Late), None, true));
}

#[test]
fn what_is_none_of_ours_was_not_chosen() {
    let asked = read("lines=pots~1~kettles~-1~cup:1.x_-~x&reason=greed&kind=compensation&photos=u-1~..~uAA");
    assert_eq!(asked, Asked { begun: true, ..Asked::default() });
    assert_eq!(read(""), Asked::default());
}

#[test]
fn a_sixth_photo_is_left_out_and_a_photo_counts_once() {
    let six: Vec<String> = (0..6).map(|number| photo(number).to_string()).collect();
    let asked = read(&format!("photos={}", six.join("~")));
    assert_eq!((asked.photos.len(), asked.many), (5, true));
    let twice = read(&format!("photos={0}~{0}", photo(1)));
    assert_eq!((twice.photos.len(), twice.many), (1, false));
}
