//! A customer hands in a photo straight to the bucket, and a function looks at what came.

use aftercare::aws::client::Clients;
use aftercare::aws::uploads::{PresignedForm, Uploads};
use aftercare::id::{StorefrontId, TicketId, UploadId};
use aftercare::upload::{ImageKind, Scope, Seen, Unfit, UploadKey};
use jiff::{SignedDuration, Timestamp};
use tests::{FarSide, Fault, Got};
use uuid::Uuid;

const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0 and what the camera saw, which is a kettle that leaks at the bottom";

struct Photos {
    far: FarSide,
    uploads: Uploads,
    now: Timestamp,
}

impl Photos {
    fn new(attempts: u32) -> Self {
        let far = FarSide::new();
        let uploads = Clients::local("http://far.side", far.wire(), attempts).uploads("photos");
        Self { far, uploads, now: "2026-11-26T10:00:00Z".parse().unwrap() }
    }

    fn form(&self, redirect: Option<&str>) -> PresignedForm {
        self.uploads.form(&key(), redirect, self.now).unwrap()
    }

    fn sent(&self, form: &PresignedForm, file: &[u8], seconds: i64) -> Got {
        let fields: Vec<_> = form.fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        self.far.bucket.post(&form.url, &fields, file, self.now + SignedDuration::from_secs(seconds))
    }

    async fn seen(&self) -> Option<Seen> {
        self.uploads.look(&key(), self.now).await.unwrap()
    }
}

fn id() -> UploadId {
    UploadId::of([7; 16]).unwrap()
}

fn key() -> UploadKey {
    UploadKey::of(&StorefrontId::parse("shop").unwrap(), Scope::Ticket(TicketId(Uuid::from_u128(1))), &id())
}

#[tokio::test]
async fn a_photo_that_was_handed_in_is_seen_and_can_be_saved() {
    let photos = Photos::new(1);
    assert_eq!(photos.seen().await, None);
    let form = photos.form(Some("https://care.example/t/shop/token?sent=3"));
    let got = photos.sent(&form, JPEG, 899);
    assert_eq!(got.status, 303);
    assert!(
        got.headers["location"].starts_with("https://care.example/t/shop/token?sent=3&bucket=photos&key=shop/ticket/")
    );

    let seen = photos.seen().await.unwrap();
    assert_eq!(seen.first, JPEG[..64]);
    let photo = seen.photo(id()).unwrap();
    assert_eq!((photo.kind, photo.size), (ImageKind::Jpeg, JPEG.len() as u64));
    let address = photos.uploads.download(&key(), "7M3KD0QX-1.jpg", photos.now).unwrap();
    let saved = photos.far.bucket.get(&address, photos.now + SignedDuration::from_secs(300));
    assert_eq!((saved.status, saved.body.as_slice()), (200, JPEG));
    assert_eq!(saved.headers["content-disposition"], "attachment; filename=\"7M3KD0QX-1.jpg\"");
    assert_eq!(saved.headers["content-type"], "application/octet-stream");
    assert_eq!(photos.far.bucket.get(&address, photos.now + SignedDuration::from_secs(301)).status, 403);
}

#[tokio::test]
async fn a_form_is_good_for_its_key_its_size_and_its_quarter_of_an_hour() {
    let photos = Photos::new(1);
    let form = photos.form(None);
    assert_eq!(photos.sent(&form, JPEG, 900).status, 403);
    assert_eq!(photos.sent(&form, b"", 0).status, 400);
    assert_eq!(photos.sent(&form, &vec![0xff; 10 * 1024 * 1024 + 1], 0).status, 400);
    for (field, other) in [("key", "shop/ticket/other/u1"), ("Content-Type", "text/html"), ("acl", "public-read")] {
        let mut changed = form.clone();
        changed.fields.retain(|(name, _)| *name != field);
        changed.fields.push((field, other.to_owned()));
        assert_eq!(photos.sent(&changed, JPEG, 0).status, 403, "{field}");
    }
    let mut short = form.clone();
    short.fields.retain(|(name, _)| *name != "Content-Disposition");
    assert_eq!(photos.sent(&short, JPEG, 0).status, 403);
    assert_eq!(photos.sent(&form, JPEG, 0).status, 201);
}

#[tokio::test]
async fn what_is_no_photo_does_not_count_and_what_was_replaced_is_noticed() {
    let photos = Photos::new(1);
    let form = photos.form(None);
    photos.sent(&form, b"<!doctype html><script>", 0);
    assert_eq!(photos.seen().await.unwrap().photo(id()), Err(Unfit::NoPhoto));
    photos.sent(&form, JPEG, 1);
    let photo = photos.seen().await.unwrap().photo(id()).unwrap();
    assert!(photo.is_still(&photos.seen().await.unwrap()));
    photos.sent(&form, &[JPEG, b"!"].concat(), 2);
    assert!(!photo.is_still(&photos.seen().await.unwrap()));
    photos.uploads.remove(&key(), photos.now).await.unwrap();
    photos.uploads.remove(&key(), photos.now).await.unwrap();
    assert_eq!(photos.seen().await, None);
}

#[tokio::test]
async fn a_bucket_that_fails_is_not_one_that_is_empty() {
    for fault in Fault::ALL {
        let photos = Photos::new(1);
        photos.sent(&photos.form(None), JPEG, 0);
        photos.far.fail_in("GetObject", 1, fault);
        assert!(photos.uploads.look(&key(), photos.now).await.is_err(), "{fault:?}");
        let patient = Photos::new(2);
        patient.sent(&patient.form(None), JPEG, 0);
        patient.far.fail_in("GetObject", 1, fault);
        assert!(patient.seen().await.is_some(), "{fault:?}");
    }
}
