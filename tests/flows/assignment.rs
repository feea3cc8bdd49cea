//! Who gets which ticket, and when.

use aftercare::event::Actor;
use aftercare::id::{StorefrontId, TicketId};
use aftercare::sla::ClockKind;
use aftercare::ticket::Command;
use serde_json::{Value, json};
use tests::{AGENT, LEAD, Token, World};

use crate::told::word;

/// Gives the shop people: agents with room for four tickets who always work, unless it is said otherwise; and the one
/// lead that others speak of.
pub(crate) async fn staffed(world: &World, people: &[Value]) {
    let whole = |person: &Value| {
        let mut whole =
            json!({ "email": "a@shop.example", "role": "agent", "language": "en", "capacity": 4, "shift": "always" });
        tests::merge(&mut whole, person.clone());
        whole
    };
    let lead = json!({ "id": "lead-1", "role": "lead", "capacity": null });
    let listed = people.iter().any(|person| person["id"] == "lead-1");
    let people = people.iter().chain(Some(&lead).filter(|_| !listed)).map(whole).collect();
    world.settings("shop", |settings| {
        let weekdays = |hours: Value| {
            let days = ["mon", "tue", "wed", "thu", "fri"].map(|day| (day.to_owned(), hours.clone()));
            Value::Object(days.into_iter().collect())
        };
        let calendar = |zone: &str, hours: Value| json!({ "zone": zone, "week": weekdays(hours), "holidays": [], "overrides": {} });
        settings["calendars"]["new york"] = calendar("America/New_York", json!([["09:00", "17:00"]]));
        settings["calendars"]["night"] = calendar("Asia/Shanghai", json!([["22:00", "06:00"]]));
        settings["teams"] = json!([{ "name": "returns", "categories": ["order"] }]);
        settings["staff"] = people;
    })
    .await;
}

/// A customer opens a ticket; the next one is a second later.
pub(crate) async fn open(world: &World, category: &str, locale: &str) -> TicketId {
    let customer = format!("c-{}", world.tickets());
    let more = json!({ "category": category, "customer": { "locale": locale } });
    let ticket = world.open(&customer, "The kettle is broken", more).await.ticket();
    world.later(1);
    ticket
}

/// Who holds a ticket; `-` for nobody.
pub(crate) async fn holder(world: &World, ticket: TicketId) -> String {
    world.ticket(ticket).await.holder().map_or("-".to_owned(), ToString::to_string)
}

async fn holders(world: &World, tickets: &[TicketId]) -> Vec<String> {
    let mut holders = Vec::new();
    for ticket in tickets {
        holders.push(holder(world, *ticket).await);
    }
    holders
}

async fn opened(world: &World, count: usize) -> Vec<TicketId> {
    let mut tickets = Vec::new();
    for _ in 0..count {
        tickets.push(open(world, "quality", "en").await);
    }
    tickets
}

async fn set(world: &World, token: &Token, presence: &str) {
    let reply = world.put(token, "/v1/desk/agents/me/presence", json!({ "presence": presence })).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
}

#[tokio::test]
async fn a_waiting_ticket_is_handed_over_and_open_by_the_next_scan() {
    let world = World::new().await;
    staffed(&world, &[json!({ "id": "ann" })]).await;
    let ticket = open(&world, "quality", "en").await;
    let report = world.scan().await;
    assert_eq!((report.handed, report.waiting, report.oldest_waiting_seconds), (1, 0, 0));
    let after = world.ticket(ticket).await;
    assert_eq!((holder(&world, ticket).await.as_str(), after.status.as_str()), ("ann", "open"));
    assert_eq!(word(&world, ticket, ClockKind::FirstResponse).await, "running", "nobody has answered yet");
    let shop = StorefrontId::parse("shop").unwrap();
    let entry = world.table.entry(&shop, ticket, 2).await.unwrap().unwrap();
    assert_eq!(entry.by, Actor::System);
    assert_eq!(world.load("ann"), 1);
    assert_eq!(world.scan().await.handed, 0);
    world.loads_are_true();
}

#[tokio::test]
async fn tickets_wait_for_a_shift_to_begin_in_its_own_zone_before_and_after_a_clock_change() {
    // Nine in New York is 14:00 in UTC until 8 March 2026, and 13:00 from then on.
    for (before, begins, last, over) in [
        ("2026-03-05T13:59:59Z", "2026-03-05T14:00:00Z", "2026-03-05T21:59:59Z", "2026-03-05T22:00:00Z"),
        ("2026-03-09T12:59:59Z", "2026-03-09T13:00:00Z", "2026-03-09T20:59:59Z", "2026-03-09T21:00:00Z"),
    ] {
        let world = World::new().await;
        world.at("2026-03-05T02:00:00Z");
        staffed(&world, &[json!({ "id": "ann", "shift": "new york", "capacity": 9 })]).await;
        let mut tickets = opened(&world, 2).await;
        for (instant, handed) in [(before, 0), (begins, 3), (last, 1), (over, 0)] {
            world.at(instant);
            assert_eq!(world.scan().await.handed, handed, "{instant}");
            tickets.push(open(&world, "quality", "en").await);
        }
        assert_eq!(holders(&world, &tickets).await, ["ann", "ann", "ann", "ann", "-", "-"]);
        world.loads_are_true();
    }
}

#[tokio::test]
async fn a_night_shift_goes_on_after_midnight() {
    let world = World::new().await;
    staffed(&world, &[json!({ "id": "ann", "shift": "night" })]).await;
    // Ten at night, half past five and six in the morning in Shanghai.
    for (instant, handed) in [
        ("2026-03-12T13:59:59Z", 0),
        ("2026-03-12T14:00:00Z", 2),
        ("2026-03-12T21:30:00Z", 1),
        ("2026-03-12T22:00:00Z", 0),
    ] {
        world.at(instant);
        open(&world, "quality", "en").await;
        world.at(instant);
        assert_eq!(world.scan().await.handed, handed, "{instant}");
    }
}

#[tokio::test]
async fn without_a_shift_of_their_own_people_get_tickets_in_the_opening_hours() {
    let world = World::new().await;
    staffed(&world, &[json!({ "id": "ann", "shift": null })]).await;
    world.at("2026-03-12T10:00:00Z");
    let ticket = open(&world, "quality", "en").await;
    assert_eq!(world.scan().await.handed, 0, "the shop is closed");
    world.at("2026-03-13T01:00:00Z");
    assert_eq!(world.scan().await.handed, 1);
    assert_eq!(holder(&world, ticket).await, "ann");
}

#[tokio::test]
async fn a_ticket_goes_to_somebody_of_its_team_who_has_the_skill_and_the_language() {
    let world = World::new().await;
    staffed(
        &world,
        &[
            json!({ "id": "chinese", "answers_in": ["zh-Hans", "zh-Hant"], "skills": ["quality"] }),
            json!({ "id": "delivery", "skills": ["delivery", "service"] }),
            json!({ "id": "english", "answers_in": ["en"], "skills": ["quality"] }),
            json!({ "id": "returns", "team": "returns" }),
        ],
    )
    .await;
    let mut tickets = Vec::new();
    for (category, locale) in [
        ("quality", "zh-CN"),
        ("quality", "en-GB"),
        ("delivery", "en"),
        ("delivery", "zh-TW"),
        ("order", "en"),
        ("quality", "zh-TW"),
        ("account_payment", "en"),
    ] {
        tickets.push(open(&world, category, locale).await);
    }
    let report = world.scan().await;
    assert_eq!((report.handed, report.waiting), (6, 1));
    let expected = ["chinese", "english", "delivery", "delivery", "returns", "chinese", "-"];
    assert_eq!(holders(&world, &tickets).await, expected);
    world.loads_are_true();
}

#[tokio::test]
async fn a_customer_whose_language_is_not_known_is_answered_in_the_shops() {
    let world = World::new().await;
    staffed(
        &world,
        &[json!({ "id": "chinese", "answers_in": ["zh-Hans"] }), json!({ "id": "ann", "answers_in": ["en"] })],
    )
    .await;
    let ticket = open(&world, "quality", "fr").await;
    world.scan().await;
    assert_eq!(holder(&world, ticket).await, "chinese");
}

#[tokio::test]
async fn a_ticket_that_nobody_can_take_does_not_hold_up_those_behind_it() {
    let world = World::new().await;
    staffed(&world, &[json!({ "id": "ann", "skills": ["quality"], "capacity": 30 })]).await;
    let mut stuck = Vec::new();
    for _ in 0..30 {
        stuck.push(open(&world, "delivery", "en").await);
    }
    let behind = opened(&world, 2).await;
    let report = world.scan().await;
    assert_eq!((report.handed, report.waiting, report.oldest_waiting_seconds), (2, 30, 32));
    assert_eq!(holders(&world, &behind).await, ["ann", "ann"]);
    assert_eq!(holder(&world, stuck[0]).await, "-");
}

#[tokio::test]
async fn nobody_gets_more_than_they_can_hold_and_who_resolves_gets_the_oldest_at_once() {
    let world = World::new().await;
    staffed(&world, &[json!({ "id": "agent-1", "capacity": 2 })]).await;
    let tickets = opened(&world, 4).await;
    let report = world.scan().await;
    assert_eq!((report.handed, report.waiting), (2, 2));
    assert_eq!(holders(&world, &tickets).await, ["agent-1", "agent-1", "-", "-"]);
    world.far.made();
    assert_eq!(world.resolve(tickets[1]).await.status, 200);
    assert_eq!(holders(&world, &tickets).await, ["agent-1", "-", "agent-1", "-"]);
    assert_eq!(world.scan().await.handed, 0);
    // What a lead adds by hand counts, whatever there is room for.
    assert_eq!(world.assign(tickets[3], "agent-1").await.status, 200);
    assert_eq!(world.load("agent-1"), 3);
    let fifth = open(&world, "quality", "en").await;
    world.resolve(tickets[0]).await;
    assert_eq!(holder(&world, fifth).await, "-", "two are held already");
    world.resolve(tickets[2]).await;
    assert_eq!(holder(&world, fifth).await, "agent-1");
    world.loads_are_true();
}

#[tokio::test]
async fn the_least_load_for_its_capacity_comes_first_then_the_longest_idle_then_the_lowest_id() {
    let world = World::new().await;
    staffed(
        &world,
        &[
            json!({ "id": "a", "capacity": 3 }),
            json!({ "id": "b", "capacity": 6 }),
            json!({ "id": "c", "capacity": 3 }),
        ],
    )
    .await;
    let tickets = opened(&world, 9).await;
    world.scan().await;
    // 0 0 0: a; 1/3 0 0: b; 1/3 1/6 0: c; then b, at 1/6; all at a third, and all had one at this instant: a …
    assert_eq!(holders(&world, &tickets).await, ["a", "b", "c", "b", "a", "b", "c", "b", "a"]);
    for ticket in &tickets {
        world.resolve(*ticket).await;
        world.later(1);
    }
    // Nobody holds any, and each is idle for as long: by id. Then by who had theirs longest ago.
    for expected in ["a", "b", "c", "a", "b", "c"] {
        let ticket = open(&world, "quality", "en").await;
        world.scan().await;
        assert_eq!(holder(&world, ticket).await, expected);
        world.resolve(ticket).await;
        world.later(1);
    }
    world.loads_are_true();
}

#[tokio::test]
async fn who_is_away_gets_nothing_and_who_comes_back_gets_the_oldest_at_once() {
    let world = World::new().await;
    staffed(&world, &[json!({ "id": "agent-1", "capacity": 1 })]).await;
    set(&world, &AGENT, "away").await;
    let tickets = opened(&world, 2).await;
    assert_eq!(world.scan().await.handed, 0);
    assert_eq!(world.scan().await.waiting, 2);
    set(&world, &AGENT, "available").await;
    assert_eq!(holders(&world, &tickets).await, ["agent-1", "-"]);
    set(&world, &AGENT, "away").await;
    assert_eq!(holders(&world, &tickets).await, ["agent-1", "-"], "what they hold stays with them");
    world.loads_are_true();
}

#[tokio::test]
async fn somebody_listed_in_two_roles_is_one_person_and_a_lead_takes_tickets_if_they_have_a_capacity() {
    let world = World::new().await;
    staffed(
        &world,
        &[json!({ "id": "lead-1", "role": "lead", "capacity": 1 }), json!({ "id": "lead-1", "capacity": 3 })],
    )
    .await;
    let tickets = opened(&world, 3).await;
    let report = world.scan().await;
    assert_eq!((report.handed, report.waiting), (1, 2));
    assert_eq!(holders(&world, &tickets).await, ["lead-1", "-", "-"]);
}

#[tokio::test]
async fn a_ticket_that_was_given_back_goes_to_somebody_else_or_waits() {
    let world = World::new().await;
    staffed(&world, &[json!({ "id": "ann" }), json!({ "id": "bob" })]).await;
    let ticket = open(&world, "quality", "en").await;
    world.scan().await;
    let give_back = async |expected: &str| {
        let held = world.ticket(ticket).await;
        world.table.carry_out(held, &Command::Release, &Actor::System, None, world.now()).await.unwrap();
        world.scan().await;
        assert_eq!(holder(&world, ticket).await, expected);
        world.loads_are_true();
    };
    give_back("bob").await;
    give_back("ann").await;
    staffed(&world, &[json!({ "id": "ann" })]).await;
    give_back("-").await;
    // By hand they may have it all the same.
    assert_eq!(world.assign(ticket, "ann").await.status, 200);
}

#[tokio::test]
async fn a_reopened_ticket_counts_for_whoever_had_it() {
    let world = World::new().await;
    staffed(&world, &[json!({ "id": "agent-1", "capacity": 1 })]).await;
    let tickets = opened(&world, 2).await;
    world.scan().await;
    world.resolve(tickets[0]).await;
    assert_eq!(holders(&world, &tickets).await, ["-", "agent-1"]);
    world.write(tickets[0], "It is broken again").await;
    assert_eq!((world.load("agent-1"), holder(&world, tickets[0]).await.as_str()), (2, "agent-1"));
    world.loads_are_true();
}

#[tokio::test]
async fn the_tickets_of_who_left_the_list_are_taken_back_and_handed_out_again() {
    let world = World::new().await;
    staffed(&world, &[json!({ "id": "ann", "capacity": 9 })]).await;
    let tickets = opened(&world, 3).await;
    world.scan().await;
    staffed(&world, &[json!({ "id": "bob", "capacity": 2 })]).await;
    world.at("2026-03-12T02:07:00Z");
    assert_eq!(world.scan().await.handed, 0, "each storefront is looked at in its own minute of ten");
    world.at("2026-03-12T02:08:00Z");
    assert_eq!(world.scan().await.handed, 2);
    assert_eq!(holders(&world, &tickets).await, ["bob", "bob", "-"]);
    assert_eq!((world.load("ann"), world.load("bob")), (0, 2));
    world.loads_are_true();
}

#[tokio::test]
async fn somebody_who_was_added_a_moment_ago_keeps_what_they_were_given() {
    let world = World::new().await;
    staffed(&world, &[]).await;
    world.at("2026-03-12T02:07:30Z");
    world.scan().await;
    let ticket = open(&world, "quality", "en").await;
    let admin = Token::Staff("shop", "admin-1", &["admin"]);
    let mut settings = world.get(&admin, "/v1/desk/settings").await.body;
    let ann = json!({ "id": "ann", "email": "ann@shop.example", "role": "agent", "language": "en" });
    settings["settings"]["staff"].as_array_mut().unwrap().push(ann);
    let body = json!({ "replaces": settings["version"], "settings": settings["settings"] });
    assert_eq!(world.put(&admin, "/v1/desk/settings", body).await.status, 200);
    assert_eq!(world.assign(ticket, "ann").await.status, 200);
    // The scan goes on with the settings of half a minute ago, by which there is no Ann.
    world.at("2026-03-12T02:08:00Z").scan().await;
    assert_eq!(holder(&world, ticket).await, "ann");
}

#[tokio::test]
async fn what_a_ticket_was_promised_is_not_changed_by_handing_it_out_under_later_settings() {
    let world = World::new().await;
    staffed(&world, &[json!({ "id": "agent-1" })]).await;
    set(&world, &AGENT, "away").await;
    world.at("2026-03-12T07:00:00Z");
    let ticket = open(&world, "quality", "en").await;
    world.reply(ticket, json!({ "then": "waiting_return" })).await;
    let held = world.ticket(ticket).await;
    world.table.carry_out(held, &Command::Release, &Actor::System, None, world.now()).await.unwrap();
    world
        .settings("shop", |settings| settings["calendars"]["office"]["week"]["thu"] = json!([["00:00", "24:00"]]))
        .await;
    // The goods did not come in fourteen days: by that the ticket opens, and its clocks run on from then.
    world.at("2026-03-26T07:05:00Z");
    set(&world, &AGENT, "available").await;
    let after = world.ticket(ticket).await;
    assert_eq!(after.holder().map(ToString::to_string).as_deref(), Some("agent-1"));
    let due = after.clock(ClockKind::Resolution).unwrap().due.unwrap();
    assert_eq!(due.to_string(), "2026-03-27T06:00:00Z", "eight hours of the office's");
}

#[tokio::test]
async fn the_queue_of_a_team_that_is_renamed_or_gone_is_the_shops_own_teams() {
    let world = World::new().await;
    staffed(&world, &[json!({ "id": "ann", "capacity": 9 })]).await;
    let own = open(&world, "quality", "en").await;
    let theirs = open(&world, "order", "en").await;
    world.settings("shop", |settings| settings["shop"]["team"] = json!("customer-care")).await;
    world.settings("shop", |settings| settings["teams"] = json!([])).await;
    let listed = world.get(&LEAD, "/v1/desk/tickets?owner=none").await;
    let ids: Vec<&str> =
        listed.body["tickets"].as_array().unwrap().iter().filter_map(|ticket| ticket["id"].as_str()).collect();
    assert_eq!(ids, [own.to_string(), theirs.to_string()]);
    world.later(60);
    assert_eq!(world.scan().await.handed, 2);
    assert_eq!(holders(&world, &[own, theirs]).await, ["ann", "ann"]);
    world.loads_are_true();
}

#[tokio::test]
async fn a_quiet_storefront_costs_nearly_nothing() {
    let world = World::new().await;
    let made = async |world: &World| {
        world.far.made();
        world.scan().await;
        let made: Vec<String> = world.far.made().into_iter().map(|made| made.operation).collect();
        made[17..].to_vec()
    };
    staffed(&world, &[json!({ "id": "ann", "shift": "new york" })]).await;
    opened(&world, 3).await;
    made(&world).await;
    assert_eq!(made(&world).await, [""; 0], "nobody is on shift");
    staffed(&world, &[json!({ "id": "ann", "skills": ["quality"] })]).await;
    world.scan().await;
    assert_eq!(made(&world).await, ["Query"], "nothing waits");
    open(&world, "delivery", "en").await;
    assert_eq!(made(&world).await, ["Query", "Query", "GetItem"], "nobody can take what waits");
    staffed(&world, &[json!({ "id": "ann", "capacity": 3 })]).await;
    world.scan().await;
    open(&world, "quality", "en").await;
    assert_eq!(made(&world).await, ["Query", "Query"], "there is no room");
}

#[tokio::test]
async fn trouble_with_one_storefront_or_ticket_does_not_stop_the_others() {
    let world = World::new().await;
    staffed(&world, &[json!({ "id": "ann" })]).await;
    world.staff("a-shop").await;
    let tickets = opened(&world, 2).await;
    assert_eq!(world.spoil(|pk, sk| pk == "S|a-shop" && sk == "CURRENT", |item| item["doc"]["S"] = json!("{}")), 1);
    let oldest = format!("T|shop|{}", tickets[0]);
    assert_eq!(world.spoil(|pk, sk| pk == oldest && sk == "STATE", |item| item["doc"]["S"] = json!("{}")), 1);
    let report = world.scan().await;
    assert_eq!((report.handed, report.failed), (1, 2));
    assert_eq!(holder(&world, tickets[1]).await, "ann");
}

#[tokio::test]
async fn tickets_of_one_storefront_are_not_handed_to_people_of_another() {
    let world = World::new().await;
    staffed(&world, &[json!({ "id": "ann" })]).await;
    world.staff("other").await;
    let theirs =
        world.post(&Token::Storefront("other"), "/v1/tickets", tests::request("c-1", "The kettle is broken")).await;
    assert_eq!(theirs.status, 201);
    assert_eq!(world.scan().await.handed, 0);
    let resolve = format!("/v1/desk/tickets/{}/resolve", theirs.ticket());
    let lead = Token::Staff("other", "lead-1", &["lead"]);
    assert_eq!(world.post(&lead, &resolve, json!({ "body": "Done." })).await.status, 200);
    assert_eq!(world.post(&LEAD, &resolve, json!({ "body": "Done." })).await.status, 404);
}
