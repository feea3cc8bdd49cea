//! A customer who asks for a case on their page: what they choose, the photos they hand in, the button at the end.

use aftercare::id::{TicketId, UploadId};
use serde_json::json;

use crate::callers::Token;
use crate::visitor::{Page, filled};
use crate::{Got, PUBLIC_URL, SHOP, World};

/// What a phone's camera makes, as far as anybody looks.
pub const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0 a kettle that leaks";

/// A form of a page: where it is sent, and the fields that are filled in already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

impl Page {
    /// The forms of a page whose address ends so.
    pub fn forms_to(&self, end: &str) -> Vec<Form> {
        let read = |html: &str| {
            let html = html.split("</form>").next()?;
            let fields = html
                .split("<input type=\"hidden\" ")
                .skip(1)
                .filter_map(|input| Some((between(input, "name=\"")?, between(input, "value=\"")?)));
            Some(Form { action: between(html, "action=\"")?, fields: fields.collect() })
        };
        let forms = self.html.split("<form ").skip(1).filter_map(read);
        forms.filter(|form| form.action.ends_with(end)).collect()
    }

    /// The form that takes a photo.
    pub fn photo_form(&self) -> Form {
        self.forms_to("/photos/").pop().unwrap_or_else(|| panic!("there is no form for a photo on {}", self.text()))
    }

    /// The form whose button asks for the case.
    pub fn request_form(&self) -> Form {
        self.forms_to("/request").pop().unwrap_or_else(|| panic!("there is nothing to ask with on {}", self.text()))
    }
}

fn between(html: &str, from: &str) -> Option<String> {
    let text = html.split_once(from)?.1.split_once('"')?.0;
    Some(
        text.replace("&#34;", "\"")
            .replace("&#39;", "'")
            .replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#38;", "&"),
    )
}

impl World {
    /// A customer with an address writes about an order of theirs; the path of their page.
    pub async fn about_order(&self, order: &str) -> (TicketId, String) {
        self.writes_about(order, "It leaks at the bottom.").await
    }

    /// The same in other words, which open a ticket of their own.
    pub async fn writes_about(&self, order: &str, body: &str) -> (TicketId, String) {
        let about = json!({
            "order": { "id": order }, "customer": { "email": "c-1@example.com", "locale": "en" },
            "subject": "The kettle leaks", "category": "quality",
        });
        let ticket = self.open("c-1", body, about).await.ticket();
        (ticket, self.link(ticket).await)
    }

    /// One step of choosing, as the forms and links of the pages lead there.
    pub async fn choose(&self, link: &str, query: &str) -> Page {
        self.visit(&format!("{link}/case?{query}")).await
    }

    /// Sends a file with the form on a page straight to the bucket, and goes where that leads.
    pub async fn hand_in(&self, page: &Page, file: &[u8]) -> Result<Page, Got> {
        let form = page.photo_form();
        let got = self.far.bucket.post(&form.action, &form.fields, file, self.now());
        let Some(to) = got.headers.get("location") else { return Err(got) };
        Ok(self.visit(to.strip_prefix(PUBLIC_URL).unwrap_or_else(|| panic!("{to} is none of ours"))).await)
    }

    /// Presses the button, with a message.
    pub async fn press(&self, page: &Page, message: &str) -> Page {
        self.press_form(&page.request_form(), &[("text", message)]).await
    }

    /// The same with fields changed.
    pub async fn press_form(&self, form: &Form, changes: &[(&str, &str)]) -> Page {
        let mut fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (&**name, &**value)).collect();
        for (name, value) in changes {
            fields.retain(|(known, _)| known != name);
            fields.push((name, value));
        }
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.submit_raw(&form.action, &headers, &filled(&fields)).await
    }

    /// A photo handed in through the shop's API for an order, by whom.
    pub async fn photo(&self, who: &Token, order: &str, file: &[u8]) -> UploadId {
        let made = self.post(who, &format!("/v1/orders/{order}/uploads"), json!({})).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let fields = made.body["fields"].as_object().expect("fields").iter();
        let fields: Vec<(String, String)> =
            fields.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned())).collect();
        let url = made.body["url"].as_str().expect("an address");
        let got = self.far.bucket.post(url, &fields, file, self.now());
        assert_eq!(got.status, 201, "{got:?}");
        UploadId::parse(made.body["id"].as_str().expect("an id")).expect("an id")
    }

    /// The same by the storefront's server, of a kettle.
    pub async fn shop_photo(&self, order: &str) -> UploadId {
        self.photo(&SHOP, order, JPEG).await
    }
}
