//! What every page says to the browser besides itself: nothing from elsewhere, nobody around it, nothing kept or told on.

use std::fmt::Display;

use aftercare::aws::http::Answer;
use aftercare::aws::start::random;
use aftercare::aws::table::Trouble;
use aftercare::link::nonce_name;

/// A nonce for the style of one page.
pub(crate) fn fresh_nonce() -> Result<String, Trouble> {
    Ok(nonce_name(&random()?))
}

/// A page. A template that fails, which writing into memory does not, leaves an empty one.
pub(crate) fn html<E: Display>(status: u16, nonce: &str, page: Result<String, E>) -> Answer {
    html_with(status, nonce, "", page)
}

/// The same, with forms that are sent to `elsewhere` too.
pub(crate) fn html_with<E: Display>(status: u16, nonce: &str, elsewhere: &str, page: Result<String, E>) -> Answer {
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

/// After a form, and for an address that shows nothing by itself: look there.
pub(crate) fn elsewhere(path: &str) -> Answer {
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
