//! Opaque cursors: where a page ended, in a form that nobody is tempted to make up.

/// The cursor of a position.
pub fn cursor(position: &str) -> String {
    position.bytes().map(|byte| format!("{:02x}", byte ^ 0x5a)).collect()
}

/// The position of a cursor that came back. What it leads to is decided by the caller's own scope, so one that was
/// made up reaches nothing of anybody else's; `fits` says whether it can be a position at all.
pub fn position(cursor: &str, fits: impl Fn(&str) -> bool) -> Option<String> {
    let pairs = cursor.as_bytes().chunks(2);
    let bytes: Option<Vec<u8>> = pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok().map(|byte| byte ^ 0x5a))
        .collect();
    let found = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    found.filter(|text| {
        cursor.len() <= 400
            && cursor.len().is_multiple_of(2)
            && text.bytes().all(|byte| byte.is_ascii_graphic())
            && fits(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_back_to_its_position_and_a_made_up_one_to_none() {
        assert_eq!(
            position(&cursor("2026-01-01T00:00:00.000Z|x"), |_| true).as_deref(),
            Some("2026-01-01T00:00:00.000Z|x")
        );
        for made_up in ["zz", "5", "é", &"5a".repeat(300)] {
            assert_eq!(position(made_up, |_| true), None, "{made_up}");
        }
    }
}
