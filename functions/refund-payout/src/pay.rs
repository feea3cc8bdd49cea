//! One payout: its row is there first. Then the provider is asked with the row's id as the key, and where a try was made
//! before, or nobody knows what became of it, the payment's refunds are listed before anything is sent.

use aftercare::aws::cases::Moved;
use aftercare::aws::table::Trouble;
use aftercare::case::{
    CHARGED_BACK, Case, Command, File, LESS_CAPTURED, LESS_ORDERED, NO_PROVIDER, NOT_HELD, NOT_LISTED, PaidHow, Payout,
    PayoutStatus,
};
use aftercare::event::Actor;
use aftercare::message::CaseWork;
use aftercare::payment::{Access, Listed, Outcome, Refund};
use jiff::Timestamp;

use crate::Payouts;
use crate::heard::{Place, heard, of_books, record};

pub(crate) async fn pay(payouts: &Payouts, work: &CaseWork, now: Timestamp) -> Result<(), Trouble> {
    let CaseWork { storefront: shop, ticket, case, payout, .. } = work;
    let gone = || Trouble::Unavailable(format!("a payout of case {case} of ticket {ticket} is not there"));
    let (number, place) = (payout.ok_or_else(gone)?, (shop, *ticket, *case));
    let read = payouts.table.case_file(shop, *ticket, *case, now).await?.ok_or_else(gone)?;
    let found = read.file.case.payout(number).cloned().ok_or_else(gone)?;
    if found.is_over() || found.is_leased(now) {
        return Ok(());
    }
    let access = payouts.table.payment_access(shop).await?.0;
    let Some(access) = access else {
        // It waits, and is looked at again until somebody can be asked.
        let (how, code) = (PaidHow::NotSent, Some(NO_PROVIDER.to_owned()));
        let told = Command::Told { payout: number, how, reference: None, code };
        return if found.asked == 0 { record(payouts, place, &told, now).await.map(drop) } else { Ok(()) };
    };
    // From here on somebody is at it; of two that came at once the other finds the lease.
    let taken = payouts.table.move_case(place, &Command::Pay { payout: number }, &Actor::System, now).await?;
    let Some(Moved::Done(step)) = taken else { return Ok(()) };
    let asked = Asked { payouts, place, case: &step.case, payout: &found, access: &access, now };
    let is_first = found.asked == 0 && step.case.tries(&found.payment).count() == 1;
    if !is_first && asked.is_known().await? {
        return Ok(());
    }
    match in_the_way(&read.file, &found) {
        Some(code) => not_sent(payouts, place, number, code, now).await,
        None => asked.send().await,
    }
}

async fn not_sent(payouts: &Payouts, place: Place<'_>, payout: u16, code: &str, now: Timestamp) -> Result<(), Trouble> {
    let code = Some(code.to_owned());
    let told = Command::Told { payout, how: PaidHow::Declined, reference: None, code };
    record(payouts, place, &told, now).await.map(drop)
}

/// Why a payout that is not on the provider's books is not sent.
fn in_the_way(file: &File, payout: &Payout) -> Option<&'static str> {
    let (order, of) = (&file.order, (file.case.ticket, file.case.number));
    let held = order.part_of(of.0, of.1, &payout.payment).map_or(0, |part| part.amount - part.settled);
    if held < payout.amount {
        Some(NOT_HELD)
    } else if !order.covers(of.0, of.1) {
        Some(LESS_ORDERED)
    } else {
        let listed = order.facts.payments.iter().find(|payment| payment.id == payout.payment);
        let short = order.payable(of.0, of.1, &payout.payment) < payout.amount;
        short.then_some(match listed {
            Some(payment) if payment.charged_back > 0 => CHARGED_BACK,
            Some(_) => LESS_CAPTURED,
            None => NOT_LISTED,
        })
    }
}

/// A payout that is being asked for.
struct Asked<'a> {
    payouts: &'a Payouts,
    place: Place<'a>,
    /// As it is now.
    case: &'a Case,
    /// As it was before.
    payout: &'a Payout,
    access: &'a Access,
    now: Timestamp,
}

impl Asked<'_> {
    /// Looks among the payment's refunds for this try and the others, and records what became of them. Whether that
    /// settles the matter: if not, it is safe to ask.
    async fn is_known(&self) -> Result<bool, Trouble> {
        let listed = match self.payouts.provider.list(self.access, &self.payout.payment, self.now).await {
            Ok(listed) => listed,
            Err(why) => {
                tracing::warn!(storefront = %self.place.0, ticket = %self.place.1, %why, "refunds could not be listed");
                // Where it was not asked for before, it was not now either.
                let outcome = if self.payout.asked == 0 { Outcome::NotSent } else { Outcome::Unknown };
                self.told(&outcome).await?;
                return Ok(true);
            }
        };
        if let Some(refund) = self.on(&listed, self.payout) {
            self.told(&of_books(refund, self.payout, self.now)).await?;
            return Ok(true);
        }
        let mut others = self.case.tries(&self.payout.payment).filter(|other| other.number != self.payout.number);
        let paid = others.find_map(|other| Some((other.number, self.paid(&listed, other)?)));
        let Some((before, (how, reference))) = paid else { return Ok(false) };
        let command = Command::PaidBefore { payout: self.payout.number, before, how, reference };
        record(self.payouts, self.place, &command, self.now).await?;
        Ok(true)
    }

    fn on<'a>(&self, listed: &'a [Listed], payout: &Payout) -> Option<&'a Listed> {
        let id = self.case.payout_id(payout.number)?;
        listed.iter().find(|refund| refund.payout.as_ref() == Some(&id))
    }

    /// Whether another try went, or is about to: as it is listed, else as it is known here.
    fn paid(&self, listed: &[Listed], other: &Payout) -> Option<(PaidHow, Option<String>)> {
        let (how, reference) = match self.on(listed, other) {
            Some(refund) => {
                let (how, reference, _) = heard(&refund.outcome);
                (how, reference)
            }
            None if other.status == PayoutStatus::Settled => (PaidHow::Settled, other.reference.clone()),
            None => return None,
        };
        match how {
            PaidHow::Settled | PaidHow::Pending => Some((how, reference)),
            // It is there, and nobody can read how it stands.
            PaidHow::Unknown => Some((PaidHow::Unknown, reference)),
            PaidHow::Declined | PaidHow::NotSent => None,
        }
    }

    async fn send(&self) -> Result<(), Trouble> {
        let id = self.case.payout_id(self.payout.number);
        let Some(payout) = id else { return Err(Trouble::Unavailable("a payout has no id".to_owned())) };
        let (payment, currency) = (self.payout.payment.clone(), self.case.terms.figures.currency.clone());
        let refund = Refund { payout, payment, amount: self.payout.amount, currency };
        let outcome = self.payouts.provider.refund(self.access, &refund, self.now).await;
        self.told(&outcome).await
    }

    async fn told(&self, outcome: &Outcome) -> Result<(), Trouble> {
        let (how, reference, code) = heard(outcome);
        let command = Command::Told { payout: self.payout.number, how, reference, code };
        record(self.payouts, self.place, &command, self.now).await.map(drop)
    }
}
