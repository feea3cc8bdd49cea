//! A payment provider at `pay.example` that keeps its word: it honours idempotency keys for a day, answers to a key what it
//! first answered, gives back no more than was captured, and tells of what it did. It speaks our own contract, or Stripe's.

mod speech;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aftercare::aws::connector::not_connected;
use aftercare::payment::{Headers, ProviderKind, standard_webhooks};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::Fault;

/// Where it is.
pub const PAY: &str = "https://pay.example";
/// What we sign with, and it.
const KEY: &str = "whsec_YSB3b3JkIG9mIHRoZSB0ZXN0cyBvbmx5";
const SECRET: &str = "whsec_YW5vdGhlciB3b3JkIG9mIHRoZSB0ZXN0cw==";
const ELSE: &str = "whsec_bm9ib2R5J3Mgd29yZCBvZiB0aGUgdGVzdHM=";
const STRIPE_KEY: &str = "a-key-of-the-tests";
const STRIPE_SECRET: &str = "a-word-of-the-tests";
/// How long a key is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// What it does with a request for a refund.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Manner {
    #[default]
    Settles,
    /// Takes it, and settles when told to.
    Pends,
    Declines(String),
    /// Answers 500, and did nothing.
    FailsBefore,
    /// Does it, and answers 500.
    FailsAfter,
    /// Does it, and the reply is lost.
    LosesReply,
    /// Cannot be reached, for lists either.
    Down,
}

/// How it stands with a refund on its books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    Settled,
    Pending,
    Failed(String),
}

/// A refund on its books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    pub reference: String,
    /// Our id of it; none where it was made at the provider's own desk.
    pub payout: Option<String>,
    pub payment: String,
    /// As it was asked for.
    pub amount: i64,
    pub currency: String,
    pub standing: Standing,
}

/// What it tells on its own: the headers and the body of a request to us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

/// An answer that is given again under the same key.
#[derive(Clone, Debug)]
struct Stored {
    at: Timestamp,
    request: String,
    status: u16,
    answer: Value,
}

#[derive(Debug)]
struct Inside {
    now: Timestamp,
    kind: ProviderKind,
    ledger: Vec<Booked>,
    kept: BTreeMap<String, Stored>,
    captured: BTreeMap<String, i64>,
    manner: Manner,
    next: Option<Manner>,
    /// Replies wait: whether they shall, and whether one does.
    held: (bool, bool),
    untold: Vec<Booked>,
}

/// The provider.
#[derive(Clone, Debug)]
pub struct PaymentProvider(Arc<Mutex<Inside>>);

impl PaymentProvider {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Inside {
            now: Timestamp::UNIX_EPOCH,
            kind: ProviderKind::Standard,
            ledger: Vec::new(),
            kept: BTreeMap::new(),
            captured: BTreeMap::new(),
            manner: Manner::Settles,
            next: None,
            held: (false, false),
            untold: Vec::new(),
        })))
    }

    fn with<T>(&self, look: impl FnOnce(&mut Inside) -> T) -> T {
        look(&mut self.0.lock().expect("nobody panics while holding it"))
    }

    /// Which contract it speaks from now on.
    pub fn speaks(&self, kind: ProviderKind) {
        self.with(|inside| inside.kind = kind);
    }

    /// Its clock, which is never behind what was signed.
    pub fn at(&self, now: Timestamp) {
        self.with(|inside| inside.now = now);
    }

    /// What an admin gives of it.
    pub fn access(&self) -> Value {
        let (kind, key, secret) = match self.with(|inside| inside.kind) {
            ProviderKind::Standard => ("standard", KEY, SECRET),
            ProviderKind::Stripe => ("stripe", STRIPE_KEY, STRIPE_SECRET),
        };
        json!({ "kind": kind, "url": PAY, "key": key, "webhook_secret": secret })
    }

    pub fn behaves(&self, manner: Manner) {
        self.with(|inside| inside.manner = manner);
    }

    /// With the next request for a refund only.
    pub fn behaves_once(&self, manner: Manner) {
        self.with(|inside| inside.next = Some(manner));
    }

    /// No more than this is given back of a payment.
    pub fn captured(&self, payment: &str, amount: i64) {
        self.with(|inside| inside.captured.insert(payment.to_owned(), amount));
    }

    /// Everything on its books, oldest first.
    pub fn ledger(&self) -> Vec<Booked> {
        self.with(|inside| inside.ledger.clone())
    }

    /// A refund that somebody makes at the provider's own desk.
    pub fn refunds_by_hand(&self, payment: &str, amount: i64, currency: &str) {
        self.with(|inside| inside.book(None, payment, amount, currency, Standing::Settled));
    }

    /// What becomes of a refund of ours later.
    pub fn turns(&self, payout: &str, standing: Standing) {
        self.with(|inside| {
            let ours = inside.ledger.iter_mut().find(|booked| booked.payout.as_deref() == Some(payout));
            let ours = ours.unwrap_or_else(|| panic!("no refund {payout} on the books"));
            ours.standing = standing;
            inside.untold.push(ours.clone());
        });
    }

    /// Requests take effect, and their replies wait.
    pub fn hold_replies(&self) {
        self.with(|inside| inside.held = (true, false));
    }

    /// Returns once a reply waits.
    pub async fn reply_held(&self) {
        while !self.with(|inside| inside.held.1) {
            tokio::task::yield_now().await;
        }
    }

    pub fn release_replies(&self) {
        self.with(|inside| inside.held = (false, false));
    }

    /// What it has to tell and has not told yet, in the order it happened.
    pub fn untold(&self) -> Vec<Message> {
        self.with(|inside| std::mem::take(&mut inside.untold).iter().map(|booked| inside.message(booked)).collect())
    }

    /// What it tells of a refund of ours as it stands now; again, as often as it is asked.
    pub fn message(&self, payout: &str) -> Message {
        self.with(|inside| inside.message(&inside.find(payout)))
    }

    /// The same from somebody who has not its secret.
    pub fn forged(&self, payout: &str) -> Message {
        self.with(|inside| inside.signed(&inside.find(payout), ELSE, inside.now))
    }

    /// The same, signed, and of another payment than the payout is of.
    pub fn of_another_payment(&self, payout: &str) -> Message {
        self.with(|inside| {
            let booked = inside.find(payout);
            inside.message(&Booked { payment: "pi_other".to_owned(), ..booked })
        })
    }

    /// The same as it was sent ten minutes ago.
    pub fn stale(&self, payout: &str) -> Message {
        self.with(|inside| {
            let then = inside.now - SignedDuration::from_mins(10);
            inside.signed(&inside.find(payout), inside.secret(), then)
        })
    }

    /// What comes back over the wire.
    pub(crate) async fn answer(
        &self,
        request: &HttpRequest,
        fault: Option<Fault>,
    ) -> Result<HttpResponse, ConnectorError> {
        let (status, body) = match fault {
            Some(Fault::Before) => return Err(not_connected("the connection was refused")),
            Some(Fault::Busy) => (429, json!({})),
            Some(Fault::After) => self.with(|inside| inside.serve(request)).map(|_lost| (500, json!({})))?,
            Some(Fault::LostReply) => {
                self.with(|inside| inside.serve(request))?;
                return Err(ConnectorError::timeout("the reply was lost".into()));
            }
            None => self.with(|inside| inside.serve(request))?,
        };
        while self.with(Inside::holds) {
            tokio::task::yield_now().await;
        }
        let status = StatusCode::try_from(status).expect("a status");
        let mut response = HttpResponse::new(status, SdkBody::from(body.to_string()));
        response.headers_mut().insert("content-type", "application/json");
        Ok(response)
    }
}

/// What a request to the provider is called in scripts of faults, if it is one.
pub(crate) fn operation(request: &HttpRequest) -> Option<&'static str> {
    let path = request.uri().strip_prefix(PAY)?;
    match (request.method(), path.split('?').next()) {
        ("POST", Some("/refunds" | "/v1/refunds")) => Some("CreateRefund"),
        ("GET", Some("/refunds" | "/v1/refunds")) => Some("ListRefunds"),
        _ => Some("UnknownToProvider"),
    }
}

type Answered = Result<(u16, Value), ConnectorError>;

impl Inside {
    fn holds(&mut self) -> bool {
        self.held.1 = self.held.0;
        self.held.0
    }

    fn serve(&mut self, request: &HttpRequest) -> Answered {
        let create = operation(request) == Some("CreateRefund");
        let manner = self.next.take_if(|_| create).unwrap_or_else(|| self.manner.clone());
        if manner == Manner::Down {
            return Err(not_connected("the provider is down"));
        }
        if !self.is_ours(request) {
            return Ok((401, self.error("not_ours")));
        }
        match operation(request) {
            Some("CreateRefund") => self.create(request, manner),
            Some("ListRefunds") => Ok((200, self.list(request))),
            _ => Ok((404, self.error("not_found"))),
        }
    }

    /// Whether we signed it, as the contract has it.
    fn is_ours(&mut self, request: &HttpRequest) -> bool {
        let header = |name: &str| request.headers().get(name).map(str::to_owned);
        if self.kind == ProviderKind::Stripe {
            return header("authorization").as_deref() == Some(&format!("Bearer {STRIPE_KEY}"));
        }
        let sent = header("webhook-timestamp").and_then(|second| Timestamp::from_second(second.parse().ok()?).ok());
        self.now = self.now.max(sent.unwrap_or(self.now));
        let body = body(request);
        let path = request.uri().strip_prefix(PAY).unwrap_or_default();
        let content = if request.method() == "GET" { path } else { &body };
        let keys = [standard_webhooks::secret(KEY).expect("a secret")];
        standard_webhooks::verify(&Headers::read(header), content.as_bytes(), &keys, self.now).is_ok()
    }

    fn create(&mut self, request: &HttpRequest, manner: Manner) -> Answered {
        let asked = self.asked(&body(request));
        let key = request.headers().get("idempotency-key").unwrap_or_default().to_owned();
        let oldest = self.now - KEPT;
        self.kept.retain(|_, stored| stored.at > oldest);
        if let Some(stored) = self.kept.get(&key) {
            if stored.request == body(request) {
                return Ok((stored.status, stored.answer.clone()));
            }
            return Ok(match self.kind {
                ProviderKind::Standard => (409, json!({})),
                ProviderKind::Stripe => (400, json!({ "error": { "type": "idempotency_error" } })),
            });
        }
        let (status, answer) = self.make(asked, &manner);
        self.kept.insert(key, Stored { at: self.now, request: body(request), status, answer: answer.clone() });
        match manner {
            Manner::LosesReply => Err(ConnectorError::timeout("the reply was lost".into())),
            _ => Ok((status, answer)),
        }
    }

    fn make(&mut self, asked: Booked, manner: &Manner) -> (u16, Value) {
        let standing = match manner {
            Manner::Declines(code) => return self.refusal(code),
            Manner::FailsBefore => return (500, self.error("told_to")),
            Manner::Pends => Standing::Pending,
            Manner::Settles | Manner::FailsAfter | Manner::LosesReply | Manner::Down => Standing::Settled,
        };
        let given = self
            .ledger
            .iter()
            .filter(|booked| booked.payment == asked.payment && !matches!(booked.standing, Standing::Failed(_)));
        let given: i64 = given.map(|booked| booked.amount).sum();
        if self.captured.get(&asked.payment).is_some_and(|captured| given + asked.amount > *captured) {
            return self.refusal("amount_too_large");
        }
        let booked = self.book(asked.payout, &asked.payment, asked.amount, &asked.currency, standing);
        match (manner, self.kind) {
            (Manner::FailsAfter, _) => (500, self.error("told_to")),
            (_, ProviderKind::Standard) => (201, self.spoken(&booked)),
            (_, ProviderKind::Stripe) => (200, self.spoken(&booked)),
        }
    }

    fn book(
        &mut self,
        payout: Option<String>,
        payment: &str,
        amount: i64,
        currency: &str,
        standing: Standing,
    ) -> Booked {
        let reference = format!("re_{}", self.ledger.len() + 1);
        let (payment, currency) = (payment.to_owned(), currency.to_owned());
        let booked = Booked { reference, payout, payment, amount, currency, standing };
        self.ledger.push(booked.clone());
        self.untold.push(booked.clone());
        booked
    }

    fn find(&self, payout: &str) -> Booked {
        let found = self.ledger.iter().find(|booked| booked.payout.as_deref() == Some(payout));
        found.unwrap_or_else(|| panic!("no refund {payout} on the books")).clone()
    }

    fn secret(&self) -> &'static str {
        match self.kind {
            ProviderKind::Standard => SECRET,
            ProviderKind::Stripe => STRIPE_SECRET,
        }
    }

    fn message(&self, booked: &Booked) -> Message {
        self.signed(booked, self.secret(), self.now)
    }
}

fn body(request: &HttpRequest) -> String {
    String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned()
}
