//! What can be asked of a case, and why it is refused.

use super::approval::Concern;
use super::quote::Unable;
use super::risk::Risk;
use super::{Case, CaseAct, CaseKind, CaseStatus, Counted, Given, PaidHow, Terms, Verdict, Via};
use crate::access::Role;
use crate::id::StaffId;

/// What can be asked of a case that exists. Who asks comes with it.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Its risk, and who has to approve it: nobody where `needed` is empty.
    Assess {
        risk: Risk,
        needed: Vec<Role>,
        why: Vec<Concern>,
    },
    /// Staff change what it gives. `given`: compensations before it.
    Edit {
        terms: Terms,
        given: Option<Given>,
    },
    /// `hash` is of the version that was looked at. Roles are those of whoever approves.
    Approve {
        hash: String,
        roles: Vec<Role>,
        via: Via,
    },
    /// With a reason in this content item.
    Reject {
        hash: String,
        roles: Vec<Role>,
        via: Via,
        content: u32,
    },
    TakeBack,
    Cancel,
    Consent {
        accepted: bool,
    },
    Send {
        tracking: Option<String>,
    },
    Receive {
        lines: Vec<Counted>,
    },
    /// `terms`: what it comes to with what passed.
    Inspect {
        verdict: Verdict,
        accepted: Vec<Counted>,
        restocked: Vec<Counted>,
        terms: Terms,
    },
    Diagnose {
        repairable: bool,
    },
    Repair,
    Ship {
        tracking: Option<String>,
    },
    /// The provider is asked from here on.
    Pay {
        payout: u16,
    },
    Told {
        payout: u16,
        how: PaidHow,
        reference: Option<String>,
        code: Option<String>,
    },
    /// An earlier try was paid after all, or is about to be: this one, which was not sent, is not made.
    PaidBefore {
        payout: u16,
        before: u16,
        how: PaidHow,
        reference: Option<String>,
    },
    Retry,
    Scan,
}

impl Command {
    pub fn act(&self) -> CaseAct {
        match self {
            Self::Assess { .. } => CaseAct::Assess,
            Self::Edit { .. } => CaseAct::Edit,
            Self::Approve { .. } => CaseAct::Approve,
            Self::Reject { .. } => CaseAct::Reject,
            Self::TakeBack => CaseAct::TakeBack,
            Self::Cancel => CaseAct::Cancel,
            Self::Consent { .. } => CaseAct::Consent,
            Self::Send { .. } => CaseAct::Send,
            Self::Receive { .. } => CaseAct::Receive,
            Self::Inspect { .. } => CaseAct::Inspect,
            Self::Diagnose { .. } => CaseAct::Diagnose,
            Self::Repair => CaseAct::Repair,
            Self::Ship { .. } => CaseAct::Ship,
            Self::Pay { .. } => CaseAct::Pay,
            Self::Told { .. } | Self::PaidBefore { .. } => CaseAct::Told,
            Self::Retry => CaseAct::Retry,
            Self::Scan => CaseAct::Scan,
        }
    }
}

/// Why what was looked at cannot be approved, though nobody changed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amiss {
    /// A photo that it was asked with is not there, or is another by now.
    Photos,
    /// The order has become smaller, and does not give it any more.
    Order,
}

/// Why a command is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The status does not allow it.
    Status {
        is: CaseStatus,
        kind: CaseKind,
        act: CaseAct,
    },
    /// Not for a case of this kind.
    Kind {
        is: CaseKind,
        act: CaseAct,
    },
    /// Nothing is sent for such a case, so nothing can be out of stock.
    NothingToShip {
        is: CaseKind,
    },
    /// Neither its order nor the rules give it.
    Unable(Unable),
    /// What was looked at is not what it is now.
    Stale {
        was: Option<(CaseKind, i64)>,
        is: (CaseKind, i64),
        currency: String,
    },
    /// It is not what it was when it was asked for.
    Amiss(Amiss),
    /// They asked for it, or changed it.
    OwnHands,
    /// They approved it already: another person has to.
    Twice,
    /// Their role does not decide about so much.
    AboveLimit {
        needed: Vec<Role>,
    },
    /// A link does not decide about so much.
    AboveLink,
    /// It can be taken back only by whoever decided.
    NotTheirs {
        by: Option<StaffId>,
    },
    /// The time to take it back is over.
    TooLate,
    /// Nobody asks the customer anything.
    NothingAsked,
    /// More came back, or passed, than was to.
    TooMany {
        line: crate::id::LineId,
        most: u32,
    },
    /// The customer has it under way: only staff end it now.
    UnderWay,
    NoSuchPayout,
    NothingToRetry,
    /// Part of the money was paid back, and that cannot be undone.
    Paid,
    /// Money or goods of it are on their way, and are not called back.
    OnItsWay,
    /// Nothing of it is to be sent now, so nothing can be out of stock.
    NotToShip {
        is: CaseStatus,
    },
    /// What was decided can still be taken back.
    StillWaits,
    /// The case is over, and the shop has none of its goods.
    NothingHere,
    /// The goods are here, and nothing is left to be paid for them.
    NothingToPay,
}

impl Rejection {
    /// For a customer, and for the storefront's server in their place: as if nobody had decided what can still be taken back.
    pub fn to_customer(&self, case: &Case) -> String {
        match self {
            Self::Status { is, kind, act } => {
                let is = if case.waits_until().is_some() { CaseStatus::Pending } else { *is };
                Self::of_status(is, *kind, *act, |act| act.is_customers())
            }
            Self::Kind { .. }
            | Self::NothingToShip { .. }
            | Self::Unable(_)
            | Self::Stale { .. }
            | Self::Amiss(_)
            | Self::OwnHands
            | Self::Twice
            | Self::AboveLimit { .. }
            | Self::AboveLink
            | Self::NotTheirs { .. }
            | Self::TooLate
            | Self::NothingAsked
            | Self::TooMany { .. }
            | Self::UnderWay
            | Self::NoSuchPayout
            | Self::NothingToRetry
            | Self::Paid
            | Self::OnItsWay
            | Self::NotToShip { .. }
            | Self::StillWaits
            | Self::NothingHere
            | Self::NothingToPay => self.sentence(),
        }
    }

    fn of_status(is: CaseStatus, kind: CaseKind, act: CaseAct, theirs: impl Fn(CaseAct) -> bool) -> String {
        let next = is.acts().iter().filter(|next| **next != act && theirs(**next) && kind.has(**next));
        let next: Vec<&str> = next.map(|act| act.as_str()).collect();
        match next.as_slice() {
            [] => format!("The case is {is}, so it cannot be asked to {act}: you have nothing to do with it now."),
            _ => format!("The case is {is}, so it cannot be asked to {act}, only to {}.", next.join(", ")),
        }
    }

    /// For staff: what is in the way, and the next step.
    pub fn sentence(&self) -> String {
        match self {
            Self::Status { is, kind, act } => {
                Self::of_status(*is, *kind, *act, |act| act.action().is_some())
            }
            Self::Kind { is, act } => format!("A case of the kind {is} has no {act}."),
            Self::NothingToShip { is } => {
                format!("Nothing is sent for {}, so nothing can be out of stock. Change it with `edit`.", is.said())
            }
            Self::Unable(why) => why.sentence(),
            Self::Stale { was, is, currency } => {
                let shown =
                    |(kind, net): &(CaseKind, i64)| format!("{kind} of {}", crate::money::shown(*net, currency));
                match was {
                    Some(was) if was == is => format!(
                        "Its reason, its units or its photos were changed since; it is {} as before. Read it again and decide on \
                         that.",
                        shown(is)
                    ),
                    Some(was) => format!(
                        "It was changed since: it was {} and is {} now. Read it again and decide on that.",
                        shown(was),
                        shown(is)
                    ),
                    None => format!("It was changed since: it is {} now. Read it again and decide on that.", shown(is)),
                }
            }
            Self::Amiss(Amiss::Photos) => {
                "A photo that it was asked with is not there any more, or is another one now, so it is not approved. Change the \
                 case, which leaves that photo out, or reject it."
                    .into()
            }
            Self::Amiss(Amiss::Order) => {
                "The order has become smaller since, and does not give this any more, so it is not approved. Change the case to \
                 what is left, or reject it."
                    .into()
            }
            Self::OwnHands => {
                "You asked for this case or changed it yourself, so somebody else has to decide. Leave it to them."
                    .into()
            }
            Self::Twice => "You approved it already; the other approval has to come from another person.".into(),
            Self::AboveLimit { needed } => {
                let roles: Vec<&str> = needed.iter().map(|role| role.as_str()).collect();
                format!("This takes an approval by: {}. It is with them.", roles.join(", "))
            }
            Self::AboveLink => "It is about more than a link decides. Sign in at the desk and decide there.".into(),
            Self::NotTheirs { .. } => "Only whoever decided can take it back.".into(),
            Self::TooLate => "The time to take it back is over: it went on.".into(),
            Self::NothingAsked => "The customer is not asked anything about this case.".into(),
            Self::TooMany { line, most } => format!("Of line {line} there are at most {most} here. Count again."),
            Self::UnderWay => "The goods are under way already. Ask the shop to end it.".into(),
            Self::NoSuchPayout => "The case has no such payout.".into(),
            Self::NothingToRetry => "No payout of this case was declined, so there is nothing to try again.".into(),
            Self::OnItsWay => {
                "Its money or its goods are on their way, and are not called back. Read the case again later: what does not \
                 arrive can be tried again, or given up."
                    .into()
            }
            Self::NotToShip { is } => {
                format!("The case is {is}, so nothing of it is to be sent now, and nothing can be out of stock.")
            }
            Self::StillWaits => {
                "The decision can still be taken back. Send the goods back once it is final.".into()
            }
            Self::NothingHere => "The case is over, and none of its goods are here, so there is nothing to send or to decide on.".into(),
            Self::NothingToPay => {
                "Nothing is left to pay back for it, so there is nothing to approve. Change it into something else, or reject \
                 it and send the goods back."
                    .into()
            }
            Self::Paid => "Part of the money was paid back already, so it cannot be cancelled.".into(),
        }
    }
}
