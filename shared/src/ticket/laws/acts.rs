//! What people do at random, and when; and the settings they do it under.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::{Arc, OnceLock};

use crate::category::{Category, Channel, Priority, Solution};
use crate::id::SubjectId;
use crate::settings::Loaded;
use crate::sla::ClockKind;
use crate::ticket::given::with;
use crate::ticket::{Command, Status, Turn, Voice};

/// What somebody does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    Write {
        voice: Voice,
        chat: bool,
    },
    /// Answers, having spoken to the customer so many seconds before.
    Reply {
        then: Option<Turn>,
        before: Option<i64>,
    },
    Propose,
    Answer {
        accepted: bool,
    },
    Wait {
        turn: Turn,
    },
    Resolve {
        message: bool,
    },
    Prioritize {
        to: Priority,
    },
    Classify {
        category: Category,
    },
    /// Tells of danger, or of the law.
    Alarm {
        danger: bool,
        legal: bool,
    },
    /// Another version of the settings, by its place.
    Adopt {
        version: usize,
    },
    /// The latest cycle of a promise about the ticket.
    Excuse {
        clock: ClockKind,
    },
    Begin {
        clock: ClockKind,
        subject: u8,
    },
    Keep {
        clock: ClockKind,
        subject: u8,
    },
    Cancel,
    Spam,
    Reopen,
    /// The second ticket goes on in the first.
    Merge,
    Note,
}

/// When it is done: so long after what was before, or so close to the next action of a ticket.
#[derive(Clone, Copy, Debug)]
pub(super) enum When {
    After(i64),
    Due { off: i64 },
}

pub(super) fn act() -> impl Strategy<Value = Act> {
    let before = || prop_oneof![3 => Just(None), 2 => (0..90_000i64).prop_map(Some)];
    let turn = || proptest::sample::select(Turn::ALL);
    let voice = prop_oneof![4 => Just(Voice::Person), 1 => Just(Voice::Thanks), 1 => Just(Voice::Machine)];
    let money = || proptest::sample::select(&[ClockKind::RefundDecision, ClockKind::Payout][..]);
    let ticket = [ClockKind::FirstResponse, ClockKind::NextReply, ClockKind::Update, ClockKind::Resolution];
    prop_oneof![
        6 => (voice, any::<bool>()).prop_map(|(voice, chat)| Act::Write { voice, chat }),
        6 => (proptest::option::weighted(0.8, turn()), before()).prop_map(|(then, before)| Act::Reply { then, before }),
        1 => Just(Act::Propose),
        1 => any::<bool>().prop_map(|accepted| Act::Answer { accepted }),
        2 => turn().prop_map(|turn| Act::Wait { turn }),
        2 => any::<bool>().prop_map(|message| Act::Resolve { message }),
        2 => proptest::sample::select(Priority::ALL).prop_map(|to| Act::Prioritize { to }),
        2 => proptest::sample::select(Category::ALL).prop_map(|category| Act::Classify { category }),
        1 => any::<(bool, bool)>().prop_map(|(danger, legal)| Act::Alarm { danger, legal }),
        2 => (0..VERSIONS).prop_map(|version| Act::Adopt { version }),
        1 => proptest::sample::select(ticket.to_vec()).prop_map(|clock| Act::Excuse { clock }),
        2 => (money(), 0..2u8).prop_map(|(clock, subject)| Act::Begin { clock, subject }),
        1 => (money(), 0..2u8).prop_map(|(clock, subject)| Act::Keep { clock, subject }),
        1 => Just(Act::Merge),
        1 => Just(Act::Cancel),
        1 => Just(Act::Spam),
        3 => Just(Act::Reopen),
        1 => Just(Act::Note),
    ]
}

pub(super) fn instant() -> impl Strategy<Value = When> {
    let off = prop_oneof![Just(-1), Just(0), Just(1), Just(30_000), Just(59_999), Just(60_000), Just(60_001)];
    prop_oneof![
        1 => (0..3i64).prop_map(When::After),
        2 => (0..600_000i64).prop_map(When::After),
        3 => (0..20_000_000i64).prop_map(When::After),
        2 => (0..300_000_000i64).prop_map(When::After),
        3 => off.prop_map(|off| When::Due { off }),
    ]
}

impl Act {
    /// The command at `now`; none for a merge, which takes two tickets.
    pub(super) fn command(self, now: Timestamp, proposal: u16, cycle: impl Fn(ClockKind) -> u16) -> Option<Command> {
        Some(match self {
            Self::Write { voice, chat } => {
                Command::Receive { channel: if chat { Channel::Chat } else { Channel::Email }, duplicate: false, voice }
            }
            Self::Reply { then, before } => {
                let contacted = before.map(|before| now - SignedDuration::from_secs(before));
                Command::Reply { contacted, then, standard: None }
            }
            Self::Propose => Command::Propose { solution: Solution::Repair },
            Self::Answer { accepted } => Command::Answer { proposal, accepted, note: false },
            Self::Wait { turn } => Command::Wait { turn },
            Self::Resolve { message } => Command::Resolve { message },
            Self::Prioritize { to } => Command::Prioritize { to },
            Self::Classify { category } => Command::Classify { category, reason: None },
            Self::Alarm { danger, legal } => Command::Alarm { danger, legal },
            Self::Adopt { version } => Command::Adopt { settings: Arc::clone(&versions()[version]) },
            Self::Excuse { clock } => Command::Excuse { clock, subject: None, cycle: cycle(clock) },
            Self::Begin { clock, subject: number } => Command::Begin { clock, subject: subject(number) },
            Self::Keep { clock, subject: number } => Command::Keep { clock, subject: subject(number) },
            Self::Cancel => Command::Cancel,
            Self::Spam => Command::Spam,
            Self::Reopen => Command::Reopen,
            Self::Note => Command::Note,
            Self::Merge => return None,
        })
    }
}

pub(super) fn subject(number: u8) -> SubjectId {
    SubjectId::parse(&format!("case-{number}")).unwrap()
}

/// It is the customer's turn.
pub(super) fn is_theirs(status: Status) -> bool {
    matches!(status, Status::WaitingCustomer | Status::WaitingReturn)
}

pub(super) const VERSIONS: usize = 3;

/// Three versions of a shop's settings: in its own hours; in longer ones, with shorter promises for chat and none for
/// reports; and in calendar time, with an office in another part of the world.
pub(super) fn versions() -> &'static [Arc<Loaded>; VERSIONS] {
    static LOADED: OnceLock<[Arc<Loaded>; VERSIONS]> = OnceLock::new();
    LOADED.get_or_init(|| std::array::from_fn(version))
}

fn version(place: usize) -> Arc<Loaded> {
    let promise = |calendar: &str, least: i64| json!({ "calendar": calendar, "urgent": least, "high": least * 2, "normal": least * 5, "low": least * 9 });
    let mut loaded = with(|settings| {
        settings["calendars"] = json!({
            "office": { "zone": "Asia/Shanghai", "week": { "mon": [["09:00", "12:00"], ["13:30", "18:00"]],
                "tue": [["09:00", "18:00"]], "thu": [["09:00", "18:00"]], "fri": [["22:00", "03:00"]] },
                "holidays": ["2026-03-09"], "overrides": { "2026-03-15": [["10:00", "11:15"]] } },
            "nights": { "zone": "America/New_York", "week": { "sun": [["00:00", "05:30"]], "wed": [["01:00", "24:00"]] } },
        });
        if place == 2 {
            settings["calendars"]["office"] = settings["calendars"]["nights"].clone();
        }
        settings["mail"]["opening_hours"] = json!("always");
        let policy = &mut settings["policy"];
        let office = ["office", "nights", "office"][place];
        policy["first_response"] = promise(office, [60, 450, 3_600][place]);
        policy["first_response_chat"] = promise("always", 60);
        policy["next_reply"] = promise(["office", "office", "always"][place], [400, 3_599, 90][place]);
        policy["next_reply_chat"] = if place == 1 { Value::Null } else { promise("always", 180) };
        policy["update"] = if place == 1 { Value::Null } else { promise("always", [20_000, 0, 4_000][place]) };
        policy["resolution"] = promise(["office", "nights", "always"][place], [9_000, 14_400, 40_000][place]);
        policy["refund_decision"] = promise("always", [17_000, 1_000, 86_400][place]);
        policy["payout"] = promise("office", [7_200, 600, 17_000][place]);
        policy["payout"]["limit"] = json!([70_000, 5_401, 300_000][place]);
    });
    loaded.version = u32::try_from(place + 1).unwrap();
    Arc::new(loaded)
}
