//! The payment provider's far end of the wire. Each request is sent once: whether it may be sent again is for whoever
//! knows what became of the payout. Redirections are not followed; they are answers that cannot be read.

use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use jiff::Timestamp;

use super::{connector, telemetry, trust};
use crate::id::PaymentId;
use crate::payment::{Access, Decline, Listed, MOST_PAGES, Outcome, Outgoing, Refund, Unlisted};

/// A whole exchange, connection and answer together.
const PATIENCE: Duration = Duration::from_secs(10);
/// Providers are on other continents at times.
const CONNECT: Duration = Duration::from_secs(3);
/// A page of a hundred refunds of Stripe's has 90 KB.
const LARGEST_ANSWER: usize = 256 * 1_024;
/// Who we say we are.
const AGENT: &str = "aftercare";

/// The way to every storefront's payment provider.
#[derive(Clone, Debug)]
pub struct Provider {
    wire: SharedHttpConnector,
    patience: Duration,
}

/// An answer that came whole.
#[derive(Debug)]
struct Answer {
    status: u16,
    body: Vec<u8>,
}

/// No whole answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Silence {
    /// Nothing was sent.
    NotSent,
    /// It was sent, and what became of it is not known.
    Unknown,
}

impl Provider {
    /// Over TLS, believing whom the system believes.
    pub fn connect() -> Result<Self, rustls::Error> {
        Ok(Self::over(connector::patient(trust::system()?, CONNECT)))
    }

    /// Over any wire.
    pub fn over(wire: SharedHttpConnector) -> Self {
        Self { wire, patience: PATIENCE }
    }

    /// Asks for a refund, once.
    pub async fn refund(&self, access: &Access, refund: &Refund, now: Timestamp) -> Outcome {
        let request = match access.request(refund, now) {
            Ok(request) => request,
            Err(code) => return Outcome::Declined { reference: None, why: Decline::Other, code: Some(code) },
        };
        match self.send(access, request).await {
            Ok(answer) => access.answered(refund, answer.status, &answer.body),
            Err(Silence::NotSent) => Outcome::NotSent,
            Err(Silence::Unknown) => Outcome::Unknown,
        }
    }

    /// All refunds of a payment, or none: a part of them would not show that one is missing.
    pub async fn list(&self, access: &Access, payment: &PaymentId, now: Timestamp) -> Result<Vec<Listed>, Unlisted> {
        let mut refunds = Vec::new();
        let mut after = None;
        for _ in 0..MOST_PAGES {
            let request = access.list(payment, after.as_deref(), now)?;
            let answer = self.send(access, request).await.map_err(|_silence| Unlisted::NotAnswered(None))?;
            let page = access.listed(answer.status, &answer.body)?;
            refunds.extend(page.refunds);
            after = page.next;
            if after.is_none() {
                return Ok(refunds);
            }
        }
        Err(Unlisted::TooMany)
    }

    async fn send(&self, access: &Access, outgoing: Outgoing) -> Result<Answer, Silence> {
        let method = outgoing.method;
        let request = prepared(access, outgoing).ok_or(Silence::NotSent)?;
        let answer = tokio::time::timeout(self.patience, self.exchange(request)).await;
        let answer = answer.unwrap_or_else(|_elapsed| {
            tracing::warn!(url = access.url, method, "the payment provider took too long");
            Err(Silence::Unknown)
        })?;
        if !matches!(answer.status, 200 | 201) {
            tracing::warn!(url = access.url, method, status = answer.status, "the payment provider refused");
        }
        Ok(answer)
    }

    async fn exchange(&self, request: HttpRequest) -> Result<Answer, Silence> {
        let response = self.wire.call(request).await.map_err(|error| {
            tracing::warn!(error = telemetry::chain(&error), "no answer from the payment provider");
            if connector::is_not_sent(&error) { Silence::NotSent } else { Silence::Unknown }
        })?;
        let status = response.status().as_u16();
        let body = read(ByteStream::new(response.into_body())).await.ok_or(Silence::Unknown)?;
        Ok(Answer { status, body })
    }
}

/// The request as it goes over the wire; nothing where an address or a key cannot be written in one.
fn prepared(access: &Access, outgoing: Outgoing) -> Option<HttpRequest> {
    let mut request = HttpRequest::new(SdkBody::from(outgoing.body));
    request.set_method(outgoing.method).ok()?;
    request.set_uri(format!("{}{}", access.url, outgoing.path)).ok()?;
    for (name, value) in outgoing.headers {
        request.headers_mut().try_insert(name, value).ok()?;
    }
    request.headers_mut().try_insert("user-agent", AGENT).ok()?;
    Some(request)
}

/// A body within its bounds, if it came to its end.
async fn read(mut stream: ByteStream) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(part) = stream.next().await {
        let part = part.ok()?;
        if body.len() + part.len() > LARGEST_ANSWER {
            tracing::warn!("the payment provider's answer is too large");
            return None;
        }
        body.extend_from_slice(&part);
    }
    Some(body)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpListener};
    use std::thread;

    use serde_json::{Value, json};

    use super::*;
    use crate::id::PayoutId;
    use crate::payment::access;

    const DONE: &str = r#"{"id":"t.1.1","reference":"rf_1","status":"settled"}"#;

    fn refund() -> Refund {
        let payment = PaymentId::parse("pay_7").unwrap();
        Refund { payout: PayoutId::parse("t.1.1").unwrap(), payment, amount: 100, currency: "CNY".to_owned() }
    }

    fn now() -> Timestamp {
        Timestamp::from_second(1_773_280_800).unwrap()
    }

    fn access_to(address: SocketAddr) -> Access {
        let body: Value = json!({
            "kind": "standard", "url": format!("http://{address}/v1"),
            "key": "whsec_YSB3b3JkIG9mIHRoZSB0ZXN0cyBvbmx5",
            "webhook_secret": "whsec_YW5vdGhlciB3b3JkIG9mIHRoZSB0ZXN0cw==",
        });
        Access::new(access(&body, true).unwrap(), now())
    }

    /// Answers every connection with these bytes once it heard something, and hangs up; or says nothing at all.
    fn server(answer: Option<Vec<u8>>) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let mut silent = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let _ = stream.read(&mut [0; 8_192]);
                match &answer {
                    Some(answer) => drop(stream.write_all(answer)),
                    None => silent.push(stream),
                }
            }
        });
        address
    }

    fn http(status: &str, body: &str) -> Option<Vec<u8>> {
        Some(format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes())
    }

    async fn outcome(address: SocketAddr) -> Outcome {
        let mut provider = Provider::connect().unwrap();
        provider.patience = Duration::from_millis(500);
        provider.refund(&access_to(address), &refund(), now()).await
    }

    #[tokio::test]
    async fn a_whole_answer_is_understood() {
        let settled = Outcome::Settled { reference: "rf_1".to_owned() };
        assert_eq!(outcome(server(http("201 Created", DONE))).await, settled);
        assert_eq!(outcome(server(http("429 Too Many Requests", ""))).await, Outcome::NotSent);
    }

    #[tokio::test]
    async fn where_nobody_listens_nothing_was_sent() {
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert_eq!(outcome(nobody).await, Outcome::NotSent);
    }

    #[tokio::test]
    async fn without_a_whole_answer_nothing_is_known() {
        let torn = format!("HTTP/1.1 201 Created\r\ncontent-length: 900\r\n\r\n{DONE}").into_bytes();
        for answer in [None, Some(Vec::new()), Some(b"HTTP/1.1 20".to_vec()), Some(torn)] {
            assert_eq!(outcome(server(answer.clone())).await, Outcome::Unknown, "{answer:?}");
        }
    }

    #[tokio::test]
    async fn an_answer_without_end_is_not_read_to_it() {
        let long = format!("{DONE}{}", " ".repeat(LARGEST_ANSWER));
        assert_eq!(outcome(server(http("201 Created", &long))).await, Outcome::Unknown);
    }

    #[tokio::test]
    async fn a_redirection_is_not_followed() {
        let moved = "HTTP/1.1 307 Moved\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(outcome(server(Some(moved.as_bytes().to_vec()))).await, Outcome::Unknown);
    }

    #[tokio::test]
    async fn a_list_that_goes_on_and_on_is_none() {
        let endless = r#"{"refunds":[{"reference":"rf_1","status":"settled","amount":1}],"next":"p"}"#;
        let address = server(http("200 OK\r\nconnection: close", endless));
        let listed = Provider::connect().unwrap().list(&access_to(address), &refund().payment, now()).await;
        assert_eq!(listed, Err(Unlisted::TooMany));
        let refused = server(http("404 Not Found", "{}"));
        let listed = Provider::connect().unwrap().list(&access_to(refused), &refund().payment, now()).await;
        assert_eq!(listed, Err(Unlisted::NotAnswered(Some(404))));
    }
}
