//! Text of a header that a mail program would take for encoded words (RFC 2047).
//!
//! Whoever types `=?utf-8?B?…?=` would otherwise write what no cleaning has seen: line breaks, direction changes, another
//! subject. Programs decode such words even inside a quoted name.
use std::fmt::Write;

/// An encoded word has at most 75 characters (RFC 2047, 2).
const LONGEST: usize = 75;
const BEGIN: &str = "=?us-ascii?Q?";
const END: &str = "?=";

/// A line of text in encoded words, which show it as it was typed; nothing where it can stand as it is. What has letters
/// beyond ASCII is encoded whole by the library.
pub(super) fn guarded(line: &str) -> Option<String> {
    (line.is_ascii() && line.contains("=?")).then(|| encoded(line))
}

/// Words of the letters that are safe in text and in names alike; the blanks between the words are dropped by readers.
fn encoded(line: &str) -> String {
    let mut words = Vec::new();
    let mut word = String::from(BEGIN);
    for byte in line.bytes() {
        if word.len() + 3 + END.len() > LONGEST {
            words.push(word + END);
            word = BEGIN.to_owned();
        }
        match byte {
            b' ' => word.push('_'),
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => word.push(char::from(byte)),
            // Writing into a string cannot fail.
            other => drop(write!(word, "={other:02X}")),
        }
    }
    words.push(word + END);
    words.join(" ")
}
