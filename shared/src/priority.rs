//! How urgent a ticket is: a score whose parts are kept, so that anybody can see why.

use serde::{Deserialize, Serialize};

use crate::category::{Category, Priority, Tier, words};
use crate::money::Money;
use crate::settings::PriorityRules;

words!(
    /// What adds to the score beside the category.
    Ground {
        Category = "category", Danger = "danger", Legal = "legal", SecondContact = "second_contact", Vip = "vip",
        LargeOrder = "large_order",
    }
);

/// One part of a priority score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Part {
    pub ground: Ground,
    pub points: u16,
}

/// What is known of a ticket when it is scored.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub category: Category,
    pub danger: bool,
    pub legal: bool,
    /// The customer wrote about something else in the last 7 days.
    pub second_contact: bool,
    pub tier: Tier,
    pub order_total: Option<&'a Money>,
}

/// The priority and the parts that made it.
pub fn score(facts: Facts<'_>, rules: &PriorityRules) -> (Priority, Vec<Part>) {
    let category = rules.categories.of(facts.category);
    let large = facts.order_total.is_some_and(|total| {
        rules.large_order.get(&total.currency).is_some_and(|threshold| total.amount >= *threshold)
    });
    let grounds = [
        (Ground::Category, true, category),
        (Ground::Danger, facts.danger, rules.danger),
        (Ground::Legal, facts.legal, rules.legal),
        (Ground::SecondContact, facts.second_contact, rules.second_contact),
        (Ground::Vip, facts.tier == Tier::Vip, rules.vip),
        (Ground::LargeOrder, large, rules.large_order_points),
    ];
    let parts: Vec<Part> =
        grounds.into_iter().filter(|(_, holds, _)| *holds).map(|(ground, _, points)| Part { ground, points }).collect();
    (of(&parts, rules), parts)
}

/// The score of a ticket with what a later message told of, where it did not know it before.
pub fn heard(score: &[Part], danger: bool, legal: bool, rules: &PriorityRules) -> (Priority, Vec<Part>) {
    let known = |ground| score.iter().any(|part| part.ground == ground);
    let told = [(Ground::Danger, danger, rules.danger), (Ground::Legal, legal, rules.legal)];
    let new = told.into_iter().filter(|(ground, told, _)| *told && !known(*ground));
    let parts: Vec<Part> =
        score.iter().copied().chain(new.map(|(ground, _, points)| Part { ground, points })).collect();
    (of(&parts, rules), parts)
}

/// The score of a ticket that is put under another category: what else counts for it stays.
pub fn under(score: &[Part], category: Category, rules: &PriorityRules) -> (Priority, Vec<Part>) {
    let first = Part { ground: Ground::Category, points: rules.categories.of(category) };
    let rest = score.iter().copied().filter(|part| part.ground != Ground::Category);
    let parts: Vec<Part> = [first].into_iter().chain(rest).collect();
    (of(&parts, rules), parts)
}

fn of(parts: &[Part], rules: &PriorityRules) -> Priority {
    match parts.iter().fold(0u16, |sum, part| sum.saturating_add(part.points)) {
        sum if sum >= rules.urgent_from => Priority::Urgent,
        sum if sum >= rules.high_from => Priority::High,
        sum if sum >= rules.normal_from => Priority::Normal,
        _ => Priority::Low,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    fn facts(category: Category) -> Facts<'static> {
        Facts { category, danger: false, legal: false, second_contact: false, tier: Tier::Standard, order_total: None }
    }

    #[test]
    fn each_category_alone_has_the_priority_of_the_table() {
        let rules = Settings::shipped().priority;
        let of = |category| score(facts(category), &rules).0;
        assert_eq!(of(Category::AccountPayment), Priority::Normal);
        assert_eq!(of(Category::Delivery), Priority::Normal);
        assert_eq!(of(Category::Service), Priority::Normal);
        assert_eq!(of(Category::Other), Priority::Low);
        assert_eq!(of(Category::Inquiry), Priority::Low);
    }

    #[test]
    fn danger_to_people_is_always_urgent() {
        let rules = Settings::shipped().priority;
        for category in Category::ALL {
            assert_eq!(score(Facts { danger: true, ..facts(*category) }, &rules).0, Priority::Urgent, "{category}");
        }
    }

    #[test]
    fn legal_words_make_any_ticket_high_at_least() {
        let rules = Settings::shipped().priority;
        for category in Category::ALL {
            let (priority, _) = score(Facts { legal: true, ..facts(*category) }, &rules);
            assert!(priority >= Priority::High, "{category}");
        }
    }

    #[test]
    fn a_large_order_of_a_vip_who_wrote_before_is_high_and_says_why() {
        let rules = Settings::shipped().priority;
        let total = Money { amount: 200_000, currency: "CNY".into() };
        let known =
            Facts { second_contact: true, tier: Tier::Vip, order_total: Some(&total), ..facts(Category::Other) };
        let (priority, parts) = score(known, &rules);
        assert_eq!(priority, Priority::High);
        assert_eq!(parts.iter().map(|part| part.points).collect::<Vec<_>>(), [10, 15, 10, 10]);
        let smaller = Money { amount: 199_999, currency: "CNY".into() };
        assert_eq!(score(Facts { order_total: Some(&smaller), ..known }, &rules).0, Priority::Normal);
    }
}
