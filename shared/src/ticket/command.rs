//! What can be asked of a ticket, and why it is refused.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Consent, Proposal, Status, Turn};
use crate::category::{Category, Channel, Priority, Reason, Solution, words};
use crate::id::{StaffId, SubjectId, TicketId};
use crate::settings::Loaded;
use crate::sla::ClockKind;

words!(
    /// What a message of the customer's is worth: a person's word moves the ticket; plain thanks do not reopen it, and a
    /// machine's answer moves nothing.
    Voice { Person = "person", Thanks = "thanks", Machine = "machine" }
);

/// What can be asked of a ticket that exists. Merging takes two: see `merge`.
#[derive(Clone, Debug)]
pub enum Command {
    /// The customer wrote.
    Receive {
        channel: Channel,
        duplicate: bool,
        voice: Voice,
    },
    /// What the customer wrote tells of danger to people, or of law: together with `Receive`.
    Alarm {
        danger: bool,
        legal: bool,
    },
    /// Staff answered. `contacted` is when, if it is typed in later; what lies ahead by no more than clocks differ
    /// counts as now. `then` is whose turn it is; without it the ticket is open, or stays resolved. `standard` names the
    /// standard answer that was used.
    Reply {
        contacted: Option<Timestamp>,
        then: Option<Turn>,
        standard: Option<String>,
    },
    /// A note among staff.
    Note,
    /// What was found out about a complaint, as a note among staff.
    Investigate,
    /// Staff offer a solution, in a message to the customer, and wait for their consent.
    Propose {
        solution: Solution,
    },
    /// The customer's answer to a proposal, by themselves or as staff heard it; with `note` staff say where and how.
    Answer {
        proposal: u16,
        accepted: bool,
        note: bool,
    },
    /// The solution is carried out.
    Execute {
        solution: Solution,
    },
    /// Somebody asked afterwards whether all is well, and noted the answer.
    FollowUp,
    /// Whose turn it is, without a message.
    Wait {
        turn: Turn,
    },
    /// The matter is done. With `message` the customer is told in words of the agent's.
    Resolve {
        message: bool,
    },
    Assign {
        to: StaffId,
    },
    /// Nobody holds it: it waits in its team's queue.
    Release,
    Transfer {
        team: String,
    },
    Prioritize {
        to: Priority,
    },
    Classify {
        category: Category,
        reason: Option<Reason>,
    },
    /// Its promises are those of another version of the settings from now on.
    Adopt {
        settings: Arc<Loaded>,
    },
    /// A lead says why a breach does not count, in a note.
    Excuse {
        clock: ClockKind,
        subject: Option<SubjectId>,
        cycle: u16,
    },
    /// A promise about a case or a payout begins.
    Begin {
        clock: ClockKind,
        subject: SubjectId,
    },
    /// … and is kept.
    Keep {
        clock: ClockKind,
        subject: SubjectId,
    },
    /// A promise about a case or a payout is not owed any more.
    Drop {
        clock: ClockKind,
        subject: SubjectId,
    },
    /// The customer is to send goods, or has: the time for them to come begins.
    AwaitGoods,
    /// Goods are no longer waited for.
    GoodsSettled,
    /// One of its cases came to its end: a ticket that was opened for it alone is resolved with it.
    CaseOver {
        case: u16,
    },
    Link {
        to: TicketId,
    },
    /// The customer wants it no more.
    Cancel,
    Spam,
    /// Its customer says in a survey that it is not solved, without a message.
    NotSolved,
    /// Staff ended it by mistake, and say so in a note.
    Reopen,
    /// What its customer wrote is erased.
    Erase,
    /// Record what clocks and timers reached.
    Scan,
}

impl Command {
    /// Whether it is what a waiting ticket waits for: a word between the shop and its customer, or another turn. After
    /// it nobody needs a reminder of before.
    pub(super) fn is_an_answer(&self) -> bool {
        match self {
            Self::Receive { voice, .. } => *voice != Voice::Machine,
            Self::Reply { .. }
            | Self::Propose { .. }
            | Self::Answer { .. }
            | Self::Wait { .. }
            | Self::Resolve { .. }
            | Self::Cancel
            | Self::Spam
            | Self::Reopen
            | Self::NotSolved
            | Self::Erase => true,
            Self::Alarm { .. }
            | Self::Note
            | Self::Investigate
            | Self::Execute { .. }
            | Self::FollowUp
            | Self::Assign { .. }
            | Self::Release
            | Self::Transfer { .. }
            | Self::Prioritize { .. }
            | Self::Classify { .. }
            | Self::Adopt { .. }
            | Self::Excuse { .. }
            | Self::Begin { .. }
            | Self::Keep { .. }
            | Self::Drop { .. }
            | Self::AwaitGoods
            | Self::GoodsSettled
            | Self::CaseOver { .. }
            | Self::Link { .. }
            | Self::Scan => false,
        }
    }
}

/// Why a command is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// No such move between statuses.
    Move {
        from: Status,
        to: Status,
    },
    /// The status does not allow it.
    Status {
        is: Status,
        asked: &'static str,
    },
    /// Resolved without a word to the customer.
    NotAnswered,
    /// The person is not on the staff list of the storefront's settings.
    UnknownStaff,
    /// The person's role neither answers nor resolves.
    CannotAct,
    /// The team is not one of the storefront's settings.
    UnknownTeam,
    /// The stated time of contact lies before the ticket.
    ContactedTooEarly {
        opened: Timestamp,
    },
    /// The stated time of contact has not come.
    ContactedTooLate {
        now: Timestamp,
    },
    /// The ticket is over for longer than a message reopens it.
    TooLate,
    /// Its texts were erased, and it takes no more.
    Erased,
    /// It went on in another one.
    MergedInto {
        ticket: TicketId,
    },
    /// There is no such proposal, or a later one took its place.
    NoProposal,
    /// The proposal was answered otherwise.
    Answered {
        accepted: bool,
    },
    /// It was done before, and comes with words that would be lost. `done` begins the sentence.
    DoneAlready {
        done: &'static str,
    },
    /// Neither agreed to nor asked for by the customer.
    NoConsent {
        solution: Solution,
    },
    /// This is the latest proposal, and the customer did not agree to the solution in it.
    Proposed {
        proposal: Proposal,
        solution: Solution,
    },
    NoSuchClock,
    NotBreached,
    /// A merge or link of a ticket with itself.
    Itself,
    /// A merge of two customers' tickets.
    OtherCustomer,
    TooManyLinks,
    TooManyClocks,
    /// One of its cases is not done.
    OpenCase {
        case: u16,
    },
}

impl Rejection {
    /// For the person who asked: what is in the way, and the next step.
    pub fn sentence(&self) -> String {
        match self {
            Self::Move { from, to } => {
                let next: Vec<&str> = from.moves().iter().map(|status| status.as_str()).collect();
                if from.may_become(*to) {
                    format!("The ticket is {from}. Reopen it to make it {to} again.")
                } else if next.is_empty() {
                    format!("The ticket is {from}, which is an end: it cannot become {to}. Open a new ticket.")
                } else {
                    format!("The ticket is {from} and cannot become {to}, only {}.", next.join(", "))
                }
            }
            Self::Status { is, asked } => {
                format!("The ticket is {is}, so it cannot {asked}. Read it again for what is possible.")
            }
            Self::NotAnswered => {
                "Nobody has answered this customer yet. Resolve it with a message, or reply first.".into()
            }
            Self::UnknownStaff => {
                "That person is not on the storefront's staff list. Add them to the settings first.".into()
            }
            Self::CannotAct => {
                "That person's role answers no tickets. Assign it to an agent, a lead, a manager or a head.".into()
            }
            Self::UnknownTeam => "That team is not in the storefront's settings. Add it there first.".into(),
            Self::ContactedTooEarly { opened } => {
                format!("The contact cannot lie before the ticket was opened, {opened}.")
            }
            Self::ContactedTooLate { now } => {
                format!("The contact cannot lie ahead: it is {now} here. Leave contacted_at out if it was just now.")
            }
            Self::TooLate => "The ticket is over, and too long ago to be reopened. Open a new ticket.".into(),
            Self::Erased => {
                "What was written on this ticket was erased for good, so it takes no more text. Open a new ticket."
                    .into()
            }
            Self::MergedInto { ticket } => format!("The ticket went on in {ticket}. Use that one."),
            Self::NoProposal => {
                "There is no such proposal, or a later one took its place. Read the ticket again.".into()
            }
            Self::Answered { accepted } => {
                let how = if *accepted { "accepted" } else { "rejected" };
                format!("The proposal was {how} already. Make a new proposal to change that.")
            }
            Self::DoneAlready { done } => {
                format!("{done} already, and what you wrote would be lost. Write it in a note on the ticket.")
            }
            Self::NoConsent { solution } => format!(
                "The customer has neither agreed to {solution} nor asked for it. Propose it and record their answer first."
            ),
            Self::Proposed { proposal: Proposal { number, solution: proposed, consent, .. }, solution } => {
                match consent {
                    Consent::Asked => {
                        format!("Proposal {number}, {proposed}, waits for the customer's answer. Record it first.")
                    }
                    Consent::Accepted | Consent::Rejected | Consent::Executed => {
                        let how = if *consent == Consent::Rejected { "rejected" } else { "accepted" };
                        format!(
                            "The customer {how} proposal {number}, {proposed}. Propose {solution} and record their answer first."
                        )
                    }
                }
            }
            Self::NoSuchClock => "The ticket has no such clock. Read it for those it has.".into(),
            Self::NotBreached => "The promise was not broken, so there is nothing to excuse.".into(),
            Self::Itself => "A ticket cannot be merged or linked with itself. Name another one.".into(),
            Self::OtherCustomer => "Only tickets of one customer can be merged. Link them instead.".into(),
            Self::TooManyLinks => "The ticket has as many links as it may have. Merge some of the tickets.".into(),
            Self::TooManyClocks => "The ticket has as many promises running as it may have.".into(),
            Self::OpenCase { case } => {
                format!(
                    "Case {case} of the ticket is not done: its money or goods are held. Cancel or settle it, and send back what is here."
                )
            }
        }
    }
}

impl Voice {
    /// Who wrote where a stored message does not say.
    pub(crate) fn person() -> Self {
        Self::Person
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the form serde asks for")]
    pub(crate) fn is_person(&self) -> bool {
        *self == Self::Person
    }
}
