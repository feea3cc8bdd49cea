//! What a command causes: one row a command, and for each what it needs of the status.

use jiff::{SignedDuration, Timestamp};

use super::promises::Story;
use super::timer::{Timer, TimerKind};
use super::{Command, Rejection, Status, Ticket, Turn, Voice};
use crate::category::{Channel, Priority};
use crate::event::Event;
use crate::id::StaffId;
use crate::priority;
use crate::settings::Loaded;
use crate::sla::{CancelReason, Cause, ClockKind, RECORD_AFTER};

/// Timers that one look can find due: reminded, given up, closed; more is for the next.
const MOST_TIMERS: usize = 4;

/// The clocks of two machines differ by so much and no more: what is stated to lie further ahead is a mistake.
const FAST: SignedDuration = SignedDuration::from_secs(60);

/// What a command causes, in order. Done already means no events.
///
/// Whatever a timer did before the command's instant comes first, whether or not a scan has recorded it: outcomes do
/// not depend on when scans run.
pub fn decide(ticket: &Ticket, command: &Command, now: Timestamp, settings: &Loaded) -> Result<Vec<Event>, Rejection> {
    decide_all(ticket, std::slice::from_ref(command), now, settings)
}

/// The same of commands that come together, each on the ticket after the one before.
pub fn decide_all(
    ticket: &Ticket,
    commands: &[Command],
    now: Timestamp,
    settings: &Loaded,
) -> Result<Vec<Event>, Rejection> {
    let mut story = Story::of(ticket, now, settings);
    if !matches!(commands, [Command::Scan]) {
        story.catch_up(!commands.iter().any(Command::is_an_answer));
    }
    for command in commands {
        let (erased, contents) = (story.ticket.erased, story.ticket.contents);
        carry_out(&mut story, command)?;
        // An erasure empties what there is, once: text that came after it would stay.
        if erased && story.ticket.contents > contents {
            return Err(Rejection::Erased);
        }
    }
    Ok(story.events)
}

fn carry_out(story: &mut Story<'_>, command: &Command) -> Result<(), Rejection> {
    match command {
        Command::Receive { channel, duplicate, voice } => story.receive(*channel, *duplicate, *voice)?,
        Command::Alarm { danger, legal } => story.alarm(*danger, *legal),
        Command::Reply { contacted, then, standard } => story.reply(*contacted, *then, standard.clone())?,
        Command::Note => story.note(|content| Event::Noted { content })?,
        Command::Investigate => story.investigate()?,
        Command::Propose { solution } => story.propose(*solution)?,
        Command::Answer { proposal, accepted, note } => story.answer(*proposal, *accepted, *note)?,
        Command::Execute { solution } => story.execute(*solution)?,
        Command::FollowUp => story.follow_up()?,
        Command::Wait { turn } => story.wait(turn.status())?,
        Command::Resolve { message } => story.resolve(*message)?,
        Command::Assign { to } => story.assign(to)?,
        Command::Release => story.release()?,
        Command::Transfer { team } => story.transfer(team)?,
        Command::Prioritize { to } => story.prioritize(*to)?,
        Command::Classify { category, reason } => story.classify(*category, *reason)?,
        Command::Adopt { settings } => story.adopt(settings)?,
        Command::Excuse { clock, subject, cycle } => story.excuse(*clock, subject.as_ref(), *cycle)?,
        Command::Begin { clock, subject } => story.begin(*clock, subject)?,
        Command::Keep { clock, subject } => story.fulfil(*clock, Some(subject), story.now),
        Command::Drop { clock, subject } => story.drop(*clock, subject),
        Command::AwaitGoods => story.await_goods(),
        Command::GoodsSettled => story.goods_settled(),
        Command::CaseOver { case } => story.case_over(*case),
        Command::Link { to } => story.link(*to)?,
        Command::Cancel => story.end(Status::Cancelled, CancelReason::Withdrawn)?,
        Command::Spam => story.end(Status::Spam, CancelReason::Spam)?,
        Command::Reopen => story.reopen()?,
        Command::NotSolved => story.not_solved()?,
        Command::Erase => {
            if story.ticket.status.is_live() {
                story.withdraw();
            }
            if !story.ticket.erased {
                story.push(Event::Erased);
            }
        }
        Command::Scan => story.scan(),
    }
    Ok(())
}

impl Story<'_> {
    /// Refuses unless somebody still owes the customer something.
    pub(super) fn live(&self, asked: &'static str) -> Result<(), Rejection> {
        let is = self.ticket.status;
        if is.is_live() { Ok(()) } else { Err(Rejection::Status { is, asked }) }
    }

    fn may_become(&self, to: Status) -> Result<(), Rejection> {
        let from = self.ticket.status;
        if from.may_become(to) { Ok(()) } else { Err(Rejection::Move { from, to }) }
    }

    fn receive(&mut self, channel: Channel, duplicate: bool, voice: Voice) -> Result<(), Rejection> {
        let status = self.ticket.status;
        let words = voice == Voice::Person;
        match status {
            Status::Merged => {
                return Err(match self.ticket.merged_into {
                    Some(ticket) => Rejection::MergedInto { ticket },
                    None => Rejection::TooLate,
                });
            }
            Status::Closed | Status::Cancelled if words => return Err(Rejection::TooLate),
            // To its customer it was cancelled; that of a blocked sender takes in whatever they go on with.
            Status::Spam if words && !self.ticket.is_blocked() => return Err(Rejection::TooLate),
            Status::Resolved if words => {
                if self.ticket.reopens_until(self.settings).is_none_or(|until| self.now > until) {
                    return Err(Rejection::TooLate);
                }
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
        let content = self.next_content();
        self.push(Event::MessageReceived { content, channel, duplicate, voice });
        if status.is_live() && voice != Voice::Machine {
            if status == Status::WaitingCustomer {
                self.go(Status::Open, self.now);
            }
            self.awaits_reply(self.ticket.unanswered.unwrap_or(self.now), channel == Channel::Chat);
        }
        if status == Status::Resolved && words {
            self.begin_anew(false);
            self.awaits_reply(self.now, channel == Channel::Chat);
        }
        Ok(())
    }

    /// As if they had written that it is not: for as long as a word of theirs reopens it, and nothing where it is open.
    fn not_solved(&mut self) -> Result<(), Rejection> {
        match self.ticket.status {
            Status::Resolved => {
                if self.ticket.reopens_until(self.settings).is_none_or(|until| self.now > until) {
                    return Err(Rejection::TooLate);
                }
                self.begin_anew(false);
                self.awaits_reply(self.now, self.talks_in_chat());
                Ok(())
            }
            Status::New
            | Status::Open
            | Status::WaitingCustomer
            | Status::WaitingThirdParty
            | Status::WaitingReturn => Ok(()),
            Status::Closed | Status::Merged | Status::Spam | Status::Cancelled => Err(Rejection::TooLate),
        }
    }

    /// Danger or law that was not told of before raises the priority, and the promises with it.
    fn alarm(&mut self, danger: bool, legal: bool) {
        let (danger, legal) = (danger || self.ticket.danger, legal || self.ticket.legal);
        if !self.ticket.status.is_live() || (danger, legal) == (self.ticket.danger, self.ticket.legal) {
            return;
        }
        let (scored, score) = priority::heard(&self.ticket.score, danger, legal, &self.settings.settings.priority);
        let to = scored.max(self.ticket.priority);
        let raised = to != self.ticket.priority;
        self.push(Event::Alarmed { danger, legal, priority: to, score });
        if raised {
            self.retarget();
        }
    }

    /// Open again, in a resolution cycle of its own.
    fn begin_anew(&mut self, by_staff: bool) {
        let cycle = self.ticket.cycle.saturating_add(1);
        self.push(Event::Reopened { cycle, by_staff });
        self.go(Status::Open, self.now);
        self.start(ClockKind::Resolution, None, self.ticket.channel == Channel::Chat, self.now);
    }

    /// What staff ended by mistake, or a rule took for spam. A customer who waited for an answer when it ended, or never
    /// had any, is owed one from now on; nobody else waits because of it.
    fn reopen(&mut self) -> Result<(), Rejection> {
        if self.ticket.status.is_live() {
            // Done already, but the reason would be lost.
            return Err(Rejection::Status { is: self.ticket.status, asked: "be reopened" });
        }
        self.may_become(Status::Open)?;
        self.note(|content| Event::Noted { content })?;
        self.begin_anew(true);
        if self.ticket.answered.is_none() {
            self.start(ClockKind::FirstResponse, None, self.ticket.channel == Channel::Chat, self.now);
        } else if let Some(since) = self.ticket.unanswered {
            self.awaits_reply(since, self.talks_in_chat());
        }
        Ok(())
    }

    /// Whether the customer can be answered: a ticket that is resolved for as long as they could reopen it themselves, by a
    /// word that moves nothing.
    fn may_be_answered(&self, then: Option<Turn>) -> Result<(), Rejection> {
        let is = self.ticket.status;
        if is != Status::Resolved {
            return self.live("be answered");
        }
        if then.is_some() {
            return Err(Rejection::Status { is, asked: "be answered with a turn: leave `then` out, or reopen it" });
        }
        match self.ticket.reopens_until(self.settings) {
            Some(until) if self.now <= until => Ok(()),
            Some(_) | None => Err(Rejection::Status { is, asked: "be answered any more" }),
        }
    }

    fn reply(
        &mut self,
        contacted: Option<Timestamp>,
        then: Option<Turn>,
        standard: Option<String>,
    ) -> Result<(), Rejection> {
        self.may_be_answered(then)?;
        if contacted.is_some() && !self.ticket.status.is_live() {
            let asked = "take a contact that is stated later; reopen it first, or write it in a note";
            return Err(Rejection::Status { is: self.ticket.status, asked });
        }
        let contacted = contacted.unwrap_or(self.now);
        if contacted.duration_since(self.now) > FAST {
            return Err(Rejection::ContactedTooLate { now: self.now });
        }
        let contacted = contacted.min(self.now);
        if contacted < self.ticket.opened {
            return Err(Rejection::ContactedTooEarly { opened: self.ticket.opened });
        }
        let content = self.next_content();
        self.push(Event::Replied { content, contacted, standard });
        if self.ticket.status.is_live() {
            self.spoke(contacted);
            self.go(then.unwrap_or(Turn::Open).status(), self.now);
        }
        Ok(())
    }

    fn wait(&mut self, to: Status) -> Result<(), Rejection> {
        if self.ticket.status == to {
            return Ok(());
        }
        if !self.ticket.status.is_live() {
            return Err(Rejection::Move { from: self.ticket.status, to });
        }
        self.may_become(to)?;
        self.go(to, self.now);
        Ok(())
    }

    fn resolve(&mut self, message: bool) -> Result<(), Rejection> {
        if self.ticket.status == Status::Resolved {
            // The words would be lost.
            let is = Status::Resolved;
            return if message {
                Err(Rejection::Status { is, asked: "be resolved again in other words" })
            } else {
                Ok(())
            };
        }
        self.may_become(Status::Resolved)?;
        let unanswered = self.ticket.clock(ClockKind::FirstResponse).is_some_and(|clock| clock.is_live());
        if unanswered && !message {
            return Err(Rejection::NotAnswered);
        }
        let content = message.then_some(self.next_content());
        self.push(Event::Resolved { content, silent: None });
        if message {
            self.fulfil(ClockKind::FirstResponse, None, self.now);
            self.fulfil(ClockKind::NextReply, None, self.now);
            self.fulfil(ClockKind::Update, None, self.now);
        }
        self.resolved_at(self.now);
        Ok(())
    }

    /// A ticket that was opened with a case, and on which nothing was said besides, has nothing more to it when its cases
    /// are over.
    pub(super) fn case_over(&mut self, case: u16) {
        let ticket = &self.ticket;
        let others = ticket.cases.iter().any(|other| other.open && other.number != case);
        if ticket.status.is_live() && ticket.by_case && ticket.contents == 1 && !others {
            self.push(Event::Resolved { content: None, silent: None });
            self.resolved_at(self.now);
        }
    }

    /// What every resolve ends with, at the instant that counts.
    fn resolved_at(&mut self, at: Timestamp) {
        // The first response is open only where the ticket was given up before anybody had answered.
        for kind in [ClockKind::FirstResponse, ClockKind::NextReply, ClockKind::Update] {
            self.cancel(kind, CancelReason::Resolved, at);
        }
        self.fulfil(ClockKind::Resolution, None, at);
        self.go(Status::Resolved, at);
    }

    fn assign(&mut self, to: &StaffId) -> Result<(), Rejection> {
        self.live("be assigned")?;
        if self.settings.person(to).is_none() {
            return Err(Rejection::UnknownStaff);
        }
        if !self.settings.may_hold(to) {
            return Err(Rejection::CannotAct);
        }
        if self.ticket.assignee.as_ref() != Some(to) {
            self.push(Event::Assigned { to: to.clone() });
            if self.ticket.status == Status::New {
                self.go(Status::Open, self.now);
            }
        }
        Ok(())
    }

    fn release(&mut self) -> Result<(), Rejection> {
        self.live("be given back")?;
        if self.ticket.assignee.is_some() {
            self.push(Event::Released);
        }
        Ok(())
    }

    fn transfer(&mut self, team: &str) -> Result<(), Rejection> {
        self.live("be handed to a team")?;
        if !self.settings.knows_team(team) {
            return Err(Rejection::UnknownTeam);
        }
        if self.ticket.team != team {
            self.push(Event::Transferred { team: team.to_owned() });
        }
        Ok(())
    }

    fn prioritize(&mut self, to: Priority) -> Result<(), Rejection> {
        self.live("be given a priority")?;
        let from = self.ticket.priority;
        if from != to {
            self.push(Event::Prioritized { from, to });
            self.retarget();
        }
        Ok(())
    }

    fn adopt(&mut self, new: &Loaded) -> Result<(), Rejection> {
        self.live("be moved to another policy")?;
        if self.ticket.settings != new.version {
            self.push(Event::Adopted { settings: new.version });
            let (now, old, priority) = (self.now, self.settings, self.ticket.priority);
            self.change_each(|clock| clock.retarget(priority, now, Cause::Policy, old, new));
        }
        Ok(())
    }

    /// Merged, spam and cancelled: the clocks end without an outcome.
    fn end(&mut self, to: Status, reason: CancelReason) -> Result<(), Rejection> {
        if self.ticket.status == to {
            return Ok(());
        }
        self.may_become(to)?;
        if let Some(case) = self.ticket.cases.iter().find(|case| case.open) {
            return Err(Rejection::OpenCase { case: case.number });
        }
        self.cancel_all(reason);
        self.go(to, self.now);
        Ok(())
    }

    pub(super) fn merged(&mut self, into: crate::id::TicketId) -> Result<(), Rejection> {
        self.may_become(Status::Merged)?;
        self.push(Event::Merged { into });
        self.end(Status::Merged, CancelReason::Merged)
    }

    /// What clocks and timers reached. A timer is left alone while a command that came before it may be under way. Timers
    /// come first: they end some clocks and let others run on, and these are to be seen as they stand after that.
    fn scan(&mut self) {
        let (now, settings) = (self.now, self.settings);
        self.timers(now.saturating_sub(RECORD_AFTER).unwrap_or(now), true);
        self.change_each(|clock| clock.scanned(now, settings));
    }

    /// The timers that were reached before the command, which a scan has not recorded yet. Those that they concern are
    /// told as if the scan had come first, unless the command is what they would be asked for.
    pub(super) fn catch_up(&mut self, told: bool) {
        self.timers(self.now.saturating_sub(SignedDuration::from_nanos(1)).unwrap_or(self.now), told);
    }

    /// What timers did up to `until`. `told` says whether those that a timer concerns are told of it.
    fn timers(&mut self, until: Timestamp, told: bool) {
        for _ in 0..MOST_TIMERS {
            let Some(Timer { kind, at }) = self.ticket.timer.filter(|timer| timer.at <= until) else { break };
            let days = self.settings.settings.lifecycle;
            let then = match kind {
                TimerKind::Remind => {
                    let more = days.give_up_after_days.saturating_sub(days.remind_after_days);
                    Timer::after(TimerKind::Give, at, more)
                }
                // The times that nobody noticed are told of as one.
                TimerKind::Chase => {
                    let every = i64::from(days.chase_after_days);
                    let passed = until.duration_since(at).as_secs() / (every * 86_400);
                    let more = u16::try_from((passed + 1) * every).unwrap_or(u16::MAX);
                    Timer::after(TimerKind::Chase, at, more)
                }
                TimerKind::Give | TimerKind::Expire | TimerKind::Close => None,
            };
            // Nobody is asked to answer what is given up in the same breath.
            let told = told && then.is_none_or(|then| then.at > until);
            self.push(Event::TimerReached { timer: kind, at, told });
            self.set_timer(then);
            match kind {
                TimerKind::Remind | TimerKind::Chase => {}
                TimerKind::Give => {
                    self.push(Event::Resolved { content: None, silent: Some(at) });
                    self.resolved_at(at);
                }
                TimerKind::Expire => self.go(Status::Open, at),
                TimerKind::Close => self.go(Status::Closed, at),
            }
        }
    }
}
