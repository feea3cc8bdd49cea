//! A customer's page in every language, as a browser shows it and a person uses it.

use aftercare::category::Solution;
use aftercare::ticket::{Command, Consent, Status};
use serde_json::json;
use tests::World;
use tests::browser::visit;

use crate::tracking::staff;

/// What is said in one language.
struct Said {
    language: &'static str,
    shop: &'static str,
    subject: &'static str,
    body: &'static str,
    reply: &'static str,
    proposal: &'static str,
    /// What the page says at each step.
    steps: [(&'static str, &'static str); 5],
}

#[tokio::test]
async fn a_customer_writes_and_accepts_in_simplified_chinese() {
    lives_through(Said {
        language: "zh-Hans",
        shop: "莲花家居",
        subject: "电热水壶收到就漏水，要求换货",
        body: "上周买的电热水壶，第一次烧水就从底部漏水，台面都湿了。\n\n订单号 20261112-8841，请尽快换一个新的。",
        reply: "王女士，您好：\n\n非常抱歉给您带来不便，我们马上为您核实。\n\n小周",
        proposal: "我们为您换一个新的水壶，今天下午寄出。旧水壶不必寄回。\n\n请问收货地址是否仍为订单上的地址？",
        steps: [
            ("opened", "等待您的回复"),
            ("refused", "请先填写留言内容"),
            ("written", "我们已收到您的留言"),
            ("accepted", "您已同意我们的方案（换货）"),
            ("nothing", "This link does not work"),
        ],
    })
    .await;
}

#[tokio::test]
async fn a_customer_writes_and_accepts_in_traditional_chinese() {
    lives_through(Said {
        language: "zh-Hant",
        shop: "蓮花家居",
        subject: "快煮壺收到就漏水，想換貨",
        body: "上週買的快煮壺，第一次煮水就從底部漏水。\n\n訂單編號 20261112-8841，麻煩儘快換一個新的。",
        reply: "王小姐您好：\n\n很抱歉造成您的不便，我們馬上為您確認。\n\n怡君",
        proposal: "我們為您換一個新的快煮壺，今天下午寄出。原本的商品不必寄回。\n\n請問收件地址是否與訂單相同？",
        steps: [
            ("opened", "等待您的回覆"),
            ("refused", "請先填寫留言內容"),
            ("written", "我們已收到您的留言"),
            ("accepted", "您已同意我們的方案（換貨）"),
            ("nothing", "This link does not work"),
        ],
    })
    .await;
}

#[tokio::test]
async fn a_customer_writes_and_accepts_in_english() {
    lives_through(Said {
        language: "en",
        shop: "Lotus Home",
        subject: "The kettle leaks straight out of the box, I want a new one",
        body: "I bought this kettle last week, and the first time I boiled water it leaked all over the counter.\n\nOrder UK-5512. Please send me a new one.",
        reply: "Hello Ms Wang,\n\nI am sorry about the kettle. We are looking into it right away.\n\nBest wishes,\nMaya",
        proposal: "We send you a new kettle this afternoon. There is no need to send the old one back.\n\nIs the address on your order still right?",
        steps: [
            ("opened", "Waiting for your answer"),
            ("refused", "Please write a message before you send it"),
            ("written", "Your message has reached us"),
            ("accepted", "You accepted our proposal: an exchange"),
            ("nothing", "This link does not work"),
        ],
    })
    .await;
}

async fn lives_through(said: Said) {
    let world = World::new().await;
    world.settings("shop", |settings| settings["shop"]["name"] = json!(said.shop)).await;
    let about = json!({
        "subject": said.subject, "category": "quality", "customer": { "locale": said.language },
        "attachments": [{ "name": "IMG_20260312_095512.jpg", "type": "image/jpeg", "size": 1_843_200 }],
    });
    let ticket = world.open("c-1", said.body, about).await.ticket();
    world.later(600).assign(ticket, "agent-1").await;
    world.later(900).reply(ticket, json!({ "body": said.reply })).await;
    staff(world.later(1800), ticket, Command::Investigate, "It is the seal.", true).await;
    staff(&world, ticket, Command::Propose { solution: Solution::Exchange }, said.proposal, false).await;
    let link = world.link(ticket).await;
    let texts = visit(world.later(300), &link, said.language).await;
    for (step, text) in said.steps {
        assert!(texts[step].contains(text), "{step}: {}", texts[step]);
    }
    assert!(texts["accepted"].contains("<b>Thank you!</b>"), "as it was typed");
    let after = world.ticket(ticket).await;
    assert_eq!((after.status, after.proposal.unwrap().consent), (Status::Open, Consent::Accepted));
    assert_eq!(after.contents, 5, "one message of theirs, however often the page was loaded");
}
