//! A case is asked for: everything that decides is read, the figures are computed, and what has to be written is ready to be
//! committed with whatever the caller adds. The page, the shop's API and the desk ask in the same way.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use uuid::Uuid;

use super::cases::write_rest;
use super::http::Refusal;
use super::keys::Key;
use super::known::Known;
use super::orders::{DayGiven, Read, write_given};
use super::table::{Guard, Record, Table, Transaction, Trouble};
use super::tickets::{POINTER_VERSION, write};
use crate::case::quote::{Ask, Circumstances, Quote, Unable, compensated, quote};
use crate::case::risk::Buyer;
use crate::case::{CaseKind, Given, MOST_CASES, Request, Step, Terms};
use crate::category::{Channel, Stage};
use crate::customer::{Profile, Recent};
use crate::event::{Acknowledge, Actor, Entry};
use crate::id::{StaffId, StorefrontId, TicketId};
use crate::intake::{self, Content, NewMessage, NewTicket, OpenedBy, TicketName};
use crate::money::Money;
use crate::opening;
use crate::order::Order;
use crate::problem::{Fault, Problem};
use crate::settings::Loaded;
use crate::ticket::{Command, Status, Ticket, decide};
use crate::upload::Upload;
use crate::voice::asked;

/// A case as it was asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub ask: Ask,
    /// The ticket that it belongs to; without one it opens its own.
    pub ticket: Option<TicketName>,
    /// What the customer wrote with it.
    pub message: Option<String>,
    /// Why staff let a rule pass.
    pub overridden: Option<String>,
    /// What whoever asks was shown: it is not done for other figures.
    pub net: Option<i64>,
    /// Its photos as they were looked at, in order.
    pub seen: Vec<Upload>,
}

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    pub shop: &'a StorefrontId,
    pub by: &'a Actor,
    pub channel: Channel,
}

/// What is to be written.
#[derive(Debug)]
pub struct Prepared {
    pub step: Step,
    content: Option<Content>,
    before: Option<Ticket>,
    versions: (u32, u32),
    opens: Option<(Known, Recent)>,
    given: Option<Today>,
}

/// What a case would come to, with what that was computed from.
#[derive(Debug)]
pub struct Quoted {
    pub quote: Quote,
    pub rules: Arc<Loaded>,
}

/// The refusal of what is not possible: what an order has too little of is a conflict, with what is left.
pub fn unable(why: Unable) -> Problem {
    let sentence = why.sentence();
    with_sentence(why, sentence)
}

/// The same for staff, who can let some of it pass.
pub fn unable_to_staff(why: Unable) -> Problem {
    let sentence = why.to_staff();
    with_sentence(why, sentence)
}

fn with_sentence(why: Unable, sentence: String) -> Problem {
    match why {
        Unable::Short { available, .. } => Problem::short(sentence, available),
        Unable::NotOffered { .. }
        | Unable::NotDelivered { .. }
        | Unable::Closed { .. }
        | Unable::NotYet { .. }
        | Unable::NoPromise
        | Unable::OnTime { .. }
        | Unable::Excluded { .. }
        | Unable::NoPhoto
        | Unable::Nothing
        | Unable::NoLines
        | Unable::NoAmount => Problem::conflict(sentence),
    }
}

impl Table {
    /// The zone in which a customer's days are counted.
    pub async fn customer_zone(&self, shop: &StorefrontId, order: &Order, today: &Loaded) -> Result<TimeZone, Trouble> {
        let customer = Key::customer(shop, &order.facts.customer);
        let known = Known::read(&[self.get(&customer).await?], &Profile::default())?;
        Ok(known.customer.profile.zone(&today.settings.shop))
    }

    /// What a case would come to now.
    pub async fn quoted(&self, order: &Order, ask: &Ask, now: Timestamp) -> Result<Quoted, Refusal> {
        let rules = self.settings(&order.storefront, now).await?;
        let zone = self.customer_zone(&order.storefront, order, &rules).await?;
        let on = Circumstances { order, rules: &rules.settings.cases, zone: &zone, now };
        // A ticket that is not there: nothing is held for it.
        let quote = quote(ask, on, TicketId(Uuid::nil()), 0).map_err(unable)?;
        Ok(Quoted { quote, rules })
    }

    /// Reads and decides once. The caller commits, and begins again where somebody else was faster.
    pub async fn prepare(
        &self,
        asker: Asker<'_>,
        order: &Read<Order>,
        wanted: &Wanted,
        now: Timestamp,
        fresh: &(dyn Fn() -> Uuid + Sync),
    ) -> Result<Prepared, Refusal> {
        let (shop, facts) = (asker.shop, &order.value.facts);
        let rules = self.settings(shop, now).await?;
        let customer = Key::customer(shop, &facts.customer);
        let known = Known::read(&[self.get(&customer).await?], &Profile::default())?;
        let zone = known.customer.profile.zone(&rules.settings.shop);
        let before = match &wanted.ticket {
            Some(name) => Some(self.ticket_for(shop, name, &order.value).await?),
            None => None,
        };
        let (ticket, number) = match &before {
            Some(ticket) => (ticket.id, Request::number(ticket)),
            None => (TicketId(fresh()), 1),
        };
        let on = Circumstances { order: &order.value, rules: &rules.settings.cases, zone: &zone, now };
        let refused = if matches!(asker.by, Actor::Staff(_)) { unable_to_staff } else { unable };
        let quote = quote(&wanted.ask, on, ticket, number).map_err(refused)?;
        if wanted.net.is_some_and(|net| net != quote.figures.net) {
            let now = crate::money::shown(quote.figures.net, &facts.currency);
            return Err(Problem::conflict(format!("It comes to {now} now. Look at the preview again.")).into());
        }
        let contents = before.as_ref().map_or(0, |ticket| ticket.contents);
        let content = self.content_of(asker, wanted, &order.value, before.is_some());
        let terms = terms(&wanted.ask, quote, wanted.overridden.as_ref().map(|_| contents + 1));
        let terms = Terms { marks: wanted.seen.iter().map(|photo| photo.mark.clone()).collect(), ..terms };
        let (given, day) = self.given_with(asker, &terms, (&order.value, ticket, number), &zone, now).await?;
        let buyer: Read<Buyer> = self.buyer(shop, &facts.customer).await?;
        let versions = (order.version, buyer.version);
        let consent = match (&before, asker.by) {
            (Some(ticket), Actor::Staff(_)) => {
                let agreed = Command::Execute { solution: wanted.ask.kind.solution() };
                decide(ticket, &agreed, now, &rules).is_err()
            }
            (None, Actor::Staff(_)) => true,
            (_, Actor::Customer | Actor::Storefront | Actor::System) => false,
        };
        let proposer = before.as_ref().and_then(|ticket| proposer(ticket, wanted.ask.kind));
        let request = Request {
            hands: proposer.into_iter().collect(),
            order: order.value.clone(),
            buyer: buyer.value,
            rules: Arc::clone(&rules),
            terms,
            given,
            consent,
            message: said(asker, wanted, content.as_ref(), before.is_some()),
        };
        let (step, opens) = match &before {
            Some(ticket) => {
                let promised = self.settings_version(shop, ticket.settings, now).await?;
                (request.on(ticket, promised, asker.by, now), None)
            }
            None => {
                known.flood(&rules.settings.limits, now)?;
                let new = opened(asker, wanted, &order.value, content.clone().unwrap_or_default());
                let about = (None, Some(&order.value));
                let events = opening::events(ticket, &new, &known.customer, Acknowledge::Case, about, now, &rules);
                let entry = Entry { storefront: shop.clone(), ticket, seq: 1, at: now, by: asker.by.clone(), events };
                let recent = Recent {
                    ticket,
                    at: now,
                    category: wanted.ask.reason.category().0,
                    order: Some(order.value.id.clone()),
                    counts: !matches!(asker.by, Actor::Staff(_)),
                    sketch: Vec::new(),
                };
                (request.opening(entry, &rules, asker.by, now), Some((known, recent)))
            }
        };
        let step = step.map_err(|why| Problem::conflict(why.sentence()))?;
        let step = step.ok_or_else(|| Trouble::Unavailable("a request makes no case".to_owned()))?;
        Ok(Prepared { step, content, before, versions, opens, given: day })
    }

    /// The ticket that a case is to belong to: of the order's customer, and not over.
    async fn ticket_for(&self, shop: &StorefrontId, name: &TicketName, order: &Order) -> Result<Ticket, Refusal> {
        let fault = |detail: &str| Problem::invalid(vec![Fault::new("/ticket", detail)]);
        let ticket = self.ticket_named(shop, name).await?;
        let ticket = ticket.filter(|ticket| ticket.customer == order.facts.customer);
        let ticket = ticket.ok_or_else(|| fault("must be a ticket of the order's customer"))?;
        if ticket.order.as_ref().is_some_and(|other| *other != order.id) {
            return Err(fault("is about another order. Leave it out, and the case opens a ticket of its own").into());
        }
        if !ticket.status.is_live() && ticket.status != Status::Resolved {
            let over =
                format!("The ticket is {}. Leave it out, and the case opens a ticket of its own.", ticket.status);
            return Err(Problem::conflict(over).into());
        }
        if ticket.cases.len() >= MOST_CASES {
            return Err(Problem::conflict("The ticket has as many cases as it may have. Open another one.").into());
        }
        Ok(ticket)
    }

    /// What is typed with it. A ticket has a first message, whatever it says.
    fn content_of(&self, asker: Asker<'_>, wanted: &Wanted, order: &Order, there: bool) -> Option<Content> {
        let order = || intake::Order { id: order.id.clone(), lines: lines(&wanted.ask), total: None };
        match (&wanted.overridden, there) {
            (Some(reason), _) => Some(Content { body: reason.clone(), internal: true, ..Content::default() }),
            (None, true) => {
                let message = wanted.message.clone().filter(|_| !matches!(asker.by, Actor::Staff(_)));
                message.map(|body| Content { body, ..Content::default() })
            }
            (None, false) => {
                let body = wanted.message.clone().unwrap_or_default();
                Some(Content { body, order: Some(order()), ..Content::default() })
            }
        }
    }

    /// Compensations before this one: on its ticket, or on its order where these are more, and by whoever of the staff asks
    /// or changes it, on their day. A change counts on their day as a whole: it is never less than what was given.
    pub async fn given_with(
        &self,
        asker: Asker<'_>,
        terms: &Terms,
        (order, ticket, number): (&Order, TicketId, u16),
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<(Option<Given>, Option<Today>), Trouble> {
        if terms.kind != CaseKind::Compensation {
            return Ok((None, None));
        }
        let (amount, currency) = (terms.figures.net, &terms.figures.currency);
        let others = self.cases(asker.shop, ticket).await?;
        let counts = |case: &&crate::case::Case| {
            case.number != number
                && case.terms.kind == CaseKind::Compensation
                && (case.status.is_open() || !case.payouts.is_empty())
        };
        let on_ticket = others.iter().filter(counts).map(|case| case.terms.figures.net).sum::<i64>();
        let on_ticket = on_ticket.max(compensated(order, (ticket, number)));
        let Actor::Staff(id) = asker.by else { return Ok((Some(Given { on_ticket, by_agent: 0 }), None)) };
        let day = now.to_zoned(zone.clone()).date().to_string();
        let mut given = self.given(asker.shop, id, &day).await?;
        let sum = given.value.amounts.entry(currency.clone()).or_default();
        let by_agent = *sum;
        *sum = sum.saturating_add(amount);
        let expires = now.saturating_add(jiff::SignedDuration::from_hours(72)).unwrap_or(now);
        let key = given_key(asker.shop, id, &day);
        Ok((Some(Given { on_ticket, by_agent }), Some(Today { key, given, expires })))
    }
}

/// What an agent's compensations of the day come to with one more.
#[derive(Debug)]
pub struct Today {
    key: Key,
    given: Read<DayGiven>,
    expires: Timestamp,
}

impl Today {
    /// Adds it to a transaction.
    pub fn write(&self, transaction: &mut Transaction) -> Result<(), Trouble> {
        write_given(transaction, &self.key, &self.given, self.expires)
    }
}

fn given_key(shop: &StorefrontId, staff: &StaffId, day: &str) -> Key {
    Key::given(shop, staff, day)
}

/// What a message asks of a ticket that is there: what every message does.
fn said(asker: Asker<'_>, wanted: &Wanted, content: Option<&Content>, there: bool) -> Vec<Command> {
    let content = content.filter(|_| there && wanted.overridden.is_none());
    content.map(|content| asked(asker.channel, content, false)).unwrap_or_default()
}

/// Whoever proposed to the customer what is asked for now.
fn proposer(ticket: &Ticket, kind: CaseKind) -> Option<StaffId> {
    let proposed = ticket.proposal.is_some_and(|proposal| proposal.solution == kind.solution());
    ticket.proposer.clone().filter(|_| proposed)
}

fn lines(ask: &Ask) -> Vec<String> {
    ask.lines.iter().map(|(line, _)| line.to_string()).collect()
}

/// What is stored of what is asked.
pub fn terms(ask: &Ask, quote: Quote, overridden: Option<u32>) -> Terms {
    quote.terms(ask, overridden)
}

/// The ticket that a case opens.
fn opened(asker: Asker<'_>, wanted: &Wanted, order: &Order, content: Content) -> NewTicket {
    let by_agent = matches!(asker.by, Actor::Staff(_));
    let total = order.facts.lines.iter().map(|line| line.total).sum::<i64>() - order.facts.discount;
    let total = Some(Money { amount: total.max(0), currency: order.facts.currency.clone() });
    NewTicket {
        customer: order.facts.customer.clone(),
        profile: Profile::default(),
        opened_by: if by_agent { OpenedBy::Agent } else { OpenedBy::Customer },
        stage: Stage::AfterSale,
        kind: wanted.ask.kind.ticket_kind(),
        chosen: Some(wanted.ask.reason.category()),
        order: Some(intake::Order { id: order.id.clone(), lines: lines(&wanted.ask), total }),
        client_ip: None,
        message: NewMessage { channel: asker.channel, channel_message_id: None, content },
    }
}

impl Prepared {
    /// Adds everything to a transaction.
    pub fn write(&self, transaction: &mut Transaction) -> Result<(), Trouble> {
        let step = &self.step;
        write(transaction, self.before.as_ref(), &step.entry, &step.ticket, self.content.as_ref())?;
        let (order, buyer) = self.versions;
        write_rest(transaction, step, (0, order, buyer))?;
        if let Some((known, recent)) = &self.opens {
            let (shop, ticket) = (&step.case.storefront, &step.ticket);
            let pointer = Record::new(POINTER_VERSION, &ticket.id)?;
            transaction.put_new(Guard::Number, &Key::number(shop, &ticket.number), pointer.clone());
            let key = Key::customer_ticket(shop, &ticket.customer, ticket.id);
            transaction.put_new(Guard::CustomerTicket, &key, pointer);
            let customer = Key::customer(shop, &ticket.customer);
            known.remember(transaction, &customer, None, recent.clone())?;
        }
        if let Some(given) = &self.given {
            given.write(transaction)?;
        }
        Ok(())
    }
}
