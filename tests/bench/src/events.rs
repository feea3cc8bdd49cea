//! What Lambda hands to the functions: requests of the gateway, records of the stream, messages of a queue.

use std::time::SystemTime;

use serde_json::{Map, Value, json};

/// The storefront with the shipped settings, and one whose promises are not kept to office hours, so that what is due
/// does not depend on the day of the week.
pub(crate) const SHOP: &str = "shop";
pub(crate) const OVERDUE: &str = "overdue";

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "the gateway's and the stream's time, which the benchmark plays")]
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    u64::try_from(since.as_millis()).expect("before the year 500 000 000")
}

/// A request as the HTTP API hands it over, at an instant of the gateway's clock.
#[derive(Debug)]
pub(crate) struct Http<'a> {
    pub(crate) shop: &'a str,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) key: &'a str,
    pub(crate) body: Value,
    pub(crate) at_ms: u64,
}

impl Http<'_> {
    pub(crate) fn event(&self) -> Value {
        let (path, query) = self.path.split_once('?').unwrap_or((self.path, ""));
        let parameters: Map<String, Value> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .collect();
        // A page's form is text; everything else is JSON.
        let form = self.body.as_str().map(str::to_owned);
        let kind = if form.is_some() { "application/x-www-form-urlencoded" } else { "application/json" };
        let body = form.unwrap_or_else(|| self.body.to_string());
        let body = if self.body.is_null() { Value::Null } else { json!(body) };
        let token = json!({ "jwt": { "claims": self.claims(path), "scopes": null } });
        let who = if path.starts_with("/t/") { Value::Null } else { token };
        json!({
            "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query,
            "headers": {
                "accept": "*/*", "authorization": format!("Bearer {}", "x".repeat(900)), "content-type": kind,
                "content-length": body.as_str().map_or(0, str::len).to_string(), "host": "api.shop.example",
                "idempotency-key": self.key, "user-agent": "shop/1.0", "x-amzn-trace-id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700",
                "x-forwarded-for": "203.0.113.7", "x-forwarded-port": "443", "x-forwarded-proto": "https",
            },
            "queryStringParameters": parameters, "isBase64Encoded": false, "body": body,
            "requestContext": {
                "accountId": "000000000000", "apiId": "api", "domainName": "api.shop.example", "domainPrefix": "api",
                "requestId": "JKJaXmPLvHcESHA=", "routeKey": "$default", "stage": "$default",
                "time": "10/Mar/2026:05:16:23 +0000", "timeEpoch": self.at_ms,
                "http": { "method": self.method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7", "userAgent": "shop/1.0" },
                "authorizer": who,
            },
        })
    }

    /// A storefront's token, or at the desk one of somebody in every role.
    fn claims(&self, path: &str) -> Value {
        let shop = self.shop;
        let mut claims = json!({
            "sub": "5f0c1f0e-7a49-4a3b-9d43-0f4f7d7f6f11", "iss": "https://issuer.example", "aud": "aftercare",
            "exp": "1900000000", "iat": "1800000000", "token_use": "id",
        });
        if path.starts_with("/v1/desk") {
            claims["sub"] = json!("agent-1");
            claims["cognito:groups"] = json!(format!("[role:{shop}:agent role:{shop}:lead role:{shop}:admin]"));
        } else {
            claims["custom:storefront"] = json!(shop);
            claims["custom:kind"] = json!("storefront");
        }
        claims
    }
}

/// A batch of the table's stream: new history entries, by their items.
pub(crate) fn stream(entries: &[Value]) -> Value {
    let record = |(place, entry): (usize, &Value)| {
        json!({
            "eventID": format!("{place:032x}"), "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
            "awsRegion": "eu-central-1",
            "dynamodb": {
                "ApproximateCreationDateTime": now_ms() / 1000, "Keys": { "pk": entry["pk"], "sk": entry["sk"] },
                "NewImage": entry, "SequenceNumber": format!("{}", 100_000 + place), "SizeBytes": 900, "StreamViewType": "NEW_IMAGE",
            },
            "eventSourceARN": "arn:aws:dynamodb:eu-central-1:0:table/aftercare/stream/2026-01-01T00:00:00.000",
        })
    };
    json!({ "Records": entries.iter().enumerate().map(record).collect::<Vec<_>>() })
}

/// A batch of a queue.
pub(crate) fn queue(bodies: &[String]) -> Value {
    let record = |(place, body): (usize, &String)| {
        json!({
            "messageId": format!("{place:032x}"), "receiptHandle": "AQEB".repeat(40), "body": body,
            "attributes": { "ApproximateReceiveCount": "1", "SentTimestamp": now_ms().to_string(), "SenderId": "relay", "ApproximateFirstReceiveTimestamp": now_ms().to_string() },
            "messageAttributes": {}, "md5OfBody": "", "eventSource": "aws:sqs", "awsRegion": "eu-central-1",
            "eventSourceARN": "arn:aws:sqs:eu-central-1:0:notify",
        })
    };
    json!({ "Records": bodies.iter().enumerate().map(record).collect::<Vec<_>>() })
}

const CLAUSES: [&str; 20] = [
    "上周三收到的货",
    "外包装完全压扁了",
    "打开以后发现屏幕碎了一角",
    "开机没有任何反应",
    "联系客服三次都没有人回",
    "快递员把箱子扔在门口就走",
    "我有照片和开箱视频",
    "希望能换一台新的",
    "订单里明明写着当天发货",
    "结果等了整整九天",
    "充电的时候发烫得厉害",
    "说明书上没有提到这个问题",
    "之前买的那台就没有这样",
    "退款到现在也没有到账",
    "付款时扣了两次钱",
    "请尽快给我一个答复",
    "这已经是第二次了",
    "颜色和网页上的图片不一样",
    "尺寸也小了一号",
    "我愿意把东西寄回去",
];

/// What somebody asks who is in no hurry and in no danger.
const QUESTIONS: [&str; 4] =
    ["请问这款还有别的颜色吗", "下个月会不会有新的型号", "包装里面有没有说明书", "门店里能不能先看一看"];

/// A customer's message in Chinese, 3 bytes a character, of exactly so many bytes; no two seeds give the same.
pub(crate) fn text(bytes: usize, seed: usize) -> String {
    made_of(&CLAUSES, bytes, seed)
}

/// The same by which no priority is raised.
pub(crate) fn question(bytes: usize, seed: usize) -> String {
    made_of(&QUESTIONS, bytes, seed)
}

fn made_of(clauses: &[&str], bytes: usize, seed: usize) -> String {
    let digits = ["〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let mut text: String = (0..6).map(|place| digits[seed / 10usize.pow(place) % 10]).collect();
    let mut state = seed.wrapping_mul(7_919).wrapping_add(12_345);
    while text.len() < bytes {
        state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345) % (1 << 31);
        text.push_str(clauses[(state >> 16) % clauses.len()]);
        text.push('，');
    }
    while text.len() > bytes {
        text.pop();
    }
    text.push_str(&"!".repeat(bytes - text.len()));
    text
}
