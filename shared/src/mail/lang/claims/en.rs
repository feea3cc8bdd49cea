//! English.
use super::ClaimKey;

pub(crate) fn text(key: ClaimKey) -> &'static str {
    match key {
        ClaimKey::Offer => "Refund, return, exchange …",
        ClaimKey::OfferHint => "See what is possible for the things you bought, with the amounts, and ask for it here.",
        ClaimKey::Heading => "Claim {number}",
        ClaimKey::Checking => "We are checking it",
        ClaimKey::CheckingNext => "We write to you as soon as it is decided.",
        ClaimKey::DecideBy => "Decision by",
        ClaimKey::Asks => "Waiting for your agreement",
        ClaimKey::Approved => "Approved",
        ClaimKey::ToSend => "Please send the goods",
        ClaimKey::Transit => "The goods are on their way to us",
        ClaimKey::TransitNext => "We go on as soon as they are here.",
        ClaimKey::Here => "The goods are with us",
        ClaimKey::HereNext => "We are looking at them and write to you when that is done.",
        ClaimKey::Paying => "The money is being sent back",
        ClaimKey::PartlyPaid => {
            "Part of the money was paid back. We are looking after the rest, and write to you when it is done."
        }
        ClaimKey::PayBy => "Sent by",
        ClaimKey::Readying => "Your goods are being made ready",
        ClaimKey::Rejected => "Not approved",
        ClaimKey::Cancelled => "Cancelled",
        ClaimKey::Expired => "Expired",
        ClaimKey::ReturnTracking => "Your tracking number",
        ClaimKey::Cancel => "Cancel this claim",
        ClaimKey::SentLabel => "Tracking number, if you have one",
        ClaimKey::SentHint => "4 to 40 letters, digits and hyphens.",
        ClaimKey::Sent => "I have sent the goods",
        ClaimKey::SentFault => {
            "This is no tracking number. It has 4 to 40 letters, digits and hyphens; or leave it empty."
        }
        ClaimKey::Agree => "I agree",
        ClaimKey::Decline => "I do not agree, cancel it",

        ClaimKey::StepRequested => "A claim was made",
        ClaimKey::StepChanged => "We changed the claim",
        ClaimKey::StepAgreed => "You agreed to the claim",
        ClaimKey::StepDeclined => "You did not agree to the claim",
        ClaimKey::StepApproved => "The claim was approved",
        ClaimKey::StepToSend => "The goods can be sent to us",
        ClaimKey::StepReminded => "We reminded you that it waits for you",
        ClaimKey::StepSent => "The goods were sent to us",
        ClaimKey::StepReceived => "The goods arrived with us",
        ClaimKey::StepInspected => "We looked at the goods",
        ClaimKey::StepRepairable => "The goods can be repaired",
        ClaimKey::StepUnrepairable => "The goods cannot be repaired",
        ClaimKey::StepRepaired => "The goods were repaired",
        ClaimKey::StepSettling => "The claim is being carried out",
        ClaimKey::StepSettled => "The claim was carried out",
        ClaimKey::StepRejected => "The claim was not approved",
        ClaimKey::StepCancelled => "The claim was cancelled",
        ClaimKey::StepExpired => "The claim expired",

        ClaimKey::NoticeAsked => "We have your claim. Below you see how it stands.",
        ClaimKey::NoticeDone => "Done. Below you see how your claim stands.",
        ClaimKey::NoticeFigures => {
            "The figures have changed since you opened this page. Please look at them again before you ask for it."
        }
        ClaimKey::NoticeNot => "This is not possible as you chose it. Below you see why, and what is.",
        ClaimKey::NoticeChoose => "Please choose how many of which goods it is about, and a reason.",
        ClaimKey::NoticeNoPhoto => "A photo is needed for this. Please upload one first.",
        ClaimKey::NoticePhotoGone => "A photo did not reach us. Please upload it again.",
        ClaimKey::NoticePhotoEmpty => "The file is empty. Please choose another one.",
        ClaimKey::NoticePhotoLarge => "The file is larger than 10 MB. Please choose a smaller photo.",
        ClaimKey::NoticePhotoOther => {
            "The file is not a photo of a kind we can take. Please choose a JPEG, PNG, WebP or HEIC file."
        }
        ClaimKey::NoticePhotosMany => "At most {most} photos are taken; the others were left out.",
        ClaimKey::NoticeLong => "The message has more than {most} characters. Please shorten it.",

        ClaimKey::Title => "Refund, return or exchange",
        ClaimKey::Order => "Order {order}",
        ClaimKey::Back => "Back to request {number}",
        ClaimKey::Goods => "Which goods is it about?",
        ClaimKey::HowMany => "How many: {title}",
        ClaimKey::Free => "{free} of {count} can be chosen",
        ClaimKey::Taken => "{title}: all of it is part of a claim already",
        ClaimKey::Why => "What is the reason?",
        ClaimKey::Compare => "See what is possible",
        ClaimKey::Chosen => "You chose",
        ClaimKey::Anew => "Choose other goods or another reason",
        ClaimKey::Possible => "What you can have",
        ClaimKey::Impossible => "What is not possible",
        ClaimKey::GoodsBack => "The goods have to be sent back to us.",
        ClaimKey::GoodsStay => "Nothing has to be sent back.",
        ClaimKey::PhotoNeeded => "A photo is needed.",
        ClaimKey::Choose => "Choose: {kind}",
        ClaimKey::Rules => "The rules for “{reason}”",
        ClaimKey::RuleDays => {
            "It can be asked for until the end of day {days} after delivery. The day of delivery is day 0."
        }
        ClaimKey::RuleHours => "It can be asked for within {hours} hours of delivery.",
        ClaimKey::RulePromise => "It can be asked for from day {days} after the promised date on.",
        ClaimKey::RuleExcluded => {
            "Custom-made and perishable goods, opened digital goods and periodicals are left out."
        }
        ClaimKey::RuleShipping => "What you paid for shipping is given back when you keep nothing of the order.",
        ClaimKey::Yours => "What you ask for",
        ClaimKey::OtherKind => "Choose something else",
        ClaimKey::Photos => "Photos",
        ClaimKey::PhotosNeeded => "Please show us what is wrong. Without a photo this cannot be asked for.",
        ClaimKey::PhotosFree => "If a photo helps to show what is wrong, you can add it.",
        ClaimKey::PhotoLabel => "Choose a photo",
        ClaimKey::PhotoHint => {
            "JPEG, PNG, WebP or HEIC, at most 10 MB each and {most} in all. Upload them one by one. Where one is refused as too large, go back in your browser and choose a smaller one."
        }
        ClaimKey::PhotoSend => "Upload this photo",
        ClaimKey::PhotoThere => "Photo {place} ({kind}) is here",
        ClaimKey::PhotoRemove => "Leave out photo {place}",
        ClaimKey::Message => "Anything we should know? (optional)",
        ClaimKey::MessageHint => "Upload photos first: what you write here is sent with the button below.",
        ClaimKey::Agreement => "With this button you ask for exactly what is shown above and agree to it.",
        ClaimKey::Request => "Ask for this",

        ClaimKey::NotOffered => "We do not offer this for this reason.",
        ClaimKey::NotDelivered => "{title} has not been delivered yet. Please come back once it is there.",
        ClaimKey::NotDeliveredAny => "Nothing of the order has been delivered yet. Please come back once it is there.",
        ClaimKey::Closed => "The time for this ended on {when}. Write to us if there is a reason for that.",
        ClaimKey::NotYet => "This can be asked for from {when} on, as it may still arrive.",
        ClaimKey::OnTime => "It was promised by {when} and came in time. Choose another reason, or write to us.",
        ClaimKey::NoPromise => {
            "We do not know when the order was promised to arrive. Write to us, and a person looks at it."
        }
        ClaimKey::Excluded => {
            "{title} cannot be sent back for a change of mind, because it is custom-made, perishable, opened or a periodical. If something is wrong with it, choose that as the reason."
        }
        ClaimKey::Photo => "A photo of what is wrong is needed.",
        ClaimKey::Nothing => "After the fees nothing would be left to pay back. Choose more, or something else.",
        ClaimKey::NoLines => "Please choose at least one of the goods.",
        ClaimKey::NoAmount => "How much it would be is for us to say. Write to us, and a person looks at it.",
        ClaimKey::NoSuchLine => "{line} is not part of the order any more. Please choose again.",
        ClaimKey::Miscounted => "Please choose at least one of {title}.",
        ClaimKey::UnitsNone => "All of {title} is part of a claim already.",
        ClaimKey::Units => "Of {title} at most {free} can be chosen.",
        ClaimKey::UndeliveredNone => "None of {title} is there to be sent back.",
        ClaimKey::Undelivered => {
            "Of {title} at most {free} can be sent back: as many were delivered and are not on their way back already."
        }
        ClaimKey::ShippingShort => "Of what the shipping cost, {free} are left. Please choose again.",
        ClaimKey::AmountNone => "Everything that was paid for the order is paid back or part of a claim already.",
        ClaimKey::AmountShort => "Of what was paid for the order {free} are left. Please choose fewer.",
        ClaimKey::AmountBelow => "More than that was paid back for this already.",
        ClaimKey::TooMany => "There are too many claims on this order for another one. Write to us.",
    }
}
