//! What becomes of a case's goods: sent back, received, inspected, mended, shipped.

use super::decide::Story;
use super::{Case, CaseAct, CaseKind, CaseStatus, Counted, Happened, Rejection, Terms, Verdict};
use crate::id::LineId;

impl Case {
    /// The shop has goods that are the customer's, and are to be sent back: of a case that came to nothing, and what came and
    /// was not given for. Where part of the money of what came to nothing went, the goods stay.
    pub fn owes_goods(&self) -> bool {
        !self.to_send_back().is_empty()
    }

    /// What those are.
    pub fn to_send_back(&self) -> Vec<Counted> {
        if !self.goods_here {
            return Vec::new();
        }
        if self.has_ended() && !self.is_partly_paid() {
            return self.received.clone();
        }
        if self.status != CaseStatus::Settled || self.terms.kind == CaseKind::Repair {
            return Vec::new();
        }
        self.left_over()
    }

    /// What came and is not given for, as its terms are.
    pub(super) fn left_over(&self) -> Vec<Counted> {
        let given = |line: &LineId| self.terms.units_of(line);
        let left =
            |came: &Counted| Counted { quantity: came.quantity.saturating_sub(given(&came.line)), ..came.clone() };
        self.received.iter().map(left).filter(|left| left.quantity > 0).collect()
    }
}

impl Story<'_> {
    /// What came back caps what is given.
    pub(super) fn receive(&mut self, lines: &[Counted]) -> Result<(), Rejection> {
        self.fits(lines, |case, line| case.terms.units_of(line))?;
        let is = self.case.terms.kind;
        if !is.is_return() {
            return Err(Rejection::Kind { is, act: CaseAct::Receive });
        }
        self.push(Happened::Received { lines: lines.to_vec() });
        if self.case.status == CaseStatus::Expired {
            // It came too late: staff send it back, or change the case, which asks for it once more.
            self.send_back();
        } else {
            self.go(CaseStatus::Received);
        }
        Ok(())
    }

    fn fits(&self, lines: &[Counted], most: impl Fn(&Case, &LineId) -> u32) -> Result<(), Rejection> {
        for counted in lines {
            let most = most(&self.case, &counted.line);
            let same = lines.iter().filter(|other| other.line == counted.line).count();
            if counted.quantity > most || same > 1 {
                return Err(Rejection::TooMany { line: counted.line.clone(), most });
            }
        }
        Ok(())
    }

    /// Terms name no more units than were received.
    pub(super) fn within_received(&self, terms: &Terms) -> Result<(), Rejection> {
        let came = |line: &LineId| self.case.received.iter().find(|counted| counted.line == *line);
        for line in terms.figures.items.iter().map(|item| &item.units.line) {
            let most = came(line).map_or(0, |counted| counted.quantity);
            if terms.units_of(line) > most {
                return Err(Rejection::TooMany { line: line.clone(), most });
            }
        }
        Ok(())
    }

    pub(super) fn inspect(
        &mut self,
        verdict: Verdict,
        accepted: &[Counted],
        restocked: &[Counted],
        terms: &Terms,
    ) -> Result<(), Rejection> {
        if self.case.terms.kind == CaseKind::Repair {
            return Err(Rejection::Kind { is: CaseKind::Repair, act: CaseAct::Inspect });
        }
        let within = |counted: &[Counted], line: &LineId| {
            counted.iter().find(|counted| counted.line == *line).map_or(0, |counted| counted.quantity)
        };
        self.fits(accepted, |case, line| within(&case.received, line))?;
        self.fits(restocked, |_, line| within(accepted, line))?;
        let (accepted, restocked) = (accepted.to_vec(), restocked.to_vec());
        let is_more = terms.stake > self.case.terms.stake;
        self.push(Happened::Inspected { verdict, accepted, restocked, terms: terms.clone() });
        self.go(CaseStatus::Inspected);
        match verdict {
            // Facts may have changed since: nobody approved that it is more now.
            Verdict::Pass if is_more => self.go(CaseStatus::Requested),
            // A person says what becomes of goods that are here and that nothing is paid for.
            Verdict::Pass if terms.pays_nothing() => self.go(CaseStatus::Requested),
            Verdict::Pass if self.case.terms.kind.pays() => self.settle(),
            Verdict::Pass => self.go(CaseStatus::Settling),
            Verdict::Partial | Verdict::Fail => self.go(CaseStatus::Requested),
        }
        Ok(())
    }

    pub(super) fn diagnose(&mut self, repairable: bool) -> Result<(), Rejection> {
        self.of_kind(CaseKind::Repair, CaseAct::Diagnose)?;
        self.push(Happened::Diagnosed { repairable });
        self.go(if repairable { CaseStatus::Diagnosed } else { CaseStatus::Unrepairable });
        Ok(())
    }

    pub(super) fn ship(&mut self, tracking: Option<String>) -> Result<(), Rejection> {
        let case = &self.case;
        if !case.status.is_open() {
            if !case.owes_goods() {
                return Err(if case.waits_until().is_some() { Rejection::StillWaits } else { Rejection::NothingHere });
            }
            self.push(Happened::Shipped { tracking });
            return Ok(());
        }
        let is = case.terms.kind;
        if is.pays() {
            return Err(Rejection::Kind { is, act: CaseAct::Ship });
        }
        self.push(Happened::Shipped { tracking });
        self.go(CaseStatus::Settled);
        self.send_back();
        Ok(())
    }

    /// The customer is reminded on some days to send the goods, or to agree, and then it is over.
    pub(super) fn awaited(&mut self) {
        if self.case.expires(self.rules).is_some_and(|over| over <= self.now) {
            self.end(CaseStatus::Expired);
            return;
        }
        let days = self.now.duration_since(self.case.since).as_hours() / 24;
        let passed = self.rules.terms.remind_on_days.iter().copied().filter(|day| i64::from(*day) <= days).max();
        if let Some(day) = passed.filter(|day| self.case.reminded.is_none_or(|before| before < *day)) {
            self.push(Happened::Reminded { day });
        }
    }
}
