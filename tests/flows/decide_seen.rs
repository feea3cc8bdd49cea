//! An approver's page in every language, as a browser shows it and a person uses it.

use aftercare::case::CaseStatus;
use serde_json::json;
use tests::browser::visit;

use crate::cases::dear;
use crate::decide::waiting;

#[tokio::test]
async fn an_approver_decides_in_simplified_chinese() {
    decides("zh-Hans", ["等待您审批", "拒绝前请先填写理由", "您已通过该申请", "This link does not work"]).await;
}

#[tokio::test]
async fn an_approver_decides_in_traditional_chinese() {
    decides("zh-Hant", ["等待您審核", "駁回前請先填寫理由", "您已核准這筆申請", "This link does not work"]).await;
}

#[tokio::test]
async fn an_approver_decides_in_english() {
    let said = ["Your decision is needed", "Please say why", "You approved this claim", "This link does not work"];
    decides("en", said).await;
}

async fn decides(language: &str, said: [&str; 4]) {
    let world = dear().await;
    world.settings("shop", |settings| settings["staff"][0]["language"] = json!(language)).await;
    let (case, link) = waiting(&world).await;
    let texts = visit(&world, &link, &format!("decide-{language}")).await;
    for (step, text) in ["opened", "refused", "approved", "nothing"].into_iter().zip(said) {
        assert!(texts[step].contains(text), "{step}: {}", texts[step]);
    }
    let after = world.case(case.ticket, 1).await;
    assert_eq!((after.status, after.approvals.len()), (CaseStatus::Approved, 1), "once, however often it was loaded");
}
