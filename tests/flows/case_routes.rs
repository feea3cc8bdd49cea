//! What holds on every route of orders and cases for storefronts and customers, taken from the description of the API; and
//! that every address of it says which methods it takes.

use serde_json::{Value, json};
use tests::openapi::document;
use tests::{ADMIN, Reply, SHOP, Token, World, one_kettle};

const OTHERS: [Token; 2] = [Token::Customer("shop", "c-2"), Token::Storefront("other")];
const NOWHERE: &str = "01900000-0000-7000-8000-000000000000";

/// Method, path and the first example of the body.
fn routes() -> Vec<(String, String, Value)> {
    let described = document();
    let mut routes = Vec::new();
    for (path, methods) in described["paths"].as_object().unwrap() {
        let ours = path.starts_with("/v1/orders/") || path.starts_with("/v1/tickets/{id}/cases");
        for (method, operation) in methods.as_object().unwrap().iter().filter(|_| ours) {
            let examples = &operation["requestBody"]["content"]["application/json"]["examples"];
            let body = examples.as_object().and_then(|examples| examples.values().next());
            let body = body.map_or(Value::Null, |example| example["value"].clone());
            routes.push((method.to_uppercase(), path.clone(), body));
        }
    }
    assert_eq!(routes.len(), 11);
    routes
}

async fn ask(world: &World, token: &Token, method: &str, path: &str, body: &Value) -> Reply {
    match method {
        "GET" => world.get(token, path).await,
        "PUT" => world.put(token, path, body.clone()).await,
        _ => world.post(token, path, body.clone()).await,
    }
}

#[tokio::test]
async fn what_is_somebody_elses_is_as_if_it_were_not_there() {
    let world = World::new().await;
    assert_eq!(world.order("o-1", json!({})).await.status, 201);
    let case = world.asked("o-1", one_kettle(json!({}))).await;
    let before = (world.case(case.ticket, 1).await, world.order_now("o-1").await);
    for (method, path, body) in routes().iter().filter(|(method, ..)| method != "PUT") {
        let (own, nowhere) = match path.starts_with("/v1/orders/") {
            true => ("o-1".to_owned(), "o-9"),
            false => (case.ticket.to_string(), NOWHERE),
        };
        let at = |id: &str| path.replace("{id}", id).replace("{number}", "1");
        for token in &OTHERS {
            let theirs = ask(&world, token, method, &at(&own), body).await;
            assert_eq!(theirs.status, 404, "{method} {path} {token:?}: {}", theirs.text);
            assert_eq!(theirs, ask(&world, token, method, &at(nowhere), body).await, "{method} {path}");
        }
        let staff = ask(&world, &ADMIN, method, &at(&own), body).await;
        assert_eq!(staff.status, 401, "{method} {path}: {}", staff.text);
    }
    assert_eq!((world.case(case.ticket, 1).await, world.order_now("o-1").await), before);
}

#[tokio::test]
async fn what_was_bought_is_for_the_storefronts_server_to_say() {
    let world = World::new().await;
    let own = world.put(&Token::Customer("shop", "c-1"), "/v1/orders/o-1", tests::facts(json!({}))).await;
    assert_eq!(own.status, 403, "{}", own.text);
    assert_eq!(world.get(&SHOP, "/v1/orders/o-1").await.status, 404);
    // Another storefront has an order of the same number, and neither knows of the other's.
    world.order("o-1", json!({})).await;
    let theirs = tests::facts(json!({ "customer": "c-7", "shipping": 5 }));
    assert_eq!(world.put(&Token::Storefront("other"), "/v1/orders/o-1", theirs).await.status, 201);
    assert_eq!(world.get(&SHOP, "/v1/orders/o-1").await.body["customer"], "c-1");
}

#[tokio::test]
async fn every_address_says_which_methods_it_takes() {
    let world = World::new().await;
    for (path, methods) in document()["paths"].as_object().unwrap() {
        let mut allowed: Vec<String> = methods.as_object().unwrap().keys().map(|name| name.to_uppercase()).collect();
        allowed.sort_unstable();
        let filled = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
        let path = filled.collect::<Vec<_>>().join("/");
        let token = if path.starts_with("/v1/desk") { ADMIN } else { SHOP };
        for method in
            ["GET", "PUT", "POST", "PATCH", "DELETE"].iter().filter(|name| !allowed.contains(&(**name).into()))
        {
            let reply = world.send(&token, method, &path, &[], "{}").await;
            assert_eq!(reply.status, 405, "{method} {path}: {}", reply.text);
            assert_eq!(reply.header("allow"), Some(allowed.join(", ").as_str()), "{path}");
        }
    }
}
