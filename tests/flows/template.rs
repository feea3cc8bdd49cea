//! House rules of `infra/template.yaml`, and what it has to agree on with the code, the API's description and the runbook.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "what cannot be read ends the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use aftercare::aws::keys::{BOUGHT, ENTRY, FEEDBACK, REVIEW, SHEETS, SHORTFALL};
use serde_json::{Map, Value, json};
use tests::openapi::document;

static TEMPLATE: LazyLock<Value> = LazyLock::new(|| {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/oracles/template.py");
    let run = Command::new(tests::tool("AFTERCARE_PYTHON", "a Python with infra/requirements.txt"))
        .arg(script)
        .output()
        .expect("AFTERCARE_PYTHON starts");
    serde_json::from_slice(&run.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&run.stderr)))
});

/// Resources of a type: name and properties.
fn resources(kind: &str) -> BTreeMap<&'static str, &'static Value> {
    let all = TEMPLATE["Resources"].as_object().unwrap().iter();
    all.filter(|(_, it)| it["Type"] == kind).map(|(name, it)| (name.as_str(), &it["Properties"])).collect()
}

fn functions() -> BTreeMap<&'static str, &'static Value> {
    resources("AWS::Serverless::Function")
}

/// Triggers of a kind: the function's properties and the trigger's.
fn triggers(kind: &str) -> Vec<(&'static Value, &'static Value)> {
    let events = |function: &'static Value| {
        let events = function["Events"].as_object().into_iter().flat_map(Map::values);
        events.map(move |event| (function, event))
    };
    let of_kind = functions().into_values().flat_map(events).filter(|(_, event)| event["Type"] == kind);
    of_kind.map(|(function, event)| (function, &event["Properties"])).collect()
}

/// `TicketIntake` is `ticket-intake`.
fn stem(resource: &str) -> String {
    let parts = resource.char_indices().map(|(at, letter)| {
        let dash = if at > 0 && letter.is_uppercase() { "-" } else { "" };
        format!("{dash}{}", letter.to_lowercase())
    });
    parts.collect()
}

/// The name of a stack's thing, without the stack's own in front.
fn own_name(name: &Value) -> &str {
    let name = name["Fn::Sub"].as_str().unwrap_or_else(|| panic!("{name} does not begin with the stack's name"));
    name.strip_prefix("${AWS::StackName}-").unwrap_or_else(|| panic!("{name} does not begin with the stack's name"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The resource that a `GetAtt` or a `Ref` names.
fn target(reference: &Value) -> &str {
    let name = reference["Fn::GetAtt"].as_str().or(reference["Ref"].as_str());
    name.and_then(|name| name.split('.').next()).unwrap_or_else(|| panic!("{reference} refers to nothing"))
}

#[test]
fn folder_binary_and_resource_share_one_name() {
    let folders: BTreeSet<String> = fs::read_dir(root().join("functions"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(folders, functions().keys().map(|name| stem(name)).collect());
    for (name, function) in functions() {
        assert_eq!(function["CodeUri"], format!("../target/lambda/{}/", stem(name)));
        assert_eq!(own_name(&function["FunctionName"]), stem(name));
    }
}

#[test]
fn a_function_has_the_environment_it_asks_for_and_no_more() {
    for (name, function) in functions() {
        let main = fs::read_to_string(root().join("functions").join(stem(name)).join("src/main.rs")).unwrap();
        let (_, rest) = main.split_once("start::start(&[").expect("a list of settings");
        let (list, _) = rest.split_once(']').unwrap();
        let asked = list.split(',').map(|word| word.trim().trim_matches('"')).filter(|word| !word.is_empty());
        let given: BTreeSet<&str> =
            function["Environment"]["Variables"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(given, asked.chain(["TABLE"]).collect(), "{name}");
    }
    assert!(TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]["SERVICE_STAGE"].is_object());
}

#[test]
fn every_function_keeps_its_log_for_a_while_is_traced_and_has_a_role_of_its_own() {
    assert_eq!(TEMPLATE["Globals"]["Function"]["Tracing"], "Active");
    let mut roles = BTreeSet::new();
    for (name, function) in functions() {
        let log = resources("AWS::Logs::LogGroup")[target(&function["LoggingConfig"]["LogGroup"])];
        assert!(log["RetentionInDays"].is_object(), "{name}");
        assert!(roles.insert(target(&function["Role"])), "{name} shares its role");
    }
}

#[test]
fn every_queue_has_dead_letters_and_these_an_alarm() {
    let watched: BTreeSet<&str> = resources("AWS::CloudWatch::Alarm")
        .values()
        .filter(|alarm| alarm["MetricName"] == "ApproximateNumberOfMessagesVisible")
        .map(|alarm| target(&alarm["Dimensions"][0]["Value"]))
        .collect();
    for (name, queue) in resources("AWS::SQS::Queue") {
        if name.ends_with("DeadLetters") {
            assert!(watched.contains(name), "nobody watches {name}");
        } else {
            assert_eq!(target(&queue["RedrivePolicy"]["deadLetterTargetArn"]), format!("{name}DeadLetters"));
            assert!(queue["RedrivePolicy"]["maxReceiveCount"].as_i64() > Some(1), "{name}");
        }
    }
}

#[test]
fn every_alarm_tells_somebody_and_has_a_heading_in_the_runbook() {
    let mut names = BTreeSet::new();
    for (name, alarm) in resources("AWS::CloudWatch::Alarm") {
        let own = own_name(&alarm["AlarmName"]);
        assert_eq!(format!("{own}-alarm"), stem(name));
        assert_eq!(target(&alarm["AlarmActions"][0]), "AlarmsTopic", "{name}");
        names.insert(own);
    }
    for function in functions().keys().map(|name| stem(name)) {
        assert!(names.contains(format!("{function}-errors").as_str()), "{function}");
        assert!(names.contains(format!("{function}-throttles").as_str()), "{function}");
    }
    let runbook = fs::read_to_string(root().join("infra/RUNBOOK.md")).unwrap();
    // Alarms' headings are bare names; the others are sentences.
    let headings = runbook.lines().filter_map(|line| line.strip_prefix("## "));
    assert_eq!(names, headings.filter(|heading| !heading.contains(' ')).collect());
}

#[test]
fn a_message_is_not_handed_out_again_while_it_may_still_be_handled() {
    for (function, trigger) in triggers("SQS") {
        let queue = resources("AWS::SQS::Queue")[target(&trigger["Queue"])];
        let window = trigger["MaximumBatchingWindowInSeconds"].as_i64().unwrap_or(0);
        let least = 6 * function["Timeout"].as_i64().unwrap() + window;
        assert!(queue["VisibilityTimeout"].as_i64() >= Some(least), "{queue}");
    }
}

#[test]
fn a_failing_record_fails_alone_and_not_for_ever() {
    for (_, trigger) in triggers("SQS").into_iter().chain(triggers("DynamoDB")) {
        assert_eq!(trigger["FunctionResponseTypes"], json!(["ReportBatchItemFailures"]));
    }
    let [(_, stream)] = triggers("DynamoDB")[..] else { panic!("one function reads the stream") };
    assert_eq!(stream["BisectBatchOnFunctionError"], true);
    assert!((1..=1000).contains(&stream["MaximumRetryAttempts"].as_i64().unwrap()));
    assert!((60..86_400).contains(&stream["MaximumRecordAgeInSeconds"].as_i64().unwrap()), "the stream keeps a day");
    assert_eq!(target(&stream["DestinationConfig"]["OnFailure"]["Destination"]), "EventRelayDeadLetters");
    for (_, schedule) in triggers("ScheduleV2") {
        assert!(schedule["RetryPolicy"]["MaximumRetryAttempts"].as_i64() <= Some(1), "the next run is the retry");
    }
}

#[test]
fn the_stream_wakes_the_relay_for_new_history_and_what_counts_besides_only() {
    let [(_, stream)] = triggers("DynamoDB")[..] else { panic!("one function reads the stream") };
    let filters = stream["FilterCriteria"]["Filters"].as_array().unwrap().iter();
    let patterns: Vec<Value> =
        filters.map(|filter| serde_json::from_str(filter["Pattern"].as_str().unwrap()).unwrap()).collect();
    let of = |names: Value, keys: Value| json!({ "eventName": names, "dynamodb": { "Keys": { "sk": { "S": keys } } } });
    let inserted = of(json!(["INSERT"]), json!([{ "prefix": ENTRY }, FEEDBACK, SHEETS, SHORTFALL]));
    assert_eq!(patterns, [inserted, of(json!(["INSERT", "MODIFY"]), json!([{ "prefix": BOUGHT }, REVIEW]))]);
}

#[test]
fn the_table_is_the_one_the_code_is_tested_on() {
    let table = resources("AWS::DynamoDB::Table")["Table"];
    let tested = tests::table_definition();
    for part in ["KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode"] {
        assert_eq!(table[part], tested[part], "{part}");
    }
    assert_eq!(table["StreamSpecification"]["StreamViewType"], tested["StreamSpecification"]["StreamViewType"]);
    assert_eq!(table["TimeToLiveSpecification"], json!({ "AttributeName": "ttl", "Enabled": true }));
    assert_eq!(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], true);
    assert_eq!(table["SSESpecification"]["SSEEnabled"], true);
}

/// Actions for which the service knows no narrower resource.
const UNBOUNDED: [&str; 3] = ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "dynamodb:ListStreams"];

#[test]
fn no_role_reaches_beyond_its_own() {
    for (role, properties) in resources("AWS::IAM::Role") {
        assert_eq!(properties.get("ManagedPolicyArns"), None, "{role}: what it may stands in this file");
        for policy in properties["Policies"].as_array().unwrap() {
            for statement in policy["PolicyDocument"]["Statement"].as_array().unwrap() {
                bounded(role, statement);
            }
        }
    }
}

fn bounded(role: &str, statement: &Value) {
    let listed = statement["Action"].as_array().map_or(std::slice::from_ref(&statement["Action"]), Vec::as_slice);
    let actions: Vec<&str> = listed.iter().map(|action| action.as_str().unwrap()).collect();
    for action in &actions {
        // AWS and the emulator check a batch under two names.
        assert!(!action.contains('*') || *action == "sqs:SendMessage*", "{role} may {action}");
        let erases = role == "TicketIntakeRole" && *action == "s3:DeleteObject";
        assert!(!action.contains("Delete") || *action == "sqs:DeleteMessage" || erases, "{role} may {action}");
    }
    let resource = &statement["Resource"];
    // The emulator checks sends against "*" only; deployed to AWS it is the other branch.
    let resource = if resource["Fn::If"][0] == "IsLocal" { &resource["Fn::If"][2] } else { resource };
    if resource == "*" || resource.as_array().is_some_and(|list| list.contains(&json!("*"))) {
        assert!(actions.iter().all(|action| UNBOUNDED.contains(action)), "{role} may {actions:?} anywhere");
    }
}

/// Routes below an address of pages.
const PAGES: [&str; 6] = [
    "GET {proxy+}",
    "HEAD {proxy+}",
    "GET {storefront}/{token}",
    "HEAD {storefront}/{token}",
    "GET {storefront}/{token}/{action}",
    "POST {storefront}/{token}/{action}",
];

/// The function that answers an address of the description.
fn answers(path: &str) -> &'static str {
    let parts: Vec<&str> = path.trim_start_matches("/v1/").split('/').collect();
    match parts.as_slice() {
        ["webhooks", ..] | ["desk", "payment-provider"] => "RefundPayout",
        ["desk", "cases"] | ["desk", "tickets", "{id}", "cases", ..] => "RefundApproval",
        ["desk", "figures" | "actions" | "reviews", ..] => "QualityDesk",
        ["desk", ..] => "TicketDesk",
        ["orders" | "policy", ..] | ["tickets", "{id}", "cases", ..] => "OrderIntake",
        _ => "TicketIntake",
    }
}

#[test]
fn the_routes_are_those_of_the_description_behind_the_same_tokens() {
    let mut routes: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    for route in resources("AWS::ApiGatewayV2::Route").into_values() {
        let integration = route["Target"]["Fn::Sub"].as_str().unwrap();
        let integration = integration.trim_start_matches("integrations/${").trim_end_matches('}');
        let uri = &resources("AWS::ApiGatewayV2::Integration")[integration]["IntegrationUri"];
        let authorizer = match route.get("AuthorizerId") {
            Some(id) => resources("AWS::ApiGatewayV2::Authorizer")[target(id)]["Name"].as_str().unwrap(),
            None => "nobody",
        };
        routes.insert(route["RouteKey"].as_str().unwrap(), (authorizer, target(uri)));
    }
    assert_eq!(routes.remove("$default"), Some(("nobody", "TicketIntake")));
    // Pages are for browsers, whose link is their token; the description is of the API.
    for (at, function) in [("t", "TrackingPage"), ("a", "RefundApproval")] {
        for page in PAGES.map(|page| page.replace(' ', &format!(" /{at}/"))) {
            assert_eq!(routes.remove(page.as_str()), Some(("nobody", function)), "{page}");
        }
    }
    let form = ["GET", "POST"].map(|method| format!("{method} /s/{{storefront}}/{{token}}/{{action}}"));
    let stop = "POST /u/{storefront}/{token}".to_owned();
    let looks = ["s", "u"].into_iter().flat_map(|at| {
        let below = ["{storefront}/{token}", "{proxy+}"];
        below.into_iter().flat_map(move |path| ["GET", "HEAD"].map(|method| format!("{method} /{at}/{path}")))
    });
    for page in looks.chain(form).chain([stop]) {
        assert_eq!(routes.remove(page.as_str()), Some(("nobody", "TrackingPage")), "{page}");
    }
    let described = document();
    let mut expected = BTreeMap::new();
    let paths = described["paths"].as_object().unwrap();
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().unwrap() {
            let scheme = operation["security"][0].as_object().and_then(|schemes| schemes.keys().next());
            let scheme = scheme.map_or("nobody", String::as_str).to_owned();
            expected.insert(format!("{} {path}", method.to_uppercase()), (scheme, answers(path)));
        }
    }
    let routes: BTreeMap<String, (String, &str)> =
        routes.into_iter().map(|(key, (scheme, function))| (key.to_owned(), (scheme.to_owned(), function))).collect();
    assert_eq!(routes, expected);
}

/// The function that the gateway hands a request to: a whole match of a route counts before a greedy one, that before
/// `$default`. No variable of a path is empty.
fn taken_by(method: &str, path: &str) -> &'static str {
    let parts: Vec<&str> = path.split('/').collect();
    let matches = |route: &str| {
        let Some((verb, pattern)) = route.split_once(' ') else { return false };
        let (pattern, greedy) = pattern.strip_suffix("/{proxy+}").map_or((pattern, false), |before| (before, true));
        let pattern: Vec<&str> = pattern.split('/').collect();
        let length = if greedy { parts.len() > pattern.len() } else { parts.len() == pattern.len() };
        let below = parts.get(pattern.len()..).unwrap_or_default();
        let fits = |(wanted, part): (&&str, &&str)| wanted == part || (wanted.starts_with('{') && !part.is_empty());
        verb == method && length && pattern.iter().zip(&parts).all(fits) && (!greedy || !below.concat().is_empty())
    };
    let mut found: Vec<(&str, &Value)> = resources("AWS::ApiGatewayV2::Route")
        .into_values()
        .map(|route| (route["RouteKey"].as_str().unwrap(), &route["Target"]["Fn::Sub"]))
        .filter(|(key, _)| *key == "$default" || matches(key))
        .collect();
    found.sort_by_key(|(key, _)| (*key == "$default", key.contains("{proxy+}")));
    let integration = found[0].1.as_str().unwrap().trim_start_matches("integrations/${").trim_end_matches('}');
    target(&resources("AWS::ApiGatewayV2::Integration")[integration]["IntegrationUri"])
}

#[test]
fn a_link_that_lost_or_gained_something_is_answered_by_the_page_too() {
    for method in ["GET", "HEAD", "POST", "OPTIONS", "PUT"] {
        for path in [
            "/t/shop/AAAA",
            "/t/shop/AAAA/reply",
            "/t/shop/AAAA/",
            "/t/shop",
            "/t/shop/",
            "/t/shop/A/b/c/d",
            "/t",
            "/t/",
            "/s/shop/AAAA",
            "/s/shop/AAAA/answer",
            "/s/shop",
            "/u/shop/AAAA",
            "/u/shop/AAAA/",
            "/x",
        ] {
            let expected = if tests::is_page(method, path) { "TrackingPage" } else { "TicketIntake" };
            // A form is posted to its own address only; one that is only looked at is a page again.
            assert_eq!(taken_by(method, path), expected, "{method} {path}");
        }
    }
    // Noise must not use up what holders of real links need.
    let settings = &resources("AWS::ApiGatewayV2::Stage")["ApiStage"]["RouteSettings"];
    for route in [
        "GET /t/{proxy+}",
        "HEAD /t/{proxy+}",
        "GET /a/{proxy+}",
        "HEAD /a/{proxy+}",
        "GET /s/{proxy+}",
        "HEAD /s/{proxy+}",
        "GET /u/{proxy+}",
        "HEAD /u/{proxy+}",
    ] {
        assert_eq!(settings[route], settings["$default"], "{route}");
    }
}

#[test]
fn every_parameter_says_what_it_is_for_and_what_it_takes() {
    for (name, parameter) in TEMPLATE["Parameters"].as_object().unwrap() {
        assert!(parameter["Description"].as_str().is_some_and(|text| text.len() > 20), "{name}");
        let bounds: &[&str] =
            if parameter["Type"] == "Number" { &["MinValue", "MaxValue"] } else { &["AllowedPattern"] };
        let bounded =
            parameter.get("AllowedValues").is_some() || bounds.iter().all(|key| parameter.get(*key).is_some());
        assert!(bounded, "{name} takes anything");
    }
}

#[test]
fn the_dashboard_is_whole_and_says_how_many_promises_are_kept_of_each_clock() {
    let body = resources("AWS::CloudWatch::Dashboard")["Dashboard"]["DashboardBody"]["Fn::Sub"].as_str().unwrap();
    let names = body.split("${").skip(1).map(|rest| rest.split_once('}').unwrap().0);
    let filled = names.collect::<BTreeSet<_>>().into_iter().fold(body.to_owned(), |text, name| {
        let known = TEMPLATE["Resources"].get(name.split('.').next().unwrap()).or(TEMPLATE["Parameters"].get(name));
        assert!(known.is_some() || name.starts_with("AWS::"), "{name}");
        text.replace(&format!("${{{name}}}"), "x")
    });
    let board: Value = serde_json::from_str(&filled).unwrap_or_else(|why| panic!("{why}: {filled}"));
    let kept = board["widgets"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["properties"]["title"] == "Promises kept, % of the day");
    let metrics = kept.unwrap()["properties"]["metrics"].as_array().unwrap();
    let counted: BTreeSet<&str> = metrics.iter().filter_map(|metric| metric[5].as_str()).collect();
    let ticket = ["first_response", "first_response_chat", "next_reply", "next_reply_chat", "update", "resolution"];
    assert_eq!(counted, BTreeSet::from(ticket));
}
