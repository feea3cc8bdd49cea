//! Photos that customers hand in. Their bytes go from the browser into the bucket and never through us: here is what may be
//! handed in and where it is kept, and what an object has to be before it counts.
//!
//! Whatever stands in a file's name or in what the browser says of it proves nothing; its first bytes and its size do. What
//! is no photo is never shown, and what is one is only ever saved, not opened, by whoever asks for it.

use std::fmt;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::category::words;
use crate::id::{Number, OrderId, StorefrontId, TicketId, UploadId};
use crate::link::base64url;

/// Bytes of a photo, the same as of any attachment; the form's policy says so to the bucket.
pub const LARGEST: u64 = 10 * 1024 * 1024;
/// Photos of one case.
pub const MOST_UPLOADS: usize = 5;
/// How long a form can be sent after its page was opened.
pub const FORM_LIVES: SignedDuration = SignedDuration::from_mins(15);
/// How long an address to save a photo from can be used.
pub const DOWNLOAD_LIVES: SignedDuration = SignedDuration::from_mins(5);
/// The first bytes that are looked at: all brands of a HEIC file stand in them.
pub const LOOKED_AT: usize = 64;
/// Characters of a file's name.
const LONGEST_NAME: usize = 100;

words!(
    /// A kind of photo that phones and cameras make, and that is opened without running anything.
    ImageKind { Jpeg = "jpeg", Png = "png", Webp = "webp", Heic = "heic" }
);

/// A photo that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Upload {
    pub id: UploadId,
    pub kind: ImageKind,
    /// Bytes.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 10_485_760))]
    pub size: u64,
    /// The bucket's mark of these very bytes: a form can be sent again while it lives, and would put others in their place.
    pub mark: String,
}

/// An object as the bucket shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// At most [`LOOKED_AT`].
    pub first: Vec<u8>,
    pub size: u64,
    pub mark: String,
}

/// Why an object does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    Empty,
    TooLarge,
    /// Of none of the kinds that are taken.
    NoPhoto,
}

/// What photos belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope<'a> {
    Ticket(TicketId),
    Order(&'a OrderId),
}

/// Where a photo is kept: storefront, scope, and an id that nobody can guess. A form is good for one such key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UploadKey(String);

impl UploadKey {
    pub fn of(shop: &StorefrontId, scope: Scope<'_>, id: &UploadId) -> Self {
        Self(match scope {
            Scope::Ticket(ticket) => format!("{shop}/ticket/{ticket}/{id}"),
            Scope::Order(order) => format!("{shop}/order/{order}/{id}"),
        })
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UploadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl UploadId {
    /// The id made of 128 random bits. The letter in front is there because ids begin with a letter or digit.
    pub fn of(random: [u8; 16]) -> Option<Self> {
        Self::parse(&format!("u{}", base64url::encode(&random)))
    }

    /// Reads only what [`UploadId::of`] writes, so that one upload has one spelling.
    pub fn read(text: &str) -> Option<Self> {
        let bits = base64url::decode(text.strip_prefix('u')?)?;
        Self::of(bits.try_into().ok()?)
    }
}

impl ImageKind {
    /// The kind of a file that begins like this.
    pub fn of(first: &[u8]) -> Option<Self> {
        match first {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ => is_heic(first).then_some(Self::Heic),
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Heic => "image/heic",
        }
    }

    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Heic => "heic",
        }
    }
}

/// Its first box is `ftyp`: size, name, main brand, version, further brands. `mif1` alone says nothing of how the picture is
/// written (an AVIF has it too), so one of the brands has to be HEVC's.
fn is_heic(first: &[u8]) -> bool {
    let Some((size, rest)) = first.split_first_chunk::<4>() else { return false };
    let size = usize::try_from(u32::from_be_bytes(*size)).unwrap_or(usize::MAX);
    let there = first.get(..size.min(first.len())).unwrap_or_default();
    let mut words = there.chunks_exact(4).skip(2);
    let main = words.next();
    let further = words.skip(1);
    size >= 16
        && size.is_multiple_of(4)
        && rest.starts_with(b"ftyp")
        && main.into_iter().chain(further).any(|brand| matches!(brand, b"heic" | b"heix" | b"heim" | b"heis"))
}

impl Seen {
    /// The photo that this object is.
    pub fn photo(&self, id: UploadId) -> Result<Upload, Unfit> {
        if self.size == 0 {
            return Err(Unfit::Empty);
        }
        if self.size > LARGEST {
            return Err(Unfit::TooLarge);
        }
        let kind = ImageKind::of(&self.first).ok_or(Unfit::NoPhoto)?;
        Ok(Upload { id, kind, size: self.size, mark: self.mark.clone() })
    }
}

impl Upload {
    /// Whether the object is still what was handed in.
    pub fn is_still(&self, seen: &Seen) -> bool {
        self.mark == seen.mark && self.size == seen.size
    }

    /// What it is saved as: the ticket's number, which photo of it, and the ending that its bytes, not its sender, gave it.
    pub fn file_name(&self, number: &Number, place: usize) -> String {
        format!("{number}-{place}.{}", self.kind.extension())
    }
}

impl Unfit {
    /// For people.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Empty => "the file is empty",
            Self::TooLarge => "the file is larger than 10 MiB",
            Self::NoPhoto => "the file is no photo: JPEG, PNG, WebP and HEIC are taken",
        }
    }
}

/// A name that can stand in a header and on any disk.
pub fn plain_name(name: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || "._-".contains(letter) { letter } else { '_' };
    let name: String = name.chars().take(LONGEST_NAME).map(plain).collect();
    if name.starts_with(|first: char| first.is_ascii_alphanumeric()) { name } else { format!("file{name}") }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn heic(size: u32, main: &[u8; 4], further: &[&[u8; 4]]) -> Vec<u8> {
        let mut file = size.to_be_bytes().to_vec();
        file.extend(b"ftyp");
        file.extend(main);
        file.extend([0; 4]);
        further.iter().for_each(|brand| file.extend(*brand));
        file.extend(b"\0\0\x01\x02meta");
        file
    }

    fn seen(first: &[u8], size: u64) -> Seen {
        Seen { first: first.to_vec(), size, mark: "\"1\"".to_owned() }
    }

    const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0";

    #[test]
    fn a_photo_is_known_by_its_first_bytes() {
        assert_eq!(ImageKind::of(JPEG), Some(ImageKind::Jpeg));
        assert_eq!(ImageKind::of(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Some(ImageKind::Png));
        assert_eq!(ImageKind::of(b"RIFF\x24\0\0\0WEBPVP8 "), Some(ImageKind::Webp));
        assert_eq!(ImageKind::of(&heic(24, b"heic", &[b"mif1", b"heic"])), Some(ImageKind::Heic));
        assert_eq!(ImageKind::of(&heic(24, b"mif1", &[b"mif1", b"heic"])), Some(ImageKind::Heic));
        assert_eq!(ImageKind::of(&heic(16, b"heix", &[])), Some(ImageKind::Heic));
    }

    #[test]
    fn what_only_looks_like_a_photo_is_none() {
        let others: [&[u8]; 11] = [
            b"",
            b"\xff\xd8",
            b"\x89PNG\n\x1a\n",
            b"RIFF\x24\0\0\0WAVEfmt ",
            b"RIFF\x24\0\0\0WEB",
            b"GIF89a",
            b"%PDF-1.7",
            b"<svg xmlns='http://www.w3.org/2000/svg'>",
            b"<!doctype html><script>",
            b"\0\0\0\x18ftyp",
            b" \xff\xd8\xff\xe0",
        ];
        for other in others {
            assert_eq!(ImageKind::of(other), None, "{other:?}");
        }
    }

    #[test]
    fn a_container_is_no_photo_unless_its_brand_says_so() {
        for (size, main, further) in [
            (24, b"isom", [b"mp41", b"avc1"]),
            (24, b"avif", [b"mif1", b"miaf"]),
            (24, b"mif1", [b"mif1", b"miaf"]),
            // The brand stands behind the box's end.
            (20, b"mif1", [b"mif1", b"heic"]),
            (12, b"heic", [b"heic", b"heic"]),
            (0, b"heic", [b"heic", b"heic"]),
            (23, b"heic", [b"heic", b"heic"]),
        ] {
            assert_eq!(ImageKind::of(&heic(size, main, &further.map(|brand| brand))), None, "{size} {main:?}");
        }
    }

    #[test]
    fn a_photo_has_1_byte_to_10_mebibytes() {
        let id = UploadId::of([7; 16]).unwrap();
        assert_eq!(seen(b"", 0).photo(id.clone()), Err(Unfit::Empty));
        assert_eq!(seen(JPEG, LARGEST + 1).photo(id.clone()), Err(Unfit::TooLarge));
        assert_eq!(seen(b"%PDF-1.7", 8).photo(id.clone()), Err(Unfit::NoPhoto));
        let photo = seen(JPEG, LARGEST).photo(id).unwrap();
        assert_eq!((photo.kind, photo.size), (ImageKind::Jpeg, LARGEST));
    }

    #[test]
    fn other_bytes_in_its_place_are_noticed() {
        let photo = seen(JPEG, 20).photo(UploadId::of([7; 16]).unwrap()).unwrap();
        assert!(photo.is_still(&seen(JPEG, 20)));
        assert!(!photo.is_still(&Seen { mark: "\"2\"".to_owned(), ..seen(JPEG, 20) }));
        assert!(!photo.is_still(&seen(JPEG, 21)));
    }

    #[test]
    fn a_key_names_the_storefront_and_what_the_photo_is_for() {
        let shop = StorefrontId::parse("shop").unwrap();
        let id = UploadId::of([0; 16]).unwrap();
        let ticket = TicketId::parse("0193a1b2-0000-7000-8000-000000000001").unwrap();
        let order = OrderId::parse("A:1").unwrap();
        assert_eq!(
            UploadKey::of(&shop, Scope::Ticket(ticket), &id).as_str(),
            "shop/ticket/0193a1b2-0000-7000-8000-000000000001/uAAAAAAAAAAAAAAAAAAAAAA"
        );
        assert_eq!(UploadKey::of(&shop, Scope::Order(&order), &id).as_str(), "shop/order/A:1/uAAAAAAAAAAAAAAAAAAAAAA");
    }

    proptest! {
        #[test]
        fn an_id_is_read_as_it_was_made(random in any::<[u8; 16]>()) {
            let id = UploadId::of(random).unwrap();
            prop_assert_eq!(UploadId::read(id.as_str()), Some(id.clone()));
            prop_assert_eq!(UploadId::read(&id.as_str()[1..]), None);
        }

        #[test]
        fn whatever_a_file_was_called_it_can_stand_in_a_header(name in ".{0,300}") {
            let plain = plain_name(&name);
            prop_assert!(plain.len() <= LONGEST_NAME + 4);
            prop_assert!(!plain.starts_with('.'));
            prop_assert!(plain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)));
        }
    }

    #[test]
    fn a_photo_is_saved_under_the_tickets_number() {
        let photo = seen(JPEG, 20).photo(UploadId::of([7; 16]).unwrap()).unwrap();
        let ticket = TicketId::parse("0193a1b2-0000-7000-8000-000000000001").unwrap();
        let number = Number::of(ticket);
        assert_eq!(photo.file_name(&number, 2), format!("{number}-2.jpg"));
        assert_eq!(plain_name("../a b.jpg"), "file.._a_b.jpg");
    }
}
