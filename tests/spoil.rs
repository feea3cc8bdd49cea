//! Looks into the table past the code, and changes behind its back.

use serde_json::{Value, json};

use crate::{TABLE, World};

impl World {
    /// Where every mail stands: its sort key and its stage.
    pub fn stages(&self) -> Vec<(String, String)> {
        let stage = |item: Value| {
            let sk = item["sk"]["S"].as_str().filter(|sk| sk.starts_with("MAIL#"))?;
            let intent: Value = serde_json::from_str(item["doc"]["S"].as_str()?).ok()?;
            let stage = &intent["stage"];
            let word = stage.as_str().or_else(|| stage.as_object()?.keys().next().map(String::as_str))?;
            Some((sk.to_owned(), word.to_owned()))
        };
        let mut stages: Vec<(String, String)> = self.items().into_iter().filter_map(stage).collect();
        stages.sort();
        stages
    }

    /// Changes items behind everybody's back; those that `change` leaves null are gone. Answers how many there were.
    pub fn spoil(&self, wanted: impl Fn(&str, &str) -> bool, change: impl Fn(&mut Value)) -> usize {
        let mut spoilt = 0;
        for mut item in self.items() {
            let key = json!({ "pk": item["pk"], "sk": item["sk"] });
            if !wanted(item["pk"]["S"].as_str().unwrap_or_default(), item["sk"]["S"].as_str().unwrap_or_default()) {
                continue;
            }
            change(&mut item);
            let (operation, body) = match item {
                Value::Null => ("DeleteItem", json!({ "TableName": TABLE, "Key": key })),
                item => ("PutItem", json!({ "TableName": TABLE, "Item": item })),
            };
            assert_eq!(self.far.dynamodb(operation, body.to_string().as_bytes()).0, 200);
            spoilt += 1;
        }
        spoilt
    }
}
