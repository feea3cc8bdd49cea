//! Who has to approve a case, and why nobody does.

use serde::{Deserialize, Serialize};

use crate::category::words;

words!(
    /// Why a case is not approved by the rules alone.
    WhyNot {
        Currency = "currency", Kind = "kind", Reason = "reason", Window = "window", Evidence = "evidence",
        Overridden = "overridden", Amount = "amount", Risk = "risk", CustomerAmount = "customer_amount",
        CustomerCount = "customer_count", Compensation = "compensation", Inspection = "inspection",
    }
);

use crate::access::Role;

/// Whether somebody of these roles may decide in the place of a role that is needed.
pub fn may_fill(roles: &[Role], slot: Role) -> bool {
    let _ = (roles, slot);
    false
}

/// The role that is asked when this one has not decided.
pub fn above(role: Option<Role>) -> Role {
    match role {
        Some(Role::Agent) => Role::Lead,
        Some(Role::Lead) => Role::Manager,
        Some(Role::Manager | Role::Head | Role::Finance | Role::Admin) | None => Role::Head,
    }
}
