//! What people typed: how long it is, how alike two texts are, and the hash it is recognised by.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

/// Length as people count it: Unicode scalar values.
pub fn length(text: &str) -> usize {
    text.chars().count()
}

/// Whether a text can be taken: `least` to `most` characters, without NUL, which nothing downstream takes, and not only
/// white space where something is asked for.
pub fn fits(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&length(text)) && !text.contains('\0') && (least == 0 || !text.trim().is_empty())
}

/// SHA-256 in hex of parts that cannot run into each other: each is preceded by its length.
pub fn fingerprint(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|nibble| char::from(DIGITS[usize::from(nibble)])).collect()
}

/// The 3-grams of a text as hashes, over lower-case letters and digits with white space folded. A text of fewer than
/// three characters is one gram.
pub fn grams(text: &str) -> BTreeSet<u32> {
    let mut folded: Vec<char> = Vec::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        let letter = if letter.is_whitespace() { ' ' } else { letter };
        if letter != ' ' || folded.last().is_some_and(|last| *last != ' ') {
            folded.push(letter);
        }
    }
    if folded.last() == Some(&' ') {
        folded.pop();
    }
    if folded.len() < 3 {
        return BTreeSet::from([gram_hash(&folded)]);
    }
    folded.windows(3).map(gram_hash).collect()
}

/// FNV-1a, 32 bits: sketches are stored, so the hash must never change with a compiler or a library.
fn gram_hash(letters: &[char]) -> u32 {
    letters.iter().fold(0x811c_9dc5, |hash, letter| {
        u32::from(*letter)
            .to_le_bytes()
            .iter()
            .fold(hash, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
    })
}

/// Whether two gram sets have a Jaccard similarity of at least `percent`.
pub fn alike(a: &BTreeSet<u32>, b: &BTreeSet<u32>, percent: usize) -> bool {
    let shared = a.intersection(b).count();
    let all = a.len() + b.len() - shared;
    all > 0 && shared * 100 >= all * percent
}

/// How many of a sketch's smallest hashes are kept: 8 tell near-copies from the rest well enough to save the read
/// of the earlier message, which then decides.
pub const SKETCH: usize = 8;

/// The smallest hashes of a gram set, in order: a bottom-k sketch.
pub fn sketch(grams: &BTreeSet<u32>) -> Vec<u32> {
    grams.iter().copied().take(SKETCH).collect()
}

/// Whether two texts with these sketches may be alike: false only when they surely are not near-copies.
pub fn may_be_alike(a: &[u32], b: &[u32]) -> bool {
    // Of the 8 smallest hashes of the union each is in both with the Jaccard share as its chance. At 85 % fewer than 2
    // in common happens once in 80 000 pairs; a text too short for eight grams is always looked at.
    let shared = a.iter().filter(|hash| b.contains(hash)).count();
    shared >= 2 || a.len() < SKETCH || b.len() < SKETCH
}

/// One line without control characters or marks that reorder text, for subjects and names: what a person typed can
/// then not become a header or hide its direction.
pub fn one_line(text: &str) -> String {
    let kept = text.chars().map(|letter| if letter.is_whitespace() || letter.is_control() { ' ' } else { letter });
    let kept: String = kept.filter(|letter| !reorders(*letter)).collect();
    kept.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn reorders(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_copies_are_alike_and_others_are_not() {
        let first = grams("The kettle leaks from the bottom since the second day, please help me get a new one");
        let again = grams("the kettle leaks from the bottom since the second day,  please help me get a new one!!");
        let other = grams("The kettle is lovely, thank you, but when will the second one arrive at my house?");
        assert!(alike(&first, &again, 85));
        assert!(may_be_alike(&sketch(&first), &sketch(&again)));
        assert!(!alike(&first, &other, 85));
    }

    #[test]
    fn parts_cannot_run_into_each_other() {
        assert_ne!(fingerprint(&[b"ab", b"c"]), fingerprint(&[b"a", b"bc"]));
    }

    #[test]
    fn a_subject_cannot_carry_a_header_or_turn_the_text_round() {
        assert_eq!(one_line("Hi\r\nBcc: all@example.com \u{202e}x"), "Hi Bcc: all@example.com x");
    }
}
