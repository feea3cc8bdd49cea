//! `POST /v1/tickets`. Checked in this order: who, shape, replay, channel id, spam, flood, duplicate.

use aftercare::access::Caller;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::keys::Key;
use aftercare::aws::metrics;
use aftercare::aws::receipt::{Receipt, count, over_quota};
use aftercare::aws::table::{Committed, Guard, Item, Record, Table, Transaction, Trouble, counter, document};
use aftercare::aws::tickets::{CONTENT_VERSION, ROUNDS, advance, write};
use aftercare::category::{Channel, Tier};
use aftercare::classify::classify;
use aftercare::customer::{self, Customer, Recent, wait};
use aftercare::event::{Acknowledge, Actor, ClassifiedBy, Entry, Event};
use aftercare::id::{Number, TicketId};
use aftercare::intake::{Content, NewTicket, OpenedBy};
use aftercare::priority::{Facts, score};
use aftercare::problem::Problem;
use aftercare::settings::Loaded;
use aftercare::sla::{Clock, ClockKind};
use aftercare::text::{alike, grams, sketch};
use aftercare::ticket::{self, Command, Status, Ticket, decide, started};
use aftercare::view::{self, Reader, Received};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Version of the stored instants of one network address.
const ADDRESS_VERSION: u32 = 1;
/// Of the tickets a text may repeat, this many are compared with it.
const MOST_COMPARED: usize = 3;

/// The last hour of one network address.
#[derive(Default, Serialize, Deserialize)]
struct Address {
    /// Milliseconds since 1970, oldest first; no more than the limit settings can set.
    at: Vec<i64>,
}

/// One request on its way.
struct Opening<'a> {
    table: &'a Table,
    caller: &'a Caller,
    call: &'a Call,
    wanted: NewTicket,
    settings: &'a Loaded,
    receipt: Receipt,
    address: Option<Key>,
}

/// What was read before deciding.
struct Known {
    customer: Customer,
    customer_version: u32,
    address: Address,
    address_version: u32,
}

pub(crate) async fn open(
    table: &Table,
    caller: &Caller,
    call: &Call,
    fresh: &(dyn Fn() -> Uuid + Sync),
) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let wanted = NewTicket::read(&body, caller).map_err(Problem::invalid)?;
    let receipt =
        Receipt::new(caller, call, &body, wanted.message.channel, wanted.message.channel_message_id.as_deref())?;
    let settings = table.settings(caller.storefront(), call.at).await?;
    let ip = wanted.client_ip.map(|ip| ip.to_string()).or_else(|| caller.customer().and(call.source_ip.clone()));
    let address =
        ip.filter(|_| wanted.opened_by == OpenedBy::Customer).map(|ip| Key::address(caller.storefront(), &ip));
    let opening = Opening { table, caller, call, wanted, settings: &settings, receipt, address };
    for _ in 0..ROUNDS {
        match opening.attempt(fresh).await? {
            Some(answer) => return Ok(answer),
            // Somebody else changed what was read: look again, it may have been this very request.
            None => continue,
        }
    }
    Err(Trouble::Unavailable(format!("a ticket could not be opened in {ROUNDS} rounds")).into())
}

impl Opening<'_> {
    /// Reads, decides and commits once. Nothing means that it has to be done again from the start.
    async fn attempt(&self, fresh: &(dyn Fn() -> Uuid + Sync)) -> Result<Option<Answer>, Refusal> {
        let shop = self.caller.storefront();
        let mut keys = self.receipt.keys();
        let receipts = keys.len();
        keys.push(Key::customer(shop, &self.wanted.customer));
        keys.extend(self.address.clone());
        let read = self.table.get_many(&keys).await?;
        if let Some(answer) = self.receipt.replay(&read[..receipts])?? {
            return Ok(Some(answer));
        }
        let known = Known::read(&read[receipts..])?;
        let spam = self.wanted.is_spam(&self.settings.settings);
        if !spam
            && let Some(number) = self.wanted.answers(&self.settings.settings)
            && let Some(ticket) = self.answered(&number).await?
        {
            return self.append(&known, ticket, false).await;
        }
        if !spam {
            self.flood(&known)?;
        }
        let chosen = self.classified(&known, spam);
        let text = self.text();
        let grams = grams(&text);
        if !spam && let Some(ticket) = self.repeated(&known, &chosen, &grams).await? {
            return self.append(&known, ticket, true).await;
        }
        self.create(known, chosen, &sketch(&grams), TicketId(fresh())).await
    }

    fn text(&self) -> String {
        let content = &self.wanted.message.content;
        format!("{} {}", content.subject, content.body)
    }

    /// The ticket that a mail answers: of the same customer, and one that can take a message.
    async fn answered(&self, number: &Number) -> Result<Option<Ticket>, Trouble> {
        let shop = self.caller.storefront();
        let Some(id) = self.table.ticket_by_number(shop, number).await? else { return Ok(None) };
        let ticket = self.table.ticket(shop, id).await?;
        Ok(ticket.filter(|ticket| ticket.customer == self.wanted.customer && ticket.status != Status::Spam))
    }

    fn flood(&self, known: &Known) -> Result<(), Problem> {
        if self.wanted.opened_by == OpenedBy::Agent {
            return Ok(());
        }
        let limits = &self.settings.settings.limits;
        if let Some(seconds) = known.customer.flooded(limits.tickets_per_customer_hour, self.call.at) {
            return Err(Problem::too_many(
                "This customer opened as many tickets as an hour allows. Add to one of them instead, or wait.",
                seconds,
            ));
        }
        let instants: Vec<Timestamp> =
            known.address.at.iter().filter_map(|at| Timestamp::from_millisecond(*at).ok()).collect();
        match wait(&instants, limits.tickets_per_address_hour, self.call.at) {
            Some(seconds) => Err(Problem::too_many(
                "As many tickets as an hour allows came from this network address. Wait.",
                seconds,
            )),
            None => Ok(()),
        }
    }

    /// What the ticket is about and how urgent it is.
    fn classified(&self, known: &Known, spam: bool) -> Event {
        let content = &self.wanted.message.content;
        let found = classify(&content.subject, &content.body);
        let (category, reason, by, confidence) = match self.wanted.chosen {
            Some((category, reason)) => {
                let reason = reason.or_else(|| found.reason.filter(|_| found.category == category));
                (category, reason, ClassifiedBy::Customer, 100)
            }
            None => (found.category, found.reason, ClassifiedBy::Classifier, found.confidence),
        };
        let facts = Facts {
            category,
            danger: found.danger,
            legal: found.legal,
            second_contact: known.customer.second_contact(self.call.at),
            tier: known.customer.profile.learned(&self.wanted.profile).tier.unwrap_or(Tier::Standard),
            order_total: self.wanted.order.as_ref().and_then(|order| order.total.as_ref()),
        };
        let (priority, score) = score(facts, &self.settings.settings.priority);
        let triage =
            !spam && by == ClassifiedBy::Classifier && confidence < self.settings.settings.limits.triage_below_percent;
        Event::Classified {
            category,
            reason,
            by,
            confidence,
            signs: if by == ClassifiedBy::Classifier { found.signs } else { Vec::new() },
            triage,
            danger: found.danger,
            legal: found.legal,
            priority,
            score,
        }
    }

    /// The open ticket that this one repeats, if one does.
    async fn repeated(
        &self,
        known: &Known,
        classified: &Event,
        grams: &std::collections::BTreeSet<u32>,
    ) -> Result<Option<Ticket>, Trouble> {
        let Event::Classified { category, .. } = classified else { return Ok(None) };
        let order = self.wanted.order.as_ref().map(|order| &order.id);
        let mut candidates = known.customer.may_repeat(order, *category, &sketch(grams), self.call.at);
        candidates.truncate(MOST_COMPARED);
        if candidates.is_empty() {
            return Ok(None);
        }
        let shop = self.caller.storefront();
        let keys: Vec<Key> =
            candidates.iter().flat_map(|id| [Key::ticket(shop, *id), Key::content(shop, *id, 1)]).collect();
        let read = self.table.get_many(&keys).await?;
        for pair in read.chunks(2) {
            let [Some(state), Some(content)] = pair else { continue };
            let ticket: Ticket = document(state, ticket::VERSION)?;
            let first: Content = document(content, CONTENT_VERSION)?;
            let earlier = aftercare::text::grams(&format!("{} {}", first.subject, first.body));
            let percent = usize::from(self.settings.settings.limits.duplicate_from_percent);
            if ticket.status.is_live() && alike(&earlier, grams, percent) {
                return Ok(Some(ticket));
            }
        }
        Ok(None)
    }

    /// Adds the message to a ticket that is there.
    async fn append(&self, known: &Known, ticket: Ticket, duplicate: bool) -> Result<Option<Answer>, Refusal> {
        let settings = self.table.settings_version(&ticket.storefront, ticket.settings, self.call.at).await?;
        let channel = self.wanted.message.channel;
        let events = match decide(&ticket, &Command::Receive { channel, duplicate }, self.call.at, &settings) {
            Ok(events) => events,
            Err(rejection) => return Err(Problem::conflict(rejection.sentence()).into()),
        };
        let (entry, after) = advance(&ticket, events, self.actor(), self.call.at);
        let answer = self.answer(200, &after, true)?;
        let mut transaction = Transaction::default();
        write(&mut transaction, &entry, &after, Some(&self.wanted.message.content))?;
        // Repetitions count towards the customer's hour, so that they are no way round it.
        let recent = Recent { sketch: Vec::new(), ..self.recent(&after, &[], duplicate) };
        if duplicate {
            self.remember(&mut transaction, known, recent)?;
        }
        self.finish(transaction, &answer, after.id).await
    }

    async fn create(
        &self,
        known: Known,
        classified: Event,
        sketch: &[u32],
        id: TicketId,
    ) -> Result<Option<Answer>, Refusal> {
        let acknowledge = self.wanted.acknowledge(&self.settings.settings);
        let entry = self.entry(id, classified, acknowledge);
        let Some(ticket) = Ticket::opened_by(&entry) else {
            return Err(Trouble::Unavailable("an opening entry opens nothing".to_owned()).into());
        };
        let answer = self.answer(201, &ticket, false)?;
        let mut transaction = Transaction::default();
        write(&mut transaction, &entry, &ticket, Some(&self.wanted.message.content))?;
        let shop = self.caller.storefront();
        let number = Record::new(1, &id)?;
        transaction.put_new(Guard::Number, &Key::number(shop, &ticket.number), number);
        let pointer = Key::customer_ticket(shop, &ticket.customer, id);
        transaction.put_new(Guard::CustomerTicket, &pointer, Record::new(1, &id)?);
        let counts = self.wanted.opened_by == OpenedBy::Customer && acknowledge != Acknowledge::Spam;
        self.remember(&mut transaction, &known, self.recent(&ticket, sketch, counts))?;
        let done = self.finish(transaction, &answer, id).await?;
        if done.is_some() {
            metrics::count(
                self.call.at,
                "TicketOpened",
                &[("category", ticket.category.as_str()), ("priority", ticket.priority.as_str())],
            );
            tracing::info!(storefront = %shop, ticket = %id, category = %ticket.category, priority = %ticket.priority, "ticket opened");
        }
        Ok(done)
    }

    /// The first entry of a new ticket.
    fn entry(&self, id: TicketId, classified: Event, acknowledge: Acknowledge) -> Entry {
        let wanted = &self.wanted;
        let spam = acknowledge == Acknowledge::Spam;
        let opened = Event::Opened {
            number: Number::of(id),
            customer: wanted.customer.clone(),
            channel: wanted.message.channel,
            stage: wanted.stage,
            kind: wanted.kind,
            order: wanted.order.as_ref().map(|order| order.id.clone()),
            team: self.settings.settings.shop.team.clone(),
            settings: self.settings.version,
            acknowledge,
            spam,
        };
        let clocks = if spam { Vec::new() } else { self.clocks(&classified) };
        let events = [opened, classified].into_iter().chain(clocks).collect();
        let storefront = self.caller.storefront().clone();
        Entry { storefront, ticket: id, seq: 1, at: self.call.at, by: self.actor(), events }
    }

    /// The clocks of a new ticket. What an agent opened was answered by opening it.
    fn clocks(&self, classified: &Event) -> Vec<Event> {
        let Event::Classified { priority, .. } = classified else { return Vec::new() };
        let chat = self.wanted.message.channel == Channel::Chat;
        let agent = self.wanted.opened_by == OpenedBy::Agent;
        let kinds = ClockKind::ALL.iter().filter(|kind| !(agent && **kind == ClockKind::FirstResponse));
        let clocks = kinds.filter_map(|kind| Clock::start(*kind, 1, *priority, chat, self.call.at, self.settings));
        clocks.flat_map(started).collect()
    }

    fn actor(&self) -> Actor {
        if self.caller.customer().is_some() { Actor::Customer } else { Actor::Storefront }
    }

    fn recent(&self, ticket: &Ticket, sketch: &[u32], counts: bool) -> Recent {
        Recent {
            ticket: ticket.id,
            at: self.call.at,
            category: ticket.category,
            order: ticket.order.clone(),
            counts,
            sketch: sketch.to_vec(),
        }
    }

    /// Writes what is known of the customer and their address. Both are read with their versions, so of two requests
    /// at once one looks again: two that race make one ticket, and no limit is passed.
    fn remember(&self, transaction: &mut Transaction, known: &Known, recent: Recent) -> Result<(), Trouble> {
        let shop = self.caller.storefront();
        let counts = recent.counts;
        let profile = known.customer.profile.learned(&self.wanted.profile);
        let customer = Customer { profile, ..known.customer.clone().with(recent) };
        let key = Key::customer(shop, &self.wanted.customer);
        transaction.put_next(Guard::Customer, &key, Record::new(customer::VERSION, &customer)?, known.customer_version);
        if let Some(key) = self.address.as_ref().filter(|_| counts) {
            let hour = SignedDuration::from_hours(1);
            let now = self.call.at.as_millisecond();
            let since = self.call.at.saturating_sub(hour).map_or(now, Timestamp::as_millisecond);
            let at = known.address.at.iter().copied().filter(|at| *at > since).chain([now]).collect();
            let expires = self.call.at.saturating_add(hour).unwrap_or(self.call.at);
            let record = Record::new(ADDRESS_VERSION, &Address { at })?.expires(expires);
            transaction.put_next(Guard::Address, key, record, known.address_version);
        }
        Ok(())
    }

    /// Commits with the answer kept and the request counted.
    async fn finish(
        &self,
        mut transaction: Transaction,
        answer: &Answer,
        id: TicketId,
    ) -> Result<Option<Answer>, Refusal> {
        self.receipt.keep(&mut transaction, answer)?;
        count(&mut transaction, self.caller, self.settings, self.call.at, id.spread());
        match self.table.commit(transaction).await? {
            Committed::Done => Ok(Some(answer.clone())),
            Committed::Refused(guards) if guards == [Guard::Quota] => Err(over_quota(self.call.at).into()),
            Committed::Refused(_) | Committed::Contended => Ok(None),
        }
    }

    fn answer(&self, status: u16, ticket: &Ticket, appended: bool) -> Result<Answer, Trouble> {
        let reader = if self.caller.customer().is_some() { Reader::Customer } else { Reader::Shop };
        Answer::json(status, &Received { ticket: view::ticket(ticket, reader), message: ticket.contents, appended })
    }
}

impl Known {
    fn read(items: &[Option<Item>]) -> Result<Self, Trouble> {
        let customer = items.first().and_then(Option::as_ref);
        let address = items.get(1).and_then(Option::as_ref);
        Ok(Self {
            customer: customer.map(|item| document(item, customer::VERSION)).transpose()?.unwrap_or_default(),
            customer_version: customer.and_then(|item| counter(item, "ver")).unwrap_or(0),
            address: address.map(|item| document(item, ADDRESS_VERSION)).transpose()?.unwrap_or_default(),
            address_version: address.and_then(|item| counter(item, "ver")).unwrap_or(0),
        })
    }
}
