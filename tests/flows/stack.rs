//! The deployed template on the local stack, used from outside: HTTP in, mail out.

use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tests::browser::look;
use tests::stack::{Answer, Stack, fresh, instant, stack};
use tests::{filled, forms, merge, request};

/// A ticket of a customer nobody else has, with their address.
fn ticket(body: &str, more: Value) -> (Value, String) {
    let customer = fresh("ann");
    let mut wanted = request(&customer, body);
    merge(&mut wanted, more);
    (wanted, format!("{customer}@example.com"))
}

fn id(answer: &Answer) -> String {
    answer.at("/ticket/id")
}

fn number(answer: &Answer) -> String {
    answer.at("/ticket/number")
}

/// Has notify send what is due now; the schedule would within the minute.
fn flush(stack: &Stack) {
    stack.invoke("NotifyName", &json!({ "flush": true }));
}

fn scan(stack: &Stack) -> Value {
    stack.invoke("SlaScanName", &Value::Null)
}

#[test]
fn a_ticket_is_acknowledged_in_the_customers_language_by_when_it_is_due() {
    let stack = stack();
    let customers = [
        ("zh-CN", "耳机左耳没有声音，请换新。", "zh-Hans", "%Y年%-m月%-d日"),
        ("zh-TW", "杯子碎了四個，請問要怎麼退？", "zh-Hant", "%Y年%-m月%-d日"),
        ("en-GB", "The kettle leaks at the bottom.", "en", "%-d %B %Y"),
    ];
    let opened = customers.map(|(locale, body, ..)| {
        let zone = json!({ "locale": locale, "time_zone": "Asia/Shanghai" });
        let (wanted, address) = ticket(body, json!({ "customer": zone, "subject": "1" }));
        (stack.open("shop-server", wanted), address)
    });
    let mut files = Vec::new();
    for ((answer, address), (.., language, date)) in opened.iter().zip(customers) {
        let mail = stack.await_mails(address, &number(answer), 1).remove(0);
        assert_eq!(mail.header("content-language"), language);
        assert!(mail.header("subject").contains(&number(answer)), "{}", mail.header("subject"));
        assert_eq!(mail.header("auto-submitted"), "auto-replied");
        for promise in answer.body["ticket"]["promises"].as_array().unwrap() {
            let due = instant(promise["due_at"].as_str().unwrap()).to_zoned(TimeZone::get("Asia/Shanghai").unwrap());
            let (date, time) = (due.strftime(date).to_string(), due.strftime("%H:%M").to_string());
            assert!(mail.text.contains(&date) && mail.text.contains(&time), "{date} {time} is not in {}", mail.text);
        }
        files.push(mail.file);
    }
    let seen = look(&files);
    assert_eq!(seen.iter().map(|sight| sight.language.as_str()).collect::<Vec<_>>(), ["zh-Hans", "zh-Hant", "en"]);
    assert!(seen.iter().all(|sight| sight.due.len() == 1));
}

#[test]
fn a_customer_sees_no_ticket_but_their_own() {
    let stack = stack();
    let words = |text: &str| json!({ "channel": "web", "kind": "inquiry", "body": format!("{text} {}", fresh("")) });
    let own = stack.open("shop-customer", words("Mine"));
    let anothers = stack.open("shop-server", ticket("Not yours.", json!({})).0);
    let elsewhere = stack.open("other-server", ticket("Not even your shop's.", json!({})).0);
    let read = |id: &str| stack.get("shop-customer", &format!("/v1/tickets/{id}"));

    assert_eq!(id(&read(&id(&own)).is(200)), id(&own));
    let nothing = read("01a200a3-3373-779b-b158-af4ceb9ac041").is(404);
    assert_eq!(nothing.kind, "application/problem+json");
    for name in [id(&anothers), number(&anothers), id(&elsewhere), number(&elsewhere)] {
        assert_eq!(read(&name), nothing, "{name}");
        let path = format!("/v1/tickets/{name}/messages");
        assert_eq!(stack.post("shop-customer", &path, json!({ "channel": "web", "body": "Hello?" })), nothing);
    }
    let listed = stack.get("shop-customer", "/v1/tickets").is(200).body;
    let customers = listed["tickets"].as_array().unwrap().iter().map(|ticket| &ticket["customer"]);
    assert!(customers.clone().count() > 0 && customers.clone().all(|customer| customer == "shop-customer-1"));
    assert_eq!(stack.get("other-lead", &format!("/v1/desk/tickets/{}", id(&own))), nothing);
}

#[test]
fn staff_see_what_is_due_take_it_answer_and_resolve_and_the_mails_hang_together() {
    let stack = stack();
    let (wanted, address) = ticket("The handle broke off.", json!({}));
    let opened = stack.open("shop-server", wanted.clone());
    let path = |act: &str| format!("/v1/desk/tickets/{}{act}", id(&opened));
    let due = opened.at("/ticket/promises/0/due_at");

    let all = stack.get("shop-agent", "/v1/desk/tickets?status=new&due=2999-01-01T00:00:00Z&limit=100").is(200).body;
    let tickets = all["tickets"].as_array().unwrap();
    assert!(tickets.iter().any(|ticket| ticket["id"] == json!(id(&opened))));
    let dues = tickets.iter().map(|ticket| ticket["promises"][0]["due_at"].as_str().unwrap_or("~"));
    assert!(dues.is_sorted(), "what is due first, first");
    let sooner = stack.get("shop-agent", "/v1/desk/tickets?due=2020-01-01T00:00:00Z").is(200);
    assert_eq!(sooner.body["tickets"], json!([]), "{due} is later");

    let agent = stack.user("shop-agent")["sub"].clone();
    assert_eq!(stack.post("shop-finance", &path("/assign"), json!({ "to": agent })).status, 403);
    stack.post("shop-lead", &path("/assign"), json!({ "to": agent })).is(200);
    let answered = stack.post("shop-agent", &path("/replies"), json!({ "body": "A new one leaves today." })).is(200);
    assert_eq!(answered.at("/promises/0/outcome"), "met");
    stack.await_mails(&address, "A new one leaves today.", 1);
    let resolved = stack.post("shop-agent", &path("/resolve"), json!({ "body": "It was delivered." })).is(200);
    assert_eq!(resolved.at("/status"), "resolved");
    let mails = [
        stack.await_mails(&address, &number(&opened), 1).remove(0),
        stack.await_mails(&address, "A new one leaves today.", 1).remove(0),
        stack.await_mails(&address, "It was delivered.", 1).remove(0),
    ];
    for mail in &mails {
        assert_eq!(mail.header("reply-to"), format!("help+{}@shop.example", number(&opened)));
        assert_eq!(mail.header("references"), mails[0].header("references"));
        assert_eq!(mail.header("subject"), mails[0].header("subject"));
        assert_eq!(mail.header("list-id"), "<tickets.shop.example>");
    }

    // The customer answers that mail: it comes to the shop, and the shop posts it.
    let to = json!([mails[2].header("reply-to")]);
    let headers = json!({ "message_id": format!("<{}@example.com>", fresh("m")), "from": address, "to": to });
    let mail = json!({ "channel": "email", "body": "It broke again!", "mail": headers, "customer": wanted["customer"], "kind": "complaint" });
    let again = stack.post("shop-server", "/v1/tickets", mail);
    assert!(again.status == 200 || again.status == 201, "{}", again.text);
    assert_eq!((id(&again), again.body["appended"].clone()), (id(&opened), json!(true)));
    let whole = stack.get("shop-lead", &path("")).is(200);
    assert_eq!(whole.at("/ticket/status"), "open");
    assert!(whole.text.contains("It broke again!"));
    look(&mails.map(|mail| mail.file));
}

#[test]
fn a_request_sent_twice_is_carried_out_once() {
    let stack = stack();
    let (wanted, address) = ticket("Where is my parcel?", json!({}));
    let key = fresh("twice");
    let first = stack.post_with_key("shop-server", "/v1/tickets", &key, &wanted).is(201);
    let second = stack.post_with_key("shop-server", "/v1/tickets", &key, &wanted);
    assert_eq!(first, second);
    let other = ticket("Something else.", json!({})).0;
    stack.post_with_key("shop-server", "/v1/tickets", &key, &other).is(422);

    // Every event of the ticket sent again sends no mail again.
    let mails = stack.await_mails(&address, &number(&first), 1);
    let opened = instant(&first.at("/ticket/opened_at"));
    let span = json!({ "from": opened, "to": "2999-01-01T00:00:00Z" });
    let done = stack.invoke("EventRelayName", &json!({ "replay": span }));
    assert!(done["sent"].as_u64() >= Some(1) && done["cursor"].is_null(), "{done}");
    // A ticket opened after the replay is acknowledged after it.
    let (wanted, later) = ticket("And where is this one?", json!({}));
    let last = stack.open("shop-server", wanted);
    stack.await_mails(&later, &number(&last), 1);
    flush(stack);
    assert_eq!(stack.mails(&address), mails);
}

#[test]
fn an_urgent_ticket_alerts_the_lead() {
    let stack = stack();
    let danger = json!({
        "category": "account_payment", "order": { "id": "o-1", "total": { "amount": 500_000, "currency": "CNY" } },
        "customer": { "tier": "vip" },
    });
    let (mut wanted, _) = ticket("My card was charged twice.", danger);
    stack.open("shop-server", wanted.clone());
    merge(
        &mut wanted,
        json!({ "order": { "id": "o-2" }, "body": "And again, for another order, with nobody answering." }),
    );
    let second = stack.open("shop-server", wanted);
    assert_eq!(second.at("/ticket/priority"), "urgent");
    let lead = stack.user("shop-lead")["email"].as_str().unwrap();
    let mail = stack.until("the lead's mail", || {
        flush(stack);
        stack.mails(lead).into_iter().find(|mail| mail.text.contains(&number(&second)))
    });
    assert_eq!(mail.header("content-language"), "zh-Hans");
    assert_eq!(mail.header("reply-to"), "");
    look(&[mail.file]);
}

#[test]
fn a_broken_promise_is_found_at_its_instant_and_told_once() {
    let stack = stack();
    let due = instant(&stack.late.at("/ticket/promises/0/due_at"));
    assert!(due.duration_since(instant(&stack.late.at("/ticket/opened_at"))).as_secs() <= 1);
    let lead = stack.user("hasty-lead")["email"].as_str().unwrap();
    let look_for = || {
        scan(stack);
        flush(stack);
        let mails = stack.mails(lead);
        (!mails.is_empty()).then_some(mails)
    };
    let mails = stack.until("the breach", look_for);
    let path = format!("/v1/desk/tickets/{}", id(&stack.late));
    let whole = stack.get("hasty-lead", &path).is(200);
    assert_eq!(whole.at("/ticket/promises/0/outcome"), "breached");
    let told =
        |what: &str| whole.body["timeline"].as_array().unwrap().iter().filter(|line| line["what"] == what).count();
    assert_eq!((told("first_response_reached_breached"), told("resolution_reached_breached")), (1, 1));
    assert_eq!(mails.len(), 2, "one for each promise: {mails:?}");
    assert!(mails.iter().all(|mail| mail.text.contains(&number(&stack.late))));
    scan(stack);
    flush(stack);
    assert_eq!(stack.mails(lead), mails);
    look(&mails.into_iter().map(|mail| mail.file).collect::<Vec<_>>());
}

#[test]
fn an_address_that_bounced_is_not_written_to_again() {
    let stack = stack();
    let (wanted, address) = ticket("Do you ship to Norway?", json!({}));
    let opened = stack.open("shop-server", wanted);
    stack.await_mails(&address, &number(&opened), 1);

    // The emulator fires no notices: this one is what SES would send to the topic.
    let intent = &stack.items("shop", &id(&opened), "MAIL#")[0];
    let key = |name: &str| intent[name]["S"].as_str().unwrap().to_owned();
    let notice = json!({
        "eventType": "Bounce",
        "mail": { "messageId": "m", "tags": { "intent": [tag(&format!("{}!{}", key("pk"), key("sk")))] } },
        "bounce": { "bounceType": "Permanent", "bouncedRecipients": [{ "emailAddress": address }] },
    });
    let topic = json!({ "TopicArn": stack.output("MailNoticesTopicArn"), "Message": notice.to_string() });
    stack.aws("sns", "publish", topic);

    let replied = format!("/v1/desk/tickets/{}/replies", id(&opened));
    let skipped = stack.until("a skipped mail", || {
        stack.post("shop-agent", &replied, json!({ "body": "Yes, we do." })).is(200);
        let intents = stack.items("shop", &id(&opened), "MAIL#");
        intents.into_iter().find(|intent| intent["doc"]["S"].as_str().unwrap().contains("suppressed"))
    });
    assert!(skipped["sk"]["S"].as_str().unwrap().contains("#reply#"), "{skipped}");
}

/// A mail's tag, as SES gives it back.
fn tag(key: &str) -> String {
    let text = aws_smithy_types::base64::encode(key);
    text.replace('+', "-").replace('/', "_").trim_end_matches('=').to_owned()
}

#[test]
fn an_entry_that_cannot_be_read_is_set_aside_and_the_rest_goes_on() {
    let stack = stack();
    let broken = json!({ "pk": { "S": format!("T|shop|{}", fresh("broken")) }, "sk": { "S": "ENTRY#00000001" } });
    let mut item = broken.clone();
    merge(&mut item, json!({ "v": { "N": "1" }, "doc": { "S": "{ torn" } }));
    stack.aws("dynamodb", "put_item", json!({ "TableName": stack.output("TableName"), "Item": item }));
    let (wanted, address) = ticket("Is the lamp dimmable?", json!({}));
    let opened = stack.open("shop-server", wanted);
    stack.await_mails(&address, &number(&opened), 1);
    let pk = broken["pk"]["S"].as_str().unwrap();
    let letter = stack.until("the letter of the relay", || {
        stack.letters("EventRelayDeadLettersUrl").into_iter().find(|letter| letter.contains(pk))
    });
    assert!(
        letter.contains("ENTRY#00000001") && !letter.contains("torn"),
        "keys, and nothing that somebody wrote: {letter}"
    );
    stack.aws("dynamodb", "delete_item", json!({ "TableName": stack.output("TableName"), "Key": broken }));
}

#[test]
fn refusals_are_problem_documents_of_ours_but_for_the_gateways_own() {
    let stack = stack();
    let nowhere = stack.get("shop-server", "/v2/anything").is(404);
    assert_eq!((nowhere.kind.as_str(), nowhere.at("/title").as_str()), ("application/problem+json", "Not found"));
    assert_eq!(stack.send("", "GET", "/nowhere", "", "").is(404), nowhere);
    // What a browser would escape, somebody may type raw.
    assert_eq!(stack.send("", "GET", "/nowhere?q=<\"x\">", "", "").is(404), nowhere);
    assert_eq!(stack.browse("GET", "/t/shop/abc?q=<x>", "").is(404).kind, "text/html; charset=utf-8");

    let wrong = stack.post("shop-server", "/v1/tickets", json!({ "channel": "pigeon", "kind": "gift" })).is(422);
    assert_eq!(wrong.kind, "application/problem+json");
    let fields: Vec<&str> =
        wrong.body["errors"].as_array().unwrap().iter().filter_map(|error| error["pointer"].as_str()).collect();
    assert!(["/channel", "/kind", "/body", "/customer"].iter().all(|field| fields.contains(field)), "{fields:?}");

    let nobody = stack.send("", "GET", "/v1/tickets", "", "").is(401);
    assert_eq!(nobody.body, json!({ "message": "Unauthorized" }));
    stack.get("shop-agent", "/v1/tickets").is(401);
    stack.get("shop-server", "/v1/desk/tickets").is(401);

    let large =
        json!({ "channel": "web", "kind": "inquiry", "body": "x".repeat(256 * 1024), "customer": { "ref": "c" } });
    let refused = stack.post("shop-server", "/v1/tickets", large).is(413);
    assert_eq!(refused.kind, "application/problem+json");
}

#[test]
fn what_was_there_before_the_stack_was_ended_is_there_after() {
    let stack = stack();
    let (before, after) = (&stack.before.connection, &stack.connection);
    assert_eq!(before["api"], after["api"]);
    let token = before["users"]["shop-server"]["token"].as_str().unwrap();
    let read = stack.send(token, "GET", &format!("/v1/tickets/{}", stack.before.ticket), "", "").is(200);
    assert_eq!(id(&read), stack.before.ticket);
}

#[test]
fn the_logs_hold_ids_and_nothing_that_somebody_wrote() {
    let stack = stack();
    let typed = ["Marmalade", "Zaphod", "heart.of.gold"];
    let customer = fresh("z");
    let person = json!({ "name": "Zaphod", "email": format!("{customer}@heart.of.gold.example") });
    let (wanted, _) = ticket("It is full of Marmalade.", json!({ "subject": "Marmalade", "customer": person }));
    let address = person["email"].as_str().unwrap();
    let opened = stack.open("shop-server", wanted);
    let mail = stack.await_mails(address, &number(&opened), 1).remove(0);
    let acts = format!("/v1/desk/tickets/{}", id(&opened));
    stack.post("shop-lead", &format!("{acts}/replies"), json!({ "body": "No more Marmalade" })).is(200);
    stack.post("shop-lead", &format!("{acts}/notes"), json!({ "body": "Zaphod again" })).is(200);
    let wrong = json!({ "channel": "Marmalade", "customer": { "email": "Zaphod", "name": ["Zaphod"] } });
    stack.post("shop-server", "/v1/tickets", wrong).is(422);
    let page = stack.browse("GET", &stack.page_of(&mail).1, "").is(200);
    let (action, token) = &forms(&page.text)["reply"];
    stack.browse("POST", action, &filled(&[("token", token), ("text", "Still Marmalade.")])).is(303);
    stack.await_mails(address, &number(&opened), 2);
    let lines = stack.until("lines about it", || {
        let lines = stack.log_lines();
        let told = |what: &str| lines.iter().any(|line| line.contains(&id(&opened)) && line.contains(what));
        (told("mail sent") && told("form taken")).then_some(lines)
    });
    for line in lines {
        assert!(!typed.iter().any(|word| line.contains(word)), "{line}");
    }
}
