//! `GET /t/{storefront}/{token}/case`: the steps in which a customer asks for a case. What was chosen so far stands in the
//! query, of which nothing is trusted: lines, figures and photos are looked at anew with every step.

use std::collections::BTreeMap;

use aftercare::aws::headers;
use aftercare::aws::http::{Answer, Call};
use aftercare::aws::keys::Key;
use aftercare::aws::orders::Read;
use aftercare::aws::photos::NoPhoto;
use aftercare::aws::start::random;
use aftercare::aws::table::{Trouble, document};
use aftercare::case::ask::MOST_PHOTOS;
use aftercare::customer::{self, Customer};
use aftercare::id::UploadId;
use aftercare::link::{self, FORM_LIVES, Form, Purpose};
use aftercare::order::Order;
use aftercare::page::Draft;
use aftercare::page::choose::{self, Asked, BELOW, Choosing, Hint, UploadForm, is_open};
use aftercare::upload::{ImageKind, Scope, UploadKey};

use crate::{Held, Pages, Shut};

/// What a step says of the request before it.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) hint: Option<Hint>,
    pub(crate) draft: Draft,
}

/// The order that a case can be asked for, if there is one.
pub(crate) async fn order(pages: &Pages, held: &Held) -> Result<Option<Read<Order>>, Trouble> {
    let ticket = &held.ticket;
    let Some(id) = &ticket.order else { return Ok(None) };
    let order = pages.table.order(&ticket.storefront, id).await?;
    Ok(order.filter(|order| is_open(ticket, &order.value)))
}

pub(crate) async fn show(pages: &Pages, call: &Call, held: &Held) -> Result<Answer, Shut> {
    let Some(order) = order(pages, held).await? else { return Ok(headers::elsewhere(&held.path)) };
    let asked = Asked::read(&call.query, &order.value);
    let said = Said { status: 200, hint: None, draft: Draft::default() };
    step(pages, call, held, &order.value, asked, said).await
}

/// The step that follows from what was chosen.
pub(crate) async fn step(
    pages: &Pages,
    call: &Call,
    held: &Held,
    order: &Order,
    asked: Asked,
    said: Said,
) -> Result<Answer, Shut> {
    let (table, ticket, shop) = (&pages.table, &held.ticket, &held.ticket.storefront);
    let (asked, kinds, refused) = photos(pages, call, held, asked).await?;
    let known = table.get(&Key::customer(shop, &ticket.customer)).await?;
    let known: Customer = known.map(|item| document(&item, customer::VERSION)).transpose()?.unwrap_or_default();
    let today = table.settings(shop, call.at).await?;
    let face = &today.settings.shop;
    let language = known.profile.language(ticket.language.unwrap_or(face.language));
    let nonce = headers::fresh_nonce()?;
    let expires = call.at.saturating_add(FORM_LIVES).unwrap_or(call.at);
    let form = Form { purpose: Purpose::Request, ticket: ticket.id, about: None, expires, nonce: random()? };
    let mut facts = Choosing {
        ticket,
        order,
        rules: &today.settings.cases,
        shop: face,
        wording: today.settings.wording.get(&language),
        language,
        // As it is counted when it is asked for.
        zone: table.customer_zone(shop, order, &today).await?,
        now: call.at,
        path: held.path.clone(),
        asked,
        kinds,
        upload: None,
        token: link::form(&held.keys, shop, &form),
        hint: said.hint.or_else(|| refused.map(hint)),
        draft: said.draft,
        style_nonce: nonce.clone(),
    };
    let mut to = "";
    if facts.chosen().is_some() && facts.asked.photos.len() < MOST_PHOTOS {
        facts.upload = Some(upload(pages, call, held, &facts.asked)?);
        to = pages.uploads.origin();
    }
    let mut answer = headers::html_with(said.status, &nonce, to, choose::render(&facts));
    answer.headers.push(("content-language", language.tag().to_owned()));
    Ok(answer)
}

/// The photos that are there, what each is, and why the first of the others is not.
async fn photos(
    pages: &Pages,
    call: &Call,
    held: &Held,
    asked: Asked,
) -> Result<(Asked, BTreeMap<UploadId, ImageKind>, Option<NoPhoto>), Trouble> {
    let ticket = &held.ticket;
    let (mut there, mut kinds, mut refused) = (Vec::new(), BTreeMap::new(), None);
    let scopes = [Scope::Ticket(ticket.id)];
    let seen = pages.uploads.photos(&ticket.storefront, &scopes, &asked.photos, call.at).await?;
    for (id, seen) in asked.photos.iter().zip(seen) {
        match seen {
            Ok(photo) => {
                kinds.insert(id.clone(), photo.kind);
                there.push(id.clone());
            }
            Err(why) => refused = refused.or(Some(why)),
        }
    }
    Ok((Asked { photos: there, ..asked }, kinds, refused))
}

pub(crate) fn hint(why: NoPhoto) -> Hint {
    match why {
        NoPhoto::Nothing => Hint::PhotoGone,
        NoPhoto::Unfit(why) => Hint::Photo(why),
    }
}

/// A form for one more photo, which leads back to this step with its id.
fn upload(pages: &Pages, call: &Call, held: &Held, asked: &Asked) -> Result<UploadForm, Trouble> {
    let id = UploadId::of(random()?).ok_or_else(|| Trouble::Unavailable("an id cannot be made".to_owned()))?;
    let ticket = &held.ticket;
    let key = UploadKey::of(&ticket.storefront, Scope::Ticket(ticket.id), &id);
    let mut after = asked.clone();
    after.photos.push(id);
    let back = format!("{}{}/{BELOW}?{}", pages.public_url, held.path, after.query());
    let form = pages.uploads.form(&key, Some(&back), call.at)?;
    Ok(UploadForm { url: form.url, fields: form.fields })
}
