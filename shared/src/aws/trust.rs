//! Whom we believe to be AWS: the roots of Amazon Trust Services, and the system's store when those do not suffice.
//!
//! Parsing the system's store is most of what a cold start would cost, so five roots are carried in the binary. The day
//! AWS moves to another root, or gives one of these names a new key, verification fails; then, in that same handshake,
//! the system's store is read once and asked. So the move costs milliseconds, not the service.

use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

/// Amazon Trust Services' roots as it publishes them. DER, because decoding PEM took two thirds of the time to read them.
const AMAZON: [&[u8]; 5] = [
    include_bytes!("../../certs/amazon-root-ca-1.der"),
    include_bytes!("../../certs/amazon-root-ca-2.der"),
    include_bytes!("../../certs/amazon-root-ca-3.der"),
    include_bytes!("../../certs/amazon-root-ca-4.der"),
    include_bytes!("../../certs/starfield-services-root-ca-g2.der"),
];

/// Where the fallback's certificates come from.
pub type LoadSystem = fn() -> Vec<CertificateDer<'static>>;

/// TLS as every AWS client speaks it: ring, Amazon's roots first, the system's store after.
///
/// An error means that an embedded root does not parse, which a test rules out.
pub fn amazon_first() -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    for der in AMAZON {
        roots.add(CertificateDer::from(der))?;
    }
    with_fallback(roots, || rustls_native_certs::load_native_certs().certs)
}

/// TLS as everybody else speaks it: whom the system believes, read at once, since nobody here is Amazon.
pub fn system() -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    believing(roots)
}

fn believing(roots: RootCertStore) -> Result<ClientConfig, Error> {
    Ok(ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// TLS that believes `first`, and what `load` brings when the issuer is not among them.
pub fn with_fallback(first: RootCertStore, load: LoadSystem) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let first = verifier(first, &provider)?;
    let trust = Trust { provider: Arc::clone(&provider), first, load, system: OnceLock::new() };
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(trust))
        .with_no_client_auth())
}

fn verifier(roots: RootCertStore, provider: &Arc<CryptoProvider>) -> Result<Arc<WebPkiServerVerifier>, Error> {
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
        .build()
        .map_err(|refused| Error::General(refused.to_string()))
}

/// "Dangerous" in rustls' sense only: both verdicts are rustls' own, this chooses whom to ask.
#[derive(Debug)]
struct Trust {
    provider: Arc<CryptoProvider>,
    first: Arc<WebPkiServerVerifier>,
    load: LoadSystem,
    system: OnceLock<Option<Arc<WebPkiServerVerifier>>>,
}

impl Trust {
    /// The system's store, read at most once; `None` where there is none to read.
    fn system(&self) -> Option<&WebPkiServerVerifier> {
        let system = self.system.get_or_init(|| {
            let mut roots = RootCertStore::empty();
            let (read, _) = roots.add_parsable_certificates((self.load)());
            tracing::warn!(read, "an unknown root signs for AWS: asking the system's certificate store");
            verifier(roots, &self.provider).ok()
        });
        system.as_deref()
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self.first.verify_server_cert(leaf, intermediates, name, ocsp, now);
        // "Bad signature" is what a root of a known name and an unknown key looks like.
        let unknown = matches!(
            verdict,
            Err(Error::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::BadSignature))
        );
        match unknown.then(|| self.system()).flatten() {
            Some(system) => system.verify_server_cert(leaf, intermediates, name, ocsp, now),
            None => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.first.verify_tls12_signature(message, leaf, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.first.verify_tls13_signature(message, leaf, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.first.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpListener};
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use aws_smithy_runtime_api::client::http::HttpConnector;
    use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
    use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
    use rustls::pki_types::PrivateKeyDer;
    use rustls::{ServerConfig, ServerConnection};
    use sha2::{Digest, Sha256};

    use super::super::{connector, telemetry};
    use super::*;

    struct Authority {
        root: CertificateDer<'static>,
        issuer: Issuer<'static, KeyPair>,
    }

    fn authority(name: &str) -> Authority {
        let mut params = CertificateParams::new([]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Authority { root: params.self_signed(&key).unwrap().into(), issuer: Issuer::new(params, key) }
    }

    /// A server for `localhost` whose certificate `authority` signed. It answers each connection once.
    fn server(authority: &Authority) -> SocketAddr {
        let key = KeyPair::generate().unwrap();
        let leaf =
            CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &authority.issuer).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![leaf.into()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut stream = stream.unwrap();
                let mut tls = rustls::Stream::new(&mut connection, &mut stream);
                // A client that does not believe us hangs up here.
                let _ = tls.read(&mut [0; 4_096]);
                let _ = tls.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            }
        });
        address
    }

    fn only(root: &CertificateDer<'static>) -> RootCertStore {
        let mut store = RootCertStore::empty();
        store.add(root.clone()).unwrap();
        store
    }

    async fn call(tls: ClientConfig, server: SocketAddr) -> Result<u16, String> {
        let request = HttpRequest::get(format!("https://localhost:{}/", server.port())).unwrap();
        match connector::wire(tls).call(request).await {
            Ok(response) => Ok(response.status().as_u16()),
            Err(error) => Err(telemetry::chain(&error)),
        }
    }

    fn nowhere() -> Vec<CertificateDer<'static>> {
        Vec::new()
    }

    #[tokio::test]
    async fn a_root_that_only_the_system_knows_is_believed_and_read_once() {
        static SYSTEM: Mutex<Vec<CertificateDer<'static>>> = Mutex::new(Vec::new());
        static READ: AtomicUsize = AtomicUsize::new(0);
        let known = authority("known");
        // One future root has a new name, the other a known name and a new key.
        let futures = [authority("future"), authority("known")];
        SYSTEM.lock().unwrap().extend(futures.iter().map(|future| future.root.clone()));
        let tls = with_fallback(only(&known.root), || {
            READ.fetch_add(1, Ordering::Relaxed);
            SYSTEM.lock().unwrap().clone()
        })
        .unwrap();
        for future in &futures {
            let server = server(future);
            assert_eq!(call(tls.clone(), server).await, Ok(200));
            assert_eq!(call(tls.clone(), server).await, Ok(200));
        }
        assert_eq!(READ.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn the_system_is_not_read_while_our_own_roots_suffice() {
        let known = authority("known");
        let tls = with_fallback(only(&known.root), || panic!("read the system's store for nothing")).unwrap();
        assert_eq!(call(tls, server(&known)).await, Ok(200));
    }

    #[tokio::test]
    async fn a_root_that_nobody_knows_is_refused() {
        let tls = with_fallback(only(&authority("known").root), nowhere).unwrap();
        let refusal = call(tls, server(&authority("stranger"))).await.unwrap_err();
        assert!(refusal.contains("UnknownIssuer"), "{refusal}");
    }

    #[tokio::test]
    async fn of_others_the_system_alone_says_whom_to_believe() {
        let known = authority("known");
        let tls = believing(only(&known.root)).unwrap();
        assert_eq!(call(tls.clone(), server(&known)).await, Ok(200));
        let refusal = call(tls, server(&authority("stranger"))).await.unwrap_err();
        assert!(refusal.contains("UnknownIssuer"), "{refusal}");
        assert!(system().is_ok());
    }

    #[tokio::test]
    async fn another_fault_of_a_certificate_is_final() {
        let known = authority("known");
        let tls =
            with_fallback(only(&known.root), || panic!("the system is asked about unknown issuers only")).unwrap();
        let port = server(&known).port();
        let request = HttpRequest::get(format!("https://127.0.0.1:{port}/")).unwrap();
        let refusal = telemetry::chain(&connector::wire(tls).call(request).await.unwrap_err());
        assert!(refusal.contains("not valid for name"), "{refusal}");
    }

    /// The certificates are Amazon's: their SHA-256 fingerprints as Amazon Trust Services publishes them.
    #[test]
    fn the_roots_are_those_amazon_publishes() {
        let fingerprints: Vec<String> = AMAZON
            .iter()
            .map(|der| Sha256::digest(der).iter().take(8).map(|byte| format!("{byte:02x}")).collect())
            .collect();
        assert_eq!(
            fingerprints,
            ["8ecde6884f3d87b1", "1ba5b2aa8c65401a", "18ce6cfe7bf14e60", "e35d28419ed02025", "568d6905a2c88708"]
        );
    }

    #[test]
    fn the_clients_speak_tls_with_ring() {
        let ours = amazon_first().unwrap();
        let ring = rustls::crypto::ring::default_provider();
        let names = |provider: &CryptoProvider| format!("{:?}{:?}", provider.secure_random, provider.key_provider);
        assert_eq!(names(ours.crypto_provider()), names(&ring));
        assert!(names(&ring).contains("Ring"), "{}", names(&ring));
    }

    /// A second TLS stack costs megabytes, and aws-lc as it comes gathers jitter for 59 ms, at a small function's share of
    /// the processor for a second, before the first call. Any update can bring one back.
    #[test]
    fn the_dependency_tree_has_one_http_and_one_tls_stack() {
        let lock = include_str!("../../../Cargo.lock");
        let versions = |name: &str| lock.matches(&format!("name = \"{name}\"\n")).count();
        for banned in ["aws-lc-rs", "aws-lc-sys", "native-tls", "openssl", "openssl-sys", "aws-config"] {
            assert_eq!(versions(banned), 0, "{banned} came into Cargo.lock");
        }
        for single in ["http", "hyper", "hyper-rustls", "hyper-util", "ring", "rustls", "tokio-rustls"] {
            assert_eq!(versions(single), 1, "{single} is not there in one version");
        }
    }
}
