//! Who has to approve a case: nobody, or the level that the order's refunds together have reached.

use serde::{Deserialize, Serialize};

use super::quote::Quote;
use super::risk::Risk;
use super::{CaseKind, CaseReason};
use crate::access::Role;
use crate::category::words;
use crate::settings::{CaseRules, MoneyLimits};

words!(
    /// Why people have to approve a case; approvers are shown all that hold.
    Concern {
        /// Cases of this kind are never approved by themselves.
        Kind = "kind",
        /// Nor are those for this reason.
        Reason = "reason",
        /// Staff let pass that its window was over or not open yet, or that the goods are excluded.
        OutOfWindow = "out_of_window",
        /// Staff let pass that a photo is missing.
        NoEvidence = "no_evidence",
        /// There are no limits for its currency.
        NoLimits = "no_limits",
        /// The order's refunds together are above the limit.
        OrderAmount = "order_amount",
        /// The customer's automatic refunds of 30 days are.
        CustomerAmount = "customer_amount",
        /// The customer had as many automatic refunds in 30 days as there may be.
        CustomerCount = "customer_count",
        /// The abuse score asks that a person looks.
        Risk = "risk",
        /// … or that a lead does.
        HighRisk = "high_risk",
        /// The ticket's compensations together are above what needs no lead.
        TicketCompensation = "ticket_compensation",
        /// The agent's compensations of the day are.
        AgentCompensation = "agent_compensation",
        /// The customer says how much the compensation is: a person agrees to that.
        AmountAsked = "amount_asked",
        /// The goods were sent a second time before.
        SentBefore = "sent_before",
        /// The goods are here, and not all of them passed an inspection.
        Inspection = "inspection",
        /// The goods are here, and after the fees and what was given back before nothing is left to be paid for them.
        NothingLeft = "nothing_left",
        /// The order became smaller after it was asked for, and has it no more.
        OrderLess = "order_less",
    }
);

/// What is known of a case when it is asked who has to approve it. Amounts are minor units of its currency.
#[derive(Clone, Copy, Debug)]
pub struct Matter<'a> {
    pub kind: CaseKind,
    pub reason: CaseReason,
    pub currency: &'a str,
    pub stake: i64,
    pub in_window: bool,
    pub has_evidence: bool,
    /// What the order's other cases were given or hold: `Order::refunds_but`.
    pub refunds_before: i64,
    pub risk: &'a Risk,
    /// The customer's automatic refunds in 30 days without this one: `Buyer::automatic`.
    pub automatic_before: (u32, i64),
    /// Staff asked for it, or changed it; otherwise a compensation's amount is the customer's own word.
    pub by_staff: bool,
    /// Its units were sent a second time for another case.
    pub sent_before: bool,
    /// Compensations of the ticket, or of the order where these are more, without this one.
    pub ticket_compensations: i64,
    /// Compensations that whoever asks gave today without this one; 0 when the customer asks.
    pub agent_compensations: i64,
}

/// Who has to approve: one person for each slot, never twice the same. Without a slot nobody has to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Needed {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slots: Vec<Role>,
    /// Why it is not automatic.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub concerns: Vec<Concern>,
}

impl Needed {
    pub fn is_automatic(&self) -> bool {
        self.slots.is_empty()
    }
}

/// How high a decision is taken, lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Agent,
    Lead,
    Manager,
    ManagerAndFinance,
}

impl Level {
    fn of(refunds: i64, limits: &MoneyLimits) -> Self {
        if refunds <= limits.agent {
            Self::Agent
        } else if refunds <= limits.lead {
            Self::Lead
        } else if refunds <= limits.manager {
            Self::Manager
        } else {
            Self::ManagerAndFinance
        }
    }

    fn above(self) -> Self {
        match self {
            Self::Agent => Self::Lead,
            Self::Lead => Self::Manager,
            Self::Manager | Self::ManagerAndFinance => Self::ManagerAndFinance,
        }
    }

    fn slots(self) -> Vec<Role> {
        match self {
            Self::Agent => vec![Role::Agent],
            Self::Lead => vec![Role::Lead],
            Self::Manager => vec![Role::Manager],
            Self::ManagerAndFinance => vec![Role::Manager, Role::Finance],
        }
    }
}

impl<'a> Matter<'a> {
    /// A quote that nobody knows anything of besides.
    pub fn of(kind: CaseKind, reason: CaseReason, quote: &'a Quote, risk: &'a Risk) -> Self {
        Self {
            kind,
            reason,
            currency: &quote.figures.currency,
            stake: quote.stake,
            in_window: quote.in_window,
            has_evidence: quote.has_evidence,
            refunds_before: 0,
            risk,
            automatic_before: (0, 0),
            by_staff: true,
            sent_before: false,
            ticket_compensations: 0,
            agent_compensations: 0,
        }
    }

    /// The order's refunds with this one.
    fn refunds(&self) -> i64 {
        self.refunds_before.saturating_add(self.stake)
    }

    fn is_overridden(&self) -> bool {
        !self.in_window || !self.has_evidence
    }

    fn is_above(&self, before: i64, limit: i64) -> bool {
        before.saturating_add(self.stake) > limit
    }

    /// Everything that speaks against approving it by itself.
    fn concerns(&self, rules: &CaseRules) -> Vec<Concern> {
        let (automatic, score) = (&rules.automatic, self.risk.score);
        let mut found = Vec::new();
        let mut when = |holds: bool, concern: Concern| {
            if holds {
                found.push(concern);
            }
        };
        when(!automatic.kinds.contains(&self.kind), Concern::Kind);
        when(!automatic.reasons.contains(&self.reason), Concern::Reason);
        when(!self.in_window, Concern::OutOfWindow);
        when(!self.has_evidence, Concern::NoEvidence);
        match rules.limits.get(self.currency) {
            None => when(true, Concern::NoLimits),
            Some(limits) => {
                when(self.refunds() > limits.automatic, Concern::OrderAmount);
                when(self.is_above(self.automatic_before.1, limits.automatic_per_customer), Concern::CustomerAmount);
                let compensates = self.kind == CaseKind::Compensation;
                let ticket = self.is_above(self.ticket_compensations, limits.compensation_per_ticket);
                when(compensates && ticket, Concern::TicketCompensation);
                let day = self.is_above(self.agent_compensations, limits.compensation_per_agent_day);
                when(compensates && day, Concern::AgentCompensation);
            }
        }
        when(self.kind == CaseKind::Compensation && !self.by_staff, Concern::AmountAsked);
        when(self.sent_before, Concern::SentBefore);
        when(self.automatic_before.0 >= automatic.per_customer, Concern::CustomerCount);
        when(score >= rules.risk.review_from, Concern::Risk);
        when(score >= rules.risk.lead_from, Concern::HighRisk);
        found
    }
}

/// Who has to approve a case by these rules.
pub fn needed(matter: &Matter<'_>, rules: &CaseRules) -> Needed {
    let concerns = matter.concerns(rules);
    if concerns.is_empty() {
        return Needed { slots: Vec::new(), concerns };
    }
    let limits = rules.limits.get(matter.currency);
    let by_amount = limits.map_or(Level::ManagerAndFinance, |limits| Level::of(matter.refunds(), limits));
    let asked = if matter.is_overridden() { by_amount.above() } else { by_amount };
    let least = concerns.iter().map(|concern| least_level(*concern)).max().unwrap_or(Level::Agent);
    Needed { slots: asked.max(least).slots(), concerns }
}

/// The level that a concern asks for whatever the amount is.
fn least_level(concern: Concern) -> Level {
    match concern {
        Concern::HighRisk | Concern::TicketCompensation | Concern::AgentCompensation => Level::Lead,
        Concern::Kind
        | Concern::Reason
        | Concern::OutOfWindow
        | Concern::NoEvidence
        | Concern::NoLimits
        | Concern::OrderAmount
        | Concern::CustomerAmount
        | Concern::CustomerCount
        | Concern::Risk
        | Concern::AmountAsked
        | Concern::SentBefore
        | Concern::Inspection
        | Concern::NothingLeft
        | Concern::OrderLess => Level::Agent,
    }
}

/// Somebody in these roles may give the approval that a slot stands for: whoever is above may what those below may, and
/// for finance nobody else speaks.
pub fn may_fill(roles: &[Role], slot: Role) -> bool {
    let filled_by: &[Role] = match slot {
        Role::Agent => &[Role::Agent, Role::Lead, Role::Manager, Role::Head],
        Role::Lead => &[Role::Lead, Role::Manager, Role::Head],
        Role::Manager => &[Role::Manager, Role::Head],
        Role::Head => &[Role::Head],
        Role::Finance => &[Role::Finance],
        Role::Admin => &[],
    };
    roles.iter().any(|role| filled_by.contains(role))
}

/// The role that is asked when this one has not decided.
pub fn above(role: Option<Role>) -> Role {
    match role {
        Some(Role::Agent) => Role::Lead,
        Some(Role::Lead) => Role::Manager,
        Some(Role::Manager | Role::Head | Role::Finance | Role::Admin) | None => Role::Head,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_RISK: &Risk = &Risk { score: 0, parts: Vec::new() };

    /// ¥100 for a defective thing, within its window.
    fn matter() -> Matter<'static> {
        Matter {
            kind: CaseKind::RefundOnly,
            reason: CaseReason::Defective,
            currency: "CNY",
            stake: 10_000,
            in_window: true,
            has_evidence: true,
            refunds_before: 0,
            risk: NO_RISK,
            automatic_before: (0, 0),
            by_staff: true,
            sent_before: false,
            ticket_compensations: 0,
            agent_compensations: 0,
        }
    }

    fn of(matter: Matter<'_>) -> Needed {
        needed(&matter, &CaseRules::shipped())
    }

    fn slots(matter: Matter<'_>) -> Vec<Role> {
        of(matter).slots
    }

    fn concerns(matter: Matter<'_>) -> Vec<Concern> {
        of(matter).concerns
    }

    fn scored(score: u16) -> Risk {
        Risk { score, parts: Vec::new() }
    }

    #[test]
    fn a_small_refund_within_every_limit_needs_nobody() {
        assert!(of(matter()).is_automatic());
        assert_eq!(concerns(matter()), []);
    }

    #[test]
    fn exactly_the_limit_is_within_it_and_one_more_is_above() {
        let up_to = |stake: i64| slots(Matter { stake, ..matter() });
        assert_eq!(up_to(20_000), []);
        assert_eq!(up_to(20_001), [Role::Agent]);
        assert_eq!(up_to(50_000), [Role::Agent]);
        assert_eq!(up_to(50_001), [Role::Lead]);
        assert_eq!(up_to(200_000), [Role::Lead]);
        assert_eq!(up_to(200_001), [Role::Manager]);
        assert_eq!(up_to(1_000_000), [Role::Manager]);
        assert_eq!(up_to(1_000_001), [Role::Manager, Role::Finance]);
    }

    #[test]
    fn the_orders_refunds_count_together() {
        let after = |refunds_before: i64| Matter { stake: 1, refunds_before, ..matter() };
        assert_eq!(slots(after(19_999)), []);
        assert_eq!(slots(after(20_000)), [Role::Agent]);
        assert_eq!(slots(after(50_000)), [Role::Lead]);
        assert_eq!(slots(after(1_000_000)), [Role::Manager, Role::Finance]);
        assert_eq!(concerns(after(20_000)), [Concern::OrderAmount]);
    }

    #[test]
    fn without_limits_for_its_currency_the_highest_level_decides() {
        let foreign = Matter { currency: "EUR", stake: 1, ..matter() };
        assert_eq!(slots(foreign), [Role::Manager, Role::Finance]);
        assert_eq!(concerns(foreign), [Concern::NoLimits]);
    }

    #[test]
    fn what_staff_let_pass_goes_one_level_up() {
        for (stake, expected) in [
            (1, &[Role::Lead][..]),
            (50_000, &[Role::Lead]),
            (50_001, &[Role::Manager]),
            (200_001, &[Role::Manager, Role::Finance]),
            (1_000_001, &[Role::Manager, Role::Finance]),
        ] {
            assert_eq!(slots(Matter { stake, in_window: false, ..matter() }), expected, "{stake}");
            assert_eq!(slots(Matter { stake, has_evidence: false, ..matter() }), expected, "{stake}");
        }
        let both = Matter { in_window: false, has_evidence: false, ..matter() };
        assert_eq!(slots(both), [Role::Lead], "one level, however much was let pass");
        assert_eq!(concerns(both), [Concern::OutOfWindow, Concern::NoEvidence]);
    }

    #[test]
    fn forty_points_ask_for_a_person_and_seventy_for_a_lead() {
        let expected: [(u16, &[Role]); 5] =
            [(39, &[]), (40, &[Role::Agent]), (69, &[Role::Agent]), (70, &[Role::Lead]), (200, &[Role::Lead])];
        for (score, expected) in expected {
            assert_eq!(slots(Matter { risk: &scored(score), ..matter() }), expected, "{score}");
        }
        let large = Matter { risk: &scored(70), stake: 200_001, ..matter() };
        assert_eq!(slots(large), [Role::Manager], "a lead at least");
        let found = [Concern::OrderAmount, Concern::CustomerAmount, Concern::Risk, Concern::HighRisk];
        assert_eq!(concerns(large), found);
    }

    #[test]
    fn a_customers_automatic_refunds_are_at_most_500_yuan_and_fewer_than_3_in_30_days() {
        let after = |automatic_before| Matter { automatic_before, ..matter() };
        assert_eq!(concerns(after((2, 40_000))), []);
        assert_eq!(concerns(after((2, 40_001))), [Concern::CustomerAmount]);
        assert_eq!(concerns(after((3, 0))), [Concern::CustomerCount]);
        assert_eq!(slots(after((3, 0))), [Role::Agent]);
    }

    #[test]
    fn only_kinds_and_reasons_that_are_listed_are_automatic() {
        let mut rules = CaseRules::shipped();
        rules.automatic.kinds.retain(|kind| *kind != CaseKind::RefundOnly);
        assert_eq!(needed(&matter(), &rules).concerns, [Concern::Kind]);
        let mut rules = CaseRules::shipped();
        rules.automatic.reasons.retain(|reason| *reason != CaseReason::Defective);
        let found = needed(&matter(), &rules);
        assert_eq!((found.concerns, found.slots), (vec![Concern::Reason], vec![Role::Agent]));
    }

    #[test]
    fn compensation_above_50_yuan_a_ticket_or_500_an_agent_a_day_needs_a_lead() {
        let given = Matter { kind: CaseKind::Compensation, stake: 2_000, ..matter() };
        let ticket = |ticket_compensations| Matter { ticket_compensations, ..given };
        assert_eq!(slots(ticket(3_000)), []);
        assert_eq!(slots(ticket(3_001)), [Role::Lead]);
        assert_eq!(concerns(ticket(3_001)), [Concern::TicketCompensation]);
        let day = |agent_compensations| Matter { agent_compensations, ..given };
        assert_eq!(slots(day(48_000)), []);
        assert_eq!(slots(day(48_001)), [Role::Lead]);
        assert_eq!(concerns(day(48_001)), [Concern::AgentCompensation]);
        let refund = Matter { ticket_compensations: 5_000, agent_compensations: 50_000, ..matter() };
        assert_eq!(slots(refund), [], "they bind compensations only");
    }

    #[test]
    fn an_amount_that_the_customer_names_and_goods_sent_twice_are_looked_at_by_a_person() {
        let named = Matter { kind: CaseKind::Compensation, stake: 1, by_staff: false, ..matter() };
        assert_eq!((concerns(named), slots(named)), (vec![Concern::AmountAsked], vec![Role::Agent]));
        assert!(of(Matter { by_staff: false, ..matter() }).is_automatic(), "what a refund comes to is computed");
        let again = Matter { sent_before: true, ..matter() };
        assert_eq!((concerns(again), slots(again)), (vec![Concern::SentBefore], vec![Role::Agent]));
    }

    #[test]
    fn whoever_stands_above_fills_the_slots_below_and_finance_its_own_only() {
        let rows: [(Role, &[Role]); 6] = [
            (Role::Agent, &[Role::Agent]),
            (Role::Lead, &[Role::Agent, Role::Lead]),
            (Role::Manager, &[Role::Agent, Role::Lead, Role::Manager]),
            (Role::Head, &[Role::Agent, Role::Lead, Role::Manager, Role::Head]),
            (Role::Finance, &[Role::Finance]),
            (Role::Admin, &[]),
        ];
        for (role, fills) in rows {
            for slot in Role::ALL {
                assert_eq!(may_fill(&[role], *slot), fills.contains(slot), "{role} for {slot}");
            }
        }
        assert!(may_fill(&[Role::Agent, Role::Finance], Role::Finance));
        assert!(!may_fill(&[], Role::Agent));
    }
}
