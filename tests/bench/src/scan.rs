//! What a minute's scan costs, however many tickets are open: the same calls and the same units.

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Goals;
use crate::calls::{Asked, Counts};
use crate::crowd::Crowd;
use crate::events::{OVERDUE, now_ms};
use crate::far::Far;
use crate::rush;
use crate::sandbox::{Place, Sandbox};
use crate::stats::{decimal, grouped, median, ms, table};
use crate::verbs::{SCAN, Team, create_due, done, person};

/// Open tickets.
const OPEN: [usize; 3] = [1_000, 100_000, 1_000_000];
/// Of them due in a run.
const DUE: usize = 100;
/// Runs with as many open, each with other tickets that are due.
const RUNS: usize = 5;
/// Agents on shift, and what each can hold. They are full, and the other tickets wait.
pub(crate) const AGENTS: usize = 20;
const CAPACITY: usize = 2;

/// One run of the scan.
#[derive(Debug)]
struct Run {
    counts: Counts,
    took: u64,
    /// The function's processor time.
    processor: u64,
}

/// So many open tickets, and the runs among them.
#[derive(Debug)]
struct Size {
    open: usize,
    runs: Vec<Run>,
}

/// Measures the scan in a table of its own, and what follows when very many clocks are due at once.
pub(crate) fn report(place: &Place, quick: bool, goals: &mut Goals) -> String {
    let file = place.scratch.join("scan.db");
    remove(&file);
    let far = Far::on_disk(&file);
    let place = Place { binaries: place.binaries.clone(), scratch: place.scratch.clone(), far: far.listen() };
    let mut team = Team::start(&place, &far);
    team.replace_settings(OVERDUE, staff);
    let sizes = sizes(&mut team, if quick { &OPEN[..2] } else { &OPEN });
    note(&sizes, goals);
    let report = cost(&sizes) + &rush::report(&mut team, quick, goals);
    drop(team);
    remove(&file);
    report
}

/// The table's file and what is beside it.
fn remove(file: &Path) {
    for end in ["", "-wal", "-shm"] {
        // Not there is as well.
        let _ = std::fs::remove_file(format!("{}{end}", file.display()));
    }
}

/// A team on shift, and those who hear when it is late.
fn staff(settings: &mut Value) {
    let agents = (1..=AGENTS).map(|number| {
        let mut agent = person("agent", number);
        agent["capacity"] = json!(CAPACITY);
        agent
    });
    let others = ["lead", "manager", "head", "admin"].map(|role| person(role, 1));
    settings["staff"] = agents.chain(others).collect();
}

fn sizes(team: &mut Team, open: &[usize]) -> Vec<Size> {
    let mut crowd = Crowd::gather(team);
    let mut due = 0;
    let mut sizes = Vec::new();
    for open in open {
        let began = Instant::now();
        // The last of the runs has as many open tickets.
        crowd.grow(team, open - due - RUNS * DUE);
        eprintln!("{} open tickets, {} s", grouped(*open as u64), began.elapsed().as_secs());
        let runs = (0..RUNS).map(|_| usual(team, &mut due)).collect();
        sizes.push(Size { open: *open, runs });
    }
    sizes
}

/// A run in which nothing is read but what the clocks and those on shift call for. Once in ten minutes a storefront's
/// tickets of people who left are looked for as well, and once a minute its settings: such a run is made again.
fn usual(team: &mut Team, due: &mut usize) -> Run {
    loop {
        let sandbox_is_warm = idle(team);
        for _ in 0..DUE {
            team.open(create_due(200));
        }
        *due += DUE;
        let far = team.far.clone();
        let (mut took, mut answer) = (Duration::ZERO, Value::Null);
        let processor = team.sandbox(SCAN).processor_ns();
        let calls = far.calls(|| {
            let served = team.sandbox(SCAN).serve(json!({}));
            (took, answer) = (served.took, served.answer);
        });
        let processor = team.sandbox(SCAN).processor_ns() - processor;
        let expected =
            json!({ "examined": DUE, "changed": DUE, "skipped": 0, "failed": 0, "more": false, "handed": 0 });
        for (name, value) in expected.as_object().into_iter().flatten() {
            assert_eq!(&answer[name], value, "{name}: {answer}");
        }
        let counts = Asked::of(calls).counts;
        if sandbox_is_warm && !is_special(&counts) {
            return Run { counts, took: nanos(took), processor };
        }
    }
}

/// Runs with nothing due until one is as usual.
fn idle(team: &mut Team) -> bool {
    for _ in 0..4 {
        let far = team.far.clone();
        let asked = Asked::of(far.calls(|| done(&team.ask(SCAN, json!({})))));
        if !is_special(&asked.counts) {
            return true;
        }
        if looks_for_leavers(&asked.counts) {
            sleep(Duration::from_millis(60_100 - now_ms() % 60_000));
        }
    }
    false
}

fn is_special(counts: &Counts) -> bool {
    looks_for_leavers(counts) || counts.on("GetItem", "S") > 0
}

/// The roster is read once to hand out, and once more to look for people who left.
fn looks_for_leavers(counts: &Counts) -> bool {
    counts.on("Query", "R") > 1
}

/// Whether all runs of all sizes asked the same.
fn note(sizes: &[Size], goals: &mut Goals) {
    let mut all = sizes.iter().flat_map(|size| &size.runs).map(|run| &run.counts);
    let same = all.next().is_some_and(|first| all.all(|counts| counts == first));
    let open: Vec<String> = sizes.iter().map(|size| grouped(size.open as u64)).collect();
    goals.promise(
        same,
        format!("a scan of {DUE} due costs the same calls and units with {} open tickets", open.join(", ")),
    );
}

fn cost(sizes: &[Size]) -> String {
    let row = |size: &Size| {
        let took: Vec<u64> = size.runs.iter().map(|run| run.took).collect();
        let processor: Vec<u64> = size.runs.iter().map(|run| run.processor).collect();
        let mut cells = vec![grouped(size.open as u64), DUE.to_string()];
        let each = |count: &dyn Fn(&Counts) -> String| {
            let mut seen: Vec<String> = size.runs.iter().map(|run| count(&run.counts)).collect();
            seen.dedup();
            seen.join("; ")
        };
        for (operation, what) in [("Query", "due"), ("Query", "held"), ("GetItem", "T")] {
            cells.push(each(&|counts| counts.on(operation, what).to_string()));
        }
        cells.push(each(&|counts| {
            let others = counts.calls("Query") - counts.on("Query", "due") - counts.on("Query", "held");
            (others + counts.calls("GetItem") - counts.on("GetItem", "T") + counts.calls("BatchGetItem")).to_string()
        }));
        cells.push(each(&|counts| counts.calls("TransactWriteItems").to_string()));
        cells.push(each(&|counts| decimal(counts.read_halves as u64 * 5, 10, 1)));
        cells.push(each(&|counts| counts.write_units.to_string()));
        cells.extend([ms(median(&took)), ms(median(&processor))]);
        cells
    };
    let columns = [
        "open tickets",
        "due",
        "Query of the due index",
        "Query of waiting tickets",
        "GetItem of tickets",
        "other reads",
        "transactions",
        "read units",
        "write units",
        "ms",
        "processor, ms",
    ];
    let heading = format!("Scan: {DUE} due of many (medians of {RUNS} runs with other tickets due)");
    table(&heading, &columns, &sizes.iter().map(row).collect::<Vec<_>>())
}

pub(crate) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// The most memory a function ever had, in MB.
pub(crate) fn peak(sandbox: &Sandbox) -> String {
    decimal(sandbox.peak_kib(), 1024, 1)
}
