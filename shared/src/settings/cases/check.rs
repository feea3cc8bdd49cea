//! What the rules of cases must hold to before they are stored.

use super::{CaseRules, Market, MoneyLimits, Step, Window};
use crate::country::is_country;
use crate::mail::is_line;
use crate::money;
use crate::problem::segment;
use crate::text::fits;

/// Of one amount here, in minor units.
const MOST_AMOUNT: i64 = 10_000_000_000_000;
const MOST_MARKETS: usize = 30;
/// There are 249 codes in ISO 3166.
const MOST_COUNTRIES: usize = 249;
const MOST_CURRENCIES: usize = 50;
const MOST_STEPS: usize = 10;
const MOST_REMINDERS: usize = 5;

impl CaseRules {
    pub(in crate::settings) fn check(&self, fault: &mut impl FnMut(&str, &str)) {
        self.check_reasons(fault);
        self.check_markets(fault);
        self.check_money(fault);
        self.check_risk(fault);
        self.check_terms(fault);
    }

    fn check_reasons(&self, fault: &mut impl FnMut(&str, &str)) {
        for (reason, rule) in &self.reasons {
            let at = format!("/cases/reasons/{reason}");
            if rule.kinds.is_empty() {
                fault(&format!("{at}/kinds"), "must have one kind at least");
            }
            check_window(&format!("{at}/window"), rule.window, fault);
        }
        for (kind, days) in &self.days {
            bounded(&format!("/cases/days/{kind}"), i64::from(*days), 1, 365, fault);
        }
    }

    fn check_markets(&self, fault: &mut impl FnMut(&str, &str)) {
        if self.markets.len() > MOST_MARKETS {
            fault("/cases/markets", "must have at most 30 markets");
        }
        for (place, market) in self.markets.iter().enumerate() {
            let at = format!("/cases/markets/{place}");
            if !fits(&market.name, 1, 40) || !is_line(&market.name) {
                let rule = "must have 1 to 40 characters, one line without control characters or spaces around it";
                fault(&format!("{at}/name"), rule);
            }
            if self.markets[..place].iter().any(|other| other.name == market.name) {
                fault(&format!("{at}/name"), "must not be listed twice");
            }
            check_market(&at, market, fault);
        }
    }

    fn check_money(&self, fault: &mut impl FnMut(&str, &str)) {
        let points = i64::from(self.fees.restocking_basis_points);
        bounded("/cases/fees/restocking_basis_points", points, 0, 10_000, fault);
        for (at, count) in [("/cases/fees/label", self.fees.label.len()), ("/cases/limits", self.limits.len())] {
            if count > MOST_CURRENCIES {
                fault(at, "must have at most 50 currencies");
            }
        }
        for (code, amount) in &self.fees.label {
            let at = format!("/cases/fees/label/{}", segment(code));
            check_currency(&at, code, fault);
            bounded(&at, *amount, 0, MOST_AMOUNT, fault);
        }
        for (code, limits) in &self.limits {
            let at = format!("/cases/limits/{}", segment(code));
            check_currency(&at, code, fault);
            check_limits(&at, limits, fault);
        }
        bounded("/cases/automatic/per_customer", i64::from(self.automatic.per_customer), 0, 1000, fault);
    }

    fn check_risk(&self, fault: &mut impl FnMut(&str, &str)) {
        let risk = &self.risk;
        bounded("/cases/risk/rate_from_orders", i64::from(risk.rate_from_orders), 1, 1000, fault);
        if risk.return_rate.len() > MOST_STEPS {
            fault("/cases/risk/return_rate", "must have at most 10 steps");
        }
        for (place, step) in risk.return_rate.iter().enumerate() {
            check_step(&format!("/cases/risk/return_rate/{place}"), *step, 100, fault);
        }
        if !risk.return_rate.is_sorted_by(|one, next| one.from > next.from && one.points >= next.points) {
            fault("/cases/risk/return_rate", "must have its steps highest first, and no lower one with more points");
        }
        // No more cases than that are remembered of a customer.
        check_step("/cases/risk/many_refunds", risk.many_refunds, 100, fault);
        check_step("/cases/risk/full_refunds", risk.full_refunds, 100, fault);
        check_step("/cases/risk/not_received", risk.not_received, 100, fault);
        check_step("/cases/risk/new_account", risk.new_account, 3650, fault);
        bounded("/cases/risk/linked_accounts", i64::from(risk.linked_accounts), 0, 100, fault);
        bounded("/cases/risk/review_from", i64::from(risk.review_from), 0, 1000, fault);
        bounded("/cases/risk/lead_from", i64::from(risk.lead_from), 0, 1000, fault);
        if risk.review_from > risk.lead_from {
            fault("/cases/risk/lead_from", "must not come before review_from");
        }
    }

    fn check_terms(&self, fault: &mut impl FnMut(&str, &str)) {
        let terms = &self.terms;
        for (name, value, most) in [
            ("escalate_after_hours", terms.escalate_after_hours, 720),
            ("expires_after_days", terms.expires_after_days, 90),
            ("link_hours", terms.link_hours, 168),
            ("take_back_minutes", terms.take_back_minutes, 1440),
        ] {
            bounded(&format!("/cases/terms/{name}"), i64::from(value), 1, most, fault);
        }
        let reminders = &terms.remind_on_days;
        let within = reminders.iter().all(|day| (1..terms.expires_after_days).contains(day));
        if reminders.len() > MOST_REMINDERS || !within || !reminders.is_sorted_by(|day, next| day < next) {
            fault("/cases/terms/remind_on_days", "must have at most 5 days before expires_after_days, earliest first");
        }
    }
}

fn bounded(at: &str, value: i64, least: i64, most: i64, fault: &mut impl FnMut(&str, &str)) {
    if !(least..=most).contains(&value) {
        fault(at, &format!("must be {least} to {most}"));
    }
}

fn check_window(at: &str, window: Window, fault: &mut impl FnMut(&str, &str)) {
    let (name, value, least, most) = match window {
        Window::DaysFromDelivery(days) => ("days_from_delivery", days, 0, 365),
        Window::HoursFromDelivery(hours) => ("hours_from_delivery", hours, 1, 720),
        Window::DaysAfterPromise(days) => ("days_after_promise", days, 0, 365),
    };
    bounded(&format!("{at}/{name}"), i64::from(value), least, most, fault);
}

fn check_market(at: &str, market: &Market, fault: &mut impl FnMut(&str, &str)) {
    if market.countries.is_empty() || market.countries.len() > MOST_COUNTRIES {
        fault(&format!("{at}/countries"), "must have 1 to 249 countries");
    }
    for (place, country) in market.countries.iter().enumerate() {
        if !is_country(country) {
            fault(&format!("{at}/countries/{place}"), "must be an ISO 3166 code of a country, such as DE");
        }
    }
    for (reason, window) in &market.windows {
        check_window(&format!("{at}/windows/{reason}"), *window, fault);
    }
}

fn check_currency(at: &str, code: &str, fault: &mut impl FnMut(&str, &str)) {
    if money::currency(code).is_none() {
        fault(at, "must be under an ISO 4217 code such as CNY");
    }
}

fn check_limits(at: &str, limits: &MoneyLimits, fault: &mut impl FnMut(&str, &str)) {
    for (name, amount) in [
        ("automatic", limits.automatic),
        ("automatic_per_customer", limits.automatic_per_customer),
        ("agent", limits.agent),
        ("lead", limits.lead),
        ("manager", limits.manager),
        ("compensation_per_ticket", limits.compensation_per_ticket),
        ("compensation_per_agent_day", limits.compensation_per_agent_day),
    ] {
        bounded(&format!("{at}/{name}"), amount, 0, MOST_AMOUNT, fault);
    }
    if ![limits.automatic, limits.agent, limits.lead, limits.manager].is_sorted() {
        fault(at, "must have automatic ≤ agent ≤ lead ≤ manager");
    }
}

/// A step that begins at `most` at the latest.
fn check_step(at: &str, step: Step, most: i64, fault: &mut impl FnMut(&str, &str)) {
    bounded(&format!("{at}/from"), i64::from(step.from), 1, most, fault);
    bounded(&format!("{at}/points"), i64::from(step.points), 0, 100, fault);
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::{Value, json};

    use crate::settings::Settings;

    /// Where it is refused that the rules have this value at this place.
    fn wrong(place: &str, value: Value) -> Vec<String> {
        let mut document = json!(Settings::shipped());
        let (parent, name) = place.rsplit_once('/').unwrap();
        document["cases"].pointer_mut(parent).unwrap()[name] = value;
        let settings = Settings::read(&document).unwrap();
        settings.faults(date(2026, 3, 12)).into_iter().map(|fault| fault.pointer).collect()
    }

    fn market(name: &str, countries: &[&str]) -> Value {
        json!({ "name": name, "countries": countries })
    }

    #[test]
    fn a_reason_gives_something() {
        assert_eq!(wrong("/reasons/late/kinds", json!([])), ["/cases/reasons/late/kinds"]);
    }

    #[test]
    fn every_number_has_its_bounds() {
        for (place, least, most) in [
            ("/days/repair", 1i64, 365i64),
            ("/reasons/late/window/days_from_delivery", 0, 365),
            ("/reasons/damaged/window/hours_from_delivery", 1, 720),
            ("/reasons/not_received/window/days_after_promise", 0, 365),
            ("/markets/0/windows/change_of_mind/days_from_delivery", 0, 365),
            ("/fees/restocking_basis_points", 0, 10_000),
            ("/fees/label/CNY", 0, 10_000_000_000_000),
            ("/limits/CNY/automatic_per_customer", 0, 10_000_000_000_000),
            ("/limits/CNY/compensation_per_ticket", 0, 10_000_000_000_000),
            ("/limits/CNY/manager", 200_000, 10_000_000_000_000),
            ("/automatic/per_customer", 0, 1000),
            ("/risk/rate_from_orders", 1, 1000),
            ("/risk/many_refunds/from", 1, 100),
            ("/risk/full_refunds/from", 1, 100),
            ("/risk/new_account/from", 1, 3650),
            ("/risk/not_received/points", 0, 100),
            ("/risk/lead_from", 40, 1000),
            ("/terms/escalate_after_hours", 1, 720),
            ("/terms/expires_after_days", 13, 90),
            ("/terms/link_hours", 1, 168),
            ("/terms/take_back_minutes", 1, 1440),
        ] {
            for fits in [least, most] {
                assert_eq!(wrong(place, json!(fits)), [""; 0], "{place} = {fits}");
            }
            for out in [least - 1, most + 1].into_iter().filter(|value| *value >= 0) {
                assert!(!wrong(place, json!(out)).is_empty(), "{place} = {out}");
            }
        }
        assert_eq!(wrong("/terms/link_hours", json!(0)), ["/cases/terms/link_hours"]);
        assert_eq!(
            wrong("/reasons/damaged/window", json!({ "hours_from_delivery": 721 })),
            ["/cases/reasons/damaged/window/hours_from_delivery"]
        );
    }

    #[test]
    fn markets_are_told_apart_and_name_countries() {
        assert_eq!(wrong("/markets", json!([market("EU", &["DE"]), market("UK", &["GB"])])), [""; 0]);
        let twice = json!([market("EU", &["DE"]), market("EU", &["FR"]), market(" ", &["IT"]), market("None", &[])]);
        let expected = ["/cases/markets/1/name", "/cases/markets/2/name", "/cases/markets/3/countries"];
        assert_eq!(wrong("/markets", twice), expected);
        let codes = json!([market("EU", &["DE", "de", "ZZ", "D1", ""])]);
        let expected: Vec<String> = (1..5).map(|place| format!("/cases/markets/0/countries/{place}")).collect();
        assert_eq!(wrong("/markets", codes), expected);
        let many = |count: usize| json!((0..count).map(|at| market(&format!("m{at}"), &["DE"])).collect::<Vec<_>>());
        assert_eq!(wrong("/markets", many(30)), [""; 0]);
        assert_eq!(wrong("/markets", many(31)), ["/cases/markets"]);
    }

    #[test]
    fn a_higher_level_decides_on_no_less() {
        assert_eq!(wrong("/limits/CNY/agent", json!(20_000)), [""; 0], "as much is not less");
        for (level, amount) in [("automatic", 50_001), ("agent", 19_999), ("lead", 49_999), ("manager", 199_999)] {
            assert_eq!(wrong(&format!("/limits/CNY/{level}"), json!(amount)), ["/cases/limits/CNY"], "{level}");
        }
    }

    #[test]
    fn amounts_are_in_currencies_that_there_are() {
        let limits = json!(Settings::shipped().cases.limits["CNY"]);
        assert_eq!(wrong("/limits", json!({ "XYZ!": limits, "KWD": limits })), ["/cases/limits/XYZ!"]);
        assert_eq!(wrong("/fees/label", json!({ "cny": 5, "JPY": 5 })), ["/cases/fees/label/cny"]);
        let codes: Vec<String> =
            ('A'..='Z').flat_map(|last| [format!("AA{last}"), format!("AB{last}")]).take(51).collect();
        let many: serde_json::Map<String, Value> = codes.into_iter().map(|code| (code, limits.clone())).collect();
        assert_eq!(wrong("/limits", json!(many))[0], "/cases/limits");
    }

    #[test]
    fn the_steps_of_the_score_go_down() {
        let steps = |steps: &[(u32, u16)]| {
            json!(steps.iter().map(|(from, points)| json!({ "from": from, "points": points })).collect::<Vec<_>>())
        };
        assert_eq!(wrong("/risk/return_rate", steps(&[])), [""; 0]);
        assert_eq!(wrong("/risk/return_rate", steps(&[(100, 9), (1, 9)])), [""; 0]);
        for disorder in [&[(40, 9), (60, 9)][..], &[(40, 9), (40, 9)], &[(60, 8), (40, 9)]] {
            assert_eq!(wrong("/risk/return_rate", steps(disorder)), ["/cases/risk/return_rate"], "{disorder:?}");
        }
        assert_eq!(wrong("/risk/return_rate", steps(&[(101, 9)])), ["/cases/risk/return_rate/0/from"]);
        assert_eq!(wrong("/risk/review_from", json!(71)), ["/cases/risk/lead_from"]);
        assert_eq!(wrong("/risk/review_from", json!(70)), [""; 0]);
    }

    #[test]
    fn customers_are_reminded_before_their_return_is_over() {
        for fits in [&[][..], &[13], &[1, 2, 3, 4, 5]] {
            assert_eq!(wrong("/terms/remind_on_days", json!(fits)), [""; 0], "{fits:?}");
        }
        for wrongly in [&[14][..], &[0], &[3, 2], &[3, 3], &[1, 2, 3, 4, 5, 6]] {
            assert_eq!(wrong("/terms/remind_on_days", json!(wrongly)), ["/cases/terms/remind_on_days"], "{wrongly:?}");
        }
    }
}
