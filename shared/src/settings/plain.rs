//! What serde finds wrong with a document, in words for whoever wrote it: serde speaks of Rust's types.

/// What must be mended, of the field that the fault is told at.
pub(super) fn words(found: &str) -> String {
    let (what, expected) = found.rsplit_once(", expected ").unwrap_or((found, ""));
    let listed = || expected.split('`').skip(1).step_by(2).collect::<Vec<_>>().join(", ");
    if what.starts_with("missing field ") {
        "is required".to_owned()
    } else if what.starts_with("unknown field ") {
        format!("is not known here; known are {}", listed())
    } else if what.starts_with("unknown variant ") {
        format!("must be one of {}", listed())
    } else if what.starts_with("invalid ") {
        form(expected).map_or_else(|| "does not have the right form".to_owned(), |form| format!("must be {form}"))
    } else if found.starts_with("must ") || found.starts_with("is ") {
        found.to_owned()
    } else {
        format!("is {found}")
    }
}

/// The form of a value by the name that serde has for it.
fn form(expected: &str) -> Option<&'static str> {
    Some(match expected {
        "i64" => "a whole number",
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "a string" | "string or map" => "a text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "an object",
        _ if expected.starts_with("struct ") => "an object",
        _ if expected.starts_with("tuple struct ") || expected.starts_with("fewer elements") => "a list of 2 texts",
        _ => return None,
    })
}
