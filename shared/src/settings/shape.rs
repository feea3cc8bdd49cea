//! Reads a settings document. What does not have the shape is told at once, each fault with its place: a fault that was
//! found is mended with what is shipped, and reading goes on.

use serde_json::{Value, json};
use serde_path_to_error::Segment;

use super::Settings;
use super::plain::words;
use crate::problem::{Fault, segment};

/// Somebody with more to mend sends it again.
const MOST_FAULTS: usize = 100;

impl Settings {
    /// Reads a document, or tells all that is wrong with its shape. Whether the rules hold is asked of `faults`.
    pub fn read(document: &Value) -> Result<Self, Vec<Fault>> {
        let mut mended = document.clone();
        let mut faults: Vec<Fault> = Vec::new();
        for _ in 0..MOST_FAULTS {
            let why = match serde_path_to_error::deserialize::<_, Self>(&mended) {
                Ok(settings) if faults.is_empty() => return Ok(settings),
                Ok(_) => break,
                Err(why) => why,
            };
            let detail = why.inner().to_string();
            let mut steps: Vec<String> = why.path().iter().map_while(step).collect();
            if let Some(name) = named(&detail) {
                // Such a fault is told at the object that lacks the field or has it too many.
                if steps.last().is_none_or(|last| last != name) {
                    steps.push(name.to_owned());
                }
            }
            let pointer: String = steps.iter().map(|step| format!("/{}", segment(step))).collect();
            let again = faults.iter().any(|fault| fault.pointer == pointer);
            if !again {
                faults.push(Fault::new(pointer, words(&detail)));
            }
            mend(&mut mended, &sample(), &steps, again || detail.starts_with("unknown field"));
        }
        Err(faults)
    }
}

/// One step of the way to a fault; none where serde read a name as something else, such as a language.
fn step(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { variant } => Some(variant.clone()),
        Segment::Unknown => None,
    }
}

/// The field that serde names in its message when it is missing or not known.
fn named(detail: &str) -> Option<&str> {
    let rest = detail.strip_prefix("missing field `").or_else(|| detail.strip_prefix("unknown field `"))?;
    rest.split('`').next()
}

/// What is shipped, with one of everything that it lists none of or leaves out.
fn sample() -> Value {
    let mut sample = json!(Settings::shipped());
    sample["staff"] = json!([{ "id": "s", "email": "s@shop.example", "role": "lead", "language": "en", "team": "t",
        "shift": "always", "skills": ["quality"], "answers_in": ["en"], "capacity": 1 }]);
    sample["teams"] = json!([{ "name": "t", "stages": ["after_sale"], "categories": ["quality"] }]);
    sample["answers"] = json!({ "a": { "title": "a", "text": { "en": "a" } } });
    sample["wording"] = json!({ "en": { "a": "a" } });
    sample["block"] = json!({ "customers": ["c"], "mail": ["m"] });
    sample["mail"]["own_addresses"] = json!(["m"]);
    sample["limits"]["messages_per_customer_hour"] = json!(1);
    sample["privacy"] = json!({ "reads_kept_days": 180 });
    for rule in sample["cases"]["reasons"].as_object_mut().into_iter().flat_map(serde_json::Map::values_mut) {
        for optional in ["photo", "exclusions", "shipping"] {
            rule[optional] = json!(true);
        }
    }
    sample["calendars"]["chat"]["overrides"] = json!({ "2026-01-01": [["09:00", "18:00"]] });
    sample["calendars"]["chat"]["holidays"] = json!(["2026-01-01"]);
    sample
}

/// Puts the sample's value in the place that `steps` lead to; with `remove`, or where the sample has none, takes away
/// what is there. Where names are free, any of the sample's values will do.
fn mend(value: &mut Value, sample: &Value, steps: &[String], remove: bool) {
    match (steps, value, sample) {
        ([first], Value::Object(fields), _) if remove => drop(fields.remove(first)),
        ([first, rest @ ..], Value::Object(fields), Value::Object(known)) => {
            match known.get(first).or_else(|| known.values().next()) {
                Some(inside) => mend(fields.entry(first).or_insert(Value::Null), inside, rest, remove),
                None => drop(fields.remove(first)),
            }
        }
        ([first, rest @ ..], Value::Array(entries), Value::Array(known)) => {
            let entry = first.parse().ok().and_then(|place: usize| entries.get_mut(place));
            match (entry, known.first()) {
                (Some(entry), Some(inside)) => mend(entry, inside, rest, remove),
                _ => entries.clear(),
            }
        }
        (_, value, sample) => value.clone_from(sample),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(document: &Value) -> Vec<String> {
        let faults = Settings::read(document).expect_err("it is wrong");
        faults.into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn every_fault_of_the_shape_is_told_at_once_with_its_place() {
        let mut document = json!(Settings::shipped());
        document["shop"]["mail"] = json!("no address");
        document["shop"]["langage"] = json!("en");
        document["calendars"]["night/shift"] = json!({ "week": { "mon": "09:00" } });
        document["policy"]["resolution"]["urgent"] = json!("4 h");
        document["policy"]["first_response"].as_object_mut().unwrap().remove("low");
        document["limits"]["triage_below_percent"] = json!(300);
        document["staff"] = json!([
            { "id": "a b", "email": "a@shop.example", "role": "lead", "language": "en" },
            { "id": "b", "email": "b@shop.example", "role": "boss", "language": "en" },
            { "id": "c", "email": "c@shop.example", "role": "lead" },
        ]);
        document["wording"] = json!({ "tlh": {} });
        document["block"]["mail"] = json!([1]);
        let mut found = wrong(&document);
        found.sort();
        let expected = [
            "/block/mail/0",
            "/calendars/night~1shift/week/mon",
            "/calendars/night~1shift/zone",
            "/limits/triage_below_percent",
            "/policy/first_response/low",
            "/policy/resolution/urgent",
            "/shop/langage",
            "/shop/mail",
            "/staff/0/id",
            "/staff/1/role",
            "/staff/2/language",
            "/wording",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn an_entry_that_is_wrong_is_one_fault_wherever_it_is() {
        let person = json!({ "id": "a", "email": "a@shop.example", "role": "lead", "language": "en" });
        for (list, inside, wrongly) in [
            ("/staff", "/0/skills/1", json!([{ "skills": ["quality", "nope"] }])),
            ("/staff", "/0/answers_in/0", json!([{ "answers_in": ["tlh"] }])),
            ("/staff", "/0/capacity", json!([{ "capacity": "many" }])),
            ("/staff", "/0/team", json!([{ "team": 5 }])),
            ("/staff", "/0/shift", json!([{ "shift": [] }])),
            ("/teams", "/0/stages/0", json!([{ "name": "a", "stages": ["late"] }])),
            ("/teams", "/0/categories/1", json!([{ "name": "a", "categories": ["order", "nope"] }])),
            ("/block/customers", "/0", json!([5])),
            ("/mail/own_addresses", "/0", json!([5])),
            ("/answers", "/a/title", json!({ "a": { "title": 5, "text": { "en": "x" } } })),
            ("/answers", "/a/text", json!({ "a": { "title": "x", "text": { "en": 5 } } })),
            ("/wording", "", json!({ "en": { "greeting": 5 } })),
            ("/limits/messages_per_customer_hour", "", json!("many")),
            ("/privacy", "/reads_kept_days", json!({ "reads_kept_days": "long" })),
            (
                "/cases/reasons/late",
                "/photo",
                json!({ "payer": "merchant", "kinds": [],
                "window": { "days_from_delivery": 1 }, "photo": "yes" }),
            ),
            (
                "/cases/reasons/late",
                "/window/days_from_delivery",
                json!({ "payer": "merchant", "kinds": [],
                "window": { "days_from_delivery": "long" } }),
            ),
            (
                "/cases/markets",
                "/0/windows/late/hours_from_delivery",
                json!([{ "name": "a", "countries": ["DE"],
                "windows": { "late": { "hours_from_delivery": -1 } } }]),
            ),
            ("/cases/markets", "/0/shipping/0", json!([{ "name": "a", "countries": ["DE"], "shipping": ["whim"] }])),
            ("/cases/fees", "/label/CNY", json!({ "restocking_basis_points": 0, "label": { "CNY": 1.5 } })),
            ("/cases/limits/CNY/agent", "", json!("much")),
            ("/cases/risk/return_rate", "/0/points", json!([{ "from": 1, "points": "x" }])),
            ("/cases/terms/remind_on_days", "/1", json!([1, "x"])),
            ("/cases/automatic/kinds", "/0", json!(["gift"])),
        ] {
            let mut document = json!(Settings::shipped());
            let (parent, name) = list.rsplit_once('/').unwrap();
            document.pointer_mut(parent).unwrap()[name] = wrongly;
            if list == "/staff" {
                let fields = document["staff"][0].as_object_mut().unwrap();
                fields.extend(person.as_object().unwrap().clone());
            }
            assert_eq!(wrong(&document), [format!("{list}{inside}")]);
        }
    }

    #[test]
    fn what_is_wrong_is_said_in_plain_words() {
        for (place, value, said) in [
            ("/policy/resolution/urgent", json!("4 h"), "must be a whole number"),
            ("/policy/resolution/urgent", json!(1.5), "must be a whole number"),
            ("/limits/triage_below_percent", json!(300), "must be a whole number from 0 to 255"),
            ("/limits/requests_per_minute", json!(-1), "must be a whole number from 0 to 4294967295"),
            ("/shop/name", json!(7), "must be a text"),
            ("/shop/language", json!("fr"), "must be one of zh-Hans, zh-Hant, en"),
            ("/shop/language", json!(7), "must be a text"),
            ("/shop/mail", json!("help"), "is not a mail address of the form name@domain.example"),
            ("/shop", json!("Lotus"), "must be an object"),
            ("/staff", json!({}), "must be a list"),
            ("/calendars", json!([]), "must be an object"),
            ("/calendars/office/week/mon", json!([["09:00"]]), "must be a list of 2"),
            ("/calendars/office/week/mon", json!([["09:00", "10:00", "11:00"]]), "must be a list of 2"),
            ("/calendars/office/week/mon", json!(["09:00"]), "must be a list of 2"),
            ("/shop/colour", json!("red"), "is not known here; known are name, language, time_zone, mail, team"),
            ("/policy/first_response/low", Value::Null, "must be a whole number"),
            ("/policy/first_response", json!({}), "is required"),
            ("/wording", json!({ "tlh": {} }), "must be one of zh-Hans, zh-Hant, en"),
            (
                "/staff",
                json!([{ "id": "a b", "email": "a@shop.example", "role": "lead", "language": "en" }]),
                "must be 1 to 64",
            ),
        ] {
            let mut document = json!(Settings::shipped());
            let (parent, name) = place.rsplit_once('/').unwrap();
            document.pointer_mut(parent).unwrap()[name] = value.clone();
            let faults = Settings::read(&document).expect_err("it is wrong");
            assert!(faults[0].detail.starts_with(said), "{place} {value}: {}", faults[0].detail);
        }
    }

    #[test]
    fn a_document_that_is_something_else_is_one_fault() {
        assert_eq!(wrong(&json!("settings")), [""]);
        assert_eq!(wrong(&json!({})).len(), 8, "every required part is named");
    }

    #[test]
    fn what_is_shipped_is_read_and_holds_to_the_rules() {
        let shipped = Settings::read(&json!(Settings::shipped())).unwrap();
        assert_eq!(shipped.faults(jiff::civil::date(2026, 3, 12)), []);
    }
}
