//! `POST /v1/desk/tickets/{id}/cases`: staff ask for a case on behalf of a customer, who has to agree to it unless they did.

use aftercare::access::StaffCaller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::receipt::Receipt;
use aftercare::aws::requests::{Asker, Wanted};
use aftercare::aws::start::fresh_id;
use aftercare::aws::table::{Committed, Transaction, Trouble};
use aftercare::aws::tickets::ROUNDS;
use aftercare::case::ask::Ask;
use aftercare::category::Channel;
use aftercare::desk;
use aftercare::event::Actor;
use aftercare::id::OrderId;
use aftercare::intake::{LONGEST_TEXT, TicketName};
use aftercare::problem::{Fault, Problem};
use aftercare::reader::{Faults, Reader as Fields};
use aftercare::upload::Scope;
use aftercare::view::{CaseView, Reader};

use crate::Approval;
use crate::show::ticket;

/// `{order?, kind, reason, lines, amount?, photos?, override?}`: with `override`, the reason why a rule is let pass.
fn wanted(fields: &mut Fields<'_>, faults: &mut Faults) -> Option<(Option<OrderId>, Wanted)> {
    let order = fields.parsed("order", OrderId::RULE, OrderId::parse, faults);
    let ask = Ask::read(fields, faults);
    let overridden = fields.text("override", 1, LONGEST_TEXT, faults);
    let mut ask = ask?;
    ask.overridden = overridden.is_some();
    Some((order, Wanted { ask, ticket: None, message: None, overridden, net: None, seen: Vec::new() }))
}

pub(crate) async fn request(approval: &Approval, who: &StaffCaller, call: &Call, id: &str) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let ((order, mut wanted), key, expected) = call.ordered(desk::read(&body, wanted))?;
    let receipt = Receipt::of_staff(who, call, &body, &key);
    let (table, shop, by) = (&approval.table, &who.storefront, Actor::Staff(who.id.clone()));
    for _ in 0..ROUNDS {
        if let Some(answer) = receipt.replay(&table.get_many(&receipt.keys()).await?)? {
            return Ok(answer);
        }
        let ticket = ticket(table, who, id).await?;
        expected.check(ticket.seq)?;
        let fault = |detail: &str| Problem::invalid(vec![Fault::new("/order", detail)]);
        let name = order.clone().or_else(|| ticket.order.clone());
        let name = name.ok_or_else(|| fault("is required: the ticket names no order"))?;
        let order = table.order(shop, &name).await?;
        let order = order.ok_or_else(|| fault("is not known here: put its facts first"))?;
        if order.value.facts.customer != ticket.customer {
            return Err(fault("must be an order of the ticket's customer").into());
        }
        let scopes = [Scope::Ticket(ticket.id), Scope::Order(&order.value.id)];
        let seen = approval.uploads.all_photos(shop, &scopes, &wanted.ask.photos, call.at).await?;
        wanted.seen = seen.map_err(Problem::invalid)?;
        wanted.ticket = Some(TicketName::Id(ticket.id));
        let asker = Asker { shop, by: &by, channel: Channel::Api };
        let prepared = table.prepare(asker, &order, &wanted, call.at, &fresh_id).await?;
        let mut transaction = Transaction::default();
        prepared.write(&mut transaction)?;
        let step = &prepared.step;
        let view = CaseView::of(&step.case, &ticket.number, Reader::Staff);
        let answer = Answer::json(201, &view)?.tagged(step.ticket.seq);
        receipt.keep(&mut transaction, &answer)?;
        if table.commit(transaction).await? == Committed::Done {
            tracing::info!(storefront = %shop, ticket = %ticket.id, case = step.case.number, staff = %who.id, "case requested");
            return Ok(answer);
        }
    }
    Err(Trouble::Unavailable(format!("a case could not be requested in {ROUNDS} rounds")).into())
}
