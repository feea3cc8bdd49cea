//! What only staff are answered with.

use serde::Serialize;
use serde_json::Value;

use crate::id::StaffId;
use crate::problem::Problem;
#[cfg(feature = "openapi")]
use crate::view::TicketView;

/// What `POST /v1/desk/tickets/bulk` answers with.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkOutcomes {
    /// One for every ticket, in the order they were named.
    pub outcomes: Vec<BulkOutcome>,
}

/// What became of one of many tickets: each as if it had been asked for alone.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkOutcome {
    /// As the request named it.
    pub named: String,
    /// The HTTP status it would have been answered with alone. After a 503 the same request, sent again with the same key,
    /// goes on where it ended.
    pub status: u16,
    /// The ticket after it, where it went well.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<TicketView>))]
    pub ticket: Option<Value>,
    /// Why it was not done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// What `GET /v1/desk/tickets/{id}/reads` answers with.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReadPage {
    /// Latest first.
    pub reads: Vec<ReadView>,
    /// Send it back as `cursor` for the next page; none on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// That somebody of the staff looked at what is written on a ticket.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Read))]
pub struct ReadView {
    pub by: StaffId,
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub at: String,
}
