//! DynamoDB's calls and units by command, and item by item what they are for.

use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use crate::Goals;
use crate::events::{OVERDUE, queue, stream, text};
use crate::stats::{grouped, table};
use crate::units::{Tally, Write};
use crate::verbs::{
    self, APPROVAL, DESK, FIGURES, INTAKE, NOTIFY, ORDERS, PAGE, RELAY, SCAN, SURVEYS, Team, answered, done, opened,
};

/// A message of two sentences, of two pages, and the longest that is taken: 20 000 characters of three bytes.
pub(crate) const SIZES: [usize; 3] = [200, 5 * 1024, 60_000];
/// More mails than this to one person at once become a digest.
const DIGEST: usize = 12;
/// Longer than a bucket of staff mail in this benchmark.
const BUCKET: Duration = Duration::from_millis(1_200);

/// One command at every size.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) name: &'static str,
    pub(crate) tallies: Vec<Tally>,
}

/// Does everything once for every size of message.
pub(crate) fn count(team: &mut Team) -> Vec<Command> {
    // Once for nothing: what a sandbox asks in its first minute only belongs to no command.
    story(team, SIZES[0]);
    let mut commands: Vec<Command> = Vec::new();
    for bytes in SIZES {
        for (place, (name, tally)) in story(team, bytes).into_iter().enumerate() {
            match commands.get_mut(place) {
                Some(command) => command.tallies.push(tally),
                None => commands.push(Command { name, tallies: vec![tally] }),
            }
        }
    }
    commands
}

/// Commands in the order in which they were given, with what each cost.
struct Story<'a> {
    team: &'a mut Team,
    told: Vec<(&'static str, Tally)>,
}

impl Story<'_> {
    fn tell(&mut self, name: &'static str, function: &str, event: Value) -> Value {
        let mut answer = Value::Null;
        let far = self.team.far.clone();
        let tally = far.tally(|| answer = self.team.ask(function, event));
        self.told.push((name, tally));
        answer
    }

    /// A command's history entry, as the stream shows it.
    fn entry(&self, name: &str) -> Value {
        let (_, tally) = self.told.iter().find(|(told, _)| *told == name).expect("told before");
        tally.entry().clone()
    }

    /// The messages of this kind that a command's entry calls for.
    fn work(&mut self, name: &str, holding: &str) -> Vec<String> {
        let entry = self.entry(name);
        let messages = self.team.relayed(&[entry]);
        messages.into_iter().filter(|message| message.contains(holding)).collect()
    }

    /// The notices that so many new urgent tickets call for.
    fn urgent(&mut self, tickets: usize, bytes: usize) -> Vec<String> {
        let open = |_| {
            let ticket = self.team.open(verbs::create_urgent(bytes));
            self.team.entry(OVERDUE, &ticket)
        };
        let entries: Vec<Value> = (0..tickets).map(open).collect();
        let messages = self.team.relayed(&entries);
        messages.into_iter().filter(|message| message.contains("\"urgent\"")).collect()
    }
}

/// A ticket's life, and what the machinery does meanwhile.
fn story(team: &mut Team, bytes: usize) -> Vec<(&'static str, Tally)> {
    let mut story = Story { team, told: Vec::new() };
    let known = format!("k-{}", verbs::fresh());
    answered(&story.tell("put customer", INTAKE, verbs::know(&known)), 200);
    let ticket = opened(&story.tell("create", INTAKE, verbs::create(bytes)));
    opened(&story.tell("create with everything", INTAKE, verbs::create_with_everything(&known, bytes)));
    answered(&story.tell("message", INTAKE, verbs::message(&ticket, bytes)), 201);
    answered(&story.tell("get", INTAKE, verbs::get(&format!("/v1/tickets/{ticket}"))), 200);
    answered(&story.tell("list of a customer", INTAKE, verbs::get(&format!("/v1/tickets?customer={known}"))), 200);
    answered(&story.tell("desk: list", DESK, verbs::get("/v1/desk/tickets?status=new,open")), 200);
    answered(&story.tell("desk: assign", DESK, verbs::assign(&ticket)), 200);
    answered(&story.tell("desk: reply", DESK, verbs::reply(&ticket, bytes)), 200);
    answered(&story.tell("desk: resolve", DESK, verbs::resolve(&ticket, bytes)), 200);
    for (name, relay, mail) in [
        ("create", Some("relay: one entry"), "mail: acknowledgement"),
        ("desk: reply", None, "mail: reply"),
        ("desk: resolve", None, "mail: resolved"),
    ] {
        let entry = stream(&[story.entry(name)]);
        done(&match relay {
            Some(relay) => story.tell(relay, RELAY, entry),
            None => story.team.ask(RELAY, entry),
        });
        let messages = story.team.far.messages();
        done(&story.tell(mail, NOTIFY, queue(&verbs::notices(&messages))));
        if name == "desk: resolve" {
            done(&story.tell("survey: put on its day", SURVEYS, queue(&verbs::surveyed(&messages))));
            done(&story.tell("count: a resolution", FIGURES, queue(&verbs::counted(&messages))));
        }
    }
    done(&story.tell("surveys: nothing due", SURVEYS, json!({})));
    done(&story.tell("sheets: an hour", FIGURES, json!({})));
    on_the_way(&mut story, bytes);
    about_money(&mut story);
    done(&story.tell("scan: nothing due", SCAN, json!({})));
    story.team.open(verbs::create_due(bytes));
    done(&story.tell("scan: one clock due", SCAN, json!({})));
    let urgent = story.urgent(1, bytes);
    done(&story.tell("mail: urgent ticket, to one lead", NOTIFY, queue(&urgent)));
    sleep(BUCKET);
    done(&story.tell("flush: one staff mail", NOTIFY, json!({ "flush": true })));
    done(&story.tell("flush: nothing", NOTIFY, json!({ "flush": true })));
    let urgent = story.urgent(DIGEST, bytes);
    done(&story.team.ask(NOTIFY, queue(&urgent)));
    sleep(BUCKET);
    done(&story.tell("flush: digest of 12 mails", NOTIFY, json!({ "flush": true })));
    story.told
}

/// An order, and two cases of it: one that the rules approve, and one that a member of staff does.
fn about_money(story: &mut Story<'_>) {
    let (order, customer) = (format!("o-{}", verbs::fresh()), format!("c-{}", verbs::fresh()));
    answered(&story.tell("put order", ORDERS, verbs::order(&order, &customer)), 201);
    answered(
        &story.tell("options of a line", ORDERS, verbs::get(&format!("/v1/orders/{order}/options?line=cups"))),
        200,
    );
    answered(&story.tell("case: preview", ORDERS, verbs::case(&order, "cups", true)), 200);
    answered(&story.tell("case: request, with its ticket", ORDERS, verbs::case(&order, "cups", false)), 201);
    let assess = story.work("case: request, with its ticket", "\"case\"");
    done(&story.tell("case: assess, approved by itself", APPROVAL, queue(&assess)));
    let (ticket, assess) = story.team.asked_of(&order);
    done(&story.team.ask(APPROVAL, queue(&assess)));
    let shown = story.team.ask(APPROVAL, verbs::get(&format!("/v1/desk/tickets/{ticket}/cases/1")));
    let hash = answered(&shown, 200)["inside"]["hash"].as_str().expect("a hash").to_owned();
    answered(&story.tell("case: approve at the desk", APPROVAL, verbs::approve(&ticket, &hash)), 200);
}

/// What else is done at the desk, and by the customer on their page.
fn on_the_way(story: &mut Story<'_>, bytes: usize) {
    let words = || text(bytes, verbs::fresh());
    let (ticket, link) = story.team.open_with_link(verbs::create(bytes));
    answered(&story.tell("desk: get", DESK, verbs::get(&format!("/v1/desk/tickets/{ticket}"))), 200);
    for (name, act, body) in [
        ("desk: note", "notes", json!({ "body": words() })),
        ("desk: priority", "priority", json!({ "to": "high" })),
        ("desk: wait", "wait", json!({ "turn": "waiting_third_party" })),
        ("desk: propose", "proposals", json!({ "solution": "exchange", "body": words() })),
    ] {
        answered(&story.tell(name, DESK, verbs::at_desk(&ticket, act, body)), 200);
    }
    let page = story.tell("page: view", PAGE, verbs::get(&link));
    answered(&story.tell("page: accept", PAGE, verbs::submit(&verbs::form(&page, "/accept"), "")), 303);
    let page = story.team.ask(PAGE, verbs::get(&link));
    answered(&story.tell("page: message", PAGE, verbs::submit(&verbs::form(&page, "/reply"), &words())), 303);
    answered(&story.tell("desk: preview", DESK, verbs::preview()), 200);
}

/// What a ticket costs from its first message to its end: the commands of the shortest life, with their mails.
const LIFE: [&str; 10] = [
    "create",
    "relay: one entry",
    "mail: acknowledgement",
    "desk: assign",
    "desk: reply",
    "relay: one entry",
    "mail: reply",
    "desk: resolve",
    "relay: one entry",
    "mail: resolved",
];

/// A create is one transaction after at most two reads.
pub(crate) fn goal(commands: &[Command], goals: &mut Goals) {
    for name in ["create", "create with everything"] {
        let found = commands.iter().find(|command| command.name == name);
        let Some(tally) = found.and_then(|command| command.tallies.first()) else { continue };
        let (reads, transactions) = (tally.reads.len(), tally.transactions);
        goals.note(
            reads <= 2 && transactions == 1,
            format!("{name}, warm: {transactions} transaction, {reads} reads (goal 1 and at most 2)"),
        );
    }
}

/// The table of calls and units, and that of items with their reasons.
pub(crate) fn report(commands: &[Command]) -> String {
    let halves = |halves: usize| format!("{}{}", halves / 2, if halves % 2 == 1 { ".5" } else { "" });
    let line = |name: &str, of: &[&Command]| -> Vec<String> {
        let sum = |count: &dyn Fn(&Tally) -> usize, size: usize| -> usize {
            of.iter().map(|command| count(&command.tallies[size])).sum()
        };
        let mut cells = vec![name.to_owned()];
        let calls: [&dyn Fn(&Tally) -> usize; 5] = [
            &|tally| tally.reads.len(),
            &|tally| tally.transactions,
            &|tally| tally.puts,
            &|tally| tally.batches,
            &|tally| tally.mails,
        ];
        cells.extend(calls.map(|count| sum(count, 0).to_string()));
        cells.extend((0..SIZES.len()).map(|size| halves(sum(&Tally::read_halves, size))));
        cells.extend((0..SIZES.len()).map(|size| sum(&Tally::write_units, size).to_string()));
        cells
    };
    let mut rows: Vec<Vec<String>> = commands.iter().map(|command| line(command.name, &[command])).collect();
    let life: Vec<&Command> =
        LIFE.iter().filter_map(|name| commands.iter().find(|command| command.name == *name)).collect();
    rows.push(line("a ticket's life", &life));
    let columns = [
        "command",
        "reads",
        "transactions",
        "puts",
        "SQS",
        "SES",
        "read units 200 B",
        "5 KB",
        "60 KB",
        "write units 200 B",
        "5 KB",
        "60 KB",
    ];
    let units = table("DynamoDB calls and units by command", &columns, &rows);
    let items: Vec<Vec<String>> = commands.iter().flat_map(items).collect();
    let columns = ["command", "item", "why", "bytes 200 B", "5 KB", "60 KB", "units 200 B", "5 KB", "60 KB"];
    units + &table("Write units, item by item", &columns, &items)
}

/// One row for every item that a command writes and for every index entry of it; the same again are one row.
fn items(command: &Command) -> Vec<Vec<String>> {
    let mut groups: Vec<(usize, Vec<Vec<String>>)> = Vec::new();
    let writes = command.tallies.first().map_or(0, |tally| tally.writes.len());
    for place in 0..writes {
        let rows = item(command, place);
        match groups.last_mut() {
            Some((times, last)) if *last == rows => *times += 1,
            _ => groups.push((1, rows)),
        }
    }
    let times = |(times, mut rows): (usize, Vec<Vec<String>>)| {
        if times > 1 {
            rows.iter_mut().for_each(|row| row[1] = format!("{times} × {}", row[1]));
        }
        rows
    };
    groups.into_iter().flat_map(times).collect()
}

/// The item at one place of a command's transactions, at every size of message.
fn item(command: &Command, place: usize) -> Vec<Vec<String>> {
    let sizes: Vec<&Write> = command.tallies.iter().filter_map(|tally| tally.writes.get(place)).collect();
    let Some(first) = sizes.first() else { return Vec::new() };
    let (name, why) = reason(&first.pk, &first.sk);
    let row = |item: String, why: &str, bytes: &dyn Fn(&Write) -> usize, units: &dyn Fn(&Write) -> usize| {
        let bytes = sizes.iter().map(|write| grouped(bytes(write) as u64));
        let units = sizes.iter().map(|write| units(write).to_string());
        [command.name.to_owned(), item, why.to_owned()].into_iter().chain(bytes).chain(units).collect::<Vec<String>>()
    };
    let mut rows = vec![row(name.to_owned(), why, &|write| write.bytes, &|write| write.units)];
    for (place, index) in first.indexes.iter().enumerate() {
        let why = match index.name {
            "due" => "what is due is found by it",
            "desk" => "the desk's lists, by status and due instant",
            _ => "the queue it waits in, or who holds it",
        };
        let of = |write: &Write| write.indexes.get(place).map_or((0, 0), |index| (index.bytes, index.units));
        let item = format!("{name}, index `{}`: {}", index.name, index.change);
        rows.push(row(item, why, &|write| of(write).0, &|write| of(write).1));
    }
    rows
}

/// What an item is, by its key, and why the transaction cannot do without it.
fn reason(pk: &str, sk: &str) -> (&'static str, &'static str) {
    match (pk.split('|').next().unwrap_or_default(), sk.split('#').next().unwrap_or_default()) {
        ("T", "STATE") => ("state", "the ticket as it is now; written only if nobody changed it since it was read"),
        ("T", "ENTRY") => ("history entry", "the events: audit trail, timeline and outbox in one"),
        ("T", "CONTENT") => {
            ("content", "what was typed, by itself: it can be erased, and no later write pays for it again")
        }
        ("T", "MAIL") => {
            ("mail intent", "written down before anything is sent, so that a crash neither loses nor doubles it")
        }
        ("T", "LOOK") => ("look", "who of staff looked at what a customer wrote, before it is shown"),
        ("W", _) => {
            ("customer's hour", "counts what one customer writes, so that they do not use up what there is for all")
        }
        ("N", _) => ("number", "the public number leads to one ticket and is given once"),
        ("C", "PROFILE") => (
            "customer",
            "what was learned of them; the last day's tickets for floods and repetitions, so that two that race are seen",
        ),
        ("T", "CASE") => {
            ("case", "what is asked for and how far it is; written only if nobody changed it since it was read")
        }
        ("O", _) => {
            ("order", "what was bought, and what is held and settled of it: two that race for its money meet here")
        }
        ("C", "BUYER") => ("buyer", "what a customer bought and was given back, which the risk score is made of"),
        ("T", "SURVEY") => ("survey", "when its customer is asked, and what became of it; found by its due instant"),
        ("L", _) => ("progress", "up to which day the figures are made"),
        ("P", _) => ("sheet", "the sum of a day's rows, of all or by one dimension"),
        ("Y", _) => ("row", "what one entry counts, at a key of its own: the same however often it comes"),
        ("G", _) => ("given", "what one member of staff gave away in a day"),
        ("C", "TICKET") => ("customer's ticket", "the list of one customer's tickets"),
        ("C", "ACKS") => ("acknowledgements", "no more than so many to one customer"),
        ("I", _) => ("idempotency key", "the first answer, for 24 h"),
        ("M", _) => ("channel message", "the channel's message id is taken once, for ever; with the first answer"),
        ("Q", _) => ("quota", "counts the storefront's minute, so that one does not crowd out the others"),
        ("F", _) => ("address", "the last hour of one network address"),
        ("D", _) => ("digest", "the mails that go out together"),
        ("R", _) => ("agent", "how many tickets somebody holds, so that nobody is handed more than they can"),
        ("S", _) => ("settings", "a version of the storefront's settings"),
        ("X", _) => ("suppressed address", "it is not written to again"),
        _ => ("item", "not described here yet"),
    }
}
