//! The texts of the report about the service's quality, by key.
use super::super::keys::keys;
use crate::figures::Name;

keys! {
    /// One text of that report.
    ReportKey

    Subject = "report.subject" (period);
    Heading = "report.heading" (period);
    Month = "report.month" (month, year);
    Quarter = "report.quarter" (quarter, year);
    Year = "report.year" (year);
    AllReached = "report.all_reached" (all);
    SomeReached = "report.some_reached" (reached, all);
    NoGoals = "report.no_goals" ();
    Missed = "report.missed" (figures);
    Goal = "report.goal" (goal);
    Sample = "report.sample" (count);
    Before = "report.before" (value);
    Nothing = "report.nothing" ();
    Mark = "report.mark" (goal);
    Scores = "report.scores" ();
    Score = "report.score" (score);
    Answers = "report.answers" (count, share);
    Percent = "report.percent" (value);
    Seconds = "report.seconds" (minutes, seconds);
    Hours = "report.hours" (hours);
    Money = "report.money" (amount);
    Final = "report.final" ();
    Footer = "report.footer" (shop);

    Actions = "report.actions" ();
    MoreActions = "report.more_actions" (count);
    ActionOf = "report.action_of" (figure, scope);
    ActionDue = "report.action_due" (day);
    ActionDone = "report.action_done" (day);
    ActionDropped = "report.action_dropped" (day);
    ActionReached = "report.action_reached" (before, after);
    ActionBetter = "report.action_better" (before, after);
    ActionNotBetter = "report.action_not_better" (before, after);
    OverdueSubject = "report.overdue_subject" (figure);
    OverdueHeading = "report.overdue_heading" ();
    OverdueIntro = "report.overdue_intro" (figure, due);
    OverdueAct = "report.overdue_act" ();
    OverdueFooter = "report.overdue_footer" (shop);
    ShortSubject = "report.short_subject" (period);
    ShortHeading = "report.short_heading" (period);
    ShortIntro = "report.short_intro" (count, day);
    ShortAct = "report.short_act" ();
    LabelFigure = "report.label_figure" ();
    LabelGoal = "report.label_goal" ();
    LabelOwner = "report.label_owner" ();
    LabelDue = "report.label_due" ();

    Tickets = "report.tickets" ();
    Orders = "report.orders" ();
    FirstResponseChat = "report.first_response_chat" ();
    FirstResponse = "report.first_response" ();
    FirstResponseKept = "report.first_response_kept" ();
    PeakResponse = "report.peak_response" ();
    PromisesKept = "report.promises_kept" ();
    Handling = "report.handling" ();
    HandlingWorked = "report.handling_worked" ();
    DecidedInDay = "report.decided_in_day" ();
    Decision = "report.decision" ();
    Csat = "report.csat" ();
    Nps = "report.nps" ();
    Ces = "report.ces" ();
    SurveyAnswers = "report.survey_answers" ();
    Solved = "report.solved" ();
    ComplaintRate = "report.complaint_rate" ();
    Attitude = "report.attitude" ();
    ReopenRate = "report.reopen_rate" ();
    Repurchase = "report.repurchase" ();
    Retention = "report.retention" ();
    ChurnUpset = "report.churn_upset" ();
    ChurnCalm = "report.churn_calm" ();
    Conversion = "report.conversion" ();
    Feedback = "report.feedback" ();
    FeedbackForecast = "report.feedback_forecast" ();
    Sentiment = "report.sentiment" ();
    StandardAnswers = "report.standard_answers" ();
    ReturnSteps = "report.return_steps" ();
    Completeness = "report.completeness" ();
    Contacts = "report.contacts" ();
    CostPerTicket = "report.cost_per_ticket" ();
    ReviewSpeed = "report.review_speed" ();
    ReviewAttitude = "report.review_attitude" ();
    ReviewProcess = "report.review_process" ();
    ReviewEffect = "report.review_effect" ();
    ReviewAgreement = "report.review_agreement" ();
}

impl From<Name> for ReportKey {
    fn from(name: Name) -> Self {
        match name {
            Name::Tickets => Self::Tickets,
            Name::Orders => Self::Orders,
            Name::FirstResponseChat => Self::FirstResponseChat,
            Name::FirstResponse => Self::FirstResponse,
            Name::FirstResponseKept => Self::FirstResponseKept,
            Name::PeakResponse => Self::PeakResponse,
            Name::PromisesKept => Self::PromisesKept,
            Name::Handling => Self::Handling,
            Name::HandlingWorked => Self::HandlingWorked,
            Name::DecidedInDay => Self::DecidedInDay,
            Name::Decision => Self::Decision,
            Name::Csat => Self::Csat,
            Name::Nps => Self::Nps,
            Name::Ces => Self::Ces,
            Name::SurveyAnswers => Self::SurveyAnswers,
            Name::Solved => Self::Solved,
            Name::ComplaintRate => Self::ComplaintRate,
            Name::Attitude => Self::Attitude,
            Name::ReopenRate => Self::ReopenRate,
            Name::Repurchase => Self::Repurchase,
            Name::Retention => Self::Retention,
            Name::ChurnUpset => Self::ChurnUpset,
            Name::ChurnCalm => Self::ChurnCalm,
            Name::Conversion => Self::Conversion,
            Name::Feedback => Self::Feedback,
            Name::FeedbackForecast => Self::FeedbackForecast,
            Name::Sentiment => Self::Sentiment,
            Name::StandardAnswers => Self::StandardAnswers,
            Name::ReturnSteps => Self::ReturnSteps,
            Name::Completeness => Self::Completeness,
            Name::Contacts => Self::Contacts,
            Name::CostPerTicket => Self::CostPerTicket,
            Name::ReviewSpeed => Self::ReviewSpeed,
            Name::ReviewAttitude => Self::ReviewAttitude,
            Name::ReviewProcess => Self::ReviewProcess,
            Name::ReviewEffect => Self::ReviewEffect,
            Name::ReviewAgreement => Self::ReviewAgreement,
        }
    }
}
