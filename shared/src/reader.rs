//! Reads a JSON body field by field and collects every fault, so that a caller mends all at once. Fields that are not
//! asked for are refused: a misspelt name must not pass in silence.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::problem::Fault;
use crate::text::fits;

/// One JSON object being read, at a place in the body.
#[derive(Debug)]
pub struct Reader<'a> {
    at: String,
    fields: Option<&'a Map<String, Value>>,
    asked: Vec<&'static str>,
}

/// An instant as RFC 3339 writes it (`2026-01-31T09:30:00Z`, `2026-01-31T09:30:00.5+08:00`), and nothing else; cut to
/// the millisecond, as instants are stored.
pub fn instant(text: &str) -> Option<Timestamp> {
    // The parser takes more: dates alone, spaces for the `T`, zones in brackets.
    let (date, time) = text.split_at_checked(10)?;
    let time = time.strip_prefix(['T', 't'])?;
    let (clock, offset) = time.split_at(time.find(['Z', 'z', '+', '-'])?);
    let shaped = |text: &str, shape: &str| {
        let fits = |(byte, wanted): (u8, u8)| if wanted == b'0' { byte.is_ascii_digit() } else { byte == wanted };
        text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
    };
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let fits = shaped(date, "0000-00-00")
        && shaped(whole, "00:00:00")
        && !fraction.is_empty()
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
        && (matches!(offset, "Z" | "z") || offset.get(1..).is_some_and(|hours| shaped(hours, "00:00") && hours < "24"));
    let instant: Timestamp = text.parse().ok().filter(|_| fits)?;
    Timestamp::from_millisecond(instant.as_millisecond()).ok()
}

/// A whole number; `5.0` is one too, as some clients write it.
fn whole(value: &Value) -> Option<i64> {
    let written = value.as_number()?.to_string();
    written.strip_suffix(".0").unwrap_or(&written).parse().ok()
}

fn text_rule(least: usize, most: usize) -> String {
    match least {
        0 => format!("must be a text of at most {most} characters, without NUL"),
        _ => format!("must be a text of {least} to {most} characters, not only spaces, without NUL"),
    }
}

/// The refusal of a name where only these are taken.
pub fn not_known(known: &[&str]) -> String {
    match known {
        [] => "is not known here: nothing is taken".to_owned(),
        _ => format!("is not known here; known are {}", known.join(", ")),
    }
}

/// Faults found so far.
pub type Faults = Vec<Fault>;

impl<'a> Reader<'a> {
    /// Reads the object at a JSON pointer (empty for the body itself).
    pub fn new(at: &str, value: &'a Value, faults: &mut Faults) -> Self {
        if !value.is_object() {
            faults.push(Fault::new(at, "must be an object"));
        }
        Self { at: at.to_owned(), fields: value.as_object(), asked: Vec::new() }
    }

    /// The pointer of a field.
    pub fn pointer(&self, name: &str) -> String {
        format!("{}/{}", self.at, name.replace('~', "~0").replace('/', "~1"))
    }

    /// The value of a field; `null` counts as left out.
    pub fn value(&mut self, name: &'static str) -> Option<&'a Value> {
        self.asked.push(name);
        self.fields?.get(name).filter(|value| !value.is_null())
    }

    /// An optional text that `text::fits`.
    pub fn text(&mut self, name: &'static str, least: usize, most: usize, faults: &mut Faults) -> Option<String> {
        let value = self.value(name)?;
        let text = value.as_str().filter(|text| fits(text, least, most));
        if text.is_none() {
            self.fault(name, &text_rule(least, most), faults);
        }
        text.map(str::to_owned)
    }

    /// An optional value of another form; `rule` says what it must be.
    pub fn parsed<T>(
        &mut self,
        name: &'static str,
        rule: &str,
        parse: impl Fn(&str) -> Option<T>,
        faults: &mut Faults,
    ) -> Option<T> {
        let value = self.value(name)?;
        let parsed = value.as_str().and_then(parse);
        if parsed.is_none() {
            self.fault(name, &format!("must be {rule}"), faults);
        }
        parsed
    }

    /// An optional word of an enumeration.
    pub fn word<T: Copy + std::fmt::Display>(
        &mut self,
        name: &'static str,
        all: &[T],
        parse: fn(&str) -> Option<T>,
        faults: &mut Faults,
    ) -> Option<T> {
        let words: Vec<String> = all.iter().map(ToString::to_string).collect();
        self.parsed(name, &format!("one of {}", words.join(", ")), parse, faults)
    }

    /// An optional whole number within bounds.
    pub fn number(&mut self, name: &'static str, least: i64, most: i64, faults: &mut Faults) -> Option<i64> {
        let value = self.value(name)?;
        let number = whole(value).filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.fault(name, &format!("must be a whole number from {least} to {most}"), faults);
        }
        number
    }

    /// An optional list, with the pointer of each entry.
    pub fn list(&mut self, name: &'static str, most: usize, faults: &mut Faults) -> Vec<(String, &'a Value)> {
        let Some(value) = self.value(name) else { return Vec::new() };
        match value.as_array().filter(|entries| entries.len() <= most) {
            Some(entries) => {
                let at = self.pointer(name);
                entries.iter().enumerate().map(|(place, entry)| (format!("{at}/{place}"), entry)).collect()
            }
            None => {
                self.fault(name, &format!("must be a list of at most {most}"), faults);
                Vec::new()
            }
        }
    }

    /// A list of at most `most` texts, each of `least` to `longest` characters.
    pub fn texts(
        &mut self,
        name: &'static str,
        most: usize,
        (least, longest): (usize, usize),
        faults: &mut Faults,
    ) -> Vec<String> {
        let mut texts = Vec::new();
        for (at, value) in self.list(name, most, faults) {
            match value.as_str().filter(|text| fits(text, least, longest)) {
                Some(text) => texts.push(text.to_owned()),
                None => faults.push(Fault::new(at, text_rule(least, longest))),
            }
        }
        texts
    }

    /// The reader of an object inside, if it is there.
    pub fn object(&mut self, name: &'static str, faults: &mut Faults) -> Option<Reader<'a>> {
        let value = self.value(name)?;
        Some(Reader::new(&self.pointer(name), value, faults))
    }

    /// Says that a required field is missing, unless it was there and wrong.
    pub fn required<T>(&self, name: &'static str, value: Option<T>, faults: &mut Faults) -> Option<T> {
        let there = self.fields.is_some_and(|fields| fields.get(name).is_some_and(|value| !value.is_null()));
        if value.is_none() && !there && self.fields.is_some() {
            self.fault(name, "is required", faults);
        }
        value
    }

    pub fn fault(&self, name: &str, detail: &str, faults: &mut Faults) {
        faults.push(Fault::new(self.pointer(name), detail));
    }

    /// Refuses every field that was not asked for.
    pub fn finish(self, faults: &mut Faults) {
        let Some(fields) = self.fields else { return };
        let unknown = fields.keys().filter(|name| !self.asked.contains(&name.as_str()));
        // Names are the caller's text: a bounded number of a bounded length is repeated to them.
        for name in unknown.take(20) {
            let shown: String = name.chars().take(60).collect();
            faults.push(Fault::new(self.pointer(&shown), not_known(&self.asked)));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_instant_is_what_rfc_3339_says_and_nothing_that_looks_like_it() {
        let half_past = Some("2026-01-31T01:30:00Z".parse().unwrap());
        for text in ["2026-01-31T01:30:00Z", "2026-01-31t01:30:00.0004z", "2026-01-31T09:30:00+08:00"] {
            assert_eq!(instant(text), half_past, "{text}");
        }
        for text in [
            "2026-01-31",
            "2026-01-31T01:30Z",
            "2026-01-31 01:30:00Z",
            "2026-01-31T01:30:00",
            "2026-01-31T01:30:00.Z",
            "2026-01-31T01:30:00+0800",
            "2026-01-31T01:30:00+24:00",
            "2026-01-31T01:30:00Z[UTC]",
            "2026-02-30T01:30:00Z",
            "+002026-01-31T01:30:00Z",
            "2026-01-31T01:30:00+",
            "",
            "二〇二六",
        ] {
            assert_eq!(instant(text), None, "{text}");
        }
    }

    #[test]
    fn a_refusal_says_what_is_really_asked_for() {
        let body = json!({ "subject": 7, "body": " ", "more": 1 });
        let mut faults = Faults::new();
        let mut fields = Reader::new("", &body, &mut faults);
        assert_eq!(fields.text("subject", 0, 200, &mut faults), None);
        assert_eq!(fields.text("body", 1, 200, &mut faults), None);
        fields.finish(&mut faults);
        Reader::new("", &body, &mut faults).finish(&mut faults);
        let said: Vec<&str> = faults.iter().map(|fault| fault.detail.as_str()).take(4).collect();
        let expected = [
            "must be a text of at most 200 characters, without NUL",
            "must be a text of 1 to 200 characters, not only spaces, without NUL",
            "is not known here; known are subject, body",
            "is not known here: nothing is taken",
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn a_whole_number_may_be_written_with_a_point_and_a_broken_one_is_refused() {
        assert_eq!([json!(5), json!(5.0), json!(-3.0)].map(|value| whole(&value)), [Some(5), Some(5), Some(-3)]);
        assert_eq!([json!(5.5), json!("5"), json!(1e300), json!(u64::MAX)].map(|value| whole(&value)), [None; 4]);
    }
}
