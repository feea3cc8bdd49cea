//! A calendar as people write it and as it is kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// `{"zone": "Asia/Shanghai", "week": {"mon": [["09:00", "18:00"]]}, "holidays": ["2026-01-01"],
/// "overrides": {"2026-01-04": [["09:00", "18:00"]], "2026-02-16": []}}`
///
/// Dates are local to the zone. An override, which may be empty, replaces its date's holiday or
/// weekday.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CalendarSpec {
    /// An IANA name.
    pub zone: String,
    #[serde(default)]
    pub week: WeekSpec,
    #[serde(default)]
    pub holidays: Vec<String>,
    #[serde(default)]
    pub overrides: BTreeMap<String, Vec<Interval>>,
}

/// The hours of each weekday; a day left out is closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct WeekSpec {
    pub mon: Vec<Interval>,
    pub tue: Vec<Interval>,
    pub wed: Vec<Interval>,
    pub thu: Vec<Interval>,
    pub fri: Vec<Interval>,
    pub sat: Vec<Interval>,
    pub sun: Vec<Interval>,
}

/// Start and end, `["09:00", "18:00"]`, the end not included and at most `24:00`. An end before the
/// start is on the next day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Interval(pub String, pub String);

/// Something to mend in a [`CalendarSpec`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its place within the spec, as a JSON pointer: `/week/mon/0`.
    pub pointer: String,
    /// What is wrong and how to mend it, for the person who wrote it.
    pub message: String,
}

impl WeekSpec {
    /// From Monday.
    pub(super) fn days(&self) -> [&[Interval]; 7] {
        [&self.mon, &self.tue, &self.wed, &self.thu, &self.fri, &self.sat, &self.sun]
    }
}

impl Fault {
    pub(super) fn new(pointer: impl Into<String>, message: String) -> Fault {
        Fault { pointer: pointer.into(), message }
    }
}
