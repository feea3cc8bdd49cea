//! The photos of cases: looked at before one counts, found again wherever they were handed in, and removed with whom they
//! belong to. The page keeps them under its ticket, the shop's API under the order; a case only names their ids.

use jiff::Timestamp;

use super::table::Trouble;
use super::uploads::Uploads;
use crate::case::Case;
use crate::id::{StorefrontId, UploadId};
use crate::problem::Fault;
use crate::upload::{Scope, Unfit, Upload, UploadKey};

/// Why there is no photo under an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPhoto {
    /// Nothing was handed in under it, or not for this.
    Nothing,
    Unfit(Unfit),
}

impl NoPhoto {
    /// After the place that names it.
    pub fn sentence(self) -> String {
        match self {
            Self::Nothing => {
                "must be the id of a photo that was handed in for this order: get a form for it, and send it first"
                    .to_owned()
            }
            Self::Unfit(why) => format!("must be the id of a photo: {}. Hand in another one", why.sentence()),
        }
    }
}

impl Uploads {
    /// The photo that was handed in under an id for one of these, and where it is kept.
    async fn photo(
        &self,
        shop: &StorefrontId,
        scopes: &[Scope<'_>],
        id: &UploadId,
        now: Timestamp,
    ) -> Result<Result<(UploadKey, Upload), NoPhoto>, Trouble> {
        let mut why = NoPhoto::Nothing;
        // Only what we made names anything of ours.
        let Some(id) = UploadId::read(id.as_str()) else { return Ok(Err(why)) };
        for scope in scopes {
            let key = UploadKey::of(shop, *scope, &id);
            match self.look(&key, now).await?.map(|seen| seen.photo(id.clone())) {
                Some(Ok(photo)) => return Ok(Ok((key, photo))),
                Some(Err(unfit)) => why = NoPhoto::Unfit(unfit),
                None => {}
            }
        }
        Ok(Err(why))
    }

    /// The same of each id, in order.
    pub async fn photos(
        &self,
        shop: &StorefrontId,
        scopes: &[Scope<'_>],
        ids: &[UploadId],
        now: Timestamp,
    ) -> Result<Vec<Result<Upload, NoPhoto>>, Trouble> {
        let mut seen = Vec::new();
        for id in ids {
            seen.push(self.photo(shop, scopes, id, now).await?.map(|(_, photo)| photo));
        }
        Ok(seen)
    }

    /// Where a photo that a case names is kept, and what it is; nothing where it is gone, or where other bytes were put in its
    /// place after the case was asked for.
    pub async fn of_case(
        &self,
        case: &Case,
        id: &UploadId,
        now: Timestamp,
    ) -> Result<Option<(UploadKey, Upload)>, Trouble> {
        let place = case.terms.photos.iter().position(|known| known == id);
        let mark = place.and_then(|place| case.terms.marks.get(place));
        let found = self.photo(&case.storefront, &scopes(case), id, now).await?.ok();
        Ok(found.filter(|(_, photo)| mark.is_none_or(|mark| *mark == photo.mark)))
    }

    /// The photos of a case that are not there any more, or are others than it was asked with.
    pub async fn changed(&self, case: &Case, now: Timestamp) -> Result<Vec<UploadId>, Trouble> {
        let mut changed = Vec::new();
        for id in &case.terms.photos {
            if self.of_case(case, id, now).await?.is_none() {
                changed.push(id.clone());
            }
        }
        Ok(changed)
    }

    /// All of the photos that a body names, or what is wrong with its ids, each by its place.
    pub async fn all_photos(
        &self,
        shop: &StorefrontId,
        scopes: &[Scope<'_>],
        ids: &[UploadId],
        now: Timestamp,
    ) -> Result<Result<Vec<Upload>, Vec<Fault>>, Trouble> {
        let seen = self.photos(shop, scopes, ids, now).await?;
        let fault = |(place, seen): (usize, &Result<Upload, NoPhoto>)| {
            seen.as_ref().err().map(|why| Fault::new(format!("/photos/{place}"), why.sentence()))
        };
        let faults: Vec<Fault> = seen.iter().enumerate().filter_map(fault).collect();
        Ok(if faults.is_empty() { Ok(seen.into_iter().filter_map(Result::ok).collect()) } else { Err(faults) })
    }

    /// Removes every photo that a case names.
    pub async fn forget(&self, case: &Case, now: Timestamp) -> Result<u32, Trouble> {
        for id in &case.terms.photos {
            for scope in scopes(case) {
                self.remove(&UploadKey::of(&case.storefront, scope, id), now).await?;
            }
        }
        Ok(u32::try_from(case.terms.photos.len()).unwrap_or(u32::MAX))
    }
}

fn scopes(case: &Case) -> [Scope<'_>; 2] {
    [Scope::Ticket(case.ticket), Scope::Order(&case.order)]
}
