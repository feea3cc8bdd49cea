//! House rules that a reader would have to check by hand.
#![expect(clippy::unwrap_used, reason = "what cannot be read ends the test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A file has one subject; one that grows beyond this has two.
const MOST_LINES: usize = 500;
/// Words that name no subject.
const EMPTY_WORDS: [&str; 9] =
    ["manager", "service", "helper", "helpers", "util", "utils", "common", "data", "process"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// Files of our own, by their endings.
fn sources(endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> =
        ["functions", "infra", "shared", "tests"].iter().map(|name| root().join(name)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known)) {
                found.push(path);
            }
        }
    }
    assert!(found.len() > 10, "{endings:?}");
    found
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

#[test]
fn no_file_is_longer_than_a_reader_can_hold() {
    let long: Vec<String> = sources(&["rs", "py", "sh"])
        .iter()
        .map(|path| (shown(path), fs::read_to_string(path).unwrap().lines().count()))
        .filter(|(_, lines)| *lines > MOST_LINES)
        .map(|(path, lines)| format!("{path}: {lines}"))
        .collect();
    assert_eq!(long, [""; 0]);
}

#[test]
fn no_file_or_folder_has_a_name_that_says_nothing() {
    for path in sources(&["rs", "py", "sh", "json", "html", "md", "toml"]) {
        let shown = shown(&path);
        let words = shown.split(['/', '-', '_', '.']);
        let empty: Vec<&str> = words.filter(|word| EMPTY_WORDS.contains(word)).collect();
        assert_eq!(empty, [""; 0], "{shown}");
    }
}

#[test]
fn functions_do_not_depend_on_each_other() {
    let manifests: Vec<PathBuf> =
        fs::read_dir(root().join("functions")).unwrap().map(|entry| entry.unwrap().path().join("Cargo.toml")).collect();
    let name = |manifest: &Path| manifest.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
    let names: BTreeSet<String> = manifests.iter().map(|manifest| name(manifest)).collect();
    for manifest in &manifests {
        let text = fs::read_to_string(manifest).unwrap();
        let (_, dependencies) = text.split_once("[dependencies]").expect("dependencies");
        let used = dependencies.lines().map(|line| line.split(['.', ' ', '=']).next().unwrap_or_default());
        let others: Vec<&str> = used.filter(|name| names.contains(*name)).collect();
        assert_eq!(others, [""; 0], "{}", shown(manifest));
        assert!(text.contains("[lints]\nworkspace = true"), "{} has lints of its own", shown(manifest));
    }
}

#[test]
fn the_first_generation_of_the_http_stack_is_gone() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for (name, version) in [("hyper", "0."), ("http", "0."), ("rustls", "0.21"), ("h2", "0.3")] {
        let line = format!("name = \"{name}\"\nversion = \"{version}");
        assert!(!lock.contains(&line), "{name} {version} is in Cargo.lock");
    }
}
