//! What a sheet says: each figure with its definition, its sample, and what the shop wants it to be. Where nothing was counted
//! there is no value. Rounded half up to one decimal, here and nowhere before.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{FigureRules, Goal, Kept, Measure, Sheet, Span, Spread, Window};
use crate::category::words;
use crate::feedback::Source;
use crate::survey::SurveyKind;

words!(
    /// The figures by their names.
    Name {
        Tickets = "tickets", Orders = "orders",
        FirstResponseChat = "first_response_chat", FirstResponse = "first_response", FirstResponseKept = "first_response_kept",
        PeakResponse = "peak_response", PromisesKept = "promises_kept", Handling = "handling",
        HandlingWorked = "handling_worked", DecidedInDay = "decided_in_day", Decision = "decision",
        Csat = "csat", Nps = "nps", Ces = "ces", SurveyAnswers = "survey_answers", Solved = "solved",
        ComplaintRate = "complaint_rate", Attitude = "attitude", ReopenRate = "reopen_rate",
        Repurchase = "repurchase", Retention = "retention", ChurnUpset = "churn_upset", ChurnCalm = "churn_calm",
        Conversion = "conversion", Feedback = "feedback", FeedbackForecast = "feedback_forecast", Sentiment = "sentiment",
        StandardAnswers = "standard_answers", ReturnSteps = "return_steps", Completeness = "completeness",
        Contacts = "contacts", CostPerTicket = "cost_per_ticket",
        ReviewSpeed = "review_speed", ReviewAttitude = "review_attitude", ReviewProcess = "review_process",
        ReviewEffect = "review_effect", ReviewAgreement = "review_agreement",
    }
);
words!(
    /// In what a figure is told; `minor_units` are of the currency in the settings.
    Unit { Count = "count", Percent = "percent", Points = "points", Seconds = "seconds", Hours = "hours", MinorUnits = "minor_units" }
);

/// One figure of one sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Figure {
    pub name: Name,
    pub about: &'static str,
    pub unit: Unit,
    /// In tenths: 853 is 85.3. Empty where nothing was counted.
    pub tenths: Option<i64>,
    /// What was counted, and out of what.
    pub numerator: i64,
    pub denominator: i64,
    /// Of times that were measured, the one in the middle; at most a sixteenth above it.
    pub median: Option<i64>,
    pub goal: Option<Goal>,
    /// Whether the goal is reached; empty without a value or a goal.
    pub reached: Option<bool>,
}

/// What a figure is made of: `numerator / denominator × scale`.
struct Share {
    numerator: i64,
    denominator: i64,
    scale: i64,
    median: Option<i64>,
}

impl Name {
    /// What reviews say.
    pub const REVIEWED: [Self; 5] =
        [Self::ReviewSpeed, Self::ReviewAttitude, Self::ReviewProcess, Self::ReviewEffect, Self::ReviewAgreement];

    /// Its definition.
    pub fn about(self) -> &'static str {
        match self {
            Self::Tickets => "tickets that came, but for spam and for what went on in another ticket",
            Self::Orders => "orders by the day on which they were placed",
            Self::FirstResponseChat => "mean time from a chat's first message to a person's first answer",
            Self::FirstResponse => "the same of all other channels, in calendar time",
            Self::FirstResponseKept => "first responses in the promised time, of all that were due (speed)",
            Self::PeakResponse => "mean first response of tickets that came in the hour of the day in which most came",
            Self::PromisesKept => "promises of every kind that were kept, of all that were due (process)",
            Self::Handling => {
                "mean calendar time of after-sales tickets from receipt to resolved; reopened ones with all cycles so far"
            }
            Self::HandlingWorked => "the same of all tickets in the working time of the promise, less its pauses",
            Self::DecidedInDay => "requests for money or goods decided within 24 hours, of all that were decided",
            Self::Decision => "mean time from such a request to its decision",
            Self::Csat => "answers of 4 and 5 among answers of 1 to 5",
            Self::Nps => "share of 9 and 10 less share of 0 to 6 among answers of 0 to 10",
            Self::Ces => "mean of answers of 1 to 7",
            Self::SurveyAnswers => "answers that came, of surveys that were sent",
            Self::Solved => "customers who say that it is solved, of those who say whether it is (effect)",
            Self::ComplaintRate => "complaints, of orders placed in the same time",
            Self::Attitude => "tickets about how somebody of the shop's behaved, of all tickets (attitude)",
            Self::ReopenRate => "times that a ticket was reopened, of times that one was resolved",
            Self::Repurchase => "orders of customers who had bought within the 90 days before, of all orders",
            Self::Retention => "orders whose customer bought again within 90 days, of those whose 90 days ended",
            Self::ChurnUpset => {
                "orders not followed by another within 90 days, of those with a complaint, a low score or a resolution \
                 that came too late in between"
            }
            Self::ChurnCalm => "the same of those without such an experience",
            Self::Conversion => "orders within 14 days after a ticket before the sale, of such tickets",
            Self::Feedback => "feedback from every source",
            Self::FeedbackForecast => "feedback of the whole time, if it goes on as on the days counted so far",
            Self::Sentiment => "good ratings among good and bad ones, in reviews and social media",
            Self::StandardAnswers => "tickets on which a standard answer was used, of tickets that were answered",
            Self::ReturnSteps => "mean number of things people had to do for a return until it was settled",
            Self::Completeness => "after-sales tickets that name their order, of all of them",
            Self::Contacts => "messages of a customer to a ticket, the first one with them",
            Self::ReviewSpeed => "mean score from 1 to 5 that reviews give to how fast it went (speed)",
            Self::ReviewAttitude => "the same of how the customer was treated (attitude)",
            Self::ReviewProcess => "the same of whether the process was kept (process)",
            Self::ReviewEffect => "the same of what came of it (effect)",
            Self::ReviewAgreement => "reviews whose mean is within a point of the customer's score, of those with one",
            Self::CostPerTicket => "the shop's messages at their cost and money given back, by ticket",
        }
    }

    pub fn unit(self) -> Unit {
        match self {
            Self::FirstResponseChat | Self::FirstResponse | Self::PeakResponse => Unit::Seconds,
            Self::Handling | Self::HandlingWorked | Self::Decision => Unit::Hours,
            Self::Nps
            | Self::Ces
            | Self::ReviewSpeed
            | Self::ReviewAttitude
            | Self::ReviewProcess
            | Self::ReviewEffect => Unit::Points,
            Self::CostPerTicket => Unit::MinorUnits,
            Self::Tickets
            | Self::Orders
            | Self::Feedback
            | Self::FeedbackForecast
            | Self::ReturnSteps
            | Self::Contacts => Unit::Count,
            Self::FirstResponseKept
            | Self::PromisesKept
            | Self::DecidedInDay
            | Self::Csat
            | Self::SurveyAnswers
            | Self::Solved
            | Self::ComplaintRate
            | Self::Attitude
            | Self::ReopenRate
            | Self::Repurchase
            | Self::Retention
            | Self::ChurnUpset
            | Self::ChurnCalm
            | Self::Conversion
            | Self::Sentiment
            | Self::StandardAnswers
            | Self::Completeness
            | Self::ReviewAgreement => Unit::Percent,
        }
    }

    /// A number of things that grows with the days that are counted; all others are shares and means.
    pub fn adds_up(self) -> bool {
        matches!(self, Self::Tickets | Self::Orders | Self::Feedback)
    }

    /// More of it is better.
    pub fn rises(self) -> bool {
        match self {
            Self::Tickets
            | Self::FirstResponseChat
            | Self::FirstResponse
            | Self::PeakResponse
            | Self::Handling
            | Self::HandlingWorked
            | Self::Decision
            | Self::ComplaintRate
            | Self::Attitude
            | Self::ReopenRate
            | Self::ChurnUpset
            | Self::ChurnCalm
            | Self::ReturnSteps
            | Self::Contacts
            | Self::CostPerTicket => false,
            Self::Orders
            | Self::FirstResponseKept
            | Self::PromisesKept
            | Self::DecidedInDay
            | Self::Csat
            | Self::Nps
            | Self::Ces
            | Self::SurveyAnswers
            | Self::Solved
            | Self::Repurchase
            | Self::Retention
            | Self::Conversion
            | Self::Feedback
            | Self::FeedbackForecast
            | Self::Sentiment
            | Self::StandardAnswers
            | Self::Completeness
            | Self::ReviewSpeed
            | Self::ReviewAttitude
            | Self::ReviewProcess
            | Self::ReviewEffect
            | Self::ReviewAgreement => true,
        }
    }

    fn share(self, sheet: &Sheet, rules: &FigureRules, window: &Window) -> Share {
        let n = |measure: Measure| sheet.get(measure);
        let tickets = n(Measure::Opened) - n(Measure::Withdrawn);
        let (days, counted) = window.lengths();
        match self {
            Self::Tickets => number(tickets),
            Self::Orders => number(n(Measure::Orders)),
            Self::FirstResponseChat => mean(sheet.spans.get(&Span::FirstResponseChat)),
            Self::FirstResponse => mean(sheet.spans.get(&Span::FirstResponse)),
            Self::FirstResponseKept => {
                kept(sheet.promises.iter().filter(|(name, _)| name.starts_with("first_response")).map(|(_, kept)| kept))
            }
            Self::PeakResponse => {
                // Of hours with as many the first of the day.
                let peak = sheet.hours.iter().rev().max_by_key(|(_, hour)| hour.opened);
                peak.map_or(of(0, 0, 1), |(_, hour)| of(hour.seconds, hour.answered, 1))
            }
            Self::PromisesKept => kept(sheet.promises.values()),
            Self::Handling => mean(sheet.spans.get(&Span::Handling)),
            Self::HandlingWorked => mean(sheet.spans.get(&Span::HandlingWorked)),
            Self::DecidedInDay => percent(n(Measure::DecidedInDay), n(Measure::Decided)),
            Self::Decision => mean(sheet.spans.get(&Span::Decision)),
            Self::Csat => percent(
                scores(sheet, SurveyKind::Csat, |score| i64::from(score >= 4)),
                answers(sheet, SurveyKind::Csat),
            ),
            Self::Nps => {
                let points = |score: u8| i64::from(score >= 9) - i64::from(score <= 6);
                percent(scores(sheet, SurveyKind::Nps, points), answers(sheet, SurveyKind::Nps))
            }
            Self::Ces => of(scores(sheet, SurveyKind::Ces, i64::from), answers(sheet, SurveyKind::Ces), 1),
            Self::SurveyAnswers => {
                let all = SurveyKind::ALL.iter().map(|kind| answers(sheet, *kind)).sum();
                percent(all, n(Measure::SurveySent))
            }
            Self::Solved => percent(n(Measure::Solved), n(Measure::Solved) + n(Measure::Unsolved)),
            Self::ComplaintRate => percent(n(Measure::Complaint) - n(Measure::ComplaintWithdrawn), n(Measure::Orders)),
            Self::Attitude => percent(n(Measure::Attitude), tickets),
            Self::ReopenRate => percent(n(Measure::Reopened), n(Measure::Resolved)),
            Self::Repurchase => percent(n(Measure::Repeat), n(Measure::Orders)),
            Self::Retention => percent(n(Measure::Ended) - n(Measure::Lost), n(Measure::Ended)),
            Self::ChurnUpset => percent(n(Measure::UpsetLost), n(Measure::UpsetEnded)),
            Self::ChurnCalm => {
                percent(n(Measure::Lost) - n(Measure::UpsetLost), n(Measure::Ended) - n(Measure::UpsetEnded))
            }
            Self::Conversion => percent(n(Measure::Converted), n(Measure::Asked)),
            Self::Feedback => number(feedback(sheet)),
            Self::FeedbackForecast => of(feedback(sheet) * days, counted, 1),
            Self::Sentiment => {
                let public =
                    [Source::Review, Source::Social].into_iter().filter_map(|source| sheet.voices.get(&source));
                let (good, bad) = public.fold((0, 0), |(good, bad), voices| (good + voices.good, bad + voices.bad));
                percent(good, good + bad)
            }
            Self::StandardAnswers => percent(n(Measure::Standard), n(Measure::Answered)),
            Self::ReturnSteps => mean(sheet.spans.get(&Span::ReturnSteps)),
            Self::Completeness => percent(n(Measure::NamesOrder), n(Measure::AfterSale)),
            Self::Contacts => of(n(Measure::Contacts), tickets, 1),
            Self::ReviewSpeed => mean(sheet.spans.get(&Span::ReviewSpeed)),
            Self::ReviewAttitude => mean(sheet.spans.get(&Span::ReviewAttitude)),
            Self::ReviewProcess => mean(sheet.spans.get(&Span::ReviewProcess)),
            Self::ReviewEffect => mean(sheet.spans.get(&Span::ReviewEffect)),
            Self::ReviewAgreement => percent(n(Measure::ReviewAgreed), n(Measure::ReviewCompared)),
            Self::CostPerTicket => rules.cost.as_ref().map_or(of(0, 0, 1), |cost| {
                let paid = sheet.paid.get(&cost.currency).copied().unwrap_or(0);
                of(n(Measure::Replies) * cost.per_reply + paid, tickets, 1)
            }),
        }
    }

    /// What it says of a sheet.
    pub fn of(self, sheet: &Sheet, rules: &FigureRules, window: &Window) -> Figure {
        let Share { numerator, denominator, scale, median } = self.share(sheet, rules, window);
        let tenths = tenths(numerator * scale, denominator * seconds_in(self));
        let goal = rules.goals.get(&self).copied();
        let reached = |(value, goal): (i64, Goal)| {
            let to = goal.to * 10;
            if self.rises() { value >= to } else { value <= to }
        };
        let reached = tenths.zip(goal).map(reached);
        let (about, unit) = (self.about(), self.unit());
        Figure { name: self, about, unit, tenths, numerator, denominator, median, goal, reached }
    }
}

/// Every figure of a sheet.
pub fn figures(sheet: &Sheet, rules: &FigureRules, window: &Window) -> Vec<Figure> {
    Name::ALL.iter().map(|name| name.of(sheet, rules, window)).collect()
}

/// Who does best in a figure, first: places, names and figures. Those who do the same share a place; whoever has a smaller
/// sample than `least` has none, and is not listed.
pub fn ranking<'a>(
    name: Name,
    sheets: &'a BTreeMap<String, Sheet>,
    least: i64,
    rules: &FigureRules,
    window: &Window,
) -> Vec<(usize, &'a str, Figure)> {
    let figures = sheets.iter().map(|(who, sheet)| (who.as_str(), name.of(sheet, rules, window)));
    let mut ranked: Vec<(i64, &str, Figure)> = figures
        .filter(|(_, figure)| figure.denominator >= least)
        .filter_map(|(who, figure)| Some((figure.tenths?, who, figure)))
        .collect();
    ranked.sort_by_key(|(value, ..)| if name.rises() { -value } else { *value });
    let place = |value: i64| ranked.iter().position(|(other, ..)| *other == value).unwrap_or(0) + 1;
    let places: Vec<usize> = ranked.iter().map(|(value, ..)| place(*value)).collect();
    places.into_iter().zip(ranked).map(|(place, (_, who, figure))| (place, who, figure)).collect()
}

/// How far the best and the worst in a figure are apart, in tenths; nothing with fewer than two that count.
pub fn spread(
    name: Name,
    sheets: &BTreeMap<String, Sheet>,
    least: i64,
    rules: &FigureRules,
    window: &Window,
) -> Option<i64> {
    let ranked = ranking(name, sheets, least, rules, window);
    let values = ranked.iter().filter_map(|(_, _, figure)| figure.tenths);
    let ends = values.clone().max().zip(values.min()).filter(|_| ranked.len() > 1);
    ends.map(|(most, least)| most - least)
}

/// Times are summed in seconds, and told in the unit of the figure.
fn seconds_in(name: Name) -> i64 {
    if name.unit() == Unit::Hours { 3_600 } else { 1 }
}

/// Half up means towards the greater one, below zero as well.
fn tenths(sum: i64, of: i64) -> Option<i64> {
    (of > 0).then(|| (20 * sum + of).div_euclid(2 * of))
}

fn of(numerator: i64, denominator: i64, scale: i64) -> Share {
    Share { numerator, denominator, scale, median: None }
}

fn percent(part: i64, whole: i64) -> Share {
    of(part, whole, 100)
}

/// A number is a value where nothing was counted as well: none.
fn number(n: i64) -> Share {
    of(n, 1, 1)
}

fn mean(spread: Option<&Spread>) -> Share {
    spread.map_or(of(0, 0, 1), |spread| Share { median: spread.median(), ..of(spread.sum, spread.n, 1) })
}

fn kept<'a>(promises: impl Iterator<Item = &'a Kept>) -> Share {
    let (kept, due) = promises.fold((0, 0), |(kept, due), promise| {
        (kept + promise.met + promise.corrected, due + promise.met + promise.breached)
    });
    percent(kept, due)
}

fn answers(sheet: &Sheet, kind: SurveyKind) -> i64 {
    scores(sheet, kind, |_| 1)
}

fn scores(sheet: &Sheet, kind: SurveyKind, worth: impl Fn(u8) -> i64) -> i64 {
    sheet.scores.get(&kind).into_iter().flatten().map(|(score, n)| worth(*score) * n).sum()
}

fn feedback(sheet: &Sheet) -> i64 {
    sheet.voices.values().map(|voices| voices.n).sum()
}
