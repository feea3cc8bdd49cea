//! Mail addresses, and the tag in ours that leads an answer back to its ticket.
use std::fmt;

use serde::{Deserialize, Serialize};

/// An address that can stand in a header and be sent to: `local@domain`, ASCII, no quoting, no comment, no display
/// name. At most 64 octets before the sign and 254 in all (RFC 5321, 4.5.3.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, max_length = 254))]
pub struct MailAddress(String);

/// What was given is no address we can send to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnAddress;

impl MailAddress {
    /// Takes `local@domain` as it stands, without white space or brackets around it.
    ///
    /// # Errors
    /// `NotAnAddress` for anything else, international local parts and bare host names among it.
    pub fn parse(text: &str) -> Result<Self, NotAnAddress> {
        let (local, domain) = text.rsplit_once('@').ok_or(NotAnAddress)?;
        let local_fits = (1..=64).contains(&local.len())
            && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom_byte));
        let labels: Vec<&str> = domain.split('.').collect();
        let domain_fits = labels.len() > 1 && labels.iter().all(|label| is_label(label));
        if local_fits && domain_fits && text.len() <= 254 { Ok(Self(text.to_owned())) } else { Err(NotAnAddress) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// The address an answer to this ticket goes to: `help@shop.example` and `7k3m` make `help+7k3m@shop.example`.
/// None when the tag has anything but ASCII letters, digits and `-`, or makes the local part too long.
pub fn reply_address(base: &MailAddress, ticket_tag: &str) -> Option<MailAddress> {
    let (local, domain) = base.0.rsplit_once('@').filter(|_| is_tag(ticket_tag))?;
    MailAddress::parse(&format!("{local}+{ticket_tag}@{domain}")).ok()
}

/// The tag in an address made by `reply_address`, with or without a display name and angle brackets around it.
/// Upper and lower case are one, as mail servers may change it: compare the tag without case.
pub fn ticket_tag_of<'a>(address: &'a str, base: &MailAddress) -> Option<&'a str> {
    let (our_local, our_domain) = base.0.rsplit_once('@')?;
    let inner = match address.rsplit_once('<') {
        Some((_, rest)) => rest.split_once('>')?.0,
        None => address,
    };
    let (local, domain) = inner.trim().rsplit_once('@')?;
    let (name, tag) = local.rsplit_once('+')?;
    let ours = name.eq_ignore_ascii_case(our_local) && domain.eq_ignore_ascii_case(our_domain);
    (ours && is_tag(tag)).then_some(tag)
}

fn is_tag(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn is_atom_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

impl fmt::Display for NotAnAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a mail address of the form name@domain.example")
    }
}

impl std::error::Error for NotAnAddress {}

impl TryFrom<String> for MailAddress {
    type Error = NotAnAddress;

    fn try_from(text: String) -> Result<Self, NotAnAddress> {
        Self::parse(&text)
    }
}

impl From<MailAddress> for String {
    fn from(address: MailAddress) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn base() -> MailAddress {
        MailAddress::parse("help@shop.example").unwrap()
    }

    #[test]
    fn an_answer_finds_its_ticket_however_the_address_is_written() {
        for written in [
            "help+7K3M-9QXA@shop.example",
            "<help+7K3M-9QXA@shop.example>",
            "Lotus Home <HELP+7K3M-9QXA@Shop.Example>",
            "\"a <b@c.d>, e\" <help+7K3M-9QXA@shop.example>",
        ] {
            assert_eq!(ticket_tag_of(written, &base()), Some("7K3M-9QXA"), "{written}");
        }
    }

    #[test]
    fn an_address_of_somebody_else_has_no_tag() {
        for written in [
            "help@shop.example",
            "help+@shop.example",
            "help+7K@shop.example.evil",
            "me+7K@shop.example",
            "help+a b@shop.example",
            "",
        ] {
            assert_eq!(ticket_tag_of(written, &base()), None, "{written}");
        }
    }

    #[test]
    fn a_shop_whose_own_address_has_a_tag_keeps_it() {
        let base = MailAddress::parse("help+cn@shop.example").unwrap();
        let made = reply_address(&base, "7k3m").unwrap();
        assert_eq!(made.as_str(), "help+cn+7k3m@shop.example");
        assert_eq!(ticket_tag_of(made.as_str(), &base), Some("7k3m"));
    }

    #[test]
    fn what_could_end_a_header_is_no_address() {
        for bad in [
            "a@b",
            "a b@c.de",
            "a@b.de>",
            "a@b.de\r\nBcc: x@y.z",
            "@b.de",
            "a@",
            "a..b@c.de",
            "\"a\"@b.de",
            "a@-b.de",
            "ä@b.de",
            "a,b@c.de",
        ] {
            assert_eq!(MailAddress::parse(bad), Err(NotAnAddress), "{bad:?}");
        }
        assert_eq!(reply_address(&base(), "a@b"), None);
        assert_eq!(reply_address(&base(), &"a".repeat(60)), None);
    }

    proptest! {
        #[test]
        fn every_tag_comes_back(tag in "[A-Za-z0-9-]{1,40}") {
            let made = reply_address(&base(), &tag).unwrap();
            prop_assert_eq!(ticket_tag_of(made.as_str(), &base()), Some(tag.as_str()));
        }

        #[test]
        fn an_accepted_address_is_one_plain_token(text in "[ -~\\r\\n]{0,12}@[ -~\\r\\n]{0,12}") {
            if let Ok(address) = MailAddress::parse(&text) {
                prop_assert!(address.as_str().bytes().all(|b| b.is_ascii_graphic() && !b"<>,;:\"()[]\\".contains(&b)));
            }
        }
    }
}
