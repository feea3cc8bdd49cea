//! A customer in a browser: follows links, reads what is on the page, fills in its forms.

use std::collections::BTreeMap;

use aftercare::id::TicketId;

use crate::callers::{Reply, Token};
use crate::{PUBLIC_URL, World};

/// A page as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    pub status: u16,
    pub html: String,
    /// Where the browser is now: the page's path and query.
    pub at: String,
    headers: Vec<(&'static str, String)>,
}

impl Page {
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    pub fn forms(&self) -> BTreeMap<String, (String, String)> {
        forms(&self.html)
    }

    pub fn form(&self, name: &str) -> (String, String) {
        self.forms().remove(name).unwrap_or_else(|| panic!("there is no form {name} on {}", self.html))
    }

    /// What its reader sees, without the markup: tags become spaces, and so do runs of them.
    pub fn text(&self) -> String {
        let body = self.html.split_once("</head>").map_or("", |(_, body)| body);
        let mut text = String::new();
        for part in body.split('<') {
            text.push(' ');
            text.push_str(part.split_once('>').map_or(part, |(_, shown)| shown));
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Whether the gateway has a route to the pages for a request: any address below theirs to look at, and whole ones of forms.
pub fn is_page(method: &str, path: &str) -> bool {
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    let Some((page, below)) = path.strip_prefix('/').and_then(|path| path.split_once('/')) else { return false };
    if !["t", "s", "u"].contains(&page) {
        return false;
    }
    let parts = if page == "u" { 2 } else { 3 };
    match method {
        "GET" | "HEAD" => !below.is_empty(),
        "POST" => below.split('/').count() == parts && below.split('/').all(|part| !part.is_empty()),
        _ => false,
    }
}

/// Where each form of a page is sent to, and its token, by the last word of its address.
pub fn forms(html: &str) -> BTreeMap<String, (String, String)> {
    let between = |text: &str, from: &str| Some(text.split_once(from)?.1.split_once('"')?.0.to_owned());
    let form = |text: &str| {
        let action = between(text, "action=\"")?;
        let name = action.rsplit('/').next()?.to_owned();
        Some((name, (action, between(text, "name=\"token\" value=\"")?)))
    };
    html.split("<form ").skip(1).filter_map(form).collect()
}

/// The body of a form as a browser sends it.
pub fn filled(fields: &[(&str, &str)]) -> String {
    let plain = |text: &str| -> String {
        let byte = |byte: u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            b' ' => "+".to_owned(),
            _ => format!("%{byte:02X}"),
        };
        text.bytes().map(byte).collect()
    };
    fields.iter().map(|(name, value)| format!("{}={}", plain(name), plain(value))).collect::<Vec<_>>().join("&")
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

impl World {
    /// The path of a ticket's page, from the latest mail to its customer.
    pub async fn link(&self, ticket: TicketId) -> String {
        self.settle().await;
        let number = self.ticket(ticket).await.number;
        let mails = self.far.mails().into_iter().rev();
        let link = mails.filter_map(|mail| {
            let text = mail.plain();
            let about = text.contains(number.as_str());
            let link = text
                .lines()
                .find_map(|line| line.trim().strip_prefix(PUBLIC_URL).filter(|path| path.starts_with("/t/")));
            let link = link.map(str::to_owned);
            link.filter(|_| about)
        });
        link.into_iter().next().unwrap_or_else(|| panic!("no mail about {number} has a link"))
    }

    /// Opens an address, and those it leads on to.
    pub async fn visit(&self, path: &str) -> Page {
        self.visit_in(path, "en").await
    }

    /// The same in a browser of another language.
    pub async fn visit_in(&self, path: &str, language: &str) -> Page {
        let mut at = path.to_owned();
        for _ in 0..3 {
            let reply = self.send(&Token::None, "GET", &at, &[("accept-language", language)], "").await;
            match reply.header("location") {
                Some(next) => next.clone_into(&mut at),
                None => return page(reply, at),
            }
        }
        panic!("{path} leads round in circles");
    }

    /// Sends a form as it is on a page, with a message where it takes one, and goes where that leads.
    pub async fn submit(&self, page: &Page, form: &str, text: &str) -> Page {
        let (action, token) = page.form(form);
        self.submit_to(&action, &token, text).await
    }

    pub async fn submit_to(&self, action: &str, token: &str, text: &str) -> Page {
        self.submit_raw(action, &[FORM], &filled(&[("token", token), ("text", text)])).await
    }

    /// Sends whatever to a form's address.
    pub async fn submit_raw(&self, action: &str, headers: &[(&str, &str)], body: &str) -> Page {
        let reply = self.send(&Token::None, "POST", action, headers, body).await;
        match reply.header("location").map(str::to_owned) {
            Some(next) => {
                assert_eq!(reply.status, 303);
                self.visit(&next).await
            }
            None => page(reply, action.to_owned()),
        }
    }
}

fn page(reply: Reply, at: String) -> Page {
    Page { status: reply.status, html: reply.text, at, headers: reply.headers }
}
