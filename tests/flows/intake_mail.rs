//! What the customer hears when a ticket comes in, and mail that comes back.

use serde_json::{Value, json};
use tests::{AGENT, Mail, Reply, SHOP, World};

/// Why a mail was not sent, by the intents in the table.
fn skips(world: &World) -> Vec<String> {
    let is_intent = |item: &Value| item["sk"]["S"].as_str().is_some_and(|sk| sk.starts_with("MAIL#"));
    let intents = world.items().into_iter().filter(is_intent);
    let skip = |item: Value| {
        let intent: Value = serde_json::from_str(item["doc"]["S"].as_str()?).ok()?;
        Some(intent["stage"]["skipped"].as_str()?.to_owned())
    };
    let mut skips: Vec<String> = intents.filter_map(skip).collect();
    skips.sort_unstable();
    skips
}

fn header<'a>(mail: &'a Mail, name: &str) -> &'a str {
    mail.raw.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_else(|| panic!("{name}"))
}

async fn acknowledged_in(shop: &str, locale: Value) -> String {
    let world = World::new().await;
    world.settings("shop", |settings| settings["shop"]["language"] = json!(shop)).await;
    let opened = world.open("c-1", "?", json!({ "customer": { "locale": locale } })).await;
    assert_eq!(opened.status, 201, "{}", opened.text);
    world.settle().await;
    header(&world.far.mails()[0], "Content-Language").to_owned()
}

#[tokio::test]
async fn an_acknowledgement_is_in_the_customers_language_or_else_the_shops() {
    for (shop, locale, language) in [
        ("en", json!("zh-TW"), "zh-Hant"),
        ("en", json!("zh_HK"), "zh-Hant"),
        ("en", json!("zh-CN"), "zh-Hans"),
        ("zh-Hant", json!("en-GB"), "en"),
        ("zh-Hant", json!("fr-FR"), "zh-Hant"),
        ("zh-Hans", json!(null), "zh-Hans"),
        ("en", json!("fr"), "en"),
    ] {
        assert_eq!(acknowledged_in(shop, locale.clone()).await, language, "{locale} in a shop of {shop}");
    }
}

#[tokio::test]
async fn machines_bounces_and_our_own_addresses_are_not_acknowledged() {
    let world = World::new().await;
    world.settings("shop", |settings| settings["mail"]["own_addresses"] = json!(["office@shop.example"])).await;
    world.put(&SHOP, "/v1/customers/c-known", json!({ "email": "Office@Shop.Example" })).await;
    let mail = |headers: Value| json!({ "channel": "email", "mail": headers });
    let silent = [
        mail(json!({ "return_path": "<>" })),
        mail(json!({ "return_path": " " })),
        mail(json!({ "auto_submitted": "auto-replied" })),
        mail(json!({ "auto_submitted": "auto-generated; owner-email=\"a@b.example\"" })),
        mail(json!({ "from": "Mail Delivery System <MAILER-DAEMON@mx.example.com>" })),
        mail(json!({ "from": "mailer-daemon@mx.example.com (Mail Delivery System)" })),
        mail(json!({ "from": "Postmaster@example.com", "auto_submitted": "no" })),
        mail(json!({ "auto_submitted": "(no) auto-replied" })),
        mail(json!({ "from": "Shop <HELP@shop.example>" })),
        mail(json!({ "from": "help+7K3M9QXA@shop.example" })),
        mail(json!({ "from": "office@shop.example" })),
        json!({ "customer": { "email": "office@shop.example" } }),
        json!({ "customer": { "ref": "c-known", "email": null } }),
    ];
    for (number, more) in silent.into_iter().enumerate() {
        let opened = world.open(&format!("c-{number}"), "Thank you", more.clone()).await;
        assert_eq!((opened.status, &opened.body["ticket"]["status"]), (201, &json!("new")), "{more}");
        world.settle().await;
        assert_eq!(world.far.mails(), [], "{more}");
    }
    for (number, how) in
        ["no", "No; because=human", "No (a person wrote (this))", "(by hand) no ; a=b"].iter().enumerate()
    {
        world
            .open(
                &format!("c-1{number}"),
                "?",
                mail(json!({ "auto_submitted": how, "return_path": "ann@example.com" })),
            )
            .await;
    }
    world.settle().await;
    assert_eq!(world.far.mails().len(), 4);
}

#[tokio::test]
async fn a_customer_without_an_address_gets_none_and_the_skip_is_recorded() {
    let world = World::new().await;
    world.open("c-1", "?", json!({ "customer": { "email": null } })).await;
    world.settle().await;
    assert_eq!((world.far.mails().len(), skips(&world)), (0, vec!["no_address".to_owned()]));
}

#[tokio::test]
async fn one_customer_gets_at_most_10_in_180_minutes_and_2_with_one_subject() {
    let world = World::new().await;
    world.settings("shop", |settings| settings["limits"]["tickets_per_customer_hour"] = json!(50)).await;
    let open = async |number: usize, subject: &str| {
        let body: String = ('\u{4e00}'..).skip(number * 40).take(40).collect();
        assert_eq!(world.open("c-1", &body, json!({ "subject": subject })).await.status, 201);
        world.settle().await;
        world.far.mails().len()
    };
    assert_eq!([open(0, "Kettle").await, open(1, "KETTLE ").await, open(2, "kettle").await], [1, 2, 2]);
    assert_eq!(skips(&world), ["same_subject"]);
    for number in 3..11 {
        open(number, &format!("Kettle {number}")).await;
    }
    assert_eq!(world.far.mails().len(), 10);
    assert_eq!(open(12, "Lid").await, 10);
    assert_eq!(skips(&world), ["same_subject", "too_many"]);
    world.later(180 * 60);
    assert_eq!(open(13, "Kettle").await, 11);
}

/// A mail that is sent to where our mail says that answers go.
async fn answer(world: &World, customer: &str, to: &str, body: &str) -> Reply {
    let mail = json!({ "channel": "email", "subject": "Re: My order", "mail": { "to": ["x@example.com", to] } });
    world.open(customer, body, mail).await
}

#[tokio::test]
async fn an_answer_to_our_mail_lands_on_its_ticket() {
    let world = World::new().await;
    let first = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    world.settle().await;
    let to = header(&world.far.mails()[0], "Reply-To").to_owned();
    assert!(to.contains("help+"), "{to}");
    let then = json!({ "then": "waiting_customer" });
    world.reply(first, then).await;
    let landed = answer(&world, "c-1", &to, "Here is a photo").await;
    assert_eq!((landed.status, landed.ticket(), &landed.body["message"]), (200, first, &json!(3)));
    assert_eq!(landed.body["ticket"]["status"], "open");
    let shouted = answer(&world, "c-1", &to.to_uppercase(), "And another").await;
    assert_eq!((shouted.status, shouted.ticket()), (200, first));
    // Answers are no new tickets: they count for no flood, however many.
    for number in 0..6 {
        assert_eq!(answer(&world, "c-1", &to, &format!("Photo {number}")).await.status, 200);
    }
    assert_eq!(world.open("c-1", "Where is my parcel?", json!({})).await.status, 201);
}

#[tokio::test]
async fn an_answer_that_its_ticket_cannot_take_becomes_a_ticket_of_its_own() {
    let world = World::new().await;
    let tag = |reply: &Reply| format!("help+{}@shop.example", reply.body["ticket"]["number"].as_str().unwrap());
    let bens = world.open("ben", "The lid is broken", json!({})).await;
    world.settings("shop", |settings| settings["block"]["customers"] = json!(["c-1"])).await;
    let spam = world.open("c-1", "Buy now", json!({})).await;
    world.settings("shop", |settings| settings["block"]["customers"] = json!([])).await;
    let old = world.open("c-1", "The kettle is broken", json!({})).await;
    world.resolve(old.ticket()).await;
    world.later(7 * 24 * 3600 + 1);

    let nobodys = "help+7K3M9QXA@shop.example".to_owned();
    for (number, to) in [tag(&bens), tag(&spam), tag(&old), nobodys].iter().enumerate() {
        let text: String = ('\u{4e00}'..).skip(number * 40).take(40).collect();
        let opened = answer(&world, "c-1", to, &text).await;
        assert_eq!((opened.status, &opened.body["ticket"]["customer"]), (201, &json!("c-1")), "{to}: {}", opened.text);
        let read = world.get(&SHOP, &format!("/v1/tickets/{}", opened.ticket())).await;
        assert_eq!(read.body["messages"][0]["body"], text);
    }
    let bens = world.get(&AGENT, &format!("/v1/desk/tickets/{}", bens.ticket())).await;
    assert_eq!(bens.body["messages"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_answer_whose_program_ignores_where_answers_go_lands_by_its_references() {
    let world = World::new().await;
    let first = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    world.settle().await;
    let ours = header(&world.far.mails()[0], "References").to_owned();
    let referring = async |customer: &str, name: &str, value: &str, body: &str| {
        let mail = json!({ "to": ["help@shop.example"], name: value });
        world.open(customer, body, json!({ "channel": "email", "subject": "Re: My order", "mail": mail })).await
    };
    let long = format!("{} {ours}\r\n <0100@eu-west-1.amazonses.com>", "<a.b.c@mail.example> ".repeat(150).trim());
    for (name, value) in [("references", long.as_str()), ("in_reply_to", &ours), ("references", &ours.to_uppercase())] {
        let landed = referring("c-1", name, value, "Here is a photo").await;
        assert_eq!((landed.status, landed.ticket()), (200, first), "{name}: {}", landed.text);
    }
    // The shop moves to another address; the ticket's reference stays, and neither is taken for the other's.
    world.settings("shop", |settings| settings["shop"]["mail"] = json!("care@new.example")).await;
    assert_eq!(referring("c-1", "references", &ours, "Another photo").await.ticket(), first);

    let unlike = |number: usize| -> String { ('\u{4e00}'..).skip(number * 40).take(40).collect() };
    let foreign = format!("<{first}@mail.example>");
    let unknown = "<01890000-0000-7000-8000-000000000000@shop.example>";
    for (number, (customer, value)) in
        [("ben", ours.as_str()), ("c-1", &foreign), ("c-1", unknown), ("c-1", "<x@shop.example>")].iter().enumerate()
    {
        let opened = referring(customer, "references", value, &unlike(number)).await;
        assert_eq!(opened.status, 201, "{value}: {}", opened.text);
    }
    let refused = referring("c-1", "references", &"a".repeat(4001), "?").await;
    assert_eq!(refused.wrong_fields(), ["/mail/references"]);
}

#[tokio::test]
async fn a_tag_of_somebody_elses_ticket_gives_way_to_the_reference_of_ones_own() {
    let world = World::new().await;
    let bens = world.open("ben", "The lid is broken", json!({})).await;
    let own = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    let tag = format!("help+{}@shop.example", bens.body["ticket"]["number"].as_str().unwrap());
    let mail = json!({ "to": [tag], "references": format!("<{}@shop.example> <{own}@shop.example>", bens.ticket()) });
    let landed = world.open("c-1", "A photo", json!({ "channel": "email", "mail": mail })).await;
    assert_eq!((landed.status, landed.ticket()), (200, own), "{}", landed.text);
}
