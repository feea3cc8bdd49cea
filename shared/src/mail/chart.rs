//! Charts that need no picture: bars made of table cells, which a mail program shows when it blocks images, and with a
//! mark where the goal is. What a bar says stands beside it as text.

/// Values one under the other, each with its bar.
pub(super) struct Chart {
    pub(super) title: String,
    pub(super) bars: Vec<Bar>,
    /// What stands beside a mark like those in the bars.
    pub(super) legend: Option<String>,
}

pub(super) struct Bar {
    pub(super) label: String,
    pub(super) value: String,
    pub(super) cells: Vec<Cell>,
}

/// A part of a bar. The widths of a bar's cells, in percent, add up to 100.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) width: i64,
    pub(super) filled: bool,
    /// Ends where the goal is.
    pub(super) marked: bool,
}

/// The least and the greatest value that bars of a chart can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    pub(super) low: i64,
    pub(super) high: i64,
}

impl Scale {
    /// From nothing to a round number above all values.
    pub(super) fn over(values: impl Iterator<Item = i64>) -> Self {
        let most = values.max().unwrap_or(0).max(1);
        let powers = std::iter::successors(Some(1_i64), |power| power.checked_mul(10));
        let round = powers.flat_map(|power| [1, 2, 5].map(|step| power.saturating_mul(step)));
        let high = round.into_iter().find(|round| *round >= most).unwrap_or(most);
        Self { low: 0, high }
    }

    /// How far a value is along, in percent.
    fn along(self, value: i64) -> i64 {
        let (low, high) = (i128::from(self.low), i128::from(self.high));
        let share = (i128::from(value) - low) * 100 / (high - low).max(1);
        i64::try_from(share.clamp(0, 100)).unwrap_or(100)
    }

    /// The cells of a value's bar. A value is always seen, however small it is.
    pub(super) fn cells(self, value: Option<i64>, mark: Option<i64>) -> Vec<Cell> {
        let full = value.map_or(0, |value| self.along(value).max(i64::from(value > self.low)));
        // The mark is the edge of a cell, and an edge at the very start or end is not seen.
        let mark = mark.map(|mark| self.along(mark).clamp(1, 99));
        let mut edges = vec![full, mark.unwrap_or(100), 100];
        edges.sort_unstable();
        edges.dedup();
        let mut from = 0;
        let mut cells = Vec::new();
        for edge in edges.into_iter().filter(|edge| *edge > 0) {
            cells.push(Cell { width: edge - from, filled: edge <= full, marked: mark == Some(edge) });
            from = edge;
        }
        cells
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drawn(cells: &[Cell]) -> String {
        let draw = |cell: &Cell| {
            let fill = if cell.filled { "#" } else { "-" };
            format!("{}{}{}", fill, cell.width, if cell.marked { "|" } else { "" })
        };
        cells.iter().map(draw).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_bar_is_filled_to_its_value_and_marked_at_its_goal() {
        let scale = Scale { low: 0, high: 1_000 };
        let rows = [
            (Some(843), Some(850), "#84 -1| -15"),
            (Some(900), Some(850), "#85| #5 -10"),
            (Some(850), Some(850), "#85| -15"),
            (None, Some(850), "-85| -15"),
            (Some(0), None, "-100"),
            (Some(1), None, "#1 -99"),
            (Some(1_000), Some(1_000), "#99| #1"),
            (Some(5_000), Some(0), "#1| #99"),
        ];
        for (value, mark, bar) in rows {
            assert_eq!(drawn(&scale.cells(value, mark)), bar, "{value:?} {mark:?}");
        }
        assert_eq!(drawn(&Scale { low: -1_000, high: 1_000 }.cells(Some(0), None)), "#50 -50", "as NPS is");
    }

    #[test]
    fn a_scale_ends_at_a_round_number() {
        for (most, high) in [(0, 1), (1, 1), (3, 5), (10, 10), (11, 20), (51, 100), (843, 1_000), (2_001, 5_000)] {
            assert_eq!(Scale::over([0, most].into_iter()), Scale { low: 0, high }, "{most}");
        }
    }

    proptest! {
        #[test]
        fn the_cells_of_a_bar_are_its_whole_width(
            low in -2_000_i64..2_000, length in 0_i64..5_000,
            value in proptest::option::of(any::<i64>()), mark in proptest::option::of(any::<i64>()),
        ) {
            let cells = Scale { low, high: low + length }.cells(value, mark);
            prop_assert_eq!(cells.iter().map(|cell| cell.width).sum::<i64>(), 100);
            prop_assert!(cells.iter().all(|cell| cell.width > 0));
            prop_assert_eq!(cells.iter().filter(|cell| cell.marked).count(), usize::from(mark.is_some()));
        }
    }
}
