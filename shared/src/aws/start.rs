//! From `main` to the handler: what every function does before its first request, and around each.

use std::fmt;

use jiff::Timestamp;
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, Body, Request, RequestExt, Response, Service};
use lambda_runtime::{Diagnostic, LambdaEvent, Runtime, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};

use super::client::{self, Clients};
use super::http::{Answer, Call};
use super::settings::{self, Environment};
use super::table::Trouble;
use super::{Error, metrics, telemetry};

/// Opens the log, reads the settings (those every function has, and `needed`), builds the clients and connects to the
/// table. An error is a refusal to start and has been logged.
pub async fn start(needed: &[&'static str]) -> Result<(Environment, Clients), Error> {
    telemetry::init(settings::log_level().as_deref());
    let started = Environment::read(needed).map_err(Error::from).and_then(|environment| {
        let clients = client::connect(&environment)?;
        Ok((environment, clients))
    });
    match &started {
        Ok((environment, clients)) => {
            metrics::set_stage(&environment.stage);
            clients.warm().await;
        }
        Err(refusal) => tracing::error!(error = &**refusal, "not started"),
    }
    started
}

/// The clock. A handler reads it once a request, and hands the instant on.
#[expect(clippy::disallowed_methods, reason = "the one place where the clock is read")]
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    // Stored instants have milliseconds; one with more would not be equal to itself once read back.
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}

/// A new id: ordered by time, random at the end.
#[expect(clippy::disallowed_methods, reason = "the one place where ids are made")]
pub fn fresh_id() -> uuid::Uuid {
    uuid::Uuid::now_v7()
}

/// Random bytes that nobody can foretell: keys, and what makes a form one of a kind.
pub fn random<const N: usize>() -> Result<[u8; N], Trouble> {
    let made = ring::rand::generate::<[u8; N]>(&ring::rand::SystemRandom::new());
    made.map(ring::rand::Random::expose).map_err(|why| Trouble::Unavailable(format!("no random bytes: {why}")))
}

/// One request to a function that is not behind HTTP.
#[derive(Clone, Debug)]
pub struct Invocation<E> {
    pub event: E,
    /// When Lambda ends the function, done or not.
    pub deadline: Timestamp,
}

/// Answers requests with `handler` until the sandbox ends. What the handler returns as an error is logged once, with its
/// causes, and fails the request: Lambda's retries take over.
pub async fn serve<E, R>(handler: impl AsyncFn(Invocation<E>) -> Result<R, Error>) -> Result<(), Error>
where
    E: DeserializeOwned,
    R: Serialize,
{
    let handler = &handler;
    Runtime::new(service_fn(move |request: LambdaEvent<E>| async move {
        telemetry::begin_request(&request.context.request_id);
        let deadline = i64::try_from(request.context.deadline).ok().and_then(|at| Timestamp::from_millisecond(at).ok());
        let deadline = deadline.unwrap_or(Timestamp::MAX);
        handler(Invocation { event: request.payload, deadline }).await.map_err(Failure)
    }))
    .run()
    .await
}

/// [`serve`] behind the HTTP API. The handler answers every trouble itself; an error from it becomes the gateway's 500.
pub async fn serve_http<F, A>(handler: F) -> Result<(), Error>
where
    F: Fn(Request) -> A,
    A: Future<Output = Result<Response<Body>, Error>> + Send,
{
    let handler = &handler;
    let mut adapter = Adapter::from(service_fn(move |request: Request| {
        if let Some(context) = request.lambda_context_ref() {
            telemetry::begin_request(&context.request_id);
        }
        let answer = handler(request);
        async move { answer.await.map_err(Failure) }
    }));
    Runtime::new(service_fn(move |mut event: LambdaEvent<LambdaRequest>| {
        if let LambdaRequest::ApiGatewayV2(request) = &mut event.payload {
            request.raw_query_string = request.raw_query_string.take().map(|query| escaped(&query));
        }
        adapter.call(event)
    }))
    .run()
    .await
}

/// Answers requests behind the HTTP API with `http`, and batches of a queue with `queue`.
pub async fn serve_both(
    http: impl AsyncFn(Call) -> Answer,
    queue: impl AsyncFn(SqsEvent) -> SqsBatchResponse,
) -> Result<(), Error> {
    let (http, queue) = (&http, &queue);
    serve(async |call: Invocation<serde_json::Value>| {
        if call.event.get("Records").is_some() {
            return Ok::<_, Error>(serde_json::to_value(queue(serde_json::from_value(call.event)?).await)?);
        }
        let mut event = call.event;
        if let Some(query) = event["rawQueryString"].as_str().map(escaped) {
            event["rawQueryString"] = query.into();
        }
        let request = lambda_http::request::from_str(&event.to_string())?;
        Ok(http(Call::read(request, now())).await.into_event())
    })
    .await
}

/// Answers batches of a queue with `queue`; everything else is a schedule's wish, for which `run` is told when its time is up.
pub async fn serve_runs<R: Serialize>(
    queue: impl AsyncFn(SqsEvent) -> SqsBatchResponse,
    run: impl AsyncFn(Timestamp) -> Result<R, Error>,
) -> Result<(), Error> {
    let (queue, run) = (&queue, &run);
    serve(async |call: Invocation<serde_json::Value>| {
        if call.event.get("Records").is_some() {
            return Ok::<_, Error>(serde_json::to_value(queue(serde_json::from_value(call.event)?).await)?);
        }
        Ok(serde_json::to_value(run(call.deadline).await?)?)
    })
    .await
}

/// A query string as a URI may have it. The adapter would panic on what somebody typed raw into an address, such as `<`.
fn escaped(query: &str) -> String {
    let escape = |byte: u8| match byte {
        b'!' | b'$'..=b';' | b'=' | b'?'..=b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    query.bytes().map(escape).collect()
}

/// An error on its way to the runtime, which logs its `Debug`: the whole chain in one line.
struct Failure(Error);

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&telemetry::chain(&*self.0))
    }
}

impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        Self { error_type: "Failure".to_owned(), error_message: format!("{failure:?}") }
    }
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn whatever_stands_in_a_query_the_address_can_be_read() {
        let typed: String = (0u8..=255).map(char::from).chain(['换']).collect();
        let address = format!("https://api.example/t/shop?q={}", escaped(&typed));
        assert!(address.parse::<lambda_http::http::Uri>().is_ok(), "{address}");
        assert_eq!(escaped("cursor=a%20b&limit=5+1"), "cursor=a%20b&limit=5+1", "what is escaped stays as it is");
    }
}
