//! What SES says became of a mail, and who is not written to again.

use serde_json::{Value, json};
use tests::{Mail, SHOP, World};

/// The first mail to a customer.
async fn written_to(world: &World, customer: &str) -> Mail {
    world.open(customer, "The kettle is broken", json!({})).await;
    world.settle().await;
    world.mails_to(&format!("{customer}@example.com")).remove(0)
}

fn bounce(kind: &str, address: &str) -> Value {
    json!({ "bounce": { "bounceType": kind, "bounceSubType": "General", "bouncedRecipients": [{ "emailAddress": address }] } })
}

/// Writes to the customer once more. Answers whether it was sent.
async fn again(world: &World, customer: &str) -> bool {
    let before = world.mails_to(&format!("{customer}@example.com")).len();
    world.open(customer, "The lid does not fit the pot", json!({ "subject": "Another thing" })).await;
    world.settle().await;
    world.mails_to(&format!("{customer}@example.com")).len() > before
}

#[tokio::test]
async fn after_a_permanent_bounce_or_a_complaint_nobody_writes_there_again() {
    let world = World::new().await;
    let mail = written_to(&world, "c-1").await;
    world.mail_notice("Bounce", &mail, bounce("Permanent", "C-1 <C-1@Example.com>")).await;
    assert!(!again(&world, "c-1").await);
    let mail = written_to(&world, "c-2").await;
    let complaint = json!({ "complaint": { "complainedRecipients": [{ "emailAddress": "c-2@example.com" }] } });
    world.mail_notice("Complaint", &mail, complaint).await;
    assert!(!again(&world, "c-2").await);
    let stages: Vec<String> = world.stages().into_iter().map(|(_, stage)| stage).collect();
    assert_eq!(stages.iter().filter(|stage| *stage == "skipped").count(), 2);
    // A new address is another matter, and so is another customer.
    world.put(&SHOP, "/v1/customers/c-1", json!({ "email": "ann@example.com", "locale": "en" })).await;
    world.open("c-1", "The bowl is cracked", json!({ "subject": "Third", "customer": { "email": null } })).await;
    world.settle().await;
    assert_eq!(world.mails_to("ann@example.com").len(), 1);
    assert!(again(&world, "c-3").await);
}

#[tokio::test]
async fn what_passes_is_no_reason_not_to_write() {
    let world = World::new().await;
    let mail = written_to(&world, "c-1").await;
    for kind in ["Transient", "Undetermined"] {
        world.mail_notice("Bounce", &mail, bounce(kind, "c-1@example.com")).await;
    }
    for kind in ["DeliveryDelay", "Delivery", "Open", "Click", "Something new"] {
        world.mail_notice(kind, &mail, json!({})).await;
    }
    assert!(again(&world, "c-1").await);
}

#[tokio::test]
async fn a_mail_that_ses_rejects_after_all_has_failed() {
    let world = World::new().await;
    for (customer, kind) in [("c-1", "Reject"), ("c-2", "Rendering Failure")] {
        let mail = written_to(&world, customer).await;
        for _ in 0..2 {
            world.mail_notice(kind, &mail, json!({})).await;
        }
        assert!(again(&world, customer).await);
    }
    let failed = world.stages().into_iter().filter(|(_, stage)| stage == "failed").count();
    assert_eq!((failed, world.next_due("MAIL#")), (2, None));
}

#[tokio::test]
async fn notices_that_are_not_about_our_mail_are_ignored() {
    let world = World::new().await;
    let mail = written_to(&world, "c-1").await;
    let before = world.items();
    let bounced = |tags: Value| {
        let mut notice = json!({ "eventType": "Bounce", "mail": { "messageId": "m", "tags": tags } });
        tests::merge(&mut notice, bounce("Permanent", "c-1@example.com"));
        notice.to_string()
    };
    let intent = mail.tags["intent"].clone();
    // An intent of another table, a tag of somebody else's, another kind of item, none at all.
    let other = if intent.as_bytes()[30] == b'Q' { "R" } else { "Q" };
    let elsewhere = format!("{}{other}{}", &intent[..30], &intent[31..]);
    let greeting = "Successfully validated SNS topic for Amazon SES event publishing.";
    for notice in [
        bounced(json!({ "intent": [elsewhere] })),
        bounced(json!({ "intent": ["newsletter-7"] })),
        bounced(json!({ "intent": ["VHwhU1RBVEU"] })),
        bounced(json!({ "intent": [] })),
        bounced(json!({})),
        json!({ "notificationType": "AmazonSnsSubscriptionSucceeded", "message": "You have subscribed" }).to_string(),
        greeting.to_owned(),
        json!({ "Type": "Notification", "Message": greeting }).to_string(),
    ] {
        world.notify.handle(&notice, world.now()).await.unwrap_or_else(|why| panic!("{notice}: {why}"));
    }
    assert_eq!(world.items(), before);
    assert!(again(&world, "c-1").await);
}

#[tokio::test]
async fn a_notice_that_is_none_goes_back_to_its_queue() {
    let world = World::new().await;
    for broken in ["", "{", "Hello", "{}", r#"{"Message":"{"}"#, r#"{"notice":"acknowledge"}"#] {
        assert!(world.notify.handle(broken, world.now()).await.is_err(), "{broken}");
    }
}
