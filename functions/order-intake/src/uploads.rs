//! Photos that come with a case: a form for one, which goes straight to the bucket, and a look at what was handed in.

use aftercare::access::Caller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::receipt::{Receipt, count, over};
use aftercare::aws::start::random;
use aftercare::aws::table::{Committed, Transaction, Trouble};
use aftercare::aws::tickets::ROUNDS;
use aftercare::category::Channel;
use aftercare::id::{OrderId, UploadId};
use aftercare::problem::Problem;
use aftercare::reader::{Faults, Reader as Fields};
use aftercare::upload::{FORM_LIVES, Scope, Upload, UploadKey};
use aftercare::view::{UploadForm, instant};
use serde::{Deserialize, Serialize};

use crate::{Orders, own};

/// What is kept of an answer: the form is signed anew when it is asked for again.
#[derive(Serialize, Deserialize)]
struct Kept {
    id: UploadId,
}

/// `POST /v1/orders/{id}/uploads`
pub(crate) async fn form(orders: &Orders, caller: &Caller, call: &Call, id: &str) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let mut faults = Faults::new();
    Fields::new("", &body, &mut faults).finish(&mut faults);
    let read = if faults.is_empty() { Ok(()) } else { Err(faults) };
    let ((), key) = call.keyed(read, caller.customer().is_none())?;
    let receipt = Receipt::new(caller, call, &body, key.as_deref(), (Channel::Api, None));
    let (table, shop) = (&orders.table, caller.storefront());
    for _ in 0..ROUNDS {
        let order = own(table, caller, id).await?.value;
        if let Some(before) = receipt.replay(&table.get_many(&receipt.keys()).await?)? {
            let kept: Kept = serde_json::from_str(&before.body).map_err(unread)?;
            let again = signed(orders, caller, call, &order.id, kept.id)?;
            return Ok(Answer { headers: before.headers, ..again });
        }
        let upload = UploadId::of(random()?).ok_or_else(|| Trouble::Unavailable("an id cannot be made".to_owned()))?;
        let mut transaction = Transaction::default();
        receipt.keep(&mut transaction, &Answer::json(201, &Kept { id: upload.clone() })?)?;
        let settings = table.settings(shop, call.at).await?;
        count(&mut transaction, caller, &settings, call.at, spread(&upload));
        match table.commit(transaction).await? {
            Committed::Done => {
                tracing::info!(storefront = %shop, order = %order.id, "form for a photo made");
                return signed(orders, caller, call, &order.id, upload);
            }
            Committed::Refused(guards) => {
                if let Some(problem) = over(&guards, call.at) {
                    return Err(problem.into());
                }
            }
            Committed::Contended => {}
        }
    }
    Err(Trouble::Unavailable(format!("a form could not be made in {ROUNDS} rounds")).into())
}

fn signed(orders: &Orders, caller: &Caller, call: &Call, order: &OrderId, id: UploadId) -> Result<Answer, Refusal> {
    let key = UploadKey::of(caller.storefront(), Scope::Order(order), &id);
    let form = orders.uploads.form(&key, None, call.at)?;
    let fields = form.fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let expires_at = instant(call.at.saturating_add(FORM_LIVES).unwrap_or(call.at));
    Ok(Answer::json(201, &UploadForm { id, url: form.url, fields, expires_at })?)
}

/// Where it is counted: as random as the id.
fn spread(id: &UploadId) -> u8 {
    id.as_str().bytes().fold(0, |sum: u8, byte| sum.wrapping_mul(31).wrapping_add(byte))
}

#[expect(clippy::needless_pass_by_value, reason = "the form map_err asks for")]
fn unread(why: serde_json::Error) -> Trouble {
    Trouble::Unavailable(format!("an answer that was kept cannot be read: {why}"))
}

/// The photos of a request. Refuses ids under which no photo was handed in for the order, each by its place.
pub(crate) async fn look(
    orders: &Orders,
    caller: &Caller,
    call: &Call,
    order: &OrderId,
    photos: &[UploadId],
) -> Result<Vec<Upload>, Refusal> {
    let seen = orders.uploads.all_photos(caller.storefront(), &[Scope::Order(order)], photos, call.at).await?;
    Ok(seen.map_err(Problem::invalid)?)
}
