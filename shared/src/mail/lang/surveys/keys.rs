//! The texts of surveys, by key: their mails, their page, and what staff hear of them.
use super::super::keys::keys;

keys! {
    /// One text of a survey.
    SurveyKey

    // In a customer's mail.
    MailHeading = "survey.mail_heading" ();
    MailIntro = "survey.mail_intro" ();
    RemindHeading = "survey.remind_heading" ();
    RemindIntro = "survey.remind_intro" ();
    MailButton = "survey.mail_button" ();
    MailUntil = "survey.mail_until" ();
    MailTrack = "survey.mail_track" ();
    MailStop = "survey.mail_stop" ();

    // On its page.
    Title = "survey.title" (number, shop);
    AskCsat = "survey.ask_csat" ();
    AskNps = "survey.ask_nps" (shop);
    AskCes = "survey.ask_ces" ();
    CsatLeast = "survey.csat_least" ();
    CsatMost = "survey.csat_most" ();
    NpsLeast = "survey.nps_least" ();
    NpsMost = "survey.nps_most" ();
    CesLeast = "survey.ces_least" ();
    CesMost = "survey.ces_most" ();
    AskSolved = "survey.ask_solved" ();
    Solved = "survey.solved" ();
    NotSolved = "survey.not_solved" ();
    AskComment = "survey.ask_comment" ();
    CommentHint = "survey.comment_hint" (most);
    Send = "survey.send" ();
    FaultScore = "survey.fault_score" ();
    FaultLong = "survey.fault_long" (most, length);
    ThanksHeading = "survey.thanks" ();
    ThanksText = "survey.thanks_text" ();
    ThanksOpen = "survey.thanks_open" ();
    Given = "survey.given" ();
    ScoreOf = "survey.score_of" (score, most);
    EditHeading = "survey.edit" ();
    EditUntil = "survey.edit_until" (when);
    EditButton = "survey.edit_button" ();
    Stop = "survey.stop" ();
    Footer = "survey.footer" (shop);

    // About the request before.
    NoticeStale = "survey.notice_stale" ();
    NoticeOther = "survey.notice_other" ();
    NoticeOver = "survey.notice_over" ();
    NoticeFault = "survey.notice_fault" ();
    NoticeLarge = "survey.notice_large" (most);
    NoticeMany = "survey.notice_many" ();

    // Links that lead no further.
    OverHeading = "survey.over" ();
    OverText = "survey.over_text" ();
    OpenHeading = "survey.open" ();
    OpenText = "survey.open_text" ();
    StopHeading = "survey.stop_heading" ();
    StopText = "survey.stop_text" ();
    StopButton = "survey.stop_button" ();
    StoppedHeading = "survey.stopped" ();
    StoppedText = "survey.stopped_text" ();

    // To staff.
    LowSubject = "survey.low_subject" (number);
    LowHeading = "survey.low_heading" ();
    LowIntro = "survey.low_intro" ();
    LowAct = "survey.low_act" ();
    LateSubject = "survey.late_subject" (number);
    LateHeading = "survey.late_heading" ();
    LateIntro = "survey.late_intro" ();
    LateAct = "survey.late_act" ();
    UnsolvedSubject = "survey.unsolved_subject" (number);
    UnsolvedHeading = "survey.unsolved_heading" ();
    UnsolvedIntro = "survey.unsolved_intro" ();
    UnsolvedAct = "survey.unsolved_act" ();
    LabelScore = "survey.label_score" ();
}
