//! The customer's side in a browser: the page behind the link in their mail. Whoever holds the link may read the ticket;
//! each form on the page carries a token of its own that is good once. `GET` and `HEAD` write nothing.

mod act;
mod choose;
mod claim;
mod request;
mod show;
mod survey;

use std::collections::BTreeMap;
use std::sync::Arc;

use aftercare::aws::headers;
use aftercare::aws::http::{Answer, Call};
use aftercare::aws::table::{Table, Trouble};
use aftercare::aws::uploads::Uploads;
use aftercare::id::StorefrontId;
use aftercare::link::{LinkKeys, Purpose, Unread, read_track};
use aftercare::page::{self, choose::BELOW};
use aftercare::ticket::Ticket;

/// What the function needs for every request.
#[derive(Debug)]
pub struct Pages {
    pub table: Table,
    pub uploads: Uploads,
    /// Where browsers find these pages: the bucket leads them back there.
    pub public_url: String,
}

/// A ticket whose link somebody holds.
struct Held {
    ticket: Ticket,
    keys: Arc<LinkKeys>,
    /// The path of its page.
    path: String,
}

/// Why there is no page to show.
enum Shut {
    /// The link opens nothing, and nobody is told why.
    Nothing,
    /// It opened something once: what its ticket held is erased.
    Erased,
    Trouble(Trouble),
}

impl From<Trouble> for Shut {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl From<Unread> for Shut {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Forged | Unread::UnknownKey(_) | Unread::Expired => Self::Nothing,
        }
    }
}

impl Pages {
    pub async fn handle(&self, call: &Call) -> Answer {
        let answer = self.route(call).await.unwrap_or_else(|shut| refused(call, &shut));
        if call.method == "HEAD" { Answer { body: String::new(), ..answer } } else { answer }
    }

    async fn route(&self, call: &Call) -> Result<Answer, Shut> {
        let (method, path) = call.route();
        match (method, path.as_slice()) {
            ("GET" | "HEAD", ["t", shop, token]) => show::show(self, call, &self.held(call, shop, token).await?).await,
            ("GET" | "HEAD", ["t", shop, token, BELOW]) => {
                choose::show(self, call, &self.held(call, shop, token).await?).await
            }
            // What a browser asks for when the page after a form is loaded again.
            ("GET" | "HEAD", ["t", shop, token, _]) => {
                Ok(headers::elsewhere(&self.held(call, shop, token).await?.path))
            }
            ("POST", ["t", shop, token, action]) => {
                let purpose = Purpose::parse(&format!("form:{action}")).ok_or(Shut::Nothing)?;
                let held = self.held(call, shop, token).await?;
                match purpose {
                    Purpose::Request => request::request(self, call, &held).await,
                    Purpose::Cancel | Purpose::Sent | Purpose::Agree | Purpose::Decline => {
                        claim::act(self, call, &held, purpose).await
                    }
                    Purpose::Track | Purpose::Reply | Purpose::Accept | Purpose::Reject => {
                        act::act(self, call, &held, purpose).await
                    }
                }
            }
            (_, ["s" | "u", ..]) => Box::pin(survey::route(self, call)).await,
            // The gateway hands over whatever is below `/t`: a link that lost its end, or gained a slash.
            _ => Err(Shut::Nothing),
        }
    }

    /// The ticket that a link opens.
    async fn held(&self, call: &Call, shop: &str, token: &str) -> Result<Held, Shut> {
        let shop = StorefrontId::parse(shop).ok_or(Shut::Nothing)?;
        let read = self.table.read_link(&shop, call.at, |keys| read_track(keys, &shop, token)).await?;
        let (id, keys) = read?;
        let ticket = self.table.ticket(&shop, id).await?.ok_or(Shut::Nothing)?;
        if ticket.erased { Err(Shut::Erased) } else { Ok(Held { ticket, keys, path: format!("/t/{shop}/{token}") }) }
    }
}

/// The one kind page of all links that open nothing, in the browser's language: whose it was is not ours to say. Only
/// the status tells one whose ticket was erased, to those who hold its link.
fn refused(call: &Call, shut: &Shut) -> Answer {
    let language = call.browser.language();
    match shut {
        Shut::Nothing => headers::lone(404, language, page::gone),
        Shut::Erased => headers::lone(410, language, page::gone),
        Shut::Trouble(trouble) => {
            tracing::error!(error = %trouble, "the page could not be shown");
            let mut answer = headers::lone(503, language, page::trouble);
            answer.headers.push(("retry-after", "2".to_owned()));
            answer
        }
    }
}

/// The tokens of a page's forms by what they do.
type Tokens = BTreeMap<Purpose, String>;
