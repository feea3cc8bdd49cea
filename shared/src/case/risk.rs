//! How likely it is that refunds are abused: a score whose parts are shown to whoever approves. It never rejects by
//! itself.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::category::words;
use crate::id::{OrderId, TicketId};
use crate::settings::{RiskRules, Step};
use crate::sla::millis;

/// The version of the stored shape of a buyer that this code writes.
pub const VERSION: u32 = 1;

words!(
    /// What adds to the score.
    RiskPart {
        ReturnRate = "return_rate", ManyRefunds = "many_refunds", FullRefunds = "full_refunds",
        NotReceived = "not_received", LinkedAccounts = "linked_accounts", NewAccount = "new_account",
    }
);

/// The score of a customer at an instant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Risk {
    pub score: u16,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Points>,
}

/// One part of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RiskPoints))]
pub struct Points {
    pub part: RiskPart,
    pub points: u16,
}

/// What a customer bought and was given back, counted in the transactions that did it. It holds no name and no address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buyer {
    /// Orders that the storefront told of.
    #[serde(default)]
    pub orders: u32,
    /// Cases that pay or take goods back, newest last; at most `MOST_RECORDS`.
    #[serde(default)]
    pub cases: Vec<Record>,
    /// Cases that were forgotten because there were more.
    #[serde(default)]
    pub forgotten: u32,
}

/// One case of a buyer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub ticket: TicketId,
    pub case: u16,
    pub order: OrderId,
    #[serde(with = "millis")]
    pub at: Timestamp,
    pub currency: String,
    /// Minor units that were paid back or are to be.
    pub amount: i64,
    /// The whole order was paid back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub full: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_received: bool,
    /// Nobody approved it but the rules.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub automatic: bool,
}

/// What the storefront says of the account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    pub since: Option<Timestamp>,
    /// Other accounts that belong to the same person.
    pub linked: bool,
}

pub const MOST_RECORDS: usize = 100;

/// Claims of goods not received count for so long.
const CLAIMS: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Automatic refunds count for so long.
const AUTOMATIC: SignedDuration = SignedDuration::from_hours(30 * 24);

impl Buyer {
    /// The score at `now`.
    pub fn risk(&self, account: Account, rules: &RiskRules, now: Timestamp) -> Risk {
        let given = |holds: bool, points: u16| if holds { points } else { 0 };
        let counted = [
            (RiskPart::ReturnRate, self.rate_points(rules)),
            (
                RiskPart::ManyRefunds,
                given(self.refunds() >= u64::from(rules.many_refunds.from), rules.many_refunds.points),
            ),
            (RiskPart::FullRefunds, given(self.pays_in_full(rules.full_refunds.from), rules.full_refunds.points)),
            (
                RiskPart::NotReceived,
                given(self.claims(now) >= u64::from(rules.not_received.from), rules.not_received.points),
            ),
            (RiskPart::LinkedAccounts, given(account.linked, rules.linked_accounts)),
            (RiskPart::NewAccount, given(account.is_new(rules, now), rules.new_account.points)),
        ];
        let parts: Vec<Points> = counted
            .into_iter()
            .filter(|(_, points)| *points > 0)
            .map(|(part, points)| Points { part, points })
            .collect();
        Risk { score: parts.iter().fold(0, |sum: u16, part| sum.saturating_add(part.points)), parts }
    }

    /// What was paid back automatically in the 30 days before `now`: how often, and how much in this currency.
    pub fn automatic(&self, currency: &str, now: Timestamp) -> (u32, i64) {
        let lately = |record: &&Record| record.automatic && record.is_within(AUTOMATIC, now);
        self.cases.iter().filter(lately).fold((0u32, 0i64), |(count, sum), record| {
            let amount = if record.currency == currency { record.amount } else { 0 };
            (count.saturating_add(1), sum.saturating_add(amount))
        })
    }

    /// With this record in place of the one its case had.
    pub fn with(mut self, record: Record) -> Self {
        match self.cases.iter_mut().find(|other| (other.ticket, other.case) == (record.ticket, record.case)) {
            Some(other) => *other = record,
            None => self.cases.push(record),
        }
        let over = self.cases.len().saturating_sub(MOST_RECORDS);
        let forgotten = self.cases.drain(..over).fold(self.forgotten, |sum, _| sum.saturating_add(1));
        Self { forgotten, ..self }
    }

    /// Without the record of a case that came to nothing.
    pub fn without(mut self, ticket: TicketId, case: u16) -> Self {
        self.cases.retain(|record| (record.ticket, record.case) != (ticket, case));
        self
    }

    /// Points for the share of orders with a case; a case that was forgotten counts as of an order of its own.
    fn rate_points(&self, rules: &RiskRules) -> u16 {
        if self.orders == 0 || self.orders < rules.rate_from_orders {
            return 0;
        }
        let orders: BTreeSet<&OrderId> = self.cases.iter().map(|record| &record.order).collect();
        let with_case = size(orders.len()) + u64::from(self.forgotten);
        let reached = |step: &&Step| reaches(with_case, u64::from(self.orders), step.from);
        rules.return_rate.iter().find(reached).map_or(0, |step| step.points)
    }

    /// Cases that paid money back; what they were that were forgotten is not known, and so many are many anyhow.
    fn refunds(&self) -> u64 {
        size(self.cases.iter().filter(|record| record.amount > 0).count()) + u64::from(self.forgotten)
    }

    fn pays_in_full(&self, percent: u32) -> bool {
        let paid = self.cases.iter().filter(|record| record.amount > 0);
        let (paid, full) = paid.fold((0, 0), |(paid, full), record| (paid + 1, full + u64::from(record.full)));
        paid > 0 && reaches(full, paid, percent)
    }

    fn claims(&self, now: Timestamp) -> u64 {
        size(self.cases.iter().filter(|record| record.not_received && record.is_within(CLAIMS, now)).count())
    }
}

impl Record {
    fn is_within(&self, span: SignedDuration, now: Timestamp) -> bool {
        now.duration_since(self.at) <= span
    }
}

impl Account {
    /// It is younger than the rules' so many days. One whose age is not told is not.
    fn is_new(self, rules: &RiskRules, now: Timestamp) -> bool {
        let days = SignedDuration::from_hours(i64::from(rules.new_account.from) * 24);
        self.since.is_some_and(|since| now.duration_since(since) < days)
    }
}

/// `part` is so many percent of `whole` or more.
fn reaches(part: u64, whole: u64, percent: u32) -> bool {
    part.saturating_mul(100) >= whole.saturating_mul(u64::from(percent))
}

fn size(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::settings::CaseRules;

    fn now() -> Timestamp {
        "2026-06-30T12:00:00Z".parse().unwrap()
    }

    fn days_ago(days: i64) -> Timestamp {
        now() - SignedDuration::from_hours(days * 24)
    }

    fn ticket(number: u16) -> TicketId {
        TicketId(Uuid::from_u128(u128::from(number)))
    }

    /// A case of ¥10 on an order of its own, a year ago.
    fn record(number: u16) -> Record {
        Record {
            ticket: ticket(number),
            case: 1,
            order: OrderId::parse(&format!("o-{number}")).unwrap(),
            at: days_ago(365),
            currency: "CNY".to_owned(),
            amount: 1000,
            full: false,
            not_received: false,
            automatic: false,
        }
    }

    fn buyer(orders: u32, cases: Vec<Record>) -> Buyer {
        Buyer { orders, cases, forgotten: 0 }
    }

    fn score(buyer: &Buyer, account: Account) -> Vec<(RiskPart, u16)> {
        let risk = buyer.risk(account, &CaseRules::shipped().risk, now());
        assert_eq!(risk.score, risk.parts.iter().map(|part| part.points).sum::<u16>());
        risk.parts.into_iter().map(|part| (part.part, part.points)).collect()
    }

    fn of(buyer: &Buyer) -> Vec<(RiskPart, u16)> {
        score(buyer, Account::default())
    }

    #[test]
    fn a_customer_who_never_asked_for_anything_has_no_score() {
        assert_eq!(of(&Buyer::default()), []);
        assert_eq!(of(&buyer(50, Vec::new())), []);
    }

    #[test]
    fn the_share_of_orders_with_a_case_counts_from_a_quarter_on() {
        for (cases, orders, points) in
            [(24, 100, 0), (25, 100, 10), (39, 100, 10), (40, 100, 25), (59, 100, 25), (60, 100, 40), (6, 7, 40)]
        {
            let cases = (0..cases).map(|number| Record { amount: 0, ..record(number) }).collect();
            let expected = if points == 0 { vec![] } else { vec![(RiskPart::ReturnRate, points)] };
            assert_eq!(of(&buyer(orders, cases)), expected, "of {orders}");
        }
    }

    #[test]
    fn two_cases_of_one_order_are_one_order_with_a_case() {
        let order = record(1).order;
        let cases = (0..4).map(|number| Record { order: order.clone(), ..record(number) }).collect();
        assert_eq!(of(&buyer(5, cases)), []);
    }

    #[test]
    fn there_is_no_rate_of_four_orders() {
        let cases: Vec<Record> = (0..4).map(record).collect();
        assert_eq!(of(&buyer(4, cases.clone())), []);
        assert_eq!(of(&buyer(5, cases)), [(RiskPart::ReturnRate, 40)]);
    }

    #[test]
    fn ten_refunds_are_many_and_what_paid_nothing_is_none() {
        let cases =
            |paid: u16| (0..20).map(move |number| Record { amount: i64::from(number < paid), ..record(number) });
        assert_eq!(of(&buyer(1000, cases(9).collect())), []);
        assert_eq!(of(&buyer(1000, cases(10).collect())), [(RiskPart::ManyRefunds, 5)]);
    }

    #[test]
    fn nine_refunds_of_ten_in_full_are_too_many() {
        let cases = |full: u16| (0..10).map(|number| Record { full: number < full, ..record(number) }).collect();
        assert_eq!(of(&buyer(1000, cases(8))), [(RiskPart::ManyRefunds, 5)]);
        assert_eq!(of(&buyer(1000, cases(9))), [(RiskPart::ManyRefunds, 5), (RiskPart::FullRefunds, 10)]);
    }

    #[test]
    fn two_claims_of_goods_not_received_in_90_days_count() {
        let claim = |number: u16, days: i64| Record { not_received: true, at: days_ago(days), ..record(number) };
        assert_eq!(of(&buyer(0, vec![claim(1, 3)])), []);
        assert_eq!(of(&buyer(0, vec![claim(1, 90), claim(2, 3)])), [(RiskPart::NotReceived, 20)]);
        let just_before = Record { at: days_ago(90) - SignedDuration::from_millis(1), ..claim(1, 90) };
        assert_eq!(of(&buyer(0, vec![just_before, claim(2, 3)])), []);
    }

    #[test]
    fn an_account_counts_when_it_is_linked_or_younger_than_30_days() {
        let linked = Account { since: None, linked: true };
        assert_eq!(score(&Buyer::default(), linked), [(RiskPart::LinkedAccounts, 15)]);
        let aged = |since: Timestamp| Account { since: Some(since), linked: false };
        assert_eq!(score(&Buyer::default(), aged(days_ago(30))), []);
        let younger = aged(days_ago(30) + SignedDuration::from_millis(1));
        assert_eq!(score(&Buyer::default(), younger), [(RiskPart::NewAccount, 5)]);
    }

    #[test]
    fn everything_together_is_95() {
        let cases = (0..10).map(|number| Record { full: true, not_received: true, at: days_ago(1), ..record(number) });
        let account = Account { since: Some(days_ago(2)), linked: true };
        let risk = buyer(10, cases.collect()).risk(account, &CaseRules::shipped().risk, now());
        assert_eq!((risk.score, risk.parts.len()), (95, 6));
    }

    #[test]
    fn automatic_refunds_count_for_30_days_and_add_up_in_their_currency() {
        let automatic = |number: u16, days: i64| Record { automatic: true, at: days_ago(days), ..record(number) };
        let yen = Record { currency: "JPY".to_owned(), ..automatic(4, 1) };
        let buyer = buyer(9, vec![automatic(1, 31), automatic(2, 30), automatic(3, 0), yen, record(5)]);
        assert_eq!(buyer.automatic("CNY", now()), (3, 2000));
        assert_eq!(buyer.automatic("EUR", now()), (3, 0));
    }

    #[test]
    fn a_case_has_one_record_which_goes_with_it() {
        let buyer = Buyer::default().with(record(1)).with(record(2)).with(Record { amount: 7, ..record(1) });
        assert_eq!(buyer.cases, [Record { amount: 7, ..record(1) }, record(2)]);
        assert_eq!(buyer.clone().without(ticket(1), 2), buyer, "another case of that ticket");
        assert_eq!(buyer.without(ticket(1), 1).cases, [record(2)]);
    }

    #[test]
    fn the_oldest_records_are_forgotten_and_counted() {
        let buyer = (0..103).map(record).fold(Buyer::default(), Buyer::with);
        assert_eq!((buyer.cases.len(), buyer.forgotten), (MOST_RECORDS, 3));
        assert_eq!(buyer.cases[0], record(3));
        assert_eq!(buyer.clone().with(record(50)), buyer, "written again it is none more");
        assert_eq!(of(&Buyer { orders: 171, ..buyer }), [(RiskPart::ReturnRate, 40), (RiskPart::ManyRefunds, 5)]);
    }
}
