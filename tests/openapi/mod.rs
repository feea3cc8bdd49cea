//! The description of the API (OpenAPI 3.1) and of the settings (JSON Schema 2020-12), made from the code: shapes from
//! the types that are sent, bounds from the constants that are checked, refusals from the functions that refuse.

mod answers;
mod bodies;
mod bounds;
mod case_examples;
mod cases;
mod desk;
mod examples;
mod feedback;
mod improvement;
mod operations;
mod orders;
mod reviews;
mod shape;
mod surveys;

use std::collections::BTreeMap;
use std::path::PathBuf;

use aftercare::{
    access, case, category, customer, intake, money, order, payment, problem, roster, settings, sla, ticket, view,
};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

const TITLE: &str = "Aftercare";
const ABOUT: &str = include_str!("about.md");
const COMPONENTS: &str = "#/components/schemas/";

/// What is committed: file and text.
pub fn files() -> [(PathBuf, String); 5] {
    let infra = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../infra"));
    let json = |document: Value| format!("{document:#}\n");
    [
        ("openapi.json", json(document())),
        ("settings.schema.json", json(settings_schema())),
        ("ROLES.md", roles()),
        ("CASES.md", case_table()),
        ("PRIVACY.md", aftercare::privacy::document()),
    ]
    .map(|(name, text)| (infra.join(name), text))
}

/// `infra/ROLES.md`: who may do what, for people.
fn roles() -> String {
    format!("{}\n{}", include_str!("roles.md"), access::table())
}

/// `infra/CASES.md`: what can be done to a case where, for people.
fn case_table() -> String {
    format!("{}\n{}\n", include_str!("cases.md"), case::table::table().trim_end())
}

/// `infra/openapi.json`.
pub fn document() -> Value {
    let scheme =
        |about: &str| json!({ "type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": about });
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": TITLE, "version": env!("CARGO_PKG_VERSION"), "description": ABOUT,
            "license": { "name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT" },
        },
        "servers": [{
            "url": "https://{api}.execute-api.{region}.amazonaws.com", "description": "The stack's output ApiUrl",
            "variables": { "api": { "default": "api-id" }, "region": { "default": "eu-central-1" } },
        }],
        "tags": [
            { "name": "shop", "description": "For storefronts' servers and their customers" },
            { "name": "desk", "description": "For staff" },
            { "name": "provider", "description": "For payment providers, which sign what they send" },
        ],
        "paths": operations::paths(),
        "components": {
            "schemas": schemas(),
            "responses": answers::shared(),
            "headers": answers::headers(),
            "examples": examples::answers(),
            "securitySchemes": {
                "shop": scheme("A token of a storefront's server or of one of its customers. Its claims name the storefront, the kind of caller and, for a customer, their reference."),
                "staff": scheme("An ID token of a member of staff. The groups `role:<storefront>:<role>` say what they may do, and where."),
            },
        },
    })
}

/// `infra/settings.schema.json`: the settings alone, for editors and for those who write settings files.
pub fn settings_schema() -> Value {
    let all = schemas();
    let mut found = BTreeMap::new();
    let mut wanted = vec!["Settings".to_owned()];
    while let Some(name) = wanted.pop() {
        let schema = all[&name].clone();
        for_each(&schema, &mut |object| {
            let reference = object.get("$ref").and_then(Value::as_str);
            wanted.extend(reference.and_then(|to| to.strip_prefix(COMPONENTS)).map(str::to_owned));
        });
        found.insert(name, schema);
        wanted.retain(|name| !found.contains_key(name));
    }
    let mut root = found.remove("Settings").unwrap_or_default();
    root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    root["title"] = json!("Settings of a storefront");
    root["$defs"] = json!(found);
    for_each_mut(&mut root, &mut |object| {
        if let Some(Value::String(to)) = object.get_mut("$ref") {
            *to = to.replace(COMPONENTS, "#/$defs/");
        }
    });
    root
}

/// Every named schema.
fn schemas() -> Map<String, Value> {
    let mut derived = Vec::new();
    add::<view::Received>(&mut derived);
    add::<view::Whole>(&mut derived);
    add::<view::TicketPage>(&mut derived);
    add::<view::LinkKeysView>(&mut derived);
    add::<view::MessagePage>(&mut derived);
    add::<view::Export>(&mut derived);
    add::<view::Erased>(&mut derived);
    add::<view::BulkOutcomes>(&mut derived);
    add::<view::ReadPage>(&mut derived);
    add::<category::Solution>(&mut derived);
    add::<aftercare::id::SubjectId>(&mut derived);
    add::<aftercare::id::StaffId>(&mut derived);
    add::<view::FeedbackPage>(&mut derived);
    add::<view::FiguresView>(&mut derived);
    add::<view::ActionPage>(&mut derived);
    add::<view::ReviewPage>(&mut derived);
    add::<view::ReviewSample>(&mut derived);
    add::<problem::Problem>(&mut derived);
    add::<customer::Profile>(&mut derived);
    add::<settings::Settings>(&mut derived);
    add::<sla::preview::Preview>(&mut derived);
    add::<money::Money>(&mut derived);
    add::<intake::OpenedBy>(&mut derived);
    add::<ticket::Turn>(&mut derived);
    add::<roster::AgentsView>(&mut derived);
    add::<order::OrderView>(&mut derived);
    add::<case::options::Options>(&mut derived);
    add::<case::policy::Policy>(&mut derived);
    add::<view::PreviewView>(&mut derived);
    add::<view::UploadForm>(&mut derived);
    add::<view::PhotoView>(&mut derived);
    add::<view::CaseList>(&mut derived);
    add::<view::CasePage>(&mut derived);
    add::<view::TaskPage>(&mut derived);
    add::<view::TaskView>(&mut derived);
    add::<payment::View>(&mut derived);
    add::<aftercare::id::StorefrontId>(&mut derived);
    add::<aftercare::id::UploadId>(&mut derived);
    let mut all: BTreeMap<String, Value> = BTreeMap::new();
    for (name, schema) in derived {
        let schema = tidy(json!(schema));
        let other = all.insert(name.clone(), schema.clone());
        assert!(other.is_none_or(|other| other == schema), "two types are called {name}");
    }
    bounds::add(&mut all);
    all.extend(bodies::all(&all));
    all.extend(desk::bodies());
    all.extend(orders::bodies());
    all.extend(cases::bodies());
    all.extend(feedback::bodies());
    all.extend(improvement::bodies());
    all.extend(reviews::bodies());
    all.into_iter().collect()
}

/// A type and all that it is made of.
fn add<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}

/// What the derive says in other words than we do.
fn tidy(mut schema: Value) -> Value {
    for_each_mut(&mut schema, &mut |object| {
        // Widths are bounds of ours, not formats of JSON Schema's.
        let widest = match object.get("format").and_then(Value::as_str) {
            Some("u-int8") => Some(i64::from(u8::MAX)),
            Some("u-int16") => Some(i64::from(u16::MAX)),
            Some("u-int32") => Some(i64::from(u32::MAX)),
            Some("int64") => Some(i64::MAX),
            Some(_) | None => None,
        };
        if let Some(widest) = widest {
            object.remove("format");
            object.entry("maximum").or_insert(json!(widest));
        }
        // Comments are wrapped for the screen.
        if let Some(Value::String(text)) = object.get_mut("description") {
            *text = text.replace("\n\n", "\0").replace('\n', " ").replace('\0', "\n\n");
        }
    });
    schema
}

fn for_each(value: &Value, look: &mut impl FnMut(&Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            look(object);
            object.values().for_each(|inner| for_each(inner, look));
        }
        Value::Array(list) => list.iter().for_each(|inner| for_each(inner, look)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn for_each_mut(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            change(object);
            object.values_mut().for_each(|inner| for_each_mut(inner, change));
        }
        Value::Array(list) => list.iter_mut().for_each(|inner| for_each_mut(inner, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
