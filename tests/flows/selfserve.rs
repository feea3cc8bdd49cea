//! A customer asks for what they want on their own page: they choose, compare, show a photo, agree, and follow it.

use aftercare::case::{CaseKind, CaseStatus};
use serde_json::{Value, json};
use tests::{AGENT, JPEG, LEAD, Page, SHOP, Token, World, one_kettle};

use crate::cases::{dear, paying};

const CUSTOMER: Token = Token::Customer("shop", "c-1");
const ONE_DEFECTIVE: &str = "reason=defective&lines=kettles~1";

/// A world with an order, a ticket about it, and the path of its page.
async fn asking() -> (World, aftercare::id::TicketId, String) {
    let world = paying().await;
    assert_eq!(world.order("o-1", json!({})).await.status, 201);
    let (ticket, link) = world.about_order("o-1").await;
    (world, ticket, link)
}

/// The consent for one kettle of a kind.
async fn consent(world: &World, link: &str, kind: &str) -> Page {
    let page = world.choose(link, &format!("{ONE_DEFECTIVE}&kind={kind}")).await;
    assert_eq!(page.status, 200, "{}", page.text());
    page
}

fn figures(body: &Value) -> i64 {
    body["figures"]["net"].as_i64().unwrap_or_else(|| panic!("no net in {body}"))
}

#[tokio::test]
async fn a_customer_chooses_compares_agrees_and_is_told_the_same_figures() {
    let (world, ticket, link) = asking().await;
    let page = world.visit(&link).await;
    assert!(page.html.contains(&format!("href=\"{link}/case\"")), "{}", page.text());
    let goods = world.visit(&format!("{link}/case")).await;
    assert!(goods.html.contains("name=\"q.kettles\""), "{}", goods.html);
    assert_eq!(goods.header("set-cookie"), "");
    let policy = goods.header("content-security-policy");
    assert!(policy.contains("form-action 'self';"), "{policy}");
    let compared = world.choose(&link, "q.kettles=1&q.cups=0&reason=defective").await;
    let preview = world.post(&SHOP, "/v1/orders/o-1/cases/preview", one_kettle(json!({}))).await;
    assert_eq!(figures(&preview.body), 10_000);
    assert!(compared.text().contains("CNY 100.00"), "{}", compared.text());
    assert!(compared.text().contains("until the end of day 15 after delivery"), "{}", compared.text());
    assert!(compared.html.contains("kind=refund_only"), "{}", compared.html);
    let last = consent(&world, &link, "refund_only").await;
    assert!(last.text().contains("CNY 100.00"));
    let done = world.press(&last, "The seal is broken.").await;
    assert_eq!((done.status, done.at.as_str()), (200, format!("{link}?asked=1").as_str()), "{}", done.text());
    assert!(done.text().contains("We have your claim"), "{}", done.text());
    assert!(done.text().contains("The seal is broken."), "{}", done.text());
    let case = world.case(ticket, 1).await;
    assert_eq!(case.terms.figures.net, 10_000);
    assert_eq!(json!(case.terms.figures), preview.body["figures"]);
    assert!(case.agreed);
    assert_eq!(world.order_now("o-1").await.holds.len(), 1, "held from here on");
    world.settle().await;
    let mails = world.mails_to("c-1@example.com");
    assert!(mails.iter().any(|mail| mail.plain().contains("CNY 100.00")), "{mails:?}");
    let after = world.visit(&link).await;
    assert!(after.text().contains("Your money is on its way back"), "{}", after.text());
    assert!(after.text().contains("The claim was carried out"), "{}", after.text());
}

#[tokio::test]
async fn what_is_not_possible_says_why_in_the_customers_language() {
    let world = paying().await;
    world.order("o-1", json!({ "deliveries": [] })).await;
    let (_, link) = world.about_order("o-1").await;
    let page = world.choose(&link, "reason=change_of_mind&lines=kettles~1").await;
    assert!(page.text().contains("Kettle has not been delivered yet"), "{}", page.text());
    world.put(&SHOP, "/v1/customers/c-1", json!({ "locale": "zh-TW" })).await;
    let page = world.choose(&link, "reason=change_of_mind&lines=kettles~1").await;
    assert!(page.text().contains("Kettle 尚未送達"), "{}", page.text());
    let none = world.choose(&link, "reason=change_of_mind&lines=kettles~1&kind=return_refund").await;
    assert!(none.forms_to("/request").is_empty());
    assert!(none.text().contains("您選擇的方案目前無法申請"), "{}", none.text());
}

#[tokio::test]
async fn of_nothing_there_is_nothing_to_ask() {
    let (world, _, link) = asking().await;
    for query in
        ["reason=defective", "q.kettles=0&reason=defective", "lines=pots~1&reason=defective", "lines=kettles~1"]
    {
        let page = world.choose(&link, query).await;
        assert!(page.text().contains("Please choose how many"), "{query}: {}", page.text());
    }
    let many = world.choose(&link, "reason=defective&lines=kettles~3").await;
    assert!(many.text().contains("Of Kettle at most 2 can be chosen"), "{}", many.text());
}

/// Damaged goods need a photo, within two days.
pub(crate) async fn damaged(world: &World, link: &str) -> Page {
    world.choose(link, "reason=damaged&lines=kettles~1&kind=refund_only").await
}

pub(crate) async fn asking_damaged() -> (World, aftercare::id::TicketId, String) {
    let world = paying().await;
    let deliveries = json!([{ "line": "kettles", "quantity": 2, "at": "2026-03-11T02:00:00Z" }]);
    world.order("o-1", json!({ "deliveries": deliveries })).await;
    let (ticket, link) = world.about_order("o-1").await;
    (world, ticket, link)
}

#[tokio::test]
async fn a_photo_that_is_needed_is_handed_in_first_and_staff_can_save_it() {
    let (world, ticket, link) = asking_damaged().await;
    let before = damaged(&world, &link).await;
    assert!(before.forms_to("/request").is_empty(), "{}", before.text());
    let policy = before.header("content-security-policy");
    assert!(policy.contains("form-action 'self' http://far.side;"), "{policy}");
    let with = world.hand_in(&before, JPEG).await.unwrap();
    assert!(with.text().contains("Photo 1 (JPEG) is here"), "{}", with.text());
    let done = world.press(&with, "").await;
    assert!(done.at.ends_with("?asked=1"), "{} {}", done.status, done.text());
    let case = world.case(ticket, 1).await;
    assert_eq!((case.terms.photos.len(), case.terms.has_evidence), (1, true));
    let path = format!("/v1/desk/tickets/{ticket}/cases/1/photos/{}", case.terms.photos[0]);
    let saved = world.get(&AGENT, &path).await;
    assert_eq!(saved.status, 200, "{}", saved.text);
    let got = world.far.bucket.get(saved.body["url"].as_str().unwrap(), world.now());
    assert_eq!((got.status, got.body), (200, JPEG.to_vec()));
    assert!(got.headers["content-disposition"].starts_with("attachment"));
    assert_eq!(
        world.get(&LEAD, &format!("/v1/desk/tickets/{ticket}/reads")).await.body["reads"].as_array().unwrap().len(),
        1
    );
    let other = Token::Staff("other", "agent-9", &["agent"]);
    assert_eq!(world.get(&other, &path).await.status, 404);
}

#[tokio::test]
async fn a_photo_that_is_replaced_after_it_was_asked_with_is_no_evidence() {
    let (world, ticket, link) = asking_damaged().await;
    let before = damaged(&world, &link).await;
    let with = world.hand_in(&before, JPEG).await.unwrap();
    assert!(world.press(&with, "").await.at.ends_with("?asked=1"));
    let case = world.case(ticket, 1).await;
    let path = format!("/v1/desk/tickets/{ticket}/cases/1/photos/{}", case.terms.photos[0]);
    assert_eq!(world.get(&AGENT, &path).await.status, 200);
    let other = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR of another kettle";
    drop(world.hand_in(&before, other).await);
    assert_eq!(world.get(&AGENT, &path).await.status, 404, "these are other bytes");
    assert_eq!(world.case(ticket, 1).await.hash(), case.hash());
    drop(world.hand_in(&before, JPEG).await);
    assert_eq!(world.get(&AGENT, &path).await.status, 200, "and these are the same");
}

#[tokio::test]
async fn what_is_no_photo_is_refused_with_a_sentence() {
    let (world, _, link) = asking_damaged().await;
    let page = damaged(&world, &link).await;
    let wrong = world.hand_in(&page, b"%PDF-1.7 an invoice").await.unwrap();
    assert!(wrong.text().contains("not a photo of a kind we can take"), "{}", wrong.text());
    assert!(wrong.forms_to("/request").is_empty());
    let large = vec![0xff; 10 * 1024 * 1024 + 1];
    assert_eq!(world.hand_in(&wrong, &large).await.unwrap_err().status, 400, "the bucket refuses it");
    let never = "uAAAAAAAAAAAAAAAAAAAAAA";
    let gone = world.choose(&link, &format!("reason=damaged&lines=kettles~1&kind=refund_only&photos={never}")).await;
    assert!(gone.text().contains("A photo did not reach us"), "{}", gone.text());
}

#[tokio::test]
async fn a_photo_that_is_not_there_when_the_button_is_pressed_makes_no_case() {
    let (world, ticket, link) = asking_damaged().await;
    let (_, other) = world.writes_about("o-1", "And the cups smell of paint, all six of them.").await;
    let theirs = damaged(&world, &other).await;
    let theirs = world.hand_in(&theirs, JPEG).await.unwrap().request_form();
    let of_other = &theirs.fields.iter().find(|(name, _)| name == "photos").unwrap().1;
    let page = damaged(&world, &link).await;
    let form = world.hand_in(&page, JPEG).await.unwrap().request_form();
    for photos in [of_other.as_str(), "uAAAAAAAAAAAAAAAAAAAAAA", "../../x", ""] {
        let refused = world.press_form(&form, &[("photos", photos), ("text", "x")]).await;
        assert_eq!(refused.status, 422, "{photos}: {}", refused.text());
    }
    assert!(world.ticket(ticket).await.cases.is_empty());
}

#[tokio::test]
async fn five_photos_are_enough() {
    let (world, ticket, link) = asking_damaged().await;
    let mut page = damaged(&world, &link).await;
    for _ in 0..5 {
        page = world.hand_in(&page, JPEG).await.unwrap();
    }
    assert!(page.forms_to("/photos/").is_empty(), "no form for a sixth");
    let form = page.request_form();
    let five = &form.fields.iter().find(|(name, _)| name == "photos").unwrap().1;
    let six = format!("{five}~uAAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(world.press_form(&form, &[("photos", &six)]).await.status, 422);
    assert!(world.press_form(&form, &[]).await.at.ends_with("?asked=1"));
    assert_eq!(world.case(ticket, 1).await.terms.photos.len(), 5);
}

#[tokio::test]
async fn what_it_comes_to_now_is_shown_again_before_it_is_asked_for() {
    let (world, ticket, link) = asking().await;
    let page = consent(&world, &link, "refund_only").await;
    let cheaper = json!({ "version": 2, "discount": 1_300 });
    assert_eq!(world.order("o-1", cheaper).await.status, 200);
    let again = world.press(&page, "Please.").await;
    assert_eq!(again.status, 409, "{}", again.text());
    assert!(
        again.text().contains("The figures have changed") && again.text().contains("CNY 95.00"),
        "{}",
        again.text()
    );
    assert!(again.html.contains("Please.</textarea>"), "what was typed is kept");
    assert!(world.ticket(ticket).await.cases.is_empty());
    let done = world.press(&again, "Please.").await;
    assert!(done.at.ends_with("?asked=1"), "{}", done.text());
    assert_eq!(world.case(ticket, 1).await.terms.figures.net, 9_500);
}

#[tokio::test]
async fn a_form_that_is_sent_twice_asks_once_and_with_something_else_not_at_all() {
    let (world, ticket, link) = asking().await;
    let form = consent(&world, &link, "refund_only").await.request_form();
    for _ in 0..2 {
        assert!(world.press_form(&form, &[("text", "Once.")]).await.at.ends_with("?asked=1"));
    }
    assert_eq!(world.press_form(&form, &[("text", "Twice.")]).await.status, 409);
    assert_eq!(world.ticket(ticket).await.cases.len(), 1);
    assert_eq!(world.order_now("o-1").await.holds.len(), 1);
}

#[tokio::test]
async fn two_browsers_that_want_the_last_kettle_get_it_once() {
    let (world, ticket, link) = asking().await;
    let both = "reason=defective&lines=kettles~2&kind=refund_only";
    let (one, other) = (world.choose(&link, both).await, world.choose(&link, both).await);
    let (one, other) = tokio::join!(world.press(&one, ""), world.press(&other, ""));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", one.text(), other.text());
    let lost = if one.status == 409 { one } else { other };
    assert!(lost.text().contains("All of Kettle is part of a claim already"), "{}", lost.text());
    assert_eq!(world.ticket(ticket).await.cases.len(), 1);
}

#[tokio::test]
async fn forged_and_foreign_forms_ask_for_nothing() {
    let (world, ticket, link) = asking().await;
    let form = consent(&world, &link, "refund_only").await.request_form();
    let (_, other) = world.writes_about("o-1", "And the cups smell of paint, all six of them.").await;
    let theirs = consent(&world, &other, "refund_only").await.request_form();
    let token = |form: &tests::Form| form.fields[0].1.clone();
    for wrong in [token(&theirs), String::new(), token(&form).replace('A', "B") + "A"] {
        let refused = world.press_form(&form, &[("token", &wrong)]).await;
        assert_eq!(refused.status, 410, "{}", refused.text());
    }
    world.staff("other").await;
    let elsewhere = form.action.replacen("/t/shop/", "/t/other/", 1);
    let elsewhere = tests::Form { action: elsewhere, ..form.clone() };
    assert_eq!(world.press_form(&elsewhere, &[]).await.status, 404);
    world.later(24 * 3600 + 1);
    assert_eq!(world.press_form(&form, &[]).await.status, 410);
    assert!(world.ticket(ticket).await.cases.is_empty());
}

#[tokio::test]
async fn a_ticket_without_known_facts_or_of_somebody_elses_order_offers_nothing() {
    let world = paying().await;
    let (_, unknown) = world.about_order("o-9").await;
    world.order("o-1", json!({ "customer": "c-2" })).await;
    let (_, theirs) = world.about_order("o-1").await;
    for link in [unknown, theirs] {
        assert!(!world.visit(&link).await.html.contains("/case\""));
        let led_back = world.choose(&link, ONE_DEFECTIVE).await;
        assert_eq!(led_back.at, link);
        let form = tests::Form { action: format!("{link}/request"), fields: Vec::new() };
        assert_eq!(world.press_form(&form, &[("token", "x")]).await.status, 409);
    }
}

#[tokio::test]
async fn a_return_is_followed_from_the_page() {
    let (world, ticket, link) = asking().await;
    let page = world.choose(&link, "reason=defective&lines=kettles~1&kind=return_refund").await;
    world.press(&page, "").await;
    world.settle().await;
    let mut case = world.case(ticket, 1).await;
    if case.status == CaseStatus::Pending {
        case = world.approved(&case).await;
    }
    assert_eq!(case.status, CaseStatus::AwaitingReturn);
    let page = world.visit(&link).await;
    assert!(
        page.text().contains("Please send the goods") && page.text().contains("Please send them by"),
        "{}",
        page.text()
    );
    let (sent, token) = page.form("sent");
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let with = |tracking: &str| tests::filled(&[("token", &token), ("tracking", tracking)]);
    let wrong = world.submit_raw(&sent, &form, &with("<b>")).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("This is no tracking number"), "{}", wrong.text());
    let done = world.submit_raw(&sent, &form, &with("SF 1234 5678")).await;
    assert!(done.at.ends_with("?claim=1"), "{}", done.text());
    assert!(done.text().contains("SF12345678") && done.text().contains("The goods were sent to us"), "{}", done.text());
    assert_eq!(world.case(ticket, 1).await.status, CaseStatus::InTransit);
    assert_eq!(world.submit_raw(&sent, &form, &with("SF 1234 5678")).await.at, done.at, "sent again");
}

#[tokio::test]
async fn a_case_is_cancelled_from_the_page_and_gives_back_what_it_held() {
    let world = dear().await;
    let (ticket, link) = world.about_order("o-1").await;
    world.press(&consent(&world, &link, "refund_only").await, "").await;
    world.settle().await;
    let page = world.visit(&link).await;
    assert!(page.text().contains("We write to you as soon as it is decided"), "{}", page.text());
    let done = world.submit(&page, "cancel", "").await;
    assert!(done.at.ends_with("?claim=1"), "{}", done.text());
    assert_eq!(world.case(ticket, 1).await.status, CaseStatus::Cancelled);
    assert!(world.order_now("o-1").await.holds.is_empty());
    assert!(world.visit(&link).await.text().contains("The claim was cancelled"));
    let (action, token) = page.form("cancel");
    assert_eq!(world.submit_to(&action, &token, "").await.at, done.at, "sent again");
}

#[tokio::test]
async fn what_staff_changed_is_agreed_to_on_the_page_or_not() {
    for (form, status) in [("agree", CaseStatus::AwaitingReturn), ("decline", CaseStatus::Cancelled)] {
        let world = dear().await;
        let (ticket, link) = world.about_order("o-1").await;
        world.press(&consent(&world, &link, "refund_only").await, "").await;
        world.settle().await;
        let case = world.case(ticket, 1).await;
        let edited = world.on_case(&AGENT, &case, "edit", json!({ "kind": "return_refund" })).await;
        assert_eq!(edited.status, 200, "{}", edited.text);
        world.settle().await;
        let page = world.visit(&link).await;
        assert!(page.text().contains("Waiting for your agreement"), "{}", page.text());
        let done = world.submit(&page, form, "").await;
        assert!(done.at.ends_with("?claim=1"), "{}", done.text());
        world.settle().await;
        let mut case = world.case(ticket, 1).await;
        if form == "agree" {
            assert!(case.agreed && case.terms.kind == CaseKind::ReturnRefund);
            world.approve(&LEAD, &case).await;
            world.settle().await;
            case = world.case(ticket, 1).await;
        }
        assert_eq!(case.status, status, "{form}");
    }
}

#[tokio::test]
async fn photos_of_the_shops_api_are_looked_at_before_a_case_is_made() {
    let (world, _, _) = asking_damaged().await;
    let ask = |photo: &str| {
        let lines = json!([{ "line": "kettles", "quantity": 1 }]);
        json!({ "kind": "refund_only", "reason": "damaged", "lines": lines, "photos": [photo] })
    };
    let photo = world.photo(&CUSTOMER, "o-1", JPEG).await;
    let pdf = world.photo(&SHOP, "o-1", b"%PDF-1.7").await;
    for (wrong, says) in [
        (pdf.as_str(), "the file is no photo"),
        ("u-1", "handed in for this order"),
        ("uAAAAAAAAAAAAAAAAAAAAAA", "send it first"),
    ] {
        for path in ["/v1/orders/o-1/cases/preview", "/v1/orders/o-1/cases"] {
            let refused = world.post(&SHOP, path, ask(wrong)).await;
            assert_eq!(
                (refused.status, &refused.body["errors"][0]["pointer"]),
                (422, &json!("/photos/0")),
                "{}",
                refused.text
            );
            assert!(refused.text.contains(says), "{}", refused.text);
        }
    }
    let asked = world.ask("o-1", ask(photo.as_str())).await;
    assert_eq!(asked.status, 201, "{}", asked.text);
    let case = world.case_of(&asked).await;
    let path = format!("/v1/desk/tickets/{}/cases/{}/photos/{photo}", case.ticket, case.number);
    assert_eq!(world.get(&AGENT, &path).await.status, 200);
    assert_eq!(world.post(&Token::Customer("shop", "c-2"), "/v1/orders/o-1/uploads", json!({})).await.status, 404);
    let again = [0, 1].map(|_| world.post_with_key(&SHOP, "/v1/orders/o-1/uploads", "same", json!({})));
    let [one, other] = again;
    assert_eq!(one.await.body["id"], other.await.body["id"]);
}

#[tokio::test]
async fn who_is_erased_is_erased_with_their_photos() {
    let (world, ticket, link) = asking_damaged().await;
    let page = world.hand_in(&damaged(&world, &link).await, JPEG).await.unwrap();
    world.press(&page, "It came like this.").await;
    let lines = json!([{ "line": "kettles", "quantity": 1 }]);
    let photo = world.shop_photo("o-1").await;
    let body = json!({ "kind": "refund_only", "reason": "damaged", "lines": lines, "photos": [photo] });
    let other = world.ask("o-1", body).await;
    assert_eq!(other.status, 201, "{}", other.text);
    world.settle().await;
    let export = world.get(&SHOP, "/v1/customers/c-1/export").await;
    let ids = world.case(ticket, 1).await.terms.photos;
    assert!(export.text.contains(ids[0].as_str()) && export.text.contains(photo.as_str()), "{}", export.text);
    assert_eq!(world.far.bucket.len(), 2);
    assert_eq!(world.post(&SHOP, "/v1/customers/c-1/erase", json!({})).await.status, 200);
    assert_eq!(world.far.bucket.len(), 0);
    assert_eq!(world.choose(&link, ONE_DEFECTIVE).await.status, 410);
    let path = format!("/v1/desk/tickets/{ticket}/cases/1/photos/{}", ids[0]);
    assert_eq!(world.get(&AGENT, &path).await.status, 404);
}
