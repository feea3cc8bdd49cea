//! `If-Match` (RFC 9110, 13.1.1): what somebody decided on a ticket as they saw it is not done to one that moved on.

use crate::problem::{Fault, Problem};

/// More versions than anybody has seen.
const MOST_TAGS: usize = 20;

/// Which version the caller decided on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// They take it as it is.
    Any,
    /// One of these.
    Versions(Vec<u32>),
}

impl Expected {
    /// Reads the header. A tag that no ticket of ours had is one that never matches.
    pub fn read(header: Option<&str>) -> Result<Self, Fault> {
        let Some(text) = header.map(str::trim).filter(|text| *text != "*") else { return Ok(Self::Any) };
        let wrong = || Fault::new("header If-Match", "must be `*`, or versions as an ETag gives them, such as \"12\"");
        let tags: Vec<&str> = text.split(',').map(str::trim).collect();
        let inside = |tag: &&str| {
            let inner = tag.strip_prefix('"')?.strip_suffix('"')?;
            inner.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"').then_some(())
        };
        if tags.len() > MOST_TAGS || !tags.iter().all(|tag| tag.len() > 1 && inside(tag).is_some()) {
            return Err(wrong());
        }
        Ok(Self::Versions(tags.iter().filter_map(|tag| tag.trim_matches('"').parse().ok()).collect()))
    }

    /// Refuses a version that they did not see.
    pub fn check(&self, version: u32) -> Result<(), Problem> {
        match self {
            Self::Any => Ok(()),
            Self::Versions(seen) if seen.contains(&version) => Ok(()),
            Self::Versions(_) => Err(Problem::stale()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_quoted_or_any_and_others_are_named() {
        assert_eq!(Expected::read(None), Ok(Expected::Any));
        assert_eq!(Expected::read(Some(" * ")), Ok(Expected::Any));
        assert_eq!(Expected::read(Some("\"7\", \"x\",\"9\"")), Ok(Expected::Versions(vec![7, 9])));
        for wrong in ["", "7", "\"", "W/\"7\"", "\"7\",", "\"7\" \"8\"", &vec!["\"7\""; 21].join(",")] {
            assert_eq!(
                Expected::read(Some(wrong)).map_err(|fault| fault.pointer),
                Err("header If-Match".to_owned()),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_tag_that_is_no_version_matches_nothing() {
        let seen = Expected::read(Some("\"x\"")).unwrap();
        assert_eq!(seen.check(7).map_err(|problem| problem.status), Err(412));
        assert_eq!(Expected::read(Some("\"7\"")).unwrap().check(7), Ok(()));
    }
}
