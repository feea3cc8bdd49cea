//! Mails to a customer that nobody writes: how their request goes on while they hear from no person.
use super::{
    Merged, Reminder, Shop, SurveyMail, Waiting, clean,
    customer::{follow, footer, reference, thread_subject},
    lang::{Key, SurveyKey, Text},
    letter::{Block, Due, Letter, Tone},
    when,
    words::Words,
};
use crate::ticket::Status;
use jiff::{Timestamp, tz::TimeZone};

pub(super) fn waiting(facts: &Waiting, shop: &Shop, words: Words<'_>) -> Letter {
    let (heading, intro, label) = if facts.status == Status::WaitingReturn {
        (Key::WaitingReturnHeading, Key::WaitingReturnIntro, Key::WaitingReturnBy)
    } else {
        (Key::WaitingThirdHeading, Key::WaitingThirdIntro, Key::WaitingThirdBy)
    };
    let intro = words.plain(intro);
    let mut blocks = vec![Block::Text(intro.clone())];
    blocks.extend(facts.by.map(|by| due(label, by, &facts.time_zone, words)));
    blocks.extend(follow(facts.link.as_deref(), words));
    blocks.push(Block::Text(words.plain(Key::WaitingMore)));
    letter(&facts.number, &facts.subject, heading, intro, blocks, shop, words)
}

pub(super) fn reminder(facts: &Reminder, shop: &Shop, words: Words<'_>) -> Letter {
    let intro = words.plain(if facts.proposal { Key::ReminderProposal } else { Key::ReminderIntro });
    let mut blocks = vec![Block::Text(intro.clone()), Block::Strong(words.plain(Key::ReminderAct))];
    blocks.extend(facts.resolves_at.map(|at| due(Key::ReminderUntil, at, &facts.time_zone, words)));
    blocks.extend(follow(facts.link.as_deref(), words));
    blocks.push(Block::Text(words.plain(Key::ReminderAfter)));
    letter(&facts.number, &facts.subject, Key::ReminderHeading, intro, blocks, shop, words)
}

pub(super) fn merged(facts: &Merged, shop: &Shop, words: Words<'_>) -> Letter {
    let into = clean::line(&facts.into);
    let intro = words.plain(Key::MergedIntro);
    let fact = (words.plain(Key::MergedInto), into);
    let mut blocks = vec![Block::Text(intro.clone()), Block::Facts(vec![fact])];
    blocks.extend(follow(facts.link.as_deref(), words));
    blocks.push(Block::Text(words.plain(Key::MergedMore)));
    letter(&facts.number, &facts.subject, Key::MergedHeading, intro, blocks, shop, words)
}

/// How we did: a button that leads to the page, and the way out of such mails.
pub(super) fn survey(facts: &SurveyMail, shop: &Shop, words: Words<'_>) -> Letter {
    let (heading, intro) = if facts.again {
        (SurveyKey::RemindHeading, SurveyKey::RemindIntro)
    } else {
        (SurveyKey::MailHeading, SurveyKey::MailIntro)
    };
    let intro = words.plain(intro);
    let leads = |label, url: Option<&str>| clean::link(url).map(|url| Block::Link { label: words.plain(label), url });
    let mut blocks = vec![Block::Text(intro.clone())];
    blocks.extend(leads(SurveyKey::MailButton, Some(&facts.answer)));
    blocks.push(due(SurveyKey::MailUntil, facts.until, &facts.time_zone, words));
    blocks.extend(leads(SurveyKey::MailTrack, facts.link.as_deref()));
    blocks.extend(leads(SurveyKey::MailStop, Some(&facts.unsubscribe)));
    letter(&facts.number, &facts.subject, heading, intro, blocks, shop, words)
}

fn due(label: impl Into<Text>, at: Timestamp, zone: &TimeZone, words: Words<'_>) -> Block {
    let (label, when) = (words.plain(label), when::long(words, at, zone));
    Block::Due(vec![Due { label, when, zone: when::zone_name(words, at, zone) }])
}

fn letter(
    number: &str,
    subject: &str,
    heading: impl Into<Text>,
    preview: String,
    blocks: Vec<Block>,
    shop: &Shop,
    words: Words<'_>,
) -> Letter {
    let number = clean::line(number);
    let mut footer = footer(&number, shop, words);
    footer.push(words.plain(Key::FooterAutomatic));
    Letter {
        subject: thread_subject(subject, &number, words),
        preview,
        heading: words.plain(heading),
        reference: reference(&number, words),
        tone: Tone::Calm,
        blocks,
        footer,
    }
}
