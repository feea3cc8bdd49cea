//! One command of staff on one case: read, decided on the case as it is, and committed with its answer.

use aftercare::access::StaffCaller;
use aftercare::aws::cases::write_step;
use aftercare::aws::expected::Expected;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::receipt::Receipt;
use aftercare::aws::requests::{Asker, unable_to_staff};
use aftercare::aws::table::{Committed, Transaction, Trouble};
use aftercare::aws::tickets::ROUNDS;
use aftercare::case::{Command, Refused, Rejection};
use aftercare::category::Channel;
use aftercare::desk;
use aftercare::event::Actor;
use aftercare::problem::Problem;
use aftercare::view::{self, CaseView, Reader};

use crate::Approval;
use crate::amiss::amiss;
use crate::asked::{Act, Asked};
use crate::show::ticket;

pub(crate) async fn act(
    approval: &Approval,
    who: &StaffCaller,
    call: &Call,
    (id, number): (&str, &str),
    act: Act,
) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let read = desk::read(&body, |fields, faults| act.read(fields, faults));
    let (asked, key, expected): (_, _, Expected) = call.ordered(read)?;
    let number = view::exact(number).ok_or_else(Problem::not_found)?;
    let receipt = Receipt::of_staff(who, call, &body, &key);
    let (table, shop, by) = (&approval.table, &who.storefront, Actor::Staff(who.id.clone()));
    let today = table.settings(shop, call.at).await?;
    for _ in 0..ROUNDS {
        if let Some(answer) = receipt.replay(&table.get_many(&receipt.keys()).await?)? {
            return Ok(answer);
        }
        let ticket = ticket(table, who, id).await?;
        let read = table.case_file(shop, ticket.id, number, call.at).await?.ok_or_else(Problem::not_found)?;
        expected.check(read.file.ticket.seq)?;
        let zone = table.customer_zone(shop, &read.file.order, &today).await?;
        let faults = asked.faults(&read.file.case);
        if !faults.is_empty() {
            return Err(Problem::invalid(faults).into());
        }
        let case = &read.file.case;
        let gone = match &asked {
            Asked::Edit { .. } => approval.uploads.changed(case, call.at).await?,
            Asked::Plain(_)
            | Asked::Approve { .. }
            | Asked::Reject { .. }
            | Asked::OutOfStock
            | Asked::Inspect { .. } => Vec::new(),
        };
        let asks = asked.command(&read.file, &gone, &who.roles, &zone, call.at).map_err(refused)?;
        let (mut command, content) = asks;
        let mut today = None;
        if let Command::Edit { terms, given } = &mut command {
            let asker = Asker { shop, by: &by, channel: Channel::Api };
            let place = (&read.file.order, ticket.id, number);
            let (before, day) = table.given_with(asker, terms, place, &zone, call.at).await?;
            (*given, today) = (before.or(*given), day);
        }
        let decided = read.file.step(&command, &by, call.at);
        if decided.is_ok() && matches!(command, Command::Approve { .. }) && !read.file.ticket.erased {
            let amiss = amiss(approval, case, &read.file.order, call.at).await?;
            amiss.map_or(Ok(()), |why| Err(refused(Rejection::Amiss(why))))?;
        }
        let step = decided.map_err(|why| match why {
            Refused::Case(why) => refused(why),
            Refused::Ticket(why) => Problem::conflict(why.sentence()),
        })?;
        let mut transaction = Transaction::default();
        let (case, version) = match &step {
            Some(step) => {
                write_step(&mut transaction, &read, step, content.as_ref())?;
                if let Some(today) = &today {
                    today.write(&mut transaction)?;
                }
                (&step.case, step.ticket.seq)
            }
            None => (&read.file.case, read.file.ticket.seq),
        };
        let answer = Answer::json(200, &CaseView::of(case, &ticket.number, Reader::Staff))?.tagged(version);
        receipt.keep(&mut transaction, &answer)?;
        if table.commit(transaction).await? == Committed::Done {
            let act = command.act();
            tracing::info!(storefront = %shop, ticket = %ticket.id, case = number, staff = %who.id, %act, "case moved");
            return Ok(answer);
        }
    }
    Err(Trouble::Unavailable(format!("a case was changed {ROUNDS} times meanwhile")).into())
}

/// A refusal as a problem: who may not, what is not there, what does not fit.
pub(crate) fn refused(why: Rejection) -> Problem {
    match why {
        Rejection::Unable(why) => unable_to_staff(why),
        Rejection::OwnHands | Rejection::AboveLimit { .. } | Rejection::NotTheirs { .. } => {
            Problem::forbidden(why.sentence())
        }
        Rejection::Status { .. }
        | Rejection::Kind { .. }
        | Rejection::NothingToShip { .. }
        | Rejection::Stale { .. }
        | Rejection::Amiss(_)
        | Rejection::Twice
        | Rejection::AboveLink
        | Rejection::TooLate
        | Rejection::NothingAsked
        | Rejection::TooMany { .. }
        | Rejection::UnderWay
        | Rejection::NoSuchPayout
        | Rejection::NothingToRetry
        | Rejection::Paid
        | Rejection::OnItsWay
        | Rejection::NotToShip { .. }
        | Rejection::StillWaits
        | Rejection::NothingHere
        | Rejection::NothingToPay => Problem::conflict(why.sentence()),
    }
}
