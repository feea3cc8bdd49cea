//! Quality reviews in the table, and the draw that says which tickets are looked at.

use jiff::Timestamp;

use super::keys::{self, Key};
use super::table::{Guard, Item, Record, Table, Transaction, Trouble, counter, document};
use super::tickets::{CONTENT_VERSION, ROUNDS};
use crate::figures::{Measure, Period, Row};
use crate::id::{StaffId, StorefrontId, TicketId};
use crate::intake::Content;
use crate::review::{self, MOST_SAMPLE, Review};
use crate::survey::{self, Standing, Survey, SurveyKind};
use crate::ticket::{self, Status, Ticket};

/// Tickets that were drawn and cannot be reviewed any more are passed over; of more the sample is smaller.
const SPARE: u8 = 20;
/// Reviews of one agent and month: every sample of theirs, also where the setting was changed meanwhile.
const MOST_REVIEWS: i32 = 100;

impl Table {
    /// Puts what a row says was resolved into the draw of whose work it was. Again it is the same.
    pub(super) async fn put_into_draw(&self, shop: &StorefrontId, id: TicketId, row: &Row) -> Result<(), Trouble> {
        let [month, ..] = Period::around(row.day);
        for part in row.parts.iter().filter(|part| part.sheet.get(Measure::Resolved) > 0) {
            if let Some(agent) = &part.scope.agent {
                self.put(&Key::lot(shop, agent, month, id), Record::new(review::VERSION, &id)?).await?;
            }
        }
        Ok(())
    }

    /// The sample of an agent's tickets of a month, as they are now.
    pub async fn sample(
        &self,
        shop: &StorefrontId,
        (agent, month): (&StaffId, Period),
        size: u8,
    ) -> Result<Vec<Ticket>, Trouble> {
        let size = size.min(MOST_SAMPLE);
        let partition = keys::draw_partition(shop, agent, month);
        let drawn = self.query(&partition, keys::LOT, false, i32::from(size + SPARE), None).await?;
        let ids: Result<Vec<TicketId>, Trouble> =
            drawn.items.iter().map(|item| document(item, review::VERSION)).collect();
        let wanted: Vec<Key> = ids?.into_iter().map(|id| Key::ticket(shop, id)).collect();
        let found = if wanted.is_empty() { Vec::new() } else { self.get_many(&wanted).await? };
        let tickets: Result<Vec<Ticket>, Trouble> =
            found.iter().flatten().map(|item| document(item, ticket::VERSION)).collect();
        let fits = |ticket: &Ticket| !ticket.erased && !matches!(ticket.status, Status::Spam | Status::Merged);
        Ok(tickets?.into_iter().filter(fits).take(usize::from(size)).collect())
    }

    /// The reviews of these tickets, in their order.
    pub async fn reviews(&self, shop: &StorefrontId, ids: &[TicketId]) -> Result<Vec<Option<Review>>, Trouble> {
        let wanted: Vec<Key> = ids.iter().map(|id| Key::review(shop, *id)).collect();
        let items = if wanted.is_empty() { Vec::new() } else { self.get_many(&wanted).await? };
        items.iter().map(|item| item.as_ref().map(|item| document(item, review::VERSION)).transpose()).collect()
    }

    /// The reviews of an agent's tickets of a month, the first written first.
    pub async fn reviews_of(
        &self,
        shop: &StorefrontId,
        (agent, month): (&StaffId, Period),
    ) -> Result<Vec<Review>, Trouble> {
        let rows = self.desk(&keys::review_partition(shop, agent, month), "", "~", MOST_REVIEWS).await?;
        let wanted: Vec<Key> = rows.into_iter().map(|(_, key)| key).collect();
        let items = if wanted.is_empty() { Vec::new() } else { self.get_many(&wanted).await? };
        items.iter().flatten().map(|item| document(item, review::VERSION)).collect()
    }

    /// What customers answered to the surveys of these reviews, from 1 to 5, in their order.
    pub async fn customers_of(&self, reviews: &[Review]) -> Result<Vec<Option<u8>>, Trouble> {
        let wanted: Vec<Key> = reviews.iter().map(|review| Key::survey(&review.storefront, review.survey())).collect();
        let items = if wanted.is_empty() { Vec::new() } else { self.get_many(&wanted).await? };
        let score = |item: &Option<Item>| -> Result<Option<u8>, Trouble> {
            let survey: Option<Survey> = item.as_ref().map(|item| document(item, survey::VERSION)).transpose()?;
            Ok(survey.filter(|survey| survey.kind == SurveyKind::Csat).and_then(|survey| match survey.standing {
                Standing::Answered { answer, .. } => Some(answer.score),
                Standing::Scheduled { .. }
                | Standing::Skipped { .. }
                | Standing::Sent { .. }
                | Standing::Withdrawn
                | Standing::Expired => None,
            }))
        };
        items.iter().map(score).collect()
    }

    /// The comments of reviews, in their order.
    pub async fn comments_of(&self, reviews: &[Review]) -> Result<Vec<Option<String>>, Trouble> {
        let wanted: Vec<Key> = reviews.iter().map(|one| Key::review_words(&one.storefront, one.ticket)).collect();
        let items = if wanted.is_empty() { Vec::new() } else { self.get_many(&wanted).await? };
        let mut comments = Vec::with_capacity(reviews.len());
        for (one, item) in reviews.iter().zip(items) {
            let words: Option<Content> = item.map(|item| document(&item, CONTENT_VERSION)).transpose()?;
            let words = words.filter(|words| one.comment && !words.erased);
            comments.push(words.map(|words| words.body));
        }
        Ok(comments)
    }

    /// Counts a review, beside its customer's score. Both may change: whoever writes the row looks again afterwards.
    pub async fn count_review(&self, shop: &StorefrontId, id: TicketId, now: Timestamp) -> Result<bool, Trouble> {
        let Some(mut row) = self.review_row(shop, id).await? else { return Ok(false) };
        for _ in 0..ROUNDS {
            self.put_row(shop, &Key::row(shop, row.day, &format!("review.{id}"), 1), &row, now).await?;
            let Some(again) = self.review_row(shop, id).await?.filter(|again| *again != row) else { return Ok(true) };
            row = again;
        }
        Err(Trouble::Unavailable(format!("the review of ticket {id} was changed {ROUNDS} times meanwhile")))
    }

    async fn review_row(&self, shop: &StorefrontId, id: TicketId) -> Result<Option<Row>, Trouble> {
        let Some(review) = self.reviews(shop, &[id]).await?.pop().flatten() else { return Ok(None) };
        let customer = self.customers_of(std::slice::from_ref(&review)).await?.pop().flatten();
        Ok(Some(review.row(customer)))
    }

    /// Empties the comment of a ticket's review.
    pub async fn forget_review(&self, shop: &StorefrontId, id: TicketId) -> Result<bool, Trouble> {
        let key = Key::review_words(shop, id);
        let words: Option<Content> = self.get(&key).await?.map(|item| document(&item, CONTENT_VERSION)).transpose()?;
        if words.is_none_or(|words| words.erased) {
            return Ok(false);
        }
        self.put(&key, Record::new(CONTENT_VERSION, &nothing())?).await?;
        Ok(true)
    }
}

fn nothing() -> Content {
    Content { erased: true, internal: true, ..Content::default() }
}

/// A review with the version that it was read with; 0 is none yet.
pub fn read_review(item: Option<&Item>) -> Result<(Option<Review>, u32), Trouble> {
    let Some(item) = item else { return Ok((None, 0)) };
    Ok((Some(document(item, review::VERSION)?), counter(item, "ver").unwrap_or(0)))
}

/// Adds a review to a transaction, unless somebody else wrote one since it was read, with its comment beside it.
pub fn write_review(
    transaction: &mut Transaction,
    review: &Review,
    comment: Option<&str>,
    read: u32,
) -> Result<(), Trouble> {
    let shop = &review.storefront;
    let mut record = Record::new(review::VERSION, review)?;
    if let Some((partition, row)) = keys::review_row(review) {
        record = record.with("desk_pk", partition).with("desk_sk", row);
    }
    transaction.put_next(Guard::Review, &Key::review(shop, review.ticket), record, read);
    // What was said before is gone with the change.
    let words =
        comment.map_or_else(nothing, |body| Content { body: body.to_owned(), internal: true, ..Content::default() });
    if comment.is_some() || read > 0 {
        let key = Key::review_words(shop, review.ticket);
        transaction.put_anyhow(Guard::Content, &key, Record::new(CONTENT_VERSION, &words)?);
    }
    Ok(())
}
