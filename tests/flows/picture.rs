//! What is left when all is quiet, so that two runs can be compared.

use std::collections::BTreeMap;

use aftercare::case::Case;
use serde_json::Value;
use tests::World;

/// Everything in the table and all mails, with tickets by their order instead of their random names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    items: Vec<String>,
    /// Recipient and subject, and how often.
    mails: BTreeMap<String, usize>,
}

impl Picture {
    pub(crate) fn of(world: &World) -> Self {
        let items = world.items();
        let text = |item: &Value, name: &str| item[name]["S"].as_str().unwrap_or_default().to_owned();
        let states = items.iter().filter(|item| text(item, "sk") == "STATE");
        let mut tickets: Vec<Value> = states.map(|item| serde_json::from_str(&text(item, "doc")).unwrap()).collect();
        tickets.sort_by_key(|ticket| (ticket["opened"].as_i64(), ticket["customer"].to_string()));
        // What approvals are bound to has the ticket's id in it.
        let cases = items.iter().filter(|item| text(item, "sk").starts_with("CASE#"));
        let cases = cases.map(|item| serde_json::from_str::<Case>(&text(item, "doc")).unwrap());
        let hashes: Vec<String> = cases
            .flat_map(|case| {
                case.earlier.iter().map(|earlier| earlier.hash.clone()).chain([case.hash()]).collect::<Vec<_>>()
            })
            .collect();
        let named = |text: String| {
            let text = hashes.iter().fold(text, |text, hash| text.replace(hash, "<hash>"));
            let names = tickets.iter().enumerate();
            names.fold(text, |text, (place, ticket)| {
                let id = ticket["id"].as_str().unwrap();
                let number = ticket["number"].as_str().unwrap();
                text.replace(id, &format!("<id {place}>")).replace(number, &format!("<number {place}>"))
            })
        };
        let item = |item: &Value| {
            let (mut pk, mut sk) = (text(item, "pk"), text(item, "sk"));
            // Where it is drawn, and the shard of what is counted, are taken from the ticket's id.
            if let Some((_, ticket)) = sk.strip_prefix("LOT#").and_then(|lot| lot.split_once('#')) {
                sk = format!("LOT#{ticket}");
            }
            if pk.starts_with("Y|") {
                pk.pop();
            }
            let doc: Value = serde_json::from_str(&text(item, "doc")).unwrap_or_default();
            let doc = match (pk.split('|').next(), sk.starts_with("MAIL#")) {
                // How often it was tried is not the same.
                (_, true) => {
                    let stage = doc["stage"].as_object().and_then(|stage| stage.keys().next());
                    let stage = stage.map_or(doc["stage"].to_string(), String::clone);
                    let mut subject = doc["subject"].clone();
                    if let Some(lines) = subject.pointer_mut("/digest/shown").and_then(Value::as_array_mut) {
                        // Mails that are due at once come in any order.
                        lines.sort_by_key(|line| named(line.to_string()));
                    }
                    format!("{} {subject} {stage}", doc["recipient"])
                }
                // The fingerprint of a request has its ticket's id in it.
                (Some("I" | "M"), _) => format!("{} {}", doc["status"], doc["answer"]),
                // Keys are random.
                (Some("S"), _) if sk == "LINK_KEYS" => String::new(),
                _ => doc.to_string(),
            };
            named(format!("{pk} {sk} {doc}"))
        };
        // A quota's shard is taken from the ticket's id: only the sum is the same.
        let (counts, items): (Vec<Value>, Vec<Value>) =
            items.iter().cloned().partition(|item| text(item, "pk").starts_with("Q|"));
        let counted = counts.iter().map(|item| item["n"]["N"].as_str().unwrap().parse::<u32>().unwrap()).sum::<u32>();
        let mut items: Vec<String> = items.iter().map(item).collect();
        items.push(format!("{counted} counted"));
        items.sort();
        let mut mails = BTreeMap::new();
        for mail in world.far.mails() {
            let subject = mail.raw.lines().find(|line| line.starts_with("Subject: ")).unwrap();
            *mails.entry(named(format!("{}: {subject}", mail.to))).or_default() += 1;
        }
        Self { items, mails }
    }

    /// How many mails there are.
    pub(crate) fn count(&self) -> usize {
        self.mails.values().sum()
    }

    /// Fails where this has less or other things than `calm`, or more; of mails there may be more of the same.
    pub(crate) fn assert_same_but_for_doubles(&self, calm: &Self, what: &str) {
        let lacks: Vec<_> = calm.items.iter().filter(|item| !self.items.contains(item)).collect();
        let extra: Vec<_> = self.items.iter().filter(|item| !calm.items.contains(item)).collect();
        assert!(lacks.is_empty() && extra.is_empty(), "{what}: the table lacks {lacks:#?} and has {extra:#?}");
        assert_eq!(self.items.len(), calm.items.len(), "{what}");
        assert!(self.mails.keys().eq(calm.mails.keys()), "{what}: {:#?} in place of {:#?}", self.mails, calm.mails);
        let lost = calm.mails.iter().find(|(mail, count)| self.mails.get(*mail) < Some(count));
        assert_eq!(lost, None, "{what}");
    }
}
