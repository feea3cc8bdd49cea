//! English.
use super::CaseKey;

pub(crate) fn text(key: CaseKey) -> &'static str {
    match key {
        CaseKey::AskedHeading => "We have your claim",
        CaseKey::AskedIntro => {
            "We are checking it now and will write to you as soon as it is decided. This is what we have on file."
        }
        CaseKey::OfferedHeading => "We have a solution for you",
        CaseKey::OfferedIntro => "We would like to do the following for you.",
        CaseKey::ChangedHeading => "We would like to change your claim",
        CaseKey::ChangedIntro => "After a closer look we can offer you something other than what was asked for.",
        CaseKey::ChangedAct => "Do you agree? Say yes or no on the page below, or just reply to this email.",
        CaseKey::ChangedConsent => "We will not go ahead before you agree.",
        CaseKey::ChangedWas => "It was",
        CaseKey::ChangedNow => "It is now",
        CaseKey::ChangedLink => "Agree or decline",
        CaseKey::ApprovedHeading => "Your claim is approved",
        CaseKey::ApprovedMoney => "We are sending the money back the way you paid.",
        CaseKey::ApprovedGoods => "We are getting your goods ready and will write to you when they are on their way.",
        CaseKey::ApprovedReturn => "Please send the goods back to us now. We go on as soon as we have them.",
        CaseKey::ApprovedAsk => "It still needs your agreement: please say yes or no on the page below.",
        CaseKey::SendBy => "Please send them by",
        CaseKey::Pack => {
            "Please pack the goods listed here with everything that came with them, in their own packaging if you still have it, and put a note with the number {number} into the parcel."
        }
        CaseKey::FeesKept => {
            "The fees shown are taken off what you get back, because the goods go back without being at fault."
        }
        CaseKey::FeesNone => "Sending them back costs you nothing: we bear the costs.",
        CaseKey::RejectedHeading => "Your claim was not approved",
        CaseKey::RejectedIntro => "We have looked at your claim and cannot approve it.",
        CaseKey::RejectedAnswer => {
            "Do you see it differently, or have something to add? Just reply to this email, and a person will read it."
        }
        CaseKey::CancelledHeading => "Your claim is cancelled",
        CaseKey::CancelledIntro => "This claim is cancelled, and nothing more is done about it.",
        CaseKey::CancelledAnswer => "Was that not what you wanted? Just reply to this email.",
        CaseKey::CancelledPaid => {
            "This claim is cancelled. What is listed here was paid back, and nothing more is done about it."
        }
        CaseKey::CancelledBack => "This claim is cancelled.",
        CaseKey::GoodsBack => {
            "We are sending your goods back to you, and will write to you when they are on their way."
        }
        CaseKey::RestBack => {
            "The goods that we did not take we are sending back to you, and will write to you when they are on their way."
        }
        CaseKey::SentBackHeading => "Your goods are on their way back to you",
        CaseKey::SentBackIntro => "We have sent your own goods back to you, and with that your claim is done.",
        CaseKey::LapsedHeading => "This proposal has expired",
        CaseKey::LapsedIntro => {
            "You did not say whether you agree, so this proposal is over and nothing more is done about it."
        }
        CaseKey::AgreeHeading => "Please say whether you agree",
        CaseKey::AgreeIntro => {
            "We have approved this for you, and go on as soon as you agree: please say yes or no on the page below."
        }
        CaseKey::AgreeBy => "Please answer by",
        CaseKey::AgreeElse => "Without an answer it is over then.",
        CaseKey::ReceivedLate => {
            "We have your goods, but they came after this return was over. A person looks at it now and writes to you."
        }
        CaseKey::ExpiredHeading => "Your return has expired",
        CaseKey::ExpiredIntro => "The goods were not sent back in time, so this return is over.",
        CaseKey::ExpiredAnswer => "Have you sent them already, or do you still want to? Just reply to this email.",
        CaseKey::SettledHeading => "Your money is on its way back",
        CaseKey::SettledIntro => {
            "We have sent the money back the way you paid. Your bank may take a few days to show it."
        }
        CaseKey::ShippedHeading => "Your goods are on their way",
        CaseKey::ShippedIntro => "We have sent them to you, and with that your claim is done.",
        CaseKey::ReturnHeading => "Please send your return",
        CaseKey::ReturnIntro => "Your return is approved, but we have not heard that the goods were sent.",
        CaseKey::ReturnSent => {
            "Sent already? Give us the tracking number on the page below, or just reply to this email."
        }
        CaseKey::ReturnAfter => "After that the return is over, and nothing is paid back.",
        CaseKey::ReceivedHeading => "Your return has arrived",
        CaseKey::ReceivedIntro => {
            "We have what is listed here and are looking at it. You will hear from us when that is done."
        }

        CaseKey::Kind => "Claim",
        CaseKey::Reason => "Reason",
        CaseKey::Units => "{count} × {title}",
        CaseKey::Untitled => "item {line}",
        CaseKey::Goods => "Goods",
        CaseKey::Given => "Compensation",
        CaseKey::Shipping => "Shipping",
        CaseKey::Restocking => "Restocking fee",
        CaseKey::Label => "Return label",
        CaseKey::Already => "Given back before",
        CaseKey::Net => "Paid back in all",
        CaseKey::PaidTo => "Of that to {method} {payment}",
        CaseKey::PaidBack => "Paid back to {method} {payment}",
        CaseKey::Payer => "Who bears the costs",
        CaseKey::PayerShop => "The shop",
        CaseKey::PayerCustomer => "The customer",
        CaseKey::PayerYou => "You",
        CaseKey::Takes => "Time from approval",
        CaseKey::Days => "{days} days",
        CaseKey::Day => "1 day",
        CaseKey::DaysLeft => "Time left",
        CaseKey::Tracking => "Tracking number",
        CaseKey::WorthIs => "{what}, {amount}",

        CaseKey::ReasonChangeOfMind => "Change of mind",
        CaseKey::ReasonDefective => "Defective",
        CaseKey::ReasonWrongItem => "Wrong item",
        CaseKey::ReasonDamaged => "Damaged",
        CaseKey::ReasonMissing => "Parts or units missing",
        CaseKey::ReasonNotReceived => "Not received",
        CaseKey::ReasonLate => "Arrived late",

        CaseKey::MethodCard => "card",
        CaseKey::MethodWallet => "wallet",
        CaseKey::MethodTransfer => "bank transfer",
        CaseKey::MethodGiftCard => "gift card",
        CaseKey::MethodStoreCredit => "store credit",
        CaseKey::MethodCash => "cash on delivery",
        CaseKey::MethodOther => "payment",

        CaseKey::ApproveSubject => "[Please decide] {amount}, ticket {number}",
        CaseKey::ApproveHeading => "A claim needs your decision",
        CaseKey::ApproveIntro => "The rules alone do not approve this claim. It waits for you.",
        CaseKey::EscalatedSubject => "[Nobody decided] {amount}, ticket {number}",
        CaseKey::EscalatedHeading => "Nobody decided on a claim in time",
        CaseKey::EscalatedIntro => {
            "Those who were asked to approve this claim have not decided in time, so it now comes to you."
        }
        CaseKey::DecideNext => "Without a decision the next level is asked at",
        CaseKey::DecideLink => "Look at it and decide",
        CaseKey::DecideLinkNote => {
            "The link is yours alone: whoever has it can decide, so please do not forward it. It works once, until {when}, and only for the claim as it stands here."
        }
        CaseKey::DecideDesk => "It is about more than a link may decide. Please sign in at the desk.",
        CaseKey::DecideHands => {
            "You asked for this claim, changed it or approved it before, so somebody else has to decide. Please see that they do."
        }
        CaseKey::CaseNumber => "Claim on this ticket",
        CaseKey::AskedBy => "Asked for by",
        CaseKey::AskedCustomer => "The customer",
        CaseKey::AskedShop => "The storefront",
        CaseKey::AskedStaff => "Staff ({role})",
        CaseKey::AskedSystem => "The system",
        CaseKey::Stake => "Value of this claim",
        CaseKey::OfOrder => "Given on this order, with this claim",
        CaseKey::Needed => "Approvals still needed",
        CaseKey::CameBack => "Came back",
        CaseKey::Passed => "Passed the inspection",
        CaseKey::Photos => "Photos",
        CaseKey::InWindow => "Within the period",
        CaseKey::Evidence => "Evidence asked for is there",
        CaseKey::Overridden => "A rule was let pass",
        CaseKey::OverriddenWhy => "Yes, the reason is at the desk",
        CaseKey::Consent => "Customer’s agreement",
        CaseKey::ConsentOpen => "Still asked for",
        CaseKey::Risk => "Risk score",
        CaseKey::Why => "Why not automatic",
        CaseKey::Yes => "Yes",
        CaseKey::No => "No",
        CaseKey::DecideFooter => "You are receiving this email because you decide on claims at {shop}.",

        CaseKey::DecidedApprovedSubject => "[You approved] {amount}, ticket {number}",
        CaseKey::DecidedRejectedSubject => "[You rejected] {amount}, ticket {number}",
        CaseKey::DecidedApprovedHeading => "You approved a claim",
        CaseKey::DecidedRejectedHeading => "You rejected a claim",
        CaseKey::DecidedIntro => "This was decided with the link in your email.",
        CaseKey::DecidedAct => {
            "Was it not you, or do you want to think again? Take it back now, and if it was not you, tell your administrator."
        }
        CaseKey::DecidedUntil => "You can take it back until",
        CaseKey::DecidedLink => "Take it back",
        CaseKey::DecidedLate => "It can no longer be taken back. If it was not you, tell your administrator at once.",
        CaseKey::DecidedFooter => {
            "You are receiving this email because a link made for you decided on a claim at {shop}."
        }

        CaseKey::DeclinedSubject => "[Refund declined] {amount}, ticket {number}",
        CaseKey::DeclinedHeading => "The payment provider declined a refund",
        CaseKey::DeclinedIntro => "The customer has not got this money. It stays held for them.",
        CaseKey::DeclinedAct => {
            "Please look at the payment with the provider, then have it tried again at the desk, or agree on another way with the customer."
        }
        CaseKey::DeclinedPayment => "Payment",
        CaseKey::DeclinedAmount => "Amount",
        CaseKey::DeclinedCode => "Provider’s code",
        CaseKey::DeclinedNoCode => "None given",
        CaseKey::DeclinedChargedBack => {
            "the bank took the money back. Wait for the end of that and try again, or cancel the case and ask for what is left"
        }
        CaseKey::DeclinedLessCaptured => {
            "the order says that less was paid than is to go back. Put its facts right and try again, or cancel the case and ask for what is left"
        }
        CaseKey::DeclinedNotListed => {
            "the order lists this payment no more. Put its facts with the payment and try again, or cancel the case"
        }
        CaseKey::DeclinedNotHeld => "the money is held for this case no more. Cancel the case and ask for what is left",
        CaseKey::DeclinedNoProvider => "no payment provider is set",
        CaseKey::DeclinedLessOrdered => {
            "the order has less of it by now than is to be paid back for. Compare both, then change the case, or cancel it and \
             ask for what is left"
        }
        CaseKey::UnsetSubject => "[Refund waits] {amount}, ticket {number}",
        CaseKey::UnsetHeading => "A refund waits for a payment provider",
        CaseKey::UnsetAct => {
            "Have an admin set the payment provider. Within a day the refund then goes out by itself; trying again at the desk \
             sends it at once."
        }
        CaseKey::OverdueSubject => "[Refund unclear] {amount}, ticket {number}",
        CaseKey::OverdueHeading => "Nobody knows whether a refund went through",
        CaseKey::OverdueIntro => {
            "For a day the payment provider has not said what became of it. It is asked again every day."
        }
        CaseKey::OverdueAct => {
            "Please look at the payment with the provider. Do not pay it by hand while it may still go through."
        }
        CaseKey::DeclinedFooter => "You are receiving this email because you look after refunds at {shop}.",

        CaseKey::BackSubject => "[Send back] Goods of ticket {number}",
        CaseKey::BackHeading => "Goods are to be sent back",
        CaseKey::BackIntro => "A claim is over, and we have goods of it that go back to the customer.",
        CaseKey::BackAct => {
            "Please send them back to the customer, and enter the tracking number at the desk with “shipped”. The claim stays open until then."
        }
        CaseKey::BackFooter => "You are receiving this email because you look after returns at {shop}.",

        CaseKey::RoleAgent => "agent",
        CaseKey::RoleLead => "lead",
        CaseKey::RoleManager => "manager",
        CaseKey::RoleHead => "head of service",
        CaseKey::RoleFinance => "finance",
        CaseKey::RoleAdmin => "administrator",

        CaseKey::RiskReturnRate => "return rate",
        CaseKey::RiskManyRefunds => "many refunds",
        CaseKey::RiskFullRefunds => "full refunds",
        CaseKey::RiskNotReceived => "not-received claims",
        CaseKey::RiskLinked => "linked accounts",
        CaseKey::RiskNewAccount => "new account",

        CaseKey::WhyCurrency => "no limits are set for its currency",
        CaseKey::WhyKind => "this kind is never automatic",
        CaseKey::WhyReason => "this reason is never automatic",
        CaseKey::WhyWindow => "outside the period",
        CaseKey::WhyEvidence => "evidence is missing",
        CaseKey::WhyHighRisk => "the risk score is so high that a lead has to look",
        CaseKey::WhyAmount => "the order’s refunds are above the limit",
        CaseKey::WhyRisk => "the risk score is high",
        CaseKey::WhyCustomerAmount => "the customer’s automatic refunds add up to too much",
        CaseKey::WhyCustomerCount => "the customer had too many automatic refunds",
        CaseKey::WhyCompensation => "compensations add up to too much",
        CaseKey::WhyInspection => "the inspection did not pass all of it",
        CaseKey::WhyOrderLess => "the order became smaller after this was asked for",
        CaseKey::WhyNothingLeft => "the goods are here, and nothing is left to be paid back for them",
        CaseKey::WhyAmountAsked => "the customer says how much",
        CaseKey::WhySentBefore => "the goods were sent a second time before",
    }
}
