//! Amounts add up however they are split, and whatever people, banks and storefronts do in whatever order, nothing is
//! given twice.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::given::{at, line, order, payment, ticket};
use super::*;

/// Amounts as they are in yen, in fen and in fils, and the largest there are.
fn amount() -> impl Strategy<Value = i64> {
    prop_oneof![0..50i64, 100..30_000i64, 1_000..5_000_000i64, 0..=LARGEST_AMOUNT / 100]
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let lines = vec((1..6u32, amount()), 1..8);
    lines.prop_map(|lines| {
        let named = |(place, (quantity, total)): (usize, (u32, i64))| line(&format!("l{place}"), quantity, total);
        lines.into_iter().enumerate().map(named).collect()
    })
}

proptest! {
    #[test]
    fn however_the_units_of_a_line_are_split_they_add_up_to_its_worth(
        total in amount(),
        quantity in 1..=MOST_UNITS,
        cuts in vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let line = line("l", quantity, total);
        let mut ends: Vec<u32> = cuts.iter().map(|cut| u32::try_from(cut.index(quantity as usize)).unwrap()).collect();
        ends.extend([0, quantity]);
        ends.sort_unstable();
        let pieces = ends.windows(2).map(|ends| worth(total, &line, ends[0] + 1, ends[1]));
        prop_assert_eq!(pieces.sum::<i64>(), total);
    }

    #[test]
    fn what_lines_are_worth_adds_up_to_their_sum_less_the_discount_and_none_goes_below_nothing(
        lines in lines(),
        share in 0..=1_000i64,
    ) {
        let mut facts = order(lines, 0, Vec::new()).facts;
        let sum: i64 = facts.lines.iter().map(|line| line.total).sum();
        facts.discount = sum / 1_000 * share + sum % 1_000 * share / 1_000;
        let worths = apportioned(&facts);
        prop_assert_eq!(worths.iter().sum::<i64>(), sum - facts.discount);
        for (worth, line) in worths.iter().zip(&facts.lines) {
            prop_assert!((0..=line.total).contains(worth));
            let exact = i128::from(line.total) * i128::from(facts.discount);
            let off = exact - i128::from(line.total - worth) * i128::from(sum);
            prop_assert!(off.abs() < i128::from(sum.max(1)), "less than one minor unit from its exact share");
        }
    }
}

/// What happens to an order.
#[derive(Clone, Debug)]
enum Act {
    Ask {
        case: u16,
        lines: Vec<(usize, u32)>,
        back: bool,
        shipping: i64,
        amount: i64,
    },
    /// It asks for as much as a refusal says is free.
    Rest {
        case: u16,
    },
    CallOff {
        case: u16,
    },
    Return {
        case: u16,
    },
    /// So many hundredths of what may be paid are.
    Pay {
        case: u16,
        payment: usize,
        share: i64,
    },
    ChargeBack {
        payment: usize,
        share: i64,
    },
    /// A later version of the order.
    Told {
        line: usize,
        quantity: u32,
        total: i64,
        delivered: u32,
        captured: i64,
        shipping: i64,
    },
}

const CASES: u16 = 5;

fn act() -> impl Strategy<Value = Act> {
    let case = || 0..CASES;
    let asked = || vec((prop_oneof![12 => 0..3usize, 1 => Just(3)], prop_oneof![12 => 1..4u32, 1 => Just(0)]), 0..3);
    let money = || prop_oneof![1 => Just(-1), 6 => Just(0), 6 => 0..300i64, 2 => 0..3_000i64];
    prop_oneof![
        6 => (case(), asked(), any::<bool>(), prop_oneof![6 => Just(0), 1 => -1..80i64], money()).prop_map(
            |(case, lines, back, shipping, amount)| Act::Ask { case, lines, back, shipping, amount }
        ),
        1 => case().prop_map(|case| Act::Rest { case }),
        2 => case().prop_map(|case| Act::CallOff { case }),
        1 => case().prop_map(|case| Act::Return { case }),
        4 => (case(), 0..3usize, 0..=100i64).prop_map(|(case, payment, share)| Act::Pay { case, payment, share }),
        1 => (0..3usize, 0..=100i64).prop_map(|(payment, share)| Act::ChargeBack { payment, share }),
        1 => (0..3usize, 1..6u32, 0..900i64, 0..6u32, 0..1_500i64, 0..80i64).prop_map(
            |(line, quantity, total, delivered, captured, shipping)| {
                Act::Told { line, quantity, total, delivered, captured, shipping }
            }
        ),
    ]
}

fn shop_order() -> impl Strategy<Value = Order> {
    (vec((1..6u32, 0..900i64), 3), vec(0..6u32, 3), 0..200i64, 0..80i64, vec(0..1_500i64, 3)).prop_map(
        |(lines, delivered, discount, shipping, captured)| {
            let named = |(place, (quantity, total)): (usize, (u32, i64))| line(&format!("l{place}"), quantity, total);
            let lines: Vec<Line> = lines.into_iter().enumerate().map(named).collect();
            let paid = |(place, captured): (usize, i64)| payment(&format!("p{place}"), captured);
            let mut order = order(lines, shipping, captured.into_iter().enumerate().map(paid).collect());
            for (delivery, delivered) in order.facts.deliveries.iter_mut().zip(delivered) {
                delivery.quantity = delivery.quantity.min(delivered);
            }
            order.facts.discount = discount.min(order.facts.lines.iter().map(|line| line.total).sum());
            order
        },
    )
}

/// A recount, by hand and from the start, of what all cases have of an order.
struct Count<'a>(&'a Order);

impl Count<'_> {
    fn units(&self, line: &Line) -> Vec<u32> {
        let spans = self.0.holds.iter().flat_map(|hold| &hold.spans).filter(|span| span.line == line.id);
        spans.flat_map(|span| span.first..=span.last).collect()
    }

    fn coming_back(&self, line: &Line) -> usize {
        let spans = self.0.holds.iter().filter(|hold| hold.back).flat_map(|hold| &hold.spans);
        spans.filter(|span| span.line == line.id).flat_map(|span| span.first..=span.last).count()
    }

    fn delivered(&self, line: &Line) -> u32 {
        let deliveries = self.0.facts.deliveries.iter().filter(|delivery| delivery.line == line.id);
        deliveries.map(|delivery| delivery.quantity).sum::<u32>().min(line.quantity)
    }

    fn parts(&self) -> impl Iterator<Item = &Part> {
        self.0.holds.iter().flat_map(|hold| &hold.parts)
    }

    fn of_payment(&self, payment: &PaymentId) -> i64 {
        self.parts().filter(|part| part.payment == *payment).map(|part| part.amount).sum()
    }

    fn settled(&self) -> BTreeMap<(u16, PaymentId), i64> {
        let parts = self.0.holds.iter().flat_map(|hold| hold.parts.iter().map(|part| (hold.case, part)));
        parts.map(|(case, part)| ((case, part.payment.clone()), part.settled)).filter(|(_, paid)| *paid > 0).collect()
    }
}

/// After a hold everything that it newly takes was there to be taken.
fn check_hold(before: &Order, after: &Order, wanted: &Wanted) -> TestCaseResult {
    let (facts, count) = (&after.facts, Count(after));
    let hold = after.hold_of(ticket(), wanted.case).unwrap();
    prop_assert_eq!(hold.amount(), wanted.amount);
    prop_assert!(hold.parts.iter().all(|part| part.amount > 0 && part.settled <= part.amount));
    for (id, units) in &wanted.lines {
        let line = facts.line(id).unwrap();
        let mut all = count.units(line);
        all.sort_unstable();
        prop_assert!(all.windows(2).all(|pair| pair[0] < pair[1]), "a unit is held twice: {:?}", all);
        let own: Vec<&Span> = hold.spans.iter().filter(|span| span.line == *id).collect();
        prop_assert_eq!(super::count(own.iter().copied()), *units);
        prop_assert!(own.iter().all(|span| 1 <= span.first && span.last <= line.quantity));
        prop_assert!(!hold.back || count.coming_back(line) <= count.delivered(line) as usize);
    }
    for part in hold.parts.iter().filter(|part| part.amount > part.settled) {
        let paid = facts.payments.iter().find(|payment| payment.id == part.payment).unwrap();
        prop_assert!(count.of_payment(&paid.id) <= paid.captured - paid.charged_back, "{:?}", part);
    }
    let shipping: i64 = after.holds.iter().map(|hold| hold.shipping).sum();
    prop_assert!(wanted.shipping == 0 || shipping <= facts.shipping);
    let whole = apportioned(facts).iter().sum::<i64>() + facts.shipping;
    let all: i64 = count.parts().map(|part| part.amount).sum();
    prop_assert!(hold.amount() == hold.given() || all <= whole);
    if before.hold_of(ticket(), wanted.case).is_none() {
        let released = after.clone().released(ticket(), wanted.case);
        prop_assert_eq!(released.available(), before.available(), "called off, it leaves no trace");
    }
    Ok(())
}

/// A refusal says what would be given.
fn check_short(order: &Order, wanted: &Wanted, short: &Short) -> TestCaseResult {
    match short {
        Short::Amount { free, .. } => {
            let less = Wanted { amount: *free, ..wanted.clone() };
            prop_assert!(order.hold(&less).is_ok(), "{free} is free");
            let more = Wanted { amount: free + 1, ..wanted.clone() };
            prop_assert_eq!(order.hold(&more), Err(Short::Amount { wanted: free + 1, free: *free }));
        }
        Short::Shipping { free, .. } => {
            let less = Wanted { shipping: *free, ..wanted.clone() };
            let in_the_way = matches!(order.hold(&less), Err(Short::Shipping { .. }));
            prop_assert!(!in_the_way, "{free} is free");
        }
        Short::Units { line, wanted: units, free } => {
            let fewer = Wanted { lines: vec![(line.clone(), *free)], ..wanted.clone() };
            let in_the_way = matches!(order.hold(&fewer), Err(Short::Units { .. }));
            prop_assert!(free < units && !in_the_way, "{free} are free");
        }
        Short::Undelivered { line, wanted: units, returnable } => {
            let fewer = Wanted { lines: vec![(line.clone(), *returnable)], ..wanted.clone() };
            let in_the_way = matches!(order.hold(&fewer), Err(Short::Units { .. } | Short::Undelivered { .. }));
            prop_assert!(returnable < units && !in_the_way, "{returnable} can come back");
        }
        Short::NoSuchLine(line) => prop_assert!(order.facts.line(line).is_none()),
        Short::Miscounted(line) => {
            let named: Vec<u32> = wanted.lines.iter().filter(|(id, _)| id == line).map(|(_, units)| *units).collect();
            prop_assert!(named.len() > 1 || named == [0]);
        }
        Short::TooManyCases => prop_assert!(false, "there are {CASES} at most"),
    }
    Ok(())
}

fn ask(order: Order, wanted: &Wanted) -> Result<Order, TestCaseError> {
    match order.hold(wanted) {
        Ok(hold) => {
            let after = order.clone().holding(hold);
            check_hold(&order, &after, wanted)?;
            Ok(after)
        }
        Err(short) => {
            check_short(&order, wanted, &short)?;
            Ok(order)
        }
    }
}

fn pay(order: Order, case: u16, payment: usize, share: i64) -> Result<Order, TestCaseError> {
    let paid = order.facts.payments[payment].clone();
    let payable = order.payable(ticket(), case, &paid.id);
    let rest = order.part_of(ticket(), case, &paid.id).map_or(0, |part| part.amount - part.settled);
    prop_assert!((0..=rest).contains(&payable));
    let after = order.settled(ticket(), case, &paid.id, payable * share / 100);
    let settled: i64 = Count(&after).parts().filter(|part| part.payment == paid.id).map(|part| part.settled).sum();
    prop_assert!(payable == 0 || settled <= paid.captured - paid.charged_back);
    Ok(after)
}

fn told(mut order: Order, place: usize, line: Line, delivered: u32, captured: i64) -> Order {
    let facts = &mut order.facts;
    facts.version += 1;
    let quantity = delivered.min(line.quantity);
    facts.deliveries[place] = Delivery { line: line.id.clone(), quantity, at: at() };
    facts.lines[place] = line;
    facts.payments[place].captured = captured;
    facts.payments[place].charged_back = facts.payments[place].charged_back.min(captured);
    facts.discount = facts.discount.min(facts.lines.iter().map(|line| line.total).sum());
    order
}

fn acted(mut order: Order, act: &Act) -> Result<Order, TestCaseError> {
    match act {
        Act::Ask { case, lines, back, shipping, amount } => {
            let lines = lines.iter().map(|(place, units)| (given::line_id(&format!("l{place}")), *units)).collect();
            let wanted =
                Wanted { ticket: ticket(), case: *case, lines, back: *back, shipping: *shipping, amount: *amount };
            ask(order, &wanted)
        }
        Act::Rest { case } => {
            let amount = order.available_to(ticket(), *case).amount;
            let wanted = given::wanted(*case, &[], amount);
            prop_assert!(order.hold(&wanted).is_ok());
            ask(order, &wanted)
        }
        Act::CallOff { case } => {
            let after = order.released(ticket(), *case);
            let given = |part: &Part| part.amount == part.settled && part.amount > 0;
            prop_assert!(after.hold_of(ticket(), *case).is_none_or(|hold| hold.parts.iter().all(given)));
            Ok(after)
        }
        Act::Return { case } => {
            let money = order.refunds_but(ticket(), CASES);
            let after = order.goods_released(ticket(), *case);
            prop_assert!(after.hold_of(ticket(), *case).is_none_or(|hold| hold.spans.is_empty()));
            prop_assert_eq!(after.refunds_but(ticket(), CASES), money);
            Ok(after)
        }
        Act::Pay { case, payment, share } => pay(order, *case, *payment, *share),
        Act::ChargeBack { payment, share } => {
            let paid = &mut order.facts.payments[*payment];
            paid.charged_back = paid.captured * share / 100;
            Ok(order)
        }
        Act::Told { line: place, quantity, total, delivered, captured, shipping } => {
            let line = line(&format!("l{place}"), *quantity, *total);
            order.facts.shipping = *shipping;
            Ok(told(order, *place, line, *delivered, *captured))
        }
    }
}

proptest! {
    #[test]
    fn whatever_happens_to_an_order_nothing_of_it_is_given_twice(mut order in shop_order(), acts in vec(act(), 1..40)) {
        for act in &acts {
            let settled = Count(&order).settled();
            order = acted(order, act)?;
            let now = Count(&order).settled();
            prop_assert!(settled.iter().all(|(of, amount)| now.get(of) >= Some(amount)), "what was given was given");
            let available = order.available();
            prop_assert!(available.amount >= 0 && available.shipping >= 0);
            prop_assert!(available.payments.iter().all(|payment| payment.amount >= 0));
            prop_assert!(available.lines.iter().all(|line| line.returnable <= line.units && line.worth >= 0));
        }
    }

    /// Facts may have less of everything by then, and cases come to be paid in any order.
    #[test]
    fn whoever_is_paid_what_the_order_gives_takes_no_more_than_it_has(
        mut order in shop_order(),
        acts in vec(act(), 1..40),
        turns in Just((0..CASES).collect::<Vec<u16>>()).prop_shuffle(),
    ) {
        for act in &acts {
            order = acted(order, act)?;
        }
        let total = |order: &Order| order.holds.iter().map(Hold::given).sum::<i64>();
        let of = |order: &Order, id: &PaymentId| {
            Count(order).parts().filter(|part| part.payment == *id).map(|part| part.settled).sum::<i64>()
        };
        let before = order.clone();
        for case in turns {
            if !order.gives(ticket(), case) {
                continue;
            }
            let parts = order.hold_of(ticket(), case).map_or(Vec::new(), |hold| hold.parts.clone());
            for part in parts {
                order = order.settled(ticket(), case, &part.payment, part.amount - part.settled);
            }
            let units = order.hold_of(ticket(), case).map_or(Vec::new(), |hold| hold.spans.clone());
            let there = |span: &Span| order.facts.line(&span.line).is_some_and(|line| span.last <= line.quantity);
            prop_assert!(units.iter().all(there), "of units that there are");
        }
        prop_assert!(total(&order) <= order.facts.whole().max(total(&before)));
        for paid in &order.facts.payments {
            let most = (paid.captured - paid.charged_back).max(of(&before, &paid.id));
            prop_assert!(of(&order, &paid.id) <= most, "{:?}", paid);
        }
    }
}
