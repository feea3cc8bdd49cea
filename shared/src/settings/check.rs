//! What settings of the right shape must hold to before they are stored.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{
    LONGEST_ANSWER, LONGEST_ENTRY, MOST_ANSWERS, MOST_CALENDARS, MOST_ENTRIES, MOST_STAFF, MOST_TEAMS, Settings,
};
use crate::calendar::{self, Calendar};
use crate::category::Priority;
use crate::mail::{check_override, check_placeholders, is_line};
use crate::problem::{Fault, segment};
use crate::text::fits;

/// What a standard answer may leave to be filled in.
const ANSWER_PLACEHOLDERS: [&str; 2] = ["number", "shop"];
const ONE_LINE: &str = "one line without control characters, double spaces or spaces around it";

/// The longest promise, in seconds.
const YEAR: i64 = 365 * 86_400;

impl Settings {
    /// Everything that is wrong, at once. `today` bounds the search for working time in a calendar.
    pub fn faults(&self, today: Date) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut calendars = BTreeMap::from([("always".to_owned(), Calendar::always())]);
        for (name, spec) in &self.calendars {
            match Calendar::parse(spec, today) {
                Ok(calendar) => drop(calendars.insert(name.clone(), calendar)),
                Err(wrong) => faults.extend(placed(name, wrong)),
            }
        }
        self.check(&mut faults);
        faults.extend(self.policy.disorder(&calendars, today));
        self.check_addresses(&mut faults);
        faults
    }

    fn check(&self, faults: &mut Vec<Fault>) {
        let mut fault = |pointer: &str, message: &str| faults.push(Fault::new(pointer, message));
        if self.calendars.len() > MOST_CALENDARS || self.calendars.contains_key("always") {
            fault("/calendars", "must have at most 20 names, none of them `always`, which is there anyhow");
        }
        if !fits(&self.shop.name, 1, 80) || !is_line(&self.shop.name) {
            fault("/shop/name", &format!("must have 1 to 80 characters, {ONE_LINE}"));
        }
        if jiff::tz::TimeZone::get(&self.shop.time_zone).is_err() {
            fault("/shop/time_zone", "must be an IANA zone such as Asia/Shanghai");
        }
        if !fits(&self.shop.team, 1, 40) || !is_line(&self.shop.team) {
            fault("/shop/team", &format!("must have 1 to 40 characters, {ONE_LINE}"));
        }
        for name in self.calendars.keys().filter(|name| !fits(name, 1, 40)) {
            fault(&format!("/calendars/{}", segment(name)), "must have a name of 1 to 40 characters");
        }
        self.check_policy(&mut fault);
        self.check_priority(&mut fault);
        self.check_limits(&mut fault);
        self.check_people(&mut fault);
        self.check_lifecycle(&mut fault);
        self.check_teams(&mut fault);
        self.check_answers(&mut fault);
        self.cases.check(&mut fault);
        self.surveys.check(&mut fault);
        self.figures.check(&mut fault);
        self.risk.check(&mut fault);
        for (language, texts) in &self.wording {
            for (key, text) in texts {
                if let Err(why) = check_override(*language, key, text) {
                    fault(&format!("/wording/{}/{}", language.tag(), segment(key)), &why);
                }
            }
        }
    }

    fn check_policy(&self, fault: &mut impl FnMut(&str, &str)) {
        let promises = [
            ("first_response", &self.policy.first_response),
            ("first_response_chat", &self.policy.first_response_chat),
            ("next_reply", &self.policy.next_reply),
            ("next_reply_chat", &self.policy.next_reply_chat),
            ("update", &self.policy.update),
            ("resolution", &self.policy.resolution),
            ("refund_decision", &self.policy.refund_decision),
            ("payout", &self.policy.payout),
        ];
        for (name, promise) in promises {
            let Some(promise) = promise else { continue };
            let at = format!("/policy/{name}");
            if !self.knows_calendar(&promise.calendar) {
                fault(&format!("{at}/calendar"), "must be a name from /calendars, or `always`");
            }
            for priority in Priority::ALL.iter().filter(|priority| !(1..=YEAR).contains(&promise.target(**priority))) {
                fault(&format!("{at}/{priority}"), "must be 1 to 31536000 seconds");
            }
            if ![promise.urgent, promise.high, promise.normal, promise.low].is_sorted() {
                fault(&at, "must not promise a lower priority sooner than a higher one");
            }
            match promise.limit {
                Some(limit) if !(1..=YEAR).contains(&limit) => {
                    fault(&format!("{at}/limit"), "must be 1 to 31536000 seconds");
                }
                Some(limit) if limit <= promise.low => fault(&format!("{at}/limit"), "must come after every target"),
                Some(_) | None => {}
            }
        }
        let Some(last) = &self.policy.resolution else { return };
        let firsts = [(&self.policy.first_response, ""), (&self.policy.first_response_chat, " in chat")];
        for (first, by) in firsts.into_iter().filter_map(|(first, by)| Some((first.as_ref()?, by))) {
            for priority in Priority::ALL.iter().filter(|priority| last.target(**priority) < first.target(**priority)) {
                let at = format!("/policy/resolution/{priority}");
                fault(&at, &format!("must not come before the first response{by} of the same priority"));
            }
        }
    }

    fn check_priority(&self, fault: &mut impl FnMut(&str, &str)) {
        let rules = &self.priority;
        if ![rules.normal_from, rules.high_from, rules.urgent_from].is_sorted_by(|low, high| low < high) {
            fault("/priority", "must have normal_from < high_from < urgent_from");
        }
        for (code, amount) in &rules.large_order {
            if crate::money::currency(code).is_none() || !(0..=crate::money::LARGEST).contains(amount) {
                fault(
                    &format!("/priority/large_order/{}", segment(code)),
                    "must be an ISO 4217 code and an amount of minor units",
                );
            }
        }
    }

    fn check_limits(&self, fault: &mut impl FnMut(&str, &str)) {
        let (limits, mail) = (&self.limits, &self.mail);
        let bounds = [
            ("/limits/tickets_per_customer_hour", i64::from(limits.tickets_per_customer_hour), 1, 50),
            ("/limits/tickets_per_address_hour", i64::from(limits.tickets_per_address_hour), 1, 100),
            ("/limits/messages_per_customer_hour", i64::from(limits.messages_per_customer_hour), 1, 600),
            ("/limits/requests_per_minute", i64::from(limits.requests_per_minute), 16, 60_000),
            ("/limits/triage_below_percent", i64::from(limits.triage_below_percent), 0, 100),
            ("/limits/duplicate_from_percent", i64::from(limits.duplicate_from_percent), 50, 100),
            ("/mail/bucket_seconds", mail.bucket_seconds, 1, 3600),
            ("/mail/digest_over", i64::from(mail.digest_over), 1, 100),
            ("/mail/acknowledgements", i64::from(mail.acknowledgements), 1, 50),
            ("/mail/acknowledgements_per_subject", i64::from(mail.acknowledgements_per_subject), 1, 50),
            ("/mail/acknowledgement_window_minutes", mail.acknowledgement_window_minutes, 1, 10_080),
        ];
        for (pointer, value, least, most) in bounds {
            if !(least..=most).contains(&value) {
                fault(pointer, &format!("must be {least} to {most}"));
            }
        }
        if !self.knows_calendar(&mail.opening_hours) {
            fault("/mail/opening_hours", "must be a name from /calendars, or `always`");
        }
    }

    fn check_people(&self, fault: &mut impl FnMut(&str, &str)) {
        for (pointer, list) in [
            ("/block/customers", &self.block.customers),
            ("/block/mail", &self.block.mail),
            ("/mail/own_addresses", &self.mail.own_addresses),
        ] {
            if list.len() > MOST_ENTRIES || !list.iter().all(|entry| fits(entry, 1, LONGEST_ENTRY)) {
                fault(pointer, "must have at most 500 entries of 1 to 254 characters");
            }
        }
        if self.staff.len() > MOST_STAFF {
            fault("/staff", "must have at most 300 people");
        }
        for (place, person) in self.staff.iter().enumerate() {
            if self.staff[..place].iter().any(|other| other.id == person.id && other.role == person.role) {
                fault(&format!("/staff/{place}/id"), "must not be listed twice in one role");
            }
            if person.shift.as_ref().is_some_and(|shift| !self.knows_calendar(shift)) {
                fault(&format!("/staff/{place}/shift"), "must be a name from /calendars, or `always`");
            }
            if person.team.as_ref().is_some_and(|team| !self.knows_team(team)) {
                fault(&format!("/staff/{place}/team"), "must be a name from /teams, or the shop's own team");
            }
            if person.capacity.is_some_and(|capacity| !(1..=1000).contains(&capacity)) {
                fault(&format!("/staff/{place}/capacity"), "must be 1 to 1000");
            }
        }
    }

    fn check_lifecycle(&self, fault: &mut impl FnMut(&str, &str)) {
        let days = &self.lifecycle;
        for (name, value) in [
            ("remind_after_days", days.remind_after_days),
            ("give_up_after_days", days.give_up_after_days),
            ("chase_after_days", days.chase_after_days),
            ("return_within_days", days.return_within_days),
            ("reopen_within_days", days.reopen_within_days),
            ("close_after_days", days.close_after_days),
        ] {
            if !(1..=365).contains(&value) {
                fault(&format!("/lifecycle/{name}"), "must be 1 to 365");
            }
        }
        if !(180..=3650).contains(&self.privacy.reads_kept_days) {
            fault("/privacy/reads_kept_days", "must be 180 to 3650");
        }
        if days.give_up_after_days <= days.remind_after_days {
            fault("/lifecycle/give_up_after_days", "must come after remind_after_days");
        }
        if days.close_after_days < days.reopen_within_days {
            fault("/lifecycle/close_after_days", "must not come before reopen_within_days");
        }
    }

    fn check_teams(&self, fault: &mut impl FnMut(&str, &str)) {
        if self.teams.len() > MOST_TEAMS {
            fault("/teams", "must have at most 50 teams");
        }
        for (place, team) in self.teams.iter().enumerate() {
            if !fits(&team.name, 1, 40) || !is_line(&team.name) {
                fault(&format!("/teams/{place}/name"), &format!("must have 1 to 40 characters, {ONE_LINE}"));
            }
            if self.teams[..place].iter().any(|other| other.name == team.name) {
                fault(&format!("/teams/{place}/name"), "must not be listed twice");
            }
        }
    }

    fn check_answers(&self, fault: &mut impl FnMut(&str, &str)) {
        if self.answers.len() > MOST_ANSWERS {
            fault("/answers", "must have at most 200 answers");
        }
        for (name, answer) in &self.answers {
            let at = format!("/answers/{}", segment(name));
            if !is_name(name) {
                fault(&at, "must have a name of 1 to 40 of a-z, 0-9, - and _");
            }
            if !fits(&answer.title, 1, 80) || !is_line(&answer.title) {
                fault(&format!("{at}/title"), &format!("must have 1 to 80 characters, {ONE_LINE}"));
            }
            if answer.text.is_empty() {
                fault(&format!("{at}/text"), "must have a text in one language at least");
            }
            for (language, text) in &answer.text {
                let at = format!("{at}/text/{}", language.tag());
                if !fits(text, 1, LONGEST_ANSWER) {
                    fault(&at, "must have 1 to 5000 characters");
                }
                if let Err(why) = check_placeholders(text, &ANSWER_PLACEHOLDERS) {
                    fault(&at, &format!("is not whole: {why}"));
                }
            }
        }
    }

    pub(super) fn knows_team(&self, name: &str) -> bool {
        self.shop.team == name || self.teams.iter().any(|team| team.name == name)
    }

    fn knows_calendar(&self, name: &str) -> bool {
        name == "always" || self.calendars.contains_key(name)
    }
}

/// A calendar's faults at their place in the settings.
pub(super) fn placed(calendar: &str, wrong: Vec<calendar::Fault>) -> impl Iterator<Item = Fault> {
    let at = format!("/calendars/{}", segment(calendar));
    wrong.into_iter().map(move |fault| Fault::new(format!("{at}{}", fault.pointer), fault.message))
}

fn is_name(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
}
