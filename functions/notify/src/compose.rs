//! What a mail says: loads the facts behind an intent and puts them into words. A mail takes two reads, and a third
//! where an agent's words are in it.

use aftercare::aws::keys::Key;
use aftercare::aws::table::{Item, Table, Trouble, document};
use aftercare::aws::tickets::CONTENT_VERSION;
use aftercare::case::Case;
use aftercare::customer::{self, Customer};
use aftercare::event::{self, Entry, Event};
use aftercare::id::{Number, StaffId};
use aftercare::intake::Content;
use aftercare::mail::{
    Acknowledgement, ClockAlert, Digest, DigestCause, DigestLine, Envelope, Language, Mail, MailAddress, NoWorkingTime,
    Reply, Resolved, UrgentTicket, message, render, reply_address, thread_reference,
};
use aftercare::message::Notice;
use aftercare::settings::Loaded;
use aftercare::sla::{Change, Clock, ClockKind, Level};
use aftercare::survey::{Survey, SurveyId};
use aftercare::ticket::{self, Ticket};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::cases;
use crate::intent::{Held, Intent, Line, Recipient, Skip, Subject, tag};
use crate::progress::{is_past, next_due, task_of};
use crate::{overdue, report};

/// A mail ready to go.
pub(crate) struct Composed {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) bytes: Vec<u8>,
}

/// The reader of a mail.
pub(crate) struct Reader {
    address: MailAddress,
    language: Language,
    pub(crate) zone: TimeZone,
}

/// What one event's mail is made from.
pub(crate) struct Scene<'a> {
    pub(crate) table: &'a Table,
    pub(crate) ticket: Ticket,
    pub(crate) event: Event,
    /// What the customer wrote first.
    pub(crate) first: Content,
    pub(crate) reader: &'a Reader,
    /// The signed page of the ticket, for its customer; staff have none.
    pub(crate) link: Option<String>,
    pub(crate) settings: &'a Loaded,
    pub(crate) now: Timestamp,
    /// The case or the survey, where the event is of one.
    pub(crate) case: Option<Case>,
    pub(crate) survey: Option<Survey>,
    pub(crate) public_url: &'a str,
    /// The reader, where they are staff.
    pub(crate) person: Option<&'a StaffId>,
}

/// What a line tells of: what happened, and the ticket and the case as they are now.
pub(crate) struct Told {
    pub(crate) ticket: Ticket,
    pub(crate) event: Event,
    /// When it happened.
    pub(crate) at: Timestamp,
    pub(crate) case: Option<Case>,
    pub(crate) survey: Option<Survey>,
    /// The customer wants no surveys.
    pub(crate) unwanted: bool,
}

/// How a mail hangs together with the others of its ticket.
#[derive(Default)]
struct Thread {
    number: Option<String>,
    reference: Option<String>,
    answered: Option<String>,
}

/// Puts a mail into words, or says why it will not be sent.
pub(crate) async fn compose(
    table: &Table,
    public_url: &str,
    held: &Held,
    now: Timestamp,
) -> Result<Result<Composed, Skip>, Trouble> {
    let intent = &held.intent;
    let settings = &table.settings(&intent.storefront, now).await?;
    let shop = &intent.storefront;
    let facts = |line: &Line| [Key::ticket(shop, line.ticket), Key::entry(shop, line.ticket, line.entry)];
    let mut keys: Vec<Key> = intent.lines().iter().flat_map(facts).collect();
    if let Subject::Event(line) = &intent.subject {
        keys.push(Key::content(shop, line.ticket, 1));
    }
    if let Recipient::Customer(customer) = &intent.recipient {
        keys.push(Key::customer(shop, customer));
    }
    let items = table.get_many(&keys).await?;
    let reader = match &intent.recipient {
        Recipient::Customer(_) => {
            customer_reader(items.last().and_then(Option::as_ref), settings)?.ok_or(Skip::NoAddress)
        }
        Recipient::Staff(person) => staff_reader(person, settings).ok_or(Skip::Left),
    };
    let reader = &match reader {
        Ok(reader) => reader,
        Err(skip) => return Ok(Err(skip)),
    };
    if table.get(&Key::suppressed(shop, reader.address.as_str())).await?.is_some() {
        return Ok(Err(Skip::Suppressed));
    }
    let (mail, thread) = match &intent.subject {
        Subject::Event(line) => {
            let told = happened(table, &items, line).await?;
            let first = items.get(2).and_then(Option::as_ref);
            let first = first.map(|item| document(item, CONTENT_VERSION)).transpose()?.unwrap_or_default();
            if is_past(line.notice, &told, &intent.recipient, now) {
                return Ok(Err(Skip::Past));
            }
            let Told { ticket, event, at: _, case, survey, unwanted: _ } = told;
            let (link, person) = match &intent.recipient {
                Recipient::Customer(_) => (Some(table.track_link(public_url, &ticket, now).await?), None),
                Recipient::Staff(person) => (None, Some(person)),
            };
            let scene =
                Scene { table, ticket, event, first, reader, link, settings, now, case, survey, public_url, person };
            (scene.mail(line).await?, scene.thread().await?)
        }
        Subject::Digest { total, shown } => {
            match digest(table, public_url, intent, (*total, shown), &items, reader, now).await {
                Some(digest) => (digest, Thread::default()),
                None => return Ok(Err(Skip::Past)),
            }
        }
        Subject::Report { period } => (report::mail(table, settings, (shop, *period), now).await?, Thread::default()),
        Subject::Shortfall { month } => (report::shortfall(table, (shop, *month)).await?, Thread::default()),
        Subject::Overdue { action } => match overdue::mail(table, settings, (shop, action), now).await? {
            Some(mail) => (mail, Thread::default()),
            None => return Ok(Err(Skip::Past)),
        },
    };
    write(held, &mail, thread, reader, settings, now).map(Ok)
}

/// What a line tells of, from the items of its ticket and its entry; a case takes one more read.
async fn happened(table: &Table, items: &[Option<Item>], line: &Line) -> Result<Told, Trouble> {
    let gone = || Trouble::Unavailable(format!("what happened to ticket {} is not there", line.ticket));
    let [Some(state), Some(entry), ..] = items else { return Err(gone()) };
    let entry: Entry = document(entry, event::VERSION)?;
    let (shop, at) = (entry.storefront, entry.at);
    let event = entry.events.into_iter().nth(usize::from(line.index)).ok_or_else(gone)?;
    let case = if let Event::Case { case, .. } = &event {
        Some(table.case(&shop, line.ticket, *case).await?.ok_or_else(gone)?)
    } else {
        None
    };
    let (mut survey, mut unwanted) = (None, false);
    if let Event::Survey { cycle, .. } = &event {
        let found = table.survey(&shop, SurveyId { ticket: line.ticket, cycle: *cycle }).await?.ok_or_else(gone)?;
        unwanted = table.asked(&shop, &found.customer).await?.0.unsubscribed.is_some();
        survey = Some(found);
    }
    Ok(Told { ticket: document(state, ticket::VERSION)?, event, at, case, survey, unwanted })
}

fn write(
    held: &Held,
    mail: &Mail,
    thread: Thread,
    reader: &Reader,
    settings: &Loaded,
    now: Timestamp,
) -> Result<Composed, Trouble> {
    let shop = &settings.settings.shop;
    let face = aftercare::mail::Shop { name: shop.name.clone(), site_url: None };
    let none = aftercare::mail::Wording::new();
    let wording = settings.settings.wording.get(&reader.language).unwrap_or(&none);
    let rendered =
        render(mail, &face, reader.language, wording).map_err(|why| Trouble::Unavailable(why.to_string()))?;
    let customer = matches!(held.intent.recipient, Recipient::Customer(_));
    let envelope = Envelope {
        from_name: shop.name.clone(),
        from: shop.mail.clone(),
        to: reader.address.clone(),
        // Answers of customers find their ticket by the tag; staff answer at the desk.
        reply_to: thread.number.filter(|_| customer).and_then(|number| reply_address(&shop.mail, &number)),
        message_ref: thread.reference,
        in_reply_to: thread.answered.filter(|_| customer),
        auto_submitted: mail.auto_submitted(),
        unsubscribe: mail.unsubscribe().map(str::to_owned),
        list_id: Some(format!("tickets.{}", shop.mail.domain())),
        language: reader.language,
        date: now,
        intent_id: tag(&held.key),
    };
    let bytes = message(&envelope, &rendered);
    Ok(Composed { from: shop.mail.as_str().to_owned(), to: reader.address.as_str().to_owned(), bytes })
}

fn customer_reader(item: Option<&Item>, settings: &Loaded) -> Result<Option<Reader>, Trouble> {
    let known: Customer = item.map(|item| document(item, customer::VERSION)).transpose()?.unwrap_or_default();
    let profile = known.profile;
    let shop = &settings.settings.shop;
    let Some(address) = profile.email.as_deref().and_then(|email| MailAddress::parse(email).ok()) else {
        return Ok(None);
    };
    Ok(Some(Reader { address, language: profile.language(shop.language), zone: profile.zone(shop) }))
}

fn staff_reader(person: &StaffId, settings: &Loaded) -> Option<Reader> {
    let person = settings.person(person)?;
    Some(Reader { address: person.email.clone(), language: person.language, zone: settings.zone() })
}

impl Scene<'_> {
    async fn mail(&self, line: &Line) -> Result<Mail, Trouble> {
        let ticket = &self.ticket;
        let number = ticket.number.as_str().to_owned();
        let subject = self.first.subject.clone();
        let time_zone = self.reader.zone.clone();
        Ok(match (line.notice, &self.event) {
            (Notice::Acknowledge, Event::Opened { follows, .. }) => Mail::Acknowledgement(Acknowledgement {
                number,
                subject,
                status: ticket.status,
                // The ticket may have moved on before this mail: what is kept or paused by now is promised no more.
                first_response_due: promised(ticket, ClockKind::FirstResponse),
                resolution_due: promised(ticket, ClockKind::Resolution),
                follows: follows.map(|earlier| Number::of(earlier).as_str().to_owned()),
                time_zone,
                link: self.link.clone(),
            }),
            (Notice::Reply, Event::Replied { content, .. }) => Mail::Reply(Reply {
                number,
                subject,
                body: self.body(*content).await?,
                agent_name: None,
                status: ticket.status,
                link: self.link.clone(),
            }),
            (Notice::Resolved, Event::Resolved { content, silent }) => Mail::Resolved(Resolved {
                number,
                subject,
                body: match content {
                    Some(content) => Some(self.body(*content).await?),
                    None => None,
                },
                silent: silent.is_some(),
                reopens_until: ticket.reopens_until(self.settings),
                time_zone,
                link: self.link.clone(),
            }),
            (Notice::Urgent, Event::Classified { .. } | Event::Alarmed { .. }) => {
                Mail::UrgentTicket(urgent(ticket, self.reader))
            }
            (Notice::NoWorkingTime, Event::NoWorkingTime { calendar }) => {
                Mail::NoWorkingTime(NoWorkingTime { number, calendar: calendar.clone(), link: None })
            }
            (
                Notice::Warned | Notice::Breached | Notice::Manager | Notice::Head | Notice::Daily,
                Event::Clock { change: Change::Reached { level, .. }, clock },
            ) => Mail::ClockAlert(clock_alert(ticket, clock, *level, self.reader, self.settings, self.now)),
            (notice, Event::Case { happened, .. }) => self.about_case(notice, happened).await?,
            (Notice::Survey | Notice::SurveyReminder, Event::Survey { .. }) => self.survey(line.notice).await?,
            (notice, _) => {
                let why = || format!("the event behind a {notice} of ticket {} is another one", ticket.id);
                self.progress(notice).await?.ok_or_else(|| Trouble::Unavailable(why()))?
            }
        })
    }

    /// What an agent wrote.
    pub(crate) async fn body(&self, content: u32) -> Result<String, Trouble> {
        let ticket = &self.ticket;
        let content = self.table.content(&ticket.storefront, ticket.id, content).await?;
        let gone = || Trouble::Unavailable(format!("a text of ticket {} is not there", ticket.id));
        Ok(content.ok_or_else(gone)?.body)
    }

    async fn thread(&self) -> Result<Thread, Trouble> {
        let ticket = &self.ticket;
        // The shop may move to another address; the reference stays what it was when the ticket was opened.
        let then = self.table.settings_version(&ticket.storefront, ticket.settings, self.now).await?;
        Ok(Thread {
            number: Some(ticket.number.as_str().to_owned()),
            reference: Some(thread_reference(ticket.id.0, then.settings.shop.mail.domain())),
            answered: self.first.mail.as_ref().and_then(|mail| mail.message_id.clone()),
        })
    }
}

fn promised(ticket: &Ticket, kind: ClockKind) -> Option<Timestamp> {
    ticket.clock(kind).filter(|clock| clock.running.is_some()).and_then(|clock| clock.due)
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
    level: Level,
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

/// `items` are the states and entries of the lines shown, in turn. A line whose ticket is gone is counted only; one
/// that says what is not so any more is not, and where no other is left there is no digest.
async fn digest(
    table: &Table,
    public_url: &str,
    intent: &Intent,
    (total, shown): (u32, &[Line]),
    items: &[Option<Item>],
    reader: &Reader,
    now: Timestamp,
) -> Option<Mail> {
    let mut lines = Vec::new();
    let mut total = usize::try_from(total).unwrap_or(usize::MAX);
    for (line, items) in shown.iter().zip(items.chunks(2)) {
        match happened(table, items, line).await {
            Ok(told) if is_past(line.notice, &told, &intent.recipient, now) => {
                total = total.saturating_sub(1);
            }
            Ok(told) => {
                let asks = matches!(line.notice, Notice::Approve | Notice::Escalated);
                let link = if asks {
                    cases::line_link(table, public_url, &told, &intent.recipient, now).await
                } else {
                    Ok(None)
                };
                if let Err(trouble) = &link {
                    tracing::error!(ticket = %line.ticket, error = %trouble, "a line of a digest has no link");
                }
                lines.push(DigestLine { link: link.ok().flatten(), ..digest_line(&told) });
            }
            Err(trouble) => tracing::error!(ticket = %line.ticket, error = %trouble, "a line of a digest is left out"),
        }
    }
    let digest = Digest { lines, total, from: intent.at, to: now, time_zone: reader.zone.clone() };
    (total > 0).then_some(Mail::Digest(digest))
}

fn digest_line(Told { ticket, event, survey, .. }: &Told) -> DigestLine {
    let survey = survey.as_ref();
    let first_due = || ticket.clock(ClockKind::FirstResponse).and_then(|clock| clock.due);
    let (cause, due_at) = if let Event::Clock { change: Change::Reached { level, .. }, clock } = event {
        (DigestCause::Clock(clock.kind, *level), clock.due)
    } else if let Event::NoWorkingTime { .. } = event {
        (DigestCause::NoWorkingTime, None)
    } else if let Event::Case { happened, next, .. } = event {
        let (task, due) = cases::task_of(happened, *next);
        (DigestCause::Case(task), due)
    } else if let Some(task) = task_of(event) {
        (DigestCause::Task(task), next_due(ticket, task, survey))
    } else {
        (DigestCause::UrgentTicket, first_due())
    };
    DigestLine {
        number: ticket.number.as_str().to_owned(),
        cause,
        category: Some(ticket.category),
        priority: Some(ticket.priority),
        due_at,
        link: None,
    }
}
