//! One mail, whatever happens to those who send it: SPEC 9.5.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tests::{Fault, Mail, World};

/// A ticket whose acknowledgement is in the queue.
async fn opened(world: &World) {
    world.open("c-1", "The kettle is broken", json!({})).await;
    world.relay(world.stream()).await;
}

/// A ticket whose acknowledgement SES got, its reply lost.
async fn unsettled(world: &World) -> Mail {
    opened(world).await;
    world.far.fail_in("SendRawEmail", 1, Fault::LostReply);
    world.settle().await;
    assert_eq!(stages(world), ["sending"]);
    world.far.mails()[0].clone()
}

/// An urgent ticket, its lead's mail due.
async fn alerted(world: &World) {
    world.open("c-1", "The kettle exploded and hurt my hand", json!({ "category": "quality" })).await;
    world.settle().await;
    let due = world.next_due("MAIL#").unwrap();
    world.until(due);
}

fn stages(world: &World) -> Vec<String> {
    world.stages().into_iter().map(|(_, stage)| stage).collect()
}

fn to_lead(world: &World) -> usize {
    world.mails_to("lead@shop.example").len()
}

#[tokio::test]
async fn a_lost_reply_is_settled_by_the_send_event() {
    let world = World::new().await;
    let mail = unsettled(&world).await;
    world.mail_notice("Send", &mail, json!({})).await;
    assert_eq!((stages(&world), world.next_due("MAIL#")), (vec!["sent".to_owned()], None));
    world.later(3600).flush().await;
    assert_eq!(world.far.mails().len(), 1);
}

#[tokio::test]
async fn without_a_send_event_for_15_minutes_it_is_sent_again_and_counted() {
    let world = World::new().await;
    unsettled(&world).await;
    assert_eq!(world.later(15 * 60 - 1).flush().await.resent, 0);
    assert_eq!(world.far.mails().len(), 1);
    assert_eq!(world.later(1).flush().await.resent, 1);
    assert_eq!(world.far.mails().len(), 2);
    assert_eq!((stages(&world), world.next_due("MAIL#")), (vec!["sent".to_owned()], None));
    // What SES says of the first one now changes nothing.
    world.ses_events().await;
    assert_eq!(world.later(3600).flush().await.resent, 0);
    assert_eq!(world.far.mails().len(), 2);
}

#[tokio::test]
async fn a_message_that_comes_again_does_nothing_wherever_its_mail_stands() {
    let world = World::with_attempts(1).await;
    opened(&world).await;
    let message = world.notify_queue();
    let again = async || world.deliver([message.clone(), message.clone()].concat()).await;

    // Claimed: its writer has just been stopped.
    world.far.fail_in("TransactWriteItems", 1, Fault::LostReply);
    world.deliver(message.clone()).await;
    world.notify_queue();
    assert_eq!((again().await, stages(&world)), (0, vec!["claimed".to_owned()]));
    // Sending: SES has it, or not.
    world.far.fail_in("SendRawEmail", 1, Fault::Before);
    world.later(60).flush().await;
    assert_eq!((again().await, stages(&world)), (0, vec!["sending".to_owned()]));
    assert_eq!(world.far.mails().len(), 0);
    world.later(15 * 60).flush().await;
    assert_eq!((again().await, stages(&world)), (0, vec!["sent".to_owned()]));
    assert_eq!(world.far.mails().len(), 1);
}

#[tokio::test]
async fn a_send_event_may_be_faster_than_the_reply() {
    let world = World::new().await;
    opened(&world).await;
    let messages = world.notify_queue();
    // Claimed, sending, sent: the third write waits.
    world.far.hold("TransactWriteItems", 3);
    let event = async {
        world.far.held().await;
        let mail = world.far.mails()[0].clone();
        world.mail_notice("Send", &mail, json!({})).await;
        world.far.release();
    };
    let (failed, ()) = tokio::join!(world.deliver(messages), event);
    assert_eq!((failed, stages(&world)), (0, vec!["sent".to_owned()]));
    world.later(3600).flush().await;
    assert_eq!(world.far.mails().len(), 1);
}

#[tokio::test]
async fn a_worker_that_outlives_its_claim_does_not_send() {
    let world = World::new().await;
    opened(&world).await;
    let messages = world.notify_queue();
    // It is about to write that it is sending.
    world.far.hold("TransactWriteItems", 2);
    let other = async {
        world.far.held().await;
        world.later(60).flush().await;
        assert_eq!(world.far.mails().len(), 1);
        world.far.release();
    };
    let (failed, ()) = tokio::join!(world.deliver(messages), other);
    assert_eq!((failed, stages(&world)), (0, vec!["sent".to_owned()]));
    assert_eq!(world.far.mails().len(), 1);
}

#[tokio::test]
async fn a_late_word_of_the_first_sender_does_not_undo_the_second() {
    let world = World::new().await;
    opened(&world).await;
    let messages = world.notify_queue();
    // SES has it, and the note of that is a quarter of an hour on its way.
    world.far.hold("TransactWriteItems", 3);
    let other = async {
        world.far.held().await;
        assert_eq!(world.later(15 * 60).flush().await.resent, 1);
        world.far.release();
    };
    let (failed, ()) = tokio::join!(world.deliver(messages), other);
    assert_eq!((failed, stages(&world)), (0, vec!["sent".to_owned()]));
    assert_eq!((world.far.mails().len(), world.next_due("MAIL#")), (2, None));
}

#[tokio::test]
async fn a_send_event_of_the_first_try_ends_the_second() {
    let world = World::new().await;
    let mail = unsettled(&world).await;
    world.far.refuse_mail(Some("Throttling"));
    assert_eq!(world.later(15 * 60).flush().await.resent, 1);
    assert_eq!(stages(&world), ["waiting"]);
    world.far.refuse_mail(None);
    world.mail_notice("Send", &mail, json!({})).await;
    assert_eq!(stages(&world), ["sent"]);
    world.later(3600).flush().await;
    assert_eq!(world.far.mails().len(), 1);
}

#[tokio::test]
async fn an_index_that_is_behind_shows_nothing_that_is_on_its_way() {
    let world = World::new().await;
    alerted(&world).await;
    world.far.freeze_index();
    world.far.fail_in("SendRawEmail", 1, Fault::LostReply);
    assert_eq!(world.flush().await.examined, 1);
    assert_eq!(to_lead(&world), 1);
    // The index still shows it as due; its item says that somebody may be sending it.
    let report = world.later(60).flush().await;
    assert_eq!((report.examined, report.resent, to_lead(&world)), (0, 0, 1));
    world.far.thaw_index();
    assert_eq!(world.later(15 * 60).flush().await.resent, 1);
}

#[tokio::test]
async fn two_flushes_at_once_send_once() {
    let world = World::new().await;
    alerted(&world).await;
    let (one, other) = tokio::join!(world.flush(), world.flush());
    assert_eq!((one.failed + other.failed, one.resent + other.resent), (0, 0));
    assert_eq!(to_lead(&world), 1);
}

#[tokio::test]
async fn what_ses_does_not_take_now_is_tried_again_with_growing_pauses_for_days() {
    let world = World::new().await;
    opened(&world).await;
    for code in ["Throttling", "MailFromDomainNotVerifiedException", "AccountSendingPausedException", "MessageRejected"]
    {
        world.far.refuse_mail(Some(code));
        world.settle().await;
        let due = world.next_due("MAIL#").unwrap();
        world.until(due).flush().await;
        assert_eq!(stages(&world), ["waiting"], "{code}");
    }
    let mut pauses: Vec<SignedDuration> = Vec::new();
    let started = world.now();
    while let Some(due) = world.next_due("MAIL#") {
        pauses.push(due.duration_since(world.now()));
        world.until(due).flush().await;
        assert!(pauses.len() < 100);
    }
    assert!(pauses.is_sorted());
    assert_eq!((pauses[0], pauses[pauses.len() - 1]), (SignedDuration::from_mins(16), SignedDuration::from_hours(1)));
    let days = world.now().duration_since(started).as_hours() / 24;
    assert_eq!((days, stages(&world)), (3, vec!["failed".to_owned()]));
    assert_eq!(world.far.mails().len(), 0);
}

#[tokio::test]
async fn what_ses_never_takes_fails_at_once() {
    let world = World::new().await;
    opened(&world).await;
    world.far.refuse_mail(Some("InvalidParameterValue"));
    world.settle().await;
    assert_eq!((stages(&world), world.next_due("MAIL#")), (vec!["failed".to_owned()], None));
}

#[tokio::test]
async fn a_mail_that_cannot_be_written_is_put_off_and_given_up_in_the_end() {
    let world = World::new().await;
    opened(&world).await;
    let messages = world.notify_queue();
    let gone = world.spoil(|_, sk| sk.starts_with("ENTRY#"), |item| *item = Value::Null);
    assert_eq!((gone, world.deliver(messages).await), (1, 0));
    let mut flushes = 0;
    while let Some(due) = world.next_due("MAIL#") {
        world.until(due).flush().await;
        flushes += 1;
        assert!(flushes < 100);
    }
    assert_eq!((stages(&world), world.far.mails().len()), (vec!["failed".to_owned()], 0));
}

#[tokio::test]
async fn a_notice_of_a_ticket_that_is_gone_goes_back_to_its_queue() {
    let world = World::new().await;
    opened(&world).await;
    world.spoil(|_, sk| sk == "STATE", |item| *item = Value::Null);
    assert_eq!(world.deliver(world.notify_queue()).await, 1);
    assert_eq!(stages(&world), Vec::<String>::new());
}

#[tokio::test]
async fn a_mail_that_cannot_be_read_stops_none_of_its_bucket() {
    let world = World::new().await;
    for customer in ["c-1", "c-2", "c-3"] {
        let danger = json!({ "category": "quality" });
        world.open(customer, "The kettle exploded and hurt my hand", danger).await;
    }
    world.settle().await;
    let one = std::cell::Cell::new(true);
    let urgent = |_: &str, sk: &str| sk.contains("#urgent#") && one.take();
    world.spoil(urgent, |item| item["v"] = json!({ "N": "7" }));
    let due = world.next_due("MAIL#").unwrap();
    let report = world.until(due).flush().await;
    assert_eq!((report.examined, report.failed, to_lead(&world)), (3, 1, 2));
    // A build that reads it finds it: it stays due.
    assert_eq!(world.next_due("MAIL#"), Some(due));
}

#[tokio::test]
async fn a_flush_begins_no_mail_that_it_has_no_time_to_end() {
    let world = World::new().await;
    alerted(&world).await;
    let soon = world.now() + SignedDuration::from_secs(12);
    let report = world.notify.flush(world.now(), soon, &|| world.now()).await.unwrap();
    assert_eq!((report.more, to_lead(&world)), (true, 0));
    let report = world.notify.flush(world.now(), Timestamp::MAX, &|| world.now()).await.unwrap();
    assert_eq!((report.more, to_lead(&world)), (false, 1));
}
