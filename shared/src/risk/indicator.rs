//! What rules look at.

use crate::category::words;

words!(
    /// What is looked at. Those that end in a state (backlog, oldest, left) are read from the table at every slot; the
    /// others are counted from what happened.
    Indicator {
        /// Complaints among orders; low scores among answers; promises broken among those that ended; tickets reopened
        /// among those resolved; mails that bounced or were marked as spam among those sent.
        ComplaintRate = "complaint_rate", BreachRate = "breach_rate", ReopenRate = "reopen_rate",
        BounceRate = "bounce_rate", SpamRate = "spam_rate",
        /// Answers of 4 and 5 among answers.
        Csat = "csat",
        /// The mean of +100 for 9 and 10, 0 for 7 and 8, -100 for the rest.
        Nps = "nps",
        /// Requests for money or goods, against orders.
        Refunds = "refunds",
        Complaints = "complaints", LowScores = "low_scores", Attitude = "attitude",
        PaymentFailures = "payment_failures", LegalWords = "legal_words", DangerWords = "danger_words",
        DeadLetters = "dead_letters", Backlog = "backlog",
        /// Minutes: since the oldest began (of working time where it waits for somebody), and until the first is due.
        ScanAge = "scan_age", UnassignedAge = "unassigned_age", UndecidedAge = "undecided_age",
        StatutoryPayoutLeft = "statutory_payout_left",
    }
);
words!(
    /// How the cells of a window become one value.
    Kind {
        /// How many.
        Count = "count",
        /// A share, in hundredths of a percent.
        Share = "share",
        /// A mean, in whole units.
        Mean = "mean",
        /// The last that was read.
        Last = "last",
    }
);
words!(
    /// Whose alert it is: one for each name.
    ScopeKind {
        Shop = "shop", Team = "team", Agent = "agent", Category = "category", Product = "product", Queue = "queue",
    }
);

impl Indicator {
    pub fn kind(self) -> Kind {
        match self {
            Self::ComplaintRate
            | Self::BreachRate
            | Self::ReopenRate
            | Self::BounceRate
            | Self::SpamRate
            | Self::Csat
            | Self::Refunds => Kind::Share,
            Self::Nps => Kind::Mean,
            Self::Complaints
            | Self::LowScores
            | Self::Attitude
            | Self::PaymentFailures
            | Self::LegalWords
            | Self::DangerWords => Kind::Count,
            Self::DeadLetters
            | Self::Backlog
            | Self::ScanAge
            | Self::UnassignedAge
            | Self::UndecidedAge
            | Self::StatutoryPayoutLeft => Kind::Last,
        }
    }

    /// By what it can be told apart.
    pub fn scopes(self) -> &'static [ScopeKind] {
        use ScopeKind::{Agent, Category, Product, Queue, Shop, Team};
        match self {
            Self::BreachRate | Self::ReopenRate | Self::Csat | Self::LowScores | Self::Attitude | Self::Nps => {
                &[Shop, Team, Agent, Category]
            }
            Self::Complaints => &[Shop, Team, Agent, Category, Product],
            Self::DeadLetters => &[Queue],
            Self::Backlog | Self::UnassignedAge => &[Shop, Team],
            Self::ComplaintRate
            | Self::BounceRate
            | Self::SpamRate
            | Self::Refunds
            | Self::PaymentFailures
            | Self::LegalWords
            | Self::DangerWords
            | Self::ScanAge
            | Self::UndecidedAge
            | Self::StatutoryPayoutLeft => &[Shop],
        }
    }
}
