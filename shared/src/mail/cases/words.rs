//! The words of cases.
use super::AskedBy;
use crate::{
    access::Role,
    case::{CaseKind, CaseReason, approval::Concern, risk::RiskPart},
    mail::{
        lang::{CaseKey, Key},
        words::Words,
    },
    order::PaymentMethod,
};

impl Words<'_> {
    pub(crate) fn case_kind(self, kind: CaseKind) -> String {
        self.plain(match kind {
            CaseKind::RefundOnly => Key::SolutionRefund,
            CaseKind::ReturnRefund => Key::SolutionReturn,
            CaseKind::Exchange => Key::SolutionExchange,
            CaseKind::Repair => Key::SolutionRepair,
            CaseKind::Resend => Key::SolutionResend,
            CaseKind::Compensation => Key::SolutionCompensation,
        })
    }

    pub(crate) fn case_reason(self, reason: CaseReason) -> String {
        self.plain(match reason {
            CaseReason::ChangeOfMind => CaseKey::ReasonChangeOfMind,
            CaseReason::Defective => CaseKey::ReasonDefective,
            CaseReason::WrongItem => CaseKey::ReasonWrongItem,
            CaseReason::Damaged => CaseKey::ReasonDamaged,
            CaseReason::Missing => CaseKey::ReasonMissing,
            CaseReason::NotReceived => CaseKey::ReasonNotReceived,
            CaseReason::Late => CaseKey::ReasonLate,
        })
    }

    pub(crate) fn payment_method(self, method: PaymentMethod) -> String {
        self.plain(match method {
            PaymentMethod::Card => CaseKey::MethodCard,
            PaymentMethod::Wallet => CaseKey::MethodWallet,
            PaymentMethod::Transfer => CaseKey::MethodTransfer,
            PaymentMethod::GiftCard => CaseKey::MethodGiftCard,
            PaymentMethod::StoreCredit => CaseKey::MethodStoreCredit,
            PaymentMethod::CashOnDelivery => CaseKey::MethodCash,
            PaymentMethod::Other => CaseKey::MethodOther,
        })
    }

    pub(crate) fn role(self, role: Role) -> String {
        self.plain(match role {
            Role::Agent => CaseKey::RoleAgent,
            Role::Lead => CaseKey::RoleLead,
            Role::Manager => CaseKey::RoleManager,
            Role::Head => CaseKey::RoleHead,
            Role::Finance => CaseKey::RoleFinance,
            Role::Admin => CaseKey::RoleAdmin,
        })
    }

    pub(crate) fn risk_part(self, part: RiskPart) -> String {
        self.plain(match part {
            RiskPart::ReturnRate => CaseKey::RiskReturnRate,
            RiskPart::ManyRefunds => CaseKey::RiskManyRefunds,
            RiskPart::FullRefunds => CaseKey::RiskFullRefunds,
            RiskPart::NotReceived => CaseKey::RiskNotReceived,
            RiskPart::LinkedAccounts => CaseKey::RiskLinked,
            RiskPart::NewAccount => CaseKey::RiskNewAccount,
        })
    }

    pub(crate) fn why_not(self, why: Concern) -> String {
        self.plain(match why {
            Concern::NoLimits => CaseKey::WhyCurrency,
            Concern::Kind => CaseKey::WhyKind,
            Concern::Reason => CaseKey::WhyReason,
            Concern::OutOfWindow => CaseKey::WhyWindow,
            Concern::NoEvidence => CaseKey::WhyEvidence,
            Concern::HighRisk => CaseKey::WhyHighRisk,
            Concern::OrderAmount => CaseKey::WhyAmount,
            Concern::Risk => CaseKey::WhyRisk,
            Concern::CustomerAmount => CaseKey::WhyCustomerAmount,
            Concern::CustomerCount => CaseKey::WhyCustomerCount,
            Concern::TicketCompensation | Concern::AgentCompensation => CaseKey::WhyCompensation,
            Concern::Inspection => CaseKey::WhyInspection,
            Concern::NothingLeft => CaseKey::WhyNothingLeft,
            Concern::OrderLess => CaseKey::WhyOrderLess,
            Concern::AmountAsked => CaseKey::WhyAmountAsked,
            Concern::SentBefore => CaseKey::WhySentBefore,
        })
    }

    pub(crate) fn asked_by(self, by: AskedBy) -> String {
        match by {
            AskedBy::Customer => self.plain(CaseKey::AskedCustomer),
            AskedBy::Storefront => self.plain(CaseKey::AskedShop),
            AskedBy::Staff(Some(role)) => self.say(CaseKey::AskedStaff, &[("role", &self.role(role))]),
            AskedBy::Staff(None) => self.say(CaseKey::AskedStaff, &[("role", &"–")]),
            AskedBy::System => self.plain(CaseKey::AskedSystem),
        }
    }

    pub(crate) fn yes_or_no(self, yes: bool) -> String {
        self.plain(if yes { CaseKey::Yes } else { CaseKey::No })
    }

    pub(crate) fn days(self, days: i64) -> String {
        if days == 1 { self.plain(CaseKey::Day) } else { self.say(CaseKey::Days, &[("days", &days)]) }
    }
}
