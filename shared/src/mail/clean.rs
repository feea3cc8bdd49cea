//! What people typed, made safe to show in one line or in paragraphs.
//!
//! Escaping is the template's work. This removes what would lie about the text around it: control characters, bidi
//! overrides, invisible spaces and tags.

/// One line: runs of white space and control characters become one space, direction marks go.
pub(crate) fn line(text: &str) -> String {
    let shown: String = text.chars().filter(|&c| !is_invisible(c) && !is_mark(c)).map(blank_control).collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Paragraphs of lines: blank lines part paragraphs. Direction marks stay, since right-to-left prose needs them.
pub(crate) fn paragraphs(text: &str) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = vec![Vec::new()];
    for raw in text.replace("\r\n", "\n").split(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}']) {
        let shown: String = raw.chars().filter(|&c| !is_invisible(c)).map(blank_control).collect();
        let shown = shown.trim_end();
        match found.last_mut() {
            Some(last) if !shown.trim().is_empty() => last.push(shown.to_owned()),
            Some(last) if !last.is_empty() => found.push(Vec::new()),
            Some(_) | None => {}
        }
    }
    found.retain(|lines| !lines.is_empty());
    found
}

/// At most `most` scalar values, the last of them an ellipsis when something was cut.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    // A joiner or a variation selector at the end would bind the ellipsis to the letter before it.
    let kept = kept.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '\u{200D}' | '\u{FE00}'..='\u{FE0F}'));
    format!("{kept}…")
}

/// A customer's subject without the reply marks that mail programs put before it, in the languages we meet.
pub(crate) fn subject(text: &str, most: usize) -> String {
    const MARKS: [&str; 10] = ["re", "aw", "sv", "fwd", "fw", "回复", "回覆", "答复", "转发", "轉寄"];
    let whole = line(text);
    let mut rest = whole.as_str();
    while let Some((mark, after)) = rest.split_once([':', '：']) {
        if !MARKS.contains(&mark.trim().to_lowercase().as_str()) {
            break;
        }
        rest = after.trim_start();
    }
    cut(rest, most)
}

/// An address to click on, if it is one that may be clicked: http or https, ASCII, nothing that could end an attribute.
pub(crate) fn link(url: Option<&str>) -> Option<String> {
    let url = url?;
    let web = url.starts_with("https://") || url.starts_with("http://");
    let plain = url.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\'' | b'<' | b'>' | b'\\'));
    (web && plain && url.len() <= 2000).then(|| url.to_owned())
}

fn blank_control(c: char) -> char {
    if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }
}

/// Never of use to a reader: bidi embeddings, overrides and isolates, zero-width spaces, annotations, tags.
/// The joiners U+200C and U+200D stay: Persian and emoji are written with them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E007F}' | '\u{AD}' | '\u{180E}')
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{61C}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_no_breaks_controls_or_direction_changes() {
        assert_eq!(line("a\r\nBcc: b\0c\u{202E}d\u{2066}e\u{200F}\tf\u{2028}g"), "a Bcc: b cde f g");
        assert_eq!(line("  \u{200B} "), "");
        assert_eq!(line("👩‍👧 退货"), "👩‍👧 退货");
    }

    #[test]
    fn blank_lines_part_paragraphs_and_single_breaks_stay() {
        assert_eq!(paragraphs("a\r\nb\n\n\n c\u{202E}\n"), vec![vec!["a", "b"], vec![" c"]]);
        assert!(paragraphs("\n \n").is_empty());
    }

    #[test]
    fn a_cut_counts_letters_and_never_splits_one() {
        assert_eq!(cut("退货退货", 4), "退货退货");
        assert_eq!(cut("退货退货", 3), "退货…");
        assert_eq!(cut("ab 👩\u{200D}👧", 5), "ab 👩…");
    }

    #[test]
    fn a_subject_is_not_answered_twice() {
        assert_eq!(subject("RE: 回复：Re : Late parcel", 50), "Late parcel");
        assert_eq!(subject("Order: late", 50), "Order: late");
        assert_eq!(subject("Re:", 50), "");
    }

    #[test]
    fn only_web_addresses_can_be_clicked() {
        assert_eq!(link(Some("https://shop.example/t?a=1&b=2")).as_deref(), Some("https://shop.example/t?a=1&b=2"));
        for bad in ["javascript:alert(1)", "https://a\"onclick=", "https://a b", "https://a\n", "mailto:a@b", ""] {
            assert_eq!(link(Some(bad)), None, "{bad:?}");
        }
    }
}
