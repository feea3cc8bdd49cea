//! Open tickets in any number, as the functions store them: some are made by ticket-intake, and their states are copied
//! under other ids. A scan finds tickets by what the indexes hold, and that is their states only.

use std::collections::HashSet;

use dynoxide::{AttributeValue, Item};

use crate::events::{OVERDUE, now_ms};
use crate::verbs::{Team, create_low};

/// Tickets that ticket-intake makes: enough that all shards of the indexes have some.
const REAL: usize = 256;
/// They were opened so far from each other, four hours all together: the first clock of each is due in two hours at the
/// earliest, when this benchmark has long ended.
const APART_MS: u64 = 56_000;
/// Shards of the due index.
const SHARDS: usize = 16;
/// Items put into the table at a time.
const CHUNK: usize = 10_000;

/// What the copies are made of.
pub(crate) struct Crowd {
    real: Vec<(String, Item)>,
    copies: usize,
}

impl Crowd {
    pub(crate) fn gather(team: &mut Team) -> Self {
        let now = now_ms();
        let real: Vec<(String, Item)> = (0..REAL as u64)
            .map(|place| {
                let id = team.open(create_low(200, now - place * APART_MS));
                let state = team.far.item(&format!("T|{OVERDUE}|{id}"), "STATE").expect("every ticket has a state");
                (id, serde_json::from_value(state).expect("an item"))
            })
            .collect();
        let shards: HashSet<&String> = real.iter().filter_map(|(_, state)| text(state.get("due_shard")?)).collect();
        assert_eq!(shards.len(), SHARDS, "some shards of the due index have no ticket");
        Self { real, copies: 0 }
    }

    /// Open tickets, those that were copied from included.
    pub(crate) fn open(&self) -> usize {
        self.real.len() + self.copies
    }

    /// Adds copies until so many are open.
    pub(crate) fn grow(&mut self, team: &Team, open: usize) {
        while self.open() < open {
            let until = (open - self.real.len()).min(self.copies + CHUNK);
            team.far.import((self.copies..until).map(|place| self.copy(place)).collect());
            self.copies = until;
        }
    }

    /// The same ticket under another id.
    fn copy(&self, place: usize) -> Item {
        let (id, state) = &self.real[place % self.real.len()];
        let other = renamed(id, place / self.real.len() + 1);
        let copied = |value: &AttributeValue| match text(value) {
            Some(text) => AttributeValue::S(text.replace(id, &other)),
            None => value.clone(),
        };
        state.iter().map(|(name, value)| (name.clone(), copied(value))).collect()
    }
}

fn text(value: &AttributeValue) -> Option<&String> {
    if let AttributeValue::S(text) = value { Some(text) } else { None }
}

/// The id with six of its random digits replaced, of which neither its shards nor its number are made: they stay right.
fn renamed(id: &str, number: usize) -> String {
    let digits = format!("{number:06x}");
    format!("{}{}-{}{}", &id[..20], &digits[..3], &digits[3..6], &id[27..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_id_has_the_same_beginning_and_the_same_end() {
        assert_eq!(
            renamed("01980a1b-2c3d-7abc-8def-0123456789ab", 0x0012_3456),
            "01980a1b-2c3d-7abc-8123-4563456789ab"
        );
    }
}
