//! The open times of a span, read once: due instants of many starts at the price of a search in a list.

use jiff::Timestamp;

use super::{Calendar, second};

/// Open times in seconds since 1970: in order, apart, none empty, each with the working seconds before it.
#[derive(Clone, Debug)]
pub struct Pieces(Vec<(i64, i64, i64)>);

impl Calendar {
    /// The open times of so many seconds from an instant. Two years take some milliseconds.
    pub fn open_for(&self, from: Timestamp, seconds: i64) -> Pieces {
        let mut pieces: Vec<(i64, i64, i64)> = Vec::new();
        let mut worked = 0;
        for (open, close) in self.pieces(second(from), second(from) + seconds) {
            match pieces.last_mut() {
                // A night is two pieces, and calendar time one a day.
                Some(last) if last.1 == open => last.1 = close,
                Some(_) | None => pieces.push((open, close, worked)),
            }
            worked += close - open;
        }
        Pieces(pieces)
    }
}

impl Pieces {
    /// When it opens and closes.
    pub fn edges(&self) -> impl Iterator<Item = i64> {
        self.0.iter().flat_map(|(open, close, _)| [*open, *close])
    }

    /// As `Calendar::due`, in seconds since 1970; nothing when it lies beyond the span.
    pub fn due(&self, start: i64, seconds: i64) -> Option<i64> {
        if seconds <= 0 { Some(start) } else { self.reached(self.worked(start) + seconds) }
    }

    /// Starts that are due at a closing time: a second later, and it is the next opening.
    pub fn starts_of(&self, seconds: i64) -> impl Iterator<Item = i64> {
        let before = self.0.iter().map(move |(open, close, worked)| worked + close - open - seconds);
        before.filter(|worked| *worked >= 0).filter_map(|worked| self.reached(worked))
    }

    /// Working seconds of the span before an instant.
    fn worked(&self, at: i64) -> i64 {
        let next = self.0.partition_point(|(open, _, _)| *open < at);
        let last = next.checked_sub(1).and_then(|place| self.0.get(place));
        last.map_or(0, |(open, close, worked)| worked + at.min(*close) - open)
    }

    /// The first instant before which so much was worked.
    fn reached(&self, worked: i64) -> Option<i64> {
        let next = self.0.partition_point(|(_, _, before)| *before < worked);
        let (open, close, before) = self.0.get(next.saturating_sub(1))?;
        let at = open + worked - before;
        (at <= *close).then_some(at)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_pieces_of_a_span_give_the_due_instants_of_the_calendar() {
        let spec = json!({
            "zone": "Europe/Berlin", "holidays": ["2026-04-06"],
            "week": { "mon": [["09:00", "12:00"], ["13:00", "18:00"]], "thu": [["22:00", "06:00"]], "sun": [["00:00", "04:00"]] },
        });
        let calendar = Calendar::load(&serde_json::from_value(spec).unwrap()).unwrap();
        let from: Timestamp = "2026-03-20T00:00:00Z".parse().unwrap();
        for calendar in [calendar, Calendar::always()] {
            let pieces = calendar.open_for(from, 60 * 86_400);
            let starts = (0..30 * 24).map(|hour| from.as_second() + hour * 3_600 + 7);
            for start in starts.chain(pieces.edges()).filter(|start| *start < from.as_second() + 30 * 86_400) {
                for seconds in [0, 1, 3_600, 10_800, 28_800, 86_400] {
                    let due = calendar.due(Timestamp::from_second(start).unwrap(), seconds).map(Timestamp::as_second);
                    assert_eq!(pieces.due(start, seconds), due, "{start} {seconds}");
                }
            }
            for start in pieces.starts_of(3_600) {
                assert!(pieces.edges().any(|edge| pieces.due(start, 3_600) == Some(edge)), "{start}");
            }
        }
    }

    #[test]
    fn what_is_due_after_the_span_is_not_known() {
        let from: Timestamp = "2026-03-20T00:00:00Z".parse().unwrap();
        let day = Calendar::always().open_for(from, 86_400);
        assert_eq!(day.due(from.as_second(), 86_400), Some(from.as_second() + 86_400));
        assert_eq!(day.due(from.as_second() + 1, 86_400), None);
    }
}
