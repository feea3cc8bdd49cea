//! A review as it is handed in at the desk.

use serde_json::Value;

use super::{LEAST_SCORE, MOST_SCORE, Scores};
use crate::figures::Period;
use crate::id::{StaffId, TicketId};
use crate::problem::Fault;
use crate::reader::{Faults, Reader};

/// Characters of the comment.
pub const LONGEST_COMMENT: usize = 2_000;
const MONTH_RULE: &str = "a month such as 2026-01";

/// A review that was read and is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReview {
    pub ticket: TicketId,
    pub agent: StaffId,
    pub month: Period,
    pub scores: Scores,
    pub comment: Option<String>,
}

impl NewReview {
    /// Every wrong field is named at once.
    pub fn read(body: &Value) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::new();
        let mut fields = Reader::new("", body, &mut faults);
        let read = read(&mut fields, &mut faults);
        fields.finish(&mut faults);
        read.filter(|_| faults.is_empty()).ok_or(faults)
    }
}

fn read(fields: &mut Reader<'_>, faults: &mut Faults) -> Option<NewReview> {
    let ticket = fields.parsed("ticket", "a ticket's id", TicketId::parse, faults);
    let ticket = fields.required("ticket", ticket, faults);
    let agent = fields.parsed("agent", StaffId::RULE, StaffId::parse, faults);
    let agent = fields.required("agent", agent, faults);
    let of = fields.parsed("month", MONTH_RULE, month, faults);
    let of = fields.required("month", of, faults);
    let [speed, attitude, process, effect] =
        ["speed", "attitude", "process", "effect"].map(|name| score(name, fields, faults));
    let comment = fields.text("comment", 1, LONGEST_COMMENT, faults);
    let scores = Scores { speed: speed?, attitude: attitude?, process: process?, effect: effect? };
    Some(NewReview { ticket: ticket?, agent: agent?, month: of?, scores, comment })
}

fn score(name: &'static str, fields: &mut Reader<'_>, faults: &mut Faults) -> Option<u8> {
    let score = fields.number(name, i64::from(LEAST_SCORE), i64::from(MOST_SCORE), faults);
    fields.required(name, score, faults).and_then(|score| u8::try_from(score).ok())
}

/// A month, and no other period.
pub fn month(text: &str) -> Option<Period> {
    Period::parse(text).filter(|period| match period {
        Period::Month(year, _) => (2000..2100).contains(year),
        Period::Quarter(..) | Period::Year(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let wrong = |body: Value| {
            let faults = NewReview::read(&body).unwrap_err();
            let mut named: Vec<String> = faults.into_iter().map(|fault| fault.pointer).collect();
            named.sort_unstable();
            named
        };
        let all = ["/agent", "/attitude", "/effect", "/month", "/process", "/speed", "/ticket"];
        assert_eq!(wrong(json!({})), all);
        let body = json!({
            "ticket": "1", "agent": "a b", "month": "2026-Q1", "speed": 0, "attitude": 6, "process": 2.5, "effect": "5",
            "comment": " ", "mood": 1,
        });
        let more = [all[0], all[1], "/comment", all[2], "/mood", all[3], all[4], all[5], all[6]];
        assert_eq!(wrong(body), {
            let mut more = more.map(str::to_owned).to_vec();
            more.sort();
            more
        });
    }
}
