//! Reads the story of a preview: all that is wrong is told at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{MOST, Told, Turn};
use crate::category::Priority;
use crate::problem::Fault;
use crate::reader::{Faults, Reader, instant};
use crate::settings::{Loaded, Settings};
use crate::sla::ClockKind;

/// The name of a calendar that comes with the story.
const GIVEN: &str = "preview";
/// From the start to `now`: longer than any promise is measured.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 3_660);
const INSTANT: &str = "an instant such as 2026-01-31T09:30:00Z";

impl Told {
    /// Reads it; what it leaves out is as in the storefront's settings.
    pub fn read(body: &Value, current: &Settings) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::new();
        let mut fields = Reader::new("", body, &mut faults);
        let priority = fields.word("priority", Priority::ALL, Priority::parse, &mut faults);
        let priority = fields.required("priority", priority, &mut faults);
        let start = fields.parsed("start", INSTANT, instant, &mut faults);
        let start = fields.required("start", start, &mut faults).unwrap_or_default();
        let now = fields.parsed("now", INSTANT, instant, &mut faults);
        let now = fields.required("now", now, &mut faults).unwrap_or_default();
        let chat = flag(&mut fields, "chat", &mut faults);
        let span = Span { start, now };
        if faults.is_empty() && (now < start || now.duration_since(start) > LONGEST) {
            fields.fault("now", "must be from the start to ten years later", &mut faults);
        }
        let mut shop = Shop { current, policy: json!(current.policy), calendar: None, version: 0, start };
        let before = faults.len();
        let mut settings = shop.read(&mut fields, "", &mut faults);
        if settings.is_none() && faults.len() == before {
            settings = shop.load("", &mut faults);
        }
        let pauses = pauses(&mut fields, span, &mut faults);
        let given = priority.unwrap_or(Priority::Normal);
        let changes = changes(&mut fields, &mut shop, (given, settings.as_ref()), span, &mut faults);
        let fulfilled = fulfilled(&mut fields, span, &mut faults);
        fields.finish(&mut faults);
        match (settings, priority) {
            (Some(settings), Some(priority)) if faults.is_empty() => {
                Ok(Self { settings, priority, chat, start, now, pauses, changes, fulfilled })
            }
            _ => Err(faults),
        }
    }
}

/// From the start of the story to its end.
#[derive(Clone, Copy)]
struct Span {
    start: Timestamp,
    now: Timestamp,
}

impl Span {
    /// An instant of the story.
    fn instant(self, fields: &mut Reader<'_>, name: &'static str, faults: &mut Faults) -> Option<Timestamp> {
        let at = fields.parsed(name, INSTANT, instant, faults)?;
        if !(self.start..=self.now).contains(&at) {
            fields.fault(name, "must be from start to now", faults);
        }
        Some(at)
    }
}

fn flag(fields: &mut Reader<'_>, name: &'static str, faults: &mut Faults) -> bool {
    let Some(value) = fields.value(name) else { return false };
    let flag = value.as_bool();
    if flag.is_none() {
        fields.fault(name, "must be true or false", faults);
    }
    flag.unwrap_or(false)
}

fn pauses(fields: &mut Reader<'_>, span: Span, faults: &mut Faults) -> Vec<(Timestamp, Option<Timestamp>)> {
    let mut pauses: Vec<(Timestamp, Option<Timestamp>)> = Vec::new();
    for (at, value) in fields.list("pauses", MOST, faults) {
        let mut pause = Reader::new(&at, value, faults);
        let from = span.instant(&mut pause, "from", faults);
        let from = pause.required("from", from, faults);
        let to = span.instant(&mut pause, "to", faults);
        if let Some(from) = from {
            if to.is_some_and(|to| to < from) {
                pause.fault("to", "must not come before from", faults);
            }
            if pauses.last().is_some_and(|(_, end)| end.is_none_or(|end| from < end)) {
                pause.fault("from", "must come after the pause before it has ended", faults);
            }
            pauses.push((from, to));
        }
        pause.finish(faults);
    }
    pauses
}

fn changes(
    fields: &mut Reader<'_>,
    shop: &mut Shop<'_>,
    (mut priority, settings): (Priority, Option<&Arc<Loaded>>),
    span: Span,
    faults: &mut Faults,
) -> Vec<Turn> {
    let mut settings = settings.cloned();
    let mut turns: Vec<Turn> = Vec::new();
    let mut last = None;
    for (place, value) in fields.list("changes", MOST, faults) {
        let mut change = Reader::new(&place, value, faults);
        let at = span.instant(&mut change, "at", faults);
        let at = change.required("at", at, faults);
        let to = change.word("priority", Priority::ALL, Priority::parse, faults);
        let before = faults.len();
        let adopted = shop.read(&mut change, &place, faults);
        if to.is_none() && adopted.is_none() && faults.len() == before {
            change.fault("priority", "is required where neither policy nor calendar changes", faults);
        }
        if at.zip(last).is_some_and(|(at, last)| at < last) {
            change.fault("at", "must not come before the change before it", faults);
        }
        last = at.or(last);
        priority = to.unwrap_or(priority);
        settings = adopted.or(settings);
        if let (Some(at), Some(settings)) = (at, &settings) {
            turns.push(Turn { at, priority, settings: Arc::clone(settings) });
        }
        change.finish(faults);
    }
    turns
}

fn fulfilled(fields: &mut Reader<'_>, span: Span, faults: &mut Faults) -> BTreeMap<ClockKind, Timestamp> {
    let Some(mut each) = fields.object("fulfilled", faults) else { return BTreeMap::new() };
    let instants = ClockKind::ALL.iter().map(|kind| (*kind, span.instant(&mut each, kind.as_str(), faults)));
    let read = instants.collect::<Vec<_>>().into_iter().filter_map(|(kind, at)| Some((kind, at?))).collect();
    each.finish(faults);
    read
}

/// The policy and the calendars as they stand in the story.
struct Shop<'a> {
    current: &'a Settings,
    policy: Value,
    /// A name or a calendar, in place of all that the policy names but `always`.
    calendar: Option<Value>,
    /// One more with every change.
    version: u32,
    start: Timestamp,
}

impl Shop<'_> {
    /// The settings after `policy` and `calendar` of an object; nothing where it has neither, or where they are at fault.
    fn read(&mut self, fields: &mut Reader<'_>, place: &str, faults: &mut Faults) -> Option<Arc<Loaded>> {
        let policy = fields.value("policy");
        let calendar = fields.value("calendar");
        match policy {
            Some(Value::String(word)) if word == "current" => self.policy = json!(self.current.policy),
            Some(policy) => self.policy = policy.clone(),
            None => {}
        }
        if policy.is_none() && calendar.is_none() {
            return None;
        }
        if let Some(name) = calendar.and_then(Value::as_str)
            && name != "always"
            && !self.current.calendars.contains_key(name)
        {
            fields.fault("calendar", "must be `always`, a name from the settings' calendars, or a calendar", faults);
            return None;
        }
        self.calendar = calendar.cloned().or(self.calendar.take());
        self.load(place, faults)
    }

    fn load(&mut self, place: &str, faults: &mut Faults) -> Option<Arc<Loaded>> {
        let mut document = json!(Settings::shipped());
        document["calendars"] = json!(self.current.calendars);
        document["mail"]["opening_hours"] = json!("always");
        document["policy"] = self.policy.clone();
        if let Some(calendar) = &self.calendar {
            let name = calendar.as_str().unwrap_or(GIVEN);
            if !calendar.is_string() {
                document["calendars"][GIVEN] = calendar.clone();
            }
            let promises = document["policy"].as_object_mut().into_iter().flat_map(|promises| promises.values_mut());
            for promise in promises.filter_map(Value::as_object_mut) {
                if promise.get("calendar").is_some_and(|named| named != "always") {
                    promise.insert("calendar".to_owned(), json!(name));
                }
            }
        }
        self.version += 1;
        let today = self.start.to_zoned(TimeZone::UTC).date();
        let read = Settings::read(&document).and_then(|settings| {
            let wrong = settings.faults(today);
            if wrong.is_empty() { settings.load(self.version) } else { Err(wrong) }
        });
        match read {
            Ok(loaded) => Some(Arc::new(loaded)),
            Err(wrong) => {
                faults.extend(wrong.into_iter().map(|fault| misplaced(place, fault)));
                None
            }
        }
    }
}

/// A fault of the settings at its place in the story.
fn misplaced(place: &str, fault: Fault) -> Fault {
    let given = format!("/calendars/{GIVEN}");
    let pointer = match fault.pointer.strip_prefix(&given) {
        Some(rest) => format!("{place}/calendar{rest}"),
        None => format!("{place}{}", fault.pointer),
    };
    Fault { pointer, ..fault }
}
