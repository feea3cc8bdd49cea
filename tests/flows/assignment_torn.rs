//! Handing out when others do the same, when calls fail, and after anything at all: each ticket goes to one person,
//! nobody gets more than they can hold, and the counters say what is held.

use aftercare::aws::agents::Reach;
use aftercare::category::Priority;
use aftercare::event::Actor;
use aftercare::id::{StorefrontId, TicketId};
use aftercare::ticket::Command;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use tests::{AGENT, Fault, LEAD, World};

use crate::assignment::{holder, open, staffed};
use crate::told::within;

/// Calls of one run are fewer, or the test has gone wrong.
const MOST_CALLS: usize = 80;

/// Three tickets wait for two people with room for one each.
async fn scarce(world: &World) -> Vec<TicketId> {
    staffed(world, &[json!({ "id": "agent-1", "capacity": 1 }), json!({ "id": "agent-2", "capacity": 1 })]).await;
    let mut tickets = Vec::new();
    for _ in 0..3 {
        tickets.push(open(world, "quality", "en").await);
    }
    tickets
}

async fn scan(world: &World) -> sla_scan::Report {
    sla_scan::scan(&world.table, world.now(), Timestamp::MAX, &|| world.now()).await.unwrap()
}

/// The two oldest are handed out, each to one, and it is on record once.
async fn each_has_one(world: &World, tickets: &[TicketId], what: &str) {
    let held = (holder(world, tickets[0]).await, holder(world, tickets[1]).await, holder(world, tickets[2]).await);
    assert_eq!(held, ("agent-1".into(), "agent-2".into(), "-".into()), "{what}");
    assert_eq!((world.ticket(tickets[0]).await.seq, world.ticket(tickets[1]).await.seq), (2, 2), "{what}");
    world.loads_are_true();
}

#[tokio::test]
async fn two_runs_at_once_hand_each_ticket_out_once() {
    let world = World::new().await;
    let tickets = scarce(&world).await;
    let (one, other) = tokio::join!(world.scan(), scan(&world));
    assert_eq!((one.handed + other.handed, one.failed + other.failed), (2, 0));
    each_has_one(&world, &tickets, "at once").await;
}

#[tokio::test]
async fn wherever_another_run_comes_between_each_ticket_is_handed_out_once() {
    for operation in ["Query", "GetItem", "BatchGetItem", "TransactWriteItems"] {
        for call in 1..MOST_CALLS {
            let world = World::new().await;
            let tickets = scarce(&world).await;
            let Some((one, other)) = within(&world, (operation, call), world.scan(), scan(&world)).await else {
                assert!(call > 1, "a run makes a {operation}");
                break;
            };
            let what = format!("{operation} {call}");
            assert_eq!((one.handed + other.handed, one.failed + other.failed), (2, 0), "{what}");
            each_has_one(&world, &tickets, &what).await;
        }
    }
}

#[tokio::test]
async fn wherever_somebody_goes_away_or_is_given_a_ticket_meanwhile_nothing_is_handed_to_them() {
    for call in 1..MOST_CALLS {
        for by_hand in [false, true] {
            let world = World::new().await;
            staffed(&world, &[json!({ "id": "agent-1", "capacity": 1 })]).await;
            let first = open(&world, "quality", "en").await;
            let other = world.open("c-9", "It came too late", json!({ "category": "delivery" })).await.ticket();
            let meanwhile = async {
                if by_hand {
                    world.assign(other, "agent-1").await
                } else {
                    world.put(&AGENT, "/v1/desk/agents/me/presence", json!({ "presence": "away" })).await
                }
            };
            let Some((report, reply)) = within(&world, ("TransactWriteItems", call), world.scan(), meanwhile).await
            else {
                assert!(call > 1);
                return;
            };
            assert_eq!((reply.status, report.handed, report.failed), (200, 0, 0), "{call} {by_hand}");
            assert_eq!(holder(&world, first).await, "-");
            world.loads_are_true();
        }
    }
}

/// What a scan does with waiting tickets, without its look at the clocks: taking back, then handing out.
async fn hand_out(world: &World) {
    let shop = StorefrontId::parse("shop").unwrap();
    // Whatever fails is left to the next one.
    if world.table.take_back(&shop, world.now()).await.is_ok() {
        world.table.hand_out(&shop, world.now(), Reach::SCAN).await.ok();
    }
}

/// Lets `act` fail at every call that it makes, in every way. `check` sees the world after the next run.
async fn torn(
    prepare: impl AsyncFn(&World) -> Vec<TicketId>,
    act: impl AsyncFn(&World),
    check: impl AsyncFn(&World, &[TicketId], &str),
) {
    let ways: [(u32, &[Fault]); 2] = [(1, &Fault::ALL), (4, &[Fault::LostReply])];
    for (attempts, faults) in ways {
        for fault in faults.iter().copied() {
            for call in 1.. {
                assert!(call < MOST_CALLS);
                let world = World::with_attempts(attempts).await;
                let tickets = prepare(&world).await;
                world.far.fail(call, fault);
                act(&world).await;
                let hit = !world.far.heal();
                world.loads_are_true();
                hand_out(&world).await;
                check(&world, &tickets, &format!("{fault:?} at call {call}, {attempts} attempts")).await;
                if !hit {
                    break;
                }
            }
        }
    }
}

#[tokio::test]
async fn whichever_call_of_a_run_fails_the_next_one_makes_up_for_it() {
    torn(scarce, hand_out, each_has_one).await;
}

#[tokio::test]
async fn whichever_call_fails_while_tickets_are_taken_back_the_counters_are_true() {
    let prepare = async |world: &World| {
        let tickets = scarce(world).await;
        hand_out(world).await;
        staffed(world, &[json!({ "id": "agent-3" })]).await;
        world.at("2026-03-12T02:08:00Z");
        tickets
    };
    torn(prepare, hand_out, async |world, tickets, what| {
        for ticket in tickets {
            assert_eq!(holder(world, *ticket).await, "agent-3", "{what}");
        }
        assert_eq!((world.load("agent-1"), world.load("agent-2"), world.load("agent-3")), (0, 0, 3), "{what}");
        world.loads_are_true();
    })
    .await;
}

#[tokio::test]
async fn whichever_call_fails_after_a_resolve_it_is_answered_and_the_scan_hands_out_what_waits() {
    let prepare = async |world: &World| {
        let tickets = scarce(world).await;
        hand_out(world).await;
        tickets
    };
    let act = async |world: &World| {
        let ticket = held_by_agent_1(world);
        for _ in 0..3 {
            if resolve(world, &ticket).await == 200 {
                return;
            }
        }
        panic!("it is not answered");
    };
    torn(prepare, act, async |world, tickets, what| {
        assert_eq!(holder(world, tickets[0]).await, "-", "{what}");
        assert_eq!(
            (holder(world, tickets[1]).await, holder(world, tickets[2]).await),
            ("agent-2".into(), "agent-1".into()),
            "{what}"
        );
        world.loads_are_true();
    })
    .await;
}

#[tokio::test]
async fn a_resolve_that_is_done_is_answered_so_whatever_becomes_of_the_handing_out() {
    for call in 1..MOST_CALLS {
        let world = World::with_attempts(1).await;
        scarce(&world).await;
        world.scan().await;
        let ticket = held_by_agent_1(&world);
        world.far.fail(call, Fault::Before);
        let status = resolve(&world, &ticket).await;
        if world.far.heal() {
            assert!(call > 4, "it makes some calls");
            return;
        }
        let is_done = world.ticket(TicketId::parse(&ticket).unwrap()).await.status.as_str() == "resolved";
        assert_eq!(status, if is_done { 200 } else { 503 }, "call {call}");
    }
}

fn held_by_agent_1(world: &World) -> String {
    let items = world.items();
    let mut theirs = items.iter().filter(|item| item["held_pk"]["S"] == "shop|@agent-1");
    theirs.next().unwrap()["pk"]["S"].as_str().unwrap().trim_start_matches("T|shop|").to_owned()
}

async fn resolve(world: &World, ticket: &str) -> u16 {
    let path = format!("/v1/desk/tickets/{ticket}/resolve");
    world.post_with_key(&AGENT, &path, "the-same", json!({ "body": "Done." })).await.status
}

/// What can happen to a shop's tickets; the number chooses a ticket or a person.
#[derive(Clone, Debug)]
enum Deed {
    Open(usize),
    Write(usize),
    Reply(usize),
    Resolve(usize),
    Assign(usize, usize),
    Command(usize, usize),
    Presence(usize, bool),
    Staff(usize),
    Later(i64),
    Scan,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (0usize..3).prop_map(Deed::Open),
        1 => (0usize..8).prop_map(Deed::Write),
        1 => (0usize..8).prop_map(Deed::Reply),
        3 => (0usize..8).prop_map(Deed::Resolve),
        1 => ((0usize..8), (0usize..3)).prop_map(|(ticket, person)| Deed::Assign(ticket, person)),
        2 => ((0usize..8), (0usize..6)).prop_map(|(ticket, command)| Deed::Command(ticket, command)),
        1 => ((0usize..3), any::<bool>()).prop_map(|(person, away)| Deed::Presence(person, away)),
        1 => (0usize..4).prop_map(Deed::Staff),
        1 => prop_oneof![Just(60), Just(600), Just(86_400), Just(8 * 86_400)].prop_map(Deed::Later),
        4 => Just(Deed::Scan),
    ]
}

const PEOPLE: [&str; 3] = ["agent-1", "agent-2", "lead-1"];

async fn do_it(world: &World, tickets: &mut Vec<TicketId>, deed: &Deed) {
    let chosen = |number: usize| tickets.get(number % tickets.len().max(1)).copied();
    match *deed {
        Deed::Open(kind) => tickets.push(open(world, ["quality", "delivery", "order"][kind], "en").await),
        Deed::Write(ticket) => {
            if let Some(ticket) = chosen(ticket) {
                world.write(ticket, "And it smells").await;
            }
        }
        Deed::Reply(ticket) => {
            if let Some(ticket) = chosen(ticket) {
                world.reply(ticket, json!({ "then": "waiting_customer" })).await;
            }
        }
        Deed::Resolve(ticket) => {
            if let Some(ticket) = chosen(ticket) {
                world.resolve(ticket).await;
            }
        }
        Deed::Assign(ticket, person) => {
            if let Some(ticket) = chosen(ticket) {
                world.assign(ticket, PEOPLE[person]).await;
            }
        }
        Deed::Command(ticket, command) => {
            let Some(id) = chosen(ticket) else { return };
            let command = match command {
                0 => Command::Release,
                1 => Command::Transfer { team: "returns".to_owned() },
                2 => Command::Transfer { team: "after-sales".to_owned() },
                3 => Command::Cancel,
                4 => Command::Spam,
                _ => Command::Prioritize { to: Priority::High },
            };
            let ticket = world.ticket(id).await;
            world.table.carry_out(ticket, &command, &Actor::System, None, world.now()).await.unwrap();
        }
        Deed::Presence(person, away) => {
            let path = format!("/v1/desk/agents/{}/presence", PEOPLE[person]);
            world.put(&LEAD, &path, json!({ "presence": if away { "away" } else { "available" } })).await;
        }
        Deed::Staff(which) => staffed(world, &shop(which)).await,
        Deed::Later(seconds) => {
            world.later(seconds);
        }
        Deed::Scan => assert_eq!(world.scan().await.failed, 0),
    }
}

/// Staff lists that follow each other.
fn shop(which: usize) -> Vec<Value> {
    let one = json!({ "id": "agent-1", "capacity": 2 });
    let other = json!({ "id": "agent-2", "capacity": 3, "skills": ["quality"] });
    let lead = json!({ "id": "lead-1", "role": "lead", "capacity": 1, "team": "returns" });
    match which {
        0 => vec![one, other, lead],
        1 => vec![one],
        2 => vec![other, lead],
        _ => vec![json!({ "id": "agent-1", "shift": "new york" }), lead],
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_counters_say_what_is_held(deeds in prop::collection::vec(deed(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new().await;
            staffed(&world, &shop(0)).await;
            let mut tickets = Vec::new();
            for deed in &deeds {
                do_it(&world, &mut tickets, deed).await;
                world.loads_are_true();
            }
        });
    }
}
