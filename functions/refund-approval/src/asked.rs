//! What staff ask of a case, field by field.

use aftercare::access::Action;
use aftercare::aws::requests::terms;
use aftercare::case::quote::{self, Ask, Circumstances, Quote};
use aftercare::case::{Case, CaseAct, CaseKind, Command, Counted, File, Rejection, Terms, Verdict, Via};
use aftercare::case::{CaseReason, LONGEST_HASH};
use aftercare::id::{LineId, UploadId};
use aftercare::intake::{Content, LONGEST_TEXT};
use aftercare::money::LARGEST;
use aftercare::order::MOST_LINES;
use aftercare::problem::Fault;
use aftercare::reader::{Faults, Reader as Fields};
use aftercare::view;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What is done, by the last part of its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Edit,
    OutOfStock,
    Approve,
    Reject,
    TakeBack,
    Cancel,
    Received,
    Inspection,
    Diagnosis,
    Repaired,
    Shipped,
    Retry,
}

impl Act {
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "edit" => Self::Edit,
            "out-of-stock" => Self::OutOfStock,
            "approve" => Self::Approve,
            "reject" => Self::Reject,
            "take-back" => Self::TakeBack,
            "cancel" => Self::Cancel,
            "received" => Self::Received,
            "inspection" => Self::Inspection,
            "diagnosis" => Self::Diagnosis,
            "repaired" => Self::Repaired,
            "shipped" => Self::Shipped,
            "retry" => Self::Retry,
            _ => return None,
        })
    }

    /// The row of the table of roles.
    pub(crate) fn action(self) -> Action {
        match self {
            Self::Edit | Self::OutOfStock => Action::EditCase,
            Self::Approve | Self::Reject | Self::TakeBack => Action::DecideCase,
            Self::Cancel => Action::CancelCase,
            Self::Received | Self::Inspection | Self::Diagnosis | Self::Repaired | Self::Shipped => Action::HandleGoods,
            Self::Retry => Action::RetryPayout,
        }
    }

    /// Reads its body.
    pub(crate) fn read(self, fields: &mut Fields<'_>, faults: &mut Faults) -> Option<Asked> {
        match self {
            Self::Edit => edit(fields, faults),
            Self::OutOfStock => Some(Asked::OutOfStock),
            Self::Approve => Some(Asked::Approve { hash: hash(fields, faults)? }),
            Self::Reject => {
                let hash = hash(fields, faults);
                let reason = fields.text("reason", 1, LONGEST_TEXT, faults);
                let reason = fields.required("reason", reason, faults);
                Some(Asked::Reject { hash: hash?, reason: reason? })
            }
            Self::TakeBack => Some(Asked::Plain(Command::TakeBack)),
            Self::Cancel => Some(Asked::Plain(Command::Cancel)),
            Self::Received => {
                let lines = counted("lines", "quantity", 1, fields, faults);
                Some(Asked::Plain(Command::Receive { lines }))
            }
            Self::Inspection => inspection(fields, faults),
            Self::Diagnosis => {
                let repairable = flag("repairable", fields, faults)?;
                Some(Asked::Plain(Command::Diagnose { repairable }))
            }
            Self::Repaired => Some(Asked::Plain(Command::Repair)),
            Self::Shipped => {
                let tracking = fields.parsed("tracking", view::TRACKING_RULE, view::tracking, faults);
                Some(Asked::Plain(Command::Ship { tracking }))
            }
            Self::Retry => Some(Asked::Plain(Command::Retry)),
        }
    }
}

/// A body that was read.
#[derive(Clone, Debug)]
pub(crate) enum Asked {
    Plain(Command),
    Approve {
        hash: String,
    },
    Reject {
        hash: String,
        reason: String,
    },
    /// What is left out stays.
    Edit {
        kind: Option<CaseKind>,
        reason: Option<CaseReason>,
        lines: Option<Vec<Counted>>,
        amount: Option<i64>,
        overridden: Option<String>,
    },
    /// What was to be sent is not to be had: a refund is offered in its place.
    OutOfStock,
    Inspect {
        accepted: Vec<Counted>,
        restocked: Vec<Counted>,
    },
}

fn hash(fields: &mut Fields<'_>, faults: &mut Faults) -> Option<String> {
    let hash = fields.text("hash", 1, LONGEST_HASH, faults);
    fields.required("hash", hash, faults)
}

fn flag(name: &'static str, fields: &mut Fields<'_>, faults: &mut Faults) -> Option<bool> {
    let value = fields.value(name);
    let flag = value.and_then(serde_json::Value::as_bool);
    if value.is_some() && flag.is_none() {
        fields.fault(name, "must be true or false", faults);
    }
    fields.required(name, flag, faults)
}

fn edit(fields: &mut Fields<'_>, faults: &mut Faults) -> Option<Asked> {
    let kind = fields.word("kind", CaseKind::ALL, CaseKind::parse, faults);
    let reason = fields.word("reason", CaseReason::ALL, CaseReason::parse, faults);
    let there = fields.value("lines").is_some();
    let lines = there.then(|| counted("lines", "quantity", 1, fields, faults));
    let amount = fields.number("amount", 1, LARGEST, faults);
    let overridden = fields.text("override", 1, LONGEST_TEXT, faults);
    Some(Asked::Edit { kind, reason, lines, amount, overridden })
}

fn inspection(fields: &mut Fields<'_>, faults: &mut Faults) -> Option<Asked> {
    let accepted = counted("lines", "accepted", 0, fields, faults);
    let restocked = if fields.value("restocked").is_some() {
        counted("restocked", "quantity", 0, fields, faults)
    } else {
        Vec::new()
    };
    Some(Asked::Inspect { accepted, restocked })
}

/// `[{line, <name>}]`
fn counted(
    list: &'static str,
    name: &'static str,
    least: i64,
    fields: &mut Fields<'_>,
    faults: &mut Faults,
) -> Vec<Counted> {
    let entries = fields.list(list, MOST_LINES, faults);
    if entries.is_empty() {
        fields.fault(list, "must have at least one line", faults);
    }
    let mut found: Vec<Counted> = Vec::new();
    for (at, entry) in entries {
        let mut inner = Fields::new(&at, entry, faults);
        let line = inner.parsed("line", LineId::RULE, LineId::parse, faults);
        let line = inner.required("line", line, faults);
        let quantity = inner.number(name, least, i64::from(aftercare::order::MOST_UNITS), faults);
        let quantity = inner.required(name, quantity, faults).and_then(|quantity| u32::try_from(quantity).ok());
        inner.finish(faults);
        if found.iter().any(|other| Some(&other.line) == line.as_ref()) {
            faults.push(Fault::new(format!("{at}/line"), "must not be listed twice"));
        }
        found.extend(line.zip(quantity).map(|(line, quantity)| Counted { line, quantity }));
    }
    found
}

impl Asked {
    /// What of the body does not go with the case that it would become.
    pub(crate) fn faults(&self, case: &Case) -> Vec<Fault> {
        let Self::Edit { kind, lines, amount, .. } = self else { return Vec::new() };
        let compensates = kind.unwrap_or(case.terms.kind) == CaseKind::Compensation;
        let mut faults = Vec::new();
        let mut when = |holds: bool, pointer: &str, detail: &str| {
            if holds {
                faults.push(Fault::new(pointer, detail));
            }
        };
        when(!compensates && amount.is_some(), "/amount", "must be left out: only a compensation has one");
        when(compensates && lines.is_some(), "/lines", "must be left out: a compensation is an amount, without lines");
        let becomes = compensates && case.terms.kind != CaseKind::Compensation;
        when(becomes && amount.is_none(), "/amount", "is required of a compensation");
        let becomes = !compensates && case.terms.kind == CaseKind::Compensation;
        when(becomes && lines.is_none(), "/lines", "must name one line at least");
        faults
    }

    fn act(&self) -> Option<CaseAct> {
        match self {
            Self::Plain(_) => None,
            Self::Approve { .. } => Some(CaseAct::Approve),
            Self::Reject { .. } => Some(CaseAct::Reject),
            Self::Edit { .. } | Self::OutOfStock => Some(CaseAct::Edit),
            Self::Inspect { .. } => Some(CaseAct::Inspect),
        }
    }

    /// What it asks of the case as it is, with what was typed. `gone`: photos that are left out when it is changed.
    pub(crate) fn command(
        &self,
        file: &File,
        gone: &[UploadId],
        roles: &[aftercare::access::Role],
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<(Command, Option<Content>), Rejection> {
        let note = |text: &String| Content { body: text.clone(), internal: true, ..Content::default() };
        let content = file.ticket.contents + 1;
        // Figures are computed for a case only where they can be of use.
        let (is, kind) = (file.case.status, file.case.terms.kind);
        if let Some(act) = self.act().filter(|act| !is.takes(*act)) {
            if matches!(self, Self::OutOfStock) {
                return Err(Rejection::NotToShip { is });
            }
            return Err(Rejection::Status { is, kind, act });
        }
        Ok(match self {
            Self::Plain(command) => (command.clone(), None),
            Self::Approve { hash } => {
                (Command::Approve { hash: hash.clone(), roles: roles.to_vec(), via: Via::Desk }, None)
            }
            Self::Reject { hash, reason } => {
                let command = Command::Reject { hash: hash.clone(), roles: roles.to_vec(), via: Via::Desk, content };
                (command, Some(note(reason)))
            }
            Self::Edit { kind, reason, lines, amount, overridden } => {
                let mut ask = asked_of(&file.case);
                ask.kind = kind.unwrap_or(ask.kind);
                ask.reason = reason.unwrap_or(ask.reason);
                ask.amount = amount.or(ask.amount).filter(|_| ask.kind == CaseKind::Compensation);
                if let Some(lines) = lines {
                    ask.lines = pairs(lines);
                }
                ask.overridden = overridden.is_some() || file.case.goods_here || file.case.terms.overridden.is_some();
                let number = overridden.as_ref().map(|_| content).or(file.case.terms.overridden);
                ask.photos.retain(|photo| !gone.contains(photo));
                let terms = recomputed(file, &ask, number, zone, now)?;
                (Command::Edit { terms, given: file.case.given }, overridden.as_ref().map(note))
            }
            Self::OutOfStock => {
                let kind = match file.case.terms.kind {
                    CaseKind::Exchange | CaseKind::Repair => CaseKind::ReturnRefund,
                    CaseKind::Resend => CaseKind::RefundOnly,
                    is @ (CaseKind::RefundOnly | CaseKind::ReturnRefund | CaseKind::Compensation) => {
                        return Err(Rejection::NothingToShip { is });
                    }
                };
                let ask = Ask { kind, overridden: true, ..asked_of(&file.case) };
                let terms = recomputed(file, &ask, file.case.terms.overridden, zone, now)?;
                (Command::Edit { terms, given: None }, None)
            }
            Self::Inspect { accepted, restocked } => (inspect(file, accepted, restocked, zone, now), None),
        })
    }
}

fn pairs(lines: &[Counted]) -> Vec<(LineId, u32)> {
    lines
        .iter()
        .filter(|counted| counted.quantity > 0)
        .map(|counted| (counted.line.clone(), counted.quantity))
        .collect()
}

/// What a case asks for, as it stands.
fn asked_of(case: &Case) -> Ask {
    let mut lines: Vec<(LineId, u32)> = Vec::new();
    for item in &case.terms.figures.items {
        let units = aftercare::order::count([&item.units]);
        match lines.iter_mut().find(|(line, _)| *line == item.units.line) {
            Some((_, known)) => *known += units,
            None => lines.push((item.units.line.clone(), units)),
        }
    }
    let amount = (case.terms.kind == CaseKind::Compensation).then_some(case.terms.figures.net);
    Ask {
        kind: case.terms.kind,
        reason: case.terms.reason,
        lines,
        amount,
        photos: case.terms.photos.clone(),
        overridden: false,
    }
}

fn recomputed(
    file: &File,
    ask: &Ask,
    overridden: Option<u32>,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<Terms, Rejection> {
    let on = Circumstances { order: &file.order, rules: &file.rules.settings.cases, zone, now };
    let quote = quote::quote(ask, on, file.case.ticket, file.case.number).map_err(Rejection::Unable)?;
    Ok(recomputed_as(file, ask, quote, overridden))
}

fn recomputed_as(file: &File, ask: &Ask, quote: Quote, overridden: Option<u32>) -> Terms {
    let terms = terms(ask, quote, overridden);
    // What was in its window when it was asked for is not out of it because of how long things take since.
    let kept = overridden == file.case.terms.overridden;
    let (in_window, has_evidence) = (file.case.terms.in_window, file.case.terms.has_evidence);
    // The photos stay those that were looked at when it was asked for, and without one of them the evidence is another.
    let gone: Vec<UploadId> = file.case.terms.photos.iter().filter(|id| !ask.photos.contains(id)).cloned().collect();
    let marks = file.case.terms.without_photos(&gone).marks;
    let has_evidence = if gone.is_empty() { has_evidence } else { terms.has_evidence };
    let terms = Terms { marks, ..terms };
    if kept && ask.overridden { Terms { in_window, has_evidence, ..terms } } else { terms }
}

/// What passed is what is given: the figures are those of the accepted units. Where nothing passed no money is, unless somebody
/// changes the case; of an exchange the goods that came stay what is decided on.
fn inspect(file: &File, accepted: &[Counted], restocked: &[Counted], zone: &TimeZone, now: Timestamp) -> Command {
    let case = &file.case;
    let sum = |lines: &[Counted]| lines.iter().map(|counted| counted.quantity).sum::<u32>();
    let (came, passed) = (sum(&case.received), sum(accepted));
    let verdict = match passed {
        0 => Verdict::Fail,
        _ if passed < came => Verdict::Partial,
        _ => Verdict::Pass,
    };
    let given = if verdict == Verdict::Fail { &case.received } else { accepted };
    // It was approved in its window: how long the goods were under way is not held against it.
    let ask = Ask { lines: pairs(given), overridden: true, ..asked_of(case) };
    let on = Circumstances { order: &file.order, rules: &file.rules.settings.cases, zone, now };
    let terms = match quote::counted(&ask, on, case.ticket, case.number) {
        Ok(quote) if verdict == Verdict::Fail && case.terms.kind.pays() => {
            recomputed_as(file, &ask, quote, case.terms.overridden).worthless()
        }
        Ok(quote) => recomputed_as(file, &ask, quote, case.terms.overridden),
        // The order has become another since, and gives this no more. What was found is recorded all the same.
        Err(_) if case.terms.kind.pays() => case.terms.given_before(),
        Err(_) => case.terms.clone(),
    };
    Command::Inspect { verdict, accepted: accepted.to_vec(), restocked: restocked.to_vec(), terms }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_staff_ask_takes_the_roles_of_what_it_becomes() {
        let rows = [
            ("edit", CaseAct::Edit),
            ("out-of-stock", CaseAct::Edit),
            ("approve", CaseAct::Approve),
            ("reject", CaseAct::Reject),
            ("take-back", CaseAct::TakeBack),
            ("cancel", CaseAct::Cancel),
            ("received", CaseAct::Receive),
            ("inspection", CaseAct::Inspect),
            ("diagnosis", CaseAct::Diagnose),
            ("repaired", CaseAct::Repair),
            ("shipped", CaseAct::Ship),
            ("retry", CaseAct::Retry),
        ];
        for (word, becomes) in rows {
            assert_eq!(Some(Act::parse(word).unwrap().action()), becomes.action(), "{word}");
        }
        let of_staff = CaseAct::ALL.iter().filter(|act| act.action().is_some());
        assert!(of_staff.clone().all(|act| rows.iter().any(|(_, becomes)| becomes == act)), "each has an address");
        assert_eq!(Act::parse("told"), None);
    }
}
