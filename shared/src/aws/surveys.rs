//! Surveys in the table: what happens to one is one transaction over the survey, its ticket and the history, and where it is
//! sent, over what its customer was asked before.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::feedback::write_feedback;
use super::keys::{self, Key};
use super::known::versioned;
use super::pages::cursor;
use super::table::{Committed, Guard, Record, Table, Transaction, Trouble, counter, document};
use super::tickets::{ROUNDS, write};
use crate::event::{Actor, Entry, Event};
use crate::feedback::Feedback;
use crate::id::{CustomerRef, LineId, StorefrontId, TicketId};
use crate::intake::Content;
use crate::settings::Loaded;
use crate::survey::{self, Command, Happened, Past, Rejection, Sent, Survey, SurveyId, decide};
use crate::ticket::{self, Ticket};

/// A survey with what it stands among, and the versions these were read with.
#[derive(Clone, Debug)]
pub struct SurveyFile {
    pub ticket: Ticket,
    pub survey: Survey,
    pub past: Past,
    /// The shop's rules of today: nobody was promised a survey.
    pub settings: Arc<Loaded>,
    pub(super) survey_version: u32,
    past_version: u32,
}

/// How a command on a survey ended.
#[derive(Debug)]
pub enum Surveyed {
    /// The survey after it, and what happened.
    Done(Survey, Vec<Happened>),
    /// There was nothing to do.
    Already(Survey),
    Refused(Rejection),
}

impl Table {
    /// A survey and all that a command on it may change; nothing where there is no such survey.
    pub async fn survey_file(
        &self,
        shop: &StorefrontId,
        id: SurveyId,
        settings: &Arc<Loaded>,
    ) -> Result<Option<SurveyFile>, Trouble> {
        let read = self.get_many(&[Key::ticket(shop, id.ticket), Key::survey(shop, id)]).await?;
        let [Some(ticket), Some(found)] = read.as_slice() else { return Ok(None) };
        let (ticket, survey): (Ticket, Survey) =
            (document(ticket, ticket::VERSION)?, document(found, survey::VERSION)?);
        let survey_version = counter(found, "ver").unwrap_or(0);
        let (past, past_version) = self.asked(shop, &survey.customer).await?;
        let settings = Arc::clone(settings);
        Ok(Some(SurveyFile { ticket, survey, past, settings, survey_version, past_version }))
    }

    pub async fn survey(&self, shop: &StorefrontId, id: SurveyId) -> Result<Option<Survey>, Trouble> {
        self.get(&Key::survey(shop, id)).await?.map(|item| document(&item, survey::VERSION)).transpose()
    }

    /// What a customer was asked, and the version of it; 0 is nothing yet.
    pub async fn asked(&self, shop: &StorefrontId, customer: &CustomerRef) -> Result<(Past, u32), Trouble> {
        versioned(self.get(&Key::asked(shop, customer)).await?.as_ref(), survey::VERSION)
    }

    /// Carries a command out on a survey as it is, again from the start if somebody else was faster. `content` is the comment
    /// that goes with it, kept only where the command adds one. Nothing where there is no such survey.
    pub async fn move_survey(
        &self,
        (shop, id): (&StorefrontId, SurveyId),
        settings: &Arc<Loaded>,
        command: impl for<'r> Fn(&'r SurveyFile) -> Command<'r>,
        content: Option<&Content>,
        (by, now): (&Actor, Timestamp),
    ) -> Result<Option<Surveyed>, Trouble> {
        for _ in 0..ROUNDS {
            let Some(file) = self.survey_file(shop, id, settings).await? else { return Ok(None) };
            let events = match decide(&file.survey, command(&file), &settings.settings.surveys, now) {
                Ok(events) if events.is_empty() => return Ok(Some(Surveyed::Already(file.survey))),
                Ok(events) => events,
                Err(why) => return Ok(Some(Surveyed::Refused(why))),
            };
            let mut transaction = Transaction::default();
            let after = write_step(&mut transaction, &file, &events, content, (by, now))?;
            if self.commit(transaction).await? == Committed::Done {
                return Ok(Some(Surveyed::Done(after, events)));
            }
        }
        Err(Trouble::Unavailable(format!("a survey of ticket {} was changed {ROUNDS} times meanwhile", id.ticket)))
    }

    /// Does what an entry of a ticket's history calls for: a survey that waits where the ticket was resolved, none any more
    /// where it was reopened. Answers whether anything changed. It is the ticket as it is that counts, so that entries may come
    /// late, in any order and more than once.
    pub async fn follow(
        &self,
        (shop, id, seq): (&StorefrontId, TicketId, u32),
        settings: &Arc<Loaded>,
        now: Timestamp,
    ) -> Result<bool, Trouble> {
        let Some(entry) = self.entry(shop, id, seq).await? else { return Ok(false) };
        let mut changed = false;
        for event in &entry.events {
            if let Event::Reopened { cycle, .. } = event {
                let before = SurveyId { ticket: id, cycle: cycle.saturating_sub(1) };
                let by = (&Actor::System, now);
                let moved = self.move_survey((shop, before), settings, |_| Command::Reopen, None, by).await?;
                changed |= matches!(moved, Some(Surveyed::Done(..)));
            }
            if let Event::Resolved { silent, .. } = event {
                let resolved = (silent.unwrap_or(entry.at), silent.is_some());
                changed |= self.schedule((shop, id), resolved, settings, now).await?;
            }
        }
        Ok(changed)
    }

    /// … where the ticket still stands as resolved then: of one that was reopened meanwhile, the entry that resolves it again
    /// has a message of its own.
    async fn schedule(
        &self,
        (shop, id): (&StorefrontId, TicketId),
        (resolved, silent): (Timestamp, bool),
        settings: &Arc<Loaded>,
        now: Timestamp,
    ) -> Result<bool, Trouble> {
        for _ in 0..ROUNDS {
            let Some(ticket) = self.ticket(shop, id).await? else { return Ok(false) };
            let key = Key::survey(shop, SurveyId { ticket: id, cycle: ticket.cycle });
            if ticket.resolved != Some(resolved) || self.get(&key).await?.is_some() {
                return Ok(false);
            }
            let cases = if ticket.cases.is_empty() { vec![] } else { self.cases(shop, id).await? };
            let lines: BTreeSet<LineId> = cases
                .iter()
                .flat_map(|case| case.terms.figures.items.iter().map(|item| item.units.line.clone()))
                .collect();
            let lines = lines.into_iter().collect();
            let Some(survey) = Survey::scheduled(&ticket, resolved, silent, lines, settings) else { return Ok(false) };
            let Some(due) = survey.next_scan() else { return Ok(false) };
            let entry = step(&ticket, &survey, &[Happened::Scheduled { due }], (&Actor::System, now));
            let mut transaction = Transaction::default();
            write(&mut transaction, Some(&ticket), &entry, &ticket.after(&entry), None)?;
            write_survey(&mut transaction, &survey, 0)?;
            if self.commit(transaction).await? == Committed::Done {
                return Ok(true);
            }
        }
        Err(Trouble::Unavailable(format!("ticket {id} was changed {ROUNDS} times meanwhile")))
    }

    /// What a storefront's leads have to follow up on, soonest due first, and where the next page begins.
    pub async fn survey_tasks(
        &self,
        shop: &StorefrontId,
        limit: usize,
        after: Option<&str>,
    ) -> Result<(Vec<Survey>, Option<String>), Trouble> {
        let most = i32::try_from(limit).unwrap_or(100);
        let rows = self.desk(&keys::task_partition(shop), after.unwrap_or_default(), "~", most).await?;
        let last = rows.last().map(|(at, _)| cursor(at)).filter(|_| rows.len() == limit);
        let keys: Vec<Key> = rows.into_iter().map(|(_, key)| key).collect();
        let items = self.get_many(&keys).await?;
        let surveys: Result<Vec<Survey>, Trouble> =
            items.iter().flatten().map(|item| document(item, survey::VERSION)).collect();
        // The index may be behind the survey by a moment.
        let waits = |survey: &Survey| survey.task.as_ref().is_some_and(|task| task.done.is_none());
        Ok((surveys?.into_iter().filter(waits).collect(), last))
    }

    /// A customer gets no more surveys. Everything else goes on, also to be written to them.
    pub async fn unsubscribe(
        &self,
        shop: &StorefrontId,
        customer: &CustomerRef,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        for _ in 0..ROUNDS {
            let (past, version) = self.asked(shop, customer).await?;
            if past.unsubscribed.is_some() {
                return Ok(());
            }
            let mut transaction = Transaction::default();
            write_asked(&mut transaction, shop, customer, (&past.without(now), version))?;
            if self.commit(transaction).await? == Committed::Done {
                return Ok(());
            }
        }
        Err(Trouble::Unavailable(format!("what customer {customer} was asked was changed {ROUNDS} times meanwhile")))
    }
}

/// Adds a survey to a transaction, unless somebody else changed it since it was read; 0 is not there yet.
pub fn write_survey(transaction: &mut Transaction, survey: &Survey, read: u32) -> Result<(), Trouble> {
    let mut record = Record::new(survey::VERSION, survey)?;
    if let Some(next) = survey.next_scan() {
        record = record.with("due_shard", keys::survey_shard(survey.ticket)).with("due_at", keys::instant(next));
    }
    if let Some((partition, row)) = keys::task_row(survey) {
        record = record.with("desk_pk", partition).with("desk_sk", row);
    }
    transaction.put_next(Guard::Survey, &Key::survey(&survey.storefront, survey.id()), record, read);
    Ok(())
}

/// The entry of a ticket's history that says what happened to its survey.
fn step(ticket: &Ticket, survey: &Survey, events: &[Happened], (by, now): (&Actor, Timestamp)) -> Entry {
    let told = |happened: &Happened| Event::Survey {
        cycle: survey.cycle,
        kind: survey.kind,
        about: survey.about.clone(),
        happened: happened.clone(),
    };
    Entry {
        storefront: ticket.storefront.clone(),
        ticket: ticket.id,
        seq: ticket.seq + 1,
        at: now,
        by: by.clone(),
        events: events.iter().map(told).collect(),
    }
}

/// Adds what happened to a survey, and what was typed with it, to a transaction. Answers with the survey after it.
pub fn write_step(
    transaction: &mut Transaction,
    file: &SurveyFile,
    events: &[Happened],
    content: Option<&Content>,
    (by, now): (&Actor, Timestamp),
) -> Result<Survey, Trouble> {
    let before = &file.survey;
    let entry = step(&file.ticket, before, events, (by, now));
    write(transaction, Some(&file.ticket), &entry, &file.ticket.after(&entry), content)?;
    for event in events {
        if let Happened::Answered { answer, comment, .. } = event {
            let whose = (&before.storefront, before.id(), &before.customer);
            let said = Feedback::answered(
                whose,
                (before.kind, &before.about),
                (*answer, *comment),
                (now, &file.settings.zone()),
            );
            write_feedback(transaction, &said, None)?;
        }
    }
    let after = events.iter().fold(before.clone(), |survey, event| survey.after(event, now, by));
    write_survey(transaction, &after, file.survey_version)?;
    if events.iter().any(|event| matches!(event, Happened::Sent { .. })) {
        let past = file.past.clone().with(Sent { at: now, kind: before.kind });
        write_asked(transaction, &before.storefront, &before.customer, (&past, file.past_version))?;
    }
    Ok(after)
}

fn write_asked(
    transaction: &mut Transaction,
    shop: &StorefrontId,
    customer: &CustomerRef,
    (past, read): (&Past, u32),
) -> Result<(), Trouble> {
    transaction.put_next(Guard::Asked, &Key::asked(shop, customer), Record::new(survey::VERSION, past)?, read);
    Ok(())
}
