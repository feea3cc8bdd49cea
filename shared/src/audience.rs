//! Who hears of what: the people behind a notice to staff, and when they get it.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::access::Role;
use crate::case::Case;
use crate::category::Priority;
use crate::event::{Actor, Entry, Event};
use crate::improvement::Action;
use crate::message::{Addressee, Notice};
use crate::settings::{Loaded, Staff};
use crate::ticket::Ticket;

/// The order in which a notice goes up when a level has nobody.
const UPWARDS: [Role; 5] = [Role::Agent, Role::Lead, Role::Manager, Role::Head, Role::Admin];

/// The people who get a notice. An escalation has nobody only where the storefront's list has no one at all; other
/// notices concern those who hold the ticket, if anybody does.
pub fn audience<'a>(notice: Notice, ticket: &Ticket, settings: &'a Loaded) -> Vec<&'a Staff> {
    let assignee = ticket.assignee.as_ref().and_then(|id| settings.person(id));
    let mut people: Vec<&Staff> = match notice {
        Notice::Warned => assignee.map_or_else(|| upwards(Role::Lead, settings), |person| vec![person]),
        Notice::Breached | Notice::Urgent => assignee.into_iter().chain(upwards(Role::Lead, settings)).collect(),
        Notice::Manager | Notice::LowScoreLate => upwards(Role::Manager, settings),
        Notice::Head | Notice::Daily => upwards(Role::Head, settings),
        Notice::NoWorkingTime => upwards(Role::Admin, settings),
        // Not while it waits in a queue: there it is seen by whoever takes it.
        Notice::Assigned | Notice::Wrote => assignee.filter(|_| ticket.status.is_live()).into_iter().collect(),
        Notice::FollowedUp => assignee.into_iter().collect(),
        Notice::Answered | Notice::Chase | Notice::Expired | Notice::NotSolved => {
            assignee.map_or_else(|| leads_of(&ticket.team, settings), |person| vec![person])
        }
        Notice::Corrected | Notice::LowScore => leads_of(&ticket.team, settings),
        Notice::Acknowledge
        | Notice::Reply
        | Notice::Proposal
        | Notice::Waiting
        | Notice::Reminder
        | Notice::Resolved
        | Notice::Merged
        | Notice::CaseRequested
        | Notice::CaseChanged
        | Notice::CaseApproved
        | Notice::CaseRejected
        | Notice::CaseCancelled
        | Notice::CaseExpired
        | Notice::CaseSettled
        | Notice::ReturnReminder
        | Notice::GoodsReceived
        | Notice::Survey
        | Notice::SurveyReminder
        | Notice::SentBack
        // `of_case` knows whom these are for.
        | Notice::Approve
        | Notice::Escalated
        | Notice::Decided
        | Notice::PayoutDeclined
        | Notice::PayoutOverdue
        | Notice::SendBack => Vec::new(),
    };
    // One mail a person, though they may have two roles.
    let mut seen = BTreeSet::new();
    people.retain(|person| seen.insert(&person.id));
    people
}

/// The people who hear of a case: those who may decide it in a place that is still empty, and have not had a hand in it; the
/// level above where nobody did in time; whoever decided by a link; for a payout that did not go finance and whoever holds
/// the ticket; and for goods that are to be sent back the latter, else the team's leads. Where a level has nobody it goes up.
pub fn of_case<'a>(
    notice: Notice,
    case: &Case,
    entry: &Entry,
    ticket: &Ticket,
    settings: &'a Loaded,
) -> Vec<&'a Staff> {
    let mut people: Vec<&Staff> = match notice {
        Notice::Approve => {
            let free = |person: &&Staff| case.is_open_to(&person.id);
            let of = |slot: Role| {
                let level = UPWARDS.iter().skip_while(move |role| **role != slot);
                let mut levels = level.map(|role| settings.in_role(*role).filter(free).collect::<Vec<_>>());
                let own = settings.in_role(slot).filter(free).collect::<Vec<_>>();
                if own.is_empty() { levels.find(|people| !people.is_empty()).unwrap_or_default() } else { own }
            };
            case.missing().into_iter().flat_map(of).collect()
        }
        Notice::Escalated => upwards(case.escalated.unwrap_or(Role::Head), settings),
        Notice::Decided => match &entry.by {
            Actor::Staff(id) => settings.person(id).into_iter().collect(),
            Actor::Customer | Actor::Storefront | Actor::System => Vec::new(),
        },
        Notice::PayoutDeclined | Notice::PayoutOverdue => {
            let finance = settings.in_role(Role::Finance);
            let holder = ticket.assignee.as_ref().and_then(|id| settings.person(id));
            let people: Vec<&Staff> = finance.chain(holder).collect();
            if people.is_empty() { upwards(Role::Lead, settings) } else { people }
        }
        Notice::SendBack => {
            let holder = ticket.assignee.as_ref().and_then(|id| settings.person(id));
            holder.map_or_else(|| leads_of(&ticket.team, settings), |person| vec![person])
        }
        Notice::Acknowledge
        | Notice::Reply
        | Notice::Proposal
        | Notice::Waiting
        | Notice::Reminder
        | Notice::Resolved
        | Notice::Merged
        | Notice::CaseRequested
        | Notice::CaseChanged
        | Notice::CaseApproved
        | Notice::CaseRejected
        | Notice::CaseCancelled
        | Notice::CaseExpired
        | Notice::CaseSettled
        | Notice::ReturnReminder
        | Notice::GoodsReceived
        | Notice::Survey
        | Notice::SurveyReminder
        | Notice::SentBack
        | Notice::Urgent
        | Notice::Warned
        | Notice::Breached
        | Notice::Manager
        | Notice::Head
        | Notice::Daily
        | Notice::NoWorkingTime
        | Notice::Assigned
        | Notice::Wrote
        | Notice::Answered
        | Notice::Chase
        | Notice::Expired
        | Notice::FollowedUp
        | Notice::Corrected
        | Notice::LowScore
        | Notice::LowScoreLate
        | Notice::NotSolved => Vec::new(),
    };
    let mut seen = BTreeSet::new();
    people.retain(|person| seen.insert(&person.id));
    people
}

/// Who hears that an improvement action is overdue: its owner and whoever opened it; where neither is there any more, the managers.
pub fn of_action<'a>(action: &Action, settings: &'a Loaded) -> Vec<&'a Staff> {
    let mut people: Vec<&Staff> =
        [&action.owner, &action.by].into_iter().filter_map(|id| settings.person(id)).collect();
    people.dedup_by(|a, b| a.id == b.id);
    if people.is_empty() { upwards(Role::Manager, settings) } else { people }
}

/// Whether a notice of an entry is news to a person: nobody is told of what they did themselves, nor of a ticket that was
/// handed to somebody else.
pub fn is_news(notice: Notice, entry: &Entry, index: u16, person: &Staff) -> bool {
    match notice.addressee() {
        Addressee::Customer | Addressee::Escalation => true,
        Addressee::Desk => {
            let event = entry.events.get(usize::from(index));
            let to_another = matches!(event, Some(Event::Assigned { to }) if *to != person.id);
            !to_another && entry.by != Actor::Staff(person.id.clone())
        }
    }
}

/// The leads of a team; all leads where it has none of its own.
fn leads_of<'a>(team: &str, settings: &'a Loaded) -> Vec<&'a Staff> {
    let (shops, team) = (&settings.settings.shop.team, settings.team_for(team));
    let own = |person: &&Staff| person.team.as_ref().unwrap_or(shops) == team;
    let leads: Vec<&Staff> = settings.in_role(Role::Lead).filter(own).collect();
    if leads.is_empty() { upwards(Role::Lead, settings) } else { leads }
}

/// The level itself, or the next above that has somebody; where nobody is left above, the highest below.
fn upwards(from: Role, settings: &Loaded) -> Vec<&Staff> {
    let place = UPWARDS.iter().position(|role| *role == from).unwrap_or(0);
    let (below, above) = UPWARDS.split_at(place);
    let levels = above.iter().chain(below.iter().rev());
    levels.map(|role| settings.in_role(*role).collect::<Vec<_>>()).find(|people| !people.is_empty()).unwrap_or_default()
}

/// When the bucket that a notice of now falls into is full, and its mails go out. What is not urgent goes out in opening
/// hours. Whoever decided by a link hears of it at once: they can take it back for minutes only.
pub fn bucket_end(notice: Notice, ticket: &Ticket, settings: &Loaded, now: Timestamp) -> Timestamp {
    if notice == Notice::Decided {
        return now;
    }
    let rules = &settings.settings.mail;
    let urgent =
        ticket.priority == Priority::Urgent || matches!(notice, Notice::Urgent | Notice::Manager | Notice::Head);
    let end = full(now, rules.bucket_seconds);
    let hours = settings.calendar(&rules.opening_hours).filter(|hours| !urgent && !hours.is_open(end));
    // Where a shop opens for less than a bucket, the mail goes out when it has just closed.
    hours.and_then(|hours| hours.next_open(end)).map_or(end, |open| full(open, rules.bucket_seconds))
}

/// The end of the bucket that an instant lies in.
fn full(at: Timestamp, seconds: i64) -> Timestamp {
    let rest = seconds - at.as_second().rem_euclid(seconds);
    let whole = Timestamp::from_second(at.as_second()).unwrap_or(at);
    whole.saturating_add(SignedDuration::from_secs(rest)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::id::StaffId;
    use crate::ticket::given::{at, thursday, ticket, with};

    /// Settings whose staff is one person in each of these roles, by the name of the role.
    fn staffed(roles: &[&str]) -> Loaded {
        let person = |role: &&str| json!({ "id": role, "email": format!("{role}@shop.example"), "role": role, "language": "en" });
        with(|settings| settings["staff"] = roles.iter().map(person).collect::<Value>())
    }

    fn hear(notice: Notice, assignee: Option<&str>, settings: &Loaded) -> Vec<String> {
        let ticket = Ticket { assignee: assignee.and_then(StaffId::parse), ..ticket(settings) };
        audience(notice, &ticket, settings).into_iter().map(|person| person.id.to_string()).collect()
    }

    #[test]
    fn each_notice_has_its_people() {
        let all = staffed(&["agent", "lead", "manager", "head", "finance", "admin"]);
        let rows: [(Notice, &[&str], &[&str]); 21] = [
            (Notice::Warned, &["agent"], &["lead"]),
            (Notice::Breached, &["agent", "lead"], &["lead"]),
            (Notice::Urgent, &["agent", "lead"], &["lead"]),
            (Notice::Manager, &["manager"], &["manager"]),
            (Notice::Head, &["head"], &["head"]),
            (Notice::Daily, &["head"], &["head"]),
            (Notice::NoWorkingTime, &["admin"], &["admin"]),
            (Notice::Assigned, &["agent"], &[]),
            (Notice::Wrote, &["agent"], &[]),
            (Notice::Answered, &["agent"], &["lead"]),
            (Notice::Chase, &["agent"], &["lead"]),
            (Notice::Expired, &["agent"], &["lead"]),
            (Notice::FollowedUp, &["agent"], &[]),
            (Notice::Corrected, &["lead"], &["lead"]),
            (Notice::Acknowledge, &[], &[]),
            (Notice::Reply, &[], &[]),
            (Notice::Proposal, &[], &[]),
            (Notice::Waiting, &[], &[]),
            (Notice::Reminder, &[], &[]),
            (Notice::Resolved, &[], &[]),
            (Notice::Merged, &[], &[]),
        ];
        for (notice, assigned, unassigned) in rows {
            assert_eq!(hear(notice, Some("agent"), &all), assigned, "{notice}");
            assert_eq!(hear(notice, None, &all), unassigned, "{notice}");
        }
        assert_eq!(hear(Notice::Breached, Some("lead"), &all), ["lead"], "one mail to one person");
        assert_eq!(hear(Notice::Warned, Some("left-us"), &all), ["lead"], "an assignee who is not listed any more");
    }

    #[test]
    fn a_team_is_looked_after_by_its_own_leads_first() {
        let settings = with(|settings| {
            settings["teams"] = json!([{ "name": "returns" }]);
            let lead = |id: &str, team: Value| json!({ "id": id, "email": format!("{id}@shop.example"), "role": "lead", "language": "en", "team": team });
            settings["staff"] = json!([lead("any", Value::Null), lead("theirs", json!("returns"))]);
        });
        let hears = |team: &str| -> Vec<String> {
            let ticket = Ticket { team: team.to_owned(), ..ticket(&settings) };
            audience(Notice::Chase, &ticket, &settings).into_iter().map(|person| person.id.to_string()).collect()
        };
        assert_eq!(hears("returns"), ["theirs"]);
        assert_eq!(hears(&settings.settings.shop.team), ["any"]);
        assert_eq!(hears("nobodys"), ["any"], "what no team is called is the shop's own");
    }

    #[test]
    fn a_notice_is_news_to_whoever_it_concerns_and_did_not_do_it() {
        let settings = staffed(&["agent", "lead"]);
        let person = |id: &str| settings.person(&StaffId::parse(id).unwrap()).unwrap();
        let entry = |by: Value, event: Value| -> Entry {
            let id = "01890000-0000-7000-8000-000000000001";
            serde_json::from_value(
                json!({ "storefront": "shop", "ticket": id, "seq": 1, "at": 0, "by": by, "events": [event] }),
            )
            .unwrap()
        };
        let assigned = entry(json!("system"), json!({ "type": "assigned", "to": "agent" }));
        let news = |notice, entry: &Entry| ["agent", "lead"].map(|id| is_news(notice, entry, 0, person(id)));
        assert_eq!(news(Notice::Assigned, &assigned), [true, false]);
        let heard = json!({ "type": "answered", "proposal": 1, "accepted": true });
        assert_eq!(news(Notice::Answered, &entry(json!({ "staff": "agent" }), heard.clone())), [false, true]);
        assert_eq!(news(Notice::Answered, &entry(json!("customer"), heard)), [true, true]);
        assert_eq!(
            news(Notice::Breached, &entry(json!({ "staff": "agent" }), json!({ "type": "released" }))),
            [true, true]
        );
    }

    #[test]
    fn a_level_that_has_nobody_goes_up_and_at_the_top_it_stays_with_the_highest_there_is() {
        let hears = |notice, roles: &[&str]| hear(notice, None, &staffed(roles));
        assert_eq!(hears(Notice::Breached, &["agent", "head"]), ["head"]);
        assert_eq!(hears(Notice::Manager, &["lead", "admin"]), ["admin"]);
        assert_eq!(hears(Notice::Head, &["agent", "lead"]), ["lead"]);
        assert_eq!(hears(Notice::NoWorkingTime, &["agent", "head"]), ["head"]);
        assert_eq!(hears(Notice::Daily, &["finance"]), [""; 0], "the till is no level");
    }

    #[test]
    fn mail_that_is_not_urgent_waits_for_opening_hours_in_fixed_buckets() {
        let settings = staffed(&["lead"]);
        let normal = ticket(&settings);
        let end = |notice, now| bucket_end(notice, &normal, &settings, now);
        assert_eq!(end(Notice::Warned, thursday("10:00:00.001")), thursday("10:05"));
        assert_eq!(end(Notice::Warned, thursday("10:04:59.999")), thursday("10:05"));
        assert_eq!(end(Notice::Warned, thursday("10:05")), thursday("10:10"));
        let evening = thursday("20:01");
        let friday = at("2026-03-13T09:05:00+08:00");
        for notice in
            [Notice::Warned, Notice::Breached, Notice::Daily, Notice::NoWorkingTime, Notice::Assigned, Notice::Wrote]
        {
            assert_eq!(end(notice, evening), friday, "{notice}");
        }
        for notice in [Notice::Urgent, Notice::Manager, Notice::Head] {
            assert_eq!(end(notice, evening), thursday("20:05"), "{notice}");
        }
        for notice in [Notice::Approve, Notice::Escalated, Notice::PayoutDeclined, Notice::PayoutOverdue] {
            assert_eq!(end(notice, evening), friday, "{notice}");
        }
        assert_eq!(end(Notice::Decided, evening), evening, "it can be taken back for ten minutes");
        let urgent = Ticket { priority: Priority::Urgent, ..normal.clone() };
        assert_eq!(bucket_end(Notice::Breached, &urgent, &settings, evening), thursday("20:05"));
    }
}
