//! Cases as staff see them: of one ticket, and those that wait for a decision or for hands.

use aftercare::access::StaffCaller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::table::Table;
use aftercare::case::CaseStatus;
use aftercare::id::Number;
use aftercare::intake::TicketName;
use aftercare::problem::Problem;
use aftercare::ticket::Ticket;
use aftercare::view::{self, CaseList, CasePage, CaseView, Reader};

use crate::Approval;

/// The ticket of that name in the caller's storefront. Another's is as if it were not there.
pub(crate) async fn ticket(table: &Table, who: &StaffCaller, id: &str) -> Result<Ticket, Refusal> {
    let name = TicketName::parse(id).ok_or_else(Problem::not_found)?;
    table.ticket_named(&who.storefront, &name).await?.ok_or_else(|| Problem::not_found().into())
}

/// `GET /v1/desk/tickets/{id}/cases`
pub(crate) async fn list(approval: &Approval, who: &StaffCaller, call: &Call, id: &str) -> Result<Answer, Refusal> {
    call.no_parameters()?;
    let ticket = ticket(&approval.table, who, id).await?;
    let cases = approval.table.cases(&who.storefront, ticket.id).await?;
    let cases = cases.iter().map(|case| CaseView::of(case, &ticket.number, Reader::Staff)).collect();
    Ok(Answer::json(200, &CaseList { cases })?.tagged(ticket.seq))
}

/// `GET /v1/desk/tickets/{id}/cases/{number}`
pub(crate) async fn one(
    approval: &Approval,
    who: &StaffCaller,
    call: &Call,
    (id, number): (&str, &str),
) -> Result<Answer, Refusal> {
    call.no_parameters()?;
    let ticket = ticket(&approval.table, who, id).await?;
    let number = view::exact(number).ok_or_else(Problem::not_found)?;
    let case = approval.table.case(&who.storefront, ticket.id, number).await?.ok_or_else(Problem::not_found)?;
    Ok(Answer::json(200, &CaseView::of(&case, &ticket.number, Reader::Staff))?.tagged(ticket.seq))
}

/// `GET /v1/desk/cases?status=pending`: longest in that status first.
pub(crate) async fn queue(approval: &Approval, who: &StaffCaller, call: &Call) -> Result<Answer, Refusal> {
    let mut parameters = call.parameters();
    let words: Vec<&str> = CaseStatus::ALL.iter().map(|status| status.as_str()).collect();
    let status = parameters.parsed("status", &format!("one of {}", words.join(", ")), CaseStatus::parse);
    let status = status.unwrap_or(CaseStatus::Pending);
    let limit = parameters.limit();
    let cursor = parameters.cursor(|text| text.contains('|'));
    parameters.finish()?;
    let (cases, next) = approval.table.cases_in(&who.storefront, status, limit, cursor.as_deref()).await?;
    let cases = cases.iter().map(|case| CaseView::of(case, &Number::of(case.ticket), Reader::Staff)).collect();
    Ok(Answer::json(200, &CasePage { cases, next })?)
}
