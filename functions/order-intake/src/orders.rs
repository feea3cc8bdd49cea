//! Orders: the storefront's facts, what is possible with them, and the rules that say so.

use aftercare::access::Caller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::orders::{Read, write_buyer, write_order};
use aftercare::aws::table::{Committed, Table, Transaction, Trouble};
use aftercare::aws::tickets::ROUNDS;
use aftercare::case::options::options as choices;
use aftercare::case::policy::policy as published;
use aftercare::case::quote::Circumstances;
use aftercare::country::is_country;
use aftercare::id::LineId;
use aftercare::order::{Facts, Order, OrderView};
use aftercare::problem::{Fault, Problem};

use crate::{named, own};

/// `PUT /v1/orders/{id}`: the version that is higher wins, in whatever order they arrive.
pub(crate) async fn put(table: &Table, caller: &Caller, call: &Call, id: &str) -> Result<Answer, Refusal> {
    if caller.customer().is_some() {
        return Err(Problem::forbidden("Only the storefront's server says what was ordered.").into());
    }
    let body = call.body()?;
    let id = named(id)?;
    let facts = Facts::read(&body).map_err(Problem::invalid)?;
    let shop = caller.storefront();
    for _ in 0..ROUNDS {
        let mut transaction = Transaction::default();
        let (status, order) = match table.order(shop, &id).await? {
            Some(Read { value, version }) => {
                if !facts.supersedes(&value.facts).map_err(|why| Problem::conflict(why.sentence()))? {
                    return Ok(Answer::json(200, &OrderView::of(&value))?);
                }
                table.write_bought(&mut transaction, (&id, Some(&value.facts)), &facts, (shop, call.at)).await?;
                let after = Order { facts: facts.clone(), ..value };
                write_order(&mut transaction, &after, version)?;
                (200, after)
            }
            None => {
                let order = Order { id: id.clone(), storefront: shop.clone(), facts: facts.clone(), holds: Vec::new() };
                table.write_bought(&mut transaction, (&id, None), &facts, (shop, call.at)).await?;
                write_order(&mut transaction, &order, 0)?;
                let mut buyer = table.buyer(shop, &facts.customer).await?;
                buyer.value.orders = buyer.value.orders.saturating_add(1);
                write_buyer(&mut transaction, shop, &facts.customer, &buyer.value, buyer.version)?;
                (201, order)
            }
        };
        if table.commit(transaction).await? == Committed::Done {
            tracing::info!(storefront = %shop, order = %id, version = facts.version, "order facts taken");
            return Ok(Answer::json(status, &OrderView::of(&order))?);
        }
    }
    Err(Trouble::Unavailable(format!("an order could not be written in {ROUNDS} rounds")).into())
}

/// `GET /v1/orders/{id}`
pub(crate) async fn get(table: &Table, caller: &Caller, call: &Call, id: &str) -> Result<Answer, Refusal> {
    call.no_parameters()?;
    Ok(Answer::json(200, &OrderView::of(&own(table, caller, id).await?.value))?)
}

/// `GET /v1/orders/{id}/options`: for each line, reason and kind whether it is possible, and what it comes to.
pub(crate) async fn options(table: &Table, caller: &Caller, call: &Call, id: &str) -> Result<Answer, Refusal> {
    let mut parameters = call.parameters();
    let line = parameters.parsed("line", "the id of a line of the order", LineId::parse);
    parameters.finish()?;
    let order = own(table, caller, id).await?.value;
    if let Some(line) = line.as_ref().filter(|line| order.facts.lines.iter().all(|known| known.id != **line)) {
        return Err(Problem::invalid(vec![Fault::new("query line", format!("{line} is no line of the order"))]).into());
    }
    let rules = table.settings(caller.storefront(), call.at).await?;
    let zone = table.customer_zone(caller.storefront(), &order, &rules).await?;
    let on = Circumstances { order: &order, rules: &rules.settings.cases, zone: &zone, now: call.at };
    Ok(Answer::json(200, &choices(on, line.as_slice()))?)
}

/// `GET /v1/policy`: the rules that are applied.
pub(crate) async fn policy(table: &Table, caller: &Caller, call: &Call) -> Result<Answer, Refusal> {
    let mut parameters = call.parameters();
    let two = |text: &str| is_country(text).then(|| text.to_owned());
    let country = parameters.parsed("country", "an ISO 3166 code such as DE", two);
    parameters.finish()?;
    let rules = table.settings(caller.storefront(), call.at).await?;
    Ok(Answer::json(200, &published(&rules.settings.cases, country.as_deref()))?)
}
