//! What a customer does with a case of theirs: end it, say that the goods are on their way, agree to what staff changed.

use aftercare::access::Caller;
use aftercare::aws::cases::write_step;
use aftercare::aws::http::{Answer, Call, Refusal, no_route};
use aftercare::aws::receipt::{Receipt, count, over};
use aftercare::aws::table::{Committed, Table, Transaction, Trouble};
use aftercare::aws::tickets::ROUNDS;
use aftercare::case::{Command, LONGEST_TRACKING};
use aftercare::category::Channel;
use aftercare::desk;
use aftercare::problem::Problem;
use aftercare::reader::{Faults, Reader as Fields};
use aftercare::view::{self, CaseView};

use crate::actor;
use crate::cases::{place, reader};

/// `{}`
fn cancel(_: &mut Fields<'_>, _: &mut Faults) -> Option<Command> {
    Some(Command::Cancel)
}

/// `{tracking?}`
fn sent(fields: &mut Fields<'_>, faults: &mut Faults) -> Option<Command> {
    let tracking = fields.parsed("tracking", view::TRACKING_RULE, view::tracking, faults);
    let _ = LONGEST_TRACKING;
    Some(Command::Send { tracking })
}

/// `{accepted}`
fn consent(fields: &mut Fields<'_>, faults: &mut Faults) -> Option<Command> {
    let value = fields.value("accepted");
    let accepted = value.and_then(serde_json::Value::as_bool);
    if value.is_some() && accepted.is_none() {
        fields.fault("accepted", "must be true or false", faults);
    }
    Some(Command::Consent { accepted: fields.required("accepted", accepted, faults)? })
}

/// `POST /v1/tickets/{id}/cases/{number}/{cancel|sent|consent}`
pub(crate) async fn act(
    table: &Table,
    caller: &Caller,
    call: &Call,
    (id, number): (&str, &str),
    act: &str,
) -> Result<Answer, Refusal> {
    let read: fn(&mut Fields<'_>, &mut Faults) -> Option<Command> = match act {
        "cancel" => cancel,
        "sent" => sent,
        "consent" => consent,
        _ => return Err(no_route(&["v1", "tickets", id, "cases", number, act]).into()),
    };
    let body = call.body()?;
    let (command, key) = call.keyed(desk::read(&body, read), caller.customer().is_none())?;
    let number = view::exact(number).ok_or_else(Problem::not_found)?;
    let receipt = Receipt::new(caller, call, &body, key.as_deref(), (Channel::Api, None));
    let shop = caller.storefront();
    for _ in 0..ROUNDS {
        if let Some(answer) = receipt.replay(&table.get_many(&receipt.keys()).await?)? {
            return Ok(answer);
        }
        let ticket = place(table, caller, id).await?;
        let read = table.case_file(shop, ticket, number, call.at).await?.ok_or_else(Problem::not_found)?;
        let step = read.file.step(&command, &actor(caller), call.at);
        let step = step.map_err(|why| Problem::conflict(why.to_customer(&read.file.case)))?;
        let mut transaction = Transaction::default();
        let case = match &step {
            Some(step) => {
                write_step(&mut transaction, &read, step, None)?;
                &step.case
            }
            None => &read.file.case,
        };
        let answer = Answer::json(200, &CaseView::of(case, &read.file.ticket.number, reader(caller)))?;
        receipt.keep(&mut transaction, &answer)?;
        let settings = table.settings(shop, call.at).await?;
        count(&mut transaction, caller, &settings, call.at, ticket.spread());
        match table.commit(transaction).await? {
            Committed::Done => {
                tracing::info!(storefront = %shop, %ticket, case = number, act, "case moved");
                return Ok(answer);
            }
            Committed::Refused(guards) => {
                if let Some(problem) = over(&guards, call.at) {
                    return Err(problem.into());
                }
            }
            Committed::Contended => {}
        }
    }
    Err(Trouble::Unavailable(format!("a case was changed {ROUNDS} times meanwhile")).into())
}
