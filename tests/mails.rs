//! Mails, and what the mail service says of them.

use serde_json::{Value, json};

use crate::{Mail, World, merge};

impl World {
    /// Relays and mails until nothing is on its way, and leaves what other functions have to do: for stories that say
    /// themselves what these would.
    pub async fn mailed(&self) {
        for _ in 0..crate::MOST_ROUNDS {
            let records = self.stream();
            let quiet = records.is_empty();
            self.relay(records).await;
            drop([crate::APPROVAL, crate::PAYOUT, crate::SURVEY].map(|queue| self.far.take(queue)));
            let messages = self.notify_queue();
            if quiet && messages.is_empty() {
                return;
            }
            self.deliver(messages).await;
        }
        panic!("the queues do not empty");
    }

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

    /// One run of survey-dispatch now; nothing where the far side fails.
    pub async fn survey_scan(&self) -> Option<survey_dispatch::Report> {
        let end = jiff::Timestamp::MAX;
        Box::pin(survey_dispatch::scan(&self.scan_table, self.now(), end, &|| self.now())).await.ok()
    }

    /// Mails to one address.
    pub fn mails_to(&self, address: &str) -> Vec<Mail> {
        self.far.mails().into_iter().filter(|mail| mail.to == address).collect()
    }
}
