//! Mails in a real browser, see `browser/mails.py`.

use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::tool;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/browser/mails.py");
/// Where pictures of what was looked at are left.
pub const PICTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/pictures");

/// How a mail looks.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Sight {
    pub file: String,
    pub language: String,
    pub heading: String,
    /// The instants that stand out in it.
    pub due: Vec<String>,
    wrong: Vec<String>,
}

/// Opens mails on a phone and on a desk, by day and by night; ends the test when anything is wrong with one.
pub fn look(files: &[String]) -> Vec<Sight> {
    let chromium = tool("AFTERCARE_CHROMIUM", "a Chromium with Chinese fonts");
    let run = Command::new(tool("AFTERCARE_PYTHON", "a Python with infra/requirements.txt"))
        .args(["-B", SCRIPT, &chromium, PICTURES])
        .args(files)
        .stderr(Stdio::inherit())
        .output();
    let run = run.unwrap_or_else(|why| panic!("AFTERCARE_PYTHON does not start: {why}"));
    assert!(run.status.success(), "mails.py failed; it says above why");
    let sights: Vec<Sight> = serde_json::from_slice(&run.stdout).unwrap_or_else(|why| panic!("mails.py: {why}"));
    let wrong: Vec<String> = sights
        .iter()
        .flat_map(|sight| sight.wrong.iter().map(move |wrong| format!("{}: {wrong}", sight.file)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    sights
}
