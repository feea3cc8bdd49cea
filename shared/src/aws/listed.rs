//! The indexes that staff list tickets by.

use super::keys::Key;
use super::table::{Table, Trouble, key_of, string, text, unavailable};

impl Table {
    /// Keys of one partition of the desk index after the row `after` and up to `until`, at most `limit`.
    pub async fn desk(
        &self,
        partition: &str,
        after: &str,
        until: &str,
        limit: i32,
    ) -> Result<Vec<(String, Key)>, Trouble> {
        self.listed("desk", partition, after, until, limit).await
    }

    /// … and of the held index: the tickets that somebody holds, or that wait in a team's queue, oldest first.
    pub async fn held(&self, partition: &str, after: &str, limit: i32) -> Result<Vec<(String, Key)>, Trouble> {
        self.listed("held", partition, after, "~", limit).await
    }

    /// Keys of one partition of an index whose sort keys hold the ticket's id, so that no two are the same.
    async fn listed(
        &self,
        index: &str,
        partition: &str,
        after: &str,
        until: &str,
        limit: i32,
    ) -> Result<Vec<(String, Key)>, Trouble> {
        if after > until {
            return Ok(Vec::new()); // DynamoDB refuses an empty range
        }
        let sort_key = format!("{index}_sk");
        // Key conditions know no "more than and at most": the row itself comes again and is dropped.
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .index_name(index)
            .key_condition_expression(format!("{index}_pk = :partition AND {sort_key} BETWEEN :after AND :until"))
            .expression_attribute_values(":partition", text(partition))
            .expression_attribute_values(":after", text(if after.is_empty() { "!" } else { after }))
            .expression_attribute_values(":until", text(until))
            .limit(limit.saturating_add(1));
        let rows = query.send().await.map_err(unavailable)?.items.unwrap_or_default().into_iter();
        let rows = rows.filter_map(|item| Some((string(&item, &sort_key)?.to_owned(), key_of(&item)?)));
        Ok(rows.filter(|(at, _)| at != after).take(usize::try_from(limit).unwrap_or(0)).collect())
    }
}
