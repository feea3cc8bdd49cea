//! A customer's page on the deployed stack, by the link of a real mail.

use serde_json::json;
use tests::browser::visit_address;
use tests::stack::{fresh, stack};
use tests::{filled, forms, request};

#[test]
fn the_link_in_a_mail_opens_the_ticket_in_a_browser_and_what_is_written_there_reaches_the_desk() {
    let stack = stack();
    let customer = fresh("link");
    let mut wanted = request(&customer, "The lid does not close.");
    wanted["customer"]["time_zone"] = json!("Europe/London");
    let opened = stack.open("shop-server", wanted);
    let (id, number) = (opened.at("/ticket/id"), opened.at("/ticket/number"));
    let mail = stack.await_mails(&format!("{customer}@example.com"), &number, 1).remove(0);
    let (link, path) = &stack.page_of(&mail);

    let texts = visit_address(link, "stack");
    assert!(texts["opened"].contains(&number) && texts["opened"].contains("The lid does not close."));
    assert!(texts["written"].contains("Your message has reached us"), "{}", texts["written"]);
    let desk = || stack.get("shop-lead", &format!("/v1/desk/tickets/{id}")).is(200).body["messages"].clone();
    assert_eq!(desk()[1]["body"], "Yes, the address is still right. <b>Thank you!</b>");
    assert_eq!(desk().as_array().unwrap().len(), 2, "sent once, however often the page was loaded");

    let page = stack.browse("GET", path, "").is(200);
    assert_eq!(page.kind, "text/html; charset=utf-8");
    let (action, token) = &forms(&page.text)["reply"];
    let body = filled(&[("token", token), ("text", "And the handle is loose. 把手也松了。")]);
    let there = stack.browse("POST", action, &body).is(303).at("/location");
    assert_eq!(stack.browse("POST", action, &body).is(303).at("/location"), there);
    assert!(stack.browse("GET", &there, "").is(200).text.contains("把手也松了。"));
    for method in ["HEAD", "OPTIONS", "GET"] {
        let status = stack.browse(method, path, "").status;
        assert!(status == 200 || (method == "OPTIONS" && status >= 204), "{method}: {status}");
    }
    assert_eq!(desk().as_array().unwrap().len(), 3);
    let shut = stack.browse("GET", &path.replace("/t/shop/", "/t/other/"), "").is(404);
    assert_eq!(shut.kind, "text/html; charset=utf-8");
}
