//! Turns a message into what the weights are kept for: groups of tokens, and concepts, alone and in pairs.

use super::tokens::{Token, each_sentence};
use super::weights::{Row, WEIGHTS};

/// How much a feature counts in the body and in the subject, where people say what they want.
pub(super) const BODY: u8 = 2;
pub(super) const SUBJECT: u8 = 3;

/// The concepts of a text, one bit each.
pub(super) type Concepts = u64;

/// A group of tokens or letters, how much it counts, and what is known of it.
#[derive(Clone, Copy)]
pub(super) struct Feature {
    key: u32,
    pub(super) value: u8,
    pub(super) row: Option<Row>,
}

/// What one sentence holds; the features are distinct and count as in a body.
pub(super) struct Sentence {
    pub(super) features: Vec<Feature>,
    pub(super) concepts: Concepts,
}

/// What a whole message holds.
#[derive(Default)]
pub(super) struct Message {
    /// Distinct, each with its larger value.
    pub(super) features: Vec<Feature>,
    pub(super) concepts: Concepts,
    pub(super) sentences: Vec<Sentence>,
}

impl Message {
    pub(super) fn read(subject: &str, body: &str) -> Self {
        let mut message = Self::default();
        // What is quoted was said by somebody else, mostly by us.
        for line in body.split('\n').filter(|line| !line.trim_start().starts_with('>')) {
            message.add(line, BODY);
        }
        message.add(subject, SUBJECT);
        message.features.sort_unstable_by_key(|feature| (feature.key, u8::MAX - feature.value));
        message.features.dedup_by_key(|feature| feature.key);
        message
    }

    fn add(&mut self, text: &str, value: u8) {
        each_sentence(text, |tokens, groups| {
            let sentence = Sentence { features: features(tokens, groups), concepts: concepts(tokens) };
            self.features.extend(sentence.features.iter().map(|feature| Feature { value, ..*feature }));
            self.concepts |= sentence.concepts;
            self.sentences.push(sentence);
        });
    }
}

/// Tokens, pairs of tokens, triples that begin with a Han character, and the letter groups of words.
fn features(tokens: &[Token], groups: &[u32]) -> Vec<Feature> {
    let mut found = Vec::with_capacity(tokens.len() * 3 + groups.len());
    found.extend_from_slice(groups);
    for (at, token) in tokens.iter().enumerate() {
        let Some(one) = token.hash() else { continue };
        found.push(one);
        let Some(next) = hash_at(tokens, at + 1) else { continue };
        let two = mix(one, next);
        found.push(two);
        if token.is_han()
            && let Some(third) = hash_at(tokens, at + 2)
        {
            found.push(mix(two, third));
        }
    }
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(|key| Feature { key, value: BODY, row: WEIGHTS.feature(key) }).collect()
}

/// The most tokens a phrase of the concepts has.
const LONGEST: usize = 4;

/// The concepts named in a sentence. A phrase that says all is well, or only sounds bad (nobody hurt, killer deal),
/// hides what is inside it.
fn concepts(tokens: &[Token]) -> Concepts {
    let mut named = Vec::new();
    for at in 0..tokens.len() {
        let mut key = None;
        for (more, token) in tokens.iter().skip(at).take(LONGEST).enumerate() {
            let Some(hash) = token.hash() else { break };
            let grown = key.map_or(hash, |key| mix(key, hash));
            key = Some(grown);
            match WEIGHTS.concepts_of(grown) {
                0 => {}
                found => named.push((at..at + more + 1, found)),
            }
        }
    }
    let mut calm = vec![false; tokens.len()];
    for (span, _) in named.iter().filter(|(_, found)| found & WEIGHTS.calm != 0) {
        calm[span.clone()].fill(true);
    }
    let told = named.into_iter().map(|(span, found)| {
        let hidden = calm[span].contains(&true);
        if hidden { found & WEIGHTS.calm } else { found }
    });
    told.fold(0, |all, found| all | found)
}

fn hash_at(tokens: &[Token], at: usize) -> Option<u32> {
    tokens.get(at).and_then(Token::hash)
}

fn mix(a: u32, b: u32) -> u32 {
    (a.rotate_left(5) ^ b).wrapping_mul(0x9e37_79b1)
}

/// The numbers of the concepts in a set, rising.
pub(super) fn members(mut concepts: Concepts) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lowest = concepts.trailing_zeros();
        (concepts != 0).then(|| {
            concepts &= concepts - 1;
            lowest as usize
        })
    })
}
