//! The log: one JSON object a line on stdout, with ids as fields and never personal data.
//!
//! A subscriber of its own, because a line through tracing-subscriber's JSON took 29 000 instructions and 200 KB of
//! binary for spans and filters nobody uses here. Spans are not kept: a sandbox works on one request at a time, so its
//! id stands on every line until the next.

use std::error::Error;
use std::fmt::{self, Write as _};
use std::io::{self, Write as _};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

static REQUEST: Mutex<String> = Mutex::new(String::new());

/// Starts the log at `level` (`debug`, `warn`, …; `info` when it is absent or unknown). Once per process; a second call
/// changes nothing. A panic is logged with its place.
pub fn init(level: Option<&str>) {
    let most = level.and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::INFO);
    if tracing::subscriber::set_global_default(Log { most, write: write_line }).is_ok() {
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(place, "panic");
        }));
    }
}

/// From here on lines carry this request's id.
pub fn begin_request(id: &str) {
    let mut request = REQUEST.lock().unwrap_or_else(PoisonError::into_inner);
    request.clear();
    request.push_str(id);
}

/// `error` and everything that caused it: `the table is not to be had: dispatch failure: timeout`.
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut told = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        // Some errors end in their source's words; once is enough.
        let words = cause.to_string();
        if !told.ends_with(&words) {
            let _ = write!(told, ": {words}");
        }
        next = cause.source();
    }
    told
}

/// Writes `line` and its end in one piece. A log that cannot be written is no reason to fail a request.
pub fn write_line(line: &str) {
    let _ = io::stdout().lock().write_all(format!("{line}\n").as_bytes());
}

struct Log {
    most: LevelFilter,
    write: fn(&str),
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && *metadata.level() <= self.most
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.most)
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::with_capacity(256));
        #[expect(clippy::disallowed_methods, reason = "when a line was written is nobody's argument")]
        let now = jiff::Timestamp::now();
        let _ = write!(line.0, "{{\"timestamp\":\"{now:.3}\",\"level\":\"{}\"", event.metadata().level());
        event.record(&mut line);
        line.put("target", event.metadata().target());
        let request = REQUEST.lock().unwrap_or_else(PoisonError::into_inner);
        if !request.is_empty() {
            line.put("request", &**request);
        }
        drop(request);
        line.0.push('}');
        (self.write)(&line.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// A JSON object under way, its first fields written.
struct Line(String);

impl Line {
    fn put(&mut self, name: &str, value: impl Serialize) {
        // Names are identifiers of ours and need no escaping; a value that is no JSON (there is none) is left out.
        if let Ok(value) = serde_json::to_string(&value) {
            let _ = write!(self.0, ",\"{name}\":{value}");
        }
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field.name(), value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field.name(), value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.put(field.name(), chain(value));
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use serde_json::Value;

    use super::*;

    thread_local!(static WRITTEN: RefCell<Vec<Value>> = const { RefCell::new(Vec::new()) });

    fn logged(most: LevelFilter, work: impl FnOnce()) -> Vec<Value> {
        let write = |line: &str| {
            assert!(!line.contains('\n'));
            WRITTEN.with_borrow_mut(|written| written.push(serde_json::from_str(line).unwrap()));
        };
        tracing::subscriber::with_default(Log { most, write }, work);
        WRITTEN.take()
    }

    #[derive(Debug)]
    struct Outer(io::Error);

    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the queue is not to be had")
        }
    }

    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn a_line_is_json_with_its_fields_beside_the_message() {
        let lines = logged(LevelFilter::INFO, || {
            tracing::info!(ticket = "0190", entries = 3_u32, late = true, "said \"so\"\nand done");
        });
        let [line] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!(line["level"], "INFO");
        assert_eq!(line["message"], "said \"so\"\nand done");
        assert_eq!(line["ticket"], "0190");
        assert_eq!(line["entries"], 3);
        assert_eq!(line["late"], true);
        assert!(line["timestamp"].as_str().unwrap().ends_with('Z'));
    }

    #[test]
    fn an_error_is_told_with_all_its_causes() {
        let lines = logged(LevelFilter::INFO, || {
            let error = Outer(io::Error::other("connection reset"));
            tracing::error!(error = &error as &(dyn Error + 'static), "failed");
        });
        assert_eq!(lines[0]["error"], "the queue is not to be had: connection reset");
    }

    #[test]
    fn what_is_below_the_level_is_not_written() {
        let lines = logged(LevelFilter::WARN, || {
            tracing::info!("small talk");
            tracing::info_span!("work").in_scope(|| tracing::warn!("heard"));
        });
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0]["message"], "heard");
    }

    #[test]
    fn a_line_carries_the_request_it_was_written_in() {
        let lines = logged(LevelFilter::INFO, || {
            begin_request("8476a536");
            tracing::info!("in");
            begin_request("");
            tracing::info!("out");
        });
        assert_eq!(lines[0]["request"], "8476a536");
        assert_eq!(lines[1].get("request"), None);
    }
}
