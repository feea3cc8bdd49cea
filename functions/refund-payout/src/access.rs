//! `/v1/desk/payment-provider`: how the storefront's payment provider is reached. Keys go in and never come out.

use aftercare::access::StaffCaller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::payments::put_payment_access;
use aftercare::aws::table::{Committed, Transaction, Trouble};
use aftercare::aws::tickets::ROUNDS;
use aftercare::payment::{Access, access, viewed};
use aftercare::problem::Problem;

use crate::Payouts;

pub(crate) async fn get(payouts: &Payouts, who: &StaffCaller) -> Result<Answer, Refusal> {
    let (access, _) = payouts.table.payment_access(&who.storefront).await?;
    Ok(Answer::json(200, &viewed(&access.ok_or_else(Problem::not_found)?))?)
}

pub(crate) async fn put(payouts: &Payouts, who: &StaffCaller, call: &Call) -> Result<Answer, Refusal> {
    let given = access(&call.body()?, payouts.is_local).map_err(Problem::invalid)?;
    for _ in 0..ROUNDS {
        let mut transaction = Transaction::default();
        let shop = &who.storefront;
        let (known, version) = payouts.table.payment_access(shop).await?;
        let after = match known {
            Some(known) => known.replaced(given.clone(), call.at),
            None => Access::new(given.clone(), call.at),
        };
        put_payment_access(&mut transaction, shop, &after, version)?;
        if payouts.table.commit(transaction).await? == Committed::Done {
            tracing::info!(storefront = %shop, staff = %who.id, "the payment provider was set");
            return Ok(Answer::json(200, &viewed(&after))?);
        }
    }
    Err(Trouble::Unavailable(format!("the payment provider could not be set in {ROUNDS} rounds")).into())
}
