//! `PUT /v1/customers/{ref}`: what the storefront knows of a customer, whole.

use aftercare::access::Caller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::keys::Key;
use aftercare::aws::table::{Committed, Guard, Record, Table, Transaction, Trouble};
use aftercare::aws::tickets::ROUNDS;
use aftercare::customer::{self, Customer, Profile};
use aftercare::id::CustomerRef;
use aftercare::intake::read_customer_profile;
use aftercare::problem::{Fault, Problem};

use aftercare::aws::known::versioned;

/// The customer that a path names. Another than the one whose token it is, is as if they were not there.
pub(crate) fn named(caller: &Caller, customer: &str) -> Result<CustomerRef, Problem> {
    let rule = || Problem::invalid(vec![Fault::new("path ref", format!("must be {}", CustomerRef::RULE))]);
    let customer = CustomerRef::parse(customer).ok_or_else(rule)?;
    if caller.customer().is_some_and(|own| *own != customer) {
        return Err(Problem::not_found());
    }
    Ok(customer)
}

pub(crate) async fn put(table: &Table, caller: &Caller, call: &Call, customer: &str) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let customer = named(caller, customer)?;
    let profile = read_customer_profile(&body, caller).map_err(Problem::invalid)?;
    let after = change(table, caller, &customer, |known| {
        // A PUT replaces, but for what is not the customer's to take away from themselves.
        let said = if caller.customer().is_some() { &known.profile } else { &profile };
        let Profile { tier, member_since, linked_accounts, .. } = *said;
        Customer { profile: Profile { tier, member_since, linked_accounts, ..profile.clone() }, ..known }
    });
    Ok(Answer::json(200, &after.await?.profile)?)
}

/// Replaces a customer's item, again from the start if somebody else was faster. Answers with what is there after it.
pub(crate) async fn change(
    table: &Table,
    caller: &Caller,
    customer: &CustomerRef,
    change: impl Fn(Customer) -> Customer,
) -> Result<Customer, Trouble> {
    let key = Key::customer(caller.storefront(), customer);
    for _ in 0..ROUNDS {
        let item = table.get(&key).await?;
        let (known, version): (Customer, u32) = versioned(item.as_ref(), customer::VERSION)?;
        let after = change(known);
        let mut transaction = Transaction::default();
        transaction.put_next(Guard::Customer, &key, Record::new(customer::VERSION, &after)?, version);
        if table.commit(transaction).await? == Committed::Done {
            return Ok(after);
        }
    }
    Err(Trouble::Unavailable(format!("a customer could not be written in {ROUNDS} rounds")))
}
