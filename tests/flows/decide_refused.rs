//! What an approver's link does not do: nothing when it is old, forged, another's, or about what was erased.

use aftercare::case::CaseStatus;
use aftercare::event::Actor;
use aftercare::id::StaffId;
use aftercare::ticket::Command;
use tests::{ADMIN, filled};

use crate::cases::dear;
use crate::decide::{FORM, everything, made_for, now, press, press_with, says, waiting};

#[tokio::test]
async fn after_a_day_a_link_has_expired() {
    let world = dear().await;
    let (case, link) = waiting(&world).await;
    let page = world.visit(&link).await;
    assert_eq!(world.later(24 * 3_600).visit(&link).await.status, 200, "to the second");
    world.later(1);
    for shut in [world.visit(&link).await, press(&world, &page, "approve", "").await] {
        assert_eq!(shut.status, 410);
        says(&shut, &["This link has expired", "Please sign in at the desk"]);
    }
    assert_eq!(now(&world, &case).await.status, CaseStatus::Pending);
}

#[tokio::test]
async fn what_is_forged_or_anothers_opens_and_decides_nothing() {
    let world = dear().await;
    world.staff("other").await;
    let (case, link) = waiting(&world).await;
    let page = world.visit(&link).await;
    let (action, token) = page.form("approve");
    let leads = made_for(&world, &case, "lead-1").await;
    let before = everything(&world);
    let nothing = world.visit("/a/shop/AAAA").await;
    says(&nothing, &["This link does not work"]);
    let spoilt = format!("{}{}", &link[..link.len() - 4], if link.ends_with("AAAA") { "BBBB" } else { "AAAA" });
    let foreign = link.replace("/shop/", "/other/");
    for path in [
        &spoilt,
        &foreign,
        &format!("/a/shop/{token}"),
        &format!("{link}/"),
        &"/a/shop".to_owned(),
        &link[..9].to_owned(),
    ] {
        let shut = world.visit(path).await;
        assert_eq!(shut.status, 404, "{path}");
        says(&shut, &["This link does not work"]);
        assert_eq!(press_with(&world, &format!("{path}/approve"), &token, "").await.status, 404, "{path}");
    }
    let track = link.replace("/a/", "/t/");
    assert_eq!(world.visit(&track).await.status, 404, "nor is it a customer's");
    // A form of one person's page on another's, a form for something else, one from elsewhere.
    assert_eq!(press_with(&world, &format!("{leads}/approve"), &token, "").await.status, 410);
    assert_eq!(press_with(&world, &format!("{link}/refuse"), &token, "No.").await.status, 410);
    assert_eq!(press_with(&world, &format!("{link}/take-back"), &token, "").await.status, 404);
    assert_eq!(press_with(&world, &action, "", "").await.status, 410);
    let body = filled(&[("token", &token)]);
    let elsewhere = world.submit_raw(&action, &[FORM, ("sec-fetch-site", "cross-site")], &body).await;
    assert_eq!(elsewhere.status, 403);
    says(&elsewhere, &["Nothing was decided. Please press it again here."]);
    assert_eq!(world.submit_raw(&action, &[("content-type", "application/json")], "{}").await.status, 415);
    let large = filled(&[("token", &token), ("reason", &"x".repeat(2_000_000))]);
    assert_eq!(world.submit_raw(&format!("{link}/refuse"), &[FORM], &large).await.status, 413);
    assert_eq!(everything(&world), before);
}

#[tokio::test]
async fn what_was_erased_is_not_shown() {
    let world = dear().await;
    let (case, link) = waiting(&world).await;
    let page = world.visit(&link).await;
    let by = Actor::Staff(StaffId::parse("admin-1").unwrap());
    world.act(case.ticket, Command::Erase, &by, None).await.unwrap();
    for shut in [world.visit(&link).await, press(&world, &page, "approve", "").await] {
        assert_eq!(shut.status, 410);
        says(&shut, &["This ticket has been erased"]);
    }
    assert_eq!(world.get(&ADMIN, &format!("/v1/desk/tickets/{}/cases/1", case.ticket)).await.status, 200);
}
