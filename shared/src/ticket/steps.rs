//! The steps of a complaint between receiving and resolving it, the customer's consent among them; and what staff note
//! on a ticket besides.

use super::promises::Story;
use super::{Consent, MOST_LINKS, MOST_SUBJECTS, Rejection, Status};
use crate::category::{Category, Reason, Solution};
use crate::event::Event;
use crate::id::{SubjectId, TicketId};
use crate::priority;
use crate::sla::{CancelReason, ClockKind};

impl Story<'_> {
    /// A note among staff stays possible when the ticket is over, until it is erased.
    pub(super) fn note(&mut self, noted: impl Fn(u32) -> Event) -> Result<(), Rejection> {
        self.push(noted(self.next_content()));
        Ok(())
    }

    /// By a person, so that it needs no more triage. Another category changes what follows from it: its points in the
    /// score, and the priority as the score gives it, with the promises, unless a person ever set the priority: it is theirs
    /// then. What alarms added is part of the score. A ticket that waits in the queue its old category put it in moves to
    /// the new one's; one that somebody holds, or sent elsewhere, stays.
    pub(super) fn classify(&mut self, category: Category, reason: Option<Reason>) -> Result<(), Rejection> {
        self.live("be classified")?;
        let (before, had) = (self.ticket.category, self.ticket.priority);
        if category == before {
            if reason != self.ticket.reason || self.ticket.triage {
                self.push(Event::Reclassified { category, reason, priority: None, score: Vec::new() });
            }
            return Ok(());
        }
        let (scored, score) = priority::under(&self.ticket.score, category, &self.settings.settings.priority);
        let priority = (!self.ticket.prioritized).then_some(scored);
        self.push(Event::Reclassified { category, reason, priority, score });
        if self.ticket.priority != had {
            self.retarget();
        }
        let queue = |category| self.settings.team(self.ticket.stage, category);
        let team = queue(category);
        if self.ticket.assignee.is_none()
            && self.settings.team_for(&self.ticket.team) == queue(before)
            && team != self.ticket.team
        {
            self.push(Event::Transferred { team: team.to_owned() });
        }
        Ok(())
    }

    pub(super) fn investigate(&mut self) -> Result<(), Rejection> {
        self.live("be investigated")?;
        self.note(|content| Event::Investigated { content })
    }

    /// A proposal is a message to the customer, and theirs is the next word. It takes the place of the one before it.
    pub(super) fn propose(&mut self, solution: Solution) -> Result<(), Rejection> {
        self.live("be given a proposal")?;
        let content = self.next_content();
        let proposal = self.ticket.proposal.map_or(1, |before| before.number.saturating_add(1));
        self.push(Event::Proposed { proposal, solution, content });
        self.spoke(self.now);
        self.go(Status::WaitingCustomer, self.now);
        Ok(())
    }

    /// The customer's consent or refusal, with a note of it among staff. The shop is to act on either.
    pub(super) fn answer(&mut self, number: u16, accepted: bool, note: bool) -> Result<(), Rejection> {
        let proposal = self.ticket.proposal.filter(|proposal| proposal.number == number);
        match proposal.ok_or(Rejection::NoProposal)?.consent {
            Consent::Asked => {}
            Consent::Accepted | Consent::Executed if !accepted => return Err(Rejection::Answered { accepted: true }),
            Consent::Rejected if accepted => return Err(Rejection::Answered { accepted: false }),
            Consent::Accepted | Consent::Executed | Consent::Rejected if note => {
                return Err(Rejection::DoneAlready { done: "The proposal was answered so" });
            }
            Consent::Accepted | Consent::Executed | Consent::Rejected => return Ok(()),
        }
        self.live("take an answer to a proposal")?;
        self.push(Event::Answered { proposal: number, accepted });
        if self.ticket.status == Status::WaitingCustomer {
            self.go(Status::Open, self.now);
        }
        if note { self.note(|content| Event::Noted { content }) } else { Ok(()) }
    }

    /// Only what the customer agreed to, or asked for by themselves when they opened the ticket: that counts until a
    /// solution is proposed to them, and from then on what they say to the proposal.
    pub(super) fn execute(&mut self, solution: Solution) -> Result<(), Rejection> {
        let requested = solution.is_asked_by(self.ticket.kind);
        let proposal = self.ticket.proposal;
        let done = match proposal.filter(|proposal| proposal.solution == solution) {
            Some(proposal) => proposal.consent == Consent::Executed,
            None => requested && self.ticket.executed,
        };
        if done {
            return Ok(());
        }
        self.live("be carried out")?;
        let agreed = match proposal {
            None if requested => None,
            None => return Err(Rejection::NoConsent { solution }),
            Some(proposal) if (proposal.solution, proposal.consent) == (solution, Consent::Accepted) => {
                Some(proposal.number)
            }
            Some(proposal) => return Err(Rejection::Proposed { proposal, solution }),
        };
        self.push(Event::Executed { solution, proposal: agreed });
        Ok(())
    }

    pub(super) fn follow_up(&mut self) -> Result<(), Rejection> {
        let is = self.ticket.status;
        if is.is_live() {
            return Err(Rejection::Status { is, asked: "be followed up before it is resolved" });
        }
        if !matches!(is, Status::Resolved | Status::Closed) {
            return Err(Rejection::Status { is, asked: "be followed up" });
        }
        self.note(|content| Event::FollowedUp { content })
    }

    /// Once: it comes with a reason, and that of another time would be lost.
    pub(super) fn excuse(&mut self, kind: ClockKind, subject: Option<&SubjectId>, cycle: u16) -> Result<(), Rejection> {
        let same =
            |clock: &&crate::sla::Clock| (clock.kind, clock.subject.as_ref(), clock.cycle) == (kind, subject, cycle);
        let clock = self.ticket.clocks.iter().find(same).cloned().ok_or(Rejection::NoSuchClock)?;
        if clock.excused {
            return Err(Rejection::DoneAlready { done: "The breach was excused" });
        }
        let changes = clock.excuse(self.now, self.settings);
        if changes.is_empty() {
            return Err(Rejection::NotBreached);
        }
        self.change(&clock, changes);
        self.note(|content| Event::Noted { content })
    }

    /// A promise about a case or a payout begins, once.
    pub(super) fn begin(&mut self, kind: ClockKind, subject: &SubjectId) -> Result<(), Rejection> {
        if self.ticket.clock_about(kind, Some(subject)).is_some() {
            return Ok(());
        }
        let is = self.ticket.status;
        if is == Status::Spam {
            return Err(Rejection::Status { is, asked: "be promised anything" });
        }
        let running = self.ticket.clocks.iter().filter(|clock| clock.subject.is_some() && clock.is_live());
        if running.count() >= MOST_SUBJECTS {
            return Err(Rejection::TooManyClocks);
        }
        self.start(kind, Some(subject), false, self.now);
        Ok(())
    }

    pub(super) fn drop(&mut self, kind: ClockKind, subject: &SubjectId) {
        let Some(clock) = self.ticket.clock_about(kind, Some(subject)).cloned() else { return };
        let changes = clock.cancel(self.now, self.now, CancelReason::Withdrawn, self.settings);
        self.change(&clock, changes);
    }

    /// The time for the goods to come begins, or begins anew.
    pub(super) fn await_goods(&mut self) {
        if self.ticket.status.is_live() {
            self.go(Status::WaitingReturn, self.now);
        }
    }

    pub(super) fn goods_settled(&mut self) {
        if self.ticket.status == Status::WaitingReturn {
            self.go(Status::Open, self.now);
        }
    }

    /// Its customer's data is erased: it ends, whatever becomes of the money that is owed.
    pub(super) fn withdraw(&mut self) {
        self.cancel_all(CancelReason::Withdrawn);
        self.go(Status::Cancelled, self.now);
    }

    pub(super) fn link(&mut self, to: TicketId) -> Result<(), Rejection> {
        if to == self.ticket.id {
            return Err(Rejection::Itself);
        }
        if self.ticket.links.contains(&to) {
            return Ok(());
        }
        if self.ticket.links.len() >= MOST_LINKS {
            return Err(Rejection::TooManyLinks);
        }
        self.push(Event::Linked { ticket: to });
        Ok(())
    }
}
