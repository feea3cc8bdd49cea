//! What is counted, and what it adds up to.

use jiff::Timestamp;
use quality_report::Report;
use serde_json::Value;

use crate::{FIGURES, World};

/// Whether quality-desk answers it.
pub(crate) fn is_of_quality(path: &str) -> bool {
    ["/v1/desk/figures", "/v1/desk/actions", "/v1/desk/reviews"].iter().any(|at| path.starts_with(at))
}

impl World {
    /// Messages about what counts that wait, after all that happened was relayed.
    pub async fn to_be_counted(&self) -> Vec<String> {
        self.settle().await;
        self.far.take(FIGURES)
    }

    /// Counts what these messages say. Answers how many count anything.
    pub async fn count(&self, bodies: &[String]) -> usize {
        let mut counted = 0;
        for body in bodies {
            let counts = Box::pin(quality_report::count(&self.quality, body, self.now())).await.expect("it is counted");
            counted += usize::from(counts);
        }
        counted
    }

    /// Counts all that happened.
    pub async fn count_all(&self) -> usize {
        let bodies = self.to_be_counted().await;
        self.count(&bodies).await
    }

    /// One run of quality-report now.
    pub async fn make_sheets(&self) -> Report {
        self.try_make_sheets().await.expect("a report")
    }

    /// The same, which may fail.
    pub async fn try_make_sheets(&self) -> Option<Report> {
        let clock = || self.now();
        Box::pin(quality_report::make(&self.quality, self.now(), Timestamp::MAX, &clock)).await.ok()
    }

    /// The stored documents whose partition begins so, by their keys.
    pub fn documents(&self, partition: &str) -> Vec<(String, Value)> {
        let found = self.items().into_iter().filter_map(|item| {
            let (pk, sk) = (item["pk"]["S"].as_str()?, item["sk"]["S"].as_str()?);
            let doc = serde_json::from_str(item["doc"]["S"].as_str()?).ok()?;
            pk.starts_with(partition).then(|| (format!("{pk} {sk}"), doc))
        });
        let mut found: Vec<(String, Value)> = found.collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found
    }
}
