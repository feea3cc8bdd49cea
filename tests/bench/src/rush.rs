//! Very many clocks due at once: what the scan makes of them, and who gets how many mails about it. Every function
//! runs as Lambda runs it; the benchmark is the stream, the queue and the schedule between them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::calls::{Asked, document};
use crate::events::{OVERDUE, now_ms, queue, stream};
use crate::scan::{AGENTS, nanos, peak};
use crate::stats::{grouped, ms, table};
use crate::verbs::{DESK, NOTIFY, RELAY, SCAN, Team, answered, assign_low, create_low, done};
use crate::{Goals, progress};

/// Tickets whose first response is late.
const DUE: usize = 10_000;
/// In a quick run, which does not wait for mails either.
const QUICK: usize = 1_000;
/// Tickets that the scan works on at once: within these, who is first is chance.
const AT_ONCE: usize = 16;
/// Mails of one person are gathered for a minute here and for five as shipped: the benchmark waits for the end.
const BUCKET_SECONDS: u64 = 60;
/// What the stream and the queue hand over at a time.
const RECORDS: usize = 100;
const MESSAGES: usize = 10;
/// Minutes after which all mails must be out.
const MINUTES: usize = 10;

/// Tickets by id, most overdue first.
struct Tickets(Vec<String>);

pub(crate) fn report(team: &mut Team, quick: bool, goals: &mut Goals) -> String {
    let due = if quick { QUICK } else { DUE };
    team.replace_settings(OVERDUE, |settings| settings["mail"]["bucket_seconds"] = json!(BUCKET_SECONDS));
    let tickets = late(team, due);
    let mut rows = Vec::new();
    let scanned = scan(team, &mut rows);
    tickets.note(&scanned, goals);
    let entries: Vec<Value> = scanned.items("ENTRY#").cloned().collect();
    let messages = relay(team, &entries, &mut rows);
    if !quick {
        Mails::gather(team, &messages, &mut rows, goals).wait(team, &mut rows, goals);
    }
    let heading = format!("Scan: {} due at once", grouped(due as u64));
    table(&heading, &["step", "what came of it", "ms", "processor, ms", "peak memory so far, MB"], &rows)
}

/// So many assigned tickets, every one opened at another instant, so long ago that its first response is late but no
/// manager hears of it yet: eight to twelve hours. They are made in no order.
fn late(team: &mut Team, due: usize) -> Tickets {
    let now = now_ms();
    let mut tickets = Vec::new();
    for step in 0..due {
        progress("late tickets", step, due);
        // Coprime to the number of tickets, so that every place comes once.
        let place = step * 7_919 % due;
        let opened = now - 11 * 3_600_000 - 1_800_000 + place as u64 * (3 * 3_600_000 / due as u64);
        let ticket = team.open(create_low(200, opened));
        let to = format!("agent-{}", place % AGENTS + 1);
        answered(&team.ask(DESK, assign_low(&ticket, &to, opened + 1_000)), 200);
        let state = team.far.item(&format!("T|{OVERDUE}|{ticket}"), "STATE").expect("every ticket has a state");
        tickets.push((state["due_at"]["S"].as_str().expect("its clocks run").to_owned(), ticket));
    }
    tickets.sort();
    Tickets(tickets.into_iter().map(|(_, ticket)| ticket).collect())
}

/// The scan's runs until none says that there is more.
fn scan(team: &mut Team, rows: &mut Vec<Vec<String>>) -> Asked {
    let far = team.far.clone();
    let mut run = |team: &mut Team, name: &str| {
        let step = Step::begin(team, SCAN);
        let answer = team.ask(SCAN, json!({}));
        done(&answer);
        let what = figures(&answer, &["examined", "changed", "skipped", "failed"]);
        rows.push(step.end(team, name).with(what));
        answer["more"] == true
    };
    let calls = far.calls(|| while run(team, "scan, a run") {});
    run(team, "scan, once more");
    Asked::of(calls)
}

impl Tickets {
    /// Whether every one was recorded once, the most overdue first.
    fn note(&self, scanned: &Asked, goals: &mut Goals) {
        let rank: HashMap<&str, usize> = self.0.iter().map(String::as_str).zip(0..).collect();
        let order: Vec<usize> = scanned
            .items("ENTRY#")
            .filter_map(|entry| rank.get(entry["pk"]["S"].as_str()?.rsplit('|').next()?).copied())
            .collect();
        let distinct: HashSet<&usize> = order.iter().collect();
        let due = grouped(self.0.len() as u64);
        goals.promise(distinct.len() == self.0.len(), format!("{due} due at once: {} handled", distinct.len()));
        goals.promise(
            order.len() == distinct.len() && scanned.counts.refused == 0,
            format!("{due} due at once: {} recorded twice", order.len() - distinct.len()),
        );
        let behind = out_of_turn(&order);
        goals.promise(
            behind < AT_ONCE,
            format!("{due} due at once: oldest first; none came more than {behind} places before an older one ({AT_ONCE} are worked on at once)"),
        );
    }
}

/// How far a younger one came before an older one at most.
fn out_of_turn(order: &[usize]) -> usize {
    let mut youngest = 0;
    let behind = order.iter().map(|rank| {
        youngest = youngest.max(*rank);
        youngest - rank
    });
    behind.max().unwrap_or(0)
}

/// The stream's records, as they come to event-relay, and the messages they call for.
fn relay(team: &mut Team, entries: &[Value], rows: &mut Vec<Vec<String>>) -> Vec<String> {
    let batches: Vec<Value> = entries.chunks(RECORDS).map(stream).collect();
    let step = Step::begin(team, RELAY);
    batches.into_iter().for_each(|batch| done(&team.ask(RELAY, batch)));
    let row = step.end(team, "event-relay");
    let messages = team.far.messages();
    let what = format!("{} entries, {} messages", grouped(entries.len() as u64), grouped(messages.len() as u64));
    rows.push(row.with(what));
    messages
}

/// Notices on their way to people.
struct Mails {
    /// Notices to one person each.
    notices: usize,
    /// When the last bucket is full, in milliseconds.
    full: u64,
}

impl Mails {
    /// Every message once, and the first thousand once more, as a queue may.
    fn gather(team: &mut Team, messages: &[String], rows: &mut Vec<Vec<String>>, goals: &mut Goals) -> Self {
        let far = team.far.clone();
        let serve = |team: &mut Team, messages: &[String]| {
            for (place, batch) in messages.chunks(MESSAGES).enumerate() {
                progress("batches of messages", place, messages.len() / MESSAGES);
                done(&team.ask(NOTIFY, queue(batch)));
            }
        };
        let step = Step::begin(team, NOTIFY);
        let calls = far.calls(|| serve(team, messages));
        let row = step.end(team, "notify, the queue");
        let asked = Asked::of(calls);
        let waiting = asked.items("MAIL#").map(document);
        let until: BTreeSet<u64> = waiting.filter_map(|mail| mail["stage"]["waiting"]["until"].as_u64()).collect();
        let notices = asked.items("MAIL#").count();
        let what = format!("{} notices to one person each; buckets: {}", grouped(notices as u64), until.len());
        rows.push(row.with(what));
        let again = Asked::of(far.calls(|| serve(team, &messages[..messages.len().min(1_000)])));
        let doubled = again.items("MAIL#").count();
        goals.promise(doubled == 0, format!("messages delivered again: {doubled} notices doubled"));
        Self { notices, full: until.last().copied().unwrap_or(0) }
    }

    /// The flush, minute by minute and again at once where it says that there is more, until every notice is out.
    fn wait(&self, team: &mut Team, rows: &mut Vec<Vec<String>>, goals: &mut Goals) {
        eprintln!("waiting until mails are due");
        sleep(Duration::from_millis((self.full + 100).saturating_sub(now_ms())));
        let far = team.far.clone();
        let mut told = Told::default();
        for _ in 0..MINUTES {
            let mut more = true;
            while more {
                let step = Step::begin(team, NOTIFY);
                let mut answer = Value::Null;
                let calls = far.calls(|| answer = team.ask(NOTIFY, json!({ "flush": true })));
                let row = step.end(team, "notify, a flush");
                let asked = Asked::of(calls);
                done(&answer);
                more = answer["more"] == true;
                let what = figures(&answer, &["examined", "resent", "failed"]);
                rows.push(row.with(format!("{what}, {} mails", asked.mails.len())));
                told.add(&asked);
            }
            if told.notices() >= self.notices {
                break;
            }
            // A digest goes out a minute after the last was added to it.
            sleep(Duration::from_secs(61));
        }
        told.note(self.notices, goals);
    }
}

/// What went out.
#[derive(Default)]
struct Told {
    /// Mails by address.
    mails: BTreeMap<String, usize>,
    /// Notices in each digest that was sent.
    digests: HashMap<String, u64>,
    /// Notices that went out by themselves.
    alone: usize,
}

impl Told {
    fn add(&mut self, asked: &Asked) {
        for address in &asked.mails {
            *self.mails.entry(address.clone()).or_default() += 1;
        }
        for item in asked.items("MAIL#") {
            let mail = document(item);
            let Some(_) = mail["stage"].get("sent") else { continue };
            let key = format!("{} {}", item["pk"]["S"], item["sk"]["S"]);
            match mail["subject"]["digest"]["total"].as_u64() {
                Some(total) => drop(self.digests.insert(key, total)),
                None => self.alone += 1,
            }
        }
    }

    fn notices(&self) -> usize {
        self.alone + usize::try_from(self.digests.values().sum::<u64>()).unwrap_or(0)
    }

    fn note(&self, wanted: usize, goals: &mut Goals) {
        let (told, mails) = (self.notices(), self.mails.values().sum::<usize>());
        let most = self.mails.values().max().copied().unwrap_or(0);
        goals.promise(
            told == wanted && mails == self.digests.len() + self.alone,
            format!(
                "{} notices: {} told in {mails} mails to {} people, {} of them digests, at most {most} to one",
                grouped(wanted as u64),
                grouped(told as u64),
                self.mails.len(),
                self.digests.len(),
            ),
        );
    }
}

/// What one function does in a step, and what that takes.
struct Step {
    function: &'static str,
    began: Instant,
    /// Of the function, before.
    processor: u64,
}

impl Step {
    fn begin(team: &mut Team, function: &'static str) -> Self {
        Self { function, began: Instant::now(), processor: team.sandbox(function).processor_ns() }
    }

    fn end(self, team: &mut Team, name: &str) -> Row {
        let took = self.began.elapsed();
        let sandbox = team.sandbox(self.function);
        let figures = [ms(nanos(took)), ms(sandbox.processor_ns() - self.processor), peak(sandbox)];
        Row { name: name.to_owned(), figures }
    }
}

/// A step that is done.
struct Row {
    name: String,
    figures: [String; 3],
}

impl Row {
    fn with(self, what: String) -> Vec<String> {
        [self.name, what].into_iter().chain(self.figures).collect()
    }
}

/// Figures of a function's report, by name.
fn figures(answer: &Value, names: &[&str]) -> String {
    let figure = |name: &&str| format!("{} {name}", grouped(answer[*name].as_u64().unwrap_or(0)));
    names.iter().map(figure).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn out_of_turn_is_the_longest_way_by_which_a_younger_one_was_first() {
        assert_eq!(out_of_turn(&[0, 1, 2, 3]), 0);
        assert_eq!(out_of_turn(&[3, 0, 1, 2, 5, 4]), 3);
        assert_eq!(out_of_turn(&[]), 0);
    }
}
