//! What DynamoDB bills, counted from the requests by its published rules.
//!
//! An item is as large as its attributes' names and values. A write costs a unit for every KiB begun of the larger of
//! the item before and after, twice that in a transaction, whether it writes or only checks. An index entry costs a
//! unit to put and one to take away, nothing when it stays as it was, and is not doubled: indexes follow later, by
//! themselves. A read costs a unit for every 4 KiB begun, half of it when it may be a moment old; items asked for
//! together are rounded up one by one, those found by a query are added up first. What is not there costs as one begun.

use serde_json::Value;

/// Bytes of one write unit, and of one read unit.
const WRITE: usize = 1024;
const READ: usize = 4096;

/// What one command read and wrote.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) reads: Vec<Read>,
    pub(crate) transactions: usize,
    /// Writes of one item outside a transaction.
    pub(crate) puts: usize,
    pub(crate) writes: Vec<Write>,
    /// SendMessageBatch calls and SendRawEmail calls.
    pub(crate) batches: usize,
    pub(crate) mails: usize,
}

/// One call that reads.
#[derive(Debug)]
pub(crate) struct Read {
    /// Half units.
    pub(crate) halves: usize,
}

/// One item of a transaction.
#[derive(Debug)]
pub(crate) struct Write {
    pub(crate) pk: String,
    pub(crate) sk: String,
    /// The item after the write, for event-relay.
    pub(crate) image: Option<Value>,
    /// Of the larger of the item before and after.
    pub(crate) bytes: usize,
    pub(crate) units: usize,
    /// The indexes that hold the item before or after.
    pub(crate) indexes: Vec<Index>,
}

/// What became of an item's entry in one index.
#[derive(Debug)]
pub(crate) struct Index {
    pub(crate) name: &'static str,
    pub(crate) change: &'static str,
    pub(crate) bytes: usize,
    pub(crate) units: usize,
}

impl Tally {
    pub(crate) fn read_halves(&self) -> usize {
        self.reads.iter().map(|read| read.halves).sum()
    }

    pub(crate) fn write_units(&self) -> usize {
        self.writes.iter().map(|write| write.units + write.indexes.iter().map(|index| index.units).sum::<usize>()).sum()
    }

    /// The history entry this command wrote.
    pub(crate) fn entry(&self) -> &Value {
        let entry = self.writes.iter().find(|write| write.sk.starts_with("ENTRY#"));
        entry.and_then(|write| write.image.as_ref()).expect("a command that changes a ticket writes an entry")
    }
}

impl Read {
    pub(crate) fn of(operation: &str, request: &Value, answer: &Value) -> Self {
        let strong = if operation == "BatchGetItem" {
            request["RequestItems"]
                .as_object()
                .is_some_and(|tables| tables.values().all(|keys| keys["ConsistentRead"] == true))
        } else {
            request["ConsistentRead"] == true
        };
        let begun = |bytes: usize| bytes.div_ceil(READ).max(1);
        let begun: usize = match operation {
            "GetItem" => begun(size(&answer["Item"])),
            "BatchGetItem" => {
                let count = |tables: &Value, of: &dyn Fn(&Value) -> usize| {
                    tables.as_object().into_iter().flatten().map(|(_, value)| of(value)).sum::<usize>()
                };
                let asked = count(&request["RequestItems"], &|keys| keys["Keys"].as_array().map_or(0, Vec::len));
                let found = count(&answer["Responses"], &|items| items.as_array().map_or(0, Vec::len));
                let read = |items: &Value| items.as_array().into_iter().flatten().map(|item| begun(size(item))).sum();
                count(&answer["Responses"], &read) + asked - found
            }
            "Query" => begun(answer["Items"].as_array().into_iter().flatten().map(size).sum()),
            _ => panic!("{operation} is not known here"),
        };
        Self { halves: if strong { begun * 2 } else { begun } }
    }
}

/// One action of a transaction that went through.
pub(crate) fn write(key: &Value, before: Option<&Value>, after: Option<&Value>, checks: bool) -> Write {
    let largest = |item: Option<&Value>| item.map_or(0, size);
    let bytes = largest(before).max(largest(after));
    let text = |name: &str| key[name]["S"].as_str().unwrap_or_default().to_owned();
    let indexes = if checks { Vec::new() } else { indexes(before, after) };
    Write {
        pk: text("pk"),
        sk: text("sk"),
        image: after.cloned(),
        bytes,
        units: 2 * bytes.div_ceil(WRITE).max(1),
        indexes,
    }
}

impl Write {
    /// Outside a transaction it costs half.
    pub(crate) fn alone(self) -> Self {
        let half = |index: Index| Index { units: index.units / 2, ..index };
        Self { units: self.units / 2, indexes: self.indexes.into_iter().map(half).collect(), ..self }
    }
}

/// The indexes of infra/template.yaml, by their keys.
pub(crate) const INDEXES: [(&str, [&str; 2]); 3] =
    [("due", ["due_shard", "due_at"]), ("desk", ["desk_pk", "desk_sk"]), ("held", ["held_pk", "held_sk"])];

fn indexes(before: Option<&Value>, after: Option<&Value>) -> Vec<Index> {
    let entry = |item: Option<&Value>, keys: [&str; 2]| -> Option<Value> {
        let item = item?;
        let [hash, range] = keys.map(|name| item.get(name));
        let (_, _) = (hash?, range?);
        let kept = item
            .as_object()?
            .iter()
            .filter(|(name, _)| ["pk", "sk"].contains(&name.as_str()) || keys.contains(&name.as_str()));
        Some(kept.map(|(name, value)| (name.clone(), value.clone())).collect())
    };
    let mut touched = Vec::new();
    for (name, keys) in INDEXES {
        let units = |item: &Value| size(item).div_ceil(WRITE);
        let (change, units, entry) = match (entry(before, keys), entry(after, keys)) {
            (None, None) => continue,
            (None, Some(now)) => ("put", units(&now), now),
            (Some(then), None) => ("taken away", units(&then), then),
            (Some(then), Some(now)) if then == now => ("as it was", 0, now),
            (Some(then), Some(now)) => ("moved", units(&then) + units(&now), now),
        };
        touched.push(Index { name, change, bytes: size(&entry), units });
    }
    touched
}

/// Bytes of an item in DynamoDB's JSON; of none, 0.
pub(crate) fn size(item: &Value) -> usize {
    item.as_object().into_iter().flatten().map(|(name, value)| name.len() + value_size(value)).sum()
}

/// Strings by their bytes, numbers by half their significant digits and one: all that the table holds.
fn value_size(value: &Value) -> usize {
    match (value["S"].as_str(), value["N"].as_str()) {
        (Some(text), _) => text.len(),
        (None, Some(number)) => {
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            digits.trim_matches('0').len().div_ceil(2) + 1
        }
        (None, None) => panic!("an attribute of a kind that is not known here: {value}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn item(bytes: usize, due: Option<&str>) -> Value {
        let mut item = json!({ "pk": { "S": "p" }, "sk": { "S": "s" } });
        item["doc"] = json!({ "S": "x".repeat(bytes - size(&item) - 3) });
        if let Some(due) = due {
            item["due_shard"] = json!({ "S": "0" });
            item["due_at"] = json!({ "S": due });
        }
        item
    }

    fn written(before: Option<&Value>, after: Option<&Value>) -> (usize, usize) {
        let write = write(&json!({}), before, after, false);
        (write.units, write.indexes.iter().map(|index| index.units).sum())
    }

    #[test]
    fn an_item_is_as_large_as_its_names_and_values() {
        assert_eq!(
            size(&json!({ "pk": { "S": "é" }, "v": { "N": "1" }, "n": { "N": "1200" } })),
            2 + 2 + 1 + 2 + 1 + 2
        );
        assert_eq!(size(&Value::Null), 0);
    }

    #[test]
    fn a_write_in_a_transaction_costs_two_units_for_every_kib_begun_of_the_larger() {
        assert_eq!(written(None, Some(&item(1024, None))), (2, 0));
        assert_eq!(written(None, Some(&item(1025, None))), (4, 0));
        assert_eq!(written(Some(&item(2049, None)), Some(&item(100, None))), (6, 0));
    }

    #[test]
    fn an_index_entry_costs_when_it_comes_goes_or_moves() {
        let (out, early, late) = (item(100, None), item(100, Some("1")), item(100, Some("2")));
        assert_eq!(written(None, Some(&early)).1, 1);
        assert_eq!(written(Some(&early), Some(&early)).1, 0);
        assert_eq!(written(Some(&early), Some(&late)).1, 2);
        assert_eq!(written(Some(&late), Some(&out)).1, 1);
        assert_eq!(written(Some(&out), Some(&out)).1, 0);
    }

    #[test]
    fn items_asked_for_together_are_rounded_one_by_one_and_those_of_a_query_added_up() {
        let items = json!([item(100, None), item(4097, None)]);
        let keys = json!({ "RequestItems": { "t": { "Keys": [1, 2, 3], "ConsistentRead": true } } });
        let batch = Read::of("BatchGetItem", &keys, &json!({ "Responses": { "t": items } }));
        assert_eq!(batch.halves, 2 * (1 + 2 + 1));
        assert_eq!(Read::of("Query", &json!({}), &json!({ "Items": items })).halves, 2);
        assert_eq!(Read::of("Query", &json!({}), &json!({ "Items": [] })).halves, 1);
        assert_eq!(Read::of("GetItem", &json!({ "ConsistentRead": true }), &json!({})).halves, 2);
    }
}
