//! Every text of the pages on which customers see their claims and ask for one, by key.
use super::super::keys::keys;

keys! {
    /// One text about a claim, on a page. `name` is how settings call it.
    ClaimKey
    // On a ticket's page: what can be asked for, and how it stands.
    Offer = "claim.offer" ();
    OfferHint = "claim.offer_hint" ();
    Heading = "claim.heading" (number);
    Checking = "claim.checking" ();
    CheckingNext = "claim.checking_next" ();
    DecideBy = "claim.decide_by" ();
    Asks = "claim.asks" ();
    Approved = "claim.approved" ();
    ToSend = "claim.to_send" ();
    Transit = "claim.transit" ();
    TransitNext = "claim.transit_next" ();
    Here = "claim.here" ();
    HereNext = "claim.here_next" ();
    Paying = "claim.paying" ();
    PartlyPaid = "claim.partly_paid" ();
    PayBy = "claim.pay_by" ();
    Readying = "claim.readying" ();
    Rejected = "claim.rejected" ();
    Cancelled = "claim.cancelled" ();
    Expired = "claim.expired" ();
    ReturnTracking = "claim.return_tracking" ();
    Cancel = "claim.cancel" ();
    SentLabel = "claim.sent_label" ();
    SentHint = "claim.sent_hint" ();
    Sent = "claim.sent" ();
    SentFault = "claim.sent_fault" ();
    Agree = "claim.agree" ();
    Decline = "claim.decline" ();

    // Its story.
    StepRequested = "claim.step.requested" ();
    StepChanged = "claim.step.changed" ();
    StepAgreed = "claim.step.agreed" ();
    StepDeclined = "claim.step.declined" ();
    StepApproved = "claim.step.approved" ();
    StepToSend = "claim.step.to_send" ();
    StepReminded = "claim.step.reminded" ();
    StepSent = "claim.step.sent" ();
    StepReceived = "claim.step.received" ();
    StepInspected = "claim.step.inspected" ();
    StepRepairable = "claim.step.repairable" ();
    StepUnrepairable = "claim.step.unrepairable" ();
    StepRepaired = "claim.step.repaired" ();
    StepSettling = "claim.step.settling" ();
    StepSettled = "claim.step.settled" ();
    StepRejected = "claim.step.rejected" ();
    StepCancelled = "claim.step.cancelled" ();
    StepExpired = "claim.step.expired" ();

    // What is said of the form before.
    NoticeAsked = "claim.notice.asked" ();
    NoticeDone = "claim.notice.done" ();
    NoticeFigures = "claim.notice.figures" ();
    NoticeNot = "claim.notice.not" ();
    NoticeChoose = "claim.notice.choose" ();
    NoticeNoPhoto = "claim.notice.no_photo" ();
    NoticePhotoGone = "claim.notice.photo_gone" ();
    NoticePhotoEmpty = "claim.notice.photo_empty" ();
    NoticePhotoLarge = "claim.notice.photo_large" ();
    NoticePhotoOther = "claim.notice.photo_other" ();
    NoticePhotosMany = "claim.notice.photos_many" (most);
    NoticeLong = "claim.notice.long" (most);

    // Choosing.
    Title = "claim.title" ();
    Order = "claim.order" (order);
    Back = "claim.back" (number);
    Goods = "claim.goods" ();
    HowMany = "claim.how_many" (title);
    Free = "claim.free" (free, count);
    Taken = "claim.taken" (title);
    Why = "claim.why" ();
    Compare = "claim.compare" ();
    Chosen = "claim.chosen" ();
    Anew = "claim.anew" ();
    Possible = "claim.possible" ();
    Impossible = "claim.impossible" ();
    GoodsBack = "claim.goods_back" ();
    GoodsStay = "claim.goods_stay" ();
    PhotoNeeded = "claim.photo_needed" ();
    Choose = "claim.choose" (kind);
    Rules = "claim.rules" (reason);
    RuleDays = "claim.rule.days" (days);
    RuleHours = "claim.rule.hours" (hours);
    RulePromise = "claim.rule.promise" (days);
    RuleExcluded = "claim.rule.excluded" ();
    RuleShipping = "claim.rule.shipping" ();
    Yours = "claim.yours" ();
    OtherKind = "claim.other_kind" ();
    Photos = "claim.photos" ();
    PhotosNeeded = "claim.photos_needed" ();
    PhotosFree = "claim.photos_free" ();
    PhotoLabel = "claim.photo_label" ();
    PhotoHint = "claim.photo_hint" (most);
    PhotoSend = "claim.photo_send" ();
    PhotoThere = "claim.photo_there" (place, kind);
    PhotoRemove = "claim.photo_remove" (place);
    Message = "claim.message" ();
    MessageHint = "claim.message_hint" ();
    Agreement = "claim.agreement" ();
    Request = "claim.request" ();

    // Why something is not possible.
    NotOffered = "claim.not.offered" ();
    NotDelivered = "claim.not.delivered" (title);
    NotDeliveredAny = "claim.not.delivered_any" ();
    Closed = "claim.not.closed" (when);
    NotYet = "claim.not.yet" (when);
    NoPromise = "claim.not.promise" ();
    OnTime = "claim.not.on_time" (when);
    Excluded = "claim.not.excluded" (title);
    Photo = "claim.not.photo" ();
    Nothing = "claim.not.nothing" ();
    NoLines = "claim.not.lines" ();
    NoAmount = "claim.not.amount" ();
    NoSuchLine = "claim.not.line" (line);
    Miscounted = "claim.not.count" (title);
    UnitsNone = "claim.not.units_none" (title);
    Units = "claim.not.units" (title, free);
    UndeliveredNone = "claim.not.undelivered_none" (title);
    Undelivered = "claim.not.undelivered" (title, free);
    ShippingShort = "claim.not.shipping" (free);
    AmountNone = "claim.not.amount_none" ();
    AmountShort = "claim.not.amount_short" (free);
    AmountBelow = "claim.not.amount_below" ();
    TooMany = "claim.not.too_many" ();
}
