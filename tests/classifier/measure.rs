//! Measures the classifier against labelled messages, in sums only: no message is ever shown.

use aftercare::category::Category;
use aftercare::classify::{Classification, classify};
use serde::Deserialize;

pub(crate) const HELD_OUT: &str = include_str!("../fixtures/labelled/held_out.jsonl");

/// A line of tests/fixtures/labelled, without what only its author needs.
#[derive(Deserialize)]
pub(crate) struct Labelled {
    pub(crate) subject: String,
    pub(crate) body: String,
    pub(crate) category: String,
    pub(crate) reason: Option<String>,
    pub(crate) danger: bool,
    pub(crate) legal: bool,
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) hits: usize,
    pub(crate) of: usize,
}

impl Share {
    pub(crate) fn of<T>(items: impl Iterator<Item = T>, hit: impl Fn(&T) -> bool) -> Self {
        items.fold(Self::default(), |share, item| Self { hits: share.hits + usize::from(hit(&item)), of: share.of + 1 })
    }

    /// Whether it is so many percent, in whole numbers.
    pub(crate) fn at_least(self, percent: usize) -> bool {
        self.hits * 100 >= percent * self.of
    }
}

/// What is found of a kind, and how much of what is found is of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) recall: Share,
    pub(crate) precision: Share,
}

pub(crate) struct Measured {
    rows: Vec<(Labelled, Classification)>,
}

impl Measured {
    #[expect(clippy::expect_used, reason = "a file that cannot be read ends the measuring")]
    pub(crate) fn of(lines: &str) -> Self {
        let rows = lines.lines().map(|line| {
            let row: Labelled = serde_json::from_str(line).expect("a labelled message");
            let told = classify(&row.subject, &row.body);
            (row, told)
        });
        Self { rows: rows.collect() }
    }

    pub(crate) fn messages(&self) -> impl Iterator<Item = &Labelled> {
        self.rows.iter().map(|(row, _)| row)
    }

    pub(crate) fn category_right(&self) -> Share {
        Share::of(self.rows.iter(), |row| right(row))
    }

    /// Of those whose category is right and has reasons, how many have the right one.
    pub(crate) fn reason_right(&self) -> Share {
        Share::of(self.rows.iter().filter(|row| right(row) && row.0.reason.is_some()), |(row, told)| {
            row.reason.as_deref() == told.reason.map(|reason| reason.as_str())
        })
    }

    pub(crate) fn category(&self, category: Category) -> Found {
        self.found(|row| row.category == category.as_str(), |told| told.category == category)
    }

    pub(crate) fn danger(&self) -> Found {
        self.found(|row| row.danger, |told| told.danger)
    }

    pub(crate) fn legal(&self) -> Found {
        self.found(|row| row.legal, |told| told.legal)
    }

    /// How many are left to a person.
    pub(crate) fn triaged(&self) -> Share {
        Share::of(self.rows.iter(), |(_, told)| told.confidence < 50)
    }

    /// How many are right of those with a confidence in a range.
    pub(crate) fn right_between(&self, from: u8, to: u8) -> Share {
        Share::of(self.rows.iter().filter(|(_, told)| (from..to).contains(&told.confidence)), |row| right(row))
    }

    fn found(&self, is: impl Fn(&Labelled) -> bool, told: impl Fn(&Classification) -> bool) -> Found {
        Found {
            recall: Share::of(self.rows.iter().filter(|row| is(&row.0)), |row| told(&row.1)),
            precision: Share::of(self.rows.iter().filter(|row| told(&row.1)), |row| is(&row.0)),
        }
    }
}

fn right(row: &(Labelled, Classification)) -> bool {
    row.0.category == row.1.category.as_str()
}
