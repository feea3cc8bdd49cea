//! What a message is about, read from its words, in Chinese and English.
//!
//! A linear model over words, letter groups, Han characters and hand-written concepts, in whole numbers: 17 classes
//! (each reason, `inquiry`, `other`), and beside them two flags, danger to people and law. Nothing is built at start:
//! the weights are read where they lie in the binary. tests/classifier/train.py fits them and says how.

mod features;
mod script;
mod tokens;
mod weights;

use crate::category::{Category, Reason};
use features::{Concepts, Feature, Message, Sentence, members};
use weights::{CLASSES, FLAGS, WEIGHTS};

/// What the classifier makes of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classification {
    pub category: Category,
    pub reason: Option<Reason>,
    /// Percent; what it means in messages that are right is measured by the example `classifier`. Below 50 a person
    /// should look.
    pub confidence: u8,
    /// The concepts that spoke loudest for the outcome, at most six, such as `refund.money_back`. Never the customer's words.
    pub signs: Vec<String>,
    /// Harm or danger to people is told of.
    pub danger: bool,
    /// Law, regulators, police or a lawsuit are spoken of.
    pub legal: bool,
}

/// How much of a body is read. People say what they want well within this, and twenty thousand characters cost five
/// times the instructions; what stands further down is mostly quoted mail. Of a subject, as much as mail programs show.
const BODY_LIMIT: usize = 4_000;
const SUBJECT_LIMIT: usize = 250;

/// How much a concept counts for a class, and alone or in a pair for a flag, beside a feature's 2 or 3.
const CONCEPT_CLASS: i32 = 1;
const CONCEPT_FLAG: i32 = 4;
const PAIR_FLAG: i32 = 2;

const MOST_SIGNS: usize = 6;
const DANGER: usize = 0;
const LEGAL: usize = 1;

/// The classes in the order of the weights.
const MEANING: [(Category, Option<Reason>); CLASSES] = [
    (Category::Quality, Some(Reason::Defect)),
    (Category::Quality, Some(Reason::Malfunction)),
    (Category::Quality, Some(Reason::NotAsDescribed)),
    (Category::Delivery, Some(Reason::Slow)),
    (Category::Delivery, Some(Reason::Damaged)),
    (Category::Delivery, Some(Reason::CourierAttitude)),
    (Category::Service, Some(Reason::Attitude)),
    (Category::Service, Some(Reason::Slow)),
    (Category::Service, Some(Reason::UnsuitableSolution)),
    (Category::Order, Some(Reason::Cancellation)),
    (Category::Order, Some(Reason::Modification)),
    (Category::Order, Some(Reason::WrongInformation)),
    (Category::AccountPayment, Some(Reason::Account)),
    (Category::AccountPayment, Some(Reason::PaymentFailed)),
    (Category::AccountPayment, Some(Reason::RefundDifficulty)),
    (Category::Inquiry, None),
    (Category::Other, None),
];

/// Reads a message. Time is linear in what is read, and bounded.
pub fn classify(subject: &str, body: &str) -> Classification {
    let message = Message::read(first(subject, SUBJECT_LIMIT), first(body, BODY_LIMIT));
    if message.features.is_empty() {
        return Classification {
            category: Category::Other,
            reason: None,
            confidence: 0,
            signs: Vec::new(),
            danger: false,
            legal: false,
        };
    }
    let scores = class_scores(&message);
    let shares = shares(&scores);
    let category = Category::ALL.iter().copied().max_by_key(|category| category_share(&shares, *category));
    let category = category.unwrap_or(Category::Other);
    let class = (0..CLASSES).filter(|class| MEANING[*class].0 == category).max_by_key(|class| scores[*class]);
    let class = class.unwrap_or(CLASSES - 1);
    let told = flags_told(&message);
    Classification {
        category,
        reason: MEANING[class].1,
        confidence: percent(category_share(&shares, category), shares.iter().sum()),
        signs: signs(message.concepts, class, told),
        danger: told[DANGER],
        legal: told[LEGAL],
    }
}

/// The first `limit` characters.
fn first(text: &str, limit: usize) -> &str {
    text.char_indices().nth(limit).map_or(text, |(at, _)| &text[..at])
}

/// The odds of each class in 1/256 of a binary digit.
fn class_scores(message: &Message) -> [i64; CLASSES] {
    let mut sums = [0; CLASSES];
    let mut square = 0;
    for feature in &message.features {
        square += u64::from(feature.value) * u64::from(feature.value);
        if let Some(row) = feature.row {
            row.add_classes(&mut sums, i32::from(feature.value));
        }
    }
    for concept in members(message.concepts) {
        WEIGHTS.concept(concept).add_classes(&mut sums, CONCEPT_CLASS);
    }
    std::array::from_fn(|class| WEIGHTS.bias(class) + scaled(sums[class], square, WEIGHTS.class_factor))
}

/// Whether each flag is told: by the whole message and its worst sentence together, so that one line in a long story
/// is heard.
fn flags_told(message: &Message) -> [bool; FLAGS] {
    let together = message.sentences.iter().fold(Pairs::default(), |pairs, sentence| pairs.and(sentence.concepts));
    let whole = flag_scores(&message.features, message.concepts, &together);
    let mut worst = [i64::MIN / 2; FLAGS];
    for Sentence { features, concepts } in &message.sentences {
        let score = flag_scores(features, *concepts, &Pairs::default().and(*concepts));
        worst = std::array::from_fn(|flag| worst[flag].max(score[flag]));
    }
    std::array::from_fn(|flag| whole[flag] + worst[flag] >= WEIGHTS.limit(flag))
}

fn flag_scores(features: &[Feature], concepts: Concepts, pairs: &Pairs) -> [i64; FLAGS] {
    let mut sums = [0; FLAGS];
    let mut add = |weights: [i32; FLAGS], value| sums = std::array::from_fn(|flag| sums[flag] + weights[flag] * value);
    let mut square = 0;
    for feature in features {
        square += u64::from(feature.value) * u64::from(feature.value);
        if let Some(row) = feature.row {
            add(row.flags(), i32::from(feature.value));
        }
    }
    for a in members(concepts) {
        add(WEIGHTS.concept(a).flags(), CONCEPT_FLAG);
        for b in members(pairs.0[a]) {
            add(WEIGHTS.pair(a, b), PAIR_FLAG);
        }
    }
    sums.map(|sum| scaled(sum, square, WEIGHTS.flag_factor))
}

/// For each concept, those of higher number that share a sentence with it.
struct Pairs([Concepts; 64]);

impl Default for Pairs {
    fn default() -> Self {
        Self([0; 64])
    }
}

impl Pairs {
    fn and(mut self, concepts: Concepts) -> Self {
        let mut higher = concepts;
        for concept in members(concepts) {
            higher &= higher - 1;
            self.0[concept] |= higher;
        }
        self
    }
}

/// A sum of weights over the length of the message (the root of its squares), in the unit of the factor.
fn scaled(sum: i32, square: u64, factor: i64) -> i64 {
    let length = i64::try_from((square.max(1) << 16).isqrt()).unwrap_or(i64::MAX);
    (i64::from(sum) * factor / length) >> 8
}

/// The shares of the classes, from their odds; 2^16 is the largest.
fn shares(scores: &[i64; CLASSES]) -> [i64; CLASSES] {
    let top = scores.iter().copied().max().unwrap_or_default();
    scores.map(|score| half_to_the(top - score))
}

/// 2^16 · 2^(-n/256), for n of 0 and more.
fn half_to_the(n: i64) -> i64 {
    /// 2^16 · 2^(-i/16)
    const COARSE: [i64; 16] = [
        65536, 62757, 60097, 57549, 55109, 52773, 50535, 48393, 46341, 44376, 42495, 40693, 38968, 37316, 35734, 34219,
    ];
    /// 2^16 · 2^(-i/256)
    const FINE: [i64; 16] = [
        65536, 65359, 65182, 65006, 64830, 64655, 64480, 64306, 64132, 63958, 63785, 63613, 63441, 63269, 63098, 62928,
    ];
    if n >= 256 * 17 {
        return 0;
    }
    let part = |shift: i64| usize::try_from((n >> shift) & 15).unwrap_or_default();
    ((COARSE[part(4)] * FINE[part(0)]) >> 16) >> (n >> 8)
}

fn category_share(shares: &[i64; CLASSES], category: Category) -> i64 {
    MEANING.iter().zip(shares).filter(|(meaning, _)| meaning.0 == category).map(|(_, share)| share).sum()
}

/// A part of a whole in percent, never quite a hundred: a model is not certain.
fn percent(part: i64, whole: i64) -> u8 {
    u8::try_from(part * 100 / whole.max(1)).unwrap_or_default().min(99)
}

/// The names of the concepts that weighed most for what was told and for the class.
fn signs(concepts: Concepts, class: usize, told: [bool; FLAGS]) -> Vec<String> {
    let mut found: Vec<usize> = Vec::new();
    for flag in (0..FLAGS).filter(|flag| told[*flag]) {
        found.extend(heaviest(concepts, |concept| WEIGHTS.concept(concept).flags()[flag]).take(MOST_SIGNS / 3));
    }
    for concept in heaviest(concepts, |concept| WEIGHTS.concept(concept).class(class)) {
        if found.len() < MOST_SIGNS && !found.contains(&concept) {
            found.push(concept);
        }
    }
    found.dedup();
    found.into_iter().map(|concept| WEIGHTS.name(concept).to_owned()).collect()
}

/// Those that weigh for it at all, heaviest first.
fn heaviest(concepts: Concepts, weight: impl Fn(usize) -> i32) -> impl Iterator<Item = usize> {
    let mut weighed: Vec<_> = members(concepts).map(|concept| (weight(concept), concept)).collect();
    weighed.retain(|(weight, _)| *weight > 0);
    weighed.sort_unstable_by_key(|(weight, concept)| (-weight, *concept));
    weighed.into_iter().map(|(_, concept)| concept)
}

#[cfg(test)]
mod tests;
