//! Every text that is about a case, by key: to its customer and to those who decide.
use super::super::keys::keys;

keys! {
    /// One text about a case. `name` is how settings call it.
    CaseKey
    // To the customer: what happened.
    AskedHeading = "case_requested.heading" ();
    AskedIntro = "case_requested.intro" ();
    OfferedHeading = "case_offered.heading" ();
    OfferedIntro = "case_offered.intro" ();
    ChangedHeading = "case_changed.heading" ();
    ChangedIntro = "case_changed.intro" ();
    ChangedAct = "case_changed.act" ();
    ChangedConsent = "case_changed.consent" ();
    ChangedWas = "case_changed.was" ();
    ChangedNow = "case_changed.now" ();
    ChangedLink = "case_changed.link" ();
    ApprovedHeading = "case_approved.heading" ();
    ApprovedMoney = "case_approved.money" ();
    ApprovedGoods = "case_approved.goods" ();
    ApprovedReturn = "case_approved.return" ();
    ApprovedAsk = "case_approved.ask" ();
    SendBy = "case_return.send_by" ();
    Pack = "case_return.pack" (number);
    FeesKept = "case_return.fees" ();
    FeesNone = "case_return.no_fees" ();
    RejectedHeading = "case_rejected.heading" ();
    RejectedIntro = "case_rejected.intro" ();
    RejectedAnswer = "case_rejected.answer" ();
    CancelledHeading = "case_cancelled.heading" ();
    CancelledIntro = "case_cancelled.intro" ();
    CancelledAnswer = "case_cancelled.answer" ();
    CancelledPaid = "case_cancelled.paid" ();
    CancelledBack = "case_cancelled.goods" ();
    GoodsBack = "case_goods_back" ();
    RestBack = "goods_sent_back.rest" ();
    SentBackHeading = "case_sent_back.heading" ();
    SentBackIntro = "case_sent_back.intro" ();
    LapsedHeading = "case_lapsed.heading" ();
    LapsedIntro = "case_lapsed.intro" ();
    AgreeHeading = "agreement_reminder.heading" ();
    AgreeIntro = "agreement_reminder.intro" ();
    AgreeBy = "agreement_reminder.by" ();
    AgreeElse = "agreement_reminder.else" ();
    ReceivedLate = "goods_received.late" ();
    ExpiredHeading = "case_expired.heading" ();
    ExpiredIntro = "case_expired.intro" ();
    ExpiredAnswer = "case_expired.answer" ();
    SettledHeading = "case_settled.heading" ();
    SettledIntro = "case_settled.intro" ();
    ShippedHeading = "case_shipped.heading" ();
    ShippedIntro = "case_shipped.intro" ();
    ReturnHeading = "return_reminder.heading" ();
    ReturnIntro = "return_reminder.intro" ();
    ReturnSent = "return_reminder.sent" ();
    ReturnAfter = "return_reminder.after" ();
    ReceivedHeading = "goods_received.heading" ();
    ReceivedIntro = "goods_received.intro" ();

    // What a case comes to.
    Kind = "case.kind" ();
    Reason = "case.reason" ();
    Units = "case.units" (count, title);
    Untitled = "case.untitled" (line);
    Goods = "case.goods" ();
    Given = "case.given" ();
    Shipping = "case.shipping" ();
    Restocking = "case.restocking" ();
    Label = "case.label" ();
    Already = "case.already" ();
    Net = "case.net" ();
    PaidTo = "case.paid_to" (method, payment);
    PaidBack = "case.paid_back" (method, payment);
    Payer = "case.payer" ();
    PayerShop = "case.payer.merchant" ();
    PayerCustomer = "case.payer.customer" ();
    PayerYou = "case.payer.you" ();
    Takes = "case.takes" ();
    Days = "case.days" (days);
    Day = "case.day" ();
    DaysLeft = "case.days_left" ();
    Tracking = "case.tracking" ();
    WorthIs = "case.worth" (what, amount);

    // Why it is asked for.
    ReasonChangeOfMind = "case_reason.change_of_mind" ();
    ReasonDefective = "case_reason.defective" ();
    ReasonWrongItem = "case_reason.wrong_item" ();
    ReasonDamaged = "case_reason.damaged" ();
    ReasonMissing = "case_reason.missing" ();
    ReasonNotReceived = "case_reason.not_received" ();
    ReasonLate = "case_reason.late" ();

    // How it was paid.
    MethodCard = "payment.card" ();
    MethodWallet = "payment.wallet" ();
    MethodTransfer = "payment.transfer" ();
    MethodGiftCard = "payment.gift_card" ();
    MethodStoreCredit = "payment.store_credit" ();
    MethodCash = "payment.cash_on_delivery" ();
    MethodOther = "payment.other" ();

    // To those who have to approve it.
    ApproveSubject = "approve.subject" (amount, number);
    ApproveHeading = "approve.heading" ();
    ApproveIntro = "approve.intro" ();
    EscalatedSubject = "escalated.subject" (amount, number);
    EscalatedHeading = "escalated.heading" ();
    EscalatedIntro = "escalated.intro" ();
    DecideNext = "approve.next" ();
    DecideLink = "approve.link" ();
    DecideLinkNote = "approve.link_note" (when);
    DecideDesk = "approve.desk" ();
    DecideHands = "approve.hands" ();
    CaseNumber = "approve.case" ();
    AskedBy = "approve.asked_by" ();
    AskedCustomer = "approve.asked.customer" ();
    AskedShop = "approve.asked.storefront" ();
    AskedStaff = "approve.asked.staff" (role);
    AskedSystem = "approve.asked.system" ();
    Stake = "approve.stake" ();
    OfOrder = "approve.of_order" ();
    Needed = "approve.needed" ();
    CameBack = "approve.came_back" ();
    Passed = "approve.passed" ();
    Photos = "approve.photos" ();
    InWindow = "approve.in_window" ();
    Evidence = "approve.evidence" ();
    Overridden = "approve.overridden" ();
    OverriddenWhy = "approve.overridden_why" ();
    Consent = "approve.consent" ();
    ConsentOpen = "approve.consent_open" ();
    Risk = "approve.risk" ();
    Why = "approve.why" ();
    Yes = "approve.yes" ();
    No = "approve.no" ();
    DecideFooter = "footer.approve" (shop);

    // Confirmed to whoever decided by a link.
    DecidedApprovedSubject = "decided.approved_subject" (amount, number);
    DecidedRejectedSubject = "decided.rejected_subject" (amount, number);
    DecidedApprovedHeading = "decided.approved_heading" ();
    DecidedRejectedHeading = "decided.rejected_heading" ();
    DecidedIntro = "decided.intro" ();
    DecidedAct = "decided.act" ();
    DecidedUntil = "decided.until" ();
    DecidedLink = "decided.link" ();
    DecidedLate = "decided.late" ();
    DecidedFooter = "footer.decided" (shop);

    // To those who look after money.
    DeclinedSubject = "payout_declined.subject" (amount, number);
    DeclinedHeading = "payout_declined.heading" ();
    DeclinedIntro = "payout_declined.intro" ();
    DeclinedAct = "payout_declined.act" ();
    DeclinedPayment = "payout_declined.payment" ();
    DeclinedAmount = "payout_declined.amount" ();
    DeclinedCode = "payout_declined.code" ();
    DeclinedNoCode = "payout_declined.no_code" ();
    DeclinedChargedBack = "payout_declined.charged_back" ();
    DeclinedLessCaptured = "payout_declined.less_captured" ();
    DeclinedNotListed = "payout_declined.not_listed" ();
    DeclinedNotHeld = "payout_declined.not_held" ();
    DeclinedNoProvider = "payout_declined.no_provider" ();
    DeclinedLessOrdered = "payout_declined.less_ordered" ();
    UnsetSubject = "payout_waits.subject" (amount, number);
    UnsetHeading = "payout_waits.heading" ();
    UnsetAct = "payout_waits.act" ();
    DeclinedFooter = "footer.payout" (shop);
    OverdueSubject = "payout_overdue.subject" (amount, number);
    OverdueHeading = "payout_overdue.heading" ();
    OverdueIntro = "payout_overdue.intro" ();
    OverdueAct = "payout_overdue.act" ();

    // To those who have goods that are to be sent back.
    BackSubject = "send_back.subject" (number);
    BackHeading = "send_back.heading" ();
    BackIntro = "send_back.intro" ();
    BackAct = "send_back.act" ();
    BackFooter = "footer.send_back" (shop);

    // Roles.
    RoleAgent = "role.agent" ();
    RoleLead = "role.lead" ();
    RoleManager = "role.manager" ();
    RoleHead = "role.head" ();
    RoleFinance = "role.finance" ();
    RoleAdmin = "role.admin" ();

    // Parts of a risk score.
    RiskReturnRate = "risk.return_rate" ();
    RiskManyRefunds = "risk.many_refunds" ();
    RiskFullRefunds = "risk.full_refunds" ();
    RiskNotReceived = "risk.not_received" ();
    RiskLinked = "risk.linked_accounts" ();
    RiskNewAccount = "risk.new_account" ();

    // Why the rules alone did not approve it.
    WhyCurrency = "why_not.currency" ();
    WhyKind = "why_not.kind" ();
    WhyReason = "why_not.reason" ();
    WhyWindow = "why_not.window" ();
    WhyEvidence = "why_not.evidence" ();
    WhyHighRisk = "why_not.high_risk" ();
    WhyAmount = "why_not.amount" ();
    WhyRisk = "why_not.risk" ();
    WhyCustomerAmount = "why_not.customer_amount" ();
    WhyCustomerCount = "why_not.customer_count" ();
    WhyCompensation = "why_not.compensation" ();
    WhyInspection = "why_not.inspection" ();
    WhyNothingLeft = "why_not.nothing_left" ();
    WhyOrderLess = "why_not.order_less" ();
    WhyAmountAsked = "why_not.amount_asked" ();
    WhySentBefore = "why_not.sent_before" ();
}
