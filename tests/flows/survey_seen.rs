//! A survey's page in every language and on every scale, as a browser shows it and a person uses it.

use aftercare::ticket::Status;
use serde_json::json;
use tests::World;
use tests::browser::visit;

use crate::survey_page::{asked_in, link};

#[tokio::test]
async fn a_customer_answers_in_english() {
    answers("en", "csat", ["How satisfied are you", "Please choose one", "open again", "You get no more surveys"])
        .await;
}

#[tokio::test]
async fn a_customer_answers_in_simplified_chinese() {
    answers("zh-Hans", "nps", ["您有多大可能", "请选择一项", "您的问题已重新打开", "You get no more surveys"]).await;
}

#[tokio::test]
async fn a_customer_answers_in_traditional_chinese() {
    answers("zh-Hant", "ces", ["有多容易", "請選擇一項", "您的問題已重新開啟", "You get no more surveys"]).await;
}

async fn answers(language: &str, kind: &str, said: [&str; 4]) {
    let world = World::new().await;
    world.settings("shop", |settings| settings["surveys"]["kind"] = json!(kind)).await;
    let (ticket, mail) = asked_in(&world, language).await;
    let texts = visit(&world, &link(&mail, "/s/"), &format!("survey-{language}")).await;
    for (step, text) in ["opened", "refused", "thanks", "stopped"].into_iter().zip(said) {
        assert!(texts[step].contains(text), "{step}: {}", texts[step]);
    }
    assert!(texts["thanks"].contains("<b>Again!</b>"), "as it was typed");
    assert_eq!(world.ticket(ticket).await.status, Status::Open);
}
