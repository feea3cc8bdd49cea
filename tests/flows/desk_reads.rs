//! Every look of staff at what customers wrote is on record.

use serde_json::json;
use tests::{AGENT, Fault, LEAD, Token, World};

#[tokio::test]
async fn whoever_read_a_ticket_is_on_record_latest_first_for_400_days() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    let path = format!("/v1/desk/tickets/{ticket}");
    let reads = format!("{path}/reads");
    assert_eq!(world.get(&LEAD, &reads).await.body, json!({ "reads": [] }));
    for (token, seconds) in [(&AGENT, 60), (&LEAD, 60), (&AGENT, 60)] {
        world.later(seconds);
        world.get(token, &path).await;
        world.get(token, "/v1/desk/tickets").await;
    }
    let all = world.get(&LEAD, &reads).await;
    let by = |reads: &serde_json::Value| -> Vec<(String, String)> {
        let text = |one: &serde_json::Value, name: &str| one[name].as_str().unwrap().to_owned();
        reads["reads"].as_array().unwrap().iter().map(|one| (text(one, "by"), text(one, "at"))).collect()
    };
    let whole = by(&all.body);
    assert_eq!(whole.iter().map(|(by, _)| by.as_str()).collect::<Vec<_>>(), ["agent-1", "lead-1", "agent-1"]);
    assert_eq!(whole[0].1, "2026-03-12T02:03:00.000Z");
    let first = world.get(&LEAD, &format!("{reads}?limit=2")).await;
    let next = first.body["next"].as_str().unwrap();
    let rest = world.get(&LEAD, &format!("{reads}?limit=2&cursor={next}")).await;
    assert_eq!([by(&first.body), by(&rest.body)].concat(), whole);
    assert_eq!(rest.body.get("next"), None);
    let kept: Vec<i64> = world
        .items()
        .iter()
        .filter(|item| item["sk"]["S"].as_str().unwrap().starts_with("LOOK#"))
        .map(|item| item["ttl"]["N"].as_str().unwrap().parse::<i64>().unwrap() - world.now().as_second())
        .collect();
    assert_eq!(kept.len(), 3);
    assert!(kept.iter().all(|seconds| (400 * 86_400 - 180..=400 * 86_400).contains(seconds)), "{kept:?}");
    assert_eq!(world.get(&LEAD, &format!("{reads}?cursor=00")).await.wrong_fields(), ["query cursor"]);
}

#[tokio::test]
async fn nothing_is_shown_that_could_not_be_put_on_record() {
    let world = World::with_attempts(1).await;
    let ticket = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    let path = format!("/v1/desk/tickets/{ticket}");
    let finance = Token::Staff("shop", "finance-1", &["finance"]);
    // Whatever call fails: an answer with words in it has its record.
    for fault in [Fault::Before, Fault::LostReply] {
        for call in 1..8 {
            world.later(1);
            world.far.fail(call, fault);
            let read = world.get(&finance, &path).await;
            world.far.heal();
            let at = format!("LOOK#{:.3}#finance-1", world.now());
            let recorded = world.items().iter().any(|item| item["sk"]["S"] == at.as_str());
            assert!(recorded || read.status == 503, "{fault:?} at {call}: {}", read.text);
        }
    }
}
