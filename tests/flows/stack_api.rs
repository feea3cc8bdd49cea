//! The API's description against the deployed stack.

use std::process::Command;

use tests::stack::stack;
use tests::tool;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schemathesis_run.py");

#[test]
fn requests_that_the_description_allows_or_forbids_find_nothing_wrong() {
    let run = Command::new(tool("AFTERCARE_PYTHON", "a Python with infra/requirements.txt"))
        .args(["-B", SCRIPT, &stack().file("stack.json")])
        .output()
        .expect("AFTERCARE_PYTHON starts");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
}
