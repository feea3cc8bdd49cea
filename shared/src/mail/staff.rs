//! Mails to staff: what is the matter, by when, and what settles it.
use jiff::Timestamp;

use super::{
    CaseTask, ClockAlert, Digest, DigestCause, DigestLine, NoWorkingTime, Shop, Task, UrgentTicket, cases, clean,
    lang::Key,
    letter::{Block, Due, Letter, Line, Tone},
    todo, when,
    words::Words,
};
use crate::{
    priority::Part,
    sla::{ClockKind, Level},
};

/// Lines of a digest that are written out; a mail of more than about 100 KB is cut off by some inboxes.
const LINES_MOST: usize = 50;

pub(super) fn urgent(facts: &UrgentTicket, shop: &Shop, words: Words<'_>) -> Letter {
    let number = clean::line(&facts.number);
    let category = words.category(facts.category);
    let what = match facts.reason {
        Some(reason) => words
            .say(Key::CategoryReason, &[("category", &category), ("reason", &words.reason(reason, facts.category))]),
        None => category,
    };
    let mut pressing: Vec<String> = Vec::new();
    pressing.extend(facts.danger.then(|| words.plain(Key::UrgentDanger)));
    pressing.extend(facts.legal.then(|| words.plain(Key::UrgentLegal)));
    if pressing.is_empty() {
        pressing.push(words.plain(Key::UrgentPlain));
    }
    let preview = words.join(&pressing);
    let mut blocks = vec![Block::Strong(preview.clone())];
    blocks.push(match facts.first_response_due {
        Some(at) => Block::Due(vec![Due {
            label: words.plain(Key::UrgentDue),
            when: when::long(words, at, &facts.time_zone),
            zone: when::zone_name(words, at, &facts.time_zone),
        }]),
        None => Block::Text(words.plain(Key::UrgentNoDue)),
    });
    let mut table = vec![(words.plain(Key::LabelCategory), what.clone())];
    table.extend(order(facts.order.as_deref(), words));
    table.push((words.plain(Key::LabelScore), score(facts, words)));
    blocks.push(Block::Facts(table));
    blocks.extend(open(facts.link.as_deref(), words));
    Letter {
        subject: words.say(Key::UrgentSubject, &[("number", &number), ("category", &what)]),
        preview,
        heading: words.plain(Key::UrgentHeading),
        reference: reference(&number, words),
        tone: if facts.danger { Tone::Late } else { Tone::Soon },
        blocks,
        footer: vec![words.say(Key::FooterUrgent, &[("shop", &clean::line(&shop.name))])],
    }
}

pub(super) fn clock_alert(facts: &ClockAlert, shop: &Shop, words: Words<'_>) -> Letter {
    let number = clean::line(&facts.number);
    let (subject, intro) = match facts.level {
        Level::Warned => (Key::WarnedSubject, Key::WarnedIntro),
        Level::Breached => (Key::BreachedSubject, Key::BreachedIntro),
        Level::Manager => (Key::ManagerSubject, Key::ManagerIntro),
        Level::Head => (Key::HeadSubject, Key::HeadIntro),
        Level::Daily => (Key::DailySubject, Key::DailyIntro),
    };
    let stop = match facts.clock {
        ClockKind::FirstResponse => Key::StopFirstResponse,
        ClockKind::NextReply => Key::StopNextReply,
        ClockKind::Update => Key::StopUpdate,
        ClockKind::Resolution => Key::StopResolution,
        ClockKind::RefundDecision => Key::StopRefundDecision,
        ClockKind::Payout => Key::StopPayout,
    };
    let due = Due {
        label: words.plain(if facts.level == Level::Warned { Key::DueBy } else { Key::WasDue }),
        when: when::long(words, facts.due_at, &facts.time_zone),
        zone: when::zone_name(words, facts.due_at, &facts.time_zone),
    };
    let elapsed = when::length(words, facts.elapsed);
    let elapsed = match facts.target {
        Some(target) => words.say(Key::ElapsedOf, &[("elapsed", &elapsed), ("target", &when::length(words, target))]),
        None => elapsed,
    };
    let assignee = facts.assignee.as_deref().map(clean::line).filter(|name| !name.is_empty());
    let mut table = vec![
        (words.plain(Key::LabelCategory), words.category(facts.category)),
        (words.plain(Key::LabelPriority), words.priority(facts.priority)),
        (words.plain(Key::LabelStatus), words.status(facts.status)),
        (words.plain(Key::LabelAssignee), assignee.unwrap_or_else(|| words.plain(Key::NobodyYet))),
        (words.plain(Key::LabelElapsed), elapsed),
    ];
    table.extend(order(facts.order.as_deref(), words));
    let what_helps = Block::Text(words.plain(stop));
    let mut blocks = vec![Block::Text(words.plain(intro)), Block::Due(vec![due]), what_helps, Block::Facts(table)];
    blocks.extend(open(facts.link.as_deref(), words));
    Letter {
        subject: words.say(subject, &[("clock", &words.clock(facts.clock)), ("number", &number)]),
        preview: words.plain(intro),
        heading: words.alert(facts.clock, facts.level),
        reference: reference(&number, words),
        tone: tone(DigestCause::Clock(facts.clock, facts.level)),
        blocks,
        footer: vec![words.say(Key::FooterClock, &[("shop", &clean::line(&shop.name))])],
    }
}

pub(super) fn no_working_time(facts: &NoWorkingTime, shop: &Shop, words: Words<'_>) -> Letter {
    let (number, calendar) = (clean::line(&facts.number), clean::line(&facts.calendar));
    let intro = words.say(Key::CalendarIntro, &[("calendar", &calendar), ("number", &number)]);
    let mut blocks = vec![
        Block::Text(intro.clone()),
        Block::Strong(words.plain(Key::CalendarAct)),
        Block::Facts(vec![(words.plain(Key::LabelCalendar), calendar)]),
    ];
    blocks.extend(open(facts.link.as_deref(), words));
    Letter {
        subject: words.say(Key::CalendarSubject, &[("number", &number)]),
        preview: intro,
        heading: words.plain(Key::CalendarHeading),
        reference: reference(&number, words),
        tone: Tone::Soon,
        blocks,
        footer: vec![words.say(Key::FooterCalendar, &[("shop", &clean::line(&shop.name))])],
    }
}

pub(super) fn digest(facts: &Digest, shop: &Shop, words: Words<'_>) -> Letter {
    let count = facts.total.max(facts.lines.len());
    let mut lines: Vec<&DigestLine> = facts.lines.iter().collect();
    lines.sort_by_key(|line| (rank(line.cause), line.due_at));
    lines.truncate(LINES_MOST);
    let preview = lines.first().map(|line| {
        words.say(Key::DigestPreview, &[("number", &clean::line(&line.number)), ("what", &cause(line.cause, words))])
    });
    let date = |at: Timestamp| at.to_zoned(facts.time_zone.clone()).date();
    let to = if date(facts.from) == date(facts.to) {
        when::clock(facts.to, &facts.time_zone)
    } else {
        when::long(words, facts.to, &facts.time_zone)
    };
    let span: [(&str, &dyn std::fmt::Display); 3] = [
        ("from", &when::long(words, facts.from, &facts.time_zone)),
        ("to", &to),
        ("zone", &when::zone_name(words, facts.to, &facts.time_zone)),
    ];
    let shown = lines.len();
    let mut blocks = vec![
        Block::Text(words.say(Key::DigestIntro, &span)),
        Block::Lines(lines.into_iter().map(|line| digest_line(line, facts, words)).collect()),
    ];
    if shown < count {
        blocks.push(Block::Text(words.say(Key::DigestMore, &[("shown", &shown), ("count", &count)])));
    }
    let shop_name = clean::line(&shop.name);
    Letter {
        subject: words.say(Key::DigestSubject, &[("count", &count), ("shop", &shop_name)]),
        preview: preview.unwrap_or_default(),
        heading: words.say(Key::DigestHeading, &[("count", &count)]),
        reference: None,
        tone: Tone::Calm,
        blocks,
        footer: vec![words.say(Key::FooterDigest, &[("shop", &shop_name)])],
    }
}

fn digest_line(line: &DigestLine, digest: &Digest, words: Words<'_>) -> Line {
    let due = line.due_at.map(|at| words.say(Key::DigestDue, &[("when", &when::short(words, at, &digest.time_zone))]));
    let facts = [line.category.map(|c| words.category(c)), line.priority.map(|p| words.priority(p))];
    Line {
        number: clean::line(&line.number),
        what: cause(line.cause, words),
        facts: facts.into_iter().flatten().collect(),
        due,
        tone: tone(line.cause),
        url: clean::link(line.link.as_deref()),
    }
}

fn cause(cause: DigestCause, words: Words<'_>) -> String {
    match cause {
        DigestCause::UrgentTicket => words.plain(Key::UrgentHeading),
        DigestCause::Clock(clock, level) => words.alert(clock, level),
        DigestCause::NoWorkingTime => words.plain(Key::CalendarHeading),
        DigestCause::Task(task) => todo::heading(task, words),
        DigestCause::Case(task) => cases::heading(task, words),
    }
}

/// Most pressing first: a new urgent ticket may be about people in danger, then what went furthest past its promise.
fn rank(cause: DigestCause) -> u8 {
    match cause {
        DigestCause::UrgentTicket => 0,
        DigestCause::Clock(_, Level::Head) => 1,
        DigestCause::Clock(_, Level::Daily) => 2,
        DigestCause::Clock(_, Level::Manager) => 3,
        DigestCause::Clock(_, Level::Breached) => 4,
        DigestCause::Case(CaseTask::Escalated) => 5,
        DigestCause::Case(CaseTask::PayoutDeclined | CaseTask::PayoutOverdue) => 6,
        DigestCause::Case(CaseTask::Approve) => 7,
        DigestCause::NoWorkingTime => 8,
        DigestCause::Clock(_, Level::Warned) => 9,
        DigestCause::Task(Task::LowScoreLate) => 8,
        DigestCause::Task(Task::Wrote | Task::NotSolved) | DigestCause::Case(CaseTask::SendBack) => 10,
        DigestCause::Task(Task::LowScore | Task::Accepted | Task::Rejected) => 11,
        DigestCause::Task(Task::Expired) => 12,
        DigestCause::Task(Task::Chase) => 13,
        DigestCause::Task(Task::Assigned) => 14,
        DigestCause::Task(Task::FollowedUp) => 15,
        DigestCause::Task(Task::Corrected) => 16,
    }
}

fn tone(cause: DigestCause) -> Tone {
    match cause {
        DigestCause::UrgentTicket => Tone::Late,
        DigestCause::NoWorkingTime | DigestCause::Clock(_, Level::Warned) => Tone::Soon,
        DigestCause::Clock(_, Level::Breached | Level::Manager | Level::Head | Level::Daily) => Tone::Late,
        DigestCause::Task(task) => todo::tone(task),
        DigestCause::Case(CaseTask::Approve | CaseTask::SendBack) => Tone::Soon,
        DigestCause::Case(CaseTask::Escalated | CaseTask::PayoutDeclined | CaseTask::PayoutOverdue) => Tone::Late,
    }
}

/// `95 = Delivery 25 + Danger 60 + VIP 10`
fn score(facts: &UrgentTicket, words: Words<'_>) -> String {
    let total: u32 = facts.score.iter().map(|part| u32::from(part.points)).sum();
    let said = |part: &Part| {
        let cause = words.ground(part.ground, facts.category);
        // A figure stays on the line of what it is for.
        words.say(Key::ScorePart, &[("cause", &cause), ("points", &part.points)]).replace(' ', "\u{A0}")
    };
    let parts: Vec<String> = facts.score.iter().map(said).collect();
    format!("{total} = {}", parts.join(" + "))
}

pub(super) fn order(order: Option<&str>, words: Words<'_>) -> Option<(String, String)> {
    order.map(clean::line).filter(|id| !id.is_empty()).map(|id| (words.plain(Key::LabelOrder), clean::cut(&id, 80)))
}

pub(super) fn reference(number: &str, words: Words<'_>) -> Option<(String, String)> {
    Some((words.plain(Key::LabelTicket), number.to_owned()))
}

pub(super) fn open(link: Option<&str>, words: Words<'_>) -> Option<Block> {
    clean::link(link).map(|url| Block::Link { label: words.plain(Key::LinkOpen), url })
}
