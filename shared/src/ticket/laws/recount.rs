//! A ticket recounted from the list of acts alone, as the rules say it in words: nothing here asks the code under test.

use super::acts::{Act, is_theirs};
use super::promise::{End, Promise};
use crate::category::{Category, Priority};
use crate::sla::{CancelReason, ClockKind};
use crate::ticket::{Consent, Status, Turn, Voice};

const DAY: i64 = 86_400_000;

#[derive(Clone, Debug)]
pub(super) struct Recount {
    pub(super) status: Status,
    /// Every status with the instant since when.
    statuses: Vec<(i64, Status)>,
    opened: i64,
    answered: bool,
    /// Messages of the customer's that wait for an answer.
    waiting: Vec<i64>,
    pub(super) cycle: u16,
    cycle_began: i64,
    resolved: Option<i64>,
    /// Since when the waiting counts.
    waits_since: i64,
    priority: Priority,
    /// A person set it.
    by_hand: bool,
    category: Category,
    /// The points of the category, where it was ever changed: the tickets here begin without a score.
    points: i64,
    /// Whether danger and the law were told of.
    alarms: (bool, bool),
    pub(super) version: usize,
    proposal: Option<Consent>,
    pub(super) contents: u32,
    pub(super) promises: Vec<Promise>,
}

impl Recount {
    pub(super) fn new(opened: i64, priority: Priority) -> Self {
        let mut recount = Self {
            status: Status::New,
            statuses: vec![(opened, Status::New)],
            opened,
            answered: false,
            waiting: vec![opened],
            cycle: 1,
            cycle_began: opened,
            resolved: None,
            waits_since: opened,
            priority,
            by_hand: false,
            category: Category::Quality,
            points: 0,
            alarms: (false, false),
            version: 0,
            proposal: None,
            contents: 1,
            promises: Vec::new(),
        };
        for kind in [ClockKind::FirstResponse, ClockKind::Resolution] {
            recount.start(kind, None, 1, false, opened, vec![(opened, None)]);
        }
        recount
    }

    fn start(
        &mut self,
        kind: ClockKind,
        subject: Option<u8>,
        cycle: u16,
        chat: bool,
        at: i64,
        ran: Vec<(i64, Option<i64>)>,
    ) {
        self.promises.extend(Promise::start((kind, subject, cycle, chat), (self.version, self.priority), at, ran));
    }

    fn latest(&mut self, kind: ClockKind, subject: Option<u8>) -> Option<&mut Promise> {
        self.promises.iter_mut().rev().find(|promise| (promise.kind, promise.subject) == (kind, subject))
    }

    fn next_cycle(&mut self, kind: ClockKind) -> u16 {
        self.latest(kind, None).map_or(1, |promise| promise.cycle + 1)
    }

    /// What happened by itself up to `until`.
    pub(super) fn by_itself(&mut self, until: i64) {
        loop {
            let (days, then) = match self.status {
                Status::WaitingCustomer => (7, Status::Resolved),
                Status::WaitingReturn => (14, Status::Open),
                Status::Resolved => (7, Status::Closed),
                Status::New
                | Status::Open
                | Status::WaitingThirdParty
                | Status::Closed
                | Status::Merged
                | Status::Spam
                | Status::Cancelled => return,
            };
            let at = self.waits_since + days * DAY;
            if at > until {
                return;
            }
            if then == Status::Resolved {
                self.waiting.clear();
                self.resolve(at);
            } else {
                self.go(then, at);
            }
        }
    }

    fn go(&mut self, to: Status, at: i64) {
        self.waits_since = at;
        if self.status == to {
            return;
        }
        self.status = to;
        self.statuses.push((at, to));
        for promise in &mut self.promises {
            if matches!(promise.kind, ClockKind::Resolution | ClockKind::Update) {
                if is_theirs(to) { promise.pause(at) } else { promise.resume(at) }
            }
        }
    }

    fn resolve(&mut self, at: i64) {
        for promise in &mut self.promises {
            match promise.kind {
                ClockKind::FirstResponse | ClockKind::NextReply | ClockKind::Update => {
                    promise.cancel(at, CancelReason::Resolved);
                }
                ClockKind::Resolution => promise.keep(at),
                ClockKind::RefundDecision | ClockKind::Payout => {}
            }
        }
        self.resolved = Some(at);
        self.go(Status::Resolved, at);
    }

    /// When the reports run, from an instant on: while it is not the customer's turn.
    fn pace(&self, from: i64) -> Vec<(i64, Option<i64>)> {
        let ends = self.statuses.iter().skip(1).map(|(at, _)| Some(*at)).chain([None]);
        let spans = self.statuses.iter().zip(ends).filter(|((_, status), _)| !is_theirs(*status));
        let spans = spans.map(|((at, _), end)| ((*at).max(from), end));
        let mut ran: Vec<(i64, Option<i64>)> = Vec::new();
        for (at, end) in spans.filter(|(at, end)| end.is_none_or(|end| *at < end)) {
            match ran.last_mut() {
                Some(last) if last.1 == Some(at) => last.1 = end,
                Some(_) | None => ran.push((at, end)),
            }
        }
        ran
    }

    fn spoke(&mut self, contact: i64) {
        for kind in [ClockKind::FirstResponse, ClockKind::NextReply, ClockKind::Update] {
            let Some(promise) = self.latest(kind, None) else { continue };
            // Whoever was spoken to has their first answer, also before a reopening that promised it anew.
            if kind == ClockKind::FirstResponse || contact >= promise.started {
                promise.keep(contact.max(promise.started));
            }
        }
        self.answered = true;
        self.waiting.retain(|since| *since > contact);
        let reporting = self.latest(ClockKind::Update, None).is_some_and(|promise| promise.is_live());
        if !reporting && contact >= self.cycle_began {
            let (cycle, ran) = (self.next_cycle(ClockKind::Update), self.pace(contact));
            self.start(ClockKind::Update, None, cycle, false, contact, ran);
        }
    }

    /// The oldest message that waits has its clock.
    fn owes(&mut self, chat: bool, now: i64) {
        let Some(since) = self.waiting.first().copied().filter(|_| self.answered) else { return };
        if let Some(promise) = self.latest(ClockKind::NextReply, None).filter(|promise| promise.is_live()) {
            promise.settle(now);
            if promise.started <= since || promise.broken.is_some() {
                return;
            }
            promise.cancel(now, CancelReason::Merged);
        }
        let cycle = self.next_cycle(ClockKind::NextReply);
        self.start(ClockKind::NextReply, None, cycle, chat, since, vec![(since, None)]);
    }

    /// Does it, or answers that it is refused.
    pub(super) fn act(&mut self, act: Act, now: i64) -> bool {
        self.by_itself(now - 1);
        let live = self.status.is_live();
        match act {
            Act::Write { voice, chat } => return self.write(voice, chat, now),
            Act::Note => self.contents += 1,
            Act::Reply { then: None, before } if self.status == Status::Resolved => {
                // A word after the end. What was said before it counts no more.
                if before.is_some() {
                    return false;
                }
                self.contents += 1;
                self.answered = true;
                self.waiting.clear();
            }
            Act::Reply { .. } | Act::Propose | Act::Prioritize { .. } | Act::Classify { .. } | Act::Adopt { .. }
                if !live =>
            {
                return false;
            }
            Act::Reply { then, before } => {
                let contact = now - before.unwrap_or(0) * 1_000;
                if contact < self.opened {
                    return false;
                }
                self.contents += 1;
                let chat = self.latest(ClockKind::NextReply, None).is_some_and(|promise| promise.chat);
                self.spoke(contact);
                self.owes(chat, now);
                self.go(turn(then.unwrap_or(Turn::Open)), now);
            }
            Act::Propose => {
                self.contents += 1;
                self.spoke(now);
                self.proposal = Some(Consent::Asked);
                self.go(Status::WaitingCustomer, now);
            }
            Act::Answer { accepted } => {
                let said = if accepted { Consent::Accepted } else { Consent::Rejected };
                match self.proposal {
                    None => return false,
                    Some(Consent::Asked) if live => {
                        self.proposal = Some(said);
                        if self.status == Status::WaitingCustomer {
                            self.go(Status::Open, now);
                        }
                    }
                    Some(before) => return before == said,
                }
            }
            Act::Wait { turn: to } => {
                if self.status != turn(to) {
                    if !live {
                        return false;
                    }
                    self.go(turn(to), now);
                }
            }
            Act::Resolve { message } => {
                if self.status == Status::Resolved {
                    // Words would be lost: they are refused.
                    return !message;
                }
                let unanswered = self.latest(ClockKind::FirstResponse, None).is_some_and(|promise| promise.is_live());
                if !live || (unanswered && !message) {
                    return false;
                }
                if message {
                    self.contents += 1;
                    self.answered = true;
                    self.waiting.clear();
                    for kind in [ClockKind::FirstResponse, ClockKind::NextReply, ClockKind::Update] {
                        if let Some(promise) = self.latest(kind, None) {
                            promise.keep(now);
                        }
                    }
                }
                self.resolve(now);
            }
            Act::Prioritize { to } => {
                self.by_hand |= to != self.priority;
                self.measure(self.version, to, now);
            }
            Act::Classify { category } => {
                if category != self.category {
                    self.category = category;
                    self.points = match category {
                        Category::AccountPayment => 30,
                        Category::Delivery => 25,
                        Category::Quality | Category::Order => 20,
                        Category::Service => 15,
                        Category::Other => 10,
                        Category::Inquiry => 5,
                    };
                    let to = if self.by_hand { self.priority } else { self.scored() };
                    self.measure(self.version, to, now);
                }
            }
            Act::Alarm { danger, legal } => {
                let alarms = (self.alarms.0 || danger, self.alarms.1 || legal);
                if live && alarms != self.alarms {
                    self.alarms = alarms;
                    self.measure(self.version, self.scored().max(self.priority), now);
                }
            }
            Act::Adopt { version } => self.measure(version, self.priority, now),
            Act::Excuse { clock } => {
                let Some(promise) = self.latest(clock, None) else { return false };
                promise.settle(now);
                // Once: the reason of another time would be lost.
                if promise.broken.is_none() || promise.excused {
                    return false;
                }
                promise.excused = true;
                self.contents += 1;
            }
            Act::Begin { clock, subject } => {
                if self.latest(clock, Some(subject)).is_none() {
                    if self.status == Status::Spam {
                        return false;
                    }
                    self.start(clock, Some(subject), 1, false, now, vec![(now, None)]);
                }
            }
            Act::Keep { clock, subject } => {
                if let Some(promise) = self.latest(clock, Some(subject)) {
                    promise.keep(now);
                }
            }
            Act::Cancel => return self.end(Status::Cancelled, CancelReason::Withdrawn, now),
            Act::Spam => return self.end(Status::Spam, CancelReason::Spam, now),
            Act::Reopen => return self.reopen(now),
            Act::Merge => return false,
        }
        true
    }

    fn end(&mut self, to: Status, reason: CancelReason, now: i64) -> bool {
        if self.status == to {
            return true;
        }
        if !self.status.is_live() {
            return false;
        }
        self.promises.iter_mut().for_each(|promise| promise.cancel(now, reason));
        self.go(to, now);
        true
    }

    /// Who waited when it ended, or was never answered, waits from now on.
    fn reopen(&mut self, now: i64) -> bool {
        if !matches!(self.status, Status::Resolved | Status::Spam | Status::Cancelled) {
            return false;
        }
        self.contents += 1;
        let chat = self.latest(ClockKind::NextReply, None).is_some_and(|promise| promise.chat);
        let waits = !self.answered || !self.waiting.is_empty();
        self.waiting = if waits { vec![now] } else { Vec::new() };
        self.again(now);
        if self.answered {
            self.owes(chat, now);
        } else {
            let cycle = self.next_cycle(ClockKind::FirstResponse);
            self.start(ClockKind::FirstResponse, None, cycle, false, now, vec![(now, None)]);
        }
        true
    }

    fn again(&mut self, now: i64) {
        (self.cycle, self.cycle_began, self.resolved) = (self.cycle + 1, now, None);
        self.go(Status::Open, now);
        self.start(ClockKind::Resolution, None, self.cycle, false, now, vec![(now, None)]);
    }

    /// The priority of its points: danger is 60, the law 40.
    fn scored(&self) -> Priority {
        match self.points + 60 * i64::from(self.alarms.0) + 40 * i64::from(self.alarms.1) {
            60.. => Priority::Urgent,
            40.. => Priority::High,
            15.. => Priority::Normal,
            _ => Priority::Low,
        }
    }

    fn measure(&mut self, version: usize, priority: Priority, now: i64) {
        if (self.version, self.priority) != (version, priority) {
            (self.version, self.priority) = (version, priority);
            self.promises.iter_mut().for_each(|promise| promise.retarget(version, priority, now));
        }
    }

    fn write(&mut self, voice: Voice, chat: bool, now: i64) -> bool {
        match self.status {
            Status::Merged => return false,
            Status::Closed | Status::Cancelled | Status::Spam if voice == Voice::Person => return false,
            Status::Resolved if voice == Voice::Person => {
                self.contents += 1;
                self.waiting = vec![now];
                self.again(now);
                self.owes(chat, now);
                return true;
            }
            Status::New
            | Status::Open
            | Status::WaitingCustomer
            | Status::WaitingThirdParty
            | Status::WaitingReturn
            | Status::Resolved
            | Status::Closed
            | Status::Cancelled
            | Status::Spam => {}
        }
        self.contents += 1;
        if self.status.is_live() && voice != Voice::Machine {
            self.waiting.push(now);
            if self.status == Status::WaitingCustomer {
                self.go(Status::Open, now);
            }
            self.owes(chat, now);
        } else if self.status == Status::Spam && voice != Voice::Machine {
            self.waiting.push(now);
        }
        true
    }

    /// `from` goes on in this one, or it is refused.
    pub(super) fn merge(&mut self, from: &mut Self, now: i64) -> bool {
        if from.status == Status::Merged {
            return true;
        }
        from.by_itself(now - 1);
        self.by_itself(now - 1);
        if !self.status.is_live() || !(from.status.is_live() || from.status == Status::Resolved) {
            return false;
        }
        for promise in from.promises.iter_mut().filter(|promise| promise.subject.is_none()) {
            promise.cancel(now, CancelReason::Merged);
        }
        from.go(Status::Merged, now);
        let brought = std::mem::take(&mut from.waiting);
        if !brought.is_empty() {
            self.waiting.extend(brought);
            self.waiting.sort_unstable();
            if self.status == Status::WaitingCustomer {
                self.go(Status::Open, now);
            }
            self.owes(false, now);
        }
        true
    }

    /// What a scan at `now` records.
    pub(super) fn scan(&mut self, now: i64) {
        self.by_itself(now - 60_000);
        self.promises.iter_mut().filter(|promise| promise.is_live()).for_each(|promise| promise.scan(now));
    }

    /// Promises that were neither kept nor cancelled, whatever became of the ticket.
    pub(super) fn live(&self) -> impl Iterator<Item = &Promise> {
        self.promises.iter().filter(|promise| !matches!(promise.end, Some(End::Kept(_) | End::Cancelled(..))))
    }
}

fn turn(turn: Turn) -> Status {
    match turn {
        Turn::Open => Status::Open,
        Turn::WaitingCustomer => Status::WaitingCustomer,
        Turn::WaitingThirdParty => Status::WaitingThirdParty,
        Turn::WaitingReturn => Status::WaitingReturn,
    }
}
