//! The one HTTP client all AWS clients share: HTTP/1.1, one pool, TLS as [`super::trust`] has it.
//!
//! It speaks to hyper itself. The SDK's own client brings a second protocol, proxies and a pool of its own, which nothing
//! here needs, and cannot be given a certificate verifier.

use std::time::Duration;

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
    let mut tcp = Tcp::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(CONNECT));
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
            let response = sent.await.map_err(|broken| ConnectorError::io(broken.into()))?;
            HttpResponse::try_from(response.map(SdkBody::from_body_1_x))
                .map_err(|unsound| ConnectorError::other(unsound.into(), None))
        })
    }
}
