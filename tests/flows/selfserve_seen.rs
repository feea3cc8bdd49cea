//! Asking for a case in every language, as a browser shows it and a person does it.

use aftercare::case::CaseStatus;
use serde_json::json;
use tests::browser::ask;

use crate::cases::paying;

/// What is said at some of the steps.
type Said = [(&'static str, &'static str); 4];

#[tokio::test]
async fn a_customer_asks_for_their_money_in_english() {
    let said = [
        ("compared", "What you can have"),
        ("no-photo", "not a photo of a kind we can take"),
        ("agreeing", "Photo 1 (JPEG) is here"),
        ("asked", "We have your claim"),
    ];
    asks("en", said).await;
}

#[tokio::test]
async fn a_customer_asks_for_their_money_in_simplified_chinese() {
    let said = [
        ("compared", "可选方案"),
        ("no-photo", "不是可接受的照片格式"),
        ("agreeing", "照片 1（JPEG）已上传"),
        ("asked", "已收到您的售后申请"),
    ];
    asks("zh-Hans", said).await;
}

#[tokio::test]
async fn a_customer_asks_for_their_money_in_traditional_chinese() {
    let said = [
        ("compared", "可選方案"),
        ("no-photo", "不是可接受的照片格式"),
        ("agreeing", "照片 1（JPEG）已上傳"),
        ("asked", "已收到您的售後申請"),
    ];
    asks("zh-Hant", said).await;
}

async fn asks(language: &str, said: Said) {
    let mut world = paying().await;
    world.pages.public_url = "http://care.localhost".to_owned();
    let lines = json!([{ "id": "kettles", "title": "Kettle, 1.7 l, steel", "quantity": 2, "total": 80_000 }, { "id": "cups", "quantity": 6, "total": 6_000 }]);
    let payments = json!([{ "id": "pay-1", "method": "card", "captured": 87_000 }]);
    let deliveries = json!([{ "line": "kettles", "quantity": 2, "at": "2026-03-11T02:00:00Z" }]);
    let order = json!({ "lines": lines, "payments": payments, "deliveries": deliveries });
    assert_eq!(world.order("o-1", order).await.status, 201);
    let (ticket, link) = world.about_order("o-1").await;
    let customer = json!({ "email": "c-1@example.com", "locale": language });
    world.put(&tests::SHOP, "/v1/customers/c-1", customer).await;
    let texts = ask(&world, &link, language).await;
    for (step, text) in said {
        assert!(texts[step].contains(text), "{step}: {}", texts[step]);
    }
    let case = world.case(ticket, 1).await;
    assert_eq!((case.status, case.terms.photos.len()), (CaseStatus::Cancelled, 1));
}
