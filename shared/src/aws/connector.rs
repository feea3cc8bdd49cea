//! The one HTTP client all AWS clients share: HTTP/1.1, one pool, TLS as [`super::trust`] has it.
//!
//! It speaks to hyper itself. The SDK's own client brings a second protocol, proxies and a pool of its own, which nothing
//! here needs, and cannot be given a certificate verifier.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector as Tcp;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;

/// A connection within a region is made in milliseconds or not at all; the attempt's time-out bounds the rest.
const CONNECT: Duration = Duration::from_secs(1);

/// A pool of connections. Plain `http://` addresses are for the local stack.
pub fn wire(tls: ClientConfig) -> SharedHttpConnector {
    patient(tls, CONNECT)
}

/// A pool whose far side may be far away.
pub fn patient(tls: ClientConfig, connect: Duration) -> SharedHttpConnector {
    let mut tcp = Tcp::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(connect));
    let pool =
        Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(HttpsConnector::from((tcp, tls)));
    SharedHttpConnector::new(Pool(pool))
}

/// The pool as an HTTP client for any number of SDK clients.
pub fn http_client(wire: SharedHttpConnector) -> SharedHttpClient {
    http_client_fn(move |_, _| wire.clone())
}

#[derive(Debug)]
struct Pool(Client<HttpsConnector<Tcp>, SdkBody>);

impl HttpConnector for Pool {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(unsound) => return HttpConnectorFuture::ready(Err(ConnectorError::user(unsound.into()))),
        };
        let sent = self.0.request(request);
        HttpConnectorFuture::new(async move {
            // Whatever hyper reports happened on the wire, so another attempt may go better.
            let response = sent.await.map_err(broken)?;
            HttpResponse::try_from(response.map(SdkBody::from_body_1_x))
                .map_err(|unsound| ConnectorError::other(unsound.into(), None))
        })
    }
}

fn broken(why: hyper_util::client::legacy::Error) -> ConnectorError {
    if why.is_connect() { not_connected(why) } else { ConnectorError::io(why.into()) }
}

/// There was no connection to send a request over: the far side has seen nothing of it.
#[derive(Debug)]
struct NotConnected(BoxError);

impl fmt::Display for NotConnected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not connected")
    }
}

impl Error for NotConnected {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

/// The error of a request that was never sent, for want of a connection.
pub fn not_connected(why: impl Into<BoxError>) -> ConnectorError {
    ConnectorError::io(NotConnected(why.into()).into()).never_connected()
}

/// Whether nothing of the request can have reached the far side.
pub fn is_not_sent(error: &ConnectorError) -> bool {
    error.is_user() || error.source().is_some_and(|source| source.is::<NotConnected>())
}
