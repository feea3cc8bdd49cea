//! What a command on a case causes. What can be done where is `status::acts`; here is what comes of it.

use jiff::{SignedDuration, Timestamp};

use super::{Case, CaseAct, CaseKind, CaseStatus, Command, Given, Happened, Payout, Rejection, Terms, Via, approval};
use crate::access::Role;
use crate::event::Actor;
use crate::id::{OrderId, StaffId};
use crate::settings::CaseRules;

/// The events that make a case.
pub fn requested(
    order: OrderId,
    settings: u32,
    terms: Terms,
    given: Option<Given>,
    consent: bool,
    hands: Vec<StaffId>,
) -> Vec<Happened> {
    vec![Happened::Requested { order, settings, terms, given, consent, hands }]
}

/// What a command causes, in order. Done already means no events.
pub fn decide(
    case: &Case,
    command: &Command,
    by: &Actor,
    now: Timestamp,
    rules: &CaseRules,
) -> Result<Vec<Happened>, Rejection> {
    let mut story = Story { before: case, case: case.clone(), events: Vec::new(), by, now, rules };
    if story.is_done(command) {
        return Ok(Vec::new());
    }
    let act = command.act();
    // Once it cannot be taken back, nobody but whoever sends its goods back has anything to do with what was rejected.
    let is_final = case.status == CaseStatus::Rejected && case.waits_until().is_none();
    if !case.status.takes(act) || (is_final && matches!(act, CaseAct::Cancel | CaseAct::Consent)) {
        return Err(Rejection::Status { is: case.status, kind: case.terms.kind, act });
    }
    story.carry_out(command)?;
    Ok(story.events)
}

/// A command on its way: what it has caused so far, and the case after that.
pub(super) struct Story<'a> {
    pub(super) before: &'a Case,
    pub(super) case: Case,
    events: Vec<Happened>,
    by: &'a Actor,
    pub(super) now: Timestamp,
    pub(super) rules: &'a CaseRules,
}

impl Story<'_> {
    pub(super) fn push(&mut self, event: Happened) {
        self.case.apply(&event, self.by, self.now);
        self.events.push(event);
    }

    pub(super) fn go(&mut self, to: CaseStatus) {
        self.push(Happened::Moved { to, until: None });
    }

    fn staff(&self) -> Option<&StaffId> {
        match self.by {
            crate::event::Actor::Staff(id) => Some(id),
            Actor::Customer | Actor::Storefront | Actor::System => None,
        }
    }

    /// What is the case already. A message that comes twice finds it so.
    fn is_done(&self, command: &Command) -> bool {
        let case = &self.case;
        match command {
            Command::Assess { .. } => case.status != CaseStatus::Requested,
            Command::Cancel => case.status == CaseStatus::Cancelled,
            Command::Send { tracking } => case.status == CaseStatus::InTransit && case.return_tracking == *tracking,
            Command::Receive { lines } => {
                let here =
                    case.status == CaseStatus::Received || (case.status == CaseStatus::Expired && case.goods_here);
                here && case.received == *lines
            }
            Command::Repair => case.status == CaseStatus::Repaired,
            Command::Ship { tracking } => {
                let over = case.has_ended() || case.status == CaseStatus::Settled;
                let went = case.status == CaseStatus::Settled && !case.terms.kind.pays() && !case.owes_goods();
                let went_back = over && !case.received.is_empty() && !case.goods_here;
                (went || went_back) && case.tracking == *tracking
            }
            Command::Consent { accepted: true } => case.agreed,
            Command::Consent { accepted: false } => case.status == CaseStatus::Cancelled,
            Command::Scan => case.next.is_none_or(|next| next > self.now),
            Command::Edit { .. }
            | Command::Approve { .. }
            | Command::Reject { .. }
            | Command::TakeBack
            | Command::Inspect { .. }
            | Command::Diagnose { .. }
            | Command::Pay { .. }
            | Command::Told { .. }
            | Command::PaidBefore { .. }
            | Command::Retry => false,
        }
    }

    fn carry_out(&mut self, command: &Command) -> Result<(), Rejection> {
        match command {
            Command::Assess { risk, needed, why } => self.assess(risk.clone(), needed.clone(), why.clone()),
            Command::Edit { terms, given } => self.edit(terms, *given),
            Command::Approve { hash, roles, via } => self.approve(hash, roles, *via),
            Command::Reject { hash, roles, via, content } => self.reject(hash, roles, *via, *content),
            Command::TakeBack => self.take_back(),
            Command::Cancel => self.cancel(),
            Command::Consent { accepted } => self.consent(*accepted),
            Command::Send { tracking } => {
                self.push(Happened::Sent { tracking: tracking.clone() });
                self.go(CaseStatus::InTransit);
                Ok(())
            }
            Command::Receive { lines } => self.receive(lines),
            Command::Inspect { verdict, accepted, restocked, terms } => {
                self.inspect(*verdict, accepted, restocked, terms)
            }
            Command::Diagnose { repairable } => self.diagnose(*repairable),
            Command::Repair => self.of_kind(CaseKind::Repair, CaseAct::Repair).map(|()| self.go(CaseStatus::Repaired)),
            Command::Ship { tracking } => self.ship(tracking.clone()),
            Command::Pay { payout } => self.pay(*payout),
            Command::Told { payout, how, reference, code } => self.told(*payout, *how, reference.clone(), code.clone()),
            Command::PaidBefore { payout, before, how, reference } => {
                self.paid_before(*payout, *before, *how, reference.clone())
            }
            Command::Retry => self.retry(),
            Command::Scan => self.scan(),
        }
    }

    pub(super) fn of_kind(&self, kind: CaseKind, act: CaseAct) -> Result<(), Rejection> {
        let is = self.case.terms.kind;
        if is == kind { Ok(()) } else { Err(Rejection::Kind { is, act }) }
    }

    fn assess(
        &mut self,
        risk: super::risk::Risk,
        needed: Vec<Role>,
        why: Vec<approval::Concern>,
    ) -> Result<(), Rejection> {
        let nobody = needed.is_empty();
        self.push(Happened::Assessed { risk, needed, why });
        if nobody {
            self.go(CaseStatus::Approved);
            self.go_on();
        } else {
            self.go(CaseStatus::Pending);
        }
        Ok(())
    }

    /// What was changed is approved by nobody yet. The customer is asked where they would get something else, or less.
    fn edit(&mut self, terms: &Terms, given: Option<Given>) -> Result<(), Rejection> {
        let before = &self.case.terms;
        // What is over is asked for once more only where its goods came after all.
        let is_over = self.case.status == CaseStatus::Expired;
        if is_over && !self.case.goods_here {
            return Err(Rejection::NothingHere);
        }
        if before == terms && !is_over {
            return Ok(());
        }
        // Under way to the customer, only what cannot be delivered may still become something else.
        if self.case.status == CaseStatus::Settling && before.kind.pays() {
            return Err(Rejection::OnItsWay);
        }
        // Goods that are here are what it is about: no more of them than came.
        if self.case.goods_here {
            self.within_received(terms)?;
        }
        let consent = before.kind != terms.kind || terms.figures.net < before.figures.net;
        self.push(Happened::Edited { terms: terms.clone(), consent, given });
        self.go(CaseStatus::Requested);
        Ok(())
    }

    /// Whether a version that somebody looked at is the one there is.
    fn fresh(&self, hash: &str) -> Result<(), Rejection> {
        let case = &self.case;
        if case.hash() == hash {
            return Ok(());
        }
        let was = case.earlier.iter().find(|earlier| earlier.hash == hash);
        Err(Rejection::Stale {
            was: was.map(|earlier| (earlier.kind, earlier.net)),
            is: (case.terms.kind, case.terms.figures.net),
            currency: case.terms.figures.currency.clone(),
        })
    }

    /// The role in whose place somebody may decide.
    fn slot(&self, hash: &str, roles: &[Role], via: Via) -> Result<Role, Rejection> {
        self.fresh(hash)?;
        let case = &self.case;
        if self.staff().is_none_or(|id| case.hands.contains(id)) {
            return Err(Rejection::OwnHands);
        }
        if via == Via::Link && !case.link_decides() {
            return Err(Rejection::AboveLink);
        }
        let missing = case.missing();
        let slot = missing.iter().copied().find(|slot| approval::may_fill(roles, *slot));
        slot.ok_or(Rejection::AboveLimit { needed: missing })
    }

    fn approve(&mut self, hash: &str, roles: &[Role], via: Via) -> Result<(), Rejection> {
        let id = self.staff().cloned();
        if self.case.approvals.iter().any(|approval| Some(&approval.by) == id.as_ref()) {
            return Err(Rejection::Twice);
        }
        let slot = self.slot(hash, roles, via)?;
        if self.case.terms.pays_nothing() {
            return Err(Rejection::NothingToPay);
        }
        self.push(Happened::Approved { slot, via, hash: hash.to_owned() });
        if self.case.missing().is_empty() {
            self.push(Happened::Moved { to: CaseStatus::Approved, until: self.wait(via) });
            if via == Via::Desk {
                self.go_on();
            }
        }
        Ok(())
    }

    /// Whoever may approve it in some place may say no.
    fn reject(&mut self, hash: &str, roles: &[Role], via: Via, content: u32) -> Result<(), Rejection> {
        self.slot(hash, roles, via)?;
        self.push(Happened::Rejected { via, hash: hash.to_owned(), content });
        self.push(Happened::Moved { to: CaseStatus::Rejected, until: self.wait(via) });
        self.send_back();
        Ok(())
    }

    /// What was decided by a link can be taken back for a while.
    fn wait(&self, via: Via) -> Option<Timestamp> {
        let minutes = i64::from(self.rules.terms.take_back_minutes);
        (via == Via::Link).then(|| self.now.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(self.now))
    }

    fn take_back(&mut self) -> Result<(), Rejection> {
        let case = &self.case;
        let by = case.decided_by().cloned();
        if case.waits_until().is_none_or(|until| self.now >= until) {
            return Err(Rejection::TooLate);
        }
        if by.is_none() || by.as_ref() != self.staff() {
            return Err(Rejection::NotTheirs { by });
        }
        self.push(Happened::TakenBack);
        self.go(CaseStatus::Pending);
        Ok(())
    }

    fn cancel(&mut self) -> Result<(), Rejection> {
        let case = &self.case;
        let by_staff = self.staff().is_some();
        if case.status == CaseStatus::InTransit && !by_staff {
            return Err(Rejection::UnderWay);
        }
        // Where the rest cannot be paid, staff let go of it; what was paid stays paid.
        let gives_up = by_staff && case.status == CaseStatus::PartiallySettled;
        if !gives_up && case.is_partly_paid() {
            return Err(Rejection::Paid);
        }
        // Money that is on its way, or may be, is not called back; what nobody was asked for is not.
        let is_out = case.payouts.iter().any(|payout| !payout.is_over() && !payout.waits_for_provider());
        let waits = case.payouts.iter().any(Payout::waits_for_provider);
        let settles = case.terms.kind.pays() && !waits;
        if is_out || (case.status == CaseStatus::Settling && (settles || !by_staff)) {
            return Err(Rejection::OnItsWay);
        }
        self.end(CaseStatus::Cancelled);
        Ok(())
    }

    /// It is over.
    pub(super) fn end(&mut self, to: CaseStatus) {
        self.go(to);
        self.send_back();
    }

    /// The desk is told where goods are here that go back.
    pub(super) fn send_back(&mut self) {
        if self.case.owes_goods() {
            self.push(Happened::ToSendBack);
        }
    }

    fn consent(&mut self, accepted: bool) -> Result<(), Rejection> {
        if self.case.agreed {
            return Err(Rejection::NothingAsked);
        }
        self.push(Happened::Consented { accepted });
        if !accepted {
            self.end(CaseStatus::Cancelled);
        } else if self.case.status == CaseStatus::Approved && self.case.waits_until().is_none() {
            self.go_on();
        }
        Ok(())
    }

    /// What follows an approval that nobody can take back, once the customer agreed.
    fn go_on(&mut self) {
        let case = &self.case;
        if !case.agreed {
            return;
        }
        if case.terms.kind.is_return() && !case.goods_here {
            self.go(CaseStatus::AwaitingReturn);
        } else if case.terms.kind.pays() {
            self.settle();
        } else {
            self.go(CaseStatus::Settling);
        }
    }

    /// What is due by itself.
    fn scan(&mut self) -> Result<(), Rejection> {
        match self.case.status {
            CaseStatus::Pending => {
                let to = approval::above(self.case.escalated.or_else(|| self.case.missing().last().copied()));
                self.push(Happened::Escalated { to });
            }
            CaseStatus::Approved if !self.case.awaits_agreement() => {
                // Nobody took it back.
                self.go(CaseStatus::Approved);
                self.go_on();
            }
            CaseStatus::Rejected => self.end(CaseStatus::Rejected),
            CaseStatus::Approved | CaseStatus::AwaitingReturn => self.awaited(),
            CaseStatus::Settling | CaseStatus::PayoutUnknown => self.ask_again(),
            CaseStatus::Requested
            | CaseStatus::InTransit
            | CaseStatus::Received
            | CaseStatus::Inspected
            | CaseStatus::Diagnosed
            | CaseStatus::Repaired
            | CaseStatus::Unrepairable
            | CaseStatus::PayoutFailed
            | CaseStatus::PartiallySettled
            | CaseStatus::Settled
            | CaseStatus::Cancelled
            | CaseStatus::Expired => {}
        }
        Ok(())
    }
}
