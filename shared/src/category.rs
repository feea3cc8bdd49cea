//! What a ticket is about, and how it came in: the words of the API.

/// Declares an enumeration whose wire form is its variants in `snake_case`, with every value listed. The words are
/// `tt`, since derives do not see through a `literal` of a macro.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$note:meta])* $variant:ident = $word:tt),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$note])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use words;

words!(
    /// Where a request came in.
    Channel { Web = "web", Chat = "chat", Email = "email", Phone = "phone", Social = "social", Api = "api" }
);
words!(
    /// Where in the sale it came.
    Stage { PreSale = "pre_sale", InSale = "in_sale", AfterSale = "after_sale" }
);
words!(
    /// What the customer asks for.
    Kind {
        Inquiry = "inquiry", Complaint = "complaint", Return = "return", Exchange = "exchange", Repair = "repair",
        Refund = "refund",
    }
);
words!(
    /// What a ticket is about.
    Category {
        Quality = "quality", Delivery = "delivery", Service = "service", Order = "order",
        AccountPayment = "account_payment", Inquiry = "inquiry", Other = "other",
    }
);
words!(
    /// What is offered to a customer. All but `other` (an explanation, an apology, a correction) become a case.
    Solution {
        RefundOnly = "refund_only", ReturnRefund = "return_refund", Exchange = "exchange", Repair = "repair",
        Resend = "resend", Compensation = "compensation", Other = "other",
    }
);

impl Solution {
    /// The customer asked for it themselves when they opened a ticket of this kind.
    pub fn is_asked_by(self, kind: Kind) -> bool {
        match kind {
            Kind::Refund => self == Self::RefundOnly,
            Kind::Return => self == Self::ReturnRefund,
            Kind::Exchange => self == Self::Exchange,
            Kind::Repair => self == Self::Repair,
            Kind::Inquiry | Kind::Complaint => false,
        }
    }
}

words!(
    /// Why, within a category; `slow` is of delivery and of service.
    Reason {
        Defect = "defect", Malfunction = "malfunction", NotAsDescribed = "not_as_described",
        Slow = "slow", Damaged = "damaged", CourierAttitude = "courier_attitude",
        Attitude = "attitude", UnsuitableSolution = "unsuitable_solution",
        Cancellation = "cancellation", Modification = "modification", WrongInformation = "wrong_information",
        Account = "account", PaymentFailed = "payment_failed", RefundDifficulty = "refund_difficulty",
    }
);
words!(
    /// How urgent a ticket is, lowest first.
    Priority { Low = "low", Normal = "normal", High = "high", Urgent = "urgent" }
);
words!(
    /// What a customer is to the shop.
    Tier { Standard = "standard", Vip = "vip" }
);

impl Category {
    /// The sub-reasons of a category; inquiries and others have none.
    pub fn reasons(self) -> &'static [Reason] {
        match self {
            Self::Quality => &[Reason::Defect, Reason::Malfunction, Reason::NotAsDescribed],
            Self::Delivery => &[Reason::Slow, Reason::Damaged, Reason::CourierAttitude],
            Self::Service => &[Reason::Attitude, Reason::Slow, Reason::UnsuitableSolution],
            Self::Order => &[Reason::Cancellation, Reason::Modification, Reason::WrongInformation],
            Self::AccountPayment => &[Reason::Account, Reason::PaymentFailed, Reason::RefundDifficulty],
            Self::Inquiry | Self::Other => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_categories_have_three_sub_reasons_each_and_none_is_left_over() {
        let with_reasons: Vec<_> = Category::ALL.iter().filter(|category| !category.reasons().is_empty()).collect();
        assert_eq!(with_reasons.len(), 5);
        assert!(with_reasons.iter().all(|category| category.reasons().len() == 3));
        assert!(
            Reason::ALL.iter().all(|reason| with_reasons.iter().any(|category| category.reasons().contains(reason)))
        );
    }
}
