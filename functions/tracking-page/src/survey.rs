//! `/s/{storefront}/{token}`: a survey's page, on which it is answered once; and `/u/{storefront}/{token}`, on which its
//! customer says that they want no more. To look at either records nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use aftercare::aws::headers;
use aftercare::aws::http::{Answer, Call, Refusal};
use aftercare::aws::keys::Key;
use aftercare::aws::survey_answers::{Sent, is_still_asked};
use aftercare::aws::surveys::Surveyed;
use aftercare::aws::table::document;
use aftercare::customer::{self, Customer};
use aftercare::id::StorefrontId;
use aftercare::intake::LONGEST_TEXT;
use aftercare::link::{FORM_LIVES, LinkKeys, SurveyPurpose, is_survey_form, read_survey, survey_form};
use aftercare::page::Fault;
use aftercare::page::survey::{self as page, ANSWER, COMMENT, Draft, Facts, Notice};
use aftercare::survey::{self, Rejection, Standing, Survey, SurveyId};
use aftercare::text;
use aftercare::ticket::Status;

use crate::{Pages, Shut};

/// A survey whose link somebody holds.
struct Held {
    shop: StorefrontId,
    id: SurveyId,
    keys: Arc<LinkKeys>,
    path: String,
}

/// What a page says of the form before it.
struct Said {
    status: u16,
    notice: Option<Notice>,
    draft: Draft,
}

pub(crate) async fn route(pages: &Pages, call: &Call) -> Result<Answer, Shut> {
    let (method, path) = call.route();
    match (method, path.as_slice()) {
        ("GET" | "HEAD", ["s", shop, token]) => {
            let held = held(pages, call, (shop, token), SurveyPurpose::Answer).await?;
            // What was chosen in the mail is chosen on the page, and that is all.
            let score = call.query.get("score").and_then(|score| score.parse().ok());
            show(pages, call, &held, Said { status: 200, notice: None, draft: Draft { score, ..Draft::default() } })
                .await
        }
        // What a browser asks for when the page after a form is loaded again.
        ("GET" | "HEAD", ["s", shop, token, _]) => {
            Ok(headers::elsewhere(&held(pages, call, (shop, token), SurveyPurpose::Answer).await?.path))
        }
        ("POST", ["s", shop, token, word]) => {
            let forms = [(ANSWER, SurveyPurpose::AnswerForm), (COMMENT, SurveyPurpose::CommentForm)];
            let (_, purpose) = forms.into_iter().find(|(known, _)| known == word).ok_or(Shut::Nothing)?;
            take(pages, call, &held(pages, call, (shop, token), SurveyPurpose::Answer).await?, purpose).await
        }
        ("GET" | "HEAD", ["u", shop, token]) => {
            let held = held(pages, call, (shop, token), SurveyPurpose::Unsubscribe).await?;
            Ok(headers::lone(200, call.browser.language(), |language, nonce| {
                page::unsubscribe(false, &held.path, language, nonce)
            }))
        }
        ("POST", ["u", shop, token]) => {
            unsubscribe(pages, call, &held(pages, call, (shop, token), SurveyPurpose::Unsubscribe).await?).await
        }
        _ => Err(Shut::Nothing),
    }
}

async fn held(pages: &Pages, call: &Call, (shop, token): (&str, &str), purpose: SurveyPurpose) -> Result<Held, Shut> {
    let shop = StorefrontId::parse(shop).ok_or(Shut::Nothing)?;
    let (id, keys) = pages.table.read_link(&shop, call.at, |keys| read_survey(keys, &shop, purpose, token)).await??;
    let letter = if purpose == SurveyPurpose::Unsubscribe { "u" } else { "s" };
    Ok(Held { path: format!("/{letter}/{shop}/{token}"), shop, id, keys })
}

/// The mail provider of a customer, or they themselves, say that they want no more (RFC 8058). Whoever has the link may,
/// it does nothing else, and it is answered where it was sent to: a provider follows no redirects.
async fn unsubscribe(pages: &Pages, call: &Call, held: &Held) -> Result<Answer, Shut> {
    let survey = pages.table.survey(&held.shop, held.id).await?.ok_or(Shut::Nothing)?;
    pages.table.unsubscribe(&held.shop, &survey.customer, call.at).await?;
    tracing::info!(storefront = %held.shop, ticket = %held.id.ticket, "surveys unsubscribed");
    Ok(headers::lone(200, call.browser.language(), |language, nonce| {
        page::unsubscribe(true, &held.path, language, nonce)
    }))
}

/// The page as the survey stands now.
async fn show(pages: &Pages, call: &Call, held: &Held, said: Said) -> Result<Answer, Shut> {
    let (table, shop) = (&pages.table, &held.shop);
    let today = table.settings(shop, call.at).await?;
    let file = table.survey_file(shop, held.id, &today).await?.ok_or(Shut::Nothing)?;
    let (ticket, survey) = (&file.ticket, &file.survey);
    if ticket.erased {
        return Err(Shut::Erased);
    }
    let known = table.get(&Key::customer(shop, &survey.customer)).await?;
    let known: Customer = known.map(|item| document(&item, customer::VERSION)).transpose()?.unwrap_or_default();
    let face = &today.settings.shop;
    let language = known.profile.language(ticket.language.unwrap_or(face.language));
    let is_asked = matches!(survey.standing, Standing::Sent { .. });
    let ended =
        if is_asked && !is_still_asked(survey, ticket) { Some(page::Shut::Open) } else { ended(survey, call.at)? };
    if let Some(why) = ended {
        return Ok(headers::lone(410, language, |language, nonce| page::shut(why, language, nonce)));
    }
    let comment = match survey.comment() {
        Some(number) => table.content(shop, held.id.ticket, number).await?,
        None => None,
    };
    let promised = table.settings_version(shop, ticket.settings, call.at).await?;
    let purpose = if is_asked { SurveyPurpose::AnswerForm } else { SurveyPurpose::CommentForm };
    let expires = call.at.saturating_add(FORM_LIVES).unwrap_or(call.at);
    let about = survey.comment().unwrap_or(0);
    let stop = aftercare::link::survey(&held.keys, shop, SurveyPurpose::Unsubscribe, held.id);
    let nonce = headers::fresh_nonce()?;
    let facts = Facts {
        survey,
        shop: face,
        wording: today.settings.wording.get(&language),
        language,
        zone: known.profile.zone(face),
        now: call.at,
        path: &held.path,
        token: survey_form(&held.keys, shop, (purpose, held.id), about, expires),
        stop: format!("/u/{shop}/{stop}"),
        comment: comment.as_ref().map(|comment| comment.body.as_str()),
        reopens: ticket.status == Status::Resolved
            && ticket.reopens_until(&promised).is_some_and(|until| call.at <= until),
        reopened: said_unsolved(survey) && ticket.status.is_live(),
        notice: said.notice,
        draft: said.draft,
        style_nonce: &nonce,
    };
    let mut answer = headers::html(said.status, &nonce, page::render(&facts));
    answer.headers.push(("content-language", language.tag().to_owned()));
    Ok(answer)
}

fn said_unsolved(survey: &Survey) -> bool {
    matches!(survey.standing, Standing::Answered { answer: survey::Answer { solved: Some(false), .. }, .. })
}

/// Whether there is nothing to be seen any more, or not yet.
fn ended(survey: &Survey, now: jiff::Timestamp) -> Result<Option<page::Shut>, Shut> {
    match survey.standing {
        Standing::Sent { expires, .. } | Standing::Answered { expires, .. } => {
            Ok((now > expires).then_some(page::Shut::Over))
        }
        Standing::Expired => Ok(Some(page::Shut::Over)),
        Standing::Withdrawn => Ok(Some(page::Shut::Open)),
        Standing::Scheduled { .. } | Standing::Skipped { .. } => Err(Shut::Nothing),
    }
}

async fn take(pages: &Pages, call: &Call, held: &Held, purpose: SurveyPurpose) -> Result<Answer, Shut> {
    let (table, shop) = (&pages.table, &held.shop);
    let say = async |status, notice, draft| show(pages, call, held, Said { status, notice: Some(notice), draft }).await;
    let stands = table.survey(shop, held.id).await?.ok_or(Shut::Nothing)?;
    // Sent again, it leads to the same page.
    let saved = match stands.comment().filter(|_| purpose == SurveyPurpose::CommentForm) {
        Some(number) => table.content(shop, held.id.ticket, number).await?.map(|content| content.body),
        None => None,
    };
    if saved.is_some() && call.fields().and_then(|fields| drafted(&fields).comment) == saved {
        return Ok(headers::elsewhere(&held.path));
    }
    let (sent, draft) = match read(call, held, &stands, purpose) {
        Ok(read) => read,
        Err(said) => return show(pages, call, held, said).await,
    };
    let today = table.settings(shop, call.at).await?;
    let done = match table.answer_survey((shop, held.id), &today, &sent, call.at).await {
        Ok(done) => done.ok_or(Shut::Nothing)?,
        Err(Refusal::Problem(problem)) => {
            let mut answer = say(429, Notice::TooMany, draft).await?;
            answer.headers.extend(problem.retry_after.map(|seconds| ("retry-after", seconds.to_string())));
            return Ok(answer);
        }
        Err(Refusal::Trouble(trouble)) => return Err(trouble.into()),
    };
    match done {
        Surveyed::Done(_, events) => {
            for event in &events {
                tracing::info!(storefront = %shop, ticket = %held.id.ticket, what = event.word(), "survey answered");
            }
            Ok(headers::elsewhere(&held.path))
        }
        Surveyed::Already(_) => Ok(headers::elsewhere(&held.path)),
        Surveyed::Refused(why) => match why {
            Rejection::AnsweredOtherwise => say(409, Notice::Other, Draft::default()).await,
            Rejection::EditOver => say(409, Notice::Over, Draft::default()).await,
            Rejection::OffScale { .. } => say(422, Notice::Fault, Draft { no_score: true, ..draft }).await,
            // The page itself says why.
            Rejection::Expired | Rejection::Withdrawn | Rejection::NotSent => {
                say(410, Notice::Stale, Draft::default()).await
            }
            Rejection::NoTask => Err(Shut::Nothing),
        },
    }
}

/// What was sent, or what the page says instead, with what was filled in still on it.
fn read(call: &Call, held: &Held, stands: &Survey, purpose: SurveyPurpose) -> Result<(Sent, Draft), Said> {
    let said = |status, notice, draft| Said { status, notice: Some(notice), draft };
    let Some(fields) = call.fields() else {
        let large = call.form && call.is_too_large();
        let (status, notice) = if large { (413, Notice::Large) } else { (415, Notice::Stale) };
        return Err(said(status, notice, Draft::default()));
    };
    let draft = drafted(&fields);
    let kept = || Draft { fault: None, ..draft.clone() };
    if !call.browser.is_same_origin() {
        return Err(said(403, Notice::Stale, kept()));
    }
    if call.is_too_large() {
        let notice = if draft.fault.is_some() { Notice::Fault } else { Notice::Stale };
        return Err(said(413, notice, draft));
    }
    // What was answered in the meantime is for the survey to say; a comment that was saved since is not written over.
    let about = if purpose == SurveyPurpose::AnswerForm { 0 } else { stands.comment().unwrap_or(0) };
    let token = fields.get("token").map_or("", String::as_str);
    if !is_survey_form(&held.keys, &held.shop, (purpose, held.id), about, token, call.at) {
        return Err(said(410, Notice::Stale, kept()));
    }
    if draft.fault.is_some() {
        return Err(said(422, Notice::Fault, draft));
    }
    let comment = draft.comment.clone();
    if purpose == SurveyPurpose::CommentForm {
        return Ok((Sent { answer: None, comment }, draft));
    }
    let Some(score) = draft.score else {
        return Err(said(422, Notice::Fault, Draft { no_score: true, ..draft }));
    };
    let answer = survey::Answer { score, solved: draft.solved };
    Ok((Sent { answer: Some(answer), comment }, draft))
}

fn drafted(fields: &BTreeMap<String, String>) -> Draft {
    let plain = |text: &String| text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "");
    let comment = fields.get(COMMENT).map(plain).filter(|comment| !comment.trim().is_empty());
    let length = comment.as_deref().map_or(0, text::length);
    let solved = match fields.get("solved").map(String::as_str) {
        Some("yes") => Some(true),
        Some("no") => Some(false),
        Some(_) | None => None,
    };
    Draft {
        score: fields.get("score").and_then(|score| score.parse().ok()),
        solved,
        fault: (length > LONGEST_TEXT).then_some(Fault::Long(length)),
        comment,
        no_score: false,
    }
}
