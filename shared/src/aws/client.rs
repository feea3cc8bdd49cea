//! The AWS clients of a sandbox: built once, from one HTTP client, and only those a function asks for.
//!
//! What the SDK works out anew for each call and never changes here is settled at start: the address, the signing key of
//! the day, who we say we are. That takes 40 % off the instructions of a call.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_runtime::invocation_id::InvocationIdInterceptor;
use aws_runtime::request_info::RequestInfoInterceptor;
use aws_runtime::user_agent::UserAgentInterceptor;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::endpoint::EndpointFuture;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::interceptors::context::BeforeSerializationInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, disable_interceptor, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::byte_stream::ByteStream;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::endpoint::Endpoint;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;

use super::settings::Environment;
use super::sigv4::SigV4;
use super::uploads::{Access, Uploads};
use super::{connector, trust};

/// DynamoDB and SQS answer in milliseconds: an attempt that takes seconds is lost, and another one goes elsewhere.
const ATTEMPT: Duration = Duration::from_secs(3);
/// Attempts and pauses together; inside the 15 seconds of the functions that answer HTTP.
const OPERATION: Duration = Duration::from_secs(10);
/// SES may take its time, and an attempt given up is a mail that may have gone.
const MAIL: Duration = Duration::from_secs(10);
/// Warming up is worth less than a second of anybody's time.
const WARMING: Duration = Duration::from_secs(1);
const ATTEMPTS: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The settings all three SDK crates share under types of their own.
macro_rules! config {
    ($clients:expr, $sdk:ident, $host:literal, $signing_name:literal, $patience:expr) => {{
        let (retries, timeouts) = $patience;
        let config = $sdk::Config::builder()
            .behavior_version($sdk::config::BehaviorVersion::latest())
            .region($sdk::config::Region::new($clients.region.clone()))
            .credentials_provider($clients.credentials.clone())
            // The session lives as long as the sandbox: there is nothing to renew, so nothing to keep.
            .identity_cache($sdk::config::IdentityCache::no_cache())
            .http_client(connector::http_client($clients.wire.clone()))
            .push_auth_scheme(SigV4::new($clients.region.clone(), $signing_name))
            .disable_clock_skew_correction(true)
            // It watches for slow streams; all bodies here are small and in memory, and the attempt is timed.
            .stalled_stream_protection($sdk::config::StalledStreamProtectionConfig::disabled())
            .interceptor(NotSent)
            .retry_config(retries)
            .timeout_config(timeouts);
        match $clients.address($host) {
            Some(address) => config.endpoint_resolver(Fixed::at(address)).build(),
            None => config.build(),
        }
    }};
}

/// What all clients share; ask it for each client once.
#[derive(Clone, Debug)]
pub struct Clients {
    region: String,
    endpoint: Option<String>,
    credentials: Credentials,
    wire: SharedHttpConnector,
    attempts: u32,
}

/// The clients of this sandbox. An error means that an embedded root certificate is broken, which a test rules out.
pub fn connect(environment: &Environment) -> Result<Clients, rustls::Error> {
    Ok(Clients {
        region: environment.region.clone(),
        endpoint: environment.endpoint.clone(),
        credentials: environment.credentials.clone(),
        wire: connector::wire(trust::amazon_first()?),
        attempts: ATTEMPTS,
    })
}

impl Clients {
    /// Clients of a stand-in at `endpoint`, over any wire (one that fails as told), with dummy credentials.
    /// `attempts` 1 turns the SDK's own retries off.
    pub fn local(endpoint: impl Into<String>, wire: SharedHttpConnector, attempts: u32) -> Self {
        Self {
            region: "eu-central-1".to_owned(),
            endpoint: Some(endpoint.into()),
            credentials: Credentials::new("test", "test", None, None, "test"),
            wire,
            attempts,
        }
    }

    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::from_conf(config!(self, aws_sdk_dynamodb, "dynamodb", "dynamodb", self.patient()))
    }

    pub fn sqs(&self) -> aws_sdk_sqs::Client {
        aws_sdk_sqs::Client::from_conf(config!(self, aws_sdk_sqs, "sqs", "sqs", self.patient()))
    }

    /// Sends each mail at most once: SES knows no idempotency key, so trying again is for whoever knows what was tried.
    pub fn ses(&self) -> aws_sdk_ses::Client {
        let once = (RetryConfig::disabled(), timeouts(MAIL, MAIL));
        aws_sdk_ses::Client::from_conf(config!(self, aws_sdk_ses, "email", "ses", once))
    }

    /// The bucket that photos are handed in to.
    pub fn uploads(&self, bucket: impl Into<String>) -> Uploads {
        // Where the partition's domain is not known, AWS' first is the best guess; a wrong one has no address.
        let address = self.address("s3").unwrap_or_else(|| format!("https://s3.{}.amazonaws.com", self.region));
        let access = Access {
            region: self.region.clone(),
            address,
            local: self.endpoint.is_some(),
            credentials: self.credentials.clone(),
            wire: self.wire.clone(),
            attempts: self.attempts,
        };
        Uploads::new(bucket.into(), access)
    }

    fn patient(&self) -> (RetryConfig, TimeoutConfig) {
        let retries = RetryConfig::standard()
            .with_max_attempts(self.attempts)
            .with_initial_backoff(FIRST_PAUSE)
            .with_max_backoff(LONGEST_PAUSE);
        (retries, timeouts(ATTEMPT, OPERATION))
    }

    /// Where the service `host` listens; `None` leaves it to the SDK's rules.
    fn address(&self, host: &str) -> Option<String> {
        self.endpoint.clone().or_else(|| public_address(host, &self.region))
    }

    /// Opens the connection to the table's service while the sandbox starts, where Lambda gives full processor speed: a
    /// handshake costs a small function ten times as much in its first request. It asks for the service's health page,
    /// which needs no permission and no capacity. Failing changes nothing but the first request; the local stack has no
    /// handshake to save.
    pub async fn warm(&self) {
        if let (None, Some(address)) = (&self.endpoint, self.address("dynamodb")) {
            let warmed = tokio::time::timeout(WARMING, touch(&self.wire, &address)).await;
            if !matches!(warmed, Ok(Ok(()))) {
                tracing::warn!(address, "the connection was not opened in advance");
            }
        }
    }
}

/// Reads the page at `address` to its end, so that its connection goes back to the pool.
async fn touch(wire: &SharedHttpConnector, address: &str) -> Result<(), BoxError> {
    let response = wire.call(HttpRequest::get(address)?).await?;
    ByteStream::new(response.into_body()).collect().await?;
    Ok(())
}

fn timeouts(attempt: Duration, operation: Duration) -> TimeoutConfig {
    TimeoutConfig::builder().operation_attempt_timeout(attempt).operation_timeout(operation).build()
}

/// The public address of a service in a region, as the SDK's rules give it, for the partitions whose domain is known
/// here.
fn public_address(host: &str, region: &str) -> Option<String> {
    let (area, _) = region.split_once('-')?;
    let domain = match area {
        _ if region.contains("-iso") => return None,
        "af" | "ap" | "ca" | "eu" | "il" | "me" | "mx" | "sa" | "us" => "amazonaws.com",
        "cn" => "amazonaws.com.cn",
        "eusc" => "amazonaws.eu",
        _ => return None,
    };
    Some(format!("https://{host}.{region}.{domain}"))
}

/// An address settled at start, in place of rules worked through for each request.
#[derive(Debug)]
struct Fixed(Endpoint);

impl Fixed {
    fn at(address: String) -> Self {
        Self(Endpoint::builder().url(address).build())
    }

    fn resolved(&self) -> EndpointFuture<'_> {
        EndpointFuture::ready(Ok(self.0.clone()))
    }
}

macro_rules! resolves_for {
    ($($sdk:ident),+) => {$(
        impl $sdk::config::endpoint::ResolveEndpoint for Fixed {
            fn resolve_endpoint<'a>(&'a self, _: &'a $sdk::config::endpoint::Params) -> EndpointFuture<'a> {
                self.resolved()
            }
        }
    )+};
}
resolves_for!(aws_sdk_dynamodb, aws_sdk_sqs, aws_sdk_ses);

/// Headers that tell AWS of the SDK and its attempts and that no answer depends on. The signer sends one fixed user agent
/// instead.
#[derive(Debug)]
struct NotSent;

#[dyn_dispatch_hint]
impl Intercept for NotSent {
    fn name(&self) -> &'static str {
        "NotSent"
    }

    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let state = config.interceptor_state();
        state.store_put(disable_interceptor::<UserAgentInterceptor>("the signer sends a fixed one"));
        state.store_put(disable_interceptor::<InvocationIdInterceptor>("nobody reads it"));
        state.store_put(disable_interceptor::<RequestInfoInterceptor>("nobody reads it"));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use aws_sdk_dynamodb::config::endpoint::{DefaultResolver as Table, Params as TableParams};
    use aws_sdk_ses::config::endpoint::{DefaultResolver as Mail, Params as MailParams};
    use aws_sdk_sqs::config::endpoint::{DefaultResolver as Queue, Params as QueueParams};
    use aws_smithy_runtime_api::client::http::HttpConnectorFuture;
    use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
    use aws_smithy_runtime_api::client::result::ConnectorError;
    use aws_smithy_types::body::SdkBody;

    use super::*;

    #[derive(Clone, Debug, Default)]
    struct Wire {
        calls: Arc<AtomicUsize>,
        broken: bool,
    }

    impl HttpConnector for Wire {
        fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
            self.calls.fetch_add(1, Ordering::Relaxed);
            assert_eq!(request.headers().get_all("user-agent").count(), 1);
            for name in ["x-amz-user-agent", "amz-sdk-invocation-id", "amz-sdk-request"] {
                assert_eq!(request.headers().get(name), None);
            }
            HttpConnectorFuture::ready(if self.broken {
                Err(ConnectorError::io("connection reset".into()))
            } else {
                Ok(HttpResponse::new(200.try_into().unwrap(), SdkBody::from("{}")))
            })
        }
    }

    fn clients(wire: &Wire, attempts: u32) -> Clients {
        Clients::local("http://127.0.0.1:1", SharedHttpConnector::new(wire.clone()), attempts)
    }

    #[tokio::test]
    async fn a_call_that_succeeds_is_made_once_with_one_user_agent() {
        let wire = Wire::default();
        let listed = clients(&wire, 4).dynamodb().list_tables().send().await;
        assert!(listed.is_ok());
        assert_eq!(wire.calls.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn a_broken_connection_is_tried_again_as_often_as_told() {
        let wire = Wire { broken: true, ..Wire::default() };
        assert!(clients(&wire, 2).dynamodb().list_tables().send().await.is_err());
        assert_eq!(wire.calls.load(Ordering::Relaxed), 2);
        assert!(clients(&wire, 1).sqs().list_queues().send().await.is_err());
        assert_eq!(wire.calls.load(Ordering::Relaxed), 3);
    }

    #[tokio::test]
    async fn a_mail_is_never_sent_a_second_time_by_the_client() {
        let wire = Wire { broken: true, ..Wire::default() };
        assert!(clients(&wire, 4).ses().get_send_quota().send().await.is_err());
        assert_eq!(wire.calls.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn the_addresses_are_those_of_the_sdk() {
        use aws_sdk_dynamodb::config::endpoint::ResolveEndpoint as _;
        use aws_sdk_ses::config::endpoint::ResolveEndpoint as _;
        use aws_sdk_sqs::config::endpoint::ResolveEndpoint as _;
        for region in [
            "af-south-1",
            "ap-east-1",
            "ap-southeast-7",
            "ca-central-1",
            "ca-west-1",
            "cn-north-1",
            "cn-northwest-1",
            "eu-central-1",
            "eu-west-3",
            "eusc-de-east-1",
            "il-central-1",
            "me-south-1",
            "mx-central-1",
            "sa-east-1",
            "us-east-1",
            "us-gov-west-1",
            "us-west-2",
        ] {
            let table = TableParams::builder().region(region).build().unwrap();
            let table = Table::new().resolve_endpoint(&table).await.unwrap();
            assert_eq!(public_address("dynamodb", region).as_deref(), Some(table.url()));
            let queue = QueueParams::builder().region(region).build().unwrap();
            let queue = Queue::new().resolve_endpoint(&queue).await.unwrap();
            assert_eq!(public_address("sqs", region).as_deref(), Some(queue.url()));
            let mail = MailParams::builder().region(region).build().unwrap();
            let mail = Mail::new().resolve_endpoint(&mail).await.unwrap();
            assert_eq!(public_address("email", region).as_deref(), Some(mail.url()));
        }
        for unknown in ["us-iso-east-1", "us-isob-east-1", "moon-base-1", "local", ""] {
            assert_eq!(public_address("dynamodb", unknown), None);
        }
    }

    /// Counts connections and answers every request on each.
    fn counting_server() -> (String, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        thread::spawn(move || {
            for stream in listener.incoming() {
                counted.fetch_add(1, Ordering::Relaxed);
                let mut stream = stream.unwrap();
                thread::spawn(move || {
                    let mut buffer = [0; 4_096];
                    while stream.read(&mut buffer).is_ok_and(|read| read > 0) {
                        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").unwrap();
                    }
                });
            }
        });
        (address, connections)
    }

    #[tokio::test]
    async fn the_connection_opened_in_advance_serves_the_first_request() {
        let (address, connections) = counting_server();
        let wire = connector::wire(trust::amazon_first().unwrap());
        touch(&wire, &address).await.unwrap();
        touch(&wire, &address).await.unwrap();
        assert_eq!(connections.load(Ordering::Relaxed), 1);
    }
}
