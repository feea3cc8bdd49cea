//! Refusals as RFC 9457 problem documents: what is wrong, where, and how to mend it.

use serde::Serialize;

use crate::order::Available;

/// One wrong field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fault {
    /// JSON Pointer (RFC 6901) into the body; for anything else its name, such as `header Idempotency-Key`.
    pub pointer: String,
    /// What it must be.
    pub detail: String,
}

impl Fault {
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), detail: detail.into() }
    }
}

/// A name as one step of a JSON Pointer.
pub fn segment(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A refusal. It says nothing of what it is not the caller's to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A stable name of the kind of refusal, as a URI reference such as `/problems/invalid`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The kind in words.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong this time, and the next step.
    pub detail: String,
    /// Every wrong field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Fault>,
    /// Seconds to wait before trying again; also the `Retry-After` header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// What can still be had of the order that was asked too much of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available: Option<Box<Available>>,
    /// The methods that the address takes: the `Allow` header.
    #[serde(skip)]
    pub allow: Option<&'static str>,
}

impl Problem {
    fn new(status: u16, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind,
            title,
            status,
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
            available: None,
            allow: None,
        }
    }

    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(400, "/problems/malformed", "The request cannot be read", detail)
    }

    pub fn unauthorized() -> Self {
        Self::new(
            401,
            "/problems/unauthorized",
            "Not signed in",
            "The token names no storefront. Ask for one with the claims this service is set up for.",
        )
    }

    /// The message of a provider that is not signed with what was agreed.
    pub fn unsigned() -> Self {
        let detail =
            "The signature does not hold, or it is more than five minutes old. Check the secret and the clock.";
        Self { detail: detail.to_owned(), title: "Not signed", ..Self::unauthorized() }
    }

    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(403, "/problems/forbidden", "Not allowed", detail)
    }

    /// The same for what does not exist and for what is somebody else's.
    /// The token of a member of staff who has no role here.
    pub fn no_role() -> Self {
        Self::forbidden(
            "The token has no role here. With roles in several storefronts, name one in the header Aftercare-Storefront.",
        )
    }

    pub fn not_found() -> Self {
        Self::new(404, "/problems/not-found", "Not found", "There is no such thing here. Check the address and the id.")
    }

    pub fn method(allow: &'static str) -> Self {
        let detail = format!("This address takes {allow}.");
        Self { allow: Some(allow), ..Self::new(405, "/problems/method", "Method not allowed", detail) }
    }

    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(409, "/problems/conflict", "Not in this state", detail)
    }

    /// An order does not give what is asked of it.
    pub fn short(detail: impl Into<String>, available: Box<Available>) -> Self {
        Self { available: Some(available), ..Self::conflict(detail) }
    }

    pub fn stale() -> Self {
        Self::new(
            412,
            "/problems/stale",
            "Changed in the meantime",
            "Somebody changed it since you read it. Read it again, then decide again.",
        )
    }

    pub fn too_large(limit: usize) -> Self {
        Self::new(413, "/problems/too-large", "Too large", format!("The body may have at most {limit} bytes."))
    }

    pub fn media_type() -> Self {
        Self::new(415, "/problems/media-type", "Not JSON", "Send the body as application/json.")
    }

    pub fn invalid(errors: Vec<Fault>) -> Self {
        let detail = match errors.len() {
            1 => "One field is wrong. Nothing was stored; mend it and send it again.".to_owned(),
            count => format!("{count} fields are wrong. Nothing was stored; mend them and send it again."),
        };
        Self { errors, ..Self::new(422, "/problems/invalid", "Wrong fields", detail) }
    }

    pub fn key_reused() -> Self {
        let detail =
            "This Idempotency-Key was used for another request in the last 24 hours. Use a new key for a new request.";
        Self::new(422, "/problems/idempotency-key-reused", "Key used for another request", detail)
    }

    pub fn too_many(detail: impl Into<String>, retry_after: u32) -> Self {
        Self { retry_after: Some(retry_after), ..Self::new(429, "/problems/too-many", "Too many requests", detail) }
    }

    pub fn unavailable() -> Self {
        let detail =
            "It could not be done right now, and nothing is half done. Send it again with the same Idempotency-Key.";
        Self { retry_after: Some(2), ..Self::new(503, "/problems/unavailable", "Try again", detail) }
    }
}
