//! What each function may do on the deployed stack, and that it may nothing else: every role tries every act.

use serde_json::{Value, json};
use tests::stack::{Stack, stack};

/// An act: its name, the service, the operation, and arguments with which it does no harm where it is let in.
type Act = (&'static str, &'static str, &'static str, Value);

/// The functions' roles, and the acts each is let in to.
const MAY: [(&str, &[&str]); 12] = [
    ("TicketIntakeRole", &["read items", "read many", "query the table", "put", "update"]),
    ("TicketDeskRole", &["read items", "read many", "query the table", "query desk", "query held", "put", "update"]),
    ("QualityDeskRole", &["read items", "read many", "query the table", "query desk", "put"]),
    ("TrackingPageRole", &["read items", "read many", "query the table", "put", "update"]),
    ("OrderIntakeRole", &["read items", "read many", "query the table", "put", "update"]),
    (
        "RefundApprovalRole",
        &["read items", "read many", "query the table", "query desk", "put", "update", "drain refund-approval-queue"],
    ),
    ("RefundPayoutRole", &["read items", "read many", "query the table", "put", "update", "drain refund-payout-queue"]),
    (
        "EventRelayRole",
        &[
            "scan",
            "list streams",
            "fill notify-queue",
            "fill refund-approval-queue",
            "fill refund-payout-queue",
            "fill figures-queue",
            "fill survey-dispatch-queue",
            "fill the relay's dead letters",
        ],
    ),
    ("QualityReportRole", &["read items", "read many", "query the table", "put", "drain figures-queue"]),
    ("SlaScanRole", &["read items", "read many", "query the table", "query due", "query held", "put", "update"]),
    (
        "SurveyDispatchRole",
        &["read items", "read many", "query the table", "query due", "put", "drain survey-dispatch-queue"],
    ),
    (
        "NotifyRole",
        &[
            "read items",
            "read many",
            "query due",
            "query desk",
            "put",
            "drain notify-queue",
            "drain mail-notices-queue",
            "send mail",
        ],
    ),
];

#[test]
fn each_function_may_do_what_it_needs_and_nothing_else() {
    let stack = stack();
    let acts = acts(stack);
    for (role, may) in MAY {
        for (name, service, operation, arguments) in &acts {
            let refused = is_refused(stack, role, service, operation, arguments);
            assert_eq!(refused, !may.contains(name), "{role}: {name} ({service} {operation})");
        }
        assert!(may.iter().all(|name| acts.iter().any(|(act, ..)| act == name)), "{role} may something unknown");
    }
}

/// Whether the gate was shut. Any other error came from behind it.
fn is_refused(stack: &Stack, role: &str, service: &str, operation: &str, arguments: &Value) -> bool {
    let shut = ["AccessDenied", "AccessDeniedException", "AuthorizationError"];
    stack.call_as(role, service, operation, arguments).is_err_and(|code| shut.contains(&code.as_str()))
}

fn acts(stack: &Stack) -> Vec<Act> {
    let table = stack.output("TableName");
    let key = json!({ "pk": { "S": "nothing" }, "sk": { "S": "nothing" } });
    // Writes are bound to an item that is not there.
    let never = json!({ "TableName": table, "ConditionExpression": "attribute_exists(pk)" });
    let on = |name: &str, mut more: Value| {
        more[name] = key.clone();
        tests::merge(&mut more, never.clone());
        more
    };
    let query = |index: Value, pk: &str| {
        let mut wanted = json!({
            "TableName": table, "KeyConditionExpression": format!("{pk} = :x"), "ExpressionAttributeValues": { ":x": { "S": "nothing" } },
        });
        if !index.is_null() {
            wanted["IndexName"] = index;
        }
        wanted
    };
    // A message delayed for longer than a queue allows is refused behind the gate.
    let fill = |queue: &str| json!({ "QueueUrl": stack.output(queue), "MessageBody": "{}", "DelaySeconds": 901 });
    let drain = |queue: &str| json!({ "QueueUrl": stack.output(queue), "VisibilityTimeout": 0 });
    let mail = json!({ "Source": "help@shop.example", "Destinations": ["nobody@example.com"], "RawMessage": { "Data": "Subject: x\r\n\r\nx" } });
    vec![
        ("read items", "dynamodb", "get_item", json!({ "TableName": table, "Key": key })),
        ("read many", "dynamodb", "batch_get_item", json!({ "RequestItems": { table: { "Keys": [key] } } })),
        ("query the table", "dynamodb", "query", query(Value::Null, "pk")),
        ("query due", "dynamodb", "query", query(json!("due"), "due_shard")),
        ("query desk", "dynamodb", "query", query(json!("desk"), "desk_pk")),
        ("query held", "dynamodb", "query", query(json!("held"), "held_pk")),
        ("scan", "dynamodb", "scan", json!({ "TableName": table, "Limit": 1 })),
        ("put", "dynamodb", "put_item", on("Item", json!({}))),
        ("put", "dynamodb", "transact_write_items", json!({ "TransactItems": [{ "Put": on("Item", json!({})) }] })),
        ("update", "dynamodb", "update_item", on("Key", json!({ "UpdateExpression": "remove nothing" }))),
        ("delete", "dynamodb", "delete_item", on("Key", json!({}))),
        (
            "delete",
            "dynamodb",
            "transact_write_items",
            json!({ "TransactItems": [{ "Delete": on("Key", json!({})) }] }),
        ),
        (
            "change the table",
            "dynamodb",
            "update_table",
            json!({ "TableName": table, "BillingMode": "PAY_PER_REQUEST" }),
        ),
        // Reading one is Lambda's doing, and the emulator checks it against every stream there could be.
        ("list streams", "dynamodbstreams", "list_streams", json!({})),
        ("fill notify-queue", "sqs", "send_message", fill("NotifyQueueUrl")),
        ("fill refund-approval-queue", "sqs", "send_message", fill("RefundApprovalQueueUrl")),
        ("fill refund-payout-queue", "sqs", "send_message", fill("RefundPayoutQueueUrl")),
        ("fill figures-queue", "sqs", "send_message", fill("FiguresQueueUrl")),
        ("drain figures-queue", "sqs", "receive_message", drain("FiguresQueueUrl")),
        ("drain refund-approval-queue", "sqs", "receive_message", drain("RefundApprovalQueueUrl")),
        ("fill survey-dispatch-queue", "sqs", "send_message", fill("SurveyDispatchQueueUrl")),
        ("drain survey-dispatch-queue", "sqs", "receive_message", drain("SurveyDispatchQueueUrl")),
        ("drain refund-payout-queue", "sqs", "receive_message", drain("RefundPayoutQueueUrl")),
        ("fill the relay's dead letters", "sqs", "send_message", fill("EventRelayDeadLettersUrl")),
        ("fill notify's dead letters", "sqs", "send_message", fill("NotifyQueueDeadLettersUrl")),
        ("fill mail-notices-queue", "sqs", "send_message", fill("MailNoticesQueueUrl")),
        ("drain notify-queue", "sqs", "receive_message", drain("NotifyQueueUrl")),
        ("drain mail-notices-queue", "sqs", "receive_message", drain("MailNoticesQueueUrl")),
        ("drain dead letters", "sqs", "receive_message", drain("EventRelayDeadLettersUrl")),
        ("send mail", "ses", "send_raw_email", mail),
        (
            "send any mail",
            "ses",
            "send_email",
            json!({
                "Source": "help@shop.example", "Destination": { "ToAddresses": ["nobody@example.com"] },
                "Message": { "Subject": { "Data": "x" }, "Body": {} },
            }),
        ),
        (
            "publish notices",
            "sns",
            "publish",
            json!({ "TopicArn": stack.output("MailNoticesTopicArn"), "Message": "{}" }),
        ),
        (
            "call another function",
            "lambda",
            "invoke",
            json!({ "FunctionName": stack.output("SlaScanName"), "InvocationType": "DryRun" }),
        ),
        ("list people", "cognito-idp", "list_users", json!({ "UserPoolId": stack.output("StaffPoolId") })),
        ("take on a role", "iam", "list_roles", json!({})),
        ("read files", "s3", "list_buckets", json!({})),
        (
            "read logs",
            "logs",
            "filter_log_events",
            json!({ "logGroupName": format!("/aws/lambda/{}", stack.output("NotifyName")) }),
        ),
    ]
}
