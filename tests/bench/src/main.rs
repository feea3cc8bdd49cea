//! `make bench`: starts the functions as Lambda does and measures them. tests/bench/README.md says how to read it.
//!
//! `bench <folder of binaries> <scratch folder> [--valgrind=<path>] [--quick] [--scan]`
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement that cannot be made ends the benchmark, and its figures are printed"
)]

mod calls;
mod cost;
mod crowd;
mod events;
mod far;
mod instructions;
mod rush;
mod sandbox;
mod scan;
mod speed;
mod stats;
mod units;
mod verbs;
mod wire;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use far::Far;
use sandbox::Place;
use verbs::Team;

/// What was to be reached, and whether it was.
#[derive(Debug, Default)]
struct Goals {
    all: Vec<(bool, String)>,
    /// Without these the benchmark fails: they do not depend on the machine.
    broken: Vec<String>,
}

impl Goals {
    fn note(&mut self, reached: bool, goal: String) {
        self.all.push((reached, goal));
    }

    fn promise(&mut self, kept: bool, promise: String) {
        if !kept {
            self.broken.push(promise.clone());
        }
        self.note(kept, promise);
    }

    fn report(&self) -> String {
        let rows: Vec<Vec<String>> = self
            .all
            .iter()
            .map(|(reached, goal)| vec![if *reached { "reached" } else { "**not reached**" }.to_owned(), goal.clone()])
            .collect();
        stats::table("Goals", &["", "goal"], &rows)
    }
}

/// How far it is, for whoever waits.
fn progress(what: &str, done: usize, of: usize) {
    let steps = of.div_ceil(10).max(1);
    if done.is_multiple_of(steps) {
        eprintln!("{what}: {done} of {of}");
    }
}

/// Starts, requests, sizes, instructions and units of everything that the functions do.
fn commands(place: &Place, far: &Far, valgrind: Option<PathBuf>, quick: bool, goals: &mut Goals) -> Vec<String> {
    let (starts, rounds, times) = if quick { (11, 3, 5) } else { (51, 20, 20) };
    let mut team = Team::start(place, far);
    let mut report = vec![speed::report_starts(&speed::starts(place, &mut team, starts), goals)];
    report.push(speed::report_warm(&speed::warm(&mut team, rounds)));
    report.push(speed::report_sizes(place, &mut team, goals));
    match valgrind {
        Some(valgrind) => report.push(instructions::report(place, &mut team, &valgrind, times, !quick, goals)),
        None => eprintln!("No valgrind: instructions are not counted."),
    }
    eprintln!("counting calls and units");
    let commands = cost::count(&mut team);
    cost::goal(&commands, goals);
    report.push(cost::report(&commands));
    report
}

fn main() -> ExitCode {
    let (options, folders): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|word| word.starts_with("--"));
    let [binaries, scratch] = folders.as_slice() else { panic!("bench <folder of binaries> <scratch folder>") };
    let quick = options.iter().any(|option| option == "--quick");
    let far = Far::new();
    let place = Place { binaries: binaries.into(), scratch: scratch.into(), far: far.listen() };
    fs::create_dir_all(&place.scratch).expect("a scratch folder");
    let mut goals = Goals::default();
    let mut report = Vec::new();
    if !options.iter().any(|option| option == "--scan") {
        let valgrind = options.iter().find_map(|option| option.strip_prefix("--valgrind="));
        let valgrind = valgrind.filter(|path| !path.is_empty()).map(PathBuf::from);
        report.extend(commands(&place, &far, valgrind, quick, &mut goals));
    }
    report.push(scan::report(&place, quick, &mut goals));
    report.push(goals.report());
    let report = report.concat();
    fs::write(place.scratch.join("report.md"), &report).expect("the report is written");
    println!("{report}");
    for promise in &goals.broken {
        eprintln!("Not kept: {promise}");
    }
    if goals.broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
