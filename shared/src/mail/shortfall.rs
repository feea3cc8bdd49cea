//! That a month's feedback will not come to its goal, and what can still be done about it.

use super::{
    Shop, clean,
    lang::ReportKey,
    letter::{Block, Letter, Tone},
    report::said_period,
    words::Words,
};
use crate::figures::{Period, Shortfall};

pub(super) fn shortfall(month: Period, facts: &Shortfall, shop: &Shop, words: Words<'_>) -> Letter {
    let period = said_period(month, &words.tongue().months, words);
    let intro = words.say(ReportKey::ShortIntro, &[("count", &facts.collected), ("day", &facts.counted)]);
    let numbers = [
        (words.plain(ReportKey::Feedback), facts.collected),
        (words.plain(ReportKey::FeedbackForecast), facts.forecast),
        (words.plain(ReportKey::LabelGoal), facts.goal),
    ];
    Letter {
        subject: words.say(ReportKey::ShortSubject, &[("period", &period)]),
        preview: intro.clone(),
        heading: words.say(ReportKey::ShortHeading, &[("period", &period)]),
        reference: None,
        tone: Tone::Soon,
        blocks: vec![
            Block::Text(intro),
            Block::Facts(numbers.map(|(label, number)| (label, number.to_string())).to_vec()),
            Block::Text(words.plain(ReportKey::ShortAct)),
        ],
        footer: vec![words.say(ReportKey::Footer, &[("shop", &clean::line(&shop.name))])],
    }
}

#[cfg(test)]
pub(super) fn sample() -> (Period, Shortfall) {
    use jiff::civil::date;
    (Period::Month(2026, 4), Shortfall { counted: date(2026, 4, 19), collected: 38, forecast: 60, goal: 100 })
}
