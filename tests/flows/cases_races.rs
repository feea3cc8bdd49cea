//! Many ask for the same money at once.

use futures_util::future::join_all;
use serde_json::json;
use tests::{SHOP, World, one_kettle};

#[tokio::test]
async fn of_forty_who_ask_at_once_for_the_same_money_none_gets_a_cent_too_much_and_each_is_told_what_is_left() {
    let world = World::new().await;
    world.order("o-1", json!({})).await;
    let body = one_kettle(json!({}));
    let ask = async |number: u32| {
        world.post_with_key(&SHOP, "/v1/orders/o-1/cases", &format!("race-{number}"), body.clone()).await
    };
    // Five tickets an hour are a customer's limit.
    world.settings("shop", |settings| settings["limits"]["tickets_per_customer_hour"] = json!(50)).await;
    let replies = join_all((0..40).map(ask)).await;
    let won = replies.iter().filter(|reply| reply.status == 201).count();
    assert_eq!(won, 2, "there are two kettles");
    for reply in replies.iter().filter(|reply| reply.status != 201) {
        assert_eq!(reply.status, 409, "{}", reply.text);
        assert_eq!(reply.body["available"]["amount"], 7_000, "{}", reply.text);
    }
    let order = world.order_now("o-1").await;
    assert_eq!(order.holds.iter().map(|hold| hold.amount()).sum::<i64>(), 20_000);
}
