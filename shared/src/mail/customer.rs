//! Mails to a customer. Their subject stands in the header, so that a mail is known at sight, and nowhere else: an
//! acknowledgement goes to an address nobody has proven, and must not carry a stranger's text to it.
use super::{
    Acknowledgement, Proposal, Reply, Resolved, Shop, clean,
    lang::Key,
    letter::{Block, Due, Letter, Tone},
    when,
    words::Words,
};
use crate::ticket::Status;

/// Scalar values kept of a subject; inboxes show about 60.
const SUBJECT_MOST: usize = 120;
const NAME_MOST: usize = 60;
/// What inboxes show beside the subject.
const PREVIEW_MOST: usize = 120;

pub(super) fn acknowledgement(facts: &Acknowledgement, shop: &Shop, words: Words<'_>) -> Letter {
    let number = clean::line(&facts.number);
    let thanks = words.say(Key::AckThanks, &[("shop", &clean::line(&shop.name))]);
    let next = words.plain(match facts.status {
        Status::New => Key::NextNew,
        Status::Open => Key::NextOpen,
        Status::WaitingCustomer => Key::NextWaitingCustomer,
        Status::WaitingThirdParty => Key::NextWaitingThirdParty,
        Status::WaitingReturn => Key::NextWaitingReturn,
        Status::Resolved | Status::Closed | Status::Merged | Status::Cancelled | Status::Spam => Key::NextDone,
    });
    let due = [(Key::AckReplyBy, facts.first_response_due), (Key::AckSolveBy, facts.resolution_due)];
    let due: Vec<Due> = due
        .into_iter()
        .filter_map(|(label, at)| at.map(|at| (label, at)))
        .map(|(label, at)| Due {
            label: words.plain(label),
            when: when::long(words, at, &facts.time_zone),
            zone: when::zone_name(words, at, &facts.time_zone),
        })
        .collect();
    let promise = if due.is_empty() { Block::Text(words.plain(Key::AckSoon)) } else { Block::Due(due) };
    let earlier = facts.follows.as_deref().map(clean::line);
    let takes_up = earlier.is_some().then(|| words.plain(Key::AckFollows));
    let first: Vec<String> = [thanks].into_iter().chain(takes_up).chain([next]).collect();
    let mut blocks = vec![Block::Text(words.join(&first)), promise];
    blocks.extend(earlier.map(|earlier| Block::Facts(vec![(words.plain(Key::AckEarlier), earlier)])));
    blocks.extend(follow(facts.link.as_deref(), words));
    blocks.push(Block::Text(words.plain(Key::AckMore)));
    let mut footer = footer(&number, shop, words);
    footer.push(words.plain(Key::FooterAutomatic));
    Letter {
        subject: thread_subject(&facts.subject, &number, words),
        preview: words.say(Key::AckPreview, &[("number", &number)]),
        heading: words.plain(Key::AckHeading),
        reference: reference(&number, words),
        tone: Tone::Calm,
        blocks,
        footer,
    }
}

pub(super) fn reply(facts: &Reply, shop: &Shop, words: Words<'_>) -> Letter {
    let number = clean::line(&facts.number);
    let shop_name = clean::line(&shop.name);
    let agent = facts.agent_name.as_deref().map(|name| clean::cut(&clean::line(name), NAME_MOST));
    let heading = match agent.filter(|name| !name.is_empty()) {
        Some(agent) => words.say(Key::ReplyHeadingNamed, &[("shop", &shop_name), ("agent", &agent)]),
        None => words.say(Key::ReplyHeading, &[("shop", &shop_name)]),
    };
    let answer = if facts.status == Status::WaitingCustomer {
        Block::Strong(words.plain(Key::ReplyWaiting))
    } else {
        Block::Text(words.plain(Key::ReplyAnswer))
    };
    let mut blocks = vec![Block::Prose(clean::paragraphs(&facts.body)), answer];
    blocks.extend(follow(facts.link.as_deref(), words));
    Letter {
        subject: thread_subject(&facts.subject, &number, words),
        preview: clean::cut(&clean::line(&facts.body), PREVIEW_MOST),
        heading,
        reference: reference(&number, words),
        tone: Tone::Calm,
        blocks,
        footer: footer(&number, shop, words),
    }
}

pub(super) fn proposal(facts: &Proposal, shop: &Shop, words: Words<'_>) -> Letter {
    let number = clean::line(&facts.number);
    let offer = words.solution(facts.solution);
    let offered = offer.as_ref().map(|offer| Block::Facts(vec![(words.plain(Key::ProposalOffer), offer.clone())]));
    let mut blocks: Vec<Block> = offered.into_iter().collect();
    let how = if facts.link.is_some() { Key::ProposalAnswerLink } else { Key::ProposalAnswer };
    blocks.extend([Block::Prose(clean::paragraphs(&facts.body)), Block::Strong(words.plain(how))]);
    let url = clean::link(facts.link.as_deref());
    blocks.extend(url.map(|url| Block::Link { label: words.plain(Key::ProposalLink), url }));
    blocks.push(Block::Text(words.plain(Key::ProposalConsent)));
    Letter {
        subject: thread_subject(&facts.subject, &number, words),
        preview: offer.unwrap_or_else(|| clean::cut(&clean::line(&facts.body), PREVIEW_MOST)),
        heading: words.say(Key::ProposalHeading, &[("shop", &clean::line(&shop.name))]),
        reference: reference(&number, words),
        tone: Tone::Calm,
        blocks,
        footer: footer(&number, shop, words),
    }
}

pub(super) fn resolved(facts: &Resolved, shop: &Shop, words: Words<'_>) -> Letter {
    let number = clean::line(&facts.number);
    let (heading, intro) = if facts.silent {
        (Key::SilentHeading, words.plain(Key::SilentIntro))
    } else {
        (Key::ResolvedHeading, words.say(Key::ResolvedIntro, &[("shop", &clean::line(&shop.name))]))
    };
    let body = facts.body.as_deref().map(clean::paragraphs).unwrap_or_default();
    let reopen = match facts.reopens_until {
        Some(until) => Block::Due(vec![Due {
            label: words.plain(if facts.silent { Key::SilentReopenBy } else { Key::ResolvedReopenBy }),
            when: when::long(words, until, &facts.time_zone),
            zone: when::zone_name(words, until, &facts.time_zone),
        }]),
        None => Block::Strong(words.plain(if facts.silent { Key::SilentReopen } else { Key::ResolvedReopen })),
    };
    let mut blocks = if body.is_empty() { vec![Block::Text(intro.clone())] } else { vec![Block::Prose(body)] };
    blocks.extend([reopen, Block::Text(words.plain(Key::ResolvedKept))]);
    blocks.extend(follow(facts.link.as_deref(), words));
    let mut footer = footer(&number, shop, words);
    if facts.body.is_none() {
        footer.push(words.plain(Key::FooterAutomatic));
    }
    Letter {
        subject: thread_subject(&facts.subject, &number, words),
        preview: intro,
        heading: words.plain(heading),
        reference: reference(&number, words),
        tone: Tone::Calm,
        blocks,
        footer,
    }
}

pub(super) fn thread_subject(subject: &str, number: &str, words: Words<'_>) -> String {
    let subject = clean::subject(subject, SUBJECT_MOST);
    if subject.is_empty() {
        return words.say(Key::ThreadSubjectNone, &[("number", &number)]);
    }
    words.say(Key::ThreadSubject, &[("subject", &subject), ("number", &number)])
}

pub(super) fn reference(number: &str, words: Words<'_>) -> Option<(String, String)> {
    Some((words.plain(Key::LabelNumber), number.to_owned()))
}

pub(super) fn follow(link: Option<&str>, words: Words<'_>) -> Option<Block> {
    clean::link(link).map(|url| Block::Link { label: words.plain(Key::LinkFollow), url })
}

pub(super) fn footer(number: &str, shop: &Shop, words: Words<'_>) -> Vec<String> {
    vec![words.say(Key::FooterCustomer, &[("shop", &clean::line(&shop.name)), ("number", &number)])]
}
