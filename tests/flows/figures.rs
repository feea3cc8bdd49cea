//! Figures are counted from the history exactly once, whatever happens to the messages, and can be made anew from it.

use aftercare::event::Entry;
use aftercare::feedback::Feedback;
use aftercare::figures::{Dimension, FigureRules, Measure, Name, Period, Row, Sheet, Sheets, Window, rows};
use aftercare::id::StorefrontId;
use jiff::civil::date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tests::{LEAD, SHOP, World};

const DAY: i64 = 86_400;

fn shop() -> StorefrontId {
    StorefrontId::parse("shop").unwrap()
}

/// Two months of a shop: tickets that are answered, reopened or spam, orders that come late and move, feedback.
async fn busy(world: &World) {
    for (number, customer) in ["ann", "bob", "cho", "dee", "eve"].into_iter().enumerate() {
        let ticket = world.open(customer, "The kettle leaks.", json!({ "category": "quality" })).await.ticket();
        world.assign(ticket, "agent-1").await;
        world.later(600 * (1 + i64::try_from(number).unwrap()));
        world.reply(ticket, json!({})).await;
        if customer == "cho" {
            world.at_desk(&LEAD, ticket, "spam", json!({})).await;
        } else {
            world.resolve(ticket).await;
        }
        if customer == "dee" {
            world.later(DAY);
            world.write(ticket, "It leaks again.").await;
            world.resolve(ticket).await;
        }
        let placed = |text: &str| json!({ "customer": customer, "placed_at": text });
        world.order(&format!("{customer}-2"), placed("2026-03-10T02:00:00Z")).await;
        world.order(&format!("{customer}-1"), placed("2026-02-10T02:00:00Z")).await;
        let review = json!({ "source": "review", "source_id": customer, "rating": { "score": 5, "from": 1, "to": 5 }, "customer": customer });
        assert_eq!(world.post(&SHOP, "/v1/feedback", review).await.status, 201);
        world.later(DAY);
    }
    let moved = json!({ "customer": "eve", "placed_at": "2025-06-01T02:00:00Z", "version": 2 });
    assert_eq!(world.order("eve-1", moved).await.status, 200);
}

fn rows_of(world: &World) -> Vec<(String, Value)> {
    world.documents("Y|shop|")
}

/// What the rows of the table add up to.
fn summed(rows: &[(String, Value)]) -> Sheets {
    let rows: Vec<Row> = rows.iter().map(|(_, row)| serde_json::from_value(row.clone()).unwrap()).collect();
    Sheets::of(&rows)
}

/// Puts them in an order that is the same every time and unlike the one they came in.
fn shuffled(bodies: &[String], by: usize) -> Vec<String> {
    let mut bodies = bodies.to_vec();
    bodies.sort_by_key(|body| (body.bytes().map(usize::from).sum::<usize>() * by) % 101);
    bodies
}

#[tokio::test]
async fn messages_that_come_twice_and_in_any_order_leave_every_row_the_same() {
    let world = World::new().await;
    busy(&world).await;
    let bodies = world.to_be_counted().await;
    assert!(bodies.len() > 25, "{}", bodies.len());
    world.count(&bodies).await;
    let first = rows_of(&world);
    for by in [7, 13] {
        world.count(&shuffled(&bodies, by)).await;
        world.count(&bodies[..9]).await;
        assert_eq!(rows_of(&world), first);
    }
    let again = World::new().await;
    busy(&again).await;
    let bodies = again.to_be_counted().await;
    again.count(&shuffled(&bodies, 17)).await;
    // Ids of tickets are others; what is counted is the same.
    assert_eq!(summed(&rows_of(&again)), summed(&first));
}

#[tokio::test]
async fn what_is_counted_is_what_happened() {
    let world = World::new().await;
    busy(&world).await;
    world.count_all().await;
    let sheets = summed(&rows_of(&world));
    let counted = |measure: Measure| sheets.all.get(measure);
    let tickets = [Measure::Opened, Measure::Withdrawn, Measure::Complaint, Measure::Resolved, Measure::Reopened];
    assert_eq!(tickets.map(counted), [5, 1, 5, 5, 1]);
    // Eve's first order was half a year before: it is no reason to call her second a repurchase.
    assert_eq!([Measure::Orders, Measure::Repeat].map(counted), [10, 4]);
    // All five complained after their second order, and Eve's first was followed by none for too long.
    let ended = [Measure::Ended, Measure::Lost, Measure::UpsetEnded, Measure::UpsetLost];
    assert_eq!(ended.map(counted), [10, 6, 5, 5]);
    assert_eq!(sheets.by[&Dimension::Agent]["agent-1"].get(Measure::Answered), 5);
    let window = Window { from: date(2026, 3, 1), to: date(2026, 3, 31), counted: date(2026, 3, 31) };
    let says = |name: Name| name.of(&sheets.all, &FigureRules::default(), &window);
    assert_eq!((says(Name::Feedback).tenths, says(Name::Sentiment).tenths), (Some(50), Some(1000)));
    assert_eq!((says(Name::ComplaintRate).numerator, says(Name::ComplaintRate).denominator), (4, 10));
}

/// A period's sheets as they follow from the history, by the rules alone.
fn anew(world: &World, period: Period) -> Sheets {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let mut histories: std::collections::BTreeMap<String, Vec<Entry>> = std::collections::BTreeMap::new();
    for (key, doc) in world.documents("T|shop|").into_iter().filter(|(key, _)| key.contains(" ENTRY#")) {
        let (ticket, _) = key.split_once(' ').unwrap();
        histories.entry(ticket.to_owned()).or_default().push(serde_json::from_value(doc).unwrap());
    }
    let mut all: Vec<Row> = histories.values().flat_map(|history| rows(history, &zone)).flatten().collect();
    let feedback = world.documents("V|shop|").into_iter().filter(|(key, _)| key.ends_with(" FEEDBACK"));
    all.extend(feedback.map(|(_, doc)| serde_json::from_value::<Feedback>(doc).unwrap().row()));
    let (from, to) = period.days();
    Sheets::of(all.iter().filter(|row| from <= row.day && row.day <= to))
}

#[tokio::test]
async fn a_month_is_closed_once_with_what_its_history_says_and_late_rows_change_its_days_only() {
    let world = World::new().await;
    busy(&world).await;
    world.count_all().await;
    assert_eq!(world.make_sheets().await.failed, 0);
    world.at("2026-04-03T15:00:00Z");
    assert_eq!(world.make_sheets().await.periods, 0, "the third day is not over");
    world.at("2026-04-04T02:00:00Z");
    let late = world.open("fay", "The kettle leaks.", json!({})).await.ticket();
    world.count_all().await;
    assert_eq!(world.make_sheets().await.periods, 2, "the month and the quarter");
    let march = Period::Month(2026, 3);
    let (head, sheets) = world.table.closed(&shop(), march, Dimension::ALL).await.unwrap().unwrap();
    let mut history = anew(&world, march);
    // Orders are counted from what is known of them together, which the other tests look at.
    let orders =
        [Measure::Orders, Measure::Repeat, Measure::Ended, Measure::Lost, Measure::UpsetEnded, Measure::UpsetLost];
    let only = |sheet: &Sheet| Sheet {
        counts: sheet.counts.iter().filter(|(measure, _)| !orders.contains(measure)).map(|(m, n)| (*m, *n)).collect(),
        ..sheet.clone()
    };
    let stored = Sheets { all: only(&sheets.all), by: sheets.by.clone() };
    history.by.remove(&Dimension::Product);
    let stored_by: Vec<_> = stored.by.iter().filter(|(dimension, _)| **dimension != Dimension::Product).collect();
    assert_eq!(serde_json::to_string(&stored.all).unwrap(), serde_json::to_string(&history.all).unwrap());
    assert_eq!(
        serde_json::to_string(&stored_by).unwrap(),
        serde_json::to_string(&history.by.iter().collect::<Vec<_>>()).unwrap()
    );

    // A review of March that comes in April counts on its day; the month was closed before.
    let review = json!({ "source": "review", "source_id": "late", "rating": { "score": 1, "from": 1, "to": 5 }, "said_at": "2026-03-20T02:00:00Z" });
    assert_eq!(world.post(&SHOP, "/v1/feedback", review).await.status, 201);
    world.count_all().await;
    world.later(3_600);
    assert_eq!(world.make_sheets().await.periods, 0);
    assert_eq!(world.table.closed(&shop(), march, Dimension::ALL).await.unwrap().unwrap(), (head, sheets));
    let window = Window { from: date(2026, 3, 20), to: date(2026, 3, 20), counted: date(2026, 3, 20) };
    let day = world.table.merged(&shop(), &window, &[]).await.unwrap().unwrap();
    assert_eq!(day.all.voices.values().map(|voices| voices.n).sum::<i64>(), 1);
    assert!(world.ticket(late).await.status.is_live());
}

#[tokio::test]
async fn a_run_after_days_of_silence_makes_every_day_that_it_missed() {
    let world = World::new().await;
    world.make_sheets().await;
    for customer in ["ann", "bob"] {
        world.open(customer, "The kettle leaks.", json!({})).await;
        world.count_all().await;
        world.later(2 * DAY);
    }
    let made = world.make_sheets().await;
    assert_eq!((made.failed, made.days >= 4), (0, true), "{made:?}");
    let window = Window { from: date(2026, 3, 1), to: date(2026, 3, 31), counted: date(2026, 3, 31) };
    let all = world.table.merged(&shop(), &window, &[]).await.unwrap().unwrap().all;
    assert_eq!(all.get(Measure::Opened), 2);
    let twice = world.make_sheets().await;
    assert_eq!(twice.days, 1, "only the running day");
}

#[tokio::test]
async fn an_order_that_moves_takes_what_it_counts_with_it() {
    let world = World::new().await;
    let order = |id: &'static str, placed: &'static str, version: u32| {
        world.order(id, json!({ "customer": "ann", "placed_at": placed, "version": version }))
    };
    order("o-1", "2026-02-10T02:00:00Z", 1).await;
    order("o-2", "2026-03-10T02:00:00Z", 1).await;
    world.count_all().await;
    let repeat = || summed(&rows_of(&world)).all.get(Measure::Repeat);
    assert_eq!(repeat(), 1);
    order("o-1", "2025-02-10T02:00:00Z", 2).await;
    world.count_all().await;
    assert_eq!((repeat(), summed(&rows_of(&world)).all.get(Measure::Orders)), (0, 2));
    order("o-1", "2026-02-10T02:00:00Z", 3).await;
    world.count_all().await;
    assert_eq!((repeat(), summed(&rows_of(&world)).all.get(Measure::Orders)), (1, 2), "back again");
}

#[tokio::test]
async fn counting_an_entry_is_one_read_and_one_row_and_a_complaint_is_one_moment_more() {
    let world = World::new().await;
    let ticket = world.open("ann", "Where is my parcel?", json!({ "kind": "inquiry" })).await.ticket();
    let made = async |bodies: Vec<String>| {
        world.far.made();
        world.count(&bodies).await;
        world.far.made().into_iter().map(|made| made.operation).collect::<Vec<String>>().join(" ")
    };
    // The first of all reads the settings as well.
    made(world.to_be_counted().await).await;
    world.assign(ticket, "agent-1").await;
    assert_eq!(world.to_be_counted().await, [""; 0], "who holds a ticket is not counted");
    world.reply(ticket, json!({})).await;
    world.resolve(ticket).await;
    let bodies = world.to_be_counted().await;
    assert_eq!((bodies.len(), made(bodies).await.as_str()), (2, "Query PutItem Query PutItem PutItem"));
    world.open("bob", "The kettle leaks.", json!({ "kind": "complaint" })).await;
    let bodies = world.to_be_counted().await;
    assert_eq!(made(bodies).await, "Query PutItem PutItem Query", "the last order before it is looked for");
    for (key, row) in rows_of(&world) {
        assert!(key.len() + row.to_string().len() < 1_000, "a row is one write unit: {key} {row}");
    }
}

#[tokio::test]
async fn a_complaint_counts_for_the_product_of_its_order() {
    let world = World::new().await;
    let line = json!([{ "id": "l-1", "product": "kettle", "quantity": 1, "total": 100 }]);
    let told = world
        .order(
            "o-9",
            json!({ "customer": "ann", "lines": line, "deliveries": null, "payments": null, "discount": null }),
        )
        .await;
    assert_eq!(told.status, 201, "{}", told.text);
    world.open("ann", "The kettle leaks.", json!({ "order": { "id": "o-9" } })).await;
    world.count_all().await;
    let kettle = &summed(&rows_of(&world)).by[&Dimension::Product]["kettle"];
    assert_eq!([Measure::Complaint, Measure::Orders].map(|measure| kettle.get(measure)), [1, 1]);
}

#[tokio::test]
async fn figures_do_not_change_when_a_customer_is_erased_and_hold_nothing_that_they_typed() {
    let world = World::new().await;
    busy(&world).await;
    world.count_all().await;
    let before = summed(&rows_of(&world));
    assert_eq!(world.post(&SHOP, "/v1/customers/ann/erase", json!({})).await.status, 200);
    world.count_all().await;
    let after = summed(&rows_of(&world));
    let opened = |sheets: &Sheets| sheets.all.get(Measure::Opened);
    assert_eq!(opened(&before), opened(&after));
    assert!(rows_of(&world).iter().all(|(_, row)| !row.to_string().contains("kettle leaks")));
}
