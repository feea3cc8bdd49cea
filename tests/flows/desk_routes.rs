//! What holds on every route of the desk, taken from the description of the API: a new route is held to it by itself.

use aftercare::id::TicketId;
use serde_json::{Value, json};
use tests::openapi::document;
use tests::{Reply, SHOP, Token, World};

const ROLES: [(&str, Token); 6] = [
    ("agent", Token::Staff("shop", "agent-1", &["agent"])),
    ("lead", Token::Staff("shop", "lead-1", &["lead"])),
    ("manager", Token::Staff("shop", "manager-1", &["manager"])),
    ("head", Token::Staff("shop", "head-1", &["head"])),
    ("finance", Token::Staff("shop", "finance-1", &["finance"])),
    ("admin", Token::Staff("shop", "admin-1", &["admin"])),
];
const OTHER: Token = Token::Staff("other", "lead-9", &["lead", "admin"]);
const NOWHERE: &str = "01900000-0000-7000-8000-000000000000";

/// A route, the roles that may, and the examples of its body.
struct Route {
    method: String,
    path: String,
    roles: Vec<String>,
    bodies: Vec<Value>,
}

fn routes() -> Vec<Route> {
    let described = document();
    let mut routes = Vec::new();
    for (path, methods) in described["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap().iter().filter(|_| path.starts_with("/v1/desk/")) {
            let roles = operation["x-roles"].as_array().unwrap_or_else(|| panic!("{path} says no roles"));
            let roles = roles.iter().map(|role| role.as_str().unwrap().to_owned()).collect();
            let examples = &operation["requestBody"]["content"]["application/json"]["examples"];
            let bodies = examples.as_object().into_iter().flat_map(|examples| examples.values());
            let bodies: Vec<Value> = bodies.map(|example| example["value"].clone()).collect();
            let bodies = if bodies.is_empty() { vec![Value::Null] } else { bodies };
            routes.push(Route { method: method.to_uppercase(), path: path.clone(), roles, bodies });
        }
    }
    assert!(routes.len() > 20);
    routes
}

/// The path with its parameters filled in.
fn filled(path: &str, id: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{n}" | "{number}" => "1",
        _ if part.starts_with('{') => id,
        _ => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

async fn ask(world: &World, token: &Token, method: &str, path: &str, body: &Value) -> Reply {
    match method {
        "GET" => world.get(token, path).await,
        "PUT" => world.put(token, path, body.clone()).await,
        _ => world.post(token, path, body.clone()).await,
    }
}

#[tokio::test]
async fn each_role_may_do_what_its_row_says_and_nothing_else() {
    let world = World::new().await;
    world.order("20261112-8841", json!({})).await;
    for Route { method, path, roles, bodies } in routes() {
        for (name, token) in &ROLES {
            // Each on a fresh ticket of its own storefront's, but the settings stay as they are.
            let ticket = world
                .open(&format!("c-{name}"), "The kettle is broken", json!({ "opened_by": "agent" }))
                .await
                .ticket();
            let body = if method == "PUT" { json!({}) } else { bodies[0].clone() };
            let reply = ask(&world, token, &method, &filled(&path, &ticket.to_string()), &body).await;
            let may = roles.iter().any(|role| role == name);
            assert_eq!(reply.status != 403, may, "{method} {path} by {name}: {}", reply.text);
            assert!(reply.status < 500, "{method} {path} by {name}: {}", reply.text);
        }
    }
}

#[tokio::test]
async fn a_token_without_a_role_here_is_refused_everywhere() {
    let world = World::new().await;
    let ticket = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    let tokens = [Token::None, SHOP, Token::Customer("shop", "c-1"), Token::Groups("agent-1", "[role:shop:boss shop]")];
    for Route { method, path, bodies, .. } in routes() {
        for token in &tokens {
            let reply = ask(&world, token, &method, &filled(&path, &ticket.to_string()), &bodies[0]).await;
            assert_eq!(reply.status, 403, "{method} {path} {token:?}");
        }
    }
}

/// Routes on a case are tried where there is one, each role on a case of its own.
#[tokio::test]
async fn each_role_may_do_to_a_case_what_its_row_says_and_nothing_else() {
    let world = World::new().await;
    // A case of these has no photo to look at.
    let on_case = |route: &Route| route.path.contains("/cases/{number}") && !route.path.contains("/photos/");
    let routes: Vec<Route> = routes().into_iter().filter(on_case).collect();
    assert_eq!(routes.len(), 13);
    for (place, Route { method, path, roles, bodies }) in routes.iter().enumerate() {
        for (name, token) in &ROLES {
            let order = format!("o-{place}-{name}");
            let customer = format!("c-{place}-{name}");
            let lines = json!([{ "id": "1", "quantity": 1, "total": 80_000 }]);
            let payments = json!([{ "id": "pay-1", "method": "card", "captured": 81_000 }]);
            let deliveries = json!([{ "line": "1", "quantity": 1, "at": "2026-03-10T02:00:00Z" }]);
            let more = json!({ "customer": customer, "lines": lines, "payments": payments, "deliveries": deliveries });
            assert_eq!(world.order(&order, more).await.status, 201);
            let body =
                json!({ "kind": "refund_only", "reason": "defective", "lines": [{ "line": "1", "quantity": 1 }] });
            let asked = world.ask(&order, body).await;
            assert_eq!(asked.status, 201, "{}", asked.text);
            let ticket = asked.body["ticket"].as_str().unwrap();
            let reply = ask(&world, token, method, &filled(path, ticket), &bodies[0]).await;
            let may = roles.iter().any(|role| role == name);
            assert_eq!(reply.status != 403, may, "{method} {path} by {name}: {}", reply.text);
            assert!(reply.status < 500 && reply.status != 404, "{method} {path} by {name}: {}", reply.text);
        }
    }
}

#[tokio::test]
async fn what_is_another_storefronts_is_as_if_it_were_not_there() {
    let world = World::new().await;
    world.staff("other").await;
    let opened = world.open("c-1", "The kettle is broken", json!({})).await;
    world.order("o-1", json!({})).await;
    let case = world.ask("o-1", tests::one_kettle(json!({ "ticket": opened.ticket() }))).await;
    assert_eq!((case.status, &case.body["number"]), (201, &json!(1)), "{}", case.text);
    let number = opened.body["ticket"]["number"].as_str().unwrap().to_owned();
    let before = world.ticket(opened.ticket()).await;
    let mut seen = 0;
    for Route { method, path, bodies, .. } in routes().into_iter().filter(|route| route.path.contains('{')) {
        for body in &bodies {
            let nobodys = ask(&world, &OTHER, &method, &filled(&path, NOWHERE), body).await;
            assert_eq!(nobodys.status, 404, "{method} {path}: {}", nobodys.text);
            for name in [&opened.ticket().to_string(), &number, "-"] {
                let theirs = ask(&world, &OTHER, &method, &filled(&path, name), body).await;
                assert_eq!(theirs, nobodys, "{method} {path}");
                seen += 1;
            }
        }
    }
    assert!(seen > 60);
    assert_eq!(world.ticket(opened.ticket()).await, before);
    let listed = world.get(&OTHER, "/v1/desk/tickets").await;
    assert_eq!(listed.body, json!({ "tickets": [] }));
}

#[tokio::test]
async fn another_storefronts_ticket_in_a_body_is_as_if_it_were_not_there() {
    let world = World::new().await;
    world.staff("other").await;
    let theirs = world.open("c-1", "The kettle is broken", json!({})).await.ticket();
    let body = tests::request("c-1", "My own kettle");
    let own = world.post(&Token::Storefront("other"), "/v1/tickets", body).await.ticket();
    let post = async |path: String, body: Value| world.post(&OTHER, &path, body).await;
    for (act, field) in [("merge", "into"), ("link", "to")] {
        let path = format!("/v1/desk/tickets/{own}/{act}");
        let refused = post(path.clone(), json!({ field: theirs })).await;
        assert_eq!((refused.status, refused.wrong_fields()), (422, vec![format!("/{field}").as_str()]));
        assert_eq!(refused, post(path, json!({ field: NOWHERE })).await);
    }
    let bulk = async |id: TicketId| {
        let body = json!({ "tickets": [id], "action": { "type": "release" } });
        post("/v1/desk/tickets/bulk".to_owned(), body).await.body["outcomes"][0]["problem"].clone()
    };
    assert_eq!(bulk(theirs).await, bulk(TicketId::parse(NOWHERE).unwrap()).await);
    assert_eq!(bulk(theirs).await["status"], 404);
}
