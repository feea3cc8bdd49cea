//! Whether a case that is to be approved still is what it was asked for: its photos are outside of its hash's reach once they
//! are in the bucket, and its order's facts are the storefront's.

use aftercare::aws::table::Trouble;
use aftercare::case::{Amiss, Case};
use aftercare::order::Order;
use jiff::Timestamp;

use crate::Approval;

pub(crate) async fn amiss(
    approval: &Approval,
    case: &Case,
    order: &Order,
    now: Timestamp,
) -> Result<Option<Amiss>, Trouble> {
    if !order.gives(case.ticket, case.number) {
        return Ok(Some(Amiss::Order));
    }
    let changed = approval.uploads.changed(case, now).await?;
    Ok((!changed.is_empty()).then_some(Amiss::Photos))
}
