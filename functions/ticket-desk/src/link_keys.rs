//! `POST /v1/desk/link-keys/rotate`: links in mail are signed with a new key from now on; those that are out there go on
//! working, as long as one of the latest eight keys signed them.

use aftercare::access::StaffCaller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::receipt::Receipt;
use aftercare::aws::table::{Committed, Transaction, Trouble};
use aftercare::aws::tickets::ROUNDS;
use aftercare::view;
use serde_json::Value;

use crate::Desk;

pub(crate) async fn rotate(desk: &Desk, who: &StaffCaller, call: &Call) -> Result<Answer, Refusal> {
    let ((), key, _) = call.ordered(Ok(()))?;
    let receipt = Receipt::of_staff(who, call, &Value::Null, &key);
    for _ in 0..ROUNDS {
        let read = desk.table.get_many(&receipt.keys()).await?;
        if let Some(answer) = receipt.replay(&read)? {
            return Ok(answer);
        }
        let mut transaction = Transaction::default();
        let keys = desk.table.rotate_link_keys(&mut transaction, &who.storefront, call.at).await?;
        let answer = Answer::json(200, &view::link_keys(&keys))?;
        receipt.keep(&mut transaction, &answer)?;
        if desk.table.commit(transaction).await? == Committed::Done {
            let key = keys.newest().number;
            tracing::info!(storefront = %who.storefront, staff = %who.id, key, "link keys rotated");
            return Ok(answer);
        }
    }
    Err(Trouble::Unavailable(format!("link keys were changed {ROUNDS} times meanwhile")).into())
}
