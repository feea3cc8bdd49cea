//! What people hold, counted once more.

use std::collections::BTreeMap;

use aftercare::ticket::Ticket;
use serde_json::Value;

use crate::World;

/// Storefront and person.
type Person = (String, String);

impl World {
    /// How many tickets there are.
    pub fn tickets(&self) -> usize {
        self.items().iter().filter(|item| item["sk"]["S"] == "STATE").count()
    }

    /// Fails unless every counter says what its person holds, and every live ticket stands in the queue that is its own.
    pub fn loads_are_true(&self) {
        let mut held: BTreeMap<Person, i64> = BTreeMap::new();
        let mut counted: BTreeMap<Person, i64> = BTreeMap::new();
        for item in self.items() {
            let text = |name: &str| item[name]["S"].as_str().unwrap_or_default();
            if text("sk") == "STATE" {
                let ticket: Ticket = serde_json::from_str(text("doc")).expect("a ticket");
                let shop = ticket.storefront.to_string();
                let queue = match ticket.holder() {
                    Some(person) => format!("{shop}|@{person}"),
                    None => format!("{shop}|#{}", ticket.team),
                };
                let expected = if ticket.status.is_live() { queue.as_str() } else { "" };
                assert_eq!(text("held_pk"), expected, "{}", ticket.id);
                if let Some(person) = ticket.holder() {
                    *held.entry((shop, person.to_string())).or_default() += 1;
                }
            }
            if let (Some(shop), Some(person)) = (text("pk").strip_prefix("R|"), text("sk").strip_prefix("AGENT#")) {
                counted.insert((shop.to_owned(), person.to_owned()), number(&item["held"]));
            }
        }
        counted.retain(|_, count| *count != 0);
        assert_eq!(counted, held, "what is counted, and what is held");
    }

    /// What a person of the shop holds, as it is counted.
    pub fn load(&self, person: &str) -> i64 {
        let items = self.items();
        let theirs = |item: &&Value| item["pk"]["S"] == "R|shop" && item["sk"]["S"] == format!("AGENT#{person}");
        items.iter().find(theirs).map_or(0, |item| number(&item["held"]))
    }
}

fn number(attribute: &Value) -> i64 {
    attribute["N"].as_str().map_or(0, |number| number.parse().expect("a number"))
}
