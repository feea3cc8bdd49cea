//! What holds for every mail in every language.
use proptest::prelude::*;

use super::{
    lang::Text,
    samples::{Home, mails},
    words::{Piece, pieces},
    *,
};

/// How the samples of mails to customers begin.
const TO_CUSTOMER: [&str; 8] =
    ["acknowledgement", "reply", "proposal", "waiting", "reminder", "resolved", "merged", "case-"];

fn placeholders(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = pieces(text)
        .filter_map(|piece| match piece {
            Piece::Placeholder(name) => Some(name),
            Piece::Text(_) => None,
        })
        .collect();
    found.sort_unstable();
    found
}

#[test]
fn every_language_has_every_key_with_the_same_placeholders() {
    for &language in Language::ALL {
        for key in Text::all() {
            let text = language.tongue().say(key);
            let mut expected = key.placeholders().to_vec();
            expected.sort_unstable();
            assert_eq!(placeholders(text), expected, "{} {}", language.tag(), key.name());
            assert_eq!(check_override(language, key.name(), text), Ok(()), "our own text would be refused");
        }
    }
}

#[test]
fn no_two_keys_share_a_name() {
    let mut names: Vec<&str> = Text::all().map(Text::name).collect();
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[test]
fn each_script_of_chinese_is_its_own() {
    let (only_hans, only_hant) = ("们请电单时间处动态联务订将应级", "們請電單時間處動態聯務訂將應級");
    for key in Text::all() {
        let hans = Language::ZhHans.tongue().say(key);
        let hant = Language::ZhHant.tongue().say(key);
        let strays = |text: &str, foreign: &str, own: &str| {
            text.chars().filter(|&c| foreign.contains(c) && !own.contains(c)).collect::<String>()
        };
        assert_eq!(strays(hans, only_hant, only_hans), "", "{}", key.name());
        assert_eq!(strays(hant, only_hans, only_hant), "", "{}", key.name());
    }
}

#[test]
fn a_refused_wording_says_what_is_allowed() {
    let refused = |key, text: &str| check_override(Language::En, key, text).unwrap_err();
    assert!(refused("acknowledge.headings", "x").contains("acknowledge.heading, acknowledge.thanks"));
    assert!(refused("nothing", "x").contains("keys begin with one of: thread, acknowledge"));
    assert!(
        refused("acknowledge.thanks", "Hi {customer}")
            .ends_with("unknown placeholder {customer}; allowed here: {shop}")
    );
    assert!(refused("acknowledge.heading", "Hi {shop}").ends_with("this text takes no placeholders"));
    assert!(refused("acknowledge.thanks", "Hi {shop").contains("a brace stands alone"));
    assert!(refused("acknowledge.thanks", "Hi }shop{").contains("a brace stands alone"));
    assert!(refused("acknowledge.thanks", "a\r\nBcc: b").contains("one line"));
    assert!(refused("acknowledge.thanks", " ").contains("empty"));
    assert!(refused("acknowledge.thanks", &"长".repeat(401)).contains("longer than 400"));
}

#[test]
fn a_shops_own_wording_replaces_ours_in_both_parts() {
    let wording = Wording::from([("acknowledge.thanks".to_owned(), "<b>{shop}</b> says hi".to_owned())]);
    let home = Home::of(Language::En);
    let (_, mail) = &mails(home)[0];
    let rendered = render(mail, &home.shop(), Language::En, &wording).unwrap();
    assert!(rendered.text.contains("<b>Lotus Home</b> says hi"));
    assert!(rendered.html.contains("&#60;b&#62;Lotus Home&#60;/b&#62; says hi"));
}

#[test]
fn every_mail_is_complete_small_and_loads_nothing() {
    for (name, mail) in samples() {
        let language = name.rsplit_once('.').unwrap().1;
        for part in [&mail.subject, &mail.text] {
            assert!(!part.contains(['{', '}']), "{name}: a placeholder is left in {part}");
            assert!(!part.trim().is_empty(), "{name}");
        }
        let body = mail.html.split_once("<body").unwrap().1;
        assert!(!body.contains(['{', '}']), "{name}: a placeholder is left");
        assert!(
            mail.html.starts_with("<!DOCTYPE html>\n<html lang=\"")
                && mail.html.contains(&format!("lang=\"{language}\""))
        );
        assert_eq!(mail.html.matches("<h1").count(), 1, "{name}: one heading");
        for outside in ["<img", "<script", "<link", "@import", "url(", "src="] {
            assert!(!mail.html.contains(outside), "{name}: {outside}");
        }
        assert!(mail.html.len() < 100_000, "{name} has {} bytes", mail.html.len());
        assert_eq!(clean::line(&mail.subject), mail.subject, "{name}");
    }
}

#[test]
fn all_mails_of_a_ticket_to_its_customer_share_a_subject() {
    let home = Home::of(Language::En);
    let subjects: Vec<String> = mails(home)
        .iter()
        .filter(|(name, _)| TO_CUSTOMER.iter().any(|kind| name.starts_with(kind)))
        .map(|(_, mail)| render(mail, &home.shop(), Language::En, &Wording::new()).unwrap().subject)
        .collect();
    assert!(subjects.iter().all(|s| s == "Re: Kettle leaks straight out of the box, I want a new one [7K3M-9QXA]"));
}

#[test]
fn an_acknowledgement_promises_in_the_readers_time() {
    let all = samples();
    let text = |name: &str| &all.iter().find(|(n, _)| n == name).unwrap().1.text;
    assert!(
        text("acknowledgement.en")
            .contains("We will reply to you by\n    Wednesday 3 June 2026, 05:30\n    US Eastern time (UTC-4)")
    );
    assert!(
        text("acknowledgement.zh-Hans")
            .contains("我们将在此时间前回复您\n    2026年6月3日（周三）17:30\n    北京时间（UTC+8）")
    );
    assert!(
        text("acknowledgement.zh-Hant")
            .contains("我們會在此時間前回覆您\n    2026年6月3日（週三）17:30\n    台北時間（UTC+8）")
    );
}

#[test]
fn a_digest_writes_out_fifty_lines_the_most_pressing_first() {
    let all = samples();
    let text = &all.iter().find(|(name, _)| name == "digest-long.en").unwrap().1.text;
    assert_eq!(text.matches("\n* ").count(), 50);
    assert!(text.contains("50 most pressing of 63"));
    let urgent = text.find("New urgent ticket").unwrap();
    assert!(urgent < text.find("escalated to the head of service").unwrap());
    assert!(!text.contains("third party has not answered"), "the mildest are left out");
}

#[test]
fn mails_to_staff_name_nobody_but_the_assignee() {
    let home = Home::of(Language::En);
    for (name, mail) in samples().into_iter().filter(|(name, _)| name.ends_with(".en")) {
        let to_customer = TO_CUSTOMER.iter().any(|kind| name.starts_with(kind));
        assert!(to_customer || !mail.text.to_lowercase().contains("kettle"), "{name}");
    }
    assert!(home.shop().site_url.is_some());
}

proptest! {
    // Every case renders all mails.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_a_customer_typed_becomes_markup_or_a_second_line(
        typed in "(\\PC|<script>|<!--|-->|</title>|\"|'|&lt;|\\r\\n|\\n|[\\x00-\\x1f]|\\u{202e}|\\u{2066}|\\{shop\\}){0,80}",
    ) {
        let home = Home::of(Language::En);
        let marker = format!("<zz a=\"'>{typed}");
        for (_, mut mail) in mails(home) {
            match &mut mail {
                Mail::Acknowledgement(m) => { m.subject.clone_from(&marker); m.link = Some(marker.clone()); }
                Mail::Reply(m) => {
                    m.subject.clone_from(&marker);
                    m.body.clone_from(&marker);
                    m.agent_name = Some(marker.clone());
                }
                Mail::Resolved(m) => { m.body = Some(marker.clone()); m.number.clone_from(&marker); }
                Mail::Proposal(m) => { m.subject.clone_from(&marker); m.body.clone_from(&marker); m.link = Some(marker.clone()); }
                Mail::Waiting(m) => { m.subject.clone_from(&marker); m.link = Some(marker.clone()); }
                Mail::Reminder(m) => { m.subject.clone_from(&marker); m.number.clone_from(&marker); }
                Mail::Merged(m) => { m.subject.clone_from(&marker); m.into.clone_from(&marker); }
                Mail::Case(m) => {
                    m.subject.clone_from(&marker);
                    m.told.titles.values_mut().for_each(|title| title.clone_from(&marker));
                    if let CaseNews::Settled { tracking, .. } | CaseNews::SentBack { tracking } = &mut m.news { *tracking = Some(marker.clone()); }
                }
                Mail::Survey(m) => { m.subject.clone_from(&marker); m.answer.clone_from(&marker); m.unsubscribe.clone_from(&marker); }
                Mail::Approve(m) => m.told.titles.values_mut().for_each(|title| title.clone_from(&marker)),
                Mail::Decided(m) => {
                    m.told.order.clone_from(&marker);
                    if let Some(undo) = &mut m.undo { undo.url.clone_from(&marker); }
                }
                Mail::PayoutDeclined(m) => m.code = Some(marker.clone()),
                Mail::SendBack(m) => m.told.titles.values_mut().for_each(|title| title.clone_from(&marker)),
                Mail::ToDo(m) => { m.order = Some(marker.clone()); m.next = Some(marker.clone()); }
                Mail::UrgentTicket(m) => m.order = Some(marker.clone()),
                Mail::ClockAlert(m) => m.assignee = Some(marker.clone()),
                Mail::NoWorkingTime(m) => m.calendar.clone_from(&marker),
                Mail::Digest(m) => m.lines.truncate(1),
                Mail::QualityReport(m) => {
                    m.currency = Some(marker.clone());
                    m.actions.iter_mut().for_each(|action| action.scope = Some(marker.clone()));
                }
                Mail::Shortfall(..) => {}
                Mail::Overdue(m) => { m.measure.clone_from(&marker); m.action.scope = Some(marker.clone()); m.action.owner.clone_from(&marker); }
            }
            let shop = Shop { name: marker.clone(), site_url: Some(marker.clone()) };
            let rendered = render(&mail, &shop, Language::En, &Wording::new()).unwrap();
            prop_assert!(!rendered.html.contains("<zz"));
            prop_assert!(!rendered.html.contains("<script"));
            prop_assert_eq!(rendered.html.matches("</title>").count(), 1);
            prop_assert_eq!(rendered.html.matches("<!--").count(), 3);
            prop_assert_eq!(clean::line(&rendered.subject), rendered.subject.as_str());
            let liars = rendered.text.contains(['\r', '\0', '\u{202e}', '\u{2066}']);
            prop_assert!(!liars);
        }
    }
}

/// Every sample can be rendered; with `AFTERCARE_MAIL_SAMPLES=folder` they are written there, for those who want to
/// look.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test's own switch, read nowhere else")]
fn samples_can_be_looked_at() {
    let samples = samples();
    assert!(!samples.is_empty());
    let Ok(folder) = std::env::var("AFTERCARE_MAIL_SAMPLES") else { return };
    let folder = std::path::PathBuf::from(folder);
    std::fs::create_dir_all(&folder).unwrap();
    for (name, mail) in samples {
        std::fs::write(folder.join(format!("{name}.html")), mail.html).unwrap();
        std::fs::write(folder.join(format!("{name}.txt")), format!("{}\n\n{}", mail.subject, mail.text)).unwrap();
    }
}
