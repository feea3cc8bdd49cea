//! What a link and a form do not do, whoever tries: nothing by looking, nothing twice, nothing for others.

use aftercare::ticket::{Command, Consent};
use serde_json::{Value, json};
use tests::{Page, Token, World, filled};

use crate::tracking::{opened, propose, staff};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Everything in the table, in one order.
fn everything(world: &World) -> Vec<String> {
    let mut items: Vec<String> = world.items().iter().map(Value::to_string).collect();
    items.sort_unstable();
    items
}

/// The kind page, which is the same whatever is wrong with a link, but for the nonce of its style.
fn kind(page: &Page) -> String {
    let (before, after) = page.html.split_once(" nonce=\"").unwrap();
    let (_, after) = after.split_once('"').unwrap();
    format!("{before}{after}")
}

#[tokio::test]
async fn a_hundred_looks_at_any_link_change_nothing() {
    let world = World::new().await;
    let ticket = opened(&world, json!({})).await;
    propose(&world, ticket).await;
    let link = world.link(ticket).await;
    world.settle().await;
    let before = everything(&world);
    let tampered = format!("{}A", &link[..link.len() - 1]);
    let accept = world.visit(&link).await.form("accept").0;
    for _ in 0..100 {
        for path in [
            &link,
            &tampered,
            &accept,
            &format!("{link}?sent=1&answered=1"),
            &format!("{link}/"),
            &"/t/shop".to_owned(),
        ] {
            for method in ["GET", "HEAD", "OPTIONS"] {
                let reply = world.send(&Token::None, method, path, &[], "").await;
                assert!(reply.status < 500, "{method} {path}: {}", reply.status);
                assert!(
                    method == "GET" || reply.text.is_empty() || matches!(reply.status, 404 | 405),
                    "{method}: {}",
                    reply.text
                );
            }
        }
    }
    assert_eq!(everything(&world), before);
    let quiet = World::new().await;
    let before = everything(&quiet);
    for path in ["/t/shop/x", "/t/never/AAAA", "/t/Not%20a%20shop/AAAA", &link] {
        assert_eq!(quiet.visit(path).await.status, 404, "{path}");
    }
    assert_eq!(everything(&quiet), before, "not even keys, for shops that have none");
}

#[tokio::test]
async fn every_link_that_opens_nothing_is_the_same_kind_page() {
    let world = World::new().await;
    world.staff("other").await;
    let ticket = opened(&world, json!({})).await;
    let link = world.link(ticket).await;
    let page = world.visit(&link).await;
    let (action, token) = page.form("reply");
    let nothing = world.visit("/t/shop/AAAA").await;
    assert_eq!(nothing.status, 404);
    assert!(nothing.text().contains("This link does not work"), "{}", nothing.text());
    assert!(!nothing.html.contains("青禾") && nothing.html.contains("lang=\"en\""));
    assert!(world.visit_in("/t/shop/AAAA", "zh-TW,zh;q=0.9,en;q=0.8").await.html.contains("lang=\"zh-Hant\""));
    let spoilt = format!("{}{}", &link[..link.len() - 4], if link.ends_with("AAAA") { "BBBB" } else { "AAAA" });
    let foreign = link.replace("/shop/", "/other/");
    let broken = [
        format!("{link}/"),
        format!("{link}/reply/"),
        "/t/shop".to_owned(),
        "/t/shop/".to_owned(),
        "/t/shop/a/b/c".to_owned(),
    ];
    for path in
        [&spoilt, &foreign, &format!("/t/shop/{token}"), &link[..link.len() - 1].to_owned()].into_iter().chain(&broken)
    {
        let shut = world.visit(path).await;
        assert_eq!((shut.status, kind(&shut)), (404, kind(&nothing)), "{path}");
    }
    let before = everything(&world);
    for path in [action.replace("/reply", "/decide"), spoilt + "/reply", foreign + "/reply"] {
        let shut = world.submit_to(&path, &token, "Hello.").await;
        assert_eq!((shut.status, kind(&shut)), (404, kind(&nothing)), "{path}");
    }
    assert_eq!(everything(&world), before);
    staff(&world, ticket, Command::Erase, "", false).await;
    let erased = world.visit(&link).await;
    assert_eq!((erased.status, kind(&erased)), (410, kind(&nothing)));
    assert_eq!(world.submit_to(&action, &token, "Hello.").await.status, 410);
}

#[tokio::test]
async fn a_form_sent_twice_is_done_once_and_leads_to_the_same_page() {
    let world = World::new().await;
    let ticket = opened(&world, json!({})).await;
    propose(&world, ticket).await;
    let page = world.visit(&world.link(ticket).await).await;
    for (form, words) in [("reply", "Once."), ("accept", "")] {
        let first = world.submit(&page, form, words).await;
        let before = everything(&world);
        let again = world.later(3600).submit(&page, form, words).await;
        assert_eq!((again.status, &again.at), (200, &first.at));
        assert_eq!(everything(&world), before);
    }
    let before = everything(&world);
    let used = world.submit(&page, "reply", "Twice.").await;
    assert_eq!(used.status, 409);
    assert!(used.text().contains("had been sent before") && used.html.contains("Twice.</textarea>"), "{}", used.text());
    assert_eq!(everything(&world), before);
    assert_eq!(world.submit(&used, "reply", "Twice.").await.status, 200, "the new form takes it");
    assert_eq!(world.ticket(ticket).await.contents, 4);
}

#[tokio::test]
async fn two_that_send_one_form_at_once_do_it_once() {
    let world = World::new().await;
    let ticket = opened(&world, json!({})).await;
    let page = world.visit(&world.link(ticket).await).await;
    let one = world.submit(&page, "reply", "At once.");
    let work = async { world.submit(&page, "reply", "At once.").await };
    let (one, other) = crate::told::within(&world, ("TransactWriteItems", 1), one, work).await.unwrap();
    assert_eq!((one.status, one.at), (200, other.at));
    assert_eq!(world.ticket(ticket).await.contents, 2);
}

#[tokio::test]
async fn a_form_that_is_old_tampered_with_or_anothers_does_nothing_and_says_so_kindly() {
    let world = World::new().await;
    let ticket = opened(&world, json!({})).await;
    let other = opened(&world, json!({ "customer": { "ref": "c-2", "email": "c-2@example.com" } })).await;
    for each in [ticket, other] {
        propose(&world, each).await;
    }
    let page = world.visit(&world.link(ticket).await).await;
    let anothers = world.visit(&world.link(other).await).await;
    let (action, token) = page.form("reply");
    let spoilt = format!("{}{}", &token[..40], token[40..].to_ascii_lowercase());
    let before = everything(&world);
    let stale = [
        (&action, String::new()),
        (&action, "x".repeat(500)),
        (&action, spoilt),
        (&action, anothers.form("reply").1),
        (&action, page.form("accept").1),
        (&page.form("accept").0, page.form("reject").1),
        (&page.form("accept").0, anothers.form("accept").1),
    ];
    for (action, token) in stale {
        let refused = world.submit_to(action, &token, "Kept text.").await;
        assert_eq!(refused.status, 410, "{action} {token}");
        assert!(refused.text().contains("nothing was done"), "{}", refused.text());
        assert_eq!(refused.html.contains("Kept text.</textarea>"), action.ends_with("reply"));
    }
    assert_eq!(everything(&world), before);
    let old = world.later(24 * 3600 + 1).submit(&page, "reply", "A day later.").await;
    assert!(old.status == 410 && old.html.contains("A day later.</textarea>"));
    assert_eq!(everything(&world), before);
    assert_eq!(world.ticket(other).await.proposal.unwrap().consent, Consent::Asked);
    assert_eq!(world.submit(&old, "reply", "A day later.").await.status, 200);
}

#[tokio::test]
async fn a_form_from_elsewhere_or_in_another_dress_does_nothing() {
    let world = World::new().await;
    let ticket = opened(&world, json!({})).await;
    let page = world.visit(&world.link(ticket).await).await;
    let (action, token) = page.form("reply");
    let body = filled(&[("token", &token), ("text", "Hello.")]);
    let before = everything(&world);
    let refused: [(u16, &[(&str, &str)]); 5] = [
        (403, &[FORM, ("sec-fetch-site", "cross-site")]),
        (403, &[FORM, ("sec-fetch-site", "same-site")]),
        (403, &[FORM, ("origin", "https://evil.example"), ("host", "care.example")]),
        (415, &[("content-type", "text/plain")]),
        (415, &[("content-type", "application/json")]),
    ];
    for (status, headers) in refused {
        assert_eq!(world.submit_raw(&action, headers, &body).await.status, status, "{headers:?}");
    }
    let large = format!("{body}&more={}", "x".repeat(256 * 1024));
    assert_eq!(world.submit_raw(&action, &[FORM], &large).await.status, 413);
    assert_eq!(everything(&world), before);
    let same: [&[(&str, &str)]; 3] = [
        &[FORM, ("sec-fetch-site", "same-origin"), ("origin", "null")],
        &[FORM, ("origin", "https://care.example"), ("host", "care.example")],
        &[("content-type", "application/x-www-form-urlencoded; charset=UTF-8")],
    ];
    for headers in same {
        assert_eq!(world.submit_raw(&action, headers, &body).await.status, 200, "{headers:?}");
    }
    assert_eq!(world.ticket(ticket).await.contents, 2, "all three are the same form");
}

#[tokio::test]
async fn what_people_typed_is_text_and_what_staff_note_is_not_there() {
    let world = World::new().await;
    let markup = "</style></textarea><script>alert(1)</script><img src=x onerror=alert(1)>\" onfocus=\"alert(1)";
    world.settings("shop", |settings| settings["shop"]["name"] = json!("<b onclick=x>Shop</b>")).await;
    let about = json!({ "subject": markup, "category": "quality" });
    let ticket = world.open("c-1", markup, about).await.ticket();
    staff(&world, ticket, Command::Note, "Unicorn: the customer is difficult.", true).await;
    staff(&world, ticket, Command::Investigate, "Unicorn: we broke it.", true).await;
    let link = world.link(ticket).await;
    let page = world.visit(&link).await;
    let after = world.submit(&page, "reply", markup).await;
    let empty = world.submit_to(&page.form("reply").0, "", markup).await;
    for shown in [&page, &after, &empty] {
        for tag in ["<script", "<img", "<b ", "Unicorn"] {
            assert!(!shown.html.contains(tag), "{tag} in {}", shown.html);
        }
        assert!(shown.html.contains("&#60;script&#62;alert(1)"));
    }
    assert!(page.text().contains("We looked into it"));
}

#[tokio::test]
async fn every_page_is_closed_to_everything_from_elsewhere() {
    let world = World::new().await;
    let ticket = opened(&world, json!({})).await;
    let page = world.visit(&world.link(ticket).await).await;
    let pages = [world.submit(&page, "reply", " ").await, world.visit("/t/shop/AAAA").await, page];
    let mut nonces: Vec<String> = Vec::new();
    for page in pages {
        let policy = page.header("content-security-policy").to_owned();
        let (_, nonce) = policy.split_once("'nonce-").unwrap();
        let nonce = nonce.split_once('\'').unwrap().0.to_owned();
        assert_eq!(
            policy,
            format!(
                "default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
            )
        );
        assert!(page.html.contains(&format!("<style nonce=\"{nonce}\">")));
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        nonces.push(nonce);
    }
    nonces.sort_unstable();
    nonces.dedup();
    assert_eq!(nonces.len(), 3, "of each page its own");
}
