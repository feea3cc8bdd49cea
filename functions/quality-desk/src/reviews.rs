//! Quality reviews: which tickets of an agent are drawn, what a lead thinks of them, and what all of it comes to.

use aftercare::access::{Action, StaffCaller};
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::keys::Key;
use aftercare::aws::receipt::Receipt;
use aftercare::aws::reviews::{read_review, write_review};
use aftercare::aws::table::{Committed, Transaction, Trouble};
use aftercare::aws::tickets::ROUNDS;
use aftercare::figures::Period;
use aftercare::id::StaffId;
use aftercare::problem::{Fault, Problem};
use aftercare::review::{NewReview, Review, month};
use aftercare::settings::Loaded;
use aftercare::survey::About;
use aftercare::ticket::Ticket;
use aftercare::view::{ReviewPage, ReviewSample, ReviewView};

use crate::QualityDesk;

/// `POST /v1/desk/reviews`: of a ticket that was drawn, once; its reviewer may change it for a day.
pub(crate) async fn write(desk: &QualityDesk, who: &StaffCaller, call: &Call) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let (new, key) = call.keyed(NewReview::read(&body), true)?;
    let key = key.unwrap_or_default();
    let shop = &who.storefront;
    let receipt = Receipt::of_staff(who, call, &body, &key);
    if new.agent == who.id {
        return Err(Problem::forbidden("Nobody reviews their own work. Ask another lead.").into());
    }
    let settings = desk.table.settings(shop, call.at).await?;
    for _ in 0..ROUNDS {
        let mut keys = receipt.keys();
        keys.push(Key::review(shop, new.ticket));
        let found = desk.table.get_many(&keys).await?;
        if let Some(answer) = receipt.replay(&found)? {
            return Ok(answer);
        }
        let size = settings.settings.figures.review_sample;
        let drawn = desk.table.sample(shop, (&new.agent, new.month), size).await?;
        let Some(ticket) = drawn.iter().find(|ticket| ticket.id == new.ticket) else {
            let rule = "must be one of the tickets that are drawn for this agent and month";
            return Err(Problem::invalid(vec![Fault::new("/ticket", rule)]).into());
        };
        let (known, version) = read_review(found.last().and_then(Option::as_ref))?;
        let review = match &known {
            Some(known) => known.decide(&new, &who.id, call.at).map_err(|why| Problem::conflict(why.to_string()))?,
            None => first(&new, ticket, who, call, &settings),
        };
        let customer = desk.table.customers_of(std::slice::from_ref(&review)).await?.pop().flatten();
        let status = if known.is_some() { 200 } else { 201 };
        let answer = Answer::json(status, &ReviewView::of(&review, None, customer))?;
        let mut transaction = Transaction::default();
        write_review(&mut transaction, &review, new.comment.as_deref(), version)?;
        receipt.keep(&mut transaction, &answer)?;
        if desk.table.commit(transaction).await? == Committed::Done {
            // Erased meanwhile, it keeps no words.
            if desk.table.ticket(shop, new.ticket).await?.is_none_or(|ticket| ticket.erased) {
                desk.table.forget_review(shop, new.ticket).await?;
            }
            tracing::info!(storefront = %shop, ticket = %new.ticket, staff = %who.id, "ticket reviewed");
            return Ok(answer);
        }
    }
    Err(Trouble::Unavailable(format!("a review was changed {ROUNDS} times meanwhile")).into())
}

fn first(new: &NewReview, ticket: &Ticket, who: &StaffCaller, call: &Call, settings: &Loaded) -> Review {
    let about = About {
        agent: Some(new.agent.clone()),
        team: ticket.team.clone(),
        category: ticket.category,
        channel: ticket.channel,
        order: None,
        lines: Vec::new(),
    };
    Review {
        storefront: who.storefront.clone(),
        ticket: ticket.id,
        cycle: ticket.cycle,
        month: new.month,
        about,
        by: who.id.clone(),
        at: call.at,
        changed: None,
        day: call.at.to_zoned(settings.zone()).date(),
        scores: new.scores,
        comment: new.comment.is_some(),
    }
}

/// `GET /v1/desk/reviews/sample?agent=&month=`
pub(crate) async fn sample(desk: &QualityDesk, who: &StaffCaller, call: &Call) -> Result<Answer, Refusal> {
    let settings = desk.table.settings(&who.storefront, call.at).await?;
    let (agent, month) = asked(who, call, &settings)?;
    let size = settings.settings.figures.review_sample;
    let drawn = desk.table.sample(&who.storefront, (&agent, month), size).await?;
    let ids: Vec<_> = drawn.iter().map(|ticket| ticket.id).collect();
    let reviews = desk.table.reviews(&who.storefront, &ids).await?;
    Ok(Answer::json(200, &ReviewSample::of((agent, month), &drawn, &reviews))?)
}

/// `GET /v1/desk/reviews?agent=&month=`: agents read their own.
pub(crate) async fn read(desk: &QualityDesk, who: &StaffCaller, call: &Call) -> Result<Answer, Refusal> {
    let settings = desk.table.settings(&who.storefront, call.at).await?;
    let (agent, month) = asked(who, call, &settings)?;
    if agent != who.id && !who.may(Action::Review) {
        return Err(Problem::forbidden("Agents read their own reviews: leave `agent` out.").into());
    }
    let reviews = desk.table.reviews_of(&who.storefront, (&agent, month)).await?;
    let customers = desk.table.customers_of(&reviews).await?;
    let comments = desk.table.comments_of(&reviews).await?;
    let all = reviews.into_iter().zip(comments).zip(customers).map(|((one, said), score)| (one, said, score));
    Ok(Answer::json(200, &ReviewPage::of((agent, month), all.collect(), &settings.settings.figures))?)
}

/// Whose tickets and which month: their own and the running one where nothing is said.
fn asked(who: &StaffCaller, call: &Call, settings: &Loaded) -> Result<(StaffId, Period), Problem> {
    let mut parameters = call.parameters();
    let agent = parameters.parsed("agent", StaffId::RULE, StaffId::parse);
    let of = parameters.parsed("month", "a month such as 2026-01", month);
    parameters.finish()?;
    let [running, ..] = Period::around(call.at.to_zoned(settings.zone()).date());
    Ok((agent.unwrap_or_else(|| who.id.clone()), of.unwrap_or(running)))
}
