//! The committed descriptions are those of this code, and say what it does.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "what cannot be read ends the test")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use aftercare::settings::{Lifecycle, Settings};
use jiff::civil::date;
use serde_json::{Map, Value, json};
use tests::openapi::{document, files, settings_schema};

#[test]
fn the_committed_descriptions_are_made_from_this_code() {
    for (file, text) in files() {
        let committed = fs::read_to_string(&file).unwrap_or_default();
        assert!(committed == text, "{} is stale: cargo run -q -p tests --example openapi", file.display());
    }
}

#[test]
fn the_shipped_settings_are_taken_by_the_schema_and_broken_ones_by_neither_schema_nor_code() {
    let shipped = serde_json::to_value(Settings::shipped()).unwrap();
    let broken = [
        ("/shop/name", json!("  ")),
        ("/shop/language", json!("fr")),
        ("/shop/mail", json!("help@shop")),
        ("/calendars/office/week/mon", json!([["09:00", "25:00"]])),
        ("/calendars/office/week/mon", json!([["24:00", "24:00"]])),
        ("/calendars/office/holidays", json!(["2026-02-30"])),
        ("/calendars/office/unknown", json!(1)),
        ("/policy/resolution/urgent", json!(0)),
        ("/policy/resolution/urgent", json!(1.5)),
        ("/priority/danger", json!(-1)),
        ("/limits/tickets_per_customer_hour", Value::Null),
        ("/block/mail", json!(["Upper@X.example"])),
        ("/block/mail", json!(["EVIL3.example"])),
        ("/block/mail", json!(["@*.wild.example"])),
        ("/block/mail", json!(["@"])),
        ("/mail/own_addresses", json!(["@shop.example"])),
        ("/mail/own_addresses", json!(["not an address"])),
        ("/shop/mail", json!(format!("{}@shop.example", "h".repeat(56)))),
        ("/limits/messages_per_customer_hour", json!(601)),
        ("/staff", json!([{ "id": "a", "email": "a@b.example", "role": "boss", "language": "en" }])),
        ("/wording", json!({ "en": { "no.such.key": "Hello" } })),
        ("/teams", json!([{ "name": "" }])),
        ("/lifecycle", json!({ "remind_after_days": 0 })),
        ("/answers", json!({ "Repair times": { "title": "Repairs", "text": { "en": "Ten days." } } })),
        ("/answers", json!({ "repairs": { "title": "Repairs", "text": {} } })),
        ("/cases/reasons/late/window", json!({ "weeks_from_delivery": 2 })),
        ("/cases/limits/CNY/agent", json!(-1)),
        ("/cases/fees/restocking_basis_points", json!(10_001)),
        ("/cases/terms/link_hours", json!(169)),
    ];
    let with = |(place, value): &(&str, Value)| {
        let (parent, name) = place.rsplit_once('/').unwrap();
        let mut document = shipped.clone();
        document.pointer_mut(parent).unwrap()[name] = value.clone();
        document
    };
    let documents: Vec<Value> = [shipped.clone()].into_iter().chain(broken.iter().map(with)).collect();
    let verdicts = verdicts(&settings_schema(), &documents);
    assert_eq!(verdicts[0], None);
    for ((broken, document), verdict) in broken.iter().zip(&documents[1..]).zip(&verdicts[1..]) {
        assert!(verdict.is_some(), "the schema takes {broken:?}");
        assert!(!taken(document), "the code takes {broken:?}");
    }
}

/// Every bound the schema gives is where the code begins to refuse.
#[test]
fn the_bounds_in_the_settings_schema_are_those_of_the_code() {
    let schema = document()["components"]["schemas"].clone();
    let mut seen = 0;
    for (object, place) in [
        ("Limits", "/limits"),
        ("MailRules", "/mail"),
        ("Target", "/policy/resolution"),
        ("Lifecycle", "/lifecycle"),
        ("Staff", "/staff/0"),
        ("PriorityRules", "/priority"),
        ("CategoryPoints", "/priority/categories"),
        ("Fees", "/cases/fees"),
        ("MoneyLimits", "/cases/limits/CNY"),
        ("Automatic", "/cases/automatic"),
        ("RiskRules", "/cases/risk"),
        ("RiskStep", "/cases/risk/new_account"),
        ("CaseTerms", "/cases/terms"),
        ("SurveyRules", "/surveys"),
        ("LowScores", "/surveys/low"),
    ] {
        for (name, property) in schema[object]["properties"].as_object().unwrap() {
            let (Some(least), Some(most)) = (property["minimum"].as_i64(), property["maximum"].as_i64()) else {
                continue;
            };
            seen += 1;
            for (value, fits) in [(least - 1, false), (least, true), (most, true), (most + 1, false)] {
                let mut settings = serde_json::to_value(Settings::shipped()).unwrap();
                settings["staff"] = json!([{ "id": "a", "email": "a@b.example", "role": "lead", "language": "en" }]);
                settings["lifecycle"] = json!(Lifecycle::default());
                let at = format!("{place}/{name}");
                settings.pointer_mut(place).unwrap()[name] = json!(value);
                assert_eq!(!refused(&settings, &at), fits, "{at} = {value}");
            }
        }
    }
    assert_eq!(seen, 71);
}

#[test]
fn every_example_in_the_description_fits_its_schema() {
    let described = document();
    let mut examples: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut places = vec![&described["paths"], &described["components"]["responses"]];
    while let Some(place) = places.pop() {
        if let (Some(schema), Some(shown)) = (place["schema"]["$ref"].as_str(), place["examples"].as_object()) {
            let resolved = shown.values().map(|example| match example["$ref"].as_str() {
                Some(reference) => &described.pointer(reference.trim_start_matches('#')).unwrap()["value"],
                None => &example["value"],
            });
            let name = schema.rsplit('/').next().unwrap();
            examples.entry(name.to_owned()).or_default().extend(resolved.cloned());
        }
        places.extend(place.as_object().into_iter().flat_map(Map::values));
        places.extend(place.as_array().into_iter().flatten());
    }
    assert!(examples.len() > 12, "{:?}", examples.keys());
    let of = |name: &String| json!({ "items": { "$ref": format!("#/components/schemas/{name}") } });
    let properties: Map<String, Value> = examples.keys().map(|name| (name.clone(), of(name))).collect();
    let schema = json!({ "properties": properties, "components": described["components"] });
    assert_eq!(verdicts(&schema, &[json!(examples)]), [None]);
}

fn taken(document: &Value) -> bool {
    Settings::read(document).is_ok_and(|settings| settings.faults(date(2026, 3, 12)).is_empty())
}

/// Refused for this value itself, not for how it goes with others.
fn refused(document: &Value, at: &str) -> bool {
    let Ok(settings) = Settings::read(document) else { return true };
    let faults = settings.faults(date(2026, 3, 12));
    faults.iter().any(|fault| fault.pointer == at && fault.detail.starts_with("must be "))
}

/// What is wrong with each document, in the words of a public validator.
fn verdicts(schema: &Value, documents: &[Value]) -> Vec<Option<String>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/oracles/json_schema.py");
    let mut run = Command::new(tests::tool("AFTERCARE_PYTHON", "a Python with infra/requirements.txt"))
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("AFTERCARE_PYTHON starts");
    let asked = json!({ "schema": schema, "documents": documents }).to_string();
    run.stdin.take().unwrap().write_all(asked.as_bytes()).unwrap();
    let said = run.wait_with_output().unwrap();
    serde_json::from_slice(&said.stdout).expect("a list of verdicts")
}
