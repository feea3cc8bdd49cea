//! Mail addresses in the settings that would do nothing as they are written.

use super::Settings;
use crate::mail::{MailAddress, reply_address};
use crate::problem::Fault;

/// As many letters as a ticket's number has.
const NUMBER: &str = "00000000";

impl Settings {
    /// Senders are compared in lower case, so an entry with a capital letter, or none of an address, never matches.
    pub(super) fn check_addresses(&self, faults: &mut Vec<Fault>) {
        for (place, entry) in self.block.mail.iter().enumerate() {
            if !is_sender(entry) && !entry.strip_prefix('@').is_some_and(|domain| is_sender(&format!("a@{domain}"))) {
                let rule = "must be a mail address in lower case, or @ and a domain such as @spam.example";
                faults.push(Fault::new(format!("/block/mail/{place}"), rule));
            }
        }
        for (place, entry) in self.mail.own_addresses.iter().enumerate() {
            if !is_sender(entry) {
                faults.push(Fault::new(format!("/mail/own_addresses/{place}"), "must be a mail address in lower case"));
            }
        }
        // Without room for the tag the mails could not say which ticket an answer belongs to.
        if reply_address(&self.shop.mail, NUMBER).is_none() {
            let rule = "must leave room for + and a ticket's number: at most 55 characters before the @, 245 in all";
            faults.push(Fault::new("/shop/mail", rule));
        }
    }
}

fn is_sender(text: &str) -> bool {
    MailAddress::parse(text).is_ok() && !text.bytes().any(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::{Value, json};

    use super::*;

    fn wrong(place: &str, value: Value) -> Vec<String> {
        let mut document = json!(Settings::shipped());
        *document.pointer_mut(place).unwrap() = value;
        let settings = Settings::read(&document).unwrap();
        settings.faults(date(2026, 3, 12)).into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn an_entry_that_no_sender_can_match_is_refused() {
        let good = ["eve@spam.example", "@spam.example", "@mail.spam.example"];
        let bad = [
            "Upper@X.example",
            "EVIL3.example",
            "@*.wild.example",
            "not an address",
            "@",
            "@com",
            "@X.example",
            "a@b@c.example",
        ];
        let entries: Vec<&str> = good.into_iter().chain(bad).collect();
        let expected: Vec<String> = (3..11).map(|place| format!("/block/mail/{place}")).collect();
        assert_eq!(wrong("/block/mail", json!(entries)), expected);
        let own = json!(["office@shop.example", "Office@shop.example", "@shop.example", "office"]);
        let expected: Vec<String> = (1..4).map(|place| format!("/mail/own_addresses/{place}")).collect();
        assert_eq!(wrong("/mail/own_addresses", own), expected);
    }

    #[test]
    fn the_shops_address_leaves_room_for_a_tickets_number() {
        let of = |local: usize, domain: &str| json!(format!("{}@{domain}", "h".repeat(local)));
        assert!(wrong("/shop/mail", of(55, "shop.example")).is_empty());
        assert_eq!(wrong("/shop/mail", of(56, "shop.example")), ["/shop/mail"]);
        let long = format!("{}.{}.{}.example", "a".repeat(60), "b".repeat(60), "c".repeat(60));
        assert_eq!(long.len(), 190);
        assert!(wrong("/shop/mail", of(54, &long)).is_empty());
        assert_eq!(wrong("/shop/mail", of(55, &long)), ["/shop/mail"]);
    }
}
