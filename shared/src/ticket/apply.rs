//! What each event changes.

use jiff::Timestamp;

use super::{CaseRef, Consent, MOST_FINISHED, MOST_SUBJECTS, MOST_UNANSWERED, Proposal, Status, Ticket, Voice};
use crate::category::{Category, Priority};
use crate::event::{Acknowledge, Actor, Entry, Event};
use crate::sla::{Change, Clock, ClockKind};

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
                acknowledge,
                products: _,
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
            prioritized: false,
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
            unanswered_later: Vec::new(),
            contents: 1,
            clocks: Vec::new(),
            timer: None,
            proposal: None,
            proposer: None,
            executed: false,
            handled: 0,
            merged_into: None,
            follows: *follows,
            links: Vec::new(),
            by_case: *acknowledge == Acknowledge::Case,
            cases: Vec::new(),
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
            if let (Event::Proposed { .. }, Actor::Staff(id)) = (event, &entry.by) {
                ticket.proposer = Some(id.clone());
            }
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
                // What is taken for spam may be none.
                if (self.status.is_live() || self.status == Status::Spam) && *voice != Voice::Machine {
                    self.waits(&[at.as_millisecond()]);
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
            Event::Executed { proposal: Some(_), .. } => self.consent(Consent::Executed),
            Event::Executed { proposal: None, .. } => self.executed = true,
            Event::Resolved { content, silent } => {
                self.resolved = Some(silent.unwrap_or(at));
                if silent.is_some() {
                    (self.unanswered, self.unanswered_later) = (None, Vec::new());
                }
                // Ended without a word, what waits is not promised any more, and still known if staff reopen it.
                if let Some(content) = content {
                    self.contents = *content;
                    self.spoken(at);
                }
            }
            Event::Reopened { cycle, by_staff } => {
                // What was asked for was done; whoever takes it up again may ask for it once more.
                self.executed = false;
                (self.resolved, self.cycle) = (None, *cycle);
                let waits = !by_staff || self.answered.is_none() || self.unanswered.is_some();
                (self.unanswered, self.unanswered_later) = (waits.then_some(at), Vec::new());
            }
            Event::Assigned { to } => (self.assignee, self.given_back) = (Some(to.clone()), None),
            Event::Released => self.given_back = self.assignee.take(),
            Event::Transferred { team } => {
                (self.team, self.assignee, self.given_back) = (team.clone(), None, None);
            }
            Event::Prioritized { to, .. } => (self.priority, self.prioritized) = (*to, true),
            Event::Alarmed { danger, legal, priority, score } => {
                (self.danger, self.legal) = (*danger, *legal);
                (self.priority, self.score) = (*priority, score.clone());
            }
            Event::Reclassified { category, reason, priority, score } => {
                (self.category, self.reason, self.triage) = (*category, *reason, false);
                self.priority = priority.unwrap_or(self.priority);
                if !score.is_empty() {
                    self.score.clone_from(score);
                }
            }
            Event::Adopted { settings } => self.settings = *settings,
            Event::Merged { into } => self.merged_into = Some(*into),
            Event::Absorbed { ticket, unanswered, later } => {
                self.links.push(*ticket);
                let first = unanswered.map(Timestamp::as_millisecond);
                self.waits(&first.into_iter().chain(later.iter().copied()).collect::<Vec<i64>>());
            }
            Event::Linked { ticket } => self.links.push(*ticket),
            Event::StatusChanged { to, at: by_itself, .. } => {
                (self.status, self.moved, self.timer) = (*to, Some(by_itself.unwrap_or(at)), None);
            }
            Event::TimerSet { timer } => self.timer = Some(*timer),
            Event::TimerReached { .. } => self.timer = None,
            Event::Clock { change, clock } => {
                let resolved = matches!(change, Change::Met | Change::FulfilledLate | Change::Corrected);
                if resolved && clock.kind == ClockKind::Resolution {
                    self.handled += clock.worked;
                }
                self.set_clock(clock);
            }
            Event::Case { case, open, next, happened } => {
                self.contents = happened.content().unwrap_or(self.contents);
                let after = CaseRef { number: *case, open: *open, next: *next };
                match self.cases.iter_mut().find(|known| known.number == *case) {
                    Some(known) => *known = after,
                    None => self.cases.push(after),
                }
            }
            Event::Survey { happened, .. } => self.contents = happened.content().unwrap_or(self.contents),
            Event::Erased => self.erased = true,
            Event::Opened { .. } | Event::NoWorkingTime { .. } => {}
        }
    }

    /// A person of the shop's spoke to the customer. A contact typed in later answers only what was written before it.
    fn spoken(&mut self, contacted: Timestamp) {
        self.answered = Some(self.answered.map_or(contacted, |before| before.max(contacted)));
        let left = self.waiting().into_iter().filter(|since| *since > contacted.as_millisecond()).collect();
        self.wait(left);
    }

    /// When the messages came that wait for an answer, oldest first.
    fn waiting(&self) -> Vec<i64> {
        let first = self.unanswered.map(Timestamp::as_millisecond);
        first.into_iter().chain(self.unanswered_later.iter().copied()).collect()
    }

    /// More messages wait for an answer.
    fn waits(&mut self, more: &[i64]) {
        let mut all = self.waiting();
        all.extend(more);
        all.sort_unstable();
        if let Some(last) = all.last().copied().filter(|_| all.len() > MOST_UNANSWERED) {
            all.truncate(MOST_UNANSWERED - 1);
            all.push(last);
        }
        self.wait(all);
    }

    fn wait(&mut self, all: Vec<i64>) {
        let mut all = all.into_iter();
        self.unanswered = all.next().and_then(|first| Timestamp::from_millisecond(first).ok());
        self.unanswered_later = all.collect();
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
        if newest.subject.is_some() {
            let mut over = self.clocks.iter().filter(|clock| clock.subject.is_some() && !clock.is_live()).count();
            self.clocks.retain(|clock| {
                let finished = clock.subject.is_some() && !clock.is_live();
                let kept = !finished || over <= MOST_SUBJECTS;
                over -= usize::from(finished);
                kept
            });
        }
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
