//! What is held of an order, and what others may still ask for.

use serde_json::json;

use super::given::{at, line, line_id, order, payment, payment_id, tea_set, ticket, wanted};
use super::*;

/// With the hold of one more case, which there is room for.
fn held(order: Order, wanted: &Wanted) -> Order {
    let hold = order.hold(wanted).unwrap();
    order.holding(hold)
}

fn spans(order: &Order, case: u16) -> Vec<(&str, u32, u32)> {
    let spans = &order.hold_of(ticket(), case).unwrap().spans;
    spans.iter().map(|span| (span.line.as_str(), span.first, span.last)).collect()
}

fn parts(order: &Order, case: u16) -> Vec<(&str, i64, i64)> {
    let parts = &order.hold_of(ticket(), case).unwrap().parts;
    parts.iter().map(|part| (part.payment.as_str(), part.amount, part.settled)).collect()
}

fn charged_back(mut order: Order, payment: usize, amount: i64) -> Order {
    order.facts.payments[payment].charged_back = amount;
    order
}

#[test]
fn three_units_for_a_hundred_are_worth_33_33_and_34_and_one_that_is_no_longer_there_nothing() {
    let cups = line("cups", 3, 100);
    assert_eq!([1, 2, 3, 4].map(|unit| worth(100, &cups, unit, unit)), [33, 33, 34, 0]);
    assert_eq!([worth(100, &cups, 1, 3), worth(100, &cups, 2, 9), worth(100, &cups, 3, 2)], [100, 67, 0]);
}

#[test]
fn a_discount_is_apportioned_to_the_largest_remainders_and_the_earlier_line_goes_first() {
    let mut facts = order(vec![line("a", 1, 100), line("b", 1, 100), line("c", 1, 100)], 0, Vec::new()).facts;
    facts.discount = 50;
    assert_eq!(apportioned(&facts), [83, 83, 84]);
    facts.lines = vec![line("a", 1, 10), line("b", 1, 25), line("c", 1, 0), line("d", 1, 65)];
    facts.discount = 3;
    assert_eq!(apportioned(&facts), [10, 24, 0, 63], "0.30, 0.75, 0 and 1.95 of 3");
    facts.lines = vec![line("gift", 1, 0)];
    assert_eq!(apportioned(&Facts { discount: 0, ..facts }), [0]);
}

#[test]
fn of_two_that_race_for_the_same_money_the_second_is_told_what_is_left() {
    let order = tea_set();
    let (first, second) = (wanted(1, &[("cups", 3)], 10_000), wanted(2, &[("pot", 1)], 8_000));
    assert!(order.hold(&second).is_ok(), "before the first is stored it looks free");
    let order = held(order, &first);
    assert_eq!(order.hold(&second), Err(Short::Amount { wanted: 8_000, free: 6_000 }));
    let order = held(order, &Wanted { amount: 6_000, ..second });
    assert_eq!(order.available().amount, 0);
    assert_eq!(order.hold(&wanted(3, &[], 1)), Err(Short::Amount { wanted: 1, free: 0 }));
}

#[test]
fn of_two_that_race_for_the_same_units_the_second_is_told_what_is_left() {
    let order = held(tea_set(), &wanted(1, &[("cups", 2)], 0));
    let short = Short::Units { line: line_id("cups"), wanted: 2, free: 1 };
    assert_eq!(order.hold(&wanted(2, &[("pot", 1), ("cups", 2)], 0)), Err(short));
    let order = held(order, &wanted(2, &[("pot", 1), ("cups", 1)], 0));
    assert_eq!(spans(&order, 2), [("pot", 1, 1), ("cups", 3, 3)]);
    assert_eq!(order.hold_of(ticket(), 2).unwrap().parts, [], "goods only");
}

#[test]
fn a_case_gets_the_lowest_free_units_and_keeps_them_when_it_is_edited() {
    let order = held(tea_set(), &wanted(1, &[("cups", 1)], 3_333));
    let order = held(order, &wanted(2, &[("cups", 1)], 3_333)).released(ticket(), 1);
    let two = order.lowest_free(ticket(), 3, &line_id("cups"), 2);
    assert_eq!(two.iter().map(|span| (span.first, span.last)).collect::<Vec<_>>(), [(1, 1), (3, 3)]);
    let order = held(order, &wanted(2, &[("cups", 1)], 3_000));
    assert_eq!((spans(&order, 2), parts(&order, 2)), (vec![("cups", 2, 2)], vec![("card", 3_000, 0)]));
    assert_eq!(order.lowest_free(ticket(), 2, &line_id("spoons"), 1), []);
}

#[test]
fn only_what_was_delivered_can_come_back_and_what_was_not_can_be_paid_back() {
    let mut order = tea_set();
    order.facts.deliveries[0].quantity = 2;
    let back = |case, units| Wanted { back: true, ..wanted(case, &[("cups", units)], 1_000) };
    assert_eq!(order.hold(&back(1, 3)), Err(Short::Undelivered { line: line_id("cups"), wanted: 3, returnable: 2 }));
    let order = held(order, &back(1, 1));
    let lines = order.available().lines;
    assert_eq!((lines[0].units, lines[0].returnable, lines[0].worth), (2, 1, 6_667));
    assert_eq!(order.hold(&back(2, 2)), Err(Short::Undelivered { line: line_id("cups"), wanted: 2, returnable: 1 }));
    let order = held(order, &wanted(2, &[("cups", 1)], 1_000));
    assert_eq!(order.available().lines[0].returnable, 1, "the one that never came is not among those that can");
}

#[test]
fn shipping_is_paid_back_once() {
    let order = held(tea_set(), &Wanted { shipping: 700, ..wanted(1, &[], 700) });
    let more = |shipping| order.hold(&Wanted { shipping, ..wanted(2, &[], 1_000) });
    assert_eq!(more(301), Err(Short::Shipping { wanted: 301, free: 300 }));
    assert_eq!(more(-1), Err(Short::Shipping { wanted: -1, free: 300 }));
    assert!(more(300).is_ok());
}

#[test]
fn the_whole_order_caps_what_its_payments_would_give() {
    let order = order(vec![line("cups", 1, 1_000)], 0, vec![payment("card", 1_000), payment("again", 1_000)]);
    assert_eq!(order.hold(&wanted(1, &[], 1_001)), Err(Short::Amount { wanted: 1_001, free: 1_000 }));
    assert_eq!(order.hold(&wanted(1, &[], -1)), Err(Short::Amount { wanted: -1, free: 1_000 }));
}

#[test]
fn money_goes_back_to_the_payments_as_the_storefront_lists_them() {
    let order = held(tea_set(), &wanted(1, &[("pot", 1)], 5_000));
    let order = held(order, &wanted(2, &[("cups", 3)], 10_000));
    assert_eq!(parts(&order, 1), [("card", 5_000, 0)]);
    assert_eq!(parts(&order, 2), [("card", 5_000, 0), ("gift", 5_000, 0)]);
    assert_eq!((order.refunds_but(ticket(), 1), order.refunds_but(ticket(), 9)), (10_000, 15_000));
}

#[test]
fn after_a_bank_took_money_back_nothing_is_free_of_it_and_less_of_what_is_held_is_paid() {
    let order = held(tea_set(), &wanted(1, &[("cups", 3)], 9_000));
    let order = charged_back(order.settled(ticket(), 1, &payment_id("card"), 1_000), 0, 7_000);
    assert_eq!(order.available().payments[0].amount, 0);
    assert_eq!(order.available().amount, 6_000, "of the gift card");
    assert_eq!(order.payable(ticket(), 1, &payment_id("card")), 2_000);
    assert_eq!(charged_back(order.clone(), 0, 9_500).payable(ticket(), 1, &payment_id("card")), 0);
    assert_eq!(order.payable(ticket(), 1, &payment_id("gift")), 0, "it holds nothing of that");
    let order = held(order, &wanted(1, &[("cups", 3)], 9_000));
    assert_eq!(
        parts(&order, 1),
        [("card", 3_000, 1_000), ("gift", 6_000, 0)],
        "asked again, it goes where there is money"
    );
}

#[test]
fn a_case_that_is_edited_keeps_what_it_was_given() {
    let order = held(tea_set(), &wanted(1, &[("cups", 3)], 10_000)).settled(ticket(), 1, &payment_id("card"), 4_000);
    assert_eq!(order.hold(&wanted(1, &[("cups", 1)], 3_999)), Err(Short::Amount { wanted: 3_999, free: 16_000 }));
    let order = held(charged_back(order, 0, 10_000), &wanted(1, &[("cups", 2)], 4_500));
    assert_eq!(parts(&order, 1), [("card", 4_000, 4_000), ("gift", 500, 0)]);
    let mut order = order;
    order.facts.payments.clear();
    let order = held(order, &wanted(1, &[], 4_000));
    assert_eq!(parts(&order, 1), [("card", 4_000, 4_000)], "of a payment that nobody lists any more, too");
}

#[test]
fn a_case_that_is_called_off_lets_go_of_what_it_was_not_given() {
    let asked = Wanted { shipping: 1_000, ..wanted(1, &[("cups", 3)], 11_000) };
    let order = held(tea_set(), &asked);
    assert_eq!(order.clone().released(ticket(), 1), tea_set(), "nothing was given");
    let order = order.settled(ticket(), 1, &payment_id("card"), 600).released(ticket(), 1);
    assert_eq!((parts(&order, 1), spans(&order, 1)), (vec![("card", 600, 600)], vec![("cups", 1, 3)]));
    let available = order.available();
    assert_eq!((available.amount, available.shipping, available.lines[0].units), (15_400, 400, 0));
}

#[test]
fn what_is_given_back_is_never_more_than_what_was_held() {
    let order = held(tea_set(), &wanted(1, &[], 500)).settled(ticket(), 1, &payment_id("card"), 300);
    let order = order.settled(ticket(), 1, &payment_id("card"), 300).settled(ticket(), 1, &payment_id("card"), -9);
    assert_eq!(parts(&order, 1), [("card", 500, 500)]);
    assert_eq!(order.clone().settled(ticket(), 2, &payment_id("card"), 1), order, "of a case that holds nothing");
}

#[test]
fn goods_that_are_with_the_customer_again_can_be_asked_about_again() {
    let repair = Wanted { back: true, ..wanted(1, &[("pot", 1)], 0) };
    let order = held(tea_set(), &repair);
    assert_eq!(order.available().lines[1].returnable, 0);
    assert_eq!(order.goods_released(ticket(), 1), tea_set());
    let paid = held(tea_set(), &Wanted { amount: 100, ..repair }).goods_released(ticket(), 1);
    assert_eq!((spans(&paid, 1), parts(&paid, 1)), (vec![], vec![("card", 100, 0)]));
    assert_eq!(paid.available().lines[1].returnable, 1);
}

#[test]
fn a_line_is_named_once_with_units_and_there_is_such_a_line() {
    let order = tea_set();
    let hold = |lines: &[(&str, u32)]| order.hold(&wanted(1, lines, 0));
    assert_eq!(hold(&[("cups", 1), ("cups", 1)]), Err(Short::Miscounted(line_id("cups"))));
    assert_eq!(hold(&[("cups", 0)]), Err(Short::Miscounted(line_id("cups"))));
    assert_eq!(hold(&[("spoons", 1)]), Err(Short::NoSuchLine(line_id("spoons"))));
}

#[test]
fn an_order_is_paid_back_in_full_when_every_unit_that_is_worth_anything_is_or_all_of_its_money() {
    let mut order = tea_set();
    order.facts.lines.push(line("sample", 1, 0));
    assert!(!order.is_full());
    let order = held(order, &wanted(1, &[("cups", 3)], 9_000));
    assert!(!held(order.clone(), &wanted(2, &[("pot", 1)], 0)).is_full(), "a pot for a pot is no refund");
    assert!(held(order.clone(), &wanted(2, &[("pot", 1)], 4_500)).is_full());
    assert!(!held(order.clone(), &wanted(2, &[], 6_000)).is_full());
    assert!(held(order, &wanted(2, &[], 7_000)).is_full());
}

#[test]
fn a_later_version_of_an_order_with_fewer_units_leaves_nothing_below_nothing() {
    let mut order = held(tea_set(), &Wanted { shipping: 1_000, ..wanted(1, &[("cups", 3)], 11_000) });
    order.facts.lines[0] = line("cups", 1, 3_000);
    order.facts.shipping = 0;
    let available = order.available();
    assert_eq!((available.amount, available.shipping, available.lines[0].units), (0, 0, 0));
    assert!(order.hold(&wanted(2, &[("pot", 1)], 0)).is_ok());
}

#[test]
fn the_largest_order_with_the_most_that_can_be_held_of_it_fits_an_item() {
    let long = |letter: &str, place: usize, length: usize| format!("{place:03}{}", letter.repeat(length - 3));
    let title = Some("\u{1F375}".repeat(200));
    let lines = (0..MOST_LINES).map(|place| Line {
        product: ProductId::parse(&long("p", place, 64)),
        title: title.clone(),
        exclusion: Some(Exclusion::OpenedDigital),
        ..line(&long("l", place, 64), MOST_UNITS, LARGEST_AMOUNT / 10)
    });
    let payments = (0..MOST_PAYMENTS).map(|place| payment(&long("p", place, 128), LARGEST_AMOUNT));
    let mut order = order(lines.collect(), LARGEST_AMOUNT, payments.collect());
    let delivery = Delivery { quantity: 3_333, ..order.facts.deliveries[0].clone() };
    order.facts.deliveries = vec![delivery; MOST_DELIVERIES];
    let part = Part { payment: payment_id(&long("p", 0, 128)), amount: LARGEST_AMOUNT, settled: LARGEST_AMOUNT };
    let hold = Hold {
        ticket: ticket(),
        case: 0,
        spans: Vec::new(),
        back: true,
        sent: false,
        rest: Vec::new(),
        shipping: 0,
        parts: vec![part; MOST_PIECES / MOST_HOLDS],
    };
    let holds = (1..=MOST_HOLDS).map(|case| Hold { case: u16::try_from(case).unwrap(), ..hold.clone() });
    order.holds = holds.collect();
    let stored = json!(order);
    let size = stored.to_string().len();
    assert!(size < 400_000, "{size}");
    assert_eq!(serde_json::from_value::<Order>(stored).unwrap(), order);
    assert_eq!(order.hold(&wanted(0, &[], 0)), Err(Short::TooManyCases));
    order.holds.pop();
    let two = [(order.facts.lines[0].id.as_str(), 1), (order.facts.lines[1].id.as_str(), 1)];
    assert!(order.hold(&wanted(0, &two, 0)).is_ok());
    let six: Vec<(&str, u32)> = order.facts.lines.iter().take(6).map(|line| (line.id.as_str(), 1)).collect();
    assert_eq!(order.hold(&wanted(0, &six, 0)), Err(Short::TooManyCases));
}

#[test]
fn an_order_is_shown_with_what_its_lines_are_worth_and_what_is_still_to_be_had() {
    let mut order = held(tea_set(), &wanted(1, &[("cups", 1)], 3_000));
    order.facts.discount = 1_500;
    let shown = json!(OrderView::of(&order));
    assert_eq!(shown["placed_at"], "2026-03-05T08:00:00.000Z");
    assert_eq!(shown["lines"][0], json!({ "id": "cups", "quantity": 3, "total": 10_000, "worth": 9_000 }));
    assert_eq!(shown["deliveries"][1], json!({ "line": "pot", "quantity": 1, "at": crate::view::instant(at()) }));
    assert_eq!(shown["available"]["amount"], 11_500);
    let cups = json!({ "line": "cups", "units": 2, "returnable": 2, "worth": 6_000 });
    assert_eq!(shown["available"]["lines"][0], cups);
}
