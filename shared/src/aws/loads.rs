//! How the item of a member of staff changes: by what it counts, never as a whole, so that a load and a presence that are
//! written at once do not undo each other.

use aws_sdk_dynamodb::types::Update;
use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use jiff::Timestamp;

use super::keys;
use super::table::{Item, number, text};
use crate::roster::Presence;

/// How the number of live tickets that a person holds changes. It counts on the item as it is: two that change it at
/// once both count.
#[derive(Clone, Copy, Debug)]
pub enum Load {
    /// One more, handed over at this instant.
    More {
        at: Timestamp,
    },
    /// One more by itself: only if they are there and hold as many as when they were chosen.
    Handed {
        at: Timestamp,
        held: i64,
    },
    Less,
}

impl Load {
    pub(super) fn on(self, table: &str, key: Item) -> UpdateBuilder {
        let update = Update::builder().table_name(table).set_key(Some(key));
        match self {
            Self::More { at } => more(update, at),
            Self::Handed { at, held } => more(update, at)
                .condition_expression(if held == 0 {
                    "(attribute_not_exists(held) OR held = :held) AND (attribute_not_exists(presence) OR presence = :here)"
                } else {
                    "held = :held AND (attribute_not_exists(presence) OR presence = :here)"
                })
                .expression_attribute_values(":held", number(held))
                .expression_attribute_values(":here", text(Presence::Available.as_str())),
            Self::Less => update.update_expression("ADD held :more").expression_attribute_values(":more", number(-1)),
        }
    }
}

fn more(update: UpdateBuilder, at: Timestamp) -> UpdateBuilder {
    update
        .update_expression("SET last_at = :at ADD held :more")
        .expression_attribute_values(":at", text(&keys::instant(at)))
        .expression_attribute_values(":more", number(1))
}

/// Notes whether they take tickets, and leaves their load as it is.
pub(super) fn presence(table: &str, key: Item, presence: Presence) -> UpdateBuilder {
    Update::builder()
        .table_name(table)
        .set_key(Some(key))
        .update_expression("SET presence = :presence")
        .expression_attribute_values(":presence", text(presence.as_str()))
}
