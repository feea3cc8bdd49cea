//! Improvement actions in mails: a line of a report, and that one is overdue.

use jiff::civil::Date;

use super::{
    Shop, clean,
    lang::ReportKey,
    letter::{Block, Letter, Tone},
    report::{said_goal, said_value},
    words::Words,
};
use crate::figures::Name;
use crate::improvement::{ActionStanding, Effect};

/// One action.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionLine {
    pub figure: Name,
    /// The team, the product …; none where it is the shop's.
    pub scope: Option<String>,
    pub goal: i64,
    /// As staff know each other: an address.
    pub owner: String,
    pub due: Date,
    pub standing: ActionStanding,
    pub ended: Option<Date>,
    pub effect: Option<Effect>,
}

/// An action whose last day is over.
#[derive(Clone, Debug, PartialEq)]
pub struct Overdue {
    pub action: ActionLine,
    /// What was to be done, as staff wrote it.
    pub measure: String,
    /// Of the cost of a ticket.
    pub currency: Option<String>,
}

pub(super) fn overdue(facts: &Overdue, shop: &Shop, words: Words<'_>) -> Letter {
    let Overdue { action, measure, currency } = facts;
    let figure = said_figure(action, words);
    let intro = words.say(ReportKey::OverdueIntro, &[("figure", &figure), ("due", &action.due)]);
    let goal = said_goal(action.figure.unit(), action.goal, currency.as_deref(), words);
    let table = [
        (ReportKey::LabelFigure, figure.clone()),
        (ReportKey::LabelGoal, goal),
        (ReportKey::LabelOwner, clean::line(&action.owner)),
        (ReportKey::LabelDue, action.due.to_string()),
    ];
    let label = |(key, value): (ReportKey, String)| (words.plain(key), value);
    Letter {
        subject: words.say(ReportKey::OverdueSubject, &[("figure", &figure)]),
        preview: intro.clone(),
        heading: words.plain(ReportKey::OverdueHeading),
        reference: None,
        tone: Tone::Late,
        blocks: vec![
            Block::Text(intro),
            Block::Strong(words.plain(ReportKey::OverdueAct)),
            Block::Facts(table.map(label).to_vec()),
            Block::Prose(clean::paragraphs(measure)),
        ],
        footer: vec![words.say(ReportKey::OverdueFooter, &[("shop", &clean::line(&shop.name))])],
    }
}

/// What it is about, and how it stands.
pub(super) fn row(action: &ActionLine, currency: Option<&str>, words: Words<'_>) -> (String, String) {
    let unit = action.figure.unit();
    let goal = words.say(ReportKey::Goal, &[("goal", &said_goal(unit, action.goal, currency, words))]);
    let day = |key: ReportKey, day: Option<Date>| words.say(key, &[("day", &day.unwrap_or(action.due))]);
    let standing = match action.standing {
        ActionStanding::Open => None,
        ActionStanding::Done => Some(day(ReportKey::ActionDone, action.ended)),
        ActionStanding::Dropped => Some(day(ReportKey::ActionDropped, action.ended)),
    };
    let due = day(ReportKey::ActionDue, Some(action.due));
    let effect = action.effect.as_ref().and_then(|effect| said_effect(action, effect, currency, words));
    let parts = [Some(goal), Some(clean::line(&action.owner)), Some(due), standing, effect];
    (said_figure(action, words), parts.into_iter().flatten().collect::<Vec<_>>().join(" · "))
}

/// Only where both sides were counted. That a goal is reached is said of what got better: it may have been reached all along.
fn said_effect(action: &ActionLine, effect: &Effect, currency: Option<&str>, words: Words<'_>) -> Option<String> {
    let (before, after, better) = (effect.before.tenths?, effect.after.as_ref()?.tenths?, effect.better?);
    let said = |tenths: i64| said_value(action.figure.unit(), tenths, currency, words);
    let key = match (better, effect.reached?) {
        (true, true) => ReportKey::ActionReached,
        (true, false) => ReportKey::ActionBetter,
        (false, _) => ReportKey::ActionNotBetter,
    };
    Some(words.say(key, &[("before", &said(before)), ("after", &said(after))]))
}

fn said_figure(action: &ActionLine, words: Words<'_>) -> String {
    let figure = words.plain(ReportKey::from(action.figure));
    match &action.scope {
        Some(scope) => words.say(ReportKey::ActionOf, &[("figure", &figure), ("scope", &clean::line(scope))]),
        None => figure,
    }
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;
    use crate::figures::{FigureRules, Measure, Sheet, Window};
    use jiff::civil::date;

    /// An action that is done and had an effect, one that was dropped, and one that is open.
    pub(in super::super) fn actions() -> Vec<ActionLine> {
        let window = Window { from: date(2026, 2, 1), to: date(2026, 2, 28), counted: date(2026, 2, 28) };
        let rate = |complaints: i64| {
            let counts = [(Measure::Complaint, complaints), (Measure::Orders, 1_000)].into();
            Name::ComplaintRate.of(&Sheet { counts, ..Sheet::default() }, &FigureRules::default(), &window)
        };
        let (before, after) = (rate(52), Some(rate(19)));
        let effect = Effect { before, after, change: Some(-33), better: Some(true), reached: Some(true) };
        let open = ActionLine {
            figure: Name::FirstResponseChat,
            scope: None,
            goal: 180,
            owner: "lead@shop.example".to_owned(),
            due: date(2026, 4, 30),
            standing: ActionStanding::Open,
            ended: None,
            effect: None,
        };
        let ended = Some(date(2026, 3, 20));
        let done = ActionLine {
            figure: Name::ComplaintRate,
            scope: Some("cup-1".to_owned()),
            goal: 2,
            standing: ActionStanding::Done,
            ended,
            effect: Some(effect),
            ..open.clone()
        };
        let dropped =
            ActionLine { figure: Name::Csat, goal: 85, standing: ActionStanding::Dropped, ended, ..open.clone() };
        vec![open, done, dropped]
    }

    pub(in super::super) fn overdue(measure: &str) -> Overdue {
        let action = actions().swap_remove(0);
        Overdue { action, measure: measure.to_owned(), currency: None }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::mail::Language;

    #[test]
    fn a_goal_that_was_reached_all_along_is_not_what_an_action_reached() {
        let wording = BTreeMap::default();
        let words = Words { language: Language::En, wording: &wording };
        let said = |change: i64, better: bool| {
            let mut action = samples::actions().swap_remove(1);
            let effect = action.effect.as_mut().unwrap();
            (effect.change, effect.better, effect.reached) = (Some(change), Some(better), Some(true));
            row(&action, None, words).1
        };
        assert!(said(-33, true).ends_with("from 5.2 % to 1.9 %, goal reached"));
        let unmoved = said(0, false);
        assert!(unmoved.ends_with("not better") && !unmoved.contains("goal reached"), "{unmoved}");
    }
}
