//! Cuts a text into tokens: words without their endings, numbers, Han characters, `?`, `!`, and where a phrase or a
//! sentence ends. The trainer cuts in the same way; change both together.

use super::script::simplified;

/// What the model sees of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// The stem of a word, a number, `?` or `!`, by its hash.
    Word(u32),
    /// A Han character in its simplified form, by its hash.
    Han(u32),
    /// The end of a phrase: no group of tokens reaches across.
    Break,
}

impl Token {
    pub(super) fn hash(&self) -> Option<u32> {
        match self {
            Self::Word(hash) | Self::Han(hash) => Some(*hash),
            Self::Break => None,
        }
    }

    pub(super) fn is_han(&self) -> bool {
        matches!(self, Self::Han(_))
    }
}

/// Numbers with a meaning of their own: consumer and tax hotlines, emergency calls. Any other number is `0`.
const HOTLINES: &[&str] = &["12315", "12345", "12305", "12366", "110", "119", "120", "911", "999"];

/// Calls `sentence` for each sentence in turn, with its tokens and the hashes of the groups of 4 and 5 letters of its
/// words.
pub(super) fn each_sentence(text: &str, mut sentence: impl FnMut(&[Token], &[u32])) {
    let mut cutter = Cutter::default();
    let mut letters = text.chars().flat_map(char::to_lowercase).map(folded).peekable();
    while let Some(letter) = letters.next() {
        let end = match letter {
            'a'..='z' => {
                if cutter.number {
                    cutter.flush();
                }
                cutter.word.push(letter);
                false
            }
            '0'..='9' => {
                if !cutter.number {
                    cutter.flush();
                }
                cutter.number = true;
                cutter.word.push(letter);
                false
            }
            // An apostrophe belongs to its word: don't, dont and don’t are one.
            '\'' | '\u{2019}' | '\u{2018}' | '`' => false,
            _ => {
                cutter.flush();
                cutter.mark(letter, letters.peek().copied())
            }
        };
        if end && !cutter.tokens.is_empty() {
            sentence(&cutter.tokens, &cutter.groups);
            cutter.tokens.clear();
            cutter.groups.clear();
        }
    }
    cutter.flush();
    if !cutter.tokens.is_empty() {
        sentence(&cutter.tokens, &cutter.groups);
    }
}

#[derive(Default)]
struct Cutter {
    word: String,
    number: bool,
    tokens: Vec<Token>,
    groups: Vec<u32>,
}

impl Cutter {
    /// Takes the word or number read so far as a token.
    fn flush(&mut self) {
        if self.word.is_empty() {
            return;
        }
        if self.number {
            let number = if HOTLINES.contains(&self.word.as_str()) { &self.word } else { "0" };
            self.tokens.push(Token::Word(hash(number.as_bytes())));
        } else {
            stem(&mut self.word);
            self.tokens.push(Token::Word(hash(self.word.as_bytes())));
            add_groups(&mut self.word, &mut self.groups);
        }
        self.word.clear();
        self.number = false;
    }

    /// Takes a letter that is no part of a word; whether it ends the sentence.
    fn mark(&mut self, letter: char, next: Option<char>) -> bool {
        match letter {
            '?' | '!' => {
                self.tokens.push(Token::Word(letter_hash(letter)));
                true
            }
            '。' | '\n' | '…' => true,
            '.' => {
                let end = matches!(next, None | Some(' ' | '\n'));
                if !end {
                    self.tokens.push(Token::Break);
                }
                end
            }
            ',' | ';' | ':' | '，' | '、' | '；' | '：' | '(' | ')' | '"' | '“' | '”' | '「' | '」' | '—' =>
            {
                self.tokens.push(Token::Break);
                false
            }
            '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{2ffff}' => {
                self.tokens.push(Token::Han(letter_hash(letter)));
                false
            }
            _ => false,
        }
    }
}

/// Full-width to plain, traditional to simplified, accented to bare.
fn folded(letter: char) -> char {
    match letter {
        '\0'..='\x7f' => letter,
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(letter) - 0xfee0).map_or(letter, |plain| plain.to_ascii_lowercase())
        }
        'à' | 'á' | 'â' | 'ä' | 'å' => 'a',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ò' | 'ó' | 'ô' | 'ö' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        _ => simplified(letter),
    }
}

/// Cuts the commonest English endings off. Crude, and the same for training and for use, which is what matters.
fn stem(word: &mut String) {
    for ending in ["ing", "edly", "ed", "es", "ly", "s"] {
        if word.ends_with(ending) && word.len() >= ending.len() + 4 && !word.ends_with("ss") {
            word.truncate(word.len() - ending.len());
            let bytes = word.as_bytes();
            if bytes.len() > 4 && bytes[bytes.len() - 1] == bytes[bytes.len() - 2] {
                word.pop();
            }
            break;
        }
    }
    if word.len() > 4 && word.ends_with('e') {
        word.pop();
    }
}

/// Adds the groups of 4 and 5 letters of a word with its ends marked: they still match when it is misspelt.
fn add_groups(word: &mut String, groups: &mut Vec<u32>) {
    word.insert(0, '^');
    word.push('$');
    let groups_of = |size| word.as_bytes().windows(size).map(|group| fnv(group, 0x2545_f491));
    groups.extend(groups_of(4).chain(groups_of(5)));
}

fn letter_hash(letter: char) -> u32 {
    hash(letter.encode_utf8(&mut [0; 4]).as_bytes())
}

fn hash(bytes: &[u8]) -> u32 {
    fnv(bytes, 0x811c_9dc5)
}

/// FNV-1a: the weights are stored under these hashes.
fn fnv(bytes: &[u8], seed: u32) -> u32 {
    bytes.iter().fold(seed, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(text: &str) -> Vec<Vec<Option<u32>>> {
        let mut found = Vec::new();
        each_sentence(text, |tokens, _| found.push(tokens.iter().map(Token::hash).collect()));
        found
    }

    #[test]
    fn scripts_widths_cases_apostrophes_and_endings_are_folded() {
        assert_eq!(hashes("退貨沒到賬"), hashes("退货没到账"));
        assert_eq!(hashes("ＲＥＦＵＮＤ １２"), hashes("refund 7"));
        assert_eq!(hashes("It doesn’t work, é"), hashes("it doesnt work, e"));
        assert_eq!(hashes("charged"), hashes("charges"));
        assert_ne!(hashes("12315"), hashes("54321"));
    }

    #[test]
    fn a_sentence_ends_at_its_mark_but_not_inside_a_number_or_an_address() {
        assert_eq!(hashes("it broke. send another! 坏了。换一个").len(), 4);
        assert_eq!(hashes("version 2.5 from shop.example").len(), 1);
        assert!(hashes(" \n…👍\n").is_empty());
    }
}
