//! What every page says to the browser besides itself: nothing from elsewhere, nobody around it, nothing kept or told on.

use std::fmt::Display;

use super::http::Answer;
use super::start::random;
use super::table::Trouble;
use crate::link::nonce_name;
use crate::mail::Language;

/// A nonce for the style of one page.
pub fn fresh_nonce() -> Result<String, Trouble> {
    Ok(nonce_name(&random()?))
}

/// A page. A template that fails, which writing into memory does not, leaves an empty one.
pub fn html<E: Display>(status: u16, nonce: &str, page: Result<String, E>) -> Answer {
    html_with(status, nonce, "", page)
}

/// The same, with forms that are sent to `elsewhere` too.
pub fn html_with<E: Display>(status: u16, nonce: &str, elsewhere: &str, page: Result<String, E>) -> Answer {
    let to = format!("'self' {elsewhere}");
    let to = to.trim_end();
    let (status, body) = match page {
        Ok(body) => (status, body),
        Err(why) => {
            tracing::error!(error = %why, "the page's template could not be written");
            (500, String::new())
        }
    };
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; form-action {to}; frame-ancestors 'none'; base-uri 'none'"
    );
    let mut headers = vec![
        ("content-type", "text/html; charset=utf-8".to_owned()),
        ("content-security-policy", policy),
        ("vary", "accept-language".to_owned()),
    ];
    headers.extend(always());
    Answer { status, headers, body }
}

/// A page that says one thing, in a language and with the nonce of its style. Without randomness it is empty.
pub fn lone<E: Display>(status: u16, language: Language, page: impl Fn(Language, &str) -> Result<String, E>) -> Answer {
    match fresh_nonce() {
        Ok(nonce) => html(status, &nonce, page(language, &nonce)),
        Err(_) => html(503, "", Ok::<_, Trouble>(String::new())),
    }
}

/// After a form, and for an address that shows nothing by itself: look there.
pub fn elsewhere(path: &str) -> Answer {
    let mut headers = vec![("location", path.to_owned())];
    headers.extend(always());
    Answer { status: 303, headers, body: String::new() }
}

/// `cache-control: no-store` is on every answer of ours.
fn always() -> Vec<(&'static str, String)> {
    let named = [
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("x-robots-tag", "noindex, nofollow"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ];
    named.map(|(name, value)| (name, value.to_owned())).to_vec()
}
