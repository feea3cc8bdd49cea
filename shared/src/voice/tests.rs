//! What is plain thanks and what is more, as people write it.

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
