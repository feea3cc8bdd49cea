//! Who is calling, from the claims of their token, and what they may do.

use std::collections::BTreeMap;

use crate::category::words;
use crate::id::{CustomerRef, StaffId, StorefrontId};
use crate::problem::Problem;

words!(
    /// What a member of staff may do.
    Role { Agent = "agent", Lead = "lead", Manager = "manager", Head = "head", Finance = "finance", Admin = "admin" }
);

/// Who called the shop's API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// The shop's own server: it speaks for every customer of the storefront.
    Storefront { storefront: StorefrontId },
    /// One customer, who sees and does only what is theirs.
    Customer { storefront: StorefrontId, customer: CustomerRef },
}

impl Caller {
    pub fn storefront(&self) -> &StorefrontId {
        match self {
            Self::Storefront { storefront } | Self::Customer { storefront, .. } => storefront,
        }
    }

    /// The customer whose token it is.
    pub fn customer(&self) -> Option<&CustomerRef> {
        match self {
            Self::Storefront { .. } => None,
            Self::Customer { customer, .. } => Some(customer),
        }
    }
}

/// Which claims carry what.
#[derive(Clone, Debug)]
pub struct ClaimNames {
    pub storefront: String,
    pub subject: String,
    pub kind: String,
}

impl ClaimNames {
    /// The caller that these claims name, or nothing when one is missing or not of its form.
    pub fn caller(&self, claims: &BTreeMap<String, String>) -> Option<Caller> {
        let storefront = StorefrontId::parse(claims.get(&self.storefront)?)?;
        match claims.get(&self.kind)?.as_str() {
            "storefront" => Some(Caller::Storefront { storefront }),
            "customer" => {
                let customer = CustomerRef::parse(claims.get(&self.subject)?)?;
                Some(Caller::Customer { storefront, customer })
            }
            _ => None,
        }
    }
}

/// A member of staff in one storefront.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffCaller {
    pub storefront: StorefrontId,
    pub id: StaffId,
    pub roles: Vec<Role>,
}

impl StaffCaller {
    /// Reads `sub` and the groups `role:<storefront>:<role>`. Someone with roles in several storefronts says which
    /// one they mean; someone with roles in one need not.
    pub fn from_claims(claims: &BTreeMap<String, String>, wanted: Option<&str>) -> Option<Self> {
        let id = StaffId::parse(claims.get("sub")?)?;
        let groups = list(claims.get("cognito:groups")?);
        let mut roles: BTreeMap<StorefrontId, Vec<Role>> = BTreeMap::new();
        for (storefront, role) in groups.into_iter().filter_map(role_group) {
            roles.entry(storefront).or_default().push(role);
        }
        let (storefront, roles) = match wanted {
            Some(name) => roles.remove_entry(&StorefrontId::parse(name)?)?,
            None if roles.len() == 1 => roles.pop_first()?,
            None => return None,
        };
        Some(Self { storefront, id, roles })
    }

    /// Themselves, or the refusal that names the roles it takes.
    pub fn allowed(self, action: Action) -> Result<Self, Problem> {
        if self.may(action) {
            return Ok(self);
        }
        let roles: Vec<&str> = action.allowed().iter().map(|role| role.as_str()).collect();
        Err(Problem::forbidden(format!("This takes one of the roles {}.", roles.join(", "))))
    }

    pub fn may(&self, action: Action) -> bool {
        self.roles.iter().any(|role| action.allowed().contains(role))
    }
}

words!(
    /// What staff do at the desk.
    Action {
        Read = "read", Reply = "reply", Resolve = "resolve", Assign = "assign", Note = "note", Investigate = "investigate",
        Propose = "propose", Answer = "answer", Execute = "execute", FollowUp = "follow_up", Wait = "wait",
        Release = "release", Transfer = "transfer", Prioritize = "prioritize", Classify = "classify", Cancel = "cancel",
        Merge = "merge", Link = "link", Bulk = "bulk", Reopen = "reopen", Spam = "spam", ReopenEnded = "reopen_ended", Adopt = "adopt", Excuse = "excuse",
        ReadAgents = "read_agents", SetPresence = "set_presence", SetOthersPresence = "set_others_presence",
        ReadReads = "read_reads", ReadSettings = "read_settings", WriteSettings = "write_settings",
        RotateLinkKeys = "rotate_link_keys", Preview = "preview",
        RequestCase = "request_case", EditCase = "edit_case", DecideCase = "decide_case", CancelCase = "cancel_case",
        RecordFeedback = "record_feedback", ReadFeedback = "read_feedback",
        ReadFigures = "read_figures", ReadAllFigures = "read_all_figures",
        HandleGoods = "handle_goods", RetryPayout = "retry_payout", SetProvider = "set_provider",
        FinishTask = "finish_task",
        ReadActions = "read_actions", WriteActions = "write_actions",
        ReadReviews = "read_reviews", Review = "review",
    }
);

impl Action {
    /// The roles that may: one row an action. `infra/ROLES.md` is made from it.
    pub fn allowed(self) -> &'static [Role] {
        use Role::{Admin, Agent, Finance, Head, Lead, Manager};
        match self {
            Self::Read => &[Agent, Lead, Manager, Head, Finance, Admin],
            Self::ReadAgents => &[Agent, Lead, Manager, Head, Admin],
            Self::SetPresence => &[Agent, Lead, Manager, Head],
            Self::SetOthersPresence => &[Lead, Manager, Head],
            Self::Reply
            | Self::Resolve
            | Self::Assign
            | Self::Note
            | Self::Investigate
            | Self::Propose
            | Self::Answer
            | Self::Execute
            | Self::FollowUp
            | Self::Wait
            | Self::Release
            | Self::Transfer
            | Self::Prioritize
            | Self::Classify
            | Self::Cancel
            | Self::Merge
            | Self::Link
            | Self::Bulk
            | Self::Reopen
            | Self::RequestCase
            | Self::EditCase
            | Self::CancelCase
            | Self::RecordFeedback
            | Self::ReadFeedback
            | Self::ReadFigures
            | Self::ReadActions
            | Self::ReadReviews
            | Self::HandleGoods => &[Agent, Lead, Manager, Head],
            // Who of them decides about how much is for the rules of the case.
            Self::DecideCase => &[Agent, Lead, Manager, Head, Finance],
            Self::RetryPayout => &[Lead, Manager, Head, Finance],
            // They change what counts as a promise kept, or end a customer's matter without a word to them, or undo that.
            Self::Spam
            | Self::ReopenEnded
            | Self::Adopt
            | Self::Excuse
            | Self::ReadAllFigures
            | Self::FinishTask
            | Self::WriteActions
            | Self::Review => &[Lead, Manager, Head],
            Self::ReadReads | Self::ReadSettings | Self::Preview => &[Lead, Manager, Head, Admin],
            Self::WriteSettings | Self::RotateLinkKeys | Self::SetProvider => &[Admin],
        }
    }

    /// The action in a few words, for the table that people read.
    pub fn about(self) -> &'static str {
        match self {
            Self::Read => "list and read tickets",
            Self::Reply => "answer the customer",
            Self::Resolve => "end the matter",
            Self::Assign => "hand a ticket to somebody",
            Self::Note => "write a note among staff",
            Self::Investigate => "note what was found out",
            Self::Propose => "offer the customer a solution",
            Self::Answer => "record what the customer said to it",
            Self::Execute => "carry a solution out",
            Self::FollowUp => "ask afterwards whether all is well",
            Self::Wait => "say whose turn it is",
            Self::Release => "give a ticket back to its queue",
            Self::Transfer => "hand a ticket to another team",
            Self::Prioritize => "change the priority",
            Self::Classify => "change the category",
            Self::Cancel => "cancel what the customer no longer wants",
            Self::Merge => "merge two tickets of a customer",
            Self::Link => "link two tickets",
            Self::Bulk => "do one thing to many tickets; that one's own row holds too",
            Self::Reopen => "open a resolved ticket again",
            Self::Spam => "mark as spam",
            Self::ReopenEnded => "open again what was marked as spam or cancelled",
            Self::Adopt => "move a ticket to the current promises",
            Self::Excuse => "say why a breach does not count",
            Self::ReadAgents => "see who is at work and what they hold",
            Self::SetPresence => "say whether they take tickets",
            Self::SetOthersPresence => "say it of somebody else",
            Self::ReadReads => "see who read what customers wrote",
            Self::ReadSettings => "read the settings",
            Self::WriteSettings => "replace the settings",
            Self::Preview => "try promises on a story",
            Self::RotateLinkKeys => "sign new links with a new key",
            Self::RequestCase => "ask for a refund or another resolution for a customer",
            Self::EditCase => "change what a case gives",
            Self::DecideCase => "approve a case or reject it, within their limit, or take that back",
            Self::CancelCase => "end a case that is not paid",
            Self::RecordFeedback => "record what a customer said when they were called back",
            Self::ReadFigures => "read the figures of what they did themselves",
            Self::ReadAllFigures => "read the figures of everybody, and of the shop",
            Self::ReadFeedback => "read what customers say of the shop",
            Self::HandleGoods => "say what became of goods: received, inspected, diagnosed, repaired, shipped",
            Self::RetryPayout => "have a declined payout tried again",
            Self::FinishTask => "see who gave a low score in a survey, and note what came of following up",
            Self::ReadActions => {
                "read the improvement actions that they work on, and say that one of their own is done"
            }
            Self::WriteActions => "open improvement actions, read all, and end any",
            Self::ReadReviews => "read what reviews say of their own work",
            Self::Review => "see which tickets are drawn, review others' work on them, and read all reviews",
            Self::SetProvider => "say how the payment provider is reached",
        }
    }
}

/// Every action and every role, as a table in Markdown.
pub fn table() -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let head = ["action", "what it is"].map(str::to_owned).into_iter();
    let mut text = line(head.chain(Role::ALL.iter().map(ToString::to_string)).collect());
    text.push_str(&line(vec!["---".to_owned(); 2 + Role::ALL.len()]));
    for action in Action::ALL {
        let may = |role: &Role| if action.allowed().contains(role) { "yes" } else { "–" }.to_owned();
        let first = [format!("`{action}`"), action.about().to_owned()].into_iter();
        text.push_str(&line(first.chain(Role::ALL.iter().map(may)).collect()));
    }
    text
}

/// An HTTP API hands an array claim over as one string, `[a b]`; a lone value comes as it is. Group names may hold
/// commas and quotes but no spaces: nothing else may part them, or one group could pass for two.
fn list(claim: &str) -> Vec<&str> {
    match claim.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(inner) => inner.split(' ').collect(),
        None => vec![claim],
    }
}

fn role_group(group: &str) -> Option<(StorefrontId, Role)> {
    let (storefront, role) = group.strip_prefix("role:")?.split_once(':')?;
    Some((StorefrontId::parse(storefront)?, Role::parse(role)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn staff(groups: &str, wanted: Option<&str>) -> Option<StaffCaller> {
        let claims =
            BTreeMap::from([("sub".to_owned(), "s-1".to_owned()), ("cognito:groups".to_owned(), groups.to_owned())]);
        StaffCaller::from_claims(&claims, wanted)
    }

    #[test]
    fn roles_are_read_exactly_from_the_groups_of_a_token() {
        assert_eq!(staff("[role:shop:agent role:shop:lead]", None).unwrap().roles, [Role::Agent, Role::Lead]);
        assert_eq!(staff("role:shop:agent", None).unwrap().roles, [Role::Agent]);
        for not_a_role in [
            "[xrole:shop:agent]",
            "[role:shop:agents]",
            "[role:shop:agent:x]",
            "[role:SHOP:agent]",
            "[x,role:shop:agent]",
            "[]",
            "",
        ] {
            assert_eq!(staff(not_a_role, None), None, "{not_a_role}");
        }
    }

    #[test]
    fn someone_in_two_storefronts_must_say_which_and_gets_no_third() {
        let groups = "[role:shop:agent role:other:admin]";
        assert_eq!(staff(groups, None), None);
        assert_eq!(staff(groups, Some("other")).unwrap().roles, [Role::Admin]);
        assert_eq!(staff(groups, Some("third")), None);
    }

    #[test]
    fn whoever_stands_above_may_what_those_below_may_and_finance_only_looks() {
        for action in Action::ALL {
            let may = |role: Role| action.allowed().contains(&role);
            assert!(!may(Role::Agent) || may(Role::Lead), "{action}");
            assert!(!may(Role::Lead) || may(Role::Manager), "{action}");
            assert!(!may(Role::Manager) || may(Role::Head), "{action}");
            let of_finance = matches!(action, Action::Read | Action::DecideCase | Action::RetryPayout);
            assert_eq!(may(Role::Finance), of_finance, "{action}");
            assert!(action.allowed().is_sorted(), "{action}");
        }
    }

    #[test]
    fn the_table_that_people_read_has_a_row_an_action_and_a_column_a_role() {
        let table = table();
        assert_eq!(table.lines().count(), Action::ALL.len() + 2);
        assert!(
            table.contains("| `excuse` | say why a breach does not count | – | yes | yes | yes | – | – |"),
            "{table}"
        );
    }

    #[test]
    fn a_token_without_a_known_kind_of_caller_is_nobody() {
        let names = ClaimNames { storefront: "s".into(), subject: "u".into(), kind: "k".into() };
        let claims = |kind: &str| {
            BTreeMap::from([("s".into(), "shop".into()), ("u".into(), "c-1".into()), ("k".into(), kind.into())])
        };
        assert!(matches!(names.caller(&claims("customer")), Some(Caller::Customer { .. })));
        assert!(matches!(names.caller(&claims("storefront")), Some(Caller::Storefront { .. })));
        assert_eq!(names.caller(&claims("admin")), None);
        assert_eq!(names.caller(&BTreeMap::new()), None);
    }
}
