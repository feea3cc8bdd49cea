//! An approver follows the link in their mail: looks, presses a button, and takes it back if they think again.

use aftercare::case::{Case, CaseStatus};
use aftercare::id::StaffId;
use futures_util::future::join;
use serde_json::{Value, json};
use tests::{AGENT, LEAD, PUBLIC_URL, Page, Token, World, filled, one_kettle};

use crate::cases::dear;

pub(crate) const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const CUSTOMER: Token = Token::Customer("shop", "c-1");
const MANAGER: Token = Token::Staff("shop", "manager-1", &["manager"]);
pub(crate) const AGENTS: &str = "agent@shop.example";

/// Everything in the table, in one order.
pub(crate) fn everything(world: &World) -> Vec<String> {
    let mut items: Vec<String> = world.items().iter().map(Value::to_string).collect();
    items.sort_unstable();
    items
}

/// The path of the page behind the latest link that somebody got by mail, if any.
pub(crate) fn link_in_mail(world: &World, address: &str) -> Option<String> {
    let mails = world.mails_to(address).into_iter().rev();
    let link = |mail: tests::Mail| {
        let text = mail.plain();
        let path = text.lines().find_map(|line| line.trim().strip_prefix(PUBLIC_URL)).map(str::to_owned);
        path.filter(|path| path.starts_with("/a/"))
    };
    mails.filter_map(link).next()
}

/// A refund of CNY 400 that waits for an agent, and the agent's link to it.
pub(crate) async fn waiting(world: &World) -> (Case, String) {
    let case = world.asked("o-1", one_kettle(json!({}))).await;
    assert_eq!(case.status, CaseStatus::Pending);
    // Mails to staff wait for others that could go with them.
    world.drained().await;
    (case, link_in_mail(world, AGENTS).expect("a link"))
}

/// Presses a button, and goes where that leads.
pub(crate) async fn press(world: &World, page: &Page, button: &str, reason: &str) -> Page {
    let (action, token) = page.form(button);
    press_with(world, &action, &token, reason).await
}

pub(crate) async fn press_with(world: &World, action: &str, token: &str, reason: &str) -> Page {
    world.submit_raw(action, &[FORM], &filled(&[("token", token), ("reason", reason)])).await
}

pub(crate) async fn now(world: &World, case: &Case) -> Case {
    world.case(case.ticket, case.number).await
}

pub(crate) fn says(page: &Page, sentences: &[&str]) {
    for said in sentences {
        assert!(page.text().contains(said), "{said}: {}", page.text());
    }
}

/// How an instant so many seconds from now is said in the shop's zone.
fn clock(world: &World, seconds: i64) -> String {
    let at = world.now().saturating_add(jiff::SignedDuration::from_secs(seconds)).unwrap();
    let shanghai = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap();
    at.to_zoned(shanghai).strftime("%A %-d %B %Y, %H:%M").to_string()
}

#[tokio::test]
async fn the_page_shows_the_case_as_the_mail_does_and_looking_writes_nothing() {
    let world = dear().await;
    let (_, link) = waiting(&world).await;
    let before = everything(&world);
    let page = world.visit_in(&link, "zh-CN").await;
    assert_eq!((page.status, page.header("content-language")), (200, "en"), "{}", page.text());
    says(
        &page,
        &[
            "Your decision is needed",
            "Looking at this page decides nothing",
            "The link works until Friday 13 March 2026, 10:",
            "CNY 400.00",
            "1 × item kettles",
            "Of that to card pay-1",
            "Defective",
            "Order",
            "o-1",
            "Asked for by The storefront",
            "Given on this order, with this claim",
            "Approvals still needed agent",
            "Within the period Yes",
            "Photos 0",
            "Risk score",
            "Why not automatic the order’s refunds are above the limit",
            "Approvals given so far None yet.",
        ],
    );
    assert_eq!(page.forms().into_keys().collect::<Vec<_>>(), ["approve", "refuse"]);
    for header in ["content-security-policy", "referrer-policy", "x-frame-options"] {
        assert!(!page.header(header).is_empty(), "{header}");
    }
    assert!(!page.html.contains("<script") && page.header("set-cookie").is_empty());
    for method in ["GET", "HEAD"] {
        for path in [&link, &format!("{link}/approve"), &format!("{link}/refuse"), &format!("{link}?x=1")] {
            let reply = world.send(&Token::None, method, path, &[], "").await;
            assert!(reply.status < 400 && (method == "GET" || reply.text.is_empty()), "{method} {path}");
        }
    }
    assert_eq!(world.visit(&format!("{link}/approve")).await.at, link, "loaded again after a form");
    assert_eq!(everything(&world), before);
}

#[tokio::test]
async fn an_approval_by_link_is_confirmed_and_pays_after_ten_minutes() {
    let world = dear().await;
    let (case, link) = waiting(&world).await;
    let page = world.visit(&link).await;
    let done = press(&world, &page, "approve", "").await;
    assert_eq!((done.status, done.at.as_str()), (200, link.as_str()));
    let until = clock(&world, 600);
    says(&done, &["You approved this claim", &format!("It can be taken back until {until}"), "by a link"]);
    assert!(done.forms().is_empty());
    world.settle().await;
    assert_eq!(now(&world, &case).await.status, CaseStatus::Approved);
    let confirmed = world.mails_of("decided");
    assert_eq!(confirmed.len(), 1);
    assert_eq!(confirmed[0].to, AGENTS);
    world.later(9 * 60).scan_twice().await;
    assert!(world.far.pay.ledger().is_empty(), "it waits");
    let used = press(&world, &page, "approve", "").await;
    assert_eq!((used.status, &used.at), (200, &link), "the same form leads to the same page");
    world.later(61).scan_twice().await;
    assert_eq!(now(&world, &case).await.status, CaseStatus::Settled);
    assert_eq!(world.far.pay.ledger().len(), 1);
    says(&world.visit(&link).await, &["You approved this claim", "can no longer be taken back", "You (agent)"]);
}

#[tokio::test]
async fn whoever_thinks_again_takes_it_back_within_ten_minutes() {
    let world = dear().await;
    let (case, link) = waiting(&world).await;
    let first = world.visit(&link).await;
    press(&world, &first, "approve", "").await;
    world.settle().await;
    let back = link_in_mail(&world, AGENTS).unwrap();
    assert_ne!(back, link);
    let until = clock(&world, 600);
    let page = world.later(300).visit(&back).await;
    says(&page, &["Take your approval back?", &format!("It can be taken back until {until}")]);
    assert_eq!(page.forms().into_keys().collect::<Vec<_>>(), ["take-back"]);
    let before = everything(&world);
    assert_eq!(world.visit(&back).await.status, 200);
    assert_eq!(everything(&world), before);
    let taken = press(&world, &page, "take-back", "").await;
    says(&taken, &["This claim waits for a decision again"]);
    world.settle().await;
    world.drained().await;
    let pending = now(&world, &case).await;
    assert_eq!((pending.status, pending.approvals.len()), (CaseStatus::Pending, 0));
    // The link decided once, and a new mail has a new one.
    let spent = world.visit(&link).await;
    says(&spent, &["This link has been used", "that decision was taken back"]);
    assert!(spent.forms().is_empty());
    let (action, token) = first.form("refuse");
    let again = press_with(&world, &action, &token, "No.").await;
    assert_eq!(again.status, 409);
    says(&again, &["Nothing was decided with that", "This link has been used"]);
    let newer = link_in_mail(&world, AGENTS).unwrap();
    assert!(newer != link && newer != back);
    press(&world, &world.visit(&newer).await, "approve", "").await;
    says(&world.visit(&back).await, &["You approved this claim"]);
    assert!(world.visit(&back).await.forms().is_empty(), "to take that back there is a newer link");
    world.later(601).scan_twice().await;
    assert_eq!(now(&world, &case).await.status, CaseStatus::Settled);
    let late = world.visit(&back).await;
    assert_eq!(late.status, 410);
    says(&late, &["The time to take it back is over"]);
}

#[tokio::test]
async fn a_rejection_by_link_waits_too_and_its_reason_stays_among_staff() {
    let world = dear().await;
    let (case, link) = waiting(&world).await;
    let page = world.visit(&link).await;
    let empty = press(&world, &page, "refuse", " \n ").await;
    assert_eq!(empty.status, 422);
    says(&empty, &["Please say why before you reject it"]);
    let long = press(&world, &empty, "refuse", &format!("<script>alert(1)</script>{}", "x".repeat(20_000))).await;
    assert_eq!(long.status, 422);
    assert!(long.html.contains("&#60;script&#62;") && !long.html.contains("<script"), "it stays text");
    says(&long, &["At most 20000 characters fit"]);
    let done = press(&world, &long, "refuse", "<script>alert(1)</script> Another kettle.").await;
    says(&done, &["You rejected this claim", "It can be taken back until"]);
    world.settle().await;
    assert_eq!(now(&world, &case).await.status, CaseStatus::Rejected);
    assert_eq!(world.order_now("o-1").await.available().amount, 47_000, "it is held still");
    let other = press(&world, &long, "refuse", "For another reason.").await;
    assert_eq!(other.status, 409);
    says(&other, &["the first counts", "You rejected this claim"]);
    world.later(601).scan_twice().await;
    assert_eq!(world.order_now("o-1").await.available().amount, 87_000);
    says(&world.visit(&link).await, &["You rejected this claim", "can no longer be taken back"]);
    let inside = world.get(&AGENT, &format!("/v1/desk/tickets/{}", case.ticket)).await;
    assert!(inside.text.contains("<script>alert(1)</script> Another kettle."), "{}", inside.text);
    let track = world.table.track_link(PUBLIC_URL, &world.ticket(case.ticket).await, world.now()).await.unwrap();
    let track = world.visit(track.trim_start_matches(PUBLIC_URL)).await;
    let seen = world.get(&CUSTOMER, &format!("/v1/tickets/{}", case.ticket)).await;
    for text in [&track.html, &seen.text] {
        assert!(!text.contains("Another kettle"), "{text}");
    }
    assert!(world.far.mails().iter().all(|mail| !mail.plain().contains("Another kettle")));
}

#[tokio::test]
async fn of_two_who_press_at_once_one_decides() {
    let world = dear().await;
    let (case, link) = waiting(&world).await;
    let (one, other) = (world.visit(&link).await, world.visit(&link).await);
    let pressed = join(press(&world, &one, "approve", ""), press(&world, &other, "refuse", "No.")).await;
    let mut statuses = [pressed.0.status, pressed.1.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{}", pressed.1.text());
    let case = now(&world, &case).await;
    assert_eq!(case.approvals.len() + usize::from(case.rejected_by.is_some()), 1);
    world.settle().await;
    assert_eq!(world.mails_of("decided").len(), 1);
}

#[tokio::test]
async fn a_link_to_what_was_changed_since_says_what_it_was_and_is() {
    let world = dear().await;
    let (case, link) = waiting(&world).await;
    let page = world.visit(&link).await;
    let body = json!({ "reason": "wrong_item", "kind": "return_refund" });
    assert_eq!(world.on_case(&LEAD, &case, "edit", body).await.status, 200);
    let stale = press(&world, &page, "approve", "").await;
    assert_eq!(stale.status, 409);
    says(&stale, &["Nothing was decided with that", "This claim was changed since your email", "It was", "It is now"]);
    world.settle().await;
    let stale = world.visit(&link).await;
    says(
        &stale,
        &[
            "It was A refund, CNY 400.00",
            "It is now A refund when the goods are back",
            "an email with a new link comes to you",
        ],
    );
    assert!(stale.forms().is_empty());
    world.drained().await;
    let newer = link_in_mail(&world, AGENTS).unwrap();
    assert_eq!(world.visit(&newer).await.forms().len(), 2);
    // Above what a link decides no mail has one.
    world
        .settings("shop", |settings| {
            let limits = &mut settings["cases"]["limits"]["CNY"];
            (limits["agent"], limits["lead"]) = (json!(20_000), json!(50_000));
        })
        .await;
    let later = world.asked("o-1", one_kettle(json!({}))).await;
    assert_eq!(later.needed, [aftercare::access::Role::Manager], "{later:?}");
    world.drained().await;
    assert_eq!(link_in_mail(&world, "manager@shop.example"), None);
}

#[tokio::test]
async fn what_was_raised_above_a_links_limit_is_refused_kindly() {
    let world = dear().await;
    world.settings("shop", |settings| settings["cases"]["limits"]["CNY"]["lead"] = json!(60_000)).await;
    let (case, link) = waiting(&world).await;
    let page = world.visit(&link).await;
    let two = json!({ "lines": [{ "line": "kettles", "quantity": 2 }] });
    assert_eq!(world.on_case(&LEAD, &case, "edit", two).await.status, 200);
    world.settle().await;
    let refused = press(&world, &page, "approve", "").await;
    assert_eq!(refused.status, 409);
    says(
        &refused,
        &["CNY 400.00", "CNY 800.00", "It is about more than a link may decide. Please sign in at the desk."],
    );
    assert_eq!(now(&world, &case).await.status, CaseStatus::Pending);
}

#[tokio::test]
async fn nobody_decides_by_link_on_what_they_asked_for_or_changed_since() {
    let world = dear().await;
    let (case, link) = waiting(&world).await;
    let page = world.visit(&link).await;
    assert_eq!(world.on_case(&AGENT, &case, "edit", json!({ "reason": "wrong_item" })).await.status, 200);
    world.settle().await;
    let refused = press(&world, &page, "approve", "").await;
    assert_eq!(refused.status, 409);
    says(&refused, &["You asked for this claim, changed it or approved it before, so somebody else has to decide."]);
    // A link to the newest version, that no mail would have.
    let own = made_for(&world, &case, "agent-1").await;
    let page = world.visit(&own).await;
    assert!(page.forms().is_empty());
    says(&page, &["Somebody else has to decide"]);
    assert_eq!(now(&world, &case).await.status, CaseStatus::Pending);
}

/// A link to a case as it is, as a mail to this person would have it.
pub(crate) async fn made_for(world: &World, case: &Case, person: &str) -> String {
    use aftercare::link::{Decision, DecisionPurpose};
    let case = now(world, case).await;
    let until = world.now().saturating_add(jiff::SignedDuration::from_hours(24)).unwrap();
    let person = StaffId::parse(person).unwrap();
    let link = Decision::on(&case, DecisionPurpose::Decide, &person, until);
    let url = world.table.decide_url(PUBLIC_URL, &case.storefront, &link, world.now()).await.unwrap();
    url.trim_start_matches(PUBLIC_URL).to_owned()
}

#[tokio::test]
async fn whoever_is_not_in_the_role_any_more_decides_nothing() {
    let world = dear().await;
    let (case, link) = waiting(&world).await;
    let page = world.visit(&link).await;
    let role = async |role: &str| {
        world.settings("shop", |settings| settings["staff"][0]["role"] = json!(role)).await;
    };
    role("finance").await;
    let refused = press(&world, &page, "approve", "").await;
    assert_eq!(refused.status, 403);
    says(&refused, &["Another role has to decide", "It needs an approval by: agent."]);
    world.settings("shop", |settings| drop(settings["staff"].as_array_mut().unwrap().remove(0))).await;
    for shut in [world.visit(&link).await, press(&world, &page, "approve", "").await] {
        assert_eq!(shut.status, 403);
        says(&shut, &["This link no longer works for you", "ask your administrator"]);
        assert!(!shut.html.contains("CNY"));
    }
    assert_eq!(now(&world, &case).await.status, CaseStatus::Pending);
}

#[tokio::test]
async fn a_link_says_who_decided_before_its_person_did() {
    let world = dear().await;
    let (case, link) = waiting(&world).await;
    let page = world.visit(&link).await;
    assert_eq!(world.approve(&MANAGER, &case).await.status, 200);
    let late = press(&world, &page, "refuse", "It is not ours.").await;
    assert_eq!(late.status, 409);
    says(
        &late,
        &["This claim is approved", "It was decided by: manager.", "can no longer be taken back", "at the desk"],
    );
    assert!(late.forms().is_empty());
}

#[tokio::test]
async fn each_line_of_a_digest_that_asks_has_a_link_of_its_own() {
    let world = dear().await;
    for number in 1..=11 {
        let lines = json!([{ "id": "kettles", "quantity": 1, "total": 40_000 }]);
        let payments = json!([{ "id": format!("p-{number}"), "method": "card", "captured": 40_000 }]);
        let facts = json!({ "customer": format!("guest-{number}"), "lines": lines, "payments": payments, "shipping": 0,
            "deliveries": [{ "line": "kettles", "quantity": 1, "at": "2026-03-10T02:00:00Z" }] });
        let order = format!("many-{number}");
        assert_eq!(world.order(&order, facts).await.status, 201);
        assert_eq!(world.ask(&order, one_kettle(json!({}))).await.status, 201);
    }
    world.settle().await;
    world.drained().await;
    let mails = world.mails_to(AGENTS);
    assert_eq!(mails.iter().map(|mail| mail.tags["kind"].as_str()).collect::<Vec<_>>(), ["digest"]);
    let text = mails[0].plain();
    let links: Vec<&str> = text.split_whitespace().filter(|word| word.contains("/a/shop/")).collect();
    assert_eq!(links.len(), 11, "{text}");
    let page = world.visit(links[4].strip_prefix(PUBLIC_URL).unwrap()).await;
    press(&world, &page, "approve", "").await;
    world.settle().await;
    assert_eq!(world.mails_of("decided").len(), 1, "it decides on that one");
}
