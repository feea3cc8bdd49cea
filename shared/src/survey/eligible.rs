//! Whether a survey is sent, looked at when it is due: what is not is kept with its reason.

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;

use super::{Past, Survey, SurveyRules};
use crate::category::words;
use crate::ticket::{Status, Ticket};

words!(
    /// Why a survey or its reminder was not sent.
    Skip {
        /// The shop asks nothing any more.
        NotAsked = "not_asked",
        Erased = "erased", Spam = "spam", Merged = "merged", Cancelled = "cancelled",
        /// It is open, or in another cycle than the one that it asks about.
        NotResolved = "not_resolved",
        /// It was closed before the survey could be sent.
        Closed = "closed",
        /// It was resolved by itself, since its customer did not answer.
        ResolvedBySilence = "resolved_by_silence",
        NoHumanReply = "no_human_reply",
        NoAddress = "no_address",
        /// Mail to the address comes back.
        Undeliverable = "undeliverable",
        Unsubscribed = "unsubscribed",
        /// A survey of any kind went to them a few days ago.
        AskedLately = "asked_lately",
        /// They had as many in 90 days as anybody gets.
        AskedOften = "asked_often",
        NpsLately = "nps_lately",
    }
);
words!(
    /// Whether mail comes to a customer.
    Reach { Deliverable = "deliverable", NoAddress = "no_address", Undeliverable = "undeliverable" }
);

/// What is known when a survey or its reminder is due.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    pub ticket: &'a Ticket,
    pub reach: Reach,
    pub past: &'a Past,
    /// The customer's zone, else the shop's.
    pub zone: TimeZone,
}

impl Facts<'_> {
    /// Why the survey is not sent now, if it is not.
    pub(super) fn skip(&self, survey: &Survey, rules: &SurveyRules, now: Timestamp) -> Option<Skip> {
        if !rules.ask {
            return Some(Skip::NotAsked);
        }
        self.over(survey).or_else(|| {
            if self.ticket.status == Status::Closed {
                Some(Skip::Closed)
            } else if survey.silent {
                Some(Skip::ResolvedBySilence)
            } else if self.ticket.answered.is_none() {
                Some(Skip::NoHumanReply)
            } else {
                self.unreachable().or_else(|| self.past.refuses(survey.kind, rules, now))
            }
        })
    }

    /// … and its reminder. That the ticket was closed meanwhile makes no difference to it, and the survey that it reminds
    /// of does not count against itself.
    pub(super) fn skip_reminder(&self, survey: &Survey, rules: &SurveyRules) -> Option<Skip> {
        if !rules.ask {
            return Some(Skip::NotAsked);
        }
        let unwanted = self.past.unsubscribed.map(|_| Skip::Unsubscribed);
        self.over(survey).or_else(|| self.unreachable()).or(unwanted)
    }

    fn over(&self, survey: &Survey) -> Option<Skip> {
        if self.ticket.erased {
            return Some(Skip::Erased);
        }
        match self.ticket.status {
            Status::Spam => Some(Skip::Spam),
            Status::Merged => Some(Skip::Merged),
            Status::Cancelled => Some(Skip::Cancelled),
            Status::New
            | Status::Open
            | Status::WaitingCustomer
            | Status::WaitingThirdParty
            | Status::WaitingReturn => Some(Skip::NotResolved),
            Status::Resolved | Status::Closed => (self.ticket.cycle != survey.cycle).then_some(Skip::NotResolved),
        }
    }

    fn unreachable(&self) -> Option<Skip> {
        match self.reach {
            Reach::Deliverable => None,
            Reach::NoAddress => Some(Skip::NoAddress),
            Reach::Undeliverable => Some(Skip::Undeliverable),
        }
    }
}

/// The first instant from `now` on at which a customer in this zone is asked. On the night of a clock change it is the
/// wall clock that counts.
pub fn open_at(now: Timestamp, zone: &TimeZone, rules: &SurveyRules) -> Timestamp {
    let local = now.to_zoned(zone.clone());
    let hour = local.hour();
    let (from, until) = (i8::try_from(rules.from_hour).unwrap_or(0), i8::try_from(rules.until_hour).unwrap_or(24));
    if (from..until).contains(&hour) {
        return now;
    }
    let day = if hour < from { local.date() } else { local.date().tomorrow().unwrap_or(local.date()) };
    let opens = Time::new(from, 0, 0, 0).unwrap_or(Time::midnight());
    // A zone that skips the hour opens when the clock goes on; never before now.
    day.to_datetime(opens).to_zoned(zone.clone()).map_or(now, |at| at.timestamp()).max(now)
}
