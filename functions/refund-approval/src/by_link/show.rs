//! `GET /a/{storefront}/{token}`: the page, made from the case as it is now.

use std::collections::BTreeMap;

use aftercare::aws::headers;
use aftercare::aws::http::{Answer, Call};
use aftercare::aws::start::random;
use aftercare::aws::table::Trouble;
use aftercare::link::{DecisionPurpose, decide_form};
use aftercare::page::Draft;
use aftercare::page::decide::{Facts, Look, Notice, render};

use super::{Held, Shut, scene};
use crate::Approval;

/// What a page says of the form before it.
pub(super) struct Said {
    pub(super) status: u16,
    pub(super) notice: Option<Notice>,
    pub(super) draft: Draft,
}

impl Said {
    pub(super) fn new(status: u16, notice: Notice, draft: Draft) -> Self {
        Self { status, notice: Some(notice), draft }
    }
}

pub(super) async fn show(approval: &Approval, call: &Call, held: &Held) -> Result<Answer, Shut> {
    page(approval, call, held, Said { status: 200, notice: None, draft: Draft::default() }).await
}

pub(super) async fn page(approval: &Approval, call: &Call, held: &Held, said: Said) -> Result<Answer, Shut> {
    let scene = scene(approval, call, held).await?;
    let look = Look {
        link: &held.link,
        case: &scene.case,
        person: &scene.person,
        used: scene.used,
        now: call.at,
        amiss: scene.amiss,
    };
    let nonce = headers::fresh_nonce()?;
    let facts = Facts {
        look,
        order: scene.order.as_ref(),
        settings: &scene.today,
        path: &held.path,
        tokens: tokens(held, look)?,
        notice: said.notice,
        draft: said.draft,
        style_nonce: &nonce,
    };
    let mut answer = headers::html(said.status, &nonce, render(&facts));
    answer.headers.push(("content-language", scene.person.language.tag().to_owned()));
    Ok(answer)
}

/// A token for each form that the page has, fresh with every look.
fn tokens(held: &Held, look: Look<'_>) -> Result<BTreeMap<DecisionPurpose, String>, Trouble> {
    let token = |purpose: &DecisionPurpose| {
        let nonce = random()?;
        Ok((*purpose, decide_form(&held.keys, &held.shop, &held.link, *purpose, &nonce)))
    };
    look.offers().iter().map(token).collect()
}
