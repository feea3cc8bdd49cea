//! The first entry of a ticket: what it is about, how urgent it is, and what is promised.

use crate::category::{Channel, Tier};
use crate::classify::classify;
use crate::customer::Customer;
use crate::event::{Acknowledge, ClassifiedBy, Event};
use crate::id::{Number, TicketId};
use crate::intake::{NewTicket, OpenedBy};
use crate::priority::{Facts, score};
use crate::settings::Loaded;
use crate::sla::{Clock, ClockKind};
use crate::ticket::started;
use jiff::Timestamp;

/// The events that open a ticket at `now`.
pub fn events(
    id: TicketId,
    wanted: &NewTicket,
    customer: &Customer,
    acknowledge: Acknowledge,
    follows: Option<TicketId>,
    now: Timestamp,
    settings: &Loaded,
) -> Vec<Event> {
    let spam = acknowledge == Acknowledge::Spam;
    let content = &wanted.message.content;
    let found = classify(&content.subject, &content.body);
    let (category, reason, by, confidence) = match wanted.chosen {
        Some((category, reason)) => {
            let reason = reason.or_else(|| found.reason.filter(|_| found.category == category));
            (category, reason, ClassifiedBy::Customer, 100)
        }
        None => (found.category, found.reason, ClassifiedBy::Classifier, found.confidence),
    };
    let opened = Event::Opened {
        number: Number::of(id),
        customer: wanted.customer.clone(),
        channel: wanted.message.channel,
        stage: wanted.stage,
        kind: wanted.kind,
        order: wanted.order.as_ref().map(|order| order.id.clone()),
        team: settings.team(wanted.stage, category).to_owned(),
        settings: settings.version,
        acknowledge,
        spam,
        by_agent: wanted.opened_by == OpenedBy::Agent,
        language: Some(customer.profile.language(settings.settings.shop.language)),
        follows,
    };
    let facts = Facts {
        category,
        danger: found.danger,
        legal: found.legal,
        second_contact: customer.second_contact(now),
        tier: customer.profile.tier.unwrap_or(Tier::Standard),
        order_total: wanted.order.as_ref().and_then(|order| order.total.as_ref()),
    };
    let (priority, score) = score(facts, &settings.settings.priority);
    let guessed = by == ClassifiedBy::Classifier;
    let classified = Event::Classified {
        category,
        reason,
        by,
        confidence,
        signs: if guessed { found.signs } else { Vec::new() },
        triage: guessed && !spam && confidence < settings.settings.limits.triage_below_percent,
        danger: found.danger,
        legal: found.legal,
        priority,
        score,
    };
    // Spam is promised nothing; what an agent opened was answered by opening it.
    let promised = |kind: &&ClockKind| match kind {
        ClockKind::FirstResponse => !spam && wanted.opened_by == OpenedBy::Customer,
        ClockKind::Resolution => !spam,
        ClockKind::NextReply | ClockKind::Update | ClockKind::RefundDecision | ClockKind::Payout => false,
    };
    let chat = wanted.message.channel == Channel::Chat;
    let clock = |kind: &ClockKind| Clock::start(*kind, 1, priority, chat, now, settings);
    let clocks = ClockKind::ALL.iter().filter(promised).filter_map(clock).flat_map(started);
    [opened, classified].into_iter().chain(clocks).collect()
}
