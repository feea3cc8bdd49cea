//! The months of `make demo` on the deployed stack: what was played is read at the desk, and the stack goes on from there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use tests::stack::{Stack, stack};
use tests::{request, tool};

fn mail(stack: &Stack) -> &Path {
    Path::new(stack.connection["mail"].as_str().unwrap())
}

/// To whom of the played customers a mail went since then: a file's name begins with its millisecond.
fn mailed_since(stack: &Stack, at: Timestamp) -> Vec<String> {
    let files = fs::read_dir(mail(stack)).unwrap().map(|file| file.unwrap().path());
    let came = |path: &Path| path.file_name()?.to_str()?.split('-').next()?.parse::<i64>().ok();
    let late = files.filter(|path| came(path) > Some(at.as_millisecond()));
    let to = late.filter_map(|path| {
        Some(fs::read_to_string(path).ok()?.split_once("Delivered-To: ")?.1.lines().next()?.to_owned())
    });
    to.filter(|to| to.starts_with("customer-")).collect()
}

/// Plays so few days that a test has time for them, or shows what was played before.
fn demo(stack: &Stack) -> String {
    let local = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/local.py");
    let python = tool("AFTERCARE_PYTHON", "a Python with infra/requirements.txt");
    let ran = Command::new(python)
        .args(["-B", local, "demo", "--days", "6", "--state"])
        .arg(mail(stack).parent().unwrap())
        .output();
    let ran = ran.expect("the demo runs");
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.success(), "{said}");
    said
}

/// The tickets of the shop that was played, from all pages of the table.
fn ticket_keys(stack: &Stack) -> BTreeSet<String> {
    let (mut found, mut from) = (BTreeSet::new(), Value::Null);
    loop {
        let mut wanted = json!({
            "TableName": stack.output("TableName"),
            "ProjectionExpression": "pk",
            "FilterExpression": "sk = :state AND begins_with(pk, :tickets)",
            "ExpressionAttributeValues": { ":tickets": { "S": "T|teahouse|" }, ":state": { "S": "STATE" } },
        });
        if !from.is_null() {
            wanted["ExclusiveStartKey"] = from;
        }
        let mut page = stack.aws("dynamodb", "scan", wanted);
        let keys = page["Items"].as_array().into_iter().flatten();
        found.extend(keys.filter_map(|item| Some(item["pk"]["S"].as_str()?.to_owned())));
        from = page["LastEvaluatedKey"].take();
        if from.is_null() {
            return found;
        }
    }
}

#[test]
fn months_that_were_played_are_put_on_the_stack_once_and_nothing_of_them_is_mailed_again() {
    let stack = stack();
    let said = demo(stack);
    #[expect(clippy::disallowed_methods, reason = "the stack has the machine's clock")]
    let played = Timestamp::now();
    assert!(said.contains("complaint_rate (percent)") && said.contains("csat (percent)"), "{said}");
    // The days that were played, which may be of the month before.
    let today = played.to_zoned(TimeZone::UTC).date();
    let asked = format!("/v1/desk/figures?from={}&to={}", today - 7.days(), today + 1.day());
    let figures = stack.get("teahouse-lead", &asked).is(200);
    let figure = |name: &str| {
        let all = figures.body["figures"].as_array().unwrap();
        all.iter().find(|figure| figure["name"] == name).unwrap()["value"].as_f64()
    };
    assert!(figure("orders") > Some(10.0) && figure("feedback") > Some(0.0), "{}", figures.body);
    let tickets = stack.get("teahouse-lead", "/v1/desk/tickets").is(200);
    let of_before = tickets.body["tickets"].as_array().unwrap().iter().find_map(|ticket| ticket["id"].as_str());
    assert!(of_before.is_some(), "{}", tickets.body);
    // The stream is read in its order: when this ticket's mail is there, the relay has heard of all that was put before.
    let opened = stack.open("teahouse-server", request("late-guest", "The spout drips.")).is(201);
    let number = opened.at("/ticket/number");
    stack.until("the mail about a ticket that came after the months", || {
        stack.mails("late-guest@example.com").into_iter().find(|mail| mail.text.contains(&number))
    });
    assert_eq!(mailed_since(stack, played), Vec::<String>::new());
    let before = ticket_keys(stack);
    assert!(before.len() > 1, "{before:?}");
    assert!(demo(stack).contains("complaint_rate (percent)"));
    assert_eq!(ticket_keys(stack), before, "shown again, and not played again");
}
