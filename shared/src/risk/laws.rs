//! The same incidents and mails, whatever the order and however often; and an oracle that knows nothing of cells.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

const START: i64 = 1_773_100_800;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(START + second).unwrap()
}

fn a_rule(counts: bool) -> Rule {
    let mut rule = AlertRules::shipped().rules["promises_broken"].clone();
    rule.hours = 1;
    rule.least = 3;
    let limits = |raise, k, n| Some(Limits { raise, clear: None, k, n, cool_down: 60, escalate_after: 30 });
    if counts {
        (rule.indicator, rule.warning, rule.critical) = (Indicator::Complaints, limits(3, 2, 3), limits(6, 1, 1));
    } else {
        (rule.warning, rule.critical) = (limits(2_000, 2, 2), limits(6_000, 1, 1));
    }
    rule
}

fn points(rule: &Rule, given: &[(i64, bool)]) -> Vec<Point> {
    let point = |(place, (second, bad)): (usize, &(i64, bool))| Point {
        indicator: rule.indicator,
        scope: Scope::shop(),
        at: at(*second),
        source: place.to_string(),
        n: i64::from(*bad),
        d: 1,
    };
    given.iter().enumerate().map(point).collect()
}

/// When each severity is raised and cleared, from the points themselves, with floats.
fn oracle(rule: &Rule, counts: bool, given: &[(i64, bool)], until: i64) -> Vec<(i64, Option<Severity>)> {
    let mut last: BTreeMap<Severity, (Vec<bool>, Vec<bool>, bool)> = BTreeMap::new();
    let (mut said, mut before) = (Vec::new(), None);
    for slot in (300..=until).step_by(300) {
        let inside: Vec<bool> =
            given.iter().filter(|(second, _)| (slot - 3_600..slot).contains(second)).map(|(_, bad)| *bad).collect();
        let (n, bad) = (inside.len() as f64, inside.iter().filter(|bad| **bad).count() as f64);
        for severity in Severity::ALL {
            let limits = rule.limits(*severity).unwrap();
            let (past, good) = if counts {
                (bad >= limits.raise as f64 && bad >= 3.0, bad <= limits.raise as f64 * 0.8 || bad < 3.0)
            } else {
                if n < 3.0 {
                    continue;
                }
                let (p, t, z) = (bad / n, limits.raise as f64 / 10_000.0, 1.96_f64);
                let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
                let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt() / (1.0 + z * z / n);
                (p >= t && (n >= 100.0 || middle - half > t), p <= 0.8 * t + 1e-12)
            };
            let (pasts, goods, raised) = last.entry(*severity).or_default();
            pasts.push(past);
            goods.push(good);
            let of_n = pasts.iter().rev().take(usize::from(limits.n)).filter(|past| **past).count();
            let turned = if *raised {
                goods.len() >= 2 && goods.iter().rev().take(2).all(|good| *good)
            } else {
                of_n >= usize::from(limits.k)
            };
            if turned {
                *raised = !*raised;
                pasts.clear();
                goods.clear();
            }
        }
        let now = last.iter().filter(|(_, (_, _, raised))| *raised).map(|(severity, _)| *severity).max();
        if now != before {
            said.push((slot, now));
            before = now;
        }
    }
    said
}

proptest! {
    #[test]
    fn the_same_whatever_the_order_and_however_often(
        given in prop::collection::vec((0i64..20_000, any::<bool>()), 0..60),
        shuffle in any::<prop::sample::Index>(),
        mut looks in prop::collection::vec(0i64..21_600, 0..20),
        counts in any::<bool>(),
    ) {
        let rule = a_rule(counts);
        let all = points(&rule, &given);
        let end = 21_600;
        let whole = Series::of(&all);
        let once = Incident::watch("r", Scope::shop(), at(0), &rule).run(&rule, at(end), |slot| read(&rule, &whole, slot));

        // Points come in another order, every third twice, and only those are known that happened before a look.
        let mut delivered: Vec<&Point> = all.iter().chain(all.iter().step_by(3)).collect();
        if !delivered.is_empty() {
            let middle = shuffle.index(delivered.len());
            delivered.rotate_left(middle);
        }
        looks.push(end);
        let (mut incident, mut events) = (Incident::watch("r", Scope::shop(), at(0), &rule), Vec::new());
        for look in &looks {
            let mut known = Series::of(delivered.iter().copied().filter(|point| point.at < at(*look)));
            known.compact(at(*look));
            let run = incident.run(&rule, at(*look), |slot| read(&rule, &known, slot));
            events.extend(run.events);
            prop_assert!(!run.more);
            prop_assert_eq!(&run.incident.run(&rule, at(*look), |_| None).incident, &run.incident, "again");
            incident = run.incident;
        }
        prop_assert_eq!(&events, &once.events);
        prop_assert_eq!(&incident, &once.incident);

        let changes = |event: &Event| {
            let slot = event.at.as_second() - START;
            match event.happened {
                Happened::Raised | Happened::RaisedAgain | Happened::Rose | Happened::Eased => Some((slot, Some(event.severity))),
                Happened::Cleared => Some((slot, None)),
                _ => None,
            }
        };
        let found: Vec<_> = events.iter().filter_map(changes).collect();
        prop_assert_eq!(found, oracle(&rule, counts, &given, end));

        // No storm: first mails of one severity are a cool-down apart, and nothing is mailed without an alert.
        let mut last: BTreeMap<Severity, Timestamp> = BTreeMap::new();
        for event in events.iter().filter(|event| event.mail.is_some()) {
            if !matches!(event.happened, Happened::Escalated { .. })
                && let Some(before) = last.get(&event.severity)
            {
                prop_assert!(event.at.duration_since(*before).as_mins() >= 60);
            }
            last.insert(event.severity, event.at);
        }
        let seqs: BTreeSet<u32> = events.iter().map(|event| event.seq).collect();
        prop_assert!(seqs.len() == events.len() && seqs.iter().copied().eq(1..=incident.seq));
    }
}
