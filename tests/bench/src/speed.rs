//! Starts and warm requests, every function in turn with the empty one.

use serde_json::{Value, json};

use crate::events::{SHOP, queue, stream};
use crate::sandbox::Place;
use crate::stats::{decimal, median, ms, percentile, table, us};
use crate::verbs::{
    self, ALL, APPROVAL, DESK, EMPTY, FIGURES, INTAKE, NOTIFY, ORDERS, PAGE, PAYOUT, QUALITY, RELAY, SCAN, SURVEYS,
    Team, answered, done, opened,
};
use crate::{Goals, progress};

/// One function's starts, nanoseconds.
#[derive(Debug, Default)]
pub(crate) struct Starts {
    /// From start to the first request asked for.
    ready: Vec<u64>,
    /// From the first request given to its answer.
    first: Vec<u64>,
    /// KiB, after the first request.
    peak: Vec<u64>,
}

/// Starts every function `rounds` times, in turn, and gives each start one request.
pub(crate) fn starts(place: &Place, team: &mut Team, rounds: usize) -> Vec<Starts> {
    let mut all: Vec<Starts> = ALL.iter().map(|_| Starts::default()).collect();
    for round in 0..rounds {
        progress("starts", round, rounds);
        for (function, starts) in ALL.into_iter().zip(&mut all) {
            let event = first_request(team, function);
            let mut sandbox = place.start(function, &[]);
            starts.ready.push(nanos(sandbox.started_in()));
            starts.first.push(nanos(sandbox.serve(event).took));
            starts.peak.push(sandbox.peak_kib());
        }
    }
    all
}

fn first_request(team: &mut Team, function: &str) -> Value {
    let ticket = team.open(verbs::create(200));
    let entry = team.entry(SHOP, &ticket);
    match function {
        INTAKE => verbs::create(200),
        DESK => verbs::reply(&ticket, 200),
        QUALITY => verbs::get("/v1/desk/figures"),
        PAGE => verbs::get(&team.open_with_link(verbs::create(200)).1),
        RELAY => stream(&[entry]),
        NOTIFY => queue(&verbs::notices(&team.relayed(&[entry]))),
        ORDERS => verbs::order(&format!("o-{}", verbs::fresh()), &format!("c-{}", verbs::fresh())),
        APPROVAL => queue(&team.asked().1),
        // One that is not there: the provider's time is its own.
        PAYOUT => queue(&[json!({ "v": 1, "storefront": SHOP, "ticket": ticket, "case": 1, "payout": 1 }).to_string()]),
        SURVEYS => queue(&[json!({ "v": 1, "storefront": SHOP, "ticket": ticket, "entry": 1 }).to_string()]),
        FIGURES => queue(&verbs::counted(&team.relayed(&[entry]))),
        _ => json!({}),
    }
}

/// The starts as a table. The goals about them are noted.
pub(crate) fn report_starts(all: &[Starts], goals: &mut Goals) -> String {
    let empty = all.first().map_or(1, |starts| median(&starts.ready)).max(1);
    let empty_first = all.first().map_or(1, |starts| median(&starts.first)).max(1);
    let mut rows = Vec::new();
    for (function, starts) in ALL.iter().zip(all) {
        let (ready, first) = (median(&starts.ready), median(&starts.first));
        let both: Vec<u64> = starts.ready.iter().zip(&starts.first).map(|(ready, first)| ready + first).collect();
        rows.push(vec![
            (*function).to_owned(),
            ms(ready),
            decimal(ready, empty, 2),
            ms(first),
            decimal(first, empty_first, 2),
            ms(median(&both)),
            decimal(median(&starts.peak), 1024, 1),
        ]);
        if *function != EMPTY {
            let reached = ready <= empty.saturating_mul(3);
            goals.note(
                reached,
                format!("{function}: start to first request {} × empty (goal 3)", decimal(ready, empty, 2)),
            );
        }
    }
    let columns = [
        "function",
        "start to first request asked for, ms",
        "× empty",
        "first request, ms",
        "× empty",
        "start to first answer, ms",
        "peak memory then, MB",
    ];
    let heading = format!("Starts (medians of {}, in turn)", all.first().map_or(0, |starts| starts.ready.len()));
    table(&heading, &columns, &rows)
}

/// One kind of warm request.
#[derive(Debug)]
pub(crate) struct Series {
    name: &'static str,
    function: &'static str,
    took: Vec<u64>,
    /// Nanoseconds of all of them: in the table, queue and mail service, and of the function's processor time.
    far: u64,
    processor: u64,
}

/// Serves every kind of request warm, in turn: `rounds` rounds of a block of each.
pub(crate) fn warm(team: &mut Team, rounds: usize) -> Vec<Series> {
    let mut all: Vec<Series> = Vec::new();
    round(team, &mut all);
    all.clear();
    for number in 0..rounds {
        progress("warm rounds", number, rounds);
        round(team, &mut all);
    }
    all
}

/// Requests of one kind in a round.
const BLOCK: usize = 100;
const RARE: usize = 25;

fn round(team: &mut Team, all: &mut Vec<Series>) {
    let times = |count: usize, event: &dyn Fn() -> Value| (0..count).map(|_| event()).collect::<Vec<Value>>();
    block(team, all, "nothing", EMPTY, times(BLOCK, &|| json!({})));
    let created = block(team, all, "create 200 B", INTAKE, times(BLOCK, &|| verbs::create(200)));
    let tickets: Vec<String> = created.iter().map(opened).collect();
    for created in [
        block(team, all, "create 5 KB", INTAKE, times(RARE, &|| verbs::create(5 * 1024))),
        block(team, all, "create 60 KB", INTAKE, times(RARE, &|| verbs::create(60_000))),
    ] {
        created.iter().map(opened).for_each(drop);
    }
    let each = |event: &dyn Fn(&str) -> Value| tickets.iter().map(|ticket| event(ticket)).collect::<Vec<Value>>();
    let messages = block(team, all, "message 200 B", INTAKE, each(&|ticket| verbs::message(ticket, 200)));
    messages.iter().for_each(|answer| drop(answered(answer, 201)));
    let ok = |answers: Vec<Value>| answers.iter().for_each(|answer| drop(answered(answer, 200)));
    ok(block(team, all, "get", INTAKE, each(&|ticket| verbs::get(&format!("/v1/tickets/{ticket}")))));
    ok(block(team, all, "desk: list of 20", DESK, times(RARE, &|| verbs::get("/v1/desk/tickets"))));
    let link = team.open_with_link(verbs::create(200)).1;
    ok(block(team, all, "page: view", PAGE, times(BLOCK, &|| verbs::get(&link))));
    ok(block(team, all, "desk: reply 200 B", DESK, each(&|ticket| verbs::reply(ticket, 200))));
    let entries: Vec<Value> = tickets.iter().map(|ticket| team.entry(SHOP, ticket)).collect();
    let batches: Vec<Value> = entries.chunks(10).map(stream).collect();
    block(team, all, "relay: 10 entries", RELAY, batches).iter().for_each(done);
    let mails =
        verbs::notices(&team.far.messages()).iter().map(|message| queue(std::slice::from_ref(message))).collect();
    block(team, all, "mail: acknowledgement", NOTIFY, mails).iter().for_each(done);
    block(team, all, "scan: nothing due", SCAN, times(RARE, &|| json!({}))).iter().for_each(done);
    for _ in 0..10 {
        team.open(verbs::create_due(200));
    }
    block(team, all, "scan: 10 due", SCAN, vec![json!({})]).iter().for_each(done);
}

/// Serves requests one after the other and notes their times. Answers with the answers.
fn block(
    team: &mut Team,
    all: &mut Vec<Series>,
    name: &'static str,
    function: &'static str,
    events: Vec<Value>,
) -> Vec<Value> {
    let place = all.iter().position(|series| series.name == name).unwrap_or_else(|| {
        all.push(Series { name, function, took: Vec::new(), far: 0, processor: 0 });
        all.len() - 1
    });
    let series = &mut all[place];
    let far = team.far.clone();
    let sandbox = team.sandbox(function);
    let (busy, processor) = (far.busy_ns(), sandbox.processor_ns());
    let answers = events.into_iter().map(|event| {
        let served = sandbox.serve(event);
        series.took.push(nanos(served.took));
        served.answer
    });
    let answers = answers.collect();
    series.far += far.busy_ns() - busy;
    series.processor += sandbox.processor_ns() - processor;
    answers
}

/// Warm requests as a table.
pub(crate) fn report_warm(all: &[Series]) -> String {
    let empty = all.first().map_or(1, |series| median(&series.took)).max(1);
    let row = |series: &Series| {
        let count = series.took.len().max(1) as u64;
        vec![
            series.function.to_owned(),
            series.name.to_owned(),
            count.to_string(),
            us(median(&series.took)),
            us(percentile(&series.took, 99)),
            decimal(median(&series.took), empty, 1),
            us(series.far / count),
            us(series.processor / count),
        ]
    };
    let columns = [
        "function",
        "request",
        "times",
        "p50, µs",
        "p99, µs",
        "p50 × empty",
        "of it in table, queue, mail, µs",
        "processor, µs",
    ];
    table("Warm requests, in turn", &columns, &all.iter().map(row).collect::<Vec<_>>())
}

/// Peak memory of sandboxes that have served everything above, and sizes of their binaries.
pub(crate) fn report_sizes(place: &Place, team: &mut Team, goals: &mut Goals) -> String {
    let mut rows = Vec::new();
    for function in ALL {
        let peak = team.sandbox(function).peak_kib();
        let (bytes, packed) = place.sizes(function);
        rows.push(vec![
            function.to_owned(),
            decimal(peak, 1024, 1),
            decimal(bytes, 1_000_000, 2),
            packed.map_or_else(|| "–".to_owned(), |packed| decimal(packed, 1_000_000, 2)),
        ]);
        if function != EMPTY {
            goals.note(peak <= 12 * 1024, format!("{function}: peak memory {} MB (goal 12)", decimal(peak, 1024, 1)));
            goals.note(bytes <= 7_000_000, format!("{function}: binary {} MB (goal 7)", decimal(bytes, 1_000_000, 2)));
        }
    }
    let columns = ["function", "peak memory after all of it, MB", "binary, MB", "compressed, MB"];
    table("Memory and size", &columns, &rows)
}

fn nanos(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
