//! Mails to a customer about their case: what happened, what it comes to, and what they do now.
use jiff::{Timestamp, tz::TimeZone};

use super::{
    ApprovedCase, CaseMail, CaseNews, ToldCase,
    figures::{self, For},
};
use crate::{
    case::{CaseKind, Counted, Payer},
    mail::{
        Shop, clean,
        customer::{follow, footer, reference, thread_subject},
        lang::{CaseKey, Key},
        letter::{Block, Due, Letter, Tone},
        when,
        words::Words,
    },
    money::shown,
};

/// A mail but for what all mails have.
struct Told {
    heading: CaseKey,
    intro: CaseKey,
    blocks: Vec<Block>,
    /// What the button says.
    link: Option<CaseKey>,
    /// Under the button.
    after: Option<CaseKey>,
}

pub(in crate::mail) fn to_customer(facts: &CaseMail, shop: &Shop, words: Words<'_>) -> Letter {
    let number = clean::line(&facts.number);
    let Told { heading, intro, blocks: middle, link, after } = told(facts, &number, words);
    let intro = words.plain(intro);
    let mut blocks = vec![Block::Text(intro.clone())];
    blocks.extend(middle);
    blocks.extend(match link {
        Some(label) => clean::link(facts.link.as_deref()).map(|url| Block::Link { label: words.plain(label), url }),
        None => follow(facts.link.as_deref(), words),
    });
    blocks.extend(after.map(|after| Block::Text(words.plain(after))));
    let mut footer = footer(&number, shop, words);
    footer.push(words.plain(Key::FooterAutomatic));
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

fn told(facts: &CaseMail, number: &str, words: Words<'_>) -> Told {
    let case = &facts.told;
    let plain = |heading, intro, blocks, after| Told { heading, intro, blocks, link: None, after };
    match &facts.news {
        CaseNews::Requested => plain(CaseKey::AskedHeading, CaseKey::AskedIntro, sums(case, words), None),
        CaseNews::Offered => Told {
            heading: CaseKey::OfferedHeading,
            intro: CaseKey::OfferedIntro,
            blocks: sums(case, words),
            link: Some(CaseKey::ChangedLink),
            after: Some(CaseKey::ChangedConsent),
        },
        CaseNews::Changed { was } => Told {
            heading: CaseKey::ChangedHeading,
            intro: CaseKey::ChangedIntro,
            blocks: changed(case, *was, words),
            link: Some(CaseKey::ChangedLink),
            after: Some(CaseKey::ChangedConsent),
        },
        CaseNews::Approved(approved) => approved_case(*approved, facts, number, words),
        CaseNews::Rejected { goods_back } => {
            let blocks = ended(case, *goods_back, words);
            plain(CaseKey::RejectedHeading, CaseKey::RejectedIntro, blocks, Some(CaseKey::RejectedAnswer))
        }
        CaseNews::Cancelled { goods_back: _, paid } if !paid.is_empty() => {
            let rows = figures::paid_back(case, paid, words);
            let blocks = [Block::Facts(rows)].into_iter().chain(over(case, words)).collect();
            plain(CaseKey::CancelledHeading, CaseKey::CancelledPaid, blocks, Some(CaseKey::CancelledAnswer))
        }
        CaseNews::Cancelled { goods_back: true, .. } => {
            let blocks = ended(case, true, words);
            plain(CaseKey::CancelledHeading, CaseKey::CancelledBack, blocks, Some(CaseKey::CancelledAnswer))
        }
        CaseNews::Cancelled { goods_back: false, .. } => {
            plain(CaseKey::CancelledHeading, CaseKey::CancelledIntro, over(case, words), Some(CaseKey::CancelledAnswer))
        }
        CaseNews::SentBack { tracking } => {
            plain(CaseKey::SentBackHeading, CaseKey::SentBackIntro, shipped(case, tracking.as_deref(), words), None)
        }
        CaseNews::Expired { agreed: false } => {
            plain(CaseKey::LapsedHeading, CaseKey::LapsedIntro, over(case, words), Some(CaseKey::CancelledAnswer))
        }
        CaseNews::AgreementReminder { agree_by, days_left } => {
            let due = due(CaseKey::AgreeBy, *agree_by, &facts.time_zone, words);
            let left = Block::Facts(vec![(words.plain(CaseKey::DaysLeft), words.days(*days_left))]);
            let blocks = due.into_iter().chain([left]).chain(sums(case, words)).collect();
            plain(CaseKey::AgreeHeading, CaseKey::AgreeIntro, blocks, Some(CaseKey::AgreeElse))
        }
        CaseNews::Expired { agreed: true } => {
            plain(CaseKey::ExpiredHeading, CaseKey::ExpiredIntro, over(case, words), Some(CaseKey::ExpiredAnswer))
        }
        CaseNews::Settled { tracking, goods_back } => {
            let told = settled(case, tracking.as_deref(), words);
            let back = goods_back.then(|| Block::Strong(words.plain(CaseKey::RestBack)));
            Told { blocks: told.blocks.into_iter().chain(back).collect(), ..told }
        }
        CaseNews::ReturnReminder { send_by, days_left } => {
            let mut blocks: Vec<Block> = due(CaseKey::SendBy, *send_by, &facts.time_zone, words).into_iter().collect();
            blocks.extend([pack(number, words), Block::Text(words.plain(CaseKey::ReturnAfter))]);
            let left = (words.plain(CaseKey::DaysLeft), words.days(*days_left));
            blocks.push(Block::Facts([left].into_iter().chain(figures::about(case, words)).collect()));
            blocks.push(Block::Facts(figures::units(case, words)));
            plain(CaseKey::ReturnHeading, CaseKey::ReturnIntro, blocks, Some(CaseKey::ReturnSent))
        }
        CaseNews::GoodsReceived { lines, late } => {
            let blocks = vec![Block::Facts(received(case, lines, words))];
            let intro = if *late { CaseKey::ReceivedLate } else { CaseKey::ReceivedIntro };
            plain(CaseKey::ReceivedHeading, intro, blocks, None)
        }
    }
}

fn sums(case: &ToldCase, words: Words<'_>) -> Vec<Block> {
    vec![Block::Facts(figures::about(case, words)), Block::Facts(figures::all(case, For::Customer, words))]
}

/// Nothing is paid any more, so no amount is named.
fn over(case: &ToldCase, words: Words<'_>) -> Vec<Block> {
    let rows = figures::about(case, words).into_iter().chain(figures::units(case, words));
    vec![Block::Facts(rows.collect())]
}

/// What came to nothing, and its goods.
fn ended(case: &ToldCase, goods_back: bool, words: Words<'_>) -> Vec<Block> {
    let back = goods_back.then(|| Block::Strong(words.plain(CaseKey::GoodsBack)));
    back.into_iter().chain(over(case, words)).collect()
}

fn changed(case: &ToldCase, was: Option<(CaseKind, i64)>, words: Words<'_>) -> Vec<Block> {
    let currency = &case.terms.figures.currency;
    let version = |(kind, net): (CaseKind, i64)| {
        let what = words.case_kind(kind);
        match kind.pays() {
            true => words.say(CaseKey::WorthIs, &[("what", &what), ("amount", &shown(net, currency))]),
            false => what,
        }
    };
    let was = was.map(|was| (words.plain(CaseKey::ChangedWas), version(was)));
    let now = (words.plain(CaseKey::ChangedNow), version((case.terms.kind, case.terms.figures.net)));
    let mut blocks = vec![Block::Facts(was.into_iter().chain([now]).collect())];
    blocks.extend(sums(case, words));
    blocks.push(Block::Strong(words.plain(CaseKey::ChangedAct)));
    blocks
}

fn approved_case(approved: ApprovedCase, facts: &CaseMail, number: &str, words: Words<'_>) -> Told {
    let case = &facts.told;
    let pays = case.terms.kind.pays();
    let ApprovedCase { agreed, returns, send_by } = approved;
    let intro = match (agreed, returns, pays) {
        (false, _, _) => CaseKey::ApprovedAsk,
        (true, true, _) => CaseKey::ApprovedReturn,
        (true, false, true) => CaseKey::ApprovedMoney,
        (true, false, false) => CaseKey::ApprovedGoods,
    };
    let mut blocks = Vec::new();
    if agreed && returns {
        blocks.extend(due(CaseKey::SendBy, send_by, &facts.time_zone, words));
    }
    blocks.extend(sums(case, words));
    if agreed && returns {
        blocks.push(pack(number, words));
        blocks.extend(fees(case).map(|key| Block::Text(words.plain(key))));
    }
    let link = (!agreed).then_some(CaseKey::ChangedLink);
    Told { heading: CaseKey::ApprovedHeading, intro, blocks, link, after: None }
}

fn settled(case: &ToldCase, tracking: Option<&str>, words: Words<'_>) -> Told {
    if case.terms.kind.pays() {
        let (heading, intro) = (CaseKey::SettledHeading, CaseKey::SettledIntro);
        return Told { heading, intro, blocks: sums(case, words), link: None, after: None };
    }
    let blocks = shipped(case, tracking, words);
    Told { heading: CaseKey::ShippedHeading, intro: CaseKey::ShippedIntro, blocks, link: None, after: None }
}

fn shipped(case: &ToldCase, tracking: Option<&str>, words: Words<'_>) -> Vec<Block> {
    let tracking = tracking.map(clean::line).filter(|number| !number.is_empty());
    let tracking = tracking.map(|number| (words.plain(CaseKey::Tracking), clean::cut(&number, figures::ID_MOST)));
    let rows = tracking.into_iter().chain(figures::about(case, words)).chain(figures::units(case, words));
    vec![Block::Facts(rows.collect())]
}

/// What came back, counted.
pub(super) fn received(case: &ToldCase, lines: &[Counted], words: Words<'_>) -> Vec<(String, String)> {
    let label = words.plain(CaseKey::Goods);
    let counted = lines.iter().map(|counted| {
        let units = figures::of_line(case, &counted.line, counted.quantity, words);
        (label.clone(), units)
    });
    counted.chain(figures::about(case, words)).collect()
}

fn pack(number: &str, words: Words<'_>) -> Block {
    Block::Text(words.say(CaseKey::Pack, &[("number", &number)]))
}

/// What sending the goods back costs.
fn fees(case: &ToldCase) -> Option<CaseKey> {
    let figures = &case.terms.figures;
    let kept = case.terms.kind.pays() && figures.restocking + figures.label > 0;
    match figures.payer {
        Payer::Merchant => Some(CaseKey::FeesNone),
        Payer::Customer => kept.then_some(CaseKey::FeesKept),
    }
}

fn due(key: CaseKey, at: Option<Timestamp>, zone: &TimeZone, words: Words<'_>) -> Option<Block> {
    let due =
        |at| Due { label: words.plain(key), when: when::long(words, at, zone), zone: when::zone_name(words, at, zone) };
    at.map(|at| Block::Due(vec![due(at)]))
}
