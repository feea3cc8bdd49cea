//! One payout: its row is there first. Then the provider is asked with the row's id as the key, and where a try was made
//! before, or nobody knows what became of it, the payment's refunds are listed before anything is sent.

use aftercare::aws::cases::Moved;
use aftercare::aws::metrics;
use aftercare::aws::table::Trouble;
use aftercare::case::{Case, Command, File, PaidHow, Payout};
use aftercare::event::Actor;
use aftercare::id::{PayoutId, StorefrontId};
use aftercare::message::CaseWork;
use aftercare::payment::{Access, Listed, Outcome, Refund};
use jiff::Timestamp;

use crate::Payouts;

/// Why no provider was asked, in the words that a decline has.
const NO_PROVIDER: &str = "no_provider";
const CHARGED_BACK: &str = "charged_back";
/// An earlier try turned out to have been paid.
const PAID_BEFORE: &str = "paid_before";

pub(crate) async fn pay(payouts: &Payouts, work: &CaseWork, now: Timestamp) -> Result<(), Trouble> {
    let CaseWork { storefront: shop, ticket, case, payout, .. } = work;
    let gone = || Trouble::Unavailable(format!("a payout of case {case} of ticket {ticket} is not there"));
    let number = payout.ok_or_else(gone)?;
    let read = payouts.table.case_file(shop, *ticket, *case, now).await?.ok_or_else(gone)?;
    let found = read.file.case.payout(number).cloned().ok_or_else(gone)?;
    if found.is_over() || found.lease.is_some_and(|until| until > now) {
        return Ok(());
    }
    let (Some(access), _) = payouts.table.payment_access(shop).await? else {
        return declined(payouts, &read.file, number, NO_PROVIDER, now).await;
    };
    if read.file.order.payable(*ticket, *case, &found.payment) < found.amount && !may_be_paid(&found) {
        return declined(payouts, &read.file, number, CHARGED_BACK, now).await;
    }
    // From here on somebody is at it; of two that came at once the other finds the lease.
    let place = (shop, *ticket, *case);
    let taken = payouts.table.move_case(place, &Command::Pay { payout: number }, &Actor::System, now).await?;
    let Some(Moved::Done(step)) = taken else { return Ok(()) };
    if step.case.payout(number).is_none_or(|payout| payout.asked != found.asked + 1) {
        return Ok(());
    }
    let asked = Asked { payouts, shop, case: &step.case, access: &access, now };
    let is_first = found.asked == 0 && step.case.tries(&found.payment).count() == 1;
    if !is_first && asked.is_known(&found).await? {
        return Ok(());
    }
    asked.send(&found).await
}

/// It was asked for, and may have been done: what was charged back since changes nothing about that.
fn may_be_paid(payout: &Payout) -> bool {
    payout.asked > 0
}

async fn declined(payouts: &Payouts, file: &File, payout: u16, code: &str, now: Timestamp) -> Result<(), Trouble> {
    let code = Some(code.to_owned());
    let told = Command::Told { payout, how: PaidHow::Declined, reference: None, code };
    let place = (&file.case.storefront, file.case.ticket, file.case.number);
    payouts.table.move_case(place, &told, &Actor::System, now).await.map(drop)
}

/// A payout that is being asked for.
struct Asked<'a> {
    payouts: &'a Payouts,
    shop: &'a StorefrontId,
    case: &'a Case,
    access: &'a Access,
    now: Timestamp,
}

impl Asked<'_> {
    /// Looks among the payment's refunds for this try and those before it, and records what became of them. Whether that
    /// settles the matter: if not, it is safe to ask.
    async fn is_known(&self, payout: &Payout) -> Result<bool, Trouble> {
        let listed = match self.payouts.provider.list(self.access, &payout.payment, self.now).await {
            Ok(listed) => listed,
            Err(why) => {
                tracing::warn!(storefront = %self.shop, ticket = %self.case.ticket, %why, "refunds could not be listed");
                self.told(payout.number, &Outcome::Unknown).await?;
                return Ok(true);
            }
        };
        let of = |number: u16| {
            let id = self.case.payout_id(number);
            listed.iter().find(|refund| id.is_some() && refund.payout == id)
        };
        if let Some(Listed { outcome, .. }) = of(payout.number) {
            self.told(payout.number, outcome).await?;
            return Ok(true);
        }
        for before in self.case.tries(&payout.payment).filter(|other| other.number < payout.number) {
            let paid = of(before.number)
                .filter(|refund| matches!(refund.outcome, Outcome::Settled { .. } | Outcome::Pending { .. }));
            if let Some(refund) = paid {
                let code = Some(PAID_BEFORE.to_owned());
                self.record(payout.number, PaidHow::Declined, None, code).await?;
                self.told(before.number, &refund.outcome).await?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn send(&self, payout: &Payout) -> Result<(), Trouble> {
        let id: Option<PayoutId> = self.case.payout_id(payout.number);
        let Some(id) = id else { return Err(Trouble::Unavailable("a payout has no id".to_owned())) };
        let (payment, currency) = (payout.payment.clone(), self.case.terms.figures.currency.clone());
        let refund = Refund { payout: id, payment, amount: payout.amount, currency };
        let outcome = self.payouts.provider.refund(self.access, &refund, self.now).await;
        self.told(payout.number, &outcome).await
    }

    async fn told(&self, payout: u16, outcome: &Outcome) -> Result<(), Trouble> {
        let (how, reference, code) = heard(outcome);
        self.record(payout, how, reference, code).await
    }

    async fn record(
        &self,
        payout: u16,
        how: PaidHow,
        reference: Option<String>,
        code: Option<String>,
    ) -> Result<(), Trouble> {
        metrics::count(self.now, "PayoutTold", &[("how", how.as_str())]);
        let told = Command::Told { payout, how, reference, code };
        let place = (self.shop, self.case.ticket, self.case.number);
        self.payouts.table.move_case(place, &told, &Actor::System, self.now).await.map(drop)
    }
}

/// An outcome as it is recorded.
pub(crate) fn heard(outcome: &Outcome) -> (PaidHow, Option<String>, Option<String>) {
    match outcome {
        Outcome::Settled { reference } => (PaidHow::Settled, Some(reference.clone()), None),
        Outcome::Pending { reference } => (PaidHow::Pending, Some(reference.clone()), None),
        Outcome::Declined { reference, why, code } => {
            let code = code.as_ref().map_or(why.as_str(), |code| code.as_str());
            (PaidHow::Declined, reference.clone(), Some(code.to_owned()))
        }
        Outcome::NotSent => (PaidHow::NotSent, None, None),
        Outcome::Unknown => (PaidHow::Unknown, None, None),
    }
}
