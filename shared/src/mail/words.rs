//! A language and a shop's own wording together: what every sentence of a mail is taken from.
use std::fmt::Display;

use super::{
    Language, Wording,
    lang::{Key, Text, Tongue},
};
use crate::{
    category::{Category, Priority, Reason, Solution},
    priority::Ground,
    sla::{ClockKind, Level},
    ticket::Status,
};

/// A shop's text is at most this long, in scalar values: one sentence or two, as ours are.
pub const WORDING_MOST: usize = 400;

#[derive(Clone, Copy)]
pub(crate) struct Words<'a> {
    pub(crate) language: Language,
    pub(crate) wording: &'a Wording,
}

impl Words<'_> {
    /// The text of `key` with its placeholders filled. A fact that itself holds `{braces}` is not filled again.
    pub(crate) fn say(self, key: impl Into<Text>, facts: &[(&str, &dyn Display)]) -> String {
        let key = key.into();
        let text = self.wording.get(key.name()).map_or_else(|| self.tongue().say(key), String::as_str);
        let fact = |name: &str| facts.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
        pieces(text)
            .map(|piece| match piece {
                Piece::Text(text) => text.to_owned(),
                Piece::Placeholder(name) => fact(name).map_or_else(|| format!("{{{name}}}"), ToString::to_string),
            })
            .collect()
    }

    pub(crate) fn plain(self, key: impl Into<Text>) -> String {
        self.say(key, &[])
    }

    /// Sentences as one paragraph.
    pub(crate) fn join(self, sentences: &[String]) -> String {
        sentences.join(self.tongue().sentence_gap)
    }

    pub(crate) fn tongue(self) -> &'static Tongue {
        self.language.tongue()
    }

    pub(crate) fn status(self, status: Status) -> String {
        self.plain(match status {
            Status::New => Key::StatusNew,
            Status::Open => Key::StatusOpen,
            Status::WaitingCustomer => Key::StatusWaitingCustomer,
            Status::WaitingThirdParty => Key::StatusWaitingThirdParty,
            Status::WaitingReturn => Key::StatusWaitingReturn,
            Status::Resolved => Key::StatusResolved,
            Status::Closed => Key::StatusClosed,
            Status::Merged => Key::StatusMerged,
            Status::Spam => Key::StatusSpam,
            Status::Cancelled => Key::StatusCancelled,
        })
    }

    pub(crate) fn category(self, category: Category) -> String {
        self.plain(match category {
            Category::Quality => Key::CategoryQuality,
            Category::Delivery => Key::CategoryDelivery,
            Category::Service => Key::CategoryService,
            Category::Order => Key::CategoryOrder,
            Category::AccountPayment => Key::CategoryAccountPayment,
            Category::Inquiry => Key::CategoryInquiry,
            Category::Other => Key::CategoryOther,
        })
    }

    /// A reason may need its category: both a delivery and a service can be slow.
    pub(crate) fn reason(self, reason: Reason, category: Category) -> String {
        self.plain(match reason {
            Reason::Defect => Key::ReasonDefect,
            Reason::Malfunction => Key::ReasonMalfunction,
            Reason::NotAsDescribed => Key::ReasonNotAsDescribed,
            Reason::Slow if category == Category::Delivery => Key::ReasonDeliverySlow,
            Reason::Slow => Key::ReasonServiceSlow,
            Reason::Damaged => Key::ReasonDamaged,
            Reason::CourierAttitude => Key::ReasonCourierAttitude,
            Reason::Attitude => Key::ReasonServiceAttitude,
            Reason::UnsuitableSolution => Key::ReasonUnsuitableSolution,
            Reason::Cancellation => Key::ReasonCancellation,
            Reason::Modification => Key::ReasonModification,
            Reason::WrongInformation => Key::ReasonWrongInformation,
            Reason::Account => Key::ReasonAccount,
            Reason::PaymentFailed => Key::ReasonPaymentFailed,
            Reason::RefundDifficulty => Key::ReasonRefundDifficulty,
        })
    }

    /// What is offered; nothing where only the agent's words say it.
    pub(super) fn solution(self, solution: Solution) -> Option<String> {
        let key = match solution {
            Solution::RefundOnly => Key::SolutionRefund,
            Solution::ReturnRefund => Key::SolutionReturn,
            Solution::Exchange => Key::SolutionExchange,
            Solution::Repair => Key::SolutionRepair,
            Solution::Resend => Key::SolutionResend,
            Solution::Compensation => Key::SolutionCompensation,
            Solution::Other => return None,
        };
        Some(self.plain(key))
    }

    pub(super) fn priority(self, priority: Priority) -> String {
        self.plain(match priority {
            Priority::Urgent => Key::PriorityUrgent,
            Priority::High => Key::PriorityHigh,
            Priority::Normal => Key::PriorityNormal,
            Priority::Low => Key::PriorityLow,
        })
    }

    pub(crate) fn clock(self, clock: ClockKind) -> String {
        self.plain(match clock {
            ClockKind::FirstResponse => Key::ClockFirstResponse,
            ClockKind::NextReply => Key::ClockNextReply,
            ClockKind::Update => Key::ClockUpdate,
            ClockKind::Resolution => Key::ClockResolution,
            ClockKind::RefundDecision => Key::ClockRefundDecision,
            ClockKind::Payout => Key::ClockPayout,
        })
    }

    /// What is the matter with a clock, as a heading.
    pub(crate) fn alert(self, clock: ClockKind, level: Level) -> String {
        let key = match level {
            Level::Warned => Key::WarnedHeading,
            Level::Breached => Key::BreachedHeading,
            Level::Manager => Key::ManagerHeading,
            Level::Head => Key::HeadHeading,
            Level::Daily => Key::DailyHeading,
        };
        self.say(key, &[("clock", &self.clock(clock))])
    }

    pub(crate) fn ground(self, ground: Ground, category: Category) -> String {
        match ground {
            Ground::Category => self.category(category),
            Ground::Danger => self.plain(Key::ScoreDanger),
            Ground::Legal => self.plain(Key::ScoreLegal),
            Ground::SecondContact => self.plain(Key::ScoreSecondContact),
            Ground::Vip => self.plain(Key::ScoreVip),
            Ground::LargeOrder => self.plain(Key::ScoreLargeOrder),
        }
    }
}

/// The names a shop may give texts of its own, each with the placeholders it may use.
pub fn keys() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    Text::all().map(|text| (text.name(), text.placeholders()))
}

/// Whether a shop's text may replace ours.
///
/// # Errors
/// A sentence that says what is wrong and what is allowed, for the person who edits the settings.
pub fn check_override(language: Language, key: &str, text: &str) -> Result<(), String> {
    let at = format!("wording {} {key:?}", language.tag());
    let Some(known) = Text::all().find(|known| known.name() == key) else {
        return Err(format!("{at}: there is no such key; {}", nearby(key)));
    };
    if text.trim().is_empty() {
        return Err(format!("{at}: the text is empty; leave the key out to keep ours"));
    }
    if text.chars().count() > WORDING_MOST {
        return Err(format!("{at}: longer than {WORDING_MOST} characters"));
    }
    if !is_line(text) {
        return Err(format!("{at}: one line without control characters, double spaces or spaces around it is allowed"));
    }
    // By the number in its subject an answer finds its ticket, and a person their mail.
    if matches!(known, Text::Any(Key::ThreadSubject | Key::ThreadSubjectNone)) && !text.contains("{number}") {
        return Err(format!("{at}: must have {{number}}, by which a mail finds its ticket"));
    }
    check_placeholders(text, known.placeholders()).map_err(|why| format!("{at}: {why}"))
}

/// A text that a mail shows as it is: one line without control characters, double spaces or spaces around it.
pub fn is_line(text: &str) -> bool {
    super::clean::line(text) == text
}

/// Checks that a text has no placeholder but those `allowed`, and no brace that stands alone. The error says what is wrong.
pub fn check_placeholders(text: &str, allowed: &[&str]) -> Result<(), String> {
    for piece in pieces(text) {
        match piece {
            Piece::Placeholder(name) if !allowed.contains(&name) => {
                return Err(format!("unknown placeholder {{{name}}}; {}", placeholders_of(allowed)));
            }
            Piece::Text(text) if text.contains(['{', '}']) => {
                return Err(format!("a brace stands alone; {}", placeholders_of(allowed)));
            }
            Piece::Placeholder(_) | Piece::Text(_) => {}
        }
    }
    Ok(())
}

fn placeholders_of(allowed: &[&str]) -> String {
    if allowed.is_empty() {
        return "this text takes no placeholders".to_owned();
    }
    format!("allowed here: {{{}}}", allowed.join("}, {"))
}

fn nearby(key: &str) -> String {
    let group = |name: &'static str| name.split('.').next().unwrap_or(name);
    let wanted = key.split('.').next().unwrap_or(key);
    let same: Vec<&str> = Text::all().map(Text::name).filter(|name| group(name) == wanted).collect();
    if !same.is_empty() {
        return format!("allowed: {}", same.join(", "));
    }
    let mut groups: Vec<&str> = Text::all().map(|text| group(text.name())).collect();
    groups.dedup();
    format!("keys begin with one of: {}", groups.join(", "))
}

pub(crate) enum Piece<'a> {
    Text(&'a str),
    Placeholder(&'a str),
}

/// A text as plain stretches and `{placeholders}`. A brace that opens or closes nothing stays in its stretch.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (piece, after) = match (rest.find('{'), rest.find('}')) {
            _ if rest.is_empty() => return None,
            (Some(0), Some(end)) => (Piece::Placeholder(rest.get(1..end)?), rest.get(end + 1..)?),
            (Some(start), Some(_)) if start > 0 => (Piece::Text(rest.get(..start)?), rest.get(start..)?),
            (Some(_) | None, Some(_) | None) => (Piece::Text(rest), ""),
        };
        rest = after;
        Some(piece)
    })
}
