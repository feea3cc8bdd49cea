//! Mails to staff about a case: what they decide on and how, what they decided, and money that did not go.
use jiff::{Timestamp, tz::TimeZone};

use super::{
    CaseTask, Decided, PayoutDeclined, Row, SendBack, ToApprove, Way,
    customer::received,
    figures::{self, For},
};
use crate::{
    case::{
        CHARGED_BACK, LESS_CAPTURED, LESS_ORDERED, NO_PROVIDER, NOT_HELD, NOT_LISTED,
        risk::{Points, Risk},
    },
    mail::{
        Shop, clean,
        lang::{CaseKey, Key},
        letter::{Block, Due, Letter, Tone},
        staff::reference,
        when,
        words::Words,
    },
    money::shown,
};

pub(in crate::mail) fn heading(task: CaseTask, words: Words<'_>) -> String {
    words.plain(match task {
        CaseTask::Approve => CaseKey::ApproveHeading,
        CaseTask::Escalated => CaseKey::EscalatedHeading,
        CaseTask::PayoutDeclined => CaseKey::DeclinedHeading,
        CaseTask::PayoutOverdue => CaseKey::OverdueHeading,
        CaseTask::SendBack => CaseKey::BackHeading,
    })
}

pub(in crate::mail) fn to_approve(facts: &ToApprove, shop: &Shop, words: Words<'_>) -> Letter {
    let number = clean::line(&facts.number);
    let (subject, heading, intro, tone) = if facts.escalated {
        (CaseKey::EscalatedSubject, CaseKey::EscalatedHeading, CaseKey::EscalatedIntro, Tone::Late)
    } else {
        (CaseKey::ApproveSubject, CaseKey::ApproveHeading, CaseKey::ApproveIntro, Tone::Soon)
    };
    let intro = words.plain(intro);
    let mut blocks = vec![Block::Text(intro.clone())];
    blocks.extend(facts.next.map(|at| due(CaseKey::DecideNext, at, &facts.time_zone, words)));
    let mut about = vec![(words.plain(CaseKey::CaseNumber), facts.case.to_string())];
    about.extend(figures::about(&facts.told, words));
    about.push((words.plain(CaseKey::AskedBy), words.asked_by(facts.asked_by)));
    blocks.push(Block::Facts(about));
    blocks.push(Block::Facts(figures::all(&facts.told, For::Staff, words)));
    blocks.push(Block::Facts(weighed(facts, words)));
    blocks.extend(way(facts, words));
    let amount = figures::known_by(&facts.told);
    Letter {
        subject: words.say(subject, &[("amount", &amount), ("number", &number)]),
        preview: intro,
        heading: words.plain(heading),
        reference: reference(&number, words),
        tone,
        blocks,
        footer: vec![words.say(CaseKey::DecideFooter, &[("shop", &clean::line(&shop.name))])],
    }
}

/// What there is to weigh: how much, the evidence, the risk, and why the rules alone did not approve it.
pub(crate) fn weighed(facts: &ToApprove, words: Words<'_>) -> Vec<Row> {
    let terms = &facts.told.terms;
    let amount = |amount: i64| shown(amount, &terms.figures.currency);
    let roles: Vec<String> = facts.needed.iter().map(|role| words.role(*role)).collect();
    let mut rows = vec![(words.plain(CaseKey::Stake), amount(terms.stake))];
    rows.extend(facts.of_order.map(|sum| (words.plain(CaseKey::OfOrder), amount(sum))));
    rows.extend((!roles.is_empty()).then(|| (words.plain(CaseKey::Needed), roles.join(" + "))));
    for (line, passed) in &facts.came {
        let units = |count| figures::of_line(&facts.told, &line.line, count, words);
        rows.push((words.plain(CaseKey::CameBack), units(line.quantity)));
        rows.extend(passed.map(|count| (words.plain(CaseKey::Passed), units(count))));
    }
    rows.extend([
        (words.plain(CaseKey::InWindow), words.yes_or_no(terms.in_window)),
        (words.plain(CaseKey::Evidence), words.yes_or_no(terms.has_evidence)),
        (words.plain(CaseKey::Photos), terms.photos.len().to_string()),
    ]);
    let overridden = terms.overridden.is_some();
    rows.extend(overridden.then(|| (words.plain(CaseKey::Overridden), words.plain(CaseKey::OverriddenWhy))));
    rows.extend((!facts.agreed).then(|| (words.plain(CaseKey::Consent), words.plain(CaseKey::ConsentOpen))));
    rows.extend(facts.risk.as_ref().map(|risk| (words.plain(CaseKey::Risk), score(risk, words))));
    rows.extend(facts.why.iter().map(|why| (words.plain(CaseKey::Why), words.why_not(*why))));
    rows
}

/// `45 = return rate 40 + new account 5`
fn score(risk: &Risk, words: Words<'_>) -> String {
    let said = |part: &Points| {
        let cause = words.risk_part(part.part);
        // A figure stays on the line of what it is for.
        words.say(Key::ScorePart, &[("cause", &cause), ("points", &part.points)]).replace(' ', "\u{A0}")
    };
    let parts: Vec<String> = risk.parts.iter().map(said).collect();
    if parts.is_empty() { risk.score.to_string() } else { format!("{} = {}", risk.score, parts.join(" + ")) }
}

/// How they decide.
fn way(facts: &ToApprove, words: Words<'_>) -> Vec<Block> {
    match &facts.way {
        Way::Link { url, until } => {
            let until = when::long(words, *until, &facts.time_zone);
            let button = clean::link(Some(url)).map(|url| Block::Link { label: words.plain(CaseKey::DecideLink), url });
            let note = Block::Text(words.say(CaseKey::DecideLinkNote, &[("when", &until)]));
            button.into_iter().chain([note]).collect()
        }
        Way::Desk => vec![Block::Strong(words.plain(CaseKey::DecideDesk))],
        Way::Others => vec![Block::Strong(words.plain(CaseKey::DecideHands))],
    }
}

pub(in crate::mail) fn decided(facts: &Decided, shop: &Shop, words: Words<'_>) -> Letter {
    let number = clean::line(&facts.number);
    let (subject, heading) = if facts.approved {
        (CaseKey::DecidedApprovedSubject, CaseKey::DecidedApprovedHeading)
    } else {
        (CaseKey::DecidedRejectedSubject, CaseKey::DecidedRejectedHeading)
    };
    let intro = words.plain(CaseKey::DecidedIntro);
    let mut blocks = vec![Block::Text(intro.clone())];
    match &facts.undo {
        Some(undo) => {
            blocks.push(due(CaseKey::DecidedUntil, undo.until, &facts.time_zone, words));
            blocks.push(Block::Strong(words.plain(CaseKey::DecidedAct)));
            let url = clean::link(Some(&undo.url));
            blocks.extend(url.map(|url| Block::Link { label: words.plain(CaseKey::DecidedLink), url }));
        }
        None => blocks.push(Block::Strong(words.plain(CaseKey::DecidedLate))),
    }
    let mut about = vec![(words.plain(CaseKey::CaseNumber), facts.case.to_string())];
    about.extend(figures::about(&facts.told, words));
    blocks.push(Block::Facts(about));
    blocks.push(Block::Facts(figures::all(&facts.told, For::Staff, words)));
    let amount = figures::known_by(&facts.told);
    Letter {
        subject: words.say(subject, &[("amount", &amount), ("number", &number)]),
        preview: intro,
        heading: words.plain(heading),
        reference: reference(&number, words),
        tone: Tone::Soon,
        blocks,
        footer: vec![words.say(CaseKey::DecidedFooter, &[("shop", &clean::line(&shop.name))])],
    }
}

pub(in crate::mail) fn payout_declined(facts: &PayoutDeclined, shop: &Shop, words: Words<'_>) -> Letter {
    let number = clean::line(&facts.number);
    let amount = shown(facts.amount, &facts.told.terms.figures.currency);
    let [subject, heading, intro, act] = if facts.overdue {
        [CaseKey::OverdueSubject, CaseKey::OverdueHeading, CaseKey::OverdueIntro, CaseKey::OverdueAct]
    } else if facts.code.as_deref() == Some(NO_PROVIDER) {
        [CaseKey::UnsetSubject, CaseKey::UnsetHeading, CaseKey::DeclinedIntro, CaseKey::UnsetAct]
    } else {
        [CaseKey::DeclinedSubject, CaseKey::DeclinedHeading, CaseKey::DeclinedIntro, CaseKey::DeclinedAct]
    };
    let intro = words.plain(intro);
    let code = facts.code.as_deref().map(clean::line).filter(|code| !code.is_empty());
    let code = code.map_or_else(|| words.plain(CaseKey::DeclinedNoCode), |code| why_declined(&code, words));
    let mut rows = vec![
        (words.plain(CaseKey::DeclinedPayment), figures::payment(&facts.told, &facts.payment, words).join(" ")),
        (words.plain(CaseKey::DeclinedAmount), amount.clone()),
        (words.plain(CaseKey::CaseNumber), facts.case.to_string()),
    ];
    if !facts.overdue {
        rows.insert(2, (words.plain(CaseKey::DeclinedCode), code));
    }
    rows.extend(figures::about(&facts.told, words));
    Letter {
        subject: words.say(subject, &[("amount", &amount), ("number", &number)]),
        preview: intro.clone(),
        heading: words.plain(heading),
        reference: reference(&number, words),
        tone: Tone::Late,
        blocks: vec![Block::Text(intro), Block::Strong(words.plain(act)), Block::Facts(rows)],
        footer: vec![words.say(CaseKey::DeclinedFooter, &[("shop", &clean::line(&shop.name))])],
    }
}

pub(in crate::mail) fn send_back(facts: &SendBack, shop: &Shop, words: Words<'_>) -> Letter {
    let number = clean::line(&facts.number);
    let intro = words.plain(CaseKey::BackIntro);
    let mut rows = vec![(words.plain(CaseKey::CaseNumber), facts.case.to_string())];
    rows.extend(received(&facts.told, &facts.lines, words));
    Letter {
        subject: words.say(CaseKey::BackSubject, &[("number", &number)]),
        preview: intro.clone(),
        heading: words.plain(CaseKey::BackHeading),
        reference: reference(&number, words),
        tone: Tone::Soon,
        blocks: vec![Block::Text(intro), Block::Strong(words.plain(CaseKey::BackAct)), Block::Facts(rows)],
        footer: vec![words.say(CaseKey::BackFooter, &[("shop", &clean::line(&shop.name))])],
    }
}

fn due(label: CaseKey, at: Timestamp, zone: &TimeZone, words: Words<'_>) -> Block {
    let (label, when) = (words.plain(label), when::long(words, at, zone));
    Block::Due(vec![Due { label, when, zone: when::zone_name(words, at, zone) }])
}

/// The provider's word as it is, and our own with what to do about it.
fn why_declined(code: &str, words: Words<'_>) -> String {
    let code = clean::cut(code, figures::ID_MOST);
    let ours = match code.as_str() {
        CHARGED_BACK => CaseKey::DeclinedChargedBack,
        LESS_CAPTURED => CaseKey::DeclinedLessCaptured,
        LESS_ORDERED => CaseKey::DeclinedLessOrdered,
        NOT_LISTED => CaseKey::DeclinedNotListed,
        NOT_HELD => CaseKey::DeclinedNotHeld,
        NO_PROVIDER => CaseKey::DeclinedNoProvider,
        _ => return code,
    };
    format!("{code}: {}", words.plain(ours))
}
