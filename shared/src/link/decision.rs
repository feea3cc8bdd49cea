//! Links in the mails of those who approve. One is made for one person and one version of a case: whoever edits the case
//! leaves it stale. It opens a page, and only a form on that page decides, once: a case is decided once, and each form
//! carries a nonce.

use jiff::Timestamp;
use uuid::Uuid;

use super::{LinkKeys, Nonce, Unread, open, seal};
use crate::case::Case;
use crate::category::words;
use crate::id::{StaffId, StorefrontId, TicketId};

words!(
    /// What an approver's token is good for. No customer's page takes one, nor the other way round.
    DecisionPurpose {
        /// Read the case and find the buttons.
        Decide = "decide",
        /// … and after a decision the one that takes it back.
        TakeBack = "take_back",
        // The buttons.
        Approve = "form:approve", Refuse = "form:refuse", Undo = "form:take_back",
    }
);

/// What a link in an approver's mail is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub purpose: DecisionPurpose,
    pub ticket: TicketId,
    /// Its number on the ticket.
    pub case: u16,
    /// The version that the mail shows: `Case::hash`.
    pub hash: String,
    pub staff: StaffId,
    /// To the second.
    pub expires: Timestamp,
}

impl Decision {
    /// About a case as it is.
    pub fn on(case: &Case, purpose: DecisionPurpose, staff: &StaffId, expires: Timestamp) -> Self {
        let expires = Timestamp::from_second(expires.as_second()).unwrap_or(expires);
        let (ticket, number, hash) = (case.ticket, case.number, case.hash());
        Self { purpose, ticket, case: number, hash, staff: staff.clone(), expires }
    }

    fn claims(&self, nonce: &[u8]) -> Vec<u8> {
        let mut claims = self.ticket.0.as_bytes().to_vec();
        claims.extend(self.case.to_be_bytes());
        claims.extend(self.expires.as_second().to_be_bytes());
        claims.extend(nonce);
        // Neither has a space.
        claims.extend(format!("{} {}", self.hash, self.staff).as_bytes());
        claims
    }
}

/// The token of a link in a mail.
pub fn decide_link(keys: &LinkKeys, shop: &StorefrontId, decision: &Decision) -> String {
    seal(keys.newest(), shop, decision.purpose.as_str(), &decision.claims(&[]))
}

/// What a link's token is about, for whoever opens it.
pub fn read_decide(
    keys: &LinkKeys,
    shop: &StorefrontId,
    purpose: DecisionPurpose,
    token: &str,
    now: Timestamp,
) -> Result<Decision, Unread> {
    let claims = open(keys, shop, purpose.as_str(), token)?;
    let (decision, _) = read::<0>(&claims, purpose).ok_or(Unread::Forged)?;
    if now > decision.expires { Err(Unread::Expired) } else { Ok(decision) }
}

/// The token of a form on the page of a link. It lives as long as the link does.
pub fn decide_form(
    keys: &LinkKeys,
    shop: &StorefrontId,
    link: &Decision,
    purpose: DecisionPurpose,
    nonce: &Nonce,
) -> String {
    seal(keys.newest(), shop, purpose.as_str(), &link.claims(nonce))
}

/// The nonce of a form that was sent for this purpose from the page of this link. One that was made on the page of another
/// person, case or version is forged here.
pub fn read_decide_form(
    keys: &LinkKeys,
    shop: &StorefrontId,
    purpose: DecisionPurpose,
    link: &Decision,
    token: &str,
    now: Timestamp,
) -> Result<Nonce, Unread> {
    let claims = open(keys, shop, purpose.as_str(), token)?;
    let (form, nonce) = read::<16>(&claims, link.purpose).ok_or(Unread::Forged)?;
    let same = Decision { expires: link.expires, ..form.clone() } == *link;
    match (same, now > form.expires) {
        (false, _) => Err(Unread::Forged),
        (true, true) => Err(Unread::Expired),
        (true, false) => Ok(nonce),
    }
}

fn read<const NONCE: usize>(claims: &[u8], purpose: DecisionPurpose) -> Option<(Decision, [u8; NONCE])> {
    let (ticket, rest) = claims.split_first_chunk::<16>()?;
    let (case, rest) = rest.split_first_chunk::<2>()?;
    let (expires, rest) = rest.split_first_chunk::<8>()?;
    let (nonce, rest) = rest.split_first_chunk::<NONCE>()?;
    let (hash, staff) = std::str::from_utf8(rest).ok()?.split_once(' ')?;
    let decision = Decision {
        purpose,
        ticket: TicketId(Uuid::from_bytes(*ticket)),
        case: u16::from_be_bytes(*case),
        hash: hash.to_owned(),
        staff: StaffId::parse(staff)?,
        expires: Timestamp::from_second(i64::from_be_bytes(*expires)).ok()?,
    };
    Some((decision, *nonce))
}
