//! What is asked for, as a body says it.

use super::{CaseKind, CaseReason};
use crate::id::{LineId, UploadId};
use crate::money::LARGEST;
use crate::order::{MOST_LINES, MOST_UNITS};
use crate::problem::Fault;
use crate::reader::{Faults, Reader};

pub const MOST_PHOTOS: usize = 5;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    pub kind: CaseKind,
    pub reason: CaseReason,
    /// Lines and how many units of each, each line once. Those of a compensation only say what it is for.
    pub lines: Vec<(LineId, u32)>,
    /// Minor units, of a compensation.
    pub amount: Option<i64>,
    /// Photos that came with it.
    pub photos: Vec<UploadId>,
    /// Staff let pass that its window is over, or that a photo is missing, with a reason.
    pub overridden: bool,
}

impl Ask {
    /// Reads `kind`, `reason`, `lines`, `amount` and `photos` of a body that may have more. Nothing is overridden.
    pub fn read(fields: &mut Reader<'_>, faults: &mut Faults) -> Option<Self> {
        let before = faults.len();
        let kind = fields.word("kind", CaseKind::ALL, CaseKind::parse, faults);
        let kind = fields.required("kind", kind, faults);
        let reason = fields.word("reason", CaseReason::ALL, CaseReason::parse, faults);
        let reason = fields.required("reason", reason, faults);
        let lines = lines(fields, faults);
        let amount = fields.number("amount", 1, LARGEST, faults);
        let photos = photos(fields, faults);
        if faults.len() == before {
            check(kind?, lines.is_empty(), amount, fields, faults);
        }
        let (kind, reason) = (kind?, reason?);
        (faults.len() == before).then_some(Self { kind, reason, lines, amount, photos, overridden: false })
    }
}

/// A compensation has an amount, everything else has units.
fn check(kind: CaseKind, no_lines: bool, amount: Option<i64>, fields: &Reader<'_>, faults: &mut Faults) {
    match (kind == CaseKind::Compensation, amount) {
        (true, None) => fields.fault("amount", "is required of a compensation", faults),
        (false, Some(_)) => fields.fault("amount", "must be left out: only a compensation has one", faults),
        (true, Some(_)) | (false, None) => {}
    }
    if kind != CaseKind::Compensation && no_lines {
        fields.fault("lines", "must name one line at least", faults);
    }
}

fn lines(fields: &mut Reader<'_>, faults: &mut Faults) -> Vec<(LineId, u32)> {
    let mut read: Vec<(LineId, u32)> = Vec::new();
    for (at, value) in fields.list("lines", MOST_LINES, faults) {
        let mut line = Reader::new(&at, value, faults);
        let id = line.parsed("line", LineId::RULE, LineId::parse, faults);
        let id = line.required("line", id, faults);
        let quantity = line.number("quantity", 1, i64::from(MOST_UNITS), faults);
        let quantity = line.required("quantity", quantity, faults).and_then(|number| u32::try_from(number).ok());
        line.finish(faults);
        let (Some(id), Some(quantity)) = (id, quantity) else { continue };
        if read.iter().any(|(other, _)| *other == id) {
            faults.push(Fault::new(format!("{at}/line"), "must not be listed twice"));
        }
        read.push((id, quantity));
    }
    read
}

fn photos(fields: &mut Reader<'_>, faults: &mut Faults) -> Vec<UploadId> {
    let mut read: Vec<UploadId> = Vec::new();
    for (at, value) in fields.list("photos", MOST_PHOTOS, faults) {
        match value.as_str().and_then(UploadId::parse) {
            None => faults.push(Fault::new(at, format!("must be {}", UploadId::RULE))),
            Some(id) if read.contains(&id) => faults.push(Fault::new(at, "must not be listed twice")),
            Some(id) => read.push(id),
        }
    }
    read
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(body: &Value) -> Result<Ask, Vec<String>> {
        let mut faults = Faults::new();
        let mut fields = Reader::new("", body, &mut faults);
        let ask = Ask::read(&mut fields, &mut faults);
        fields.finish(&mut faults);
        assert_eq!(ask.is_none(), faults.iter().any(|fault| fault.pointer != "/note"), "{faults:?}");
        ask.filter(|_| faults.is_empty()).ok_or_else(|| faults.into_iter().map(|fault| fault.pointer).collect())
    }

    #[test]
    fn an_ask_is_read_whole() {
        let body = json!({ "kind": "return_refund", "reason": "damaged", "photos": ["u-1", "u-2"],
            "lines": [{ "line": "l-1", "quantity": 2 }, { "line": "l-2", "quantity": 10_000 }] });
        let line = |name: &str| LineId::parse(name).unwrap();
        let expected = Ask {
            kind: CaseKind::ReturnRefund,
            reason: CaseReason::Damaged,
            lines: vec![(line("l-1"), 2), (line("l-2"), 10_000)],
            amount: None,
            photos: vec![UploadId::parse("u-1").unwrap(), UploadId::parse("u-2").unwrap()],
            overridden: false,
        };
        assert_eq!(read(&body), Ok(expected));
    }

    #[test]
    fn a_compensation_has_an_amount_and_needs_no_lines() {
        let ask = read(&json!({ "kind": "compensation", "reason": "late", "amount": 500 })).unwrap();
        assert_eq!((ask.amount, ask.lines.is_empty()), (Some(500), true));
        assert_eq!(read(&json!({ "kind": "compensation", "reason": "late" })).unwrap_err(), ["/amount"]);
        for amount in [json!(0), json!(1.5), json!("5"), json!(LARGEST + 1)] {
            let body = json!({ "kind": "compensation", "reason": "late", "amount": amount });
            assert_eq!(read(&body).unwrap_err(), ["/amount"], "{amount}");
        }
    }

    #[test]
    fn everything_else_has_lines_and_no_amount() {
        assert_eq!(read(&json!({ "kind": "resend", "reason": "missing" })).unwrap_err(), ["/lines"]);
        let lines = json!([{ "line": "l", "quantity": 1 }]);
        let body = json!({ "kind": "resend", "reason": "missing", "lines": lines, "amount": 5 });
        assert_eq!(read(&body).unwrap_err(), ["/amount"]);
    }

    #[test]
    fn every_fault_is_told_at_once_with_its_place() {
        let body = json!({ "kind": "gift", "note": "x", "amount": -1,
            "lines": [{ "line": "l", "quantity": 0 }, { "line": "!" }, { "line": "l", "quantity": 1, "size": 3 }, 5],
            "photos": ["u", "u", "", 7] });
        let expected = [
            "/kind",
            "/reason",
            "/lines/0/quantity",
            "/lines/1/line",
            "/lines/1/quantity",
            "/lines/2/size",
            "/lines/3",
            "/amount",
            "/photos/1",
            "/photos/2",
            "/photos/3",
            "/note",
        ];
        assert_eq!(read(&body).unwrap_err(), expected);
    }

    #[test]
    fn a_line_is_named_once_and_photos_are_at_most_five() {
        let line = json!({ "line": "l", "quantity": 1 });
        let twice = json!({ "kind": "repair", "reason": "defective", "lines": [line, line] });
        assert_eq!(read(&twice).unwrap_err(), ["/lines/1/line"]);
        let six = json!({ "kind": "repair", "reason": "defective", "lines": [line], "photos": ["a", "b", "c", "d", "e", "f"] });
        assert_eq!(read(&six).unwrap_err(), ["/photos"]);
    }
}
