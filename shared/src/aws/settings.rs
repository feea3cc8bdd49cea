//! What a function is told by its surroundings, read once at start.
//!
//! A missing setting is a refusal to start, and the refusal names every missing one, so that a deployment is put right in
//! one go. Nothing outside this file reads the environment.

use std::collections::BTreeMap;
use std::fmt;

use aws_credential_types::Credentials;

/// Every function reads these; Lambda sets the first three itself.
const ALWAYS: [&str; 4] = ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "TABLE"];

/// The settings of one sandbox. `Debug` shows no secret: [`Credentials`] hides its own.
#[derive(Clone, Debug)]
pub struct Environment {
    pub region: String,
    /// The role's session. It outlives no sandbox, so it is never renewed here.
    pub credentials: Credentials,
    /// Where all AWS calls go instead of AWS: the local stack.
    pub endpoint: Option<String>,
    pub table: String,
    /// Name of the deployment, for logs and metrics; `local` when nobody says.
    pub stage: String,
    named: BTreeMap<&'static str, String>,
}

/// The settings that were asked for and are absent or empty, in alphabetical order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing(pub Vec<&'static str>);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the environment has no {}", self.0.join(", "))
    }
}

impl std::error::Error for Missing {}

/// How much to log, when the deployment says; asked for before anything else, so that a refusal to start is logged.
pub fn log_level() -> Option<String> {
    variable("LOG_LEVEL")
}

fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the one place where settings are read")]
    std::env::var(name).ok()
}

impl Environment {
    /// Reads the settings every function has, and those in `needed` (`["NOTIFY_QUEUE"]`).
    pub fn read(needed: &[&'static str]) -> Result<Self, Missing> {
        Self::from_lookup(needed, variable)
    }

    /// [`Environment::read`] from any source of names and values; an empty value is an absent one.
    pub fn from_lookup(needed: &[&'static str], lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Missing> {
        let present = |name: &str| lookup(name).filter(|value| !value.is_empty());
        let mut named = BTreeMap::new();
        let mut missing = Vec::new();
        for &name in ALWAYS.iter().chain(needed) {
            match present(name) {
                Some(value) => {
                    named.insert(name, value);
                }
                None => missing.push(name),
            }
        }
        if !missing.is_empty() {
            missing.sort_unstable();
            missing.dedup();
            return Err(Missing(missing));
        }
        let mut take = |name: &'static str| named.remove(name).ok_or_else(|| Missing(vec![name]));
        Ok(Self {
            region: take("AWS_REGION")?,
            credentials: Credentials::new(
                take("AWS_ACCESS_KEY_ID")?,
                take("AWS_SECRET_ACCESS_KEY")?,
                present("AWS_SESSION_TOKEN"),
                None,
                "environment",
            ),
            endpoint: present("AWS_ENDPOINT_URL"),
            table: take("TABLE")?,
            stage: present("SERVICE_STAGE").unwrap_or_else(|| "local".to_owned()),
            named,
        })
    }

    /// One of the settings `needed` at start; any other is missing, whatever the environment says.
    pub fn required(&self, name: &'static str) -> Result<&str, Missing> {
        self.named.get(name).map(String::as_str).ok_or_else(|| Missing(vec![name]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(pairs: &[(&str, &str)], needed: &[&'static str]) -> Result<Environment, Missing> {
        let pairs: BTreeMap<String, String> =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Environment::from_lookup(needed, |name| pairs.get(name).cloned())
    }

    const WHOLE: [(&str, &str); 4] = [
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("TABLE", "aftercare"),
    ];

    #[test]
    fn every_missing_setting_is_named_at_once() {
        let refusal = given(&[("AWS_REGION", "eu-central-1"), ("TABLE", "")], &["NOTIFY_QUEUE", "TABLE"]).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "the environment has no AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, NOTIFY_QUEUE, TABLE"
        );
    }

    #[test]
    fn what_lambda_always_sets_is_enough_for_a_function_without_wishes() {
        let environment = given(&WHOLE, &[]).unwrap();
        assert_eq!(environment.table, "aftercare");
        assert_eq!(environment.stage, "local");
        assert_eq!(environment.endpoint, None);
        assert_eq!(environment.credentials.session_token(), None);
    }

    #[test]
    fn a_setting_nobody_asked_for_at_start_is_refused_later() {
        let with_queue: Vec<_> = WHOLE.into_iter().chain([("NOTIFY_QUEUE", "http://queue")]).collect();
        assert_eq!(given(&with_queue, &["NOTIFY_QUEUE"]).unwrap().required("NOTIFY_QUEUE"), Ok("http://queue"));
        assert_eq!(given(&with_queue, &[]).unwrap().required("NOTIFY_QUEUE"), Err(Missing(vec!["NOTIFY_QUEUE"])));
    }

    #[test]
    fn a_printed_environment_shows_no_secret() {
        let secret: Vec<_> = WHOLE
            .into_iter()
            .filter(|(name, _)| *name != "AWS_SECRET_ACCESS_KEY")
            .chain([("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI"), ("AWS_SESSION_TOKEN", "FwoGZXIvYXdzE")])
            .collect();
        let printed = format!("{:?}", given(&secret, &[]).unwrap());
        assert!(!printed.contains("wJalrXUtnFEMI") && !printed.contains("FwoGZXIvYXdzE"), "{printed}");
    }
}
