//! `POST /v1/desk/sla/preview`: what clocks would say of a story that is told, by the settings in force or by others. It
//! changes nothing.

use aftercare::access::StaffCaller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::sla::preview::Told;

use crate::Desk;
use crate::settings::newest;

pub(crate) async fn preview(desk: &Desk, who: &StaffCaller, call: &Call) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let current = newest(desk, who, call).await?;
    let (story, _) = call.keyed(Told::read(&body, &current.settings), true)?;
    Ok(Answer::json(200, &story.preview())?)
}
