//! The links in a survey's mail.

use jiff::Timestamp;
use uuid::Uuid;

use super::{LinkKeys, Unread, open, seal};
use crate::category::words;
use crate::id::{StorefrontId, TicketId};
use crate::survey::SurveyId;

words!(
    /// What a link in a survey's mail is good for.
    SurveyPurpose {
        /// See the survey and answer it. Whether its time is over is asked of the survey, not of the token.
        Answer = "survey",
        /// Get no more surveys, and nothing else.
        Unsubscribe = "unsubscribe",
        /// Send the answer, or another comment to it, from the page.
        AnswerForm = "form:survey", CommentForm = "form:comment",
    }
);

/// The token of a form on a survey's page. That an answer counts once is for the survey to say. `about` is the comment that
/// stands, so that a form which was made before another was saved changes nothing.
pub fn survey_form(
    keys: &LinkKeys,
    shop: &StorefrontId,
    (purpose, id): (SurveyPurpose, SurveyId),
    about: u32,
    expires: Timestamp,
) -> String {
    let mut claims = claims(id);
    claims.extend(about.to_be_bytes());
    claims.extend(expires.as_second().to_be_bytes());
    seal(keys.newest(), shop, purpose.as_str(), &claims)
}

/// Whether a token is that of this form, and still in time.
pub fn is_survey_form(
    keys: &LinkKeys,
    shop: &StorefrontId,
    (purpose, id): (SurveyPurpose, SurveyId),
    about: u32,
    token: &str,
    now: Timestamp,
) -> bool {
    let Ok(read) = open(keys, shop, purpose.as_str(), token) else { return false };
    let Some((named, expires)) = read.split_last_chunk::<8>() else { return false };
    let expected: Vec<u8> = claims(id).into_iter().chain(about.to_be_bytes()).collect();
    named == expected && now.as_second() <= i64::from_be_bytes(*expires)
}

fn claims(id: SurveyId) -> Vec<u8> {
    id.ticket.0.as_bytes().iter().copied().chain(id.cycle.to_be_bytes()).collect()
}

/// The token of a survey's page, or of the unsubscribing that its mail offers. It is made when the mail is written, and
/// neither stored nor logged.
pub fn survey(keys: &LinkKeys, shop: &StorefrontId, purpose: SurveyPurpose, id: SurveyId) -> String {
    seal(keys.newest(), shop, purpose.as_str(), &claims(id))
}

/// The survey of a token that was made for this purpose.
pub fn read_survey(
    keys: &LinkKeys,
    shop: &StorefrontId,
    purpose: SurveyPurpose,
    token: &str,
) -> Result<SurveyId, Unread> {
    let claims: [u8; 18] = open(keys, shop, purpose.as_str(), token)?.try_into().ok().ok_or(Unread::Forged)?;
    let (id, rest) = claims.split_first_chunk::<16>().ok_or(Unread::Forged)?;
    let (cycle, _) = rest.split_first_chunk::<2>().ok_or(Unread::Forged)?;
    Ok(SurveyId { ticket: TicketId(Uuid::from_bytes(*id)), cycle: u16::from_be_bytes(*cycle) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::{Secret, track};

    fn keys() -> LinkKeys {
        LinkKeys::first(Secret([7; 32]), "2026-03-12T02:00:00Z".parse().unwrap())
    }

    #[test]
    fn a_surveys_token_opens_that_survey_of_that_shop_for_that_purpose_only() {
        let shop = |name| StorefrontId::parse(name).unwrap();
        let id = |cycle| SurveyId { ticket: TicketId(Uuid::from_u128(7)), cycle };
        let token = survey(&keys(), &shop("shop"), SurveyPurpose::Answer, id(2));
        let read = |shop, purpose| read_survey(&keys(), &shop, purpose, &token);
        assert_eq!(read(shop("shop"), SurveyPurpose::Answer), Ok(id(2)));
        assert_eq!(read(shop("other"), SurveyPurpose::Answer), Err(Unread::Forged), "even with the same key");
        assert_eq!(read(shop("shop"), SurveyPurpose::Unsubscribe), Err(Unread::Forged));
        assert_ne!(token, survey(&keys(), &shop("shop"), SurveyPurpose::Answer, id(1)));
        let page = track(&keys(), &shop("shop"), id(2).ticket);
        assert_eq!(read_survey(&keys(), &shop("shop"), SurveyPurpose::Answer, &page), Err(Unread::Forged));
        let mut rotated = keys().rotated(Secret([8; 32]), "2026-03-13T02:00:00Z".parse().unwrap());
        assert_eq!(read_survey(&rotated, &shop("shop"), SurveyPurpose::Answer, &token), Ok(id(2)), "a rotated key");
        rotated = (0..8)
            .fold(rotated, |keys, time| keys.rotated(Secret([9 + time; 32]), "2026-03-14T02:00:00Z".parse().unwrap()));
        assert_eq!(read_survey(&rotated, &shop("shop"), SurveyPurpose::Answer, &token), Err(Unread::UnknownKey(1)));
    }
}
