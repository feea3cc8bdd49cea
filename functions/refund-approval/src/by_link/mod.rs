//! The page behind the link in an approver's mail. Looking at it writes nothing; a button on it decides as the person whom
//! the link was made for, once.

mod act;
mod show;

use std::sync::Arc;

use aftercare::aws::headers;
use aftercare::aws::http::Refusal;
use aftercare::aws::http::{Answer, Call};
use aftercare::aws::keys::Key;
use aftercare::aws::receipt::Receipt;
use aftercare::aws::table::{Trouble, document};
use aftercare::case::{self, Amiss, Case, CaseStatus};
use aftercare::id::StorefrontId;
use aftercare::link::{Decision, DecisionPurpose, LinkKeys, Unread, read_decide};
use aftercare::order::Order;
use aftercare::page::{self, decide};
use aftercare::settings::{Loaded, Staff};
use aftercare::ticket::{self, Ticket};
use jiff::Timestamp;

use crate::Approval;
use crate::amiss::amiss;

/// A link that somebody holds.
struct Held {
    shop: StorefrontId,
    link: Decision,
    keys: Arc<LinkKeys>,
    /// The path of its page.
    path: String,
    /// Kept once it decided.
    receipt: Receipt,
}

/// What its page is about, as it is now.
struct Scene {
    case: Case,
    order: Option<Order>,
    today: Arc<Loaded>,
    person: Staff,
    used: bool,
    /// Why it cannot be approved as it is.
    amiss: Option<Amiss>,
}

/// Why there is no page to show.
enum Shut {
    Kindly(decide::Shut),
    Trouble(Trouble),
}

impl From<Trouble> for Shut {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl From<decide::Shut> for Shut {
    fn from(why: decide::Shut) -> Self {
        Self::Kindly(why)
    }
}

pub(crate) async fn handle(approval: &Approval, call: &Call) -> Answer {
    let answer = route(approval, call).await.unwrap_or_else(|shut| refused(call, &shut));
    if call.method == "HEAD" { Answer { body: String::new(), ..answer } } else { answer }
}

async fn route(approval: &Approval, call: &Call) -> Result<Answer, Shut> {
    let (method, path) = call.route();
    match (method, path.as_slice()) {
        ("GET" | "HEAD", ["a", shop, token]) => {
            show::show(approval, call, &held(approval, call, shop, token).await?).await
        }
        // What a browser asks for when the page after a form is loaded again.
        ("GET" | "HEAD", ["a", shop, token, _]) => {
            Ok(headers::elsewhere(&held(approval, call, shop, token).await?.path))
        }
        ("POST", ["a", shop, token, action]) => {
            let purpose = decide::purpose(action).ok_or(decide::Shut::Gone)?;
            act::act(approval, call, &held(approval, call, shop, token).await?, purpose).await
        }
        // Whatever else is below `/a`: a link that lost its end, or gained a slash.
        _ => Err(decide::Shut::Gone.into()),
    }
}

/// What a token of either kind is about; one that has expired says of which kind it was.
fn read(
    keys: &LinkKeys,
    shop: &StorefrontId,
    token: &str,
    now: Timestamp,
) -> Result<Result<Decision, DecisionPurpose>, Unread> {
    for purpose in [DecisionPurpose::Decide, DecisionPurpose::TakeBack] {
        match read_decide(keys, shop, purpose, token, now) {
            Ok(link) => return Ok(Ok(link)),
            Err(Unread::Expired) => return Ok(Err(purpose)),
            Err(Unread::Forged) => {}
            Err(Unread::UnknownKey(number)) => return Err(Unread::UnknownKey(number)),
        }
    }
    Err(Unread::Forged)
}

async fn held(approval: &Approval, call: &Call, shop: &str, token: &str) -> Result<Held, Shut> {
    let shop = StorefrontId::parse(shop).ok_or(decide::Shut::Gone)?;
    let opened = approval.table.read_link(&shop, call.at, |keys| read(keys, &shop, token, call.at)).await?;
    let (link, keys) = opened.ok().ok_or(decide::Shut::Gone)?;
    let link = link.map_err(|purpose| match purpose {
        DecisionPurpose::TakeBack => decide::Shut::Late,
        DecisionPurpose::Decide | DecisionPurpose::Approve | DecisionPurpose::Refuse | DecisionPurpose::Undo => {
            decide::Shut::Expired
        }
    })?;
    let receipt = Receipt::of_link(&shop, token, call, link.expires);
    Ok(Held { path: format!("/a/{shop}/{token}"), shop, link, keys, receipt })
}

/// Reads what a page shows.
async fn scene(approval: &Approval, call: &Call, held: &Held) -> Result<Scene, Shut> {
    let (table, shop, link) = (&approval.table, &held.shop, &held.link);
    let mut keys = vec![Key::ticket(shop, link.ticket), Key::case(shop, link.ticket, link.case)];
    keys.extend(held.receipt.keys());
    let read = table.get_many(&keys).await?;
    let [Some(ticket), Some(case), used @ ..] = read.as_slice() else { return Err(decide::Shut::Gone.into()) };
    let ticket: Ticket = document(ticket, ticket::VERSION)?;
    let case: Case = document(case, case::VERSION)?;
    if ticket.erased {
        return Err(decide::Shut::Erased.into());
    }
    let used = is_used(&held.receipt, used)?;
    let today = table.settings(shop, call.at).await?;
    let person = today.person(&link.staff).cloned().ok_or(decide::Shut::Left)?;
    let order = table.order(shop, &case.order).await?.map(|order| order.value);
    let amiss = match &order {
        Some(order) if case.status == CaseStatus::Pending => amiss(approval, &case, order, call.at).await?,
        Some(_) | None => None,
    };
    Ok(Scene { case, order, today, person, used, amiss })
}

/// Whether a link decided already. `read` is its receipt as the table has it.
fn is_used(receipt: &Receipt, read: &[Option<aftercare::aws::table::Item>]) -> Result<bool, Trouble> {
    match receipt.replay(read) {
        Ok(None) => Ok(false),
        Ok(Some(_)) | Err(Refusal::Problem(_)) => Ok(true),
        Err(Refusal::Trouble(trouble)) => Err(trouble),
    }
}

fn refused(call: &Call, shut: &Shut) -> Answer {
    let language = call.browser.language();
    let why = match shut {
        Shut::Kindly(why) => *why,
        Shut::Trouble(trouble) => {
            tracing::error!(error = %trouble, "the page of a link could not be shown");
            let mut answer = headers::lone(503, language, page::trouble);
            answer.headers.push(("retry-after", "2".to_owned()));
            return answer;
        }
    };
    let status = match why {
        decide::Shut::Gone => 404,
        decide::Shut::Expired | decide::Shut::Late | decide::Shut::Erased => 410,
        decide::Shut::Left => 403,
    };
    headers::lone(status, language, |language, nonce| decide::shut(why, language, nonce))
}
