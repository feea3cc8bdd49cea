//! What stories about promises ask again and again.

use std::future::Future;
use std::pin::pin;

use aftercare::id::TicketId;
use aftercare::sla::ClockKind;
use serde_json::Value;
use tests::World;

/// Relays what happened and delivers it. Answers the notices it called for, in alphabetical order.
pub(crate) async fn notices(world: &World) -> Vec<String> {
    let records = world.stream();
    world.relay(records).await;
    let bodies = world.notify_queue();
    let notice = |body: &String| {
        let message: Value = serde_json::from_str(body).unwrap();
        message["notice"].as_str().unwrap().to_owned()
    };
    let mut notices: Vec<String> = bodies.iter().map(notice).collect();
    notices.sort_unstable();
    assert_eq!(world.deliver(bodies).await, 0, "notify takes every message");
    notices
}

/// How a promise stands in the latest cycle.
pub(crate) async fn word(world: &World, ticket: TicketId, kind: ClockKind) -> &'static str {
    world.ticket(ticket).await.clock(kind).map_or("none", |clock| clock.word())
}

/// A promise in an answer of the API.
pub(crate) fn promise(ticket: &Value, clock: &str) -> Value {
    let promises = ticket["promises"].as_array().unwrap_or_else(|| panic!("no promises in {ticket}"));
    promises.iter().find(|promise| promise["clock"] == clock).cloned().unwrap_or_default()
}

/// Lets somebody else's work happen just before the `call`-th call of an operation that a command makes; nothing when
/// it makes no so many.
pub(crate) async fn within<A, B>(
    world: &World,
    (operation, call): (&'static str, usize),
    command: impl Future<Output = A>,
    work: impl Future<Output = B>,
) -> Option<(A, B)> {
    let mut command = pin!(command);
    world.far.hold(operation, call);
    let held = tokio::select! {
        biased;
        _ = &mut command => false,
        () = world.far.held() => true,
    };
    if !held {
        world.far.release();
        return None;
    }
    let other = work.await;
    world.far.release();
    Some((command.await, other))
}
