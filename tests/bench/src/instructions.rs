//! Instructions under callgrind: from start to the first request asked for, and of one warm request. A warm request is
//! the difference between a run with twice as many of them and one, divided by their number; what start and first
//! requests cost is in both.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::events::{SHOP, queue, stream};
use crate::sandbox::Place;
use crate::stats::{grouped, table};
use crate::verbs::{self, ALL, DESK, INTAKE, NOTIFY, PAGE, RELAY, SCAN, Team};
use crate::{Goals, progress};

/// A warm create may take so many.
const GOAL: u64 = 1_000_000;

/// Makes a request's events, so many of them.
type Make = fn(&mut Team, usize) -> Vec<Value>;

const REQUESTS: [(&str, &str, Make); 10] = [
    ("create 200 B", INTAKE, |_, times| (0..times).map(|_| verbs::create(200)).collect()),
    ("create 5 KB", INTAKE, |_, times| (0..times).map(|_| verbs::create(5 * 1024)).collect()),
    ("create 60 KB", INTAKE, |_, times| (0..times).map(|_| verbs::create(60_000)).collect()),
    ("message 200 B", INTAKE, |team, times| each(team, times, &|ticket| verbs::message(ticket, 200))),
    ("get", INTAKE, |team, times| each(team, times, &|ticket| verbs::get(&format!("/v1/tickets/{ticket}")))),
    ("page: view", PAGE, |team, times| {
        (0..times).map(|_| verbs::get(&team.open_with_link(verbs::create(200)).1)).collect()
    }),
    ("desk: reply 200 B", DESK, |team, times| each(team, times, &|ticket| verbs::reply(ticket, 200))),
    ("relay: 10 entries", RELAY, |team, times| {
        let entries = entries(team, 10);
        (0..times).map(|_| stream(&entries)).collect()
    }),
    ("mail: acknowledgement", NOTIFY, |team, times| {
        let entries = entries(team, times);
        // What was relayed before is nobody's here.
        team.far.messages();
        verbs::notices(&team.relayed(&entries)).iter().map(|message| queue(std::slice::from_ref(message))).collect()
    }),
    ("scan: nothing due", SCAN, |_, times| (0..times).map(|_| json!({})).collect()),
];

fn each(team: &mut Team, times: usize, event: &dyn Fn(&str) -> Value) -> Vec<Value> {
    (0..times).map(|_| event(&team.open(verbs::create(200)))).collect()
}

fn entries(team: &mut Team, count: usize) -> Vec<Value> {
    let open = |_| {
        let ticket = team.open(verbs::create(200));
        team.entry(SHOP, &ticket)
    };
    (0..count).map(open).collect()
}

/// Measures with `valgrind` so many requests of each kind; of all kinds, or of the first only.
pub(crate) fn report(
    place: &Place,
    team: &mut Team,
    valgrind: &Path,
    times: usize,
    all: bool,
    goals: &mut Goals,
) -> String {
    let kinds = if all { REQUESTS.len() } else { 1 };
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (number, function) in ALL.into_iter().enumerate() {
        progress("instructions of starts", number, ALL.len());
        rows.push(vec![
            function.to_owned(),
            "start to first request asked for".to_owned(),
            grouped(run(place, valgrind, function, Vec::new())),
        ]);
    }
    for (number, (name, function, make)) in REQUESTS.into_iter().take(kinds).enumerate() {
        progress("instructions of warm requests", number, kinds);
        let [once, twice] = [times, 2 * times].map(|times| {
            let events = make(team, times);
            run(place, valgrind, function, events)
        });
        let instructions = twice.saturating_sub(once) / times as u64;
        rows.push(vec![function.to_owned(), name.to_owned(), grouped(instructions)]);
        if number == 0 {
            goals.note(
                instructions <= GOAL,
                format!("{name}, warm: {} instructions (goal {})", grouped(instructions), grouped(GOAL)),
            );
        }
    }
    table("Instructions (callgrind)", &["function", "what", "instructions"], &rows)
}

/// All instructions of a run that serves these requests.
fn run(place: &Place, valgrind: &Path, function: &str, events: Vec<Value>) -> u64 {
    let out = place.scratch.join(format!("callgrind.{function}.out"));
    let _ = fs::remove_file(&out);
    let file = format!("--callgrind-out-file={}", out.display());
    let under = [valgrind.display().to_string(), "--quiet".to_owned(), "--tool=callgrind".to_owned(), file];
    let mut sandbox = place.start(function, &under);
    for event in events {
        let answer = sandbox.serve(event).answer;
        let fine = matches!(answer["statusCode"].as_u64(), None | Some(200 | 201));
        assert!(fine, "{function} under callgrind: {answer}");
    }
    sandbox.end();
    let report = fs::read_to_string(&out).unwrap_or_else(|why| panic!("callgrind left no {}: {why}", out.display()));
    let total = report.lines().find_map(|line| line.strip_prefix("totals:").or(line.strip_prefix("summary:")));
    total.and_then(|total| total.trim().parse().ok()).expect("a total")
}
