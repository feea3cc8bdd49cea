//! `GET` and `PUT /v1/desk/settings`: the storefront's settings, whole, as the next version.

use std::sync::Arc;

use aftercare::access::StaffCaller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::shop::Replaced;
use aftercare::problem::{Fault, Problem};
use aftercare::reader::Reader;
use aftercare::settings::{LARGEST, Loaded, Settings};
use jiff::tz::TimeZone;
use serde_json::json;

use crate::Desk;

pub(crate) async fn get(desk: &Desk, who: &StaffCaller, call: &Call) -> Result<Answer, Refusal> {
    call.known_parameters(&[])?;
    let loaded = newest(desk, who, call).await?;
    Ok(Answer::json(200, &json!({ "version": loaded.version, "settings": loaded.settings }))?)
}

/// The latest version, also when it was put this very moment.
pub(crate) async fn newest(desk: &Desk, who: &StaffCaller, call: &Call) -> Result<Arc<Loaded>, Refusal> {
    Ok(match desk.table.settings_number(&who.storefront).await? {
        0 => desk.table.settings(&who.storefront, call.at).await?,
        version => desk.table.settings_version(&who.storefront, version, call.at).await?,
    })
}

pub(crate) async fn put(desk: &Desk, who: &StaffCaller, call: &Call) -> Result<Answer, Refusal> {
    if call.body.len() > LARGEST {
        return Err(Problem::too_large(LARGEST).into());
    }
    let body = call.body()?;
    let mut faults = Vec::new();
    let mut fields = Reader::new("", &body, &mut faults);
    let replaces = fields.number("replaces", 0, i64::from(u32::MAX) - 1, &mut faults);
    let replaces = fields.required("replaces", replaces, &mut faults);
    let document = fields.value("settings");
    let document = fields.required("settings", document, &mut faults);
    fields.finish(&mut faults);
    let (Some(replaces), Some(document), true) = (replaces, document, faults.is_empty()) else {
        return Err(Problem::invalid(faults).into());
    };
    let settings = Settings::read(document).map_err(misplaced)?;
    let faults = settings.faults(call.at.to_zoned(TimeZone::UTC).date());
    if !faults.is_empty() {
        return Err(misplaced(faults).into());
    }
    let replaces = u32::try_from(replaces).unwrap_or(u32::MAX);
    match desk.table.replace_settings(&who.storefront, settings, replaces, call.at).await? {
        Replaced::By(version) => {
            tracing::info!(storefront = %who.storefront, staff = %who.id, version, "settings replaced");
            Ok(Answer::json(200, &json!({ "version": version }))?)
        }
        Replaced::Meanwhile => Err(Problem::stale().into()),
    }
}

/// The faults of a settings document at their places in the body.
fn misplaced(faults: Vec<Fault>) -> Problem {
    let placed = faults.into_iter().map(|fault| Fault::new(format!("/settings{}", fault.pointer), fault.detail));
    Problem::invalid(placed.take(100).collect())
}
