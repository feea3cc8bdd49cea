//! Who may do what to a case where: every status, every act, everybody. `infra/CASES.md` is made from it.

use super::{CaseAct, CaseStatus};
use crate::access::{Action, Role};
use crate::category::words;

words!(
    /// Whoever does something to a case.
    Who {
        Customer = "customer", Storefront = "storefront", Agent = "agent", Lead = "lead", Manager = "manager",
        Head = "head", Finance = "finance", Admin = "admin",
        /// The functions themselves: what was due, what the provider said.
        System = "system",
    }
);

impl Who {
    pub fn role(self) -> Option<Role> {
        match self {
            Self::Customer | Self::Storefront | Self::System => None,
            Self::Agent => Some(Role::Agent),
            Self::Lead => Some(Role::Lead),
            Self::Manager => Some(Role::Manager),
            Self::Head => Some(Role::Head),
            Self::Finance => Some(Role::Finance),
            Self::Admin => Some(Role::Admin),
        }
    }
}

impl CaseAct {
    /// The row of the table of roles that it takes of staff; none where staff do not do it.
    pub fn action(self) -> Option<Action> {
        match self {
            Self::Edit => Some(Action::EditCase),
            Self::Approve | Self::Reject | Self::TakeBack => Some(Action::DecideCase),
            Self::Cancel => Some(Action::CancelCase),
            Self::Receive | Self::Inspect | Self::Diagnose | Self::Repair | Self::Ship => Some(Action::HandleGoods),
            Self::Retry => Some(Action::RetryPayout),
            Self::Assess | Self::Consent | Self::Send | Self::Pay | Self::Told | Self::Scan => None,
        }
    }

    /// Customers do it, by themselves or through the storefront's server.
    pub fn is_customers(self) -> bool {
        match self {
            Self::Cancel | Self::Consent | Self::Send => true,
            Self::Assess
            | Self::Edit
            | Self::Approve
            | Self::Reject
            | Self::TakeBack
            | Self::Receive
            | Self::Inspect
            | Self::Diagnose
            | Self::Repair
            | Self::Ship
            | Self::Pay
            | Self::Told
            | Self::Retry
            | Self::Scan => false,
        }
    }

    fn is_ours(self) -> bool {
        self.action().is_none() && !self.is_customers()
    }

    /// Whether it is theirs to do at all.
    pub fn is_for(self, who: Who) -> bool {
        match who {
            Who::Customer | Who::Storefront => self.is_customers(),
            Who::System => self.is_ours(),
            Who::Agent | Who::Lead | Who::Manager | Who::Head | Who::Finance | Who::Admin => {
                let roles = self.action().map_or(&[][..], Action::allowed);
                who.role().is_some_and(|role| roles.contains(&role))
            }
        }
    }
}

/// What customers are always refused there, though staff may do it: goods or money are on their way.
fn staff_only(status: CaseStatus, act: CaseAct) -> bool {
    let under_way = [CaseStatus::InTransit, CaseStatus::Settling, CaseStatus::PartiallySettled];
    act == CaseAct::Cancel && under_way.contains(&status)
}

/// Whether somebody may do something to a case that stands so. What its kind, its limits and its history ask besides is said
/// when it is tried.
pub fn may(status: CaseStatus, act: CaseAct, who: Who) -> bool {
    let of_customers = matches!(who, Who::Customer | Who::Storefront);
    status.takes(act) && act.is_for(who) && !(of_customers && staff_only(status, act))
}

/// Every cell, as Markdown: one table a status.
pub fn table() -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = String::new();
    for status in CaseStatus::ALL {
        text.push_str(&format!("## `{status}`\n\n"));
        let head = std::iter::once("act".to_owned()).chain(Who::ALL.iter().map(ToString::to_string));
        text.push_str(&line(head.collect()));
        text.push_str(&line(vec!["---".to_owned(); 1 + Who::ALL.len()]));
        for act in CaseAct::ALL {
            let mark = |who: &Who| if may(*status, *act, *who) { "yes" } else { "–" }.to_owned();
            text.push_str(&line(std::iter::once(format!("`{act}`")).chain(Who::ALL.iter().map(mark)).collect()));
        }
        text.push('\n');
    }
    text
}
