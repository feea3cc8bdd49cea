//! What a mail says: loads the facts behind an intent and puts them into words.

use aftercare::aws::keys::Key;
use aftercare::aws::table::{Table, Trouble, document};
use aftercare::customer::{self, Customer};
use aftercare::event::Event;
use aftercare::id::{CustomerRef, StaffId, TicketId};
use aftercare::intake::Content;
use aftercare::mail::{
    Acknowledgement, ClockAlert, Digest, DigestCause, DigestLine, Envelope, Language, Mail, MailAddress, NoWorkingTime,
    Reply, Resolved, UrgentTicket, message, render, reply_address, thread_reference,
};
use aftercare::message::Notice;
use aftercare::settings::Loaded;
use aftercare::sla::{Clock, ClockKind};
use aftercare::ticket::{REOPENS_FOR, Ticket};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::intent::{Held, Intent, Key2, Recipient, Skip, Subject, tag};

/// A mail ready to go.
pub(crate) struct Composed {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) bytes: Vec<u8>,
}

/// The reader of a mail.
struct Reader {
    address: MailAddress,
    language: Language,
    zone: TimeZone,
}

/// Puts a mail into words, or says why it will not be sent.
pub(crate) async fn compose(table: &Table, held: &Held, now: Timestamp) -> Result<Result<Composed, Skip>, Trouble> {
    let intent = &held.intent;
    let settings = table.settings(&intent.storefront, now).await?;
    let reader = match &intent.recipient {
        Recipient::Customer(customer) => customer_reader(table, intent, customer, &settings).await?,
        Recipient::Staff(person) => staff_reader(person, &settings),
    };
    let Some(reader) = reader else { return Ok(Err(Skip::NoAddress)) };
    let (mail, ticket, answered) = match &intent.subject {
        Subject::Event { ticket, entry, index, notice } => {
            let ticket = load(table, intent, *ticket).await?;
            let event = event(table, intent, ticket.id, *entry, *index).await?;
            let first = table.content(&intent.storefront, ticket.id, 1).await?.unwrap_or_default();
            let mail = event_mail(table, intent, &ticket, &event, *notice, &first, &reader, &settings, now).await?;
            (mail, Some(ticket), first.mail.and_then(|mail| mail.message_id))
        }
        Subject::Digest { total, shown } => {
            (digest(table, intent, *total, shown, &reader, &settings, now).await?, None, None)
        }
    };
    Ok(Ok(write(held, &mail, ticket.as_ref(), answered, reader, &settings, now)?))
}

fn write(
    held: &Held,
    mail: &Mail,
    ticket: Option<&Ticket>,
    answered: Option<String>,
    reader: Reader,
    settings: &Loaded,
    now: Timestamp,
) -> Result<Composed, Trouble> {
    let shop = &settings.settings.shop;
    let from = shop.mail.clone();
    let face = aftercare::mail::Shop { name: shop.name.clone(), site_url: None };
    let none = aftercare::mail::Wording::new();
    let wording = settings.settings.wording.get(&reader.language).unwrap_or(&none);
    let rendered =
        render(mail, &face, reader.language, wording).map_err(|why| Trouble::Unavailable(why.to_string()))?;
    let customer = matches!(held.intent.recipient, Recipient::Customer(_));
    let envelope = Envelope {
        from_name: shop.name.clone(),
        from: from.clone(),
        to: reader.address.clone(),
        // Answers of customers find their ticket by the tag; staff answer at the desk.
        reply_to: ticket.filter(|_| customer).and_then(|ticket| reply_address(&from, ticket.number.as_str())),
        message_ref: ticket.map(|ticket| thread_reference(ticket.id.0, from.domain())),
        in_reply_to: answered.filter(|_| customer),
        auto_submitted: mail.auto_submitted(),
        list_id: Some(format!("tickets.{}", from.domain())),
        language: reader.language,
        date: now,
        intent_id: tag(&held.key),
    };
    Ok(Composed {
        from: from.as_str().to_owned(),
        to: reader.address.as_str().to_owned(),
        bytes: message(&envelope, &rendered),
    })
}

async fn customer_reader(
    table: &Table,
    intent: &Intent,
    customer: &CustomerRef,
    settings: &Loaded,
) -> Result<Option<Reader>, Trouble> {
    let item = table.get(&Key::customer(&intent.storefront, customer)).await?;
    let known: Customer = item.map(|item| document(&item, customer::VERSION)).transpose()?.unwrap_or_default();
    let profile = known.profile;
    let shop = &settings.settings.shop;
    let zone = profile.time_zone.as_deref().unwrap_or(&shop.time_zone);
    let Some(address) = profile.email.as_deref().and_then(|email| MailAddress::parse(email).ok()) else {
        return Ok(None);
    };
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    Ok(Some(Reader { address, language: profile.language(shop.language), zone }))
}

fn staff_reader(person: &StaffId, settings: &Loaded) -> Option<Reader> {
    let person = settings.person(person)?;
    let zone = TimeZone::get(&settings.settings.shop.time_zone).unwrap_or(TimeZone::UTC);
    Some(Reader { address: person.email.clone(), language: person.language, zone })
}

async fn load(table: &Table, intent: &Intent, id: TicketId) -> Result<Ticket, Trouble> {
    let missing = || Trouble::Unavailable(format!("ticket {id} is not there"));
    table.ticket(&intent.storefront, id).await?.ok_or_else(missing)
}

async fn event(table: &Table, intent: &Intent, ticket: TicketId, entry: u32, index: u16) -> Result<Event, Trouble> {
    let entry = table.entry(&intent.storefront, ticket, entry).await?;
    let event = entry.and_then(|entry| entry.events.into_iter().nth(usize::from(index)));
    event.ok_or_else(|| Trouble::Unavailable(format!("the event behind a mail of ticket {ticket} is not there")))
}

#[expect(clippy::too_many_arguments, reason = "the facts of one mail, gathered in one place")]
async fn event_mail(
    table: &Table,
    intent: &Intent,
    ticket: &Ticket,
    event: &Event,
    notice: Notice,
    first: &Content,
    reader: &Reader,
    settings: &Loaded,
    now: Timestamp,
) -> Result<Mail, Trouble> {
    let number = ticket.number.as_str().to_owned();
    let subject = first.subject.clone();
    let body = |content: Option<u32>| async move {
        match content {
            Some(content) => {
                Ok(table.content(&intent.storefront, ticket.id, content).await?.map(|content| content.body))
            }
            None => Ok::<_, Trouble>(None),
        }
    };
    Ok(match (notice, event) {
        (Notice::Reply, Event::Replied { content, .. }) => Mail::Reply(Reply {
            number,
            subject,
            body: body(Some(*content)).await?.unwrap_or_default(),
            agent_name: None,
            status: ticket.status,
            link: None,
        }),
        (Notice::Resolved, Event::Resolved { content }) => Mail::Resolved(Resolved {
            number,
            subject,
            body: body(*content).await?,
            reopens_until: ticket.resolved.and_then(|at| at.checked_add(REOPENS_FOR).ok()),
            time_zone: reader.zone.clone(),
            link: None,
        }),
        (Notice::Urgent, _) => Mail::UrgentTicket(urgent(ticket, reader)),
        (Notice::NoWorkingTime, Event::NoWorkingTime { calendar }) => {
            Mail::NoWorkingTime(NoWorkingTime { number, calendar: calendar.clone(), link: None })
        }
        (
            Notice::Warned | Notice::Breached | Notice::Manager | Notice::Head | Notice::Daily,
            Event::Clock { change, clock },
        ) => Mail::ClockAlert(clock_alert(ticket, clock, level(change), reader, settings, now)),
        (Notice::Acknowledge, Event::Opened { .. }) => Mail::Acknowledgement(Acknowledgement {
            number,
            subject,
            status: ticket.status,
            first_response_due: ticket.clock(ClockKind::FirstResponse).and_then(|clock| clock.due),
            resolution_due: ticket.clock(ClockKind::Resolution).and_then(|clock| clock.due),
            time_zone: reader.zone.clone(),
            link: None,
        }),
        _ => {
            return Err(Trouble::Unavailable(format!(
                "the event behind a {notice} of ticket {} is another one",
                ticket.id
            )));
        }
    })
}

fn level(change: &aftercare::sla::Change) -> aftercare::sla::Level {
    match change {
        aftercare::sla::Change::Reached { level, .. } => *level,
        _ => aftercare::sla::Level::Breached,
    }
}

fn urgent(ticket: &Ticket, reader: &Reader) -> UrgentTicket {
    UrgentTicket {
        number: ticket.number.as_str().to_owned(),
        category: ticket.category,
        reason: ticket.reason,
        order: ticket.order.as_ref().map(ToString::to_string),
        score: ticket.score.clone(),
        danger: ticket.danger,
        legal: ticket.legal,
        first_response_due: ticket.clock(ClockKind::FirstResponse).and_then(|clock| clock.due),
        time_zone: reader.zone.clone(),
        link: None,
    }
}

fn clock_alert(
    ticket: &Ticket,
    clock: &Clock,
    level: aftercare::sla::Level,
    reader: &Reader,
    settings: &Loaded,
    now: Timestamp,
) -> ClockAlert {
    let ran = clock.running.and_then(|since| Some(settings.calendar(&clock.calendar)?.elapsed(since, now)));
    ClockAlert {
        level,
        clock: clock.kind,
        number: ticket.number.as_str().to_owned(),
        category: ticket.category,
        priority: ticket.priority,
        status: ticket.status,
        order: ticket.order.as_ref().map(ToString::to_string),
        assignee: ticket
            .assignee
            .as_ref()
            .and_then(|id| settings.person(id))
            .map(|person| person.email.as_str().to_owned()),
        due_at: clock.due.unwrap_or(now),
        elapsed: SignedDuration::from_secs(clock.worked + ran.unwrap_or(0)),
        target: Some(SignedDuration::from_secs(clock.target)),
        time_zone: reader.zone.clone(),
        link: None,
    }
}

async fn digest(
    table: &Table,
    intent: &Intent,
    total: u32,
    shown: &[Key2],
    reader: &Reader,
    settings: &Loaded,
    now: Timestamp,
) -> Result<Mail, Trouble> {
    let keys: Vec<Key> = shown.iter().map(|key| Key { pk: key.0.clone(), sk: key.1.clone() }).collect();
    let items = table.get_many(&keys).await?;
    let mut lines = Vec::new();
    for (key, item) in keys.into_iter().zip(items) {
        let Some(item) = item else { continue };
        if let Subject::Event { ticket, entry, index, notice } = Held::read(key, &item)?.intent.subject {
            lines.push(line(table, intent, ticket, entry, index, notice).await?);
        }
    }
    let bucket = SignedDuration::from_secs(settings.settings.mail.bucket_seconds);
    Ok(Mail::Digest(Digest {
        lines,
        total: usize::try_from(total).unwrap_or(usize::MAX),
        from: intent.at.saturating_sub(bucket).unwrap_or(intent.at),
        to: intent.at.min(now),
        time_zone: reader.zone.clone(),
    }))
}

async fn line(
    table: &Table,
    intent: &Intent,
    id: TicketId,
    entry: u32,
    index: u16,
    notice: Notice,
) -> Result<DigestLine, Trouble> {
    let ticket = load(table, intent, id).await?;
    let (cause, due_at) = match (notice, event(table, intent, id, entry, index).await?) {
        (Notice::NoWorkingTime, _) => (DigestCause::NoWorkingTime, None),
        (_, Event::Clock { change, clock }) => (DigestCause::Clock(clock.kind, level(&change)), clock.due),
        _ => (DigestCause::UrgentTicket, ticket.clock(ClockKind::FirstResponse).and_then(|clock| clock.due)),
    };
    Ok(DigestLine {
        number: ticket.number.as_str().to_owned(),
        cause,
        category: Some(ticket.category),
        priority: Some(ticket.priority),
        due_at,
        link: None,
    })
}
