//! SPEC 7.1 to 7.4, sentence by sentence.

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::access::Role;
use crate::id::StaffId;
use crate::settings::Settings;

fn at(time: &str) -> Timestamp {
    format!("2026-03-{time}:00Z").parse().unwrap()
}

fn rule(name: &str) -> Rule {
    AlertRules::shipped().rules[name].clone()
}

fn point(indicator: Indicator, source: usize, time: Timestamp, n: i64, d: i64) -> Point {
    Point { indicator, scope: Scope::shop(), at: time, source: source.to_string(), n, d }
}

/// `n` happenings among `d`, all within a minute.
fn share(rule: &Rule, time: &str, n: i64, d: i64) -> Series {
    Series::of([&point(rule.indicator, 0, at(time), n, d)])
}

fn said(run: &[Event]) -> Vec<(String, &'static str, bool)> {
    let word = |event: &Event| serde_json::to_value(&event.happened).unwrap()["type"].as_str().unwrap().to_owned();
    run.iter()
        .map(|event| (event.at.to_string()[8..16].to_owned(), word(event), event))
        .map(|(time, word, event)| (format!("{time} {word}"), event.severity.as_str(), event.mail.is_some()))
        .collect()
}

/// A rule over a gauge: at least 10 warns, at least 20 is critical.
fn gauge() -> Rule {
    let mut rule = rule("unassigned");
    rule.warning.as_mut().unwrap().raise = 10;
    rule.critical = Some(Limits { raise: 20, clear: None, k: 1, n: 1, cool_down: 60, escalate_after: 30 });
    rule
}

/// What was read at each slot from ten o'clock on; the last value stays.
fn runs(rule: &Rule, values: &[i64], until: &str) -> Run {
    let start = at("10T10:00");
    let watch = Incident::watch("r", Scope::shop(), start - SignedDuration::from_mins(5), rule);
    watch.run(rule, at(until), |slot| {
        let place = usize::try_from(slot.duration_since(start).as_mins() / 5).unwrap();
        let value = values.get(place).or(values.last())?;
        Some(Reading { value: Cell { n: *value, d: 1 }, normal: None })
    })
}

fn events(values: &[i64], until: &str) -> Vec<(String, &'static str, bool)> {
    said(&runs(&gauge(), values, until).events)
}

fn one(what: &str, severity: &'static str, mailed: bool) -> (String, &'static str, bool) {
    (what.to_owned(), severity, mailed)
}

#[test]
fn five_risk_types_have_three_indicators_each_and_all_that_is_shipped_is_in_order() {
    assert!(Settings::shipped().faults(jiff::civil::date(2026, 3, 12)).is_empty());
    let rules = AlertRules::shipped().rules;
    for risk in RiskType::ALL {
        let of: std::collections::BTreeSet<_> =
            rules.values().filter(|rule| rule.risk == *risk).map(|rule| rule.indicator).collect();
        assert!(of.len() >= 3, "{risk}");
    }
    let seen: std::collections::BTreeSet<_> = rules.values().map(|rule| rule.indicator).collect();
    assert_eq!(seen.len(), Indicator::ALL.len(), "every indicator has a rule");
}

#[test]
fn a_rule_that_cannot_work_is_refused_with_the_field_that_is_wrong() {
    let mut rules = AlertRules::shipped();
    let rule = rules.rules.get_mut("bounces").unwrap();
    (rule.hours, rule.every, rule.scope, rule.at_once) = (169, 7, ScopeKind::Agent, true);
    rule.tell.clear();
    rule.critical.as_mut().unwrap().raise = 100;
    rule.warning.as_mut().unwrap().clear = Some(201);
    rule.warning.as_mut().unwrap().k = 3;
    let mut found = Vec::new();
    rules.check(&mut |at: &str, _: &str| found.push(at.replace("/risk/rules/bounces/", "")));
    let expected = ["scope", "hours", "every", "at_once", "tell", "warning/clear", "warning/k", "critical/raise"];
    assert_eq!(found, expected);
}

#[test]
fn it_clears_a_fifth_of_the_way_back_to_where_all_is_well() {
    let clears = |name: &str, severity| rule(name).clears_at(rule(name).limits(severity).unwrap());
    assert_eq!(clears("promises_broken", Severity::Warning), 80_000, "10 % clears at 8 %");
    assert_eq!(clears("agent_csat", Severity::Warning), 800_000, "75 % clears at 80 %");
    assert_eq!(clears("complaint_rate", Severity::Critical), 18_000, "twice the normal clears at 1.8 times");
    assert_eq!(clears("statutory_payout", Severity::Critical), 172_800, "24 h clears at 28.8 h");
    assert_eq!(clears("nps_falling", Severity::Warning), -800);
}

#[test]
fn a_warning_takes_two_slots_critical_one_and_clearing_two() {
    assert_eq!(events(&[10, 9, 10, 9], "10T10:30"), [], "one slot of two");
    let raised = one("10T10:05 raised", "warning", true);
    let cleared = one("10T10:25 cleared", "warning", false);
    assert_eq!(events(&[10, 10, 8, 9, 8, 8], "10T10:25"), [raised.clone(), cleared], "9 is on neither side");
    assert_eq!(events(&[10, 10, 8, 9, 8, 9], "10T10:25"), [raised]);
    assert_eq!(events(&[20], "10T10:00"), [one("10T10:00 raised", "critical", true)]);
}

#[test]
fn below_the_minimum_sample_nothing_changes() {
    let rule = rule("promises_broken");
    assert_eq!(read(&rule, &share(&rule, "10T09:00", 19, 19), at("10T10:00")), None);
    let reading = read(&rule, &share(&rule, "10T09:00", 20, 20), at("10T10:00")).unwrap();
    assert!(reading.side(&rule, rule.limits(Severity::Critical).unwrap()).past);
    let gauge = gauge();
    let raised = runs(&gauge, &[20], "10T10:00").incident;
    let later = raised.run(&gauge, at("10T10:20"), |_| None);
    assert!(later.events.is_empty() && later.incident.alert.unwrap().stands());
}

#[test]
fn of_fewer_than_a_hundred_the_wilson_bound_is_past_the_limit_too() {
    let rule = rule("promises_broken");
    let past = |n, d| {
        let reading = read(&rule, &share(&rule, "10T09:00", n, d), at("10T10:00")).unwrap();
        reading.side(&rule, rule.limits(Severity::Warning).unwrap()).past
    };
    // The lower bounds of Wilson at 95 %: 5/20 has 11.2 %, 4/20 has 8.1 %, 16/99 has 10.2 %, 15/99 has 9.4 %.
    assert_eq!([past(5, 20), past(4, 20), past(16, 99), past(15, 99)], [true, false, true, false]);
    assert_eq!([past(10, 100), past(9, 100)], [true, false], "from a hundred on the share itself");
}

#[test]
fn complaints_are_held_against_the_worse_of_the_target_and_the_own_mean() {
    let rule = rule("complaint_rate");
    let past = |own: i64, n: i64| {
        let before = point(rule.indicator, 1, at("01T00:00") - SignedDuration::from_hours(240), own, 1_000);
        let now = point(rule.indicator, 2, at("09T12:00"), n, 1_000);
        let reading = read(&rule, &Series::of([&before, &now]), at("10T00:00")).unwrap();
        reading.side(&rule, rule.limits(Severity::Warning).unwrap()).past
    };
    assert_eq!([past(10, 30), past(10, 31)], [false, true], "1 % is normal: the target of 2 % by half");
    assert_eq!([past(40, 60), past(40, 61)], [false, true], "4 % is normal");
}

#[test]
fn one_product_alerts_with_five_complaints_that_are_three_times_its_mean() {
    let rule = rule("product_complaints");
    let past = |own: i64, n: i64| {
        let before = point(rule.indicator, 1, at("01T00:00") - SignedDuration::from_hours(240), own, 0);
        let now = point(rule.indicator, 2, at("09T12:00"), n, 0);
        let reading = read(&rule, &Series::of([&before, &now]), at("10T00:00")).unwrap();
        reading.side(&rule, rule.limits(Severity::Warning).unwrap()).past
    };
    assert_eq!([past(0, 4), past(0, 5), past(8, 5)], [false, true, true]);
    assert_eq!([past(16, 5), past(16, 6)], [false, true], "two a week is normal");
}

#[test]
fn refunds_alert_three_standard_deviations_from_what_is_normal() {
    let rule = rule("refunds_against_sales");
    let past = |n: i64| {
        let before = point(rule.indicator, 1, at("01T00:00") - SignedDuration::from_hours(240), 499, 9_998);
        let now = point(rule.indicator, 2, at("09T12:00"), n, 1_900);
        let reading = read(&rule, &Series::of([&before, &now]), at("10T00:00")).unwrap();
        reading.side(&rule, rule.limits(Severity::Warning).unwrap()).past
    };
    // 5 % of 1 900 are 95, with a deviation of 9.5.
    assert_eq!([past(123), past(124)], [false, true]);
}

#[test]
fn recommendation_alerts_when_it_falls_by_ten_and_a_payout_when_its_time_runs_out() {
    let nps = rule("nps_falling");
    let past = |mean: i64| {
        let before = point(nps.indicator, 1, at("01T00:00") - SignedDuration::from_hours(240), 3_000, 100);
        let now = point(nps.indicator, 2, at("09T12:00"), mean * 50, 50);
        let reading = read(&nps, &Series::of([&before, &now]), at("10T00:00")).unwrap();
        reading.side(&nps, nps.limits(Severity::Warning).unwrap()).past
    };
    assert_eq!([past(21), past(20)], [false, true]);
    let payout = rule("statutory_payout");
    let side = |left: i64, severity| {
        let gauge = Point::gauge(payout.indicator, Scope::shop(), at("10T10:00"), left);
        let reading = read(&payout, &Series::of([&gauge]), at("10T10:00")).unwrap();
        reading.side(&payout, payout.limits(severity).unwrap())
    };
    assert!(side(2_880, Severity::Warning).past && !side(2_881, Severity::Warning).past);
    assert!(side(1_440, Severity::Critical).past && !side(1_441, Severity::Critical).past);
    assert!(side(NOTHING_DUE, Severity::Warning).good);
}

#[test]
fn a_flapping_indicator_is_one_mail_a_cool_down() {
    let flaps: Vec<i64> = (0..288).map(|slot| if slot / 2 % 2 == 0 { 10 } else { 0 }).collect();
    let mut quiet = gauge();
    quiet.warning.as_mut().unwrap().escalate_after = 10_080;
    let run = runs(&quiet, &flaps, "11T09:55");
    let mails: Vec<_> = run.events.iter().filter(|event| event.mail.is_some()).map(|event| event.at).collect();
    assert!(mails.len() <= 6 && mails.len() >= 5, "{mails:?}");
    assert!(mails.windows(2).all(|two| two[1].duration_since(two[0]) >= SignedDuration::from_hours(4)));
    assert_eq!(run.incident.alert.unwrap().number, 1, "raised again within the hour it is the same alert");
}

#[test]
fn raised_more_than_an_hour_after_it_cleared_it_is_another_alert_whose_mail_waits_for_the_cool_down() {
    let mut values = vec![10, 10, 0, 0];
    values.extend([0; 13]);
    values.extend([10; 60]);
    let found = events(&values, "10T14:05");
    let expected = [
        one("10T10:05 raised", "warning", true),
        one("10T10:15 cleared", "warning", false),
        one("10T11:30 raised", "warning", false),
        one("10T14:05 reminded", "warning", true),
    ];
    assert_eq!(found, expected, "what was held back moved no window");
}

#[test]
fn a_rise_in_severity_mails_at_once() {
    let found = events(&[10, 10, 20], "10T10:10");
    assert_eq!(found, [one("10T10:05 raised", "warning", true), one("10T10:10 rose", "critical", true)]);
}

#[test]
fn nobody_acknowledges_and_the_next_level_hears_of_it_up_to_the_top() {
    let run = runs(&gauge(), &[20], "10T12:00");
    let expected = [
        one("10T10:00 raised", "critical", true),
        one("10T10:30 escalated", "critical", true),
        one("10T11:00 escalated", "critical", true),
    ];
    assert_eq!(said(&run.events), expected);
    let to = |place: usize| run.events[place].mail.clone().unwrap().to;
    assert_eq!(to(0), [Role::Lead]);
    assert_eq!(to(2), [Role::Lead, Role::Manager, Role::Head]);
    assert_eq!(events(&[10], "10T14:05").last(), Some(&one("10T14:05 escalated", "warning", true)), "after 4 h");
}

#[test]
fn acknowledged_it_is_silent_for_eight_hours() {
    let (rule, by) = (gauge(), StaffId::parse("lead-1").unwrap());
    let raised = runs(&rule, &[20], "10T10:10").incident;
    let run = raised.acknowledge(&by, at("10T10:12")).unwrap();
    assert_eq!(said(&run.events), [one("10T10:12 acknowledged", "critical", false)]);
    assert!(run.incident.acknowledge(&by, at("10T10:13")).unwrap().events.is_empty(), "again changes nothing");
    let still = |_| Some(Reading { value: Cell { n: 20, d: 1 }, normal: None });
    assert!(run.incident.run(&rule, at("10T18:11"), still).events.is_empty());
    let after = run.incident.run(&rule, at("10T18:12"), still);
    assert_eq!(said(&after.events), [one("10T18:12 reminded", "critical", true)]);
}

#[test]
fn resolved_by_a_person_it_is_raised_anew_only_after_it_went_back_to_good() {
    let (rule, by) = (gauge(), StaffId::parse("lead-1").unwrap());
    let raised = runs(&rule, &[20], "10T10:00").incident;
    let resolved = raised.resolve(&by, at("10T10:02")).unwrap().incident;
    assert!(resolved.resolve(&by, at("10T10:03")).unwrap().events.is_empty());
    assert_eq!(resolved.acknowledge(&by, at("10T10:03")), Err(Rejection::Over));
    let reads = |values: [i64; 4]| {
        move |slot: Timestamp| {
            let place = usize::try_from(slot.duration_since(at("10T10:05")).as_mins() / 5).unwrap();
            Some(Reading { value: Cell { n: values[place], d: 1 }, normal: None })
        }
    };
    assert!(resolved.run(&rule, at("10T10:20"), reads([20, 25, 20, 20])).events.is_empty());
    let again = resolved.run(&rule, at("10T10:20"), reads([0, 0, 0, 20]));
    assert_eq!(said(&again.events), [one("10T10:20 raised", "critical", false)]);
    assert_eq!(again.events[0].number, 2);
    let nothing = Incident::watch("r", Scope::shop(), at("10T10:00"), &rule);
    assert_eq!(nothing.resolve(&by, at("10T10:03")), Err(Rejection::Unknown));
}

#[test]
fn a_drill_goes_the_whole_way_and_is_logged_as_one() {
    let (rule, by) = (rule("legal_words"), StaffId::parse("head-1").unwrap());
    let drill = Incident::drill(("legal_words", &rule), Scope::shop(), &by, at("10T10:00"));
    let later = drill.incident.run(&rule, at("10T10:30"), |_| panic!("it reads nothing"));
    let all: Vec<_> = drill.events.into_iter().chain(later.events).collect();
    let expected = [one("10T10:00 drilled", "critical", true), one("10T10:30 escalated", "critical", true)];
    assert_eq!(said(&all), expected);
    assert!(all.iter().all(|event| event.drill));
    let over = later.incident.run(&rule, at("10T18:00"), |_| None);
    assert!(!over.incident.alert.unwrap().stands(), "nobody ended it");
}

#[test]
fn legal_words_alert_at_once_and_once() {
    let rule = rule("legal_words");
    let first = point(Indicator::LegalWords, 1, at("10T10:01"), 1, 0);
    let second = point(Indicator::LegalWords, 2, at("10T10:03"), 1, 0);
    let watch = Incident::watch("legal_words", Scope::shop(), first.at, &rule);
    let early = Series::of([&first]);
    let run = watch.at_once(&rule, first.at, |slot| read(&rule, &early, slot)).unwrap();
    assert_eq!(said(&run.events), [one("10T10:05 raised", "critical", true)]);
    let both = Series::of([&first, &second, &second]);
    let says = |slot| read(&rule, &both, slot);
    assert_eq!(run.incident.at_once(&rule, second.at, says), None);
    assert_eq!(run.incident.run(&rule, at("10T10:05"), says).incident, run.incident);
    assert_eq!(watch.run(&rule, at("10T10:05"), says).incident, run.incident, "as if it had been looked at late");
    assert_eq!(watch.at_once(&rule, first.at, |_| None), None);
}

#[test]
fn what_no_window_reaches_becomes_days_and_says_the_same() {
    let rule = rule("product_complaints");
    let points: Vec<_> = (0..700)
        .map(|n| {
            point(rule.indicator, n, at("10T00:00") - SignedDuration::from_mins(127 * i64::try_from(n).unwrap()), 1, 0)
        })
        .collect();
    let whole = Series::of(&points);
    let mut less = whole.clone();
    less.compact(at("10T00:00"));
    assert!(less.cells.len() < whole.cells.len() && !less.days.is_empty());
    assert_eq!(read(&rule, &less, at("10T00:00")), read(&rule, &whole, at("10T00:00")));
}

#[test]
fn a_backtest_says_when_it_would_have_raised_and_cleared_and_how_many_mails() {
    let rule = Rule { on: false, ..rule("payment_failures") };
    let points: Vec<_> = (0..3).map(|n| point(rule.indicator, n, at("10T10:01"), 1, 0)).collect();
    let found = backtest(&rule, Scope::shop(), &Series::of(&points), at("10T00:00"), at("10T23:00"));
    let expected = [
        one("10T10:05 raised", "critical", true),
        one("10T10:35 escalated", "critical", true),
        one("10T11:10 cleared", "critical", false),
    ];
    assert_eq!(said(&found.events), expected);
    assert_eq!((found.alerts, found.mails, found.escalations), (1, 1, 1));
}
