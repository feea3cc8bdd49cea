//! What becomes of a case's money: payouts that are due, asked for, told of, and tried again.

use jiff::SignedDuration;

use super::decide::Story;
use super::{CaseStatus, Happened, PaidHow, Payout, PayoutStatus, Rejection, payout};
use crate::id::PaymentId;

/// A payout whose answer is not there after so long is asked about again.
const ANSWERED: SignedDuration = SignedDuration::from_mins(2);

impl Story<'_> {
    /// The money is due: one payout for each payment that has some.
    pub(super) fn settle(&mut self) {
        self.go(CaseStatus::Settling);
        let due: Vec<_> =
            self.case.terms.figures.parts.iter().map(|part| (part.payment.clone(), part.amount)).collect();
        for (payment, amount) in due {
            self.due(payment, amount);
        }
    }

    fn due(&mut self, payment: PaymentId, amount: i64) {
        let payout = u16::try_from(self.case.payouts.len()).unwrap_or(u16::MAX).saturating_add(1);
        self.push(Happened::PayoutDue { payout, payment, amount });
    }

    pub(super) fn pay(&mut self, payout: u16) -> Result<(), Rejection> {
        let Some(found) = self.case.payout(payout) else { return Err(Rejection::NoSuchPayout) };
        if found.is_over() || found.is_leased(self.now) {
            return Ok(());
        }
        let check = self.now.saturating_add(ANSWERED).unwrap_or(self.now);
        self.push(Happened::PayoutSent { payout, check });
        Ok(())
    }

    /// What the provider says, by its answer, its list or its webhook, in whatever order and however often.
    pub(super) fn told(
        &mut self,
        number: u16,
        how: PaidHow,
        reference: Option<String>,
        code: Option<String>,
    ) -> Result<(), Rejection> {
        let Some(payout) = self.case.payout(number) else { return Err(Rejection::NoSuchPayout) };
        // That nobody can be asked is said once.
        if payout.waits_for_provider() && how == PaidHow::NotSent && code.as_deref() == Some(payout::NO_PROVIDER) {
            return Ok(());
        }
        if let Some(how) = payout.learns(how, reference.as_deref(), self.now) {
            self.record(number, how, reference, code);
            self.stand();
        }
        Ok(())
    }

    /// A try that was listed as paid, or as under way, after a later one was made: whatever was said of it before, the list
    /// is newer. Both are recorded together, so that nobody is told of the later one as if it had failed.
    pub(super) fn paid_before(
        &mut self,
        number: u16,
        before: u16,
        how: PaidHow,
        reference: Option<String>,
    ) -> Result<(), Rejection> {
        let (Some(payout), Some(earlier)) = (self.case.payout(number), self.case.payout(before)) else {
            return Err(Rejection::NoSuchPayout);
        };
        if payout.is_over() || number == before || payout.payment != earlier.payment {
            return Ok(());
        }
        let news = earlier.status != PayoutStatus::Settled;
        self.record(number, PaidHow::Declined, None, Some(payout::PAID_BEFORE.to_owned()));
        if news {
            self.record(before, how, reference, None);
        }
        self.stand();
        Ok(())
    }

    fn record(&mut self, number: u16, how: PaidHow, reference: Option<String>, code: Option<String>) {
        let made = self.case.payout(number).map_or(self.now, |payout| payout.made);
        let check = match how {
            PaidHow::Settled | PaidHow::Declined => None,
            PaidHow::Pending => Some(Payout::later(made, self.now)),
            PaidHow::NotSent if code.is_some() => Some(Payout::later(made, self.now)),
            PaidHow::Unknown | PaidHow::NotSent => Some(Payout::again(made, self.now)),
        };
        self.push(Happened::PayoutTold { payout: number, how, reference, code, check });
    }

    /// It stands as its payouts do. One that was cancelled stays so when money goes after all, since its customer knows it
    /// as cancelled and its goods are free; but money that failed after it settled is owed again.
    fn stand(&mut self) {
        let to = self.case.paid_status();
        let is_cancelled = self.case.status == CaseStatus::Cancelled;
        let was_settled = |payout: &Payout| {
            self.before.payout(payout.number).is_some_and(|before| before.status == PayoutStatus::Settled)
        };
        let fell = |payout: &Payout| payout.status == PayoutStatus::Declined && was_settled(payout);
        if to != self.case.status && (!is_cancelled || self.case.payouts.iter().any(fell)) {
            self.go(to);
            if to == CaseStatus::Settled {
                self.send_back();
            }
        }
    }

    pub(super) fn retry(&mut self) -> Result<(), Rejection> {
        if self.case.status == CaseStatus::Settling {
            return self.ask_at_once();
        }
        let again: Vec<_> = self.case.unpaid().map(|payout| (payout.payment.clone(), payout.amount)).collect();
        if again.is_empty() {
            return Err(Rejection::NothingToRetry);
        }
        self.go(CaseStatus::Settling);
        for (payment, amount) in again {
            self.due(payment, amount);
        }
        Ok(())
    }

    /// What waits for a provider does so no longer than a person says.
    fn ask_at_once(&mut self) -> Result<(), Rejection> {
        let waits = self.case.payouts.iter().filter(|payout| payout.waits_for_provider()).cloned();
        let waits: Vec<Payout> = waits.collect();
        if waits.is_empty() {
            return Err(Rejection::NothingToRetry);
        }
        for Payout { number, payment, amount, .. } in waits {
            self.push(Happened::PayoutDue { payout: number, payment, amount });
        }
        Ok(())
    }

    /// Payouts whose time to be asked about has come; of those that nobody knows anything of for a day a person is told, once.
    pub(super) fn ask_again(&mut self) {
        let now = self.now;
        let due = |payout: &&Payout| !payout.is_over() && payout.check.is_some_and(|check| check <= now);
        for payout in self.case.payouts.iter().filter(due).cloned().collect::<Vec<_>>() {
            let overdue = payout.is_overdue(now);
            let Payout { number, payment, amount, .. } = payout;
            self.push(Happened::PayoutDue { payout: number, payment, amount });
            if overdue {
                self.push(Happened::PayoutOverdue { payout: number });
            }
        }
    }
}
