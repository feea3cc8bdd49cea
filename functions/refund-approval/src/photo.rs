//! `GET /v1/desk/tickets/{id}/cases/{number}/photos/{photo}`: where to save a photo from, for five minutes. Like everything
//! that customers hand in, that somebody looked is put on record first.

use aftercare::access::StaffCaller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::id::UploadId;
use aftercare::problem::Problem;
use aftercare::upload::DOWNLOAD_LIVES;
use aftercare::view::{self, PhotoView, instant};

use crate::Approval;
use crate::show::ticket;

pub(crate) async fn get(
    approval: &Approval,
    who: &StaffCaller,
    call: &Call,
    (id, number, photo): (&str, &str, &str),
) -> Result<Answer, Refusal> {
    call.no_parameters()?;
    let table = &approval.table;
    let ticket = ticket(table, who, id).await?;
    let number = view::exact(number).ok_or_else(Problem::not_found)?;
    let case = table.case(&who.storefront, ticket.id, number).await?.ok_or_else(Problem::not_found)?;
    let place = UploadId::read(photo).and_then(|photo| case.terms.photos.iter().position(|known| *known == photo));
    let place = place.filter(|_| !ticket.erased).ok_or_else(Problem::not_found)?;
    let photo = case.terms.photos.get(place).ok_or_else(Problem::not_found)?;
    let found = approval.uploads.of_case(&case, photo, call.at).await?;
    let (key, upload) = found.ok_or_else(Problem::not_found)?;
    let settings = table.settings(&who.storefront, call.at).await?;
    table.look(&ticket, &who.id, call.at, settings.settings.privacy.reads_kept_days).await?;
    tracing::info!(storefront = %who.storefront, ticket = %ticket.id, case = number, staff = %who.id, "photo read");
    let name = upload.file_name(&ticket.number, place + 1);
    let url = approval.uploads.download(&key, &name, call.at)?;
    let expires_at = instant(call.at.saturating_add(DOWNLOAD_LIVES).unwrap_or(call.at));
    let view = PhotoView { id: upload.id, kind: upload.kind, size: upload.size, name, url, expires_at };
    Ok(Answer::json(200, &view)?)
}
