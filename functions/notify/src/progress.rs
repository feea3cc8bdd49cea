//! Mails about a ticket on its way: to the customer how it goes on, to whoever looks after it what there is to do.

use aftercare::aws::table::Trouble;
use aftercare::event::Event;
use aftercare::id::{Number, StaffId};
use aftercare::mail::{Mail, Merged, Proposal, Reminder, Task, ToDo, Waiting};
use aftercare::message::Notice;
use aftercare::sla::{Change, ClockKind, Standing};
use aftercare::survey::{Happened, Survey};
use aftercare::ticket::{Consent, Status, Ticket, TimerKind};
use jiff::Timestamp;

use crate::compose::{Scene, Told};
use crate::intent::Recipient;
use crate::{cases, surveys};

impl Scene<'_> {
    /// The mail of a notice; nothing where another event calls for it.
    pub(crate) async fn progress(&self, notice: Notice) -> Result<Option<Mail>, Trouble> {
        let ticket = &self.ticket;
        let number = ticket.number.as_str().to_owned();
        let subject = self.first.subject.clone();
        let time_zone = self.reader.zone.clone();
        Ok(match (notice, &self.event) {
            (Notice::Proposal, Event::Proposed { solution, content, .. }) => {
                let body = self.body(*content).await?;
                Some(Mail::Proposal(Proposal { number, subject, solution: *solution, body, link: self.link.clone() }))
            }
            (Notice::Waiting, Event::StatusChanged { to, .. }) => {
                let by = waits_until(ticket);
                Some(Mail::Waiting(Waiting { number, subject, status: *to, by, time_zone, link: self.link.clone() }))
            }
            (Notice::Reminder, Event::TimerReached { .. }) => {
                let proposal = ticket.proposal.is_some_and(|proposal| proposal.consent == Consent::Asked);
                let resolves_at = ticket.timer.filter(|timer| timer.kind == TimerKind::Give).map(|timer| timer.at);
                Some(Mail::Reminder(Reminder {
                    number,
                    subject,
                    proposal,
                    resolves_at,
                    time_zone,
                    link: self.link.clone(),
                }))
            }
            (Notice::Merged, Event::Merged { into }) => {
                let into = Number::of(*into).as_str().to_owned();
                Some(Mail::Merged(Merged { number, subject, into, link: self.link.clone() }))
            }
            (_, event) => task_of(event).map(|task| Mail::ToDo(self.to_do(task))),
        })
    }

    fn to_do(&self, task: Task) -> ToDo {
        let ticket = &self.ticket;
        let due_at = next_due(ticket, task, self.survey.as_ref());
        let decided = matches!(task, Task::Accepted | Task::Rejected);
        let mut next = None;
        if let Event::Linked { ticket } = &self.event {
            next = Some(Number::of(*ticket).as_str().to_owned());
        }
        ToDo {
            task,
            number: ticket.number.as_str().to_owned(),
            category: ticket.category,
            priority: ticket.priority,
            status: ticket.status,
            order: ticket.order.as_ref().map(ToString::to_string),
            score: self.score(),
            solution: ticket.proposal.filter(|_| decided).map(|proposal| proposal.solution),
            next,
            due_at,
            late: due_at.is_some_and(|due| due < self.now),
            time_zone: self.reader.zone.clone(),
            link: None,
        }
    }
}

/// By when the customer hears more, or has to have sent the goods.
fn waits_until(ticket: &Ticket) -> Option<Timestamp> {
    if ticket.status == Status::WaitingReturn {
        return ticket.timer.map(|timer| timer.at);
    }
    ticket.clock(ClockKind::Update).filter(|clock| clock.is_live()).and_then(|clock| clock.due)
}

/// What an event gives to do to whoever looks after the ticket.
pub(crate) fn task_of(event: &Event) -> Option<Task> {
    if let Event::Assigned { .. } = event {
        Some(Task::Assigned)
    } else if let Event::MessageReceived { .. } = event {
        Some(Task::Wrote)
    } else if let Event::Answered { accepted, .. } = event {
        Some(if *accepted { Task::Accepted } else { Task::Rejected })
    } else if let Event::TimerReached { timer: TimerKind::Chase, .. } = event {
        Some(Task::Chase)
    } else if let Event::TimerReached { timer: TimerKind::Expire, .. } = event {
        Some(Task::Expired)
    } else if let Event::Linked { .. } = event {
        Some(Task::FollowedUp)
    } else if let Event::Clock { change: Change::Corrected, .. } = event {
        Some(Task::Corrected)
    } else if let Event::Survey { happened: Happened::TaskMade { .. }, .. } = event {
        Some(Task::LowScore)
    } else if let Event::Survey { happened: Happened::TaskBreached { .. }, .. } = event {
        Some(Task::LowScoreLate)
    } else if let Event::Reopened { by_staff: false, .. } = event {
        Some(Task::NotSolved)
    } else {
        None
    }
}

/// When the ticket next needs somebody; where a new one took it up, that one does; and by when a lead has to follow up.
pub(crate) fn next_due(ticket: &Ticket, task: Task, survey: Option<&Survey>) -> Option<Timestamp> {
    match task {
        Task::LowScore | Task::LowScoreLate => Some(survey?.task.as_ref()?.due),
        Task::FollowedUp | Task::Corrected => None,
        Task::Assigned
        | Task::Wrote
        | Task::Accepted
        | Task::Rejected
        | Task::Chase
        | Task::Expired
        | Task::NotSolved => ticket.next_action(),
    }
}

/// Whether the ticket or the case went on while the mail waited, so that it would say what is not so any more.
pub(crate) fn is_past(notice: Notice, told: &Told, recipient: &Recipient, now: Timestamp) -> bool {
    let Told { ticket, event, .. } = told;
    let person: Option<&StaffId> = match recipient {
        Recipient::Staff(person) => Some(person),
        Recipient::Customer(_) => None,
    };
    match notice {
        Notice::Reminder => ticket.status != Status::WaitingCustomer,
        Notice::Waiting => !matches!(event, Event::StatusChanged { to, .. } if *to == ticket.status),
        Notice::Assigned => ticket.holder() != person,
        Notice::Wrote => ticket.holder() != person || ticket.unanswered.is_none(),
        Notice::Chase => ticket.status != Status::WaitingThirdParty,
        Notice::Answered | Notice::Expired => !ticket.status.is_live(),
        Notice::Warned => !is_about_to_break(ticket, event, now),
        Notice::Approve => !cases::waits_for(told, person),
        Notice::Escalated => !cases::is_pending(told),
        Notice::PayoutDeclined => !cases::stays_declined(told),
        Notice::PayoutOverdue => !cases::is_still_unknown(told),
        Notice::CaseChanged => !cases::asks_customer(told),
        Notice::CaseApproved => !cases::is_still_on(told),
        Notice::SendBack => !cases::owes_goods(told),
        Notice::ReturnReminder => !cases::awaits_customer(told),
        Notice::Survey | Notice::SurveyReminder => surveys::is_over(told),
        Notice::LowScore | Notice::LowScoreLate => surveys::is_followed_up(told),
        Notice::NotSolved => !ticket.status.is_live(),
        Notice::Acknowledge
        | Notice::Reply
        | Notice::Proposal
        | Notice::Resolved
        | Notice::Merged
        | Notice::CaseRequested
        | Notice::CaseRejected
        | Notice::CaseCancelled
        | Notice::CaseExpired
        | Notice::CaseSettled
        | Notice::GoodsReceived
        | Notice::SentBack
        | Notice::Urgent
        | Notice::Breached
        | Notice::Manager
        | Notice::Head
        | Notice::Daily
        | Notice::NoWorkingTime
        | Notice::Decided
        | Notice::FollowedUp
        | Notice::Corrected => false,
    }
}

/// The promise that a warning is about still runs: mail waits for its bucket, and for opening hours.
fn is_about_to_break(ticket: &Ticket, event: &Event, now: Timestamp) -> bool {
    let Event::Clock { clock: warned, .. } = event else { return false };
    let clock = ticket.clocks.iter().find(|clock| clock.is_same(warned));
    clock.is_some_and(|clock| clock.standing() == Standing::Running && clock.due.is_none_or(|due| now <= due))
}
