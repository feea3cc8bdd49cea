//! English.
use super::SurveyKey;

pub(crate) fn text(key: SurveyKey) -> &'static str {
    match key {
        SurveyKey::MailHeading => "How did we do?",
        SurveyKey::MailIntro => "Your request is resolved. Would you tell us how it went? It takes less than a minute.",
        SurveyKey::RemindHeading => "May we still ask how we did?",
        SurveyKey::RemindIntro => {
            "A few days ago we asked how we did, and your answer would still help us. We will not ask again about this request."
        }
        SurveyKey::MailButton => "Tell us",
        SurveyKey::MailUntil => "You can answer until",
        SurveyKey::MailTrack => "Your request",
        SurveyKey::MailStop => "No more surveys",

        SurveyKey::Title => "How did we do? Request {number} – {shop}",
        SurveyKey::AskCsat => "How satisfied are you with how we handled your request?",
        SurveyKey::AskNps => "How likely are you to recommend {shop} to others?",
        SurveyKey::AskCes => "How easy was it to have your request solved?",
        SurveyKey::CsatLeast => "very dissatisfied",
        SurveyKey::CsatMost => "very satisfied",
        SurveyKey::NpsLeast => "not at all likely",
        SurveyKey::NpsMost => "very likely",
        SurveyKey::CesLeast => "very hard",
        SurveyKey::CesMost => "very easy",
        SurveyKey::AskSolved => "Is it solved?",
        SurveyKey::Solved => "Yes, it is solved",
        SurveyKey::NotSolved => "No: please open my request again",
        SurveyKey::AskComment => "Is there anything you would like to tell us? (optional)",
        SurveyKey::CommentHint => {
            "At most {most} characters. You can still change it for a while after you have answered."
        }
        SurveyKey::Send => "Send my answer",
        SurveyKey::FaultScore => "Please choose one of these.",
        SurveyKey::FaultLong => "At most {most} characters fit, and this has {length}. Please shorten it.",
        SurveyKey::ThanksHeading => "Thank you for your answer",
        SurveyKey::ThanksText => "It helps us to do better.",
        SurveyKey::ThanksOpen => "Your request is open again, and we will get back to you.",
        SurveyKey::Given => "Your answer",
        SurveyKey::ScoreOf => "{score} of {most}",
        SurveyKey::EditHeading => "Change your comment",
        SurveyKey::EditUntil => "Until {when}",
        SurveyKey::EditButton => "Save the comment",
        SurveyKey::Stop => "I do not want any more surveys",
        SurveyKey::Footer => "This page is for you alone: whoever has its link can answer {shop} in your place.",

        SurveyKey::NoticeStale => {
            "That could not be taken: the page was too old, or the button was not pressed on it. Please press it again here."
        }
        SurveyKey::NoticeOther => "There is an answer already, and the first one counts.",
        SurveyKey::NoticeOver => "The comment can no longer be changed.",
        SurveyKey::NoticeFault => "Nothing was sent yet: please look at what is marked below.",
        SurveyKey::NoticeLarge => "That was too long to be taken in: at most {most} characters fit.",
        SurveyKey::NoticeMany => "That was sent too often. Please try again a little later.",

        SurveyKey::OverHeading => "This survey is over",
        SurveyKey::OverText => "It can no longer be answered. If you still need us, please write to the shop.",
        SurveyKey::OpenHeading => "Your request is open again",
        SurveyKey::OpenText => "So there is nothing to answer now. We will get back to you.",
        SurveyKey::StopHeading => "No more surveys?",
        SurveyKey::StopText => {
            "We will not ask you for your opinion by email any more. Mail about your requests still comes."
        }
        SurveyKey::StopButton => "Stop the surveys",
        SurveyKey::StoppedHeading => "You get no more surveys",
        SurveyKey::StoppedText => "Mail about your requests still comes. You can close this page.",

        SurveyKey::LowSubject => "Low score on ticket {number}",
        SurveyKey::LowHeading => "A customer is not satisfied",
        SurveyKey::LowIntro => "A customer gave a low score in the survey about their ticket.",
        SurveyKey::LowAct => "Please find out what went wrong, talk to the customer, and note what came of it.",
        SurveyKey::LateSubject => "Low score on ticket {number} was not followed up",
        SurveyKey::LateHeading => "Nobody followed up on a low score",
        SurveyKey::LateIntro => "A customer gave a low score, and the time to follow up on it is over.",
        SurveyKey::LateAct => "Please see to it that somebody talks to the customer and notes what came of it.",
        SurveyKey::UnsolvedSubject => "Not solved: ticket {number} is open again",
        SurveyKey::UnsolvedHeading => "The customer says it is not solved",
        SurveyKey::UnsolvedIntro => {
            "In the survey the customer said that it is not solved, so the ticket is open again."
        }
        SurveyKey::UnsolvedAct => "Please look at the ticket and get back to the customer.",
        SurveyKey::LabelScore => "Score",
    }
}
