//! English.
use super::DecideKey;

pub(crate) fn text(key: DecideKey) -> &'static str {
    match key {
        DecideKey::Title => "Claim on ticket {number} – {shop}",
        DecideKey::OpenHeading => "Your decision is needed",
        DecideKey::OpenText => "Looking at this page decides nothing: only the buttons below it do.",
        DecideKey::OpenOnce => {
            "This link decides once. The email that confirms it has a link to take it back, and until that has expired nothing is paid."
        }
        DecideKey::Until => "The link works until",
        DecideKey::About => "The claim",
        DecideKey::Figures => "What it comes to",
        DecideKey::Weigh => "What there is to weigh",
        DecideKey::Given => "Approvals given so far",
        DecideKey::None => "None yet.",
        DecideKey::ByLink => "by a link, {when}",
        DecideKey::AtDesk => "at the desk, {when}",
        DecideKey::You => "You ({role})",
        DecideKey::Choose => "Decide",
        DecideKey::Approve => "Approve",
        DecideKey::ReasonLabel => "Or reject it. Why?",
        DecideKey::ReasonHint => "For your colleagues only: the customer never sees it. At most {most} characters.",
        DecideKey::Reject => "Reject",
        DecideKey::FaultEmpty => "Please say why before you reject it.",
        DecideKey::FaultLong => "At most {most} characters fit, and this has {length}. Please shorten it.",

        DecideKey::ApprovedYou => "You approved this claim",
        DecideKey::Approved => "This claim is approved",
        DecideKey::RejectedYou => "You rejected this claim",
        DecideKey::Rejected => "This claim is rejected",
        DecideKey::DecidedBy => "It was decided by: {role}.",
        DecideKey::ByRules => "The rules alone approved it.",
        DecideKey::BackUntil => "It can be taken back until",
        DecideKey::BackYours => {
            "To take it back, use the link in the email that confirms your decision. Until then nothing goes on and nothing is paid."
        }
        DecideKey::BackTheirs => {
            "Until then whoever decided can take it back, and nothing goes on. There is nothing for you to do."
        }
        DecideKey::WentOn => {
            "It has gone on and can no longer be taken back. If something is wrong, please sign in at the desk."
        }
        DecideKey::Cancelled => "This claim is cancelled",
        DecideKey::Lapsed => "This return has expired",
        DecideKey::NothingLeft => "There is nothing left to decide.",
        DecideKey::LookedAt => "This claim is being looked at",
        DecideKey::NewMail => "If it needs your decision, an email with a new link comes to you.",
        DecideKey::Changed => "This claim was changed since your email",
        DecideKey::ChangedText => "So your link no longer decides. What it is now is shown below.",
        DecideKey::AmissHeading => "This claim cannot be approved as it is",
        DecideKey::AmissPhotos => {
            "A photo that it was asked with is not there any more, or was replaced by another one after you were asked."
        }
        DecideKey::AmissOrder => "The order has become smaller since, and does not give this any more.",
        DecideKey::AmissNext => {
            "You can reject it here, or have it changed at the desk, after which it is decided anew."
        }
        DecideKey::Hands => "Somebody else has to decide",
        DecideKey::AboveLink => "This takes more than a link",
        DecideKey::AboveRole => "Another role has to decide",
        DecideKey::AboveRoleText => {
            "It needs an approval by: {roles}. It is with them, and there is nothing for you to do."
        }
        DecideKey::Half => {
            "It still needs an approval by: {roles}. It is with them, and there is nothing for you to do."
        }
        DecideKey::Spent => "This link has been used",
        DecideKey::SpentText => {
            "It decides once, and that decision was taken back. Please use the newest email about this claim, or sign in at the desk."
        }

        DecideKey::BackApproved => "Take your approval back?",
        DecideKey::BackRejected => "Take your rejection back?",
        DecideKey::BackText => "It then waits for a decision again, and those who may decide get a new email.",
        DecideKey::BackButton => "Take it back",
        DecideKey::Pending => "This claim waits for a decision again",
        DecideKey::PendingText => {
            "The decision was taken back. To decide, use the newest email about this claim, or sign in at the desk."
        }

        DecideKey::NoticeStale => {
            "That could not be taken: the page was too old, or the button was not pressed on it. Nothing was decided. Please press it again here."
        }
        DecideKey::NoticeUsed => {
            "That had been sent before with something else in it, and the first counts. How it stands now is shown here."
        }
        DecideKey::NoticeRefused => "Nothing was decided with that. Why, and what you can do, is shown here.",
        DecideKey::NoticeFault => "Nothing was decided yet: the reason needs another look.",
        DecideKey::NoticeLarge => {
            "That was too long to be taken in: at most {most} characters fit. Nothing was decided."
        }

        DecideKey::ExpiredHeading => "This link has expired",
        DecideKey::ExpiredText => {
            "Nothing can be decided with it any more. Please sign in at the desk and decide there."
        }
        DecideKey::LateHeading => "The time to take it back is over",
        DecideKey::LateText => {
            "The claim has gone on. If something is wrong, please sign in at the desk; if it was not you who decided, tell your administrator at once."
        }
        DecideKey::LeftHeading => "This link no longer works for you",
        DecideKey::LeftText => {
            "You are not on the shop’s list of staff any more, so nothing can be decided with it. If that is wrong, please ask your administrator."
        }
        DecideKey::ErasedHeading => "This ticket has been erased",
        DecideKey::ErasedText => {
            "What its customer told us was erased, so it is no longer decided by a link. Please sign in at the desk."
        }
        DecideKey::GoneHeading => "This link does not work",
        DecideKey::GoneText => {
            "It may not be whole, or it was not made for this. Please open the link in your newest email once more, or sign in at the desk."
        }
        DecideKey::Footer => {
            "This page is for you alone: whoever has its link can decide for {shop} in your name. Please do not forward it."
        }
    }
}
