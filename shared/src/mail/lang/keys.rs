//! Every text a mail can say, by key, with the facts it may name. A shop replaces texts by these names.

macro_rules! keys {
    ($(#[$doc:meta])* $group:ident $($key:ident = $name:literal ($($placeholder:ident),*);)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $group { $($key,)* }

        impl $group {
            pub(crate) const ALL: &[Self] = &[$(Self::$key),*];

            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$key => $name,)* }
            }

            /// The `{names}` that every language's text has, and that a shop's text may have.
            pub(crate) fn placeholders(self) -> &'static [&'static str] {
                match self { $(Self::$key => &[$(stringify!($placeholder)),*],)* }
            }
        }
    };
}

pub(super) use keys;

keys! {
    /// One text. `name` is how settings call it.
    Key

    // One subject for all mails of a ticket to its customer: some mail programs thread by it.
    ThreadSubject = "thread.subject" (subject, number);
    ThreadSubjectNone = "thread.subject_none" (number);

    AckHeading = "acknowledge.heading" ();
    AckThanks = "acknowledge.thanks" (shop);
    AckReplyBy = "acknowledge.reply_by" ();
    AckSolveBy = "acknowledge.solve_by" ();
    AckSoon = "acknowledge.soon" ();
    AckMore = "acknowledge.more" ();
    AckPreview = "acknowledge.preview" (number);
    AckFollows = "acknowledge.follows" ();
    AckEarlier = "acknowledge.earlier" ();
    NextNew = "next.new" ();
    NextOpen = "next.open" ();
    NextWaitingCustomer = "next.waiting_customer" ();
    NextWaitingThirdParty = "next.waiting_third_party" ();
    NextWaitingReturn = "next.waiting_return" ();
    NextDone = "next.done" ();

    ReplyHeading = "reply.heading" (shop);
    ReplyHeadingNamed = "reply.heading_named" (shop, agent);
    ReplyAnswer = "reply.answer" ();
    ReplyWaiting = "reply.waiting" ();

    ProposalHeading = "proposal.heading" (shop);
    ProposalOffer = "proposal.offer" ();
    ProposalAnswer = "proposal.answer" ();
    ProposalAnswerLink = "proposal.answer_link" ();
    ProposalLink = "proposal.link" ();
    ProposalConsent = "proposal.consent" ();

    WaitingThirdHeading = "waiting_third_party.heading" ();
    WaitingThirdIntro = "waiting_third_party.intro" ();
    WaitingThirdBy = "waiting_third_party.by" ();
    WaitingReturnHeading = "waiting_return.heading" ();
    WaitingReturnIntro = "waiting_return.intro" ();
    WaitingReturnBy = "waiting_return.by" ();
    WaitingMore = "waiting.more" ();

    ReminderHeading = "reminder.heading" ();
    ReminderIntro = "reminder.intro" ();
    ReminderProposal = "reminder.proposal" ();
    ReminderAct = "reminder.act" ();
    ReminderUntil = "reminder.until" ();
    ReminderAfter = "reminder.after" ();

    ResolvedHeading = "resolved.heading" ();
    ResolvedIntro = "resolved.intro" (shop);
    ResolvedReopenBy = "resolved.reopen_by" ();
    ResolvedReopen = "resolved.reopen" ();
    ResolvedKept = "resolved.kept" ();

    SilentHeading = "resolved_silent.heading" ();
    SilentIntro = "resolved_silent.intro" ();
    SilentReopenBy = "resolved_silent.reopen_by" ();
    SilentReopen = "resolved_silent.reopen" ();

    MergedHeading = "merged.heading" ();
    MergedIntro = "merged.intro" ();
    MergedInto = "merged.into" ();
    MergedMore = "merged.more" ();

    LabelNumber = "customer.number" ();
    LinkFollow = "customer.follow" ();
    FooterCustomer = "footer.customer" (shop, number);
    FooterAutomatic = "footer.automatic" ();

    UrgentSubject = "urgent.subject" (number, category);
    UrgentHeading = "urgent.heading" ();
    UrgentDanger = "urgent.danger" ();
    UrgentLegal = "urgent.legal" ();
    UrgentPlain = "urgent.plain" ();
    UrgentDue = "urgent.due" ();
    UrgentNoDue = "urgent.no_due" ();

    WarnedSubject = "warned.subject" (clock, number);
    WarnedHeading = "warned.heading" (clock);
    WarnedIntro = "warned.intro" ();
    BreachedSubject = "breached.subject" (clock, number);
    BreachedHeading = "breached.heading" (clock);
    BreachedIntro = "breached.intro" ();
    ManagerSubject = "escalated_manager.subject" (clock, number);
    ManagerHeading = "escalated_manager.heading" (clock);
    ManagerIntro = "escalated_manager.intro" ();
    HeadSubject = "escalated_head.subject" (clock, number);
    HeadHeading = "escalated_head.heading" (clock);
    HeadIntro = "escalated_head.intro" ();
    DailySubject = "daily.subject" (clock, number);
    DailyHeading = "daily.heading" (clock);
    DailyIntro = "daily.intro" ();
    DueBy = "due.by" ();
    WasDue = "due.was" ();
    StopFirstResponse = "stop.first_response" ();
    StopNextReply = "stop.next_reply" ();
    StopUpdate = "stop.update" ();
    StopResolution = "stop.resolution" ();
    StopRefundDecision = "stop.refund_decision" ();
    StopPayout = "stop.payout" ();

    CalendarSubject = "no_working_time.subject" (number);
    CalendarHeading = "no_working_time.heading" ();
    CalendarIntro = "no_working_time.intro" (number, calendar);
    CalendarAct = "no_working_time.act" ();

    AssignedSubject = "assigned.subject" (number);
    AssignedHeading = "assigned.heading" ();
    AssignedIntro = "assigned.intro" ();
    AssignedAct = "assigned.act" ();
    WroteSubject = "wrote.subject" (number);
    WroteHeading = "wrote.heading" ();
    WroteIntro = "wrote.intro" ();
    WroteAct = "wrote.act" ();
    AcceptedSubject = "accepted.subject" (number);
    AcceptedHeading = "accepted.heading" ();
    AcceptedIntro = "accepted.intro" ();
    AcceptedAct = "accepted.act" ();
    RejectedSubject = "rejected.subject" (number);
    RejectedHeading = "rejected.heading" ();
    RejectedIntro = "rejected.intro" ();
    RejectedAct = "rejected.act" ();
    ChaseSubject = "chase.subject" (number);
    ChaseHeading = "chase.heading" ();
    ChaseIntro = "chase.intro" ();
    ChaseAct = "chase.act" ();
    ExpiredSubject = "expired.subject" (number);
    ExpiredHeading = "expired.heading" ();
    ExpiredIntro = "expired.intro" ();
    ExpiredAct = "expired.act" ();
    FollowedSubject = "followed_up.subject" (number);
    FollowedHeading = "followed_up.heading" ();
    FollowedIntro = "followed_up.intro" ();
    FollowedAct = "followed_up.act" ();
    CorrectedSubject = "corrected.subject" (number);
    CorrectedHeading = "corrected.heading" ();
    CorrectedIntro = "corrected.intro" ();
    CorrectedAct = "corrected.act" ();
    TaskDue = "task.due" ();

    DigestSubject = "digest.subject" (count, shop);
    DigestHeading = "digest.heading" (count);
    DigestIntro = "digest.intro" (from, to, zone);
    DigestMore = "digest.more" (shown, count);
    DigestDue = "digest.due" (when);
    DigestPreview = "digest.preview" (number, what);

    FooterUrgent = "footer.urgent" (shop);
    FooterClock = "footer.clock" (shop);
    FooterCalendar = "footer.calendar" (shop);
    FooterTask = "footer.task" (shop);
    FooterDigest = "footer.digest" (shop);

    LabelTicket = "staff.ticket" ();
    LabelCategory = "staff.category" ();
    LabelPriority = "staff.priority" ();
    LabelScore = "staff.score" ();
    LabelStatus = "staff.status" ();
    LabelOrder = "staff.order" ();
    LabelAssignee = "staff.assignee" ();
    LabelElapsed = "staff.elapsed" ();
    LabelCalendar = "staff.calendar" ();
    LabelNextTicket = "staff.next_ticket" ();
    LabelProposed = "staff.proposed" ();
    NobodyYet = "staff.nobody_yet" ();
    LinkOpen = "staff.open" ();
    ElapsedOf = "staff.elapsed_of" (elapsed, target);
    CategoryReason = "staff.category_reason" (category, reason);
    ScorePart = "staff.score_part" (cause, points);

    TimeLong = "time.long" (weekday, day, month, year, clock);
    TimeShort = "time.short" (weekday, day, month, clock);
    TimeZoneName = "time.zone" (name, offset);
    TimeCity = "time.city" (city);
    HoursMinutes = "time.hours_minutes" (hours, minutes);
    Hours = "time.hours" (hours);
    Minutes = "time.minutes" (minutes);

    // Every status, category, reason and clock of the trade, those too that no ticket of ours has yet.
    StatusNew = "status.new" ();
    StatusOpen = "status.open" ();
    StatusWaitingCustomer = "status.waiting_customer" ();
    StatusWaitingThirdParty = "status.waiting_third_party" ();
    StatusWaitingReturn = "status.waiting_return" ();
    StatusResolved = "status.resolved" ();
    StatusClosed = "status.closed" ();
    StatusMerged = "status.merged" ();
    StatusSpam = "status.spam" ();
    StatusCancelled = "status.cancelled" ();

    CategoryQuality = "category.quality" ();
    CategoryDelivery = "category.delivery" ();
    CategoryService = "category.service" ();
    CategoryOrder = "category.order" ();
    CategoryAccountPayment = "category.account_payment" ();
    CategoryInquiry = "category.inquiry" ();
    CategoryOther = "category.other" ();

    ReasonDefect = "reason.defect" ();
    ReasonMalfunction = "reason.malfunction" ();
    ReasonNotAsDescribed = "reason.not_as_described" ();
    ReasonDeliverySlow = "reason.delivery_slow" ();
    ReasonDamaged = "reason.damaged" ();
    ReasonCourierAttitude = "reason.courier_attitude" ();
    ReasonServiceAttitude = "reason.service_attitude" ();
    ReasonServiceSlow = "reason.service_slow" ();
    ReasonUnsuitableSolution = "reason.unsuitable_solution" ();
    ReasonCancellation = "reason.cancellation" ();
    ReasonModification = "reason.modification" ();
    ReasonWrongInformation = "reason.wrong_information" ();
    ReasonAccount = "reason.account" ();
    ReasonPaymentFailed = "reason.payment_failed" ();
    ReasonRefundDifficulty = "reason.refund_difficulty" ();

    PriorityUrgent = "priority.urgent" ();
    PriorityHigh = "priority.high" ();
    PriorityNormal = "priority.normal" ();
    PriorityLow = "priority.low" ();

    ClockFirstResponse = "clock.first_response" ();
    ClockNextReply = "clock.next_reply" ();
    ClockUpdate = "clock.update" ();
    ClockResolution = "clock.resolution" ();
    ClockRefundDecision = "clock.refund_decision" ();
    ClockPayout = "clock.payout" ();

    ScoreDanger = "score.danger" ();
    ScoreLegal = "score.legal" ();
    ScoreSecondContact = "score.second_contact" ();
    ScoreVip = "score.vip" ();
    ScoreLargeOrder = "score.large_order" ();

    SolutionRefund = "solution.refund_only" ();
    SolutionReturn = "solution.return_refund" ();
    SolutionExchange = "solution.exchange" ();
    SolutionRepair = "solution.repair" ();
    SolutionResend = "solution.resend" ();
    SolutionCompensation = "solution.compensation" ();
    // A ticket's page.
    PageTitle = "page.title" (number, shop);
    PageHeading = "page.heading" ();
    PageSkip = "page.skip" ();
    PageOpened = "page.opened" (when);
    PageNew = "page.new" ();
    PageOpen = "page.open" ();
    PageWaitingCustomer = "page.waiting_customer" ();
    PageWaitingThirdParty = "page.waiting_third_party" ();
    PageWaitingReturn = "page.waiting_return" ();
    PageResolved = "page.resolved" ();
    PageClosed = "page.closed" ();
    PageMerged = "page.merged" ();
    PageCancelled = "page.cancelled" ();
    PageNextOpen = "page.next.open" ();
    PageNextResolved = "page.next.resolved" ();
    PageNextDone = "page.next.done" ();
    PageNextMerged = "page.next.merged" (number);
    PageMergedOpen = "page.merged_open" (number);
    PageLate = "page.late" ();
    PageUpdateBy = "page.update_by" ();
    PageAnswerBy = "page.answer_by" ();
    PageReturnBy = "page.return_by" ();
    PageReopenBy = "page.reopen_by" ();
    PageProposal = "page.proposal" ();
    PageProposalAsk = "page.proposal_ask" ();
    PageProposalUnread = "page.proposal_unread" ();
    PageAccept = "page.accept" ();
    PageReject = "page.reject" ();
    PageAccepted = "page.accepted" (solution);
    PageRejected = "page.rejected" (solution);
    PageExecuted = "page.executed" (solution);
    PageSolutionRefundOnly = "page.solution.refund_only" ();
    PageSolutionReturnRefund = "page.solution.return_refund" ();
    PageSolutionExchange = "page.solution.exchange" ();
    PageSolutionRepair = "page.solution.repair" ();
    PageSolutionResend = "page.solution.resend" ();
    PageSolutionCompensation = "page.solution.compensation" ();
    PageSolutionOther = "page.solution.other" ();
    PageReplyHeading = "page.reply_heading" ();
    PageReplyLabel = "page.reply_label" ();
    PageReplyHint = "page.reply_hint" ();
    PageSend = "page.send" ();
    PageFaultEmpty = "page.fault_empty" ();
    PageFaultLong = "page.fault_long" (most, length);
    PageNoticeSent = "page.notice.sent" ();
    PageNoticeAnswered = "page.notice.answered" ();
    PageNoticeStale = "page.notice.stale" ();
    PageNoticeUsed = "page.notice.used" ();
    PageNoticeChanged = "page.notice.changed" ();
    PageNoticeTooMany = "page.notice.too_many" ();
    PageNoticeFault = "page.notice.fault" ();
    PageNoticeLarge = "page.notice.large" (most);
    PageNoticeLate = "page.notice.late" ();
    PageAnew = "page.anew" ();
    PageHistory = "page.history" ();
    PageNewest = "page.newest" (zone);
    PageEarlier = "page.earlier" ();
    PageLatest = "page.latest" ();
    PageYou = "page.you" ();
    PageNoText = "page.no_text" ();
    PageAttachments = "page.attachments" (names);
    PageStepTopic = "page.step.topic" (category);
    PageStepInvestigated = "page.step.investigated" ();
    PageStepAccepted = "page.step.accepted" ();
    PageStepRejected = "page.step.rejected" ();
    PageStepExecuted = "page.step.executed" ();
    PageStepFollowedUp = "page.step.followed_up" ();
    PageStepAssigned = "page.step.assigned" ();
    PageStepMerged = "page.step.merged" ();
    PageStepAbsorbed = "page.step.absorbed" ();
    PageStepResolved = "page.step.resolved" ();
    PageStepGivenUp = "page.step.given_up" ();
    PageStepReopened = "page.step.reopened" ();
    PageStepClosed = "page.step.closed" ();
    PageStepCancelled = "page.step.cancelled" ();
    PageStepReminded = "page.step.reminded" ();
    PageFooter = "page.footer" (shop);
    PageGoneHeading = "page.gone.heading" ();
    PageGoneText = "page.gone.text" ();
    PageTroubleHeading = "page.trouble.heading" ();
    PageTroubleText = "page.trouble.text" ();
}
