//! A command on its way: what it has caused so far and the ticket after that; and what commands do to the clocks.

use jiff::Timestamp;

use super::{Status, Ticket, Timer};
use crate::category::Channel;
use crate::event::Event;
use crate::id::SubjectId;
use crate::settings::Loaded;
use crate::sla::{CancelReason, Cause, Change, Changes, Clock, ClockKind};

/// Events of one command, each applied as it comes, so that the next is decided on the ticket after it.
pub(super) struct Story<'a> {
    pub(super) ticket: Ticket,
    pub(super) events: Vec<Event>,
    /// The command's instant.
    pub(super) now: Timestamp,
    pub(super) settings: &'a Loaded,
}

/// A new clock, and the alert if nobody can say when it is due.
pub fn started(clock: Clock) -> Vec<Event> {
    let alert = clock.lacks_time().then(|| Event::NoWorkingTime { calendar: clock.calendar.clone() });
    [Event::Clock { change: Change::Started, clock }].into_iter().chain(alert).collect()
}

/// `resolution` and the promised report of progress do not run while it is the customer's turn to act.
fn pauses(kind: ClockKind, status: Status) -> bool {
    kind.pauses() && matches!(status, Status::WaitingCustomer | Status::WaitingReturn)
}

impl<'a> Story<'a> {
    pub(super) fn of(ticket: &Ticket, now: Timestamp, settings: &'a Loaded) -> Self {
        Self { ticket: ticket.clone(), events: Vec::new(), now, settings }
    }

    pub(super) fn push(&mut self, event: Event) {
        self.ticket.apply(&event, self.now);
        self.events.push(event);
    }

    /// The number of the content item that the command brings.
    pub(super) fn next_content(&self) -> u32 {
        self.ticket.contents + 1
    }

    /// Changes of one clock, and the alert if its calendar now turns out to have no more working time.
    pub(super) fn change(&mut self, before: &Clock, changes: Changes) {
        let lacks = changes.last().filter(|(_, after)| after.lacks_time() && !before.lacks_time());
        let calendar = lacks.map(|(_, after)| after.calendar.clone());
        for (change, clock) in changes {
            self.push(Event::Clock { change, clock });
        }
        if let Some(calendar) = calendar {
            self.push(Event::NoWorkingTime { calendar });
        }
    }

    /// Changes every clock as `change` says.
    pub(super) fn change_each(&mut self, change: impl Fn(&Clock) -> Changes) {
        for clock in self.ticket.clocks.clone() {
            self.change(&clock, change(&clock));
        }
    }

    /// Promises are those of the ticket's new priority.
    pub(super) fn retarget(&mut self) {
        let (to, now, settings) = (self.ticket.priority, self.now, self.settings);
        self.change_each(|clock| clock.retarget(to, now, Cause::Priority, settings, settings));
    }

    /// Starts the next cycle of a clock where the policy promises it.
    pub(super) fn start(&mut self, kind: ClockKind, subject: Option<&SubjectId>, chat: bool, at: Timestamp) {
        let cycle = match kind {
            // Its cycles are the ticket's own.
            ClockKind::Resolution => self.ticket.cycle,
            ClockKind::FirstResponse
            | ClockKind::NextReply
            | ClockKind::Update
            | ClockKind::RefundDecision
            | ClockKind::Payout => {
                self.ticket.clock_about(kind, subject).map_or(1, |clock| clock.cycle.saturating_add(1))
            }
        };
        let clock = Clock::start(kind, cycle, self.ticket.priority, chat, at, self.settings);
        let clock = clock.map(|clock| match subject {
            Some(subject) => clock.about(subject.clone()),
            None => clock,
        });
        let Some(clock) = clock else { return };
        let since = self.pauses_since(&clock);
        for event in started(clock.clone()) {
            self.push(event);
        }
        self.change(&clock, since);
    }

    /// What became by now of a clock that pauses, since it started: the resolution pauses where it does.
    fn pauses_since(&self, clock: &Clock) -> Changes {
        if !clock.kind.pauses() {
            return Changes::new();
        }
        let resolution = self.ticket.clock(ClockKind::Resolution).filter(|other| other.is_live());
        match resolution {
            Some(resolution) => clock.in_step_with(resolution, self.now, self.settings),
            None if pauses(clock.kind, self.ticket.status) => {
                clock.pause(self.ticket.moved.unwrap_or(self.now).max(clock.started), self.settings)
            }
            None => Changes::new(),
        }
    }

    /// Fulfils the live clock of a kind that had started by then; finished ones stay as they are.
    pub(super) fn fulfil(&mut self, kind: ClockKind, subject: Option<&SubjectId>, at: Timestamp) {
        let Some(clock) = self.ticket.clock_about(kind, subject).cloned() else { return };
        let first = kind == ClockKind::FirstResponse;
        if first || at >= clock.started {
            let changes = clock.fulfil(at.max(clock.started), self.now, self.settings);
            self.change(&clock, changes);
        }
    }

    pub(super) fn cancel(&mut self, kind: ClockKind, reason: CancelReason, at: Timestamp) {
        let Some(clock) = self.ticket.clock(kind).cloned() else { return };
        let changes = clock.cancel(at, self.now, reason, self.settings);
        self.change(&clock, changes);
    }

    /// Ends what was promised about the ticket. A case that goes on keeps its promises where it is: the money is owed
    /// whatever becomes of the talk.
    pub(super) fn cancel_all(&mut self, reason: CancelReason) {
        let (now, settings) = (self.now, self.settings);
        let goes_on = reason == CancelReason::Merged;
        self.change_each(|clock| {
            if goes_on && clock.subject.is_some() { Changes::new() } else { clock.cancel(now, now, reason, settings) }
        });
    }

    /// A person of the shop's spoke to the customer at `contacted`: what that fulfils, the next report it promises, and the
    /// answer that is still owed to what the customer wrote after it.
    pub(super) fn spoke(&mut self, contacted: Timestamp) {
        let chat = self.talks_in_chat();
        for kind in [ClockKind::FirstResponse, ClockKind::NextReply, ClockKind::Update] {
            self.fulfil(kind, None, contacted);
        }
        let reporting = self.ticket.clock(ClockKind::Update).is_some_and(Clock::is_live);
        // What was said before the ticket was reopened promises nothing now.
        let cycle = self.ticket.clock(ClockKind::Resolution).filter(|clock| clock.is_live());
        if !reporting && cycle.is_none_or(|cycle| contacted >= cycle.started) {
            self.start(ClockKind::Update, None, false, contacted);
        }
        if let Some(since) = self.ticket.unanswered {
            self.awaits_reply(since, chat);
        }
    }

    /// Where the customer was last owed an answer, else where the ticket came by.
    pub(super) fn talks_in_chat(&self) -> bool {
        self.ticket.clock(ClockKind::NextReply).map_or(self.ticket.channel == Channel::Chat, |clock| clock.chat)
    }

    /// The customer waits for a reply since `since`, if staff had answered them before.
    pub(super) fn awaits_reply(&mut self, since: Timestamp, chat: bool) {
        if self.ticket.answered.is_none() {
            return;
        }
        match self.ticket.clock(ClockKind::NextReply) {
            Some(clock) if clock.is_live() && clock.started <= since => {}
            // What is broken already, by time or by a change, is not broken again.
            Some(clock) if clock.is_live() && (clock.is_breached() || clock.due.is_some_and(|due| due < self.now)) => {}
            // A merge brought an older message.
            Some(clock) if clock.is_live() => {
                self.cancel(ClockKind::NextReply, CancelReason::Merged, self.now);
                self.start(ClockKind::NextReply, None, chat, since);
            }
            Some(_) | None => self.start(ClockKind::NextReply, None, chat, since),
        }
    }

    /// The status change at `at`, the pauses it brings, and the timer of the new status. Where the status is the same
    /// its timer starts again.
    pub(super) fn go(&mut self, to: Status, at: Timestamp) {
        let from = self.ticket.status;
        if from != to {
            self.push(Event::StatusChanged { from, to, at: (at != self.now).then_some(at) });
            let settings = self.settings;
            self.change_each(|clock| {
                if pauses(clock.kind, to) { clock.pause(at, settings) } else { clock.resume(at, settings) }
            });
        }
        self.set_timer(Timer::of(to, at, self.settings));
    }

    pub(super) fn set_timer(&mut self, timer: Option<Timer>) {
        if let Some(timer) = timer.filter(|timer| self.ticket.timer != Some(*timer)) {
            self.push(Event::TimerSet { timer });
        }
    }
}
