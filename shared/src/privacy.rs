//! Every place where something personal is stored, and what an erasure does to it. A test looks for personal words in
//! the whole table and finds them in these places only.

/// What becomes of a place when its customer is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erasure {
    /// Replaced by an empty item.
    Emptied,
    /// It cannot be led back to a person, or must be kept for their sake.
    Kept,
    /// Taken away, and what becomes of the rest.
    Removed(&'static str),
    /// Gone by itself within this time.
    Expires(&'static str),
}

/// One kind of item.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// How the item's partition and sort key begin.
    pub partition: &'static str,
    pub sort: &'static str,
    pub holds: &'static str,
    pub erasure: Erasure,
    pub why: &'static str,
}

/// The bucket of uploads: no items, but objects, by storefront and what they are for.
const PHOTOS: &str = "UploadsBucket ";

/// The registry. An item of another kind holds nothing personal but ids.
pub const REGISTRY: [Place; 11] = [
    Place {
        partition: "C|",
        sort: "PROFILE",
        holds: "name, address, locale, time zone, tier; hashes of what they wrote within a day",
        erasure: Erasure::Emptied,
        why: "that and when they were erased stays",
    },
    Place {
        partition: "T|",
        sort: "CONTENT#",
        holds: "what customers and staff wrote, names of attachments, headers of mails, names of an order's lines",
        erasure: Erasure::Emptied,
        why: "who wrote and when stays, as in the history",
    },
    Place {
        partition: "T|",
        sort: "REVIEW_WORDS",
        holds: "what a lead wrote of how the ticket was handled; not handed out, like notes among staff",
        erasure: Erasure::Emptied,
        why: "who reviewed it and the scores stay, as the figures do",
    },
    Place {
        partition: "V|",
        sort: "WORDS",
        holds: "what was said in a review, in social media or on the phone",
        erasure: Erasure::Emptied,
        why: "that there was feedback, and its rating, stays",
    },
    Place {
        partition: PHOTOS,
        sort: "ticket/, order/",
        holds: "photos that customers handed in",
        erasure: Erasure::Removed("what no case names expires with `PhotoRetentionDays`"),
        why: "the case keeps the ids of those that it had",
    },
    Place {
        partition: "C|",
        sort: "ACKS",
        holds: "hashes of subjects that were acknowledged",
        erasure: Erasure::Expires("180 minutes"),
        why: "guards against mail loops",
    },
    Place {
        partition: "I|",
        sort: "KEY",
        holds: "a hash of a request, and an answer of ids and facts; of an improvement action also its words",
        erasure: Erasure::Expires("24 hours"),
        why: "makes a request safe to send again",
    },
    Place {
        partition: "M|",
        sort: "CLAIM",
        holds: "a hash of a channel's message id, and an answer of ids and facts",
        erasure: Erasure::Kept,
        why: "the same message must not come in as new after the erasure",
    },
    Place {
        partition: "F|",
        sort: "HOUR",
        holds: "a hash of a network address",
        erasure: Erasure::Expires("an hour"),
        why: "guards against floods",
    },
    Place {
        partition: "X|",
        sort: "SUPPRESSED",
        holds: "a hash of a mail address that bounced or complained",
        erasure: Erasure::Kept,
        why: "they must not be written to again",
    },
    Place {
        partition: "A|",
        sort: "ACTION",
        holds: "what is done about a figure, in the words of staff, and their ids",
        erasure: Erasure::Kept,
        why: "it is about figures; no customer is to be named in it",
    },
];

/// The registry as people read it: `infra/PRIVACY.md`.
pub fn document() -> String {
    let mut text = "# Where personal data is stored\n\nMade from `shared/src/privacy.rs`; a test fails when it is stale. \
Nothing personal is in events, queues, dead letters, metrics, logs or error answers: they carry ids. Customers and \
orders are known by the storefront's own references, which must not be names or addresses. They stay: in tickets, their history and \
answers to requests; whom they mean is for the storefront to forget.\n\n| item | holds | on erasure | why |\n|---|---|---|---|\n"
        .to_owned();
    for Place { partition, sort, holds, erasure, why } in REGISTRY {
        let becomes = match erasure {
            Erasure::Emptied => "emptied".to_owned(),
            Erasure::Kept => "kept".to_owned(),
            Erasure::Removed(rest) => format!("removed; {rest}"),
            Erasure::Expires(within) => format!("expires within {within}"),
        };
        let item = format!("`{partition}…` `{sort}`").replace('|', "\\|");
        text.push_str(&format!("| {item} | {holds} | {becomes} | {why} |\n"));
    }
    text
}
