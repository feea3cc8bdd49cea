//! What leaves the house as mail: the words, the two parts of a message, and its envelope.
//!
//! Pure: a mail is a function of its facts, the shop, the reader's language and the shop's own wording. Whatever a
//! person typed is cleaned on the way in (`clean`) and escaped by the template on the way out.
mod action;
mod address;
pub(crate) mod cases;
mod chart;
pub(crate) mod clean;
mod customer;
mod encoded;
mod facts;
mod incoming;
pub(crate) mod lang;
mod letter;
mod mime;
mod progress;
mod report;
#[cfg(test)]
mod samples;
mod shortfall;
mod staff;
#[cfg(test)]
mod tests;
mod todo;
pub(crate) mod when;
pub(crate) mod words;

use std::{collections::BTreeMap, fmt};

use crate::figures::{Period, Shortfall};

pub use action::{ActionLine, Overdue};
pub use address::{MailAddress, reply_address, ticket_tag_of};
pub use cases::{
    ApprovedCase, AskedBy, CaseMail, CaseNews, CaseTask, Decided, PayoutDeclined, SendBack, ToApprove, ToldCase, Undo,
    Way,
};
pub use facts::{
    Acknowledgement, ClockAlert, Digest, DigestCause, DigestLine, Merged, NoWorkingTime, Proposal, Reminder, Reply,
    Resolved, SurveyMail, Task, ToDo, UrgentTicket, Waiting,
};
pub use incoming::{is_mail_server, is_no, threads};
pub use lang::Language;
pub use mime::{AutoSubmitted, Envelope, message, thread_reference};
pub use report::{QualityReport, Trend};
#[cfg(test)]
pub use samples::samples;
pub use words::{WORDING_MOST, check_override, check_placeholders, is_line, keys};

/// A shop's own texts in one language: a key's name (`acknowledge.heading`) to the text that replaces ours.
/// Checked by `check_override` when the settings are loaded.
pub type Wording = BTreeMap<String, String>;

/// The storefront as its mails show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shop {
    pub name: String,
    /// Shown as a link only when it is an http(s) address.
    pub site_url: Option<String>,
}

/// Every mail there is, by what happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Mail {
    Acknowledgement(Acknowledgement),
    Reply(Reply),
    Proposal(Proposal),
    Waiting(Waiting),
    Reminder(Reminder),
    Resolved(Resolved),
    Merged(Merged),
    Case(CaseMail),
    Survey(SurveyMail),
    Approve(ToApprove),
    Decided(Decided),
    PayoutDeclined(PayoutDeclined),
    SendBack(SendBack),
    UrgentTicket(UrgentTicket),
    ClockAlert(ClockAlert),
    NoWorkingTime(NoWorkingTime),
    ToDo(ToDo),
    Digest(Digest),
    QualityReport(QualityReport),
    Shortfall(Period, Shortfall),
    Overdue(Overdue),
}

/// One mail in words: a subject of one line without control characters, a plain part and an HTML part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// The template could not be written. Nothing a caller passes in can cause it.
#[derive(Debug)]
pub struct Unrendered(askama::Error);

impl fmt::Display for Unrendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the mail's template could not be written")
    }
}

impl std::error::Error for Unrendered {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// Puts `mail` into words for one reader.
///
/// # Errors
/// `Unrendered` when the template fails, which writing into memory does not.
pub fn render(mail: &Mail, shop: &Shop, language: Language, wording: &Wording) -> Result<Rendered, Unrendered> {
    let words = words::Words { language, wording };
    let letter = match mail {
        Mail::Acknowledgement(facts) => customer::acknowledgement(facts, shop, words),
        Mail::Reply(facts) => customer::reply(facts, shop, words),
        Mail::Proposal(facts) => customer::proposal(facts, shop, words),
        Mail::Waiting(facts) => progress::waiting(facts, shop, words),
        Mail::Reminder(facts) => progress::reminder(facts, shop, words),
        Mail::Resolved(facts) => customer::resolved(facts, shop, words),
        Mail::Merged(facts) => progress::merged(facts, shop, words),
        Mail::Case(facts) => cases::to_customer(facts, shop, words),
        Mail::Survey(facts) => progress::survey(facts, shop, words),
        Mail::Approve(facts) => cases::to_approve(facts, shop, words),
        Mail::Decided(facts) => cases::decided(facts, shop, words),
        Mail::PayoutDeclined(facts) => cases::payout_declined(facts, shop, words),
        Mail::SendBack(facts) => cases::send_back(facts, shop, words),
        Mail::UrgentTicket(facts) => staff::urgent(facts, shop, words),
        Mail::ClockAlert(facts) => staff::clock_alert(facts, shop, words),
        Mail::NoWorkingTime(facts) => staff::no_working_time(facts, shop, words),
        Mail::ToDo(facts) => todo::to_do(facts, shop, words),
        Mail::Digest(facts) => staff::digest(facts, shop, words),
        Mail::QualityReport(facts) => report::report(facts, shop, words),
        Mail::Shortfall(month, facts) => shortfall::shortfall(*month, facts, shop, words),
        Mail::Overdue(facts) => action::overdue(facts, shop, words),
    };
    letter.rendered(shop, language).map_err(Unrendered)
}

impl Mail {
    /// Where its reader says that they want no more of its kind (RFC 8058), if it is of a kind that can be done without.
    pub fn unsubscribe(&self) -> Option<&str> {
        if let Mail::Survey(survey) = self { Some(&survey.unsubscribe) } else { None }
    }

    /// What the mail says of itself to other machines (RFC 3834). What an agent wrote is a person's mail.
    pub fn auto_submitted(&self) -> AutoSubmitted {
        match self {
            Mail::Acknowledgement(_) => AutoSubmitted::AutoReplied,
            Mail::Reply(_) | Mail::Proposal(_) => AutoSubmitted::No,
            Mail::Resolved(Resolved { body: Some(_), .. }) => AutoSubmitted::No,
            Mail::Resolved(Resolved { body: None, .. })
            | Mail::Waiting(_)
            | Mail::Reminder(_)
            | Mail::Merged(_)
            | Mail::Case(_)
            | Mail::Survey(_)
            | Mail::Approve(_)
            | Mail::Decided(_)
            | Mail::PayoutDeclined(_)
            | Mail::SendBack(_)
            | Mail::ToDo(_)
            | Mail::UrgentTicket(_)
            | Mail::ClockAlert(_)
            | Mail::NoWorkingTime(_)
            | Mail::Digest(_)
            | Mail::QualityReport(_)
            | Mail::Shortfall(..)
            | Mail::Overdue(_) => AutoSubmitted::AutoGenerated,
        }
    }
}
