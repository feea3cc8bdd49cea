//! Countries, by their ISO 3166-1 codes of two letters.

use iso_country::Country;

/// Not of the standard, which leaves it to its users; carriers and the EU write it for Kosovo.
const KOSOVO: &str = "XK";

/// Whether there is a country of that code, which is written in capitals.
pub fn is_country(code: &str) -> bool {
    code == KOSOVO || (code.len() == 2 && code.parse::<Country>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_those_there_are() {
        for code in ["CN", "TW", "DE", "SS", "XK"] {
            assert!(is_country(code), "{code}");
        }
        for code in ["", "C", "cn", "ZZ", "XX", "EU", "UK", "CHN", "中"] {
            assert!(!is_country(code), "{code}");
        }
    }
}
