//! What a customer's message is worth: a person's word, plain thanks, or a machine's answer.
//!
//! Thanks are told by a list of what may stand beside them: a word that is not on it makes the message a person's. That
//! way round, because thanks taken for more cost somebody a look, and a complaint taken for thanks costs a customer.

use crate::category::Channel;
use crate::classify::classify;
use crate::intake::Content;
use crate::text::length;
use crate::ticket::{Command, Voice};

#[cfg(test)]
mod tests;

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

/// What a customer's message asks of the ticket it lands on, wherever it came in: to take it in, and to raise the alarm
/// where a person tells of what somebody has to know at once.
pub fn asked(channel: Channel, content: &Content, duplicate: bool) -> Vec<Command> {
    let voice = voice(content);
    let found = classify(&content.subject, &content.body);
    let alarm = Command::Alarm { danger: found.danger, legal: found.legal };
    let receive = Command::Receive { channel, duplicate, voice };
    [receive].into_iter().chain((voice == Voice::Person).then_some(alarm)).collect()
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
        } else if thanked && let Some(phrase) = longest("for", rest) {
            (at, is_after_for) = (at + phrase, true);
        } else if is_after_for && let Some(phrase) = longest(FOR, rest) {
            at += phrase;
        } else {
            return thanked && is_name(rest);
        }
    }
    thanked
}

/// The length of the longest of these phrases, parted by bars, that the letters begin with. One in Latin letters ends with
/// its word.
fn longest(phrases: &str, letters: &[char]) -> Option<usize> {
    let begins = |phrase: &&str| {
        let same = letters.iter().zip(phrase.chars()).all(|(letter, wanted)| same(*letter, wanted));
        let end = length(phrase);
        let latin = phrase.is_ascii();
        let goes_on = letters.get(end).is_some_and(|next| next.is_ascii_alphanumeric() || matches!(next, '\'' | '’'));
        same && letters.len() >= end && !(latin && goes_on)
    };
    phrases.split('|').filter(begins).map(length).max()
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
        && !NO_NAMES.split('|').any(|known| known == word.to_lowercase())
        && rest.iter().all(|letter| !letter.is_alphanumeric())
}

const THANKS: &str = "\
    thank you|thank u|thanks|thankyou|thanku|thanx|thx|thnx|tnx|tks|ty|tysm|cheers|much appreciated|\
    really appreciated|appreciated|appreciate it|many thanks|谢谢|谢|谢啦|谢了|多谢|感谢|万分感谢|非常感谢|\
    十分感谢|感恩|谢谢您|辛苦了|辛苦您了|辛苦你了|辛苦啦|辛苦你们了|3q|謝謝|謝|謝啦|謝了|多謝|多謝晒|多謝曬|\
    感謝|非常感謝|十分感謝|萬分感謝|唔該|唔該晒|唔該曬|辛苦您們了|辛苦妳了";

/// What may stand beside thanks and changes nothing.
const BESIDE: &str = "\
    a lot|a million|a bunch|so much|very much|so very much|again|all|once again|very|so|many|and|ok|okay|k|oh|\
    great|perfect|excellent|awesome|wonderful|lovely|super|nice|cool|good|brilliant|amazing|fantastic|yes|yep|\
    hi|hello|dear|dear all|team|everyone|guys|sir|madam|got it|i got it|received|i received it|\
    i have received it|it arrived|it has arrived|all good|all good now|all is well|all sorted|sorted|all set|\
    done|solved|it is solved|it's solved|fixed|it's fixed|it works|it works now|works now|works perfectly|\
    works fine|working now|it's working now|understood|noted|best|best regards|kind regards|regards|best wishes|\
    have a nice day|have a great day|have a good day|bye|to you|you too|i|we|really|indeed|no problem|\
    no worries|您|你|妳|你们|您们|你們|大家|各位|亲|親|客服|小姐|小姐姐|小哥哥|老师|老師|店家|店主|卖家|賣家|\
    老板|老闆|啦|了|哦|噢|喔|哈|呀|啊|的|晒|曬|哟|嗯|嗯嗯|好|好的|好滴|好嘞|好呀|好啊|好哒|行|可以|可以了|\
    没问题|没问题了|没有问题了|沒問題|沒問題了|沒有問題了|收到|收到了|已收到|已经收到|已經收到|已经收到了|\
    已經收到了|我收到了|我已收到|货收到了|貨收到了|知道了|明白|明白了|了解|了解了|瞭解|瞭解了|解决了|已解决|\
    已经解决|已经解决了|问题解决了|问题已解决|解決了|已解決|已經解決|已經解決了|問題解決了|問題已解決|搞定|\
    搞定了|太好了|真好|很好|太棒了|非常|十分|万分|萬分|真的|真是|太|很|感动|感動|满意|滿意|很满意|很滿意|\
    非常满意|非常滿意|的帮助|的幫助|您的帮助|您的幫助|你的帮助|你的幫助|您的回复|您的回覆|你的回复|你的回覆|\
    您的帮忙|您的幫忙|你的帮忙|你的幫忙|你们的帮助|你們的幫助|耐心解答|你好|您好|再见|再見|祝好|祝您愉快|拜拜";

/// What somebody is thanked for.
const FOR: &str = "\
    your|the|all|all of|this|that|it|such a|so|a|very|really|quick|fast|prompt|speedy|great|kind|good|excellent|\
    help|helping|helping me|helping out|reply|response|answer|support|service|assistance|patience|time|\
    understanding|update|info|information|everything|letting me know|sorting it out|sorting this out|fixing it|\
    your efforts|efforts|effort|kindness|and|you|care|advice|customer service";

/// Words that may begin a sentence after thanks and are nobody's name.
const NO_NAMES: &str = "\
    no|not|nope|never|nothing|none|but|still|yet|however|although|though|please|refund|cancel|return|exchange|\
    repair|broken|damaged|late|wrong|missing|wait|waiting|where|when|why|how|what|who|which|help|stop|reopen|\
    urgent|useless|bad|terrible|unsolved|again|only|now|later|soon|tomorrow|call|reply|answer|except|unless|\
    because|delayed|lost|defective|faulty|advance";

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
