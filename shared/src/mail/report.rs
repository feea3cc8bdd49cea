//! The report about the service's quality in a time: what the figures were, against their goals and against the time before.

use super::{
    ActionLine, Shop, action,
    chart::{Bar, Chart, Scale},
    clean,
    lang::ReportKey,
    letter::{Block, Letter, Tone},
    when,
    words::Words,
};
use crate::figures::{Figure, Goal, Name, Period, Unit};
use crate::money;
use jiff::SignedDuration;

/// A figure over some times, the oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    pub name: Name,
    /// Values in tenths; none where nothing was counted.
    pub points: Vec<(Period, Option<i64>)>,
    pub goal: Option<Goal>,
}

/// What one time came to.
#[derive(Clone, Debug, PartialEq)]
pub struct QualityReport {
    pub period: Period,
    /// Each with its value in the time before, in tenths.
    pub figures: Vec<(Figure, Option<i64>)>,
    pub trends: Vec<Trend>,
    /// How many customers gave each score of satisfaction, from 1 to 5.
    pub scores: [i64; 5],
    /// Of the cost of a ticket.
    pub currency: Option<String>,
    /// Improvement actions that were open in it, and how many more there were.
    pub actions: Vec<ActionLine>,
    pub more_actions: usize,
}

pub(super) fn report(facts: &QualityReport, shop: &Shop, words: Words<'_>) -> Letter {
    let period = said_period(facts.period, &words.tongue().months, words);
    let judged: Vec<(Name, bool)> =
        facts.figures.iter().filter_map(|(figure, _)| Some((figure.name, figure.reached?))).collect();
    let missed: Vec<String> =
        judged.iter().filter(|(_, reached)| !reached).map(|(name, _)| words.plain(ReportKey::from(*name))).collect();
    let (all, reached) = (judged.len(), judged.len() - missed.len());
    let sum = match (all, missed.is_empty()) {
        (0, _) => words.plain(ReportKey::NoGoals),
        (_, true) => words.say(ReportKey::AllReached, &[("all", &all)]),
        (_, false) => words.say(ReportKey::SomeReached, &[("all", &all), ("reached", &reached)]),
    };
    let mut blocks = vec![Block::Strong(sum.clone())];
    if !missed.is_empty() {
        blocks.push(Block::Text(words.say(ReportKey::Missed, &[("figures", &missed.join(" · "))])));
    }
    blocks
        .push(Block::Facts(facts.figures.iter().map(|(figure, before)| row(figure, *before, facts, words)).collect()));
    blocks.extend(facts.trends.iter().map(|trend| Block::Chart(trend_chart(trend, facts, words))));
    blocks.extend(scores_chart(facts.scores, words).map(Block::Chart));
    blocks.push(Block::Text(words.plain(ReportKey::Final)));
    if !facts.actions.is_empty() {
        let currency = facts.currency.as_deref();
        blocks.push(Block::Strong(words.plain(ReportKey::Actions)));
        blocks.push(Block::Facts(facts.actions.iter().map(|line| action::row(line, currency, words)).collect()));
        if facts.more_actions > 0 {
            blocks.push(Block::Text(words.say(ReportKey::MoreActions, &[("count", &facts.more_actions)])));
        }
    }
    Letter {
        subject: words.say(ReportKey::Subject, &[("period", &period)]),
        preview: sum,
        heading: words.say(ReportKey::Heading, &[("period", &period)]),
        reference: None,
        tone: if missed.is_empty() { Tone::Calm } else { Tone::Soon },
        blocks,
        footer: vec![words.say(ReportKey::Footer, &[("shop", &clean::line(&shop.name))])],
    }
}

/// A figure's name, and what there is to say of it.
fn row(figure: &Figure, before: Option<i64>, facts: &QualityReport, words: Words<'_>) -> (String, String) {
    let said = |tenths: i64| said_value(figure.unit, tenths, facts.currency.as_deref(), words);
    let value = figure.tenths.map_or_else(|| words.plain(ReportKey::Nothing), said);
    let goal = figure.goal.map(|goal| {
        words.say(ReportKey::Goal, &[("goal", &said_goal(figure.unit, goal.to, facts.currency.as_deref(), words))])
    });
    // The sample of a number is the number.
    let sample = (figure.unit != Unit::Count && figure.denominator > 0)
        .then(|| words.say(ReportKey::Sample, &[("count", &figure.denominator)]));
    let before = before.map(|tenths| words.say(ReportKey::Before, &[("value", &said(tenths))]));
    let parts = [Some(value), goal, sample, before];
    (words.plain(ReportKey::from(figure.name)), parts.into_iter().flatten().collect::<Vec<_>>().join(" · "))
}

fn trend_chart(trend: &Trend, facts: &QualityReport, words: Words<'_>) -> Chart {
    let (unit, currency) = (trend.name.unit(), facts.currency.as_deref());
    let goal = trend.goal.map(|goal| goal.to * 10);
    let legend =
        trend.goal.map(|goal| words.say(ReportKey::Mark, &[("goal", &said_goal(unit, goal.to, currency, words))]));
    let scale = if trend.name == Name::Nps {
        Scale { low: -1_000, high: 1_000 }
    } else {
        Scale::over(trend.points.iter().filter_map(|(_, value)| *value).chain(goal))
    };
    let said = |tenths: i64| said_value(unit, tenths, currency, words);
    let bar = |(period, value): &(Period, Option<i64>)| Bar {
        label: said_period(*period, &words.tongue().months_short, words),
        value: value.map_or_else(|| words.plain(ReportKey::Nothing), said),
        cells: scale.cells(*value, goal),
    };
    Chart { title: words.plain(ReportKey::from(trend.name)), bars: trend.points.iter().map(bar).collect(), legend }
}

/// How the scores are spread, the best first.
fn scores_chart(scores: [i64; 5], words: Words<'_>) -> Option<Chart> {
    let all: i64 = scores.iter().sum();
    let scale = Scale::over(scores.iter().copied());
    let bar = |(place, count): (usize, i64)| {
        let share = words.say(ReportKey::Percent, &[("value", &decimal((2_000 * count + all).div_euclid(2 * all)))]);
        Bar {
            label: words.say(ReportKey::Score, &[("score", &(place + 1))]),
            value: words.say(ReportKey::Answers, &[("count", &count), ("share", &share)]),
            cells: scale.cells(Some(count), None),
        }
    };
    let chart = || Chart {
        title: words.plain(ReportKey::Scores),
        bars: scores.into_iter().enumerate().rev().map(bar).collect(),
        legend: None,
    };
    (all > 0).then(chart)
}

pub(super) fn said_period(period: Period, months: &[&str; 12], words: Words<'_>) -> String {
    match period {
        Period::Month(year, month) => {
            let place = usize::from(month.unsigned_abs()).saturating_sub(1);
            let month = months.get(place).unwrap_or(&"");
            words.say(ReportKey::Month, &[("month", month), ("year", &year)])
        }
        Period::Quarter(year, quarter) => words.say(ReportKey::Quarter, &[("quarter", &quarter), ("year", &year)]),
        Period::Year(year) => words.say(ReportKey::Year, &[("year", &year)]),
    }
}

/// A value in the unit of its figure, from tenths.
pub(super) fn said_value(unit: Unit, tenths: i64, currency: Option<&str>, words: Words<'_>) -> String {
    said_as(decimal, unit, tenths, currency, words)
}

/// Goals are whole numbers.
pub(super) fn said_goal(unit: Unit, goal: i64, currency: Option<&str>, words: Words<'_>) -> String {
    said_as(short, unit, goal * 10, currency, words)
}

fn said_as(number: fn(i64) -> String, unit: Unit, tenths: i64, currency: Option<&str>, words: Words<'_>) -> String {
    match unit {
        Unit::Count => short(tenths),
        Unit::Points => number(tenths),
        Unit::Percent => words.say(ReportKey::Percent, &[("value", &number(tenths))]),
        Unit::Hours => words.say(ReportKey::Hours, &[("hours", &number(tenths))]),
        Unit::Seconds => {
            let seconds = whole(tenths);
            if seconds < 3_600 {
                words.say(ReportKey::Seconds, &[("minutes", &(seconds / 60)), ("seconds", &(seconds % 60))])
            } else {
                when::length(words, SignedDuration::from_secs(seconds))
            }
        }
        Unit::MinorUnits => {
            let code = currency.unwrap_or_default();
            words.say(ReportKey::Money, &[("amount", &money::shown(whole(tenths), code))])
        }
    }
}

/// Half up.
fn whole(tenths: i64) -> i64 {
    (tenths + 5).div_euclid(10)
}

/// `84.0`, so that values below each other compare.
fn decimal(tenths: i64) -> String {
    let sign = if tenths < 0 { "−" } else { "" };
    format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10)
}

/// `84`, where a count or a goal is whole.
fn short(tenths: i64) -> String {
    decimal(tenths).trim_end_matches(".0").to_owned()
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;
    use crate::figures::{FigureRules, Measure, Sheet, Span, Spread, Window, figures};
    use crate::survey::SurveyKind;
    use jiff::civil::date;

    /// A month of a shop, with nothing asked of recommendation.
    pub(in super::super) fn month() -> QualityReport {
        let mut sheet = Sheet::default();
        for (measure, n) in [(Measure::Opened, 412), (Measure::Complaint, 61), (Measure::Orders, 2_180)] {
            sheet.counts.insert(measure, n);
        }
        sheet.spans.insert(Span::FirstResponseChat, Spread::of(142));
        sheet.spans.insert(Span::Handling, Spread::of(31 * 3_600));
        sheet.scores.insert(SurveyKind::Csat, [(1, 6), (2, 9), (3, 14), (4, 58), (5, 97)].into());
        let window = Window { from: date(2026, 3, 1), to: date(2026, 3, 31), counted: date(2026, 3, 31) };
        let rules = FigureRules::default();
        let of = |name: Name| name.of(&sheet, &rules, &window);
        let shown = figures(&sheet, &rules, &window).into_iter().filter(|figure| figure.tenths.is_some());
        let months = [(2025, 11), (2025, 12), (2026, 1), (2026, 2), (2026, 3)];
        let trend = |name: Name, values: [Option<i64>; 4]| Trend {
            name,
            points: months
                .map(|(year, month)| Period::Month(year, month))
                .into_iter()
                .zip(values.into_iter().chain([of(name).tenths]))
                .collect(),
            goal: of(name).goal,
        };
        QualityReport {
            period: Period::Month(2026, 3),
            figures: shown.map(|figure| (figure, Some(763))).take(14).collect(),
            trends: vec![
                trend(Name::Csat, [Some(751), None, Some(803), Some(860)]),
                trend(Name::ComplaintRate, [Some(52), Some(49), Some(41), Some(19)]),
                trend(Name::Nps, [Some(-120), None, Some(0), Some(334)]),
            ],
            scores: [6, 9, 14, 58, 97],
            currency: Some("CNY".to_owned()),
            actions: action::samples::actions(),
            more_actions: 3,
        }
    }
}
