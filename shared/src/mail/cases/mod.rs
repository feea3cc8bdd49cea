//! Mails about cases: to the customer what becomes of theirs, to staff what they have to decide or look after. The figures
//! in them are those that are stored.
mod customer;
mod facts;
pub(crate) mod figures;
#[cfg(test)]
pub(crate) mod samples;
mod staff;
#[cfg(test)]
mod tests;
mod words;

/// A label and its value.
pub(crate) type Row = (String, String);

pub use facts::{
    ApprovedCase, AskedBy, CaseMail, CaseNews, CaseTask, Decided, PayoutDeclined, SendBack, ToApprove, ToldCase, Undo,
    Way,
};

pub(super) use customer::to_customer;
pub(crate) use staff::weighed;
pub(super) use staff::{decided, heading, payout_declined, send_back, to_approve};
