//! Mails, and what the mail service says of them.

use serde_json::{Value, json};

use crate::{Mail, World, merge};

impl World {
    /// What SES says became of a mail.
    pub async fn mail_notice(&self, kind: &str, mail: &Mail, more: Value) {
        let mut notice = json!({
            "eventType": kind,
            "mail": { "messageId": mail.id, "tags": mail.tags.iter().map(|(name, value)| (name.clone(), json!([value]))).collect::<serde_json::Map<_, _>>() },
        });
        merge(&mut notice, more);
        Box::pin(self.notify.handle(&notice.to_string(), self.now())).await.expect("taken in");
    }

    /// SES says of every mail that it has not spoken of yet that it was sent.
    pub async fn ses_events(&self) {
        let mails = self.far.mails();
        let told = self.inner(|inner| std::mem::replace(&mut inner.told, mails.len()));
        for mail in &mails[told..] {
            self.mail_notice("Send", mail, json!({})).await;
        }
    }

    /// Mails to one address.
    pub fn mails_to(&self, address: &str) -> Vec<Mail> {
        self.far.mails().into_iter().filter(|mail| mail.to == address).collect()
    }
}
