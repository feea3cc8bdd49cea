//! Tickets in numbers, written as intake writes them.

use aftercare::aws::table::{Committed, Transaction};
use aftercare::aws::tickets::write;
use aftercare::category::{Category, Channel, Kind, Priority, Stage};
use aftercare::event::{Acknowledge, Actor, ClassifiedBy, Entry, Event};
use aftercare::id::{CustomerRef, Number, StorefrontId, TicketId};
use aftercare::sla::{Clock, ClockKind};
use aftercare::ticket::{Ticket, started};
use tests::World;
use uuid::Uuid;

/// So many tickets of the shop, opened now.
pub(crate) async fn tickets_at_once(world: &World, count: u128, priority: Priority) -> Vec<TicketId> {
    let shop = StorefrontId::parse("shop").unwrap();
    let settings = world.table.settings(&shop, world.now()).await.unwrap();
    let mut tickets = Vec::new();
    let mut transaction = Transaction::default();
    for place in 0..count {
        let id = TicketId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + place));
        let opened = Event::Opened {
            number: Number::of(id),
            customer: CustomerRef::parse(&format!("c-{place}")).unwrap(),
            channel: Channel::Web,
            stage: Stage::AfterSale,
            kind: Kind::Complaint,
            order: None,
            team: "after-sales".to_owned(),
            settings: settings.version,
            acknowledge: Acknowledge::Yes,
            spam: false,
            by_agent: false,
            language: None,
            follows: None,
            products: Vec::new(),
        };
        let classified = Event::Classified {
            category: Category::Quality,
            reason: None,
            by: ClassifiedBy::Customer,
            confidence: 100,
            signs: Vec::new(),
            triage: false,
            danger: false,
            legal: false,
            priority,
            score: Vec::new(),
        };
        let clock = |kind: &ClockKind| Clock::start(*kind, 1, priority, false, world.now(), &settings);
        let clocks = [ClockKind::FirstResponse, ClockKind::Resolution].iter().filter_map(clock).flat_map(started);
        let events = [opened, classified].into_iter().chain(clocks).collect();
        let entry =
            Entry { storefront: shop.clone(), ticket: id, seq: 1, at: world.now(), by: Actor::Storefront, events };
        let ticket = Ticket::opened_by(&entry).unwrap();
        write(&mut transaction, None, &entry, &ticket, None).unwrap();
        tickets.push(id);
        // A transaction takes 100 items, and a ticket is two.
        if tickets.len() % 50 == 0 || place + 1 == count {
            let whole = std::mem::take(&mut transaction);
            assert_eq!(world.table.commit(whole).await.unwrap(), Committed::Done);
        }
    }
    tickets
}
