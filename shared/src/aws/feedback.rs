//! Feedback in the table: a record that never changes, its words beside it, and where it is found by.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::http::{Answer, Refusal};
use super::keys::{self, Key};
use super::receipt::Receipt;
use super::table::{Committed, Guard, Record, Table, Transaction, Trouble, document, string};
use super::tickets::{CONTENT_VERSION, ROUNDS};
use crate::event::Actor;
use crate::feedback::{self, Feedback, NewFeedback, Source, Words};
use crate::id::{CustomerRef, FeedbackId, StorefrontId};
use crate::intake::Content;
use crate::problem::{Fault, Problem};
use crate::ticket::Ticket;
use crate::view::FeedbackView;

/// Feedback of one customer that is looked at in one read.
const AT_ONCE: i32 = 90;

impl Feedback {
    /// What was handed in, with what its ticket says of it. `id` is the same however often it is handed in.
    pub fn of(
        new: &NewFeedback,
        id: FeedbackId,
        (storefront, ticket): (&StorefrontId, Option<&Ticket>),
        by: Actor,
        (now, zone): (Timestamp, &TimeZone),
    ) -> Self {
        let about = ticket.map(|ticket| crate::survey::About {
            agent: ticket.assignee.clone(),
            team: ticket.team.clone(),
            category: ticket.category,
            channel: ticket.channel,
            order: ticket.order.clone(),
            lines: Vec::new(),
        });
        Self {
            id,
            storefront: storefront.clone(),
            source: new.source,
            said: new.said,
            recorded: now,
            by,
            day: new.said.to_zoned(zone.clone()).date(),
            rating: new.rating,
            words: new.text.as_ref().map(|_| Words::Own),
            customer: new.customer.clone().or(ticket.map(|ticket| ticket.customer.clone())),
            ticket: ticket.map(|ticket| ticket.id),
            order: new.order.clone().or(ticket.and_then(|ticket| ticket.order.clone())),
            product: new.product.clone(),
            locale: new.locale.clone(),
            about,
        }
    }
}

impl Table {
    pub async fn feedback(&self, shop: &StorefrontId, id: &FeedbackId) -> Result<Option<Feedback>, Trouble> {
        self.get(&Key::feedback(shop, id)).await?.map(|item| document(&item, feedback::VERSION)).transpose()
    }

    /// Records feedback once, however often and by however many it is handed in.
    pub async fn record_feedback(
        &self,
        shop: &StorefrontId,
        (new, id): (&NewFeedback, &FeedbackId),
        (by, receipt): (&Actor, &Receipt),
        now: Timestamp,
    ) -> Result<Answer, Refusal> {
        let zone = self.settings(shop, now).await?.zone();
        for _ in 0..ROUNDS {
            let read = self.get_many(&receipt.keys()).await?;
            if let Some(answer) = receipt.replay(&read)? {
                return Ok(answer);
            }
            if let Some(known) = self.feedback(shop, id).await? {
                let known = self.shown(vec![known]).await?.pop();
                return Ok(Answer::json(200, &known)?);
            }
            let ticket = self.feedback_ticket(shop, new).await?;
            let one = Feedback::of(new, id.clone(), (shop, ticket.as_ref()), by.clone(), (now, &zone));
            let said = new.text.clone().map(|body| Content { body, ..Content::default() });
            let answer = Answer::json(201, &FeedbackView::of(one.clone(), said))?;
            let mut transaction = Transaction::default();
            write_feedback(&mut transaction, &one, new.text.as_deref())?;
            let source = one.source;
            // What is kept for a replay holds nothing that somebody typed.
            receipt.keep(&mut transaction, &Answer::json(201, &FeedbackView::of(one, None))?)?;
            if self.commit(transaction).await? == Committed::Done {
                tracing::info!(storefront = %shop, feedback = %id, %source, "feedback recorded");
                return Ok(answer);
            }
        }
        Err(Trouble::Unavailable(format!("feedback could not be recorded in {ROUNDS} rounds")).into())
    }

    /// The ticket that it is about. Another storefront's is none, and so is another customer's.
    async fn feedback_ticket(&self, shop: &StorefrontId, new: &NewFeedback) -> Result<Option<Ticket>, Refusal> {
        let Some(name) = &new.ticket else { return Ok(None) };
        let ticket = self.ticket_named(shop, name).await?;
        let fits = |ticket: &Ticket| new.customer.as_ref().is_none_or(|customer| *customer == ticket.customer);
        match ticket.filter(fits) {
            Some(ticket) => Ok(Some(ticket)),
            None => Err(Problem::invalid(vec![Fault::new("/ticket", "must be a ticket of this customer's")]).into()),
        }
    }

    /// Feedback as it is shown, with its words.
    pub async fn shown(&self, all: Vec<Feedback>) -> Result<Vec<FeedbackView>, Trouble> {
        let words: Vec<Option<Key>> = all.iter().map(words).collect();
        let keys: Vec<Key> = words.iter().flatten().cloned().collect();
        let mut found = if keys.is_empty() { Vec::new() } else { self.get_many(&keys).await? }.into_iter();
        let mut views = Vec::with_capacity(all.len());
        for (one, words) in all.into_iter().zip(words) {
            let item = words.and_then(|_| found.next()).flatten();
            let content: Option<Content> = item.map(|item| document(&item, CONTENT_VERSION)).transpose()?;
            views.push(FeedbackView::of(one, content));
        }
        Ok(views)
    }

    /// The latest feedback of a source, at most `limit`, each with its place; `after` is the place of the one before.
    pub async fn latest_feedback(
        &self,
        shop: &StorefrontId,
        source: Source,
        after: &str,
        limit: i32,
    ) -> Result<Vec<(String, Key)>, Trouble> {
        self.desk(&keys::feedback_partition(shop, source), after, "~", limit).await
    }

    /// A customer's feedback, at most so much, after the place of the one before; and whether there is more.
    pub async fn feedback_of(
        &self,
        shop: &StorefrontId,
        customer: &CustomerRef,
        after: Option<&str>,
    ) -> Result<(Vec<Feedback>, Option<String>), Trouble> {
        let partition = keys::customer_partition(shop, customer);
        let page = self.query(&partition, keys::CUSTOMER_FEEDBACK, false, AT_ONCE, after).await?;
        let places = page.items.iter().filter_map(|item| string(item, "sk"));
        let ids = places.filter_map(|sk| FeedbackId::parse(sk.strip_prefix(keys::CUSTOMER_FEEDBACK)?));
        let wanted: Vec<Key> = ids.map(|id| Key::feedback(shop, &id)).collect();
        let found = if wanted.is_empty() { Vec::new() } else { self.get_many(&wanted).await? };
        let all = found.iter().flatten().map(|item| document(item, feedback::VERSION)).collect::<Result<_, _>>()?;
        let last = page.items.last().and_then(|item| string(item, "sk")).filter(|_| page.more);
        Ok((all, last.map(str::to_owned)))
    }

    /// Empties the words of a customer's feedback, and answers how many there were.
    pub async fn erase_feedback(&self, shop: &StorefrontId, customer: &CustomerRef) -> Result<u32, Trouble> {
        let (mut erased, mut after) = (0, None);
        loop {
            let (all, more) = self.feedback_of(shop, customer, after.as_deref()).await?;
            let own: Vec<Key> =
                all.iter().filter(|one| one.words == Some(Words::Own)).map(|one| Key::words(shop, &one.id)).collect();
            let found = if own.is_empty() { Vec::new() } else { self.get_many(&own).await? };
            let mut transaction = Transaction::default();
            for (key, item) in own.iter().zip(found) {
                let content: Option<Content> = item.map(|item| document(&item, CONTENT_VERSION)).transpose()?;
                if content.is_some_and(|content| !content.erased) {
                    let nothing = Content { erased: true, ..Content::default() };
                    transaction.put_anyhow(Guard::Content, key, Record::new(CONTENT_VERSION, &nothing)?);
                    erased += 1;
                }
            }
            if !transaction.is_empty() && self.commit(transaction).await? != Committed::Done {
                return Err(Trouble::Unavailable("somebody else erases this customer's feedback".to_owned()));
            }
            match more {
                Some(more) => after = Some(more),
                None => return Ok(erased),
            }
        }
    }
}

fn words(one: &Feedback) -> Option<Key> {
    match one.words? {
        Words::Own => Some(Key::words(&one.storefront, &one.id)),
        Words::OfTicket(number) => Some(Key::content(&one.storefront, one.ticket?, number)),
    }
}

/// Adds feedback that must not be there yet to a transaction.
pub fn write_feedback(transaction: &mut Transaction, one: &Feedback, text: Option<&str>) -> Result<(), Trouble> {
    let shop = &one.storefront;
    let (desk_pk, desk_sk) = keys::feedback_row(one);
    let record = Record::new(feedback::VERSION, one)?.with("desk_pk", desk_pk).with("desk_sk", desk_sk);
    transaction.put_new(Guard::Feedback, &Key::feedback(shop, &one.id), record);
    if let Some(text) = text {
        let content = Content { body: text.to_owned(), ..Content::default() };
        transaction.put_new(Guard::Content, &Key::words(shop, &one.id), Record::new(CONTENT_VERSION, &content)?);
    }
    if let Some(customer) = &one.customer {
        let pointer = Record::new(feedback::VERSION, &one.id)?;
        transaction.put_anyhow(Guard::Feedback, &Key::customer_feedback(shop, customer, &one.id), pointer);
    }
    Ok(())
}
