use super::*;

fn read(body: &str) -> Classification {
    classify("", body)
}

/// The fifteen reasons in the words of the requirements.
#[test]
fn the_documents_own_words_for_each_reason_are_understood() {
    for (words, category, reason) in [
        ("产品存在瑕疵", Category::Quality, Reason::Defect),
        ("功能不完善", Category::Quality, Reason::Malfunction),
        ("与描述不符", Category::Quality, Reason::NotAsDescribed),
        ("送货速度慢", Category::Delivery, Reason::Slow),
        ("货物损坏", Category::Delivery, Reason::Damaged),
        ("配送员服务态度差", Category::Delivery, Reason::CourierAttitude),
        ("售后服务态度差", Category::Service, Reason::Attitude),
        ("处理速度慢", Category::Service, Reason::Slow),
        ("解决方案不合适", Category::Service, Reason::UnsuitableSolution),
        ("订单取消", Category::Order, Reason::Cancellation),
        ("订单修改困难", Category::Order, Reason::Modification),
        ("订单信息错误", Category::Order, Reason::WrongInformation),
        ("账户异常", Category::AccountPayment, Reason::Account),
        ("支付失败", Category::AccountPayment, Reason::PaymentFailed),
        ("退款困难", Category::AccountPayment, Reason::RefundDifficulty),
    ] {
        let told = read(words);
        assert_eq!((told.category, told.reason), (category, Some(reason)), "{words}: {told:?}");
        assert!(!told.danger && !told.legal, "{words}");
    }
}

#[test]
fn both_scripts_of_chinese_read_alike() {
    assert_eq!(read("退款一直沒到賬，客服還掛電話"), read("退款一直没到账，客服还挂电话"));
}

#[test]
fn danger_is_heard_also_when_no_word_of_danger_is_used() {
    for body in [
        "The plug went brown and there was a smell of hot plastic.",
        "插上电有一股焦味，插头都发黄了",
        "My little one swallowed the bead that came off the doll.",
        "快递员说知道我家住哪，让我走着瞧，我不敢出门",
        "碰到外殼手會麻麻的",
    ] {
        assert!(read(body).danger, "{body}");
    }
}

#[test]
fn harm_denied_and_figures_of_speech_are_no_danger() {
    for body in [
        "The glass arrived broken. Nobody got hurt, please send another.",
        "杯子碎了，没有受伤，麻烦补发一个",
        "What a killer deal, this jacket is fire!",
        "这款太火爆了，朋友都来问链接",
        "等到我气炸了，快递还没到",
    ] {
        assert!(!read(body).danger, "{body}");
    }
}

#[test]
fn law_is_heard_but_not_where_it_is_only_a_topic() {
    for body in
        ["I will take you to the small claims court", "再不退款我就打12315投诉，走法律程序", "唔退錢我就去消委會"]
    {
        assert!(read(body).legal, "{body}");
    }
    for body in ["Do you have these court shoes in size 5?", "請問律師袍有現貨嗎？"] {
        assert!(!read(body).legal, "{body}");
    }
}

#[test]
fn nothing_to_read_is_other_and_for_a_person_to_look_at() {
    for body in ["", " \n\t", "👍👍😂", "…"] {
        let told = read(body);
        assert_eq!(
            (told.category, told.reason, told.danger, told.legal),
            (Category::Other, None, false, false),
            "{body:?}"
        );
        assert!(told.confidence < 50 && told.signs.is_empty(), "{body:?}");
    }
}

#[test]
fn signs_are_names_of_ours_and_at_most_six() {
    let told = classify(
        "退款",
        "My refund: the card 6222 was charged twice, the courier was rude, the kettle caught fire, 我要去法院起诉你们",
    );
    assert!(!told.signs.is_empty() && told.signs.len() <= 6, "{told:?}");
    assert!(told.signs.iter().all(|sign| sign.bytes().all(|byte| byte.is_ascii_lowercase() || b"._".contains(&byte))));
}

#[test]
fn what_stands_after_the_limit_or_is_quoted_changes_nothing() {
    let body = "Where is my parcel? It should have come on Monday. ".repeat(400);
    let told = read(&body);
    assert_eq!(told, read(&body[..BODY_LIMIT]));
    assert_eq!(told.category, Category::Delivery);
    assert!(read(&"的".repeat(20_000)).confidence <= 99);
    assert_eq!(read("谢谢\n> 我要退款"), read("谢谢"));
}

#[test]
fn the_halving_table_is_right_at_its_steps() {
    assert_eq!([half_to_the(0), half_to_the(256), half_to_the(512), half_to_the(1 << 20)], [65536, 32768, 16384, 0]);
    assert!((0..6000).all(|n| half_to_the(n) >= half_to_the(n + 1)));
}
