//! The figures of a case, each as it is stored.
use super::{Row, ToldCase};
use crate::{
    case::{CaseKind, Payer},
    id::{LineId, PaymentId},
    mail::{clean, lang::CaseKey, words::Words},
    money::shown,
    order::count,
};

/// Of a product's name.
const TITLE_MOST: usize = 80;
/// Of a payment's id or a tracking number.
pub(super) const ID_MOST: usize = 64;

/// Who reads it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    Customer,
    Staff,
}

/// What it is, and of which order.
pub(crate) fn about(told: &ToldCase, words: Words<'_>) -> Vec<Row> {
    let mut rows = vec![
        (words.plain(CaseKey::Kind), words.case_kind(told.terms.kind)),
        (words.plain(CaseKey::Reason), words.case_reason(told.terms.reason)),
    ];
    rows.extend(crate::mail::staff::order(Some(&told.order), words));
    rows
}

/// The units of each line, without what they are worth.
pub(crate) fn units(told: &ToldCase, words: Words<'_>) -> Vec<Row> {
    let label = words.plain(CaseKey::Goods);
    by_line(told).into_iter().map(|(line, units, _)| (label.clone(), of_line(told, line, units, words))).collect()
}

/// What its units are worth, what is kept of that, what is paid and where it goes; who pays, and how long it takes.
pub(crate) fn all(told: &ToldCase, whose: For, words: Words<'_>) -> Vec<Row> {
    let figures = &told.terms.figures;
    let amount = |amount: i64| shown(amount, &figures.currency);
    let mut rows: Vec<Row> = by_line(told)
        .into_iter()
        .map(|(line, units, worth)| (of_line(told, line, units, words), amount(worth)))
        .collect();
    if told.terms.kind.pays() {
        let goods = if told.terms.kind == CaseKind::Compensation { CaseKey::Given } else { CaseKey::Goods };
        rows.push((words.plain(goods), amount(figures.goods)));
        let others = [
            (CaseKey::Shipping, figures.shipping),
            (CaseKey::Restocking, -figures.restocking),
            (CaseKey::Label, -figures.label),
            (CaseKey::Already, -figures.already),
        ];
        rows.extend(others.iter().filter(|(_, sum)| *sum != 0).map(|(key, sum)| (words.plain(*key), amount(*sum))));
        rows.push((words.plain(CaseKey::Net), amount(figures.net)));
        rows.extend(figures.parts.iter().map(|part| (paid_to(told, &part.payment, words), amount(part.amount))));
    }
    let payer = match (figures.payer, whose) {
        (Payer::Merchant, _) => CaseKey::PayerShop,
        (Payer::Customer, For::Customer) => CaseKey::PayerYou,
        (Payer::Customer, For::Staff) => CaseKey::PayerCustomer,
    };
    rows.push((words.plain(CaseKey::Payer), words.plain(payer)));
    rows.push((words.plain(CaseKey::Takes), words.days(i64::from(told.terms.days))));
    rows
}

/// What was given back of each payment, and no more than that.
pub(crate) fn paid_back(told: &ToldCase, paid: &[(PaymentId, i64)], words: Words<'_>) -> Vec<Row> {
    let row = |(payment, amount): &(PaymentId, i64)| {
        let [method, payment] = self::payment(told, payment, words);
        let label = words.say(CaseKey::PaidBack, &[("method", &method), ("payment", &payment)]);
        (label, shown(*amount, &told.terms.figures.currency))
    };
    paid.iter().map(row).collect()
}

/// The amount that it is known by: what is paid, or what the goods that are given are worth.
pub(crate) fn known_by(told: &ToldCase) -> String {
    let terms = &told.terms;
    shown(if terms.kind.pays() { terms.figures.net } else { terms.stake }, &terms.figures.currency)
}

pub(crate) fn of_line(told: &ToldCase, line: &LineId, units: u32, words: Words<'_>) -> String {
    let title = told.titles.get(line).map(|title| clean::line(title)).filter(|title| !title.is_empty());
    let title = clean::cut(&title.unwrap_or_else(|| words.say(CaseKey::Untitled, &[("line", line)])), TITLE_MOST);
    words.say(CaseKey::Units, &[("count", &units), ("title", &title)])
}

pub(super) fn payment(told: &ToldCase, payment: &PaymentId, words: Words<'_>) -> [String; 2] {
    let method = told
        .methods
        .get(payment)
        .map_or_else(|| words.plain(CaseKey::MethodOther), |method| words.payment_method(*method));
    [method, clean::cut(payment.as_str(), ID_MOST)]
}

fn paid_to(told: &ToldCase, to: &PaymentId, words: Words<'_>) -> String {
    let [method, payment] = payment(told, to, words);
    words.say(CaseKey::PaidTo, &[("method", &method), ("payment", &payment)])
}

/// Units of one line stand together, in the order in which the lines come.
fn by_line(told: &ToldCase) -> Vec<(&LineId, u32, i64)> {
    let mut lines: Vec<(&LineId, u32, i64)> = Vec::new();
    for item in &told.terms.figures.items {
        let (line, units) = (&item.units.line, count([&item.units]));
        match lines.iter_mut().find(|(known, ..)| *known == line) {
            Some((_, sum, worth)) => (*sum, *worth) = (*sum + units, *worth + item.worth),
            None => lines.push((line, units, item.worth)),
        }
    }
    lines
}
