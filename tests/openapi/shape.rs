//! The words that request bodies are described with: what `reader::Reader` and the types behind it take.

use serde_json::{Map, Value, json};

/// A text without NUL.
const NO_NUL: &str = r"^[^\u0000]*$";
/// And not only white space, as Unicode knows it.
const NOT_BLANK: &str = concat!(
    r"^[^\u0000]*[^\u0000\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]",
    r"[^\u0000]*$"
);

/// What `Reader::text` and `text::fits` take.
pub(super) fn text(least: usize, most: usize) -> Value {
    let pattern = if least == 0 { NO_NUL } else { NOT_BLANK };
    json!({ "type": "string", "minLength": least, "maxLength": most, "pattern": pattern })
}

pub(super) fn pattern(pattern: &str, example: &str) -> Value {
    json!({ "type": "string", "pattern": pattern, "examples": [example] })
}

pub(super) fn format(name: &str, example: &str) -> Value {
    json!({ "type": "string", "format": name, "examples": [example] })
}

pub(super) fn zone() -> Value {
    format("iana-time-zone", "Asia/Shanghai")
}

pub(super) fn list(items: Value, most: usize) -> Value {
    json!({ "type": "array", "items": items, "maxItems": most })
}

/// A named schema.
pub(super) fn named(name: &str) -> Value {
    json!({ "$ref": format!("{}{name}", super::COMPONENTS) })
}

/// With `null` besides, which counts as left out.
pub(super) fn or_null(mut schema: Value) -> Value {
    match schema.get("type") {
        Some(kind) => schema["type"] = json!([kind, "null"]),
        None => schema = json!({ "anyOf": [schema, { "type": "null" }] }),
    }
    schema
}

/// One field of a body.
pub(super) struct Field {
    name: &'static str,
    schema: Value,
    required: bool,
}

pub(super) fn required(name: &'static str, schema: Value) -> Field {
    Field { name, schema, required: true }
}

pub(super) fn optional(name: &'static str, schema: Value) -> Field {
    Field { name, schema: or_null(schema), required: false }
}

impl Field {
    pub(super) fn says(mut self, about: &str) -> Self {
        self.schema["description"] = json!(about);
        self
    }
}

/// An object of these fields and no others.
pub(super) fn object(about: &str, fields: impl IntoIterator<Item = Field>) -> Value {
    let mut properties = Map::new();
    let mut needed = Vec::new();
    for Field { name, schema, required } in fields {
        properties.insert(name.to_owned(), schema);
        needed.extend(required.then_some(name));
    }
    json!({
        "type": "object", "description": about, "properties": properties, "required": needed,
        "additionalProperties": false,
    })
}
