//! Plays months of a shop's life on our own functions, by a clock that is not the machine's, and writes what it comes to:
//! every item of its table, and the mails of its last days and all reports. `make demo` asks for it and puts that on the local
//! stack, which goes on from there.
//!
//! Standard input is one JSON document: `shop`, `settings` (with the staff), `from` and `until` (instants), `public_url`,
//! and `folder`, where `items.jsonl` (an item a line, in DynamoDB's JSON) and `*.eml` are written. Whoever plays the same span
//! again gets the same story.
#![expect(clippy::expect_used, reason = "a program for developers: it ends where a step of the story fails")]
#![expect(clippy::print_stdout, reason = "it says how far it is")]

mod chance;
mod life;
mod said;

use std::fs;
use std::io::Write;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use life::Life;

/// Mails of the last days are kept, so that the inbox can be read; the reports all are.
const MAILS_OF: SignedDuration = SignedDuration::from_hours(48);

#[derive(Debug, Deserialize)]
struct Asked {
    shop: String,
    settings: Value,
    from: Timestamp,
    until: Timestamp,
    public_url: String,
    folder: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let asked: Asked = serde_json::from_reader(std::io::stdin()).expect("what to play");
    let shop: &'static str = asked.shop.leak();
    let mut life = Box::pin(Life::begin(shop, asked.settings, (asked.from, asked.until), asked.public_url)).await;
    Box::pin(life.play()).await;
    let folder = Path::new(&asked.folder);
    let mut file = fs::File::create(folder.join("items.jsonl")).expect("a file");
    let items = life.items();
    for item in &items {
        writeln!(file, "{item}").expect("a line");
    }
    let since = asked.until.saturating_sub(MAILS_OF).expect("an instant");
    let mut kept = 0;
    for (number, (at, mail)) in life.mails().into_iter().enumerate() {
        let is_report = mail.tags.get("kind").is_some_and(|kind| kind == "quality_report");
        if at < since && !is_report {
            continue;
        }
        let envelope = format!("Return-Path: <{}>\r\nDelivered-To: {}\r\n", mail.from, mail.to);
        let name = format!("{}-{number:04}.eml", at.as_millisecond());
        fs::write(folder.join(name), envelope + &mail.raw).expect("a file");
        kept += 1;
    }
    println!("{} items, {kept} mails, {}", items.len(), life.summary());
}
