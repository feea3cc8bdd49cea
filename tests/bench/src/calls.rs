//! What a function asked of the table and the mail service, read from its calls once the clock has stopped.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::far::Call;
use crate::units::{Read, write};

/// The calls of one run.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) counts: Counts,
    /// Items in the order in which they were written.
    pub(crate) written: Vec<Value>,
    /// Addresses, one a mail.
    pub(crate) mails: Vec<String>,
}

/// What is to be the same however many tickets are open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Calls by operation, and by index or first letter of the partition.
    kinds: BTreeMap<(String, String), usize>,
    pub(crate) read_halves: usize,
    pub(crate) write_units: usize,
    /// Transactions that somebody else was in the way of.
    pub(crate) refused: usize,
}

impl Counts {
    pub(crate) fn calls(&self, operation: &str) -> usize {
        self.kinds.iter().filter(|((name, _), _)| name == operation).map(|(_, count)| count).sum()
    }

    /// Calls of one operation on one index, or on partitions that begin so.
    pub(crate) fn on(&self, operation: &str, what: &str) -> usize {
        self.kinds.get(&(operation.to_owned(), what.to_owned())).copied().unwrap_or(0)
    }
}

impl Asked {
    pub(crate) fn of(calls: Vec<Call>) -> Self {
        let mut asked = Self::default();
        // Items as they were last seen: what a write replaces was read before it, or is new.
        let mut seen = HashMap::new();
        for call in calls {
            asked.add(call, &mut seen);
        }
        asked
    }

    /// Written items whose sort key begins so.
    pub(crate) fn items<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a Value> {
        self.written.iter().filter(move |item| item["sk"]["S"].as_str().is_some_and(|sk| sk.starts_with(prefix)))
    }

    fn add(&mut self, call: Call, seen: &mut HashMap<String, Value>) {
        let Call { operation, request, status, answer } = call;
        if operation == "mail" {
            self.mails.extend(addresses(&request));
            return;
        }
        let request: Value = serde_json::from_slice(&request).expect("JSON");
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        *self.counts.kinds.entry((operation.clone(), subject(&operation, &request))).or_default() += 1;
        if status != 200 {
            assert!(answer.to_string().contains("ConditionalCheckFailed"), "{operation}: {answer}");
            self.counts.refused += 1;
        } else if operation == "TransactWriteItems" {
            self.counts.write_units += self.write(&request, seen);
        } else {
            self.counts.read_halves += Read::of(&operation, &request, &answer).halves;
            for item in found(&answer) {
                seen.insert(key(item), item.clone());
            }
        }
    }

    /// Units of a transaction that went through.
    fn write(&mut self, request: &Value, seen: &mut HashMap<String, Value>) -> usize {
        let mut units = 0;
        for action in request["TransactItems"].as_array().into_iter().flatten() {
            let (kind, action) = action.as_object().and_then(|object| object.iter().next()).expect("an action");
            let at = if kind == "Put" { &action["Item"] } else { &action["Key"] };
            let before = seen.get(&key(at));
            // An update counts one up or down, which leaves the item as large as it was.
            let after = if kind == "Put" { Some(at) } else { before };
            let write = write(at, before, after, kind == "ConditionCheck");
            units += write.units + write.indexes.iter().map(|index| index.units).sum::<usize>();
            if kind == "Put" {
                seen.insert(key(at), at.clone());
                self.written.push(at.clone());
            }
        }
        units
    }
}

fn key(item: &Value) -> String {
    let part = |name: &str| item[name]["S"].as_str().unwrap_or_default();
    format!("{}!{}", part("pk"), part("sk"))
}

/// The document of an item.
pub(crate) fn document(item: &Value) -> Value {
    item["doc"]["S"].as_str().and_then(|text| serde_json::from_str(text).ok()).expect("every item here has a document")
}

fn found(answer: &Value) -> impl Iterator<Item = &Value> {
    let batches = answer["Responses"].as_object().into_iter().flat_map(serde_json::Map::values);
    let many = batches.chain([&answer["Items"]]).filter_map(Value::as_array).flatten();
    many.chain(answer.get("Item"))
}

/// The index a call reads, or the first letter of the partition.
fn subject(operation: &str, request: &Value) -> String {
    if let Some(index) = request["IndexName"].as_str() {
        return index.to_owned();
    }
    let partition = match operation {
        "GetItem" => request["Key"]["pk"]["S"].as_str(),
        "Query" => request["ExpressionAttributeValues"][":pk"]["S"].as_str(),
        _ => None,
    };
    partition.and_then(|partition| partition.split('|').next()).unwrap_or_default().to_owned()
}

/// To whom a SendRawEmail request sends; it is a form.
fn addresses(form: &[u8]) -> Vec<String> {
    let form = String::from_utf8_lossy(form);
    let fields = form.split('&').filter_map(|field| field.split_once('='));
    let to = fields.filter(|(name, _)| name.starts_with("Destinations.member."));
    to.map(|(_, address)| address.replace("%40", "@")).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn call(operation: &str, request: Value, answer: Value) -> Call {
        Call {
            operation: operation.to_owned(),
            request: request.to_string().into(),
            status: 200,
            answer: answer.to_string(),
        }
    }

    fn item(bytes: usize) -> Value {
        json!({ "pk": { "S": "T|shop|1" }, "sk": { "S": "STATE" }, "doc": { "S": "x".repeat(bytes) } })
    }

    #[test]
    fn a_write_costs_by_what_was_read_there_before() {
        let get = json!({ "Key": { "pk": { "S": "T|shop|1" } }, "ConsistentRead": true });
        let put = json!({ "TransactItems": [{ "Put": { "Item": item(100) } }] });
        let read = || call("GetItem", get.clone(), json!({ "Item": item(5_000) }));
        let wrote = || call("TransactWriteItems", put.clone(), json!({}));
        let asked = Asked::of(vec![read(), wrote(), wrote()]);
        assert_eq!((asked.counts.read_halves, asked.counts.write_units), (4, 10 + 2));
        assert_eq!((asked.counts.on("GetItem", "T"), asked.counts.calls("TransactWriteItems")), (1, 2));
        assert_eq!(asked.items("STATE").count(), 2);
    }

    #[test]
    fn mails_are_known_by_who_gets_them() {
        let form =
            b"Action=SendRawEmail&Source=a%40b&Destinations.member.1=lead%40shop.example&RawMessage.Data=eA".to_vec();
        let mail = Call { operation: "mail".to_owned(), request: form, status: 200, answer: String::new() };
        assert_eq!(Asked::of(vec![mail]).mails, ["lead@shop.example"]);
    }
}
