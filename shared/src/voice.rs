//! What a customer's message is worth: a person's word, plain thanks, or a machine's answer.
//!
//! Thanks are told by a list of what may stand beside them: a word that is not on it makes the message a person's. That
//! way round, because thanks taken for more cost somebody a look, and a complaint taken for thanks costs a customer.

use crate::intake::Content;
use crate::text::length;
use crate::ticket::Voice;

/// SPEC 3.5: longer than this is more than thanks.
const LONGEST_THANKS: usize = 40;
/// Letters of a name that somebody is thanked by: `Thanks Maya`.
const LONGEST_NAME: usize = 12;

/// Whose word a message is. What a machine sent is known by its headers.
pub fn voice(content: &Content) -> Voice {
    if content.mail.as_ref().is_some_and(|mail| mail.is_bounce() || mail.is_automatic()) {
        Voice::Machine
    } else if content.attachments.is_empty() && is_thanks(&content.body) {
        Voice::Thanks
    } else {
        Voice::Person
    }
}

/// Plain thanks: they thank, ask nothing, and say nothing else.
fn is_thanks(body: &str) -> bool {
    let said = own_words(body);
    let asks = said.contains(['?', '？']);
    let cross = said.chars().any(|letter| CROSS.contains(&letter));
    length(&said) <= LONGEST_THANKS && !asks && !cross && only_thanks(&said)
}

/// What the customer wrote themselves: without the mail they answer, and without what their program adds.
fn own_words(body: &str) -> String {
    let mut kept = Vec::new();
    for line in body.lines().map(str::trim) {
        let folded = line.to_lowercase();
        if folded == "--" || QUOTED_BELOW.iter().any(|mark| folded.contains(mark)) {
            break;
        }
        let introduces = line.ends_with([':', '：']) && WROTE.iter().any(|wrote| folded.contains(wrote));
        if !line.starts_with('>') && !introduces && !ADDED.iter().any(|added| folded.starts_with(added)) {
            kept.push(line);
        }
    }
    kept.join(" ").trim().to_owned()
}

/// Whether a text is made of thanks and what goes with them, at least one of them thanks.
fn only_thanks(said: &str) -> bool {
    let letters: Vec<char> = said.chars().collect();
    let shouted = !letters.iter().any(|letter| letter.is_lowercase());
    let (mut at, mut thanked, mut is_after_for) = (0, false, false);
    while let Some(letter) = letters.get(at).copied() {
        // Marks, emoji and spaces say nothing.
        if !letter.is_alphanumeric() {
            at += 1;
            continue;
        }
        let rest = letters.get(at..).unwrap_or_default();
        if let Some(phrase) = longest(THANKS, rest) {
            (at, thanked, is_after_for) = (at + phrase, true, false);
        } else if let Some(phrase) = longest(BESIDE, rest) {
            (at, is_after_for) = (at + phrase, false);
        } else if thanked && let Some(phrase) = longest(&["for"], rest) {
            (at, is_after_for) = (at + phrase, true);
        } else if is_after_for && let Some(phrase) = longest(FOR, rest) {
            at += phrase;
        } else {
            return thanked && !shouted && is_name(rest);
        }
    }
    thanked
}

/// The length of the longest phrase that the letters begin with. A phrase in Latin letters ends with its word.
fn longest(phrases: &[&str], letters: &[char]) -> Option<usize> {
    let begins = |phrase: &&str| {
        let mut phrase_letters = phrase.chars();
        let same = letters.iter().zip(phrase_letters.by_ref()).all(|(letter, wanted)| same(*letter, wanted));
        let end = length(phrase);
        let latin = phrase.is_ascii();
        let goes_on = letters.get(end).is_some_and(|next| next.is_ascii_alphanumeric() || matches!(next, '\'' | '’'));
        same && letters.len() >= end && !(latin && goes_on)
    };
    phrases.iter().filter(|phrase| begins(phrase)).map(|phrase| length(phrase)).max()
}

fn same(letter: char, wanted: char) -> bool {
    letter.to_lowercase().eq([wanted]) || (matches!(letter, '’' | '‘') && wanted == '\'')
}

/// A name at the end, as `Maya` in `Thank you, Maya!`: one word with a capital, and none that begins a complaint.
fn is_name(letters: &[char]) -> bool {
    let word: String = letters.iter().take_while(|letter| letter.is_alphabetic()).collect();
    let rest = letters.get(length(&word)..).unwrap_or_default();
    let capital = word.chars().next().is_some_and(|first| first.is_ascii_uppercase())
        && word.chars().skip(1).all(|letter| letter.is_ascii_lowercase());
    capital
        && (2..=LONGEST_NAME).contains(&length(&word))
        && !NO_NAMES.contains(&word.to_lowercase().as_str())
        && rest.iter().all(|letter| !letter.is_alphanumeric())
}

const THANKS: &[&str] = &[
    "thank you",
    "thank u",
    "thanks",
    "thankyou",
    "thanku",
    "thanx",
    "thx",
    "thnx",
    "tnx",
    "tks",
    "ty",
    "tysm",
    "cheers",
    "much appreciated",
    "really appreciated",
    "appreciated",
    "appreciate it",
    "many thanks",
    "谢谢",
    "谢",
    "谢啦",
    "谢了",
    "多谢",
    "感谢",
    "万分感谢",
    "非常感谢",
    "十分感谢",
    "感恩",
    "谢谢您",
    "辛苦了",
    "辛苦您了",
    "辛苦你了",
    "辛苦啦",
    "辛苦你们了",
    "3q",
    "謝謝",
    "謝",
    "謝啦",
    "謝了",
    "多謝",
    "多謝晒",
    "多謝曬",
    "感謝",
    "非常感謝",
    "十分感謝",
    "萬分感謝",
    "唔該",
    "唔該晒",
    "唔該曬",
    "辛苦您們了",
    "辛苦妳了",
];

/// What may stand beside thanks and changes nothing.
const BESIDE: &[&str] = &[
    // English
    "a lot",
    "a million",
    "a bunch",
    "so much",
    "very much",
    "so very much",
    "again",
    "all",
    "once again",
    "very",
    "so",
    "many",
    "and",
    "ok",
    "okay",
    "k",
    "oh",
    "great",
    "perfect",
    "excellent",
    "awesome",
    "wonderful",
    "lovely",
    "super",
    "nice",
    "cool",
    "good",
    "brilliant",
    "amazing",
    "fantastic",
    "yes",
    "yep",
    "hi",
    "hello",
    "dear",
    "dear all",
    "team",
    "everyone",
    "guys",
    "sir",
    "madam",
    "got it",
    "i got it",
    "received",
    "i received it",
    "i have received it",
    "it arrived",
    "it has arrived",
    "all good",
    "all good now",
    "all is well",
    "all sorted",
    "sorted",
    "all set",
    "done",
    "solved",
    "it is solved",
    "it's solved",
    "fixed",
    "it's fixed",
    "it works",
    "it works now",
    "works now",
    "works perfectly",
    "works fine",
    "working now",
    "it's working now",
    "understood",
    "noted",
    "best",
    "best regards",
    "kind regards",
    "regards",
    "best wishes",
    "have a nice day",
    "have a great day",
    "have a good day",
    "bye",
    "to you",
    "you too",
    "i",
    "we",
    "really",
    "indeed",
    "no problem",
    "no worries",
    // Chinese, in both scripts
    "您",
    "你",
    "妳",
    "你们",
    "您们",
    "你們",
    "大家",
    "各位",
    "亲",
    "親",
    "客服",
    "小姐",
    "小姐姐",
    "小哥哥",
    "老师",
    "老師",
    "店家",
    "店主",
    "卖家",
    "賣家",
    "老板",
    "老闆",
    "啦",
    "了",
    "哦",
    "噢",
    "喔",
    "哈",
    "呀",
    "啊",
    "的",
    "晒",
    "曬",
    "哟",
    "嗯",
    "嗯嗯",
    "好",
    "好的",
    "好滴",
    "好嘞",
    "好呀",
    "好啊",
    "好哒",
    "行",
    "可以",
    "可以了",
    "没问题",
    "没问题了",
    "没有问题了",
    "沒問題",
    "沒問題了",
    "沒有問題了",
    "收到",
    "收到了",
    "已收到",
    "已经收到",
    "已經收到",
    "已经收到了",
    "已經收到了",
    "我收到了",
    "我已收到",
    "货收到了",
    "貨收到了",
    "知道了",
    "明白",
    "明白了",
    "了解",
    "了解了",
    "瞭解",
    "瞭解了",
    "解决了",
    "已解决",
    "已经解决",
    "已经解决了",
    "问题解决了",
    "问题已解决",
    "解決了",
    "已解決",
    "已經解決",
    "已經解決了",
    "問題解決了",
    "問題已解決",
    "搞定",
    "搞定了",
    "太好了",
    "真好",
    "很好",
    "太棒了",
    "非常",
    "十分",
    "万分",
    "萬分",
    "真的",
    "真是",
    "太",
    "很",
    "感动",
    "感動",
    "满意",
    "滿意",
    "很满意",
    "很滿意",
    "非常满意",
    "非常滿意",
    "的帮助",
    "的幫助",
    "您的帮助",
    "您的幫助",
    "你的帮助",
    "你的幫助",
    "您的回复",
    "您的回覆",
    "你的回复",
    "你的回覆",
    "您的帮忙",
    "您的幫忙",
    "你的帮忙",
    "你的幫忙",
    "你们的帮助",
    "你們的幫助",
    "耐心解答",
    "你好",
    "您好",
    "再见",
    "再見",
    "祝好",
    "祝您愉快",
    "拜拜",
];

/// What somebody is thanked for.
const FOR: &[&str] = &[
    "your",
    "the",
    "all",
    "all of",
    "this",
    "that",
    "it",
    "such a",
    "so",
    "a",
    "very",
    "really",
    "quick",
    "fast",
    "prompt",
    "speedy",
    "great",
    "kind",
    "good",
    "excellent",
    "help",
    "helping",
    "helping me",
    "helping out",
    "reply",
    "response",
    "answer",
    "support",
    "service",
    "assistance",
    "patience",
    "time",
    "understanding",
    "update",
    "info",
    "information",
    "everything",
    "letting me know",
    "sorting it out",
    "sorting this out",
    "fixing it",
    "your efforts",
    "efforts",
    "effort",
    "kindness",
    "and",
    "you",
    "care",
    "advice",
    "customer service",
];

/// Words that may begin a sentence after thanks and are nobody's name.
const NO_NAMES: &[&str] = &[
    "no",
    "not",
    "nope",
    "never",
    "nothing",
    "none",
    "but",
    "still",
    "yet",
    "however",
    "although",
    "though",
    "please",
    "refund",
    "cancel",
    "return",
    "exchange",
    "repair",
    "broken",
    "damaged",
    "late",
    "wrong",
    "missing",
    "wait",
    "waiting",
    "where",
    "when",
    "why",
    "how",
    "what",
    "who",
    "which",
    "help",
    "stop",
    "reopen",
    "urgent",
    "useless",
    "bad",
    "terrible",
    "unsolved",
    "again",
    "only",
    "now",
    "later",
    "soon",
    "tomorrow",
    "call",
    "reply",
    "answer",
    "except",
    "unless",
    "because",
    "delayed",
    "lost",
    "defective",
    "faulty",
    "advance",
];

/// Thanks with one of these are none.
const CROSS: &[char] =
    &['😡', '😠', '🤬', '👎', '🙄', '😤', '💔', '😒', '😞', '😢', '😭', '😩', '😫', '🤮', '💩', '🖕', '😑'];

/// Lines under which a mail program repeats what was answered.
const QUOTED_BELOW: &[&str] =
    &["original message", "原始邮件", "原始郵件", "原始信件", "forwarded message", "转发邮件", "轉寄郵件", "________"];
/// Words of the line before a quotation, which ends with a colon.
const WROTE: &[&str] = &["wrote", "写道", "寫道", "写了", "寫了", "於 20"];
/// Beginnings of lines that a mail program adds by itself.
const ADDED: &[&str] = &[
    "sent from my",
    "get outlook for",
    "发自我的",
    "發自我的",
    "从我的",
    "從我的",
    "傳送自",
    "发送自",
    "來自我的",
    "来自我的",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::{Attachment, MailHeaders};

    const PLAIN: &[&str] = &[
        "谢谢！收到了",
        "谢谢",
        "谢谢您！",
        "谢谢你们的帮助",
        "好的，谢谢！",
        "多谢啦～",
        "非常感谢您的帮助！",
        "太好了，谢谢客服小姐姐",
        "已收到，感谢🙏",
        "问题解决了，谢谢！",
        "辛苦了",
        "谢谢亲，很满意",
        "嗯嗯好的谢谢哈",
        "收到了謝謝",
        "多謝晒",
        "唔該晒！",
        "謝謝您的幫助",
        "感謝，已經解決了",
        "好的，了解，謝謝你",
        "非常感謝！😊",
        "謝謝大家，辛苦了",
        "thank you so much 😊",
        "ok thanks",
        "Thanks!",
        "THANK YOU!!!",
        "Thx",
        "ty",
        "Thanks a lot, all good now",
        "Great, thanks for your help!",
        "Thank you for the quick reply",
        "Thanks for everything",
        "Thank you, Maya!",
        "Thanks Tom",
        "It works now, thank you",
        "Got it. Many thanks",
        "Much appreciated!",
        "Cheers, have a nice day",
        "Many thanks, kind regards",
        "谢谢thank you",
        "ok 谢谢",
        "OK，多謝",
        "thanks！收到了",
        "3Q",
        "Thanks!\n\nOn Thu, 12 Mar 2026 at 10:00, Lotus Home <help@shop.example> wrote:\n> Is the kettle there?",
        "谢谢！\n\n---原始邮件---\n发件人: 莲花家居\n您的问题解决了吗？还有别的问题可以直接回复。",
        "多謝\n\n客服 於 2026年3月12日 週四 寫道：\n> 您的問題解決了嗎？",
        "Thank you\n-- \nAnn Example, 12 Long Street, Somewhere Far Away, 12345",
        "Thanks\nSent from my iPhone",
    ];

    const MORE: &[&str] = &[
        "谢谢，但是还没收到",
        "谢谢，还没收到",
        "谢谢，没收到",
        "谢谢，什么时候发货？",
        "谢谢，什么时候发货",
        "谢谢，解决了吗",
        "谢谢，又坏了",
        "谢谢，请退款",
        "先谢谢了，请尽快",
        "谢谢，问题没解决",
        "谢谢，不满意",
        "帮忙，谢谢",
        "谢谢😡",
        "收到了",
        "好的",
        "不用了",
        "真是谢谢你们了，等了三个星期",
        "謝謝，但還沒收到",
        "多謝，不過又壞咗",
        "唔該快啲",
        "謝謝，請問何時出貨",
        "謝謝，可以退款嗎",
        "收到了，但是壞的",
        "唔該，幾時有貨？",
        "thanks for nothing",
        "Thanks a lot for nothing",
        "thx but it broke again",
        "Thanks, but I did not get it",
        "Thank you, when will it arrive?",
        "thanks when will it arrive",
        "Thanks. Broken again.",
        "THANKS BROKEN",
        "Thanks, Still broken",
        "Thanks. No",
        "thanks in advance",
        "help, thanks",
        "Please send it again, thanks",
        "refund please thanks",
        "quick reply please, thanks",
        "thanks 👎",
        "thanks I will wait for the refund",
        "ok",
        "👍",
        "😊",
        "",
        "It works now",
        "Thank you so much for all the wonderful help that all of you gave me",
        "谢谢thank you but 还没收到",
        "ok 谢谢 refund",
        "thanksgiving",
        "Thanks!\n> Is the kettle there?\nNo, it is not",
        "On Thu, Lotus Home wrote:\n> Is the kettle there?",
        "> Thanks",
    ];

    fn written(body: &str) -> Content {
        Content { body: body.to_owned(), ..Content::default() }
    }

    #[test]
    fn plain_thanks_are_known_in_every_language_we_write() {
        for body in PLAIN {
            assert_eq!(voice(&written(body)), Voice::Thanks, "{body}");
        }
    }

    #[test]
    fn whatever_says_more_is_a_persons_word() {
        for body in MORE {
            assert_eq!(voice(&written(body)), Voice::Person, "{body}");
        }
    }

    #[test]
    fn thanks_have_at_most_forty_characters() {
        let thanks = |marks: usize| written(&format!("谢谢{}", "！".repeat(marks)));
        assert_eq!([voice(&thanks(38)), voice(&thanks(39))], [Voice::Thanks, Voice::Person]);
    }

    #[test]
    fn thanks_with_a_picture_are_a_persons_word() {
        let picture = Attachment { name: "lid.jpg".into(), media_type: "image/jpeg".into(), size: 9 };
        assert_eq!(voice(&Content { attachments: vec![picture], ..written("Thanks") }), Voice::Person);
    }

    #[test]
    fn a_machine_is_known_by_its_headers_whatever_it_says() {
        let sent = |auto_submitted: Option<&str>, return_path: Option<&str>| {
            let [auto_submitted, return_path] = [auto_submitted, return_path].map(|header| header.map(str::to_owned));
            let mail = Some(MailHeaders { auto_submitted, return_path, ..MailHeaders::default() });
            voice(&Content { mail, ..written("Thanks") })
        };
        let machines = [
            (Some("auto-replied"), None),
            (Some(" Auto-Generated; owner-email=\"a@b.example\""), None),
            (None, Some("<>")),
            (None, Some(" ")),
            (Some("no"), Some("")),
        ];
        for (auto_submitted, return_path) in machines {
            assert_eq!(sent(auto_submitted, return_path), Voice::Machine, "{auto_submitted:?} {return_path:?}");
        }
        for auto_submitted in [None, Some("no"), Some("No; because=human")] {
            assert_eq!(sent(auto_submitted, Some("<ann@example.com>")), Voice::Thanks, "{auto_submitted:?}");
        }
    }
}
