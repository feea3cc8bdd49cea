//! `POST /v1/desk/tickets/bulk`: one thing done to many tickets, each in a transaction of its own and with a receipt of its
//! own under the one key, so that a request that ended half way goes on when it is sent again.

use aftercare::access::StaffCaller;
use aftercare::aws::expected::Expected;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::receipt::Receipt;
use aftercare::desk;
use aftercare::problem::{Fault, Problem};
use aftercare::view::{BulkOutcome, BulkOutcomes};

use crate::Desk;
use crate::act::carry_out;

pub(crate) async fn bulk(desk: &Desk, who: &StaffCaller, call: &Call) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let mut read = desk::read(&body, desk::bulk);
    if call.if_match.is_some() {
        let fault = Fault::new("header If-Match", "is for one ticket: leave it out where many are named");
        read = Err(read.err().into_iter().flatten().chain([fault]).collect());
    }
    let (bulk, key) = call.keyed(read, true)?;
    let who = &who.clone().allowed(bulk.action)?;
    let key = key.unwrap_or_default();
    Receipt::of_staff(who, call, &body, &key).take(&desk.table).await?;
    let mut outcomes = Vec::with_capacity(bulk.tickets.len());
    let mut trouble = false;
    for (named, _) in bulk.tickets {
        // Where the table does not answer, trying it with the rest only takes the caller's time.
        if trouble {
            outcomes.push(refused(named, Problem::unavailable()));
            continue;
        }
        let receipt = Receipt::of_bulk(who, call, &body, &key, &named);
        outcomes.push(match carry_out(desk, who, &named, &receipt, &Expected::Any, &bulk.asked, call.at).await {
            Ok(Answer { status, body, .. }) => {
                let ticket = serde_json::from_str(&body).ok();
                BulkOutcome { named, status, ticket, problem: None }
            }
            Err(Refusal::Problem(problem)) => refused(named, problem),
            Err(Refusal::Trouble(why)) => {
                tracing::error!(error = %why, "one of many tickets could not be served");
                trouble = true;
                refused(named, Problem::unavailable())
            }
        });
    }
    Ok(Answer::json(200, &BulkOutcomes { outcomes })?)
}

fn refused(named: String, problem: Problem) -> BulkOutcome {
    BulkOutcome { named, status: problem.status, ticket: None, problem: Some(problem) }
}
