//! Query parameters, read one by one; all that is wrong with them is told at once, as with the fields of a body.

use super::http::Call;
use super::pages::position;
use crate::problem::{Fault, Problem};
use crate::reader::not_known;

/// The parameters of one request being read. What is not asked for is refused: a misspelt name must not pass in silence.
#[derive(Debug)]
pub struct Parameters<'a> {
    call: &'a Call,
    asked: Vec<&'static str>,
    faults: Vec<Fault>,
}

impl Call {
    /// Begins to read the query; `Parameters::finish` ends it.
    pub fn parameters(&self) -> Parameters<'_> {
        Parameters { call: self, asked: Vec::new(), faults: Vec::new() }
    }
}

impl<'a> Parameters<'a> {
    /// The text of a parameter, if it is there.
    pub fn text(&mut self, name: &'static str) -> Option<&'a str> {
        if !self.asked.contains(&name) {
            self.asked.push(name);
        }
        self.call.query.get(name).map(String::as_str)
    }

    /// An optional value; `rule` says what it must be.
    pub fn parsed<T>(&mut self, name: &'static str, rule: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.text(name)?;
        let parsed = parse(text);
        if parsed.is_none() {
            self.fault(name, format!("must be {rule}"));
        }
        parsed
    }

    /// The size of a page: 1 to 100, else 20.
    pub fn limit(&mut self) -> usize {
        let fits = |limit: &usize| (1..=100).contains(limit);
        let rule = "a whole number from 1 to 100";
        self.parsed("limit", rule, |text| text.parse().ok().filter(fits)).unwrap_or(20)
    }

    /// Where the page before ended, if this is not the first; `fits` says whether a text can be such a position.
    pub fn cursor(&mut self, fits: impl Fn(&str) -> bool) -> Option<String> {
        self.parsed("cursor", "the `next` of the page before", |cursor| position(cursor, fits))
    }

    pub fn fault(&mut self, name: &str, detail: impl Into<String>) {
        self.faults.push(Fault::new(format!("query {name}"), detail));
    }

    /// Refuses what was wrong, and every parameter that was not asked for.
    pub fn finish(mut self) -> Result<(), Problem> {
        let unknown = self.call.query.keys().filter(|name| !self.asked.contains(&name.as_str()));
        // Names are the caller's text: a bounded number of a bounded length is repeated to them.
        for name in unknown.take(20) {
            let shown: String = name.chars().take(60).collect();
            self.faults.push(Fault::new(format!("query {shown}"), not_known(&self.asked)));
        }
        if self.faults.is_empty() { Ok(()) } else { Err(Problem::invalid(self.faults)) }
    }
}
