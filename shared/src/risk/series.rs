//! What was counted of one indicator and scope: in cells of five minutes for eight days, in days for eight weeks more.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Point;

/// Seconds of a cell. Slots of evaluation lie on its borders, so that what comes later never changes what was read.
pub const CELL: i64 = 300;
const DAY: i64 = 86_400;
/// The days that a window is compared with.
pub(super) const NORMAL_DAYS: i64 = 56;
/// The longest window, in days; a day more is kept in cells, since a window may begin within one.
pub(super) const WINDOW_DAYS: i64 = 7;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    pub n: i64,
    #[serde(default, skip_serializing_if = "is_none")]
    pub d: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_none(d: &i64) -> bool {
    *d == 0
}

impl Cell {
    fn add(&mut self, other: Self) {
        self.n = self.n.saturating_add(other.n);
        self.d = self.d.saturating_add(other.d);
    }
}

/// At most 2 304 cells and 57 days after `compact`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Series {
    /// By seconds since 1970 over `CELL`.
    pub cells: BTreeMap<i64, Cell>,
    /// By days since 1970, in UTC.
    pub days: BTreeMap<i64, Cell>,
}

impl Series {
    /// Every id once, in whatever order.
    pub fn of<'a>(points: impl IntoIterator<Item = &'a Point>) -> Self {
        let (mut series, mut seen) = (Self::default(), BTreeSet::new());
        for point in points {
            if seen.insert(point.id()) {
                series.add(point);
            }
        }
        series
    }

    /// Whether a point was added before is the caller's to know.
    pub fn add(&mut self, point: &Point) {
        let cell = point.at.as_second().div_euclid(CELL);
        self.cells.entry(cell).or_default().add(Cell { n: point.n, d: point.d });
    }

    /// What no window reaches any more becomes days, and what no comparison does is dropped.
    pub fn compact(&mut self, now: Timestamp) {
        let today = now.as_second().div_euclid(DAY);
        let first = (today - WINDOW_DAYS - 1) * (DAY / CELL);
        let kept = self.cells.split_off(&first);
        for (cell, counted) in std::mem::replace(&mut self.cells, kept) {
            self.days.entry((cell * CELL).div_euclid(DAY)).or_default().add(counted);
        }
        self.days = self.days.split_off(&(today - WINDOW_DAYS - 1 - NORMAL_DAYS));
    }

    /// The sum of a window that ends before a slot.
    pub(super) fn sum(&self, slot: Timestamp, seconds: i64) -> Cell {
        let mut sum = Cell::default();
        for cell in self.window(slot, seconds) {
            sum.add(*cell);
        }
        sum
    }

    /// The last that was read in a window.
    pub(super) fn last(&self, slot: Timestamp, seconds: i64) -> Option<Cell> {
        self.window(slot, seconds).next_back().copied()
    }

    fn window(&self, slot: Timestamp, seconds: i64) -> impl DoubleEndedIterator<Item = &Cell> {
        let end = slot.as_second().div_euclid(CELL);
        self.cells.range(end - seconds / CELL..end).map(|(_, cell)| cell)
    }

    /// The sum of the whole days before the one in which a window begins.
    pub(super) fn normal(&self, slot: Timestamp, seconds: i64) -> Cell {
        let last = (slot.as_second() - seconds).div_euclid(DAY);
        let first = last - NORMAL_DAYS;
        let mut sum = Cell::default();
        for (_, cell) in self.days.range(first..last) {
            sum.add(*cell);
        }
        for (_, cell) in self.cells.range(first * (DAY / CELL)..last * (DAY / CELL)) {
            sum.add(*cell);
        }
        sum
    }

    /// How much each of the last slots' windows came to, oldest first, for a chart.
    pub fn chart(&self, slot: Timestamp, steps: i64, seconds: i64) -> Vec<Cell> {
        let ends = (0..steps).rev().filter_map(|back| Timestamp::from_second(slot.as_second() - back * seconds).ok());
        ends.map(|end| self.sum(end, seconds)).collect()
    }
}
