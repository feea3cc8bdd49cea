//! Who calls, what they send, and what they hear back.

use aftercare::id::TicketId;
use serde_json::{Value, json};

/// Whose token a request carries.
#[derive(Clone, Debug)]
pub enum Token {
    None,
    Storefront(&'static str),
    Customer(&'static str, &'static str),
    /// Storefront, staff id, roles.
    Staff(&'static str, &'static str, &'static [&'static str]),
    /// Staff id and the groups as the gateway hands them over.
    Groups(&'static str, &'static str),
}

/// The storefront most tests are about.
pub const SHOP: Token = Token::Storefront("shop");
pub const AGENT: Token = Token::Staff("shop", "agent-1", &["agent"]);
pub const LEAD: Token = Token::Staff("shop", "lead-1", &["lead"]);
pub const ADMIN: Token = Token::Staff("shop", "admin-1", &["admin"]);

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    /// Null when the body is no JSON.
    pub body: Value,
    pub text: String,
}

impl Reply {
    /// The id of the ticket in the answer.
    pub fn ticket(&self) -> TicketId {
        let id = self.body["ticket"]["id"].as_str().or(self.body["id"].as_str());
        TicketId::parse(id.unwrap_or_else(|| panic!("no ticket in {}", self.text))).expect("an id")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// The JSON pointers of the wrong fields.
    pub fn wrong_fields(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        errors.iter().filter_map(|error| error["pointer"].as_str()).collect()
    }
}

/// A ticket as a storefront posts it.
pub fn request(customer: &str, body: &str) -> Value {
    json!({
        "channel": "web", "kind": "complaint", "subject": "My order", "body": body,
        "customer": { "ref": customer, "email": format!("{customer}@example.com"), "locale": "en" },
    })
}

/// Merges objects, deeply; null takes a field away.
pub fn merge(into: &mut Value, more: Value) {
    match (into, more) {
        (Value::Object(into), Value::Object(more)) => {
            for (name, value) in more {
                if value.is_null() {
                    into.remove(&name);
                } else {
                    merge(into.entry(name).or_insert(Value::Null), value);
                }
            }
        }
        (into, more) => *into = more,
    }
}

pub(crate) fn claims(token: &Token) -> Value {
    match token {
        Token::None => json!({}),
        Token::Storefront(shop) => json!({ "sub": "server", "custom:storefront": shop, "custom:kind": "storefront" }),
        Token::Customer(shop, customer) => {
            json!({ "sub": customer, "custom:storefront": shop, "custom:customer": customer, "custom:kind": "customer" })
        }
        Token::Staff(shop, id, roles) => {
            let groups: Vec<String> = roles.iter().map(|role| format!("role:{shop}:{role}")).collect();
            json!({ "sub": id, "cognito:groups": format!("[{}]", groups.join(" ")) })
        }
        Token::Groups(id, groups) => json!({ "sub": id, "cognito:groups": groups }),
    }
}
