//! What each event changes.

use jiff::Timestamp;

use super::{Consent, MOST_FINISHED, Proposal, Status, Ticket, Voice};
use crate::category::{Category, Priority};
use crate::event::{Entry, Event};
use crate::sla::{Clock, ClockKind};

impl Ticket {
    /// The state after the entry that opens it; nothing if that is not what the entry does.
    pub fn opened_by(entry: &Entry) -> Option<Self> {
        let [
            Event::Opened {
                number,
                customer,
                channel,
                stage,
                kind,
                order,
                team,
                settings,
                spam,
                by_agent,
                language,
                follows,
                acknowledge: _,
            },
            rest @ ..,
        ] = entry.events.as_slice()
        else {
            return None;
        };
        let mut ticket = Self {
            id: entry.ticket,
            storefront: entry.storefront.clone(),
            seq: entry.seq,
            number: number.clone(),
            customer: customer.clone(),
            language: *language,
            channel: *channel,
            stage: *stage,
            kind: *kind,
            order: order.clone(),
            status: if *spam { Status::Spam } else { Status::New },
            category: Category::Other,
            reason: None,
            confidence: 0,
            triage: false,
            danger: false,
            legal: false,
            priority: Priority::Low,
            score: Vec::new(),
            team: team.clone(),
            assignee: None,
            given_back: None,
            settings: *settings,
            cycle: 1,
            opened: entry.at,
            resolved: None,
            moved: None,
            answered: by_agent.then_some(entry.at),
            unanswered: (!by_agent && !spam).then_some(entry.at),
            contents: 1,
            clocks: Vec::new(),
            timer: None,
            proposal: None,
            merged_into: None,
            follows: *follows,
            links: Vec::new(),
            erased: false,
        };
        for event in rest {
            ticket.apply(event, entry.at);
        }
        Some(ticket)
    }

    /// The state after one more entry.
    pub fn after(&self, entry: &Entry) -> Self {
        let mut ticket = Self { seq: entry.seq, ..self.clone() };
        for event in &entry.events {
            ticket.apply(event, entry.at);
        }
        ticket
    }

    pub(super) fn apply(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::Classified { category, reason, confidence, triage, danger, legal, priority, score, .. } => {
                (self.category, self.reason, self.confidence) = (*category, *reason, *confidence);
                (self.triage, self.danger, self.legal) = (*triage, *danger, *legal);
                (self.priority, self.score) = (*priority, score.clone());
            }
            Event::MessageReceived { content, voice, .. } => {
                self.contents = *content;
                if self.status.is_live() && *voice != Voice::Machine {
                    self.unanswered = Some(self.unanswered.unwrap_or(at));
                }
            }
            Event::Replied { content, contacted, .. } => {
                self.contents = *content;
                self.spoken(*contacted);
            }
            Event::Noted { content } | Event::Investigated { content } | Event::FollowedUp { content } => {
                self.contents = *content;
            }
            Event::Proposed { proposal, solution, content } => {
                self.contents = *content;
                let (number, solution, content) = (*proposal, *solution, *content);
                self.proposal = Some(Proposal { number, solution, content, consent: Consent::Asked });
                self.spoken(at);
            }
            Event::Answered { accepted, .. } => {
                self.consent(if *accepted { Consent::Accepted } else { Consent::Rejected });
            }
            Event::Executed { proposal, .. } => {
                if proposal.is_some() {
                    self.consent(Consent::Executed);
                }
            }
            Event::Resolved { content, silent } => {
                self.resolved = Some(silent.unwrap_or(at));
                self.unanswered = None;
                if let Some(content) = content {
                    self.contents = *content;
                    self.spoken(at);
                }
            }
            Event::Reopened { cycle } => {
                (self.resolved, self.cycle) = (None, *cycle);
                self.unanswered = Some(at);
            }
            Event::Assigned { to } => (self.assignee, self.given_back) = (Some(to.clone()), None),
            Event::Released => self.given_back = self.assignee.take(),
            Event::Transferred { team } => {
                (self.team, self.assignee, self.given_back) = (team.clone(), None, None);
            }
            Event::Prioritized { to, .. } => self.priority = *to,
            Event::Alarmed { danger, legal, priority, score } => {
                (self.danger, self.legal) = (*danger, *legal);
                (self.priority, self.score) = (*priority, score.clone());
            }
            Event::Reclassified { category, reason } => {
                (self.category, self.reason, self.triage) = (*category, *reason, false);
            }
            Event::Adopted { settings } => self.settings = *settings,
            Event::Merged { into } => self.merged_into = Some(*into),
            Event::Absorbed { ticket, unanswered } => {
                self.links.push(*ticket);
                self.unanswered = self.unanswered.into_iter().chain(*unanswered).min();
            }
            Event::Linked { ticket } => self.links.push(*ticket),
            Event::StatusChanged { to, .. } => {
                (self.status, self.moved, self.timer) = (*to, Some(at), None);
            }
            Event::TimerSet { timer } => self.timer = Some(*timer),
            Event::TimerReached { .. } => self.timer = None,
            Event::Clock { clock, .. } => self.set_clock(clock),
            Event::Erased => self.erased = true,
            Event::Opened { .. } | Event::NoWorkingTime { .. } => {}
        }
    }

    /// A person of the shop's spoke to the customer. A contact typed in later answers only what was written before it.
    fn spoken(&mut self, contacted: Timestamp) {
        self.answered = Some(self.answered.map_or(contacted, |before| before.max(contacted)));
        self.unanswered = self.unanswered.filter(|since| *since > contacted);
    }

    fn consent(&mut self, consent: Consent) {
        if let Some(proposal) = &mut self.proposal {
            proposal.consent = consent;
        }
    }

    fn set_clock(&mut self, clock: &Clock) {
        match self.clocks.iter_mut().find(|other| other.is_same(clock)) {
            Some(old) => old.clone_from(clock),
            None => {
                self.clocks.push(clock.clone());
                self.forget(clock);
            }
        }
    }

    /// A new cycle takes the place of the finished ones before it, so that a long conversation does not grow the state.
    /// What was broken stays where a lead can excuse it, and so do the cycles of the whole ticket.
    fn forget(&mut self, newest: &Clock) {
        let earlier = |clock: &Clock| {
            (clock.kind, &clock.subject) == (newest.kind, &newest.subject)
                && clock.cycle < newest.cycle
                && !clock.is_live()
        };
        let matters = |clock: &Clock| clock.kind == ClockKind::Resolution || (clock.is_breached() && !clock.excused);
        let mut kept = self.clocks.iter().filter(|clock| earlier(clock) && matters(clock)).count();
        self.clocks.retain(|clock| {
            let counts = earlier(clock) && matters(clock);
            kept -= usize::from(counts);
            !earlier(clock) || (counts && kept < MOST_FINISHED)
        });
    }
}
