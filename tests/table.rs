//! The table that tests run on.

use serde_json::{Value, json};

use crate::FarSide;

/// The table as `infra/template.yaml` has it; a test compares them.
pub fn table_definition() -> Value {
    let attribute = |name: &str| json!({ "AttributeName": name, "AttributeType": "S" });
    let keys = |hash: &str, range: &str| json!([{ "AttributeName": hash, "KeyType": "HASH" }, { "AttributeName": range, "KeyType": "RANGE" }]);
    let index = |name: &str, hash: &str, range: &str| json!({ "IndexName": name, "KeySchema": keys(hash, range), "Projection": { "ProjectionType": "KEYS_ONLY" } });
    let attributes = ["pk", "sk", "due_shard", "due_at", "desk_pk", "desk_sk", "held_pk", "held_sk"].map(attribute);
    json!({
        "TableName": crate::TABLE, "BillingMode": "PAY_PER_REQUEST", "KeySchema": keys("pk", "sk"),
        "AttributeDefinitions": attributes,
        "GlobalSecondaryIndexes": [
            index("due", "due_shard", "due_at"), index("desk", "desk_pk", "desk_sk"), index("held", "held_pk", "held_sk"),
        ],
        "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "NEW_IMAGE" },
    })
}

pub(crate) fn create(far: &FarSide) {
    let (status, answer) = far.dynamodb("CreateTable", table_definition().to_string().as_bytes());
    assert_eq!(status, 200, "{answer}");
}
