//! Staff leaf through what is due.

use serde_json::json;
use tests::{AGENT, World};

#[tokio::test]
async fn a_cursor_taken_to_another_question_or_made_up_ends_nothing() {
    let world = World::new().await;
    for customer in ["c-1", "c-2", "c-3"] {
        world.open(customer, "The kettle leaks", json!({})).await;
    }
    let first = world.get(&AGENT, "/v1/desk/tickets?limit=1").await;
    let next = first.body["next"].as_str().unwrap();
    let rest = world.get(&AGENT, &format!("/v1/desk/tickets?cursor={next}")).await;
    assert_eq!(rest.body["tickets"].as_array().unwrap().len(), 2);
    // Everything until then was on the page before.
    let earlier = world.get(&AGENT, &format!("/v1/desk/tickets?due=2026-03-01T00:00:00Z&cursor={next}")).await;
    assert_eq!((earlier.status, earlier.body), (200, json!({ "tickets": [] })));
    for made_up in ["", "0e", "zz", "26"] {
        let refused = world.get(&AGENT, &format!("/v1/desk/tickets?cursor={made_up}")).await;
        assert_eq!((refused.status, refused.wrong_fields()), (422, vec!["query cursor"]), "{made_up}");
    }
}
