//! Figures: what the shop's work comes to, counted from the history. Every entry that counts makes one row, which follows from
//! the history up to it and from nothing else: rows that come twice, late or in another order are the same rows, and so are
//! those that are made anew. A sheet is a sum of rows; a figure is what a sheet says, with its definition and its sample.

mod bought;
mod figure;
mod period;
mod rules;
mod sheet;
mod shortfall;
mod tally;

#[cfg(test)]
mod examples;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::category::{Category, Channel, Kind, Reason, Stage, words};
use crate::id::{ProductId, StaffId};

pub use bought::{Buying, CONVERTS_WITHIN_DAYS, REPEAT_WITHIN_DAYS, bought, ended};
pub use figure::{Figure, Name, Unit, figures, ranking, spread};
pub use period::{Period, Window};
pub use rules::{Cost, FigureRules, Goal};
pub use sheet::{Hour, Kept, Measure, Sheet, Span, Spread, Voices};
pub use shortfall::{Shortfall, shortfall};
pub use tally::{counts, rows, tally};

/// The version of the stored shapes of rows and sheets that this code writes.
pub const VERSION: u32 = 1;

words!(
    /// By what figures are told apart.
    Dimension {
        Team = "team", Agent = "agent", Category = "category", Channel = "channel", Product = "product",
    }
);

/// Whose work it was and what it was about, by ids only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Scope {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<StaffId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<ProductId>,
}

impl Scope {
    /// What it is within a dimension; of products there may be many.
    fn within(&self, dimension: Dimension) -> Vec<String> {
        match dimension {
            Dimension::Team => self.team.iter().cloned().collect(),
            Dimension::Agent => self.agent.iter().map(ToString::to_string).collect(),
            Dimension::Category => self.category.iter().map(ToString::to_string).collect(),
            Dimension::Channel => self.channel.iter().map(ToString::to_string).collect(),
            Dimension::Product => self.products.iter().map(ToString::to_string).collect(),
        }
    }
}

/// What one entry counts, on the day in the shop's zone on which it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub day: Date,
    pub parts: Vec<Part>,
}

/// What counts for one scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub scope: Scope,
    pub sheet: Sheet,
}

/// The sheets of a time: of all, and by each dimension.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheets {
    pub all: Sheet,
    pub by: BTreeMap<Dimension, BTreeMap<String, Sheet>>,
}

impl Sheets {
    pub fn add(&mut self, row: &Row) {
        for Part { scope, sheet } in &row.parts {
            self.all += sheet;
            for dimension in Dimension::ALL {
                for name in scope.within(*dimension) {
                    *self.by.entry(*dimension).or_default().entry(name).or_default() += sheet;
                }
            }
        }
    }

    pub fn merge(&mut self, other: &Self) {
        self.all += &other.all;
        for (dimension, sheets) in &other.by {
            let mine = self.by.entry(*dimension).or_default();
            for (name, sheet) in sheets {
                *mine.entry(name.clone()).or_default() += sheet;
            }
        }
    }

    pub fn of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Self {
        let mut sheets = Self::default();
        rows.into_iter().for_each(|row| sheets.add(row));
        sheets
    }
}
