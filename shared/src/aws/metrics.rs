//! Metrics as lines of the log in CloudWatch's embedded metric format: no call, no permission, nothing to wait for.

use std::sync::OnceLock;

use serde_json::{Map, Value, json};

/// All metrics of the service stand under this name.
const NAMESPACE: &str = "Aftercare";

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Count,
    Milliseconds,
    Seconds,
}

impl Unit {
    const fn name(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Milliseconds => "Milliseconds",
            Self::Seconds => "Seconds",
        }
    }
}

/// Writes one line: `values` at `now_ms` (milliseconds since 1970), under the dimensions given.
///
/// ```ignore
/// metrics::emit(now_ms, &[("TicketOpened", 1, Unit::Count)], &[("category", "quality"), ("priority", "urgent")]);
/// ```
pub fn emit(now_ms: i64, values: &[(&str, i64, Unit)], dimensions: &[(&str, &str)]) {
    let stage = STAGE.get().map(|stage| ("stage", stage.as_str()));
    let dimensions: Vec<(&str, &str)> = stage.into_iter().chain(dimensions.iter().copied()).collect();
    super::telemetry::write_line(&line(now_ms, values, &dimensions));
}

/// Which deployment the lines are of: two in one account must not be added up. Said once, at start.
pub fn set_stage(stage: &str) {
    // Said again, it is the same: a sandbox belongs to one deployment.
    let _ = STAGE.set(stage.to_owned());
}

static STAGE: OnceLock<String> = OnceLock::new();

/// Counts one.
pub fn count(at: jiff::Timestamp, name: &str, dimensions: &[(&str, &str)]) {
    emit(at.as_millisecond(), &[(name, 1, Unit::Count)], dimensions);
}

/// The line [`emit`] writes. Every dimension multiplies what CloudWatch bills, so they take few values: never ids.
pub fn line(now_ms: i64, values: &[(&str, i64, Unit)], dimensions: &[(&str, &str)]) -> String {
    let names: Vec<&str> = dimensions.iter().map(|(name, _)| *name).collect();
    let metrics: Vec<Value> = values.iter().map(|(name, _, unit)| json!({"Name": name, "Unit": unit.name()})).collect();
    let mut line = Map::new();
    line.insert(
        "_aws".to_owned(),
        json!({
            "Timestamp": now_ms,
            "CloudWatchMetrics": [{"Namespace": NAMESPACE, "Dimensions": [names], "Metrics": metrics}],
        }),
    );
    for (name, value) in dimensions {
        line.insert((*name).to_owned(), Value::from(*value));
    }
    for (name, value, _) in values {
        line.insert((*name).to_owned(), Value::from(*value));
    }
    Value::Object(line).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_line_says_what_where_and_when() {
        let line = line(
            1_795_000_000_000,
            &[("TicketOpened", 1, Unit::Count), ("Took", 12, Unit::Milliseconds)],
            &[("category", "quality"), ("priority", "urgent")],
        );
        assert_eq!(
            serde_json::from_str::<Value>(&line).unwrap(),
            json!({
                "_aws": {
                    "Timestamp": 1_795_000_000_000_i64,
                    "CloudWatchMetrics": [{
                        "Namespace": "Aftercare",
                        "Dimensions": [["category", "priority"]],
                        "Metrics": [
                            {"Name": "TicketOpened", "Unit": "Count"},
                            {"Name": "Took", "Unit": "Milliseconds"},
                        ],
                    }],
                },
                "category": "quality",
                "priority": "urgent",
                "TicketOpened": 1,
                "Took": 12,
            })
        );
    }

    #[test]
    fn a_metric_without_dimensions_stands_for_the_whole_service() {
        let line: Value = serde_json::from_str(&line(0, &[("ScanSkipped", 3, Unit::Count)], &[])).unwrap();
        assert_eq!(line["_aws"]["CloudWatchMetrics"][0]["Dimensions"], json!([[]]));
        assert_eq!(line["ScanSkipped"], 3);
    }

    #[test]
    fn a_metric_is_one_line() {
        assert!(!line(0, &[("A", 1, Unit::Seconds)], &[("b", "c\nd")]).contains('\n'));
    }
}
