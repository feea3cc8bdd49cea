//! Links that carry their own right to what they lead to: a signed page of a ticket, and the forms on it.
//!
//! A token is the base64url of: format (1 byte, 1), number of the key (4 bytes), what it claims, and the first 128 bits
//! of an HMAC-SHA-256. The signature is over the purpose and the storefront as well, each preceded by its length, and
//! neither stands in the token: a reader has to know what the token is to be for, so one made for another purpose, shop
//! or ticket is simply forged. Numbers are big-endian.
//!
//! | purpose | claims | lives |
//! |---|---|---|
//! | `track` | ticket (16 bytes) | as long as the ticket |
//! | `survey`, `unsubscribe` | ticket (16), cycle (2) | as long as the survey; `unsubscribe` as long as its key |
//! | `form:…` | ticket (16), proposal or case (2, 0 for none), expiry in seconds (8), nonce (16) | 24 hours, once |
//! | `form:survey`, `form:comment` | ticket (16), cycle (2), comment (4), expiry in seconds (8) | 24 hours |
//! | `decide`, `take_back` | ticket (16), case (2), expiry in seconds (8), version and person (text) | as the settings say |
//! | … and the forms on their pages | the same, with a nonce (16) before the text | as long as their link, once |

pub(crate) mod base64url;
mod decision;
#[cfg(test)]
mod decision_examples;
#[cfg(test)]
mod examples;
mod keys;
mod survey;

use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;
use uuid::Uuid;

use crate::category::words;
use crate::id::{StorefrontId, TicketId};

pub use decision::{Decision, DecisionPurpose, decide_form, decide_link, read_decide, read_decide_form};
pub use keys::{LinkKey, LinkKeys, MOST_KEYS, Secret};
pub use survey::{SurveyPurpose, is_survey_form, read_survey, survey, survey_form};

/// The version of the stored shape of a storefront's keys.
pub const VERSION: u32 = 1;
/// How long a form can be sent after its page was opened.
pub const FORM_LIVES: SignedDuration = SignedDuration::from_hours(24);
const FORMAT: u8 = 1;
const SIGNATURE: usize = 16;
/// No token is longer; what is, is not looked at.
const LONGEST: usize = 240;

words!(
    /// What a token is good for.
    Purpose {
        /// Read a ticket's page.
        Track = "track",
        /// Write on the ticket.
        Reply = "form:reply",
        /// Agree to a proposal, or not.
        Accept = "form:accept", Reject = "form:reject",
        /// Ask for a case.
        Request = "form:request",
        /// End a case, say that its goods are on their way, agree to what staff changed in it, or not.
        Cancel = "form:cancel", Sent = "form:sent", Agree = "form:agree", Decline = "form:decline",
    }
);

/// Random bytes that make a form one of a kind.
pub type Nonce = [u8; 16];

/// One form on a ticket's page, which can be sent once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    pub purpose: Purpose,
    pub ticket: TicketId,
    /// The proposal or the case it answers.
    pub about: Option<u16>,
    pub expires: Timestamp,
    pub nonce: Nonce,
}

/// Why a token is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// Not made by us, not whole, or made for something else.
    Forged,
    /// Signed with a key that these are not: a newer one perhaps.
    UnknownKey(u32),
    Expired,
}

/// The token of a ticket's page.
pub fn track(keys: &LinkKeys, shop: &StorefrontId, ticket: TicketId) -> String {
    seal(keys.newest(), shop, Purpose::Track.as_str(), ticket.0.as_bytes())
}

/// The ticket whose page a token opens.
pub fn read_track(keys: &LinkKeys, shop: &StorefrontId, token: &str) -> Result<TicketId, Unread> {
    let claims = open(keys, shop, Purpose::Track.as_str(), token)?;
    let id: [u8; 16] = claims.try_into().ok().ok_or(Unread::Forged)?;
    Ok(TicketId(Uuid::from_bytes(id)))
}

/// The token of a form.
pub fn form(keys: &LinkKeys, shop: &StorefrontId, form: &Form) -> String {
    let mut claims = form.ticket.0.as_bytes().to_vec();
    claims.extend(form.about.unwrap_or(0).to_be_bytes());
    claims.extend(form.expires.as_second().to_be_bytes());
    claims.extend(form.nonce);
    seal(keys.newest(), shop, form.purpose.as_str(), &claims)
}

/// The form of a token that was sent for this purpose on this ticket's page.
pub fn read_form(
    keys: &LinkKeys,
    shop: &StorefrontId,
    purpose: Purpose,
    ticket: TicketId,
    token: &str,
    now: Timestamp,
) -> Result<Form, Unread> {
    let claims = open(keys, shop, purpose.as_str(), token)?;
    let claims: [u8; 42] = claims.try_into().ok().ok_or(Unread::Forged)?;
    let (id, rest) = claims.split_first_chunk::<16>().ok_or(Unread::Forged)?;
    let (about, rest) = rest.split_first_chunk::<2>().ok_or(Unread::Forged)?;
    let (expires, rest) = rest.split_first_chunk::<8>().ok_or(Unread::Forged)?;
    let (nonce, _) = rest.split_first_chunk::<16>().ok_or(Unread::Forged)?;
    if *id != *ticket.0.as_bytes() {
        return Err(Unread::Forged);
    }
    let expires = Timestamp::from_second(i64::from_be_bytes(*expires)).ok().ok_or(Unread::Forged)?;
    let about = Some(u16::from_be_bytes(*about)).filter(|number| *number > 0);
    if now > expires { Err(Unread::Expired) } else { Ok(Form { purpose, ticket, about, expires, nonce: *nonce }) }
}

/// The name of a nonce as a key in the table.
pub fn nonce_name(nonce: &Nonce) -> String {
    base64url::encode(nonce)
}

fn seal(key: &LinkKey, shop: &StorefrontId, purpose: &str, claims: &[u8]) -> String {
    let mut token = vec![FORMAT];
    token.extend(key.number.to_be_bytes());
    token.extend(claims);
    let signature = signature(key, shop, purpose, &token).finalize().into_bytes();
    token.extend(signature.iter().take(SIGNATURE));
    base64url::encode(&token)
}

/// What a token claims, if it is one of ours. Signatures are compared in constant time.
fn open(keys: &LinkKeys, shop: &StorefrontId, purpose: &str, token: &str) -> Result<Vec<u8>, Unread> {
    let bytes = Some(token).filter(|token| token.len() <= LONGEST).and_then(base64url::decode).ok_or(Unread::Forged)?;
    let (signed, tag) = bytes.split_last_chunk::<SIGNATURE>().ok_or(Unread::Forged)?;
    let (format, rest) = signed.split_first().ok_or(Unread::Forged)?;
    let (number, claims) = rest.split_first_chunk::<4>().ok_or(Unread::Forged)?;
    if *format != FORMAT {
        return Err(Unread::Forged);
    }
    let number = u32::from_be_bytes(*number);
    let key = keys.get(number).ok_or(Unread::UnknownKey(number))?;
    let expected = signature(key, shop, purpose, signed);
    expected.verify_truncated_left(tag).ok().ok_or(Unread::Forged)?;
    Ok(claims.to_vec())
}

fn signature(key: &LinkKey, shop: &StorefrontId, purpose: &str, signed: &[u8]) -> Hmac<Sha256> {
    // HMAC pads a short key with zeros to the hash's block.
    let mut block = [0; 64];
    block[..key.secret().len()].copy_from_slice(key.secret());
    let mut mac = Hmac::<Sha256>::new(&block.into());
    for part in [b"aftercare link".as_slice(), purpose.as_bytes(), shop.as_str().as_bytes(), signed] {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac
}
