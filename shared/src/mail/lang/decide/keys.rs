//! The texts of the page behind an approver's link, by key.
use super::super::keys::keys;

keys! {
    /// One text of that page.
    DecideKey

    // The page behind an approver's link.
    Title = "decide.title" (number, shop);
    OpenHeading = "decide.open" ();
    OpenText = "decide.open_text" ();
    OpenOnce = "decide.open_once" ();
    Until = "decide.until" ();
    About = "decide.about" ();
    Figures = "decide.figures" ();
    Weigh = "decide.weigh" ();
    Given = "decide.given" ();
    None = "decide.given_none" ();
    ByLink = "decide.by_link" (when);
    AtDesk = "decide.at_desk" (when);
    You = "decide.you" (role);
    Choose = "decide.choose" ();
    Approve = "decide.approve" ();
    ReasonLabel = "decide.reason" ();
    ReasonHint = "decide.reason_hint" (most);
    Reject = "decide.reject" ();
    FaultEmpty = "decide.fault_empty" ();
    FaultLong = "decide.fault_long" (most, length);

    // How the claim stands.
    ApprovedYou = "decide.approved_you" ();
    Approved = "decide.approved" ();
    RejectedYou = "decide.rejected_you" ();
    Rejected = "decide.rejected" ();
    DecidedBy = "decide.decided_by" (role);
    ByRules = "decide.by_rules" ();
    BackUntil = "decide.back_until" ();
    BackYours = "decide.back_yours" ();
    BackTheirs = "decide.back_theirs" ();
    WentOn = "decide.went_on" ();
    Cancelled = "decide.cancelled" ();
    Lapsed = "decide.lapsed" ();
    NothingLeft = "decide.nothing_left" ();
    LookedAt = "decide.looked_at" ();
    NewMail = "decide.new_mail" ();
    Changed = "decide.changed" ();
    ChangedText = "decide.changed_text" ();
    AmissHeading = "decide.amiss" ();
    AmissPhotos = "decide.amiss_photos" ();
    AmissOrder = "decide.amiss_order" ();
    AmissNext = "decide.amiss_next" ();
    Hands = "decide.hands" ();
    AboveLink = "decide.above_link" ();
    AboveRole = "decide.above_role" ();
    AboveRoleText = "decide.above_role_text" (roles);
    Half = "decide.half" (roles);
    Spent = "decide.spent" ();
    SpentText = "decide.spent_text" ();

    // Taking it back.
    BackApproved = "decide.back_approved" ();
    BackRejected = "decide.back_rejected" ();
    BackText = "decide.back_text" ();
    BackButton = "decide.back" ();
    Pending = "decide.pending" ();
    PendingText = "decide.pending_text" ();

    // About the request before.
    NoticeStale = "decide.notice_stale" ();
    NoticeUsed = "decide.notice_used" ();
    NoticeRefused = "decide.notice_refused" ();
    NoticeFault = "decide.notice_fault" ();
    NoticeLarge = "decide.notice_large" (most);

    // Links that lead no further.
    ExpiredHeading = "decide.expired" ();
    ExpiredText = "decide.expired_text" ();
    LateHeading = "decide.late" ();
    LateText = "decide.late_text" ();
    LeftHeading = "decide.left" ();
    LeftText = "decide.left_text" ();
    ErasedHeading = "decide.erased" ();
    ErasedText = "decide.erased_text" ();
    GoneHeading = "decide.gone" ();
    GoneText = "decide.gone_text" ();
    Footer = "decide.footer" (shop);
}
