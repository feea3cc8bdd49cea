//! Mails about cases: what happened to one for its customer, what staff have to decide on, and whether that still is so.

use aftercare::aws::table::{Table, Trouble};
use aftercare::case::{Case, CaseStatus, Happened, PayoutStatus, Terms};
use aftercare::event::Event;
use aftercare::id::StaffId;
use aftercare::link::{Decision, DecisionPurpose};
use aftercare::mail::{
    ApprovedCase, CaseMail, CaseNews, CaseTask, Decided, Mail, PayoutDeclined, SendBack, ToApprove, ToldCase, Undo, Way,
};
use aftercare::message::Notice;
use aftercare::settings::CaseRules;
use jiff::{SignedDuration, Timestamp};

use crate::compose::{Scene, Told};
use crate::intent::Recipient;

impl Scene<'_> {
    /// The mail of a notice about a case.
    pub(crate) async fn about_case(&self, notice: Notice, happened: &Happened) -> Result<Mail, Trouble> {
        let ticket = &self.ticket;
        let gone = || Trouble::Unavailable(format!("a case of ticket {} is not there", ticket.id));
        let case = self.case.as_ref().ok_or_else(gone)?;
        let order = self.table.order(&ticket.storefront, &case.order).await?.map(|order| order.value);
        let settings = self.table.settings_version(&ticket.storefront, case.settings, self.now).await?;
        let rules = &settings.settings.cases;
        let told = |terms: &Terms| ToldCase::of(&case.order, terms, order.as_ref());
        let to_customer = |terms: &Terms, news| Ok(self.to_customer(told(terms), news));
        match (notice, happened) {
            // What was asked for then, though it may be changed by now.
            (Notice::CaseRequested, Happened::Requested { terms, consent: true, .. }) => {
                to_customer(terms, CaseNews::Offered)
            }
            (Notice::CaseRequested, Happened::Requested { terms, .. }) => to_customer(terms, CaseNews::Requested),
            (Notice::CaseChanged, Happened::Edited { terms, .. }) => {
                let was = case.earlier.last().map(|earlier| (earlier.kind, earlier.net));
                to_customer(terms, CaseNews::Changed { was })
            }
            (Notice::CaseApproved, Happened::Moved { .. }) => {
                to_customer(&case.terms, CaseNews::Approved(approved(case, rules)))
            }
            (Notice::CaseRejected, Happened::Moved { .. }) => {
                to_customer(&case.terms, CaseNews::Rejected { goods_back: case.owes_goods() })
            }
            (Notice::CaseCancelled, Happened::Moved { .. }) => {
                let (goods_back, paid) = (case.owes_goods(), case.paid_back());
                to_customer(&case.terms, CaseNews::Cancelled { goods_back, paid })
            }
            (Notice::CaseExpired, Happened::Moved { .. }) => {
                to_customer(&case.terms, CaseNews::Expired { agreed: case.agreed })
            }
            (Notice::CaseSettled, Happened::Moved { .. }) => {
                let (tracking, goods_back) = (case.tracking.clone(), case.owes_goods());
                to_customer(&case.terms, CaseNews::Settled { tracking, goods_back })
            }
            (Notice::SentBack, Happened::Shipped { tracking }) => {
                to_customer(&case.terms, CaseNews::SentBack { tracking: tracking.clone() })
            }
            (Notice::SendBack, Happened::ToSendBack) => Ok(Mail::SendBack(SendBack {
                number: ticket.number.as_str().to_owned(),
                case: case.number,
                told: told(&case.terms),
                lines: case.to_send_back(),
            })),
            (Notice::ReturnReminder, Happened::Reminded { .. }) => {
                let by = case.expires(rules);
                let days_left = days_until(by, self.now);
                let news = if case.awaits_agreement() {
                    CaseNews::AgreementReminder { agree_by: by, days_left }
                } else {
                    CaseNews::ReturnReminder { send_by: by, days_left }
                };
                to_customer(&case.terms, news)
            }
            (Notice::GoodsReceived, Happened::Received { lines }) => {
                let late = case.status == CaseStatus::Expired;
                to_customer(&case.terms, CaseNews::GoodsReceived { lines: lines.clone(), late })
            }
            (Notice::Approve | Notice::Escalated, _) => {
                let way = self.way(case, rules).await?;
                let escalated = notice == Notice::Escalated;
                let zone = self.reader.zone.clone();
                Ok(Mail::Approve(ToApprove::of(case, order.as_ref(), self.settings, escalated, way, zone)))
            }
            (Notice::Decided, Happened::Approved { hash, .. } | Happened::Rejected { hash, .. }) => {
                let undo = self.undo(case, hash).await?;
                let approved = matches!(happened, Happened::Approved { .. });
                Ok(Mail::Decided(self.decided(case, told(&case.terms), approved, undo)))
            }
            (Notice::PayoutDeclined, Happened::PayoutTold { payout, code, .. }) => {
                let payout = case.payout(*payout).ok_or_else(gone)?;
                Ok(Mail::PayoutDeclined(PayoutDeclined {
                    number: ticket.number.as_str().to_owned(),
                    case: case.number,
                    told: told(&case.terms),
                    payment: payout.payment.clone(),
                    amount: payout.amount,
                    code: code.clone(),
                    overdue: false,
                }))
            }
            (Notice::PayoutOverdue, Happened::PayoutOverdue { payout }) => {
                let payout = case.payout(*payout).ok_or_else(gone)?;
                Ok(Mail::PayoutDeclined(PayoutDeclined {
                    number: ticket.number.as_str().to_owned(),
                    case: case.number,
                    told: told(&case.terms),
                    payment: payout.payment.clone(),
                    amount: payout.amount,
                    code: None,
                    overdue: true,
                }))
            }
            (notice, _) => {
                let why = format!("the event behind a {notice} of ticket {} is another one", ticket.id);
                Err(Trouble::Unavailable(why))
            }
        }
    }

    fn to_customer(&self, told: ToldCase, news: CaseNews) -> Mail {
        Mail::Case(CaseMail {
            number: self.ticket.number.as_str().to_owned(),
            subject: self.first.subject.clone(),
            told,
            news,
            time_zone: self.reader.zone.clone(),
            link: self.link.clone(),
        })
    }

    /// How the reader decides: by a link of their own up to the lead's limit, and not at all where they had a hand in it.
    async fn way(&self, case: &Case, rules: &CaseRules) -> Result<Way, Trouble> {
        let Some(person) = self.person else { return Ok(Way::Others) };
        way(self.table, self.public_url, (case, rules), person, self.now).await
    }

    /// How whoever decided takes it back, while what they decided on still waits.
    async fn undo(&self, case: &Case, hash: &str) -> Result<Option<Undo>, Trouble> {
        let by = case.decided_by();
        let Some(person) = self.person.filter(|person| by == Some(*person) && case.hash() == hash) else {
            return Ok(None);
        };
        let Some(until) = case.waits_until().filter(|until| self.now < *until) else { return Ok(None) };
        let url = self.decide_url(case, DecisionPurpose::TakeBack, person, until).await?;
        Ok(Some(Undo { url, until }))
    }

    async fn decide_url(
        &self,
        case: &Case,
        purpose: DecisionPurpose,
        person: &StaffId,
        until: Timestamp,
    ) -> Result<String, Trouble> {
        let decision = Decision::on(case, purpose, person, until);
        self.table.decide_url(self.public_url, &case.storefront, &decision, self.now).await
    }

    fn decided(&self, case: &Case, told: ToldCase, approved: bool, undo: Option<Undo>) -> Decided {
        Decided {
            number: self.ticket.number.as_str().to_owned(),
            case: case.number,
            told,
            approved,
            undo,
            time_zone: self.reader.zone.clone(),
        }
    }
}

async fn way(
    table: &Table,
    public_url: &str,
    (case, rules): (&Case, &CaseRules),
    person: &StaffId,
    now: Timestamp,
) -> Result<Way, Trouble> {
    if !case.is_open_to(person) {
        return Ok(Way::Others);
    }
    if !case.link_decides() {
        return Ok(Way::Desk);
    }
    let hours = SignedDuration::from_hours(i64::from(rules.terms.link_hours));
    let until = now.saturating_add(hours).unwrap_or(now);
    let decision = Decision::on(case, DecisionPurpose::Decide, person, until);
    let url = table.decide_url(public_url, &case.storefront, &decision, now).await?;
    Ok(Way::Link { url, until })
}

/// The link by which a line of a digest is decided on, where its reader may by a link.
pub(crate) async fn line_link(
    table: &Table,
    public_url: &str,
    told: &Told,
    recipient: &Recipient,
    now: Timestamp,
) -> Result<Option<String>, Trouble> {
    let (Some(case), Recipient::Staff(person)) = (&told.case, recipient) else { return Ok(None) };
    if case.status != CaseStatus::Pending {
        return Ok(None);
    }
    let rules = table.settings_version(&case.storefront, case.settings, now).await?;
    let way = way(table, public_url, (case, &rules.settings.cases), person, now).await?;
    Ok(if let Way::Link { url, .. } = way { Some(url) } else { None })
}

fn approved(case: &Case, rules: &CaseRules) -> ApprovedCase {
    ApprovedCase {
        agreed: case.agreed,
        returns: case.terms.kind.is_return() && !case.goods_here,
        send_by: case.expires(rules),
    }
}

/// Whole days that are left; the last counts as one.
fn days_until(at: Option<Timestamp>, now: Timestamp) -> i64 {
    let hours = at.map_or(0, |at| at.duration_since(now).as_hours());
    hours.max(0) / 24 + i64::from(hours % 24 > 0 || hours <= 0)
}

/// What an event of a case gives to do, as a line of a digest, and by when.
pub(crate) fn task_of(happened: &Happened, next: Option<Timestamp>) -> (CaseTask, Option<Timestamp>) {
    if let Happened::PayoutTold { .. } = happened {
        (CaseTask::PayoutDeclined, None)
    } else if let Happened::PayoutOverdue { .. } = happened {
        (CaseTask::PayoutOverdue, None)
    } else if let Happened::ToSendBack = happened {
        (CaseTask::SendBack, None)
    } else if let Happened::Escalated { .. } = happened {
        (CaseTask::Escalated, next)
    } else {
        (CaseTask::Approve, next)
    }
}

/// It waits for somebody, and they may be the one. After it was asked about anew, an earlier mail is of no use.
pub(crate) fn waits_for(told: &Told, person: Option<&StaffId>) -> bool {
    is_pending(told)
        && told.case.as_ref().is_some_and(|case| {
            let asked_since = case.escalated.is_none() && case.since != told.at;
            !asked_since && person.is_some_and(|person| case.is_open_to(person))
        })
}

pub(crate) fn is_pending(told: &Told) -> bool {
    told.case.as_ref().is_some_and(|case| case.status == CaseStatus::Pending)
}

/// The goods are still to be sent, or it is still to be agreed to.
pub(crate) fn awaits_customer(told: &Told) -> bool {
    told.case.as_ref().is_some_and(|case| case.status == CaseStatus::AwaitingReturn || case.awaits_agreement())
}

/// The goods are still to be sent back.
pub(crate) fn owes_goods(told: &Told) -> bool {
    told.case.as_ref().is_some_and(Case::owes_goods)
}

/// The customer is asked about these terms.
pub(crate) fn asks_customer(told: &Told) -> bool {
    let (Some(case), Event::Case { happened: Happened::Edited { terms, .. }, .. }) = (&told.case, &told.event) else {
        return false;
    };
    !case.agreed && case.terms == *terms && case.status.is_open()
}

/// What was approved did not come to nothing since.
pub(crate) fn is_still_on(told: &Told) -> bool {
    let over = [CaseStatus::Rejected, CaseStatus::Cancelled, CaseStatus::Expired];
    told.case.as_ref().is_some_and(|case| !over.contains(&case.status))
}

/// The payout stays declined, and nobody tried again; or it waits for a provider still.
pub(crate) fn stays_declined(told: &Told) -> bool {
    let (Some(case), Event::Case { happened: Happened::PayoutTold { payout, .. }, .. }) = (&told.case, &told.event)
    else {
        return false;
    };
    let latest = |payment| case.tries(payment).map(|other| other.number).max();
    case.status.is_open()
        && case.payout(*payout).is_some_and(|payout| {
            payout.waits_for_provider()
                || (payout.status == PayoutStatus::Declined && latest(&payout.payment) == Some(payout.number))
        })
}

/// Nobody knows yet what became of the payout.
pub(crate) fn is_still_unknown(told: &Told) -> bool {
    let (Some(case), Event::Case { happened: Happened::PayoutOverdue { payout }, .. }) = (&told.case, &told.event)
    else {
        return false;
    };
    case.payout(*payout).is_some_and(|payout| !payout.is_over() && payout.status != PayoutStatus::Pending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_counts_as_one_and_a_part_of_a_day_too() {
        let now: Timestamp = "2026-03-12T02:00:00Z".parse().unwrap();
        let left = |hours| days_until(Some(now + SignedDuration::from_hours(hours)), now);
        assert_eq!(
            [left(7 * 24), left(7 * 24 - 1), left(25), left(24), left(1), left(0), left(-5)],
            [7, 7, 2, 1, 1, 1, 1]
        );
    }
}
