//! A case that was asked for, or changed: how risky it is, and who has to approve it.

use aftercare::access::Role;
use aftercare::aws::cases::{Read, write_step};
use aftercare::aws::keys::Key;
use aftercare::aws::known::versioned;
use aftercare::aws::metrics;
use aftercare::aws::table::{Committed, Table, Transaction, Trouble};
use aftercare::aws::tickets::ROUNDS;
use aftercare::case::approval::{Concern, Matter, needed};
use aftercare::case::{CaseStatus, Command, Verdict};
use aftercare::customer::{self, Customer};
use aftercare::event::Actor;
use aftercare::message::CaseWork;
use jiff::Timestamp;

pub(crate) async fn assess(table: &Table, work: &CaseWork, now: Timestamp) -> Result<(), Trouble> {
    let CaseWork { storefront, ticket, case, .. } = work;
    for _ in 0..ROUNDS {
        let read = table.case_file(storefront, *ticket, *case, now).await?;
        let read = read.ok_or_else(|| Trouble::Unavailable(format!("case {case} of ticket {ticket} is not there")))?;
        if read.file.case.status != CaseStatus::Requested {
            return Ok(());
        }
        let command = command(table, &read, now).await?;
        let step = read.file.step(&command, &Actor::System, now);
        let step = step.map_err(|why| Trouble::Unavailable(format!("a case was not assessed: {why:?}")))?;
        let Some(step) = step else { return Ok(()) };
        let mut transaction = Transaction::default();
        write_step(&mut transaction, &read, &step, None)?;
        if table.commit(transaction).await? == Committed::Done {
            let how = if step.case.automatic { "automatic" } else { "asked" };
            metrics::count(now, "CaseAssessed", &[("how", how), ("kind", step.case.terms.kind.as_str())]);
            tracing::info!(%storefront, %ticket, case, how, "case assessed");
            return Ok(());
        }
    }
    Err(Trouble::Unavailable(format!("case {case} of ticket {ticket} was changed {ROUNDS} times meanwhile")))
}

async fn command(table: &Table, read: &Read, now: Timestamp) -> Result<Command, Trouble> {
    let file = &read.file;
    let (case, rules) = (&file.case, &file.rules.settings.cases);
    let customer = table.get(&Key::customer(&case.storefront, &case.customer)).await?;
    let (customer, _): (Customer, u32) = versioned(customer.as_ref(), customer::VERSION)?;
    let risk = file.buyer.risk(customer.profile.account(), &rules.risk, now);
    let terms = &case.terms;
    let given = case.given.unwrap_or_default();
    let matter = Matter {
        kind: terms.kind,
        reason: terms.reason,
        currency: &terms.figures.currency,
        stake: terms.stake,
        in_window: terms.in_window,
        has_evidence: terms.has_evidence,
        refunds_before: file.order.refunds_but(case.ticket, case.number),
        risk: &risk,
        // Its own record is not among those that were automatic.
        automatic_before: file.buyer.automatic(&terms.figures.currency, now),
        by_staff: matches!(case.requester, Actor::Staff(_)) || case.revision > 1,
        sent_before: file.order.was_sent_again(case.ticket, case.number),
        ticket_compensations: given.on_ticket,
        agent_compensations: given.by_agent,
    };
    let mut decision = needed(&matter, rules);
    // Goods that no inspection passed are looked at by a person, whatever it comes to; so are those that nothing is paid for.
    if case.goods_here && case.verdict != Some(Verdict::Pass) {
        decision.concerns.push(Concern::Inspection);
    }
    // Nobody has the rules give what is not there; whoever decides changes it.
    if !file.order.covers(case.ticket, case.number) {
        decision.concerns.push(Concern::OrderLess);
    }
    if terms.pays_nothing() {
        decision.concerns.push(Concern::NothingLeft);
    }
    if decision.slots.is_empty() && !decision.concerns.is_empty() {
        decision.slots.push(Role::Agent);
    }
    Ok(Command::Assess { risk, needed: decision.slots, why: decision.concerns })
}
